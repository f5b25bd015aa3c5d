"""The sheet and the leaflet on paper: every dose, unit and date is there, and the bytes are the same each time."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

import plans
from posology.backends.english import dose
from posology.model import Plan
from posology.show import words
from posology.show.pdf import pdf

pytest.importorskip("typst")
reads = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext")
EVERY = pytest.mark.parametrize("name", plans.ALL)
BOTH = pytest.mark.parametrize("audience", ["clinician", "patient"])


def printed(plan: Plan, audience: words.Audience, folder: Path) -> str:
    """The words of the PDF, in reading order, as one line."""
    file = folder / "plan.pdf"
    file.write_bytes(pdf(plan, plans.GUIDELINE, audience))
    return read(file, "-layout")


def read(file: Path, how: str) -> str:
    return subprocess.run(["pdftotext", how, str(file), "-"], capture_output=True, text=True, check=True).stdout


def squeezed(page: str) -> str:
    return re.sub(r"\s+", "", page)


@reads
@EVERY
@BOTH
def test_every_dose_unit_date_and_line_is_printed(name: str, audience: words.Audience, tmp_path: Path) -> None:
    plan = plans.ALL[name]()
    page, raw = printed(plan, audience, tmp_path), squeezed(read(tmp_path / "plan.pdf", "-raw"))
    for item in plan.schedule:
        assert words.day(item.earliest, audience) in page
        if item.latest != item.earliest:
            assert words.day(item.latest, audience) in page
        if item.what == "dose":
            assert re.search(rf"Dose {item.number}:? {plans.DRUG} 1 mg", page)
    for line in plan.advice:
        if line.give:
            assert squeezed(dose(line.give)) in raw
        assert squeezed(line.text)[:60] in raw or all(part in raw for part in squeezed(line.text).split("."))


@reads
def test_signs_of_medicine_survive_the_typesetting(tmp_path: Path) -> None:
    plan = plans.loading_with_nerves()
    signs = replace(plan.advice[0], text="µmol/L ≥ 10 – 20 × 10⁹/L m² ² ³ ½ 5 ‰ ≤ → café")
    page = printed(replace(plan, advice=(signs,)), "clinician", tmp_path)
    for sign in ("µmol/L", "≥ 10 – 20 × 10⁹/L", "m²", "≤", "café"):
        assert sign in page


@reads
@BOTH
def test_the_foot_of_every_page_has_status_version_digest_and_number(audience: words.Audience, tmp_path: Path) -> None:
    pages = printed(plans.loading_with_nerves(), audience, tmp_path).split("\f")[:-1]
    for number, page in enumerate(pages, 1):
        assert "review status: submitted" in page
        assert "b12-injections 0.1.0" in page
        assert plans.GUIDELINE.digest in page
        assert f"page {number} / {len(pages)}" in page


@BOTH
def test_the_same_plan_gives_the_same_bytes(audience: words.Audience) -> None:
    one, other = (pdf(plans.late_third_dose(), plans.GUIDELINE, audience) for _ in range(2))
    assert one == other
    assert one.startswith(b"%PDF-")


@BOTH
def test_the_file_is_tagged_for_screen_readers(audience: words.Audience) -> None:
    made = pdf(plans.late_third_dose(), plans.GUIDELINE, audience)
    assert b"/StructTreeRoot" in made and b"/Lang" in made
    assert b"pdfuaid" in made


@pytest.mark.parametrize("label", ["Ιωάννης Æßø", "患者 7", "مريض", "\U0001f642", "\u0000\u0007", "x" * 300])
def test_a_name_in_any_script_still_makes_a_file(label: str) -> None:
    assert pdf(replace(plans.late_third_dose(), patient=label), plans.GUIDELINE).startswith(b"%PDF-")


@reads
def test_what_people_wrote_is_never_read_as_markup(tmp_path: Path) -> None:
    plan = plans.loading_with_nerves()
    sly = replace(plan.advice[0], text='#import "x" *not bold* $x$ @ref <label> #{1+1} \\ // end')
    page = printed(replace(plan, patient="#panic()", advice=(sly,)), "clinician", tmp_path)
    assert "#panic()" in page
    assert '#import "x" *not bold* $x$ @ref <label> #{1+1} \\ // end' in " ".join(page.split())


@reads
def test_the_path_is_in_the_sheet_and_not_in_the_leaflet(tmp_path: Path) -> None:
    assert "How this was decided" in printed(plans.late_third_dose(), "clinician", tmp_path)
    assert "How this was decided" not in printed(plans.late_third_dose(), "patient", tmp_path)

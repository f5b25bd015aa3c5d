"""Nobody who may have been treated is said not to have started: doses under an id written another way, or half read."""

from __future__ import annotations

from pathlib import Path

import pytest

from posology.cli import main
from posology.plan.plan import plan
from posology.read.library import load
from posology.register.doubt import EMPTIED
from test_register_practice import ON, rows_of
from test_register_refused import HEADINGS, folder

GIVEN = "hydroxocobalamin,1,intramuscular\n"


def register(place: Path, *doses: str, ids: tuple[str, ...] = ("c",), results: str = "") -> Path:
    """Patients who have a deficiency, and these doses (id and day)."""
    people = "patient_id,age,b12_deficiency,neurological_involvement\n"
    people += "".join(f'"{ident}",60,yes,yes\n' for ident in ids)
    given = "".join(f"{one},{GIVEN}" for one in doses)
    return folder(place, patients=people, doses=HEADINGS["doses"] + given,
                  results=HEADINGS["results"] + results)  # fmt: skip


@pytest.mark.parametrize(("own", "written"), [("c", "C"), ("c", "c\u00a0"), ("102", "0102"), ("0102", "102"), ("102", "102.0")])
def test_a_patient_whose_doses_stand_under_the_id_in_other_writing_is_never_said_not_to_have_started(
    tmp_path, capsys, own, written
):
    (row,) = rows_of(tmp_path, source=register(tmp_path, f"{written},2025-12-01", ids=(own,)))
    assert (row["status"], row["phase"], row["notices"]) == ("ask", "unknown", "doses_under_another_id")
    assert [row[name] for name in EMPTIED] == [""] * len(EMPTIED)
    said = capsys.readouterr().err
    assert "doses.patient_id\n  1 patient: doses stand under an id" in said


def test_a_course_that_may_lack_doses_of_another_writing_is_not_gone_on_with(tmp_path):
    loading = register(tmp_path, "c,2026-01-28", "C,2026-01-26", "C,2026-01-24")
    assert [row["status"] for row in rows_of(tmp_path, source=loading)] == ["ask"]


def test_whoever_has_a_due_date_keeps_it_and_says_what_may_be_missing(tmp_path):
    every = [f"c,{year}-{month:02}-01" for year in (2022, 2023, 2024) for month in (1, 4, 7, 10)]
    loading = [f"c,2021-12-{day:02}" for day in (1, 3, 5, 7, 9, 11)]
    (row,) = rows_of(tmp_path, source=register(tmp_path, *loading, *every, "C,2025-12-01"))
    assert (row["phase"], row["status"]) == ("maintenance", "overdue"), "to call somebody too early is the lesser harm"
    assert "doses_under_another_id" in row["notices"]


@pytest.mark.parametrize("doses", [("d,2025-12-01",), ("C,2025-12-01", "c,2025-12-01"), ()])
def test_doses_of_a_patient_of_just_that_id_and_of_strangers_are_nobody_elses(tmp_path, doses):
    rows = rows_of(tmp_path, source=register(tmp_path, *doses, ids=("c", "C")))
    assert not any("another_id" in row["notices"] for row in rows)
    assert [row["status"] for row in rows].count("not_started") == 2 - len([d for d in doses if d[0] in "cC"])


def test_doses_of_another_drug_and_results_under_another_writing_leave_the_status_as_it_is(tmp_path):
    place = register(tmp_path, results="C,2025-12-01,mcv,90,fL\n")
    (place / "doses.csv").write_text(HEADINGS["doses"] + "C,2025-12-01,water,1,intramuscular\n")
    (row,) = rows_of(tmp_path, source=place)
    assert (row["status"], row["notices"]) == ("not_started", "results_under_another_id")


@pytest.mark.parametrize("day", ["", "05/01/26", "last week"])
def test_a_patient_with_a_dose_of_which_no_day_is_known_is_never_said_not_to_have_started(tmp_path, day):
    (row,) = rows_of(tmp_path, source=register(tmp_path, f"c,{day}"))
    assert (row["status"], row["due_from"]) == ("ask", "")
    assert row["notices"] == "doses_not_read;doses_half_read"


def test_a_dose_of_another_drug_without_day_or_route_is_no_treatment_begun(tmp_path):
    place = register(tmp_path)
    (place / "doses.csv").write_text(HEADINGS["doses"] + "c,,water,1,\n")
    (row,) = rows_of(tmp_path, source=place)
    assert (row["status"], row["notices"]) == ("not_started", "doses_not_read")


def test_a_start_after_the_day_is_unknown_and_said(tmp_path, capsys):
    place = register(tmp_path, "b,2025-12-01", "c,2025-12-01")
    starts = "2025-12-01", "2026-06-01", "2026-01-31"
    people = "patient_id,b12_deficiency,neurological_involvement,start\n"
    (place / "patients.csv").write_text(people + "".join(f"{k},yes,yes,{day}\n" for k, day in zip("abc", starts, strict=True)))
    rows = rows_of(tmp_path, source=place)
    assert [row["notices"] for row in rows] == ["", "start_not_in_time", ""]
    said = capsys.readouterr().err
    assert "patients.start\n  1 patient: a start of treatment dated after 2026-01-31, so unknown." in said
    (place / "patients.csv").write_text(people + f"a,yes,yes,{starts[0]}\nb,yes,yes,\nc,yes,yes,{starts[2]}\n")
    without = rows_of(tmp_path, source=place)
    assert [row | {"notices": ""} for row in rows] == without, "as if no start were written"


def test_the_plan_of_such_a_patient_says_so(tmp_path):
    from datetime import date

    from posology.register.files import duckdb_engine
    from posology.register.paging import hold, patient
    from posology.register.reading import read

    on, guideline = date.fromisoformat(ON), load()
    made = read(register(tmp_path, "C,2025-12-01"), guideline, on, duckdb_engine())
    hold(made)
    shown = plan(guideline, patient(made, 1, guideline, on), on)
    assert any("under an id that is this patient's" in notice.text for notice in shown.notices)


def test_a_recall_list_says_that_such_patients_are_not_on_it(tmp_path):
    place = register(tmp_path, "C,2025-12-01")
    assert main(["register", "recall", str(place), "--on", ON, "--out", str(tmp_path / "r.html")]) == 0
    assert "1 ask (facts are missing" in (tmp_path / "r.html").read_text()

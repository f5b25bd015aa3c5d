"""A second guideline, with another drug and other questions, needs no change of the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from posology import cli
from posology.backends import cql, english, table
from posology.check import check
from posology.model import ActionKind
from posology.plan.plan import plan
from posology.read.guideline import read
from posology.read.patient import parse, patient

FOLDER = Path(__file__).parent / "fixtures" / "second-guideline"
STORY = next((FOLDER / "patients").glob("*.yaml"))
GUIDELINE = read(FOLDER)
BEGINNINGS = {"json": b"{", "html": b"<!doctype html>", "pdf": b"%PDF", "ics": b"BEGIN:VCALENDAR", "fhir": b"{"}


def test_it_is_sound_and_its_tables_and_story_come_out() -> None:
    found = check(FOLDER)
    assert found.faults == ()
    assert found.figures is not None
    assert (found.figures["worked rows"], found.figures["stories"]) == (11, 1)


def test_it_says_on_its_face_that_it_is_not_for_use() -> None:
    assert "not for use" in GUIDELINE.title
    assert "Not for use" in GUIDELINE.meta["disclaimer"]


def test_it_gives_uses_checks_avoids_and_decides() -> None:
    kinds: set[ActionKind] = {rule.action.kind for rule in GUIDELINE.rules}
    assert {"give", "use", "check", "avoid", "decide", "refer", "never"} <= kinds


@pytest.mark.parametrize("audience", cli.AUDIENCES)
@pytest.mark.parametrize("form", cli.FORMATS)
def test_a_plan_in_every_format(form: str, audience: str, tmp_path: Path) -> None:
    out = tmp_path / "plan"
    arguments = ["plan", str(STORY), "--guideline", str(FOLDER), "--format", form, "--audience", audience]
    assert cli.main([*arguments, "--out", str(out)]) == 0
    content = out.read_bytes()
    assert content.lower().startswith(BEGINNINGS.get(form, b"").lower())
    assert len(content) > 500
    assert form in ("pdf", "fhir") or b"aracetamol" in content


def test_the_plan_holds_the_other_drug_in_its_own_doses(tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    assert cli.main(["plan", str(STORY), "--guideline", str(FOLDER), "--format", "json", "--out", str(out)]) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    (given,) = [line["give"] for line in found["advice"] if line["give"]]
    assert (given["drug"], given["dose"], given["times"]) == ("paracetamol", {"low": 500, "high": 500, "unit": "mg"}, 4)
    assert found["facts"]["weight"]["value"] == 45.36
    assert [item["date"] for item in found["schedule"] if item["what"] == "test"] == ["2026-02-08"]


def test_a_plan_is_the_same_twice() -> None:
    story = patient(parse(STORY.read_bytes()), GUIDELINE)
    assert plan(GUIDELINE, story) == plan(GUIDELINE, story)


def test_it_prints_as_english_tables_and_cql() -> None:
    sentences = [english.sentence(rule, GUIDELINE.facts) for rule in GUIDELINE.rules]
    assert "If short pain and weight < 50 kg: give paracetamol 500 mg oral four times daily for 12 doses." in sentences
    printed = table.decision_table(GUIDELINE.decisions["dose"], GUIDELINE.rules, GUIDELINE.facts)
    assert "| usual-dose | >= 50 | – |" in printed
    assert "paracetamol" in str(cql.library(GUIDELINE))

"""Treatment of which no dose is on record, treatment that is withheld, and a guideline whose review is past its day."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from evaluation import here
from patients import guideline, line, plan_of, told
from posology.answer.answer import answer
from posology.cli import main
from posology.model import Patient
from posology.plan.plan import particulars, plan

CALM = {"b12_deficiency": True, "neurological_involvement": False}
SETTLED = CALM | {
    "past_neurological_involvement": False, "bariatric_surgery": False, "crohns_disease": False, "ileal_resection_length": 0,
}  # fmt: skip
DUE = date(2026, 12, 18)


def dated(made: dict[str, Any], what: str) -> list[str]:
    """The days of the doses, tests or reviews of a plan."""
    return [item["date"] for item in made["schedule"] if item["what"] == what]


# ---------------------------------------------------------------- no dose on record


@pytest.mark.parametrize("facts", [CALM, SETTLED, SETTLED | {"neurological_involvement": True}])
def test_whoever_was_treated_unrecorded_is_asked_and_begins_nothing_today(facts: dict[str, Any]) -> None:
    made = plan_of(told(**facts, b12_treatment_given=True))
    assert {"loading_complete", "last_dose_of_another_drug"}.isdisjoint(made["facts"])
    assert (made["phase"], made["schedule"]) == ("unknown", [])
    assert made["ask"][0]["fact"] == "loading_complete"
    assert "give today" not in made["headline"].lower() and "No dose is on record" in made["headline"]
    assert all(one["if"] for one in made["advice"] if one["decision"] == "loading")


def test_of_whom_nothing_is_told_a_first_course_begins_today() -> None:
    made = plan_of(told(**SETTLED))
    assert made["facts"]["loading_complete"] == {"value": False, "from": "derived"}
    assert made["phase"] == "loading" and dated(made, "dose")[0] == made["on"]


def test_treatment_that_is_denied_begins_today() -> None:
    assert plan_of(told(**SETTLED, b12_treatment_given=False))["phase"] == "loading"


def test_a_dose_on_record_tells_what_was_given() -> None:
    made = plan_of(told("2026-01-20", ["2026-01-19"], **SETTLED, b12_treatment_given=True))
    assert made["phase"] == "loading" and made["facts"]["loading_complete"]["value"] is False


def test_a_plateau_settles_that_loading_is_over() -> None:
    made = plan_of(
        told(**SETTLED | {"neurological_involvement": True}, b12_treatment_given=True, improvement="plateau")
    )
    assert made["phase"] == "maintenance" and dated(made, "dose") == []


@pytest.mark.parametrize("more", [{}, {"b12_treatment_given": True}])
def test_maintenance_without_a_dose_on_record_is_firm_and_not_due_today(more: dict[str, Any]) -> None:
    made = plan_of(told(**SETTLED, loading_complete=True, **more))
    found = line(made, "standard-maintenance")
    assert found and found["certainty"] == "firm" and made["phase"] == "maintenance"
    assert made["schedule"] == [] and "ask when the last dose was given" in made["headline"]
    assert any("no dose of it is on record" in notice["text"] for notice in made["notices"])


def test_a_course_that_is_stated_as_running_has_no_day_without_a_dose() -> None:
    made = plan_of(told(b12_deficiency=True, numbness=True, b12_treatment_given=True, loading_complete=False))
    assert made["phase"] == "loading" and made["schedule"] == []
    assert "all doses" not in made["headline"]


def test_heard_is_as_good_as_stated() -> None:
    made = answer(["last b12 jab 5 months ago, B12 deficiency, nerves never involved. when next?"], here())
    assert made.plan and made.plan.phase == "unknown" and not made.plan.schedule
    assert "Give today" not in made.headline.text and made.ask[0].fact == "loading_complete"


def test_the_register_asks_about_them_and_says_why(tmp_path: Path) -> None:
    head = "patient_id,b12_deficiency,neurological_involvement,b12_treatment_given,loading_complete\n"
    (tmp_path / "patients.csv").write_text(head + "1,yes,no,yes,\n2,yes,no,,yes\n3,yes,no,,\n")
    (tmp_path / "doses.csv").write_text("patient_id,date,drug,dose_mg,route\n")
    (tmp_path / "results.csv").write_text("patient_id,date,test,value,unit\n")
    assert main(["register", "worklist", str(tmp_path), "--on", "2026-01-20", "--out", str(tmp_path / "out.csv")]) == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows] == ["ask", "ask", "not_started"]
    assert [row["phase"] for row in rows] == ["unknown", "maintenance", "loading"]
    assert [row["notices"] for row in rows] == ["no_dose_on_record", "no_dose_on_record", ""]
    assert [row["due_from"] for row in rows] == ["", "", "2026-01-20"] and rows[0]["ask"].startswith(
        "loading_complete;"
    )


# ---------------------------------------------------------------- withheld


@pytest.mark.parametrize(
    "gate", [{"age": 15}, {"cobalamin_hypersensitivity": True}, {"cobalt_allergy": True}, {"platelet_count": 24}]
)
def test_tests_are_not_counted_from_today_for_whom_treatment_is_withheld(gate: dict[str, Any]) -> None:
    made = plan_of(told(**SETTLED | gate))
    assert dated(made, "test") == [] and line(made, "first-year-tests")
    assert dated(plan_of(told(**SETTLED | gate, start="2026-01-05")), "test")
    assert dated(plan_of(told("2026-01-20", ["2026-01-19"], **SETTLED | gate)), "test")
    assert dated(plan_of(told(**SETTLED)), "test")


# ---------------------------------------------------------------- the day of the next review


@pytest.mark.parametrize(("days", "late"), [(-1, False), (0, False), (1, True)])
def test_a_plan_after_the_next_review_says_so(days: int, late: bool) -> None:
    on = DUE + timedelta(days=days)
    made = plan(guideline(), Patient(facts=SETTLED), on)
    assert guideline().meta["next_review"] == DUE
    assert any("next review of this guideline was due on 2026-12-18" in n.text for n in made.notices) is late
    assert (made.guideline.get("review_was_due") == "2026-12-18") is late
    assert made.guideline == particulars(guideline()) or late


@pytest.mark.parametrize(("days", "late"), [(-1, False), (0, False), (1, True)])
@pytest.mark.parametrize(
    "question", ["How often is B12 injected?", "B12 deficiency, numb feet. How do I start?", "Who won?"]
)
def test_an_answer_after_the_next_review_says_so_once(question: str, days: int, late: bool) -> None:
    made = answer([question], here(), on=DUE + timedelta(days=days))
    assert sum("next review" in text for _, text in made.notices) == late
    assert ("review_was_due" in made.guideline) is late

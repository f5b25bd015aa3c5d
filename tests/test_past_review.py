"""A guideline whose next review is past its day says so, and treatment of which no dose is on record is told of."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from evaluation import here
from patients import guideline
from posology.answer.answer import answer
from posology.model import Dose, Patient
from posology.plan.plan import UNRECORDED, particulars, plan

SETTLED = {
    "b12_deficiency": True, "neurological_involvement": False, "past_neurological_involvement": False,
    "bariatric_surgery": False, "crohns_disease": False, "ileal_resection_length": 0,
}  # fmt: skip
DUE = date(2026, 12, 18)


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


@pytest.mark.parametrize("fact", ["b12_treatment_given", "loading_complete", "last_dose_of_another_drug"])
def test_treatment_of_which_no_dose_is_on_record_is_told_of(fact: str) -> None:
    made = plan(guideline(), Patient(facts=SETTLED | {fact: True}), date(2026, 3, 2))
    assert UNRECORDED in [notice.text for notice in made.notices]


def test_nothing_is_told_of_it_where_a_dose_stands_or_none_was_given() -> None:
    day = date(2026, 3, 2)
    given = Dose(date(2026, 2, 2), "hydroxocobalamin", 1.0, "intramuscular")
    for patient in (
        Patient(facts=SETTLED),
        Patient(facts=SETTLED | {"b12_treatment_given": False}),
        Patient(facts=SETTLED | {"b12_treatment_given": True}, doses=(given,)),
    ):
        assert UNRECORDED not in [notice.text for notice in plan(guideline(), patient, day).notices]

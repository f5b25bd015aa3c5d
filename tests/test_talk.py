"""A conversation is understood as it goes: what begins anew, what is corrected, what is newer than the record."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation import DAY, here
from posology.answer.answer import answer
from posology.answer.answered import Answer
from posology.model import Patient
from posology.plan.advice import Audience


def ask(*turns: str, audience: Audience = "clinician", within: str | None = None, **facts: Any) -> Answer:
    return answer(turns, here(), patient=Patient(facts=facts), within=within, audience=audience, on=DAY)


def names(given: Answer) -> list[str]:
    return [said.statement.name for said in given.lines]


OPENING = "B12 deficiency, platelets 45, numbness. How do I start?"

# ---------------------------------------------------------------- anew


def test_another_patient_brings_new_facts_and_leaves_the_old_topics_behind() -> None:
    given = ask(OPENING, "Another patient, no numbness, b12 deficiency. How to start?")
    assert given.facts == {"numbness": False, "b12_deficiency": True}
    assert not [name for name in names(given) if name.startswith("platelets")]


def test_a_new_patient_with_a_question_of_his_own_is_answered_on_that_alone() -> None:
    given = ask(OPENING, "new patient: eGFR 40. Which form of B12?")
    assert given.facts == {"egfr": 40.0}
    assert names(given)[0] == "renal-formulation"
    assert not [name for name in names(given) if name.startswith("platelets")]


@pytest.mark.parametrize("anew", ["start over", "forget everything I said", "wrong patient"])
def test_whoever_begins_anew_and_asks_nothing_is_told_so(anew: str) -> None:
    given = ask(OPENING, anew)
    assert given.covered == "no" and not given.facts
    assert "set aside" in given.headline.text

"""What is known and what is odd about it, the doses that count, and what is asked, on small invented guidelines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hiccups import DAILY, DECISION, HEAD, LOADING, ON, UNTIL, guideline, made, rule
from posology.model import Dose, Notice, Patient, Result
from posology.plan.plan import plan
from posology.read.guideline import read_texts
from posology.read.library import load

SPARE = rule("spare-the-liver", "when   weak liver", "avoid  examplin")


def told(patient: Patient) -> list[str]:
    return [notice.text for notice in plan(guideline(DAILY), patient, ON).notices]


@pytest.mark.parametrize(
    ("now", "then", "words"),
    [
        (50.0, 30.0, "pitch is said now to be 50 Hz; the result of 2026-01-01 (30 Hz) is older: not used."),
        (50.0, None, "pitch is said now to be 50 Hz; the result of 2026-01-01 (unreadable) is older: not used."),
        (None, 30.0, "pitch is said now to be no longer known; the result of 2026-01-01 (30 Hz) is older: not used."),
        (30.0, 30.0, ""),
    ],
)
def test_what_was_said_just_now_wins_over_an_older_result(now: float | None, then: float | None, words: str) -> None:
    facts = {"hiccups": True} | ({} if now is None else {"pitch": now})
    results = (Result(date(2026, 1, 1), "pitch", then),)
    asked = Patient(facts=facts, results=results, said=frozenset({"pitch"}))
    assert told(asked) == ([words] if words else [])
    assert plan(guideline(DAILY), asked, ON).facts.get("pitch") == (None if now is None else (now, "stated"))


def test_a_stated_fact_keeps_the_name_of_the_resource_that_it_was_read_from() -> None:
    asked = Patient(facts={"hiccups": True, "loud": False}, origins={"loud": "Condition/7"})
    assert plan(guideline(DAILY), asked, ON).facts == {"hiccups": (True, "stated"), "loud": (False, "Condition/7")}


def test_an_injection_does_not_count_where_a_guideline_gives_only_by_mouth() -> None:
    weekly = guideline(rule("calm-hiccups", "when  hiccups", "give  examplin 10 mg oral weekly"))
    needle = (Dose(date(2026, 1, 28), "examplin", 10, "intramuscular"),)
    assert [(i.date, i.number) for i in made(weekly, needle, hiccups=True).schedule[:1]] == [(ON, 1)]


def test_a_course_is_asked_for_though_no_line_hangs_on_it() -> None:
    later = "\n## Later\n\n```decision later\nchoose  the shortest interval\nfor     hiccups\nafter   start\n```\n\n"
    give = "give  examplin 1 mg intramuscular every 1–2 years"
    both = rule("first", "when  hiccups and loud", give) + later + rule("go-on", "when  hiccups and loud", give)
    whole = guideline(both, decision=LOADING.replace("done when  start over", "done when  calm"))
    found = made(whole, hiccups=True, loud=False)
    assert ([q.fact for q in found.ask], found.phase, found.advice) == (["calm"], "unknown", ())
    assert made(whole, hiccups=False).ask == ()


def test_a_course_may_be_complete_in_a_decision_about_more_than_one_fact() -> None:
    whole = guideline(UNTIL, decision=LOADING.replace("for        hiccups", "for        hiccups or loud"))
    assert made(whole, hiccups=True, calm=False).phase == "loading"


def test_what_would_sharpen_a_warning_is_asked() -> None:
    whole = guideline(DAILY, rule("spare", "when        hiccups", "avoid       cola", "never when  loud"))
    found = made(whole, hiccups=True)
    assert [(q.fact, q.would_change) for q in found.ask] == [("loud", ("spare",))]
    assert [line.action for line in made(whole, hiccups=True, loud=True).advice] == ["give", "never"]
    assert made(whole, hiccups=True, loud=True).ask == ()


def test_each_reader_is_asked_in_his_own_words() -> None:
    whole = load("b12-injections")
    asked = Patient(facts={"b12_deficiency": True})
    assert any(fact.question != fact.patient_question for fact in whole.facts.values())
    for question in plan(whole, asked, ON).ask:
        assert question.question == whole.facts[question.fact].question
    for question in plan(whole, asked, ON, audience="patient").ask:
        assert question.question == whole.facts[question.fact].patient_question


def test_the_state_of_a_review_is_told_where_there_is_one() -> None:
    whole = guideline(DAILY)
    assert "review" not in made(whole, hiccups=True).guideline
    assert made(replace(whole, review={"signed": 1}), hiccups=True).guideline["review"] == {"signed": 1}


@pytest.mark.parametrize(
    ("likely", "words"), [("", ""), (" Likely: The other paper.", " Most likely: The other paper.")]
)
def test_a_source_that_the_list_has_not_is_noticed(likely: str, words: str) -> None:
    source = f"[^1]: *guideline, dangling.* **No entry.** For tests.{likely}"
    whole = read_texts({"guideline.md": HEAD + DECISION + DAILY + SPARE, "references.md": source})
    told = f"Source 1 is cited, but the article's own list has no such entry.{words}"
    assert made(whole, hiccups=True).notices == (Notice("citation", told),)


STEADY = [date(2025, 1, day) for day in (1, 8, 15)] + [date(2025, month, 15) for month in (3, 5, 7, 9)]


@pytest.mark.parametrize(
    ("course", "noticed"),
    [("weekly for 3 doses", False), ("weekly for 4 doses", True), ("every 10 days until calm", True)],
)
def test_a_maintenance_that_the_gaps_show_is_noticed_unless_the_course_was_given(course: str, noticed: bool) -> None:
    whole = guideline(UNTIL.replace("every 10 days until calm", course), decision=LOADING)
    found = made(whole, tuple(Dose(day, "examplin", 1, "intramuscular") for day in STEADY), hiccups=True)
    seen = "start over: not on record, but the gaps between the doses are those of a maintenance course."
    assert found.facts["start_over"] == (True, "derived")
    assert found.notices == ((Notice("input", seen),) if noticed else ())


@pytest.mark.parametrize(
    ("third", "complete"), [(date(2025, 12, 15), True), (date(2026, 1, 1), True), (date(2026, 1, 2), None)]
)
def test_a_long_gap_before_the_last_dose_of_a_course_leaves_open_whether_it_is_complete(
    third: date, complete: bool | None
) -> None:
    whole = guideline(UNTIL.replace("every 10 days until calm", "weekly for 3 doses"), decision=LOADING)
    days = (date(2025, 12, 1), date(2025, 12, 8), third)
    found = made(whole, tuple(Dose(day, "examplin", 1, "intramuscular") for day in days), hiccups=True)
    assert found.facts.get("start_over") == (complete and (True, "derived"))
    gap = Notice("input", "start over: unknown, because there is a gap of 25 days or more in the doses.")
    assert found.notices == (() if complete else (gap,))


def test_of_two_intervals_the_shorter_between_doses_wins() -> None:
    often = rule("twice", "when  hiccups", "give  examplin 1 mg intramuscular twice weekly")
    once = rule("once", "when  hiccups", "give  examplin 1 mg intramuscular weekly")
    found = made(
        guideline(once, often, decision=DECISION.replace("exactly one", "the shortest interval")), hiccups=True
    )
    assert ([line.rule for line in found.advice], found.decisions["treatment"].superseded) == (["twice"], ("once",))

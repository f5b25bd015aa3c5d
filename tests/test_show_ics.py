"""The calendar file: one event for each dated thing, on the right days, and nothing private on the screen."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

import plans
from posology.model import Plan
from posology.show.ics import ics

icalendar = pytest.importorskip("icalendar")
recurring = pytest.importorskip("recurring_ical_events")
EVERY = pytest.mark.parametrize("name", plans.ALL)


def events(plan: Plan) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(ics(plan, plans.GUIDELINE)).walk("VEVENT"))


@EVERY
def test_read_back_by_another_library_every_item_has_its_days(name: str) -> None:
    plan = plans.ALL[name]()
    calendar = icalendar.Calendar.from_ical(ics(plan, plans.GUIDELINE))
    found = recurring.of(calendar).between(date(2015, 1, 1), date(2040, 1, 1))
    days = sorted((event["DTSTART"].dt, event["DTEND"].dt) for event in found)
    assert days == sorted((item.earliest, item.latest + timedelta(days=1)) for item in plan.schedule)


@EVERY
def test_an_entry_names_the_drug_and_its_dose_or_the_tests_and_no_disease(name: str) -> None:
    plan = plans.ALL[name]()
    for event, item in zip(events(plan), plan.schedule, strict=True):
        kind = {"dose": "Injection", "test": "Blood test", "review": "Review"}[item.what]
        assert event["SUMMARY"].startswith(f"{kind}: {item.detail}")
        everything = event.to_ical().decode().replace("\r\n ", "").lower()
        assert "deficiency" not in everything
        assert "example-" not in everything


@EVERY
def test_a_reminder_on_a_locked_screen_names_no_drug_and_no_test(name: str) -> None:
    for event in events(plans.ALL[name]()):
        assert event.walk("VALARM")[0]["DESCRIPTION"] in ("Injection due", "Blood test due", "Review due")
        assert event["CLASS"] == "PRIVATE"


def test_the_description_gives_number_days_and_review_status() -> None:
    first, *others = (event["DESCRIPTION"] for event in events(plans.late_third_dose()))
    assert first.startswith("Dose 3.\nOn 2026-01-09. Late: it was to be on 2026-01-09 at the latest.")
    assert "not yet reviewed" in first
    assert any("On any day from 2026-03-20 to 2026-04-20." in told for told in others)


@EVERY
def test_nothing_in_an_entry_is_counted_from_the_day_of_the_file(name: str) -> None:
    for event in events(plans.ALL[name]()):
        told = event["DESCRIPTION"] + event["SUMMARY"]
        assert not re.search(r"in \d+ days?|\d+ days? (late|left)|today|upcoming", told)


def test_a_review_says_what_is_to_be_asked_in_the_readers_words() -> None:
    plan = plans.loading_with_nerves()
    asked = next(item for item in plan.schedule if item.what == "review")
    fact = next(iter(plans.GUIDELINE.facts.values()))
    review = replace(plan, schedule=(replace(asked, detail=fact.name),))
    for audience, question in (("clinician", fact.question), ("patient", fact.patient_question)):
        made = icalendar.Calendar.from_ical(ics(review, plans.GUIDELINE, audience)).walk("VEVENT")[0]  # type: ignore[arg-type]
        assert made["DESCRIPTION"].startswith(question)


def test_no_event_repeats_by_rule_and_each_reminds_the_day_before() -> None:
    made = ics(plans.loading_with_nerves(), plans.GUIDELINE)
    assert b"RRULE" not in made
    assert made.count(b"TRIGGER:-P1D") == len(plans.loading_with_nerves().schedule)
    assert made.count(b"SEQUENCE:0") == len(plans.loading_with_nerves().schedule)


def test_identifiers_are_unique_stable_and_tell_nothing() -> None:
    plan = plans.loading_with_nerves()
    names = [event["UID"] for event in events(plan)]
    assert len(set(names)) == len(names)
    later = replace(plan, on=plan.on + timedelta(days=1))
    assert [event["UID"] for event in events(later)] == names
    other = replace(plan, patient="example-9")
    assert not set(names) & {event["UID"] for event in events(other)}


def approved(plan: Plan) -> Plan:
    """A plan of an approved guideline on which no fact is open."""
    firm = tuple(replace(line, if_=(), unless=(), confirm=()) for line in plan.advice)
    status = {"status": "approved", "review": {"state": "approved"}}
    return replace(plan, guideline=plan.guideline | status, advice=firm)


def test_what_is_not_settled_is_tentative() -> None:
    plan = approved(plans.late_third_dose())
    assert {event["STATUS"] for event in events(plan)} == {"CONFIRMED"}
    tentative = replace(plan, schedule=tuple(replace(item, tentative=True) for item in plan.schedule))
    assert {event["STATUS"] for event in events(tentative)} == {"TENTATIVE"}
    rule = plan.schedule[0].rule
    waits = replace(
        plan,
        advice=tuple(replace(line, confirm=("age",)) if line.rule == rule else line for line in plan.advice),
    )
    assert events(waits)[0]["STATUS"] == "TENTATIVE"
    assert "Not settled" in events(waits)[0]["DESCRIPTION"]
    assert "Not settled" not in events(plan)[0]["DESCRIPTION"]


def test_nothing_of_a_guideline_that_nobody_approved_is_definite() -> None:
    assert {event["STATUS"] for event in events(plans.late_third_dose())} == {"TENTATIVE"}


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert ics(plans.late_third_dose(), plans.GUIDELINE) == ics(plans.late_third_dose(), plans.GUIDELINE)

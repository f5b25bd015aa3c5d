"""The calendar file: one event for each dated thing, on the right days, and nothing private on the screen."""

from __future__ import annotations

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
def test_a_summary_names_no_drug_and_no_disease(name: str) -> None:
    for event in events(plans.ALL[name]()):
        assert event["SUMMARY"].removesuffix(" (overdue)") in ("Injection due", "Blood test due", "Review due")
        everything = event.to_ical().decode().replace("\r\n ", "").lower()
        for private in ("cobalamin", "b12", "deficiency", "muscle", "example-"):
            assert private not in everything


def test_the_description_gives_window_state_and_review_status() -> None:
    late = events(plans.late_third_dose())[0]["DESCRIPTION"]
    assert "Window: 2026-01-09" in late
    assert "overdue, 4 days late" in late
    assert "not yet reviewed" in late


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


def test_what_is_tentative_says_so() -> None:
    plan = plans.late_third_dose()
    tentative = replace(plan, schedule=tuple(replace(item, tentative=True) for item in plan.schedule))
    assert {event["STATUS"] for event in events(tentative)} == {"TENTATIVE"}
    assert {event["STATUS"] for event in events(plan)} == {"CONFIRMED"}


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert ics(plans.late_third_dose(), plans.GUIDELINE) == ics(plans.late_third_dose(), plans.GUIDELINE)

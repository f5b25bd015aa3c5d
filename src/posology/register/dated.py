"""The days of a course, of many patients at once: the window of the next dose, and the tests that are due.

The same law as `plan/course.py` and `schedule.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..model import Expr, Give, Guideline, Period, Rule, Timing
from ..plan.course import EARLY, YEAR
from ..schedule import days, gap, months
from .arrays import NEVER
from .asked import Asking
from .course import Followed
from .record import Record
from .sheet import Sheet, looked
from .weighed import Weighing

PLACES = 1000
"""More days of tests than a guideline has, and more tests than a rule calls for."""
LATER = np.iinfo(np.int64).max

# ---------------------------------------------------------------- calendar


def plus(day: Any, step: Period, times: int = 1) -> Any:
    """Days so many periods later; months are clamped to the month's end."""
    if months(step):
        return months_on(day, months(step) * times)
    return day + np.timedelta64(days(step) * times, "D")


def months_on(day: Any, many: Any) -> Any:
    """Days so many months later, clamped to the month's end."""
    month = day.astype("datetime64[M]")
    there = month + many
    last = (there + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.minimum(there.astype("datetime64[D]") + (day - month.astype("datetime64[D]")), last)


# ---------------------------------------------------------------- the next dose


def windows(record: Record, ways: Sequence[Followed], way: Any, maintained: Any) -> tuple[Any, Any]:
    """The first and the last day of each patient's next dose; ``way`` is the way of giving that is followed."""
    first, last = np.full(record.many, NEVER), np.full(record.many, NEVER)
    for place, followed in enumerate(ways):
        who = np.flatnonzero(way == place)
        if len(who):
            first[who], last[who] = _window(record, followed, who, maintained[who])
    return first, last


def _window(record: Record, way: Followed, who: Any, maintained: Any) -> tuple[Any, Any]:
    newest, number = (each[who] for each in _history(record, way))
    none = np.isnat(newest)
    stated = record.stated[who]
    begin = np.where(maintained | np.isnat(stated), record.on, stated)
    first, last = (np.where(none, begin, _due(newest, number, way.give, late)) for late in (False, True))
    over = ~_left(first, number, way, record.on)
    first[over] = last[over] = NEVER
    return first, last


def _history(record: Record, way: Followed) -> tuple[Any, Any]:
    """The newest dose, and how many there are, that count for a way of giving."""
    if way.loading:
        return record.newest[way.give.drug], record.number[way.give.drug]
    return record.last_dose, record.given


def _left(first: Any, number: Any, way: Followed, today: Any) -> Any:
    """Whether there is a next dose: not when all are given, nor beyond the year that a plan looks ahead."""
    some = np.ones(len(first), bool) if way.give.doses is None else number < way.give.doses
    return some if way.loading else some & (first <= plus(today, YEAR))


def _due(newest: Any, number: Any, give: Give, late: bool) -> Any:
    """The first or the last day of the next dose after the newest (see `schedule.due`)."""
    if give.times > 1:
        steps = np.array([gap(give, k) for k in range(give.times)], "timedelta64[D]")
        return newest + steps[number % give.times]
    return plus(newest, give.every_high if late else give.every_low)


# ---------------------------------------------------------------- reviews and tests


def reviews(here: Asking) -> None:
    """For each rule that calls for a review during a course, whether its day has come."""
    for rule in here.guideline.rules:
        timing = rule.action.timing
        if timing is not None and timing.during is not None and timing.at:
            _come(here.sheet, f"_review_{rule.name}", timing.at[0])


def _come(sheet: Sheet, name: str, step: Period) -> None:
    looked(sheet, name, partial(_has_come, step))


def _has_come(step: Period, record: Record) -> Any:
    return plus(record.start, step) <= record.on


def calling(guideline: Guideline, weighing: Weighing) -> dict[str, Expr]:
    """When each rule holds that calls for tests on days, by its name."""
    return {rule.name: weighing.rules[rule.name].truth.true for rule in timed(guideline)}


def timed(guideline: Guideline) -> tuple[Rule, ...]:
    """The rules that call for tests on days."""
    return tuple(r for r in guideline.rules if r.action.timing is not None and r.action.timing.during is None)


@dataclass(frozen=True, slots=True)
class Slot:
    """A day on which tests fall due (NaT: none by now), its rule, for whom, and whether it counts from a test."""

    day: Any
    rule: Rule
    holds: Any
    since: bool = False


def tests_due(record: Record, rules: Sequence[Rule], holds: Mapping[str, Any]) -> tuple[list[str], Any]:
    """The tests that may be due, and for each patient and test when it first is, as a number that sorts by day."""
    slots = [s for rule in rules for s in _slots(record, rule, holds[rule.name])]
    slots.sort(key=lambda s: s.since)
    names = sorted({test for s in slots for test in s.rule.action.tests})
    latest = _latest(record, [s for s in slots if not s.since])
    ranks = np.full((record.many, len(names)), LATER)
    for place, slot in enumerate(slots):
        for number, test in enumerate(slot.rule.action.tests):
            here = _falls_due(record, slot, test, latest)
            rank = (slot.day[here].astype(np.int64) * PLACES + place) * PLACES + number
            own = names.index(test)
            ranks[here, own] = np.minimum(ranks[here, own], rank)
    return names, ranks


def _slots(record: Record, rule: Rule, holds: Any) -> list[Slot]:
    """The days of a rule's tests that may have come."""
    timing = rule.action.timing
    assert timing is not None
    if timing.since:
        return [Slot(_since(record, timing), rule, holds, True)] if timing.every else []
    found = [plus(record.start, step) for step in timing.at]
    found += [_every(record, timing, back) for back in (0, 1)] if timing.every else []
    return [Slot(day, rule, holds) for day in found]


def _since(record: Record, timing: Timing) -> Any:
    assert timing.every is not None
    newest = record.seen[f"={timing.since}"]
    return np.where(np.isnat(newest), record.on, plus(newest, timing.every))


def _every(record: Record, timing: Timing, back: int) -> Any:
    """The newest day of a repeated test on or before the day of the plan (and the one before that)."""
    after, every, start, today = timing.after, timing.every, record.start, record.on
    assert every is not None
    if months(every):
        ahead = months(after) if after and months(after) else 0
        base = plus(start, after) if after and not ahead else start
        times = (_month(today) - _month(base) - ahead) // months(every) - back
        day = months_on(base, times * months(every) + ahead)
    else:
        base = plus(start, after) if after else start
        times = (today - base).astype(np.int64) // days(every) - back
        day = base + (times * days(every)).astype("timedelta64[D]")
    return np.where((times >= 1) & (day <= today), day, NEVER)


def _month(day: Any) -> Any:
    return day.astype("datetime64[M]").astype(np.int64)


def _latest(record: Record, slots: Sequence[Slot]) -> Any:
    """The newest day that has passed: of the tests counted from the start only its own are still listed."""
    found = np.full(record.many, NEVER)
    for slot in slots:
        found = np.fmax(found, np.where(slot.holds & (slot.day < record.on), slot.day, NEVER))
    return found


def _falls_due(record: Record, slot: Slot, test: str, latest: Any) -> Any:
    here = slot.holds & (slot.day <= record.on)
    if slot.since:
        return here
    done = record.seen[test] >= slot.day - np.timedelta64(EARLY.days, "D")
    return here & ~done & ((slot.day == record.on) | (slot.day == latest))

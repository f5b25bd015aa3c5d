"""The days of a course, of many patients at once: the window of the next dose, and the tests that are due.

The same law as `plan/course.py` and `schedule.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..model import Expr, Give, Guideline, Period, Rule, Timing
from ..plan.course import EARLY, YEAR
from ..schedule import days, gap, months
from .answers import ENTRIES, key
from .arrays import NEVER
from .asked import Asking
from .course import Followed
from .record import Record
from .sheet import Sheet, looked
from .weighed import Weighing

LEAST, MOST = np.iinfo(np.int64).min, np.iinfo(np.int64).max
LATER = MOST

# ---------------------------------------------------------------- calendar


def plus(day: Any, step: Period, times: int = 1) -> Any:
    """Days so many periods later; months are clamped to the month's end."""
    if months(step):
        return once_a_day(lambda each: months_on(each, months(step) * times), day)
    return day + np.timedelta64(days(step) * times, "D")


def once_a_day(what: Callable[[Any], Any], day: Any) -> Any:
    """What comes of days, worked out once for each day from the first to the last: patients are many, days are few."""
    number = np.atleast_1d(day).view(np.int64)  # NaT is the least of all, and the greatest of all when 1 is taken away
    first, last = int((number - 1).min(initial=MOST)) + 1, int(number.max(initial=LEAST))
    if not 0 <= last - first < number.size:
        return what(day)
    found = what(np.arange(first, last + 1).view("datetime64[D]"))
    return np.concatenate(([NEVER], found, [NEVER])).take(number - (first - 1), mode="clip")


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


@dataclass(frozen=True, slots=True)
class Due:
    """Tests that are due, as `answers.in_order` takes them."""

    names: list[str]
    which: list[int]
    keys: list[Any]


def tests_due(record: Record, rules: Sequence[Rule], holds: Mapping[str, Any]) -> Due:
    """The tests that are due or overdue, each by the first day on which it is."""
    slots = [s for rule in rules for s in _slots(record, rule, holds[rule.name])]
    slots.sort(key=lambda s: s.since)
    latest = _latest(record, [s for s in slots if not s.since])
    entries = [(slot, test) for slot in slots for test in slot.rule.action.tests]
    names = sorted({test for _, test in entries})
    first = {test: np.full(record.many, LATER) for test in names}
    some = {id(slot): _some(record, slot, latest) for slot in slots}
    for entry, (slot, test) in enumerate(entries):
        here = _not_done(record, slot, test, some[id(slot)])
        rank = slot.day[here].astype(np.int64) << ENTRIES | entry
        first[test][here] = np.minimum(first[test][here], rank)
    keys = [_keys(ranks) for ranks in first.values()]
    return Due(names, [names.index(test) for _, test in entries], keys)


def _keys(ranks: Any) -> Any:
    whose = np.flatnonzero(ranks != LATER)
    return key(whose, ranks[whose] >> ENTRIES, ranks[whose] & ((1 << ENTRIES) - 1))


def _slots(record: Record, rule: Rule, holds: Any) -> list[Slot]:
    """The days of a rule's tests that may have come."""
    timing = rule.action.timing
    assert timing is not None
    if timing.since:
        return [Slot(_since(record, timing), rule, holds, True)] if timing.every else []
    found = [plus(record.start, step) for step in timing.at]
    every = [partial(_every, timing, record.on, back) for back in (0, 1)] if timing.every else []
    found += [once_a_day(day, record.start) for day in every]
    return [Slot(day, rule, holds) for day in found]


def _since(record: Record, timing: Timing) -> Any:
    assert timing.every is not None
    newest = record.seen[f"={timing.since}"]
    return np.where(np.isnat(newest), record.on, plus(newest, timing.every))


def _every(timing: Timing, today: Any, back: int, start: Any) -> Any:
    """The newest day of a repeated test on or before the day of the plan (and the one before that)."""
    after, every = timing.after, timing.every
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


def _some(record: Record, slot: Slot, latest: Any) -> Any:
    """The patients whose tests a day is still about: the days that count from a test; else today and the newest one."""
    came = slot.holds & (slot.day <= record.on)
    return np.flatnonzero(came if slot.since else came & ((slot.day == record.on) | (slot.day == latest)))


def _not_done(record: Record, slot: Slot, test: str, some: Any) -> Any:
    """Those of them who have not had the test."""
    if slot.since:
        return some
    done = record.seen[test][some] >= slot.day[some] - np.timedelta64(EARLY.days, "D")
    return some[~done]

"""The days of a course in columns: the window of the next dose, the status that hangs on it, and tests that are due.

The same law as `plan/course.py` and `schedule.py`. What was settled without dates
(`answers.py`) stands in the table already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from ..model import Expr, Give, Guideline, Period, Rule, Timing
from ..plan.course import EARLY, YEAR
from ..schedule import add, days, gap, months
from .asked import Asking
from .course import Course, Followed
from .sheet import Sheet, told
from .weighed import Weighing

DAY_ZERO = date(1900, 1, 1)
PLACES = 1000
"""More days of tests than a guideline has, and more tests than a rule calls for."""


# ---------------------------------------------------------------- the next dose


def dated(table: ir.Table, ways: Sequence[Followed], where: Course, on: date) -> ir.Table:
    """The table with `last_dose`, `due_from`, `due_by`, `status` and `days_overdue`."""
    raw = table.mutate(
        last_dose=table._last_dose,
        _from=_by_way(table, [_window(table, way, on, False) for way in ways]),
        _by=_by_way(table, [_window(table, way, on, True) for way in ways]),
    )
    left = _by_way(raw, [_left(raw, way, on) for way in ways], "boolean").fill_null(False)
    none = ibis.null("date")
    kept = raw.mutate(due_from=left.ifelse(raw._from, none), due_by=left.ifelse(raw._by, none))
    return _standing(kept, ibis.literal(on))


def _by_way(table: ir.Table, each: Sequence[ir.Value], kind: str = "date") -> ir.Value:
    """What belongs to the way of giving that is followed; NULL where none is."""
    found = [(table._way == str(k), value) for k, value in enumerate(each)]
    return ibis.cases(*found, else_=ibis.null(kind)) if found else ibis.null(kind)


def history_of(way: Followed) -> tuple[str, str]:
    """The columns of the newest dose, and of how many there are, that count for a way of giving."""
    return (f"_last_{way.give.drug}", f"_n_{way.give.drug}") if way.loading else ("_last_dose", "_given")


def _window(table: ir.Table, way: Followed, on: date, latest: bool) -> ir.Value:
    """The earliest or the latest day of the next dose."""
    last, count = history_of(way)
    return table[last].isnull().ifelse(_begin(table, on), _due(table[last], table[count], way.give, latest))


def _begin(table: ir.Table, on: date) -> ir.Value:
    """Where no dose is on record: maintenance begins on the day, any other course on its stated first day."""
    today = ibis.literal(on)
    return (table.phase == "maintenance").fill_null(False).ifelse(today, table._stated.fill_null(today))


def _left(table: ir.Table, way: Followed, on: date) -> ir.Value:
    """Whether there is a next dose: not when all are given, nor beyond the year that a plan looks ahead."""
    some = ibis.literal(True)
    if way.give.doses is not None:
        some = some & (table[history_of(way)[1]] < way.give.doses)
    return some if way.loading else some & (table._from <= ibis.literal(add(on, YEAR)))


def _due(last: ir.Value, count: ir.Value, give: Give, latest: bool) -> ir.Value:
    """The window of the next dose after the last one (see `schedule.due`)."""
    if give.times > 1:
        steps = [(count % give.times == k, plus(last, Period(gap(give, k), "D"))) for k in range(give.times)]
        return ibis.cases(*steps, else_=ibis.null("date"))
    return plus(last, give.every_high if latest else give.every_low)


def plus(day: ir.Value, step: Period, times: int = 1) -> ir.Value:
    """A date column so many periods later; months are clamped to the month's end."""
    if months(step):
        return _day(day + ibis.interval(months=months(step) * times))
    return _day(day + ibis.interval(days=days(step) * times))


def _day(moment: ir.Value) -> ir.Value:
    """A date that really is one: some engines make a time of a date and a period, whatever its type says."""
    return moment.cast("timestamp").cast("date")


def _standing(table: ir.Table, today: ir.Value) -> ir.Table:
    """`status`: what no date changes, else what the next window says; and `days_overdue`."""
    late = (table.due_by < today).fill_null(False)
    return table.mutate(
        status=ibis.cases(
            (table._standing.notnull(), table._standing),
            (table._last_dose.isnull(), "not_started"),
            (late, "overdue"),
            ((table.phase == "loading").fill_null(False), "in_loading"),
            ((table.due_from <= today).fill_null(False), "due"),
            else_="up_to_date",
        ),
        days_overdue=late.ifelse(today.delta(table.due_by, unit="day"), ibis.null("int64")),
    )


# ---------------------------------------------------------------- reviews and tests


def reviews(here: Asking, on: date) -> None:
    """For each rule that calls for a review during a course, whether its day has come."""
    for rule in here.guideline.rules:
        timing = rule.action.timing
        if timing is not None and timing.during is not None and timing.at:
            _come(here.sheet, f"_review_{rule.name}", timing.at[0], on)


def _come(sheet: Sheet, name: str, step: Period, on: date) -> None:
    told(sheet, name, lambda t: plus(t._start, step) <= ibis.literal(on))


def calling(guideline: Guideline, weighing: Weighing) -> dict[str, Expr]:
    """For each rule that calls for tests on days, the column that says whether it holds, and when it does."""
    rules = [rule for rule in guideline.rules if _on_days(rule)]
    return {f"_holds_{rule.name}": weighing.rules[rule.name].truth.true for rule in rules}


def _on_days(rule: Rule) -> bool:
    return rule.action.timing is not None and rule.action.timing.during is None


@dataclass(frozen=True, slots=True)
class Slot:
    """A day on which tests fall due: its column (NULL: none by now), its rule, and whether it counts from a test."""

    day: str
    rule: Rule
    since: bool = False


def tests_due(table: ir.Table, guideline: Guideline, on: date) -> ir.Table:
    """The table with the column `tests_due`: what is due or overdue, by day."""
    days_ = {s: day for rule in guideline.rules if _on_days(rule) for s, day in _slots(table, rule, on)}
    slots = sorted(days_, key=lambda s: s.since)
    names = sorted({test for s in slots for test in s.rule.action.tests})
    if not names:
        return table.mutate(tests_due=ibis.literal(""))
    found = table.mutate(**{s.day: day for s, day in days_.items()})
    found = found.mutate(_latest=_latest(found, [s for s in slots if not s.since], on))
    ranks = {f"_test_{test}": _first(found, slots, test, names, on) for test in names}
    found = found.mutate(**ranks)
    return found.mutate(tests_due=_listed(found, list(ranks), names))


def _slots(table: ir.Table, rule: Rule, on: date) -> list[tuple[Slot, ir.Value]]:
    """The days of a rule's tests that may have come."""
    timing, name = rule.action.timing, f"_day_{rule.name}"
    assert timing is not None
    if timing.since:
        return [(Slot(name, rule, True), _since(table, timing, on))] if timing.every else []
    found = [(Slot(f"{name}_{k}", rule), plus(table._start, step)) for k, step in enumerate(timing.at)]
    if timing.every:
        found += [(Slot(f"{name}_every_{k}", rule), _every(table._start, timing, on, k)) for k in (0, 1)]
    return found


def _since(table: ir.Table, timing: Timing, on: date) -> ir.Value:
    newest = table[f"_seen_={timing.since}"]
    assert timing.every is not None
    return plus(newest, timing.every).fill_null(ibis.literal(on))


def _every(start: ir.Value, timing: Timing, on: date, back: int) -> ir.Value:
    """The newest day of a repeated test on or before the day of the plan (and the one before that)."""
    after, every = timing.after, timing.every
    assert every is not None
    if months(every) and (after is None or months(after)):
        first_month = months(after) if after else 0
        passed = (on.year * 12 + on.month) - (start.year() * 12 + start.month()) - first_month
        times = (passed // months(every)).cast("int64") - back
        day = _months_on(start, times * months(every) + first_month)
        return ((times >= 1) & (day <= ibis.literal(on))).ifelse(day, ibis.null("date"))
    base = plus(start, after) if after else start
    if months(every):
        return _stepping(base, every, on, back)
    times = (ibis.literal(on).delta(base, unit="day") // days(every)).cast("int64") - back
    day = _day(base + (times * days(every)).as_interval("D"))
    return (times >= 1).ifelse(day, ibis.null("date"))


def _stepping(base: ir.Value, every: Period, on: date, back: int) -> ir.Value:
    passed = (on.year * 12 + on.month) - (base.year() * 12 + base.month())
    times = (passed // months(every)).cast("int64") - back
    day = _months_on(base, times * months(every))
    return ((times >= 1) & (day <= ibis.literal(on))).ifelse(day, ibis.null("date"))


def _months_on(day: ir.Value, many: ir.Value) -> ir.Value:
    return _day(day + many.as_interval("M"))


def _latest(table: ir.Table, slots: Sequence[Slot], on: date) -> ir.Value:
    """The newest day that has passed: of the tests counted from the start only its own are still listed."""
    today, none = ibis.literal(on), ibis.null("date")
    passed = [(_holds(table, s) & (table[s.day] < today)).ifelse(table[s.day], none) for s in slots]
    return ibis.greatest(*passed) if passed else none


def _holds(table: ir.Table, slot: Slot) -> ir.BooleanValue:
    return table[f"_holds_{slot.rule.name}"]


def _first(table: ir.Table, slots: Sequence[Slot], test: str, names: Sequence[str], on: date) -> ir.Value:
    """When a test is first due, as a number that sorts by day and then by place; NULL when it is not."""
    ranks = [_rank(table, s, k, test, on) for k, s in enumerate(slots) if test in s.rule.action.tests]
    return ibis.least(*ranks) * len(names) + names.index(test)


def _rank(table: ir.Table, slot: Slot, place: int, test: str, on: date) -> ir.Value:
    today, day = ibis.literal(on), table[slot.day]
    here = _holds(table, slot) & (day <= today)
    if not slot.since:
        seen = table[f"_seen_{test}"]
        done = (seen >= _day(day - ibis.interval(days=EARLY.days))).fill_null(False)
        here = here & ~done & ((day == today) | (day == table._latest).fill_null(False))
    number = day.delta(ibis.literal(DAY_ZERO), unit="day").cast("int64")
    rank = (number * PLACES + place) * PLACES + slot.rule.action.tests.index(test)
    return here.fill_null(False).ifelse(rank, ibis.null("int64"))


def _listed(table: ir.Table, ranks: Sequence[str], names: Sequence[str]) -> ir.Value:
    """The names whose ranks are not NULL, by rank, joined by semicolons."""
    words = ibis.array(list(names))
    due = ibis.array([table[rank] for rank in ranks]).filter(lambda v: v.notnull()).sort()
    return due.map(lambda v: words[(v % len(names)).cast("int32")]).join(";").fill_null("")

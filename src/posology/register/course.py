"""The course of treatment in columns: the phase, the rule that is followed, its next window, and tests that are due.

The same law as `plan/course.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import ibis
import ibis.expr.types as ir

from ..backends.relational import column
from ..expr import facts_of
from ..model import Expr, Give, Is, Period, Rule, Timing
from ..plan.course import EARLY, YEAR
from ..plan.history import giving
from ..schedule import add, days, gap, months
from .asked import Asking, anything
from .settled import Choice, Decided, firsts
from .sheet import MOST, NO, YES, Sheet, both, chosen, either, kleene, named, no, ordered, put
from .weighed import Weighing, forbids

DAY_ZERO = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Course:
    """Each phase with when it is the one; and the decision that rules, with when it does."""

    phases: dict[str, Expr]
    running: tuple[tuple[Expr, Decided], ...]
    parts: tuple[Decided, ...]


def course(sheet: Sheet, decided: Mapping[str, Decided], here: Asking) -> Course:
    """The phase that is running or about to begin."""
    last = _last(decided, here)
    if last is None:
        return Course({"none": YES}, (), ())
    first = decided.get(last.decision.after or "")
    parts = tuple(d for d in (first, last) if d)
    applicable = [no(d.outcomes["not applicable"]) for d in parts]
    stopped = either(*(d.outcomes["stopped"] for d in parts))
    if first is None:
        on = named(sheet, both(applicable[0], no(stopped)))
        return Course({"maintenance": on, "none": no(on)}, ((on, last),), parts)
    return _phases(sheet, first, last, named(sheet, no(stopped)), here)


def _last(decided: Mapping[str, Decided], here: Asking) -> Decided | None:
    giving_ones = [d for d in decided.values() if giving(here.guideline, d.decision.name)]
    return next((d for d in giving_ones if d.decision.after), giving_ones[0] if giving_ones else None)


def _phases(sheet: Sheet, first: Decided, last: Decided, on: Expr, here: Asking) -> Course:
    scope = kleene(sheet, first.decision.scope)
    grounds = [kleene(sheet, rule.applies) for rule in giving(here.guideline, last.decision.name)]
    ground = named(sheet, either(*(g.true for g in grounds)))
    open_ground = named(sheet, either(*(g.open for g in grounds)))
    done = kleene(sheet, first.decision.done) if first.decision.done is not None else kleene(sheet, NO)
    phases = {
        "loading": both(on, scope.true, done.false),
        "maintenance": both(on, scope.true, done.true),
        "prophylaxis": both(on, scope.false, ground),
        "unknown": both(
            on, either(scope.open, both(scope.true, done.open), both(scope.false, no(ground), open_ground))
        ),
        "none": YES,
    }
    phases = {name: named(sheet, condition) for name, condition in phases.items()}
    after = named(sheet, either(phases["maintenance"], phases["prophylaxis"]))
    return Course(phases, ((phases["loading"], first), (after, last)), (first, last))


# ---------------------------------------------------------------- what is followed


@dataclass(frozen=True, slots=True)
class Followed:
    """A way of giving that the schedule may follow: when it does, firmly or not, and whether it is a loading."""

    choice: Choice
    give: Give
    when: Expr
    firm: Expr
    loading: bool


def followed(sheet: Sheet, where: Course) -> list[Followed]:
    """Every way of giving that some patient's schedule follows."""
    return [f for running, decided in where.running for f in _followed(sheet, running, decided, where)]


def _followed(sheet: Sheet, running: Expr, decided: Decided, where: Course) -> list[Followed]:
    out = either(*(decided.outcomes[name] for name in ("conflict", "stopped", "done")))
    ways = [
        (choice, option.give, named(sheet, both(choice.standing, one)))
        for choice in decided.choices
        for one, option in zip(firsts(choice.options), choice.options, strict=True)
    ]
    regimens: dict[tuple[Period, Period, int], Expr] = {}
    for _, give, stands in ways:
        key = (give.every_low, give.every_high, give.times)
        regimens[key] = either(regimens.get(key, NO), stands)
    held = list(regimens.values())
    mixed = either(*(both(a, b) for k, a in enumerate(held) for b in held[k + 1 :]))
    free = named(sheet, both(running, no(out), no(mixed)))
    found, before = [], NO
    loading = decided is where.parts[0] and len(where.parts) > 1
    for choice, give, stands in ways:
        here = named(sheet, both(free, stands, no(before)))
        firm = both(no(anything(choice.unless)), no(choice.provisional))
        found.append(Followed(choice, give, here, named(sheet, firm), loading))
        before = named(sheet, either(before, stands))
    return found


def regimen(sheet: Sheet, ways: Sequence[Followed], where: Course, on: date) -> None:
    """The columns `rule`, `drug`, `every_low`, `every_high`, `certainty`, `due_from` and `due_by`."""
    chosen(sheet, "rule", _by([(w.choice.name, w.when) for w in ways]))
    chosen(sheet, "drug", _by([(w.give.drug, w.when) for w in ways]))
    chosen(sheet, "every_low", _by([(str(w.give.every_low), w.when) for w in ways]))
    chosen(sheet, "every_high", _by([(str(w.give.every_high), w.when) for w in ways]))
    firm = named(sheet, either(*(both(w.when, w.firm) for w in ways)))
    any_ = named(sheet, either(*(w.when for w in ways)))
    chosen(sheet, "certainty", {"firm": firm, "provisional": any_})
    windows = [_window(sheet, way, k, where.phases.get("maintenance", NO), on) for k, way in enumerate(ways)]
    for k, name in enumerate(("due_from", "due_by")):
        pairs = [(way.when, window[k]) for way, window in zip(ways, windows, strict=True)]
        reads = [f for when, column_ in pairs for f in (*facts_of(when), column_)]
        put(sheet, name, reads, partial(_pick, pairs=pairs))


def _by(pairs: Sequence[tuple[str, Expr]]) -> dict[str, Expr]:
    """Words with when they are the right one, each word once."""
    found: dict[str, Expr] = {}
    for word, condition in pairs:
        found[word] = either(found.get(word, NO), condition)
    return found


def _pick(table: ir.Table, pairs: Sequence[tuple[Expr, str]]) -> ir.Value:
    live = [(column(when, table), table[name]) for when, name in pairs if when != NO]
    return ibis.cases(*live, else_=ibis.null("date")) if live else ibis.null("date")


def _window(sheet: Sheet, way: Followed, place: int, maintenance: Expr, on: date) -> tuple[str, str]:
    """The earliest and the latest day of the next dose, as two columns; NULL when nothing is left to give."""
    give = way.give
    last, count = (f"_last_{give.drug}", f"_n_{give.drug}") if way.loading else ("_last_dose", "_given")
    begin = "_begin"
    put(sheet, begin, [*facts_of(maintenance), "_stated"], lambda t: _begin(t, maintenance, on))
    names = f"_from_{place}", f"_by_{place}"
    for name, latest in zip(names, (False, True), strict=True):

        def made(t: ir.Table, latest: bool = latest) -> ir.Value:
            day = t[last].isnull().ifelse(t[begin], _due(t[last], t[count], give, latest))
            return _left(t, day, t[names[0]] if latest else day, t[count], way, on)

        put(sheet, name, [last, count, begin, *(names[:1] if latest else ())], made)
    return names


def _begin(table: ir.Table, maintenance: Expr, on: date) -> ir.Value:
    """Where no dose is on record: maintenance begins on the day, any other course on its stated first day."""
    today = ibis.literal(on)
    return column(maintenance, table).ifelse(today, table._stated.fill_null(today))


def _left(table: ir.Table, day: ir.Value, earliest: ir.Value, count: ir.Value, way: Followed, on: date) -> ir.Value:
    """The day, unless all doses are given or it lies beyond the year that a plan looks ahead."""
    none = ibis.null("date")
    if way.give.doses is not None:
        day = (count < way.give.doses).ifelse(day, none)
    if not way.loading:
        day = (earliest <= ibis.literal(add(on, YEAR))).ifelse(day, none)
    return day


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


# ---------------------------------------------------------------- status


def status(sheet: Sheet, ways: Sequence[Followed], where: Course, weighing: Weighing, on: date) -> None:
    """The columns `phase`, `status` and `days_overdue`."""
    chosen(sheet, "phase", where.phases)
    today = ibis.literal(on)
    put(sheet, "_none_given", ["_last_dose"], lambda t: t._last_dose.isnull())
    put(sheet, "_overdue", ["due_by"], lambda t: (t.due_by < today).fill_null(False))
    put(sheet, "_due", ["due_from"], lambda t: (t.due_from <= today).fill_null(False))
    stopped = either(*(d.outcomes["stopped"] for d in where.parts))
    chosen(sheet, "status", {
        "refer": _held(weighing, where, True),
        "stop": either(_held(weighing, where, False), stopped),
        "decide": _left_to_decide(where),
        "ask": no(either(*(w.when for w in ways))),
        "not_started": Is("_none_given"),
        "overdue": Is("_overdue"),
        "in_loading": where.phases.get("loading", NO),
        "due": Is("_due"),
        "up_to_date": YES,
    })  # fmt: skip
    put(sheet, "days_overdue", ["due_by"], lambda t: (t.due_by < today).ifelse(today.delta(t.due_by, unit="day"), None))


def _held(weighing: Weighing, where: Course, refers: bool) -> Expr:
    """Whether a gate holds that forbids what the course would give: one that refers the patient, or another."""
    rules = [c.weighed.rule for d in where.parts for c in d.choices]
    gates = [g for g in weighing.gates if any(forbids(g, r, r.action.gives) for r in rules)]
    kinds = [g for g in gates if g.rule.action.kind != "decide" and (g.rule.action.kind == "refer") is refers]
    return either(*(g.truth.true for g in kinds))


def _left_to_decide(where: Course) -> Expr:
    """Whether the decision that rules is the clinician's; while none rules, whether every one that applies is."""
    ruling = either(*(both(running, d.outcomes["decide"]) for running, d in where.running))
    applies = either(*(no(d.outcomes["not applicable"]) for d in where.parts))
    every = both(*(either(d.outcomes["decide"], d.outcomes["not applicable"]) for d in where.parts))
    return either(ruling, both(no(either(*(running for running, _ in where.running))), applies, every))


# ---------------------------------------------------------------- reviews and tests


def reviews(sheet: Sheet, here: Asking, on: date) -> None:
    """For each rule that calls for a review during a course, whether its day has come."""
    for rule in here.guideline.rules:
        timing = rule.action.timing
        if timing is not None and timing.during is not None and timing.at:
            put(
                sheet,
                f"_review_{rule.name}",
                ["_start"],
                partial(_has_come, step=timing.at[0], on=on),
            )


def _has_come(table: ir.Table, step: Period, on: date) -> ir.Value:
    return plus(table._start, step) <= ibis.literal(on)


def _after_start(table: ir.Table, step: Period) -> ir.Value:
    return plus(table._start, step)


def _repeated(table: ir.Table, timing: Timing, on: date, back: int) -> ir.Value:
    return _every(table._start, timing, on, back)


def _earliest(table: ir.Table, names: Sequence[str]) -> ir.Value:
    return ibis.least(*(table[name] for name in names))


@dataclass(frozen=True, slots=True)
class Slot:
    """A day on which tests fall due: its column (NULL: none by now), its rule's truth, and its tests."""

    day: str
    truth: Expr
    tests: tuple[str, ...]
    since: bool = False


def tests_due(sheet: Sheet, here: Asking, weighing: Weighing, on: date) -> None:
    """The column `tests_due`: what is due or overdue, by day."""
    slots = [s for w in weighing.rules.values() for s in _slots(sheet, w.rule, w.truth.true, on)]
    counted = [s for s in slots if not s.since]
    put(sheet, "_latest", [*_reads(counted)], lambda t: _latest(t, counted, on))
    ranks: dict[str, list[str]] = {}
    many = len({test for s in slots for test in s.tests})
    names = sorted({test for s in slots for test in s.tests})
    ordered_slots = [*counted, *(s for s in slots if s.since)]
    for place, slot in enumerate(ordered_slots):
        for test in slot.tests:
            name = f"{slot.day}_{test}"
            reads = [slot.day, "_latest", f"_seen_{test}", *_reads([slot])]
            make = lambda t, s=slot, p=place, e=test: _rank(t, s, p, e, on) * many + names.index(e)  # noqa: E731
            put(sheet, name, reads, make)
            ranks.setdefault(test, []).append(name)
    for test, found in ranks.items():
        put(sheet, f"_test_{test}", found, partial(_earliest, names=found))
    ordered(sheet, "tests_due", {test: f"_test_{test}" for test in names})


def _reads(slots: Sequence[Slot]) -> list[str]:
    return [name for s in slots for name in (s.day, *facts_of(s.truth))]


def _slots(sheet: Sheet, rule: Rule, truth: Expr, on: date) -> list[Slot]:
    """The days of a rule's tests that may have come."""
    timing, name = rule.action.timing, f"_day_{rule.name}"
    if timing is None or timing.during is not None:
        return []
    if timing.since:
        put(sheet, name, [f"_seen_={timing.since}"], lambda t: _since(t, timing, on))
        return [Slot(name, truth, rule.action.tests, True)] if timing.every else []
    found = []
    for k, step in enumerate(timing.at):
        put(sheet, f"{name}_{k}", ["_start"], partial(_after_start, step=step))
        found.append(Slot(f"{name}_{k}", truth, rule.action.tests))
    if timing.every:
        for k in (0, 1):
            put(sheet, f"{name}_every_{k}", ["_start"], partial(_repeated, timing=timing, on=on, back=k))
            found.append(Slot(f"{name}_every_{k}", truth, rule.action.tests))
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
    passed = [(column(s.truth, table) & (table[s.day] < today)).ifelse(table[s.day], none) for s in slots]
    return ibis.greatest(*passed) if passed else none


def _rank(table: ir.Table, slot: Slot, place: int, test: str, on: date) -> ir.Value:
    """When an open test falls due, as a number that sorts by day and then by place; NULL when it is not open."""
    today, day = ibis.literal(on), table[slot.day]
    here = column(slot.truth, table) & (day <= today)
    if not slot.since:
        seen = table[f"_seen_{test}"]
        done = (seen >= _day(day - ibis.interval(days=EARLY.days))).fill_null(False)
        here = here & ~done & ((day == today) | (day == table._latest).fill_null(False))
    number = day.delta(ibis.literal(DAY_ZERO), unit="day").cast("int64")
    rank = (number * MOST + place) * MOST + slot.tests.index(test)
    return here.fill_null(False).ifelse(rank, ibis.null("int64"))

"""The course of treatment: which phase, which dose next and in which window, which tests and reviews."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, takewhile
from typing import Literal

from ..expr import evaluate
from ..model import Give, Item, Period, Rule
from ..quantity import amount_words
from ..schedule import add, due, months
from .decide import Choice, Decided
from .history import STAND_IN, giving
from .known import Known
from .weigh import Weighing

Phase = Literal["none", "loading", "maintenance", "prophylaxis", "unknown"]
YEAR = Period(1, "Y")
EARLY = timedelta(days=30)
"""A result this long before its day still does the test; the editors' figure."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a patient stands: the phase, the decision that rules it, and the one that comes after."""

    phase: Phase
    now: Decided | None = None
    then: Decided | None = None


def course(decided: Mapping[str, Decided], known: Known) -> Course:
    """The phase that is running or about to begin."""
    last = _last(decided, known)
    if last is None:
        return Course("none")
    first = decided.get(last.decision.after or "")
    parts = [d for d in (first, last) if d and d.outcome != "not applicable"]
    if any(d.outcome == "stopped" for d in parts):
        return Course("none")
    if first is None:
        return Course("maintenance", last) if parts else Course("none")
    return _phase(first, last, known)


def _last(decided: Mapping[str, Decided], known: Known) -> Decided | None:
    """The decision whose course comes last: one that follows another, else the first that gives anything."""
    giving_ones = [d for d in decided.values() if giving(known.guideline, d.decision.name)]
    return next((d for d in giving_ones if d.decision.after), giving_ones[0] if giving_ones else None)


def _phase(first: Decided, last: Decided, known: Known) -> Course:
    scope = evaluate(first.decision.scope, known.values.get)
    if scope is None:
        return Course("unknown")
    if scope is False:
        grounds = {evaluate(rule.applies, known.values.get) for rule in giving(known.guideline, last.decision.name)}
        return Course("prophylaxis", last) if True in grounds else Course("unknown" if None in grounds else "none")
    done = evaluate(first.decision.done, known.values.get) if first.decision.done else False
    if done is None:
        return Course("unknown")
    return Course("maintenance", last) if done else Course("loading", first, last)


def followed(decided: Decided | None) -> Choice | None:
    """The rule whose dates the schedule follows: the firm one, or else the single one that stands for now."""
    if decided is None or decided.outcome in ("conflict", "stopped", "done"):
        return None
    standing = [c for c in decided.standing if c.options]
    agree = {(c.options[0].give.every_low, c.options[0].give.every_high, c.options[0].give.times) for c in standing}
    return standing[0] if len(agree) == 1 else None


def schedule(where: Course, weighing: Weighing, known: Known, horizon: Period) -> tuple[Item, ...]:
    """What lies ahead within the horizon, and whatever is due or overdue, by date."""
    end = add(known.on, horizon)
    items = [
        *_doses(where, weighing, known, end),
        *_tests(weighing, known, end),
        *_reviews(where, weighing, known),
    ]
    return tuple(sorted(items, key=lambda i: (i.date, ("dose", "test", "review").index(i.what))))


# ---------------------------------------------------------------- doses


def _doses(where: Course, weighing: Weighing, known: Known, end: date) -> list[Item]:
    choice = followed(where.now)
    if where.now is None or choice is None:
        return []
    give = choice.options[0].give
    if where.phase != "loading":
        last = known.doses[-1].on if known.doses else None
        begin = known.on if where.phase == "maintenance" else _beginning(known)
        ahead = _running(choice, give, last, len(known.doses), begin, known)
        left = None if give.doses is None else max(give.doses - len(known.doses), 0)
        return list(takewhile(lambda item: item.earliest <= end, islice(ahead, left)))
    since = [d for d in known.doses if d.on >= known.start and d.drug == give.drug]
    ahead = _running(choice, give, since[-1].on if since else None, len(since), _beginning(known), known)
    if give.doses is None:
        return list(_until_review(ahead, where.now, weighing, known, end))
    loading = [item for _, item in zip(range(give.doses - len(since)), ahead, strict=False)]
    return [*loading, *_first_after(where, loading, len(known.doses) + len(loading), known, end)]


def _beginning(known: Known) -> date:
    """Without a stated first day, a course of which no dose is on record begins today."""
    return known.patient.start or known.on


def _running(choice: Choice, give: Give, last: date | None, given: int, begin: date, known: Known) -> Iterator[Item]:
    """Doses from the next one on, without end; those after a due one count as if it were given today."""
    earliest, latest = (begin, begin) if last is None else due(give, last, given, 1)
    yield _dose(choice, give, earliest, latest, given + 1, known)
    if give.every_low.unit == "D" and (give.route not in STAND_IN or (give.every_low.count == 1 and not give.doses)):
        return  # what is taken day by day needs no list of days
    anchor, done, ahead = (last, given, 2) if last else (earliest, given + 1, 1)
    if earliest <= known.on:
        anchor, done, ahead = known.on, given + 1, 1
    number = given + 2
    while True:
        earliest, latest = due(give, anchor, done, ahead)
        yield _dose(choice, give, earliest, latest, number, known)
        ahead, number = ahead + 1, number + 1


def _dose(choice: Choice, give: Give, earliest: date, latest: date, number: int, known: Known) -> Item:
    tentative = bool(choice.unless) or choice.provisional
    return Item(
        earliest, earliest, latest, "dose", choice.name, dose_words(give), number, state(earliest, latest, known.on),
        open_ended=give.until is not None, tentative=tentative,
    )  # fmt: skip


def dose_words(give: Give) -> str:
    """One dose in words: drug, amount, route.

    >>> dose_words(Give("some_drug", 1.0, 2.0, "deep_subcutaneous", 1, YEAR, YEAR))
    'some drug 1–2 mg deep subcutaneous'
    """
    amount = amount_words(give.low, give.high, give.unit)
    return f"{give.drug.replace('_', ' ')} {amount} {give.route.replace('_', ' ')}"


def state(earliest: date, latest: date, on: date) -> Literal["due", "overdue", "upcoming"]:
    """Upcoming before the window, due within it, overdue after it; no grace is invented."""
    return "upcoming" if on < earliest else "due" if on <= latest else "overdue"


def _first_after(where: Course, loading: list[Item], given: int, known: Known, end: date) -> list[Item]:
    """The first dose after a loading of fixed length."""
    choice = followed(where.then)
    if choice is None or not loading:
        return []
    give = choice.options[0].give
    earliest, latest = due(give, max(loading[-1].date, known.on), given, 1)
    return [_dose(choice, give, earliest, latest, given + 1, known)] if earliest <= end else []


def _until_review(ahead: Iterator[Item], now: Decided, weighing: Weighing, known: Known, end: date) -> Iterator[Item]:
    """Open-ended doses: the next one, and the others up to the next review (after one that was missed, none)."""
    stop = min((max(day, known.on) for _, day in _review_days(now, weighing, known)), default=end)
    for number, item in enumerate(ahead):
        if number and item.date > stop:
            return
        yield item


# ---------------------------------------------------------------- reviews


def _reviewed(now: Decided, weighing: Weighing) -> list[tuple[Rule, Period]]:
    """The rules that call for a review during the running course, each with its day."""
    timed = [(w.rule, w.rule.action.timing) for w in weighing.rules.values() if w.truth]
    return [(rule, timing.at[0]) for rule, timing in timed if timing and timing.during == now.decision.name]


def _review_days(now: Decided, weighing: Weighing, known: Known) -> list[tuple[Rule, date]]:
    """The day of each review; once something was assessed, the next day of the same rhythm."""
    found = []
    for rule, step in _reviewed(now, weighing):
        day, times = add(known.start, step), 1
        while known.values.get(rule.action.tests[0]) is not None and day <= known.on:
            times += 1
            day = add(known.start, step, times)
        found.append((rule, day))
    return found


def _reviews(where: Course, weighing: Weighing, known: Known) -> list[Item]:
    """The reviews that are to come or are due: those of something that nobody has assessed yet."""
    choice = followed(where.now)
    if where.now is None or choice is None or choice.options[0].give.until is None:
        return []
    return [
        Item(day, day, day, "review", rule.name, test_words(rule.action.tests, known), 1, state(day, day, known.on))
        for rule, day in _review_days(where.now, weighing, known)
        if known.values.get(rule.action.tests[0]) is None
    ]


def review_due(rule: Rule, known: Known) -> bool:
    """Whether a review's day has come with nothing assessed."""
    timing = rule.action.timing
    assert timing is not None
    return known.values.get(rule.action.tests[0]) is None and known.on >= add(known.start, timing.at[0])


# ---------------------------------------------------------------- tests


def _tests(weighing: Weighing, known: Known, end: date) -> list[Item]:
    """Tests counted from the start (of those whose day has passed only the latest), and those since a result."""
    firm = [
        w.rule for w in weighing.rules.values() if w.truth and w.rule.action.timing and not w.rule.action.timing.during
    ]
    counted = sorted(((day, rule) for rule in firm for day in _days(rule, known, end)), key=lambda pair: pair[0])
    numbered = [_test(rule, day, number, known) for number, (day, rule) in enumerate(counted, 1)]
    latest_past = max((item.date for item in numbered if item.date < known.on), default=None)
    kept = [i for i in numbered if i.tests and (i.date >= known.on or i.date == latest_past)]
    return [*kept, *(item for rule in firm for item in _since(rule, known, end))]


def _days(rule: Rule, known: Known, end: date) -> Iterator[date]:
    timing = rule.action.timing
    if timing is None or timing.since:
        return
    for step in timing.at:
        if add(known.start, step) <= end:
            yield add(known.start, step)
    times = 1
    while timing.every:
        day = _from_start(known.start, timing.after, timing.every, times)
        if day > end:
            return
        yield day
        times += 1


def _from_start(start: date, after: Period | None, every: Period, times: int) -> date:
    """Month steps are added up before they are counted, so that the month's end is clamped once."""
    if after is not None and months(after) and months(every):
        return add(start, Period(months(after) + months(every) * times, "M"))
    return add(add(start, after) if after else start, every, times)


def _test(rule: Rule, day: date, number: int, known: Known) -> Item:
    open_ = tuple(test for test in rule.action.tests if not _done(test, day, known))
    return Item(
        day, day, day, "test", rule.name, test_words(open_, known), number, state(day, day, known.on), tests=open_
    )


def test_words(tests: tuple[str, ...], known: Known) -> str:
    """Tests by their short labels, joined by commas."""
    facts = known.guideline.facts
    return ", ".join(facts[test].short if test in facts else test.replace("_", " ") for test in tests)


def _done(test: str, day: date, known: Known) -> bool:
    names = {
        test,
        *(name for name, other in known.guideline.meta.get("stands_for", {}).items() if other == test),
    }
    first, last = day - EARLY, known.on
    return any(r.test in names and r.value is not None and first <= r.on <= last for r in known.patient.results)


def _since(rule: Rule, known: Known, end: date) -> list[Item]:
    timing = rule.action.timing
    if timing is None or not timing.since or timing.every is None:
        return []
    newest = max(
        (r.on for r in known.patient.results if r.test == timing.since and r.value is not None and r.on <= known.on),
        default=None,
    )
    day = add(newest, timing.every) if newest else known.on
    item = Item(
        day,
        day,
        day,
        "test",
        rule.name,
        test_words(rule.action.tests, known),
        1,
        state(day, day, known.on),
        tests=rule.action.tests,
    )
    return [item] if day <= end else []

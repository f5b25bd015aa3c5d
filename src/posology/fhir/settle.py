"""From what single resources say to what is known: one answer a fact, one result a day, each dose once.

The newest answer counts; records that disagree leave a fact unknown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from ..model import Code, Dose, Fact, Result, Value
from ..quantity import amount_words, plain
from .record import Answered, Given, Ignored, Measured, Source, Stated
from .report import Entry

ROUNDING = 0.01
"""Two figures of one sample in two units may differ by so much: a laboratory rounds each by itself."""

_T = TypeVar("_T")
_Dated = TypeVar("_Dated", Measured, Answered)
Said = Stated | Answered


def nothing() -> Sequence[Entry]:
    """That no resource became anything."""
    return ()


@dataclass(slots=True)
class Settled:
    """A fact, a result or a dose that is now known (``known`` None: nothing is), with its origin.

    ``read`` (written for the report, if at all) and ``ignored`` say what became of each resource that spoke of it,
    ``notices`` what the plan's reader must know, ``codes`` by which codes it was read.
    """

    name: str
    known: Value | Result | Dose | None
    source: Source
    read: Callable[[], Sequence[Entry]] = nothing
    ignored: Sequence[Ignored] = ()
    notices: Sequence[str] = ()
    codes: Sequence[Code] = ()


def grouped(items: Iterable[_T], by: Callable[[_T], Hashable]) -> list[list[_T]]:
    """The items that are alike, together, in the order of the first of each."""
    groups: dict[Hashable, list[_T]] = {}
    for item in items:
        groups.setdefault(by(item), []).append(item)
    return list(groups.values())


def _parted(dated: list[_Dated]) -> tuple[list[_Dated], list[_Dated]]:
    """The newest, and the older ones. Those of one day are told apart only when each has its hour."""
    if len(dated) < 2:
        return dated, []
    last = max((one.day for one in dated), default=None)
    today = [one for one in dated if one.day == last]
    hours = [one.moment.instant for one in today if one.moment.instant]
    hour = max(hours) if hours and len(hours) == len(today) else None
    newest = [one for one in today if hour is None or one.moment.instant == hour]
    kept = {id(one) for one in newest}
    return newest, [one for one in dated if id(one) not in kept]


# ---------------------------------------------------------------- facts


def settle_facts(told: Iterable[Said], facts: Mapping[str, Fact]) -> Iterator[Settled]:
    """Each fact that anything speaks of, with its one answer, or None when the record leaves it open."""
    for about in grouped(told, lambda one: one.fact):
        newest, older = _parted([one for one in about if isinstance(one, Answered)])
        stated = [one for one in about if isinstance(one, Stated)]
        yield _fact(facts[about[0].fact], [*stated, *newest], older)


def _fact(fact: Fact, said: list[Said], older: list[Answered]) -> Settled:
    clear = [one for one in said if one.value is not None]
    ignored = [Ignored(one.source, f"a newer answer on {fact.phrase} replaces it") for one in older]
    unclear = f"its answer on {fact.phrase} cannot be read"
    ignored += [Ignored(one.source, unclear, notice=True) for one in said if one.value is None]
    if len({one.value for one in clear}) == 1:

        def read() -> Sequence[Entry]:
            return [Entry(one.source.reference, _told(fact, one), fact.phrase) for one in clear]

        cautions = ((one, one.caution) for one in clear if one.caution)
        warned = tuple(f"{_told(fact, one)}: {caution}" for one, caution in cautions)
        codes = tuple(one.code for one in clear)
        return Settled(fact.name, clear[0].value, clear[0].source, read, tuple(ignored), warned, codes)
    why = f"the records disagree on {fact.phrase}, so it is left unknown"
    ignored += [Ignored(one.source, why, notice=True) for one in clear]
    return Settled(fact.name, None, said[0].source, ignored=tuple(ignored))


def _told(fact: Fact, one: Said) -> str:
    words = {True: "yes", False: "no"}
    word = words[one.value] if isinstance(one.value, bool) else one.value
    moment = one.moment if isinstance(one, Answered) else one.since
    return f"{fact.phrase}: {word}" + (f" ({moment.text[:10]})" if moment else "")


# ---------------------------------------------------------------- results


def settle_results(measured: Iterable[Measured], facts: Mapping[str, Fact]) -> Iterator[Settled]:
    """One result a test and day, oldest first; its value is None when it is unreadable or contradicted."""
    every: dict[str, dict[date, list[Measured]]] = {}
    for one in measured:
        every.setdefault(one.test, {}).setdefault(one.day, []).append(one)
    for test in sorted(every):
        by_day, fact = every[test], facts.get(test)
        newest = max(by_day)
        for day in sorted(by_day):
            yield _result(by_day[day], fact, day == newest)


def _result(of_day: list[Measured], fact: Fact | None, newest: bool) -> Settled:
    kept, ignored = _chosen(of_day, newest) if len(of_day) > 1 else (of_day, ())
    value, why = _agreed(kept)
    first = kept[0]
    return Settled(
        first.test,
        Result(first.day, first.test, value),
        first.source,
        partial(_entries, kept, fact, value, why),
        ignored,
        _warned(kept, fact, value, why) if newest else (),  # of older ones the report alone tells
        [one.code for one in kept],
    )


def _chosen(of_day: list[Measured], newest: bool) -> tuple[list[Measured], Sequence[Ignored]]:
    """The results of a day that count, and why the others do not."""
    last, earlier = _parted(of_day)
    beside, kept = _fitting(last)
    ignored = [Ignored(one.source, "a later result of the same day replaces it") for one in earlier]
    return kept, ignored + [Ignored(one.source, one.why, notice=newest) for one in beside]


def _entries(kept: list[Measured], fact: Fact | None, value: float | None, why: str) -> list[Entry]:
    name = fact.phrase if fact else kept[0].test.replace("_", " ")
    told = f"{name} of {kept[0].day}: {_figure(value, fact, why)}"
    return [Entry(one.source.reference, told, name) for one in kept]


def _warned(kept: list[Measured], fact: Fact | None, value: float | None, why: str) -> tuple[str, ...]:
    """What the plan's reader must know of the newest result."""
    cautions = {one.caution for one in kept if one.caution}
    told = f"{_entries(kept, fact, value, why)[0].text} ({kept[0].source.reference})"
    return (told,) if why else tuple(f"{told}: {caution}" for caution in sorted(cautions))


def _fitting(last: list[Measured]) -> tuple[list[Measured], list[Measured]]:
    """Those in a unit of something else are set aside when a proper figure stands beside them."""
    if len(last) > 1 and any(one.value is not None for one in last):
        return [one for one in last if not one.fits], [one for one in last if one.fits]
    return [], last


def _agreed(kept: list[Measured]) -> tuple[float | None, str]:
    """The one figure that all of the same time agree on, or why there is none."""
    if len(kept) == 1:
        return kept[0].value, kept[0].why
    why = next((one.why for one in kept if one.why), "")
    if not why and not all(_same(kept[0], one) for one in kept[1:]):
        why = "several figures of the same time disagree"
    return (None, why) if why else (kept[0].value, "")


def _same(one: Measured, other: Measured) -> bool:
    if one.value is None or other.value is None:
        return one.value is other.value
    return math.isclose(one.value, other.value, rel_tol=1e-9 if one.unit == other.unit else ROUNDING)


def _figure(value: float | None, fact: Fact | None, why: str) -> str:
    if why:
        return f"unknown, because {why}"
    return "done" if value is None or fact is None else f"{plain(float(f'{value:.6g}'))} {fact.unit}"


# ---------------------------------------------------------------- doses


def settle_doses(given: Iterable[Given]) -> Iterator[Settled]:
    """Each dose once, oldest first: the administered ones, then those only said to have been given."""
    in_order = sorted(given, key=lambda one: (one.day, one.drug, one.route is None, _hearsay(one), one.route or ""))
    for of_day in grouped(in_order, lambda one: (one.day, one.drug)):
        kept: list[Given] = []
        yield from (_dose(one, kept) for one in of_day)


def _hearsay(one: Given) -> bool:
    return one.source.kind != "MedicationAdministration"


def _dose(one: Given, kept: list[Given]) -> Settled:
    """One dose of a day; ``kept`` are those of the day that count already, and grows."""
    if any(_twins(one, other) for other in kept):
        return _left_out(one, f"this dose of {one.drug} is on record already")
    if one.route is None:
        return _left_out(one, _no_route(one), notice=True)
    kept.append(one)
    amount = "amount not recorded" if one.amount is None else amount_words(one.amount, one.amount, one.unit)
    words = f"dose of {one.drug} on {one.day}, {amount}, {one.route.replace('_', ' ')}"
    read = [Entry(one.source.reference, words, f"dose of {one.drug}")]
    dose = Dose(one.day, one.drug, one.amount, one.route, one.unit)
    return Settled(one.drug, dose, one.source, lambda: read, _open_amount(one), codes=(one.code,) if one.code else ())


def _no_route(one: Given) -> str:
    """Why a dose without a known route does not count."""
    if one.other_route:
        route = f"is of a route that does not count ({one.other_route})"
        return f"the dose of {one.drug} on {one.day} {route}: not counted"
    return f"{one.drug} was given on {one.day}, but its route is not recorded: not counted"


def _open_amount(one: Given) -> tuple[Ignored, ...]:
    """That a dose counts although its amount is not known, in one wording for all such doses."""
    why = f"the dose of {one.drug} counts, but its amount is left open: {one.no_amount}"
    return (Ignored(one.source, why, notice=True),) if one.amount is None else ()


def _twins(one: Given, other: Given) -> bool:
    """The same dose, told twice; two administrations are two doses."""
    silent = one.route is None and not one.other_route
    return (_hearsay(one) or _hearsay(other)) and (silent or one.route == other.route)


def _left_out(one: Given, why: str, notice: bool = False) -> Settled:
    return Settled(one.drug, None, one.source, ignored=(Ignored(one.source, why, notice),))

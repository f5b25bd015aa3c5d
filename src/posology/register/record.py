"""The records of many patients at once, as arrays: which doses count, since when, and what the gaps between them say.

The same law as `plan/history.py`. An engine hands each dose over as one number (`history.py`): the day, the drug's
place among the drugs and how it was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from ..plan.history import LONG_GAP
from .arrays import NEVER, numbers
from .arrays import days as days_of
from .measured import DAY_ZERO, Measured, Tests, measured

COUNTS, OTHER, INTO_A_VEIN = range(3)
"""How a dose was given: so that it counts, otherwise, or in the way that does not even begin a treatment."""
WAY_BITS, DRUG_BITS = 2, 8
"""Bits of one such number for the way and for the drug; the day stands above them."""
ROOM = 40
"""Bits of one such number; those above them say whose it is."""


@dataclass(frozen=True, slots=True)
class Batch:
    """So many patients as an engine hands them over: `people`, a row each, and their doses and results.

    ``whose_dose`` and ``whose_result`` are the places of patients among the people.
    """

    people: pa.RecordBatch
    whose_dose: Any
    doses: Any
    whose_result: Any
    results: Any
    values: Any


@dataclass(frozen=True, slots=True)
class Coding:
    """What the numbers of doses mean: ``drugs`` in order, the guideline's own first, so many of them.

    ``counted`` are the drugs whose doses are counted by themselves; ``bounded`` names, by a drug and how many of its
    doses make a course, whether a long gap comes before the last of them.
    """

    drugs: tuple[str, ...]
    own: int
    counted: tuple[str, ...]
    bounded: Mapping[str, tuple[str, int]]
    tests: Tests


@dataclass(frozen=True, slots=True)
class Record:
    """What the records of so many patients say on a day, an array each; days are NaT where there is none."""

    many: int
    on: Any
    stated: Any
    begun: Any
    start: Any
    given: Any
    last_dose: Any
    last_is_own: Any
    since_last: Any
    gap: Any
    maintained: Any
    twice: Any
    number: Mapping[str, Any]
    newest: Mapping[str, Any]
    gaps: Mapping[str, Any]
    numbers: Mapping[str, Any]
    seen: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Doses:
    """Doses in order, by patient and day: whose, when, of which drug, and in which way."""

    who: Any
    day: Any
    drug: Any
    way: Any

    def where(self, chosen: Any) -> _Doses:
        """Those that are chosen; mostly all are."""
        if chosen.all():
            return self
        return _Doses(self.who[chosen], self.day[chosen], self.drug[chosen], self.way[chosen])


def recorded(batch: Batch, coding: Coding, on: date) -> Record:
    """The records of a batch of patients."""
    many, today = batch.people.num_rows, np.datetime64(on, "D")
    doses = _doses(batch)
    found = _measured(batch, coding)
    stated = days_of(batch.people.column("start"))
    begins = doses.where(doses.way != INTO_A_VEIN)
    first = _last(begins.who[::-1], begins.day[::-1], many)
    start = np.where(np.isnat(stated), np.where(np.isnat(first), today, first), stated)
    counting = doses.where(doses.way == COUNTS)
    begin = _first_of_days(counting)
    days = counting.where(begin)
    since = days.day >= start[days.who]
    own = {drug: since & (days.drug == coding.drugs.index(drug)) for drug in coding.counted}
    gap, three = _gaps(days, start)
    return Record(
        many, today, stated, ~np.isnat(first), start,
        given=_count(days.who, many),
        last_dose=_last(days.who, days.day, many),
        last_is_own=_marked(_last_of_each(days, days.drug < coding.own), many),
        since_last=_last(days.who[since], days.day[since], many),
        gap=_marked(days.who[gap], many),
        maintained=_marked(days.who[three], many),
        twice=_marked(counting.who[~begin], many),
        number={drug: _count(days.who[here], many) for drug, here in own.items()},
        newest={drug: _last(days.who[here], days.day[here], many) for drug, here in own.items()},
        gaps={
            name: _marked(days.who[gap & (_so_far(days, own[drug], many) < enough)], many)
            for name, (drug, enough) in coding.bounded.items()
        },
        numbers=found.numbers,
        seen=found.seen,
    )  # fmt: skip


def _measured(batch: Batch, coding: Coding) -> Measured:
    stated = {name: numbers(batch.people.column(name), np.nan) for name in coding.tests.numbers}
    return measured(batch.people.num_rows, batch.whose_result, batch.results, batch.values, stated, coding.tests)


def _doses(batch: Batch) -> _Doses:
    whole = np.sort(batch.whose_dose.astype(np.int64) << ROOM | batch.doses.astype(np.int64))
    day = (whole & ((1 << ROOM) - 1)) >> (WAY_BITS + DRUG_BITS)
    drug = (whole >> WAY_BITS).astype(np.int16) & ((1 << DRUG_BITS) - 1)
    way = whole.astype(np.int8) & ((1 << WAY_BITS) - 1)
    return _Doses(whole >> ROOM, np.datetime64(DAY_ZERO, "D") + day, drug, way)


def _first_of_days(doses: _Doses) -> Any:
    """The first of each day: of several drugs on one day the guideline's own counts, which comes first."""
    first = np.ones(len(doses.who), bool)
    first[1:] = (doses.who[1:] != doses.who[:-1]) | (doses.day[1:] != doses.day[:-1])
    return first


def _gaps(days: _Doses, start: Any) -> tuple[Any, Any]:
    """The days with a long gap before them since the start, and those that end three such gaps in a row."""
    long = np.zeros(len(days.who), bool)
    long[1:] = (days.who[1:] == days.who[:-1]) & (days.day[1:] - days.day[:-1] >= np.timedelta64(LONG_GAP, "D"))
    within = days.day >= start[days.who]
    return long & _before(within, 1), long & _before(long, 1) & _before(long, 2) & _before(within, 3)


def _before(flags: Any, many: int) -> Any:
    """The flag so many places earlier."""
    found = np.zeros(len(flags), bool)
    found[many:] = flags[:-many]
    return found


def _so_far(days: _Doses, chosen: Any, many: int) -> Any:
    """How many of the chosen doses of the same patient came before each day."""
    before = np.cumsum(chosen) - chosen
    first = np.zeros(many, np.int64)
    first[days.who[::-1]] = before[::-1]
    return before - first[days.who]


# ---------------------------------------------------------------- one value a patient


def _last(who: Any, day: Any, many: int) -> Any:
    """The last day of each patient, in the order of the days."""
    found = np.full(many, NEVER)
    found[who] = day
    return found


def _last_of_each(days: _Doses, flags: Any) -> Any:
    """The patients whose last day has a flag."""
    last = np.ones(len(days.who), bool)
    last[:-1] = days.who[1:] != days.who[:-1]
    return days.who[last & flags]


def _marked(who: Any, many: int) -> Any:
    found = np.zeros(many, bool)
    found[who] = True
    return found


def _count(who: Any, many: int) -> Any:
    return np.bincount(who, minlength=many)

"""The results of many patients at once, as arrays: the newest of each test, and when each was last done.

The same law as `plan/known.py`. An engine hands each result over as a number, the day and the test's place among the
tests, and its value (NaN: it cannot be read).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ..model import Above
from .arrays import NEVER

DAY_ZERO = date(1900, 1, 1)
"""The day from which the days of doses and results are counted."""
TEST_BITS = 10
"""Bits of a result's number for its test; the day stands above them."""
ROOM = 20
"""Bits of a day, and of a test."""


@dataclass(frozen=True, slots=True)
class Tests:
    """The tests whose results are wanted, in order; the facts that are numbers; and which results do a test."""

    names: tuple[str, ...]
    numbers: tuple[str, ...]
    done_by: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Measured:
    """The number that each fact comes to (NaN: unknown), and the day on which each test was last done (NaT: never)."""

    numbers: Mapping[str, Any]
    seen: Mapping[str, Any]


def measured(many: int, whose: Any, codes: Any, values: Any, stated: Mapping[str, Any], tests: Tests) -> Measured:
    """What the results of so many patients come to, beside what was stated.

    A dated result wins, and one that cannot be read is unknown.
    """
    whole = codes.astype(np.int64)
    day, test = whole >> TEST_BITS, whole & ((1 << TEST_BITS) - 1)
    key = (whose.astype(np.int64) << ROOM | test) << ROOM | day
    order = np.argsort(key, kind="stable")
    key, value = key[order], values[order]
    place, day = key >> ROOM, np.datetime64(DAY_ZERO, "D") + (key & ((1 << ROOM) - 1))
    return Measured(_numbers(key, place, value, stated, tests), _seen(place, day, ~np.isnan(value), many, tests))


def _numbers(key: Any, place: Any, value: Any, stated: Mapping[str, Any], tests: Tests) -> dict[str, Any]:
    last = np.ones(len(key), bool)
    last[:-1] = place[1:] != place[:-1]
    doubt = np.isnan(value)
    doubt[1:] |= (key[1:] == key[:-1]) & (value[1:] != value[:-1])
    newest = value[last]
    if doubt.any():
        newest = np.where(np.isin(key[last], key[doubt]), np.nan, newest)
    whose, test = _parted(place[last])
    found = {}
    for name in tests.numbers:
        here = np.flatnonzero(test == tests.names.index(name))
        number = stated[name].astype(float)
        number[whose[here]] = newest[here]
        found[name] = number
    return found


def _seen(place: Any, day: Any, read: Any, many: int, tests: Tests) -> dict[str, Any]:
    if not read.all():
        place, day = place[read], day[read]
    whose, test = _parted(place)
    last = {}
    for number, name in enumerate(tests.names):
        here = np.flatnonzero(test == number)
        last[name] = np.full(many, NEVER)
        last[name][whose[here]] = day[here]
    return {name: _newest([last[own] for own in names], many) for name, names in tests.done_by.items()}


def _parted(place: Any) -> tuple[Any, Any]:
    """Whose results are, and of which test."""
    return place >> ROOM, place.astype(np.int16) & ((1 << TEST_BITS) - 1)


def _newest(days: list[Any], many: int) -> Any:
    found = np.full(many, NEVER)
    for each in days:
        found = np.fmax(found, each)
    return found


# ---------------------------------------------------------------- numbers against a threshold


def over(test: Above, values: Any) -> Any:
    """Who is above a threshold; nobody whose number is not known."""
    found: Any = values > test.high if test.strict else values >= test.high
    return found


def unsure(test: Above, values: Any) -> Any:
    """Of whom it is not known: there is no number, or it lies between the ends of a vague threshold."""
    under = values <= test.low if test.strict else values < test.low
    return ~(over(test, values) | under)

"""Several dated values behind one name, of which the newest counts: `45 in april, 96 in june and last week 131`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .dated import When, date, year
from .numbers import Reading, bounded, open_ended
from .words import MONTHS, Token, one_of

Readings = Mapping[int, Sequence[Reading]]

_PARTING = one_of(
    ": , ; ( ) [ ] = | — - → and but then was were is are it at on in of by from back to up down rose fell dropped "
    "went came about around only just level"
) | {"\n"}
_NOW = one_of("now today currently latest tonight yesterday")
_SPANS = one_of("week month")
_SEASONS = one_of("spring summer autumn winter year xmas christmas easter")
_TIMES = one_of("days weeks months years hours")
_OCCASIONS = one_of("admission adm diagnosis presentation baseline dx arrival booking")
_LATELY, _LONG_AGO = 9998, 0
"""Years for `last week`, and for `at diagnosis`: after and before all that are written."""
_PAIR = 2
_FAR = 60


@dataclass(frozen=True, slots=True)
class Dated:
    """A value with its time, and whether an arrow led to it."""

    reading: Reading
    when: When | None = None


def newest(spoken: Sequence[Token], at: int, readings: Readings, barred: frozenset[int]) -> Reading | None:
    """The newest of two or more values that stand in a row behind a name, each with its time; none where it is no row."""
    items, here, ahead = list[Dated](), at, None
    while here < min(len(spoken), at + _FAR):
        if spoken[here].key in _PARTING and not _may(spoken, here):
            here += 1
            continue
        if told := _when(spoken, here):
            when, here = told
            if items and items[-1].when is None and ahead is None:
                items[-1] = replace(items[-1], when=when)
            elif ahead is None:
                ahead = when
            else:
                return None
            continue
        found = None if here in barred else readings.get(here)
        if not found or found[0].unit in _TIMES or open_ended(spoken, found[0]) or bounded(spoken, found[0]):
            break
        items.append(Dated(found[0], ahead))
        here, ahead = found[0].end, None
    if len(items) > _PAIR and items[-1].when is None:
        items.pop()
    return _latest(items) if len(items) >= _PAIR and all(one.when for one in items) else None


def _may(spoken: Sequence[Token], here: int) -> bool:
    """Whether a minus belongs to a date: never, where a number of one part follows."""
    return spoken[here].key == "-" and spoken[here].glued


def _latest(items: Sequence[Dated]) -> Reading | None:
    """The one of the latest day; of days without a year the one that is told last, as people tell in order."""
    whens = [one.when or () for one in items]
    full = [when for when in whens if when[0] > _LONGEST_YEARLESS or when[0] == _LONG_AGO]
    if len(full) == len(whens):
        first = [when[0] for when in whens]
        if first.count(max(first)) == 1:
            return items[first.index(max(first))].reading
        ranked = [when for when in whens if when[0] == max(first)]
        if len({len(when) for when in ranked}) > 1 or ranked.count(max(ranked)) > 1:
            return items[-1].reading if whens[-1] in ranked else None
        return items[whens.index(max(ranked))].reading
    lately = [at for at, when in enumerate(whens) if when[0] >= _LATELY]
    return items[lately[-1]].reading if lately else items[-1].reading


_LONGEST_YEARLESS = 31


def _when(spoken: Sequence[Token], here: int) -> tuple[When, int] | None:
    """A time at a place, and the token after it."""
    key = spoken[here].key
    after = spoken[here + 1].key if here + 1 < len(spoken) else ""
    if key in ("last", "this") and (after in _SPANS or after in _SEASONS or after in MONTHS):
        return ((_LATELY + (key == "this"),) if after in _SPANS else (1,)), here + 2
    if key in _NOW:
        return (_LATELY + 1,), here + 1
    if key in _SEASONS:
        return (1,), here + 1
    if key in _OCCASIONS:
        return (_LONG_AGO,), here + 1
    found = date(spoken, here)
    if found and (len(found[0]) > 1 or spoken[here].key in MONTHS or year(spoken, here)):
        return found
    return None

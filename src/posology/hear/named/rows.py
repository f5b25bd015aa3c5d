"""Several dated values behind one name, of which the newest counts: `45 in april, 96 in june and last week 131`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..text.words import MONTHS, Token, one_of
from .dated import When, date, year
from .numbers import Reading, bounded, open_ended

Readings = Mapping[int, Sequence[Reading]]

_PARTING = one_of(
    ": , ; ( ) [ ] = | — - → and but then was were is are it at on in of by from back to up down rose fell dropped "
    "went came about around only just level usually normally typically generally previously trend series serial / "
    "dipped sank climbed recovered corrected replaced repleted supplemented transfused repeat repeated >"
) | {"\n"}
_NOW = one_of("now today currently latest tonight")
_SPANS = one_of("week month time morning")
_SEASONS = one_of("spring summer autumn winter year xmas christmas easter")
_TIMES = one_of("days weeks months years hours")
_OCCASIONS = one_of("admission adm diagnosis presentation baseline dx arrival booking pre preop pretreatment")
_PARTINGS = one_of("discharge dc d/c post")
_DAYS = one_of("day d week wk visit")
_LATELY, _LONG_AGO = 9998, 0
"""Years for `last week`, and for `at diagnosis`: after and before all that are written."""
_ONCE = 1
_PAIR = 2
_FAR = 60


@dataclass(frozen=True, slots=True)
class Dated:
    """A value with its time, and whether an arrow led to it."""

    reading: Reading
    when: When | None = None


def newest(spoken: Sequence[Token], at: int, readings: Readings, barred: frozenset[int]) -> Reading | None:
    """The newest of two or more values in a row behind a name, each with its time; none where it is no row."""
    items, here, ahead = list[Dated](), at, None
    while here < min(len(spoken), at + _FAR):
        if spoken[here].key in _PARTING or (spoken[here].key == ">" and spoken[here - 1].key in ("—", "-", "=")):
            here += 1
            continue
        if told := _since(spoken, here, readings) or _when(spoken, here):
            of_next = told[1] in readings and here > at and spoken[here - 1].key in _NEXT
            when, here = told
            if items and items[-1].when is None and ahead is None and not of_next:
                items[-1] = replace(items[-1], when=when)
            elif ahead is None:
                ahead = when
            else:
                return None
            continue
        found = None if here in barred else readings.get(here)
        timed = bool(items) and items[-1].when is not None and spoken[here - 1].key == "and"  # … on day 2 and 41 on …
        if not found or found[0].unit in _TIMES or _shut(spoken, found[0]):
            break
        if not timed and _limited(spoken, found[0]):
            break
        of_before = bool(items) and spoken[here - 1].key == "from" and ahead is None  # fell to 28 last month from 40
        items.append(Dated(found[0], (_LONG_AGO,) if of_before else ahead))
        here, ahead = found[0].end, None
    if len(items) < _PAIR:
        return None
    if items[0].when is None and items[-1].when == (_LATELY,) and _of_now(spoken, at, items):
        return items[0].reading
    return _latest(_filled(items)) if all(one.when for one in _filled(items)) else None


def _of_now(spoken: Sequence[Token], at: int, items: Sequence[Dated]) -> bool:
    """Whether the first of two values is of now and the other of before: `38 (yesterday 45)`, `38 (45 last week)`."""
    first, last = items[0].reading, items[-1].reading
    once = any(token.key in ("was", "were", "had", "from") for token in spoken[at : first.start])
    between = [token.key for token in spoken[first.end : last.start]]
    return len(items) == _PAIR and not once and (between[:1] in (["("], ["["]) or "yesterday" in between)


def _shut(spoken: Sequence[Token], reading: Reading) -> bool:
    """Whether a number is the begin of a range, and no stroke parts it from the next time."""
    stroke = reading.end < len(spoken) and spoken[reading.end].key == "/"
    return open_ended(spoken, reading) and not (stroke and _when(spoken, reading.end + 1))


def _limited(spoken: Sequence[Token], reading: Reading) -> bool:
    """Whether a number is a limit, and no arrow leads to it."""
    arrow = [token.key for token in spoken[max(0, reading.start - 2) : reading.start]]
    return bounded(spoken, reading) and not (arrow[1:] == [">"] and arrow[0] in ("—", "-", "="))


def _filled(items: Sequence[Dated]) -> Sequence[Dated]:
    """The values, those without a time put before one of now, or the last one behind one of long ago."""
    *first, last = items
    if last.when and (last.when[0] > _LATELY or (last.when == (_LATELY,) and items[0].when is None)):
        return [replace(one, when=one.when or (_ONCE,)) for one in items]
    if last.when is None and all(one.when == (_LONG_AGO,) for one in first):
        return [*first, replace(last, when=(_LATELY,))]
    return items if last.when or len(items) == _PAIR else first


def _since(spoken: Sequence[Token], here: int, readings: Readings) -> tuple[When, int] | None:
    """The time of `then 9 months on tablets`, and the token after it, where a value follows."""
    if spoken[here].key not in ("after", "following") and (here == 0 or spoken[here - 1].key != "then"):
        return None
    begin = here + (spoken[here].key in ("after", "following"))
    span = readings.get(begin)
    if not span or span[0].unit not in _TIMES:
        return None
    end = span[0].end
    while end < min(len(spoken), span[0].end + 4) and spoken[end].kind == "word" and end not in readings:
        end += 1
    return ((_LATELY + 1,), end) if end in readings else None


_NEXT = one_of("and but then , ; (")


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
    recent = [at for at, when in enumerate(whens) if when[0] != _LONG_AGO]
    return items[(lately or recent)[-1]].reading


_LONGEST_YEARLESS = 31
_LONG_DAY = 3
_MONTHS, _HALF = 12, 186


def _when(spoken: Sequence[Token], here: int) -> tuple[When, int] | None:
    """A time at a place, and the token after it."""
    key = spoken[here].key
    after = spoken[here + 1].key if here + 1 < len(spoken) else ""
    if key in ("last", "this") and (after in _SPANS or after in _SEASONS or after in MONTHS):
        return ((_LATELY + (key == "this"),) if after in _SPANS else (_ONCE,)), here + 2
    if key in _NOW:
        return (_LATELY + 1,), here + 1
    if key == "yesterday":
        return (_LATELY,), here + 1
    if key in _PARTINGS:
        return (_LATELY,), here + 1
    if key in _DAYS and after.isdigit() and len(after) < _LONG_DAY:
        return (max(1, int(after)),), here + 2
    if key in _SEASONS:
        return (_ONCE,), here + 1
    if key in _OCCASIONS:
        return (_LONG_AGO,), here + 1
    found = date(spoken, here)
    if found and (len(found[0]) > 1 or spoken[here].key in MONTHS or year(spoken, here)):
        return found
    return None


# ---------------------------------------------------------------- each value with its own name


_BEFORE_NAME = one_of(": ( [ — - , on")
_AT = one_of("in on by from at since")
_BEHIND_VALUE = one_of("( [ in on from")


def beside(spoken: Sequence[Token], start: int, end: int) -> When | None:
    """The time right before a name with its value, or right behind it: `01/03/24 A 98`, `A 98 (May 24)`."""
    last = start
    while last and spoken[last - 1].key in _BEFORE_NAME:
        last -= 1
    for first in range(max(0, last - 5), last):
        told = _when(spoken, first)
        if told and told[1] == last and (not first or spoken[first - 1].kind == "sign" or spoken[first - 1].key in _AT):
            return told[0]
    for first in range(start, end):
        if spoken[first].key in MONTHS and spoken[first].key != "may" and (told := _when(spoken, first)):
            return told[0]  # A in June: 98
    if end < len(spoken) and spoken[end].key in _BEHIND_VALUE and (told := _when(spoken, end + 1)):
        return told[0]
    return None


def is_later(one: When, other: When) -> bool | None:
    """Whether the first of two times in the order of telling is the later one; None where nobody can tell."""
    if len(one) == len(other) == _PAIR and one[0] <= _MONTHS and other[0] <= _MONTHS:
        return 0 < (one[0] - other[0]) * _LONGEST_YEARLESS + one[1] - other[1] < _HALF  # 19/03 before 12/03
    first, second = Dated(_ANY, one), Dated(replace(_ANY, start=1), other)
    found = _latest((first, second))
    return None if found is None else found.start == 0


_ANY = Reading(0, 0, 0.0)

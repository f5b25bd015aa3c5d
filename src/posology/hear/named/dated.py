"""Dates around a number, and which of the values behind one name is the newest: `66 (2021) 54 (2023)`, `33 in May`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..text.words import MONTHS, Token, one_of
from .numbers import Reading, counted

Readings = Mapping[int, Sequence[Reading]]
When = tuple[int, ...]
"""Year, month and day, as far as they are written, so that dates of one kind can be compared."""

_LONGEST_MONTH = 31
_ORDER = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_BESIDE = one_of("in on at back around since")
_TIMES = one_of("days weeks months years hours")
_AGO = one_of("ago before previously")
_NOW = one_of("now today currently presently")
_LINKS = one_of("and but is are it its theyre they then , — up down back at only just since has have been gone come")
_REPEATED = one_of("rpt repeat repeated recheck rechecked now today latest currently")
BEFORE = one_of("before previously initially originally first once")


def year(spoken: Sequence[Token], at: int) -> bool:
    """Whether a year of our days stands at a place."""
    key = spoken[at].key if at < len(spoken) and spoken[at].kind == "number" else ""
    return len(key) == 4 and key.isdigit() and key[:2] in ("19", "20")


def date(spoken: Sequence[Token], at: int) -> tuple[When, int] | None:
    """The date at a place and the token after it: `12/03/25`, `12 May 2024`, `Mar 24`, `2021`."""
    if at >= len(spoken):
        return None
    if spoken[at].key in MONTHS:
        return _of_month(spoken, at)
    if year(spoken, at):
        return (int(spoken[at].key),), at + 1
    if not _whole(spoken, at):
        return None
    day, after = int(spoken[at].key), at + 1
    if _is_month(spoken, after) and day <= _LONGEST_MONTH:
        (when, end) = _of_month(spoken, after)
        return (*when, day), end
    if not (_sign(spoken, after, "/") and _whole(spoken, after + 1)) or not 0 < day <= _LONGEST_MONTH:
        return None
    month, after = int(spoken[after + 1].key), after + 2
    if _sign(spoken, after, "/") and _whole(spoken, after + 1):
        return (int(spoken[after + 1].key) % 100 + 2000, month, day), after + 2
    return ((month, day), after) if 0 < month <= len(_ORDER) else None


def _of_month(spoken: Sequence[Token], at: int) -> tuple[When, int]:
    month = _ORDER.index(spoken[at].key[:3]) + 1
    if _whole(spoken, at + 1) and (year(spoken, at + 1) or len(spoken[at + 1].key) == 2):
        return (int(spoken[at + 1].key) % 100 + 2000, month), at + 2
    return (month,), at + 1


def _is_month(spoken: Sequence[Token], at: int) -> bool:
    """Whether a word is a month; `may` only where no verb can follow it."""
    if at >= len(spoken) or spoken[at].key not in MONTHS:
        return False
    return spoken[at].key not in ("may", "march") or at + 1 >= len(spoken) or spoken[at + 1].kind != "word"


def _whole(spoken: Sequence[Token], at: int) -> bool:
    return at < len(spoken) and spoken[at].kind == "number" and spoken[at].key.isdigit()


def _sign(spoken: Sequence[Token], at: int, key: str) -> bool:
    return at < len(spoken) and spoken[at].key == key


# ---------------------------------------------------------------- before the value


def over(spoken: Sequence[Token], here: int, readings: Readings) -> int | None:
    """The token after a number that is a date or a time and no value; None when it is a value."""
    found, before = readings[here][0], spoken[here - 1].key if here else ""
    if found.unit in _TIMES and found.end < len(spoken) and spoken[found.end].key in _AGO:
        return found.end + 1
    if spoken[here].kind == "number" and (dated := date(spoken, here)) and len(dated[0]) > 1:
        return dated[1]
    if year(spoken, here) and (_sign(spoken, here + 1, ":") or _sign(spoken, here + 1, "(")):
        return here + 1
    if before in ("at", "after", "on") and found.unit in _TIMES:
        return found.end
    if before in ("day", "week", "month") and here > 1 and spoken[here - 2].key in ("on", "at", "by", "since", "after"):
        return here + 1
    return _series(spoken, found, readings) if before == "at" else None


def _series(spoken: Sequence[Token], found: Reading, readings: Readings) -> int | None:
    """The token after `3, 6 and 12 months`."""
    end = found.end
    while not found.unit and end < len(spoken) and spoken[end].key in (",", "and", "or", "/"):
        joined = spoken[end].key
        if not (following := readings.get(end + 1)):
            return None
        end = following[0].end
        if following[0].unit in _TIMES:
            return end if joined != "," else None
    return None


# ---------------------------------------------------------------- behind the value


def newer(spoken: Sequence[Token], value: Reading, readings: Readings) -> int | None:
    """The place of a newer value of the same name behind one; None when there is none.

    A value said to be of before (`previously 70, today 41`) is past as a whole: what follows stands by itself.
    """
    if any(token.key in BEFORE for token in spoken[max(0, value.start - 3) : value.start]):
        return None
    first = _day(spoken, value)
    after = first[1] if first else value.end
    if first and (at := _listed(spoken, after, readings)):
        second = _day(spoken, readings[at][0])
        if second and len(second[0]) == len(first[0]) and second[0] > first[0]:
            return newer(spoken, readings[at][0], readings) or at
    if [token.key for token in spoken[after : after + 2]] == ["now", "from"]:
        return None  # 74 now from 58
    if after < len(spoken) and spoken[after].key in BEFORE:
        after += 1
    if _sign(spoken, after, "(") and after + 2 in readings and spoken[after + 1].key in _REPEATED:
        return after + 2
    return _at_present(spoken, after, readings)


def _day(spoken: Sequence[Token], value: Reading) -> tuple[When, int] | None:
    """The date of a value and the token after both: in brackets or behind `in`, or before it as in `2021: 66`."""
    at = value.end
    if year(spoken, value.start - 2) and spoken[value.start - 1].key == ":":
        return (int(spoken[value.start - 2].key),), at
    opened = _sign(spoken, at, "(") or _sign(spoken, at, "[")
    if not opened and not (at < len(spoken) and spoken[at].key in _BESIDE):
        return None
    found = date(spoken, at + 1)
    if not found or (opened and not (_sign(spoken, found[1], ")") or _sign(spoken, found[1], "]"))):
        return None
    return found[0], found[1] + opened


def _listed(spoken: Sequence[Token], at: int, readings: Readings) -> int | None:
    """The next number of a row of dated ones."""
    here = _past(spoken, at, lambda key: key in (",", ";", "and", "then", "—"))
    here += 2 * (year(spoken, here) and _sign(spoken, here + 1, ":"))
    return here if here in readings else None


def _at_present(spoken: Sequence[Token], at: int, readings: Readings) -> int | None:
    """The number of `now 640`, `and are 38 now`."""
    here = _past(spoken, at, lambda key: key in _LINKS or key in _NOW or key in ("over", "under", "above", "below"))
    if here == at or here not in readings:
        return None
    if spoken[at].key in _NOW and here > at + 1 and spoken[at + 1].key in (",", "—"):
        return None  # 88 today, 6 of something
    if counted(spoken, readings[here][0]) or readings[here][0].unit in _TIMES:
        return None
    said = any(token.key in _NOW for token in spoken[at:here])
    end = readings[here][0].end
    be = any(token.key in ("is", "are") for token in spoken[at:here])
    return here if said or (be and end < len(spoken) and spoken[end].key in _NOW) else None


def _past(spoken: Sequence[Token], at: int, passes: Callable[[str], bool]) -> int:
    here = at
    while here < min(len(spoken), at + 5) and passes(spoken[here].key):
        here += 1
    return here

"""How often, how long and how much a question says: `every 2 months`, `twice a week`, `for a year`, `1 mg`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...model import Period
from .speech import Word, words_of

Range = tuple[float, float]
"""From and to; days where it is a time."""

MONTH = 365.25 / 12
_UNITS = {
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), 1 / 24),
    **dict.fromkeys(("day", "days"), 1.0),
    **dict.fromkeys(("week", "weeks", "wk", "wks"), 7.0),
    **dict.fromkeys(("fortnight", "fortnights"), 14.0),
    **dict.fromkeys(("month", "months", "mth", "mths", "mo"), MONTH),
    **dict.fromkeys(("quarter", "quarters"), 3 * MONTH),
    **dict.fromkeys(("year", "years", "yr", "yrs"), 365.25),
}
_LETTERS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": MONTH, "y": 365.25}
"""Units of one letter, right behind a number."""
_SINGLE = words_of("full whole entire single")
_ADVERBS = {
    "daily": 1.0, "weekly": 7.0, "wkly": 7.0, "fortnightly": 14.0, "monthly": MONTH, "mthly": MONTH,
    "quarterly": 3 * MONTH, "yearly": 365.25, "annual": 365.25, "annually": 365.25, "eod": 2.0, "qod": 2.0,
    "tiw": 7 / 3,
}  # fmt: skip
SMALL = {word: float(number) for number, word in enumerate(
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
)}  # fmt: skip
_TIMES = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
_OTHER = words_of("other second alternate alternating alt 2nd")
_BETWEEN = words_of("between apart gap gaps interval intervals spacing spaced")
_JOINTS = words_of("to or and")
_GRAMS = {
    "mg": 1.0,
    "milligram": 1.0,
    "milligrams": 1.0,
    "mcg": 0.001,
    "\u03bcg": 0.001,
    "ug": 0.001,
    "microgram": 0.001,
    "micrograms": 0.001,
}
_PAST = words_of("after following finished finishing completed from since had was were been than")
"""Words before a rate that was so before, or that is only compared with."""
_DOSES = words_of("dose doses injection injections jab jabs shot shots")
_COUNTED = words_of("times time x") | _DOSES
_ONE = words_of("dose injection jab shot")
_WITHIN = words_of("day week fortnight month year")
"""Units in which some doses fall: `one a week`, the article being left out."""
_ENDS = words_of("for is enough ok okay right correct at to")
"""Words that may stand behind such a unit; another one makes it a time: `a 3 week course`, `a month ago`."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time that is not said to repeat, with the words before and after it."""

    days: Range
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a text says of how often (days), how long, how much (milligrams) and how many doses."""

    every: tuple[Range, ...] = ()
    spans: tuple[Span, ...] = ()
    mg: tuple[Range, ...] = ()
    doses: tuple[float, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.every or self.spans or self.mg or self.doses)


def days(period: Period) -> float:
    """A period in days, a month as a twelfth of a year.

    >>> days(Period(2, "W"))
    14.0
    """
    return period.count * {"D": 1.0, "W": 7.0, "M": MONTH, "Y": 365.25}[period.unit]


def figures(words: Sequence[Word]) -> Figures:
    """Every figure of some words."""
    raws = [word.raw for word in words]
    every: list[Range] = []
    spans: list[Span] = []
    mg: list[Range] = []
    doses: list[float] = []
    at = 0
    while at < len(raws):
        rate, after = _rate(raws, at)
        if rate:
            every += [rate] if _PAST.isdisjoint(raws[max(0, at - 2) : at]) else []
        elif (number := _number(raws, at)) and (after := number[1]) <= len(raws):
            _counted(raws, at, number, spans, mg, doses, every)
        elif raws[at][:1] == "x" and raws[at][1:].isdigit():  # TIW x6
            doses.append(float(raws[at][1:]))
        at = max(after, at + 1)
    return Figures(tuple(dict.fromkeys(every)), tuple(spans), tuple(mg), tuple(doses))


def _counted(
    raws: Sequence[str],
    at: int,
    number: tuple[Range, int],
    spans: list[Span],
    mg: list[Range],
    doses: list[float],
    every: list[Range],
) -> None:
    """A number with what it counts, put where it belongs."""
    (low, high), after = number
    unit = raws[after] if after < len(raws) else ""
    if unit in _GRAMS:
        mg.append((low * _GRAMS[unit], high * _GRAMS[unit]))
    elif unit in _DOSES:
        doses.append(high)
    elif unit in _UNITS:
        told = (low * _UNITS[unit], high * _UNITS[unit])
        near = {*raws[max(0, at - 2) : at], *raws[after + 1 : after + 2]}
        if _BETWEEN.isdisjoint(near):
            spans.append(Span(told, raws[at - 1] if at else "", raws[after + 1] if after + 1 < len(raws) else ""))
        else:
            every.append(told)


def _number(raws: Sequence[str], at: int) -> tuple[Range, int] | None:
    """A number or a range of two, and the place after it."""
    low = _value(raws, at)
    if low is None:
        return None
    joint = at + 1 < len(raws) and raws[at + 1] in _JOINTS
    high = _value(raws, at + 1 + joint)
    return ((low, high), at + 2 + joint) if high is not None and high > low else ((low, low), at + 1)


def _value(raws: Sequence[str], at: int) -> float | None:
    raw = raws[at] if at < len(raws) else ""
    if raw in _SINGLE and at + 1 < len(raws) and raws[at + 1] in _UNITS:
        return 1.0
    if raw[:1].isdigit():
        plain = raw.replace(",", "")
        return float(plain) if plain.replace(".", "", 1).isdigit() else None
    return SMALL.get(raw)


def _rate(raws: Sequence[str], at: int) -> tuple[Range | None, int]:
    """How often, if it is said here, and the place after it."""
    first, then = raws[at], raws[at + 1] if at + 1 < len(raws) else ""
    if first in ("every", "each", "q"):
        return _every(raws, at + 1)
    if first[:1] == "q" and first[1:].isdigit() and (unit := _unit(then)):
        return (int(first[1:]) * unit, int(first[1:]) * unit), at + 2
    if first in _OTHER and then in _UNITS:
        return (2 * _UNITS[then], 2 * _UNITS[then]), at + 2
    if first in _ADVERBS:
        return (_ADVERBS[first], _ADVERBS[first]), at + 1
    if first in _TIMES:
        return _per(raws, at + 1, _TIMES[first])
    if first in _ONE and (then == "per" or _within(raws, at + 1)):
        return _per(raws, at + 1, 1.0)
    number = _number(raws, at)
    if number is None:
        return None, at + 1
    (low, high), after = number
    next_ = raws[after] if after < len(raws) else ""
    if next_ in _ADVERBS:
        return (low * _ADVERBS[next_], high * _ADVERBS[next_]), after + 1
    if next_ == "per" or (_within(raws, after) and (high > 1 or _lasts(raws, after + 1))):
        return _per(raws, after, high)
    return _per(raws, after + 1, high) if next_ in _COUNTED else (None, at + 1)


def _within(raws: Sequence[str], at: int) -> bool:
    """Whether a unit stands here in which doses are counted, and nothing that makes it a time of its own."""
    if raws[at : at + 1] == [] or raws[at] not in _WITHIN:
        return False
    return _LASTING.isdisjoint(raws[max(0, at - 2) : at - 1]) and _ENDS.issuperset(raws[at + 1 : at + 2])


_LASTING = words_of("for in after within since over next last past first only")


def _lasts(raws: Sequence[str], at: int) -> bool:
    """Whether it is said for how long: `for six weeks`."""
    return raws[at : at + 1] == ["for"] and _number(raws, at + 1) is not None


def _unit(raw: str) -> float | None:
    """The days of a unit behind a number."""
    return _UNITS.get(raw) or _LETTERS.get(raw) or _ADVERBS.get(raw)


def _every(raws: Sequence[str], at: int) -> tuple[Range | None, int]:
    """What stands behind `every`."""
    at += raws[at : at + 1] != [] and raws[at] in _SINGLE
    second = 2 if raws[at : at + 2] in (["2", "nd"], ["couple", "of"]) else int(at < len(raws) and raws[at] in _OTHER)
    if second:
        unit = _UNITS.get(raws[at + second]) if at + second < len(raws) else None
        return ((2 * unit, 2 * unit), at + second + 1) if unit else (None, at)
    number = _number(raws, at) or ((1.0, 1.0), at)
    (low, high), after = number
    unit = (_unit(raws[after]) if after > at else _UNITS.get(raws[after])) if after < len(raws) else None
    if after == at and unit and raws[after].endswith("s"):
        return None, after + 1  # a blank to be filled in
    return ((low * unit, high * unit), after + 1) if unit else (None, at)


def _per(raws: Sequence[str], at: int, times: float) -> tuple[Range | None, int]:
    """What stands behind `twice` or `three times`: `a week`, `weekly`, `every week`."""
    begun = at
    at += at < len(raws) and raws[at] in ("per", "in", "every", "each")
    unit = raws[at] if at < len(raws) else ""
    length = _ADVERBS.get(unit) or (_UNITS.get(unit) if not unit.endswith("s") else None)
    return ((length / times, length / times), at + 1) if length else (None, begun)

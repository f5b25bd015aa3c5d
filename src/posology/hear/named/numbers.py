"""Numbers with units, as people write and say them: 45, 45k, 45,000/µL, 45 x10^9/L, forty-five, 0.45 lakh.

What is a limit, a range, an ordinal or a date is no number of a patient's, and a unit that nobody knows is not
guessed at: it is left unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...model import Fact
from ...quantity import factor, in_range, plain, tidy
from ..text.words import Token, one_of
from .units import told_behind, unit_at


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a number: its tokens, its value and its unit (empty: none was written)."""

    start: int
    end: int
    value: float
    unit: str = ""


# ---------------------------------------------------------------- how much


_GROUPED = re.compile(r"\d{1,3}(?:(?:,\d{3})+|(?:,\d{2})+,\d{3})(?:\.\d+)?")
"""By thousands, or as in India by lakhs: 1,80,000."""
_PLAIN = re.compile(r"\d{1,9}(?:\.\d{1,6})?|\d{1,3},\d{1,2}")
_TIMES = {"thousand": 1e3, "million": 1e6, "lakh": 1e5, "lac": 1e5, "mln": 1e6}
_TEENS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ONES = {word: number for number, word in enumerate(_TEENS.split(" "), 1)}
_TENS = {
    word: 10 * number
    for number, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_DIGITS = dict.fromkeys(("zero", "nought", "oh"), "0") | {w: f"{value:.0f}" for w, value in _ONES.items() if value < 10}
_NO_NUMBER = one_of("st nd rd th s x")  # glued to a number they make it an ordinal, a decade or a count


def readings(text: str, spoken: Sequence[Token], at: int) -> list[Reading]:
    """The ways to read a number that begins at a token, the longest first; none when none begins there."""
    found = _amount(spoken, at)
    if found is None:
        return []
    value, end = found
    bare = Reading(at, end, value)
    unit, stop = unit_at(text, spoken[end - 1].end)
    if spoken[at].key == "half" and unit not in ("m", "foot"):
        return []
    if not unit:
        behind = told_behind(text, spoken[end - 1].end)
        return [replace(bare, unit=behind)] if behind else [bare]
    after = next((k for k in range(end, len(spoken)) if spoken[k].start >= stop), len(spoken))
    return [Reading(at, after, value, unit), bare]


def _amount(spoken: Sequence[Token], at: int) -> tuple[float, int] | None:
    """The bare number at a token, with the token after it."""
    if at >= len(spoken):
        return None
    if spoken[at].key == "-":
        if spoken[at].glued and _is_number(spoken, at - 1):
            return None
        found = _amount(spoken, at + 1) if _is_number(spoken, at + 1) else None
        return (-found[0], found[1]) if found else None
    if spoken[at].kind == "number":
        return _written(spoken, at)
    return _said(spoken, at)


def _is_number(spoken: Sequence[Token], at: int) -> bool:
    return at < len(spoken) and spoken[at].kind == "number"


def _written(spoken: Sequence[Token], at: int) -> tuple[float, int] | None:
    key = spoken[at].key.replace("·", ".")
    if _GROUPED.fullmatch(key):
        value = float(key.replace(",", ""))
    elif _PLAIN.fullmatch(key):
        value = float(key.replace(",", "."))
    else:
        return None
    at += 1
    if key.isdigit() and (places := _point(spoken, at)):
        value, at = float(f"{key}.{places}"), at + 2
    if _is_number(spoken, at) and spoken[at].key == "000" and not spoken[at].glued and value < 1000:
        value, at = value * 1000, at + 1
    if at < len(spoken) and spoken[at].glued and spoken[at].key in _NO_NUMBER and not _is_number(spoken, at + 1):
        return None
    return _multiplied(spoken, value, at)


def _point(spoken: Sequence[Token], at: int) -> str:
    """The places behind a point that is spelled out: `8 point 2`."""
    said = _is_number(spoken, at + 1) and spoken[at].key == "point" and spoken[at + 1].key.isdigit()
    return spoken[at + 1].key if said and len(spoken[at + 1].key) < 3 else ""


def _multiplied(spoken: Sequence[Token], value: float, at: int) -> tuple[float, int]:
    """A number with the `thousand` or `k` that follows it."""
    if at < len(spoken):
        key = spoken[at].key
        per = at + 1 < len(spoken) and spoken[at + 1].key in ("/", "per")
        if key in _TIMES:
            return value * _TIMES[key], at + 1
        named = not spoken[at].glued and _is_number(spoken, at + 1)  # `… 38 K 5.1`: the K is a name
        if key == "k" and not per and not named:
            return value * 1000, at + 1
    return value, at


def _said(spoken: Sequence[Token], at: int) -> tuple[float, int] | None:
    """A number in words, up to a million, also one with places: `two point nine five`."""
    total, part, here = 0.0, 0.0, at
    if spoken[at].key == "half" and at + 1 < len(spoken) and spoken[at + 1].key in ("a", "an"):
        return 0.5, at + 2
    if spoken[at].key in ("a", "an") and at + 1 < len(spoken) and spoken[at + 1].key in ("hundred", "thousand"):
        part, here = 1.0, at + 1
    while here < len(spoken):
        key = spoken[here].key
        if key in _TENS and part % 100 == 0:
            part += _TENS[key]
        elif key in _ONES and (part % 100 == 0 or (part % 10 == 0 and part % 100 >= 20 and _ONES[key] < 10)):
            part += _ONES[key]
        elif key == "hundred" and 0 < part < 10:
            part *= 100
        elif key in _TIMES and part:
            total, part = total + part * _TIMES[key], 0.0
        elif not (key == "and" and here > at and spoken[here - 1].key == "hundred" and _goes_on(spoken, here + 1)):
            break
        here += 1
    if not (here > at and total + part) or spoken[here - 1].plural:  # in the thirties
        return None
    if places := _places(spoken, here):
        return _multiplied(spoken, tidy(float(f"{total + part:g}.{places}")), here + 1 + len(places))
    return total + part, here


def _places(spoken: Sequence[Token], at: int) -> str:
    """The digits behind a point, said one by one: `point nine five`."""
    found = ""
    for token in spoken[at + 1 : at + 4] if at < len(spoken) and spoken[at].key == "point" else ():
        if token.key not in _DIGITS:
            break
        found += _DIGITS[token.key]
    return found


def _goes_on(spoken: Sequence[Token], at: int) -> bool:
    return at < len(spoken) and (spoken[at].key in _TENS or spoken[at].key in _ONES)


# ---------------------------------------------------------------- a fact's number


@dataclass(frozen=True, slots=True)
class Scale:
    """How a fact's numbers are read: units besides its own, what a bare number may be, what is plausible.

    ``bare`` holds ranges with what a number in them is multiplied by; ``whole`` rounds down.
    """

    units: tuple[tuple[str, float], ...] = ()
    bare: tuple[tuple[float, float, float], ...] = ()
    plausible: tuple[float, float] | None = None
    whole: bool = False


def value_of(reading: Reading, fact: Fact, scale: Scale, assumed: str = "") -> float | str:
    """The number in the fact's own unit, or why it is not heard: what a reader can be told."""
    unit = reading.unit or assumed
    times = factor(unit, fact.unit, (*fact.conversions, *scale.units)) if unit else _bare(reading.value, scale)
    if times is None:
        return f"{unit} is not a unit of {fact.phrase}" if unit else _unclear(reading.value, fact, scale)
    value = tidy(reading.value * times)
    inside = in_range(float(int(value)) if scale.whole and value >= 0 else value, fact)
    low, high = scale.plausible or (fact.low, fact.high)
    if isinstance(inside, float) and not low <= inside <= high:
        return f"{fact.phrase} {plain(reading.value)} {unit}".strip() + " is not plausible"
    return inside


def _unclear(value: float, fact: Fact, scale: Scale) -> str:
    """Why a number without a unit is not taken."""
    if scale.bare and not _any_unit(value, fact, scale):
        return f"{fact.phrase} {plain(value)} is not plausible"
    if scale.bare:
        return f"{fact.phrase} {plain(value)} is not plausible without a unit"
    return f"the unit is missing; {fact.phrase} is in {fact.unit}"


def _any_unit(value: float, fact: Fact, scale: Scale) -> bool:
    """Whether a number would be plausible in any unit of a fact."""
    low, high = scale.plausible or (fact.low, fact.high)
    return any(low <= value * times <= high for _, times in (*fact.conversions, *scale.units))


def _bare(value: float, scale: Scale) -> float | None:
    """What a number without a unit is multiplied by; None when it could be more than one unit's."""
    return next((times for low, high, times in scale.bare if low <= value <= high), None)


# ---------------------------------------------------------------- limits, ranges and counted things


_LIMITS = one_of(
    """
    < > ≤ ≥ below under over above less more fewer greater lower higher than least most minimum maximum exceed
    exceeding beyond within between until non
    """
)
_MORE = one_of(
    """
    less more fewer greater lower higher below above under over smaller larger older younger up
    """
)
_COUNTED = one_of("time dose injection jab shot tablet pill unit test visit point of pool bag pack")
_INSIDE = one_of("in out")
"""Words that count doses only where they end: `four in`, not `27 in a man`."""


def limits(spoken: Sequence[Token], at: int) -> bool:
    """Whether a word makes the number after it a limit."""
    return limiting_word(spoken[at].key)


def limiting_word(key: str) -> bool:
    """Whether a word makes the number after it a limit."""
    return key in _LIMITS


_ABOUT = one_of("something odd ish sth")


def open_ended(spoken: Sequence[Token], reading: Reading) -> bool:
    """Whether a number is part of a range, a limit or a date, by what follows it."""
    keys = [token.key for token in spoken[reading.end : reading.end + 3]]
    if not keys:
        return False
    glued = spoken[reading.end].glued
    if keys[0] in ("-", "to", "—", "/", "or") and _amount(spoken, reading.end + 1):
        return True
    if about(spoken, reading) or (keys[0] == "+" and glued) or (keys[0] == "x" and not reading.unit):
        return True
    return keys[0] in ("or", "and") and len(keys) > 1 and keys[1] in _MORE


def about(spoken: Sequence[Token], reading: Reading) -> bool:
    """Whether what follows a number leaves open which it is: `30 something`."""
    return reading.end < len(spoken) and spoken[reading.end].key in _ABOUT


def bounded(spoken: Sequence[Token], reading: Reading) -> bool:
    """Whether a number is a limit or the end of a range, by what stands before it."""
    before = [token.key for token in spoken[max(0, reading.start - 2) : reading.start]]
    if not before:
        return False
    apart = len(before) > 1 and not spoken[reading.start - 2].glued  # not `A12 and 30 for B`
    ranged = before[-1] in ("and", "to", "-", "or") and apart and before[0][-1:].isdigit()
    return ranged or before[-1] in _LIMITS or before == ["up", "to"]


def counted(spoken: Sequence[Token], reading: Reading) -> bool:
    """Whether a bare number counts something else: `6 injections`, `3 of`."""
    if reading.unit or reading.end >= len(spoken):
        return False
    key = spoken[reading.end].key
    inside = key in _INSIDE and (reading.end + 1 == len(spoken) or spoken[reading.end + 1].kind == "sign")
    return key in _COUNTED or inside


def numbers(text: str, spoken: Sequence[Token], units: Mapping[int, str]) -> dict[int, list[Reading]]:
    """Every place where a number begins, with the ways to read it.

    ``units``: those that stand in brackets before the number, by where that begins.
    """
    found = {at: found for at in _starts(spoken) if (found := readings(text, spoken, at))}
    for at, ways in found.items():
        if unit := units.get(spoken[at].start):
            found[at] = [replace(one, unit=unit) for one in ways if not one.unit]
    return found


def _starts(spoken: Sequence[Token]) -> Iterator[int]:
    for at, token in enumerate(spoken):
        words = token.key in _ONES or token.key in _TENS or token.key in ("a", "an", "half")
        if token.kind == "number" or token.key == "-" or words:
            yield at

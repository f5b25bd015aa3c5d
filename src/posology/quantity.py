"""Numbers with units: a fixed table of what is accepted, and no guessing.

Conversions that hold for every substance stand here; one that needs a molar mass stands in the
guideline, beside the fact that it is for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache

from .model import Fact

_ALIKE: dict[str, tuple[tuple[str, float], ...]] = {
    "10*9/L": (("10^9/L", 1), ("x10^9/L", 1), ("x10*9/L", 1), ("10^3/uL", 1), ("10*3/uL", 1), ("x10^3/uL", 1),
               ("K/uL", 1), ("/uL", 0.001), ("/mm3", 0.001)),
    "g/L": (("g/dL", 10),),
    "ng/L": (("pg/mL", 1), ("ng/mL", 1000), ("ug/L", 1000)),
    "pmol/L": (("nmol/L", 1000),),
    "umol/L": (),
    "mmol/L": (),
    "fL": (),
    "cm": (("mm", 0.1), ("m", 100)),
    "mL/min/1.73 m2": (("mL/min/{1.73_m2}", 1), ("ml/min/1.73m2", 1), ("mL/min/1.73_m2", 1)),
    "years": (("year", 1), ("a", 1), ("y", 1), ("yr", 1)),
    "mg": (("milligram", 1), ("milligrams", 1), ("mcg", 0.001), ("ug", 0.001), ("microgram", 0.001),
           ("micrograms", 0.001), ("g", 1000), ("gram", 1000)),
    "kg": (("g", 0.001),),
    "%": (),
    "IU": (("I.U.", 1), ("[iU]", 1), ("international unit", 1), ("international units", 1)),
    "unit": (("units", 1), ("U", 1)),
    "mL": (("milliliter", 1), ("milliliters", 1), ("millilitre", 1), ("millilitres", 1)),
    "mmol": (("millimole", 1), ("millimoles", 1)),
    "mEq": (("milliequivalents", 1),),
    "drop": (("drops", 1), ("gtt", 1), ("[drp]", 1)),
    "tablet": (("tablets", 1), ("tab", 1), ("tabs", 1), ("tbl", 1)),
    "capsule": (("capsules", 1), ("cap", 1), ("caps", 1)),
    "suppository": (("suppositories", 1),),
    "pessary": (("pessaries", 1),),
    **{piece: ((f"{piece}s", 1),) for piece in ("puff", "spray", "sachet", "lozenge", "application")},
    "patch": (("patches", 1),),
}  # fmt: skip
"""Unit → other spellings and units of the same kind, each with its factor."""


def alike(unit: str) -> tuple[tuple[str, float], ...]:
    """Other spellings of a unit, and other units of its kind, each with its factor."""
    return _ALIKE.get(unit, ())


_SIGNS = {ord(sign): alike for sign, alike in {"µ": "u", "μ": "u", "×": "x", "²": "2", "³": "^3", "⁹": "^9"}.items()}


@lru_cache(maxsize=1024)
def folded(unit: str) -> str:
    """A unit's spelling with case, spaces, micro signs and powers made alike."""
    text = unit.lower().translate(_SIGNS)
    return text.replace(" ", "").replace("_", "").replace("{", "").replace("}", "").replace("**", "^").replace("*", "^")


@lru_cache(maxsize=4096)
def factor(unit: str, into: str, also: tuple[tuple[str, float], ...] = ()) -> float | None:
    """What a number in ``unit`` is multiplied by to be in ``into``; None when the unit does not fit."""
    return _factors(into, also).get(folded(unit))


@lru_cache(maxsize=256)
def _factors(into: str, also: tuple[tuple[str, float], ...]) -> dict[str, float]:
    """Every unit of a kind, by its folded spelling, with its factor; the first of two alike counts."""
    known = ((into, 1.0), *_ALIKE.get(into, ()), *also)
    return {folded(name): times for name, times in reversed(known)}


def convert(value: float, unit: str, fact: Fact) -> float | str:
    """A number in the fact's own unit, or a sentence that says why it is not one."""
    times = factor(unit, fact.unit, fact.conversions)
    if times is None:
        return f"the unit {unit!r} does not fit {fact.phrase}, which is in {fact.unit}"
    return in_range(tidy(value * times), fact)


def in_range(value: float, fact: Fact) -> float | str:
    """The number itself, or a sentence that says that it cannot be."""
    if not math.isfinite(value):
        return f"{fact.phrase} is not a number"
    if not fact.low <= value <= fact.high:
        return f"{fact.phrase} {plain(value)} is outside {plain(fact.low)} to {plain(fact.high)} {fact.unit}"
    return value


_NUMBER = re.compile(r"\s*([<>≤≥~]?)\s*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*([^\s\d].*?|10[*^⁹].*?)?\s*")


def split(text: str) -> tuple[float, str] | str:
    """A written quantity as number and unit (empty when none), or a sentence that says why it is neither.

    >>> split("45 x10^9/L"), split("1 mg")
    ((45.0, 'x10^9/L'), (1.0, 'mg'))
    >>> split("1,5 mg")
    "'1,5 mg' has a comma; write the number with a point and without thousands separators"
    """
    if re.search(r"\d,\d", text):
        return f"{text!r} has a comma; write the number with a point and without thousands separators"
    found = _NUMBER.fullmatch(text)
    if not found:
        return f"{text!r} is not a number with a unit"
    if found[1]:
        return f"{text!r} is a limit, not a number"
    return float(found[2]), found[3] or ""


def milligrams(text: str) -> float | str:
    """A written dose in milligrams, or a sentence that says why it is not one.

    >>> milligrams("1000 micrograms")
    1.0
    """
    found = split(text)
    if isinstance(found, str):
        return found
    times = factor(found[1], "mg")
    if times is None:
        return f"{text!r} has no unit of mass" if not found[1] else f"the unit {found[1]!r} is not a unit of mass"
    amount = tidy(found[0] * times)
    return amount if 0 < amount < 1e6 else f"{text!r} is not a dose"


DOSED = (
    "mg", "IU", "unit", "mL", "mmol", "mEq", "puff", "spray", "drop", "tablet", "capsule", "suppository", "pessary",
    "sachet", "lozenge", "application", "patch",
)  # fmt: skip
"""The units of a dose; what is written in another spelling, or in mcg or g, is converted. None becomes another."""
PIECES = DOSED[DOSED.index("puff") :]
"""Units that are counted by the piece."""
_BY_ACTIVITY = ("IU", "unit")


def most(unit: str) -> float:
    """Beyond this a dose is a slip of the pen."""
    return 1e9 if unit in _BY_ACTIVITY else 1e6


def dosed(word: str, units: Iterable[str] = DOSED) -> tuple[str, float] | None:
    """The unit of a dose that a word means, and what a figure in it is multiplied by; None when it is none.

    >>> dosed("mcg"), dosed("units"), dosed("[iU]"), dosed("mg/kg")
    (('mg', 0.001), ('unit', 1.0), ('IU', 1.0), None)
    """
    found = ((unit, factor(word, unit)) for unit in units)
    return next(((unit, float(times)) for unit, times in found if times is not None), None)


def dose(text: str, units: Iterable[str]) -> tuple[float, str] | str:
    """A written dose and its unit, one of some; or a sentence that says why it is not one.

    >>> dose("2 puffs", ["mg", "puff"]), dose("1000 mcg", ["mg"])
    ((2.0, 'puff'), (1.0, 'mg'))
    """
    parts, others = split(text), [unit for unit in units if unit != "mg"]
    found = None if isinstance(parts, str) else dosed(parts[1], others)
    if found is None or isinstance(parts, str):
        mass = milligrams(text)
        if others and isinstance(mass, str) and not isinstance(parts, str) and parts[1]:
            return f"the unit of {text!r} is none of a dose here, which are mg, {', '.join(others)}"
        return mass if isinstance(mass, str) else (mass, "mg")
    amount = tidy(parts[0] * found[1])
    return (amount, found[0]) if 0 < amount < most(found[0]) else f"{text!r} is not a dose"


def amount_words(low: float, high: float, unit: str) -> str:
    """So much of a dose's unit, in words.

    >>> amount_words(1, 2, "puff"), amount_words(1, 1, "tablet"), amount_words(800, 800, "IU")
    ('1–2 puffs', '1 tablet', '800 IU')
    """
    one = high <= 1 or (unit not in PIECES and unit != "unit")
    many = _ALIKE[unit][0][0] if not one else unit
    return f"{plain(low)} {many}" if low == high else f"{plain(low)}–{plain(high)} {many}"


def tidy(value: float) -> float:
    """A number without the dust of binary fractions (nine significant digits)."""
    whole = abs(value) < 1e9 and value % 1 == 0  # then there is none
    return float(value) if whole else float(f"{value:.9g}")


def plain(value: float) -> str:
    """A number as people write it: no needless decimals.

    >>> plain(30.0), plain(0.25)
    ('30', '0.25')
    """
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else f"{value:.9g}"

"""Units as people write them behind a number, in one spelling: `mL/min per 1.73 m²`, `10⁹ / litre`, `was pmol/L`."""

from __future__ import annotations

import re

_NAMES = {
    "cm": "cm cms centimeter centimeters centimetre centimetres",
    "mm": "mm mms millimeter millimeters millimetre millimetres",
    "m": "m meter meters metre metres",
    "inch": "inch inches",
    "foot": "ft foot feet",
    "kg": "kg kgs kilo kilos kilogram kilograms",
    "g": "g gm gms gram grams gramme grammes",
    "mg": "mg mgs milligram milligrams milligramme milligrammes",
    "ug": "ug µg μg mcg mcgs microgram micrograms microgramme microgrammes",
    "ng": "ng nanogram nanograms nanogramme nanogrammes",
    "pg": "pg picogram picograms picogramme picogrammes",
    "mmol": "mmol mmols millimol millimole millimoles",
    "umol": "umol umols µmol μmol mcmol micromol micromols micromole micromoles",
    "nmol": "nmol nmols nanomol nanomole nanomoles",
    "pmol": "pmol pmols picomol picomols picomole picomoles",
    "mEq": "meq meqs",
    "L": "l ltr liter liters litre litres",
    "dL": "dl deciliter deciliters decilitre decilitres",
    "mL": "ml mls milliliter milliliters millilitre millilitres cc",
    "uL": "ul µl μl mcl microliter microliters microlitre microlitres",
    "nL": "nl nanoliter nanolitre",
    "fL": "fl femtoliter femtoliters femtolitre femtolitres",
    "mm3": "cmm",
    "min": "min mins minute minutes",
    "hours": "h hr hrs hour hours",
    "days": "d day days",
    "weeks": "wk wks week weeks",
    "months": "mo mth mths month months",
    "years": "y yr yrs year years",
    "%": "% percent",
    "K": "k",
    "IU": "iu",
    "cells": "cells",
}
_UNITS = {name: unit for unit, names in _NAMES.items() for name in names.split()}
_WORD = re.compile(r"\s*-?(cubic\s+)?([a-zµμ%]+)(?:\s?\^?([23²³])(?!\d))?(?![a-zµμ])", re.I)
_A_NAME = re.compile(r"\s+K\+?\s*[:=]?\s*\d", re.I)
"""What stands behind a number and is the name of the next: `38 K 5.1`."""
_A_DAY = re.compile(r"\s+(?:day|d|week|wk)\s*\d", re.I)
"""The day on which a number was found, and no time that it counts: `38 day 2`."""
_PER = re.compile(r"\s*(?:/|\bper\b)\s*", re.I)
_AREA = re.compile(r"1[.,]73\s*(?:m\s*\^?[2²]|sq\.?\s*m)?", re.I)
_POWER = re.compile(
    r"\s*(?:(?:[x×*·]\s*)?10\s*(?:\^|\*\*?|e|\()?\s*|(?:[x×*·]\s*10\s*)?e)([369³⁶⁹])\)?(?![\d.])\s*", re.I
)
_CELL, _CELL_END = re.compile(r"[ \t]*\|(?:[ \t]*[LH]{1,2}[ \t]*\|)?[ \t]*(?![|\s])"), re.compile(r"\s*(?:[|\n]|$)")
_COLUMNS = ("L", "H", "M")
"""What a column of flags or of sexes holds, and no unit."""
_CELLS = re.compile(r"cells?\s*(?=/|per\b)", re.I)


def unit_at(text: str, at: int) -> tuple[str, int]:
    """The unit that is written at a place of a text, in one spelling, and where it ends.

    >>> unit_at("45 × 10⁹ / litre", 2), unit_at("38 mL/min per 1.73 m²", 2), unit_at("45 apples", 2)
    (('10^9/L', 16), ('mL/min/1.73m2', 21), ('', 2))
    """
    unit, stop = _unit_at(text, at)
    return ("", at) if unit and _of_another_line(text, at, stop) else (unit, stop)


_LINE = re.compile(r"[ \t\r]*\n\s*")
_LINE_ENDS = re.compile(r"[ \t\r]*(?:\n|$)")


def _of_another_line(text: str, at: int, stop: int) -> bool:
    """Whether what looks like a unit begins the next line and goes on there; a pasted table puts it there alone."""
    return bool(_LINE.match(text, at)) and not _LINE_ENDS.match(text, stop)


def _unit_at(text: str, at: int) -> tuple[str, int]:
    """The unit at a place, on this line or the next."""
    if cell := _CELL.match(text, at):  # the next column of a table: `88 | ng/L`, `88 | L | g/L`
        behind, stop = unit_at(text, cell.end())
        behind = "" if text[cell.end() : stop] in _COLUMNS else behind
        return (behind, stop) if behind and _CELL_END.match(text, stop) else ("", at)
    if power := _POWER.match(text, at):
        return _power(text, power)
    if per := _PER.match(text, at):
        below = _one(text, per.end())
        return (f"/{below[0]}", below[1]) if below else ("", at)
    first = _one(text, at)
    if not first:
        return "", at
    unit, end = first
    if text[at:end] in (" L", " H") and not _PER.match(text, end):  # a laboratory's flag: `8.1 L g/dL`
        behind, stop = unit_at(text, end)
        return (behind, stop) if behind else ("", at)
    while unit != "years" and (per := _PER.match(text, end)) and (below := _one(text, per.end())):
        unit, end = f"{unit}/{below[0]}", below[1]
    return ("/" + unit.partition("/")[2], end) if unit.startswith("cells/") else (unit, end)


def _power(text: str, power: re.Match[str]) -> tuple[str, int]:
    """`10^9/L` and its like; nine zeros with nothing below are of a litre."""
    zeros = str("0123456789".find(power[1]) if power[1].isascii() else {"³": 3, "⁶": 6, "⁹": 9}[power[1]])
    cells = _CELLS.match(text, power.end())
    per = _PER.match(text, cells.end() if cells else power.end())
    below = _one(text, per.end()) if per else None
    if below:
        return f"10^{zeros}/{below[0]}", below[1]
    return (f"10^{zeros}/L", power.end()) if zeros == "9" and not per else ("", power.start())


def _one(text: str, at: int) -> tuple[str, int] | None:
    """A single unit such as `mL`, `mm3` or `1.73 m2`, and where it ends."""
    if area := _AREA.match(text, at):
        return "1.73m2", area.end()
    found = _WORD.match(text, at)
    unit = _UNITS.get(found[2].lower()) if found else None
    if not found or not unit or (unit == "K" and _A_NAME.match(text, at)):
        return None
    if unit in ("days", "weeks") and _A_DAY.match(text, at):
        return None
    raised = "3" if found[1] else {"²": "2", "³": "3"}.get(found[3] or "", found[3] or "")
    if raised and (unit, raised) not in (("mm", "3"), ("m", "2")):
        return (unit, found.end(2)) if not found[1] else None
    return unit + raised, found.end()


# ---------------------------------------------------------------- told afterwards


_LIGHT = re.compile(
    r"(?:[\s,.;:()—–-]|\b(?:oh|sorry|oops|ah|ps|and|but|btw|i|mean|meant|should|add|have|said|say|to|be|clear|actually|think|guess|believe|reckon|"
    r"in|the|of|is|are|was|were|that['’]?s|that|it['’]?s|it|those|these|they|this|measured|given|reported|by|way|"
    r"units?|which|all|values?|results?|figures?|numbers?|being|lab|uses?|our|here)\b)+",
    re.I,
)
_SAID_OF = re.compile(
    r"\b(?:that|that['’]?s|it|it['’]?s|those|these|they|this|units?|mean|meant|say|said|sorry|which|oops)\b", re.I
)
_FULL = re.compile(r"[^/]+/[^/]+|[pnu]mol|mmol|[pn]g|cm|mm|inch")


def told_behind(text: str, at: int) -> str:
    """The unit that is told after a number as an afterthought: `was 30, sorry, that was mg/dL`; empty: none is.

    >>> told_behind("it was 30. That is pmol/L.", 9), told_behind("it was 30 and 5 mg", 9)
    ('pmol/L', '')
    """
    light = _LIGHT.match(text, at)
    if light is None or "\n" in light[0] or not _SAID_OF.search(light[0]):
        return ""
    unit, stop = unit_at(text, light.end())
    return unit if _is_told(text, stop, light[0]) and _FULL.fullmatch(unit) else ""


def _is_told(text: str, stop: int, lead: str) -> bool:
    """Whether a unit that ends there is told, and not asked about: not `is that mg/dL?`, `mg/dL or g/L?`."""
    return not (text[stop : stop + 1].isalnum() or _ASKED.match(text, stop) or _WHETHER.search(lead))


_ASKED = re.compile(r"[^.!\n]{0,40}\?|\s*(?:or|maybe|perhaps|probably)\b", re.I)
_WHETHER = re.compile(
    r"(?:^|[.,;:!?(—–-]\s*|\band\s+)(?:is|are|was|were)\s+(?:that|it|this|those|these|they|the)\b", re.I
)


def told_alone(text: str) -> str:
    """The unit with which a turn begins: `that was pmol/L`, `pmol/L`, `sorry, it is in g/dL`; empty: none does."""
    light = _LIGHT.match(text)
    unit, stop = unit_at(text, light.end() if light else 0)
    return unit if _is_told(text, stop, light[0] if light else "") and _FULL.fullmatch(unit) else ""

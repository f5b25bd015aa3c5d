"""Names with a stroke between them and their numbers with strokes behind: `width/depth 84/119`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..model import Guideline
from .lexicon import Lexicon, Meaning
from .numbers import Reading, Scale, value_of
from .words import Token, one_of

if TYPE_CHECKING:
    from .mentions import Mention

Readings = Mapping[int, Sequence[Reading]]

_BEFORE = one_of(": = is are was were of now today")


def coupled(
    mentions: Sequence[Mention], spoken: Sequence[Token], readings: Readings, guideline: Guideline, lexicon: Lexicon
) -> list[Mention]:
    """The mentions, where each name of such a row has its number."""
    found: list[Mention] = []
    row: list[Mention] = []
    for mention in mentions:
        if row and not _stroke(spoken, row[-1].end, mention.start):
            found += _row(row, spoken, readings, guideline, lexicon)
            row = []
        row.append(mention)
    return found + _row(row, spoken, readings, guideline, lexicon)


def _stroke(spoken: Sequence[Token], end: int, start: int) -> bool:
    """Whether nothing but a stroke stands between two mentions."""
    return end + 1 == start and spoken[end].key == "/"


def _row(
    row: list[Mention], spoken: Sequence[Token], readings: Readings, guideline: Guideline, lexicon: Lexicon
) -> list[Mention]:
    """Names of a row and behind them their numbers; the names alone where the numbers do not fit every one."""
    called = [next((one for one in mention.meanings if one.kind == "name"), None) for mention in row]
    names = [one for one in called if one is not None]
    numbers = _numbers(spoken, row[-1].end, len(row), readings) if row and len(names) == len(row) > 1 else []
    pairs = zip(row, names, numbers, strict=False)
    told = [_told(mention, name, one, guideline, lexicon) for mention, name, one in pairs]
    good = [one for one in told if one is not None]
    if len(good) < max(2, len(row)):
        return row
    bare = [replace(one, label="nothing", value=None) for one in row]
    return [*bare, *good]


def _numbers(spoken: Sequence[Token], at: int, many: int, readings: Readings) -> list[Reading]:
    """As many numbers with strokes between them as there are names, and no more."""
    while at < len(spoken) and spoken[at].key in _BEFORE:
        at += 1
    found: list[Reading] = []
    while at in readings and len(found) < many:
        found.append(readings[at][-1])
        at = found[-1].end + 1
        if at > len(spoken) or spoken[at - 1].key != "/":
            return found
    return []


def _told(mention: Mention, name: Meaning, reading: Reading, guideline: Guideline, lexicon: Lexicon) -> Mention | None:
    """A number as that of its name."""
    fact = guideline.facts[name.fact]
    value = value_of(reading, fact, lexicon.scales.get(fact.name, Scale()))
    if not isinstance(value, float):
        return None
    where = replace(mention, start=reading.start, end=reading.end, reach=reading.end)
    return replace(where, label="number", meanings=(name,), fact=fact.name, value=value, reading=reading)

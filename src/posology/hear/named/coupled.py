"""Names in a row and their numbers in a row behind them: `width/depth 84/119`, `width and depth 84 and 119`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...model import Guideline
from ..text.words import Token, one_of
from .lexicon import Lexicon, Meaning
from .numbers import Reading, Scale, value_of

if TYPE_CHECKING:
    from .mentions import Mention

Readings = Mapping[int, Sequence[Reading]]

_BEFORE = one_of(": = is are was were of now today")
_JOINTS = one_of("/ , and &")
_ENDS = one_of(". ; ? !") | {"\n"}


def coupled(
    mentions: Sequence[Mention], spoken: Sequence[Token], readings: Readings, guideline: Guideline, lexicon: Lexicon
) -> list[Mention]:
    """The mentions, where each name of such a row has its number."""
    found: list[Mention] = []
    row: list[Mention] = []
    for mention in mentions:
        if row and not _joined(spoken, row[-1].end, mention.start):
            found += _row(row, spoken, readings, guideline, lexicon)
            row = []
        row.append(mention)
    return found + _row(row, spoken, readings, guideline, lexicon)


def _joined(spoken: Sequence[Token], end: int, start: int) -> bool:
    """Whether nothing but a stroke, a comma or an `and` stands between two mentions."""
    return end + 1 == start and spoken[end].key in _JOINTS


def _row(
    row: list[Mention], spoken: Sequence[Token], readings: Readings, guideline: Guideline, lexicon: Lexicon
) -> list[Mention]:
    """Names of a row and behind them their numbers; the names alone where the numbers do not fit every one."""
    if not row:
        return []
    if _stranger(row[0], spoken, readings):
        return [replace(row[0], label="name", value=None, end=_named(row[0]).end, reading=None), *row[1:]]
    called = [next((one for one in mention.meanings if one.kind == "name"), None) for mention in row]
    names = [one for one in called if one is not None]
    last = _named(row[-1])
    led = any(token.key in _BEFORE for token in spoken[last.end - 1 : last.end + 1])
    if len(row) == 2 and spoken[row[0].end].key == "," and not led:
        return row
    numbers = _numbers(spoken, last.end, readings) if len(names) == len(row) > 1 else []
    numbers = numbers if len(numbers) == len(row) else []
    pairs = zip(row, names, numbers, strict=False)
    told = [_told(mention, name, one, guideline, lexicon) for mention, name, one in pairs]
    good = [one for one in told if one is not None]
    if len(good) < max(2, len(row)):
        return row
    bare = [replace(one, label="nothing", value=None, reading=None) for one in (*row[:-1], last)]
    return [*bare, *good]


def _named(mention: Mention) -> Mention:
    """A name without the number that it took."""
    return replace(mention, end=mention.reading.start) if mention.reading else mention


def _stranger(mention: Mention, spoken: Sequence[Token], readings: Readings) -> bool:
    """Whether a name is the second of two, of which nobody knows the first, and there are two numbers."""
    before = spoken[max(0, mention.start - 2) : mention.start]
    if mention.reading is None or len(before) < 2 or before[0].kind != "word" or before[1].key not in ("/", "and", "&"):
        return False
    return len(_numbers(spoken, mention.reading.start, readings)) == 2


def _numbers(spoken: Sequence[Token], at: int, readings: Readings) -> list[Reading]:
    """The numbers that stand in a row."""
    while at < len(spoken) and spoken[at].key in _BEFORE:
        at += 1
    found: list[Reading] = []
    while at in readings:
        ends = (one for one in readings[at] if one.end >= len(spoken) or spoken[one.end].key in _JOINTS | _ENDS)
        found.append(next(ends, readings[at][-1]))
        at = found[-1].end + 1
        if at > len(spoken) or spoken[at - 1].key not in _JOINTS:
            break
    return found


def _told(mention: Mention, name: Meaning, reading: Reading, guideline: Guideline, lexicon: Lexicon) -> Mention | None:
    """A number as that of its name."""
    fact = guideline.facts[name.fact]
    value = value_of(reading, fact, lexicon.scales.get(fact.name, Scale()))
    if not isinstance(value, float):
        return None
    where = replace(mention, start=reading.start, end=reading.end, reach=reading.end)
    return replace(where, label="number", meanings=(name,), fact=fact.name, value=value, reading=reading)

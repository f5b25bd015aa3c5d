"""Numbers beside no name that are of a fact by their unit and the words of their clause: `they took 40 cm`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...model import Guideline
from ..text.phrases import Node, matches
from ..text.words import Token, one_of
from .numbers import Reading, Scale, bounded, open_ended, value_of

if TYPE_CHECKING:
    from .lexicon import Lexicon
    from .mentions import Mention

_WIDE = 18
_ENDS = one_of(". ; ! ? but") | {"\n"}
_SUPPOSING = one_of(
    "if whether should would could may might will must how what which when people patients those someone anyone "
    "guideline guidelines than every no not never without unless"
)
"""Words of a clause that tells of no patient, or of what is not so."""


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """What must stand in the clause of a fact's number, in two parts, and what must not."""

    fact: str
    of: Node
    beside: Node
    never: Node


def with_lengths(
    mentions: Sequence[Mention], spoken: Sequence[Token], guideline: Guideline, lexicon: Lexicon
) -> list[Mention]:
    """The mentions, each number without a name given to the one fact whose words stand in its clause."""
    return list(_each(mentions, spoken, guideline, lexicon)) if lexicon.measures else list(mentions)


def _each(
    mentions: Sequence[Mention], spoken: Sequence[Token], guideline: Guideline, lexicon: Lexicon
) -> Iterator[Mention]:
    for mention in mentions:
        found = {one.fact for one in lexicon.measures if _is_of(one, mention, mentions, spoken, guideline)}
        value = None
        if len(found) == 1 and mention.reading is not None:
            fact = guideline.facts[found.pop()]
            value = value_of(mention.reading, fact, lexicon.scales.get(fact.name, Scale()))
            if isinstance(value, float):
                yield replace(mention, label="number", fact=fact.name, value=value)
                continue
        yield mention


def _is_of(
    measure: Measure, mention: Mention, mentions: Sequence[Mention], spoken: Sequence[Token], guideline: Guideline
) -> bool:
    """Whether a bare number has a fact's unit, and the fact's words in its clause, and no other number has."""
    reading, unit = mention.reading, guideline.facts[measure.fact].unit
    total = is_total(spoken, mention.end)
    if mention.label != "bare" or reading is None or not reading.unit or kind(reading.unit) != kind(unit):
        return False
    if (bounded(spoken, reading) and not _spread(spoken, reading)) or open_ended(spoken, reading):
        return False
    first, last = _clause(mention, spoken)
    others = (one for one in mentions if one is not mention and first <= one.start < last and one.reading)
    others = (one for one in others if not (one.label == "number" and one.fact != measure.fact))
    if any(one.reading and kind(one.reading.unit) == kind(unit) for one in others) and not total:
        return False
    words = spoken[first:last]
    if any(token.key in _SUPPOSING for token in words) or (last < len(spoken) and spoken[last].key == "?"):
        return False
    here = (*words[: mention.start - first], *words[mention.end - first :])
    return bool(matches(measure.of, here) and matches(measure.beside, here) and not matches(measure.never, here))


def is_total(spoken: Sequence[Token], end: int) -> bool:
    """Whether a number is told to be the sum of those before it: `so 37 cm total`, `37 cm in all`."""
    keys = [token.key for token in spoken[end : end + 2]]
    return keys[:1] in (["total"], ["altogether"], ["combined"]) or keys in (["in", "total"], ["in", "all"])


_SPREADING = one_of("extend extending extended spread spreading stretch stretching running run measured involved")


def _spread(spoken: Sequence[Token], reading: Reading) -> bool:
    """Whether `over` tells where something lies, and sets no limit: `spread over 20 cm`."""
    before = [token.key for token in spoken[max(0, reading.start - 2) : reading.start]]
    return len(before) > 1 and before[1] == "over" and before[0] in _SPREADING


def kind(unit: str) -> str:
    """Units of one kind under one name."""
    return "length" if unit in ("cm", "mm", "m", "inch", "foot") else unit


def _clause(mention: Mention, spoken: Sequence[Token]) -> tuple[int, int]:
    """The tokens of the clause around a mention, not too far off."""
    first, last = mention.start, mention.end
    while first > 0 and mention.start - first < _WIDE and spoken[first - 1].key not in _ENDS:
        first -= 1
    while last < len(spoken) and last - mention.end < _WIDE and spoken[last].key not in _ENDS:
        last += 1
    return first, last

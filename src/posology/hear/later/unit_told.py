"""The unit that a later turn tells of the number before it: `X 110 | that was pmol/L`, `X 110 | pmol/L`."""

from __future__ import annotations

from dataclasses import replace

from ..named.numbers import Scale, numbers, value_of
from ..named.units import told_alone
from ..text.clauses import is_a
from ..text.words import tokens
from ..told.scene import Scene, Word, word


def unit_told(read: Scene) -> list[Word]:
    """The number that was spoken of last, told without a unit, in the unit that this turn begins with."""
    fact = read.before.number
    unit = told_alone(read.noted.text) if read.turn and fact else ""
    if not fact or not unit or not read.talk or not read.talk[0].pieces:
        return []
    if any(is_a(piece, "number bare age") for sentence in read.talk for piece in sentence.pieces):
        return []
    text = read.before.words.get(fact, "")
    spoken = tokens(text)
    found = numbers(text, spoken, {})
    told = [ways[0] for at, ways in found.items() if not (at and spoken[at].glued and spoken[at - 1].kind == "word")]
    if len(told) != 1 or told[0].unit:
        return []
    value = value_of(replace(told[0], unit=unit), read.guideline.facts[fact], read.lexicon.scales.get(fact, Scale()))
    return [word(read, 0, 0, fact, value)] if isinstance(value, float) else []

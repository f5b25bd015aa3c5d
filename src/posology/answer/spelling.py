"""Misspelled words of the lexicon: corrected when they are no other word, and close to one that is listed for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .words import Token

_SHORTEST = 6


def corrected(
    spoken: Sequence[Token], spelling: Mapping[str, frozenset[str]], known: frozenset[str]
) -> tuple[tuple[Token, ...], frozenset[int]]:
    """The tokens with misspelled words put right, and the places of those."""
    result = list(spoken)
    changed = set()
    for place, token in enumerate(spoken):
        if len(token.key) >= _SHORTEST and token.kind == "word" and token.key not in known:
            meant = _meant(token.key, spelling)
            if meant:
                result[place] = replace(token, key=meant)
                changed.add(place)
    return tuple(result), frozenset(changed)


def _meant(word: str, spelling: Mapping[str, frozenset[str]]) -> str:
    """The one listed word that is near enough; none when there are two, or it is a real word."""
    near = [
        right
        for right, never in spelling.items()
        if abs(len(right) - len(word)) <= _slips(right)
        and right[:1] == word[:1]
        and word not in never
        and distance(word, right, _slips(right)) <= _slips(right)
    ]
    return near[0] if len(near) == 1 else ""


def _slips(word: str) -> int:
    """How many letters of a word may be wrong: one, two in a long one, three in the name of a drug."""
    return 1 if len(word) < 8 else 2 if len(word) < 14 else 3


def distance(one: str, other: str, most: int) -> int:
    """How many letters were left out, put in, changed or swapped with a neighbor, as far as ``most``.

    >>> distance("ankel", "ankle", 2), distance("shuolder", "shoulder", 2), distance("cat", "dog", 1) > 1
    (1, 1, True)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != right))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == right:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]

"""The line between questions that are answered and those that are declined, drawn through all that were asked before.

A linear support vector machine of squared losses, fitted by descent in its dual, one question after the other (Hsieh
and others, ICML 2008). It knows words and nothing else: the same questions give the same line to the last digit.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import mul
from random import Random

Dividing = Mapping[str, tuple[float, float]]
"""Each word, pair of words and beginning of a word, with how rare it is and how much it speaks for an answer."""
Weighed = tuple[list[int], list[float], float]
"""The places of a question's words, their weights, and the square of its length."""

ROUNDS, SLACK = 8, 1.0
"""How often every question is looked at, and how dear it is to leave one on the wrong side."""
BEGINNING = 5
"""Letters in which kin words and most misspellings of one word agree."""
NEAR = 8
"""Words within which two make a pair, in whatever order they stand: what is asked stands beside what it is asked of."""
_BIAS, _BIASED = "*", 0.5
"""The word that every question has, and what it weighs."""


def worded(stems: Sequence[str]) -> list[str]:
    """The words of a question, each two side by side, and beginnings of long ones, in an order that never changes."""
    begun = (f"{stem[:BEGINNING]}*" for stem in stems if len(stem) > BEGINNING)
    return sorted({*stems, *begun, *(f"{one} {other}" for one, other in pairwise(stems))})


def paired(stems: Sequence[str]) -> list[str]:
    """The words of a question as `worded`, and each two of them that stand near each other."""
    pairs = ((one, other) for at, one in enumerate(stems) for other in stems[at + 1 : at + NEAR])
    return worded(stems) + sorted({" & ".join(sorted(pair)) for pair in pairs})


def rarity(asked: Sequence[Iterable[str]]) -> dict[str, float]:
    """How rare each word of questions is; pairs that stand in one question only tell nothing."""
    held = Counter(word for words in asked for word in words)
    often = ((word, count) for word, count in held.items() if count > 1 or " " not in word)
    return {word: math.log((1 + len(asked)) / (1 + count)) + 1 for word, count in often}


def unit(words: Iterable[str], rare: Mapping[str, float], strangers: float = 0.0) -> dict[str, float]:
    """The known words of a question with what they weigh, scaled to length one; ``strangers`` add to the length."""
    known = {word: rare[word] for word in words if word in rare}
    length = math.sqrt(math.fsum(weight * weight for weight in known.values()) + strangers) or 1.0
    return {word: weight / length for word, weight in known.items()}


def drawn(questions: Sequence[tuple[Sequence[str], bool]]) -> Dividing:
    """The line through questions: the stems of each in their order, and whether it was answered."""
    asked = [paired(stems) for stems, _ in questions]
    rare = rarity(asked)
    places = {word: place for place, word in enumerate(rare)}
    rows = [_row(words, rare, places) for words in asked]
    weights = _descended(rows, [1.0 if answered else -1.0 for _, answered in questions], len(places) + 1)
    return {_BIAS: (0.0, weights[-1] * _BIASED)} | {word: (rare[word], weights[at]) for word, at in places.items()}


def _row(words: Sequence[str], rare: Mapping[str, float], places: Mapping[str, int]) -> Weighed:
    known = [word for word in words if word in rare]
    length = math.sqrt(sum(rare[word] ** 2 for word in known)) or 1.0
    values = [*(rare[word] / length for word in known), _BIASED]
    return [*(places[word] for word in known), len(places)], values, sum(value * value for value in values)


def _descended(rows: Sequence[Weighed], sides: Sequence[float], size: int) -> list[float]:
    weights, pulls = [0.0] * size, [0.0] * len(rows)
    order, chance, give = list(range(len(rows))), Random(0), 1 / (2 * SLACK)
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for at in order:
            places, values, square = rows[at]
            side, pull = sides[at], pulls[at]
            short = side * sum(map(mul, map(weights.__getitem__, places), values)) - 1 + give * pull
            if pull or short < 0:
                pulls[at] = max(pull - short / (square + give), 0.0)
                step = (pulls[at] - pull) * side
                for place, value in zip(places, values, strict=True):
                    weights[place] += step * value
    return weights


def side(stems: Sequence[str], line: Dividing, earlier: Sequence[str] = (), carried: float = 0.0) -> float:
    """On which side of the line a question stands, and how far from it: above 0 it is like those that are answered.

    The words of ``earlier`` turns count for what is ``carried`` of them.
    """
    now = _reach(paired(stems), line)
    before = _reach(paired(earlier), line) if carried else 0.0
    bias = line.get(_BIAS, (0.0, 0.0))[1]
    return (now + carried * before) / (math.hypot(1, carried) if before else 1) + bias


def _reach(words: Sequence[str], line: Dividing) -> float:
    known = [line[word] for word in words if word in line]
    length = math.sqrt(sum(rare * rare for rare, _ in known)) or 1.0
    return sum(rare * weight for rare, weight in known) / length

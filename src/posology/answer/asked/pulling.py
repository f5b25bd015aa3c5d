"""What answers a question, or on what it is silent: how much each word pulls towards it, learned from all asked before.

Question after question, what stands with it is pulled before what does not, by as little as is needed, and the mean of
all that was learned on the way is kept (passive-aggressive: Crammer and others, JMLR 2006; averaged: Freund and
Schapire, 1999). It makes no text; the same questions give the same pulls to the last digit.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random

from .dividing import rarity, unit, worded

Pulls = Mapping[str, tuple[float, Mapping[str, float]]]
"""Each word, pair of words and beginning of a word: how rare it is, and how much it pulls towards each name."""
Question = tuple[Sequence[str], Sequence[str]]
"""The stems of a question in their order, and the names of what stands with it, the best first."""

ROUNDS, BEFORE, MOST = 4, 1.0, 0.5
"""How often a question is looked at, how far before others an answer is to stand, and the most that one look pulls."""
FAINT = 0.03
"""Pulls that are not kept."""

_Row = Sequence[tuple[str, float]]
"""The words of a question with what they weigh in it."""


def pulled(questions: Sequence[Question]) -> Pulls:
    """The pulls of all words, learned from questions and the names that stand with them."""
    asked = [worded(stems) for stems, _ in questions]
    rare = rarity(asked)
    names = sorted({name for _, theirs in questions for name in theirs})
    at = {name: place for place, name in enumerate(names)}
    rows = [
        (tuple(unit(words, rare).items()), [at[name] for name in dict.fromkeys(theirs)])
        for words, (_, theirs) in zip(asked, questions, strict=True) if theirs
    ]  # fmt: skip
    learned = _Learned(len(names)).of(rows) if len(names) > 1 else {}
    kept = {
        word: {names[n]: pull for n, pull in pulls.items() if abs(pull) >= FAINT}
        for word, pulls in sorted(learned.items())
    }  # fmt: skip
    return {word: (rare[word], pulls) for word, pulls in kept.items() if pulls}


def ordered(stems: Sequence[str], pulls: Pulls, earlier: Sequence[str] = (), carried: float = 0.0) -> dict[str, float]:
    """The names towards which the words of a question pull, those towards which they pull most first.

    The words of ``earlier`` turns that are not in it pull with what is ``carried`` of them.
    """
    own = worded(stems)
    before = sorted({*worded(earlier)}.difference(own))
    found: dict[str, float] = defaultdict(float)
    for words, share in ((own, 1.0), (before, carried)):
        for word, weight in unit(words, {word: pulls[word][0] for word in words if word in pulls}).items():
            amount = share * weight
            for name, pull in pulls[word][1].items():
                found[name] += amount * pull
    return dict(sorted(found.items(), key=lambda one: (-round(one[1], 9), one[0])))


class _Learned:
    """What has been learned so far: the pulls of each word, and each of them times the look at which it was changed."""

    def __init__(self, names: int) -> None:
        self.names = names
        self.pulls: dict[str, dict[int, float]] = {}
        self.late: dict[str, dict[int, float]] = {}
        self.looks = 1

    def of(self, rows: Sequence[tuple[_Row, Sequence[int]]]) -> dict[str, dict[int, float]]:
        """The mean of the pulls over all looks at some questions."""
        order, chance = list(range(len(rows))), Random(0)
        for _ in range(ROUNDS):
            chance.shuffle(order)
            for at in order:
                self._look(*rows[at])
        return {word: self._mean(word) for word in self.pulls}

    def _mean(self, word: str) -> dict[int, float]:
        late = self.late[word]
        return {name: pull - late[name] / self.looks for name, pull in sorted(self.pulls[word].items())}

    def _look(self, row: _Row, answers: Sequence[int]) -> None:
        """Pull what answers a question best before the best of what does not answer it."""
        scores = [0.0] * self.names
        for word, weight in row:
            for name, pull in self.pulls.get(word, _NOTHING).items():
                scores[name] += weight * pull
        own = scores[answers[0]]
        for name in answers:
            scores[name] = -math.inf
        against = max(scores)
        short = BEFORE - (own - against)
        if short > 0 and against > -math.inf:
            self._pull(row, answers[0], scores.index(against), min(MOST, short / 2))
        self.looks += 1

    def _pull(self, row: _Row, name: int, rival: int, step: float) -> None:
        for word, weight in row:
            pulls, late = self.pulls.setdefault(word, {}), self.late.setdefault(word, {})
            for one, much in ((name, step * weight), (rival, -step * weight)):
                pulls[one] = pulls.get(one, 0.0) + much
                late[one] = late.get(one, 0.0) + much * self.looks


_NOTHING: Mapping[int, float] = {}

"""What answers a question, or on what it is silent: how much each word pulls towards it, learned from all asked before.

Question after question, what stands with it is pulled before what does not, by as little as is needed, and the mean of
all that was learned on the way is kept (passive-aggressive: Crammer and others, JMLR 2006; averaged: Freund and
Schapire, 1999). It makes no text; the same questions give the same pulls to the last digit.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from .dividing import rarity, worded

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
        (_row(words, rare), [at[name] for name in dict.fromkeys(theirs)])
        for words, (_, theirs) in zip(asked, questions, strict=True) if theirs
    ]  # fmt: skip
    learned = _Learned(len(names)).of(rows) if len(names) > 1 else {}
    kept = {
        word: {names[n]: pull for n, pull in enumerate(pulls) if abs(pull) >= FAINT}
        for word, pulls in sorted(learned.items())
    }  # fmt: skip
    return {word: (rare[word], pulls) for word, pulls in kept.items() if pulls}


def ordered(stems: Sequence[str], pulls: Pulls, earlier: Sequence[str] = (), carried: float = 0.0) -> dict[str, float]:
    """The names towards which the words of a question pull, those towards which they pull most first.

    The words of ``earlier`` turns that are not in it pull with what is ``carried`` of them.
    """
    own = worded(stems)
    before = [word for word in worded(earlier) if word not in own]
    found: dict[str, float] = defaultdict(float)
    for words, share in ((own, 1.0), (before, carried)):
        for word, weight in _row(words, {word: pulls[word][0] for word in words if word in pulls}):
            for name, pull in pulls[word][1].items():
                found[name] += share * weight * pull
    return dict(sorted(found.items(), key=lambda one: (-round(one[1], 9), one[0])))


def _row(words: Iterable[str], rare: Mapping[str, float]) -> _Row:
    known = [(word, rare[word]) for word in words if word in rare]
    length = math.sqrt(math.fsum(weight * weight for _, weight in known)) or 1.0
    return [(word, weight / length) for word, weight in known]


class _Learned:
    """What has been learned so far: the pulls of each word, and each of them times the look at which it was changed."""

    def __init__(self, names: int) -> None:
        self.none = [0.0] * names
        self.pulls: dict[str, list[float]] = {}
        self.late: dict[str, list[float]] = {}
        self.looks = 1

    def of(self, rows: Sequence[tuple[_Row, Sequence[int]]]) -> dict[str, list[float]]:
        """The mean of the pulls over all looks at some questions."""
        order, chance = list(range(len(rows))), Random(0)
        for _ in range(ROUNDS):
            chance.shuffle(order)
            for at in order:
                self._look(*rows[at])
        return {word: self._mean(word) for word in self.pulls}

    def _mean(self, word: str) -> list[float]:
        both = zip(self.pulls[word], self.late[word], strict=True)
        return [pull - late / self.looks for pull, late in both]

    def _look(self, row: _Row, answers: Sequence[int]) -> None:
        """Pull what answers a question best before the best of what does not answer it."""
        scores = self.none
        for word, weight in row:
            if pulls := self.pulls.get(word):
                scores = [score + weight * pull for score, pull in zip(scores, pulls, strict=True)]
        rivals = list(scores)
        for name in answers:
            rivals[name] = -math.inf
        against = max(rivals)
        short = BEFORE - (scores[answers[0]] - against)
        if short > 0 and against > -math.inf:
            self._pull(row, answers[0], rivals.index(against), min(MOST, short / 2))
        self.looks += 1

    def _pull(self, row: _Row, name: int, rival: int, step: float) -> None:
        for word, weight in row:
            if word not in self.pulls:
                self.pulls[word], self.late[word] = list(self.none), list(self.none)
            pulls, late, much = self.pulls[word], self.late[word], step * weight
            pulls[name] += much
            pulls[rival] -= much
            late[name] += much * self.looks
            late[rival] -= much * self.looks

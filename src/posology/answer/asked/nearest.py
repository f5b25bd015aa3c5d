"""The aspect whose words are nearest to a question that no phrase of the map leads to: covered, or silent.

Words are weighed by how few aspects have them. A covered aspect must outdo every silent one clearly; else the
question is declined, and the nearest silent aspect says what is not covered.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from .coverage import Aspect, Coverage
from .speech import tokens

CLEARLY = 1.2
"""How many times the score of the nearest silent aspect a covered one must have."""
ENOUGH = 4.0
"""The least score that leads anywhere: two words that few aspects have."""
_OWN, _NAME, _STATED = 1.0, 0.7, 0.4
"""Weight of a word of the aspect's phrases, of its name and questions, and of its statements."""


def nearest(stems: Iterable[str], coverage: Coverage) -> Aspect | None:
    """The aspect that these words are about, or none that is near enough."""
    weights, rarity = _weights(coverage)
    asked = [stem for stem in dict.fromkeys(stems) if stem in rarity]
    scores = {
        name: sum(rarity[stem] * words[stem] for stem in asked if stem in words) for name, words in weights.items()
    }
    covered = _best(scores, coverage, silent=False)
    silent = _best(scores, coverage, silent=True)
    if scores.get(covered, 0.0) >= max(ENOUGH, CLEARLY * scores.get(silent, 0.0)):
        return coverage.aspects[covered]
    return coverage.aspects[silent] if scores.get(silent, 0.0) >= ENOUGH else None


def _best(scores: Mapping[str, float], coverage: Coverage, silent: bool) -> str:
    names = [name for name in scores if (coverage.aspects[name].kind == "silent") == silent]
    return max(names, key=lambda name: scores[name], default="")


@lru_cache(maxsize=8)
def _weights(coverage: Coverage) -> tuple[Mapping[str, Mapping[str, float]], Mapping[str, float]]:
    """The words of each aspect with their weights, and how rare each word is among the aspects."""
    weights: dict[str, dict[str, float]] = {
        name: _named(aspect, coverage) for name, aspect in coverage.aspects.items() if aspect.kind != "way"
    }
    for found in coverage.index.values():
        for name, sought in found:
            if name in weights:
                weights[name].update(dict.fromkeys((word for part in sought for word in part or ()), _OWN))
    held = Counter(stem for words in weights.values() for stem in words)
    common = len(weights) / 4
    rarity = {stem: math.log(1 + len(weights) / count) for stem, count in held.items() if count < common}
    return weights, rarity


def _named(aspect: Aspect, coverage: Coverage) -> dict[str, float]:
    """The words of an aspect's statements, and above them those of its name and its questions."""
    stated = dict.fromkeys((stem for name in aspect.statements for stem in coverage.counts[name]), _STATED)
    text = f"{aspect.called}. {aspect.next} {aspect.patients_next}"
    return stated | dict.fromkeys((word.stem for word in coverage.same.joined(tokens(text))), _NAME)


def near_it(told: Iterable[Aspect], asked: Iterable[str]) -> list[Aspect]:
    """What was told beside a question and is not said in any case, where it is near to what is asked."""
    names = set(asked)
    return [one for one in dict.fromkeys(told) if one.beside and one.surely and not names.isdisjoint(one.nearest)]

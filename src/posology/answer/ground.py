"""What answers are made from: a guideline, the words that it is asked in, and the words of its facts."""

from __future__ import annotations

import gc
import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..cache import keep, kept, made_by, own, unpacked
from ..expr import evaluate
from ..hear.named.lexicon import Lexicon, read_lexicon
from ..hear.turns import Heard
from ..model import Guideline, Rule, Statement, Value
from ..read.guideline import read
from .asked.coverage import Coverage, read_coverage
from .asked.match import Ranking, ranking
from .asked.precedent import Precedents, read_precedents
from .faults import words_digest


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A guideline with its coverage map, its lexicon, what was asked before, and its statements' words counted.

    ``words``: the digest of map, lexicon and questions.
    """

    folder: Path
    guideline: Guideline
    coverage: Coverage
    lexicon: Lexicon
    ranking: Ranking
    precedents: Precedents
    words: str = ""

    def of_course(self, heard: Heard) -> bool:
        """Whether something heard tells if a course of treatment is over."""
        return self.guideline.facts[heard.fact].course.startswith("complete ")

    def begun(self, known: Mapping[str, Value]) -> bool:
        """Whether it is known that a treatment was given."""
        return any(known.get(fact) is True for fact in self.lexicon.received)

    def ends_course(self, heard: Heard) -> bool:
        """Whether something heard says that a course is over, or that what it goes on until is so."""
        until = [give.until_holds for rule in self.guideline.rules for give in rule.action.gives if give.until_holds]
        met = any(evaluate(one, {heard.fact: heard.value}.get) is True for one in until)
        return met or (heard.value is True and self.of_course(heard))


def rule_of(statement: Statement, here: Ground) -> Rule | None:
    """The rule that a statement carries or says in other words."""
    if statement.rule:
        return statement.rule
    return next((rule for rule in here.guideline.rules if rule.name == statement.restates), None)


def ground(folder: Path, anew: Callable[[], None] | None = None) -> Ground:
    """Everything that is needed to answer from the guideline in a folder. Raises Refused.

    ``anew`` is called where its words have to be read and learned from first, which takes some seconds.
    """
    with _uncollected():
        return _ground(folder, anew)


@contextmanager
def _uncollected() -> Iterator[None]:
    """What is loaded stays, so the collector would look through hundreds of thousands of things for nothing, ever."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if running:
            gc.enable()


def _ground(folder: Path, anew: Callable[[], None] | None) -> Ground:
    """A guideline with its words: as they were made the last time, unless a character of them has changed since."""
    guideline, words = read(folder), words_digest(folder)
    key = f"words {guideline.digest} {words} {made_by('answer', 'hear')}"
    made: Made | None = unpacked(kept(key), own(("posology.answer.", "posology.hear."), Counter))
    if made is None:
        if anew:
            anew()
        made = _made(folder, guideline)
        keep(key, pickle.dumps(made, protocol=5))
    return Ground(folder, guideline, *made, words)


Made = tuple[Coverage, Lexicon, Ranking, Precedents]
"""What takes long to make of a guideline's words."""


def _made(folder: Path, guideline: Guideline) -> Made:
    coverage = read_coverage(folder, guideline)
    lexicon = read_lexicon(folder, guideline)
    return coverage, lexicon, ranking(coverage.counts), read_precedents(folder, guideline, coverage)

"""What answers are made from: a guideline, the words that it is asked in, and the words of its facts."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..model import Guideline
from ..read.guideline import read
from .coverage import Coverage, read_coverage
from .faults import words_digest
from .lexicon import Lexicon, read_lexicon
from .match import Ranking, ranking
from .precedent import Precedents, read_precedents


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


def ground(folder: Path) -> Ground:
    """Everything that is needed to answer from the guideline in a folder. Raises Refused."""
    with _uncollected():
        return _ground(folder)


@contextmanager
def _uncollected() -> Iterator[None]:
    """What is loaded stays, so the collector would look through hundreds of thousands of things for nothing."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _ground(folder: Path) -> Ground:
    guideline = read(folder)
    coverage = read_coverage(folder, guideline)
    lexicon = read_lexicon(folder, guideline)
    precedents = read_precedents(folder, guideline, coverage)
    return Ground(folder, guideline, coverage, lexicon, ranking(coverage.counts), precedents, words_digest(folder))

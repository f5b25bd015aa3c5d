"""What cannot be asked or is not heard though nothing is wrong: a guideline without words can still be planned with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..findings import Refused
from ..hear.named.lexicon import FILE as LEXICON
from ..hear.named.lexicon import Lexicon
from ..model import Fact, Guideline
from ..read.data import decoded
from ..read.markdown import Table, pieces
from .asked.coverage import FILE as QUESTIONS
from .asked.coverage import Coverage, read_coverage
from .faults import tried

_PAGE = "docs/making-it-askable.md shows how."


def unheard(folder: Path, guideline: Guideline, lexicon: Lexicon | Refused | None = None) -> tuple[str, ...]:
    """What a check says of the words of a guideline (its lexicon as it was `tried`) beside their faults."""
    lexicon = lexicon or tried(folder, guideline)
    try:
        made = read_coverage(folder, guideline)
    except Refused:
        return ()
    if isinstance(lexicon, Refused):
        return ()
    return (*_questions(folder, made), *_facts(folder, guideline, lexicon))


def _questions(folder: Path, made: Coverage) -> Iterator[str]:
    if not any(aspect.kind in ("general", "about") for aspect in made.aspects.values()):
        there = "names no question" if (folder / QUESTIONS).is_file() else "is not there"
        yield f"Hardly anything can be asked: {QUESTIONS} {there}. {_PAGE}"


def _facts(folder: Path, guideline: Guideline, lexicon: Lexicon) -> Iterator[str]:
    """The facts that no words state, and those that only their own names do."""
    heard = {one.fact for one in lexicon.meanings} | {name for also in lexicon.also.values() for name, _ in also}
    facts = [fact for fact in guideline.facts.values() if fact.group != "defined"]
    if never := [fact for fact in facts if fact.name not in heard]:
        yield f"Not heard in a question, for want of words in {LEXICON}: {_listed(never)}. {_PAGE}"
    written = _written(folder)
    if bare := [fact for fact in facts if fact.name in heard and fact.phrase not in written]:
        yield f"Heard in a question by their own names alone: {_listed(bare)}."


def _listed(facts: list[Fact]) -> str:
    return ", ".join(fact.phrase for fact in facts)


def _written(folder: Path) -> frozenset[str]:
    """The facts that a lexicon names in its own column for them, or as what another fact states."""
    path = folder / LEXICON
    text = decoded(path.read_bytes(), LEXICON) if path.is_file() else ""
    tables = [piece for piece in pieces(text, LEXICON) if isinstance(piece, Table)]
    cells = [
        cell
        for table in tables
        for _, row in table.rows
        for column, cell in zip(table.head, row, strict=False)
        if column.lower() in ("fact", "states also")
    ]
    return frozenset(part.strip() for cell in cells for part in re.split("[,+]", cell))

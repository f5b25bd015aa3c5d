"""The faults of the words in which a guideline is asked, and their digest: lexicon.md, questions.md, asked.jsonl.

They change what is heard and which statements are shown, never a plan: so they have a digest of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..findings import Finding, Refused
from ..hear.named.lexicon import FILE as LEXICON
from ..hear.named.lexicon import Lexicon, read_lexicon
from ..model import Guideline
from ..read.data import decoded
from ..read.guideline import digest
from ..read.markdown import Piece, Table, pieces
from .asked.coverage import FILE as QUESTIONS
from .asked.coverage import Coverage, coverage, read_coverage
from .asked.precedent import FILE as ASKED
from .asked.precedent import read_rows
from .unread import of_lexicon, of_questions

WIDTHS = {"topic words": 1, "other topics": 2, "same words": 2, "red flags": 3, "warnings": 1}
"""The tables of the coverage map, with the columns that each needs."""


def words_digest(folder: Path) -> str:
    """The digest of the words in which a guideline is asked: that of empty files when it has none."""
    named = {name: folder / name for name in (LEXICON, QUESTIONS, ASKED)}
    texts = {name: path.read_text("utf-8", errors="replace") for name, path in named.items() if path.is_file()}
    return digest(texts, tuple(named))


def tried(folder: Path, guideline: Guideline) -> Lexicon | Refused:
    """A guideline's lexicon, or why it cannot be read: whoever looks twice need not read it twice."""
    try:
        return read_lexicon(folder, guideline)
    except Refused as refused:
        return refused


def faults(folder: Path, guideline: Guideline, lexicon: Lexicon | Refused | None = None) -> tuple[Finding, ...]:
    """Everything wrong with a guideline's lexicon (as it was `tried`) and coverage map."""
    lexicon = lexicon or tried(folder, guideline)
    mapped = _of_questions(folder, guideline)
    before = () if mapped else _of_asked(folder, guideline)
    return (*_of_lexicon(folder), *(lexicon.findings if isinstance(lexicon, Refused) else ()), *mapped, *before)


def _of_lexicon(folder: Path) -> Sequence[Finding]:
    """Headings and columns of the lexicon that are not read."""
    path = folder / LEXICON
    if not path.is_file():
        return ()
    try:
        return list(of_lexicon(pieces(decoded(path.read_bytes(), LEXICON), LEXICON)))
    except Refused:
        return ()  # said when it is read


def _of_asked(folder: Path, guideline: Guideline) -> Sequence[Finding]:
    """The faults of the questions asked before; they name aspects of the map, which has none by then."""
    try:
        read_rows(folder, guideline, read_coverage(folder, guideline))
    except Refused as refused:
        return refused.findings
    return ()


def _of_questions(folder: Path, guideline: Guideline) -> Sequence[Finding]:
    path = folder / QUESTIONS
    if not path.is_file():
        return ()
    try:
        listed = pieces(decoded(path.read_bytes(), QUESTIONS), QUESTIONS)
        if broken := [*of_questions(listed), *_narrow(listed)]:
            return broken
        return list(_unreachable(coverage(listed, guideline), guideline))
    except Refused as refused:
        return refused.findings


def _narrow(listed: Sequence[Piece]) -> Iterator[Finding]:
    """Tables with fewer columns than are read."""
    for piece in listed:
        if isinstance(piece, Table) and piece.place.heading:
            needed = WIDTHS.get(piece.place.heading[-1].lower(), 0)
            if len(piece.head) < needed:
                what = f"The table {piece.place.heading[-1]!r} needs {needed} columns and has {len(piece.head)}."
                yield Finding(f"{QUESTIONS}:{piece.place.line}", what, "Add the missing column.")


def _unreachable(made: Coverage, guideline: Guideline) -> Iterator[Finding]:
    """Aspects that answer nothing, or that no words lead to; statements that no question can reach."""
    asked = {name for sought in made.index.values() for name, _ in sought}
    for name, aspect in made.aspects.items():
        if aspect.kind in ("general", "about") and not aspect.every:
            yield Finding(f"{QUESTIONS}, {name}", "It names no statement.", "Add `Answered by:` with statements.")
        if name not in asked:
            yield Finding(f"{QUESTIONS}, {name}", "No words lead to it.", "Add `Asked:` with phrases.")
    shown = {name for aspect in made.aspects.values() for name in aspect.every} | set(made.warnings)
    for statement in guideline.statements:
        if statement.name not in shown:
            what = f"The statement {statement.name!r} answers no question."
            yield Finding(QUESTIONS, what, "Name it under the aspect that asks for it.")

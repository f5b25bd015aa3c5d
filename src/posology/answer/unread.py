"""What of questions.md and lexicon.md nobody would read: unknown headings, columns, and lines under no question."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..findings import Finding, near
from ..hear.named.lexicon import FILE as LEXICON
from ..read.markdown import Bullet, Heading, Piece, Table
from .asked.coverage import FILE as QUESTIONS
from .asked.coverage import SECTIONS

TABLES = ("topic words", "other topics", "same words", "red flags", "warnings")
"""The headings of questions.md under which a table stands; under the others stand questions."""
_STATED = ("fact", "value", "words", "beside", "bare", "alone")
COLUMNS: Mapping[str, Sequence[str]] = {
    "groups": ("group", "words"),
    "topic": ("words",),
    "said": _STATED,
    "used": _STATED,
    "wished": _STATED,
    "received": _STATED,
    "examined": ("fact", "words"),
    "counted": ("fact", "called", "bare", "plausible", "units", "whole"),
    "shapes": ("fact", "shapes", "unit"),
    "measured": ("fact", "of", "with", "never"),
    "heard as": ("fact", "denied", "suspected", "past", "over", "back", "family", "said of"),
    "also": ("fact", "value", "states also"),
    "spelling": ("words", "never"),
    "unclear": ("words", "ask"),
}
"""The headings of lexicon.md, and the columns of the tables below each."""


def of_questions(listed: Sequence[Piece]) -> Iterator[Finding]:
    """What of questions.md is not read."""
    known = (*TABLES, *SECTIONS)
    lost: tuple[str, ...] = ("\n",)
    for piece in listed:
        path = tuple(words.lower() for words in piece.place.heading)
        own, above = path[-1:], path[-2:-1]
        asks = bool(above) and above[0] in SECTIONS
        if isinstance(piece, Heading):
            if path[: len(lost)] != lost and piece.level > 1 and not asks and own[0] not in known:
                lost = path
                yield _heading(piece, known, QUESTIONS)
        elif path[: len(lost)] == lost:
            continue
        elif isinstance(piece, Table) and (not own or own[0] not in TABLES):
            yield _table(piece, QUESTIONS, TABLES)
        elif isinstance(piece, Bullet) and not asks and own and own[0] in known:
            yield _stray(piece, own[0])


def _stray(piece: Bullet, section: str) -> Finding:
    """A line that stands below no question."""
    do = "Write the words in a table." if section in TABLES else "Give it a heading of its own, as in `### dose`."
    return Finding(_at(piece, QUESTIONS), "This line belongs to no question.", do)


def of_lexicon(listed: Sequence[Piece]) -> Iterator[Finding]:
    """What of lexicon.md is not read."""
    lost: tuple[str, ...] = ("\n",)
    for piece in listed:
        path = tuple(words.lower() for words in piece.place.heading)
        below = [words for words in path if words in COLUMNS]
        if isinstance(piece, Heading):
            if path[: len(lost)] != lost and piece.level > 1 and not below:
                lost = path
                yield _heading(piece, COLUMNS, LEXICON)
        elif isinstance(piece, Table) and path[: len(lost)] != lost:
            yield from _columns(piece, below)


def _columns(table: Table, below: Sequence[str]) -> Iterator[Finding]:
    """The columns of a table that its heading does not have."""
    if not below:
        yield _table(table, LEXICON, tuple(COLUMNS))
        return
    known = {column for section in below for column in COLUMNS[section]}
    for column in (cell.lower() for cell in table.head):
        if column not in known:
            do = near(column, known, f"Its columns are: {', '.join(COLUMNS[below[0]])}.")
            yield Finding(_at(table, LEXICON), f"{column!r} is no column of a table below {below[0]!r}.", do)


def _heading(piece: Heading, known: Collection[str], file: str) -> Finding:
    words = piece.place.heading[-1]
    do = near(words, known, f"Headings are: {', '.join(known)}.")
    return Finding(_at(piece, file), f"{words!r} is no heading of {file}: what stands below it is not read.", do)


def _table(piece: Table, file: str, headings: Sequence[str]) -> Finding:
    return Finding(_at(piece, file), "This table is not read.", f"Put it below one of: {', '.join(headings)}.")


def _at(piece: Piece, file: str) -> str:
    return f"{file}:{piece.place.line}"

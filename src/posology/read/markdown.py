"""Markdown → the few shapes that a guideline is made of, each with its line. The only place that knows Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ..model import Place

if TYPE_CHECKING:
    from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its word, its name, its lines with their numbers, and whether it was closed."""

    word: str
    name: str
    lines: tuple[tuple[int, str], ...]
    place: Place
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Bullet:
    """A list item: its own words, the items below it, its blocks, and what does not belong there."""

    text: str
    place: Place
    items: tuple[Bullet, ...] = ()
    blocks: tuple[Block, ...] = ()
    strays: tuple[Stray, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table: heading cells, and rows of cells with their lines."""

    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, with the path that it ends."""

    level: int
    place: Place


@dataclass(frozen=True, slots=True)
class Stray:
    """Markdown that would be left unread: a numbered list, or something indented so far that it is code."""

    kind: str
    place: Place


Piece = Heading | Bullet | Block | Table | Stray


def front_matter(text: str) -> tuple[str, str]:
    """The YAML between the first two lines of dashes, and the text with those lines emptied."""
    if not text.startswith("---\n"):
        return "", text
    end = re.compile(r"^---[ \t]*$", re.MULTILINE).search(text, 4)
    if not end:
        return "", text
    return text[4 : end.start()], "\n" * text[: end.end()].count("\n") + text[end.end() :]


def pieces(text: str, file: str) -> list[Piece]:
    """What stands in a Markdown text, in order, headings and all; prose paragraphs are left out.

    What stands within a line is ours to read, so Markdown's own reading of it is left out: half the time.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return list(_walk(_Tokens(parser.parse(text), file, text.split("\n"))))


def prose(text: str) -> list[tuple[tuple[str, ...], str]]:
    """The paragraphs that stand between lists and tables, each with the headings above it; headings alone with ""."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    found: list[tuple[tuple[str, ...], str]] = []
    levels: list[tuple[int, str]] = []
    tokens = parser.parse(text)
    for token, inner in pairwise(tokens):
        if token.type == "heading_open":
            level = int(token.tag[1])
            levels = [*(above for above in levels if above[0] < level), (level, inner.content.strip())]
            found.append((tuple(words for _, words in levels), ""))
        elif token.type == "paragraph_open" and token.level == 0 and not inner.content.startswith("[^"):
            found.append((tuple(words for _, words in levels), plain(inner.content)))
    return found


def as_html(text: str) -> str:
    """A Markdown page of our own as HTML; markup inside it is shown, never used."""
    from markdown_it import MarkdownIt

    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


# ---------------------------------------------------------------- tokens → pieces


@dataclass(slots=True)
class _Tokens:
    """The tokens of a text, where we are in them, and the headings that we are under."""

    tokens: Sequence[Token]
    file: str
    lines: Sequence[str]
    at: int = 0
    heading: tuple[str, ...] = ()

    def place(self) -> Place:
        """Where the token stands that we are at."""
        span = self.tokens[self.at].map
        return Place(self.file, span[0] + 1 if span else 1, self.heading)


def _walk(here: _Tokens) -> Iterator[Piece]:
    levels: list[tuple[int, str]] = []
    while here.at < len(here.tokens):
        token = here.tokens[here.at]
        match token.type:
            case "heading_open":
                level = int(token.tag[1])
                own = (level, here.tokens[here.at + 1].content.strip())
                levels = [*(above for above in levels if above[0] < level), own]
                here.heading = tuple(words for _, words in levels)
                yield Heading(level, here.place())
            case "bullet_list_open":
                yield from _list(here)
            case "fence":
                yield _block(token, here)
            case "table_open":
                yield _table(here)
            case _:
                yield from _stray(token, here)
        here.at += 1


def _stray(token: Token, here: _Tokens) -> Iterator[Stray]:
    if token.type == "ordered_list_open":
        yield Stray("numbered list", here.place())
    elif token.type == "code_block" and token.content.lstrip().startswith(("```", "~~~", "- ", "* ")):
        yield Stray("indented", here.place())


def _list(here: _Tokens) -> Iterator[Bullet]:
    """The items of the list that opens here; it leaves off at the list's close."""
    here.at += 1
    while here.tokens[here.at].type != "bullet_list_close":
        yield _item(here)
        here.at += 1


def _item(here: _Tokens) -> Bullet:
    place, level = here.place(), here.tokens[here.at].level
    words: list[str] = []
    items: list[Bullet] = []
    blocks: list[Block] = []
    strays: list[Stray] = []
    here.at += 1
    while (token := here.tokens[here.at]).type != "list_item_close" or token.level != level:
        match token.type:
            case "inline":
                words.append(" ".join(token.content.split()))
            case "fence":
                blocks.append(_block(token, here))
            case "bullet_list_open":
                items += _list(here)
            case "table_open":
                strays.append(Stray("table", _table(here).place))
            case _:
                strays += _stray(token, here)
        here.at += 1
    return Bullet(" ".join(words), place, tuple(items), tuple(blocks), tuple(strays))


def _block(token: Token, here: _Tokens) -> Block:
    place = here.place()
    word, _, name = token.info.strip().partition(" ")
    content = enumerate(token.content.split("\n"), place.line + 1)
    lines = tuple((number, line.strip()) for number, line in content if line.strip())
    end = token.map[1] if token.map else place.line
    closed = end > place.line and here.lines[end - 1].strip(" >").startswith(token.markup)
    return Block(word, " ".join(name.split()), lines, place, closed)


def _table(here: _Tokens) -> Table:
    """The table that opens here; it leaves off at the table's close."""
    place = here.place()
    rows: list[tuple[int, tuple[str, ...]]] = []
    cells: list[str] = []
    while (token := here.tokens[here.at]).type != "table_close":
        if token.type == "tr_open":
            cells, line = [], here.place().line
        elif token.type == "inline":
            cells.append(token.content.strip())
        elif token.type == "tr_close":
            rows.append((line, tuple(cells)))
        here.at += 1
    return Table(rows[0][1], tuple(rows[1:]), place)


# ---------------------------------------------------------------- within a line

_CITATION = re.compile(r"\[\^([^\]\s]+)\]")
_MARK = re.compile(r"(?:\*\(([^()]*)\)\*|_\(([^()]*)\)_)\s*$")
_EMPHASIS = {
    sign: re.compile(rf"(?<![\w\\]){re.escape(sign)}(?=[^\s*])(.*?[^\s\\]){re.escape(sign)}(?!\w)")
    for sign in ("**", "*", "`")
}
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINK = re.compile(r"\]\([^)]*\)|https?://\S+")


def citations(text: str) -> tuple[str, ...]:
    """The footnote keys cited in a text, each once, in order."""
    return tuple(dict.fromkeys(_CITATION.findall(text)))


def mark_of(text: str) -> str | None:
    """The words of the emphasised bracket that ends a sentence, or None."""
    found = _MARK.search(text)
    return (found[1] or found[2] or "") if found else None


def link(text: str) -> str:
    """The first link in a text as it is written, or nothing."""
    found = _LINK.search(text)
    return found[0] if found else ""


def plain(text: str) -> str:
    r"""A sentence without its citations, closing mark and emphasis; a star between figures stays.

    >>> plain(r"Below **25** 10\*9/L, *never*.[^1] *(S3)*")
    'Below 25 10*9/L, never.'
    """
    words = _MARK.sub("", _CITATION.sub("", text))
    for sign, emphasis in _EMPHASIS.items():
        if sign in words:
            words = emphasis.sub(r"\1", words)
    return " ".join(_ESCAPED.sub(r"\1", words).split()).replace(" .", ".")


def footnotes(text: str) -> list[tuple[int, str, str]]:
    """Footnote definitions: line, key and words; a definition runs on over indented lines."""
    found: list[tuple[int, str, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        opened = re.match(r"\[\^([^\]\s]+)\]:\s*(.*)", line)
        if opened:
            found.append((number, opened[1], opened[2].strip()))
        elif found and re.match(r"\s+\S", line):
            first, key, words = found[-1]
            found[-1] = (first, key, f"{words} {line.strip()}")
    return found

"""Markdown → the few shapes that a guideline is made of, each with its line. The only place that knows Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..findings import Finding, mark
from ..model import Place


@dataclass(frozen=True, slots=True)
class Source:
    """A file's name and lines, for findings that quote them."""

    file: str
    lines: tuple[str, ...]

    def finding(self, place: Place, words: str, what: str, do: str) -> Finding:
        """A finding at a line of this file, with the words marked."""
        text = self.lines[place.line - 1] if 0 < place.line <= len(self.lines) else ""
        return Finding(f"{place.file}:{place.line}", what, do, mark(text, words) if text.strip() else "", place.heading)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its word, its name, and its lines with their numbers."""

    word: str
    name: str
    lines: tuple[tuple[int, str], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Bullet:
    """A list item: its own words, the items below it, and its blocks."""

    text: str
    place: Place
    items: tuple[Bullet, ...] = ()
    blocks: tuple[Block, ...] = ()


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


Piece = Heading | Bullet | Block | Table


def front_matter(text: str) -> tuple[str, str]:
    """The YAML between the first two lines of dashes, and the text with those lines emptied."""
    found = re.match(r"---\r?\n(.*?\n)---[ \t]*(\r?\n|$)", text, re.DOTALL)
    if not found:
        return "", text
    return found[1], "\n" * found[0].count("\n") + text[found.end() :]


def pieces(text: str, file: str) -> list[Piece]:
    """What stands in a Markdown text, in order, headings and all; prose paragraphs are left out."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return list(_walk(tokens, file))


def _walk(tokens: list, file: str) -> Iterator[Piece]:  # type: ignore[type-arg]
    path: list[tuple[int, str]] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        place = Place(file, (token.map[0] if token.map else 0) + 1, tuple(words for _, words in path))
        match token.type:
            case "heading_open":
                level = int(token.tag[1])
                path = [(depth, words) for depth, words in path if depth < level]
                path.append((level, tokens[index + 1].content.strip()))
                yield Heading(level, Place(file, place.line, tuple(words for _, words in path)))
            case "bullet_list_open":
                index, bullets = _list(tokens, index, file, place.heading)
                yield from bullets
            case "fence":
                yield _block(token, file, place.heading)
            case "table_open":
                index, table = _table(tokens, index, place)
                yield table
        index += 1


def _list(tokens: list, index: int, file: str, heading: tuple[str, ...]) -> tuple[int, list[Bullet]]:  # type: ignore[type-arg]
    """The items of the list that opens at ``index``, and the index of its close."""
    bullets: list[Bullet] = []
    index += 1
    while tokens[index].type != "bullet_list_close":
        index, bullet = _item(tokens, index, file, heading)
        bullets.append(bullet)
        index += 1
    return index, bullets


def _item(tokens: list, index: int, file: str, heading: tuple[str, ...]) -> tuple[int, Bullet]:  # type: ignore[type-arg]
    place = Place(file, tokens[index].map[0] + 1, heading)
    words: list[str] = []
    items: list[Bullet] = []
    blocks: list[Block] = []
    index += 1
    while tokens[index].type != "list_item_close":
        token = tokens[index]
        if token.type == "inline":
            words.append(" ".join(token.content.split()))
        elif token.type == "fence":
            blocks.append(_block(token, file, heading))
        elif token.type == "bullet_list_open":
            index, below = _list(tokens, index, file, heading)
            items += below
        index += 1
    return index, Bullet(" ".join(words), place, tuple(items), tuple(blocks))


def _block(token, file: str, heading: tuple[str, ...]) -> Block:  # type: ignore[no-untyped-def]
    word, _, name = token.info.strip().partition(" ")
    first = token.map[0] + 2
    lines = tuple((first + k, line.strip()) for k, line in enumerate(token.content.splitlines()) if line.strip())
    return Block(word, " ".join(name.split()), lines, Place(file, token.map[0] + 1, heading))


def _table(tokens: list, index: int, place: Place) -> tuple[int, Table]:  # type: ignore[type-arg]
    rows: list[tuple[int, tuple[str, ...]]] = []
    cells: list[str] = []
    line = place.line
    while tokens[index].type != "table_close":
        token = tokens[index]
        if token.type == "tr_open":
            cells, line = [], token.map[0] + 1
        elif token.type == "inline":
            cells.append(token.content.strip())
        elif token.type == "tr_close":
            rows.append((line, tuple(cells)))
        index += 1
    return index, Table(rows[0][1], tuple(rows[1:]), place)


_CITATION = re.compile(r"\[\^([^\]\s]+)\]")
_MARK = re.compile(r"\*\(([^()]*)\)\*\s*$")


def citations(text: str) -> tuple[str, ...]:
    """The footnote keys cited in a text, each once, in order."""
    return tuple(dict.fromkeys(_CITATION.findall(text)))


def mark_of(text: str) -> str:
    """The words of the emphasised bracket that ends a sentence, or nothing."""
    found = _MARK.search(text)
    return found[1] if found else ""


def plain(text: str) -> str:
    """A sentence without its citations, closing mark and emphasis."""
    words = _MARK.sub("", _CITATION.sub("", text))
    return " ".join(re.sub(r"(\*\*|\*|`)", "", words).split()).replace(" .", ".")


def footnotes(text: str) -> list[tuple[int, str, str]]:
    """Footnote definitions: line, key and words; a definition runs on over indented lines."""
    found: list[tuple[int, str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        opened = re.match(r"\[\^([^\]\s]+)\]:\s*(.*)", line)
        if opened:
            found.append((number, opened[1], opened[2].strip()))
        elif found and re.match(r"\s+\S", line):
            first, key, words = found[-1]
            found[-1] = (first, key, f"{words} {line.strip()}")
    return found

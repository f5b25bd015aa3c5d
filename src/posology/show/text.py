"""A plan as text: for a terminal with colours, for a pipe without."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..model import Guideline, Plan, Reference
from .sheet import Entry, Part, Row, Sheet, sheet
from .view import View
from .words import Audience

_INK = {"bold": "1", "dim": "2", "head": "1;34", "due": "1;33", "confirm": "1;33", "avoid": "33"}
_INK |= {"emergency": "1;97;41"} | dict.fromkeys(("urgent", "overdue", "never", "stopped"), "1;31")
_INK |= {"conflict": "1;35", "decide": "1;35", "dangling": "35"}
_INK |= {"give": "1;36", "use": "36", "ask": "36", "open": "2;36"}
_LOUD = ("emergency", "urgent", "overdue", "never", "stopped")
_SOURCES = ("listed", "dangling", "reconstructed")
_STUCK = "\N{NO-BREAK SPACE}"


def text(
    plan: Plan, guideline: Guideline, width: int = 80, color: bool = False, audience: Audience = "clinician"
) -> str:
    """The whole sheet, at most ``width`` columns wide (40 or more)."""
    page = sheet(View(plan, guideline, audience))
    named = audience != "patient"
    parts = (line for part in page.parts for line in _part(part, width, color, named))
    lines = (*_opening(page, width, color, named), *parts, *_about(page, width, color))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _ink(words: str, tone: str, color: bool) -> str:
    return f"\033[{_INK[tone]}m{words}\033[0m" if color and words and tone in _INK else words


def fold(words: str, width: int, indent: int = 0, hang: int = 0) -> list[str]:
    """Words folded to a width; a number and what it counts stay on one line."""
    stuck = re.sub(r"(?<=\d) (?=[^\W\d]|×)", _STUCK, words)
    first, rest = " " * indent, " " * (indent + hang)
    lines = textwrap.wrap(stuck, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return [line.replace(_STUCK, " ") for line in lines]


def _row_of(chips: Iterable[str], width: int, indent: int = 0) -> list[str]:
    """Short things in a row; none is broken over a line unless it is longer than one."""
    stuck = " · ".join(chip.replace(" ", _STUCK) for chip in chips)
    lines = (line.strip() for line in fold(stuck, width - indent))
    return [" " * indent + line.removesuffix(" ·").removeprefix("· ") for line in lines]


def _opening(page: Sheet, width: int, color: bool, named: bool) -> Iterator[str]:
    """Status, emergencies, headline, and the facts it rests on."""
    yield from (_ink(line, "bold", color) for line in fold(page.banner, width))
    yield from ("", _ink(page.title.upper(), "head", color))
    yield from (_ink(line, "dim", color) for line in _row_of(page.subtitle.split(" · "), width))
    if page.emergencies:
        yield from ("", *_entries(page.emergencies, width, color, named))
    yield from ("", *(_ink(line, "bold", color) for line in fold(page.headline, width)))
    yield from (_ink(line, "bold", color) for more in page.under for line in fold(f"· {more}", width, 2, 2))
    yield from ("", _ink(page.facts_title, "dim", color), *_row_of(page.facts, width, 2))


def _part(part: Part, width: int, color: bool, named: bool) -> Iterator[str]:
    yield from ("", _ink(f"── {part.title.upper()} {'─' * (width - len(part.title) - 4)}", "head", color))
    yield from (_ink(line, "dim", color) for line in fold(part.why, width, 2))
    yield from _entries(part.entries, width, color, named)
    if part.rows:
        yield from _table(part.head, part.rows, width, color)


# ---------------------------------------------------------------- entries


def _entries(entries: tuple[Entry, ...], width: int, color: bool, named: bool) -> Iterator[str]:
    """Entries, the tags in a column of their own where the page is wide enough."""
    widest = max((len(entry.tag) for entry in entries), default=0)
    column = widest + 4 if 0 < widest <= width // 3 - 4 else 4 if widest else 2
    group = ""
    for entry in entries:
        if entry.group != group:
            group = entry.group
            yield from ("", *(_ink(line, "bold", color) for line in fold(group, width, 2, 2)))
        yield from _entry(entry, column, width, color, named)


def _entry(entry: Entry, column: int, width: int, color: bool, named: bool) -> Iterator[str]:
    """One entry: the tag, and the words beside it (under it when there is no room)."""
    body = list(_body(entry, width - column, color, named))
    tag = entry.tag.upper() if entry.tone in _LOUD else entry.tag
    beside = len(tag) + 4 <= column
    if tag or beside:
        room = " " * (column - len(tag) - 2)
        yield "  " + _ink(tag, entry.tone, color) + (room + body.pop(0) if beside and body else "")
    yield from (" " * column + line for line in body)


def _body(entry: Entry, width: int, color: bool, named: bool) -> Iterator[str]:
    if entry.tone in _SOURCES:
        entry = replace(entry, lead="", text=". ".join(filter(None, (entry.lead, entry.text))))
    yield from (_ink(line, "bold", color) for line in fold(entry.lead, width))
    name = f" §{entry.rule}" if named and entry.rule and (entry.cites or entry.tone == "ask") else ""
    aside = f" ({entry.aside})" if entry.aside else ""
    yield from fold(entry.text + cited(entry.cites) + aside + name, width)
    for label, note in entry.notes:
        yield from (_ink(line, "dim", color) for line in fold(f"{label}: {note}", width, hang=2))


def cited(references: Iterable[Reference]) -> str:
    """The keys of a line's sources, each marked when the article cites it without listing it."""
    return "".join(f" [{ref.key}{'†' if ref.status == 'dangling' else ''}]" for ref in references)


# ---------------------------------------------------------------- the timeline's table


def _table(head: tuple[str, ...], rows: tuple[Row, ...], width: int, color: bool) -> Iterator[str]:
    """Dates in columns. A detail that the row above has already said is not said again."""
    said = ["", *(row.detail for row in rows)]
    table = [(row.date, row.until, f"{row.what}: {row.detail}" if row.detail != before else row.what, row.state)
             for row, before in zip(rows, said, strict=False)]  # fmt: skip
    sizes = [max(len(cells[n]) for cells in (head, *table)) for n in range(4)]
    sizes[2] = min(sizes[2], width - sum(sizes) + sizes[2] - 2 * len(sizes))
    if sizes[2] < 12:
        yield from (line for row in rows for line in _stacked(row, width, color))
        return
    yield from ("", _ink(_cells(head, sizes), "dim", color))
    for row, cells in zip(rows, table, strict=True):
        yield from (_ink(line, row.tone, color) for line in _folded(cells, sizes))


def _cells(cells: tuple[str, ...], sizes: list[int]) -> str:
    return ("  " + "  ".join(cell.ljust(size) for cell, size in zip(cells, sizes, strict=True))).rstrip()


def _folded(cells: tuple[str, str, str, str], sizes: list[int]) -> Iterator[str]:
    """One row; what is too long for its column goes on below."""
    first, *rest = fold(cells[2], sizes[2])
    yield _cells((cells[0], cells[1], first, cells[3]), sizes)
    yield from (_cells(("", "", line, ""), sizes) for line in rest)


def _stacked(row: Row, width: int, color: bool) -> Iterator[str]:
    """A row of the table on a page too narrow for columns."""
    yield ""
    yield from (_ink(line, row.tone, color) for line in fold(f"{row.date} – {row.until}: {row.state}", width, 2))
    yield from fold(f"{row.what}: {row.detail}", width, 4)


def _about(page: Sheet, width: int, color: bool) -> Iterator[str]:
    yield from ("", _ink("─" * width, "dim", color))
    for label, told in page.about:
        yield from (_ink(line, "dim", color) for line in fold(f"{label}: {told}", width, hang=2))

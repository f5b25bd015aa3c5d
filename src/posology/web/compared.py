"""Two plans side by side: what stays, what goes, what comes, and what says something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ..show.sheet import Entry, Part, Sheet, sheet
from ..show.view import View

How = Literal["same", "changed", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing in both plans; one side is None where it stands in one plan only."""

    how: How
    before: Entry | None
    after: Entry | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A headed part of both plans: what differs, and how much is the same."""

    title: str
    pairs: tuple[Pair, ...]
    same: int


def differences(before: View, after: View) -> tuple[Difference, ...]:
    """Part by part what differs; parts in which nothing does are left out."""
    old, new = sheet(before), sheet(after)
    made = [_difference(title, *entries) for title, *entries in _parts(old, new)]
    return tuple(part for part in made if part.pairs)


def _parts(old: Sheet, new: Sheet) -> Iterator[tuple[str, list[Entry], list[Entry]]]:
    """Every part by its title, in the order of the sheet, with its entries in each plan."""
    yield "Emergency", list(old.emergencies), list(new.emergencies)
    yield "In one sentence", [Entry(old.headline, rule="headline")], [Entry(new.headline, rule="headline")]
    both = {part.key: part.title for part in (*old.parts, *new.parts)}
    order = [key for key in _ORDER if key in both]
    for key in order:
        yield both[key], _entries(old, key), _entries(new, key)


_ORDER = ("now", "cautions", "treatment", "follow-up", "timeline", "ask", "maybe", "gaps")


def _entries(page: Sheet, key: str) -> list[Entry]:
    part = next((part for part in page.parts if part.key == key), None)
    if part is None:
        return []
    return [*part.entries, *_dates(part)] if key == "timeline" else list(part.entries)


def _dates(part: Part) -> Iterator[Entry]:
    """The rows of the timeline as entries."""
    for row in part.rows:
        when = row.date if row.one_day else f"{row.date} – {row.until}"
        yield Entry(f"{when} ({row.state})", row.what, row.tone, row.detail, rule=f"{row.what} {row.detail} {row.date}")


def _difference(title: str, before: Iterable[Entry], after: Iterable[Entry]) -> Difference:
    old, new = _by_name(before), _by_name(after)
    pairs = tuple(_pair(old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new]))
    differing = tuple(sorted((p for p in pairs if p.how != "same"), key=lambda p: _FIRST.index(p.how)))
    return Difference(title, differing, len(pairs) - len(differing))


_FIRST = ("changed", "new", "gone")


def _by_name(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries by what they are about: the rule or fact, else the tag, so that a change of words shows as one."""
    found: dict[str, Entry] = {}
    for entry in entries:
        name = f"{entry.rule or entry.tag} {entry.group.split(':')[0]}"
        while name in found:
            name += "+"
        found[name] = entry
    return found


def _pair(before: Entry | None, after: Entry | None) -> Pair:
    if before is None or after is None:
        return Pair("new" if before is None else "gone", before, after)
    return Pair("same" if _said(before) == _said(after) else "changed", before, after)


def _said(entry: Entry) -> Entry:
    """An entry without what says nothing of its own: the number of a question, and the chips that led to it."""
    tag = "" if entry.tone == "ask" else entry.tag
    return replace(entry, tag=tag, notes=tuple(note for note in entry.notes if not note[0].startswith("because")))

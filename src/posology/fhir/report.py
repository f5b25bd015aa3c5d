"""The reading report: what became of each resource of a record, so that nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 3
"""So many references are named before the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource, and what it became or why it was not used; ``about`` is the heading to count it under."""

    reference: str
    text: str
    about: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was read from a record, and what was not. A reading makes one entry for each resource at least."""

    read: tuple[Entry, ...] = ()
    ignored: tuple[Entry, ...] = ()


def text_report(report: Report) -> str:
    """The report as people read it: short, however long the record is."""
    read = [_read(about, entries) for about, entries in _grouped(report.read, by_text=False)]
    ignored = [_ignored(about, entries) for about, entries in _grouped(report.ignored, by_text=True)]
    unused = ["Not used:", *ignored] if ignored else []
    return "\n".join(["Read:", *(read or ["  nothing"]), *unused])


def _grouped(entries: Iterable[Entry], by_text: bool) -> list[tuple[str, list[Entry]]]:
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.about, entry.text if by_text else ""), []).append(entry)
    return [(about, found) for (about, _), found in groups.items()]


def _read(about: str, entries: list[Entry]) -> str:
    last = entries[-1]
    more = f", and {len(entries) - 1} earlier" if len(entries) > 1 else ""
    return f"  {last.text} ({last.reference}){more}"


def _ignored(about: str, entries: list[Entry]) -> str:
    count = f"{len(entries)} {about}" if len(entries) > SHOWN else named(e.reference for e in entries)
    return f"  {count}: {entries[0].text}"


def named(references: Iterable[str]) -> str:
    """References as a reader wants them: the first few, and how many more.

    >>> named(["Observation/1", "Observation/2", "Observation/3", "Observation/4", "Observation/5"])
    'Observation/1, Observation/2, Observation/3 and 2 more'
    """
    every = list(dict.fromkeys(references))
    rest = len(every) - SHOWN
    return ", ".join(every[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")

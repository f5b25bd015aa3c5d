"""The reading report: what became of each resource of a record, so that nothing is lost in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

SHOWN = 3
"""So many references are named; of more, some are only counted."""


@dataclass(slots=True)
class Entry:
    """One resource, and what it became or why it was not used; ``about`` is the heading to count it under."""

    reference: str
    text: str
    about: str


@dataclass(frozen=True, eq=False)
class Report:
    """What was read from a record, and what was not; it is only written when somebody wants to see it.

    A resource may stand in both, for its parts; what is listed twice in the record stands here once.
    """

    written_read: Callable[[], Iterable[Entry]] = tuple
    written_ignored: Callable[[], Iterable[Entry]] = tuple

    @cached_property
    def read(self) -> tuple[Entry, ...]:
        """What each resource became that was read."""
        return tuple(self.written_read())

    @cached_property
    def ignored(self) -> tuple[Entry, ...]:
        """Why each resource was not used that was not."""
        return tuple(self.written_ignored())

    def __eq__(self, other: object) -> bool:
        """Two are alike when they say the same."""
        return isinstance(other, Report) and (self.read, self.ignored) == (other.read, other.ignored)


def text_report(report: Report) -> str:
    """The report as people read it: short, however long the record is.

    >>> print(text_report(Report(lambda: [Entry("Patient/1", "age: 41 years", "age")])))
    Read:
      age: 41 years (Patient/1)
    """
    by_fact: dict[str, list[Entry]] = {}
    by_reason: dict[str, list[Entry]] = {}
    for entry in report.read:
        by_fact.setdefault(entry.about, []).append(entry)
    for entry in report.ignored:
        by_reason.setdefault(entry.text, []).append(entry)
    unused = ["Not used:", *(_ignored(*group) for group in by_reason.items())] if by_reason else []
    return "\n".join(["Read:", *([_read(group) for group in by_fact.values()] or ["  nothing"]), *unused])


def _read(entries: list[Entry]) -> str:
    """The last of what became one fact, test or drug, and how many came before it."""
    last, before = entries[-1], len(entries) - 1
    return f"  {last.text} ({last.reference})" + (f", and {before} before" if before else "")


def _ignored(why: str, entries: list[Entry]) -> str:
    """One reason, and what it is true of: references if they are few, else how many of each kind."""
    if len(entries) <= SHOWN:
        return f"  {why}: {named(e.reference for e in entries)}"
    counts = Counter(entry.about for entry in entries)
    return f"  {why}: {', '.join(f'{n} {kind}' for kind, n in counts.items())}"


def named(references: Iterable[str]) -> str:
    """References as a reader wants them: the first few, and how many more.

    >>> named(["Observation/1", "Observation/2", "Observation/3", "Observation/4", "Observation/5"])
    'Observation/1, Observation/2, Observation/3 and 2 more'
    """
    every = list(dict.fromkeys(references))
    rest = len(every) - SHOWN
    return ", ".join(every[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")

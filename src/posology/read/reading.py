"""What has been read of a guideline so far, and every fault met on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..findings import Fault, Finding, Source
from ..model import Expr, Fact, Place, Reference
from .actions import Names
from .conditions import condition


@dataclass(slots=True)
class Reading:
    """The names that lines may speak of, as far as they are known, and the faults.

    ``facts`` is by name, defined names among them; ``phrases`` the same by phrase; ``places`` is where
    each was written.
    """

    source: Source
    faults: list[Finding] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)
    phrases: Mapping[str, Fact] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    names: Names = field(default_factory=dict)
    references: Mapping[str, Reference] = field(default_factory=dict)

    def fault(self, place: Place, words: str, what: str, do: str, at: int = 0) -> None:
        """Put a fault on record; the words stand in the line from ``at`` on."""
        self.faults.append(self.source.finding(place, words, what, do, at))

    def faulty(self, place: Place, fault: Fault, text: str = "") -> None:
        """Put a fault on record that was met in a text which ends the line."""
        line = self.source.line(place.line).rstrip()
        self.fault(place, fault.words, fault.what, fault.do, max(0, len(line) - len(text)) + fault.at if text else 0)

    def condition(self, place: Place, words: str) -> Expr:
        """A condition that ends a line; what cannot be read is on record."""
        expr, faults = condition(words, self.phrases)
        for fault in faults:
            self.faulty(place, fault, words)
        return expr

"""Is a guideline fit to be used? One question a file; every answer a Finding, a known defect, or a number.

covered: is every sentence ruled or explained?  cited: is every source there, and used?  decided: does each
decision have an answer for everybody, and only one?  counted: do the figures of rule and sentence agree?
examples: do the worked tables and the patients' stories come out?
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..findings import Finding, Refused
from ..model import Guideline


@dataclass(frozen=True, slots=True)
class Known:
    """A defect of the source that the file declares and readers are shown: a gap, a clash or a missing source."""

    kind: str
    text: str
    patient: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found: faults to be mended, known defects, and the figures of the guideline."""

    guideline: str
    faults: tuple[Finding, ...] = ()
    known: tuple[Known, ...] = ()
    figures: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """The outcome for `check --format json`."""
        return {
            "guideline": self.guideline,
            "faults": [{"place": f.place, "what": f.what, "do": f.do, "heading": list(f.heading)} for f in self.faults],
            "known": [{"kind": k.kind, "text": k.text} | ({"patient": k.patient} if k.patient is not None else {}) for k in self.known],
            "figures": self.figures or {},
        }


def check(folder: Path) -> Outcome:
    """Everything that can be said against the guideline in a folder."""
    from ..read.guideline import read
    from . import cited, counted, covered, decided, examples

    try:
        guideline = read(folder)
    except Refused as refused:
        return Outcome(folder.name, refused.findings)
    faults: list[Finding] = []
    known: list[Known] = []
    for look in (covered.look, cited.look, counted.look, decided.look):
        found, declared = look(guideline)
        faults += found
        known += declared
    told, stories = examples.look(guideline, folder)
    figures = {**covered.figures(guideline), **decided.figures(guideline), **stories}
    return Outcome(guideline.id, tuple([*faults, *told]), tuple(known), figures)


Look = tuple[list[Finding], list[Known]]


def at(statement_or_decision: Any, what: str, do: str) -> Finding:
    """A finding at a statement or decision."""
    place = statement_or_decision.place
    return Finding(f"{place.file}:{place.line}", what, do, heading=place.heading)


__all__ = ["Guideline", "Known", "Look", "Outcome", "at", "check"]

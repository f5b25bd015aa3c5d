"""Whether a guideline is fit to be used. One question a file; every answer a Finding, a known defect, or a number.

covered: is every sentence ruled or explained?  cited: is every source there, and used?  decided: does each
decision have an answer for everybody, and only one?  counted: do the figures of rule and sentence agree?
examples: do the worked tables and the patients' stories come out?
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..findings import Finding, Refused, Source


@dataclass(frozen=True, slots=True)
class Known:
    """A defect of the source that the file declares and readers are shown: a gap, a clash or a missing source."""

    kind: str
    text: str
    patient: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found: faults to be mended, known defects, and the figures of the guideline.

    ``review`` is how far its review has come, where there is a store of signatures.
    """

    guideline: str
    faults: tuple[Finding, ...] = ()
    known: tuple[Known, ...] = ()
    figures: dict[str, Any] | None = None
    review: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """The outcome for `check --format json`."""
        return {
            "guideline": self.guideline,
            "faults": [{"place": f.place, "what": f.what, "do": f.do, "heading": list(f.heading)} for f in self.faults],
            "known": [
                {"kind": k.kind, "text": k.text} | ({"patient": k.patient} if k.patient is not None else {})
                for k in self.known
            ],
            "figures": self.figures or {},
            **({"review": self.review} if self.review is not None else {}),
        }


Look = tuple[list[Finding], list[Known]]
"""The faults and the known defects that a look at a guideline found."""


def check(folder: Path) -> Outcome:
    """Everything that can be said against the guideline in a folder."""
    from ..read.guideline import read_texts, texts_of
    from . import cited, counted, covered, decided, examples

    try:
        texts = texts_of(folder)
        guideline = read_texts(texts)
    except Refused as refused:
        return Outcome(folder.name, refused.findings)
    source = Source.of("guideline.md", texts["guideline.md"])
    looks = [
        covered.look(guideline, source),
        cited.look(guideline, Source.of("references.md", texts["references.md"])),
        counted.look(guideline, source),
        decided.look(guideline, source),
        examples.look(guideline, source, folder),
    ]
    faults = [fault for found, _ in looks for fault in found]
    known = [defect for _, declared in looks for defect in declared]
    figures = {**covered.figures(guideline), **decided.figures(guideline), **examples.figures(guideline, folder)}
    return Outcome(guideline.id, tuple(faults), tuple(known), figures)

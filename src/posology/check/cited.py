"""Whether every reference is used, and which citations the article leaves dangling."""

from __future__ import annotations

from ..findings import Finding, Source
from ..model import Guideline, Place, Reference
from . import Known, Look


def look(guideline: Guideline, references: Source) -> Look:
    """References that nothing cites, and citations that the article leaves dangling."""
    used: dict[str, list[str]] = {}
    for statement in guideline.statements:
        keys = dict.fromkeys([*statement.citations, *(key for r in statement.remarks for key in r.citations)])
        for key in keys:
            used.setdefault(key, []).append(statement.name)
    faults = [_unused(key, references) for key in guideline.references if key not in used]
    dangling = [r for r in guideline.references.values() if r.status == "dangling"]
    return faults, [_dangles(r, used.get(r.key, [])) for r in dangling]


def _unused(key: str, references: Source) -> Finding:
    line = next((n for n, text in enumerate(references.lines, 1) if text.startswith(f"[^{key}]:")), 1)
    do = "Cite it where it belongs, or take it out."
    what = f"Reference {key!r} is used by no statement."
    return references.finding(Place(references.file, line), f"[^{key}]", what, do)


def _dangles(reference: Reference, used: list[str]) -> Known:
    likely = f" Most likely: {reference.likely}" if reference.likely else ""
    return Known("citation", f"Source {reference.key} dangles in the article; cited by {', '.join(used)}.{likely}")

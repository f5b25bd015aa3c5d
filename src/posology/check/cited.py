"""Is every source there, and is every reference used?"""

from __future__ import annotations

from ..model import Guideline
from . import Known, Look, at


def look(guideline: Guideline) -> Look:
    """References that nothing cites, and citations that the article leaves dangling."""
    used: dict[str, list[str]] = {}
    for statement in guideline.statements:
        for key in {*statement.citations, *(k for r in statement.remarks for k in r.citations)}:
            used.setdefault(key, []).append(statement.name)
    faults = [
        at(guideline, f"Reference {key!r} is used by no statement.", "Cite it where it belongs, or take it out of references.md.")
        for key in guideline.references if key not in used
    ]  # fmt: skip
    known = [
        Known("citation", f"Source {key} dangles in the article; cited by {', '.join(used.get(key, ()))}." + (f" Most likely: {r.likely}" if r.likely else ""))
        for key, r in guideline.references.items() if r.status == "dangling"
    ]  # fmt: skip
    return faults, known

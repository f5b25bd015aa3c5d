"""Is every sentence ruled or explained, and in every reader's words?"""

from __future__ import annotations

from typing import Any

from ..model import Guideline
from . import Known, Look, at


def look(guideline: Guideline) -> Look:
    """Numbers of the article that are missing or doubled, and rules without a patient's words."""
    faults = []
    numbered = [s for s in guideline.statements if s.number]
    seen = [int(s.number[1:]) for s in numbered]
    for statement, number in zip(numbered, seen, strict=True):
        if seen.count(number) > 1:
            faults.append(at(statement, f"{statement.number} is given to more than one statement.", "Give each its own number."))
    for number in range(max(seen, default=-1) + 1):
        if number not in seen:
            faults.append(at(guideline, f"S{number} of the article has no statement.", "Add it, or say as background that it is left out."))
    for statement in guideline.statements:
        if statement.rule and not statement.patient:
            faults.append(at(statement, f"{statement.name!r} has no wording for patients.", "Add a line *Patient:* under the sentence."))
    known = [Known(r.kind, f"{s.name}: {r.text}") for s in guideline.statements for r in s.remarks if r.kind in ("gap", "contradiction")]
    return faults, known


def figures(guideline: Guideline) -> dict[str, Any]:
    """How many statements there are, and what share of the article can be computed."""
    article = [s for s in guideline.statements if s.origin == "article"]
    ruled = [s for s in article if s.kind in ("rule", "define")]
    return {
        "statements": len(guideline.statements),
        "statements of the article": len(article),
        "of these with a rule or definition": len(ruled),
        "computable share": round(len(ruled) / len(article), 3) if article else None,
        "rules": len(guideline.rules),
        "facts": len(guideline.facts),
        "codes": len(guideline.codes),
        "codes verified": sum(code.verified for code in guideline.codes),
    }

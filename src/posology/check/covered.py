"""Whether every sentence of the article is there, and in every reader's words."""

from __future__ import annotations

from typing import Any

from ..findings import Source
from ..model import Guideline
from . import Known, Look


def look(guideline: Guideline, source: Source) -> Look:
    """Numbers of the article that are missing or doubled, and rules without a patient's words."""
    faults = []
    numbered = {int(s.number[1:]): s for s in reversed(guideline.statements) if s.number}
    for s in guideline.statements:
        if s.number and numbered[int(s.number[1:])] is not s:
            what = f"{s.number} is the number of another statement already."
            faults.append(source.finding(s.place, s.number, what, "Give each its own number."))
    missing = [number for number in range(max(numbered, default=-1) + 1) if number not in numbered]
    faults += [source.finding(guideline.place, "", *_missing(number)) for number in missing]
    for s in guideline.statements:
        if s.rule and not s.patient:
            what = f"{s.name!r} has no wording for patients."
            faults.append(source.finding(s.place, "", what, "Add a line `- *Patient:* …` under the sentence."))
    remarks = [(s, r) for s in guideline.statements for r in s.remarks if r.kind in ("gap", "contradiction")]
    return faults, [Known(r.kind, f"{s.name}: {r.text}") for s, r in remarks]


def _missing(number: int) -> tuple[str, str]:
    """What is said of a number that no statement has."""
    if number:
        return f"S{number} of the source has no statement.", "Add it, or say as background that it is left out."
    what = "S0 of the source has no statement: S0 is the source's whole answer in one sentence."
    return what, "Mark that sentence `*(S0)*`; if there is none, say so in a bullet with `*(S0; background: NAME)*`."


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

"""The answer in a sentence or two: yes or no first, then what the first line of each part says, or the plan."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import Guideline, Plan
from ..plan.advice import cited
from .answered import Headline, Said
from .choose import first_word
from .match import Part
from .talk import Talk

MOST = 3
"""Parts that speak in a headline at most."""
UNKNOWNS = 2
"""Facts that a headline names at most as not known."""


def headline(told: Talk, lines: Sequence[Said], made: Plan | None, guideline: Guideline) -> Headline:
    """The headline of an answer with lines: the plan's own where a treatment is asked for and settled."""
    answers: list[tuple[str, Said | None]] = []
    planned = made.headline if made and made.phase != "unknown" else ""
    for part in told.parts[:MOST]:
        own = [said for said in lines if said.part == part.called]
        settled = bool(planned and own) and _treats(part, own[0], guideline)
        if own and (not settled or own[0].audience == "patient"):
            answers.append((_first(part, own, guideline), own[0]))
        if settled:
            answers.append(("", None))
    plainly = _sources(lines) if "sure" in told.asked.ways else ""
    return Headline(tuple(answers), planned if ("", None) in answers else "", plainly)


def _sources(lines: Sequence[Said]) -> str:
    """On what the first line rests: kinds of sources and how they stand in the article."""
    kinds = dict.fromkeys(f"{source.kind} ({source.status})" for source in lines[0].citations)
    return f"Sources: {', '.join(kinds)}. Other views, gaps and contradictions stand with each line."


def _treats(part: Part, first: Said, guideline: Guideline) -> bool:
    """Whether a part asks for treatments, and the plan says which of them holds or why none does."""
    gives = {rule.name for rule in guideline.rules if rule.action.gives}
    asked = gives.intersection((*part.statements, *part.otherwise))
    settled = first.line is not None and first.applies == "yes"
    gate = first.statement.rule is not None and bool(first.statement.rule.stops)
    return bool(asked) and not part.asks and settled and (gate or first.statement.name in gives)


def _first(part: Part, own: Sequence[Said], guideline: Guideline) -> str:
    """Yes, no, or on what it depends."""
    said = own[0]
    if said.applies == "no":
        return "Not for this patient" if said.audience != "patient" else "Not for you"
    if word := first_word(part, said, own):
        return word
    treats = said.line is not None and said.line.action in ("give", "use")
    if said.applies == "unknown" and said.line is not None and treats and said.audience != "patient":
        return f"Depends on {cited(guideline, said.line.if_[:UNKNOWNS])}, not known yet"
    return ""

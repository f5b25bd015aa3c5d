"""What only says what something is: it does not lead where a question seeks something else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model import Rule
from .answered import Said
from .asked.aspect import Asked
from .asked.match import Part
from .asked.sought import explanation, time
from .seen import Seen


def strays(said: Said, leads: Sequence[Said], turn: Asked) -> tuple[bool, bool]:
    """Whether a line says what something is where that is not asked, or not when something is due where that is."""
    lead = next(iter(leads), None)
    rules = [one.statement.rule for one in (lead, said) if one]
    timed = len(rules) > 1 and time(turn.clauses) and rules[0] is not None and rules[0].action.timing is not None
    untimed = timed and (rules[1] is None or rules[1].action.timing is None)
    return explains(said) and not explanation(turn.clauses), untimed


def explains(said: Said) -> bool:
    """Whether a line only says what something is."""
    return said.statement.kind == "define"


def defining_last(parts: Sequence[Part], turn: Asked, seen: Seen) -> Sequence[Part]:
    """The parts, without one that only says what something is where a part of the same question treats of more."""
    if explanation(turn.clauses):
        return parts
    defines = [part for part in parts if _defines(part, seen)]
    other = {part.claim.words for part in parts if part not in defines}
    return [part for part in parts if part not in defines or part.claim.words not in other]


def _defines(part: Part, seen: Seen) -> bool:
    """Whether a part is about a matter of which its first statement says what it is."""
    first = next(iter(part.statements), "")
    about = bool(part.aspects) and all(aspect.kind == "about" for aspect in part.aspects)
    return about and bool(first) and seen.guideline.named[first].kind == "define"


def used_instead(leads: Sequence[Said], found: Iterable[Said], turn: Asked, seen: Seen) -> Sequence[Said]:
    """The leads, before what keeps from a drug and is as good as ruled out, or explains it, what says which to use."""
    first = next(iter(leads), None)
    off = [one for one in found if one.statement.rule and one.statement.rule.action.kind == "avoid"]
    off = [one for one in off if seen.put_off(one) and _of_drugs(one.statement.rule)]
    if first is None or "why" in turn.ways or not off or not (first in off or first.statement.kind == "background"):
        return leads
    uses = (one.name for one in seen.guideline.rules if one.action.kind == "use" and _of_drugs(one))
    use = next((said for name in uses if (said := seen.said(name, first.part)).applies != "no"), None)
    return [use, *(said for said in leads if said.statement is not use.statement)] if use else leads


def _of_drugs(rule: Rule | None) -> bool:
    """Whether a rule is for or against drugs."""
    return rule is not None and any(one.kind == "drug" for one in rule.action.strikes)

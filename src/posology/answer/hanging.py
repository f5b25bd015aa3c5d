"""On what a line hangs that nobody knows, and what of that neither its text nor the question says."""

from __future__ import annotations

from dataclasses import replace

from ..expr import evaluate, facts_of
from ..model import All, Is, Plan, Rule
from ..plan.advice import cited
from .answered import Said
from .asked.claim import Claim
from .asked.match import Part
from .ground import Ground, rule_of
from .seen import reads
from .yes_or_no.naming import stems

UNKNOWNS = 2
"""Facts that a headline names at most as not known."""


def unknown(said: Said, here: Ground) -> tuple[str, ...]:
    """On what a line hangs; of how a treatment is given only what is its own, since who asks how gives it.

    Nor is said of such a line on what it does not hang unless that is so: a drug that is preferred, if it can be had.
    """
    rule, left = rule_of(said.statement, here), said.line.if_ if said.line else ()
    if rule is not None and not rule.action.gives:
        left = tuple(name for name in left if name in reads(rule.when, here.guideline))
        left = tuple(name for name in left if evaluate(rule.when, {name: True}.get) is not False)
    return left


def tacit(part: Part, said: Said, here: Ground) -> tuple[str, ...]:
    """What must hold for a treatment and not for all that compete with it, where neither text nor question says it."""
    rule = rule_of(said.statement, here)
    if rule is None or not rule.action.gives:
        return ()
    rivals = [one for one in here.guideline.rules if one.decision and one.decision == rule.decision]
    own = [fact for fact in _plainly(rule) if not all(fact in _plainly(one) for one in rivals)]
    told = part.claim.around | stems(said.statement.text, here) | here.coverage.names
    return tuple(name for name in own if told.isdisjoint(stems(here.guideline.facts[name].phrase, here)))[:UNKNOWNS]


def in_denial(said: Said, made: Plan | None, here: Ground) -> tuple[str, ...]:
    """On what a line about how something is done still hangs, where what was told of such matters was only denied."""
    rule = rule_of(said.statement, here)
    if rule is None or made is None or rule.action.kind not in ("use", "consider") or said.applies not in _OPEN:
        return ()
    alike = [one for one in here.guideline.rules if one.action.kind in ("use", "consider") and not one.beside]
    near = [one for one in alike if one is rule or _near(one, rule, here)]
    stated = {name: value for name, (value, origin) in made.facts.items() if origin == "stated"}
    read = {name for one in near for name in facts_of(one.when)} & stated.keys() - here.lexicon.topical
    if not read or any(stated[name] is not False for name in read):
        return ()
    return tuple(name for name in facts_of(rule.when) if name not in made.facts and name not in here.lexicon.topical)


_OPEN = ("unknown", "general")


def _near(one: Rule, other: Rule, here: Ground) -> bool:
    """Whether two rules stand under one heading of the guideline."""
    return here.guideline.named[one.name].place.heading == here.guideline.named[other.name].place.heading


def whose(part: Part, said: Said, here: Ground) -> str:
    """Whose a treatment is, beside that of others, where neither text nor question says it."""
    names = (
        tacit(replace(part, claim=Claim()), said, here) if said.applies != "yes" and said.audience != "patient" else ()
    )
    return f"With {cited(here.guideline, names)}" if names else ""


def _plainly(rule: Rule) -> tuple[str, ...]:
    """The facts of which each must hold for a rule to apply."""
    parts = rule.when.parts if isinstance(rule.when, All) else (rule.when,)
    return tuple(one.fact for one in parts if isinstance(one, Is))

"""What presses whatever was asked: emergencies, the safety gates that hold, and what must never be done."""

from __future__ import annotations

from collections.abc import Iterable

from ..expr import facts_of
from ..model import Guideline, Plan, Rule, Value

TELLING = 2
"""Rules that may read a fact so that whoever says it speaks of them."""


def firmly(made: Plan | None) -> frozenset[str]:
    """The rules whose lines hold for certain."""
    lines = made.advice if made else ()
    return frozenset(line.rule for line in lines if line.certainty == "firm" and not line.if_)


def emergencies(made: Plan | None, guideline: Guideline) -> tuple[str, ...]:
    """The emergencies that are certain."""
    firm = firmly(made)
    return tuple(rule.name for rule in guideline.rules if rule.name in firm and rule.action.urgency == "emergency")


def gates(made: Plan | None, guideline: Guideline) -> tuple[str, ...]:
    """The safety gates that hold for certain: first what shuts everything, then what is the clinician's to decide."""
    firm = firmly(made)
    held = [rule for rule in guideline.rules if rule.name in firm and rule.stops]
    held = sorted(held, key=lambda rule: rule.action.kind != "decide")
    return tuple(rule.name for rule in sorted(held, key=lambda rule: not of_everything(rule)))


def of_everything(rule: Rule | None) -> bool:
    """Whether a safety gate shuts the whole treatment."""
    return rule is not None and any(strike.kind == "everything" for strike in rule.stops)


def struck(made: Plan | None, guideline: Guideline, spoken: Iterable[Value | None]) -> tuple[str, ...]:
    """What takes away for certain the drug, route or site that was just spoken of."""
    firm, named = firmly(made), {value.replace("_", " ") for value in spoken if isinstance(value, str)}
    plain = [rule for rule in guideline.rules if rule.name in firm and not rule.stops]
    return tuple(rule.name for rule in plain if any(s.name.replace("_", " ") in named for s in rule.action.strikes))


def doubted(guideline: Guideline, facts: frozenset[str]) -> tuple[Rule, ...]:
    """The safety gates that read one of some facts that were left open."""
    return tuple(rule for rule in guideline.rules if rule.stops and not facts.isdisjoint(facts_of(rule.applies)))


def forbidden(made: Plan | None, guideline: Guideline, told: Iterable[str]) -> tuple[str, ...]:
    """What must never be done: for certain, or as far as is known where one of its own facts was just told."""
    lines = [line for line in made.advice if line.action == "never"] if made else []
    firm, just = firmly(made), frozenset(told)
    return tuple(line.rule for line in lines if line.rule in firm or just & _telling(line.rule, guideline))


def _telling(name: str, guideline: Guideline) -> frozenset[str]:
    """The facts of a rule that hardly any other reads."""
    rules = guideline.rules
    own = next((facts_of(rule.applies) for rule in rules if rule.name == name), ())
    return frozenset(fact for fact in own if sum(_reads(rule, fact) for rule in rules) <= TELLING)


def _reads(rule: Rule, fact: str) -> bool:
    return fact in facts_of(rule.applies)

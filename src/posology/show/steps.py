"""The way that a patient took through the decisions: whom each is for, which rules apply, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, assert_never

from ..expr import evaluate, missing
from ..model import Above, All, Any_, Decision, Expr, Is, Line, Not, Rule, Truth, Value, Verdict
from . import words
from .view import View

Way = Literal["taken", "open", "gives way", "withheld", "no"]


@dataclass(frozen=True, slots=True)
class Branch:
    """One rule of a decision: whether it applies, the facts that say so, what is unknown, and what became of it."""

    rule: str
    truth: Truth
    way: Way
    facts: tuple[str, ...]
    unknown: tuple[str, ...]
    treatment: str
    struck: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One decision: whom it is for, its rules in the order of the guideline, and how it came out."""

    title: str
    scope: Truth
    scope_facts: tuple[str, ...]
    branches: tuple[Branch, ...]
    outcome: str
    said: str


def steps(view: View) -> tuple[Step, ...]:
    """The way that this patient took, decision by decision."""
    decisions = view.guideline.decisions
    known = {name: value for name, (value, _) in view.plan.facts.items()}
    return tuple(
        _step(decisions[name], verdict, known, view)
        for name, verdict in view.plan.decisions.items()
        if name in decisions
    )


def _step(decision: Decision, verdict: Verdict, known: Mapping[str, Value], view: View) -> Step:
    applies = verdict.outcome != "not applicable"
    rules = [rule for rule in view.guideline.rules if applies and rule.name in decision.rules]
    return Step(
        view.decision(decision.name),
        evaluate(decision.scope, known.get),
        tuple(view.chip(fact, known.get(fact)) for fact in deciding(decision.scope, known)),
        tuple(_branch(rule, verdict, known, view) for rule in rules),
        verdict.outcome,
        view.say(f"outcome {verdict.outcome}"),
    )


def _branch(rule: Rule, verdict: Verdict, known: Mapping[str, Value], view: View) -> Branch:
    """A rule with its line of advice, if it has one, and else with what the facts say of it."""
    line = next((line for line in view.plan.advice if line.rule == rule.name), None)
    truth = True if rule.name in verdict.superseded else evaluate(rule.when, known.get)
    told = line.because if line else {}
    told = told or {fact: known[fact] for fact in deciding(rule.when, known) if fact in known}
    hangs = (*line.if_, *line.unless) if line else missing(rule.when, known.get)
    return Branch(
        rule.name,
        truth,
        _way(rule.name, truth, verdict),
        tuple(view.chip(fact, value) for fact, value in told.items()),
        tuple(map(view.short, hangs)),
        _treatment(rule, line, view),
        tuple(f"{words.regimen(give)}: {words.title(why).lower()}" for give, why in (line.struck if line else ())),
    )


def _way(rule: str, truth: Truth, verdict: Verdict) -> Way:
    if rule in verdict.rules:
        return "taken"
    if rule in verdict.superseded:
        return "gives way"
    return "open" if truth is None else "withheld" if truth else "no"


def _treatment(rule: Rule, line: Line | None, view: View) -> str:
    """What the rule's line gives to this patient; without a line what the rule gives, or what it says to use."""
    gives = list(rule.action.gives)
    if line and (line.give or line.alternatives):
        gives = [give for give in (line.give, *(give for give, _ in line.alternatives)) if give]
    said = " or ".join(map(words.regimen, gives)) or rule.action.words
    if line and line.action == "decide":
        said = f"{view.say('decide')}: {said}"
    return said[:1].upper() + said[1:]


def said_of(branch: Branch, view: View) -> str:
    """What became of a rule, in a word or two, with the facts that settled it."""
    return " – ".join(filter(None, (view.say(f"way {branch.way}"), ", ".join(branch.facts))))


# ---------------------------------------------------------------- which facts settle a condition


def deciding(when: Expr, known: Mapping[str, Value]) -> tuple[str, ...]:
    """The facts that settle a condition; where it is not settled, those that are still missing.

    >>> deciding(All((Is("a"), Is("b"))), {"a": True, "b": False})
    ('b',)
    >>> deciding(Any_((Is("a"), Is("b"))), {"a": False})
    ('b',)
    """
    return tuple(dict.fromkeys(_deciding(when, known)))


def _deciding(when: Expr, known: Mapping[str, Value]) -> Iterator[str]:
    match when:
        case Is(fact) | Above(fact):
            yield fact
        case Not(part):
            yield from _deciding(part, known)
        case All(parts) | Any_(parts):
            truth = evaluate(when, known.get)
            alike = [part for part in parts if evaluate(part, known.get) is truth]
            one_is_enough = truth is isinstance(when, Any_)
            for part in alike[:1] if one_is_enough else alike:
                yield from _deciding(part, known)
        case _:
            assert_never(when)

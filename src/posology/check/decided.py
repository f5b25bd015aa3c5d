"""Does each decision have an answer for everybody in its scope, and only one? Proved, or shown by a patient."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from ..findings import Finding
from ..model import Decision, Guideline, Rule
from ..quantity import plain
from . import Known, Look, at


def look(guideline: Guideline) -> Look:
    """Undeclared gaps, clashes and dead rules as faults; declared ones, and settled clashes, as known."""
    if not _can_prove():
        return [], [Known("proof", "Gaps and clashes were not looked for: the prover is not installed (extra `proof`).")]
    faults: list[Finding] = []
    known: list[Known] = []
    for decision in guideline.decisions.values():
        faults += _gap(decision, guideline)
        faults += _clashes(decision, guideline)
        faults += _dead(decision, guideline)
        known += _declared(decision, guideline)
    return faults, known


def _can_prove() -> bool:
    return find_spec("z3") is not None


def _rules(guideline: Guideline) -> tuple[Rule, ...]:
    return guideline.rules


def _gap(decision: Decision, guideline: Guideline) -> list[Finding]:
    from ..backends import proof

    patient = proof.gap(decision, _rules(guideline), guideline.facts)
    if patient is None:
        return []
    return [at(decision, f"{decision.name}: no rule speaks for a patient with {said(patient)}.", "Add a rule, or declare the gap with `silent when`.")]


def _clashes(decision: Decision, guideline: Guideline) -> list[Finding]:
    from ..backends import proof

    return [
        at(decision, f"{decision.name}: {c.rules[0]} and {c.rules[1]} both speak for a patient with {said(c.patient)}.",
           "Say which is `instead of` the other, or declare the clash.")
        for c in proof.clashes(decision, _rules(guideline), guideline.facts)
    ]  # fmt: skip


def _dead(decision: Decision, guideline: Guideline) -> list[Finding]:
    """Rules that can never apply."""
    from ..backends import proof

    return [
        at(guideline.named[rule.name], f"The rule {rule.name!r} can never apply.", "Its condition contradicts itself or the decision's scope.")
        for rule in _rules(guideline)
        if rule.decision == decision.name and proof.example(guideline.facts, [decision.scope, rule.when]) is None
    ]


def _declared(decision: Decision, guideline: Guideline) -> list[Known]:
    """Declared gaps and clashes, and the pairs that an order of ours settles, each with a patient."""
    from itertools import combinations

    from ..backends import proof

    found = []
    if decision.silent_when is not None:
        patient = proof.example(guideline.facts, [decision.scope, decision.silent_when])
        found.append(Known("gap", f"{decision.name}: declared silent.", patient))
    for one, other in combinations(proof.competing(decision, _rules(guideline)), 2):
        if proof.settled(decision, one, other):
            patient = proof.example(guideline.facts, [decision.scope, one.when, other.when])
            if patient is not None:
                by = "the shortest interval wins" if decision.choose == "shortest" else "declared"
                found.append(Known("clash", f"{decision.name}: {one.name} and {other.name} ({by}).", patient))
    return found


def figures(guideline: Guideline) -> dict[str, Any]:
    """How many decisions there are."""
    return {"decisions": len(guideline.decisions), "proved": _can_prove()}


def said(patient: dict[str, Any]) -> str:
    """A patient's facts in words."""
    return ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in patient.items()) or "any facts"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(value) if isinstance(value, (int, float)) else str(value)

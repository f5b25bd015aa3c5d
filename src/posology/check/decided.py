"""Whether each decision has an answer for everybody in its scope, and only one: proved, or shown by a patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from itertools import combinations
from typing import Any

from ..findings import Finding, Source
from ..model import Decision, Guideline, Rule
from ..quantity import plain
from . import Known, Look


def look(guideline: Guideline, source: Source) -> Look:
    """Undeclared gaps, clashes and dead rules as faults; declared ones, and settled clashes, as known."""
    if not _can_prove():
        missing = "Gaps and clashes were not looked for: the prover is not installed (extra `proof`)."
        return [], [Known("proof", missing)]
    faults: list[Finding] = []
    known: list[Known] = []
    for decision in guideline.decisions.values():
        faults += _gap(decision, guideline, source)
        faults += _clashes(decision, guideline, source)
        faults += _dead(decision, guideline, source)
        known += _declared(decision, guideline)
    return faults, known


def _can_prove() -> bool:
    return find_spec("z3") is not None


def _gap(decision: Decision, guideline: Guideline, source: Source) -> Iterator[Finding]:
    from ..backends import proof

    patient = proof.gap(decision, guideline.rules, guideline.facts)
    if patient is not None:
        what = f"No rule of {decision.name!r} speaks for a patient with {said(patient)}."
        do = "Add a rule, or declare the gap with `silent when`."
        yield source.finding(decision.place, decision.name, what, do)


def _clashes(decision: Decision, guideline: Guideline, source: Source) -> Iterator[Finding]:
    from ..backends import proof

    for clash in proof.clashes(decision, guideline.rules, guideline.facts):
        one, other = clash.rules
        what = f"Both {one} and {other} speak for a patient with {said(clash.patient)}."
        do = "Say which is `instead of` the other, or declare it as `clash`."
        yield source.finding(decision.place, decision.name, what, do)


def _dead(decision: Decision, guideline: Guideline, source: Source) -> Iterator[Finding]:
    """Rules that can never apply."""
    from ..backends import proof

    for name in decision.rules:
        statement = guideline.named[name]
        assert statement.rule is not None
        if proof.example(guideline.facts, [decision.scope, statement.rule.when]) is None:
            do = "Its condition contradicts itself or the decision's scope: correct one of them."
            yield source.finding(statement.place, "", f"The rule {name!r} can never apply.", do)


def _declared(decision: Decision, guideline: Guideline) -> Iterator[Known]:
    """Declared gaps and clashes, and the pairs that an order settles, each with a patient."""
    from ..backends import proof

    if decision.silent_when is not None:
        patient = proof.example(guideline.facts, [decision.scope, decision.silent_when])
        yield Known("gap", f"{decision.name}: declared silent.", patient)
    for one, other in combinations(proof.competing(decision, guideline.rules), 2):
        if proof.settled(decision, one, other):
            patient = proof.example(guideline.facts, [decision.scope, one.when, other.when])
            if patient is not None:
                by = _order(decision, one, other)
                yield Known("clash", f"{decision.name}: {one.name} and {other.name} ({by}).", patient)


def _order(decision: Decision, one: Rule, other: Rule) -> str:
    """What settles a clash, in words."""
    for winner, loser in ((one, other), (other, one)):
        if loser.name in winner.instead_of:
            return f"{winner.name} goes instead"
    return "the shortest interval wins" if decision.choose == "shortest" else "declared"


def figures(guideline: Guideline) -> dict[str, Any]:
    """How many decisions there are, and whether they were proved."""
    return {"decisions": len(guideline.decisions), "proved": _can_prove()}


def said(patient: Mapping[str, Any]) -> str:
    """A patient's facts in words."""
    return ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in patient.items()) or "any facts"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(value) if isinstance(value, (int, float)) else str(value).replace("_", " ")

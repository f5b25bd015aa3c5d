"""Conditions as formulas for a prover, and the two questions that every decision must stand.

*Gap*: is there a patient in scope, of whom everything is known, for whom no rule applies?
*Clash*: is there one for whom two rules apply that nothing puts in order?
Each answer is a patient, or the proof that there is none.

Three values are two formulas: when a condition is true, and when it is false; neither is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, assert_never

import z3

from ..expr import ValueOf, evaluate, facts_of
from ..model import Above, All, Any_, Decision, Expr, Fact, Is, Not, Rule, Value

Facts = Mapping[str, Fact]
Witness = dict[str, Value]
"""A patient as facts; those that make no difference are left out."""
Exprs = tuple[Expr, ...]
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kleene:
    """When a condition is true and when it is false. Where neither holds, it is unknown."""

    yes: z3.BoolRef
    no: z3.BoolRef


# ---------------------------------------------------------------- formulas


def formula(expr: Expr, facts: Facts) -> Kleene:
    """A condition in three-valued logic over the symbols ``known`` and ``value`` of its facts.

    A derived fact stands for its definition, unless it is stated (that is, unless it is ``known``).
    """
    match expr:
        case Is(name, choice):
            return _yes_no(facts[name], facts) if choice is None else _chosen(facts[name], choice)
        case Above():
            return _above(expr, facts)
        case All(parts):
            every = [formula(part, facts) for part in parts]
            return Kleene(z3.And([part.yes for part in every]), z3.Or([part.no for part in every]))
        case Any_(parts):
            some = [formula(part, facts) for part in parts]
            return Kleene(z3.Or([part.yes for part in some]), z3.And([part.no for part in some]))
        case Not(part):
            inner = formula(part, facts)
            return Kleene(inner.no, inner.yes)
        case _:
            assert_never(expr)


def known(name: str) -> z3.BoolRef:
    """Whether a fact is known; of a derived fact, whether it is stated."""
    return z3.Bool(f"{name} is known")


def value(fact: Fact) -> Any:
    """The value of a fact, meaningful where it is known; of a choice fact, the place in its list."""
    match fact.kind:
        case "yes/no":
            return z3.Bool(fact.name)
        case "number":
            return z3.Real(fact.name)
        case "choice":
            return z3.Int(fact.name)
        case _:
            assert_never(fact.kind)


def _when_known(name: str, yes: z3.BoolRef, no: z3.BoolRef) -> Kleene:
    return Kleene(z3.And(known(name), yes), z3.And(known(name), no))


def _chosen(fact: Fact, choice: str) -> Kleene:
    chosen = value(fact) == fact.choices.index(choice)
    return _when_known(fact.name, chosen, z3.Not(chosen))


def _yes_no(fact: Fact, facts: Facts) -> Kleene:
    """A derived fact: always wins, then what is stated, then the definition."""
    unstated = z3.Not(known(fact.name))
    stated = _when_known(fact.name, value(fact), z3.Not(value(fact)))
    if fact.when is None:
        return stated
    when = formula(fact.when, facts)
    always = formula(fact.always, facts).yes if fact.always is not None else z3.BoolVal(False)
    return Kleene(
        z3.Or(always, stated.yes, z3.And(unstated, when.yes)),
        z3.And(z3.Not(always), z3.Or(stated.no, z3.And(unstated, when.no))),
    )


def _above(test: Above, facts: Facts) -> Kleene:
    """Over the upper figure it is true, under the lower false; a vague band between is unknown."""
    number, low, high = value(facts[test.fact]), _exact(test.low), _exact(test.high)
    if test.strict:
        return _when_known(test.fact, number > high, number <= low)
    return _when_known(test.fact, number >= high, number < low)


def _exact(figure: float) -> z3.RatNumRef:
    """The decimal figure that was written, not its nearest binary fraction."""
    return z3.RealVal(str(Fraction(repr(figure))))


def possible(fact: Fact) -> z3.BoolRef:
    """That a fact's value lies within its range, or is one of its choices."""
    match fact.kind:
        case "yes/no":
            return z3.BoolVal(True)
        case "number" if fact.low < fact.high:
            return z3.And(value(fact) >= _exact(fact.low), value(fact) <= _exact(fact.high))
        case "number":
            return z3.BoolVal(True)
        case "choice":
            return z3.And(value(fact) >= 0, value(fact) < len(fact.choices))
        case _:
            assert_never(fact.kind)


# ---------------------------------------------------------------- a patient such as this


def example(
    facts: Facts, true: Iterable[Expr] = (), false: Iterable[Expr] = (), assumed: Iterable[Expr] = ()
) -> Witness | None:
    """A patient, all facts known, for whom ``true`` holds and ``false`` does not; None: there is none.

    Derived facts follow from their definitions. Of the facts, only those are shown that are needed.
    ``assumed`` is false as well, but goes without saying: its facts are shown only where others need them.
    """
    true, false, assumed = tuple(true), tuple(false), tuple(assumed)
    solver = z3.Solver()
    solver.add(*(formula(expr, facts).yes for expr in true))
    solver.add(*(formula(expr, facts).no for expr in (*false, *assumed)))
    names = tuple(reach((*true, *false, *assumed), facts))
    for name in names:
        derived = facts[name].when is not None
        solver.add(z3.Not(known(name)) if derived else z3.And(known(name), possible(facts[name])))
    if solver.check() != z3.sat:
        return None
    patient = {name: _read(solver.model(), facts[name]) for name in names if facts[name].when is None}
    return _shortest(patient, names, facts, lambda value_of: _as_asked(value_of, true, false, assumed))


def _as_asked(value_of: ValueOf, true: Exprs, false: Exprs, assumed: Exprs) -> bool:
    """Whether what is known of a patient suffices."""
    return (
        all(evaluate(expr, value_of) is True for expr in true)
        and all(evaluate(expr, value_of) is False for expr in false)
        and not any(evaluate(expr, value_of) is True for expr in assumed)
    )


def reach(exprs: Iterable[Expr], facts: Facts) -> dict[str, None]:
    """The facts that some conditions hang on, those behind derived facts first."""
    found: dict[str, None] = {}
    for name in (name for expr in exprs for name in facts_of(expr)):
        if name not in found:
            found |= reach(behind(facts[name]), facts) | {name: None}
    return found


def behind(fact: Fact) -> list[Expr]:
    """What a derived fact is derived from."""
    return [expr for expr in (fact.when, fact.always) if expr is not None]


def _read(model: z3.ModelRef, fact: Fact) -> Value:
    found = model.eval(value(fact), model_completion=True)
    match fact.kind:
        case "yes/no":
            return bool(z3.is_true(found))
        case "number":
            return float(found.as_fraction())
        case "choice":
            return fact.choices[int(found.as_long())]
        case _:
            assert_never(fact.kind)


def valuation(stated: Mapping[str, Value], facts: Facts) -> ValueOf:
    """The value of every fact, derived ones worked out as in ``formula``."""

    def value_of(name: str) -> Value | None:
        fact = facts[name]
        if fact.when is None:
            return stated.get(name)
        if fact.always is not None and evaluate(fact.always, value_of) is True:
            return True
        return stated[name] if name in stated else evaluate(fact.when, value_of)

    return value_of


def _shortest(patient: Witness, names: Names, facts: Facts, suffices: Callable[[ValueOf], bool]) -> Witness:
    """The same patient in fewer words: a derived fact for those behind it, whole numbers, nothing idle."""
    worked_out = valuation(patient, facts)
    values = {name: worked_out(name) for name in names}
    patient = {name: found for name, found in values.items() if found is not None}
    for name in tuple(patient):
        for simpler in _simpler(patient, facts[name]):
            if suffices(valuation(simpler, facts)):
                patient = simpler
                break
    return patient


def _simpler(patient: Witness, fact: Fact) -> Iterator[Witness]:
    """The patient without a fact, or with its number made whole."""
    yield {name: found for name, found in patient.items() if name != fact.name}
    found = patient[fact.name]
    if isinstance(found, float) and fact.low <= round(found) <= fact.high:
        yield patient | {fact.name: float(round(found))}


# ---------------------------------------------------------------- the two questions


@dataclass(frozen=True, slots=True)
class Clash:
    """Two rules of one decision that both apply to a patient, with nothing to put them in order."""

    rules: tuple[str, str]
    patient: Witness


def gap(decision: Decision, rules: Iterable[Rule], facts: Facts) -> Witness | None:
    """A patient in scope and not done for whom every rule is false, though nobody declared the silence.

    A rule that stops everything answers for its patients; one that its source leaves vague is an answer too.
    """
    rules = tuple(rules)
    own = [rule.when for rule in rules if rule.name in decision.rules]
    declared = [decision.silent_when] if decision.silent_when is not None else []
    return example(facts, [decision.scope], [*own, *declared, *_over(decision)], _gates(rules))


def clashes(decision: Decision, rules: Iterable[Rule], facts: Facts) -> Iterator[Clash]:
    """Every pair of the decision's rules that can both apply, and that nothing settles."""
    rules = tuple(rules)
    for one, other in combinations(competing(decision, rules), 2):
        if not settled(decision, one, other):
            both = [decision.scope, one.when, other.when]
            patient = example(facts, both, _over(decision), _gates(rules))
            if patient is not None:
                yield Clash((one.name, other.name), patient)


def competing(decision: Decision, rules: Iterable[Rule]) -> list[Rule]:
    """The rules of which only one may apply: those that give or use. A safety gate competes with nothing."""
    own = (rule for rule in rules if rule.name in decision.rules)
    return [r for r in own if r.action.kind in ("give", "use") and not r.stops and not r.beside]


def settled(decision: Decision, one: Rule, other: Rule) -> bool:
    """Whether the guideline says what happens when both apply: declared, replaced, or put in order."""
    pair = {one.name, other.name}
    declared = any(pair == set(clash) for clash in decision.clashes)
    replaced = other.name in one.instead_of or one.name in other.instead_of
    ordered = decision.choose == "shortest" and bool(one.action.gives and other.action.gives)
    return declared or replaced or ordered


def _over(decision: Decision) -> list[Expr]:
    return [decision.done] if decision.done is not None else []


def _gates(rules: tuple[Rule, ...]) -> list[Expr]:
    """The safety gates that leave nothing to decide."""
    return [rule.when for rule in rules if any(strike.kind == "everything" for strike in rule.stops)]

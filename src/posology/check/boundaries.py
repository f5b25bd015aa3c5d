"""Patients made from a rule itself: at each side of each of its thresholds, and one for each truth that it can have.

A reviewer sees on them where a rule begins and ends, and what the decision that it belongs to says there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise, product

from ..backends.table import Row, ways
from ..expr import evaluate, facts_of, leaves
from ..model import Above, All, Expr, Fact, Guideline, Is, Not, Patient, Statement, Truth, Value
from ..plan.plan import plan
from ..quantity import tidy
from .examples import DAY, outcome

Facts = dict[str, Value]
MOST = 60
"""Patients that are made for one rule; no rule that a person can review has more edges."""


@dataclass(frozen=True, slots=True)
class Case:
    """A made-up patient at an edge of a rule: which edge, what is known, and what comes of it.

    ``edge`` is the fact that is varied, or the truth that was asked for. ``truth`` is that of the condition,
    ``decided`` how the decision comes out in the words of worked tables, ``line`` the certainty of the rule's own line
    in the plan (both empty: there is none).
    """

    edge: str
    facts: Mapping[str, Value]
    truth: Truth
    decided: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """Patients that differ in one fact only (``fact``), with what is the same in all; or one patient for each truth."""

    fact: str
    same: Mapping[str, Value]
    cases: tuple[Case, ...]


def edges(statement: Statement, guideline: Guideline) -> tuple[Edge, ...]:
    """The made-up patients of a statement, those of one threshold together."""
    found: list[Edge] = []
    for case in cases(statement, guideline):
        fact = case.edge if case.edge in case.facts else ""
        same = {name: value for name, value in case.facts.items() if name != fact} if fact else {}
        if found and (found[-1].fact, found[-1].same) == (fact, same):
            found[-1] = Edge(fact, same, (*found[-1].cases, case))
        else:
            found.append(Edge(fact, same, (case,)))
    return tuple(found)


def condition(statement: Statement, guideline: Guideline) -> Expr | None:
    """What a statement makes something depend on: the condition of its rule, or of the name that it defines."""
    if statement.rule:
        return statement.rule.when
    if statement.kind != "define":
        return None
    fact = guideline.facts.get(statement.name.replace("-", "_"))
    if fact and fact.when:
        return fact.when
    return guideline.defines.get(statement.name) or guideline.defines.get(statement.name.replace("-", "_"))


def cases(statement: Statement, guideline: Guideline) -> tuple[Case, ...]:
    """The patients at the edges of a statement, those at thresholds first; none where nothing depends on anything."""
    when = condition(statement, guideline)
    if when is None or when == All(()):
        return ()
    decision = guideline.decisions.get(statement.rule.decision or "") if statement.rule else None
    scope = decision.scope if decision else All(())
    edges = list(_once(_at_thresholds(when, scope, guideline)))[:MOST]
    judged = [_judged(edge, facts, when, statement, guideline) for edge, facts in edges]
    for truth, tried in _of_each_truth(when, scope, guideline):
        found = (_judged(WORDS[truth], facts, when, statement, guideline) for facts in tried)
        judged += next(([case] for case in found if case.truth is truth), [])
    return tuple(judged)


WORDS: dict[Truth, str] = {True: "true", False: "false", None: "unknown"}


def _once(made: Iterable[tuple[str, Facts]]) -> Iterator[tuple[str, Facts]]:
    """Each patient once: two thresholds may share a value."""
    seen: set[tuple[tuple[str, Value], ...]] = set()
    for edge, facts in made:
        key = tuple(sorted(facts.items()))
        if key not in seen:
            seen.add(key)
            yield edge, facts


def _judged(edge: str, facts: Facts, when: Expr, statement: Statement, guideline: Guideline) -> Case:
    """A patient with what the rule and its decision say."""
    made = plan(guideline, Patient(facts=facts), DAY)
    known = {name: value for name, (value, _) in made.facts.items()}
    rule = statement.rule
    mine = [line for line in made.advice if rule and line.rule == rule.name]
    sure = ["provisional" if line.if_ or line.certainty == "provisional" else "firm" for line in mine]
    decided = outcome(made, rule.decision) if rule and rule.decision else ""
    return Case(edge, facts, evaluate(when, known.get), decided, min(sure, default=""))


# ---------------------------------------------------------------- thresholds


def _at_thresholds(when: Expr, scope: Expr, guideline: Guideline) -> Iterator[tuple[str, Facts]]:
    """For each threshold the values beside it and on it, with everything else so that it is the one that matters."""
    for test in dict.fromkeys(leaf for leaf in leaves(when) if isinstance(leaf, Above)):
        fact = guideline.facts.get(test.fact)
        if fact is None:
            continue
        around = _around(test, fact, step(fact, guideline))
        base = _hinging(test, around, when, scope, guideline)
        yield from ((test.fact, {**base, test.fact: value}) for value in around)


def _hinging(test: Above, around: list[float], when: Expr, scope: Expr, guideline: Guideline) -> Facts:
    """The other facts such that the condition hinges on this threshold, if there are such."""
    sides = [[row for row in ways(All((scope, expr))) if any(t == test for t, _ in row)] for expr in (when, Not(when))]
    bases = [{**_values(no, guideline), **_values(yes, guideline)} for yes, no in islice(product(*sides), 100)]
    for base in bases:
        ends = {evaluate(when, {**base, test.fact: value}.get) for value in (*around[:1], *around[-1:])}
        if ends == {True, False}:
            return base
    return next(iter(bases), {})


def _around(test: Above, fact: Fact, by: float) -> list[float]:
    """The values at a threshold, and one step to each side; in a vague one the middle too. None that cannot be."""
    ends = sorted({test.low, test.high})
    middle = [tidy((test.low + test.high) / 2)] if test.low < test.high else []
    every = {tidy(end + move) for end in ends for move in (-by, 0, by)} | set(middle)
    return [value for value in sorted(every) if fact.low <= value <= fact.high]


def step(fact: Fact, guideline: Guideline) -> float:
    """The step of a number: one in the last place in which the guideline writes its thresholds and its range.

    >>> from types import SimpleNamespace as Some
    >>> step(Fact("n", "n", "number", low=0, high=9), Some(rules=(), facts={}))
    1.0
    """
    exprs = [rule.when for rule in guideline.rules] + [f.when for f in guideline.facts.values() if f.when]
    written = [
        end
        for expr in exprs
        for leaf in leaves(expr)
        if isinstance(leaf, Above) and leaf.fact == fact.name
        for end in (leaf.low, leaf.high)
    ]
    return float(10 ** -max(map(_places, (*written, fact.low, fact.high))))


def _places(value: float) -> int:
    return len(f"{value:.9g}".partition(".")[2])


# ---------------------------------------------------------------- truths


def _of_each_truth(when: Expr, scope: Expr, guideline: Guideline) -> Iterator[tuple[Truth, list[Facts]]]:
    """For each truth the patients to be tried: within the decision's scope where that is possible."""
    holds: list[Facts] = []
    for truth, expr in ((True, when), (False, Not(when))):
        rows = [*ways(All((scope, expr)))[:3], *ways(expr)[:3]]
        tried = [_values(row, guideline) for row in rows]
        holds = holds or tried
        yield truth, tried
    within = _values(next(iter(ways(scope)), frozenset()), guideline)
    read = facts_of(when)
    without = [{name: value for name, value in within.items() if name not in read}]
    without += [{n: v for n, v in facts.items() if n != left} for facts in holds[:1] for left in facts if left in read]
    yield None, [within, *without, {}]


def _values(row: Row, guideline: Guideline) -> Facts:
    """Facts with which every test of a row comes out as it must."""
    names = sorted({test.fact for test, _ in row})
    found = {name: _value([(t, h) for t, h in row if t.fact == name], guideline.facts.get(name)) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _value(tests: list[tuple[Is | Above, bool]], fact: Fact | None) -> Value | None:
    """One value that passes all tests of a fact; None where there is none."""
    candidates: Iterable[Value] = (True, False)
    if fact and fact.kind == "choice":
        candidates = fact.choices
    elif any(isinstance(test, Above) for test, _ in tests) or (fact and fact.kind == "number"):
        ends = sorted({end for test, _ in tests if isinstance(test, Above) for end in (test.low, test.high)})
        candidates = _numbers(ends, fact)
    fits = (v for v in candidates if all(evaluate(test, {test.fact: v}.get) is holds for test, holds in tests))
    return next(fits, None)


def _numbers(ends: list[float], fact: Fact | None) -> list[Value]:
    """Numbers between, on and beyond some thresholds: whole ones first, those far from the edge first."""
    low, high = (fact.low, fact.high) if fact else (ends[0] - 10, ends[-1] + 10)
    edges = [low, *ends, high]
    beside = [round(end + sign * max(1.0, end / 5)) for end in ends for sign in (-1, 1)]
    between = [tidy((one + other) / 2) for one, other in pairwise(edges)]
    return [float(value) for value in (*beside, *map(round, between), *between, *ends) if low <= value <= high]

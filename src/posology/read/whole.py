"""The parts of a guideline together: whether they fit, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..expr import every, facts_of, leaves, substitute
from ..findings import near
from ..model import Code, Decision, Expr, Fact, Guideline, Not, Place, Rule, Statement
from .reading import Reading
from .statements import Owners

MOST_TESTS = 500
"""Tests of facts that one condition may come to, once every name in it is written out."""
HIGHEST = 20
"""Names that may stand for one another in a chain."""


# ---------------------------------------------------------------- do they fit?


def fit_together(statements: tuple[Statement, ...], owners: Owners, meta: Mapping[str, Any], reading: Reading) -> None:
    """Faults that only show once everything has been read."""
    _names(statements, reading)
    _courses(reading)
    _orders(owners, reading)
    _circles(statements, reading)
    _sizes(reading)
    _stands_for(meta, reading)


def _names(statements: tuple[Statement, ...], reading: Reading) -> None:
    names: dict[str, Statement] = {}
    for statement in statements:
        if statement.name in names:
            what = f"Two statements are called {statement.name!r}."
            reading.fault(statement.place, statement.name, what, "Give one of them another name.")
        names[statement.name] = statement
    for statement in statements:
        wanted = statement.restates
        if wanted and (wanted not in (*names, *reading.names["rules"]) or wanted == statement.name):
            do = near(wanted, names.keys() - {statement.name}, "Name another statement of this guideline.")
            reading.fault(statement.place, wanted, f"{wanted!r} is not another statement.", do)


def _courses(reading: Reading) -> None:
    for fact in reading.facts.values():
        name = fact.course.removeprefix("complete ")
        if fact.course.startswith("complete ") and name not in reading.names["decisions"]:
            do = near(name, reading.names["decisions"], "Name a decision after `complete`.")
            place = reading.places[fact.name]
            reading.fault(place, fact.course, f"The fact {fact.phrase!r} follows a decision that is not there.", do)


def _orders(owners: Owners, reading: Reading) -> None:
    """No decision comes after itself, by way of others."""
    after = {decision.name: decision.after for decision in owners.values()}
    for decision in owners.values():
        seen, name = [decision.name], decision.after
        while name is not None and name not in seen:
            seen.append(name)
            name = after.get(name)
        if name == decision.name and len(seen) > 1:
            what = f"The decision {decision.name!r} comes after itself."
            reading.fault(decision.place, decision.name, what, "Take one `after` away.")


def _circles(statements: tuple[Statement, ...], reading: Reading) -> None:
    """No fact hangs on itself, by way of definitions or of the course of treatment."""
    hangs = {fact.name: _hangs_on(fact, statements) for fact in reading.facts.values()}
    for fact in reading.facts.values():
        if fact.when is not None and _reaches(fact.name, hangs):
            what = f"{fact.phrase!r} is defined by way of itself."
            reading.fault(reading.places[fact.name], fact.phrase, what, "Break the circle.")
            reading.facts[fact.name] = replace(fact, when=None, always=None)


def _hangs_on(fact: Fact, statements: tuple[Statement, ...]) -> set[str]:
    """The facts behind a fact: those of its definition, or those on which the end of its course hangs."""
    exprs = [fact.when, fact.always]
    if fact.course.startswith("complete "):
        decision = fact.course.removeprefix("complete ")
        rules = [s.rule for s in statements if s.rule and s.rule.decision == decision and s.rule.action.gives]
        exprs += [rule.when for rule in rules]
        exprs += [give.until_holds for rule in rules for give in rule.action.gives]
    return {name for expr in exprs if expr is not None for name in facts_of(expr)}


def _reaches(name: str, hangs: Mapping[str, set[str]]) -> bool:
    """Whether a fact hangs on itself."""
    seen: set[str] = set()
    ahead = set(hangs[name])
    while ahead:
        here = ahead.pop()
        if here == name:
            return True
        seen.add(here)
        ahead |= hangs.get(here, set()) - seen
    return False


def _sizes(reading: Reading) -> None:
    """That writing the names in a condition out does not make a book of it."""
    sizes: dict[str, tuple[int, int]] = {}
    for fact in reading.facts.values():
        tests, height = _size(fact.name, sizes, reading, 0)
        if tests > MOST_TESTS or height > HIGHEST:
            what = f"Written out, {fact.phrase!r} comes to more than {MOST_TESTS} tests, or {HIGHEST} steps."
            do = "Use fewer names that stand for others."
            reading.fault(reading.places[fact.name], fact.phrase, what, do)
            return


def _size(name: str, sizes: dict[str, tuple[int, int]], reading: Reading, depth: int) -> tuple[int, int]:
    """The tests that a name comes to, and how many names stand above one another on the way."""
    fact = reading.facts.get(name)
    if fact is None or fact.when is None or depth > HIGHEST:
        return 1, 1
    if name not in sizes:
        parts = [_size(leaf.fact, sizes, reading, depth + 1) for leaf in leaves(fact.when)]
        sizes[name] = sum(tests for tests, _ in parts), 1 + max((height for _, height in parts), default=0)
    return sizes[name]


def _stands_for(meta: Mapping[str, Any], reading: Reading) -> None:
    """That tests which stand for others are tests."""
    pairs = meta.get("stands_for", {})
    names = [*pairs, *pairs.values()] if isinstance(pairs, Mapping) else [pairs]
    for name in names:
        if name not in reading.names["tests"]:
            do = near(str(name), reading.names["tests"], "Write `stands_for:` and below it `ONE-TEST: OTHER-TEST`.")
            line = next((n for n, line in enumerate(reading.source.lines, 1) if line.startswith("stands_for:")), 1)
            reading.fault(Place(reading.source.file, line), str(name), f"{name!r} is not a test that we know.", do)


# ---------------------------------------------------------------- what they come to

Expand = Callable[[Expr], Expr]


def assemble(
    meta: Mapping[str, Any], digest: str, reading: Reading, statements: Iterable[Statement], owners: Owners,
    codes: tuple[Code, ...], aliases: Mapping[str, str],
) -> Guideline:  # fmt: skip
    """The guideline, with every abbreviation written out."""
    defines = {f.name: f.when for f in reading.facts.values() if f.group == "defined" and f.when is not None}

    def expand(expr: Expr) -> Expr:
        return substitute(expr, defines.get)

    decisions = {decision.name: decision for decision in owners.values()}
    ruled = tuple(replace(s, rule=_rule(s.rule, decisions, expand)) if s.rule else s for s in statements)
    rules = [s.rule for s in ruled if s.rule]
    return Guideline(
        meta["id"], meta["title"], meta["version"], meta["updated"], digest,
        {f.name: _fact(f, expand) for f in reading.facts.values() if f.group != "defined"}, ruled,
        {name: _decision(decision, rules, expand) for name, decision in decisions.items()},
        reading.references, codes, aliases, meta, defines, Place(reading.source.file, 1),
    )  # fmt: skip


def _maybe(expr: Expr | None, expand: Expand) -> Expr | None:
    return None if expr is None else expand(expr)


def _fact(fact: Fact, expand: Expand) -> Fact:
    if fact.when is None:
        return fact
    return replace(fact, when=expand(fact.when), always=_maybe(fact.always, expand))


def _watched(rule: Rule) -> str:
    """The decision during whose course a check is made, if that is said."""
    timing = rule.action.timing
    return (timing.during if timing else None) or ""


def _rule(rule: Rule, decisions: Mapping[str, Decision], expand: Expand) -> Rule:
    """The rule, with the scope of its decision as long as that is not done; a review is bound to what it watches."""
    when = expand(rule.when)
    decision = decisions.get(rule.decision or _watched(rule))
    around = [expand(decision.scope)] if decision else []
    until = [Not(expand(decision.done))] if decision and decision.done else []
    gives = tuple(replace(give, until_holds=_maybe(give.until_holds, expand)) for give in rule.action.gives)
    return replace(
        rule, when=when, applies=every(*around, when, *until), never_when=_maybe(rule.never_when, expand),
        action=replace(rule.action, gives=gives),
    )  # fmt: skip


def _decision(decision: Decision, rules: Iterable[Rule], expand: Expand) -> Decision:
    own = tuple(rule.name for rule in rules if rule.decision == decision.name)
    return replace(
        decision, scope=expand(decision.scope), done=_maybe(decision.done, expand),
        silent_when=_maybe(decision.silent_when, expand), rules=own,
    )  # fmt: skip

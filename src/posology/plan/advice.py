"""The lines of a plan: each true rule, and each that may be true, with its reasons, its words and its sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Literal, assert_never

from ..expr import evaluate
from ..model import (
    Above,
    ActionKind,
    All,
    Any_,
    Expr,
    Fact,
    Give,
    Guideline,
    Is,
    Line,
    Not,
    Patient,
    Reference,
    Statement,
    Truth,
    Value,
)
from .course import review_due
from .decide import Choice, Decided, Option
from .known import Known
from .weigh import Names, Weighed, Weighing, blanks, leaves_moot, merged

Audience = Literal["clinician", "patient", "student"]


def advice(decided: Mapping[str, Decided], weighing: Weighing, known: Known, audience: Audience) -> tuple[Line, ...]:
    """Every line, in the order of the guideline."""
    lines: list[Line] = []
    for statement in known.guideline.statements:
        rule = statement.rule
        if rule is None or (weighing.gates and any(leaves_moot(gate, rule) for gate in weighing.gates)):
            continue
        found = weighing.rules[rule.name]
        if rule.decision:
            lines += _competing(statement, decided[rule.decision], found, weighing, known, audience)
        elif found.blank:
            lines.append(_blank(known.guideline, rule.name, audience))
        elif _holds(found, known):
            lines.append(_line(statement, found, known, audience, weighing.open_gates))
    return tuple(lines)


@lru_cache(maxsize=2048)
def _blank(guideline: Guideline, name: str, audience: Audience) -> Line:
    """The line of a rule of whose facts none is known: the same for every such patient."""
    nobody = Known(guideline, Patient(), date.min, date.min, ())
    return _line(guideline.named[name], blanks(guideline)[name], nobody, audience)


def _holds(found: Weighed, known: Known) -> bool:
    """Whether an additive rule has a line: it is not false, and the day of a review has come."""
    timing = found.rule.action.timing
    return found.truth is not False and (timing is None or timing.during is None or review_due(found.rule, known))


# ---------------------------------------------------------------- competing rules


def _competing(
    statement: Statement, decided: Decided, found: Weighed, weighing: Weighing, known: Known, audience: Audience
) -> Iterator[Line]:
    rule = found.rule
    if rule.action.kind == "decide":
        if found.truth is not False:
            yield _line(statement, found, known, audience, weighing.open_gates)
        return
    for choice in (*decided.standing, *decided.contenders):
        if choice.name == rule.name:
            yield _chosen(statement, choice, known, audience)
    for choice in decided.vague:
        if choice.name == rule.name:
            yield _undecided(statement, choice, known, audience)


def _chosen(statement: Statement, choice: Choice, known: Known, audience: Audience) -> Line:
    """A treatment that stands, or may."""
    open_ = choice.weighed.truth is None
    firm = not (open_ or choice.unless or choice.provisional)
    first, others = (choice.options[0], choice.options[1:]) if choice.options else (None, ())
    return _made(
        statement, choice.weighed, known, audience,
        certainty="firm" if firm else "provisional",
        unless=() if open_ else choice.unless,
        if_=choice.weighed.asks,
        confirm=choice.confirm,
        give=first.give if first else None,
        alternatives=tuple((o.give, o.unless) for o in others),
        struck=choice.struck,
    )  # fmt: skip


def _undecided(statement: Statement, choice: Choice, known: Known, audience: Audience) -> Line:
    """A rule that stays unknown though every fact is known, because its source is vague: the clinician decides."""
    return _made(
        statement, choice.weighed, known, audience, action="decide", certainty="firm",
        alternatives=tuple((o.give, o.unless) for o in choice.options), struck=choice.struck,
    )  # fmt: skip


def withheld(lines: tuple[Line, ...], decided: Mapping[str, Decided]) -> tuple[Line, ...]:
    """The lines of the deciding gates with the treatments that they withhold as alternatives."""
    found: dict[str, dict[Option, None]] = {}
    for outcome in decided.values():
        for gate, option in outcome.withheld:
            found.setdefault(gate, {})[option] = None
    return tuple(
        replace(line, alternatives=tuple((o.give, o.unless) for o in found[line.rule])) if line.rule in found else line
        for line in lines
    )


# ---------------------------------------------------------------- one line


def _line(
    statement: Statement, found: Weighed, known: Known, audience: Audience, doors: Sequence[Weighed] = ()
) -> Line:
    """An additive line, with the open gates that could leave it moot.

    One that only its source leaves open is provisional without a fact to ask for.
    """
    rule = found.rule
    sharp = rule.never_when is not None and evaluate(rule.never_when, known.values.get) is True
    decides = found.vague and rule.decision is not None
    return _made(
        statement, found, known, audience,
        action="never" if sharp else rule.action.kind,
        certainty="firm" if found.truth or decides else "provisional",
        if_=found.asks,
        confirm=merged([gate.asks for gate in doors if leaves_moot(gate, rule)]) if found.truth else (),
    )  # fmt: skip


def _made(
    statement: Statement, found: Weighed, known: Known, audience: Audience, *,
    certainty: Literal["firm", "provisional"], action: ActionKind | None = None,
    unless: Names = (), if_: Names = (), confirm: Names = (),
    give: Give | None = None, alternatives: tuple[tuple[Give, Names], ...] = (),
    struck: tuple[tuple[Give, str], ...] = (),
) -> Line:  # fmt: skip
    rule = found.rule
    return Line(
        rule.name, action or rule.action.kind, certainty, worded(statement, audience), statement.origin,
        statement.place.heading[1:], _sources(known.guideline)[statement.name], rule.decision, unless, if_, confirm,
        rule.action.urgency, because(rule.applies, found.truth, known), give, alternatives, struck, statement.remarks,
    )  # fmt: skip


@lru_cache(maxsize=16)
def _sources(guideline: Guideline) -> Mapping[str, tuple[Reference, ...]]:
    """The references of each statement."""
    return {s.name: tuple(guideline.references[key] for key in s.citations) for s in guideline.statements}


def worded(statement: Statement, audience: Audience) -> str:
    """A statement in the reader's words; the clinician's where none are written."""
    own = statement.patient if audience == "patient" else statement.student if audience == "student" else ""
    return own or statement.text


# ---------------------------------------------------------------- because


def because(expr: Expr, truth: Truth, known: Known) -> dict[str, Value]:
    """The known facts that make a condition what it is, derived ones by the parts that decide them."""
    found: dict[str, Value] = {}
    _support(expr, truth, known, found)
    return found


def _support(expr: Expr, truth: Truth, known: Known, found: dict[str, Value]) -> None:
    match expr:
        case Is() | Above():
            value = known.values.get(expr.fact)
            if value is not None:
                _reason(known.guideline.facts[expr.fact], value, known, found)
        case Not():
            _support(expr.part, None if truth is None else not truth, known, found)
        case All():
            _parts(expr.parts, truth, True, known, found)
        case Any_():
            _parts(expr.parts, truth, False, known, found)
        case _:
            assert_never(expr)


def _parts(parts: tuple[Expr, ...], truth: Truth, all_: bool, known: Known, found: dict[str, Value]) -> None:
    """All parts where each of them was needed, else those that decided; of an open condition what already holds."""
    for part in parts:
        here = truth if truth is all_ else evaluate(part, known.values.get)
        if here is truth or (truth is None and here is all_):
            _support(part, here, known, found)


def _reason(fact: Fact, value: Value, known: Known, found: dict[str, Value]) -> None:
    parts = fact.always if fact.always and evaluate(fact.always, known.values.get) else fact.when
    if parts is not None and known.origins.get(fact.name) == "derived":
        _support(parts, bool(value), known, found)
    else:
        found[fact.name] = value


def cited(guideline: Guideline, names: Names) -> str:
    """The short labels of facts, joined for a sentence."""
    return ", ".join(guideline.facts[name].short for name in names)

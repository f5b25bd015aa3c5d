"""A sheet of yes/no questions about a patient: what is read off the register, and conditions made of them.

Conditions are the same five-node trees as everywhere, over names of the sheet, which hold yes or no and are
never unknown. What a fact leaves open is a name of its own: `x` is "it is so", `x?` "it is not known".
`answers.py` works them out for many patients at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model import Above, All, Any_, Expr, Fact, Is, Not
from .measured import over, unsure
from .queries import by

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from .record import Record

YES: Expr = All(())
NO: Expr = Any_(())
Make = Callable[["ir.Table"], "ir.Value"]
Look = Callable[["Record"], Any]
OPEN = "?"
"""Stands after a name: it is not known whether it is so."""


@dataclass(slots=True)
class Sheet:
    """What is asked of every patient.

    `inputs`, made by an engine, `looks` at the record, then `conditions`, each of those before it.
    """

    facts: Mapping[str, Fact]
    inputs: dict[str, Make] = field(default_factory=dict)
    looks: dict[str, Look] = field(default_factory=dict)
    conditions: dict[Expr, Is] = field(default_factory=dict)
    truths: dict[Expr, Kleene] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kleene:
    """The truth of a condition: when it is true and when it is open, as conditions that are never unknown."""

    true: Expr
    open: Expr

    @property
    def false(self) -> Expr:
        """When it is false."""
        return both(no(self.true), no(self.open))


def told(sheet: Sheet, name: str, make: Make) -> Expr:
    """A question that the register always answers."""
    sheet.inputs.setdefault(name, make)
    return Is(name)


def looked(sheet: Sheet, name: str, look: Look) -> Expr:
    """A question that the record of doses always answers."""
    sheet.looks.setdefault(name, look)
    return Is(name)


# ---------------------------------------------------------------- conditions that are never unknown


def both(*parts: Expr) -> Expr:
    """All of these hold; what is certain falls away."""
    kept = dict.fromkeys(q for p in parts for q in (p.parts if isinstance(p, All) else (p,)))
    if NO in kept:
        return NO
    return next(iter(kept)) if len(kept) == 1 else All(tuple(kept))


def either(*parts: Expr) -> Expr:
    """At least one of these holds; what is impossible falls away."""
    kept = dict.fromkeys(q for p in parts for q in (p.parts if isinstance(p, Any_) else (p,)))
    if YES in kept:
        return YES
    return next(iter(kept)) if len(kept) == 1 else Any_(tuple(kept))


def no(part: Expr) -> Expr:
    """The part does not hold."""
    if part in (YES, NO):
        return NO if part == YES else YES
    return part.part if isinstance(part, Not) else Not(part)


def named(sheet: Sheet, condition: Expr) -> Expr:
    """A condition under a name of its own, worked out once however often it is asked for."""
    if condition in (YES, NO) or isinstance(condition, Is):
        return condition
    if isinstance(condition, Not):
        return no(named(sheet, condition.part))
    if condition not in sheet.conditions:
        sheet.conditions[condition] = Is(f"_c{len(sheet.conditions)}")
    return sheet.conditions[condition]


# ---------------------------------------------------------------- conditions over facts, which may be unknown


def kleene(sheet: Sheet, expr: Expr) -> Kleene:
    """The truth of a condition over facts: of its tests as the engine reads them, of the rest by Kleene's tables."""
    if expr not in sheet.truths:
        sheet.truths[expr] = _kleene(sheet, expr)
    return sheet.truths[expr]


def _kleene(sheet: Sheet, expr: Expr) -> Kleene:
    match expr:
        case Above():
            name = f"_a{len(sheet.looks)}"
            looked(sheet, name + OPEN, partial(_not_sure, expr))
            return Kleene(looked(sheet, name, partial(_above, expr)), Is(name + OPEN))
        case Is():
            name = f"_t{len(sheet.inputs)}"
            return Kleene(told(sheet, name, partial(_tested, expr)), Is(name + OPEN))
        case Not(part):
            inner = kleene(sheet, part)
            return Kleene(inner.false, inner.open)
        case All(parts):
            inner_ = [kleene(sheet, part) for part in parts]
            true, live = both(*(k.true for k in inner_)), both(*(_live(k) for k in inner_))
        case Any_(parts):
            inner_ = [kleene(sheet, part) for part in parts]
            true, live = either(*(k.true for k in inner_)), either(*(_live(k) for k in inner_))
    held = named(sheet, true)
    return Kleene(held, named(sheet, both(no(held), live)))


def _live(truth: Kleene) -> Expr:
    """Not false."""
    return either(truth.true, truth.open)


def settle(sheet: Sheet, fact: str, true: Expr, open_: Expr) -> None:
    """Says when a derived fact is so and when it is open: whoever asks for it afterwards is answered so."""
    sheet.truths[Is(fact)] = Kleene(named(sheet, true), named(sheet, open_))


def unknown(sheet: Sheet, fact: str) -> Expr:
    """Whether a fact is unknown."""
    if sheet.facts[fact].kind == "yes/no":
        return kleene(sheet, Is(fact)).open
    if sheet.facts[fact].kind == "number":
        return looked(sheet, f"_u_{fact}", partial(_no_number, fact))
    return told(sheet, f"_u_{fact}", partial(_not_known, fact))


def _above(test: Above, record: Record) -> Any:
    return over(test, record.numbers[test.fact])


def _not_sure(test: Above, record: Record) -> Any:
    return unsure(test, record.numbers[test.fact])


def _no_number(fact: str, record: Record) -> Any:
    return np.isnan(record.numbers[fact])


def _tested(expr: Is, table: ir.Table) -> ir.Value:
    return by("posology.backends.relational:column", expr, table)


def _not_known(fact: str, table: ir.Table) -> ir.Value:
    return table[fact].isnull()


LOOKS = (_above, _not_sure, _no_number, _tested, _not_known)

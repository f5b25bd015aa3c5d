"""Conditions as columns: one boolean column over a table of patients, for any engine that Ibis speaks to.

The table has a column for each fact, named as the fact is; a column that is missing is unknown for
everybody. NULL is unknown, and so is NaN, which some engines hold to be greater than every number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

import ibis
import ibis.expr.types as ir

from ..expr import facts_of
from ..model import Above, All, Any_, Expr, Fact, Is, Not


def column(expr: Expr, table: ir.Table) -> ir.BooleanValue:
    """A condition as a boolean column with NULL for unknown; yes/no facts are booleans, choices are text."""
    match expr:
        case Is() | Above():
            return _test(expr, table) if expr.fact in table.columns else ibis.null("boolean")
        case All(parts):
            return ibis.and_(*(column(part, table) for part in parts))
        case Any_(parts):
            return ibis.or_(*(column(part, table) for part in parts))
        case Not(part):
            return ~column(part, table)
        case _:
            assert_never(expr)


def _test(test: Is | Above, table: ir.Table) -> ir.BooleanValue:
    value = table[test.fact]
    match test:
        case Is(_, choice):
            return value if choice is None else value == choice
        case Above():
            return _above(test, _without_nan(value))
        case _:
            assert_never(test)


def _without_nan(value: ir.NumericValue) -> ir.NumericValue:
    """A number column in which NaN is NULL. Only floating kinds know NaN, and only they may be asked."""
    if not value.type().is_floating():
        return value
    return ibis.cases((value.isnan(), ibis.null("float64")), else_=value)


def _above(test: Above, value: ir.NumericValue) -> ir.BooleanValue:
    """Both sides of the threshold are written out, so that a vague one leaves NULL between them."""
    over = value > test.high if test.strict else value >= test.high
    under = value <= test.low if test.strict else value < test.low
    return ibis.cases((over, True), (under, False), else_=ibis.null("boolean"))


def derive(table: ir.Table, facts: Mapping[str, Fact]) -> ir.Table:
    """The table with its derived facts filled in: always wins, then what was stated, then the definition."""
    for name in _in_order(facts):
        table = table.mutate(**{name: _derived(facts[name], table)})
    return table


def _derived(fact: Fact, table: ir.Table) -> ir.BooleanValue:
    assert fact.when is not None
    otherwise = ibis.coalesce(column(Is(fact.name), table), column(fact.when, table))
    if fact.always is None:
        return otherwise
    return ibis.cases((column(fact.always, table), True), else_=otherwise)


def _in_order(facts: Mapping[str, Fact]) -> list[str]:
    """The derived facts, each after those that it is derived from (the reader refuses circles)."""
    done: dict[str, None] = {}

    def visit(name: str) -> None:
        fact = facts.get(name)
        if fact is None or fact.when is None or name in done:
            return
        for part in (*facts_of(fact.when), *facts_of(fact.always or All(()))):
            visit(part)
        done[name] = None

    for name in facts:
        visit(name)
    return list(done)

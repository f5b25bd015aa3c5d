"""A sheet of columns that are made from one another, level by level, and the conditions that name them.

Conditions are the same five-node trees as everywhere, over columns that hold yes or no and never NULL;
`backends/relational.py` makes them columns. Each condition that is used twice is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir

from ..backends.relational import column
from ..expr import facts_of
from ..model import All, Any_, Expr, Is, Not

YES: Expr = All(())
NO: Expr = Any_(())
Make = Callable[[ir.Table], ir.Value]
MOST = 1000
"""More rules than a guideline lets hang on one fact, and the room for the places of a list."""


@dataclass(slots=True)
class Sheet:
    """Columns by the level on which they can be made: each reads only what stands on lower ones."""

    levels: dict[str, int] = field(default_factory=dict)
    columns: dict[str, tuple[tuple[str, ...], Make]] = field(default_factory=dict)
    conditions: dict[Expr, Expr] = field(default_factory=dict)
    truths: dict[Expr, Kleene] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kleene:
    """The three truths of a condition, each as a condition of its own that is never unknown."""

    true: Expr
    false: Expr
    open: Expr


def put(sheet: Sheet, name: str, reads: Iterable[str], make: Make) -> Expr:
    """One more column, on the lowest level that it can stand on."""
    below = tuple(dict.fromkeys(reads))
    sheet.levels[name] = 1 + max((sheet.levels.get(other, 0) for other in below), default=0)
    sheet.columns[name] = (below, make)
    return Is(name)


def levels(sheet: Sheet, connection: Any, table: ir.Table, wanted: Sequence[str]) -> list[tuple[str, str]]:
    """The queries that make the wanted columns from a table, by name, each out of the one before.

    One level is one short query: a whole of a thousand columns in thirty levels would take an
    expression compiler half a minute, and takes it some seconds so.
    """
    used = _used(sheet, wanted)
    types = dict(table.schema().items())
    parts = [("level0", connection.compile(table))]
    for level in range(1, 1 + max(sheet.levels[name] for name in used)):
        names = [name for name in used if sheet.levels[name] == level]
        below = {other: types[other] for name in names for other in sheet.columns[name][0]}
        source = ibis.table(below or {"n": types["n"]}, name=f"level{level - 1}")
        made = source.select(**{name: sheet.columns[name][1](source) for name in names})
        types |= dict(made.schema().items())
        query = connection.compile(made).removeprefix("SELECT")
        parts.append((f"level{level}", f"SELECT *,{query}"))
    return [*parts, ("wanted", f"SELECT {', '.join(dict.fromkeys(wanted))} FROM {parts[-1][0]}")]


def _used(sheet: Sheet, wanted: Sequence[str]) -> list[str]:
    """The columns that the wanted ones are made from, themselves included, in the order in which they were put in."""
    found: set[str] = set()
    waiting = [name for name in wanted if name in sheet.columns]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [other for other in sheet.columns[name][0] if other in sheet.columns]
    return [name for name in sheet.columns if name in found]


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
    """A condition as a column of its own, made once however often it is asked for."""
    if condition in (YES, NO) or isinstance(condition, Is):
        return condition
    if isinstance(condition, Not):
        return no(named(sheet, condition.part))
    if condition not in sheet.conditions:
        name = f"_c{len(sheet.conditions)}"
        sheet.conditions[condition] = put(sheet, name, facts_of(condition), lambda t: column(condition, t))
    return sheet.conditions[condition]


def kleene(sheet: Sheet, expr: Expr) -> Kleene:
    """A condition over facts, which may be unknown, as its three truths."""
    if expr in (YES, NO):
        return Kleene(expr, no(expr), NO)
    if expr not in sheet.truths:
        name = f"_t{len(sheet.truths)}"
        put(sheet, name, facts_of(expr), lambda t: column(expr, t))
        true = put(sheet, f"{name}_yes", [name], lambda t: t[name].fill_null(False))
        open_ = put(sheet, f"{name}_open", [name], lambda t: t[name].isnull())
        sheet.truths[expr] = Kleene(true, both(no(true), no(open_)), open_)
    return sheet.truths[expr]


def unknown(sheet: Sheet, fact: str) -> Expr:
    """Whether a fact is unknown."""
    name = f"_u_{fact}"
    return Is(name) if name in sheet.levels else put(sheet, name, [fact], lambda t: t[fact].isnull())


def chosen(sheet: Sheet, name: str, choices: Mapping[str, Expr], kind: str = "string") -> None:
    """A text column: the first of these words whose condition holds, else NULL."""
    live = {word: condition for word, condition in choices.items() if condition != NO}
    reads = [fact for condition in live.values() for fact in facts_of(condition)]
    put(sheet, name, reads, lambda t: first(t, live, kind))


def first(table: ir.Table, choices: Mapping[str, Expr], kind: str = "string") -> ir.Value:
    """The first of these words whose condition holds, else NULL."""
    if not choices:
        return ibis.null(kind)
    return ibis.cases(*((column(c, table), word) for word, c in choices.items()), else_=ibis.null(kind))


# ---------------------------------------------------------------- names in order


def ordered(sheet: Sheet, name: str, ranks: Mapping[str, str]) -> None:
    """A column of names joined by semicolons, by their ranks (NULL: not there; the rank ends in the name's place)."""
    names, columns = list(ranks), list(ranks.values())
    put(sheet, f"_{name}", columns, lambda t: _sorted(t, columns))
    put(sheet, name, [f"_{name}"], lambda t: _spelled(t[f"_{name}"], names))


def _sorted(table: ir.Table, columns: Sequence[str]) -> ir.Value:
    if not columns:
        return ibis.literal([], type="array<int64>")
    return ibis.array([table[c] for c in columns]).filter(lambda v: v.notnull()).sort()


def _spelled(ranks: ir.ArrayValue, names: Sequence[str]) -> ir.Value:
    if not names:
        return ibis.literal("")
    words = ibis.array(list(names))
    return ranks.map(lambda v: words[(v % len(names)).cast("int32")]).join(";").fill_null("")

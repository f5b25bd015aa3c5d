"""A decision as a printed table: a row for each way in which a rule can apply, a column for each fact.

A cell says what the fact must be: yes, no, a choice, a threshold; a dash means that it does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import assert_never

from ..expr import facts_of
from ..model import Above, All, Any_, Decision, Expr, Fact, Is, Not, Rule
from ..quantity import plain

Facts = Mapping[str, Fact]
Test = tuple[Is | Above, bool]
"""A test of a fact, and whether it must hold or must not."""
Row = frozenset[Test]


def decision_table(decision: Decision, rules: Iterable[Rule], facts: Facts) -> str:
    """The rules of a decision as a Markdown table, in the order of the guideline.

    The table speaks of patients for whom the decision is to be made: its scope is not repeated in each row.
    """
    own = [rule for rule in rules if rule.name in decision.rules]
    return table([(rule.name, within(rule.when, decision.scope)) for rule in own], facts)


def within(expr: Expr, scope: Expr) -> Expr:
    """What a condition adds to a scope that holds anyway.

    >>> within(All((Is("a"), Is("b"))), Is("a"))
    All(parts=(Is(fact='b', choice=None),))
    """
    given = {scope, *(scope.parts if isinstance(scope, All) else ())}
    if expr in given:
        return All(())
    return All(tuple(part for part in expr.parts if part not in given)) if isinstance(expr, All) else expr


def table(named: Iterable[tuple[str, Expr]], facts: Facts) -> str:
    """Any named conditions as a Markdown table.

    >>> print(table([("r", Any_((Is("a"), Not(Is("b")))))], {}))
    | rule | a | b |
    |---|---|---|
    | r | yes | – |
    | r | – | no |
    """
    named = tuple(named)
    rows = [(name, row) for name, expr in named for row in ways(expr)]
    used = {test.fact for _, row in rows for test, _ in row}
    columns = [name for name in facts_of(All(tuple(expr for _, expr in named))) if name in used]
    lines = [["rule", *(_heading(name, facts) for name in columns)], ["---"] * (len(columns) + 1)]
    lines += [[name, *(_cell(row, column) for column in columns)] for name, row in rows]
    return "\n".join(_line(cells) for cells in lines)


def _line(cells: list[str]) -> str:
    rule = cells[0] == "---"
    return f"|{'|'.join(cells)}|" if rule else f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _heading(name: str, facts: Facts) -> str:
    if name not in facts:
        return name.replace("_", " ")
    fact = facts[name]
    return f"{fact.phrase} ({fact.unit})" if fact.unit else fact.phrase


# ---------------------------------------------------------------- the ways in which a condition can hold


def ways(expr: Expr, holds: bool = True) -> list[Row]:
    """A condition as alternatives, each a set of tests that suffice together; impossible ones left out."""
    match expr:
        case Is() | Above():
            return [frozenset({(expr, holds)})]
        case Not(part):
            return ways(part, not holds)
        case All(parts) | Any_(parts):
            each = [ways(part, holds) for part in parts]
            together = isinstance(expr, All) == holds
            return _product(each) if together else _fewest(row for rows in each for row in rows)
        case _:
            assert_never(expr)


def _product(each: list[list[Row]]) -> list[Row]:
    rows: list[Row] = [frozenset()]
    for more in each:
        rows = _fewest(one | other for one, other in product(rows, more))
    return rows


def _fewest(rows: Iterable[Row]) -> list[Row]:
    """Each row once, without those that contradict themselves or that a weaker row includes."""
    kept = [row for row in dict.fromkeys(rows) if not _impossible(row)]
    return [row for row in kept if not any(other < row for other in kept)]


def _impossible(row: Row) -> bool:
    return any((test, not holds) in row for test, holds in row) or any(
        _no_choice(row, name) or _no_number(row, name) for name in {test.fact for test, _ in row}
    )


def _no_choice(row: Row, name: str) -> bool:
    """Two choices at once."""
    return len({t.choice for t, holds in row if isinstance(t, Is) and t.fact == name and holds}) > 1


def _no_number(row: Row, name: str) -> bool:
    """A lower bound above the upper one."""
    lower, upper = _bounds(row, name)
    if lower is None or upper is None:
        return False
    return lower.high > upper.low or (lower.high == upper.low and (lower.strict or not upper.strict))


def _bounds(row: Row, name: str) -> tuple[Above | None, Above | None]:
    """The sharpest test that must hold, and the sharpest that must not."""
    tests = [(t, holds) for t, holds in row if isinstance(t, Above) and t.fact == name]
    lower = max((t for t, holds in tests if holds), key=lambda t: (t.high, t.strict), default=None)
    upper = min((t for t, holds in tests if not holds), key=lambda t: (t.low, t.strict), default=None)
    return lower, upper


# ---------------------------------------------------------------- cells


def _cell(row: Row, name: str) -> str:
    lower, upper = _bounds(row, name)
    if lower or upper:
        return _figures(lower, upper)
    chosen = [(t.choice, holds) for t, holds in _in_order(row) if isinstance(t, Is) and t.fact == name]
    return _answer(chosen) if chosen else "–"


def _answer(chosen: list[tuple[str | None, bool]]) -> str:
    held = [choice for choice, holds in chosen if holds]
    if held:
        return held[0].replace("_", " ") if held[0] else "yes"
    refused = [choice.replace("_", " ") for choice, _ in chosen if choice]
    return f"not {' or '.join(refused)}" if refused else "no"


def _figures(lower: Above | None, upper: Above | None) -> str:
    """``> 50``, ``< 25``, ``25–50`` (both ends belong), ``> 25 and < 50``; vague: ``> 30–60``."""
    sharp = lower and upper and lower.low == lower.high and upper.low == upper.high
    if lower and upper and sharp and not lower.strict and upper.strict:
        return f"{plain(lower.low)}–{plain(upper.low)}"
    parts = [f"{'>' if lower.strict else '>='} {_figure(lower)}"] if lower else []
    parts += [f"{'<=' if upper.strict else '<'} {_figure(upper)}"] if upper else []
    return " and ".join(parts)


def _figure(test: Above) -> str:
    return plain(test.low) if test.low == test.high else f"{plain(test.low)}–{plain(test.high)}"


def _in_order(row: Row) -> list[Test]:
    """The tests of a row in an order that is the same on every run."""
    return sorted(row, key=lambda pair: (pair[0].fact, repr(pair)))

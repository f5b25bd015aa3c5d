"""Conditions: evaluating the five-node tree with three values, and finding what still matters.

Kleene's logic: an unknown part leaves the whole unknown unless the rest already decides it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise, product
from typing import assert_never

from .model import Above, All, Any_, Expr, Is, Not, Truth, Value

ValueOf = Callable[[str], Value | None]


def evaluate(expr: Expr, value_of: ValueOf) -> Truth:
    """The truth of a condition for one patient; ``value_of`` gives a fact, or None when unknown.

    >>> evaluate(Not(Is("a")), {"a": True}.get)
    False
    >>> evaluate(All((Is("a"), Is("b"))), {"a": False}.get)
    False
    >>> evaluate(Above("n", 30, 60), {"n": 45.0}.get) is None
    True
    """
    match expr:
        case Is():
            value = value_of(expr.fact)
            return None if value is None else (value is True if expr.choice is None else value == expr.choice)
        case All():
            return _settle(expr.parts, value_of, False)
        case Not():
            truth = evaluate(expr.part, value_of)
            return None if truth is None else not truth
        case Any_():
            return _settle(expr.parts, value_of, True)
        case Above():
            return above(expr, value_of(expr.fact))
        case _:
            assert_never(expr)


def _settle(parts: tuple[Expr, ...], value_of: ValueOf, decisive: bool) -> Truth:
    """All (decided by a no) or any (decided by a yes)."""
    answer: Truth = not decisive
    for part in parts:
        truth = evaluate(part, value_of)
        if truth is decisive:
            return decisive
        if truth is None:
            answer = None
    return answer


def above(expr: Above, value: Value | None) -> Truth:
    """A number against a threshold, which may itself be vague (``low < high``)."""
    if value is None or isinstance(value, (bool, str)):
        return None
    if value > expr.high or (value == expr.high and not expr.strict):
        return True
    if value < expr.low or (value == expr.low and expr.strict):
        return False
    return None


def leaves(expr: Expr) -> list[Is | Above]:
    """Every test of a fact in the tree, from left to right."""
    match expr:
        case Is() | Above():
            return [expr]
        case All() | Any_():
            return [leaf for part in expr.parts for leaf in leaves(part)]
        case Not():
            return leaves(expr.part)
        case _:
            assert_never(expr)


@lru_cache(maxsize=4096)
def facts_of(expr: Expr) -> tuple[str, ...]:
    """The names of the facts that a condition reads, each once, in order."""
    return tuple(dict.fromkeys(leaf.fact for leaf in leaves(expr)))


# ---------------------------------------------------------------- what still matters


def missing(expr: Expr, value_of: ValueOf) -> tuple[str, ...]:
    """The unknown facts of which some value would still change the truth of the condition, in order.

    Exact when every value of a fact is possible: a fact is named if, and only if, there are two
    completions of the other unknown facts' values and its own that differ in nothing but this fact
    and in the outcome. A condition that is decided has none. One that is unknown only because the
    source is vague (``> 30–60``) has none either.

    >>> missing(Any_((All((Is("a"), Is("b"))), Is("c"))), {"b": True}.get)
    ('a', 'c')
    """
    rest = residual(expr, value_of)
    return () if isinstance(rest, bool) else open_facts(rest)


def open_facts(rest: Expr) -> tuple[str, ...]:
    """The facts that matter in what is left of a condition when all of them are unknown."""
    names = [leaf.fact for leaf in leaves(rest) if leaf is not VAGUE]
    if len(names) == len(set(names)):
        return tuple(names)
    return tuple(name for name in dict.fromkeys(names) if _matters(rest, name))


VAGUE = Is("")
"""A vague threshold met by a known value: a part that stays unknown and that nobody can be asked for."""


def residual(expr: Expr, value_of: ValueOf) -> Expr | bool:
    """What is left of a condition once the known facts are put in: a smaller condition, or its truth."""
    match expr:
        case Is():
            value = value_of(expr.fact)
            return expr if value is None else (value is True if expr.choice is None else value == expr.choice)
        case All():
            return _rest(expr.parts, value_of, False)
        case Not():
            rest = residual(expr.part, value_of)
            return (not rest) if isinstance(rest, bool) else Not(rest)
        case Any_():
            return _rest(expr.parts, value_of, True)
        case Above():
            value = value_of(expr.fact)
            truth = above(expr, value)
            return truth if truth is not None else expr if value is None else VAGUE
        case _:
            assert_never(expr)


def _rest(parts: tuple[Expr, ...], value_of: ValueOf, decisive: bool) -> Expr | bool:
    left: list[Expr] = []
    for part in parts:
        rest = residual(part, value_of)
        if rest is decisive:
            return decisive
        if not isinstance(rest, bool):
            left.append(rest)
    if not left:
        return not decisive
    if len(left) == 1:
        return left[0]
    return Any_(tuple(left)) if decisive else All(tuple(left))


def _matters(expr: Expr, name: str) -> bool:
    """Whether two values of this one fact can give two outcomes, some other facts being whatever they are."""
    values = cells(expr)
    own = values.pop(name)
    for others in product(*values.values()):
        known = dict(zip(values, others, strict=True))
        if len({evaluate(expr, {**known, name: value}.get) for value in own}) > 1:
            return True
    return False


def cells(expr: Expr) -> dict[str, list[Value]]:
    """For each fact of a condition, one value out of every class of values that it can tell apart."""
    tests: dict[str, list[Is | Above]] = {}
    for leaf in leaves(expr):
        if leaf is not VAGUE:
            tests.setdefault(leaf.fact, []).append(leaf)
    return {fact: _values(found) for fact, found in tests.items()}


def _values(tests: list[Is | Above]) -> list[Value]:
    """Both answers; each choice and another one; or each threshold, with a number on either side of it."""
    cuts = sorted({cut for test in tests if isinstance(test, Above) for cut in (test.low, test.high)})
    if cuts:
        between = [(low + high) / 2 for low, high in pairwise(cuts)]
        return [cuts[0] - 1, *cuts, *between, cuts[-1] + 1]
    choices = {test.choice: None for test in tests if isinstance(test, Is) and test.choice is not None}
    return [*choices, ""] if choices else [True, False]


# ---------------------------------------------------------------- rewriting


def substitute(expr: Expr, by: Callable[[str], Expr | None]) -> Expr:
    """The condition with yes/no facts replaced by what they stand for (``by`` gives None to leave one)."""
    match expr:
        case Is(fact, None):
            other = by(fact)
            return expr if other is None else substitute(other, by)
        case Is() | Above():
            return expr
        case All(parts):
            return every(*(substitute(part, by) for part in parts))
        case Any_(parts):
            return some(*(substitute(part, by) for part in parts))
        case Not(part):
            return Not(substitute(part, by))
        case _:
            assert_never(expr)


def every(*parts: Expr) -> Expr:
    """All of the parts, flattened, each once, and without any that another part already implies.

    >>> every(Is("a"), Any_((Is("a"), Is("b"))))
    Is(fact='a', choice=None)
    """
    flat = _flat(parts, All)
    kept = [p for p in flat if not (isinstance(p, Any_) and any(_within(q, flat, All) for q in p.parts))]
    return kept[0] if len(kept) == 1 else All(tuple(kept))


def some(*parts: Expr) -> Expr:
    """At least one of the parts, flattened, each once, without any that implies another part."""
    flat = _flat(parts, Any_)
    kept = [p for p in flat if not (isinstance(p, All) and any(_within(q, flat, Any_) for q in p.parts))]
    return kept[0] if len(kept) == 1 else Any_(tuple(kept))


def _within(part: Expr, flat: list[Expr], kind: type[All] | type[Any_]) -> bool:
    """Whether a part, or each part of it when it is of the same kind, already stands in the list."""
    return part in flat or (isinstance(part, kind) and all(p in flat for p in part.parts))


def _flat(parts: tuple[Expr, ...], kind: type[All] | type[Any_]) -> list[Expr]:
    flat: dict[Expr, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if isinstance(part, kind) else (part,)))
    return list(flat)

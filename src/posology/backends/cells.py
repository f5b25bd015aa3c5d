"""One value out of every class of values that some conditions can tell apart.

Two patients whose facts fall into the same cells are treated alike, so trying one value of each cell
tries them all. Numbers are cut at the thresholds: each threshold itself, and a value on either side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise, product

from ..expr import leaves
from ..model import Above, Expr, Fact, Is, Value


def cells(exprs: Iterable[Expr], facts: Mapping[str, Fact]) -> dict[str, tuple[Value, ...]]:
    """The representative values of each fact that the conditions hang on, derived facts resolved into theirs.

    >>> n = Fact("n", "n", "number", high=100)
    >>> cells([Above("n", 30, 60)], {"n": n})
    {'n': (0.0, 30, 45.0, 60, 100)}
    """
    found: dict[str, set[Is | Above]] = {}
    for leaf in _base(exprs, facts, set()):
        found.setdefault(leaf.fact, set()).add(leaf)
    return {name: _values(tests, facts.get(name)) for name, tests in found.items()}


def _base(exprs: Iterable[Expr], facts: Mapping[str, Fact], seen: set[str]) -> Iterator[Is | Above]:
    """The tests of facts that are not derived themselves."""
    for leaf in (leaf for expr in exprs for leaf in leaves(expr)):
        fact = facts.get(leaf.fact)
        if fact is None or fact.when is None:
            yield leaf
        elif leaf.fact not in seen:
            seen.add(leaf.fact)
            yield from _base(filter(None, (fact.when, fact.always)), facts, seen)


def _values(tests: set[Is | Above], fact: Fact | None) -> tuple[Value, ...]:
    cuts = {cut for test in tests if isinstance(test, Above) for cut in (test.low, test.high)}
    if cuts:
        return tuple(_numbers(sorted(cuts), fact))
    choices = {test.choice for test in tests if isinstance(test, Is) and test.choice is not None}
    if choices:
        return fact.choices if fact and fact.choices else (*sorted(choices), "")
    return (True, False)


def _numbers(cuts: list[float], fact: Fact | None) -> Iterator[float]:
    """Below all cuts, every cut, a value between each two, and above all; within the fact's own range."""
    low, high = (fact.low, fact.high) if fact and fact.low < fact.high else (cuts[0] - 1, cuts[-1] + 1)
    if low < cuts[0]:
        yield low
    for cut, following in pairwise(cuts):
        yield cut
        yield (cut + following) / 2
    yield cuts[-1]
    if high > cuts[-1]:
        yield high


def size(values: Mapping[str, tuple[Value, ...]], unknown: bool = False) -> int:
    """How many patients ``patients`` would make."""
    total = 1
    for each in values.values():
        total *= len(each) + unknown
    return total


def patients(values: Mapping[str, tuple[Value, ...]], unknown: bool = False) -> Iterator[dict[str, Value]]:
    """Every combination of the values, and with ``unknown`` every fact also left out."""
    left_out: tuple[None, ...] = (None,) if unknown else ()
    for combination in product(*((*each, *left_out) for each in values.values())):
        pairs = zip(values, combination, strict=True)
        yield {name: value for name, value in pairs if value is not None}

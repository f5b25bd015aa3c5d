"""Which unknown facts matter, in columns: what is left of a condition, and how its facts are asked for.

A list of names in order becomes *slots*: each a fact and the condition under which it stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..expr import cells, evaluate, facts_of, leaves
from ..model import Above, All, Any_, Expr, Fact, Guideline, Is, Not, Value
from ..plan.known import derived
from .sheet import NO, YES, Sheet, both, either, kleene, named, no, unknown

Slots = tuple[tuple[str, Expr], ...]


@dataclass(slots=True)
class Asking:
    """What is needed to ask: the sheet, the guideline, and for each fact of a course on what it hangs."""

    sheet: Sheet
    guideline: Guideline
    hangs: dict[str, Slots] = field(default_factory=dict)
    gathered: dict[str, Slots] = field(default_factory=dict)


def under(condition: Expr, slots: Slots) -> Slots:
    """The slots, all of them only where a condition holds."""
    found = ((name, both(condition, own)) for name, own in slots)
    return tuple((name, own) for name, own in found if own != NO)


def merged(*lists: Slots) -> Slots:
    """Several lists one after the other."""
    return tuple(slot for slots in lists for slot in slots)


def anything(slots: Slots) -> Expr:
    """Whether any fact is asked for."""
    return either(*(condition for _, condition in slots))


def by_fact(slots: Slots) -> dict[str, Expr]:
    """For each fact the condition under which it is asked for at all."""
    found: dict[str, Expr] = {}
    for name, condition in slots:
        found[name] = either(found.get(name, NO), condition)
    return found


# ---------------------------------------------------------------- what still matters


def missing(sheet: Sheet, expr: Expr) -> Slots:
    """The unknown facts of which some value would still change a condition, in order (see `expr.missing`)."""
    names = [leaf.fact for leaf in leaves(expr)]
    repeated = {name for name in names if names.count(name) > 1}
    return tuple(
        (leaf.fact, named(sheet, both(inside, _matters(sheet, expr, leaf.fact) if repeated else YES)))
        for leaf, inside in _left(sheet, expr, YES)
    )


def _left(sheet: Sheet, expr: Expr, inside: Expr) -> list[tuple[Is | Above, Expr]]:
    """Every test of a fact with the condition under which it is left: unknown, in nothing that is decided."""
    match expr:
        case Is() | Above():
            return [(expr, both(inside, unknown(sheet, expr.fact)))]
        case Not(part):
            return _left(sheet, part, inside)
        case All(parts) | Any_(parts):
            here = both(inside, kleene(sheet, expr).open)
            return [found for part in parts for found in _left(sheet, part, here)]


def _matters(sheet: Sheet, expr: Expr, name: str) -> Expr:
    """Whether two values of this fact can give two outcomes, the other unknown facts being whatever they are."""
    values = cells(expr)
    own = values.pop(name)

    def rest(others: Sequence[str], given: dict[str, Value]) -> Expr:
        if not others:
            return YES if len({evaluate(expr, {**given, name: value}.get) for value in own}) > 1 else NO
        fact, *more = others
        found: dict[Expr, list[Value]] = {}
        for value in values[fact]:
            found.setdefault(rest(more, {**given, fact: value}), []).append(value)
        if len(found) == 1:
            return next(iter(found))
        return either(*(both(_could_be(sheet, fact, held, values[fact]), then) for then, held in found.items()))

    return both(unknown(sheet, name), rest(list(values), {}))


def _could_be(sheet: Sheet, fact: str, held: Sequence[Value], every: Sequence[Value]) -> Expr:
    """Whether a fact is unknown or has a value of one of these classes."""
    return named(sheet, either(unknown(sheet, fact), *(_in(sheet, fact, value, every) for value in held)))


def _in(sheet: Sheet, fact: str, value: Value, every: Sequence[Value]) -> Expr:
    """Whether a known fact is of the class for which a value stands."""
    if isinstance(value, bool):
        here = kleene(sheet, Is(fact))
        return here.true if value else here.false
    if isinstance(value, str):
        if value:
            return kleene(sheet, Is(fact, value)).true
        return both(no(unknown(sheet, fact)), *(no(kleene(sheet, Is(fact, str(v))).true) for v in every if v != ""))
    cuts = sorted(float(v) for v in every if not isinstance(v, (bool, str)))
    at = cuts.index(value)  # cut - 1, cut, between, cut, …, cut + 1: odd places are cuts
    low = kleene(sheet, Above(fact, cuts[at], cuts[at], False)).true if at % 2 else None
    if low is not None:
        return both(low, no(kleene(sheet, Above(fact, value, value)).true))
    below = kleene(sheet, Above(fact, cuts[at + 1], cuts[at + 1], False)).false if at + 1 < len(cuts) else YES
    above = kleene(sheet, Above(fact, cuts[at - 1], cuts[at - 1])).true if at else YES
    return both(no(unknown(sheet, fact)), below, above)


# ---------------------------------------------------------------- how it is asked for


def gathered(here: Asking, slots: Slots) -> Slots:
    """Facts as they are asked for: a derived one by its own name when two or more of its parts are open."""
    found: list[tuple[str, Expr]] = []
    for name, condition in slots:
        fact = here.guideline.facts[name]
        plain = fact.when is None and not fact.course
        found += [(name, condition)] if plain else under(condition, _derived(here, fact))
    return tuple((name, named(here.sheet, condition)) for name, condition in found)


def _derived(here: Asking, fact: Fact) -> Slots:
    if fact.name not in here.gathered:
        here.gathered[fact.name] = _hanging(here, fact) if fact.name in here.hangs else _parts(here, fact)
    return here.gathered[fact.name]


def _hanging(here: Asking, fact: Fact) -> Slots:
    """A fact of the course by what it hangs on, itself included; with nothing else, by its own name."""
    slots: Slots = ()
    for name, condition in here.hangs[fact.name]:
        slots += ((name, condition),) if name == fact.name else gathered(here, ((name, condition),))
    return (*slots, (fact.name, named(here.sheet, no(anything(slots)))))


def _parts(here: Asking, fact: Fact) -> Slots:
    if fact.when is None:
        return ((fact.name, YES),)
    parts = facts_of(fact.when)
    flags = [unknown(here.sheet, part) for part in parts]
    one = _exactly_one(here.sheet, flags)
    single = (gathered(here, ((part, both(one, flag)),)) for part, flag in zip(parts, flags, strict=True))
    return ((fact.name, no(one)), *merged(*single))


def _exactly_one(sheet: Sheet, flags: Sequence[Expr]) -> Expr:
    one, more = NO, NO
    for flag in flags:
        one, more = named(sheet, either(one, flag)), named(sheet, either(more, both(one, flag)))
    return named(sheet, both(one, no(more)))


def order(guideline: Guideline) -> tuple[Fact, ...]:
    """The derived facts, each after its parts."""
    return derived(guideline).order

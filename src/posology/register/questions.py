"""What to ask: every unknown fact of which some value changes the plan, most decisive first.

The same law as `plan/questions.py`; `answers.py` works out who is asked what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..model import Expr, Rule
from .asked import Asking, Slots, by_fact, gathered, merged, missing, under
from .course import Course
from .lines import Line
from .settled import Decided, firsts
from .sheet import NO, both, either, kleene, named
from .weighed import Weighing


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that may be asked for: every place where it is named, its classes, and the rules that hang on it."""

    fact: str
    places: tuple[tuple[int, Expr], ...]
    classes: tuple[Expr, ...]
    rules: tuple[Expr, ...]


def ask(
    here: Asking, shown: Sequence[Line], decided: Mapping[str, Decided], where: Course, weighing: Weighing
) -> list[Question]:
    """The facts to ask for: by class, then by how many rules hang on each, then by where it is named first."""
    ends = _open_ends(here, where)
    sharper = merged(*(line.sharper for line in shown))
    asked = merged(*(line.hangs for line in shown), _course(here, ends, where), sharper)
    hanging = _hanging(ends, shown, weighing)
    unseat = by_fact(merged(*(line.unseat for line in shown)))
    gated = by_fact(merged(*(line.confirm for line in shown)))
    places: dict[str, list[tuple[int, Expr]]] = {}
    for place, (name, condition) in enumerate(asked):
        places.setdefault(name, []).append((place, condition))
    found = []
    for name in sorted(places):
        rules = hanging.get(name, {})
        classes = _classes(here, unseat.get(name, NO), gated.get(name, NO), rules, weighing)
        found.append(Question(name, tuple(places[name]), tuple(classes), tuple(rules.values())))
    return found


def _classes(here: Asking, unseat: Expr, gated: Expr, rules: Mapping[str, Expr], weighing: Weighing) -> list[Expr]:
    """When a fact is of the first class, the second, …; the last is what is left."""

    def any_of(kinds: Iterable[str]) -> Expr:
        return either(*(rules[name] for name in kinds))

    known = {name: weighing.rules[name].rule for name in rules}
    return [
        named(here.sheet, c)
        for c in (
            unseat,
            either(gated, any_of(n for n, r in known.items() if r.action.kind == "give")),
            any_of(n for n, r in known.items() if r.stops or r.action.kind in ("avoid", "never")),
            any_of(n for n, r in known.items() if r.action.urgency in ("urgent", "emergency")),
        )
    ]


def _hanging(
    ends: Sequence[tuple[Rule, Slots]], shown: Sequence[Line], weighing: Weighing
) -> dict[str, dict[str, Expr]]:
    """For each fact the rules that it would change, each with when that is so."""
    found: dict[str, dict[str, Expr]] = {}
    lists = [*ends, *((line.rule, line.sharper) for line in shown)]
    for rule, slots in [*lists, *((w.rule, w.asks) for w in weighing.rules.values())]:
        for fact, condition in by_fact(slots).items():
            rules = found.setdefault(fact, {})
            rules[rule.name] = either(rules.get(rule.name, NO), condition)
    return found


def _open_ends(here: Asking, where: Course) -> list[tuple[Rule, Slots]]:
    """The running treatments that go on until something is assessed, with what is to be assessed."""
    found = []
    for running, decided in where.running:
        for choice in decided.choices:
            for one, option in zip(firsts(choice.options), choice.options, strict=True):
                if option.give.until_holds is not None:
                    open_ = named(here.sheet, both(running, choice.standing, one))
                    found.append((choice.weighed.rule, under(open_, missing(here.sheet, option.give.until_holds))))
    return found


def _course(here: Asking, ends: Sequence[tuple[Rule, Slots]], where: Course) -> Slots:
    """What the course itself waits for: how far it is, and whether its open end has come."""
    bounded = {name for _, d in where.running if d.decision.done is not None for name in d.decision.rules}
    slots: Slots = ()
    for decision in here.guideline.decisions.values():
        if decision.done is not None:
            scope = kleene(here.sheet, decision.scope).true
            slots += under(scope, missing(here.sheet, decision.done))
    open_ends = merged(*(found for rule, found in ends if rule.name in bounded))
    return gathered(here, merged(slots, open_ends))

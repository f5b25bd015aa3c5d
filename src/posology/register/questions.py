"""What to ask, in columns: every unknown fact of which some value changes the plan, most decisive first.

The same law as `plan/questions.py`: one column for each fact that says whether and how early it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import ibis
import ibis.expr.types as ir

from ..backends.relational import column
from ..expr import facts_of
from ..model import Expr, Rule
from .asked import Asking, Slots, by_fact, gathered, merged, missing, under
from .course import Course
from .lines import Line
from .settled import Decided, firsts
from .sheet import MOST, NO, Sheet, both, either, first, kleene, named, ordered, put
from .weighed import Weighing


def ask(here: Asking, shown: Sequence[Line], decided: Mapping[str, Decided], where: Course, weighing: Weighing) -> None:
    """The column `ask`: the facts to ask for, in order."""
    ends = _open_ends(here, where)
    sharper = merged(*(line.sharper for line in shown))
    asked = merged(*(line.hangs for line in shown), _course(here, ends, where), sharper)
    hanging = _hanging(ends, shown, weighing)
    unseat = by_fact(merged(*(line.unseat for line in shown)))
    gated = by_fact(merged(*(line.confirm for line in shown)))
    names = sorted(by_fact(asked))
    places: dict[str, dict[int, Expr]] = {name: {} for name in names}
    for place, (name, condition) in enumerate(asked):
        places[name][place] = condition
    for name in names:
        rules = hanging.get(name, {})
        classes = _classes(here, unseat.get(name, NO), gated.get(name, NO), rules, weighing)
        _rank(here.sheet, name, places[name], classes, list(rules.values()), len(names), names.index(name))
    ordered(here.sheet, "ask", {name: f"_ask_{name}" for name in names})


def _rank(
    sheet: Sheet, name: str, places: Mapping[int, Expr], classes: Sequence[Expr], rules: Sequence[Expr],
    many: int, own: int,
) -> None:  # fmt: skip
    """How early a fact is asked: its class, then how many rules hang on it, then where it is named first."""
    reads = [f for c in (*places.values(), *classes, *rules) for f in facts_of(c)]

    def made(table: ir.Table) -> ir.Value:
        place = ibis.cases(
            *((column(c, table), ibis.literal(p, "int64")) for p, c in places.items()), else_=ibis.null("int64")
        )
        rank = first(table, {str(k): c for k, c in enumerate(classes)}).fill_null("4").cast("int64")
        hanging = sum((column(c, table).cast("int64") for c in rules), ibis.literal(0, "int64"))
        return (((rank * MOST + (MOST - 1 - hanging)) * (10 * MOST) + place) * many + own).cast("int64")

    put(sheet, f"_ask_{name}", reads, made)


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

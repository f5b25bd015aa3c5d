"""Facts in columns: those that are derived from other facts, and those that are read from the course of treatment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from ..backends.relational import column
from ..expr import facts_of, substitute
from ..model import Expr, Fact, Give, Is, Rule
from ..plan.history import LONG_GAP, giving
from .asked import Asking, Slots, missing, order, under
from .history import stated
from .sheet import NO, Sheet, both, either, kleene, named, no, put


def derive(here: Asking, on: date) -> None:
    """Puts in every derived fact, each after its parts."""
    for fact in order(here.guideline):
        if fact.course == "any dose":
            _put(
                here.sheet,
                fact,
                ["_any_dose", stated(fact)],
                lambda t, f=fact: ibis.ifelse(t._any_dose, True, t[stated(f)]),
            )
        elif fact.course == "other drug":
            _put(here.sheet, fact, ["_given", "_last_ours", stated(fact)], lambda t, f=fact: _other(t, f))
        elif fact.course:
            _complete(here, fact, on)
        else:
            reads = [stated(fact), *facts_of(fact.when or NO), *facts_of(fact.always or NO)]
            _put(here.sheet, fact, reads, lambda t, f=fact: _from_parts(t, f))


def _put(sheet: Sheet, fact: Fact, reads: Sequence[str], make) -> None:  # type: ignore[no-untyped-def]
    put(sheet, fact.name, reads, make)


def _other(table: ir.Table, fact: Fact) -> ir.BooleanValue:
    """Whether the newest dose was of a drug that the guideline does not give; a stated answer wins."""
    return table[stated(fact)].fill_null((table._given > 0) & ~table._last_ours)


def _from_parts(table: ir.Table, fact: Fact) -> ir.BooleanValue:
    """`always` wins, then what was stated, then the parts."""
    otherwise = table[stated(fact)].fill_null(column(fact.when or NO, table))
    return ibis.ifelse(column(fact.always, table).fill_null(False), True, otherwise) if fact.always else otherwise


# ---------------------------------------------------------------- is the course complete?


def _complete(here: Asking, fact: Fact, on: date) -> None:
    """Whether a course is over, by every rule that may apply (see `plan/history.complete`)."""
    sheet, decision = here.sheet, here.guideline.decisions[fact.course.removeprefix("complete ")]
    rules = giving(here.guideline, decision.name)
    whens = [_in_scope(rule.when, decision.scope) for rule in rules]
    truths = [kleene(sheet, when) for when in whens]
    sure = either(*(t.true for t in truths))
    speaks = [named(sheet, either(t.true, both(no(sure), t.open))) for t in truths]
    ends = [_ended(sheet, rule, decision.scope, on) for rule in rules]
    over = named(sheet, either(*(both(s, true) for s, (true, _) in zip(speaks, ends, strict=True))))
    unsure = named(sheet, either(*(both(s, open_) for s, (_, open_) in zip(speaks, ends, strict=True))))
    going = named(sheet, either(*(both(s, no(t), no(o)) for s, (t, o) in zip(speaks, ends, strict=True))))
    differ = named(sheet, either(both(over, unsure), both(over, going), both(unsure, going)))
    yes = named(sheet, either(Is("_maintained"), both(over, no(differ))))
    nay = named(sheet, both(no(Is("_maintained")), going, no(differ)))
    slots: Slots = ((fact.name, unsure),)
    for when, speaking in zip(whens, speaks, strict=True):
        slots += under(both(differ, speaking), missing(sheet, when))
    here.hangs[fact.name] = under(no(Is("_maintained")), slots)
    reads = [stated(fact), *facts_of(yes), *facts_of(nay)]
    _put(sheet, fact, reads, lambda t: t[stated(fact)].fill_null(_either_way(t, yes, nay)))


def _either_way(table: ir.Table, yes: Expr, nay: Expr) -> ir.BooleanValue:
    return ibis.cases((column(yes, table), True), (column(nay, table), False), else_=ibis.null("boolean"))


def _in_scope(expr: Expr, scope: Expr) -> Expr:
    """The condition for somebody for whom the decision is made."""
    from .sheet import YES

    if isinstance(scope, Is) and scope.choice is None:
        return substitute(expr, lambda name: YES if name == scope.fact else None)
    return expr


def _ended(sheet: Sheet, rule: Rule, scope: Expr, on: date) -> tuple[Expr, Expr]:
    """Whether this rule's own course is over, and whether that is unknown because of a long gap."""
    give = rule.action.gives[0]
    until = kleene(sheet, _in_scope(give.until_holds, scope)).true if give.until_holds is not None else NO
    enough, gap = _enough(sheet, give)
    over = either(until, both(enough, no(gap)))
    unsure = both(no(until), either(both(enough, gap), both(no(enough), _interrupted(sheet, on))))
    return named(sheet, over), named(sheet, unsure)


def _enough(sheet: Sheet, give: Give) -> tuple[Expr, Expr]:
    """Whether all doses of a fixed number are on record, and whether there is a long gap before the last of them."""
    if give.doses is None:
        return NO, NO
    count, needed = f"_n_{give.drug}", give.doses
    name = f"_enough_{give.drug}_{give.doses}"
    return put(sheet, name, [count], lambda t: t[count] >= needed), Is(f"_gap_{give.drug}_{give.doses}")


def _interrupted(sheet: Sheet, on: date) -> Expr:
    """Whether there is a long gap among the doses, or since the last of them."""
    if "_interrupted" not in sheet.levels:
        put(sheet, "_interrupted", ["_gap", "_since_last"], lambda t: t._gap | _long_ago(t._since_last, on))
    return Is("_interrupted")


def _long_ago(day: ir.DateValue, on: date) -> ir.BooleanValue:
    return (ibis.literal(on).delta(day, unit="day") >= LONG_GAP).fill_null(False)

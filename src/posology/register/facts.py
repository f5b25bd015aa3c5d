"""Facts of every patient: derived from other facts, or read from the course of treatment."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ..expr import substitute
from ..model import Expr, Fact, Give, Is, Rule
from ..plan.history import LONG_GAP, giving
from .asked import Asking, Slots, missing, order, under
from .record import Record
from .sheet import NO, YES, Kleene, Sheet, both, either, kleene, looked, named, no, settle


def derive(here: Asking) -> None:
    """Settles every derived fact, each after its parts."""
    for fact in order(here.guideline):
        said = kleene(here.sheet, Is(stated(fact)))
        if fact.course == "any dose":
            given = looked(here.sheet, "_any_dose", _any_dose)
            settle(here.sheet, fact.name, either(given, said.true), both(no(given), said.open))
        elif fact.course == "other drug":
            other = looked(here.sheet, "_other_drug", _other_drug)
            settle(here.sheet, fact.name, either(said.true, both(said.open, other)), NO)
        elif fact.course:
            _complete(here, fact, said)
        else:
            _from_parts(here.sheet, fact, said)


def _from_parts(sheet: Sheet, fact: Fact, said: Kleene) -> None:
    """`always` wins, then what was stated, then the parts."""
    parts = kleene(sheet, fact.when or NO)
    always = kleene(sheet, fact.always or NO).true
    true = either(always, said.true, both(said.open, parts.true))
    settle(sheet, fact.name, true, both(no(always), said.open, parts.open))


# ---------------------------------------------------------------- is the course complete?


def _complete(here: Asking, fact: Fact, said: Kleene) -> None:
    """Whether a course is over, by every rule that may apply (see `plan/history.complete`)."""
    sheet, decision = here.sheet, here.guideline.decisions[fact.course.removeprefix("complete ")]
    rules = giving(here.guideline, decision.name)
    whens = [_in_scope(rule.when, decision.scope) for rule in rules]
    truths = [kleene(sheet, when) for when in whens]
    sure = either(*(t.true for t in truths))
    speaks = [named(sheet, either(t.true, both(no(sure), t.open))) for t in truths]
    ends = [_ended(sheet, rule, decision.scope) for rule in rules]
    over = named(sheet, either(*(both(s, true) for s, (true, _) in zip(speaks, ends, strict=True))))
    unsure = named(sheet, either(*(both(s, open_) for s, (_, open_) in zip(speaks, ends, strict=True))))
    going = named(sheet, either(*(both(s, no(t), no(o)) for s, (t, o) in zip(speaks, ends, strict=True))))
    differ = named(sheet, either(both(over, unsure), both(over, going), both(unsure, going)))
    maintained = looked(sheet, "_maintained", _maintained)
    yes = named(sheet, either(maintained, both(over, no(differ))))
    nay = named(sheet, both(no(maintained), going, no(differ)))
    slots: Slots = ((fact.name, unsure),)
    for when, speaking in zip(whens, speaks, strict=True):
        slots += under(both(differ, speaking), missing(sheet, when))
    here.hangs[fact.name] = under(no(maintained), slots)
    settle(sheet, fact.name, either(said.true, both(said.open, yes)), both(said.open, no(yes), no(nay)))


def _in_scope(expr: Expr, scope: Expr) -> Expr:
    """The condition for somebody for whom the decision is made."""
    if isinstance(scope, Is) and scope.choice is None:
        return substitute(expr, lambda name: YES if name == scope.fact else None)
    return expr


def _ended(sheet: Sheet, rule: Rule, scope: Expr) -> tuple[Expr, Expr]:
    """Whether this rule's own course is over, and whether that is unknown because of a long gap."""
    give = rule.action.gives[0]
    until = kleene(sheet, _in_scope(give.until_holds, scope)).true if give.until_holds is not None else NO
    enough, gap = _enough(sheet, give)
    over = either(until, both(enough, no(gap)))
    unsure = both(no(until), either(both(enough, gap), both(no(enough), _interrupted(sheet))))
    return named(sheet, over), named(sheet, unsure)


def _enough(sheet: Sheet, give: Give) -> tuple[Expr, Expr]:
    """Whether all doses of a fixed number are on record, and whether there is a long gap before the last of them."""
    if give.doses is None:
        return NO, NO
    needed, name = give.doses, gap_before(give)
    enough = looked(sheet, f"_enough_{give.drug}_{needed}", partial(_has_had, give.drug, needed))
    return enough, looked(sheet, name, partial(_gap_among_them, name))


def gap_before(give: Give) -> str:
    """The name of the question whether a long gap comes before the last dose of a fixed number."""
    return f"_gap_{give.drug}_{give.doses}"


def stated(fact: Fact) -> str:
    """The column of what was stated of a fact that is derived."""
    return f"_stated_{fact.name}"


# ---------------------------------------------------------------- what the record of doses says


def _any_dose(record: Record) -> Any:
    return record.begun


def _other_drug(record: Record) -> Any:
    return (record.given > 0) & ~record.last_is_own


def _maintained(record: Record) -> Any:
    return record.maintained


def _has_had(drug: str, needed: int, record: Record) -> Any:
    return record.number[drug] >= needed


def _gap_among_them(name: str, record: Record) -> Any:
    return record.gaps[name]


def _interrupted(sheet: Sheet) -> Expr:
    """Whether there is a long gap among the doses, or since the last of them."""
    return looked(sheet, "_interrupted", _has_gap)


def _has_gap(record: Record) -> Any:
    return record.gap | (record.on - record.since_last >= np.timedelta64(LONG_GAP, "D"))


LOOKS = (_any_dose, _other_drug, _maintained, _has_had, _gap_among_them, _has_gap)

"""The lines of a plan in columns: which are there, which of them are alerts, and on what each hangs.

The same law as `plan/advice.py`; only what a worklist shows is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..expr import facts_of
from ..model import Expr, Is, Rule
from .asked import Asking, Slots, gathered, merged, missing, under
from .settled import Choice, Decided, firsts
from .sheet import NO, YES, both, either, kleene, named, no, unknown
from .weighed import Weighed, Weighing, leaves_moot

ALERTS = ("avoid", "never", "refer", "decide")


@dataclass(frozen=True, slots=True)
class Line:
    """A rule's line: when it is firm and an alert, the facts it hangs on, and those that would sharpen it.

    ``unseat`` are the facts that could unseat a treatment, ``confirm`` those of open gates, ``hangs`` all
    of them in the order in which the line names them.
    """

    rule: Rule
    alert: Expr
    hangs: Slots
    unseat: Slots = ()
    confirm: Slots = ()
    sharper: Slots = ()


def lines(here: Asking, decided: Mapping[str, Decided], weighing: Weighing) -> list[Line]:
    """Every line that some patient may have, in the order of the guideline."""
    found = []
    for rule in here.guideline.rules:
        moot = either(*(g.truth.true for g in weighing.gates if leaves_moot(g, rule)))
        spoken = named(here.sheet, no(moot))
        weighed = weighing.rules[rule.name]
        if rule.decision is None or rule.action.kind == "decide":
            found.append(_additive(here, weighed, spoken, decided, weighing))
        else:
            choices = decided[rule.decision].choices
            found.append(_competing(here, next(c for c in choices if c.name == rule.name), spoken))
    return found


def _competing(here: Asking, choice: Choice, spoken: Expr) -> Line:
    """A treatment that stands or may; one that only its source leaves open is the clinician's."""
    stands, may = (named(here.sheet, both(spoken, place)) for place in (choice.standing, choice.contender))
    vague = named(here.sheet, both(spoken, choice.vague))
    shown = named(here.sheet, either(stands, may))
    asks, unless = under(may, choice.weighed.asks), under(stands, choice.unless)
    others = [
        under(either(both(shown, no(first)), vague), under(option.left, option.unless))
        for first, option in zip(firsts(choice.options), choice.options, strict=True)
    ]
    confirm = under(shown, choice.confirm)
    gives = either(*(o.left for o in choice.options))
    return Line(
        choice.weighed.rule, vague, merged(asks, unless, confirm, *others),
        under(gives, merged(unless, asks)), confirm,
    )  # fmt: skip


def _additive(here: Asking, weighed: Weighed, spoken: Expr, decided: Mapping[str, Decided], weighing: Weighing) -> Line:
    """A line that adds, a decision that is left to the clinician among them."""
    rule, sheet = weighed.rule, here.sheet
    there = named(sheet, both(spoken, _reviewed(here, weighed)))
    true = named(sheet, both(there, weighed.truth.true))
    doors = [g for g in weighing.gates if leaves_moot(g, rule)]
    confirm = merged(*(under(both(true, g.truth.open), weighing.gate_asks[g.rule.name]) for g in doors))
    withheld = merged(*(slots for d in decided.values() for name, slots in d.withheld if name == rule.name))
    firm = either(true, both(there, weighed.vague)) if rule.decision else true
    return Line(
        rule, firm if rule.action.kind in ALERTS else NO,
        merged(under(there, weighed.asks), confirm, under(there, withheld)), (), confirm,
        _sharper(here, weighed, there),
    )  # fmt: skip


def _sharper(here: Asking, weighed: Weighed, there: Expr) -> Slots:
    """What would sharpen a warning."""
    rule = weighed.rule
    if rule.never_when is None or rule.action.kind != "avoid":
        return ()
    blunt = both(there, weighed.live, no(kleene(here.sheet, rule.never_when).true))
    return under(named(here.sheet, blunt), gathered(here, missing(here.sheet, rule.never_when)))


def _reviewed(here: Asking, weighed: Weighed) -> Expr:
    """Whether the day of a review has come with nothing assessed; other lines need no day.

    A rule of whose facts none is known has its line in any case, as in the plan.
    """
    rule, timing = weighed.rule, weighed.rule.action.timing
    if timing is None or timing.during is None or rule.decision is not None:
        return YES
    facts = facts_of(rule.applies)
    derived = any(here.guideline.facts[name].when or here.guideline.facts[name].course for name in facts)
    blank = NO if derived else both(*(unknown(here.sheet, name) for name in facts))
    return either(blank, both(unknown(here.sheet, rule.action.tests[0]), review_day(here, rule)))


def review_day(here: Asking, rule: Rule) -> Expr:
    """Whether the day of a review has come (asked where dates are: `course.py`)."""
    return Is(f"_review_{rule.name}")

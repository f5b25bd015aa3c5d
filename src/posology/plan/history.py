"""The doses really given: which count, whether a course is complete, and what long gaps say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

from ..expr import evaluate, facts_of, missing
from ..model import Decision, Dose, Fact, Give, Guideline, Is, Patient, Rule, Truth, Value

INJECTED = frozenset({"intramuscular", "deep_subcutaneous"})
LONG_GAP = 25
"""Days between two doses that no loading has; the editors' figure, which speaks for a maintenance course."""
IN_A_ROW = 3


@lru_cache(maxsize=16)
def routes(guideline: Guideline) -> frozenset[str]:
    """The routes whose doses count: those that the guideline gives by first, any injection standing for every other."""
    first = frozenset(rule.action.gives[0].route for rule in guideline.rules if rule.action.gives)
    return first | INJECTED if first & INJECTED else first


def counted(guideline: Guideline, patient: Patient, on: date) -> tuple[tuple[Dose, ...], list[str]]:
    """The doses that count, on or before the day, one a day, in order; and what was left out, in words."""
    notices: list[str] = []
    counting = routes(guideline)
    by_day: dict[date, Dose] = {}
    for dose in sorted((d for d in patient.doses if d.on <= on), key=lambda d: d.on):
        if dose.route == "intravenous":
            notices.append(f"The intravenous dose of {dose.on} is not counted.")
        elif dose.route in counting and dose.on in by_day:
            notices.append(f"Two doses are recorded on {dose.on}; they count once.")
        elif dose.route in counting:
            by_day[dose.on] = dose
    return tuple(by_day.values()), notices


def begun(patient: Patient, on: date) -> bool:
    """Whether any dose was given, by mouth or by injection."""
    return any(d.on <= on and d.route != "intravenous" for d in patient.doses)


@lru_cache(maxsize=16)
def given(guideline: Guideline) -> frozenset[str]:
    """The drugs that the guideline gives first."""
    return frozenset(rule.action.gives[0].drug for rule in guideline.rules if rule.action.gives)


def other_drug(guideline: Guideline, doses: Sequence[Dose]) -> bool:
    """Whether the newest dose was of a drug that this guideline does not give."""
    return bool(doses) and doses[-1].drug not in given(guideline)


@lru_cache(maxsize=64)
def giving(guideline: Guideline, decision: str) -> tuple[Rule, ...]:
    """The rules of a decision that give a treatment."""
    held = guideline.decisions[decision].rules
    return tuple(r for r in guideline.rules if r.name in held and r.action.kind == "give")


def facts_of_course(guideline: Guideline, decision: str) -> set[str]:
    """The facts on which it hangs whether a course is complete."""
    rules = giving(guideline, decision)
    ends = [g.until_holds for rule in rules for g in rule.action.gives if g.until_holds]
    return {name for expr in [*(r.when for r in rules), *ends] for name in facts_of(expr)}


# ---------------------------------------------------------------- is the course complete?


def complete(
    fact: Fact,
    guideline: Guideline,
    doses: Sequence[Dose],
    start: date,
    on: date,
    values: Mapping[str, Value | None],
) -> tuple[Truth, tuple[str, ...], str]:
    """Whether a course is complete, the facts that would settle it, and a notice.

    Every rule that may apply is asked whether its own course is over; where they differ, it is unknown.
    Long gaps between doses speak for a maintenance course that somebody else began.
    """
    since = [d for d in doses if d.on >= start]
    if _maintained(since):
        return (
            True,
            (),
            f"{fact.short}: not on record, but the gaps between the doses are those of a maintenance course.",
        )
    decision = guideline.decisions[fact.course.removeprefix("complete ")]
    values = _as_in_scope(decision, values)
    rules = [(r, evaluate(r.when, values.get)) for r in giving(guideline, decision.name)]
    open_rules = [r for r, truth in rules if truth is True] or [r for r, truth in rules if truth is None]
    ends = {_over(r.action.gives[0], since, values) for r in open_rules}
    if not ends:
        return None, (), ""
    if len(ends) > 1:
        return None, tuple(dict.fromkeys(n for r in open_rules for n in missing(r.when, values.get))), ""
    over = ends.pop()
    if _interrupted(open_rules, since, on, over, values):
        return (
            None,
            (fact.name,),
            f"{fact.short}: unknown, because there is a gap of {LONG_GAP} days or more in the doses.",
        )
    return over, (), ""


def _as_in_scope(decision: Decision, values: Mapping[str, Value | None]) -> Mapping[str, Value | None]:
    """The facts of somebody for whom the decision is made: whether a course is over is asked within its scope."""
    scope = decision.scope
    return {**values, scope.fact: True} if isinstance(scope, Is) and scope.choice is None else values


def _over(give: Give, doses: Sequence[Dose], values: Mapping[str, Value | None]) -> bool:
    """Whether this regimen's own end has come; an end that was not assessed has not."""
    if give.until_holds is not None:
        return evaluate(give.until_holds, values.get) is True
    return give.doses is not None and len(_of_drug(give, doses)) >= give.doses


def _of_drug(give: Give, doses: Sequence[Dose]) -> list[Dose]:
    return [d for d in doses if d.drug == give.drug]


def _gaps(doses: Sequence[Dose]) -> list[bool]:
    return [(b.on - a.on).days >= LONG_GAP for a, b in pairwise(doses)]


def _maintained(doses: Sequence[Dose]) -> bool:
    """Three doses in a row, each a long gap after the one before."""
    gaps = _gaps(doses)
    return any(all(gaps[k : k + IN_A_ROW]) for k in range(len(gaps) - IN_A_ROW + 1))


def _interrupted(
    rules: Sequence[Rule], doses: Sequence[Dose], on: date, over: bool, values: Mapping[str, Value | None]
) -> bool:
    """A single long gap before the course was complete, the one up to today included."""
    if not doses:
        return False
    give = rules[0].action.gives[0]
    if over and give.until_holds is not None:
        return False
    if over and give.doses:
        last = _of_drug(give, doses)[give.doses - 1]
        return any(_gaps([d for d in doses if d.on <= last.on]))
    return any(_gaps(doses)) or (on - doses[-1].on).days >= LONG_GAP

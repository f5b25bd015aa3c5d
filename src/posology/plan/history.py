"""The doses really given: which count, whether a course is complete, and what long gaps say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

from ..expr import evaluate, facts_of, missing
from ..model import Decision, Dose, Fact, Give, Guideline, Is, Patient, Rule, Truth, Value
from ..quantity import amount_words

STAND_IN = frozenset({"intramuscular", "deep_subcutaneous", "subcutaneous"})
"""Injections of which one counts for another."""
VEIN = "intravenous"
LONG_GAP = 25
"""Days between two doses that no loading has; the editors' figure, which speaks for a maintenance course."""
IN_A_ROW = 3


@lru_cache(maxsize=16)
def routes(guideline: Guideline) -> frozenset[str]:
    """The routes whose doses count: those that the guideline gives by first, any injection standing for every other."""
    first = frozenset(rule.action.gives[0].route for rule in guideline.rules if rule.action.gives)
    return first | STAND_IN if first & STAND_IN else first


def counted(guideline: Guideline, patient: Patient, on: date) -> tuple[tuple[Dose, ...], list[str]]:
    """The doses that count, on or before the day, one a day, in order; and what was left out, in words.

    Of several drugs on one day the guideline's own counts, whatever the order of the record.
    """
    notices: list[str] = []
    by_day: dict[date, Dose] = {}
    ours, into = given(guideline), routes(guideline)
    for dose in sorted((d for d in patient.doses if d.on <= on), key=lambda d: (d.on, d.drug not in ours, d.drug)):
        if passed_over(dose.route, guideline):
            notices.append(f"The intravenous dose of {dose.on} is not counted.")
        elif dose.route in into and dose.on in by_day:
            notices.append(f"Two doses are recorded on {dose.on}; they count once.")
        elif dose.route in into:
            by_day[dose.on] = dose
            notices += _amount(dose, guideline)
    return tuple(by_day.values()), notices


def passed_over(route: str, guideline: Guideline) -> bool:
    """Whether doses by a route begin nothing and count for nothing: into a vein, where nothing is given so."""
    return route == VEIN and VEIN not in routes(guideline)


def _amount(dose: Dose, guideline: Guideline) -> list[str]:
    """A notice of a dose whose amount is none that the guideline gives of its drug by such a route."""
    every = _of_a_drug(guideline, dose.drug)
    gives = [g for g in every if g.unit == dose.unit]
    if dose.amount is None or not every or any(g.low <= dose.amount <= g.high for g in gives):
        return []
    was, doubt = amount_words(dose.amount, dose.amount, dose.unit), "it"
    if not gives or dose.amount > 10 * max(g.high for g in gives):
        doubt = "was another unit meant? It"
    if gives:
        figures = (f"{g.low:g}" if g.low == g.high else f"{g.low:g}–{g.high:g}" for g in gives)
        usual = f"{' or '.join(dict.fromkeys(figures))} {dose.unit}"
    else:
        usual = " or ".join(dict.fromkeys(amount_words(g.low, g.high, g.unit) for g in every))
    return [f"The dose of {dose.on} was {was}, not {usual} as here; {doubt} is counted all the same."]


@lru_cache(maxsize=64)
def _of_a_drug(guideline: Guideline, drug: str) -> tuple[Give, ...]:
    """The ways in which a guideline gives a drug by a route whose doses count."""
    into = routes(guideline)
    return tuple(g for r in guideline.rules for g in r.action.gives if g.drug == drug and g.route in into)


def first(guideline: Guideline, patient: Patient, on: date) -> date | None:
    """The day of the first dose on record; one into a vein begins nothing, unless it is given so."""
    days = (d.on for d in patient.doses if d.on <= on and not passed_over(d.route, guideline))
    return min(days, default=None)


def begun(guideline: Guideline, patient: Patient, on: date) -> bool:
    """Whether any dose was given, by whatever way."""
    return first(guideline, patient, on) is not None


def unrecorded(guideline: Guideline, patient: Patient, on: date) -> bool:
    """Whether it is stated that treatment was given, and no dose of it is on record."""
    told = any(fact.course and patient.facts.get(fact.name) is True for fact in guideline.facts.values())
    return told and not begun(guideline, patient, on)


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
    decision = guideline.decisions[fact.course.removeprefix("complete ")]
    values = _as_in_scope(decision, values)
    rules = [(r, evaluate(r.when, values.get)) for r in giving(guideline, decision.name)]
    open_rules = [r for r, truth in rules if truth is True] or [r for r, truth in rules if truth is None]
    ends = {_ended(r.action.gives[0], since, on, values) for r in open_rules}
    if _maintained(since):
        gives = [r.action.gives[0] for r in open_rules]
        counted_out = any(g.doses and _ended(g, since, on, values) for g in gives)
        seen = "not on record, but the gaps between the doses are those of a maintenance course."
        return True, (), "" if counted_out else f"{fact.short}: {seen}"
    if len(ends) <= 1 and None not in ends:
        return next(iter(ends), None), (), ""
    asks = {fact.name: None} if None in ends else {}
    if len(ends) > 1:
        asks |= dict.fromkeys(n for r in open_rules for n in missing(r.when, values.get))
    gap = f"{fact.short}: unknown, because there is a gap of {LONG_GAP} days or more in the doses."
    return None, tuple(asks), gap if None in ends else ""


def _as_in_scope(decision: Decision, values: Mapping[str, Value | None]) -> Mapping[str, Value | None]:
    """The facts of somebody for whom the decision is made: whether a course is over is asked within its scope."""
    scope = decision.scope
    return {**values, scope.fact: True} if isinstance(scope, Is) and scope.choice is None else values


def _ended(give: Give, doses: Sequence[Dose], on: date, values: Mapping[str, Value | None]) -> Truth:
    """Whether this regimen's own end has come; a single long gap before it leaves that unknown.

    An open end that was not assessed has not come; one that was, is not called into question by a gap.
    """
    if give.until_holds is not None and evaluate(give.until_holds, values.get) is True:
        return True
    if give.doses is not None and len(_of_drug(give, doses)) >= give.doses:
        last = _of_drug(give, doses)[give.doses - 1].on
        return None if any(_gaps([d for d in doses if d.on <= last])) else True
    interrupted = any(_gaps(doses)) or (bool(doses) and (on - doses[-1].on).days >= LONG_GAP)
    return None if interrupted else False


def _of_drug(give: Give, doses: Sequence[Dose]) -> list[Dose]:
    return [d for d in doses if d.drug == give.drug]


def _gaps(doses: Sequence[Dose]) -> list[bool]:
    return [(b.on - a.on).days >= LONG_GAP for a, b in pairwise(doses)]


def _maintained(doses: Sequence[Dose]) -> bool:
    """Three doses in a row, each a long gap after the one before."""
    gaps = _gaps(doses)
    return any(all(gaps[k : k + IN_A_ROW]) for k in range(len(gaps) - IN_A_ROW + 1))

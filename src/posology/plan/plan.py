"""The main path: a guideline, a patient and a day in; a plan out.

facts → rules (true, false, unknown) → decisions with strike-outs and gates → course and dates
→ lines of advice → what to ask → notices → headline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ..expr import evaluate, missing
from ..model import Guideline, Line, Notice, Patient, Period, Plan, Verdict
from .advice import Audience, advice, withheld
from .course import YEAR, course, schedule
from .decide import Decided, decide
from .headline import headline
from .history import unrecorded
from .known import Known, known
from .questions import questions
from .weigh import gathered, merged, weigh


def plan(
    guideline: Guideline,
    patient: Patient,
    on: date | None = None,
    *,
    audience: Audience = "clinician",
    horizon: Period = YEAR,
) -> Plan:
    """What a guideline says for one patient on one day.

    ``on`` is the day of the plan: the one given, else the patient's own, else today. ``horizon`` is
    how far ahead of it the schedule reaches. The same guideline, patient, day, audience and horizon
    give the same plan to the byte.
    """
    day = on or patient.on or date.today()
    here = known(guideline, patient, day)
    weighing = weigh(here)
    decided = {d.name: decide(d, weighing, here) for d in guideline.decisions.values()}
    where = course(decided, here)
    dated = schedule(where, weighing, here, horizon)
    lines = withheld(advice(decided, weighing, here, audience), decided)
    ask = questions(lines, decided, where, weighing, here, audience)
    return Plan(
        guideline=particulars(guideline, day),
        patient=patient.label,
        on=day,
        facts={n: (v, here.origins.get(n, "stated")) for n, v in here.values.items() if v is not None},
        headline=headline(lines, where, decided, dated, ask, here, audience),
        phase=where.phase,
        decisions={name: _verdict(d, lines, here) for name, d in decided.items()},
        advice=lines,
        schedule=dated,
        ask=ask,
        notices=_notices(decided, lines, here),
        given=here.doses,
    )


def review_passed(guideline: Guideline, on: date) -> date | None:
    """The day by which a guideline was to be looked at again, once that day lies behind."""
    due = guideline.meta.get("next_review")
    return due if isinstance(due, date) and due < on else None


def outdated(guideline: Guideline, on: date) -> tuple[Notice, ...]:
    """What is said of a guideline after the day of its next review."""
    due = review_passed(guideline, on)
    what = "The next review of this guideline was due on {}, before the day of this answer: it may be out of date."
    return (Notice("input", what.format(due)),) if due else ()


def particulars(guideline: Guideline, on: date | None = None) -> dict[str, Any]:
    """Which guideline, which version of it, and how far its review has come (in full, where signatures are known).

    ``on`` is the day for which it is asked: `review_was_due` stands there only once the next review lies behind it.
    """
    due = review_passed(guideline, on) if on else None
    return {
        "id": guideline.id,
        "version": guideline.version,
        "updated": guideline.updated.isoformat(),
        "digest": guideline.digest,
        "status": guideline.status,
        **({"review": dict(guideline.review)} if guideline.review else {}),
        **({"review_was_due": due.isoformat()} if due else {}),
    }


def _verdict(decided: Decided, lines: Sequence[Line], known: Known) -> Verdict:
    """A decision's outcome, with the lines that are its own."""
    mine = [line for line in lines if line.decision == decided.decision.name]
    open_ = [line for line in mine if line.if_]
    scope = decided.decision.scope
    unsettled = gathered(missing(scope, known.values.get), known) if evaluate(scope, known.values.get) is None else ()
    return Verdict(
        decided.outcome,
        rules=tuple(line.rule for line in mine if not line.if_),
        contenders=tuple(line.rule for line in open_),
        superseded=decided.superseded,
        ask=merged([unsettled if open_ else (), *(line.if_ for line in open_), *(line.unless for line in mine)]),
    )


UNRECORDED = (
    "Treatment is told of which no dose is on record: what is dated here is dated as if none had been given. "
    "Add each dose with its day, or at least the last one."
)


def _notices(decided: Mapping[str, Decided], lines: Sequence[Line], known: Known) -> tuple[Notice, ...]:
    """Whatever was odd about the input, silence and conflict, and missing sources."""
    odd = [Notice("input", text) for text in known.notices]
    odd += [Notice("input", UNRECORDED)] if unrecorded(known.guideline, known.patient, known.on) else []
    return (
        *outdated(known.guideline, known.on),
        *odd,
        *(notice for outcome in decided.values() for notice in _said_aloud(outcome)),
        *_dangling(lines),
    )


def _said_aloud(decided: Decided) -> Iterator[Notice]:
    """Where the guideline is silent, vague or at odds with itself."""
    name = decided.decision.name
    if decided.outcome == "silent":
        yield Notice("gap", f"The guideline does not say what to do about {name} for these facts.")
    for choice in decided.vague:
        yield Notice("gap", f"{choice.name}: the source is not exact enough for these facts, so the clinician decides.")
    if decided.outcome == "conflict":
        rules = " and ".join(choice.name for choice in decided.standing)
        yield Notice("conflict", f"The guideline says two things about {name}: {rules}. Nothing orders them.")
    if decided.superseded:
        order = "the shortest interval wins" if decided.decision.choose == "shortest" else "one replaces the other"
        whose = ", which is the editors' order" if decided.decision.origin == "editors" else ""
        fell = ", ".join(decided.superseded)
        yield Notice("conflict", f"More than one rule applies to {name}: {order}{whose}. Superseded: {fell}.")


def _dangling(lines: Sequence[Line]) -> list[Notice]:
    shown = {c.key: c for line in lines for c in line.citations if c.status == "dangling"}
    return [
        Notice(
            "citation",
            f"Source {key} is cited, but the article's own list has no such entry."
            + (f" Most likely: {c.likely}" if c.likely else ""),
        )
        for key, c in shown.items()
    ]

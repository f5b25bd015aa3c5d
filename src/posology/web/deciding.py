"""What decides first: which questions a short form asks, and which comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ..expr import facts_of
from ..model import Guideline, Line, Plan, Question
from ..plan.advice import Audience
from ..plan.plan import plan
from .form import NOT_KNOWN, Typed, lenient

OPEN = 3
"""So many unanswered questions stand in the short form at a time."""
SHORT = 12
"""So many facts of a record stand in the short form; the others keep their place behind it."""


@dataclass(frozen=True, slots=True)
class SoFar:
    """What can be said while the form is being filled in: the plan so far, and which questions still decide."""

    plan: Plan
    emergencies: tuple[Line, ...]
    deciding: tuple[str, ...]
    more: int


def so_far(what: Typed, guideline: Guideline, reader: Audience) -> SoFar:
    """The plan for whatever of the form is right."""
    made = plan(guideline, lenient(what, guideline), _today_unless_said(what, guideline), audience=reader)
    urgent = tuple(line for line in made.advice if line.urgency == "emergency" and not line.if_)
    asked = [question for question in made.ask if what.facts.get(question.fact) != NOT_KNOWN]
    deciding = tuple(dict.fromkeys(name for question in made.ask for name in _to_ask(question, what, guideline, made)))
    return SoFar(made, urgent, deciding, len(asked) - sum(_decides(question, guideline) for question in asked))


def _today_unless_said(what: Typed, guideline: Guideline) -> date | None:
    return None if lenient(what, guideline).on else date.today()


def _to_ask(question: Question, what: Typed, guideline: Guideline, made: Plan) -> Iterator[str]:
    """The fact of a question that decides; where it is known that it is not known, the parts that could tell."""
    if not _decides(question, guideline):
        return
    if what.facts.get(question.fact) != NOT_KNOWN:
        yield question.fact
        return
    parts = guideline.facts[question.fact].when
    for name in facts_of(parts) if parts else ():
        if name not in made.facts and what.facts.get(name) != NOT_KNOWN:
            yield name


def _decides(question: Question, guideline: Guideline) -> bool:
    """Whether an answer could change a treatment, forbid something, or call for help."""
    rules = [guideline.named[name].rule for name in question.would_change if name in guideline.named]
    return not question.would_change or any(
        rule is not None
        and (
            rule.action.kind in ("give", "never", "avoid")
            or rule.stops
            or rule.action.urgency in ("urgent", "emergency")
        )
        for rule in rules
    )


def with_questions(what: Typed, found: SoFar, count: int = OPEN) -> Typed:
    """The form with the next questions in its short part, so that ``count`` of them stand open."""
    told = [name for name in what.facts if name not in what.asked]
    kept = [*what.asked, *told[: max(0, SHORT - len(what.asked))]]
    waiting = sum(1 for name in kept if not what.facts.get(name))
    new = [name for name in found.deciding if name not in kept and name not in told][: max(0, count - waiting)]
    return replace(what, asked=(*kept, *new))

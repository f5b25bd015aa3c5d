"""How far the review of a guideline has come, as three steps: submitted, under review, approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..model import Guideline

STEPS = ("submitted", "under review", "approved")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a review: its name, whether it is past, reached or ahead, and who took it when."""

    name: str
    state: str
    who: str = ""
    when: date | None = None


def steps(guideline: Guideline) -> tuple[Step, ...]:
    """The three steps. A status that is none of them (a withdrawn one, say) has reached none."""
    at = STEPS.index(guideline.status) if guideline.status in STEPS else -1
    who = {"submitted": "by its editors"}
    when = {"submitted": guideline.updated}
    return tuple(
        Step(name, "past" if n < at else "reached" if n == at else "ahead", who.get(name, ""), when.get(name))
        for n, name in enumerate(STEPS)
    )


def review_day(guideline: Guideline) -> date | None:
    """The day by which the guideline is to be looked at again."""
    found = guideline.meta.get("next_review")
    return found if isinstance(found, date) else None


def overdue(guideline: Guideline, today: date | None = None) -> bool:
    """Whether that day has passed."""
    due = review_day(guideline)
    return due is not None and due < (today or date.today())

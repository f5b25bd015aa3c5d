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
    when: dict[str, date | None] = {"submitted": guideline.updated}
    if guideline.review:
        at, who, when = _signed(guideline)
    return tuple(
        Step(name, "past" if n < at else "reached" if n == at else "ahead", who.get(name, ""), when.get(name))
        for n, name in enumerate(STEPS)
    )


def _signed(guideline: Guideline) -> tuple[int, dict[str, str], dict[str, date | None]]:
    """The step that the signatures have reached, and the names and days behind each."""
    review = guideline.review
    reached = {"approved": 2, "under review": 1, "changes requested": 1, "overdue for review": 1, "submitted": 0}
    names = ", ".join(f"{one['name']} ({one['role']})" for one in review["reviewers"])
    last = date.fromisoformat(review["signed"]) if review["signed"] else None
    offered = date.fromisoformat(review["offered"]["on"]) if review["offered"]["on"] else None
    count = f"{review['approved']} of {review['of']} parts"
    who = {"submitted": ", ".join(review["offered"]["by"]), "under review": f"{names}; {count}" if names else ""}
    done = last if review["state"] == "approved" else None
    return reached.get(review["state"], -1), who, {"submitted": offered, "approved": done}


def review_day(guideline: Guideline) -> date | None:
    """The day by which the guideline is to be looked at again."""
    found = guideline.meta.get("next_review")
    return found if isinstance(found, date) else None


def overdue(guideline: Guideline, today: date | None = None) -> bool:
    """Whether that day has passed."""
    due = review_day(guideline)
    return due is not None and due < (today or date.today())

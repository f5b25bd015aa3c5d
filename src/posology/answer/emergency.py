"""What means danger now, before any question is answered: red flags in the words, emergencies of the plan."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Plan
from ..plan.advice import Audience
from .coverage import Coverage, Flag
from .speech import Clause
from .topic import everywhere

_DENIED = frozenset(["no", "not", "never", "without", "denies", "denied", "nil", "absent", "deny", "neither", "nor"])
_REACH = 4
"""Words before a red flag within which a denial is looked for."""


def emergency(clauses: Iterable[Clause], coverage: Coverage, made: Plan | None, audience: Audience) -> str:
    """What stands before everything else, or nothing."""
    heard = list(clauses)
    raised = [flag for flag in coverage.flags if any(_raised(flag, clause) for clause in heard)]
    told = (flag.patient if audience == "patient" else flag.clinician for flag in raised)
    lines = made.advice if made else ()
    firm = (line.text for line in lines if line.urgency == "emergency" and line.certainty == "firm" and not line.if_)
    return " ".join(dict.fromkeys((*told, *firm)))


def _raised(flag: Flag, clause: Clause) -> bool:
    return any(_said(clause, at[0]) for sought in flag.patterns for at in everywhere(sought, clause.stems))


def _said(clause: Clause, start: int) -> bool:
    """Whether the words that begin here are said and not denied."""
    return not any(word.raw in _DENIED for word in clause.words[max(0, start - _REACH) : start])

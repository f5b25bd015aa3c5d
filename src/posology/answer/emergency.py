"""What means danger now, before any question is answered: red flags in the words, emergencies of the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..model import Plan
from ..plan.advice import Audience
from .coverage import Coverage, Flag
from .speech import Clause, words_of
from .topic import everywhere

_DENIED = words_of("no never without denies denied nil absent deny neither nor")
_FRESH = words_of("and but now")
"""Words behind which a denial no longer holds."""
_BETWEEN = words_of(
    "have having had be been being feel feeling felt getting get experiencing in at all short or with is to"
)
"""Words that may stand between `not` and what it denies."""
_REACH = 4
"""Words before a red flag within which a denial is looked for; twice as many in a list that ends with `or`."""
_PAST = re.compile(
    r"\b(?:last (?:year|month|time|winter|summer|spring|autumn|century)|(?:years?|months?|decades?) "
    r"(?:ago|back|before)|history of|past history|previous(?:ly)?|prior|in (?:19|20)\d\d|once had|used to|as child|"
    r"as teenager|when i was|years since)\b"
)
_AGAIN = words_of("now again still today tonight yesterday currently worse returned back suddenly")
"""Words that bring a matter of the past into the present."""
_NOBODY = re.compile(r"\b(?:if|when|in case) (?:someone|somebody|anyone|anybody|patient|patients|person|people|they)\b")


def emergency(clauses: Iterable[Clause], coverage: Coverage, made: Plan | None, audience: Audience) -> str:
    """What stands before everything else, or nothing."""
    heard = [clause for clause in clauses if not _long_ago(clause)]
    raised = [flag for flag in coverage.flags if any(_raised(flag, clause) for clause in heard)]
    told = (flag.patient if audience == "patient" else flag.clinician for flag in raised)
    lines = made.advice if made else ()
    firm = (line.text for line in lines if line.urgency == "emergency" and line.certainty == "firm" and not line.if_)
    return " ".join(dict.fromkeys((*told, *firm)))


def _long_ago(clause: Clause) -> bool:
    """Whether a clause tells of what has been over for long, or of what may happen to anybody."""
    raws = [word.raw for word in clause.words]
    told = " ".join(raws)
    return bool(_NOBODY.search(told)) or (bool(_PAST.search(told)) and _AGAIN.isdisjoint(raws))


def _raised(flag: Flag, clause: Clause) -> bool:
    return any(_said(clause, at[0]) for sought in flag.patterns for at in everywhere(sought, [*clause.stems, "$"]))


def _said(clause: Clause, start: int) -> bool:
    """Whether the words that begin here are said and not denied."""
    between: list[str] = []
    for word in reversed(clause.words[max(0, start - 2 * _REACH) : start]):
        if len(between) >= _REACH and "or" not in between:
            break
        if word.raw in _DENIED or (word.raw == "not" and _only_between(between)):
            return False
        if word.raw in _FRESH:
            return True
        between.append(word.raw)
    return True


def _only_between(raws: Sequence[str]) -> bool:
    """Whether nothing stands between a denial and what it denies, or only the rest of a list."""
    return "or" in raws or _BETWEEN.issuperset(raws)

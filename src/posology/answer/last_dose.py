"""The day of a last dose that a question tells: no value, and no time after a start; a plan reckons with it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..hear.turns import Heard, Unheard

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_MANY = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|couple of|few)"
_DAY = (
    rf"(?:(?:about|around|over|nearly|almost|some)\s+)*{_MANY}(?:\s+and\s+a\s+half)?\s+(?:day|week|month|year)s?\s+(?:ago|back)"
    rf"|\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}})?|{_MONTH}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,?\s+\d{{4}})?"
)
_DOSE = r"(?:dose|injection|inj|jab|shot|infusion|tablet|patch|treatment)s?"
_TOLD = re.compile(
    rf"\b(?:last|latest|most recent|previous)\b(?:\s+[\w'-]+){{0,3}}?\s+{_DOSE}\b"
    rf"(?:\s+(?:was|is|on|in|given|had|done|at|about|back|dated|the|it)\b|[\s:=,(–—-])*(?P<day>{_DAY})(?!\w)",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\b(?:next|over-?due|late|due|when\s+again|when\s+(?:is|should|do|does|can|must)\b.{0,30}\b(?:dose|injection|jab|shot|one))\b",
    re.IGNORECASE,
)
NOTICE = (
    "The day of the last dose was not used: days of doses are not reckoned with here. "
    "Give it in the plan (the form, or --patient), which dates the next one."
)


def undated(text: str) -> str:
    """A question without the days of last doses, of which nothing is asked.

    >>> undated("Last jab 5 months ago. When next?"), undated("last dose was 1 September 2026, when next")
    ('Last jab . When next?', 'last dose was , when next')
    """
    return _TOLD.sub(lambda found: found[0][: found.start("day") - found.start()], text)


def of_a_day(heard: Heard | Unheard, text: str) -> bool:
    """Whether words that were taken for a value are only those of a last dose and its day."""
    value = heard.value if isinstance(heard, Heard) else 0.0
    number = isinstance(value, float) and not isinstance(value, bool)
    return number and bool(heard.words) and any(heard.words in found[0] for found in _TOLD.finditer(text))


def notice(turns: Iterable[str]) -> str:
    """What is said where a day of a last dose was told and it is asked when the next is due, or whether it is late.

    >>> notice(["last jab 5 months ago. when next?"]) == NOTICE, notice(["When is the next dose?"])
    (True, '')
    """
    every = list(turns)
    told = any(_TOLD.search(text) for text in every)
    return NOTICE if told and every and _NEXT.search(undated(every[-1])) else ""

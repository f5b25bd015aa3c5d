"""Whether what a question would settle for falls short of what has to be done at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from ...model import Rule
from ..asked.claim import Claim
from ..asked.rhythm import Span, figures
from ..asked.speech import Clause, words_of

_ROUTINE = words_of("routine routinely elective electively nonurgent")
_SLOW = _ROUTINE | words_of(
    "outpatient outpatients semiurgent tomorrow letter letters email appointment appointments clinic weekend "
    "monday tuesday wednesday thursday friday saturday sunday eventually"
)
_LATER = frozenset({("non", "urgent"), ("not", "urgent"), ("semi", "urgent"), ("two", "week"), ("waiting", "list")})
_MONTHS = words_of(
    "january february march april may june july august september october november december jan feb apr jun jul aug "
    "sep sept oct nov dec"
) - {"may", "march"}
_UNITS = words_of("week month day fortnight")
_ONCE = words_of("today tonight now immediate immediately straightaway hospital admit admitted admission ambulance")
"""Words of what is done at once."""
_SINCE = words_of("for since over last past after during")
_AGO = words_of("ago old now earlier before after")
"""Words beside a time for which something has lasted."""
_DAY = 1.5
"""Days that are more than the same day."""


def falls_short(claim: Claim, rule: Rule) -> bool:
    """Whether a claim asks if something slower than what a rule has done at once will do: `refer routinely?`."""
    if not claim.polar or rule.action.kind != "refer" or not rule.action.urgency:
        return False
    raws = [word.raw for word in claim.words]
    pairs = set(pairwise(raws))
    if at_once(raws):
        return False
    refers = ("refer", True) in claim.acts
    if rule.action.urgency != "emergency":
        half = refers and claim.degree == "enough" and "both" in rule.action.words.split()
        routine = not _ROUTINE.isdisjoint(raws) or ("non", "urgent") in pairs
        return (half and {"both", "and"}.isdisjoint(raws)) or (routine and (claim.fair or refers))
    return _late(raws, claim.told.spans) or claim.degree == "enough"


def at_once(raws: Sequence[str]) -> bool:
    """Whether words ask for what is done at once."""
    pairs = set(pairwise(raws))
    return ("same", "day") in pairs or ("at", "once") in pairs or not _ONCE.isdisjoint(raws)


def is_put_off(clause: Clause) -> bool:
    """Whether a clause names a day on which something is to be done later."""
    raws = [word.raw for word in clause.words]
    return _late(raws, figures(clause.words).spans) or not _MONTHS.isdisjoint(raws)


def _late(raws: Sequence[str], spans: Iterable[Span]) -> bool:
    pairs = set(pairwise(raws))
    late = any(map(_is_later, spans)) or any(one == "next" and then in _UNITS for one, then in pairs)
    return late or not _SLOW.isdisjoint(raws) or not _LATER.isdisjoint(pairs)


def _is_later(span: Span) -> bool:
    """Whether a time is one after which something is to be done, and not one for which it has lasted."""
    return span.days[1] > _DAY and span.before not in _SINCE and span.after not in _AGO

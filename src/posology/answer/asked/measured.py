"""What a question measures of technique, a needle's gauge or minutes of pressure, compared with a statement."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ...model import Rule
from .claim import Claim
from .rhythm import SMALL, Range, figures
from .speech import Clause, Word, tokens, words_of

_UNITS = {
    **dict.fromkeys(("gauge", "gauges"), "gauge"),
    **dict.fromkeys(("second", "seconds", "sec", "secs"), "second"),
    **dict.fromkeys(("minute", "minutes", "min", "mins"), "minute"),
}
_OR_MORE = {"gauge": words_of("finer thinner"), "minute": words_of("longer more"), "second": words_of("longer more")}
"""Words behind a least figure, for each unit."""
_LEAST = words_of("least minimum")
_HIGHEST = 1e9
_TECHNIQUE = words_of("needle press pressed pressing pressure gauge")
"""Words by which a time is one of technique, and no time since something happened."""
Measures = tuple[tuple[str, Range], ...]
"""Units, each with its figure from and to."""


def measures(words: Sequence[Word]) -> Measures:
    """Every figure in a unit of technique: a least one has no end.

    >>> measures(tokens("a 25–27 gauge needle")), measures(tokens("pressure for at least 2 minutes"))
    ((('gauge', (25.0, 27.0)),), (('minute', (2.0, 1000000000.0)),))
    """
    raws = [word.raw for word in words]
    found = []
    for at, raw in enumerate(raws):
        unit = _UNITS.get(raw, "")
        high = _figure(raws, at - 1) if unit else None
        if high is None:
            continue
        before = at - 2 - (at > 1 and raws[at - 2] in ("to", "or", "and"))
        low = _figure(raws, before)
        ranged = low is not None and low < high
        behind, ahead = raws[at + 1 : at + 3], raws[max(0, at - 3) : at - 1]
        endless = not _LEAST.isdisjoint(ahead) or (behind[:1] == ["or"] and not _OR_MORE[unit].isdisjoint(behind))
        found.append((unit, (low if ranged and low is not None else high, _HIGHEST if endless else high)))
    return tuple(found)


def _figure(raws: Sequence[str], at: int) -> float | None:
    if not 0 <= at < len(raws):
        return None
    plain = raws[at].replace(",", ".")
    return float(plain) if plain.replace(".", "", 1).isdigit() else SMALL.get(raws[at])


_TWO = 2
_MG, _MCG = words_of("mg milligram milligrams"), words_of("mcg ug \u03bcg microgram micrograms")
_SAME = words_of("same equal equals equivalent identical match matches difference different differ differs")


def same_amount(asked: Sequence[Clause]) -> bool | None:
    """Whether two amounts in two units of which a turn asks if they are the same are so; nothing of how often."""
    asking = (word.raw for clause in asked if clause.asked for word in clause.words)
    if _SAME.isdisjoint(asking):
        return None
    words = [word for clause in asked for word in clause.words]
    raws, told = {word.raw for word in words}, figures(words)
    if len(told.mg) != _TWO or told.every or raws.isdisjoint(_MG) or raws.isdisjoint(_MCG):
        return None
    return told.mg[0] == told.mg[1]


def asked_in(claim: Claim) -> Measures:
    """What a claim measures, if it speaks of technique at all."""
    return () if _TECHNIQUE.isdisjoint(word.raw for word in claim.words) else measures(claim.words)


_NEEDS = words_of("need needs needed must should required necessary")


def _obliged(raws: Sequence[str]) -> bool:
    """Whether it is asked if something has to be done."""
    return not _NEEDS.isdisjoint(raws) or any(one in ("have", "has") and then == "to" for one, then in pairwise(raws))


def measured(claim: Claim, rule: Rule) -> bool | None:
    """Whether a rule has the gauge or the minutes that a claim asks for; nothing where it has none of the kind.

    What is done as usual needs none of it.
    """
    told, given = asked_in(claim), dict(measures(tokens(rule.action.words)))
    if len(told) != 1 or not claim.plainly or rule.action.kind not in ("use", "consider"):
        return None
    if told[0][0] not in given:
        return False if "standard" in rule.action.words and _obliged([word.raw for word in claim.words]) else None
    (unit, (low, high)), (least, most) = told[0], given[told[0][0]]
    if claim.degree == "enough":
        return low >= least
    if claim.degree:
        return None
    agrees = least <= low and high <= most
    return None if unit == "gauge" and claim.only and agrees else agrees

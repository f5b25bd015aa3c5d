"""Numbers that may be an age: of now, of long ago, or how long something has lasted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..text.phrases import Match
from ..text.words import Token, one_of
from .numbers import Reading

_FOUND = one_of("diagnosed dx found developed began got")
_AGED = one_of("aged at age")
_ONES = one_of("i she he")
_THESE_DAYS = one_of("now just newly recently today")
"""Words by which what was found was found of late: `now found to have it aged 52`."""


def long_ago(spoken: Sequence[Token], match: Match) -> bool:
    """Whether an age is that of long ago: `diagnosed with it aged 19`."""
    if match.start and spoken[match.start - 1].key == "since":
        return spoken[match.start].key not in _ONES  # since I am 72
    if spoken[match.start].key not in _AGED:
        return False
    before = [token.key for token in spoken[max(0, match.start - 6) : match.start]]
    signs = [place for place, key in enumerate(before) if not key.isalnum()]
    clause = before[signs[-1] + 1 if signs else 0 :]
    lately = any(token.key in _THESE_DAYS for token in spoken[max(0, match.start - 9) : match.start])
    return not _FOUND.isdisjoint(clause) and not lately


_LONG = 40
"""Years for which hardly anything lasts."""
_RANKS = 6
"""Numbers that are of a rank, and not of years, behind one letter."""
GROWN = 16
"""Months for which something lasts, at most, where they are not told from `male`."""
YEARS = one_of("year years yr yrs y")


def how_long(spoken: Sequence[Token], match: Match, reading: Reading) -> bool:
    """Whether bare years may tell how long something has lasted: `lame, 5 yrs`, but not `count 133, 58 yrs. …`."""
    bare = [token.key for token in spoken[match.start : match.end] if token.key.isalpha()]
    before = spoken[match.start - 1] if match.start else None
    if bare[:1] in (["f"], ["m"]) and reading.value < _RANKS:
        return True  # F1, who is a doctor
    if spoken[match.end - 1].key == "m" and (bare[:1] == ["for"] or (before is not None and before.key == "for")):
        return reading.value < GROWN  # for 3 m, which are months
    start, end = match.number or (match.start, match.start)
    counted = end < len(spoken) and (reading.unit == "years" or spoken[end].key in YEARS)
    if match.start < start - 1 and spoken[start - 1].key == "for" and counted:
        return True  # Ms X, for 20 years
    shut = next((at for at in range(end, match.end) if spoken[at].kind == "sign"), match.end)
    around = (*spoken[match.start : start], *spoken[end:shut])
    if not around or any(token.key not in YEARS and token.kind == "word" for token in around):
        return False
    if reading.value >= _ADULT and (
        (bare == ["y"] and spoken[match.start].key == ",") or _presents(spoken, match.start)
    ):
        return False
    if reading.value < _LONG:
        return True
    if spoken[match.start].key in (",", "("):
        return before is not None and before.kind != "number"
    return before is not None and before.key not in (".", ";", "!", "?", "\n", "age", "aged")


_ADULT = 18
_PRESENTING = re.compile(
    r"(?:i am|my name is|this is|name :|myself) (?:\w+ ){1,3}(?:from|in|here|of) (?:\w+ ){0,2},? ?"
)
"""Words by which somebody says who he is and from where: `I am Priya from Pune, 30 years`."""


def _presents(spoken: Sequence[Token], start: int) -> bool:
    """Whether somebody says right before who he is and from where."""
    keyed = " ".join(token.key for token in spoken[max(0, start - 9) : start + 1] if token.key != ",")
    return any(one.end() >= len(keyed) - 3 for one in _PRESENTING.finditer(f"{keyed} "))


_FEET, _INCHES = (3, 7), 12


def how_tall(spoken: Sequence[Token], start: int, reading: Reading) -> bool:
    """Whether a number is the inches of somebody's height: `a 5'6 woman`."""
    before = spoken[start - 1].key if start else ""
    return before.isdigit() and _FEET[0] <= int(before) <= _FEET[1] and reading.value < _INCHES


_NEARLY = one_of("nearly almost turns turning turn coming will")


def not_yet(spoken: Sequence[Token], match: Match) -> bool:
    """Whether somebody is not yet of an age: `nearly 16`, `turns 16 next month`."""
    behind = [token.key for token in spoken[match.end : match.end + 2]]
    soon = behind[:1] == ["next"] and behind[1:] != [] and behind[1] in ("week", "month", "year", "birthday")
    return soon or any(token.key in _NEARLY for token in spoken[max(0, match.start - 1) : match.end])


def in_whole_years(spoken: Sequence[Token], match: Match, reading: Reading) -> bool:
    """Whether an age is a whole number of years: not `16 and a half`, not `16 months`."""
    after = [token.key for token in spoken[match.end : match.end + 3]]
    finer = "half" in after or after[:1] in (["month"], ["week"])
    return reading.value.is_integer() and reading.unit in ("", "years") and not finer


_SOMEBODY = one_of("i she he wife husband daughter son mother father mum mom dad patient pt")
_OLDEST = 120


def age_within(spoken: Sequence[Token], match: Match, found: Sequence[Reading]) -> Reading | None:
    """The age in a longer phrase that tells more of somebody: `she is 81 and lame`."""
    if match.number is None or match.number[0] < match.start + 2:
        return None
    who, be = spoken[match.number[0] - 2 : match.number[0]]
    reading = next((one for one in found if one.end == match.number[1]), None)
    if reading is None or be.key not in ("is", "am") or who.key not in _SOMEBODY:
        return None
    after = spoken[match.number[1]].key if match.number[1] < match.end else ""
    years = reading.value.is_integer() and 0 < reading.value <= _OLDEST and reading.unit in ("", "years")
    return reading if years and (after in YEARS or after in ("and", "with", ",")) else None

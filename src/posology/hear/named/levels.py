"""Whose level is told: `my level is 90` is of the guideline's test, `my sugar level is 90` is not."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.grammar import words_of
from ..text.phrases import Match
from ..text.words import Token, one_of

VALUED = one_of("level levels result value reading count figure number test concentration")
_GIVEN = one_of("tab tablet capsule spray lozenge pill gummy supplement")
"""What is taken: a number behind it is a dose."""
_OWNERS = one_of("my her his the their your our")
_NO_NAMES = one_of(
    "low high blood starting latest last current baseline first initial recent previous new normal own "
    "actual total max peak trough lowest highest pre original overall still present now today "
    "oh that whose and then later earlier best worst old other second third next usual"
)

_PEOPLE = frozenset((*words_of("relative"), *words_of("person"), "patient", "pt"))


def _level_of_another(spoken: Sequence[Token], match: Match) -> bool:
    """Whether a bare `level` is of something that nobody here knows: `my sugar level is 250`."""
    before = spoken[max(0, match.start - 3) : match.start]
    if spoken[match.start].key not in VALUED or len(before) < 2 or before[-1].kind != "word":
        return False
    owned = next((at for at in range(len(before) - 2, -1, -1) if before[at].key in _OWNERS), None)
    between = before[owned + 1 :] if owned is not None else ()
    plain = all(one.kind == "word" for one in between) and before[-1].key not in _NO_NAMES | _PEOPLE
    return bool(between) and plain


def of_another(spoken: Sequence[Token], match: Match) -> bool:
    """Whether a number behind a name is none of its values: a dose, or the level of something else."""
    given = any(token.key in _GIVEN for token in spoken[match.start : match.end])
    return given or _level_of_another(spoken, match)

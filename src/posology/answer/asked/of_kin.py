"""What a turn tells of somebody's kin and not of the patient: it names a matter, and nothing was heard of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...hear.turns import Heard
from .aspect import Asked, matches
from .coverage import Coverage
from .speech import Clause, tokens, words_of

_KIN = words_of(
    "mother mum mom father dad sister brother aunt uncle cousin niece nephew grandmother grandfather gran grandma "
    "grandad nan wife husband partner son daughter parents parent family relative"
)
_NEAR = 3
"""Words within which a clause says of whom it tells."""


def without_kin(turn: Asked, heard: Sequence[Heard], coverage: Coverage) -> Asked:
    """The turn without clauses that only tell what a relative has, where another clause tells what the patient has."""
    told = [frozenset(word.raw for word in tokens(one.words)) for one in heard if one.value is not None]
    gone = [clause for clause in turn.clauses if told and _of_kin(clause, told, coverage)]
    if not gone:
        return turn
    left = tuple(clause for clause in turn.clauses if clause not in gone)
    kept = {m.aspect for clause in left for m in matches(clause, coverage)}
    own = any(m.aspect.kind == "about" for one in left if not one.asked for m in matches(one, coverage))
    if not (own and any(clause.asked for clause in left)):
        return turn
    return replace(
        turn,
        clauses=left,
        heeded=tuple(one for one in turn.heeded if one.clause not in gone),
        about=tuple(aspect for aspect in turn.about if aspect in kept),
    )


def _of_kin(clause: Clause, told: Sequence[frozenset[str]], coverage: Coverage) -> bool:
    """Whether a clause tells of a relative what the map knows, and nothing in it was heard of the patient."""
    raws = [word.raw for word in clause.words]
    if clause.asked or _KIN.isdisjoint(raws[:_NEAR]) or any(words.issubset(raws) for words in told):
        return False
    return any(m.aspect.kind == "about" for m in matches(clause, coverage))

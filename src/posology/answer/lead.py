"""What the questions asked before add to a turn: what it most likely asks where phrases lead nowhere, or astray."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from .aspect import Asked, Heeded, Silent
from .coverage import Coverage
from .precedent import Leaning, Likenesses, Precedents, leaning
from .speech import Clause
from .topic import others, strange

NAMED, UNNAMED = 0.08, 0.12
"""The least likeness to a statement that leads to it: of a turn that names the topic, and of one that does not."""
ANSWERED, SILENT = 0.5, -0.3
"""What phrases of the map say for an answer when they lead to one, and when they lead to a silent aspect."""
ODDS, EASE = 0.3, 0.02
"""What the odds count beside the likenesses, and what is added to these so that two small ones do not tell much."""
ENOUGH = 0.45
"""What must be said for an answer altogether."""
PLAINLY = 2
"""Words of a phrase that leads to an answer whatever was asked before."""
AWAY = 1.2
"""How many times nearer a statement must be than another topic, where no phrase leads."""
FOREIGN = 0.85
"""How near another topic must be, beside a statement, to decline a turn that names it and not ours."""
LIKELY, CLOSE, MOST = 0.06, 0.5, 3
"""Statements that are shown early: their least likeness, the least share of the best one's, and how many at most."""
EVEN = 0.8
"""The share of the best likeness with which a statement may stand before the best, if phrases lead to it."""
def led(turn: Asked, earlier: Sequence[Clause], coverage: Coverage, precedents: Precedents) -> Asked:
    """The turn with the statements to which questions asked before lead; or declined, if they lead to silence."""
    if not turn.on_topic:
        return turn
    leans = leaning(turn.clauses, precedents, earlier)
    foreign = _foreign(turn, coverage)
    if any(heeded.covered for heeded in turn.heeded):
        if silent := _silenced(turn, leans, foreign, coverage):
            return replace(turn, heeded=(Heeded(turn.clauses[-1], silent=silent),))
        return replace(turn, likely=_likely(leans.statements), even=_even(leans.statements))
    if _opens(turn, leans, coverage, precedents):
        return replace(turn, heeded=(), likely=_likely(leans.statements))
    return turn


def _foreign(turn: Asked, coverage: Coverage) -> tuple[str, ...]:
    """The words of a turn that name other topics."""
    return tuple(dict.fromkeys(other.words for clause in turn.clauses for other in others(clause, coverage)))


def _silenced(turn: Asked, leans: Leaning, foreign: Sequence[str], coverage: Coverage) -> tuple[Silent, ...]:
    """What is not said, when questions like it were declined and phrases lead to an answer all the same."""
    plainly = any(len(m.places) >= PLAINLY and not m.aspect.last for heeded in turn.heeded for m in heeded.covered)
    if leans.silent and not plainly and _speaks_for(leans, ANSWERED) < ENOUGH:
        aspect = coverage.aspects[next(iter(leans.silent))]
        return (Silent(aspect.called, aspect),)
    away = not turn.named and leans.away > FOREIGN * leans.best
    return tuple(map(Silent, foreign)) if away else ()


def _speaks_for(leans: Leaning, phrases: float) -> float:
    """What speaks for an answer, and against silence."""
    return math.log((leans.best + EASE) / (leans.quiet + EASE)) + ODDS * leans.odds + phrases


def _opens(turn: Asked, leans: Leaning, coverage: Coverage, precedents: Precedents) -> bool:
    """Whether questions like it were answered, clearly enough for one to which no phrase leads."""
    if any(_unknown(clause, turn.named, coverage, precedents) for clause in turn.clauses):
        return False
    phrases = SILENT if any(quiet.aspect for quiet in turn.silent) else 0.0
    near = leans.best >= max(NAMED if turn.named else UNNAMED, AWAY * leans.away)
    return near and _speaks_for(leans, phrases) >= ENOUGH


def _unknown(clause: Clause, named: bool, coverage: Coverage, precedents: Precedents) -> bool:
    """Whether a clause has words that no answered question had: of other topics, or odd ones if ours is not named."""
    theirs = {place for other in others(clause, coverage) for place in other.places}
    words = enumerate(clause.words)
    odd = (word for place, word in words if place in theirs or (not named and strange(word, coverage)))
    return any(word.stem not in precedents.known for word in odd)


def _even(statements: Likenesses) -> frozenset[str]:
    best = next(iter(statements.values()), 0.0)
    return frozenset(name for name, alike in statements.items() if alike >= EVEN * best)


def _likely(statements: Likenesses) -> tuple[str, ...]:
    best = next(iter(statements.values()), 0.0)
    return tuple(name for name, alike in statements.items() if alike >= max(LIKELY, CLOSE * best))[:MOST]

"""What others say beside a line: it stands open where the question asks for it, in words that the line itself lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from ..model import Remark, Statement
from .answered import Said, figures
from .aspect import Asked
from .match import Ranking
from .speech import Same, tokens

MOST, PLAINLY, LEAST = 2, 2, 1.0
"""Remarks that stand open at most, unless all were asked for; words of the question that ask for one anyhow; and how
much a word must tell that does."""
_AMOUNT = (
    "how many", "how much", "how long", "how far", "how common", "how often", "which day", "what day", "what dose",
    "what share", "what amount", "what number", "what percentage", "what proportion", "what interval", "what figure",
)  # fmt: skip
"""Words that ask for a figure."""
_YEAR = re.compile("(?:19|20)[0-9]{2}")


def remarked(shown: Sequence[Said], turn: Asked, same: Same, ranking: Ranking) -> tuple[Said, ...]:
    """The lines with the remarks that were asked for: all of them where it was asked how sure this is."""
    if "sure" in turn.ways:
        return tuple(replace(said, beside=said.statement.remarks) for said in shown)
    words = {word.stem for clause in turn.clauses for word in clause.words}
    asked = frozenset(stem for stem in words if ranking.weights.get(stem, 0.0) > LEAST)
    raws = " ".join(word.raw for clause in turn.clauses for word in clause.words)
    counted = any(f" {amount} " in f" {raws} " for amount in _AMOUNT)
    told = [(_share(asked, remark, said.statement, same, counted), said, remark) for said, remark in _each(shown)]
    best = sorted((one for one in told if one[0]), key=lambda one: -one[0])[:MOST]
    return tuple(replace(said, beside=tuple(r for _, whose, r in best if whose is said)) for said in shown)


def _each(shown: Iterable[Said]) -> Iterable[tuple[Said, Remark]]:
    return ((said, remark) for said in shown for remark in said.statement.remarks)


def _share(asked: frozenset[str], remark: Remark, statement: Statement, same: Same, counted: bool) -> int:
    """How many telling words of a question a remark has and its statement lacks; none when they do not ask for it."""
    shared = len(asked & _stems(remark.text, same) - _stems(statement.text, same) - _stems(statement.patient, same))
    amounts = (one for one in figures(remark.text) if not _YEAR.fullmatch(one))
    enough = shared >= PLAINLY or (counted and any(amounts))
    return shared if enough else 0


@lru_cache(maxsize=1024)
def _stems(text: str, same: Same) -> frozenset[str]:
    return frozenset(word.stem for word in same.joined(tokens(text)))

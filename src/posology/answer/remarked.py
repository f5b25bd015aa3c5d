"""What others say beside a line: it stands open where the question asks for it, in words that the line itself lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from ..model import Remark, Statement
from .answered import Said, figures
from .asked.aspect import Asked
from .asked.match import Part, Ranking
from .asked.speech import Same, tokens
from .asked.views import GENERAL

MOST, PLAINLY, LEAST = 2, 2, 1.0
"""Remarks that stand open at most, unless all were asked for; words of the question that ask for one anyhow; and how
much a word must tell that does."""
_AMOUNT = re.compile(
    r"\b(?:how (?:many|much|long|far|common|often|old|high|low|likely|big|soon|early|late)|"
    r"(?:which|what) (?:\w+ ){0,2}(?:days?|hours?|weeks?|months?|years?|ages?|doses?|amounts?|strengths?|share|number|"
    r"percentage|percent|proportion|fraction|rate|interval|figure|level))\b"
)
"""Words that ask for a figure."""
_KINDS = (
    (r"share|percentage|percent|proportion|fraction|rate|common|likely", r"\d ?%"),
    (r"days?|hours?|soon|early|when", r"\bdays? \d|\d (?:days?|hours?)\b"),
    (r"old|ages?", r"\baged? \d|\bunder \d|\bover \d|\d years\b"),
    (r"doses?|amounts?|strengths?|much|micrograms?|mcg|milligrams?|mg", r"\d ?(?:micrograms?|mg)\b"),
    (r"people|participants?|patients?|volunteers?|subjects?|persons?", r"\d (?:people|patients|participants)\b"),
)
"""Words that ask for a figure of a kind, and how such a figure is written."""
_FIRST = 3
"""Lines whose remarks are looked through for a figure of the kind that is asked for."""
_YEAR = re.compile("(?:19|20)[0-9]{2}")


def remarked(
    shown: Sequence[Said], turn: Asked, parts: Sequence[Part], same: Same, ranking: Ranking
) -> tuple[Said, ...]:
    """The lines with the remarks that were asked for: all of them where it was asked how sure this is."""
    if "sure" in turn.ways:
        return tuple(replace(said, beside=said.statement.remarks) for said in shown)
    words = {word.stem for clause in turn.clauses for word in clause.words}
    if "views" in turn.ways:
        return tuple(_with_views(shown, words, same))
    asked = frozenset(stem for stem in words if ranking.weights.get(stem, 0.0) > LEAST)
    raws = " ".join(word.raw for clause in turn.clauses for word in clause.words)
    counted = bool(_AMOUNT.search(raws))
    kinds = [figure for words, figure in _KINDS if counted and re.search(rf"\b(?:{words})\b", raws)]
    lacking = [kind for kind in kinds if not any(re.search(kind, said.text) for said in shown)]
    told = [
        (
            max(
                _share(asked, remark, said.statement, same, counted),
                _brings(remark, said, shown[:_FIRST], lacking),
                _stands_in(remark, said, parts, same),
            ),
            said,
            remark,
        )
        for said, remark in _each(shown)
    ]
    best = sorted((one for one in told if one[0]), key=lambda one: -one[0])[:MOST]
    return tuple(replace(said, beside=tuple(r for _, whose, r in best if whose is said)) for said in shown)


def _with_views(shown: Sequence[Said], words: set[str], same: Same) -> Iterable[Said]:
    """The lines, one with what others say beside it: the first of which others say what is named, else the first."""
    asked = words - GENERAL
    views = {id(said): [one for one in said.statement.remarks if one.kind == "view"] for said in shown}
    named = {id(said): [one for one in views[id(said)] if asked & _lacking(one, said, same)] for said in shown}
    lead = next((said for found in (named, views) for said in shown if found[id(said)]), None)
    for said in shown:
        open_ = named[id(said)] or views[id(said)]
        yield replace(said, beside=tuple(open_[:MOST]) if said is lead else ())


def _lacking(remark: Remark, said: Said, same: Same) -> frozenset[str]:
    """The words of a remark that its line lacks."""
    return _stems(remark.text, same) - _stems(said.statement.text, same)


def _each(shown: Iterable[Said]) -> Iterable[tuple[Said, Remark]]:
    return ((said, remark) for said in shown for remark in said.statement.remarks)


def _share(asked: frozenset[str], remark: Remark, statement: Statement, same: Same, counted: bool) -> int:
    """How many telling words of a question a remark has and its statement lacks; none when they do not ask for it."""
    shared = len(asked & _stems(remark.text, same) - _stems(statement.text, same) - _stems(statement.patient, same))
    amounts = (one for one in figures(remark.text) if not _YEAR.fullmatch(one))
    enough = shared >= PLAINLY or (counted and any(amounts))
    return shared if enough else 0


def _brings(remark: Remark, said: Said, first: Sequence[Said], lacking: Sequence[str]) -> int:
    """As much as asks for a remark plainly, if it has a figure of a kind that is asked for and that no line has."""
    near = said.applies != "no" and any(one is said for one in first)
    return PLAINLY if near and any(re.search(kind, remark.text) for kind in lacking) else 0


def _stands_in(remark: Remark, said: Said, parts: Sequence[Part], same: Same) -> int:
    """As much as asks for a remark plainly, if it names a matter that its line is not about and answers for some."""
    about = (aspect for part in parts for aspect in part.aspects if aspect.kind == "about")
    named = (aspect.called for aspect in about if said.statement.name in aspect.named and said.applies != "no")
    lacking = _stems(remark.text, same) - _stems(said.statement.text, same)
    return PLAINLY if any(_stems(called, same) & lacking - _SMALL for called in named) else 0


_SMALL = frozenset(word.stem for word in tokens("and or of the in a by with without for"))


@lru_cache(maxsize=1024)
def _stems(text: str, same: Same) -> frozenset[str]:
    return frozenset(word.stem for word in same.joined(tokens(text)))

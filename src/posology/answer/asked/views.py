"""Whether a turn asks what other sources say of what was just answered: `is the X view different?`."""

from __future__ import annotations

from collections.abc import Sequence

from ..ground import Ground
from .aspect import Asked
from .match import Part
from .speech import Clause, clauses, stem, tokens, words_of

_SMALL = words_of(
    "and so but then or ok okay what how about is are was does do did it that this the they them there in on of for to "
    "by from with not no i we she he can should would me tell any other others anybody anyone which who whom one "
    "people folks doctors"
)
_SAYING = words_of(
    "say says said saying think thinks recommend recommends advise advises view views opinion opinions differ differs "
    "different difference differently otherwise else agree agrees disagree disagrees same according something anything "
    "elsewhere abroad countries country too also as"
)
_SOURCES = words_of(
    "others label labels guideline guidelines source sources countries country elsewhere abroad leaflet"
)
GENERAL = frozenset(stem(word) for word in _SMALL | _SAYING | _SOURCES)
"""The words of such a question that name no source."""
_CHOICE = words_of("which who whom one ones then now counts ought go do")
_LONGEST, _BRIEF, _TELLING = 12, 7, 2


def asks_for_views(text: str, before: str, answered: Sequence[Part], turn: Asked, here: Ground) -> tuple[Clause, ...]:
    """The clauses of a turn that asks what others say of what was answered, or which of them counts; else nothing."""
    found = tuple(clauses(text, here.coverage.same))
    words = [word for clause in found for word in clause.words]
    raws = {word.raw for word in words}
    views = _views(answered, turn, here)
    if not words or len(words) > _LONGEST or not views:
        return ()
    if "views" in turn.ways and _CHOICE & raws and raws <= _SMALL | _CHOICE:
        return tuple(clauses(before, here.coverage.same))
    rest = [word for word in words if word.raw not in _SMALL | _SAYING | _SOURCES]
    theirs = {word.stem for word in rest} & views
    saying = not (_SAYING - {"too", "also", "as"}).isdisjoint(raws)
    if not rest:
        return found if saying and _SOURCES & raws else ()
    if theirs == {word.stem for word in rest} and (saying or len(theirs) >= _TELLING or _SOURCES & raws):
        return found
    named = len(rest) == 1 and len(words) <= _BRIEF and rest[0].stem not in here.coverage.names
    return found if named and "what" in raws and _SAYS & raws else ()


_SAYS = words_of("say says think thinks recommend recommends advise advises")


def _views(answered: Sequence[Part], turn: Asked, here: Ground) -> frozenset[str]:
    """The words of what others say beside what was answered that the statements themselves lack."""
    names = dict.fromkeys((*turn.likely, *(name for part in answered for name in part.statements)))
    found: set[str] = set()
    for statement in (here.guideline.named[name] for name in names):
        own = {word.stem for word in tokens(statement.text)}
        said = (word.stem for one in statement.remarks if one.kind == "view" for word in tokens(one.text))
        found |= {one for one in said if one not in own and one[0].isalpha()}
    return frozenset(found) - {stem(word) for word in _SMALL}

"""How somebody goes on, in a turn that says no more than that: `getting worse now`, `reviewed today: worse`."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import is_a
from ..text.words import one_of
from ..told.scene import Scene
from .renewed import part_of

_SEEN = one_of(
    """
    reviewed seen examined assessed checked rechecked today review visit clinic yesterday morning week this last follow
    up again update news monday tuesday wednesday thursday friday saturday sunday weekend no nope
    thing overall hmm oh well sadly unfortunately clearly definitely
    """
)
_FROM = one_of("since after despite")
_PLAIN = "small be it third hello colon and but comma have frame prep dash if"


def goes_on_from(read: Scene, number: int, place: int, beside: Sequence[str]) -> bool:
    """Whether a turn that says no more than how it goes speaks of what stands: `now worse`, `reviewed today: worse`."""
    if not read.turn or not _stands(read, beside):
        return False
    near = list(read.talk[number].pieces)
    end = part_of(read.talk[number], place)[1]
    end = next((here for here in range(place + 1, end) if near[here].key.split()[0] in _FROM), end)
    rest = [piece for piece in near[:place] + near[place + 1 : end] if not is_a(piece, "bare")]
    return all(is_a(piece, _PLAIN) or _SEEN.issuperset(piece.key.split()) for piece in rest)


def _stands(read: Scene, beside: Sequence[str]) -> bool:
    """Whether one of these facts or groups is so of the patient."""
    names = {name.lower() for name in beside}
    stated = (read.guideline.facts[fact] for fact, value in read.before.facts.items() if value is not False)
    return any(not names.isdisjoint((fact.phrase.lower(), fact.group.lower())) for fact in stated)

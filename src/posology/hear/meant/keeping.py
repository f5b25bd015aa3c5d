"""A choice that somebody has had and wants to keep: `they gave me X there. May I stay on it?`."""

from __future__ import annotations

from ..text.clauses import Sentence
from ..text.words import one_of
from ..told.scene import Scene

_STAYING = ("keep ", "stay on ", "stick with ", "stick to ", "carry on with ", "continue ", "go back to ", "back on ")
_THEM = one_of("them those these that they ampoule ampoules ones drops")
_NEAR = 3
"""Sentences behind which it is hardly asked any more."""


def keeps(read: Scene, number: int, place: int) -> bool:
    """Whether it is asked behind a choice if somebody may keep to it, and no other stands between."""
    facts = _facts(read, number, place)
    for later in range(number + 1, min(len(read.talk), number + 1 + _NEAR)):
        sentence = read.talk[later]
        if _asks_to_keep(sentence):
            return True
        if any(facts & _facts(read, later, here) for here in range(len(sentence.pieces))):
            return False
    return False


def _facts(read: Scene, number: int, place: int) -> set[str]:
    """What is wished for by a piece."""
    mention = read.talk[number].pieces[place].mention
    meanings = read.noted.mentions[mention].meanings if mention is not None else ()
    return {one.fact for one in meanings if one.kind == "wished"}


def _asks_to_keep(sentence: Sentence) -> bool:
    """`can I stay on them?`, `may I keep those?`."""
    if "ask" not in sentence.moods:
        return False
    keyed = f"{' '.join(piece.key for piece in sentence.pieces)} "
    at = max((keyed.find(words) + len(words) for words in _STAYING if f" {words}" in keyed), default=0)
    return at > 0 and not _THEM.isdisjoint(keyed[at:].split()[:3])

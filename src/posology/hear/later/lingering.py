"""What is over leaves no trace to speak of where its like is still there: `the numb hand is well, the foot tingles`."""

from __future__ import annotations

from collections.abc import Sequence

from ..named.lexicon import Manner
from ..text.words import one_of
from ..told.scene import Scene, Word


def over_for_all(scene: Scene, words: Sequence[Word]) -> list[Word]:
    """What was heard, without the trace of what has gone where something that would leave the same is still there."""
    lasting = {trace for one in words if one.heard.value is True for trace in traces(scene, one.heard.fact)}
    known = [(one.heard.fact, one.heard.value) for one in words if one.heard.value is not None]
    lasting -= {other for fact, value in known for other, _ in scene.lexicon.also.get((fact, value), ())}
    words = [one for one in words if one.heard.fact not in lasting or _named(scene, one)]
    return [one for one in words if not _there_still(scene, one, words)]


def _there_still(scene: Scene, one: Word, words: Sequence[Word]) -> bool:
    """Whether something has gone of which more is told behind it: `the numb hand is well, the foot is numb`."""
    (number, place), fact = one.at, one.heard.fact
    over = one.heard.value is False and "over" in scene.said[number].get(place, ())
    return over and any(other.heard.fact == fact and other.heard.value is True and other.at > one.at for other in words)


def traces(scene: Scene, fact: str) -> set[str]:
    """The other facts that one states once it is over, and a no of its own with them."""
    over = scene.lexicon.manners.get(fact, Manner()).over
    return {other for other, _ in over if other != fact} if (fact, False) in over else set()


def gone_since(scene: Scene, earlier: Word, later: Word) -> bool:
    """Whether what had come is told to have gone, wherever it was: `my feet burnt in May, the burning went`."""
    (number, place), fact = later.at, later.heard.fact
    over = later.heard.value is False and "over" in scene.said[number].get(place, ()) and bool(traces(scene, fact))
    alone = len(scene.talk[number].pieces[place].key.split()) == 1
    pieces = [piece for sentence in scene.talk[earlier.at[0] : number + 1] for piece in sentence.pieces]
    lasts = any(not _LASTING.isdisjoint(piece.key.split()) for piece in pieces)
    return over and alone and earlier.at < later.at and not lasts


_LASTING = one_of("still remains remain left but except")


def _named(scene: Scene, one: Word) -> bool:
    """Whether the words themselves state it, and not what they say of something else."""
    mention = scene.talk[one.at[0]].pieces[one.at[1]].mention
    meanings = scene.noted.mentions[mention].meanings if mention is not None else ()
    gone = any(meaning.value is False and one.heard.fact in traces(scene, meaning.fact) for meaning in meanings)
    return not gone and any(meaning.fact == one.heard.fact for meaning in meanings)

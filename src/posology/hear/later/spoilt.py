"""A value that no longer holds while no new one is told: `that count was an error`, `it has dropped a lot`, `10 to 20`.

It is taken back: an old value must not go on answering once somebody has said that it is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..named.numbers import limiting_word
from ..text.clauses import Piece, Sentence, is_a
from ..text.words import one_of
from ..told.scene import Scene, Word, word
from .somebody_else import another
from .valued import MOVED, NOUNS, WRONG, standing

_WRONG = WRONG | one_of("invalid")
_MOVED = MOVED | one_of("changed")
_LIGHT = "small be it third have colon hello comma my her and but sorry or to prep dash"
_FILLING = one_of(
    """
    lab lot bit sharply further again since then today yesterday now badly quickly fast significantly slightly much well
    this week just only from of by belong belonging came else say says said report reports
    """
)


def spoilt(read: Scene) -> Iterator[Word]:
    """The numbers that stood and are said to be wrong, another's or no longer so, each taken back."""
    for number, sentence in enumerate(read.talk if read.turn else ()):
        found = sentence.pieces
        told = all(mood == "tell" for mood in sentence.moods)
        if not told or any(is_a(piece, "mark number age not") for piece in found) or not _is_plain(found):
            continue
        at, facts = _spoken_of(read, number, sentence)
        if facts and _is_spoilt(found):
            yield from (word(read, number, at, fact, None) for fact in facts)


def _is_plain(found: Sequence[Piece]) -> bool:
    """Whether a sentence says nothing besides."""
    light = f"{_LIGHT} name bare absent void"
    others = any(another(found[here:]) for here in range(len(found)))
    light += " relative reset person" if others else ""
    return all(is_a(piece, light) or all(_fills(key) for key in piece.key.split()) for piece in found)


def _fills(key: str) -> bool:
    return key in _FILLING or key in _WRONG or key in _MOVED or key in NOUNS or limiting_word(key) or key == "an"


def _is_spoilt(found: Sequence[Piece]) -> bool:
    """Whether the words say that a value is wrong, another's or has moved on, and to no single number."""
    words = {key for piece in found for key in piece.key.split()}
    bare = sum("bare" in piece for piece in found)
    wrong = not words.isdisjoint(_WRONG) or any(another(found[here:]) for here in range(1, len(found)))
    return (bare == 0 and (wrong or not words.isdisjoint(_MOVED))) or (bare > 1 and _ranged(found))


def _ranged(found: Sequence[Piece]) -> bool:
    """Whether two bare numbers are the ends of a range: `10 to 20`."""
    places = [here for here, piece in enumerate(found) if "bare" in piece]
    joint = found[places[0] + 1 : places[-1]]
    return len(places) == len(joint) + 1 and joint[0].key in ("to", "-", "and", "or", "—")


def _spoken_of(read: Scene, number: int, sentence: Sentence) -> tuple[int, list[str]]:
    """Where the value is named that a sentence speaks of, and the facts that it may be; none where nothing names it."""
    stand = standing(read)
    for place, piece in enumerate(sentence.pieces):
        mention = read.noted.mentions[piece.mention] if piece.mention is not None else None
        if mention is not None and mention.label == "name":
            return place, [mention.fact] if mention.fact in stand else []
    lately = [fact for fact in stand if fact in read.before.numbers and read.guideline.facts[fact].unit != "years"]
    for place, piece in enumerate(sentence.pieces):
        keys = set(piece.key.split())
        if not keys.isdisjoint(NOUNS) or (keys & _WRONG and any("bare" in near for near in sentence.pieces)):
            called = [fact for fact in lately if keys & set(read.guideline.facts[fact].phrase.split())]
            return place, called or lately
    dated = any(not {"now", "today", "currently"}.isdisjoint(piece.key.split()) for piece in sentence.pieces)
    return 0, lately if dated and any("bare" in piece for piece in sentence.pieces) else []

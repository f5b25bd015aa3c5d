"""What was somebody else's after all: `the numb feet were another patient`, `it was the man next door who limped`.

What had been heard of it before is taken back; whether the patient has it nobody has said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..text.clauses import Piece, Sentence, is_a
from ..text.words import one_of
from ..told.scene import Scene, Word, word

At = tuple[int, int]


def others(read: Scene) -> frozenset[At]:
    """The mentions that a sentence gives to somebody else, by sentence and piece."""
    return frozenset(
        (number, place)
        for number, sentence in enumerate(read.talk)
        for place, piece in enumerate(sentence.pieces)
        if "mark" in piece and not (read.who[number][place] == "patient" and "not" in read.said[number].get(place, ()))
        if _is_anothers(sentence, place) or _was_another(sentence, place)
    )


def disclaimed(read: Scene, places: frozenset[At]) -> Iterator[Word]:
    """The facts that stood and are another's: each is taken back."""
    for number, place in sorted(places):
        mention = read.talk[number].pieces[place].mention
        meanings = read.noted.mentions[mention].meanings if mention is not None else ()
        facts = (one.fact for one in meanings if one.kind == "said" and one.fact in read.before.facts)
        yield from (word(read, number, place, fact, None) for fact in dict.fromkeys(facts))


_ANOTHER = one_of("another other different wrong next previous last")
_SOUL = one_of("patient person lady woman gentleman man girl boy chap case client chart record note file")
_ANYBODY = one_of("someone somebody")
_OWNED = one_of("of from about to in for on")
_LIGHT = "be it small have dash colon my her prep of"
_MIXED = one_of("mixed muddled confused mistook swapped")
_NEAR = 8


def _is_anothers(sentence: Sentence, place: int) -> bool:
    """Whether somebody else stands behind a mention as its owner: `X was another patient's`, `X belongs to her`."""
    after = sentence.pieces[place + 1 : place + _NEAR]
    tied = False
    for here, piece in enumerate(after):
        if another(after[here:]) or (tied and _not_ones(after[here:])):
            return tied
        if not tied and is_a(piece, "and mark"):
            continue  # both were another's
        if is_a(piece, "comma and but close mark name number") or not (is_a(piece, _LIGHT) or _ties(piece)):
            return False
        tied = tied or "be" in piece or _ties(piece)
    return False


def _was_another(sentence: Sentence, place: int) -> bool:
    """Whether it is said before a mention who had it: `it was another patient who had X`, `mixed up with him: X`."""
    before = sentence.pieces[:place]
    at = next((here for here in range(len(before)) if another(before[here:])), None)
    if at is None:
        return False
    opening = before[:at]
    was = any("it" in piece for piece in opening) and any("be" in piece for piece in opening)
    mixed = any(not _MIXED.isdisjoint(piece.key.split()) for piece in opening)
    other = any("not" in piece or ("mark" in piece and _MIXED.isdisjoint(piece.key.split())) for piece in opening)
    return (was or mixed) and not other


def _not_ones(after: Sequence[Piece]) -> bool:
    """Whether it is said to be nobody's who is spoken of: `is not hers`."""
    ends = len(after) < _CLAUSE or is_a(after[2], "comma and but close dash")
    return len(after) > 1 and after[0].key in ("not", "never") and after[1].key in _OWNERS and ends


_OWNERS = one_of("her hers his mine their theirs")
_CLAUSE = 3


def _ties(piece: Piece) -> bool:
    """Whether a word leads from what is had to who has it."""
    return piece.key.startswith("belong") or piece.key in _OWNED


def another(found: Sequence[Piece]) -> bool:
    """Whether another person stands at the front: `another patient`, `the other lady`, `someone else`."""
    words = [word for piece in found[:4] for word in piece.key.split()]
    words = words[1:] if words[:1] and words[0] in ("the", "my", "a", "an") else words
    if len(words) < 2:
        return False
    return (words[0] in _ANOTHER and words[1] in _SOUL) or (words[0] in _ANYBODY and words[1] == "else")

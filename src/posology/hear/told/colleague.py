"""What somebody who asks for a patient tells of himself: `I am a nurse and have it too, but it is about a patient`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..text.clauses import MENTIONS, Piece, Sentence, is_a
from ..text.words import one_of
from .treated import Who

_ABOUT = one_of("about for of on regarding re concerning")
_THIS = one_of("this it question query asking ask enquiring calling call here one")
_OWN = one_of("myself too")
_FAR = 5


def apart(talk: Sequence[Sentence], who: list[list[Who]]) -> list[list[Who]]:
    """Of whom each piece speaks, without what the speaker tells of himself beside a patient."""
    if any(_about_a_patient(sentence.pieces) for sentence in talk):
        for number, sentence in enumerate(talk):
            for place in _of_speaker(sentence.pieces):
                who[number][place] = "unclear"
    return who


def _about_a_patient(found: Sequence[Piece]) -> bool:
    """Whether it is said for whom somebody asks: `this is about a patient`, `asking for one of my patients`."""
    for place, piece in enumerate(found):
        if not is_a(piece, "person many"):
            continue
        before = [word for near in found[max(0, place - _FAR) : place] for word in near.key.split()]
        at = next((k for k in range(len(before) - 1, -1, -1) if before[k] in _ABOUT - {"of"}), -1)
        if at > 0 and not _THIS.isdisjoint(before[:at]):
            return True
    return False


def _of_speaker(found: Sequence[Piece]) -> Iterator[int]:
    """The mentions that `I` has: as somebody with a trade, or `myself`."""
    start = next((place for place, piece in enumerate(found) if piece.key.split()[0] == "i"), None)
    if start is None:
        return
    end = next((k for k in range(start, len(found)) if is_a(found[k], "but person third relative many")), len(found))
    places = [place for place in range(start, end) if is_a(found[place], MENTIONS)]
    own = any(piece.key in _OWN for piece in found[start:end])
    if own or any(_has_trade(found[place:end]) for place in range(start, end) if found[place].key == "i"):
        yield from places


def _has_trade(told: Sequence[Piece]) -> bool:
    """Whether `I` am something by trade: `I am a district nurse`."""
    named = [piece for piece in told[2:5] if piece.key not in ("a", "an", "the")]
    be = len(told) > 2 and is_a(told[1], "be") and told[2].key in ("a", "an", "the")
    return be and bool(named) and not named[0].labels

"""A relative for whom somebody asks who tells of himself as well: `can he have what I have? I have X`."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import Piece, Sentence, is_a
from .spoken_of import cased
from .treated import Names, Who, is_kin, of_kin

_LIKENING = ("as", "like", "than")


def asked_for_kin(talk: Sequence[Sentence], who: Sequence[Sequence[Who]], names: Names) -> str:
    """The one relative of whom something is told and for whom alone a treatment is asked; nobody where it is not so."""
    asking = [number for number, sentence in enumerate(talk) if "ask" in sentence.moods]
    called = {_for_kin(talk[number], who[number], names[number]) for number in asking}
    if len(called) != 1 or not any(cased(talk[number]) for number in asking):
        return ""
    told = {
        name
        for sentence, whose, named in zip(talk, who, names, strict=True)
        for piece, one, name in zip(sentence.pieces, whose, named, strict=True)
        if one == "relative" and is_a(piece, "age number mark")
    }
    return next(iter(called & told), "")


def _for_kin(sentence: Sentence, who: Sequence[Who], names: Sequence[str]) -> str:
    """The relative for whom a question is asked, the speaker at most likened to him: `the same as me`."""
    found = sentence.pieces
    asked = [place for place, mood in enumerate(sentence.moods) if mood == "ask"]
    named = (place for place in asked if is_a(found[place], "third relative age i her my"))
    first = next((place for place in named if not ("my" in found[place] and of_kin(found, place))), None)
    if first is None or who[first] != "relative" or "her" in found[first]:
        return ""
    return "" if any(_speaks(found, place) for place in asked) else names[first]


def _speaks(found: Sequence[Piece], place: int) -> bool:
    """Whether the speaker has a part in it, and is not only likened: `could it come from me?`, not `the same as me`."""
    piece = found[place]
    speaks = "i" in piece or (is_a(piece, "my") and not of_kin(found, place)) or piece.key == "mine"
    return speaks and not any(near.key in _LIKENING for near in found[max(0, place - 1) : place])


def for_kin(talk: Sequence[Sentence], who: Sequence[Sequence[Who]], names: Names, name: str) -> list[list[Who]]:
    """Of whom each piece speaks where a relative is the patient and the speaker is not."""
    result: list[list[Who]] = []
    for sentence, whose, named in zip(talk, who, names, strict=True):
        mine, told = False, list[Who]()
        for place, piece in enumerate(sentence.pieces):
            mine = whose[place] != "relative" and (mine or _of_the_speaker(sentence.pieces, place))
            kin = whose[place] == "relative" and named[place] == name
            told.append("patient" if kin else "unclear" if mine or whose[place] == "relative" else whose[place])
            mine = mine and "stop" not in piece
        result.append(told)
    return result


def _of_the_speaker(found: Sequence[Piece], place: int) -> bool:
    """Whether what follows is what the speaker tells of himself."""
    piece = found[place]
    own = piece.key.split()[0] in ("my", "i") and not is_kin(piece.key) and not of_kin(found, place)
    return "i" in piece or own or piece.key == "mine"


def speaks_of_himself(sentence: Sentence) -> bool:
    """Whether a phrase tells what the speaker has: `I have X`."""
    return any(is_a(piece, "mark number") and piece.key.split()[0] == "i" for piece in sentence.pieces)

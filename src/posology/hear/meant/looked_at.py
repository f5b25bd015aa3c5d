"""What a text says of the things that were looked at: which fact is denied, or stated, by how they were found."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..named.lexicon import Manner
from ..named.mentions import Mention
from ..text.clauses import is_a
from ..text.words import one_of
from ..told.examined import Finding, finding
from ..told.scene import Scene, Word, word
from ..told.spoken_of import in_general, last_asked


def examined(read: Scene, number: int, place: int, mention: Mention) -> Iterator[Word]:
    """What was looked at and found well, or ill."""
    sentence = read.talk[number]
    meanings = [one for one in mention.meanings if one.kind == "examined"]
    told = sentence.moods[place] == "tell" and not last_asked(sentence, place)
    if not meanings or not told or read.who[number][place] != "patient" or in_general(sentence, place):
        return
    found = finding(sentence.pieces, place, lambda here: _looked_at(read, sentence.pieces[here].mention))
    listed = not found and (_listed_denied(read, number, place) or _denied_with_the_last(read, number, place))
    found = Finding(True) if listed else found
    for meaning in meanings if found else ():
        over = read.lexicon.manners.get(meaning.fact, Manner()).over if found and found.again else ()
        for fact, value in over or ((meaning.fact, not (found and found.well)),):
            yield word(read, number, place, fact, value)


def _listed_denied(read: Scene, number: int, place: int) -> bool:
    """Whether a list of what is looked at begins with a denial: `no trouble with A, B or C`."""
    found = read.talk[number].pieces
    if _NO_TROUBLE.search(" ".join(piece.key for piece in found[:place])):
        return True
    for here in range(place - 1, -1, -1):
        piece = found[here]
        if "not" in read.said[number].get(here, ()) and piece.mention is not None:
            weak = any(one.weak for one in read.noted.mentions[piece.mention].meanings)
            return weak and not {"with", "in", "of"}.isdisjoint(piece.key.split())
        if not (_looked_at(read, piece.mention) or is_a(piece, "and or comma small my her")):
            return False
    return False


_NO_TROUBLE = re.compile(
    r"\b(?:no|not any|never any) (?:trouble|problem|issue|bother|concern|difficulty|complaint|worry) "
    r"(?:with|in|about|of) "
    r"(?:(?!but|except|though|only|until)[\w ,]){1,40} (?:or|nor)(?: with)?(?: my| his| her| the)?$"
)
"""A list that is denied, of which other things come first: `no trouble with this or | that`."""


def _denied_with_the_last(read: Scene, number: int, place: int) -> bool:
    """Whether a list of what is looked at ends with what is denied for all of it: `no A, B or C concerns`."""
    found = read.talk[number].pieces
    start = place
    while start and (
        _looked_at(read, found[start - 1].mention)
        or is_a(found[start - 1], "and or comma small")
        or "not" in read.said[number].get(start - 1, ())
    ):
        start -= 1
    if not start or "not" not in found[start - 1]:
        return False
    joined = False
    for here in range(place + 1, len(found)):
        piece = found[here]
        if "not" in read.said[number].get(here, ()) and piece.mention is not None:
            weak = any(one.weak for one in read.noted.mentions[piece.mention].meanings)
            last = weak or piece.key.split()[-1] in _TROUBLES
            return joined and last and len(piece.key.split()) > 1
        joined = joined or is_a(piece, "and or comma")
        if not (_looked_at(read, piece.mention) or is_a(piece, "and or comma small")):
            return False
    return False


_TROUBLES = one_of(
    "problem trouble issue concern complaint symptom change difficulty sx deficit loss"
)


def _looked_at(read: Scene, mention: int | None) -> bool:
    return mention is not None and any(one.kind == "examined" for one in read.noted.mentions[mention].meanings)

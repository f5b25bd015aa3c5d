"""What a phrase stands beside, so that it is heard: words of a group anywhere in what is told of the same patient."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import Sentence, is_a
from ..text.phrases import longest
from ..told.scene import Scene

_PARTS = "comma dash open close but"


def in_company(read: Scene, number: int, place: int, beside: Sequence[str]) -> bool:
    """Whether words of a group that is named in `<…>` are told of the patient, in this sentence or near it."""
    groups = [read.lexicon.groups[name[1:-1]] for name in beside if name[1:-1] in read.lexicon.groups]
    own = read.talk[number].pieces[place].start
    for where in range(max(0, number - _NEAR), min(len(read.talk), number + _NEAR + 1)):
        sentence = read.talk[where]
        for here, piece in enumerate(sentence.pieces):
            if read.who[where][here] != "patient" or (sentence.moods[here] == "suppose" and where != number):
                continue
            inside = any(
                longest(group, read.noted.spoken, at) for group in groups for at in range(piece.start, piece.end)
            )
            if inside and piece.start != own and not _denied(sentence, here):
                return True
    return False


_NEAR = 3


def _denied(sentence: Sentence, place: int) -> bool:
    """Whether a word of denial stands before a place in its part of the sentence."""
    for piece in reversed(sentence.pieces[:place]):
        if is_a(piece, _PARTS):
            return False
        if is_a(piece, "not deny") or piece.key == "without":
            return True
    return False

"""Whether a relative is the one whom a text is about: cared for, brought along, asked or written for."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import Piece, Sentence
from ..text.words import one_of

_ABOUT = (
    " for my ", " behalf of my ", " for our ", " behalf of a ", " asking for a ", " ask for a ", " about my ",
    " about our ", " behalf of our ", " writing for a ", " brought my ", " bring my ", " bringing my ",
    " caring for my ", " care for my ", " concerning my ", " regarding my ", " re my ", " here with my ",
)  # fmt: skip
"""Words behind which the relative is the one whom the question is about."""
_CARING = (
    " look after ", " looks after ", " looking after ", " looked after ", " carer for ", " carer to ", " carer of ",
    " care of ", " caring for ", " cares for ", " help ", " helping ", " support ", " supporting ",
)  # fmt: skip
"""Words behind which the relative is the one who is cared for."""
_COPIED = one_of("copying copied copy typing typed quoting reading read pasting pasted transcribing")
_PAPERS = one_of("letter letters summary notes note report reports results result records record bloods")
_SENDS = one_of("asked asks ask want wants wanted got told")
_NEAR, _BEHIND, _LAST = 4, 5, 3


def asked_about(found: Sequence[Piece], place: int) -> bool:
    """Whether the relative at a place is the one whom the question is about, or whose papers are copied."""
    before = _before(found, place)
    copied = not _COPIED.isdisjoint(before.split()) and _has_papers(found, place)
    return copied or any(words in before for words in _ABOUT) or _sends(found, place)


def cared_for(found: Sequence[Piece], place: int) -> bool:
    """Whether the speaker says that it is the relative at a place of whom he takes care."""
    before = _before(found, place)
    ends = any(words in before for words in _CARING)
    return ends and before.split()[-1] in ("my", "our", "a", "an", "for", "after", "elderly", "old", "disabled")


def gone(talk: Sequence[Sentence]) -> bool:
    """Whether somebody is told to have died."""
    return any(not _DEAD.isdisjoint(piece.key.split()) for sentence in talk for piece in sentence.pieces)


_DEAD = one_of("died dead deceased")


def _before(found: Sequence[Piece], place: int) -> str:
    return f" {' '.join(piece.key for piece in found[max(0, place - _NEAR) : place])} "


def _has_papers(found: Sequence[Piece], place: int) -> bool:
    """Whether what stands in somebody's papers is told: `copying from dad's discharge letter`."""
    return any(not _PAPERS.isdisjoint(piece.key.split()) for piece in found[place + 1 : place + _BEHIND])


def _sends(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody lets another ask for himself: `my friend asked me to write`, `my uncle wants me to ask`."""
    after = [word for piece in found[place + 1 : place + _BEHIND] for word in piece.key.split()]
    after = after[1:] if after[:1] == ["has"] else after
    return len(after) > _LAST and after[0] in _SENDS and after[1:3] == ["me", "to"] and after[3] in _WRITES


_WRITES = one_of("write ask post find enquire inquire check type put")

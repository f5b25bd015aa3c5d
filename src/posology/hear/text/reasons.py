"""Where a question holds what is so: `can I drive, I have a limp`, `does it matter that I take X?`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .words import one_of

if TYPE_CHECKING:
    from .clauses import Piece


def now_so(found: list[Piece], place: int) -> bool:
    """Whether a phrase gives a reason: `can it stop, now I eat again?`, `can I drive, I take X`."""
    piece = found[place]
    before = found[place - 1] if place else None
    if before is not None and before.key == "that":
        return _matters(found[: place - 1]) and ("mark" in piece or "i" in piece or "third" in piece or "my" in piece)
    has = piece.key.split()[0] in _SUBJECTS and len(piece.key.split()) > 1
    parted = has and before is not None and ("comma" in before or "dash" in before)
    return "mark" in piece and (parted or piece.key.startswith(("now i ", "now she ", "now he ", "now that ")))


def _matters(before: list[Piece]) -> bool:
    """Whether it is only asked what follows from it: `does it matter that …`, `is it a problem that …`."""
    return not _MATTER.isdisjoint(word for piece in before for word in piece.key.split())


_SUBJECTS = one_of("i she he they we it this")
_MATTER = one_of("matter matters problem fact bad worrying relevant affect concern change difference")

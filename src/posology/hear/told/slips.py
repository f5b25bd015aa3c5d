"""What was done by mistake, and was done all the same: `two doses were given by mistake`."""

from __future__ import annotations

from ..text.clauses import Piece
from ..text.words import one_of

SLIPS = ("by mistake", "in error")
_DONE = one_of("given gave injected put took taken got had")


def is_done(piece: Piece) -> bool:
    """Whether a phrase tells that something was done, so that a mistake in it denies nothing."""
    return not _DONE.isdisjoint(piece.key.split())

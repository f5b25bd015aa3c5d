"""Whether a name that may be a value's as well is of what somebody got: `has received X`, `since starting X`."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import Piece, is_a
from ..text.words import one_of


def is_had(found: Sequence[Piece], place: int) -> bool:
    """Whether a name that may be a value's as well is of what somebody got: `has had X since`, `after starting X`."""
    after = found[place + 1] if place + 1 < len(found) else None
    words = {word for piece in found[place + 1 : place + 4] for word in piece.key.split()}
    if after is not None and (is_a(after, "number bare colon sign be") or not _VALUED.isdisjoint(words)):
        return False
    before = place - 1
    while before >= 0 and (is_a(found[before], "my her") or found[before].key in _PLAIN):
        before -= 1
    if before < 0:
        return False
    near = found[max(0, before - 4) : before + 1]
    if any(is_a(piece, "not modal void unknown doubt until if suspect wish sorry nothing") for piece in near):
        return False  # `sorry`: it should be given
    if any(not _NOT.isdisjoint(piece.key.split()) for piece in near):
        return False
    return found[before].key.split()[-1] in _GOT


_NOT = one_of("not never no without nor")
_PLAIN = one_of("the some more extra regular im")
_VALUED = one_of(
    """
    level levels test tests tested testing blood bloods result results check checked done measured low normal high came
    repeated sent report reading status count borderline
    """
)
_GOT = one_of(
    """
    getting gets get having receiving receives received started starting commenced begun began given gave gives giving
    injecting injects take takes taking restarted restarting resumed missed skipped
    """
)

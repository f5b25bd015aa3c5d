"""What a question takes for granted of somebody: `why are my feet still …?`, `the pain that I've had since May`."""

from __future__ import annotations

from collections.abc import Sequence

from .clauses import Piece, Sentence, is_a
from .words import one_of


def still_so(sentence: Sentence, place: int) -> bool:
    """Whether a question takes something for granted: `why are my feet still …?`, `is it normal to still be …?`."""
    before = {word for piece in sentence.pieces[:place] for word in piece.key.split()}
    told = "still" in before or (_that_she(sentence.pieces, place) and before.isdisjoint(_UNSURE))
    return (
        (told and not _WONDERING.isdisjoint(before))
        or _asks_why(sentence.pieces[:place])
        or _has_it(sentence.pieces[place + 1 :])
    )


def _asks_why(before: Sequence[Piece]) -> bool:
    """Whether it is only asked why somebody has what stands behind: `why do I get …?`, `why is she always …?`."""
    at = next((here for here, piece in enumerate(before) if piece.key in ("why", "how come")), len(before))
    said = before[at + 1 :]
    whose = len(said) > 1 and is_a(said[0], "do be have") and is_a(said[1], "i third my her") and said[1].key != "they"
    return whose and all(is_a(piece, "small be have use my her") for piece in said[2:])


def _that_she(found: Sequence[Piece], place: int) -> bool:
    """Whether a clause with its own subject tells it: `… that she is lame`."""
    that = next((here for here in range(place - 1, -1, -1) if found[here].key == "that"), place)
    return that + 1 < place and is_a(found[that + 1], "i third my her")


def _has_it(after: Sequence[Piece]) -> bool:
    """Whether somebody is told to have what is asked about: `what helps the pain that I've had since May?`."""
    for here, piece in enumerate(after[:6]):
        begins = here + 1 if piece.key in ("that", "which") else here
        begins += begins + 1 < len(after) and is_a(after[begins], "my") and is_a(after[begins + 1], "relative")
        if begins + 1 < len(after) and is_a(after[begins], "i third relative"):
            return after[begins + 1].key.split()[0] in _HAVING
        if piece.labels and not is_a(piece, "small prep of my her"):
            return False
    return False


_HAVING = one_of("have has had am is get gets got keep keeps")


_WONDERING = one_of(
    "why normal usual worrying unusual expected ok okay matter change concerning bad serious relevant problem"
)
_UNSURE = one_of("if whether true possible likely sure certain mean")

"""Which of several choices holds: what somebody would have rather, and what is told before what is only supposed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..text.clauses import is_a
from ..told.scene import Scene, Word


def preferred(read: Scene, words: Sequence[Word]) -> list[Word]:
    """What was heard, without a choice behind which somebody says what he would have rather."""
    rather = {one.heard.fact: one for one in words if isinstance(one.heard.value, str) and _rather(read, one)}
    return [one for one in words if one.at >= rather.get(one.heard.fact, one).at]


def _rather(read: Scene, one: Word) -> bool:
    """Whether a choice is what the patient would have rather: `they want the one, I'd rather have the other`."""
    number, place = one.at
    found = read.talk[number].pieces
    lead = [piece for piece in found[max(0, place - 3) : place] if "small" not in piece]
    words = [word for piece in (*lead, found[place]) for word in piece.key.split()]
    return any(is_a(piece, "i") for piece in lead) and not {"rather", "prefer"}.isdisjoint(words)


def told_first(words: Sequence[Word]) -> Iterator[Word]:
    """What was heard, but of a choice that is told nothing that is only supposed: `planning X. What if she has it?`."""
    told = {one.heard.fact for one in words if isinstance(one.heard.value, str) and not one.heard.supposed}
    return (one for one in words if not (one.heard.supposed and one.heard.fact in told))

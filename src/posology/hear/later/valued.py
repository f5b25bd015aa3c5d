"""Words with which people tell of a value: what it is called, that it moved, that it was wrong."""

from __future__ import annotations

from ..text.words import one_of
from ..told.scene import Scene

NOUNS = one_of("count level value result reading figure number sample measurement length")
MOVED = one_of(
    """
    fell fallen dropped dropping falling rose risen rising climbed climbing sunk sank slumped crashed plunged plummeted
    tumbled halved doubled
    """
)
NAY = one_of("no nope nah")
WRONG = one_of(
    "error mistake mistaken wrong misread mistyped typo mislabelled mislabeled swapped misprint incorrect"
)


def standing(read: Scene) -> list[str]:
    """The facts that stand with a number before this turn."""
    return [fact for fact, value in read.before.facts.items() if isinstance(value, float)]

"""Which of several numbers is the newest: `was 52 in 2020, 71 last month`, `30 at first, these days around 180`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from ..text.clauses import Piece, Sentence, is_a
from ..text.words import MONTHS, one_of

Age = Literal["old", "new", ""]

_NOW = one_of(
    """
    now current currently today latest repeat repeated recheck rechecked redone recent yesterday discharge this
    nowadays tonight presently corrected subsequently later since
    """
)
_OLD = one_of(
    """
    initially originally previous previously earlier first baseline admission arrival presentation diagnosis once before
    ago formerly past old outset start beginning originally childhood from preop pre
    """
)
_LATELY = one_of("week month night check visit review count test")
_LIGHT = "small be it third her my prep of have comma and but or dash colon open hello over back sorry i ago frame"
_FILLING = one_of(
    """
    count level value result number sample test reading figure one same there to of with only around about roughly
    approx sit sits sitting stand stands run runs running hover hovering hovers up down day days discharge
    say says said letter lab labs gone went come came risen fallen dropped rose fell climbed recovered improved
    week weeks month months year years at on in by per gp hospital bloods check checked checkup visit review
    monday tuesday wednesday thursday friday saturday sunday mon tue wed thu thurs fri morning afternoon evening
    bloods blood
    """
) | (MONTHS - {"may"})
_ENDS = "comma dash open close but"
_FAR = 12
_FEW = 20
"""Below it a whole number behind `after …` counts something else."""


def age(sentence: Sentence, place: int) -> Age:
    """Whether a number is said to be of now, or of before, by the words of its part of the sentence."""
    near = clause(sentence.pieces, place)
    words = [word for piece in near for word in piece.key.split()]
    own = sentence.pieces[place]
    before = near[: next((here for here, piece in enumerate(near) if piece is own), 0)]
    counts = own.key.isdigit() and int(own.key) < _FEW and any("mark" in piece for piece in before[-1:])
    behind = not any("after" in piece.key.split() for piece in before)
    follows = "bare" in own and "after" in words and ((near[-1] is own and not counts) or behind)
    if _beside_another(sentence.pieces, place) and "last" in words:
        return "old"
    if follows or not _NOW.isdisjoint(words) or _lately(words):
        return "new"
    years = any(len(word) == 4 and word[:2] in ("19", "20") and word.isdigit() for word in words)
    if years or not _OLD.isdisjoint(words) or "was" in words or "were" in words:
        return "old"
    return "new" if {"is", "are"} & set(words) else ""


def _beside_another(found: Sequence[Piece], place: int) -> bool:
    """Whether a number stands in brackets right behind another: `38 (80 last month)`."""
    return place > 1 and is_a(found[place - 1], "open") and is_a(found[place - 2], "number")


def _lately(words: Sequence[str]) -> bool:
    """`last week`, `on Friday`, `these days`."""
    last = {after for word, after in pairwise(words) if word in ("last", "these", "past")}
    return not last.isdisjoint(_LATELY) or "day" in last


def clause(found: Sequence[Piece], place: int) -> Sequence[Piece]:
    """The part of a sentence around a number, between its commas and the numbers beside it."""
    first, last = place, place + 1
    while first > 0 and place - first < _FAR and not _parts(found[first - 1]):
        first -= 1
    while last < len(found) and last - place < _FAR and not _parts(found[last]):
        last += 1
    if first and first < place and found[first].key in ("now", "today", "currently"):
        first += 1  # it belongs to the number before: `at 41 now they were 33`
    return found[first:last]


def _parts(piece: Piece) -> bool:
    year = "bare" in piece and len(piece.key) == 4 and piece.key.isdigit()
    return is_a(piece, _ENDS) or (is_a(piece, "number bare age") and not year)


def goes_on(sentence: Sentence, place: int) -> bool:
    """Whether a bare number is the newest of what was spoken of before, and its part of the sentence says only that."""
    if age(sentence, place) != "new":
        return False
    near = [piece for piece in clause(sentence.pieces, place) if piece is not sentence.pieces[place]]
    after = next((here for here, piece in enumerate(near) if piece.key == "after"), len(near))
    near = near[: after + 1]
    return all(_light(piece) for piece in near)


def _light(piece: Piece) -> bool:
    words = one_of(" ".join(piece.key.split()))
    known = _NOW | _LATELY | _FILLING | {"these", "last", "after"}
    return is_a(piece, _LIGHT) or not words - known or piece.key[:2] in ("19", "20")

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
    bloods blood christma xmas easter spring summer autumn winter
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
    aside = _RENEWED.isdisjoint(words) and _beside_another(sentence.pieces, place)
    came_from = place > 1 and sentence.pieces[place - 1].key == "from"  # 28 last month from 40
    came_from = came_from and any(is_a(piece, "number") for piece in sentence.pieces[max(0, place - _NEAR - 2) : place])
    if aside or came_from or _told_back(sentence, place, words):
        return "old"
    if follows or not _NOW.isdisjoint(words) or _lately(words):
        return "new"
    if any(map(is_year, words)) or not _OLD.isdisjoint(words) or "was" in words or "were" in words:
        return "old"
    return "new" if {"is", "are"} & set(words) else ""


def _beside_another(found: Sequence[Piece], place: int) -> bool:
    """Whether a number stands in brackets right behind another: `38 (80 on Monday)`, `38 today (was 80 last week)`."""
    opened = place - 1
    while opened > 0 and (is_a(found[opened], "be") or _of_before(found[opened])) and place - opened < _NEAR:
        opened -= 1
    if opened < 1 or not is_a(found[opened], "open"):
        return False
    before = found[max(0, opened - _NEAR) : opened]
    return any(is_a(piece, "number") for piece in before)


def _of_before(piece: Piece) -> bool:
    """Whether a word in brackets tells that its number is of before: `38 (last week 45)`."""
    return (_OLD | _TIMES | _WEEKDAYS | MONTHS | {"yesterday", "last", "on", "in", ":"}).issuperset(piece.key.split())


_NEAR = 4
_RENEWED = one_of("now current currently today latest repeat repeated recheck rechecked redone corrected tonight later")
"""What makes a number in brackets the newer one: `38 (repeat 45)`."""


def _told_back(sentence: Sentence, place: int, words: Sequence[str]) -> bool:
    """Whether a number of last week stands behind one of now: `38 today, 80 last week`, `38, was 80 last week`."""
    timed = not _WEEKDAYS.isdisjoint(words) or any(one == "last" and two in _TIMES for one, two in pairwise(words))
    if not (timed or "yesterday" in words) or not (_NOW - {"yesterday"}).isdisjoint(words):
        return False
    known = [here for here in range(place) if is_a(sentence.pieces[here], "number bare")]
    if not known:
        return False
    before = {word for piece in clause(sentence.pieces, known[-1]) for word in piece.key.split()}
    of_old = not before.isdisjoint(_OLD | MONTHS | {"was", "were", "last"}) or any(map(is_year, before))
    return not before.isdisjoint(_TODAY) or (not of_old and not {"was", "were", "yesterday"}.isdisjoint(words))


_TODAY = one_of("now today currently tonight")
_TIMES = one_of("week month night year time")


def is_year(word: str) -> bool:
    """Whether a word is a year of our days."""
    return len(word) == 4 and word[:2] in ("19", "20") and word.isdigit()


def _lately(words: Sequence[str]) -> bool:
    """`last week`, `on Friday`, `these days`."""
    last = {after for word, after in pairwise(words) if word in ("last", "these", "past")}
    return not last.isdisjoint(_LATELY) or "day" in last or not _WEEKDAYS.isdisjoint(words)


_WEEKDAYS = one_of("monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thu thurs fri")


def clause(found: Sequence[Piece], place: int) -> Sequence[Piece]:
    """The part of a sentence around a number, between its commas and the numbers beside it."""
    first, last = place, place + 1
    while first > 0 and place - first < _FAR and not _parts(found[first - 1]):
        first -= 1
    while last < len(found) and last - place < _FAR and not _parts(found[last]):
        last += 1
    parted = first > 0 and is_a(found[first - 1], _ENDS)
    if first and not parted and first < place and found[first].key in ("now", "today", "currently"):
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

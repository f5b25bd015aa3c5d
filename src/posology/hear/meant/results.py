"""A value without a name, told as the result of the test that is spoken of: `they tested it: 66`, `it was 66`."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import Piece, Sentence, is_a
from ..text.words import one_of

_TOLD = one_of(
    """
    was were is came come back in out at as got get had result results level levels reading figure number value said
    say says showed shows show count done tested checked retested rechecked yes : = — - ( , and just only about
    around a of lab labs with to be it test taken measured down has have been bloods blood they sitting low phoned
    rang phone ring called tell told me us
    """
)
_TELLING = one_of(
    """
    was were is came come got result results level reading figure number value showed shows said say tested checked
    done
    """
)
_TESTED = one_of("tested checked done taken measured retested rechecked")
_ENDING = "comma dash colon close open and but or because so if wh who owing sorry"
_NO_END = one_of("before ago times time when")
_WHENS = one_of(
    """
    monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun last week month now today
    which what then in on this
    """
)
_FIRST = 20
"""A plain whole number below this is too often a count of something."""


def resulting(sentence: Sentence, place: int, earlier: Sentence | None, untold: bool) -> bool:
    """Whether a bare number stands where a result is told, after the test was named without one.

    ``untold``: the name of the test stands without a value in this sentence or in the one before.
    """
    found = sentence.pieces
    if not untold or not _ends(found, place) or "ask" in sentence.moods[: place + 1] or "suppose" in sentence.moods:
        return False
    named = next((here for here in range(place - 1, -1, -1) if is_a(found[here], "name")), None)
    first = 0 if named is None else named + 1
    alone = named is None and place == 0 and earlier is not None and not earlier.asked
    before = _before(found[first:place])
    words = {word for piece in before for word in piece.key.split()}
    plain = bool(before) and all(_leads(piece) for piece in before)
    tested = named is not None and "test" in found[named].key.split()
    marked = place > 0 and is_a(found[place - 1], "colon dash comma") and not words.isdisjoint(_TESTED)
    told = plain and (tested or not words.isdisjoint(_TELLING))
    return alone or told or marked or (named is None and _it_was(found[:place]))


def _before(near: Sequence[Piece]) -> Sequence[Piece]:
    """What stands between a name and a number, without when it was."""
    light = [piece for piece in near if not is_a(piece, "ago when")]
    return [piece for piece in light if piece.key not in _WHENS]


def _leads(piece: Piece) -> bool:
    return _TOLD.issuperset(piece.key.split()) or is_a(piece, "small")


_IT = one_of("it that this mine")


def _it_was(before: Sequence[Piece]) -> bool:
    """Whether the last words before a number are `it was`, `it came back at`, `as it is`."""
    rest = list(before)
    while rest and rest[-1].key not in _IT and _TOLD.issuperset(rest[-1].key.split()):
        rest.pop()
    return bool(rest) and (len(rest) < len(before) or rest[-1].key == "mine") and rest[-1].key in _IT


def _ends(found: Sequence[Piece], place: int) -> bool:
    """Whether nothing is counted by a number."""
    after = found[place + 1 : place + 3]
    if not after:
        return True
    return after[0].key not in _NO_END and (is_a(after[0], _ENDING) or after[0].key in _WHENS)


def is_count(value: float, unit: str) -> bool:
    """Whether a number is more likely to count something, or a year, than to be a result."""
    plain = not unit and value.is_integer()
    return plain and (value < _FIRST or 1900 <= value <= 2100)

"""Whether somebody asks for something, wants it, or asks whether it is possible."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import Piece, Sentence, is_a
from ..text.words import CHANGING, one_of
from ..told.spoken_of import GIVING, keys

_ABLE = one_of(
    """
    ok okay safe possible allowed appropriate fine suitable acceptable alright permitted option alternative right
    reasonable sensible advisable meant supposed worth
    concern problem licensed risky dangerous harmful contraindicated legal unsafe feasible doable justified indicated
    licence license label
    """
)
_COMPARING = one_of("effective equivalent compare compared comparison versus vs difference superior inferior")
_ASKING = one_of("why how what which difference")
_KEEPING = one_of("have stay remain keep")
_WISHING = one_of("want wants wanted wanting wish wishes wishing prefer prefers keen hoping hopes")


def wanted(sentence: Sentence, place: int, strict: bool = False) -> bool:
    """Whether somebody asks for it, wants it, or asks whether it is possible.

    ``strict``: not every `can I have …?` is enough; it must be whether it may be given.
    """
    found, mood = sentence.pieces, sentence.moods[place]
    first, last = _clause(sentence, place)
    wishes = [piece for piece in found[first:place] if "wish" in piece]
    if (
        _asks_itself(found, place)
        or _wished_too(found[first:place])
        or (mood == "tell" and _bidden(found[first:place]))
    ):
        return True
    behind = found[place + 1 :]
    if mood == "tell" and any(piece.key in ("please", "pls", "plz") for piece in behind):
        return not any("not" in piece for piece in behind)
    if wishes and not any("not" in piece for piece in found[first:place]):
        return True
    if _wish_behind(sentence, place) or _is_what(found, place):
        return True
    if _fragment(sentence, place) or (sentence.asked and place == first and not strict):
        return True
    words = keys(sentence, first, last)
    comparing = (
        words & _COMPARING
        or keys(sentence, _question(found, first, place), place) & _ASKING
        or {"as", "good"} <= words
        or ("than" in words and "rather" not in words)
    )
    if mood == "tell" or comparing:
        return mood == "consider"
    able = any("modal" in piece for piece in found[first:last])
    if strict:
        return bool(words & _ABLE) or (able and not words.isdisjoint(GIVING | _KEEPING))
    return bool(words & _ABLE) or able or any("use" in piece for piece in found[first:last]) or mood != "ask"


def _question(found: Sequence[Piece], first: int, place: int) -> int:
    """Where the question itself begins that a mention stands in: `which drug, and is X ok?`."""
    joined = (
        here for here in range(place - 1, first, -1) if "and" in found[here - 1] and is_a(found[here], "be modal")
    )
    return next(joined, first)


def _asks_itself(found: Sequence[Piece], place: int) -> bool:
    """Whether a longer phrase is a question by itself: `would X be enough`."""
    words = found[place].key.split()
    opens = place == 0 or is_a(found[place - 1], "comma and but dash hello colon open")
    after = found[place + 1].key if place + 1 < len(found) else ""
    if opens and words[:3] == ["any", "reason", "not"]:
        return True
    if opens and len(words) > 1 and words[0] in ("is", "are") and after in _ABLE:
        return True
    return opens and "be" in words[1:] and words[0] in ("would", "could", "can", "may", "might")


def would_like(sentence: Sentence, place: int) -> bool:
    """Whether a longer phrase is a wish behind `would`: `she'd take X`, `I would just like X`."""
    found = sentence.pieces
    before = next((piece for piece in reversed(found[:place]) if "small" not in piece), None)
    wished = found[place].key.split()[0] in ("like", "prefer", "rather", "sooner", "take", "try", "want")
    return wished and before is not None and before.key == "would" and sentence.moods[place] == "tell"


def must_be(sentence: Sentence, place: int) -> bool:
    """Whether it is asked if it has to be so: `do I have to have it in the X?`."""
    keys = [word for piece in sentence.pieces[:place] for word in piece.key.split()]
    forced = any(keys[here : here + 2] in (["have", "to"], ["has", "to"]) for here in range(len(keys)))
    return sentence.asked and keys[:1] in (["do"], ["does"], ["must"]) and (forced or keys[0] == "must")


def swapped_to(sentence: Sentence, place: int) -> bool:
    """Whether it is what one would change to: `ask about switching to X`."""
    near = sentence.pieces[max(0, place - 5) : place]
    keyed = [word for piece in near for word in piece.key.split()]
    return bool(keyed) and keyed[-1] in ("to", "onto") and any(word.startswith(CHANGING) for word in keyed)


def _wished_too(before: Sequence[Piece]) -> bool:
    """Whether a wish within a longer phrase goes on behind it: `wants to stop this and try …`."""
    last = next((here for here in range(len(before) - 1, -1, -1) if "mark" in before[here]), None)
    if last is None or before[last].key.split(" ", 1)[0] not in _WISHING:
        return False
    apart = any(is_a(piece, "not until comma because i third") for piece in before[last:])
    return not apart and any("and" in piece for piece in before[last + 1 : last + 2])


def _bidden(before: Sequence[Piece]) -> bool:
    """Whether somebody is told to give it, or a longer phrase begins with a wish: `please give it`, `want to do it`."""
    keys = [piece.key for piece in before if not is_a(piece, "small it")]
    bids = keys in (["give"], ["please", "give"])
    wishes = any("nothing" in piece and piece.key.split()[0] in ("want", "wants", "prefer") for piece in before)
    return (bids or wishes) and not any(is_a(piece, "not comma") for piece in before)


_WISHES = one_of("want wants prefer prefers would")
_LIKES = one_of("fancy fancies love loves like likes")


def _wish_behind(sentence: Sentence, place: int) -> bool:
    """`tea preferred by her`, `they do coffee, I want that`."""
    found = sentence.pieces
    after = [piece for piece in found[place + 1 : place + 7] if "small" not in piece]
    if len(after) > 3 and "comma" in after[0] and after[1].key == "which" and is_a(after[2], "i third"):
        return "not" not in after[3] and (_WISHES | _LIKES).isdisjoint(after[3].key.split()) is False
    if sentence.moods[place] == "ask":
        return False
    if place + 1 < len(found) and found[place + 1].key in ("preferred", "requested", "wanted", "please"):
        return True
    wish = next((here for here in range(place + 1, len(found) - 1) if "wish" in found[here]), None)
    denied = wish is not None and any("not" in piece or "mark" in piece for piece in found[place + 1 : wish])
    return wish is not None and not denied and "it" in found[wish + 1] and "i" in found[wish - 1]


def _is_what(found: Sequence[Piece], place: int) -> bool:
    """Whether it is said behind it that it is what somebody wants: `under the skin is what I want`."""
    after = [piece for piece in found[place + 1 :] if not is_a(piece, "comma small")]
    here = next((n for n, piece in enumerate(after[:3]) if "be" in piece), None)
    told = after[here + 1 : here + 4] if here is not None else []
    return len(told) > 2 and told[0].key == "what" and is_a(told[1], "i third") and "wish" in told[2]


def _fragment(sentence: Sentence, place: int) -> bool:
    """Whether a mention is all that is asked: `IV?`, `aged 80, tablets?`."""
    found = sentence.pieces
    first = place
    while first > 0 and not is_a(found[first - 1], "comma dash colon"):
        first -= 1
    plain = "mark small hello not and nothing"
    return sentence.asked and all(is_a(piece, plain) or piece.key in _ENOUGH for piece in found[first:])


_ENOUGH = one_of(
    "first line firstline enough only alone route replacement instead option ok okay fine therapy treatment"
)


def _clause(sentence: Sentence, place: int) -> tuple[int, int]:
    """The stretch of one mood around a place."""
    moods = sentence.moods
    first = last = place
    while first > 0 and moods[first - 1] == moods[place]:
        first -= 1
    while last < len(moods) and moods[last] == moods[place]:
        last += 1
    return first, last

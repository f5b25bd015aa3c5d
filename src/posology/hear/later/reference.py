"""Numbers that belong to a fact spoken of before: `sorry, 300`, `now 45`, `what about at 20?`."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from ..named.numbers import limiting_word
from ..text.clauses import Piece, Sentence, is_a
from ..text.words import one_of
from .valued import NAY

Reference = Literal["instead", "supposed"]

_LIGHT = (
    "small be it third hello comma dash colon prep have third consider if and frame wh sorry do but of "
    "modal"
)
_NOW = one_of("now currently current today latest then repeat repeated recheck rechecked redone")
_PLAIN = one_of(
    """
    count level value result number sample test reading figure one same still that there say at to of with only
    drop drops fell falls rose rises goes
    """
)


def bare_number(sentence: Sentence, place: int, after_number: bool) -> Reference | None:
    """How a number without a name refers to the one before; None when it does not.

    ``after_number``: a named number stands before it in the same sentence.
    """
    before = sentence.pieces[:place]
    if _negated(before) or _limited(before, sentence.pieces[place + 1 : place + 3]):
        return None
    if _after_sorry(before) or _sorry_behind(sentence, place) or misprinted(sentence, place):
        return "instead"
    after = sentence.pieces[place + 1 : place + 2]
    if (_of_the_speaker(before) and _ends(after)) or (_then_now(after) and _it_is(before)):
        return "instead"
    if _it_is(before) and before[-1].key == "to":
        return "instead"
    if _it_is(before) and any("sorry" in piece for piece in before):
        return "instead"
    if _after_now(before) and (after_number or _short(sentence)):
        return "instead"
    question = _parted(sentence, place)
    if _short(question) and sum("bare" in piece for piece in question.pieces) == 1:
        opened = any(is_a(piece, "consider if") for piece in before)
        if opened or (sentence.asked and before and before[0].key in ("and", "at", "same", "or", "with")):
            return "supposed"
    return None


def _parted(sentence: Sentence, place: int) -> Sentence:
    """A question without the one that is asked behind it: `what about at 20, and how often?`."""
    for here in range(place + 1, len(sentence.pieces) - 1):
        piece, after = sentence.pieces[here : here + 2]
        if is_a(piece, "comma and") and is_a(after, "and wh do modal"):
            return replace(sentence, pieces=sentence.pieces[:here], moods=sentence.moods[:here])
    return sentence


def put_right(sentence: Sentence, place: int) -> bool:
    """Whether a number alone puts right the one before: `no, 54`, `no, it is 54`."""
    opening, rest = sentence.pieces[:2], sentence.pieces[2:]
    if place < len(opening) or opening[0].key not in NAY or not is_a(opening[1], "comma dash"):
        return False
    alone = replace(sentence, pieces=rest, moods=sentence.moods[2:])
    return not sentence.asked and _short(alone) and sum("bare" in piece for piece in rest) == 1


def lone(sentence: Sentence, place: int) -> bool:
    """Whether a sentence is a number and hardly more: `127.`, `it is 127.`."""
    rest = [piece for here, piece in enumerate(sentence.pieces) if here != place]
    return not sentence.asked and all(is_a(piece, "small it be third hello comma sorry") for piece in rest)


def misprinted(sentence: Sentence, place: int) -> bool:
    """Whether a number is what should have been written: `should say 127`, `that should have read 127`."""
    words = " ".join(piece.key for piece in sentence.pieces[:place]).split()
    return words[-1:] in (["say"], ["said"], ["read"]) and "should" in words[-4:]


def _after_now(before: tuple[Piece, ...]) -> bool:
    """`now 45`, `now they are 45`."""
    nearest = next(
        (
            piece
            for piece in reversed(before)
            if piece.key in _NOW or not (is_a(piece, "be it third small colon") or piece.key in _PLAIN)
        ),
        None,
    )
    return nearest is not None and nearest.key in _NOW


def _it_is(before: tuple[Piece, ...]) -> bool:
    """`they are 45`, `it has slumped to 45`."""
    moved = len(before) > 3 and before[-1].key == "to" and not before[-2].labels
    near = before[-4:-2] if moved else before[-2:]
    return len(near) > 1 and is_a(near[0], "it third") and is_a(near[1], "be have")


def _of_the_speaker(before: tuple[Piece, ...]) -> bool:
    """`my sister's count is 20, mine is 210`, `normal 150-400, hers 48`, `the patient's own count 240`."""
    if len(before) > 1 and before[-2].key == "own" and before[-1].key in _PLAIN:
        return True
    rest = (piece for piece in reversed(before) if not _CAME.issuperset(piece.key.split()) and "be" not in piece)
    owner = next(rest, None)
    if owner is None or owner.key not in _OWNERS:
        return False
    return owner is not before[-1] or len(before) == 1 or is_a(before[-2], _APART)


def _ends(after: tuple[Piece, ...]) -> bool:
    """Whether nothing is counted: `hers 48.`, but not `her 2 sons`."""
    return not after or is_a(after[0], "comma dash colon open close and but because owing frame or prep")


_OWNERS = one_of("mine her his your their")
"""Whose a number is that stands right behind; `hers` has lost its last letter here."""
_CAME = one_of("came come back in at as just only now got : ,")
_APART = "comma dash colon close and but hello small"


def _then_now(after: tuple[Piece, ...]) -> bool:
    """`they are 45 now`."""
    return bool(after) and after[0].key in ("now", "today", "currently")


def _limited(before: tuple[Piece, ...], after: tuple[Piece, ...]) -> bool:
    """Whether a number is only a limit or an end of a range: `should be under 10`, `should be 10 to 20`."""
    ranged = len(before) > 1 and before[-1].key in ("to", "-") and "bare" in before[-2]
    ranged = ranged or (len(after) > 1 and after[0].key in ("to", "-") and "bare" in after[1])
    return ranged or (bool(before) and limiting_word(before[-1].key))


def no_value(sentence: Sentence, place: int) -> bool:
    """Whether a number is an end of a range, a day's or a time's: `between 20 and 30`, `day 14`, `at 14:30`."""
    near = sentence.pieces[max(0, place - 4) : place]
    opened = any(one.key == "between" for one in near)
    ranged = opened and len(near) > 1 and near[-1].key == "and" and "bare" in near[-2]
    around = sentence.pieces[max(0, place - 2) : place + 3]
    row = zip(around, around[1:], around[2:], strict=False)
    timed = any(sign.key == ":" and len(hour.key) <= 2 == len(late.key) and "bare" in hour for hour, sign, late in row)
    return ranged or timed or (bool(near) and near[-1].key in _DAYS)


_DAYS = one_of("day week month dose")


def _negated(before: tuple[Piece, ...]) -> bool:
    """`300, not 30`: the number that is not meant."""
    return bool(before) and "not" in before[-1]


def _after_sorry(before: tuple[Piece, ...]) -> bool:
    """Whether a correction stands right before: `sorry, it is 300`, `sorry, not 30 but 300`."""
    for here in range(len(before) - 1, max(-1, len(before) - 12), -1):
        piece = before[here]
        if "sorry" in piece and piece.key != "rather":
            return True
        plain = is_a(piece, _LIGHT) or piece.key in _PLAIN or is_a(piece, "not bare her my reset")
        if not plain:
            return False
    return False


def _sorry_behind(sentence: Sentence, place: int) -> bool:
    """Whether a correction stands right behind: `300, sorry`, `300 sorry, missed a digit`."""
    before, after = sentence.pieces[:place], sentence.pieces[place + 1 :]
    at = next((here for here, piece in enumerate(after[:2]) if "sorry" in piece and piece.key != "rather"), None)
    if at is None:
        return False
    parted = at + 1 >= len(after) or is_a(after[at + 1], "comma dash")
    return _short(sentence) or (parted and all(is_a(piece, _LIGHT) for piece in before))


def _short(sentence: Sentence) -> bool:
    """Whether a sentence holds little besides its number."""
    if len(sentence.pieces) > 12:
        return False
    rest = [piece for piece in sentence.pieces if "bare" not in piece]
    return len(rest) <= 8 and all(is_a(piece, _LIGHT) or piece.key in _PLAIN or piece.key in _NOW for piece in rest)

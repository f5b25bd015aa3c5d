"""Which of a choice is meant to be given: `plan: X 1 mg, then review`, `is X good? the doctor gave it to me`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..named.lexicon import Meaning
from ..named.mentions import Mention, within
from ..text.clauses import Piece, is_a
from ..text.words import CHANGING, one_of
from ..told.scene import Scene, Word, word
from ..told.spoken_of import at_large, in_general


def intended(read: Scene, number: int, place: int, mention: Mention) -> Iterator[Word]:
    """The one of a choice that a plan names, whatever else its words say: it yields to what is in use."""
    sentence = read.talk[number]
    said, found = read.said[number].get(place, set()), sentence.pieces
    noted = bool(said & {"void", "ordered"}) and (
        sentence.moods[place] == "tell" or not _PLANS.isdisjoint(found[0].key.split())
    )
    if not noted or said & {"not", "over", "doubt"} or not ("ordered" in said or _by_plan(found, place)):
        return
    if at_large(sentence) or in_general(sentence, place):
        return
    inner = list(within(mention.start, mention.end, read.noted.spoken, read.lexicon, "used"))
    values = {(one.fact, one.value) for one in inner}
    for fact, value in values if len(values) == 1 else ():
        if value is not None:
            yield replace(word(read, number, place, fact, value), proposed=True)


def _by_plan(found: Sequence[Piece], place: int) -> bool:
    """Whether a plan governs it, and nothing stands between that denies it or has it ended: `plan to stop X`."""
    plan = next((at for at in range(place - 1, -1, -1) if not _PLANS.isdisjoint(found[at].key.split())), None)
    if plan is None or any(is_a(piece, "not") for piece in found[max(0, plan - 1) : plan]):
        return False
    near = [piece for piece in found[plan + 1 : place] if not is_a(piece, "small be")]
    if near and (near[-1].key in _ENDED or near[-1].key.startswith(CHANGING)):
        return False
    return not any(is_a(piece, "not until if but") for piece in near)


_PLANS = one_of("plan plans planning planned")
_ENDED = one_of("stop stopping from off avoid avoiding hold holding without before discontinue")


def given_behind(read: Scene, number: int) -> bool:
    """Whether what is asked about is then said to have been given or advised: `is X good? my doctor gave it to me`."""
    sentence = read.talk[number]
    following = read.talk[number + 1] if number + 1 < len(read.talk) else None
    if not (sentence.asked or "ask" in sentence.moods) or following is None or following.asked:
        return False
    found = following.pieces[:_FAR]
    verb = next((at for at, piece in enumerate(found) if not _GAVE.isdisjoint(piece.key.split())), None)
    if verb is None or any(is_a(piece, "not if modal number") for piece in found[: verb + 1]):
        return False
    behind = found[verb + 1 : verb + 4]
    it = any(piece.key in _IT for piece in (*found[:verb], *behind)) or any(piece.key == "for" for piece in behind)
    return it and not any("used" in {one.kind for one in _meanings(read, piece)} for piece in following.pieces)


def _meanings(read: Scene, piece: Piece) -> Sequence[Meaning]:
    return read.noted.mentions[piece.mention].meanings if piece.mention is not None else ()


_FAR = 9
_GAVE = one_of(
    """
    gave gives given give prescribed prescribes prescribe started put puts recommended recommends advised advises
    suggested suggests using use on got takes taking take
    """
)
_IT = one_of("it this that them these me which what")

"""What needs the whole sentence: whether a mention is asked for, of a case, or beside another."""

from __future__ import annotations

from collections.abc import Sequence

from .clauses import VERBS, Sentence, is_a
from .negation import Flags
from .words import one_of

_TREATING = one_of(
    """
    dose dosage dosing mg mcg treat treated treating treatment therapy regimen schedule give given giving inject
    injected injecting injection jab shot often frequent frequently frequency interval maintenance loading use
    used using prefer preferred recommend recommended form formulation product route site needle gauge safe ok
    okay allowed contraindicated switch stop stopped continue monitor monitoring check need needed require
    required prescribe prescribing refer referral manage managed management start started begin first many much
    long soon option appropriate best better precaution avoid oral tablet differ different change suitable work
    enough lifelong life duration choose choice pick intramuscular intravenous subcutaneous
    possible
    """
)
_KNOWING = one_of(
    """
    cause caused causing common symptom sign mean prevalent prevalence incidence diagnose diagnosed diagnosing
    diagnosis inherit inherited genetic contagious happen interact interaction define definition reversible risk
    develop get linked related associated explain feel normal hurt difference between who
    """
) - {"who", "difference", "between"}
_ABLE = one_of(
    """
    ok okay safe possible allowed appropriate fine suitable acceptable alright permitted option alternative
    """
)
_COMPARING = one_of(
    """
    effective equivalent compare compared comparison versus vs difference superior inferior good better best
    """
)
_PARTS = "comma and or colon dash open close but mark number"
_LIMITING = one_of(
    """
    threshold cutoff cutoffs limit target reference goal range minimum maximum lowest highest
    """
)


def keys(sentence: Sentence, first: int = 0, last: int | None = None) -> set[str]:
    """The single words of a stretch of a sentence."""
    return {word for piece in sentence.pieces[first:last] for word in piece.key.split()}


def cased(sentence: Sentence) -> bool:
    """Whether a question is how a case is treated, and not what there is to know: `which dose in …?`."""
    words = keys(sentence)
    return bool(words & _TREATING) and not words & _KNOWING


def limiting(sentence: Sentence, place: int) -> bool:
    """Whether a number is spoken of as a limit or a normal value."""
    found = sentence.pieces
    first, last = place, place + 1
    while first > 0 and place - first < 4 and not is_a(found[first - 1], _PARTS):
        first -= 1
    while last < len(found) and last - place < 4 and not is_a(found[last], _PARTS):
        last += 1
    return bool(keys(sentence, first, last) & _LIMITING) or (place > 0 and found[place - 1].key == "normal")


def close_by(sentence: Sentence, place: int, mentions: Sequence[set[str]], beside: Sequence[str]) -> bool:
    """Whether the nearest mention before a place, or else after it, is of one of these facts or groups.

    ``mentions``: for each piece, the facts and groups that it speaks of.
    """
    before = next((mentions[here] for here in range(place - 1, -1, -1) if mentions[here]), set())
    after = next((mentions[here] for here in range(place + 1, len(sentence.pieces)) if mentions[here]), set())
    return bool((before or after) & {name.lower() for name in beside})


def in_use(sentence: Sentence, place: int) -> bool:
    """Whether somebody is on it, gets it or is given it."""
    found = sentence.pieces
    for here in range(place - 1, max(-1, place - 7), -1):
        piece = found[here]
        if is_a(piece, "use wish") or piece.key in ("on", "with"):
            return True
        if is_a(piece, "mark comma stop void until not past over because"):
            return False
    return False


def wanted(sentence: Sentence, place: int) -> bool:
    """Whether somebody asks for it, wants it, or asks whether it is possible."""
    found, mood = sentence.pieces, sentence.moods[place]
    first, last = _clause(sentence, place)
    before = found[first:place]
    if any("wish" in piece for piece in before) and not any("not" in piece for piece in before):
        return True
    if _fragment(sentence, place):
        return True
    words = keys(sentence, first, last)
    if mood == "tell" or words & _COMPARING or words & {"why", "how", "what", "which", "difference"}:
        return mood == "consider"
    able = bool(words & _ABLE) or any(is_a(piece, "modal use") for piece in found[first:last])
    return able or mood in ("suppose", "consider")


def _fragment(sentence: Sentence, place: int) -> bool:
    """Whether a mention is all that is asked: `IV?`, `aged 80, tablets?`."""
    found = sentence.pieces
    first = place
    while first > 0 and not is_a(found[first - 1], "comma dash colon"):
        first -= 1
    plain = "mark small hello not and nothing"
    return sentence.asked and all(is_a(piece, plain) for piece in found[first:])


def _clause(sentence: Sentence, place: int) -> tuple[int, int]:
    """The stretch of one mood around a place."""
    moods = sentence.moods
    first = last = place
    while first > 0 and moods[first - 1] == moods[place]:
        first -= 1
    while last < len(moods) and moods[last] == moods[place]:
        last += 1
    return first, last


def person_spoken_of(sentence: Sentence) -> bool:
    """Whether a sentence speaks of somebody, and not of the matter as such."""
    found = sentence.pieces
    for place, piece in enumerate(found):
        if is_a(piece, "third her person relative age") or piece.key in ("my", "me"):
            return True
        if "i" in piece and any(is_a(near, "have be") for near in found[place + 1 : place + 3]):
            return True
    return False


def last_asked(sentence: Sentence, place: int) -> bool:
    """Whether only mentions stand between a place and the question mark: `she has pain?`."""
    rest = sentence.pieces[place + 1 :]
    return sentence.asked and all(is_a(piece, "mark name and or small nothing") for piece in rest)


def still_so(sentence: Sentence, place: int) -> bool:
    """Whether a question takes something for granted: `why are my feet still …?`."""
    return {"why", "still"} <= keys(sentence, 0, place)


def in_general(sentence: Sentence, place: int) -> bool:
    """Whether a statement is of people at large: `patients with it need …`."""
    found = sentence.pieces
    if sentence.asked or "ask" in sentence.moods or "consider" in sentence.moods:
        return False
    many = next((here for here in range(place) if "many" in found[here]), None)
    if many is None:
        return False
    heading = many > 0 and is_a(found[many - 1], "frame prep of") and cased(sentence)
    return not heading or any(is_a(piece, VERBS) for piece in found)


def answered(talk: Sequence[Sentence], said: Sequence[Flags]) -> None:
    """Mark what is answered right after the question, as in `Pain? No`."""
    for number in range(len(talk) - 1):
        found, following = talk[number].pieces, talk[number + 1].pieces
        if not talk[number].asked or len(found) - 1 not in said[number]:
            continue
        alone = len(following) == 1 or is_a(following[1], "comma dash")
        if (
            alone
            and is_a(following[0], "not absent")
            and following[0].key in ("no", "nil", "none", "never", "negative")
        ):
            said[number][len(found) - 1] |= {"not", "yes"}
        elif alone and "yes" in following[0]:
            said[number][len(found) - 1].add("yes")

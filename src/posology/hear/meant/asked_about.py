"""A choice that is asked about for somebody: `are X as good? I am 40`, `she had it in the Y, is that ok?`."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import VERBS, Piece, Sentence, is_a
from ..text.words import one_of
from ..told.scene import Scene
from ..told.spoken_of import keys, person_spoken_of
from .asked_whether import asked_whether
from .keeping import keeps


def asked_about(read: Scene, number: int, place: int) -> bool:
    """Whether a choice is asked about, or was made and is asked about, for somebody who stands in the text."""
    sentence = read.talk[number]
    mood = sentence.moods[place]
    if mood in ("tell", "ask") and (_told_to(sentence, place) or _at_request(sentence, place)):
        return True
    if _which(sentence, place):
        return True
    if asked_whether(sentence, place) and any(map(_of_somebody, read.talk)):
        return True
    if mood == "ask":
        about = _compared(sentence, place) or _dosed(sentence, place) or _why_not(sentence, place)
        about = about or _allowed(sentence, place) or _reason_for(sentence, place)
        return (about or _is_there(sentence, place)) and any(map(_of_somebody, read.talk))
    if mood != "tell":
        return False
    if (sentence.asked and _allowed(sentence, place)) or keeps(read, number, place):
        return True
    if _role(sentence, place) or _happy_to(sentence, place):
        return True
    told = _had(read, number, place) or _alone(sentence, place)
    return told and is_that_fine(read.talk, number, place)


def _of_somebody(sentence: Sentence) -> bool:
    """Whether a sentence speaks of somebody, also within a phrase: `in my leg`."""
    told = (
        not sentence.asked
        and any(is_a(piece, "mark number age") for piece in sentence.pieces)
        and "ask" not in sentence.moods
    )
    return told or person_spoken_of(sentence) or not keys(sentence).isdisjoint(_ONE)


_ONE = one_of("i my me her his she he mine hers herself himself myself")

# ---------------------------------------------------------------- in the question itself


_LIKE = one_of("good effective equivalent same better reliable enough well work works suitable adequate sufficient")
_DOSE = one_of("dose dosage dosing regimen regime strength mcg microgram mg")


def _compared(sentence: Sentence, place: int) -> bool:
    """`are X as good?`, `do X work as well?`, but not `why are X not as good?`."""
    first = sentence.pieces[0]
    words = keys(sentence, place)
    opens = is_a(first, "be do modal small and but") or first.key in ("and", "so", "but", "or")
    rated = opens and not words.isdisjoint(_LIKE) and "than" not in words
    return rated and not any("not" in piece for piece in sentence.pieces)


def _dosed(sentence: Sentence, place: int) -> bool:
    """`which dose of X?`, `what X dose would you use?`."""
    start = next((here for here in range(place, 0, -1) if is_a(sentence.pieces[here - 1], "comma dash colon")), 0)
    leads = (*sentence.pieces[:3], *sentence.pieces[start : start + 2])
    opens = any(piece.key in ("what", "which", "dose") or "how" in piece.key.split() for piece in leads)
    near = keys(sentence, max(0, place - 3), place + 3)
    return opens and not near.isdisjoint(_DOSE)


def _allowed(sentence: Sentence, place: int) -> bool:
    """`X ok?`, `do we still do it X?`, `- X?`, where nothing else is asked."""
    rest = [piece for here, piece in enumerate(sentence.pieces) if here != place and "small" not in piece]
    own = sentence.pieces[place].key.split()
    parts = (here for here in range(place, 0, -1) if _opens_part(sentence.pieces[here - 1]))
    start = next(parts, 0)
    before = keys(sentence, start, place)
    still = "still" in before and not before.isdisjoint(("do", "give", "go"))
    fine = not (keys(sentence, place + 1) | set(own)).isdisjoint(_FINE)
    opens = start == place or all(is_a(piece, "be and so but") for piece in sentence.pieces[start:place])
    return still or (opens and (not rest or fine))


def _opens_part(piece: Piece) -> bool:
    """Whether a part of a sentence begins behind a word."""
    return is_a(piece, "comma dash colon") or piece.key in ("so", "but")


def _why_not(sentence: Sentence, place: int) -> bool:
    """`why can't I have X?`, `why not X?`."""
    before = sentence.pieces[:place]
    why = next((here for here, piece in enumerate(before) if piece.key.split()[0] == "why"), None)
    return why is not None and any("not" in piece or piece.key == "why not" for piece in before[why : why + 3])


def _reason_for(sentence: Sentence, place: int) -> bool:
    """`is that a reason to go X?`, `grounds for X?`."""
    before = sentence.pieces[max(0, place - 6) : place]
    at = next((here for here, piece in enumerate(before) if piece.key.split()[0] in _GROUNDS), None)
    if at is None or any(is_a(piece, "not comma but") or piece.key in _AGAINST for piece in before[at:]):
        return False
    words = [word for piece in before[at:] for word in piece.key.split()]
    return words[1:2] in (["to"], ["for"])


_GROUNDS = one_of("reason ground grounds indication case excuse argument enough")
_AGAINST = one_of("avoid stop against than instead")


def _which(sentence: Sentence, place: int) -> bool:
    """`which site, ?X`, of one that stands with its question mark before it."""
    before = sentence.pieces[:place]
    queried = place > 0 and "query" in before[-1]
    if queried and (place < 2 or is_a(before[-2], "mark number comma dash")):
        return True  # on X, ?Y
    return queried and not keys(sentence, 0, place).isdisjoint(_WHICH)


_WHICH = one_of("which what where site route")


def _is_there(sentence: Sentence, place: int) -> bool:
    """`is there X instead?`, `do they do X?`."""
    commas = [here for here in range(place) if is_a(sentence.pieces[here], "comma dash so and but")]
    starts = [0, *(here + 1 for here in commas)]
    said = ([word for piece in sentence.pieces[start:place] for word in piece.key.split()] for start in starts)
    return any(words[:2] in (["is", "there"], ["are", "there"]) and len(words) < _SHORT for words in said)


_SHORT = 8


# ---------------------------------------------------------------- told, and then asked about


_ROLE = one_of("role place scope case indication room")
_ASKED = one_of("asked ask requested told begged got insisted")
_DOING = one_of("do give put inject have use get stick go jab")


def _role(sentence: Sentence, place: int) -> bool:
    """`any role for X?`."""
    words = keys(sentence, 0, place)
    return sentence.asked and {"any", "for"} <= words and not words.isdisjoint(_ROLE)


def _happy_to(sentence: Sentence, place: int) -> bool:
    """`happy to use X?`, `ok for me to use X?`."""
    words = [word for piece in sentence.pieces[max(0, place - 5) : place] for word in piece.key.split()]
    return sentence.asked and not _FIT.isdisjoint(words) and "to" in words and "not" not in words


_FIT = one_of("happy ok okay alright fine safe")


def _told_to(sentence: Sentence, place: int) -> bool:
    """`I asked the nurse to do it in X`."""
    before = sentence.pieces[max(0, place - 8) : place]
    ask = next((here for here, piece in enumerate(before) if not _ASKED.isdisjoint(piece.key.split())), None)
    if ask is None or any(is_a(piece, "not comma but mark") for piece in before[ask:]):
        return False
    words = [word for piece in before[ask + 1 :] for word in piece.key.split()]
    return "to" in words and not _DOING.isdisjoint(words[words.index("to") :])


def _at_request(sentence: Sentence, place: int) -> bool:
    """`X at her request`, `X asked for by the registrar`."""
    after = sentence.pieces[place + 1 : place + 7]
    after = after[: next((here for here, piece in enumerate(after) if is_a(piece, "comma dash stop but")), len(after))]
    if any("not" in piece for piece in after):
        return False
    words = [word for piece in after for word in piece.key.split()]
    asked = words[:2] == ["asked", "for"] or (words[:2] in (["was", "asked"], ["is", "asked"]) and "for" in words[:3])
    near = next((here for here, word in enumerate(words) if word in ("at", "on", "per", "by")), len(words))
    bidden = any(word.startswith("request") for word in words[near + 1 : near + 4])
    return asked or bidden


def _had(read: Scene, number: int, place: int) -> bool:
    """Whether it is told how it was given: `gave it in the X`, `uses the X`."""
    before = read.talk[number].pieces[max(0, place - 5) : place]
    given = {word for piece in (*before, read.talk[number].pieces[place]) for word in piece.key.split()}
    return not given.isdisjoint(_GIVEN) and not any("not" in piece for piece in before)


def _alone(sentence: Sentence, place: int) -> bool:
    """Whether a part of a sentence is nothing but a choice: `…, shots in the muscle - is that risky?`."""
    found = sentence.pieces
    start = next((here for here in range(place, 0, -1) if is_a(found[here - 1], "comma dash colon")), 0)
    ends = place + 1 < len(found) and is_a(found[place + 1], "comma dash")
    return ends and not any(is_a(piece, f"{VERBS} not i third") for piece in found[start:place])


_GIVEN = one_of(
    """
    gave give gives given giving got get gets had has have inject injected injects injecting jabbed use uses used using
    did does do put puts putting stuck sticks went go goes
    """
)
_FINE = one_of(
    """
    ok okay alright right fine safe allowed normal correct usual acceptable good bad wrong licensed risky dangerous
    possible legal permitted sensible reasonable harmful
    """
)


def is_that_fine(talk: Sequence[Sentence], number: int, place: int) -> bool:
    """Whether it is asked behind it if that is right: `…, is that ok?`, `…, ok?`."""
    sentence = talk[number]
    if _asks_that(sentence.pieces[place + 1 :]):
        return True
    following = talk[number + 1] if number + 1 < len(talk) else None
    behind = sentence.pieces[place + 1 :]
    short = not any(is_a(piece, "mark not but") for piece in behind)
    return short and following is not None and _asks_that(following.pieces[:6])


_RISKS = one_of("risk danger problem issue harm")


def _asks_that(found: Sequence[Piece]) -> bool:
    for here, piece in enumerate(found):
        near = found[here + 1 : here + 4]
        if "be" in piece and near and near[0].key in ("that", "this", "it"):
            return any(not _FINE.isdisjoint(one.key.split()) for one in near[1:])
        if "be" in piece and near and near[0].key == "there":
            behind = {word for one in found[here + 2 : here + 6] for word in one.key.split()}
            return not behind.isdisjoint(_RISKS)
        if piece.key in ("do", "does") and near and near[0].key in ("that", "this", "it"):
            return any(one.key.split()[0] in ("work", "works") for one in near[1:])
    return len(found) > 1 and "comma" in found[-2] and found[-1].key in ("ok", "okay", "alright", "all right", "right")

"""Whether somebody who tells of others speaks of himself: `should I get tested?`, `I feel fine`, `it is me`."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import Piece, Sentence, is_a
from ..text.words import one_of

_LOOKED = one_of("tested test tests checked checkup screened screening examined")
"""What somebody asks to be done with himself who hears of an illness of kin."""
_CHANCE = one_of("chance chances odds risk")
_CATCH = one_of("get have inherit catch develop need take start be")
_ASKING = one_of("asking ask enquiring inquiring calling writing")
_ONE = one_of("me my her him his taking receiving getting")
_OTHERS = "third her relative person"


def of_oneself(sentence: Sentence) -> bool:
    """Whether the speaker says or asks something of himself, though others are told of."""
    found = sentence.pieces
    return _not_of_them(found) or any(
        _speaks(sentence, place) if piece.key == "i" else _named(found, place) for place, piece in enumerate(found)
    )


def has_it_too(after: Sequence[Piece]) -> bool:
    """Whether what follows `I` is set against what another has: `I get nothing`, not `I get X for her`."""
    if len(after) < 2 or after[0].key not in ("take", "have", "get") or any(is_a(piece, _OTHERS) for piece in after):
        return False
    return after[1].key in ("nothing", "none") or is_a(after[1], "name nothing")


def names_one(piece: Piece) -> bool:
    """Whether a phrase names somebody by itself: `they put me on X`."""
    return not _ONE.isdisjoint(piece.key.split())


def _speaks(sentence: Sentence, place: int) -> bool:
    """Whether `I` is the one who is to be looked at, or is well."""
    found = sentence.pieces
    after = [piece for piece in found[place + 1 : place + 8] if piece.key not in ("it", "them", "these", "those")]
    after = after[: next((here for here, piece in enumerate(after) if is_a(piece, _OTHERS)), len(after))]
    words = [word for piece in after for word in piece.key.split()]
    if sentence.moods[place] == "ask":
        too = {"too", "also"} & set(words) or "as well" in " ".join(words)
        return not _LOOKED.isdisjoint(words) or (bool(too) and words[:1] != [] and words[0] in _CATCH)
    return _is_well([piece for piece in after if "small" not in piece or piece.key in ("feel", "well")])


def _is_well(after: Sequence[Piece]) -> bool:
    """`I am well`, `I feel fine`, `I have no symptoms`, but not `I am fine with it`."""
    if len(after) > 1 and (is_a(after[0], "be") or after[0].key == "feel"):
        fine = "well" in after[1] or after[1].key in ("well", "healthy", "fit", "grand", "perfect")
        return fine and (len(after) == 2 or not is_a(after[2], "frame of owing prep"))
    none = [piece.key for piece in after[:4]]
    return len(none) > 2 and none[0] == "have" and "not" in after[1] and none[2] in ("symptom", "complaint", "problem")


def _named(found: Sequence[Piece], place: int) -> bool:
    """`it is me who asks`, `what are my chances?`, `could that happen to me?`, `mine is low`."""
    piece, after = found[place], found[place + 1 : place + 3]
    if piece.key in ("me", "myself"):
        asks = bool(after) and "who" in after[0]
        asks = asks or (place > 0 and found[place - 1].key == "what about")
        return asks or (place > 0 and "be" in found[place - 1]) or (place > 1 and found[place - 2].key == "happen")
    if piece.key == "my":
        return bool(after) and (after[0].key in _CHANCE or (after[0].key == "own" and "relative" not in after[-1]))
    return piece.key == "mine" and bool(after) and not is_a(after[0], "comma")


def _not_of_them(found: Sequence[Piece]) -> bool:
    """`it is not her I am asking about`, `not asking for him`."""
    for place, piece in enumerate(found):
        if "not" not in piece:
            continue
        near = found[place + 1 : place + 7]
        others = any(is_a(one, "third her") for one in near)
        asks = any(not _ASKING.isdisjoint(one.key.split()) for one in near)
        if others and asks:
            return True
    return False


_ASIDE = 3


def owned(after: Sequence[Piece]) -> bool:
    """Whether somebody is said to have it in an aside: `(which I have)`, `that he has`."""
    after = after[1:] if after and is_a(after[0], "open comma") else after
    if len(after) < _ASIDE or after[0].key not in ("which", "that") or not is_a(after[1], "i third"):
        return False
    has = after[1].key not in ("they", "we") and after[2].key in ("have", "has")
    return has and (len(after) == _ASIDE or is_a(after[_ASIDE], "comma close dash and but"))


_WONDERS = one_of("ask asks asking wonder wonders wondering")


def asks_for_themselves(sentence: Sentence) -> bool:
    """Whether a relative wants to know something of himself: `mum asks whether she …`, `he wants to know if he …`."""
    found = sentence.pieces
    keys = [piece.key for piece in found]
    for place in range(1, len(found)):
        know = keys[place] == "know" and keys[place - 1] == "to"
        asks = know or not _WONDERS.isdisjoint(keys[place].split())
        near = [piece for piece in found[place + 1 : place + 4] if is_a(piece, "third")]
        whose = any("relative" in piece or "age" in piece for piece in found[max(0, place - 6) : place])
        if asks and near and whose and not any("i" in piece for piece in found):
            return True
    return False


_KNOWN = ("cause of", "cause for", "reason for", "reason of", "history of", "treatment of", "treatment for")


def ones_own(found: Sequence[Piece], place: int) -> bool:
    """Whether words are of what somebody has: `the cause of my pain`."""
    return found[place].key in _KNOWN and place + 1 < len(found) and is_a(found[place + 1], "my her")


_ABOUT = one_of("about regarding for with by helps help")
_BRINGING = one_of("get gets getting develop cause causes causing give gives bring brings have lead leads feel mean")
_OWN = one_of("my his her")


def names_ones(piece: Piece) -> bool:
    """Whether a phrase begins with whose it is: `his pain`, `after her third shot`, `with my pain`."""
    words = piece.key.split()
    near = words[1:2] if words[0] in _LEADING else words[:1]
    asks = words[0] in ("should", "hold", "stop", "pause", "withhold", "continue", "miss")  # should we hold his X
    return len(words) > 1 and not _OWN.isdisjoint(words if asks else near)


_LEADING = one_of("with for on in after since despite given of during following")


def of_ones_own(found: Sequence[Piece], place: int) -> bool:
    """Whether what is asked or feared about is what somebody has: `what do I do about my pain?`."""
    if not is_a(found[place], "doubt void") or found[place].key.split()[-1] not in _ABOUT:
        return False
    near = range(place + 1, min(place + 4, len(found)))
    after = [here for here in near if found[here].key not in ("with", "for", "the")]
    if not after:
        return False
    first, then = found[after[0]], found[after[1]] if len(after) > 1 else None
    whose = then is not None and is_a(first, "my her") and first.key != "your" and "mark" in then
    whose = whose or ("mark" in first and names_ones(first))
    return whose or ("mark" in first and is_in_ones(found, after[0]))


def is_in_ones(found: Sequence[Piece], place: int) -> bool:
    """Whether a phrase says in whose limbs something is: `pain in both my feet`, not `will I get pain in my feet?`."""
    brought = {word for piece in found[max(0, place - 4) : place] for word in piece.key.split()}
    words = found[place].key.split()
    return brought.isdisjoint(_BRINGING) and any(
        word in ("in", "on", "of") and not _OWN.isdisjoint(words[k + 1 : k + 3]) for k, word in enumerate(words)
    )


def of_whom(found: Sequence[Piece], place: int) -> bool:
    """Whether a phrase names the one of whom it is said, or is a statement: `she is …`, `took my X`, `X is so`."""
    words = found[place].key.split()
    named = len(words) > 1 and words[0] in ("i", "she", "he")
    ends = place + 1 == len(found) or is_a(found[place + 1], "comma and but dash")
    opens = place == 0 or is_a(found[place - 1], "comma and but dash hello small i third")
    return named or not _MINE.isdisjoint(words[1:]) or (opens and ends and not _STATES.isdisjoint(words[1:]))


_MINE = one_of("my me")
_STATES = one_of("is was were are been came both")

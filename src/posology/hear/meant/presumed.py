"""What a question presumes that somebody has: `the shots I get`, `his 8-weekly one`, `should the weekly one go on?`."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import MENTIONS, Piece, Sentence, is_a
from ..text.words import one_of
from ..told.treated import Who, is_kin
from ..told.weighed import clause_behind
from .granted import ONE

_HERS = one_of("my her his our their")
_RHYTHMS = one_of("weekly monthly fortnightly quarterly yearly alternate eod 8weekly 12weekly regular usual current")
_TO_BEGIN = one_of("start started starting begin began beginning once first if restart future proposed would")
_ANYBODY = one_of("people everyone everybody folk someone somebody you one patients")
_ONE = ONE | {"our"}


def presumed(sentence: Sentence, place: int, who: Sequence[Who], plural: bool = False) -> bool:
    """Whether the words around the name of a treatment presume that somebody has it, or has had it."""
    found = sentence.pieces
    if has_had(found, place, who) or _asks_others(found, place):
        return True
    if not spoken_of_one(sentence) or not _TO_BEGIN.isdisjoint(_keys(found[:place])):
        return False
    if plural and (_of_somebody(found, place) or _the_ones(found, place)):
        return True
    if _in_ones_rhythm(found, place) or _goes_on(found, place) or _beside_it(found, place):
        return True
    return till_next(sentence, place) or _again(found, place)


def taken_up(sentence: Sentence, place: int, who: Sequence[Who]) -> bool:
    """Whether what is told presumes it in passing: `the X I was getting is …`, `tired till the next X`."""
    if has_had(sentence.pieces, place, who):
        return True
    return spoken_of_one(sentence) and (till_next(sentence, place) or _again(sentence.pieces, place))


def _keys(found: Sequence[Piece]) -> set[str]:
    """The single words of some pieces."""
    return {word for piece in found for word in piece.key.split()}


def phrased(sentence: Sentence, place: int) -> bool:
    """Whether a phrase says by itself that it is somebody's: `her 12-weekly X`, `I get every 3 months`."""
    words = sentence.pieces[place].key.split()
    rhythm = "every" in words or not _RHYTHMS.isdisjoint(words)
    turned = place > 0 and is_a(sentence.pieces[place - 1], "modal do be have")  # can I have it every month?
    gets = words[0] in ("i", "she", "he") and words[1:2] != [] and words[1] in _GETS and not turned
    return rhythm and (gets or words[0] in _HERS) and _TO_BEGIN.isdisjoint(_keys(sentence.pieces[: place + 1]))


# ---------------------------------------------------------------- who


def spoken_of_one(sentence: Sentence) -> bool:
    """Whether a single person is spoken of, and no class: `our 62-year-old`, `this man`, but not `a man with X`."""
    found = sentence.pieces
    if any("many" in piece or piece.key in _ANYBODY for piece in found):
        return False
    persons = [place for place, piece in enumerate(found) if is_a(piece, "person age")]
    if any(_ours(found, place) for place in persons):
        return True
    if persons and any(place and found[place - 1].key in ("a", "an", "any") for place in persons):
        return False
    return any(is_a(piece, "relative") or not _ONE.isdisjoint(piece.key.split()) for piece in found)


def _ours(found: Sequence[Piece], place: int) -> bool:
    """Whether a person is one that is known: `my patient`, `this lame man`."""
    near = found[max(0, place - 4) : place]
    return any(piece.key in _THIS for piece in near) or not _THIS.isdisjoint(found[place].key.split()[:1])


_THIS = one_of("my our this the")

# ---------------------------------------------------------------- the X that I get


_GETS = one_of(
    "get gets got have has had take takes took receive receives received inject injects use uses keep missed"
)
_BEING = one_of("am is was are were been")
_ON = one_of("on getting having taking given receiving used getting using injecting")
_TO = one_of("to not never no yet due booked supposed meant would")
_SO = one_of("that which always usually still already just only now currently 've ever have has had already")


def has_had(found: Sequence[Piece], place: int, who: Sequence[Who]) -> bool:
    """Whether a clause behind a name tells that the patient has it: `the X I get`, `X that my dad was on`."""
    at = clause_behind(found, place, "relative")
    if at + 1 >= len(found) or not is_a(found[at], "i third relative") or who[at] not in ("patient", who[place]):
        return False
    if is_a(found[at], "relative") and who[at] != "patient":
        return False
    words = [word for piece in found[at + 1 : at + 5] for word in piece.key.split()]
    return _has(words)


def _has(words: Sequence[str]) -> bool:
    """Whether words begin with a verb of having or getting, and not of what is to come: `have to pay for`."""
    here = 0
    while here < len(words) and words[here] in _SO and words[here + 1 : here + 2] != ["to"]:
        here += 1
        if here < len(words) and words[here - 1] in _GETS and words[here] not in _GETS | _SO | _BEING:
            return words[here] not in _TO
    if here >= len(words):
        return bool(words) and words[-1] in _GETS
    after = words[here + 1 : here + 2]
    if words[here] in _BEING:
        after = words[here + 1 : here + 3]
        return bool(after) and (after[0] in _ON or (after[0] in _SO | {"been"} and after[1:] != [] and after[1] in _ON))
    return words[here] in _GETS and (not after or after[0] not in _TO)


# ---------------------------------------------------------------- his weekly X, until the next X, should X go on


def _in_ones_rhythm(found: Sequence[Piece], place: int) -> bool:
    """Whether it is somebody's own and has its rhythm: `his 8-weekly X`, `my usual X`."""
    first = place
    while first and place - first < _NEAR and (found[first - 1].key in _RHYTHMS or "bare" in found[first - 1]):
        first -= 1
    words = [word for piece in found[first : place + 1] for word in piece.key.split()]
    mine = words[0] in _HERS or (first > 0 and (found[first - 1].key in _HERS or _possessed(found, first)))
    return mine and not _RHYTHMS.isdisjoint(words)


def _possessed(found: Sequence[Piece], first: int) -> bool:
    """Whether a relative or patient of mine owns what follows: `my dad's weekly X`."""
    kin = is_a(found[first - 1], "relative") or is_kin(found[first - 1].key)
    return kin or ("person" in found[first - 1] and _ours(found, first - 1))


def _of_somebody(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody who is named owns it: `Mr K's shots`, `my gran's shots`."""
    titled = place > 1 and found[place - 2].key in _TITLES
    return titled or (place > 0 and _possessed(found, place))


_TITLES = one_of("mr mrs ms miss")


def _the_ones(found: Sequence[Piece], place: int) -> bool:
    """Whether it is what somebody gets for something of hers: `must the shots for my gout be deep?`."""
    after = found[place + 1 : place + 4]
    the = place > 0 and found[place - 1].key == "the" and len(after) > 1 and after[0].key == "for"
    return the and (is_a(after[1], "my her relative") or after[1].key.split()[0] in _HERS)


_MORE = one_of("more another further")
_SPAN = one_of("day days week weeks month months year years")
_WITH = one_of("alongside besides despite while whilst")


def _beside_it(found: Sequence[Piece], place: int) -> bool:
    """Whether it has gone on for a time, or is to go on: `still need X`, `how many more X`, `after weeks of X`."""
    words = [word for piece in found[max(0, place - 7) : place] for word in piece.key.split()]
    near = [word for word in words[-5:] if word not in ("the", "all", "these", "those", "of", *_HERS)]
    able = not _ABLE.isdisjoint(words)  # can she still have it?
    if "still" in words and not able and not _NEEDS.isdisjoint(words[words.index("still") :]):
        return True
    if near[-1:] != [] and near[-1] in _MORE and ("many" in words or "any" in words or "need" in words):
        return True
    counted = near[-1:] != [] and near[-1] in _SPAN and "of" in words[-3:] and bool({"after", "despite"} & set(words))
    mine = words[-1:] != [] and words[-1] in _HERS and words[-2:-1] != [] and words[-2] in _WITH
    going = near[-2:-1] != [] and near[-2] in ("while", "whilst") and near[-1] in ("having", "getting", "taking")
    return counted or mine or going


_ABLE = one_of("can could may might")
_NEEDS = one_of("need needs have get give require requires be on want giving having getting")
_NEAR = 3
_UNTIL = one_of("till until til before by to for after between")


def till_next(sentence: Sentence, place: int) -> bool:
    """Whether something lasts or waits until the next one: `tired till the next X`."""
    found = sentence.pieces
    words = [word for piece in found[max(0, place - 4) : place + 1] for word in piece.key.split()]
    at = next((at for at, word in enumerate(words) if word in ("next", "following")), 0)
    return at > 0 and not _UNTIL.isdisjoint(words[max(0, at - 3) : at])


_LASTS = one_of("continue continued stop stopped cease finish end")
_CHANGED = one_of("stopped spaced stepped reduced continued changed increased switched shortened lengthened extended")
_TOO = one_of("excessive overkill unnecessary")
_PASSED = "small be modal it"


def _goes_on(found: Sequence[Piece], place: int) -> bool:
    """Whether it is asked if it goes on or is changed: `should weekly X continue?`, `are weekly ones too many?`."""
    after = [word for piece in found[place + 1 : place + 5] for word in piece.key.split()]
    after = [word for word in after if word not in ("now", "still", "just", "to", "really")]
    asked = is_a(found[0], "be do modal small and but") or "wh" in found[0]
    if not after or not asked or any(is_a(piece, MENTIONS) for piece in found[:place]):
        return False
    carries = after[:2] in (["carry", "on"], ["go", "on"]) or (after[0] == "need" and after[1:2] == ["continue"])
    changed = after[0] in ("be", "get", "need") and after[1:2] != [] and after[1] in _CHANGED
    rhythm = not _RHYTHMS.isdisjoint(found[place].key.split())
    much = rhythm and (after[0] in _TOO or after[:2] in (["too", "many"], ["too", "much"], ["too", "often"]))
    return carries or changed or after[0] in _LASTS or much


_ANEW = one_of("again anymore")


def _again(found: Sequence[Piece], place: int) -> bool:
    """Whether it is not wanted any more, or not again: `won't have the X any more`."""
    after = [piece.key for piece in found[place + 1 : place + 2]]
    ends = bool(after) and (after[0] in ("any more", "anymore", "no more", "any longer"))
    return ends and any("not" in piece or "not" in piece.key.split() for piece in found[: place + 1])


def _asks_others(found: Sequence[Piece], place: int) -> bool:
    """Whether others are asked if they fare alike: `anyone else tired after the X?`."""
    before = [word for piece in found[:place] for word in piece.key.split()]
    near = before[-4:] + found[place].key.split()[:1]
    return "else" in before and not _ANYONE.isdisjoint(before) and not _BEHIND.isdisjoint(near)


_ANYONE = one_of("anyone anybody someone somebody")
_BEHIND = one_of("after since following from on")


_FURTHER = one_of("further another anymore more")
_SORE = one_of("sore hurt hurts ached aches bruised bruises painful swollen swelled stung stings lump tender ache pain")
_IF = one_of("if would might may could will")


def no_more_of(sentence: Sentence, place: int) -> bool:
    """Whether a refusal is of what there was before: `declines further X`, `doesn't want the X any more`."""
    words = sentence.pieces[place].key.split()
    after = [piece.key for piece in sentence.pieces[place + 1 : place + 2]]
    refused = not _REFUSED.isdisjoint(words) and "needle" not in words
    more = not _FURTHER.isdisjoint(words[1:]) or (bool(after) and after[0] in _ENDED)
    return refused and more


_REFUSED = one_of("not no never refuse refuses refused declines decline declined declining refusing")
_ENDED = ("any more", "anymore", "no more", "any longer", "no longer")


def hurt_elsewhere(talk: Sequence[Sentence], number: int, place: int) -> bool:
    """Whether something is asked for in another place, and the last one hurt: `… instead of my arm?`."""
    found = talk[number].pieces
    if talk[number].moods[place] != "ask" or not {"instead", "rather"} & _keys(found[place : place + 3]):
        return False
    following = talk[number + 1].pieces[:8] if number + 1 < len(talk) else ()
    words = _keys(following)
    return not _SORE.isdisjoint(words) and not _WAS.isdisjoint(words) and _IF.isdisjoint(words)


_WAS = one_of("was were been got hurt ached last stung swelled bruised still is")

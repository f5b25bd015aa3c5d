"""Of which test a number without a name is: `mine is 20`, `it went from 15 to 20`, `fine in May (40), then 20`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..meant.results import is_count
from ..meant.when import is_year
from ..named.mentions import Mention, within
from ..text.clauses import Piece, Sentence, is_a
from ..text.phrases import longest
from ..text.words import MONTHS, one_of, tokens
from ..told.scene import Scene, Word, measured


def sole_test(scene: Scene) -> str:
    """The one test of which a text speaks, and never with its value; where it names none, that of the topic."""
    mentions = scene.noted.mentions
    if any(one.label == "number" for one in mentions):
        return ""
    named = {one.fact for one in mentions if one.label == "name"} | {tested_within(scene, one) for one in mentions}
    named = {fact for fact in named if fact and scene.guideline.facts[fact].unit != "years"}
    if not named and (_tests_somebody(scene) or any(map(_moves, scene.talk))):
        return _of_the_topic(scene)
    return next(iter(named)) if len(named) == 1 else ""


def names_test(scene: Scene, number: int) -> bool:
    """Whether a sentence names a test without its value."""
    mentions = (scene.noted.mentions[one.mention] for one in scene.talk[number].pieces if one.mention is not None)
    return any(one.label == "name" or tested_within(scene, one) for one in mentions)


def tested_within(scene: Scene, mention: Mention) -> str:
    """The test that is named by what is given as well, or by what is had: `start X injections as it was 66`."""
    if not any(one.kind in ("topic", "said") for one in mention.meanings):
        return ""
    spoken = scene.noted.spoken
    if not any(longest(scene.lexicon.names, spoken[: mention.end], at) for at in range(mention.start, mention.end)):
        return ""
    named = within(mention.start, mention.end, spoken, scene.lexicon, "name")
    return next((one.fact for one in named if scene.guideline.facts[one.fact].unit != "years"), "")


def _of_the_topic(scene: Scene) -> str:
    """The test that the title of the guideline names."""
    title = tokens(scene.guideline.title)
    named = within(0, len(title), title, scene.lexicon, "name")
    return next((one.fact for one in named if scene.guideline.facts[one.fact].unit != "years"), "")


_TESTED = one_of("tested checked test tests result results level levels")
_WHO = one_of("me mine us both")


def _tests_somebody(scene: Scene) -> bool:
    """Whether somebody is said to have been tested, and not something of theirs that nobody here knows."""
    for sentence in scene.talk:
        words = [word for piece in sentence.pieces for word in piece.key.split()]
        came = "mine" in words and ("back" in words or "is" in words or "was" in words)
        got = words[:1] == ["i"] and words[1:2] in (["was"], ["got"], ["had"], ["have"]) and "tested" in words[2:5]
        if came or got or (not _TESTED.isdisjoint(words) and not _WHO.isdisjoint(words)):
            return True
    return False


# ---------------------------------------------------------------- from one number to another


def moved(scene: Scene, number: int, place: int, mention: Mention, fact: str) -> Iterator[Word]:
    """The newer of two numbers of one test that stand beside each other."""
    sentence, reading = scene.talk[number], mention.reading
    if reading is None or scene.who[number][place] != "patient" or sentence.moods[place] != "tell" or not fact:
        return
    if scene.guideline.facts[fact].unit == "years" or is_count(reading.value, reading.unit):
        return
    if not (_from_to(sentence, place) or _once_and_now(sentence, place)):
        return
    yield from measured(scene, number, place, reading, fact)


_MOVED = one_of(
    """
    went gone go moved moving rose risen crept climbed fell fallen dropped increased improved came come jumped shot
    slipped raised lifted decreased drifted inched nudged
    """
)
_TO = ("to", "up to", "down to", "back to", "only to", "back up to", "to only")
_IT = one_of("it they level levels result results count mine number reading that this")
_LIGHT = "small it have hello comma and but dash partly be ago"
_NEAR = 6


def _moves(sentence: Sentence) -> bool:
    """Whether a number in a sentence has moved, of which it is not said what it counts."""
    return any("bare" in piece and _from_to(sentence, place) for place, piece in enumerate(sentence.pieces))


def _from_to(sentence: Sentence, place: int) -> bool:
    """`went from 150 to 148`, but not `from 12 to 8 weeks`, nor `my sugar went from …`."""
    found = sentence.pieces
    here = place - 1
    while here > 0 and is_a(found[here], "small") and found[here].key not in _TO:
        here -= 1
    if here < 2 or found[here].key not in _TO:
        return False
    while here > 1 and found[here - 1].key in ("up", "down", "back", "only", "just"):
        here -= 1
    if "bare" not in found[here - 1] or found[here - 2].key.split()[-1] != "from":
        return False
    return _has_moved(found[max(0, here - 2 - _NEAR) : here - 1])


def _has_moved(before: Sequence[Piece]) -> bool:
    """Whether a verb of moving stands before, and what has moved is a name of a test, or only called it."""
    words = [word for piece in before for word in piece.key.split()]
    if _MOVED.isdisjoint(words):
        return False
    at = next(k for k in range(len(before) - 1, -1, -1) if not _MOVED.isdisjoint(before[k].key.split()))
    here = at - 1
    while here >= 0 and is_a(before[here], "small have hello partly be"):
        here -= 1
    subject = before[here] if here >= 0 else None
    return subject is None or is_a(subject, "name it third comma and but dash") or subject.key in _IT


def came_back(scene: Scene, number: int, place: int, mention: Mention) -> Iterator[Word]:
    """The result of the test that was asked about right before: `is there a point in testing X? It came back 19`."""
    sentence, asked = scene.talk[number], scene.talk[number - 1] if number else None
    if asked is None or mention.reading is None or not (asked.asked or "ask" in asked.moods):
        return
    if sentence.moods[place] != "tell" or scene.who[number][place] != "patient" or not _as_result(sentence, place):
        return
    ones = [scene.noted.mentions[piece.mention] for piece in asked.pieces if piece.mention is not None]
    named = {one.fact for one in ones if one.label in ("name", "number")} - {""}
    fact = next(iter(named)) if len(named) == 1 else ""
    if not fact or any(one.label == "number" for one in ones) or scene.guideline.facts[fact].unit == "years":
        return
    yield from measured(scene, number, place, mention.reading, fact)


def _as_result(sentence: Sentence, place: int) -> bool:
    """Whether a sentence begins with a result: `it came back 19`, `hers was 19`, `the last result: 19`."""
    found, before = sentence.pieces, sentence.pieces[:place]
    words = [word for piece in before for word in piece.key.split()]
    light = all(_LEADING.issuperset(piece.key.split()) or is_a(piece, "small comma colon") for piece in before)
    named = not _ITS.isdisjoint(words) and not _IS.isdisjoint(words)
    return light and named and _ended(found, place) and not is_year(found[place].key)


_ITS = one_of("it its that this they hers his her mine ours one result results level count reading latest last")
_IS = one_of("is was were are came comes at : been read reads")
_LEADING = (
    _ITS
    | _IS
    | one_of(
        """
    back as up only just actually now today last the week month year time yesterday recently high low raised in has have
    had repeat first most recent still a bit at and ,
    """
    )
)


_WHENS = (
    one_of(
        """
    spring summer autumn winter fall year week month time last this monday tuesday wednesday thursday friday saturday
    sunday christmas easter day visit test check one first
    """
    )
    | MONTHS
)
_BETWEEN = "small it be prep have comma dash open close and but ago well frame hello bare state past"
_ENDS = "comma dash open close and but or because so wh i third"


def _once_and_now(sentence: Sentence, place: int) -> bool:
    """`X was fine in March, 350, and then in October it was 134`: the last of what is told of a name."""
    found = sentence.pieces
    name = next((here for here in range(place - 1, -1, -1) if "name" in found[here]), None)
    if name is None or not _ended(found, place):
        return False
    between = found[name + 1 : place]
    others = [one for one in between if "bare" in one and not is_year(one.key)]
    if not any("well" in one for one in between):
        return False
    plain = all(is_a(one, _BETWEEN) or _WHENS.issuperset(one.key.split()) for one in between)
    newest = not any(_goes_on(found, here) for here in range(place + 1, len(found)))
    timed = bool(others) or any(is_year(one.key) or "ago" in one or one.key in _WHENS for one in between)
    return plain and newest and timed and any(is_a(one, "and but comma") or one.key == "then" for one in between)


def _goes_on(found: Sequence[Piece], here: int) -> bool:
    """Whether another number of the same kind stands behind."""
    return "bare" in found[here] and not is_year(found[here].key) and found[here].key.isdigit() and _ended(found, here)


def _ended(found: Sequence[Piece], place: int) -> bool:
    """Whether nothing is counted by a number."""
    after = found[place + 1 : place + 2]
    return not after or is_a(after[0], _ENDS) or after[0].key in _WHENS

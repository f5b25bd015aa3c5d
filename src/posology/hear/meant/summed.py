"""Parts and their total: `45 cm, a further 15 cm (60 cm in total)`; `neither X nor Y, nothing`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...expr import facts_of
from ..named.mentions import Mention
from ..text.clauses import Piece, Sentence, is_a
from ..text.words import one_of
from ..told.scene import Scene, Word, word

_TOTAL = one_of("total altogether combined totalling totaling totals")
_ALL = ("all told", "in all", "all in", "all together")
_FILLING = one_of("of is in so , ( : = making makes make that a roughly about now — it come comes to")
_MORE = one_of("further another additional extra more again")
_FAR = 4


def totalled(sentence: Sentence, place: int) -> bool:
    """Whether a number is said to be the total of those before it."""
    behind = " ".join(_words(sentence.pieces[place + 1 : place + 3]))
    if any(word in _TOTAL for word in behind.split()[:2]) or behind.startswith(_ALL):
        return True
    before = _words(sentence.pieces[max(0, place - _FAR) : place])
    while before and before[-1] in _FILLING:
        before.pop()
    return bool(before) and before[-1] in _TOTAL


def adds(sentence: Sentence, place: int) -> bool:
    """Whether a number comes on top of one before: `another 15 cm`."""
    near = [piece for piece in sentence.pieces[max(0, place - 2) : place] if piece.key != "a"]
    behind = sentence.pieces[place + 1 : place + 2]
    after = bool(behind) and "bare" in sentence.pieces[place] and behind[0].key in ("more", "further", "extra")
    return after or (bool(near) and near[-1].key.split()[-1] in _MORE)


def _words(found: Sequence[Piece]) -> list[str]:
    return [word for piece in found if not is_a(piece, "number mark close") for word in piece.key.split()]


def summed(scene: Scene, heard: Sequence[Word]) -> list[Word]:
    """What was heard, of parts only their total, and nothing where they are not added up.

    The one part that a later turn tells comes on top of what stood: `45 cm | and 15 cm more`.
    """
    words = [one for one in heard if not any(_said_better(scene, one, other) for other in heard)]
    totals = {one.heard.fact: one.at for one in words if _number(one) and totalled(scene.talk[one.at[0]], one.at[1])}
    parted = {one.heard.fact for one in words if _number(one) and adds(scene.talk[one.at[0]], one.at[1])} - set(totals)
    whole = [one for one in words if one.at == totals.get(one.heard.fact, one.at)]
    return [told for one in whole if (told := _on_top(scene, one, words) if one.heard.fact in parted else one)]


def _on_top(scene: Scene, one: Word, words: Sequence[Word]) -> Word | None:
    """A part as the sum with what stood before its turn; nothing where there are several, or nothing stood."""
    value, fact = one.heard.value, one.heard.fact
    if not isinstance(value, float):
        return one
    stood = scene.before.facts.get(fact, scene.before.spoken.get(fact))
    alone = sum(other.heard.fact == fact for other in words) == 1
    if not (scene.turn and alone and isinstance(stood, float)):
        return None
    return replace(one, heard=replace(one.heard, value=stood + value))


def _said_better(scene: Scene, one: Word, other: Word) -> bool:
    """Whether the same number is also told in the fact's own unit: `3 ft, about 90 cm`."""
    a, b = one.heard.value, other.heard.value
    if one.heard.fact != other.heard.fact or not isinstance(a, float) or not isinstance(b, float) or a == b:
        return False
    unit = scene.guideline.facts[one.heard.fact].unit
    units = _unit(scene, one), _unit(scene, other)
    return units[1] == unit and units[0] not in ("", unit) and abs(a - b) <= _ALIKE * b


_ALIKE = 0.1


def _unit(scene: Scene, one: Word) -> str:
    number = scene.talk[one.at[0]].pieces[one.at[1]].mention
    reading = scene.noted.mentions[number].reading if number is not None else None
    return reading.unit if reading else ""


def _number(one: Word) -> bool:
    return isinstance(one.heard.value, float)


def part(mention: Mention, sentence: Sentence, place: int) -> bool:
    """Whether a number with its unit is a part or the total of what was spoken of before."""
    if mention.reading is None:
        return False
    return totalled(sentence, place) or (bool(mention.reading.unit) and adds(sentence, place))


# ---------------------------------------------------------------- all of it denied


_NOTHING = one_of("nothing none nil zero")
_OF_THE_KIND = _NOTHING | one_of("else like that of it the kind sort at all any them these those whatsoever really so")
_SEVERAL = 2


def denied_in_all(read: Scene) -> Iterator[Word]:
    """What is denied as a whole behind a list of its parts: `neither X nor Y, nothing`, `no X, no Y. None of it.`."""
    facts = read.guideline.facts.items()
    wholes = {name: {*facts_of(fact.when)} for name, fact in facts if fact.when and fact.question}
    for number, sentence in enumerate(read.talk):
        denied = {place: found for place in range(len(sentence.pieces)) if (found := _denied_at(read, number, place))}
        last = max(denied, default=None)
        if last is None or sentence.asked or not _ends_in_nothing(read, number, last):
            continue
        parts = {fact for found in denied.values() for fact in found}
        yield from (word(read, number, last, one, False) for one, of in wholes.items() if len(parts & of) >= _SEVERAL)


def _denied_at(read: Scene, number: int, place: int) -> set[str]:
    """The facts that a piece denies of the patient."""
    mention = read.talk[number].pieces[place].mention
    if mention is None or "not" not in read.said[number].get(place, ()) or read.who[number][place] != "patient":
        return set()
    return {one.fact for one in read.noted.mentions[mention].meanings if one.kind == "said" and one.value is True}


def _ends_in_nothing(read: Scene, number: int, place: int) -> bool:
    """Whether nothing but `nothing` or `none of it` stands behind a piece, in its sentence or as the next one."""
    behind = read.talk[number].pieces[place + 1 :]
    found = [piece for piece in behind if not is_a(piece, "comma dash and or stop open close")]
    if not found and number + 1 < len(read.talk):
        found = [piece for piece in read.talk[number + 1].pieces if not is_a(piece, "comma dash and stop")]
    words = [one for piece in found for one in piece.key.split()]
    return bool(words) and words[0] in _NOTHING and _OF_THE_KIND.issuperset(words)

"""What was a relative's after all: `actually it was her sister who limped`, `the limp is her brother's`.

What had been heard of it before is taken back: what is named, or the only thing that its words may mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import takewhile

from ..text.clauses import Sentence, is_a
from ..text.words import one_of, tokens
from ..told.scene import Scene, Word, word


def given_to_kin(read: Scene) -> list[Word]:
    """The facts that stood and are said to be a relative's: each is taken back."""
    stood = {fact for fact, value in read.before.facts.items() if value is True}
    found: list[Word] = []
    for number, sentence in enumerate(read.talk) if stood else ():
        place = _whose(sentence)
        if place is not None:
            found += _taken_back(read, number, place, stood)
    return found


_EARLY = 12
_IT = one_of("it that this")
_BEFORE_IT = "small hello comma dash not sorry and but be"
_ENDS = "comma dash and but not close"


def _whose(sentence: Sentence) -> int | None:
    """The place of a relative of whom it is said that it was they, or that it was theirs."""
    found = sentence.pieces
    kin = next((here for here, piece in enumerate(found[:_EARLY]) if "relative" in piece), None)
    if kin is None or sentence.asked or sentence.moods[kin] != "tell":
        return None
    be = next((here for here in range(kin - 1, -1, -1) if not is_a(found[here], "my her small")), -1)
    if be < 1 or "be" not in found[be] or be + 1 == kin:
        return None
    if found[be - 1].key in _IT:
        return kin if be == 1 or is_a(found[be - 2], _BEFORE_IT) else None
    return kin if kin + 1 == len(found) or is_a(found[kin + 1], _ENDS) else None


def _taken_back(read: Scene, number: int, kin: int, stood: Set[str]) -> Iterator[Word]:
    """What is taken back: the facts named in the sentence, else the one that its words may mean, or the only one."""
    named = dict.fromkeys(
        (one.fact, place)
        for place, piece in enumerate(read.talk[number].pieces)
        if piece.mention is not None
        for one in read.noted.mentions[piece.mention].meanings
        if one.kind == "said" and one.fact in stood
    )
    if not named:
        found = read.talk[number].pieces
        told = {w for piece in found if not piece.labels for w in piece.key.split()}
        meant = [fact for fact in stood if _may_be(fact, told, read)]
        plain = all(is_a(piece, _HAD_IT) or piece.key in _TAKES for piece in found[kin + 1 :])
        only = meant or (list(stood) if plain else [])
        named = dict.fromkeys((fact, kin) for fact in only if len(only) == 1)
    yield from (word(read, number, place, fact, None) for fact, place in named)


_HAD_IT = "who have use it comma dash not her my i third small"
_TAKES = one_of("take takes took get gets got")
_LONG = 5
"""Letters with which kin words begin alike: `reacted`, `reaction`."""


def _may_be(fact: str, told: Set[str], read: Scene) -> bool:
    """Whether words are kin to those in which a fact was told, or to those that name it."""
    meant = read.guideline.facts[fact]
    known = tokens(f"{read.before.words.get(fact, '')} {meant.phrase} {meant.question} {meant.patient_question}")
    return any(_kin(one, other.key) for one in told for other in known)


def _kin(one: str, other: str) -> bool:
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return alike >= _LONG or (one == other and alike >= _LONG - 1)

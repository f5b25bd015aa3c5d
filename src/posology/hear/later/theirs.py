"""What was a relative's after all: `actually it was her sister who limped`, `the limp is her brother's`.

What had been heard of it before is taken back: what is named, or the only thing that its words may mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import takewhile

from ..text.clauses import Sentence, is_a
from ..text.words import one_of, tokens
from ..told.scene import Scene, Word, word
from .somebody_else import another


def given_to_kin(read: Scene) -> list[Word]:
    """The facts that stood and are said to be a relative's: each is taken back."""
    stood = {fact for fact, value in read.before.facts.items() if value is True}
    found: list[Word] = []
    for number, sentence in enumerate(read.talk) if stood else ():
        place = _whose(sentence)
        if place is not None:
            found += _taken_back(read, number, place, stood)
    told = {one.heard.fact for one in found}
    place = None if found else _of_them(read)
    lately = [fact for fact in read.before.spoken if fact in read.before.facts and fact not in told]
    said = {read.before.words.get(fact) for fact in lately} - {None}
    lately += [one for one in read.before.facts if one not in lately and read.before.words.get(one) in said]
    return found + [word(read, 0, place, fact, None) for fact in lately if place is not None]


def _of_them(read: Scene) -> int | None:
    """Where a turn says of all that stood in the one before that it was a relative's or another's, or not one's own.

    `for my brother, I mean`, `that's my dad's, I don't know mine`, `no, that's the other chap`, `I have none of that`.
    """
    found = read.talk[0].pieces if read.talk else ()
    if not found or read.talk[0].asked or any("mark" in piece or "number" in piece for piece in found[:_FIRST]):
        return None
    words = [word for piece in found for word in piece.key.split()]
    if " ".join(words).startswith(_NOT_MINE):
        return 0
    souls = (here for here, piece in enumerate(found[:_FIRST]) if "relative" in piece or another(found[here:]))
    kin = next(souls, None)
    if kin is None or not all(is_a(piece, _BEFORE_KIN) or piece.key in _TIED for piece in found[:kin]):
        return None
    lead = {word for piece in found[:kin] for word in piece.key.split()}
    it = not lead.isdisjoint(_IT | one_of("its thats those these they")) and not lead.isdisjoint(_BE)
    other = another(found[kin:])
    it = it or (other and any("sorry" in piece for piece in found[:kin]))
    owned = read.noted.words(found[kin].end - 1, found[kin].end).lower().endswith(("'s", "’s"))
    mine = any(is_a(piece, "sorry") or piece.key in ("mine", "not") for piece in found)
    for_them = not lead.isdisjoint(one_of("for of about")) and mine
    behind = [piece for piece in found[kin + 1 :] if piece.key != "else"]
    after = behind[0] if behind else None
    if after is not None and not (is_a(after, _ENDS) or "sorry" in after or after.key in _FILED):
        return None  # that is my father's fault
    for_them = for_them or (owned and any("sorry" in piece for piece in found[:kin]))
    told_apart = (mine and "mine" in words) or ("not" in found[0] and "i" in words)
    return kin if for_them or (it and (other or owned or told_apart)) else None


_FIRST = 8
_BE = one_of("is was are were its thats")
_NOT_MINE = ("i do not have any of that", "i have none of that", "i do not have any of those", "i have none of those",
             "none of that is me", "none of that is mine", "not me", "that is not me", "i have none of these",
             "i do not have any of these", "i have not got any of that", "none of those are mine")  # fmt: skip
_BEFORE_KIN = "small hello comma dash not sorry and but be it my her who third"
_TIED = one_of("for of about that those these wait actually oops mean meant oh ah hang hold on")
_FILED = one_of("chart record notes result results one file blood bloods report")


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

"""Whether a relative is the one who is to be treated: asked for, told as a case, or suffering from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from ..text.clauses import MENTIONS, Piece, Sentence, is_a
from ..text.grammar import words_of
from ..text.words import one_of
from .oneself import asks_for_themselves
from .spoken_of import cased

Who = Literal["patient", "relative", "unclear"]
Names = list[list[str]]
"""For each piece of each sentence the relative who was named last."""

_FAR_OFF = one_of(
    "member friend neighbor neighbour colleague coworker flatmate roommate housemate boss pal mate cousin twin sibling"
)
"""Those of whom people tell without asking for them."""
_NEAREST = one_of(
    """
    mother mum mom mummy mommy mam mammy father dad daddy da wife wifey missus husband hubby son daughter
    nan nana nanna nanny gran granny grandma grandmother grandad granddad grandpa grandfather gramps partner
    """
)
"""Those who are brought along: of them a complaint alone is told so that something is done."""
_BESIDE = one_of("sister brother aunt auntie uncle niece nephew cousin nan nana nanna")
"""Those of whom stories are told."""
_GONE = one_of("had died dead passed before")
"""Words by which a value or a drug of kin is one of long ago."""
_ONCE = one_of("had went got helped cured")
_AT_PRESENT = one_of("is are has have need needs now still gets can cannot does")
_ANIMALS = one_of("dog cat puppy kitten horse pony pet rabbit")
_MUSING = one_of(
    "thought think mean mind wonder wondered know heard read guess believe look care asked ask reckon suppose"
)
_HELPS = one_of("press push insist fight argue nag chase persuade convince learn inject")
"""What the speaker does for another, or to him with his own hands."""
_TAUGHT = one_of("taught shown trained")
_TOO = one_of("old late young frail far")
MINE = one_of("my our me")
_KIN = frozenset(word for word in words_of("relative") if " " not in word) | {"lad", "lass", "fella"}
_THING = f"{MENTIONS} nothing"


@dataclass(slots=True)
class Told:
    """Who has been spoken of so far, and what speaks for a relative being the patient.

    ``relative`` and ``third`` are the last ones named; ``own``: the speaker says something of himself; ``tells``: and
    does not only ask. ``charge``: the relative who is cared for or asked for; ``theirs``: the last
    one named is kin of somebody else.
    """

    relative: str = ""
    relatives: set[str] = field(default_factory=set)
    third: str = ""
    treated: bool = False
    asked_for: bool = False
    own: bool = False
    tells: bool = False
    charge: str = ""
    theirs: bool = False


def case_of(
    talk: Sequence[Sentence],
    result: Sequence[Sequence[Who]],
    names: Sequence[Sequence[str]],
    topics: frozenset[int],
) -> str:
    """The relative of whom a whole case is told: an age, and something besides.

    Nobody where that is told of two, where what the guideline treats is told of another one, or where a question asks
    for somebody else. ``topics``: mentions of what the guideline treats.
    """
    told: dict[str, list[Piece]] = {}
    for sentence, whose_, called in zip(talk, result, names, strict=True):
        for piece, who, name in zip(sentence.pieces, whose_, called, strict=True):
            if is_a(piece, "age number mark"):
                told.setdefault(name if who == "relative" else "", []).append(piece)
    besides = len(told.pop("", ()))  # what is said without a subject
    aged = [name for name, pieces in told.items() if any("age" in piece for piece in pieces)]
    cases = [name for name in aged if len(told[name]) + besides > 1 and {name}.isdisjoint(_ANIMALS | _FAR_OFF)]
    if len(cases) != 1 or _asks_for_another(talk, cases[0]):
        return ""
    others = [piece for name, pieces in told.items() if name != cases[0] for piece in pieces]
    return "" if any("number" in piece or piece.mention in topics for piece in others) else cases[0]


def _asks_for_another(talk: Sequence[Sentence], name: str) -> bool:
    """Whether another person is named as the patient or in a question, or one of the other sex is spoken of."""
    for sentence in talk:
        keys = [word for piece in sentence.pieces for word in piece.key.split()]
        named = {word for at, word in enumerate(keys) if is_kin(word) and keys[max(0, at - 1)] not in ("her", "his")}
        theirs = any(one in ("patient", "pt") and "is" in keys[at + 1 : at + 2] for at, one in enumerate(keys))
        asks = theirs or sentence.asked or "ask" in sentence.moods
        if asks and named and name not in named:
            return True
        if any(other_sex(word, name) for word in keys) and not named - {name}:
            return True
    return False


WOMEN = one_of(
    """
    mother mum mom mummy mommy sister aunt auntie grandmother grandma gran granny nan nana daughter wife
    girlfriend niece stepmother missus lass nanna mam mammy wifey stepmum stepmom stepdaughter godmother
    woman lady female girl mil
    """
)
MEN = one_of(
    """
    father dad daddy da brother uncle grandfather grandad grandpa granddad son husband boyfriend nephew stepfather
    hubby lad gramps fella stepson stepdad
    man gentleman gent male boy guy bloke
    """
)
SHE = one_of("she her hers herself")
HE = one_of("he him his himself")


def other_sex(pronoun: str, person: str) -> bool:
    """Whether `she` or `he` cannot mean a person."""
    return (pronoun in SHE and person in MEN) or (pronoun in HE and person in WOMEN)


def is_patient(talk: Sequence[Sentence], state: Told, topics: frozenset[int], complaints: frozenset[int]) -> bool:
    """Whether the only person who is to be treated is a relative."""
    if state.third or len(state.relatives) != 1 or (state.own and not state.asked_for):
        return False
    if not _ANIMALS.isdisjoint(state.relatives):
        return False
    if not _FAR_OFF.isdisjoint(state.relatives):
        return state.asked_for
    if state.asked_for or any(_asks_how_to_treat(one) or asks_for_themselves(one) for one in talk):
        return True
    if _is_story(talk, state):
        return False
    return state.treated or _spoken_of(talk, topics) or _suffers(talk, state, complaints) or _noted_of(talk)


def _is_story(talk: Sequence[Sentence], state: Told) -> bool:
    """Whether it is only told how somebody else fared: `my sister's pain went away with the shots`."""
    told = [one.pieces for one in talk if any(is_a(piece, f"{_THING} relative") for piece in one.pieces)]
    words = {word for pieces in told for piece in pieces for word in piece.key.split()}
    past = not words.isdisjoint(_ONCE) and words.isdisjoint(_AT_PRESENT)
    return past and not _BESIDE.isdisjoint(state.relatives) and not any("ask" in one.moods for one in talk)


def _suffers(talk: Sequence[Sentence], state: Told, complaints: frozenset[int]) -> bool:
    """Whether a complaint of one's nearest is told as of now, or one of other kin with a number or a second of theirs.

    `My dad has …` with a single thing is how a family's history is told.
    """
    if any(sentence.asked or "ask" in sentence.moods for sentence in talk) or not _spoken_of(talk, complaints):
        return False
    pieces = [piece for sentence in talk for piece in sentence.pieces]
    if any(piece.key in ("died", "dead") for piece in pieces):
        return False
    told = any("back" in piece or piece.key == "has" for piece in pieces)
    history = told and sum("mark" in piece for piece in pieces) < _SECOND
    numbers = any(is_a(piece, "number age") for piece in pieces)
    several = sum(piece.mention in complaints for piece in pieces) >= _SECOND and _as_of_now(pieces)
    return numbers or several or not (history or _NEAREST.isdisjoint(state.relatives))


_SECOND = 2


def _as_of_now(pieces: Sequence[Piece]) -> bool:
    """Whether nothing tells of long ago."""
    return _GONE.isdisjoint(word for piece in pieces for word in piece.key.split())


def _noted_of(talk: Sequence[Sentence]) -> bool:
    """Whether a value of kin is told as of now, and nothing is said or asked of the speaker: `wife's weight is 80`."""
    pieces = [piece for sentence in talk for piece in sentence.pieces]
    valued = frozenset(piece.mention for piece in pieces if "number" in piece and piece.mention is not None)
    apart = any(one.key == "her" and "bare" in after for one, after in pairwise(pieces))  # `…, hers 9`
    return _as_of_now(pieces) and not apart and _spoken_of(talk, valued)


def _spoken_of(talk: Sequence[Sentence], topics: frozenset[int]) -> bool:
    """Whether what the guideline treats is told of, and nothing is asked that is about the speaker or about kin."""
    pieces = [piece for sentence in talk for piece in sentence.pieces]
    pieces = [piece for at, piece in enumerate(pieces) if not ("i" in piece and musing(pieces[at + 1 : at + 3]))]
    if any(_of_the_speaker(pieces, at) for at in range(len(pieces))):
        return False
    return any(piece.mention in topics for piece in pieces)


_TO_ME = one_of(
    "to tell told tells ask asked asks worry worries worried let scare strike strikes bother bothers upset upsets"
)
"""Words before `me` where somebody only hears of it, or has a view of it."""


def _of_the_speaker(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a piece speaks of the one who tells: `I`, `mine`, `my own eyes`, but not `my dad`."""
    piece = pieces[at]
    if piece.mention is not None and piece.key.startswith("my "):
        return not is_kin(piece.key)
    if piece.key == "me" and at and pieces[at - 1].key.split()[-1] in _TO_ME:
        return False  # it seems odd to me
    return (is_a(piece, "i") or piece.key in ("my", "mine", "me")) and not (piece.key in MINE and of_kin(pieces, at))


def _asks_how_to_treat(sentence: Sentence) -> bool:
    """Whether a question asks for a treatment and names nobody else."""
    asks = "ask" in sentence.moods or sentence.asked
    keys = [piece.key for piece in sentence.pieces]
    fit = any(one == "too" and two in _TOO for one, two in pairwise(keys))  # is she too old for them?
    words = {word for key in keys for word in key.split()}
    where_to = bool(words) and sentence.asked and words <= _WHERE_TO
    return asks and (fit or where_to or cased(sentence)) and not any("i" in piece for piece in sentence.pieces)


_WHERE_TO = one_of(
    "a and e er ed 999 911 112 111 hospital ambulance gp emergency department casualty or , tonight now today"
)


def musing(after: Sequence[Piece]) -> bool:
    """Whether the speaker only thinks, or lends a hand: `I thought`, `I look after`, `how long do I press`."""
    worried = len(after) > 1 and "be" in after[0] and "doubt" in after[1]
    taught = len(after) > 1 and after[0].key in ("be", "get") and after[1].key in _TAUGHT
    return worried or taught or (bool(after) and not (_MUSING | _HELPS).isdisjoint(after[0].key.split()))


def of_kin(pieces: Sequence[Piece], at: int) -> bool:
    """Whether `my` belongs to a relative."""
    return any("relative" in near or is_kin(near.key) for near in pieces[at : at + 4])


def is_kin(words: str) -> bool:
    """Whether one of some words is a relative."""
    return not _KIN.isdisjoint(words.split())

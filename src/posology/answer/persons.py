"""Of whom something is said: the patient, or somebody else.

"My mother has it" is not of the patient, unless it is the mother who is to be treated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .clauses import Piece, Sentence, is_a
from .grammar import words_of
from .words import one_of

Who = Literal["patient", "relative", "unclear"]

_WOMEN = one_of(
    """
    mother mum mom mummy mommy sister aunt auntie grandmother grandma gran granny nan nana daughter wife
    girlfriend niece stepmother woman lady female girl mil
    """
)
_MEN = one_of(
    """
    father dad daddy brother uncle grandfather grandad grandpa granddad son husband boyfriend nephew stepfather
    man gentleman gent male boy guy bloke
    """
)
_KIN = frozenset(word for word in words_of("relative") if " " not in word)
_SHE = one_of("she her hers herself")
_HE = one_of("he him his himself")


@dataclass(slots=True)
class _Talk:
    """Who has been spoken of so far, and what speaks for a relative being the patient."""

    relative: str = ""
    relatives: set[str] = field(default_factory=set)
    third: str = ""
    itself: bool = False
    treated: bool = False
    own: bool = False


def whose(talk: Sequence[Sentence], topics: frozenset[int]) -> list[list[Who]]:
    """For each piece of each sentence, of whom it speaks. ``topics``: mentions of what the guideline treats."""
    state = _Talk()
    result = [_inherited(sentence, list(_sentence(sentence, state, topics))) for sentence in talk]
    if state.relatives and _is_patient(state):
        return [["patient" if who == "relative" else who for who in sentence] for sentence in result]
    return result


def _inherited(sentence: Sentence, who: list[Who]) -> list[Who]:
    """Whose a sentence is that ends in `runs in my family`."""
    run = next((place for place, piece in enumerate(sentence.pieces) if piece.key.startswith("run in")), 0)
    return ["relative" if place < run else one for place, one in enumerate(who)]


def _kin(found: Sequence[Piece], place: int) -> int | None:
    """The place of the relative whose age is told: `my 72-year-old mother`, `mother is 72`."""
    if is_kin(found[place].key):
        return place
    return next((near for near in (place + 1, place + 2) if near < len(found) and "relative" in found[near]), None)


def is_kin(words: str) -> bool:
    """Whether one of some words is a relative."""
    return not _KIN.isdisjoint(words.split())


def _is_patient(state: _Talk) -> bool:
    """Whether the only person who is to be treated is a relative."""
    return state.treated and not state.own and not state.third and len(state.relatives) == 1


def _sentence(sentence: Sentence, state: _Talk, topics: frozenset[int]) -> Iterator[Who]:
    found = sentence.pieces
    who: Who = "patient"
    for place, piece in enumerate(found):
        if "relative" in piece and not _described(found, place):
            who = _relative(sentence, place, state)
        elif "i" in piece:
            who = "patient"
            state.own = state.own or _has(sentence, place)
            state.itself = True
        elif "age" in piece and (place_of := _kin(found, place)) is not None:
            who = _relative(sentence, place_of, state)
        elif is_a(piece, "person age") and who == "patient" and not state.relative:
            state.third = state.third or piece.key
        elif "person" in piece and not any("of" in near for near in found[max(0, place - 2) : place]):
            who, state.third = "patient", piece.key
        elif is_a(piece, "third her"):
            who = _meant(piece.key, state, who, place)
        elif "my" in piece and piece.key == "my" and place + 1 < len(found) and "mark" in found[place + 1]:
            who, state.own = "patient", True
        if who == "relative":
            state.treated = state.treated or _treats(sentence, place, topics)
        yield who


def _described(found: Sequence[Piece], place: int) -> bool:
    """Whether `mother` is no relative but a patient: `a lame mother`."""
    return place > 0 and "mark" in found[place - 1] and not any(is_a(near, "my her") for near in found[:place])


def _relative(sentence: Sentence, place: int, state: _Talk) -> Who:
    """A relative is spoken of from here on."""
    found = sentence.pieces
    key = next((word for word in found[place].key.split() if is_kin(word)), found[place].key)
    state.relative = key
    if not key.startswith(("family", "fh", "no", "run", "other")):
        state.relatives.add(key)
    before = " ".join(piece.key for piece in found[max(0, place - 4) : place])
    if any(words in f" {before} " for words in (" for my ", " behalf of my ", " about my ", " after my ", " for our ")):
        state.treated = (
            state.treated or "i" in sentence.pieces[0] or sentence.moods[place] != "tell" or "asking" in before
        )
    return "relative"


def _meant(key: str, state: _Talk, who: Who, place: int) -> Who:
    """Whom `she` or `he` means."""
    if not state.relative:
        return "patient"
    if not state.third:
        return "relative" if not _other_sex(key, state.relative) else "unclear"
    if _other_sex(key, state.relative):
        return "patient"
    if _other_sex(key, state.third):
        return "relative"
    return "unclear" if who == "relative" else "patient"


def _other_sex(pronoun: str, person: str) -> bool:
    return (pronoun in _SHE and person in _MEN) or (pronoun in _HE and person in _WOMEN)


def _has(sentence: Sentence, place: int) -> bool:
    """Whether the speaker says something of himself: `I have`, `I am`, `can I have`."""
    found = sentence.pieces
    after = found[place + 1 : place + 6]
    if sentence.moods[place] == "ask":
        return not any(is_a(piece, "third her relative use") for piece in found[place + 1 :])
    marks = [piece for piece in after if "mark" in piece]
    return bool(marks) and is_a(after[0], "have be use not deny")


def _treats(sentence: Sentence, place: int, topics: frozenset[int]) -> bool:
    """Whether a relative is the one whom the question is about, or who is treated."""
    found = sentence.pieces
    piece = found[place]
    if not is_a(piece, "relative third her age"):
        return False
    if sentence.moods[place] in ("ask", "suppose", "consider"):
        return True
    near = found[place + 1 : place + 8]
    verbs = "use have be wish"
    given = any(is_a(piece, verbs) or piece.key in ("need", "needed", "due") for piece in near[:3])
    return given and any(piece.mention in topics for piece in near if piece.mention is not None)

"""What was asked, supposed or warned of, and is said not to be so.

`I was told to ring if X came on. I haven't.`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from ..text.clauses import MENTIONS, Piece, Sentence, is_a
from ..text.words import one_of
from .negation import Flags

_LEAD = (
    r"(?:(?:and|but|so|well|yet|far|so far|as yet|at|the|moment|present|now|currently|luckily|"
    r"thankfully|however|though|"
    r"although|which|i am glad to say|no|until now|up to now|to date|happily|fortunately|to be honest|honestly) )*"
)
_WHO = r"(?:i|he|she|they|there|we|mum|mom|dad|(?:my|our|the) (?:\w+ ){0,2}\w+)"
_REST = (
    r"(?: (?:any|any of (?:that|those|them|these|it)|either|either of (?:those|them|these)|those|"
    r"them|that|it|anything like that|"
    r"any such thing|got|had|got it|got any|had any|had it|had that|had either|have it|have any|have "
    r"that|have those|so far|yet|"
    r"at all|at the moment|at present|now|currently|today|as yet|to date|up to now|thankfully|"
    r"luckily|though|touch wood|"
    r"thank god|a bit|at any time))*"
)
_NOT_SO = re.compile(
    rf"{_LEAD}{_WHO} (?:have|has|had|do|does|did|is|am|are|was)(?: been| had| got)? "
    rf"(?:not|never)(?: (?:any|have|got|had|get|have any|had any|got any))?{_REST}"
    rf"|{_LEAD}(?:{_WHO} (?:have|has|had)(?: had| got)? )?(?:none|neither|nothing)"
    r"(?: (?:so far|as yet|yet|to date|at all|at present|at the moment|now|today|"
    r"of (?:that|those|these|them|it|either|the sort|the kind)|like (?:that|it|those)|for (?:me|her|"
    r"him)|luckily|thankfully|applies|"
    r"present|here|up to now|until now|touch wood|has happened|had))*"
)
_SO = re.compile(
    rf"{_LEAD}(?:and |but )?(?:now )?{_WHO} (?:now )?(?:have|has|do|does|did|am|is)(?: (?:now|it|them|"
    rf"some|got it|got them|both|"
    r"that|had it|had them|had that|had some))*(?: (?:for|since) [\w ]+)?|(?:and |so )?i said (?:yes|i did|i do|i have)"
)
_ASKING = one_of(
    """
    mention mentions mentioned list lists listed warns told asked ask asks said says say warned supposed meant
    should if whether advised must wanted watch look report instructed
    """
)
_HAVING = one_of(
    """
    if mention mentions mentioned list lists listed warns got get gets had have has having develop developed
    develops notice noticed notices feel felt feels was were is am are be became become any some more new
    started start starts of for about with report reported getting seeing see experience experienced suffer
    suffered went go goes
    """
)
_IT = one_of("any either neither none nothing it that those them")
_PARTS = "comma dash but and"
_TURNED = one_of("worse worsening spread spreads better improve improves improved back")

CanEnd = Callable[[int], bool]
"""Whether what a mention states is a thing that somebody has or has not."""


def rebutted(talk: Sequence[Sentence], said: Sequence[Flags], can_end: CanEnd) -> None:
    """Mark as denied what was only asked, supposed or warned of, where the next words say that it is not so."""
    for number, sentence in enumerate(talk):
        if sentence.asked or sentence.moods[0] != "tell":
            continue
        for first, last in _parts(sentence.pieces):
            if any(place in said[number] for place in range(first, last) if "number" in sentence.pieces[place]):
                continue
            told = " ".join(piece.key for piece in sentence.pieces[first:last])
            so = bool(_SO.fullmatch(told))
            if not so and not _NOT_SO.fullmatch(told):
                continue
            words = {word for piece in sentence.pieces[first:last] for word in piece.key.split()}
            for where, place in _spoken_of_before(talk, number, first):
                if talk[where].moods[place] == "ask" and words.isdisjoint(_IT):
                    continue  # should I see somebody about X? I have not yet
                if _is_open(talk[where], said[where], place, can_end):
                    said[where][place] = {"yes"} if so else {"not", "yes"}
                    for other in range(first, last):
                        said[number].get(other, set[str]()).add("void")


def _parts(found: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """The parts of a sentence between its commas, dashes, `but` and `and`."""
    first = 0
    for place, piece in enumerate((*found, None)):
        if piece is None or is_a(piece, _PARTS):
            if place > first:
                yield first, place
            first = place + 1


def _spoken_of_before(talk: Sequence[Sentence], number: int, first: int) -> Iterator[tuple[int, int]]:
    """The mentions before a place in its sentence, or else those of the sentence right before."""
    here = [(number, place) for place, piece in enumerate(talk[number].pieces[:first]) if is_a(piece, MENTIONS)]
    if here or not number or first > 2:
        yield from here
        return
    yield from ((number - 1, place) for place, piece in enumerate(talk[number - 1].pieces) if is_a(piece, MENTIONS))


def _is_open(sentence: Sentence, flags: Flags, place: int, can_end: CanEnd) -> bool:
    """Whether a mention was only asked, supposed or warned of: `if he had X`, but not `if X gets worse`."""
    found, piece = sentence.pieces, sentence.pieces[place]
    if "mark" not in piece or piece.mention is None or not can_end(piece.mention) or "not" in flags.get(place, {"not"}):
        return False
    before = {word for near in found[:place] for word in near.key.split()}
    near = next((one for one in reversed(found[:place]) if one.key not in _LIGHT and "mark" not in one), None)
    having = near is not None and not set(near.key.split()).isdisjoint(_HAVING)
    turned = any(not _TURNED.isdisjoint(one.key.split()) for one in found[place : place + 3])
    if turned or not having or any(one.key in ("my", "her", "his") for one in found[max(0, place - 2) : place]):
        return False
    doubted = bool(flags[place] & {"doubt", "void", "modal"})
    return sentence.moods[place] == "suppose" or doubted or bool(before & _ASKING)


_LIGHT = one_of("a an the and or , either both much bad severe such his her their")

"""A text with all that is known of it, and what is heard in it word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...model import Guideline, Value
from ..named.lexicon import Lexicon, Manner, Meaning
from ..named.mentions import Mention, Noted, note
from ..named.numbers import Reading, Scale, value_of
from ..text.clauses import Piece, Sentence, is_a, pieces, sentences
from ..text.phrases import matches
from ..turns import Before, Heard
from .behind import Flag
from .colleague import apart
from .come_since import come_since
from .echo import echoed
from .negation import Flags, denied_with, flags
from .persons import whose
from .presupposed import presupposed
from .rebutted import rebutted
from .refuted import refuted
from .spoken_of import answered
from .tense import for_a_time, in_its_year, was_then
from .treated import Who
from .unsettled import settled

Values = tuple[tuple[str, Value], ...]
"""Facts with what is said of them."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A text in sentences, whose each piece is, and what is said of each mention."""

    guideline: Guideline
    lexicon: Lexicon
    noted: Noted
    talk: tuple[Sentence, ...]
    who: list[list[Who]]
    said: list[Flags]
    turn: int
    before: Before


@dataclass(frozen=True, slots=True)
class Word:
    """Something heard, and where: sentence and piece.

    ``somebody``: only if somebody is spoken of. ``implied``: it only follows from what was said, and yields to that.
    ``proposed``: it is only asked for, and yields to what is in use.
    """

    heard: Heard
    at: tuple[int, int]
    somebody: bool = False
    implied: bool = False
    proposed: bool = False


def scene(text: str, guideline: Guideline, lexicon: Lexicon, turn: int, before: Before) -> Scene:
    """A text, read as far as the lexicon and the small words lead."""
    noted = note(text, guideline, lexicon)
    talk = tuple(sentences(pieces(noted.spoken, noted.places())))
    said = [flags(sentence, lambda number: _group(noted.mentions[number], guideline)) for sentence in talk]
    for sentence, flagged in zip(talk, said, strict=True):
        denied_with(sentence, flagged, lambda number: _is_no(noted.mentions[number]))
        presupposed(sentence, flagged)
        come_since(sentence, flagged)
    answered(talk, said)
    refuted(talk, said)

    def lasting(number: int) -> bool:
        return any(manners_over(lexicon, one.fact) for one in noted.mentions[number].meanings)

    echoed(talk, said, lasting, lambda number: any(_gone(lexicon, one.fact) for one in noted.mentions[number].meanings))
    rebutted(talk, said, lasting)
    _dated(talk, said, noted, lexicon)
    who = apart(
        talk, whose(talk, frozenset(_topics(noted, lexicon)), frozenset(_complaints(talk, said, noted, lexicon)))
    )
    return Scene(guideline, lexicon, noted, talk, settled(talk, who), said, turn, before)


def manners_over(lexicon: Lexicon, fact: str) -> bool:
    """Whether it makes a difference to a fact that it is over."""
    return any(stated != (fact, True) for stated in lexicon.manners.get(fact, Manner()).over)


def _gone(lexicon: Lexicon, fact: str) -> bool:
    """Whether a fact that is over is there no longer, and leaves a trace."""
    over = lexicon.manners.get(fact, Manner()).over
    return (fact, False) in over and len(over) > 1


def _complaints(talk: Sequence[Sentence], said: Sequence[Flags], noted: Noted, lexicon: Lexicon) -> Iterator[int]:
    """The mentions of what leaves a trace once it is over, or is used for a time, where somebody has it or not now."""
    for sentence, flags_of in zip(talk, said, strict=True):
        for place, piece in enumerate(sentence.pieces):
            if piece.mention is None or flags_of.get(place, {"void"}) - _SO - {"not"}:
                continue
            if _had_been(sentence.pieces[:place]) or any(
                one.key.startswith("was on") for one in sentence.pieces[: place + 1]
            ):
                continue
            stated = [one.fact for one in noted.mentions[piece.mention].meanings if one.value is not None]
            over = [(fact, stated_) for fact in stated for stated_ in lexicon.manners.get(fact, Manner()).over]
            if any(fact != other or value is False for fact, (other, value) in over):
                yield piece.mention


def _dated(talk: Sequence[Sentence], said: Sequence[Flags], noted: Noted, lexicon: Lexicon) -> None:
    """Mark as past what leaves nothing but a trace and stands beside its year: `… 2012`, `… in 2012`.

    What leaves no trace is given for a time, and over where the words say so.
    """
    for sentence, flags_of in zip(talk, said, strict=True):
        for place in flags_of:
            mention = sentence.pieces[place].mention
            meanings = noted.mentions[mention].meanings if mention is not None else ()
            manners = [(one.fact, lexicon.manners.get(one.fact, Manner())) for one in meanings]
            traces = any(how.past == how.over and how.past and how.past[0][0] != fact for fact, how in manners)
            if traces and _year_behind(sentence.pieces[place + 1 :]):
                flags_of[place].add("past")
            went = all(isinstance(one.value, str) and one.kind == "said" for one in meanings)
            if went and was_then(sentence.pieces, place):
                flags_of[place].add("past")
            had = any(one.value is True for one in meanings)
            traced = had and any(how.past and how.past != ((fact, True),) for fact, how in manners)
            if traced and in_its_year(sentence.pieces, place):
                flags_of[place].add("past")
            given = had and any(how.over == ((fact, False),) for fact, how in manners)
            if given and for_a_time(sentence.pieces, place):
                flags_of[place].add("over")


def _year_behind(after: Sequence[Piece]) -> bool:
    """Whether a year stands right behind, and nothing more in its part of the sentence."""
    after = after[1:] if after and after[0].key == "in" else after
    year = bool(after) and "bare" in after[0] and len(after[0].key) == 4 and after[0].key[:2] in ("19", "20")
    return year and (len(after) == 1 or is_a(after[1], "comma dash open"))


_SO: set[Flag] = {"back", "framed", "of a person", "yes", "kept"}
"""What may be said of something that somebody has."""


def _had_been(before: Sequence[Piece]) -> bool:
    """Whether a word of the past stands before something: `had`, `was`."""
    return any(piece.key.split()[-1] in ("had", "was", "were", "died") for piece in before)


def _group(mention: Mention, guideline: Guideline) -> str:
    """The group of a mention's fact, by which the members of a list are known."""
    fact = mention.fact or next((one.fact for one in mention.meanings if one.fact), "")
    known = guideline.facts.get(fact)
    return f"{known.group}: {known.kind}" if known else ""


def _is_no(mention: Mention) -> bool:
    """Whether a phrase says by itself that something is not so."""
    values = [one.value for one in mention.meanings if one.kind == "said"]
    return bool(values) and not any(value is not False for value in values)


def _topical_within(noted: Noted, mention: Mention, lexicon: Lexicon) -> bool:
    """Whether a longer phrase ends with what the guideline treats or treats with: `had four injections`."""
    treated = any((one.fact, True) in lexicon.also for one in mention.meanings)
    ends = matches(lexicon.tree, noted.spoken[mention.start + 1 : mention.end]) if treated else ()
    return any(lexicon.meanings[one].kind in ("topic", "used") for inner in ends for one in inner.means)


def _topics(noted: Noted, lexicon: Lexicon) -> Iterator[int]:
    """The mentions of what the guideline treats, or treats with, and of how the treatment goes."""
    for number, mention in enumerate(noted.mentions):
        if mention.label == "mark" and mention.end - mention.start > 1 and _topical_within(noted, mention, lexicon):
            yield number
            continue
        manners = (lexicon.manners.get(one.fact, Manner()) for one in mention.meanings)
        if any(
            one.kind in ("topic", "used", "received") or (one.kind == "said" and one.fact in lexicon.going)
            for one in mention.meanings
        ) or any(one.patient for one in manners):
            yield number


def word(
    scene: Scene,
    number: int,
    place: int,
    fact: str,
    value: Value | None,
    flag: Flag | None = None,
    somebody: bool = False,
    implied: bool = False,
) -> Word:
    """What was heard at a place, with its words and the spelling that was put right."""
    sentence = scene.talk[number]
    noted, mention = scene.noted, sentence.pieces[place].mention
    start, end = _span(sentence, place, flag)
    end = max(end, noted.mentions[mention].reach if mention is not None else 0)
    typed = [noted.words(token, token + 1) for token in range(start, end) if token in noted.typed]
    supposed = sentence.moods[place] in ("suppose", "consider") and value is not None
    heard = Heard(fact, value, noted.words(start, end), scene.turn, supposed, " ".join(typed))
    return Word(heard, (number, place), somebody, implied)


def measured(scene: Scene, number: int, place: int, reading: Reading, fact: str) -> Iterator[Word]:
    """A number at a place as the value of a fact, if it can be one."""
    value = value_of(reading, scene.guideline.facts[fact], scene.lexicon.scales.get(fact, Scale()))
    if isinstance(value, float):
        yield word(scene, number, place, fact, value)


_SIGNS: dict[Flag, str] = {
    "not": "not deny absent", "over": "over anymore well", "back": "back", "past": "past", "suspect": "suspect query",
    "unknown": "unknown forget",
}  # fmt: skip


def _span(sentence: Sentence, place: int, flag: Flag | None) -> tuple[int, int]:
    """The tokens of a mention with the word that denies it or the like, if that is near."""
    found = sentence.pieces
    start, end = found[place].start, found[place].end
    signs = _SIGNS.get(flag, "") if flag else ""
    before = next((here for here in range(place - 1, max(-1, place - 12), -1) if is_a(found[here], signs)), None)
    after = next((here for here in range(place + 1, min(len(found), place + 8)) if is_a(found[here], signs)), None)
    if before is not None:
        return found[before].start, end
    return (start, found[after].end) if after is not None else (start, end)


def denied(meaning: Meaning, manner: Manner, read: Scene, answered: bool = False) -> Values:
    """What is stated by denying a phrase, or by a no as the answer to it; denying a no says nothing."""
    if meaning.value is False:
        return ()
    yes_no = read.guideline.facts[meaning.fact].kind == "yes/no"
    return manner.denied or (((meaning.fact, False),) if yes_no and (answered or not manner.silent) else ())


def puts_right(read: Scene) -> bool:
    """Whether anything in a text is said to be put right."""
    return any("sorry" in piece for sentence in read.talk for piece in sentence.pieces)

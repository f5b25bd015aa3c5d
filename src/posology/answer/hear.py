"""A question in words → the facts that it states of the patient, each with the words it came from.

Mentions are found by the guideline's lexicon; small words say whether a mention is denied, doubted, asked, supposed,
of somebody else or simply so. Where that cannot be told nothing is heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..model import Guideline, Value
from .amend import amended, anew
from .behind import Flag
from .clauses import Sentence, is_a
from .going_on import goes_on_from
from .granted import still_so
from .kin import denied_of_kin, disowned, made_up
from .lexicon import NAMED, Lexicon, Manner, Meaning
from .looked_at import examined
from .mentions import LONGEST, Mention, within
from .oneself import names_one
from .received import granted_by, is_on, listed, received, strange
from .renewed import renewals, unplaced
from .scene import Scene, Values, Word, denied, scene, word
from .somebody_else import disclaimed, others
from .spoilt import spoilt
from .spoken_of import (
    at_large,
    at_no_one,
    cased,
    close_by,
    counselled,
    illegible,
    in_general,
    in_use,
    last_asked,
    limiting,
    noted_down,
    of_anybody,
    person_spoken_of,
    reported,
    swapped_to,
    to_come,
    topical,
    wanted,
    would_like,
)
from .turns import Before, Heard, Unheard, carry, clashes, stood
from .untaken import untaken
from .words import Token, one_of

__all__ = ["Heard", "Listening", "Unheard", "carry", "clashes", "hear", "listen", "stood"]


@dataclass(frozen=True, slots=True)
class Listening:
    """What was heard in a text, and what was spoken of but could not be taken as a statement.

    ``anew``: what is said after `new patient` or `start over`, if that was said.
    """

    heard: tuple[Heard, ...]
    unheard: tuple[Unheard, ...] = ()
    anew: str | None = None


def hear(
    text: str, guideline: Guideline, lexicon: Lexicon, turn: int = 0, before: Before | None = None
) -> tuple[Heard, ...]:
    """The facts that a question states, in the order in which they were said."""
    return listen(text, guideline, lexicon, turn, before).heard


def listen(text: str, guideline: Guideline, lexicon: Lexicon, turn: int = 0, before: Before | None = None) -> Listening:
    """The facts that a question states, and what could not be taken as a statement."""
    rest = anew(text[:LONGEST])
    if rest is not None:
        later = listen(rest, guideline, lexicon, turn)
        known = {one.fact for one in later.heard}
        gone = (
            Heard(fact, None, text[: len(text) - len(rest)].strip(), turn)
            for fact in guideline.facts
            if fact not in known
        )
        return Listening((*gone, *later.heard), later.unheard, rest)
    read = scene(text, guideline, lexicon, turn, before or Before())
    if made_up(read.talk):
        return Listening(())
    spoken_of = [[_spoken_of(read, piece.mention) for piece in sentence.pieces] for sentence in read.talk]
    words = (found for number in range(len(read.talk)) for found in _sentence(read, number, spoken_of))
    elsewhere, renewed = others(read), renewals(read)
    told = {one.heard.fact for one in renewed}
    renewed += [one for one in spoilt(read) if one.heard.fact not in told]
    kept = (one for one in words if one.at not in elsewhere)
    said = amended(read, (*kept, *disclaimed(read, elsewhere), *renewed))
    return Listening(said, (*untaken(read), *unplaced(renewed)))


# ---------------------------------------------------------------- one mention after the other


SpokenOf = Sequence[Sequence[set[str]]]
"""For each piece of each sentence the facts and groups that it speaks of, in small letters."""


def _sentence(read: Scene, number: int, spoken_of: SpokenOf) -> Iterator[Word]:
    sentence = read.talk[number]
    yield from disowned(read, number)
    for place, piece in enumerate(sentence.pieces):
        if piece.mention is None:
            continue
        mention = read.noted.mentions[piece.mention]
        if read.who[number][place] == "patient":
            yield from _received(read, number, place, mention)
        if place not in read.said[number]:
            yield from examined(read, number, place, mention)
            continue
        if mention.label in ("number", "age", "name"):
            yield from _number(read, number, place, mention)
        if mention.label in ("number", "mark"):
            yield from _mark(read, number, place, mention, spoken_of)


def _spoken_of(read: Scene, number: int | None) -> set[str]:
    """The facts and groups of a mention, in small letters."""
    if number is None or read.noted.mentions[number].label != "mark":
        return set()
    mention = read.noted.mentions[number]
    facts = {one.fact for one in mention.meanings if one.kind == "said" and not one.beside} | {mention.fact}
    known = [read.guideline.facts[fact] for fact in facts if fact in read.guideline.facts]
    return {words.lower() for fact in known for words in (fact.phrase, fact.group)}


def _number(read: Scene, number: int, place: int, mention: Mention) -> Iterator[Word]:
    sentence, said = read.talk[number], read.said[number][place]
    if read.who[number][place] != "patient" or mention.label == "name":
        if read.who[number][place] == "patient" and "unknown" in said:
            yield word(read, number, place, mention.fact, None)
        return
    lasting = read.lexicon.manners.get(mention.fact, Manner()).lasting
    blocked: set[Flag] = {"until", "modal", "unknown"} if lasting else {"until", "modal", "unknown", "past"}
    if said & blocked and sentence.moods[place] != "suppose":
        return
    if illegible(read.talk, number, place) or (place and sentence.pieces[place - 1].key.startswith("will ")):
        return
    if isinstance(mention.value, float) and not limiting(sentence, place):
        yield word(read, number, place, mention.fact, mention.value)


# ---------------------------------------------------------------- one phrase


def _mark(read: Scene, number: int, place: int, mention: Mention, spoken_of: SpokenOf) -> Iterator[Word]:
    """What a phrase states, by all that it may mean."""
    who = read.who[number][place]
    sentence = read.talk[number]
    for meaning in mention.meanings:
        if (
            who == "relative"
            and meaning.kind == "said"
            and not denied_of_kin(sentence, place, read.said[number][place])
        ):
            for fact, value in read.lexicon.manners.get(meaning.fact, Manner()).family:
                yield word(read, number, place, fact, value, implied=True)
        elif who == "patient" and meaning.kind == "said":
            near = not meaning.beside or close_by(spoken_of, number, place, meaning.beside)
            if near or goes_on_from(read, number, place, meaning.beside):
                yield from _said(read, number, place, meaning)
        elif who == "patient" and meaning.kind in ("used", "wished"):
            yield from _asked(read, number, place, meaning)
    if who == "patient":
        for meaning in _wished_within(read, number, place, mention):
            yield from _asked(read, number, place, meaning)


def _wished_within(read: Scene, number: int, place: int, mention: Mention) -> Iterator[Meaning]:
    """What a longer phrase names that is asked for: `can she have X under the skin?`, `agrees to oral X 1 mg`."""
    asked = read.talk[number].moods[place] == "ask"
    choices = {one.fact for one in mention.meanings if one.kind == "said" and not isinstance(one.value, bool)}
    before = next((one for one in reversed(read.talk[number].pieces[:place]) if "small" not in one), None)
    taken = any(one.kind == "used" for one in mention.meanings) and before is not None and "wish" in before
    if (asked and choices) or taken:
        inner = within(mention.start, mention.end, read.noted.spoken, read.lexicon, "wished")
        yield from (one for one in inner if taken or one.fact in choices)


def _said(read: Scene, number: int, place: int, meaning: Meaning) -> Iterator[Word]:
    """What a phrase states in the way in which it is spoken."""
    sentence, said = read.talk[number], read.said[number][place]
    manner = read.lexicon.manners.get(meaning.fact, Manner())
    if (meaning.weak and "not" not in said) or (meaning.bare and strange(sentence, place)):
        return
    if "unknown" in said:
        yield word(read, number, place, meaning.fact, None, "unknown")
        return
    if meaning.value is False and _asked_or_once(sentence, place):
        return
    if _wishes(read, place, number, meaning.fact) and counselled(sentence, place):
        return
    blocked: set[Flag] = {"void", "until", "doubt"} if meaning.value is False else {"void", "until", "doubt", "open"}
    blocked |= {"ordered"} if meaning.fact in read.lexicon.going else {"owed"}
    if said & blocked or ("modal" in said and sentence.moods[place] != "suppose"):
        return
    if at_large(sentence) or reported(sentence, place) or of_anybody(sentence, place) or at_no_one(sentence, place):
        return
    told = _told(sentence, place, said) or "number" in sentence.pieces[place]
    if not told or in_general(sentence, place) or topical(sentence, place):
        return
    sole = len({one.fact for one in read.noted.mentions[sentence.pieces[place].mention or 0].meanings if one.fact}) == 1
    values, flag = _values(meaning, manner, said if sole else said - {"yes"}, read)
    yield from () if values else _taken_back(read, number, place, meaning, flag)
    for fact, value in values:
        somebody = read.lexicon.manners.get(fact, Manner()).patient and value is True and flag is None
        yield word(read, number, place, fact, value, flag, somebody)
        if fact == meaning.fact:
            for other, implied in _also(read, sentence.pieces[place].mention, fact, value):
                somebodys = "framed" not in said or person_spoken_of(sentence) or names_one(sentence.pieces[place])
                if "of a person" in said or (sentence.moods[place] == "tell" and somebodys):
                    yield word(read, number, place, other, implied, flag, True, implied=True)


def _taken_back(read: Scene, number: int, place: int, meaning: Meaning, flag: Flag | None) -> Iterator[Word]:
    """What was heard before of how somebody does, where just that is denied: `no, not yet stable`."""
    stood = meaning.fact not in read.lexicon.going and read.before.facts.get(meaning.fact) == meaning.value
    if flag == "not" and stood and isinstance(meaning.value, str):
        yield word(read, number, place, meaning.fact, None, flag)


def _wishes(read: Scene, place: int, number: int, fact: str) -> bool:
    """Whether a mention names what may be wished for, of one fact."""
    mention = read.talk[number].pieces[place].mention
    meanings = read.noted.mentions[mention].meanings if mention is not None else ()
    return any(one.kind == "wished" and one.fact == fact for one in meanings)


def _also(read: Scene, number: int | None, fact: str, value: Value) -> Iterator[tuple[str, Value]]:
    """What a fact states besides; a choice is the one that the words of its mention name."""
    for other, implied in read.lexicon.also.get((fact, value), ()):
        if implied != NAMED:
            yield other, implied
        elif number is not None:
            once = {"was", "were"} & {token.key for token in _tokens(read, number)}
            spoken, mention = read.noted.spoken, read.noted.mentions[number]
            used = within(mention.start, mention.end, spoken, read.lexicon, "used")
            named = {one.value for one in used if one.fact == other}
            yield from ((other, value) for value in named if value is not None and len(named) == 1 and not once)


def _tokens(read: Scene, number: int) -> Sequence[Token]:
    """The words of a mention."""
    return read.noted.spoken[read.noted.mentions[number].start : read.noted.mentions[number].end]


def _received(read: Scene, number: int, place: int, mention: Mention) -> Iterator[Word]:
    """What somebody has had, or is on."""
    meaning = min((one for one in mention.meanings if one.kind == "received"), key=_plainness, default=None)
    if meaning is None and read.talk[number].moods[place] == "ask":
        inner = within(mention.start, mention.end, read.noted.spoken, read.lexicon, "received")
        meaning = next(inner, None) if granted_by(read.noted.spoken, mention.start, mention.end) else None
    if meaning is None or meaning.value is None:
        return
    sentence, said = read.talk[number], read.said[number].get(place, set())
    unsaid = said & {"void", "not", "open", "unknown", "doubt", "owed", "suspect", "until", "modal", "ordered"}
    bare = meaning.bare and meaning in mention.meanings
    if unsaid or (bare and strange(sentence, place)) or at_large(sentence) or in_general(sentence, place):
        return
    if meaning.placed:
        if sentence.moods[place] == "tell" and is_on(sentence.pieces, place):
            yield word(read, number, place, meaning.fact, meaning.value)
        return
    if meaning not in mention.meanings or _had(read, number, place, meaning.alone):
        yield word(read, number, place, meaning.fact, meaning.value)


def _plainness(meaning: Meaning) -> tuple[bool, bool, bool]:
    """How little a meaning asks of the words around it: of several the least is enough."""
    return meaning.placed, meaning.bare, not meaning.alone


def _asked_or_once(sentence: Sentence, place: int) -> bool:
    """Whether it is asked if all is well, or was well only until something: `is my sight fine?`."""
    found = sentence.pieces
    asked = sentence.moods[place] == "ask" and "be" in found[0] and place < 3
    return asked or (place + 1 < len(found) and "until" in found[place + 1] and found[place + 1].key.startswith("un"))


def _alone(read: Scene, number: int, place: int) -> bool:
    """Whether the words of a piece say by themselves that somebody has had it."""
    mention = read.talk[number].pieces[place].mention
    return mention is not None and any(one.alone for one in read.noted.mentions[mention].meanings)


def _had(read: Scene, number: int, place: int, alone: bool = False) -> bool:
    """Whether the words of a piece name what somebody has had."""
    sentence = read.talk[number]
    piece, mood = sentence.pieces[place], sentence.moods[place]
    if mood == "tell" and not last_asked(sentence, place) and listed(sentence.pieces, place):
        return True
    return received(read.noted.spoken, piece.start, piece.end, mood, alone and not last_asked(sentence, place))


def _told(sentence: Sentence, place: int, said: set[Flag]) -> bool:
    """Whether a phrase is told of a patient, and not asked about."""
    if "yes" in said or ("of a person" in said and not to_come(sentence, place)):
        return True
    mood = sentence.moods[place]
    if mood in ("ask", "consider"):
        if noted_down(sentence):
            return True
        return still_so(sentence, place) or ("framed" in said and (mood == "consider" or cased(sentence)))
    return mood == "suppose" or "framed" in said or not last_asked(sentence, place)


def _values(meaning: Meaning, manner: Manner, said: set[Flag], read: Scene) -> tuple[Values, Flag | None]:
    """The facts that a phrase states, and the flag that made them so."""
    assert meaning.value is not None
    plain: Values = ((meaning.fact, meaning.value),)
    if "suspect" in said:
        return (manner.suspected if meaning.value is not False else ()), "suspect"
    if "kept" in said:
        return plain, None
    if "not" in said:
        return denied(meaning, manner, read, "yes" in said), "not"
    ways: tuple[tuple[Flag, Values], ...] = (("back", manner.back), ("over", manner.over), ("past", manner.past))
    for flag, values in ways:
        if flag == "back" and flag in said and (not values or meaning.value is False):
            return plain, None  # refused again: it is so; fine again: it is fine
        if flag in said:
            return (values if meaning.value is not False else ()), flag
    return plain, None


# ---------------------------------------------------------------- what is asked for


def _asked(read: Scene, number: int, place: int, meaning: Meaning) -> Iterator[Word]:
    """What somebody wants or, for what can be in use, has; of two that are compared neither."""
    sentence, said = read.talk[number], read.said[number][place]
    if "unknown" in said and sentence.moods[place] == "tell":
        yield word(read, number, place, meaning.fact, None, "unknown")
    if said & {"void", "not", "open", "unknown", "doubt", "over"} or _others(read, number, place, meaning):
        return
    if counselled(sentence, place) or in_general(sentence, place):
        return
    used = meaning.kind == "used"
    if used and sentence.moods[place] == "ask" and _wish_beside(read, number, meaning):
        return
    if wanted(sentence, place, strict=used) or would_like(sentence, place) or (used and _is_used(read, number, place)):
        proposed = used and (sentence.moods[place] != "tell" or swapped_to(sentence, place))
        yield replace(word(read, number, place, meaning.fact, meaning.value), proposed=proposed)


def _dosed(read: Scene, number: int, place: int) -> bool:
    """Whether a dose stands right behind: `… 1 mg`."""
    found = read.talk[number].pieces
    behind = found[place + 1].mention if place + 1 < len(found) else None
    reading = read.noted.mentions[behind].reading if behind is not None else None
    return read.talk[number].moods[place] == "tell" and reading is not None and reading.unit in ("mg", "ug")


def _is_used(read: Scene, number: int, place: int) -> bool:
    """Whether somebody has it, gets it or has had it."""
    had = in_use(read.talk[number], place) or _had(read, number, place, _alone(read, number, place))
    return had or _dosed(read, number, place)


def _wish_beside(read: Scene, number: int, meaning: Meaning) -> bool:
    """Whether it is another thing that is asked for: `can the drug be given by drip?`."""
    mentions = [piece.mention for piece in read.talk[number].pieces if piece.mention is not None]
    meanings = [one for mention in mentions for one in read.noted.mentions[mention].meanings]
    return any(one.kind == "wished" and one.fact != meaning.fact for one in meanings)


def _others(read: Scene, number: int, place: int, meaning: Meaning) -> bool:
    """Whether the same sentence names another choice of the fact that is not set aside."""
    found = read.talk[number].pieces
    for other, piece in enumerate(found):
        if other == place or piece.mention is None or "mark" not in piece:
            continue
        same = [one for one in read.noted.mentions[piece.mention].meanings if one.fact == meaning.fact]
        aside = read.said[number][other] & {"void", "not", "over", "past"} or _from(read.talk[number], other)
        aside = aside or counselled(read.talk[number], other)
        aside = aside or any(near.key in _DISLIKED for near in found[max(0, other - 3) : other])
        aside = aside or any(is_a(near, "because owing") or near.key == "as" for near in found[place + 1 : other])
        if any(one.value != meaning.value for one in same) and not aside:
            return True
    return _from(read.talk[number], place)


_DISLIKED = one_of("hate hates hated dislike dislikes loathe loathes sore than")


def _from(sentence: Sentence, place: int) -> bool:
    found = sentence.pieces
    if place == 0 or found[place - 1].key.endswith("from"):
        return place > 0
    swapped = found[place - 1].key.startswith(("swap", "replac", "exchang", "chang", "switch", "substitut"))
    return swapped and any(piece.key in ("for", "with", "by", "to") for piece in found[place + 1 : place + 3])

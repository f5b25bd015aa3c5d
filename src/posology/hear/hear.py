"""A question in words → the facts that it states of the patient, each with the words it came from.

Mentions are found by the guideline's lexicon; small words say whether a mention is denied, doubted, asked, supposed,
of somebody else or simply so. Where that cannot be told nothing is heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..model import Guideline, Value
from .later.amend import amended, anew
from .later.explained import explained
from .later.going_on import goes_on_from
from .later.laid_to import gates_of, laid_to_else
from .later.renewed import renewals, unplaced
from .later.replies import left_open, replied, speaks_of_what_was_asked
from .later.somebody_else import disclaimed, others
from .later.spoilt import spoilt
from .later.theirs import given_to_kin
from .later.unit_told import unit_told
from .meant.asked_about import is_that_fine
from .meant.asked_for import asked_for, asked_of_what_is_had, for_the_patient, had
from .meant.asked_whether import asked_whether
from .meant.company import in_company
from .meant.got import is_had
from .meant.granted import begun_since, borne_out, granted, only_if, still_so
from .meant.held_within import denies, had_within, inside
from .meant.intended import intended
from .meant.kin import denied_of_kin, disowned, made_up
from .meant.looked_at import examined
from .meant.preferred import preferred, told_first
from .meant.presumed import phrased, till_next
from .meant.received import granted_by, is_on, strange
from .meant.summed import denied_in_all
from .meant.underway import had_before, had_by_wish, had_until_now
from .meant.untaken import untaken
from .named.lexicon import NAMED, Lexicon, Manner, Meaning
from .named.mentions import LONGEST, Mention, within
from .text.clauses import Piece, Sentence, is_a
from .text.words import Token, one_of
from .told.behind import Flag
from .told.oneself import names_one, of_whom
from .told.scene import Scene, Values, Word, denied, puts_right, scene, word
from .told.spoken_of import (
    at_large,
    at_no_one,
    cased,
    close_by,
    counselled,
    illegible,
    in_general,
    last_asked,
    limiting,
    noted_down,
    of_anybody,
    person_spoken_of,
    reported,
    to_come,
    topical,
)
from .told.valued import valued
from .turns import Before, Heard, Left, Unheard, carry, clashes, stood

__all__ = ["Heard", "Listening", "Unheard", "carry", "clashes", "hear", "listen", "stood"]


@dataclass(frozen=True, slots=True)
class Listening:
    """What was heard in a text, and what was spoken of but could not be taken as a statement.

    ``anew``: what is said after `new patient` or `start over`, if that was said. ``left``: what the next turn may
    answer.
    """

    heard: tuple[Heard, ...]
    unheard: tuple[Unheard, ...] = ()
    anew: str | None = None
    left: Left | None = None


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
    kin = given_to_kin(read)
    caused, because = explained(read)
    foreign, laid, undone = laid_to_else(read)
    elsewhere = others(read) | {one.at for one in kin} | foreign
    renewed = [*caused, *undone, *renewals(read), *unit_told(read)]
    told = {one.heard.fact for one in renewed}
    renewed += [one for one in spoilt(read) if one.heard.fact not in told]
    kept = (one for one in words if one.at not in elsewhere | because)
    gates = gates_of(guideline)
    kept = (one for one in kept if not (one.at in laid and one.heard.value is True and one.heard.fact in gates))
    whole, chosen = denied_in_all(read), told_first(preferred(read, list(kept)))
    said = amended(read, (*chosen, *kin, *disclaimed(read, elsewhere), *renewed, *replied(read), *whole))
    return Listening(said, (*untaken(read), *unplaced(renewed)), left=left_open(read, said))


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
            yield from had_by_wish(read, number, place, mention)
            yield from had_before(read, number, place, mention)
            yield from had_until_now(read, number, place, mention)
        if place not in read.said[number]:
            yield from examined(read, number, place, mention)
            continue
        if mention.label in ("number", "age", "name"):
            yield from _number(read, number, place, mention)
        if mention.label in ("number", "mark"):
            yield from _mark(read, number, place, mention, spoken_of)


def _spoken_of(read: Scene, number: int | None) -> set[str]:
    """The facts and groups of a mention, in small letters."""
    mention = read.noted.mentions[number] if number is not None else None
    if mention is None or mention.label not in ("mark", "number"):
        return set()
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
        if who != "patient" and isinstance(meaning.value, str) and for_the_patient(sentence, place):
            yield from (_said if meaning.kind == "said" else asked_for)(read, number, place, meaning)
        elif (
            who == "relative"
            and meaning.kind == "said"
            and not denied_of_kin(sentence, place, read.said[number][place])
        ):
            for fact, value in read.lexicon.manners.get(meaning.fact, Manner()).family:
                yield word(read, number, place, fact, value, implied=True)
        elif who == "patient" and meaning.kind == "said":
            near = not meaning.beside or close_by(spoken_of, number, place, meaning.beside)
            near = near or goes_on_from(read, number, place, meaning.beside)
            near = near or speaks_of_what_was_asked(read, meaning.beside)
            near = near or (meaning.fact in read.before.facts and (meaning.value is True or puts_right(read)))
            if near or in_company(read, number, place, meaning.beside):
                yield from _said(read, number, place, meaning)
            else:
                for shorter in inside(read, mention, meaning):
                    yield from _said(read, number, place, shorter)
        elif who == "patient" and meaning.kind in ("used", "wished"):
            yield from asked_for(read, number, place, meaning)
    if who == "patient":
        yield from intended(read, number, place, mention)
        for meaning in _wished_within(read, number, place, mention):
            yield from asked_for(read, number, place, meaning)
        for meaning in () if "not" in read.said[number][place] else had_within(read, mention):
            yield from _said(read, number, place, meaning)


def _wished_within(read: Scene, number: int, place: int, mention: Mention) -> Iterator[Meaning]:
    """What a longer phrase names that is asked for: `can she have X under the skin?`, `agrees to oral X 1 mg`."""
    sentence = read.talk[number]
    asked = sentence.moods[place] == "ask" or last_asked(sentence, place)
    asked = asked or asked_whether(sentence, place) or is_that_fine(read.talk, number, place)
    choices = {one.fact for one in mention.meanings if one.kind == "said" and not isinstance(one.value, bool)}
    before = next((one for one in reversed(sentence.pieces[:place]) if "small" not in one), None)
    taken = any(one.kind == "used" for one in mention.meanings) and before is not None and "wish" in before
    taken = taken or (asked and place > 0 and "modal" in sentence.pieces[place - 1])  # can | I take X?
    if (asked and choices) or taken:
        inner = within(mention.start, mention.end, read.noted.spoken, read.lexicon, "wished")
        yield from (one for one in inner if taken or one.fact in choices)
    if asked and not denies(read, mention) and all(one.kind != "used" for one in mention.meanings):
        yield from list(within(mention.start, mention.end, read.noted.spoken, read.lexicon, "used"))[:1]


def _said(read: Scene, number: int, place: int, meaning: Meaning) -> Iterator[Word]:
    """What a phrase states in the way in which it is spoken."""
    sentence, said = read.talk[number], read.said[number][place]
    manner = read.lexicon.manners.get(meaning.fact, Manner())
    if (meaning.weak and "not" not in said) or (meaning.bare and strange(sentence, place)):
        return
    ours = meaning.fact in read.lexicon.received
    presumes = ours and (
        phrased(sentence, place) or begun_since(sentence, place) or borne_out(read.talk, number, place)
    )
    said = said - {"void"} if presumes else said
    if "unknown" in said:
        yield word(read, number, place, meaning.fact, None, "unknown")
        return
    none = ours and meaning.value is False and denies(read, read.noted.mentions[sentence.pieces[place].mention or 0])
    said = said - {"void", "over", "past", "until"} if none else said  # it denies by itself: `has not had any`
    if (meaning.value is False and not none and _asked_or_once(sentence, place)) or (ours and only_if(sentence, place)):
        return
    if _wishes(read, place, number, meaning.fact) and counselled(sentence, place):
        return
    no = meaning.value is False or (isinstance(meaning.value, str) and sentence.pieces[place].key.startswith("not "))
    blocked: set[Flag] = {"void", "until", "doubt"} if no else {"void", "until", "doubt", "open"}
    blocked |= {"ordered"} if meaning.fact in read.lexicon.going else {"owed"}
    unable = _cannot(sentence.pieces, place)
    if said & blocked or ("modal" in said and not unable and sentence.moods[place] != "suppose"):
        return
    if _of_nobody(sentence, place, said):
        return
    told = _told(read, number, place, said) or "number" in sentence.pieces[place]
    told = told or presumes or (ours and granted(sentence, place))
    if not told or in_general(sentence, place) or (topical(sentence, place) and not {"not", "yes"} <= said):
        return
    sole = len({one.fact for one in read.noted.mentions[sentence.pieces[place].mention or 0].meanings if one.fact}) == 1
    values, flag = _values(meaning, manner, said if sole else said - {"yes"}, read)
    yield from () if values else _taken_back(read, number, place, meaning, flag)
    for fact, value in values:
        plain = value is True and flag is None and not of_whom(sentence.pieces, place)
        somebody = read.lexicon.manners.get(fact, Manner()).patient and plain
        yield word(read, number, place, fact, value, flag, somebody, implied="presumed" in said)
        if fact == meaning.fact:
            for other, implied in _also(read, sentence.pieces[place].mention, fact, value):
                somebodys = "framed" not in said or person_spoken_of(sentence) or names_one(sentence.pieces[place])
                somebodys = somebodys or isinstance(implied, str)  # what was given is named by the same words
                if "of a person" in said or (sentence.moods[place] == "tell" and somebodys):
                    yield word(read, number, place, other, implied, flag, True, implied=True)


def _of_nobody(sentence: Sentence, place: int, said: set[Flag]) -> bool:
    """Whether a phrase is said of people in general, or only handed on."""
    handed_on = reported(sentence, place) and "yes" not in said
    return at_large(sentence) or handed_on or of_anybody(sentence, place) or at_no_one(sentence, place)


def _cannot(found: Sequence[Piece], place: int) -> bool:
    """Whether a phrase says what somebody can not do: `can | not feel the | floor`, but not `… | any | tingling`."""
    after = found[place + 1 :]
    unable = place > 0 and found[place - 1].key in ("can", "could") and found[place].key.startswith("not ")
    supposed = any("if" in piece for piece in found[:place])
    thing = next((piece for piece in after if "small" not in piece), None)
    none = any(piece.key in _COMPARED for piece in after[:2])
    words = found[place].key.split()
    named = len(words) > _SHORT and words[-1] not in ("it", "that", "this", "them")  # it holds the thing: `not have X`
    return unable and not (supposed or none) and (named if thing is None else not is_a(thing, "it mark"))


_SHORT = 2
_COMPARED = one_of("any better worse happier more different difference well fine")


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
            keys = {token.key for token in _tokens(read, number)}
            once = {"was", "were"} & keys and not {"given", "prescribed"} & keys
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
    said = said - {"until"} if till_next(sentence, place) else said
    unsaid = said & {"void", "not", "open", "unknown", "doubt", "owed", "suspect", "until", "modal", "ordered"}
    bare = meaning.bare and meaning in mention.meanings and not asked_of_what_is_had(read, number, place)
    if unsaid or (bare and strange(sentence, place)) or at_large(sentence) or in_general(sentence, place):
        return
    if meaning.placed:
        if sentence.moods[place] == "tell" and (is_on(sentence.pieces, place) or is_had(sentence.pieces, place)):
            yield word(read, number, place, meaning.fact, meaning.value)
        return
    if meaning not in mention.meanings or had(read, number, place, meaning.alone):
        yield word(read, number, place, meaning.fact, meaning.value)


def _plainness(meaning: Meaning) -> tuple[bool, bool, bool]:
    """How little a meaning asks of the words around it: of several the least is enough."""
    return meaning.placed, meaning.bare, not meaning.alone


def _asked_or_once(sentence: Sentence, place: int) -> bool:
    """Whether it is asked if all is well, or was well only until something: `is my sight fine?`."""
    found = sentence.pieces
    asked = sentence.moods[place] == "ask" and "be" in found[0] and place < 3
    return asked or (place + 1 < len(found) and "until" in found[place + 1] and found[place + 1].key.startswith("un"))


def _told(read: Scene, number: int, place: int, said: set[Flag]) -> bool:
    """Whether a phrase is told of a patient, and not asked about."""
    sentence = read.talk[number]
    if "yes" in said or ("of a person" in said and not to_come(sentence, place)):
        return True
    mood = sentence.moods[place]
    if mood in ("ask", "consider"):
        if noted_down(sentence) or sentence.pieces[place].key.startswith("plan "):
            return True
        framed = "framed" in said and (mood == "consider" or cased(sentence) or valued(read, number))
        return framed or still_so(sentence, place)
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

"""What somebody asks for or prefers, and what is named as in use: the drug, the route, the site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..named.lexicon import Meaning
from ..text.clauses import Piece, Sentence, is_a
from ..text.words import CHANGING, one_of
from ..told.scene import Scene, Word, word
from ..told.spoken_of import (
    at_large,
    counselled,
    in_general,
    in_use,
    keys,
    last_asked,
    person_spoken_of,
    topical,
)
from ..told.treated import is_kin
from .asked_about import asked_about, is_that_fine
from .asked_whether import reason_against
from .granted import goes_on, one_asks
from .intended import given_behind
from .presumed import presumed, taken_up
from .received import listed, received
from .wishes import must_be, swapped_to, wanted, would_like


def asked_for(read: Scene, number: int, place: int, meaning: Meaning) -> Iterator[Word]:
    """What somebody wants or, for what can be in use, has; of two that are compared neither."""
    sentence, said = read.talk[number], read.said[number][place]
    open_ = {"unknown", "void"} & said and sentence.moods[place] == "tell" and meaning.kind == "wished"
    if open_ and is_that_fine(read.talk, number, place):
        yield word(read, number, place, meaning.fact, meaning.value)  # the nurse isn't sure about X. Is that allowed?
        return
    if "unknown" in said and sentence.moods[place] == "tell":
        yield word(read, number, place, meaning.fact, None, "unknown")
    said = said - {"void"} if meaning.kind == "used" and _needs(sentence, place) else said
    ends = "over" in said and sentence.moods[place] == "ask" and asked_of_what_is_had(read, number, place)
    said = said - {"over"} if ends else said
    example = meaning.kind == "wished" and (_for_example(sentence, place) or reason_against(sentence, place))
    said = said - {"open", "void", "not"} if example else said
    family = meaning.kind == "wished" and for_the_patient(sentence, place)
    said = said - {"doubt", "void"} if family else said
    if said & {"void", "not", "open", "unknown", "doubt", "over"} or _others(read, number, place, meaning):
        return
    general = in_general(sentence, place) or {"in", "general"} <= keys(sentence)
    if counselled(sentence, place) or general or must_be(sentence, place):
        return
    used = meaning.kind == "used"
    of_one = used and _asked_of_one(read, number, meaning)
    beside = used and sentence.moods[place] == "ask" and _wish_beside(read, number, place, meaning)
    if beside and not (of_one or _of_one(read)):
        return
    asked = example or family or wanted(sentence, place, strict=used and not beside) or would_like(sentence, place)
    asked = asked or (not used and asked_about(read, number, place))
    held = asked or of_one or (used and given_behind(read, number))
    held = held or (used and (_is_used(read, number, place) or _theirs(sentence, place)))
    if held or (used and _plainly(read, number, place)):
        proposed = used and (not held or sentence.moods[place] != "tell" or swapped_to(sentence, place))
        yield replace(word(read, number, place, meaning.fact, meaning.value), proposed=proposed)


def _for_example(sentence: Sentence, place: int) -> bool:
    """Whether a question names it as a way without what it sets aside: `without going in X, like Y?`."""
    found = sentence.pieces
    here = place
    while here and (found[here - 1].key in _LIKE or is_a(found[here - 1], "small")):
        here -= 1
    named = here < place or found[place].key.split()[0] in _LIKE
    if not named or here < 2 or not (sentence.asked or sentence.moods[place] == "ask"):
        return False
    comma = is_a(found[here - 1], "comma dash open") or found[here].key in ("but", "instead")
    before = (found[k].key.split()[-1] for k in range(here))
    return comma and any(is_a(found[k], "not void except") or word == "than" for k, word in enumerate(before))


_LIKE = one_of("for like say eg e.g perhaps maybe instead just under instance for example but ie such as") | {
    "for instance", "for example", "such as", "e.g.", "eg.", "i.e.",
}  # fmt: skip


def _theirs(sentence: Sentence, place: int) -> bool:
    """Whether it is named as somebody's own: `which needle for his X?`."""
    return place > 0 and sentence.pieces[place - 1].key in ("my", "her", "his")


def _needs(sentence: Sentence, place: int) -> bool:
    """Whether it is asked if something about it is needed: `does X need its dose changed?`."""
    after = sentence.pieces[place + 1 : place + 3]
    return sentence.moods[place] == "ask" and len(after) > 1 and after[0].key in ("need", "needs")


def for_the_patient(sentence: Sentence, place: int) -> bool:
    """Whether the family asks it for the patient: `family keen for X`, `parents would like X`."""
    before = [piece for piece in sentence.pieces[:place] if "small" not in piece]
    asking = before[-1:] and (not _ASKING.isdisjoint(before[-1].key.split()) or "wish" in before[-1])
    asking = asking or not _ASKING.isdisjoint(sentence.pieces[place].key.split()[:2]) or _or_else(before)
    asking = asking or _wants_to_know(before)
    asked_by = (*before[:3], *before[-6:])
    return bool(asking) and any(piece.key.split()[-1] in _FAMILY or is_kin(piece.key) for piece in asked_by)


def _or_else(before: Sequence[Piece]) -> bool:
    """Whether the first of two things stands before, about which somebody asks: `asking about the drink or …`."""
    three = [piece.key.split()[0] for piece in before[-3:]]
    return len(three) > 2 and three[0] in _ASKING and three[2] == "or"


def _wants_to_know(before: Sequence[Piece]) -> bool:
    """`wants to know whether …`, `asked if she could have …`."""
    near = before[-5:]
    words = [word for piece in near for word in piece.key.split()]
    asks = any(word == "know" or word in _ASKING for word in words)
    apart = any(is_a(piece, "mark but comma not") for piece in near)
    return asks and not apart and not {"if", "whether", "about", "could", "can", "may"}.isdisjoint(words)


_FAMILY = one_of("family families relative relatives parent parents carer carers nok")
_ASKING = one_of("ask asks asking asked keen want wants wanting wanted prefer prefers like request requests requesting")


def _asked_of_one(read: Scene, number: int, meaning: Meaning) -> bool:
    """Whether it is asked how the one drug that is named is given to somebody of whom a case is told."""
    sentence = read.talk[number]
    words = keys(sentence)
    case = any(map(_of_a_case, read.talk))
    of_one = case or any(map(one_asks, read.talk))
    named = {one.value for mention in read.noted.mentions for one in mention.meanings if one.fact == meaning.fact}
    alone = len(named) == 1
    if (
        not of_one
        or not (sentence.asked or "ask" in sentence.moods)
        or words & _ELSE - ({"instead"} if alone else set())
    ):
        return False
    return not words.isdisjoint(_HOW) or (alone and (case or not words.isdisjoint(_GIVE)))


def _of_a_case(sentence: Sentence) -> bool:
    """Whether a sentence tells of one patient: an age, a person, a number that was measured."""
    told = not sentence.asked and any(
        is_a(piece, "person number") or not _PATIENT.isdisjoint(piece.key.split()) for piece in sentence.pieces
    )
    return any(is_a(piece, "age") for piece in sentence.pieces) or (told and "ask" not in sentence.moods)


_PATIENT = one_of("patient pt lady gentleman man woman")
_HOW = one_of("dose often frequency interval enough need frequently much schedule many loading course")
_GIVE = one_of(
    """
    give start starting inject injecting sc subcut subcutaneous use her him defer deferred delay delayed push pushed
    withhold withheld prophylaxis indicated needle gauge prescribe prescribed administer administered
    """
)
_ELSE = one_of("why what_is than difference better best which versus vs instead not switch switching start_with")


def _dosed(read: Scene, number: int, place: int) -> bool:
    """Whether a dose stands right behind: `… 1 mg`."""
    found = read.talk[number].pieces
    behind = found[place + 1].mention if place + 1 < len(found) else None
    reading = read.noted.mentions[behind].reading if behind is not None else None
    return read.talk[number].moods[place] == "tell" and reading is not None and reading.unit in ("mg", "ug")


def _is_used(read: Scene, number: int, place: int) -> bool:
    """Whether somebody has it, gets it or has had it."""
    held = in_use(read.talk[number], place) or had(read, number, place, _alone(read, number, place))
    return held or _dosed(read, number, place)


def _plainly(read: Scene, number: int, place: int) -> bool:
    """Whether it is simply named in what is told of somebody, and not as a matter of its own: `the drug costs …`."""
    sentence, found = read.talk[number], read.talk[number].pieces
    after = found[place + 1] if place + 1 < len(found) else None
    words = [*found[place].key.split()[1:], *(after.key.split() if after else ())]
    aside = (after is not None and is_a(after, "be")) or not _MATTER.isdisjoint(words)
    near = {word for piece in found[place + 1 : place + 4] for word in piece.key.split()}
    if near & _NOT_SO:
        return False
    opens = place == 0 or is_a(found[place - 1], "comma dash colon and but stop")
    grams = after is not None and after.key.endswith(" g")
    if sentence.moods[place] != "tell" or last_asked(sentence, place) or (aside and opens) or grams:
        return False
    general = at_large(sentence) or topical(sentence, place) or not _STUDIED.isdisjoint(keys(sentence))
    return not (general or read.said[number][place] & {"until", "modal", "owed", "suspect", "past"})


_MATTER = one_of("never cost costs stock price dose interval schedule level ampoule vial maintenance")
"""Words behind a name that make it a matter of its own."""
_STUDIED = one_of("trial trials study studies paper papers cost price pricing half retention everybody everyone")
"""Words of what is known of a drug, and of nobody who gets it: `the trial of X`."""
_NOT_SO = one_of(
    """
    declined refused failed contraindicated avoided avoid unsuitable rejected discontinued next tomorrow later planned
    impossible forbidden unavailable
    """
)
"""Words near behind a name of what is not in use, or not yet."""


def _wish_beside(read: Scene, number: int, place: int, meaning: Meaning) -> bool:
    """Whether it is another thing that is asked for: `can the drug be given by drip?`."""
    found = enumerate(read.talk[number].pieces)
    mentions = [piece.mention for here, piece in found if piece.mention is not None and here != place]
    meanings = [one for mention in mentions for one in read.noted.mentions[mention].meanings]
    return any(one.kind == "wished" and one.fact != meaning.fact for one in meanings)


def _of_one(read: Scene) -> bool:
    """Whether anything is told of somebody in the text."""
    return any(map(person_spoken_of, read.talk)) or any(
        piece.mention is not None and mood == "tell" and who == "patient" and is_a(piece, "mark number age")
        for sentence, whose in zip(read.talk, read.who, strict=True)
        for piece, mood, who in zip(sentence.pieces, sentence.moods, whose, strict=True)
    )


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
        aside = aside or any(near.key in _SPENT for near in found[other + 1 : other + 4])
        if any(one.value != meaning.value for one in same) and not aside:
            return True
    return _from(read.talk[number], place)


_SPENT = one_of("wasted thin skinny bruised bony sore painful wasting atrophied")
_DISLIKED = one_of(
    "bruise hate hates hated dislike dislikes loathe loathes sore than bruised bruising painful hurt hurts ached"
)


def _from(sentence: Sentence, place: int) -> bool:
    found = sentence.pieces
    if place == 0 or found[place - 1].key.endswith("from"):
        return place > 0
    swapped = found[place - 1].key.startswith(CHANGING)
    return swapped and any(piece.key in ("for", "with", "by", "to") for piece in found[place + 1 : place + 3])


def had(read: Scene, number: int, place: int, alone: bool = False) -> bool:
    """Whether the words of a piece name what somebody has had."""
    sentence = read.talk[number]
    piece, mood = sentence.pieces[place], sentence.moods[place]
    if mood == "tell" and not last_asked(sentence, place) and listed(sentence.pieces, place):
        return True
    if mood != "tell" and (goes_on(sentence, place) or asked_of_what_is_had(read, number, place)):
        return True
    if mood == "tell" and taken_up(sentence, place, read.who[number]):
        return True
    return received(read.noted.spoken, piece.start, piece.end, mood, alone and not last_asked(sentence, place))


def asked_of_what_is_had(read: Scene, number: int, place: int) -> bool:
    """Whether a question presumes that somebody has what is named."""
    sentence = read.talk[number]
    plural = read.noted.spoken[sentence.pieces[place].end - 1].plural
    return sentence.moods[place] != "tell" and presumed(sentence, place, read.who[number], plural)


def _alone(read: Scene, number: int, place: int) -> bool:
    """Whether the words of a piece say by themselves that somebody has had it."""
    mention = read.talk[number].pieces[place].mention
    return mention is not None and any(one.alone for one in read.noted.mentions[mention].meanings)

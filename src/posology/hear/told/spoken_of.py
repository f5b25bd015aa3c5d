"""What needs the whole sentence: whether a mention is asked for, of a case, or beside another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..text.clauses import MENTIONS, SMALL, VERBS, Piece, Sentence, is_a
from ..text.words import one_of
from .classes import of_a_class, of_a_lesson, of_people, of_the_matter
from .negation import Flags

_TREATING = one_of(
    """
    dose dosage dosing mg mcg treat treated treating treatment therapy regimen schedule give given giving inject
    injected injecting injection jab shot often frequent frequently frequency interval maintenance loading use
    used using prefer preferred recommend recommended form formulation product route site needle gauge safe ok
    okay allowed contraindicated switch stop stopped continue monitor monitoring check need needed require plan
    protocol approach strategy hold withhold transfuse delay postpone
    required prescribe prescribing refer referral manage managed management start started begin first many much
    long soon option appropriate best better precaution avoid oral tablet differ different change suitable work
    enough lifelong life duration choose choice pick intramuscular intravenous subcutaneous possible
    """
)
_KNOWING = one_of(
    """
    why cause caused causing common symptom sign mean prevalent prevalence incidence diagnose diagnosed
    diagnosing diagnosis inherit inherited genetic contagious happen interact interaction define definition
    reversible risk develop get linked related associated explain feel normal hurt difference between who
    """
) - {"who", "difference", "between"}
_GIVEN = one_of("injection inject injected jab shot")
"""Words of treating that count within a phrase as well."""
_AT_LARGE = one_of("generally theoretically hypothetically")
_TELLING = one_of("say said tell told warn warned advise advised google leaflet website read")
_FOUND = one_of("diagnosed dx confirmed imp impression diagnosis diagnoses pmh pmhx")
_HEADS = one_of("blood bloods lab labs problem background bg history hx comorbidity assessment formulation a")
"""Words that open a list of what somebody has: `Problems: …`, `Problem list: …`."""
GIVING = one_of(
    """
    use used using give gave given giving get gets got receive received receiving prescribe prescribed take
    taken takes taking start started offered offer supplied replace replaced switch switched substitute try
    inject injected injecting
    """
)
_ORDERED = one_of(
    "wrote write written arrange arranged order ordered due next continue continues need needs charted rx"
)
_TOPICAL = one_of(
    """
    prevalence prognosis finding cause association mechanism pathophysiology definition classification
    epidemiology criteria incidence statistics expectancy diagnosis diagnose differential etiology history
    society charity leaflet
    """
)
_PARTS = "comma and or colon dash open close but mark number"
_LIMITING = one_of(
    """
    threshold cutoff cutoffs limit target reference goal range minimum maximum lowest highest
    """
)


def keys(sentence: Sentence, first: int = 0, last: int | None = None) -> set[str]:
    """The single words of a stretch of a sentence."""
    return {word for piece in sentence.pieces[first:last] for word in piece.key.split()}


def cased(sentence: Sentence) -> bool:
    """Whether a question is how a case is treated, and not what there is to know: `which dose in …?`."""
    words = {word for piece in sentence.pieces if not is_a(piece, MENTIONS) for word in piece.key.split()}
    words |= {word for piece in sentence.pieces if is_a(piece, MENTIONS) for word in piece.key.split()} & _GIVEN
    return bool(words & _TREATING) and not words & _KNOWING


def limiting(sentence: Sentence, place: int) -> bool:
    """Whether a number is spoken of as a limit or a normal value."""
    found = sentence.pieces
    first, last = place, place + 1
    while first > 0 and place - first < 4 and not is_a(found[first - 1], _PARTS):
        first -= 1
    while last < len(found) and last - place < 4 and not is_a(found[last], _PARTS):
        last += 1
    words = keys(sentence, first, last) - ({"range"} if _in_range(found[first:last]) else set())
    own = place > 1 and found[place - 2].key in _OWNING and " of " in found[place].key  # with a normal X of 91
    return bool(words & _LIMITING) or (place > 0 and found[place - 1].key == "normal" and not own)


_OWNING = one_of("a his her my their and with but has had")


def _in_range(found: Sequence[Piece]) -> bool:
    """Whether a number is told to lie within what is normal: `in range (330)`."""
    words = [word for piece in found for word in piece.key.split()]
    before = words[: words.index("range")] if "range" in words else []
    return any(word in ("in", "within") for word in before[-3:]) and "normal" not in words[len(before) + 1 :]


def close_by(spoken_of: Sequence[Sequence[set[str]]], number: int, place: int, beside: Sequence[str]) -> bool:
    """Whether the nearest mention before a place, or else after it in its sentence, is of one of these facts or groups.

    ``spoken_of``: for each piece of each sentence, the facts and groups that it speaks of.
    """
    earlier = [*(spoken_of[number - 1] if number else ()), *spoken_of[number][:place]]
    before = next((facts for facts in reversed(earlier) if facts), set[str]())
    after = next((facts for facts in spoken_of[number][place + 1 :] if facts), set[str]())
    return bool((before or after) & {name.lower() for name in beside})


def in_use(sentence: Sentence, place: int) -> bool:
    """Whether somebody is on it, gets it or is given it."""
    found, asked = sentence.pieces, sentence.moods[place] in ("ask", "consider")
    for here in range(place - 1, max(-1, place - (3 if asked else 7)), -1):
        piece = found[here]
        if piece.key == "on" or piece.key.endswith(" on") or (not asked and (_verb(piece) or piece.key in _ORDERED)):
            return True
        if is_a(piece, "mark comma stop void until not past over because"):
            return False
    return False


def _verb(piece: Piece) -> bool:
    """Whether a word means to give, get or want something."""
    return "wish" in piece or not GIVING.isdisjoint(piece.key.split())


def counselled(sentence: Sentence, place: int) -> bool:
    """Whether a note tells what was explained to somebody, not what he wants: `explained X preferred`."""
    found = sentence.pieces
    first = place
    while first and not is_a(found[first - 1], "comma dash but close"):
        first -= 1
    lead = {word for piece in found[first:place] for word in piece.key.split()}
    if lead.isdisjoint(_EXPLAINING):
        return False
    last = next((here for here in range(place + 1, len(found)) if is_a(found[here], "comma dash but")), len(found))
    words = keys(sentence, place, last) | lead
    return "i" not in lead and not words.isdisjoint(_USUAL)


_EXPLAINING = one_of("explain explained told informed reminded counselled counseled advised discussed said say")
_USUAL = one_of("preferred usual usually standard default recommended better best first normal norm routine better use")


def person_spoken_of(sentence: Sentence) -> bool:
    """Whether a sentence speaks of somebody, and not of the matter as such."""
    found = sentence.pieces
    for place, piece in enumerate(found):
        if is_a(piece, "third her person relative age") or piece.key in ("my", "me"):
            return True
        if "i" in piece and any(is_a(near, "have be") for near in found[place + 1 : place + 3]):
            return True
    return False


def of_anybody(sentence: Sentence, place: int) -> bool:
    """Whether a supposition is about nobody in particular: `if someone has it`, `do people with it need …?`."""
    found = sentence.pieces
    if sentence.moods[place] in ("suppose", "consider"):
        return any(piece.key in _ANYBODY for piece in found[:place])
    opens = [piece for piece in found[:3] if not is_a(piece, "small hello wh")]
    asks = sentence.asked or sentence.moods[place] == "ask"
    return asks and len(opens) > 1 and is_a(opens[0], "do") and opens[1].key in _FOLK


def at_no_one(sentence: Sentence, place: int) -> bool:
    """Whether words tell what is done in such a case: `let us know if you get X`, `when X is gone it can stop`."""
    found, keyed = sentence.pieces, keys(sentence, 0, place)
    if sentence.moods[place] == "suppose" and not sentence.asked:
        told_you = {"if", "you"} <= keyed and not keyed.isdisjoint(_ADVISING)
        first = found[0].key.split()[0]
        return told_you or (first in _ORDERS and "if" in keyed and not person_spoken_of(sentence))
    later = any("modal" in piece for piece in found[place + 1 :])
    return found[0].key in ("when", "once", "whenever") and later and not person_spoken_of(sentence)


_ADVISING = one_of("let return call contact ring see seek inform tell report advise advised told phone")
_ORDERS = one_of("increase reduce give stop restart resume review return call refer repeat switch contact seek ring")
_ANYBODY = one_of("someone somebody anyone anybody people")
_FOLK = one_of("people everyone everybody folk someone somebody anyone anybody")


def at_large(sentence: Sentence) -> bool:
    """Whether a sentence says itself that it is about nobody: `generally`."""
    return not keys(sentence).isdisjoint(_AT_LARGE)


def reported(sentence: Sentence, place: int) -> bool:
    """Whether a supposition is only told of: `the leaflet says that if …`."""
    if sentence.moods[place] != "suppose":
        return False
    first = next((here for here, piece in enumerate(sentence.pieces[:place]) if "if" in piece), 0)
    return not keys(sentence, 0, first).isdisjoint(_TELLING)


def diagnosed(sentence: Sentence) -> bool:
    """Whether words without a person still tell of one: `asthma confirmed`, `dx last month`."""
    heads = sentence.pieces[:3]
    listed = any("colon" in piece for piece in heads) and heads[0].key in _HEADS
    opens = heads[0].key.split()[0] in ("found", "noted", "shown")
    dated = any(a.key == "since" and "bare" in b for a, b in pairwise(sentence.pieces))
    close = [piece for piece in sentence.pieces if not is_a(piece, "dash comma open")]
    dated = dated or any("mark" in a and _in_year(a, b) for a, b in pairwise((*close, *close[-1:])))
    noted = dated and not any(is_a(piece, VERBS) for piece in sentence.pieces)
    known = any("known" in a.key.split() and is_a(b, "mark small") for a, b in pairwise(sentence.pieces))
    told = next((here for here, piece in enumerate(sentence.pieces[:5]) if piece.key in _SHOWING), 0)
    shown = not _TESTS.isdisjoint(keys(sentence, 0, told)) and not any("if" in piece for piece in heads)
    known = known and heads[0].key != "it"
    return listed or opens or noted or shown or known or not keys(sentence).isdisjoint(_FOUND)


_TESTS = one_of("blood bloods test tests lab labs result results screen bloodwork letter report summary")
_SHOWING = one_of("showed showing show shown revealed reveal say says said")


def _in_year(mark: Piece, after: Piece) -> bool:
    """Whether a year of our days stands right behind a phrase, or in brackets within it."""
    words = [*mark.key.split()[-2:], *([after.key] if "bare" in after else [])]
    return any(len(word) == 4 and word[:2] in ("19", "20") and word.isdigit() for word in words)


def illegible(talk: Sequence[Sentence], number: int, place: int) -> bool:
    """Whether a value is noted with a question mark behind it, and what follows tells why: `pulse 92? smudged`."""
    found, sentence = talk[number].pieces, talk[number]
    alone = sentence.asked and place == len(found) - 1 and all(is_a(piece, f"{SMALL} {MENTIONS}") for piece in found)
    following = talk[number + 1] if number + 1 < len(talk) else None
    return alone and following is not None and not following.asked and set(following.moods) == {"tell"}


def last_asked(sentence: Sentence, place: int) -> bool:
    """Whether only mentions stand between a place and the question mark: `she has pain?`.

    The reason for a question is no part of it: `can he have it, given that he has pain?`.
    """
    rest = sentence.pieces[place + 1 :]
    if sentence.moods[place] == "tell" and "ask" in sentence.moods[:place]:
        return False  # may she have it, given that she is lame?
    if _said_behind(sentence.pieces, place):
        return False
    first, *then = sentence.pieces[:2]
    if first.key in ("and", "but", "so") and any(is_a(piece, "third i") for piece in then):
        return False  # and she is lame?
    return sentence.asked and all(is_a(piece, "mark name and or small nothing") for piece in rest)


def _said_behind(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody is told to have it behind a question: `would X be all right, he is lame?`."""
    comma = next((here for here in range(place - 1, 0, -1) if is_a(found[here], "comma dash")), 0)
    after = found[comma + 1 : comma + 3]
    told = comma > 0 and len(after) > 1 and is_a(after[0], "third i") and is_a(after[1], "be have use")
    return told and (is_a(found[0], "modal be do wh") or found[0].key.split()[0] in _ASKED)


_ASKED = one_of("would could can should is are may do does any shall")


def noted_down(sentence: Sentence) -> bool:
    """Whether a question is a note without a verb that begins with a patient: `72M lame, which dose?`."""
    found = sentence.pieces
    return (
        bool(found)
        and "age" in found[0]
        and cased(sentence)
        and not any(is_a(piece, f"{VERBS} if i") for piece in found)
    )


def topical(sentence: Sentence, place: int) -> bool:
    """Whether words without a verb only name a topic: `prevalence of …`."""
    if any(is_a(piece, f"{VERBS} i third my her person age number") for piece in sentence.pieces):
        return False
    parts = [here for here, piece in enumerate(sentence.pieces) if is_a(piece, "comma dash colon query")]
    first = max((here for here in parts if here < place), default=0)
    last = min((here for here in parts if here > place), default=len(sentence.pieces))
    return any(piece.key in _TOPICAL and not piece.labels for piece in sentence.pieces[first:last])


def in_general(sentence: Sentence, place: int) -> bool:
    """Whether a statement is of people at large: `patients with it need …`."""
    found = sentence.pieces
    if of_the_matter(sentence, person_spoken_of(sentence)) or of_a_lesson(sentence):
        return True
    if sentence.asked or "ask" in sentence.moods or "consider" in sentence.moods:
        return of_a_class(sentence, place) or of_people(sentence, place)
    many = next((here for here in range(place) if "many" in found[here]), None)
    if many is None:
        return False
    if many == 1 and any("use" in piece for piece in found[place + 1 :]):  # in people with X use Y
        return True
    heading = many > 0 and is_a(found[many - 1], "frame prep of") and cased(sentence)
    return not heading or any(is_a(piece, VERBS) for piece in found)


def answered(talk: Sequence[Sentence], said: Sequence[Flags]) -> None:
    """Mark what is answered right after the question, as in `Pain? No`, or in a form: `Pain - no`."""
    for sentence, flags in zip(talk, said, strict=True):
        for place in flags:
            if "not" in flags[place] and _filled_in(sentence.pieces, place):
                flags[place].add("yes")
            elif _in_brackets(sentence.pieces, place):
                flags[place] |= {"not", "yes"}
    for number in range(len(talk) - 1):
        found, following = talk[number].pieces, talk[number + 1].pieces
        if not talk[number].asked or len(found) - 1 not in said[number]:
            continue
        alone = len(following) == 1 or is_a(following[1], "comma dash")
        if alone and ((is_a(following[0], "not absent") and following[0].key in _NO) or following[0].key in _NOPE):
            said[number][len(found) - 1] |= {"not", "yes"}
        elif alone and "yes" in following[0]:
            said[number][len(found) - 1].add("yes")


_NOPE = ("nope", "nah")
_NO = ("no", "nil", "none", "never", "negative", "absent", "none known", "nil known")


def _filled_in(found: Sequence[Piece], place: int) -> bool:
    """Whether a mention stands alone before its answer: `pain - no`."""
    opens = place == 0 or is_a(found[place - 1], "comma colon dash open close small")
    if not opens or place + 2 >= len(found) or not is_a(found[place + 1], "colon dash"):
        return False
    ends = place + 3 == len(found) or is_a(found[place + 3], "comma dash open close and")
    return ends and is_a(found[place + 2], "not absent") and found[place + 2].key in _NO


def _in_brackets(found: Sequence[Piece], place: int) -> bool:
    """Whether a mention is the heading of a form, and the answer is no: `[pain] no`."""
    if place == 0 or place + 2 >= len(found) or found[place - 1].key != "[" or "close" not in found[place + 1]:
        return False
    ends = place + 3 == len(found) or is_a(found[place + 3], "comma dash open stop")
    return ends and found[place + 2].key in _NO


def to_come(sentence: Sentence, place: int) -> bool:
    """Whether it is asked what will be: `will my feet go numb?`, but not `can my numb feet get better?`."""
    reason = next((k for k in range(place - 1, -1, -1) if sentence.pieces[k].key in _REASON), 0)
    modal = any("modal" in piece for piece in sentence.pieces[reason:place])
    words = sentence.pieces[place].key.split()
    return sentence.moods[place] == "ask" and modal and not _TURNING.isdisjoint(words[1:])


_REASON = one_of("as since because given now seeing")
_TURNING = one_of("go get become turn end cause come return recur relapse resurface reappear begin")

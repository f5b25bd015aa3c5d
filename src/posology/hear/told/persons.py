"""Of whom something is said: the patient, or somebody else.

"My mother has it" is not of the patient, unless it is the mother who is to be treated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..text.clauses import MENTIONS, Piece, Sentence, is_a
from ..text.words import one_of
from .beside_kin import asked_for_kin, for_kin, speaks_of_himself
from .cared import asked_about, cared_for, gone
from .oneself import has_it_too, of_oneself
from .treated import HE, SHE, Names, Told, Who, case_of, is_kin, is_patient, musing, of_kin, other_sex

_THING = f"{MENTIONS} nothing"


_REPORTING = one_of(
    """
    say said report reported notice noticed tell told think thought feel mention mentioned describe described
    complain state stated worry worried see saw ring rings rang phone phones phoned call calls called attends want
    wants wanted prefer request requests requested
    """
)


def whose(talk: Sequence[Sentence], topics: frozenset[int], complaints: frozenset[int]) -> list[list[Who]]:
    """For each piece of each sentence, of whom it speaks.

    ``topics``: mentions of what the guideline treats. ``complaints``: of what somebody has who suffers from it.
    """
    names: Names = []
    state = Told()
    result = [_inherited(sentence, list(_sentence(sentence, state, topics, names))) for sentence in talk]
    speaks = state.own or state.tells or len(state.relatives) > 1 or any(map(speaks_of_himself, talk))
    if name := asked_for_kin(talk, result, names) if speaks else "":
        return for_kin(talk, result, names, name)
    mine = bool(state.relatives) and any(map(of_oneself, talk))
    state.own = state.own or mine
    if mine or state.tells or gone(talk):
        state.charge = ""
        state.asked_for = False
    if not state.relatives:
        return result
    case = "" if state.own or state.third else case_of(talk, result, names, topics)
    case = state.charge or case
    if not case and not is_patient(talk, state, topics, complaints):
        return result
    return [
        ["patient" if who == "relative" and case in ("", name) else who for who, name in zip(told, called, strict=True)]
        for told, called in zip(result, names, strict=True)
    ]


def _inherited(sentence: Sentence, who: list[Who]) -> list[Who]:
    """Whose a sentence is that ends in `runs in my family`, and what is told to be `in mother and aunt`."""
    found = sentence.pieces
    run = next((place for place, piece in enumerate(found) if piece.key.startswith("run in")), 0)
    who = ["relative" if place < run else one for place, one in enumerate(who)]
    for place, piece in enumerate(found):
        if "relative" in piece and (first := _had_by(found, place)) is not None:
            who[first:place] = ["relative"] * (place - first)
    return who


def _had_by(found: Sequence[Piece], place: int) -> int | None:
    """Where that begins which a relative is told to have: `X and Y in (his) mother`."""
    inside = place - 1
    while inside > 0 and (is_a(found[inside], "my her small") or found[inside].key in _SIDES):
        inside -= 1
    if inside < 1 or found[inside].key != "in" or not is_a(found[inside - 1], MENTIONS):
        return None
    first = inside - 1
    while first and is_a(found[first - 1], f"{MENTIONS} small and or past"):
        first -= 1
    return first


_SIDES = one_of("maternal paternal first degree second elder older younger")


# ---------------------------------------------------------------- piece by piece


def _sentence(sentence: Sentence, state: Told, topics: frozenset[int], names: Names) -> Iterator[Who]:
    """Of whom each piece speaks: the last one named before it."""
    who: Who = "patient"
    names.append([])
    if state.charge and state.theirs:
        state.relative, state.theirs = state.charge, False  # his son came. He …
    for place in range(len(sentence.pieces)):
        who = _next(sentence, place, who, state)
        if who == "relative":
            state.treated = state.treated or _treats(sentence, place, topics)
        names[-1].append(state.relative)
        yield who


def _beside_me(found: Sequence[Piece], place: int) -> bool:
    """Whether a relative is named beside the speaker: `me and my partner`."""
    near = found[max(0, place - 3) : place]
    return any("i" in piece for piece in near) and any("and" in piece for piece in near[-2:])


def _next(sentence: Sentence, place: int, who: Who, state: Told) -> Who:
    found = sentence.pieces
    piece = found[place]
    if who == "relative" and "comma" in piece and _closes(found, place):
        return "patient"
    if "relative" in piece:
        kept = _beside_me(found, place) or _described(found, place) or _reports(found, place)
        kept = kept or _writes(found, place)
        return who if kept else _relative(sentence, place, state)
    if piece.key == "me" and place + 1 < len(found) and is_kin(found[place + 1].key):
        return who  # me daughter
    if "i" in piece:
        has = not _judges(found, place) and _has(sentence, place)
        state.own = state.own or has
        state.tells = state.tells or (has and sentence.moods[place] == "tell")
        return "patient"
    if is_a(piece, MENTIONS) and (named := _named(piece, state, who)):
        return named
    if "age" in piece and (kin := _kin(found, place)) is not None:
        state.treated = state.treated or any("mark" in near for near in found)  # an age is told of a case
        return _relative(sentence, kin, state)
    if "age" in piece or "person" in piece:
        return _person(found, place, who, state)
    if "her" in piece and _owns_kin(found, place, state):
        return who  # her mother: it is she who is the patient
    if is_a(piece, "third her"):
        return who if _likened(found, place) else _pronoun(found, place, who, state)
    if piece.key == "my" and not of_kin(found, place):
        marked = place + 1 < len(found) and is_a(found[place + 1], "mark number")
        state.own = state.own or marked or sentence.moods[place] == "ask"
        state.tells = state.tells or marked
        return "patient" if marked else who
    return "patient" if piece.key == "mine" and not (place and "of" in found[place - 1]) else who  # a pal of mine


_LIKENED = one_of("symptom symptoms problem problems trouble troubles signs complaints")


def _likened(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody only likens himself to another: `I have none of her symptoms`, `I don't have what she has`."""
    before, after = found[max(0, place - 6) : place], found[place + 1 : place + 2]
    mine = any(piece.key == "i" for piece in before) and any("not" in piece for piece in before)
    like = bool(after) and not _LIKENED.isdisjoint(after[0].key.split())
    what = bool(before) and (before[-1].key in ("what", "that") or not _LIKENED.isdisjoint(before[-1].key.split()))
    return mine and (like or (what and bool(after) and "have" in after[0]))


def _owns_kin(found: Sequence[Piece], place: int, state: Told) -> bool:
    """Whether a relative stands right behind `her` or `his`, who does more than tell: `her mother has …`."""
    after = found[place + 1] if place + 1 < len(found) else None
    known = state.relative or state.third or after is None or not is_kin(after.key)
    if known or _reports(found, place + 1):
        return False
    key = found[place].key
    state.third = "woman" if key in SHE else "man" if key in HE else "patient"
    return True


def _pronoun(found: Sequence[Piece], place: int, who: Who, state: Told) -> Who:
    """Of whom `she` or `hers` is said."""
    key = found[place].key
    if key in ("herself", "himself") and place and "third" in found[place - 1]:
        return who  # she herself
    return "patient" if _set_against(found, place, state) else _meant(key, state, who)


def _ends_with(found: Sequence[Piece], place: int) -> bool:
    """Whether a number without a name ends a part of a sentence: `hers 20`, but not `her 20 shots`."""
    return "bare" in found[place] and (place + 1 == len(found) or is_a(found[place + 1], "comma and but dash"))


def _set_against(found: Sequence[Piece], place: int, state: Told) -> bool:
    """Whether one is told apart from kin: `fh of X (mother, aunt). She herself …`, `sister's count 9, hers 20`."""
    after = found[place + 1] if place + 1 < len(found) else None
    if after is None:
        return False
    herself = after.key in ("herself", "himself") and len(state.relatives) > 1
    return herself or (found[place].key == "her" and _ends_with(found, place + 1))


def _closes(found: Sequence[Piece], place: int) -> bool:
    """Whether a comma ends what was said of a relative in passing: `the patient, whose mother has it, is …`."""
    verb = place + 1 < len(found) and is_a(found[place + 1], "be have modal")
    return verb and any(piece.key == "whose" for piece in found[:place])


def _named(piece: Piece, state: Told, who: Who) -> Who | None:
    """Of whom an age is that begins with `I am` or `she is`, what `my friend gave me`, or `my level is 20`."""
    words = piece.key.split()
    if words[0] == "my" and "number" in piece and not is_kin(piece.key):
        state.own = state.tells = True
        return "patient"
    if words[0] == "i" or (who == "relative" and "me" in words):
        state.own, state.tells = state.own or words[0] == "i", state.tells or words[0] == "i"
        return "patient"
    return _meant(words[0], state, who) if words[0] in SHE | HE else None


def _person(found: Sequence[Piece], place: int, who: Who, state: Told) -> Who:
    """A patient is spoken of from here on, unless it is `the mother of my patient`, or an age of somebody named."""
    if "age" in found[place] and (who != "patient" or state.relative):
        return who
    if found[place].key == "old" and (_of_a_thing(found, place) or _in_degree(found, place)):
        return who  # her old house, old age
    if who == "relative" and _is_one(found, place):
        ours = found[place].key in ("patient", "pt") and found[place - 1].key in ("our", "my", "the")
        return "patient" if ours else who
    if any("not" in near for near in found[max(0, place - 2) : place]):
        return who  # she is not an adult
    if found[place].key in ("adult", "child", "infant") and place + 1 < len(found):
        after = found[place + 1]
        if is_a(after, _THING) or (not after.labels and "small" in found[place - 1]):
            return who  # the adult dose
    if who == "relative" and any("of" in near for near in found[max(0, place - 2) : place]):
        return who
    if _is_kin_of_mine(found, place):
        state.asked_for = True
        return who
    state.third = found[place].key
    return "patient"


def _of_a_thing(found: Sequence[Piece], place: int) -> bool:
    """Whether `old` is said of a thing."""
    after = found[place + 1] if place + 1 < len(found) else None
    return bool(place and is_a(found[place - 1], "my her")) or (after is not None and after.key == "age")


def _in_degree(found: Sequence[Piece], place: int) -> bool:
    """Whether `old` tells how somebody is who was named before: `is she too old?`, `she is quite old`."""
    return place > 1 and found[place - 1].key in _DEGREES


_DEGREES = one_of("too very quite so really how getting that rather is just")


def _is_kin_of_mine(found: Sequence[Piece], place: int) -> bool:
    """Whether the patient is said to be a relative: `the patient is my father`."""
    near = found[place + 1 : place + 4]
    return len(near) > 2 and "be" in near[0] and near[1].key in ("my", "our") and is_kin(near[2].key)


def _is_one(found: Sequence[Piece], place: int) -> bool:
    """Whether a person is what somebody is called who was named before: `mum is 70 years old`, `she is a … patient`."""
    if found[place].key == "old" and place and "age" in found[place - 1]:
        return True
    if _of_a_kind(found, place):
        return True
    before = place - 1
    while before >= 0 and is_a(found[before], f"{MENTIONS} small"):
        before -= 1
    return 0 < before < place - 1 and "be" in found[before]


def _of_a_kind(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody is called a patient of a kind behind a comma: `mother 60 yrs, sugar patient`."""
    if place < 2 or found[place].key not in ("patient", "pt") or is_a(found[place - 1], "small my her and"):
        return False
    lead = found[place - 2]
    lead = found[place - 3] if lead.key in ("a", "an") and place > 2 else lead
    return is_a(lead, "comma age") or lead.key == "old"


def _kin(found: Sequence[Piece], place: int) -> int | None:
    """The place of the relative whose age is told: `my 72-year-old mother`, `mother is 72`."""
    if is_kin(found[place].key):
        return place
    if found[place].key.isdigit() and place + 1 < len(found) and "comma" in found[place + 1]:
        return None  # 41, mum of two
    return next((near for near in (place + 1, place + 2) if near < len(found) and "relative" in found[near]), None)


def _writes(found: Sequence[Piece], place: int) -> bool:
    """Whether a relative is the one who writes: `daughter of a lady of 80 here`, `son of Mr K`."""
    opens = place == 0 or (place < 3 and is_a(found[place - 1], "hello comma"))
    after = [piece.key for piece in found[place + 1 : place + 3]]
    return opens and after[:1] == ["of"] and after[1:] != ["my"]


def _described(found: Sequence[Piece], place: int) -> bool:
    """Whether `mother` is no relative but a patient: `a lame mother`, `she is a mother of two`."""
    before = found[:place]
    if any(is_a(near, "my her") for near in before[-4:]):
        return False
    if before and "mark" in before[-1]:
        return True
    article = bool(before) and before[-1].key in ("a", "an") and found[place].key not in _NO_PATIENTS
    return article and (len(before) == 1 or "be" in before[-2])


_NO_PATIENTS = one_of("friend neighbor neighbour colleague coworker mate pal boss")


def _reports(found: Sequence[Piece], place: int) -> bool:
    """Whether a relative only tells of the patient: `his wife says that he …`."""
    before, near = found[:place], found[place + 1 : place + 4]
    first = next((here for here, piece in enumerate(near) if is_a(piece, "mark number")), len(near))
    after = [piece.key for piece in near[:first]]  # a cousin on X told me: it is the cousin who is on it
    after += near[0].key.split()[:1] if near and first == 0 else []
    told = " ".join(piece.key for piece in before[-3:]).startswith("according to")
    mine = any("my" in near and near.key in ("my", "our") for near in before[-2:])
    if found[place].key in _COLLEAGUES and not (mine and found[place].key == "partner"):
        does = [*after, *(word for piece in near[first : first + 1] for word in piece.key.split()[:1])]
        return told or not (_REPORTING | _TREATING).isdisjoint(does)
    return not mine and (told or not _REPORTING.isdisjoint(after))


_COLLEAGUES = one_of("partner colleague")
_TREATING = one_of("started starts prescribed prescribes gave gives put commenced added issued ordered stopped began")
"""What a doctor's partner does with the patient."""


def _relative(sentence: Sentence, place: int, state: Told) -> Who:
    """A relative is spoken of from here on."""
    found = sentence.pieces
    key = next((word for word in found[place].key.split() if is_kin(word)), found[place].key)
    state.relative = key
    state.theirs = place > 0 and found[place - 1].key in ("her", "his")
    theirs = bool(state.relatives) and place > 0 and found[place - 1].key in ("her", "his")  # his brother
    theirs = theirs and not any(is_a(piece, "mark number age") for piece in found[place:])
    if is_kin(key) and not theirs and not key.startswith(("family", "fh", "no", "run", "other", "next")):
        state.relatives.add(key)
    asked = asked_about(found, place)
    state.asked_for = state.asked_for or asked
    whose_kin = place > 0 and is_kin(found[place - 1].key) and state.charge != ""  # my husband's aunt
    if is_kin(key) and (whose_kin or (not state.charge and (asked or cared_for(found, place)))):
        state.charge = key
    return "relative"


def _meant(key: str, state: Told, who: Who) -> Who:
    """Whom `she` or `he` means."""
    if state.charge and state.relative in _NOBODY:
        state.relative = state.charge
    if not state.relative or other_sex(key, state.relative):
        return "patient"
    if not state.third or other_sex(key, state.third):
        return "relative"
    return "unclear" if who == "relative" else "patient"


_NOBODY = one_of("nobody one family people")
_JUDGING = one_of("seem seems seemed look looks looked sound sounds sounded")
_MOVING = one_of("bug bugs bother bothers worry worries annoy annoys scare scares frighten frightens upset upsets")


def _judges(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody only says how it strikes him: `which seems mad to me`, `what worries me is …`."""
    if found[place].key != "me" or not place:
        return False
    before = [piece.key for piece in found[max(0, place - 5) : place]]
    return before[-1] in _MOVING or (before[-1] == "to" and not _JUDGING.isdisjoint(before))


def _has(sentence: Sentence, place: int) -> bool:
    """Whether the speaker says or asks something of himself: `I have`, `I am`, `can I have`."""
    found = sentence.pieces
    after = found[place + 1 : place + 6]
    if musing(after) or [piece.key for piece in after] == ["do"]:  # what should I do?
        return False
    if len(after) > 1 and "have" in after[0] and not _REPORTING.isdisjoint(after[1].key.split()):
        return False  # I have noticed that she …
    if sentence.moods[place] == "ask":
        return not any(is_a(piece, "third her relative use") for piece in found[place + 1 :])
    first = next((piece for piece in after if "small" not in piece), None)
    marked = first is not None and any("mark" in piece for piece in after)
    return has_it_too(after) or (marked and first is not None and is_a(first, "mark have be use not deny"))


def _treats(sentence: Sentence, place: int, topics: frozenset[int]) -> bool:
    """Whether a relative is the one whom the question is about, or who is treated."""
    found = sentence.pieces
    if not is_a(found[place], "relative third her age") or found[place].key.startswith("family"):
        return False
    if sentence.moods[place] in ("ask", "consider"):
        return True
    near = found[place + 1 : place + 9]
    near = near[: next((here for here, piece in enumerate(near) if "i" in piece), len(near))]
    treated = [piece for piece in near if piece.mention in topics]
    given = any(is_a(piece, "use have be wish") or piece.key in ("need", "needed", "due") for piece in near)
    return any("mark" in piece for piece in treated) or (given and bool(treated))

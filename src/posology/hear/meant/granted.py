"""What a question takes for granted of somebody: `why are my feet still …?`, `the pain that I've had since May`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..text.clauses import Piece, Sentence, is_a
from ..text.words import one_of
from ..told.treated import is_kin


def one_asks(sentence: Sentence) -> bool:
    """Whether a question is of a single person: `can I …?`, `should mum …?`, and not of people at large."""
    found = sentence.pieces
    if any("many" in piece or piece.key in _ANYBODY for piece in found):
        return False
    return any(_is_one(piece) for piece in found)


def _is_one(piece: Piece) -> bool:
    """Whether words name a single person: `I`, `her`, `my jab`, `the patient`."""
    return is_a(piece, "i person relative") or not ONE.isdisjoint(piece.key.split()) or is_kin(piece.key)


ONE = one_of("i me my mine she he her hers his him mr mrs ms miss")
_ANYBODY = one_of("people everyone everybody folk someone somebody anyone anybody you one they")


def goes_on(sentence: Sentence, place: int) -> bool:
    """Whether a question takes for granted that something is given already: `can I carry on with …?`, `my next …`.

    Not where it is to begin first: `if I start, must I keep having …?`.
    """
    found, last = sentence.pieces, place
    while last and place - last < _NEAR and not is_a(found[last - 1], "stop and or comma"):
        last -= 1
    near = {word for piece in found[last:place] for word in piece.key.split()}
    near -= {"stop", "stopping"} if "at" in near else set()  # can I stop at the shop?
    near -= {"give", "come"} if near.isdisjoint(("up", "off")) else set()  # can I give it?
    some = place > 0 and found[place - 1].key in ("a", "an")
    return one_asks(sentence) and not near.isdisjoint(_GOING_ON) and not (some or to_begin(sentence, place))


def to_begin(sentence: Sentence, place: int) -> bool:
    """Whether what is asked about is still to begin: `would I have to carry on with …?`, `once I start, …`."""
    keys = [word for piece in sentence.pieces[: place + 1] for word in piece.key.split()]
    words = {word for word, next_ in pairwise([*keys, ""]) if word not in _TO_BEGIN or next_ not in _OTHERWISE}
    return not words.isdisjoint(_TO_BEGIN) or not (words.isdisjoint(_WILL) or not words.isdisjoint(_ENDING))


_NEAR = 6
_ENDING = one_of("stop stops stopped stopping come give quit skip skipped miss missed delay")
_GOING_ON = _ENDING | one_of("keep keeps keeping continue continues continuing carry carrying next remain")
_WILL = one_of("will would")
_OTHERWISE = one_of("again eat eating to")
"""Words behind `start` by which it is something else that begins: `once she starts eating meat`."""
_TO_BEGIN = one_of("start started starting begin began beginning once first")


def granted(sentence: Sentence, place: int) -> bool:
    """Whether the words of a question take for granted what they name: `is my next … early?`, `… after my last one`."""
    words = set(sentence.pieces[place].key.split())
    if _by_oneself(sentence, place) or begun_since(sentence, place) or _instead(sentence, place):
        return True
    if {"from", "to"} <= words and one_asks(sentence):
        return not to_begin(sentence, place)
    if goes_on(sentence, place):
        return True
    if not words.isdisjoint(_OFTENER) or {"ok", "my"} <= _plainer(words):
        return one_asks(sentence) and not to_begin(sentence, place)
    if not words.isdisjoint(_STEPS) and words.isdisjoint(_NEVER):
        return (one_asks(sentence) or _how_far(sentence)) and not to_begin(sentence, place)
    ordered = not words.isdisjoint(_ORDERED) and words.isdisjoint(_NEVER)
    own = not words.isdisjoint(ONE) and "still" not in words  # would I still have my … if I start?
    return ordered and one_asks(sentence) and (own or not to_begin(sentence, len(sentence.pieces)))


def _by_oneself(sentence: Sentence, place: int) -> bool:
    """Whether somebody tells what he does himself, within a question: `is my arm ok, I do it myself`."""
    found, words = sentence.pieces, sentence.pieces[place].key.split()
    own = words[0] in _SUBJECTS and not _SELF.isdisjoint(words)
    turned = place > 0 and is_a(found[place - 1], "modal do be have")  # can I do it myself?
    return own and not turned and not any("if" in piece for piece in found[:place])


def only_if(sentence: Sentence, place: int) -> bool:
    """Whether it is only supposed what somebody would do himself: `if I do it myself, …`."""
    words = sentence.pieces[place].key.split()
    return sentence.moods[place] == "suppose" and words[0] in _SUBJECTS and not _SELF.isdisjoint(words)


def borne_out(talk: Sequence[Sentence], number: int, place: int) -> bool:
    """Whether somebody tells right behind a question what he feels after a time: `… between X? I flag by week 8`."""
    following = talk[number + 1] if number + 1 < len(talk) else None
    if "between" not in talk[number].pieces[place].key.split() or following is None or following.asked:
        return False
    found, mine = following.pieces, is_a(following.pieces[0], "i my") or following.pieces[0].key in _MINE
    return mine and any(one.key in _AT and is_a(next_, "number bare") for one, next_ in pairwise(found))


_MINE = one_of("mine by at")
_AT = one_of("at by week month after from around about")
_SUBJECTS = one_of("i she he")
_SELF = one_of("myself herself himself self own")


def begun_since(sentence: Sentence, place: int) -> bool:
    """Whether a question tells how it has been since something began: `why am I worse after starting X last week?`."""
    found, words = sentence.pieces, sentence.pieces[place].key.split()
    before, behind = _keys(found[:place]), _keys(found[place + 1 : place + 4])
    began = not _SINCE.isdisjoint(words) and not _BEGINNING.isdisjoint(words)
    ahead = bool(before & _WILL) or any(is_a(piece, "if") for piece in found[:place])
    so = "since" in words or "why" in before or not _PAST.isdisjoint(behind)
    return began and so and not ahead and (one_asks(sentence) or "why" in before or not _PAST.isdisjoint(behind))


_SINCE = one_of("since after")
_BEGINNING = one_of("start started starting begin began beginning commencing commenced")
_PAST = one_of("last ago yesterday recently already")


def _instead(sentence: Sentence, place: int) -> bool:
    """Whether a question asks for another way than the one so far: `… instead of going there every 3 months?`."""
    words = sentence.pieces[place].key.split()
    instead = words[:2] in (["instead", "of"], ["rather", "than"])
    return instead and one_asks(sentence) and _TO_BEGIN.isdisjoint(_keys(sentence.pieces[:place]))


def _keys(found: Sequence[Piece]) -> set[str]:
    """The single words of some pieces."""
    return {word for piece in found for word in piece.key.split()}


def _plainer(words: set[str]) -> set[str]:
    """The words, and the plain ones that some of them stand for: `safe` for `ok`, `her` for `my`."""
    return words | ({"ok"} if words & _FINE else set()) | ({"my"} if words & _WHOSE else set())


_FINE = one_of("okay safe fine alright")
_WHOSE = one_of("her his mum dad")


def _how_far(sentence: Sentence) -> bool:
    """Whether a note counts how far somebody is: `at week 5`."""
    found = sentence.pieces
    return any(one.key in _SPANS and is_a(next_, "bare") for one, next_ in pairwise(found))


_SPANS = one_of("week day month")
_STEPS = one_of("alternate eod other")
_ORDERED = one_of(
    """
    next last latest previous after since following continue continuing keep keeping carry still early mine between
    restart restarting resume resuming overdue back
    """
)
_OFTENER = one_of("often frequent frequently closer stretch delay postpone leave sting hurt ache")
_NEVER = one_of("no not never if when once one")


def still_so(sentence: Sentence, place: int) -> bool:
    """Whether a question takes something for granted: `why are my feet still …?`, `is it normal to still be …?`."""
    before = {word for piece in sentence.pieces[:place] for word in piece.key.split()}
    clause = sentence.pieces[place].key.split()[0] in ("i", "she", "he")
    if "fact" in before and (clause or _that_she(sentence.pieces, place)):
        return True  # does the fact that he is lame matter?
    meanwhile = next((k for k in range(place) if sentence.pieces[k].key in ("while", "whilst")), place)
    if meanwhile + 2 < place + 1 and place - meanwhile <= _NEAR and is_a(sentence.pieces[meanwhile + 1], "i third"):
        return True  # can it wait while she is lame?
    told = "still" in before or (_that_she(sentence.pieces, place) and before.isdisjoint(_UNSURE))
    return (
        (told and not _WONDERING.isdisjoint(before))
        or _asks_why(sentence.pieces[:place])
        or _has_it(sentence.pieces[place + 1 :])
        or _after_mine(sentence, place)
    )


def _asks_why(before: Sequence[Piece]) -> bool:
    """Whether it is only asked why somebody has what stands behind: `why do I get …?`, `why is she always …?`."""
    at = next((here for here, piece in enumerate(before) if piece.key in ("why", "how come")), len(before))
    said = before[at + 1 :]
    whose = len(said) > 1 and is_a(said[0], "do be have") and is_a(said[1], "i third my her") and said[1].key != "they"
    return whose and all(is_a(piece, "small be have use my her and") or piece.key in _GETTING for piece in said[2:])


_GETTING = one_of("worse more suddenly such bad terrible feel feeling now") | {"getting worse", "get worse"}


def _after_mine(sentence: Sentence, place: int) -> bool:
    """Whether it is asked if something is usual after what was given to somebody: `… to be lame after my second X?`."""
    found = sentence.pieces
    before = {word for piece in found[:place] for word in piece.key.split()}
    if before.isdisjoint(_WONDERING) or "to" not in before or not before.isdisjoint(_UNSURE | {"might", "could"}):
        return False
    words = [word for piece in found[place + 1 : place + _NEAR] for word in piece.key.split()]
    when = next((at for at, word in enumerate(words) if word in ("after", "since", "into")), len(words))
    return not _MINE.isdisjoint(words[when : when + 4])


_MINE = one_of("my i starting started second third fourth fifth sixth")


def _that_she(found: Sequence[Piece], place: int) -> bool:
    """Whether a clause with its own subject tells it: `… that she is lame`."""
    that = next((here for here in range(place - 1, -1, -1) if found[here].key == "that"), place)
    return that + 1 < place and is_a(found[that + 1], "i third my her")


def _has_it(after: Sequence[Piece]) -> bool:
    """Whether somebody is told to have what is asked about: `what helps the pain that I've had since May?`."""
    for here, piece in enumerate(after[:6]):
        begins = here + 1 if piece.key in ("that", "which") else here
        begins += begins + 1 < len(after) and is_a(after[begins], "my") and is_a(after[begins + 1], "relative")
        if begins + 1 < len(after) and is_a(after[begins], "i third relative"):
            return after[begins + 1].key.split()[0] in _HAVING
        if piece.labels and not is_a(piece, "small prep of my her"):
            return False
    return False


_HAVING = one_of("have has had am is get gets got keep keeps")


_WONDERING = one_of(
    "why normal usual worrying unusual expected ok okay matter change concerning bad serious relevant problem"
)
_UNSURE = one_of("if whether true possible likely sure certain mean")

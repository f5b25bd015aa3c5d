"""What is told beside the case and is not the patient's: another case, a limit, a value of long ago, a first time.

What is said there is of nobody who is spoken of: nothing is heard of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..text.clauses import Piece, Sentence, is_a
from ..text.words import one_of
from .treated import Who

At = tuple[int, int]


def settled(talk: Sequence[Sentence], who: list[list[Who]]) -> list[list[Who]]:
    """Of whom each piece speaks, without what is only told beside the case."""
    beside = {*_other_case(talk), *_own_to_come(talk, who)}
    for number, sentence in enumerate(talk):
        found = sentence.pieces
        for place, piece in enumerate(found):
            number_out = "number" in piece and _no_value(found, place)
            due = "mark" in piece and _due_first(found, place)
            counted = piece.key == "one" and place > 0 and found[place - 1].key in _POINTING
            counted = counted and any("number" in near for near in found[place:])  # this one has a level of 80
            out = number_out or due or counted or (number, place) in beside
            if out and who[number][place] == "patient":
                who[number][place] = "unclear"
    return who


# ---------------------------------------------------------------- another case

_SOULS = one_of("patient pt client case")
_TRADES = one_of("dr doctor gp nurse consultant partner registrar surgeon sister specialist professor prof")
_OTHERS = one_of("other another previous different last")
_OWN = one_of("my our this")
_POINTING = one_of("this that the other which")


def _other_case(talk: Sequence[Sentence]) -> Iterator[At]:
    """The places that tell of another's patient, up to those of one's own: `colleague's patient: … My patient: …`."""
    flat = [(number, place) for number, one in enumerate(talk) for place in range(len(one.pieces))]
    own = [at for at in flat if _is_own(talk[at[0]].pieces, at[1])]
    if not own:
        return
    inside, begun = False, -1
    for number, place in flat:
        found = talk[number].pieces
        if (number, place) in own:
            inside = False
        elif _is_others(found, place):
            inside, begun = True, number
        if inside and (any(at > (number, place) for at in own) or number == begun):
            yield number, place


def _is_own(found: Sequence[Piece], place: int) -> bool:
    """Whether one's own patient is named: `my patient`, `this one`, `mine`."""
    after = found[place + 1] if place + 1 < len(found) else None
    if found[place].key in ("mine", "ours", "this one"):
        return True
    return after is not None and (
        (found[place].key in _OWN and after.key in _SOULS) or (found[place].key == "this" and after.key == "one")
    )


def _is_others(found: Sequence[Piece], place: int) -> bool:
    """Whether a patient of somebody else's is named: `Dr K's patient`, `a colleague's patient`, `the other patient`."""
    words = found[place].key.split()
    if words[-1] not in _SOULS and not (set(words) & _OTHERS and "relative" in found[place]):
        return False
    before = [word for piece in found[max(0, place - 2) : place] for word in piece.key.split()]
    owned = place > 0 and ("relative" in found[place - 1] or not _TRADES.isdisjoint(before))
    return owned or not _OTHERS.isdisjoint([*words, *before[-1:]])


# ---------------------------------------------------------------- numbers that are no value of now

_LIMITS = one_of("cutoff threshold trigger limit")
_CONTRAST = one_of("her his hers my mine their theirs this")
_LONG_AGO = one_of("ago last year years back when once twenties twenty thirties thirty teens teen childhood")
_FINE = one_of("fine normal ok okay good stable recovered better well alright perfect")
_SPURIOUS = one_of("spurious erroneous artefact artifact artefactual artifactual clumped clumping clumps mislabelled")
_EXCLUDED = one_of("excluded ruled not no unlikely")
_LEADS = "small be comma dash open it suspect but"
_SAID = one_of("lab say said reported as probably likely")
_NEAR = 5


def _no_value(found: Sequence[Piece], place: int) -> bool:
    """Whether a number with its name is a limit, supposed, of long ago, spurious, or the first of a row."""
    return (
        _is_limit(found, place)
        or _set_against(found, place)
        or _fine_since(found, place)
        or _spurious(found, place)
        or _first_of_row(found, place)
        or _by_another_way(found, place)
    )


def _is_limit(found: Sequence[Piece], place: int) -> bool:
    """Whether a number is where something begins: `cut-off of 50 for X`."""
    before = found[max(0, place - _NEAR) : place]
    last = max((here for here, piece in enumerate(before) if is_a(piece, "comma but")), default=-1)
    words = [word for piece in before[last + 1 :] for word in piece.key.split()]
    cut = any(one == "cut" and other == "off" for one, other in pairwise(words))
    return (cut or not _LIMITS.isdisjoint(words)) and not any("not" in piece for piece in before)


def _set_against(found: Sequence[Piece], place: int) -> bool:
    """Whether what would be so at one number is set against one's own: `with X of 30 I would not, but hers is 130`."""
    first = place - 1
    while first > 0 and is_a(found[first], "small be name it"):
        first -= 1
    posed = first >= 0 and (found[first].key in ("with", "at") or "if" in found[first])
    modal = place + 1 < len(found) and "modal" in found[place + 1]
    if not (posed or modal):
        return False
    parts = (here for here in range(place + 1, len(found)) if is_a(found[here], "but comma dash"))
    return any(_owns_number(found[here + 1 : here + _NEAR]) for here in parts)


def _owns_number(near: Sequence[Piece]) -> bool:
    """Whether a number is given to somebody: `hers is 130`, `but my sister's are 30`."""
    near = near[1:] if near and "but" in near[0] else near
    owner = bool(near) and (near[0].key in _CONTRAST or "relative" in near[0])
    be = next((here for here, piece in enumerate(near) if "be" in piece), len(near))
    return owner and any("bare" in piece for piece in near[be:])


def _fine_since(found: Sequence[Piece], place: int) -> bool:
    """Whether a number of long ago is followed by better ones: `22 in 1998, fine since`."""
    after = found[place + 1 :]
    well = next((here for here, piece in enumerate(after) if not _FINE.isdisjoint(piece.key.split())), None)
    if well is None or any(is_a(piece, "mark number name not") for piece in after[: well + 1]):
        return False
    since = [word for piece in after[well : well + 3] for word in piece.key.split()]
    timed = any(_is_year(piece.key) or not _LONG_AGO.isdisjoint(piece.key.split()) for piece in after[:well])
    return timed and not {"since", "now", "after", "ever"}.isdisjoint(since)


def _is_year(key: str) -> bool:
    return len(key) == 4 and key.isdigit() and key[:2] in ("19", "20")


def _spurious(found: Sequence[Piece], place: int) -> bool:
    """Whether a number is said to be none right behind it: `12, clumped`."""
    here = place + 1
    while here < len(found) and here < place + _NEAR and (is_a(found[here], _LEADS) or found[here].key in _SAID):
        here += 1
    words = [word for piece in found[here : here + 3] for word in piece.key.split()]
    return not _SPURIOUS.isdisjoint(words[:2]) and _EXCLUDED.isdisjoint(words)


def _first_of_row(found: Sequence[Piece], place: int) -> bool:
    """Whether two or more bare numbers follow at once: `went 40, 60, 120`."""
    count, here = 0, place + 1
    while here < len(found) and (is_a(found[here], "comma and dash") or found[here].key in _ROW or _bare(found[here])):
        count += _bare(found[here])
        here += 1
    return count > 1


_ROW = one_of("then to > -> → now")


def _bare(piece: Piece) -> bool:
    return "bare" in piece and piece.key.replace(".", "").isdigit() and not _is_year(piece.key)


def _by_another_way(found: Sequence[Piece], place: int) -> bool:
    """Whether another way of measuring gave another number: `22 on the machine, 210 by hand`."""
    after = found[place + 1 : place + 9]
    part = next((here for here, piece in enumerate(after) if is_a(piece, "comma but dash")), None)
    if part is None or part < 2 or after[0].key not in _WAYS:
        return False
    way, rest = after[1:part], [one for one in after[part + 1 :] if "but" not in one]
    plain = all(not piece.labels or "small" in piece for piece in way)
    days = {word for piece in (*way, *rest) for word in piece.key.split()} & _DAYS
    return plain and not days and len(rest) > 2 and _bare(rest[0]) and rest[1].key in _WAYS


_WAYS = one_of("on by per with in")
_DAYS = one_of(
    "monday tuesday wednesday thursday friday saturday sunday admission discharge arrival day today yesterday repeat "
    "mon tue tues wed thu thurs fri sat sun january february march april may june july august september october "
    "november december spring summer autumn winter jan feb mar apr jun jul aug sep sept oct nov dec"
)


# ---------------------------------------------------------------- what is still to come


def _due_first(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody is only due the first of what is given: `she is due her first`, `due my first tomorrow`."""
    here = place + 1
    if found[place].key.split()[-1] not in _DUE:
        return False
    while here < len(found) and is_a(found[here], "my her small prep have"):
        here += 1
    if here > place + 1 and here < len(found) and "use" in found[here] and _last(found, here + 1, "mine"):
        return True  # due to start mine
    if here >= len(found) or found[here].key.split()[0] not in _FIRST:
        return False
    after = found[here + 1] if here + 1 < len(found) else None
    ends = after is None or is_a(after, "comma and but dash nothing") or after.key.split()[0] in _WHEN
    return ends and not any(_LATER & set(piece.key.split()) for piece in found[here:])


_FIRST = one_of("first 1st")
_DUE = one_of("due have having get getting booked")
_WHEN = one_of(
    "one dose tomorrow today tonight next this on in soon at later monday tuesday wednesday thursday friday saturday "
    "sunday"
)
_LATER = one_of("maintenance monthly quarterly booster top since after")


def _last(found: Sequence[Piece], place: int, key: str) -> bool:
    """Whether a word ends its clause at a place."""
    ends = place + 1 >= len(found) or is_a(found[place + 1], "comma and but dash") or found[place + 1].key in _WHEN
    return place < len(found) and found[place].key == key and ends


def _kins_beside(found: Sequence[Piece]) -> Iterator[int]:
    """What a relative has of whom somebody tells who is to have his own first: `brother has X, I'm to get my first`."""
    firsts = (here for here, piece in enumerate(found) if here and not _FIRST.isdisjoint(piece.key.split()))
    first = next(firsts, None)
    if first is None or not (is_a(found[first - 1], "my her") or "my" in found[first].key.split()):
        return
    speaker = next((here for here in range(first, -1, -1) if "i" in found[here] or found[here].key[:2] == "i "), None)
    lead = {word for piece in found[speaker or 0 : first + 1] for word in piece.key.split()}
    later = {word for piece in found[first:] for word in piece.key.split()}
    if speaker is None or lead.isdisjoint(_DUE | one_of("to get start will")) or later.isdisjoint(_WHEN | {"week"}):
        return
    kin = next((here for here in range(speaker) if "relative" in found[here]), speaker)
    if later.isdisjoint(_LATER):
        yield from range(kin, speaker)


def _own_to_come(talk: Sequence[Sentence], who: Sequence[Sequence[Who]]) -> Iterator[At]:
    """The places of one's own that is to come, beside what another had: `my pal had hers; mine isn't until Monday`."""
    had = False
    for number, sentence in enumerate(talk):
        yield from ((number, place) for place in _kins_beside(sentence.pieces))
        for place, piece in enumerate(sentence.pieces):
            had = had or (who[number][place] == "relative" and is_a(piece, "mark nothing"))
            words = piece.key.split()
            after = sentence.pieces[place + 1].key if place + 1 < len(sentence.pieces) else ""
            ends = place + 1 == len(sentence.pieces) or is_a(sentence.pieces[place + 1], "my her")
            later = {word for near in sentence.pieces[place:] for word in near.key.split()} & _TO_COME
            owned = (words[0] == "mine" and later) or (words[-1] in _DUE and ends and after in _MINE)
            if had and "mark" in piece and owned:
                yield number, place


_TO_COME = _WHEN - one_of("one dose on in at today") | one_of("not until start starts booked yet")
_MINE = one_of("mine hers his theirs her")

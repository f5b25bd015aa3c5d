"""Whether something was once or goes on: `2/12 history of X`, `history of X since May`, `used to X but not now`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..text.clauses import MENTIONS, SMALL, Piece, is_a
from ..text.words import MONTHS, one_of

_SPANS = one_of("hour hr day week wk fortnight month mth mo year yr")
_SHARES = one_of("7 24 52 12")
"""What stands behind the stroke in `3/7`, `6/52`, `4/12`."""
_LONG = one_of("long short brief lengthy")
_LAST = one_of("last past")
_WAS = one_of("was were had took needed received been")
_WERE = one_of("was were had could")
_HAD = one_of("had was were needed required took received temporary temporarily")
_BEGUN = one_of("started put commenced began begun placed still since is are am has have been")
_STOPPED = one_of("stopped finished discontinued ceased ended")
_THEN_ONLY = (MONTHS - {"may"}) | one_of("then easter christmas spring summer autumn winter")
_THEN = "third i it my her do be have modal small or but"
_NOW = one_of("now nowadays today currently presently")
_FAR = 8


def goes_on(found: Sequence[Piece], place: int) -> bool:
    """Whether a history is told with how long it is: then it is of what somebody has now, and not of the past."""
    if not _of_history(found[place]):
        return False
    return (place > 0 and _span(found, place - 1)) or _since(found[place + 1 : place + 1 + _FAR])


def _of_history(piece: Piece) -> bool:
    return "past" in piece and piece.key in ("history of", "hx of", "h/o")


def _span(found: Sequence[Piece], before: int) -> bool:
    """Whether a length of time stands right before: `6/52`, `5 day`, `a long`."""
    words = found[before].key.split()
    if words[-1] in _SHARES and before > 1 and found[before - 1].key == "/":
        return "bare" in found[before - 2]
    counted = len(words) > 1 or (before > 0 and "bare" in found[before - 1])
    return words[-1] in _LONG or (words[-1] in _SPANS and counted)


def _since(after: Sequence[Piece]) -> bool:
    """Whether it is said since when, or for how long by now, in the clause: `since June`, `for 3 months`."""
    for here, piece in enumerate(after):
        if is_a(piece, "comma dash but colon over absent"):
            return False
        behind = {word for near in after[here + 1 : here + 3] for word in near.key.split()}
        lasting = not behind.isdisjoint(_LAST) or (piece.key == "for" and not behind.isdisjoint(_SPANS))
        if here and (piece.key == "since" or (piece.key in ("for", "over") and lasting)):
            return True
    return False


def sets_in(found: Sequence[Piece], place: int) -> bool:
    """Whether a word only tells when something began: `was well until I got X`, `since going to 12 weekly`."""
    before = {word for piece in found[max(0, place - 4) : place] for word in piece.key.split()}
    if found[place].key in ("until", "till", "til"):
        return not before.isdisjoint(_WELL) and not before.isdisjoint(_WAS)
    counted = place + 1 < len(found) and is_a(found[place + 1], "bare number")
    return found[place].key == "going to" and (counted or not before.isdisjoint(("since", "after", "when")))


_WELL = one_of("fine well ok okay healthy normal alright grand great")


def well_before(found: Sequence[Piece], place: int) -> bool:
    """Whether something was well before it began, which is no end of it: `lame now, they were fine before`."""
    was = {word for piece in found[max(0, place - 2) : place] for word in piece.key.split()}
    after = found[place + 1 : place + 4]
    end = next((n for n, piece in enumerate(after) if is_a(piece, "mark comma but dash")), len(after))
    earlier = any(is_a(piece, "ago until") or piece.key in _EARLIER for piece in after[:end])
    return "well" in found[place] and earlier and not was.isdisjoint(("was", "were"))


_EARLIER = one_of("before beforehand previously earlier prior")


def once(found: Sequence[Piece], place: int) -> bool:
    """Whether something was so at one time: `used to stumble`, but not `is used to treat` or `get used to`."""
    opens = found[place].key == "to" and place > 0 and found[place - 1].key == "used"
    return opens and not (place > 1 and is_a(found[place - 2], "be not"))


def began(found: Sequence[Piece], place: int) -> bool:
    """Whether a time of the past only tells since when something is so: `diagnosed with X last month`."""
    before = [piece.key for piece in found[max(0, place - 3) : place] if "small" not in piece]
    after = found[place + 1].key if place + 1 < len(found) else ""
    found_so = before[-1:] and before[-1].split()[0] in _FOUND
    return bool(found_so) and after.startswith(("last ", "this ", "in ", "earlier this"))


_FOUND = one_of("diagnosed developed started began dx")


def gone_on(found: Sequence[Piece], here: int) -> bool:
    """Whether something has not gone but only moved: `has gone up to my knee`, `went past the ankle`."""
    after = [word for piece in found[here + 1 : here + 8] for word in piece.key.split()]
    if found[here].key not in ("gone", "went") or not after:
        return False
    if after[0] == "to":
        return after[1:2] not in (["nothing"], ["normal"], ["zero"])
    return after[0] in _FURTHER or (after[0] == "from" and "to" in after[1:])


_FURTHER = one_of(
    "up past beyond above further higher worse into upwards on off over through deeper everywhere nowhere"
)


def no_more(found: Sequence[Piece]) -> Iterator[int]:
    """The mentions of what was so and is denied of now in the same breath: `was lame at first, not now`."""
    first: int | None = None
    begins = 0
    for place, piece in enumerate(found):
        if once(found, place) or piece.key.split()[0] in _WAS or ("past" in piece and piece.key.startswith("used to")):
            first = place
        elif "ago" in piece and first is None:
            first = begins
        elif is_a(piece, "comma but dash"):
            begins = place + 1
            if first is not None and _not_now(found, place + 1):
                yield from (here for here in range(first, place) if is_a(found[here], MENTIONS))
            listed = "comma" in piece and place + 1 < len(found) and is_a(found[place + 1], MENTIONS)
            first = first if listed else None


def for_a_time(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody had what is given for a time, and no longer has it: `had X in 2019`, `X, stopped in May`."""
    before = {word for piece in found[max(0, place - 3) : place] for word in piece.key.split()}
    had = not before.isdisjoint(_HAD) and before.isdisjoint(_BEGUN)
    for here in range(place + 1, min(len(found), place + _FAR + 3)):
        words = found[here].key.split()
        if is_a(found[here], "mark name but") or words[0] == "since":
            return False
        none = words[0] in ("none", "nil", "nothing") and here + 1 < len(found) and found[here + 1].key == "since"
        if none or ("over" in found[here] and words[0] in _STOPPED):
            return True
        if had and ("ago" in found[here] or (_year(found[here]) and found[here - 1].key == "in")):
            return True
    return False


def was_then(found: Sequence[Piece], place: int) -> bool:
    """Whether how something went is told of another time: `was worse in 2019`, `were getting worse until May`."""
    words = [word for piece in found[max(0, place - 2) : place] for word in piece.key.split()]
    if _WERE.isdisjoint([*words, *found[place].key.split()[:-1]]):
        return False
    for here in range(place + 1, min(len(found), place + 5)):
        if found[here].key in ("since", "for"):
            return False  # stuck there for the last month
        if is_a(found[here], "ago until") or _year(found[here]) or found[here].key in _THEN_ONLY:
            return True
        if is_a(found[here], "mark comma but dash"):
            return False
    return False


def in_its_year(found: Sequence[Piece], place: int) -> bool:
    """Whether what somebody had is told of a year, or of `then`, and not as still so: `was lame in 2019`."""
    words = {word for piece in found[max(0, place - 2) : place] for word in piece.key.split()}
    if _WERE.isdisjoint(words | set(found[place].key.split()[:-1])):
        return False
    for here in range(place + 1, min(len(found), place + 4)):
        if found[here].key in ("then", "back then") or (_year(found[here]) and found[here - 1].key == "in"):
            return not any("still" in piece.key.split() for piece in found[here:])
        if is_a(found[here], "mark comma but dash and") or found[here].key == "since":
            return False
    return False


def _year(piece: Piece) -> bool:
    return "bare" in piece and len(piece.key) == 4 and piece.key[:2] in ("19", "20") and piece.key.isdigit()


def _not_now(found: Sequence[Piece], start: int) -> bool:
    """Whether nothing but `not now`, `they don't any more` or `not since` stands from here to the next mark."""
    denied = now = False
    for here in range(start, min(len(found), start + _FAR)):
        piece = found[here]
        if denied and piece.key.split()[0] == "since":
            return True
        if denied and is_a(piece, "comma dash and"):
            return now
        ended = "over" in piece and piece.key.startswith("no")  # `not any more`, `no longer`
        denied = denied or ended or "not" in piece
        now = now or ended or "anymore" in piece or not _NOW.isdisjoint(piece.key.split())
        if not (is_a(piece, f"{_THEN} {SMALL} not anymore over") or piece.key in ("happen", "on", "day")):
            return False
    return denied and now

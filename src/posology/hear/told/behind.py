"""What the words behind a mention say of it: `has gone`, `: no`, `is likely`, `may cause`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from ..text.clauses import MENTIONS, SMALL, SUBJECTS, Piece, is_a
from ..text.words import one_of
from .slips import SLIPS, is_done
from .tense import gone_on, well_before

Flag = Literal[
    "not", "kept", "open", "unknown", "suspect", "doubt", "void", "until", "modal", "past", "over", "back", "yes",
    "framed", "of a person", "general", "owed", "ordered", "presumed",
]  # fmt: skip
"""What may be said of a mention. `kept`: so in spite of a denial; `open`: nobody can tell; `general`: of the matter;
`owed`: put down to something strange; `ordered`: only to be given; `presumed`: taken for granted by what is asked."""

_GENERAL = one_of(
    """
    cause occur mean indicate suggest need require happen tend come lead usually often typically sometimes
    commonly affect respond improve recover result make treated called defined common rare typical normal
    mentioned discussed proposed considered permanent reversible dangerous serious caused known associated of due
    important bad enough
    """
)
_ARTICLES = one_of("a an one the")
_WAS = one_of("had was were got felt")
_THEN = one_of("last recently then a yesterday about around two three five ten")
_RESULTS = one_of("result test screen status panel testing serology gene screening mutation antibody")
"""Words between a mention and what a test of it said: `X test negative`."""
_ITSELF = one_of("it they this that these all")
_WHEN = one_of(
    "after since following despite between before during from around two three four five six eight ten twelve"
)
_EACH = one_of("every each whenever when as by at around towards")
_MADE = one_of("made did had")
_FAR = 8
_AHEAD = one_of("planned scheduled booked arranged pencilled")
_NO = one_of("no not nil never")


def behind(found: Sequence[Piece], place: int) -> Iterator[tuple[int, Flag]]:
    """What the words behind a mention say of it, and of those that it is joined to."""
    flag = _verdict(found, place)
    if flag == "general":
        if _subject(found, place):
            yield place, "void"
    elif flag:
        yield place, flag
        for sibling in _joined(found, place):
            yield sibling, flag


def is_behind(found: Sequence[Piece], place: int) -> bool:
    """Whether a word belongs to the mention before it: `pain has gone`, `fever: no`."""
    if not is_a(found[place], "over back absent suspect doubt unknown not deny stays yes past"):
        return False
    before = place - 1
    while before >= 0 and (is_a(found[before], "be have small partly colon dash") or found[before].key in _RESULTS):
        before -= 1
    if before < 0 or not is_a(found[before], MENTIONS):
        return False
    after = found[place + 1] if place + 1 < len(found) else None
    if "deny" in found[place]:  # pain denied (by her), but not: a man with pain denied fever
        return found[place].key == "denied" and (after is None or is_a(after, "comma close and but dash prep"))
    if is_a(found[place], "not doubt past"):
        ends = after is None or is_a(after, "comma open close and but dash absent over back sorry")
        when = after is not None and (is_a(after, "ago prep owing") or after.key in _WHEN)
        return ends or ("absent" in found[place] and when)
    return place - before > 1 or after is None or not is_a(after, MENTIONS) or _says_when(after)


def _says_when(piece: Piece) -> bool:
    """Whether a mention only tells a time: it came back `after my third shot`."""
    return piece.key.split(" ", 1)[0] in _WHEN or piece.key[:1].isdigit()


# ---------------------------------------------------------------- word by word


def _verdict(found: Sequence[Piece], place: int) -> Flag | None:
    """The first word behind a mention that says something of it."""
    here, seen = place + 1, set[str]()
    if here < len(found) and _again_now(found, here):
        return "back"
    if _had_gone(found, here) or _which_has_gone(found, here):
        return "over"
    suspected: Flag | None = None
    for _ in range(_FAR):
        if here >= len(found):
            return suspected
        flag = None if found[here].key in _RESULTS else _told(found, place, here, seen)
        if flag == "not" or (flag and not suspected and flag != "suspect"):
            return flag
        suspected = suspected or flag
        step = 1 if flag == "suspect" else _step(found, here, seen)
        if not step:
            return suspected
        here += step
    return suspected


def _is_over(found: Sequence[Piece], here: int) -> bool:
    """Whether a word says that something is over: `has gone`, `made it go away`, but not `will it go away?`."""
    asked = found[here].key == "go away" and _MADE.isdisjoint(
        word for piece in found[:here] for word in piece.key.split()
    )
    where = found[here].key == "off" and here + 1 < len(found) and is_a(found[here + 1], "small my her")
    return "over" in found[here] and not (asked or where or gone_on(found, here))  # off the floor


def _which_has_gone(found: Sequence[Piece], here: int) -> bool:
    """Whether it is added that something is over: `pain, which has gone`."""
    told = found[here : here + 6]
    which = len(told) > 2 and "comma" in told[0] and told[1].key == "which" and is_a(told[2], "be have over")
    return which and any("over" in piece for piece in told[2:]) and not any("not" in piece for piece in told)


def _had_gone(found: Sequence[Piece], here: int) -> bool:
    """Whether what somebody once had is said to be over: `pain that I had when I came has gone`."""
    told = [piece for piece in found[here : here + 12] if piece.key not in ("that", "which")]
    if len(told) < 3 or not is_a(told[0], "i third") or told[1].key != "had":
        return False
    end = next((k for k, piece in enumerate(told) if is_a(piece, "comma but and mark close query not")), len(told))
    return any("over" in piece for piece in told[2:end])


def _told(found: Sequence[Piece], place: int, here: int, seen: set[str]) -> Flag | None:
    """What one word behind a mention says; ``seen`` are the words passed on the way."""
    piece, after = found[here], found[here + 1] if here + 1 < len(found) else None
    if _is_over(found, here) or ("again" in seen and "well" in piece):
        return None if well_before(found, here) else _gone(found, here + 1, seen)
    if is_a(piece, "stays aside"):
        return "kept"
    if piece.key.split(" ", 1)[0] in _AHEAD and _NO.isdisjoint(found[place].key.split()):
        return None if after is not None and is_a(after, MENTIONS) else "void"  # it is to come
    if here == place + 1 and (after is None or "comma" in after) and (sign := _by_sign(found, piece, after)):
        return sign
    if is_behind(found, here) and not (piece.key in SLIPS and is_done(found[place])):
        return _stated(found, here)
    if "again" in seen and "absent" in piece:
        return "kept" if _is_new(piece, after) else "not"
    if _owed_elsewhere(piece, after, seen):
        return "owed"
    if piece.key in ("before", "prior to") or is_a(piece, "ago until"):
        return _once(found, place, here)
    cycle = piece.key == "due" and "before" in found[place].key.split()  # `numb before the jab is due`
    general = piece.key in _GENERAL and not cycle and not _of_a_part(found, here)
    general = general or ("be" in seen and _is_one(found, here))
    if general and (here == place + 1 or "be" in seen):
        return "general"
    return "general" if "modal" in piece and not (after is not None and is_a(after, SUBJECTS)) else None


def _gone(found: Sequence[Piece], here: int, seen: set[str]) -> Flag:
    """What is said of a thing that has gone: that it is so for all of it, that it is there in part, or again."""
    if "partly" in seen or _there_still(found, here):
        return "kept"
    return "back" if _returns(found, here) else "over"


def _by_sign(found: Sequence[Piece], piece: Piece, after: Piece | None) -> Flag | None:
    """What a plus or a minus right behind a mention says: `fever +, rash -`."""
    if piece.key == "+":
        return "yes"
    return "not" if "dash" in piece and (after is not None or any(near.key == "+" for near in found)) else None


def _is_one(found: Sequence[Piece], here: int) -> bool:
    """Whether an article makes a definition: `it is a sign of …`, but not `it is the main trouble of this man`."""
    if found[here].key != "the":
        return found[here].key in _ARTICLES
    somebodys = any(is_a(piece, "age person my her i third") for piece in found[here + 1 : here + 8])
    return not somebodys and not (here and is_a(found[here - 1], "wh"))


def _of_a_part(found: Sequence[Piece], here: int) -> bool:
    """Whether it is only said where something is: `jerks of the arms`."""
    where = found[here + 1 : here + 4]
    first = next((piece for piece in where if not is_a(piece, "small my her")), None)
    return found[here].key == "of" and first is not None and first is not where[0] and not first.labels


def _once(found: Sequence[Piece], place: int, here: int) -> Flag | None:
    """Whether something was so at a time of the past: `had pain until last week`, `pain years ago`."""
    piece, after = found[here], found[here + 1] if here + 1 < len(found) else None
    if piece.key in ("before", "prior to"):
        return "past" if _was_before(found, place, here) else None
    if "ago" in piece:
        return "past" if _was(found, place) else None
    ended = after is not None and (_was(found, place) or is_a(after, "ago bare") or after.key in _THEN)
    return "over" if ended else None


def _was_before(found: Sequence[Piece], place: int, here: int) -> bool:
    """Whether something was so before something else began: `feet were numb before the shots`, not `each shot`."""
    if any(near.key == "still" for near in found[here + 1 : here + _FAR + 1]):
        return False
    again = any(_NEAR.intersection(near.key.split()) for near in found[here + 1 : here + 4])
    was = not {"was", "were"}.isdisjoint(found[place].key.split()[:-1]) and "given" not in found[place].key
    return (was and not again) or any(near.key in _WAS for near in found[:place])


_NEAR = one_of("each every last next another due latest any")


def _again_now(found: Sequence[Piece], here: int) -> bool:
    """Whether something is there once more: `my feet tingle again`, but not `if they tingle again`."""
    after = found[here + 1] if here + 1 < len(found) else None
    ends = after is None or is_a(after, "comma and but dash owing until frame prep bare small") or after.key in _EACH
    return found[here].key == "again" and ends and not any("if" in near for near in found[:here])


_LIKING = one_of("like prefer love rather sooner")


def is_wish(found: Sequence[Piece], place: int) -> bool:
    """Whether a phrase says that somebody would like something: `I would like to give X`."""
    after = found[place + 1] if place + 1 < len(found) else None
    return found[place].key == "would" and after is not None and "mark" in after and after.key.split()[0] in _LIKING


def _owed_elsewhere(piece: Piece, after: Piece | None, seen: set[str]) -> bool:
    """Whether a mention is put down to something that nobody here knows: `pain due to a fall`."""
    where = piece.key in ("from", "down to") and "be" not in seen
    return "owing" in piece and not where and after is not None and not after.labels and after.key[:1].isalpha()


def _was(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody had or was it: a word of the past stands before the mention."""
    return any(near.key.startswith(("had", "was", "were")) for near in found[:place])


def _is_new(piece: Piece, after: Piece | None) -> bool:
    """Whether it is said that something was not there before, so that it is new."""
    return is_a(piece, "not absent") and after is not None and after.key in ("before", "previously", "earlier")


def _stated(found: Sequence[Piece], here: int) -> Flag | None:
    """What a word says that belongs to the mention before it."""
    piece, after = found[here], found[here + 1] if here + 1 < len(found) else None
    if _is_new(piece, after) or _unlike(found, here):
        return "kept"
    if "not" in piece:
        return "kept" if after is not None and is_a(after, "absent over") else "not"
    pairs: tuple[tuple[str, Flag], ...] = (
        ("back", "back"), ("absent", "not"), ("deny", "not"), ("unknown", "unknown"), ("suspect", "suspect"),
        ("yes", "yes"), ("doubt", "doubt"), ("past", "past"),
    )  # fmt: skip
    return next((flag for label, flag in pairs if label in piece), None)


def _step(found: Sequence[Piece], here: int, seen: set[str]) -> int:
    """How many pieces may be passed to look for more behind them; none when the clause is over."""
    piece = found[here]
    if piece.key in _RESULTS:
        return 1
    if is_a(piece, "but comma and dash"):
        skip = _again(found, here)
        seen |= {"again"} if skip else set()
        return skip or int("dash" in piece)
    if is_a(piece, "modal until"):
        return 0
    if is_a(piece, "prep of frame owing"):
        return _where(found, here) or _because(found, here)
    seen |= {label for label in ("be", "partly") if label in piece}
    if "bare" in piece and here + 1 < len(found) and "ago" in found[here + 1]:
        return 1
    return int(is_a(piece, "be have small partly who wh colon dash do it my her"))


def _because(found: Sequence[Piece], here: int) -> int:
    """How many pieces only say where something came from, before it is said to be over: `from low iron … went away`."""
    cause = next((k for k in range(here + 1, min(len(found), here + 4)) if "mark" in found[k]), 0)
    plain = all(is_a(piece, SMALL) for piece in found[here + 1 : cause])
    ends = cause and plain and any("over" in piece for piece in found[cause + 1 : cause + 4])
    return cause + 1 - here if ends and "owing" in found[here] else 0


def _again(found: Sequence[Piece], here: int) -> int:
    """How many pieces lead back to the mention: `, but now it`."""
    count = 1
    while here + count < len(found) and is_a(found[here + count], f"{SMALL} but comma and dash"):
        count += 1
    at = here + count
    if at >= len(found) or found[at].key not in _ITSELF:
        return 0
    return 0 if found[at].key == "they" and _rules_out(found[at + 1 :]) else count + 1


def _rules_out(after: Sequence[Piece]) -> bool:
    """Whether `they` are those who have found another thing absent: `they have ruled out X`."""
    at = next((here for here, piece in enumerate(after[:4]) if "absent" in piece), None)
    thing = after[at + 1] if at is not None and at + 1 < len(after) else None
    return thing is not None and not is_a(thing, "comma and but dash close prep bare small until ago")


def _unlike(found: Sequence[Piece], here: int) -> bool:
    """Whether something has not done what another has: `the numb hand has gone, the numb foot has not`."""
    has = here > 0 and found[here - 1].key in ("have", "has") and found[here].key == "not"
    ends = here + 1 == len(found) or is_a(found[here + 1], "comma and but dash close")
    return has and ends and any("over" in piece for piece in found[: here - 1])


def _there_still(found: Sequence[Piece], here: int) -> bool:
    """Whether it is there in another place: `has gone in the hands but in the feet it is still there`."""
    near = found[here : here + _FAR + 4]
    places = ("in ", "on ", "from ")
    end = next((k for k, one in enumerate(near) if is_a(one, MENTIONS) and not one.key.startswith(places)), len(near))
    part = next((k for k, one in enumerate(near[:end]) if is_a(one, "comma but and dash")), end)
    for k in range(part + 1, end):
        after = near[k + 1] if k + 1 < end else None
        if near[k].key in _LASTS or (near[k].key == "still" and after is not None and after.key in _THERE):
            return True
        named = any("nothing" in piece for piece in near[part + 1 : k])
        if k > part + 1 and not named and near[k].key == "not" and _unlike(found, here + k):
            return True
    return False


_LASTS = one_of("remains stays persists")
_THERE = one_of("there it have got in present going")


def _returns(found: Sequence[Piece], here: int) -> bool:
    """Whether what had gone came back in the same breath."""
    near = found[here : here + 9]
    end = next((k for k, piece in enumerate(near) if is_a(piece, f"{MENTIONS} i third person")), len(near))
    return any("back" in piece for piece in near[:end])


def _where(found: Sequence[Piece], here: int) -> int:
    """How many pieces say where or when, from a preposition on; none when a mention is among them."""
    last = min(len(found), here + 5)
    end = next((k for k in range(here + 1, last) if found[k].labels and not is_a(found[k], f"{SMALL} ago")), last)
    mention = end < len(found) and is_a(found[end], MENTIONS)
    return end - here if end - here > 1 and not mention else 0


# ---------------------------------------------------------------- lists and subjects


def _joined(found: Sequence[Piece], place: int) -> Iterator[int]:
    """The mentions that stand before one in the same list: `A and B have gone`."""
    here, tied = place, _listed(found, place)
    while here >= 2:
        joint = next((k for k in range(here - 1, max(here - 3, -1), -1) if not is_a(found[k], SMALL)), -1)
        if joint < 1 or not is_a(found[joint], "comma and or") or not is_a(found[joint - 1], MENTIONS):
            return
        tied = tied or "comma" not in found[joint]
        if not tied:
            return
        here = joint - 1
        yield here


def _listed(found: Sequence[Piece], place: int) -> bool:
    """Whether a sentence is nothing but a list with its verdict behind a colon: `A, B, C: none`."""
    colon = place + 1 < len(found) and "colon" in found[place + 1]
    return colon and all(is_a(piece, f"{MENTIONS} {SMALL} comma and or") for piece in found[:place])


def _subject(found: Sequence[Piece], place: int) -> bool:
    """Whether a mention stands there with nobody who has it: `it can …`, but not `my … can …`, `has it so cannot`."""
    if found[place].key.split(" ", 1)[0] in ("has", "have", "had"):
        return False
    for piece in reversed(found[:place]):
        if is_a(piece, "my her have frame not deny be use past person third i relative age who"):
            return False
        if piece.labels and not is_a(piece, f"{MENTIONS} small comma and or open close bare nothing"):
            return True
    return True


# ---------------------------------------------------------------- what only says when


_ENDED = one_of("stopped ended")
_UPON = one_of("when after since once")


def only_when(found: Sequence[Piece], place: int) -> bool:
    """Whether the end of something only says when another thing came: `pain came back when the shots stopped`."""
    if "mark" not in found[place] or _ENDED.isdisjoint(found[place].key.split()):
        return False
    before = place - 1
    while before > 0 and is_a(found[before], SMALL):
        before -= 1
    return before > 0 and found[before].key in _UPON and any("mark" in piece for piece in found[:before])


_SOUGHT = one_of("test tested testing tests check checked screen screened look looked investigated suspected query")


def sought(found: Sequence[Piece], place: int) -> bool:
    """Whether a mention was tested for or suspected, so that what was found is the end of the matter."""
    doubts = (piece for piece in found[:place] if is_a(piece, "doubt suspect query"))
    return all(piece.key.split()[0] in _SOUGHT for piece in doubts)

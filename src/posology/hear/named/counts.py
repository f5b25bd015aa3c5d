"""A fact's name and the number that belongs to it: `weight of 80`, `count fell from 80 to 45`, `now 300`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..text.words import MONTHS, Token, one_of
from .asides import bracketed, called, parenthesis
from .dated import BEFORE, date, newer, over, year
from .numbers import Reading, bounded, counted, limits, open_ended
from .rows import newest

Readings = Mapping[int, Sequence[Reading]]

_LINKS = one_of(
    """
    of is was are were be been has have had at a an the : = — ( [ count level result value reading number
    currently now only up just about around approximately approx roughly circa ca ~ today latest last recent
    recently came back as fell fallen dropped drop
    fall rose risen rise gone went come down showing show showed shown
    measured it that which this stand stood sit sat very low high still yesterday week month year morning
    replete reported recorded found increased decreased reduced improved then again being remain remained on test by lab
    apparently his her my their all exactly precisely even slumped sunk sank crashed plunged plummeted tumbled slid
    done taken checked tested repeated report drawn stayed stay up @
    slipped climbed jumped shot crept sits hovering hovers came bit | raised elevated slightly mildly moderately
    markedly significantly grossly sitting standing running says say reads read hover stay stays average averages
    usually normally typically generally its theyre they run round sit sat barely hardly
    merely whopping massive mere measly paltry miserable pitiful lousy pathetic huge
    trend trends serial series
    """
)
_AT = one_of("at on from in by before after pre post during")
_WHOSE = one_of("the his her my their our own a an last first recent latest this that initial of")
_OCCASION = one_of(
    """
    presentation admission adm diagnosis dx booking baseline start outset onset check checkup visit review screening
    gp hospital clinic practice work lab bloods blood op preop postop operation discharge referral test
    form letter printout app report sheet screen system paper portal result
    treatment loading injection follow up time summer winter spring autumn march april june july october november
    """
)
"""When or where something was measured: `at presentation`, `from the clinic last week`, `pre op`."""
_MOVED = one_of(
    """
    fell fallen dropped drop dropping falling fall rose risen rise rising climbing gone went come came down up
    increased increasing decreased decreasing recovered normalized normalised returned
    reduced improved back slumped sunk sank crashed plunged plummeted tumbled slid slipped climbed jumped shot crept
    moved budged
    """
)
_OUGHT = one_of("should must ought")
_WELL = one_of(
    """
    normal fine ok okay good healthy stable steady borderline worry worrying concern concerning problem issue shock
    shocking surprise bother terrible dire awful alarming scary poor bad abnormal rubbish grand disappointing mess
    """
)
"""What a value may be called before it is told: `is a worry at 5.3`."""
_FLAGS = one_of("l h ll hh lo hi ↓ ↑ ⬇ ⬆")
"""How a laboratory marks a value: `(L) 98`, `↓ 98`."""
_ARROWS = one_of("↓ ↑ ⬇ ⬆")
_MEANWHILE = one_of("and has have then now since it they corrected was but a further another")
_GOING_ON = one_of("so can is should could does do would will what how which but")
_ENDS = one_of(". , ; ? !") | {"\n"}
_FAR = 9
_AIMS = one_of("aim aiming target targeting goal threshold cutoff")
_MOVES = one_of("fell dropped rose climbed increased decreased")
"""What moved in this way and says no `to` moved by so much."""


_MARKED = _FLAGS | one_of("low high")
"""What a bracket between a name and its number may hold."""


@dataclass(frozen=True, slots=True)
class Count:
    """The readings of the number that belongs to a name, and the token after it; ``limit``: it is only a limit."""

    readings: tuple[Reading, ...]
    end: int
    limit: bool = False


def count(spoken: Sequence[Token], start: int, at: int, readings: Readings, barred: frozenset[int]) -> Count | None:
    """The number that the words after a name, which begins at ``start``, lead to. ``barred``: of other mentions."""
    passed = {"limit"} if _aimed(spoken, start) else set[str]()
    of_before = start > 0 and spoken[start - 1].key in BEFORE
    if not passed and not of_before and (latest := newest(spoken, at, readings, barred)):
        return Count((latest,), latest.end)
    here = at
    while here < len(spoken) and here - at < _FAR and here not in barred:
        if beyond := bracketed(spoken, here, readings, barred) or parenthesis(spoken, here, readings, barred):
            at = here = beyond
            continue
        if found := readings.get(here):
            skipped = over(spoken, here, readings)
            if skipped is None and _by_how_much(spoken, here, at, found):
                return Count((), found[0].end, True)
            if skipped is None and "occasion" in passed and _of_the_occasion(spoken, here, found[0]):
                return None
            if skipped is None:
                return _settled(spoken, found, readings, "limit" in passed, "moved" in passed)
            here = skipped
            continue
        if spoken[here].key == "not":
            return _instead(spoken, here, readings)
        if (occasion := _occasion(spoken, here)) and occasion not in barred:
            here = occasion
            passed.add("occasion")
            continue
        if (behind := _in_month(spoken, here, readings) or called(spoken, here, readings)) and behind not in barred:
            here = behind
            continue
        kind = _leads_on(spoken, here, readings) or _link(spoken, here, at, passed) or _aside(spoken, here, readings)
        if not kind:
            return None
        passed.add(kind)
        here += 2 if kind == "year" else 1
    return None


def _in_month(spoken: Sequence[Token], here: int, readings: Readings) -> int:
    """The token after a month between a name and its number: `count June: 151`, `count June 151`, else 0."""
    told = date(spoken, here) if spoken[here].key in MONTHS else None
    if told is None:
        return 0
    marked = told[1] < len(spoken) and spoken[told[1]].key in (":", "=")
    bare = told[1] == here + 1 and here + 1 in readings and spoken[here].key not in ("may", "march")
    return told[1] if marked or bare else 0


def _occasion(spoken: Sequence[Token], here: int) -> int:
    """The token after words that tell when or where something was measured; 0 where there are none."""
    end = here + 1
    if spoken[here].key not in _AT and (here == 0 or spoken[here - 1].key not in _AT):
        return 0
    while end < len(spoken) and (spoken[end].key in _WHOSE or spoken[end].key in _OCCASION or spoken[end].key == "-"):
        end += 1
    return end if any(token.key in _OCCASION for token in spoken[here:end]) else 0


_ORDINAL = 12
"""Up to this, a whole number behind an occasion may count it: `at visit 2`."""
_GOES_ON = one_of("was were is are : = am pm st nd rd th")


def _of_the_occasion(spoken: Sequence[Token], here: int, reading: Reading) -> bool:
    """Whether a number only says which occasion or year it was, or another occasion with its own stands behind it."""
    after = spoken[reading.end] if reading.end < len(spoken) else None
    if after is not None and (after.key in _GOES_ON or _another_occasion(spoken, reading.end)):
        return True
    whole = not reading.unit and reading.value.is_integer() and "." not in spoken[here].key
    beside = spoken[here - 1].key in _OCCASION
    return not reading.unit and (year(spoken, here) or (whole and beside and reading.value <= _ORDINAL))


def _another_occasion(spoken: Sequence[Token], at: int) -> bool:
    """Whether a second value with its own time stands behind a first: `pre op 30, post op 200`, `…, now 8`."""
    here = at + (at < len(spoken) and spoken[at].key in (",", ";", "and", "but", "then"))
    near = spoken[here : here + 5]
    timed = bool(near) and (near[0].key in _AT or near[0].key in ("now", "then", "today", "currently", "since"))
    return here > at and timed and any(token.kind == "number" for token in near[1:])


def _aimed(spoken: Sequence[Token], start: int) -> bool:
    """Whether a name stands behind `aim for`: what follows is wished for, not measured."""
    before = [token.key for token in spoken[max(0, start - 3) : start]]
    while before and before[-1] in ("for", "a", "an", "the", "of", "to", "at", "keep", "get", "with"):
        before.pop()
    return bool(before) and before[-1] in _AIMS


def _cut_off(spoken: Sequence[Token], end: int) -> bool:
    """Whether `the cut off` stands behind a number."""
    here = end
    while here < min(len(spoken), end + 2) and spoken[here].key in ("the", "a", "as", "is"):
        here += 1
    keys = [token.key for token in spoken[here : here + 2]]
    return keys == ["cut", "off"] or bool(keys and here > end and keys[0] in ("cutoff", "threshold", "target", "aim"))


def _by_how_much(spoken: Sequence[Token], here: int, at: int, found: Sequence[Reading]) -> bool:
    """Whether a number says how far it moved, not where to: `dropped by 40`, `rose 10 in a week`."""
    before = spoken[here - 1].key
    end = found[0].end
    onward = end < len(spoken) and (spoken[end].key in ("to", "—", "-", "→"))
    return here > at and (before == "by" or (before in _MOVES and not onward))


def _leads_on(spoken: Sequence[Token], here: int, readings: Readings) -> str:
    """Whether a number behind a comma leads to a second one: `hardly moved, 120 to 135`."""
    if spoken[here].key != "," or spoken[here - 1].key not in _MOVED or here + 1 not in readings:
        return ""
    end = readings[here + 1][0].end
    return "moved" if end + 1 < len(spoken) and spoken[end].key == "to" and end + 1 in readings else ""


def _link(spoken: Sequence[Token], here: int, at: int, passed: set[str]) -> str:
    """What a word between a name and its number is; nothing when it parts them."""
    key = spoken[here].key
    if key == "from" or key in _MOVED or key in _ARROWS or (key == "to" and "moved" in passed):
        return "moved"
    if limits(spoken, here) or key in _OUGHT or key == "used" or (key == "to" and spoken[here - 1].key == "used"):
        return "limit"
    if key == "to" and spoken[here + 1 : here + 2] and spoken[here + 1].key == "be":
        return "link"  # they found it to be 90
    if key in ("too", "very", "before") and here + 1 < len(spoken) and spoken[here + 1].key in _VERDICTS:
        return "link"
    if key in _FLAGS or (key in (")", "]") and (here == at or spoken[here - 1].key in _MARKED)):
        return "link"
    if key in _WELL and here + 1 < len(spoken) and spoken[here + 1].key == "at":
        return "link"
    if key == "in" and spoken[here - 1].key in ("came", "come", "coming"):
        return "link"
    if key in ("in", "since"):
        return "year" if year(spoken, here + 1) or _month(spoken, here + 1) else ""
    return "link" if key in _LINKS or (key == "?" and here == at) else ""


_VERDICTS = one_of("low high was were : is")
"""What may follow `too` or `before` between a name and its number: `too high at 90`, `level before was 90`."""
_PLAIN_UNITS = ("fL", "cm", "%")
"""Units without a stroke that count neither doses nor time."""


def _aside(spoken: Sequence[Token], here: int, readings: Readings) -> str:
    """Whether a comma only parts a number from what it is of: `came back low, 155 ng/L`, `the low one, 44.`."""
    said = spoken[here].key == "," and here + 3 < len(spoken) and spoken[here + 2].key in _SAYS
    if said and spoken[here + 1].key in _SOURCES and readings.get(here + 3):
        return "link"  # it is low, the doctor said 98
    if spoken[here].key in _SOURCES | _SAYS and here > 1 and _said_by(spoken, here):
        return "link"
    found = readings.get(here + 1, ()) if spoken[here].key == "," else ()
    ends = any(_is_end(spoken, one.end) for one in found if not one.unit)
    return "link" if any("/" in one.unit or one.unit in _PLAIN_UNITS for one in found) or ends else ""


_SOURCES = one_of("doctor gp nurse letter lab report hospital they he she it consultant")
_SAYS = one_of("said say says told showed shows read reads")


def _said_by(spoken: Sequence[Token], here: int) -> bool:
    """Whether a word belongs to a comma with who tells the value: `, doctor said 98`."""
    first = here - (spoken[here].key in _SAYS)
    return spoken[first].key in _SOURCES and first > 0 and spoken[first - 1].key == ","


def _is_end(spoken: Sequence[Token], at: int) -> bool:
    """Whether a clause ends at a place, or goes on with a question or what follows from it."""
    if at >= len(spoken) or spoken[at].key in (".", ";", "\n", ")"):
        return True
    if [token.key for token in spoken[at : at + 2]] in (["on", "the"], ["on", "my"], ["by", "the"], ["in", "the"]):
        return True  # `low, 126 on the letter`
    if spoken[at].key in _SOURCES and at + 1 < len(spoken) and spoken[at + 1].key in _SAYS:
        return True  # `low, 40 they said`
    if [token.key for token in spoken[at : at + 2]] in (["last", "time"], ["last", "check"], ["last", "count"]):
        return True
    if spoken[at].key == "and":
        return at + 1 < len(spoken) and not spoken[at + 1].key[0].isdigit()
    return spoken[at].key == "," and at + 1 < len(spoken) and spoken[at + 1].key in _GOING_ON


def _settled(spoken: Sequence[Token], found: Sequence[Reading], readings: Readings, limit: bool, moved: bool) -> Count:
    """The readings that are whole numbers of a patient's, or the mark of a limit."""
    first = found[0]
    after = first.end
    if moved and after < len(spoken) and spoken[after].key in ("to", "-", "—") and (last := readings.get(after + 1)):
        return _settled(spoken, last, readings, limit, False)
    if (onward := _onward(spoken, after)) and (last := readings.get(onward)):
        return _settled(spoken, last, readings, limit, False)
    if (arrow := _arrow(spoken, after)) and (last := readings.get(arrow)) and last[0].unit != "years":
        return _settled(spoken, last, readings, limit, False)
    shut = limit or open_ended(spoken, first) or _cut_off(spoken, after)
    shut = shut or _undated_row(after, readings) or _another(spoken, after)
    latest = None if shut else newer(spoken, first, readings)
    if latest and readings[latest][0].unit not in _TIMES:
        return _settled(spoken, readings[latest], readings, bounded(spoken, readings[latest][0]), False)
    fit = tuple(one for one in found if not open_ended(spoken, one) and not counted(spoken, one))
    return Count(() if shut else fit, first.end, shut)


_TIMES = ("weeks", "months", "days", "years", "hours")
"""Units of what is no newer value: `count 80, now 30 weeks`."""


def _another(spoken: Sequence[Token], at: int) -> bool:
    """Whether `and` and a bare number stand behind a number and nothing else: nobody knows which of both holds."""
    keys = [token.key for token in spoken[at : at + 3]]
    return keys[:1] == ["and"] and keys[1:2] != [] and keys[1][0].isdigit() and (len(keys) < 3 or keys[2] in _ENDS)


def _undated_row(at: int, readings: Readings) -> bool:
    """Whether two more bare numbers follow, and nobody can tell which is of now: `7.2 7.9 8.4`."""
    second = readings.get(at)
    third = readings.get(second[0].end) if second else None
    return bool(second and third) and not any(one[0].unit for one in (second or [], third or []))


def moved_to(spoken: Sequence[Token], at: int, readings: Readings) -> Reading | None:
    """The number to which the one before a place has moved: `4.2 -> 2.9`, `4.2 falling to 2.9`."""
    onward = _arrow(spoken, at) or _onward(spoken, at)
    found = readings.get(onward) if onward else None
    return found[0] if found and not open_ended(spoken, found[0]) else None


def _onward(spoken: Sequence[Token], at: int) -> int | None:
    """The token after `corrected to`, `and has fallen to`, `, a further drop to`."""
    here = at
    here += here < len(spoken) and spoken[here].key == ","
    while here < min(len(spoken), at + 5) and (spoken[here].key in _MOVED or spoken[here].key in _MEANWHILE):
        here += 1
    moved = here > at and any(token.key in _MOVED or token.key == "corrected" for token in spoken[at:here])
    return here + 1 if moved and here + 1 < len(spoken) and spoken[here].key in ("to", "at") else None


def _arrow(spoken: Sequence[Token], at: int) -> int | None:
    """The token after an arrow: `140 -> 44`."""
    if at < len(spoken) and (spoken[at].key in ("→", "⇒", "➔") or _moving(spoken, at)):
        return at + 1
    row = at + 1 < len(spoken) and spoken[at].key == ">" and spoken[at - 1].kind == spoken[at + 1].kind == "number"
    if row and not spoken[at].glued:
        return at + 1  # 62 > 75 > 88
    drawn = at + 1 < len(spoken) and spoken[at].key in ("—", "-", "=") and spoken[at + 1].key == ">"
    return at + 2 if drawn else None


def _moving(spoken: Sequence[Token], at: int) -> bool:
    """Whether an arrow up or down leads from one number to a second one: `76 ↑ 98`, but not `2.9 ↓ 3.5-5`."""
    last = at + 2 >= len(spoken) or spoken[at + 2].key not in ("-", "—", "/", "to")
    return spoken[at].key in _ARROWS and at + 1 < len(spoken) and spoken[at + 1].kind == "number" and last


def _instead(spoken: Sequence[Token], here: int, readings: Readings) -> Count | None:
    """`not 30 but 300`: the second number."""
    found = readings.get(here + 1)
    end = found[0].end if found else here
    end += end < len(spoken) and spoken[end].key == ","
    if found and end < len(spoken) and spoken[end].key in ("but", "—") and (last := readings.get(end + 1)):
        return _settled(spoken, last, readings, False, False)
    return None


def _month(spoken: Sequence[Token], here: int) -> bool:
    return here + 1 < len(spoken) and spoken[here].key in MONTHS

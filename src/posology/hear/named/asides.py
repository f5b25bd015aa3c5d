"""What stands between a name and its number, and says nothing of it: `(again)`, `(80-100)`, `, done today, was`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..text.words import Token, one_of
from .numbers import Reading
from .units import unit_at

Readings = Mapping[int, Sequence[Reading]]

_BRACKETED = re.compile(r"[(\[]\s*([^()\[\]\n]{1,24}?)\s*[)\]]\s*[:=]?\s*(?=\d)")
_FLAGGED = one_of("L H LL HH LOW HIGH ↓ ↑")
"""What a laboratory writes in brackets before a number, and no unit: `(L) 98`."""
_OPENS, _CLOSES = ("(", "["), (")", "]")
_WIDE = 7
_LONG = 9
_STOPS = one_of(". ; ? ! ( ) [ ] : but or which who if") | {"\n"}
_VERBS = one_of("is was were are has had have came comes stands stood stand sit sits fell dropped rose went reads read")


def bracketed(spoken: Sequence[Token], here: int, readings: Readings, barred: frozenset[int]) -> int | None:
    """The token after a bracket of words, or of a range, right behind which a number stands."""
    if spoken[here].key not in _OPENS or (here + 1 < len(spoken) and spoken[here + 1].key in _OPENS):
        return None
    ends = range(here + 2, min(len(spoken), here + 2 + _WIDE))
    end = next((place for place in ends if spoken[place].key in _CLOSES), None)
    if end is None or not barred.isdisjoint(range(here + 1, end)):
        return None
    inside = spoken[here + 1 : end]
    numbers = sum(token.kind == "number" for token in inside)
    ranged = numbers == 2 and any(token.key in ("-", "—", "to") for token in inside)
    after = end + 1
    while after < len(spoken) and spoken[after].key in (":", "=", "was", "is"):
        after += 1
    plain = not any(place in readings for place in range(here + 1, end)) or ranged
    return after if plain and after in readings else None


_VERDICT = one_of(
    """
    is was were are in within the normal range fine ok okay good healthy bottom lower low end of limit limits borderline
    stable well just still now alright satisfactory acceptable adequate at reference top upper high
    """
)


def called(spoken: Sequence[Token], here: int, readings: Readings) -> int | None:
    """The number in a bracket behind what a value is called: `is in range (330)`, `normal at 4.1`."""
    end = here
    while end < len(spoken) and end - here < _WIDE and spoken[end].key in _VERDICT:
        end += 1
    if end > here + 1 and end < len(spoken) and spoken[end - 1].key == "at" and end in readings:
        return end
    opened = end > here and end + 1 < len(spoken) and spoken[end].key in _OPENS
    if end > here and end + 1 in readings and spoken[end].key == "," and "." in spoken[end + 1].key:
        return end + 1  # fine, 4.2
    ends = (one.end for one in readings.get(end + 1, ())) if opened else ()
    closed = any(place < len(spoken) and spoken[place].key in (*_CLOSES, ",") for place in ends)
    return end + 1 if closed else None


def parenthesis(spoken: Sequence[Token], here: int, readings: Readings, barred: frozenset[int]) -> int | None:
    """The token after an aside between two commas, where a verb goes on with the sentence.

    A number in it is the value, unless it is told what was before: `, which had been 74, rose to 109`.
    """
    if spoken[here].key not in (",", "—"):
        return None
    told = here + 2 < len(spoken) and spoken[here + 1].key == "which" and spoken[here + 2].key in ("was", "were", "had")
    for place in range(here + 1 + told, min(len(spoken), here + 2 + _LONG)):
        if spoken[place].key == spoken[here].key:
            goes_on = place + 1 < len(spoken) and spoken[place + 1].key in _VERBS
            return place + 1 if goes_on and place > here + 1 else None
        if place in barred or (spoken[place].kind == "number" and not told) or spoken[place].key in _STOPS:
            return None
    return None


def unbracketed(text: str, spoken: tuple[Token, ...]) -> tuple[tuple[Token, ...], dict[int, str]]:
    """The words without units that stand in brackets before their number, and those units by where the number stands.

    >>> from ..text.words import tokens
    >>> said = "Hb (g/dL) 8.5"
    >>> [token.key for token in unbracketed(said, tokens(said))[0]], unbracketed(said, tokens(said))[1]
    (['hb', '8.5'], {10: 'g/dL'})
    """
    gone: list[range] = []
    units: dict[int, str] = {}
    for match in _BRACKETED.finditer(text):
        unit, stop = unit_at(text, match.start(1))
        flag = match[1].upper() in _FLAGGED
        if flag or (unit and not text[stop : match.end(1)].strip()):
            gone.append(range(match.start(), match.end()))
            units |= {} if flag else {match.end(): unit}
    return tuple(token for token in spoken if not any(token.start in away for away in gone)), units

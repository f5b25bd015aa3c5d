"""A conversation's ledger: what was heard in each turn, and what stands after all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..model import Value
from .text.words import one_of


@dataclass(frozen=True, slots=True)
class Heard:
    """A fact heard in a question, with the exact words it came from.

    ``value`` None takes the fact back. ``supposed``: it holds for its own turn, and while that is spoken of.
    ``corrected`` is the misspelled word as it was typed.
    """

    fact: str
    value: Value | None
    words: str
    turn: int
    supposed: bool = False
    corrected: str = ""


@dataclass(frozen=True, slots=True)
class Unheard:
    """Words about a fact that could not be taken as a statement, and why."""

    fact: str
    words: str
    why: str
    turn: int


@dataclass(frozen=True, slots=True)
class Before:
    """What stands before a turn: the facts, the number that was spoken of last, and all that were told with it.

    ``asked``: the yes/no facts that the turn before only asked about, ``wanted`` the number that it asked for.
    ``words`` are those in which each fact was told, ``told`` the facts of which the turn before said that they are so.
    ``spoken`` are the facts of which the turn before spoke, of a patient or not, with their values.
    """

    facts: Mapping[str, Value] = field(default_factory=dict)
    number: str | None = None
    numbers: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    wanted: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    spoken: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """What a turn leaves for the next one to answer: a number that it named without one, and what it asked about.

    ``number`` is the fact with that number, ``facts`` are the yes/no facts, ``spoken`` all of which it spoke.
    """

    number: str | None = None
    facts: tuple[str, ...] = ()
    spoken: Mapping[str, Value] = field(default_factory=dict)


def carry(turns: Sequence[tuple[Heard, ...]]) -> tuple[dict[str, Value], tuple[Heard, ...]]:
    """The facts after all turns, and where each was heard.

    Later replaces earlier; a retraction removes; a supposition holds only in the last turn; of what contradicts
    itself within one turn nothing is taken.

    >>> first = (Heard("n", 30.0, "n 30", 0), Heard("x", True, "x", 0))
    >>> carry([first, (Heard("n", 20.0, "at 20", 1, supposed=True),), (Heard("x", None, "forget x", 2),)])[0]
    {'n': 30.0}
    """
    standing: dict[str, Heard] = {}
    for heard in turns:
        _settle(standing, [one for one in heard if not one.supposed])
    if turns:
        _settle(standing, [one for one in turns[-1] if one.supposed])
    facts = {fact: one.value for fact, one in standing.items() if one.value is not None}
    return facts, tuple(standing.values())


def _settle(standing: dict[str, Heard], heard: Iterable[Heard]) -> None:
    """Put what was heard at once into the ledger."""
    together: dict[str, Heard | None] = {}
    for one in heard:
        before = together.get(one.fact)
        if before is not None and before.value is None:
            before = None
            del together[one.fact]
        clash = one.fact in together and (before is None or before.value != one.value)
        together[one.fact] = None if clash else (before or one)
    for fact, last in together.items():
        standing.pop(fact, None)
        if last is not None and last.value is not None:
            standing[fact] = last


def still_supposed(turns: Sequence[tuple[Heard, ...]], told: Iterable[Heard], asks: bool) -> tuple[Heard, ...]:
    """What the turn before supposed and the next one speaks of as well: `what about at 20? | she is lame`.

    ``asks``: the next turn has a question of its own, which goes on only from a number.
    """
    said = {one.fact for one in told}
    last = turns[-1] if turns else ()
    return tuple(one for one in last if one.supposed and one.fact not in said and not (asks and not _number(one)))


def _number(one: Heard) -> bool:
    return isinstance(one.value, float)


def clashes(heard: Sequence[Heard]) -> tuple[tuple[Heard, Heard], ...]:
    """What contradicts itself within one turn, in pairs: each fact's first word and the first against it."""
    pairs: dict[tuple[str, bool], tuple[Heard, Heard]] = {}
    firsts: dict[tuple[str, bool], Heard] = {}
    for one in heard:
        first = firsts.setdefault((one.fact, one.supposed), one)
        if first.value != one.value:
            pairs.setdefault((one.fact, one.supposed), (first, one))
    return tuple(pairs.values())


_UNDOING = re.compile(
    r"\W*(?:(?:please|no|ok|okay|sorry|actually)\W+)*(?:undo|scrap|forget|ignore|cancel|delete|scratch|disregard|strike)"
    r"\s+(?:that|it|this|the last (?:one|bit|thing|turn|message)|what i (?:just )?said|my last \w+)(?:\s+please)?\W*",
    re.I,
)
"""An order to take back what was said last, whatever it was."""
_CORRECTING = re.compile(
    r"^\W*(?:no|nope|nah)\b\W.*\d|"
    r"\b(?:actually|sorry|correction|i meant|i was wrong|my mistake|take (?:that|it) back)\b",
    re.I,
)
"""Words with which something is put right."""


def undone(text: str, turns: Sequence[tuple[Heard, ...]]) -> tuple[Heard, ...]:
    """What a turn such as `undo that` takes back: everything that the last telling turn said."""
    return next((heard for heard in reversed(turns) if heard), ()) if _UNDOING.fullmatch(text) else ()


def corrects(text: str) -> bool:
    """Whether a turn seems to put something right, so that it must be said if nothing was understood of it."""
    return bool(_CORRECTING.search(text)) or bool(_UNDOING.fullmatch(text))


_YES = re.compile(r"yes|yeah|yep|yup|y|aye|sure|correct|right|exactly|indeed|absolutely|definitely|affirmative")
_IT_IS = re.compile(r"(?:it|that|this) (?:is|does)|of course|(?:that|this) one|(?:that|it)'?s (?:it|the one)")
_BESIDE_YES = one_of(
    "it its it's that thats that's this is does one the please thanks thank you of course about what i mean meant my "
    "question ok okay very much so topic them these here to me all for"
)


def affirms(text: str) -> bool:
    """Whether a turn is nothing but a yes: `yes please`, `that one`, `it is`."""
    said = re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))
    rest = [word for word in said if not _YES.fullmatch(word)]
    plain = len(rest) < len(said) or _IT_IS.match(" ".join(said)) is not None
    return plain and "?" not in text and _BESIDE_YES.issuperset(rest)


def stood(turns: Sequence[tuple[Heard, ...]], left: Left | None = None) -> Before:
    """What stands before a turn, and the number that was last spoken of, for `what about at 20?`, `it fell to 14`.

    ``left``: what the turn before left open: `what of her weight? | it was 80`.
    """
    told = next((heard for heard in reversed(turns) if any(isinstance(one.value, float) for one in heard)), ())
    numbers = tuple(dict.fromkeys(one.fact for one in told if isinstance(one.value, float)))
    last = next((one.fact for one in reversed(told) if isinstance(one.value, float)), None)
    lasting = [tuple(one for one in heard if not one.supposed) for heard in turns]
    left = left or Left()
    facts, heard = carry(lasting)
    words = {one.fact: one.words for one in heard}
    latest = tuple(one.fact for one in next((told for told in reversed(lasting) if told), ()) if one.value is True)
    return Before(facts, left.number or last, numbers, left.facts, left.number, words, latest, left.spoken)

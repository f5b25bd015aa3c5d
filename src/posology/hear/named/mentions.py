"""Text → mentions: the phrases of the lexicon and the numbers of facts, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...model import Fact, Guideline
from ...quantity import factor
from ..text.clauses import Mention as Place
from ..text.phrases import Match, longest, matches
from ..text.spelling import corrected
from ..text.words import Token, one_of, tokens
from .ages import GROWN, YEARS, age_within, how_long, how_tall, in_whole_years, long_ago, not_yet
from .asides import unbracketed
from .counts import count, moved_to
from .coupled import coupled
from .dated import year
from .lengths import with_lengths
from .levels import VALUED, of_another
from .lexicon import Kind, Lexicon, Meaning
from .numbers import Reading, Scale, about, bounded, numbers, value_of
from .rows import newest
from .strays import with_strays

LONGEST = 20_000
"""Characters of a question that are listened to; nobody describes a patient in more."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase or number in the text: what it may mean, or the number with its fact.

    ``value`` is a number in the fact's own unit, or the reason why it is not taken; ``reach`` the token after all
    the words of the phrase, those among them that were left for others.
    """

    start: int
    end: int
    label: str
    meanings: tuple[Meaning, ...] = ()
    fact: str = ""
    value: float | str | None = None
    reading: Reading | None = None
    reach: int = 0


@dataclass(frozen=True, slots=True)
class Noted:
    """A text with its tokens and mentions, in order; ``typed`` are the places of corrected words."""

    text: str
    spoken: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    typed: frozenset[int]

    def places(self) -> list[Place]:
        """Where the mentions stand, for the grammar."""
        return [(one.start, one.end, one.label) for one in self.mentions]

    def words(self, start: int, end: int) -> str:
        """The text from one token to another, as it was written."""
        return self.text[self.spoken[start].start : self.spoken[end - 1].end]


def note(text: str, guideline: Guideline, lexicon: Lexicon) -> Noted:
    """Everything in a text that the lexicon knows, and every number that may be a fact's."""
    written, units = unbracketed(text, _ended(tokens(text[:LONGEST])))
    spoken, typed = corrected(written, lexicon.vocabulary, lexicon.sounds, lexicon.spelling, lexicon.never)
    readings = numbers(text, spoken, units)
    found = _matched(spoken, readings, guideline, lexicon)
    barred = frozenset(place for match in found for place in range(match.start, match.end))
    stating = frozenset(match.start for match in found if _states(match, lexicon))
    mentions: list[Mention] = []
    taken = -1
    for match in found:
        if match.start < taken:
            continue
        mention = _mention(match, spoken, readings, barred, stating, guideline, lexicon)
        mentions.append(mention)
        taken = mention.end
    mentions = coupled(mentions, spoken, readings, guideline, lexicon)
    every = with_strays(_with_bare(mentions, spoken, readings), spoken, guideline, lexicon)
    every = with_lengths(every, spoken, guideline, lexicon)
    return Noted(text, spoken, tuple(every), typed)


def _matched(
    spoken: tuple[Token, ...], readings: dict[int, list[Reading]], guideline: Guideline, lexicon: Lexicon
) -> list[Match]:
    """The phrases in a text, none of them a number's with the unit of something else: `man, 25 cm of it removed`."""
    ends = {at: [one.end for one in found] for at, found in readings.items()}
    found = matches(lexicon.tree, spoken, ends)
    strange = [one for one in found if _of_something_else(one, readings, guideline, lexicon)]
    before = {one.start: longest(lexicon.own, spoken[: one.number[0]], one.start) for one in strange if one.number}
    named = {start: own for start, own in before.items() if own}
    strange = [one for one in strange if one.start not in named]
    hidden = {place for one in strange if one.number for place in range(one.start, one.number[0])}
    hidden |= {one.end - 2 for one in found if _denies_what_follows(spoken, one.end)}
    rest = tuple(replace(token, key="") if place in hidden else token for place, token in enumerate(spoken))
    found = matches(lexicon.tree, rest, ends) if hidden else found
    return [named.get(one.start, one) for one in found]


def _denies_what_follows(spoken: Sequence[Token], end: int) -> bool:
    """Whether the `no` with which a phrase ends answers nothing: `the first dose? No fever.`, but not `fever? No.`."""
    if end < 2 or end >= len(spoken) or spoken[end - 2].key != "?" or spoken[end - 1].key not in ("no", "nil"):
        return False
    return spoken[end].kind == "word" and not any(token.key in ("?", ":") for token in spoken[end : end + 3])


def _states(match: Match, lexicon: Lexicon) -> bool:
    """Whether a phrase tells something of somebody, or names a number of his."""
    return match.number is None and any(lexicon.meanings[number].kind in ("said", "name") for number in match.means)


def _of_something_else(
    match: Match, readings: dict[int, list[Reading]], guideline: Guideline, lexicon: Lexicon
) -> bool:
    """Whether the number in a phrase has a unit that is none of its fact's."""
    shape = next((one for one in (lexicon.meanings[number] for number in match.means) if one.kind == "shape"), None)
    if shape is None or match.number is None or match.number[0] == match.start:
        return False
    unit = next((one.unit for one in readings[match.number[0]] if one.end == match.number[1]), "")
    fact, scale = guideline.facts[shape.fact], lexicon.scales.get(shape.fact, Scale())
    return bool(unit) and factor(unit, fact.unit, (*fact.conversions, *scale.units)) is None


def _ended(spoken: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words with the full stop that most people leave out at the end."""
    if not spoken or spoken[-1].kind == "sign":
        return spoken
    return (*spoken, Token(".", spoken[-1].end, spoken[-1].end, "sign"))


def _mention(
    match: Match, spoken: Sequence[Token], readings: dict[int, list[Reading]], barred: frozenset[int],
    stating: frozenset[int], guideline: Guideline, lexicon: Lexicon,
) -> Mention:  # fmt: skip
    meanings = tuple(lexicon.meanings[number] for number in match.means)
    shape = next((one for one in meanings if one.kind == "shape"), None)
    if shape and match.number:
        others = barred - set(range(match.start, match.end))
        return _shaped(match, shape, spoken, readings, others, stating, guideline, lexicon)
    name = next((one for one in meanings if one.kind == "name"), None)
    had = any(one.kind == "received" for one in meanings)
    named = name or (None if had else _named_within(match, spoken, lexicon))
    if named:
        counted = _counted(match, named, spoken, readings, barred, guideline, lexicon, strict=name is None)
        if counted:
            return counted
    stated = tuple(one for one in meanings if one.kind in ("said", "used", "wished", "received"))
    if stated and all(one.kind == "received" for one in stated):
        stated = tuple(within(match.start, match.end, spoken, lexicon, "used"))
        meanings = (*meanings, *stated)
    aged = age_within(spoken, match, readings[match.number[0]]) if stated and match.number else None
    years = next((one for one in guideline.facts.values() if _label(one.unit) == "age"), None)
    if aged and years:
        return Mention(match.start, match.end, "number", meanings, years.name, aged.value, aged, match.reach)
    label = "mark" if stated else "name" if name else "nothing"
    return Mention(match.start, match.end, label, meanings, name.fact if name else "", reach=match.reach)


# ---------------------------------------------------------------- numbers


def _shaped(
    match: Match, shape: Meaning, spoken: Sequence[Token], readings: dict[int, list[Reading]],
    barred: frozenset[int], stating: frozenset[int], guideline: Guideline, lexicon: Lexicon,
) -> Mention:  # fmt: skip
    """A phrase with its number inside."""
    start, end = match.number or (0, 0)
    reading = next(one for one in readings[start] if one.end == end)
    latest = moved_to(spoken, end, readings) if end == match.end else None
    if latest is None and end == match.end and _label(guideline.facts[shape.fact].unit) == "number":
        latest = newest(spoken, start, readings, barred)
    if latest and latest.start > start:
        reading, match = latest, replace(match, end=latest.end)
        end = match.end
    fact = guideline.facts[shape.fact]
    unit, only, _ = shape.unit.partition(" only")
    stranger = bool(only) and reading.unit not in ("", unit) and _in_other_units(reading, fact, unit, lexicon)
    exact = not reading.unit and "." in spoken[reading.end - 1].key
    abrupt = unit and not exact and (reading.unit not in ("", unit) or (end == match.end and not reading.unit))
    inner = tuple(within(match.start, match.end, spoken, lexicon, "said"))
    value = value_of(reading, fact, lexicon.scales.get(fact.name, Scale()), unit)
    coming = _label(fact.unit) == "age" and not_yet(spoken, match) and in_whole_years(spoken, match, reading)
    value = value - 1 if coming and isinstance(value, float) and value >= 1 else value
    once = _label(fact.unit) == "age" and long_ago(spoken, match)
    dated = match.start == start and not reading.unit and year(spoken, start) and match.end in readings
    dated = dated or (any(one.fact != fact.name for one in inner) and _in_its_year(spoken, match.start, start, reading))
    led = start - 2 > match.start and spoken[start - 1].key == "to" and spoken[start - 2].kind == "number"  # 4 to 3
    limited = not (latest or led) and bounded(spoken, reading) and not _spread_over(spoken, match, start)
    lasting = _label(fact.unit) == "age" and how_long(spoken, match, reading)
    lasting = lasting or (_label(fact.unit) == "age" and (spoken[start].plural or how_tall(spoken, start, reading)))
    people = end < match.end and spoken[end].plural and spoken[end].key not in YEARS  # 3 ladies
    counted = _label(fact.unit) == "age" and people
    vague = once or stranger or dated or limited or lasting or counted or about(spoken, reading)
    aged = any(token.key in ("age", "aged") for token in spoken[match.start : match.end])
    follows = match.reach > match.end  # the phrase itself says what follows
    follows = follows or (_label(fact.unit) == "age" and match.end in stating and reading.value >= GROWN)
    cut = abrupt and not (coming or aged or follows or _ends_well(spoken, match.end))
    if vague or cut or (isinstance(value, str) and not reading.unit):
        return Mention(match.start, match.end, "mark" if inner else "nothing", (shape, *inner))
    return Mention(match.start, match.end, _label(fact.unit), (shape, *inner), fact.name, value, reading)


def _in_other_units(reading: Reading, fact: Fact, unit: str, lexicon: Lexicon) -> bool:
    """Whether a number's unit is no other name of the only one that a phrase allows."""
    scale = lexicon.scales.get(fact.name, Scale())
    return unit != fact.unit or factor(reading.unit, unit, (*fact.conversions, *scale.units)) != 1


def _spread_over(spoken: Sequence[Token], match: Match, start: int) -> bool:
    """Whether an `over` that belongs to a phrase tells how far something reaches."""
    return start - 1 >= match.start and spoken[start - 1].key == "over"


RANGED = "a limit or a range is not a value"
"""Why a number such as `below 50` states nothing."""


def _label(unit: str) -> str:
    """A number's label; an age speaks of a person."""
    return "age" if unit == "years" else "number"


def within(start: int, end: int, spoken: Sequence[Token], lexicon: Lexicon, kind: Kind) -> Iterator[Meaning]:
    """What the words within a longer phrase mean in one way, each once."""
    seen: set[int] = set()
    at = start
    while at < end:
        inner = longest(lexicon.tree, spoken[:end], at)
        while inner and not any(lexicon.meanings[number].kind == kind for number in inner.means):
            inner = longest(lexicon.tree, spoken[: inner.end - 1], at)
        at = max(inner.end, at + 1) if inner else at + 1
        fresh = [number for number in inner.means if number not in seen] if inner else []
        seen.update(fresh)
        yield from (lexicon.meanings[number] for number in fresh if lexicon.meanings[number].kind == kind)


_AFTER_AGE = one_of(
    "w n on whose post known living presenting attending and with but who so what how which can should now has have "
    "had not last yesterday today for he she i by from live lives living admitted referred seen asks asking wants "
    "wanting here get keep take need feel say think struggle goes bless since came come attend attended presents "
    "presented is was due says said needs started never still whose also already does did btw nd this "
    ", . ; ? ! ( ) —"
) | {"\n"}


def _ends_well(spoken: Sequence[Token], end: int) -> bool:
    """Whether `I am 72` stops there, and does not go on to count something."""
    colon = end + 1 < len(spoken) and spoken[end].key == ":" and spoken[end + 1].kind != "number"
    return colon or end >= len(spoken) or spoken[end].key in _AFTER_AGE or spoken[end].key.endswith("ing")


def _named_within(match: Match, spoken: Sequence[Token], lexicon: Lexicon) -> Meaning | None:
    """The number fact whose name stands in a longer phrase: `low iron` has `iron` in it."""
    if match.end - match.start < 2 or not matches(lexicon.names, spoken[match.start : match.end]):
        return None
    inner = [inner for at in (0, 1) for inner in matches(lexicon.tree, spoken[match.start + at : match.end - (not at)])]
    means = [lexicon.meanings[number] for one in inner for number in one.means]
    return next((one for one in means if one.kind == "name"), None)


_SEXES = ("f", "m", "y", "yo", "yr", "yrs", "male", "female")


def _of_a_person(spoken: Sequence[Token], start: int, end: int) -> bool:
    """Whether a number behind a comma is somebody's age: `low iron, 60F`."""
    behind = spoken[end].key if end < len(spoken) else ""
    return spoken[start].key == "," and start + 2 == end and behind in _SEXES


def _counted(
    match: Match, name: Meaning, spoken: Sequence[Token], readings: dict[int, list[Reading]], barred: frozenset[int],
    guideline: Guideline, lexicon: Lexicon, strict: bool,
) -> Mention | None:  # fmt: skip
    """A name with the number that belongs to it; nothing when none does."""
    found = None if of_another(spoken, match) else count(spoken, match.start, match.end, readings, barred)
    fact = guideline.facts[name.fact]
    states = any(lexicon.meanings[number].kind == "said" for number in match.means)
    dated = states and found and found.readings and _in_its_year(spoken, match.start, match.end, found.readings[0])
    began = _label(fact.unit) == "age" and match.start > 0 and long_ago(spoken, match)
    if found is None or dated or began or _of_a_person(spoken, match.end, found.end):
        return None
    if found.limit:
        return Mention(match.start, match.end, "name", (name,), fact.name, f"{RANGED} of {fact.phrase}")
    scale = lexicon.scales.get(fact.name, Scale())
    values = [(one, value_of(one, fact, scale)) for one in found.readings if not _odd_decimal(spoken, one, scale)]
    good = next(
        ((one, value) for one, value in values if isinstance(value, float) and (one.unit or not _unit_follows(values))),
        None,
    )
    if good:
        stated = (lexicon.meanings[number] for number in match.means)
        both = (name, *(one for one in stated if one.kind in ("said", "topic")))
        return Mention(match.start, good[0].end, "number", both, fact.name, good[1], good[0])
    if strict or not values:
        return None
    return Mention(match.start, found.end, "name", (name,), fact.name, values[0][1], values[0][0])


_HUNDREDS = 100


def _odd_decimal(spoken: Sequence[Token], reading: Reading, scale: Scale) -> bool:
    """Whether a comma in a number of a fact that runs to hundreds may stand for anything: `count 5,5`."""
    key = spoken[reading.start].key
    comma = "," in key and len(key.partition(",")[2]) < 3 and not reading.unit
    return comma and any(times == 1 and low <= reading.value <= high >= _HUNDREDS for low, high, times in scale.bare)


_LEADS = one_of("of is was were are at to : =")
_OPENS = one_of("( [ , — -")


def _in_its_year(spoken: Sequence[Token], start: int, end: int, reading: Reading) -> bool:
    """Whether a year stands right behind what somebody has, so that it is no value: `low iron 2014`."""
    called = [token.key for token in spoken[start : reading.start]]
    between = {token.key for token in spoken[end : reading.start]}
    plain = VALUED.isdisjoint(called) and between <= _OPENS and called[-1:] != [] and called[-1] not in _LEADS
    return plain and not reading.unit and reading.end == reading.start + 1 and year(spoken, reading.start)


def _unit_follows(values: list[tuple[Reading, float | str]]) -> bool:
    """Whether the number has a unit, which then must fit."""
    return bool(values[0][0].unit)


def _with_bare(mentions: list[Mention], spoken: Sequence[Token], readings: dict[int, list[Reading]]) -> list[Mention]:
    """The mentions, and between them the numbers that belong to no name."""
    taken = {place for one in mentions for place in range(one.start, one.end)}
    bare: list[Mention] = []
    for at, found in readings.items():
        end = next((one.end for one in found if taken.isdisjoint(range(at, one.end))), None)
        if spoken[at].glued and at and spoken[at - 1].kind == "word":
            continue
        if end is not None and (not bare or bare[-1].end <= at):
            bare.append(Mention(at, end, "bare", reading=next(one for one in found if one.end == end)))
    return sorted([*mentions, *bare], key=lambda one: one.start)

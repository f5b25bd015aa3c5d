"""The words in which people speak of a guideline's facts, read from the tables of its `lexicon.md`.

| table | holds |
|---|---|
| groups | names for words that stand in for one another in the phrases below |
| topic | words for what the guideline is about, which make a relative the patient |
| said, used, wished | a fact, a value, and the phrases that state it; that state it when in use; when asked for |
| received | a fact, and what somebody must have had, or be on, for its yes; `bare`: it may be something else's name |
| examined | what is looked at, and the fact that it being well denies |
| counted, shapes | what a number fact is called, and phrases with the number in them |
| measured | the words in whose company a number without a name is a fact's |
| heard as | what a mention states when it is denied, suspected, past, over, back, or of the family |
| also | a fact with a value that states another, or the choice that its words name |
| spelling | which word is meant where several sound like a misspelled one, and words that are others |
| unclear | words that state nothing, and the fact to ask for |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ...findings import Finding, Refused
from ...model import Fact, Guideline, Value
from ...read.data import decoded
from ...read.markdown import Table, pieces
from ..text.cells import factors, key_of, listed, span_of, spans
from ..text.phrases import Node, grow, shortest, small, whole, words_in
from ..text.spelling import Sounds, sounds_of
from ..text.words import tokens
from .lengths import Measure
from .numbers import Scale
from .own import own_names, own_scales

Kind = Literal["said", "used", "wished", "received", "examined", "name", "shape", "unclear", "topic", "nothing"]
Stated = Literal["said", "used", "wished", "received"]
Way = Literal["denied", "suspected", "past", "over", "back", "family"]
WAYS: tuple[Way, ...] = ("denied", "suspected", "past", "over", "back", "family")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase stands for: a fact and its value, or the number fact that it names.

    ``beside``: facts or groups of facts, one of which must be spoken of in the same sentence, or `<words>`, one of
    which must be told of the same patient. ``unit`` is that of
    a bare number in a shape. ``bare``: the phrase is short of a name, so that a strange word before it means another
    thing. ``alone``: the phrase says by itself that somebody has had it.
    ``weak``: only its denial states something: `no change of sight`. ``placed``: heard only right behind `on`.
    """

    kind: Kind
    fact: str = ""
    value: Value | None = None
    beside: tuple[str, ...] = ()
    unit: str = ""
    bare: bool = False
    alone: bool = False
    weak: bool = False
    placed: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """What a mention of a fact states in each way of speaking: facts with their values, or nothing.

    ``patient``: heard only where somebody is said to have it, not where the matter as such is spoken of.
    ``silent``: its denial states nothing. ``lasting``: a number of the past is still so.
    """

    denied: tuple[tuple[str, Value], ...] = ()
    suspected: tuple[tuple[str, Value], ...] = ()
    past: tuple[tuple[str, Value], ...] = ()
    over: tuple[tuple[str, Value], ...] = ()
    back: tuple[tuple[str, Value], ...] = ()
    family: tuple[tuple[str, Value], ...] = ()
    patient: bool = False
    silent: bool = False
    lasting: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """A guideline's lexicon, ready to be looked up. ``tree`` gives the numbers of ``meanings``.

    ``names`` are those of number facts (``own``: that no row gives), ``going`` those that tell how a treatment goes,
    ``received`` those of what somebody may have had.
    """

    tree: Node = field(default_factory=Node)
    names: Node = field(default_factory=Node)
    meanings: tuple[Meaning, ...] = ()
    manners: Mapping[str, Manner] = field(default_factory=dict)
    scales: Mapping[str, Scale] = field(default_factory=dict)
    also: Mapping[tuple[str, Value], tuple[tuple[str, Value], ...]] = field(default_factory=dict)
    spelling: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    vocabulary: frozenset[str] = frozenset()
    sounds: Sounds = field(default_factory=dict)
    going: frozenset[str] = frozenset()
    measures: tuple[Measure, ...] = ()
    groups: Mapping[str, Node] = field(default_factory=dict)
    received: frozenset[str] = frozenset()
    own: Node = field(default_factory=Node)

    @property
    def topical(self) -> frozenset[str]:
        """The facts that whoever is treated has: what the guideline is about."""
        return frozenset(fact for fact, manner in self.manners.items() if manner.patient)


@dataclass(slots=True)
class _Reading:
    """What has been read of a lexicon so far, and every fault met on the way."""

    file: str
    guideline: Guideline
    phrases: Mapping[str, Fact]
    groups: dict[str, Node] = field(default_factory=dict)
    tree: Node = field(default_factory=Node)
    names: Node = field(default_factory=Node)
    own: Node = field(default_factory=Node)
    meanings: list[Meaning] = field(default_factory=list)
    manners: dict[str, Manner] = field(default_factory=dict)
    scales: dict[str, Scale] = field(default_factory=dict)
    also: dict[tuple[str, Value], tuple[tuple[str, Value], ...]] = field(default_factory=dict)
    spelling: set[str] = field(default_factory=set)
    never: set[str] = field(default_factory=set)
    shrinking: list[tuple[int, str, tuple[str, ...], int]] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)

    def fault(self, line: int, what: str, do: str) -> None:
        """Put a fault on record."""
        self.faults.append(Finding(f"{self.file}:{line}", what, do))


NAMED = ""
"""In place of a choice: the one that the words of the phrase name."""

Row = Mapping[str, str]
_SECTIONS = (
    "groups", "topic", "said", "used", "wished", "received", "examined", "counted", "shapes", "measured", "heard as",
    "also", "spelling", "unclear",
)  # fmt: skip


FILE = "lexicon.md"


def read_lexicon(folder: Path, guideline: Guideline) -> Lexicon:
    """A guideline's lexicon: its file, and its own phrases with their other names. Raises Refused."""
    path = folder / FILE
    text = decoded(path.read_bytes(), FILE) if path.is_file() else ""
    reading = _Reading(path.name, guideline, {fact.phrase: fact for fact in guideline.facts.values()})
    tables = [piece for piece in pieces(text, path.name) if isinstance(piece, Table)]
    for section in _SECTIONS:
        for table in tables:
            if section in (words.lower() for words in table.place.heading):
                _section(reading, section, table)
    _shrunk(reading)
    units = {one.fact: one.unit for one in reading.meanings if one.kind == "shape"}
    reading.scales = {**own_scales(guideline, units), **reading.scales}
    _own_names(reading)
    if reading.faults:
        raise Refused(reading.faults)
    vocabulary = words_in(reading.tree)
    return Lexicon(
        reading.tree, reading.names, tuple(reading.meanings), reading.manners, reading.scales, reading.also,
        frozenset(reading.spelling), frozenset(reading.never), vocabulary, sounds_of(vocabulary),
        frozenset(_going(reading)), tuple(reading.measures), reading.groups,
        frozenset(one.fact for one in reading.meanings if one.kind == "received"), reading.own,
    )  # fmt: skip


def _going(reading: _Reading) -> Iterator[str]:
    """The facts of the groups of what somebody may have had."""
    groups = {reading.guideline.facts[one.fact].group for one in reading.meanings if one.kind == "received"}
    yield from (fact.name for fact in reading.guideline.facts.values() if fact.group in groups)


def _section(reading: _Reading, section: str, table: Table) -> None:
    """The rows of one table, each read by the function of its section."""
    head = [cell.lower() for cell in table.head]
    for line, cells in table.rows:
        row = dict(zip(head, (cell.replace("\\", "") for cell in cells), strict=False))
        match section:
            case "groups":
                _group(reading, line, row)
            case "said" | "used" | "wished" | "received":
                _statement(reading, line, section, row)
            case "counted":
                _counted(reading, line, row)
            case "shapes":
                _shape(reading, line, row)
            case "measured":
                _measured(reading, line, row)
            case "heard as":
                _manner(reading, line, row)
            case "also":
                _also(reading, line, row)
            case "spelling":
                reading.spelling |= {key_of(word) for word in listed(row.get("words", ""))}
                reading.never |= {key_of(word) for word in listed(row.get("never", ""))}
            case "topic" | "examined" | "unclear":
                _plain(reading, line, section, row)


# ---------------------------------------------------------------- phrases


def _group(reading: _Reading, line: int, row: Row) -> None:
    """A group of words as a tree of its own."""
    group, name = Node(), row.get("group", "")
    if name in reading.groups:
        reading.fault(line, f"there is a group {name!r} already", "Give it another name, or put its words there.")
    for phrase in listed(row.get("words", "")):
        if wrong := grow(group, phrase, reading.groups, 0):
            reading.fault(line, f"{phrase!r}: {wrong}", "Put the row below the groups that it uses.")
    reading.groups[name] = group


def _plain(reading: _Reading, line: int, kind: Literal["topic", "examined", "unclear"], row: Row) -> None:
    """Words of the topic, of what can be looked at, or of what is worth a question."""
    if kind == "topic":
        _add(reading, line, row.get("words", ""), Meaning("topic"))
        return
    for fact in _facts(reading, line, row.get("fact", row.get("ask", ""))):
        _add(reading, line, row.get("words", ""), Meaning(kind, fact.name))


def _statement(reading: _Reading, line: int, kind: Stated, row: Row) -> None:
    if row.get("fact", "") in ("", "-", "—"):
        _add(reading, line, row.get("words", ""), Meaning("nothing", value=row.get("value") or None))
        return
    for fact in _facts(reading, line, row["fact"]):
        weak = row.get("value") == "denied"
        value = True if weak else _value(fact, row.get("value", ""))
        if value is None:
            reading.fault(line, f"{row.get('value')!r} is no value of {fact.phrase}", f"Write {_values(fact)}.")
            continue
        beside = tuple(listed(row.get("beside", "")))
        bare, alone = (row.get(column) == "yes" for column in ("bare", "alone"))
        placed = row.get("bare") == "on"
        meaning = Meaning(kind, fact.name, value, beside, "", bare, alone, weak, placed)
        _add(reading, line, row.get("words", ""), meaning)


def _counted(reading: _Reading, line: int, row: Row) -> None:
    for fact in _facts(reading, line, row.get("fact", "")):
        _add(reading, line, row.get("called", ""), Meaning("name", fact.name))
        plausible = span_of(row.get("plausible", ""))
        reading.scales[fact.name] = Scale(
            units=factors(row.get("units", ""), lambda part: _faulty(reading, line, part)),
            bare=spans(row.get("bare", ""), lambda part: _faulty(reading, line, part)),
            plausible=plausible[:2] if plausible else None,
            whole=row.get("whole", "") == "yes",
        )


def _faulty(reading: _Reading, line: int, part: str) -> None:
    reading.fault(line, f"{part.strip()!r} cannot be read", "Write `10–20` or `10–20 = 0.1`; for units `unit = 0.1`.")


def _shape(reading: _Reading, line: int, row: Row) -> None:
    for fact in _facts(reading, line, row.get("fact", "")):
        _add(reading, line, row.get("shapes", ""), Meaning("shape", fact.name, unit=row.get("unit", "")))


def _measured(reading: _Reading, line: int, row: Row) -> None:
    """What must and must not stand in the clause of a number that is a fact's though it stands beside no name."""
    for fact in _facts(reading, line, row.get("fact", "")):
        trees = []
        for column in ("of", "with", "never"):
            tree = Node()
            for phrase in listed(row.get(column, "")):
                if wrong := grow(tree, phrase, reading.groups, 0):
                    reading.fault(line, f"{phrase!r}: {wrong}", "See the head of the file for how phrases are written.")
            trees.append(tree)
        reading.measures.append(Measure(fact.name, *trees))


def _add(reading: _Reading, line: int, words: str, meaning: Meaning) -> None:
    """Put every phrase of a cell into the tree."""
    number = len(reading.meanings)
    reading.meanings.append(meaning)
    phrases = listed(words)
    if not phrases:
        reading.fault(line, "the row has no words", "Write the phrases with commas between them, or take the row out.")
    for phrase in phrases:
        if (phrase.isalpha() or "(" in phrase or "…" in phrase) and (left := shortest(phrase)):
            reading.shrinking.append((line, phrase, left, number))
        if meaning.kind == "name":
            grow(reading.names, phrase, reading.groups, number)
        if wrong := grow(reading.tree, phrase, reading.groups, number):
            reading.fault(line, f"{phrase!r}: {wrong}", "See the head of the file for how phrases are written.")


def _shrunk(reading: _Reading) -> None:
    """Refuse phrases of which too little is left where nothing is said that may be missing.

    Small words alone say nothing; one word must be meant, so that it stands in the row as a phrase of its own.
    """
    own = {(number, left) for _, phrase, left, number in reading.shrinking if phrase.isalpha()}
    for line, phrase, left, number in reading.shrinking:
        if not phrase.isalpha() and (small(left) or (len(left) == 1 and (number, left) not in own)):
            do = "Take the brackets away, or write the short phrase in the row as well."
            reading.fault(line, f"{phrase!r} may shrink to {' '.join(left)!r}", do)


def _own_names(reading: _Reading) -> None:
    """The guideline's own phrases, and the names that its codes give, where the lexicon has no row for them."""
    for words, name in (*own_names(reading.guideline), *reading.guideline.aliases.items()):
        for meaning in _meant(reading, name):
            if not whole(reading.tree, tokens(words)):
                number = len(reading.meanings)
                reading.meanings.append(meaning)
                for tree in (reading.tree, *((reading.names, reading.own) if meaning.kind == "name" else ())):
                    grow(tree, words.replace("(", "").replace(")", ""), {}, number)


def _meant(reading: _Reading, name: str) -> Iterator[Meaning]:
    """What a name of the guideline states: a yes/no fact, a number's name, or a choice that can be in use."""
    fact = reading.guideline.facts.get(name)
    if fact and fact.kind == "yes/no":
        yield Meaning("said", name, True)
    elif fact and fact.kind == "number" and name in reading.scales:
        yield Meaning("name", name)
    elif not fact:
        yield from {m for m in reading.meanings if m.kind == "used" and m.value == name}


# ---------------------------------------------------------------- how a fact is heard


def _manner(reading: _Reading, line: int, row: Row) -> None:
    for fact in _facts(reading, line, row.get("fact", "")):
        ways = {way: tuple(_stated(reading, line, fact, row.get(way, ""))) for way in WAYS}
        reading.manners[fact.name] = Manner(
            **ways,
            patient=row.get("said of", "") == "patient",
            silent=row.get("denied", "") in ("-", "—"),
            lasting=row.get("past", "") == "stays",
        )


def _also(reading: _Reading, line: int, row: Row) -> None:
    for fact in _facts(reading, line, row.get("fact", "")):
        for words in listed(row.get("value", "")) or [""]:
            value = _value(fact, words)
            if value is None:
                reading.fault(line, f"{words!r} is no value of {fact.phrase}", f"Write {_values(fact)}.")
            else:
                reading.also[fact.name, value] = tuple(_stated(reading, line, fact, row.get("states also", "")))


def _stated(reading: _Reading, line: int, fact: Fact, cell: str) -> Iterator[tuple[str, Value]]:
    """`yes + other fact + not third fact` as facts with their values; a value alone is the fact's own."""
    for part in (part.strip() for part in cell.split("+")):
        if part in ("", "-", "—", "stays"):
            continue
        value = _value(fact, part)
        other = reading.phrases.get(part.removeprefix("not "))
        if value is not None:
            yield fact.name, value
        elif other and other.kind == "yes/no":
            yield other.name, not part.startswith("not ")
        elif other and other.kind == "choice" and other != fact:
            yield other.name, NAMED
        else:
            reading.fault(
                line, f"{part!r} is neither a value of {fact.phrase} nor another fact", "See the table of facts."
            )


def _facts(reading: _Reading, line: int, cell: str) -> Iterator[Fact]:
    """The facts that a cell names, by phrase."""
    for phrase in listed(cell):
        if phrase in reading.phrases:
            yield reading.phrases[phrase]
        else:
            reading.fault(line, f"{phrase!r} is not a fact of the guideline", "Take a phrase from its table of facts.")


def _value(fact: Fact, words: str) -> Value | None:
    """A written value of a fact; an empty cell is a yes."""
    if fact.kind == "yes/no":
        return {"": True, "yes": True, "no": False}.get(words)
    if fact.kind == "choice":
        return next((choice for choice in fact.choices if choice.replace("_", " ") == words.replace("_", " ")), None)
    try:
        return float(words)
    except ValueError:
        return None


def _values(fact: Fact) -> str:
    return {"yes/no": "yes or no", "number": "a number"}.get(fact.kind, ", ".join(fact.choices))

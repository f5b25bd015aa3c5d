"""The coverage map of a guideline: what is asked in which words, what answers it, and what is not said.

It is data beside the guideline (questions.md) and reviewed with it; this module only reads it. A guideline
without one is known by the words of its title and its drugs, and is answered from by words alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ...findings import Finding, Refused, near
from ...model import Guideline, Statement
from ...read.data import decoded
from ...read.markdown import Bullet, Heading, Piece, Table, pieces, plain
from .speech import Pattern, Same, patterns, same, stem, tokens

FILE = "questions.md"
Kind = Literal["way", "general", "about", "silent"]
SECTIONS: Mapping[str, Kind] = {
    "ways of asking": "way",
    "what is asked": "general",
    "what it may be about": "about",
    "what is not said": "silent",
}
PARTS = (
    "asked", "called", "answered by", "when named", "yes or no", "not said", "ask next", "patients ask",
    "nearest", "last", "instead", "unless", "beside", "weak", "strong", "setting", "purpose", "carried", "harm",
    "whom", "surely", "running",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Aspect:
    """Something that may be asked: what it is called, the statements that answer it, or that none does.

    ``general`` aspects are asked of the whole guideline (how often?), those ``about`` something narrow them; on
    ``silent`` ones the guideline says nothing; a ``way`` of asking only changes how the others are answered.
    ``named`` statements join the answer only when the question or the patient's facts call for them. ``yes_or_no``
    holds the first word of an answer by statement (under no name: whatever the statement).

    ``last``: only if nothing else is asked. ``instead``: its answer replaces all others, ``unless`` it was only told
    beside a question that has one of these words. ``beside``: a silent aspect that narrows others instead of replacing
    them. ``weak``: dropped when anything else is asked. ``strong``: one of its words is enough to make the rest of the
    clause its mere setting. ``setting``: a phase of treatment, which narrows what else is asked and is asked for itself
    only alone. ``purpose``: to treat for it is another use of the treatment. ``carried``: told beside a question to
    which it is near, it is answered even when that is not. ``harm``: it asks if something does harm: a yes warns.
    ``whom``: its first statement says for whom there is a treatment at all.
    ``surely``: what it names is not said, whatever questions like it were answered. ``running``: it is asked of a
    treatment that runs already.
    """

    name: str
    kind: Kind
    called: str = ""
    statements: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    yes_or_no: Mapping[str, str] = field(default_factory=dict)
    not_said: str = ""
    next: str = ""
    patients_next: str = ""
    nearest: tuple[str, ...] = ()
    last: bool = False
    instead: bool = False
    unless: tuple[Pattern, ...] = ()
    beside: bool = False
    weak: bool = False
    strong: bool = False
    setting: bool = False
    purpose: bool = False
    carried: bool = False
    harm: bool = False
    whom: bool = False
    surely: bool = False
    running: bool = False

    @property
    def every(self) -> tuple[str, ...]:
        """All its statements, the ones that must be called for last."""
        return (*self.statements, *self.named)


@dataclass(frozen=True, slots=True)
class Flag:
    """Words that mean danger now, and what is said to either reader before everything else.

    ``calm``: words that only look so. ``lasting``: danger even if it has gone on for long. ``may_be``: a fact that it
    leaves open, always or where one of the phrases ``beside`` stands with it.
    """

    patterns: tuple[Pattern, ...]
    patient: str
    clinician: str
    lasting: bool = False
    may_be: str = ""
    beside: tuple[Pattern, ...] = ()

    @property
    def calm(self) -> bool:
        """Whether nothing is said."""
        return self.patient in ("", "-")


@dataclass(frozen=True, slots=True)
class Neighbor:
    """Another topic: its words, and beginnings or endings (with a star) of words that belong to it."""

    name: str
    patterns: tuple[Pattern, ...]
    endings: tuple[str, ...] = ()


Index = Mapping[str, Sequence[tuple[str, Pattern]]]
"""Patterns with the aspect that they belong to, under each stem with which they may begin."""


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """What a guideline answers and where it is silent, with the words that lead there.

    ``names`` are the topic's own words, which may stand anywhere in a phrase; ``vocabulary`` holds every stem that a
    question may use and still be understood, ``foreign`` those of other topics and of red flags, ``counts`` how
    often each statement has each stem.
    """

    same: Same
    topic: tuple[Pattern, ...]
    neighbors: tuple[Neighbor, ...]
    aspects: Mapping[str, Aspect]
    index: Index
    flags: tuple[Flag, ...]
    warnings: tuple[str, ...]
    names: frozenset[str]
    vocabulary: frozenset[str]
    foreign: frozenset[str]
    counts: Mapping[str, Counter[str]]


def read_coverage(folder: Path, guideline: Guideline) -> Coverage:
    """The coverage map in a guideline's folder; one from its own words when there is none. Raises Refused."""
    path = folder / FILE
    if not path.is_file():
        return coverage([], guideline)
    return coverage(pieces(decoded(path.read_bytes(), FILE), FILE), guideline)


def coverage(listed: Sequence[Piece], guideline: Guideline) -> Coverage:
    """The coverage map in the pieces of a Markdown text. Raises Refused with every fault."""
    faults: list[Finding] = []
    alike = same([*_pairs(_rows(listed, "same words")), *_aliases(guideline)])
    drafts = list(_drafts(listed))
    aspects = {name: _aspect(name, kind, parts, guideline, faults, alike) for name, kind, parts in drafts}
    faults += _strays(drafts, aspects)
    warnings = tuple(row[0] for row in _rows(listed, "warnings"))
    faults += [_unknown(name, guideline.named, "warnings") for name in warnings if name not in guideline.named]
    if faults:
        raise Refused(faults)
    asked = [(name, sought) for name, _, parts in drafts for sought in patterns(_phrases(parts), alike)]
    topic = _topic(listed, guideline, alike)
    counts = {statement.name: _counts(statement, alike) for statement in guideline.statements}
    flags = tuple(_flag(row, alike) for row in _rows(listed, "red flags"))
    neighbors = tuple(_neighbor(name, words, alike) for name, words in _rows(listed, "other topics"))
    theirs = [sought for neighbor in neighbors for sought in neighbor.patterns]
    alarming = [sought for flag in flags if not flag.calm for sought in flag.patterns]
    return Coverage(
        same=alike,
        topic=topic,
        neighbors=neighbors,
        aspects=aspects,
        index=indexed(asked),
        flags=flags,
        warnings=warnings,
        names=frozenset(word for sought in topic if len(sought) == 1 for word in sought[0] or ()),
        vocabulary=frozenset(_vocabulary(asked, topic, alike) | _facts(guideline, alike)).union(*counts.values()),
        counts=counts,
        foreign=frozenset(word for sought in (*theirs, *alarming) for part in sought for word in part or ()),
    )


# ---------------------------------------------------------------- tables


def _rows(listed: Sequence[Piece], title: str) -> Iterator[tuple[str, ...]]:
    """The rows of the tables under a heading."""
    for piece in listed:
        if isinstance(piece, Table) and piece.place.heading[-1:] and piece.place.heading[-1].lower() == title:
            yield from (tuple(plain(cell) for cell in row) for _, row in piece.rows)


def _list(cell: str) -> list[str]:
    return [part for words in cell.split(",") if (part := words.strip())]


def _pairs(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    for name, also in rows:
        yield from ((phrase, name) for phrase in (name, *_list(also)))


def _aliases(guideline: Guideline) -> Iterator[tuple[str, str]]:
    """Other names of drugs and routes; those of facts stay as they are, because a question asks about them."""
    names = {code.name for code in guideline.codes if code.what in ("drug", "route")}
    yield from ((phrase, name) for phrase, name in guideline.aliases.items() if name in names)


def _topic(listed: Sequence[Piece], guideline: Guideline, alike: Same) -> tuple[Pattern, ...]:
    words = ", ".join(row[0] for row in _rows(listed, "topic words"))
    return tuple(patterns(words or ", ".join(_own_topic(guideline)), alike))


def _own_topic(guideline: Guideline) -> list[str]:
    """The title as a whole, the drugs of codes and rules, and the facts that the title names."""
    coded = {code.name for code in guideline.codes if code.what == "drug"}
    given = {give.drug for rule in guideline.rules for give in rule.action.gives}
    title = f" {plain(guideline.title).lower()} "
    named = {fact.phrase for fact in guideline.facts.values() if re.search(rf"\b{re.escape(fact.phrase)}\b", title)}
    whole = re.sub(r"[^\w ]", " ", title).strip()
    return [*sorted(coded | {drug.replace("_", " ") for drug in given} | named), whole]


def _neighbor(name: str, words: str, alike: Same) -> Neighbor:
    starred = tuple(word.strip("*").lower() for word in _list(words) if "*" in word)
    plainly = ", ".join(word for word in _list(words) if "*" not in word)
    return Neighbor(name, tuple(patterns(plainly, alike)), starred)


def _flag(row: tuple[str, ...], alike: Same) -> Flag:
    fact, _, beside = "".join(row[4:5]).partition(":")
    may_be = fact.strip().replace(" ", "_")
    raised = tuple(patterns(row[0], alike, going=True))
    return Flag(raised, row[1], row[2], row[3:4] == ("yes",), may_be, tuple(patterns(beside, alike)))


# ---------------------------------------------------------------- aspects

_Draft = tuple[str, Kind, dict[str, str]]


def _drafts(listed: Sequence[Piece]) -> Iterator[_Draft]:
    """Each aspect with its bullets, by their first words."""
    open_: _Draft | None = None
    for piece in listed:
        if isinstance(piece, Heading):
            if open_:
                yield open_
            path = [words.lower() for words in piece.place.heading]
            kind = SECTIONS.get(path[-2]) if len(path) > 1 else None
            open_ = (piece.place.heading[-1], kind, {}) if kind else None
        elif isinstance(piece, Bullet) and open_:
            key, _, words = plain(piece.text).partition(":")
            open_[2][key.strip().lower()] = words.strip()
    if open_:
        yield open_


def _aspect(
    name: str, kind: Kind, parts: dict[str, str], guideline: Guideline, faults: list[Finding], alike: Same
) -> Aspect:
    answered, named = (tuple(_list(parts.get(key, ""))) for key in ("answered by", "when named"))
    answers = dict(_by_statement(parts.get("yes or no", "")))
    cited = (*answered, *named, *filter(None, answers))
    faults += [_unknown(statement, guideline.named, name) for statement in cited if statement not in guideline.named]
    return Aspect(
        name, kind,
        called=parts.get("called", name), statements=answered, named=named, yes_or_no=answers,
        not_said=parts.get("not said", ""), next=parts.get("ask next", ""),
        patients_next=parts.get("patients ask", parts.get("ask next", "")),
        nearest=tuple(_list(parts.get("nearest", ""))),
        last="last" in parts, instead="instead" in parts, beside="beside" in parts, weak="weak" in parts,
        strong="strong" in parts, setting="setting" in parts, purpose="purpose" in parts, carried="carried" in parts,
        harm="harm" in parts, whom="whom" in parts, surely="surely" in parts,
        running="running" in parts,
        unless=tuple(patterns(parts.get("unless", ""), alike)),
    )  # fmt: skip


def _phrases(parts: Mapping[str, str]) -> str:
    """The words in which an aspect is asked: its phrases, and the examples that readers are offered."""
    examples = (re.sub(r"[?,;]", " ", parts[key]) for key in ("ask next", "patients ask") if key in parts)
    return ", ".join(filter(None, (parts.get("asked", ""), *examples)))


def _by_statement(cell: str) -> Iterator[tuple[str, str]]:
    """`No`, or `statement: Yes; other-statement: No`."""
    for part in filter(None, (words.strip() for words in cell.split(";"))):
        name, colon, word = part.partition(": ")
        yield (name, word) if colon and re.fullmatch(r"[a-z0-9-]+", name) else ("", part)


def _strays(drafts: Sequence[_Draft], aspects: Mapping[str, Aspect]) -> Iterator[Finding]:
    """Words that the map does not know: bullets, and neighbors that are no aspects."""
    for name, _, parts in drafts:
        for key in parts:
            if key not in PARTS:
                yield Finding(f"{FILE}, {name}", f"{key!r} is not a part of an aspect.", near(key, PARTS))
        for other in aspects[name].nearest:
            if other not in aspects or aspects[other].kind not in ("general", "about"):
                yield _unknown(other, aspects, name)


def _unknown(name: str, known: Iterable[str], place: str) -> Finding:
    return Finding(f"{FILE}, {place}", f"There is no {name!r}.", near(name, known, "Take one of the guideline's."))


def indexed(asked: Iterable[tuple[str, Pattern]]) -> Index:
    """Patterns by the stems with which they may begin."""
    found: dict[str, list[tuple[str, Pattern]]] = {}
    for name, sought in asked:
        for first in sought[0] or () if sought else ():
            found.setdefault(first, []).append((name, sought))
    return found


# ---------------------------------------------------------------- words that are known


def _vocabulary(asked: Iterable[tuple[str, Pattern]], topic: Iterable[Pattern], alike: Same) -> set[str]:
    """Every stem of the map: those of its patterns and those that several words are put together to."""
    sought = [*(sought for _, sought in asked), *topic]
    known = {word for found in sought for part in found for word in part or ()}
    return known | {stem(name) for phrases in alike.by_first.values() for _, name in phrases}


def _facts(guideline: Guideline, alike: Same) -> set[str]:
    """Every stem in the words of the guideline's facts."""
    texts = (f"{fact.phrase} {fact.question} {fact.patient_question}" for fact in guideline.facts.values())
    return {word.stem for text in texts for word in alike.joined(tokens(text))}


def _counts(statement: Statement, alike: Same) -> Counter[str]:
    """The stems of a statement, counted over all its wordings and its headings."""
    text = " . ".join((*wordings(statement), *statement.place.heading[1:], statement.name.replace("-", " ")))
    return Counter(word.stem for word in alike.joined(tokens(text)) if word.raw not in ".,;:?!\n")


def wordings(statement: Statement) -> tuple[str, ...]:
    """A statement in the words of each reader, with what is said beside it."""
    return (statement.text, statement.patient, statement.student, *(remark.text for remark in statement.remarks))

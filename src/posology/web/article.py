"""A guideline as an article: sections in the order of the file, statements in a reader's words, their rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ..answer.asked.coverage import Aspect, Coverage
from ..answer.ground import Ground
from ..backends.table import decision_table, table, within
from ..model import Decision, Example, Fact, Guideline, Patient, Plan, Reference, Remark, Rule, Statement, Value
from ..plan.advice import Audience, worded
from ..plan.plan import plan
from ..read.data import parse
from ..read.markdown import prose
from ..read.patient import patient
from ..reviewing.comparing import english
from ..show.words import say, value
from .house import House

LOUD = ("gap", "contradiction")
"""Remarks that stand open beside the sentence; other views and notes are folded."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A printed table: its head, and its rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement as one reader sees it: its words, what it tells to do, its sources, and what is said beside it."""

    statement: Statement
    text: str
    more: str
    tag: str
    english: str
    cites: tuple[Reference, ...]
    loud: tuple[Remark, ...]
    quiet: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it."""

    level: int
    title: str
    anchor: str
    prose: tuple[str, ...]
    statements: tuple[Shown, ...]
    decisions: tuple[Decision, ...] = ()


def slug(words: str) -> str:
    """Words as an address: small letters and hyphens.

    >>> slug("What remains open?")
    'what-remains-open'
    """
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "x"


def anchor(heading: tuple[str, ...]) -> str:
    """The address of a section on its page; a statement's is its own name."""
    return f"section-{slug(' '.join(heading[1:]))}"


# ---------------------------------------------------------------- sections


@lru_cache(maxsize=128)
def sections(ground: Ground, audience: Audience) -> tuple[Section, ...]:
    """The article under its headings; headings with nothing to read (the tables of facts) are left out."""
    text = (ground.folder / "guideline.md").read_text(encoding="utf-8")
    paragraphs = prose(text.split("\n---\n", 1)[-1])
    headings = [heading for heading, words in paragraphs if not words and len(heading) > 1]
    whole = [_section(heading, paragraphs, ground.guideline, audience) for heading in headings]
    kept = [(h, s) for h, s in zip(headings, whole, strict=True) if _says(h, whole, headings, ground.guideline)]
    return tuple(section for _, section in kept)


def _section(
    heading: tuple[str, ...], paragraphs: list[tuple[tuple[str, ...], str]], guideline: Guideline, audience: Audience
) -> Section:
    words = tuple(text for at, text in paragraphs if at == heading and text)
    mine = tuple(shown(s, guideline, audience) for s in guideline.statements if s.place.heading == heading)
    made = tuple(d for d in guideline.decisions.values() if d.place.heading == heading)
    return Section(len(heading), heading[-1], anchor(heading), words, mine, made)


def _says(heading: tuple[str, ...], whole: list[Section], headings: list[tuple[str, ...]], about: Guideline) -> bool:
    """Whether there is something to read under a heading, or under one of its own. Groups of facts are no text."""
    below = [section for at, section in zip(headings, whole, strict=True) if at[: len(heading)] == heading]
    if any(section.statements for section in below):
        return True
    groups = {fact.group for fact in about.facts.values()}
    return not any(section.title in groups for section in below) and bool(below[0].prose)


def opening(ground: Ground) -> tuple[str, ...]:
    """The paragraphs before the first section."""
    text = (ground.folder / "guideline.md").read_text(encoding="utf-8")
    return tuple(words for at, words in prose(text.split("\n---\n", 1)[-1]) if len(at) == 1 and words)


# ---------------------------------------------------------------- statements


def shown(statement: Statement, guideline: Guideline, audience: Audience) -> Shown:
    """A statement for one reader. A student sees the clinician's words, and the explanation under them."""
    student = audience == "student"
    return Shown(
        statement,
        text=statement.text if student else worded(statement, audience),
        more=statement.student if student else "",
        tag=say(statement.rule.action.kind, audience) if statement.rule else "",
        english=english(statement, guideline),
        cites=tuple(guideline.references[key] for key in statement.citations),
        loud=tuple(r for r in statement.remarks if r.kind in LOUD),
        quiet=tuple(r for r in statement.remarks if r.kind not in LOUD),
    )


def headline(guideline: Guideline) -> Statement:
    """The one sentence that stands for the article: its first statement."""
    return guideline.statements[0]


def remark_words(kind: str) -> str:
    """What a remark is."""
    return {"view": "Another view", "gap": "Gap", "contradiction": "Contradiction", "note": "Note"}[kind]


# ---------------------------------------------------------------- tables and examples


def grid(markdown: str) -> Grid:
    """A printed Markdown table as rows of cells."""
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in markdown.split("\n")]
    return Grid(rows[0], tuple(rows[2:]))


def rule_table(rule: Rule, guideline: Guideline) -> Grid:
    """The ways in which a rule can apply: those of its decision beside it, or its own alone."""
    if rule.decision:
        return grid(decision_table(guideline.decisions[rule.decision], guideline.rules, guideline.facts))
    return grid(table([(rule.name, rule.when)], guideline.facts))


def own_ways(rule: Rule, guideline: Guideline) -> int:
    """How many rows of a decision's table are this rule's."""
    decision = guideline.decisions.get(rule.decision or "")
    own = within(rule.when, decision.scope) if decision else rule.when
    return len(grid(table([(rule.name, own)], guideline.facts)).rows)


def examples(rule: Rule, guideline: Guideline) -> tuple[Example, ...]:
    """The worked examples that come out at a rule."""
    decision = guideline.decisions.get(rule.decision or "")
    return tuple(e for e in decision.examples if rule.name in e.outcome.split()) if decision else ()


def example_words(facts: Mapping[str, Value], guideline: Guideline) -> tuple[tuple[str, str], ...]:
    """The facts of an example, as people write them."""
    known = [(guideline.facts.get(name), name, told) for name, told in facts.items()]
    return tuple((_phrase(fact, name), value(told, fact)) for fact, name, told in known)


def _phrase(fact: Fact | None, name: str) -> str:
    return fact.phrase if fact else name.replace("_", " ")


# ---------------------------------------------------------------- sample patients


@lru_cache(maxsize=64)
def sample_plans(house: House, name: str) -> tuple[tuple[str, Patient, Plan], ...]:
    """The sample patients of a guideline with their plans, by the name of their file."""
    guideline = house.grounds[name].guideline
    found = []
    for stem, content in house.samples.get(name, {}).items():
        one = patient(parse(content, stem), guideline)
        found.append((stem, one, plan(guideline, one)))
    return tuple(found)


def told_by(rule: Rule, house: House, name: str) -> tuple[str, ...]:
    """The sample patients for whom a rule holds."""
    return tuple(
        stem
        for stem, _, made in sample_plans(house, name)
        if any(line.rule == rule.name and not line.if_ for line in made.advice)
    )


# ---------------------------------------------------------------- what is asked, what is open


def asked_by(statement: Statement, coverage: Coverage) -> tuple[Aspect, ...]:
    """The questions that a statement answers."""
    return tuple(a for a in coverage.aspects.values() if statement.name in a.every and a.next)


def quiet_aspects(coverage: Coverage) -> Iterator[Aspect]:
    """What the guideline does not say."""
    return (a for a in coverage.aspects.values() if a.kind == "silent")


def covered_aspects(coverage: Coverage, kind: str) -> Iterator[Aspect]:
    """What may be asked: in general, or about something."""
    return (a for a in coverage.aspects.values() if a.kind == kind and a.next)


def used(keys: Iterable[str], guideline: Guideline) -> dict[str, tuple[str, ...]]:
    """The statements that cite each source."""
    return {key: tuple(s.name for s in guideline.statements if key in s.citations) for key in keys}

"""What the reader must know beside the lines: odd input, conflicts, contradictions and missing sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..hear.turns import Heard, clashes
from ..model import Plan
from .answered import Said
from .asked.language import foreign
from .ground import Ground
from .talk import Talk
from .text import written

Told = tuple[str, str]
"""A kind (input, conflict, gap, contradiction, citation, warning) and a text."""


def notices(told: Talk, lines: Sequence[Said], made: Plan | None, here: Ground) -> tuple[Told, ...]:
    """Everything that is said beside the lines, the reader's own words first."""
    shown = {said.statement.name for said in lines}
    odd = (*_at_odds(told.last, here), *_overtaken(told, here), *misheard(told), *_unread(told))
    return tuple(dict.fromkeys((*odd, *_planned(made, shown), *_contradictions(lines), *_dangling(lines))))


def misheard(told: Talk) -> Iterator[Told]:
    """Words about a fact that could not be taken as one, and why."""
    if told.undated:
        yield "input", told.undated
    for unheard in told.unheard:
        if unheard.why:
            yield "input", f"“{unheard.words}” was not taken as a fact: {unheard.why}."


def _unread(told: Talk) -> Iterator[Told]:
    """Words of another language in a question that is English otherwise."""
    raws = [raw for clause in told.asked.clauses for word in clause.words for raw in word.raw.split()]
    if words := foreign(raws):
        said = ", ".join(f"“{word}”" for word in words)
        yield "input", f"What is not in English was not read: {said}. Please ask in English."


def _at_odds(heard: Sequence[Heard], here: Ground) -> Iterator[Told]:
    """Two values of one fact in one turn: neither is taken, and it is asked."""
    for first, second in clashes(heard):
        fact = here.guideline.facts[first.fact]
        if None not in (first.value, second.value):
            both = f"{written(first.value, fact)} and {written(second.value, fact)}"
            short = fact.short or fact.phrase
            yield "conflict", f"{short}: {both} were both said, so neither is used. Which is right?"


def _overtaken(told: Talk, here: Ground) -> Iterator[Told]:
    """A denial of the whole beside one of its parts that was said to be so: the part counts."""
    facts = here.guideline.facts
    for one in told.last:
        if one.value is False and one.fact in told.overtaken:
            whole, *parts = (facts[name].short or facts[name].phrase for name in (one.fact, *told.overtaken[one.fact]))
            yield "conflict", f"{whole}: no was said, and {', '.join(parts)}: yes as well, which counts."


def _planned(made: Plan | None, shown: set[str]) -> Iterator[Told]:
    """The plan's notices, but for sources of lines that are not shown."""
    for notice in made.notices if made else ():
        if notice.kind != "citation":
            yield notice.kind, notice.text


def _contradictions(lines: Sequence[Said]) -> Iterator[Told]:
    for said in lines:
        for remark in said.statement.remarks:
            if remark.kind == "contradiction" and said.applies != "no":
                yield "contradiction", remark.text


def _dangling(lines: Sequence[Said]) -> Iterator[Told]:
    """Sources that are cited and missing from the source's own list."""
    for reference in {c.key: c for said in lines for c in said.citations if c.status == "dangling"}.values():
        likely = f" Most likely: {reference.likely}" if reference.likely else ""
        yield "citation", f"Source {reference.key} is cited, but the article's own list has no such entry.{likely}"

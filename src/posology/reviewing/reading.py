"""One statement with all that a reviewer needs to judge it, in words for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..backends.english import sentence
from ..check.boundaries import Edge, edges
from ..model import Guideline, Statement, Value
from ..show.dossier import Source, dossier
from ..show.words import value

TRUTHS = {True: "applies", False: "does not apply", None: "cannot be told"}
"""What a rule says of a patient."""
OUTCOMES = {"ask": "more has to be asked", "decide": "the clinician decides", "silent": "the guideline does not say"}
"""What a decision comes to where that is no rule."""


def lines(statement: Statement, guideline: Guideline) -> Iterator[str]:
    """The statement, its rule read back, patients at its edges, and the evidence dossier."""
    yield f"{statement.name}: {statement.text}"
    for reader, words in (("Patient or carer", statement.patient), ("Student", statement.student)):
        if words:
            yield f"  {reader}: {words}"
    yield f"  Stands under: {' › '.join(statement.place.heading)}"
    if statement.rule:
        yield from ("", "The rule, read back", f"  {sentence(statement.rule, guideline.facts)}")
    made = edges(statement, guideline)
    if made:
        yield from ("", "Patients at its edges")
        yield from (line for edge in made for line in _edge(edge, guideline))
    yield from ("", "Evidence dossier")
    yield from _evidence(statement, guideline)


def _edge(edge: Edge, guideline: Guideline) -> Iterator[str]:
    if edge.same:
        yield f"  With {_facts(edge.same, guideline)}:"
    for case in edge.cases:
        shown = {edge.fact: case.facts[edge.fact]} if edge.fact else case.facts
        comes = [f"the rule {TRUTHS[case.truth]}", OUTCOMES.get(case.decided, case.decided) or case.line or "no line"]
        yield f"  {'  ' if edge.same else ''}{_facts(shown, guideline)} → {'; '.join(comes)}"


def _facts(facts: Mapping[str, Value], guideline: Guideline) -> str:
    known = [(guideline.facts.get(name), name, told) for name, told in facts.items()]
    words = [f"{fact.phrase if fact else name.replace('_', ' ')}: {value(told, fact)}" for fact, name, told in known]
    return ", ".join(words) or "nothing is known"


def _evidence(statement: Statement, guideline: Guideline) -> Iterator[str]:
    found = dossier(statement, guideline)
    yield from (f"  {words}" for words in found.said)
    yield from (line for source in found.sources for line in _source(source))
    yield from (f"  {remark.kind}: {remark.text}" for remark in found.remarks)
    yield from (f"  {remark.kind} under {other}: {remark.text}" for other, remark in found.elsewhere)
    for code in found.codes:
        seen = "" if code.verified else ", not verified"
        yield f"  code of {code.name}: {code.system} {code.code}, {code.display}{seen}"


def _source(source: Source) -> Iterator[str]:
    one = source.reference
    likely = f" Likely: {one.likely}" if one.likely else ""
    yield f"  [{one.key}] {one.title} ({one.kind}, {one.status}). {one.detail}{likely}"
    yield from (f"      cited for {words}" for words in source.cited_for)
    if source.also:
        yield f"      also under: {', '.join(source.also)}"

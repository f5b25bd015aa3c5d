"""Everything that the files of a guideline know about the evidence behind one statement, in one readable block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..expr import facts_of
from ..model import Code, Decision, Expr, Guideline, Reference, Remark, Statement


@dataclass(frozen=True, slots=True)
class Source:
    """A source, what in the statement it is cited for, and the other statements that rest on it."""

    reference: Reference
    cited_for: tuple[str, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """The evidence behind a statement.

    ``said`` are plain sentences on where it comes from and how it competes. ``remarks`` are those of the statement
    itself, ``elsewhere`` those of other statements that share its decision or repeat it. ``codes`` are those of the
    facts, drugs, tests, routes and sites that it speaks of.
    """

    said: tuple[str, ...]
    sources: tuple[Source, ...]
    remarks: tuple[Remark, ...]
    elsewhere: tuple[tuple[str, Remark], ...]
    codes: tuple[Code, ...]

    @property
    def unverified(self) -> int:
        """How many of the codes nobody has seen at their owner."""
        return sum(not code.verified for code in self.codes)


def dossier(statement: Statement, guideline: Guideline) -> Dossier:
    """The evidence behind a statement, as far as the guideline's files know it."""
    return Dossier(
        tuple(_said(statement, guideline)),
        tuple(_sources(statement, guideline)),
        statement.remarks,
        tuple(_elsewhere(statement, guideline)),
        tuple(_codes(statement, guideline)),
    )


# ---------------------------------------------------------------- where it comes from


def _said(statement: Statement, guideline: Guideline) -> Iterator[str]:
    whose = {"article": "It is the article's", "editors": "The editors added it; the article does not say it"}
    number = f" (sentence {statement.number})" if statement.number else ""
    yield f"{whose[statement.origin]}{number}."
    if statement.restates:
        yield f"It repeats {statement.restates} in other words, and means the same."
    again = [other.name for other in guideline.statements if other.restates == statement.name]
    if again:
        yield f"It is repeated in: {', '.join(again)}."
    if statement.rule and statement.rule.instead_of:
        yield f"It takes the place of: {', '.join(statement.rule.instead_of)}."
    over = [rule.name for rule in guideline.rules if statement.name in rule.instead_of]
    if over:
        yield f"It gives way to: {', '.join(over)}."
    decision = _decision(statement, guideline)
    if decision:
        yield from _competing(statement, decision)


def _competing(statement: Statement, decision: Decision) -> Iterator[str]:
    how = {"one": "exactly one rule must apply", "shortest": "the shortest interval wins"}[decision.choose]
    whose = ", which is the editors' order" if decision.origin == "editors" else ""
    rivals = [name for name in decision.rules if name != statement.name]
    yield f"It competes in {decision.name}, where {how}{whose}" + (f", with: {', '.join(rivals)}." if rivals else ".")
    known = [pair for pair in decision.clashes if statement.name in pair]
    if known:
        others = [one if other == statement.name else other for one, other in known]
        yield f"It is known to clash with: {', '.join(others)}."


def _decision(statement: Statement, guideline: Guideline) -> Decision | None:
    return guideline.decisions.get(statement.rule.decision or "") if statement.rule else None


# ---------------------------------------------------------------- sources


def _sources(statement: Statement, guideline: Guideline) -> Iterator[Source]:
    """Each source of the statement and of what stands beside it."""
    uses: dict[str, list[str]] = {key: ["the statement itself"] for key in statement.citations}
    for remark in statement.remarks:
        for key in remark.citations:
            uses.setdefault(key, []).append(f"{_word(remark)}: {remark.text}")
    for key, cited_for in uses.items():
        if key in guideline.references:
            also = [s.name for s in guideline.statements if s.name != statement.name and key in s.citations]
            yield Source(guideline.references[key], tuple(cited_for), tuple(also))


def _word(remark: Remark) -> str:
    return {"view": "another view", "note": "an editors' note"}.get(remark.kind, f"a {remark.kind}")


def _elsewhere(statement: Statement, guideline: Guideline) -> Iterator[tuple[str, Remark]]:
    """Other views, gaps and contradictions under statements that this one hangs together with."""
    decision = _decision(statement, guideline)
    kin = set(decision.rules if decision else ())
    kin |= {statement.restates} | {s.name for s in guideline.statements if s.restates == statement.name}
    for other in guideline.statements:
        if other.name in kin and other.name != statement.name:
            yield from ((other.name, remark) for remark in other.remarks if remark.kind != "note")


# ---------------------------------------------------------------- codes


def _codes(statement: Statement, guideline: Guideline) -> Iterator[Code]:
    """The codes of what the statement speaks of, in the order of their file."""
    names = _names(statement, guideline)
    for code in guideline.codes:
        kinds = ("fact", "test") if code.what == "test" else (code.what,)
        if any((kind, code.name) in names for kind in kinds):
            yield code


def _names(statement: Statement, guideline: Guideline) -> set[tuple[str, str]]:
    """The facts, drugs, routes and tests of the rule (or of the name that is defined), by kind."""
    found = {("fact", name) for expr in _conditions(statement, guideline) for name in facts_of(expr)}
    if statement.rule is None:
        return found
    action = statement.rule.action
    found |= {("drug", give.drug) for give in action.gives} | {("route", give.route) for give in action.gives}
    found |= {("test", test) for test in action.tests} | {("fact", test) for test in action.tests}
    struck = (*action.strikes, *statement.rule.stops)
    return found | {(strike.kind, strike.name) for strike in struck if strike.name}


def _conditions(statement: Statement, guideline: Guideline) -> Iterator[Expr]:
    if statement.rule:
        yield statement.rule.when
    if statement.kind == "define":
        fact = guideline.facts.get(statement.name.replace("-", "_"))
        defined = guideline.defines.get(statement.name) or guideline.defines.get(statement.name.replace("-", "_"))
        yield from (expr for expr in (fact.when if fact else None, fact.always if fact else None, defined) if expr)

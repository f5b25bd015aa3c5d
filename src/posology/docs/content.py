"""Two pages on what a guideline holds: the facts that it asks for, and the questions that it answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ..backends.english import deed, definition, phrase, spaced
from ..backends.table import decision_table
from ..check.covered import figures
from ..model import Decision, Fact, Guideline, Statement
from ..quantity import plain
from .marks import code, codes, table

# ---------------------------------------------------------------- facts

FACTS = """# The facts of *{title}*

Printed from the guideline (version {version}) by `make docs`. A fact that is not stated is unknown, and unknown is
never taken as a "no". The key is what patient files, registers and requests write."""


def facts(guideline: Guideline) -> str:
    """Each fact with its key, answer, questions, definition and codes."""
    parts = [FACTS.format(title=guideline.title, version=guideline.version)]
    for group, members in groupby(guideline.facts.values(), key=lambda fact: fact.group):
        head = "key | answer | question | in the patient's words | codes"
        parts.append(f"## {group}\n\n{table(head, (_fact(fact, guideline) for fact in members))}")
    derived = [f"- {definition(fact, guideline.facts)}." for fact in guideline.facts.values() if fact.when]
    return "\n\n".join([*parts, *(["## Derived facts\n\n" + "\n".join(derived)] if derived else [])]) + "\n"


def _fact(fact: Fact, guideline: Guideline) -> tuple[str, ...]:
    own = [f"{c.system} {c.code}" for c in guideline.codes if c.what == "fact" and c.name == fact.name]
    return code(fact.name), answer(fact), fact.question, fact.patient_question, ", ".join(own)


def answer(fact: Fact) -> str:
    """What a fact is answered with."""
    if fact.kind == "choice":
        return codes(fact.choices)
    if fact.kind == "number":
        also = [f"{plain(times)} × {code(unit)}" for unit, times in fact.conversions]
        return f"{plain(fact.low)}–{plain(fact.high)} {code(fact.unit)}" + "".join(f", or {other}" for other in also)
    return {"": "yes/no", "any dose": "yes/no, from the doses", "other drug": "yes/no, from the last dose"}.get(
        fact.course, "yes/no, from the course"
    )


# ---------------------------------------------------------------- coverage

COVERAGE = """# What *{title}* answers

Printed from the guideline (version {version}, updated {updated}) by `make docs`. {question}

Every statement is listed with its status: a **rule** is computed for each patient, a **definition** gives a name to a
condition, a **repetition** says in other words what another statement rules, and **background** is shown but not
computed. *Article* is the number of the sentence in the source; *editors* marks what was added, with a source of
its own."""

STATUS = {"rule": "rule", "define": "definition", "restates": "repetition", "background": "background"}


def coverage(guideline: Guideline) -> str:
    """What is answered: figures, decisions as tables, statements with their status, and what the source leaves open."""
    question = guideline.meta.get("question", "")
    opening = COVERAGE.format(
        title=guideline.title, version=guideline.version, updated=guideline.updated, question=question
    )
    parts = [opening, "## In figures\n\n" + table("what | how many", _figures(guideline)), *_decisions(guideline)]
    parts += ["## Statements", *_statements(guideline), "## What the source leaves open", *_open(guideline)]
    return "\n\n".join(parts) + "\n"


def _figures(guideline: Guideline) -> list[tuple[str, ...]]:
    found = {**figures(guideline), "decisions": len(guideline.decisions)}
    return [(name, "–" if value is None else str(value)) for name, value in found.items()]


def _decisions(guideline: Guideline) -> Iterator[str]:
    yield "## Decisions"
    for decision in guideline.decisions.values():
        yield f"### {decision.name}\n\n{_about(decision, guideline)}"
        yield decision_table(decision, guideline.rules, guideline.facts)


def _about(decision: Decision, guideline: Guideline) -> str:
    choose = "exactly one rule" if decision.choose == "one" else "the rule with the shortest interval"
    by = " (the editors' order)" if decision.origin == "editors" else ""
    text = f"For {phrase(decision.scope, guideline.facts)}: {choose}{by}."
    if decision.done is not None:
        text += f" Done when {phrase(decision.done, guideline.facts)}."
    return text + (f" It comes after {decision.after}." if decision.after else "")


def _statements(guideline: Guideline) -> Iterator[str]:
    for heading, group in groupby(guideline.statements, key=lambda statement: statement.place.heading):
        title = " › ".join(heading[1:] or heading)
        head = "article | statement | status | what it says | sources"
        yield f"### {title}\n\n{table(head, (_statement(statement, guideline) for statement in group))}"


def _statement(statement: Statement, guideline: Guideline) -> tuple[str, ...]:
    number = statement.number or ("editors" if statement.origin == "editors" else "")
    status = STATUS[statement.kind] + (f" of {code(statement.restates)}" if statement.restates else "")
    if statement.rule:
        status += f": {deed(statement.rule.action, guideline.facts)}"
    return number, code(statement.name), status, statement.text, ", ".join(statement.citations)


def _open(guideline: Guideline) -> Iterator[str]:
    """Gaps and contradictions that the file itself declares, and sources that dangle."""
    rows = [
        (code(statement.name), spaced(remark.kind), remark.text)
        for statement in guideline.statements
        for remark in statement.remarks
        if remark.kind in ("gap", "contradiction")
    ]
    if rows:
        yield table("statement | what | in words", rows)
    dangling = [(r.key, r.likely or "–") for r in guideline.references.values() if r.status == "dangling"]
    if dangling:
        yield "Citations without an entry in the source's own list:"
        yield table("citation | most likely", dangling)

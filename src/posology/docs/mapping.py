"""The page of codes: by which codes a record is read and a plan is sent, and in which units."""

from __future__ import annotations

from collections.abc import Iterator

from ..fhir.make import ADDRESSES
from ..fhir.ucum import ucum
from ..model import Code, Fact, Guideline
from ..quantity import alike, plain
from .marks import code, table

OPENING = """# The codes of *{title}*

Printed from the guideline's `codes.md` (version {version}) by `make docs`. By these codes a FHIR record is read and a
plan is sent; [fhir.md](fhir.md) says what becomes of each kind of resource. Codes match exactly. A code is **verified**
only when an editor saw it at its owner or in the catalog of a laboratory: {verified} of {count} are. A plan that relies
on one that is not says so, and so does every request that carries one."""

STATES = {
    "fact": "What the presence of the code states: *yes*; *ever*, a yes that outlasts the condition; *no*; or one of "
    "the fact's choices. A code of a number says which result it is.",
    "drug": "The drug of a dose that was given, and of a request that is sent.",
    "test": "A test that was done, and one that is asked for.",
    "route": "The way in which a dose was given, or is to be given.",
    "site": "The place of the body that a drafted order names.",
    "order": "What a drafted order says of a fact.",
}


def codes(guideline: Guideline) -> str:
    """Each code with what it states, the addresses of the vocabularies, and the units of numbers."""
    rows = guideline.codes
    verified = sum(row.verified for row in rows)
    opening = OPENING.format(title=guideline.title, version=guideline.version, verified=verified, count=len(rows))
    sections = [_section(what, guideline) for what in dict.fromkeys(row.what for row in rows)]
    return "\n\n".join([opening, *sections, _vocabularies(rows), _units(guideline)]) + "\n"


def _section(what: str, guideline: Guideline) -> str:
    rows = [_row(row, guideline) for row in guideline.codes if row.what == what]
    head = f"{what} | states | vocabulary | code | display | verified"
    about = [STATES[what]] if what in STATES else []
    return "\n\n".join([f"## By {what}", *about, table(head, rows)])


def _row(row: Code, guideline: Guideline) -> tuple[str, ...]:
    fact = guideline.facts.get(row.name) if row.what == "fact" else None
    states = "a result" if fact is not None and fact.kind == "number" else row.value if fact else "–"
    return code(row.name), states, row.system, code(row.code), row.display, "yes" if row.verified else "no"


def _vocabularies(rows: tuple[Code, ...]) -> str:
    named = dict.fromkeys(row.system for row in rows)
    known = ((system, code(ADDRESSES[system.lower()]) if system.lower() in ADDRESSES else "–") for system in named)
    return "## Vocabularies\n\n" + table("vocabulary | address in what is sent", known)


def _units(guideline: Guideline) -> str:
    rows = (_unit(fact) for fact in guideline.facts.values() if fact.kind == "number")
    return "## Units\n\n" + table("fact | unit | UCUM | also read", rows)


def _unit(fact: Fact) -> tuple[str, ...]:
    return code(fact.name), fact.unit, code(ucum(fact.unit)) if ucum(fact.unit) else "–", ", ".join(_also(fact)) or "–"


def _also(fact: Fact) -> Iterator[str]:
    """Other units and spellings, with what they are multiplied by."""
    for unit, times in (*alike(fact.unit), *fact.conversions):
        yield code(unit) + (f" × {plain(times)}" if times != 1 else "")

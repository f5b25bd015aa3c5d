"""The files beside a guideline: the list of references, and the codes and other names of what it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, cast

from ..findings import Fault, Finding, Source, near
from ..model import Code, Fact, Place, Reference
from .markdown import Heading, Table, footnotes, pieces
from .regimens import snake

KINDS = ("guideline", "research", "label", "digest")
STATUSES = ("listed", "dangling", "reconstructed")
SECTIONS: dict[str, Literal["fact", "drug", "test", "route", "site", "order"]] = {
    "facts": "fact", "drugs": "drug", "tests": "test", "routes": "route", "sites": "site", "orders": "order"
}  # fmt: skip
ALSO_CALLED = "also called"
ORDERED = ("drug", "route", "site", "stop")
"""Parts of an order that may state a fact; `stop` is that it is to be ended."""
COLUMNS = ("name", "value", "system", "code", "display", "verified")
FILE_REFERENCES, FILE_CODES = "references.md", "codes.md"

_REFERENCE = re.compile(
    r"\*(?P<kind>\w+), (?P<status>\w+)\.\*\s+\*\*(?P<title>[^*]+)\*\*(?P<detail>.*?)(?:Likely:(?P<likely>.*))?"
)


# ---------------------------------------------------------------- references.md


def references(text: str) -> tuple[dict[str, Reference], list[Finding]]:
    """The footnote definitions of references.md by key, and what is wrong with them."""
    source = Source.of(FILE_REFERENCES, text)
    found: dict[str, Reference] = {}
    faults: list[Finding] = []
    for line, key, words in footnotes(text):
        reference = _reference(key, words)
        if isinstance(reference, Fault):
            found.setdefault(key, Reference(key, "", "guideline", "listed"))  # so that it can be cited
            faults.append(source.finding(Place(FILE_REFERENCES, line), reference.words, reference.what, reference.do))
        elif key in found:
            what = f"Reference {key!r} is defined twice."
            faults.append(source.finding(Place(FILE_REFERENCES, line), f"[^{key}]", what, "Keep one of the two."))
        else:
            found[key] = reference
    return found, faults


def _reference(key: str, words: str) -> Reference | Fault:
    shape = _REFERENCE.fullmatch(words)
    if not shape:
        do = f"Write `[^{key}]: *kind, status.* **Title.** Where and when`."
        return Fault(f"[^{key}]", f"Reference {key!r} does not say what it is.", do)
    for word, known, name in ((shape["kind"], KINDS, "kind"), (shape["status"], STATUSES, "status")):
        if word not in known:
            do = near(word, known, f"Use one of: {', '.join(known)}.")
            return Fault(word, f"{word!r} is not a {name} of reference.", do)
    return Reference(
        key,
        shape["title"].strip().rstrip("."),
        cast(Literal["guideline", "research", "label", "digest"], shape["kind"]),
        cast(Literal["listed", "dangling", "reconstructed"], shape["status"]),
        shape["detail"].strip(),
        (shape["likely"] or "").strip(),
    )


# ---------------------------------------------------------------- codes.md


def codes(text: str, facts: Mapping[str, Fact]) -> tuple[list[Code], dict[str, str], list[Finding]]:
    """The codes, the other names (lower case → name), and what is wrong with either."""
    source = Source.of(FILE_CODES, text)
    found: list[Code] = []
    aliases: dict[str, str] = {}
    faults: list[Finding] = []
    section = ""
    for piece in pieces(text, FILE_CODES):
        if isinstance(piece, Heading):
            section = piece.place.heading[-1].lower()
        elif isinstance(piece, Table) and section == ALSO_CALLED:
            aliases |= dict(_also_called(piece))
        elif isinstance(piece, Table):
            for code in _coded(piece, section, facts, source):
                if isinstance(code, Finding):
                    faults.append(code)
                else:
                    found.append(code)
    return found, aliases, faults


def _also_called(table: Table) -> Iterator[tuple[str, str]]:
    for _, (name, *others) in table.rows:
        for other in ",".join(others[:1]).split(","):
            if other.strip():
                yield other.strip().lower(), snake(name)


def _coded(table: Table, section: str, facts: Mapping[str, Fact], source: Source) -> Iterator[Code | Finding]:
    if section not in SECTIONS:
        do = near(section, (*SECTIONS, ALSO_CALLED), f"Use one of: {', '.join((*SECTIONS, ALSO_CALLED))}.")
        yield source.finding(table.place, "", f"Nothing is known of codes under {section!r}.", do)
        return
    head = [cell.lower() for cell in table.head]
    for line, cells in table.rows:
        code = _code(dict(zip(head, cells, strict=False)), section, facts)
        if isinstance(code, Fault):
            place = Place(FILE_CODES, line, table.place.heading)
            yield source.finding(place, code.words, code.what, code.do)
        else:
            yield code


def _code(row: Mapping[str, str], section: str, facts: Mapping[str, Fact]) -> Code | Fault:
    lacking = [name for name in ("name", "system", "code", "verified") if not row.get(name)]
    if lacking:
        return Fault("", f"This row lacks {', '.join(lacking)}.", f"Give {', '.join(COLUMNS)}.")
    if row["verified"] not in ("yes", "no"):
        return Fault(
            row["verified"], f"{row['verified']!r} does not say whether the code was verified.", "Write yes or no."
        )
    name, value = snake(row["name"]), row.get("value") or "yes"
    if section == "orders" and row["code"] not in ORDERED:
        do = near(row["code"], ORDERED, f"Use one of: {', '.join(ORDERED)}.")
        return Fault(row["code"], f"{row['code']!r} is not a part of an order.", do)
    if section in ("facts", "orders"):
        if name not in facts:
            do = near(name, facts, "Use the name of a fact, with underscores.")
            return Fault(row["name"], f"{name!r} is not a fact of this guideline.", do)
        means = (*facts[name].choices, "yes", "no", "ever")
        if value not in means:
            return Fault(
                value, f"{value!r} is not a value of {facts[name].phrase}.", f"Use one of: {', '.join(means)}."
            )
    return Code(
        SECTIONS[section], name, row["system"], row["code"], row.get("display", ""), row["verified"] == "yes", value
    )

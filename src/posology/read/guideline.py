"""A guideline's folder → a Guideline, or every fault in it at once.

particulars → references → facts → codes and names → definitions → decisions → statements → do they fit together?
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from ..findings import Finding, Refused, Source, near
from ..model import Code, Decision, Fact, Guideline, Place
from . import lists, tables
from .blocks import NAME, decision_block, define_block
from .data import LARGEST, date_of, decoded, parse_yaml
from .markdown import Block, Bullet, Piece, Stray, Table, front_matter, pieces
from .reading import Reading
from .regimens import drug_of, snake
from .routes import usual_codes
from .statements import statement, stray_faults
from .whole import assemble, fit_together

FILES = ("guideline.md", "references.md", "codes.md")
NEEDED = ("id", "title", "version", "updated")
DATES = ("updated", "next_review")
_NAMED = re.compile(r"^\s*```(?!decision|define)\w+ +(\S.*)$", re.MULTILINE)
"""The names of blocks that are rules or were meant to be: of what is wrong with one, nothing more is said elsewhere."""


def read(folder: Path | str) -> Guideline:
    """The guideline in a folder. Raises Refused with all its findings.

    The folder holds guideline.md and references.md, and codes.md if it has codes.
    """
    return read_texts(texts_of(Path(folder)))


def texts_of(folder: Path) -> dict[str, str]:
    """The texts of a guideline's files, by name. Raises Refused."""
    found: dict[str, str] = {}
    faults: list[Finding] = []
    for name in FILES:
        try:
            found[name] = decoded((folder / name).read_bytes(), name)
        except Refused as refused:
            faults += refused.findings
        except OSError:
            if name != "codes.md":
                do = "A guideline is a folder with guideline.md and references.md."
                faults.append(Finding(name, f"There is no file {name} that can be read.", do))
    if faults:
        raise Refused(faults)
    return found


def read_texts(texts: Mapping[str, str]) -> Guideline:
    """The guideline in these files' texts (guideline.md, references.md, codes.md). Raises Refused."""
    whole = {
        name: text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n") for name, text in texts.items()
    }
    text = whole.get("guideline.md", "")
    if sum(map(len, whole.values())) > LARGEST:
        raise Refused([Finding("guideline.md", "The files are too long for a guideline.", "Make several of it.")])
    reading = Reading(Source.of("guideline.md", text))
    header, body = front_matter(text)
    meta = _particulars(header, reading)
    listed = pieces(body, "guideline.md")
    reading.references, faults = lists.references(whole.get("references.md", ""))
    reading.faults += faults
    _facts(listed, reading)
    codes, aliases, faults = lists.codes(whole.get("codes.md", ""), reading.facts)
    reading.faults += faults
    _names(listed, codes, reading)
    _defines(listed, reading)
    owners = _decisions(listed, reading)
    statements = tuple(s for piece in listed if isinstance(piece, Bullet) and (s := statement(piece, owners, reading)))
    _strays(listed, reading)
    gives = [give.route for s in statements if s.rule for give in s.rule.action.gives]
    fit_together(statements, owners, meta, reading)
    if reading.faults:
        raise Refused(sorted(dict.fromkeys(reading.faults), key=_order))
    return assemble(meta, digest(whole), reading, statements, owners, (*codes, *usual_codes(gives, codes)), aliases)


def _order(finding: Finding) -> tuple[str, int]:
    file, _, line = finding.place.rpartition(":")
    return file, int(line) if line.isdigit() else 0


def digest(texts: Mapping[str, str], files: Sequence[str] = FILES) -> str:
    """The digest of files, of a guideline's if not said: their names and their lines without trailing blanks."""
    whole = hashlib.sha256()
    for name in files:
        lines = [line.rstrip() for line in texts.get(name, "").strip().splitlines()]
        whole.update("\n".join([name, *lines, ""]).encode(errors="replace"))
    return f"sha256:{whole.hexdigest()}"


# ---------------------------------------------------------------- particulars


def _particulars(header: str, reading: Reading) -> dict[str, Any]:
    """What stands between the lines of dashes: text, but for dates."""
    try:
        meta = parse_yaml("\n" + header, "line", typed=False) if header.strip() else None
    except Refused as refused:
        for finding in refused.findings:
            line = finding.place.rpartition(" ")[2]
            place = _at_line(int(line)) if line.isdigit() else _at_key(finding.place, header)
            reading.fault(place, "", finding.what, finding.do)
        return {}
    if not isinstance(meta, dict):
        do = "Begin with lines of dashes around id, title, version and updated, as YAML."
        reading.fault(_at_line(1), "", "The file does not begin with its particulars.", do)
        return {}
    for key in NEEDED:
        if not isinstance(meta.get(key), str) or not meta[key].strip():
            do = f"Write `{key}: …` between the lines of dashes."
            reading.fault(_at_key(key, header), "", f"The particulars lack {key!r}.", do)
    if isinstance(meta.get("id"), str) and not NAME.fullmatch(meta["id"]):
        do = "Use lower case with hyphens: it stands in addresses."
        reading.fault(_at_key("id", header), meta["id"], f"{meta['id']!r} cannot be the id of a guideline.", do)
    return meta | {key: _date(key, meta[key], header, reading) for key in DATES if meta.get(key)}


def _date(key: str, value: Any, header: str, reading: Reading) -> date | None:
    found = date_of(value)
    if isinstance(found, str):
        reading.fault(_at_key(key, header), str(value), found, f"Write it as in `{key}: 2026-01-31`.")
        return None
    return found


def _at_line(number: int) -> Place:
    return Place("guideline.md", number)


def _at_key(key: str, header: str) -> Place:
    lines = header.split("\n")
    return _at_line(next((n for n, line in enumerate(lines, 2) if line.startswith(f"{key}:")), 1))


# ---------------------------------------------------------------- facts and names


def _facts(listed: Sequence[Piece], reading: Reading) -> None:
    """Every facts table; any other table must be one of worked examples."""
    for piece in listed:
        if not isinstance(piece, Table) or piece.head[-1].startswith("→"):
            continue
        if piece.head[0].lower() != "fact":
            do = "Let its first heading be `fact`, or its last one `→ DECISION`."
            reading.fault(piece.place, "", "This table holds neither facts nor worked examples.", do)
            continue
        for place, fact in tables.facts(piece, reading.source):
            if isinstance(fact, Finding):
                reading.faults.append(fact)
            elif fact.name in reading.facts:
                what = f"The fact {fact.phrase!r} stands in the tables twice."
                reading.fault(place, fact.phrase, what, "Keep one of the two.")
            else:
                reading.facts[fact.name] = fact
                reading.places[fact.name] = place


def _blocks(listed: Sequence[Piece], word: str) -> Iterator[Block]:
    """The blocks of that word under sentences."""
    for piece in listed:
        if isinstance(piece, Bullet):
            yield from (block for block in piece.blocks if block.word == word)


def _names(listed: Sequence[Piece], codes: Sequence[Code], reading: Reading) -> None:
    """The drugs, tests, decisions and rules that lines may speak of."""
    rules = list(_blocks(listed, "rule"))
    named = _NAMED.findall("\n".join(reading.source.lines))
    given = [drug for block in rules for _, line in block.lines if (drug := drug_of(line))]
    measured = [fact.name for fact in reading.facts.values() if fact.kind != "yes/no"]
    reading.names = {
        "drugs": _each_once([*given, *(code.name for code in codes if code.what == "drug")]),
        "tests": _each_once([*measured, *(code.name for code in codes if code.what == "test")]),
        "decisions": tuple(p.name for p in listed if isinstance(p, Block) and p.word == "decision"),
        "rules": _each_once([*(block.name for block in rules), *(snake(name).replace("_", "-") for name in named)]),
    }


def _each_once(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _defines(listed: Sequence[Piece], reading: Reading) -> None:
    """Defined names: first all of them as words, then their conditions."""
    blocks = list(_blocks(listed, "define"))
    for block in blocks:
        phrase = block.name.lower()
        fault = tables.named(phrase)
        if fault:
            reading.fault(block.place, block.name, fault.what, fault.do)
        else:
            reading.facts.setdefault(snake(phrase), Fact(snake(phrase), phrase, "yes/no", group="defined"))
            reading.places[snake(phrase)] = block.place
    reading.phrases = {fact.phrase: fact for fact in reading.facts.values()}
    for block in blocks:
        define_block(block, reading)


# ---------------------------------------------------------------- decisions


def _decisions(listed: Sequence[Piece], reading: Reading) -> dict[tuple[str, ...], Decision]:
    """Each decision by the heading path that it stands under, with its worked tables."""
    found: dict[tuple[str, ...], Decision] = {}
    for piece in listed:
        if isinstance(piece, Block):
            decision = decision_block(piece, reading)
            if decision:
                _own_heading(decision, found, reading)
        elif isinstance(piece, Table) and piece.head[-1].startswith("→"):
            _worked(piece, found, reading)
    return found


def _own_heading(decision: Decision, found: dict[tuple[str, ...], Decision], reading: Reading) -> None:
    heading = decision.place.heading
    if any(other.name == decision.name for other in found.values()):
        what = f"There are two decisions {decision.name!r}."
        reading.fault(decision.place, decision.name, what, "Give one of them another name.")
    elif heading in found:
        what = f"The decision {found[heading].name!r} already stands under this heading."
        reading.fault(decision.place, decision.name, what, "Give each decision a heading of its own.")
    else:
        found[heading] = decision


def _worked(table: Table, owners: dict[tuple[str, ...], Decision], reading: Reading) -> None:
    name = table.head[-1].removeprefix("→").strip()
    path = next((path for path, decision in owners.items() if decision.name == name), None)
    if path is None:
        what, do = "This table stands above its decision.", "Put it below the decision block."
        if name not in reading.names["decisions"]:
            what = f"{name!r} is not a decision."
            do = near(name, reading.names["decisions"], "Name a decision after the arrow.")
        reading.fault(table.place, name, what, do)
        return
    rows = []
    for row in tables.examples(table, reading.phrases, reading.names["rules"], reading.source):
        if isinstance(row, Finding):
            reading.faults.append(row)
        else:
            rows.append(row)
    owners[path] = replace(owners[path], examples=(*owners[path].examples, *rows))


def _strays(listed: Sequence[Piece], reading: Reading) -> None:
    stray_faults(tuple(piece for piece in listed if isinstance(piece, Stray)), reading)

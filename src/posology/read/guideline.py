"""A guideline's folder → a Guideline, or every fault in it at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from ..expr import every, facts_of, substitute
from ..findings import Finding, Refused, near
from ..model import Decision, Example, Expr, Fact, Guideline, Not, Place, Reference, Remark, Rule, Statement
from . import tables
from .actions import snake
from .blocks import decision_block, define_block, rule_block
from .markdown import Block, Bullet, Heading, Piece, Source, Table, citations, front_matter, mark_of, pieces, plain

FILES = ("guideline.md", "references.md", "codes.md")


@dataclass(slots=True)
class Reading:
    """What has been read so far, and every fault met on the way."""

    source: Source
    faults: list[Finding] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)
    defines: dict[str, Expr] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)

    def fault(self, place: Place, words: str, what: str, do: str) -> None:
        self.faults.append(self.source.finding(place, words, what, do))

    def vocabulary(self) -> dict[str, Fact]:
        """Facts by phrase, defined names among them."""
        return {fact.phrase: fact for fact in self.facts.values()}


def read(folder: Path | str) -> Guideline:
    """The guideline in a folder. Raises Refused with all its findings.

    The folder holds guideline.md and references.md, and codes.md if it has codes.
    """
    texts = _texts(Path(folder))
    return read_texts(texts, Path(folder).name)


def _texts(folder: Path) -> dict[str, str]:
    texts, faults = {}, []
    for name in FILES:
        path = folder / name
        try:
            texts[name] = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            faults.append(Finding(name, f"The file is not UTF-8 text (byte {error.start}).", "Save it as UTF-8."))
        except OSError:
            if name != "codes.md":
                faults.append(Finding(name, f"There is no file {name} that can be read.", "A guideline is a folder with guideline.md and references.md."))
    if faults:
        raise Refused(faults)
    return texts


def read_texts(texts: Mapping[str, str], name: str = "guideline") -> Guideline:
    """The guideline in these files' texts (guideline.md, references.md, codes.md). Raises Refused."""
    text = texts.get("guideline.md", "")
    reading = Reading(Source("guideline.md", tuple(text.splitlines())))
    header, body = front_matter(text)
    meta = _meta(header, reading)
    listed = pieces(body, "guideline.md")
    _references(texts, reading)
    found_codes, aliases = _codes(texts, reading)
    _facts(listed, reading)
    _names(listed, found_codes, reading)
    _defines(listed, reading)
    decisions = _decisions(listed, reading)
    statements = tuple(_statements(listed, decisions, reading))
    _cross_check(statements, decisions, reading)
    if reading.faults:
        raise Refused(sorted(reading.faults, key=_order))
    return _assemble(meta, texts, reading, statements, decisions, tuple(found_codes), aliases)


def _order(finding: Finding) -> tuple[str, int]:
    file, _, line = finding.place.rpartition(":")
    return file, int(line) if line.isdigit() else 0


# ---------------------------------------------------------------- header, references, codes


def _meta(header: str, reading: Reading) -> dict[str, Any]:
    import yaml

    place = Place("guideline.md", 1)
    try:
        meta = yaml.load(header, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) if header else None
    except (yaml.YAMLError, ValueError, RecursionError):
        meta = None
    if not isinstance(meta, dict):
        reading.fault(place, "", "The file does not begin with its particulars.", "Begin with lines of dashes around id, title, version and updated, as YAML.")
        return {}
    for key in ("id", "title", "version", "updated"):
        if not meta.get(key):
            reading.fault(place, "", f"The particulars lack {key!r}.", f"Write `{key}: …` between the lines of dashes.")
    if meta.get("updated") and not isinstance(meta["updated"], date):
        reading.fault(place, "", "`updated` is not a date.", "Write it as in 2026-01-31.")
    return meta


def _references(texts: Mapping[str, str], reading: Reading) -> None:
    text = texts.get("references.md", "")
    reading.references, faults = tables.references(text, Source("references.md", tuple(text.splitlines())))
    reading.faults += faults


def _codes(texts: Mapping[str, str], reading: Reading) -> tuple[list[Any], dict[str, str]]:
    text = texts.get("codes.md", "")
    found, aliases, faults = tables.codes(text, Source("codes.md", tuple(text.splitlines())))
    reading.faults += faults
    return found, aliases


# ---------------------------------------------------------------- facts, names and defines


def _facts(listed: list[Piece], reading: Reading) -> None:
    for piece in listed:
        if not (isinstance(piece, Table) and piece.head and piece.head[0] == "fact"):
            continue
        for fact in tables.facts(piece, reading.source):
            if isinstance(fact, Finding):
                reading.faults.append(fact)
            elif fact.name in reading.facts:
                reading.fault(piece.place, fact.phrase, f"The fact {fact.phrase!r} stands in the tables twice.", "Keep one of the two.")
            else:
                reading.facts[fact.name] = fact


def _bullets(listed: list[Piece]) -> Iterator[Bullet]:
    for piece in listed:
        if isinstance(piece, Bullet):
            yield piece


def _names(listed: list[Piece], found_codes: list[Any], reading: Reading) -> None:
    """The drugs, tests, decisions and rules that action lines may speak of."""
    blocks = [block for bullet in _bullets(listed) for block in bullet.blocks]
    given = re.compile(r"(?:or )?give\s+([a-z][\w ()-]*?)\s+\d")
    drugs = [snake(m[1]) for block in blocks for _, line in block.lines if (m := given.match(line))]
    reading.names = {
        "drugs": tuple(dict.fromkeys([*drugs, *(c.name for c in found_codes if c.what == "drug")])),
        "tests": tuple(dict.fromkeys([
            *(f.name for f in reading.facts.values() if f.kind != "yes/no"), *(c.name for c in found_codes if c.what == "test"),
        ])),
        "decisions": tuple(p.name for p in listed if isinstance(p, Block) and p.word == "decision"),
        "rules": tuple(b.name for b in blocks if b.word == "rule"),
    }  # fmt: skip


def _defines(listed: list[Piece], reading: Reading) -> None:
    """Defined names: first all of them as words, then their conditions, then a look for circles."""
    blocks = [block for bullet in _bullets(listed) for block in bullet.blocks if block.word == "define"]
    for block in blocks:
        phrase = block.name.lower()
        if not re.fullmatch(r"[a-z][a-z0-9 ]*", phrase):
            reading.fault(block.place, block.name, "A define block needs a name of plain words.", "Write ```define some words.")
        reading.facts.setdefault(snake(phrase), Fact(snake(phrase), phrase, "yes/no", group="defined"))
    for block in blocks:
        define_block(block, reading)
    for fact in list(reading.facts.values()):
        if fact.when is not None and _circular(fact, reading.facts):
            reading.fault(_block_place(blocks, fact), fact.phrase, f"{fact.phrase!r} is defined by way of itself.", "Break the circle.")
            reading.facts[fact.name] = replace(fact, when=None, always=None)
    reading.defines = {f.name: f.when for f in reading.facts.values() if f.group == "defined" and f.when is not None}


def _block_place(blocks: list[Block], fact: Fact) -> Place:
    return next(block.place for block in blocks if snake(block.name) == fact.name)


def _circular(fact: Fact, facts: Mapping[str, Fact]) -> bool:
    seen: set[str] = set()
    ahead = [fact]
    while ahead:
        here = ahead.pop()
        for expr in (here.when, here.always):
            for name in facts_of(expr) if expr else ():
                if name == fact.name:
                    return True
                if name not in seen and name in facts:
                    seen.add(name)
                    ahead.append(facts[name])
    return False


# ---------------------------------------------------------------- decisions and statements


def _decisions(listed: list[Piece], reading: Reading) -> dict[tuple[str, ...], Decision]:
    """Each decision by the heading path that it stands under, with its worked tables."""
    found: dict[tuple[str, ...], Decision] = {}
    phrases = reading.vocabulary()
    for piece in listed:
        if isinstance(piece, Block):
            decision = decision_block(piece, reading)
            if decision and any(d.name == decision.name for d in found.values()):
                reading.fault(piece.place, decision.name, f"There are two decisions {decision.name!r}.", "Give one of them another name.")
            elif decision:
                found[piece.place.heading] = decision
        elif isinstance(piece, Table) and piece.head and piece.head[-1].startswith("→"):
            _worked(piece, found, phrases, reading)
    return found


def _worked(table: Table, decisions: dict[tuple[str, ...], Decision], phrases: Mapping[str, Fact], reading: Reading) -> None:
    name = table.head[-1].removeprefix("→").strip()
    path = next((p for p, d in decisions.items() if d.name == name), None)
    if path is None:
        reading.fault(table.place, name, f"{name!r} is not a decision above this table.", near(name, reading.names["decisions"], "Name a decision after the arrow."))
        return
    rows: list[Example] = []
    for row in tables.examples(table, phrases, reading.source):
        (reading.faults if isinstance(row, Finding) else rows).append(row)  # type: ignore[arg-type]
    decisions[path] = replace(decisions[path], examples=(*decisions[path].examples, *rows))


_MARKS = re.compile(r"(S\d{1,3})|(editors)|background: ([a-z][a-z0-9-]*)|restates ([a-z][a-z0-9-]*) as ([a-z][a-z0-9-]*)")
_REMARKS = {"another view": "view", "gap": "gap", "contradiction": "contradiction", "note": "note"}


def _statements(listed: list[Piece], decisions: Mapping[tuple[str, ...], Decision], reading: Reading) -> Iterator[Statement]:
    for piece in listed:
        if isinstance(piece, Heading) or not isinstance(piece, Bullet):
            continue
        statement = _statement(piece, decisions, reading)
        if statement:
            yield statement


def _statement(bullet: Bullet, decisions: Mapping[tuple[str, ...], Decision], reading: Reading) -> Statement | None:
    marks = _marks(bullet, reading)
    blocks = [b for b in bullet.blocks if b.word in ("rule", "define")]
    for block in bullet.blocks:
        if block.word not in ("rule", "define"):
            reading.fault(block.place, block.word, f"A block {block.word!r} means nothing under a sentence.", near(block.word, ("rule", "define"), "Use `rule` or `define`."))
    kind = blocks[0].word if blocks else "background" if marks["background"] else "restates" if marks["restates"] else ""
    if len(blocks) > 1 or not kind:
        what = "This sentence has more than one block." if blocks else "This sentence is neither ruled nor explained."
        reading.fault(bullet.place, plain(bullet.text)[:40], what, "Put one rule or define block under it, or mark it *(background: name)* or *(restates name as other-name)*.")
        return None
    rule = rule_block(blocks[0], reading, _owner(bullet.place.heading, decisions)) if kind == "rule" else None
    if kind == "rule" and rule is None:
        return None
    name = rule.name if rule else snake(blocks[0].name).replace("_", "-") if blocks else marks["background"] or marks["as"]
    return _worded(bullet, name, kind, marks, rule, reading)


def _marks(bullet: Bullet, reading: Reading) -> dict[str, str]:
    found = {"number": "", "editors": "", "background": "", "restates": "", "as": ""}
    words = mark_of(bullet.text)
    for part in filter(None, (p.strip() for p in words.split(";"))):
        shape = _MARKS.fullmatch(part)
        if not shape:
            reading.fault(bullet.place, part, f"The mark {part!r} means nothing.", "Write S and the article's number, editors, background: name, or restates name as other-name.")
            continue
        for key, value in zip(("number", "editors", "background", "restates", "as"), shape.groups(), strict=True):
            found[key] = value or found[key]
    return found


def _owner(heading: tuple[str, ...], decisions: Mapping[tuple[str, ...], Decision]) -> Decision | None:
    """The decision of the nearest heading above."""
    for depth in range(len(heading), 0, -1):
        if heading[:depth] in decisions:
            return decisions[heading[:depth]]
    return None


def _worded(bullet: Bullet, name: str, kind: str, marks: Mapping[str, str], rule: Rule | None, reading: Reading) -> Statement:
    wordings = {"patient": "", "student": ""}
    remarks: list[Remark] = []
    for item in bullet.items:
        shape = re.match(r"\*([^*:]+):\*\s*(.*)", item.text)
        label = shape[1].lower() if shape else ""
        if shape and label in wordings:
            wordings[label] = plain(shape[2])
        elif shape and label in _REMARKS:
            remarks.append(Remark(_REMARKS[label], plain(shape[2]), citations(item.text)))  # type: ignore[arg-type]
        else:
            reading.fault(item.place, item.text[:30], "This line under the sentence does not say what it is.", "Begin it with *Patient:*, *Student:*, *Another view:*, *Gap:*, *Contradiction:* or *Note:*.")
    keys = citations(bullet.text)
    if not keys:
        reading.fault(bullet.place, plain(bullet.text)[:40], "This sentence cites nothing.", "Cite its source as [^key]; no line without a source.")
    for key in {*keys, *(k for r in remarks for k in r.citations)}:
        if key not in reading.references:
            reading.fault(bullet.place, f"[^{key}]", f"Citation {key!r} is not in references.md.", near(key, reading.references, "Add it there, with its kind and status."))
    return Statement(
        name, plain(bullet.text), kind, "editors" if marks["editors"] else "article", keys, bullet.place,  # type: ignore[arg-type]
        wordings["patient"], wordings["student"], rule, marks["restates"], tuple(remarks), marks["number"],
    )  # fmt: skip


# ---------------------------------------------------------------- the whole


def _cross_check(statements: tuple[Statement, ...], decisions: Mapping[tuple[str, ...], Decision], reading: Reading) -> None:
    names: dict[str, Statement] = {}
    for statement in statements:
        if statement.name in names:
            reading.fault(statement.place, statement.name, f"Two statements are called {statement.name!r}.", "Give one of them another name.")
        names[statement.name] = statement
    for statement in statements:
        wanted = [statement.restates] if statement.restates else []
        wanted += statement.rule.instead_of if statement.rule else ()
        for name in wanted:
            if name not in names:
                reading.fault(statement.place, name, f"{name!r} is not a statement.", near(name, names, "Name a statement of this guideline."))
    _cross_check_decisions(decisions, reading)


def _cross_check_decisions(decisions: Mapping[tuple[str, ...], Decision], reading: Reading) -> None:
    for fact in reading.facts.values():
        if fact.course.startswith("complete ") and fact.course.removeprefix("complete ") not in reading.names["decisions"]:
            reading.fault(Place("guideline.md", 1), "", f"The fact {fact.phrase!r} follows a decision that is not there.", "Name a decision after `complete`.")
    for decision in decisions.values():
        for name in (n for pair in decision.clashes for n in pair):
            if name not in reading.names["rules"]:
                reading.fault(decision.place, name, f"{name!r} is not a rule.", near(name, reading.names["rules"], "Name a rule."))


def _assemble(
    meta: Mapping[str, Any], texts: Mapping[str, str], reading: Reading, statements: tuple[Statement, ...],
    decisions: Mapping[tuple[str, ...], Decision], found_codes: tuple[Any, ...], aliases: dict[str, str],
) -> Guideline:  # fmt: skip
    expand = _expander(reading.defines)
    facts = {
        f.name: replace(f, when=expand(f.when), always=expand(f.always)) if f.when or f.always else f
        for f in reading.facts.values() if f.group != "defined"
    }  # fmt: skip
    held = {d.name: _expand_decision(d, statements, expand) for d in decisions.values()}
    ruled = tuple(replace(s, rule=_expand_rule(s.rule, held, expand)) if s.rule else s for s in statements)
    return Guideline(
        str(meta["id"]), str(meta["title"]), str(meta["version"]), meta["updated"], digest(texts), facts, ruled, held,
        reading.references, found_codes, aliases, meta, reading.defines, Place("guideline.md", 1),
    )  # fmt: skip


def _expander(defines: Mapping[str, Expr]):  # type: ignore[no-untyped-def]
    def expand(expr: Expr | None) -> Expr | None:
        return None if expr is None else substitute(expr, defines.get)

    return expand


def _expand_rule(rule: Rule, decisions: Mapping[str, Decision], expand: Any) -> Rule:
    gives = tuple(replace(g, until_holds=expand(g.until_holds)) for g in rule.action.gives)
    when = expand(rule.when)
    decision = decisions.get(rule.decision or "")
    applies = every(*([decision.scope] if decision else []), when, *([Not(decision.done)] if decision and decision.done else []))
    action = replace(rule.action, gives=gives)
    return replace(rule, when=when, applies=applies, never_when=expand(rule.never_when), action=action)


def _expand_decision(decision: Decision, statements: tuple[Statement, ...], expand: Any) -> Decision:
    rules = tuple(s.rule.name for s in statements if s.rule and s.rule.decision == decision.name)
    return replace(
        decision, scope=expand(decision.scope), done=expand(decision.done), silent_when=expand(decision.silent_when), rules=rules
    )


def digest(texts: Mapping[str, str]) -> str:
    """The digest of a guideline's files: their names and their lines without trailing blanks."""
    whole = hashlib.sha256()
    for name in FILES:
        lines = [line.rstrip() for line in texts.get(name, "").strip().splitlines()]
        whole.update("\n".join([name, *lines, ""]).encode())
    return f"sha256:{whole.hexdigest()}"

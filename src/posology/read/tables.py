"""The tables of a guideline: facts, worked examples, codes, other names, and the list of references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, cast, get_args

from ..findings import Finding, near
from ..model import Code, Example, Fact, Place, Reference, Value
from .actions import snake
from .markdown import Source, Table, footnotes, pieces
from .markdown import Heading as HeadingPiece

COURSES = ("any dose", "other drug")
_RANGE = re.compile(r"([\d.]+)\s*[–-]\s*([\d.]+)\s+(.+)")
_CONVERSION = re.compile(r"1 (\S+) = ([\d.]+) \S+")


def facts(table: Table, source: Source) -> Iterator[Fact | Finding]:
    """The rows of one facts table."""
    group = table.place.heading[-1] if table.place.heading else ""
    for line, cells in table.rows:
        place = Place(table.place.file, line, table.place.heading)
        row = dict(zip(table.head, cells, strict=False))
        yield _fact(row, group, place, source)


def _fact(row: Mapping[str, str], group: str, place: Place, source: Source) -> Fact | Finding:
    phrase, answer = row.get("fact", "").lower(), row.get("answer", "")
    if not re.fullmatch(r"[a-z][a-z0-9 ]*", phrase):
        return source.finding(place, row.get("fact", ""), "A fact needs a name of letters, digits and spaces.", "Write it in the first column, in lower case.")
    question = row.get("question", "")
    if not question:
        return source.finding(place, phrase, f"Nobody could be asked for {phrase!r}.", "Write the question for it.")
    shape = _answer(answer)
    if shape is None:
        return source.finding(
            place, answer, f"{answer!r} is not a kind of answer.",
            "Write yes/no, a range with its unit (0–120 years), or choices with commas between (none, planning, pregnant).",
        )  # fmt: skip
    return Fact(
        snake(phrase), phrase, group=group, question=question,
        patient_question=row.get("in the patient's words", "") or question,
        short=row.get("short", "") or phrase, **shape,
    )  # fmt: skip


def _answer(answer: str) -> dict | None:  # type: ignore[type-arg]
    """`yes/no`, `yes/no, any dose`, `0–2000 10*9/L; 1 x = 2 y`, or `a, b, c`."""
    kind, _, course = answer.partition(", ")
    if kind == "yes/no":
        known = course in ("", *COURSES) or course.startswith("complete ")
        return {"kind": "yes/no", "course": course} if known else None
    first, *conversions = answer.split(";")
    found = _RANGE.fullmatch(first.strip())
    if found:
        also = [_CONVERSION.fullmatch(part.strip()) for part in conversions]
        if not all(also):
            return None
        pairs = tuple((m[1], float(m[2])) for m in also if m)
        return {"kind": "number", "low": float(found[1]), "high": float(found[2]), "unit": found[3].strip(), "conversions": pairs}
    choices = tuple(snake(part) for part in answer.split(","))
    named = len(choices) > 1 and all(re.fullmatch(r"[a-z][a-z0-9_]*", c) for c in choices)
    return {"kind": "choice", "choices": choices} if named else None


# ---------------------------------------------------------------- worked examples


def examples(table: Table, by_phrase: Mapping[str, Fact], source: Source) -> Iterator[Example | Finding]:
    """The rows of a worked table as examples; cells are facts, `?` and empty cells unknown."""
    head = [" ".join(cell.lower().split()) for cell in table.head[:-1]]
    for phrase in head:
        if phrase not in by_phrase:
            do = near(phrase, by_phrase, "Use a phrase that stands in the table under Facts.")
            yield source.finding(table.place, phrase, f"{phrase!r} is not a fact of this guideline.", do)
            return
    for line, cells in table.rows:
        place = Place(table.place.file, line, table.place.heading)
        values: dict[str, Value] = {}
        for phrase, cell in zip(head, cells[:-1], strict=False):
            if cell not in ("", "?"):
                value = cell_value(cell, by_phrase[phrase])
                if value is None:
                    yield source.finding(place, cell, f"{cell!r} is not an answer to {phrase}.", "Write yes, no, ?, a number in the fact's unit, or a choice.")
                else:
                    values[by_phrase[phrase].name] = value
        yield Example(values, cells[-1] if len(cells) == len(table.head) else "", place)


def cell_value(cell: str, fact: Fact) -> Value | None:
    """A worked table's cell as a value of its fact, or None."""
    if fact.kind == "yes/no":
        return {"yes": True, "no": False}.get(cell.lower())
    if fact.kind == "choice":
        return snake(cell) if snake(cell) in fact.choices else None
    return float(cell) if re.fullmatch(r"\d+(\.\d+)?", cell) and fact.low <= float(cell) <= fact.high else None


# ---------------------------------------------------------------- codes.md and references.md


def codes(text: str, source: Source) -> tuple[list[Code], dict[str, str], list[Finding]]:
    """The codes, the other names (lower case → name), and what is wrong with either."""
    found: list[Code] = []
    aliases: dict[str, str] = {}
    faults: list[Finding] = []
    section = ""
    for piece in pieces(text, source.file):
        if isinstance(piece, HeadingPiece):
            section = piece.place.heading[-1].lower()
        elif isinstance(piece, Table) and section == "also called":
            aliases |= {other.strip().lower(): snake(cells[0]) for _, cells in piece.rows for other in cells[1].split(",") if other.strip()}
        elif isinstance(piece, Table):
            for line, cells in piece.rows:
                row = dict(zip(piece.head, cells, strict=False))
                code = _code(row, section, Place(source.file, line, piece.place.heading), source)
                (faults if isinstance(code, Finding) else found).append(code)  # type: ignore[arg-type]
    return found, aliases, faults


def _code(row: Mapping[str, str], section: str, place: Place, source: Source) -> Code | Finding:
    kinds = {"facts": "fact", "drugs": "drug", "tests": "test", "routes": "route"}
    lacking = [name for name in ("name", "system", "code", "verified") if not row.get(name)]
    if section not in kinds or lacking or row["verified"] not in ("yes", "no"):
        what = f"This row of codes lacks {', '.join(lacking)}." if lacking else "This row of codes cannot be used."
        return source.finding(place, "", what, "Give name, system, code and verified (yes or no), under facts, drugs, tests or routes.")
    kind = cast(Literal["fact", "drug", "test", "route"], kinds[section])
    return Code(kind, snake(row["name"]), row["system"], row["code"], row.get("display", ""), row["verified"] == "yes", row.get("value") or "yes")


_REFERENCE = re.compile(r"\*(?P<kind>\w+), (?P<status>\w+)\.\*\s+\*\*(?P<title>.+?)\*\*\s*(?P<detail>.*?)\s*(?:Likely:\s*(?P<likely>.*))?")
KINDS = get_args(Reference.__annotations__["kind"]) or ("guideline", "research", "label", "digest")
STATUSES = ("listed", "dangling", "reconstructed")


def references(text: str, source: Source) -> tuple[dict[str, Reference], list[Finding]]:
    """The footnote definitions of references.md by key, and what is wrong with them."""
    found: dict[str, Reference] = {}
    faults: list[Finding] = []
    for line, key, words in footnotes(text):
        place = Place(source.file, line)
        shape = _REFERENCE.fullmatch(words)
        if not shape or shape["kind"] not in KINDS or shape["status"] not in STATUSES:
            faults.append(source.finding(
                place, words[:40], f"Reference {key!r} does not say what it is.",
                f"Write `[^{key}]: *kind, status.* **Title.** …` with a kind ({', '.join(KINDS)}) and a status ({', '.join(STATUSES)}).",
            ))  # fmt: skip
            continue
        if key in found:
            faults.append(source.finding(place, key, f"Reference {key!r} is defined twice.", "Keep one of the two."))
        found[key] = Reference(
            key, shape["title"].rstrip("."), shape["kind"], shape["status"], shape["detail"] or "", shape["likely"] or ""  # type: ignore[arg-type]
        )
    return found, faults

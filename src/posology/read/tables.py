"""The tables of a guideline: facts with their answers, and worked examples with what must come out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..findings import Fault, Finding, Source, near
from ..model import Example, Fact, Place, Value
from .conditions import UNREAD
from .markdown import Table
from .regimens import FIGURE, snake

COLUMNS = ("fact", "answer", "question", "in the patient's words", "short")
COURSES = ("any dose", "other drug")
OUTCOMES = ("ask", "silent", "conflict", "decide", "stopped", "done", "not applicable")
PHRASE = re.compile(r"[a-z][a-z0-9]*( [a-z0-9]+)*")
RESERVED = ("and", "or", "not", "is", "unknown")
"""Words of the language, which no name of a fact may hold."""

_RANGE = re.compile(rf"({FIGURE})\s*[–-]\s*({FIGURE})\s+(.+)")
_CONVERSION = re.compile(rf"1 (\S.*?) = ({FIGURE}) (\S.*)")
_CHOICE = re.compile(r"[a-z][a-z0-9_]*")
_CELL = re.compile(FIGURE)


# ---------------------------------------------------------------- facts


def facts(table: Table, source: Source) -> Iterator[tuple[Place, Fact | Finding]]:
    """The rows of one facts table, each with its place."""
    group = table.place.heading[-1] if table.place.heading else ""
    head = [cell.lower() for cell in table.head]
    for column in head:
        if column not in COLUMNS:
            do = near(column, COLUMNS, f"Use: {', '.join(COLUMNS)}.")
            yield table.place, source.finding(table.place, column, f"{column!r} is not a column of facts.", do)
    for line, cells in table.rows:
        place = Place(table.place.file, line, table.place.heading)
        fact = _fact(dict(zip(head, cells, strict=False)), group)
        if isinstance(fact, Fault):
            yield place, source.finding(place, fact.words, fact.what, fact.do)
            name = cells[0].lower()
            if not named(name):
                yield place, Fact(snake(name), name, "yes/no", group=UNREAD)
        else:
            yield place, fact


def _fact(row: Mapping[str, str], group: str) -> Fact | Fault:
    name, answer, question = row["fact"], row.get("answer", ""), row.get("question", "")
    fault = named(name.lower())
    if fault:
        return replace(fault, words=name)
    if not question:
        return Fault(name, f"Nobody could be asked for {name!r}.", "Write the question for it.")
    fact = Fact(
        snake(name), name.lower(), "yes/no", group=group, question=question,
        patient_question=row.get("in the patient's words", "") or question, short=row.get("short", "") or name,
    )  # fmt: skip
    return _answered(fact, answer)


def named(phrase: str) -> Fault | None:
    """What is wrong with the name of a fact, if anything."""
    if not PHRASE.fullmatch(phrase):
        return Fault(phrase, "A fact is named in plain words.", "Use letters, digits and single spaces, in lower case.")
    reserved = next((word for word in phrase.split() if word in RESERVED), None)
    if reserved:
        return Fault(phrase, f"A name that holds {reserved!r} could be misread in conditions.", "Find another name.")
    return None


def _answered(fact: Fact, answer: str) -> Fact | Fault:
    """`yes/no`, `yes/no, any dose`, `0–2000 10*9/L; 1 x = 2 y`, or `a, b, c`."""
    kind, _, course = answer.partition(",")
    if kind == "yes/no":
        return _of_course(fact, course.strip())
    first, *conversions = (part.strip() for part in answer.split(";"))
    span = _RANGE.fullmatch(first)
    if span:
        return _number(fact, span, conversions)
    choices = tuple(snake(part) for part in answer.split(","))
    if len(choices) < 2 or not all(_CHOICE.fullmatch(choice) for choice in choices):
        do = "Write yes/no, a range with its unit (0–120 years), or choices with commas between (none, planning)."
        return Fault(answer, f"{answer!r} is not a kind of answer.", do)
    if "unknown" in choices or len(set(choices)) < len(choices):
        do = "Name each choice once, and leave `unknown` out: whatever is not stated is unknown."
        return Fault(answer, f"The choices of {fact.phrase!r} do not exclude one another.", do)
    return replace(fact, kind="choice", choices=choices)


def _of_course(fact: Fact, course: str) -> Fact | Fault:
    if course in ("", *COURSES) or course.startswith("complete "):
        return replace(fact, course=course)
    do = near(course, COURSES, f"Write after the comma: {', '.join(COURSES)}, or `complete DECISION`.")
    return Fault(course, f"{course!r} says nothing about the doses given.", do)


def _number(fact: Fact, span: re.Match[str], conversions: list[str]) -> Fact | Fault:
    low, high, unit = float(span[1]), float(span[2]), span[3].strip()
    if not low < high < float("inf"):
        return Fault(span[0], "The range is empty.", "Write the lower figure first.")
    pairs = []
    for conversion in conversions:
        found = _CONVERSION.fullmatch(conversion)
        if not found or found[3] != unit or not 0 < float(found[2]) < float("inf"):
            do = f"Write `1 OTHER-UNIT = FIGURE {unit}`."
            return Fault(conversion, "This is not a conversion into the unit of the fact.", do)
        pairs.append((found[1], float(found[2])))
    return replace(fact, kind="number", low=low, high=high, unit=unit, conversions=tuple(pairs))


# ---------------------------------------------------------------- worked examples


def examples(
    table: Table, phrases: Mapping[str, Fact], rules: tuple[str, ...], source: Source
) -> Iterator[Example | Finding]:
    """The rows of a worked table as examples; cells are facts, `?` and empty cells unknown."""
    head = [" ".join(cell.lower().split()) for cell in table.head[:-1]]
    wrong = [fault for phrase in head if (fault := _column(phrase, phrases))]
    yield from (source.finding(table.place, fault.words, fault.what, fault.do) for fault in wrong)
    for line, cells in () if wrong else table.rows:
        place = Place(table.place.file, line, table.place.heading)
        values: dict[str, Value] = {}
        for fact, cell in zip((phrases[phrase] for phrase in head), cells, strict=False):
            value = cell_value(cell, fact) if cell not in ("", "?") else None
            if value is not None:
                values[fact.name] = value
            elif cell not in ("", "?") and fact.group != UNREAD:
                do = "Write yes, no, ?, a number in the fact's unit, or a choice."
                yield source.finding(place, cell, f"{cell!r} is not an answer to {fact.phrase}.", do)
        fault = _outcome(cells[-1], rules)
        if fault:
            yield source.finding(place, fault.words, fault.what, fault.do, source.line(line).rfind(fault.words))
        yield Example(values, cells[-1], place)


def _column(phrase: str, phrases: Mapping[str, Fact]) -> Fault | None:
    if phrase not in phrases:
        do = near(phrase, phrases, "Use a phrase that stands in the table under Facts.")
        return Fault(phrase, f"{phrase!r} is not a fact of this guideline.", do)
    if phrases[phrase].group == "defined":
        do = "Use the facts that it stands for, or add it to the table under Facts."
        return Fault(phrase, f"{phrase!r} is an abbreviation, which no patient file can state.", do)
    return None


def _outcome(cell: str, rules: tuple[str, ...]) -> Fault | None:
    """What is wrong with the last cell of a row: an outcome, or rules joined by ` + `, perhaps provisional."""
    if cell in OUTCOMES:
        return None
    if not cell:
        do = f"Write the rules that apply, or one of: {', '.join(OUTCOMES)}."
        return Fault("", "This row does not say what must come out.", do)
    names, comma, certainty = cell.partition(",")
    wrong = [name.strip() for name in names.split("+") if name.strip() not in rules]
    if not wrong and (not comma or certainty.strip() == "provisional"):
        return None
    words = wrong[0] if wrong else certainty.strip()
    do = near(words, (*rules, *OUTCOMES), f"Write the rules that apply, or one of: {', '.join(OUTCOMES)}.")
    return Fault(words, f"{words!r} is not something that can come out.", do)


def cell_value(cell: str, fact: Fact) -> Value | None:
    """A worked table's cell as a value of its fact, or None."""
    if fact.kind == "yes/no":
        return {"yes": True, "no": False}.get(cell.lower())
    if fact.kind == "choice":
        return snake(cell) if snake(cell) in fact.choices else None
    return float(cell) if _CELL.fullmatch(cell) and fact.low <= float(cell) <= fact.high else None

"""An answer as text, in the order in which it is needed: danger, answer, facts, lines, what is missing, what next."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..model import Fact, Guideline, Reference, Value
from ..plan.known import say
from .answered import Answer, Said

_INK = {"bold": "1", "dim": "2", "head": "1;34", "danger": "1;97;41", "yes": "1;32", "unknown": "33", "no": "31"}
_MARKS = {"yes": "✓", "unknown": "?", "no": "✗", "general": "•"}
_TITLES = {
    "emergency": ("EMERGENCY", "GET HELP NOW"),
    "warnings": ("Warnings for this patient", "Please also note"),
    "missing": ("Not covered", "Not covered"),
    "odds": ("Conflicts and missing sources", "What is not agreed"),
    "changed": ("Changed since the last question", "What is different now"),
    "next": ("Ask next", "You may want to ask"),
    "told": ("Because you told us", "Because you told us"),
}
_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_STUCK = "\N{NO-BREAK SPACE}"
WIDEST = 30
"""Letters of a heading of two matters; the second is left out of a longer one."""
_KINDS = {"view": "another view", "gap": "gap", "contradiction": "contradiction", "note": "note"}


ORDERED = "Lines that hold equally stand in the order in which a sentence model finds them like the question."


class Row(NamedTuple):
    """A paragraph of the page, or a heading with a rule behind it (``tone`` head), or an empty line (no words)."""

    words: str = ""
    tone: str = ""
    indent: int = 0
    mark: str = ""


def text(answer: Answer, guideline: Guideline, width: int = 80, color: bool = False) -> str:
    """The whole answer, at most ``width`` columns wide (40 or more)."""
    parts = (_opening, _facts, _lines, _missing, _odds, _changes, _next, _about)
    rows = (row for part in parts for row in part(answer, guideline))
    lines = (line.rstrip() for row in rows for line in _drawn(row, max(width, 40), color))
    return "\n".join(lines).lstrip("\n") + "\n"


def _drawn(row: Row, width: int, color: bool) -> list[str]:
    """A row folded to the width; a number and what it counts stay on one line."""
    if not row.words:
        return ["─" * width if row.tone else ""]
    if row.tone == "head":
        rule = "─" * max(3, width - len(row.words) - 4)
        return ["", _ink(f"── {row.words.upper()} {rule}", "head", color)]
    stuck = re.sub(r"(?<=\d) (?=[^\W\d]|×)", _STUCK, row.words)
    hang = len(row.mark) or (2 if row.indent and row.tone != "bold" else 0)
    first, rest = " " * row.indent + row.mark, " " * (row.indent + hang)
    lines = textwrap.wrap(stuck, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return [_ink(line.replace(_STUCK, " "), row.tone, color) for line in lines]


def _ink(words: str, tone: str, color: bool) -> str:
    return f"\033[{_INK[tone]}m{words}\033[0m" if color and tone else words


def _title(key: str, answer: Answer) -> str:
    return _TITLES[key][answer.audience == "patient"]


def _opening(answer: Answer, guideline: Guideline) -> Iterator[Row]:
    """Danger first, then the answer in a sentence or two."""
    if answer.emergency:
        yield from (Row(_title("emergency", answer), "danger"), Row(answer.emergency, "bold", 2), Row())
    lead, under = answer.headline.led
    yield Row(lead, "bold")
    yield from (Row(more, "bold", 2, "· ") for more in under)


def _facts(answer: Answer, guideline: Guideline) -> Iterator[Row]:
    """The chips: each fact with the words that it was heard in."""
    heard = {one.fact: one for one in answer.heard}
    if answer.facts:
        yield from (Row(), Row(_title("told", answer), "dim"))
    for name, value in (answer.facts or {}).items():
        fact = guideline.facts[name]
        words = f" (“{_plain(heard[name].words)}”)" if name in heard else ""
        supposed = ", supposed" if name in heard and heard[name].supposed else ""
        yield Row(f"{fact.short or fact.phrase}: {written(value, fact)}{supposed}{words}", indent=2)


def written(value: Value | None, fact: Fact) -> str:
    """A fact's value as it is printed.

    >>> written(30.0, Fact("n", "n", "number", unit="10*9/L"))
    '30 × 10⁹/L'
    """
    if value is None:
        return "not known"
    powers = re.sub(r"10\*(\d+)", lambda found: "× 10" + found[1].translate(_POWERS), say(value, fact))
    return powers.replace("m2", "m²")


def _plain(words: str) -> str:
    """Somebody's own words in one line."""
    return " ".join(words.split())


# ---------------------------------------------------------------- lines


def _lines(answer: Answer, guideline: Guideline) -> Iterator[Row]:
    """The lines part by part, then the warnings."""
    asked = [said for said in answer.lines if not said.warning]
    for title in dict.fromkeys(said.part for said in asked):
        yield Row(_heading(title), "head")
        yield from (row for said in asked if said.part == title for row in _line(said, answer, guideline))
    if len(asked) < len(answer.lines):
        yield Row(_title("warnings", answer), "head")
        yield from (row for said in answer.lines if said.warning for row in _line(said, answer, guideline))


def _heading(title: str) -> str:
    """The name of a part, as much of it as leaves room for the rule behind it."""
    named, _, further = title.partition(", ")
    beside = further.split(", ")[0]
    return f"{named}, {beside}" if beside and len(named) + len(beside) < WIDEST else named or "answer"


def _line(said: Said, answer: Answer, guideline: Guideline) -> Iterator[Row]:
    """A statement with its sources and its name, and what stands under it."""
    named = "" if said.audience == "patient" else f" §{said.statement.name}"
    whose = " (added by the editors)" if said.statement.origin == "editors" else ""
    tone = said.applies if said.applies in ("unknown", "no") else ""
    words = said.sentence if said.audience == "student" else said.text
    other = " (reworded)" if said.reworded else ""
    yield Row(words + cited(said.citations) + whose + other + named, tone, 2, f"{_MARKS[said.applies]} ")
    yield from (Row(note, "dim", 4) for note in _notes(said, guideline))


def cited(references: Iterable[Reference]) -> str:
    """The keys of a line's sources, each marked when the article cites it without listing it."""
    return "".join(f" [{ref.key}{'†' if ref.status == 'dangling' else ''}]" for ref in references)


def _notes(said: Said, guideline: Guideline) -> Iterator[str]:
    """What stands under a line: on what it hangs, a student's explanation, other views."""
    if said.applies == "no":
        yield "does not apply here"
    if said.line is not None and said.line.if_:
        yield f"depends on: {_shorts(said.line.if_, guideline)}"
    if said.line is not None and said.line.unless:
        yield f"unless changed by: {_shorts(said.line.unless, guideline)}"
    if said.audience == "student":
        yield from [said.text] if said.statement.student else []
    for remark in said.beside if said.audience != "patient" else ():
        yield f"{_KINDS[remark.kind]}: {remark.text}" + "".join(f" [{key}]" for key in remark.citations)


def _shorts(facts: Iterable[str], guideline: Guideline) -> str:
    return "; ".join(guideline.facts[fact].short for fact in facts)


# ---------------------------------------------------------------- what is missing, what next


def _missing(answer: Answer, guideline: Guideline) -> Iterator[Row]:
    """What was asked as well and is not said."""
    if answer.covered == "partly":
        yield Row(_title("missing", answer), "head")
        yield from (Row(f"The guideline does not say: {missing}.", indent=2) for missing in answer.not_covered)


def _odds(answer: Answer, guideline: Guideline) -> Iterator[Row]:
    """Odd input, conflicts, contradictions and missing sources; a patient is told of the first two."""
    if warned := [told for kind, told in answer.notices if kind == "warning"]:
        yield Row(_title("warnings", answer), "head")
        yield from (Row(told, "", 2, "! ") for told in warned)
    hidden = ("warning", "gap", "contradiction", "citation") if answer.audience == "patient" else ("warning",)
    kept = [told for kind, told in answer.notices if kind not in hidden]
    if kept:
        yield Row(_title("odds", answer), "head")
        yield from (Row(told, "", 2, "• ") for told in kept)


def _changes(answer: Answer, guideline: Guideline) -> Iterator[Row]:
    changed = answer.changed
    if changed is None or not (changed.facts or changed.new or changed.gone):
        return
    yield Row(_title("changed", answer), "head")
    for name, old, new in changed.facts:
        fact = guideline.facts[name]
        yield Row(f"{fact.short or fact.phrase}: {written(old, fact)} → {written(new, fact)}", indent=2)
    for sign, names in (("+ ", changed.new), ("− ", changed.gone)):
        if names and answer.audience != "patient":
            yield Row(", ".join(f"§{name}" for name in names), "", 2, sign)


def _next(answer: Answer, guideline: Guideline) -> Iterator[Row]:
    if answer.follow_ups:
        yield Row(_title("next", answer), "head")
        yield from (Row(question, "", 2, "→ ") for question in answer.follow_ups)


def _about(answer: Answer, guideline: Guideline) -> Iterator[Row]:
    """The review status and date of all these statements, and the disclaimer."""
    about = answer.guideline
    yield from (Row(), Row(tone="dim"))
    state = (about.get("review") or {}).get("state") or about["status"]
    status = state if state == "approved" else f"{state}, not approved"
    status += f", next review was due on {about['review_was_due']}" if about.get("review_was_due") else ""
    version = f"version {about['version']}, updated {about['updated']}"
    yield Row(f"Every line is a statement of “{guideline.title}”, {version}; review status: {status}.", "dim")
    if answer.audience != "patient" and any(c.status == "dangling" for said in answer.lines for c in said.citations):
        yield Row("† cited, but missing from the article's own list of references", "dim")
    yield from (Row(told.text, "dim") for told in [answer.rewording] if told)
    if answer.by_likeness:
        yield Row(ORDERED, "dim")
    yield from (Row(words, "dim") for words in [" ".join(answer.disclaimer.split())] if words)

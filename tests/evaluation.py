"""Questions with what must come out, and the figures that they make: `make docs` prints them, the tests hold them.

tests/questions/seen/ was looked at while the words were written, tests/questions/held/ was not: its figures say how the
answers fare on questions that nobody tuned them to. A line of these files: `text` or `turns`, what is given
(`facts`, `within`, `audience`), and what must come out: `covered` (one or several), `first` (one of these statements among the
first three lines), `has`, `silent` (one of these aspects is said not to be covered), `figures` and `forbidden` (in headline or
lines that apply), `headline` (how it begins), `emergency`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from posology.answer.answer import answer
from posology.answer.answered import Answer, Likeness
from posology.answer.ground import Ground, ground
from posology.model import Patient

ROOT = Path(__file__).parent.parent
QUESTIONS = Path(__file__).parent / "questions"
PAGE = ROOT / "docs" / "evaluation.md"
DAY = date(2026, 3, 2)
FIRST = 3


@dataclass(frozen=True, slots=True)
class Tried:
    """A question with its answer, and what is wrong with it."""

    row: Mapping[str, Any]
    answer: Answer
    wrong: tuple[str, ...]


@cache
def here() -> Ground:
    """What the questions are answered from."""
    return ground(ROOT / "guidelines" / "b12-injections")


def rows(part: str, name: str = "*") -> list[dict[str, Any]]:
    """The questions of a part (seen, held), of one file or of all."""
    files = sorted((QUESTIONS / part).glob(f"{name}.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def asked(row: Mapping[str, Any], likeness: Likeness | None = None) -> Answer:
    """The answer to one of them, its lines in the order of a likeness if one is given."""
    return answer(
        row.get("turns") or [row["text"]], here(), patient=Patient(facts=row.get("facts", {})),
        within=row.get("within"), audience=row.get("audience", "clinician"), on=DAY, likeness=likeness,
    )  # fmt: skip


def tried(row: Mapping[str, Any]) -> Tried:
    """One of them, answered and compared."""
    given = asked(row)
    return Tried(row, given, tuple(_wrong(row, given)))


def _wrong(row: Mapping[str, Any], given: Answer) -> Iterator[str]:
    names = [said.statement.name for said in given.lines]
    told = said_of(given)
    if given.covered not in expected(row):
        yield f"covered is {given.covered}"
    if given.lines and row.get("first") and not set(names[:FIRST]) & set(row["first"]):
        yield f"begins with {names[:FIRST]}"
    if row.get("silent") and not set(given.silent) & set(row["silent"]):
        yield f"silent on {given.silent}"
    if not given.headline.text.startswith(row.get("headline", "")):
        yield f"headline: {given.headline.text[:60]}"
    if bool(given.emergency) != row.get("emergency", bool(given.emergency)):
        yield f"emergency: {given.emergency or 'none'}"
    yield from (f"lacks {name}" for name in row.get("has", ()) if name not in names)
    yield from (f"lacks {figure!r}" for figure in row.get("figures", ()) if given.lines and figure not in told)
    yield from (f"says {figure!r}" for figure in row.get("forbidden", ()) if figure in told)


def expected(row: Mapping[str, Any]) -> Sequence[str]:
    """What `covered` may be."""
    covered = row.get("covered", ("yes", "partly", "no"))
    return [covered] if isinstance(covered, str) else covered


def said_of(given: Answer) -> str:
    """The headline and every line that is not said to be untrue of the patient."""
    return " ".join([given.headline.text, *(said.text for said in given.lines if said.applies != "no")])


# ---------------------------------------------------------------- figures


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of a part, each as how many of how many."""

    answerable_refused: tuple[int, int]
    right_first: tuple[int, int]
    silent_declined: tuple[int, int]
    near_misses_answered: tuple[int, int]
    required_figures: tuple[int, int]
    forbidden_figures: tuple[int, int]


def figures(part: str) -> Figures:
    """The figures of a part."""
    whole = [tried(row) for row in rows(part)]
    may = [t for t in whole if "no" not in expected(t.row) and t.row.get("covered")]
    first = [t for t in may if t.row.get("first")]
    quiet = [t for t in whole if expected(t.row) == ["no"] and "silent" in t.row["id"]]
    near = [t for t in whole if "near-misses" in t.row["id"]]
    needed = [(t, figure) for t in whole for figure in t.row.get("figures", ())]
    barred = [(t, figure) for t in whole for figure in t.row.get("forbidden", ())]
    return Figures(
        _share(t.answer.covered == "no" for t in may),
        _share(bool({s.statement.name for s in t.answer.lines[:FIRST]} & set(t.row["first"])) for t in first),
        _share(t.answer.covered == "no" for t in quiet),
        _share(t.answer.covered != "no" for t in near),
        _share(figure in said_of(t.answer) for t, figure in needed),
        _share(figure in said_of(t.answer) for t, figure in barred),
    )


def _share(found: Iterator[bool]) -> tuple[int, int]:
    each = list(found)
    return sum(each), len(each)


_LABELS = {
    "answerable_refused": ("answerable questions refused", "at most 10 %"),
    "right_first": ("a right statement among the first three lines", "at least 90 %"),
    "silent_declined": ("questions on which the guideline is silent, declined", "at least 90 %"),
    "near_misses_answered": ("near misses and other topics answered", "at most 1 %"),
    "required_figures": ("required figures present", "at least 95 %"),
    "forbidden_figures": ("forbidden figures said", "none"),
}

_OPENING = """# How well questions are answered

Printed by `make docs` from the questions in `tests/questions/`, which were written for it in the voices of doctors, nurses, patients
and students. {seen} were looked at while the coverage map was written; {held} were kept aside and answered once it was done. The second
column of figures is therefore the one to believe. Abstention is by aspect, never by a score, so there is no threshold to move.

| | seen | held out | aim |
|---|---|---|---|"""


def page() -> str:
    """The page with the figures of both parts."""
    seen, held = figures("seen"), figures("held")
    lines = [
        f"| {label} | {_printed(getattr(seen, name))} | {_printed(getattr(held, name))} | {aim} |"
        for name, (label, aim) in _LABELS.items()
    ]
    return "\n".join([_OPENING.format(seen=len(rows("seen")), held=len(rows("held"))), *lines]) + "\n"


def _printed(share: tuple[int, int]) -> str:
    some, whole = share
    return f"{some} of {whole} ({some / whole:.1%})" if whole else "–"


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(page(), encoding="utf-8")
    for part in sys.argv[1:] if sys.argv[1:] != ["--write"] else ("seen", "held"):
        for found in map(tried, rows(part)):
            if found.wrong:
                print(found.row["id"], found.row.get("turns") or found.row["text"][:100], "|", "; ".join(found.wrong))

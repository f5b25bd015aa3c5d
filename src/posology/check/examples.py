"""Whether the worked tables and the patients' stories come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ..findings import Finding, Refused, Source, near
from ..model import Decision, Example, Guideline, Patient, Plan
from ..plan.plan import plan
from ..read.data import short
from . import Look
from .decided import said

DAY = date(2026, 1, 1)
"""The day of worked tables, which have no dates."""
OUTCOMES = ("silent", "conflict", "decide", "stopped", "done", "not applicable")
EXAMPLES = {
    "title": "title: A late dose moves the rest.",
    "phase": "phase: loading",
    "decisions": "decisions: {DECISION: RULE}",
    "next": "next: {date: 2026-01-31, latest: 2026-01-31, state: due}",
    "firm": "firm: [RULE, RULE]",
    "absent": "absent: [RULE]",
    "ask": "ask: [fact_name]",
    "schedule": "schedule: [2026-01-31 dose]",
}
"""What a story may expect, as it is written."""
SHAPES: dict[str, type] = {
    **dict.fromkeys(("title", "phase"), str),
    **dict.fromkeys(("decisions", "next"), dict),
    **dict.fromkeys(("firm", "absent", "ask", "schedule"), list),
}


def look(guideline: Guideline, source: Source, folder: Path) -> Look:
    """Rows and stories that come out otherwise."""
    rows = [(decision, row) for decision in guideline.decisions.values() for row in decision.examples]
    faults = [fault for decision, row in rows for fault in _row(decision, row, guideline, source)]
    return [*faults, *(fault for path in _stories(folder) for fault in story(path, guideline))], []


def figures(guideline: Guideline, folder: Path) -> dict[str, int]:
    """How many rows and stories there are."""
    rows = sum(len(decision.examples) for decision in guideline.decisions.values())
    return {"worked rows": rows, "stories": len(_stories(folder))}


def _stories(folder: Path) -> list[Path]:
    return sorted((folder / "patients").glob("*.yaml"))


# ---------------------------------------------------------------- worked tables


def _row(decision: Decision, example: Example, guideline: Guideline, source: Source) -> Iterator[Finding]:
    made = plan(guideline, Patient(facts=example.facts), DAY)
    found = outcome(made, decision.name)
    if found != meant(example.outcome):
        what = f"For {said(example.facts)} the table says {example.outcome!r}, the rules say {found!r}."
        at = source.line(example.place.line).rfind(example.outcome)
        yield source.finding(example.place, example.outcome, what, "Correct the rule or the row.", at)


def meant(cell: str) -> str:
    """The outcome that a cell means, with the names of rules in order."""
    names, comma, certainty = cell.partition(",")
    listed = " + ".join(sorted(part.strip() for part in names.split("+")))
    return f"{listed}, {certainty.strip()}" if comma else listed


def outcome(made: Plan, decision: str) -> str:
    """How a decision came out, in the words of a worked table."""
    verdict = made.decisions[decision]
    if verdict.outcome in OUTCOMES:
        return verdict.outcome
    names = " + ".join(sorted(verdict.rules))
    if verdict.outcome == "firm":
        return names
    return f"{names}, provisional" if names else "ask"


# ---------------------------------------------------------------- stories


def story(path: Path, guideline: Guideline) -> Iterator[Finding]:
    """Everything in which a patient's story does not come out as it expects."""
    from ..read.patient import parse, patient

    place = f"patients/{path.name}"
    try:
        data = parse(path.read_bytes(), "the file")
        made = plan(guideline, patient(data, guideline))
    except Refused as refused:
        yield from (Finding(f"{place}: {f.place}", f.what, f.do) for f in refused.findings)
        return
    expected = data.get("expect")
    if not isinstance(expected, Mapping) or not expected:
        do = "Add `expect:` with a title and what must come out."
        yield Finding(f"{place}: expect", "The story expects nothing.", do)
        return
    if not expected.get("title"):
        do = "Add `title:` under `expect:`: what the story shows, in one sentence."
        yield Finding(f"{place}: expect", "What the story expects has no title.", do)
    for key, wanted in expected.items():
        yield from _expected(f"{place}: expect.{key}", key, wanted, made)


def _expected(place: str, key: str, wanted: Any, made: Plan) -> Iterator[Finding]:
    if key not in SHAPES:
        do = near(key, SHAPES, f"Use: {', '.join(SHAPES)}.")
        yield Finding(place, f"{key!r} is nothing that a story can expect.", do)
        return
    if not isinstance(wanted, SHAPES[key]) and not (key == "next" and wanted is None):
        yield Finding(place, f"{short(wanted)} has not the shape of {key!r}.", f"Write it as in `{EXAMPLES[key]}`.")
        return
    found = _found(key, wanted, made)
    if found is not None:
        what = f"It expects {_say(wanted)}, but the plan says {_say(found)}."
        if key == "absent":
            what = f"It expects no line of {_say(found)}, but the plan has one."
        yield Finding(place, what, "Correct the rule or the story.")


def _found(key: str, wanted: Any, made: Plan) -> Any:
    """What the plan says instead, or None where it says what is wanted."""
    match key:
        case "phase":
            return None if made.phase == wanted else made.phase
        case "decisions":
            found = {name: outcome(made, name) for name in wanted if name in made.decisions}
            return None if all(found.get(n) == meant(str(w)) for n, w in wanted.items()) else found
        case "next":
            dose = _next(made)
            return None if dose == wanted else dose or "no dose"
        case "absent":
            return sorted({line.rule for line in made.advice} & set(map(str, wanted))) or None
        case "firm":
            return _lacks(wanted, [line.rule for line in made.advice if line.certainty == "firm"])
        case "ask":
            return _lacks(wanted, [question.fact for question in made.ask])
        case "schedule":
            return _lacks(wanted, [f"{item.date} {item.what}" for item in made.schedule])
        case _:  # the title is the claim that the others bear out
            return None


def _lacks(wanted: list[Any], found: list[str]) -> list[str] | None:
    return None if set(map(str, wanted)) <= set(found) else found


def _next(made: Plan) -> dict[str, str] | None:
    for item in made.schedule:
        if item.what == "dose":
            return {"date": str(item.date), "latest": str(item.latest), "state": item.state}
    return None


def _say(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {_say(v)}" for k, v in value.items()) or "nothing"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    return "no dose" if value is None else str(value)

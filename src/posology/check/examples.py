"""Do the worked tables and the patients' stories come out?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ..findings import Finding, Refused
from ..model import Decision, Example, Guideline, Patient, Plan
from ..plan.plan import plan
from . import at
from .decided import said

DAY = date(2026, 1, 1)
"""The day of worked tables, which have no dates."""
OUTCOMES = ("silent", "conflict", "decide", "stopped", "done", "not applicable")


def look(guideline: Guideline, folder: Path) -> tuple[list[Finding], dict[str, int]]:
    """Rows and stories that come out otherwise, and how many of each there are."""
    rows = [(d, e) for d in guideline.decisions.values() for e in d.examples]
    faults = [fault for decision, example in rows for fault in _row(decision, example, guideline)]
    paths = sorted((folder / "patients").glob("*.yaml"))
    told = [fault for path in paths for fault in story(path, guideline)]
    return faults + told, {"worked rows": len(rows), "stories": len(paths)}


def _row(decision: Decision, example: Example, guideline: Guideline) -> Iterator[Finding]:
    made = plan(guideline, Patient(facts=example.facts), DAY)
    found = outcome(made, decision.name)
    if found not in _meant(example.outcome):
        what = f"{said(dict(example.facts))}: the table says {example.outcome!r}, the rules say {found!r}."
        yield at(example, what, "Correct the rule or the row.")


def _meant(cell: str) -> tuple[str, ...]:
    """The outcome that a cell means; rule names in any order."""
    names, comma, certainty = cell.partition(",")
    listed = " + ".join(sorted(part.strip() for part in names.split("+")))
    return (f"{listed}, {certainty.strip()}" if comma else listed,)


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
        data = parse(path.read_bytes(), place)
        made = plan(guideline, patient(data, guideline))
    except Refused as refused:
        yield from (Finding(f"{place}: {f.place}", f.what, f.do) for f in refused.findings)
        return
    expected = data.get("expect")
    if not isinstance(expected, Mapping) or not expected.get("title"):
        yield Finding(place, "The story expects nothing.", "Add `expect:` with a title and what must come out.")
        return
    for key, wanted in expected.items():
        found = _found(key, wanted, made)
        if found is not None:
            yield Finding(f"{place}: expect.{key}", f"It expects {_say(wanted)}, but the plan says {_say(found)}.", "Correct the rule or the story.")


def _found(key: str, wanted: Any, made: Plan) -> Any:
    """What the plan says instead, or None where it says what is wanted."""
    match key:
        case "title":
            return None
        case "phase":
            return None if made.phase == wanted else made.phase
        case "decisions":
            found = {name: outcome(made, name) for name in wanted if name in made.decisions}
            return None if all(found.get(n) in _meant(str(w)) for n, w in wanted.items()) else found
        case "next":
            found = _next(made)
            return None if found == wanted else found or "no dose"
        case "firm":
            firm = [line.rule for line in made.advice if line.certainty == "firm"]
            return None if set(wanted) <= set(firm) else firm
        case "absent":
            lines = {line.rule for line in made.advice} & set(wanted)
            return sorted(lines) or None
        case "ask":
            asked = [q.fact for q in made.ask]
            return None if set(wanted) <= set(asked) else asked
        case "schedule":
            dates = [f"{i.date} {i.what}" for i in made.schedule]
            return None if all(w in dates for w in wanted) else dates
        case _:
            return f"nothing: {key!r} cannot be expected"


def _next(made: Plan) -> dict[str, str] | None:
    for item in made.schedule:
        if item.what == "dose":
            return {"date": item.date.isoformat(), "latest": item.latest.isoformat(), "state": item.state}
    return None


def _say(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_say(v)}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)

"""One row of a worklist from one plan: what the contract says of a row, in plain words of Python.

The columns of `worklist.py` say the same for millions; a test holds them against this. Small registers,
for which the columns are not worth their making, are planned so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import Guideline, Item, Line, Plan
from ..plan.history import giving, routes
from ..plan.weigh import Weighed, forbids

UNSETTLED = ("silent", "conflict")
ALERTS = ("avoid", "never", "refer", "decide")


def row(plan: Plan, guideline: Guideline) -> dict[str, Any]:
    """The row of the patient whose plan this is, without the patient's id; None for an empty cell."""
    ruling = _ruling(plan, guideline)
    line = _followed(plan, guideline, ruling)
    give = line.give if line else None
    dose = next((item for item in plan.schedule if item.what == "dose"), None)
    last = max((d.on for d in plan.given if d.route in routes(guideline)), default=None)
    late = (plan.on - dose.latest).days if dose else 0
    return {
        "phase": plan.phase,
        "rule": line.rule if line else None,
        "drug": give.drug if give else None,
        "every_low": str(give.every_low) if give else None,
        "every_high": str(give.every_high) if give else None,
        "last_dose": last,
        "due_from": dose.earliest if dose else None,
        "due_by": dose.latest if dose else None,
        "status": _status(plan, guideline, ruling, line, last is None, dose),
        "certainty": line.certainty if line else None,
        "days_overdue": late if late > 0 else None,
        "tests_due": _tests(plan),
        "alerts": ";".join(x.rule for x in plan.advice if x.certainty == "firm" and x.action in ALERTS),
        "ask": ";".join(question.fact for question in plan.ask),
        "unsettled": ";".join(
            f"{name}:{verdict.outcome}" for name, verdict in plan.decisions.items() if verdict.outcome in UNSETTLED
        ),
    }


def _course(guideline: Guideline) -> list[str]:
    """The decisions of the course: the one that comes first, and the one that follows it."""
    giving_ones = [d for d in guideline.decisions.values() if giving(guideline, d.name)]
    last = next((d for d in giving_ones if d.after), giving_ones[0] if giving_ones else None)
    if last is None:
        return []
    return [last.after, last.name] if last.after in guideline.decisions and last.after else [last.name]


def _ruling(plan: Plan, guideline: Guideline) -> str | None:
    """The decision that rules in the phase."""
    course = _course(guideline)
    if not course or plan.phase in ("none", "unknown"):
        return None
    return course[0] if plan.phase == "loading" else course[-1]


def _followed(plan: Plan, guideline: Guideline, ruling: str | None) -> Line | None:
    """The line whose dates the schedule follows: the true one that gives, or the first of several that agree."""
    if ruling is None or plan.decisions[ruling].outcome in ("conflict", "stopped", "done"):
        return None
    lines = [x for x in plan.advice if x.decision == ruling and x.give and not x.if_ and x.action == "give"]
    regimens = {(x.give.every_low, x.give.every_high, x.give.times) for x in lines if x.give}
    return lines[0] if len(regimens) == 1 else None


def _status(
    plan: Plan, guideline: Guideline, ruling: str | None, line: Line | None, none_given: bool, dose: Item | None
) -> str:
    held = _held(plan, guideline)
    outcomes = {name: plan.decisions[name].outcome for name in _course(guideline)}
    applying = {outcome for outcome in outcomes.values() if outcome != "not applicable"}
    left = "decide" in ([outcomes[ruling]] if ruling else applying)
    steps: Mapping[str, bool] = {
        "refer": "refer" in held,
        "stop": bool(held) or "stopped" in applying,
        "decide": left,
        "ask": line is None,
        "not_started": none_given,
        "overdue": dose is not None and dose.latest < plan.on,
        "in_loading": plan.phase == "loading",
        "due": dose is not None and dose.earliest <= plan.on,
        "up_to_date": True,
    }
    return next(name for name, holds in steps.items() if holds)


def _held(plan: Plan, guideline: Guideline) -> set[str]:
    """The kinds of the gates that hold and forbid what the course gives, without those that leave it to a clinician."""
    rules = [rule for name in _course(guideline) for rule in giving(guideline, name)]
    gates = [guideline.named[x.rule].rule for x in plan.advice if x.certainty == "firm"]
    return {
        g.action.kind
        for g in gates
        if g and g.stops and g.action.kind != "decide"
        and any(forbids(Weighed(g, True), rule, rule.action.gives) for rule in rules)
    }  # fmt: skip


def _tests(plan: Plan) -> str:
    items = [item for item in plan.schedule if item.what == "test" and item.state != "upcoming"]
    return ";".join(dict.fromkeys(test for item in items for test in item.tests))

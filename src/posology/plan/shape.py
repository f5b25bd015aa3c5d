"""A plan as the JSON of the contract: the one shape that every face sends."""

from __future__ import annotations

from typing import Any

from ..model import Give, Item, Line, Plan, Question, Reference


def as_json(plan: Plan) -> dict[str, Any]:
    """The contract's object for a plan, in a fixed order of keys."""
    return {
        "guideline": dict(plan.guideline),
        "patient": plan.patient,
        "on": plan.on.isoformat(),
        "facts": {name: {"value": number(value), "from": origin} for name, (value, origin) in plan.facts.items()},
        "headline": plan.headline,
        "phase": plan.phase,
        "decisions": {
            name: {
                "outcome": v.outcome,
                "rules": list(v.rules),
                "contenders": list(v.contenders),
                "superseded": list(v.superseded),
                "ask": list(v.ask),
            }
            for name, v in plan.decisions.items()
        },
        "advice": [line_json(line) for line in plan.advice],
        "schedule": [item_json(item) for item in plan.schedule],
        "ask": [question_json(question) for question in plan.ask],
        "notices": [{"kind": n.kind, "text": n.text} for n in plan.notices],
    }  # fmt: skip


def number(value: Any) -> Any:
    """A whole number without its decimal point."""
    return int(value) if isinstance(value, float) and value == int(value) else value


def line_json(line: Line) -> dict[str, Any]:
    """One line of advice."""
    return {
        "rule": line.rule,
        "decision": line.decision,
        "action": line.action,
        "certainty": line.certainty,
        "unless": list(line.unless),
        "if": list(line.if_),
        "confirm": list(line.confirm),
        "urgency": line.urgency,
        "text": line.text,
        "because": {name: number(value) for name, value in line.because.items()},
        "origin": line.origin,
        "give": give_json(line.give) if line.give else None,
        "alternatives": [
            give_json(give) | ({"unless": list(unless)} if unless else {}) for give, unless in line.alternatives
        ],
        "struck": [{"give": give_json(give), "by": by} for give, by in line.struck],
        "heading": list(line.heading),
        "citations": [citation_json(c) for c in line.citations],
        "remarks": [{"kind": r.kind, "text": r.text, "citations": list(r.citations)} for r in line.remarks],
    }


def give_json(give: Give) -> dict[str, Any]:
    """One way of giving a drug."""
    return {
        "drug": give.drug,
        "dose": {"low": number(give.low), "high": number(give.high), "unit": give.unit},
        "route": give.route,
        "times": give.times,
        "every": {"low": str(give.every_low), "high": str(give.every_high)},
        "doses": give.doses,
        "until": give.until,
        "for_life": give.for_life,
    }


def citation_json(reference: Reference) -> dict[str, Any]:
    """One source, with what it is and how it stands in the article."""
    shape = {
        "key": reference.key,
        "title": reference.title,
        "kind": reference.kind,
        "status": reference.status,
    }
    return shape | ({"likely": reference.likely} if reference.likely else {})


def item_json(item: Item) -> dict[str, Any]:
    """One dated thing."""
    shape = {
        "date": item.date.isoformat(),
        "earliest": item.earliest.isoformat(),
        "latest": item.latest.isoformat(),
        "what": item.what,
        "rule": item.rule,
        "detail": item.detail,
        "number": item.number,
        "open_ended": item.open_ended,
        "tentative": item.tentative,
        "state": item.state,
    }
    return shape | ({"tests": list(item.tests)} if item.what == "test" else {})


def question_json(question: Question) -> dict[str, Any]:
    """One thing to ask, and what each answer would lead to."""
    shape = {
        "fact": question.fact,
        "question": question.question,
        "would_change": list(question.would_change),
    }
    return shape | (
        {"answers": [{"value": v, "then": list(rules)} for v, rules in question.answers]} if question.answers else {}
    )

"""An answer as the JSON of the contract: the one shape that every face sends."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..model import Remark
from ..plan.shape import as_json as plan_json
from ..plan.shape import citation_json, number
from .answered import Answer, Changed, Said


def as_json(answer: Answer) -> dict[str, Any]:
    """The contract's object for an answer, in a fixed order of keys; what we add stands behind."""
    plan = plan_json(answer.plan) if answer.plan else None
    lead, under = answer.headline.led
    return {
        "covered": answer.covered,
        "headline": " ".join(filter(None, (answer.emergency, answer.headline.text))),
        "lines": [_line(said, answer) for said in answer.lines],
        "not_covered": list(answer.not_covered),
        "facts": {name: number(value) for name, value in (answer.facts or {}).items()},
        "heard": [_heard(heard) for heard in answer.heard],
        "plan": plan,
        "ask": plan["ask"] if plan else [],
        "follow_ups": list(answer.follow_ups),
        "guideline": dict(answer.guideline),
        "emergency": answer.emergency or None,
        "changed": _changed(answer.changed) if answer.changed else None,
        "notices": [{"kind": kind, "text": text} for kind, text in (*answer.notices, *_model(answer))],
        "aspects": {"covered": list(answer.aspects), "not_covered": list(answer.silent)},
        "audience": answer.audience,
        "lead": " ".join(filter(None, (answer.emergency, lead))),
        "under": list(under),
        "words": answer.words,
        "disclaimer": answer.disclaimer,
        **({"rewording": asdict(answer.rewording)} if answer.rewording else {}),
        **({"ordered_by": "sentence model"} if answer.by_likeness else {}),
    }


def _model(answer: Answer) -> list[tuple[str, str]]:
    """The notice that a language model was asked for other words."""
    return [("model", answer.rewording.text)] if answer.rewording else []


def _line(said: Said, answer: Answer) -> dict[str, Any]:
    """A line: the contract's four fields, then where it stands and what is said beside it."""
    statement = said.statement
    shape: dict[str, Any] = {
        "text": said.text,
        "statement": statement.name,
        "citations": [citation_json(citation) for citation in said.citations],
        "applies": said.applies,
        "part": said.part,
        "warning": said.warning,
        "origin": statement.origin,
        "heading": list(statement.place.heading[1:]),
        "status": answer.guideline["status"],
        "remarks": [_remark(remark, said) for remark in statement.remarks],
    }
    if said.provisional:
        shape["provisional"] = True
    if said.text != statement.text:
        shape["wording"] = {"of": said.audience, "statement": statement.text}
    if said.reworded:
        shape |= {"reworded": True, "reviewed_text": said.own}
    if said.line is not None:
        line = said.line
        shape |= {"action": line.action, "certainty": line.certainty, "if": list(line.if_), "unless": list(line.unless)}
        shape |= {"urgency": line.urgency, "because": {name: number(value) for name, value in line.because.items()}}
    return shape


def _remark(remark: Remark, said: Said) -> dict[str, Any]:
    """What is said beside a statement, marked where the question asks for it."""
    shape = {"kind": remark.kind, "text": remark.text, "citations": list(remark.citations)}
    return shape | ({"asked": True} if remark in said.beside else {})


def _heard(heard: Any) -> dict[str, Any]:
    shape = {"fact": heard.fact, "words": heard.words, "turn": heard.turn, "value": number(heard.value)}
    shape |= {"supposed": True} if heard.supposed else {}
    return shape | ({"corrected": heard.corrected} if heard.corrected else {})


def _changed(changed: Changed) -> dict[str, Any]:
    return {
        "facts": [{"fact": name, "before": number(old), "after": number(new)} for name, old, new in changed.facts],
        "new": list(changed.new),
        "gone": list(changed.gone),
    }

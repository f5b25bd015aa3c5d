"""The description of the API (OpenAPI): bodies made from the guideline's own facts, answers, examples, faults."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from ..answer.request import MOST_TURNS
from ..model import Fact, Guideline
from ..plan.shape import number
from ..read.patient import LONGEST_LABEL, drugs, routes, tests
from .house import House

Shape = dict[str, Any]
PROBLEM = "application/problem+json"
FAULTS = {
    400: "The body is not JSON, holds a key twice, or a number that is none.",
    404: "There is nothing of that name.",
    413: "The body is longer than is read.",
    415: "The body is not declared as JSON.",
    422: "The body is JSON, but something in it cannot be used: every fault is listed.",
    429: "Too many requests: wait as long as Retry-After says.",
    503: "It took too long and was given up.",
}
TEXT: Shape = {"type": "string"}
LIST: Shape = {"type": "array"}
MAP: Shape = {"type": "object"}
DATE: Shape = {"type": "string", "format": "date", "examples": ["2026-01-31"]}


def answers(name: str, *faults: int) -> dict[int | str, Shape]:
    """The answers of an operation: its own, and the faults that it can meet; any can be told to wait."""
    done = {"application/json": {"schema": _ref(name)}}
    found: dict[int | str, Shape] = {200: {"description": "Done.", "content": done}}
    for status in sorted({*faults, 422, 429}):
        found[status] = {"description": FAULTS[status], "content": {PROBLEM: {"schema": _ref("Problem")}}}
    return found


def body(name: str) -> Shape:
    """A body as JSON."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": _ref(name)}}}}


def _ref(name: str) -> Shape:
    return {"$ref": f"#/components/schemas/{name}"}


def described(app: FastAPI, house: House) -> Shape:
    """The whole description; the schemas of bodies come from the first guideline's facts."""
    if app.openapi_schema is None:
        made = FastAPI.openapi(app)
        made["info"]["description"] = (
            "Plans and answers from written guidelines. A fact that is absent is unknown; unknown is never no. "
            "Nothing that is sent is kept. It supports clinical judgment and does not replace it."
        )
        guideline = next(iter(house.grounds.values())).guideline
        made["components"] = {"schemas": schemas(guideline, list(house.grounds))}
        _name_parameters(made, guideline, list(house.grounds))
        app.openapi_schema = made
    return app.openapi_schema


def _name_parameters(made: Shape, guideline: Guideline, names: list[str]) -> None:
    """Says of each name in a path or query which ones there are."""
    known = {"name": names, "guideline": names, "statement": list(guideline.named)}
    for operations in made["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] in known:
                    parameter["schema"] = {"type": "string", "enum": known[parameter["name"]]}


def schemas(guideline: Guideline, names: list[str]) -> Shape:
    """Every shape by its name."""
    facts = {fact.name: fact_schema(fact) for fact in guideline.facts.values()}
    return {
        "PatientFile": _patient(guideline, facts),
        "Question": _question(facts, names),
        **{name: _object(keys) for name, keys in OBJECTS.items()},
        **{name: {"type": "array", "items": items} for name, items in LISTS.items()},
        "Problem": PROBLEM_SHAPE,
    }


# ---------------------------------------------------------------- bodies


def fact_schema(fact: Fact) -> Shape:
    """What may be written for a fact. Nothing, or "unknown", leaves it unknown."""
    told: list[Shape]
    match fact.kind:
        case "number":
            low, high = number(fact.low), number(fact.high)
            told = [{"type": "number", "minimum": low, "maximum": high}, {"type": "string", "description": "with unit"}]
        case "choice":
            told = [{"type": "string", "description": f"one of: {', '.join(fact.choices)}"}]
        case "yes/no":
            told = [{"enum": [True, False, "yes", "no", "unknown"]}]
    return {"anyOf": [*told, {"type": "null"}], "description": f"{fact.question or fact.phrase} {fact.unit}".strip()}


def _patient(guideline: Guideline, facts: Shape) -> Shape:
    first = next((fact.name for fact in guideline.facts.values() if fact.kind == "yes/no"), "")
    parts = {
        "patient": {"type": ["string", "integer", "null"], "maxLength": LONGEST_LABEL},
        "on": _or_null(DATE),
        "start": _or_null(DATE),
        "facts": _or_null(_closed(facts)),
        "doses": _or_null({"type": "array", "items": _dose(guideline)}),
        "results": _or_null({"type": "array", "items": _result(guideline)}),
        "title": {"description": "Of a sample patient; not read."},
        "expect": {"description": "Of a sample patient; not read."},
    }
    return {**_closed(parts), "examples": [{"patient": "example-1", "on": "2026-03-02", "facts": {first: True}}]}


def _dose(guideline: Guideline) -> Shape:
    parts = {
        "date": DATE,
        "drug": TEXT | {"description": f"one of: {', '.join(drugs(guideline))}, or another name of it"},
        "dose": {"type": ["string", "null"], "description": "amount with unit, e.g. 1 mg"},
        "route": TEXT | {"description": f"one of: {', '.join(name.replace('_', ' ') for name in routes(guideline))}"},
    }
    return _closed(parts) | {"required": ["date", "drug", "route"]}


def _result(guideline: Guideline) -> Shape:
    parts = {
        "date": DATE,
        "test": TEXT | {"description": f"one of: {', '.join(tests(guideline))}"},
        "value": {"description": "a number in the unit, or a text with its unit"},
        "unit": {"description": "the unit of the value"},
    }
    return _closed(parts) | {"required": ["date", "test"]}


def _question(facts: Shape, names: list[str]) -> Shape:
    parts = {
        "id": {"description": "Yours; not read."},
        "facts": _or_null(_closed(facts)),
        "within": _or_null({"enum": names}),
        "audience": _or_null({"enum": ["clinician", "patient", "student"]}),
        "on": _or_null(DATE),
    }
    several = {"type": "array", "minItems": 1, "maxItems": MOST_TURNS, "items": TEXT}
    one = _closed({**parts, "text": TEXT, "turns": {"type": "null"}}) | {"required": ["text"]}
    more = _closed({**parts, "turns": several, "text": {"type": "null"}}) | {"required": ["turns"]}
    example = {"text": "How often is it given?", "within": names[0], "audience": "clinician"}
    return {"anyOf": [one, more], "examples": [example]}


def _closed(parts: Shape) -> Shape:
    return {"type": "object", "properties": parts, "additionalProperties": False}


def _or_null(shape: Shape) -> Shape:
    return {"anyOf": [shape, {"type": "null"}]}


# ---------------------------------------------------------------- answers

_GUIDELINE = {"id": TEXT, "version": TEXT, "updated": TEXT, "digest": TEXT, "status": TEXT}
OBJECTS: dict[str, Shape] = {
    "Health": {"status": {"const": "ok"}},
    "Version": {"posology": TEXT, "guidelines": LIST},
    "Guideline": {**_GUIDELINE, "title": TEXT, "question": TEXT, "statements": {"type": "integer"}},
    "Article": {"guideline": MAP, "headline": TEXT, "statements": LIST, "decisions": LIST, "facts": LIST,
                "references": LIST, "coverage": MAP, "disclaimer": TEXT, "source": TEXT},
    "Statement": {"name": TEXT, "text": TEXT, "patient": TEXT, "student": TEXT, "kind": TEXT, "origin": TEXT,
                  "heading": LIST, "english": TEXT, "citations": LIST, "remarks": LIST},
    "Coverage": {"covered": LIST, "not_covered": LIST, "other_topics": LIST},
    "Plan": {"guideline": MAP, "patient": {"type": ["string", "null"]}, "on": TEXT, "facts": MAP, "headline": TEXT,
             "phase": {"enum": ["none", "loading", "maintenance", "prophylaxis", "unknown"]}, "decisions": MAP,
             "advice": LIST, "schedule": LIST, "ask": LIST, "notices": LIST},
    "Answer": {"covered": {"enum": ["yes", "partly", "no"]}, "headline": TEXT, "lines": LIST, "not_covered": LIST,
               "facts": MAP, "heard": LIST, "plan": {"type": ["object", "null"]}, "ask": LIST, "follow_ups": LIST,
               "guideline": MAP},
}  # fmt: skip
LISTS: dict[str, Shape] = {
    "Guidelines": _ref("Guideline"),
    "Statements": _ref("Statement"),
    "Facts": MAP,
    "Decisions": MAP,
    "References": MAP,
}


def _object(keys: Shape) -> Shape:
    """An object that has all of these keys, and may have more."""
    return {"type": "object", "properties": keys, "required": list(keys)}


_ERROR = _object({"place": TEXT, "what": TEXT, "do": TEXT})
PROBLEM_SHAPE = _object(
    {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT, "errors": LIST | {"items": _ERROR}}
)

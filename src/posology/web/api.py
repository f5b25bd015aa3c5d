"""The API: the same plans, answers and statements as JSON. Bodies are read strictly; every fault is told at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from .. import __version__
from ..answer.answer import answer
from ..answer.ground import Ground
from ..answer.request import request as read_request
from ..answer.shape import as_json as answer_json
from ..cli import fhir_patient
from ..findings import Finding, Refused, near
from ..model import Guideline, Patient
from ..plan.advice import Audience
from ..plan.plan import plan
from ..plan.shape import as_json as plan_json
from ..read.data import decoded, parse_json
from ..read.patient import patient
from . import schema
from .faults import problem
from .house import House
from .shapes import (
    article_json,
    coverage_json,
    decision_json,
    fact_json,
    guideline_json,
    references_json,
    statement_json,
)

JSON = "application/json"
SLOWEST = 20.0
"""Seconds after which a question or a plan is given up."""


def router(house: House) -> APIRouter:
    """Every operation of the API."""
    made = APIRouter(prefix="/api", tags=["posology"])
    _about(made, house)
    _guidelines(made, house)
    _work(made, house)
    return made


def describe(app: FastAPI, house: House) -> Callable[[], dict[str, Any]]:
    """The description of the API (OpenAPI 3.1), made once."""
    return lambda: schema.described(app, house)


# ---------------------------------------------------------------- what there is


def _about(made: APIRouter, house: House) -> None:
    @made.get("/health", summary="Whether the server answers", responses=schema.answers("Health"))
    def health() -> Response:
        return JSONResponse({"status": "ok"})

    @made.get("/version", summary="The versions of program and guidelines", responses=schema.answers("Version"))
    def version() -> Response:
        found = [guideline_json(ground.guideline) for ground in house.grounds.values()]
        return JSONResponse({"posology": __version__, "guidelines": found})

    @made.get("/openapi.json", include_in_schema=False)
    def openapi(request: Request) -> Response:
        return JSONResponse(request.app.openapi())


Named = Annotated[str, Path(description="The id of a guideline.", max_length=200)]
Stated = Annotated[str, Path(description="The name of a statement.", max_length=200)]


def _guidelines(made: APIRouter, house: House) -> None:
    @made.get("/guidelines", summary="The guidelines of this server", responses=schema.answers("Guidelines"))
    def guidelines() -> Response:
        return JSONResponse([guideline_json(ground.guideline) for ground in house.grounds.values()])

    @made.get("/guidelines/{name}", summary="A whole guideline", responses=schema.answers("Article", 404))
    def guideline(name: Named) -> Response:
        return _found(name, house, article_json)

    @made.get("/guidelines/{name}/facts", summary="What may be stated", responses=schema.answers("Facts", 404))
    def facts(name: Named) -> Response:
        return _found(name, house, lambda ground: [fact_json(one) for one in ground.guideline.facts.values()])

    @made.get("/guidelines/{name}/statements", summary="Its statements", responses=schema.answers("Statements", 404))
    def statements(name: Named) -> Response:
        return _found(name, house, lambda g: [statement_json(one, g.guideline) for one in g.guideline.statements])

    statement_ = schema.answers("Statement", 404)

    @made.get("/guidelines/{name}/statements/{statement}", summary="One statement", responses=statement_)
    def statement(name: Named, statement: Stated) -> Response:
        ground = house.grounds.get(name)
        if ground and statement not in ground.guideline.named:
            return _unknown("statement", statement, ground.guideline.named)
        return _found(name, house, lambda g: statement_json(g.guideline.named[statement], g.guideline))

    @made.get("/guidelines/{name}/decisions", summary="Its decision tables", responses=schema.answers("Decisions", 404))
    def decisions(name: Named) -> Response:
        return _found(name, house, lambda g: [decision_json(d, g.guideline) for d in g.guideline.decisions.values()])

    @made.get("/guidelines/{name}/references", summary="Its sources", responses=schema.answers("References", 404))
    def references(name: Named) -> Response:
        return _found(name, house, lambda ground: references_json(ground.guideline))

    @made.get("/guidelines/{name}/coverage", summary="What can be asked", responses=schema.answers("Coverage", 404))
    def coverage(name: Named) -> Response:
        return _found(name, house, lambda ground: coverage_json(ground.coverage))


def _found(name: str, house: House, shape: Callable[[Ground], Any]) -> Response:
    ground = house.grounds.get(name)
    return JSONResponse(shape(ground)) if ground else _unknown("guideline", name, house.grounds)


def _unknown(what: str, name: str, known: Mapping[str, Any]) -> Response:
    do = near(name, known, f"There are: {', '.join(list(known)[:5])} …")
    return problem(404, [Finding(what, f"There is no such {what}.", do)])


# ---------------------------------------------------------------- plans and answers

_WHICH = "The id of the guideline, where the server has more than one."
Which = Annotated[str | None, Query(description=_WHICH, max_length=200)]
Reader = Annotated[Audience, Query(description="In whose words the lines are.")]


def _work(made: APIRouter, house: House) -> None:
    @made.post(
        "/plan", summary="What a guideline says for one patient on one day",
        responses=schema.answers("Plan", 400, 404, 413, 415, 422, 429, 503), openapi_extra=schema.body("PatientFile"),
    )  # fmt: skip
    async def plan_(request: Request, guideline: Which = None, audience: Reader = "clinician") -> Response:
        return await _worked(request, house, guideline, lambda data, ground: _planned(data, ground, audience))

    @made.post(
        "/ask", summary="The answer to a question, or to the last of several turns",
        responses=schema.answers("Answer", 400, 404, 413, 415, 422, 429, 503), openapi_extra=schema.body("Question"),
    )  # fmt: skip
    async def ask(request: Request, guideline: Which = None) -> Response:
        return await _worked(request, house, guideline, _answered)


async def _worked(
    request: Request, house: House, name: str | None, work: Callable[[Any, Ground], dict[str, Any]]
) -> Response:
    """Reads the body and does the work: strictly, in bounded time, away from the loop."""
    ground = _which(name, house)
    if ground is None:
        return _unknown("guideline", name or "", house.grounds)
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != JSON:
        return problem(415, [Finding("content-type", "The body is not declared as JSON.", f"Send it as {JSON}.")])
    content = await request.body()
    try:
        data = parse_json(decoded(content, "the body"), "the body")
    except Refused as refused:
        return problem(400, refused.findings)
    try:
        made = await asyncio.wait_for(run_in_threadpool(work, data, ground), SLOWEST)
    except Refused as refused:
        return problem(422, [_renamed(finding) for finding in refused.findings])
    except TimeoutError:
        return problem(503, headers={"retry-after": "5"})
    return JSONResponse(made)


def _which(name: str | None, house: House) -> Ground | None:
    """The guideline that is named; the only one there is needs no name."""
    if name is None and len(house.grounds) == 1:
        return next(iter(house.grounds.values()))
    return house.grounds.get(name or "")


def _renamed(finding: Finding) -> Finding:
    """A body is no file, and no line of one."""
    return replace(finding, place="the body") if finding.place in ("the file", "the line") else finding


def _planned(data: Any, ground: Ground, audience: Audience) -> dict[str, Any]:
    return plan_json(plan(ground.guideline, _patient(data, ground.guideline), audience=audience))


def _patient(data: Any, guideline: Guideline) -> Patient:
    """A patient file or, by its resourceType, a FHIR record or a filled-in form. Raises Refused."""
    if isinstance(data, dict) and "resourceType" in data:
        return fhir_patient(data, guideline, None)[0]
    return patient(data, guideline)


def _answered(data: Any, ground: Ground) -> dict[str, Any]:
    asked = read_request(data, ground.guideline)
    made = answer(
        asked.turns, ground, patient=asked.patient, within=asked.within, audience=asked.audience, on=asked.on
    )
    return answer_json(made)

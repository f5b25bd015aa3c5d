"""CDS Hooks at /cds-services: discovery, calls and feedback, for every guideline of the house."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from ..fhir import hooks
from ..fhir.feedback import keep, read_feedback
from ..findings import Finding
from ..read.data import decoded, parse_json
from .calls import Call
from .faults import problem
from .house import House
from .trust import trusted
from .turns import now, replied

ALLOWED = {"access-control-allow-origin": "*"}
"""A client in a browser may read the answers: they hold nothing that it did not send, and no cookie is looked at."""

PREFLIGHT = {"access-control-allow-methods": "GET, POST", "access-control-allow-headers": "authorization, content-type"}


def router(house: House) -> APIRouter:
    """The services of the house."""
    made = APIRouter(prefix="/cds-services", include_in_schema=False)
    found = _services(house)

    @made.get("")
    def discovery() -> Response:
        listed = [one for name in house.grounds for one in hooks.services(now(house, name))]
        return JSONResponse({"services": listed}, headers=ALLOWED)

    @made.options("/{rest:path}")
    @made.options("")
    def preflight() -> Response:
        return Response(status_code=204, headers=ALLOWED | PREFLIGHT)

    @made.post("/{service}")
    async def call(request: Request, service: str) -> Response:
        name, hook = _service(found, service)
        if not _may(house, request):
            return Response(status_code=401)
        home = str(request.base_url).rstrip("/")
        reply = await replied(house, Call(hook, name, await request.body(), home))
        if reply.status != 200:
            return problem(reply.status, reply.findings)
        return Response(reply.body, headers=ALLOWED, media_type="application/json")

    @made.post("/{service}/feedback")
    async def feedback(request: Request, service: str) -> Response:
        _service(found, service)
        if not _may(house, request):
            return Response(status_code=401)
        entries = read_feedback(parse_json(decoded(await request.body(), "the body"), "the body"))
        if house.feedback is None:
            do = "Start the server with --feedback FILE."
            return problem(503, [Finding("feedback", "This server does not keep feedback.", do)])
        await run_in_threadpool(keep, house.feedback, [{"service": service, **one} for one in entries])
        return Response(status_code=200, headers=ALLOWED)

    return made


def _services(house: House) -> dict[str, tuple[str, str]]:
    """Each service by its id: of which guideline, and for which hook."""
    every = [(name, ground.guideline) for name, ground in house.grounds.items()]
    return {hooks.service_id(one, hook): (name, hook) for name, one in every for hook in hooks.HOOKS}


def _service(found: dict[str, tuple[str, str]], service: str) -> tuple[str, str]:
    if service not in found:
        raise HTTPException(404)
    return found[service]


def _may(house: House, request: Request) -> bool:
    """Whether a client may call: anybody where no clients are listed."""
    trust = house.trust
    return trust is None or trusted(trust, request.headers.get("authorization", ""), request.url.path)

"""A FHIR R4 server face at /fhir: what this server can, the definitions of its guidelines, `$apply` and `$populate`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from .. import __version__
from ..fhir.apply import applied, populated
from ..fhir.library import definitions
from ..fhir.make import identity
from ..findings import Finding
from ..model import Guideline
from ..read.data import decoded, parse_json
from .house import House, guideline
from .outcomes import outcome, resource

JSON = ("application/fhir+json", "application/json", "text/json", "")

OPERATIONS = {
    "PlanDefinition": {"apply": "http://hl7.org/fhir/OperationDefinition/PlanDefinition-apply"},
    "Questionnaire": {"populate": "http://hl7.org/fhir/uv/sdc/OperationDefinition/Questionnaire-populate"},
}

Work = Callable[[Any, Guideline], dict[str, Any]]


def router(house: House) -> APIRouter:
    """The FHIR face of the house."""
    made = APIRouter(prefix="/fhir", include_in_schema=False)
    guidelines = {identity(name): name for name in house.grounds}
    turn = CapacityLimiter(1)  # one after the other, as calls of CDS Hooks

    @made.get("/metadata")
    def metadata(request: Request) -> Response:
        return resource(_capabilities(house, _held(house), str(request.base_url)))

    @made.get("/{kind}")
    def search(request: Request, kind: str) -> Response:
        return _search(_held(house), kind, dict(request.query_params))

    @made.get("/{kind}/{name}")
    def read(kind: str, name: str) -> Response:
        found = _held(house).get(kind, {}).get(name)
        if found is None:
            raise HTTPException(404)
        return resource(found)

    @made.post("/PlanDefinition/{name}/$apply")
    async def apply(request: Request, name: str) -> Response:
        return await _operation(request, _named(house, guidelines, name), applied, turn)

    @made.get("/PlanDefinition/{name}/$apply")
    def apply_unknown(request: Request, name: str) -> Response:
        """Of a patient of whom nothing is sent nothing is known: facts never stand in an address."""
        chosen = _named(house, guidelines, name)
        stray = [key for key in request.query_params if key != "subject"]
        if stray:
            do = "Send a Parameters resource by POST: an address is written to logs."
            return outcome(400, [Finding(key, "Only the subject may stand in an address.", do) for key in stray])
        named = [{"name": "subject", "valueString": one} for one in request.query_params.getlist("subject")]
        return resource(applied({"resourceType": "Parameters", "parameter": named}, chosen))

    @made.post("/Questionnaire/{name}/$populate")
    async def populate(request: Request, name: str) -> Response:
        patient_words = name.endswith("-patient") and name not in guidelines
        chosen = _named(house, guidelines, name.removesuffix("-patient") if patient_words else name)
        return await _operation(request, chosen, lambda data, of: populated(data, of, patient_words), turn)

    return made


def _held(house: House) -> dict[str, dict[str, dict[str, Any]]]:
    """The definitions of all guidelines, by kind and id."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name in house.grounds:
        for kind, own, one in _defined(_now(house, name)):
            found.setdefault(kind, {})[own] = one
    return found


@lru_cache(maxsize=64)
def _defined(guideline: Guideline) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """The definitions of one guideline as it stands, with their kinds and ids."""
    every = definitions(guideline).values()
    return tuple((one["resourceType"], one["id"], one) for one in every if "resourceType" in one)


def _now(house: House, name: str) -> Guideline:
    """A guideline with the status that its review has come to by now."""
    found = guideline(house, name)
    assert found is not None
    return found


def _named(house: House, guidelines: Mapping[str, str], name: str) -> Guideline:
    if name not in guidelines:
        raise HTTPException(404)
    return _now(house, guidelines[name])


async def _operation(request: Request, guideline: Guideline, work: Work, turn: CapacityLimiter) -> Response:
    """The answer of an operation to the Parameters in the body."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in JSON:
        return outcome(415, [Finding("", "Only JSON is read here.", "Send application/fhir+json.")])
    return await run_sync(partial(_worked, await request.body(), guideline, work), limiter=turn)


def _worked(sent: bytes, guideline: Guideline, work: Work) -> Response:
    return resource(work(parse_json(decoded(sent, "the body"), "the body"), guideline))


def _search(held: Mapping[str, Mapping[str, Any]], kind: str, asked: Mapping[str, str]) -> Response:
    """All definitions of one kind, or those of an address."""
    if kind not in held:
        raise HTTPException(404)
    stray = [key for key in asked if key not in ("url", "version", "_format")]
    if stray:
        do = "Search by url and version, or read one by its id."
        return outcome(400, [Finding(key, "This is not searched for here.", do) for key in stray])
    found = [
        one for one in held[kind].values()
        if asked.get("url") in (None, one.get("url")) and asked.get("version") in (None, one.get("version"))
    ]  # fmt: skip
    entries = [{"fullUrl": one["url"], "resource": one, "search": {"mode": "match"}} for one in found]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
    return resource(bundle | ({"entry": entries} if entries else {}))


def _capabilities(house: House, held: Mapping[str, Any], base: str) -> dict[str, Any]:
    """What this server can do, in FHIR's own terms."""
    updated = max(ground.guideline.updated for ground in house.grounds.values())
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": updated.isoformat(),
        "kind": "instance",
        "software": {"name": "posology", "version": __version__},
        "implementation": {"description": "Guidelines that can be applied. No record is kept.", "url": f"{base}fhir"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [{"mode": "server", "resource": [_capable(kind) for kind in sorted(held)]}],
    }  # fmt: skip


def _capable(kind: str) -> dict[str, Any]:
    operations = [{"name": name, "definition": at} for name, at in OPERATIONS.get(kind, {}).items()]
    return {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [{"name": "url", "type": "uri"}, {"name": "version", "type": "token"}],
    } | ({"operation": operations} if operations else {})

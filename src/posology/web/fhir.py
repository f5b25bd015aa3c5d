"""A FHIR R4 server face at /fhir: what this server can, the definitions of its guidelines, `$apply` and `$populate`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from .. import __version__
from ..fhir.apply import applied
from ..fhir.library import definitions
from ..fhir.make import identity
from ..findings import Finding
from ..model import Guideline
from .calls import Call
from .house import House
from .outcomes import FHIR, outcome, resource
from .turns import now, replied

JSON = ("application/fhir+json", "application/json", "text/json", "")

OPERATIONS = {
    "PlanDefinition": {"apply": "http://hl7.org/fhir/OperationDefinition/PlanDefinition-apply"},
    "Questionnaire": {"populate": "http://hl7.org/fhir/uv/sdc/OperationDefinition/Questionnaire-populate"},
}


def router(house: House) -> APIRouter:
    """The FHIR face of the house."""
    made = APIRouter(prefix="/fhir", include_in_schema=False)
    guidelines = {identity(name): name for name in house.grounds}

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
        return await _operation(request, house, "apply", _named(guidelines, name))

    @made.get("/PlanDefinition/{name}/$apply")
    def apply_unknown(request: Request, name: str) -> Response:
        """Of a patient of whom nothing is sent nothing is known: facts never stand in an address."""
        chosen = now(house, _named(guidelines, name))
        stray = [key for key in request.query_params if key != "subject"]
        if stray:
            do = "Send a Parameters resource by POST: an address is written to logs."
            return outcome(400, [Finding(key, "Only the subject may stand in an address.", do) for key in stray])
        named = [{"name": "subject", "valueString": one} for one in request.query_params.getlist("subject")]
        return resource(applied({"resourceType": "Parameters", "parameter": named}, chosen))

    @made.post("/Questionnaire/{name}/$populate")
    async def populate(request: Request, name: str) -> Response:
        patient_words = name.endswith("-patient") and name not in guidelines
        chosen = _named(guidelines, name.removesuffix("-patient") if patient_words else name)
        return await _operation(request, house, "populate for patients" if patient_words else "populate", chosen)

    return made


def _held(house: House) -> dict[str, dict[str, dict[str, Any]]]:
    """The definitions of all guidelines, by kind and id."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name in house.grounds:
        for kind, own, one in _defined(now(house, name)):
            found.setdefault(kind, {})[own] = one
    return found


@lru_cache(maxsize=64)
def _defined(guideline: Guideline) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """The definitions of one guideline as it stands, with their kinds and ids."""
    every = definitions(guideline).values()
    return tuple((one["resourceType"], one["id"], one) for one in every if "resourceType" in one)


def _named(guidelines: Mapping[str, str], name: str) -> str:
    """The guideline that a definition of that id is of."""
    if name not in guidelines:
        raise HTTPException(404)
    return guidelines[name]


async def _operation(request: Request, house: House, work: str, name: str) -> Response:
    """The answer of an operation to the Parameters in the body."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in JSON:
        return outcome(415, [Finding("", "Only JSON is read here.", "Send application/fhir+json.")])
    reply = await replied(house, Call(work, name, await request.body()))
    return Response(reply.body, media_type=f"{FHIR}; charset=utf-8")


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

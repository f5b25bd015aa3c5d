"""The small parts from which every FHIR resource of ours is made: names, addresses, codes, quantities.

All identifiers come from what is said, never from a clock or a die: the same plan gives the same resources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ..model import Code, Guideline, Reference
from ..plan.shape import number
from .codes import SYSTEMS
from .ucum import ucum

Json = dict[str, Any]

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
UCUM = "http://unitsofmeasure.org"
NOWHERE = "https://posology.example/fhir"
"""The address under which a guideline's resources stand when its front matter names no ``canonical`` of its own."""

ADDRESSES: Mapping[str, str] = {name: address for address, name in reversed(SYSTEMS.items())}
"""A vocabulary's name in lower case → its usual address."""

URGENCY = {"routine": "routine", "soon": "urgent", "urgent": "urgent", "emergency": "stat"}
"""Urgency → FHIR's priority. FHIR has no word for soon, so it is raised, never lowered."""


def base(guideline: Guideline) -> str:
    """The address under which the guideline's own resources stand."""
    named = guideline.meta.get("canonical")
    return named.rstrip("/") if isinstance(named, str) and named else NOWHERE


def canonical(guideline: Guideline, kind: str, name: str = "") -> str:
    """The address of one of the guideline's own resources, with its version."""
    return f"{address(guideline, kind, name)}|{guideline.version}"


def address(guideline: Guideline, kind: str, name: str = "") -> str:
    """The address of one of the guideline's own resources, without a version."""
    return f"{base(guideline)}/{kind}/{identity(guideline.id, name)}"


def identity(*names: str) -> str:
    """A resource's id: names joined, in the letters that FHIR allows, and never longer than 64.

    >>> identity("some-guideline", "a_fact")
    'some-guideline-a-fact'
    """
    joined = "-".join(name for name in names if name).replace("_", "-")
    return joined if len(joined) <= 64 else f"{joined[:51]}-{uuid5(NAMESPACE_URL, joined).hex[:12]}"


def uid(*parts: str) -> str:
    """An identifier that the same parts always get, and that tells nothing of them."""
    return str(uuid5(NAMESPACE_URL, "\x1f".join(("posology", *parts))))


def full(members: Mapping[str, Any]) -> Json:
    """The members that hold something: FHIR allows no empty list, text or object."""
    return {key: value for key, value in members.items() if value not in (None, "", [], {}, ())}


def concept(text: str, codings: Iterable[Json] = ()) -> Json:
    """A CodeableConcept: codes, and always the words too."""
    return full({"coding": list(codings), "text": text})


def codings(guideline: Guideline, what: str, name: str) -> list[Json]:
    """The codes of a drug, test or route, in the order of the guideline's table."""
    return [coding(row) for row in guideline.codes if (row.what, row.name) == (what, name)]


def coding(row: Code) -> Json:
    """One code. A vocabulary without a known address is named as it is in the guideline."""
    system = ADDRESSES.get(row.system.lower(), row.system)
    return full({"system": system, "code": row.code, "display": row.display})


def quantity(value: float, unit: str) -> Json:
    """A number with its unit, in words and, where it has one, as a UCUM code."""
    code = ucum(unit)
    return {"value": number(value), "unit": unit, **({"system": UCUM, "code": code} if code else {})}


def unverified(guideline: Guideline, what: str, name: str) -> list[str]:
    """The codes of a drug, test or route that nobody has verified."""
    rows = [row for row in guideline.codes if (row.what, row.name) == (what, name) and not row.verified]
    return [f"{row.system} {row.code}" for row in rows]


def narrated(resource: Json) -> Json:
    """The resource with what it says in plain words, which every receiver can show."""
    told = [*_told(resource), *(note["text"] for note in resource.get("note", ()))]
    words = "".join(f"<p>{escape(one, quote=False)}</p>" for one in dict.fromkeys(told) if one)
    text = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>'}
    head = {key: resource[key] for key in ("resourceType", "id", "meta")}
    return {**head, "text": text, **resource}


def _told(resource: Json) -> Iterator[str]:
    """What a resource of any kind says, in the order in which it is said."""
    yield resource.get("title", "")
    yield resource.get("description", "")
    if resource["resourceType"] in ("MedicationRequest", "ServiceRequest", "DetectedIssue"):
        yield resource.get("code", {}).get("text", "")
    yield from (one["text"] for one in resource.get("dosageInstruction", ()))
    yield resource.get("detail", "")
    yield from (one["what"]["display"] for one in resource.get("entity", ()))
    yield from (option["title"] for one in resource.get("action", ()) for option in one.get("action", ()))


def cited(reference: Reference) -> str:
    """A source in one line: key, title, what it is and how it stands."""
    return f"[{reference.key}] {reference.title} ({reference.kind}, {reference.status})"


def meta(guideline: Guideline, digest: str, status: str) -> Json:
    """From which guideline a resource was made, to the byte, and how far its review has come."""
    source = f"{address(guideline, 'PlanDefinition')}/{guideline.version}#{digest}"
    return {"source": source, "tag": [{"system": f"{base(guideline)}/review-status", "code": status}]}

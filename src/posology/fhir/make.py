"""The small parts from which every FHIR resource of ours is made: names, addresses, codes, quantities.

All identifiers come from what is said, never from a clock or a die: the same plan gives the same resources.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ..model import Code, Guideline, Reference
from ..plan.shape import number
from .codes import SYSTEMS

Json = dict[str, Any]

UCUM = "http://unitsofmeasure.org"
NOWHERE = "https://posology.example/fhir"
"""The address under which a guideline's resources stand when its front matter names no ``canonical`` of its own."""

ADDRESSES: Mapping[str, str] = {name: address for address, name in reversed(SYSTEMS.items())}
"""A vocabulary's name in lower case → its usual address."""

_UCUM = {"years": "a", "mL/min/1.73 m2": "mL/min/{1.73_m2}"}
"""Units of facts whose UCUM code is written otherwise."""

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


def ucum(unit: str) -> str:
    """The UCUM code of a fact's unit.

    >>> ucum("years"), ucum("10*9/L")
    ('a', '10*9/L')
    """
    return _UCUM.get(unit, unit)


def quantity(value: float, unit: str) -> Json:
    """A number with its unit, in words and as a UCUM code."""
    return {"value": number(value), "unit": unit, "system": UCUM, "code": ucum(unit)}


def cited(reference: Reference) -> str:
    """A source in one line: key, title, what it is and how it stands."""
    return f"[{reference.key}] {reference.title} ({reference.kind}, {reference.status})"


def meta(guideline: Guideline, digest: str, status: str) -> Json:
    """From which guideline a resource was made, to the byte, and how far its review has come."""
    made_by = {"system": f"{base(guideline)}/guideline-digest", "code": digest}
    reviewed = {"system": f"{base(guideline)}/review-status", "code": status}
    return {"tag": [made_by | {"display": f"{guideline.id} {guideline.version}"}, reviewed]}

"""Our own checks of FHIR resources, for what no validator of ours looks at. Each gives the faults as places and words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

UCUM = "http://unitsofmeasure.org"
UNITS = frozenset("mg g kg a cm fL U/L % [lb_av] 10*9/L g/L g/dL ng/L pg/mL pmol/L umol/L mmol/L meq/L mg/L ug/dL mL/min/{1.73_m2}".split())
"""Units that HAPI's UCUM service accepts; another one has to be tried there first."""
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def faults(resource: Json) -> list[str]:
    """Everything that is wrong with a resource."""
    inside = {one["id"] for one in resource.get("contained", ())}
    bundled = {entry["fullUrl"] for entry in resource.get("entry", ())}
    ids = [one["id"] for place, one in objects(resource) if "resourceType" in one]
    found = [f"{place}: {what}" for place, one in objects(resource) for what in _wrong(one, inside, bundled)]
    found += [f"{name} is not an id" for name in ids if not ID.fullmatch(name)]
    found += ["two resources have one id"] if len(ids) != len(set(ids)) else []
    named = {one["reference"] for _, one in objects(resource) if isinstance(one.get("reference"), str)}
    back = {one["id"] for one in resource.get("contained", ()) if {"reference": "#"} in one.get("target", ())}
    return found + [f"nothing refers to the contained {name}" for name in inside - back if f"#{name}" not in named]


def objects(data: Any, place: str = "") -> Iterator[tuple[str, Json]]:
    """Every JSON object with its place."""
    if isinstance(data, dict):
        yield place, data
        for key, value in data.items():
            yield from objects(value, f"{place}.{key}".strip("."))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from objects(value, f"{place}[{number}]")


def _wrong(one: Json, inside: set[str], bundled: set[str]) -> Iterator[str]:
    yield from (f"{key} is empty" for key, value in one.items() if value in ("", [], {}) or (value is None and key[0] != "_"))
    if "start" in one and "end" in one and one["start"] > one["end"]:
        yield f"it ends on {one['end']}, before it starts on {one['start']}"
    if "code" in one and "unit" in one and "system" not in one:
        yield "a unit has a code without a system"
    if one.get("system") == UCUM and one.get("code") not in UNITS:
        yield f"{one.get('code')} is not among the units that were tried"
    if "coding" in one and any("system" not in coding for coding in one["coding"]):
        yield "a code has no system"
    if isinstance(one.get("low"), dict) and one["low"]["value"] > one["high"]["value"]:
        yield "a range ends before it begins"
    if one.get("periodUnit", "d") not in ("s", "min", "h", "d", "wk", "mo", "a"):
        yield f"{one['periodUnit']} is no unit of time"
    if "period" in one and "periodMax" in one and one["period"] >= one["periodMax"]:
        yield "a longest period is not longer"
    if isinstance(one.get("event"), list):
        yield from _events(one)
    reference = one.get("reference")
    if isinstance(reference, str) and reference.startswith("urn:uuid:") and reference not in bundled:
        yield f"{reference} leads nowhere"
    if isinstance(reference, str) and reference[:1] == "#" and reference != "#" and reference[1:] not in inside:
        yield f"{reference} leads nowhere"


def _events(timing: Json) -> Iterator[str]:
    events, bounds = timing["event"], timing.get("repeat", {}).get("boundsPeriod", {})
    if events != sorted(set(events)):
        yield "the dates are not in order, or one stands twice"
    if events[0] < bounds.get("start", "") or events[-1] > bounds.get("end", "9"):
        yield "a date lies outside the bounds"
    if len(timing.get("_event", events)) != len(events):
        yield "the last days do not fit the first days"

"""CDS Hooks 2.0 over the plans of a guideline: which services there are, and how a call is answered.

What a client did not send is unknown and is said to be; without the patient nothing can be said at all, and the call
is not answered. Nothing is fetched from anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from ..findings import Finding, Refused
from ..model import Guideline, Patient
from ..plan.plan import plan
from .bundle import check_type, read_bundle
from .cards import Call, order, view
from .codes import SYSTEMS
from .drafts import Draft, drafts
from .elements import Element
from .make import ADDRESSES, Json
from .person import died
from .release import other_release

HOOKS = {
    "patient-view": ("userId", "patientId"),
    "order-select": ("userId", "patientId", "selections", "draftOrders"),
    "order-sign": ("userId", "patientId", "draftOrders"),
}
"""Hook → what its context must hold."""

TITLES = {
    "patient-view": "What is due, overdue, missing or wrong when a record is opened.",
    "order-select": "What speaks against an order that has just been chosen.",
    "order-sign": "What speaks against the orders that are about to be signed.",
}

NEEDED = ("patient",)
"""Prefetch without which nothing can be said."""


# ---------------------------------------------------------------- which services there are


def services(guideline: Guideline) -> list[Json]:
    """The services of one guideline, with what each wants to be sent along."""
    return [
        {
            "hook": hook,
            "id": service_id(guideline, hook),
            "title": f"{guideline.title}: {hook}",
            "description": f"{TITLES[hook]} Review status of the guideline: {guideline.status}.",
            "prefetch": prefetch(guideline),
            "usageRequirements": "Nothing is fetched: what is not in prefetch is taken as unknown, and said to be.",
        }
        for hook in HOOKS
    ]


def service_id(guideline: Guideline, hook: str) -> str:
    """The id of a service."""
    return f"{guideline.id}-{hook}"


def prefetch(guideline: Guideline) -> dict[str, str]:
    """The prefetch templates: the record that the guideline's codes ask about."""
    of = "patient={{context.patientId}}"
    measured = ",".join(sorted({f"{_address(row.system)}|{row.code}" for row in _observed(guideline)}))
    return {
        "patient": "Patient/{{context.patientId}}",
        "conditions": f"Condition?{of}",
        "observations": f"Observation?{of}" + (f"&code={measured}" if measured else ""),
        "allergies": f"AllergyIntolerance?{of}",
        "procedures": f"Procedure?{of}",
        "requests": f"MedicationRequest?{of}&status=active",
        "statements": f"MedicationStatement?{of}",
        "administrations": f"MedicationAdministration?{of}",
        "immunizations": f"Immunization?{of}",
    }


def _observed(guideline: Guideline) -> Iterator[Any]:
    """The codes of results: those of a laboratory vocabulary, and of every test."""
    laboratory = ("loinc",)
    for row in guideline.codes:
        if row.what == "test" or (row.what == "fact" and SYSTEMS.get(row.system, row.system.lower()) in laboratory):
            yield row


def _address(system: str) -> str:
    return ADDRESSES.get(system.lower(), system)


# ---------------------------------------------------------------- a call


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that can be answered. ``lacking``: what was not sent, or only in part; ``chosen``: selected orders.

    ``died``: the record says that the patient has.
    """

    hook: str
    instance: str
    patient: Patient
    subject: str
    lacking: tuple[str, ...]
    drafts: tuple[Draft, ...] = ()
    chosen: frozenset[str] = frozenset()
    died: bool = False


def unmet(request: Any) -> list[str]:
    """The prefetch that is needed and was not sent: the call then fails for want of a precondition."""
    sent = request.get("prefetch") if isinstance(request, Mapping) else None
    held = sent if isinstance(sent, Mapping) else {}
    return [name for name in NEEDED if not _resource(held.get(name))]


def _resource(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("resourceType") not in (None, "OperationOutcome")


def answer(guideline: Guideline, hook: str, request: Any, on: date | None = None, home: str = "") -> Json:
    """The cards for a call of one hook. Raises Refused with every fault of the call."""
    asked = read_call(guideline, hook, request, on or date.today())
    if hook == "patient-view":
        return {"cards": view(_call(asked, guideline, asked.patient, home), asked.lacking, asked.died)}
    cards = [card for draft in _judged(asked) for card in _of(draft, asked, guideline, home)]
    return {"cards": list({card["uuid"]: card for card in cards}.values())}  # two dosages may say the same


def _call(asked: Asked, guideline: Guideline, patient: Patient, home: str) -> Call:
    made = plan(guideline, patient)
    return Call(made, guideline, asked.instance, {"reference": asked.subject}, home)


def _judged(asked: Asked) -> list[Draft]:
    """The orders that are to be judged: all that are signed, or those just chosen."""
    return [draft for draft in asked.drafts if asked.hook != "order-select" or draft.reference in asked.chosen]


def _of(draft: Draft, asked: Asked, guideline: Guideline, home: str) -> list[Json]:
    """The cards of one order, in the light of the medicines that are ordered beside it."""
    beside = {name: value for other in asked.drafts if not other.drug for name, value in other.facts.items()}
    stated = {**beside, **draft.facts}
    known = replace(
        asked.patient, facts={**asked.patient.facts, **stated},
        origins={**asked.patient.origins, **dict.fromkeys(draft.facts, draft.reference)},
    )  # fmt: skip
    return order(_call(asked, guideline, known, home), draft, asked.lacking, asked.died)


# ---------------------------------------------------------------- what was sent


def read_call(guideline: Guideline, hook: str, request: Any, on: date) -> Asked:
    """A call, read whole. Raises Refused with every fault."""
    faults: list[Finding] = []
    body = request if isinstance(request, Mapping) else {}
    if body is not request:
        faults.append(Finding("the body", "This is not a call of CDS Hooks.", "Send a JSON object."))
    context = _envelope(body, hook, faults)
    record, places, lacking = _record(body.get("prefetch"), faults)
    found, wrong, _ = read_bundle(record, guideline, on)
    faults += [replace(one, place=_placed(one.place, places)) for one in wrong] if places else []
    whose = str(context.get("patientId", ""))
    if not wrong and found.label != whose and isinstance(context.get("patientId"), str):
        what = "The patient of the prefetch is not the patient of the context."
        faults.append(Finding("prefetch.patient", what, "Send the record of the patient in context.patientId."))
    wanted = "draftOrders" in HOOKS[hook]
    ordered = drafts(context.get("draftOrders"), guideline, on, faults, whose) if wanted else ()
    chosen = _chosen(context, faults) if hook == "order-select" else frozenset()
    if faults:
        raise Refused(dict.fromkeys(faults))
    dead = any(_person(one) and died(Element(one["resource"], []), on) for one in record["entry"])
    return Asked(hook, str(body["hookInstance"]), found, f"Patient/{whose}", tuple(lacking), ordered, chosen, dead)


def _person(entry: Any) -> bool:
    held = entry.get("resource") if isinstance(entry, Mapping) else None
    return isinstance(held, Mapping) and held.get("resourceType") == "Patient"


def _chosen(context: Mapping[str, Any], faults: list[Finding]) -> frozenset[str]:
    """The selected orders as kind and id. One that is not among the drafts is a fault: its warnings would be lost."""
    listed, bundle = context.get("selections"), context.get("draftOrders")
    entries = bundle.get("entry") if isinstance(bundle, Mapping) else None
    if not isinstance(listed, list) or not isinstance(entries, list):
        return frozenset()
    held = [one.get("resource") for one in entries if isinstance(one, Mapping)]
    known = {f"{one.get('resourceType')}/{one.get('id')}" for one in held if isinstance(one, Mapping)}
    short = ["/".join(one.partition("/_history/")[0].split("/")[-2:]) for one in listed if isinstance(one, str)]
    for number, name in enumerate(short):
        if name not in known:
            what, do = "This is none of the drafted orders.", "Select by kind and id: MedicationRequest/ID."
            faults.append(Finding(f"context.selections[{number}]", what, do))
    return frozenset(short)


def _envelope(body: Mapping[str, Any], hook: str, faults: list[Finding]) -> Mapping[str, Any]:
    """The context of a call, having looked at what stands around it."""
    if body.get("hook") != hook:
        faults.append(Finding("hook", "The call is not of the hook that this service answers.", f"Send {hook!r}."))
    if not _uuid(body.get("hookInstance")):
        faults.append(Finding("hookInstance", "There is no UUID of this call.", "Send a UUID, a new one each time."))
    if body.get("fhirAuthorization") is not None and not body.get("fhirServer"):
        faults.append(Finding("fhirServer", "An authorization was sent without its server.", "Send both, or neither."))
    context = body.get("context")
    if not isinstance(context, Mapping):
        faults.append(Finding("context", "The context is missing.", f"Send {', '.join(HOOKS[hook])}."))
        return {}
    for name in HOOKS[hook]:
        fits = isinstance(context.get(name), str) and context[name] if name.endswith("Id") else context.get(name)
        if not fits and not (name == "selections" and context.get(name) == []):
            faults.append(Finding(f"context.{name}", "This part of the context is missing.", f"{hook} needs it."))
    chosen = context.get("selections", [])
    if not isinstance(chosen, list) or not all(isinstance(one, str) for one in chosen):
        faults.append(Finding("context.selections", "This is not a list of references.", "Send MedicationRequest/ID."))
    return context


def _uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def _record(sent: Any, faults: list[Finding]) -> tuple[Json, list[str], list[str]]:
    """What was sent along as one record, where each part of it came from, and what was not sent in full."""
    held = sent if isinstance(sent, Mapping) else {}
    entries: list[Json] = []
    places: list[str] = []
    lacking = []
    for name in _KEYS:
        part = held.get(name)
        if part is None:
            lacking.append(name)
        elif not isinstance(part, Mapping) or not isinstance(part.get("resourceType"), str):
            do = "Send a resource or a searchset, null, or an OperationOutcome that says why there is none."
            faults.append(Finding(f"prefetch.{name}", "This is not a FHIR resource.", do))
        elif not _resource(part):
            lacking.append(name)
        elif part["resourceType"] != "Bundle":
            entries.append({"resource": part})
            places.append(f"prefetch.{name}")
        elif _entries(part, name, entries, places, faults):
            lacking.append(name)
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}, places, lacking


_KEYS = (
    "patient", "conditions", "observations", "allergies", "procedures", "requests", "statements", "administrations",
    "immunizations",
)  # fmt: skip


def _entries(bundle: Mapping[str, Any], name: str, into: list[Json], places: list[str], faults: list[Finding]) -> bool:
    """Takes over the entries of one search. True: it is only a part of what was asked for."""
    root = Element(bundle, faults, f"prefetch.{name}")
    other_release(root)
    if "type" in bundle:
        check_type(root)
    listed = bundle.get("entry") or []
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        faults.append(Finding(f"prefetch.{name}.entry", "The entries are not a list.", "Send a searchset."))
        return True
    partial, found = False, 0
    for number, entry in enumerate(listed):
        held = entry.get("resource") if isinstance(entry, Mapping) else None
        if isinstance(held, Mapping) and held.get("resourceType") == "OperationOutcome":
            partial = True
            continue
        found += 1
        into.append(entry)
        places.append(f"prefetch.{name}.entry[{number}]")
    links = bundle.get("link") or []
    paged = isinstance(links, list) and any(isinstance(one, Mapping) and one.get("relation") == "next" for one in links)
    total = bundle.get("total")
    return partial or paged or (isinstance(total, int) and total > found)


_AT = re.compile(r"entry\[(\d+)\](\.resource)?")


def _placed(place: str, places: Sequence[str]) -> str:
    """A place in the whole record as the place where it was sent."""
    found = _AT.match(place)
    if not found or int(found[1]) >= len(places):
        return f"prefetch.{place}".rstrip(".")
    at = places[int(found[1])]
    return f"{at}{found[2] or '' if 'entry[' in at else ''}{place[found.end():]}"

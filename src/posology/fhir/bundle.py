"""A patient's record in FHIR R4, read into the facts, results and doses that a guideline asks about.

Absent stays unknown. Every resource is accounted for in the report. A document that is not R4, or is
malformed where it matters, is refused whole, with all its faults.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any

from ..findings import Finding, sentence
from ..model import Code, Dose, Guideline, Patient, Result
from ..quantity import plain
from .codes import by_code, observed
from .conditions import read_allergy, read_condition, read_procedure
from .doses import read_administration, read_dispense, read_immunization, read_request, read_statement
from .elements import Element, fault, part, parts, shown, text, wrong
from .lookalike import drug_names, settle_lookalikes
from .observations import read_observation
from .person import Person, age, died, person, stranger
from .record import Answered, Chart, Event, Given, Ignored, Lookalike, Measured, Source, Stated
from .release import other_release
from .report import Entry, Report, named
from .settle import Settled, nothing, settle_doses, settle_facts, settle_results

_TYPES = ("collection", "searchset", "transaction", "document", "batch")

READ = {
    "Condition": read_condition,
    "Observation": read_observation,
    "Procedure": read_procedure,
    "AllergyIntolerance": read_allergy,
    "MedicationAdministration": read_administration,
    "MedicationStatement": read_statement,
    "MedicationRequest": read_request,
    "MedicationDispense": read_dispense,
    "Immunization": read_immunization,
}
"""Kind of resource → its reader. Patient and Medication are read beside these."""


@dataclass(slots=True)
class _Listed:
    """One resource of a bundle, with its kind, its address there, and what to call it in a report."""

    resource: Element
    kind: str
    url: str
    source: Source


def read_bundle(
    data: Mapping[str, Any], guideline: Guideline, on: date | None
) -> tuple[Patient, tuple[Finding, ...], Report]:
    """A FHIR R4 Bundle, or a single Patient, as a patient of the guideline; ``on`` is today unless given.

    With any finding the document is refused: the patient and the report are then empty.
    """
    faults: list[Finding] = []
    listed = _listed(data, faults)
    whose = _whose(listed, faults)
    patient, report = _read(listed, whose, guideline, on or date.today()) if whose else (Patient(), Report())
    if told := _partial(data):
        patient = replace(patient, notices=(told, *patient.notices))
    if faults:
        return Patient(), tuple(dict.fromkeys(faults)), Report()
    return replace(patient, on=on), (), report


def _read(listed: list[_Listed], whose: Person, guideline: Guideline, on: date) -> tuple[Patient, Report]:
    """What all resources say, put together."""
    medications = [one for one in listed if one.kind == "Medication"]
    named_so = {name: one.resource for one in medications for name in _addresses(one)}
    chart = Chart(guideline, by_code(guideline), on, named_so, drug_names(guideline), observed(guideline))
    events: list[Event] = []
    for one in listed:
        events += _events(one, whose, chart)
    # in an order of their own, so that the order of the entries changes nothing
    return _put_together(whose, chart, sorted(events, key=attrgetter("source.reference")))


_PAGED = "This is one page of a longer record: what stands on the other pages is not known here."


_OTHER_KIND = "this kind of resource is not read"
_NOTHING = "Nothing was read from this record: it holds nothing that the guideline asks about."


_WITHHELD = "This record holds an OperationOutcome, so part of it may not have been sent: that is not known here."


def _partial(data: object) -> str:
    """What to say of a search result that is only a part of what was searched for; empty when it is all."""
    if not isinstance(data, dict):
        return ""
    entries, total = _objects(data.get("entry")), data.get("total")
    if any(one.get("relation") == "next" for one in _objects(data.get("link"))):
        return _PAGED
    if isinstance(total, int) and total > len(entries):
        return _PAGED
    held = (entry.get("resource") for entry in entries)
    failed = any(isinstance(one, dict) and one.get("resourceType") == "OperationOutcome" for one in held)
    return _WITHHELD if failed else ""


def _objects(listed: object) -> list[dict[str, Any]]:
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


# ---------------------------------------------------------------- what the document holds


def _listed(data: object, faults: list[Finding]) -> list[_Listed]:
    """Every resource of the document, each once."""
    if not isinstance(data, dict):
        faults.append(Finding("", sentence(f"{shown(data)} is not a FHIR resource"), "Send a FHIR R4 Bundle."))
        return []
    root = Element(data, faults)
    kind = text(root, "resourceType")
    if kind == "Patient":
        return _once([(root, "")])
    if kind != "Bundle":
        wrong(root, "resourceType", "a Bundle or a Patient", "Send a FHIR R4 Bundle.")
    elif not other_release(root):
        check_type(root)
        return _once(_resources(root))
    return []


def check_type(bundle: Element) -> None:
    """Puts down a Bundle of another type than those that hold one record as it stands."""
    if text(bundle, "type") not in _TYPES:
        do = f"Send one of: {', '.join(_TYPES)}."
        wrong(bundle, "type", "a type of Bundle that holds one record", do)


def _resources(bundle: Element) -> Iterator[tuple[Element, str]]:
    """The resources of the entries with their addresses; what is to be deleted is left out."""
    for entry in parts(bundle, "entry"):
        request = part(entry, "request") if "request" in entry.members else None
        resource = part(entry, "resource")
        if resource and not (request and text(request, "method") == "DELETE"):
            yield resource, text(entry, "fullUrl") or ""


def _once(resources: Iterable[tuple[Element, str]]) -> list[_Listed]:
    """Each resource once; two of one name that differ are a fault, since nobody can tell which one holds."""
    found: dict[str, _Listed] = {}
    for resource, url in resources:
        kind = text(resource, "resourceType") or ""
        if not kind:
            fault(resource, "resourceType", "the kind of this resource is missing", "Say of which kind it is.")
        one = _Listed(resource, kind, url, Source(kind, _reference(resource, kind, url)))
        twin = found.setdefault(url or one.source.reference, one)
        if twin is not one and twin.resource.members != resource.members:
            fault(
                resource,
                "",
                f"there are two versions of {one.source.reference}",
                "Send only the current one.",
            )
    return list(found.values())


def _reference(resource: Element, kind: str, url: str) -> str:
    """What a report calls a resource: kind and id, else its address, else its place in the document."""
    own = text(resource, "id")
    if own and _nameable(name := f"{kind}/{own}"):
        return name
    if url and _nameable(url):
        return url
    return place if _nameable(place := resource.place) and place else "the resource itself"


def _nameable(name: str) -> bool:
    return len(name) < 200 and name.isprintable()


def _addresses(one: _Listed) -> tuple[str, ...]:
    """The names by which other resources may refer to it."""
    return tuple({one.url, f"{one.kind}/{text(one.resource, 'id')}"} - {""})


def _whose(listed: list[_Listed], faults: list[Finding]) -> Person | None:
    """The one patient; None, with a finding, when there is none or more than one."""
    found = [one for one in listed if one.kind == "Patient"]
    for other in found[1:]:
        what = f"{other.source.reference} is a second patient, beside {found[0].source.reference}"
        fault(other.resource, "", what, "Send one bundle for each patient.")
    if not found and not faults:
        faults.append(Finding("entry", "There is no Patient.", "Add the Patient whose record this is."))
    return person(found[0].resource, found[0].url, found[0].source) if len(found) == 1 else None


# ---------------------------------------------------------------- what each resource says


def _events(one: _Listed, whose: Person, chart: Chart) -> Iterable[Event]:
    """What one resource says, or why it is not read, and what is only contained in it."""
    inside = list(_contained(one)) if "contained" in one.resource.members else []
    said = _said(one, whose, chart)
    return [*inside, *said] if inside else said


def _said(one: _Listed, whose: Person, chart: Chart) -> Iterable[Event]:
    reader = READ.get(one.kind)
    read_elsewhere = one.kind in ("Patient", "Medication")
    if reader is None and not read_elsewhere:
        inner = one.kind == "Bundle"  # it may hold a record of its own
        return [Ignored(one.source, "a Bundle in a Bundle is not read" if inner else _OTHER_KIND, notice=inner)]
    if other_release(one.resource) or reader is None:
        return ()
    why = _unsafe(one.resource) or stranger(one.resource, whose)
    return [Ignored(one.source, why, notice=True)] if why else reader(one.resource, one.source, chart)


def _contained(one: _Listed) -> Iterator[Event]:
    """What stands inside another resource: it has no place of its own in a record, so nobody can tell whose it is."""
    held = one.resource.members["contained"]
    inner = [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []
    for each in inner:
        kind = each.get("resourceType")
        if isinstance(kind, str) and kind in READ:
            why = f"a resource {kind} is only contained in it: not read"
            yield Ignored(Source(kind, one.source.reference), why, notice=True)


def _unsafe(resource: Element) -> str:
    """FHIR forbids to go on where something unknown may change the meaning of the rest."""
    if resource.members.get("modifierExtension") or resource.members.get("implicitRules"):
        return "it carries a modifier that changes its meaning in a way that is not known here"
    return ""


# ---------------------------------------------------------------- the patient


def _put_together(whose: Person, chart: Chart, events: list[Event]) -> tuple[Patient, Report]:
    """The patient and the report, from what all resources say."""
    facts = chart.guideline.facts
    told = list(settle_facts([e for e in events if isinstance(e, (Stated, Answered))], facts))
    results = list(settle_results([e for e in events if isinstance(e, Measured)], facts))
    doses = list(settle_doses([e for e in events if isinstance(e, Given)]))
    told = [_personal(whose, chart), *told]
    alike = list(settle_lookalikes([e for e in events if isinstance(e, Lookalike)]))
    settled = [*told, *results, *doses, *alike]
    ignored = [e for e in events if isinstance(e, Ignored)] + [i for one in settled for i in one.ignored]
    patient = Patient(
        label=whose.id or None,
        facts={one.name: one.known for one in told if isinstance(one.known, (bool, float, str))},
        doses=tuple(one.known for one in doses if isinstance(one.known, Dose)),
        results=tuple(one.known for one in results if isinstance(one.known, Result)),
        origins=_origins(told, results),
        notices=tuple(sentence(one) for one in _notices(settled, ignored)) + _empty(settled),
    )
    return patient, Report(
        lambda: [entry for one in settled for entry in one.read()],
        lambda: [Entry(one.source.reference, one.why, one.source.kind) for one in ignored],
    )


def _empty(settled: list[Settled]) -> tuple[str, ...]:
    """That a record was accepted and yet said nothing, so that its plan is not taken for the patient's."""
    return (_NOTHING,) if all(one.read is nothing for one in settled) else ()


def _personal(whose: Person, chart: Chart) -> Settled:
    """The age, and what the plan's reader must know of the person."""
    fact = chart.guideline.facts.get("age")
    found = age(whose.resource, chart.on, fact) if fact else None
    notices = ("the record says that the patient has died",) if died(whose.resource, chart.on) else ()
    if isinstance(found, float) and fact:
        entry = Entry(whose.source.reference, f"{fact.phrase}: {plain(found)} {fact.unit}", fact.phrase)
        return Settled("age", found, whose.source, lambda: [entry], notices=notices)
    return Settled("age", None, whose.source, notices=(*notices, found) if isinstance(found, str) else notices)


def _origins(told: list[Settled], results: list[Settled]) -> dict[str, str]:
    """Where each fact was read; for a result, where its newest figure was."""
    origins = {one.name: one.source.reference for one in told if one.known is not None}
    newest = {one.name: one for one in results}  # they come oldest first
    readable = (one for one in newest.values() if isinstance(one.known, Result) and one.known.value is not None)
    return origins | {one.name: one.source.reference for one in readable}


def _notices(settled: list[Settled], ignored: list[Ignored]) -> Iterator[str]:
    """What the plan's reader must know, each thing once, however many resources it is true of."""
    yield from dict.fromkeys(notice for one in settled for notice in one.notices)
    by_reason: dict[str, list[str]] = {}
    for one in ignored:
        if one.notice:
            by_reason.setdefault(one.why, []).append(one.source.reference)
    yield from (f"not used ({named(references)}): {why}" for why, references in by_reason.items())
    yield from _unverified(code for one in settled for code in one.codes)


def _unverified(codes: Iterable[Code]) -> Iterator[str]:
    """A notice of the codes that were relied on although nobody has verified them."""
    each = {id(code): code for code in codes}.values()  # they are rows of one table: to hash them takes far longer
    doubtful = dict.fromkeys(f"{c.system} {c.code} ({c.name.replace('_', ' ')})" for c in each if not c.verified)
    if doubtful:
        yield f"read by codes that nobody has verified yet: {', '.join(doubtful)}"

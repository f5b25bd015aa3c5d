"""Which release of FHIR a document is written in: signs that it is not R4, each a Finding."""

from __future__ import annotations

import re

from .elements import Element, fault, shown

_SIGNS = {
    "Patient": {"animal": "STU3", "careProvider": "DSTU2"},
    "Medication": {
        "marketingAuthorizationHolder": "R5",
        "doseForm": "R5",
        "isBrand": "STU3",
        "package": "STU3",
        "product": "DSTU2",
    },
    "MedicationAdministration": {
        "occurenceDateTime": "R5",
        "occurencePeriod": "R5",
        "medication": "R5",
        "isSubPotent": "R5",
        "notGiven": "STU3",
    },
    "MedicationStatement": {"medication": "R5", "adherence": "R5", "taken": "STU3", "wasNotTaken": "DSTU2"},
    "MedicationRequest": {"medication": "R5", "context": "STU3"},
    "MedicationDispense": {"medication": "R5", "notDone": "STU3"},
    "Procedure": {
        "occurrenceDateTime": "R5",
        "occurrencePeriod": "R5",
        "notDone": "STU3",
        "context": "STU3",
        "notPerformed": "DSTU2",
    },
    "Immunization": {
        "administeredProduct": "R5",
        "informationSource": "R5",
        "notGiven": "STU3",
        "vaccinationProtocol": "STU3",
        "date": "STU3",
        "wasNotGiven": "DSTU2",
    },
    "Condition": {"participant": "R5", "assertedDate": "STU3", "context": "STU3", "dateRecorded": "DSTU2"},
    "AllergyIntolerance": {"participant": "R5", "assertedDate": "STU3", "substance": "DSTU2"},
    "Observation": {"triggeredBy": "R5", "context": "STU3", "related": "STU3", "comment": "STU3", "comments": "DSTU2"},
}
"""Elements that R4 does not have, and the release that does."""

_ANYWHERE = frozenset(("fhirVersion", "meta"))
_TELLING = {kind: _ANYWHERE.union(signs, ("type",)) for kind, signs in _SIGNS.items()}
"""Elements without which there is no sign at all."""

_PROFILE = re.compile(r"hl7\.org/fhir/(?!4\.)(\d+\.\d+)/")
_DO = "Send it as FHIR R4 (4.0.1)."


def other_release(resource: Element) -> bool:
    """Whether a resource is plainly of another release than R4; then its faults say so."""
    kind = resource.members.get("resourceType")
    kind = kind if isinstance(kind, str) else ""
    if resource.members.keys().isdisjoint(_TELLING.get(kind, _ANYWHERE)):
        return False
    signs = _SIGNS.get(kind, {})
    found = [key for key in signs if key in resource.members]
    for key in found:
        fault(resource, key, f"the element {key} belongs to FHIR {signs[key]}, not to R4", _DO)
    coded = kind == "AllergyIntolerance" and isinstance(resource.members.get("type"), dict)
    if coded:  # one word in R4, and the only sign that some R5 allergies give
        fault(resource, "type", "a type that is an object belongs to FHIR R5, not to R4", _DO)
    return _declared(resource) or bool(found) or coded


def _declared(resource: Element) -> bool:
    """A release that the resource itself names: in fhirVersion, or in the address of a profile."""
    version = resource.members.get("fhirVersion")
    if version is not None and not (isinstance(version, str) and version.startswith("4.")):
        fault(resource, "fhirVersion", f"{shown(version)} is not release 4 of FHIR", _DO)
        return True
    meta = resource.members.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    named = [one for one in profiles if isinstance(one, str)] if isinstance(profiles, list) else []
    found = next((match[1] for one in named if (match := _PROFILE.search(one))), None)
    if found:
        fault(resource, "meta.profile", f"this profile is of FHIR {found}, not of R4", _DO)
    return found is not None

"""An invented patient as FHIR: what the guideline has codes for as a record, everything else as named parameters.

The record is in the shapes that systems send: conditions, results, administrations, requests, allergies.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from random import Random
from typing import Any

from posology.fhir.codes import MEDICINES, is_the_fact
from posology.fhir.make import coding
from posology.model import Code, Guideline

Json = dict[str, Any]
ME = {"reference": "Patient/me"}
UCUM = "http://unitsofmeasure.org"
KINDS = {
    "Condition": "conditions", "Observation": "observations", "AllergyIntolerance": "allergies",
    "Procedure": "procedures", "MedicationRequest": "requests", "MedicationStatement": "statements",
    "MedicationAdministration": "administrations", "Immunization": "immunizations",
}  # fmt: skip


def status(word: str) -> Json:
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/any", "code": word}]}


def born(on: date, age: float) -> str:
    """A birthday on which somebody is that old."""
    year = on.year - int(age)
    return f"{year}-{on.month:02}-{min(on.day, 28):02}"


def resources(data: Json, guideline: Guideline) -> tuple[list[Json], Json]:
    """The record of a patient, and the facts for which there is no code."""
    on, left, found = date.fromisoformat(data["on"]), {}, []
    person: Json = {"resourceType": "Patient", "id": "me"}
    for name, value in data["facts"].items():
        own = _single(name, guideline)
        if name == "age" and float(value) == int(value):
            person["birthDate"] = born(on, value)
        elif isinstance(value, bool) and own and (value or _deniable(own, guideline)):
            found.append(_stated(own, value))
        else:
            left[name] = value
    found += [_given(dose, guideline) for dose in data["doses"]]
    found += [_result(result, guideline) for result in data.get("results", ()) if result["date"] <= data["on"]]
    return [person, *({"id": f"r{n}", **one} for n, one in enumerate(found, 1))], left


@cache
def _single(name: str, guideline: Guideline) -> Code | None:
    """A code that means this fact and no other."""
    for row in guideline.codes:
        others = {one.name for one in guideline.codes if (one.system, one.code) == (row.system, row.code)}
        if row.what == "fact" and row.name == name and others == {name} and row.value in ("yes", "ever"):
            return row
    return None


def _deniable(row: Code, guideline: Guideline) -> bool:
    return row.system.lower() not in MEDICINES and row.value == "yes" and is_the_fact(row, guideline)


def _stated(row: Code, value: bool) -> Json:
    concept = {"coding": [coding(row)]}
    if row.system.lower() in MEDICINES:
        return {
            "resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": ME,
            "medicationCodeableConcept": concept,
        }  # fmt: skip
    found: Json = {"resourceType": "Condition", "subject": ME, "code": concept}
    if value:
        return found | {"clinicalStatus": status("active"), "verificationStatus": status("confirmed")}
    return found | {"verificationStatus": status("refuted")}


def concept_of(what: str, name: str, guideline: Guideline) -> Json:
    rows = [row for row in guideline.codes if (row.what, row.name) == (what, name)]
    return {"coding": [coding(rows[0])]} if rows else {"text": name}


def _given(dose: Json, guideline: Guideline) -> Json:
    amount = {"value": 1, "unit": "mg", "system": UCUM, "code": "mg"}
    return {
        "resourceType": "MedicationAdministration", "status": "completed", "subject": ME,
        "medicationCodeableConcept": concept_of("drug", dose["drug"], guideline), "effectiveDateTime": dose["date"],
        "dosage": {"route": concept_of("route", dose["route"], guideline), "dose": amount},
    }  # fmt: skip


def _result(result: Json, guideline: Guideline) -> Json:
    unit = {"mL/min/1.73 m2": "mL/min/{1.73_m2}"}.get(result["unit"], result["unit"])
    return {
        "resourceType": "Observation", "status": "final", "subject": ME, "effectiveDateTime": result["date"],
        "code": concept_of("fact", result["test"], guideline),
        "valueQuantity": {"value": result["value"], "unit": unit, "system": UCUM, "code": unit},
    }  # fmt: skip


# ---------------------------------------------------------------- how it is sent


def bundle(data: Json, guideline: Guideline) -> Json:
    """The record as a collection."""
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources(data, guideline)[0]]}


def prefetch(data: Json, guideline: Guideline) -> Json:
    """The record as the searches of CDS Hooks find it."""
    person, *others = resources(data, guideline)[0]
    found: Json = {"patient": person}
    for kind, name in KINDS.items():
        held = [{"resource": one} for one in others if one["resourceType"] == kind]
        found[name] = {"resourceType": "Bundle", "type": "searchset", "total": len(held), "entry": held}
    return found


def parameters(data: Json, guideline: Guideline) -> Json:
    """The record, and as parameters what it cannot say: nothing that is known of the patient is lost."""
    left = resources(data, guideline)[1]
    given = [
        {"name": "subject", "valueString": "Patient/me"},
        {"name": "on", "valueDate": data["on"]},
        *([{"name": "start", "valueDate": data["start"]}] if data.get("start") else []),
        {"name": "data", "resource": bundle(data, guideline)},
    ]
    facts = [{"name": name, **_value(value, guideline.facts[name].unit)} for name, value in left.items()]
    if facts:
        given.append({"name": "parameters", "resource": {"resourceType": "Parameters", "parameter": facts}})
    return {"resourceType": "Parameters", "parameter": given}


def _value(value: Any, unit: str) -> Json:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    return {"valueCode": value} if isinstance(value, str) else {"valueQuantity": {"value": value, "unit": unit}}


# ---------------------------------------------------------------- orders


def order(rng: Random, guideline: Guideline, number: int = 1) -> Json:
    """A drafted order: some drug, perhaps a route, a site, a dose and an interval."""
    drugs = [row for row in guideline.codes if row.what == "drug"]
    medicines = [row for row in guideline.codes if row.what == "fact" and row.system.lower() in MEDICINES]
    row = rng.choice(drugs if rng.random() < 0.7 else medicines)
    dosage: Json = {}
    for part, what in (("route", "route"), ("site", "site")):
        named = [one for one in guideline.codes if one.what == what]
        if rng.random() < 0.7:
            dosage[part] = {"coding": [coding(rng.choice(named))]}
    if rng.random() < 0.7:
        dosage["doseAndRate"] = [{"doseQuantity": {"value": rng.choice((0.25, 1, 2)), "unit": "mg", "system": UCUM, "code": "mg"}}]
    if rng.random() < 0.7:
        period, unit = rng.choice(((1, "d"), (2, "d"), (1, "wk"), (8, "wk"), (1, "mo"), (2, "mo"), (3, "mo"), (1, "a")))
        dosage["timing"] = {"repeat": {"frequency": rng.choice((1, 1, 3)), "period": period, "periodUnit": unit}}
    return {
        "resourceType": "MedicationRequest", "id": f"draft{number}", "intent": "order", "subject": ME,
        "status": rng.choice(("draft", "draft", "draft", "active", "stopped")),
        "medicationCodeableConcept": {"coding": [coding(row)]},
    } | ({"dosageInstruction": [dosage]} if dosage else {})  # fmt: skip

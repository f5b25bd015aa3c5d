"""Small FHIR bundles and a small guideline of codes, for the tests of the reader of records."""

from __future__ import annotations

from datetime import date
from typing import Any

from posology.fhir.bundle import read_bundle
from posology.fhir.report import Report
from posology.findings import Finding
from posology.model import Code, Fact, Guideline, Patient

ON = date(2026, 3, 2)

URI = {
    "SNOMED CT": "http://snomed.info/sct",
    "LOINC": "http://loinc.org",
    "RxNorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "ICD-10": "http://hl7.org/fhir/sid/icd-10-cm",
}
UCUM = "http://unitsofmeasure.org"

FACTS = (
    Fact("age", "age", "number", unit="years", low=0, high=120),
    Fact("b12_deficiency", "b12 deficiency", "yes/no", question="Is one diagnosed or suspected?"),
    Fact("pernicious_anemia", "pernicious anemia", "yes/no"),
    Fact("numbness", "numbness", "yes/no"),
    Fact("kidney_disease", "kidney disease", "yes/no"),
    Fact("bariatric_surgery", "bariatric surgery", "yes/no"),
    Fact("hypersensitivity", "hypersensitivity", "yes/no"),
    Fact("anticoagulant", "anticoagulant", "yes/no"),
    Fact("pregnancy", "pregnancy", "choice", choices=("none", "planning", "pregnant", "breastfeeding")),
    Fact("resection_length", "resection length", "number", unit="cm", low=0, high=700),
    Fact("platelet_count", "platelet count", "number", unit="10*9/L", low=0, high=2000),
    Fact("egfr", "egfr", "number", unit="mL/min/1.73 m2", low=0, high=200),
    Fact("serum_b12", "serum b12", "number", unit="ng/L", high=50000, conversions=(("pmol/L", 1.355),)),
)

CODES = tuple(
    Code(what, name, system, code, name, verified=code != "777-3", value=value)  # type: ignore[arg-type]
    for what, name, system, code, value in (
        ("fact", "b12_deficiency", "SNOMED CT", "190634004", "ever"),
        ("fact", "b12_deficiency", "SNOMED CT", "84027009", "ever"),
        ("fact", "b12_deficiency", "ICD-10", "D51", "ever"),
        ("fact", "b12_deficiency", "ICD-10", "D51.9", "ever"),
        ("fact", "pernicious_anemia", "SNOMED CT", "84027009", "yes"),
        ("fact", "numbness", "SNOMED CT", "44077006", "yes"),
        ("fact", "kidney_disease", "SNOMED CT", "431855005", "yes"),
        ("fact", "kidney_disease", "SNOMED CT", "431856006", "yes"),
        ("fact", "bariatric_surgery", "SNOMED CT", "442338001", "ever"),
        ("fact", "resection_length", "SNOMED CT", "43075005", "yes"),
        ("fact", "resection_length", "LOINC", "resected-1", "yes"),
        ("fact", "hypersensitivity", "RxNorm", "5514", "yes"),
        ("fact", "hypersensitivity", "RxNorm", "11248", "yes"),
        ("fact", "anticoagulant", "RxNorm", "11289", "yes"),
        ("fact", "pregnancy", "SNOMED CT", "77386006", "pregnant"),
        ("fact", "pregnancy", "SNOMED CT", "60001007", "none"),
        ("fact", "pregnancy", "LOINC", "82810-3", "yes"),
        ("fact", "serum_b12", "LOINC", "2132-9", "yes"),
        ("drug", "hydroxocobalamin", "RxNorm", "5514", "yes"),
        ("drug", "cyanocobalamin", "RxNorm", "11248", "yes"),
        ("drug", "cobalamin", "RxNorm", "2001499", "yes"),
        ("test", "platelet_count", "LOINC", "777-3", "yes"),
        ("test", "egfr", "LOINC", "33914-3", "yes"),
        ("test", "complete_blood_count", "LOINC", "58410-2", "yes"),
        ("route", "intramuscular", "SNOMED CT", "78421000", "yes"),
        ("route", "deep_subcutaneous", "SNOMED CT", "34206005", "yes"),
    )
)

ALIASES = {
    "im": "intramuscular",
    "hydroxycobalamin": "hydroxocobalamin",
    "vitamin b12": "cobalamin",
    "vitamin b12a": "hydroxocobalamin",
    "thigh": "vastus_lateralis",
}

GUIDELINE = Guideline(
    "small",
    "A small guideline",
    "1",
    date(2026, 1, 1),
    "sha256:0",
    {fact.name: fact for fact in FACTS},
    (),
    {},
    {},
    CODES,
    ALIASES,
)

Json = dict[str, Any]
ME: Json = {"reference": "Patient/me"}
PERSON: Json = {"resourceType": "Patient", "id": "me", "birthDate": "1980-03-02"}


def bundle(*resources: Json, person: Json = PERSON, **more: Any) -> Json:
    """A collection of one patient and these resources, numbered where they have no id."""
    numbered = [{"id": f"r{n}", **one} for n, one in enumerate(resources, start=1)]
    entries = [{"resource": one} for one in (person, *numbered)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries, **more}


def concept(code: str, system: str = "SNOMED CT") -> Json:
    return {"coding": [{"system": URI[system], "code": code}]}


def status(word: str) -> Json:
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/any", "code": word}]}


def condition(code: str, clinical: str | None = "active", system: str = "SNOMED CT", **more: Any) -> Json:
    found = {"resourceType": "Condition", "subject": ME, "code": concept(code, system), **more}
    return found | ({"clinicalStatus": status(clinical)} if clinical else {})


def refuted(code: str, **more: Any) -> Json:
    return condition(code, None, verificationStatus=status("refuted"), **more)


def observation(code: str, day: str | None = "2026-02-01", system: str = "LOINC", **more: Any) -> Json:
    found = {"resourceType": "Observation", "status": "final", "subject": ME, "code": concept(code, system)}
    return found | ({"effectiveDateTime": day} if day else {}) | more


def quantity(value: object, unit: str = "10*9/L", **more: Any) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit, **more}


def platelets(value: object, day: str | None = "2026-02-01", unit: str = "10*9/L", **more: Any) -> Json:
    return observation("777-3", day, valueQuantity=quantity(value, unit), **more)


def allergy(code: str, clinical: str = "active", verified: str = "confirmed", **more: Any) -> Json:
    found = {"resourceType": "AllergyIntolerance", "patient": ME, "code": concept(code, "RxNorm")}
    return found | {"clinicalStatus": status(clinical), "verificationStatus": status(verified)} | more


def medicine(kind: str, code: str = "5514", word: str = "completed", **more: Any) -> Json:
    found = {"resourceType": kind, "status": word, "subject": ME}
    return found | {"medicationCodeableConcept": concept(code, "RxNorm")} | more


def administration(day: str | None = "2026-02-10", route: Json | None = None, **more: Any) -> Json:
    """A dose of 1 mg, into the muscle unless another route is given ({}: none)."""
    into = concept("78421000") if route is None else route
    dosage = {"dose": quantity(1, "mg")} | ({"route": into} if into else {})
    found = medicine("MedicationAdministration", dosage=dosage, **more)
    return found | ({"effectiveDateTime": day} if day else {})


def read(*resources: Json, on: date = ON, **more: Any) -> Patient:
    """What these resources come to. They must be accepted."""
    patient, findings, _ = read_bundle(bundle(*resources, **more), GUIDELINE, on)
    assert not findings, findings
    return patient


def report_of(*resources: Json) -> Report:
    return read_bundle(bundle(*resources), GUIDELINE, ON)[2]


def refused(data: Any) -> tuple[Finding, ...]:
    """Why a document is refused, having seen that nothing of it was kept."""
    patient, findings, report = read_bundle(data, GUIDELINE, ON)
    assert findings, "it was accepted"
    assert (patient, report) == (Patient(), Report())
    return findings


def said(patient: Patient, words: str) -> bool:
    """Whether some notice has these words."""
    return any(words in notice for notice in patient.notices)


def facts(patient: Patient) -> dict[str, Any]:
    """The facts other than the age."""
    return {name: value for name, value in patient.facts.items() if name != "age"}

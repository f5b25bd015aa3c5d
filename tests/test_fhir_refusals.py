"""A FHIR document that cannot be trusted is refused whole, with every fault; no JSON breaks the reader."""

from __future__ import annotations

import copy
import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundles import (
    GUIDELINE,
    ME,
    ON,
    PERSON,
    Json,
    administration,
    allergy,
    bundle,
    concept,
    condition,
    medicine,
    observation,
    platelets,
    quantity,
    read,
    refused,
    refuted,
)
from posology.fhir.bundle import read_bundle
from posology.fhir.report import text_report

LISTED = {"resourceType": "Condition", "subject": ME, "code": concept("44077006")}


@pytest.mark.parametrize(
    ("data", "place", "what"),
    [
        (None, "", "Null is not a FHIR resource."),
        ([], "", "A list is not a FHIR resource."),
        ("Bundle", "", "'Bundle' is not a FHIR resource."),
        ({}, "resourceType", "Null is not a Bundle or a Patient."),
        ({"resourceType": "Observation"}, "resourceType", "'Observation' is not a Bundle or a Patient."),
        (bundle(type="history"), "type", "'history' is not a type of Bundle that holds one record."),
        (bundle() | {"entry": {}}, "entry", "An object is not a list."),
        (bundle() | {"entry": []}, "entry", "There is no Patient."),
        (bundle() | {"entry": [{"resource": PERSON}, 7]}, "entry[1]", "7 is not an object."),
        (
            bundle(PERSON | {"id": "you"}),
            "entry[1].resource",
            "Patient/you is a second patient, beside Patient/me.",
        ),
        (bundle(PERSON | {"gender": "male"}), "entry[1].resource", "There are two versions of Patient/me."),
        (bundle({"id": "x"}), "entry[1].resource.resourceType", "The kind of this resource is missing."),
        (bundle(fhirVersion="5.0.0"), "fhirVersion", "'5.0.0' is not release 4 of FHIR."),
        (
            bundle(person=PERSON | {"birthDate": "20.09.1992"}),
            "entry[0].resource.birthDate",
            "'20.09.1992' is not a date.",
        ),
        (
            bundle(person=PERSON | {"birthDate": "1992-02-30"}),
            "entry[0].resource.birthDate",
            "'1992-02-30' is not a date.",
        ),
        (bundle(person=PERSON | {"birthDate": 1992}), "entry[0].resource.birthDate", "1992 is not text."),
    ],
)
def test_a_document_that_is_no_single_patients_record_is_refused(data: Any, place: str, what: str) -> None:
    [finding] = refused(data)
    assert (finding.place, finding.what) == (place, what)
    assert finding.do.endswith(".")


@pytest.mark.parametrize(
    ("resource", "place", "what"),
    [
        (platelets("4,5"), "valueQuantity.value", "'4,5' is not a number."),
        (platelets("30"), "valueQuantity.value", "'30' is not a number."),
        (platelets(True), "valueQuantity.value", "True is not a number."),
        (
            observation("77386006", system="SNOMED CT", valueBoolean="yes"),
            "valueBoolean",
            "'yes' is not true or false.",
        ),
        (platelets(30, "1.2.2026"), "effectiveDateTime", "'1.2.2026' is not a date."),
        (platelets(30, "2026-13-01"), "effectiveDateTime", "'2026-13-01' is not a date."),
        (platelets(30) | {"subject": "Patient/me"}, "subject", "'Patient/me' is not an object."),
        (platelets(30) | {"code": {"coding": "777-3"}}, "code.coding", "'777-3' is not a list."),
        (platelets(30) | {"code": {"coding": [{"code": 7773}]}}, "code.coding[0].code", "7773 is not text."),
        (platelets(30) | {"status": ["final"]}, "status", "A list is not text."),
        (platelets(30) | {"valueQuantity": 30}, "valueQuantity", "30 is not an object."),
        (LISTED | {"clinicalStatus": "active"}, "clinicalStatus", "'active' is not a CodeableConcept."),
        (
            condition("44077006", assertedDate="2020-01-01"),
            "assertedDate",
            "The element assertedDate belongs to FHIR STU3, not to R4.",
        ),
        (
            medicine("MedicationStatement", taken="y"),
            "taken",
            "The element taken belongs to FHIR STU3, not to R4.",
        ),
        (
            {"resourceType": "MedicationAdministration", "occurenceDateTime": "2026-01-01"},
            "occurenceDateTime",
            "The element occurenceDateTime belongs to FHIR R5, not to R4.",
        ),
        (
            platelets(30, meta={"profile": ["http://hl7.org/fhir/5.0/StructureDefinition/Observation"]}),
            "meta.profile",
            "This profile is of FHIR 5.0, not of R4.",
        ),
    ],
)
def test_a_malformed_resource_is_refused_with_its_place(resource: Json, place: str, what: str) -> None:
    [finding] = refused(bundle(condition("44077006"), resource))
    assert finding.place == f"entry[2].resource.{place}"
    assert finding.what == what


def test_profiles_of_other_guides_are_not_taken_for_releases_of_fhir() -> None:
    profile = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|3.1.1"
    assert read(person=PERSON | {"meta": {"profile": [profile]}}).facts == {"age": 46}


def test_all_faults_are_told_at_once() -> None:
    broken = [platelets("4,5", "yesterday"), condition("44077006", onsetDateTime=3, subject=ME)]
    assert [finding.place for finding in refused(bundle(*broken, person=PERSON | {"birthDate": "?"}))] == [
        "entry[1].resource.effectiveDateTime",
        "entry[1].resource.valueQuantity.value",
        "entry[2].resource.onsetDateTime",
        "entry[0].resource.birthDate",
    ]


def test_a_fault_where_nobody_looks_does_no_harm() -> None:
    elsewhere = observation("1", effectiveDateTime="yesterday", valueQuantity={"value": "4,5"})
    assert len(read(elsewhere, {"resourceType": "Claim", "code": 5}, platelets(30)).results) == 1


@pytest.mark.parametrize("kind", ["collection", "searchset", "transaction", "document", "batch"])
def test_bundles_of_these_types_are_read(kind: str) -> None:
    assert len(read(platelets(30), type=kind).results) == 1


def test_an_entry_that_is_to_be_deleted_or_holds_nothing_is_no_record() -> None:
    record = bundle(platelets(30))
    record["entry"][1]["request"] = {"method": "DELETE", "url": "Observation/r1"}
    record["entry"].append({"fullUrl": "urn:uuid:1"})
    patient, findings, _ = read_bundle(record, GUIDELINE, ON)
    assert not findings and patient.results == ()


# ---------------------------------------------------------------- any JSON at all

RICH = bundle(
    condition("190634004", onsetDateTime="2020-05-01", verificationStatus={"coding": [{"code": "confirmed"}]}),
    condition("77386006"),
    refuted("44077006"),
    allergy("5514", reaction=[{"substance": concept("11248", "RxNorm")}]),
    administration("2026-02-12T10:00:00+01:00"),
    administration("2026-02-13") | {"medicationCodeableConcept": {"text": "Vitamin B12 injection"}},
    administration("2026-02-11") | {"medicationCodeableConcept": {"text": "Vitamin B12 injection"}},
    allergy("5514") | {"code": {"text": "vitamin B12"}, "verificationStatus": None},
    medicine("MedicationRequest", "11289", "active"),
    medicine("MedicationStatement", dosage=[{"route": concept("78421000")}], effectiveDateTime="2026-02-14"),
    platelets(30, "2026-02-01T10:00:00Z"),
    platelets(31, "2026-02-01T10:00:00Z"),
    observation(
        "1",
        component=[{"code": concept("33914-3", "LOINC"), "valueQuantity": quantity(50, "mL/min/{1.73_m2}")}],
    ),
    observation("82810-3", valueCodeableConcept=concept("60001007")),
    {
        "resourceType": "Medication",
        "id": "m",
        "ingredient": [{"itemReference": {"reference": "Medication/m"}}],
    },
)
WORDS = st.sampled_from(
    "Bundle Patient Observation Condition collection active final completed Patient/me Medication/m #m 2026 "
    "2026-02-30 2026-02-01T25:00:00Z mg 10*9/L < entered-in-error refuted http://loinc.org 777-3".split()
)
KEYS = st.sampled_from(
    "resourceType type entry resource id status code coding value valueQuantity subject reference".split()
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def nodes(data: Any) -> list[tuple[Any, Any]]:
    """Every place in a document: its container and its key."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [place for key, value in inner for place in ((data, key), *nodes(value))]


def well_behaved(data: Any) -> None:
    """It is refused whole, or every value is of the kind of its fact; the report can be printed."""
    patient, findings, report = read_bundle(data, GUIDELINE, ON)
    assert text_report(report)
    if findings:
        assert not patient.facts and not patient.doses and not patient.results and not report.read
        return
    for name, value in patient.facts.items():
        fact = GUIDELINE.facts[name]
        kinds = {
            "yes/no": isinstance(value, bool),
            "number": isinstance(value, float),
            "choice": value in fact.choices,
        }
        assert kinds[fact.kind]
    assert all(result.on <= ON for result in patient.results)
    assert all(dose.on <= ON and dose.route in ("intramuscular", "deep_subcutaneous") for dose in patient.doses)


@given(JSON)
def test_no_json_breaks_the_reader(data: Any) -> None:
    well_behaved(data)


@given(st.data())
def test_no_change_in_a_real_record_breaks_the_reader(data: st.DataObject) -> None:
    record = copy.deepcopy(RICH)
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(nodes(record)))
        container[key] = data.draw(JSON)
    well_behaved(record)


@given(st.randoms(use_true_random=False), st.sets(st.integers(1, len(RICH["entry"]) - 1)))
def test_the_order_of_the_entries_changes_nothing(chance: random.Random, left_out: set[int]) -> None:
    entries = [entry for n, entry in enumerate(RICH["entry"]) if n not in left_out]
    shuffled = chance.sample(entries, len(entries))
    assert read_bundle(RICH | {"entry": shuffled}, GUIDELINE, ON) == read_bundle(
        RICH | {"entry": entries}, GUIDELINE, ON
    )


@given(st.sets(st.integers(1, len(RICH["entry"]) - 1)))
def test_leaving_resources_out_never_makes_a_fact_no(left_out: set[int]) -> None:
    entries = [entry for n, entry in enumerate(RICH["entry"]) if n not in left_out]
    patient, _, _ = read_bundle(RICH | {"entry": entries}, GUIDELINE, ON)
    assert {name for name, value in patient.facts.items() if value is False} <= {"numbness"}


def test_a_long_record_is_read_fast() -> None:
    many = [platelets(n % 900, f"{2000 + n % 26}-0{1 + n % 9}-{10 + n % 19}T10:00:00Z") for n in range(3000)]
    record = bundle(*many, *({"resourceType": "Claim", "item": [{"net": n}] * 9} for n in range(1000)))
    started = time.process_time()
    read_bundle(record, GUIDELINE, ON)
    assert time.process_time() - started < 2, "a hundred times what it takes, so that a slow machine passes"

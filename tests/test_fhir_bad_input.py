"""What is wrong with a record is said, every fault of it, at the command line too; nothing is guessed from what is left."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

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
    refused,
    report_of,
    said,
)
from bundles import read as record
from posology.cli import main
from posology.fhir.bundle import read_bundle
from posology.read.data import LARGEST

CIRCLE = [
    {"resourceType": "Medication", "id": "a", "ingredient": [{"itemReference": {"reference": "Medication/b"}}]},
    {"resourceType": "Medication", "id": "b", "ingredient": [{"itemReference": {"reference": "Medication/a"}}]},
    administration("2026-02-12") | {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/a"}},
]


# ---------------------------------------------------------------- refused whole


@pytest.mark.parametrize(
    ("resource", "release"),
    [
        (condition("44077006", participant=[{}]), "R5"),
        (observation("1", triggeredBy=[{}]), "R5"),
        (medicine("MedicationRequest") | {"medication": {"concept": concept("5514")}}, "R5"),
        ({"resourceType": "Immunization", "patient": ME, "informationSource": {}}, "R5"),
        (condition("44077006", context={"reference": "Encounter/1"}), "STU3"),
        (observation("1", comment="fine"), "STU3"),
        ({"resourceType": "Immunization", "patient": ME, "date": "2026-01-01"}, "STU3"),
        ({"resourceType": "Procedure", "subject": ME, "notDone": True}, "STU3"),
        (allergy("5514") | {"type": concept("1")}, "R5"),
        (allergy("5514") | {"substance": concept("5514")}, "DSTU2"),
        ({"resourceType": "Medication", "id": "m", "isBrand": True}, "STU3"),
        ({"resourceType": "Medication", "id": "m", "doseForm": concept("1")}, "R5"),
    ],
)
def test_a_resource_of_another_release_is_refused_and_the_release_is_named(resource: Json, release: str) -> None:
    findings = refused(bundle(resource))
    assert any(f"FHIR {release}, not to R4" in finding.what for finding in findings)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"animal": {"species": concept("1")}}, "STU3"),
        ({"meta": {"profile": ["http://hl7.org/fhir/5.0/StructureDefinition/Patient"]}}, "5.0"),
        ({"fhirVersion": "3.0.2"}, "3.0.2"),
    ],
)
def test_a_patient_of_another_release_is_refused_as_any_resource_is(more: Json, what: str) -> None:
    assert any(what in finding.what for finding in refused(bundle(person=PERSON | more)))
    assert any(what in finding.what for finding in refused(PERSON | more))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (bundle(PERSON | {"id": "you"}), "second patient"),
        (bundle(*CIRCLE), "ingredient of itself"),
        (bundle(platelets("4,5")), "'4,5' is not a number"),
        (bundle(platelets(30, "2026-02-30")), "'2026-02-30' is not a date"),
        (bundle() | {"entry": []}, "There is no Patient"),
        (bundle(type="message"), "'message' is not a type of Bundle"),
        ({"resourceType": "Encounter"}, "not a Bundle or a Patient"),
    ],
)
def test_the_command_line_refuses_it_with_what_to_do_and_without_a_traceback(
    data: Any, what: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "record.json"
    path.write_text(json.dumps(data))
    assert main(["plan", str(path), "--on", ON.isoformat(), "--format", "json"]) == 2
    told = capfd.readouterr()
    errors = json.loads(told.out)["errors"]
    assert any(what in error["what"] for error in errors) and all(error["do"] for error in errors)
    assert "Traceback" not in told.err and str(tmp_path) not in told.out


@pytest.mark.parametrize("content", [b"{", b'{"resourceType": "Bundle", "entry": [', b"\xff\xfe", b"<Bundle/>", b"", b"[]", b'[{"resourceType": "Patient"}]'])
def test_what_is_not_json_or_not_fhir_is_refused(content: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(content)
    assert main(["plan", str(path)]) == 2
    assert "Traceback" not in capfd.readouterr().err


def test_fifty_megabytes_are_refused_at_once_and_not_read(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(b'{"resourceType": "Bundle", "type": "collection", "entry": [' + b" " * 50_000_000 + b"]}")
    started = time.process_time()
    assert main(["plan", str(path)]) == 2
    assert time.process_time() - started < 2
    assert f"{LARGEST:,}" in capfd.readouterr().err


# ---------------------------------------------------------------- accepted, and left unknown with a word why


def test_a_resource_about_somebody_who_is_only_contained_in_it_is_not_read() -> None:
    inner = platelets(30) | {"subject": {"reference": "#p"}, "contained": [PERSON | {"id": "p"}]}
    patient = record(inner)
    assert not patient.results and said(patient, "only inside it")


def test_what_is_only_contained_in_another_resource_is_not_read_and_not_passed_over_in_silence() -> None:
    held = [condition("190634004"), platelets(30), {"resourceType": "Practitioner"}, 5]
    for outer in ({"resourceType": "DiagnosticReport", "id": "d", "contained": held}, PERSON | {"contained": held}):
        sent = bundle(person=outer) if outer["resourceType"] == "Patient" else bundle(outer)
        patient, faults, report = read_bundle(sent, GUIDELINE, ON)
        assert not faults and not patient.results and "b12_deficiency" not in patient.facts
        assert said(patient, "a resource Condition is only contained in it") and said(patient, "Observation is only contained")
        assert {"Condition", "Observation"} <= {entry.about for entry in report.ignored}


def test_a_number_beyond_all_bounds_is_told_in_few_letters() -> None:
    assert any(len(notice) < 200 and "1e+300" in notice for notice in record(platelets(1e300)).notices)


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (platelets(30, "2026-02"), "its date has no day"),
        (platelets(30, "2027-01-01"), "dated after the day of the plan"),
        (administration("2026"), "on which day is not recorded"),
        (administration("2027-01-01"), "dated after the day of the plan"),
        (platelets(30) | {"valueQuantity": quantity(30, "kg")}, "does not fit"),
        (platelets(30) | {"valueQuantity": {"value": 30}}, "no unit"),
    ],
)
def test_what_cannot_be_used_is_left_unknown_and_noticed(resource: Json, words: str) -> None:
    patient = record(resource)
    assert not patient.doses and "platelet_count" not in patient.facts
    assert all(result.value is None for result in patient.results) and said(patient, words)


@pytest.mark.parametrize(
    "resource",
    [
        condition("190634004") | {"code": {"coding": [{"system": "http://elsewhere.example/codes", "code": "190634004"}]}},
        condition("190634004") | {"code": {"coding": [{"code": "190634004"}]}},
        condition("190634004", verificationStatus={"coding": [{"code": "entered-in-error"}]}),
    ],
)
def test_an_unknown_vocabulary_and_an_error_state_nothing_and_stand_in_the_report(resource: Json) -> None:
    assert "b12_deficiency" not in record(resource).facts
    assert any(entry.about == "Condition" for entry in report_of(resource).ignored)


# ---------------------------------------------------------------- speed

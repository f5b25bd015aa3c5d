"""What is wrong with a record is said, every fault of it, at the command line too; nothing is guessed from what is left."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from bundles import (
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
    ],
)
def test_a_resource_of_another_release_is_refused_and_the_release_is_named(resource: Json, release: str) -> None:
    findings = refused(bundle(resource))
    assert any(f"FHIR {release}, not to R4" in finding.what for finding in findings)


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

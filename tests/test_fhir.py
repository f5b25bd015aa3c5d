"""A record in FHIR R4 is read into facts, results and doses; what is not sure stays unknown, and says so."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import fhirkit
import msgspec
import pytest

from bundles import (
    GUIDELINE,
    ME,
    ON,
    PERSON,
    URI,
    Json,
    bundle,
    concept,
    condition,
    facts,
    medicine,
    platelets,
    read,
    refuted,
    report_of,
    said,
    status,
)
from fhir_checks import faults
from posology.fhir import plan_bundle
from posology.fhir.bundle import read_bundle
from posology.fhir.careplan import own_reference
from posology.fhir.report import text_report
from posology.plan.plan import plan
from posology.read.library import load

SHARED = Path(os.environ.get("POSOLOGY_SHARED") or Path(__file__).parents[2] / "shared") / "fhir-samples"


# ---------------------------------------------------------------- the person


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("1980-03-02", "2026-03-02", 46),
        ("1980-03-03", "2026-03-02", 45),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("1980", "2026-12-31", 46),
        ("1980", "2026-12-30", None),
        ("1980-03", "2026-03-15", None),
        ("1980-03", "2026-04-01", 46),
        ("1980-03", "2026-02-28", 45),
        ("2026-04-01", "2026-03-02", None),
        ("1850-01-01", "2026-03-02", None),
        ("2026-03-02", "2026-03-02", 0),
    ],
)
def test_age_is_whole_years_on_the_day_and_unknown_where_the_birth_date_leaves_it_open(
    born: str, on: str, age: float | None
) -> None:
    patient = read(person=PERSON | {"birthDate": born}, on=date.fromisoformat(on))
    assert patient.facts.get("age") == age
    assert (age is None) == bool(patient.notices)


def test_without_a_birth_date_the_age_is_simply_unknown() -> None:
    patient = read(person={"resourceType": "Patient", "id": "me"})
    assert patient.facts == {} and not said(patient, "birth date")


def test_a_single_patient_resource_is_a_record_too() -> None:
    patient, findings, _ = read_bundle(PERSON, GUIDELINE, ON)
    assert not findings and patient.facts == {"age": 46} and patient.label == "me" and patient.on == ON


@pytest.mark.parametrize(
    "data", [{"resourceType": "Patient"}, {"resourceType": "Patient", "id": "me"}, bundle(person={"resourceType": "Patient"})]
)
def test_a_record_that_says_nothing_is_accepted_and_says_that_nothing_was_read(data: Json) -> None:
    patient, findings, report = read_bundle(data, GUIDELINE, ON)
    assert not findings and report.read == () and patient.facts == {}
    assert patient.notices == ("Nothing was read from this record: it holds nothing that the guideline asks about.",)
    assert not said(read(), "Nothing was read"), "an age is something"


@pytest.mark.parametrize("died", [{"deceasedBoolean": True}, {"deceasedDateTime": "2026-01-01"}])
def test_a_death_on_record_is_told(died: Json) -> None:
    assert said(read(person=PERSON | died), "has died")
    assert not read(person=PERSON | {"deceasedBoolean": False}).notices


def test_one_page_of_several_says_so() -> None:
    patient = read(type="searchset", link=[{"relation": "next", "url": "https://example.org/?page=2"}])
    assert said(patient, "one page of a longer record")
    assert said(read(type="searchset", total=50), "one page of a longer record")
    assert not said(read(type="searchset", total=1), "one page")


def test_what_a_server_withheld_and_a_bundle_in_a_bundle_are_told() -> None:
    refusal = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "security"}]}
    assert said(read(refusal), "part of it may not have been sent")
    assert said(read(bundle(condition("44077006"))), "a Bundle in a Bundle is not read")


@pytest.mark.parametrize(
    ("subject", "mine"),
    [
        ({"reference": "Patient/me"}, True),
        ({"reference": "Patient/me/_history/3"}, True),
        ({"reference": "https://example.org/fhir/Patient/me"}, True),
        ({"reference": "urn:uuid:me"}, True),
        ({"reference": "Patient?identifier=urn:hospital|77"}, True),
        ({"identifier": {"system": "urn:hospital", "value": "77"}}, True),
        ({"reference": "https://other.org/fhir/Patient/me"}, False),
        ({"reference": "Patient/you"}, False),
        ({"reference": "Group/me"}, False),
        ({"reference": "#me"}, False),
        ({"display": "me"}, False),
        ({}, False),
    ],
)
def test_only_what_is_surely_about_the_patient_is_read(subject: Json, mine: bool) -> None:
    record = bundle(platelets(30, subject=subject))
    record["entry"][0] = {
        "fullUrl": "https://example.org/fhir/Patient/me",
        "resource": PERSON | {"identifier": [{"system": "urn:hospital", "value": "77"}]},
    }
    patient, findings, _ = read_bundle(record, GUIDELINE, ON)
    assert not findings and bool(patient.results) == mine and said(patient, "it ") != mine


def test_a_resource_without_a_subject_or_with_a_focus_or_a_modifier_is_not_read() -> None:
    anonymous = platelets(30)
    del anonymous["subject"]
    fetal = platelets(30, focus=[{"reference": "Patient/child"}])
    changed = platelets(30, modifierExtension=[{"url": "https://example.org/not"}])
    patient = read(anonymous, fetal, changed)
    assert patient.results == () and len(patient.notices) == 3


def test_entries_find_one_another_by_their_addresses() -> None:
    record = bundle(platelets(30, subject={"reference": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"}))
    record["entry"][0]["fullUrl"] = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
    assert len(read_bundle(record, GUIDELINE, ON)[0].results) == 1


def test_a_patient_without_an_id_is_known_only_by_address() -> None:
    record = bundle(
        platelets(30), platelets(30, subject={"reference": "urn:uuid:0"}), person={"resourceType": "Patient"}
    )
    record["entry"][0]["fullUrl"] = "urn:uuid:0"
    patient, _, _ = read_bundle(record, GUIDELINE, ON)
    assert len(patient.results) == 1 and said(patient, "Observation/r1): it is about somebody else")


# ---------------------------------------------------------------- conditions

LOCAL = {"system": "urn:example:own", "code": "A"}


@pytest.mark.parametrize(
    ("resource", "value", "noticed"),
    [
        (condition("44077006"), True, False),
        (condition("44077006", "recurrence"), True, False),
        (condition("44077006", "relapse"), True, False),
        (condition("44077006", "resolved"), None, False),
        (condition("44077006", "inactive"), None, False),
        (condition("44077006", "remission"), None, False),
        (condition("44077006", None), None, True),
        (condition("44077006", "better"), None, True),
        (condition("44077006", None, abatementDateTime="2020-01-01"), None, False),
        (condition("44077006", abatementDateTime="2020-01-01"), None, True),
        (condition("44077006", abatementDateTime="2025"), None, True),
        (condition("44077006", abatementDateTime="2026-02"), None, True),
        (condition("44077006", abatementDateTime="2026-03"), True, False),
        (condition("44077006", abatementDateTime="2027"), True, False),
        (condition("44077006", abatementAge={"value": 40, "unit": "a"}), None, True),
        (condition("44077006", abatementString="after treatment"), None, True),
        (condition("44077006", None, abatementString="after treatment"), None, False),
        (condition("44077006", "resolved", abatementDateTime="2026-03-20"), True, False),
        (condition("44077006", verificationStatus=status("confirmed")), True, False),
        (condition("44077006", verificationStatus=status("provisional")), None, True),
        (condition("44077006", verificationStatus=status("differential")), None, True),
        (condition("44077006", verificationStatus=status("unconfirmed")), None, True),
        (condition("44077006", verificationStatus=status("perhaps")), None, True),
        (condition("44077006", verificationStatus={"text": "Refuted"}), None, True),
        (condition("44077006", verificationStatus={"coding": [{"display": "Refuted"}]}), None, True),
        (condition("44077006", verificationStatus={"coding": [LOCAL, *status("refuted")["coding"]]}), False, False),
        (condition("44077006") | {"clinicalStatus": {"text": "resolved"}}, None, True),
        (condition("44077006") | {"clinicalStatus": {"coding": [LOCAL, *status("active")["coding"]]}}, True, False),
        (condition("44077006", verificationStatus=status("entered-in-error")), None, False),
        (condition("44077006", onsetDateTime="2026-03-03"), None, True),
        (condition("44077006", onsetDateTime="2026"), True, False),
        (condition("44077006", onsetDateTime="2027"), None, True),
        (condition("44077006", onsetPeriod={"start": "2027-01-01"}), None, True),
        (condition("44077006", recordedDate="2026-03-01"), True, False),
        (refuted("44077006"), False, False),
    ],
)
def test_a_condition_is_yes_while_active_and_no_only_when_refuted(
    resource: Json, value: bool | None, noticed: bool
) -> None:
    patient = read(resource)
    assert patient.facts.get("numbness") is value
    assert bool(patient.notices) == noticed


@pytest.mark.parametrize("word", ["provisional", "differential", "unconfirmed"])
def test_a_suspicion_is_not_read_as_one_and_says_so(word: str) -> None:
    unsure = status(word)
    patient = read(condition("190634004", verificationStatus=unsure), condition("44077006", verificationStatus=unsure))
    assert facts(patient) == {}
    assert said(patient, f"b12 deficiency is only {word}, not confirmed: left unknown, although a suspicion may count")
    assert said(patient, f"numbness is only {word}, not confirmed.")


def test_a_fact_that_outlasts_its_condition_is_yes_when_it_is_over_too() -> None:
    assert facts(read(condition("190634004", "resolved"))) == {"b12_deficiency": True}
    assert facts(read(condition("190634004", None))) == {"b12_deficiency": True}


def test_one_code_may_state_several_facts() -> None:
    assert facts(read(condition("84027009"))) == {"b12_deficiency": True, "pernicious_anemia": True}
    assert facts(read(condition("84027009", "resolved"))) == {"b12_deficiency": True}


def test_refuting_one_kind_of_an_illness_does_not_refute_the_illness() -> None:
    assert facts(read(refuted("84027009"))) == {"pernicious_anemia": False}
    assert facts(read(refuted("431855005"))) == {}
    assert facts(read(refuted("190634004"))) == {"b12_deficiency": False}
    icd = {"verificationStatus": status("refuted"), "system": "ICD-10", "clinical": None}
    assert facts(read(condition("D51", **icd))) == {"b12_deficiency": False}
    assert facts(read(condition("D51.9", **icd))) == {}


def test_nothing_becomes_no_because_it_is_not_on_record() -> None:
    assert facts(read()) == {}
    assert facts(read(condition("999999"))) == {}
    assert False not in read(condition("44077006")).facts.values()


def test_records_that_disagree_leave_the_fact_unknown_and_say_so() -> None:
    patient = read(condition("44077006"), refuted("44077006"))
    assert facts(patient) == {} and said(patient, "Condition/r1, Condition/r2): the records disagree on numbness")


def test_a_number_cannot_be_told_from_a_code() -> None:
    patient = read({"resourceType": "Procedure", "status": "completed", "subject": ME, "code": concept("43075005")})
    assert facts(patient) == {} and said(patient, "resection length cannot be told from a code")


@pytest.mark.parametrize(
    ("more", "value"),
    [
        ({"status": "completed"}, True),
        ({"status": "completed", "performedDateTime": "2011"}, True),
        ({"status": "completed", "performedPeriod": {"start": "2026-03-03"}}, None),
        ({"status": "not-done"}, None),
        ({"status": "in-progress"}, None),
        ({"status": "entered-in-error"}, None),
        ({}, None),
    ],
)
def test_a_procedure_counts_once_it_is_completed(more: Json, value: bool | None) -> None:
    patient = read({"resourceType": "Procedure", "subject": ME, "code": concept("442338001"), **more})
    assert patient.facts.get("bariatric_surgery") is value


# ---------------------------------------------------------------- the report


def test_every_resource_is_accounted_for() -> None:
    mixed = (
        condition("44077006"),
        condition("1"),
        platelets(30),
        {"resourceType": "Claim"},
        medicine("MedicationRequest"),
    )
    report = report_of(*mixed)
    told = {entry.reference for entry in (*report.read, *report.ignored)}
    assert told == {
        "Patient/me",
        "Condition/r1",
        "Condition/r2",
        "Observation/r3",
        "Claim/r4",
        "MedicationRequest/r5",
    }


def test_the_report_of_a_long_record_is_short() -> None:
    many = [platelets(30 + n, f"20{10 + n // 300}-01-{1 + n % 28:02}T{n % 24:02}:00:00Z") for n in range(3000)]
    text = text_report(report_of(*many, *({"resourceType": "Claim"} for _ in range(3000))))
    assert "platelet count of 2019-01-28" in text and "3000 Claim" in text
    assert len(text.splitlines()) < 10


def test_codes_that_nobody_has_verified_are_named_once() -> None:
    patient = read(platelets(30), platelets(31, "2026-01-01"), condition("44077006"))
    assert [n for n in patient.notices if "verified" in n] == [
        "Read by codes that nobody has verified yet: LOINC 777-3 (platelet count)."
    ]


def test_origins_name_the_resource_of_each_fact() -> None:
    patient = read(condition("44077006"), platelets(30, "2020-01-01"), platelets(31, "2026-01-01"))
    assert patient.origins == {
        "age": "Patient/me",
        "numbness": "Condition/r1",
        "platelet_count": "Observation/r3",
    }


# ---------------------------------------------------------------- whole records from elsewhere

RECORDS = {
    "marcos-delagarza": (28, {}, {"platelet_count": 409.671091, "hemoglobin": 163.619284}),
    "renea-quigley": (
        63,
        {"chronic_kidney_disease": True, "diabetic_nephropathy": True},
        {"platelet_count": 250.523716, "egfr": 72.9938291, "potassium": None},
    ),
    "reuben-lind": (47, {}, {"platelet_count": 262.876022, "egfr": 153.568293}),
    "twanda-rippin": (48, {}, {"platelet_count": 444.118369, "mcv": 89.3876157}),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_synthetic_record_is_read_as_it_stands(name: str) -> None:
    path = SHARED / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"needs the sample records: set POSOLOGY_SHARED to the folder that holds fhir-samples/{name}.json")
    guideline = load("b12-injections")
    patient, findings, report = read_bundle(msgspec.json.decode(path.read_bytes()), guideline, date(2021, 4, 1))
    age, known, newest = RECORDS[name]
    last = {result.test: result.value for result in patient.results}
    assert not findings and patient.facts == {"age": age, **known}
    assert {test: last[test] for test in newest} == newest
    assert patient.doses == (), "each of them has a request for an injection, and no sign that one was given"
    assert said(patient, "does not show that it was given")
    assert len(text_report(report).splitlines()) < 20 and URI["LOINC"] not in text_report(report)
    sent = plan_bundle(plan(guideline, patient), guideline, own_reference(patient.label))
    assert faults(sent) == [] and fhirkit.validate(json.dumps(sent)) == []


def test_the_guidelines_own_codes_read_an_operation_as_what_it_is_also_called() -> None:
    done = {"resourceType": "Procedure", "status": "completed", "subject": ME, "code": concept("442338001")}
    found, findings, _ = read_bundle(bundle(done), load("b12-injections"), ON)
    assert not findings and found.facts["bariatric_surgery"] is True
    assert any("442338001" in notice and "verified" in notice for notice in found.notices)


@pytest.mark.parametrize(
    ("code", "route"),
    [("IM", "intramuscular"), ("SQ", "deep_subcutaneous"), ("IVINJ", "intravenous"), ("PO", "oral")],
)
def test_the_guidelines_own_codes_know_the_routes_by_which_fhir_writes_immunizations(code: str, route: str) -> None:
    by = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration", "code": code}]}
    given = {
        "resourceType": "Immunization", "status": "completed", "patient": ME, "occurrenceDateTime": "2026-02-01",
        "vaccineCode": concept("5514", "RxNorm"), "route": by,
    }  # fmt: skip
    patient, findings, _ = read_bundle(bundle(given), load("b12-injections"), ON)
    assert not findings and [dose.route for dose in patient.doses] == [route]


def test_a_record_in_the_shape_of_everything_is_read_as_any_other() -> None:
    record = bundle(condition("190634004"), platelets(30), {"resourceType": "Practitioner", "id": "p"}, type="searchset")
    for entry in record["entry"]:
        entry["search"] = {"mode": "match" if entry["resource"]["resourceType"] == "Patient" else "include"}
    record |= {"total": 1, "link": [{"relation": "self", "url": "https://records.example/Patient/me/$everything"}]}
    record["entry"].append({"search": {"mode": "outcome"}, "resource": {"resourceType": "OperationOutcome", "issue": []}})
    found, findings, _ = read_bundle(record, GUIDELINE, ON)
    assert not findings and found.facts["b12_deficiency"] and len(found.results) == 1
    assert not said(found, "page")

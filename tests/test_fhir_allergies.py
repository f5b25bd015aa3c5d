"""Allergies and medicines in a FHIR record as facts: doubt about an allergy is told, and never becomes a no."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bundles import GUIDELINE, ON, Json, allergy, bundle, concept, facts, medicine, read, said, status
from posology.fhir.bundle import read_bundle
from posology.model import Fact


@pytest.mark.parametrize(
    ("resource", "value", "noticed"),
    [
        (allergy("5514"), True, False),
        (allergy("5514", clinical="resolved"), None, True),
        (allergy("5514", clinical="inactive"), None, True),
        (allergy("5514", clinical="resolved", verificationStatus=None), None, True),
        (allergy("5514", clinical="better"), None, True),
        (allergy("5514", verified="provisional"), None, True),
        (allergy("5514", verified="perhaps"), None, True),
        (allergy("5514", clinicalStatus=None), True, True),
        (allergy("5514", clinicalStatus=None, verificationStatus=None), True, True),
        (allergy("5514", clinicalStatus=None, verified="refuted"), None, False),
        (allergy("5514", clinicalStatus=None, verified="entered-in-error"), None, False),
        (allergy("5514", verified="unconfirmed"), None, True),
        (allergy("5514", verificationStatus=None), True, True),
        (allergy("5514", verified="entered-in-error"), None, False),
        (allergy("5514", verified="refuted"), None, False),
        (allergy("1", reaction=[{"substance": concept("11248", "RxNorm")}]), True, False),
        (allergy("5514", onsetDateTime="2026-03-03"), None, True),
        (allergy("2001499"), None, True),
        (allergy("11289"), None, False),
    ],
)
def test_an_allergy_counts_unless_it_is_over_or_doubtful(resource: Json, value: bool | None, noticed: bool) -> None:
    patient = read(resource)
    assert patient.facts.get("hypersensitivity") is value
    assert bool(patient.notices) == noticed
    assert "anticoagulant" not in patient.facts, "an allergy to a medicine does not say that it is taken"


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (allergy("5514", verificationStatus=None), "believed although the record does not say that anybody verified it"),
        (allergy("5514", clinicalStatus=None), "does not say whether it is active (AllergyIntolerance/r1)"),
        (allergy("5514", verified="unconfirmed"), "a possible allergy (hypersensitivity) is only unconfirmed"),
        (allergy("5514", clinical="resolved"), "recorded as resolved, and a past reaction is no all-clear"),
    ],
)
def test_what_is_doubtful_about_an_allergy_is_said(resource: Json, words: str) -> None:
    assert said(read(resource), words)


UNCODED_ALLERGY = allergy("5514") | {"code": {"text": "Vitamin  B₁₂ injections"}}


@pytest.mark.parametrize(
    ("resource", "drug"),
    [
        (UNCODED_ALLERGY, "cobalamin"),
        (UNCODED_ALLERGY | {"verificationStatus": None, "clinicalStatus": status("resolved")}, "cobalamin"),
        (UNCODED_ALLERGY | {"code": {"coding": [{"code": "7", "display": "CYANOCOBALAMIN (substance)"}]}}, "cyanocobalamin"),
        (UNCODED_ALLERGY | {"code": {}, "reaction": [{"substance": {"text": "hydroxycobalamin"}}]}, "hydroxocobalamin"),
        (UNCODED_ALLERGY | {"verificationStatus": status("refuted")}, ""),
        (UNCODED_ALLERGY | {"verificationStatus": status("entered-in-error")}, ""),
        (UNCODED_ALLERGY | {"code": {"text": "hydroxocobalaminase"}}, ""),
        (UNCODED_ALLERGY | {"code": {"text": "peanuts, on the thigh"}}, ""),
    ],
)
def test_an_allergy_in_words_is_a_possible_one_and_the_fact_stays_unknown(resource: Json, drug: str) -> None:
    patient = read(resource)
    expected = f"A possible allergy to {drug} is on record (AllergyIntolerance/r1): check before giving."
    assert facts(patient) == {} and patient.notices == ((expected,) if drug else ())


def test_an_allergy_that_the_guideline_asks_for_is_noticed_by_its_name_where_no_code_is_known() -> None:
    guideline = replace(GUIDELINE, facts=GUIDELINE.facts | {"metal_allergy": Fact("metal_allergy", "metal allergy", "yes/no")})
    record = bundle(UNCODED_ALLERGY | {"code": {"coding": [{"code": "7", "display": "Metal, any"}]}})
    patient, _, _ = read_bundle(record, guideline, ON)
    assert said(patient, "A possible allergy to metal is on record")


@pytest.mark.parametrize("word", ["verificationStatus", "clinicalStatus"])
def test_an_allergy_whose_status_is_in_words_only_is_a_possible_one(word: str) -> None:
    patient = read(allergy("5514") | {word: {"text": "refuted"}})
    assert facts(patient) == {} and said(patient, "a possible allergy")


def until(day: str) -> Json:
    return {"timing": {"repeat": {"boundsPeriod": {"start": "2020-01-01", "end": day}}}}


@pytest.mark.parametrize(
    ("resource", "value"),
    [
        (medicine("MedicationStatement", "11289", "active"), True),
        (medicine("MedicationStatement", "11289", "active", effectivePeriod={"end": "2025-01-01"}), None),
        (medicine("MedicationStatement", "11289", "active", effectivePeriod={"start": "2027-01-01"}), None),
        (medicine("MedicationStatement", "11289", "completed"), None),
        (medicine("MedicationStatement", "11289", "active", effectivePeriod={"end": "2026-02"}), None),
        (medicine("MedicationStatement", "11289", "active", effectivePeriod={"end": "2026-03"}), True),
        (medicine("MedicationRequest", "11289", "active", intent="proposal"), None),
        (medicine("MedicationRequest", "11289", "active", intent="option"), None),
        (medicine("MedicationRequest", "11289", "active", intent="plan"), True),
        (medicine("MedicationRequest", "11289", "active", dosageInstruction=[until("2025-12-31")]), None),
        (medicine("MedicationRequest", "11289", "active", dosageInstruction=[until("2025")]), None),
        (medicine("MedicationRequest", "11289", "active", dosageInstruction=[until("2025"), until("2027")]), True),
        (medicine("MedicationRequest", "11289", "active", dosageInstruction=[until("2025"), {}]), True),
        (medicine("MedicationRequest", "11289", "active"), True),
        (medicine("MedicationRequest", "11289", "active", doNotPerform=True), None),
        (medicine("MedicationRequest", "11289", "active", authoredOn="2026-03-03"), None),
        (medicine("MedicationRequest", "11289", "stopped"), None),
    ],
)
def test_a_medicine_in_use_states_the_fact_that_is_coded_by_it(resource: Json, value: bool | None) -> None:
    assert read(resource).facts.get("anticoagulant") is value


@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationStatement", "MedicationAdministration"])
def test_giving_a_drug_never_states_hypersensitivity_to_it(kind: str) -> None:
    assert facts(read(medicine(kind, "5514", "active"), medicine(kind, "5514", "completed"))) == {}

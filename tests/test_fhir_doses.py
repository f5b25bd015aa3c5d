"""Doses in a FHIR record: only what was really given counts, once, and nothing about it is guessed."""

from __future__ import annotations

from datetime import date

import pytest

from bundles import ME, Json, administration, concept, medicine, quantity, read, refused, report_of, said
from bundles import bundle as bundle_of
from posology.model import Dose

DAY = date(2026, 2, 10)
DOSE = Dose(DAY, "hydroxocobalamin", 1.0, "intramuscular")
IM = concept("78421000")


def statement(word: str = "completed", **more: object) -> Json:
    found = medicine("MedicationStatement", word=word, effectiveDateTime="2026-02-10")
    rates = [{"doseQuantity": quantity(1, "mg")}]
    return found | {"dosage": [{"route": IM, "doseAndRate": rates}], **more}


@pytest.mark.parametrize(
    ("more", "count", "noticed"),
    [
        ({}, 1, False),
        ({"effectiveDateTime": "2026-02-10T23:30:00-05:00"}, 1, False),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2026-02-10T09:00:00Z"}}, 1, False),
        (
            {"effectiveDateTime": None, "effectivePeriod": {"start": "2026-02-10", "end": "2026-02-10"}},
            1,
            False,
        ),
        (
            {"effectiveDateTime": None, "effectivePeriod": {"start": "2026-02-10", "end": "2026-02-12"}},
            0,
            True,
        ),
        ({"effectiveDateTime": None}, 0, True),
        ({"effectiveDateTime": "2026-02"}, 0, True),
        ({"effectiveDateTime": "2026-03-03"}, 0, True),
        ({"status": "not-done"}, 0, False),
        ({"status": "entered-in-error"}, 0, False),
        ({"status": "stopped"}, 0, True),
        ({"status": "in-progress"}, 0, True),
        ({"status": None}, 0, True),
        ({"medicationCodeableConcept": concept("1", "RxNorm")}, 0, False),
        ({"medicationCodeableConcept": None}, 0, False),
        ({"medicationCodeableConcept": {"text": "Hydroxycobalamin"}}, 1, False),
        ({"medicationCodeableConcept": {"text": "Hydroxocobalamin 1 mg/ml"}}, 0, True),
        ({"medicationCodeableConcept": {"text": "thigh"}}, 0, False),
    ],
)
def test_an_administration_is_a_dose_when_completed_on_a_known_day(more: Json, count: int, noticed: bool) -> None:
    patient = read(administration() | more)
    assert patient.doses == (DOSE,) * count
    assert bool(patient.notices) == noticed


def test_a_product_with_two_of_the_drugs_is_not_read() -> None:
    both = {"coding": concept("5514", "RxNorm")["coding"] + concept("11248", "RxNorm")["coding"]}
    patient = read(administration() | {"medicationCodeableConcept": both})
    assert patient.doses == () and "several drugs (cyanocobalamin, hydroxocobalamin)" in patient.notices[0]


@pytest.mark.parametrize(
    ("route", "name"),
    [
        (IM, "intramuscular"),
        ({"text": "IM"}, "intramuscular"),
        ({"text": " Deep  subcutaneous "}, "deep_subcutaneous"),
        ({"coding": [{"system": "urn:ours", "code": "7", "display": "Intramuscular"}]}, "intramuscular"),
        ({"coding": [{"system": "urn:ours", "code": "IM"}]}, None),
        ({"text": "thigh"}, None),
        ({"text": "hydroxycobalamin"}, None),
        ({"coding": IM["coding"] + concept("34206005")["coding"]}, None),
        ({}, None),
    ],
)
def test_a_route_is_read_by_code_or_by_its_exact_name_and_never_guessed(route: Json, name: str | None) -> None:
    patient = read(administration(route=route))
    assert [dose.route for dose in patient.doses] == ([name] if name else [])
    assert any("its route is not recorded" in notice for notice in patient.notices) == (not route)
    unread = bool(route) and name is None
    assert any("of a route that does not count (" in notice for notice in patient.notices) == unread


@pytest.mark.parametrize(
    ("route", "words"),
    [
        ({"text": "into the nose"}, "'into the nose'"),
        ({"coding": [{"code": "46713006", "display": "Nasal route"}]}, "'Nasal route'"),
        (concept("45890007"), "'45890007'"),
    ],
)
def test_a_route_that_does_not_count_is_not_called_unrecorded(route: Json, words: str) -> None:
    patient = read(administration(route=route))
    assert patient.doses == ()
    assert f"is of a route that does not count ({words}): not counted" in patient.notices[0]
    assert len(read(statement(), administration(route=route)).notices) == 1, "it is no twin of the counted dose"


@pytest.mark.parametrize(
    ("dose", "amount"),
    [
        (quantity(1000, "ug"), 1.0),
        (quantity(50, "ug"), 0.05),
        (quantity(50, "mcg"), 0.05),
        ({"value": 50, "unit": "µg"}, 0.05),
        (quantity(0.001, "g"), 1.0),
        ({"value": 50, "unit": "ug", "system": "http://snomed.info/sct", "code": "258685003"}, 0.05),
        (quantity(50, "mg") | {"unit": "ug"}, None),
        (quantity(1000, "[iU]"), None),
        (quantity(1, "mg/mL"), None),
        ({"value": 1, "unit": "mg"}, 1.0),
        (quantity(1, "mL"), None),
        ({"value": 1}, None),
        (quantity(0, "mg"), None),
        (quantity(1, "mg", comparator="<"), None),
        (None, None),
    ],
)
def test_an_amount_is_milligrams_or_not_known(dose: Json | None, amount: float | None) -> None:
    given = administration() | {"dosage": {"route": IM} | ({"dose": dose} if dose else {})}
    patient = read(given)
    assert [one.amount for one in patient.doses] == [amount]
    assert any("its amount is left open" in notice for notice in patient.notices) == (amount is None)


def test_six_small_doses_are_read_in_milligrams_and_six_volumes_are_one_notice() -> None:
    def six(dose: Json) -> list[Json]:
        return [administration(f"2026-02-1{n}") | {"dosage": {"route": IM, "dose": dose}} for n in range(6)]

    assert [dose.amount for dose in read(*six(quantity(50, "ug"))).doses] == [0.05] * 6
    patient = read(*six(quantity(1, "mL")))
    assert [dose.amount for dose in patient.doses] == [None] * 6 and len(patient.notices) == 1
    assert "it is in 'mL', which is no unit of mass" in patient.notices[0]


@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationDispense"])
@pytest.mark.parametrize("word", ["active", "completed"])
def test_a_request_or_a_supply_is_never_a_dose(kind: str, word: str) -> None:
    patient = read(medicine(kind, "2001499", word, authoredOn="2026-02-10", whenHandedOver="2026-02-10"))
    assert patient.doses == () and "does not show that it was given" in patient.notices[0]


@pytest.mark.parametrize(
    ("resource", "count"),
    [
        (statement(), 1),
        (statement("active"), 1),
        (statement("stopped"), 0),
        (statement("intended"), 0),
        (statement(effectiveDateTime=None), 0),
        (statement(effectiveDateTime=None, effectivePeriod={"start": "2026-01-01"}), 0),
        (statement(dosage=[{"route": IM, "timing": {"repeat": {"frequency": 1}}}]), 0),
        (statement(dosage=[]), 0),
    ],
)
def test_a_statement_is_a_dose_only_with_a_day_and_without_repetition(resource: Json, count: int) -> None:
    assert len(read(resource).doses) == count


def test_an_injection_written_down_as_an_immunization_is_a_dose() -> None:
    given = {"resourceType": "Immunization", "status": "completed", "patient": ME, "route": IM}
    given |= {"vaccineCode": concept("5514", "RxNorm"), "occurrenceDateTime": "2026-02-10"}
    assert read(given | {"doseQuantity": quantity(1, "mg")}).doses == (DOSE,)
    assert read(given | {"occurrenceDateTime": None, "occurrenceString": "last week"}).doses == ()


LOCAL: Json = {"coding": [{"system": "urn:ours", "code": "77", "display": "VITAMIN B12a 1 mg inj"}]}


@pytest.mark.parametrize(
    "resource",
    [
        administration() | {"medicationCodeableConcept": LOCAL},
        administration() | {"medicationCodeableConcept": LOCAL, "status": None},
        statement(medicationCodeableConcept=LOCAL),
        medicine("Immunization", vaccineCode=LOCAL, patient=ME, occurrenceDateTime="2026-02-10"),
    ],
)
def test_a_dose_of_what_only_looks_like_a_drug_is_not_counted_and_says_so(resource: Json) -> None:
    patient = read(resource)
    [notice] = patient.notices
    assert patient.doses == ()
    assert notice == (
        f"'VITAMIN B12a 1 mg inj' ({resource['resourceType']}/r1) looks like hydroxocobalamin, "
        "but its code is not known: the dose of 2026-02-10 is not counted."
    )


@pytest.mark.parametrize(
    "resource",
    [
        administration(status="not-done") | {"medicationCodeableConcept": LOCAL},
        administration(status="entered-in-error") | {"medicationCodeableConcept": LOCAL},
        administration() | {"medicationCodeableConcept": {"text": "procobalamin"}},
        administration() | {"medicationCodeableConcept": {"text": "thigh, im"}},
        medicine("MedicationRequest", word="active", medicationCodeableConcept=LOCAL),
    ],
)
def test_what_was_not_given_or_has_another_name_looks_like_nothing(resource: Json) -> None:
    assert read(resource).notices == ()


def test_many_doses_that_look_alike_are_one_notice_and_each_is_in_the_report() -> None:
    many = [administration(f"2026-02-1{n}") | {"medicationCodeableConcept": LOCAL} for n in range(5)]
    [notice] = read(*many, administration(None) | {"medicationCodeableConcept": LOCAL}).notices
    assert "the doses of 2026-02-10, 2026-02-11, 2026-02-12 and 3 more are not counted" in notice
    assert len([one for one in report_of(*many).ignored if "looks like hydroxocobalamin" in one.text]) == 5


def test_a_medication_that_stands_elsewhere_may_look_alike_too() -> None:
    by_code = {"resourceType": "Medication", "id": "m", "code": LOCAL}
    assert "looks like hydroxocobalamin" in read(of("Medication/m"), by_code).notices[0]
    by_part = medication("m", {"itemCodeableConcept": LOCAL})
    assert "looks like hydroxocobalamin" in read(of("Medication/m"), by_part).notices[0]


def test_a_dose_told_twice_counts_once_but_two_administrations_are_two() -> None:
    assert read(administration(), statement(), medicine("MedicationRequest")).doses == (DOSE,)
    assert read(administration(route={}), statement()).doses == (DOSE,)
    assert read(administration(), statement(dosage=[])).doses == (DOSE,)
    assert read(statement(), statement()).doses == (DOSE,)
    assert read(administration(), administration()).doses == (DOSE, DOSE)
    assert len(read(administration(), statement(effectiveDateTime="2026-02-11")).doses) == 2


def test_the_same_entry_twice_is_read_once() -> None:
    assert read(administration(id="a"), administration(id="a")).doses == (DOSE,)


def test_doses_stand_in_the_order_of_their_days_and_the_report_names_them() -> None:
    resources = administration("2026-02-12"), administration("2026-02-10")
    assert [dose.on.day for dose in read(*resources).doses] == [10, 12]
    assert [entry.text for entry in report_of(*resources).read if entry.about != "age"] == [
        "dose of hydroxocobalamin on 2026-02-10, 1 mg, intramuscular",
        "dose of hydroxocobalamin on 2026-02-12, 1 mg, intramuscular",
    ]


# ---------------------------------------------------------------- medicines that stand elsewhere


def of(reference: str, **more: object) -> Json:
    given = administration(**more)
    del given["medicationCodeableConcept"]
    return given | {"medicationReference": {"reference": reference}}


def medication(name: str, *ingredients: Json, code: str = "") -> Json:
    found: Json = {"resourceType": "Medication", "id": name, "ingredient": list(ingredients)}
    return found | ({"code": concept(code, "RxNorm")} if code else {})


def test_a_medicine_is_found_in_the_bundle_or_inside_the_resource() -> None:
    assert read(of("Medication/m"), medication("m", code="5514")).doses == (DOSE,)
    assert read(of("#m", contained=[medication("m", code="5514")])).doses == (DOSE,)


@pytest.mark.parametrize("kind", ["MedicationAdministration", "MedicationStatement", "MedicationRequest"])
def test_a_medicine_that_is_not_there_is_told(kind: str) -> None:
    patient = read(of("Medication/m") | {"resourceType": kind})
    assert patient.doses == () and "does not hold the medicine" in patient.notices[0]


def test_a_medicine_that_is_named_twice_or_was_entered_in_error_is_none_and_told() -> None:
    twice = read(administration(medicationReference={"reference": "Medication/m"}), medication("m", code="5514"))
    assert twice.doses == () and said(twice, "names its medicine twice")
    error = read(of("Medication/m"), medication("m", code="5514") | {"status": "entered-in-error"})
    assert error.doses == () and said(error, "was entered in error")


def test_what_is_contained_refers_to_what_stands_beside_it() -> None:
    inner, outer = medication("i", code="5514"), medication("m", {"itemReference": {"reference": "#i"}})
    assert [dose.drug for dose in read(of("#m", contained=[outer, inner])).doses] == ["hydroxocobalamin"]


def test_a_version_of_a_medication_is_found_by_its_id() -> None:
    assert read(of("Medication/m/_history/3"), medication("m", code="5514")).doses == (DOSE,)


def test_the_amount_of_a_compound_is_not_the_amount_of_the_drug() -> None:
    compound = medication("m", {"itemCodeableConcept": concept("5514", "RxNorm")})
    assert [dose.amount for dose in read(of("Medication/m"), compound).doses] == [None]
    wrapped = medication("w", {"itemReference": {"reference": "Medication/m"}})
    assert [dose.drug for dose in read(of("Medication/w"), compound, wrapped).doses] == ["hydroxocobalamin"]


@pytest.mark.parametrize("reference", ["#m", "#"])
def test_a_reference_into_a_resource_that_contains_nothing_is_refused(reference: str) -> None:
    [finding] = refused(bundle_of(of(reference)))
    assert finding.place == "entry[1].resource.medicationReference.reference"


def test_a_circle_of_ingredients_is_refused() -> None:
    circle = (
        medication("a", {"itemReference": {"reference": "Medication/b"}}),
        medication("b", {"itemReference": {"reference": "Medication/a"}}),
    )
    [finding] = refused(bundle_of(of("Medication/a"), *circle))
    assert "ingredient of itself" in finding.what

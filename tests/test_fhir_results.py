"""Observations in a FHIR record: the newest result or answer counts, and an unreadable one is unknown."""

from __future__ import annotations

from datetime import date

import pytest

from bundles import (
    Json,
    concept,
    condition,
    facts,
    observation,
    platelets,
    quantity,
    read,
    refuted,
    said,
    status,
)
from posology.model import Result


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (30, "10*9/L", 30),
        (30, "10*3/uL", 30),
        (30000, "/uL", 30),
        (0, "10*9/L", 0),
        (30, "g/L", None),
        (30, "", None),
        (50000, "10*9/L", None),
        (-1, "10*9/L", None),
        (float("nan"), "10*9/L", None),
        (10**400, "10*9/L", None),
    ],
)
def test_a_result_is_converted_or_unknown_never_guessed(value: float, unit: str, expected: float | None) -> None:
    patient = read(platelets(value, unit=unit))
    assert patient.results == (Result(date(2026, 2, 1), "platelet_count", expected),)
    assert said(patient, "unknown, because") == (expected is None)
    assert ("platelet_count" in patient.origins) == (expected is not None)


@pytest.mark.parametrize(
    "answer",
    [
        {"valueQuantity": quantity(30, comparator="<")},
        {"valueQuantity": {"unit": "10*9/L"}},
        {"valueQuantity": quantity(30, "10*9/L") | {"unit": "/uL"}},
        {"valueQuantity": {"value": 30}},
        {"valueString": "30 10*9/L"},
        {"valueInteger": 30},
        {"dataAbsentReason": status("masked")},
        {"valueQuantity": quantity(30), "dataAbsentReason": status("error")},
        {"valueQuantity": quantity(30), "dataAbsentReason": status("not-performed")},
        {"valueQuantity": quantity(30), "valueString": "< 30"},
    ],
)
def test_a_value_that_is_no_plain_number_makes_the_newest_result_unknown(answer: Json) -> None:
    patient = read(platelets(300, "2020-01-01"), observation("777-3", "2026-02-01", **answer))
    assert [result.value for result in patient.results] == [300, None]
    assert said(patient, "Platelet count of 2026-02-01: unknown, because")


@pytest.mark.parametrize(("day", "count"), [("2025", 2), ("2026-02", 2), ("2019", 2), ("2027", 1)])
def test_a_result_without_a_day_replaces_what_is_older_than_all_of_its_month_or_year(day: str, count: int) -> None:
    patient = read(platelets(300, "2020-06-01"), platelets(30, day))
    values = [result.value for result in patient.results]
    assert values == {"2027": [300], "2019": [None, 300]}.get(day, [300, None]) and len(values) == count
    assert said(patient, "Observation/r2): it")


@pytest.mark.parametrize("answer", [{}, {"dataAbsentReason": status("not-performed")}])
def test_what_was_not_measured_is_no_result(answer: Json) -> None:
    patient = read(platelets(300, "2020-01-01"), observation("777-3", "2026-02-01", **answer))
    assert [result.value for result in patient.results] == [300]


@pytest.mark.parametrize(
    ("more", "count", "noticed"),
    [
        ({}, 1, False),
        ({"status": "amended"}, 1, False),
        ({"status": "corrected"}, 1, False),
        ({"status": "preliminary"}, 1, True),
        ({"effectiveDateTime": "2016-12-31T23:59:60Z"}, 1, False),
        ({"status": "entered-in-error"}, 0, False),
        ({"status": "cancelled"}, 0, False),
        ({"status": "registered"}, 0, False),
        ({"status": "unknown"}, 0, True),
        ({"status": None}, 0, True),
        ({"effectiveDateTime": "2026-03-02T23:00:00-11:00"}, 1, False),
        ({"effectiveDateTime": "2026-03-03"}, 0, True),
        ({"effectiveDateTime": "2027"}, 0, True),
        ({"effectiveDateTime": "2026-02"}, 1, True),
        ({"effectiveDateTime": None}, 0, True),
        ({"effectiveDateTime": None, "issued": "2026-02-01T08:00:00Z"}, 0, True),
        ({"effectiveDateTime": None, "effectiveInstant": "2026-02-01T08:00:00Z"}, 1, False),
        (
            {"effectiveDateTime": None, "effectivePeriod": {"start": "2026-02-01", "end": "2026-02-02"}},
            1,
            False,
        ),
    ],
)
def test_a_result_needs_a_status_that_holds_and_a_day_that_has_come(more: Json, count: int, noticed: bool) -> None:
    patient = read(
        platelets(30) | {"code": concept("33914-3", "LOINC"), "valueQuantity": quantity(30, "mL/min/{1.73_m2}")} | more
    )
    assert len(patient.results) == count
    assert bool(patient.notices) == noticed


def test_a_unit_of_something_else_is_set_aside_only_beside_a_proper_figure_of_the_same_time() -> None:
    proper = observation("33914-3", "2026-02-01T10:00:00Z", valueQuantity=quantity(73, "mL/min/{1.73_m2}"))
    absolute = observation("33914-3", "2026-02-01T10:00:00Z", valueQuantity=quantity(143, "mL/min"))
    later = absolute | {"effectiveDateTime": "2026-02-01T12:00:00Z"}
    assert [r.value for r in read(proper, absolute).results] == [73]
    assert said(read(proper, absolute), "'mL/min' does not fit egfr")
    assert [r.value for r in read(proper, later).results] == [None]


def test_the_last_result_of_a_day_counts_and_figures_of_one_time_must_agree() -> None:
    morning, evening = platelets(30, "2026-02-01T08:00:00Z"), platelets(40, "2026-02-01T20:00:00Z")
    assert [r.value for r in read(morning, evening).results] == [40]
    assert [r.value for r in read(morning, platelets(40, "2026-02-01")).results] == [None]
    assert [r.value for r in read(morning, morning).results] == [30]
    assert [r.value for r in read(morning, platelets(40, "2026-02-01T10:00:00+02:00")).results] == [None]


def test_one_sample_in_two_units_may_differ_by_rounding() -> None:
    mass = observation("2132-9", valueQuantity=quantity(205, "pg/mL"))
    molar = observation("2132-9", valueQuantity=quantity(151, "pmol/L"))
    assert [r.value for r in read(mass, molar).results] == [205]
    assert [r.value for r in read(mass, observation("2132-9", valueQuantity=quantity(170, "pmol/L"))).results] == [None]


def test_components_are_results_of_their_observation() -> None:
    inner = {"code": concept("777-3", "LOINC"), "valueQuantity": quantity(30)}
    patient = read(observation("1", component=[inner]))
    assert [r.value for r in patient.results] == [30] and patient.origins["platelet_count"] == "Observation/r1"


def test_a_panel_without_a_figure_says_that_the_test_was_done() -> None:
    patient = read(observation("58410-2"))
    assert patient.results == (Result(date(2026, 2, 1), "complete_blood_count", None),) and not patient.notices


def test_a_length_that_was_measured_is_a_result() -> None:
    patient = read(observation("resected-1", valueQuantity=quantity(25, "cm")))
    assert patient.results == (Result(date(2026, 2, 1), "resection_length", 25.0),)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ({"valueBoolean": True}, True),
        ({"valueBoolean": False}, False),
        ({"valueCodeableConcept": concept("373066001")}, True),
        ({"valueCodeableConcept": concept("2667000")}, False),
        ({"valueCodeableConcept": concept("261665006")}, None),
        ({"valueCodeableConcept": {"text": "no"}}, None),
        ({"valueString": "no"}, None),
        ({"valueBoolean": True, "valueString": "no"}, None),
        ({"valueBoolean": True, "dataAbsentReason": status("error")}, None),
        ({}, None),
    ],
)
def test_an_answer_to_a_yes_no_question_is_read_only_when_it_is_plain(answer: Json, value: bool | None) -> None:
    patient = read(observation("44077006", system="SNOMED CT", **answer))
    assert patient.facts.get("numbness") is value
    assert bool(patient.notices) == (value is None)


def test_the_newest_answer_counts_even_when_it_cannot_be_read() -> None:
    old = observation("44077006", "2025-01-01", "SNOMED CT", valueBoolean=True)
    assert facts(read(old, observation("44077006", "2026-01-01", "SNOMED CT", valueBoolean=False))) == {
        "numbness": False
    }
    assert facts(read(old, observation("44077006", "2026-01-01", "SNOMED CT", valueString="?"))) == {}


@pytest.mark.parametrize(
    ("resource", "value"),
    [
        (condition("77386006"), "pregnant"),
        (observation("82810-3", valueCodeableConcept=concept("77386006")), "pregnant"),
        (observation("82810-3", valueCodeableConcept=concept("60001007")), "none"),
        (observation("82810-3", valueBoolean=True), None),
        (observation("77386006", system="SNOMED CT", valueBoolean=False), None),
        (refuted("77386006"), None),
        (observation("1", valueCodeableConcept=concept("77386006")), None),
    ],
)
def test_a_choice_is_read_where_a_code_names_it(resource: Json, value: str | None) -> None:
    assert read(resource).facts.get("pregnancy") == value


def test_two_choices_at_once_leave_the_fact_unknown() -> None:
    assert facts(read(condition("77386006"), condition("60001007"))) == {}

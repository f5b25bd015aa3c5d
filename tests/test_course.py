"""The course, day by day, on the B12 guideline: what the large random tests pass over. Every patient is invented."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from posology.model import Patient, Plan, Result
from posology.plan.plan import plan
from posology.plan.shape import as_json
from posology.read.library import load
from posology.read.patient import patient
from posology.schedule import days, length, months, period

GUIDELINE = load("b12-injections")
CALM = {
    "b12_deficiency": True, "neurological_involvement": False, "past_neurological_involvement": False,
    "bariatric_surgery": False, "crohns_disease": False, "ileal_resection_length": 0,
}  # fmt: skip
NERVES = {"b12_deficiency": True, "gait_disturbance": True, "ileal_resection_length": 0, "crohns_disease": False}


def given(*days: str, drug: str = "hydroxocobalamin") -> list[dict[str, str]]:
    return [{"date": day, "drug": drug, "dose": "1 mg", "route": "intramuscular"} for day in days]


def made(facts: dict[str, Any], on: str, *days: str, horizon: str = "P1Y", **more: Any) -> Plan:
    whole = {"on": on, "facts": facts, "doses": given(*days), **more}
    return plan(GUIDELINE, patient(whole, GUIDELINE), horizon=period(horizon))


def doses(found: Plan) -> list[tuple[int, str, str, str]]:
    return [(i.number, str(i.earliest), str(i.latest), i.state) for i in found.schedule if i.what == "dose"]


def notices(found: Plan) -> list[str]:
    return [notice.text for notice in found.notices if notice.kind == "input"]


# ---------------------------------------------------------------- from loading to maintenance

FIVE = ("2026-01-05", "2026-01-07", "2026-01-09", "2026-01-12", "2026-01-14")


@pytest.mark.parametrize(
    ("on", "sixth", "first"),
    [
        ("2026-01-15", ("2026-01-16", "upcoming"), ("2026-03-16", "2026-04-16")),
        ("2026-01-16", ("2026-01-16", "due"), ("2026-03-16", "2026-04-16")),
        ("2026-01-20", ("2026-01-16", "overdue"), ("2026-03-20", "2026-04-20")),
    ],
)
def test_the_first_maintenance_dose_counts_from_the_last_loading_dose(on: str, sixth: tuple[str, str], first: tuple[str, str]) -> None:
    assert doses(made(CALM, on, *FIVE)) == [(6, sixth[0], sixth[0], sixth[1]), (7, *first, "upcoming")]


def test_a_first_maintenance_dose_beyond_the_horizon_is_not_listed() -> None:
    assert len(doses(made(CALM, "2026-01-15", *FIVE, horizon="P2M"))) == 1
    assert len(doses(made(CALM, "2026-01-16", *FIVE, horizon="P2M"))) == 2


def test_doses_before_the_start_count_in_maintenance_but_not_in_loading() -> None:
    found = made(CALM, "2026-01-05", "2025-06-01", "2025-06-03", start="2026-01-05")
    assert doses(found)[0] == (1, "2026-01-05", "2026-01-05", "due")
    assert doses(made(CALM | {"loading_complete": True}, "2026-01-05", "2025-12-01", start="2026-01-05"))[0][0] == 2


# ---------------------------------------------------------------- alternate days and the review


def test_alternate_days_are_listed_up_to_and_with_the_day_of_the_review() -> None:
    found = made(NERVES, "2026-01-06", "2026-01-06", start="2026-01-05")
    assert (doses(found)[-1][1], len(doses(found))) == ("2026-01-26", 10)
    assert [str(i.date) for i in found.schedule if i.what == "review"] == ["2026-01-26"]


@pytest.mark.parametrize(("on", "last"), [("2026-01-15", "2026-01-25"), ("2026-01-26", "2026-02-16"), ("2026-02-20", "2026-03-08")])
def test_once_assessed_they_are_listed_to_the_next_three_weeks_and_no_review_is_invented(on: str, last: str) -> None:
    before = {"2026-01-15": "2026-01-13", "2026-01-26": "2026-01-25", "2026-02-20": "2026-02-18"}[on]
    found = made(NERVES | {"improvement": "improving"}, on, before, start="2026-01-05")
    assert doses(found)[-1][1] == last
    assert not [i for i in found.schedule if i.what == "review"]
    assert "loading-review" not in {line.rule for line in found.advice}


@pytest.mark.parametrize(("on", "lines", "state"), [("2026-01-25", 0, "upcoming"), ("2026-01-26", 1, "due"), ("2026-01-27", 1, "overdue")])
def test_the_review_is_due_on_day_21_if_nobody_has_assessed(on: str, lines: int, state: str) -> None:
    found = made(NERVES, on, "2026-01-05", "2026-01-25")
    assert sum(line.rule == "loading-review" for line in found.advice) == lines
    reviews = [(i.state, i.rule, i.detail, i.number) for i in found.schedule if i.what == "review"]
    assert reviews == [(state, "loading-review", "improvement", 1)]


def test_only_the_next_dose_is_listed_after_an_unassessed_day_21() -> None:
    assert len(doses(made(NERVES, "2026-01-27", "2026-01-25", start="2026-01-05"))) == 1


def test_a_finished_loading_is_not_reviewed() -> None:
    found = made(NERVES | {"loading_complete": True}, "2026-03-01", "2026-01-05")
    assert "loading-review" not in {line.rule for line in found.advice}
    assert {i.what for i in found.schedule} == {"dose", "test"}


def test_the_tests_of_the_first_year_have_their_numbers_and_their_labels() -> None:
    tests = [(i.number, str(i.date), i.detail) for i in made(CALM, "2026-01-05").schedule if i.what == "test"]
    labels = "serum B12, complete blood count, homocysteine"
    assert tests == [(1, "2026-04-05", labels), (2, "2026-07-05", labels), (3, "2027-01-05", labels)]


# ---------------------------------------------------------------- what is withheld


def test_a_deciding_gate_lists_what_it_withholds_and_what_that_hangs_on() -> None:
    found = made({"b12_deficiency": True, "cobalt_allergy": True}, "2026-01-05")
    line = next(line for line in as_json(found)["advice"] if line["rule"] == "cobalt-allergy")
    assert line["certainty"] == "firm"
    loading = [give for give in line["alternatives"] if give["every"]["low"] in ("P2D", "P1W")]
    assert [give["unless"] for give in loading] == [["neurological_involvement"]] * 2
    assert not [item for item in found.schedule if item.what == "dose"]
    assert {name: v.outcome for name, v in found.decisions.items() if name in ("loading", "maintenance")} == {"loading": "decide", "maintenance": "decide"}


def test_a_treatment_that_stands_for_now_is_withheld_with_what_it_hangs_on() -> None:
    found = made({"b12_deficiency": False, "bariatric_surgery": True, "cobalt_allergy": True, "crohns_disease": False}, "2026-01-05")
    line = next(line for line in as_json(found)["advice"] if line["rule"] == "cobalt-allergy")
    assert line["alternatives"][0]["every"]["low"] == "P3M"
    assert line["alternatives"][0]["unless"] == ["ileal_resection_length"]
    assert [give["route"] for give in line["alternatives"]] == ["intramuscular", "oral", "intramuscular"]


# ---------------------------------------------------------------- what is noticed


@pytest.mark.parametrize(
    ("facts", "more", "told"),
    [
        (
            {"neurological_involvement": False, "numbness": True}, {},
            "neurological involvement is stated as no, although numbness is yes: the stated no is used.",
        ),
        (
            {"renal_dysfunction": False, "egfr": 45, "dialysis": True}, {},
            "renal dysfunction is stated as no, although eGFR is 45 mL/min/1.73 m2, dialysis is yes: the stated no is used.",
        ),
        (
            {"neurological_involvement": False, "suspected_cord_lesion": True}, {},
            "neurological involvement is stated as no, but the other facts say yes: that is used.",
        ),
        (
            {"renal_dysfunction": True, "egfr": 90, "dialysis": False, "chronic_kidney_disease": False, "diabetic_nephropathy": False}, {},
            "renal dysfunction is stated as yes, although every part of it is no: the stated yes is used.",
        ),
        (
            {"platelet_count": 60}, {"results": [{"date": "2026-01-02", "test": "platelet_count", "value": 30.5, "unit": "10*9/L"}]},
            "platelets is stated as 60 10*9/L, but the result of 2026-01-02 says 30.5 10*9/L: that is used.",
        ),
        (
            {}, {"results": [{"date": "2026-01-20", "test": "egfr", "value": 30, "unit": "mL/min/1.73 m2"}]},
            "1 result dated after 2026-01-05 not used.",
        ),
        (
            {"b12_treatment_given": False}, {"doses": given("2026-01-04")},
            "B12 treatment given is stated as no, but the other facts say yes: that is used.",
        ),
        (
            {}, {"doses": [{"date": "2026-01-04", "drug": "hydroxocobalamin", "dose": "100 mcg", "route": "intramuscular"}]},
            "The dose of 2026-01-04 was 0.1 mg, not 1 mg as here; it is counted all the same.",
        ),
        (
            {}, {"doses": [{"date": "2026-01-04", "drug": "hydroxocobalamin", "dose": "1000 mg", "route": "intramuscular"}]},
            "The dose of 2026-01-04 was 1000 mg, not 1 mg as here; was another unit meant? It is counted all the same.",
        ),
        (
            {}, {"start": "2026-01-05", "doses": given("2026-01-03")},
            "One dose before the start (2026-01-05) not counted towards the course that begins there.",
        ),
        (
            {}, {"start": "2026-01-05", "doses": given("2026-01-03", "2026-01-04")},
            "2 doses before the start (2026-01-05) not counted towards the course that begins there.",
        ),
        ({}, {"doses": given("2026-01-04", "2026-01-04")}, "Two doses are recorded on 2026-01-04; they count once."),
        (
            {}, {"doses": [{"date": "2026-01-04", "drug": "hydroxocobalamin", "dose": "1 mg", "route": "intravenous"}]},
            "The intravenous dose of 2026-01-04 is not counted.",
        ),
        (
            {}, {"doses": given("2025-11-01")},
            "loading complete: unknown, because there is a gap of 25 days or more in the doses.",
        ),
        (
            {}, {"doses": given("2025-08-01", "2025-09-01", "2025-10-01", "2025-11-01")},
            "loading complete: not on record, but the gaps between the doses are those of a maintenance course.",
        ),
        (
            CALM | {"loading_complete": False}, {"doses": given("2025-12-20", *(f"2025-12-2{n}" for n in range(1, 6)))},
            "loading complete is stated as no, although the doses on record complete it.",
        ),
    ],
)  # fmt: skip
def test_what_is_odd_is_noticed_in_these_words(facts: dict[str, Any], more: dict[str, Any], told: str) -> None:
    whole = {"on": "2026-01-05", "facts": facts, **more}
    assert told in notices(plan(GUIDELINE, patient(whole, GUIDELINE)))


def test_nothing_odd_is_not_noticed() -> None:
    results = [{"date": "2026-01-05", "test": "platelet_count", "value": 60, "unit": "10*9/L"}]
    facts = CALM | {"platelet_count": 60, "renal_dysfunction": True, "egfr": 45, "loading_complete": False, "improvement": "improving"}
    assert notices(made(facts, "2026-01-05", "2026-01-05", results=results)) == []


def test_two_later_results_are_counted_together() -> None:
    rows = [{"date": f"2026-01-2{n}", "test": "platelet_count", "value": 30, "unit": "10*9/L"} for n in (1, 2)]
    assert notices(made({}, "2026-01-05", results=rows)) == ["2 results dated after 2026-01-05 not used."]


# ---------------------------------------------------------------- periods


@pytest.mark.parametrize("text", ["P0X", "2M", "P2", "P-1D", "P12345D", "P1M2D", "", "p1d"])
def test_what_is_no_period_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a period such as P21D, P2W, P3M or P1Y"):
        period(text)


@pytest.mark.parametrize(("text", "count", "unit"), [("P21D", 21, "D"), ("P2W", 2, "W"), ("P3M", 3, "M"), ("P1Y", 1, "Y")])
def test_a_period_is_a_count_and_a_unit(text: str, count: int, unit: str) -> None:
    found = period(text)
    assert (found.count, found.unit, str(found)) == (count, unit, text)


@pytest.mark.parametrize(("text", "of_days", "of_months", "long"), [("P5D", 5, 0, 5), ("P2W", 14, 0, 14), ("P3M", 0, 3, 91.32), ("P2Y", 0, 24, 730.56)])
def test_a_period_is_of_days_or_of_months_and_has_a_length(text: str, of_days: int, of_months: int, long: float) -> None:
    step = period(text)
    assert (days(step), months(step), round(length(step), 2)) == (of_days, of_months, long)


# ---------------------------------------------------------------- what mutation testing asked for


def test_a_loading_that_begins_later_counts_its_pattern_from_its_start() -> None:
    found = made(CALM, "2026-01-01", start="2026-01-05")
    days = [(number, day) for number, day, _, _ in doses(found)][:6]
    assert days == list(enumerate(["2026-01-05", "2026-01-07", "2026-01-09", "2026-01-12", "2026-01-14", "2026-01-16"], 1))


def test_a_dose_due_today_is_taken_as_given_today() -> None:
    resected = {"b12_deficiency": False, "ileal_resection_length": 30}
    assert [day for _, day, _, _ in doses(made(resected, "2026-09-30", "2026-08-31"))][:3] == ["2026-09-30", "2026-10-30", "2026-11-30"]
    assert [day for _, day, _, _ in doses(made(resected, "2026-09-29", "2026-08-31"))][:3] == ["2026-09-30", "2026-10-31", "2026-11-30"]


def test_maintenance_without_a_dose_on_record_begins_today_and_prophylaxis_on_its_stated_day() -> None:
    later = made(CALM | {"loading_complete": True}, "2026-03-01", start="2026-01-05")
    assert (later.phase, doses(later)[0]) == ("maintenance", (1, "2026-03-01", "2026-03-01", "due"))
    resected = {"b12_deficiency": False, "ileal_resection_length": 30}
    before = made(resected, "2026-02-01", start="2026-02-10")
    assert (before.phase, doses(before)[0]) == ("prophylaxis", (1, "2026-02-10", "2026-02-10", "upcoming"))
    assert doses(made(resected, "2026-02-11", start="2026-02-10"))[0] == (1, "2026-02-10", "2026-02-10", "overdue")


def test_two_results_of_one_day_that_differ_are_unknown_and_noticed() -> None:
    rows = [{"date": "2026-01-02", "test": "platelet_count", "value": n, "unit": "10*9/L"} for n in (20, 60)]
    found = made({"b12_deficiency": True}, "2026-01-05", results=rows)
    assert "platelet_count" not in found.facts
    assert notices(found) == ["The newest platelets (2026-01-02) is unreadable or disagrees with another: unknown."]


def test_a_result_keeps_the_name_of_the_resource_that_it_was_read_from() -> None:
    read = Patient(facts={}, results=(Result(date(2026, 1, 2), "egfr", 50.0),), origins={"egfr": "Observation/7"})
    assert plan(GUIDELINE, read, date(2026, 1, 5)).facts["egfr"] == (50.0, "Observation/7")


def test_a_review_hangs_on_whether_the_loading_is_over() -> None:
    found = made({"b12_deficiency": True, "gait_disturbance": True}, "2026-03-01", "2026-01-05")
    review = next(line for line in found.advice if line.rule == "loading-review")
    assert (review.certainty, review.if_) == ("provisional", ("loading_complete",))


def test_tablets_do_not_make_the_first_injection_overdue() -> None:
    tablets = [{"date": "2026-01-01", "drug": "cobalamin", "dose": "1 mg", "route": "oral"}]
    whole = {"on": "2026-01-20", "facts": CALM, "doses": tablets}
    found = plan(GUIDELINE, patient(whole, GUIDELINE))
    assert doses(found)[0] == (1, "2026-01-20", "2026-01-20", "due")


@pytest.mark.parametrize(
    ("facts", "days", "told"),
    [
        (NERVES | {"visual_loss": True}, (), "Emergency: "),
        (CALM | {"intramuscular_refused": True, "pernicious_anemia": False}, (), "the clinician decides whether oral"),
        (CALM | {"cause_resolved": True, "loading_complete": True}, (), "the clinician decides whether to continue"),
        ({"b12_deficiency": True, "cobalt_allergy": True, "platelet_count": 9, "neurological_involvement": False}, (), "; and with a platelet count"),
        (CALM | {"severe_anemia": True}, (), "urgent: in severe anemia"),
        (CALM, (), "depending on cobalamin hypersensitivity (not yet known): never cobalamin of any kind"),
    ],
)
def test_the_headline_holds_what_must_not_be_missed(facts: dict[str, Any], days: tuple[str, ...], told: str) -> None:
    assert told in made(facts, "2026-01-05", *days).headline

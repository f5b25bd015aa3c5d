"""The form of a patient: whatever was typed is kept, every fault is at its field, and a patient comes back whole."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patients import drawn, guideline
from posology.fhir.bundle import read_bundle
from posology.findings import Refused
from posology.model import Dose, Patient, Result
from posology.plan.plan import plan
from posology.plan.shape import as_json
from posology.read.patient import parse, patient
from posology.show.view import View
from posology.web.changed import changed
from posology.web.compared import differences
from posology.web.days import day_of
from posology.web.deciding import so_far, with_questions
from posology.web.desk import MOST_FIELDS
from posology.web.form import NOT_KNOWN, Typed, fields, grouped, lenient, pairs, read, typed, written
from posology.web.house import Limits
from posology.web.pasted import pasted
from posology.web.uploaded import uploaded

FACTS = list(guideline().facts)
NAMES = ["label", "on", "start", "asked", "origins", "do", *(f"f-{name}" for name in FACTS)]
ROWS = [f"{kind}-{n}-{key}" for kind in ("dose", "result") for n in (0, 1, 7, 9999) for key in ("date", "drug", "dose", "route", "test", "value", "unit")]
WORDS = ["yes", "no", "unknown", "45", "45 x10^9/L", "-1", "1e999", "nan", "2026-02-30", "2026-01-05", "5/1/2026", "1 mg", "im", "hydroxocobalamin", "platelet_count", "g/L", "unreadable", "\ud800", "\x00", "[[", "[{},[]]", "💉", "שלום", ""]
GARBAGE = st.lists(st.tuples(st.sampled_from(NAMES + ROWS) | st.text(max_size=12), st.sampled_from(WORDS) | st.text(max_size=40)), max_size=25)


def again(found: Patient) -> Patient:
    """A patient written into the form, sent by a browser, and read."""
    back, wrong = read(typed(pairs(written(found, guideline())), guideline()), guideline())
    assert wrong == ()
    return back


@given(st.integers(0, 10**9))
def test_any_patient_comes_back_from_the_form_as_it_was(seed: int) -> None:
    found = patient(drawn(Random(seed)), guideline())
    assert again(found) == found


@given(st.integers(0, 10**9))
def test_the_plan_of_a_patient_from_the_form_is_the_same_to_the_byte(seed: int) -> None:
    found = patient(drawn(Random(seed)), guideline())
    assert json.dumps(as_json(plan(guideline(), again(found)))) == json.dumps(as_json(plan(guideline(), found)))


def test_what_cannot_be_typed_comes_back_too() -> None:
    odd = Patient(
        label="  a name with blanks, שלום ", facts={"egfr": 0.1 + 0.2, "platelet_count": 1e-7},
        doses=(Dose(date(2026, 1, 5), "hydroxocobalamin", None, "intramuscular"),),
        results=(Result(date(2026, 1, 2), "hemoglobin", None), Result(date(2026, 1, 2), "complete_blood_count", 0.0)),
        origins={"egfr": "Observation/1", "hemoglobin": "Observation/2"}, notices=("One page of a longer record.",),
    )
    assert again(odd) == odd


def test_a_fact_that_was_changed_loses_its_origin_and_the_others_keep_theirs() -> None:
    found = Patient(facts={"egfr": 45.0, "age": 60.0}, origins={"egfr": "Observation/1", "age": "Patient/1"})
    what = written(found, guideline())
    back, _ = read(replace(what, facts={**what.facts, "egfr": "50"}), guideline())
    assert back.origins == {"age": "Patient/1"}


@given(GARBAGE)
def test_garbage_makes_no_exception_and_every_fault_has_a_field(sent: list[tuple[str, str]]) -> None:
    what = typed(sent, guideline())
    found, wrong = read(what, guideline())
    assert not wrong or found == Patient()
    assert all(fault.what and fault.do and fault.name for fault in wrong)
    assert all(fault.at for fault in wrong if "There are 100 faults" not in fault.what)
    so_far(what, guideline(), "patient")
    assert typed(pairs(what), guideline()) == what


@given(GARBAGE)
def test_nothing_typed_is_lost(sent: list[tuple[str, str]]) -> None:
    what = typed(sent, guideline())
    once = {name: text for name, text in sent if name.startswith("f-") and [n for n, _ in sent].count(name) == 1}
    for name, text in once.items():
        kept = text.encode("utf-8", "replace").decode().strip()
        assert what.facts.get(name.removeprefix("f-"), "") == kept


def test_all_faults_are_said_at_once_each_at_its_field() -> None:
    what = Typed(
        on="soon", facts={"b12_deficiency": "perhaps", "platelet_count": "many", "egfr": "300", "age": "45"},
        doses=({"date": "32/1/2026", "drug": "", "dose": "1", "route": "intramuscular"},),
        results=({"date": "", "test": "hemoglobin", "value": "130", "unit": ""},),
    )
    _, wrong = read(what, guideline())
    assert [fault.at for fault in wrong] == [
        "on", "f-b12_deficiency", "f-platelet_count", "f-egfr", "dose-0-date", "dose-0-drug", "dose-0-dose",
        "result-0-date", "result-0-unit",
    ]
    assert not any("None" in fault.what + fault.do or "{" in fault.do for fault in wrong)


def test_the_rest_of_a_form_with_faults_still_makes_a_plan_so_far() -> None:
    what = Typed(facts={"b12_deficiency": "yes", "egfr": "many"}, doses=({"date": "never", "drug": "", "dose": "", "route": ""},))
    assert lenient(what, guideline()).facts == {"b12_deficiency": True}


def test_unknown_is_an_answer_and_never_a_no() -> None:
    sent = [("f-b12_deficiency", NOT_KNOWN), ("f-egfr", ""), ("f-egfr", NOT_KNOWN)]
    what = typed(sent, guideline())
    assert what.facts == {"b12_deficiency": NOT_KNOWN, "egfr": NOT_KNOWN}
    assert read(what, guideline())[0].facts == {}


def test_a_number_that_was_written_wins_over_the_box_beside_it() -> None:
    assert typed([("f-egfr", "45"), ("f-egfr", NOT_KNOWN)], guideline()).facts == {"egfr": "45"}


# ---------------------------------------------------------------- fields


def test_every_fact_is_a_field_in_the_words_of_its_reader() -> None:
    for reader in ("clinician", "patient", "student"):
        every = fields(guideline(), reader)  # type: ignore[arg-type]
        assert [one.fact for one in every] == FACTS
        assert all(one.question.endswith("?") for one in every)
    assert {one.fact: one for one in fields(guideline(), "patient")}["age"].question == "How old are you?"


def test_what_can_be_picked_can_also_be_not_known() -> None:
    for one in fields(guideline(), "clinician"):
        assert (one.kind == "number") == (one.options == ())
        assert not one.options or one.options[-1] == (NOT_KNOWN, "Not known")


def test_fields_stand_under_the_headings_of_the_guideline() -> None:
    assert list(grouped(fields(guideline(), "clinician")))[:3] == ["Scope", "Nerves", "Cause"]


# ---------------------------------------------------------------- what decides first


def test_the_short_form_begins_with_what_decides_most() -> None:
    first = with_questions(Typed(), so_far(Typed(), guideline(), "clinician"))
    assert first.asked[0] == "b12_deficiency"
    assert len(first.asked) == 3


def test_an_answer_brings_the_next_question_and_moves_none_that_is_there() -> None:
    first = with_questions(Typed(), so_far(Typed(), guideline(), "clinician"))
    answered = replace(first, facts={"b12_deficiency": "yes"})
    then = with_questions(answered, so_far(answered, guideline(), "clinician"))
    assert then.asked == (*first.asked, "neurological_involvement")


def test_a_long_record_does_not_make_a_long_short_form() -> None:
    what = Typed(facts=dict.fromkeys(FACTS, NOT_KNOWN) | {"b12_deficiency": "yes"})
    shown = with_questions(what, so_far(what, guideline(), "clinician"))
    assert len(shown.asked) <= 12
    assert shown.facts == what.facts


def test_whoever_does_not_know_a_whole_is_asked_its_parts() -> None:
    what = Typed(facts={"b12_deficiency": "yes", "neurological_involvement": NOT_KNOWN})
    deciding = so_far(what, guideline(), "clinician").deciding
    assert "neurological_involvement" not in deciding
    assert {"paresthesia", "gait_disturbance"} <= set(deciding)


@settings(max_examples=25)
@given(st.integers(0, 10**9))
def test_answering_what_is_asked_comes_to_an_end(seed: int) -> None:
    rng, what = Random(seed), Typed(on="2026-01-05")
    for _ in range(len(FACTS) + 1):
        now = so_far(what, guideline(), "clinician")
        if not now.deciding:
            return
        fact = guideline().facts[now.deciding[0]]
        options = [*fact.choices, NOT_KNOWN] if fact.kind != "number" else [str(fact.low), NOT_KNOWN]
        answer = rng.choice(["yes", "no", NOT_KNOWN] if fact.kind == "yes/no" else options)
        what = replace(what, facts={**what.facts, fact.name: answer})
    raise AssertionError("a question was asked again")


# ---------------------------------------------------------------- pasted rows

DAYS = [
    ("2026-01-05", date(2026, 1, 5)), ("5/1/2026", date(2026, 1, 5)), ("05.01.26", date(2026, 1, 5)), ("5 Jan 2026", date(2026, 1, 5)),
    ("5th January 2026", date(2026, 1, 5)), ("Mon 5 Jan 2026", date(2026, 1, 5)), ("2026-01-05 00:00:00", date(2026, 1, 5)), ("05-Jan-26", date(2026, 1, 5)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_days_are_read_as_spreadsheets_write_them(text: str, day: date) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize(("text", "why"), [("01/13/2026", "day first"), ("46027", "spreadsheet's own number"), ("30/2/2026", "calendar"), ("soon", "not a date"), ("1/1/1066", "too far")])
def test_a_day_that_is_none_says_why(text: str, why: str) -> None:
    found = day_of(text)
    assert isinstance(found, str)
    assert why in found


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_a_sentence(text: str) -> None:
    assert isinstance(day_of(text), date | str)


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_doses_are_read_in_any_order_of_columns_with_or_without_headings(mark: str) -> None:
    row = {"date": "2026-01-05", "drug": "hydroxocobalamin", "dose": "1 mg", "route": "intramuscular"}
    for cells in (["5/1/2026", "Hydroxocobalamin", "1 mg", "IM"], ["IM", "1 mg", "5 Jan 2026", "neo-cytamen"]):
        for head in ("", mark.join(["Date given", "Product", "Strength", "Route"]) + "\r\n"):
            found = pasted(head + mark.join(cells) + "\n", "dose", guideline(), {})
            assert (found.rows, found.faults) == ((row,), ())


def test_one_cell_may_hold_drug_dose_and_route() -> None:
    found = pasted('5/1/2026\t"hydroxocobalamin 1mg\nIM"', "dose", guideline(), {})
    assert found.rows[0] == {"date": "2026-01-05", "drug": "hydroxocobalamin", "dose": "1mg", "route": "intramuscular"}


def test_days_alone_take_what_was_chosen_for_all_and_show_how_they_were_read() -> None:
    each = {"drug": "hydroxocobalamin", "dose": "1 mg", "route": "intramuscular"}
    found = pasted("5/1/2026\n7/1/2026\n", "dose", guideline(), each)
    assert [row["date"] for row in found.rows] == ["2026-01-05", "2026-01-07"]
    assert found.said == ("5/1/2026 was read as Monday 5 January 2026", "7/1/2026 was read as Wednesday 7 January 2026")
    assert found.faults == ()


def test_merged_cells_are_a_clear_fault_in_each_row() -> None:
    found = pasted("5/1/2026\thydroxocobalamin\t1 mg\tIM\n7/1/2026\t\t1 mg\t\n", "dose", guideline(), {})
    (fault,) = found.faults
    assert fault.place == "row 2"
    assert "no drug and no route" in fault.what
    assert "merged" in fault.do


@pytest.mark.parametrize(
    ("cell", "why"),
    [("1 mg/mL", "not read"), ("refused", "not read"), ("13/13/2026", "day first"), ("6/1/2026", "Two cells look like the date")],
)
def test_a_cell_that_says_nothing_known_is_never_passed_over(cell: str, why: str) -> None:
    found = pasted(f"5/1/2026\thydroxocobalamin\tIM\t{cell}", "dose", guideline(), {})
    assert any(why in fault.what for fault in found.faults)


def test_results_are_read_with_their_units() -> None:
    found = pasted("Date;Test;Result;Unit\n5/1/2026;Hb;130;g/L\n6/1/2026;Plt;45 x10^9/L\n", "result", guideline(), {})
    assert [(r["test"], r["value"], r["unit"]) for r in found.rows] == [("hemoglobin", "130", "g/L"), ("platelet_count", "45", "x10^9/L")]
    assert found.faults == ()


@given(st.text(alphabet=st.sampled_from('abc 0159/.,;\t\n"-<mgIM') | st.characters(), max_size=120), st.sampled_from(["dose", "result"]))
def test_any_paste_is_rows_or_faults(text: str, kind: Any) -> None:
    found = pasted(text, kind, guideline(), {"drug": "hydroxocobalamin"})
    assert all(fault.what and fault.do for fault in found.faults)


def test_a_paste_that_is_far_too_long_is_refused_at_once() -> None:
    assert "at most" in pasted("5/1/2026\n" * 2000, "dose", guideline(), {}).faults[0].what
    assert "at most" in pasted("x" * 300_000, "dose", guideline(), {}).faults[0].what


# ---------------------------------------------------------------- uploaded records


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"), (b"PK\x03\x04" + b"\x00" * 50, "packed file"), (b"\x1f\x8b\x08" + b"\x00" * 50, "compressed"),
        (b"%PDF-1.7", "PDF"), (b"\x89PNG\r\n", "picture"), (b"<html>", "web page"), (b"\xff\xfe\x00", "not UTF-8"),
        (b"x" * 2_000_000, "at most"), (b"[" * 100_000, "nested too deeply"), (b"a: &a [1]\nb: *a", "alias"),
        (b'{"facts": {"age": 1, "age": 2}}', "stands twice"), (b'{"resourceType": "Bundle", "type": 3}', ""),
        (b'{"resourceType": "Observation"}', ""), (b"just words", "not a patient"),
    ],
)  # fmt: skip
def test_what_is_no_record_is_refused_with_a_clear_word(content: bytes, said: str) -> None:
    with pytest.raises(Refused) as refused:
        uploaded(content, guideline())
    assert any(said in fault.what for fault in refused.value.findings)
    assert all(fault.what and fault.do for fault in refused.value.findings)


def test_a_record_with_more_rows_than_a_form_holds_is_refused_and_not_cut() -> None:
    rows = [{"date": "2026-01-05", "drug": "hydroxocobalamin", "dose": "1 mg", "route": "im"}] * 701
    with pytest.raises(Refused, match="701 doses; a form holds 700"):
        uploaded(json.dumps({"on": "2026-02-01", "doses": rows}).encode(), guideline())


def test_a_full_form_is_within_what_is_read_of_one_request() -> None:
    from urllib.parse import urlencode

    doses = (Dose(date(2026, 1, 5), "hydroxocobalamin", 1.0, "deep_subcutaneous"),) * 700
    results = (Result(date(2026, 1, 5), "complete_blood_count", 12345.678),) * 700
    sent = list(pairs(written(Patient(doses=doses, results=results), guideline())))
    assert len(urlencode(sent)) < Limits().form
    assert len(sent) < MOST_FIELDS
    assert len(typed(sent, guideline()).doses) == 700


@given(st.binary(max_size=200))
def test_any_bytes_are_a_patient_or_refused(content: bytes) -> None:
    try:
        uploaded(content, guideline())
    except Refused as refused:
        assert refused.findings


def test_a_record_in_fhir_is_planned_in_the_form_as_it_is_beside_it() -> None:
    data = {
        "resourceType": "Bundle", "type": "collection",
        "entry": [
            {"resource": {"resourceType": "Patient", "id": "1", "birthDate": "1960-05-04"}},
            {"resource": {"resourceType": "Observation", "id": "7", "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": "777-3"}]},
                          "subject": {"reference": "Patient/1"}, "effectiveDateTime": "2026-01-02", "valueQuantity": {"value": 30, "unit": "10*9/L", "system": "http://unitsofmeasure.org", "code": "10*9/L"}}},
        ],
    }  # fmt: skip
    content = json.dumps(data).encode()
    found = uploaded(content, guideline())
    assert "Read:" in found.report
    direct, faults, _ = read_bundle(parse(content), guideline(), None)
    assert faults == ()
    assert again(found.patient) == direct
    day = date(2026, 1, 5)
    assert as_json(plan(guideline(), again(found.patient), day)) == as_json(plan(guideline(), direct, day))


# ---------------------------------------------------------------- what if


def test_a_changed_fact_changes_its_newest_result_too() -> None:
    rows = tuple({"date": day, "test": "platelet_count", "value": "200", "unit": "10*9/L"} for day in ("2026-01-05", "2026-01-01"))
    what = changed(Typed(on="2026-01-06", results=rows), "platelet_count", "9", guideline())
    found, wrong = read(what, guideline())
    assert wrong == ()
    assert [result.value for result in found.results] == [9.0, 200.0]
    assert plan(guideline(), found).facts["platelet_count"][0] == 9.0


def test_a_fact_made_unknown_leaves_its_results_out() -> None:
    rows = ({"date": "2026-01-05", "test": "platelet_count", "value": "200", "unit": "10*9/L"},)
    what = changed(Typed(on="2026-01-06", results=rows), "platelet_count", NOT_KNOWN, guideline())
    assert "platelet_count" not in plan(guideline(), read(what, guideline())[0]).facts


def test_two_plans_differ_where_they_differ_and_nowhere_else() -> None:
    day = date(2026, 1, 5)
    before, after = (
        View(plan(guideline(), Patient(facts={"b12_deficiency": True, "neurological_involvement": nerves}), day), guideline())
        for nerves in (False, True)
    )
    assert differences(before, before) == ()
    found = {part.title: part for part in differences(before, after)}
    assert [pair.how for pair in found["In one sentence"].pairs] == ["changed"]
    hows = {(pair.after or pair.before).rule: pair.how for pair in found["Treatment"].pairs}  # type: ignore[union-attr]
    assert (hows["neurological-loading"], hows["standard-loading"]) == ("new", "gone")

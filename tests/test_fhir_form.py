"""The questionnaire asks every fact in both wordings; its answers come back as facts, and nothing else does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_checks import faults
from patients import guideline
from posology.cli import main
from posology.fhir import facts_of_response, questionnaire
from posology.findings import Refused
from posology.model import Fact, Value
from posology.read.patient import patient

Json = dict[str, Any]
G = guideline()
ASKED = [fact for fact in G.facts.values() if fact.question]
CODES = f"https://posology.example/fhir/CodeSystem/{G.id}"


def items(form: Json) -> Iterator[Json]:
    for group in form["item"]:
        yield from group["item"]


def answer(fact: Fact, value: Value) -> Json:
    if fact.kind == "yes/no":
        return {"valueBoolean": value}
    if fact.kind == "choice":
        return {"valueCoding": {"system": f"{CODES}-{fact.name.replace('_', '-')}", "code": value}}
    return {"valueQuantity": {"value": value, "unit": fact.unit}}


def response(*answers: tuple[str, Json], **more: Any) -> Json:
    rows = [{"linkId": name, "answer": [one]} for name, one in answers]
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [{"linkId": "group-1", "item": rows}]} | more


def values(fact: Fact) -> st.SearchStrategy[Value]:
    if fact.kind == "yes/no":
        return st.booleans()
    return st.sampled_from(fact.choices) if fact.kind == "choice" else st.integers(int(fact.low), int(fact.high)).map(float)


# ---------------------------------------------------------------- the form


def test_every_question_is_asked_in_both_wordings() -> None:
    form = questionnaire(G)
    assert {item["linkId"] for item in items(form)} == {fact.name for fact in ASKED}
    for item in items(form):
        fact = G.facts[item["linkId"]]
        assert item["text"] == fact.question
        assert [one["text"] for one in item.get("item", ())] == ([fact.patient_question] if fact.patient_question not in ("", fact.question) else [])
    patients = {item["linkId"]: item["text"] for item in items(questionnaire(G, "patient"))}
    assert patients == {fact.name: fact.patient_question for fact in G.facts.values() if fact.patient_question}


def test_no_answer_is_required_and_every_kind_is_its_own() -> None:
    form = questionnaire(G)
    kinds = {"yes/no": "boolean", "number": "quantity", "choice": "choice"}
    for item in items(form):
        fact = G.facts[item["linkId"]]
        assert item["required"] is False and item["type"] == kinds[fact.kind]
        assert [one["valueCoding"]["code"] for one in item.get("answerOption", ())] == list(fact.choices)
        assert (fact.kind == "number") == any(one["url"].endswith("unitOption") for one in item.get("extension", ()))
    assert faults(form) == [] == faults(questionnaire(G, "patient"))


# ---------------------------------------------------------------- the answers


def test_a_response_can_stand_wherever_a_patient_file_can(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "response.json"
    path.write_text(json.dumps(response(("numbness", {"valueBoolean": True}), subject={"reference": "Patient/7"})))
    assert main(["plan", str(path), "--format", "json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["patient"] == "7" and told["facts"]["numbness"]["value"] is True


@given(st.data())
def test_answers_come_back_as_the_facts_that_were_given(data: st.DataObject) -> None:
    facts = data.draw(st.lists(st.sampled_from(ASKED), unique=True, max_size=12))
    given_ = {fact.name: data.draw(values(fact)) for fact in facts}
    found = facts_of_response(response(*((fact.name, answer(fact, given_[fact.name])) for fact in facts)), G)
    assert found == {"facts": given_}
    assert patient(found, G).facts == given_


def test_what_is_not_answered_is_unknown() -> None:
    empty = response() | {"item": [{"linkId": "group-1", "item": [{"linkId": ASKED[0].name}]}]}
    assert facts_of_response(empty, G) == {"facts": {}}


def test_whose_answers_they_are_is_kept() -> None:
    assert facts_of_response(response(subject={"reference": "Patient/7"}), G) == {"patient": "7", "facts": {}}


def test_units_are_converted_by_ucum() -> None:
    told = response(("serum_b12", {"valueQuantity": {"value": 100, "system": "http://unitsofmeasure.org", "code": "pmol/L"}}))
    assert facts_of_response(told, G)["facts"]["serum_b12"] == pytest.approx(135.5)


@pytest.mark.parametrize(
    ("name", "given_", "what"),
    [
        ("numbness", {"valueBoolean": "yes"}, "is not true or false"),
        ("numbness", {"valueString": "yes"}, "is not answered with valueBoolean"),
        ("numbnes", {"valueBoolean": True}, "is not a question of this guideline"),
        ("improvement", {"valueCoding": {"code": "better"}}, "is not an answer of improvement"),
        ("improvement", {"valueCoding": {"system": "http://loinc.org", "code": "plateau"}}, "is not an answer of improvement"),
        ("platelet_count", {"valueQuantity": {"value": 30}}, "has no unit"),
        ("platelet_count", {"valueQuantity": {"value": 30, "unit": "kg"}}, "does not fit"),
        ("platelet_count", {"valueQuantity": {"value": "30,5", "unit": "10*9/L"}}, "is not a number"),
        ("platelet_count", {"valueQuantity": {"value": 30, "comparator": "<", "unit": "10*9/L"}}, "is given as a limit"),
        ("platelet_count", {"valueQuantity": {"unit": "10*9/L"}}, "is not a number"),
        ("platelet_count", {"valueQuantity": {"value": 30, "unit": "10*9/L", "code": "/uL", "system": "http://unitsofmeasure.org"}}, "disagree"),
        ("numbness", {"valueBoolean": True, "valueString": "no"}, "is not answered with valueBoolean alone"),
        ("platelet_count", {"valueDecimal": 30}, "is not answered with valueQuantity"),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused(name: str, given_: Json, what: str) -> None:
    with pytest.raises(Refused, match=what):
        facts_of_response(response((name, given_)), G)


@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        {"resourceType": "Questionnaire"},
        response(status="entered-in-error"),
        response(status="stopped"),
        response(("numbness", {"valueBoolean": True}), modifierExtension=[{"url": "https://example.org/negated", "valueBoolean": True}]),
        response(questionnaire="https://elsewhere.example/Questionnaire/x"),
        response(("numbness", {"valueBoolean": True}), ("numbness", {"valueBoolean": True})),
        response() | {"item": [{"linkId": "numbness", "answer": [{"valueBoolean": True}, {"valueBoolean": False}]}]},
        response() | {"item": {"linkId": "numbness"}},
    ],
)
def test_what_is_no_response_to_these_questions_is_refused_with_what_to_do(told: Any) -> None:
    with pytest.raises(Refused) as refused:
        facts_of_response(told, G)
    assert all(finding.what and finding.do for finding in refused.value.findings)


LEAVES = st.none() | st.booleans() | st.floats() | st.sampled_from(["numbness", "platelet_count", "improvement", "plateau", "10*9/L", "completed", ""])
KEYS = st.sampled_from("linkId item answer valueBoolean valueQuantity valueCoding value unit code system text".split())
ANY = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=15)


@given(ANY, ANY)
def test_no_json_breaks_the_reader_of_answers(item: Any, value: Any) -> None:
    rows = [item, {"linkId": "platelet_count", "answer": [{"valueQuantity": value}]}]
    for told in (item, response() | {"item": item}, response() | {"item": rows}):
        try:
            found = facts_of_response(told, G)
        except Refused as refused:
            assert all(one.what and one.do for one in refused.findings)
        else:
            assert patient(found, G).facts == found["facts"]


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        facts_of_response(response(("numbness", {"valueBoolean": 1}), ("x", {"valueBoolean": True}), status="?"), G)
    assert len(refused.value.findings) == 3

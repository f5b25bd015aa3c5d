"""What a plan says is what its FHIR resources say: drugs, doses, dates, warnings and sources, and nothing more."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import fhirkit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_checks import faults
from patients import NERVES, PLAIN, SIX, drawn, guideline, told
from posology.fhir import care_plan, definitions, plan_bundle
from posology.fhir.bundle import read_bundle
from posology.fhir.careplan import own_reference
from posology.model import Plan
from posology.plan.plan import plan
from posology.plan.shape import as_json, give_json
from posology.read.patient import parse, patient

Json = dict[str, Any]
STORIES = sorted((Path(__file__).parents[1] / "guidelines" / "b12-injections" / "patients").glob("*.yaml"))


def planned(data: Json) -> Plan:
    return plan(guideline(), patient(data, guideline()))


def story(path: Path) -> Plan:
    return planned(parse(path.read_bytes()))


def of_kind(bundle: Json, kind: str) -> list[Json]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def rule_of(resource: Json) -> str:
    return str(resource["identifier"][0]["value"].split("/")[1])


# ---------------------------------------------------------------- there and back


def ways(made: Plan) -> list[Json]:
    """Every way of giving that a plan names, in the shape of the contract, with the dates of those that are dated."""
    found = []
    for line in made.advice:
        if line.action in ("give", "decide"):
            gives = [*([line.give] if line.give else []), *(give for give, _ in line.alternatives)]
            for number, give in enumerate(gives):
                items = [i for i in made.schedule if i.rule == line.rule and i.what == "dose"]
                dated = items if line.give and number == 0 else []
                left = give.doses and give.doses - (dated[0].number - 1 if dated else 0)
                dates = [(i.earliest.isoformat(), i.latest.isoformat()) for i in dated]
                shape = give_json(give) | {"doses": left, "rule": line.rule, "dates": dates}
                found.append({key: shape[key] for key in sorted(shape) if key not in ("until", "for_life")})
    return found


def read_back(request: Json) -> Json:
    """A MedicationRequest as a way of giving, by its structured parts alone."""
    [dosage] = request["dosageInstruction"]
    [amount] = dosage["doseAndRate"]
    low, high = (amount["doseRange"][end] for end in ("low", "high")) if "doseRange" in amount else [amount["doseQuantity"]] * 2
    assert low["code"] == high["code"] == "mg"
    repeat, events = dosage["timing"]["repeat"], dosage["timing"].get("event", [])
    last = dosage["timing"].get("_event", [None] * len(events))
    unit = {"d": "D", "wk": "W", "mo": "M", "a": "Y"}[repeat["periodUnit"]]
    shape = {
        "drug": request["medicationCodeableConcept"]["text"].replace(" ", "_"),
        "dose": {"low": low["value"], "high": high["value"], "unit": "mg"},
        "route": dosage["route"]["text"].replace(" ", "_"),
        "times": repeat["frequency"],
        "every": {"low": f"P{repeat['period']}{unit}", "high": f"P{repeat.get('periodMax', repeat['period'])}{unit}"},
        "doses": repeat.get("count"),
        "rule": rule_of(request),
        "dates": [(day, beside["extension"][0]["valueDate"] if beside else day) for day, beside in zip(events, last, strict=True)],
    }
    return {key: shape[key] for key in sorted(shape)}


def same(made: Plan) -> None:
    bundle = plan_bundle(made, guideline(), "Patient/1")
    assert [read_back(one) for one in of_kind(bundle, "MedicationRequest")] == ways(made)
    dated = {day for one in of_kind(bundle, "ServiceRequest") for day in one.get("occurrenceTiming", {}).get("event", ())}
    assert dated == {i.date.isoformat() for i in made.schedule if i.what != "dose"}
    warned = {rule_of(one) for one in of_kind(bundle, "DetectedIssue") if "identifier" in one}
    assert warned == {line.rule for line in made.advice if line.action in ("avoid", "never")}
    assert {line.rule for line in made.advice} | {item.rule for item in made.schedule} == rules_of(bundle)
    assert {i.rule for i in made.schedule if i.what == "dose"} <= {line.rule for line in made.advice if line.give}
    cited = {e["what"]["identifier"]["value"] for one in of_kind(bundle, "Provenance") for e in one["entity"][1:]}
    assert cited >= {ref.key for line in made.advice for ref in line.citations}


def rules_of(bundle: Json) -> set[str]:
    """Every rule that a bundle speaks of: in a request, a warning, or the care plan itself."""
    [care] = of_kind(bundle, "CarePlan")
    lone = {activity["detail"]["code"]["text"].split(": ")[1] for activity in care.get("activity", []) if "detail" in activity}
    return lone | {rule_of(e["resource"]) for e in bundle["entry"] if "identifier" in e["resource"]}


@given(st.integers(0, 10**9))
def test_drugs_doses_and_dates_read_back_from_fhir_are_those_of_the_plan(seed: int) -> None:
    same(planned(drawn(Random(seed))))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_stories_read_back_from_fhir_are_the_same_and_sound(path: Path) -> None:
    made = story(path)
    same(made)
    assert faults(plan_bundle(made, guideline(), "Patient/1")) == []
    assert faults(care_plan(made, guideline(), "Patient/1")) == []


@given(st.integers(0, 10**9))
def test_what_is_sent_is_sound_and_the_same_each_time(seed: int) -> None:
    made = planned(drawn(Random(seed)))
    bundle = plan_bundle(made, guideline())
    assert faults(bundle) == [] and faults(care_plan(made, guideline())) == []
    assert json.dumps(bundle) == json.dumps(plan_bundle(made, guideline()))


@given(st.integers(0, 10**9))
def test_a_plan_that_is_read_as_a_record_states_no_fact_and_no_dose(seed: int) -> None:
    bundle = plan_bundle(planned(drawn(Random(seed))), guideline(), "Patient/me")
    bundle["entry"].append({"resource": {"resourceType": "Patient", "id": "me"}})
    found, findings, _ = read_bundle(bundle, guideline(), None)
    assert findings == () and not found.facts and not found.doses and not found.results


# ---------------------------------------------------------------- what must not be taken for an order


def test_of_a_course_that_has_begun_only_the_doses_left_are_asked_for() -> None:
    made = planned(told("2026-01-12", SIX[:3], **PLAIN))
    [loading] = [one for one in of_kind(plan_bundle(made, guideline()), "MedicationRequest") if rule_of(one) == "standard-loading"]
    timing = loading["dosageInstruction"][0]["timing"]
    assert timing["repeat"]["count"] == len(timing["event"]) == 3
    assert timing["repeat"]["boundsPeriod"] == {"start": timing["event"][0], "end": timing["event"][-1]}


def test_while_the_guideline_is_not_approved_everything_is_a_draft_and_a_proposal() -> None:
    for path in STORIES:
        for one in [e["resource"] for e in plan_bundle(story(path), guideline())["entry"]]:
            if "intent" in one:
                assert (one["status"], one["intent"]) == ("draft", "proposal")
            assert one["resourceType"] != "DetectedIssue" or one["status"] == "preliminary"


def test_of_an_approved_guideline_only_settled_lines_are_active() -> None:
    for data in (told(**NERVES), told(b12_deficiency=True)):
        made = planned(data)
        bundle = plan_bundle(replace(made, guideline={**made.guideline, "status": "approved"}), guideline())
        settled = {line.rule for line in made.advice if line.certainty == "firm" and not line.confirm}
        settled |= {item.rule for item in made.schedule} - {line.rule for line in made.advice}
        for one in of_kind(bundle, "MedicationRequest") + of_kind(bundle, "ServiceRequest"):
            assert one["status"] == "draft" or rule_of(one) in settled
        assert of_kind(bundle, "CarePlan")[0]["status"] == "active"
    assert any(one["status"] == "active" for one in of_kind(bundle, "ServiceRequest")) or settled


def test_a_treatment_that_is_withheld_says_so_and_is_not_dated() -> None:
    made = planned(told(**NERVES | {"cobalt_allergy": True}))
    requests = of_kind(plan_bundle(made, guideline()), "MedicationRequest")
    held = [one for one in requests if rule_of(one) == "cobalt-allergy"]
    assert held and all("until a clinician decides" in one["statusReason"]["text"] for one in held)
    assert not any("event" in one["dosageInstruction"][0]["timing"] for one in held)


def test_a_choice_is_one_group_of_which_at_most_one_is_taken() -> None:
    made = planned(told(**PLAIN | {"bariatric_surgery": True, "loading_complete": True}))
    bundle = plan_bundle(made, guideline())
    [group] = of_kind(bundle, "RequestGroup")
    [choice] = group["action"]
    assert choice["selectionBehavior"] == "at-most-one" and len(choice["action"]) == 2
    defined = {canonical for one in of_kind(bundle, "MedicationRequest") for canonical in one["instantiatesCanonical"]}
    assert len(defined) == 2, "each way has a definition of its own"
    named = {option["resource"]["reference"] for option in choice["action"]}
    assert named == {f"urn:uuid:{one['id']}" for one in of_kind(bundle, "MedicationRequest")}
    [care] = of_kind(bundle, "CarePlan")
    assert not named & {a["reference"]["reference"] for a in care["activity"] if "reference" in a}


def test_a_treatment_that_may_not_apply_is_only_an_option_and_says_on_what_it_hangs() -> None:
    made = planned(told(b12_deficiency=True))
    bundle = plan_bundle(made, guideline())
    options = {o["resource"]["reference"]: o for g in of_kind(bundle, "RequestGroup") for o in g["action"][0]["action"]}
    open_ = {line.rule for line in made.advice if line.action == "give" and line.if_}
    requests = [one for one in of_kind(bundle, "MedicationRequest") if rule_of(one) in open_]
    assert requests and all(f"urn:uuid:{one['id']}" in options for one in requests)
    assert all("not yet known" in one["statusReason"]["text"] for one in requests)
    assert all(option["condition"][0]["expression"]["language"] == "text/cql" for option in options.values())


def test_conflicts_and_gaps_are_said_as_issues_and_every_notice_in_the_care_plan() -> None:
    vague = {"crohns_disease": True, "ileal_crohns_length": 45, "bariatric_surgery": True, "ileal_resection_length": 30}
    made = planned(told(**PLAIN | vague))
    bundle = plan_bundle(made, guideline())
    loud = [notice.text for notice in made.notices if notice.kind in ("gap", "conflict")]
    assert {n.kind for n in made.notices} >= {"gap", "conflict"} and set(loud) <= {one["detail"] for one in of_kind(bundle, "DetectedIssue")}
    words = " ".join(note["text"] for note in of_kind(bundle, "CarePlan")[0]["note"])
    assert all(notice.text in words for notice in made.notices)
    assert all(question.question in words for question in made.ask)


def test_the_digest_stands_in_every_resource_and_in_every_provenance() -> None:
    made = story(STORIES[0])
    bundle = plan_bundle(made, guideline())
    assert all(made.guideline["digest"] in e["resource"]["meta"]["source"] for e in bundle["entry"])
    for one in of_kind(bundle, "Provenance"):
        assert one["entity"][0]["what"]["identifier"]["value"] == made.guideline["digest"]


def test_reasons_are_told_with_their_units() -> None:
    made = planned(told(**PLAIN | {"ileal_resection_length": 25}))
    [one] = [r for r in of_kind(plan_bundle(made, guideline()), "MedicationRequest") if rule_of(r) == "ileal-resection-prophylaxis"]
    assert {"text": "ileal resection length: 25 cm"} in one["reasonCode"]


def test_urgency_is_never_lowered() -> None:
    made = planned(told(**NERVES | {"suspected_cord_lesion": True}))
    priorities = {rule_of(one): one.get("priority") for one in of_kind(plan_bundle(made, guideline()), "ServiceRequest")}
    assert priorities["cord-or-optic-emergency"] == "stat" and priorities["neurological-referral"] == "urgent"


@pytest.mark.parametrize("label", [" ", "J. Doe & <Sons>", "a\nb", "é" * 200, "123"])
def test_any_label_can_be_sent(label: str) -> None:
    made = planned(told(**PLAIN) | {"patient": label})
    for reference in (None, own_reference(label)):
        for one in (plan_bundle(made, guideline(), reference), care_plan(made, guideline(), reference)):
            assert faults(one) == [] and fhirkit.validate(json.dumps(one)) == []
    assert own_reference(label) == ("Patient/123" if label == "123" else None)


def test_another_patient_gets_other_ids_and_another_day_the_same() -> None:
    one, other = told(**PLAIN) | {"patient": "a"}, told(**PLAIN) | {"patient": "b"}
    ids = [{e["resource"]["id"] for e in plan_bundle(planned(d), guideline())["entry"]} for d in (one, other)]
    assert not ids[0] & ids[1]
    later = plan_bundle(planned(copy.deepcopy(one) | {"on": "2026-01-21"}), guideline())
    assert {e["resource"]["id"] for e in later["entry"]} & ids[0]


def test_the_sound_checks_find_what_they_are_for() -> None:
    good = plan_bundle(planned(told(**NERVES)), guideline())
    def broken(change: Any) -> list[str]:
        bundle = copy.deepcopy(good)
        change(of_kind(bundle, "MedicationRequest")[0], of_kind(bundle, "CarePlan")[0])
        return faults(bundle)
    assert broken(lambda m, c: c.update(period={"start": "2026-02-01", "end": "2026-01-01"}))
    assert broken(lambda m, c: m["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"].pop("system"))
    assert broken(lambda m, c: m["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"].update(code="milligram"))
    assert broken(lambda m, c: c["activity"][0]["reference"].update(reference="urn:uuid:0"))
    assert broken(lambda m, c: c.update(note=[]))
    assert broken(lambda m, c: m.update(id=c["id"]))
    assert broken(lambda m, c: m["dosageInstruction"][0]["timing"]["event"].reverse())


# ---------------------------------------------------------------- the guideline


def test_the_package_holds_every_rule_fact_and_code_and_refers_to_nothing_that_is_not_in_it() -> None:
    files = definitions(guideline())
    assert files["package.json"]["dependencies"] == {"hl7.fhir.r4.core": "4.0.1"}
    resources = {f"{one['url']}|{one['version']}": one for name, one in files.items() if name != "package.json"}
    assert len(resources) == len(files) - 1
    [whole] = [one for one in resources.values() if one["resourceType"] == "PlanDefinition"]
    text = json.dumps(whole)
    for rule in guideline().rules:
        assert f'"title": "{rule.name}"' in text
    named = [one for one in texts(whole) if one.startswith(files["package.json"]["canonical"]) and "|" in one]
    assert named and all(one in resources for one in named)
    assert {one["status"] for one in resources.values()} == {"draft"}
    assert all(faults(one) == [] for one in resources.values())


def texts(data: Any) -> list[str]:
    if isinstance(data, str):
        return [data]
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [text for one in inner for text in texts(one)]


def test_conditions_name_definitions_of_the_library_that_travels_with_them() -> None:
    from base64 import b64decode

    files = definitions(guideline())
    [library] = [one for name, one in files.items() if name.startswith("Library-")]
    cql = b64decode(library["content"][0]["data"]).decode()
    [whole] = [one for name, one in files.items() if name.startswith("PlanDefinition-")]
    named = [words for words in texts(whole) if words.startswith('"')]
    assert named and all(f"define {words}:" in cql for words in named)


def test_a_plan_names_only_definitions_that_the_package_holds() -> None:
    own = {f"{one['url']}|{one['version']}" for name, one in definitions(guideline()).items() if name != "package.json"}
    for path in STORIES:
        for entry in plan_bundle(story(path), guideline())["entry"]:
            assert set(entry["resource"].get("instantiatesCanonical", ())) <= own
    assert as_json(story(STORIES[0]))


def test_a_guideline_may_name_its_own_address() -> None:
    own = replace(guideline(), meta={**guideline().meta, "canonical": "https://guidelines.example/fhir/"})
    assert definitions(own)["package.json"]["canonical"] == "https://guidelines.example/fhir"
    assert all("posology.example" not in json.dumps(one) for one in definitions(own).values())

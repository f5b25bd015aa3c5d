"""CDS Hooks: the cards of a plan keep the twelve rules of the standard's own models, and say what has to be said.

A thousand invented patients are asked about as records (what the guideline has codes for) with a drafted order each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

import pytest

import as_fhir
import patients
from posology.fhir.cards import LONGEST
from posology.fhir.drafts import Every, drafts
from posology.fhir.hooks import HOOKS, answer, prefetch, services, unmet
from posology.findings import Finding, Refused
from posology.model import Guideline

Json = dict[str, Any]
INSTANCE = "0f6f1d2e-6c2a-4f0e-9d8e-0f2f5c1f7a11"
ON = date(2026, 1, 12)
MANY = 1000


def guideline() -> Guideline:
    return patients.guideline()


def call(hook: str, sent: Json, **context: Any) -> Json:
    return {"hook": hook, "hookInstance": INSTANCE, "context": {"userId": "Practitioner/1", "patientId": "me", **context}, "prefetch": sent}


def orders(*drafts: Json) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in drafts]}


@cache
def many() -> tuple[tuple[Json, Json, list[Json]], ...]:
    """Each patient with a drafted order, and all cards that come of it."""
    found = []
    for seed in range(MANY):
        rng = Random(seed)
        data = patients.drawn(rng)
        sent, draft = as_fhir.prefetch(data, guideline()), as_fhir.order(rng, guideline())
        if rng.random() < 0.2:
            sent.pop(rng.choice(list(as_fhir.KINDS.values())))
        on = date.fromisoformat(data["on"])
        cards = answer(guideline(), "patient-view", call("patient-view", sent), on, "https://here.example")["cards"]
        cards = [*cards, *answer(guideline(), "order-sign", call("order-sign", sent, draftOrders=orders(draft)), on)["cards"]]
        found.append((data, draft, cards))
    return tuple(found)


def every_card() -> Iterator[Json]:
    return (card for _, _, cards in many() for card in cards)


def actions(card: Json) -> list[Json]:
    return [action for one in card.get("suggestions", ()) for action in one["actions"]]


# ---------------------------------------------------------------- the twelve


def test_the_patients_bring_forth_every_kind_of_card() -> None:
    assert {card["indicator"] for card in every_card()} == {"info", "warning", "critical"}
    kinds = Counter(action["type"] for card in every_card() for action in actions(card))
    assert min(kinds["create"], kinds["update"], kinds["delete"]) > 20, kinds


def test_resp_1_at_most_one_suggestion_is_recommended_where_at_most_one_is_taken() -> None:
    for card in every_card():
        if card.get("selectionBehavior") == "at-most-one":
            assert sum(bool(one.get("isRecommended")) for one in card["suggestions"]) <= 1


def test_resp_2_what_is_deleted_is_named_and_what_is_made_is_sent() -> None:
    for card in every_card():
        for action in actions(card):
            assert ("resource" in action) == (action["type"] != "delete")
            assert ("resourceId" in action) == (action["type"] == "delete")


def test_resp_3_only_smart_apps_have_a_context() -> None:
    for card in every_card():
        assert all(link["type"] == "smart" for link in card.get("links", ()) if "appContext" in link)


def test_resp_4_every_override_reason_can_be_shown() -> None:
    for card in every_card():
        assert card["overrideReasons"]
        assert all(one["display"] and one["code"] and one["system"] for one in card["overrideReasons"])


def test_resp_5_every_action_says_what_it_does() -> None:
    assert all(action["description"] for card in every_card() for action in actions(card))


def test_resp_6_where_something_is_suggested_the_choice_is_explained() -> None:
    for card in every_card():
        assert ("suggestions" in card) == ("selectionBehavior" in card)


def test_resp_7_a_choice_is_one_that_clients_know() -> None:
    for card in every_card():
        assert card.get("selectionBehavior", "any") in ("any", "at-most-one")
        assert all(one.get("actionSelectionBehavior", "all") in ("all", "any", "at-most-one") for one in card.get("suggestions", ()))


# cds-fb-1, cds-fb-2 and cds-fb-3 are in test_hooks_http.py


def test_r_1_an_authorization_needs_its_server() -> None:
    sent = call("patient-view", {"patient": {"resourceType": "Patient", "id": "me"}})
    assert "fhirServer" in places("patient-view", sent | {"fhirAuthorization": {"access_token": "x"}})
    assert answer(guideline(), "patient-view", sent | {"fhirAuthorization": {}, "fhirServer": "https://there.example"})


def test_r_2_a_token_is_not_used_for_whomever_it_is() -> None:
    sent = call("patient-view", {"patient": {"resourceType": "Patient", "id": "me"}})
    token = {"fhirServer": "https://there.example", "fhirAuthorization": {"scope": "patient/*.read", "patient": "other"}}
    assert answer(guideline(), "patient-view", sent | token, ON) == answer(guideline(), "patient-view", sent, ON)


# ---------------------------------------------------------------- what every card has


def test_a_card_can_be_shown() -> None:
    for card in every_card():
        assert 0 < len(card["summary"]) <= LONGEST < 140
        assert card["summary"].isprintable()
        assert card["source"]["label"] and card["detail"]


def test_a_card_names_its_guideline_its_review_and_its_sources() -> None:
    for card in every_card():
        assert f"Review status: {guideline().status}" in card["detail"]
        assert guideline().status in card["source"]["label"]
        assert guideline().version in card["detail"]
        rule = card["source"].get("topic", {}).get("code")
        assert rule is None or "Sources:" in card["detail"]
        assert rule is None or rule in guideline().named


def test_the_ids_of_an_answer_are_all_different() -> None:
    for _, _, cards in many():
        ids = [card["uuid"] for card in cards] + [one["uuid"] for card in cards for one in card.get("suggestions", ())]
        assert len(ids) == len(set(ids))
        assert all(str(UUID(one)) == one for one in ids)


def test_a_suggested_medicine_has_its_timing_and_is_only_a_draft() -> None:
    for card in every_card():
        for action in actions(card):
            resource = action.get("resource", {})
            if resource.get("resourceType") == "MedicationRequest":
                assert resource["dosageInstruction"][0]["timing"]["repeat"]["period"]
                assert resource["subject"] == as_fhir.ME or resource["subject"] == {"reference": "Patient/me"}
            if action["type"] == "create":
                assert (resource["status"], resource["intent"]) == ("draft", "proposal")


def test_a_corrected_order_is_the_same_order() -> None:
    for _, draft, cards in many():
        for action in (one for card in cards for one in actions(card)):
            if action["type"] == "update":
                assert {key: action["resource"][key] for key in ("id", "status", "intent")} == {
                    key: draft[key] for key in ("id", "status", "intent")
                }
            if action["type"] == "delete":
                assert action["resourceId"] == f"MedicationRequest/{draft['id']}"


def test_an_order_that_was_put_right_is_not_complained_of_again() -> None:
    for seed in range(150):
        data = patients.drawn(Random(seed))
        sent, on = as_fhir.prefetch(data, guideline()), date.fromisoformat(data["on"])
        draft = as_fhir.order(Random(seed), guideline())
        cards = answer(guideline(), "order-sign", call("order-sign", sent, draftOrders=orders(draft)), on)["cards"]
        right = [one["resource"] for card in cards for one in actions(card) if one["type"] == "update"]
        for one in right:
            again = answer(guideline(), "order-sign", call("order-sign", sent, draftOrders=orders(one)), on)["cards"]
            assert not [card for card in again if any(a["type"] == "update" for a in actions(card))]


def test_the_same_call_is_answered_alike() -> None:
    sent = call("patient-view", as_fhir.prefetch(patients.drawn(Random(3)), guideline()))
    assert answer(guideline(), "patient-view", sent, ON) == answer(guideline(), "patient-view", sent, ON)


# ---------------------------------------------------------------- services


def test_each_hook_is_a_service_with_templates_for_what_is_read() -> None:
    found = services(guideline())
    assert [one["hook"] for one in found] == list(HOOKS)
    assert len({one["id"] for one in found}) == len(found)
    for one in found:
        assert one["title"] and one["description"] and one["prefetch"] == prefetch(guideline())
        assert set(one["prefetch"]) == {"patient", *as_fhir.KINDS.values()}
        assert all("{{context.patientId}}" in template for template in one["prefetch"].values())


def test_only_results_that_the_guideline_knows_are_asked_for() -> None:
    template = prefetch(guideline())["observations"]
    for row in guideline().codes:
        if row.what == "test":
            assert row.code in template


# ---------------------------------------------------------------- stories: what a card says

SCT, RX = "http://snomed.info/sct", "http://www.nlm.nih.gov/research/umls/rxnorm"
DEFICIENCY, TINGLING, KIDNEY, PERNICIOUS = "190634004", "91019004", "709044004", "84027009"
HYDROXO, CYANO, FOLIC, OTHER = "5514", "11248", "4511", "1191"
MUSCLE, VEIN, MOUTH = "78421000", "47625008", "26643006"


def coded(code: str, system: str = SCT) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def ill(*codes: str) -> Json:
    found = [
        {"resourceType": "Condition", "id": f"c{code}", "subject": as_fhir.ME, "code": coded(code), "clinicalStatus": as_fhir.status("active")}
        for code in codes
    ]
    return searched(*found)


def searched(*found: Json) -> Json:
    return {"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": [{"resource": one} for one in found]}


def given(*days: str, drug: str = HYDROXO) -> Json:
    amount = {"value": 1, "unit": "mg", "system": as_fhir.UCUM, "code": "mg"}
    return searched(
        *(
            {
                "resourceType": "MedicationAdministration", "id": f"a{day}", "status": "completed", "subject": as_fhir.ME,
                "medicationCodeableConcept": coded(drug, RX), "effectiveDateTime": day,
                "dosage": {"dose": amount, "route": coded(MUSCLE)},
            }
            for day in days
        )
    )  # fmt: skip


def record(*codes: str, days: tuple[str, ...] = (), born: str = "1960-05-05", **more: Json) -> Json:
    whole = {name: searched() for name in as_fhir.KINDS.values()}
    person = {"resourceType": "Patient", "id": "me", "birthDate": born}
    return {"patient": person} | whole | {"conditions": ill(*codes), "administrations": given(*days)} | more


def wanted(
    drug: str, route: str = "", every: tuple[float, str] | None = None, dose: float = 0, site: str = "", **more: Any
) -> Json:
    dosage: Json = {}
    if route:
        dosage["route"] = coded(route)
    if site:
        dosage["site"] = {"text": site}
    if every:
        dosage["timing"] = {"repeat": {"frequency": 1, "period": every[0], "periodUnit": every[1]}}
    if dose:
        dosage["doseAndRate"] = [{"doseQuantity": {"value": dose, "unit": "mg", "system": as_fhir.UCUM, "code": "mg"}}]
    made = {"resourceType": "MedicationRequest", "id": "o1", "status": "draft", "intent": "order", "subject": as_fhir.ME}
    return made | {"medicationCodeableConcept": coded(drug, RX), "dosageInstruction": [dosage]} | more


def signed(sent: Json, *drafts: Json, on: date = ON) -> list[Json]:
    return list(answer(guideline(), "order-sign", call("order-sign", sent, draftOrders=orders(*drafts)), on)["cards"])


def of(cards: list[Json], rule: str) -> Json | None:
    """The card that comes of a rule."""
    return next((card for card in cards if card["source"].get("topic", {}).get("code") == rule), None)


def viewed(sent: Json, on: date = ON) -> list[Json]:
    return list(answer(guideline(), "patient-view", call("patient-view", sent), on)["cards"])


LOADING = record(DEFICIENCY, TINGLING, days=("2026-01-05", "2026-01-07"))


@pytest.mark.parametrize(
    ("story", "sent", "draft", "rule", "indicator"),
    [
        ("folic acid first", record(DEFICIENCY, statements=searched()), wanted(FOLIC), "folic-acid-after-b12", "warning"),
        ("folic acid during loading", LOADING, wanted(FOLIC), "confirm-b12-before-folate", "info"),
        ("cyanocobalamin and kidneys", record(DEFICIENCY, TINGLING, KIDNEY), wanted(CYANO, MUSCLE), "renal-formulation", "warning"),
        ("into a vein", LOADING, wanted(HYDROXO, VEIN), "no-intravenous", "critical"),
        ("into the buttock", LOADING, wanted(HYDROXO, MUSCLE, site="gluteal"), "avoid-buttock", "warning"),
        ("wrong interval", LOADING, wanted(HYDROXO, MUSCLE, (3, "mo"), 1), "neurological-loading", "warning"),
        ("by mouth in pernicious anemia", record(PERNICIOUS), wanted(CYANO, MOUTH), "pernicious-parenteral", "warning"),
        ("stopping", LOADING, wanted(HYDROXO, status="stopped"), "do-not-stop", "warning"),
        ("not to be given", LOADING, wanted(HYDROXO, doNotPerform=True), "do-not-stop", "warning"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)  # fmt: skip
def test_an_order_is_answered(story: str, sent: Json, draft: Json, rule: str, indicator: str) -> None:
    card = of(signed(sent, draft), rule)
    assert card is not None, story
    assert card["indicator"] == indicator


def test_the_right_order_is_not_warned_of() -> None:
    cards = signed(LOADING, wanted(HYDROXO, MUSCLE, (2, "d"), 1))
    assert {card["indicator"] for card in cards} <= {"info"}
    assert not [action for card in cards for action in actions(card)]


def test_what_is_ordered_beside_an_order_counts() -> None:
    """Folic acid and the first injection on one page: the injection is not yet given."""
    cards = signed(record(DEFICIENCY, TINGLING), wanted(FOLIC), wanted(HYDROXO, MUSCLE, (2, "d"), 1, id="o2"))
    assert of(cards, "folic-acid-after-b12")


def test_an_order_for_another_medicine_is_none_of_our_business() -> None:
    assert signed(LOADING, wanted(OTHER)) == []


def test_an_order_in_words_only_is_not_guessed_at() -> None:
    draft = wanted(HYDROXO) | {"medicationCodeableConcept": {"text": "Vitamin B12 injection of some kind"}}
    (card,) = signed(LOADING, draft)
    assert "could not be judged" in card["summary"]


def test_a_wrong_interval_comes_with_the_right_order() -> None:
    card = of(signed(LOADING, wanted(HYDROXO, MUSCLE, (3, "mo"), 1)), "neurological-loading")
    assert card is not None
    (action,) = actions(card)
    repeat = action["resource"]["dosageInstruction"][0]["timing"]["repeat"]
    assert (repeat["frequency"], repeat["period"], repeat["periodUnit"]) == (1, 2, "d")


def test_weeks_for_months_are_noticed_but_not_shouted_about() -> None:
    days = ("2024-05-01", "2024-07-01", "2024-09-01", "2024-11-01", "2025-01-01", "2025-03-01")
    sent = record(DEFICIENCY, TINGLING, days=days)
    for every, indicator in (((2, "mo"), None), ((8, "wk"), "info"), ((12, "wk"), "warning")):
        card = of(signed(sent, wanted(HYDROXO, MUSCLE, every, 1), on=date(2025, 4, 1)), "neurological-maintenance")
        assert (card and card["indicator"]) == indicator, every


def test_only_orders_just_chosen_are_judged_when_they_are_chosen() -> None:
    drafts = orders(wanted(HYDROXO, VEIN), wanted(HYDROXO, VEIN, id="o2"))
    sent = call("order-select", LOADING, draftOrders=drafts, selections=["MedicationRequest/o2"])
    cards = answer(guideline(), "order-select", sent, ON)["cards"]
    assert {a["resourceId"] for card in cards for a in actions(card) if a["type"] == "delete"} == {"MedicationRequest/o2"}


@pytest.mark.parametrize(("name", "found"), [
    ("MedicationRequest/o2", True), ("https://ehr.example/fhir/MedicationRequest/o2", True), ("MedicationRequest/o2/_history/1", True),
    ("o2", False), ("MedicationRequest/o3", False),
])  # fmt: skip
def test_a_chosen_order_is_found_or_the_call_is_refused_since_its_warnings_would_be_lost(name: str, found: bool) -> None:
    drafts = orders(wanted(HYDROXO, VEIN, id="o2"))
    sent = call("order-select", LOADING, draftOrders=drafts, selections=[name])
    if found:
        assert of(answer(guideline(), "order-select", sent, ON)["cards"], "no-intravenous")
    else:
        with pytest.raises(Refused, match="none of the drafted orders"):
            answer(guideline(), "order-select", sent, ON)


def test_each_dosage_of_an_order_is_judged_by_its_route_and_said_once() -> None:
    into = {"route": coded(VEIN)}
    draft = wanted(HYDROXO) | {"dosageInstruction": [{"route": coded(MUSCLE)}, into, into]}
    cards = signed(LOADING, draft)
    assert of(cards, "no-intravenous") and len({card["uuid"] for card in cards}) == len(cards)
    assert any("Not compared with the guideline: dose and interval" in card["summary"] for card in cards)


def timed(**timing: Any) -> Json:
    return wanted(HYDROXO, MUSCLE, dose=1) | {
        "dosageInstruction": [wanted(HYDROXO, MUSCLE, dose=1)["dosageInstruction"][0] | {"timing": timing}]
    }


@pytest.mark.parametrize(("timing", "card"), [
    ({"repeat": {"frequency": 1, "period": 2, "periodUnit": "d"}}, ""),
    ({"code": coded("QOD")}, ""),
    ({"repeat": {"boundsPeriod": {"start": "2026-01-09"}}, "code": coded("QD")}, "Interval differs"),
    ({"code": coded("MO")}, "Interval differs"),
    ({"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "dayOfWeek": ["mon"]}}, "Interval differs"),
    ({"repeat": {"dayOfWeek": ["mon"]}}, "Interval differs"),
    ({"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "wed", "fri"]}}, "Not compared with the guideline: interval"),
    ({"repeat": {"frequency": 1, "frequencyMax": 2, "period": 2, "periodUnit": "d"}}, "Not compared with the guideline: interval"),
    ({"event": ["2026-01-09", "2026-04-09"]}, "Not compared with the guideline: interval"),
    ({"code": {"text": "every third month"}}, "Not compared with the guideline: interval"),
])  # fmt: skip
def test_an_interval_is_compared_or_said_not_to_be(timing: Json, card: str) -> None:
    summaries = [one["summary"] for one in signed(LOADING, timed(**timing))]
    found = [one for one in summaries if one.startswith(("Interval differs", "Not compared"))]
    assert [one[: len(card)] for one in found] == ([card] if card else []), summaries


def test_three_days_of_the_week_are_three_a_week() -> None:
    three = {"frequency": 1, "period": 1, "periodUnit": "d", "dayOfWeek": ["mon", "wed", "fri"]}
    draft = timed(repeat=three)
    (found,) = drafts(orders(draft), guideline(), ON, [], "me")
    assert found.every == Every(Fraction(7, 3), Fraction(7, 3))


def test_an_order_that_cannot_be_compared_since_the_treatment_is_open_says_on_what_it_hangs() -> None:
    cards = signed(record(DEFICIENCY), wanted(HYDROXO, MUSCLE, (3, "mo"), 1))
    (card,) = [one for one in cards if "the treatment is still open" in one["summary"]]
    assert "It hangs on: neurological involvement" in card["detail"]


def test_the_medicine_of_an_order_is_found_by_its_address() -> None:
    draft = wanted(HYDROXO, VEIN)
    del draft["medicationCodeableConcept"]
    held = orders(draft | {"medicationReference": {"reference": "urn:uuid:m"}})
    held["entry"].append({"fullUrl": "urn:uuid:m", "resource": {"resourceType": "Medication", "code": coded(HYDROXO, RX)}})
    assert of(answer(guideline(), "order-sign", call("order-sign", LOADING, draftOrders=held), ON)["cards"], "no-intravenous")


def test_nothing_is_proposed_for_somebody_who_has_died_and_an_order_is_still_warned_of() -> None:
    dead = {"patient": LOADING["patient"] | {"deceasedBoolean": True}}
    (card,) = viewed(LOADING | dead)
    assert "has died" in card["summary"] and "suggestions" not in card
    assert viewed(record() | dead) == []
    cards = signed(LOADING | dead, wanted(HYDROXO, VEIN))
    assert "has died" in cards[0]["summary"] and cards[0]["indicator"] == "warning" and of(cards, "no-intravenous")


def test_an_overdue_dose_is_said_and_can_be_ordered() -> None:
    card = of(viewed(LOADING), "neurological-loading")
    assert card is not None and card["indicator"] == "warning"
    assert card["summary"].startswith("Overdue since 2026-01-09")
    (action,) = actions(card)
    assert action["resource"]["resourceType"] == "MedicationRequest"


@pytest.mark.parametrize("sent", [record(), record(KIDNEY), record(born="2020-05-05"), record("58610003")], ids=["nothing", "kidneys", "child", "eyes"])
def test_a_record_that_does_not_concern_the_guideline_is_left_in_peace(sent: Json) -> None:
    assert viewed(sent) == []


def test_a_child_with_a_deficiency_is_referred_and_an_order_for_it_is_warned_of() -> None:
    sent = record(DEFICIENCY, born="2018-05-05")
    for cards in (viewed(sent), signed(sent, wanted(HYDROXO, MUSCLE, (2, "d"), 1))):
        card = of(cards, "adults-only")
        assert card is not None and card["indicator"] == "warning"
        assert not [action for one in cards for action in actions(one) if action["type"] in ("create", "update") and action["resource"]["resourceType"] == "MedicationRequest"]


def test_an_allergy_stops_every_order() -> None:
    allergic = {"resourceType": "AllergyIntolerance", "id": "x", "patient": as_fhir.ME, "code": coded(CYANO, RX)}
    allergic |= {"clinicalStatus": as_fhir.status("active"), "verificationStatus": as_fhir.status("confirmed")}
    sent = record(DEFICIENCY, TINGLING, allergies=searched(allergic))
    for drug in (HYDROXO, CYANO):
        cards = signed(sent, wanted(drug, MUSCLE, (2, "d"), 1))
        card = of(cards, "cobalamin-hypersensitivity")
        assert card is not None and card["indicator"] == "critical"
        assert [action["type"] for action in actions(card)] == ["delete"]
        assert not [action for one in cards for action in actions(one) if action["type"] == "update"]


def test_a_card_of_what_is_due_says_when_not_all_doses_and_results_were_sent() -> None:
    for part in ("administrations", "observations"):
        due = [one for one in viewed(LOADING | {part: None}) if one["summary"].startswith(("Due", "Overdue"))]
        assert due and all(f"only in part: `{part}`" in one["detail"] for one in due)
    assert not any("only in part" in one["detail"] for one in viewed(LOADING))


def test_what_was_not_sent_is_unknown_and_is_said_to_be() -> None:
    for gone in as_fhir.KINDS.values():
        sent = {name: held for name, held in LOADING.items() if name != gone}
        assert any("Not all of the record was sent" in card["summary"] and gone in card["detail"] for card in viewed(sent)), gone
    assert any("Not all of the record" in card["summary"] for card in viewed({"patient": record()["patient"]}))


@pytest.mark.parametrize(
    "part",
    [
        None,
        {"resourceType": "OperationOutcome", "issue": []},
        searched() | {"total": 3},
        searched() | {"link": [{"relation": "next", "url": "https://there.example"}]},
        searched({"resourceType": "OperationOutcome", "issue": []}),
    ],
    ids=["null", "outcome", "fewer than there are", "one page", "with a warning"],
)
def test_part_of_a_search_is_not_taken_for_the_whole(part: Any) -> None:
    cards = viewed(LOADING | {"allergies": part})
    assert any("allergies" in card["detail"] and "Not all of the record" in card["summary"] for card in cards)
    assert not any("Not all of the record" in card["summary"] for card in viewed(LOADING))


def test_without_the_patient_nothing_can_be_said() -> None:
    for sent in ({}, {"patient": None}, {"patient": {"resourceType": "OperationOutcome"}}, {"patient": 5}, None, 5):
        assert unmet({"prefetch": sent}) == ["patient"]
    assert unmet({"prefetch": LOADING}) == unmet({"prefetch": {"patient": {"resourceType": "Patient"}}}) == []
    assert unmet(5) == ["patient"]


# ---------------------------------------------------------------- bad input


def places(hook: str, request: Any) -> dict[str, Finding]:
    """Why a call is refused, by place."""
    with pytest.raises(Refused) as refused:
        answer(guideline(), hook, request, ON)
    return {finding.place: finding for finding in refused.value.findings}


def test_every_fault_of_a_call_is_told_at_once() -> None:
    request = {"hook": "patient-view", "hookInstance": "5", "context": {"patientId": 5, "selections": 5}, "fhirAuthorization": {"a": 1}}
    found = places("order-select", request)
    expected = {"hook", "hookInstance", "fhirServer", "context.userId", "context.patientId", "context.selections", "context.draftOrders"}
    assert expected <= found.keys()


@pytest.mark.parametrize("request_", [None, 5, [], "x", {}, {"context": 5}, {"prefetch": []}])
def test_what_is_no_call_is_refused(request_: Any) -> None:
    assert places("patient-view", request_)


def test_a_record_of_somebody_else_is_refused() -> None:
    sent = LOADING | {"patient": {"resourceType": "Patient", "id": "other"}}
    assert "prefetch.patient" in places("patient-view", call("patient-view", sent))


def test_a_fault_in_the_record_is_told_where_it_was_sent() -> None:
    bad = searched({"resourceType": "Condition", "id": "x", "subject": as_fhir.ME, "code": {"coding": 5}})
    found = places("patient-view", call("patient-view", LOADING | {"conditions": bad}))
    assert any(place.startswith("prefetch.conditions.entry[0].resource") for place in found), list(found)


@pytest.mark.parametrize("part", [5, "x", [], {}, {"a": 1}, {"resourceType": 5}, True])
def test_a_part_that_is_no_resource_is_a_fault_and_not_a_part_that_was_not_sent(part: Any) -> None:
    assert places("patient-view", call("patient-view", LOADING | {"conditions": part})).keys() == {"prefetch.conditions"}


def test_a_search_of_another_release_or_a_history_is_refused() -> None:
    for more, place in (({"fhirVersion": "5.0.0"}, "fhirVersion"), ({"type": "history"}, "type")):
        found = places("patient-view", call("patient-view", LOADING | {"conditions": searched() | more}))
        assert found.keys() == {f"prefetch.conditions.{place}"}


@pytest.mark.parametrize("drafts", [5, [], {"resourceType": "Bundle", "entry": 5}, {"resourceType": "List"}])
def test_orders_that_are_none_are_refused(drafts: Any) -> None:
    assert places("order-sign", call("order-sign", LOADING, draftOrders=drafts))


def test_two_orders_of_one_id_are_refused_since_a_suggestion_could_mean_either() -> None:
    found = places("order-sign", call("order-sign", LOADING, draftOrders=orders(wanted(HYDROXO), wanted(HYDROXO))))
    assert found.keys() == {"context.draftOrders.entry[1].resource.id"}


@pytest.mark.parametrize(("more", "release"), [({"medication": {"concept": {}}}, "R5"), ({"context": {"reference": "Encounter/1"}}, "STU3")])
def test_an_order_of_another_release_is_refused_and_not_passed_over(more: Any, release: str) -> None:
    found = places("order-sign", call("order-sign", LOADING, draftOrders=orders(wanted(HYDROXO) | more)))
    assert [release in one.what for one in found.values()] == [True]


@pytest.mark.parametrize("whose", ["Patient/other", "https://ehr.example/Patient/other", "urn:uuid:other", "Group/1"])
def test_an_order_for_somebody_else_is_not_judged_by_this_record(whose: str) -> None:
    cards = signed(LOADING, wanted(HYDROXO) | {"subject": {"reference": whose}})
    assert [card["summary"] for card in cards] == ["This order could not be judged: it is for somebody else than the patient of this call."]


def test_an_order_without_a_medicine_is_said_to_be_one_and_one_made_in_error_is_none() -> None:
    order = wanted(HYDROXO)
    del order["medicationCodeableConcept"]
    assert [card["summary"] for card in signed(LOADING, order)] == ["This order could not be judged: it names no medicine."]
    assert signed(LOADING, wanted(HYDROXO) | {"status": "entered-in-error"}) == []


def test_an_order_without_an_id_is_refused() -> None:
    draft = wanted(HYDROXO)
    del draft["id"]
    assert places("order-sign", call("order-sign", LOADING, draftOrders=orders(draft)))

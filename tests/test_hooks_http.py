"""CDS Hooks and FHIR over HTTP: discovery, calls, signed tokens, feedback; every fault in the words of its standard."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest

import as_fhir
import patients
from posology.fhir import care_plan, facts_of_response
from posology.fhir.apply import read_parameters
from posology.fhir.bundle import read_bundle
from posology.fhir.feedback import broken, keep
from posology.fhir.hooks import HOOKS, service_id
from posology.findings import Refused
from posology.plan.plan import plan
from posology.plan.shape import as_json
from posology.read.library import find
from test_hooks import LOADING, call, orders, wanted

pytest.importorskip("fastapi")
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from starlette.testclient import TestClient

from posology.web.app import app
from posology.web.house import House, house
from posology.web.trust import read_trust

Json = dict[str, Any]
AUDIENCE = "https://here.example"
SECRET = "Marker-4711"


def service(hook: str) -> str:
    return f"/cds-services/{service_id(patients.guideline(), hook)}"


@cache
def plain() -> House:
    return house([find(None)])


def client(where: House | None = None) -> TestClient:
    return TestClient(app(where or plain()), raise_server_exceptions=False)


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[tuple[TestClient, Path]]:
    """A server that keeps feedback."""
    yield client(replace(plain(), feedback=tmp_path / "feedback.jsonl")), tmp_path / "feedback.jsonl"


# ---------------------------------------------------------------- CDS Hooks


def test_discovery_lists_every_service() -> None:
    found = client().get("/cds-services")
    assert found.headers["access-control-allow-origin"] == "*"
    assert {one["hook"] for one in found.json()["services"]} == set(HOOKS)
    assert {f"/cds-services/{one['id']}" for one in found.json()["services"]} == set(map(service, HOOKS))


def test_a_call_is_answered_with_cards_that_lead_to_the_statement() -> None:
    found = client().post(service("order-sign"), json=call("order-sign", LOADING, draftOrders=orders(wanted("5514", "47625008"))))
    assert found.status_code == 200
    assert all(card["source"]["url"].startswith("http://testserver/guidelines/") for card in found.json()["cards"])


def test_without_the_patient_the_precondition_fails() -> None:
    found = client().post(service("patient-view"), json=call("patient-view", {}))
    assert found.status_code == 412
    assert found.json()["errors"][0]["place"] == "prefetch.patient"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 422), (b"\xff", 422), (b"{", 422), (b"5", 412), (b"[]", 412), (b'{"hook": NaN}', 422), (b"[" * 5000, 422), (b'{"a":1,"a":2}', 422)],
)  # fmt: skip
def test_what_is_no_call_is_refused_with_every_fault(body: bytes, status: int) -> None:
    found = client().post(service("patient-view"), content=body, headers={"content-type": "application/json"})
    assert found.status_code == status
    assert found.json()["errors"]


def test_fifty_megabytes_are_not_read() -> None:
    found = client().post(service("patient-view"), content=b" " * 50_000_000)
    assert found.status_code == 413


def test_a_service_that_is_not_there_is_not_found() -> None:
    assert client().post("/cds-services/none", json={}).status_code == 404
    assert client().post("/cds-services/none/feedback", json={}).status_code == 404


def test_a_browser_may_ask_beforehand() -> None:
    found = client().options(service("patient-view"))
    assert found.status_code == 204
    assert "POST" in found.headers["access-control-allow-methods"]


# ---------------------------------------------------------------- feedback


def accepted(**more: Any) -> Json:
    return {
        "card": str(uuid4()), "outcome": "accepted", "acceptedSuggestions": [{"id": str(uuid4())}],
        "outcomeTimestamp": "2026-01-12T09:30:00Z",
    } | more  # fmt: skip


def overridden(**more: Any) -> Json:
    reason = {"reason": {"code": "done-elsewhere", "system": "x", "display": "Done"}, "userComment": "seen"}
    return {
        "card": str(uuid4()), "outcome": "overridden", "overrideReason": reason, "outcomeTimestamp": "2026-01-12T09:30:00+01:00",
    } | more  # fmt: skip


def test_feedback_is_kept_in_a_chain(keeping: tuple[TestClient, Path]) -> None:
    here, path = keeping
    for entries in ([accepted()], [overridden(), accepted()], [overridden()]):
        assert here.post(f"{service('order-sign')}/feedback", json={"feedback": entries}).status_code == 200
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["outcome"] for line in lines] == ["accepted", "overridden", "accepted", "overridden"]
    assert all(line["service"] == service("order-sign").rpartition("/")[2] for line in lines)
    assert broken(path) == []


@pytest.mark.parametrize("change", ["edit", "remove", "swap"])
def test_a_change_in_kept_feedback_shows(change: str, tmp_path: Path) -> None:
    path = tmp_path / "feedback"
    for number in range(5):
        keep(path, [{"card": str(number)}])
    lines = path.read_bytes().splitlines(keepends=True)
    if change == "edit":
        lines[1] = lines[1].replace(b'"1"', b'"9"')
    elif change == "remove":
        del lines[1]
    else:
        lines[1], lines[2] = lines[2], lines[1]
    path.write_bytes(b"".join(lines))
    assert broken(path)


def test_a_line_that_was_cut_off_does_no_harm_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "feedback"
    keep(path, [{"card": "1"}])
    path.write_bytes(path.read_bytes() + b'{"card": "ha')
    keep(path, [{"card": "2"}])
    assert json.loads(path.read_bytes().splitlines()[-1])["card"] == "2"
    assert broken(path) == [2]


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        (accepted(acceptedSuggestions=[]), "acceptedSuggestions"),
        (accepted(acceptedSuggestions=[{"id": 5}]), "acceptedSuggestions[0].id"),
        (accepted(overrideReason={"userComment": "x"}), "overrideReason"),
        (overridden(acceptedSuggestions=[{"id": str(uuid4())}]), "acceptedSuggestions"),
        (overridden(overrideReason={}), "overrideReason"),
        (overridden(overrideReason={"reason": {}}), "overrideReason.reason"),
        (overridden(overrideReason={"userComment": "x" * 2001}), "overrideReason.userComment"),
        (overridden(card="5"), "card"),
        (overridden(outcome="ignored"), "outcome"),
        (overridden(outcomeTimestamp="yesterday"), "outcomeTimestamp"),
    ],
)  # fmt: skip
def test_fb_1_2_and_3_feedback_that_contradicts_itself_is_refused(entry: Json, place: str, keeping: tuple[TestClient, Path]) -> None:
    here, path = keeping
    found = here.post(f"{service('order-sign')}/feedback", json={"feedback": [accepted(), entry]})
    assert found.status_code == 422
    assert f"feedback[1].{place}" in {error["place"] for error in found.json()["errors"]}
    assert not path.exists()


@pytest.mark.parametrize("body", [{}, [], 5, {"feedback": []}, {"feedback": 5}, {"feedback": [accepted()] * 101}])
def test_feedback_that_is_none_is_refused(body: Any, keeping: tuple[TestClient, Path]) -> None:
    assert keeping[0].post(f"{service('order-sign')}/feedback", json=body).status_code == 422


def test_a_server_that_keeps_no_feedback_says_so() -> None:
    assert client().post(f"{service('order-sign')}/feedback", json={"feedback": [accepted()]}).status_code == 503


# ---------------------------------------------------------------- who may call


@cache
def keys() -> dict[str, Any]:
    return {
        "ES384": ec.generate_private_key(ec.SECP384R1()),
        "RS384": rsa.generate_private_key(65537, 2048),
        "stranger": ec.generate_private_key(ec.SECP384R1()),
    }


@cache
def public(name: str) -> str:
    algorithm = jwt.algorithms.ECAlgorithm if name != "RS384" else jwt.algorithms.RSAAlgorithm
    return json.dumps(json.loads(algorithm.to_jwk(keys()[name].public_key())) | {"kid": name})


@pytest.fixture
def guarded(tmp_path: Path) -> TestClient:
    """A server that answers one client only."""
    held = [json.loads(public(name)) for name in ("ES384", "RS384")]
    path = tmp_path / "clients.json"
    path.write_text(json.dumps({"audience": AUDIENCE, "clients": {"https://ehr.example": {"keys": held}}}))
    return client(replace(plain(), trust=read_trust(path)))


def token(key: str = "ES384", algorithm: str = "", headers: Json | None = None, **claims: Any) -> str:
    now = int(time.time())
    told: Json = {
        "iss": "https://ehr.example", "aud": f"{AUDIENCE}{service('patient-view')}", "iat": now, "exp": now + 200, "jti": str(uuid4()),
    } | claims  # fmt: skip
    told = {name: value for name, value in told.items() if value is not None}
    return jwt.encode(told, keys()[key], algorithm or ("RS384" if key == "RS384" else "ES384"), headers=headers or {"kid": key})


def asked(here: TestClient, authorization: str | None) -> Any:
    headers = {"authorization": authorization} if authorization is not None else {}
    return here.post(service("patient-view"), json=call("patient-view", LOADING), headers=headers)


@pytest.mark.parametrize("key", ["ES384", "RS384"])
def test_a_known_client_is_answered(guarded: TestClient, key: str) -> None:
    assert asked(guarded, f"Bearer {token(key)}").status_code == 200
    assert asked(guarded, f"Bearer {token(key, aud=AUDIENCE)}").status_code == 200


NOW = int(time.time())


@pytest.mark.parametrize(
    "made",
    [
        {"iss": "https://other.example"}, {"iss": None}, {"aud": "https://there.example"}, {"aud": None}, {"exp": None},
        {"iat": None}, {"jti": None}, {"iat": NOW - 900, "exp": NOW - 600}, {"iat": NOW + 900, "exp": NOW + 1000},
        {"exp": NOW + 4000}, {"iat": NOW - 20, "exp": NOW - 30}, {"key": "stranger", "headers": {"kid": "ES384"}},
        {"key": "stranger"}, {"headers": {"kid": "RS384"}}, {"headers": {"kid": "no such"}},
        {"key": "RS384", "algorithm": "RS256"},
    ],
    ids=lambda made: " and ".join(made),
)  # fmt: skip
def test_any_other_token_is_turned_away_without_a_word(guarded: TestClient, made: Json) -> None:
    found = asked(guarded, f"Bearer {token(**made)}")
    assert (found.status_code, found.content) == (401, b"")


@pytest.mark.parametrize("authorization", [None, "", "Basic abc", "Bearer", "Bearer ", "Bearer a.b.c", f"Bearer {'x' * 9000}"])
def test_no_token_is_turned_away_without_a_word(guarded: TestClient, authorization: str | None) -> None:
    found = asked(guarded, authorization)
    assert (found.status_code, found.content) == (401, b"")


def test_an_unsigned_token_is_turned_away(guarded: TestClient) -> None:
    told = {"iss": "https://ehr.example", "aud": AUDIENCE, "iat": NOW, "exp": NOW + 100, "jti": "1"}
    assert asked(guarded, f"Bearer {jwt.encode(told, None, 'none')}").status_code == 401
    assert asked(guarded, f"Bearer {jwt.encode(told, 'x' * 48, 'HS384', headers={'kid': 'ES384'})}").status_code == 401


def test_a_token_is_good_once(guarded: TestClient) -> None:
    used = f"Bearer {token()}"
    assert [asked(guarded, used).status_code for _ in range(3)] == [200, 401, 401]


def test_feedback_needs_a_token_too_and_discovery_needs_none(guarded: TestClient) -> None:
    assert guarded.post(f"{service('order-sign')}/feedback", json={"feedback": [accepted()]}).status_code == 401
    assert guarded.get("/cds-services").status_code == 200


@pytest.mark.parametrize("text", ["", "5", "{}", '{"audience": 5, "clients": {}}', '{"audience": "x", "clients": {}}', '{"audience": "x", "clients": {"a": {"keys": [{"kty": "oct"}]}}}'])
def test_a_list_of_clients_that_cannot_be_used_is_refused_at_the_start(tmp_path: Path, text: str) -> None:
    path = tmp_path / "clients"
    path.write_text(text)
    with pytest.raises(Refused):
        read_trust(path)
    with pytest.raises(Refused):
        read_trust(tmp_path / "none")


# ---------------------------------------------------------------- FHIR

PLAN = "/fhir/PlanDefinition/b12-injections"
FORM = "/fhir/Questionnaire/b12-injections"


def outcome(found: Any, status: int) -> list[Json]:
    """The issues of an OperationOutcome."""
    assert found.status_code == status, found.text
    assert found.headers["content-type"].startswith("application/fhir+json")
    assert found.json()["resourceType"] == "OperationOutcome"
    assert all(one["severity"] == "error" and one["code"] and one["details"]["text"] for one in found.json()["issue"])
    return list(found.json()["issue"])


def test_the_server_says_what_it_can() -> None:
    found = client().get("/fhir/metadata").json()
    assert (found["resourceType"], found["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    can = {one["type"]: one for one in found["rest"][0]["resource"]}
    assert can["PlanDefinition"]["operation"][0]["name"] == "apply"
    assert can["Questionnaire"]["operation"][0]["name"] == "populate"


def test_every_definition_can_be_read_and_found() -> None:
    here = client()
    for kind in ("PlanDefinition", "ActivityDefinition", "Library", "Questionnaire", "ValueSet", "CodeSystem"):
        found = here.get(f"/fhir/{kind}").json()
        assert found["total"] == len(found["entry"]) > 0
        one = found["entry"][0]["resource"]
        assert here.get(f"/fhir/{kind}/{one['id']}").json() == one
        assert here.get(f"/fhir/{kind}", params={"url": one["url"]}).json()["total"] == 1
        assert here.get(f"/fhir/{kind}", params={"url": "https://nowhere.example"}).json()["total"] == 0


def test_apply_is_the_plan() -> None:
    for seed in range(10):
        sent = as_fhir.parameters(patients.drawn(Random(seed)), patients.guideline())
        found = client().post(f"{PLAN}/$apply", json=sent)
        assert found.status_code == 200, found.text
        known, subject = read_parameters(sent, patients.guideline())
        assert found.json() == json.loads(json.dumps(care_plan(plan(patients.guideline(), known), patients.guideline(), subject)))


def test_apply_without_a_record_knows_nothing() -> None:
    found = client().get(f"{PLAN}/$apply", params={"subject": "Patient/9"})
    assert found.json()["resourceType"] == "CarePlan"
    assert found.json()["subject"]["reference"] == "Patient/9"


def test_a_record_in_a_parameter_that_is_not_read_is_not_passed_over_in_silence() -> None:
    context = {"name": "context", "part": [{"name": "name", "valueString": "patient"}]}
    sent = {"resourceType": "Parameters", "parameter": [{"name": "subject", "valueString": "Patient/me"}, context, context]}
    said = "The parameter context was not read: send the record as data."
    assert said in client().post(f"{PLAN}/$apply", json=sent).text
    assert said in client().post(f"{FORM}/$populate", json=sent).text


def test_a_record_in_fhir_is_taken_where_a_patient_file_is() -> None:
    held = sent_with(platelets())["parameter"][1]["resource"]
    found = client().post("/api/plan", json=held)
    known, _, _ = read_bundle(held, patients.guideline(), None)
    assert found.status_code == 200 and found.json() == as_json(plan(patients.guideline(), known))
    answer = {"linkId": "numbness", "answer": [{"valueBoolean": True}]}
    form = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [answer]}
    assert client().post("/api/plan", json=form).json()["facts"]["numbness"]["value"] is True


@pytest.mark.parametrize("kind", ["Bundle", "Observation", 5, None])
def test_fhir_that_is_no_record_is_refused_where_a_patient_file_is_read(kind: Any) -> None:
    found = client().post("/api/plan", json={"resourceType": kind, "type": "collection", "entry": []})
    assert found.status_code == 422 and found.json()["errors"]


def test_facts_never_stand_in_an_address() -> None:
    issues = outcome(client().get(f"{PLAN}/$apply", params={"subject": "Patient/9", "age": 60}), 400)
    assert issues[0]["expression"] == ["age"]


def test_a_form_is_filled_in_with_what_the_record_says() -> None:
    for seed in range(12):
        sent = as_fhir.parameters(patients.drawn(Random(seed)), patients.guideline())
        for form in (FORM, f"{FORM}-patient"):
            found = client().post(f"{form}/$populate", json=sent)
            assert found.status_code == 200, found.text
            response = found.json()["parameter"][0]["resource"]
            known, _ = read_parameters(sent, patients.guideline())
            made = plan(patients.guideline(), known)
            facts = {name: value for name, (value, origin) in made.facts.items() if origin != "derived"}
            assert facts_of_response(response, patients.guideline())["facts"] == facts


BAD: dict[str, tuple[Any, int]] = {
    "not JSON": (b"{", 422),
    "empty": (b"", 422),
    "not FHIR": ({"facts": {}}, 422),
    "no subject": ({"resourceType": "Parameters"}, 422),
    "a list": ([], 422),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_parameters_is_an_outcome(name: str) -> None:
    sent, status = BAD[name]
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    for operation in (f"{PLAN}/$apply", f"{FORM}/$populate"):
        assert outcome(client().post(operation, content=body, headers={"content-type": "application/fhir+json"}), status)


def sent_with(*more: Json, **change: Any) -> Json:
    person = {"resourceType": "Patient", "id": "me", "birthDate": "1960-05-05"} | change
    held = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in (person, *more)]}
    return {"resourceType": "Parameters", "parameter": [{"name": "subject", "valueString": "Patient/me"}, {"name": "data", "resource": held}]}


def platelets(**more: Any) -> Json:
    return {
        "resourceType": "Observation", "id": "o", "status": "final", "subject": as_fhir.ME, "effectiveDateTime": "2026-01-02",
        "code": {"coding": [{"system": "http://loinc.org", "code": "777-3"}]},
        "valueQuantity": {"value": 30, "unit": "10*9/L", "system": as_fhir.UCUM, "code": "10*9/L"},
    } | more  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (sent_with({"resourceType": "Patient", "id": "you"}), "second patient"),
        (sent_with({"resourceType": "MedicationAdministration", "id": "a", "status": "completed", "medication": {}}), "R5"),
        (sent_with({"resourceType": "Procedure", "id": "a", "notDone": True, "subject": as_fhir.ME}), "STU3"),
        (sent_with(platelets(valueQuantity={"value": "30,5", "unit": "10*9/L"})), "not a number"),
        (sent_with(platelets(effectiveDateTime="31.1.2026")), "not a date"),
        (sent_with(birthDate="5/5/1960"), "not a date"),
        (sent_with(id="other"), "another patient"),
    ],
)  # fmt: skip
def test_a_bad_record_is_an_outcome_that_says_where(sent: Json, words: str) -> None:
    issues = outcome(client().post(f"{PLAN}/$apply", json=sent), 422)
    assert any(words in one["details"]["text"] for one in issues), issues
    assert all(one["expression"] for one in issues)


def test_every_fault_of_a_record_is_told_at_once() -> None:
    sent = sent_with(platelets(effectiveDateTime="x"), platelets(id="p", valueQuantity=5), birthDate=5)
    sent["parameter"] += [
        {"name": "subjct"}, {"name": "on", "valueDate": "2026-13-01"},
        {"name": "parameters", "resource": {"parameter": [{"name": "agee", "valueDecimal": 5}, {"name": "age", "valueDecimal": 500}]}},
    ]  # fmt: skip
    assert len(outcome(client().post(f"{PLAN}/$apply", json=sent), 422)) >= 7


LIMIT = {"value": 10, "comparator": "<", "unit": "10*9/L"}
TWO_UNITS = {"value": 30, "unit": "10*9/L", "system": as_fhir.UCUM, "code": "/uL"}


def stating(*facts: Json, **change: Any) -> Json:
    sent = sent_with()
    sent["parameter"].append({"name": "parameters", "resource": {"resourceType": "Parameters", "parameter": list(facts)}} | change)
    return sent


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (stating({"name": "platelet_count", "valueQuantity": LIMIT}), "is given as a limit"),
        (stating({"name": "platelet_count", "valueQuantity": TWO_UNITS}), "its code disagree"),
        (stating({"name": "platelet_count", "valueQuantity": {"value": 30}}), "has no unit"),
        (stating({"name": "platelet_count", "valueQuantity": {"value": "30", "unit": "10*9/L"}}), "'30' is not a number"),
        (stating({"name": "platelet_count", "valueInteger": "30"}), "is not a number"),
        (stating({"name": "platelet_count", "valueDecimal": 3000}), "outside 0 to 2000"),
        (stating({"name": "numbness", "valueBoolean": "yes"}), "is not true or false"),
        (stating({"name": "numbness", "valueBoolean": True, "valueString": "no"}), "is not given as valueBoolean"),
        (stating({"name": "numbness", "valueBoolean": True}, {"name": "numbness", "valueBoolean": False}), "stated twice"),
        (stating({"name": "numbness"}), "is not given as valueBoolean"),
        (stating({"name": "pregnancy", "valueCoding": {"code": "pregnant"}}), "is not given as valueCode"),
        (stating({"name": "pregnancy", "valueCode": "maybe"}), "is not a choice"),
        (stating(resource=None), "no facts in parameters"),
        (stating(resource={"resourceType": "Bundle", "type": "collection"}), "no facts in parameters"),
    ],
)  # fmt: skip
def test_a_stated_fact_that_is_not_plain_is_refused_in_one_sentence(sent: Json, words: str) -> None:
    (issue,) = outcome(client().post(f"{PLAN}/$apply", json=sent), 422)
    assert words in issue["details"]["text"] and issue["expression"], issue


def test_a_dated_result_wins_over_what_is_stated_and_the_form_says_so() -> None:
    sent = sent_with(platelets())
    fact = {"name": "platelet_count", "valueDecimal": 200}
    sent["parameter"].append({"name": "parameters", "resource": {"resourceType": "Parameters", "parameter": [fact]}})
    response, issues = client().post(f"{FORM}/$populate", json=sent).json()["parameter"]
    assert facts_of_response(response["resource"], patients.guideline())["facts"]["platelet_count"] == 30
    assert any("200" in one["details"]["text"] for one in issues["resource"]["issue"])


def test_a_wrong_unit_is_not_converted_by_guess() -> None:
    sent = sent_with(platelets(valueQuantity={"value": 30, "unit": "mg/dL", "system": as_fhir.UCUM, "code": "mg/dL"}))
    found = client().post(f"{PLAN}/$apply", json=sent)
    assert found.status_code == 200
    assert "platelets-fine-needle" not in [a.get("resource", {}).get("code") for a in found.json()["activity"]]
    assert any("30" in one["text"] or "unit" in one["text"] for one in found.json()["note"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/fhir/Patient", 404), ("GET", "/fhir/PlanDefinition/none", 404), ("POST", "/fhir/PlanDefinition/none/$apply", 404),
        ("POST", "/fhir/Questionnaire/none/$populate", 404), ("PUT", PLAN, 405), ("GET", "/fhir/a/b/c/d", 404),
        ("GET", "/fhir/PlanDefinition?name=x", 400), ("GET", "/fhir/none", 404),
    ],
)  # fmt: skip
def test_every_other_address_is_an_outcome_too(method: str, path: str, status: int) -> None:
    assert outcome(client().request(method, path), status)


def test_xml_and_too_much_are_outcomes() -> None:
    assert outcome(client().post(f"{PLAN}/$apply", content=b"<x/>", headers={"content-type": "application/fhir+xml"}), 415)
    assert outcome(client().post(f"{PLAN}/$apply", content=b" " * 50_000_000, headers={"content-type": "application/fhir+json"}), 413)


# ---------------------------------------------------------------- what nobody may see


def test_nothing_of_a_patient_reaches_a_log(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    here = client(replace(plain(), feedback=tmp_path / "feedback"))
    with caplog.at_level(logging.DEBUG):
        for hook in HOOKS:
            here.post(service(hook), json=call(hook, LOADING | {"patient": {"resourceType": "Patient", "id": SECRET, "birthDate": SECRET}}))
            here.post(f"{service(hook)}/feedback", json={"feedback": [overridden(overrideReason={"userComment": SECRET})]})
        here.post(f"{PLAN}/$apply", json=sent_with(platelets(id=SECRET, valueString=SECRET), birthDate=SECRET))
        here.get(f"{PLAN}/$apply", params={"subject": f"Patient/{SECRET}"})
        here.post(f"{FORM}/$populate", json=sent_with(name=[{"text": SECRET}]))
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))
    assert SECRET not in ours

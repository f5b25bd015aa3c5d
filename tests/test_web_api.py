"""The API says what the other faces say, refuses strictly, and keeps to its own description."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from starlette.testclient import TestClient

from posology.answer.answer import answer
from posology.answer.shape import as_json as answer_json
from posology.plan.plan import plan
from posology.plan.shape import as_json
from posology.read.data import parse
from posology.read.library import find
from posology.read.patient import patient
from posology.web.app import app
from posology.web.house import Limits, house
from webhouse import client, shared_house

NAME = "b12-injections"
STORIES = sorted((find() / "patients").glob("*.yaml"))


def post(at: str, body: Any, **headers: str) -> Any:
    content = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return client().post(f"/api/{at}", content=content, headers={"content-type": "application/json", **headers})


# ---------------------------------------------------------------- the same as elsewhere


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_the_api_gives_the_very_plan_of_the_command_line(story: Path) -> None:
    guideline = shared_house().grounds[NAME].guideline
    data = parse(story.read_bytes())
    body = json.dumps(data, default=str)
    expected = as_json(plan(guideline, patient(data, guideline)))
    found = post("plan", body)
    assert (found.status_code, found.json()) == (200, expected)


def test_the_api_gives_the_very_answer_of_the_command_line() -> None:
    ground = shared_house().grounds[NAME]
    turns = ["My patient has numbness, platelets 30. How often?", "and for how long?"]
    expected = answer_json(answer(turns, ground, within=NAME, on=date(2026, 1, 5)))
    found = post("ask", {"turns": turns, "within": NAME, "on": "2026-01-05"})
    assert (found.status_code, found.json()) == (200, expected)


@pytest.mark.parametrize("at", ["health", "version", "guidelines", *(f"guidelines/{NAME}{rest}" for rest in (
    "", "/facts", "/statements", "/statements/neurological-loading", "/decisions", "/references", "/coverage"))])  # fmt: skip
def test_everything_that_is_described_can_be_had(at: str) -> None:
    found = client().get(f"/api/{at}")
    assert found.status_code == 200 and found.json()


def test_the_article_as_json_holds_every_statement_and_its_rule_in_plain_english() -> None:
    found = client().get(f"/guidelines/{NAME}.json").json()
    guideline = shared_house().grounds[NAME].guideline
    assert [s["name"] for s in found["statements"]] == [s.name for s in guideline.statements]
    assert all(s["english"] for s in found["statements"] if s["kind"] in ("rule", "define"))


# ---------------------------------------------------------------- strictly

BAD = {
    b"{": 400,
    b"": 400,
    b"\xff\xfe": 400,
    b'{"facts": {"age": NaN}}': 400,
    b'{"facts": {"age": 1, "age": 2}}': 400,
    b'{"facts": {"age": "61"}}': 422,
    b'{"facts": {"age": true}}': 422,
    b'{"facts": {"age": -1}}': 422,
    b'{"facts": {"nmbness": true}}': 422,
    b'{"facts": {"numbness": 1}}': 422,
    b'{"on": 0}': 422,
    b"[]": 422,
    b"null": 422,
}


@pytest.mark.parametrize(("body", "status"), BAD.items())
def test_nothing_is_coerced_and_every_refusal_is_a_problem(body: bytes, status: int) -> None:
    found = post("plan", body)
    assert found.status_code == status
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json()["errors"] and all(error["do"] for error in found.json()["errors"])


def test_all_faults_are_told_at_once() -> None:
    found = post("plan", {"on": "2026-02-30", "facts": {"age": "x", "nmbness": True}, "doses": [{}], "extra": 1})
    assert len(found.json()["errors"]) >= 6


def test_a_body_must_be_declared_as_json_and_be_short() -> None:
    assert client().post("/api/plan", content="facts: {}", headers={"content-type": "application/yaml"}).status_code == 415
    assert post("plan", "[" + " " * 70_000 + "]").status_code == 413


def test_a_body_without_a_stated_length_is_counted_while_it_is_read() -> None:
    endless = (b" " * 1000 for _ in range(200))
    found = client().post("/api/plan", content=endless, headers={"content-type": "application/json"})
    assert found.status_code == 413


def test_an_unknown_name_is_told_the_nearest() -> None:
    found = client().get(f"/api/guidelines/{NAME}/statements/neurological-loding")
    assert found.status_code == 404 and "neurological-loading" in found.json()["errors"][0]["do"]


def test_whoever_asks_too_much_is_told_to_wait() -> None:
    limits = Limits(working=(3, 0.5), reading=(5, 1.0))
    one = TestClient(app(house([find()], limits=limits)))
    found = [one.post("/api/plan", json={}) for _ in range(5)]
    assert [r.status_code for r in found] == [200, 200, 200, 429, 429]
    assert int(found[-1].headers["retry-after"]) >= 1
    assert [one.get("/api/health").status_code for _ in range(6)][-1] == 429


# ---------------------------------------------------------------- as described

config = SchemathesisConfig.from_dict(
    {
        "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 422]}},
        "generation": {"max-examples": 12, "deterministic": True},
    }
)
described = schemathesis.openapi.from_asgi("/api/openapi.json", app(shared_house()), config=config)


@described.parametrize()
@settings(
    max_examples=12, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_the_api_keeps_to_its_description(case: schemathesis.Case) -> None:
    case.call_and_validate()

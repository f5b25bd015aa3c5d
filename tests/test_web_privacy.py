"""Nothing that is said of a patient is written anywhere, stands in an address, or comes back in an error of ours."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from posology.read.library import find
from posology.web.app import app
from posology.web.house import house
from webhouse import FREE, PAGE, client

MARK = "XQZMARK77"
FIELDS = ("within", "text", "turns", "given", "answer", "without", "remove", "undo", "reader", "back", "n-age", "f-age", "odd")
BODIES = [
    {"patient": MARK}, {"facts": {MARK: True}}, {"facts": {"age": MARK}}, {"facts": {"numbness": MARK}},
    {"on": MARK}, {"start": MARK}, {"doses": [{"drug": MARK}]}, {"doses": [{"date": MARK, "dose": MARK, "route": MARK}]},
    {"results": [{"test": MARK, "value": MARK, "unit": MARK}]}, {MARK: MARK}, MARK, [MARK],
    {"text": MARK}, {"turns": [MARK, f"numbness {MARK}"]}, {"text": "x", "within": MARK}, {"text": "x", "audience": MARK},
    {"id": MARK, "text": "x"}, {"text": "x", "facts": {MARK: MARK}},
]  # fmt: skip


@pytest.fixture()
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("posology.web").setLevel(logging.DEBUG)
    yield caplog


def said(log: pytest.LogCaptureFixture) -> str:
    """Everything of ours that was logged (the test client is the caller, and may log what it calls)."""
    return "\n".join(log.handler.format(record) for record in log.records if not record.name.startswith("httpx"))


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_no_body_of_the_api_leaves_a_trace(body: object, log: pytest.LogCaptureFixture) -> None:
    for at in ("plan", "ask"):
        found = client().post(f"/api/{at}", content=json.dumps(body), headers={"content-type": "application/json"})
        assert found.status_code in (200, 400, 422)
    assert MARK not in said(log) and "/api/" in said(log)


def test_no_field_of_a_page_leaves_a_trace(log: pytest.LogCaptureFixture) -> None:
    for name in FIELDS:
        found = client().post("/ask", data={"within": "b12-injections", "turns": "How often?", name: MARK})
        assert found.status_code < 500
        assert MARK not in "".join(f"{key}{value}" for key, value in found.headers.items()), name
    assert MARK not in said(log)
    client().cookies.clear()


def test_addresses_are_logged_by_their_pattern(log: pytest.LogCaptureFixture) -> None:
    for at in (f"/{MARK}", f"{PAGE}/statements/{MARK}", f"/ask?about={MARK}", f"/api/guidelines/{MARK}", f"/?q={MARK}"):
        client().get(at)
    assert MARK not in said(log) and "/guidelines/{name}/statements/{statement}" in said(log)


def test_a_fault_of_ours_is_logged_without_its_words(log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(f"no such thing: {MARK}")

    monkeypatch.setattr("posology.web.api.plan", broken)
    found = client().post("/api/plan", json={"patient": MARK})
    assert found.status_code == 500 and MARK not in found.text
    assert MARK not in said(log) and "ValueError" in said(log)


def test_no_form_sends_facts_in_an_address() -> None:
    for at in ("/", "/ask", PAGE):
        page = client().get(at).text
        assert page.count("<form") == page.count('method="post"')


def test_nothing_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    one = TestClient(app(house([find()], limits=FREE)))
    one.post("/ask", data={"text": f"numbness {MARK}"})
    one.post("/api/plan", json={"patient": MARK})
    assert not list(tmp_path.rglob("*"))

"""The plan pages as a browser without a script gets them: journeys from the empty form to files, and every bad turn."""

from __future__ import annotations

import json
import logging
import re
from html import unescape
from importlib.util import find_spec
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patients import drawn, guideline
from posology import cli
from posology.plan.plan import plan
from posology.plan.shape import as_json
from posology.read.library import find, samples_of, shelf
from posology.read.patient import parse, patient
from posology.web.app import app
from posology.web.form import pairs, written
from posology.web.house import STATIC, House, Limits, house

pytestmark = pytest.mark.skipif(not (STATIC / "app.css").is_file(), reason="needs the built assets: make assets")
HERE = "/guidelines/b12-injections/plan"
MANY = Limits(working=(100_000, 100_000.0), reading=(100_000, 100_000.0))
NERVES = {"f-b12_deficiency": "yes", "f-gait_disturbance": "yes", "on": "2026-01-05"}


@pytest.fixture(scope="module")
def here() -> House:
    return house(shelf().values(), limits=MANY)


@pytest.fixture(scope="module")
def client(here: House) -> Any:
    from starlette.testclient import TestClient

    return TestClient(app(here))


def hidden(page: str, form: str = "state") -> list[tuple[str, str]]:
    """The names and values that a page sends on from its hidden form."""
    inside = re.search(rf'<form id="{form}".*?</form>', page, re.DOTALL)
    assert inside
    return [(name, unescape(value)) for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', inside[0])]


def sent(client: Any, at: str, listed: list[tuple[str, str]], **more: str) -> Any:
    """What comes back when a form is sent as a browser sends it."""
    data: dict[str, list[str]] = {}
    for name, value in [*listed, *more.items()]:
        data.setdefault(name, []).append(value)
    return client.post(at, data=data)


def words(page: str) -> str:
    """A page's text as it is read."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


# ---------------------------------------------------------------- journeys


def test_the_empty_form_asks_what_decides_first(client: Any) -> None:
    page = client.get(HERE)
    assert page.status_code == 200
    assert re.findall(r'name="asked" value="(\w+)"', page.text)[0] == "b12_deficiency"
    assert "never taken as a “no”" in page.text


def test_plan_leads_to_the_only_guideline(client: Any) -> None:
    assert client.get("/plan", follow_redirects=False).headers["location"] == HERE


def test_the_next_question_is_asked_by_sending_the_form(client: Any) -> None:
    page = client.post(HERE, data={"do": "next", "asked": ["b12_deficiency"], "f-b12_deficiency": "yes"}).text
    asked = re.findall(r'name="asked" value="(\w+)"', page)
    assert asked[:2] == ["b12_deficiency", "neurological_involvement"]
    assert re.search(r'id="f-b12_deficiency"[^>]* checked', page)


def test_the_next_question_is_asked_live_and_taken_out_of_the_long_list(client: Any) -> None:
    part = client.post(f"{HERE}/next", data={"asked": ["b12_deficiency"], "f-b12_deficiency": "yes"}).text
    assert 'id="asked" hx-swap-oob="beforeend"' in part
    assert 'id="field-neurological_involvement" hx-swap-oob="delete"' in part
    assert "<html" not in part


def test_an_emergency_is_said_while_the_form_is_still_open(client: Any) -> None:
    part = client.post(f"{HERE}/next", data={"f-b12_deficiency": "yes", "f-suspected_cord_lesion": "yes"}).text
    assert "Emergency." in part


def test_the_plan_says_first_what_to_do_now(client: Any) -> None:
    page = client.post(HERE, data=NERVES | {"do": "plan"})
    assert page.status_code == 200
    told = words(page.text)
    assert told.index("What to do now") < told.index("Give today") < told.index("Timeline") < told.index("Sources")
    assert '<svg' in page.text
    assert "timeline-title timeline-desc" in page.text


def test_an_invented_patient_fills_the_form_and_says_that_it_is_one(client: Any) -> None:
    page = client.post(HERE, data={"do": "sample", "sample": "late-third-loading-dose-moves-the-rest"}).text
    assert "An invented patient" in page
    assert 'name="dose-2-date" type="date" value="2026-03-09"' in page
    assert re.search(r'id="on" name="on" type="date" value="2026-03-10"', page)


@pytest.mark.parametrize("name", sorted(samples_of(find("b12-injections"))))
def test_the_data_of_every_sample_are_those_of_the_command_to_the_byte(client: Any, name: str, tmp_path: Any) -> None:
    file = find("b12-injections") / "patients" / f"{name}.yaml"
    out = tmp_path / "plan.json"
    assert cli.main(["plan", str(file), "--format", "json", "--out", str(out)]) == 0
    found, _ = cli.patient_of(file.read_bytes(), file.name, guideline(), None)
    page = sent(client, HERE, list(pairs(written(found, guideline()))), do="plan")
    assert sent(client, f"{HERE}/as/data", hidden(page.text)).content == out.read_bytes()


@settings(max_examples=15)
@given(st.integers(0, 10**9))
def test_any_patient_goes_through_the_pages_and_comes_out_as_planned(seed: int) -> None:
    from starlette.testclient import TestClient

    client = TestClient(app(house(shelf().values(), limits=MANY))) if not _CLIENT else _CLIENT[0]
    _CLIENT[:] = [client]
    found = patient(drawn(Random(seed)), guideline())
    page = sent(client, HERE, list(pairs(written(found, guideline()))), do="plan")
    assert page.status_code == 200
    changed = sent(client, HERE, hidden(page.text), do="change")
    assert changed.status_code == 200
    made = json.loads(sent(client, f"{HERE}/as/data", hidden(page.text)).content)
    assert made == json.loads(json.dumps(as_json(plan(guideline(), found))))


_CLIENT: list[Any] = []


@pytest.mark.parametrize(
    ("form", "begins"),
    [("sheet", b"%PDF"), ("leaflet", b"%PDF"), ("calendar", b"BEGIN:VCALENDAR"), ("page", b"<!doctype html>"), ("text", b"="), ("data", b"{")],
)
def test_a_plan_can_be_taken_away_in_every_form(client: Any, form: str, begins: bytes) -> None:
    file = client.post(f"{HERE}/as/{form}", data=NERVES | {"label": "Quaxley"})
    assert file.status_code == 200
    assert file.content.startswith(begins) or form == "text"
    assert "Quaxley" not in file.headers["content-disposition"]
    assert file.headers["content-disposition"].startswith('attachment; filename="plan-2026-01-05-')
    assert file.headers["cache-control"] == "no-store"


def test_fhir_is_offered_only_where_there_is_a_way_out_to_it(client: Any) -> None:
    there = find_spec("posology.fhir.careplan") is not None
    assert ("FHIR R4 (.json)" in client.post(HERE, data=NERVES).text) == there
    assert client.post(f"{HERE}/as/fhir", data=NERVES).status_code == (200 if there else 404)


def test_the_reader_is_changed_without_losing_the_plan(client: Any) -> None:
    from starlette.testclient import TestClient

    own = TestClient(client.app)
    page = own.post(f"{HERE}/for/patient", data=NERVES | {"do": "plan"})
    assert "Your treatment plan" in page.text
    assert ("f-gait_disturbance", "yes") in hidden(page.text)
    assert own.post(f"{HERE}/for/nobody", data=NERVES).status_code == 404


# ---------------------------------------------------------------- what if


def test_what_if_shows_both_plans_side_by_side(client: Any) -> None:
    page = client.post(f"{HERE}/what-if", data=NERVES | {"if": "platelet_count=8"}).text
    assert "If platelets: 8 × 10⁹/L" in words(page)
    assert "pl-pair--new" in page
    other = sent(client, HERE, hidden(page, "other"), do="plan")
    assert "platelets: 8" in words(other.text)
    same = sent(client, HERE, hidden(page), do="plan")
    assert "platelets: 8" not in words(same.text)


def test_what_if_says_so_when_nothing_changes(client: Any) -> None:
    page = client.post(f"{HERE}/what-if", data=NERVES | {"if": "gait_disturbance=yes"}).text
    assert "Nothing in the plan would change" in page


@pytest.mark.parametrize(
    ("more", "said"),
    [({"do": "choose"}, "No fact was chosen"), ({"if-fact": "nothing"}, "No fact was chosen"), ({"if-fact": "egfr", "do": "compare"}, "No value was chosen"),
     ({"if-fact": "egfr", "if-value": "lots"}, "not a number"), ({"if": "egfr=900"}, "outside 0 to 200")],
)  # fmt: skip
def test_what_if_without_a_sound_value_says_what_is_missing(client: Any, more: dict[str, str], said: str) -> None:
    page = client.post(f"{HERE}/what-if", data=NERVES | more)
    assert page.status_code == 422
    assert said in unescape(page.text)
    assert "There is a problem" in page.text


# ---------------------------------------------------------------- rows


def test_pasted_rows_are_shown_before_they_are_used(client: Any) -> None:
    page = client.post(HERE, data=NERVES | {"do": "plan", "paste-dose": "1/1/2026\thydroxocobalamin\t1 mg\tIM\n3/1/2026\thydroxocobalamin\t1 mg\tIM"})
    assert page.status_code == 200
    assert "2 doses read from what you pasted" in page.text
    assert "3/1/2026 was read as Saturday 3 January 2026" in page.text
    assert 'name="dose-1-date" type="date" value="2026-01-03"' in page.text
    assert "What to do now" not in page.text


def test_a_paste_with_faults_stays_where_it_is(client: Any) -> None:
    page = client.post(HERE, data=NERVES | {"do": "paste-dose", "paste-dose": "1/1/2026\t\t1 mg\tIM", "each-route": "oral"})
    assert page.status_code == 422
    assert "Doses, row 1: There is no drug in this row" in page.text
    assert "1/1/2026\t\t1 mg\tIM</textarea>" in page.text
    assert '<option value="oral" selected>' in page.text


def test_rows_can_be_added_and_removed(client: Any) -> None:
    rows = {"dose-0-date": "2026-01-01", "dose-0-dose": "one", "dose-1-date": "2026-01-03"}
    page = client.post(HERE, data=rows | {"do": "add-dose"}).text
    assert 'name="dose-2-date"' in page
    page = client.post(HERE, data=rows | {"do": "remove-dose-0"}).text
    assert 'value="2026-01-03"' in page
    assert 'value="one"' not in page


# ---------------------------------------------------------------- bad turns


def test_every_fault_stands_in_the_summary_and_at_its_field_and_nothing_is_lost(client: Any) -> None:
    typed = {"f-egfr": "lots", "f-b12_deficiency": "perhaps", "dose-0-date": "some day", "dose-0-dose": "1", "label": "שרה <b>", "on": "soon"}
    page = client.post(HERE, data=typed | {"do": "plan"})
    assert page.status_code == 422
    for place in ("f-egfr", "f-b12_deficiency", "dose-0-date", "dose-0-drug", "dose-0-dose", "dose-0-route", "on"):
        assert f'href="#{place}"' in page.text, place
        assert f'id="{place}"' in page.text, place
        assert f'id="{place}-error"' in page.text, place
    for text in ("lots", "perhaps", "some day", "שרה &lt;b&gt;", "soon"):
        assert f'value="{text}"' in page.text, text
    assert page.text.startswith("<!doctype html>")


def test_markup_that_is_typed_is_shown_and_never_run(client: Any) -> None:
    evil = '"><script>alert(1)</script>'
    for data in ({"label": evil}, {"f-egfr": evil}, {"paste-dose": evil}, {"dose-0-drug": evil}, {"origins": json.dumps([{}, [evil]])}):
        for do in ("plan", "next", "paste-dose"):
            assert "<script>alert" not in client.post(HERE, data=NERVES | data | {"do": do}).text
    assert "<script>alert" not in client.post(f"{HERE}/what-if", data=NERVES | {"if-fact": "egfr", "if-value": evil}).text


def upload(client: Any, content: bytes, **typed: str) -> Any:
    return client.post(HERE, data={"do": "record", **typed}, files={"record": ("x", content)})


def test_a_record_fills_the_form(client: Any) -> None:
    page = upload(client, b"facts: {b12_deficiency: yes, egfr: 45}\ndoses:\n  - {date: 2026-01-05, drug: hydroxocobalamin, dose: 1 mg, route: im}\n")
    assert page.status_code == 200
    assert "The record was read into the form" in page.text
    assert 'name="dose-0-date" type="date" value="2026-01-05"' in page.text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04zip", b"{", b'{"resourceType": "Bundle"', b"facts: {egfr: 900, nuero: yes}"])
def test_a_record_that_cannot_be_read_leaves_what_was_typed(client: Any, content: bytes) -> None:
    page = upload(client, content, label="kept", **{"f-egfr": "45"})
    assert page.status_code == 422
    assert 'href="#record"' in page.text
    assert 'value="kept"' in page.text
    assert 'value="45"' in page.text


def test_fifty_megabytes_are_turned_away_with_a_clear_word(client: Any) -> None:
    page = upload(client, b"x" * 50_000_000)
    assert page.status_code == 413
    assert "more than is read" in page.text


def test_a_broken_form_is_no_traceback(client: Any) -> None:
    broken = client.post(HERE, content=b"\x00\xff not a form", headers={"content-type": "multipart/form-data; boundary=x"})
    assert broken.status_code in (200, 400, 422)
    assert "Traceback" not in broken.text
    assert client.post(HERE, content=b"\xff\xfe%%%=%zz&&&", headers={"content-type": "application/x-www-form-urlencoded"}).status_code in (200, 400)
    assert client.post("/guidelines/nothing/plan", data=NERVES).status_code == 404
    assert client.post(f"{HERE}/as/nothing", data=NERVES).status_code == 404


def test_a_form_of_another_site_is_refused(client: Any) -> None:
    assert client.post(HERE, data=NERVES, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_no_fact_reaches_a_log_an_address_or_a_header(client: Any, caplog: pytest.LogCaptureFixture) -> None:
    marker = "zyzzyva17"
    every = {f"f-{name}": marker for name in guideline().facts} | {f"dose-0-{key}": marker for key in ("date", "drug", "dose", "route")}
    every |= {f"result-0-{key}": marker for key in ("date", "test", "value", "unit")}
    every |= dict.fromkeys(("label", "on", "start", "paste-dose", "paste-result", "origins", "if-value", "sample"), marker)
    with caplog.at_level(logging.DEBUG):
        for at in ("", "/next", "/what-if", "/as/data", "/for/patient"):
            answer = client.post(HERE + at, data=every, follow_redirects=False)
            assert marker not in str(answer.headers)
    assert marker not in "\n".join(record.getMessage() for record in caplog.records if record.name != "httpx")
    page = client.post(HERE, data=NERVES | {"label": marker, "do": "plan"}).text
    assert not re.search(rf'(href|action|src)="[^"]*{marker}', page)


def test_another_guideline_has_its_own_form_and_plan_without_a_change() -> None:
    from pathlib import Path

    from starlette.testclient import TestClient

    own = house([Path(__file__).parent / "fixtures" / "second-guideline"], limits=MANY)
    (name,) = own.grounds
    other = TestClient(app(own))
    (sample,) = own.samples[name]
    filled = other.post(f"/guidelines/{name}/plan", data={"do": "sample", "sample": sample})
    assert filled.status_code == 200
    found = patient(parse(own.samples[name][sample]), own.grounds[name].guideline)
    page = sent(other, f"/guidelines/{name}/plan", list(pairs(written(found, own.grounds[name].guideline))), do="plan")
    assert "aracetamol" in page.text
    assert "B12" not in page.text

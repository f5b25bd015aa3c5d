"""The register pages: a register is opened, looked at, planned from and closed, and leaves no trace in an address."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

pytest.importorskip("ibis")

from posology.read.library import find
from posology.web.app import app
from posology.web.house import house
from test_register_practice import workbook
from webhouse import FREE, shared_house


@pytest.fixture
def caller() -> Iterator[TestClient]:
    with TestClient(app(shared_house()), headers={"accept": "text/html"}, follow_redirects=False) as one:
        yield one


def opened(caller: TestClient, folder: Path) -> None:
    with workbook(folder).open("rb") as file:
        answer = caller.post("/register/open", data={"on": "2026-01-31"}, files={"workbook": ("a.xlsx", file)})
    assert answer.status_code == 303 and answer.headers["location"] == "/register/summary"
    assert "httponly" in answer.headers["set-cookie"].lower() and "samesite=strict" in answer.headers["set-cookie"].lower()


def test_a_workbook_is_opened_looked_at_planned_from_and_closed(caller, tmp_path):
    opened(caller, tmp_path)
    summary = caller.get("/register/summary").text
    assert "day-month-year" in summary, "what the columns were taken to mean is shown"
    assert "<svg" in summary and "as a table" in summary
    listing = caller.get("/register/worklist?sort=late").text
    assert "=1+1" in listing and "0102" in listing
    plan = caller.post("/register/patient", data={"n": "1"})
    assert plan.status_code == 200 and "2026-01-01" in plan.text
    assert caller.post("/register/patient", data={"n": "77"}).status_code == 404
    assert caller.post("/register/patient", data={"n": "x"}).status_code == 404
    assert caller.post("/register/close").status_code == 303
    assert caller.get("/register/summary").status_code == 404


def test_no_address_on_the_pages_holds_an_id(caller, tmp_path):
    import re

    opened(caller, tmp_path)
    for at in ("/register", "/register/summary", "/register/worklist"):
        text = caller.get(at).text
        addresses = re.findall(r'(?:href|action)="([^"]*)"', text)
        assert addresses and not [a for a in addresses if "0102" in a or "101" in a or "1+1" in a]


def test_filters_are_words_of_the_register_and_anything_else_is_left_aside(caller, tmp_path):
    opened(caller, tmp_path)
    assert "4 patients" in caller.get("/register/worklist").text
    for odd in ("status='; drop table x", "page=99999999999", "page=-1", "sort=nonsense", "rule=0102"):
        answer = caller.get(f"/register/worklist?{odd}")
        assert answer.status_code == 200 and "4 patients" in answer.text


def test_two_browsers_do_not_see_one_another(caller, tmp_path):
    opened(caller, tmp_path)
    with TestClient(caller.app, headers={"accept": "text/html"}) as other:
        assert other.get("/register/summary").status_code == 404


def test_a_folder_is_opened_by_its_name_and_a_wrong_one_is_refused_in_words(caller, tmp_path):
    (tmp_path / "patients.csv").write_text("patient_id,age\nA,50\n")
    (tmp_path / "doses.csv").write_text("patient_id,date,drug,dose_mg,route\n")
    (tmp_path / "results.csv").write_text("patient_id,date,test,value,unit\n")
    assert caller.post("/register/open", data={"folder": str(tmp_path)}).status_code == 303
    for sent in ({"folder": "/nowhere"}, {}, {"folder": str(tmp_path), "on": "yesterday"}, {"folder": str(tmp_path), "guideline": "x"}):
        answer = caller.post("/register/open", data=sent)
        assert answer.status_code == 422 and "was not opened" in answer.text


def test_a_map_is_used_and_a_wrong_one_is_refused(caller, tmp_path):
    from posology.register.columns import guessed
    from posology.register.grid import grids
    from posology.register.mapfile import as_yaml

    path = workbook(tmp_path)
    text = as_yaml(guessed(grids(path), next(iter(shared_house().grounds.values())).guideline))
    text = text.replace("no_when_empty: []", "no_when_empty: [crohns_disease]")
    for sent, status in ((text, 303), ("patients: 3", 422)):
        with path.open("rb") as file:
            files = {"workbook": ("a.xlsx", file), "map": ("m.yaml", sent.encode())}
            assert caller.post("/register/open", data={"on": "2026-01-31"}, files=files).status_code == status
    assert "empty cells were taken to mean no" in caller.get("/register/summary").text


def test_a_zip_bomb_and_other_files_are_refused(caller):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", b"0" * 60_000_000)
    for name, content in (("a.xlsx", packed.getvalue()), ("b.xlsx", b"no workbook"), ("c.xlsx", b"")):
        answer = caller.post("/register/open", files={"workbook": (name, content)})
        assert answer.status_code == 422 and "was not opened" in answer.text


def test_a_shared_server_opens_nothing(tmp_path):
    shared = house([find()], limits=FREE, local=False)
    with TestClient(app(shared), headers={"accept": "text/html"}) as caller:
        assert "own computer" in caller.get("/register").text
        assert caller.post("/register/open", data={"folder": str(tmp_path)}).status_code == 404


# ---------------------------------------------------------------- in a browser


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_the_journey_in_a_browser_is_whole_and_accessible(scripts, tmp_path):
    import shutil

    from playwright.sync_api import sync_playwright

    from test_web_browser import ARGUMENTS, AXE, RULES
    from webhouse import served

    path = workbook(tmp_path)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_context(base_url=address, java_script_enabled=scripts).new_page()
        page.goto("/register")
        page.set_input_files("#workbook", str(path))
        page.fill("#on", "2026-01-31")
        for at in ("/register", "/register/summary", "/register/worklist"):
            if at == "/register/summary":
                page.click("text=Open the register")
            elif at == "/register/worklist":
                page.click("text=See the worklist")
            assert page.url.split("?")[0].endswith(at)
            if scripts:
                page.evaluate(AXE.read_text(encoding="utf-8"))
                found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
                assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found["violations"]] == []
        page.click("button.rg-plan >> nth=0")
        assert "/plan" in page.url or page.url.endswith("/register/patient")
        assert page.locator("h1").count() == 1
        browser.close()

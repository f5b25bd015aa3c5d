"""The register pages: a register is opened, looked at, planned from and closed, and leaves no trace in an address."""

from __future__ import annotations

import html
import io
import json
import re
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

pytest.importorskip("ibis")

from posology.answer.ground import Ground, ground
from posology.cli import main
from posology.editorial import people
from posology.editorial.store import book, open_store
from posology.read.library import find
from posology.web.app import app
from posology.web.house import House, house
from test_register_audit import register
from test_register_practice import workbook
from webhouse import FREE, shared_house


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine does not change which page comes next."""
    monkeypatch.setattr("posology.web.register.PATIENCE", 120)


@pytest.fixture
def caller() -> Iterator[TestClient]:
    with TestClient(app(shared_house()), headers={"accept": "text/html"}, follow_redirects=False) as one:
        yield one


def opened(caller: TestClient, folder: Path) -> None:
    with workbook(folder).open("rb") as file:
        answer = caller.post("/register/open", data={"on": "2026-01-31"}, files={"workbook": ("a.xlsx", file)})
    assert answer.status_code == 303 and answer.headers["location"] == "/register/summary"
    assert "httponly" in answer.headers["set-cookie"].lower() and "samesite=strict" in answer.headers["set-cookie"].lower()


def none_open(answer: Any) -> bool:
    """Whether somebody was led to the page on which a register is opened, since none is."""
    return answer.status_code == 303 and answer.headers["location"] == "/register?none=open"


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
    assert none_open(caller.get("/register/summary"))


def test_whoever_has_no_export_tries_a_practice_that_is_made_up_and_says_so(caller):
    assert 'name="made-up"' in caller.get("/register").text
    assert caller.post("/register/open", data={"made-up": "yes"}).headers["location"] == "/register/summary"
    summary = caller.get("/register/summary").text
    assert "300 patients" in summary and summary.count("These patients are made up") == 2, "at the top, and of the data"
    assert "These patients are made up" in caller.get("/register/worklist").text


def test_no_address_on_the_pages_holds_an_id(caller, tmp_path):
    opened(caller, tmp_path)
    for at in ("/register", "/register/summary", "/register/worklist"):
        text = caller.get(at).text
        addresses = re.findall(r'(?:href|action)="([^"]*)"', text)
        assert addresses and not [a for a in addresses if "0102" in a or "101" in a or "1+1" in a]


def test_the_recall_list_is_taken_away_as_a_page_whose_name_holds_no_id(caller, tmp_path, monkeypatch):
    opened(caller, tmp_path)
    answer = caller.get("/register/recall")
    assert answer.headers["content-disposition"] == "attachment; filename=recall-2026-01-31.html"
    assert "To be called, 31 January 2026" in answer.text and "Not on this list:" in answer.text
    assert "no-store" in answer.headers["cache-control"]
    monkeypatch.setattr("posology.web.listing.MOST_CALLED", -1)
    assert caller.get("/register/recall").status_code == 422


def test_what_is_shown_is_taken_away_as_a_workbook_or_csv_and_nothing_is_left_behind(caller, tmp_path, monkeypatch):
    import csv
    import tempfile

    import openpyxl

    room = tmp_path / "rooms"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    opened(caller, tmp_path)
    every = list(csv.DictReader(io.StringIO(caller.get("/register/worklist.csv").text)))
    assert len(every) == 4 and "'=1+1" in {row["patient_id"] for row in every}, "no spreadsheet runs it"
    doubted = [row["patient_id"] for row in every if "facts_not_read" in row["notices"].split(";")]
    assert 0 < len(doubted) < 4
    fewer = caller.get("/register/worklist.csv?notice=facts_not_read")
    assert fewer.headers["content-disposition"] == 'attachment; filename="worklist-2026-01-31.csv"'
    assert "no-store" in fewer.headers["cache-control"]
    kept = [row["patient_id"] for row in csv.DictReader(io.StringIO(fewer.text))]
    assert kept == doubted
    book = openpyxl.load_workbook(io.BytesIO(caller.get("/register/worklist.xlsx?notice=facts_not_read").content))
    assert [row[0].value.lstrip("'") for row in list(book["Worklist"].rows)[1:]] == [one.lstrip("'") for one in kept]
    assert {"Reasons", "Data"} < set(book.sheetnames)
    assert caller.get("/register/worklist.exe").status_code == 404
    assert not [one for one in room.iterdir() if list(one.glob("worklist-*"))]


def test_a_full_disk_is_said_where_a_worklist_is_taken_away(caller, tmp_path, monkeypatch):
    import os

    opened(caller, tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for kind in ("csv", "xlsx"):
        answer = caller.get(f"/register/worklist.{kind}")
        assert answer.status_code == 422 and "No space left" in answer.text


@pytest.mark.parametrize(("sought", "said", "rows"), [
    ("0102", "1 patient has", 1), (" 0102 ", "1 patient has", 1), ("=1+", "1 patient has", 1), ("nobody", "No patient of this register", 0),
    ("%", "No patient of this register", 0), ("<b>", "No patient of this register", 0), ("x" * 999, "No patient of this register", 0),
    ("", "4 patients; page 1", 4),
])  # fmt: skip
def test_a_patient_is_found_by_id_without_an_address_that_holds_it(caller, tmp_path, sought, said, rows):
    opened(caller, tmp_path)
    answer = caller.post("/register/find", data={"patient": sought})
    assert answer.status_code == 200 and said in answer.text and answer.text.count('class="rg-plan"') == rows
    assert not [a for a in re.findall(r'(?:href|action)="([^"]*)"', answer.text) if sought.strip() and sought.strip() in a]
    assert "<b>" not in answer.text


def test_the_most_pressing_stand_first(caller, tmp_path):
    from posology.register.showing import PRESSING

    caller.post("/register/open", data={"made-up": "yes"})
    pages = [caller.get(f"/register/worklist?sort=status&page={n}").text for n in range(1, 7)]
    shown = [s.replace(" ", "_") for page in pages for s in re.findall(r'data-label="Status">([^<]*)<', page)]
    assert len(shown) == 300 and [PRESSING.index(s) for s in shown] == sorted(PRESSING.index(s) for s in shown)


LIST = "Patient No,Age,Last injection,Drug,Diagnosis\n1,70,2026-01-02,hydroxocobalamin,Diet\n"


def test_columns_are_looked_at_and_put_right_before_anything_is_used(caller):
    """Without a route a list is not opened; the map that is shown has a place for it."""
    files = {"patients": ("list.csv", io.BytesIO(LIST.encode()))}
    first = caller.post("/register/columns", data={"on": "2026-01-31"}, files=files)
    assert first.status_code == 200 and "The column route is missing" in first.text and "not read: “Diet”" not in first.text
    text = html.unescape(re.search(r'name="map_text"[^>]*>(.*?)</textarea>', first.text, re.S)[1])
    assert 'route: {from: "?"}' in text and none_open(caller.get("/register/summary")), "nothing is open"
    right = text.replace('route: {from: "?"}', "route: {always: intramuscular}")
    wrong = caller.post("/register/open", data={"on": "2026-01-31", "map_text": right + "magic: 1\n"})
    assert wrong.status_code == 422 and "magic" in wrong.text and "route: {always: intramuscular}" in wrong.text, "it is kept"
    files = {"patients": ("other.csv", io.BytesIO(LIST.encode()))}
    answer = caller.post("/register/open", data={"on": "2026-01-31", "map_text": right}, files=files)
    assert answer.status_code == 303
    assert "2026-01-02" in caller.get("/register/worklist").text


def test_columns_of_nothing_of_a_broken_file_and_of_a_bulk_export_are_refused_in_words(caller, tmp_path):
    for sent in ({}, {"folder": "/nowhere/at/all"}, {"folder": str(tmp_path)}, {"map_text": "- 1"}):
        answer = caller.post("/register/columns", data=sent)
        assert answer.status_code == 422 and "not read" in answer.text
    answer = caller.post("/register/columns", files={"workbook": ("a.xlsx", io.BytesIO(b"PK"))})
    assert answer.status_code == 422 and "cannot be read as an Excel workbook" in answer.text
    answer = caller.post("/register/columns", files={"export": ("a.ndjson", io.BytesIO(b"{}"))})
    assert answer.status_code == 422 and "needs no map" in answer.text


UGLY = {
    "patients": "patient_id,b12_deficiency,egfr\nA,yes,70\nB,yes,\"70,5\"\nC,maybe,80\n,yes,80\n",
    "doses": "patient_id,date,drug,dose_mg,route\nA,2026-01-02,hydroxocobalamin,1,intramuscular\nZ,2026-01-02,hydroxocobalamin,1,intramuscular\n",
    "results": "patient_id,date,test,value,unit\n",
}


def ugly(at: str, caller: TestClient) -> Any:
    files = {name: (f"{name}.csv", io.BytesIO(text.encode())) for name, text in UGLY.items()}
    return caller.post(at, data={"on": "2026-01-31"}, files=files)


def test_columns_are_a_table_and_what_one_cell_alone_says_is_marked(caller):
    text = html.unescape(ugly("/register/columns", caller).text)
    assert 'class="nhsuk-table rg-means"' in text and "<pre" not in text
    said = "guessed from 1 cell of 4 only, look at it"
    assert f'data-label="Read">decimal comma, {said}<' in text
    assert f"egfr: {{from: egfr, decimals: comma}}  # decimals: {said}" in text


def test_the_summary_begins_with_what_is_not_used_and_what_is_waited_for(caller):
    assert ugly("/register/open", caller).status_code == 303
    text = html.unescape(caller.get("/register/summary").text)
    first = text[: text.index('class="rg-figures"')]
    assert "3 of 4 rows of patients, 1 of 2 doses; 2 cells of facts were not read." in first
    assert '<a href="#quality">' in first and 'id="quality"' in text
    assert re.search(r"\d of 3 patients waits? for a fact", first) and "one line in the map of the columns" in first


def test_all_that_is_used_is_not_talked_of():
    from posology.register.foremost import first

    told = {"patients": 2, "status": {"due": 2}, "ask_first": {}}
    assert first({**told, "quality": {"read": {"doses": 2}, "used": {"doses": 2}, "cells": 0}}) == []
    assert first({**told, "quality": {"read": {"doses": 2}}}) == []


def test_a_row_shows_its_alerts(caller, tmp_path):
    opened(caller, tmp_path)
    rows = re.findall(r'data-label="Alerts">([^<]*)<', caller.get("/register/worklist").text)
    assert "renal formulation" in rows and not any(";" in row for row in rows)


def test_a_row_says_the_doubts_about_its_data(caller, tmp_path):
    opened(caller, tmp_path)
    row = caller.get("/register/worklist").text.partition(">104<")[2]
    assert 'data-label="Doubt about the data">facts not read<' in row


def test_every_page_in_every_order_shows_each_patient_once(caller, tmp_path, monkeypatch):
    from posology.register import paging

    monkeypatch.setattr(paging, "PAGE", 2)
    opened(caller, tmp_path)
    for sort in paging.SORTS:
        pages = [caller.get(f"/register/worklist?sort={sort}&page={n}").text for n in (1, 2)]
        assert sorted(n for page in pages for n in re.findall(r'name="n" value="(\d+)"', page)) == ["1", "2", "3", "4"]


def test_filters_are_words_of_the_register_and_anything_else_is_left_aside(caller, tmp_path):
    opened(caller, tmp_path)
    assert "4 patients" in caller.get("/register/worklist").text
    for odd in ("status='; drop table x", "page=99999999999", "page=-1", "sort=nonsense", "rule=0102"):
        answer = caller.get(f"/register/worklist?{odd}")
        assert answer.status_code == 200 and "4 patients" in answer.text


def test_two_browsers_do_not_see_one_another(caller, tmp_path):
    opened(caller, tmp_path)
    with TestClient(caller.app, headers={"accept": "text/html"}) as other:
        assert none_open(other.get("/register/summary", follow_redirects=False))


def test_a_folder_is_opened_by_its_name_and_a_wrong_one_is_refused_in_words(caller, tmp_path):
    (tmp_path / "patients.csv").write_text("patient_id,age\nA,50\n")
    (tmp_path / "doses.csv").write_text("patient_id,date,drug,dose_mg,route\n")
    (tmp_path / "results.csv").write_text("patient_id,date,test,value,unit\n")
    assert caller.post("/register/open", data={"folder": str(tmp_path)}).status_code == 303
    for sent in ({"folder": "/nowhere"}, {}, {"folder": str(tmp_path), "on": "yesterday"}, {"folder": str(tmp_path), "guideline": "x"}):
        answer = caller.post("/register/open", data=sent)
        assert answer.status_code == 422 and "was not opened" in answer.text


def test_the_plan_of_a_row_says_what_of_it_the_map_declares_and_no_cell(caller, tmp_path):
    from posology.register.columns import guessed
    from posology.register.grid import grids
    from posology.register.mapfile import as_yaml

    path = workbook(tmp_path)
    text = as_yaml(guessed(grids(path), ground_once(find()).guideline))
    text = text.replace("no_when_empty: []", "no_when_empty: [crohns_disease]")
    text = text.replace("  columns:\n", "  columns:\n    loading_complete: {always: \"yes\"}\n", 1)
    with path.open("rb") as file:
        files = {"workbook": ("a.xlsx", file), "map": ("m.yaml", text.encode())}
        assert caller.post("/register/open", data={"on": "2026-01-31"}, files=files).status_code == 303
    stated, empty = (html.unescape(caller.post("/register/patient", data={"n": n}).text) for n in "12")
    assert "(from an empty cell, which the map of the columns takes as no)" in empty and "declared by the map" in empty
    assert "empty cell" not in stated and "declared by the map" not in stated
    assert all("(as the map of the columns says of everybody)" in page for page in (stated, empty))


def test_whoever_asks_for_a_register_that_is_not_open_is_led_to_where_one_is_opened(caller, tmp_path):
    for method, at in ROUTES:
        if at not in ("/register/open", "/register/columns", "/register/close", "/register/waiting", "/register/waiting/steps"):
            assert none_open(caller.request(method, at.format(kind="csv"), data={"n": "1"} if method == "POST" else None)), at
    led = caller.get("/register?none=open")
    assert led.status_code == 200 and "No register is open in this browser" in led.text and 'action="/register/open"' in led.text
    opened(caller, tmp_path)
    assert "No register is open" not in caller.get("/register?none=open").text + caller.get("/register").text


@pytest.mark.parametrize("sent", [{"doses"}, {"results"}, {"patients", "doses"}, {"patients", "results"}])
def test_of_files_that_do_not_suffice_the_missing_ones_are_named_and_no_folder_of_the_server(caller, tmp_path, sent):
    folder = register(tmp_path / "r", 2)
    files = {name: (f"{name}.csv", (folder / f"{name}.csv").read_bytes()) for name in sent}
    for at in ("/register/open", "/register/columns"):
        text = html.unescape(caller.post(at, data={"on": "2026-01-31"}, files=files).text)
        assert "/register-" not in text and "/export<" not in text.replace("~/export<", "")
    refused = caller.post("/register/open", data={"on": "2026-01-31"}, files=files)
    assert refused.status_code == 422 and refused.text.count("<strong>the files that you chose</strong>") == 3 - len(sent)
    named = caller.post("/register/open", data={"folder": str(tmp_path)})
    assert f"<strong>{tmp_path}</strong>" in named.text, "one's own folder is named as it was"


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


def finished(caller: TestClient, seconds: float = 120) -> str:
    """Where the waiting page leads when the work is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = caller.get("/register/waiting")
        if answer.status_code != 200:
            return str(answer.headers.get("location", answer.status_code))
        time.sleep(0.1)
    raise AssertionError("the work did not end")


def test_a_long_opening_shows_how_far_it_is_and_goes_on_to_the_summary(caller, tmp_path, monkeypatch):
    monkeypatch.setattr("posology.web.register.PATIENCE", 0)
    gate = threading.Event()
    through = "posology.register.figures.told"
    import posology.register.figures as figures

    own = figures.told
    monkeypatch.setattr(through, lambda *args: gate.wait(60) and own(*args))
    with workbook(tmp_path).open("rb") as file:
        answer = caller.post("/register/open", data={"on": "2026-01-31"}, files={"workbook": ("a.xlsx", file)})
    assert answer.headers["location"] == "/register/waiting"
    page = caller.get("/register/waiting").text
    assert 'hx-get="/register/waiting/steps"' in page and '<noscript><meta http-equiv="refresh"' in page
    assert "http-equiv" not in caller.get("/register/waiting?still=1").text, "it can be stopped from looking by itself"
    assert "seconds so far" in caller.get("/register/waiting/steps").text
    assert caller.get("/register/summary").headers["location"] == "/register/waiting"
    gate.set()
    assert finished(caller) == "/register/summary"
    assert caller.get("/register/summary").status_code == 200
    over = caller.get("/register/waiting/steps")
    assert over.headers["hx-redirect"] == "/register/waiting"


def test_an_opening_that_is_stopped_leaves_nothing_open(caller, tmp_path, monkeypatch):
    monkeypatch.setattr("posology.web.register.PATIENCE", 0)
    gate, ended = threading.Event(), threading.Event()

    def slow(*_: object, say, **__: object) -> None:
        gate.wait(60)
        try:
            say("the next step")
        finally:
            ended.set()

    monkeypatch.setattr("posology.web.chosen.opened_at", slow)
    assert caller.post("/register/open", data={"folder": str(tmp_path)}).headers["location"] == "/register/waiting"
    word = caller.cookies.get("register")
    assert caller.post("/register/close").status_code == 303
    gate.set()
    assert ended.wait(60)
    caller.cookies.set("register", word or "")
    assert none_open(caller.get("/register/summary"))
    assert caller.get("/register/waiting").headers["location"] == "/register"


def test_what_breaks_in_the_work_is_said_without_its_words(caller, tmp_path, monkeypatch, caplog):
    def broken(*_: object, **__: object) -> None:
        raise ValueError("0102 Mrs. Smith")

    monkeypatch.setattr("posology.web.chosen.opened_at", broken)
    answer = caller.post("/register/open", data={"folder": str(tmp_path)})
    assert answer.status_code == 422 and "our fault" in answer.text
    assert "Smith" not in answer.text + caplog.text and "ValueError" in caplog.text


def test_only_so_many_registers_are_opened_at_once(caller, tmp_path, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr("posology.web.register.PATIENCE", 0)
    monkeypatch.setattr("posology.web.chosen.opened_at", lambda *_, **__: gate.wait(60))
    found = [caller.post("/register/open", data={"folder": str(tmp_path)}).status_code for _ in range(2)]
    with TestClient(caller.app, headers={"accept": "text/html"}, follow_redirects=False) as other:
        found += [other.post("/register/open", data={"folder": str(tmp_path)}).status_code for _ in range(2)]
    gate.set()
    assert found.count(422) >= 1


def test_the_past_year_is_reckoned_on_demand(caller, tmp_path):
    opened(caller, tmp_path)
    assert "Reckon the past year" in caller.get("/register/summary").text
    assert caller.post("/register/trend").headers["location"] == "/register/summary#year"
    summary = caller.get("/register/summary").text
    assert "<polyline" in summary and "2025-12-31" in summary and "has left the list" in summary


# ---------------------------------------------------------------- views


def kept_view(caller: TestClient, name: str, **chosen: str) -> int:
    return caller.post("/register/views", data={"name": name, **chosen}).status_code


def test_views_of_an_upload_last_until_it_is_closed(caller, tmp_path):
    opened(caller, tmp_path)
    assert kept_view(caller, "Late ones", status="ask", sort="late") == 303
    assert "/register/worklist?status=ask" in caller.get("/register/worklist").text
    assert "Late ones" in caller.get("/register/worklist").text
    assert caller.post("/register/views", data={"do": "remove", "name": "Late ones"}).status_code == 303
    assert "Late ones" not in caller.get("/register/worklist").text
    assert [path.name for path in tmp_path.iterdir()] == ["practice.xlsx"], "nothing is written"


def test_views_of_a_folder_lie_beside_it_and_are_there_again(caller, tmp_path):
    folder = register(tmp_path / "practice", 4)
    sent = {"folder": str(folder), "on": "2026-01-31"}
    assert caller.post("/register/open", data=sent).status_code == 303
    assert kept_view(caller, "Overdue first", status="overdue", sort="late") == 303
    told = json.loads((tmp_path / "practice-views.json").read_text())
    assert told["views"]["Overdue first"]["status"] == "overdue" and "P0" not in str(told)
    assert caller.post("/register/close").status_code == 303
    assert caller.post("/register/open", data=sent).status_code == 303
    assert "Overdue first" in caller.get("/register/worklist").text
    (tmp_path / "practice-views.json").write_text("no json")
    assert caller.get("/register/worklist").status_code == 200


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\x00b"])
def test_a_view_without_a_usable_name_is_refused_in_words(caller, tmp_path, name):
    opened(caller, tmp_path)
    answer = caller.post("/register/views", data={"name": name})
    assert answer.status_code == 422 and "needs a name" in answer.text


def test_a_bulk_export_is_opened_from_its_files(caller):
    from test_register_fhir import people

    lines: dict[str, str] = {}
    for one in people(12):
        lines[one["resourceType"]] = lines.get(one["resourceType"], "") + json.dumps(one) + "\n"
    files = [("export", (f"{kind}.ndjson", text.encode())) for kind, text in lines.items()]
    assert caller.post("/register/open", data={"on": "2026-01-31"}, files=files).headers["location"] == "/register/summary"
    assert "12 patients" in caller.get("/register/worklist").text
    number = re.findall(r'name="n" value="(\d+)"', caller.get("/register/worklist").text)[0]
    plan = caller.post("/register/patient", data={"n": number})
    assert plan.status_code == 200


# ---------------------------------------------------------------- on a shared server

ROUTES = [("GET", "/register/summary"), ("GET", "/register/worklist"), ("GET", "/register/waiting"),
          ("GET", "/register/recall"), ("GET", "/register/waiting/steps"), ("POST", "/register/open"), ("POST", "/register/close"),
          ("POST", "/register/patient"), ("POST", "/register/trend"), ("POST", "/register/views"), ("POST", "/register/find"),
          ("GET", "/register/worklist.{kind}"), ("POST", "/register/columns")]  # fmt: skip
ROLES = ["author", "clinical reviewer", "pharmacist", "lay reviewer", "editor", "publisher", "auditor", "administrator", "practice"]


@pytest.fixture(scope="module", params=["--host=0.0.0.0", "--name=shared.example"])
def staffed(request, tmp_path_factory):
    """A shared house with an account for each role, and two for `practice`, as `posology serve` makes it."""
    path = tmp_path_factory.mktemp("store") / "r.db"
    store = open_store(str(path), make=True)
    for number, role in enumerate([*ROLES, "practice"]):
        people.add(store, people.TERMINAL, f"a{number}", f"A {number}", [role])
    store.engine.dispose()
    return replace(started("--store", str(path), request.param), limits=FREE)


@cache
def ground_once(folder: Path) -> Ground:
    """A guideline is read once for all the houses."""
    return ground(folder)


def started(*told: str) -> House:
    """The house that `posology serve` makes of its arguments."""
    with pytest.MonkeyPatch.context() as patch:
        made: list[House] = []
        patch.setattr("posology.web.house.ground", ground_once)
        patch.setattr("posology.web.listen.listen", lambda one, *_: made.append(one) or 0)
        assert main(["serve", "--workers=0", *told]) == 0
    return made[0]


def as_role(app_: object, house_: object, account: str) -> TestClient:
    browser = TestClient(app_, "http://shared.example", headers={"accept": "text/html"}, follow_redirects=False)
    if account:
        store = house_.desk.store
        if not book(store).people[account].fingerprint:
            token = people.link(store, people.TERMINAL, account)
            people.set_password(store, token, "four lanterns under water")
        browser.cookies.set("session", people.sign_in(store, account, "four lanterns under water"))
    return browser


def test_every_route_of_the_register_pages_is_in_the_table_of_roles():
    from posology.web import register as pages

    found = {(m, r.path) for r in pages.router(shared_house()).routes for m in r.methods - {"HEAD"}}
    assert found == {*ROUTES, ("GET", "/register")}


@pytest.mark.parametrize("role", ["", *ROLES])
def test_every_route_by_every_role(staffed, role):
    account = f"a{ROLES.index(role)}" if role else ""
    browser = as_role(app(staffed), staffed, account)
    for method, at in [*ROUTES, ("GET", "/register")]:
        answer = browser.request(method, at.format(kind="csv"))
        if not role:
            assert answer.status_code in (303, 401) and "/sign-in" in answer.headers.get("location", "/sign-in"), at
        elif role != "practice":
            assert answer.status_code == (403 if at == "/register" else 404), (at, answer.status_code)
    if role == "practice":
        assert browser.get("/register").status_code == 200
        assert browser.post("/register/open").status_code == 422, "nothing was chosen"


def test_a_register_on_a_shared_server_is_its_owners_alone_and_folders_are_not_opened(staffed, tmp_path):
    shared = app(staffed)
    mine, other = (as_role(shared, staffed, f"a{n}") for n in (8, 9))
    folder = register(tmp_path / "r", 3)
    assert mine.post("/register/open", data={"folder": str(folder)}).status_code == 422, "no path of the server is read"
    assert mine.post("/register/open", data={"folder": "sqlite:///x"}).status_code == 422
    files = {name: (f"{name}.csv", (folder / f"{name}.csv").read_bytes()) for name in ("patients", "doses", "results")}
    assert mine.post("/register/open", data={"on": "2026-01-31"}, files=files).headers["location"] == "/register/summary"
    assert "3 patients" in mine.get("/register/worklist").text
    assert kept_view(mine, "Mine", status="overdue") == 303
    other.cookies.set("register", mine.cookies["register"])
    for at in ("/register/summary", "/register/worklist"):
        assert none_open(other.get(at)), "another account, with the very same word"
    assert none_open(other.post("/register/patient", data={"n": "1"}))
    assert other.post("/register/close").status_code == 303
    assert mine.get("/register/summary").status_code == 200, "nor can it be closed"
    other = as_role(shared, staffed, "a9")
    assert other.post("/register/open", data={"on": "2026-01-31"}, files=files).status_code == 303
    assert "Mine" not in other.get("/register/worklist").text and "Mine" in mine.get("/register/worklist").text
    people.change_roles(staffed.desk.store, people.TERMINAL, "a8", ["auditor"])
    assert mine.get("/register/worklist").status_code == 404, "a role that is taken away holds at once"
    people.change_roles(staffed.desk.store, people.TERMINAL, "a8", ["practice"])


def test_a_shared_server_closes_what_nobody_looks_at(staffed, tmp_path, monkeypatch):
    browser = as_role(app(staffed), staffed, "a9")
    folder = register(tmp_path / "r", 2)
    files = {name: (f"{name}.csv", (folder / f"{name}.csv").read_bytes()) for name in ("patients", "doses", "results")}
    assert browser.post("/register/open", data={"on": "2026-01-31"}, files=files).status_code == 303
    assert browser.get("/register/summary").status_code == 200
    later = time.monotonic() + 3601
    monkeypatch.setattr("posology.web.held.time.monotonic", lambda: later)
    assert none_open(browser.get("/register/summary"))


@pytest.mark.parametrize(("told", "local"), [
    ([], True), (["--host=localhost"], True), (["--host=::1"], True), (["--name=localhost", "--name=127.0.0.1"], True), (["--name=::1"], True), (["--name=LocalHost"], True),
    (["--name=shared.example"], False), (["--name=localhost", "--name=shared.example"], False), (["--name=localhost.shared.example"], False),
    (["--name=127.0.0.1.shared.example"], False), (["--host=0.0.0.0", "--name=localhost"], False), (["--host=192.0.2.7"], False),
])  # fmt: skip
def test_a_server_is_local_only_while_every_name_and_its_address_are_loopbacks(told, local):
    assert started(*told).local is local


@pytest.mark.parametrize("host", ["shared.example", "SHARED.example:443", "127.0.0.1:8918", "localhost", "[::1]:8918"])
@pytest.mark.parametrize("store", [True, False])
def test_under_a_name_for_others_nobody_opens_a_folder_unseen_whatever_they_call_it(tmp_path, store, host):
    folder = register(tmp_path / "r", 3)
    made = started("--name", "Shared.example", *(["--store", str(tmp_path / "r.db")] if store else []))
    stranger = TestClient(app(made), headers={"accept": "text/html", "host": host}, follow_redirects=False)
    for origin in ({}, {"origin": f"http://{host}"}, {"sec-fetch-site": "same-origin"}):
        for method, at in ROUTES:
            answer = stranger.request(method, at.format(kind="csv"), headers=origin, files={"folder": (None, str(folder)), "on": (None, "2026-03-02")} if method == "POST" else None)
            assert answer.status_code == (303 if store else 404), (at, answer.status_code)
            assert "/sign-in" in answer.headers.get("location", "") or not store
            assert "register" not in answer.cookies and str(folder) not in answer.text
    assert "own computer" in stranger.get("/register").text or store


def test_a_server_with_a_name_is_called_by_no_other(tmp_path):
    stranger = TestClient(app(started("--name", "shared.example")), follow_redirects=False)
    for host, status in ("shared.example", 200), ("evil.example", 421), ("shared.example.evil", 421), ("testserver", 421), ("", 421):
        assert stranger.get("/api/health", headers={"host": host}).status_code == status, host


@pytest.mark.parametrize("name", ["https://shared.example", "shared.example:443", "shared.example/", "", "a b", "*.example", "a..b"])
def test_a_name_by_which_nobody_can_call_is_refused_in_words(name, capsys):
    assert main(["serve", f"--name={name}", "--name=posology.example", "--name=::1"]) == 2
    said = capsys.readouterr().err
    assert f"“{name}” is no host name" in said and "posology.example”" not in said


def test_who_comes_through_a_proxy_to_a_server_that_was_started_for_one_computer_opens_nothing(caller, tmp_path):
    folder = register(tmp_path / "r", 3)
    for name in ("forwarded", "x-forwarded-for", "X-Forwarded-Host", "x-real-ip"):
        through = {"host": "127.0.0.1:8000", name: "192.0.2.7"}
        assert caller.post("/register/open", data={"folder": str(folder)}, headers=through).status_code == 404
        told = caller.get("/register", headers=through)
        assert told.status_code == 403 and "--name" in told.text and 'name="folder"' not in told.text
    assert caller.post("/register/open", data={"folder": str(folder), "on": "2026-03-02"}).status_code == 303
    assert caller.get("/register/worklist", headers=through).status_code == 404, "nor is one seen that is open"


def test_the_program_itself_shows_a_stranger_no_folder_of_its_machine(tmp_path):
    folder = register(tmp_path / "r", 3)
    program = [sys.executable, "-m", "posology", "serve", "--port=0", "--workers=0", "--store", str(tmp_path / "r.db"), "--name=shared.example"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            at = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
            with httpx.Client(trust_env=False, headers={"host": "shared.example", "origin": "http://shared.example"}, timeout=60) as stranger:
                answer = stranger.post(f"{at[0]}/register/open", files={"folder": (None, str(folder)), "on": (None, "2026-03-02")})
        finally:
            server.terminate()
            server.communicate(timeout=20)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in") and "register" not in answer.cookies


# ---------------------------------------------------------------- in a browser


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_the_journey_in_a_browser_is_whole_and_accessible(scripts, tmp_path):
    import shutil

    from playwright.sync_api import sync_playwright

    from test_web_browser import ARGUMENTS, AXE, RULES
    from webhouse import served, turn

    path = workbook(tmp_path)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_context(base_url=address, java_script_enabled=scripts).new_page()
        page.goto("/register")
        page.set_input_files("#workbook", str(path))
        page.fill("#on", "2026-01-31")
        for at in ("/register", "/register/summary", "/register/worklist"):
            if at == "/register/summary":
                turn(page, "text=Open the register")
            elif at == "/register/worklist":
                turn(page, "text=See the worklist")
            assert page.url.split("?")[0].endswith(at)
            if scripts:
                page.evaluate(AXE.read_text(encoding="utf-8"))
                found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
                assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found["violations"]] == []
        turn(page, "button.rg-plan >> nth=0")
        assert "/plan" in page.url or page.url.endswith("/register/patient")
        assert page.locator("h1").count() == 1
        browser.close()

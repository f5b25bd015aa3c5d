"""A guideline with only the particulars that are needed is served on every page, and plans in every form."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

pytest.importorskip("fastapi")
from posology import cli
from posology.answer.ground import ground
from posology.check import check
from posology.editorial import acts, people
from posology.editorial.store import open_store
from posology.read.guideline import NEEDED, read_texts, texts_of
from posology.web.app import app
from posology.web.desk import Live, desk
from posology.web.house import House, house
from webhouse import FREE

ID = "hiccups"
PAGE = f"/guidelines/{ID}"
FILLED = {"f-hiccups": "yes", "f-examplin_allergy": "no"}
PAGES = [
    "/", "/ask", f"/ask?within={ID}", "/guidelines", PAGE, f"{PAGE}.md", f"{PAGE}.json", f"{PAGE}/plan", "/plan", "/api",
    f"{PAGE}/statements/calm-hiccups", f"{PAGE}/statements/where-from", "/about", "/about/intended-use",
    "/about/verification", "/about/privacy", "/about/accessibility", "/about/editorial-policy", "/nowhere",
    "/api/guidelines", f"/api/guidelines/{ID}", f"/api/guidelines/{ID}/coverage", "/fhir/metadata", "/cds-services",
    f"/fhir/PlanDefinition/{ID}",
]  # fmt: skip
REVIEW = [
    "/review", f"/review/{ID}", f"/review/{ID}/calm-hiccups", f"/review/{ID}/_particulars", f"{PAGE}/history", f"{PAGE}/compare",
    f"{PAGE}/statements/calm-hiccups/history", "/sign-in",
]  # fmt: skip


@pytest.fixture(scope="module")
def least(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gallery's guideline, without codes: its particulars are those that are needed and no more."""
    folder = tmp_path_factory.mktemp("least") / ID
    folder.mkdir()
    for name in ("guideline.md", "references.md"):
        shutil.copy(Path(__file__).parent / "gallery" / name, folder)
    particulars = (folder / "guideline.md").read_text(encoding="utf-8").split("---\n")[1]
    assert [line.split(":")[0] for line in particulars.splitlines()] == list(NEEDED)
    assert check(folder).faults == ()
    return folder


def browser(one: House) -> TestClient:
    return TestClient(app(one), headers={"accept": "text/html"}, follow_redirects=True)


@pytest.fixture(scope="module")
def alone(least: Path) -> TestClient:
    return browser(house([least], limits=FREE))


@pytest.fixture(scope="module")
def reviewed(least: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The same on a server with a review, for somebody who is signed in to read it."""
    path = tmp_path_factory.mktemp("store") / "r.db"
    store = open_store(str(path), make=True)
    people.add(store, people.TERMINAL, "ada", "Ada", ["author"])
    texts = texts_of(least)
    acts.submit(store, "ada", read_texts(texts), texts)
    store.engine.dispose()
    at = desk(str(path))
    yield browser(House(Live({ID: ground(least)}, at), {}, store="r.db", limits=FREE, desk=at))
    at.store.engine.dispose()


def whole(found: object, at: str) -> str:
    status, words = getattr(found, "status_code", 0), str(getattr(found, "text", ""))
    assert status == (404 if at == "/nowhere" else 200), (at, status, words[:500])
    assert "None</" not in words and "Undefined" not in words, at
    return words


@pytest.mark.parametrize("reader", ["clinician", "patient", "student"])
@pytest.mark.parametrize("at", [*PAGES, "/register"])
def test_every_page_is_served(alone: TestClient, at: str, reader: str) -> None:
    whole(alone.get(at, headers={"cookie": f"reader={reader}"}), at)


@pytest.mark.parametrize("at", [*PAGES, *REVIEW])
def test_every_page_of_a_review_is_served(reviewed: TestClient, at: str) -> None:
    whole(reviewed.get(at), at)


def test_it_is_asked_and_planned_on_the_web(alone: TestClient) -> None:
    assert "examplin" in whole(alone.post("/ask", data={"within": ID, "text": "hiccups. how often examplin?"}), "/ask")
    for at in ("plan", "plan/next", "plan/what-if", "plan/for/patient", "plan/for/student"):
        whole(alone.post(f"{PAGE}/{at}", data=FILLED | {"if": "examplin_allergy=yes"}), at)
    page = whole(alone.post(f"{PAGE}/plan", data=FILLED), "plan")
    files = re.findall(r'formaction="([^"]*/plan/as/[^"]+)"', page)
    assert files
    for at in map(unescape, files):
        assert alone.post(at, data=FILLED).status_code == 200, at


@pytest.mark.parametrize("audience", cli.AUDIENCES)
@pytest.mark.parametrize("form", cli.FORMATS)
def test_it_is_planned_in_every_form(least: Path, tmp_path: Path, form: str, audience: str) -> None:
    patient = tmp_path / "p.yaml"
    patient.write_text("on: 2026-02-01\nfacts: {hiccups: yes, examplin_allergy: no}\n", encoding="utf-8")
    out = tmp_path / "plan"
    arguments = ["plan", str(patient), "--guideline", str(least), "--format", form, "--audience", audience]
    assert cli.main([*arguments, "--out", str(out)]) == 0
    assert len(out.read_bytes()) > 400


def test_no_made_up_practice_is_offered_where_nothing_says_what_it_is_like(alone: TestClient) -> None:
    assert "made-up practice" not in alone.get("/register").text

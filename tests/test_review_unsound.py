"""A log that is not what was written: every face says so, says what to do, and tells nothing whose status it cannot tell."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from sqlalchemy import text
from starlette.testclient import TestClient

from editorial import TEXTS, staffed
from posology.answer.ground import Ground, ground
from posology.cli import main
from posology.editorial import acts, people
from posology.editorial.chain import next_row
from posology.editorial.store import Store, open_store, rows
from posology.editorial.tables import EVENT
from posology.findings import Refused, Unsound
from posology.mcp import server
from posology.read.guideline import read_texts
from posology.read.library import find
from posology.reviewing import under_review
from posology.web.app import app
from posology.web.desk import Live, desk
from posology.web.house import House
from webhouse import FREE

ID = "b12-injections"
PATIENT = {"facts": {"b12_deficiency": True}}
WORDS = "four lanterns under water"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    store = staffed(str(folder / "r.db"))
    people.set_password(store, people.link(store, "root", "doc"), WORDS)
    acts.submit(store, "ada", read_texts(TEXTS), TEXTS)
    acts.declare(store, "doc", "the last entry")
    store.engine.dispose()
    return folder


@pytest.fixture
def name(made: Path, tmp_path: Path) -> str:
    return str(Path(shutil.copytree(made, tmp_path / "store")) / "r.db")


@pytest.fixture(scope="module")
def one() -> Ground:
    return ground(find(ID))


@pytest.fixture
def here(name: str, one: Ground) -> House:
    at = desk(name)
    return House(Live({ID: one}, at), {ID: {}}, limits=FREE, desk=at)


def run(store: Store, *words: str) -> None:
    with store.engine.connect().execution_options(writing=True) as connection:
        for one in words:
            connection.execute(text(one))
        connection.commit()


def cut_off(store: Store) -> None:
    """The newest entry is taken away."""
    run(store, "DROP TRIGGER event_keeps_delete", "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")


def slipped_in(store: Store) -> None:
    """Somebody without the key adds an entry that follows from the one before."""
    with store.engine.connect().execution_options(writing=True) as connection:
        last = list(rows(connection))[-1]
        row = next_row(last.seq + 1, last.hash, store.clock(), "doc", "declared", "", {"conflict": ""})
        connection.execute(EVENT.insert().values(row._asdict()))
        connection.commit()


TAMPER = {"cut off": cut_off, "slipped in": slipped_in}


PAGES = ("/", f"/guidelines/{ID}", f"/guidelines/{ID}/history", f"/guidelines/{ID}/statements/headline", "/about", "/ask", "/review", "/account", "/sign-in", "/no-such-page", f"/guidelines/{ID}/plan")


@pytest.mark.parametrize("tamper", TAMPER.values(), ids=list(TAMPER))
def test_every_page_and_every_face_for_programs_says_so_with_503(here: House, tamper: Callable[[Store], None]) -> None:
    server = TestClient(app(here), cookies={"session": "x"})
    assert server.get("/").status_code == 200 and here.desk
    tamper(here.desk.store)
    for at in PAGES:
        found = server.get(at, headers={"accept": "text/html"})
        _told(found, "text/html")
        assert "Use another source" in found.text
    for method, at, body, kind in MACHINES.values():
        content = "application/fhir+json" if at.startswith("/fhir") else "application/json"
        headers = {"accept": "application/json", **({"content-type": content} if body else {})}
        _told(server.request(method, at, content=json.dumps(body) if body else None, headers=headers), kind)


def _told(found: Any, kind: str) -> None:
    assert found.status_code == 503, found.text
    assert found.headers["content-type"].startswith(kind)
    assert "not what was written" in found.text or "not sealed" in found.text
    assert "Run `posology review verify`" in found.text
    assert "hydroxocobalamin" not in found.text.lower()


MACHINES: dict[str, tuple[str, str, dict[str, Any] | None, str]] = {
    "plan": ("POST", "/api/plan", PATIENT, "application/problem+json"),
    "ask": ("POST", "/api/ask", {"text": "What is the loading dose?"}, "application/problem+json"),
    "guideline": ("GET", f"/api/guidelines/{ID}", None, "application/problem+json"),
    "article": ("GET", f"/guidelines/{ID}.json", None, "application/problem+json"),
    "definition": ("GET", f"/fhir/PlanDefinition/{ID}", None, "application/fhir+json"),
    "apply": ("POST", f"/fhir/PlanDefinition/{ID}/$apply", {"resourceType": "Parameters", "parameter": []}, "application/fhir+json"),
    "services": ("GET", "/cds-services", None, "application/problem+json"),
    "hook": ("POST", f"/cds-services/{ID}-patient-view", {"hook": "patient-view", "hookInstance": "x", "context": {}}, "application/problem+json"),
}  # fmt: skip


def test_what_somebody_was_writing_is_shown_to_them_once_more(here: House) -> None:
    browser = TestClient(app(here), headers={"accept": "text/html"}, follow_redirects=False)
    assert browser.post("/sign-in", data={"account": "doc", "password": WORDS}).status_code == 303
    assert here.desk
    cut_off(here.desk.store)  # the entry of the session itself, which nothing has read since it was written
    for at, sent in (("comment", {"text": "a long thought"}), ("sign", {"decision": "approve", "comment": "a long thought", "password": WORDS}), ("stop", {"do": "withdraw", "comment": "a long thought"})):
        found = browser.post(f"/review/{ID}/headline/{at}", data=sent)
        assert found.status_code == 503 and "a long thought" in found.text and WORDS not in found.text


@pytest.mark.parametrize("tamper", TAMPER.values(), ids=list(TAMPER))
def test_agents_are_told_nothing_of_the_guideline(name: str, one: Ground, tamper: Callable[[Store], None]) -> None:
    import argparse

    by_now = under_review(one.guideline, argparse.Namespace(store=name))

    async def asked() -> list[Any]:
        from dataclasses import replace

        async with Client(server(lambda: replace(one, guideline=by_now()))) as client:
            before = await client.call_tool("plan", PATIENT)
            assert not before.is_error and before.structured_content["guideline"]["status"] == "submitted"  # type: ignore[index]
            tamper(open_store(name))
            return [await client.call_tool(tool, given) for tool, given in (("plan", PATIENT), ("ask", {"text": "What is the loading dose?"}), ("statement", {"name": "headline"}), ("check", {}), ("questions", PATIENT))]

    for told in anyio.run(asked):
        words = told.content[0].text
        assert told.is_error and "not" in words and "posology review verify" in words and "hydroxocobalamin" not in words.lower()


@pytest.mark.parametrize("tamper", TAMPER.values(), ids=list(TAMPER))
def test_every_command_refuses_and_says_what_to_do(name: str, tamper: Callable[[Store], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(open_store(name))
    file, lines = tmp_path / "p.json", tmp_path / "p.jsonl"
    file.write_text(json.dumps(PATIENT))
    lines.write_text(json.dumps(PATIENT) + "\n")
    for words in (["plan", str(file)], ["plan", str(file), "--format", "json"], ["plan", "--batch", str(lines)], ["ask", "What is the loading dose?"], ["review", "status"], ["review", "inbox", "--as", "doc"], ["people", "list"], ["review", "find", "sha256:0"]):
        assert main([*words, "--store", name]) == 2, words
        said = capsys.readouterr()
        assert "posology review verify" in " ".join(said.err.split()), words
        assert "hydroxocobalamin" not in said.out.lower()
        if "json" in words:
            assert "log of reviews" in json.loads(said.out)["errors"][0]["what"]
    assert main(["review", "verify", "--store", name]) == 1


def test_a_server_does_not_begin_over_a_broken_log(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    cut_off(open_store(name))
    assert main(["serve", "--store", name, "--port", "0"]) == 2
    said = capsys.readouterr()
    assert "posology review verify" in " ".join(said.err.split()) and "posology is at" not in said.out


def test_what_a_person_may_not_do_is_not_called_a_broken_store(name: str) -> None:
    with pytest.raises(Refused) as caught:
        people.add(open_store(name), "doc", "x", "X", ["author"])
    assert not isinstance(caught.value, Unsound)

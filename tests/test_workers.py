"""The processes beside a server say what the server itself would say, and whatever befalls them, no call is lost."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest

pytest.importorskip("fastapi")
from anyio import CapacityLimiter
from starlette.testclient import TestClient

import as_fhir
import editorial
import patients
from posology.answer.ground import ground
from posology.cli import main
from posology.editorial import acts
from posology.fhir.hooks import HOOKS, service_id
from posology.model import Guideline
from posology.read.library import find
from posology.web import workers
from posology.web.app import app
from posology.web.calls import OPERATIONS, Call, Reply, reply
from posology.web.desk import Live, desk
from posology.web.house import House
from posology.web.workers import Workers, answered, begin, end
from test_hooks import LOADING, call, orders, record

HERE = "https://here.example"
MARK = "XQZMARK88"


@contextmanager
def working(guidelines: Mapping[str, Guideline], count: int = 1) -> Iterator[Workers]:
    """Some processes, ready to answer."""
    made = Workers(guidelines, count)
    begin(made)
    try:
        ready(made)
        yield made
    finally:
        end(made)


def ready(made: Workers, *, beside: frozenset[int] = frozenset()) -> set[int]:
    """The processes, once all of them wait for a call and none is one of some others."""
    until = time.monotonic() + 180
    while time.monotonic() < until:
        found = {one.pid for one in made.running if one.pid} - beside
        if len(found) == made.count and made.free.qsize() >= made.count:
            return found
        time.sleep(0.02)
    raise AssertionError("no process began")


@pytest.fixture
def not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server itself may not answer."""

    def refuse(*_: object) -> Reply:
        raise AssertionError("this was answered in the server")

    monkeypatch.setattr(workers, "reply", refuse)


def calls() -> Iterator[Call]:
    """Calls of every kind, good and bad."""
    of = patients.guideline()
    for seed in range(12):
        rng = Random(seed)
        data = patients.drawn(rng)
        sent, draft = as_fhir.prefetch(data, of), as_fhir.order(rng, of)
        for hook in HOOKS:
            more = {} if hook == "patient-view" else {"draftOrders": orders(draft), "selections": [f"MedicationRequest/{draft.get('id')}"]}
            yield Call(hook, of.id, json.dumps(call(hook, sent, **more)).encode(), HERE)
        for operation in OPERATIONS:
            yield Call(operation, of.id, json.dumps(as_fhir.parameters(data, of)).encode())
    bad = (b"", b"\xff", b"{", b"5", b"[]", b'{"hook": NaN}', b"[" * 5000, b'{"a":1,"a":2}', b'{"a": "\\ud800"}')
    yield from (Call(work, of.id, sent, HERE) for work in (*HOOKS, *OPERATIONS) for sent in bad)


def test_a_process_says_to_the_byte_what_the_server_would_say(not_here: None) -> None:
    of = patients.guideline()
    statuses = set()
    with working({of.id: of}) as made:
        for one in calls():
            found = answered(made, one, of)
            assert found == reply(one, of), one
            statuses.add(found.status)
    assert statuses == {200, 412, 422}


def test_a_call_to_a_process_that_is_killed_is_answered_all_the_same_and_another_process_begins() -> None:
    of, found = patients.guideline(), []
    asked = Call("patient-view", of.id, json.dumps(call("patient-view", LOADING)).encode(), HERE)
    with working({of.id: of}) as made:
        (before,) = ready(made)
        os.kill(before, signal.SIGSTOP)
        caller = threading.Thread(target=lambda: found.append(answered(made, asked, of)))
        caller.start()
        while made.free.qsize():
            time.sleep(0.01)
        os.kill(before, signal.SIGKILL)
        caller.join(60)
        assert found == [reply(asked, of)]
        (after,) = ready(made, beside=frozenset({before}))
        with pytest.raises(ChildProcessError):  # it is buried: no zombie is left
            os.waitpid(before, os.WNOHANG)
        assert answered(made, asked, of) == found[0]
    with pytest.raises(ChildProcessError):
        os.waitpid(after, os.WNOHANG)


def test_a_process_that_died_while_nobody_called_is_replaced_and_the_next_call_is_answered() -> None:
    of = patients.guideline()
    asked = Call("apply", of.id, json.dumps(as_fhir.parameters(patients.drawn(Random(1)), of)).encode())
    with working({of.id: of}) as made:
        (before,) = ready(made)
        os.kill(before, signal.SIGKILL)
        ready(made, beside=frozenset({before}))
        assert [answered(made, asked, of) for _ in range(3)] == [reply(asked, of)] * 3


def test_what_a_process_cannot_answer_the_server_does() -> None:
    of = patients.guideline()
    asked = Call("patient-view", of.id, json.dumps(call("patient-view", LOADING)).encode(), HERE)
    with working({}) as made:  # it knows no guideline, which is a fault of ours
        assert answered(made, asked, of) == reply(asked, of)
        assert made.free.qsize() == 1


def test_a_statement_that_is_signed_or_withdrawn_is_shown_at_once(tmp_path: Path, not_here: None) -> None:
    of, store = patients.guideline(), editorial.staffed(str(tmp_path / "r.db"))
    texts = editorial.texts_of(find(None))
    acts.submit(store, "ada", of, texts)
    at = desk(str(tmp_path / "r.db"))
    live = Live({of.id: ground(find(None))}, at)
    here = House(live, desk=at, workers=Workers({of.id: of}, 1), turn=CapacityLimiter(1))

    asked = json.dumps(call("patient-view", LOADING)).encode()
    applied = json.dumps(as_fhir.parameters(patients.drawn(Random(1)), of)).encode()

    def said(browser: TestClient) -> tuple[str, bytes, bytes]:
        """The status by now, and what the two faces say; it is what the server itself would say by now."""
        cards = browser.post(f"/cds-services/{service_id(of, 'patient-view')}", content=asked).content
        plan = browser.post(f"/fhir/PlanDefinition/{of.id}/$apply", content=applied).content
        now = live[of.id].guideline
        assert cards == reply(Call("patient-view", of.id, asked, "http://testserver"), now).body
        assert plan == reply(Call("apply", of.id, applied), now).body
        return json.dumps([now.status, now.review]), cards, plan

    with TestClient(app(here)) as browser:
        assert here.workers
        ready(here.workers)
        before = said(browser)
        editorial.approve_all(store, "doc", "phil", texts=texts)
        signed = said(browser)
        acts.withdraw(store, "doc", of.id, "standard-loading", comment="wrong figure")
        withdrawn = said(browser)
    at.store.engine.dispose()
    store.engine.dispose()
    assert len({before[0], signed[0], withdrawn[0]}) == 3
    assert all(one not in (before[n], withdrawn[n]) for n, one in enumerate(signed))


# ---------------------------------------------------------------- the whole server


@contextmanager
def server(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`posology serve` with two processes that are ready; what they all write goes into one pipe."""
    program = [sys.executable, "-m", "posology", "serve", "--port", "0", *options]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True) as made:
        assert made.stdout
        try:
            address = re.search(r"http://\S+", made.stdout.readline())
            assert address
            yield made, address[0]
        finally:
            with_all(made.pid, signal.SIGKILL)


def with_all(group: int, sign: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, sign)


def until_ready(made: subprocess.Popen[str], count: int) -> None:
    assert made.stdout
    while count:
        line = made.stdout.readline()
        assert line, "the server has ended"
        count -= "worker process is ready" in line


def post(address: str, body: bytes) -> tuple[int, bytes]:
    sent = urllib.request.Request(f"{address}/cds-services/b12-injections-patient-view", body, {"content-type": "application/json"})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sent, timeout=60) as found:
            return found.status, found.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name)
def test_no_process_outlives_the_server_however_it_ends(how: signal.Signals) -> None:
    with server("--workers", "2") as (made, address):
        until_ready(made, 2)
        good = json.dumps(call("patient-view", {**LOADING, "observations": {"resourceType": "Bundle", "type": "searchset", "id": MARK}}))
        assert post(address, good.encode())[0] == 200
        assert post(address, json.dumps(call("patient-view", {**record(), MARK: 5, "conditions": MARK})).encode())[0] == 422
        assert post(address, f'{{"{MARK}": '.encode())[0] == 422
        if how is signal.SIGINT:
            os.killpg(made.pid, how)  # as a terminal does it
        else:
            made.send_signal(how)
        assert made.stdout
        said = made.stdout.read()  # to its end: nobody has it open any more
        made.wait(20)
    assert MARK not in said and "Traceback" not in said
    told = said.count("POST /cds-services/{service}")
    assert told == 3 or (how is signal.SIGKILL and told == 2), "a line is written once its answer is on the way"
    assert "worker process has ended" not in said


def test_without_processes_the_server_answers_itself() -> None:
    with server("--workers", "0") as (made, address):
        assert post(address, json.dumps(call("patient-view", LOADING)).encode())[0] == 200
        made.terminate()
        assert made.stdout
        assert "worker" not in made.stdout.read()


@pytest.mark.parametrize("count", ["-1", "65"])
def test_a_number_of_processes_that_cannot_be_is_refused_in_words(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--workers", count]) == 2
    assert f"There cannot be {count} processes" in capsys.readouterr().err

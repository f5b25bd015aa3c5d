"""`posology serve` says where it is, ends when told to, and says what is wrong when it cannot begin."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from posology.cli import main
from posology.findings import Refused
from posology.read.library import find
from posology.web import ahead, listen
from posology.web import house as house_module

ROOT = Path(__file__).parent.parent


def test_it_prints_its_address_serves_and_ends_quietly() -> None:
    program = [sys.executable, "-m", "posology", "serve", "--port", "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            line = server.stdout.readline()  # type: ignore[union-attr]
            address = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert address, line
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with direct.open(address[0] + "/api/health", timeout=20) as answer:
                assert answer.status == 200
        finally:
            server.terminate()
        _, said = server.communicate(timeout=20)
    assert "Traceback" not in said and "GET /api/health 200" in said


def test_a_port_that_is_taken_or_is_none_is_refused_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["serve", "--port", str(taken.getsockname()[1])]) == 2
    assert main(["serve", "--port", "70000"]) == 2
    said = capsys.readouterr().err
    assert "Nothing can listen" in said and "There is no port 70000" in said


def test_without_its_style_sheet_it_says_how_to_build_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house_module, "STATIC", tmp_path)
    with pytest.raises(Refused) as refused:
        house_module.house([find()])
    assert "make assets" in refused.value.findings[0].do


def test_make_run_ends_by_serving_unless_told_not_to() -> None:
    for setting, serves in ((), True), (("SERVE=0",), True):
        said = subprocess.run(["make", "--no-print-directory", "-n", "run", *setting], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert ("posology serve" in said) is serves
        last = said.rstrip().splitlines()[-1]
        assert f'[ "{"0" if setting else "1"}" != 0 ]' in last


def test_an_answer_is_not_held_back_until_the_reader_has_acknowledged_its_head() -> None:
    with listen._bound("127.0.0.1", 0) as taken:
        assert taken.proto == socket.IPPROTO_TCP  # what asyncio looks at before it sets TCP_NODELAY


def test_work_beforehand_waits_until_nobody_has_asked_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now, slept = [100.0], []
    monkeypatch.setattr(ahead.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(ahead.time, "sleep", lambda seconds: (slept.append(seconds), now.__setitem__(0, now[0] + seconds)))
    visits = ahead.Visits(lambda *_: None, last=99.5)
    visits.quiet()
    visits.quiet()
    assert slept == [ahead.QUIET - 0.5]

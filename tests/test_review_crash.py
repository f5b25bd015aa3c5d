"""A review survives what computers do: sudden death in mid-write, a full disk, a commit that must reach the platter."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from editorial import Clock, staffed
from posology.editorial import acts
from posology.editorial.store import book, events, open_store
from posology.editorial.verify import verify
from posology.findings import Refused

SOURCE = Path(__file__).parent.parent / "src"
WRITER = """
import os, sys, time
from posology.editorial.store import Draft, open_store, write
store = open_store(sys.argv[1])
for number in range(int(sys.argv[2])):
    made = write(store, "doc", lambda book, at: [Draft("declared", "", {"conflict": f"{sys.argv[3]} {number}"})])
    os.write(1, f"{made[-1].seq} {made[-1].hash}\\n".encode())
    time.sleep(0.002)  # or one writer could keep the other out until it is refused, which is another story
"""


def writer(path: Path, count: int, label: str, *before: str) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-c", WRITER, str(path), str(count), label]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(SOURCE)}, stdout=subprocess.PIPE, text=True)


def killed(path: Path, times: int) -> int:
    """Two writers at a time, killed at random; how many entries they had been told were written."""
    rng, told = random.Random(7), 0
    for number in range(0, times, 2):
        pair = [writer(path, 100_000, f"{number}.{n}") for n in (1, 2)]
        assert pair[0].stdout and pair[0].stdout.readline()  # both are at it before the first one dies
        told += 1
        for process in pair:
            time.sleep(rng.random() * 0.03)
            process.send_signal(signal.SIGKILL)
        for process in pair:
            assert process.stdout
            whole = [line for line in process.stdout.read().split("\n")[:-1] if line.count(" ") == 1]
            process.wait()
            told += len(whole)
            hashes = {event.seq: event.hash for event in events(open_store(str(path)))}
            for line in whole:
                seq, hashed = line.split(" ")
                assert hashes[int(seq)] == hashed, "an acknowledged entry is lost"
    return told


def test_nothing_that_was_acknowledged_is_lost_when_writers_are_killed(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    staffed(str(path)).engine.dispose()
    kills = int(os.environ.get("POSOLOGY_KILLS", "6"))  # `make kills`: 500
    assert killed(path, kills) >= kills // 2
    assert verify(open_store(str(path))).faults == ()


def test_a_full_disk_is_said_and_nothing_is_half_written(tmp_path: Path) -> None:
    store = staffed(str(tmp_path / "r.db"), Clock())
    before = verify(store)
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    store.engine.dispose()
    full = open_store(str(tmp_path / "r.db"), Clock())

    from sqlalchemy import event

    event.listen(full.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count = {pages}"))
    full.engine.dispose()
    written = 0
    with pytest.raises(Refused, match="disk is full"):
        for number in range(10_000):
            acts.declare(full, "doc", f"{number} " + "x" * 5000)
            written += 1
    assert verify(full).faults == ()
    assert verify(full).entries == before.entries + written
    full.engine.dispose()
    roomy = open_store(str(tmp_path / "r.db"), Clock())
    acts.declare(roomy, "doc")
    assert book(roomy).people["doc"].declared[-1].conflict == ""


def test_the_settings_that_make_a_commit_last_are_asserted_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from posology.editorial import store as module

    staffed(str(tmp_path / "r.db")).engine.dispose()

    def careless(raw: object, record: object) -> None:
        settings(raw, record)
        raw.execute("PRAGMA synchronous = NORMAL")  # type: ignore[attr-defined]

    settings = module._sqlite_settings
    monkeypatch.setattr(module, "_sqlite_settings", careless)
    with pytest.raises(Refused, match="synchronous 1"):
        open_store(str(tmp_path / "r.db"))


def traceable() -> bool:
    """Whether system calls can be counted here: a container may forbid it."""
    found = shutil.which("strace")
    return bool(found) and subprocess.run([str(found), "-o", os.devnull, "true"], capture_output=True).returncode == 0


def test_every_commit_reaches_the_disk_before_it_is_acknowledged(tmp_path: Path) -> None:
    path, log = tmp_path / "r.db", tmp_path / "strace"
    staffed(str(path)).engine.dispose()
    if not traceable():  # then what SQLite itself says must do
        with open_store(str(path)).engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        return
    process = writer(path, 100, "x", "strace", "-f", "-e", "trace=fsync,fdatasync,write", "-o", str(log))
    assert process.stdout
    acknowledged = len(process.stdout.read().splitlines())
    assert process.wait() == 0 and acknowledged == 100
    calls = re.findall(r"(fdatasync|fsync|write\(1,)", log.read_text(errors="replace"))
    syncs = 0
    for call in calls:
        if call.startswith("write"):
            assert syncs, "an entry was acknowledged before it was synced"
            syncs = 0
        else:
            syncs += 1

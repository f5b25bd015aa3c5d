"""What is written of a register is whole or not there: killed at any moment, and on a disk that is full."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq
import pytest

SOURCE = Path(__file__).parent.parent / "src"
WRITER = """
import argparse, sys
from datetime import date
from itertools import count
from pathlib import Path
from posology import practice, registering
from posology.read.library import load
from posology.register.letters import letters, template_of
from posology.register.planned import patients
from posology.register.recall import called, page
from posology.register.writing import whole_folder

args = argparse.Namespace(folder=sys.argv[1], on=date(2026, 1, 31), guideline=None, engine=None, map=None)
place, guideline = Path(sys.argv[2]), load(None)
register, table = registering.reckoned(args)
rows = called(table, register)
by_place = {row["n"]: row for row in rows}
for turn in count():
    for kind in ("csv", "parquet", "xlsx"):
        practice.written(table, place / f"worklist.{kind}", register, args)
    practice._kept(place / "recall.html", page(rows, guideline, args.on).encode())
    sheets = letters(by_place, patients(register, guideline), template_of(None), guideline, args.on, "")
    whole_folder(place / f"letters-{turn}", ((name, text.encode()) for name, _, text in sheets))
    print("once", flush=True)
"""


def writer(register: Path, place: Path) -> subprocess.Popen[str]:
    place.mkdir(exist_ok=True)
    command = [sys.executable, "-c", WRITER, str(register), str(place)]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(SOURCE)}, stdout=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from posology.cli import main

    folder = tmp_path_factory.mktemp("made") / "register"
    assert main(["register", "synthesize", "60", str(folder), "--seed", "7", "--on", "2026-01-31"]) == 0
    return folder


def told(folder: Path) -> dict[str, object]:
    """What everything says that stands under a name that somebody asked for."""
    found: dict[str, object] = {}
    for path in sorted(p for p in folder.iterdir() if not p.name.startswith(".")):
        if path.is_dir():
            found[path.name] = {one.name: one.read_text() for one in path.iterdir()}
        elif path.suffix == ".parquet":
            found[path.name] = pq.read_table(path).to_pylist()
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                assert book.testzip() is None
                found[path.name] = book.read("xl/worksheets/sheet1.xml")
        else:
            found[path.name] = path.read_text()
    return found


def same(found: dict[str, object], whole: dict[str, object]) -> None:
    """Whether each thing that is there is whole; folders of letters of all turns are alike."""
    for name, content in found.items():
        kind = "letters-0" if name.startswith("letters-") else name
        assert content == whole[kind], f"{name} is not whole"


FIRST = ("letters-0", "recall.html", "worklist.csv", "worklist.parquet", "worklist.xlsx")
"""What a writer has written when it says so for the first time; what others left of later letters may still be there."""


def test_a_writer_that_is_killed_leaves_nothing_that_looks_whole_and_the_next_clears_up(register: Path, tmp_path: Path) -> None:
    rng, place = random.Random(3), tmp_path / "out"
    process = writer(register, tmp_path / "whole")
    assert process.stdout and process.stdout.readline() == "once\n"
    process.kill()
    process.wait()
    whole = told(tmp_path / "whole")
    assert set(FIRST) <= set(whole)
    for turn in range(int(os.environ.get("POSOLOGY_KILLS", "3"))):
        place = tmp_path / f"out{turn % 2}"  # every second finds what another has left
        for letters in place.glob("letters-*"):
            letters.rename(tmp_path / f"posted-{turn}-{letters.name}")
        process = writer(register, place)
        assert process.stdout and process.stdout.readline() == "once\n"  # it has cleared up and is at it again
        left = [p.name for p in place.glob(".*") if f".{process.pid}." not in p.name]
        assert left == []
        time.sleep(rng.random() * 0.4)
        process.send_signal(signal.SIGKILL)
        process.wait()
        same(told(place), whole)


def test_what_dead_processes_left_in_a_folder_is_taken_away_and_nothing_else(tmp_path: Path) -> None:
    from posology.register.writing import PART, _machine, whole

    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    living = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mine, here = os.getpid(), _machine()
    (tmp_path / f".letters.{here}.{dead.pid}{PART}").mkdir()
    (tmp_path / f".letters.{here}.{dead.pid}{PART}" / "1.txt").write_text("half")
    (tmp_path / f".old.csv.{here}.{dead.pid}{PART}").write_text("half")
    kept = [
        f".other.csv.{here}.{living.pid}{PART}", f".thread.csv.{here}.{mine}{PART}", f".far.csv.elsewhere.{dead.pid}{PART}",
        f".film.{dead.pid}.part", f".notes.{here}.x{PART}", f"list.{here}.{dead.pid}{PART}", ".w.csv.notes", "old.csv",
    ]  # fmt: skip
    for name in kept:
        (tmp_path / name).write_text("whole")
    try:
        whole(tmp_path / "w.csv", lambda part: part.write_text("new"))
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*kept, "w.csv"])
    finally:
        living.communicate(b"\n")


# ---------------------------------------------------------------- a full disk


@contextmanager
def full_disk(place: Path) -> Iterator[bool]:
    """A disk of four kilobytes, and whether it could be had (only the machine's owner may)."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(place)]
    mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=True)


def small_files() -> None:
    """No file of this process may be longer than a thousand bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


WRITTEN = {
    "worklist.csv": ("worklist",), "worklist.parquet": ("worklist",), "worklist.xlsx": ("worklist",),
    "recall.html": ("recall",), "letters": ("letters",),
}  # fmt: skip


@pytest.mark.parametrize("limit", ["disk", "files"])
@pytest.mark.parametrize("name", list(WRITTEN))
def test_a_disk_that_is_full_is_said_in_words_and_nothing_is_left(register: Path, tmp_path: Path, name: str, limit: str) -> None:
    with full_disk(tmp_path / "out") as full:
        out = tmp_path / "out" / name
        words = ["register", *WRITTEN[name], str(register), "--on", "2026-01-31", "--out", str(out)]
        found = subprocess.run(
            [sys.executable, "-m", "posology", *words], capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
            preexec_fn=small_files if limit == "files" or not full else None,
        )  # fmt: skip
        assert found.returncode == 2, found.stderr
        assert "Traceback" not in found.stderr and "→" in found.stderr
        assert list(out.parent.iterdir()) == []

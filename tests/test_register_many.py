"""Rows of more patients than memory should hold lie in a file, and say the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from posology.cli import main
from posology.register import flow

DAY = ["--on", "2026-01-31"]


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many") / "register"
    assert main(["register", "synthesize", "100", str(folder), "--seed", "11", *DAY]) == 0
    return folder


def few_in_memory(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seven patients at once and two times as many in memory; the sizes of the files that are lent from."""
    sizes: list[int] = []
    lent = flow.mmap.mmap

    def watched(number: int, length: int, **how: Any) -> Any:
        made = lent(number, length, **how)
        sizes.append(len(made))
        return made

    monkeypatch.setattr(flow, "AT_ONCE", 7)
    monkeypatch.setattr(flow, "IN_MEMORY", 2)
    monkeypatch.setattr(flow.mmap, "mmap", watched)
    return sizes


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_rows_in_a_file_say_what_rows_in_memory_say(
    kind: str, register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, parted = tmp_path / f"whole.{kind}", tmp_path / f"parted.{kind}"
    assert main(["register", "worklist", str(register), "--out", str(whole), *DAY]) == 0
    sizes = few_in_memory(monkeypatch)
    assert main(["register", "worklist", str(register), "--out", str(parted), *DAY]) == 0
    assert sizes, "nothing was laid aside"
    if kind == "csv":
        assert parted.read_bytes() == whole.read_bytes()
    else:
        assert pq.read_table(parted).to_pylist() == pq.read_table(whole).to_pylist()


def test_a_disk_without_room_for_them_is_said_and_nothing_is_written(
    register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    few_in_memory(monkeypatch)
    monkeypatch.setattr(flow.tempfile, "TemporaryFile", lambda **_: Path("/dev/full").open("wb"))  # noqa: SIM115
    assert main(["register", "worklist", str(register), "--out", str(tmp_path / "list.csv"), *DAY]) == 2
    said = capsys.readouterr().err
    assert "cannot be laid aside" in said and "TMPDIR" in said and "Traceback" not in said
    assert not list(tmp_path.iterdir())

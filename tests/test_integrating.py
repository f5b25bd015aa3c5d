"""The page for integrators does what it says: its record is read, its commands and its program run as they stand there."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from posology.cli import main

PAGE = (Path(__file__).parents[1] / "docs" / "integrating.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    [record] = blocks("json")
    (tmp_path / "record.json").write_text(record)
    (tmp_path / "export").mkdir()
    lines = [json.dumps(entry["resource"]) for entry in json.loads(record)["entry"]]
    (tmp_path / "export" / "all.ndjson").write_text("\n".join(lines))
    return tmp_path


def test_every_command_runs_and_each_plan_is_dated(_here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    commands = [line for block in blocks("console") for line in block.splitlines()]
    assert len(commands) >= 7
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "posology" and main(arguments) == 0, command
    told = capfd.readouterr().out
    assert "dose of hydroxocobalamin" in told and '"earliest"' in told
    made = json.loads((_here / "plan.json").read_text())
    kinds = {entry["resource"]["resourceType"] for entry in made["entry"]}
    assert kinds >= {"CarePlan", "MedicationRequest", "ServiceRequest", "DetectedIssue", "Provenance"}


def test_the_program_runs(_here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    [program] = blocks("python")
    names: dict[str, object] = {}
    exec(compile(program, "integrating.md", "exec"), names)
    assert names["data"] == {"facts": {"numbness": True}}
    assert "Read:" in capfd.readouterr().out


def test_the_pictures_are_drawings_of_the_same_kind() -> None:
    assert len(blocks("mermaid")) == 3
    for drawing in blocks("mermaid"):
        lines = [line.strip() for line in drawing.splitlines()]
        assert lines[0] == "sequenceDiagram"
        assert lines.count("end") == sum(line.startswith("alt ") for line in lines)
        known = {line.split()[1] for line in lines if line.startswith("participant ")}
        arrows = [re.fullmatch(r"(\w+)(?:->>|-->>)(\w+): [^;#]+", line) for line in lines if ">>" in line]
        assert arrows and all(found and {found[1], found[2]} <= known for found in arrows)

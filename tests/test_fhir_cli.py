"""`posology plan --format fhir` and `posology export`: the same resources as in process, written whole."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from shutil import which

import pytest

from bundles import ON, bundle, condition
from patients import guideline
from posology.cli import main
from posology.fhir import definitions, plan_bundle, questionnaire
from posology.plan.plan import plan
from posology.read.patient import parse, patient

STORY = sorted((Path(__file__).parents[1] / "guidelines" / "b12-injections" / "patients").glob("*.yaml"))[0]


def test_a_plan_is_written_as_the_bundle_that_python_gives(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(STORY), "--format", "fhir"]) == 0
    made = plan(guideline(), patient(parse(STORY.read_bytes()), guideline()))
    assert json.loads(capfd.readouterr().out) == plan_bundle(made, guideline())


def test_a_plan_for_a_record_refers_to_the_patient_of_the_record(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "record.json"
    path.write_text(json.dumps(bundle(condition("190634004"))))
    assert main(["plan", str(path), "--on", ON.isoformat(), "--format", "fhir", "--out", str(tmp_path / "plan.json")]) == 0
    told = json.loads((tmp_path / "plan.json").read_text())
    care = next(entry["resource"] for entry in told["entry"] if entry["resource"]["resourceType"] == "CarePlan")
    assert care["subject"] == {"reference": "Patient/me"} and not capfd.readouterr().out


def test_the_guideline_is_written_as_a_package_that_can_be_packed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "fhir", str(tmp_path / "package")]) == 0
    files = {path.name: json.loads(path.read_text()) for path in (tmp_path / "package").iterdir()}
    assert files == definitions(guideline())
    assert capfd.readouterr().out.count("\n") == len(files)


@pytest.mark.node
def test_a_package_manager_packs_the_package(tmp_path: Path) -> None:
    assert main(["export", "fhir", str(tmp_path)]) == 0
    command = [which("npm") or "npm", "pack", "--dry-run", "--json", "--ignore-scripts"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    [told] = json.loads(done.stdout)
    assert told["version"] == guideline().version and told["entryCount"] == len(definitions(guideline()))


def test_the_questionnaires_are_written_alone(tmp_path: Path) -> None:
    assert main(["export", "questionnaire", str(tmp_path)]) == 0
    titles = {json.loads(path.read_text())["title"] for path in tmp_path.iterdir()}
    assert titles == {questionnaire(guideline())["title"], questionnaire(guideline(), "patient")["title"]}

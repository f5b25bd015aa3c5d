"""A bulk export of FHIR is a register: each row says what `posology plan` says of that patient's record."""

from __future__ import annotations

import copy
import csv
import gzip
import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytest.importorskip("ibis")

import as_fhir
from bundles import administration, condition, platelets
from patients import drawn, guideline
from posology.cli import main
from posology.fhir.bulk import lines_in, records
from posology.fhir.bundle import read_bundle
from posology.model import Patient
from posology.plan.plan import plan
from posology.register.row import row
from test_register import ON, near_the_day

Json = dict[str, Any]


def theirs(resources: list[Json], who: str) -> list[Json]:
    """The resources as another patient's, with ids of their own."""
    moved = copy.deepcopy(resources)
    for number, one in enumerate(moved):
        one["id"] = who if one["resourceType"] == "Patient" else f"{who}-{number}"
        one.update({key: {"reference": f"Patient/{who}"} for key in ("subject", "patient") if key in one})
    return moved


def export(folder: Path, resources: list[Json], *, packed: bool = False) -> Path:
    """A folder with one file a kind, as a server writes it."""
    folder.mkdir(exist_ok=True)
    for kind in dict.fromkeys(one["resourceType"] for one in resources):
        lines = "".join(json.dumps(one) + "\n" for one in resources if one["resourceType"] == kind)
        if packed:
            (folder / f"{kind}.ndjson.gz").write_bytes(gzip.compress(lines.encode()))
        else:
            (folder / f"{kind}.ndjson").write_text(lines)
    return folder


def worklist(folder: Path, *also: str) -> list[dict[str, str]]:
    out = folder.parent / "worklist.csv"
    assert main(["register", "worklist", str(folder), "--on", ON.isoformat(), "--out", str(out), *also]) == 0
    with out.open(newline="") as file:
        return list(csv.DictReader(file))


def as_planned(patient: Patient) -> dict[str, str]:
    told = row(plan(guideline(), patient, ON), guideline())
    return {name: "" if cell is None else str(cell) for name, cell in told.items() if name != "unsettled"}


def people(many: int) -> list[Json]:
    """The records of invented patients."""
    rng, found = Random(7), []
    for k in range(many):
        data = near_the_day(drawn(rng), rng, ON) | {"on": ON.isoformat()}
        found += theirs(as_fhir.resources(data, guideline())[0], f"p{k}")
    rng.shuffle(found)
    return found


@pytest.mark.parametrize("also", [(), ("--engine", "duckdb")], ids=["planned", "in columns"])
def test_each_row_equals_the_plan_of_that_patients_record(tmp_path: Path, also: tuple[str, ...]) -> None:
    folder = export(tmp_path / "export", people(120))
    expected = {b["id"]: as_planned(read_bundle(b, guideline(), ON)[0]) for b in records(lines_in(folder))}
    rows = worklist(folder, *also)
    assert {r["patient_id"] for r in rows} == set(expected) and len(rows) == 120
    found = {r["patient_id"]: {name: r[name] for name in expected["p0"]} for r in rows}
    assert {who: told for who, told in found.items() if told != expected[who]} == {}


def test_many_parts_and_packed_files_give_the_same_rows_in_the_order_of_the_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resources = people(30)
    once = worklist(export(tmp_path / "one", resources))
    monkeypatch.setattr("posology.fhir.sorted.PART", 2_000)
    parted = worklist(export(tmp_path / "two", resources))
    packed = worklist(export(tmp_path / "three", resources, packed=True))
    assert once == parted == packed
    first = [json.loads(line)["id"] for line in (tmp_path / "one" / "Patient.ndjson").read_text().splitlines()]
    assert sorted(r["patient_id"] for r in once) == sorted(first)


def test_medicines_and_identifiers_are_followed_as_in_one_record(tmp_path: Path) -> None:
    me = {"resourceType": "Patient", "id": "me", "identifier": [{"system": "urn:nhs", "value": "4"}]}
    given = theirs([administration("2026-01-12")], "me")[0]
    concept = given.pop("medicationCodeableConcept")
    given["medicationReference"] = {"reference": "Medication/m"}
    named = theirs([condition("190634004")], "me")[0] | {"subject": {"identifier": {"system": "urn:nhs", "value": "4"}}}
    folder = export(tmp_path / "e", [me, given, named, {"resourceType": "Medication", "id": "m", "code": concept}])
    [row_] = worklist(folder)
    assert row_["last_dose"] == "2026-01-12" and "b12_deficiency" not in row_["ask"].split(";")


def test_a_record_that_is_refused_keeps_its_row_with_everything_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = theirs([{"resourceType": "Patient"}, administration("2026-01-12")], "good")
    bad = theirs([{"resourceType": "Patient"}, administration("2026-01-12")], "bad")
    twice = [*bad, bad[0] | {"birthDate": "1950-01-01"}]
    rows = worklist(export(tmp_path / "e", [*good, *twice]))
    found = {r["patient_id"]: r for r in rows}
    assert found["bad"]["notices"] == "record_not_read" and found["bad"]["last_dose"] == ""
    assert found["good"]["last_dose"] == "2026-01-12"
    assert "two versions of Patient/bad" in capsys.readouterr().err


def test_what_is_nobodys_or_a_strangers_or_of_another_kind_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    me = theirs([{"resourceType": "Patient"}, platelets(30)], "me")
    stranger = theirs([platelets(40)], "other")
    nobodys = {key: value for key, value in platelets(50).items() if key != "subject"}
    visit = {"resourceType": "Encounter", "id": "v", "subject": {"reference": "Patient/me"}}
    rows = worklist(export(tmp_path / "e", [*me, *stranger, nobodys, visit]))
    said = capsys.readouterr().err
    assert [r["patient_id"] for r in rows] == ["me"]
    for words in ("of patients who are not in the export", "names no patient", "Encounter (1)"):
        assert words in said


def test_who_has_died_stays_in_the_worklist_and_is_neither_called_nor_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = [{"resourceType": "Patient", "birthDate": "1950-01-01"}]
    alive = people(60)
    folder = export(tmp_path / "a", alive)
    called = [r for r in worklist(folder) if r["status"] in ("overdue", "due")]
    assert called and facts
    dead = called[0]["patient_id"]
    gone = [one | {"deceasedBoolean": True} if one["id"] == dead else one for one in alive]
    folder = export(tmp_path / "b", gone)
    [theirs_] = [r for r in worklist(folder) if r["patient_id"] == dead]
    assert "record_says_died" in theirs_["notices"]
    assert main(["register", "recall", str(folder), "--on", ON.isoformat(), "--out", str(tmp_path / "r.html")]) == 0
    assert f">{dead}<" not in (tmp_path / "r.html").read_text()
    assert main(["register", "letters", str(folder), "--on", ON.isoformat(), "--out", str(tmp_path / "l")]) == 0
    assert len(list((tmp_path / "l").iterdir())) == len(called) - 1
    assert "has died" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ndjson", b'{"resourceType": "Patient", "id": "a"}\n{"resourceType": "Obs', "line 2"),
        ("a.ndjson", b"\xff\xfe{}\n", "not UTF-8"),
        ("a.ndjson", b"[1, 2]\n", "no FHIR resource"),
        ("a.ndjson", b'{"resourceType": "Patient"}\n', "has no id"),
        ("a.ndjson.gz", gzip.compress(b'{"resourceType": "Patient", "id": "a"}\n' * 99, mtime=0)[:-20], "cut off"),
        ("a.ndjson.gz", b"no gzip at all", "cut off"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_stops_the_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, words: str) -> None:
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / name).write_bytes(content)
    out = tmp_path / "w.csv"
    assert main(["register", "worklist", str(tmp_path / "e"), "--on", ON.isoformat(), "--out", str(out)]) == 2
    assert words in capsys.readouterr().err and not out.exists()


def test_an_export_needs_no_map_and_stands_alone_in_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = export(tmp_path / "e", people(2))
    assert main(["register", "map", str(folder)]) == 2
    assert "needs no map" in capsys.readouterr().err
    (folder / "patients.csv").write_text("patient_id\nA\n")
    assert main(["register", "summary", str(folder)]) == 2
    assert "as well" in capsys.readouterr().err


def test_ids_in_two_cases_are_two_patients_and_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = worklist(export(tmp_path / "e", [{"resourceType": "Patient", "id": "ab"}, {"resourceType": "Patient", "id": "AB"}]))
    assert len(rows) == 2 and "capital letters only" in capsys.readouterr().err


def test_the_day_is_the_registers(tmp_path: Path) -> None:
    one = theirs([{"resourceType": "Patient"}, administration("2026-01-12"), administration("2026-03-01")], "me")
    [row_] = worklist(export(tmp_path / "e", one))
    assert row_["last_dose"] == "2026-01-12" and date.fromisoformat(row_["last_dose"]) < ON

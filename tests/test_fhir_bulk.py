"""A bulk export is read patient by patient, as if each had sent a Bundle; a line that is broken stops the whole."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundles import GUIDELINE, ON, PERSON, administration, bundle, condition, platelets
from posology.cli import main
from posology.fhir.bulk import lines_in, lines_of, only, records
from posology.fhir.bundle import read_bundle
from posology.findings import Refused
from posology.read.data import is_bulk

Json = dict[str, Any]
OTHER = {"resourceType": "Patient", "id": "you", "birthDate": "1960-01-01"}
MINE = [condition("190634004"), platelets(30), administration("2026-02-12T10:00:00+01:00")]


def yours(resource: Json) -> Json:
    moved = copy.deepcopy(resource)
    moved.update({key: {"reference": "Patient/you"} for key in ("subject", "patient") if key in moved}, id=f"{moved['id']}y")
    return moved


def with_ids(resources: list[Json]) -> list[Json]:
    return [one if "id" in one else one | {"id": f"r{number}"} for number, one in enumerate(resources)]


def ndjson(*resources: Json) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in resources).encode()


def grouped(content: bytes) -> list[Json]:
    return records(lines_of(content, "export.ndjson"))


def test_one_patients_lines_are_the_same_record_as_a_bundle() -> None:
    mine = with_ids(MINE)
    [record] = grouped(ndjson(PERSON, *mine))
    assert read_bundle(record, GUIDELINE, ON) == read_bundle(bundle(*mine), GUIDELINE, ON)


def test_each_patient_gets_what_is_theirs_whatever_the_order_of_the_lines() -> None:
    mine = with_ids(MINE)
    lines = [yours(mine[1]), *mine, OTHER, PERSON]
    you, me = (read_bundle(record, GUIDELINE, ON)[0] for record in grouped(ndjson(*lines)))
    assert (you.label, me.label) == ("you", "me")
    assert len(you.results) == 1 and not you.doses and "b12_deficiency" not in you.facts
    assert len(me.results) == 1 and len(me.doses) == 1 and me.facts["b12_deficiency"]


def test_medications_are_found_by_whoever_refers_to_them() -> None:
    given = administration("2026-02-12") | {"id": "a", "medicationReference": {"reference": "Medication/m"}}
    code = given.pop("medicationCodeableConcept")
    medication = {"resourceType": "Medication", "id": "m", "code": code}
    me, you = grouped(ndjson(PERSON, given, medication, OTHER))
    assert len(read_bundle(me, GUIDELINE, ON)[0].doses) == 1
    assert [entry["resource"]["id"] for entry in you["entry"]] == ["you"]


def test_what_is_nobodys_is_noticed_by_everybody() -> None:
    lost = {key: value for key, value in platelets(30).items() if key != "subject"} | {"id": "lost"}
    for record in grouped(ndjson(PERSON, OTHER, lost)):
        patient, _, _ = read_bundle(record, GUIDELINE, ON)
        assert not patient.results and any("whose it is" in notice for notice in patient.notices)


def test_a_patient_who_is_not_in_the_export_is_refused() -> None:
    _, findings, _ = read_bundle(grouped(ndjson(*with_ids(MINE)))[0], GUIDELINE, ON)
    assert [finding.what for finding in findings] == ["There is no Patient."]


def test_an_export_that_names_no_patient_is_refused_and_not_taken_for_an_empty_one() -> None:
    with pytest.raises(Refused, match="names no patient"):
        grouped(json.dumps(MINE[-1] | {"subject": {"reference": "#p"}, "patient": {"reference": "#p"}}).encode())
    assert grouped(b"") == []


def test_every_broken_line_is_told_and_nothing_is_used() -> None:
    content = ndjson(PERSON) + b'{"resourceType": \n[1]\n' + ndjson(bundle(), {"resourceType": "Patient"}) + b"\xff\n"
    with pytest.raises(Refused) as refused:
        grouped(content)
    assert [finding.place for finding in refused.value.findings] == [f"export.ndjson, line {n}" for n in (2, 3, 4, 5, 6)]


def test_several_patients_are_not_taken_for_one() -> None:
    with pytest.raises(Refused, match="2 patients"):
        only(grouped(ndjson(PERSON, OTHER)), "export.ndjson")


@pytest.mark.parametrize(
    ("content", "bulk"),
    [(ndjson(PERSON, OTHER), True), (ndjson(PERSON), False), (b'{\n "a": 1\n}', False), (b"a: 1\nb: 2", False), (b"", False)],
)
def test_what_a_bulk_export_looks_like(content: bytes, bulk: bool) -> None:
    assert is_bulk(content) is bulk


def test_a_folder_without_an_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no file"):
        list(lines_in(tmp_path))


def test_the_command_line_plans_a_file_a_folder_and_many_patients(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    mine = with_ids(MINE)
    (tmp_path / "Patient.ndjson").write_bytes(ndjson(PERSON, OTHER))
    (tmp_path / "Rest.ndjson").write_bytes(ndjson(*mine, yours(mine[1])))
    (tmp_path / "me").mkdir()
    (tmp_path / "me" / "all.ndjson").write_bytes(ndjson(PERSON, *mine))
    (tmp_path / "me.json").write_text(json.dumps(bundle(*mine)))
    on = ["--on", ON.isoformat(), "--format", "json"]
    plans = []
    for name in ("me.json", "me", "me/all.ndjson"):
        assert main(["plan", str(tmp_path / name), *on]) == 0
        plans.append(capfd.readouterr().out)
    assert plans[0] == plans[1] == plans[2]
    assert main(["plan", "--batch", str(tmp_path), *on[:2]]) == 0
    batch = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [one["patient"] for one in batch] == ["me", "you"] and batch[0] == json.loads(plans[0])
    assert main(["plan", "--batch", str(tmp_path), *on[:2], "--format", "fhir"]) == 0
    bundles = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [one["entry"][0]["resource"]["subject"]["reference"] for one in bundles] == ["Patient/me", "Patient/you"]
    assert main(["plan", str(tmp_path), *on]) == 2
    assert "2 patients" in capfd.readouterr().err


LINES = st.sampled_from([*(json.dumps(one).encode() for one in (PERSON, OTHER, *MINE)), b"", b"{", b"[]", b"7", b"\xff", b'{"resourceType": 1}', b'{"resourceType": "Medication", "ingredient": [1]}'])


@given(st.lists(LINES | st.binary(max_size=8), max_size=8))
def test_no_lines_break_the_reader(lines: list[bytes]) -> None:
    try:
        found = grouped(b"\n".join(lines))
    except Refused as refused:
        assert all(one.place.startswith(("export.ndjson, line", "the export")) and one.do for one in refused.findings)
    else:
        assert all(read_bundle(one, GUIDELINE, ON) for one in found)

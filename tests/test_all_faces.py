"""One patient, every face, one plan: Python, command line, REST, FHIR, CDS Hooks and MCP say the same, to the byte."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import anyio
import pytest

import as_fhir
import patients
from posology.answer.ground import ground
from posology.fhir import care_plan, plan_bundle
from posology.fhir.apply import read_parameters
from posology.fhir.bundle import read_bundle
from posology.fhir.hooks import service_id
from posology.model import Plan
from posology.plan.plan import plan
from posology.plan.shape import as_json
from posology.read.library import find
from posology.read.patient import patient
from test_hooks import call

pytest.importorskip("fastapi")
pytest.importorskip("mcp")
from mcp.client.client import Client

import webhouse
from posology.mcp import server

Json = dict[str, Any]
SEEDS = range(12)
TODAY = date.today().isoformat()


def people() -> list[Json]:
    """Invented patients with a label; the day is today's, which is the only one on which CDS Hooks answers."""
    found = []
    for seed in SEEDS:
        data = patients.drawn(Random(seed))
        data |= {"patient": "me"}
        found.append(_moved(data))
    return found


def _moved(data: Json) -> Json:
    """The same patient, with all days moved so that the plan's day is today."""
    by = date.today() - date.fromisoformat(data["on"])

    def moved(day: str) -> str:
        return (date.fromisoformat(day) + by).isoformat()

    rows = {key: [one | {"date": moved(one["date"])} for one in data[key]] for key in ("doses", "results") if key in data}
    return data | rows | {"on": TODAY} | ({"start": moved(data["start"])} if data.get("start") else {})


def dumped(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def python(data: Json) -> Plan:
    return plan(patients.guideline(), patient(data, patients.guideline()))


@cache
def posted() -> Any:
    return webhouse.client()


def by_agent(arguments: list[Json]) -> list[Json]:
    """The plans that an agent is told."""

    async def run() -> list[Json]:
        async with Client(server(lambda: ground(find(None)))) as client:
            results = [await client.call_tool("plan", one) for one in arguments]
            return [one.structured_content["plan"] for one in results]  # type: ignore[index]

    return anyio.run(run)


def by_command(files: list[Path]) -> list[bytes]:
    """The plans that the command line prints."""
    return [
        subprocess.run([sys.executable, "-m", "posology", "plan", str(one), "--format", "json"], capture_output=True, check=True).stdout
        for one in files
    ]


def test_a_patient_file_gives_one_plan_through_every_face(tmp_path: Path) -> None:
    drawn = people()
    files = [tmp_path / f"{number}.json" for number in range(len(drawn))]
    for file, data in zip(files, drawn, strict=True):
        file.write_text(json.dumps(data))
    expected = [dumped(as_json(python(data))) for data in drawn]
    assert by_command(files[:3]) == expected[:3]
    assert [dumped(one) for one in by_agent(drawn)] == expected
    assert [dumped(posted().post("/api/plan", json=data).json()) for data in drawn] == expected


def test_what_a_record_cannot_say_makes_no_difference_when_it_is_sent_beside_it() -> None:
    """The same patient as FHIR with parameters: all of the plan but the origins of its facts and the word on codes."""
    for data in people():
        sent = as_fhir.parameters(data, patients.guideline())
        made = plan(patients.guideline(), read_parameters(sent, patients.guideline())[0])
        mine, theirs = as_json(python(data)), as_json(made)
        for one in (mine, theirs):
            one.pop("notices")
            one["facts"] = {name: held["value"] for name, held in sorted(one["facts"].items()) if name != "age"}
        assert mine == theirs


def test_a_record_gives_one_plan_through_every_face(tmp_path: Path) -> None:
    drawn = people()
    records = [as_fhir.bundle(data, patients.guideline()) for data in drawn]
    known = [read_bundle(record, patients.guideline(), date.fromisoformat(TODAY))[0] for record in records]
    plans = [plan(patients.guideline(), one) for one in known]
    expected = [dumped(as_json(made)) for made in plans]
    files = [tmp_path / f"{number}.json" for number in range(len(drawn))]
    for file, record in zip(files, records, strict=True):
        file.write_text(json.dumps(record))
    assert by_command(files[:3]) == expected[:3]
    assert [dumped(one) for one in by_agent([{"record": record, "on": TODAY} for record in records])] == expected
    for data, record, made in zip(drawn, records, plans, strict=True):
        _applied(record, made)
        _hooked(data, made)


def _applied(record: Json, made: Plan) -> None:
    """`$apply` gives the care plan of the same plan."""
    given = [{"name": "subject", "valueString": "Patient/me"}, {"name": "data", "resource": record}]
    path = f"/fhir/PlanDefinition/{patients.guideline().id}/$apply"
    found = posted().post(path, json={"resourceType": "Parameters", "parameter": given})
    assert found.status_code == 200, found.text
    assert dumped(found.json()) == dumped(care_plan(made, patients.guideline(), "Patient/me"))


def _hooked(data: Json, made: Plan) -> None:
    """Every card comes of a line of the same plan, and every draft is the request of that plan."""
    sent = as_fhir.prefetch(data, patients.guideline())
    path = f"/cds-services/{service_id(patients.guideline(), 'patient-view')}"
    cards = posted().post(path, json=call("patient-view", sent)).json()["cards"]
    requests = {one["resource"]["id"]: one["resource"] for one in plan_bundle(made, patients.guideline(), "Patient/me")["entry"]}
    lines = {line.rule: line for line in made.advice}
    for card in cards:
        rule = card["source"].get("topic", {}).get("code")
        assert rule is None or lines[rule].text in card["detail"]
        assert rule is None or all(one.title in card["detail"] for one in lines[rule].citations)
        for action in (one for suggestion in card.get("suggestions", ()) for one in suggestion["actions"]):
            mine = {key: value for key, value in action["resource"].items() if key != "text"}
            theirs = {key: value for key, value in requests[mine["id"]].items() if key != "text"}
            assert dumped(mine) == dumped(theirs)

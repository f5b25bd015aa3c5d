"""`make bench`: how fast the faces for other systems are. Writes docs/benchmarks-faces.md.

CDS Hooks is asked as the requirement says: 20 clients, a request a second each, every one with a prefetch of 200 kB,
over HTTP on loopback. The patients are invented.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import uuid4

import anyio
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from printed import Row, page  # beside this file

from posology.answer.ground import ground
from posology.fhir.bundle import read_bundle
from posology.fhir.hooks import answer
from posology.mcp import server
from posology.plan.plan import plan
from posology.read.library import find, load
from posology.web.workers import usual

ROOT = Path(__file__).parents[1]
CLIENTS, SECONDS = 20, 20
UCUM = "http://unitsofmeasure.org"
ME = {"reference": "Patient/me"}
FILLER = "Filed by an invented laboratory for the sake of its length. "


def main() -> int:
    """Measures, prints and writes the table. 1 when a request fails."""
    rows, failed = _hooks()
    rows += [*_in_process(), *_agents()]
    told = _page(rows)
    (ROOT / "docs" / "benchmarks-faces.md").write_text(told)
    print(told)
    return 1 if failed else 0


# ---------------------------------------------------------------- the record


def record(size: int) -> dict[str, Any]:
    """A prefetch of about so many bytes: results of many years, and a course of injections."""
    today = date.today()
    results: list[dict[str, Any]] = []
    made = _prefetch(results)
    while len(json.dumps(made)) < size:
        results += [_result(len(results) + k, today) for k in range(20)]
        made = _prefetch(results)
    return made


def _prefetch(results: list[dict[str, Any]]) -> dict[str, Any]:
    today = date.today()
    ill = [_condition(code) for code in ("190634004", "91019004")]
    given = [_dose(today - timedelta(days=2 * k + 1)) for k in range(8)]
    nothing = {name: _found([]) for name in ("allergies", "procedures", "requests", "statements", "immunizations")}
    return {
        "patient": {"resourceType": "Patient", "id": "me", "birthDate": "1961-03-02"}, "conditions": _found(ill),
        "administrations": _found(given), "observations": _found(results), **nothing,
    }  # fmt: skip


def _found(resources: list[dict[str, Any]]) -> dict[str, Any]:
    entries = [{"fullUrl": f"https://ehr.example/{one['resourceType']}/{one['id']}", "resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}


def _coded(code: str, system: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _condition(code: str) -> dict[str, Any]:
    active = _coded("active", "http://terminology.hl7.org/CodeSystem/condition-clinical")
    return {"resourceType": "Condition", "id": f"c{code}", "subject": ME, "code": _coded(code, "http://snomed.info/sct"), "clinicalStatus": active}


def _dose(day: date) -> dict[str, Any]:
    amount = {"value": 1, "unit": "mg", "system": UCUM, "code": "mg"}
    return {
        "resourceType": "MedicationAdministration", "id": f"a{day}", "status": "completed", "subject": ME,
        "medicationCodeableConcept": _coded("5514", "http://www.nlm.nih.gov/research/umls/rxnorm"), "effectiveDateTime": str(day),
        "dosage": {"dose": amount, "route": _coded("78421000", "http://snomed.info/sct")},
    }  # fmt: skip


def _result(number: int, today: date) -> dict[str, Any]:
    code, unit, value = (("777-3", "10*9/L", 200), ("718-7", "g/L", 121), ("2132-9", "ng/L", 140))[number % 3]
    return {
        "resourceType": "Observation", "id": f"o{number}", "status": "final", "subject": ME, "code": _coded(code, "http://loinc.org"),
        "effectiveDateTime": str(today - timedelta(days=5 + 7 * number)), "note": [{"text": FILLER}],
        "valueQuantity": {"value": value + number % 9, "unit": unit, "system": UCUM, "code": unit},
    }  # fmt: skip


def _call() -> dict[str, Any]:
    context = {"userId": "Practitioner/1", "patientId": "me"}
    return {"hook": "patient-view", "hookInstance": str(uuid4()), "context": context, "prefetch": record(200_000)}


# ---------------------------------------------------------------- CDS Hooks over HTTP


def _hooks() -> tuple[list[Row], int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "posology", "serve", "--port", str(port)]
    with TemporaryFile() as said, subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said) as process:
        try:
            _wait(said)
            took, failed = _asked(f"http://127.0.0.1:{port}/cds-services/b12-injections-patient-view")
        finally:
            process.terminate()
    took.sort()
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    what = f"CDS Hooks `patient-view`, {CLIENTS} clients, one request a second each"
    note = f"prefetch of {len(json.dumps(_call())) // 1000} kB, {len(took)} requests, {failed} failed, slowest {took[-1]:.0f} ms; {usual()} processes beside the server"
    return [(what, f"median {p50:.0f} ms, p99 {p99:.0f} ms", note)], failed


def _wait(said: IO[bytes]) -> None:
    """Until the processes beside the server are ready, as they say in its log."""
    for _ in range(600):
        if os.pread(said.fileno(), 1_000_000, 0).count(b"a worker process is ready") == usual():
            return
        time.sleep(0.1)
    raise SystemExit("the server has not begun")


def _asked(url: str) -> tuple[list[float], int]:
    """Each client asks once a second, out of step with the others."""
    body = json.dumps(_call()).encode()
    took: list[float] = []
    failed: list[str] = []

    def client(number: int) -> None:
        begin = time.perf_counter() + number / CLIENTS
        for turn in range(SECONDS):
            time.sleep(max(0.0, begin + turn - time.perf_counter()))
            started = time.perf_counter()
            try:
                with urllib.request.urlopen(urllib.request.Request(url, body, {"content-type": "application/json"})) as found:
                    assert json.loads(found.read())["cards"]
            except Exception as error:
                failed.append(str(error))
            took.append(1000 * (time.perf_counter() - started))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, len(failed)


# ---------------------------------------------------------------- in process


def _milliseconds(work: Callable[[], Any], rounds: int = 30) -> tuple[str, str]:
    """The median of some rounds by the clock, and of the processor alone, which other work on the machine slows less."""
    took, busy = [], []
    for _ in range(rounds):
        started, worked = time.perf_counter(), time.process_time()
        work()
        took.append(1000 * (time.perf_counter() - started))
        busy.append(1000 * (time.process_time() - worked))
    return f"{statistics.median(took):.1f} ms", f"median of {rounds}; {statistics.median(busy):.1f} ms of the processor"


def _in_process() -> list[Row]:
    guideline = load("b12-injections")
    asked, sent = _call(), record(1_000_000)
    entries = [{"resource": sent["patient"]}, *(entry for name, part in sent.items() if name != "patient" for entry in part["entry"])]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}

    def planned() -> Any:
        patient, faults, _ = read_bundle(bundle, guideline, date.today())
        assert not faults
        return plan(guideline, patient)

    hooked, whole = _milliseconds(lambda: answer(guideline, "patient-view", asked)), _milliseconds(planned)
    return [
        ("CDS Hooks, the same in process", hooked[0], f"{hooked[1]}; JSON already decoded"),
        ("FHIR: a bundle of 1 MB read and planned", whole[0], f"{whole[1]}; {len(entries)} resources, all of them read"),
    ]


# ---------------------------------------------------------------- agents


def _agents() -> list[Row]:
    here = ground(find("b12-injections"))
    command = StdioServerParameters(command=sys.executable, args=["-m", "posology", "mcp"], env=dict(os.environ))
    ways: dict[str, Callable[[], Any]] = {"in memory": lambda: server(lambda: here), "over stdio": lambda: stdio_client(command)}
    return [(f"MCP `plan`, {name}", f"{anyio.run(_told, way):.1f} ms", "median of 30 calls of one client") for name, way in ways.items()]


async def _told(way: Callable[[], Any]) -> float:
    took = []
    async with Client(way()) as client:
        for _ in range(30):
            started = time.perf_counter()
            result = await client.call_tool("plan", {"facts": {"b12_deficiency": True, "numbness": True}, "on": "2026-01-05"})
            assert not result.is_error
            took.append(1000 * (time.perf_counter() - started))
    return statistics.median(took)


# ---------------------------------------------------------------- the page


def _page(rows: list[Row]) -> str:
    return page("Benchmarks of the faces for other systems", "benchmarks/faces.py", rows, " The patients are invented.")


if __name__ == "__main__":
    raise SystemExit(main())

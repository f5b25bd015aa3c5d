"""HL7's own example resources, each as a patient's record, and what may be read from it at most."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from posology.fhir.bundle import read_bundle
from posology.model import Guideline

FOLDER = Path(__file__).parent / "fhir_validators" / "node_modules" / "hl7.fhir.r4.examples"
ON = date(2026, 3, 2)
Json = dict[str, Any]


def examples() -> list[Path]:
    """The files of the package, in order."""
    return sorted(path for path in FOLDER.glob("*.json") if path.name not in ("package.json", ".index.json"))


def record(resource: Json) -> Json:
    """A record that can be read: a Bundle or a Patient itself, else a Bundle with the patient whom it names."""
    if resource.get("resourceType") in ("Bundle", "Patient"):
        return resource
    subject = resource.get("subject") or resource.get("patient") or {}
    name = subject.get("reference", "") if isinstance(subject, dict) else ""
    patient = {"resourceType": "Patient", "id": name.removeprefix("Patient/") or "nobody", "birthDate": "1980-01-01"}
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}, {"resource": resource}]}


def invented(path: Path, guideline: Guideline) -> Iterator[str]:
    """Whatever is read from an example although no code of the guideline stands in it."""
    text = path.read_text(encoding="utf-8")
    patient, findings, _ = read_bundle(record(json.loads(text)), guideline, ON)
    if findings and not all(one.what and one.do for one in findings):
        yield f"{path.name}: a finding that does not say what to do"
    known = {fact for fact in patient.facts if fact != "age"} | {one.test for one in patient.results}
    known |= {one.drug for one in patient.doses}
    for name in sorted(known):
        codes = [row.code for row in guideline.codes if row.name == name]
        if not any(f'"{code}"' in text for code in codes):
            yield f"{path.name}: {name}"


def told(path: Path, guideline: Guideline) -> str:
    """What is read from an example, in one line, or that it is refused."""
    resource = json.loads(path.read_text(encoding="utf-8"))
    patient, findings, _ = read_bundle(record(resource), guideline, ON)
    if findings:
        return "refused"
    found = {**{k: v for k, v in patient.facts.items() if k != "age"}}
    parts = [f"{k}={v}" for k, v in found.items()]
    parts += [f"{r.test} {r.on} {r.value}" for r in patient.results] + [f"{d.drug} {d.on}" for d in patient.doses]
    return "; ".join(parts)

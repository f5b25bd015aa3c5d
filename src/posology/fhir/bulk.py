"""A bulk export (NDJSON, one resource a line) → one Bundle for each patient, so that each is read as any record is.

A line that cannot be read might be anybody's, an allergy perhaps: then nothing of the export is used.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from ..findings import Finding, Refused
from ..read.data import LARGEST, decoded, parse_json
from .bundle import READ

MOST_FAULTS = 100
ENDINGS = (".ndjson", ".ndjson.gz")

Line = tuple[str, bytes]
"""Where a line stands, and what it holds."""


def lines_of(content: bytes, name: str) -> Iterator[Line]:
    """The lines of one file, with their places."""
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            yield f"{name}, line {number}", line


def files_in(folder: Path) -> list[Path]:
    """The NDJSON files of a bulk export (or the one file itself), in the order of their names. Raises Refused."""
    files = sorted(f for f in folder.iterdir() if f.name.endswith(ENDINGS)) if folder.is_dir() else [folder]
    if not files:
        what = "The folder holds no file that ends in .ndjson."
        raise Refused([Finding(folder.name, what, "Name the folder of a bulk export.")])
    return files


def lines_in(folder: Path) -> Iterator[Line]:
    """The lines of every NDJSON file of a folder, in the order of their names, one at a time. Raises Refused."""
    for file in files_in(folder):
        try:
            with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as opened:
                yield from _lines(opened, file.name)
        except (OSError, EOFError, zlib.error):
            do = "It may be cut off: export it again."
            raise Refused([Finding(file.name, "The file cannot be read to its end.", do)]) from None


def _lines(file: IO[bytes] | gzip.GzipFile, name: str) -> Iterator[Line]:
    number = 0
    while line := file.readline(LARGEST + 1):
        number += 1
        if len(line) > LARGEST:
            what = f"This line has more than {LARGEST:,} bytes."
            raise Refused([Finding(f"{name}, line {number}", what, "Write one resource on each line.")])
        if line.strip():
            yield f"{name}, line {number}", line


def records(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """One Bundle for each patient, in the order in which patients are first named. Raises Refused."""
    resources = _resources(lines)
    shared = {f"Medication/{one.get('id')}": one for one in resources if one.get("resourceType") == "Medication"}
    by_patient: dict[str, list[dict[str, Any]]] = {}
    nobodys = []
    for one in resources:
        whose = _whose(one)
        if whose:
            by_patient.setdefault(whose, []).append(one)
        elif one["resourceType"] in READ:  # so that its reader says that it is nobody's
            nobodys.append(one)
    if nobodys and not by_patient:
        what = "The export names no patient, so nobody can tell whose its resources are."
        raise Refused([Finding("the export", what, "Send the Patients along.")])
    return [_bundle([*own, *_used(own, shared), *nobodys], whose) for whose, own in by_patient.items()]


def only(bundles: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The one record of an export. Raises Refused when there is none or more than one."""
    if len(bundles) != 1:
        what = f"It holds the records of {len(bundles)} patients."
        raise Refused([Finding(name, what, "Use `posology plan --batch` for the plans of all of them.")])
    return bundles[0]


def _resources(lines: Iterable[Line]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    faults: list[Finding] = []
    for place, line in lines:
        try:
            one = parse_json(decoded(line, place), place)
        except Refused as refused:
            faults += [Finding(place, f.what, f.do) for f in refused.findings]
        else:
            fault = _fault(one, place)
            faults += [fault] if fault else []
            found += [] if fault else [one]
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise Refused(faults)
    return found


def _fault(one: Any, place: str) -> Finding | None:
    if not isinstance(one, dict) or not isinstance(one.get("resourceType"), str):
        return Finding(place, "This is no FHIR resource.", "Write one resource on each line.")
    if one["resourceType"] == "Bundle":
        return Finding(place, "This is a Bundle, not a single resource.", "Send each Bundle as a file of its own.")
    if one["resourceType"] == "Patient" and not isinstance(one.get("id"), str):
        return Finding(place, "The Patient has no id, so nothing can refer to it.", "Give it an id.")
    return None


def _whose(resource: Mapping[str, Any]) -> str:
    """The id of the patient that a resource is, or is about; empty when it names none."""
    if resource["resourceType"] == "Patient":
        return str(resource.get("id") or "")
    for key in ("subject", "patient"):
        subject = resource.get(key)
        reference = subject.get("reference") if isinstance(subject, dict) else None
        if isinstance(reference, str):
            base, _, name = reference.partition("/_history/")[0].rpartition("/")
            return name if base == "Patient" or base.endswith("/Patient") else ""
    return ""


def _used(own: Iterable[Mapping[str, Any]], shared: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The Medications that a patient's resources name, and those that are in these."""
    found: dict[str, Any] = {}
    to_open = list(own)
    while to_open:
        one = to_open.pop()
        parts = one.get("ingredient")
        inner = [p.get("itemReference") for p in parts if isinstance(p, dict)] if isinstance(parts, list) else []
        for named in (one.get("medicationReference"), *inner):
            name = named.get("reference") if isinstance(named, dict) else None
            if isinstance(name, str) and name in shared and name not in found:
                found[name] = shared[name]
                to_open.append(shared[name])
    return list(found.values())


def _bundle(resources: Iterable[Mapping[str, Any]], whose: str) -> dict[str, Any]:
    entries = [{"resource": one} for one in resources]
    return {"resourceType": "Bundle", "id": whose, "type": "collection", "entry": entries}

"""An uploaded record (YAML, JSON or FHIR) → a patient, or a clear word on why not. Nothing is ever unpacked."""

from __future__ import annotations

from dataclasses import dataclass

from ..fhir.bundle import read_bundle
from ..fhir.report import text_report
from ..findings import Finding, Refused
from ..model import Guideline, Patient
from ..read.data import parse
from ..read.patient import patient
from .form import MOST_ROWS

LARGEST = 1_900_000
"""Bytes of a record; a year's record of a ward patient in FHIR has some hundred thousand."""

_OTHERS = (
    (b"PK\x03\x04", "a packed file (a spreadsheet, a text document or a zip archive)"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ", "a compressed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"\x28\xb5\x2f\xfd", "a compressed file"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"<", "a web page or an XML file"),
)
_DO = (
    "Upload a patient file in YAML or JSON, or a FHIR R4 Bundle in JSON. "
    "From a spreadsheet, copy the rows and paste them."
)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The patient of a record, and for FHIR what was read of it and what was not."""

    patient: Patient
    report: str = ""


def uploaded(content: bytes, guideline: Guideline) -> Uploaded:
    """The patient in an uploaded file. Raises Refused with every fault."""
    if not content:
        raise Refused([Finding("record", "No file was chosen, or it is empty.", _DO)])
    if len(content) > LARGEST:
        what = f"The file has {len(content):,} bytes; at most {LARGEST:,} are read."
        raise Refused([Finding("record", what, "Upload the record of one patient.")])
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:8]
    for begins, said in _OTHERS:
        if start.startswith(begins):
            raise Refused([Finding("record", f"This is {said}, which is not read here.", _DO)])
    data = parse(content, "the file")
    if isinstance(data, dict) and "resourceType" in data:
        return _from_fhir(data, guideline)
    return Uploaded(_held(patient(data, guideline)))


def _from_fhir(data: dict[str, object], guideline: Guideline) -> Uploaded:
    found, findings, reading = read_bundle(data, guideline, None)
    if findings:
        raise Refused(findings)
    return Uploaded(_held(found), text_report(reading))


def _held(found: Patient) -> Patient:
    """The patient, if a form can hold so many rows: none is ever left out in silence."""
    long = [(len(rows), what) for rows, what in ((found.doses, "doses"), (found.results, "results"))]
    faults = [
        Finding("record", f"The record has {count:,} {what}; a form holds {MOST_ROWS}.", "Send it to the API instead.")
        for count, what in long
        if count > MOST_ROWS
    ]
    if faults:
        raise Refused(faults)
    return found


"""A bulk export of FHIR (NDJSON) as a register: each patient is read as `posology plan` reads that patient's record.

A record that its reader refuses stays in the worklist with everything unknown, and says so; what was not
used of any record is counted in the report.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .batch import spread
from .findings import Finding, Refused
from .model import Guideline, Patient

if TYPE_CHECKING:
    from .fhir.sorted import Record
    from .register.files import Engine
    from .register.quality import Quality
    from .register.reading import Register

CHUNK = 50
FEW = 400
"""Records up to which one process reads them."""
MOST_REASONS = 30
NAMED = 3
NOBODY = Finding("Patient", "There is no patient in it.", "Look whether the whole export was written.")
NOT_READ, DIED, PARTLY = "record_not_read", "record_says_died", "record_not_used_in_part"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one record: the patient, whether the record says that the patient has died, and what was left."""

    place: int
    whose: str
    patient: Patient
    died: bool
    refused: tuple[Finding, ...]
    ignored: Counter[tuple[str, str]]


def register_of(
    path: Path, guideline: Guideline, on: date, engine: Engine, room: Path, say: Say = lambda _: None, home: str = ""
) -> Register:
    """The register in a bulk export; ``home`` is the guideline's folder, for more than one process. Raises Refused."""
    from .fhir.bulk import files_in, lines_in
    from .fhir.sorted import sort
    from .register.quality import Quality
    from .register.taken import taken

    _alone(path)
    say("sorting the export by patient")
    export = sort(lines_in(path), _size(files_in(path)), room, say)
    quality, seen = Quality(), _Seen()
    people = (seen.of(told) for told in _read(export.records(), guideline, on, home))
    register = taken(people, guideline, engine, room, quality, say)
    seen.report(quality)
    _report_lines(export, quality)
    for file in (export.medicines.file, export.loose.file):
        file.close()
    quality.counts["resources"] = export.lines
    if not quality.counts["patients"]:
        quality.findings.append(NOBODY)
    return register


def _alone(path: Path) -> None:
    """A folder that holds tables as well leaves open which of the two is meant. Raises Refused."""
    if not path.exists():
        raise Refused([Finding(str(path), "There is no such file or folder.", "Name the folder of a bulk export.")])
    both = [name for name in ("patients.csv", "patients.parquet") if path.is_dir() and (path / name).exists()]
    if both:
        what = f"It holds a bulk export (.ndjson) and {both[0]} as well."
        raise Refused([Finding(str(path), what, "Keep one of the two in the folder.")])


def _size(files: list[Path]) -> int:
    """About how many bytes of lines there are."""
    return sum(file.stat().st_size * (10 if file.suffix == ".gz" else 1) for file in files if file.is_file())


# ---------------------------------------------------------------- reading, on every core


def _read(records: Iterator[Record], guideline: Guideline, on: date, home: str) -> Iterator[Told]:
    first = list(islice(records, FEW))
    if len(first) < FEW or not home or (os.cpu_count() or 1) == 1:
        yield from (_told(one, guideline, on) for one in first)
        yield from (_told(one, guideline, on) for one in records)
        return
    cores = min(os.cpu_count() or 1, 8)
    with ProcessPoolExecutor(cores, initializer=_begin, initargs=(home,)) as pool:
        yield from spread(chain(first, records), pool, cores, partial(_chunk, on=on), CHUNK)


_HERE: dict[str, Guideline] = {}


def _begin(home: str) -> None:
    from .read.library import load

    _HERE["guideline"] = load(home)


def _chunk(records: list[Record], on: date) -> list[Told]:
    return [_told(one, _HERE["guideline"], on) for one in records]


def _told(record: Record, guideline: Guideline, on: date) -> Told:
    from .fhir.bundle import read_bundle
    from .read.data import decoded, parse_json

    resources = [parse_json(decoded(line, record.whose), record.whose) for line in record.lines]
    entries = [{"resource": one} for one in resources]
    bundle = {"resourceType": "Bundle", "id": record.whose, "type": "collection", "entry": entries}
    patient, refused, reading = read_bundle(bundle, guideline, on)
    ignored = Counter((entry.about, entry.text) for entry in reading.ignored)
    return Told(record.place, record.whose, patient, _died(resources, on), refused, ignored)


def _died(resources: list[dict[str, Any]], on: date) -> bool:
    from .fhir.elements import Element
    from .fhir.person import died

    return any(died(Element(one, []), on) for one in resources if one["resourceType"] == "Patient")


# ---------------------------------------------------------------- what is said of it


class _Seen:
    """What was odd about the records, counted while they pass."""

    def __init__(self) -> None:
        self.ignored: Counter[tuple[str, str]] = Counter()
        self.refused: list[tuple[str, Finding]] = []
        self.not_read = self.died = 0

    def of(self, told: Told) -> Any:
        """One record as a patient of the register."""
        from .register.taken import Taken

        self.ignored.update(told.ignored)
        self.died += told.died
        if told.refused:
            self.not_read += 1
            self.refused += [(told.whose, told.refused[0])] if len(self.refused) < NAMED else []
        partly = not told.refused and any(n.startswith("Not used") for n in told.patient.notices)
        flags = {NOT_READ: bool(told.refused), DIED: told.died, PARTLY: partly}
        return Taken(told.place, told.whose, told.patient, tuple(name for name, holds in flags.items() if holds))

    def report(self, quality: Quality) -> None:
        """Writes it into the report on the data, the worst first."""
        do = "Mend these records: until then everything about these patients is unknown."
        some = "; ".join(f"{whose} ({f.place}: {f.what})" for whose, f in self.refused)
        quality.say(self.not_read, "Patient", f"a record that is malformed, so not read: {some}", do, of="patient")
        gone = "the record says that the patient has died. They stay in the worklist, and get no letter and no call."
        quality.say(self.died, "Patient", gone, "Take them out of the export.", of="patient")
        see, often = "See posology plan of a patient for a whole report.", self.ignored.most_common(MOST_REASONS)
        for (kind, why), many in often:
            quality.say(many, kind, f"not used: {why}.", see, of="resource")
        left = self.ignored.total() - sum(many for _, many in often)
        quality.say(left, "other resources", "not used, for other reasons.", see, of="resource")


def _report_lines(export: Any, quality: Quality) -> None:
    """Says what of an export is nobody's, of patients who are not in it, or of kinds that are not read."""
    for kind, many in export.nobodys.most_common():
        quality.say(many, kind, "names no patient, so not used.", "Give each resource its subject.", of="resource")
    do = "Export the Patient resources of the same group."
    strangers = "of patients who are not in the export, so not used."
    quality.say(export.strangers["resources"], "Patient", strangers, do, of="resource")
    listed = ", ".join(f"{kind} ({many:,})" for kind, many in export.unread.most_common(10))
    what = f"of kinds that are not read: {listed}."
    quality.say(export.unread.total(), "other kinds", what, "Nothing need be done.", of="resource")

"""A bulk export of any size, sorted by patient on disk: each record is then read by itself, and memory stays bounded.

Lines are dealt into files by whose they are, so that all lines of a patient lie in one of them. Like
`bulk.py`, it refuses the whole export for a line that cannot be read: it might be anybody's allergy.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from zlib import crc32

from ..findings import Finding, Refused
from ..read.data import decoded, parse_json
from .bulk import MOST_FAULTS, Line, _fault, _whose
from .bundle import READ

MOST_PARTS = 200
"""Files that are open at once."""
PART = 24_000_000
"""Bytes of an export that one part holds, as long as there are parts enough."""
STEP = 50_000
"""Lines after which it is said how far the sorting is."""


@dataclass(frozen=True, slots=True)
class Record:
    """The lines of one patient, and the number of the first line that names the patient."""

    place: int
    whose: str
    lines: tuple[bytes, ...]


@dataclass(slots=True)
class Heap:
    """Lines on disk that are asked for by name: where each begins."""

    file: IO[bytes]
    places: dict[str, list[int]] = field(default_factory=dict)

    def put(self, name: str, line: bytes) -> None:
        """One more line of that name."""
        self.places.setdefault(name, []).append(self.file.tell())
        self.file.write(line + b"\n")

    def get(self, name: str) -> list[bytes]:
        """The lines of that name."""
        found = []
        for place in self.places.get(name, ()):
            self.file.seek(place)
            found.append(self.file.readline().rstrip(b"\n"))
        return found


@dataclass(slots=True)
class Sorted:
    """A sorted export: the parts on disk, the medicines that records refer to, and what is nobody's.

    ``loose`` are lines that name a patient by an identifier only, by that identifier. ``unread`` counts resources of
    kinds that are not read, ``nobodys`` those that name no patient, ``strangers`` those of patients who are not
    in the export.
    """

    parts: list[Path]
    medicines: Heap
    loose: Heap
    lines: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    nobodys: Counter[str] = field(default_factory=Counter)
    strangers: Counter[str] = field(default_factory=Counter)

    def records(self) -> Iterator[Record]:
        """Each patient's record, part by part."""
        for part in self.parts:
            for place, whose, (known, lines, medicines, identifiers) in _grouped(part):
                if not known:
                    self.strangers["resources"] += len(lines)
                    continue
                also = [line for one in dict.fromkeys(identifiers) for line in self.loose.get(one)]
                yield Record(place, whose, (*lines, *also, *self._named(medicines)))

    def _named(self, references: list[str]) -> list[bytes]:
        """The Medications that a record refers to, and those that are in these."""
        found: dict[str, list[bytes]] = {}
        waiting = list(references)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = self.medicines.get(name)
                waiting += [other for line in found[name] for other in _medicines(json.loads(line))]
        return [line for lines in found.values() for line in lines]


def sort(lines: Iterator[Line], size: int, room: Path, say: Callable[[str], None] = lambda _: None) -> Sorted:
    """Deals the lines of an export of so many bytes into parts in a folder. Raises Refused with the faults."""
    parts = [room / f"part-{k:03}" for k in range(min(size // PART + 1, MOST_PARTS))]
    medicines, loose = (Heap((room / name).open("w+b")) for name in ("medicines", "loose"))
    made = Sorted(parts, medicines, loose)
    faults: list[Finding] = []
    with ExitStack() as stack:
        files = [stack.enter_context(part.open("wb")) for part in parts]
        for made.lines, (place, line) in enumerate(lines, 1):
            fault = _dealt(line, place, made, files)
            faults += fault
            if len(faults) >= MOST_FAULTS:
                break
            if made.lines % STEP == 0:
                say(f"sorting the export by patient: {made.lines:,} lines")
    if faults:
        raise Refused(faults)
    return made


def _dealt(line: bytes, place: str, made: Sorted, files: Sequence[IO[bytes]]) -> list[Finding]:
    """Puts a line where it belongs, or says what is wrong with it."""
    try:
        one = parse_json(decoded(line, place), place)
    except Refused as refused:
        return [Finding(place, f.what, f.do) for f in refused.findings]
    if fault := _fault(one, place):
        return [fault]
    kind, whose, line = one["resourceType"], _whose(one), line.strip()
    if kind == "Medication":
        made.medicines.put(f"Medication/{one.get('id')}", line)
    elif kind != "Patient" and kind not in READ:
        made.unread[kind] += 1
    elif whose:
        names = _identifiers(one) if kind == "Patient" else []
        head = json.dumps([made.lines, whose, kind == "Patient", _medicines(one), names])
        files[crc32(whose.encode()) % len(files)].write(head.encode() + b"\t" + line + b"\n")
    elif name := _identifier_of_subject(one):
        made.loose.put(name, line)
    else:
        made.nobodys[kind] += 1
    return []


def _grouped(part: Path) -> list[tuple[int, str, tuple[bool, list[bytes], list[str], list[str]]]]:
    """The lines of a part by patient, with the medicines that they name and the patient's identifiers."""
    found: dict[str, tuple[int, list[Any]]] = {}
    with part.open("rb") as file:
        for row in file:
            head, _, line = row.rstrip(b"\n").partition(b"\t")
            place, whose, known, medicines, identifiers = json.loads(head)
            mine = found.setdefault(whose, (place, [False, [], [], []]))[1]
            mine[0] |= known
            mine[1].append(line)
            mine[2] += medicines
            mine[3] += identifiers
    return [(place, whose, tuple(mine)) for whose, (place, mine) in found.items()]


def _medicines(one: Mapping[str, Any]) -> list[str]:
    """The Medications that a resource refers to."""
    parts = one.get("ingredient")
    inner = [p.get("itemReference") for p in parts if isinstance(p, dict)] if isinstance(parts, list) else []
    named = [p.get("reference") for p in (one.get("medicationReference"), *inner) if isinstance(p, dict)]
    return [name for name in named if isinstance(name, str)]


def _identifiers(patient: Mapping[str, Any]) -> list[str]:
    every = patient.get("identifier")
    return [name for one in every if (name := _identifier(one))] if isinstance(every, list) else []


def _identifier(one: Any) -> str:
    """An identifier as one word; empty when it has no value."""
    told = isinstance(one, dict) and one.get("value") and f"{one.get('system') or ''}|{one['value']}"
    return told or ""


def _identifier_of_subject(one: Mapping[str, Any]) -> str:
    """The identifier by which a resource names its patient."""
    from urllib.parse import unquote

    for key in ("subject", "patient"):
        subject = one.get(key)
        if isinstance(subject, dict):
            reference = subject.get("reference")
            if isinstance(reference, str) and reference.startswith("Patient?identifier="):
                return unquote(reference.removeprefix("Patient?identifier="))
            return _identifier(subject.get("identifier")) if not reference else ""
    return ""

"""What is to be opened as a register: files that were sent, or a folder, workbook or database on this computer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from ..answer.ground import Ground
from ..findings import Finding, Refused
from ..model import Guideline
from ..register import OF_NOBODY
from ..sources import opened as opened_at
from .held import Opened
from .house import House
from .opening import Job
from .views import Shelf, beside

if TYPE_CHECKING:
    from ..register.columns import Mapped

LARGEST_MAP = 1_000_000
NAMES = ("patients", "doses", "results", "workbook")
FIELDS = (*NAMES, "folder", "on", "guideline", "map", "map_text", "export", "made-up")
MOST_FILES = 40
SENT = "the files that you chose"
MADE_UP = 300
"""Patients of the practice that is made up to try things out."""


@asynccontextmanager
async def sent_with(request: Request) -> AsyncIterator[list[tuple[str, Any]]]:
    """What was sent to open a register, or to look at its columns, while its files are open."""
    async with request.form(max_files=MOST_FILES, max_fields=10) as form:
        yield [(name, value) for name, value in form.multi_items() if name in FIELDS]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be opened: the place, by which guideline, for which day, with which map of the columns."""

    place: str
    guideline: Guideline
    home: str
    on: date
    mapped: Mapped | None
    own: bool
    """Whether the place is the user's own, and not a copy of what was uploaded."""


def chosen(house: House, sent: list[tuple[str, Any]], room: Path) -> Asked:
    """What was asked for. Raises Refused."""
    told = dict(sent)
    name = str(told.get("guideline") or next(iter(house.grounds)))
    if name not in house.grounds:
        raise Refused([Finding("guideline", "There is no such guideline.", "Choose one of the list.")])
    ground = house.grounds[name]
    on = _day(str(told.get("on", "")))
    mapped = _mapped(told.get("map"), str(told.get("map_text", "")), ground.guideline)
    if told.get("made-up"):
        return Asked(str(_made_up(ground, room, on)), ground.guideline, str(ground.folder), on, None, False)
    files = [(k, v) for k, v in sent if k in (*NAMES, "export") and isinstance(v, UploadFile) and v.filename]
    place = str(told.get("folder", "")).strip() if house.local else ""
    if files:
        return Asked(str(_unpacked(files, room)), ground.guideline, str(ground.folder), on, mapped, False)
    if not place:
        do = "Choose a workbook, three files or a bulk export" + (", or name a folder." if house.local else ".")
        raise Refused([Finding("register", "Nothing was chosen.", do)])
    at = place if "://" in place else str(Path(place).expanduser())
    return Asked(at, ground.guideline, str(ground.folder), on, mapped, True)


def _made_up(ground: Ground, room: Path, on: date) -> Path:
    """A practice of nobody, the same each time. Raises Refused."""
    from ..register.synthesize import make

    folder = room / "made-up"
    make(ground.folder, ground.guideline, MADE_UP, folder, 1, on, "csv")
    return folder


def shelf_of(house: House, asked: Asked, who: str) -> Shelf:
    """Where the views of this register are kept."""
    if who and house.desk is not None:
        return Shelf(store=house.desk.store, account=who, guideline=asked.guideline.id)
    return Shelf(file=beside(asked.place) if asked.own else None)


def _day(text: str) -> date:
    from ..read.patient import date_of

    if not text.strip():
        return date.today()
    found = date_of(text.strip())
    if isinstance(found, str):
        raise Refused([Finding("on", found, "Write the day as in 2026-01-31.")])
    return found


def _mapped(sent: Any, text: str, guideline: Guideline) -> Mapped | None:
    """The map of the columns, if one was written or chosen. Raises Refused."""
    from ..read.data import parse
    from ..register.mapfile import MAKE_ONE, of_data

    if text.strip():
        return of_data(parse(text[:LARGEST_MAP].encode(), "the map", MAKE_ONE), guideline)
    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    return of_data(parse(sent.file.read(LARGEST_MAP), "the map", MAKE_ONE), guideline)


def _unpacked(files: list[tuple[str, UploadFile]], folder: Path) -> Path:
    """Uploaded files under names of our own. Raises Refused."""
    named = dict(files)
    if "workbook" in named:
        place = folder / "workbook.xlsx"
        place.write_bytes(named["workbook"].file.read())
        return place
    inside = folder / "export"
    inside.mkdir()
    one_list = set(named) == {"patients"}
    for number, (key, file) in enumerate(files):
        ends = (".ndjson", ".ndjson.gz") if key == "export" else (".csv", ".parquet")
        kind = next((end for end in ends if (file.filename or "").lower().endswith(end)), "")
        if not kind:
            what = "This is not NDJSON." if key == "export" else "This is neither CSV nor Parquet."
            do = f"Choose files that end in {' or '.join(ends)}, or one workbook."
            raise Refused([Finding(key, what, do)])
        path = inside / f"{f'{key}-{number:02}' if key == 'export' else key}{kind}"
        path.write_bytes(file.file.read())
    return path if one_list else inside


@contextmanager
def named_as_sent(asked: Asked) -> Iterator[None]:
    """What is refused of files that were sent names no folder of ours, which says nothing to whoever sent them."""
    try:
        yield
    except Refused as refused:
        if asked.own:
            raise
        theirs = (replace(one, place=one.place.replace(asked.place, SENT)) for one in refused.findings)
        raise Refused(theirs) from None


def reckoned(asked: Asked, shelf: Shelf, job: Job) -> Opened:
    """A register read, planned and summed up, held in memory."""
    from ..register.figures import told
    from ..register.files import duckdb_engine
    from ..register.notices import report_twice
    from ..register.paging import hold
    from ..register.queries import remembered

    engine = duckdb_engine()
    job.interrupt = engine.connection.con.interrupt
    with remembered(engine.connection, asked.guideline.digest), named_as_sent(asked):
        at = opened_at(asked.place, asked.guideline, asked.on, engine, mapped=asked.mapped, say=job.say)
        try:
            table = listed(at.register, asked.guideline, asked.on, job)
            report_twice(at.register, table, asked.guideline)
            job.say("counting")
            whole = told(table, at.register, asked.on, asked.guideline)
            whole["made_up"] = OF_NOBODY.what if at.made_up else ""
            hold(at.register)
        finally:
            at.cleanup()
    return Opened(asked.guideline.id, asked.on, at.register, whole, at.columns, shelf, job.owner)


def listed(register: Any, guideline: Guideline, on: date, job: Job, name: str = "") -> Any:
    """The worklist of a register for a day; of one of many days where it has a name of its own."""
    from ..register.worklist import listed as rows

    job.say("planning")
    return rows(register.engine, register.tables, guideline, on, f"worklist{name}")

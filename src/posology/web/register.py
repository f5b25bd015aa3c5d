"""The register pages: a practice's export is opened on this computer, looked over, and gone when the server ends.

They exist only on a local server. A register that was opened stays in this process, under a random word in a
cookie; no id and no fact of a patient stands in an address, and nothing is written down.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from ..findings import Finding, Refused
from ..model import Guideline
from .consultation import consultation
from .form import written
from .house import House
from .planned import planned
from .render import page

if TYPE_CHECKING:
    from ..register.columns import Mapped

COOKIE = "register"
LARGEST_MAP = 1_000_000
FEW = 3000
"""Patients up to which each is planned by itself; above, columns are made."""
HELD = 3
"""Registers that are open at once; the one that was looked at longest ago goes first."""
NAMES = ("patients", "doses", "results", "workbook")


@dataclass(slots=True)
class Opened:
    """A register that is open: its guideline, its worklist as a table, its figures; one reader at a time."""

    guideline: str
    on: date
    register: Any
    told: Mapping[str, Any]
    columns: str
    lock: threading.Lock = field(default_factory=threading.Lock)


def router(house: House) -> APIRouter:
    """The register pages of a house; on a shared server they only say where they are."""
    made = APIRouter(include_in_schema=False)
    held: OrderedDict[str, Opened] = OrderedDict()
    _opening(made, house, held)
    _looking(made, house, held)
    return made


def current(request: Request, held: OrderedDict[str, Opened]) -> Opened:
    """The register that this browser has opened. Raises HTTPException 404."""
    word = request.cookies.get(COOKIE, "")
    if word not in held:
        raise HTTPException(404)
    held.move_to_end(word)
    return held[word]


# ---------------------------------------------------------------- opening


def _opening(made: APIRouter, house: House, held: OrderedDict[str, Opened]) -> None:
    @made.get("/register")
    def home(request: Request) -> Response:
        return _home(request, house, held)

    @made.post("/register/open")
    async def opening(request: Request) -> Response:
        if not house.local:
            raise HTTPException(404)
        async with request.form(max_files=5, max_fields=10) as form:
            sent = {
                name: value
                for name, value in form.multi_items()
                if name in (*NAMES, "folder", "on", "guideline", "map")
            }
            return await run_in_threadpool(_pressed, request, house, held, sent)

    @made.post("/register/close")
    def close(request: Request) -> Response:
        held.pop(request.cookies.get(COOKIE, ""), None)
        answer = RedirectResponse("/register", 303)
        answer.delete_cookie(COOKIE)
        return answer


def _home(request: Request, house: House, held: Mapping[str, Opened], faults: tuple[Finding, ...] = ()) -> Response:
    there = request.cookies.get(COOKIE, "") in held
    return page(
        request, house, "register_home.html", 422 if faults else 200, there=there, faults=faults, today=date.today()
    )


def _pressed(request: Request, house: House, held: OrderedDict[str, Opened], sent: Mapping[str, Any]) -> Response:
    """Opens what was sent or named, or says every fault."""
    try:
        found = _opened(house, sent)
    except Refused as refused:
        return _home(request, house, held, refused.findings)
    word = secrets.token_urlsafe(32)
    held[word] = found
    while len(held) > HELD:
        held.popitem(last=False)
    answer = RedirectResponse("/register/summary", 303)
    answer.set_cookie(COOKIE, word, httponly=True, samesite="strict")
    return answer


def _opened(house: House, sent: Mapping[str, Any]) -> Opened:
    name = str(sent.get("guideline") or next(iter(house.grounds)))
    if name not in house.grounds:
        raise Refused([Finding("guideline", "There is no such guideline.", "Choose one of the list.")])
    guideline, on = house.grounds[name].guideline, _day(str(sent.get("on", "")))
    mapped = _mapped(sent.get("map"), guideline)
    files = {key: value for key in NAMES if isinstance(value := sent.get(key), UploadFile) and value.filename}
    if files:
        with tempfile.TemporaryDirectory(prefix="register-") as folder:
            return _reckoned(_unpacked(files, Path(folder)), guideline, on, mapped)
    place = str(sent.get("folder", "")).strip()
    if not place:
        raise Refused(
            [Finding("register", "Nothing was chosen.", "Choose a workbook or three files, or name a folder.")]
        )
    return _reckoned(Path(place).expanduser(), guideline, on, mapped)


def _day(text: str) -> date:
    from ..read.patient import date_of

    if not text.strip():
        return date.today()
    found = date_of(text.strip())
    if isinstance(found, str):
        raise Refused([Finding("on", found, "Write the day as in 2026-01-31.")])
    return found


def _mapped(sent: Any, guideline: Guideline) -> Mapped | None:
    """The map of the columns, if one was chosen. Raises Refused."""
    from ..read.data import parse
    from ..register.mapfile import of_data

    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    return of_data(parse(sent.file.read(LARGEST_MAP), "the map"), guideline)


def _unpacked(files: Mapping[str, UploadFile], folder: Path) -> Path:
    """Uploaded files under names of our own. Raises Refused."""
    if "workbook" in files:
        place = folder / "workbook.xlsx"
        place.write_bytes(files["workbook"].file.read())
        return place
    for key, file in files.items():
        kind = Path(file.filename or "").suffix.lower()
        if kind not in (".csv", ".parquet"):
            raise Refused(
                [Finding(key, "This is neither CSV nor Parquet.", "Choose a .csv or .parquet file, or one workbook.")]
            )
        (folder / f"{key}{kind}").write_bytes(file.file.read())
    return folder


def _reckoned(path: Path, guideline: Guideline, on: date, mapped: Mapped | None) -> Opened:
    """A register read, planned and summed up, held in memory."""
    from ..register.figures import told
    from ..register.files import duckdb_engine
    from ..register.grid import grids
    from ..register.mapfile import as_text
    from ..register.paging import hold
    from ..register.planned import planned as one_by_one
    from ..register.practice import noted, tidied
    from ..register.reading import read
    from ..register.worklist import worklist

    tables = grids(path) if path.is_file() or mapped else []
    made = tidied(path, guideline, mapped, tables) if tables else None
    seen = as_text(made.mapped, tables, guideline) if made else ""
    folder = Path(made.room.name) if made else path
    register = read(folder, guideline, on, duckdb_engine())
    register = noted(register, made) if made else register
    if register.quality.counts["patients"] <= FEW:
        register.engine.connection.con.register("planned", one_by_one(register, guideline, on, None))
        table = register.engine.connection.table("planned")
    else:
        table = worklist(register.engine.connection, register.tables, guideline, on)
    whole = told(table, register, on, guideline)
    hold(register)
    if made:
        made.room.cleanup()
    return Opened(guideline.id, on, register, whole, seen)


# ---------------------------------------------------------------- looking


def _looking(made: APIRouter, house: House, held: OrderedDict[str, Opened]) -> None:
    @made.get("/register/summary")
    def summary(request: Request) -> Response:
        from ..register.bars import charts

        found = current(request, held)
        drawn = [chart | {"svg": Markup(chart["svg"])} for chart in charts(found.told)]
        shown: dict[str, Any] = {"told": found.told, "charts": drawn, "on": found.on, "columns": found.columns}
        return page(request, house, "register_summary.html", **shown)

    @made.get("/register/worklist")
    def listing(request: Request) -> Response:
        return _listing(request, house, current(request, held))

    @made.post("/register/patient")
    async def patient(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=5) as form:
            number = str(form.get("n", ""))
        found = current(request, held)
        if not number.isdecimal() or len(number) > 12:
            raise HTTPException(404)
        return await run_in_threadpool(_plan_of, request, house, found, int(number))


def _listing(request: Request, house: House, found: Opened) -> Response:
    """One page of the worklist: which status and rule, in which order, is all that an address says."""
    from ..register.paging import SORTS, leaf

    asked = request.query_params
    status, rule, alert = (
        _known(asked.get(key, ""), found.told.get(part, {}))
        for key, part in (("status", "status"), ("rule", "rule"), ("alert", "alerts"))
    )
    sort = asked.get("sort", "order") if asked.get("sort") in SORTS else "order"
    chosen = {"status": status, "rule": rule, "alert": alert, "sort": sort}
    wanted = int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 9 else 1
    with found.lock:
        rows, many, at, last = leaf(found.register, chosen, wanted)

    def link(number: int) -> str:
        return "/register/worklist?" + urlencode({k: v for k, v in chosen.items() if v} | {"page": number})

    return page(
        request, house, "register_worklist.html", rows=rows, many=many, at=at, last=last,
        chosen=chosen, sorts=SORTS, told=found.told, on=found.on, link=link,
    )  # fmt: skip


def _known(word: str, words: Mapping[str, int]) -> str:
    return word if word in words else ""


def _plan_of(request: Request, house: House, found: Opened, number: int) -> Response:
    """The plan page of one patient of a register."""
    from ..register.paging import patient as patient_of

    with found.lock:
        patient = patient_of(found.register, number, house.grounds[found.guideline].guideline, found.on)
    if patient is None:
        raise HTTPException(404)
    at = consultation(request, house, found.guideline)
    return planned(at, written(patient, at.guideline))

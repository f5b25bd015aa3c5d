"""The register pages: an export is opened, looked over, and gone when it is closed or the server ends.

On a local server everybody on this computer may; on a shared one only who is signed in and has the role `practice`,
and only with files of their own. A register that is open stays in this process, under a random word in a
cookie; no id and no fact of a patient stands in an address, and nothing of a register is written down.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
import time
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

from ..editorial.ledger import PRACTICE
from ..findings import Finding, Refused
from ..model import Guideline
from ..sources import opened as opened_at
from . import opening, views
from .consultation import consultation
from .form import written
from .house import House
from .opening import Job
from .planned import planned
from .presence import signed_in
from .render import page

if TYPE_CHECKING:
    from ..register.columns import Mapped

COOKIE = "register"
LARGEST_MAP = 1_000_000
FEW = 3000
"""Patients up to which each is planned by itself; above, columns are made."""
HELD = 3
"""Registers that are open at once on a local server; the one that was looked at longest ago goes first."""
HELD_SHARED = 12
RUNNING = 2
"""Registers that are being opened at once."""
IDLE = 3600.0
"""Seconds after which a shared server closes a register that nobody looks at."""
PATIENCE = 2.5
"""Seconds that a browser waits before it is shown how far the work is."""
NAMES = ("patients", "doses", "results", "workbook")
MOST_FILES = 40
FIELDS = (*NAMES, "folder", "on", "guideline", "map", "export")


@dataclass(slots=True)
class Opened:
    """A register that is open: its guideline, its worklist as a table, its figures; one reader at a time."""

    guideline: str
    on: date
    register: Any
    told: dict[str, Any]
    columns: str
    views: views.Shelf
    owner: str = ""
    seen: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Held:
    """The registers that are open and the work that goes on, by the word in a browser's cookie."""

    opened: dict[str, Opened] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    most: int = HELD
    idle: float = 0.0

    def tidy(self) -> None:
        """Lets go what nobody has looked at for long, and what is one too many."""
        now = time.monotonic()
        if self.idle:
            for word in [w for w, one in self.opened.items() if now - one.seen > self.idle]:
                del self.opened[word]
        while len(self.opened) > self.most:
            del self.opened[min(self.opened, key=lambda word: self.opened[word].seen)]

    def settle(self, word: str) -> tuple[Finding, ...]:
        """Takes work that is over off the list, and its register in; returns what was refused."""
        job = self.jobs.get(word)
        if job is None or not job.done.is_set():
            return ()
        del self.jobs[word]
        if job.result is not None and not job.halt.is_set():
            self.opened[word] = job.result
            self.tidy()
        return job.faults

    def drop(self, word: str, who: str) -> None:
        """Closes somebody's register, and stops what goes on for it."""
        if word in self.opened and self.opened[word].owner == who:
            del self.opened[word]
        if word in self.jobs and self.jobs[word].owner == who:
            self.jobs.pop(word).stop()


def router(house: House) -> APIRouter:
    """The register pages of a house."""
    made = APIRouter(include_in_schema=False)
    held = Held(most=HELD if house.local else HELD_SHARED, idle=0.0 if house.local else IDLE)
    _opening(made, house, held)
    _waiting(made, house, held)
    _looking(made, house, held)
    _keeping(made, house, held)
    return made


def owner(request: Request, house: House) -> str:
    """Whose registers these are: nobody's in particular on a local server. Raises HTTPException.

    303 to the sign-in page where nobody is signed in, 404 without the role, or without accounts.
    """
    if house.local:
        return ""
    if house.desk is None:
        raise HTTPException(404)
    person = signed_in(request, house)
    if PRACTICE not in person.roles:
        raise HTTPException(404)
    return person.id


def current(request: Request, house: House, held: Held) -> Opened:
    """The register that this browser has opened. Raises HTTPException: 303 while it is worked on, else 404."""
    who, word = owner(request, house), request.cookies.get(COOKIE, "")
    held.tidy()
    if word in held.jobs and held.jobs[word].owner == who:
        raise HTTPException(303, headers={"location": "/register/waiting"})
    found = held.opened.get(word)
    if found is None or found.owner != who:
        raise HTTPException(404)
    found.seen = time.monotonic()
    return found


# ---------------------------------------------------------------- opening


def _opening(made: APIRouter, house: House, held: Held) -> None:
    @made.get("/register")
    def home(request: Request) -> Response:
        try:
            owner(request, house)
        except HTTPException as refused:
            if refused.status_code != 404:
                raise
            status = 403 if house.desk else 200
            return page(request, house, "register_home.html", status, barred=True, faults=())
        return _home(request, house, held)

    @made.post("/register/open")
    async def begin(request: Request) -> Response:
        who = owner(request, house)
        async with request.form(max_files=MOST_FILES, max_fields=10) as form:
            sent = [(name, value) for name, value in form.multi_items() if name in FIELDS]
            return await run_in_threadpool(_pressed, request, house, held, sent, who)

    @made.post("/register/close")
    def close(request: Request) -> Response:
        held.drop(request.cookies.get(COOKIE, ""), owner(request, house))
        answer = RedirectResponse("/register", 303)
        answer.delete_cookie(COOKIE)
        return answer


def _home(request: Request, house: House, held: Held, faults: tuple[Finding, ...] = ()) -> Response:
    word = request.cookies.get(COOKIE, "")
    there = word in held.opened or word in held.jobs
    return page(
        request, house, "register_home.html", 422 if faults else 200, there=there, faults=faults, today=date.today(),
        barred=False,
    )  # fmt: skip


def _pressed(request: Request, house: House, held: Held, sent: list[tuple[str, Any]], who: str) -> Response:
    """Begins to open what was sent or named, or says every fault."""
    word, room = secrets.token_urlsafe(32), tempfile.TemporaryDirectory(prefix="register-")
    try:
        if sum(not job.done.is_set() for job in held.jobs.values()) >= RUNNING:
            raise Refused([Finding("register", "Other registers are being opened.", "Wait a little, then try again.")])
        asked = _asked(house, sent, Path(room.name))
    except Refused as refused:
        room.cleanup()
        return _home(request, house, held, refused.findings)
    shelf = _shelf(house, asked, who)
    job = opening.begin(Job(who), lambda job: _reckoned(asked, shelf, job), room.cleanup)
    held.jobs[word] = job
    job.done.wait(PATIENCE)
    if faults := held.settle(word):
        return _home(request, house, held, faults)
    held.drop(request.cookies.get(COOKIE, ""), who)
    answer = RedirectResponse("/register/waiting" if word in held.jobs else "/register/summary", 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, word, httponly=True, samesite="strict", secure=secure)
    return answer


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


def _asked(house: House, sent: list[tuple[str, Any]], room: Path) -> Asked:
    """What was asked for. Raises Refused."""
    told = dict(sent)
    name = str(told.get("guideline") or next(iter(house.grounds)))
    if name not in house.grounds:
        raise Refused([Finding("guideline", "There is no such guideline.", "Choose one of the list.")])
    ground = house.grounds[name]
    on, mapped = _day(str(told.get("on", ""))), _mapped(told.get("map"), ground.guideline)
    files = [(k, v) for k, v in sent if k in (*NAMES, "export") and isinstance(v, UploadFile) and v.filename]
    place = str(told.get("folder", "")).strip() if house.local else ""
    if files:
        return Asked(str(_unpacked(files, room)), ground.guideline, str(ground.folder), on, mapped, False)
    if not place:
        do = "Choose a workbook, three files or a bulk export" + (", or name a folder." if house.local else ".")
        raise Refused([Finding("register", "Nothing was chosen.", do)])
    at = place if "://" in place else str(Path(place).expanduser())
    return Asked(at, ground.guideline, str(ground.folder), on, mapped, True)


def _shelf(house: House, asked: Asked, who: str) -> views.Shelf:
    """Where the views of this register are kept."""
    if who and house.desk is not None:
        return views.Shelf(store=house.desk.store, account=who, guideline=asked.guideline.id)
    return views.Shelf(file=views.beside(asked.place) if asked.own else None)


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


def _unpacked(files: list[tuple[str, UploadFile]], folder: Path) -> Path:
    """Uploaded files under names of our own. Raises Refused."""
    named = dict(files)
    if "workbook" in named:
        place = folder / "workbook.xlsx"
        place.write_bytes(named["workbook"].file.read())
        return place
    inside = folder / "export"
    inside.mkdir()
    for number, (key, file) in enumerate(files):
        ends = (".ndjson", ".ndjson.gz") if key == "export" else (".csv", ".parquet")
        kind = next((end for end in ends if (file.filename or "").lower().endswith(end)), "")
        if not kind:
            what = "This is not NDJSON." if key == "export" else "This is neither CSV nor Parquet."
            do = f"Choose files that end in {' or '.join(ends)}, or one workbook."
            raise Refused([Finding(key, what, do)])
        (inside / f"{f'{key}-{number:02}' if key == 'export' else key}{kind}").write_bytes(file.file.read())
    return inside


def _reckoned(asked: Asked, shelf: views.Shelf, job: Job) -> Opened:
    """A register read, planned and summed up, held in memory."""
    from ..register.figures import told
    from ..register.files import duckdb_engine
    from ..register.paging import hold

    engine = duckdb_engine()
    job.interrupt = engine.connection.con.interrupt
    at = opened_at(asked.place, asked.guideline, asked.on, engine, mapped=asked.mapped, say=job.say)
    try:
        table = _listed(at.register, asked.guideline, asked.on, job)
        job.say("counting")
        whole = told(table, at.register, asked.on, asked.guideline)
        hold(at.register)
    finally:
        at.cleanup()
    return Opened(asked.guideline.id, asked.on, at.register, whole, at.columns, shelf, job.owner)


def _listed(register: Any, guideline: Guideline, on: date, job: Job, name: str = "") -> Any:
    """The worklist of a register for a day."""
    connection = register.engine.connection
    job.say("planning")
    if register.quality.counts["patients"] <= FEW:
        from ..register.planned import planned as one_by_one

        connection.con.register(f"planned{name}", one_by_one(register, guideline, on, None, job.say))
        return connection.table(f"planned{name}")
    from ..register.worklist import worklist

    return worklist(connection, register.tables, guideline, on, f"worklist{name}")


# ---------------------------------------------------------------- waiting


def _waiting(made: APIRouter, house: House, held: Held) -> None:
    def job_of(request: Request) -> Job | None:
        job = held.jobs.get(request.cookies.get(COOKIE, ""))
        return job if job is not None and job.owner == owner(request, house) else None

    @made.get("/register/waiting")
    def waiting(request: Request, still: str = "") -> Response:
        owner(request, house)
        job, word = job_of(request), request.cookies.get(COOKIE, "")
        if job is None or job.done.is_set():
            if faults := held.settle(word):
                return _home(request, house, held, faults)
            return RedirectResponse("/register/summary" if word in held.opened else "/register", 303)
        return page(request, house, "register_waiting.html", job=job, still=bool(still))

    @made.get("/register/waiting/steps")
    def steps(request: Request) -> Response:
        owner(request, house)
        job = job_of(request)
        over = job is None or job.done.is_set()
        answer = page(request, house, "register_steps.html", job=job, over=over)
        if over:
            answer.headers["HX-Redirect"] = "/register/waiting"
        return answer

    @made.post("/register/trend")
    def trend(request: Request) -> Response:
        found, word = current(request, house, held), request.cookies.get(COOKIE, "")
        job = Job(found.owner, interrupt=found.register.engine.connection.con.interrupt)
        held.jobs[word] = opening.begin(job, lambda job: _past(house, found, job))
        job.done.wait(PATIENCE)
        held.settle(word)
        return RedirectResponse("/register/waiting" if word in held.jobs else "/register/summary#year", 303)


def _past(house: House, found: Opened, job: Job) -> Opened:
    """The register with its past year."""
    from ..register.trend import trend

    guideline = house.grounds[found.guideline].guideline
    quiet = Job(job.owner, halt=job.halt)  # the steps of each day are not shown, and stop all the same
    with found.lock:
        listed = lambda register, day: _listed(register, guideline, day, quiet, "_then")  # noqa: E731
        found.told["trend"] = trend(found.register, found.on, listed, job.say)
    return found


# ---------------------------------------------------------------- looking


def _looking(made: APIRouter, house: House, held: Held) -> None:
    @made.get("/register/summary")
    def summary(request: Request) -> Response:
        from ..register import trend
        from ..register.bars import charts

        found = current(request, house, held)
        drawn = [chart | {"svg": Markup(chart["svg"])} for chart in charts(found.told)]
        points = found.told.get("trend")
        year = {"svg": Markup(trend.svg(points)), "rows": trend.rows(points), "note": trend.NOTE} if points else None
        shown: dict[str, Any] = {"told": found.told, "charts": drawn, "on": found.on, "columns": found.columns}
        return page(request, house, "register_summary.html", **shown, year=year)

    @made.get("/register/worklist")
    def listing(request: Request) -> Response:
        return _listing(request, house, current(request, house, held))

    @made.post("/register/patient")
    async def patient(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=5) as form:
            number = str(form.get("n", ""))
        found = current(request, house, held)
        if not number.isdecimal() or len(number) > 12:
            raise HTTPException(404)
        return await run_in_threadpool(_plan_of, request, house, found, int(number))


def _listing(request: Request, house: House, found: Opened, faults: tuple[Finding, ...] = ()) -> Response:
    """One page of the worklist: which status and rule, in which order, is all that an address says."""
    from ..register.paging import SORTS, leaf

    asked = request.query_params
    chosen = _chosen(asked, found)
    wanted = int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 9 else 1
    with found.lock:
        rows, many, at, last = leaf(found.register, chosen, wanted)
    every = {name: "/register/worklist?" + urlencode(_chosen(view, found)) for name, view in found.views.read().items()}

    def link(number: int) -> str:
        return "/register/worklist?" + urlencode({k: v for k, v in chosen.items() if v} | {"page": number})

    return page(
        request, house, "register_worklist.html", 422 if faults else 200, rows=rows, many=many, at=at, last=last,
        chosen=chosen, sorts=SORTS, told=found.told, on=found.on, link=link, views=every, where=found.views.where,
        faults=faults,
    )  # fmt: skip


def _chosen(asked: Mapping[str, str], found: Opened) -> dict[str, str]:
    """The filters and the order that were asked for; words that are none of this register's are left aside."""
    from ..register.paging import FILTERS, SORTS

    chosen = {key: _known(asked.get(key, ""), found.told.get(part, {})) for key, part in FILTERS.items()}
    return {**chosen, "sort": asked.get("sort", "order") if asked.get("sort") in SORTS else "order"}


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


# ---------------------------------------------------------------- views


def _keeping(made: APIRouter, house: House, held: Held) -> None:
    @made.post("/register/views")
    async def change(request: Request) -> Response:
        found = current(request, house, held)
        async with request.form(max_files=0, max_fields=12) as form:
            told = {key: value for key, value in form.items() if isinstance(value, str)}
        return await run_in_threadpool(_changed, request, house, found, told)


def _changed(request: Request, house: House, found: Opened, told: Mapping[str, str]) -> Response:
    """Keeps the view that is shown under a name, or removes one."""
    chosen = _chosen(told, found)
    try:
        every = found.views.read()
        if told.get("do") == "remove":
            every.pop(told.get("name", ""), None)
            found.views.write(every)
        else:
            found.views.write(views.named(told.get("name", ""), every, chosen))
    except Refused as refused:
        return _listing(request, house, found, refused.findings)
    return RedirectResponse("/register/worklist?" + urlencode({k: v for k, v in chosen.items() if v}), 303)

"""The register pages: an export is opened, looked over, and gone when it is closed or the server ends.

On a local server whoever sits at this computer may; on a shared one only who is signed in and has the role `practice`,
and only with files of their own. A register that is open stays in this process, under a random word in a
cookie; no id and no fact of a patient stands in an address, and nothing of a register is written down.
"""

from __future__ import annotations

import secrets
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from ..findings import Finding, Refused
from ..register import ASSUMED
from . import opening
from .chosen import chosen, listed, reckoned, sent_with, shelf_of
from .held import COOKIE, HELD, HELD_SHARED, IDLE, Held, Opened, current, owner
from .house import House
from .listing import keeping, looking
from .mapping import looked_at, mapping
from .opening import Job
from .render import page

RUNNING = 2
"""Registers that are being opened at once."""
PATIENCE = 2.5
"""Seconds that a browser waits before it is shown how far the work is."""


def router(house: House) -> APIRouter:
    """The register pages of a house."""
    made = APIRouter(include_in_schema=False)
    held = Held(most=HELD if house.local else HELD_SHARED, idle=0.0 if house.local else IDLE)
    _opening(made, house, held)
    _waiting(made, house, held)
    looking(made, house, held)
    keeping(made, house, held)
    mapping(made, house)
    return made


# ---------------------------------------------------------------- opening


def _opening(made: APIRouter, house: House, held: Held) -> None:
    @made.get("/register")
    def home(request: Request, none: str = "") -> Response:
        try:
            owner(request, house)
        except HTTPException as refused:
            if refused.status_code != 404:
                raise
            status = 403 if house.desk or house.local else 200
            return page(request, house, "register_home.html", status, barred=True, faults=())
        return _home(request, house, held, gone=bool(none))

    @made.post("/register/open")
    async def begin(request: Request) -> Response:
        who = owner(request, house)
        async with sent_with(request) as sent:
            return await run_in_threadpool(_pressed, request, house, held, sent, who)

    @made.post("/register/close")
    def close(request: Request) -> Response:
        held.drop(request.cookies.get(COOKIE, ""), owner(request, house))
        answer = RedirectResponse("/register", 303)
        answer.delete_cookie(COOKIE)
        return answer


def _home(request: Request, house: House, held: Held, faults: tuple[Finding, ...] = (), gone: bool = False) -> Response:
    """The page on which a register is opened; ``gone``: to whoever asked for one that is not open."""
    word = request.cookies.get(COOKIE, "")
    there = word in held.opened or word in held.jobs
    return page(
        request, house, "register_home.html", 422 if faults else 200, there=there, faults=faults, today=date.today(),
        barred=False, gone=gone and not there, made_up=_can_make_up(house),
    )  # fmt: skip


def _can_make_up(house: House) -> str:
    """The first guideline beside which it is written what its made-up patients are like; nothing if there is none."""
    return next((name for name, ground in house.grounds.items() if (ground.folder / ASSUMED).is_file()), "")


def _pressed(request: Request, house: House, held: Held, sent: list[tuple[str, Any]], who: str) -> Response:
    """Begins to open what was sent or named, or says every fault."""
    word, room = secrets.token_urlsafe(32), tempfile.TemporaryDirectory(prefix="register-")
    try:
        if sum(not job.done.is_set() for job in held.jobs.values()) >= RUNNING:
            raise Refused([Finding("register", "Other registers are being opened.", "Wait a little, then try again.")])
        asked = chosen(house, sent, Path(room.name))
    except Refused as refused:
        room.cleanup()
        return _back(request, house, held, sent, refused.findings)
    shelf = shelf_of(house, asked, who)
    job = opening.begin(Job(who), lambda job: reckoned(asked, shelf, job), room.cleanup)
    held.jobs[word] = job
    job.done.wait(PATIENCE)
    if faults := held.settle(word):
        return _back(request, house, held, sent, faults)
    held.drop(request.cookies.get(COOKIE, ""), who)
    answer = RedirectResponse("/register/waiting" if word in held.jobs else "/register/summary", 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, word, httponly=True, samesite="strict", secure=secure)
    return answer


def _back(
    request: Request, house: House, held: Held, sent: list[tuple[str, Any]], faults: tuple[Finding, ...]
) -> Response:
    """The page that what was refused came from: a map that somebody has written stays there."""
    if any(name == "map_text" for name, _ in sent):
        return looked_at(request, house, [one for one in sent if isinstance(one[1], str)], faults)
    return _home(request, house, held, faults)


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
        then = lambda register, day: listed(register, guideline, day, quiet, "_then")  # noqa: E731
        found.told["trend"] = trend(found.register, found.on, then, job.say)
    return found

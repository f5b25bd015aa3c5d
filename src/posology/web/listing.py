"""An open register to look at: its summary, its worklist page by page, a patient's plan, and views that are kept."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from ..findings import Finding, Refused
from . import views
from .consultation import consultation
from .form import written
from .held import Held, Opened, current
from .house import House
from .planned import planned
from .render import page

MOST_CALLED = 20_000
"""Patients on a recall list that is made for a browser."""
LONGEST_ID = 200
TAKEN = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
"""The forms in which a worklist is taken away."""


def looking(made: APIRouter, house: House, held: Held) -> None:
    """The summary, the worklist, and the plan of one patient."""

    @made.get("/register/summary")
    def summary(request: Request) -> Response:
        from ..register import trend
        from ..register.bars import charts
        from ..register.foremost import unused, waiting

        found = current(request, house, held)
        drawn = [chart | {"drawn": Markup(chart["drawn"])} for chart in charts(found.told)]
        points = found.told.get("trend")
        year = {"svg": Markup(trend.svg(points)), "rows": trend.rows(points), "note": trend.NOTE} if points else None
        shown: dict[str, Any] = {"told": found.told, "charts": drawn, "on": found.on, "columns": found.columns}
        shown |= {"year": year, "unused": unused(found.told), "waiting": waiting(found.told)}
        return page(request, house, "register_summary.html", **shown)

    @made.get("/register/worklist")
    def listing(request: Request) -> Response:
        return _listing(request, house, current(request, house, held))

    @made.get("/register/recall")
    def recall(request: Request) -> Response:
        from ..register.recall import called, not_called
        from ..register.recall import page as recalled

        found = current(request, house, held)
        with found.lock:
            table = found.register.engine.connection.table("worklist_held")
            rows = called(table, found.register)
            others = not_called(table, found.register, len(rows))
        if len(rows) > MOST_CALLED:
            what = f"{len(rows):,} patients are too many for a page to print."
            do = "Write it with: posology register recall … --out FILE.pdf, or filter the worklist."
            return _listing(request, house, found, (Finding("recall", what, do),))
        made_ = recalled(rows, house.grounds[found.guideline].guideline, found.on, others)
        name = f"attachment; filename=recall-{found.on}.html"
        return Response(made_, media_type="text/html", headers={"content-disposition": name})

    @made.get("/register/worklist.{kind}")
    def take(request: Request, kind: str) -> Response:
        if kind not in TAKEN:
            raise HTTPException(404)
        return _taken(request, house, current(request, house, held), kind)

    @made.post("/register/find")
    async def find(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=5) as form:
            sought = str(form.get("patient", "")).strip()[:LONGEST_ID]
        found = current(request, house, held)
        return await run_in_threadpool(_listing, request, house, found, (), sought)

    @made.post("/register/patient")
    async def patient(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=5) as form:
            number = str(form.get("n", ""))
        found = current(request, house, held)
        if not number.isdecimal() or len(number) > 12:
            raise HTTPException(404)
        return await run_in_threadpool(_plan_of, request, house, found, int(number))


def _listing(
    request: Request, house: House, found: Opened, faults: tuple[Finding, ...] = (), sought: str = ""
) -> Response:
    """One page of the worklist: which status and rule, in which order, is all that an address says."""
    from ..register.paging import SORTS, leaf
    from ..register.summary import plain

    asked = request.query_params
    chosen = _chosen(asked, found)
    wanted = int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 9 else 1
    with found.lock:
        rows, many, at, last = leaf(found.register, chosen, wanted, sought)
    every = {name: "/register/worklist?" + urlencode(_chosen(view, found)) for name, view in found.views.read().items()}
    words = urlencode({k: v for k, v in chosen.items() if v})

    def link(number: int) -> str:
        return f"/register/worklist?{words}&page={number}"

    return page(
        request, house, "register_worklist.html", 422 if faults else 200, rows=rows, many=many, at=at, last=last,
        chosen=chosen, sorts=SORTS, told=found.told, on=found.on, link=link, views=every, where=found.views.where,
        faults=faults, plain=plain, sought=sought, words=words,
    )  # fmt: skip


def _taken(request: Request, house: House, found: Opened, kind: str) -> Response:
    """The rows that are shown, as a file: made in a folder of its own, which goes when the file is sent."""
    from ..register.excel import write_excel
    from ..register.paging import filtered
    from ..register.writing import write

    room = tempfile.TemporaryDirectory(prefix="register-")
    path, guideline = Path(room.name) / f"worklist-{found.on}.{kind}", house.grounds[found.guideline].guideline
    try:
        with found.lock:
            table = filtered(found.register, _chosen(request.query_params, found))
            if kind == "csv":
                write(table, path, found.register.engine)
            else:
                write_excel(table, path, found.register, guideline, found.on)
    except Refused as refused:
        room.cleanup()
        return _listing(request, house, found, refused.findings)
    return FileResponse(path, media_type=TAKEN[kind], filename=path.name, background=BackgroundTask(room.cleanup))


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


def keeping(made: APIRouter, house: House, held: Held) -> None:
    """Views that are kept and removed."""

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

"""What the columns of an export are taken to mean, shown and put right in the browser before anything is used.

Nothing of the export is kept: whoever has put the map right chooses the files again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from ..findings import Finding, Refused
from ..sources import tables_of
from .chosen import Asked, chosen, named_as_sent, sent_with
from .held import owner
from .house import House
from .render import page

if TYPE_CHECKING:
    from ..register.mapshown import Shown


def mapping(made: APIRouter, house: House) -> None:
    """The page of the columns."""

    @made.post("/register/columns")
    async def columns(request: Request) -> Response:
        owner(request, house)
        async with sent_with(request) as sent:
            return await run_in_threadpool(looked_at, request, house, sent)


def looked_at(request: Request, house: House, sent: list[tuple[str, Any]], faults: Sequence[Finding] = ()) -> Response:
    """The columns of what was chosen, by the map that was written or by guesses; what was written stays."""
    told = {name: value for name, value in sent if isinstance(value, str)}
    shown: Looked | None = None
    text, found = told.get("map_text", ""), list(faults)
    with tempfile.TemporaryDirectory(prefix="register-") as room:
        try:
            asked = chosen(house, sent, Path(room))
            with named_as_sent(asked):
                shown = _told(asked, Path(room))
            text, found = text or shown.text, [*found, *(one for one in shown.open if one not in found)]
        except Refused as refused:
            found += [one for one in refused.findings if one not in found]
    kept = {"place": told.get("folder", ""), "on": told.get("on", ""), "guideline": told.get("guideline", "")}
    status = 422 if faults or not shown else 200
    return page(request, house, "register_columns.html", status, shown=shown, text=text, faults=found, kept=kept)


@dataclass(frozen=True, slots=True)
class Looked:
    """The columns as they are shown: tables, and what is of no column; their map as a file, and what it leaves open."""

    tables: Sequence[Shown]
    beside: Sequence[str]
    text: str
    open: Sequence[Finding]


def _told(asked: Asked, room: Path) -> Looked:
    """What is made of the columns. Raises Refused."""
    from ..register.columns import guessed
    from ..register.mapfile import as_yaml, fits, notes, open_questions
    from ..register.mapshown import beside, marks, shown
    from ..register.practice import under_its_name

    tables = under_its_name(tables_of(asked.place, room, asked.mapped), asked.mapped)
    if not tables:
        raise Refused([Finding("register", "There is no table in it.", "Choose a workbook, or CSV or Parquet files.")])
    mapped = asked.mapped or guessed(tables, asked.guideline)
    faults = [*fits(mapped, tables, asked.guideline), *open_questions(mapped)]
    text = as_yaml(mapped, notes(mapped, tables, asked.guideline), marks(mapped, tables))
    return Looked(shown(mapped, tables, asked.guideline), beside(mapped, tables), text, faults)

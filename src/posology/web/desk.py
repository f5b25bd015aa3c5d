"""One request for a plan at work: who asked, of which guideline, for which reader, and what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException, Request
from starlette.datastructures import UploadFile

from ..model import Guideline
from ..plan.advice import Audience
from ..show import words
from ..show.steps import said_of
from .form import MOST_ROWS, Field, Typed, fields, grouped, typed
from .house import House, guideline
from .looks import groups, is_day, lower_first, marked, slug
from .render import reader
from .uploaded import LARGEST

MOST_FIELDS = 3 * 4 * MOST_ROWS
CALLED: dict[str, Any] = {
    "slug": slug,
    "is_day": is_day,
    "groups": groups,
    "lower_first": lower_first,
    "marked": marked,
    "phrase": words.title,
    "said_of": said_of,
}
"""What the templates of the plan pages call."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a browser sent: the fields, and the file if there was one."""

    pairs: tuple[tuple[str, str], ...] = ()
    file: bytes | None = None

    def get(self, name: str) -> str:
        """The last value of a field, else nothing."""
        return next((text for key, text in reversed(self.pairs) if key == name), "")


@dataclass(frozen=True, slots=True)
class Desk:
    """One request at work."""

    request: Request
    house: House
    guideline: Guideline
    reader: Audience
    sent: Sent = Sent()

    @property
    def typed(self) -> Typed:
        """What stands in the form."""
        return typed(self.sent.pairs, self.guideline)

    @property
    def fields(self) -> dict[str, Field]:
        """Every fact as a field, by its name."""
        return {one.fact: one for one in fields(self.guideline, self.reader)}

    @property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """Every fact by its group, to be chosen from."""
        found = grouped(self.fields.values())
        return {group: [(one.fact, one.name) for one in listed] for group, listed in found.items()}


def desk(request: Request, house: House, name: str, sent: Sent | None = None) -> Desk:
    """A request for a plan of the guideline of that name, if there is one."""
    found = guideline(house, name)
    if found is None:
        raise HTTPException(404)
    return Desk(request, house, found, reader(request), sent or Sent())


async def received(request: Request) -> Sent:
    """The fields of a body; of a file no more than is read of one."""
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
        found, file = [], None
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                file = await value.read(LARGEST + 1)
            else:
                found.append((name, value))
        return Sent(tuple(found), file)

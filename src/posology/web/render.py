"""Pages made from templates: our own strictly, with the macros of the design system as a function beside them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, get_args

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from .. import __version__
from ..plan.advice import Audience
from .house import House

READERS: dict[Audience, str] = {"clinician": "Clinician", "patient": "Patient or carer", "student": "Student"}
COOKIE = "reader"


def page(request: Request, house: House, name: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page for whoever asked: the template with what every page shows (reader, guidelines, version)."""
    made = fragment(name, request=request, house=house, reader=reader(request), **context)
    return HTMLResponse(made, status)


def fragment(name: str, **context: Any) -> str:
    """A template filled in."""
    return templates().get_template(name).render(**context)


def reader(request: Request) -> Audience:
    """Who reads: the choice that the browser remembers, else a clinician."""
    chosen = request.cookies.get(COOKIE)
    found: Audience
    for found in get_args(Audience):
        if chosen == found:
            return found
    return "clinician"


@cache
def templates() -> Environment:
    """Our own templates, in which a name that is not there is an error."""
    made = Environment(
        loader=PackageLoader("posology.web"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals |= {"nhsuk": component, "version": __version__, "readers": READERS}
    made.filters |= {"day": day}
    return made


@cache
def _components() -> Environment:
    return Environment(loader=PackageLoader("nhsuk_frontend_jinja"), autoescape=True, undefined=ChainableUndefined)


def component(name: str, params: dict[str, Any]) -> Markup:
    """A component of the design system, e.g. ``nhsuk("radios", {…})``. Never pass a person's text as ``html``."""
    words = name.split("-")
    macro = words[0] + "".join(word.title() for word in words[1:])
    module = _components().get_template(f"nhsuk/components/{name}/macro.jinja").module
    made: Callable[[dict[str, Any]], Markup] = getattr(module, macro)
    return made(params)


def day(value: Any) -> str:
    """A date as people write it: 5 January 2026."""
    return f"{value.day} {value:%B %Y}"

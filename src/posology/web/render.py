"""Pages made from templates: our own strictly, with the macros of the design system as a function beside them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Any, get_args

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from .. import __version__
from ..backends.table import decision_table
from ..editorial.ledger import Person
from ..editorial.people import person_of
from ..model import Decision, Guideline, Reference
from ..plan.advice import Audience
from ..plan.headline import sentences
from ..show.words import banner_of, title
from .article import Grid, grid, remark_words, slug
from .desk import ledger_of, standing_of, token_of
from .house import House
from .standing import steps

READERS: dict[Audience, str] = {"clinician": "Clinician", "patient": "Patient or carer", "student": "Student"}
COOKIE = "reader"
KINDS = {"guideline": "guideline", "research": "research", "label": "product label", "digest": "digest"}
STATUSES = {"listed": "listed", "dangling": "not in the article's list", "reconstructed": "reconstructed"}


def page(request: Request, house: House, name: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page for whoever asked: the template with what every page shows (reader, guidelines, version)."""
    context = {"person": _person(request, house), **context}
    made = fragment(name, request=request, house=house, reader=reader(request), **context)
    return HTMLResponse(made, status)


def _person(request: Request, house: House) -> Person | None:
    """Who is signed in, on a server with a review."""
    token = token_of(request)
    return person_of(house.desk.store, token) if house.desk and token else None


def head(house: House) -> str:
    """The head of the review's log, to be noted by whoever wants to."""
    if house.desk is None:
        return ""
    here = ledger_of(house.desk)
    return f"{here.seq}:{here.head}"


def name_in(house: House, account: str) -> str:
    """The name of whoever has an account."""
    person = ledger_of(house.desk).people.get(account) if house.desk else None
    return person.name if person else account


def banners(house: House) -> list[str]:
    """What the reviews of the guidelines come to, one sentence each, on a server with a review."""
    listed = [ground.guideline for ground in house.grounds.values()] if house.desk else []
    return [f"{g.title}: {banner_of({'status': g.status, 'review': g.review})}" for g in listed]


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
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    made.globals |= {
        "nhsuk": component, "version": __version__, "readers": READERS, "title": title, "steps": steps,
        "kinds": KINDS, "statuses": STATUSES, "remark_words": remark_words, "navigation": navigation,
        "references_of": references_of, "static": static, "unapproved": unapproved, "decision_grid": decision_grid,
        "head": head, "banners": banners, "standing_of": standing_of, "name_in": name_in,
    }  # fmt: skip
    made.filters |= {"day": day, "moment": moment, "slug": slug, "capfirst": capfirst, "sentences": sentences}
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


def moment(value: Any) -> str:
    """A day and the time on it, as the log has them: 5 January 2026, 09:30 UTC."""
    return f"{day(value)}, {value:%H:%M} UTC"


@cache
def static(house: House, name: str) -> str:
    """The address of a static file, which changes with what is in it."""
    return f"/static/{name}?v={sha256((house.assets / name).read_bytes()).hexdigest()[:10]}"


def capfirst(words: str) -> str:
    """Words that begin a line."""
    return words[:1].upper() + words[1:]


def navigation(house: House) -> list[tuple[str, str]]:
    """The places that every page leads to."""
    found = [("/ask", "Ask")]
    alone = len(house.grounds) == 1
    for name, ground in house.grounds.items():
        found.append((f"/guidelines/{name}", "Guideline" if alone else ground.guideline.title))
        found += [(f"/guidelines/{name}/plan", "Plan")] if alone else []
    found += [("/review", "Review")] if house.desk else []
    found += [("/register", "Register")] if house.local or house.desk else []
    return [*found, ("/about", "About")]


def unapproved(house: House) -> bool:
    """Whether a guideline is shown that nobody has approved."""
    return any(ground.guideline.status != "approved" for ground in house.grounds.values())


def references_of(keys: tuple[str, ...], guideline: Guideline) -> list[Reference]:
    """The sources behind some keys."""
    return [guideline.references[key] for key in keys if key in guideline.references]


def decision_grid(decision: Decision, guideline: Guideline) -> Grid:
    """A decision as a table."""
    return grid(decision_table(decision, guideline.rules, guideline.facts))

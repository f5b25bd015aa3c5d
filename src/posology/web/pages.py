"""The pages that everybody reads: home, the article, a statement, a sample patient, and who the reader is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse
from markupsafe import Markup

from ..answer.ground import Ground
from ..model import Statement
from ..plan.advice import Audience
from ..plan.plan import particulars
from ..show.view import View
from . import article, standing
from .house import House
from .render import COOKIE, READERS, fragment, page, reader
from .shapes import article_json

A_YEAR = 365 * 24 * 3600
TRIES = 3
WHO = {
    "clinician": "Doses, routes, intervals and sources",
    "patient": "The same, in everyday words",
    "student": "With the reasons behind each rule",
}
SORTS = {"rule": "rule", "define": "definition", "restates": "repetition", "background": "background"}


def router(house: House) -> APIRouter:
    """Home, the articles, and the choice of a reader."""
    made = APIRouter(include_in_schema=False)
    _home(made, house)
    _articles(made, house)
    _statements(made, house)
    return made


def ground_of(house: House, name: str) -> Ground:
    """A guideline of the house. Raises HTTPException 404."""
    if name not in house.grounds:
        raise HTTPException(404)
    return house.grounds[name]


# ---------------------------------------------------------------- home


def _home(made: APIRouter, house: House) -> None:
    @made.get("/")
    def home(request: Request) -> Response:
        first = next(iter(house.grounds))
        samples = [(name, stem) for name, found in house.samples.items() for stem in found]
        return page(
            request, house, "home.html",
            first_id=first, tries=_tries(house.grounds[first], reader(request)), who=WHO, samples=samples,
        )  # fmt: skip

    @made.get("/guidelines")
    def guidelines() -> Response:
        return RedirectResponse("/", 303)

    @made.post("/reader")
    def choose(request: Request, reader: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "/") -> Response:
        return keep_reader(RedirectResponse(_own(back), 303), reader)


def keep_reader(answer: Response, chosen: str) -> Response:
    """Lets the browser remember who reads, if a reader was chosen."""
    if chosen in READERS:
        answer.set_cookie(COOKIE, chosen, max_age=A_YEAR, httponly=True, samesite="lax")
    return answer


def _tries(ground: Ground, audience: str) -> list[str]:
    """A few questions to begin with: the first of the guideline's own map."""
    aspects = [a for a in ground.coverage.aspects.values() if a.kind in ("general", "about") and a.next]
    return [a.patients_next if audience == "patient" else a.next for a in aspects][:TRIES]


def _own(address: str) -> str:
    """An address of ours, without what follows its path; anything else leads home."""
    parts = urlsplit(address)
    own = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return parts.path if own else "/"


# ---------------------------------------------------------------- the article


def _articles(made: APIRouter, house: House) -> None:
    @made.get("/guidelines/{name}.json")
    def as_json(name: str) -> Response:
        return JSONResponse(article_json(ground_of(house, name)))

    @made.get("/guidelines/{name}.md")
    def as_markdown(name: str) -> Response:
        text = (ground_of(house, name).folder / "guideline.md").read_text(encoding="utf-8")
        return PlainTextResponse(text, media_type="text/markdown")

    @made.get("/guidelines/{name}")
    def read(request: Request, name: str) -> Response:
        ground = ground_of(house, name)
        body = _body(house, ground, reader(request), ground.guideline.status, date.today())
        return page(request, house, "article.html", guideline=ground.guideline, body=body)


@lru_cache(maxsize=128)
def _body(house: House, ground: Ground, audience: Audience, status: str, today: date) -> Markup:
    """The article itself, which is the same for every reader of a kind: made once a day and review status."""
    return Markup(  # what a template of ours made
        fragment(
            "article_body.html",
            house=house, ground=ground, reader=audience,
            first=article.shown(article.headline(ground.guideline), ground.guideline, audience),
            due=standing.review_day(ground.guideline), late=standing.overdue(ground.guideline, today),
            opening=article.opening(ground), sections=article.sections(ground, audience),
            general=article.covered_aspects(ground.coverage, "general"),
            about=article.covered_aspects(ground.coverage, "about"),
            silent=tuple(article.quiet_aspects(ground.coverage)),
        )
    )  # fmt: skip


# ---------------------------------------------------------------- statements and samples


def _statements(made: APIRouter, house: House) -> None:
    @made.get("/guidelines/{name}/statements/{statement}")
    def one(request: Request, name: str, statement: str) -> Response:
        ground = ground_of(house, name)
        if statement not in ground.guideline.named:
            raise HTTPException(404)
        return _statement(request, house, ground, ground.guideline.named[statement])

    @made.get("/guidelines/{name}/samples/{stem}")
    def sample(request: Request, name: str, stem: str) -> Response:
        ground = ground_of(house, name)
        found = next((made for at, _, made in article.sample_plans(house, name) if at == stem), None)
        if found is None:
            raise HTTPException(404)
        found = replace(found, guideline=particulars(ground.guideline, found.on))  # with the status of this moment
        view = View(found, ground.guideline, reader(request))
        facts = [view.chip(fact, value) for fact, (value, _) in found.facts.items()]
        return page(request, house, "sample.html", ground=ground, stem=stem, plan=found, facts=facts)


def _statement(request: Request, house: House, ground: Ground, statement: Statement) -> Response:
    guideline, rule = ground.guideline, statement.rule
    worked = article.examples(rule, guideline) if rule else ()
    return page(
        request, house, "statement.html",
        ground=ground, one=article.shown(statement, guideline, reader(request)), sorts=SORTS,
        anchor=article.anchor(statement.place.heading),
        grid=article.rule_table(rule, guideline) if rule else None,
        examples=[article.example_words(example.facts, guideline) for example in worked],
        stories=article.told_by(rule, house, guideline.id) if rule else (),
        asked=article.asked_by(statement, ground.coverage),
    )  # fmt: skip

"""About: how it works, who may change what, what it is for, privacy, accessibility, and what was verified.

No figure stands in these pages: each is read from the file that a test, an evaluation or a benchmark wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from ..check import Outcome, check
from ..read.markdown import as_html
from .house import House
from .render import page

PAGES = {
    "editorial-policy": "Editorial policy",
    "intended-use": "Intended use and limits",
    "verification": "Verification",
    "privacy": "Privacy",
    "accessibility": "Accessibility",
}

_FRAME = '<div class="po-scroll" tabindex="0" role="group" aria-label="Table">'


@dataclass(frozen=True, slots=True)
class Tests:
    """What the last run of the whole suite wrote down."""

    run: int
    failed: int
    skipped: int
    seconds: float
    on: str


def router(house: House) -> APIRouter:
    """The pages about posology itself."""
    made = APIRouter(include_in_schema=False)

    @made.get("/about")
    def about(request: Request) -> Response:
        return page(request, house, "about.html", pages=PAGES)

    @made.get("/about/intended-use")
    def intended(request: Request) -> Response:
        return page(request, house, "paper.html", pages=PAGES, at="intended-use", paper=paper("intended-use.md"))

    @made.get("/about/verification")
    def verification(request: Request) -> Response:
        return page(
            request, house, "verification.html",
            pages=PAGES, at="verification", tests=tests(),
            checks={name: checked(ground.folder) for name, ground in house.grounds.items()},
            evaluation=paper("evaluation.md"), benchmarks=paper("benchmarks.md"), load=paper("load.md"),
        )  # fmt: skip

    for name in ("editorial-policy", "privacy", "accessibility"):
        made.add_api_route(f"/about/{name}", _told(house, name), methods=["GET"])

    @made.get("/api")
    def api(request: Request) -> Response:
        return page(request, house, "api.html", described=request.app.openapi())

    return made


def _told(house: House, name: str):  # type: ignore[no-untyped-def]
    def told(request: Request) -> Response:
        return page(request, house, f"{name}.html", pages=PAGES, at=name)

    return told


# ---------------------------------------------------------------- papers: files beside the program


def shelf() -> tuple[Path, ...]:
    """Where printed pages may lie: in the package, or in the repository."""
    here = Path(__file__).resolve()
    return here.parents[1] / "papers", here.parents[3] / "docs"


@lru_cache(maxsize=16)
def paper(name: str) -> Markup | None:
    """A printed page as HTML, one heading lower; None where this copy of the program has none."""
    for folder in shelf():
        if (folder / name).is_file():
            return Markup(_lowered((folder / name).read_text(encoding="utf-8")))
    return None


def _lowered(text: str) -> str:
    """The page without its title, its headings one lower, and links to other files as their words."""
    body = re.sub(r"\A#\s[^\n]*\n", "", text)
    body = re.sub(r"\[([^\]]+)\]\((?!https?:)[^)]*\)", r"\1", body)
    framed = as_html(body).replace("<table>", f'{_FRAME}<table class="nhsuk-table po-table">')
    named = framed.replace("<th></th>", '<th><span class="nhsuk-u-visually-hidden">what</span></th>')
    return named.replace("</table>", "</table></div>")


def tests() -> Tests | None:
    """What the last run of the whole suite said, where this copy has seen one."""
    path = Path(__file__).resolve().parents[3] / "build" / "tests.xml"
    if not path.is_file():
        return None
    try:
        suite = next(ElementTree.parse(path).getroot().iter("testsuite"))
    except (ElementTree.ParseError, StopIteration):
        return None
    count = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
    return Tests(
        count["tests"], count["failures"] + count["errors"], count["skipped"],
        float(suite.get("time", "0")), suite.get("timestamp", "")[:10],
    )  # fmt: skip


@lru_cache(maxsize=16)
def checked(folder: Path) -> Outcome:
    """What the proof and the other checks say of a guideline, worked out once."""
    return check(folder)

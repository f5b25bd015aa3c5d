"""`make pictures`: the pictures of README.md and docs/, taken anew from pages that run. Every patient in them is made up."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from webhouse import PAGE, served

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
OVERDUE = "past-nerve-symptoms-keep-two-months-and-dose-is-overdue"
LATE = "late-third-loading-dose-moves-the-rest"
ASKED = "My patient has pernicious anaemia with numbness but no gait problem, platelets 30. How often do I inject, and what does it cost?"
DANGER = "I have numbness and my sight is getting worse. How often do I have the injections?"
ON = "2026-01-31"
MAKE = ".pl-go button:has-text('Make the plan') >> nth=0"
Taken = Callable[["Page", str, Path], None]


def main() -> None:
    """Takes all pictures, or those whose names are given."""
    from playwright.sync_api import sync_playwright

    wanted = sys.argv[1:] or list(PICTURES)
    with TemporaryDirectory() as place, sync_playwright() as playwright, served() as address:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name in wanted:
            taken, size, look = PICTURES[name]
            with window(browser, size, look) as page:
                taken(page, address, Path(place))
                page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")
            print(f"docs/images/{name}.png")


@contextmanager
def window(browser: Any, size: tuple[int, int], look: dict[str, Any]) -> Iterator[Page]:
    """A new window of this size."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="en-GB", **look)
    try:
        yield context.new_page()
    finally:
        context.close()


# ---------------------------------------------------------------- what is on each


def article(page: Page, address: str, place: Path) -> None:
    """The guideline as an article."""
    page.goto(address + PAGE)


def answer(page: Page, address: str, place: Path) -> None:
    """An answer that hears a patient and is silent on a part of what was asked."""
    asked(page, address, ASKED)


def phone(page: Page, address: str, place: Path) -> None:
    """Danger first, for a patient, on a telephone in the dark."""
    page.goto(address)
    page.click(".po-reader button:has-text('Patient or carer')")
    asked(page, address, DANGER)


def asked(page: Page, address: str, words: str) -> None:
    page.goto(f"{address}/ask")
    page.fill("textarea", words)
    page.click("button:has-text('Ask')")
    page.wait_for_selector(".po-answer")
    page.evaluate("window.scrollTo(0, 0)")


def form(page: Page, address: str, place: Path) -> None:
    """The form of a plan, two answers in."""
    page.goto(f"{address}{PAGE}/plan")
    page.check("#f-b12_deficiency")
    page.check("#asked #f-neurological_involvement")
    page.wait_for_selector("#so-far:has-text('Give today')")


def plan(page: Page, address: str, place: Path, sample: str = OVERDUE) -> None:
    """The plan of a sample patient, by default one with an overdue dose."""
    page.goto(f"{address}{PAGE}/plan")
    page.click("summary:has-text('Start from a record')")
    page.select_option("#sample", sample)
    page.click("button:has-text('Fill in the form')")
    page.click(MAKE)
    page.wait_for_selector(".pl-plan")


def timeline(page: Page, address: str, place: Path) -> None:
    """What was given and what comes, as a picture."""
    plan(page, address, place, LATE)
    page.locator(".pl-picture").first.evaluate("one => one.closest('section').scrollIntoView()")


def what_if(page: Page, address: str, place: Path) -> None:
    """The plan before and after one fact is changed."""
    plan(page, address, place)
    page.select_option("#if-fact", "platelet_count")
    page.click("text=Choose its value")
    page.fill("#f-platelet_count", "20")
    page.click("text=Compare the plans")
    page.wait_for_selector("text=The plan now")


def recall(page: Page, address: str, place: Path) -> None:
    """The recall list of a made-up practice."""
    posology("register", "recall", str(practice(place)), "--on", ON, "--out", str(place / "recall.html"))
    page.goto(f"file://{place / 'recall.html'}")


def summary(page: Page, address: str, place: Path) -> None:
    """The summary of a made-up practice in the browser."""
    page.goto(f"{address}/register")
    page.fill("input[name=folder]", str(practice(place)))
    page.fill("input[name=on]", ON)
    page.click("button:has-text('Open the register')")
    page.wait_for_selector("h1:has-text('The register on')")


def worklist(page: Page, address: str, place: Path) -> None:
    """Those who are overdue."""
    summary(page, address, place)
    page.click("a:has-text('overdue')")
    page.wait_for_selector("h1:has-text('Worklist')")


# ---------------------------------------------------------------- made for it


def practice(place: Path) -> Path:
    """A made-up practice of 400 patients."""
    folder = place / "practice"
    if not folder.exists():
        posology("register", "synthesize", "400", str(folder), "--on", ON)
    return folder


def posology(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "posology", *words], check=True, capture_output=True)


PICTURES: dict[str, tuple[Taken, tuple[int, int], dict[str, Any]]] = {
    "register-recall": (recall, (1180, 820), {}),
    "register-summary": (summary, (1280, 900), {}),
    "register-worklist": (worklist, (1280, 900), {}),
    "web-answer": (answer, (1180, 980), {}),
    "web-article": (article, (1180, 980), {}),
    "web-phone": (phone, (390, 844), {"color_scheme": "dark"}),
    "web-plan-form": (form, (1120, 1180), {}),
    "web-plan": (plan, (1120, 1180), {}),
    "web-timeline": (timeline, (1120, 712), {}),
    "web-what-if": (what_if, (1120, 1180), {}),
}

if __name__ == "__main__":
    main()

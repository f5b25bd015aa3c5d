"""The plan pages in a real browser: wide and narrow, with a script and without, by keys alone, in the dark."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posology.read.library import shelf
from posology.web.app import app
from posology.web.house import STATIC, Limits, house
from webhouse import turn

ROOT = Path(__file__).parent.parent
AXE = ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (STATIC / "app.css").is_file() or not AXE.is_file(), reason="needs the built assets: make assets"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
RUN = f"async () => (await axe.run(document, {{runOnly: {RULES}}})).violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))])"
LATE = "late-third-loading-dose-moves-the-rest"
MAKE = ".pl-go button:has-text('Make the plan') >> nth=0"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server on a free port of loopback."""
    import uvicorn

    made = house(shelf().values(), limits=Limits(working=(100_000, 1e5), reading=(100_000, 1e5)))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app(made), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        made = p.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Any]:
    """Opens the form in a window; at the end nothing has left the origin and no console has complained."""
    contexts, wrong = [], []

    def open_(width: int = 1280, **more: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        context.set_default_timeout(8000)
        page = context.new_page()
        page.on("request", lambda request: request.url.startswith((address, "data:")) or wrong.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: said.type in ("error", "warning") and "status of 422" not in said.text and wrong.append(said.text))
        page.goto(f"{address}/guidelines/b12-injections/plan")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def sound(page: Any) -> None:
    """Nothing for axe to complain of, and nothing beyond the edge."""
    page.evaluate(AXE.read_text())
    assert page.evaluate(RUN) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def sample(page: Any, name: str = LATE) -> None:
    page.click("summary:has-text('Start from a record')")
    page.select_option("#sample", name)
    turn(page, "button:has-text('Fill in the form')")


WINDOWS = [(1280, True), (390, True), (390, False)]


@pytest.mark.parametrize(("width", "script"), WINDOWS)
def test_the_next_question_comes_with_a_script_and_without(opened: Any, width: int, script: bool) -> None:
    page = opened(width, java_script_enabled=script)
    if script:
        sound(page)
    page.check("#f-b12_deficiency")
    if not script:
        turn(page, "text=Ask the next questions")
    page.wait_for_selector("#asked #field-neurological_involvement")
    assert page.locator("#field-neurological_involvement").count() == 1
    assert page.is_checked("#f-b12_deficiency")
    if script:
        assert page.evaluate("document.activeElement.id") == "f-b12_deficiency"
        page.check("#f-neurological_involvement-no")
        page.wait_for_selector("#so-far:has-text('Give today')")
        sound(page)


@pytest.mark.parametrize(("width", "script"), WINDOWS)
def test_faults_are_shown_at_once_and_lead_to_their_fields(opened: Any, width: int, script: bool) -> None:
    page = opened(width, java_script_enabled=script)
    page.fill("#dose-0-dose", "1")
    page.click("summary:has-text('Laboratory')")
    page.fill("#f-hemoglobin", "abc")
    turn(page, MAKE)
    page.wait_for_selector(".nhsuk-error-summary")
    assert page.locator(".nhsuk-error-summary li").count() == 5
    assert (page.input_value("#f-hemoglobin"), page.input_value("#dose-0-dose")) == ("abc", "1")
    page.click(".nhsuk-error-summary a:has-text('Hemoglobin')")
    assert page.locator("#f-hemoglobin").is_visible()
    if script:
        assert page.evaluate("document.activeElement.id") == "f-hemoglobin"
        sound(page)


@pytest.mark.parametrize(("width", "script"), WINDOWS)
def test_from_an_invented_patient_to_what_if_and_back(opened: Any, width: int, script: bool) -> None:
    page = opened(width, java_script_enabled=script)
    sample(page)
    assert page.input_value("#dose-2-date") == "2026-03-09"
    turn(page, MAKE)
    assert page.locator(".pl-now").inner_text().startswith("What to do now")
    assert page.locator(".pl-picture svg title").first.text_content().startswith("Timeline")
    assert "Today 10 Mar 2026" in page.locator(".pl-picture svg").first.text_content()
    if script:
        sound(page)
    page.select_option("#if-fact", "platelet_count")
    page.click("text=Choose its value")
    page.fill("#f-platelet_count", "8")
    turn(page, "text=Compare the plans")
    assert page.locator(".pl-pair--new").count() > 0
    if script:
        sound(page)
    turn(page, "text=Use this change")
    assert "platelets: 8" in page.locator(".pl-chips").inner_text()
    turn(page, "text=Change the facts")
    assert page.input_value("#f-platelet_count") == "8"


def test_a_plan_can_be_made_and_compared_by_keys_alone(opened: Any) -> None:
    page = opened()
    reach(page, "f-b12_deficiency")
    page.keyboard.press("Space")
    page.wait_for_selector("#asked #field-neurological_involvement")
    reach(page, "f-neurological_involvement")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#so-far:has-text('Give today')")
    reach(page, "", "Make the plan")
    page.keyboard.press("Enter")
    page.wait_for_selector(".pl-now")
    reach(page, "", "What to ask")
    page.keyboard.press("Enter")
    reach(page, "", "Yes: what would change")
    page.keyboard.press("Enter")
    page.wait_for_selector(".pl-both")
    reach(page, "", "Back to the plan")
    page.keyboard.press("Enter")
    page.wait_for_selector(".pl-now")


def test_enter_in_a_field_makes_the_plan(opened: Any) -> None:
    page = opened()
    page.check("#f-b12_deficiency")
    page.fill("#label", "one")
    page.press("#label", "Enter")
    page.wait_for_selector(".pl-now")


def reach(page: Any, name: str, words: str = "") -> None:
    """Tabs until the focus stands on the element of that id, or on one that begins with these words."""
    for _ in range(150):
        page.keyboard.press("Tab")
        here = page.evaluate("[document.activeElement.id, document.activeElement.textContent.trim().replace(/\\s+/g, ' ')]")
        if (name and here[0] == name) or (words and here[1].startswith(words)):
            return
    raise AssertionError(f"{name or words} cannot be reached by Tab")


def test_citations_say_their_source_when_they_are_reached(opened: Any) -> None:
    page = opened()
    page.check("#f-b12_deficiency")
    turn(page, MAKE)
    cite = page.locator(".po-cite").first
    cite.locator("a").focus()
    assert cite.locator(".po-cite__tip").is_visible()
    target = cite.locator("a").get_attribute("href")
    assert page.locator(f"[id='{target.removeprefix('#')}']").count() == 1


@pytest.mark.parametrize("name", ["gait-disturbance-starts-alternate-day-loading-today", "past-nerve-symptoms-keep-two-months-and-dose-is-overdue", "getting-worse-calls-a-specialist-and-loading-goes-on"])
def test_every_kind_of_plan_is_sound_in_the_dark_and_for_a_patient(opened: Any, name: str) -> None:
    page = opened(390, color_scheme="dark")
    sample(page, name)
    sound(page)
    turn(page, MAKE)
    sound(page)
    turn(page, "button:has-text('Patient or carer')")
    page.wait_for_selector("h1:has-text('Your treatment plan')")
    sound(page)


@pytest.mark.parametrize("label", ["שרה בת אברהם", "محمد بن عبد الله", "Donaudampfschifffahrtsgesellschaftskapitänswitwe" * 3, "<b>&amp;\"'"])
def test_names_of_every_kind_stand_where_they_belong(opened: Any, label: str) -> None:
    page = opened(390)
    page.fill("#label", label)
    page.check("#f-b12_deficiency")
    turn(page, MAKE)
    assert page.locator("bdi.pl-label").text_content() == label
    for width in (390, 640):  # 640 is what is left of 1280 at 200 %
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    turn(page, "text=Change the facts")
    assert page.input_value("#label") == label


def test_a_pasted_history_is_shown_before_it_is_used(opened: Any) -> None:
    page = opened(390)
    page.click("summary:has-text('Paste doses from a spreadsheet')")
    page.fill("#paste-dose", "Date\tDrug\tDose\tRoute\n1/1/2026\thydroxocobalamin\t1 mg\tIM\n3/1/2026\t\t1 mg\tIM")
    turn(page, "details:has(#paste-dose) >> text=Read the rows")
    assert page.locator("#paste-dose-error").inner_text().count("merged") == 1
    sound(page)
    page.select_option("#each-drug", "hydroxocobalamin")
    turn(page, "details:has(#paste-dose) >> text=Read the rows")
    assert page.input_value("#dose-1-date") == "2026-01-03"
    assert "3/1/2026 was read as Saturday 3 January 2026" in page.locator("#read").inner_text()
    sound(page)


def test_a_file_of_another_kind_is_refused_and_nothing_is_lost(opened: Any) -> None:
    page = opened()
    page.fill("#label", "kept")
    page.click("summary:has-text('Start from a record')")
    page.set_input_files("#record", {"name": "doses.xlsx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04rest"})
    turn(page, "text=Read the record")
    assert "spreadsheet" in page.locator(".nhsuk-error-summary").inner_text()
    assert page.input_value("#label") == "kept"
    sound(page)
    page.set_input_files("#record", {"name": "one.yaml", "mimeType": "text/yaml", "buffer": b"patient: two\nfacts: {b12_deficiency: yes}\n"})
    turn(page, "text=Read the record")
    assert page.input_value("#label") == "two"


def test_a_file_of_the_plan_is_handed_over(opened: Any) -> None:
    page = opened()
    page.check("#f-b12_deficiency")
    turn(page, MAKE)
    with page.expect_download() as handed:
        page.click("text=Calendar (.ics)")
    assert handed.value.suggested_filename.endswith("-calendar.ics")
    assert page.locator(".pl-now").is_visible()

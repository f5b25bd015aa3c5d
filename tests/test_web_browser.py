"""The journeys in a real browser: with and without a script, wide and narrow, by keyboard, in the dark, on paper."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from webhouse import PAGE, served, turn

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent
AXE = ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
ASKED = "My patient has pernicious anemia with numbness but no gait problem, platelets 30. How often do I inject, and what does it cost?"
ALARM = "She has numbness and sudden loss of vision. How often do I inject?"
PAGES = ["/", "/ask", "/ask?within=b12-injections&about=interval", PAGE, f"{PAGE}/statements/platelets-fine-needle",
         f"{PAGE}/samples/age-15-is-referred", "/about", "/about/verification", "/about/editorial-policy",
         "/about/intended-use", "/about/privacy", "/about/accessibility", "/api", "/nowhere"]  # fmt: skip


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield made
        made.close()


@contextmanager
def opened(browser: Any, address: str, **settings: Any) -> Iterator[Any]:
    """A page that must load nothing from elsewhere and complain of nothing."""
    strays, complaints = [], []
    context = browser.new_context(base_url=address, **{"viewport": WIDE, **settings})
    page = context.new_page()
    page.on("request", lambda request: strays.append(request.url) if not request.url.startswith(address) else None)
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert strays == []
    assert [said for said in complaints if "404 (Not Found)" not in said and "422" not in said] == []


def flaws(page: Any) -> list[str]:
    """What axe-core finds wrong with what is shown."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run(document, {{runOnly: {RULES}}})")
    return [f"{v['id']}: {node['html'][:120]} {node['failureSummary'][:300]}" for v in found["violations"] for node in v["nodes"]]


def overflows(page: Any) -> bool:
    """Whether the page must be pushed sideways to be read."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def ask(page: Any, words: str, at: str = "/ask?within=b12-injections") -> None:
    page.goto(at)
    page.fill("#question", words)
    turn(page, "form.po-ask button")  # a click before the script has come is answered by a whole new page
    page.wait_for_selector("#answer")


# ---------------------------------------------------------------- every page and state


LOOKS = [(WIDE, "light"), (NARROW, "dark")]


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["wide light", "narrow dark"])
def test_every_page_has_no_flaw_and_fits(browser: Any, address: str, size: Any, scheme: str) -> None:
    with opened(browser, address, viewport=size, color_scheme=scheme) as page:
        found = {}
        for at in PAGES:
            page.goto(at)
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
            found[at] = flaws(page) + ["runs off the page"] * overflows(page)
        assert {at: seen for at, seen in found.items() if seen} == {}


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["wide light", "narrow dark"])
@pytest.mark.parametrize("reader", ["clinician", "patient", "student"])
def test_every_state_of_an_answer_has_no_flaw_and_fits(
    browser: Any, address: str, size: Any, scheme: str, reader: str
) -> None:
    with opened(browser, address, viewport=size, color_scheme=scheme) as page:
        page.context.add_cookies([{"name": "reader", "value": reader, "url": address}])
        for words in (ASKED, ALARM, "What does it cost?", "What should I eat?"):
            ask(page, words)
            assert flaws(page) == [] and not overflows(page), words
        ask(page, "How often is insulin given?")
        assert flaws(page) == []


def test_an_error_has_no_flaw_and_keeps_what_was_typed(browser: Any, address: str) -> None:
    with opened(browser, address, java_script_enabled=False) as page:
        ask(page, "When are platelets too low for an injection, and in which patient is the age too low?")
        number = page.locator("input[name^='n-']")
        if number.count():
            number.first.fill("many")
            number.first.press("Enter")
            assert page.locator(".nhsuk-error-summary").is_visible()


# ---------------------------------------------------------------- journeys


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_question_a_chip_taken_out_a_follow_up_and_back(browser: Any, address: str, size: Any, script: bool) -> None:
    with opened(browser, address, viewport=size, java_script_enabled=script) as page:
        ask(page, ASKED, "/")
        assert "alternate days" in page.inner_text("#answer")
        assert page.locator("[name=remove][value=platelet_count]").count() == 1
        told = page.locator(".po-answerbutton").first.get_attribute("value").partition("=")[0]
        page.click(".po-answerbutton >> nth=0")
        page.wait_for_selector(f"[name=remove][value={told}]")
        page.click("[name=remove][value=platelet_count]")
        page.wait_for_selector("[name=remove][value=platelet_count]", state="detached")
        page.fill("#question", "The platelets are 20")
        page.click(".po-ask--next .nhsuk-button")
        page.wait_for_selector("[name=remove][value=platelet_count]")
        assert page.locator(".po-turns li").count() == 2
        page.click("[name=undo]")
        page.wait_for_selector("[name=undo]", state="detached")
        assert page.locator(".po-turns li").count() == 1
        assert "platelet" not in page.url and "?" not in page.url


def test_with_a_script_the_answer_is_put_in_place_and_spoken_of(browser: Any, address: str) -> None:
    with opened(browser, address) as page:
        ask(page, ASKED)
        page.evaluate("window.same = true")
        page.click("[name=remove][value=platelet_count]")
        page.wait_for_selector("[name=remove][value=platelet_count]", state="detached")
        assert page.evaluate("window.same") is True
        page.wait_for_function("document.activeElement.id === 'headline'")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_words_change_with_the_reader_and_the_choice_is_kept(browser: Any, address: str, script: bool) -> None:
    with opened(browser, address, java_script_enabled=script) as page:
        page.goto(PAGE)
        turn(page, ".po-reader [value=patient]")
        assert page.url.endswith(PAGE) and "You have an injection of 1 mg every other day" in page.inner_text("main")
        ask(page, ASKED)
        assert page.locator(".po-reader [aria-pressed=true]").get_attribute("value") == "patient"
        page.click(".po-reader [value=student]")
        page.wait_for_selector(".po-why")
        assert page.locator(".po-why").count() > 0 and page.locator(".po-turns li").count() == 1


def test_from_the_article_to_a_statement_and_its_table_and_back(browser: Any, address: str) -> None:
    with opened(browser, address) as page:
        page.goto(PAGE)
        turn(page, "#neurological-loading .po-statement__link a")
        assert page.locator("#rule").is_visible() and page.locator(".po-table__own").count() >= 1
        turn(page, "text=Read it where it stands")
        assert page.url.endswith("#neurological-loading") and page.locator("#neurological-loading").is_visible()


def test_a_source_is_shown_on_hover_and_on_focus_and_put_away_with_escape(browser: Any, address: str) -> None:
    with opened(browser, address) as page:
        page.goto(PAGE)
        first = page.locator("#neurological-loading .po-cite").first
        tip = first.locator(".po-cite__tip")
        assert not tip.is_visible()
        first.hover()
        assert tip.is_visible()
        page.mouse.move(0, 0)
        first.locator("a").focus()
        assert tip.is_visible()
        page.keyboard.press("Escape")
        assert not tip.is_visible()


def test_by_keyboard_alone_from_the_first_key_to_an_answer(browser: Any, address: str) -> None:
    with opened(browser, address) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert "Skip" in page.evaluate("document.activeElement.innerText")
        page.keyboard.press("Enter")
        for _ in range(30):
            if page.evaluate("document.activeElement.id") == "question":
                break
            page.keyboard.press("Tab")
        page.keyboard.type(ASKED)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("#answer")
        seen = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            seen.add(page.evaluate("document.activeElement.name || document.activeElement.tagName"))
            ring = page.evaluate(
                "(() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none' || document.activeElement === document.body })()"
            )
            assert ring, page.evaluate("document.activeElement.outerHTML")
        assert {"remove", "text"} <= seen


def test_at_twice_the_size_nothing_runs_off_the_page(browser: Any, address: str) -> None:
    half = {"width": 640, "height": 450}
    with opened(browser, address, viewport=half, device_scale_factor=2) as page:
        for at in ("/", PAGE, f"{PAGE}/statements/platelets-fine-needle"):
            page.goto(at)
            assert not overflows(page), at
        ask(page, ASKED)
        assert not overflows(page)


def test_long_words_and_words_from_right_to_left_stay_inside(browser: Any, address: str) -> None:
    with opened(browser, address, viewport=NARROW) as page:
        ask(page, f"{'platelets' * 40} أحمد محمد عبد الرحمن, numbness, how often?")
        assert not overflows(page) and flaws(page) == []


def test_whoever_wants_less_motion_gets_none(browser: Any, address: str) -> None:
    with opened(browser, address, reduced_motion="reduce") as page:
        page.goto(PAGE)
        moving = "[...document.querySelectorAll('*')].filter((e) => getComputedStyle(e).transitionDuration !== '0s').length"
        assert page.evaluate(moving) == 0


def test_on_paper_there_is_nothing_to_press(browser: Any, address: str) -> None:
    with opened(browser, address) as page:
        page.goto(PAGE)
        page.emulate_media(media="print")
        assert not page.locator("nav.po-nav").is_visible() and not page.locator(".po-askbox").is_visible()
        assert page.locator("#neurological-loading").is_visible() and page.locator("#ref-1").is_visible()


def test_an_answer_can_be_copied(browser: Any, address: str) -> None:
    with opened(browser, address, permissions=["clipboard-read", "clipboard-write"]) as page:
        ask(page, ASKED)
        page.click("[data-copy]")
        page.wait_for_function("document.querySelector('#said').textContent !== ''")
        assert "alternate days" in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_what_stands_above_a_worklist_begins_where_its_table_begins(browser: Any, address: str, size: Any) -> None:
    with opened(browser, address, viewport=size) as page:
        page.goto("/register")
        page.click('[name="made-up"]')
        page.wait_for_url("**/register/summary*")
        page.goto("/register/worklist")
        parts = ("h1", ".rg-filters:has(#status)", ".rg-find", "p[role=status]", ".rg-scroll", ".rg-pages")
        lefts = {part: page.locator(part).first.bounding_box()["x"] for part in parts}
        assert len(set(lefts.values())) == 1, lefts
        assert not overflows(page) and flaws(page) == []


CUT = """[...document.querySelectorAll('main pre, main table, main textarea, main .bar, main .bar *')]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0).map((one) => one.className)"""


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["wide light", "narrow dark"])
def test_the_register_pages_cut_nothing_and_no_page_complains(
    browser: Any, address: str, size: Any, scheme: str, tmp_path: Path
) -> None:
    for name, heading in {
        "patients": "patient_id,age,a_column_that_is_left_aside_and_has_quite_a_long_name_indeed",
        "doses": "patient_id,date,drug,dose_mg,route",
        "results": "patient_id,date,test,value,unit",
    }.items():
        (tmp_path / f"{name}.csv").write_text(f"{heading}\n" + ("1,maybe,x\n" if name == "patients" else ""))
    with opened(browser, address, viewport=size, color_scheme=scheme) as page:
        page.goto("/register")
        page.fill("#folder", str(tmp_path))
        turn(page, "text=Look at the columns first")
        assert not overflows(page) and page.evaluate(CUT) == [] and flaws(page) == []
        page.goto("/register")
        page.click('[name="made-up"]')
        page.wait_for_url("**/register/summary*")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        assert not overflows(page) and page.evaluate(CUT) == [] and flaws(page) == []

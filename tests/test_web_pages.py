"""The pages hold what they promise, work without a script, and refuse in words."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from posology.read.library import find
from posology.web.app import app
from posology.web.house import Limits, house
from webhouse import PAGE, client, shared_house

NAME = "b12-injections"
STATEMENTS = sorted(shared_house().grounds[NAME].guideline.named)
PAGES = ["/", "/ask", PAGE, "/about", "/api", *(f"/about/{at}" for at in (
    "editorial-policy", "intended-use", "verification", "privacy", "accessibility"))]  # fmt: skip
ASKED = "My patient has pernicious anemia with numbness but no gait problem, platelets 30. How often do I inject?"


def text(content: str) -> str:
    """What a reader sees of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", content)).split())


def ask(**fields: object) -> str:
    found = client().post("/ask", data=fields)
    assert found.status_code == 200, found.status_code
    return found.text


# ---------------------------------------------------------------- every page


@pytest.mark.parametrize("at", PAGES)
def test_every_page_has_one_title_one_main_heading_and_the_headers_that_keep_it_in(at: str) -> None:
    found = client().get(at)
    assert found.status_code == 200
    assert found.text.count("<title>") == 1 and found.text.count("<h1") == 1
    policy = found.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "nonce" not in policy
    assert found.headers["x-content-type-options"] == "nosniff" and found.headers["referrer-policy"] == "no-referrer"
    assert found.headers["cache-control"] == "no-store"
    assert "style=" not in found.text and "onclick" not in found.text and "<style" not in found.text


@pytest.mark.parametrize("at", PAGES)
def test_every_link_of_a_page_leads_somewhere(at: str) -> None:
    page = client().get(at).text
    for link in sorted(set(re.findall(r'(?:href|src)="([^"]+)"', page))):
        assert not link.startswith(("http", "//")), link
        path, _, part = unescape(link).partition("#")
        if path.endswith("/plan"):
            continue  # the plan pages have tests of their own
        found = client().get(path) if path else None
        assert found is None or found.status_code == 200, link
        where = page if found is None else found.text
        assert not part or f'id="{part}"' in where, link


def test_no_identifier_stands_twice_on_a_page() -> None:
    for at in (PAGE, f"{PAGE}/statements/neurological-loading"):
        ids = re.findall(r' id="([^"]+)"', client().get(at).text)
        assert len(ids) == len(set(ids))


def test_the_first_view_of_the_longest_page_is_light() -> None:
    import gzip

    parts = [client().get(at).content for at in (PAGE, "/static/app.css", "/static/posology.js", "/static/mark.svg")]
    assert sum(len(gzip.compress(part)) for part in parts) < 100_000


# ---------------------------------------------------------------- the article


@pytest.mark.parametrize("reader", ["clinician", "patient", "student"])
def test_the_article_holds_every_statement_in_the_readers_words(reader: str) -> None:
    page = client().get(PAGE, headers={"cookie": f"reader={reader}"})
    seen = text(page.text)
    for statement in shared_house().grounds[NAME].guideline.statements:
        words = statement.patient if reader == "patient" and statement.patient else statement.text
        assert " ".join(words.split()) in seen, statement.name
        assert f'id="{statement.name}"' in page.text


def test_the_article_says_how_far_its_review_has_come_and_which_text_it_is() -> None:
    page, guideline = client().get(PAGE).text, shared_house().grounds[NAME].guideline
    assert 'aria-current="step"' in page and page.count("po-steps__name") == 3
    assert guideline.digest in page and guideline.version in page
    assert "18 December 2026" in page and "Not approved." in page


@pytest.mark.parametrize("name", STATEMENTS)
def test_each_statement_has_its_own_address_with_its_rule_and_its_table(name: str) -> None:
    statement = shared_house().grounds[NAME].guideline.named[name]
    page = client().get(f"{PAGE}/statements/{name}")
    seen = text(page.text)
    assert page.status_code == 200 and statement.text in seen
    if statement.rule:
        assert "The rule in plain English If" in seen and "Its decision table" in seen and "Worked examples" in seen
    for reference in statement.citations:
        assert f"{PAGE}#ref-{reference}" in page.text


def test_the_article_is_had_as_markdown_too() -> None:
    found = client().get(f"{PAGE}.md")
    assert found.text == (find() / "guideline.md").read_text(encoding="utf-8")


def test_an_unknown_statement_or_page_is_told_the_nearest() -> None:
    found = client().get(f"{PAGE}/statements/neurological-lodaing")
    assert found.status_code == 404 and f"{PAGE}/statements/neurological-loading" in found.text
    assert PAGE in client().get("/guidelines/b12-injection").text
    assert client().get("/%00%ff").status_code == 404


# ---------------------------------------------------------------- the reader


def test_the_choice_of_a_reader_is_kept_in_one_cookie_and_leads_back() -> None:
    found = client().post("/reader", data={"reader": "patient", "back": PAGE})
    cookie = found.headers["set-cookie"]
    assert (found.status_code, found.headers["location"]) == (303, PAGE)
    assert cookie.startswith("reader=patient;") and "HttpOnly" in cookie and "SameSite=lax" in cookie
    client().cookies.clear()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""])
def test_the_choice_of_a_reader_never_leads_away(back: str) -> None:
    assert client().post("/reader", data={"reader": "nobody", "back": back}).headers["location"] == "/"


# ---------------------------------------------------------------- ask


def test_an_answer_stands_in_the_order_in_which_it_is_needed() -> None:
    asked = "My patient has numbness and sudden loss of vision, platelets 30. How often do I inject, and what does it cost?"
    page = ask(within=NAME, text=asked)
    order = ["po-alarm", "po-headline", "po-chips", "po-lines", "po-missing", "odds", "Ask next", "See the plan behind"]
    at = [page.find(mark) for mark in order]
    assert -1 not in at and at == sorted(at)


@pytest.mark.parametrize("reader", ["clinician", "patient", "student"])
def test_what_must_be_done_at_once_stands_before_the_answer(reader: str) -> None:
    page = ask(within=NAME, reader=reader, text="I have numbness and my sight is getting worse. How often?")
    client().cookies.clear()
    assert -1 < page.find("po-alarm") < page.find("po-headline") and "hospital" in text(page[: page.find("po-headline")])


def test_a_fact_that_was_heard_can_be_taken_out_and_put_back() -> None:
    first = ask(within=NAME, text=ASKED)
    assert 'name="remove" value="platelet_count"' in first
    second = ask(within=NAME, turns=ASKED, remove="platelet_count")
    assert 'name="remove" value="platelet_count"' not in second and 'value="platelet_count@0"' in second
    third = ask(within=NAME, turns=ASKED, without="platelet_count@0", text="platelets are 20")
    assert 'name="remove" value="platelet_count"' in third


def test_a_follow_up_about_a_fact_is_answered_by_a_button_and_shows_as_a_chip() -> None:
    page = ask(within=NAME, text=ASKED)
    pressed = re.search(r'name="answer" value="([a-z_]+)=([a-z_]+)"', page)
    assert pressed
    after = ask(within=NAME, turns=ASKED, answer=f"{pressed[1]}={pressed[2]}")
    assert f'name="remove" value="{pressed[1]}"' in after


def test_the_last_question_can_be_taken_back() -> None:
    page = ask(within=NAME, turns=["How often?", "Where?"], undo="1")
    assert page.count('name="turns"') == 2 and 'value="Where?"' not in page  # once for the reader, once for the question


def test_what_cannot_be_read_is_said_and_nothing_is_lost() -> None:
    found = client().post("/ask", data={"within": NAME, "turns": ASKED, "n-age": "old"})
    assert found.status_code == 422 and "There is a problem" in found.text and 'value="age=old"' in found.text
    assert "platelets: 30" in text(found.text)
    assert client().post("/ask", data={}).status_code == 422


def test_the_link_to_a_question_holds_what_was_asked_about_and_nothing_of_the_patient() -> None:
    page = ask(within=NAME, text=ASKED)
    link = unescape(re.search(r'href="(/ask\?within=[^"]+about[^"]+)"', page)[1])  # type: ignore[index]
    assert "30" not in link and not re.search(r"numb|gait", link)
    again = client().get(link)
    assert again.status_code == 200 and "po-chips" not in again.text and "po-lines" in again.text


def test_every_topic_that_is_offered_has_an_answer() -> None:
    offered = sorted(set(re.findall(r'href="(/ask\?within=[^"]+)"', client().get(f"/ask?within={NAME}").text)))
    assert len(offered) > 30
    for link in offered:
        assert "po-lines" in client().get(unescape(link)).text, link


def test_the_plan_behind_an_answer_is_asked_for_in_a_body() -> None:
    page = ask(within=NAME, text=ASKED)
    assert f'<form action="{PAGE}/plan" method="post">' in page
    assert '<input type="hidden" name="f-platelet_count" value="30">' in page


def test_what_somebody_types_is_shown_as_text_and_never_as_markup() -> None:
    page = ask(within=NAME, text='<script>alert(1)</script>" onfocus="x ‮أهلا how often?')
    assert "<script>alert" not in page and '" onfocus="' not in page


# ---------------------------------------------------------------- guards


def test_a_form_from_another_site_is_refused() -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}):
        assert client().post("/ask", data={"text": "x"}, headers=headers).status_code == 403
    assert client().post("/ask", data={"text": "x"}, headers={"sec-fetch-site": "same-origin"}).status_code == 200


def test_a_local_server_is_called_by_its_own_name_only() -> None:
    assert client().get("/", headers={"host": "evil.example"}).status_code == 421
    assert client().get("/", headers={"host": "localhost:8000"}).status_code == 200


def test_a_page_is_refused_to_whoever_asks_too_much_and_says_when_to_come_back() -> None:
    one = TestClient(app(house([find()], limits=Limits(reading=(2, 0.1)))))
    found = [one.get("/about", headers={"accept": "text/html"}) for _ in range(3)][-1]
    assert found.status_code == 429 and "Wait a little" in found.text and int(found.headers["retry-after"]) > 5


def test_more_than_a_form_holds_is_refused() -> None:
    assert client().post("/ask", data={"text": "x" * 300_000}).status_code == 413


def test_a_fault_of_ours_is_a_page_that_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posology.web.asking.answer", lambda *a, **k: 1 / 0)
    found = client().post("/ask", data={"within": NAME, "text": "numbness XQZ"})
    assert found.status_code == 500 and "XQZ" not in found.text and "ZeroDivision" not in found.text
    assert "content-security-policy" in found.headers

"""The workbench: a round in the browser, what each role may not do, forged and late forms, and honest pages meanwhile."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from posology.answer.ground import Ground, ground
from posology.editorial import acts, people
from posology.editorial.chain import instant
from posology.editorial.digest import digest_of
from posology.editorial.offer import offer_of
from posology.editorial.store import Draft, Store, book, events, open_store, write
from posology.editorial.tables import SESSION
from posology.editorial.verify import verify
from posology.model import Guideline
from posology.read.guideline import read_texts, texts_of
from posology.read.library import find, samples_of
from posology.web import account as own
from posology.web import listen
from posology.web import people as accounts
from posology.web import review as workbench
from posology.web.app import app
from posology.web.desk import Desk, Live, desk
from posology.web.house import House
from webhouse import FREE, served, turn

ID = "b12-injections"
ROLES = {"ada": "author", "ed": "editor", "doc": "clinical reviewer", "pia": "pharmacist", "lay": "lay reviewer", "pub": "publisher", "aud": "auditor", "root": "administrator", "prac": "practice"}
WORDS = "four lanterns under water"
ONE = "recovery-order"
AXE = Path(__file__).parent.parent / "assets" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(find(ID), tmp_path / ID))


@pytest.fixture(scope="module")
def offered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ground, Path]:
    """A guideline, and a store in which its author has offered it and everybody has an account."""
    path = tmp_path_factory.mktemp("store") / "r.db"
    store = open_store(str(path), make=True)
    for account, role in ROLES.items():
        people.add(store, people.TERMINAL, account, account.title(), [role])
    for account in ("doc", "pia", "lay"):
        acts.declare(store, account)
    texts = texts_of(find(ID))
    acts.submit(store, "ada", read_texts(texts), texts)
    store.engine.dispose()
    return ground(find(ID)), path


@pytest.fixture
def here(offered: tuple[Ground, Path], folder: Path, tmp_path: Path) -> Iterator[House]:
    """A house with that review."""
    at = desk(str(shutil.copy(offered[1], tmp_path / "r.db")))
    live = Live({ID: replace(offered[0], folder=folder)}, at)
    yield House(live, {ID: samples_of(folder)}, store="r.db", limits=FREE, desk=at)
    assert verify(at.store).faults == ()
    at.store.engine.dispose()


def store_of(here: House) -> Store:
    assert here.desk
    return here.desk.store


def session(here: House, account: str) -> str:
    """A session as signing in begins it, without the time that a password takes."""
    store, token = store_of(here), secrets.token_urlsafe()
    at = instant(store.clock())

    def also(connection: Any) -> None:
        connection.execute(SESSION.insert().values(token=digest_of(token), account=account, made=at, seen=at))

    write(store, account, lambda book, now: [Draft("signed in", "", {"session": digest_of(token)})], also)
    return token


def client(here: House, account: str = "") -> TestClient:
    cookies = {"session": session(here, account)} if account else {}
    return TestClient(app(here), headers={"accept": "text/html"}, cookies=cookies, follow_redirects=False)


def guideline_of(here: House) -> Guideline:
    return here.grounds[ID].guideline


def approve_all(here: House, *accounts: str) -> None:
    parts = offer_of(guideline_of(here)).parts
    reasons = {key: "read elsewhere" for part in parts.values() for key in part.open}
    for account in accounts:
        acts.sign_all(store_of(here), account, ID, {n: p.digest for n, p in parts.items()}, "approve", acknowledged=reasons)


def digest(here: House, name: str = ONE) -> str:
    return offer_of(guideline_of(here)).parts[name].digest


def test_signing_in_out_and_the_link_of_a_new_account(here: House) -> None:
    browser = client(here)
    token = people.link(store_of(here), "root", "doc")
    assert "Set a password" in browser.get(f"/link/{token}").text
    assert browser.post(f"/link/{token}", data={"password": WORDS, "again": "another"}).status_code == 422
    assert browser.post(f"/link/{token}", data={"password": WORDS, "again": WORDS}).headers["location"] == "/sign-in"
    assert browser.get(f"/link/{token}").status_code == 404
    assert browser.get("/review").headers["location"] == "/sign-in?next=/review"
    wrong = browser.post("/sign-in", data={"account": "doc", "password": "wrong password"})
    assert wrong.status_code == 422 and "not right" in wrong.text
    entered = browser.post("/sign-in", data={"account": "doc", "password": WORDS, "next": "//evil.example"})
    assert entered.headers["location"] == "/review"
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    assert "What waits for you" in browser.get("/review").text
    browser.post("/sign-out")
    assert browser.get("/review").status_code == 303


def test_over_tls_the_session_is_in_a_cookie_that_no_other_host_can_set(here: House) -> None:
    people.set_password(store_of(here), people.link(store_of(here), "root", "doc"), WORDS)
    browser = TestClient(app(here), base_url="https://testserver", headers={"accept": "text/html"}, follow_redirects=False)
    cookie = browser.post("/sign-in", data={"account": "doc", "password": WORDS}).headers["set-cookie"]
    assert cookie.startswith("__Host-session=") and "; Secure" in cookie and "; Path=/" in cookie
    assert browser.get("/review").status_code == 200


def test_the_screen_shows_what_a_reviewer_needs(here: House) -> None:
    page = client(here, "doc").get(f"/review/{ID}/no-intravenous").text
    for words in ("read back in plain English", "decision table", "Sources", "What changed since", "Why may the statement stand all the same", "Sign, and go to the next", "Patients at its edges", "Evidence dossier", "Cited for"):
        assert words in page, words
    assert "which statements there are" in client(here, "doc").get(f"/review/{ID}/_particulars").text


def test_signing_leads_to_the_next_and_what_is_refused_keeps_what_was_written(here: House) -> None:
    browser = client(here, "doc")
    form = {"digest": digest(here), "decision": "approve"}
    first = browser.post(f"/review/{ID}/{ONE}/sign", data=form)
    assert first.status_code == 303 and first.headers["location"].startswith(f"/review/{ID}/")
    again = browser.post(f"/review/{ID}/{ONE}/sign", data=form)
    assert again.status_code == 422 and "already" in again.text
    held = browser.post(f"/review/{ID}/no-intravenous/sign", data={"digest": digest(here, "no-intravenous"), "decision": "approve", "comment": "seen <b>"})
    assert held.status_code == 422 and "rests on citation 5" in held.text and "seen &lt;b&gt;" in held.text
    stale = browser.post(f"/review/{ID}/{ONE}/sign", data={"digest": "sha256:0", "decision": "approve"})
    assert stale.status_code == 422 and "has changed since" in stale.text


def test_pages_and_api_say_what_the_signatures_come_to_at_once(here: House) -> None:
    reader = client(here)
    assert "submitted, not yet reviewed" in reader.get("/").text
    approve_all(here, "doc", "pia")
    assert "approved by its reviewers" in reader.get("/").text
    acts.withdraw(store_of(here), "doc", ID, "standard-loading", comment="wrong figure")
    page = reader.get(f"/guidelines/{ID}").text
    assert "WITHDRAWN" in page and "standard-loading" in page
    said = reader.post("/api/plan", json={"facts": {"b12_deficiency": True}}).json()
    assert (said["guideline"]["status"], said["guideline"]["review"]["withdrawn"]) == ("submitted", ["standard-loading"])
    head = events(store_of(here))[-1]
    assert f"{head.seq}:{head.hash}" in page
    assert "withdrew standard-loading" in reader.get(f"/guidelines/{ID}/statements/standard-loading/history").text


def test_a_session_that_ended_in_mid_comment_loses_no_word(here: House) -> None:
    written = "A long thought “with quotes” <and> more"
    late = client(here).post(f"/review/{ID}/{ONE}/comment", data={"text": written})
    assert late.status_code == 401 and "A long thought “with quotes” &lt;and&gt; more" in late.text
    people.set_password(store_of(here), people.link(store_of(here), "root", "doc"), WORDS)
    browser = client(here)
    back = browser.post("/sign-in", data={"account": "doc", "password": WORDS, "next": f"/review/{ID}/{ONE}", "text": written})
    assert back.status_code == 200 and "&lt;and&gt; more" in back.text and f'action="/review/{ID}/{ONE}/comment"' in back.text
    browser.post(f"/review/{ID}/{ONE}/comment", data={"text": written})
    assert book(store_of(here)).comments[ID][0].text == written


def test_comments_stand_in_threads_that_are_resolved(here: House) -> None:
    doc, ada = client(here, "doc"), client(here, "ada")
    at = f"/review/{ID}/{ONE}"
    doc.post(f"{at}/comment", data={"text": "Which nerves?"})
    thread = book(store_of(here)).comments[ID][0].thread
    ada.post(f"{at}/comment", data={"text": "Peripheral ones.", "thread": str(thread)})
    ada.post(f"{at}/resolve", data={"thread": str(thread)})
    page = doc.get(at).text
    assert "Which nerves?" in page and "Peripheral ones." in page and "resolved by ada" in page
    assert doc.post(f"{at}/comment", data={"text": "x", "thread": "999999"}).status_code == 422


def test_versions_are_compared_by_sentence_and_by_patient(here: House, folder: Path) -> None:
    file = folder / "guideline.md"
    file.write_text(file.read_text(encoding="utf-8").replace("hydroxocobalamin 1 mg intramuscular every 2–3 months for life", "hydroxocobalamin 1 mg intramuscular every 2–4 months for life"), encoding="utf-8")
    approve_all(here, "doc")
    assert client(here, "ada").post(f"/review/{ID}/submit", data={"note": "longer"}).status_code == 303
    compared = client(here).get(f"/guidelines/{ID}/compare").text
    assert "standard-maintenance: changed" in compared and "/samples/" in compared
    screen = client(here, "doc").get(f"/review/{ID}/standard-maintenance").text
    assert "<mark>" in screen and "(this statement)" in screen


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}])
def test_a_form_from_another_site_changes_nothing(here: House, headers: dict[str, str]) -> None:
    browser = client(here, "doc")
    before = len(events(store_of(here)))
    for at in (f"/review/{ID}/{ONE}/sign", f"/review/{ID}/{ONE}/stop", "/review/declare", "/sign-in", "/sign-out", "/people"):
        assert browser.post(at, data={"digest": digest(here), "decision": "approve", "do": "withdraw", "comment": "x"}, headers=headers).status_code == 403
    assert len(events(store_of(here))) == before


FORMS: dict[str, tuple[str, dict[str, str], set[str]]] = {
    "submit": (f"/review/{ID}/submit", {"note": "x"}, {"author", "editor"}),
    "assign": (f"/review/{ID}/assign", {"person": "lay"}, {"editor"}),
    "remind": (f"/review/{ID}/remind", {"person": "lay"}, {"editor"}),
    "approve": (f"/review/{ID}/{ONE}/sign", {"decision": "approve"}, {"clinical reviewer", "pharmacist", "lay reviewer"}),
    "ask for changes": (f"/review/{ID}/{ONE}/sign", {"decision": "request changes", "comment": "x"}, {"clinical reviewer", "pharmacist", "lay reviewer"}),
    "withdraw": (f"/review/{ID}/{ONE}/stop", {"do": "withdraw", "comment": "x"}, {"author", "clinical reviewer", "pharmacist", "editor", "publisher"}),
    "comment": (f"/review/{ID}/{ONE}/comment", {"text": "x"}, {"author", "clinical reviewer", "pharmacist", "lay reviewer", "editor", "publisher"}),
    "declare": ("/review/declare", {"kind": "none"}, set(ROLES.values())),
    "add an account": ("/people", {"account": "new", "name": "New", "role": "author"}, {"administrator"}),
    "make a link": ("/people/lay", {"do": "link"}, {"administrator"}),
    "lock": ("/people/lay", {"do": "lock"}, {"administrator"}),
    "change roles": ("/people/lay", {"do": "roles", "role": "author"}, {"administrator"}),
}  # fmt: skip


@pytest.mark.parametrize("account", ["", *ROLES])
def test_every_form_by_every_role(here: House, folder: Path, account: str) -> None:
    file = folder / "guideline.md"
    file.write_text(file.read_text(encoding="utf-8").replace("6 doses in all.", "6 doses altogether."), encoding="utf-8")
    browser, role = client(here, account), ROLES.get(account, "")
    if role in ("clinical reviewer", "pharmacist", "lay reviewer"):
        acts.declare(store_of(here), account)
    may = set()
    for name, (at, form, _) in FORMS.items():
        before = len(events(store_of(here)))
        found = browser.post(at, data={"digest": digest(here), **form})
        assert found.status_code in (200, 303, 401, 422), (name, found.status_code)
        if len(events(store_of(here))) > before:
            may.add(name)
    assert may == {name for name, (_, _, roles) in FORMS.items() if role in roles}


def test_every_page_of_the_workbench_wants_somebody(here: House) -> None:
    stranger = client(here)
    every = [*accounts.router(here).routes, *own.router(here).routes, *workbench.router(here).routes]
    routes = [route for route in every if getattr(route, "path", "").startswith(("/review", "/people", "/account"))]
    assert len(routes) >= 17
    for route in routes:
        at = route.path.replace("{name}", ID).replace("{statement}", ONE).replace("{account}", "doc")  # type: ignore[attr-defined]
        for method in route.methods - {"HEAD"}:  # type: ignore[attr-defined]
            found = stranger.request(method, at, data={"text": "x", "decision": "approve"})
            assert found.status_code in (303, 401), (method, at, found.status_code)
            assert found.status_code == 401 or found.headers["location"].startswith("/sign-in")


def test_a_long_log_is_shown_again_and_again(here: House) -> None:
    store = store_of(here)
    write(store, "doc", lambda book, at: [Draft("commented", ID, {"statement": ONE, "digest": "", "text": f"remark {n}", "thread": None}) for n in range(500)])
    approve_all(here, "doc")
    browser = client(here, "pia")
    for at in ("/review", f"/review/{ID}/standard-loading") * 3:
        assert browser.get(at).status_code == 200


def test_the_first_run_of_a_server_with_a_new_store_prints_one_link(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = desk(str(tmp_path / "new.db"))
    one = House({}, desk=at)
    listen._first_link(one, "http://127.0.0.1:8000")
    said = capsys.readouterr().out
    token = said.strip().rpartition("/")[2]
    assert "http://127.0.0.1:8000/link/" in said and people.link_account(at.store, token) == "administrator"
    listen._first_link(one, "http://127.0.0.1:8000")
    assert capsys.readouterr().out == ""
    at.store.engine.dispose()


def violations(page: Any) -> list[str]:
    """What axe finds wrong with a page."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:100]}" for one in found["violations"]]


@pytest.mark.browser
def test_a_whole_round_in_a_browser(here: House, folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    tokens = {account: session(here, account) for account in ("ada", "ed", "doc", "pia")}
    parts = offer_of(guideline_of(here)).parts
    reasons = {key: "read elsewhere" for part in parts.values() for key in part.open}
    rest = {n: p.digest for n, p in parts.items() if n not in (ONE, "no-intravenous")}
    for account in ("doc", "pia"):
        acts.sign_all(store_of(here), account, ID, rest, "approve", acknowledged=reasons)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with served(here) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)

        def opened(account: str) -> Any:
            context = browser.new_context(base_url=address)
            context.add_cookies([{"name": "session", "value": tokens[account], "url": address}])
            return context.new_page()

        editor = opened("ed")
        editor.goto("/review")
        editor.locator("select[name=person]").first.select_option("doc")
        turn(editor, editor.get_by_role("button", name="Ask", exact=True).first)
        for account in ("doc", "pia"):
            page = opened(account)
            page.goto("/review")
            turn(page, page.locator(f"a[href='/review/{ID}/{ONE}']").first)
            page.locator("input[value=approve]").focus()  # from here by the keyboard alone
            page.keyboard.press("Space")
            page.keyboard.press("Tab")
            page.keyboard.type("Agreed.")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            page.wait_for_url(re.compile("no-intravenous"))
            page.locator("input[value=approve]").check()
            page.locator("input[name=source-5]").fill("the label says the same")
            turn(page, page.get_by_role("button", name="Sign, and go"))
            page.wait_for_url(re.compile("/review$"))
            assert "Nothing." in page.content()
        for at in ("/review", f"/review/{ID}/{ONE}", f"/review/{ID}/_particulars", f"/guidelines/{ID}/history", f"/guidelines/{ID}/compare"):
            page.goto(at)
            assert violations(page) == [], at
        author = opened("ada")
        author.goto("/")
        assert "approved by its reviewers" in author.content()
        file = folder / "guideline.md"
        file.write_text(file.read_text(encoding="utf-8").replace("Pain and tingling usually ease", "Tingling and pain usually ease"), encoding="utf-8")
        author.goto("/review")
        turn(author, author.get_by_role("button", name="Offer the version"))
        author.wait_for_url(re.compile("/review$"))
        assert "71 of 72 parts approved" in author.content()
        browser.close()


def test_readers_see_why_reviewers_rest_on_a_missing_source_and_who_has_a_conflict(here: House) -> None:
    approve_all(here, "doc")
    acts.comment(store_of(here), "pub", ID, ONE, "A word.")
    acts.declare(store_of(here), "pub", "owns <shares>")
    reader = client(here)
    assert "although source 5 was not found or was withdrawn: read elsewhere" in reader.get(f"/guidelines/{ID}/statements/no-intravenous").text
    assert "declared conflict of interest: owns &lt;shares&gt;" in reader.get(f"/guidelines/{ID}").text


def test_a_request_is_taken_back_by_an_editor_alone_and_a_date_must_be_one(here: House) -> None:
    editor = client(here, "ed")
    wrong = editor.post(f"/review/{ID}/assign", data={"person": "doc", "due": "soon"})
    assert wrong.status_code == 422 and "2026-01-31" in wrong.text
    editor.post(f"/review/{ID}/assign", data={"person": "doc", "due": "2027-01-31"})
    (asked,) = book(store_of(here)).assigned[ID]
    assert "by 2027-01-31" in editor.get(f"/review/{ID}").text
    for account in ROLES:
        if account != "ed":
            assert client(here, account).post(f"/review/{ID}/unassign", data={"assigned": str(asked.seq)}).status_code == 422
    assert editor.post(f"/review/{ID}/unassign", data={"assigned": "x"}).status_code == 422
    assert editor.post(f"/review/{ID}/unassign", data={"assigned": str(asked.seq)}).status_code == 303
    assert book(store_of(here)).assigned[ID] == []


def test_pages_over_a_log_that_was_tampered_with_say_so_and_show_no_status(here: House) -> None:
    approve_all(here, "doc", "pia")
    store = store_of(here)
    reader, last = client(here), events(store)[-1]
    from sqlalchemy import text

    with store.engine.connect().execution_options(writing=True) as connection:
        connection.execute(text("DROP TRIGGER event_keeps_delete"))
        connection.execute(text(f"DELETE FROM event WHERE seq = {last.seq}"))
        connection.commit()
    page = reader.get(f"/guidelines/{ID}")
    assert page.status_code == 503 and "not what was written" in page.text and "approved by its reviewers" not in page.text
    store.seen.events, store.seen.book = (), type(store.seen.book)()  # as when it is started anew; what is left is whole
    with store.engine.connect().execution_options(writing=True) as connection:
        connection.execute(text("CREATE TRIGGER event_keeps_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the event table only grows'); END"))
        connection.execute(text("UPDATE head SET seq = (SELECT max(seq) FROM event), hash = (SELECT hash FROM event ORDER BY seq DESC LIMIT 1)"))
        connection.commit()


def test_what_is_kept_of_a_status_is_never_older_than_the_log(here: House) -> None:
    """After every kind of act, at every time of day, the status that pages show is the one worked out anew."""
    from datetime import UTC, datetime, timedelta

    from posology.editorial.status import review as anew
    from posology.web.desk import state_of

    class Clock:
        at = datetime(2027, 1, 1, 12, tzinfo=UTC)

        def __call__(self) -> datetime:
            return self.at

    clock = Clock()
    store = Store(store_of(here).engine, clock, store_of(here).place, store_of(here).seen)
    at = Desk(store)
    offer = book(store).offers[ID][-1]
    part = {ONE: digest(here)}
    deeds = [
        lambda: acts.assign(store, "ed", ID, "doc", [ONE]),
        lambda: acts.declare(store, "doc"),
        lambda: acts.sign_all(store, "doc", ID, part, "approve"),
        lambda: acts.comment(store, "pub", ID, ONE, "A word."),
        lambda: acts.declare(store, "pub", "owns shares"),
        lambda: people.change_roles(store, "root", "lay", ["author"]),
        lambda: acts.declare(store, "pia"),
        lambda: acts.sign_all(store, "pia", ID, part, "approve"),
        lambda: acts.withdraw_source(store, "doc", ID, "4", "retracted"),
        lambda: acts.withdraw(store, "ed", ID, ONE, comment="stop"),
        lambda: acts.restore(store, "doc", ID, ONE, comment="again"),
        lambda: acts.withdraw(store, "ed", ID, "", comment="stop"),
        lambda: people.link(store, "root", "doc"),
    ]  # fmt: skip
    for deed in deeds:
        deed()
        for _ in range(2):
            assert state_of(at, offer) == anew(offer, book(store), clock())
            clock.at += timedelta(hours=7)
    for days in (200, 160, 1, 1, 1, 1, 400):  # over the ends of the declarations and the day of the next review
        clock.at += timedelta(days=days, hours=5)
        assert state_of(at, offer) == anew(offer, book(store), clock())


def test_the_terminal_compares_versions_as_the_browser_does(here: House, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import html
    import json

    from posology.cli import main
    from posology.show.words import title

    file = folder / "guideline.md"
    words = file.read_text(encoding="utf-8").replace("hydroxocobalamin 1 mg intramuscular every 2–3 months for life", "hydroxocobalamin 1 mg intramuscular every 2–4 months for life")
    file.write_text(words.replace("6 doses in all.", "6 doses altogether."), encoding="utf-8")
    assert client(here, "ada").post(f"/review/{ID}/submit", data={"note": "longer"}).status_code == 303
    page = client(here).get(f"/guidelines/{ID}/compare").text
    name = str(store_of(here).engine.url.database)
    assert main(["review", "compare", "--patients", "--store", name, "--guideline", str(folder), "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    heads = re.findall(r'<h3 class="nhsuk-heading-s">([^<]+)</h3>', page)
    assert heads == [f"{one['statement']}: {one['what']}" for one in said["statements"]] and len(heads) > 1
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>', page)
    plain = [tuple(" ".join(html.unescape(re.sub("<[^>]+>", "", cell)).split()) for cell in row) for row in rows]
    assert plain == [(c["of"], *(" ".join(c[side].split()) for side in ("before", "after"))) for one in said["statements"] for c in one["changes"]]
    assert any(what == "in plain English" for what, _, _ in plain)
    people = re.findall(r'/samples/[^"]+">([^<]+)</a>: ([^<]+)</li>', page)
    assert people == [(title(one["patient"]), ", ".join(one["rules"]) or "dates or questions") for one in said["patients"]] and people
    assert main(["review", "compare", "--patients", "--store", name, "--guideline", str(folder)]) == 0
    assert f"{len(people)} differ" in capsys.readouterr().out


def test_what_a_first_view_needs_is_worked_out_beforehand(here: House, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from posology.web import ahead, review
    from posology.web import desk as at

    approve_all(here, "doc")
    file = folder / "guideline.md"
    file.write_text(file.read_text(encoding="utf-8").replace("6 doses in all.", "6 doses altogether."), encoding="utf-8")
    client(here, "ada").post(f"/review/{ID}/submit", data={"note": "x"})
    browser = client(here, "doc")
    ahead.work_ahead(here)
    for module, name in ((review, "_shown"), (at, "read_texts"), (at, "planned"), (at, "differing_plans")):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("it was worked out while somebody waited"))
    for statement in ("standard-loading", ONE, "_particulars"):
        assert browser.get(f"/review/{ID}/{statement}").status_code == 200

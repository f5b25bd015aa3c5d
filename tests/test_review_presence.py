"""Who has a session is still the one who began it: own passwords, own sessions, and the password before a signature."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from editorial import FOLDER, ID, Clock, offer, staffed, submit
from posology.answer.ground import ground
from posology.cli import main
from posology.editorial import acts, people, sessions
from posology.editorial.digest import digest_of
from posology.editorial.factor import SECONDS, code_of, new_secret, set_factor
from posology.editorial.store import Store, book, events, open_store
from posology.editorial.verify import verify
from posology.findings import Refused
from posology.web.app import app
from posology.web.desk import Desk, Live
from posology.web.house import House, Limits
from posology.web.presence import family
from webhouse import FREE

WORDS, OTHERS = "four lanterns under water", "seven ladders in the snow"
ONE = "allergy"
AT = f"/review/{ID}/{ONE}"
ASKED = "Type it again"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Store:
    made = staffed(str(tmp_path / "r.db"), clock)
    for account in ("doc", "root"):
        people.set_password(made, people.link(made, "root", account), WORDS)
    submit(made)
    return made


@pytest.fixture
def here(store: Store) -> House:
    at = Desk(store)
    return House(Live({ID: ground(FOLDER)}, at), desk=at, limits=FREE)


def entered(here: House, account: str = "doc", code: str = "", agent: str = "") -> TestClient:
    headers = {"accept": "text/html", "user-agent": agent or "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"}
    browser = TestClient(app(here), headers=headers, follow_redirects=False)
    form = {"account": account, "password": WORDS, "code": code}
    assert browser.post("/sign-in", data=form).status_code == 303
    return browser


def token_of(browser: TestClient) -> str:
    return str(browser.cookies["session"])


def form(**more: str) -> dict[str, str]:
    return {"digest": offer().parts[ONE].digest, "decision": "approve", "comment": "seen <b>", **more}


def approvals(store: Store) -> int:
    return len(book(store).signed.get((ID, ONE), []))


# ---------------------------------------------------------------- the password before a signature


def test_a_signature_asks_for_the_password_again_when_it_is_a_while_ago(here: House, store: Store, clock: Clock) -> None:
    browser = entered(here)
    assert 'name="password"' not in browser.get(AT).text
    clock.at += timedelta(minutes=16)
    assert 'name="password"' in browser.get(AT).text
    without = browser.post(f"{AT}/sign", data=form())
    assert without.status_code == 422 and ASKED in without.text and "seen &lt;b&gt;" in without.text
    wrong = browser.post(f"{AT}/sign", data=form(password="another password"))
    assert wrong.status_code == 422 and "is not right" in wrong.text and "seen &lt;b&gt;" in wrong.text
    assert WORDS not in wrong.text and "another password" not in wrong.text
    assert approvals(store) == 0
    before = token_of(browser)
    assert browser.post(f"{AT}/sign", data=form(password=WORDS)).status_code == 303
    assert approvals(store) == 1
    assert token_of(browser) != before and people.person_of(store, before) is None  # a new token with each proof
    assert 'name="password"' not in browser.get(AT).text
    assert verify(store).faults == ()


def test_what_is_refused_for_another_reason_keeps_the_text_and_the_session(here: House, store: Store, clock: Clock) -> None:
    browser = entered(here)
    clock.at += timedelta(minutes=16)
    late = browser.post(f"{AT}/sign", data=form(digest="sha256:0", password=WORDS))
    assert late.status_code == 422 and "has changed since" in late.text and "seen &lt;b&gt;" in late.text
    assert 'name="password"' not in late.text  # it was shown, and the browser has the new token
    assert browser.post(f"{AT}/sign", data=form()).status_code == 303


@pytest.mark.parametrize("deed", ["withdraw", "restore", "withdraw all", "reopen"])
def test_withdrawing_restoring_and_reopening_ask_for_it_too(here: House, store: Store, clock: Clock, deed: str) -> None:
    thread = acts.comment(store, "doc", ID, ONE, "why?").seq
    acts.resolve(store, "doc", ID, thread)
    if deed == "restore":
        acts.withdraw(store, "ada", ID, ONE, comment="a report")
    at = {"reopen": f"{AT}/resolve", "withdraw all": f"/review/{ID}/_article/stop"}.get(deed, f"{AT}/stop")
    sent = {"do": deed.partition(" ")[0], "comment": "a grave reason", "thread": str(thread)}
    browser = entered(here)
    clock.at += timedelta(minutes=16)
    before = len(events(store))
    for password in ("", "another password"):
        found = browser.post(at, data={**sent, "password": password})
        assert found.status_code == 422 and (deed == "reopen" or "a grave reason" in found.text)
    assert len(events(store)) == before
    assert browser.post(at, data={**sent, "password": WORDS}).status_code == 303
    assert len(events(store)) == before + 2


def test_comments_and_what_only_looks_ask_for_nothing(here: House, store: Store, clock: Clock) -> None:
    browser = entered(here)
    clock.at += timedelta(minutes=16)
    assert browser.post(f"{AT}/comment", data={"text": "a thought"}).status_code == 303
    assert browser.get("/review").status_code == 200


def test_with_a_second_factor_the_password_alone_signs_nothing(here: House, store: Store, clock: Clock) -> None:
    def code() -> str:
        return code_of(secret, int(clock().timestamp()) // SECONDS)

    secret = new_secret()
    set_factor(store, "doc", secret, code())
    clock.at += timedelta(minutes=1)
    browser = entered(here, code=code())
    clock.at += timedelta(minutes=16)
    assert 'name="code"' in browser.get(AT).text
    for given in ("", "000000"):
        assert browser.post(f"{AT}/sign", data=form(password=WORDS, code=given)).status_code == 422
    used = code()
    assert browser.post(f"{AT}/sign", data=form(password=WORDS, code=used)).status_code == 303
    assert approvals(store) == 1
    clock.at += timedelta(minutes=16)
    again = browser.post(f"{AT}/stop", data={"do": "withdraw", "comment": "x", "password": WORDS, "code": used})
    assert again.status_code == 422  # each code is good once


def test_guessing_in_a_session_that_was_left_open_is_limited_as_signing_in_is(here: House, store: Store, clock: Clock) -> None:
    browser = entered(here)
    clock.at += timedelta(minutes=16)
    for number in range(people.ATTEMPTS):
        assert "is not right" in browser.post(f"{AT}/sign", data=form(password=f"a guess, number {number}")).text
    held = browser.post(f"{AT}/sign", data=form(password=WORDS))
    assert held.status_code == 422 and "too many attempts" in held.text and "seen &lt;b&gt;" in held.text
    with pytest.raises(Refused, match="too many"):
        people.sign_in(store, "doc", WORDS)
    clock.at += timedelta(minutes=16)
    assert browser.post(f"{AT}/sign", data=form(password=WORDS)).status_code == 303


def test_how_long_a_proof_holds_is_a_limit_of_the_house(store: Store, clock: Clock) -> None:
    at = Desk(store)
    here = House(Live({ID: ground(FOLDER)}, at), desk=at, limits=Limits(presence=timedelta(0)))
    browser = entered(here)
    assert ASKED in browser.post(f"{AT}/sign", data=form()).text  # none: each signature asks
    assert browser.post(f"{AT}/sign", data=form(password=WORDS)).status_code == 303


def test_a_clock_that_goes_back_makes_no_proof_fresh_again(here: House, store: Store, clock: Clock) -> None:
    browser = entered(here)
    clock.at += timedelta(minutes=20)
    acts.comment(store, "ada", ID, ONE, "the log knows this time")
    clock.at -= timedelta(hours=3)
    assert browser.post(f"{AT}/sign", data=form()).status_code == 422


def test_a_proof_that_was_put_into_the_database_proves_nothing(here: House, store: Store, clock: Clock) -> None:
    browser = entered(here)
    clock.at += timedelta(minutes=16)
    with store.engine.connect().execution_options(writing=True) as connection:
        connection.execute(text("UPDATE session SET made = '2099-01-01T00:00:00.000000Z', seen = made"))
        connection.commit()
    assert browser.post(f"{AT}/sign", data=form()).status_code == 422


def test_a_signature_whose_session_ended_is_kept_whole_while_one_signs_in(here: House, store: Store) -> None:
    stranger = TestClient(app(here), headers={"accept": "text/html"}, follow_redirects=False)
    late = stranger.post(f"{AT}/sign", data=form(**{"source-label": "read “there”", "password": "a secret of mine"}))
    assert late.status_code == 401 and "seen &lt;b&gt;" in late.text and "read “there”" in late.text
    assert "a secret of mine" not in late.text
    hidden = {name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', late.text)}
    wrong = stranger.post("/sign-in", data={**hidden, "account": "doc", "password": "wrong password"})
    assert wrong.status_code == 422 and "read “there”" in wrong.text
    back = stranger.post("/sign-in", data={**hidden, "account": "doc", "password": WORDS})
    assert back.status_code == 200 and f'action="{AT}/sign"' in back.text and "Nothing of it has been sent" in back.text
    fields = {n: html.unescape(v) for n, v in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', back.text)}
    fields |= {n: html.unescape(v) for n, v in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)<', back.text)}
    assert fields["comment"] == "seen <b>" and fields["source-label"] == "read “there”"
    assert stranger.post(f"{AT}/sign", data=fields).status_code == 303
    assert approvals(store) == 1


@pytest.mark.parametrize("kept", ["[]", "{", "null", '{"a": 1}', '{"comment": ["x"]}', "[" * 9000, '{"password": "x"}'])
def test_a_forged_form_in_the_sign_in_page_is_harmless(here: House, kept: str) -> None:
    browser = TestClient(app(here), headers={"accept": "text/html"}, follow_redirects=False)
    sent = {"account": "doc", "password": WORDS, "kept": kept, "to": "//evil.example/", "next": "//evil.example/"}
    found = browser.post("/sign-in", data=sent)
    assert found.status_code in (200, 303) and "evil" not in found.text + found.headers.get("location", "")


@pytest.mark.parametrize(("at", "sent"), [(f"{AT}/comment", {"text": "a\x00thought <i>"}), (f"{AT}/comment", {"text": "a thought <i>", "thread": "99"}), (f"{AT}/stop", {"do": "restore", "comment": "a thought <i>"}), (f"/review/{ID}/_article/stop", {"do": "restore", "comment": "a thought <i>"})], ids=["unfit", "no thread", "not withdrawn", "nothing withdrawn"])
def test_what_is_refused_keeps_what_was_written(here: House, at: str, sent: dict[str, str]) -> None:
    found = entered(here).post(at, data=sent)
    assert found.status_code == 422 and "There is a problem" in found.text and "thought &lt;i&gt;" in found.text


def test_an_administrator_shows_the_password_again_before_changing_accounts(here: House, store: Store, clock: Clock) -> None:
    browser = entered(here, "root")
    clock.at += timedelta(minutes=16)
    assert "show that it is you" in browser.get("/people").text
    new = {"account": "neha", "name": "नेहा", "role": "author"}
    held = browser.post("/people", data=new)
    assert held.status_code == 422 and "नेहा" in held.text and "neha" not in book(store).people
    assert browser.post("/people/doc", data={"do": "lock"}).status_code == 422 and not book(store).people["doc"].locked
    assert browser.post("/account/presence", data={"password": "no", "next": "/people"}).status_code == 422
    shown = browser.post("/account/presence", data={"password": WORDS, "next": "/people"})
    assert shown.headers["location"] == "/people" and browser.post("/people", data=new).status_code == 303


# ---------------------------------------------------------------- one's own password and sessions


def test_people_change_their_own_password_and_their_other_sessions_end(here: House, store: Store) -> None:
    browser, other = entered(here), entered(here)
    sent = {"password": WORDS, "new": OTHERS, "again": OTHERS}
    for wrong, said in (({"password": "another password"}, "is not right"), ({"again": "x"}, "not the same"), ({"new": "short", "again": "short"}, "fewer than 12"), ({"new": WORDS, "again": WORDS}, "the one that you have")):
        found = browser.post("/account/password", data={**sent, **wrong})
        assert found.status_code == 422 and said in found.text
    assert other.get("/account").status_code == 200
    before = token_of(browser)
    assert "Your password is changed" in browser.post("/account/password", data=sent).text
    assert browser.get("/account").status_code == 200 and token_of(browser) != before
    assert other.get("/account").status_code == 303
    with pytest.raises(Refused):
        people.sign_in(store, "doc", WORDS)
    assert people.sign_in(store, "doc", OTHERS)
    assert verify(store).faults == ()


def test_the_account_page_lists_sessions_and_ends_any_of_them(here: House, store: Store, tmp_path: Path) -> None:
    browser = entered(here)
    phone, third = (entered(here, agent=agent) for agent in ("Mozilla/5.0 (iPhone) Version/18 Mobile Safari/604.1", "curl/8"))
    page = browser.get("/account").text
    assert "Firefox on Windows</b> (this one)" in page and "Safari on iPhone" in page and "another program" in page
    assert "Gecko" not in page and "testclient" not in page  # nothing but the family
    assert browser.post("/account/sessions", data={"session": digest_of(token_of(phone))}).status_code == 303
    assert phone.get("/account").status_code == 303 and third.get("/account").status_code == 200
    again = browser.post("/account/sessions", data={"session": digest_of(token_of(phone))})
    assert again.status_code == 422 and "has ended already" in again.text
    browser.post("/account/sessions", data={"others": "yes"})
    assert third.get("/account").status_code == 303 and browser.get("/account").status_code == 200
    assert [one.browser for one in sessions.sessions(store, "doc")] == ["Firefox on Windows"]
    assert verify(store).faults == ()


def test_nobody_ends_the_session_of_somebody_else_but_an_administrator(here: House, store: Store) -> None:
    doc, root = entered(here), entered(here, "root")
    assert root.post("/account/sessions", data={"session": digest_of(token_of(doc))}).status_code == 422
    with pytest.raises(Refused, match="Only an administrator"):
        sessions.end_sessions(store, "ed", "doc")
    assert doc.get("/account").status_code == 200
    assert root.post("/people/doc", data={"do": "sessions"}).status_code == 303
    assert doc.get("/account").status_code == 303 and root.get("/account").status_code == 200


def test_a_session_that_was_ended_is_not_brought_back_by_the_database(store: Store) -> None:
    token = people.sign_in(store, "doc", WORDS)
    with store.engine.connect() as connection:
        (row,) = connection.execute(text("SELECT token, account, made, seen FROM session")).all()
    sessions.sign_out(store, token)
    with store.engine.connect().execution_options(writing=True) as connection:
        connection.execute(text("INSERT INTO session (token, account, made, seen) VALUES (:token, :account, :made, :seen)"), row._asdict())
        connection.commit()
    assert people.person_of(store, token) is None
    assert any("session of doc" in fault for fault in verify(store).faults)


def test_a_second_factor_ends_the_sessions_that_were_begun_without_it(here: House, store: Store, clock: Clock) -> None:
    browser, other = entered(here), entered(here)
    secret = new_secret()
    sent = {"secret": secret, "code": code_of(secret, int(clock().timestamp()) // SECONDS), "password": WORDS}
    assert browser.post("/account/factor", data=sent).status_code == 303
    assert other.get("/account").status_code == 303 and browser.get("/account").status_code == 200


def test_sessions_and_passwords_from_the_terminal(store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], clock: Clock) -> None:
    from posology.reviewing import given

    name = str(store.engine.url.database)
    monkeypatch.setattr(given, "opened", lambda _, make=False: open_store(name, clock))
    monkeypatch.setenv("POSOLOGY_STORE", name)
    token = people.sign_in(store, "doc", WORDS, browser="Firefox on Linux")
    assert main(["people", "sessions", "doc"]) == 0
    assert "Firefox on Linux" in capsys.readouterr().out
    assert main(["people", "end-sessions", "doc", "--as", "ed"]) == 2
    assert "Only an administrator" in capsys.readouterr().err
    assert people.person_of(store, token)
    assert main(["people", "end-sessions", "doc"]) == 0
    assert "1 session" in capsys.readouterr().out and people.person_of(store, token) is None
    monkeypatch.setenv("POSOLOGY_PASSWORD", WORDS)
    monkeypatch.setattr("sys.stdin", _Lines(f"{OTHERS}\n"))
    assert main(["people", "change-password", "--as", "doc"]) == 0
    assert people.sign_in(store, "doc", OTHERS)
    monkeypatch.setattr("sys.stdin", _Lines("short\n"))
    monkeypatch.setenv("POSOLOGY_PASSWORD", OTHERS)
    assert main(["people", "change-password", "--as", "doc"]) == 2


class _Lines:
    """Standard input that is no terminal."""

    def __init__(self, words: str) -> None:
        self.words = words

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        return self.words


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("", "another program"),
        ("<script>" * 100, "another program"),
    ],
)  # fmt: skip
def test_of_a_browser_only_the_family_is_kept(agent: str, said: str) -> None:
    assert family(agent) == said


def test_every_row_of_a_session_says_whose_and_when_and_nothing_of_where(here: House, store: Store) -> None:
    entered(here)
    with store.engine.connect() as connection:
        rows: list[Any] = list(connection.execute(text("SELECT * FROM session")).all())
    assert {name for row in rows for name in row._fields} == {"token", "account", "made", "seen", "browser"}
    assert not any("testclient" in str(value) for row in rows for value in row)

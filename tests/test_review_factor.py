"""The second factor: codes as the standard has them, each good once, and nobody gets round it by way of the database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from editorial import Clock, staffed
from posology.editorial import people
from posology.editorial.factor import SECONDS, address_of, code_of, new_secret, set_factor, step_of
from posology.editorial.store import Store, book, open_store
from posology.editorial.verify import verify
from posology.findings import Refused
from posology.web.app import app
from posology.web.desk import Desk
from posology.web.house import House

WORDS = "four lanterns under water"
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The seed of the test vectors of RFC 6238: 12345678901234567890."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Store:
    made = staffed(str(tmp_path / "r.db"), clock)
    people.set_password(made, people.link(made, "root", "doc"), WORDS)
    return made


def now(store: Store, secret: str) -> str:
    return code_of(secret, int(store.clock().timestamp()) // SECONDS)


def with_factor(store: Store) -> str:
    secret = new_secret()
    set_factor(store, "doc", secret, now(store, secret))
    return secret


@pytest.mark.parametrize(("seconds", "code"), [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"), (2000000000, "69279037"), (20000000000, "65353130")])
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_of(SEED, seconds // SECONDS) == code[-6:]


def test_with_a_second_factor_the_password_alone_opens_nothing(store: Store, clock: Clock) -> None:
    assert people.sign_in(store, "doc", WORDS)  # before there is one, the password is enough
    secret = with_factor(store)
    clock.at += timedelta(seconds=SECONDS)
    for code in ("", "000000", "abcdef", "١٢٣٤٥٦", now(store, new_secret())):
        with pytest.raises(Refused, match="One of them is not right"):
            people.sign_in(store, "doc", WORDS, code=code)
        clock.at += timedelta(minutes=16)  # attempts are counted
    assert not people.password_is(store, "doc", WORDS)
    token = people.sign_in(store, "doc", WORDS, code=f" {now(store, secret)[:3]} {now(store, secret)[3:]} ")
    assert people.person_of(store, token)
    with pytest.raises(Refused):
        people.sign_in(store, "doc", "another password", code=now(store, secret))


def test_a_code_is_good_once(store: Store, clock: Clock) -> None:
    secret = with_factor(store)
    with pytest.raises(Refused):
        people.sign_in(store, "doc", WORDS, code=now(store, secret))  # it was shown when the factor was set up
    clock.at += timedelta(seconds=SECONDS)
    code = now(store, secret)
    people.sign_in(store, "doc", WORDS, code=code)
    with pytest.raises(Refused):
        people.sign_in(store, "doc", WORDS, code=code)


def test_clocks_may_differ_by_half_a_minute_and_no_more(clock: Clock) -> None:
    here = int(clock().timestamp()) // SECONDS
    known = [step_of(SEED, code_of(SEED, here + away), clock()) for away in (-2, -1, 0, 1, 2)]
    assert known == [None, here - 1, here, here + 1, None]


def test_a_second_factor_that_was_put_into_the_database_counts_for_nothing(store: Store, clock: Clock) -> None:
    with_factor(store)
    clock.at += timedelta(seconds=SECONDS)
    other = new_secret()
    with store.engine.connect().execution_options(writing=True) as connection:
        connection.execute(text("UPDATE factor SET secret = :secret, used = 0"), {"secret": other})
        connection.commit()
    with pytest.raises(Refused):
        people.sign_in(store, "doc", WORDS, code=now(store, other))
    assert any("second factor of doc" in fault for fault in verify(store).faults)
    with store.engine.connect().execution_options(writing=True) as connection:
        connection.execute(text("DELETE FROM factor"))
        connection.commit()
    with pytest.raises(Refused):
        people.sign_in(store, "doc", WORDS)


def test_an_administrator_takes_it_away_and_a_link_alone_does_not(store: Store) -> None:
    with_factor(store)
    people.set_password(store, people.link(store, "root", "doc"), "five lanterns under water")
    with pytest.raises(Refused):
        people.sign_in(store, "doc", "five lanterns under water")
    with pytest.raises(Refused, match="Only an administrator"):
        people.remove_factor(store, "ed", "doc")
    people.remove_factor(store, "root", "doc")
    assert people.sign_in(store, "doc", "five lanterns under water")
    with pytest.raises(Refused, match="no second factor"):
        people.remove_factor(store, "root", "doc")


@pytest.mark.parametrize(("secret", "code"), [("", "123456"), ("short", "123456"), ("!!", "x"), ("A" * 16, "123456"), (new_secret(), "000000x")], ids=["none", "short", "no letters", "wrong code", "no code"])
def test_a_secret_that_nobody_shows_a_code_of_is_not_set(store: Store, secret: str, code: str) -> None:
    with pytest.raises(Refused, match="not the code"):
        set_factor(store, "doc", secret, code)
    assert not book(store).people["doc"].factor


def test_a_second_factor_is_set_up_in_the_browser(store: Store) -> None:
    browser = TestClient(app(House({}, desk=Desk(store))), headers={"accept": "text/html"}, follow_redirects=False)
    assert browser.get("/account").headers["location"] == "/sign-in?next=/account"
    assert browser.post("/sign-in", data={"account": "doc", "password": WORDS}).status_code == 303
    page = browser.get("/account").text
    secret = page.split('name="secret" value="')[1].split('"')[0]
    assert address_of(secret, "doc").replace("&", "&amp;") in page
    form = {"secret": secret, "code": now(store, secret), "password": "wrong password"}
    assert browser.post("/account/factor", data=form).status_code == 422
    assert "not the code" in browser.post("/account/factor", data={**form, "password": WORDS, "code": "1"}).text
    assert browser.post("/account/factor", data={**form, "password": WORDS}).status_code == 303
    assert "a code from your authenticator" in browser.get("/account").text
    assert "There is one already" in browser.post("/account/factor", data={**form, "password": WORDS}).text
    browser.post("/sign-out")
    assert browser.post("/sign-in", data={"account": "doc", "password": WORDS}).status_code == 422


def test_the_terminal_asks_for_it_too(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from posology.cli import main
    from posology.reviewing import given

    secret = with_factor(store)
    clock.at += timedelta(seconds=SECONDS)
    name = str(store.engine.url.database)
    monkeypatch.setattr(given, "opened", lambda _, make=False: open_store(name, clock))
    monkeypatch.setenv("POSOLOGY_STORE", name)
    monkeypatch.setenv("POSOLOGY_PASSWORD", WORDS)
    assert main(["review", "declare", "--as", "doc"]) == 2
    assert "second factor, which must be shown" in " ".join(capsys.readouterr().err.split())
    monkeypatch.setenv("POSOLOGY_CODE", "000000")
    assert main(["review", "declare", "--as", "doc"]) == 2
    monkeypatch.setenv("POSOLOGY_CODE", now(store, secret))
    assert main(["review", "declare", "--as", "doc"]) == 0
    assert main(["people", "remove-factor", "doc"]) == 0
    assert not book(store).people["doc"].factor

"""What people see and do about their own sessions: which there are, ending them, showing once more that it is they.

A session is as its entry in the log says. Whoever shows the password again goes on under a new token, whose entry is
the newest proof that it is they who sit there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from ..findings import Finding, Refused
from .chain import instant, moment
from .digest import digest_of
from .factor import use
from .ledger import Ledger, Person
from .passwords import hashed, keep, weaknesses
from .people import (
    Shown,
    administers,
    alive,
    forget_attempts,
    let_through,
    new_token,
    person_of,
    refuse,
    shows,
    still_sound,
    there,
)
from .store import Draft, Store, book, write
from .tables import SESSION


@dataclass(frozen=True, slots=True)
class Session:
    """A session of somebody: its name (what is kept of its token), since when, when last used, in which browser."""

    name: str
    begun: datetime
    used: datetime
    browser: str


def sessions(store: Store, account: str) -> list[Session]:
    """The sessions of an account that go on, the one that was used last first."""
    here, at = book(store), store.clock()
    query = select(SESSION).where(SESSION.c.account == account).order_by(SESSION.c.seen.desc())
    with store.engine.connect() as connection:
        rows = connection.execute(query).all()
    return [
        Session(row.token, moment(row.made), moment(row.seen), row.browser)
        for row in rows
        if alive(here, row.token, account, moment(row.seen), at)
    ]


def proved(store: Store, token: str) -> datetime | None:
    """When whoever has this session last showed that it is they."""
    found = book(store).sessions.get(digest_of(token))
    return found[1] if found else None


def fresh(store: Store, token: str, within: timedelta) -> bool:
    """Whether somebody has shown so lately that it is they; a clock that went back makes nothing fresh again."""
    here, since = book(store), proved(store, token)
    at = max(store.clock(), here.at) if here.at else store.clock()
    return since is not None and at - since <= within


# ---------------------------------------------------------------- showing once more who one is


def show_again(store: Store, token: str, password: str, code: str = "", place: str = "") -> str:
    """The new token of a session whose person has shown their password (and code) again. Raises Refused."""
    shown = _shown(store, _whose(store, token), password, code, place)
    fresh_token, kept = new_token()
    _go_on(store, shown, digest_of(token), kept, [])
    return fresh_token


def change_password(
    store: Store, account: str, password: str, new: str, *, code: str = "", token: str = "", place: str = ""
) -> str:
    """Another password for somebody who shows the one they have. Every other session ends.

    The new token of their session, if they are in one (``token``). Raises Refused.
    """
    if token:
        account = _whose(store, token).id
    person = book(store).people.get(account)
    refuse([*there(book(store), account), *weaknesses(new, account)])
    if new == password:
        raise Refused([Finding("the new password", "It is the one that you have.", "Take another one.")])
    assert person is not None
    shown, words = _shown(store, person, password, code, place), hashed(new)
    fresh_token, kept = new_token()
    body = {"account": account, "fingerprint": digest_of(words)}

    def also(connection: Connection) -> None:
        keep(connection, account, words)
        connection.execute(delete(SESSION).where(SESSION.c.account == account, SESSION.c.token != kept))

    drafts = [Draft("password set", "", {**body, "keeps": kept} if token else body)]
    _go_on(store, shown, digest_of(token) if token else "", kept, drafts, also)
    return fresh_token if token else ""


def _whose(store: Store, token: str) -> Person:
    person = person_of(store, token)
    if person is None:
        raise Refused([Finding("the session", "It has ended.", "Sign in again.")])
    return person


def _shown(store: Store, person: Person, password: str, code: str, place: str) -> Shown:
    let_through(store, person.id, place)
    shown = shows(store, person.id, password, code)
    if shown is None:
        what = f"The password{' or the code' * bool(person.factor)} is not right."
        raise Refused([Finding("the password", what, "Try again, or ask an administrator for a new link.")])
    return shown


def _go_on(
    store: Store, shown: Shown, old: str, kept: str, drafts: list[Draft],
    then: Callable[[Connection], None] = lambda _: None,
) -> None:  # fmt: skip
    """Writes that a session goes on under another token (if there is one), and what else was done with it."""
    person = shown.person

    def decide(here: Ledger, at: datetime) -> list[Draft]:
        still_sound(here, person)
        return [*([Draft("signed in", "", {"session": kept, "again": old})] if old else []), *drafts]

    def also(connection: Connection) -> None:
        use(connection, person.id, shown.step)
        forget_attempts(connection, person.id)
        if old:
            row = update(SESSION).where(SESSION.c.token == old)
            if connection.execute(row.values(token=kept, seen=instant(store.clock()))).rowcount != 1:
                raise Refused([Finding("the session", "It has ended.", "Sign in again.")])
        then(connection)

    write(store, person.id, decide, also)


# ---------------------------------------------------------------- ending


def sign_out(store: Store, token: str) -> None:
    """Ends a session, by whoever has it."""
    person = person_of(store, token)
    if person is not None:
        end_session(store, person.id, digest_of(token))


def end_session(store: Store, account: str, name: str) -> None:
    """Ends one session of one's own. Raises Refused."""

    def decide(here: Ledger, at: datetime) -> list[Draft]:
        if here.sessions.get(name, ("",))[0] != account:
            raise Refused([Finding("the session", "It has ended already.", "Nothing more is needed.")])
        return [Draft("session ended", "", {"account": account, "session": name})]

    def also(connection: Connection) -> None:
        connection.execute(delete(SESSION).where(SESSION.c.account == account, SESSION.c.token == name))

    write(store, account, decide, also)


def end_sessions(store: Store, actor: str, account: str, but: str = "") -> int:
    """Ends every session of somebody, but the one of this token; how many there were. Raises Refused.

    People end their own; an administrator ends anybody's.
    """
    keeps, ended = digest_of(but) if but else "", 0

    def decide(here: Ledger, at: datetime) -> list[Draft]:
        refuse([*(administers(here, actor) if actor != account else []), *there(here, account)])
        return [Draft("sessions ended", "", {"account": account, **({"keeps": keeps} if keeps else {})})]

    def also(connection: Connection) -> None:
        nonlocal ended
        gone = delete(SESSION).where(SESSION.c.account == account, SESSION.c.token != keeps)
        ended = connection.execute(gone).rowcount

    write(store, actor, decide, also)
    return ended

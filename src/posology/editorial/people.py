"""People and how they sign in: accounts, roles, one-time links, sessions, a limit on attempts.

Functions without a framework: the command line and the web call the same. What gives somebody a right (account, roles,
lock) stands in the log. Passwords are kept as argon2id, tokens only as their digest.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from ..findings import Finding, Refused, near
from .acts import unfit_for_text
from .chain import Event, instant, moment
from .digest import digest_of
from .factor import next_step, use
from .ledger import ROLES, Ledger, Person
from .passwords import hashed, keep, right, weaknesses
from .store import Draft, Store, book, write, writing
from .tables import ATTEMPT, CREDENTIAL, FACTOR, LINK, SESSION

ACCOUNT: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
IDLE: Final = timedelta(hours=1)
SESSION_ENDS: Final = timedelta(hours=12)
LINK_ENDS: Final = timedelta(hours=24)
ATTEMPTS, WINDOW = 5, timedelta(minutes=15)
"""Failed attempts on one account that are let through in so much time."""
ATTEMPTS_FROM_ONE_PLACE: Final = 30
TERMINAL: Final = "terminal"
"""Who acts when nobody has signed in: whoever may run commands on the machine. It signs nothing."""


def first_administrator(store: Store, account: str = "administrator", name: str = "") -> str | None:
    """The one-time link of the first account of a store; None when there are accounts already. Raises Refused."""
    token, kept = new_token()

    def decide(here: Ledger, at: datetime) -> list[Draft]:
        if here.people:
            return []
        refuse([*_account(account), *_name(name or account)])
        body = {"account": account, "name": name or account, "roles": ["administrator"]}
        return [Draft("account added", "", body), Draft("link made", "", {"account": account, "link": kept})]

    def also(connection: Connection) -> None:
        if connection.execute(select(func.count()).select_from(CREDENTIAL)).scalar() == 0:
            _keep_link(connection, kept, account, store.clock())

    return token if write(store, TERMINAL, decide, also) else None


def add(store: Store, actor: str, account: str, name: str, roles: Iterable[str]) -> Event:
    """A new account. Raises Refused."""
    wanted = tuple(dict.fromkeys(roles))

    def decide(here: Ledger, at: datetime) -> list[Draft]:
        faults = [*administers(here, actor), *_account(account), *_name(name), *_roles(wanted)]
        if account in here.people:
            faults.append(Finding(account, "There is an account of this name.", "Choose another name."))
        refuse(faults)
        return [Draft("account added", "", {"account": account, "name": _tidy(name), "roles": list(wanted)})]

    return write(store, actor, decide)[0]


def change_roles(store: Store, actor: str, account: str, roles: Iterable[str]) -> Event:
    """Other roles for somebody; they hold at once, in every session. Raises Refused."""
    wanted = tuple(dict.fromkeys(roles))

    def decide(here: Ledger, at: datetime) -> list[Draft]:
        faults = [*administers(here, actor), *there(here, account), *_roles(wanted)]
        faults += _last_administrator(here, account) if "administrator" not in wanted else []
        if account == actor and set(wanted) - set(here.people[actor].roles if actor in here.people else ()):
            faults.append(Finding(account, "Nobody gives themselves a role.", "Ask another administrator."))
        refuse(faults)
        return [Draft("roles changed", "", {"account": account, "roles": list(wanted)})]

    return write(store, actor, decide)[0]


def lock(store: Store, actor: str, account: str, locked: bool = True) -> Event:
    """Locks an account and ends its sessions, or unlocks it. What it signed before stays. Raises Refused."""

    def decide(here: Ledger, at: datetime) -> list[Draft]:
        faults = [*administers(here, actor), *there(here, account)]
        refuse(faults + (_last_administrator(here, account) if locked else []))
        return [Draft("account locked" if locked else "account unlocked", "", {"account": account})]

    def also(connection: Connection) -> None:
        if locked:
            connection.execute(delete(SESSION).where(SESSION.c.account == account))
            connection.execute(delete(LINK).where(LINK.c.account == account))

    return write(store, actor, decide, also)[0]


def remove_factor(store: Store, actor: str, account: str) -> Event:
    """Takes the second factor of somebody away who has lost their device, and ends their sessions. Raises Refused."""

    def decide(here: Ledger, at: datetime) -> list[Draft]:
        faults = [*administers(here, actor), *there(here, account)]
        if account in here.people and not here.people[account].factor:
            faults.append(Finding(account, "This account has no second factor.", "Nothing more is needed."))
        refuse(faults)
        return [Draft("second factor removed", "", {"account": account})]

    def also(connection: Connection) -> None:
        connection.execute(delete(FACTOR).where(FACTOR.c.account == account))
        connection.execute(delete(SESSION).where(SESSION.c.account == account))

    return write(store, actor, decide, also)[0]


# ---------------------------------------------------------------- one-time links


def link(store: Store, actor: str, account: str) -> str:
    """A link with which somebody sets a password, once, within a day. Earlier links end. Raises Refused."""
    token, kept = new_token()

    def decide(here: Ledger, at: datetime) -> list[Draft]:
        faults = [*administers(here, actor), *there(here, account)]
        if account in here.people and here.people[account].locked:
            faults.append(Finding(account, "The account is locked.", "Unlock it first."))
        refuse(faults)
        return [Draft("link made", "", {"account": account, "link": kept})]

    write(store, actor, decide, lambda connection: _keep_link(connection, kept, account, store.clock()))
    return token


def _keep_link(connection: Connection, kept: str, account: str, at: datetime) -> None:
    connection.execute(delete(LINK).where(LINK.c.account == account))
    connection.execute(insert(LINK).values(token=kept, account=account, expires=instant(at + LINK_ENDS)))


def link_account(store: Store, token: str) -> str | None:
    """Whose link it is, while it is good: by the log too, so that none can be put into the table."""
    kept = digest_of(token)
    with store.engine.connect() as connection:
        row = connection.execute(select(LINK).where(LINK.c.token == kept)).first()
    if row is None or moment(row.expires) <= store.clock():
        return None
    made = book(store).links.get(row.account)
    return str(row.account) if made and made[0] == kept and made[1] + LINK_ENDS > store.clock() else None


def set_password(store: Store, token: str, password: str) -> str:
    """Sets the password of the one whose link it is, and ends the link and every session. Raises Refused."""
    account = link_account(store, token)
    if account is None:
        raise Refused([Finding("the link", "It was used, or its time is over.", "Ask an administrator for a new one.")])
    refuse(weaknesses(password, account))
    words = hashed(password)

    def decide(here: Ledger, at: datetime) -> list[Draft]:
        person = here.people.get(account)
        if person is None or person.locked or link_account(store, token) != account:
            raise Refused([Finding("the link", "It is no longer good.", "Ask an administrator for a new one.")])
        return [Draft("password set", "", {"account": account, "fingerprint": digest_of(words)})]

    def also(connection: Connection) -> None:
        used = connection.execute(delete(LINK).where(LINK.c.token == digest_of(token)))
        if used.rowcount != 1:
            raise Refused([Finding("the link", "It was used already.", "Ask an administrator for a new one.")])
        keep(connection, account, words)
        connection.execute(delete(SESSION).where(SESSION.c.account == account))

    write(store, account, decide, also)
    return account


# ---------------------------------------------------------------- signing in and out


def sign_in(
    store: Store, account: str, password: str, place: str = "", code: str = "", browser: str = ""
) -> str:  # fmt: skip
    """A new session's token, if account, password and (where one was set up) the second factor are right.

    Raises Refused, without saying which was wrong. It takes as long for an account that is not there. ``place`` is
    where the attempt comes from; ``browser`` the kind of browser, by which people know their sessions apart.
    """
    let_through(store, account, place)
    shown = shows(store, account, password, code)
    if shown is None or shown.person.locked:
        do = "Try again, or ask for a new link."
        raise Refused([Finding("account, password or code", "One of them is not right.", do)])
    return _begin(store, shown, browser)


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody has shown: who they are, the hash of their password anew (or nothing), the code's half minute."""

    person: Person
    newer: str | None
    step: int


def shows(store: Store, account: str, password: str, code: str = "") -> Shown | None:
    """What comes of an account, its password and its code; None when one of them is not right."""
    person = book(store).people.get(account)
    with store.engine.connect() as connection:
        kept = connection.execute(select(CREDENTIAL.c.password).where(CREDENTIAL.c.account == account)).scalar()
    sound, newer = right(password, kept)
    step = next_step(store, person, code) if person else None
    if not sound or person is None or digest_of(str(kept)) != person.fingerprint or step is None:
        return None
    return Shown(person, newer, step)


def password_is(store: Store, account: str, password: str, code: str = "", place: str = "") -> bool:
    """Whether this is the account's password, and the code of its second factor where one was set up.

    Attempts are counted. Raises Refused when there were too many.
    """
    let_through(store, account, place)
    shown = shows(store, account, password, code)
    if shown is None:
        return False
    with writing(store) as connection:
        use(connection, account, shown.step)
        forget_attempts(connection, account)
    return True


def still_sound(here: Ledger, person: Person) -> None:
    """That nothing of what somebody showed has changed since it was looked at. Raises Refused."""
    known = here.people.get(person.id)
    if known is None or known.locked or (known.fingerprint, known.factor) != (person.fingerprint, person.factor):
        raise Refused([Finding("account or password", "One of them is not right.", "Try again.")])


def _begin(store: Store, shown: Shown, browser: str) -> str:
    token, kept = new_token()
    person, newer = shown.person, shown.newer

    def decide(here: Ledger, at: datetime) -> list[Draft]:
        still_sound(here, person)
        drafts = [Draft("signed in", "", {"session": kept})]
        if newer:
            renewed = {"account": person.id, "fingerprint": digest_of(newer), "renewed": True}
            drafts.append(Draft("password set", "", renewed))
        return drafts

    def also(connection: Connection) -> None:
        use(connection, person.id, shown.step)
        at, long_ago = instant(store.clock()), instant(store.clock() - SESSION_ENDS)
        connection.execute(delete(SESSION).where(SESSION.c.account == person.id, SESSION.c.seen < long_ago))
        row = {"token": kept, "account": person.id, "made": at, "seen": at, "browser": browser[:40]}
        connection.execute(insert(SESSION).values(row))
        forget_attempts(connection, person.id)
        if newer:
            keep(connection, person.id, newer)

    write(store, person.id, decide, also)
    return token


def let_through(store: Store, account: str, place: str = "") -> None:
    """Counts an attempt on an account, and from a place, and refuses it when there were too many. Raises Refused."""
    at, keys = store.clock(), [(_key(account), ATTEMPTS)]
    keys += [(digest_of(f"place {place}"), ATTEMPTS_FROM_ONE_PLACE)] if place else []
    with writing(store) as connection:
        connection.execute(delete(ATTEMPT).where(ATTEMPT.c.at < instant(at - WINDOW)))
        for key, most in keys:
            count = connection.execute(select(func.count()).where(ATTEMPT.c.key == key)).scalar() or 0
            if count >= most:
                what = f"There were too many attempts. The next one is possible in {WINDOW.seconds // 60} minutes."
                raise Refused([Finding("sign-in", what, "Wait, or ask an administrator for a new link.")])
            connection.execute(insert(ATTEMPT).values(key=key, at=instant(at)))


def forget_attempts(connection: Connection, account: str) -> None:
    """The attempts on an account count no longer, since one of them was right."""
    connection.execute(delete(ATTEMPT).where(ATTEMPT.c.key == _key(account)))


def _key(account: str) -> str:
    return digest_of(f"account {account}")


def person_of(store: Store, token: str) -> Person | None:
    """Whose session it is, with the roles of this moment; None when it has ended or never began by signing in."""
    if not token:
        return None
    kept, at = digest_of(token), store.clock()
    with store.engine.connect() as connection:
        row = connection.execute(select(SESSION).where(SESSION.c.token == kept)).first()
    if row is None:
        return None
    here = book(store)
    person = here.people.get(row.account)
    if not alive(here, kept, row.account, moment(row.seen), at) or person is None or person.locked:
        return None
    if at - moment(row.seen) > timedelta(minutes=1):
        with writing(store) as connection:
            connection.execute(update(SESSION).where(SESSION.c.token == kept).values(seen=instant(at)))
    return person


def alive(here: Ledger, kept: str, account: str, seen: datetime, at: datetime) -> bool:
    """Whether a session goes on: it is in the log as this account's, was used within an hour, and is not too old.

    Its age counts from the last time that its person has shown their password.
    """
    whose, since = here.sessions.get(kept, ("", at))
    return whose == account and at - seen <= IDLE and at - since <= SESSION_ENDS


# ---------------------------------------------------------------- what is refused


def administers(here: Ledger, actor: str) -> list[Finding]:
    """That somebody may look after accounts."""
    person = here.people.get(actor)
    if actor == TERMINAL or (person and not person.locked and "administrator" in person.roles):
        return []
    return [Finding(actor or "--as", "Only an administrator looks after accounts.", "Ask one.")]


def _account(account: str) -> list[Finding]:
    if ACCOUNT.fullmatch(account) and account != TERMINAL:
        return []
    do = "Use up to 64 small letters, digits, dots and hyphens; the person's name may be in any script."
    return [Finding(account or "ACCOUNT", "This cannot be the name of an account.", do)]


def _name(name: str) -> list[Finding]:
    tidy = _tidy(name)
    if tidy and len(tidy) <= 200 and not any(unfit_for_text(c) for c in tidy):
        return []
    return [Finding("--name", "This cannot be a person's name.", "Write it as the person does, in any script.")]


def _tidy(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())


def _roles(roles: Sequence[str]) -> list[Finding]:
    use = f"Use: {', '.join(ROLES)}."
    faults = [Finding(r, f"{r!r} is not a role.", near(r, ROLES, use)) for r in roles if r not in ROLES]
    if not roles:
        faults.append(Finding("--role", "An account needs a role.", use))
    if "administrator" in roles and len(roles) > 1:
        do = "Give the person a second account for the other roles."
        faults.append(Finding("--role", "An administrator has no clinical or editorial rights.", do))
    return faults


def there(here: Ledger, account: str) -> list[Finding]:
    """That there is such an account."""
    if account in here.people:
        return []
    return [Finding(account, "Nobody has this account.", near(account, here.people, "See `posology people list`."))]


def _last_administrator(here: Ledger, account: str) -> list[Finding]:
    left = [p for p in here.people.values() if "administrator" in p.roles and not p.locked and p.id != account]
    if left or account not in here.people or "administrator" not in here.people[account].roles:
        return []
    return [Finding(account, "This is the last administrator.", "Add another one first.")]


def new_token() -> tuple[str, str]:
    """A token of 256 random bits, and what is kept of it."""
    token = secrets.token_urlsafe(32)
    return token, digest_of(token)


def refuse(faults: Sequence[Finding]) -> None:
    """Refuses with every reason, if there is one. Raises Refused."""
    if faults:
        raise Refused(dict.fromkeys(faults))

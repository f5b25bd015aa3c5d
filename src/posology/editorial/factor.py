"""The second factor: codes that an authenticator app shows for half a minute (TOTP, RFC 6238). Each is good once."""

from __future__ import annotations

import hmac
import secrets
from base64 import b32decode, b32encode
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, delete, insert, select, update

from ..findings import Finding, Refused
from .chain import Event
from .digest import digest_of
from .store import Draft, Store, write
from .tables import FACTOR, SESSION

if TYPE_CHECKING:
    from .ledger import Ledger, Person

SECONDS, DIGITS = 30, 6
BESIDE: Final = 1
"""Codes before and after the one of this moment that are let through, since clocks differ."""


def new_secret() -> str:
    """160 random bits, as authenticator apps take them."""
    return b32encode(secrets.token_bytes(20)).decode()


def address_of(secret: str, account: str) -> str:
    """The address with which an authenticator app on the same device takes a secret over."""
    return f"otpauth://totp/posology:{account}?secret={secret}&issuer=posology"


def code_of(secret: str, step: int) -> str:
    """The code of one half minute, counted from 1970.

    >>> code_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59 // 30)
    '287082'
    """
    mac = hmac.digest(b32decode(secret), step.to_bytes(8, "big"), "sha1")
    at = mac[-1] & 15
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The half minute whose code this is, if it is about now."""
    here = int(now.timestamp()) // SECONDS
    bare = "".join(code.split())
    steps = range(here - BESIDE, here + BESIDE + 1)
    found = [step for step in steps if hmac.compare_digest(code_of(secret, step).encode(), bare.encode())]
    return found[-1] if found else None


def set_factor(store: Store, account: str, secret: str, code: str, token: str = "") -> Event:
    """Sets the second factor of somebody who shows that their app has the secret. Raises Refused.

    Their sessions end, but the one of this token: those were begun without it.
    """
    keeps = digest_of(token) if token else ""
    try:
        step = step_of(secret, code, store.clock()) if len(b32decode(secret)) >= 20 else None
    except ValueError:
        step = None
    if step is None:
        do = "Type the code that the app shows now, and see that the device's clock is right."
        raise Refused([Finding("the code", "This is not the code of that secret.", do)])

    def decide(here: Ledger, at: datetime) -> list[Draft]:
        if account not in here.people:
            raise Refused([Finding(account, "Nobody has this account.", "See `posology people list`.")])
        body = {"account": account, "fingerprint": digest_of(secret), "keeps": keeps}
        return [Draft("second factor set", "", body)]

    def also(connection: Connection) -> None:
        connection.execute(delete(FACTOR).where(FACTOR.c.account == account))
        connection.execute(insert(FACTOR).values(account=account, secret=secret, used=step))
        connection.execute(delete(SESSION).where(SESSION.c.account == account, SESSION.c.token != keeps))

    return write(store, account, decide, also)[0]


def next_step(store: Store, person: Person, code: str) -> int | None:
    """The half minute whose code somebody shows, if it is good: by the log too, and not used before.

    0 where they have set no second factor up.
    """
    if not person.factor:
        return 0
    with store.engine.connect() as connection:
        row = connection.execute(select(FACTOR).where(FACTOR.c.account == person.id)).first()
    if row is None or digest_of(row.secret) != person.factor:
        return None
    step = step_of(row.secret, code, store.clock())
    return step if step and step > row.used else None


def use(connection: Connection, account: str, step: int) -> None:
    """Uses a code up. Raises Refused when somebody else was faster with it."""
    if not step:
        return
    used = connection.execute(
        update(FACTOR).where(FACTOR.c.account == account, FACTOR.c.used < step).values(used=step)
    )
    if used.rowcount != 1:
        raise Refused([Finding("the code", "It was used already.", "Wait for the next one.")])

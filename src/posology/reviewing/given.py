"""What the arguments of a command name: the store, the guideline, the person who acts."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..findings import Finding, Refused

if TYPE_CHECKING:
    from ..check import Outcome
    from ..editorial.status import Review
    from ..editorial.store import Store
    from ..model import Guideline

STORE, ACTOR, PASSWORD, CODE = "POSOLOGY_STORE", "POSOLOGY_AS", "POSOLOGY_PASSWORD", "POSOLOGY_CODE"


def store_name(args: argparse.Namespace) -> str:
    """The store that a command was given, if any."""
    return str(getattr(args, "store", None) or os.environ.get(STORE, ""))


@contextmanager
def extra() -> Iterator[None]:
    """Says which packages are missing. Raises Refused."""
    try:
        yield
    except ModuleNotFoundError as missing:
        name = (missing.name or "").partition(".")[0]
        if name not in ("alembic", "cryptography", "psycopg", "pwdlib", "sqlalchemy"):
            raise
        do = f"Install them: pip install 'posology[{'postgres' if name == 'psycopg' else 'editorial'}]'."
        raise Refused([Finding("--store", f"A review needs packages that are not installed ({name}).", do)]) from None


def reviewed(guideline: Guideline, args: argparse.Namespace) -> Guideline:
    """The guideline with the status that its signatures come to, where there is a store. Raises Refused."""
    return under_review(guideline, args)()


def under_review(guideline: Guideline, args: argparse.Namespace) -> Callable[[], Guideline]:
    """The guideline, each time that it is asked for, with the status that its signatures come to by then."""
    name = store_name(args)
    if not name:
        return lambda: guideline
    with extra():
        from ..editorial.offer import offer_of
        from ..editorial.status import plain_status, review, summary
        from ..editorial.store import book

        store, offer = opened(name), offer_of(guideline)

    def now() -> Guideline:
        found = review(offer, book(store), store.clock())
        return replace(guideline, status=plain_status(found.state), review=summary(found))

    return now


def checked(outcome: Outcome, args: argparse.Namespace) -> Outcome:
    """What a check found, with what the signatures in the store come to, and what is wrong with those."""
    name = store_name(args)
    if not name or outcome.figures is None:
        return outcome
    from ..editorial.report import as_json, faults
    from ..editorial.store import book

    with extra():
        store, guideline = opened(name), guideline_of(args)
        try:
            found = review_of(store, guideline)
        except Refused as refused:
            return replace(outcome, faults=(*outcome.faults, *refused.findings))
        wrong = faults(found, book(store))
    return replace(outcome, faults=(*outcome.faults, *wrong), review=as_json(found))


def review_of(store: Store, guideline: Guideline) -> Review:
    """How far the review of a guideline has come, by this store."""
    from ..editorial.offer import offer_of
    from ..editorial.status import review
    from ..editorial.store import book

    return review(offer_of(guideline), book(store), store.clock())


def opened(name: str, make: bool = False) -> Store:
    """The store of that name. Raises Refused."""
    from ..editorial.store import open_store

    if not name:
        do = f"Add --store FILE, or set {STORE}."
        raise Refused([Finding("--store", "No store is named.", do)])
    return open_store(name, make=make)


def store_of(args: argparse.Namespace, make: bool = False) -> Store:
    """The store that a command was given. Raises Refused."""
    return opened(store_name(args), make)


def guideline_of(args: argparse.Namespace) -> Guideline:
    """The guideline that a command was given. Raises Refused."""
    from ..read.library import load

    return load(args.guideline)


def actor_of(args: argparse.Namespace, store: Store, default: str = "") -> str:
    """Who acts. An account that has a password must show it. Raises Refused."""
    from ..editorial.people import password_is
    from ..editorial.store import book

    account = _named(args, default)
    person = book(store).people.get(account)
    if person and person.fingerprint:
        account, password, code = shown_by(args, store, default)
        if not password_is(store, account, password, code):
            what = f"The password{' or the code' * bool(person.factor)} is not right."
            raise Refused([Finding(account, what, "Try again, or ask for a new link.")])
    return account


def shown_by(args: argparse.Namespace, store: Store, default: str = "") -> tuple[str, str, str]:
    """Who acts, with the password and the code that they show, whatever these are worth. Raises Refused."""
    from ..editorial.store import book

    account = _named(args, default)
    person = book(store).people.get(account)
    password = _asked(account, "password", PASSWORD)
    return account, password, _asked(account, "second factor", CODE) if person and person.factor else ""


def _named(args: argparse.Namespace, default: str) -> str:
    account = args.actor or os.environ.get(ACTOR, "") or default
    if not account:
        raise Refused([Finding("--as", "Nobody is named who acts.", f"Add --as ACCOUNT, or set {ACTOR}.")])
    return str(account)


def _asked(account: str, what: str, variable: str) -> str:
    """What somebody has to show: from the environment, or typed at the terminal. Raises Refused."""
    if variable in os.environ:
        return os.environ[variable]
    if not sys.stdin.isatty():
        do = f"Run it at a terminal, or set {variable}."
        raise Refused([Finding(account, f"This account has a {what}, which must be shown.", do)])
    from getpass import getpass

    return getpass(f"{what.capitalize()} of {account}: ")


def write(name: str, content: bytes) -> int:
    """Writes a file whole, and says its name. Raises Refused."""
    from ..cli import write_whole

    try:
        write_whole(Path(name), content)
    except OSError as error:
        do = "Choose a place that can be written to."
        raise Refused([Finding(name, f"It cannot be written: {error.strerror}.", do)]) from None
    return say(name)


def head_line(found: Review) -> str:
    """One line on how far a guideline has come."""
    from ..editorial.history import title_of

    return f"{found.guideline} {found.version}: {title_of(found)}"


def say(words: str) -> int:
    """Words on standard output, whatever is in them."""
    sys.stdout.buffer.write(words.encode(errors="replace") + b"\n")
    sys.stdout.buffer.flush()
    return 0

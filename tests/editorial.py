"""What the tests of the review share: stores on SQLite and PostgreSQL, a clock that obeys, people, a small guideline."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket
from tempfile import mkdtemp

from posology.editorial import acts, people
from posology.editorial.chain import Event
from posology.editorial.offer import Offer, offer_of
from posology.editorial.status import Review, review
from posology.editorial.store import Store, book, open_store
from posology.model import Guideline
from posology.read.guideline import read_texts, texts_of

FOLDER = Path(__file__).parent / "fixtures" / "second-guideline"
TEXTS = texts_of(FOLDER)
GUIDELINE = read_texts(TEXTS)
ID = GUIDELINE.id

TEAM: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ada": ("Ada Author", ("author",)),
    "ed": ("Ed Editor", ("editor",)),
    "doc": ("Dr. Dora Ng", ("clinical reviewer",)),
    "phil": ("Φίλιππος Φαρμακοποιός", ("pharmacist",)),
    "lay": ("لیلا", ("lay reviewer",)),
    "both": ("Bo Oth", ("author", "clinical reviewer")),
    "pub": ("Pub Lisher", ("publisher",)),
    "aud": ("Aud Itor", ("auditor",)),
    "root": ("Ro Ot", ("administrator",)),
}


@dataclass
class Clock:
    """A clock that shows what it is told."""

    at: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 9, tzinfo=UTC))

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


def staffed(name: str, clock: Clock | None = None) -> Store:
    """A new store with a team, each of whom has declared no conflict."""
    store = open_store(name, clock or Clock(), make=True)
    for account, (full, roles) in TEAM.items():
        people.add(store, people.TERMINAL, account, full, roles)
    for account in ("doc", "phil", "lay", "both"):
        acts.declare(store, account)
    return store


def edited(texts: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    """The files with one change."""
    assert old in texts["guideline.md"], old
    return {**texts, "guideline.md": texts["guideline.md"].replace(old, new, 1)}


def submit(store: Store, texts: Mapping[str, str] = TEXTS, actor: str = "ada", authors: tuple[str, ...] = ()) -> Event:
    return acts.submit(store, actor, read_texts(texts), texts, authors)


def offer(texts: Mapping[str, str] = TEXTS) -> Offer:
    return offer_of(read_texts(texts))


def status(store: Store, guideline: Guideline = GUIDELINE) -> Review:
    return review(offer_of(guideline), book(store), store.clock())


def approve_all(store: Store, *accounts: str, texts: Mapping[str, str] = TEXTS) -> None:
    """Each of them approves every part that they have not approved yet, with a reason for each open source."""
    here = offer(texts)
    reasons = {key: "read at its owner" for part in here.parts.values() for key in (*part.open, *part.cites)}
    for account in accounts:
        found = review(here, book(store), store.clock())
        rest = {n: p.digest for n, p in found.parts.items() if account not in {s.person for s in p.approvals}}
        acts.sign_all(store, account, here.guideline, rest, "approve", acknowledged=reasons)


# ---------------------------------------------------------------- PostgreSQL


def program(name: str) -> str:
    """A program of PostgreSQL."""
    found = shutil.which(name)
    return found or str(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))[-1])


def _as_somebody() -> list[str]:
    """PostgreSQL does not run for root: then it runs for the user `postgres`."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []


@contextmanager
def cluster() -> Iterator[str]:
    """A server of our own on loopback; its address, up to the name of the database."""
    folder = Path(mkdtemp(prefix="posology-pg-"))
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data, options = folder / "data", f"-h 127.0.0.1 -p {port} -k {folder}"
    run = {"check": True, "capture_output": True, "cwd": folder}
    initdb = [program("initdb"), "-D", str(data), "-U", "posology", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"]
    subprocess.run([*_as_somebody(), *initdb], **run)  # type: ignore[call-overload]
    start = [program("pg_ctl"), "-D", str(data), "-o", options, "-w", "-l", str(folder / "log"), "start"]
    subprocess.run([*_as_somebody(), *start], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        yield f"postgresql://posology@127.0.0.1:{port}"
    finally:
        stop = [program("pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"]
        subprocess.run([*_as_somebody(), *stop], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str, name: str, template: str = "template1") -> str:
    """A database of that name, empty or a copy; its address."""
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    return f"{server}/{name}"

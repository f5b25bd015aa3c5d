"""The store of a review: a log that only grows, in SQLite or PostgreSQL.

Everything is written in one transaction that holds the store's one lock, so what is decided under it (may this
person sign this?) is still true when it is written. What was acknowledged is on the disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from ..findings import Finding, Refused
from .chain import GENESIS, Event, Row, event_of, first_broken, next_row
from .digest import digest_of
from .ledger import Ledger, ledger
from .tables import CONTENT, EVENT, HEAD

LOCK: Final = 7_309_453_180
"""The number of our lock in PostgreSQL; any, but always the same."""
WAIT: Final = 30
"""Seconds to wait for whoever writes."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that is to be written: its kind, what it is about, its particulars, and texts that it names."""

    kind: str
    subject: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    texts: tuple[str, ...] = ()


@dataclass(slots=True)
class Seen:
    """What has been read of the log so far: it only grows, so it is read once."""

    events: tuple[Event, ...] = ()
    book: Ledger = field(default_factory=Ledger)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class Store:
    """An open store, and the clock by which its entries are dated."""

    engine: Engine
    clock: Callable[[], datetime]
    seen: Seen


def now() -> datetime:
    """The time, by the machine's clock."""
    return datetime.now(UTC)


def address(name: str) -> URL:
    """The address that a path or a URL means. Raises Refused."""
    if "://" not in name:
        return URL.create("sqlite", database=str(Path(name)))
    try:
        url = make_url(name)
    except ArgumentError:
        do = "Write a path, or an address as in postgresql://user@host/name."
        raise Refused([Finding("--store", "This is not the address of a store.", do)]) from None
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "postgresql+psycopg"):
        return url
    what = f"A store in {url.drivername!r} is not known."
    raise Refused([Finding("--store", what, "Use a path, or an address that begins with sqlite:// or postgresql://.")])


def open_store(name: str, clock: Callable[[], datetime] = now, *, make: bool = False) -> Store:
    """The store at a path or URL, brought up to date. Raises Refused.

    ``make`` makes a new one; without it a store that is not there is refused, so that a misspelt name does not
    look like a guideline without signatures.
    """
    from .upgrade import bring_up_to_date

    url = address(name)
    _there(url, make)
    found = Store(_engine(url), clock, Seen())
    with _saying(url):
        with found.engine.connect() as connection:
            _durable(connection)
        bring_up_to_date(found.engine)
    return found


def _there(url: URL, make: bool) -> None:
    if url.drivername != "sqlite":
        return
    if url.database in (None, "", ":memory:"):
        do = "Name a file."
        raise Refused([Finding("--store", "A store in memory would be gone with the program.", do)])
    path = Path(str(url.database))
    if not path.exists() and not make:
        do = "Check the name, or make one with `posology people first`."
        raise Refused([Finding(str(path), "There is no store here.", do)])
    if make and not path.parent.is_dir():
        raise Refused([Finding(str(path), "Its folder is not there.", f"Make {path.parent} first.")])


def _engine(url: URL) -> Engine:
    if url.drivername != "sqlite":
        return create_engine(url, pool_pre_ping=True, isolation_level="READ COMMITTED", pool_size=10, max_overflow=20)
    engine = create_engine(url, connect_args={"timeout": WAIT, "check_same_thread": False})
    event.listen(engine, "connect", _sqlite_settings)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_settings(raw: Any, _record: Any) -> None:
    """Every commit is synced, readers do not wait for writers, and we begin transactions ourselves."""
    raw.isolation_level = None
    raw.execute(f"PRAGMA busy_timeout = {WAIT * 1000}")
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")


def _sqlite_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _durable(connection: Connection) -> None:
    """That a commit which was acknowledged survives a power cut. Raises Refused."""
    if connection.dialect.name == "sqlite":
        mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar()).lower()
        level = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        sound = mode == "wal" and level == 2
        what = f"It does not sync as it must: journal {mode}, synchronous {level} (wal and 2 are needed)."
    else:
        names = ("fsync", "synchronous_commit", "full_page_writes")
        settings = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names}
        sound = "off" not in settings.values()
        what = f"It does not sync as it must: {', '.join(f'{name} is {value}' for name, value in settings.items())}."
    if not sound:
        raise Refused([Finding("the store", what, "Put it on a disk and a server that do.")])


@contextmanager
def _saying(url: URL) -> Iterator[None]:
    """Faults of the database as one message, without its password."""
    try:
        yield
    except DBAPIError as error:
        shown = url.render_as_string(hide_password=True) if url.drivername != "sqlite" else str(url.database)
        raise Refused([Finding(shown, *_words(error))]) from None


def _words(error: DBAPIError) -> tuple[str, str]:
    reason = str(error.orig).strip().splitlines()[0] if error.orig else "it does not say why"
    if "not a database" in reason or "malformed" in reason:
        return "This file is not a store, or it is damaged.", "Restore a backup: `posology review restore-backup`."
    if "full" in reason:
        return "The disk is full: nothing was written.", "Make room and do it again."
    if "locked" in reason:
        return "Another program has been writing for too long: nothing was written.", "Do it again."
    return f"The database refused: {reason}.", "Nothing was written. Mend this and do it again."


# ---------------------------------------------------------------- reading

COLUMNS: Final = tuple(EVENT.c)


def rows(connection: Connection, after: int = 0) -> Iterator[Row]:
    """The entries of the log after a number, in order, as they are stored."""
    for row in connection.execute(select(*COLUMNS).where(EVENT.c.seq > after).order_by(EVENT.c.seq)):
        yield tuple(row)


def book(store: Store) -> Ledger:
    """What the log comes to by now."""
    with _saying(store.engine.url), store.engine.connect() as connection:
        return _book(store, connection)


def events(store: Store) -> tuple[Event, ...]:
    """Every entry of the log by now."""
    book(store)
    return store.seen.events


def _book(store: Store, connection: Connection) -> Ledger:
    """The ledger of what this transaction sees. What was read before is not read again."""
    seen = store.seen
    with seen.lock:
        last = (seen.events[-1].seq, seen.events[-1].hash) if seen.events else (0, GENESIS)
        more = list(rows(connection, last[0]))
        if more:
            seen.events = (*seen.events, *_sound(more, last))
            seen.book = ledger(seen.events)
        return seen.book


def _sound(more: list[Row], last: tuple[int, str]) -> tuple[Event, ...]:
    """Entries as events, if they are what was written. Raises Refused: nothing is computed from a log that is not."""
    broken = first_broken(more, after=last)
    if broken:
        what = f"The log of reviews is not what was written: entry {broken.seq}: {broken.why}."
        raise Refused([Finding("the store", what, "Run `posology review verify`, and restore a backup.")])
    return tuple(event_of(row) for row in more)


def content(store: Store, digest: str) -> str | None:
    """The text that has this digest, if the log ever named it."""
    with _saying(store.engine.url), store.engine.connect() as connection:
        found = connection.execute(select(CONTENT.c.text).where(CONTENT.c.digest == digest)).scalar()
        return None if found is None else str(found)


# ---------------------------------------------------------------- writing

Decide = Callable[[Ledger, datetime], Iterable[Draft]]


def write(store: Store, actor: str, decide: Decide, also: Callable[[Connection], None] | None = None) -> list[Event]:
    """Writes what is decided in the light of the whole log, all of it or nothing. Raises Refused.

    ``decide`` is called while nobody else can write; what it refuses is not written. ``also`` changes other tables in
    the same transaction, if there was something to write.
    """
    with _saying(store.engine.url), writing(store) as connection:
        here = _book(store, connection)
        at = max(store.clock(), here.at) if here.at else store.clock()
        made = [_append(connection, actor, draft, at) for draft in decide(here, at)]
        if made and also is not None:
            also(connection)
    return made


@contextmanager
def writing(store: Store) -> Iterator[Connection]:
    """A transaction that holds the store's one lock."""
    with store.engine.connect().execution_options(writing=True) as connection, connection.begin():
        if connection.dialect.name != "sqlite":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        yield connection


def _append(connection: Connection, actor: str, draft: Draft, at: datetime) -> Event:
    last = connection.execute(select(EVENT.c.seq, EVENT.c.hash).order_by(EVENT.c.seq.desc()).limit(1)).first()
    seq, prev = (int(last[0]) + 1, str(last[1])) if last else (1, GENESIS)
    row = next_row(seq, prev, at, actor, draft.kind, draft.subject, draft.body)
    for words in draft.texts:
        _keep(connection, words)
    connection.execute(insert(EVENT).values(dict(zip((c.name for c in COLUMNS), row, strict=True))))
    connection.execute(update(HEAD).where(HEAD.c.id == 1).values(seq=row[0], hash=row[-1]))
    return event_of(row)


def _keep(connection: Connection, words: str) -> None:
    """A text under its digest, once."""
    into = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    connection.execute(into(CONTENT).values(digest=digest_of(words), text=words).on_conflict_do_nothing())



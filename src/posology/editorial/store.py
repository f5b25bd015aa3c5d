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

from sqlalchemy import Connection, Engine, create_engine, event, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from ..findings import Finding, Refused, Unsound
from .chain import GENESIS, Event, Row, event_of, first_broken, next_row
from .digest import digest_of
from .keyfile import Place, make_key, note_head, place_of, read_key, ready_key, seen_head, take
from .ledger import Ledger, extended
from .seal import Key, sealed, sealer
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
    """What has been read of the log so far (it only grows, so it is read once), and the key that must seal it.

    ``wrote`` is the newest entry that this program has written: it must be in whatever is read from then on.
    """

    key: Key | None = None
    events: tuple[Event, ...] = ()
    book: Ledger = field(default_factory=Ledger)
    wrote: tuple[int, str] = (0, "")
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class Store:
    """An open store, the clock by which its entries are dated, and where its key lies."""

    engine: Engine
    clock: Callable[[], datetime]
    place: Place
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
    found = Store(_engine(url), clock, place_of(url), Seen())
    with _saying(url):
        with found.engine.connect() as connection:
            _durable(connection)
        bring_up_to_date(found.engine)
        found.seen.key = _key(found)
    return found


def _key(store: Store) -> Key | None:
    """The key of a store. A new log gets one, and so does a file from before there were seals. Raises Refused."""
    from .rekey import change_key

    known = read_key(store.place)
    if known is not None or store.place.given:
        return known
    with store.engine.connect() as connection:
        entries = connection.execute(select(func.count()).select_from(EVENT)).scalar() or 0
        bare = not connection.execute(select(EVENT.c.seq).where(EVENT.c.seal.is_not(None)).limit(1)).first()
    if not entries:
        return make_key(store.place)
    file = store.engine.dialect.name == "sqlite"  # whoever may make a file beside it; a server is asked to say so
    return change_key(store, "an older posology wrote the log") if bare and file else None


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
        raise Unsound([Finding(shown, *_words(error))]) from None


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
        yield Row(*row)


def book(store: Store) -> Ledger:
    """What the log comes to by now."""
    with _saying(store.engine.url), store.engine.connect() as connection:
        return _book(store, connection)


def events(store: Store) -> tuple[Event, ...]:
    """Every entry of the log by now."""
    book(store)
    return store.seen.events


def _book(store: Store, connection: Connection) -> Ledger:
    """The ledger of what this transaction sees. What was read before is not read again, but must still be there."""
    seen = store.seen
    with seen.lock:
        last = (seen.book.seq, seen.book.head or GENESIS)
        least = seen.wrote if last[0] else _head(connection)
        more = list(rows(connection, max(0, last[0] - 1)))
        if last[0]:
            if not more or (more[0].seq, more[0].hash) != last:
                raise _not_as_written(f"entry {last[0]}: it was there, and is no longer")
            del more[0]
        else:
            _met(more, seen_head(store.place))
        if least[0] > last[0] and least not in {(row.seq, row.hash) for row in more}:
            raise _not_as_written(f"entry {least[0]}: it was written, and is not there")
        if more:
            new = _sound(store, more, last)
            seen.events = (*seen.events, *new)
            seen.book = extended(seen.book, new)
            note_head(store.place, seen.book.seq, seen.book.head)
        return seen.book


def _head(connection: Connection) -> tuple[int, str]:
    """The newest entry as the store has noted it. Read before the entries: others may be writing."""
    row = connection.execute(select(HEAD.c.seq, HEAD.c.hash).where(HEAD.c.id == 1)).first()
    return (int(row[0]), str(row[1])) if row else (0, "")


def _met(listed: list[Row], noted: tuple[int, str] | None) -> None:
    """That the log goes at least as far as it went when this machine saw it last. Raises Refused."""
    if noted and (len(listed) < noted[0] or listed[noted[0] - 1].hash != noted[1]):
        what = f"entry {noted[0]}, which this machine has seen, is not in it; it ends at entry {len(listed)}"
        do = f"{MEND} If an older copy was put here on purpose: `posology review seal --older-copy`."
        raise _not_as_written(what, do)


def _sound(store: Store, more: list[Row], last: tuple[int, str]) -> tuple[Event, ...]:
    """Entries as events, if they are what was written. Raises Refused: nothing is computed from a log that is not.

    The chain binds each entry to the next, so the seal of the last one vouches for all of them.
    """
    broken = first_broken(more, after=last)
    if broken:
        raise _not_as_written(f"entry {broken.seq}: {broken.why}")
    by = sealer(more[-1])
    if by is None or by != _trusted(store, by):
        raise _not_sealed(store, more[-1], by)
    return tuple(event_of(row) for row in more)


def _trusted(store: Store, by: str) -> str:
    """The public key that seals must be of. Another program may have put a new one in place since it was read."""
    seen = store.seen
    if seen.key is None or seen.key.public != by:
        ready = ready_key(store.place)
        seen.key = take(store.place) if ready and ready.public == by else read_key(store.place)
    return seen.key.public if seen.key else ""


MEND: Final = "Run `posology review verify`, and restore a backup."


def _not_as_written(what: str, do: str = MEND) -> Unsound:
    return Unsound([Finding("the store", f"The log of reviews is not what was written: {what}.", do)])


def _not_sealed(store: Store, row: Row, by: str | None) -> Unsound:
    """Why a log is not believed whose chain is whole but whose last entry has not the seal of our key."""
    if row.seal is None:
        what = f"The log of reviews is not sealed at its end: entry {row.seq} was written without the key"
        do = "Run `posology review verify`. If an older posology wrote all of it: `posology review seal`."
        return Unsound([Finding("the store", f"{what}.", do)])
    if by and store.seen.key is None:
        what = f"The key that seals the log is not here: {store.place.path}."
        do = "Put it there, or name its file in POSOLOGY_SEAL."
        return Unsound([Finding("the store", what, f"{do} If it is lost: `posology review seal --lost`.")])
    return _not_as_written(f"entry {row.seq} is not sealed with the key of this store")


def content(store: Store, digest: str) -> str | None:
    """The text that has this digest, if the log ever named it."""
    with _saying(store.engine.url), store.engine.connect() as connection:
        found = connection.execute(select(CONTENT.c.text).where(CONTENT.c.digest == digest)).scalar()
    if found is not None and digest_of(str(found)) != digest:
        raise _not_as_written(f"the text {digest} is not what it was")
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
        key = _writing_key(store)
        at = max(store.clock(), here.at) if here.at else store.clock()
        made: list[Event] = []
        for draft in decide(here, at):
            last = (made[-1].seq, made[-1].hash) if made else (here.seq, here.head or GENESIS)
            made.append(append(connection, last, actor, draft, at, key))
        if made and also is not None:
            also(connection)
    if made:
        with store.seen.lock:
            store.seen.wrote = max(store.seen.wrote, (made[-1].seq, made[-1].hash))
        note_head(store.place, made[-1].seq, made[-1].hash)
    return made


def _writing_key(store: Store) -> Key:
    key = store.seen.key or read_key(store.place)
    if key is None or not key.private:
        at = str(store.place.path)
        what = "The private key that seals the log is not here" if key else "The key that seals the log is not here"
        raise Refused([Finding(at, f"{what}: this machine may read only.", "Do it on the machine that has it.")])
    return key


@contextmanager
def writing(store: Store) -> Iterator[Connection]:
    """A transaction that holds the store's one lock."""
    with store.engine.connect().execution_options(writing=True) as connection, connection.begin():
        if connection.dialect.name != "sqlite":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        yield connection


def append(
    connection: Connection, last: tuple[int, str], actor: str, draft: Draft, at: datetime, key: Key
) -> Event:  # fmt: skip
    """One more entry after ``last``, which was read and believed: never after what somebody has slipped in since."""
    row = sealed(next_row(last[0] + 1, last[1], at, actor, draft.kind, draft.subject, draft.body), key)
    for words in draft.texts:
        _keep(connection, words)
    connection.execute(insert(EVENT).values(row._asdict()))
    connection.execute(update(HEAD).where(HEAD.c.id == 1).values(seq=row.seq, hash=row.hash))
    return event_of(row)


def _keep(connection: Connection, words: str) -> None:
    """A text under its digest, once."""
    into = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    connection.execute(into(CONTENT).values(digest=digest_of(words), text=words).on_conflict_do_nothing())



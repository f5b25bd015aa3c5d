"""Whether a store is what was written: the chain of its log, the texts that it names, and what stands beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text

from ..findings import Finding, Refused
from .chain import GENESIS, Row, as_line, event_of, first_broken, from_line
from .digest import digest_of
from .keyfile import exposed, read_key, seen_head
from .ledger import Ledger, ledger
from .seal import Key, Sealing, public_of, sealing
from .store import Store, rows
from .tables import CONTENT, CREDENTIAL, FACTOR, HEAD, LINK, META, SESSION, trigger_names
from .upgrade import known, version_of

HEAD_SHAPE = re.compile(r"([0-9]+)[:@](sha256:[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries were looked at, the head of the log, and what is wrong (nothing: all is as it was written).

    ``key`` is the public key by which the log is sealed in the end; ``remarks`` are no faults, but should be known.
    """

    entries: int
    head: str
    faults: tuple[str, ...] = ()
    key: str = ""
    remarks: tuple[str, ...] = ()


def head_of(words: str) -> tuple[int, str]:
    """A noted head, as `verify` and pages print it: NUMBER:DIGEST. Raises Refused."""
    shape = HEAD_SHAPE.fullmatch(words.strip())
    if not shape:
        raise Refused([Finding("--head", "This is not a head.", "Write it as it was shown: 12:sha256:….")])
    return int(shape[1]), shape[2]


def verify(store: Store, head: tuple[int, str] | None = None, trusted: str = "") -> Verdict:
    """Reads everything anew and believes nothing but the key, and the head that is noted beside it.

    ``trusted`` is a public key that was noted elsewhere, instead of the one that lies here.
    """
    key = public_of(trusted) if trusted else read_key(store.place)
    with store.engine.connect() as connection:
        listed = list(rows(connection))
        chained, sealed = _proved(listed, head, key.public if key else "")
        faults = [*chained, *_known(store, listed, key), *_faults(connection, listed, bool(chained))]
    return Verdict(len(listed), _head(listed), tuple(faults), sealed.key, sealed.remarks)


def _head(listed: list[Row]) -> str:
    return f"{listed[-1].seq}:{listed[-1].hash}" if listed else f"0:{GENESIS}"


def _proved(listed: list[Row], head: tuple[int, str] | None, trusted: str) -> tuple[list[str], Sealing]:
    """What is wrong with the chain and the seals, and how the log is sealed."""
    sealed = sealing(listed, trusted)
    found = dict.fromkeys(one for one in (first_broken(listed, head), sealed.broken) if one)
    return [f"entry {one.seq}: {one.why}" for one in found], sealed


def _known(store: Store, listed: list[Row], key: Key | None) -> Iterator[str]:
    """What this machine knows of its own: the key, and how far the log went when it was seen last."""
    if key is None and listed:
        yield f"the key that must have sealed it is not here: {store.place.path}"
    if why := exposed(store.place):
        yield why
    noted = seen_head(store.place)
    if noted and (len(listed) < noted[0] or listed[noted[0] - 1].hash != noted[1]):
        yield f"entry {noted[0]}, which this machine has seen, is not in it"


def verify_lines(lines: Iterable[str], head: tuple[int, str] | None = None, key: str = "") -> Verdict:
    """The same for a log that was exported, without any store; ``key`` is the public key that must have sealed it.

    Raises Refused when a line cannot be read.
    """
    listed: list[Row] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                listed.append(from_line(line))
            except (ValueError, KeyError, TypeError):
                do = "Export it again with `posology review log`."
                raise Refused([Finding(f"line {number}", "This is not an entry of a log.", do)]) from None
    faults, sealed = _proved(listed, head, key)
    return Verdict(len(listed), _head(listed), tuple(faults), sealed.key, sealed.remarks)


def _faults(connection: Connection, listed: list[Row], broken: bool) -> Iterator[str]:
    yield from _beside(connection, listed)
    yield from _shape(connection)
    yield from _texts(connection, listed)
    if not broken:
        yield from _people(connection, ledger(event_of(row) for row in listed))


def _beside(connection: Connection, listed: list[Row]) -> Iterator[str]:
    """The head that is noted beside the log: entries that were cut off its end are missed here."""
    noted = connection.execute(select(HEAD.c.seq, HEAD.c.hash)).all()
    last = (listed[-1].seq, listed[-1].hash) if listed else (0, GENESIS)
    if [tuple(row) for row in noted] != [last]:
        where = f"entry {noted[0][0]}" if noted else "no entry"
        yield f"the store has noted {where} as its last, but the log ends with entry {last[0]}"


def _shape(connection: Connection) -> Iterator[str]:
    """The version, the tables, and the triggers that keep the log."""
    if version_of(connection) != known()[-1]:
        yield "the version that is noted in the store is not its own"
    missing = set(META.tables) - set(inspect(connection).get_table_names())
    yield from (f"the table {name} is missing" for name in sorted(missing))
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"
    there = set(connection.execute(text(query)).scalars())
    yield from (f"the trigger {name} is missing" for name in sorted(trigger_names(connection.dialect.name) - there))


def _texts(connection: Connection, listed: list[Row]) -> Iterator[str]:
    """That every text has its digest, that none is missing, and that none is there which the log does not name."""
    held = set()
    for digest, words in connection.execute(select(CONTENT.c.digest, CONTENT.c.text)):
        held.add(digest)
        if digest_of(words) != digest:
            yield f"the text {digest} is not what it was"
    named: dict[str, int] = {}
    for row in listed:
        for digest in _named(row):
            named.setdefault(digest, row.seq)
    yield from (f"entry {named[digest]}: the text {digest} is missing" for digest in sorted(named.keys() - held))
    yield from (f"no entry names the text {digest}" for digest in sorted(held - named.keys()))


def _named(row: Row) -> Iterator[str]:
    """The texts that an entry names."""
    if row.kind != "submitted":
        return
    try:
        body = json.loads(row.body)
        yield str(body["files"])
        yield from (str(part["digest"]) for part in body["parts"].values())
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # the chain is broken there, and that is said


def _people(connection: Connection, book: Ledger) -> Iterator[str]:
    """That each password is the one that was set, and each session one that somebody began."""
    kept = {row.account: digest_of(row.password) for row in connection.execute(select(CREDENTIAL))}
    for account in sorted(kept.keys() | {p.id for p in book.people.values() if p.fingerprint}):
        person = book.people.get(account)
        if kept.get(account, "") != (person.fingerprint if person else ""):
            yield f"the password of {account} is not the one that was set"
    factors = {row.account: digest_of(row.secret) for row in connection.execute(select(FACTOR))}
    for account in sorted(factors.keys() | {p.id for p in book.people.values() if p.factor}):
        if factors.get(account, "") != (book.people[account].factor if account in book.people else ""):
            yield f"the second factor of {account} is not the one that was set"
    for row in connection.execute(select(SESSION)):
        if book.sessions.get(row.token, ("",))[0] != row.account:
            yield f"a session of {row.account} was never begun by signing in, or has ended"
    for row in connection.execute(select(LINK)):
        if book.links.get(row.account, ("",))[0] != row.token:
            yield f"a link of {row.account} was never made, or was used"


def export(store: Store) -> Iterator[str]:
    """The log as lines of JSON."""
    with store.engine.connect() as connection:
        yield from (as_line(row) for row in rows(connection))


def lines_of(path: Path) -> Iterator[str]:
    """The lines of an exported log. Raises Refused."""
    try:
        with path.open(encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise Refused([Finding(str(path), f"It cannot be read: {reason}.", "Name an exported log.")]) from None

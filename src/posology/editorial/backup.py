"""A copy of a review's log with every text that it names: one file of JSON lines, the same for every database.

Passwords, sessions and links are not in it: who needs to sign in after a restoration gets a one-time link.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from ..findings import Finding, Refused
from .chain import Row, as_line, event_of, first_broken, from_line
from .digest import digest_of
from .keyfile import place_of, seen_head
from .rekey import change_key
from .seal import sealing
from .store import Draft, Store, address, now, open_store, rows, write, writing
from .tables import CONTENT, EVENT, HEAD
from .verify import lines_of


def backup(store: Store) -> bytes:
    """The whole log with its texts, as the file that holds it."""
    with store.engine.connect() as connection:
        lines = [as_line(row) for row in rows(connection)]
        texts = connection.execute(select(CONTENT.c.text).order_by(CONTENT.c.digest)).scalars()
        lines += [json.dumps({"text": words}, ensure_ascii=False) for words in texts]
    return "".join(f"{line}\n" for line in lines).encode()


def restore_backup(file: Path, name: str, clock: Callable[[], datetime] = now) -> Store:
    """A store made anew from such a file; one that holds a log is left alone. Raises Refused."""
    listed, texts = _read(file)
    broken = first_broken(listed) or (sealing(listed).broken if any(row.seal for row in listed) else None)
    if broken:
        do = "Take another backup."
        raise Refused([Finding(f"{file}: entry {broken.seq}", f"The backup is damaged: {broken.why}.", do)])
    _not_older(listed, name)
    store = open_store(name, clock, make=True)
    with writing(store) as connection:
        if connection.execute(select(func.count()).select_from(EVENT)).scalar():
            do = "Name a store that is not there yet."
            raise Refused([Finding("--store", "This store holds a log already.", do)])
        for row in listed:
            connection.execute(insert(EVENT).values(row._asdict()))
        for words in texts:
            connection.execute(insert(CONTENT).values(digest=digest_of(words), text=words))
        if listed:
            connection.execute(update(HEAD).where(HEAD.c.id == 1).values(seq=listed[-1].seq, hash=listed[-1].hash))
    if listed and sealing(listed).key != (store.seen.key.public if store.seen.key else ""):
        change_key(store, "restored from a backup", lost=True)
    write(store, "terminal", lambda book, at: [Draft("backup restored", "", {"entries": len(listed)})])
    return store


def _not_older(listed: list[Row], name: str) -> None:
    """That a backup is not older than what this machine has seen of the store. Raises Refused."""
    place = place_of(address(name))
    noted = seen_head(place)
    if noted and (len(listed) < noted[0] or listed[noted[0] - 1].hash != noted[1]):
        what = f"Entry {noted[0]}, which this machine has seen, is not in the backup."
        do = f"Take a newer one. If there is none, take {place.path}.head away: what came later is lost."
        raise Refused([Finding("--store", what, do)])


def _read(file: Path) -> tuple[list[Row], list[str]]:
    listed: list[Row] = []
    texts: list[str] = []
    for number, line in enumerate(lines_of(file), 1):
        try:
            data: Any = json.loads(line)
            if set(data) == {"text"}:
                texts.append(str(data["text"]))
            else:
                listed.append(from_line(line))
        except (ValueError, KeyError, TypeError):
            what, do = "This is no line of a backup.", "Take another backup."
            raise Refused([Finding(f"{file}: line {number}", what, do)]) from None
    missing = set(_named(listed)) - {digest_of(words) for words in texts}
    if missing:
        raise Refused([Finding(str(file), f"The backup lacks {len(missing)} texts.", "Take another backup.")])
    return listed, texts


def _named(listed: list[Row]) -> Iterator[str]:
    for row in listed:
        if row.kind == "submitted":
            body = event_of(row).body
            yield str(body["files"])
            yield from (str(part["digest"]) for part in body["parts"].values())

"""The log of a review as a chain: each entry names the hash of the one before, so that none can change in silence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from .digest import canonical, digest_of

GENESIS = "sha256:" + "0" * 64
"""What the first entry names as the one before."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log: something that somebody did at a time, about a guideline or a person.

    ``subject`` is the id of a guideline, or empty. ``body`` is the particulars, as plain data.
    """

    seq: int
    at: datetime
    actor: str
    kind: str
    subject: str
    body: Mapping[str, Any]
    prev: str = GENESIS
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry at which the log is not what it was, and why."""

    seq: int
    why: str


def instant(at: datetime) -> str:
    """A moment as it is stored: UTC, to the microsecond, always of the same length.

    >>> instant(datetime(2026, 1, 5, tzinfo=UTC))
    '2026-01-05T00:00:00.000000Z'
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """The moment that is stored so. Raises ValueError."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def hash_of(seq: int, prev: str, at: str, actor: str, kind: str, subject: str, body: str) -> str:
    """The hash of an entry as it is stored: over every column, the body as its own canonical text."""
    return digest_of(canonical([seq, prev, at, actor, kind, subject, body]))


class Row(NamedTuple):
    """An entry as it is stored: the body as canonical text; no seal where it was written before there were seals."""

    seq: int
    prev: str
    at: str
    actor: str
    kind: str
    subject: str
    body: str
    hash: str
    seal: str | None = None


def next_row(seq: int, prev: str, at: datetime, actor: str, kind: str, subject: str, body: Mapping[str, Any]) -> Row:
    """The entry that follows another, ready to be stored."""
    text, when = canonical(body), instant(at)
    return Row(seq, prev, when, actor, kind, subject, text, hash_of(seq, prev, when, actor, kind, subject, text))


def event_of(row: Row) -> Event:
    """A stored entry as an event."""
    return Event(
        row.seq, moment(row.at), row.actor, row.kind, row.subject, json.loads(row.body), row.prev, row.hash
    )  # fmt: skip


def first_broken(
    rows: Iterable[Row], head: tuple[int, str] | None = None, after: tuple[int, str] = (0, GENESIS)
) -> Broken | None:
    """The first entry that breaks the chain, or None. ``after`` is the entry before the first one.

    ``head`` is the number and hash of the last entry as somebody noted it elsewhere: entries may have followed, but
    none before it may be gone or changed.
    """
    last, prev = after
    met = head is None or head[0] == 0
    for seq, named, at, actor, kind, subject, body, hashed, _ in rows:
        if seq != last + 1:
            return Broken(last + 1, f"entry {last + 1} is missing: the next one there is {seq}")
        if named != prev:
            return Broken(seq, "it does not name the hash of the entry before it")
        if hashed != hash_of(seq, prev, at, actor, kind, subject, body):
            return Broken(seq, "what is written in it does not have its hash")
        if head and seq == head[0]:
            if hashed != head[1]:
                return Broken(seq, "its hash is not the one that was noted")
            met = True
        prev, last = hashed, seq
    return None if met else Broken(last + 1, f"the log ends at entry {last}, before the one that was noted")


def as_line(row: Row) -> str:
    """An entry as one line of JSON, from which `first_broken` can be computed anywhere."""
    return json.dumps({**row._asdict(), "body": json.loads(row.body)}, ensure_ascii=False)


def from_line(line: str) -> Row:
    """An entry from its line of JSON. Raises ValueError, KeyError or TypeError."""
    data = json.loads(line)
    names = ("prev", "at", "actor", "kind", "subject")
    prev, at, actor, kind, subject = (str(data[name]) for name in names)
    seal = data.get("seal")
    return Row(
        int(data["seq"]), prev, at, actor, kind, subject, canonical(data["body"]), str(data["hash"]),
        None if seal is None else str(seal),
    )  # fmt: skip

"""What the events of a log come to: people with their roles, offered versions, signatures, assignments, comments.

A pure fold: nothing here reads a clock or a store. Whether a person was eligible is judged at the time of each event,
from what stood in the log before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Final

from ..model import Signature
from .chain import Event
from .offer import Offer, offer_from

ROLES: Final = (
    "author", "clinical reviewer", "pharmacist", "lay reviewer", "editor", "publisher", "auditor", "administrator",
    "practice",
)  # fmt: skip
PRACTICE: Final = "practice"
"""Who may open a register of patients, and has no say in the content; all others may not."""
SPEAKERS: Final = ("author", "clinical reviewer", "pharmacist", "lay reviewer", "editor", "publisher")
"""Who may comment."""
REVIEWERS: Final = ("clinical reviewer", "pharmacist", "lay reviewer")
"""Who may approve and ask for changes."""
CLINICAL: Final = ("clinical reviewer", "pharmacist")
"""Prescribers and pharmacists, of whom at least one must approve."""
STOPPERS: Final = ("author", "clinical reviewer", "pharmacist", "editor", "publisher")
"""Who may withdraw at once."""
ARTICLE = "_article"
"""What is withdrawn when it is not one statement but the whole."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a person says of their interests: since when, about which guideline (empty: all), and a conflict if any."""

    at: datetime
    guideline: str
    conflict: str = ""

    def valid(self, now: datetime) -> bool:
        """Twelve months long, and not before it was made."""
        return self.at <= now < a_year_after(self.at)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account: their name as they write it, their roles, and what they declared."""

    id: str
    name: str
    roles: tuple[str, ...] = ()
    locked: bool = False
    fingerprint: str = ""
    factor: str = ""
    declared: tuple[Declaration, ...] = ()

    def declaration(self, guideline: str, now: datetime) -> Declaration | None:
        """The newest valid declaration for a guideline; one about all of them counts too, and a conflict outweighs."""
        valid = [d for d in self.declared if d.valid(now) and d.guideline in ("", guideline)]
        newest = {d.guideline: d for d in valid}
        return next((d for d in newest.values() if d.conflict), next(reversed(newest.values()), None))


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature in the log, and why it does not count (empty: it does, as far as its time goes)."""

    seq: int
    signature: Signature
    barred: str = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    """A request to look at something: who is asked, which statements (none: all of them), and until when."""

    seq: int
    guideline: str
    person: str
    statements: tuple[str, ...]
    due: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark of a reviewer on a statement, in the thread that it belongs to."""

    seq: int
    thread: int
    guideline: str
    statement: str
    digest: str
    person: str
    at: datetime
    text: str
    conflict: str = ""


@dataclass(slots=True)
class Ledger:
    """Everything that a log comes to. Made by `fold` and then only read.

    Signatures and restorations are kept by guideline and statement, the rest by guideline. ``sessions`` and ``links``
    are the digests of their tokens, with whose they are (whose it is, with the digest) and since when. ``moved`` is the
    last entry that can have changed the status of a guideline (of all of them: empty).
    """

    seq: int = 0
    at: datetime | None = None
    head: str = ""
    people: dict[str, Person] = field(default_factory=dict)
    offers: dict[str, list[Offer]] = field(default_factory=dict)
    signed: dict[tuple[str, str], list[Signed]] = field(default_factory=dict)
    restored: dict[tuple[str, str], list[Signed]] = field(default_factory=dict)
    assigned: dict[str, list[Assigned]] = field(default_factory=dict)
    comments: dict[str, list[Comment]] = field(default_factory=dict)
    resolved: dict[int, str] = field(default_factory=dict)
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    sessions: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    links: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)


def ledger(events: Iterable[Event]) -> Ledger:
    """What these events come to."""
    return extended(Ledger(), events)


def extended(book: Ledger, events: Iterable[Event]) -> Ledger:
    """What a ledger comes to with more events. The ledger itself stays as it is: somebody may be reading it."""
    found = Ledger(**{part.name: copy(getattr(book, part.name)) for part in fields(book)})
    for event in events:
        fold(found, event)
    return found


def fold(book: Ledger, event: Event) -> None:
    """One more event. What is not known is passed over: a newer program may have written it."""
    entry = _ENTRIES.get(event.kind)
    if entry is not None:
        entry(book, event)
        if event.kind not in STILL:
            book.moved[event.subject] = event.seq
    book.seq, book.at, book.head = event.seq, event.at, event.hash


def barred(person: Person | None, role: str, roles: Iterable[str], guideline: str, at: datetime) -> str:
    """Why somebody may not approve, ask for changes or restore in that role (empty: they may)."""
    why = unfit(person, role, roles)
    if why or person is None:
        return why
    declared = person.declaration(guideline, at)
    if declared is None:
        return "there is no declaration of interests from the last 12 months"
    return f"a conflict of interest is declared: {declared.conflict}" if declared.conflict else ""


def unfit(person: Person | None, role: str, roles: Iterable[str]) -> str:
    """Why somebody may not act in that role (empty: they may)."""
    if person is None:
        return "nobody has this account"
    if person.locked:
        return "the account is locked"
    if role not in person.roles:
        return f"the account has not the role {role!r}"
    return "" if role in roles else f"the role {role!r} has no say in this"


def a_year_after(at: datetime) -> datetime:
    """The same moment a year later; 29 February becomes 1 March."""
    try:
        return at.replace(year=at.year + 1)
    except ValueError:
        return at.replace(year=at.year + 1, month=3, day=1)


# ---------------------------------------------------------------- one kind of event each


def _add(lists: dict[Any, list[Any]], key: Any, value: Any) -> None:
    """One more in a list, which is made anew: an earlier ledger may hold the old one."""
    lists[key] = [*lists.get(key, ()), value]


def _account_added(book: Ledger, event: Event) -> None:
    body = event.body
    book.people.setdefault(body["account"], Person(body["account"], body["name"], tuple(body["roles"])))


def _person(**change: Callable[[Person, Event], Any]) -> Callable[[Ledger, Event], None]:
    """An event that changes some particulars of a person."""

    def entry(book: Ledger, event: Event) -> None:
        person = book.people.get(event.body["account"])
        if person is not None:
            book.people[person.id] = replace(person, **{key: make(person, event) for key, make in change.items()})

    return entry


def _declared(book: Ledger, event: Event) -> None:
    person = book.people.get(event.actor)
    if person is not None:
        said = Declaration(event.at, event.subject, str(event.body.get("conflict", "")))
        book.people[person.id] = replace(person, declared=(*person.declared, said))


def _submitted(book: Ledger, event: Event) -> None:
    _add(book.offers, event.subject, offer_from(event.subject, event.body, event.seq, event.at))


def _signed(book: Ledger, event: Event) -> None:
    signature = signature_of(event)
    person = book.people.get(event.actor)
    if signature.decision == "withdraw":
        why = unfit(person, signature.role, STOPPERS)
    else:
        why = barred(person, signature.role, REVIEWERS, event.subject, event.at)
    _add(book.signed, (event.subject, signature.statement), Signed(event.seq, signature, why))


def _restored(book: Ledger, event: Event) -> None:
    signature = signature_of(event)
    why = barred(book.people.get(event.actor), signature.role, REVIEWERS, event.subject, event.at)
    _add(book.restored, (event.subject, signature.statement), Signed(event.seq, signature, why))


def signature_of(event: Event) -> Signature:
    """The signature in an event (a restoration is one too; it approves nothing but the return)."""
    body = event.body
    return Signature(
        event.actor, str(body.get("role", "")), body.get("decision", "approve"), event.subject, str(body["statement"]),
        str(body["digest"]), event.at, str(body.get("comment", "")), dict(body.get("acknowledged", {})),
    )  # fmt: skip


def _assigned(book: Ledger, event: Event) -> None:
    body = event.body
    asked = Assigned(
        event.seq, event.subject, body["person"], tuple(body.get("statements", ())), str(body.get("due", "")),
        event.actor, event.at,
    )  # fmt: skip
    _add(book.assigned, event.subject, asked)


def _unassigned(book: Ledger, event: Event) -> None:
    kept = [a for a in book.assigned.get(event.subject, []) if a.seq != event.body["assigned"]]
    book.assigned[event.subject] = kept


def _commented(book: Ledger, event: Event) -> None:
    body = event.body
    person = book.people.get(event.actor)
    declared = person.declaration(event.subject, event.at) if person else None
    said = Comment(
        event.seq, int(body.get("thread") or event.seq), event.subject, body["statement"], str(body.get("digest", "")),
        event.actor, event.at, body["text"], declared.conflict if declared else "",
    )  # fmt: skip
    _add(book.comments, event.subject, said)


def _resolved(book: Ledger, event: Event) -> None:
    book.resolved[int(event.body["thread"])] = event.actor


def _reopened(book: Ledger, event: Event) -> None:
    book.resolved.pop(int(event.body["thread"]), None)


def _source(book: Ledger, event: Event) -> None:
    known = book.sources.get(event.subject, {})
    book.sources[event.subject] = {**known, str(event.body["key"]): str(event.body["reason"])}


def _backup(book: Ledger, event: Event) -> None:
    """A store that was made from a backup: it holds no passwords and no sessions."""
    book.people = {name: replace(person, fingerprint="", factor="") for name, person in book.people.items()}
    book.sessions, book.links = {}, {}


def _session(book: Ledger, event: Event) -> None:
    """A session that begins, or goes on under another token since its person has shown their password again."""
    book.sessions.pop(str(event.body.get("again", "")), None)
    book.sessions[str(event.body["session"])] = (event.actor, event.at)


def _session_ended(book: Ledger, event: Event) -> None:
    """One session, or every one of an account but one, by its person or an administrator."""
    account, only = str(event.body["account"]), event.body.get("session")
    if only is None:
        _end_sessions(book, account, str(event.body.get("keeps", "")))
    elif book.sessions.get(only, ("",))[0] == account:
        del book.sessions[only]


def _end_sessions(book: Ledger, account: str, keeps: str = "") -> None:
    book.sessions = {t: whose for t, whose in book.sessions.items() if whose[0] != account or t == keeps}


def _ending_sessions(entry: Callable[[Ledger, Event], None]) -> Callable[[Ledger, Event], None]:
    """An event after which an account has no sessions but the one that it names."""

    def both(book: Ledger, event: Event) -> None:
        entry(book, event)
        if event.kind != "second factor set" or "keeps" in event.body:  # older programs let them go on
            _end_sessions(book, str(event.body["account"]), str(event.body.get("keeps", "")))

    return both


def _link(book: Ledger, event: Event) -> None:
    """A new link; the earlier ones of the account end. Entries from before links were logged give none."""
    book.links[str(event.body["account"])] = (str(event.body.get("link", "")), event.at)


def _password(book: Ledger, event: Event) -> None:
    """A password that was set uses a link up and ends every other session; a hash renewed at sign-in ends none."""
    account = str(event.body["account"])
    _person(fingerprint=lambda person, event: event.body["fingerprint"])(book, event)
    if not event.body.get("renewed"):
        book.links.pop(account, None)
        _end_sessions(book, account, str(event.body.get("keeps", "")))


_ENTRIES: Mapping[str, Callable[[Ledger, Event], None]] = {
    "account added": _account_added,
    "roles changed": _person(roles=lambda person, event: tuple(event.body["roles"])),
    "account renamed": _person(name=lambda person, event: event.body["name"]),
    "account locked": _ending_sessions(_person(locked=lambda person, event: True)),
    "account unlocked": _person(locked=lambda person, event: False),
    "password set": _password,
    "second factor set": _ending_sessions(_person(factor=lambda person, event: event.body["fingerprint"])),
    "second factor removed": _ending_sessions(_person(factor=lambda person, event: "")),
    "declared": _declared,
    "submitted": _submitted,
    "signed": _signed,
    "restored": _restored,
    "assigned": _assigned,
    "unassigned": _unassigned,
    "commented": _commented,
    "thread closed": _resolved,
    "thread opened": _reopened,
    "source withdrawn": _source,
    "signed in": _session,
    "session ended": _session_ended,
    "sessions ended": _session_ended,
    "link made": _link,
    "backup restored": _backup,
}
STILL: Final = (
    "signed in", "session ended", "sessions ended", "link made", "password set", "second factor set",
    "second factor removed", "thread closed", "thread opened",
)  # fmt: skip
"""Kinds of events that change no status of a guideline."""
KINDS: Final = (*_ENTRIES, "reminded", "key changed")
"""Every kind of event that this program writes."""

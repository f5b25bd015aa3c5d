"""The review that belongs to a house: its store, and its guidelines with the status that signatures give them now."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from ..answer.ground import Ground
from ..editorial.digest import Unit, units
from ..editorial.ledger import Ledger
from ..editorial.offer import Offer, offer_of
from ..editorial.status import Review, Standing, newest, plain_status, review, summary
from ..editorial.store import Store, book, content, open_store
from ..model import Guideline
from ..read.guideline import read_texts
from ..reviewing.comparing import Planned, differing_plans, planned

KEPT = 4096
"""Things that are worked out once and kept: versions that were read, their screens, comparisons of two of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """An open store, and what has been worked out from it and stays true (content never changes under its digest)."""

    store: Store
    kept: dict[tuple[str, ...], Any] = field(default_factory=dict)
    reviews: dict[tuple[str, int, str], tuple[tuple[object, ...], Review]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def cookie(request: Request) -> str:
    """The name of the cookie that holds a session: over TLS one that no other host can set."""
    return "__Host-session" if request.url.scheme == "https" else "session"


def token_of(request: Request) -> str:
    """The token of the session that a request is of: a new one where it has just been changed."""
    return str(getattr(request.state, "session", "") or request.cookies.get(cookie(request), ""))


def desk(name: str) -> Desk:
    """The desk over a store; a store that is not there is made. Raises Refused."""
    return Desk(open_store(name, make="://" not in name))


class Live(Mapping[str, Ground]):
    """Guidelines by id, each as its review stands at the moment it is asked for."""

    def __init__(self, grounds: Mapping[str, Ground], at: Desk) -> None:
        self.grounds, self.desk = grounds, at
        self.offers = {name: offer_of(ground.guideline) for name, ground in grounds.items()}
        self.made: dict[str, tuple[Mapping[str, Standing], Ground]] = {}

    def __getitem__(self, name: str) -> Ground:
        found = state_of(self.desk, self.offers[name])
        known = self.made.get(name)
        if known is None or known[0] is not found.parts:
            guideline = replace(self.grounds[name].guideline, status=plain_status(found.state), review=summary(found))
            known = (found.parts, replace(self.grounds[name], guideline=guideline))
            self.made[name] = known
        return known[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.grounds)

    def __len__(self) -> int:
        return len(self.grounds)


# ---------------------------------------------------------------- one moment


@dataclass(slots=True)
class Moment:
    """What one request that only looks has found in the log: it looks once, so that its page is of one moment."""

    desk: Desk | None = None
    book: Ledger | None = None
    time: tuple[date, int] | None = None


MOMENT: ContextVar[Moment | None] = ContextVar("moment", default=None)


class OneMoment:
    """The layer that gives each request which only looks a moment of its own. What changes something looks anew."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        looks = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        before = MOMENT.set(Moment() if looks else None)
        try:
            await self.app(scope, receive, send)
        finally:
            MOMENT.reset(before)


def ledger_of(at: Desk) -> Ledger:
    """What the log comes to by now; in a request that only looks, by when it first looked."""
    here = MOMENT.get()
    if here is None:
        return book(at.store)
    if here.book is None or here.desk is not at:
        here.desk, here.book, here.time = at, book(at.store), None
    return here.book


def _time(at: Desk, found: Ledger, now: datetime) -> tuple[date, int]:
    """What of the time matters to a status: the day, and how many declarations of interests are still valid."""
    here = MOMENT.get()
    if here is not None and here.book is found and here.time:
        return here.time
    now = max(now, found.at) if found.at else now
    made = now.date(), sum(said.valid(now) for person in found.people.values() for said in person.declared)
    if here is not None and here.book is found:
        here.time = made
    return made


# ---------------------------------------------------------------- versions


def state_of(at: Desk, offer: Offer) -> Review:
    """How far a version has come by now.

    Worked out anew only when something can have changed it: an entry about this guideline or about people, the day, or
    the end of a declaration of interests. So it is never older than the log.
    """
    here, now = ledger_of(at), at.store.clock()
    which = (offer.guideline, offer.seq, offer.digest)
    key = (here.moved.get(offer.guideline, 0), here.moved.get("", 0), *_time(at, here, now))
    known = at.reviews.get(which)
    if known is None or known[0] != key:
        known = (key, review(offer, here, now))
        at.reviews[which] = known
    return known[1] if known[1].head == here.head else replace(known[1], head=here.head)


def standing_of(house_grounds: Mapping[str, Ground], guideline: str, statement: str) -> Standing | None:
    """How far one statement has come, in the wording that this server shows; None without a review."""
    if not isinstance(house_grounds, Live):
        return None
    return state_of(house_grounds.desk, house_grounds.offers[guideline]).parts.get(statement)


def on_offer(at: Desk, guideline: str) -> Offer | None:
    """The version that was offered last."""
    return newest(guideline, ledger_of(at))


def offered(at: Desk, offer: Offer) -> Guideline:
    """A version as it was offered, whatever has become of its files since."""
    def read() -> Guideline:
        return read_texts(json.loads(content(at.store, offer.files) or "{}"))

    found: Guideline = once(at, ("version", offer.files), read)
    return found


def parts_of(at: Desk, offer: Offer) -> Mapping[str, Unit]:
    """What is signed of a version."""
    found: Mapping[str, Unit] = once(at, ("units", offer.files), lambda: units(offered(at, offer)))
    return found


def changed_plans(at: Desk, before: Offer, after: Offer, samples: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """The sample patients whose plans differ between two versions, each with the rules whose lines do."""
    if before.digest == after.digest:
        return {}
    old, new = (plans_of(at, one, samples) for one in (before, after))
    key = ("plans", before.files, after.files)
    found: dict[str, tuple[str, ...]] = once(at, key, lambda: differing_plans(old, new))
    return found


def plans_of(at: Desk, offer: Offer, samples: Mapping[str, bytes]) -> Mapping[str, Planned]:
    """The sample patients' plans by a version."""
    key = ("samples", offer.files, *samples)
    found: Mapping[str, Planned] = once(at, key, lambda: planned(offered(at, offer), samples))
    return found


def once(at: Desk, key: tuple[str, ...], make: Callable[[], Any]) -> Any:
    """What is worked out once from content that never changes under its digest; the oldest goes when there is much."""
    with at.lock:
        if key in at.kept:
            return at.kept[key]
    made = make()
    with at.lock:
        while len(at.kept) >= KEPT:
            del at.kept[next(iter(at.kept))]
        at.kept[key] = made
    return made

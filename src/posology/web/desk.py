"""The review that belongs to a house: its store, and its guidelines with the status that signatures give them now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from starlette.requests import Request

from ..answer.ground import Ground
from ..editorial.digest import Unit, units
from ..editorial.ledger import Ledger
from ..editorial.offer import Offer, offer_of
from ..editorial.status import Review, Standing, newest, plain_status, review, summary
from ..editorial.store import Store, book, content, open_store
from ..findings import Refused
from ..model import Guideline
from ..plan.plan import plan
from ..plan.shape import as_json
from ..read.guideline import read_texts
from ..read.patient import parse, patient

KEPT = 256
"""Things that are worked out once and kept: versions that were read, comparisons of two of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """An open store, and what has been worked out from it and stays true (content never changes under its digest)."""

    store: Store
    kept: dict[tuple[str, ...], Any] = field(default_factory=dict)


def cookie(request: Request) -> str:
    """The name of the cookie that holds a session: over TLS one that no other host can set."""
    return "__Host-session" if request.url.scheme == "https" else "session"


def desk(name: str) -> Desk:
    """The desk over a store; a store that is not there is made. Raises Refused."""
    return Desk(open_store(name, make="://" not in name))


class Live(Mapping[str, Ground]):
    """Guidelines by id, each as its review stands at the moment it is asked for."""

    def __init__(self, grounds: Mapping[str, Ground], at: Desk) -> None:
        self.grounds, self.desk = grounds, at
        self.offers = {name: offer_of(ground.guideline) for name, ground in grounds.items()}
        self.made: dict[str, tuple[tuple[str, date], Ground]] = {}

    def __getitem__(self, name: str) -> Ground:
        here = book(self.desk.store)
        key = (here.head, self.desk.store.clock().date())
        known = self.made.get(name)
        if known and known[0] == key:
            return known[1]
        found = review(self.offers[name], here, self.desk.store.clock())
        ground = self.grounds[name]
        guideline = replace(ground.guideline, status=plain_status(found.state), review=summary(found))
        self.made[name] = (key, replace(ground, guideline=guideline))
        return self.made[name][1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.grounds)

    def __len__(self) -> int:
        return len(self.grounds)


# ---------------------------------------------------------------- versions


def ledger_of(at: Desk) -> Ledger:
    """What the log comes to by now."""
    return book(at.store)


def state_of(at: Desk, offer: Offer) -> Review:
    """How far a version has come by now."""
    here, now = book(at.store), at.store.clock()
    key = ("review", offer.guideline, str(offer.seq), offer.digest, here.head, now.date().isoformat())
    found: Review = _once(at, key, lambda: review(offer, here, now))
    return found


def standing_of(house_grounds: Mapping[str, Ground], guideline: str, statement: str) -> Standing | None:
    """How far one statement has come, in the wording that this server shows; None without a review."""
    if not isinstance(house_grounds, Live):
        return None
    return state_of(house_grounds.desk, house_grounds.offers[guideline]).parts.get(statement)


def on_offer(at: Desk, guideline: str) -> Offer | None:
    """The version that was offered last."""
    return newest(guideline, book(at.store))


def offered(at: Desk, offer: Offer) -> Guideline:
    """A version as it was offered, whatever has become of its files since."""
    def read() -> Guideline:
        return read_texts(json.loads(content(at.store, offer.files) or "{}"))

    found: Guideline = _once(at, ("version", offer.files), read)
    return found


def parts_of(at: Desk, offer: Offer) -> Mapping[str, Unit]:
    """What is signed of a version."""
    found: Mapping[str, Unit] = _once(at, ("units", offer.files), lambda: units(offered(at, offer)))
    return found


def changed_plans(at: Desk, before: Offer, after: Offer, samples: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """The sample patients whose plans differ between two versions, each with the rules whose lines do."""
    if before.digest == after.digest:
        return {}
    def differ() -> dict[str, tuple[str, ...]]:
        return _differences(offered(at, before), offered(at, after), samples)

    found: dict[str, tuple[str, ...]] = _once(at, ("plans", before.files, after.files), differ)
    return found


def _differences(before: Guideline, after: Guideline, samples: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, file in samples.items():
        one, other = (_planned(guideline, file) for guideline in (before, after))
        if one != other:
            rules = [rule for rule in dict.fromkeys([*one[0], *other[0]]) if one[0].get(rule) != other[0].get(rule)]
            found[name] = tuple(rules)
    return found


def _planned(guideline: Guideline, file: bytes) -> tuple[dict[str, Any], Any]:
    """A sample patient's lines by rule, and everything else of the plan."""
    try:
        made = as_json(plan(guideline, patient(parse(file, "a sample"), guideline)))
    except Refused:
        return {}, None  # in that version the sample cannot be read, and has no plan
    lines: dict[str, Any] = {}
    for line in made.pop("advice"):
        lines.setdefault(line["rule"], []).append(line)
    made.pop("guideline")
    return lines, made


def _once(at: Desk, key: tuple[str, ...], make: Any) -> Any:
    if key not in at.kept:
        made = make()
        if len(at.kept) >= KEPT:
            at.kept.clear()
        at.kept[key] = made
        return made
    return at.kept.get(key) or make()

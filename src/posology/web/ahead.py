"""What the first view of a page would wait for, worked out beforehand, while nobody asks for anything."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from starlette.types import ASGIApp, Receive, Scope, Send

from ..editorial.history import last_signed
from ..editorial.offer import Offer
from .article import sample_plans
from .desk import Desk, changed_plans, ledger_of, offered, on_offer, plans_of
from .house import House
from .review import shown_of

log = logging.getLogger("posology.web")
QUIET: float = 2.0
"""Seconds without a request after which a piece of this work is done: it would slow down whoever asks for a page."""


@dataclass(slots=True)
class Visits:
    """An app, and when somebody last asked it for something."""

    app: ASGIApp
    last: float = field(default_factory=time.monotonic)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Notes the moment and lets the app answer."""
        if scope["type"] == "http":
            self.last = time.monotonic()
        await self.app(scope, receive, send)

    def quiet(self) -> None:
        """Returns when nobody has asked for anything for a while."""
        while (waits := self.last + QUIET - time.monotonic()) > 0:
            time.sleep(waits)


def work_ahead(house: House, quiet: Callable[[], object] = lambda: None) -> None:
    """Works everything out that a first view needs, each piece when ``quiet`` has returned.

    What cannot be made now is left to whoever asks for it.
    """
    for piece in pieces(house):
        quiet()
        try:
            piece()
        except Exception as error:  # the page says what is wrong, to somebody who can read it
            log.warning("not worked out beforehand: %s", type(error).__name__)
            return


def pieces(house: House) -> Iterator[Callable[[], object]]:
    """The pieces of that work: plans of the samples; for each guideline under review its versions, then statements."""
    yield from (partial(sample_plans, house, name) for name in house.grounds)
    desk = house.desk
    if desk is None:
        return
    offers = {name: offer for name in house.grounds for offer in [on_offer(desk, name)] if offer is not None}
    for name, offer in offers.items():
        yield from _versions(house, desk, name, offer)
    for name, offer in offers.items():
        for statement in offer.parts:
            yield partial(shown_of, house, desk, name, offer, statement)


def _versions(house: House, desk: Desk, name: str, offer: Offer) -> Iterator[Callable[[], object]]:
    """The versions that the screens of this one are compared with, since somebody signed those last."""
    samples, earlier = house.samples.get(name, {}), _signed(desk, offer)
    for one in [*earlier, *([offer] if earlier else [])]:
        yield partial(offered, desk, one)
        yield partial(plans_of, desk, one, samples)
    for one in earlier:
        yield partial(changed_plans, desk, one, offer, samples)


def _signed(desk: Desk, offer: Offer) -> list[Offer]:
    """The earlier versions whose wording somebody signed last, of a statement that is worded otherwise now."""
    here = ledger_of(desk)
    signers = {s.signature.person for (about, _), log in here.signed.items() if about == offer.guideline for s in log}
    found: dict[int, Offer] = {}
    for statement, part in offer.parts.items():
        for person in ("", *signers):
            before = last_signed(here, offer.guideline, statement, person)
            if before and before != part.digest:
                old = next((o for o in reversed(here.offers[offer.guideline])
                            if statement in o.parts and o.parts[statement].digest == before), None)  # fmt: skip
                found |= {old.seq: old} if old else {}
    return list(found.values())

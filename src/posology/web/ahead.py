"""What the first view of a review screen would wait for, worked out beforehand, in pauses that it leaves to others."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from functools import partial

from ..editorial.history import last_signed
from ..editorial.offer import Offer
from .desk import Desk, changed_plans, ledger_of, offered, on_offer, plans_of
from .house import House
from .review import shown_of

log = logging.getLogger("posology.web")
RESTS: float = 2.0
"""How many times as long as it worked it rests after each piece, so that whoever asks for a page hardly notices."""


def work_ahead(house: House) -> None:
    """Works everything out that a first view needs. What cannot be made now is left to whoever asks for it."""
    for piece in pieces(house):
        began = time.perf_counter()
        try:
            piece()
        except Exception as error:  # the page says what is wrong, to somebody who can read it
            log.warning("not worked out beforehand: %s", type(error).__name__)
            return
        time.sleep(RESTS * (time.perf_counter() - began))


def pieces(house: House) -> Iterator[Callable[[], object]]:
    """The pieces of that work, for each guideline of the house: its versions, their plans, then each statement."""
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

"""Calls of other systems take their turn: as many at once as there are processes for them, else one.

A call is work for the processor. Threads that share one interpreter would make every call as slow as all together.
"""

from __future__ import annotations

from functools import partial

from anyio.to_thread import run_sync

from ..findings import Refused
from ..model import Guideline
from .calls import Call, Reply, reply
from .house import House, guideline
from .workers import answered


async def replied(house: House, call: Call) -> Reply:
    """The reply to a call. Raises Refused when what was sent cannot be used, with all that is wrong with it."""
    found = await run_sync(partial(_reply, house, call), limiter=house.turn)
    if found.status == 422:
        raise Refused(found.findings)
    return found


def now(house: House, name: str) -> Guideline:
    """A guideline with the status that its review has come to by now."""
    found = guideline(house, name)
    assert found is not None
    return found


def _reply(house: House, call: Call) -> Reply:
    of = now(house, call.guideline)
    return answered(house.workers, call, of) if house.workers else reply(call, of)

"""Which registers are open: each in this process alone, under a random word in the cookie of whoever opened it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi import HTTPException, Request

from ..editorial.ledger import PRACTICE
from ..findings import Finding
from .guards import forwarded
from .house import House
from .opening import Job
from .presence import signed_in
from .views import Shelf

COOKIE = "register"
NONE_OPEN = "/register?none=open"
"""Where whoever asks for a register that is not open is led."""
HELD = 3
"""Registers that are open at once on a local server; the one that was looked at longest ago goes first."""
HELD_SHARED = 12
IDLE = 3600.0
"""Seconds after which a shared server closes a register that nobody looks at."""


@dataclass(slots=True)
class Opened:
    """A register that is open: its guideline, its worklist as a table, its figures; one reader at a time."""

    guideline: str
    on: date
    register: Any
    told: dict[str, Any]
    columns: str
    views: Shelf
    owner: str = ""
    seen: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Held:
    """The registers that are open and the work that goes on, by the word in a browser's cookie."""

    opened: dict[str, Opened] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    most: int = HELD
    idle: float = 0.0

    def tidy(self) -> None:
        """Lets go what nobody has looked at for long, and what is one too many."""
        now = time.monotonic()
        if self.idle:
            for word in [w for w, one in self.opened.items() if now - one.seen > self.idle]:
                del self.opened[word]
        while len(self.opened) > self.most:
            del self.opened[min(self.opened, key=lambda word: self.opened[word].seen)]

    def settle(self, word: str) -> tuple[Finding, ...]:
        """Takes work that is over off the list, and its register in; returns what was refused."""
        job = self.jobs.get(word)
        if job is None or not job.done.is_set():
            return ()
        del self.jobs[word]
        if job.result is not None and not job.halt.is_set():
            self.opened[word] = job.result
            self.tidy()
        return job.faults

    def drop(self, word: str, who: str) -> None:
        """Closes somebody's register, and stops what goes on for it."""
        if word in self.opened and self.opened[word].owner == who:
            del self.opened[word]
        if word in self.jobs and self.jobs[word].owner == who:
            self.jobs.pop(word).stop()


def owner(request: Request, house: House) -> str:
    """Whose registers these are: nobody's in particular on a local server. Raises HTTPException.

    303 to the sign-in page where nobody is signed in, 404 without the role, or without accounts, or where a proxy
    brings others to a server that takes whoever calls for whoever sits at the computer.
    """
    if house.local and not forwarded(request.headers):
        return ""
    if house.local:
        raise HTTPException(404)
    if house.desk is None:
        raise HTTPException(404)
    person = signed_in(request, house)
    if PRACTICE not in person.roles:
        raise HTTPException(404)
    return person.id


def current(request: Request, house: House, held: Held) -> Opened:
    """The register that this browser has opened. Raises HTTPException 303 to where it is worked on, or is opened."""
    who, word = owner(request, house), request.cookies.get(COOKIE, "")
    held.tidy()
    if word in held.jobs and held.jobs[word].owner == who:
        raise HTTPException(303, headers={"location": "/register/waiting"})
    found = held.opened.get(word)
    if found is None or found.owner != who:
        raise HTTPException(303, headers={"location": NONE_OPEN})
    found.seen = time.monotonic()
    return found

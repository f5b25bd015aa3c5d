"""What one running server has: its guidelines, its sample patients, its limits. Nothing here is about a patient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from anyio import CapacityLimiter

from ..answer.ground import Ground, ground
from ..findings import Finding, Refused
from ..model import Guideline
from ..read.library import samples_of
from .desk import Desk, Live, desk
from .trust import Trust
from .workers import Workers

STATIC = Path(__file__).parent / "static"
LOOPBACK = ("localhost", "127.0.0.1", "::1", "[::1]")
"""The names and numbers by which a computer calls itself."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken from one caller: bytes of a body, and requests (``burst`` at once, ``refill`` a second).

    ``json`` holds for requests of the API, ``form`` for pages, ``upload`` for files and FHIR, ``register`` for a
    practice's export. ``reading`` and ``working`` are the buckets of requests that only show a page, and of those
    that compute; ``calling`` is that of other systems (FHIR, CDS Hooks), since a whole hospital calls from one address.
    ``presence``: how long after somebody showed their password they may sign without showing it again.
    """

    json: int = 64_000
    form: int = 256_000
    upload: int = 2_000_000
    register: int = 60_000_000
    reading: tuple[int, float] = (600, 60.0)
    working: tuple[int, float] = (120, 12.0)
    calling: tuple[int, float] = (1200, 120.0)
    presence: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, eq=False)
class House:
    """What a server has.

    ``store``: the URL of the editorial store (None: no review on this server); ``desk``: the same, opened.
    ``local``: it serves one user on loopback, who may open local folders; else it is shared. ``hosts``: the names under
    which it may be called beside loopback's (shared, and none: any).
    ``feedback``: the file in which feedback of CDS Hooks is kept; ``trust``: the clients that may call (None: all).
    ``workers``: the processes for calls of other systems (None: none); ``turn``: how many are answered at once.
    """

    grounds: Mapping[str, Ground]
    samples: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    store: str | None = None
    assets: Path = STATIC
    local: bool = True
    hosts: tuple[str, ...] = ()
    limits: Limits = Limits()
    feedback: Path | None = None
    trust: Trust | None = None
    desk: Desk | None = None
    workers: Workers | None = None
    turn: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))


def house(
    folders: Iterable[Path],
    *,
    store: str | None = None,
    local: bool = True,
    hosts: tuple[str, ...] = (),
    limits: Limits | None = None,
    feedback: Path | None = None,
    trust: Trust | None = None,
    workers: int = 0,
) -> House:
    """A house with the guidelines of some folders and their sample patients. Raises Refused.

    A name that is not loopback's makes it shared whatever it listens on: a proxy on this machine then calls for others.
    """
    if not (STATIC / "app.css").is_file():
        what = "The style sheet of the pages has not been built."
        raise Refused([Finding("src/posology/web/static", what, "Run: make assets")])
    grounds = {one.guideline.id: one for one in map(ground, folders)}
    samples = {name: samples_of(one.folder) for name, one in grounds.items()}
    at = desk(store) if store else None
    shown = Live(grounds, at) if at else grounds
    return House(
        shown, samples, store=store, local=local and all(map(is_loopback, hosts)), hosts=hosts,
        limits=limits or Limits(),
        feedback=feedback, trust=trust, desk=at,
        workers=Workers({name: one.guideline for name, one in grounds.items()}, workers) if workers else None,
        turn=CapacityLimiter(max(1, workers)),
    )  # fmt: skip


def guideline(house: House, name: str) -> Guideline | None:
    """A guideline by its id."""
    found = house.grounds.get(name)
    return found.guideline if found else None


def is_loopback(name: str) -> bool:
    """Whether a host name or number means this computer itself."""
    return name.lower() in LOOPBACK

"""What one running server has: its guidelines, its sample patients, its limits. Nothing here is about a patient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..answer.ground import Ground, ground
from ..findings import Finding, Refused
from ..model import Guideline

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken from one caller: bytes of a body, and requests (``burst`` at once, ``refill`` a second).

    ``json`` holds for requests of the API, ``form`` for pages, ``upload`` for files and FHIR, ``register`` for a
    practice's export. ``reading`` and ``working`` are the buckets of requests that only show a page, and of those
    that compute.
    """

    json: int = 64_000
    form: int = 256_000
    upload: int = 2_000_000
    register: int = 60_000_000
    reading: tuple[int, float] = (600, 60.0)
    working: tuple[int, float] = (120, 12.0)


@dataclass(frozen=True, slots=True, eq=False)
class House:
    """What a server has.

    ``store``: the URL of the editorial store (None: no review on this server). ``local``: it serves one user on
    loopback, who may open local folders. ``hosts``: further names under which it may be called (local: loopback's).
    """

    grounds: Mapping[str, Ground]
    samples: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    store: str | None = None
    assets: Path = STATIC
    local: bool = True
    hosts: tuple[str, ...] = ()
    limits: Limits = Limits()


def house(
    folders: Iterable[Path],
    *,
    store: str | None = None,
    local: bool = True,
    hosts: tuple[str, ...] = (),
    limits: Limits | None = None,
) -> House:
    """A house with the guidelines of some folders and their sample patients. Raises Refused."""
    if not (STATIC / "app.css").is_file():
        what = "The style sheet of the pages has not been built."
        raise Refused([Finding("src/posology/web/static", what, "Run: make assets")])
    grounds = {one.guideline.id: one for one in map(ground, folders)}
    samples = {name: samples_of(one.folder) for name, one in grounds.items()}
    return House(grounds, samples, store=store, local=local, hosts=hosts, limits=limits or Limits())


def samples_of(folder: Path) -> dict[str, bytes]:
    """The sample patients beside a guideline, by the name of their file."""
    return {path.stem: path.read_bytes() for path in sorted((folder / "patients").glob("*.yaml"))}


def guideline(house: House, name: str) -> Guideline | None:
    """A guideline by its id."""
    found = house.grounds.get(name)
    return found.guideline if found else None

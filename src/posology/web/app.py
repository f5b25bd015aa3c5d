"""The web app of one house: the layers that every request passes, and the faces behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from .. import __version__
from . import about, account, api, asking, faults, fhir, hooks, pages, people, planning, register, review, workers
from .desk import OneMoment
from .faults import Gate
from .guards import Guard
from .house import House


def app(house: House) -> FastAPI:
    """The app. Each face is a module with ``router(house)``."""
    made = FastAPI(
        title="posology",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lambda _: _open(house),
        middleware=[
            Middleware(Guard, house=house),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
            Middleware(Gate, house=house),
            Middleware(OneMoment),
        ],
    )
    faults.install(made, house)
    made.mount("/static", StaticFiles(directory=house.assets), name="static")
    for face in (pages, asking, planning, about, api, fhir, hooks, people, account, review, register):
        made.include_router(face.router(house))
    made.openapi = api.describe(made, house)  # type: ignore[method-assign]
    return made


@asynccontextmanager
async def _open(house: House) -> AsyncIterator[None]:
    """As long as the server runs, so do its processes."""
    if house.workers:
        workers.begin(house.workers)
    yield
    if house.workers:
        workers.end(house.workers)

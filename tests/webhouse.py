"""A house to test, its app behind a test client, and the app behind a real address."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import uvicorn
from starlette.testclient import TestClient

from posology.read.library import find
from posology.web.app import app
from posology.web.house import House, Limits, house

PAGE = "/guidelines/b12-injections"
FREE = Limits(reading=(100_000, 100_000.0), working=(100_000, 100_000.0))


@cache
def shared_house() -> House:
    return house([find()], limits=FREE)


@cache
def client() -> TestClient:
    return TestClient(app(shared_house()), headers={"accept": "text/html"}, follow_redirects=False)


@contextmanager
def served(one: House | None = None) -> Iterator[str]:
    """The app on loopback, at the address that is given."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app(one or shared_house()), log_level="warning", access_log=False))
    thread = threading.Thread(target=lambda: server.run(sockets=[taken]), daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until and thread.is_alive():
        time.sleep(0.02)
    assert server.started, "the server did not start"
    try:
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def turn(page: Any, what: Any) -> None:
    """Clicks (a selector or a locator) and waits until the page behind the click has come."""
    with page.expect_navigation():
        page.click(what) if isinstance(what, str) else what.click()

"""The app behind an address: said when it is ready, ended quietly."""

from __future__ import annotations

import gc
import logging
import socket
import sys
from threading import Thread

import uvicorn

from ..editorial.people import first_administrator
from ..findings import Finding, Refused
from .ahead import Visits, work_ahead
from .app import app
from .desk import ledger_of
from .house import House

YOUNG = 50_000
"""New things after which the collector looks for circles: a call makes thousands, and hardly any circle."""


def listen(house: House, host: str, port: int) -> int:
    """Serves until it is stopped. Raises Refused when the address cannot be had."""
    made = Visits(app(house))
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO, stream=sys.stderr)
    taken = _bound(host, port)
    name, number = taken.getsockname()[:2]
    shown = f"[{name}]" if ":" in name else name
    sys.stdout.write(f"posology is at http://{shown}:{number}  (Ctrl+C stops it)\n")
    _first_link(house, f"http://{shown}:{number}")
    sys.stdout.flush()
    _ready(house, made)
    settings = uvicorn.Config(
        made, log_level="warning", access_log=False, server_header=False, proxy_headers=False
    )
    uvicorn.Server(settings).run(sockets=[taken])
    return 0


def _ready(house: House, visits: Visits) -> None:
    """Works out beforehand what the first reader would wait for, and spares the collector what stays for good."""
    if house.desk is not None:
        ledger_of(house.desk)
        Thread(target=work_ahead, args=(house, visits.quiet), daemon=True, name="ahead").start()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


def _first_link(house: House, at: str) -> None:
    """The one-time link of the first administrator, on the terminal of a server whose store is new."""
    token = first_administrator(house.desk.store) if house.desk else None
    if token:
        said = "The store is new. Set the administrator's password, once and within a day"
        sys.stdout.write(f"{said}: {at}/link/{token}\n")


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else Nagle holds back every answer
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(2048)  # whoever calls from now on is answered as soon as the server runs
    except OSError as error:
        made.close()
        what = f"Nothing can listen on {host} port {port}: {error.strerror}."
        raise Refused([Finding("--port", what, "Name another one, e.g. --port 8080, or 0 for any.")]) from None
    return made

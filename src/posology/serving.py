"""`posology serve`: the web app on this machine."""

from __future__ import annotations

import argparse
import os
import re
from datetime import timedelta
from pathlib import Path

from .findings import Finding, Refused

MOST = 64
"""Processes at most beside the server."""
HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\[[0-9A-Fa-f:.]+\]")
"""A name or a number, as it stands in an address before the port."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--guideline", metavar="DIR", action="append", help="a guideline's folder or name; may repeat")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="the port (default 8000; 0 takes any that is free)")
    called = "a host name under which it is called; any but loopback's makes it a shared server; may repeat"
    parser.add_argument("--name", action="append", default=[], help=called)
    parser.add_argument("--store", metavar="URL", help="the database of the review (default: POSOLOGY_STORE, if set)")
    parser.add_argument("--feedback", metavar="FILE", help="keep the feedback of CDS Hooks in this file (JSON lines)")
    parser.add_argument("--clients", metavar="FILE", help="only these clients may call CDS Hooks (JSON Web Keys)")
    told = "how long a password holds before a signature asks for it again (default 15; 0: each one asks)"
    parser.add_argument("--presence", metavar="MINUTES", type=int, default=15, help=told)
    processes = "processes that answer CDS Hooks and FHIR (default: as many as cores, at most 4; 0: the server itself)"
    parser.add_argument("--workers", type=int, metavar="N", help=processes)
    parser.set_defaults(run=serve)


def serve(args: argparse.Namespace) -> int:
    """Serves until it is stopped. 2: it cannot begin."""
    from .read.library import find, shelf
    from .web.house import Limits, house, is_loopback
    from .web.listen import listen
    from .web.trust import read_trust
    from .web.workers import usual

    if not 0 <= args.port <= 65535:
        raise Refused([Finding("--port", f"There is no port {args.port}.", "Name one from 1 to 65535.")])
    if not 0 <= args.presence <= 720:
        raise Refused([Finding("--presence", "It is no number of minutes from 0 to 720.", "Name one, e.g. 15.")])
    if args.workers is not None and not 0 <= args.workers <= MOST:
        what = f"There cannot be {args.workers} processes for calls."
        raise Refused([Finding("--workers", what, f"Name a number from 0 to {MOST}, or leave it out.")])
    folders = [find(name) for name in args.guideline or shelf()]
    store = args.store or os.environ.get("POSOLOGY_STORE") or None
    made = house(
        folders, store=store, local=is_loopback(args.host), hosts=_names(args.name),
        limits=Limits(presence=timedelta(minutes=args.presence)),
        feedback=Path(args.feedback) if args.feedback else None,
        trust=read_trust(Path(args.clients)) if args.clients else None,
        workers=usual() if args.workers is None else args.workers,
    )  # fmt: skip
    return listen(made, args.host, args.port)


def _names(told: list[str]) -> tuple[str, ...]:
    """Host names as browsers write them. Raises Refused with each that is none: nobody could ever call it so."""
    do = "Write the name alone, without https:// and without a port, e.g. --name posology.example."
    faults = [Finding("--name", f"“{one}” is no host name.", do) for one in told if not HOST.fullmatch(one)]
    if faults:
        raise Refused(faults)
    return tuple(f"[{one}]" if one.count(":") > 1 and one[0] != "[" else one for one in map(str.lower, told))

"""Processes beside the server that answer its longer calls, so that its own turns stay short.

They share nothing: a call goes in, a reply comes out, and with each call goes how far the review of its guideline has
come, so that a process never knows less than the server. Whatever befalls one of them, the call is answered in the
server instead. Each ends when the server does, however that ends: its pipe then has no other end.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import Empty, LifoQueue
from threading import Event, Lock, Thread
from typing import Any

from ..model import Guideline
from .calls import Call, Reply, reply

log = logging.getLogger("posology.web")

FEW = 4
"""Processes at most, unless somebody asks for more."""
PATIENCE = 60.0
"""Seconds at most until another is begun in place of one that could not begin."""
FIRST = b'{"resourceType": "Parameters", "parameter": [{"name": "subject", "valueString": "Patient/1"}]}'
"""What a process is asked before anybody calls, so that nobody waits for what is worked out once."""

Standing = tuple[str, Mapping[str, Any]]


@dataclass(slots=True, eq=False)
class Workers:
    """The processes of a server, each with a thread (``seats``) that waits for its end and then begins another.

    ``free``: the pipes of those that wait for a call; ``alone``: held by the one call that the server answers itself.
    """

    guidelines: Mapping[str, Guideline]
    count: int
    free: LifoQueue[Connection] = field(default_factory=LifoQueue)
    running: set[BaseProcess] = field(default_factory=set)
    seats: list[Thread] = field(default_factory=list)
    ended: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)
    alone: Lock = field(default_factory=Lock)


def usual() -> int:
    """How many there are unless somebody says so: one a core, and not many."""
    return min(os.cpu_count() or 1, FEW)


def begin(workers: Workers) -> None:
    """Begins them in the background; until they are ready calls are answered in the server."""
    resource_tracker.ensure_running()  # it would take off the mask of the thread that begins it
    workers.seats += [Thread(target=_seat, args=(workers,), daemon=True) for _ in range(workers.count)]
    for seat in workers.seats:
        seat.start()


def end(workers: Workers) -> None:
    """Ends them all. They keep nothing, so nothing is lost."""
    with workers.lock:
        workers.ended.set()
        for process in workers.running:
            process.kill()
    for seat in workers.seats:
        seat.join()


def answered(workers: Workers, call: Call, guideline: Guideline) -> Reply:
    """The reply to a call, from a process that is free, or from here when there is none or it fails."""
    found = _asked(workers, call, guideline)
    if found is None:
        with workers.alone:
            found = reply(call, guideline)
    return found


def _asked(workers: Workers, call: Call, guideline: Guideline) -> Reply | None:
    """What a process says; None when none is free, when it has ended, or when a fault of ours kept it from saying."""
    try:
        pipe = workers.free.get_nowait()
    except Empty:
        return None
    try:
        pipe.send((call, (guideline.status, guideline.review)))
        found: Reply | None = pipe.recv()
    except (EOFError, OSError):
        pipe.close()
        return None
    workers.free.put(pipe)
    return found


# ---------------------------------------------------------------- one seat, in the server


def _seat(workers: Workers) -> None:
    """Keeps one process going until the server ends; who is gone is buried at once and followed by another."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # and so in the processes: Ctrl+C is the server's
    pause = 0.0
    while not workers.ended.wait(pause):
        ready = _kept(workers)
        pause = 0.0 if ready else min(PATIENCE, 2 * pause + 1)
        if not workers.ended.is_set():
            log.warning("a worker process %s; another is begun", "has ended" if ready else "could not begin")


def _kept(workers: Workers) -> bool:
    """The life of one process: begun, offered to whoever calls, and gone. Whether it ever became ready."""
    context = get_context("spawn")  # a fork would take along the locks of threads that are not there
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, workers.guidelines), daemon=True)
    with workers.lock:
        if workers.ended.is_set():
            return True
        process.start()
        workers.running.add(process)
    theirs.close()
    ready = False
    with suppress(EOFError, OSError):
        ready = ours.recv()
        workers.free.put(ours)
        log.info("a worker process is ready")
    process.join()
    with workers.lock:
        workers.running.discard(process)
    return ready


# ---------------------------------------------------------------- one process


def serve(pipe: Connection, guidelines: Mapping[str, Guideline]) -> None:
    """Answers one call after the other until the server is gone."""
    known = {name: ((one.status, one.review), one) for name, one in guidelines.items()}
    for one in guidelines.values():
        reply(Call("apply", one.id, FIRST), one)
    gc.disable()  # it collects when it has answered
    gc.collect()
    gc.freeze()
    with suppress(EOFError, OSError):
        pipe.send(True)
        while True:
            call, standing = pipe.recv()
            pipe.send(_said(call, standing, known))
            gc.collect()


def _said(call: Call, standing: Standing, known: dict[str, tuple[Standing, Guideline]]) -> Reply | None:
    """The reply. None when a fault of ours is in the way: the server will meet it too, and say so as it always does."""
    try:
        if known[call.guideline][0] != standing:
            status, review = standing
            known[call.guideline] = standing, replace(known[call.guideline][1], status=status, review=review)
        return reply(call, known[call.guideline][1])
    except Exception:
        return None

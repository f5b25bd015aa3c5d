"""A register that is being opened: the work goes on beside the request, says how far it is, and can be stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..findings import Finding, Refused

log = logging.getLogger("posology.web")


class Stopped(Exception):
    """Somebody has stopped the work."""


@dataclass(slots=True)
class Job:
    """Work that goes on: for whom, what has been done so far, and in the end its result or what was refused."""

    owner: str
    steps: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    done: threading.Event = field(default_factory=threading.Event)
    halt: threading.Event = field(default_factory=threading.Event)
    result: Any = None
    faults: tuple[Finding, ...] = ()
    interrupt: Callable[[], object] | None = None

    def say(self, what: str) -> None:
        """One more step, or further on in the same one. Raises Stopped."""
        if self.halt.is_set():
            raise Stopped
        if self.steps and self.steps[-1].partition(":")[0] == what.partition(":")[0]:
            self.steps[-1] = what
        else:
            self.steps.append(what)

    def stop(self) -> None:
        """Ends the work at the next step, and what an engine is at now."""
        self.halt.set()
        if self.interrupt is not None:
            self.interrupt()

    @property
    def seconds(self) -> int:
        """How long it has been going on."""
        return int(time.monotonic() - self.began)


def begin(job: Job, work: Callable[[Job], Any], undo: Callable[[], object] = lambda: None) -> Job:
    """Begins the work in a thread of its own; ``undo`` is called when it is over, however it ends."""

    def run() -> None:
        try:
            job.result = work(job)
        except Refused as refused:
            job.faults = refused.findings
        except Exception as error:  # what broke, not the words of it: they may name patients
            if not job.halt.is_set():
                log.error("a register could not be opened: %s", type(error).__name__)
                what = "Something went wrong here while the register was read. It is our fault, not yours."
                job.faults = (Finding("register", what, "Try `posology register summary` on the same files."),)
        finally:
            job.interrupt = None
            undo()
            job.done.set()

    threading.Thread(target=run, daemon=True, name="register").start()
    return job

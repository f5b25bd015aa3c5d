"""Processes that plan, started before anything heavy is loaded."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from typing import Any

from ..model import Guideline, Patient
from ..plan.plan import plan
from .row import row

Case = tuple[dict[str, Any], Patient]
_HERE: dict[str, Guideline] = {}


def pool_of(folder: str) -> ProcessPoolExecutor | None:
    """As many processes as there are cores, eight at most; none where there is one core only."""
    cores = min(os.cpu_count() or 1, 8)
    if cores < 2:
        return None
    pool = ProcessPoolExecutor(cores, initializer=_begin, initargs=(folder,))
    for _ in range(cores):
        pool.submit(_nothing)
    return pool


def rows_for(cases: Sequence[Case], guideline: Guideline, on: date) -> list[dict[str, Any]]:
    """The rows of some patients: what the register says of each, and what the plan says."""
    return [{**own, **row(plan(guideline, patient, on), guideline)} for own, patient in cases]


def rows_there(cases: Sequence[Case], on: date) -> list[dict[str, Any]]:
    """The rows of some patients, made in a process of the pool."""
    return rows_for(cases, _HERE["guideline"], on)


def _nothing() -> None:
    """Something to do, so that a process starts."""


def _begin(folder: str) -> None:
    from ..read.library import load

    _HERE["guideline"] = load(folder)

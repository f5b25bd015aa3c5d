"""One fact made another, for "what if"."""

from __future__ import annotations

from dataclasses import replace

from ..model import Guideline
from .days import day_of
from .form import NOT_KNOWN, Row, Typed


def changed(what: Typed, fact: str, value: str, guideline: Guideline) -> Typed:
    """What stands in the form with one fact changed.

    A dated result wins over a stated fact, so where there are results of it the newest one is changed; while it
    is to be unknown, they are all left out.
    """
    facts = {**what.facts, fact: value}
    rows = what.results
    if any(row["test"] == fact for row in rows):
        rows = _without(rows, fact) if value == NOT_KNOWN else _newest(rows, fact, value, guideline.facts[fact].unit)
    return replace(what, facts=facts, results=rows)


def _without(rows: tuple[Row, ...], fact: str) -> tuple[Row, ...]:
    return tuple(row for row in rows if row["test"] != fact)


def _newest(rows: tuple[Row, ...], fact: str, value: str, unit: str) -> tuple[Row, ...]:
    """The rows with this value in the newest result of a test (and in those of the same day)."""
    last = max((str(day_of(row["date"])) for row in rows if row["test"] == fact), default="")
    bare = value.replace(".", "", 1).isdigit()
    new = {"value": value, "unit": unit if bare else ""}
    return tuple(
        {**row, **new} if row["test"] == fact and str(day_of(row["date"])) == last else row for row in rows
    )  # fmt: skip

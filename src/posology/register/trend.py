"""The past year of a register: how many were overdue, due and up to date at the end of each month.

Each day is reckoned by the same rules as today, from the doses and results up to that day. Facts without a
day (a diagnosis, an age) are taken as they stand today, and only who was under treatment then is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING, Any

from .files import kept, one_row, rows_of
from .history import Tables
from .reading import Register
from .summary import STATUSES

if TYPE_CHECKING:
    import ibis.expr.types as ir

MONTHS = 12
LINES = ("overdue", "due", "up_to_date")
NOTE = (
    "Each day is reckoned by today's guideline from the doses and results up to that day. Facts without a day "
    "(diagnoses, age) are taken as they stand today. Counted are the patients of today's list whose treatment "
    "had begun by then: who has left the list since is not in it. Where an export holds the newest doses only, the "
    "early months look emptier than they were."
)
WIDE, HIGH, LEFT, RIGHT, TOP, BOTTOM = 720, 300, 54, 130, 16, 34
DASHES = {"overdue": "", "due": "7 4", "up_to_date": "2 4"}
Listed = Callable[[Register, date], "ir.Table"]


def days(on: date) -> list[date]:
    """The ends of the twelve months before a day, and the day.

    >>> [str(day) for day in days(date(2026, 1, 31))][-3:]
    ['2025-11-30', '2025-12-31', '2026-01-31']
    """
    found = [on]
    while len(found) <= MONTHS:
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return found[::-1]


def trend(
    register: Register, on: date, listed: Listed, say: Callable[[str], None] = lambda _: None
) -> list[dict[str, Any]]:
    """The counts by status of each day; ``listed`` makes the worklist of a register for a day."""
    found = []
    for number, day in enumerate(days(on), 1):
        say(f"reckoning the past year: {number} of {MONTHS + 1}")
        found.append({"on": day.isoformat(), **_counts(_as_of(register, day), day, listed)})
    return found


def _as_of(register: Register, day: date) -> Register:
    """The register as its record stood on a day, of those whose treatment had begun."""
    tables = register.tables
    doses, results = (table.filter(table.on <= day) for table in (tables.doses, tables.results))
    begun = doses.select(n_="n").distinct()
    joined = tables.patients.left_join(begun, tables.patients.n == begun.n_)
    people = joined.filter(joined.n_.notnull() | (joined.start <= day).fill_null(False)).drop("n_")
    return replace(register, tables=Tables(kept(register.engine, "trend_patients", people), doses, results))


def _counts(then: Register, day: date, listed: Listed) -> dict[str, Any]:
    patients = then.tables.patients
    many = one_row(patients.agg(many=lambda t: t.count()), then.engine)["many"]
    if not many:
        return {"patients": 0, "status": {}}
    table = listed(then, day)
    rows = rows_of(table.group_by("status").agg(many=lambda t: t.count()), then.engine)
    found = {row["status"]: row["many"] for row in rows}
    return {"patients": many, "status": {status: found[status] for status in STATUSES if status in found}}


# ---------------------------------------------------------------- to look at


def rows(points: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """The heading and the rows of the table: a day, who was under treatment, and each status that occurs."""
    there = [status for status in STATUSES if any(status in point["status"] for point in points)]
    heading = ["Day", "Under treatment", *(status.replace("_", " ") for status in there)]
    return heading, [
        [point["on"], f"{point['patients']:,}", *(f"{point['status'].get(status, 0):,}" for status in there)]
        for point in points
    ]


def as_text(points: Sequence[Mapping[str, Any]], wide: int = 24) -> list[str]:
    """The trend to read in a terminal: a line for each day, with a bar for the share that was overdue."""
    most = max((_share(point, "overdue") for point in points), default=0) or 1
    lines = ["  day         treated   overdue       due  up to date   share overdue"]
    for point in points:
        counts = "".join(f"{point['status'].get(name, 0):>{w},}" for name, w in zip(LINES, (10, 10, 12), strict=True))
        share = _share(point, "overdue")
        bar = "█" * max(round(share / most * wide), 1 if share else 0)
        lines.append(f"  {point['on']}{point['patients']:>9,}{counts}   {share:>6.1%}  {bar}".rstrip())
    return lines


def svg(points: Sequence[Mapping[str, Any]]) -> str:
    """Three lines over the months, each named at its end and drawn in its own way."""
    most = max((_share(p, name) for p in points for name in LINES), default=0) or 1
    top = next(step for step in (0.1, 0.2, 0.4, 0.6, 0.8, 1.0) if most <= step)
    step = (WIDE - LEFT - RIGHT) / max(len(points) - 1, 1)
    parts = [_grid(top), *(_month(k, point, step) for k, point in enumerate(points))]
    ends = _apart({name: _y(_share(points[-1], name), top) for name in LINES})
    for name in LINES:
        line = " ".join(f"{LEFT + k * step:.1f},{_y(_share(p, name), top):.1f}" for k, p in enumerate(points))
        dash = f' stroke-dasharray="{DASHES[name]}"' if DASHES[name] else ""
        parts.append(f'<polyline points="{line}" fill="none" stroke="currentColor" stroke-width="2.5"{dash}/>')
        words = escape(f"{name.replace('_', ' ')} {_share(points[-1], name):.0%}")
        parts.append(f'<text x="{WIDE - RIGHT + 8}" y="{ends[name] + 5:.1f}">{words}</text>')
    ways = ((name.replace("_", " "), _share(points[0], name), _share(points[-1], name)) for name in LINES)
    told = "; ".join(f"{words} {first:.0%} then {last:.0%}" for words, first, last in ways)
    label = escape(f"The past year, share of those under treatment: {told}", quote=True)
    size = f'viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}"'
    return f'<svg {size} role="img" aria-label="{label}">{"".join(parts)}</svg>'


def _share(point: Mapping[str, Any], status: str) -> float:
    return float(point["status"].get(status, 0)) / point["patients"] if point["patients"] else 0.0


def _y(share: float, top: float) -> float:
    return TOP + (1 - share / top) * (HIGH - TOP - BOTTOM)


def _grid(top: float) -> str:
    found = []
    for share in (0.0, top / 2, top):
        y = _y(share, top)
        line = f'<line x1="{LEFT}" x2="{WIDE - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="currentColor" opacity="0.25"/>'
        found.append(line + f'<text x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{share:.0%}</text>')
    return "".join(found)


def _month(k: int, point: Mapping[str, Any], step: float) -> str:
    """The name of every third month, under its place."""
    if k % 3:
        return ""
    day = date.fromisoformat(point["on"])
    return f'<text x="{LEFT + k * step:.1f}" y="{HIGH - 10}" text-anchor="middle">{day:%b %Y}</text>'


def _apart(ends: Mapping[str, float], least: float = 18) -> dict[str, float]:
    """Names at the ends of lines, moved apart where they would cover one another."""
    found: dict[str, float] = {}
    for name, y in sorted(ends.items(), key=lambda pair: pair[1]):
        found[name] = max(y, max(found.values(), default=-least) + least)
    return found

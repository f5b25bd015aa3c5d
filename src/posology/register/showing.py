"""A worklist to look at: the most pressing rows on a terminal, or all of it as CSV for a program."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from os import terminal_size
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import so_many
from .files import kept, rows_of
from .reading import Register
from .summary import STATUSES
from .writing import write

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

PRESSING = ("refer", "stop", "overdue", "due", "in_loading", "not_started", "decide", "ask", "up_to_date")
COLORS = {
    "refer": 31,
    "stop": 31,
    "overdue": 31,
    "decide": 35,
    "ask": 33,
    "due": 33,
    "in_loading": 36,
    "up_to_date": 32,
}
HEADS = ("patient", "status", "due by", "late", "rule", "tests due", "ask first")


def csv_text(table: ir.Table, register: Register) -> Iterator[str]:
    """The worklist as CSV, piece by piece: the very bytes that a file would hold."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "worklist.csv"
        write(table, path, register.engine)
        with path.open(encoding="utf-8", newline="") as file:
            while piece := file.read(1 << 20):
                yield piece


def screen(table: ir.Table, register: Register, size: terminal_size, color: bool) -> str:
    """How many there are of each status, and the rows that press most."""
    engine = register.engine
    held = kept(engine, "worklist_held", table)
    counted = held.group_by("status").agg(many=lambda t: t.count())
    counts = {row["status"]: row["many"] for row in rows_of(counted, engine)}
    many = max(size.lines - 8, 10)
    first = rows_of(held.order_by(pressing(held)).limit(many), engine)
    total = sum(counts.values())
    head = "   ".join(f"{_painted(s.replace('_', ' '), s, color)} {counts[s]:,}" for s in STATUSES if s in counts)
    body = _table([_cells(row) for row in first], size.columns, color)
    more = f"… and {total - len(first):,} more. All of them: --out FILE.csv" if total > len(first) else ""
    return "\n".join([so_many(total), head, "", *body, *([more] if more else [])])


def pressing(table: ir.Table) -> list[Any]:
    """The order in which the rows that press most come first, the latest among them before the others."""
    place = ibis.cases(*((table.status == s, k) for k, s in enumerate(PRESSING)), else_=len(PRESSING))
    return [place, table.days_overdue.desc(nulls_first=False), table.n]


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        _plain(row["patient_id"]), row["status"].replace("_", " "), str(row["due_by"] or ""),
        f"{row['days_overdue']} d" if row["days_overdue"] else "", row["rule"] or "",
        row["tests_due"].replace(";", ", "), row["ask"].split(";")[0].replace("_", " "),
    )  # fmt: skip


def _plain(text: str) -> str:
    """Text without signs that would steer a terminal."""
    return "".join(c if c.isprintable() else "·" for c in text)[:30]


def _table(rows: list[tuple[str, ...]], width: int, color: bool) -> list[str]:
    wide = [max(len(cell) for cell in column) for column in zip(HEADS, *rows, strict=True)]
    lines = []
    for number, row in enumerate([HEADS, *rows]):
        line = "  ".join(f"{cell:{w}}" for cell, w in zip(row, wide, strict=True)).rstrip()[: max(width, 60)]
        if color and number:
            line = (
                line.replace(row[1], _painted(row[1], row[1].replace(" ", "_"), color), 1)
                if row[1] not in row[0]
                else line
            )
        lines.append(f"\033[1m{line}\033[0m" if color and not number else line)
    return lines


def _painted(words: str, status: str, color: bool) -> str:
    return f"\033[{COLORS.get(status, 0)}m{words}\033[0m" if color else words

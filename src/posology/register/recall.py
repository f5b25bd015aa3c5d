"""Who is to be called: the overdue by weeks, then those who are due, as a page to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from ..model import Guideline
from .bars import UNAPPROVED, _banner, _page
from .reading import Register, rows_of

CALLED = ("overdue", "due")
DIED = "record_says_died"
HEADS = ("Patient", "Last dose", "Drug", "Due from", "Due by", "Late", "Tests due", "Ask first", "Mind", "Done")
PRINT = f"<style>{Path(__file__).with_name('recall.css').read_text(encoding='utf-8')}</style>"


def called(table: ir.Table, register: Register) -> list[dict[str, Any]]:
    """The patients to be called, the latest first; nobody whose record says that they have died."""
    chosen = table.filter(table.status.isin(CALLED))
    if "notices" in table.columns:
        chosen = chosen.filter(~(ibis.literal(";") + chosen.notices + ";").contains(f";{DIED};"))
    found = rows_of(chosen.order_by(["due_by", "n"]), register.engine)
    return [row for row in found if row["due_by"]]


def weeks(rows: Sequence[Mapping[str, Any]], on: date) -> dict[str, list[Mapping[str, Any]]]:
    """The rows by how many weeks late they are, then by the week in which their last day falls."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(_week(row, on), []).append(row)
    return found


def _week(row: Mapping[str, Any], on: date) -> str:
    days = (on - row["due_by"]).days
    if days > 0:
        late = (days + 6) // 7
        return "Overdue by more than a year" if late > 52 else f"Overdue by up to {late} week{'s' if late > 1 else ''}"
    ahead = -days // 7
    return (
        "Due: the last day is within a week" if ahead == 0 else f"Due: the last day is in {ahead} to {ahead + 1} weeks"
    )


def page(rows: Sequence[Mapping[str, Any]], guideline: Guideline, on: date) -> str:
    """The list as one page of HTML."""
    parts = [
        PRINT,
        f"<h1>To be called, {on.day} {on:%B %Y}</h1>",
        _banner(guideline),
        f"<p>{len(rows):,} patients.</p>",
    ]
    for week, some in weeks(rows, on).items():
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(c)}</td>" for c in cells(row)) + '<td class="box"></td></tr>' for row in some
        )
        head = "".join(f'<th scope="col">{name}</th>' for name in HEADS)
        parts.append(
            f"<h2>{escape(week)} ({len(some):,})</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )
    parts.append(f'<p class="soft">{escape(_about(guideline))}</p>')
    return _page(f"To be called on {on}", "\n".join(parts))


def sheets(rows: Sequence[Mapping[str, Any]], guideline: Guideline, on: date) -> dict[str, Any]:
    """The list as data for a template."""
    return {
        "title": f"To be called, {on.day} {on:%B %Y}",
        "status": ""
        if guideline.status == "approved"
        else f"Not approved. {UNAPPROVED}",
        "about": _about(guideline),
        "heads": list(HEADS),
        "weeks": [
            {"title": f"{week} ({len(some):,})", "rows": [list(cells(row)) for row in some]}
            for week, some in weeks(rows, on).items()
        ],
    }


def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What the list says of a patient."""
    return (
        row["patient_id"], str(row["last_dose"] or ""), row["drug"] or "", str(row["due_from"]), str(row["due_by"]),
        f"{row['days_overdue']} d" if row["days_overdue"] else "", _first(row["tests_due"], 6), _first(row["ask"], 2),
        _first(row["alerts"], 4).replace("-", " "),
    )  # fmt: skip


def _first(words: str | None, most: int) -> str:
    return ", ".join((words or "").replace("_", " ").split(";")[:most])


def _about(guideline: Guideline) -> str:
    made = f"{guideline.title}, version {guideline.version}, digest {guideline.digest}"
    return f"From {made}. This list holds facts about patients."

"""Who is to be called: the overdue by weeks, then those who are due, as a page to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model import Guideline
from . import OF_NOBODY, so_many
from .bars import UNAPPROVED, _banner, _page
from .files import rows_of
from .reading import Register
from .summary import MEANS, STATUSES, plain

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

CALLED = ("overdue", "due")
LISTED = ("tests_due", "ask", "alerts")
MOST_SHARED = 4
LONG = 5
"""Patients from which on what holds for all of them is said once."""
DIED = "record_says_died"
HEADS = ("Patient", "Last dose", "Drug", "Due from", "Due by", "Late", "Tests due", "Ask first", "Mind", "Done")
PRINT = f"<style>{Path(__file__).with_name('recall.css').read_text(encoding='utf-8')}</style>"


DECLARED = ("no_when_empty:", "always:")
"""Doubts that the practice has settled itself, in its map."""


def called(table: ir.Table, register: Register) -> list[dict[str, Any]]:
    """The patients to be called, the latest first; nobody whose record says that they have died."""
    chosen = table.filter(table.status.isin(CALLED))
    if "notices" in table.columns:
        chosen = chosen.filter(~(ibis.literal(";") + chosen.notices + ";").contains(f";{DIED};"))
    found = rows_of(chosen.order_by(["due_by", "n"]), register.engine)
    return [row for row in found if row["due_by"]]


def not_called(table: ir.Table, register: Register, many: int) -> str:
    """Who is not on the list, and why, in words: nobody who opens it should take it for the whole practice."""
    counted = table.group_by("status").agg(many=lambda t: t.count())
    found = {row["status"]: row["many"] for row in rows_of(counted, register.engine)}
    parts = [f"{found[s]:,} {plain(s)} ({MEANS[s]})" for s in STATUSES if s in found and s not in CALLED]
    other = sum(found.get(status, 0) for status in CALLED) - many
    parts += [f"{other:,} whose record says that they have died"] if other else []
    made_up = [one.what for one in register.quality.findings if one == OF_NOBODY]
    return " ".join([*made_up, *([f"Not on this list: {'; '.join(parts)}."] if parts else [])])


def shared(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """What the list would say of every patient again: the tests, questions and alerts that all of them have."""
    if len(rows) < LONG:
        return {}
    every = {}
    for key in LISTED:
        first = (rows[0][key] or "").split(";")
        kept = set(first).intersection(*((row[key] or "").split(";") for row in rows[1:])) - {""}
        every[key] = [word for word in first if word in kept][:MOST_SHARED]
    return {key: words for key, words in every.items() if words}


def _everybody(every: Mapping[str, Sequence[str]]) -> str:
    said = {"tests_due": "tests due", "ask": "ask", "alerts": "mind"}
    parts = (f"{said[key]}: {_first(';'.join(words), MOST_SHARED).replace('-', ' ')}" for key, words in every.items())
    return f"For everybody on this list: {'; '.join(parts)}." if every else ""


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


def page(rows: Sequence[Mapping[str, Any]], guideline: Guideline, on: date, others: str = "") -> str:
    """The list as one page of HTML; ``others`` says who is not on it."""
    every = shared(rows)
    notes = [f"{so_many(len(rows))}.", *(note for note in (_everybody(every), others) if note)]
    parts = [
        PRINT, f"<h1>To be called, {on.day} {on:%B %Y}</h1>", _banner(guideline),
        *(f"<p>{escape(note)}</p>" for note in notes),
    ]  # fmt: skip
    for week, some in weeks(rows, on).items():
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(c)}</td>" for c in cells(row, every)) + '<td class="box"></td></tr>'
            for row in some
        )
        head = "".join(f'<th scope="col">{name}</th>' for name in HEADS)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        title = escape(f"{week} ({len(some):,})")
        parts.append(f'<h2>{title}</h2><div class="wide" tabindex="0" role="region" aria-label="{title}">{table}</div>')
    parts.append(f'<p class="soft">{escape(_about(guideline))}</p>')
    return _page(f"To be called on {on}", "\n".join(parts))


def sheets(rows: Sequence[Mapping[str, Any]], guideline: Guideline, on: date, others: str = "") -> dict[str, Any]:
    """The list as data for a template."""
    every = shared(rows)
    return {
        "title": f"To be called, {on.day} {on:%B %Y}",
        "status": "" if guideline.status == "approved" else f"Not approved. {UNAPPROVED}",
        "notes": [f"{so_many(len(rows))}.", *(note for note in (_everybody(every), others) if note)],
        "about": _about(guideline),
        "heads": list(HEADS),
        "weeks": [
            {"title": f"{week} ({len(some):,})", "rows": [list(cells(row, every)) for row in some]}
            for week, some in weeks(rows, on).items()
        ],
    }


def cells(row: Mapping[str, Any], every: Mapping[str, Sequence[str]] | None = None) -> tuple[str, ...]:
    """What the list says of a patient, beside what it says of every patient; doubts about the record stand first."""
    own = {k: ";".join(w for w in (row[k] or "").split(";") if w not in (every or {}).get(k, ())) for k in LISTED}
    doubts = [plain(w) for w in (row.get("notices") or "").split(";") if w and not w.startswith(DECLARED)]
    mind = [*doubts, *([_first(own["alerts"], 4).replace("-", " ")] if own["alerts"] else [])]
    return (
        row["patient_id"], str(row["last_dose"] or ""), row["drug"] or "", str(row["due_from"]), str(row["due_by"]),
        f"{row['days_overdue']} d" if row["days_overdue"] else "", _first(own["tests_due"], 6), _first(own["ask"], 2),
        ", ".join(mind),
    )  # fmt: skip


def _first(words: str | None, most: int) -> str:
    return ", ".join((words or "").replace("_", " ").split(";")[:most])


def _about(guideline: Guideline) -> str:
    made = f"{guideline.title}, version {guideline.version}, digest {guideline.digest}"
    return f"From {made}. This list holds facts about patients."

"""One register under two versions of a guideline: who changes, from what to what, and by which statement."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from ..model import Guideline
from . import so_many
from .files import rows_of
from .reading import Register

if TYPE_CHECKING:
    import ibis.expr.types as ir

SEEN = (
    "status",
    "phase",
    "rule",
    "drug",
    "every_low",
    "every_high",
    "due_from",
    "due_by",
    "certainty",
    "tests_due",
    "alerts",
    "ask",
)
MOST = 20


def rows_by_id(register: Register, table: ir.Table) -> dict[str, dict[str, Any]]:
    """A worklist's rows by patient."""
    return {row["patient_id"]: row for row in rows_of(table.order_by("n"), register.engine)}


def changed(
    first: Mapping[str, Mapping[str, Any]],
    second: Mapping[str, Mapping[str, Any]],
    one: Guideline,
    other: Guideline,
    on: date,
) -> dict[str, Any]:
    """What is different, by patient, by column, and by statement."""
    statements = edited(one, other)
    patients = [
        made
        for ident in first
        if ident in second and (made := _patient(ident, first[ident], second[ident], statements))
    ]
    return {
        "on": on.isoformat(), "patients": len(first), "changed": len(patients),
        "from": _about(one), "to": _about(other), "statements": statements,
        "by_column": dict(Counter(column for p in patients for column in p["changes"]).most_common()),
        "by_change": _tally(patients),
        "by_statement": dict(Counter(s for p in patients for s in p["statements"]).most_common()),
        "who": patients,
    }  # fmt: skip


def edited(one: Guideline, other: Guideline) -> dict[str, str]:
    """The statements that are not the same in both, and in what."""
    found = {}
    for name in dict.fromkeys([*one.named, *other.named]):
        a, b = one.named.get(name), other.named.get(name)
        if a is None or b is None:
            found[name] = "new" if a is None else "gone"
        elif a.rule != b.rule:
            found[name] = "rule"
        elif a.text != b.text:
            found[name] = "words"
    defined = [
        name for name in one.defines.keys() | other.defines.keys() if one.defines.get(name) != other.defines.get(name)
    ]
    return found | {name: found.get(name, "definition") for name in sorted(defined)}


def _patient(
    ident: str, a: Mapping[str, Any], b: Mapping[str, Any], statements: Mapping[str, str]
) -> dict[str, Any] | None:
    changes = {
        column: (_plain(a[column]), _plain(b[column])) for column in SEEN if _plain(a[column]) != _plain(b[column])
    }
    if not changes:
        return None
    named = [x for row in (a, b) for x in [row["rule"], *(row["alerts"] or "").split(";")] if x]
    moved = set(_names(a)) ^ set(_names(b))
    behind = [name for name in dict.fromkeys(named) if name in statements or name in moved]
    fallback = [name for name, how in statements.items() if how != "words"]
    return {"patient_id": ident, "changes": changes, "statements": behind or fallback}


def _names(row: Mapping[str, Any]) -> list[str]:
    return [x for x in [row["rule"], *(row["alerts"] or "").split(";")] if x]


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _tally(patients: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How often which status, rule or drug became which other."""
    found = Counter((c, *p["changes"][c]) for p in patients for c in ("status", "rule", "drug") if c in p["changes"])
    return [{"column": c, "from": a, "to": b, "patients": many} for (c, a, b), many in found.most_common()]


def _about(guideline: Guideline) -> dict[str, str]:
    return {"id": guideline.id, "version": guideline.version, "digest": guideline.digest}


def as_text(told: Mapping[str, Any], color: bool = False) -> str:
    """The comparison to read."""
    strong = (lambda words: f"\033[1m{words}\033[0m") if color else (lambda words: words)
    lines = [strong(f"{told['changed']:,} of {so_many(told['patients'])} change on {told['on']}"), ""]
    if told["statements"]:
        lines += [
            strong("Statements that differ"),
            *(f"  {name}: {how}" for name, how in told["statements"].items()),
            "",
        ]
    if told["by_change"]:
        lines.append(strong("Who becomes what"))
        lines += [
            f"  {row['patients']:>8,}  {row['column']}: {row['from'] or '(none)'} → {row['to'] or '(none)'}"
            for row in told["by_change"][:MOST]
        ]
        lines.append("")
    for key, title in (("by_column", "By column"), ("by_statement", "By statement")):
        if told[key]:
            lines += [strong(title), *(f"  {many:>8,}  {name}" for name, many in told[key].items()), ""]
    return "\n".join(lines).rstrip()


def csv_of(told: Mapping[str, Any]) -> str:
    """Each patient who changes, a row for each column that does; no cell that a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["patient_id", "column", "from", "to", "statements"])
    for patient in told["who"]:
        for column, (a, b) in patient["changes"].items():
            writer.writerow(
                [_safe(cell) for cell in (patient["patient_id"], column, a, b, ";".join(patient["statements"]))]
            )
    return out.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell and cell[0] in "=+-@\t\r" else cell

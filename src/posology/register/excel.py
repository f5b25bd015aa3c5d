"""A worklist as an Excel workbook: the list, the reasons with their sources, and what was read.

Nothing in it is computed by Excel: every cell that came from a record is text, and one that a program could
take for a formula is marked as text as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..findings import Finding, Refused
from ..model import Guideline, Statement
from .files import fetched
from .reading import Register
from .writing import HIDDEN, whole

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_ROWS = 1_048_575
WIDTHS = {
    "patient_id": 16,
    "status": 13,
    "alerts": 34,
    "ask": 44,
    "rule": 26,
    "notices": 30,
    "tests_due": 34,
    "drug": 18,
}
FILLS = {"refer": "#f4c7c3", "stop": "#f4c7c3", "overdue": "#f9d5c9", "due": "#fdf0c4", "decide": "#e6dbf2",
         "ask": "#fdf0c4", "in_loading": "#d5e8f5", "not_started": "#d5e8f5", "up_to_date": "#d9eddc"}  # fmt: skip
DAYS = ("last_dose", "due_from", "due_by")


def write_excel(table: ir.Table, path: Path, register: Register, guideline: Guideline, on: date) -> None:
    """Writes a worklist as a workbook, whole or not at all. Raises Refused."""
    rows = fetched(register.engine, table.order_by("n").drop(*HIDDEN).limit(MOST_ROWS + 1))
    if rows.num_rows > MOST_ROWS:
        what = f"An Excel sheet holds {MOST_ROWS:,} patients, and there are more."
        raise Refused([Finding("--out", what, "Name a file that ends in .parquet or .csv.")])
    whole(path, lambda part: _workbook(part, rows, register, guideline, on))


def _workbook(part: Path, rows: Any, register: Register, guideline: Guideline, on: date) -> None:
    """Made in memory and written at once: on a full disk the writer of workbooks would complain to the terminal."""
    import xlsxwriter

    made = BytesIO()
    settings = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(made, settings) as book:
        book.set_properties({"title": f"Worklist of {on}", "comments": "Holds facts about patients. Made by posology."})
        looks = _looks(book)
        seen = _worklist(book.add_worksheet("Worklist"), rows, looks)
        _reasons(book.add_worksheet("Reasons"), seen, guideline, looks)
        _data(book.add_worksheet("Data"), register, guideline, on, looks)
    part.write_bytes(made.getvalue())


def _looks(book: Any) -> dict[str, Any]:
    base = {"valign": "top"}
    looks = {
        "head": book.add_format({"bold": True, "bg_color": "#0f4c52", "font_color": "#ffffff", "valign": "vcenter"}),
        "text": book.add_format(base), "wrap": book.add_format(base | {"text_wrap": True}),
        "day": book.add_format(base | {"num_format": "yyyy-mm-dd"}), "bold": book.add_format(base | {"bold": True}),
        "quoted": book.add_format(base | {"quote_prefix": True}),
    }  # fmt: skip
    return looks | {name: book.add_format(base | {"bg_color": fill}) for name, fill in FILLS.items()}


def _worklist(sheet: Any, rows: Any, looks: dict[str, Any]) -> list[str]:
    """Writes the list; the rules that are named in it, in order."""
    names = rows.column_names
    _head(sheet, names, [WIDTHS.get(name, 12) for name in names], looks)
    seen: dict[str, None] = {}
    at = 0
    for batch in rows.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            at += 1
            for k, name in enumerate(names):
                _cell(sheet, at, k, name, row[name], looks)
            seen |= dict.fromkeys(r for r in [row["rule"], *(row["alerts"] or "").split(";")] if r)
    sheet.autofilter(0, 0, max(at, 1), len(names) - 1)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    return list(seen)


def _cell(sheet: Any, at: int, k: int, name: str, value: Any, looks: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(at, k, value, looks["day"])
    elif isinstance(value, int):
        sheet.write_number(at, k, value, looks["text"])
    else:
        look = looks.get(value) if name == "status" else None
        risky = value[:1] in "=+-@\t\r"
        words = value.replace(";", "; ") if name in ("tests_due", "alerts", "ask") else value
        sheet.write_string(at, k, words[:32_000], look or looks["quoted" if risky else "text"])


def _head(sheet: Any, names: Sequence[str], widths: Sequence[int], looks: dict[str, Any]) -> None:
    for k, (name, wide) in enumerate(zip(names, widths, strict=True)):
        sheet.set_column(k, k, wide)
        sheet.write_string(0, k, name.replace("_", " "), looks["head"])
    sheet.freeze_panes(1, 0)


def _reasons(sheet: Any, rules: Sequence[str], guideline: Guideline, looks: dict[str, Any]) -> None:
    """Each rule that the list names, in the words of the guideline, with its sources."""
    _head(sheet, ["rule", "what the guideline says", "sources", "where it stands"], [30, 90, 60, 44], looks)
    for at, reason in enumerate(reasons(rules, guideline), 1):
        for k, words in enumerate(reason):
            sheet.write_string(at, k, words, looks["wrap"])


def reasons(rules: Sequence[str], guideline: Guideline) -> list[tuple[str, str, str, str]]:
    """For each rule its name, its words, its sources and the headings above it."""
    found: list[Statement] = [guideline.named[rule] for rule in rules if rule in guideline.named]
    return [
        (s.name, s.text, "; ".join(_source(key, guideline) for key in s.citations), " › ".join(s.place.heading))
        for s in found
    ]


def _source(key: str, guideline: Guideline) -> str:
    known = guideline.references.get(key)
    return f"{key}: {known.title}" if known else key


def _data(sheet: Any, register: Register, guideline: Guideline, on: date, looks: dict[str, Any]) -> None:
    """What was read and what was odd about it; under which guideline."""
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 2, 80)
    lines = [("day of the worklist", on.isoformat(), ""),
             ("guideline", f"{guideline.title}, version {guideline.version}, {guideline.status}", ""),
             ("digest", guideline.digest, "")]  # fmt: skip
    lines += [(f"{name} read", f"{many:,}", "") for name, many in register.quality.counts.items()]
    lines += [(f.place, f.what, f.do) for f in register.quality.findings]
    for at, line in enumerate(lines):
        for k, words in enumerate(line):
            sheet.write_string(at, k, words, looks["bold" if k == 0 else "wrap"])

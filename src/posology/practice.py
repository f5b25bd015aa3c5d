"""What a practice does with its register: map its columns, print whom to call, write letters, audit, compare."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from .findings import Finding, Refused
from .register import so_many

if TYPE_CHECKING:
    from .register.reading import Register


MOST_PATIENTS = 100_000_000


def arguments(commands: Any, reading: Callable[[argparse.ArgumentParser], None]) -> None:
    """The commands of a practice, beside those of every register."""
    mapping = commands.add_parser("map", help="say what the columns of an export mean, before they are used")
    mapping.add_argument(
        "folder", metavar="DIR|FILE|URL", help="the export: a workbook, a folder of CSV files, or a database"
    )
    mapping.add_argument(
        "--out", metavar="FILE", help="write the map here (.yaml), to be looked over and used with --map"
    )
    mapping.add_argument("--guideline", metavar="DIR", help="a guideline's folder or name")
    mapping.set_defaults(run=map_columns)
    calling = commands.add_parser("recall", help="a list to print of the patients who are overdue or due, by weeks")
    reading(calling)
    calling.add_argument("--out", metavar="FILE", required=True, help="write here: .html or .pdf")
    calling.set_defaults(run=recall)
    writing = commands.add_parser("letters", help="a letter for each patient who is overdue or due")
    reading(writing)
    writing.add_argument(
        "--out", metavar="FOLDER", required=True, help="the folder to write into (made if it is not there)"
    )
    writing.add_argument(
        "--template", metavar="FILE", help="a text with $headline, $due_by … (default: one of our own)"
    )
    writing.add_argument("--practice", metavar="NAME", default="", help="what $practice stands for")
    writing.set_defaults(run=letters)
    measuring = commands.add_parser(
        "audit", help="the guideline's measures, with numerator, denominator and exclusions"
    )
    reading(measuring)
    measuring.add_argument("--measures", metavar="FILE", help="other measures than those beside the guideline")
    measuring.add_argument(
        "--small",
        type=number_of_patients,
        default=5,
        metavar="N",
        help="counts below N are not shown (default 5; 1 shows all)",
    )
    measuring.add_argument("--format", choices=("text", "json"), default="text")
    measuring.set_defaults(run=audit)
    comparing = commands.add_parser(
        "compare", help="who changes under another version of the guideline, and by which sentence"
    )
    reading(comparing)
    comparing.add_argument("--with", dest="other", required=True, metavar="DIR", help="the other version's folder")
    comparing.add_argument("--out", metavar="FILE.csv", help="write each patient who changes here")
    comparing.add_argument("--format", choices=("text", "json"), default="text")
    comparing.set_defaults(run=compare)


def number_of_patients(text: str) -> int:
    """A number of patients, also one written as 1,000 or 1_000. Raises ArgumentTypeError."""
    digits = text.replace(",", "").replace("_", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20 and 1 <= int(digits) <= MOST_PATIENTS):
        what = f"{text} is no number of patients: take one from 1 to {MOST_PATIENTS:,}"
        raise argparse.ArgumentTypeError(what)
    return int(digits)


# ---------------------------------------------------------------- exports of a practice


def map_columns(args: argparse.Namespace) -> int:
    """Shows what the columns of an export are taken to mean, and writes it down."""
    from .cli import write_whole
    from .read.library import load
    from .registering import engine_of, writable

    if args.out:
        writable(Path(args.out), (".yaml", ".yml"), args.folder)
    engine_of(None)
    from .register.columns import guessed
    from .register.mapfile import as_yaml, notes
    from .register.mapshown import as_text, marks
    from .sources import tables_of

    guideline = load(args.guideline)
    with TemporaryDirectory(prefix="register-") as room:
        found = tables_of(args.folder, Path(room))
        if not found:
            do = "Name a workbook, a folder with .csv or .parquet files, or a database."
            raise Refused([Finding(args.folder, "There is no table here.", do)])
        mapped = guessed(found, guideline)
        content = as_yaml(mapped, notes(mapped, found, guideline), marks(mapped, found)).encode()
        if args.out:
            _no_other_map(Path(args.out), content)
        print(as_text(mapped, found, guideline))
    if args.out:
        with _writing(Path(args.out)):
            write_whole(Path(args.out), content)
        print(f"{args.out} written. Look it over, then use it with --map {args.out}", file=sys.stderr)
    return 0


def _no_other_map(path: Path, content: bytes) -> None:
    """Refuses a file that holds anything else: it may be a map that somebody has put right by hand. Raises Refused."""
    with _writing(path):
        other = path.exists() and path.read_bytes() != content
    if other:
        what = f"{path} is there already, and somebody may have put it right by hand."
        do = "Name another file to compare them; or take this one away first, if nothing of it is needed."
        raise Refused([Finding("--out", what, do)])


# ---------------------------------------------------------------- files


def written(table: Any, path: Path, register: Register, args: argparse.Namespace) -> None:
    """Writes a worklist by the name of its file."""
    if path.suffix.lower() == ".xlsx":
        from .read.library import load
        from .register.excel import write_excel

        write_excel(table, path, register, load(args.guideline), args.on or date.today())
        return
    from .register.writing import write

    write(table, path, register.engine)


def print_report(told: dict[str, Any], args: argparse.Namespace) -> None:
    """A summary as a page that holds everything it shows."""
    from .read.library import load
    from .register.bars import report

    print(report(told, load(args.guideline), args.on or date.today()), end="")


def recall(args: argparse.Namespace) -> int:
    """Writes the list of the patients who are to be called."""
    from .read.library import load
    from .registering import reckoned, report_findings, writable

    path, on = Path(args.out), args.on or date.today()
    writable(path, (".html", ".pdf"), args.folder)
    guideline = load(args.guideline)
    register, table = reckoned(args)
    from .register.recall import called, not_called, page, sheets

    rows = called(table, register)
    others = not_called(table, register, len(rows))
    if path.suffix.lower() == ".pdf":
        from .show.pdf import listed

        content = listed(sheets(rows, guideline, on, others), on)
    else:
        content = page(rows, guideline, on, others).encode()
    _kept(path, content)
    report_findings(register)
    print(f"{path} written: {so_many(len(rows))} to be called. It holds facts about patients.", file=sys.stderr)
    print(others, file=sys.stderr)
    return 0


def letters(args: argparse.Namespace) -> int:
    """Writes a letter for each patient who is due or overdue."""
    from .read.library import load
    from .registering import reckoned, report_findings

    guideline, on, folder = load(args.guideline), args.on or date.today(), Path(args.out)
    from .register import OF_NOBODY
    from .register.letters import letters as made
    from .register.letters import template_of
    from .register.writing import empty, whole_folder

    empty(folder)
    template = template_of(Path(args.template) if args.template else None)
    register, table = reckoned(args)
    from .register.planned import patients
    from .register.recall import called, not_called

    rows = {row["n"]: row for row in called(table, register)}
    nobody = OF_NOBODY in register.quality.findings
    sheets = made(rows, patients(register, guideline), template, guideline, on, args.practice, made_up=nobody)
    many = whole_folder(folder, ((name, text.encode()) for name, _, text in sheets))
    report_findings(register)
    print(f"{many:,} letters in {folder}. They hold facts about patients.", file=sys.stderr)
    print(not_called(table, register, many).replace("Not on this list:", "No letter for:"), file=sys.stderr)
    return 0


def _kept(path: Path, content: bytes) -> None:
    from .register.writing import whole

    whole(path, lambda part: part.write_bytes(content))


def _writing(path: Path) -> Any:
    from .cli import _writing as guarded

    return guarded(path)


# ---------------------------------------------------------------- audit, compare


def audit(args: argparse.Namespace) -> int:
    """Measures a register."""
    from .read.library import find, load
    from .registering import reckoned, report_findings

    guideline, on = load(args.guideline), args.on or date.today()
    engine_named(args)
    from .register.audit import as_text, measured, measures

    chosen = measures(Path(args.measures) if args.measures else find(args.guideline) / "measures.yaml", guideline)
    register, table = reckoned(args)
    told = measured(chosen, table, register, guideline, on, args.small)
    report_findings(register)
    print(json.dumps(told, ensure_ascii=False, indent=1) if args.format == "json" else as_text(told))
    return 0


def engine_named(args: argparse.Namespace) -> None:
    """Says that a package is missing before anything is read."""
    from .registering import engine_of

    if args.engine is None:
        engine_of(None)


def compare(args: argparse.Namespace) -> int:
    """Says who changes under another version of the guideline."""
    from .read.library import find, load
    from .registering import reckoned, report_findings, writable

    on = args.on or date.today()
    if args.out:
        writable(Path(args.out), (".csv",), args.folder)
    one, other = load(args.guideline), load(args.other, "--with")
    engine_named(args)
    from .register.compare import as_text, changed, csv_of, rows_by_id

    register, table = reckoned(args)
    first = rows_by_id(register, table)
    report_findings(register)
    second = rows_by_id(*reckoned(argparse.Namespace(**{**vars(args), "guideline": str(find(args.other))})))
    told = changed(first, second, one, other, on)
    if args.out:
        _kept(Path(args.out), csv_of(told).encode())
    if args.format == "json":
        print(json.dumps(told, ensure_ascii=False, indent=1, default=str))
    else:
        print(as_text(told, color=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    return 0

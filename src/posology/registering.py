"""`posology register`: a whole register at once: the worklist, its summary, and registers that are made up."""

from __future__ import annotations

import argparse
import atexit
import gc
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import practice
from .findings import Finding, Refused, report

if TYPE_CHECKING:
    from .model import Guideline
    from .register.files import Engine
    from .register.reading import Register
    from .sources import Opened

MOST_FINDINGS = 40
SELDOM = 200_000
"""New things after which the collector of garbage looks for what can go."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of the register."""
    commands = parser.add_subparsers(title="commands", required=True, metavar="WHAT")
    listing = commands.add_parser("worklist", help="one row a patient: what is due, overdue, to be asked or decided")
    _reading_arguments(listing)
    listing.add_argument(
        "--out", metavar="FILE", help="write here: .csv, .parquet or .xlsx (default: a table, or CSV in a pipe)"
    )
    listing.set_defaults(run=worklist)
    telling = commands.add_parser(
        "summary", help="counts by phase, status and rule; what is missing; how good the data are"
    )
    _reading_arguments(telling)
    telling.add_argument("--format", choices=("text", "json", "html"), default="text")
    telling.add_argument(
        "--trend",
        action="store_true",
        help="also how many were overdue and due at the end of each month of the past year",
    )
    telling.set_defaults(run=summary)
    practice.arguments(commands, _reading_arguments)
    making = commands.add_parser("synthesize", help="make up a register of so many patients, for trying things out")
    making.add_argument("number", type=practice.number_of_patients, metavar="N", help="how many patients")
    making.add_argument("folder", metavar="DIR", help="the folder to write into (made if it is not there)")
    making.add_argument("--seed", type=int, default=1, metavar="K", help="the same seed makes the same register")
    making.add_argument("--on", type=_day, metavar="DATE", help="the day on which the register ends (default: today)")
    making.add_argument("--kind", choices=("csv", "parquet"), help="default: csv up to 100,000 patients, else parquet")
    making.add_argument("--guideline", metavar="DIR", help="a guideline's folder or name")
    making.set_defaults(run=synthesize)


def _reading_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        metavar="DIR|FILE|URL",
        help="patients, doses and results: a folder (.csv, .parquet), a workbook (.xlsx), a bulk export of FHIR "
        "(.ndjson), or a database (duckdb:///…, postgresql://…)",
    )
    parser.add_argument("--map", metavar="FILE", help="what the columns mean (see: posology register map)")
    parser.add_argument("--on", type=_day, metavar="DATE", help="the day of the worklist (default: today)")
    parser.add_argument("--engine", choices=("duckdb", "spark"), help="what reckons (default: this machine)")
    parser.add_argument("--guideline", metavar="DIR", help="a guideline's folder or name")


def _day(text: str) -> date:
    from .cli import _day as day

    return day(text)


# ---------------------------------------------------------------- worklist, summary


def worklist(args: argparse.Namespace) -> int:
    """Makes the worklist of a register. 0: made; 2: the register was refused."""
    if args.out:
        writable(Path(args.out), (".csv", ".parquet", ".xlsx"), args.folder)
    with _Progress() as say:
        opened, guideline = read(args, say, once=True)
        register = opened.register
        table = listed(register, guideline, args.on or date.today(), say)
        if args.out:
            say("making the worklist")
            with _remembered(register, guideline):
                practice.written(table, Path(args.out), register, args)
    if not args.out:
        with _remembered(register, guideline):
            _shown(table, register)
    report_findings(register)
    if args.out:
        _done(Path(args.out), register)
    return 0


def summary(args: argparse.Namespace) -> int:
    """Sums a register up."""
    from .register.figures import told as summed
    from .register.summary import as_text

    on = args.on or date.today()
    with _Progress() as say:
        opened, guideline = read(args, say)
        register = opened.register
        with _remembered(register, guideline):
            table = listed(register, guideline, on, say)
            say("counting")
            told = summed(table, register, on, guideline)
        if args.trend:
            from .register.trend import trend

            told["trend"] = trend(register, on, _then(guideline), say)
    if args.format == "json":
        print(json.dumps(told, ensure_ascii=False, indent=1))
    elif args.format == "html":
        practice.print_report(told, args)
    else:
        color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        print(as_text(told, color=color))
    return 0


def reckoned(args: argparse.Namespace, say: Any = lambda _: None, once: bool = False) -> tuple[Register, Any]:
    """The register that the arguments name, and its worklist as a table; ``once``, nothing more. Raises Refused."""
    opened, guideline = read(args, say, once)
    return opened.register, listed(opened.register, guideline, args.on or date.today(), say)


def read(args: argparse.Namespace, say: Any, once: bool = False) -> tuple[Opened, Guideline]:
    """The register that the arguments name. Raises Refused."""
    from .read.library import find, load
    from .sources import map_in, opened

    guideline = load(args.guideline)
    engine, mapped = replace(engine_of(args.engine), once=once), map_in(args.map, guideline)
    from .register.queries import remembered

    on, home = args.on or date.today(), str(find(args.guideline))
    with remembered(engine.connection, guideline.digest):
        made = opened(args.folder, guideline, on, engine, mapped=mapped, home=home, say=say)
    atexit.register(made.cleanup)
    if made.guessed:
        say("")
        print(f"The columns are taken to mean:\n{made.columns}", file=sys.stderr)
    return made, guideline


def listed(register: Register, guideline: Guideline, on: date, say: Any) -> Any:
    """The worklist of a register."""
    from .register.notices import report_twice
    from .register.worklist import listed as rows

    say("planning")
    with _remembered(register, guideline):
        table = rows(register.engine, register.tables, guideline, on)
        report_twice(register, table, guideline)
    return table


def _remembered(register: Register, guideline: Guideline) -> AbstractContextManager[None]:
    """While this lasts, Ibis is only asked what it was never asked before."""
    from .register.queries import remembered

    return remembered(register.engine.connection, guideline.digest)


def _then(guideline: Guideline) -> Any:
    """What makes the worklist of a register for another day."""
    from .register.worklist import listed as rows

    return lambda register, day: rows(register.engine, register.tables, guideline, day, "worklist_then")


def engine_of(name: str | None) -> Engine:
    """DuckDB, or Spark when it is asked for. Raises Refused."""
    try:
        if name == "spark":
            from .register.spark import spark_engine

            return spark_engine()
        from .register.files import duckdb_engine

        return duckdb_engine()
    except ImportError as error:
        do = "Install them with: pip install 'posology[register]'"
        raise Refused([Finding("posology register", f"A package is missing: {error.name}.", do)]) from None


FORMS = {
    ".csv": "CSV",
    ".parquet": "Parquet",
    ".xlsx": "Excel",
    ".html": "HTML",
    ".pdf": "PDF",
    ".yaml": "YAML",
    ".yml": "YAML",
}
"""The forms in which something is written, by the end of the file's name."""


def writable(path: Path, kinds: Sequence[str], source: str, place: str = "--out") -> None:
    """Refuses a file that cannot be written or would take the place of what is read: before the work, not after it."""
    if path.suffix.lower() not in kinds:
        names = [FORMS[kind] for kind in kinds]
        what = f"{path} is {'neither ' + ' nor '.join(names) if len(names) > 1 else 'no ' + names[0]}."
        ends = f"{', '.join(kinds[:-1])} or {kinds[-1]}" if len(kinds) > 1 else kinds[0]
        raise Refused([Finding(place, what, f"Name a file that ends in {ends}.")])
    if path.is_dir():
        raise Refused([Finding(place, f"{path} is a folder.", "Name a file.")])
    if not path.parent.is_dir():
        raise Refused([Finding(place, f"There is no folder {path.parent}.", "Make it, or name another.")])
    if path.exists() and _is_read(path, source):
        what = f"{path} is what is read here, and would be written over."
        raise Refused([Finding(place, what, "Name another file: an export is never changed.")])


def _is_read(path: Path, source: str) -> bool:
    """Whether a file that is there is the export itself, or one of the tables in its folder."""
    from .sources import address

    place = Path(source.partition("://")[2].removeprefix("/") if address(source) else source)
    try:
        if place.is_dir():
            return path.parent.samefile(place) and path.stem.lower() in ("patients", "doses", "results")
        return place.is_file() and path.samefile(place)
    except OSError:
        return False


# ---------------------------------------------------------------- what is said


class _Progress:
    """What is being done, on standard error, for somebody who watches; nothing in a pipe.

    Meanwhile the collector of garbage looks less often: nearly all that is loaded and read stays.
    """

    def __init__(self) -> None:
        self.seen = sys.stderr.isatty()
        self.began = time.monotonic()
        self.collecting = gc.get_threshold()

    def __enter__(self) -> _Progress:
        gc.set_threshold(SELDOM)
        return self

    def __call__(self, what: str) -> None:
        if self.seen:
            print(f"\r\033[K{what} … ({time.monotonic() - self.began:.0f} s)", end="", file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        gc.set_threshold(*self.collecting)
        if self.seen:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _shown(table: Any, register: Register) -> None:
    """A table for somebody who reads; CSV for a program."""
    from .register.showing import csv_text, screen

    if sys.stdout.isatty():
        import shutil

        print(screen(table, register, shutil.get_terminal_size((100, 40)), color="NO_COLOR" not in os.environ))
        return
    for piece in csv_text(table, register):
        sys.stdout.write(piece)


def report_findings(register: Register) -> None:
    """What was odd about the data, on standard error."""
    found = register.quality.findings
    for finding in found[:MOST_FINDINGS]:
        print(report(finding), file=sys.stderr)
    if len(found) > MOST_FINDINGS:
        print(f"… and {len(found) - MOST_FINDINGS} more; see posology register summary.", file=sys.stderr)


def _done(path: Path, register: Register) -> None:
    counts = ", ".join(f"{many:,} {name}" for name, many in register.quality.counts.items())
    print(f"{path} written. Read: {counts}.", file=sys.stderr)


# ---------------------------------------------------------------- synthesize


def synthesize(args: argparse.Namespace) -> int:
    """Makes a register up."""
    from .read.library import find, load
    from .register.synthesize import make

    kind = args.kind or ("csv" if args.number <= 100_000 else "parquet")
    guideline = load(args.guideline)
    with _Progress() as say:
        written = make(
            find(args.guideline),
            guideline,
            args.number,
            Path(args.folder),
            args.seed,
            args.on or date.today(),
            kind,
            say,
        )
    for path in written:
        print(path)
    print("These patients are made up. They stand for nobody.", file=sys.stderr)
    return 0

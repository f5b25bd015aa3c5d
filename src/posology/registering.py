"""`posology register`: a whole register at once: the worklist, its summary, and registers that are made up."""

from __future__ import annotations

import argparse
import atexit
import json
import os
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import practice
from .findings import Finding, Refused, report

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from .model import Guideline
    from .register.files import Engine
    from .register.reading import Register
    from .sources import Opened

SMALL = 600_000
"""Bytes of a patients file up to which every patient is planned by itself; above, columns are made."""
FEW = 8_000
"""The same in patients, where there is no such file."""
PACKED = {".csv": 1, ".parquet": 12}
"""How many bytes of CSV a byte of a file stands for."""
MOST_FINDINGS = 40


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
        help="also how many were overdue and due at the end of each month of the past year"
    )
    telling.set_defaults(run=summary)
    practice.arguments(commands, _reading_arguments)
    making = commands.add_parser("synthesize", help="make up a register of so many patients, for trying things out")
    making.add_argument("number", type=_number, metavar="N", help="how many patients")
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


def _number(text: str) -> int:
    try:
        found = int(text.replace(",", "").replace("_", ""))
    except ValueError:
        found = 0
    if not 1 <= found <= 100_000_000:
        raise argparse.ArgumentTypeError(f"{text} is not a number of patients: take one from 1 to 100,000,000")
    return found


# ---------------------------------------------------------------- worklist, summary


def worklist(args: argparse.Namespace) -> int:
    """Makes the worklist of a register. 0: made; 2: the register was refused."""
    if args.out:
        _writable(Path(args.out))
    with _Progress() as say:
        register, table = reckoned(args, say)
        if args.out:
            say("making the worklist")
            practice.written(table, Path(args.out), register, args)
    if not args.out:
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
        opened, pool, guideline = read(args, say)
        register = opened.register
        try:
            table = listed(register, guideline, args, pool, say)
            say("counting")
            told = summed(table, register, on, guideline)
            if args.trend:
                from .register.trend import trend

                told["trend"] = trend(register, on, _then(guideline, args, pool), say)
        finally:
            if pool is not None:
                pool.shutdown(wait=False, cancel_futures=True)
    if args.format == "json":
        print(json.dumps(told, ensure_ascii=False, indent=1))
    elif args.format == "html":
        practice.print_report(told, args)
    else:
        color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        print(as_text(told, color=color))
    return 0


def reckoned(args: argparse.Namespace, say: Any = lambda _: None) -> tuple[Register, Any]:
    """The register that the arguments name, and its worklist as a table. Raises Refused."""
    opened, pool, guideline = read(args, say)
    try:
        return opened.register, listed(opened.register, guideline, args, pool, say)
    finally:
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


def read(args: argparse.Namespace, say: Any) -> tuple[Opened, ProcessPoolExecutor | None, Guideline]:
    """The register that the arguments name, and processes to plan it with where that is worth it. Raises Refused.

    The processes are started before anything heavy is loaded.
    """
    from .read.library import find, load
    from .sources import exported, map_in, opened

    home = str(find(args.guideline))
    export = "://" in args.folder or exported(args.folder)
    small = args.engine is None and not export and (not plain(args) or _small(Path(args.folder)))
    pool = _pool(home) if small else None
    try:
        guideline = load(args.guideline)
        engine, mapped = engine_of(args.engine), map_in(args.map, guideline)
        on = args.on or date.today()
        made = opened(args.folder, guideline, on, engine, mapped=mapped, home=home, say=say)
    except BaseException:
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
        raise
    atexit.register(made.cleanup)
    if made.guessed:
        say("")
        print(f"The columns are taken to mean:\n{made.columns}", file=sys.stderr)
    return made, pool, guideline


def listed(
    register: Register, guideline: Guideline, args: argparse.Namespace, pool: ProcessPoolExecutor | None, say: Any
) -> Any:
    """The worklist of a register: planned patient by patient where there are few, else made as columns."""
    say("planning")
    return _listed(register, guideline, args, pool, args.on or date.today())


def _then(guideline: Guideline, args: argparse.Namespace, pool: ProcessPoolExecutor | None) -> Any:
    """What makes the worklist of a register for another day: thirteen days are soon cheaper in columns."""
    from .register.trend import ONE_BY_ONE
    from .register.worklist import worklist as columns

    def then(register: Register, day: date) -> Any:
        if args.engine is None and register.quality.counts["patients"] <= ONE_BY_ONE:
            return _listed(register, guideline, args, pool, day, "_then")
        return columns(register.engine.connection, register.tables, guideline, day, "worklist_then")

    return then


def _listed(
    register: Register,
    guideline: Guideline,
    args: argparse.Namespace,
    pool: ProcessPoolExecutor | None,
    on: date,
    name: str = "",
) -> Any:
    connection = register.engine.connection
    if args.engine is None and (_small(Path(args.folder)) if plain(args) else few(register)):
        from .register.planned import planned

        connection.con.register(f"planned{name}", planned(register, guideline, on, pool))
        return connection.table(f"planned{name}")
    from .register.worklist import worklist as columns

    return columns(connection, register.tables, guideline, on, f"worklist{name}")


def _pool(folder: str) -> ProcessPoolExecutor | None:
    from .register.pool import pool_of

    return pool_of(folder)


def _small(place: Path) -> bool:
    """Whether the files look as if they held few patients."""
    files = [place / f"{name}{kind}" for name in ("patients", "doses") for kind in (".csv", ".parquet")]
    try:
        return all(not f.exists() or f.stat().st_size * PACKED[f.suffix] <= SMALL for f in files)
    except OSError:  # whoever reads them says what is wrong
        return True


def plain(args: argparse.Namespace) -> bool:
    """Whether the register is a folder in the register's own form, whose size is known before it is read."""
    from .sources import exported

    return not args.map and "://" not in args.folder and not Path(args.folder).is_file() and not exported(args.folder)


def few(register: Register) -> bool:
    """Whether an export holds so few patients that they are planned one by one."""
    counts = register.quality.counts
    return counts["patients"] <= FEW and counts["doses"] <= FEW * 30


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


def _writable(path: Path) -> None:
    """Said before the work, not after it."""
    if path.suffix.lower() not in (".csv", ".parquet", ".xlsx"):
        do = "Name a file that ends in .csv, .parquet or .xlsx."
        raise Refused([Finding("--out", f"{path.name} is neither CSV nor Parquet nor Excel.", do)])
    if not path.parent.is_dir():
        raise Refused([Finding("--out", f"There is no folder {path.parent}.", "Make it, or name another.")])


# ---------------------------------------------------------------- what is said


class _Progress:
    """What is being done, on standard error, for somebody who watches; nothing in a pipe."""

    def __init__(self) -> None:
        self.seen = sys.stderr.isatty()
        self.began = time.monotonic()

    def __enter__(self) -> _Progress:
        return self

    def __call__(self, what: str) -> None:
        if self.seen:
            print(f"\r\033[K{what} … ({time.monotonic() - self.began:.0f} s)", end="", file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
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

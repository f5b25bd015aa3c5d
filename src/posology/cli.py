"""The command line: `posology check`, `plan`, `ask` and the others; `posology` alone lists them."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import agents, asking, registering, reviewing, serving
from .findings import Finding, Refused, as_json, report

if TYPE_CHECKING:
    from .model import Guideline, Patient, Plan

OK, FAULTS, REFUSED = 0, 1, 2
FORMATS = ("text", "json", "html", "pdf", "ics", "fhir")
AUDIENCES = ("clinician", "patient", "student")
SELDOM = 50_000
"""New objects between two looks for what nobody needs any more: to look more often took a tenth of a short command."""


def main(argv: list[str] | None = None) -> int:
    """Runs one command. 0: done; 1: `check` found faults; 2: the input was refused."""
    parser = _parser()
    if not (sys.argv[1:] if argv is None else argv):
        parser.print_help(sys.stderr)
        return REFUSED
    args = parser.parse_args(argv)
    gc.set_threshold(SELDOM)
    try:
        return int(args.run(args))
    except Refused as refused:
        return _refuse(refused, getattr(args, "format", "text"))
    except BrokenPipeError:
        return _unheard(OK)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def _refuse(refused: Refused, form: str) -> int:
    try:
        if form == "json":
            print(json.dumps(as_json(refused.findings), ensure_ascii=False), flush=True)
        for finding in refused.findings:
            print(report(finding), file=sys.stderr, flush=True)
    except BrokenPipeError:
        return _unheard(REFUSED)
    return REFUSED


def _unheard(code: int) -> int:
    """Whoever read our output has seen enough: nothing more is said, not even by the interpreter at its end."""
    for stream in (sys.stdout, sys.stderr):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return code


# ---------------------------------------------------------------- arguments


def _parser() -> argparse.ArgumentParser:
    from . import __version__

    parser = argparse.ArgumentParser(
        prog="posology", description="A clinical guideline that can be computed, checked and read."
    )
    parser.add_argument("--version", action="version", version=f"posology {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _check_arguments(commands.add_parser("check", help="find the faults, gaps and clashes of a guideline"))
    _plan_arguments(commands.add_parser("plan", help="say what a guideline says for one patient, or for many"))
    _export_arguments(commands.add_parser("export", help="write a guideline as FHIR, CQL, tables or a questionnaire"))
    registering.arguments(commands.add_parser("register", help="work through a whole register of patients at once"))
    asking.arguments(commands.add_parser("ask", help="answer a question from a guideline's statements"))
    serving.arguments(commands.add_parser("serve", help="serve the guidelines as web pages and as an API"))
    agents.arguments(commands.add_parser("mcp", help="let AI agents ask a guideline (Model Context Protocol)"))
    reviewing.people_arguments(commands.add_parser("people", help="look after the accounts of a review"))
    reviewing.review_arguments(commands.add_parser("review", help="offer, sign and withdraw statements; prove who did"))
    return parser


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("guideline", nargs="?", help="a guideline's folder or name (default: the one that comes along)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    reviewing.store_argument(parser)
    parser.set_defaults(run=_check)


def _plan_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "patient",
        nargs="?",
        metavar="PATIENT",
        help="a patient file (YAML, JSON, a FHIR R4 Bundle or NDJSON); - reads standard input",
    )
    parser.add_argument(
        "--batch",
        metavar="FILE.jsonl",
        help="one patient a line in, one plan a line out (or a FHIR bulk export); - reads standard input",
    )
    parser.add_argument("--guideline", metavar="DIR", help="a guideline's folder or name")
    parser.add_argument("--on", type=_day, metavar="DATE", help="the day of the plan (default: the file's, else today)")
    parser.add_argument(
        "--start",
        type=_day,
        metavar="DATE",
        help="the first day of treatment (default: the file's, else the first dose)",
    )
    parser.add_argument("--horizon", type=_horizon, metavar="PERIOD", help="how far ahead to date (default P1Y)")
    parser.add_argument("--audience", choices=AUDIENCES, default="clinician")
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--out", metavar="FILE", help="write here instead of to standard output")
    reviewing.store_argument(parser)
    parser.set_defaults(run=_plan)


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("fhir", "cql", "tables", "questionnaire"))
    parser.add_argument("folder", metavar="DIR", help="the folder to write into (made if it is not there)")
    parser.add_argument("--guideline", metavar="DIR", help="a guideline's folder or name")
    parser.set_defaults(run=_export)


def _day(text: str) -> date:
    from .read.patient import date_of

    found = date_of(text)
    if isinstance(found, str):
        raise argparse.ArgumentTypeError(f"{found} Write it as in 2026-01-31.")
    return found


def _horizon(text: str):  # type: ignore[no-untyped-def]
    from .schedule import length, period

    try:
        found = period(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if not 0 < length(found) <= 3660:
        raise argparse.ArgumentTypeError(f"{text} is not a horizon: take one from a day to ten years")
    return found


# ---------------------------------------------------------------- check, export


def _check(args: argparse.Namespace) -> int:
    from .asking import with_words
    from .check import check
    from .check.words import as_text
    from .read.library import find

    outcome = reviewing.checked(with_words(check(find(args.guideline)), find(args.guideline)), args)
    if args.format == "json":
        print(json.dumps(outcome.as_json(), ensure_ascii=False, indent=1))
    else:
        print(as_text(outcome))
    return FAULTS if outcome.faults else OK


def _export(args: argparse.Namespace) -> int:
    from .read.library import load

    files = _exported(args.what, load(args.guideline))
    folder = Path(args.folder)
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            write_whole(folder / name, text.encode())
            print(folder / name)
    return OK


def _exported(what: str, guideline: Guideline) -> dict[str, str]:
    """The files of an export: name and text."""
    if what in ("fhir", "questionnaire"):
        from .fhir.library import written

        return written(guideline, what)
    if what == "cql":
        from .backends.cql import library, library_name

        return {f"{library_name(guideline)}.cql": library(guideline)}
    from .backends.table import decision_table

    return {
        f"{name}.md": f"# {name}\n\n{decision_table(decision, guideline.rules, guideline.facts)}\n"
        for name, decision in guideline.decisions.items()
    }


# ---------------------------------------------------------------- plan


def _plan(args: argparse.Namespace) -> int:
    if (args.patient is None) == (args.batch is None):
        raise Refused(
            [
                Finding(
                    "PATIENT",
                    "One patient file, or --batch with a file, is needed.",
                    "Run `posology plan --help` for examples.",
                )
            ]
        )
    if args.batch is not None:
        from .batch import plan_batch

        return plan_batch(args)
    from .read.library import load

    guideline = reviewing.reviewed(load(args.guideline), args)
    patient, reading = _patient(args.patient, guideline, args.on)
    made = planned(guideline, patient, args)
    _send(drawn(made, guideline, args, reading), args)
    return OK


def planned(guideline: Guideline, patient: Patient, args: argparse.Namespace) -> Plan:
    """The plan that the arguments ask for."""
    from dataclasses import replace

    from .plan.plan import plan
    from .schedule import period

    if args.start:
        patient = replace(patient, start=args.start)
    return plan(guideline, patient, args.on, audience=args.audience, horizon=args.horizon or period("P1Y"))


def _patient(name: str, guideline: Guideline, on: date | None) -> tuple[Patient, str]:
    """The patient in a file, or in the folder of a bulk export."""
    if not Path(name).is_dir():
        return patient_of(_bytes(name), name, guideline, on)
    from .fhir.bulk import lines_in, only, records

    return fhir_patient(only(records(lines_in(Path(name))), name), guideline, on)


def patient_of(content: bytes, name: str, guideline: Guideline, on: date | None) -> tuple[Patient, str]:
    """The patient in a file's bytes, with what was read and what was not when it is FHIR. Raises Refused."""
    from .read.data import is_bulk
    from .read.patient import parse, patient

    short = "standard input" if name == "-" else Path(name).name
    if is_bulk(content):
        from .fhir.bulk import lines_of, only, records

        return fhir_patient(only(records(lines_of(content, short)), short), guideline, on)
    data = parse(content, short)
    if isinstance(data, dict) and "resourceType" in data:
        return fhir_patient(data, guideline, on)
    if isinstance(data, list) and any(isinstance(one, dict) and "resourceType" in one for one in data):
        raise Refused([Finding(short, "This is a list of resources.", "Send a FHIR R4 Bundle, or NDJSON.")])
    return patient(data, guideline, on), ""


def fhir_patient(data: dict[str, Any], guideline: Guideline, on: date | None) -> tuple[Patient, str]:
    """The patient in a FHIR resource, with the reading report. Raises Refused."""
    from .fhir.bundle import read_bundle
    from .fhir.report import text_report

    if data["resourceType"] == "QuestionnaireResponse":
        from .fhir.responses import facts_of_response
        from .read.patient import patient

        told = facts_of_response(data, guideline)
        return patient(told, guideline, on), f"Read:\n  {len(told['facts'])} answers of a questionnaire"
    found, findings, reading = read_bundle(data, guideline, on)
    if findings:
        raise Refused(findings)
    return found, text_report(reading)


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise Refused([Finding(name, f"The file cannot be read: {error.strerror}.", "Name a patient file.")]) from None


def drawn(made: Plan, guideline: Guideline, args: argparse.Namespace, reading: str = "") -> bytes:
    """A plan in the format that is asked for."""
    match args.format:
        case "json":
            from .plan.shape import as_json as plan_json

            return (json.dumps(plan_json(made), ensure_ascii=False, indent=1) + "\n").encode()
        case "html":
            from .show.html import html

            return html(made, guideline, args.audience).encode()
        case "pdf":
            from .show.pdf import pdf

            return pdf(made, guideline, args.audience)
        case "ics":
            from .show.ics import ics

            return ics(made, guideline)
        case "fhir":
            from .fhir.careplan import own_reference, plan_bundle

            own = own_reference(made.patient) if reading else None  # only a record has an id of its own
            return (json.dumps(plan_bundle(made, guideline, own), ensure_ascii=False, indent=1) + "\n").encode()
        case _:
            return _text(made, guideline, args, reading)


def _text(made: Plan, guideline: Guideline, args: argparse.Namespace, reading: str) -> bytes:
    import shutil

    from .show.text import text

    seen = sys.stdout.isatty() and not args.out
    width = min(shutil.get_terminal_size((80, 24)).columns, 100) if seen else 80
    color = seen and "NO_COLOR" not in os.environ
    page = text(made, guideline, width=width, color=color, audience=args.audience)
    return (page.rstrip() + "\n" + (f"\n{reading.rstrip()}\n" if reading else "")).encode()


def _send(content: bytes, args: argparse.Namespace) -> None:
    if args.out:
        with _writing(Path(args.out)):
            write_whole(Path(args.out), content)
        return
    if args.format == "pdf" and sys.stdout.isatty():
        raise Refused([Finding("--format pdf", "A PDF cannot be shown on a terminal.", "Add --out FILE.pdf.")])
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(
            [
                Finding(
                    str(path),
                    f"It cannot be written: {error.strerror}.",
                    "Choose a place that can be written to.",
                )
            ]
        ) from None


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all: beside its place first, then moved there."""
    import tempfile

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise

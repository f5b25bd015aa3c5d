"""`plan --batch`: one patient a line in, one plan a line out, in order, on every core."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

from .findings import Finding, Refused, as_json
from .model import Guideline

SMALL = 200
"""Lines up to which one process is faster than starting others."""
CHUNK = 100
One = TypeVar("One")
Done = TypeVar("Done")


def plan_batch(args: argparse.Namespace) -> int:
    """Plans every line of the file. 2 when any line was refused; the other lines are answered all the same."""
    from .read.library import load
    from .reviewing import reviewed

    if args.format not in ("text", "json", "fhir"):
        what = "A batch is written as JSON lines only: plans, or with fhir a Bundle for each."
        raise Refused([Finding("--format", what, "Leave --format out.")])
    guideline = reviewed(load(args.guideline), args)
    refused = 0
    with _opened(args.batch) as lines:
        answers = _answers(_patients(args.batch, lines), guideline, args)
        for number, (answer, bad) in enumerate(answers, 1):
            refused += bad
            sys.stdout.buffer.write(answer)
            _progress(number)
    sys.stdout.buffer.flush()
    if refused:
        print(f"{refused} line{'s' * (refused != 1)} refused; see their errors.", file=sys.stderr)
    return 2 if refused else 0


def _progress(number: int) -> None:
    """How far it is, to somebody who watches; a pipe is spared."""
    if number % CHUNK == 0 and sys.stderr.isatty():
        print(f"\r{number} planned", end="", file=sys.stderr, flush=True)


def _patients(name: str, lines: IO[bytes]) -> Iterator[bytes]:
    """One patient a line: the lines themselves, or the records that a bulk export is made of."""
    if not name.endswith(".ndjson") and not os.path.isdir(name):
        return (line for line in lines if line.strip())
    from .fhir.bulk import lines_in, lines_of, records

    short = os.path.basename(name)
    found = records(lines_in(Path(name)) if os.path.isdir(name) else lines_of(lines.read(), short))
    return (json.dumps(one, ensure_ascii=False).encode(errors="replace") for one in found)


def _opened(name: str) -> IO[bytes]:
    if os.path.isdir(name):
        return BytesIO()
    try:
        return sys.stdin.buffer if name == "-" else open(name, "rb")
    except OSError as error:
        raise Refused(
            [Finding(name, f"The file cannot be read: {error.strerror}.", "Name a file of JSON lines.")]
        ) from None


def _answers(lines: Iterator[bytes], guideline: Guideline, args: argparse.Namespace) -> Iterator[tuple[bytes, bool]]:
    first = list(islice(lines, SMALL))
    cores = os.cpu_count() or 1
    rest = next(lines, None)
    if rest is None or cores == 1:
        yield from _planned(first, guideline, args)
        yield from _planned(() if rest is None else _with(rest, lines), guideline, args)
        return
    with ProcessPoolExecutor(cores, initializer=_begin, initargs=(guideline, args)) as pool:
        yield from spread(_with(first, rest, lines), pool, cores, _chunk)


def _with(*parts: Any) -> Iterator[bytes]:
    for part in parts:
        yield from (part,) if isinstance(part, bytes) else part


def spread(
    every: Iterator[One],
    pool: ProcessPoolExecutor,
    cores: int,
    work: Callable[[list[One]], list[Done]],
    size: int = CHUNK,
) -> Iterator[Done]:
    """Chunks of some things in flight on every core, worked through in order, with only a few in memory."""
    ahead: list[Future[list[Done]]] = []
    while chunk := list(islice(every, size)):
        ahead.append(pool.submit(work, chunk))
        if len(ahead) >= 3 * cores:
            yield from ahead.pop(0).result()
    for future in ahead:
        yield from future.result()


_HERE: dict[str, Any] = {}


def _begin(guideline: Guideline, args: argparse.Namespace) -> None:
    _HERE.update(guideline=guideline, args=args)


def _chunk(lines: list[bytes]) -> list[tuple[bytes, bool]]:
    return list(_planned(lines, _HERE["guideline"], _HERE["args"]))


def _planned(lines: Iterable[bytes], guideline: Guideline, args: argparse.Namespace) -> Iterator[tuple[bytes, bool]]:
    for line in lines:
        answer, bad = _one(line, guideline, args)
        yield json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode() + b"\n", bad


def _one(line: bytes, guideline: Guideline, args: argparse.Namespace) -> tuple[dict[str, Any], bool]:
    from .cli import fhir_patient, planned
    from .plan.shape import as_json as plan_json
    from .read.patient import parse_json, patient

    label: dict[str, Any] = {}
    try:
        data = parse_json(_decoded(line), "the line")
        label = {
            key: data[key] for key in ("patient", "id") if isinstance(data, dict) and isinstance(data.get(key), str)
        }
        record = isinstance(data, dict) and "resourceType" in data
        found = fhir_patient(data, guideline, args.on)[0] if record else patient(data, guideline, args.on)
        made = planned(guideline, found, args)
        if args.format == "fhir":
            from .fhir.careplan import own_reference, plan_bundle

            return plan_bundle(made, guideline, own_reference(made.patient) if record else None), False
        return plan_json(made), False
    except Refused as refused:
        return {**label, **as_json(refused.findings)}, True


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            [Finding("the line", f"It is not UTF-8 text (byte {error.start}).", "Save the file as UTF-8.")]
        ) from None

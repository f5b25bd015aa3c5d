"""`posology ask`: a question, a conversation, a file of questions, or a session at the terminal."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .findings import Finding, Refused, as_json
from .reviewing import store_argument

if TYPE_CHECKING:

    from .answer.answered import Answer, Likeness
    from .answer.ground import Ground
    from .check import Outcome
    from .model import Patient

SMALL, CHUNK = 300, 25
"""Lines up to which one process is faster than starting others, and lines that one of these takes at a time."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument(
        "turns", nargs="*", metavar="QUESTION",
        help="a question, then follow-up questions; without any, a session "
        "(or what is piped in, whose lines are all one question)",
    )  # fmt: skip
    parser.add_argument("--patient", metavar="FILE", help="a patient file: its facts and doses are known beforehand")
    parser.add_argument("--batch", metavar="FILE.jsonl", help="one question a line in, one answer a line out")
    parser.add_argument("--within", metavar="ID", help="the guideline on whose page the question is asked")
    parser.add_argument("--guideline", metavar="DIR", help="a guideline's folder or name")
    parser.add_argument("--audience", choices=("clinician", "patient", "student"), default="clinician")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--semantic", action="store_true", help="order equal lines by their likeness to the question")
    parser.add_argument("--llm", metavar="URL", help="a chat endpoint (OpenAI's protocol) that may reword lines")
    parser.add_argument("--llm-model", metavar="NAME", help="its model; the key stands in POSOLOGY_LLM_KEY")
    store_argument(parser)
    parser.set_defaults(run=ask)


def ask(args: argparse.Namespace) -> int:
    """Answers what is asked. 0: answered or declined; 2: the input was refused."""
    from .answer.ground import ground
    from .read.library import find

    if args.batch is not None and (args.turns or args.patient):
        what = "A batch holds its own questions and facts."
        raise Refused([Finding("--batch", what, "Leave the question and --patient out.")])
    _refuse_extras(args)
    here = _reviewed(ground(find(args.guideline), _anew), args)
    if args.batch is not None:
        return _batch(here, args)
    within, known = _given(here, args)
    if not args.turns and sys.stdin.isatty():
        return _session(here, known, within, args)
    turns = args.turns or [_standard_input()]
    _show(_answered(turns, here, known, within, args), here, args)
    return 0


def _anew() -> None:
    """What somebody who watches is told while the words are read for the first time; a pipe is spared."""
    if sys.stderr.isatty():
        sys.stderr.write("The words of the guideline are new: learning from them, once.\n")


def _reviewed(here: Ground, args: argparse.Namespace) -> Ground:
    """The same ground, with the status that the signatures of its guideline come to."""
    from dataclasses import replace

    from .reviewing import reviewed

    return replace(here, guideline=reviewed(here.guideline, args))


def _given(here: Ground, args: argparse.Namespace) -> tuple[str | None, Patient | None]:
    """The page on which it is asked, and the patient: a file of this guideline gives the topic too."""
    from .cli import _bytes, patient_of

    if args.within not in (None, here.guideline.id):
        do = f"Write {here.guideline.id}, or leave it out."
        raise Refused([Finding("--within", f"{args.within!r} is not the page of this guideline.", do)])
    if args.patient is None:
        return args.within, None
    return here.guideline.id, patient_of(_bytes(args.patient), args.patient, here.guideline, None)[0]


def _answered(
    turns: Sequence[str], here: Ground, known: Patient | None, within: str | None, args: argparse.Namespace
) -> Answer:
    from .answer.answer import answer

    likeness = _likeness(args)
    made = answer(turns, here, patient=known, within=within, audience=args.audience, likeness=likeness)
    return _reworded(made, here, args)


def _refuse_extras(args: argparse.Namespace) -> None:
    """Raises Refused when an extra is asked for that is not installed, or an endpoint that cannot be used."""
    if args.semantic:
        from .answer.semantic import refuse_if_missing

        refuse_if_missing()
    if args.llm is not None or args.llm_model is not None:
        from .answer.reword import endpoint

        endpoint(args.llm, args.llm_model, os.environ)


def _likeness(args: argparse.Namespace) -> Likeness | None:
    """The sentence model, if it is asked for."""
    if not args.semantic:
        return None
    from .answer.semantic import likeness

    return likeness()


def _reworded(made: Answer, here: Ground, args: argparse.Namespace) -> Answer:
    """The answer with its lines reworded, if an endpoint is named."""
    if args.llm is None:
        return made
    from .answer.reword import endpoint, reworded

    at = endpoint(args.llm, args.llm_model, os.environ)
    return reworded(made, here.guideline, at) if at else made


def _standard_input() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError:
        what = "What stands on standard input is not UTF-8 text."
        raise Refused([Finding("standard input", what, "Send the question as UTF-8.")]) from None


def _show(made: Answer, here: Ground, args: argparse.Namespace) -> None:
    if args.format == "json":
        from .answer.shape import as_json as answer_json

        _say(json.dumps(answer_json(made), ensure_ascii=False, indent=1))
        return
    import shutil

    from .answer.text import text

    seen = sys.stdout.isatty()
    width = min(shutil.get_terminal_size((80, 24)).columns, 100) if seen else 80
    _say(text(made, here.guideline, width=width, color=seen and "NO_COLOR" not in os.environ).rstrip("\n"))


def _say(words: str) -> None:
    """Words on standard output, whatever is in them."""
    sys.stdout.flush()
    sys.stdout.buffer.write(words.encode(errors="replace") + b"\n")
    sys.stdout.buffer.flush()


# ---------------------------------------------------------------- the words in which it is asked


def with_words(outcome: Outcome, folder: Path) -> Outcome:
    """What a check found, and what is wrong with or missing from the words of a readable guideline."""
    from .answer.faults import faults, tried, words_digest
    from .answer.unheard import unheard
    from .check import Known
    from .read.guideline import read

    if outcome.figures is None:
        return outcome
    guideline = read(folder)
    figures = outcome.figures | {"digest of the words": words_digest(folder)}
    lexicon = tried(folder, guideline)
    known = (*outcome.known, *(Known("words", said) for said in unheard(folder, guideline, lexicon)))
    found = (*outcome.faults, *faults(folder, guideline, lexicon))
    return replace(outcome, faults=found, known=known, figures=figures)


# ---------------------------------------------------------------- a session


def _session(here: Ground, known: Patient | None, within: str | None, args: argparse.Namespace) -> int:
    """Questions at the terminal, each in the light of those before."""
    _say(f"{here.guideline.title}. Ask; `undo` takes the last question back, `new` begins anew, an empty line ends.")
    turns: list[str] = []
    while (said := _line()) is not None:
        if said in ("undo", "new"):
            turns = turns[:-1] if said == "undo" else []
            _say(f"{len(turns)} question{'s' * (len(turns) != 1)} kept")
            continue
        turns.append(said)
        _show(_answered(turns, here, known, within, args), here, args)
    return 0


def _line() -> str | None:
    try:
        return input("\n> ").strip() or None
    except EOFError:
        return None


# ---------------------------------------------------------------- a batch


def _batch(here: Ground, args: argparse.Namespace) -> int:
    """Answers every line in order. 2 when any line was refused; the other lines are answered all the same."""
    refused = 0
    with _opened(args.batch) as lines:
        numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
        for line, bad in _answers(numbered, here, args):
            refused += bad
            sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
    if refused:
        sys.stderr.write(f"{refused} line{'s' * (refused != 1)} refused; see their errors.\n")
    return 2 if refused else 0


def _opened(name: str) -> Any:
    from contextlib import nullcontext

    try:
        return nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb")
    except OSError as error:
        what = f"The file cannot be read: {error.strerror}."
        raise Refused([Finding(name, what, "Name a file of JSON lines.")]) from None


Numbered = tuple[int, bytes]
"""A line of a batch with its number in the file."""


def _answers(lines: Iterator[Numbered], here: Ground, args: argparse.Namespace) -> Iterator[tuple[bytes, bool]]:
    """The lines' answers: a few in this process, many on every core."""
    first = list(islice(lines, SMALL))
    rest = next(lines, None)
    cores = os.cpu_count() or 1
    if rest is None or cores == 1:
        yield from (_one(line, here, args) for line in (*first, *(() if rest is None else (rest,))))
        yield from (_one(line, here, args) for line in lines)
        return
    from concurrent.futures import ProcessPoolExecutor  # here, because most runs need none

    from .batch import spread

    with ProcessPoolExecutor(cores, initializer=_begin, initargs=(here.folder, args)) as pool:
        yield from spread((line for part in (first, [rest], lines) for line in part), pool, cores, _chunk, CHUNK)


_HERE: dict[str, Any] = {}


def _begin(folder: Path, args: argparse.Namespace) -> None:
    from .answer.ground import ground

    _HERE.update(here=_reviewed(ground(folder), args), args=args)


def _chunk(lines: Iterable[Numbered]) -> list[tuple[bytes, bool]]:
    return [_one(line, _HERE["here"], _HERE["args"]) for line in lines]


def _one(numbered: Numbered, here: Ground, args: argparse.Namespace) -> tuple[bytes, bool]:
    """One line's answer as JSON, and whether the line was refused; a refused line without an id has its number."""
    from .answer.answer import answer
    from .answer.request import request
    from .answer.shape import as_json as answer_json
    from .read.data import decoded, parse_json

    number, line = numbered
    label: dict[str, Any] = {}
    try:
        data = parse_json(decoded(line, "the line"), "the line")
        if isinstance(data, dict) and isinstance(data.get("id"), (str, int)):
            label = {"id": data["id"]}
        asked = request(data, here.guideline, args.audience)
        within = asked.within or args.within
        made = answer(
            asked.turns, here, patient=asked.patient, within=within, audience=asked.audience, on=asked.on,
            likeness=_likeness(args),
        )  # fmt: skip
        return _dumped(label | answer_json(_reworded(made, here, args))), False
    except Refused as refused:
        return _dumped((label or {"line": number}) | as_json(refused.findings)), True


def _dumped(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors="replace") + b"\n"

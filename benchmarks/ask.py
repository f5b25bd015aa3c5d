"""`make bench`: how fast questions are answered. Writes docs/benchmarks-ask.md.

The questions are those of the evaluation that are held out, and the messages whose facts are: none of them was asked
before. One by one in a process with everything loaded, timed on the processor and on the clock; a batch of some
thousands on every core, the start of its processes included; and a start.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from printed import Row, page  # beside this file

from posology.answer.answer import answer
from posology.answer.asked.language import LONGEST
from posology.answer.ground import Ground, ground
from posology.read.library import find

ROOT = Path(__file__).parents[1]
FOLDER = find(str(ROOT / "guidelines" / "b12-injections"))
TESTS = ROOT / "tests"
SINGLY, EACH = 300, 3


def main() -> int:
    """Measures, prints and writes the table. 1 when a batch fails."""
    here = ground(FOLDER)
    questions, messages = _questions(), _messages()
    rows = [*_singly("a question", questions, here), *_singly("a message", messages, here), *_long(here), *_start()]
    batch, failed = _batch([*questions, *messages])
    told = _page([*rows, batch])
    (ROOT / "docs" / "benchmarks-ask.md").write_text(told)
    print(told)
    return 1 if failed else 0


def _timed(doing: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds on the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    doing()
    return (time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000


def _questions() -> list[str]:
    """The questions of one turn that are held out."""
    lines = (line for path in sorted((TESTS / "questions" / "held").glob("*.jsonl")) for line in path.open(encoding="utf-8"))
    return [row["text"] for row in map(json.loads, lines) if "text" in row]


def _messages() -> list[str]:
    """The messages of one turn that are held out: every other line; the facts stand in the one behind."""
    told = []
    for path in sorted((TESTS / "hearing" / "held").glob("*.txt")):
        lines = [line for line in path.read_text("utf-8").splitlines() if line.strip() and line[0] != "#"]
        told += [line.replace("\\n", "\n") for line in lines[::2] if " >> " not in line]
    return told


def _singly(what: str, every: Sequence[str], here: Ground) -> list[Row]:
    questions = every[:: len(every) // SINGLY]
    times = [_timed(lambda text=text: answer([text], here, within=here.guideline.id)) for text in questions]  # type: ignore[misc]
    clock, processor = (sorted(one[at] for one in times) for at in (0, 1))
    size = statistics.median(map(len, questions))
    note = f"{len(questions)} held out, {size:.0f} characters in the middle, on the guideline's page; aim: p95 under 50 ms"
    return [(what, _quantiles(clock), note), (f"{what}, time of the processor", _quantiles(processor), "the same")]


def _quantiles(times: Sequence[float]) -> str:
    return f"median {statistics.median(times):.1f} ms, p95 {times[len(times) * 95 // 100]:.1f} ms, p99 {times[len(times) * 99 // 100]:.1f} ms"


def _long(here: Ground) -> list[Row]:
    """The longest text that is read, and one that is longer."""
    told = "I have numb feet and my platelets were 45 last week, and the nurse said that I need B12 every other day. "
    rows = []
    for size in (1_000, LONGEST - len(told), 100_000):
        text = told * (size // len(told)) + "How often do I need it?"
        times = [_timed(lambda text=text: answer([text], here)) for _ in range(EACH)]  # type: ignore[misc]
        clock, processor = (statistics.median(one[at] for one in times) for at in (0, 1))
        rows.append((f"a text of {len(text):,} characters", f"median {clock:.0f} ms", f"{processor:.0f} ms of the processor"))
    return rows


def _start() -> list[Row]:
    """A question at the command line, from nothing to the answer, with and without what was kept."""
    command = [sys.executable, "-m", "posology", "ask", "How often is B12 given?", "--guideline", str(FOLDER)]
    rows = []
    with tempfile.TemporaryDirectory() as kept:
        for what, folder in (("the words worked out anew", "off"), ("the words as they were kept", kept)):
            environment = os.environ | {"POSOLOGY_CACHE": folder}
            subprocess.run(command, env=environment, check=True, capture_output=True)
            before = os.times()
            clock = min(_timed(lambda e=environment: subprocess.run(command, env=e, check=True, capture_output=True))[0] for _ in range(3))  # type: ignore[misc]
            after = os.times()
            used = after.children_user + after.children_system - before.children_user - before.children_system
            rows.append((f"`posology ask`, {what}", f"{clock / 1000:.2f} s", f"best of 3; {used / 3:.2f} s of the processor each"))
    return rows


def _batch(questions: Sequence[str]) -> tuple[Row, bool]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "questions.jsonl"
        file.write_text("".join(json.dumps({"text": text, "within": FOLDER.name}) + "\n" for text in questions), "utf-8")
        command = [sys.executable, "-m", "posology", "ask", "--batch", str(file), "--guideline", str(FOLDER)]
        begun = time.perf_counter()
        done = subprocess.run(command, capture_output=True, check=False)
        took = time.perf_counter() - begun
    rate = f"{len(questions) / took:.0f} questions a second"
    note = f"`posology ask --batch`, {len(questions)} lines in {took:.1f} s with the start of all processes; aim: 200 on two cores"
    return ("a batch", rate, note), done.returncode != 0 or done.stdout.count(b"\n") != len(questions)


def _page(rows: Sequence[Row]) -> str:
    return page("Benchmarks of the answers", "benchmarks/ask.py", rows)


if __name__ == "__main__":
    raise SystemExit(main())

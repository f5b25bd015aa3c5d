"""`make bench`: how fast posology is, beside the best alternative, on the same patients in one run.

The alternative is the reference JavaScript engine for CQL, running the CQL that posology exports from
the very same guideline. The two are also compared: every rule of every patient must come out alike.
Writes docs/benchmarks.md.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from posology.backends import cql
from posology.model import Guideline, Patient
from posology.plan.known import known
from posology.plan.plan import plan
from posology.plan.shape import as_json
from posology.plan.weigh import weigh
from posology.read.library import load, shelf
from posology.read.patient import parse, patient

ROOT = Path(__file__).parents[1]
DRIVER = ROOT / "benchmarks" / "cql"
ROUNDS = 40
BATCH = 2000
Row = tuple[str, str, str]


def main() -> int:
    """Measures, prints and writes the table. 1 when the two engines disagree."""
    guideline = load("b12-injections")
    stories = [patient(parse(path.read_bytes()), guideline) for path in _stories()]
    rows = [*_in_process(guideline, stories), *_commands(), *_batch(stories, guideline)]
    compared, disagreements = _beside_cql(guideline, stories)
    rows += compared
    page = _page(rows, disagreements, len(stories))
    (ROOT / "docs" / "benchmarks.md").write_text(page)
    print(page)
    return 1 if disagreements else 0


def _stories() -> list[Path]:
    return sorted((shelf()["b12-injections"] / "patients").glob("*.yaml"))


# ---------------------------------------------------------------- posology


def _milliseconds(work: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _in_process(guideline: Guideline, stories: list[Patient]) -> list[Row]:
    """One plan with dates, questions and citations, warm, over the guideline's own stories."""
    for story in stories:
        plan(guideline, story)
    plans = [statistics.median(_milliseconds(lambda s=story: plan(guideline, s))) for story in stories]
    shapes = [statistics.median(_milliseconds(lambda s=story: as_json(plan(guideline, s)))) for story in stories]
    rules = [statistics.median(_milliseconds(lambda s=story: weigh(known(guideline, s, s.on or date.today())))) for story in stories]
    return [
        ("posology: rules of one patient", f"{statistics.median(rules):.2f} ms", f"facts, course and {len(guideline.rules)} rules; what the other engine does"),
        ("posology: one plan", f"{statistics.median(plans):.2f} ms", f"with dates, questions and citations; slowest story {max(plans):.2f} ms"),
        ("posology: one plan as JSON", f"{statistics.median(shapes):.2f} ms", "the object of the contract"),
    ]


def _commands() -> list[Row]:
    """Cold starts, as a whole process."""
    story = str(_stories()[0])
    calls = {
        "`import posology`": [sys.executable, "-c", "import posology"],
        "`posology plan PATIENT`": [sys.executable, "-m", "posology", "plan", story],
        "`posology check`": [sys.executable, "-m", "posology", "check"],
    }
    found = []
    for name, call in calls.items():
        taken = _milliseconds(lambda call=call: subprocess.run(call, capture_output=True, check=True), 7)
        found.append((f"{name}, cold", f"{statistics.median(taken):.0f} ms", f"from {min(taken):.0f} to {max(taken):.0f} ms in 7 runs"))
    return found


def _batch(stories: list[Patient], guideline: Guideline) -> list[Row]:
    """`plan --batch` over many lines, on every core."""
    lines = [json.dumps(_facts_only(story)) for story in stories]
    text = "\n".join(lines[n % len(lines)] for n in range(BATCH)).encode()
    call = [sys.executable, "-m", "posology", "plan", "--batch", "-"]
    taken = _milliseconds(lambda: subprocess.run(call, input=text, capture_output=True, check=True), 3)
    per = statistics.median(taken) / BATCH
    return [(f"`posology plan --batch`, {BATCH} patients", f"{per:.2f} ms a patient", f"{os.cpu_count()} cores, JSON in and out, start-up included")]


def _facts_only(story: Patient) -> dict[str, Any]:
    doses = [{"date": str(d.on), "drug": d.drug, "route": d.route} for d in story.doses]
    return {"patient": story.label, "on": str(story.on), "facts": dict(story.facts), "doses": doses}


# ---------------------------------------------------------------- the other engine


def _beside_cql(guideline: Guideline, stories: list[Patient]) -> tuple[list[Row], list[str]]:
    """The exported CQL in the JavaScript engine, and every difference between its answers and ours."""
    if shutil.which("node") is None or not (DRIVER / "node_modules").is_dir():
        return [("cql-execution", "not measured", "needs Node: `npm ci` in benchmarks/cql")], []
    many = [story for story in stories for _ in range(20)]
    here = [known(guideline, story, story.on or date.today()) for story in many]
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library.json"
        made = subprocess.run(["node", str(DRIVER / "translate.mjs")], input=cql.library(guideline), capture_output=True, text=True, check=True)
        library.write_text(made.stdout)
        lines = "\n".join(json.dumps({n: v for n, v in k.values.items() if v is not None}) for k in here)
        done = subprocess.run(["node", str(DRIVER / "run.mjs"), str(library)], input=lines, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    taken = json.loads(done.stderr)
    differences = [
        f"{story.label}: {name}"
        for story, k, answer in zip(many, here, answers, strict=True)
        for name, weighed in weigh(k).rules.items()
        if answer[cql.rule_name(weighed.rule, guideline.facts)] != weighed.truth
    ]
    row = ("cql-execution 3.3: rules of one patient", f"{taken['ms_per_patient']:.2f} ms", f"our exported CQL, library loaded once ({taken['load_ms']} ms), {len(many)} patients; no dates, questions or citations")
    return [row], differences


# ---------------------------------------------------------------- the page


def _page(rows: list[Row], disagreements: list[str], stories: int) -> str:
    table = "\n".join(f"| {name} | {figure} | {note} |" for name, figure, note in rows)
    verdict = (
        f"The two engines disagree in {len(disagreements)} places: {'; '.join(disagreements[:5])}"
        if disagreements
        else "The two engines gave the same answer for every rule of every patient."
    )
    return f"""# Benchmarks

Written by `make bench`; never typed in. Medians, over the {stories} stories of the B12 guideline unless said.

Measured on {date.today()}: {_machine()}

| what | time | note |
|---|---|---|
{table}

{verdict}

The register has [a page of its own](benchmarks-register.md).
"""


def _machine() -> str:
    model = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip() if shutil.which("node") else "none"
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}, Node {node}, {platform.system()}."


def _lines(name: str) -> list[str]:
    try:
        return Path(name).read_text().splitlines()
    except OSError:
        return []


if __name__ == "__main__":
    raise SystemExit(main())

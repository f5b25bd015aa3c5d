"""`make mutants`: changes the rule core in small ways, one at a time, and lists the changes that no test notices.

The changes are those of mutmut. They are tried here and not by mutmut's own runner for two reasons: what the core keeps
(`lru_cache`) has to be forgotten before each change, and its kept functions be changed too; and a process that has read
the tests once and forks for every change needs a tenth of a second where one does not survive.

`python tests/mutants.py [PATTERN …]`: a pattern names changes, as in `.decide.*` or `.expr.x_above__mutmut_3`.
`MUTANTS_SECONDS=900`: a random sample, always in the same order, of as many as there is time for.
`MUTANTS_LONG=0.6`: tests that take longer than so many seconds are left out.
"""

from __future__ import annotations

import contextlib
import difflib
import gc
import importlib
import inspect
import json
import os
import pickle
import random
import re
import resource
import shutil
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from functools import _lru_cache_wrapper
from pathlib import Path

import mutmut.mutation.trampoline as switch
import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, Phase, settings
from mutmut.mutation.file_mutation import mutate_file_contents

ROOT = Path(__file__).parent.parent
PLACE = ROOT / "build" / "mutants"
COPIED = ("src", "tests", "guidelines", "docs", "pyproject.toml", "README.md")
CORE = ("expr", "schedule", *(f"plan.{path.stem}" for path in sorted((ROOT / "src/posology/plan").glob("[a-z]*.py"))))
HOLDING = "core core_headline core_known core_lines shape course vignettes boundaries oracle monotone second_guideline headline show_text agree read proof relational"
LEFT_OUT = ("test_nothing_of_a_long_headline_is_lost", "test_what_leads_is_short_unless_one_sentence_is_longer")
KEPT = re.compile(r"^@(lru_cache\(maxsize=\d+\))\n(def (\w+))", re.MULTILINE)
TYPES = re.compile(r"^[-+].*(assert_never\(|cast\(Literal)", re.MULTILINE)  # what only a type checker reads
UNTIL = float(os.environ.get("MUTANTS_SECONDS", "0"))
LONG = float(os.environ.get("MUTANTS_LONG", "0.6"))
ROOM = 3 << 30


def main() -> None:
    """Makes the changed copy, reads the tests once, and tries every change that is wanted."""
    wanted = sys.argv[1:] or ["*"]
    changes = [name for name in copied() if any(fnmatch(name, f"*{pattern}") for pattern in wanted)]
    sys.path[:0] = [str(PLACE / "src"), str(PLACE / "tests")]
    os.chdir(PLACE)
    settings.register_profile(
        "mutants", max_examples=15, deadline=None, derandomize=True, database=None, report_multiple_bugs=False,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    args = ["-q", "-s", "--hypothesis-profile=mutants", "-p", "no:cacheprovider", "-o", "addopts=", "--doctest-modules"]
    files = [
        *(f"src/posology/{module.replace('.', '/')}.py" for module in CORE),
        *(f"tests/test_{name}.py" for name in HOLDING.split()),
    ]
    sys.exit(pytest.main([*args, *files], plugins=[Trying(changes)]))


def copied() -> list[str]:
    """Copies the repository with all changes in every module of the core, switched off; gives their names."""
    shutil.rmtree(PLACE, ignore_errors=True)
    for name in COPIED:
        here = ROOT / name
        (shutil.copytree if here.is_dir() else shutil.copy)(here, PLACE / name)
    names = []
    for module in CORE:
        path = PLACE / "src/posology" / f"{module.replace('.', '/')}.py"
        code = path.read_text()
        code = KEPT.sub(r"\2", code) + "".join(f"\n{name} = {keep}({name})\n" for keep, _, name in KEPT.findall(code))
        changed = mutate_file_contents(str(path), code)
        path.write_text(changed.code)
        names += [f"posology.{module}.{name}" for name in changed.mutant_names]
    return names


def function_of(change: str) -> str:
    return change.rpartition("__mutmut_")[0]


def module_of(change: str) -> str:
    return change.removeprefix("posology.").rpartition(".")[0]


class Trying:
    """Stands in for pytest's own loop: which test reaches which function, then every change in a child of its own."""

    def __init__(self, changes: list[str]) -> None:
        self.changes = changes
        self.noticed: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        kept = [item for item in items if getattr(item, "originalname", "") not in LEFT_OUT]
        items[:] = [item for item in kept if isinstance(item, pytest.DoctestItem) or "/src/" not in str(item.path)]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = session.items
        reached, took, failed = pickle.loads(in_a_child(lambda: pickle.dumps(reach(items))))
        gc.freeze()
        tests = sorted((n for n in range(len(items)) if took[n] < LONG), key=took.__getitem__)
        print(f"{len(self.changes)} changes, {len(tests)} of {len(items)} tests", flush=True)
        if failed or self.outcome("", tests, items, took)[0] != "survived":
            print("unchanged, the tests do not pass", *failed, sep="\n")
            session.testsfailed = 1
            return True
        wanted = list(self.changes)
        if UNTIL:
            random.Random(21).shuffle(wanted)
        found: dict[str, tuple[str, str]] = {}
        began = time.monotonic()
        for change in wanted:
            if UNTIL and time.monotonic() - began > UNTIL:
                break
            found[change] = self.outcome(
                change, [n for n in tests if n in reached.get(function_of(change), ())], items, took
            )
            if found[change][0] not in ("noticed", "types only"):
                print(f"{found[change][0]}: {change}\n{difference(change)}", flush=True)
        self.told(found)
        return True

    def outcome(
        self, change: str, tests: list[int], items: Sequence[pytest.Item], took: Sequence[float]
    ) -> tuple[str, str]:
        """What becomes of one change; the tests that noticed others of the same function, or module, go first."""
        if change and TYPES.search(difference(change)):
            return "types only", ""
        keys = function_of(change), module_of(change)
        order = sorted(tests, key=lambda n: (*(-self.noticed[key][n] for key in keys), took[n]))
        if not order:
            return "not reached", ""
        number = tried(change, [items[n] for n in order], [took[n] for n in order])
        if isinstance(number, str):
            return number, ""
        for key in keys:
            self.noticed[key][order[number]] += 1
        return "noticed", items[order[number]].nodeid

    def told(self, found: dict[str, tuple[str, str]]) -> None:
        (PLACE.parent / "mutants.json").write_text(json.dumps(found, indent=0))
        every = Counter(map(module_of, self.changes))
        for module, number in every.items():
            outcomes = Counter(outcome for change, (outcome, _) in found.items() if module_of(change) == module)
            print(f"{module}: {outcomes.total()} of {number} changes: {dict(outcomes)}")


def reach(items: Sequence[pytest.Item]) -> tuple[dict[str, set[int]], list[float], list[str]]:
    """For each function the tests that come through it, how long each test takes, and those that fail unchanged."""
    reached: defaultdict[str, set[int]] = defaultdict(set)
    took: list[float] = []
    failed = []
    switch.record_trampoline_hit = lambda name, caller=None: reached[name].add(len(took))
    switch.get_mutant_under_test = lambda: "stats"
    for here, after in zip(items, [*items[1:], None], strict=True):
        forget()
        reports = runtestprotocol(here, nextitem=after, log=False)
        failed += [f"{report.nodeid}: {report.longreprtext[-2000:]}" for report in reports if report.failed]
        took.append(sum(report.duration for report in reports))
    return dict(reached), took, failed


def tried(change: str, items: Sequence[pytest.Item], took: Sequence[float]) -> int | str:
    """The place of the first test that notices a change, or what became of it else."""

    def child() -> bytes:
        resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
        sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115
        switch.get_mutant_under_test = lambda: change
        forget()
        signal.setitimer(signal.ITIMER_REAL, 60 + 10 * sum(took))
        for number, (here, after) in enumerate(zip(items, [*items[1:], None], strict=True)):
            signal.setitimer(signal.ITIMER_VIRTUAL, 2 + 10 * took[number])
            if any(report.failed for report in runtestprotocol(here, nextitem=after, log=False)):
                return pickle.dumps(number)
        return pickle.dumps("survived")

    answer = in_a_child(child)
    return pickle.loads(answer) if answer else "timed out"


def in_a_child(work: Callable[[], bytes]) -> bytes:
    """What the work gives in a process of its own; nothing where that was ended."""
    out, into = os.pipe()
    if not (child := os.fork()):
        answer = b""
        try:
            answer = work()
        finally:
            with contextlib.suppress(OSError), os.fdopen(into, "wb") as pipe:
                pipe.write(answer)
            os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return answer


def forget() -> None:
    """Empties what the core keeps."""
    for module in CORE:
        for value in vars(importlib.import_module(f"posology.{module}")).values():
            if isinstance(value, _lru_cache_wrapper):
                value.cache_clear()


def difference(change: str) -> str:
    """The lines that a change takes away and puts in."""
    module, _, function = change.rpartition(".")
    holder = importlib.import_module(module)
    before, after = (
        inspect.getsource(getattr(holder, name)).splitlines() for name in (re.sub(r"\d+$", "orig", function), function)
    )
    lines = difflib.unified_diff(before, after, lineterm="", n=0)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")) and "__mutmut_" not in line)


if __name__ == "__main__":
    main()

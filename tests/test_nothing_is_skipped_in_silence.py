"""POSOLOGY_REQUIRE=all turns every skip into a failure; without it a skip says why."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = """
import pytest

@pytest.mark.skip(reason="not today")
def test_skipped():
    pass

@pytest.mark.xfail(reason="known")
def test_known_fault():
    assert False

def test_plain():
    pass
"""


def run(folder: Path, suite: str, require: str) -> subprocess.CompletedProcess[str]:
    """One run of a small suite under the conftest of this folder."""
    shutil.copy(Path(__file__).with_name("conftest.py"), folder)
    (folder / "test_sample.py").write_text(suite)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rs",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
    ]
    return subprocess.run(
        [*command, str(folder)],
        cwd=folder,
        env={**os.environ, "POSOLOGY_REQUIRE": require},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_skip_is_a_skip_and_says_why(tmp_path: Path) -> None:
    done = run(tmp_path, SUITE, "")
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 skipped, 1 xfailed" in done.stdout
    assert "not today" in done.stdout


def test_with_require_all_a_skip_fails_and_an_expected_failure_does_not(tmp_path: Path) -> None:
    done = run(tmp_path, SUITE, "all")
    assert done.returncode == 1
    assert "1 passed, 1 xfailed, 1 error" in done.stdout
    assert "this was skipped: Skipped: not today" in done.stdout


@pytest.mark.parametrize("require", ["", "all"])
def test_a_file_that_skips_itself_is_seen(tmp_path: Path, require: str) -> None:
    done = run(tmp_path, "import pytest\npytest.importorskip('no_such_library')\n", require)
    assert ("1 error" in done.stdout) == (require == "all")

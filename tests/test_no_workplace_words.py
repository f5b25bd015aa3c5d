"""The repository is at home on any machine: no path of one, and no address of a package registry."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

needs_git = pytest.mark.skipif(
    not (ROOT / ".git").exists(), reason="needs a checkout, which this folder is not"
)

# Square brackets keep the patterns from matching the file that they stand in.
MACHINE_PATH = re.compile(r"(?:^|[^\w.\-/])[/](?:work|opt|root|tmp|home)\b")
REGISTRY = re.compile(
    r'"resolve[d]"\s*:'
    r"|(?:index-ur[l]|find-link[s])"
    r"|https?:[/]{2}[^\s\"]+[.](?:whl|tgz|deb|jar)(?![a-z])"
    r"|https?:[/]{2}[^\s\"/]*(?:pyp[i]|pythonhoste[d]|npmj[s]|maven[.]or[g]|crates[.]i[o])"
)


def tracked() -> list[Path]:
    """Every file that is in the repository, or would be with the next commit."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def found(pattern: re.Pattern[str]) -> list[str]:
    """Each line of the repository that matches, with its place."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]


@needs_git
def test_no_path_of_a_machine() -> None:
    assert not found(MACHINE_PATH)


@needs_git
def test_no_address_of_a_package_registry() -> None:
    assert not found(REGISTRY)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE_PATH, "see " + "/" + "work/main"),
        (MACHINE_PATH, "/" + "tmp"),
        (REGISTRY, '  "resol' + 'ved": "x"'),
        (REGISTRY, "https:" + "//host/simple/a-1.0.whl"),
        (REGISTRY, "--index-" + "url"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


@pytest.mark.parametrize("text", ["docs/work/plan.md", "and/or", "../shared/work", "src/root/x", "a/opt"])
def test_the_patterns_leave_ordinary_paths_alone(text: str) -> None:
    assert not MACHINE_PATH.search(text)

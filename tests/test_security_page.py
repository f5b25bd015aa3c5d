"""What SECURITY.md names as proof is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def named() -> list[tuple[str, str]]:
    """Each test that the page names, with its file; `::test` belongs to the file named before it in the same row."""
    found = []
    for row in (line for line in PAGE.splitlines() if line.startswith("|")):
        file = ""
        for words in re.findall(r"`((?:test_\w+\.py)?(?:::test_\w+)?)`", row):
            path, _, test = words.partition("::")
            file = path or file
            found.append((file, test))
    return [(file, test) for file, test in found if file]


@pytest.mark.parametrize(("file", "test"), sorted(set(named())))
def test_every_proof_that_is_named_is_there(file: str, test: str) -> None:
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    assert not test or f"def {test}(" in text


def test_the_page_names_proofs() -> None:
    assert len(named()) > 30

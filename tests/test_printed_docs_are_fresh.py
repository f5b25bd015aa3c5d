"""Pages that are printed from source say what the source says now."""

from __future__ import annotations

from pathlib import Path

import pytest

from posology import docs

ROOT = Path(__file__).parent.parent
PAGES = docs.pages(ROOT / "guidelines" / "b12-injections")


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_would_be_printed_now(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name], "stale: run `make docs`"


@pytest.mark.parametrize("word", docs.BLOCKS)
def test_every_word_of_a_block_is_explained_and_no_other(word: str) -> None:
    assert docs.MEANINGS[word].keys() == set(docs.BLOCKS[word])

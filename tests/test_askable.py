"""How a guideline is made askable: the page's example works, unknown words of the two files are faults, silence is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from posology.answer.answer import answer
from posology.answer.asked.coverage import PARTS, SECTIONS
from posology.answer.faults import WIDTHS, faults
from posology.answer.ground import ground
from posology.answer.text import text
from posology.answer.unheard import unheard
from posology.answer.unread import COLUMNS, TABLES
from posology.hear.named.lexicon import _SECTIONS as READ
from posology.read.guideline import read
from test_tutorial import ROOT, carried_out

PAGE = ROOT / "docs" / "making-it-askable.md"
SECOND = ROOT / "tests" / "fixtures" / "second-guideline"


def test_every_step_of_the_page_works(tmp_path: Path) -> None:
    carried_out(PAGE, tmp_path)


def test_every_heading_column_and_line_is_explained() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"| `{name}` |".lower() in page.lower() for name in (*TABLES, *SECTIONS, *COLUMNS))
    assert all(f"`{part}`" in page.lower() for part in PARTS)
    assert all(f"`{column}`" in page for columns in COLUMNS.values() for column in columns)
    assert set(COLUMNS) == set(READ) and set(TABLES) == set(WIDTHS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The second guideline, which has no words, in a folder of its own."""
    return Path(shutil.copytree(SECOND, tmp_path / "second"))


def said(folder: Path) -> list[str]:
    return [f"{one.place} {one.what} {one.do}" for one in faults(folder, read(folder))]


def test_a_guideline_without_words_has_no_fault_and_is_told_what_it_lacks(folder: Path) -> None:
    assert faults(folder, read(folder)) == ()
    asked, never, bare = unheard(folder, read(folder))
    assert asked.startswith("Hardly anything can be asked: questions.md is not there.")
    assert never.startswith("Not heard in a question") and "liver disease." in never
    assert "short pain" in bare and "making-it-askable" in asked and "making-it-askable" in never
    (folder / "questions.md").write_text("# Questions\n")
    (folder / "lexicon.md").write_text("")
    assert "questions.md names no question" in unheard(folder, read(folder))[0]
    assert unheard(folder, read(folder))[1:] == (never, bare)


def test_the_guideline_that_comes_along_lacks_no_words() -> None:
    here = ROOT / "guidelines" / "b12-injections"
    assert unheard(here, read(here)) == ()


@pytest.mark.parametrize(
    ("file", "words", "line", "expected"),
    [
        ("questions.md", "# Questions\n\n## Whats is asked\n\n### dose\n\n- Asked: dose\n", 3, 'Did you mean "what is asked"?'),
        ("questions.md", "## How often\n\n- Asked: how often\n", 1, "Headings are: topic words, other topics"),
        ("questions.md", "# Q\n\n## Topic words\n\n- paracetamol\n", 5, "Write the words in a table."),
        ("questions.md", "# Q\n\n## What is asked\n\n- Asked: dose\n", 5, "Give it a heading of its own"),
        ("questions.md", "# Q\n\n| words |\n|---|\n| a |\n", 3, "This table is not read. Put it below one of: topic words"),
        ("questions.md", "# Q\n\n## What is asked\n\n### dose\n\n#### more\n\n- Asked: dose\n", 7, "'more' is no heading"),
        ("lexicon.md", "# L\n\n## sayd\n\n| fact | words |\n|---|---|\n| short pain | ache |\n", 3, 'Did you mean "said"?'),
        ("lexicon.md", "# L\n\n## said\n\n| fact | wrods |\n|---|---|\n| short pain | ache |\n", 5, 'Did you mean "words"?'),
        ("lexicon.md", "# L\n\n| fact | words |\n|---|---|\n| short pain | ache |\n", 3, "Put it below one of: groups"),
        ("lexicon.md", "# L\n\n## colours\n", 3, "Headings are: groups, topic, said"),
    ],
)  # fmt: skip
def test_what_would_not_be_read_is_a_fault(folder: Path, file: str, words: str, line: int, expected: str) -> None:
    (folder / file).write_text(words, encoding="utf-8")
    found = said(folder)
    assert any(one.startswith(f"{file}:{line} ") and expected in one for one in found), found
    assert len([one for one in found if " is no heading " in one or "is not read" in one]) <= 1, found


def test_headings_of_ones_own_may_part_the_tables_of_a_lexicon(folder: Path) -> None:
    words = "# L\n\n## Said\n\n### Aches\n\n| fact | words |\n|---|---|\n| short pain | ache |\n"
    (folder / "lexicon.md").write_text(words, encoding="utf-8")
    assert said(folder) == []


def test_a_map_needs_no_title(folder: Path) -> None:
    """Questions are read below `## What is asked`, whether or not a title stands above it."""
    names = ", ".join(statement.name for statement in read(folder).statements)
    words = f"## What is asked\n\n### dose\n\n- Asked: how much, dose\n- Answered by: {names}\n"
    (folder / "questions.md").write_text(words, encoding="utf-8")
    assert said(folder) == []
    assert "dose" in ground(folder).coverage.aspects


def test_a_guideline_without_topic_words_is_known_by_its_drugs_and_the_facts_of_its_title(folder: Path) -> None:
    (folder / "codes.md").unlink()
    here = ground(folder)
    for question in ("Is paracetamol given?", "And what of short pain?", f"Tell me of {here.guideline.title}."):
        assert "Which topic is meant" not in text(answer([question], here), here.guideline), question
    assert "Which topic is meant" in text(answer(["How often is it given?"], here), here.guideline)

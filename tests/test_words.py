"""The words beside a guideline are checked with it, have a digest of their own, and a session at a terminal uses them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from posology.answer.answer import answer
from posology.answer.faults import faults, words_digest
from posology.answer.ground import ground
from posology.answer.shape import as_json
from posology.cli import main
from posology.read.guideline import read

ROOT = Path(__file__).parent.parent
OURS = ROOT / "guidelines" / "b12-injections"
NEW = """## What is asked

### lost

- Called: lost
- Nearest: nothing
- Aksed: words

"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of our guideline."""
    return Path(shutil.copytree(OURS, tmp_path / "b12-injections"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_our_own_words_have_no_fault() -> None:
    assert faults(OURS, read(OURS)) == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("lexicon.md", "| numbness | | numb,", "| nimbness | | numb,", "'nimbness' is not a fact"),
        ("lexicon.md", "<injection>,", "<injektion>,", "'injektion'"),
        ("lexicon.md", "| pregnancy | pregnant |", "| pregnancy | perhaps |", "is no value of pregnancy"),
        ("questions.md", "neurological-loading", "neurological-loafing", "no 'neurological-loafing'"),
        ("questions.md", "## What is asked\n", NEW, "'aksed' is not a part of an aspect"),
        ("questions.md", "## What is asked\n", NEW.replace("- Aksed: words\n", "").replace("- Nearest: nothing\n", ""), "No words lead to it."),
        ("questions.md", "| topic | words |\n|---|---|\n", "| topic |\n|---|\n", "needs 2 columns and has 1"),
    ],
)  # fmt: skip
def test_check_reports_each_fault_of_the_words(folder: Path, file: str, old: str, new: str, told: str) -> None:
    edit(folder / file, old, new)
    assert any(told in finding.what for finding in faults(folder, read(folder)))


def test_check_joins_the_faults_of_both_files_and_ends_with_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder / "lexicon.md", "| numbness | | numb,", "| nimbness | | numb,")
    edit(folder / "questions.md", "neurological-loading", "neurological-loafing")
    assert main(["check", str(folder), "--format", "json"]) == 1
    places = [fault["place"] for fault in json.loads(capsys.readouterr().out)["faults"]]
    assert any(place.startswith("lexicon.md:") for place in places)
    assert any(place.startswith("questions.md") for place in places)


@pytest.mark.parametrize("file", ["lexicon.md", "questions.md"])
def test_words_that_are_not_text_are_a_fault_and_no_crash(folder: Path, file: str) -> None:
    (folder / file).write_bytes(b"\xff\xfe\x00numb")
    assert any(finding.place.startswith(file) for finding in faults(folder, read(folder)))


@pytest.mark.parametrize("file", ["lexicon.md", "questions.md"])
def test_a_changed_word_changes_the_digest_of_the_words_and_not_that_of_the_guideline(folder: Path, file: str) -> None:
    before = words_digest(folder), read(folder).digest
    (folder / file).write_text((folder / file).read_text() + "\nOne more line.\n")
    assert words_digest(folder) != before[0]
    assert read(folder).digest == before[1]


@pytest.mark.parametrize("question", ["Can B12 be given IV?", "How much does B12 cost?"])
def test_an_answer_names_the_digest_of_its_words(question: str) -> None:
    assert as_json(answer([question], ground(OURS)))["words"] == words_digest(OURS)


def test_a_guideline_without_words_is_checked_and_asked_all_the_same(folder: Path) -> None:
    (folder / "lexicon.md").unlink()
    (folder / "questions.md").unlink()
    assert faults(folder, read(folder)) == ()
    assert ground(folder).words == words_digest(folder)


# ---------------------------------------------------------------- a session at a terminal


@contextmanager
def session(*arguments: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """`posology ask` on a terminal of its own."""
    pty = pytest.importorskip("pty", reason="terminals of this kind are not known here")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "posology", "ask", *arguments]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True) as process:
        os.close(theirs)
        try:
            yield ours, process
        finally:
            process.kill()
            os.close(ours)


def until(terminal: int, words: str) -> str:
    """What the terminal shows up to and with these words."""
    shown = b""
    while words.encode() not in shown:
        shown += os.read(terminal, 4096)
    return shown.decode()


def say(terminal: int, words: str) -> str:
    """What is shown between a line that is typed and the next prompt."""
    os.write(terminal, words.encode() + b"\n")
    return until(terminal, "\n> ")


def test_a_session_answers_remembers_undoes_begins_anew_and_ends() -> None:
    with session("--audience", "patient") as (terminal, process):
        assert "Ask" in until(terminal, "\n> ")
        assert "vein" in say(terminal, "Can B12 be given IV?")
        assert "wash" in say(terminal, "why?")
        assert "1 question kept" in say(terminal, "undo")
        assert "0 questions kept" in say(terminal, "new")
        assert "Which topic is meant?" in say(terminal, "why?")
        os.write(terminal, b"\n")
        assert process.wait(10) == 0


def test_a_session_ends_with_the_end_of_its_input() -> None:
    with session() as (terminal, process):
        until(terminal, "\n> ")
        os.write(terminal, b"\x04")
        assert process.wait(10) == 0


# ---------------------------------------------------------------- what is said later


@pytest.mark.parametrize(
    ("turns", "facts", "gone"),
    [
        (["B12 deficiency without nerve symptoms, dose?", "She is now unsteady when she walks"], {"gait_disturbance": True}, "neurological_involvement"),
        (["B12 deficiency, kidneys are fine. Which form?", "her eGFR is 30", "she is on dialysis"], {"dialysis": True}, "renal_dysfunction"),
    ],
)  # fmt: skip
def test_a_part_said_to_be_so_later_overtakes_the_denial_of_the_whole(turns: list[str], facts: dict[str, bool], gone: str) -> None:
    made = answer(turns, ground(OURS))
    assert made.facts is not None
    assert facts.items() <= made.facts.items()
    assert gone not in made.facts
    assert all(one.fact != gone for one in made.heard)


def test_the_denial_of_the_whole_stands_when_it_is_said_later() -> None:
    made = answer(["B12 deficient and numb. Dose?", "Sorry, she has no nerve symptoms at all."], ground(OURS))
    assert made.facts is not None
    assert made.facts["neurological_involvement"] is False


def test_a_number_said_later_without_its_unit_is_of_the_fact_that_was_asked_about() -> None:
    made = answer(["B12 after 25 cm ileal resection?", "and if it was 18?"], ground(OURS))
    assert made.facts == {"ileal_resection_length": 18.0}
    assert ("ileal-resection-prophylaxis", "no") in [(said.statement.name, said.applies) for said in made.lines]

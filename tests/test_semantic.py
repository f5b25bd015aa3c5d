"""The sentence model changes the order of lines that hold equally, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evaluation
from evaluation import DAY, asked, here, rows
from posology.answer import semantic
from posology.answer.answer import answer
from posology.answer.answered import Answer
from posology.answer.semantic import STAY, likeness, nearest_first, refuse_if_missing
from posology.answer.shape import as_json
from posology.findings import Refused
from posology.model import Patient

ROOT = Path(__file__).parent.parent
SAMPLE = [row for number, row in enumerate(rows("seen")) if number % 40 == 0]


def ordered(row: dict[str, object]) -> Answer:
    return evaluation.asked(row, likeness())


@pytest.mark.model
@pytest.mark.parametrize("row", SAMPLE, ids=lambda row: row["id"])
def test_the_model_changes_nothing_but_the_order_of_further_lines(row: dict[str, object]) -> None:
    plain, near = as_json(asked(row)), as_json(ordered(row))
    before, after = plain.pop("lines"), near.pop("lines")
    assert near.pop("ordered_by", None) == ("sentence model" if after else None)
    assert near == plain
    assert sorted(map(json.dumps, after)) == sorted(map(json.dumps, before))
    assert after[:STAY] == before[:STAY]
    assert [(line["part"], line["applies"]) for line in after] == [(line["part"], line["applies"]) for line in before]


@pytest.mark.model
def test_the_model_gives_the_same_answer_in_every_process() -> None:
    done = [
        subprocess.run(
            [sys.executable, "-m", "posology", "ask", "How are the jabs spaced after loading?", "and if numb?",
             "--within", "b12-injections", "--semantic", "--format", "json"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout
        for _ in range(2)
    ]  # fmt: skip
    assert done[0] == done[1]
    assert json.loads(done[0])["lines"]


@pytest.mark.model
def test_the_model_finds_like_texts_alike() -> None:
    alike = likeness()
    same = alike("How often do I get the injection?", "Give an injection every 2 months.")
    assert same > alike("How often do I get the injection?", "The cat sat on the mat.") + 0.2
    assert alike("a", "a") == pytest.approx(1, abs=1e-5)


def test_without_the_model_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semantic, "PACKAGES", ("no_such_package",))
    with pytest.raises(Refused) as refused:
        refuse_if_missing()
    assert "no_such_package" in refused.value.findings[0].what
    assert "posology[semantic]" in refused.value.findings[0].do


def test_without_the_model_the_command_ends_with_2() -> None:
    program = (
        "import sys; from posology.answer import semantic; semantic.PACKAGES = ('no_such_package',)\n"
        "from posology.cli import main; sys.exit(main(['ask', 'How often is B12 given?', '--semantic']))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "no_such_package" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_model_is_not_loaded_unless_it_is_asked_for() -> None:
    program = "import sys; import posology.answer.answer; print('onnxruntime' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@given(st.lists(st.floats(-1, 1), min_size=12, max_size=12))
def test_any_likeness_at_all_only_moves_lines_that_hold_equally(scores: list[float]) -> None:
    known = Patient(facts={"b12_deficiency": True})
    lines = answer(["How often is B12 given?", "How is it stopped?"], here(), patient=known, on=DAY).lines
    left = iter(scores * 4)
    moved = nearest_first(lines, "How often?", lambda *_: next(left))
    assert sorted(s.statement.name for s in moved) == sorted(s.statement.name for s in lines)
    assert [(s.part, s.applies) for s in moved] == [(s.part, s.applies) for s in lines]
    assert moved[:STAY] == lines[:STAY]


@pytest.mark.model
def test_the_model_moves_lines_and_what_stood_early_stands_early_still() -> None:
    wanted = [row for row in rows("held") if row.get("first")][::5]
    both = [(asked(row).lines, ordered(row).lines) for row in wanted]
    assert all([said.statement.name for said in near[:STAY]] == [said.statement.name for said in plain[:STAY]] for plain, near in both)
    assert any([said.statement.name for said in near] != [said.statement.name for said in plain] for plain, near in both)

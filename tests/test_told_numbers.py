"""Numbers and days that a question tells: named as people name them, told when unusable, and no value made of a day."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evaluation import here
from posology.answer.answer import answer
from posology.answer.ground import Ground, ground
from posology.answer.last_dose import NOTICE
from posology.answer.shape import as_json

SECOND = Path(__file__).parent / "fixtures" / "second-guideline"
LEXICON = """# Lexicon

## said

| fact | value | words | beside | bare |
|---|---|---|---|---|
| short pain | | pain | | |

## shapes

| fact | shapes | unit |
|---|---|---|
| weight | weight # | kg |
"""
QUESTIONS = """# Questions

## Topic words

| words |
|---|
| paracetamol |

## What is asked

### dose

- Called: the dose
- Asked: how much, which dose, when next
- Answered by: usual-dose, low-weight-dose
- Ask next: How much paracetamol is taken?
- Patients ask: How much do I take?
"""
HERE = here()


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    folder = tmp_path_factory.mktemp("second") / "g"
    shutil.copytree(SECOND, folder)
    (folder / "lexicon.md").write_text(LEXICON, encoding="utf-8")
    (folder / "questions.md").write_text(QUESTIONS, encoding="utf-8")
    return ground(folder)


@pytest.mark.parametrize("words", ["is 45", "was 45", ": 45", "= 45", "of 45", "at 45 kg", ": 45 kg", "45"])
def test_a_number_is_heard_behind_its_name_in_any_guideline(words: str, second: Ground) -> None:
    found = as_json(answer([f"Pain, weight {words}. How much paracetamol?"], second))
    assert found["facts"]["weight"] == 45


def test_a_fact_of_which_the_lexicon_says_nothing_is_heard_by_its_own_name(second: Ground) -> None:
    found = as_json(answer(["Pain, age: 45. How much paracetamol?"], second))
    assert found["facts"]["age"] == 45


@pytest.mark.parametrize("words", ["weight is 45 mmol/L", "weight 45 cm", "weight: 9000", "ALT is 80", "ALT is 80 U/L"])
def test_a_number_with_its_name_that_is_not_taken_is_told(words: str, second: Ground) -> None:
    found = as_json(answer([f"Pain, {words}. How much paracetamol?"], second))
    assert not {"weight", "alt"} & found["facts"].keys()
    assert any("was not taken as a fact" in notice["text"] for notice in found["notices"])


@pytest.mark.parametrize("words", ["platelets -5", "platelets 30 million", "platelet count is -20"])
def test_an_unusable_number_leads_to_no_statement_about_low_values(words: str) -> None:
    found = as_json(answer([f"B12 deficiency, {words}. How do I start?"], HERE))
    assert found["headline"] == "First settle what was said and cannot be used: platelets."


@pytest.mark.parametrize(
    "words",
    [
        "Last B12 injection 2026-06-01, maintenance. Is it overdue?",
        "On maintenance B12, last dose was 1 September 2026. When next?",
        "Last b12 jab 5 months ago, deficiency due to diet. When next?",
        "B12 deficiency, most recent injection on 3/9/2026. When is the next due?",
    ],
)
def test_the_day_of_a_last_dose_is_no_value_and_is_told(words: str) -> None:
    found = as_json(answer([words], HERE))
    texts = [notice["text"] for notice in found["notices"]]
    assert texts.count(NOTICE) == 1
    assert "serum_b12" not in found["facts"]
    assert not any("serum" in text and "not taken" in text for text in texts)
    assert "3, 6 and 12 months" not in found["headline"]


def test_the_day_of_a_last_dose_is_told_in_any_guideline(second: Ground) -> None:
    found = as_json(answer(["Pain, last tablet 2 days ago. When next paracetamol?"], second))
    assert NOTICE in [notice["text"] for notice in found["notices"]]


def test_without_such_a_day_nothing_is_said_of_it() -> None:
    found = as_json(answer(["On maintenance B12. When is the next dose due?"], HERE))
    assert NOTICE not in [notice["text"] for notice in found["notices"]]

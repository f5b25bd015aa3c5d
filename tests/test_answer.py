"""Questions and their answers: what is asked is told from what is not said, and no line stands without its statement."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evaluation
from posology.answer.answer import answer
from posology.answer.shape import as_json
from posology.model import Patient
from posology.plan.advice import worded

SEEN = evaluation.rows("seen")
DAY = date(2026, 3, 2)


def test_nearly_every_question_that_was_looked_at_is_answered_as_it_should_be() -> None:
    wrong = {t.row["id"]: t.wrong for t in map(evaluation.tried, SEEN) if t.wrong}
    assert len(wrong) <= len(SEEN) // 50, wrong


def test_questions_kept_aside_are_answered_no_worse_than_the_page_says() -> None:
    found = evaluation.figures("held")
    assert found.near_misses_answered[0] == 0
    assert found.forbidden_figures[0] == 0
    assert found.silent_declined[0] >= 0.85 * found.silent_declined[1]
    assert found.right_first[0] >= 0.7 * found.right_first[1]


def told(*turns: str, **more: Any) -> dict[str, Any]:
    return as_json(answer(turns, evaluation.here(), on=DAY, **{"patient": Patient(), **more}))


KEYS = {"covered", "headline", "lines", "not_covered", "facts", "heard", "plan", "ask", "follow_ups", "guideline"}


@pytest.mark.parametrize("row", SEEN[::9], ids=lambda row: row["id"])
def test_an_answer_has_the_form_of_the_contract(row: dict[str, Any]) -> None:
    found = as_json(evaluation.asked(row))
    assert found.keys() >= KEYS
    assert found["covered"] in ("yes", "partly", "no")
    assert bool(found["lines"]) == (found["covered"] != "no")
    assert all({"text", "statement", "citations", "applies"} <= line.keys() for line in found["lines"])
    assert all(line["applies"] in ("yes", "no", "unknown", "general") for line in found["lines"])
    assert found["headline"]
    assert found["follow_ups"]
    assert json.dumps(found) == json.dumps(as_json(evaluation.asked(row)))


@pytest.mark.parametrize("audience", ["clinician", "patient", "student"])
def test_every_line_is_the_wording_of_its_statement_with_its_sources(audience: Any) -> None:
    for row in SEEN[::11]:
        for said in evaluation.asked({**row, "audience": audience}).lines:
            assert said.text == worded(said.statement, audience)
            assert said.statement.citations


def test_no_number_of_an_answer_comes_from_nowhere() -> None:
    for row in SEEN[::7]:
        found = as_json(evaluation.asked(row))
        sources = json.dumps([evaluation.here().guideline.named[line["statement"]].text for line in found["lines"]])
        sources += json.dumps([found["plan"], found["heard"], row], ensure_ascii=False) + str(found["guideline"])
        for line in found["lines"]:
            assert set(re.findall(r"\d+", line["text"])) <= set(re.findall(r"\d+", sources + line["text"]))
        known = set(re.findall(r"\d+", sources)) | set(re.findall(r"\d+", json.dumps(found["lines"], ensure_ascii=False)))
        assert set(re.findall(r"\d+", found["headline"])) <= known, found["headline"]


def test_facts_are_carried_corrected_and_supposed_for_a_turn() -> None:
    first = ("B12 deficiency without nerve problems, platelets 30: how do I inject?",)
    assert told(*first)["facts"]["platelet_count"] == 30
    assert told(*first, "sorry, platelets 300")["facts"]["platelet_count"] == 300
    assert told(*first, "what about at 20?")["facts"]["platelet_count"] == 20


def test_a_question_without_the_topic_is_asked_back_and_answered_on_the_page() -> None:
    question = "how often is it given after gastric bypass?"
    assert told(question)["covered"] == "no"
    assert told(question, within="b12-injections")["covered"] != "no"


@given(st.text(max_size=200))
@settings(max_examples=40)
def test_any_text_is_answered_or_declined(text: str) -> None:
    assert told(text or "?")["covered"] in ("yes", "partly", "no")


# ---------------------------------------------------------------- the command


def run(*args: str, stdin: str = "") -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, "-m", "posology", "ask", *args], input=stdin, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


def test_the_command_answers_as_json() -> None:
    code, out, _ = run("Can I give hydroxocobalamin into a vein?", "--format", "json")
    assert code == 0
    assert json.loads(out)["headline"].startswith("No")


def test_a_batch_is_answered_in_order_and_a_bad_line_in_its_place() -> None:
    lines = ['{"id": "a", "text": "B12 dose?"}', '{"id": "b", "text": 3}', "{", '{"id": "c", "turns": ["B12 dose?", "why?"]}']
    code, out, err = run("--batch", "-", stdin="\n".join(lines) + "\n")
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 2
    assert ["errors" in found for found in answers] == [False, True, True, False]
    assert [found.get("id") for found in answers] == ["a", "b", None, "c"]
    assert "Traceback" not in err

"""Questions asked before lead new ones, and nothing else: they open no other topic and make no text."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation import DAY, before, here
from posology.answer.answer import answer
from posology.answer.asked.dividing import drawn, side
from posology.answer.asked.precedent import FILE, KEYS, Precedents, leaning, precedents
from posology.answer.asked.speech import clauses
from posology.answer.faults import faults, words_digest
from posology.answer.ground import ground
from posology.findings import Refused
from posology.model import Patient

OURS = Path(__file__).parent.parent / "guidelines" / "b12-injections"
BARE = replace(here(), precedents=Precedents())


def leads(text: str) -> list[str]:
    return list(leaning(clauses(text, here().coverage.same), here().precedents).statements)


def test_every_question_asked_before_says_what_answers_it_and_stands_there_once() -> None:
    texts = [row["text"].lower() for row in before()]
    assert len(texts) == len(set(texts)) > 6000
    assert [row["text"] for row in before() if sum(bool(row.get(key)) for key in KEYS) != 1] == []


def test_every_statement_that_carries_a_rule_has_answered_questions() -> None:
    answered = {name for row in before() for name in row.get("first", ())}
    assert {one.name for one in here().guideline.statements if one.rule} - answered == set()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my feet stopped burning but I am still weak, is that how it goes", "recovery-order"),
        ("partner wants to space her injections as the level is sky high", "no-titration-by-levels"),
        ("apixaban for AF, any precautions with the jab", "bleeding-risk"),
    ],
)
def test_new_words_lead_to_the_statement_that_is_meant(text: str, name: str) -> None:
    assert name in leads(text)[:3]


def test_a_follow_up_is_understood_with_the_turns_before_it() -> None:
    turns = ["my platelets are 38", "b12 jab tomorrow", "anything special they should do?"]
    assert "platelets-fine-needle" in [said.statement.name for said in answer(turns, here(), on=DAY).lines][:3]


@pytest.mark.parametrize(
    "text",
    [
        "Sustanon 250 every 3 weeks, trough levels?",
        "aranesp interval",
        "zoladex every 12 weeks",
        "decapeptyl injection site",
    ],
)
def test_odd_words_on_the_page_of_the_guideline_open_nothing(text: str) -> None:
    covered = answer([text], here(), within=here().guideline.id, on=DAY).covered
    assert covered == "no"


@settings(max_examples=20)
@given(st.lists(st.sampled_from([row["text"] for row in before()[::97]]), min_size=1, max_size=3))
def test_what_was_asked_before_never_decides_whether_a_question_is_ours(turns: list[str]) -> None:
    mine, bare = (answer(turns, ground_, on=DAY) for ground_ in (here(), BARE))
    named = "a topic that is named"
    assert (named in mine.not_covered) == (named in bare.not_covered)
    assert mine.facts == bare.facts
    assert mine.emergency == bare.emergency


def test_the_treatment_that_holds_for_the_patient_stays_first() -> None:
    patient = Patient(facts={"b12_deficiency": True, "gait_disturbance": True})
    told = answer(
        ["How do I start her injections? Her level is high and she feels fine"],
        here(),
        patient=patient,
        within=here().guideline.id,
        on=DAY,
    )
    assert told.lines[0].applies == "yes"


def test_the_same_questions_in_any_order_make_the_same_profiles() -> None:
    rows = [
        (words.split(), [names, (), ()])
        for words, names in (("a b", ["x"]), ("b c", ["y"]), ("c", ["x"]), ("d b", ["y"]))
    ]
    one, other = precedents(rows), precedents(rows[::-1])
    assert {word: dict(held) for word, held in one.profiles[0].items()}.keys() == {
        word: dict(held) for word, held in other.profiles[0].items()
    }.keys()
    for word, held in one.profiles[0].items():
        assert dict(held) == pytest.approx(dict(other.profiles[0][word]))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OURS, tmp_path / "copy"))


def test_every_fault_of_the_file_is_told_at_once(copy: Path) -> None:
    lines = [
        "{",
        "[]",
        '{"text": " "}',
        '{"text": "a", "first": "b"}',
        '{"text": "a", "first": ["headline"], "first": []}',
        '{"text": "a", "first": ["neurological-loadin"]}',
        '{"text": "a", "silent": ["costs"]}',
    ]
    (copy / FILE).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        ground(copy)
    told = [f"{one.place}: {one.what} {one.do}" for one in refused.value.findings]
    assert len(told) == len(lines)
    assert [place.split(": ")[0] for place in told[:5]] == [f"{FILE}:{number}" for number in range(1, 6)]
    assert "first" in told[4] and "neurological-loading" in told[5] and "cost" in told[6]
    assert len(faults(copy, here().guideline)) == len(lines)


def test_a_changed_question_changes_the_digest_of_the_words(copy: Path) -> None:
    one = words_digest(copy)
    with (copy / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"text": "one more", "first": ["headline"]}) + "\n")
    assert words_digest(copy) != one


def test_without_the_file_a_guideline_answers_all_the_same(copy: Path) -> None:
    (copy / FILE).unlink()
    assert answer(["Can B12 go into a vein?"], ground(copy), on=DAY).covered == "yes"


# ---------------------------------------------------------------- the line between answered and declined

ASKED = [(words.split(), answered) for words, answered in (
    ("often inject", True), ("often jab", True), ("site inject", True), ("cost inject", False), ("cost jab", False), ("hurt jab", False),
)]  # fmt: skip


def test_the_line_parts_the_questions_through_which_it_was_drawn() -> None:
    line = drawn(ASKED)
    assert all((side(words, line) > 0) == answered for words, answered in ASKED)
    assert side(["often"], line) > 0 > side(["cost"], line)


def test_two_words_near_each_other_tell_something_in_whatever_order_they_stand() -> None:
    line = drawn([(["cost", "of", "jab"], False), (["jab", "cost"], False), (["cost"], True), (["jab"], True)])
    assert side(["jab", "for", "cost"], line) < 0 < side(["jab"], line)


def test_words_that_nobody_used_leave_a_question_where_the_line_begins() -> None:
    line = drawn(ASKED)
    assert side(["zebra"], line) == side([], line)


def test_the_words_of_earlier_turns_count_for_less_than_those_of_the_last() -> None:
    line = drawn(ASKED)
    assert side(["often"], line, ["cost"], 0.5) > 0 > side(["cost"], line, ["often"], 0.5)


@pytest.mark.parametrize(
    "text",
    [
        "In which country is most hydroxocobalamin produced, and what does it fetch?",
        "our surgery's car park charges for my b12 appointment, who pays",
        "does the b12 nurse need to wear an apron",
    ],
)
def test_what_is_like_declined_questions_is_declined(text: str) -> None:
    covered = answer([text], here(), on=DAY).covered
    assert covered == "no"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Which cobalamin for somebody on dialysis, and do the ampoules live in the fridge?", "renal-formulation"),
        ("Where should the B12 injection go, and is it normal that it stings for hours?", "preferred-sites"),
    ],
)
def test_of_two_questions_only_the_answered_one_is_answered(text: str, name: str) -> None:
    told = answer([text], here(), on=DAY)
    covered, names = told.covered, [said.statement.name for said in told.lines][:3]
    assert covered == "partly"
    assert name in names


def test_a_question_that_was_asked_before_is_answered_as_it_says_there():
    """In its very words, on the page: one in thirty of all of them."""
    wrong = []
    for row in before()[::30]:
        told = answer([row["text"]], here(), within=here().guideline.id)
        if row.get("first") and not row.get("silent"):
            if not {said.statement.name for said in told.lines[:3]} & set(row["first"]):
                wrong.append((row["text"], told.covered))
        elif row.get("silent") and not row.get("first") and told.covered == "yes":
            wrong.append((row["text"], told.covered))
    assert len(wrong) <= 5, wrong


@pytest.mark.parametrize(("question", "child"), [
    ("my 31 year old daughter has pernicious anaemia, how often should she have injections", False),
    ("my son is 40 and on b12 injections, how often?", False),
    ("my 9 year old daughter has pernicious anaemia, how often should she have injections", True),
    ("can a 12 year old have b12 injections", True),
])  # fmt: skip
def test_a_grown_up_child_is_no_child(question, child):
    told = answer([question], here(), within=here().guideline.id)
    assert ("adults-only" in [said.statement.name for said in told.lines[:1]]) is child
    assert told.covered in (("partly",) if child else ("yes",))

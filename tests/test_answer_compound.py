"""Several questions in one turn are answered one by one, and what is not English or no question is not read as one."""

from __future__ import annotations

import pytest

from evaluation import DAY, here
from posology.answer.answer import answer
from posology.answer.answered import Answer
from posology.answer.asked.speech import written_out


def asked_here(*turns: str) -> Answer:
    return answer(list(turns), here(), within=here().guideline.id, on=DAY)


@pytest.mark.parametrize(
    ("question", "covered", "silent"),
    [
        ("Dose? Interval? Side effects? Storage?", {"dose", "interval"}, {"side-effects", "storage"}),
        ("What dose? What side effects?", {"dose"}, {"side-effects"}),
        ("Dose? Interval?", {"dose", "interval"}, set()),
    ],
)
def test_each_brief_question_is_answered_or_declined_by_itself(
    question: str, covered: set[str], silent: set[str]
) -> None:
    given = asked_here(question)
    assert set(given.aspects) == covered and set(given.silent) == silent


def test_numbered_questions_keep_their_order() -> None:
    assert asked_here("1) what dose 2) which site 3) which tests").aspects == ("dose", "site", "monitoring")


@pytest.mark.parametrize("question", ["Is the dose 1 mg?", "Is 1000 micrograms the dose?", "b12 inj q 2/12 ok?"])
def test_a_figure_asked_for_yes_or_no_is_answered(question: str) -> None:
    assert asked_here(question).headline.text.startswith("Yes")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("B12 q 2/12", "B12 every 2 months"),
        ("given every 6/52", "given every 6 weeks"),
        ("seen 3/12/2025", "seen 3/12/2025"),
        ("platelets <60 and >20", "platelets <60 and >20"),
        ("<b>how</b> often", " how  often"),
    ],
)
def test_short_rates_are_written_out_and_marks_of_a_page_left_out(text: str, written: str) -> None:
    assert written_out(text) == written


def test_why_asks_for_the_reason_of_what_was_answered_before() -> None:
    given = asked_here("eGFR 40, b12 deficiency: which form?", "why?")
    assert given.lines[0].statement.name == "renal-cyanide-clearance"
    assert asked_here("How often is B12 given?", "why?").lines[0].statement.name == "standard-interval"


def test_words_of_another_language_are_said_not_to_be_read() -> None:
    given = asked_here("My platelets sind 30, how to inject B12?")
    assert any(kind == "input" and "“sind”" in text for kind, text in given.notices)
    assert asked_here("brust schmerzen nach B12 Spritze").headline.text.endswith("please ask in English.")
    assert not any("English" in text for _, text in asked_here("How often is B12 given?").notices)


def test_the_topic_of_one_turn_does_not_stick_to_the_next() -> None:
    assert asked_here("b12 deficiency numb feet, how often?", "and vitamin D?", "and the site?").aspects == ("site",)


def test_a_question_that_is_declined_adds_no_lines_to_its_neighbor() -> None:
    given = asked_here("Where do I inject and what does it cost?")
    assert {"missed-dose", "cord-or-optic-emergency"}.isdisjoint(said.statement.name for said in given.lines)


def test_only_a_number_that_a_unit_could_mend_is_said_to_lack_one() -> None:
    below, above = (asked_here(f"age {age}, how often?").notices for age in ("-5", "200"))
    assert any(text.endswith("is not plausible.") for kind, text in below if kind == "input")
    assert any(text.endswith("without a unit.") for kind, text in above if kind == "input")


@pytest.mark.parametrize(
    ("question", "first", "silent"),
    [
        ("hydroxocobalamin maintenance interval + storage conditions", "standard-interval", "storage"),
        ("storage conditions of hydroxocobalamin; B12 loading dose", "standard-loading", "storage"),
        ("best site for the B12 injection / how common is it", "preferred-sites", "statistics"),
        ("does B12 help with weight loss as well as can it be given into the buttock", "avoid-buttock", "other-uses"),
        ("price of hydroxocobalamin & how many loading injections do I need", "standard-loading", "cost"),
        ("should I titrate B12 to serum levels and also can I drink alcohol", "no-titration-by-levels", "interactions"),
    ],
)
def test_half_a_question_is_answered_whatever_the_other_half_is(question: str, first: str, silent: str) -> None:
    given = answer([question], here(), on=DAY)
    assert given.covered == "partly" and silent in given.silent
    assert first in [said.statement.name for said in given.lines[:3]]


@pytest.mark.parametrize(
    "question",
    [
        "iron dose and its storage",
        "vitamin D dose and how are injections given",
        "what is the dose of thiamine; how are injections given",
        "price of hydroxocobalamin + storage conditions",
        "B12 and fibromyalgia, is there a link?",
    ],
)
def test_two_halves_that_are_not_answered_stay_declined(question: str) -> None:
    assert asked_here(question).covered == "no"


def test_what_is_told_before_a_question_is_no_half_of_it() -> None:
    assert asked_here("Level taken 4 days post-dose, above 2000. Interpret?").covered == "yes"
    assert asked_here("apixaban pt, needs the IM dose of B12 today. precautions?").covered != "no"


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Can a B12 deficient patient on long-term omeprazole ever come off injections?", "cause-resolved"),
        ("Can a man on daily lansoprazole with B12 deficiency stop his injections when the level is normal?", "do-not-stop"),
        ("Podiatrist found numb toes, B12 is low. What dose do I give?", "neurological-loading"),
    ],
)
def test_what_somebody_takes_besides_does_not_swallow_the_question(question: str, first: str) -> None:
    given = answer([question], here())
    assert given.covered != "no" and first in [line.statement.name for line in given.lines[:3]]


@pytest.mark.parametrize(
    "question",
    [
        "How often should omeprazole be taken with B12?",
        "Can she go on omeprazole with her B12 injections?",
        "How often should a patient on B12 take omeprazole?",
        "Should a patient on omeprazole stop it because of low B12?",
    ],
)
def test_what_is_asked_of_another_medicine_is_still_declined(question: str) -> None:
    assert answer([question], here()).covered == "no"

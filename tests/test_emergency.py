"""A red flag stands first until it is taken back or over, and nothing is dosed beside what may be a reaction."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation import DAY, here
from posology.answer.answer import answer
from posology.answer.answered import Answer
from posology.answer.emergency import BEFORE, IN_CASE
from posology.answer.shape import as_json
from posology.model import Patient
from posology.plan.advice import Audience

REACTION = "cobalamin-hypersensitivity"
ASKED = "Has the patient had a hypersensitivity reaction to any cobalamin?"


def ask(*turns: str, audience: Audience = "clinician", within: str | None = None, **facts: Any) -> Answer:
    return answer(turns, here(), patient=Patient(facts=facts), within=within, audience=audience, on=DAY)


def dosed(given: Answer) -> bool:
    """Whether the headline says how much, or how often."""
    return any(sign in given.headline.text for sign in (" mg", "every", "Give today"))


@pytest.mark.parametrize(
    "turns",
    [
        ("After my B12 injection my face is swelling and I can't breathe", "How often should I have it?"),
        ("swelling and breathlessness after injection", "how often is it given?"),
        ("I had chest pain after my B12 shot", "When is my next B12 dose?"),
        ("I had chest pain after my B12 shot", "Thanks. Which site?", "When is my next B12 dose?"),
    ],
)
@pytest.mark.parametrize("audience", ["clinician", "patient"])
def test_a_red_flag_of_an_earlier_turn_stands_first_and_nothing_is_dosed(
    turns: tuple[str, ...], audience: Audience
) -> None:
    given = ask(*turns, audience=audience, within=here().guideline.id)
    assert given.emergency.startswith(BEFORE)
    assert as_json(given)["headline"].startswith(given.emergency)
    assert given.lines[0].statement.name == REACTION
    assert not dosed(given)


def test_what_may_be_a_reaction_is_asked_for() -> None:
    assert ASKED in ask("I had chest pain after my B12 shot", "how often?").follow_ups


def test_other_red_flags_of_an_earlier_turn_leave_the_treatment_in_the_headline() -> None:
    given = ask("my legs suddenly went weak, b12 deficiency", "how often?")
    assert given.emergency.startswith(BEFORE) and dosed(given)


def test_a_red_flag_survives_a_turn_that_is_not_understood() -> None:
    assert ask("I can't breathe since my B12 jab", "Wie oft wird das Vitamin gespritzt, bitte schön?").emergency


@pytest.mark.parametrize(
    "back", ["no, I had no chest pain", "false alarm", "forget that", "Start over.", "new patient: numb feet"]
)
def test_a_red_flag_that_is_taken_back_leaves_nothing_behind(back: str) -> None:
    given = ask("I had chest pain after my B12 shot", back, "When is the next B12 dose?")
    assert not given.emergency
    assert REACTION not in [said.statement.name for said in given.lines[:1]]


@pytest.mark.parametrize("over", ["she is fine now", "it has passed", "the chest pain is gone"])
def test_what_is_over_is_no_emergency_but_may_have_been_a_reaction(over: str) -> None:
    given = ask("She had chest pain after her B12 shot", over, "When is the next B12 dose?")
    assert not given.emergency
    assert given.lines[0].statement.name == REACTION and not dosed(given)


@pytest.mark.parametrize(
    "other",
    [
        "her platelets are fine",
        "I was wrong about the numbness",
        "something is wrong",
        "it was gone, and now the chest pain is back again",
    ],
)
def test_other_things_that_are_fine_or_wrong_leave_a_red_flag_standing(other: str) -> None:
    assert ask("I had chest pain after my B12 shot", other, "When is the next B12 dose?").emergency


@pytest.mark.parametrize(
    "asked", ["I'm having trouble breathing since my B12 jab", "chest pain after the B12 injecton"]
)
def test_nothing_is_dosed_beside_what_may_be_a_reaction(asked: str) -> None:
    for audience in ("clinician", "patient", "student"):
        given = ask(asked, audience=audience)
        assert given.emergency and not dosed(given)


def test_a_reaction_said_today_opens_what_was_given_as_no() -> None:
    facts = {"b12_deficiency": True, "numbness": True, "cobalamin_hypersensitivity": False}
    given = ask("She cannot breathe since the B12 injection. What now?", **facts)
    assert "cobalamin_hypersensitivity" not in (given.facts or {})
    assert not dosed(given)


def test_what_is_settled_after_a_reaction_is_not_asked_again() -> None:
    given = ask("I had chest pain after my B12 shot", "I have never reacted to B12. How often is it given?")
    assert given.emergency
    assert given.lines[0].statement.name != REACTION


@pytest.mark.parametrize(
    "asked",
    [
        "Suden weakness of legs, b12 deficency",
        "chest pian after the B12 injection",
        "throat is swolen after my B12 jab",
        "B12 deficiency, had a siezure",
    ],
)
def test_a_misspelled_red_flag_is_one(asked: str) -> None:
    assert ask(asked).emergency


@pytest.mark.parametrize(
    "asked",
    ["what if she gets sudden weakness? B12 deficiency", "What should I do if I get chest pain after a B12 injection?"],
)
def test_a_red_flag_that_is_only_supposed_is_said_with_its_condition(asked: str) -> None:
    given = ask(asked)
    assert not given.emergency
    assert given.headline.text.startswith(f"{IN_CASE}: red flag")
    assert "pain and comfort" not in " ".join(given.not_covered)


def test_what_is_undone_is_the_last_turn_and_no_red_flag_before_it() -> None:
    assert ask("I cannot breathe since my B12 jab", "platelets 45", "undo that", "How often?").emergency


@pytest.mark.parametrize(
    "asked",
    [
        "B12 deficiency, old stroke with hemiparesis. Loading?",
        "B12 deficient, hemiparesis from an old stroke. Loading?",
        "pre-existing hemiplegia, B12 deficient. Dose?",
        "an old polio infection left her with paralysis of a leg; B12 low",
        "fainted at school long ago, B12 deficient. Loading?",
        "passed out in his teens, low B12, how often?",
    ],
)
def test_what_is_old_is_no_emergency(asked: str) -> None:
    assert not ask(asked).emergency


@pytest.mark.parametrize(
    "asked",
    [
        "72 year old hemiparesis, B12 deficient",
        "old lady with paralysis, B12 deficient",
        "old stroke, now hemiparesis, B12 deficient",
        "sudden hemiparesis, previous stroke, B12 deficient",
        "throat swelling from an old vial of B12",
        "chronic B12 deficiency, collapsed after the injection",
    ],
)
def test_what_is_new_beside_something_old_is_one(asked: str) -> None:
    assert ask(asked).emergency


def test_a_reaction_of_long_ago_is_no_emergency_and_is_asked_for() -> None:
    given = ask("she fainted after an injection ages ago; B12 deficient, no neuro symptoms. Dose?")
    assert not given.emergency
    assert given.lines[0].statement.name == REACTION and not dosed(given)


def test_an_alarm_is_not_taken_back_by_what_is_known_for_long() -> None:
    first = "B12 was given and she is having a seizure now"
    assert answer([first], here()).emergency
    assert answer([first, "she has known seizures, b12 low"], here()).emergency


@pytest.mark.parametrize(
    "said", ["I have cobalt allergy", "I have a nut allergy. Can I have B12?", "I have nickel allergy"]
)
def test_an_allergy_that_somebody_has_is_no_alarm(said: str) -> None:
    assert not answer([said], here(), within=here().guideline.id).emergency


@pytest.mark.parametrize(
    "said",
    ["I am having an allergic reaction", "I think I have an allergic reaction", "Is she having an allergic reaction?"],
)
def test_a_reaction_that_goes_on_is_one(said: str) -> None:
    assert answer([said], here(), within=here().guideline.id).emergency


@pytest.mark.parametrize(
    "said",
    [
        "Platelets 9, B12 deficient and ataxic, hematology on call isn't answering. Inject?",
        "The switchboard is not responding. B12 injection today?",
        "The surgery is not answering the phone, B12 jab overdue by a week.",
        "Pharmacy are not answering us, is hydroxocobalamin due?",
    ],
)
def test_staff_that_do_not_answer_are_no_reaction(said: str) -> None:
    assert not ask(said).emergency


@pytest.mark.parametrize(
    "said",
    [
        "The nurse gave the B12 and he is not answering",
        "My dad's not answering after the B12 jab at the surgery",
        "The doctor gave B12 and she is not responding to anyone",
    ],
)
def test_a_patient_who_does_not_answer_is_one(said: str) -> None:
    assert "anaphylaxis" in ask(said).emergency


@pytest.mark.parametrize(
    "turns",
    [
        ["My wife can't see properly and has low B12. The surgery can see her in ten days, is that alright?"],
        ["Suspected cord lesion with B12 of 70. MRI in a fortnight, can he wait at home?"],
        ["B12 110, blurred vision. ", "Ophthalmology has a slot on 14 December. Is that good enough?"],
        ["B12 is low and I'm seeing double. The optometrist is fitting me in next Wednesday, ok?"],
        ["Low B12 and sight going. I'd rather sit it out at home until the MRI, is that OK?"],
        ["B12 deficient, suspected cord lesion.", "Should the injections wait until neurology sees her in 5 days?"],
    ],
)
def test_what_is_an_emergency_does_not_wait(turns: list[str]) -> None:
    given = ask(*turns)
    assert given.headline.text.startswith("No: ") and "hospital the same day" in given.headline.text
    assert not given.not_covered


@pytest.mark.parametrize(
    "question",
    [
        "B12 deficient, numb toes, awaiting neurology. Do I hold the first injection until they've been seen?",
        "B12 deficient, unsteady gait. Can the loading wait for the hematologist?",
        "Low B12 and pins and needles, should I wait with the jabs till the MRI?",
    ],
)
def test_treatment_does_not_wait_until_somebody_has_seen_the_nerves(question: str) -> None:
    text = ask(question).headline.text
    assert text.startswith("No: start hydroxocobalamin") and "urgent advice from both" in text


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("B12 deficient, sight failing. Should she go to hospital today?", "Yes: if a spinal cord lesion"),
        ("Sight is going, B12 deficient. Can the injection go in the thigh?", "Yes: the preferred sites"),
        ("B12 deficiency, anaphylaxis to B12, numb. Hold the jab until hematology has seen him?", "Never give any"),
        ("Is it wrong to wait with B12 until neurology has seen a B12 deficient patient with ataxia?", "Yes: "),
    ],
)
def test_what_asks_for_no_waiting_is_answered_for_itself(question: str, first: str) -> None:
    assert ask(question).headline.text.startswith(first)


def test_a_danger_in_words_that_are_not_known_leads_to_the_hospital() -> None:
    given = ask("The lady has B12 injections", "she's gone off her legs and can't hold her wee since the weekend")
    assert given.covered == "yes" and given.headline.text.startswith("If a spinal cord lesion")
    assert "both neurology and hematology" in given.headline.text


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        ("GP not answering calls, B12 overdue by a month, feet tingling", "paresthesia"),
        ("Nobody answers at the clinic, B12 80 and numb toes", "numbness"),
        ("No one is answering the phone, platelets 9, low B12 and numb feet", "numbness"),
        ("The consultant isn't answering, patient has a B12 of 70, unsteady gait", "gait_disturbance"),
    ],
)
def test_what_is_told_behind_staff_that_do_not_answer_is_of_the_patient(said: str, fact: str) -> None:
    assert ask(said).facts[fact] is True
    assert "numbness" not in ask("B12 dose? Nobody has numb toes").facts


@pytest.mark.parametrize(
    "asked",
    [
        "Our patient fainted at the sight of the needle at her last B12, no rash, no swelling. Is that an allergy?",
        "She fainted at her last B12 injection, vasovagal. Is she allergic?",
        "He faints at every needle. Is he allergic to B12?",
        "I passed out when I saw the needle for my B12 jab, am I allergic to it?",
    ],
)
def test_a_faint_at_a_needle_is_no_allergy_and_no_alarm(asked: str) -> None:
    given = answer([asked], here())
    assert not given.emergency
    assert not {"cobalamin-hypersensitivity", "cord-or-optic-emergency"} & {one.statement.name for one in given.lines}


@pytest.mark.parametrize(
    "asked",
    [
        "She went unconscious right after her B12 injection. Is she allergic?",
        "She fainted ten minutes after B12 with hives. Is she allergic?",
        "Vasovagal faint at her B12 jab, then hives all over. Is she allergic?",
        "She fainted with B12 and her throat is swelling, GP says vasovagal. Next dose?",
        "She fainted after B12, vasovagal or anaphylaxis?",
    ],
)
def test_a_collapse_with_a_dose_stays_an_alarm(asked: str) -> None:
    given = answer([asked], here())
    assert given.emergency and given.lines[0].statement.name == "cobalamin-hypersensitivity"

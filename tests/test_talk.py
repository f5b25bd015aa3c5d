"""A conversation is understood as it goes: what begins anew, what is corrected, what is newer than the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from evaluation import DAY, here
from posology.answer.answer import answer
from posology.answer.answered import Answer
from posology.model import Patient, Result
from posology.plan.advice import Audience


def ask(*turns: str, audience: Audience = "clinician", within: str | None = None, **facts: Any) -> Answer:
    return answer(turns, here(), patient=Patient(facts=facts), within=within, audience=audience, on=DAY)


def names(given: Answer) -> list[str]:
    return [said.statement.name for said in given.lines]


OPENING = "B12 deficiency, platelets 45, numbness. How do I start?"

# ---------------------------------------------------------------- anew


def test_another_patient_brings_new_facts_and_leaves_the_old_topics_behind() -> None:
    given = ask(OPENING, "Another patient, no numbness, b12 deficiency. How to start?")
    assert given.facts == {"numbness": False, "b12_deficiency": True}
    assert not [name for name in names(given) if name.startswith("platelets")]


def test_a_new_patient_with_a_question_of_his_own_is_answered_on_that_alone() -> None:
    given = ask(OPENING, "new patient: eGFR 40. Which form of B12?")
    assert given.facts == {"egfr": 40.0}
    assert names(given)[0] == "renal-formulation"
    assert not [name for name in names(given) if name.startswith("platelets")]


@pytest.mark.parametrize("anew", ["start over", "forget everything I said", "wrong patient"])
def test_whoever_begins_anew_and_asks_nothing_is_told_so(anew: str) -> None:
    given = ask(OPENING, anew)
    assert given.covered == "no" and not given.facts
    assert "set aside" in given.headline.text


# ---------------------------------------------------------------- where the source is vague


@pytest.mark.parametrize("asked", ["How often?", "Should I give it monthly?"])
def test_where_the_source_is_not_exact_it_is_said_first_that_the_clinician_decides(asked: str) -> None:
    facts = {"b12_deficiency": False, "bariatric_surgery": False, "ileal_resection_length": 0.0, "crohns_disease": True}
    for audience in ("clinician", "patient", "student"):
        given = ask(asked, audience=audience, within=here().guideline.id, **facts, ileal_crohns_length=45.0)
        first = (
            "Your doctor decides" if audience == "patient" else "The source is not exact here, so the clinician decides"
        )
        assert given.headline.text.startswith(first)
        assert ("crohns-maintenance", "unknown") in [(said.statement.name, said.applies) for said in given.lines]
    sure = ask(asked, within=here().guideline.id, **facts, ileal_crohns_length=70.0)
    assert ("crohns-maintenance", "yes") in [(said.statement.name, said.applies) for said in sure.lines]
    assert "decides" not in sure.headline.text


# ---------------------------------------------------------------- results of the record

MEASURED = Patient(
    on=date(2026, 4, 1),
    facts={"b12_deficiency": True, "neurological_involvement": False, "age": 66.0},
    results=(Result(date(2026, 3, 31), "platelet_count", 24.0),),
)


def measured(*turns: str, **facts: Any) -> Answer:
    known = replace(MEASURED, facts={**MEASURED.facts, **facts})
    return answer(turns, here(), patient=known, within=here().guideline.id, on=MEASURED.on)


def test_what_is_said_now_is_newer_than_a_dated_result() -> None:
    given = measured("platelets are 60 now. How do I inject?")
    assert given.plan is not None and given.plan.facts["platelet_count"] == (60.0, "stated")
    assert names(given)[0] == "platelets-standard"
    assert any(kind == "input" and "2026-03-31" in told and "older" in told for kind, told in given.notices)


def test_a_result_that_is_taken_back_is_no_longer_known() -> None:
    given = measured("How do I inject?", "forget the platelets")
    assert "platelet_count" not in (given.facts or {})


def test_a_dated_result_is_among_the_facts_with_its_own_origin() -> None:
    given = measured("What about her platelets, how do I inject?")
    assert given.facts is not None and given.facts["platelet_count"] == 24.0
    assert given.plan is not None and given.plan.facts["platelet_count"] == (24.0, "result 2026-03-31")


def test_a_dated_result_still_wins_over_what_was_given_with_the_record() -> None:
    given = measured("How do I inject with her platelets?", platelet_count=80.0)
    assert given.facts is not None and given.facts["platelet_count"] == 24.0


def test_what_colors_a_text_in_a_terminal_is_not_read() -> None:
    given = ask("how often \x1b[31mB12\x1b[0m injection?")
    assert given.covered == "yes" and not given.facts


# ---------------------------------------------------------------- put right


def test_a_number_alone_puts_right_the_one_before() -> None:
    given = ask(OPENING, "no, 54")
    assert given.facts == {"b12_deficiency": True, "numbness": True, "platelet_count": 54.0}


def test_undo_takes_back_the_last_turn_that_told_something_and_answers_again() -> None:
    given = ask("B12 deficiency, numbness. How do I start?", "platelets 45", "undo that")
    assert given.facts == {"b12_deficiency": True, "numbness": True}
    assert names(given)[0] == names(ask("B12 deficiency, numbness. How do I start?"))[0]


@pytest.mark.parametrize("correction", ["sorry, the other one", "no, 54", "I was wrong there"])
def test_a_correction_of_which_nothing_is_understood_is_said_not_to_be(correction: str) -> None:
    given = ask("B12 deficiency, numbness. How do I start?", correction)
    assert any(kind == "input" and correction in told for kind, told in given.notices)


@pytest.mark.parametrize("turn", ["no, thanks", "eGFR 40", "Sorry, how often is that?"])
def test_what_puts_nothing_right_is_not_taken_for_a_correction(turn: str) -> None:
    assert not [told for _, told in ask("B12 deficiency, numbness. How do I start?", turn).notices if "put something" in told]


@pytest.mark.parametrize(
    ("turns", "fact", "value"),
    [
        (["17 year old with B12 deficiency and numbness, regimen?", "Sorry, date of birth misread, she is 15"], "age", 15.0),
        (["B12 deficient, no neuro, plt 22. inject?", "Repeat count is 55, the first was clumped"], "platelet_count", 55.0),
        (["Crohn's, 40 cm of ileum involved. Monthly B12?", "sorry, the MRI says 65 cm not 40"], "ileal_crohns_length", 65.0),
    ],
)  # fmt: skip
def test_a_turn_that_puts_right_a_value_is_not_declined_for_an_odd_word(turns: list[str], fact: str, value: float) -> None:
    made = answer(turns, here(), on=DAY)
    assert made.covered != "no"
    assert made.facts is not None
    assert made.facts[fact] == value


# ---------------------------------------------------------------- events


PAGE = "b12-injections"


def test_symptoms_that_come_back_lead_where_it_is_asked_what_to_do() -> None:
    given = ask("3-monthly maintenance, tingling returned at week 9, 58F with PA; B12 900. What to do?", within=PAGE)
    assert names(given)[0] == "recurrence-increase-frequency"


def test_getting_worse_under_loading_leads_where_it_is_asked_whether_to_stop() -> None:
    given = ask("Alternate-day loading for 3 weeks, gait getting worse, age 59. stop or go on?", within=PAGE)
    assert names(given)[0] == "worsening-on-loading"
    assert "levels" not in given.headline.text


def test_how_far_the_treatment_has_come_does_not_bring_what_it_rules_out() -> None:
    given = ask("How often are my B12 injections?", "I finished my first course", within=PAGE)
    assert "folic-acid-after-b12" not in names(given)


def test_what_is_told_of_this_morning_is_not_declined() -> None:
    told = "Woman, 50, B12 deficiency, untreated, tingling. I want to start folic acid too"
    given = ask(told, "She had her first hydroxocobalamin this morning", within=PAGE)
    assert given.covered != "no"
    assert given.facts["b12_treatment_given"] is True


def test_a_second_question_about_another_drug_is_not_answered_for_ours() -> None:
    given = ask("Does metformin interfere with B12 and should I stop it?", within=PAGE)
    assert given.covered == "no"


def test_who_asks_whether_the_guideline_is_for_somebody_is_told_for_whom_it_is_not() -> None:
    given = ask("Can a 16 year old be treated with this guideline?", within=PAGE)
    assert names(given) == ["adults-only"]
    assert given.headline.text.startswith("Yes: patients under 16")
    assert "adults-only" not in names(ask("16 year old with B12 deficiency and numbness, regimen?", within=PAGE))


def test_what_forbids_is_not_followed_by_it_depends() -> None:
    given = ask("Can I get tablets instead of jabs? I have low b12", "I have pernicious anaemia", within=PAGE)
    assert "It depends" not in given.headline.text


def test_a_turn_that_only_tells_what_nobody_here_knows_leaves_the_question_standing() -> None:
    given = ask("Can I give B12 in the buttock?", "She has no arm muscle left and her thighs are burnt.", within=PAGE)
    assert names(given)[0] == "avoid-buttock"
    assert any("nothing in it was understood" in text for _, text in given.notices)
    given = ask("My B12 is low and I use nitrous oxide at weekends.", "My blood test was normal though.", within=PAGE)
    assert names(given)[0] == "nitrous-oxide"


@pytest.mark.parametrize("turn", ["iron infusion dose for an adult", "I also need my flu vaccine schedule", "my hair is falling out"])
def test_another_topic_is_still_declined_in_a_conversation(turn: str) -> None:
    assert ask("How often is the injection given?", turn, within=PAGE).covered == "no"


@pytest.mark.parametrize("turn", ["It was 15 cm.", "15 cm were removed"])
def test_a_length_is_of_what_the_question_before_named(turn: str) -> None:
    given = ask("How often after ileal resection?", turn, within=PAGE)
    assert given.facts["ileal_resection_length"] == 15
    assert given.headline.text.startswith("Not for this patient")


def test_who_turns_sixteen_next_month_is_fifteen() -> None:
    given = ask("Patient is 17. B12 deficient, no neuro. Loading?", "Correction, he turns 16 next month.", within=PAGE)
    assert given.facts["age"] == 15
    assert names(given)[0] == "adults-only"


def test_what_comes_after_that_is_the_maintenance() -> None:
    given = ask("New B12 deficiency, 58-year-old man. How do I load him?", "No nerve symptoms.", "And after that?", within=PAGE)
    assert "standard-maintenance" in names(given)


def test_a_treatment_that_holds_is_said_before_what_only_depends() -> None:
    given = ask("30 cm of ileum was removed. Could I have tablets?", within=PAGE)
    assert given.headline.text.startswith("After resection of more than 20 cm of ileum")


def test_a_treatment_that_holds_stands_beside_what_an_event_calls_for() -> None:
    given = ask("I have B12 deficiency and numb feet. Cause resolved. What dose?", within=PAGE)
    assert "on alternate days" in given.headline.text


def test_a_spinal_cord_that_somebody_else_thinks_of_is_an_emergency() -> None:
    told = "My legs have gone weak and I'm low on B12."
    given = ask(told, "The doctor thinks it could be my spinal cord.", within=PAGE, audience="patient")
    assert given.emergency


def test_what_is_told_with_a_question_mark_is_told() -> None:
    given = ask("What maintenance for B12 deficiency after a gastric bypass?", "And she has numb feet?", within=PAGE)
    assert given.facts["numbness"] is True

# ---------------------------------------------------------------- what a later turn changes

PAGE = here().guideline.id


def leads(*turns: str, audience: Audience = "clinician") -> str:
    told = [one.statement.name for _, one in ask(*turns, audience=audience, within=PAGE).headline.answers if one]
    return told[0] if told else ""


@pytest.mark.parametrize(
    ("turns", "count"),
    [
        (("B12 deficient, platelets 60: needle?", "What about at 20?", "she does have numb feet"), 20.0),
        (("Platelets 80, B12 deficiency. How do I inject?", "and at 30?", "he is on warfarin"), 30.0),
        (("B12 deficient, platelets 60. Route?", "and if they were 15?", "how long do I press?"), 15.0),
        (("Platelets 60 and B12 deficiency. How do I inject?", "what if they were 20?", "actually they are 55"), 55.0),
    ],
)
def test_a_supposed_number_stays_while_nothing_else_is_said_of_it(turns: tuple[str, ...], count: float) -> None:
    assert (ask(*turns, within=PAGE).facts or {})["platelet_count"] == count


def test_a_supposed_sign_is_gone_with_the_next_question() -> None:
    assert "numbness" not in (
        ask("What loading for B12 deficiency?", "what if she were numb?", "and how often do I test?").facts or {}
    )


@pytest.mark.parametrize(
    ("turns", "first"),
    [
        (("Crohn's, 70 cm ileum involved, not deficient. What maintenance?", "And with 25 cm?"), "crohns-maintenance"),
        (
            ("ileal resection of 40 cm, not deficient. Which interval?", "and with 15 cm?"),
            "ileal-resection-prophylaxis",
        ),
        (("Hcy 13, kidneys normal. Shorten the interval?", "and if the eGFR were 30?"), "homocysteine-in-renal"),
        (("Severe anaemia with B12 60. Potassium?", "For how long?"), "potassium-in-severe-anemia"),
        (("B12 deficiency, on apixaban. How hard do I press?", "and for how long?"), "bleeding-risk"),
        (("B12 deficient, loading done, no neuro signs. What maintenance?", "for how long?"), "standard-interval"),
        (("Kidney disease, B12 low. Is cyanocobalamin ok?", "Which one then?"), "renal-formulation"),
        (("ileal resection 25 cm, no deficiency", "does he need loading first?", "sorry, it was 15 cm"), "standard-loading"),
    ],
)  # fmt: skip
def test_a_short_turn_asks_of_the_matter_before_it(turns: tuple[str, ...], first: str) -> None:
    assert leads(*turns) == first


def test_which_one_then_is_answered_with_what_to_use_for_a_patient_too() -> None:
    told = ask(
        "My kidneys are weak, B12 low. Is cyanocobalamin ok?", "Which one then?", audience="patient", within=PAGE
    )
    assert "hydroxocobalamin" in told.headline.text


def test_next_asks_what_follows() -> None:
    told = ask("B12 deficiency with paraesthesia. Loading?", "She has plateaued. Next?", within=PAGE)
    assert "every 2 months" in told.headline.text


@pytest.mark.parametrize(
    ("first", "later", "fact"),
    [
        ("Known allergy to hydroxocobalamin.", "Actually it was her sister who reacted, not her.", "cobalamin_hypersensitivity"),
        ("Known allergy to hydroxocobalamin.", "The allergy was her sister's.", "cobalamin_hypersensitivity"),
        ("She has numb feet.", "Sorry, it was her sister who had the numb feet.", "numbness"),
        ("She has Crohn's.", "actually the Crohn's is her brother's", "crohns_disease"),
        ("She takes warfarin.", "it's her husband who takes it, not her", "anticoagulant"),
    ],
)  # fmt: skip
def test_what_was_a_relatives_after_all_is_taken_back(first: str, later: str, fact: str) -> None:
    assert (ask(f"{first} B12 80. Dose?", within=PAGE).facts or {})[fact] is True
    assert not (ask(f"{first} B12 80. Dose?", later, within=PAGE).facts or {}).get(fact)


@pytest.mark.parametrize(
    "later", ["it's her mum who rang", "It was her sister who brought her in.", "Her mother is here"]
)
def test_a_relative_who_is_only_there_takes_nothing_back(later: str) -> None:
    assert (ask("She takes warfarin. Needle for B12?", later, within=PAGE).facts or {})["anticoagulant"] is True


@pytest.mark.parametrize("later", ["And if I hadn't had the bypass?", "what if I didn't have the bypass?"])
def test_what_was_told_may_be_supposed_away_in_short_words(later: str) -> None:
    told = ask("I had a gastric bypass. How often is B12 given?", later, within=PAGE)
    assert (told.facts or {})["bariatric_surgery"] is False


@pytest.mark.parametrize(
    ("first", "later", "fact"),
    [
        ("Low B12 with numb fingers, dose?", "actually the numbness is from carpal tunnel, not B12", "numbness"),
        ("B12 deficiency, tingling feet, dose?", "sorry, the tingling was diabetic neuropathy, no B12 nerve symptoms", "paresthesia"),
        ("Low B12 and a tingling hand, regimen?", "oops, that was a trapped nerve, not B12", "paresthesia"),
        ("B12 deficiency with numbness, loading?", "the numbness is from a stroke, unrelated", "numbness"),
        ("B12 deficiency, tingling toes, dose?", "the tingling turned out to be from shingles", "paresthesia"),
        ("B12 deficiency with unsteadiness, dose?", "she is unsteady because of arthritis", "gait_disturbance"),
    ],
)  # fmt: skip
def test_a_symptom_that_something_else_explains_is_taken_back(first: str, later: str, fact: str) -> None:
    assert (ask(first).facts or {})[fact] is True
    told = ask(first, later)
    assert fact not in (told.facts or {})
    assert told.covered == "yes"
    assert told.headline.text.startswith("Depends on neurological involvement, not known yet")


def test_a_symptom_explained_and_nerves_well_leave_the_standard_course() -> None:
    told = ask(
        "B12 low, unsteady, how to load?", "scrap that, she's unsteady from a hip fracture, no neurological signs"
    )
    assert "three times weekly for 6 doses" in told.headline.text


@pytest.mark.parametrize(
    "later",
    [
        "the numbness is from the knees down",
        "actually the numbness is getting much worse",
        "the numbness is due to low B12",
        "the numbness may be from carpal tunnel",
        "the numbness is not from her diabetes",
        "sorry, the numbness is in her thighs",
        "actually it is an emergency",
        "the lady with numbness is due to start on Monday",
    ],
)
def test_what_explains_nothing_takes_no_symptom_back(later: str) -> None:
    assert (ask("B12 deficiency and numb feet, dose?", later).facts or {})["numbness"] is True


def test_a_turn_that_takes_something_back_is_not_declined_for_its_reasons() -> None:
    told = ask("Low B12 with tingling, dose?", "no tingling after all, I mixed up patients")
    assert (told.facts or {})["paresthesia"] is False
    assert told.covered == "yes"


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("Which B12 should she have?", "her kidneys are fine"),
        ("B12 dose please", "she has normal renal function"),
        ("Can I give cyanocobalamin B12 every 2 months?", "no kidney disease"),
    ],
)
def test_what_is_not_so_brings_nothing_that_hangs_on_more(first: str, later: str) -> None:
    told = ask(first, later)
    assert "homocysteine-target" not in [one.statement.name for one in told.lines]
    assert (told.facts or {})["renal_dysfunction"] is False


# ---------------------------------------------------------------- a yes to the question which topic is meant


@pytest.mark.parametrize(
    "yes", ["yes", "Yes please.", "yes, that one", "correct", "it is", "that's right, thanks", "B12"]
)
@pytest.mark.parametrize("asked", ["What is the homocysteine target?", "Platelets 32, which needle?", "Can I stop?"])
def test_a_yes_to_the_question_which_topic_is_meant_answers_the_earlier_question(asked: str, yes: str) -> None:
    assert ask(asked).covered == "no"
    given = ask(asked, yes)
    assert names(given)[0] == names(ask(asked, within=here().guideline.id))[0]


@pytest.mark.parametrize("other", ["no", "ok thanks", "yes, what is the price?"])
def test_what_is_no_yes_leaves_the_topic_open(other: str) -> None:
    assert ask("Platelets 32, which needle?", other).headline.text.startswith("Which topic is meant?")


def test_a_yes_goes_back_over_all_turns_that_named_no_topic() -> None:
    turns = ("How many injections to start with if no nerve problems?", "and if there is tingling?")
    assert names(ask(*turns, "yes")) == names(ask(*turns, within=here().guideline.id))


# ---------------------------------------------------------------- what is not for this patient yields to what is


@pytest.mark.parametrize(
    ("turns", "first"),
    [
        (("B12 after 10 cm ileal resection?", "and he has Crohn's, 75 cm involved"), "crohns-maintenance"),
        (
            ("12 cm of ileum removed, does she need B12 injections?", "she also had a gastric bypass"),
            "bariatric-maintenance",
        ),
        (
            ("B12 injections for Crohn's with 20 cm involved?", "also 30 cm of ileum removed"),
            "ileal-resection-prophylaxis",
        ),
        (("25 cm ileum resected. How often B12?", "sorry 10 cm", "and a gastric bypass"), "bariatric-maintenance"),
    ],
)
def test_a_treatment_that_is_not_for_this_patient_yields_to_one_that_a_new_fact_makes_hold(
    turns: tuple[str, ...], first: str
) -> None:
    given = ask(*turns)
    assert names(given)[0] == first
    assert "Not for this patient" not in given.headline.text


def test_where_the_source_is_not_exact_for_the_new_fact_the_clinician_decides() -> None:
    given = ask("Are B12 jabs needed after a 19 cm ileal resection?", "Crohn's in 45 cm of ileum")
    assert given.headline.text.startswith("The source is not exact here, so the clinician decides")


# ---------------------------------------------------------------- what leans on the turn before


@pytest.mark.parametrize(
    ("turns", "first"),
    [
        (("Can I stop my B12 jabs, I feel well?", "what is the risk?"), "stopping-harm"),
        (("Can I stop my B12 jabs, I feel well?", "what is the risk?", "is it permanent?"), "stopping-harm"),
        (("Do I stop B12 jabs?", "is the nerve damage permanent?"), "stopping-harm"),
        (("Can I start folic acid with no B12 yet?", "what is the danger?"), "folic-acid-masks"),
        (
            ("Is B12 IM monthly after losing 30 cm ileum?", "UK label says otherwise?", "which should I follow?"),
            "ileal-resection-prophylaxis",
        ),
    ],
)
def test_a_harm_or_a_choice_is_that_of_which_the_turn_before_spoke(turns: tuple[str, ...], first: str) -> None:
    assert names(ask(*turns))[0] == first


def test_a_harm_of_something_else_stays_unsaid() -> None:
    assert ask("Where do I inject B12?", "what are the risks?").covered == "no"


@pytest.mark.parametrize(
    ("turns", "begins"),
    [
        (("Can B12 be given IV?", "and IM?"), "Yes: inject into a muscle"),
        (("Can B12 be given IV?", "how about under the skin?"), "It is a clinician's decision"),
        (("Can B12 go into the buttock?", "and the thigh?"), "Yes: the preferred sites"),
        (("Can I use B12 cyanocobalamin in renal failure?", "so hydroxocobalamin then?"), "Yes: in renal dysfunction"),
    ],
)
def test_a_turn_that_names_another_thing_of_its_kind_asks_the_same_of_it(turns: tuple[str, ...], begins: str) -> None:
    assert ask(*turns).headline.text.startswith(begins)


def test_hydroxocobalamin_is_not_denied_by_what_only_keeps_from_cyanocobalamin() -> None:
    given = ask("Can she have cyanocobalamin?", "she has Leber's in the family", "and hydroxocobalamin?")
    assert given.headline.text.startswith("Yes: hydroxocobalamin is the preferred formulation")


# ---------------------------------------------------------------- lengths that a later turn tells


@pytest.mark.parametrize(
    ("turns", "facts"),
    [
        (("Crohn's, how often B12 jabs?", "90 cm are diseased"), {"ileal_crohns_length": 90.0}),
        (("Does my Crohn's need B12?", "roughly 65 cm"), {"ileal_crohns_length": 65.0}),
        (("B12 in Crohn's disease?", "it runs along 85 centimetres"), {"ileal_crohns_length": 85.0}),
        (
            ("Does B12 monthly apply to 18 cm resection?", "sorry, the Crohn's is 70 cm as well"),
            {"ileal_resection_length": 18.0, "ileal_crohns_length": 70.0},
        ),
        (("B12 for Crohn's of 25 cm?", "and 30 cm was resected"), {"ileal_resection_length": 30.0}),
        (("B12 after ileal resection, how often?", "30 cm", "40 cm more"), {"ileal_resection_length": 70.0}),
        (("B12 after ileal resection of 15 cm?", "another 10 cm last year"), {"ileal_resection_length": 25.0}),
        (("B12 after bowel resection?", "40 cm"), {"ileal_resection_length": 40.0}),
    ],
)
def test_a_length_is_of_what_its_words_or_the_talk_before_say(turns: tuple[str, ...], facts: dict[str, float]) -> None:
    told = ask(*turns).facts
    assert {name: value for name, value in told.items() if name in facts} == facts


@pytest.mark.parametrize(
    "told",
    ["he is 180 cm tall", "a 3 cm abscess", "a red area of 5 cm at the injection site", "sore over 5 cm since the jab"],
)
def test_a_length_of_something_else_is_nobodys_bowel(told: str) -> None:
    assert not {"ileal_crohns_length", "ileal_resection_length"} & ask("Crohn's, B12?", told).facts.keys()


def test_a_treatment_that_holds_by_what_was_just_told_stands_before_one_that_does_not() -> None:
    given = ask("Does B12 monthly apply to 18 cm resection?", "sorry, the Crohn's is 70 cm as well")
    assert names(given)[0] == "crohns-maintenance"


# ---------------------------------------------------------------- bare replies to what was asked next


@pytest.mark.parametrize(
    ("asked", "reply", "fact", "value"),
    [
        ("Low B12, how to start?", "no", "neurological_involvement", False),
        ("B12 deficiency, how do I load?", "Yes.", "neurological_involvement", True),
        ("Can I stop B12?", "no", "cause_resolved", False),
        ("Can I start folic acid? B12 deficiency", "no", "b12_treatment_given", False),
        ("B12 maintenance, how often?", "neither", "crohns_disease", False),
    ],
)
def test_a_bare_reply_answers_what_was_asked_next(asked: str, reply: str, fact: str, value: bool) -> None:
    assert ask(asked, reply).facts[fact] is value


def test_a_bare_reply_to_one_of_two_questions_tells_nothing_and_the_answer_stays() -> None:
    before, after = ask("B12 maintenance, how often?"), ask("B12 maintenance, how often?", "no")
    assert after.facts == before.facts and after.headline.text == before.headline.text
    assert any("not clear which question" in text for _, text in after.notices)


@pytest.mark.parametrize("reply", ["no", "No, none."])
def test_a_bare_reply_shuts_a_gate_that_hung_on_it(reply: str) -> None:
    given = ask("B12 deficiency with platelets 20, inject?", reply)
    assert given.headline.text.startswith("No treatment without the clinician's decision")


@pytest.mark.parametrize("reply", ["yes", "no", "two months ago", "both"])
def test_a_bare_reply_lifts_no_gate(reply: str) -> None:
    given = ask("B12 deficiency, cobalt allergy, dose?", reply)
    assert given.headline.text.startswith("No treatment without the clinician's decision")


# ---------------------------------------------------------------- turns that lean on the answer before


@pytest.mark.parametrize(
    ("turns", "begins", "view"),
    [
        (("Cobalt allergy, B12 injection?", "is the US view different?"), "No treatment without", "contraindication"),
        (("Cobalt allergy, B12 injection?", "what do the Americans say?"), "No treatment without", "contraindication"),
        (("Ileal resection 30 cm, B12 how often?", "what does the UK label say?"), "After resection", "not monthly"),
        (
            ("Ileal resection 30 cm, B12 how often?", "what does the UK label say?", "so which one?"),
            "After resection",
            "not monthly",
        ),
        (
            ("How many B12 loading doses without nerve symptoms?", "does the UK label differ?"),
            "In B12",
            "250 micrograms",
        ),
    ],
)
def test_what_others_say_stands_beside_the_answer_before(turns: tuple[str, ...], begins: str, view: str) -> None:
    given = ask(*turns)
    assert given.headline.text.startswith(begins)
    assert any(view in remark.text for said in given.lines for remark in said.beside)


@pytest.mark.parametrize("asked", ["is it reversible?", "will it recover?", "is that permanent?"])
def test_the_harm_of_stopping_is_for_good(asked: str) -> None:
    assert names(ask("Can I stop the B12 injections?", "what is the risk?", asked))[0] == "stopping-harm"


def test_whether_damage_heals_is_still_not_said_where_nobody_spoke_of_stopping() -> None:
    assert ask("B12 deficiency with numb feet, dose?", "is it reversible?").covered == "no"


@pytest.mark.parametrize("asked", ["what about hydroxocobalamin?", "then hydroxo?", "so hydroxocobalamin then?"])
def test_another_drug_is_answered_before_the_one_that_is_kept_from(asked: str) -> None:
    text = ask("Leber's optic neuropathy, B12: is cyanocobalamin ok?", asked).headline.text
    assert text.startswith("Yes: hydroxocobalamin") and "Never give cyanocobalamin" in text


def test_what_shuts_the_treatment_stands_before_what_keeps_from_one_drug() -> None:
    told = "Leber's, B12 deficiency, platelets 12, no nerve symptoms, cyanocobalamin?"
    assert ask(told, "hydroxocobalamin then?").headline.text.startswith("No treatment without")


def test_how_long_it_goes_on_is_asked_of_what_was_answered() -> None:
    given = ask("My gran has low B12 and numb feet, what will she get?", "how long does that go on?")
    assert given.covered == "yes" and names(given)[0] == "neurological-loading"


def test_a_reason_leads_only_where_it_is_one_of_what_was_answered() -> None:
    assert names(ask("Gastric bypass, pregnant. B12: how often do I test?", "why?"))[0] == "pregnancy-after-bariatric"
    assert names(ask("Which B12 for kidney disease?", "why?"))[0] == "renal-cyanide-clearance"


@pytest.mark.parametrize("asked", ["and after the first year?", "what about year two?"])
def test_after_the_first_year_come_the_yearly_tests(asked: str) -> None:
    assert names(ask("When do I do bloods on B12?", asked))[0] == "annual-tests"


@pytest.mark.parametrize("asked", ["which form must I not have?", "what should I never have?", "which can I not get?"])
def test_what_somebody_must_not_have_denies_nothing(asked: str) -> None:
    given = ask(f"My brother has Leber's and I need B12, {asked}")
    assert given.facts["leber_optic_neuropathy"] is True and "Never give cyanocobalamin" in given.headline.text


@pytest.mark.parametrize("turn", ["My feet are numb now.", "Tingling hands since Monday.", "I have started to stumble."])
def test_nerve_symptoms_that_are_told_later_stand_beside_what_was_answered(turn: str) -> None:
    given = ask("I missed a B12 injection.", "six weeks ago.", turn)
    assert names(given)[0] == "missed-dose"
    assert {"neurological-loading", "neurological-referral"} <= set(names(given))


def test_what_the_turn_before_said_holds_of_one_thing_more() -> None:
    given = ask("B12 maintenance every 8 weeks, symptoms of tiredness come back at week 6.", "The tingling too.")
    assert given.facts["neurological_recurrence"] is True
    assert names(given)[0] == "recurrence-increase-frequency"


@pytest.mark.parametrize("asked", ["Should I measure B12 first?", "Do I need a blood test first?"])
def test_where_symptoms_recur_nothing_is_measured_first(asked: str) -> None:
    given = ask("B12 injections every 8 weeks, tingling returns in week 9", "How much more often?", asked)
    assert given.headline.text.startswith("No: if neurological symptoms recur")
    assert not ask(asked, within="b12-injections").headline.text.startswith("No")


@pytest.mark.parametrize(
    "told", ["three weeks and strength is still returning", "still improving", "her power keeps coming back"]
)
def test_a_loading_that_still_helps_is_not_stopped(told: str) -> None:
    given = ask(f"B12 loading for numb feet, {told}. Stop now?")
    assert given.facts["improvement"] == "improving"
    assert names(given)[0] == "neurological-loading" and given.headline.text.startswith("No: ")


@pytest.mark.parametrize(
    "turn", ["It was nickel, not cobalt.", "Patch test was negative for cobalt.", "The skin test came back negative."]
)
def test_what_is_taken_back_raises_no_heavier_warning(turn: str) -> None:
    given = ask("Patient allergic to cobalt needs B12, can I inject?", turn)
    assert given.headline.text.startswith("This does not hold here: in known cobalt allergy")
    assert "Never give any cobalamin" not in given.headline.text


def test_of_another_patient_only_a_denial_asks_nothing() -> None:
    given = ask("B12 dose?", "She's allergic to cobalt.", "Sorry, wrong patient, no allergy.")
    assert given.covered == "no" and not names(given) and "question" in given.headline.text


@pytest.mark.parametrize("turn", ["She came off it in May.", "Her edoxaban was stopped.", "She is off it now."])
def test_a_blood_thinner_that_was_stopped_leaves_no_plain_line_behind(turn: str) -> None:
    given = ask("Patient on edoxaban needs B12 IM. Which needle?", turn)
    assert given.facts["anticoagulant"] is False and given.headline.text.startswith("Depends on ")


@pytest.mark.parametrize(
    "turns",
    [
        ["When may folic acid be given in B12 deficiency?", "What if loading is finished?"],
        ["May I start folic acid in B12 deficiency?", "B12 injections were started.", "And if she has finished loading?"],
        ["Can she take folic acid with B12 deficiency?", "Loading is complete.", "So yes?"],
        ["B12 deficiency, loading finished", "can she start folic acid now?"],
        ["Folate is low and so is B12: folic acid first?", "After loading then?"],
    ],
)
def test_what_hangs_on_the_course_is_asked_again_when_the_course_goes_on(turns: list[str]) -> None:
    given = answer(turns, here())
    assert given.lines[0].statement.name == "confirm-b12-before-folate"


def test_another_question_is_not_asked_again_by_the_course() -> None:
    given = answer(["How often do I inject B12?", "And after loading?"], here())
    assert given.lines[0].statement.name == "standard-interval"


@pytest.mark.parametrize(
    "turns",
    [
        ["My wife missed her B12 jab by 7 weeks.", "Her feet are numb now, they were fine before."],
        ["He missed his last B12 by 5 weeks.", "Now he says his feet are tingling. What do I do?"],
        ["B12 overdue by six weeks and new pins and needles. What now?"],
        ["B12 jab missed by 6 weeks, feet numb. Do we load again?"],
        ["My B12 jab was skipped because the clinic closed", "fingers numb now. What should I do?"],
    ],
)
def test_new_nerve_signs_beside_a_late_dose_call_for_the_dose_and_for_advice(turns: list[str]) -> None:
    text = ask(*turns).headline.text
    assert text.startswith("After a missed or late dose, give it as soon as you can") and "urgent advice" in text
    assert "alternate" not in text


def test_failing_sight_comes_before_a_late_dose() -> None:
    text = ask("B12 was late by 4 weeks.", "Her sight is going now. Plan?").headline.text
    assert text.startswith("If a spinal cord lesion") and "missed or late dose" in text


def test_a_late_diagnosis_is_no_late_dose() -> None:
    given = ask("Delayed diagnosis of B12 deficiency, numb feet. What do I do?")
    assert given.headline.text.startswith("With neurological involvement")


def test_a_nerve_sign_beside_what_is_not_said_is_not_lost() -> None:
    given = ask("How soon will I feel better after starting B12? My legs are like jelly.")
    assert given.covered == "no" and any("urgent advice" in text for _, text in given.notices)


@pytest.mark.parametrize(
    ("said", "fact", "value"),
    [
        ("Her feet are numb now, they were fine before.", "numbness", True),
        ("Pins and needles since Sunday, it was all fine beforehand.", "paresthesia", True),
        ("His legs are weak, this was normal previously.", "motor_deficit", True),
        ("Her feet were numb before, they are fine now.", "numbness", False),
        ("Feet were numb in March, they were fine by June.", "numbness", False),
        ("Her hands tingled, they were fine after.", "paresthesia", False),
    ],
)
def test_what_was_well_before_it_began_is_not_over(said: str, fact: str, value: bool) -> None:
    assert ask(said, within=PAGE).facts[fact] is value


# ---------------------------------------------------------------- what a turn takes back, corrects or changes


@pytest.mark.parametrize(
    "turns",
    [
        ("Folic acid 5 mg planned, B12 low, not yet treated.", "The first hydroxocobalamin was given yesterday. Is it OK?"),
        ("B12 deficiency untreated; folic acid wanted.", "We gave the first hydroxocobalamin today. Start folic acid?"),
        ("Folic acid is prescribed, no B12 yet.", "Her first dose of hydroxocobalamin went in on Tuesday. OK now?"),
    ],
)
def test_a_first_dose_that_was_given_has_begun_the_treatment(turns: tuple[str, ...]) -> None:
    given = ask(*turns)
    assert given.facts["b12_treatment_given"] is True
    assert "adequate before folic acid" in given.headline.text and "Never" not in given.headline.text


def test_a_first_dose_that_is_due_has_begun_nothing() -> None:
    asked = "B12 deficiency untreated. The first hydroxocobalamin is due tomorrow, is folic acid today ok?"
    assert ask(asked).facts["b12_treatment_given"] is False


@pytest.mark.parametrize(
    "turns",
    [
        ("B12 60, never had any B12", "a mate gave me folic acid tablets", "should I carry on with them?"),
        ("Never had B12. I take folic acid. Can I stop it?",),
        ("B12 low, not had any jabs. Been on folic acid for a week, shall I keep on with them?",),
        ("B12 is 80 and untreated.", "she takes folic acid 5 mg daily", "should she continue taking them?"),
    ],
)
def test_whoever_never_had_a_treatment_goes_on_with_something_else(turns: tuple[str, ...]) -> None:
    given = ask(*turns)
    assert given.facts["b12_treatment_given"] is False
    assert given.headline.text.startswith("Never give folic acid before B12 treatment has begun")


def test_tablets_of_another_topic_are_not_said_and_ours_go_on() -> None:
    assert "iron" in ask("Never had B12 treatment. I started iron tablets. Carry on with them?").headline.text
    assert ask("On B12 jabs for a year. Should I carry on with them?").headline.text.startswith("Yes: do not stop")


@pytest.mark.parametrize(
    ("told", "right"),
    [
        ("patient says she had all 6 b12 jabs.", "No sorry, she's only had five."),
        ("I've had all six B12 loading injections.", "No, wait, it was just 5."),
        ("He's finished his loading, six doses of B12.", "Correction: he's had four."),
        ("She's had six B12 injections, nerves fine.", "I miscounted, it's 5."),
        ("Loading done, all 6 B12 given.", "my mistake, 4 doses given"),
    ],
)
def test_fewer_doses_than_were_told_leave_a_course_open(told: str, right: str) -> None:
    given = ask(told, right, "what next?")
    assert given.facts["loading_complete"] is False
    assert names(given)[0] == "standard-loading" and "6 doses in all" in given.headline.text


@pytest.mark.parametrize("after", ["actually she had 7", "sorry, her homocysteine is 5", "no, she is 5 weeks after it"])
def test_other_numbers_leave_a_course_as_it_was(after: str) -> None:
    assert ask("she had all six loading B12 jabs", after).facts["loading_complete"] is True


@pytest.mark.parametrize(
    "turns",
    [
        ("B12 deficiency. The allergy box says anaphylaxis to B12.", "She says that was penicillin, never B12. Go ahead?"),
        ("B12 deficiency. Allergic to hydroxocobalamin.", "Sorry, that was peanuts, not hydroxocobalamin. Give it?"),
        ("B12 deficiency. He reacted to B12 with a rash.", "The rash was from the amoxicillin, not the B12. Inject?"),
    ],
)
def test_an_allergy_to_something_else_that_is_denied_of_ours_keeps_from_nothing(turns: tuple[str, ...]) -> None:
    given = ask(*turns)
    assert given.facts["cobalamin_hypersensitivity"] is False
    assert "loading" in names(given)[0] and "Never" not in given.headline.text


@pytest.mark.parametrize(
    "asked",
    [
        "I said before that I'm allergic to B12 but it was actually the plaster. Can I have the injection?",
        "They wrote down that I'm allergic to B12. It turned out to be the antiseptic. Is hydroxocobalamin OK?",
    ],
)
def test_an_allergy_that_turned_out_to_be_one_to_something_else_is_taken_back(asked: str) -> None:
    given = ask(asked)
    assert "cobalamin_hypersensitivity" not in given.facts and "Never" not in given.headline.text


@pytest.mark.parametrize("after", ["Actually it was full anaphylaxis.", "It was in 2019, not with the pills."])
def test_what_only_tells_more_of_an_allergy_leaves_it(after: str) -> None:
    given = ask("She is allergic to B12.", f"{after} Can she have hydroxocobalamin?")
    assert given.facts["cobalamin_hypersensitivity"] is True and given.headline.text.startswith("Never")


# ---------------------------------------------------------------- whether to treat, and whether to load


@pytest.mark.parametrize(
    ("turns", "word"),
    [
        (("I take metformin, B12 came back low", "do I stop the metformin?", "ok but do I need injections?"), "Yes"),
        (("My B12 is low.", "do I need injections?"), "Yes"),
        (("Is a B12 of 240 low?", "I've no symptoms", "should I get jabs anyway?"), "It depends"),
        (("My B12 is 180.", "should I get injections?"), "It depends"),
    ],
)
def test_whether_to_treat_at_all_is_answered_by_what_treatment_is_indicated_by(
    turns: tuple[str, ...], word: str
) -> None:
    given = ask(*turns)
    assert given.headline.text.startswith(f"{word}: injections are indicated by a B12 deficiency")


def test_a_count_beside_the_diagnosis_gives_no_plain_yes() -> None:
    assert not ask("B12 deficiency with platelets 20, inject?").headline.text.startswith("Yes")


def test_a_cause_that_nobody_said_to_be_gone_does_not_lead() -> None:
    assert names(ask("On B12 jabs for years, low before.", "do I still need injections?"))[0] == "do-not-stop"


@pytest.mark.parametrize(
    ("turns", "name"),
    [
        (("25 cm of ileum taken out.", "B12 regimen?", "Does she load first if her B12 is normal?"), "ileal-resection"),
        (("Crohn's with 70 cm of ileum, B12 is still normal.", "does he need loading doses first?"), "crohns"),
        (("Gastric bypass last year, B12 still normal. Do we need loading injections?",), "bariatric"),
        (("25 cm of ileum removed, not B12 deficient. Does she need loading first?",), "ileal-resection"),
    ],
)
def test_without_a_deficiency_nothing_is_loaded(turns: tuple[str, ...], name: str) -> None:
    given = ask(*turns)
    assert given.headline.text.startswith("No: ") and names(given)[0].startswith(name)


@pytest.mark.parametrize(
    "asked",
    [
        "25 cm of ileum removed and B12 deficient. Load first?",
        "Bypass, numb feet, B12 normal. Does he need loading first?",
        "Crohn's, 70 cm of ileum, on B12 jabs since May, B12 normal. Load again?",
    ],
)
def test_a_deficiency_nerves_or_a_treatment_that_goes_on_give_no_plain_no(asked: str) -> None:
    assert not ask(asked).headline.text.startswith("No: ")


@pytest.mark.parametrize(
    "asked",
    [
        "Neither numbness nor weakness nor memory trouble, nothing. B12 is low. Which starting scheme?",
        "Low B12, no tingling, no numbness, nothing like that. How do we start?",
        "B12 deficiency, no symptoms at all. Which starting scheme?",
        "No tingling, no weakness. None of it. B12 is low. Which loading?",
    ],
)
def test_a_list_that_is_denied_as_a_whole_gives_the_plain_loading(asked: str) -> None:
    given = ask(asked)
    assert given.facts["neurological_involvement"] is False
    assert "three times weekly for 6 doses" in given.headline.text


@pytest.mark.parametrize("told", ["no numbness but nothing helps her balance", "no numbness, nothing", "no numbness"])
def test_one_denial_is_not_of_the_whole(told: str) -> None:
    assert "neurological_involvement" not in ask(f"B12 low, {told}. Which starting scheme?").facts


# ---------------------------------------------------------------- an allergy to something else


@pytest.mark.parametrize(
    "asked",
    [
        "My mum had a bad allergic reaction to penicillin, can she still have B12 injections?",
        "Can she have B12 injections with a latex allergy?",
    ],
)
def test_an_allergy_to_something_else_is_not_said(asked: str) -> None:
    assert ask(asked).silent == ("other-allergies",)


def test_an_allergy_to_ours_beside_another_stays_a_gate() -> None:
    for told in ("penicillin and to B12", "latex, nuts and B12", "B12 and latex"):
        assert ask(f"Allergic to {told}. Can I have B12 injections?").headline.text.startswith("Never give any")
    assert not ask("Allergic to penicillin and B12 deficient. Can I have B12?").facts.get("cobalamin_hypersensitivity")


LOADING = "How long should the alternate-day B12 injections go on?"
STRONGER = "He's had 12 and the tingling has gone but his legs are still getting stronger each week."


@pytest.mark.parametrize(
    ("turns", "first"),
    [
        ([LOADING, f"{STRONGER} Can we move to maintenance?"], "No: start hydroxocobalamin"),
        ([LOADING, STRONGER, "So is he done?"], "No: start hydroxocobalamin"),
        (["B12 loading for neuropathy began on 1 June, nobody has looked since.", "So stop after three weeks?"], "No: "),
        (["Alternate-day B12 for numb feet.", "What do we do after the plateau?"], "every 2 months"),
        ([LOADING, f"{STRONGER} Move on?", "OK and once he does plateau, what then?"], "every 2 months"),
        (["Tingling comes back before each B12.", "Do I need an MMA first?"], "No: if neurological symptoms recur"),
        (["Tingling comes back before each B12.", "Do I need an MMA?", "And every 6 weeks instead of 8?"], "Yes, "),
    ],
)
def test_a_stage_that_goes_on_and_what_came_back_answer_the_last_turn(turns: list[str], first: str) -> None:
    text = answer(turns, here()).headline.text
    assert text.startswith(first) if ":" in first or "," in first else text.rstrip(".").endswith(first)
    assert "titrate" not in text and "three times" not in text


@pytest.mark.parametrize(
    "turns",
    [
        ["We give Mrs P B12 for pernicious anaemia.", "She's stable at 18 months. Which bloods and how often?"],
        ["I'm on B12 jabs after a gastric bypass", "and my folic acid, can I start it? I've finished all my loading"],
        ["Crohn's and B12:", "70 cm of ileum involved, not resected. Tablets OK?"],
    ],
)
def test_no_other_schedule_stands_behind_what_was_asked(turns: list[str]) -> None:
    text = answer(turns, here()).headline.text
    assert "2–3 months" not in text and "every 3 months" not in text and "resection" not in text


# ---------------------------------------------------------------- another's dose, and what is done besides


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("A 70-year-old on apixaban needs B12.", "Should he skip the morning dose?"),
        ("Patient on warfarin, B12 due.", "Should she miss tonight's tablet?"),
        ("On warfarin for AF, starting B12.", "Do I leave out the dose the evening before?"),
    ],
)
def test_a_dose_at_a_time_of_day_is_that_of_the_other_medicine(first: str, then: str) -> None:
    given = ask(first, then)
    assert given.silent == ("anticoagulant-left-out",)
    assert any("23 gauge" in text for _, text in given.notices)


def test_a_missed_dose_of_ours_is_still_one() -> None:
    assert names(ask("On apixaban, B12 every 3 months.", "Can I skip a B12 dose?"))[0] == "missed-dose"


def test_what_is_done_besides_the_injection_is_no_tablet() -> None:
    assert names(ask("Platelets 8, gait ataxia and B12 deficiency.", "Anything besides the injection?"))[0] == (
        "platelets-transfusion"
    )
    assert names(ask("B12 deficient with numb feet.", "Anything apart from the jabs?"))[0] == "neurological-referral"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("wife's platelets are 38, B12 jab today, which needle and how long do i press?", {"platelet_count": 38.0}),
        ("I am 9 months in to my B12 jabs, what next?", {"b12_treatment_given": True}),
        ("She is 5 months in to her pregnancy and low in B12.", {"pregnancy": "pregnant", "b12_deficiency": True}),
        ("Her B12 was low. GP says no injections, why?", {"b12_deficiency": True}),
    ],
)
def test_who_helps_and_how_far_the_treatment_is_say_nothing_else(text: str, facts: dict[str, Any]) -> None:
    given = ask(text).facts
    assert {name: given.get(name) for name in facts} == facts
    assert "intramuscular_refused" not in given
    assert given.get("pregnancy") == facts.get("pregnancy")


def test_a_later_turn_is_asked_of_no_neighbor() -> None:
    load = ask(
        "Our patient had 25 cm of terminal ileum taken out last month.",
        "What B12 regimen?",
        "And does she have to load first if her B12 is normal?",
    )
    assert names(load)[0] == "ileal-resection-prophylaxis" and "do-not-stop" not in names(load)
    vegan = ask("Vegan, B12 deficient, no symptoms.", "Does he need injections?", "He says he'd rather not have needles.")
    assert names(vegan)[0] == "injection-refused"
    bloods = ask("B12 deficiency, month 3 results normal.", "So should we drop the 6 month bloods?")
    assert names(bloods)[0] == "first-year-tests" and "do-not-stop" not in names(bloods)


def test_what_a_later_turn_forbids_is_not_praised_beside() -> None:
    given = ask("My mum refuses B12 needles, she's not pernicious anaemia. What now?", "sorry, she does have pernicious anaemia")
    assert given.headline.text.startswith("If a patient with pernicious anemia refuses injections")
    assert "works as well" not in given.headline.text


LATE = "After a missed or late dose, give it as soon as you can"


@pytest.mark.parametrize(
    "turns",
    [
        ["I've been short-sighted since school, same glasses. Is it OK to wait till Thursday for my B12 jab?"],
        ["My eyes are fine, can my B12 jab wait till Monday?"],
        ["Can mum's B12 injection be delayed until Monday, her sight is normal?"],
        ["My vision is as good as ever, may the B12 jab wait a week?"],
        ["Can I delay my B12 by two weeks for a holiday?"],
        ["The nurse couldn't do my B12 today", "I feel fine", "they offered a week on Tuesday, ok?"],
    ],
)
def test_a_dose_that_may_wait_with_no_danger_told_is_a_late_dose(turns: list[str]) -> None:
    text = ask(*turns).headline.text
    assert text.startswith(LATE) and "hospital" not in text


@pytest.mark.parametrize(
    "turns",
    [
        ["My sight is getting worse. Can my B12 jab wait till Monday?"],
        ["Sight getting blurry over a week, B12 low. Can it wait till Monday?"],
        ["My eyes were fine", "now my sight is failing", "can my B12 jab wait till Monday?"],
    ],
)
def test_failing_sight_never_waits(turns: list[str]) -> None:
    text = ask(*turns).headline.text
    assert text.startswith("No: if a spinal cord lesion") and "hospital" in text


@pytest.mark.parametrize(
    "turns",
    [
        ["The nurse couldn't do my B12 today", "my legs went numb this week", "they offered a week on Tuesday, ok?"],
        ["my legs went numb this week and the nurse offered my B12 a week on Tuesday, ok?"],
        ["My fingers are tingling since yesterday. Can the B12 jab wait till next week?"],
    ],
)
def test_new_nerve_signs_do_not_wait_for_an_offered_day(turns: list[str]) -> None:
    text = ask(*turns).headline.text
    assert text.startswith("No: " + LATE[0].lower() + LATE[1:]) and "urgent advice" in text


@pytest.mark.parametrize(
    "asked",
    [
        "Numb feet and B12 low: first injection in three weeks, is that soon enough?",
        "Low B12 and numb feet. Can the first injection wait till Monday?",
        "B12 deficient with tingling hands, treatment starts next month. Is that all right?",
    ],
)
def test_treatment_of_the_nerves_does_not_begin_later(asked: str) -> None:
    text = ask(asked).headline.text
    assert text.startswith("No: start") and "alternate days" in text and "urgent advice" in text


@pytest.mark.parametrize("ahead", ["first injection in three weeks", "her first jab will be in ten days"])
def test_a_first_injection_to_come_leaves_folic_acid_barred(ahead: str) -> None:
    for turns in (
        [f"B12 is low, {ahead}. Can I start folic acid today?"],
        [f"B12 is low, {ahead}.", "Can I start folic acid today?"],
    ):
        given = ask(*turns)
        assert given.facts["b12_treatment_given"] is False
        assert names(given)[0] == "folic-acid-after-b12"
    given = ask("B12 is low and her first injection was three weeks ago. Can I start folic acid today?")
    assert names(given)[0] != "folic-acid-after-b12"


@pytest.mark.parametrize(
    ("told", "back", "stands"),
    [
        ("Patient is allergic to cobalamin.", "No, cobalt, patch test positive, I mistyped.", False),
        ("She is allergic to B12.", "Sorry, I meant penicillin.", False),
        ("She is allergic to B12.", "My mistake, it's latex.", False),
        ("She is allergic to B12.", "Sorry, I meant penicillin and B12.", True),
        ("She is allergic to B12.", "Sorry, I meant penicillin, and B12.", True),
        ("She is allergic to B12.", "Sorry, penicillin, as well.", True),
        ("She is allergic to B12.", "No penicillin allergy.", True),
        ("She is allergic to B12.", "Sorry, I meant hydroxocobalamin.", True),
    ],
)
def test_an_allergy_put_right_to_another_thing_keeps_from_nothing(told: str, back: str, stands: bool) -> None:
    given = ask("B12 deficient.", told, back, "Can she have her B12?")
    assert given.facts["cobalamin_hypersensitivity"] is stands
    assert ("Never" in given.headline.text) is stands
    if "cobalt" in back:
        assert names(given)[0] == "cobalt-allergy"


@pytest.mark.parametrize(
    ("then", "out"),
    [
        ("The delivery has just come.", False),
        ("It came in today.", False),
        ("The delivery comes on Friday.", True),
        ("Only cyanocobalamin came in today.", True),
    ],
)
def test_what_has_come_can_be_had(then: str, out: bool) -> None:
    given = ask("B12 deficient, we are out of hydroxocobalamin.", then)
    assert given.facts["hydroxocobalamin_unavailable"] is out


def test_the_amount_of_each_dose_is_no_price_and_a_rhythm_told_before_still_runs() -> None:
    given = ask("B12 deficient, on injections every three months", "how much is given each time?")
    assert given.covered != "no" and "every 2–3 months" in given.headline.text
    assert ask("How much does each B12 injection cost?").covered == "no"

"""A yes or a no is worked out from what a rule says, never from a list of sentences; where nothing settles it, none is said."""

from __future__ import annotations

import pytest

from evaluation import DAY, here
from posology.answer.answer import answer
from posology.answer.asked.claim import claim
from posology.answer.asked.deeds import acts
from posology.answer.asked.rhythm import MONTH, figures
from posology.answer.asked.speech import Same, clauses, tokens


def begins(question: str) -> str:
    """The first word of an answer, if it is a yes or a no."""
    given = answer([question], here(), within=here().guideline.id, on=DAY)
    word = given.headline.text.replace(",", ":").partition(":")[0]
    return word if word in ("Yes", "No") else ""


# ---------------------------------------------------------------- what is compared


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Is every 2 months right for maintenance after nerve damage?", "Yes"),
        ("Nerves were damaged, loading is over. Is every 3 months right?", "No"),
        ("No neuro history, loading finished. Is monthly the standard spacing?", "No"),
        ("No nerve trouble ever. Are 12-weekly injections right for maintenance?", "Yes"),
        ("Is quarterly right after a gastric bypass?", "Yes"),
        ("Gastric bypass two years ago: are monthly injections the usual?", "No"),
        ("so once every two months for the nerve people, that's right is it?", "Yes"),
        ("could I stretch my top-up jab to every 4 months? no nerve trouble, just B12 lack", "No"),
    ],
)
def test_how_often_is_compared_with_what_the_rule_gives(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Nerves were damaged. Isn't every 3 months too rare for maintenance?", "Yes"),
        ("isn't 12 weekly B12 too infrequent for somebody whose nerves were damaged by it?", "Yes"),
        ("Is every 2 months too often for maintenance when nerves were involved?", "No"),
        ("Is one big B12 injection every 6 months enough?", "No"),
        ("Is every 2 months enough after neurological involvement?", "Yes"),
    ],
)
def test_too_often_too_rare_and_enough_are_worked_out(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("After initiating B12, is the first repeat blood panel only at one year?", "No"),
        ("Does follow-up blood work wait a full year after the first injection?", "No"),
        ("Once stable, are the checks yearly?", "Yes"),
        (
            "my doctor says two weeks is the max for the every other day course even with nerve trouble. is she right",
            "No",
        ),
        ("Does the injection always have to go into the deltoid site?", "No"),
        ("Is the deltoid the only site?", "No"),
    ],
)
def test_only_is_not_taken_for_also(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("You don't stop when the level is normal, right?", "Yes"),
        ("So you stop once the level is normal, right?", "No"),
        ("so stopping B12 shots once the bloods are normal is the sensible thing, right?", "No"),
        ("Is it true you can't give B12 in a vein?", "Yes"),
        ("Shouldn't I keep having the injections even though my level is normal?", "Yes"),
        ("Can't I just stop now that the level is normal?", "No"),
        ("b12 into a vein is fine, isn't it?", "No"),
        ("Is it wrong to give B12 into a vein?", "Yes"),
    ],
)
def test_denials_and_tags_turn_the_word_the_right_way(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("I feel great now, do I really need to keep having B12 injections?", "Yes"),
        ("I feel brilliant on them so can I pack it in now", "No"),
        ("Can monitoring stop once B12 is normal?", "No"),
        ("6 month bloods normal, may we skip the 12 month checks?", "No"),
        ("They want to measure the MMA every time to decide when my next one is. Is that how it should be done?", "No"),
        ("platelets 17, can't feel his feet, they want to postpone the b12. should they?", "No"),
        ("anaphylaxis to hydroxocobalamin: should it be continued?", "No"),
        ("Should a specialist be involved when the feet are numb from low B12?", "Yes"),
        ("Six shots done and my balance is still improving. Shouldn't they carry on until it levels off?", "Yes"),
    ],
)
def test_what_is_to_be_done_is_compared_by_its_direction(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Is it three injections a week for three weeks without nerve symptoms?", "No"),
        ("Is it three injections a week for two weeks without nerve symptoms?", "Yes"),
        ("Do you use a 21 gauge needle with platelets 30?", "No"),
        ("Do you use a 26 gauge needle with platelets 30?", "Yes"),
        ("Is the site pressed for 2 minutes with platelets 30?", "No"),
        ("Is the site pressed for 5 to 10 minutes with platelets 30?", "Yes"),
        ("Is 1 minute of pressure enough at platelets 40?", "No"),
        ("Is a fine needle needed with platelets of 200?", "No"),
        ("Is a fine needle needed with platelets of 40?", "Yes"),
        ("Is bariatric maintenance every 6 months?", "No"),
    ],
)
def test_every_figure_of_a_question_is_compared_with_the_matter_that_it_names(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    ("question", "never"),
    [
        ("Can I give cyanocobalamin at eGFR 80?", ("Yes", "No")),
        ("she takes warfarin >> she no longer takes warfarin, can I inject?", ("Yes", "With an anticoagulant")),
        ("Can I take tablets instead with pernicious anaemia?", ("Yes", "It is a clinician's decision")),
    ],
)
def test_a_condition_that_is_not_known_to_hold_settles_nothing(question: str, never: tuple[str, ...]) -> None:
    given = answer(question.split(" >> "), here(), within=here().guideline.id, on=DAY)
    assert not given.headline.text.startswith(never)


@pytest.mark.parametrize("question", ["Isn't the deltoid preferred?", "Should I titrate by homocysteine?"])
def test_one_question_has_one_yes_or_one_no(question: str) -> None:
    told = [word for word, _ in answer([question], here(), within=here().guideline.id, on=DAY).headline.answers]
    assert sum(word[:3] == "Yes" or word[:2] == "No" for word in told) == 1


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("does cyanocobalamin hang round in the body longer than hydroxocobalamin", "No"),
        ("Does hydroxocobalamin stay in the body longer than cyanocobalamin?", "Yes"),
        ("is methylcobalamin better than hydroxocobalamin", "No"),
        ("Is hydroxocobalamin avoided in renal failure?", "No"),
        ("Is methylcobalamin ok in renal failure?", "Yes"),
        ("Is hydroxocobalamin preferred over cyanocobalamin?", "Yes"),
        ("Should B12 be kept out of the buttock?", "Yes"),
        ("plts of 51, ordinary needle okay?", "Yes"),
        ("ITP, running at about 90. do they need to do anything special with my b12 shot", "No"),
    ],
)
def test_drugs_routes_and_sites_are_compared_by_name(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    "question",
    [
        "I have Crohns in 45cm of ileum, do I qualify for monthly B12",
        "Exactly 20 cm removed. Monthly prophylaxis or no?",
        "Should symptoms rather than serum B12 drive how often maintenance injections are given?",
        "Is loading three times a week?",
        "Should I correct B12 before giving folic acid?",
        "Was in hospital and skipped my injection, what do I do?",
        "8 weeks pregnant after gastric sleeve, how often should they check my b12",
        "New HCA gave Mr F's B12 in the buttock because his arms are thin. Should I ask for a different spot next time?",
        "SIBO eradicated. Continue/space/stop?",
    ],
)
def test_where_nothing_settles_it_no_yes_and_no_no_is_said(question: str) -> None:
    assert begins(question) == ""


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("does tingling usually go before strength comes back", "Yes"),
        ("does strength come back before the tingling goes", "No"),
        ("Can folic acid be given before B12?", "No"),
        ("is it dangerous to take folate before the b12 shots begin", "Yes"),
        ("could stopping cause permanent nerve damage", "Yes"),
        ("patient feels well and stops hydroxocobalamin: danger?", "Yes"),
        ("is numbness counted as nerve involvement", "Yes"),
        ("is cyanocobalamin the preferred form?", "No"),
    ],
)
def test_order_harm_definitions_and_preference_are_worked_out(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("PA. Do I need injections?", "Yes"),
        ("They took out 30 cm of my ileum. Do I need B12?", "Yes"),
        ("Is prophylactic B12 needed after 35 cm of ileum was removed?", "Yes"),
        ("brother has LHON, can I have cyanocobalamin", "No"),
        ("pernicious anaemia - tablets instead of needle?", "No"),
        ("jabs wear off early, is that common", "Yes"),
        ("Do I need a B12 level first? 30 cm of ileum was removed", ""),
        ("anaphylaxis to B12. Do I need injections?", ""),
        ("PA: injections instead of tablets?", ""),
        ("is it common to get a rash", ""),
    ],
)
def test_need_preference_and_what_is_common_are_worked_out_where_the_rule_holds(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize("question", ["could I take tablets for b12 maintenance", "can I switch to tablets"])
def test_what_may_be_considered_depends(question: str) -> None:
    assert answer([question], here(), within=here().guideline.id, on=DAY).headline.text.startswith("It depends")


def test_a_gate_that_is_not_known_to_hold_says_no_yes_to_stopping() -> None:
    told = answer(["can i have a break from b12 jabs"], here(), within=here().guideline.id, on=DAY).headline.text
    assert "Yes" not in told


def test_a_claim_of_everybody_fails_when_one_rule_gives_something_else() -> None:
    assert begins("Is every 3 months always right for maintenance?") == "No"


# ---------------------------------------------------------------- the words


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("every 2 months", 2 * MONTH), ("8 weekly", 56.0), ("every other day", 2.0), ("on alternate days", 2.0),
        ("twice a week", 3.5), ("three times weekly", 7 / 3), ("quarterly", 3 * MONTH), ("once every two months", 2 * MONTH),
        ("q8w", 56.0), ("10 weeks between jabs", 70.0), ("6 injections a year", 365.25 / 6),
    ],
)  # fmt: skip
def test_how_often_is_read_in_many_words(text: str, every: float) -> None:
    assert figures(tokens(text)).every == ((pytest.approx(every),) * 2,)


def test_what_was_before_and_what_is_compared_with_is_no_claim() -> None:
    assert figures(tokens("after finishing alternate days")).every == ()
    assert figures(tokens("more often than every 2 months")).every == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("do not stop", (("stop", False),)),
        ("without waiting", (("wait", False),)),
        ("no more checks", (("test", False),)),
        ("stop the tests", (("stop", True), ("test", False))),
        ("does not end the monitoring", (("stop", False), ("test", True))),
        ("it is no use", (("work", False),)),
        ("inject more often instead of measuring", (("often", True), ("test", False))),
    ],
)
def test_what_is_to_be_done_is_read_with_its_denial(text: str, told: tuple[tuple[str, bool], ...]) -> None:
    assert acts(tokens(text)) == told


@pytest.mark.parametrize(
    ("text", "polar"),
    [
        ("Thigh acceptable?", True),
        ("So it is for life, right?", True),
        ("Every 2 months. Is that right?", True),
        ("Is it 2 or 3 months?", True),
        ("Tablets or injections?", False),
        ("How often should it be given?", False),
        ("Was in hospital, what now?", False),
    ],
)
def test_whether_a_yes_or_a_no_is_wanted(text: str, polar: bool) -> None:
    heard = clauses(text, Same({}))
    assert claim(heard, len(heard) - 1).polar is polar


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Is folic acid contraindicated before B12?", "Yes"),
        ("Should folic acid be withheld until B12 is started?", "Yes"),
        ("Is oral B12 contraindicated in pernicious anaemia?", "Yes"),
        ("Is an eGFR of 20 a contraindication to hydroxocobalamin?", "No"),
        ("Is cyanocobalamin contraindicated on dialysis?", "Yes"),
        ("Is warfarin a contraindication to IM B12?", "No"),
        ("Is the deltoid contraindicated for B12?", "No"),
        ("Is the buttock contraindicated for B12?", "Yes"),
        ("Is a platelet count of 60 a problem for B12 injections?", "No"),
        ("Is cyanocobalamin ok in Leber's?", "No"),
        ("Is hydroxocobalamin ok in Leber's optic neuropathy?", "Yes: hydroxocobalamin"),
        ("Is hydroxocobalamin contraindicated in Leber's?", "No: hydroxocobalamin"),
        ("B12 fell to 180 on maintenance, no symptoms. Give it more often?", "No"),
        ("On dialysis, homocysteine 20, feels well. Should B12 be given more often?", "No"),
        ("Fatigue before the next B12 injection. Increase frequency?", "If neurological symptoms recur"),
    ],
)
def test_what_is_contraindicated_and_what_a_level_asks_for(question: str, first: str) -> None:
    assert answer([question], here(), on=DAY).headline.text.startswith(first)


# ---------------------------------------------------------------- what must be, and what ends


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Is transfusion mandatory with platelets of 8 before IM B12?", "No"),
        ("Do I have to transfuse platelets at 8 before B12?", ""),
        ("Can I skip my next B12 injection?", "No"),
        ("My wife gets B12 injections every other day. She is getting worse, not better. Should she stop them?", "No"),
        ("Does 25 cm of ileal resection qualify for monthly B12?", "Yes"),
        ("Must firm pressure be applied with a bleeding disorder?", ""),
        ("Must the skin be watched in cobalt allergy?", ""),
        ("Do I have to inject more often if the tingling is back?", ""),
    ],
)
def test_what_is_only_to_be_considered_need_not_be(question: str, first: str) -> None:
    assert begins(question) == first


def test_blood_is_not_said_to_be_drawn_at_another_time_than_it_is() -> None:
    assert begins("Do I have to have my B12 blood test just before the injection?") != "No"


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Do I need a blood test before each injection?", "No"),
        ("Is it normal to need the injection more often than every 3 months?", "Yes"),
        ("I've no nerve problems, do I need the injection every other day?", "No"),
        ("Does everyone with B12 deficiency have injections for ever?", ""),
    ],
)
def test_the_first_word_and_its_reason_agree(question: str, first: str) -> None:
    assert begins(question) == first


def test_to_go_on_a_drug_is_to_begin_it() -> None:
    given = answer(["Mild tingling, finished loading. Can she go on tablets?"], here(), within=here().guideline.id, on=DAY)
    assert given.headline.text.startswith("It depends: oral B12 may be considered")


@pytest.mark.parametrize(
    "question",
    ["When is oral B12 not appropriate?", "In whom should oral B12 not be used?", "When are tablets unsuitable for B12 deficiency?"],
)
def test_who_asks_when_not_reads_first_what_keeps_from_it(question: str) -> None:
    given = answer([question], here(), within=here().guideline.id, on=DAY)
    assert given.lines[0].statement.name in ("pernicious-parenteral", "severe-parenteral")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Change hydroxocobalamin to cyanocobalamin?", "No"),
        ("Should I switch from cyanocobalamin to hydroxocobalamin?", "Yes"),
        ("Should I stop cyanocobalamin? eGFR 20", ""),
        ("Should injections go on once I feel better?", "Yes"),
        ("Is it unusual for patients to need more frequent injections?", ""),
        ("Is this guideline for a 40 year old?", "Yes"),
        ("Are 16 year olds too young for this guideline?", "No"),
        ("Does everyone need injections for life?", ""),
    ],
)
def test_which_way_a_change_and_a_reason_point(question: str, first: str) -> None:
    assert begins(question) == first


def test_a_drug_to_be_avoided_may_be_stopped() -> None:
    given = answer(["Should I stop cyanocobalamin? eGFR 20"], here(), within=here().guideline.id, on=DAY)
    assert given.lines[0].statement.name == "renal-formulation"


def test_who_asks_which_site_is_avoided_reads_of_sites() -> None:
    given = answer(["Which site should be avoided?"], here(), within=here().guideline.id, on=DAY)
    assert given.lines[0].statement.name in ("preferred-sites", "avoid-buttock")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Does memory trouble count as a nerve problem with low B12?", "Yes"),
        ("Homocysteine 14 at 6 months on injections, eGFR 85. Increase the dose?", "No"),
        ("Do I need to check potassium when starting B12?", "Yes"),
        ("Do I have to finish all six loading jabs?", "Yes"),
    ],
)
def test_a_problem_a_value_and_a_course(question: str, first: str) -> None:
    found = begins(question)
    assert found == first


def test_no_plan_stands_beside_whether_to_stop() -> None:
    asked = "Vegan, B12 deficient, no neuropathy, corrected diet, levels normal for a year. Can she come off injections?"
    told = answer([asked], here(), within=here().guideline.id, on=DAY).headline.text
    assert told.startswith("It is a clinician's decision") and "Give today" not in told


def test_a_treatment_that_holds_leads_the_headline() -> None:
    told = answer(["45 year old, 35 cm terminal ileum resected, B12 normal so far. Prophylaxis?"], here(), on=DAY).headline.text
    assert told.startswith("After resection of more than 20 cm of ileum")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("I feel completely well again, do I need to carry on?", "Yes"),
        ("I had a gastric sleeve, do I still need jabs if I feel fine?", "Yes"),
        ("I had a gastric bypass, can I stop the injections when I feel well?", "No"),
        ("Part of my ileum was removed (30 cm). Do I still need injections if I feel fine?", "Yes"),
        ("Leber's in the family - can I give hydroxocobalamin?", "Yes"),
        ("Leber's - can I give cyanocobalamin?", "No"),
        ("I take edoxaban. Does the nurse need a thinner needle?", "Yes"),
        ("45cm of ileal Crohn's, B12 normal - monthly B12?", ""),
    ],
)
def test_a_yes_or_a_no_is_of_what_was_asked_and_holds_for_them(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    "told",
    [
        "My mum has her B12 jab every 3 months. Right?",
        "B12 jab every 3 months. Right?",
        "She gets hydroxocobalamin every 3 months. Is that correct?",
        "Is B12 every 3 months OK?",
    ],
)
def test_no_interval_is_denied_by_a_rule_of_which_nobody_knows_if_it_holds(told: str) -> None:
    given = answer([told], here(), on=DAY)
    assert given.headline.text.startswith("It depends:")
    arms = {said.statement.name for _, said in given.headline.answers if said}
    assert arms == {"standard-interval", "neurological-maintenance"}
    assert "folic" not in given.headline.text


def test_an_interval_is_denied_by_a_rule_that_is_known_to_hold() -> None:
    assert begins("She has numb feet and gets B12 jabs every 3 months. Right?") == "No"
    assert begins("No nerve symptoms ever, B12 jab every 3 months. Right?") == "Yes"


# ---------------------------------------------------------------- a rhythm that is told


def led_by(question: str) -> tuple[str, list[str]]:
    """The first word of a headline, and the statements in it."""
    given = answer([question], here(), within=here().guideline.id, on=DAY)
    word, colon, _ = given.headline.text.partition(":")
    return word if colon else "", [said.statement.name for _, said in given.headline.answers if said]


USUAL, NEVER, EVER = "standard-interval", "standard-maintenance", "neurological-maintenance"
THRICE, ALTERNATE = "standard-loading", "neurological-loading"


@pytest.mark.parametrize(
    ("question", "word", "said"),
    [
        ("Mum gets B12 every 12 weeks, no nerve symptoms. Is that often enough?", "Yes", [NEVER]),
        ("My dad has his B12 jab every 3 months. Right?", "It depends", [USUAL, EVER]),
        ("Give B12 monthly after loading, right?", "No", [USUAL, EVER]),
        ("B12 jab quarterly, is that right?", "It depends", [USUAL, EVER]),
        ("Hydroxocobalamin every six months for pernicious anaemia, OK?", "No", [USUAL, EVER]),
        ("Had B12 neuropathy, now quarterly jabs. Is that often enough?", "No", [EVER]),
        ("He is on B12 jabs every 6 weeks, no neuropathy. Is that too often?", "Yes", [NEVER]),
        ("They started me on B12 once a week for 4 weeks. Is that what you recommend?", "No", [THRICE, ALTERNATE]),
        ("Is a daily B12 injection right at the beginning?", "No", [THRICE, ALTERNATE]),
        ("B12 loading 1 mg TIW x6 - correct?", "Yes", [THRICE]),
        ("Crohn's with 80 cm ileum: monthly B12 correct?", "Yes", ["crohns-maintenance"]),
        ("We do B12 yearly. OK?", "It depends", ["annual-tests", USUAL, EVER]),
    ],
)
def test_a_rhythm_is_compared_with_the_treatments_of_its_stage(question: str, word: str, said: list[str]) -> None:
    assert led_by(question) == (word, said)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Is alternate days the same as three times weekly for B12 loading?", "No"),
        ("For B12, what's the difference between alternate days and three times a week?", ""),
        ("How does the nerve loading differ from the usual B12 loading?", ""),
        ("B12 loading: every other day or three times a week?", "It depends"),
    ],
)
def test_two_rhythms_that_are_compared_both_stand_in_the_headline(question: str, word: str) -> None:
    given, said = led_by(question)
    assert said == [THRICE, ALTERNATE]
    assert given == word or not word


def test_alternate_days_have_no_weekends_off() -> None:
    assert led_by("Does every other day include weekends for B12 injections?") == ("Yes, weekends included", [ALTERNATE])


@pytest.mark.parametrize(
    ("words", "every"),
    [
        ("alt days", 2.0), ("eod", 2.0), ("every single day", 1.0), ("every second month", 2 * MONTH),
        ("every quarter", 3 * MONTH), ("one a week for six weeks", 7.0), ("an injection a month", MONTH),
        ("4 a year", 365.25 / 4), ("one per month", MONTH), ("every couple of months", 2 * MONTH),
    ],
)  # fmt: skip
def test_a_rhythm_is_heard_in_many_words(words: str, every: float) -> None:
    assert figures(tokens(words)).every == ((every, every),)


@pytest.mark.parametrize("words", ["a 3 week course", "an injection a month ago", "every ___ months", "one injection last week"])
def test_a_time_that_does_not_repeat_is_no_rhythm(words: str) -> None:
    assert figures(tokens(words)).every == ()


# ---------------------------------------------------------------- what falls short


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Sudden blurring of vision and B12 deficiency: refer routinely?", "No"),
        ("Is an urgent two-week referral enough when the optic nerve is affected in B12 deficiency?", "No"),
        ("Suspected spinal cord lesion from low B12: GP review next week OK?", "No"),
        ("Suspected cord compression and low B12: is a routine letter fine?", "No"),
        ("B12 deficiency with numb feet: is a routine neurology referral fine?", "No"),
        ("Suspected cord lesion in B12 deficiency: should she be referred urgently?", "Yes"),
        ("B12 deficiency with vision loss for three weeks: is it an emergency?", "Yes"),
        ("After gastric bypass with severe B12 neuropathy, are 2 mg tablets enough?", "No"),
    ],
)
def test_what_comes_too_late_or_too_weak_is_a_no(question: str, first: str) -> None:
    assert begins(question) == first


def test_a_no_is_not_followed_by_a_yes_to_the_same_question() -> None:
    given = answer(["Pernicious anaemia, stable, B12: can I move him to tablets after 2 years?"], here(), on=DAY)
    assert given.headline.text.startswith("No: pernicious")
    assert "Yes" not in given.headline.text


def test_what_is_asked_behind_a_change_is_not_whether_to_change() -> None:
    assert begins("Switching from monthly cyanocobalamin to hydroxocobalamin B12: do I load again?") == ""


def test_a_line_of_a_value_that_nobody_told_does_not_lead() -> None:
    given = answer(["Does clopidogrel count for the B12 jab precautions?"], here(), on=DAY)
    assert "platelet" not in given.headline.text


def test_a_joint_of_cobalt_is_no_allergy() -> None:
    given = answer(["Is B12 needed before cobalt hip replacement?"], here(), on=DAY)
    assert "cobalt allergy" not in given.headline.text


@pytest.mark.parametrize(
    "question",
    [
        "On apixaban and due a B12 jab: should he skip his tablet that day, or is anything else needed?",
        "Do I leave out my blood thinner on the day of my B12 injection?",
        "On rivaroxaban and due B12: must I stop it?",
        "On rivaroxaban: must I stop it before my B12 injection?",
        "I take edoxaban. Do I skip it on the day of my B12 jab?",
        "Can the INR be 4.5 for an IM B12 injection?",
    ],
)
def test_what_to_do_about_a_blood_thinner_is_not_said(question: str) -> None:
    assert answer([question], here(), on=DAY).headline.text.startswith("The guideline does not say:")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Tingling recurs three weeks before each jab, B12 900. Can I shorten the interval and repeat MMA first?", "Yes"),
        ("Symptoms back before each B12 jab, B12 above 1000. Can the interval be reduced, and is MMA needed?", "Yes"),
        ("Unsteady again two weeks ahead of each hydroxocobalamin. Could we go from 8 weekly to 6 weekly?", "Yes"),
        ("My B12 tingling is back before each jab. GP says blood test first. Should I?", "No"),
        ("Her pins and needles recur before the B12 is due. Should I check a level before I shorten the interval?", "No"),
        ("B12 level over 2000 and tingling back. Can I space out the injections?", "No"),
        ("Tingling is back on maintenance B12. Should we restart alternate-day loading?", ""),
        ("Numb toes returned despite 3-monthly B12. Plan?", ""),
        ("Should B12 injections be resumed in a patient whose neuropathy returned 8 months after stopping them?", ""),
        ("Her B12 is 1200 on maintenance. Should we increase the interval?", "No"),
    ],
)
def test_what_came_back_asks_for_more_and_for_no_test_first(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Alternate-day B12 for 3 weeks, walking is still improving. Can we go to 2-monthly now?", "No"),
        ("Alternate day B12 jabs, legs are still getting stronger bit by bit. Nurse says he's done. Is he?", "No"),
        ("It's day 25 of alternate-day B12 with tingling, she has not been assessed. Stop?", "No"),
        ("Day 21 of alternate day B12 has passed without review. Are we finished with loading?", "No"),
        ("I've had six B12 loading injections and still have tingling. Can I move to maintenance?", "No"),
        ("Alternate-day B12, neurologist says plateau reached last week. Can we move to maintenance?", "Yes"),
        ("Numb feet, alternate-day B12 for 8 weeks and the improvement has plateaued. Stop loading?", "Yes"),
        ("B12 loading done, no nerve symptoms. Can I go to maintenance?", "Yes"),
        ("Plateau reached after alternate-day B12. Move to 3-monthly?", "No"),
        ("Six loading B12 done, no nerve symptoms. Can she go on tablets instead of 12-weekly?", ""),
    ],
)
def test_a_stage_ends_when_its_end_was_found(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Is B12 1 mg every 12 weeks right for a patient who once had numb feet that fully recovered?", "No"),
        ("My tingling went away long ago. Is a B12 jab every 3 months enough?", "No"),
        ("Never had nerve symptoms. Is B12 every 12 weeks right?", "Yes"),
        ("3 jabs a week for 2 weeks, but I've had tingling from the start. Was that the right B12 course?", "No"),
        ("B12 three times a week for 2 weeks though I had numbness before it started. Was that the right course?", "No"),
        ("Tingling since January, B12 on alternate days. Is that the right course?", "Yes"),
    ],
)
def test_a_rhythm_is_right_by_nerves_that_were_ever_involved(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    ("question", "begin"),
    [
        ("Platelets 210. Do I have to press for 10 minutes after the B12 injection?", "No: with a platelet count above"),
        ("My platelets are 95. Must the nurse use a 25 gauge needle for B12?", "No: with a platelet count above"),
        ("Platelets 40. Do I need to press for ten minutes after the B12 jab?", "Yes: with a platelet count of 25"),
        ("On apixaban, platelets 55. Do I need to press for 2 minutes after my B12?", "Yes: with an anticoagulant"),
    ],
)
def test_what_is_done_as_usual_needs_no_technique_of_its_own(question: str, begin: str) -> None:
    assert answer([question], here(), on=DAY).headline.text.startswith(begin)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("My cousin in Canada had B12 1 mg daily for 7 days then weekly. Is that right?", "No"),
        ("B12 1 mg daily for 10 days, then monthly. Is it ok?", "No"),
        ("Hydroxocobalamin 1 mg on alternate days then every 2 months with nerve symptoms. Right?", "Yes"),
        ("Three times a week for 2 weeks of B12, then every 2 to 3 months. Is that what you do?", ""),
    ],
)
def test_a_scheme_of_several_rhythms_is_compared_with_those_that_are_given(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("78 year old, B12 92, hallucinating and forgetful, no numbness. Is that a neurological case for dosing?", "Yes"),
        ("B12 80, foot drop. Does that count as neurological?", "Yes"),
        ("B12 70 and neuro exam normal. Is it a neurological case?", "No"),
        ("Tired and pale with low B12. Is that neurological involvement?", ""),
    ],
)
def test_what_was_told_counts_or_does_not(question: str, first: str) -> None:
    assert begins(question) == first


@pytest.mark.parametrize(
    ("question", "begin"),
    [
        ("eGFR is 61, no other kidney problems. Is cyanocobalamin B12 out?", "No: renal dysfunction means an eGFR below 60"),
        ("Normal kidneys, is cyanocobalamin B12 contraindicated?", "No: renal dysfunction means an eGFR below 60"),
        ("eGFR 58, is cyanocobalamin B12 out?", "Yes: in renal dysfunction"),
        ("Dialysis: is cyanocobalamin ruled out?", "Yes: in renal dysfunction"),
    ],
)
def test_what_is_out_is_kept_from(question: str, begin: str) -> None:
    assert answer([question], here(), on=DAY).headline.text.startswith(begin)


@pytest.mark.parametrize(
    "question",
    [
        "Nitrous gas at weekends, he can't feel his feet, B12 blood test was normal so they say no injections. Are they right?",
        "Nurse wants to take B12 bloods the day after my jab, is that right?",
        "Just had my jab this morning and gp wants bloods for b12 on thursday, is that daft?",
    ],
)
def test_a_test_that_is_only_told_or_comes_soon_after_a_dose_is_no_yes(question: str) -> None:
    assert begins(question) == ""


def test_no_injections_is_no_for_whom_they_are_needed() -> None:
    assert begins("B12 deficiency, no nerve problems, GP says no injections needed. Correct?") == "No"


@pytest.mark.parametrize(
    ("question", "begin"),
    [
        ("eGFR 59, cyanocobalamin B12 on the script. Should I query it?", "Yes: in renal dysfunction"),
        ("On dialysis, B12 prescribed as cyanocobalamin. Should I ring the prescriber?", "Yes: in renal dysfunction"),
        ("CKD, cyanocobalamin B12 was prescribed. Should I give it?", "No: in renal dysfunction"),
        ("Allergic to cobalamin and the GP refuses to prescribe B12. Should I challenge that?", "Never give"),
    ],
)
def test_to_object_to_what_is_to_be_kept_from_is_a_yes(question: str, begin: str) -> None:
    assert answer([question], here(), on=DAY).headline.text.startswith(begin)


@pytest.mark.parametrize(
    ("question", "begin", "first"),
    [
        ("Day 21 of alternate-day B12, I examined her and nothing has changed since day 10. Keep going?", "No", "after"),
        ("Alternate-day B12: the neurologist recorded a plateau. Do I go on with alternate days?", "No", "after"),
        ("Alternate-day B12, plateau recorded. Do we stop alternate days?", "Yes", "after alternate-day loading"),
        ("Numb feet, alternate-day B12, plateau recorded. Continue B12 injections?", "Yes", "after"),
        ("Alternate-day B12, plateau recorded, now on every 2 months. Keep going?", "Yes", "after"),
        ("On alternate-day B12 and still improving. Do I go on with alternate days?", "Yes", "start"),
        ("Alternate-day B12 and nobody has examined him. Keep going?", "Yes", "start"),
        ("Alternate-day B12, plateau recorded, but my sight is failing. Keep going?", "If a spinal cord", ""),
    ],
)
def test_a_stage_goes_on_until_its_end_is_recorded(question: str, begin: str, first: str) -> None:
    told = answer([question], here(), on=DAY).headline.text
    assert told.startswith(f"{begin}: {first}" if first else begin)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Is a homocysteine of 9 good enough on B12 treatment?", "Yes: aim for a homocysteine below 10 micromoles per liter."),
        ("Homocysteine 7 on treatment for B12. On target?", "Yes: aim for a homocysteine below 10 micromoles per liter."),
        ("Homocysteine 9 on B12, do I need to look for other causes?", "Aim for a homocysteine below 10 micromoles per liter."),
        ("Homocysteine 12 on B12. Is that good enough?", "Check for other causes"),
        ("B12 low, eGFR 90. Is cyanocobalamin ok?", "Hydroxocobalamin is the preferred formulation"),
        ("eGFR 61, which B12 should I give?", "Hydroxocobalamin is the preferred formulation"),
        ("eGFR 30, which B12 should I give?", "In renal dysfunction"),
        ("B12 low, eGFR 50. Is cyanocobalamin ok?", "No: in renal dysfunction"),
    ],
)
def test_a_value_on_the_good_side_of_a_limit(question: str, told: str) -> None:
    text = answer([question], here(), on=DAY).headline.text
    assert text == told if told.endswith(".") else text.startswith(told)


def test_a_corrected_value_on_the_good_side_keeps_from_nothing() -> None:
    turns = ["B12 low, eGFR 48", "actually that was 2019, it's 72 now", "is cyanocobalamin ok then?"]
    assert answer(turns, here(), on=DAY).headline.text.startswith("Hydroxocobalamin is the preferred formulation")

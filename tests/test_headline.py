"""What leads a page is short, and of a long headline nothing is lost: the rest stands directly below."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evaluation import DAY, asked, here, rows
from posology.answer.answer import answer
from posology.answer.answered import Answer, Headline
from posology.answer.shape import as_json
from posology.answer.text import text
from posology.plan.headline import MOST, led, sentences
from posology.plan.plan import plan
from posology.read.patient import patient

LONG = [
    "Give today dose 3 of 6; platelets 22. Starting dose? B12 deficient, 72yo, numb feet.",
    "B12 deficiency with numb feet. How does treatment start, and what counts as nerve involvement?",
    "b12 deficient, unsteady gait, platelets 18: what do I inject, and how often?",
]


def long_ones() -> list[Answer]:
    given = [answer([question], here(), within=here().guideline.id, on=DAY) for question in LONG]
    return [one for one in (*given, *(asked(row) for row in rows("seen")[::4])) if len(one.headline.text) > MOST]


def parts_of(told: Headline) -> list[str]:
    """Every sentence that a headline is made of."""
    planned = sentences(told.planned)
    spoken = [one for first, said in told.answers for one in ([Headline(((first, said),)).text] if said else planned)]
    return [*spoken, *([told.plainly] if told.plainly else [])]


def test_nothing_of_a_long_headline_is_lost() -> None:
    for given in long_ones():
        lead, under = given.headline.led
        whole = given.audience == "patient" and lead == given.headline.text
        assert whole or all(part in lead or part in under for part in parts_of(given.headline))


def test_what_leads_is_short_unless_one_sentence_is_longer() -> None:
    for given in long_ones():
        lead, _ = given.headline.led
        assert len(lead) <= MOST or lead in parts_of(given.headline) or given.audience == "patient"


def test_the_dose_leads_with_the_gate_that_could_shut_it() -> None:
    lead, under = answer(["B12 deficiency with numb feet. What do I start?"], here(), on=DAY).headline.led
    assert "1 mg intramuscular on alternate days" in lead and "never cobalamin" in lead and len(lead) <= MOST
    assert any("neurology" in one for one in under) and any("folic acid" in one for one in under)


def test_what_does_not_lead_stands_before_the_facts_and_the_lines_and_in_the_json() -> None:
    given = answer(["B12 deficiency with numb feet. What do I start?"], here(), on=DAY)
    page, (lead, under) = " ".join(text(given, here().guideline).split()), given.headline.led
    assert all(page.index(one) < page.index("Because you told us") for one in (lead, *under))
    assert [as_json(given)["lead"], *as_json(given)["under"]] == [lead, *under]


@pytest.mark.parametrize(
    ("parts", "most", "lead", "under"),
    [
        (["Give it.", "Ask first.", "Never that."], 20, "Give it. Ask first.", ("Never that.",)),
        (["Give it.", "Ask first."], 99, "Give it. Ask first.", ()),
        (["A single sentence that is far too long."], 9, "A single sentence that is far too long.", ()),
    ],
)
def test_as_many_sentences_lead_as_have_room(parts: list[str], most: int, lead: str, under: tuple[str, ...]) -> None:
    assert led(parts, most) == (lead, under)


@pytest.mark.parametrize("question", ["dose?", "How do my injections begin?"])
def test_a_treatment_under_a_condition_never_leads_without_it(question: str) -> None:
    told = answer([question], here(), within=here().guideline.id, on=DAY).headline.text
    assert told.startswith("Depends on neurological involvement, not known yet: start")


@pytest.mark.parametrize("question", ["platelets -5, how do I inject?", "platelets 5 million, how do I inject?"])
def test_what_cannot_be_used_and_must_be_settled_stands_before_the_answer(question: str) -> None:
    told = answer([question], here(), within=here().guideline.id, on=DAY).headline
    assert told.text.startswith(told.unsettled) and "platelets" in told.unsettled
    assert told.led[0].startswith(told.unsettled)


def test_nothing_stands_before_the_answer_where_all_can_be_used() -> None:
    told = answer(["platelets 40, how do I inject?"], here(), within=here().guideline.id, on=DAY).headline.unsettled
    assert told == ""


@pytest.mark.parametrize("question", ["Is this reviewed by a doctor?", "Has a clinician approved this?"])
def test_how_far_the_review_has_come_is_said_when_it_is_asked(question: str) -> None:
    told = answer([question], here(), within=here().guideline.id, on=DAY).headline.text
    assert told == f"The review status of this guideline: {here().guideline.status}."


def test_what_holds_stands_beside_a_plan_that_cannot_date_a_dose() -> None:
    told = answer(["25 cm of ileum resected, b12 deficiency, how often?"], here(), on=DAY).headline.text
    assert told.startswith("No dose can be dated yet") and "every month" in told


def test_how_late_a_dose_is_comes_from_the_plan() -> None:
    facts = {"b12_deficiency": True, "neurological_involvement": False, "past_neurological_involvement": True}
    facts |= {"loading_complete": True, "bariatric_surgery": False, "crohns_disease": False}
    day = (DAY - timedelta(days=100)).isoformat()
    doses = [{"date": day, "drug": "hydroxocobalamin", "dose": "1 mg", "route": "intramuscular"}]
    known = patient({"facts": facts | {"ileal_resection_length": 0}, "doses": doses}, here().guideline, DAY)
    told = answer(["is she overdue?"], here(), within=here().guideline.id, patient=known, on=DAY).headline
    planned, text = told.planned, told.text
    assert "overdue by" in planned
    assert text.startswith(planned)


@pytest.mark.parametrize(
    ("question", "leads"),
    [
        ("no kidney disease, B12 100, which drug and dose?", "hydroxocobalamin-preferred"),
        ("Without renal impairment, which B12 is preferred?", "hydroxocobalamin-preferred"),
        ("No Crohn's, B12 deficient, how often should she have it?", "neurological-maintenance"),
        ("kidney disease, B12 100, which drug?", "renal-formulation"),
    ],
)
def test_what_is_only_denied_is_not_what_is_asked(question: str, leads: str) -> None:
    told = [one.statement.name for _, one in answer([question], here(), on=DAY).headline.answers if one]
    assert told[0] == leads


def test_what_is_denied_may_be_asked_of_with_a_yes_or_a_no() -> None:
    told = [one.statement.name for one in answer(["no kidney disease: must I avoid cyanocobalamin?"], here()).lines]
    assert "renal-formulation" in told


def test_what_hangs_on_nothing_but_the_topic_is_said_of_it() -> None:
    told = answer(["B12 80 pg/mL, neuro exam normal: how many loading injections?"], here(), on=DAY).headline.text
    assert told.startswith("In B12 deficiency: without neurological involvement, inject")


@pytest.mark.parametrize(
    ("question", "leads"),
    [
        ("On 12-weekly hydroxocobalamin, tingling comes back at week 8. What should be done?", "recurrence-increase-frequency"),
        ("Neurological involvement and a gastric bypass. Which B12 maintenance interval applies?", "neurological-maintenance"),
        ("Can I have my B12 through a drip instead of the needle in the arm?", "no-intravenous"),
        ("On methylcobalamin, tingling, B12 deficient. What is the hydroxocobalamin regimen?", "neurological-loading"),
        ("On methylcobalamin, tingling, B12 deficient. What is the regimen?", "cyanocobalamin-has-no-schedule"),
        ("For how many minutes is the site pressed with a platelet count of 30 before B12?", "platelets-fine-needle"),
    ],
)  # fmt: skip
def test_what_was_told_leads_to_its_own_answer(question: str, leads: str) -> None:
    lines = answer([question], here(), on=DAY).lines
    assert lines[0].statement.name == leads


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("What percentage of people has cobalt allergy, seen that B12 holds cobalt?", "1–3%"),
        ("On which days should reticulocytes rise after B12?", "days 3 and 10"),
        ("How many people were in the Cochrane trials of oral B12?", "153 people"),
    ],
)
def test_a_figure_of_the_kind_that_is_asked_for_stands_open_beside_a_line(question: str, figure: str) -> None:
    beside = [remark.text for said in answer([question], here(), on=DAY).lines for remark in said.beside]
    assert any(figure in text for text in beside)


def leads_with(question: str) -> str:
    """The statement with which the headline begins, of a question on the guideline's own page."""
    told = answer([question], here(), within=here().guideline.id, on=DAY).headline.answers
    return next((one.statement.name for _, one in told if one), "")


@pytest.mark.parametrize(
    "question",
    [
        "I take rivaroxaban, how long should the nurse press?",
        "I am on clexane, what needle should be used?",
        "Patient on tinzaparin. How many minutes of pressure?",
        "how long should they press if I take pradaxa",
        "Taking edoxaban for AF. Is there a minimum pressing time after hydroxocobalamin into the deltoid?",
    ],
)
def test_a_medicine_that_is_heard_is_no_strange_word(question: str) -> None:
    assert leads_with(question) == "bleeding-risk"


@pytest.mark.parametrize(
    ("question", "leads"),
    [
        ("45cm of ileal Crohn's, B12 normal - monthly B12?", "crohns-maintenance"),
        ("Ileal resection 30 cm, level normal. Monthly B12?", "ileal-resection-prophylaxis"),
        ("oral cyanocobalamin dose after gastric bypass", "bariatric-maintenance"),
        ("oral cyanocobalamin dose", "cyanocobalamin-has-no-schedule"),
        ("My Crohn's sits only in the colon. Do I need my B12 looked at?", "crohns-screening"),
        ("My sister has Crohn's. I am vegan and my B12 is low. Tablets or injections?", "dietary-cause"),
        ("I've been told my anaemia is severe. Is there anything to check when I start B12?", "potassium-in-severe-anemia"),
        ("Worse gait after ten alternate-day injections. Stop them?", "worsening-on-loading"),
        ("Weaker legs after nine alternate-day injections. Abandon them?", "worsening-on-loading"),
        ("B12 now 1400 on 3-monthly hydroxocobalamin - should we space them out?", "no-titration-by-levels"),
        ("Ileal resection 35 cm plus neuropathy, loading finished: monthly or two-monthly?", "ileal-resection-prophylaxis"),
    ],
)  # fmt: skip
def test_what_is_theirs_comes_before_what_only_shares_words(question: str, leads: str) -> None:
    assert leads_with(question) == leads


def test_what_only_says_what_something_is_like_is_no_other_topic() -> None:
    told = answer(["Mum is 82, has dementia-like forgetfulness and low B12. Which injections should she have?"], here())
    assert told.plan is not None
    assert "neurological-loading" in [one.statement.name for one in told.lines]


@pytest.mark.parametrize("question", ["how long must the b12 needle be?", "which direction should the B12 needle face"])
def test_length_and_direction_of_a_needle_are_not_said(question: str) -> None:
    assert answer([question], here(), within=here().guideline.id, on=DAY).silent == ("technique-details",)


@pytest.mark.parametrize(
    ("question", "leads"),
    [
        ("B12 dose?", {"neurological-loading", "standard-loading"}),
        ("B12 dose please", {"neurological-loading", "standard-loading"}),
        ("what B12 dose should I take?", {"neurological-loading", "standard-loading"}),
        ("b12 injection dose", {"neurological-loading", "standard-loading"}),
        ("loading dose of hydroxocobalamin?", {"neurological-loading", "standard-loading"}),
        ("b12 loading dose", {"neurological-loading", "standard-loading"}),
        ("B12 interval?", {"neurological-maintenance", "standard-maintenance", "standard-interval"}),
        ("B12 maintenance dose", {"neurological-maintenance", "standard-maintenance", "standard-interval"}),
        ("route of b12", {"injection-route"}),
        ("b12 for vegetarians", {"dietary-cause"}),
        ("How often is hydroxocobalamin injected if diet is the only reason for the deficiency?", {"dietary-cause"}),
    ],
)
def test_the_plainest_questions_are_led_by_what_answers_them(question: str, leads: set[str]) -> None:
    assert asked({"text": question}).lines[0].statement.name in leads


@pytest.mark.parametrize(
    "question",
    [
        "Platelets 18, no neurological symptoms, IM B12 due today. Go ahead?",
        "Is it fine to do her B12 injection with platelets of 20 and no neurological symptoms?",
        "Platelets 22, no nerve problems. Give the B12 injection now?",
        "He needs a B12 shot. Platelets 19. No nerve involvement. Okay to inject?",
    ],
)
def test_a_stop_leads_whether_or_not_the_deficiency_is_named(question: str) -> None:
    told = answer([question], here())
    assert told.headline.text.startswith(("No treatment without the clinician's", "No, not without a clinician's"))
    assert [said.statement.name for _, said in told.headline.answers if said] == ["platelets-very-low"]


def test_where_a_stop_may_hold_by_a_number_it_stands_beside_what_may_hold_as_well() -> None:
    told = answer(["Platelets 18, B12 injection due today. Go ahead?"], here())
    names = [said.statement.name for _, said in told.headline.answers if said]
    assert names == ["platelets-treat-anyway", "platelets-very-low"]


@pytest.mark.parametrize(
    "turns",
    [
        ("B12: What needle for platelets of 40?", "and at 20?", "she has numb feet, by the way"),
        ("B12 treatment when platelets 15, numb hands: which gauge needle?",),
        ("What gauge for B12 injection, platelets 15 and numb feet?",),
        ("B12 injection with platelets 20 and warfarin, numb feet, which needle?",),
    ],
)
def test_asked_for_the_needle_what_holds_for_the_count_leads(turns: tuple[str, ...]) -> None:
    told = answer(list(turns), here())
    names = [said.statement.name for _, said in told.headline.answers if said]
    assert names[0] == "platelets-treat-anyway"
    assert "bleeding-risk" not in names
    assert "23 gauge" not in told.headline.text
    assert told.covered == "yes"
    line = next(said for said in told.lines if said.statement.name == "platelets-treat-anyway")
    assert any("fine needle" in remark.text for remark in line.beside)


def test_enough_platelets_take_away_nothing_of_the_care_for_who_bleeds() -> None:
    told = answer(["B12 injection with platelets 80 and warfarin, which needle?"], here())
    assert "bleeding-risk" in [said.statement.name for _, said in told.headline.answers if said]
    assert {said.statement.name for said in told.lines} == {"platelets-standard", "bleeding-risk"}


def test_a_question_that_is_to_be_settled_keeps_its_mark() -> None:
    made = plan(here().guideline, patient({"on": "2026-01-05", "facts": {"b12_deficiency": True}}, here().guideline))
    settled = next(one for one in sentences(made.headline) if one.startswith("First settle: "))
    assert settled.endswith("?") and "?." not in made.headline


@pytest.mark.parametrize(
    "question",
    [
        "The blood test came back: B12 low. Start folic acid first?",
        "The B12 result came back low. Which form?",
        "Do I space B12 out if the level came back high?",
    ],
)
def test_a_result_that_comes_back_is_no_recurrence(question: str) -> None:
    given = answer([question], here(), on=DAY)
    assert not [said for said in given.lines if said.statement.name.startswith("recurrence")]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How do I give B12 to someone on warfarin?", ["injection-route", "bleeding-risk"]),
        ("How to give a B12 jab with platelets of 40?", ["platelets-fine-needle"]),
        ("Finished 6 B12 injections, no neuro involvement, what follows?", ["standard-maintenance"]),
        ("What dose of B12 with neurological involvement?", ["neurological-loading"]),
        ("Is there a review appointment during B12 loading?", ["loading-review"]),
        ("How often is homocysteine rechecked long term on B12?", ["annual-tests"]),
        ("what counts as neurological involvement in B12 deficiency?", ["neurological-involvement"]),
    ],
)
def test_what_something_is_stands_in_a_headline_only_where_that_is_asked(question: str, said: list[str]) -> None:
    given = answer([question], here(), within=here().guideline.id, on=DAY)
    assert [one.statement.name for _, one in given.headline.answers if one] == said


@pytest.mark.parametrize(
    ("question", "unsaid", "first"),
    [
        ("B12 deficiency in a man with gout, loading dose?", "“gout”", {"neurological-loading", "standard-loading"}),
        ("Low B12 in a lady on lansoprazole, which injection site?", "“lansoprazole”", {"preferred-sites"}),
        ("My dad has heart failure and low B12, which form?", "“heart failure”", {"hydroxocobalamin-preferred"}),
        ("B12 deficiency since starting metformin: can tablets be used?", "“metformin”", {"oral-equivalence"}),
        ("Pt with asthma and gout has low B12. How is the injection given?", "“asthma”", {"injection-route"}),
        ("A diabetic woman with B12 deficiency, can the injections be stopped?", "“diabetic”", {"do-not-stop"}),
    ],
)
def test_what_is_only_told_of_the_patient_is_named_and_the_rest_answered(
    question: str, unsaid: str, first: set[str]
) -> None:
    given = answer([question], here(), on=DAY)
    assert given.covered == "partly"
    assert unsaid in given.not_covered
    assert first & {said.statement.name for said in given.lines[:3]}


@pytest.mark.parametrize(
    "question",
    [
        "Does lansoprazole cause low B12?",
        "Low B12 on lansoprazole, should she come off it?",
        "Which dose of lansoprazole in B12 deficiency?",
        "How is gout treated in a man with low B12?",
        "How do you manage asthma in a woman with B12 deficiency?",
        "Can a woman with asthma have B12 injections?",
        "How often to check B12 on lansoprazole?",
        "I have asthma. Could B12 help?",
        "Patient with gout and low B12, allopurinol dose?",
    ],
)
def test_what_is_asked_of_another_thing_stays_unsaid(question: str) -> None:
    assert answer([question], here(), on=DAY).covered == "no"


@pytest.mark.parametrize(
    "question",
    [
        "Six B12 jabs finished, no nerve symptoms, next?",
        "B12 shots done, all six of them, no neuro signs, what now?",
        "All six B12 loading injections are behind me, never any numbness. Now what?",
        "She has had her six B12 injections, no tingling, and now?",
        "He got through all six B12 jabs, no nerve symptoms, what follows?",
    ],
)
def test_when_all_six_are_over_what_leads_is_what_comes_after(question: str) -> None:
    given = answer([question], here(), on=DAY)
    assert given.facts["loading_complete"] is True
    assert given.lines[0].statement.name in ("standard-maintenance", "standard-interval")


@pytest.mark.parametrize(
    "question",
    [
        "She has had six B12 injections over two years, what now?",
        "B12 after four of six, what now?",
        "Next week she is due to finish her six B12 injections, then what?",
        "By Friday she will have had six B12 jabs, what then?",
        "How many B12 loading injections: six?",
        "When all six B12 jabs are done, what then?",
        "Two of six B12 jabs left, what now?",
    ],
)
def test_six_that_are_to_come_or_none_of_loading_do_not_complete_it(question: str) -> None:
    assert answer([question], here(), on=DAY).facts.get("loading_complete") is not True


@pytest.mark.parametrize(
    "question",
    [
        "After the six loading shots of B12, no neurology, when is the next jab due?",
        "I've had my six B12 injections over two weeks, what next?",
        "Finished the 2 week B12 course, no tingling. Next injection?",
        "The fortnight of B12 injections is over. How often now?",
        "After her six loading injections of B12, no nerve signs, what interval?",
    ],
)
def test_a_course_of_two_weeks_that_is_over_leads_to_what_comes_after(question: str) -> None:
    given = answer([question], here(), on=DAY)
    assert given.facts["loading_complete"] is True
    assert given.lines[0].statement.name in ("standard-maintenance", "standard-interval")


@pytest.mark.parametrize(
    "question",
    [
        "When the two week B12 course is over, what next?",
        "I have not finished the 2 week B12 course. What next?",
        "By Friday she will have had the 2 week B12 course. What next?",
        "She has had her six B12 injections over two years, what next?",
    ],
)
def test_two_weeks_that_are_to_come_do_not_complete_it(question: str) -> None:
    assert answer([question], here(), on=DAY).facts.get("loading_complete") is not True


@pytest.mark.parametrize(
    "question",
    [
        "When should I check potassium in B12 deficiency with Hb 48 g/L?",
        "When is potassium measured in severe anaemia due to B12 deficiency?",
        "When do I take bloods for potassium after the first B12 dose in severe anaemia?",
        "Hb 52, B12 deficient: how often do I check potassium?",
        "How long is potassium monitored after starting B12?",
    ],
)
def test_what_is_looked_at_for_its_own_matter_comes_before_what_everybody_has(question: str) -> None:
    assert answer([question], here(), on=DAY).lines[0].statement.name == "potassium-in-severe-anemia"


@pytest.mark.parametrize(
    "question",
    [
        "He is on methotrexate with folic acid already and now found B12 deficient. Stop the folic acid?",
        "On folic acid 5 mg weekly with methotrexate, B12 turned out low. Go on with the folic acid?",
        "I take folic acid for my methotrexate, B12 is low. Keep taking folic acid?",
        "Should folic acid be stopped while B12 loading is given?",
    ],
)
def test_folic_acid_that_is_taken_already_has_the_gate_and_no_more_is_said(question: str) -> None:
    given = answer([question], here(), on=DAY)
    assert given.lines[0].statement.name == "folic-acid-after-b12"
    assert given.not_covered == ("what to do with folic acid that is taken already",)


@pytest.mark.parametrize(
    "question",
    [
        "Serum B12 of 190 ng/L, no anaemia, no symptoms: treat with injections?",
        "B12 level 220 without symptoms: inject?",
        "My B12 is 160 pmol/L. Do I need injections?",
        "B12 140 ng/L on routine bloods. Should I start injections?",
    ],
)
def test_a_level_without_a_diagnosis_leads_to_no_treatment(question: str) -> None:
    given = answer([question], here(), on=DAY)
    assert given.headline is not None
    assert given.headline.text.startswith("It depends: injections are indicated by a B12 deficiency")


def test_a_level_with_what_may_come_of_it_is_no_bare_level() -> None:
    given = answer(["B12 110 ng/L and numb feet: inject?"], here(), on=DAY)
    assert given.lines[0].statement.name == "neurological-loading"


@pytest.mark.parametrize(
    "question",
    [
        "B12 level 1800, the practice wants to space injections to 16 weeks. Right?",
        "My B12 came back at over 2000 after injections. Can we stretch to every 6 months?",
        "B12 is 900 now, may I go to less frequent injections?",
    ],
)
def test_no_longer_interval_for_a_level_whosever_it_is(question: str) -> None:
    given = answer([question], here(), on=DAY)
    assert given.headline is not None
    text = given.headline.text
    assert text.startswith("No: once maintenance is established, do not titrate")
    assert "2–3 months" in text
    assert "every 2 months" in text


@pytest.mark.parametrize(
    "question",
    [
        "Is 5 mg hydroxocobalamin weekly a recognised B12 regimen here?",
        "Is 10 mg of B12 daily a usual loading dose?",
    ],
)
def test_a_no_by_one_treatment_names_the_other_where_nobody_knows_whose_it_is(question: str) -> None:
    given = answer([question], here(), on=DAY)
    assert given.headline is not None
    text = given.headline.text
    assert text.startswith("No: without neurological involvement")
    assert "With neurological involvement: start" in text


@pytest.mark.parametrize(
    "question",
    [
        "15 cm of ileum removed, how often B12?",
        "15 cm of terminal ileum removed, B12 deficient without neurology: maintenance interval?",
        "Crohn's with 20 cm ileum involved, B12 deficient: how often do I inject after loading?",
    ],
)
def test_beside_what_is_not_for_them_stands_what_may_be(question: str) -> None:
    given = answer([question], here(), on=DAY)
    assert given.headline is not None
    text = given.headline.text
    assert text.startswith("Not for this patient")
    assert "every 2–3 months" in text


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Six B12 jabs done, nerves all fine, when does she need to come back for the next one?", "every 2–3 months"),
        ("How often do I jab a B12 patient with pernicious anaemia after the loading doses?", "2–3 months for life"),
        ("All six B12 loading doses done, no tingling. When is she due again?", "2–3 months for life"),
        ("I've had six B12 loading injections over two weeks. Can I go to maintenance now?", "Yes: after loading"),
    ],
)
def test_the_interval_that_follows_stands_in_front(question: str, first: str) -> None:
    assert first in answer([question], here(), on=DAY).headline.text.partition(". ")[0] + "."


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        ("After the first year of B12 jabs, how often bloods? And which ones?", "preferred"),
        ("Gastric bypass, on B12 tablets daily, no neuropathy. Acceptable or must she have injections?", "pregnancy"),
        ("Everything's healed, no tingling for two years. Can my B12 go from 2 monthly to 3 monthly?", "three times"),
    ],
)
def test_what_is_not_known_to_be_theirs_is_not_added(question: str, foreign: str) -> None:
    assert foreign not in answer([question], here(), on=DAY).headline.text


def test_another_question_of_its_own_is_answered_too() -> None:
    text = answer(["Which B12 drug, and how often?"], here(), on=DAY).headline.text
    assert "preferred" in text and "every 2–3 months" in text


@pytest.mark.parametrize(
    ("question", "begin"),
    [
        ("My B12 jabs hurt like hell, can they put it in my vein like the iron?", "No: do not give B12 into a vein"),
        ("Can my B12 go in my tummy like my insulin?", "Deep subcutaneous hydroxocobalamin is outside its label"),
        ("Is B12 given into a vein like venofer?", "No: do not give B12 into a vein"),
        ("Jab yesterday and they want B12 bloods on Friday, is it silly?", "Draw the blood just before an injection"),
    ],
)
def test_what_is_only_likened_or_happened_before_changes_no_topic(question: str, begin: str) -> None:
    assert answer([question], here(), on=DAY).headline.text.startswith(begin)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("Pharmacist query: script says hydroxocobalamin 1 mg IV stat, can I dispense it?", "no-intravenous"),
        ("Platelets 18, B12 deficient, neuro exam completely normal. Inject today?", "platelets-very-low"),
        ("Cobalt allergic (patch-test proven), B12 of 70. Can I give hydroxocobalamin?", "cobalt-allergy"),
    ],
)
def test_words_of_the_trade_ask_nothing_of_their_own(question: str, line: str) -> None:
    given = answer([question], here(), on=DAY)
    assert given.covered == "yes"
    assert given.lines[0].statement.name == line
    assert "Sources:" not in given.headline.text


@pytest.mark.parametrize("question", ["Student nurse here: deltoid or glute for B12?", "Thigh or bum for my B12 jab?"])
def test_of_two_the_preferred_one_is_named_first(question: str) -> None:
    assert answer([question], here(), on=DAY).headline.text.startswith("The preferred sites are")


@pytest.mark.parametrize(
    "question",
    ["Do we need to check a platelet count before giving B12?", "Is a platelet count required before the first B12 dose?"],
)
def test_no_count_is_required_before_the_first_dose(question: str) -> None:
    assert answer([question], here(), on=DAY).headline.text.startswith("None is required before the first dose")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("B12 ordered 1000 mcg, ampoule says 1 mg. same thing?", "These are the same amount."),
        ("Ordered B12 100 mcg, ampoule 1 mg. Same thing?", "These are different amounts."),
        ("Is 1000 mcg of oral B12 the same as 1 mg by injection?", ""),
        ("Is hydroxocobalamin 1 mg the same as cyanocobalamin 1000 mcg?", ""),
    ],
)
def test_two_amounts_in_two_units_are_compared(question: str, said: str) -> None:
    given = answer([question], here(), on=DAY).headline.text
    assert given == said if said else "amount" not in given


# ---------------------------------------------------------------- before a treatment, beside it, and of another matter


@pytest.mark.parametrize(
    "question",
    [
        "15 cm ileal resection, B12 normal, no Crohn's. Does she need monthly B12?",
        "30 cm of ileum resected, B12 levels fine. Should we start injections?",
        "Crohn's, 35 cm of ileum inflamed, never operated, B12 normal. Prophylactic injections?",
        "Gastric bypass last year, B12 is normal. Does she need injections?",
        "Recreational nitrous oxide, serum B12 normal at 310, unsteady gait. Does normal B12 rule it out?",
        "Can we stop the yearly B12 blood tests now?",
        "My B12 is low and I take folic acid. Can I carry on with that?",
    ],
)
def test_what_is_asked_of_no_running_treatment_is_not_told_of_one(question: str) -> None:
    names = [said.statement.name for said in answer([question], here(), on=DAY).lines]
    assert "do-not-stop" not in names and "no-titration-by-levels" not in names


@pytest.mark.parametrize(
    "question",
    [
        "Gastric bypass 5 years ago, on 3-monthly B12, level is normal. Can she stop?",
        "Gastric bypass, B12 back to normal on injections. Does she need more?",
        "Stop the B12 now the blood test is fine?",
        "Do I have to stop my B12 before a blood test?",
    ],
)
def test_a_running_treatment_is_still_not_stopped_for_a_level(question: str) -> None:
    assert "do-not-stop" in [said.statement.name for said in answer([question], here(), on=DAY).lines]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Does vitamin B12 deficiency cause thrombocytopenia and should that put me off injecting?", "platelets-standard"),
        ("Platelets 40. Should that stop me injecting B12?", "platelets-fine-needle"),
        ("Should warfarin stop me giving B12?", "bleeding-risk"),
        ("Can I stop me B12 jabs?", "do-not-stop"),
    ],
)
def test_what_keeps_from_a_deed_stops_no_treatment(question: str, name: str) -> None:
    assert answer([question], here(), on=DAY).lines[0].statement.name == name


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("homocysteine 22, on dialysis, on B12 injections. Up the dose?", "No: check the value against kidney function"),
        ("My bloods said homocysteine 14 and I'm on B12 shots. Do I need them more often?", "No: check for other causes"),
        ("Homocysteine 13, normal kidneys, 6 months into B12. What now?", "Check for other causes"),
        ("Homocysteine 14, tingling has come back on 3-monthly B12. More often?", "Yes, the clinician decides by how much: if neuro"),
        ("homocysteine 12 on B12, eGFR 88, what now?", "Check for other causes"),
        ("Is it the kidneys if homocysteine is 17 on B12?", "In renal dysfunction a homocysteine"),
        ("What homocysteine should we aim for on B12?", "Aim for a homocysteine below 10"),
    ],
)
def test_a_result_out_of_its_aim_says_what_is_looked_for(question: str, first: str) -> None:
    assert answer([question], here(), on=DAY).headline.text.startswith(first)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Does the guideline recommend transfusing red cells in severe pernicious anaemia?", "The guideline does not say"),
        ("Hb 48 in B12 deficiency: transfuse?", "The guideline does not say: transfusion of red cells"),
        ("Hb 60, platelets 8, B12 low. Platelet transfusion before the injection?", "With a platelet count below 10"),
        ("She gets a rash from nickel earrings. Is B12 contraindicated?", "First settle whether this holds: in known cobalt"),
        ("I had patch testing: nickel yes, cobalt negative. Any problem with B12 injections?", "No, this does not hold here"),
        ("I've got a cobalt allergy, can I have B12?", "No treatment without the clinician's decision"),
        ("B12 deficient, diet related, patient declines injections.", "If a patient without pernicious anemia refuses"),
        ("Pernicious anaemia, patient declines B12 injections, alternatives?", "If a patient with pernicious anemia refuses"),
        ("At what B12 level do you define severe deficiency?", "The guideline does not say: "),
    ],
)
def test_no_neighbor_of_what_is_asked_answers(question: str, first: str) -> None:
    assert answer([question], here(), on=DAY).headline.text.startswith(first)


def test_what_is_open_is_told_beside() -> None:
    taken = answer(["B12 deficiency and methotrexate with folic acid 5mg weekly for years. Do I stop folic acid?"], here())
    assert "what to do with folic acid that is taken already" in taken.not_covered
    severe = answer(["At what B12 level do you define severe deficiency?"], here())
    assert "a number for a severe deficiency, which the clinician judges" in severe.not_covered


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("She has had B12 jabs every three months for years, no nerve problems. What dose next?", "Depends on"),
        ("On 3-monthly B12 for ten years, never any nerve symptoms. What is the right schedule?", "Depends on"),
        ("I've had B12 jabs every 4 months for years, no nerve problems ever. Is that right?", "No: "),
        ("I've had B12 jabs every 3 months for years, no nerve problems ever. Is that ok?", "Yes: "),
    ],
)
def test_whoever_is_past_the_beginning_is_not_told_how_to_begin(question: str, begins: str) -> None:
    given = answer([question], here())
    assert given.headline.text.startswith(begins)
    assert "every 2–3 months" in given.headline.text and "6 doses" not in given.headline.text


@pytest.mark.parametrize(
    "question",
    [
        "On alternate-day B12 for tingling. What dose?",
        "Newly B12 deficient, no neurology, to have three jabs a week. How many doses in all?",
        "PA, B12 every 12 weeks, now tingling. What dose?",
    ],
)
def test_a_course_that_runs_or_must_begin_again_is_told_how_it_goes(question: str) -> None:
    assert "every 2–3 months" not in answer([question], here()).headline.text


@pytest.mark.parametrize(
    "question",
    ["B12 deficiency, can the first jab wait till Monday?", "Newly diagnosed B12 deficiency. Can the first injection wait a week?"],
)
def test_no_danger_that_nobody_told_keeps_a_first_dose_from_waiting(question: str) -> None:
    assert not answer([question], here()).headline.text.startswith("No")

"""The engine on small invented guidelines: what the large one has no occasion for."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hiccups import DAILY, DECISION, LOADING, LOUD, ON, UNTIL, guideline, made, outcome, rule
from posology.model import Dose, Notice, Patient, Result
from posology.plan.advice import Audience
from posology.plan.plan import plan
from posology.read.library import load
from posology.read.patient import parse, patient

# ---------------------------------------------------------------- decisions


def test_two_rules_that_nothing_orders_are_a_conflict_and_nothing_is_dated() -> None:
    found = made(guideline(DAILY, LOUD), hiccups=True, loud=True)
    assert outcome(found) == "conflict"
    assert found.decisions["treatment"].rules == ("calm-hiccups", "loud-hiccups")
    assert {line.certainty for line in found.advice} == {"provisional"}
    assert found.schedule == ()
    assert "contradicts itself" in found.headline
    assert found.notices[-1] == Notice("conflict", "The guideline says two things about treatment: calm-hiccups and loud-hiccups. Nothing orders them.")


def test_a_rule_that_may_conflict_makes_the_other_provisional_and_tentative() -> None:
    found = made(guideline(DAILY, LOUD), hiccups=True)
    assert outcome(found) == "provisional"
    assert found.advice[0].unless == ("loud",)
    verdict = found.decisions["treatment"]
    assert (verdict.rules, verdict.contenders, verdict.ask) == (("calm-hiccups",), ("loud-hiccups",), ("loud",))
    assert [item.tentative for item in found.schedule] == [True]
    assert found.headline == "For now (unless changed by loud), give today: examplin 10 mg oral daily for life (maintenance)."


def test_one_rule_instead_of_another_unseats_it() -> None:
    loud = rule("loud-hiccups", "when  hiccups and loud", "give  examplin 20 mg oral weekly", "instead of  calm-hiccups")
    whole = guideline(DAILY, loud)
    found = made(whole, hiccups=True, loud=True)
    assert (outcome(found), found.decisions["treatment"].superseded) == ("firm", ("calm-hiccups",))
    assert [line.rule for line in found.advice] == ["loud-hiccups"]
    assert found.notices[-1] == Notice("conflict", "More than one rule applies to treatment: one replaces the other. Superseded: calm-hiccups.")
    assert made(whole, hiccups=True).advice[0].unless == ("loud",)
    assert made(whole, hiccups=True, loud=False).advice[0].certainty == "firm"
    unsure = made(whole, hiccups=True, loud=True)
    assert unsure.advice[0].unless == ()


def test_rules_that_are_unseated_are_named_in_the_order_of_the_file() -> None:
    names = [f"calm-{letter}" for letter in "qazwsxedc"]
    calm = [rule(name, "when  hiccups", "give  examplin 10 mg oral daily") for name in names]
    loud = rule("loud", "when  hiccups and loud", "give  examplin 20 mg oral weekly", *(f"instead of  {name}" for name in names))
    found = made(guideline(*calm, loud), hiccups=True, loud=True)
    assert found.decisions["treatment"].superseded == tuple(names)


@pytest.mark.parametrize(("origin", "whose"), [("", ""), (" (editors)", ", which is the editors' order")])
def test_the_shorter_interval_wins_and_that_is_said(origin: str, whose: str) -> None:
    shortest = DECISION.replace("exactly one", f"the shortest interval{origin}")
    found = made(guideline(DAILY, LOUD, decision=shortest), hiccups=True, loud=True)
    told = f"More than one rule applies to treatment: the shortest interval wins{whose}. Superseded: loud-hiccups."
    assert found.notices[-1] == Notice("conflict", told)
    assert [line.rule for line in found.advice] == ["calm-hiccups"]


def test_silence_is_said_aloud() -> None:
    found = made(guideline(LOUD), hiccups=True, loud=False)
    assert outcome(found) == "silent"
    assert found.notices[-1] == Notice("gap", "The guideline does not say what to do about treatment for these facts.")
    assert "does not say what to give" in found.headline
    assert made(guideline(LOUD), audience="patient", hiccups=True, loud=False).headline == "This guideline does not say what to do."


def test_out_of_scope_is_nothing_to_give() -> None:
    found = made(guideline(DAILY), hiccups=False)
    assert (outcome(found), found.phase, found.advice) == ("not applicable", "none", ())
    assert found.headline == "Nothing is to be given by this guideline."
    assert made(guideline(DAILY), audience="patient", hiccups=False).headline == "This guideline has no treatment for you."


def test_a_drug_that_is_struck_out_leaves_nothing_and_says_why() -> None:
    avoid = rule("spare-the-liver", "when   weak liver", "avoid  examplin")
    whole = guideline(DAILY, avoid)
    found = made(whole, hiccups=True, weak_liver=True)
    assert outcome(found) == "stopped"
    assert [line.rule for line in found.advice] == ["spare-the-liver"]
    assert made(whole, hiccups=True).advice[0].unless == ("weak_liver",)


def test_a_route_that_is_struck_out_leaves_the_other_way() -> None:
    both = rule("calm-hiccups", "when     hiccups", "give     examplin 10 mg intramuscular weekly", "or give  examplin 10 mg oral daily")
    avoid = rule("no-needles", "when   weak liver", "avoid  intramuscular route")
    found = made(guideline(both, avoid), hiccups=True, weak_liver=True)
    line = found.advice[0]
    assert line.give is not None
    assert line.give.route == "oral"
    assert [(give.route, by) for give, by in line.struck] == [("intramuscular", "no-needles")]


def test_a_deciding_gate_takes_the_other_way_too_when_only_that_is_forbidden() -> None:
    both = rule("calm-hiccups", "when     hiccups", "give     examplin 10 mg oral weekly", "or give  examplin 10 mg intramuscular weekly")
    gate = rule("no-needles", "when    weak liver", "decide  with the hematologist", "stops   injections")
    found = made(guideline(both, gate), hiccups=True, weak_liver=True)
    assert outcome(found) == "decide"
    kept = next(line for line in found.advice if line.rule == "calm-hiccups")
    assert kept.give is not None
    assert (kept.give.route, kept.alternatives) == ("oral", ())
    assert next(line for line in found.advice if line.rule == "no-needles").alternatives == ()


def test_a_use_of_a_drug_hangs_on_what_may_strike_it_out() -> None:
    use = rule("prefer-examplin", "when  hiccups", "use   examplin")
    give = rule("calm", "when  loud", "give  examplin 1 mg oral daily")
    avoid = rule("spare-the-liver", "when   weak liver", "avoid  examplin")
    found = made(guideline(use, give, avoid), hiccups=True, loud=False)
    assert found.advice[0].unless == ("weak_liver",)


def test_a_guideline_that_gives_nothing_has_no_phase() -> None:
    found = made(guideline(rule("hold-breath", "when  hiccups", "use   breath-holding")), hiccups=True)
    assert (found.phase, outcome(found), found.schedule) == ("none", "firm", ())


# ---------------------------------------------------------------- the course


def test_a_decision_that_follows_none_is_maintenance() -> None:
    assert made(guideline(DAILY), hiccups=True).phase == "maintenance"


def test_a_daily_tablet_is_dated_once() -> None:
    found = made(guideline(DAILY), hiccups=True)
    assert [(item.date, item.detail, item.open_ended) for item in found.schedule] == [(ON, "examplin 10 mg oral", False)]


@pytest.mark.parametrize(("given", "left"), [(0, 3), (2, 1), (3, 0), (4, 0)])
def test_a_course_of_fixed_length_ends(given: int, left: int) -> None:
    course = rule("calm-hiccups", "when  hiccups", "give  examplin 10 mg oral weekly for 3 doses")
    doses = tuple(Dose(date(2026, 1, 1 + 7 * n), "examplin", 10, "oral") for n in range(given))
    assert len(made(guideline(course), doses, hiccups=True).schedule) == left


def test_doses_by_mouth_count_where_the_guideline_gives_by_mouth() -> None:
    weekly = rule("calm-hiccups", "when  hiccups", "give  examplin 10 mg oral weekly")
    found = made(guideline(weekly), (Dose(date(2026, 1, 28), "examplin", 10, "oral"),), hiccups=True)
    assert found.schedule[0].date == date(2026, 2, 4)
    assert found.schedule[0].number == 2


def test_an_open_end_without_a_review_is_listed_to_the_horizon() -> None:
    found = made(guideline(UNTIL, decision=LOADING), hiccups=True)
    assert found.phase == "loading"
    assert len(found.schedule) == 37
    assert all(item.open_ended for item in found.schedule)
    assert (found.ask[0].fact, found.ask[0].would_change) == ("calm", ("start-hiccups",))
    assert found.ask[0].answers == ((True, ()), (False, ("start-hiccups",)))


def test_an_open_end_that_has_come_leads_on() -> None:
    found = made(guideline(UNTIL, decision=LOADING), (Dose(date(2024, 2, 29), "examplin", 1, "intramuscular"),), hiccups=True, calm=True)
    assert (found.phase, found.decisions["start"].outcome) == ("maintenance", "done")
    assert (found.schedule[0].earliest, found.schedule[0].latest) == (date(2025, 2, 28), date(2026, 2, 28))
    assert found.schedule[0].state == "due"


def test_a_first_course_of_which_nothing_says_when_it_is_done_goes_on() -> None:
    found = made(guideline(UNTIL, decision=LOADING.replace("done when  start over\n", "")), hiccups=True)
    assert (found.phase, found.decisions["start"].outcome) == ("loading", "firm")


def test_after_a_fixed_course_the_first_dose_of_several_a_week_keeps_their_pattern() -> None:
    twice = UNTIL.replace("every 10 days until calm", "weekly for 3 doses").replace("every 1–2 years", "twice weekly")
    found = made(guideline(twice, decision=LOADING), hiccups=True)
    assert [((item.date - ON).days, item.number) for item in found.schedule] == [(0, 1), (7, 2), (14, 3), (17, 4)]


def test_twice_weekly_falls_on_days_0_and_3() -> None:
    twice = rule("calm-hiccups", "when  hiccups", "give  examplin 1 mg intramuscular twice weekly")
    found = made(guideline(twice), (Dose(ON, "examplin", 1, "intramuscular"),), hiccups=True)
    assert [(item.date - ON).days for item in found.schedule][:4] == [3, 7, 10, 14]


def test_a_choice_is_told_in_words_when_it_speaks_against_a_stated_no() -> None:
    table = "| fact | answer | question |\n|---|---|---|\n| voice | low pitch, high pitch | Which? |\n| odd | yes/no | Is it odd? |\n\n"
    odd = "- It is odd.[^1] *(editors)*\n\n  ```define odd\n  when  voice is high pitch\n  ```\n"
    found = made(guideline(DAILY, odd, decision=DECISION + table), hiccups=True, odd=False, voice="high_pitch")
    assert found.notices[0].text == "odd is stated as no, although voice is high pitch: the stated no is used."


def test_a_check_is_repeated_in_weeks_after_days() -> None:
    check = rule("listen", "when   hiccups", "check  pitch every 2 weeks after 10 days")
    found = made(guideline(DAILY, check), hiccups=True)
    assert [item.date for item in found.schedule if item.what == "test"][:2] == [date(2026, 2, 24), date(2026, 3, 10)]


def test_a_check_since_a_result_beyond_the_horizon_is_not_listed() -> None:
    check = rule("listen", "when   hiccups", "check  pitch every 2 years since pitch")
    whole = guideline(DAILY, check)
    asked = patient({"on": "2026-01-31", "facts": {"hiccups": True}, "results": [{"date": "2026-01-30", "test": "pitch", "value": 9, "unit": "Hz"}]}, whole)
    assert [item.what for item in plan(whole, asked).schedule] == ["dose"]


def test_of_the_checks_that_are_past_the_latest_is_listed_with_todays_and_each_has_its_number() -> None:
    checks = [rule(name, "when   hiccups", "check  pitch every 2 weeks after 10 days") for name in ("listen", "again")]
    begun = Patient(facts={"hiccups": True}, start=date(2026, 1, 31) - timedelta(days=38 + 14))
    found = [i for i in plan(guideline(DAILY, *checks), begun, ON).schedule if i.what == "test"][:5]
    assert [(i.number, (i.date - ON).days, i.rule, i.state) for i in found] == [
        (3, -14, "listen", "overdue"), (4, -14, "again", "overdue"), (5, 0, "listen", "due"), (6, 0, "again", "due"), (7, 14, "listen", "upcoming"),
    ]  # fmt: skip
    assert {i.detail for i in found} == {"pitch"}


def test_a_check_since_a_result_on_the_last_day_of_the_horizon_is_listed() -> None:
    check = rule("listen", "when   hiccups", "check  pitch every 12 months since pitch")
    heard = Patient(facts={"hiccups": True}, results=(Result(ON, "pitch", 9.0),))
    assert [i.date for i in plan(guideline(DAILY, check), heard, ON).schedule if i.what == "test"] == [date(2027, 1, 31)]


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("every 6 months", [date(2026, 7, 31), date(2027, 1, 31)]),
        ("every 5 months after 1 month", [date(2026, 7, 31), date(2026, 12, 31)]),
        ("every 5 months after 10 days", [date(2026, 7, 10), date(2026, 12, 10)]),
        ("every 23 weeks after 1 month", [date(2026, 8, 8), date(2027, 1, 16)]),
    ],
)
def test_a_check_is_repeated_to_the_day_of_the_horizon_and_clamped_once(every: str, days: list[date]) -> None:
    found = made(guideline(DAILY, rule("listen", "when   hiccups", f"check  pitch {every}")), hiccups=True)
    assert [item.date for item in found.schedule if item.what == "test"] == days


NEW_YEAR = Result(date(2026, 1, 1), "pitch", 9.0)


@pytest.mark.parametrize(
    ("results", "day", "state"),
    [
        ((NEW_YEAR,), date(2026, 3, 1), "upcoming"),
        ((NEW_YEAR, Result(ON, "pitch", 9.0)), date(2026, 3, 31), "upcoming"),
        ((NEW_YEAR, Result(date(2026, 1, 20), "pallor", 9.0)), date(2026, 3, 1), "upcoming"),
        ((NEW_YEAR, Result(date(2026, 1, 20), "pitch", None)), date(2026, 3, 1), "upcoming"),
        ((NEW_YEAR, Result(date(2026, 2, 10), "pitch", 9.0)), date(2026, 3, 1), "upcoming"),
        ((), ON, "due"),
    ],
)
def test_a_check_since_a_result_is_listed_once(results: tuple[Result, ...], day: date, state: str) -> None:
    check = rule("listen", "when   hiccups", "check  pitch every 2 months since pitch")
    found = [i for i in plan(guideline(DAILY, check), Patient(facts={"hiccups": True}, results=results), ON).schedule if i.what == "test"]
    assert [(i.date, i.number, i.rule, i.detail, i.tests, i.state) for i in found] == [(day, 1, "listen", "pitch", ("pitch",), state)]


# ---------------------------------------------------------------- the headline in a patient's words

STORIES = sorted((Path(__file__).parents[1] / "guidelines/b12-injections/patients").glob("*.yaml"))
WORDS = {
    "age-15-is-referred": "specialist",
    "crohns-of-45-cm-is-left-to-the-clinician": "Your doctor decides with you",
    "hypersensitivity-to-a-cobalamin-stops-everything": "do not have the injection",
    "late-third-loading-dose-moves-the-rest": "Your next injection is on Thursday 12 March 2026.",
    "missed-third-loading-dose-keeps-its-day": "Your injection is overdue. Ask for it now.",
    "nobody-looked-at-the-nerves-so-ask": "We do not know enough yet. First:",
    "platelets-24-without-nerve-symptoms-withhold-injections": "your doctor decides",
    "prophylaxis-given-on-31-january-is-due-on-30-april": "Your next injection is on Thursday 30 April 2026.",
    "quarterly-record-counts-as-maintenance": "Your next injection is due now (at the latest on",
}


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
@pytest.mark.parametrize("audience", ["clinician", "patient", "student"])
def test_every_story_has_a_headline_for_every_reader(story: Path, audience: Audience) -> None:
    whole = load("b12-injections")
    headline = plan(whole, patient(parse(story.read_bytes()), whole), audience=audience).headline
    assert headline.rstrip()[-1] in ".?"
    assert audience != "patient" or WORDS.get(story.stem, "") in headline
    assert audience != "patient" or " mg" not in headline


def test_every_line_is_in_its_readers_own_words() -> None:
    whole = load("b12-injections")
    seen = set()
    for story in STORIES:
        asked = patient(parse(story.read_bytes()), whole)
        for line in plan(whole, asked, audience="patient").advice:
            assert line.text == (whole.named[line.rule].patient or whole.named[line.rule].text)
            seen.add(line.rule)
        assert all(line.text == whole.named[line.rule].text for line in plan(whole, asked).advice)
        assert all(line.text == (whole.named[line.rule].student or whole.named[line.rule].text) for line in plan(whole, asked, audience="student").advice)
    assert len(seen) > 40


UNHARMED = {"b12_deficiency": True, "neurological_involvement": False, "pregnancy": "none"}


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({"cobalt_allergy": True, "platelet_count": 9, "loading_complete": False}, ["cobalt-allergy", "platelets-very-low"]),
        ({"age": 12, "cobalamin_hypersensitivity": True}, ["adults-only", "cobalamin-hypersensitivity"]),
        ({"leber_optic_neuropathy": True, "age": 40}, ["leber-cyanocobalamin"]),
        ({"intramuscular_refused": True, "pernicious_anemia": False}, ["injection-refused"]),
        ({"intramuscular_refused": True, "pernicious_anemia": True}, ["pernicious-oral-refused-injection"]),
        ({"cause_resolved": True, "loading_complete": True}, ["cause-resolved"]),
        ({"loading_complete": True, "neurological_recurrence": True, "neurological_involvement": True}, ["recurrence-increase-frequency"]),
        ({"severe_anemia": True}, ["potassium-in-severe-anemia"]),
    ],
)  # fmt: skip
def test_a_patients_headline_holds_every_gate_and_every_decision_in_the_patients_words(facts: dict[str, Any], rules: list[str]) -> None:
    whole = load("b12-injections")
    made_ = plan(whole, patient({"on": "2026-01-05", "facts": UNHARMED | facts}, whole), audience="patient")
    for name in rules:
        assert made_.headline.count(whole.named[name].patient) == 1


def test_the_stories_with_known_words_exist() -> None:
    assert {name.strip() for name in WORDS} <= {path.stem for path in STORIES}

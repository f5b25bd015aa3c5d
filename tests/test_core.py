"""The engine on small invented guidelines: what the large one has no occasion for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from posology.model import Dose, Guideline, Patient, Plan
from posology.plan.advice import Audience
from posology.plan.plan import plan
from posology.read.guideline import read_texts
from posology.read.library import load
from posology.read.patient import parse, patient

ON = date(2026, 1, 31)
HEAD = """---
id: hiccups
title: Hiccups treated with examplin
version: 0.1.0
updated: 2026-01-31
---

# Hiccups treated with examplin

Invented for tests: there is no examplin, and hiccups pass.

## Facts

| fact | answer | question |
|---|---|---|
| hiccups | yes/no | Has the patient hiccups? |
| loud | yes/no | Are they loud? |
| calm | yes/no | Has it become calm? |
| weak liver | yes/no | Is the liver weak? |
| pitch | 0–100 Hz | How high are they? |

"""
REFERENCES = "[^1]: *guideline, listed.* **Invented.** For tests."
DECISION = """## Treatment

```decision treatment
choose  exactly one
for     hiccups
```

"""


def rule(name: str, *lines: str, says: str = "It is said so.") -> str:
    body = "\n".join(f"  {line}" for line in lines)
    return f"- {says}[^1] *(editors)*\n  - *Patient:* So it is.\n\n  ```rule {name}\n{body}\n  ```\n"


def guideline(*rules: str, decision: str = DECISION) -> Guideline:
    return read_texts({"guideline.md": HEAD + decision + "".join(rules), "references.md": REFERENCES})


def made(whole: Guideline, doses: tuple[Dose, ...] = (), audience: Audience = "clinician", **facts: Any) -> Plan:
    return plan(whole, Patient(facts=facts, doses=doses), ON, audience=audience)


DAILY = rule("calm-hiccups", "when  hiccups", "give  examplin 10 mg oral daily for life")
LOUD = rule("loud-hiccups", "when  hiccups and loud", "give  examplin 20 mg intramuscular weekly")


def outcome(found: Plan) -> str:
    return found.decisions["treatment"].outcome


# ---------------------------------------------------------------- decisions


def test_two_rules_that_nothing_orders_are_a_conflict_and_nothing_is_dated() -> None:
    found = made(guideline(DAILY, LOUD), hiccups=True, loud=True)
    assert outcome(found) == "conflict"
    assert found.decisions["treatment"].rules == ("calm-hiccups", "loud-hiccups")
    assert {line.certainty for line in found.advice} == {"provisional"}
    assert found.schedule == ()
    assert "contradicts itself" in found.headline
    assert "Nothing orders them." in found.notices[-1].text


def test_a_rule_that_may_conflict_makes_the_other_provisional_and_tentative() -> None:
    found = made(guideline(DAILY, LOUD), hiccups=True)
    assert outcome(found) == "provisional"
    assert found.advice[0].unless == ("loud",)
    assert [item.tentative for item in found.schedule] == [True]
    assert found.headline.startswith("For now")


def test_one_rule_instead_of_another_unseats_it() -> None:
    loud = rule("loud-hiccups", "when  hiccups and loud", "give  examplin 20 mg oral weekly", "instead of  calm-hiccups")
    whole = guideline(DAILY, loud)
    found = made(whole, hiccups=True, loud=True)
    assert (outcome(found), found.decisions["treatment"].superseded) == ("firm", ("calm-hiccups",))
    assert [line.rule for line in found.advice] == ["loud-hiccups"]
    assert "one replaces the other" in found.notices[-1].text
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


def test_silence_is_said_aloud() -> None:
    found = made(guideline(LOUD), hiccups=True, loud=False)
    assert outcome(found) == "silent"
    assert found.notices[-1].kind == "gap"
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


LOADING = """## Treatment

```decision start
choose     exactly one
for        hiccups
done when  start over
```

| fact | answer | question |
|---|---|---|
| start over | yes/no, complete start | Is the start over? |

"""
UNTIL = (
    rule("start-hiccups", "when  hiccups", "give  examplin 1 mg intramuscular every 10 days until calm")
    + "\n## Later\n\n```decision later\nchoose  the shortest interval\nfor     hiccups\nafter   start\n```\n\n"
    + rule("go-on", "when  hiccups", "give  examplin 1 mg intramuscular every 1–2 years")
)


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

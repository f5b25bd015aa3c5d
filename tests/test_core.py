"""The engine on small invented guidelines: what the large one has no occasion for."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from posology.expr import evaluate
from posology.model import Above, All, Any_, Dose, Expr, Guideline, Is, Line, Not, Patient, Plan, Result
from posology.plan.advice import Audience, because, cited
from posology.plan.known import known
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


# ---------------------------------------------------------------- what mutation testing asked for

BOTH_WAYS = ("give     examplin 10 mg intramuscular weekly", "or give  examplin 10 mg oral daily")
NO_NEEDLES = rule("no-needles", "when   weak liver", "avoid  intramuscular route")
SPARE = rule("spare-the-liver", "when   weak liver", "avoid  examplin")


def test_a_line_of_which_nothing_is_known_is_in_its_readers_words() -> None:
    whole = guideline(DAILY, SPARE)
    for audience, says in (("patient", "So it is."), ("clinician", "It is said so.")):
        assert [line.text for line in made(whole, audience=audience).advice] == [says, says]


def test_a_treatment_that_is_open_says_what_it_hangs_on_and_not_what_could_strike_it_out() -> None:
    line = made(guideline(LOUD, SPARE), hiccups=True).advice[0]
    assert (line.rule, line.certainty, line.if_, line.unless) == ("loud-hiccups", "provisional", ("loud",), ())


def test_a_treatment_of_a_vague_source_says_what_was_struck_out_of_it() -> None:
    vague = rule("shrill-hiccups", "when     hiccups and pitch > 30–60 Hz", *BOTH_WAYS)
    plain = rule("calm-hiccups", "when     hiccups", "give  examplin 5 mg oral daily")
    found = made(guideline(vague, plain, NO_NEEDLES), hiccups=True, pitch=45.0, weak_liver=True)
    line = next(line for line in found.advice if line.rule == "shrill-hiccups")
    assert (line.action, line.certainty, line.if_) == ("decide", "firm", ())
    assert [(give.route, by) for give, by in line.struck] == [("intramuscular", "no-needles")]
    assert [give.route for give, _ in line.alternatives] == ["oral"]
    assert outcome(found) == "decide"


def test_two_treatments_that_contradict_each_other_are_not_dated_though_their_days_are_the_same() -> None:
    more = rule("loud-hiccups", "when  hiccups and loud", "give  examplin 20 mg oral daily")
    found = made(guideline(DAILY, more), hiccups=True, loud=True)
    assert (outcome(found), found.schedule) == ("conflict", ())


def test_facts_in_a_sentence_are_parted_by_commas() -> None:
    assert cited(guideline(DAILY), ("hiccups", "weak_liver", "calm")) == "hiccups, weak liver, calm"


NOTHING = rule("nothing-at-all", "when   loud", "never  examplin of any kind", "stops  everything")
DOCTOR = ("decide  with the hiccup clinic", "stops   injections")


def named(found: Plan, name: str) -> Line:
    return next(line for line in found.advice if line.rule == name)


@pytest.mark.parametrize(("loud", "confirm"), [(None, ("loud",)), (False, ())])
def test_what_a_gate_would_leave_moot_hangs_on_the_gate(loud: bool | None, confirm: tuple[str, ...]) -> None:
    think = rule("think-of-water", "when      weak liver", "consider  a glass of water")
    doctor = rule("ask-the-clinic", "when    weak liver", *DOCTOR)
    listen = rule("listen", "when   weak liver", "check  pitch every 2 weeks")
    whole = guideline(DAILY, think, doctor, listen, NOTHING)
    found = made(whole, hiccups=True, weak_liver=True, loud=loud)
    assert [named(found, name).confirm for name in ("think-of-water", "ask-the-clinic", "listen")] == [confirm, confirm, ()]
    assert named(made(whole, hiccups=True, calm=True), "think-of-water").confirm == ()
    assert "think-of-water" not in {line.rule for line in made(whole, hiccups=True, weak_liver=True, loud=True).advice}


def test_a_vague_gate_is_the_clinicians_and_a_vague_hint_is_provisional() -> None:
    doctor = rule("ask-the-clinic", "when    pitch > 30–60 Hz", *DOCTOR)
    think = rule("think-of-water", "when      pitch > 30–60 Hz", "consider  a glass of water")
    found = made(guideline(DAILY, doctor, think), hiccups=True, pitch=45.0)
    assert [(named(found, name).certainty, named(found, name).if_) for name in ("ask-the-clinic", "think-of-water")] == [("firm", ()), ("provisional", ())]
    assert outcome(found) == "decide"


def test_a_gate_that_may_hold_is_confirmed_first_and_unseats_nothing() -> None:
    doctor = rule("ask-the-clinic", "when    weak liver", *DOCTOR)
    needle = rule("calm-hiccups", "when  hiccups", "give  examplin 10 mg intramuscular weekly")
    found = made(guideline(needle, doctor), hiccups=True)
    line = named(found, "calm-hiccups")
    assert (outcome(found), line.certainty, line.unless, line.confirm) == ("firm", "firm", (), ("weak_liver",))


def test_another_way_hangs_on_a_gate_that_leaves_the_first_way_alone() -> None:
    both = rule("calm-hiccups", "when     hiccups", "give     examplin 10 mg oral weekly", "or give  examplin 10 mg intramuscular weekly")
    whole = guideline(both, rule("ask-the-clinic", "when    weak liver", *DOCTOR))
    line = named(made(whole, hiccups=True), "calm-hiccups")
    assert (line.certainty, line.unless, line.confirm) == ("firm", (), ())
    assert [(give.route, unless) for give, unless in line.alternatives] == [("intramuscular", ("weak_liver",))]
    assert [unless for _, unless in named(made(whole, hiccups=True, weak_liver=False), "calm-hiccups").alternatives] == [()]


@pytest.mark.parametrize(
    ("when", "gate", "confirm"),
    [
        ("loud", "weak liver", ("weak_liver",)),
        ("loud", "loud and weak liver", ("loud", "weak_liver")),
        ("loud", "not loud and weak liver", ()),
        ("not loud", "loud and weak liver", ()),
        ("not loud", "not loud and weak liver", ("loud", "weak_liver")),
        ("loud and calm", "not calm and weak liver", ()),
        ("loud and not calm", "calm and weak liver", ()),
        ("loud and not calm", "not calm and weak liver", ("calm", "weak_liver")),
        ("(loud or calm)", "not loud and weak liver", ("loud", "weak_liver")),
    ],
)
def test_a_gate_that_cannot_hold_where_a_treatment_does_need_not_be_confirmed(when: str, gate: str, confirm: tuple[str, ...]) -> None:
    needle = rule("calm-hiccups", f"when  hiccups and {when}", "give  examplin 20 mg intramuscular weekly")
    found = made(guideline(needle, rule("ask-the-clinic", f"when    {gate}", *DOCTOR)), hiccups=True)
    assert named(found, "calm-hiccups").confirm == confirm


@pytest.mark.parametrize(("liver", "comes_to"), [(None, "provisional"), (False, "silent"), (True, "decide")])
def test_nothing_is_silent_while_a_gate_may_hold(liver: bool | None, comes_to: str) -> None:
    doctor = rule("ask-the-clinic", "when    weak liver", *DOCTOR)
    assert outcome(made(guideline(LOUD, doctor), hiccups=True, loud=False, weak_liver=liver)) == comes_to


def test_a_line_carries_what_stands_with_its_statement() -> None:
    whole = load("b12-injections")
    found = plan(whole, patient({"on": "2026-01-05", "facts": UNHARMED}, whole))
    assert {line.origin for line in found.advice} > {"editors"}
    assert any(line.remarks for line in found.advice)
    for line in found.advice:
        statement = whole.named[line.rule]
        assert (line.origin, line.remarks, line.heading) == (statement.origin, statement.remarks, statement.place.heading[1:])
        assert [source.key for source in line.citations] == list(statement.citations)


# ---------------------------------------------------------------- because

H, L, C, P = Is("hiccups"), Is("loud"), Is("calm"), Above("pitch", 30, 60)
YES, NO = {"hiccups": True}, {"hiccups": False}


@pytest.mark.parametrize(
    ("condition", "facts", "reasons"),
    [
        (All((H, L)), YES | {"loud": True, "calm": True}, YES | {"loud": True}),
        (All((H, L)), YES | {"loud": False}, {"loud": False}),
        (All((H, L)), NO | {"loud": False}, NO | {"loud": False}),
        (All((H, L)), YES, YES),
        (Any_((H, L)), YES | {"loud": False}, YES),
        (Any_((H, L)), NO | {"loud": False}, NO | {"loud": False}),
        (Any_((H, L)), NO, NO),
        (Not(H), NO, NO),
        (Not(All((H, L))), YES | {"loud": False}, {"loud": False}),
        (Not(All((H, L))), YES | {"loud": True}, YES | {"loud": True}),
        (Not(All((H, L))), YES, YES),
        (Not(Any_((H, L))), YES | {"loud": False}, YES),
        (Not(Any_((H, L))), NO | {"loud": False}, NO | {"loud": False}),
        (All((H, Any_((L, C)))), YES | {"loud": False}, YES | {"loud": False}),
        (All((H, Not(L))), YES | {"loud": False}, YES | {"loud": False}),
        (Any_((All((H, L)), C)), YES | {"loud": True, "calm": False}, YES | {"loud": True}),
        (Any_((All((H, L)), C)), YES | {"loud": False, "calm": False}, {"loud": False, "calm": False}),
        (P, {"pitch": 70.0}, {"pitch": 70.0}),
        (P, {"pitch": 45.0}, {"pitch": 45.0}),
        (P, {"loud": True}, {}),
    ],
)  # fmt: skip
def test_reasons_are_the_known_facts_that_make_a_condition_what_it_is(condition: Expr, facts: dict[str, Any], reasons: dict[str, Any]) -> None:
    here = known(guideline(DAILY), Patient(facts=facts), ON)
    assert because(condition, evaluate(condition, here.values.get), here) == reasons


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        ({"odd": True}, {"odd": True}),
        ({"odd": False, "loud": False}, {"odd": False}),
        ({"loud": True, "weak_liver": False}, {"loud": True}),
        ({"loud": False, "weak_liver": False, "calm": False}, {"loud": False, "weak_liver": False}),
        ({"loud": False, "weak_liver": False, "calm": True}, {"calm": True}),
        ({"odd": False, "loud": True, "calm": True}, {"calm": True}),
        ({"odd": True, "loud": True, "calm": True}, {"odd": True}),
        ({"loud": False, "calm": True}, {"calm": True}),
    ],
)
def test_the_reasons_of_a_derived_fact_are_those_of_its_parts(facts: dict[str, Any], reasons: dict[str, Any]) -> None:
    table = "| fact | answer | question |\n|---|---|---|\n| odd | yes/no | Is it odd? |\n\n"
    odd = "- It is odd.[^1] *(editors)*\n\n  ```define odd\n  when    loud or weak liver\n  always  calm\n  ```\n"
    here = known(guideline(DAILY, odd, decision=DECISION + table), Patient(facts=facts), ON)
    assert because(Is("odd"), here.values["odd"] is True, here) == reasons


# ---------------------------------------------------------------- the headline in a patient's words

STORIES = sorted((Path(__file__).parents[1] / "guidelines/b12-injections/patients").glob("*.yaml"))
WORDS = {
    "age-15-is-referred": "specialist",
    "crohns-of-45-cm-is-left-to-the-clinician": "Your doctor decides with you",
    "hypersensitivity-to-a-cobalamin-stops-everything": "do not have the injection",
    "late-third-loading-dose-moves-the-rest": "Your next injection is on 2026-03-12.",
    "missed-third-loading-dose-keeps-its-day": "Your injection is overdue. Ask for it now.",
    "nobody-looked-at-the-nerves-so-ask": "We do not know enough yet. First:",
    "platelets-24-without-nerve-symptoms-withhold-injections": "your doctor decides",
    "prophylaxis-given-on-31-january-is-due-on-30-april": "Your next injection is on 2026-04-30.",
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

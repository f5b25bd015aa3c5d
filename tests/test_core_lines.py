"""The lines of a plan on small invented guidelines: what they hang on, what stands beside them, and why they hold."""

from __future__ import annotations

from typing import Any

import pytest

from hiccups import DAILY, DECISION, LOUD, ON, guideline, made, named, outcome, rule
from posology.expr import evaluate
from posology.model import Above, All, Any_, Expr, Is, Not, Patient
from posology.plan.advice import because, cited
from posology.plan.known import known
from posology.plan.plan import plan
from posology.read.library import load
from posology.read.patient import patient

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
    vague = rule("shrill-hiccups", "when     hiccups and pitch > 30–60 Hz", *BOTH_WAYS, says="When shrill.")
    plain = rule("calm-hiccups", "when     hiccups", "give  examplin 5 mg oral daily")
    found = made(guideline(vague, plain, NO_NEEDLES), hiccups=True, pitch=45.0, weak_liver=True)
    line = next(line for line in found.advice if line.rule == "shrill-hiccups")
    assert (line.action, line.certainty, line.if_) == ("decide", "firm", ())
    assert [(give.route, by) for give, by in line.struck] == [("intramuscular", "no-needles")]
    assert [give.route for give, _ in line.alternatives] == ["oral"]
    assert [(line.rule, line.text) for line in found.advice[:2]] == [
        ("shrill-hiccups", "When shrill."),
        ("calm-hiccups", "It is said so."),
    ]
    assert outcome(found) == "decide"
    asked = {"hiccups": True, "pitch": 45.0, "weak_liver": True}
    assert (
        named(made(guideline(vague, plain, NO_NEEDLES), audience="patient", **asked), "shrill-hiccups").text
        == "So it is."
    )


def test_two_treatments_that_contradict_each_other_are_not_dated_though_their_days_are_the_same() -> None:
    more = rule("loud-hiccups", "when  hiccups and loud", "give  examplin 20 mg oral daily")
    found = made(guideline(DAILY, more), hiccups=True, loud=True)
    assert (outcome(found), found.schedule) == ("conflict", ())


def test_facts_in_a_sentence_are_parted_by_commas() -> None:
    assert cited(guideline(DAILY), ("hiccups", "weak_liver", "calm")) == "hiccups, weak liver, calm"


NOTHING = rule("nothing-at-all", "when   loud", "never  examplin of any kind", "stops  everything")
DOCTOR = ("decide  with the hiccup clinic", "stops   injections")


@pytest.mark.parametrize(("loud", "confirm"), [(None, ("loud",)), (False, ())])
def test_what_a_gate_would_leave_moot_hangs_on_the_gate(loud: bool | None, confirm: tuple[str, ...]) -> None:
    think = rule("think-of-water", "when      weak liver", "consider  a glass of water")
    doctor = rule("ask-the-clinic", "when    weak liver", *DOCTOR)
    listen = rule("listen", "when   weak liver", "check  pitch every 2 weeks")
    whole = guideline(DAILY, think, doctor, listen, NOTHING)
    found = made(whole, hiccups=True, weak_liver=True, loud=loud)
    assert [named(found, name).confirm for name in ("think-of-water", "ask-the-clinic", "listen")] == [
        confirm,
        confirm,
        (),
    ]
    half = rule("think-again", "when      weak liver and calm", "consider  a glass of milk")
    assert named(made(guideline(DAILY, half, NOTHING), hiccups=True, calm=True), "think-again").confirm == ()
    assert "think-of-water" not in {line.rule for line in made(whole, hiccups=True, weak_liver=True, loud=True).advice}


def test_a_vague_gate_is_the_clinicians_and_a_vague_hint_is_provisional() -> None:
    doctor = rule("ask-the-clinic", "when    pitch > 30–60 Hz", *DOCTOR)
    think = rule("think-of-water", "when      pitch > 30–60 Hz", "consider  a glass of water")
    found = made(guideline(DAILY, doctor, think), hiccups=True, pitch=45.0)
    assert [
        (named(found, name).certainty, named(found, name).if_) for name in ("ask-the-clinic", "think-of-water")
    ] == [("firm", ()), ("provisional", ())]
    assert outcome(found) == "decide"


def test_a_gate_that_may_hold_is_confirmed_first_and_unseats_nothing() -> None:
    doctor = rule("ask-the-clinic", "when    weak liver", *DOCTOR)
    needle = rule("calm-hiccups", "when  hiccups", "give  examplin 10 mg intramuscular weekly")
    found = made(guideline(needle, doctor), hiccups=True)
    line = named(found, "calm-hiccups")
    assert (outcome(found), line.certainty, line.unless, line.confirm) == ("firm", "firm", (), ("weak_liver",))


def test_another_way_hangs_on_a_gate_that_leaves_the_first_way_alone() -> None:
    both = rule(
        "calm-hiccups",
        "when     hiccups",
        "give     examplin 10 mg oral weekly",
        "or give  examplin 10 mg intramuscular weekly",
    )
    whole = guideline(both, rule("ask-the-clinic", "when    weak liver", *DOCTOR))
    line = named(made(whole, hiccups=True), "calm-hiccups")
    assert (line.certainty, line.unless, line.confirm) == ("firm", (), ())
    assert [(give.route, unless) for give, unless in line.alternatives] == [("intramuscular", ("weak_liver",))]
    assert [
        unless for _, unless in named(made(whole, hiccups=True, weak_liver=False), "calm-hiccups").alternatives
    ] == [()]


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
def test_a_gate_that_cannot_hold_where_a_treatment_does_need_not_be_confirmed(
    when: str, gate: str, confirm: tuple[str, ...]
) -> None:
    needle = rule("calm-hiccups", f"when  hiccups and {when}", "give  examplin 20 mg intramuscular weekly")
    found = made(guideline(needle, rule("ask-the-clinic", f"when    {gate}", *DOCTOR)), hiccups=True)
    assert named(found, "calm-hiccups").confirm == confirm


@pytest.mark.parametrize(("liver", "comes_to"), [(None, "provisional"), (False, "silent"), (True, "decide")])
def test_nothing_is_silent_while_a_gate_may_hold(liver: bool | None, comes_to: str) -> None:
    doctor = rule("ask-the-clinic", "when    weak liver", *DOCTOR)
    assert outcome(made(guideline(LOUD, doctor), hiccups=True, loud=False, weak_liver=liver)) == comes_to


def test_what_is_to_be_used_falls_with_the_gate_that_stops_it() -> None:
    use = rule("prefer-examplin", "when  hiccups", "use   examplin")
    gate = rule("never-examplin", "when   weak liver", "never  examplin", "stops  examplin")
    found = made(guideline(use, LOUD, gate), hiccups=True, loud=False, weak_liver=True)
    assert ([line.rule for line in found.advice], outcome(found)) == (["never-examplin"], "stopped")


def test_a_use_falls_with_a_gate_of_its_drug_though_nothing_is_given_here() -> None:
    use = rule("prefer-examplin", "when  hiccups", "use   examplin")
    later = "\n## Later\n\n```decision later\nchoose  exactly one\nfor     hiccups\n```\n\n"
    gate = rule("never-examplin", "when   weak liver", "never  examplin", "stops  examplin")
    whole = guideline(use, later, rule("calm", "when  hiccups", "give  examplin 10 mg oral daily"), gate)
    assert made(whole, hiccups=True, weak_liver=True).decisions["treatment"].outcome == "stopped"
    assert made(whole, hiccups=True, weak_liver=False).decisions["treatment"].outcome == "firm"
    assert named(made(whole, hiccups=True), "prefer-examplin").confirm == ("weak_liver",)


def test_a_patients_headline_is_sentences_with_a_space_between() -> None:
    found = made(guideline(DAILY, NOTHING), audience="patient", hiccups=True)
    assert found.headline == "Your next dose is due now. Before it, tell us: Are they loud?"


@pytest.mark.parametrize("urgency", ["urgent", "emergency"])
def test_what_is_asked_first_is_what_decides_most(urgency: str) -> None:
    said = (
        rule("think-of-water", "when      hiccups and old", "consider  a glass of water"),
        rule("see-somebody", "when   hiccups and dizzy", f"refer  to the hiccup clinic, {urgency}"),
        rule("not-that", "when   hiccups and tired", "avoid  cola"),
        rule("no-needles", "when   hiccups and weak liver", "never  needles", "stops  injections"),
        rule("calm-hiccups", "when  hiccups", "give  examplin 10 mg intramuscular weekly"),
        rule("loud-hiccups", "when  hiccups and loud", "give  examplin 20 mg oral weekly", "instead of  calm-hiccups"),
    )
    names = ("old", "dizzy", "tired")
    table = "".join(f"| {name} | yes/no | Is the patient {name}? |\n" for name in names)
    whole = guideline(*said, decision=DECISION + "| fact | answer | question |\n|---|---|---|\n" + table + "\n")
    found = made(whole, hiccups=True)
    assert [q.fact for q in found.ask] == ["loud", "weak_liver", "tired", "dizzy", "old"]
    assert found.ask[0].answers == ((True, ("loud-hiccups",)), (False, ()))


def test_a_prohibition_in_the_headline_depends_on_nothing_once_it_holds() -> None:
    whole = guideline(DAILY, NOTHING)
    assert "depending on loud (not yet known): never examplin of any kind" in made(whole, hiccups=True).headline
    assert made(whole, hiccups=True, loud=True).headline.endswith("; never examplin of any kind.")


def test_a_line_carries_what_stands_with_its_statement() -> None:
    whole = load("b12-injections")
    found = plan(
        whole,
        patient(
            {
                "on": "2026-01-05",
                "facts": {"b12_deficiency": True, "neurological_involvement": False, "pregnancy": "none"},
            },
            whole,
        ),
    )
    assert {line.origin for line in found.advice} > {"editors"}
    assert any(line.remarks for line in found.advice)
    for line in found.advice:
        statement = whole.named[line.rule]
        assert (line.origin, line.remarks, line.heading) == (
            statement.origin,
            statement.remarks,
            statement.place.heading[1:],
        )
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
        (Not(Any_((H, L))), NO, NO),
        (All((H, Any_((L, C)))), {"loud": True, "calm": False}, {"loud": True}),
        (Any_((H, All((L, C)))), {"loud": False, "calm": True}, {"loud": False}),
        (P, {"pitch": 70.0}, {"pitch": 70.0}),
        (P, {"pitch": 45.0}, {"pitch": 45.0}),
        (P, {"loud": True}, {}),
    ],
)  # fmt: skip
def test_reasons_are_the_known_facts_that_make_a_condition_what_it_is(
    condition: Expr, facts: dict[str, Any], reasons: dict[str, Any]
) -> None:
    here = known(guideline(DAILY), Patient(facts=facts), ON)
    assert because(condition, evaluate(condition, here.values.get), here) == reasons


def test_a_line_tells_the_reasons_that_made_it_so() -> None:
    think = rule("think-of-water", "when      hiccups or loud", "consider  a glass of water")
    assert named(made(guideline(DAILY, think), hiccups=True, loud=False), "think-of-water").because == YES


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

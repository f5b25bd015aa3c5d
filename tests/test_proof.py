"""The two questions, on small decisions where the answer is plain, and against plain enumeration."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posology.backends import cells, proof
from posology.expr import evaluate
from posology.model import Above, Action, All, Any_, Decision, Expr, Fact, Give, Is, Not, Period, Rule, Strike
from trees import FACTS, trees

FEVER, RASH = Is("fever"), Is("rash")
ABOVE_50, FROM_25 = Above("count", 50, 50), Above("count", 25, 25, strict=False)
EVERYBODY = All(())


def use(name: str, when: Expr, **more: object) -> Rule:
    return Rule(name, when, Action("use", name), **more)  # type: ignore[arg-type]


def give(name: str, when: Expr, months: int) -> Rule:
    every = Period(months, "M")
    return Rule(name, when, Action("give", gives=(Give("x", 1, 1, "oral", 1, every, every),)))


def decide(*rules: Rule, scope: Expr = EVERYBODY) -> Decision:
    return Decision("d", "one", "article", scope, rules=tuple(rule.name for rule in rules))


def clashes(decision: Decision, *rules: Rule) -> dict[tuple[str, str], proof.Witness]:
    return {clash.rules: clash.patient for clash in proof.clashes(decision, rules, FACTS)}


# ---------------------------------------------------------------- gaps

BANDS = (
    use("high", ABOVE_50),
    use("middle", All((FROM_25, Not(ABOVE_50)))),
    use("low", All((Not(FROM_25), FEVER))),
)


def test_a_band_that_nobody_speaks_of_is_a_gap() -> None:
    found = proof.gap(decide(*BANDS), BANDS, FACTS)
    assert found is not None
    assert found.keys() == {"count", "fever"}
    assert found["fever"] is False
    assert isinstance(found["count"], float) and 0 <= found["count"] < 25


def test_bands_that_meet_leave_no_gap() -> None:
    rules = (*BANDS, use("lower", All((Not(FROM_25), Not(FEVER)))))
    assert proof.gap(decide(*rules), rules, FACTS) is None
    assert clashes(decide(*rules), *rules) == {}


def test_a_gap_of_a_single_value_is_found() -> None:
    rules = (use("high", Above("count", 25, 25)), use("low", Not(FROM_25)))
    assert proof.gap(decide(*rules), rules, FACTS) == {"count": 25.0}


def test_a_gap_outside_the_range_of_a_fact_is_none() -> None:
    rules = (use("all", Above("count", 0, 0, strict=False)),)
    assert proof.gap(decide(*rules), rules, FACTS) is None


def test_a_gap_that_is_declared_is_none() -> None:
    silent = replace(decide(*BANDS), silent_when=All((Not(FROM_25), Not(FEVER))))
    assert proof.gap(silent, BANDS, FACTS) is None


def test_there_is_no_gap_outside_the_scope_nor_when_all_is_done() -> None:
    assert proof.gap(decide(*BANDS, scope=FEVER), BANDS, FACTS) is None
    assert proof.gap(replace(decide(*BANDS), done=Not(FEVER)), BANDS, FACTS) is None


def test_a_gate_that_stops_everything_answers_for_its_patients() -> None:
    gate = use("gate", Not(FEVER), stops=(Strike("everything"),))
    assert proof.gap(decide(*BANDS), (*BANDS, gate), FACTS) is None
    narrow = replace(gate, stops=(Strike("drug", "x"),))
    assert proof.gap(decide(*BANDS), (*BANDS, narrow), FACTS) is not None


def test_gates_are_not_told_of_a_patient_whom_they_do_not_concern() -> None:
    gate = use("gate", RASH, stops=(Strike("everything"),))
    found = proof.gap(decide(*BANDS), (*BANDS, gate), FACTS)
    assert found is not None and found.keys() == {"count", "fever"}


def test_what_the_source_leaves_vague_is_no_gap() -> None:
    vague = Above("length", 30, 60)
    rules = (use("long", vague), use("short", Not(Above("length", 30, 30))))
    assert proof.gap(decide(*rules), rules, FACTS) is None


def test_a_choice_that_is_forgotten_is_a_gap() -> None:
    rules = (use("a", Is("long_course", "short")), use("b", Is("long_course", "very_long")))
    assert proof.gap(decide(*rules), rules, FACTS) == {"long_course": "long"}


# ---------------------------------------------------------------- clashes


def test_two_rules_at_once_are_a_clash() -> None:
    one, other = use("one", FEVER), use("other", ABOVE_50)
    assert clashes(decide(one, other), one, other) == {
        ("one", "other"): {"fever": True, "count": pytest.approx(51, abs=150)}
    }


def test_a_clash_at_a_single_value_is_found() -> None:
    one, other = use("one", FROM_25), use("other", Not(Above("count", 25, 25)))
    assert clashes(decide(one, other), one, other) == {("one", "other"): {"count": 25.0}}


def test_vague_rules_clash_only_where_they_are_sure() -> None:
    one, other = use("one", Above("length", 30, 60)), use("other", Not(Above("length", 60, 60)))
    assert clashes(decide(one, other), one, other) == {}


@pytest.mark.parametrize("how", ["declared", "replaced", "ordered", "a gate", "beside", "additive", "no rule of it"])
def test_what_is_settled_is_no_clash(how: str) -> None:
    one, other = give("one", FEVER, 1), give("other", RASH, 2)
    decision = decide(one, other)
    assert len(clashes(decision, one, other)) == 1
    match how:
        case "declared":
            decision = replace(decision, clashes=(("other", "one"),))
        case "replaced":
            other = replace(other, instead_of=("one",))
        case "ordered":
            decision = replace(decision, choose="shortest")
        case "a gate":
            one = replace(one, stops=(Strike("injections"),))
        case "beside":
            one = replace(use("one", FEVER), beside=True)
        case "additive":
            one = replace(one, action=Action("refer", "somewhere"))
        case "no rule of it":
            decision = replace(decision, rules=("one",))
    assert clashes(decision, one, other) == {}


def test_uses_are_not_put_in_order_by_an_interval() -> None:
    one, other = use("one", FEVER), give("other", RASH, 2)
    assert len(clashes(replace(decide(one, other), choose="shortest"), one, other)) == 1


# ---------------------------------------------------------------- derived facts

ILL = Fact("ill", "ill", "yes/no", when=Any_((FEVER, RASH)), always=Is("grave"))
MORE = FACTS | {"ill": ILL, "grave": Fact("grave", "grave", "yes/no")}


def test_a_derived_fact_follows_from_its_definition() -> None:
    assert proof.example(MORE, [Is("ill")], [FEVER, RASH, Is("grave")]) is None
    assert proof.example(MORE, [FEVER], [Is("ill")]) is None
    assert proof.example(MORE, [Is("grave")], [Is("ill")]) is None


def test_a_derived_fact_is_named_instead_of_its_parts() -> None:
    assert proof.example(MORE, [Is("ill")]) == {"ill": True}
    assert proof.example(MORE, false=[Is("ill")]) == {"ill": False}


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("ill", "grave", "fever", "rash"), st.booleans())))
def test_a_stated_value_wins_but_for_what_always_holds(stated: dict[str, bool]) -> None:
    import z3

    pairs = [(proof.known(name), z3.BoolVal(name in stated)) for name in ("ill", "grave", "fever", "rash")]
    pairs += [(z3.Bool(name), z3.BoolVal(value)) for name, value in stated.items()]
    found = proof.formula(Is("ill"), MORE)
    yes, no = (z3.is_true(z3.simplify(z3.substitute(side, *pairs))) for side in (found.yes, found.no))
    assert (True if yes else False if no else None) == proof.valuation(stated, MORE)("ill")


# ---------------------------------------------------------------- against plain enumeration

known = settings(max_examples=25)


def everyone(exprs: list[Expr]) -> list[dict[str, object]]:
    """A fully known patient out of every cell."""
    return [dict(patient) for patient in cells.patients(cells.cells(exprs, MORE))]


def truth(expr: Expr, patient: dict[str, object]) -> bool | None:
    return evaluate(expr, proof.valuation(patient, MORE))  # type: ignore[arg-type]


@known
@given(st.lists(trees(), min_size=1, max_size=4), trees())
def test_the_prover_finds_a_gap_exactly_when_enumeration_does(whens: list[Expr], scope: Expr) -> None:
    rules = tuple(use(f"r{at}", when) for at, when in enumerate(whens))
    found = proof.gap(decide(*rules, scope=scope), rules, FACTS)
    gaps = [
        patient
        for patient in everyone([scope, *whens])
        if truth(scope, patient) is True and all(truth(when, patient) is False for when in whens)
    ]
    assert (found is None) == (not gaps)
    if found is not None:
        assert truth(scope, dict(found)) is True
        assert all(truth(when, dict(found)) is False for when in whens)


@known
@given(trees(), trees(), trees())
def test_the_prover_finds_a_clash_exactly_when_enumeration_does(one: Expr, other: Expr, scope: Expr) -> None:
    rules = (use("one", one), use("other", other))
    found = clashes(decide(*rules, scope=scope), *rules)
    both = All((scope, one, other))
    assert bool(found) == any(truth(both, patient) is True for patient in everyone([both]))
    assert all(truth(both, dict(patient)) is True for patient in found.values())


@known
@given(trees())
def test_an_example_shows_nothing_idle(expr: Expr) -> None:
    found = proof.example(FACTS, [expr])
    for name in found or {}:
        without = {other: value for other, value in (found or {}).items() if other != name}
        assert evaluate(expr, without.get) is not True


# ---------------------------------------------------------------- cells


@given(trees())
def test_cells_hold_every_outcome_that_any_patient_has(expr: Expr) -> None:
    from trees import PATIENTS

    outcomes = {evaluate(expr, p.get) for p in cells.patients(cells.cells([expr], FACTS))}
    assert {evaluate(expr, p.get) for p in PATIENTS[::5] if len(p) == len(FACTS)} <= outcomes


def test_thresholds_close_together_have_a_value_between_them() -> None:
    found = cells.cells([Above("count", 3.5, 3.5), Above("count", 4, 4)], FACTS)
    assert found == {"count": (0, 3.5, 3.75, 4, 200)}


def test_derived_facts_are_cut_where_their_parts_are() -> None:
    assert cells.cells([Is("ill")], MORE).keys() == {"fever", "rash", "grave"}


def test_the_number_of_patients_is_known_before_they_are_made() -> None:
    values = cells.cells([FEVER, ABOVE_50], FACTS)
    assert cells.size(values) == len(list(cells.patients(values))) == 2 * 3
    assert cells.size(values, unknown=True) == len(list(cells.patients(values, unknown=True))) == 3 * 4

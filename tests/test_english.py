"""What is printed in English can be read back, and says what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posology.backends import english, table
from posology.expr import evaluate
from posology.model import (
    Above,
    Action,
    All,
    Any_,
    Decision,
    Expr,
    Fact,
    Give,
    Is,
    Not,
    Period,
    Rule,
    Strike,
    Timing,
)
from posology.read.actions import action, regimen
from posology.read.conditions import condition
from trees import FACTS, PATIENTS, PHRASES, trees

AT_LEAST_25, UP_TO_50 = Above("count", 25, 25, strict=False), Not(Above("count", 50, 50, strict=True))


def flat(expr: Expr) -> Expr:
    """A tree without an `and` in an `and`, as far as a range brings one in."""
    match expr:
        case All(parts):
            inner = [flat(part) for part in parts]
            return All(tuple(p for part in inner for p in (part.parts if isinstance(part, All) else (part,))))
        case Any_(parts):
            return Any_(tuple(map(flat, parts)))
        case Not(part):
            return Not(flat(part))
        case _:
            return expr


@given(trees(fewest=2))
def test_words_printed_are_read_back_as_the_same_tree(expr: Expr) -> None:
    words = english.phrase(expr, FACTS)
    back, faults = condition(words, PHRASES)
    assert faults == ()
    assert flat(back) == flat(expr)


@given(trees(fewest=2))
def test_words_read_are_printed_as_the_same_words(expr: Expr) -> None:
    words = english.phrase(expr, FACTS)
    assert english.phrase(condition(words, PHRASES)[0], FACTS) == words


@given(trees(fewest=1))
def test_a_part_alone_needs_no_brackets_and_keeps_its_meaning(expr: Expr) -> None:
    back, faults = condition(english.phrase(expr, FACTS), PHRASES)
    assert faults == ()
    assert all(evaluate(back, p.get) == evaluate(expr, p.get) for p in PATIENTS[::37])


PAIRS = [
    (Is("fever"), "fever"),
    (Not(Is("fever")), "not fever"),
    (Is("long_course", "very_long"), "long course is very long"),
    (Above("count", 50, 50), "count > 50 10*9/L"),
    (Not(Above("count", 25, 25, strict=False)), "count < 25 10*9/L"),
    (Not(Above("count", 25, 25)), "count <= 25 10*9/L"),
    (Above("length", 30, 60), "length of stay > 30–60 cm"),
    (Not(Above("length", 30, 60)), "length of stay <= 30–60 cm"),
    (All((AT_LEAST_25, UP_TO_50)), "count 25–50 10*9/L"),
    (All((Is("fever"), AT_LEAST_25, UP_TO_50)), "fever and count 25–50 10*9/L"),
    (Not(All((AT_LEAST_25, UP_TO_50))), "not count 25–50 10*9/L"),
    (Any_((Is("fever"), All((Is("rash"), Not(Is("fever")))))), "fever or (rash and not fever)"),
    (All((Is("fever"), Any_((Is("rash"), AT_LEAST_25)))), "fever and (rash or count >= 25 10*9/L)"),
    (Not(Any_((Is("fever"), Is("rash")))), "not (fever or rash)"),
    (Above("count", 0.5, 0.5), "count > 0.5 10*9/L"),
]


@pytest.mark.parametrize(("expr", "words"), PAIRS, ids=[words for _, words in PAIRS])
def test_conditions_in_words(expr: Expr, words: str) -> None:
    assert english.phrase(expr, FACTS) == words
    back, faults = condition(words, PHRASES)
    assert not faults
    assert flat(back) == flat(expr)


def test_a_single_figure_is_not_written_as_a_range() -> None:
    exactly = All((AT_LEAST_25, Not(Above("count", 25, 25))))
    assert english.phrase(exactly, FACTS) == "count >= 25 10*9/L and count <= 25 10*9/L"


def test_a_part_with_a_name_is_called_by_it() -> None:
    unwell = Any_((Is("fever"), Is("rash")))
    expr = All((unwell, Above("count", 50, 50)))
    assert english.phrase(english.named(expr, {"feels_unwell": unwell}), FACTS) == "feels unwell and count > 50 10*9/L"


# ---------------------------------------------------------------- regimens

REGIMENS = [
    "some drug 1 mg intramuscular on alternate days until fever",
    "some drug 1 mg intramuscular three times weekly for 6 doses",
    "some drug 1 mg deep subcutaneous every 2–3 months for life",
    "some drug 1 mg intramuscular every month for life",
    "some drug 1–2 mg oral daily",
    "some drug 50 mcg oral twice daily",
    "some drug 0.5–1 mg oral weekly",
    "some drug 5 mg intravenous every 10 days",
]


@pytest.mark.parametrize("words", REGIMENS)
def test_a_regimen_is_printed_as_it_was_read(words: str) -> None:
    give = regimen(words, PHRASES)
    assert isinstance(give, Give), give
    assert english.regimen(give) == words


periods = st.builds(Period, st.integers(1, 40), st.sampled_from(["D", "W", "M", "Y"]))


@given(
    periods,
    st.integers(0, 5),
    st.sampled_from([None, 2, 6]),
    st.booleans(),
    st.sampled_from([0.05, 1.0, 2.5]),
)
def test_any_regimen_printed_is_read_back(low: Period, more: int, doses: int | None, life: bool, mg: float) -> None:
    high = Period(low.count + more, low.unit)
    give = Give("some_drug", mg, mg, "deep_subcutaneous", 1, low, high, doses, for_life=life and doses is None)
    assert regimen(english.regimen(give), PHRASES) == give


def test_a_period_is_never_written_in_two_units_by_one_number() -> None:
    give = Give("x", 1, 1, "oral", 1, Period(2, "W"), Period(1, "M"))
    assert english.how_often(give) == "every 2 weeks to 1 month"
    assert english.how_often(Give("x", 1, 1, "oral", 1, Period(1, "D"), Period(1, "D"), doses=1)) == "once"


# ---------------------------------------------------------------- actions and rules

NAMES = {"drugs": ("some_drug",), "tests": ("count", "blood_film"), "decisions": ("first-weeks",)}
DEEDS = [
    ("check", "count and blood film at 3, 6 and 12 months"),
    ("check", "count every 1 year after 12 months"),
    ("check", "count every 3 months since blood film"),
    ("check", "count at 21 days during first-weeks"),
    ("refer", "to the clinic, urgent"),
    ("consider", "another opinion"),
    ("avoid", "oral route"),
    ("never", "some drug"),
    ("use", "some drug"),
]


@pytest.mark.parametrize(("kind", "words"), DEEDS)
def test_an_action_is_printed_as_it_was_read(kind: str, words: str) -> None:
    read = action(kind, words, PHRASES, NAMES)
    assert isinstance(read, Action), read
    assert english.deed(read, FACTS) == f"{kind} {words}"


def test_what_is_struck_out_is_named_when_there_are_no_words() -> None:
    strikes = (Strike("route", "deep_subcutaneous"), Strike("site", "left_arm"), Strike("injections"))
    assert english.deed(Action("avoid", strikes=strikes), {}) == (
        "avoid deep subcutaneous route, site left arm and injections"
    )


def test_several_moments_in_several_units_keep_their_units() -> None:
    timing = Timing(at=(Period(21, "D"), Period(3, "M")))
    assert english.when_due(timing, {}) == "at 21 days and 3 months"


def test_a_rule_is_a_sentence() -> None:
    rule = Rule(
        "gate", Is("fever"), Action("avoid", "oral route"), instead_of=("other",),
        stops=(Strike("everything"),), never_when=Is("rash"),
    )  # fmt: skip
    assert english.sentence(rule, FACTS) == (
        "If fever: avoid oral route. Never, if rash. This replaces other. While this holds, withhold everything."
    )


# ---------------------------------------------------------------- tables


@given(trees())
def test_the_ways_of_a_condition_together_are_the_condition(expr: Expr) -> None:
    """For patients of whom all is known: a table has no third value."""
    rows = Any_(tuple(All(tuple(t if holds else Not(t) for t, holds in row)) for row in table.ways(expr)))
    for patient in (p for p in PATIENTS[::7] if len(p) == len(FACTS)):
        truth = evaluate(expr, patient.get)
        assert truth is None or evaluate(rows, patient.get) is truth


def test_a_decision_is_a_table_within_its_scope() -> None:
    scope = Is("fever")
    rules = (
        Rule("high", All((scope, Above("count", 50, 50))), Action("use", "a")),
        Rule("middle", All((scope, AT_LEAST_25, UP_TO_50)), Action("use", "b")),
        Rule("low", All((scope, Not(AT_LEAST_25), Not(Is("long_course", "long")))), Action("use", "c")),
        Rule("vague", Any_((All((scope, Above("length", 30, 60))), Is("rash"))), Action("use", "d")),
        Rule("elsewhere", scope, Action("use", "e")),
    )
    decision = Decision("d", "one", "article", scope, rules=("high", "middle", "low", "vague"))
    assert table.decision_table(decision, rules, FACTS).splitlines() == [
        "| rule | count (10*9/L) | long course | fever | length of stay (cm) | rash |",
        "|---|---|---|---|---|---|",
        "| high | > 50 | – | – | – | – |",
        "| middle | 25–50 | – | – | – | – |",
        "| low | < 25 | not long | – | – | – |",
        "| vague | – | – | yes | > 30–60 | – |",
        "| vague | – | – | – | – | yes |",
    ]


def test_ways_that_cannot_be_are_left_out() -> None:
    assert table.ways(All((Is("fever"), Not(Is("fever"))))) == []
    assert table.ways(All((Is("long_course", "short"), Is("long_course", "long")))) == []
    assert table.ways(All((Above("count", 50, 50), Not(AT_LEAST_25)))) == []
    assert len(table.ways(All((AT_LEAST_25, Not(Above("count", 25, 25)))))) == 1


def test_a_derived_fact_is_explained() -> None:
    ill = Fact("ill", "ill", "yes/no", when=Any_((Is("fever"), Is("rash"))), always=Above("count", 50, 50))
    assert english.definition(ill, FACTS) == "ill means: fever or rash; always so if count > 50 10*9/L"
    assert english.definition(FACTS["fever"], FACTS) == ""

"""The patients that are made from a rule stand on both sides of each of its thresholds; the dossier holds all evidence."""

from __future__ import annotations

import pytest

from editorial import GUIDELINE
from posology.check.boundaries import cases, condition, edges, step
from posology.expr import above, leaves
from posology.model import Above, All, Guideline, Statement
from posology.read.library import load
from posology.show.dossier import dossier

BOTH = [GUIDELINE, load("b12-injections")]
EVERY = [pytest.param(g, s, id=f"{g.id}: {s.name}") for g in BOTH for s in g.statements]
CONDITIONAL = [pytest.param(g, s, id=f"{g.id}: {s.name}") for g in BOTH for s in g.statements if condition(s, g) not in (None, All(()))]


@pytest.mark.parametrize(("guideline", "statement"), CONDITIONAL)
def test_every_threshold_has_a_patient_on_it_and_one_step_to_each_side(guideline: Guideline, statement: Statement) -> None:
    when = condition(statement, guideline)
    assert when is not None
    made = {(case.edge, case.facts[case.edge]) for case in cases(statement, guideline) if case.edge in case.facts}
    for test in (leaf for leaf in leaves(when) if isinstance(leaf, Above)):
        fact = guideline.facts[test.fact]
        by = step(fact, guideline)
        wanted = {end + move for end in (test.low, test.high) for move in (-by, 0, by)}
        assert {(test.fact, value) for value in wanted if fact.low <= value <= fact.high} <= made


@pytest.mark.parametrize(("guideline", "statement"), CONDITIONAL)
def test_every_condition_has_a_patient_for_whom_it_holds_and_one_for_whom_it_does_not(guideline: Guideline, statement: Statement) -> None:
    found = {case.edge: case.truth for case in cases(statement, guideline) if case.edge in ("true", "false", "unknown")}
    assert found.get("true") is True and found.get("false") is False
    assert found.get("unknown") is None


@pytest.mark.parametrize(("guideline", "statement"), CONDITIONAL)
def test_the_truth_turns_at_each_threshold(guideline: Guideline, statement: Statement) -> None:
    for edge in (edge for edge in edges(statement, guideline) if edge.fact):
        assert len({case.truth for case in edge.cases}) > 1, edge


def test_unknown_is_shown_wherever_somebody_may_not_know() -> None:
    without = [s.name for g in BOTH for s in g.statements if condition(s, g) not in (None, All(())) and "unknown" not in {c.edge for c in cases(s, g)}]
    assert without == []


def test_a_vague_threshold_is_left_to_the_clinician_between_its_ends() -> None:
    guideline = BOTH[1]
    (vague,) = [s for s in guideline.statements if s.rule and any(isinstance(leaf, Above) and leaf.low < leaf.high for leaf in leaves(s.rule.when)) and len(leaves(s.rule.when)) < 3]
    (edge,) = [edge for edge in edges(vague, guideline) if edge.fact]
    assert [case.truth for case in edge.cases] == [False, False, None, None, None, None, True]
    assert [case.decided for case in edge.cases][2:6] == ["decide"] * 4


@pytest.mark.parametrize(("strict", "truths"), [(True, [False, False, None, None, True]), (False, [False, None, None, True, True])])
def test_on_the_ends_of_a_vague_threshold_equal_counts_for_and_against(strict: bool, truths: list[bool | None]) -> None:
    """Above 30–60 nobody with 30 is, and with 60 perhaps; at least 30–60 somebody with 60 is, and with 30 perhaps."""
    test = Above("pitch", 30, 60, strict)
    assert [above(test, value) for value in (29.9, 30, 45, 60, 60.1)] == truths


def test_what_the_decision_says_is_what_its_worked_table_would_say() -> None:
    one = GUIDELINE.named["usual-dose"]
    said = {case.facts.get("weight"): (case.truth, case.decided) for case in cases(one, GUIDELINE) if case.edge == "weight"}
    assert said == {49.0: (False, "low-weight-dose, provisional"), 50.0: (True, "usual-dose, provisional"), 51.0: (True, "usual-dose, provisional")}


def test_background_has_no_edges() -> None:
    assert cases(GUIDELINE.named["hidden-paracetamol"], GUIDELINE) == ()


# ---------------------------------------------------------------- the dossier


@pytest.mark.parametrize(("guideline", "statement"), EVERY)
def test_the_dossier_names_every_source_of_the_statement_and_of_what_stands_beside_it(guideline: Guideline, statement: Statement) -> None:
    found = dossier(statement, guideline)
    cited = {*statement.citations, *(key for remark in statement.remarks for key in remark.citations)}
    assert {source.reference.key for source in found.sources} == cited
    assert all(source.cited_for for source in found.sources)
    assert found.remarks == statement.remarks
    assert found.said


def test_the_dossier_holds_what_is_said_under_rival_statements_and_the_codes() -> None:
    guideline = BOTH[1]
    found = dossier(guideline.named["standard-maintenance"], guideline)
    assert any("shortest interval wins, which is the editors' order" in words for words in found.said)
    assert {other for other, _ in found.elsewhere} >= {"bariatric-maintenance", "crohns-maintenance"}
    assert {code.what for code in found.codes} >= {"fact", "drug", "route"} and found.unverified > 0
    assert any("another view" in words for source in found.sources for words in source.cited_for)

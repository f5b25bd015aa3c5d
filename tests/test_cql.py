"""The exported library is accepted by the public translator, and the reference engine answers as we do."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import as_fhir
import patients
from posology.backends import cql
from posology.backends.proof import valuation
from posology.expr import evaluate
from posology.fhir.apply import read_parameters
from posology.model import (
    Above,
    Action,
    All,
    Any_,
    Decision,
    Expr,
    Fact,
    Give,
    Guideline,
    Is,
    Not,
    Patient,
    Period,
    Place,
    Plan,
    Rule,
    Statement,
)  # fmt: skip
from posology.plan.known import known
from posology.plan.plan import plan
from posology.read.guideline import read
from posology.schedule import add, due
from trees import FACTS, PATIENTS, trees

DRIVER = Path(__file__).parent.parent / "benchmarks" / "cql"
GUIDELINE = Path(__file__).parent.parent / "guidelines" / "b12-injections"

ILL = Fact("ill", "ill", "yes/no", when=Any_((Is("fever"), Is("rash"))), always=Is("very_ill"))
MORE = FACTS | {
    "ill": ILL,
    "very_ill": Fact("very_ill", 'very "ill"', "yes/no", question="Is it the patient's?"),
}


def guideline(*rules: Rule, decisions: tuple[Decision, ...] = ()) -> Guideline:
    statements = tuple(
        Statement(rule.name, "It's said\nso.", "rule", "article", ("1",), Place("", 1), rule=rule) for rule in rules
    )
    return Guideline(
        "small-example", "A small\nexample", "0.1", date(2026, 1, 1), "sha256:0", MORE, statements,
        {decision.name: decision for decision in decisions}, {}, meta={"disclaimer": "Not for use."},
    )  # fmt: skip


def refer(name: str, when: Expr, **more: Any) -> Rule:
    return Rule(name, when, Action("refer", "somewhere"), **more)


def regimen(name: str, when: Expr, low: Period, high: Period, times: int = 1) -> Rule:
    ways = (
        Give("it's", 1, 1.5, "oral", times, low, high),
        Give("x", 2, 2, "oral", 1, Period(1, "D"), Period(1, "D")),
    )
    return Rule(name, when, Action("give", gives=ways))


# ---------------------------------------------------------------- the text


def test_everything_has_a_name_that_nothing_else_has() -> None:
    rules = (refer("fever", Is("fever")), refer("rash-first", Is("rash")), regimen("r", Is("rash"), DAY, DAY))
    decisions = (Decision("fever", "one", "article", All(())),)
    for text in (cql.library(guideline(*rules, decisions=decisions)), cql.library(read(GUIDELINE))):
        names = [line.split('"')[1] for line in text.splitlines() if line.startswith(("parameter ", "define "))]
        assert len(names) == len(set(names))


def test_no_comment_breaks_out_of_its_line() -> None:
    text = cql.library(guideline(refer("a", Is("fever"))))
    assert "// A small example\n" in text
    assert "// It's said so.\n" in text


def test_quotes_are_escaped() -> None:
    assert cql.name('a "b" \\') == r'"a \"b\" \\"'
    assert cql.text("it's \\") == r"'it\'s \\'"


def test_figures_are_written_as_decimals() -> None:
    assert [cql.decimal(figure) for figure in (25, 0.5, 1e-5, 1e7)] == [
        "25.0",
        "0.5",
        "0.00001",
        "10000000.0",
    ]


DAY = Period(1, "D")


def test_a_regimen_without_a_fixed_number_asks_for_no_count() -> None:
    text = cql.library(guideline(regimen("r", Is("fever"), DAY, DAY)))
    assert text.count("DosesGiven") == 1, "only the parameter"


# ---------------------------------------------------------------- the engine


def translated(text: str, folder: Path) -> Path:
    done = subprocess.run(
        ["node", str(DRIVER / "translate.mjs")],
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "the translator warns"
    elm = folder / "library.json"
    elm.write_text(done.stdout)
    return elm


def answers(text: str, patients: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """What the engine says of every patient: every definition of the library by name."""
    lines = "".join(json.dumps(patient) + "\n" for patient in patients)
    done = subprocess.run(
        ["node", str(DRIVER / "run.mjs"), str(translated(text, folder))],
        input=lines, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def some_trees(number: int) -> list[Expr]:
    """Trees drawn once, so that they are translated and loaded once."""
    drawn: list[Expr] = []

    @settings(
        max_examples=number, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.lists(trees(), min_size=1, max_size=1))
    def draw(found: list[Expr]) -> None:
        drawn.extend(found)

    draw()
    return drawn


@pytest.mark.node
def test_the_reference_engine_is_the_evaluator(tmp_path: Path) -> None:
    exprs = some_trees(80)
    rules = [refer(f"r{at}", expr) for at, expr in enumerate(exprs)]
    patients = random.Random(1).sample(PATIENTS, 250)
    assert len(exprs) == 80
    for patient, found in zip(patients, answers(cql.library(guideline(*rules)), patients, tmp_path), strict=True):
        for rule in rules:
            assert found[rule.name] == evaluate(rule.when, patient.get), (rule.when, patient)


@pytest.mark.node
def test_a_parameter_left_out_is_unknown_and_so_is_an_impossible_value(tmp_path: Path) -> None:
    rules = (
        refer("b", All((Is("fever"), All(())))), refer("n", Above("count", 50, 50)),
        refer("v", Not(Above("length", 30, 60))), refer("c", Is("long_course", "long")),
    )  # fmt: skip
    patients: list[dict[str, Any]] = [{}, dict.fromkeys(FACTS), {"count": 99999.0, "long_course": "no such"}]
    for found in answers(cql.library(guideline(*rules)), patients, tmp_path):
        assert {rule.name: found[rule.name] for rule in rules} == dict.fromkeys("bnvc")


@pytest.mark.node
def test_derived_facts_and_decisions_are_worked_out(tmp_path: Path) -> None:
    decision = Decision("course", "one", "article", Is("ill"), done=Is("rash"))
    rule = refer("a", Is("fever"), decision="course")
    names = ("ill", "very_ill", "fever", "rash")
    values = (True, False, None)
    patients = [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in ((a, b, c, d) for a in values for b in values for c in values for d in values)
    ]
    for patient, found in zip(
        patients,
        answers(cql.library(guideline(rule, decisions=(decision,))), patients, tmp_path),
        strict=True,
    ):
        value_of = valuation(patient, MORE)
        assert found["Ill"] == value_of("ill")
        assert found["course is open"] == evaluate(All((Is("ill"), Not(Is("rash")))), value_of)
        assert found["a"] == evaluate(All((Is("ill"), Is("fever"), Not(Is("rash")))), value_of)


@pytest.mark.node
def test_windows_are_counted_in_calendar_months_and_clamped(tmp_path: Path) -> None:
    low, high = Period(1, "M"), Period(3, "M")
    rules = (regimen("m", Is("fever"), low, high), regimen("d", Is("fever"), Period(10, "D"), Period(2, "W")))
    days = [date(2023, 11, 30), date(2024, 1, 31), date(2025, 12, 31), date(2026, 2, 28)]
    days += [date(2024, 1, 1) + timedelta(days=23 * k) for k in range(60)]
    patients: list[dict[str, Any]] = [{"fever": True, "LastDose": str(day)} for day in days]
    library = cql.library(guideline(*rules))
    for day, found in zip(days, answers(library, patients, tmp_path), strict=True):
        assert (found["m earliest"], found["m latest"]) == (str(add(day, low)), str(add(day, high)))
        assert (found["d earliest"], found["d latest"]) == (
            str(day + timedelta(10)),
            str(day + timedelta(14)),
        )
    (found, unknown, dateless) = answers(library, [patients[0] | {"fever": False}, {}, {"fever": True}], tmp_path)
    for nothing in (found, unknown, dateless):
        assert nothing["m earliest"] is None and nothing["m latest"] is None
    assert found["m gives"] is None
    assert [(way["drug"], way["high"], way["everyHigh"]) for way in dateless["m gives"]] == [
        ("it's", 1.5, "P3M"), ("x", 2.0, "P1D"),
    ]  # fmt: skip


@pytest.mark.node
def test_several_doses_a_week_fall_on_the_days_that_we_say(tmp_path: Path) -> None:
    week = Period(1, "W")
    gives = tuple(Give("x", 1, 1, "oral", times, week, week, doses=2 * times) for times in (2, 3, 4))
    rules = tuple(Rule(f"w{give.times}", Is("fever"), Action("give", gives=(give,))) for give in gives)
    day = date(2026, 2, 25)
    patients: list[dict[str, Any]] = [{"fever": True, "LastDose": str(day), "DosesGiven": n} for n in range(1, 9)]
    found = answers(cql.library(guideline(*rules)), [*patients, {"fever": True, "LastDose": str(day)}], tmp_path)
    for count, said in enumerate(found[:-1], 1):
        for give in gives:
            expected = str(due(give, day, count, 1)[0]) if count < 2 * give.times else None
            assert (said[f"w{give.times} earliest"], said[f"w{give.times} latest"]) == (expected, expected)
    assert all(found[-1][f"w{give.times} earliest"] is None for give in gives), "how many were given is not known"


@pytest.mark.node
def test_a_thousand_patients_as_fhir_have_the_same_rules_and_the_same_windows(tmp_path: Path) -> None:
    """Each is sent as FHIR, read by us, and answered by both: every rule, and the window of every next dose."""
    whole = read(GUIDELINE)
    read_ = [read_parameters(as_fhir.parameters(patients.drawn(random.Random(seed)), whole), whole)[0] for seed in range(MANY)]
    here = [known(whole, one, one.on or date.min) for one in read_]
    told = [_told(whole, one, plan(whole, one)) for one in read_]
    windows: Counter[str] = Counter()
    found = answers(cql.library(whole), told, tmp_path)
    for one, mine, sent, theirs in zip(read_, here, told, found, strict=True):
        for rule in whole.rules:
            truth = evaluate(rule.applies, mine.values.get)
            assert theirs[cql.rule_name(rule, whole.facts)] == truth, (rule.name, sent)
            for give in rule.action.gives[:1]:
                expected = _window(give, sent) if truth else None
                assert _days(theirs, rule.name) == expected, (rule.name, sent)
                windows["of rules"] += expected is not None
        item = next((item for item in plan(whole, one).schedule if item.what == "dose"), None)
        if item and "LastDose" in sent:
            assert _days(theirs, item.rule) == (str(item.earliest), str(item.latest)), (item, sent)
            windows["of plans"] += 1
    assert windows["of rules"] > 300 and windows["of plans"] > 100, windows


def _days(theirs: dict[str, Any], rule: str) -> tuple[str, str] | None:
    """The window that the engine gives."""
    days = (theirs[f"{rule} earliest"], theirs[f"{rule} latest"])
    return None if days == (None, None) else days


def _window(give: Give, sent: dict[str, Any]) -> tuple[str, str] | None:
    """The window that we give."""
    if "LastDose" not in sent or (give.doses is not None and sent["DosesGiven"] >= give.doses):
        return None
    first, last = due(give, date.fromisoformat(sent["LastDose"]), sent["DosesGiven"], 1)
    return str(first), str(last)


MANY = 1000


def _told(whole: Guideline, one: Patient, made: Plan) -> dict[str, Any]:
    """What the engine is told: the facts that were read, what the doses say, and the doses that count now."""
    facts = {
        name: value for name, (value, origin) in made.facts.items() if origin != "derived" or whole.facts[name].course
    }
    first = next((item.rule for item in made.schedule if item.what == "dose"), "")
    drug = next((rule.action.gives[0].drug for rule in whole.rules if rule.name == first and rule.action.gives), "")
    since = one.start or min((dose.on for dose in one.doses if dose.route != "intravenous"), default=date.min)
    counted = [dose for dose in made.given if made.phase != "loading" or (dose.on >= since and dose.drug == drug)]
    last = {"LastDose": str(counted[-1].on)} if counted else {}
    return facts | last | {"DosesGiven": len(counted)}


def somebody(whole: Guideline, chance: random.Random) -> dict[str, Any]:
    """A patient with holes; numbers fall on thresholds as often as beside them."""
    patient: dict[str, Any] = {}
    for name, fact in whole.facts.items():
        if chance.random() < 0.4:
            continue
        if fact.kind == "yes/no":
            patient[name] = chance.random() < 0.5
        elif fact.kind == "choice":
            patient[name] = chance.choice(fact.choices)
        else:
            patient[name] = chance.choice([10.0, 16.0, 20.0, 25.0, 30.0, 45.0, 50.0, 60.0, 61.0])
    return patient

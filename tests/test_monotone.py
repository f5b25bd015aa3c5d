"""More facts never take a firm answer back, and a plan asks exactly for what could still change it.

Both are laws of the design, tried on invented patients: a fact is added, and the plan is made again.
Left out of the first law are the facts that a line itself asks to confirm, and `improvement` (the course of
the illness). Left out, too, is a contradiction: a yes to one of the three facts that always mean neurological
involvement, where the record so far says that there is none.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle import CHOICES, CORD, KIDNEY, NUMBERS, SYMPTOMS, YES_NO
from patients import NERVES, PLAIN, SIX, asked, drawn, plan_of, told

Made = dict[str, Any]
SEEDS = st.integers(0, 2**32 - 1)
EVERY_FACT = (*YES_NO, *CHOICES, *NUMBERS)
# What derives a fact, or is derived: stating one of them beside the other can contradict it.
PARTS = {"neurological_involvement": SYMPTOMS, "renal_dysfunction": KIDNEY}
FEW: dict[str, tuple[Any, ...]] = {
    "age": (15, 50), "ileal_resection_length": (10, 25), "ileal_crohns_length": (10, 45, 100), "egfr": (30, 90),
    "platelet_count": (5, 20, 30, 100), "homocysteine": (5, 20), "serum_b12": (100, 1500),
    "hemoglobin": (80,), "mcv": (110,), "potassium": (4,),
}  # fmt: skip


def values(fact: str) -> tuple[Any, ...]:
    return FEW.get(fact) or CHOICES.get(fact) or (True, False)


def unknown(data: dict[str, Any], made: Made) -> list[str]:
    return [fact for fact in EVERY_FACT if fact not in data["facts"] and fact not in made["facts"]]


def with_fact(data: dict[str, Any], fact: str, value: Any) -> dict[str, Any]:
    return {**data, "facts": {**data["facts"], fact: value}}


def holey(rng: Random) -> dict[str, Any]:
    """A patient with something left to ask."""
    data = drawn(rng)
    for fact in list(data["facts"]):
        if rng.random() < 0.3:
            del data["facts"][fact]
    return data


# ---------------------------------------------------------------- more facts take nothing back


@given(SEEDS)
def test_more_facts_never_take_a_firm_answer_back(seed: int) -> None:
    data = holey(rng := Random(seed))
    before = plan_of(data)
    for fact in rng.sample(open_ := unknown(data, before), min(10, len(open_))):
        for value in values(fact):
            if not exempt(fact, value, before):
                keeps(before, plan_of(with_fact(data, fact, value)), fact, f"{data} + {fact}: {value}")


@pytest.mark.parametrize(
    "data", [told(**PLAIN), told(**NERVES), told(doses=SIX, **PLAIN), told(b12_deficiency=True, gait_disturbance=True)]
)
def test_more_facts_take_nothing_back_from_a_plain_patient(data: dict[str, Any]) -> None:
    before = plan_of(data)
    for fact in unknown(data, before):
        for value in values(fact):
            if not exempt(fact, value, before):
                keeps(before, plan_of(with_fact(data, fact, value)), fact, f"{data} + {fact}: {value}")


def exempt(fact: str, value: Any, before: Made) -> bool:
    """The course of the illness, and what contradicts the record."""
    if fact == "improvement":
        return True
    involved = before["facts"].get("neurological_involvement", {}).get("value")
    return fact in CORD and value is True and involved is False


def keeps(before: Made, after: Made, fact: str, said: str) -> None:
    """Every firm give and use is still there, firm and the same."""
    lines = {line["rule"]: line for line in after["advice"]}
    for line in before["advice"]:
        if line["action"] in ("give", "use") and line["certainty"] == "firm" and not confirms(line, fact):
            now = lines.get(line["rule"])
            assert now is not None, f"{line['rule']} is gone: {said}"
            assert (now["action"], now["give"]) == (line["action"], line["give"]), f"{line['rule']} has changed: {said}"
            assert now["certainty"] == "firm" or beside_a_vague_rule(now, after), (
                f"{line['rule']} is no longer firm: {said}"
            )
    for name, decision in before["decisions"].items():
        if decision["outcome"] == "not applicable":
            assert after["decisions"][name]["outcome"] == "not applicable", f"{name}: {said}"


def beside_a_vague_rule(line: dict[str, Any], made: Made) -> bool:
    """A true give stays, provisional, when a fact turns out to lie where the source is vague: so says the contract."""
    decision = made["decisions"].get(line["decision"] or "", {})
    return not line["if"] and not line["unless"] and decision.get("outcome") == "decide"


def confirms(line: dict[str, Any], fact: str) -> bool:
    """Whether a line asks to confirm a fact, by its own name or as a part of it (or the whole of its part)."""
    named = set(line["confirm"])
    wholes = {whole for whole, parts in PARTS.items() if fact in parts}
    return fact in named or bool(wholes & named) or bool(named & set(PARTS.get(fact, ())))


# ---------------------------------------------------------------- exactly what matters is asked

SHOWN = ("advice", "decisions", "schedule", "phase")


def essence(made: Made) -> dict[str, Any]:
    """What a plan says, without the facts it repeats and without rules that are beaten anyway."""
    lines = [{key: value for key, value in line.items() if key != "because"} for line in made["advice"]]
    decisions = {name: {**found, "superseded": []} for name, found in made["decisions"].items()}
    return {key: made[key] for key in SHOWN} | {"advice": lines, "decisions": decisions}


def untold(made: Made) -> set[str]:
    """Facts that stand for others already asked or known: asking a part, or the whole of it, is enough."""
    open_ = asked(made)
    found = {part for whole, parts in PARTS.items() if whole in open_ or whole in made["facts"] for part in parts}
    found |= {whole for whole, parts in PARTS.items() if open_ & set(parts)}
    if made["facts"].get("neurological_involvement", {}).get("value") is not True:
        found |= {*CORD}  # they mean involvement, which is asked, or contradict a no
    if made["facts"].get("b12_deficiency", {}).get("value") is not True:
        found.add("improvement")  # the course of a loading that nobody knows to be needed
    return found | {"loading_complete", "b12_treatment_given"}  # read from the record of doses


@given(SEEDS)
def test_a_fact_that_is_not_asked_changes_nothing(seed: int) -> None:
    data = holey(rng := Random(seed))
    made = plan_of(data)
    quiet = [fact for fact in unknown(data, made) if fact not in asked(made) | untold(made)]
    for fact in rng.sample(quiet, min(8, len(quiet))):
        for value in values(fact):
            assert essence(plan_of(with_fact(data, fact, value))) == essence(made), (
                f"{fact}: {value} changes the plan, but is not asked: {data}"
            )


@given(SEEDS)
def test_a_fact_that_is_asked_can_change_the_plan(seed: int) -> None:
    data = holey(rng := Random(seed))
    made = plan_of(data)
    measured = {row["test"] for row in data.get("results", ())}  # results that disagree win over what is stated
    open_ = sorted(asked(made) - measured)
    for fact in rng.sample(open_, min(3, len(open_))):
        assert any(changes(data, fact, rng)), f"{fact} is asked, but nothing found that it changes: {data}"


def changes(data: dict[str, Any], fact: str, rng: Random) -> Iterator[bool]:
    """Whether two values of a fact lead to two plans, the other facts being as they are or made up."""
    for trial in (data, *(completed(data, fact, rng) for _ in range(10))):
        plans = [essence(plan_of(with_fact(trial, fact, value))) for value in values(fact)]
        yield any(found != plans[0] for found in plans) or plans[0] != essence(plan_of(trial))


def completed(data: dict[str, Any], fact: str, rng: Random) -> dict[str, Any]:
    """The same patient with some of the other facts made up."""
    made = plan_of(data)
    facts = dict(data["facts"])
    for other in unknown(data, made):
        if other != fact and other not in PARTS and rng.random() < 0.6:
            facts[other] = rng.choice(values(other))
    return {**data, "facts": facts}


def test_no_question_is_asked_when_nothing_can_change() -> None:
    everything = PLAIN | {
        "renal_dysfunction": False, "requested_route": "intramuscular", "anticoagulant": False,
        "bleeding_disorder": False, "homocysteine": 5, "anemia_at_baseline": False, "severe_anemia": False,
        "pregnancy": "none", "folic_acid_planned": False, "stop_requested": False, "cause_resolved": False,
        "intramuscular_refused": False, "suspected_cord_lesion": False, "visual_loss": False,
        "neurological_recurrence": False,
    }  # fmt: skip
    assert asked(plan_of(told(**everything))) == set()


# ---------------------------------------------------------------- the same plan, to the byte

BYTES = """
import json, sys
sys.path.insert(0, sys.argv[1])
from random import Random
from patients import drawn, plan_of
for seed in range(40):
    print(json.dumps(plan_of(drawn(Random(seed)))))
"""


def test_the_same_patient_has_the_same_plan_to_the_byte() -> None:
    here = str(Path(__file__).parent)
    runs = [
        subprocess.Popen([sys.executable, "-c", BYTES, here], env=os.environ | {"PYTHONHASHSEED": seed}, stdout=-1)
        for seed in ("0", "1", "4711")
    ]
    outputs = [run.communicate()[0] for run in runs]
    assert {run.returncode for run in runs} == {0} and len(outputs[0].splitlines()) == 40
    assert outputs[0] == outputs[1] == outputs[2]


def test_a_plan_made_twice_in_one_process_is_the_same() -> None:
    for seed in range(20):
        data = drawn(Random(seed))
        assert json.dumps(plan_of(data)) == json.dumps(plan_of(data))

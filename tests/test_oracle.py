"""The engine against an independent reading of the contract (``oracle.py``), field by field, on invented patients."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracle
from patients import drawn, guideline, plan_of

BLOCKS, PER_BLOCK = 12, 40
SEEDS = st.integers(0, 2**32 - 1)
Made = dict[str, Any]


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_engine_agrees_with_the_oracle(block: int) -> None:
    for seed in range(block * PER_BLOCK, (block + 1) * PER_BLOCK):
        agree(drawn(Random(seed)), f"seed {seed}")


@given(SEEDS)
def test_the_engine_agrees_with_the_oracle_on_whatever_is_drawn(seed: int) -> None:
    agree(drawn(Random(seed)), f"seed {seed}")


def agree(data: dict[str, Any], name: str) -> None:
    found = list(differences(plan_of(data), oracle.judge(data)))
    assert not found, f"{name}: {data}\n" + "\n".join(found)


# ---------------------------------------------------------------- what is compared


def differences(made: Made, judged: dict[str, Any]) -> Iterator[str]:
    """Each field in which the plan and the oracle's judgment differ."""
    yield from differ("facts", {name: known["value"] for name, known in made["facts"].items()}, judged["facts"])
    yield from differ("origins", {name: known["from"] for name, known in made["facts"].items()}, judged["origins"])
    yield from differ("phase", made["phase"], judged["phase"])
    for name, decision in judged["decisions"].items():
        yield from decision_differences(name, made["decisions"][name], decision)
    yield from line_differences(made, judged)
    yield from differ("schedule", dates(made, judged), theirs(judged))
    numbers = [item["number"] for item in made["schedule"] if item["rule"] in oracle.DECISIONS["loading"]]
    yield from differ(
        "numbers", numbers, list(range(judged["loading doses"] + 1, judged["loading doses"] + 1 + len(numbers)))
    )
    if judged["notices"] and not any(notice["kind"] == "input" for notice in made["notices"]):
        yield f"not noticed: {sorted(judged['notices'])}"
    missing = judged["asked"] - {question["fact"] for question in made["ask"]}
    if missing:
        yield f"not asked: {sorted(missing)}"


def differ(what: str, ours: Any, expected: Any) -> Iterator[str]:
    if ours != expected:
        yield f"{what}: the engine says {ours!r}, the contract {expected!r}"


def decision_differences(name: str, made: dict[str, Any], expected: dict[str, Any]) -> Iterator[str]:
    yield from differ(f"{name}.outcome", made["outcome"], expected["outcome"])
    withheld = expected["outcome"] in ("stopped", "decide")
    for key in ("rules", "contenders") if withheld else ("rules", "contenders", "superseded"):
        yield from differ(f"{name}.{key}", sorted(made[key]), sorted(expected[key]))


OWN = {rule for rules in oracle.DECISIONS.values() for rule in rules}


def line_differences(made: Made, judged: dict[str, Any]) -> Iterator[str]:
    lines = {line["rule"]: line for line in made["advice"]}
    yield from differ("one line a rule", len(made["advice"]), len(lines))
    yield from differ("lines", sorted(lines), sorted(judged["lines"]))
    for rule in lines.keys() & judged["lines"].keys():
        ours, expected = lines[rule], judged["lines"][rule]
        vague_technique = rule in judged["vague"] and rule not in OWN
        for key in () if vague_technique else ("action", "certainty"):
            yield from differ(f"{rule}.{key}", ours[key], expected[key])
        for key in ("if", "unless"):
            yield from differ(f"{rule}.{key}", sorted(ours[key]), sorted(expected[key]))
        named, open_gates = (
            {*ours["confirm"], *ours["if"], *ours["unless"]},
            expected["confirm"] | expected["may confirm"],
        )
        if not expected["confirm"] <= named or not set(ours["confirm"]) <= open_gates:
            yield from differ(f"{rule}.confirm", sorted(ours["confirm"]), sorted(expected["confirm"]))
        if rule in oracle.ORAL:
            yield from differ(f"{rule}.tablets", tablets(ours), expected["oral"])


def tablets(line: dict[str, Any]) -> set[str] | None:
    """What the alternative by mouth hangs on; None when there is none."""
    found = [set(give.get("unless", ())) for give in line["alternatives"] if give["route"] == "oral"]
    return found[0] if found else None


Row = tuple[str, str, str, str, str, bool, bool, tuple[str, ...]]


def dates(made: Made, judged: dict[str, Any]) -> list[Row]:
    rows = [
        (s["what"], s["rule"], s["earliest"], s["latest"],
         s["state"], s["tentative"], s["open_ended"], tuple(s.get("tests", ())))
        for s in made["schedule"]
    ]  # fmt: skip
    return once_assessed(sorted(rows), judged)


def theirs(judged: dict[str, Any]) -> list[Row]:
    rows = [(what, rule, str(first), str(last), *rest) for what, rule, first, last, *rest in judged["schedule"]]
    return once_assessed(sorted(rows), judged)


def once_assessed(rows: list[Row], judged: dict[str, Any]) -> list[Row]:
    """How far ahead alternate days are listed once somebody has assessed is left open: only the next is compared."""
    if judged["facts"].get("improvement") is None:
        return rows
    nerves = [row for row in rows if row[1] == "neurological-loading"]
    return [row for row in rows if row[1] not in ("neurological-loading", "loading-review")] + nerves[:1]


# ---------------------------------------------------------------- what holds of every plan

MONTHLY, TABLETS = ("P1M", "P1M"), ("P1D", "P1D")
GIVES = {  # dose, route, times, every, doses, until, for life
    "neurological-loading": (1, 1, "intramuscular", 1, ("P2D", "P2D"), None, "no further improvement", False),
    "standard-loading": (1, 1, "intramuscular", 3, ("P1W", "P1W"), 6, None, False),
    "neurological-maintenance": (1, 1, "intramuscular", 1, ("P2M", "P2M"), None, None, True),
    "standard-maintenance": (1, 1, "intramuscular", 1, ("P2M", "P3M"), None, None, True),
    "bariatric-maintenance": (1, 1, "intramuscular", 1, ("P3M", "P3M"), None, None, True),
    "ileal-resection-prophylaxis": (1, 1, "intramuscular", 1, MONTHLY, None, None, True),
    "crohns-maintenance": (1, 1, "intramuscular", 1, MONTHLY, None, None, False),
}


def shape(give: dict[str, Any]) -> tuple[Any, ...]:
    dose, every = give["dose"], give["every"]
    return (
        dose["low"], dose["high"], give["route"], give["times"], (every["low"], every["high"]),
        give["doses"], give["until"], give["for_life"],
    )  # fmt: skip


@given(SEEDS)
def test_every_plan_keeps_the_form_of_the_contract(seed: int) -> None:
    data = drawn(Random(seed))
    made = plan_of(data)
    assert made["headline"] and made["on"] == data["on"]
    for line in made["advice"]:
        well_formed(line, made)
    keys = [(item["date"], item["earliest"]) for item in made["schedule"]]
    assert keys == sorted(keys)
    for item in made["schedule"]:
        well_dated(item, made)
    for question in made["ask"]:
        assert question["question"] and question["would_change"], question
        assert question["fact"] not in made["facts"], f"{question['fact']} is known and asked"
    assert {notice["kind"] for notice in made["notices"]} <= {"gap", "conflict", "citation", "input"}


def well_formed(line: dict[str, Any], made: Made) -> None:
    statement = guideline().named[line["rule"]]
    assert line["citations"] and line["text"] and line["origin"] == statement.origin
    assert (line["give"] is not None) == (line["action"] == "give")
    if line["give"]:
        assert shape(line["give"]) == GIVES[line["rule"]] and line["give"]["drug"] == "hydroxocobalamin"
    for give in line["alternatives"]:
        assert give["route"] == "oral" or line["action"] == "decide"
    assert not (line["if"] and line["unless"])
    assert line["certainty"] == ("provisional" if line["if"] or line["unless"] or tentative(line, made) else "firm"), (
        line
    )
    for name, value in line["because"].items():
        assert made["facts"][name]["value"] == value
    assert line["certainty"] == "provisional" or line["because"], line
    unknown = {
        *line["if"],
        *line["unless"],
        *line["confirm"],
        *(f for g in line["alternatives"] for f in g.get("unless", ())),
    }
    assert unknown <= {question["fact"] for question in made["ask"]}, line


def tentative(line: dict[str, Any], made: Made) -> bool:
    """A true give beside a vague rule is provisional without an unknown fact to hang on, and so is vague technique."""
    decision = made["decisions"].get(line["decision"] or "")
    return line["certainty"] == "provisional" and (decision is None or decision["outcome"] == "decide")


def well_dated(item: dict[str, Any], made: Made) -> None:
    assert item["date"] == item["earliest"] <= item["latest"]
    state = "upcoming" if made["on"] < item["earliest"] else "due" if made["on"] <= item["latest"] else "overdue"
    assert item["state"] == state, item
    if item["what"] == "dose":
        line = next(line for line in made["advice"] if line["rule"] == item["rule"])
        assert line["action"] == "give" and not line["if"]
        assert item["tentative"] == (line["certainty"] == "provisional")


@given(SEEDS)
def test_the_order_in_which_a_record_is_written_changes_nothing(seed: int) -> None:
    data = drawn(rng := Random(seed))
    made = plan_of(data)
    for part in ("doses", "results"):
        rng.shuffle(data.get(part, []))
    data["facts"] = dict(rng.sample(list(data["facts"].items()), len(data["facts"])))
    assert plan_of(data) == made


@given(SEEDS)
def test_a_longer_look_ahead_adds_and_changes_nothing(seed: int) -> None:
    data = drawn(Random(seed))
    far = str(oracle.months_after(date.fromisoformat(data["on"]), 12))
    longer = plan_of(data, horizon="P2Y")["schedule"]
    assert plan_of(data)["schedule"] == [item for item in longer if item["earliest"] <= far]


@given(SEEDS)
def test_no_laboratory_value_changes_an_interval(seed: int) -> None:
    data = drawn(rng := Random(seed))
    levels = ("serum_b12", "homocysteine", "hemoglobin", "mcv", "potassium")
    data["results"] = [r for r in data.get("results", []) if r["test"] not in levels]
    other = {**data, "facts": dict(data["facts"])}
    for name in levels:
        data["facts"].pop(name, None)
        other["facts"][name] = rng.choice(oracle.NUMBERS[name])
    ours, changed = plan_of(data), plan_of(other)
    assert ours["schedule"] == changed["schedule"] and ours["decisions"] == changed["decisions"]

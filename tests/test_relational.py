"""What a database makes of unknown, of NaN and of columns that are not there."""

from __future__ import annotations

import math
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posology.backends import relational
from posology.backends.proof import valuation
from posology.expr import evaluate
from posology.model import Above, All, Any_, Expr, Fact, Is, Not

LACKING: list[float | None] = [None, math.nan]


def ask(expr: Expr, values: list[Any], kind: str = "float64") -> list[bool | None]:
    """The truth of a condition on the fact n, for each of its values."""
    columns = {"row": list(range(len(values))), "n": values}
    table = ibis.memtable(columns, schema={"row": "int64", "n": kind})
    found = table.select("row", truth=relational.column(expr, table))
    return [row["truth"] for row in found.order_by("row").to_pyarrow().to_pylist()]


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("ends", [(50.0, 50.0), (30.0, 60.0)])
def test_what_is_no_number_is_neither_above_nor_not_above(strict: bool, ends: tuple[float, float]) -> None:
    assert ask(Above("n", *ends, strict=strict), LACKING) == [None, None]
    assert ask(Not(Above("n", *ends, strict=strict)), LACKING) == [None, None]


def test_the_database_itself_holds_that_nan_is_above_everything() -> None:
    assert ibis.duckdb.connect().raw_sql("select 'NaN'::double > 1e300").fetchall() == [(True,)]


def test_a_condition_that_does_not_hang_on_nan_is_decided_all_the_same() -> None:
    above = Above("n", 50, 50)
    assert ask(All((above, Any_(()))), LACKING) == [False, False]
    assert ask(Any_((above, All(()))), LACKING) == [True, True]


def test_a_vague_threshold_is_null_between_its_figures() -> None:
    values = [30.0, 30.5, 60.0, 60.5]
    assert ask(Above("n", 30, 60), values) == [False, None, None, True]
    assert ask(Above("n", 30, 60, strict=False), values) == [None, None, True, True]


@pytest.mark.parametrize("kind", ["int64", "float32", "decimal(9, 2)"])
def test_any_kind_of_number_column_will_do(kind: str) -> None:
    assert ask(Above("n", 50, 50), [49, 50, 51, None], kind) == [False, False, True, None]


def test_a_choice_that_is_not_recorded_is_unknown() -> None:
    assert ask(Is("n", "oral"), ["oral", "other", None], "string") == [True, False, None]
    assert ask(Not(Is("n", "oral")), ["oral", "other", None], "string") == [False, True, None]


def test_a_column_that_is_missing_is_unknown_for_everybody() -> None:
    for expr in (Is("x"), Is("x", "oral"), Above("x", 1, 1), Not(Is("x"))):
        assert ask(expr, [1.0, 2.0]) == [None, None]
    assert ask(All((Is("x"), Above("n", 1, 1))), [1.0, 2.0]) == [False, None]


# ---------------------------------------------------------------- derived facts

DERIVED = {
    fact.name: fact
    for fact in (
        Fact("ill", "ill", "yes/no", when=Any_((Is("feverish"), Is("rash"))), always=Is("grave")),
        Fact("feverish", "feverish", "yes/no", when=Above("heat", 38, 38)),
        Fact("heat", "heat", "number", high=45),
        Fact("rash", "rash", "yes/no"),
        Fact("grave", "grave", "yes/no"),
    )
}
KINDS = {"yes/no": "boolean", "number": "float64"}
truths = st.sampled_from([True, False, None])


@given(
    st.lists(
        st.fixed_dictionaries(
            {"ill": truths, "feverish": truths, "rash": truths, "grave": truths}
            | {"heat": st.sampled_from([37.0, 38.0, 39.0, None])}
        ),
        min_size=1,
        max_size=40,
    )
)
@settings(max_examples=20)
def test_derived_facts_are_filled_in_as_for_one_patient(rows: list[dict[str, Any]]) -> None:
    columns = {"row": list(range(len(rows)))} | {name: [row[name] for row in rows] for name in DERIVED}
    schema = {"row": "int64"} | {name: KINDS[fact.kind] for name, fact in DERIVED.items()}
    filled = relational.derive(ibis.memtable(columns, schema=schema), DERIVED)
    for row, found in zip(rows, filled.order_by("row").to_pyarrow().to_pylist(), strict=True):
        value_of = valuation({name: value for name, value in row.items() if value is not None}, DERIVED)
        assert {name: found[name] for name in DERIVED} == {name: value_of(name) for name in DERIVED}
        assert found["ill"] == evaluate(Is("ill"), value_of)


def test_a_derived_column_appears_though_nobody_ever_stated_it() -> None:
    table = ibis.memtable({"heat": [39.0, 37.0]}, schema={"heat": "float64"})
    filled = relational.derive(table, DERIVED).to_pyarrow().to_pylist()
    assert [row["feverish"] for row in filled] == [True, False]
    assert [row["ill"] for row in filled] == [True, None]

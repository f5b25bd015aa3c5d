"""What a register's arrays say is what the plan's own functions say, one value at a time."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posology.expr import evaluate
from posology.model import Above, Period
from posology.register import files
from posology.register.arrays import bits, dates, days, flags, numbers, texts, truths
from posology.register.dated import plus
from posology.register.measured import over, unsure
from posology.schedule import add
from test_register import ON, differing, register_of, told, worklist

DAYS = st.dates(date(1900, 1, 1), date(2150, 12, 31))


@given(st.lists(DAYS, min_size=1), st.sampled_from("DWMY"), st.integers(1, 40))
def test_days_so_many_periods_later_are_those_of_the_schedule(begin: list[date], unit: str, count: int) -> None:
    step = Period(count, unit)  # type: ignore[arg-type]
    assert plus(np.array(begin, "datetime64[D]"), step).tolist() == [add(day, step) for day in begin]


@given(st.lists(st.none() | st.floats(0, 100)), st.booleans(), st.sampled_from([(50.0, 50.0), (30.0, 60.0)]))
def test_a_number_is_above_a_threshold_as_the_plan_has_it(values: list[float | None], strict: bool, ends: tuple[float, float]) -> None:
    test, there = Above("x", *ends, strict=strict), np.array([math.nan if v is None else v for v in values])
    found = [None if open_ else bool(yes) for yes, open_ in zip(over(test, there), unsure(test, there), strict=True)]
    assert found == [evaluate(test, {"x": v}.get) for v in values]


@given(st.lists(st.none() | st.booleans()), st.integers(0, 20))
def test_yes_and_no_come_out_of_arrow_as_they_are(said: list[bool | None], start: int) -> None:
    column = pa.array(said, pa.bool_()).slice(min(start, len(said)))
    yes = bits(column)
    assert [bool(yes >> k & 1) for k in range(len(column))] == [each is True for each in column.to_pylist()]
    known = column.is_valid()
    assert truths(known).tolist() == known.to_pylist()
    assert flags(truths(known)).to_pylist() == known.to_pylist()


@given(st.lists(st.none() | DAYS), st.integers(0, 20))
def test_days_go_into_numpy_and_back(written: list[date | None], start: int) -> None:
    column = pa.array(written, pa.date32()).slice(min(start, len(written)))
    assert dates(days(column)).to_pylist() == column.to_pylist()


@given(st.lists(st.none() | st.floats(allow_nan=False)), st.integers(0, 20))
def test_numbers_come_out_of_arrow_as_they_are(written: list[float | None], start: int) -> None:
    column = pa.array(written, pa.float64()).slice(min(start, len(written)))
    assert [None if math.isnan(v) else v for v in numbers(column, np.nan).tolist()] == column.to_pylist()


@given(st.lists(st.text()))
def test_words_go_into_arrow_as_they_are(words: list[str]) -> None:
    words = [word.encode(errors="ignore").decode() for word in words]
    assert texts(words).to_pylist() == words


def test_patients_who_are_worked_out_few_at_a_time_have_the_rows_of_their_plans_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "AT_ONCE", 64)
    patients = register_of(tmp_path / "register", 300, 11, ON)
    assert differing(worklist(tmp_path / "register", ON), told(patients, ON)) == []

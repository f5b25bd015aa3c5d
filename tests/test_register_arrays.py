"""What a register's arrays say is what the plan's own functions say, one value at a time."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posology.cli import main
from posology.expr import evaluate
from posology.model import Above, Is, Period
from posology.read.library import load
from posology.register import cells, files, flow
from posology.register import worklist as lists
from posology.register.answers import LIST, Answers, chosen, in_order, joined, key, listed, spelled
from posology.register.arrays import bits, dates, days, flags, numbers, said, texts, there, values
from posology.register.dated import once_a_day, plus
from posology.register.measured import over, unsure
from posology.register.reading import read
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
    assert there(column).tolist() == known.to_pylist()
    assert flags(there(column)).to_pylist() == known.to_pylist()


@given(st.lists(st.none() | st.text()), st.integers(0, 20), st.integers(0, 20))
def test_all_that_words_say_is_what_each_of_them_says(words: list[str | None], start: int, many: int) -> None:
    column = pa.array(words, pa.string()).slice(min(start, len(words)), many)
    assert bytes(said(column)).decode() == "".join(word or "" for word in column.to_pylist())


@pytest.mark.parametrize(
    ("kind", "one"),
    [(pa.string(), st.text()), (pa.bool_(), st.booleans()), (pa.float64(), st.floats(allow_nan=False)), (pa.int64(), st.integers(-(2**62), 2**62)), (pa.date32(), DAYS)],
    ids=str,
)
@given(data=st.data())
def test_values_become_the_column_that_arrow_makes_of_them(kind: pa.DataType, one: st.SearchStrategy[Any], data: st.DataObject) -> None:
    found = data.draw(st.lists(st.none() | one))
    made = values(found, kind)
    made.validate(full=True)
    assert made.equals(pa.array(found, kind))


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
    monkeypatch.setattr(flow, "AT_ONCE", 64)
    patients = register_of(tmp_path / "register", 300, 11, ON)
    assert differing(worklist(tmp_path / "register", ON), told(patients, ON)) == []


@given(st.lists(st.none() | st.dates(date(1969, 12, 1), date(1970, 2, 1)), max_size=90))
def test_what_is_worked_out_once_a_day_is_what_each_day_says_and_no_day_stays_none(written: list[date | None]) -> None:
    there = np.array(written, "datetime64[D]")
    assert once_a_day(lambda day: day + 7, there).tolist() == (there + 7).tolist()


def test_few_days_are_worked_out_once_and_days_far_apart_are_not_all_counted_through() -> None:
    seen: list[int] = []
    once_a_day(lambda day: seen.append(len(day)) or day, np.array(["2026-01-01", "2026-01-02"] * 50 + ["NaT"], "datetime64[D]"))
    once_a_day(lambda day: seen.append(len(day)) or day, np.array(["1900-01-01", "2199-01-01"], "datetime64[D]"))
    assert seen == [2, 2]


@given(st.lists(st.lists(st.tuples(st.integers(0, 2**24 - 1), st.integers(0, 2)), unique=True, max_size=4), max_size=9))
def test_the_words_of_a_list_stand_by_rank_then_by_entry_and_nobody_has_those_of_another(ranked: list[list[tuple[int, int]]]) -> None:
    each = [(whose, rank, entry) for whose, own in enumerate(ranked) for rank, entry in own]
    keys = [key(*(np.array([one[k]], np.int64) for k in range(3))) for one in each]
    found = in_order(("a", "b"), (1, 0, 1), keys, len(ranked))
    assert found.type == LIST
    assert found.to_pylist() == [[("b", "a", "b")[entry] for _, entry in sorted(own)] for own in ranked]
    assert joined(found).to_pylist() == [";".join(words) for words in found.to_pylist()]


@given(st.integers(1, 70), st.lists(st.integers(0, 2**70 - 1), min_size=3, max_size=3))
def test_the_first_word_that_holds_is_chosen_and_every_word_that_holds_is_listed(many: int, who: list[int]) -> None:
    everybody = (1 << many) - 1
    answers = Answers(many, everybody, {name: bits_ & everybody for name, bits_ in zip("abc", who, strict=True)})
    held = [[name for name in "abc" if answers.known[name] >> k & 1] for k in range(many)]
    words = {name: Is(name) for name in "abc"}
    assert spelled(words, chosen(words, answers)).to_pylist() == [each[0] if each else None for each in held]
    assert listed(tuple(words.items()), answers).to_pylist() == held


def laid(**columns: pa.Array) -> tuple[files.Engine, Any]:
    """A table of such columns, where DuckDB sees it."""
    engine = files.duckdb_engine()
    engine.connection.con.register("laid", pa.table(columns))
    return engine, engine.connection.table("laid")


def test_a_cell_looked_up_among_words_is_the_cell_compared_with_each() -> None:
    fact = load().facts["b12_deficiency"]
    words = [None, "", " yes", "yES", "perhaps", "2", *(form for word in (*cells.YES, *cells.NO) for form in (word, word.upper(), word.capitalize()))]
    engine, table = laid(word=pa.array(words, pa.string()))
    both = files.fetched(engine, table.select(fast=cells.looked_up(table.word, fact), plain=cells.fact_value(table.word, fact))).to_pydict()
    assert both["fast"] == both["plain"]
    assert both["plain"].count(None) == 6 and True in both["plain"] and False in both["plain"]


@pytest.mark.parametrize("figure, read_", [(998.0, 998.0), (999.0, None), (120.5, 120.5), (2001.0, None), (-1.0, None)])
def test_a_code_for_missing_is_unknown_also_within_the_range_of_its_fact(figure: float, read_: float | None) -> None:
    fact = next(f for f in load().facts.values() if f.kind == "number" and f.low <= 998 and 999 < f.high < 2001)
    engine, table = laid(figure=pa.array([figure]))
    assert files.fetched(engine, table.select(value=cells.plausible(table.figure, fact))).to_pylist() == [{"value": read_}]


def test_patients_who_come_out_of_order_are_put_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "AT_ONCE", 64)
    register_of(tmp_path / "register", 200, 12, ON)
    engine, guideline = files.duckdb_engine(), load()
    tables = read(tmp_path / "register", guideline, ON, engine).tables
    straight = files.fetched(engine, lists.listed(engine, tables, guideline, ON, "straight"))
    mixed = replace(tables, patients=tables.patients.order_by(tables.patients.patient_id.hash()))
    assert files.fetched(engine, lists.listed(engine, mixed, guideline, ON, "mixed")).equals(straight)
    assert straight["n"].to_pylist() == sorted(straight["n"].to_pylist())


def test_a_register_in_columns_and_one_in_lines_have_the_same_worklist_to_the_byte(tmp_path: Path) -> None:
    import duckdb

    register_of(tmp_path / "lines", 150, 13, ON)
    people = (tmp_path / "lines" / "patients.csv").read_text().splitlines()
    odd = [line.replace(",yes,", ", YES ,", 1).replace(",no,", ",perhaps,", 1) for line in people[1:40]]
    (tmp_path / "lines" / "patients.csv").write_text("\n".join([people[0], *odd, *people[20:], *people[5:9]]) + "\n")
    (tmp_path / "columns").mkdir()
    for name in ("patients", "doses", "results"):
        lines, columns = (tmp_path / of / f"{name}.{kind}" for of, kind in (("lines", "csv"), ("columns", "parquet")))
        duckdb.execute(f"COPY (SELECT * FROM read_csv('{lines}', all_varchar = true)) TO '{columns}' (FORMAT parquet)")
    made = []
    for of in ("lines", "columns"):
        assert main(["register", "worklist", str(tmp_path / of), "--on", ON.isoformat(), "--out", str(tmp_path / f"{of}.csv")]) == 0
        made.append((tmp_path / f"{of}.csv").read_bytes())
    assert made[0] == made[1]

"""What a register refuses before anything is used, and what it must never write over."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.importorskip("openpyxl")

from posology.cli import main
from posology.register.columns import ORDERS, SWAPPED, date_order, day_of
from posology.register.files import duckdb_engine
from posology.register.reading import read
from test_register_practice import DOSES, GUIDELINE, ON, rows_of, workbook

HEADINGS = {
    "patients": "patient_id,age,note,b12_deficiency\n",
    "doses": "patient_id,date,drug,dose_mg,route\n",
    "results": "patient_id,date,test,value,unit\n",
}
PEOPLE = HEADINGS["patients"] + "1,60,,yes\n2,70,,yes\n"


def folder(place: Path, **files: str) -> Path:
    """A register as CSV; tables that are not given hold their heading only."""
    (place / "register").mkdir()
    for name, words in (HEADINGS | {"patients": PEOPLE} | files).items():
        (place / "register" / f"{name}.csv").write_text(words, encoding="utf-8", newline="")
    return place / "register"


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is said when a command refuses."""
    try:
        code = main(["register", *arguments])
    except SystemExit as stopped:
        code = int(str(stopped.code))
    assert code == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return said


# ---------------------------------------------------------------- rows that cannot be told apart


def test_every_file_with_rows_longer_than_its_heading_is_refused_since_its_cells_stand_under_wrong_names(
    tmp_path, capsys
):
    place = folder(
        tmp_path,
        patients=PEOPLE + "3,45,5,yes,no\n",
        results=HEADINGS["results"] + "1,2025-12-01,mcv,90,5,fL\n1,2025-12-01,mcv,90,5,fL\n",
    )
    said = refused(capsys, "worklist", str(place), "--out", str(tmp_path / "w.csv"))
    assert "patients.csv\n  1 row has more cells than the heading: row 4." in said
    assert "results.csv\n  2 rows have more cells than the heading: the first is row 2." in said
    assert not (tmp_path / "w.csv").exists()


def test_rows_longer_than_their_heading_are_refused_through_a_map_too(tmp_path, capsys):
    place = folder(tmp_path, patients=PEOPLE + "3,45,5,yes,no\n")
    assert main(["register", "map", str(place), "--out", str(tmp_path / "map.yaml")]) == 0
    said = refused(capsys, "worklist", str(place), "--map", str(tmp_path / "map.yaml"))
    assert "1 row has more cells than the heading: row 4." in said


def test_empty_cells_behind_the_heading_say_nothing(tmp_path):
    assert len(rows_of(tmp_path, source=folder(tmp_path, patients=PEOPLE + "3,45,,yes,,\n"))) == 3


@pytest.mark.parametrize(
    "rows",
    ['1,60,"he said,yes\n2,70,,yes\n', '1,60,,"yes\n2,70,,yes\n3,70,,"no\n4,70,,no\n', '1,"60,,yes\r\n2,70,,yes\r\n'],
    ids=["in a note", "closed by a later one", "in a fact"],
)
def test_an_open_quotation_mark_swallows_no_patient(tmp_path, capsys, rows):
    said = refused(capsys, "worklist", str(folder(tmp_path, patients=HEADINGS["patients"] + rows)))
    assert "A quotation mark is open, so that the rows after it are in one cell." in said


@pytest.mark.parametrize("mapped", [False, True])
@pytest.mark.parametrize(("table", "rows"), [("patients", PEOPLE + "3\0,60,,yes\n"), ("doses", "patient_id,date,drug,dose_mg,route\n\n\n1\0,2026-01-01,hydroxocobalamin,1,im\n")])
def test_a_file_with_a_byte_that_no_text_has_is_refused_by_its_line(tmp_path, capsys, table, rows, mapped):
    place = folder(tmp_path, **{table: rows})
    more = ["--map", str(tmp_path / "map.yaml")] if mapped else []
    if mapped:
        (tmp_path / "sound").mkdir()
        assert main(["register", "map", str(folder(tmp_path / "sound")), "--out", more[1]]) == 0
    said = refused(capsys, "worklist", str(place), "--out", str(tmp_path / "w.csv"), *more)
    assert f"{table}.csv\n  Line 4 holds a byte 0, which no text has." in said
    assert not (tmp_path / "w.csv").exists()


@pytest.mark.parametrize("mapped", [False, True])
@pytest.mark.parametrize("age", ["٣٠", "３０", "३०", "3０", "٣٠ years"])
def test_figures_in_digits_of_another_script_are_unknown_and_said(tmp_path, capsys, age, mapped):
    place = folder(tmp_path, patients=PEOPLE + f"3,{age},,yes\n")
    more = ["--map", str(tmp_path / "map.yaml")] if mapped else []
    if mapped:
        assert main(["register", "map", str(place), "--out", more[1]]) == 0
    rows = rows_of(tmp_path, *more, source=place)
    assert [row["notices"] for row in rows] == ["", "", "facts_not_read"]
    assert f"“{age}”" in capsys.readouterr().err


@pytest.mark.parametrize("mapped", [False, True])
def test_days_and_results_in_digits_of_another_script_are_not_read_either(tmp_path, capsys, mapped):
    given = "1,٢٠٢٦-٠١-٠٤,hydroxocobalamin,1,im\n2,2026-01-04,hydroxocobalamin,1,im\n"
    tested = "1,2026-01-04,hemoglobin,٩,g/dL\n"
    place = folder(tmp_path, doses=HEADINGS["doses"] + given, results=HEADINGS["results"] + tested)
    more = ["--map", str(tmp_path / "map.yaml")] if mapped else []
    if mapped:
        assert main(["register", "map", str(place), "--out", more[1]]) == 0
    rows = rows_of(tmp_path, *more, source=place)
    assert [row["last_dose"] for row in rows] == ["", "2026-01-04"] and "doses_not_read" in rows[0]["notices"]
    said = capsys.readouterr().err
    assert "not a date that can be read: “٢٠٢٦-٠١-٠٤”." in said and "a value that cannot be read" in said and "“٩ g/dL”" in said


def test_a_note_of_two_lines_and_a_sign_for_inches_are_no_open_quotation_mark(tmp_path):
    rows = '1,60,"two\nlines, one",yes\n2,70,5" cut,yes\n3,70,,yes\n'
    listed = rows_of(tmp_path, source=folder(tmp_path, patients=HEADINGS["patients"] + rows))
    assert [row["patient_id"] for row in listed] == ["1", "2", "3"]


def test_a_heading_in_a_lower_row_is_pointed_at(tmp_path, capsys):
    said = refused(capsys, "worklist", str(folder(tmp_path, patients="B12 list,,,\n,,,\n" + PEOPLE)))
    assert "The names of the columns stand in row 3, not in the first one." in said
    assert "patient_id is missing" not in said


# ---------------------------------------------------------------- rows of too few cells


def mapped(place: Path, source: Path) -> list[str]:
    """The arguments that name a map of an export."""
    assert main(["register", "map", str(source), "--out", str(place / "map.yaml")]) == 0
    return ["--map", str(place / "map.yaml")]


@pytest.mark.parametrize("through_a_map", [False, True])
@pytest.mark.parametrize("last", ["3,5", "3,50,", "3"])
def test_a_file_that_is_cut_off_within_its_last_row_is_refused(tmp_path, capsys, through_a_map, last):
    place = folder(tmp_path, patients=PEOPLE + last)
    more = mapped(tmp_path, place) if through_a_map else []
    said = refused(capsys, "worklist", str(place), "--out", str(tmp_path / "w.csv"), *more)
    assert "The file is cut off: row 4, the last, has fewer cells than the heading and no end." in said
    assert not (tmp_path / "w.csv").exists()


@pytest.mark.parametrize("through_a_map", [False, True])
def test_of_a_row_of_too_few_cells_the_last_is_not_believed_and_the_row_says_so(tmp_path, capsys, through_a_map):
    place = folder(tmp_path, patients=HEADINGS["patients"] + "1,1\n2,70,,yes\n3\n4,60,,\n5,70,,yes")
    more = mapped(tmp_path, place) if through_a_map else []
    rows = rows_of(tmp_path, *more, source=place)
    assert [row["patient_id"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row["notices"] for row in rows] == ["rows_cut_short", "", "rows_cut_short", "", ""]
    assert rows[0]["status"] == "ask", "1 may be the beginning of 17, or of 100"
    said = capsys.readouterr().err
    assert "patients\n  2 rows: fewer cells than the heading, so the last cell there is not believed; the first is row 2." in said


def test_doses_and_results_of_too_few_cells_are_said_in_their_patients_rows(tmp_path, capsys):
    place = folder(
        tmp_path,
        patients="patient_id,b12_deficiency\n1,yes\n2,yes\n3,yes\n",
        doses="patient_id,date,drug,dose_mg,route,by,note\n1,2026-01-30,hydroxocobalamin,1\n"
        "3,2026-01-30,hydroxocobalamin,1,intramuscular,me\n",
        results=HEADINGS["results"] + "2,2026-01-20,platelet_count,9\n",
    )
    rows = rows_of(tmp_path, source=place)
    assert [row["notices"] for row in rows] == [
        "rows_cut_short;doses_not_read;doses_half_read", "rows_cut_short;results_not_read", "rows_cut_short",
    ]  # fmt: skip
    assert [row["last_dose"] for row in rows] == ["", "", "2026-01-30"]
    said = capsys.readouterr().err
    assert "doses\n  2 rows: fewer cells" in said and "results\n  1 row: fewer cells" in said


def test_one_list_of_which_a_row_has_too_few_cells_says_so_once(tmp_path, capsys):
    path = tmp_path / "list.csv"
    path.write_text(
        "Patient,B12 deficiency,Last injection,Drug,Route\n1,yes,2026-01-30,hydroxocobalamin,intramuscular\n"
        "2,yes,2026-01-30\n3,yes,2026-01-30,hydroxocobalamin,intramuscular\n"
    )
    rows = rows_of(tmp_path, source=path)
    assert [row["notices"] for row in rows] == ["", "rows_cut_short", ""]
    assert rows[1]["last_dose"] == "" and capsys.readouterr().err.count("fewer cells than the heading") == 1


def test_empty_cells_and_a_nameless_last_column_are_no_rows_of_too_few_cells(tmp_path, capsys):
    place = folder(tmp_path, patients='patient_id,age,b12_deficiency,\n1,60,\n2,60,""\n3,60,"",\n\n4,,yes,\n5,,no')
    assert {row["notices"] for row in rows_of(tmp_path, source=place)} == {""}
    assert "fewer cells" not in capsys.readouterr().err


def test_spark_which_cannot_tell_such_rows_is_refused_them(tmp_path):
    from posology.findings import Refused
    from posology.register.files import _no_odd_rows

    place = folder(tmp_path, patients=PEOPLE + "3,45\n4,60,,yes\n")
    with pytest.raises(Refused, match="1 row has fewer cells than the heading: row 4"):
        _no_odd_rows(place / "patients.csv", ["patient_id", "age", "note", "b12_deficiency"])
    _no_odd_rows(place / "results.csv", ["patient_id", "date", "test", "value", "unit"])


LONG = "x" * 2_100_000


def test_of_an_overlong_row_the_patient_stays_with_everything_unknown(tmp_path, capsys):
    place = folder(tmp_path, patients=PEOPLE + f"3,45,{LONG},yes\n4,50,,yes\n")
    rows = rows_of(tmp_path, source=place)
    assert [row["patient_id"] for row in rows] == ["1", "2", "3", "4"]
    assert [row["notices"] for row in rows] == ["", "", "facts_not_read", ""]
    assert rows[2]["status"] == "ask" and "b12_deficiency" in rows[2]["ask"]
    said = capsys.readouterr().err
    assert "patients.csv\n  Row 4 is longer than 2,000,000 bytes, so only the id is read." in said
    assert "stands in the list with every fact unknown" in said and "xxx" not in said


def test_overlong_rows_of_doses_and_results_are_said_in_their_patients_rows(tmp_path, capsys):
    place = folder(
        tmp_path,
        doses=HEADINGS["doses"] + f"1,2025-12-01,hydroxocobalamin,{LONG},intramuscular\n",
        results=HEADINGS["results"] + f"2,2025-12-01,mcv,90,{LONG}\n2,2025-12-02,mcv,90,fL\n",
    )
    rows = rows_of(tmp_path, source=place)
    assert [row["notices"] for row in rows] == ["doses_not_read;doses_half_read", "results_not_read"]
    assert rows[0]["status"] == "ask", "a dose of nobody knows which drug may be one of ours"
    said = capsys.readouterr().err
    assert "doses.csv\n  Row 2 is longer" in said and "results.csv\n  Row 2 is longer" in said


@pytest.mark.parametrize("ident", ["", LONG])
def test_an_overlong_row_of_which_nobody_can_tell_whose_it_is_is_said(tmp_path, capsys, ident):
    place = folder(tmp_path, patients=PEOPLE + f"{ident},45,{LONG},yes\n4,50,,yes\n")
    assert [row["patient_id"] for row in rows_of(tmp_path, source=place)] == ["1", "2", "4"]
    said = capsys.readouterr().err
    assert "1 could not be read at all: nothing says for certain whose." in said and "1 row: no patient_id" in said


@pytest.mark.parametrize(
    "row, what",
    [
        (f'3,45,"{LONG}\n4,50,",yes\n', "Row 4 is longer than 2,000,000 bytes and goes over several lines"),
        (f"3,45,{LONG},yes 4,50,,yes\n", "1 row has more cells than the heading: row 4."),
    ],
)
def test_an_overlong_row_in_which_others_may_have_gone_is_refused_by_its_number(tmp_path, capsys, row, what):
    said = refused(capsys, "worklist", str(folder(tmp_path, patients=PEOPLE + row + "9,50,,yes\n")))
    assert f"patients.csv\n  {what}" in said


def test_through_a_map_an_overlong_cell_is_refused_by_its_row_and_a_long_note_is_none(tmp_path, capsys):
    place = folder(tmp_path, patients=PEOPLE + f'3,45,"{LONG[:150_000]}, 5"" cut",yes\n')
    assert main(["register", "map", str(place), "--out", str(tmp_path / "map.yaml")]) == 0
    assert len(rows_of(tmp_path, "--map", str(tmp_path / "map.yaml"), source=place)) == 3
    (place / "patients.csv").write_text(PEOPLE + f"3,45,{LONG},yes\n")
    said = refused(capsys, "worklist", str(place), "--map", str(tmp_path / "map.yaml"))
    assert "patients.csv\n  Row 4 is longer than 2,000,000 bytes, and is not read." in said


def test_names_of_files_may_be_in_capitals(tmp_path):
    place = folder(tmp_path)
    (place / "patients.csv").rename(place / "PATIENTS.CSV")
    assert len(rows_of(tmp_path, source=place)) == 2


def test_another_table_is_never_offered_for_the_one_that_is_missing(tmp_path, capsys):
    place = folder(tmp_path)
    (place / "patients.csv").unlink()
    said = refused(capsys, "worklist", str(place))
    assert "There is no patients.csv" in said and "Did you mean" not in said


# ---------------------------------------------------------------- columns of the wrong kind, days that were exchanged


def test_parquet_columns_of_any_kind_become_unknown(tmp_path):
    place = folder(tmp_path)
    (place / "patients.csv").unlink()
    columns: dict[str, Any] = {
        "patient_id": ["1", "2"], "age": [{"a": 1}, {"a": 2}], "start": [1, 2], "egfr": [True, None],
        "platelet_count": [date(2020, 1, 1)] * 2, "b12_deficiency": pa.nulls(2), "dialysis": [["yes"], []],
    }  # fmt: skip
    pq.write_table(pa.table(columns), place / "patients.parquet")
    register = read(place, GUIDELINE, date(2026, 1, 31), duckdb_engine())
    told = register.engine.connection.compile(register.tables.patients)
    rows = register.engine.connection.con.sql(told).to_arrow_table().to_pylist()
    assert [[row[name] for name in columns if name != "patient_id"] for row in rows] == [[None] * 6] * 2
    said = {finding.place for finding in register.quality.findings}
    assert {f"patients.{name}" for name in ("age", "start", "egfr", "platelet_count", "dialysis")} <= said


def day_cell(month: int, day: int) -> datetime:
    """A cell that a spreadsheet holds as a day."""
    return datetime.fromisoformat(f"2025-{month:02}-{day:02}")


EXCHANGED = [day_cell(5, 3), day_cell(11, 1), "25/03/2025", "31/10/2025"]


@pytest.mark.parametrize(
    "cells, order",
    [
        (EXCHANGED, SWAPPED),
        ([day_cell(5, 3), "03/25/2025"], SWAPPED),
        ([*EXCHANGED, day_cell(5, 13)], "day-month-year"),
        ([*EXCHANGED, "02/03/2025"], "day-month-year"),
        (EXCHANGED[2:], "day-month-year"),
        (EXCHANGED[:2], ""),
    ],
)
def test_days_that_a_spreadsheet_exchanged_are_told_by_the_words_it_left(cells, order):
    assert date_order(cells) == order


def test_of_days_that_may_be_exchanged_only_the_words_are_read():
    read_ = [day_of(cell, SWAPPED) for cell in [*EXCHANGED, "02/03/2025"]]
    assert read_ == [None, None, date(2025, 3, 25), date(2025, 10, 31), None]


def test_days_that_may_be_exchanged_are_asked_about_and_not_used(tmp_path, capsys):
    doses = [
        DOSES[0],
        *(
            [k, cell, "Hydroxocobalamin", 1, "IM"]
            for k, cell in zip((101, 101, "0102", "0102"), EXCHANGED, strict=True)
        ),
    ]
    path = workbook(tmp_path, Injections=doses)
    rows = rows_of(tmp_path)
    said = capsys.readouterr().err
    assert "(dates swapped?)   ← answer this before use" in said and "most likely exchanged" in said
    assert rows[0]["last_dose"] == "" and "doses_not_read" in rows[0]["notices"]
    assert rows[1]["last_dose"] == "2025-10-31"
    assert main(["register", "map", str(path), "--out", str(tmp_path / "map.yaml")]) == 0
    answered = (tmp_path / "map.yaml").read_text().replace('"swapped?"', "day-month-year")
    (tmp_path / "map.yaml").write_text(answered)
    assert rows_of(tmp_path, "--map", str(tmp_path / "map.yaml"))[0]["last_dose"] == "2025-11-01"


@pytest.mark.parametrize("cell", ["20251031", 20251031, "2025-10-31", "31 Oct 2025"])
def test_a_day_that_can_be_read_in_one_way_is_read_in_any_order(cell):
    assert {day_of(cell, order) for order in ORDERS} == {date(2025, 10, 31)}


def test_two_days_in_one_cell_of_a_workbook_are_no_open_quotation_mark(tmp_path, capsys):
    workbook(tmp_path, Injections=[*DOSES, ["0102", "01.10.2025\n30.12.2025", "hydroxocobalamin", 1, "IM"]])
    assert rows_of(tmp_path)[1]["last_dose"] == "2025-11-30"
    assert "01.10.2025 30.12.2025" in capsys.readouterr().err


# ---------------------------------------------------------------- nothing of somebody's is written over


@pytest.mark.parametrize("command", ["worklist", "map", "compare"])
def test_an_export_is_never_written_over(tmp_path, capsys, command):
    place = folder(tmp_path)
    kept = (place / "patients.csv").read_bytes()
    if command == "map":
        (place / "patients.csv").rename(place / "patients.yaml")
    target = next(place.glob("patients.*"))
    source = str(target if command == "map" else place)
    more = ["--with", "b12-injections"] if command == "compare" else []
    said = refused(capsys, command, source, "--out", str(target), *more)
    assert "is what is read here, and would be written over" in said
    assert target.read_bytes() == kept


def test_a_workbook_is_never_written_over_by_its_worklist(tmp_path, capsys):
    path = workbook(tmp_path)
    kept = path.read_bytes()
    said = refused(capsys, "worklist", str(path), "--out", str(tmp_path / "." / "practice.xlsx"))
    assert "would be written over" in said and path.read_bytes() == kept


def test_a_map_that_was_put_right_by_hand_is_never_written_over_and_the_same_map_may_be_written_again(tmp_path, capsys):
    place, path = folder(tmp_path), tmp_path / "map.yaml"
    for _ in range(2):
        assert main(["register", "map", str(place), "--out", str(path)]) == 0
    path.write_text(path.read_text().replace("no_when_empty: []", "no_when_empty: [b12_deficiency]"))
    kept = path.read_bytes()
    said = refused(capsys, "map", str(place), "--out", str(path))
    assert "map.yaml is there already, and somebody may have put it right by hand." in said
    assert path.read_bytes() == kept and sorted(each.name for each in tmp_path.iterdir()) == ["map.yaml", "register"]


def test_made_up_patients_never_take_the_place_of_a_register(tmp_path, capsys):
    place = folder(tmp_path)
    said = refused(capsys, "synthesize", "3", str(place), "--kind", "parquet")
    assert "It holds patients.csv already" in said
    assert (place / "patients.csv").read_text() == PEOPLE and not (place / "MADE-UP.txt").exists()
    for seed in "12":
        assert main(["register", "synthesize", "3", str(tmp_path / "new"), "--seed", seed]) == 0, "made up ones may go"


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["worklist", "--out", "w.txt"], "w.txt is neither CSV nor Parquet nor Excel."),
        (["worklist", "--out", "."], ". is neither CSV"),
        (["worklist", "--out", "there.csv"], "there.csv is a folder."),
        (["recall", "--out", "gone/r.pdf"], "There is no folder gone."),
        (["map", "--out", "map.xlsx"], "map.xlsx is neither YAML"),
        (["compare", "--with", "b12-injections", "--out", "who.txt"], "who.txt is no CSV."),
        (["compare", "--with", "gone"], "--with\n  There is no guideline 'gone'."),
        (["audit", "--small", "-1"], "-1 is no number of patients"),
        (["audit", "--small", "0"], "0 is no number of patients"),
        (["audit", "--measures", "empty"], "Write measures:"),
        (["worklist", "--map", "empty"], "Make one with: posology register map"),
        (["letters", "--out", "new", "--template", "empty"], "The template is empty."),
    ],
)
def test_what_cannot_be_done_is_said_before_the_work(tmp_path, capsys, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    folder(tmp_path)
    Path("there.csv").mkdir()
    Path("empty").write_text(" \n")
    assert said in refused(capsys, arguments[0], "register", *arguments[1:])
    assert sorted(path.name for path in Path().iterdir()) == ["empty", "register", "there.csv"]


# ---------------------------------------------------------------- said of everything that is made up, or empty


def test_a_summary_of_made_up_patients_says_so_before_any_figure(tmp_path, capsys):
    assert main(["register", "synthesize", "5", str(tmp_path / "new"), "--seed", "1", "--on", ON]) == 0
    for form in ("text", "html"):
        capsys.readouterr()
        assert main(["register", "summary", str(tmp_path / "new"), "--on", ON, "--format", form]) == 0
        page = capsys.readouterr().out
        assert 0 < page.index("These patients are made up") < page.index("ask")


def test_a_bulk_export_without_a_patient_says_so(tmp_path, capsys):
    (tmp_path / "export.ndjson").write_text("")
    assert list(csv.DictReader(rows_of_export(tmp_path))) == []
    assert "There is no patient in it." in capsys.readouterr().err


def rows_of_export(place: Path) -> list[str]:
    """The lines of the worklist of a bulk export."""
    out = place / "w.csv"
    assert main(["register", "worklist", str(place / "export.ndjson"), "--on", ON, "--out", str(out)]) == 0
    return out.read_text().splitlines()


# ---------------------------------------------------------------- bad exports, told


def test_every_file_that_cannot_be_read_is_told_when_a_map_is_made(tmp_path, capsys):
    place = folder(tmp_path, doses="")
    (place / "results.csv").write_bytes(HEADINGS["results"].encode("utf-16"))
    (place / "patients.csv").write_bytes(PEOPLE.encode("utf-16-le"))
    said = refused(capsys, "map", str(place))
    assert "doses.csv\n  The file has no heading." in said
    assert all(f"{name}.csv\n  This is not UTF-8 text." in said for name in ("results", "patients"))


def test_a_locked_workbook_is_said_to_be_one(tmp_path, capsys):
    (tmp_path / "list.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4000))
    assert "It is locked by a password" in refused(capsys, "summary", str(tmp_path / "list.xlsx"))


def test_a_day_that_there_is_not_is_no_matter_of_writing(tmp_path, capsys):
    doses = [f"1,{day},hydroxocobalamin,1,intramuscular\n" for day in ("2025-02-30", "1850-01-01", "5 May")]
    rows_of(tmp_path, source=folder(tmp_path, doses=HEADINGS["doses"] + "".join(doses)))
    said = capsys.readouterr().err
    assert "2 rows: no day that there is, or one before 1900: “1850-01-01”, “2025-02-30”." in said
    assert "1 row: not a date that can be read: “5 May”." in said


def test_no_sign_in_an_export_moves_the_cursor_of_a_terminal(tmp_path, capsys):
    head = "patient_id,age,b12_deficiency,\x1b[2Jnote\n"
    place = folder(tmp_path, patients=head + "1,6\x1b[1A0,yes,\n")
    assert main(["register", "map", str(place)]) == 0
    told = capsys.readouterr().out
    assert "\x1b" not in told and "[2Jnote" in told and "[1A0" in told

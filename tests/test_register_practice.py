"""A practice's own export: guessed, shown, mapped; nothing that could be read in two ways is read."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("openpyxl")

from posology.cli import main
from posology.findings import Refused
from posology.read.library import load
from posology.register.columns import date_order, day_of, decimal_sign, guessed, number_of
from posology.register.grid import grids
from posology.register.mapfile import as_yaml, of_data
from posology.register.packed import weighed
from test_register_audit import register

ON = "2026-01-31"
GUIDELINE = load()
PEOPLE = [
    ["Practice list", None, "Blood", None, None, "Problems"],
    ["Patient No", "Age (years)", "eGFR", "Platelets", "Shoe size", "Crohn's disease"],
    [101.0, 67, "45,5", 210, 42, "Y"],
    ["0102", 54, "80,25", None, None, None],
    ["=1+1", 40, "90,5", 150, None, "n"],
    [104, 71, "unknown", "999", 41, "perhaps"],
]
DOSES = [
    ["Patient", "Date given", "Medication", "Dose", "Route"],
    [101, datetime.fromisoformat("2025-10-01"), "Hydroxocobalamin", 1, "IM"],
    [101, 46023, "Hydroxocobalamin", 1, "IM"],  # 1 January 2026, as a bare serial number
    ["0102", "30/11/2025", "hydroxocobalamin", 1, "i.m."],
    ["0102", "02/09/2025", "hydroxocobalamin", 1, "i.m."],
]
RESULTS = [["Patient", "Sample date", "Investigation", "Result", "Units"], [101, "15.12.2025", "Hb", "121,5", "g/L"]]


def workbook(folder: Path, **changed: Any) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in {"Patients": PEOPLE, "Injections": DOSES, "Bloods": RESULTS, **changed}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for line in sheet.iter_rows():
            for cell in line:
                if cell.data_type == "f" and name == "Patients":
                    cell.data_type = "s"
    if "Patients" not in changed:
        book["Patients"].merge_cells("C1:D1")
    path = folder / "practice.xlsx"
    book.save(path)
    return path


def rows_of(folder: Path, *more: str, source: Path | None = None) -> list[dict[str, str]]:
    out = folder / "w.csv"
    assert main(["register", "worklist", str(source or folder / "practice.xlsx"), "--on", ON, "--out", str(out), *more]) == 0
    return list(csv.DictReader(out.open(encoding="utf-8")))


def test_a_workbook_with_two_header_rows_merged_cells_serials_and_commas_becomes_a_worklist(tmp_path, capsys):
    workbook(tmp_path)
    rows = rows_of(tmp_path)
    said = capsys.readouterr().err
    assert [row["patient_id"] for row in rows] == ["101", "0102", "'=1+1", "104"]
    assert rows[0]["last_dose"] == "2026-01-01", "a serial number is a day"
    assert rows[1]["last_dose"] == "2025-11-30"
    assert "day-month-year" in said and "decimal comma" in said and "Shoe size" in said, "the guess is shown"
    assert "perhaps" in said and "999" in said, "what is not read is said"


def test_what_the_map_command_writes_gives_the_same_rows(tmp_path, capsys):
    path = workbook(tmp_path)
    assert main(["register", "map", str(path), "--out", str(tmp_path / "map.yaml")]) == 0
    assert "egfr" in capsys.readouterr().out
    assert rows_of(tmp_path) == rows_of(tmp_path, "--map", str(tmp_path / "map.yaml"))


def test_an_empty_cell_is_unknown_unless_the_map_declares_it_no_and_the_row_then_says_so(tmp_path):
    path = workbook(tmp_path)
    text = as_yaml(guessed(grids(path), GUIDELINE)).replace("no_when_empty: []", "no_when_empty: [crohns_disease]")
    (tmp_path / "map.yaml").write_text(text)
    plain, declared = rows_of(tmp_path), rows_of(tmp_path, "--map", str(tmp_path / "map.yaml"))
    assert "crohns_disease" in plain[1]["ask"].split(";") and "crohns_disease" not in declared[1]["ask"].split(";")
    assert declared[1]["notices"] == "no_when_empty:crohns_disease"
    assert "no_when_empty" not in declared[0]["notices"] + declared[3]["notices"], "only rows that rest on it"


def test_day_and_month_that_cannot_be_told_apart_are_not_read(tmp_path, capsys):
    workbook(tmp_path, Injections=[DOSES[0], ["101", "01/02/2025", "hydroxocobalamin", 1, "im"]])
    rows = rows_of(tmp_path)
    assert rows[0]["last_dose"] == "" and "doses_not_read" in rows[0]["notices"]
    assert "Day and month cannot be told apart" in capsys.readouterr().err


def test_a_formula_that_was_never_worked_out_is_not_an_empty_cell(tmp_path):
    import openpyxl

    path = workbook(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Patients"]["F4"] = "=A1"
    book.save(path)
    text = as_yaml(guessed(grids(path), GUIDELINE)).replace("no_when_empty: []", "no_when_empty: [crohns_disease]")
    (tmp_path / "map.yaml").write_text(text)
    assert rows_of(tmp_path, "--map", str(tmp_path / "map.yaml"))[1]["notices"] == "facts_not_read"


def test_a_workbook_that_counts_from_1904_is_refused(tmp_path, capsys):
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    path = workbook(tmp_path)
    book = openpyxl.load_workbook(path)
    book.epoch = CALENDAR_MAC_1904
    book.save(path)
    assert main(["register", "map", str(path)]) == 2
    assert "1904" in capsys.readouterr().err


BAD_MAPS = {
    "patients: 3\n": "does not say where",
    "[]": "no map",
    "patients: {sheet: Nope, columns: {patient_id: Patient No}}\ndoses: {sheet: Injections, columns: {}}\nresults: {sheet: Bloods, columns: {}}\n": "no sheet",
    "patients: {columns: {patient_id: {dates: x}, nonsense: A}}\n": "no column of a register",
    "no_when_empty: [age]\n": "no yes/no fact",
    "{": "",
}


@pytest.mark.parametrize("text", BAD_MAPS)
def test_a_map_that_is_wrong_is_refused_with_every_fault(text, tmp_path, capsys):
    path = workbook(tmp_path)
    (tmp_path / "map.yaml").write_text(text)
    assert main(["register", "worklist", str(path), "--map", str(tmp_path / "map.yaml"), "--on", ON]) == 2
    said = capsys.readouterr().err
    assert BAD_MAPS[text] in said and "Traceback" not in said


def _zip(path: Path, names: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in names.items():
            packed.writestr(name, content)
    return path


def test_files_that_are_no_workbooks_are_refused(tmp_path, capsys):
    bomb = _zip(tmp_path / "bomb.xlsx", {"[Content_Types].xml": b"", "xl/worksheets/sheet1.xml": b"0" * 60_000_000})
    sheets = {"[Content_Types].xml": b"", "xl/worksheets/sheet1.xml": b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'}
    merged = _zip(tmp_path / "merged.xlsx", sheets)
    laughs = _zip(tmp_path / "laughs.xlsx", {"[Content_Types].xml": b"", "xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]>'})
    other = _zip(tmp_path / "other.xlsx", {"a.txt": b"x"})
    broken = _zip(tmp_path / "broken.xlsx", {"[Content_Types].xml": b"<"})
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(workbook(tmp_path).read_bytes()[:900])
    for path in (bomb, merged, laughs, other, broken, cut, tmp_path / "none.xlsx", tmp_path):
        assert main(["register", "map", str(path)]) == 2
    assert "Traceback" not in capsys.readouterr().err
    for path in (bomb, merged):
        with pytest.raises(Refused, match="unpack"):
            weighed(path)


@given(st.one_of(st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.none(), st.dates(), st.datetimes()), st.sampled_from(["", "?", "day-month-year", "month-day-year", "year-month-day"]))
def test_no_cell_brings_the_reading_down(cell, order):
    found = day_of(cell, order)
    assert found is None or isinstance(found, date)
    assert isinstance(number_of(cell, "comma"), str)
    assert date_order([cell]) in ("", "?", "day-month-year", "month-day-year", "year-month-day")
    assert decimal_sign([cell]) in ("", "?", "point", "comma")


@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)))
def test_a_day_reads_the_same_in_the_order_in_which_it_was_written(day):
    assert day_of(day.strftime("%d/%m/%Y"), "day-month-year") == day_of(day.strftime("%m/%d/%Y"), "month-day-year") == day
    assert day_of(day.strftime("%d/%m/%Y"), "?") is None
    assert day_of(day.strftime("%d %b %Y"), "?") == day


def test_a_map_survives_being_written_and_read(tmp_path):
    from posology.read.data import parse

    mapped = guessed(grids(workbook(tmp_path)), GUIDELINE)
    assert of_data(parse(as_yaml(mapped).encode()), GUIDELINE) == mapped


# ---------------------------------------------------------------- what a practice takes away


def test_the_workbook_holds_no_formula_and_its_reasons_cite(tmp_path):
    import openpyxl

    workbook(tmp_path)
    out = tmp_path / "w.xlsx"
    assert main(["register", "worklist", str(tmp_path / "practice.xlsx"), "--on", ON, "--out", str(out)]) == 0
    book = openpyxl.load_workbook(out)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert "=1+1" in [row[0].value for row in book["Worklist"].iter_rows()]
    assert book["Worklist"].freeze_panes == "B2" and book["Worklist"].auto_filter.ref
    assert book["Reasons"].max_row > 1 and all(row[2].value for row in book["Reasons"].iter_rows(min_row=2))
    assert "Traceback" not in str(out)


def test_the_recall_list_holds_the_overdue_and_the_due_and_nobody_else(tmp_path):
    people = register(tmp_path / "r")
    rows = rows_of(tmp_path, source=people)
    called = {row["patient_id"] for row in rows if row["status"] in ("overdue", "due")}
    assert 0 < len(called) < len(rows)
    page, sheet = tmp_path / "r.html", tmp_path / "r.pdf"
    for out in (page, sheet):
        assert main(["register", "recall", str(people), "--on", ON, "--out", str(out)]) == 0
    text = page.read_text()
    assert {row["patient_id"] for row in rows if f"<td>{row['patient_id']}</td>" in text} == called
    assert "Overdue by up to" in text and sheet.read_bytes().startswith(b"%PDF")
    assert "<script" not in text and "src=" not in text and "href=" not in text


def test_letters_are_written_for_those_who_are_called_and_a_wrong_template_is_refused(tmp_path, capsys):
    people = register(tmp_path / "r")
    called = [row for row in rows_of(tmp_path, source=people) if row["status"] in ("overdue", "due")]
    command = ["register", "letters", str(people), "--on", ON, "--out", str(tmp_path / "post")]
    assert main(command) == 0
    texts = [path.read_text() for path in sorted((tmp_path / "post").iterdir())]
    assert len(texts) == len(called) > 0
    for row, text in zip(called, texts, strict=True):
        assert f"Dear patient {row['patient_id']}," in text and "DRAFT" in text
    assert main(command) == 2, "letters of another day must not lie among these"
    (tmp_path / "t.txt").write_text("Dear $patient_idd, $ 5")
    assert main([*command[:-1], str(tmp_path / "new"), "--template", str(tmp_path / "t.txt")]) == 2
    assert "$" in capsys.readouterr().err


def test_letters_about_nobody_say_so_whatever_their_template(tmp_path):
    from posology.read.library import find
    from posology.register.synthesize import make

    make(find(), GUIDELINE, 40, tmp_path / "made-up", 1, date.fromisoformat(ON), "csv")
    (tmp_path / "own.txt").write_text("Call $patient_id")
    for number, more in enumerate(([], ["--template", str(tmp_path / "own.txt")])):
        out = tmp_path / f"letters-{number}"
        assert main(["register", "letters", str(tmp_path / "made-up"), "--on", ON, "--out", str(out), *more]) == 0
        written = [path.read_text() for path in out.iterdir()]
        assert written and all(text.startswith("These patients are made up: they stand for nobody.") for text in written)


def test_the_report_shows_every_count_in_a_table_and_loads_nothing(tmp_path, capsys):
    workbook(tmp_path)
    assert main(["register", "summary", str(tmp_path / "practice.xlsx"), "--on", ON, "--format", "html"]) == 0
    text = capsys.readouterr().out
    assert text.count('class="bars"') == text.count("as a table</summary>") > 2
    assert "<script" not in text and "src=" not in text and set(re.findall('href="([^"]*)"', text)) == {"#quality"}
    assert io.StringIO(text).readline() == "<!doctype html>\n"


def test_a_newest_dose_of_another_drug_is_counted_whether_or_not_a_rule_is_followed(tmp_path, capsys):
    import json

    people = register(tmp_path / "r")
    with (people / "doses.csv").open("a") as file:
        file.write("P0,2026-01-20,cyanocobalamin,1,intramuscular\n")
    assert main(["register", "summary", str(people), "--on", ON, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["other_drug"]
    assert list(found.values()) == [1] and next(iter(found)).startswith("cyanocobalamin, ")


def test_sheets_of_other_names_are_told_apart_by_their_columns(tmp_path):
    import openpyxl

    path = workbook(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Patients"].title, book["Injections"].title, book["Bloods"].title = "Sheet1", "Sheet2", "Sheet3"
    book.save(path)
    assert {name: part.sheet for name, part in guessed(grids(path), GUIDELINE).parts.items()} == {
        "patients": "Sheet1", "doses": "Sheet2", "results": "Sheet3"
    }  # fmt: skip


def test_cells_of_parquet_that_hold_lists_are_not_read_and_said(tmp_path, capsys):
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name, rows in {"patients": PEOPLE, "doses": DOSES, "results": RESULTS}.items():
        head, *body = rows[1:] if name == "patients" else rows
        columns = {str(h): [str(row[k] or "") for row in body] for k, h in enumerate(head)}
        if name == "patients":
            columns["eGFR"] = [[90.5], None, [45.0, 50.0], []]
        pq.write_table(pa.table(columns), tmp_path / f"{name}.parquet")
    assert main(["register", "map", str(tmp_path)]) == 0
    assert "[90.5]" in capsys.readouterr().out

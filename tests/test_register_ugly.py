"""What a practice really exports: local names, products for drugs, units in headings, days of birth, codes for missing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("openpyxl")

from posology.cli import main
from posology.read.data import parse
from posology.read.library import load
from posology.register.columns import Column, date_order, guessed, products
from posology.register.grid import Grid, grids
from posology.register.mapfile import as_yaml, fits, of_data
from posology.register.mapshown import as_text
from posology.register.unread import written
from posology.register.worksheet import UNSOLVED
from test_register_practice import DOSES, ON, PEOPLE, RESULTS, rows_of, workbook

GUIDELINE = load()


def made(folder: Path, **sheets: list[list[Any]]) -> Path:
    """A workbook of just these sheets, by names with spaces."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    book.save(folder / "practice.xlsx")
    return folder / "practice.xlsx"


def test_sheets_and_ids_of_local_names_are_told(tmp_path):
    path = made(
        tmp_path,
        B12_patients=[["Pt No.", "Age (yrs)"], ["7", 60]],
        Injections_given=[["Pt No.", *DOSES[0][1:]]],
        Lab_2025=[["Pt No.", *RESULTS[0][1:]]],
    )
    mapped = guessed(grids(path), GUIDELINE)
    assert {name: part.sheet for name, part in mapped.parts.items()} == {
        "patients": "B12 patients", "doses": "Injections given", "results": "Lab 2025",
    }  # fmt: skip
    assert mapped.parts["patients"].columns["age"].unit == "years"


def test_a_map_is_written_also_where_a_table_and_a_column_cannot_be_told(tmp_path, capsys):
    path = made(tmp_path, People=[["Pt No.", "Years"], ["7", 60]], Sheet2=[["a", "b"]], Bloods=[["Who", "Result"]])
    assert main(["register", "map", str(path), "--out", str(tmp_path / "map.yaml")]) == 0
    shown, text = capsys.readouterr().out, (tmp_path / "map.yaml").read_text()
    assert "doses: MISSING" in shown and "MISSING   ← name a column" in shown
    assert 'date: {from: "?"}' in text and 'sheet: "?"' in text and "left aside: “Years”" in text
    assert main(["register", "worklist", str(path), "--map", str(tmp_path / "map.yaml")]) == 2
    said = capsys.readouterr().err
    assert "There is no table of doses" in said and "“Sheet2”" in said, "what there is, is named"
    assert "The column date is missing" in said and "“Who”" in said


def test_an_open_map_survives_being_written_and_read(tmp_path):
    path = made(tmp_path, People=[["Pt No."], ["7"]], Bloods=[["Who", "Result"]])
    mapped = guessed(grids(path), GUIDELINE)
    assert of_data(parse(as_yaml(mapped).encode()), GUIDELINE) == mapped
    assert fits(mapped, grids(path), GUIDELINE)


@pytest.mark.parametrize(
    "product, drug",
    [
        ("Hydroxocobalamin 1mg/1ml solution for injection ampoules", "hydroxocobalamin"),
        ("hydroxocobalamin 1000 micrograms/ml inj", "hydroxocobalamin"),
        ("Neo-Cytamen 1mg/ml inj", "hydroxocobalamin"),
        ("Hydroxocobalamin and folic acid injection", ""),
        ("cyanocobalamin 50microgram tablets", ""),
        ("no hydroxocobalamin", ""),
        ("saline 0.9% injection", ""),
    ],
)
def test_a_product_is_its_drug_only_where_it_says_nothing_else(product, drug):
    assert products([product], GUIDELINE).get(product.lower(), "") == drug


def test_what_would_not_be_read_is_shown_before_use(tmp_path):
    sheet = [[*PEOPLE[1][:3], "Platelets (furlongs)"], ["1", 40, "45,5", 200], ["2", 50, ">90", 200]]
    path = made(tmp_path, Patients=sheet, Injections=DOSES, Bloods=RESULTS)
    found = grids(path)
    shown = as_text(guessed(found, GUIDELINE), found, GUIDELINE)
    assert "“>90”" in shown and "furlongs' does not fit" in shown
    assert "“45,5”" not in shown and "45.5" not in shown


def test_a_day_of_birth_becomes_an_age_on_the_day_of_the_list(tmp_path):
    people = [["Patient", "Date of birth"], ["1", "01/02/1960"], ["2", "30/01/1961"], ["3", "1960"]]
    path = made(tmp_path, Patients=people, Injections=DOSES[:1], Bloods=RESULTS[:1])
    column = guessed(grids(path), GUIDELINE).parts["patients"].columns["age"]
    assert column.dates == "day-month-year"
    ages = [written(row[1], "age", column, GUIDELINE, date(2026, 1, 31)) for row in people[1:]]
    assert ages == ["65", "65", "“1960”"]
    assert [row["notices"] for row in rows_of(tmp_path)] == ["", "", "facts_not_read"]


@pytest.mark.parametrize("day", ["03/04/26", "3-Apr-26", "26.04.03", "03/04/26 09:30"])
def test_years_of_two_digits_are_not_read_and_the_map_and_the_report_say_what_to_do(tmp_path, capsys, day):
    people = [["Patient", "Date of birth", "B12 deficiency", "Neurological involvement"], ["1", day, "yes", "yes"]]
    given = [DOSES[0], ["1", day, "hydroxocobalamin", 1, "IM"]]
    path = made(tmp_path, Patients=people, Injections=given, Bloods=[RESULTS[0], ["1", day, "mcv", 90, "fL"]])
    assert main(["register", "map", str(path)]) == 0
    shown = capsys.readouterr().out
    assert shown.count(f"not read: “{day}”. A year of two digits is never read") == 3
    assert "date                         ← Date given\n" in shown, "no order of such dates is claimed"
    (row,) = rows_of(tmp_path)
    assert (row["status"], row["notices"]) == ("ask", "facts_not_read;doses_not_read;doses_half_read;results_not_read")
    said = capsys.readouterr().err
    assert f"doses.date\n  1 row: a year of two digits, so not read: “{day}”." in said
    assert said.count("have the dates exported with four digits") >= 3


def test_dates_with_years_of_two_digits_leave_the_others_as_they_are(tmp_path):
    assert date_order(["31/01/2026", "31/01/26"]) == "day-month-year"
    assert date_order(["01/02/2026", "31/01/26"]) == "?", "a year of two digits settles no order"


def test_ids_that_are_failed_formulas_make_no_patient_of_many(tmp_path, capsys):
    people = [["Patient", "Age"], ["#N/A", 60], ["#N/A", 61], ["7", 62]]
    made(tmp_path, Patients=people, Injections=DOSES[:1], Bloods=RESULTS[:1])
    assert [row["patient_id"] for row in rows_of(tmp_path)] == ["7"]
    said = capsys.readouterr().err
    assert "2 rows: the id is a formula" in said and "2 rows: no patient_id" in said
    assert written(UNSOLVED, "patient_id", Column("Patient"), GUIDELINE, date(2026, 1, 31)) == ""


@pytest.mark.parametrize("unit", ["pmol/L", "ng/L"])
def test_999_is_no_measurement_in_any_unit(tmp_path, capsys, unit):
    workbook(tmp_path, Bloods=[RESULTS[0], [101, "15.12.2025", "serum b12", 999, unit]])
    assert "serum_b12" in rows_of(tmp_path)[0]["tests_due"].split(";")
    assert f"“999 {unit}”" in capsys.readouterr().err


def test_recall_and_letters_say_what_was_not_read_and_who_is_not_on_the_list(tmp_path, capsys):
    path = str(workbook(tmp_path))
    for command, out in (("recall", "r.html"), ("letters", "letters")):
        assert main(["register", command, path, "--on", ON, "--out", str(tmp_path / out)]) == 0
        said = capsys.readouterr().err
        assert "“perhaps”" in said and "“999”" in said
        assert "ask (facts are missing" in said
    assert "Not on this list:" in (tmp_path / "r.html").read_text()


def test_a_grid_knows_nothing_of_sheets_that_are_not_there():
    assert "MISSING" in as_text(guessed([Grid("x", [["a"]])], GUIDELINE), [Grid("x", [["a"]])], GUIDELINE)


@pytest.mark.parametrize("command", ["worklist", "summary", "map"])
def test_a_folder_that_may_not_be_read_is_refused_in_words(tmp_path, capsys, monkeypatch, command):
    own = Path.iterdir

    def barred(path: Path) -> Any:
        if path == tmp_path:
            raise PermissionError(13, "Permission denied")
        return own(path)

    monkeypatch.setattr(Path, "iterdir", barred)
    assert main(["register", command, str(tmp_path)]) == 2
    assert "It cannot be read: Permission denied." in capsys.readouterr().err


def test_an_export_without_a_patient_says_so(tmp_path, capsys):
    made(tmp_path, Patients=[["Patient", "Age"]], Injections=DOSES[:1], Bloods=RESULTS[:1])
    assert rows_of(tmp_path) == []
    assert "There is no patient in it" in capsys.readouterr().err

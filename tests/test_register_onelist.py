"""An export that is one list, a row a patient: told by names and cells, shown, never guessed where it does not say."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("openpyxl")

from posology.cli import main
from posology.findings import Refused
from posology.read.data import parse
from posology.read.library import load
from posology.register.columns import OPEN, guessed
from posology.register.grid import Grid, grids
from posology.register.mapfile import as_yaml, fits, missing, of_data, open_questions
from posology.register.mapshown import as_text
from posology.register.synthesize import make

GUIDELINE = load()
ON = date(2026, 11, 29)
HEADS = ["NHS No", "DOB", "Diagnosis", "Last injection", "Drug", "Last B12 (ng/L)", "B12 date", "Next due", "Notes"]
LIST = [
    HEADS,
    ["943 476 5919", date(1950, 4, 3), "Pernicious anaemia", date(2026, 7, 1), "Hydroxocobalamin 1mg", 310, date(2026, 5, 1), date(2026, 10, 1), ""],
    ["943 476 5870", date(1988, 1, 13), "Crohn's", date(2026, 10, 11), "Cyanocobalamin", 145, date(2026, 1, 7), None, "needle phobic"],
    ["943 476 5000", date(1944, 12, 31), "Diet", None, "", None, None, None, ""],
]  # fmt: skip


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def rows_of(source: Path, *more: str) -> list[dict[str, str]]:
    out = source.parent / "out.csv"
    assert main(["register", "worklist", str(source), "--on", str(ON), "--out", str(out), *more]) == 0
    with out.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_where_each_table_stands_in_a_list_is_told_by_names_and_cells():
    made = guessed([Grid("list", LIST)], GUIDELINE)
    assert {part.sheet for part in made.parts.values()} == {"list"}
    doses, results = made.parts["doses"], made.parts["results"]
    assert doses.columns["date"].source == "Last injection" and doses.columns["drug"].source == "Drug"
    assert missing("doses", doses) == ["route"], "the list does not say it, and it is not guessed"
    assert (
        results.tests["serum_b12"].value.source == "Last B12 (ng/L)" and results.tests["serum_b12"].value.unit == "ng/L"
    )
    assert results.tests["serum_b12"].date.source == "B12 date"
    assert made.parts["patients"].columns["crohns_disease"].words == {"crohn's": "yes", "pernicious anaemia": ""}
    shown = as_text(made, [Grid("list", LIST)], GUIDELINE)
    assert "not read: “Diet”" in shown and shown.count("(left aside)") == 2, "the next due day and the notes"


def test_what_a_list_does_not_say_is_asked_for_and_said_in_the_map(tmp_path, capsys):
    path = workbook(tmp_path / "list.xlsx", LIST)
    assert main(["register", "worklist", str(path)]) == 2
    told = capsys.readouterr().err
    assert "The column route is missing" in told and "route: {always: …}" in told
    text = as_yaml(guessed(grids(path), GUIDELINE)).replace('route: {from: "?"}', "route: {always: intramuscular}")
    text = text.replace(
        "    age:", '    b12_deficiency: {always: "yes"}\n    loading_complete: {always: "yes"}\n    age:'
    )
    (tmp_path / "map.yaml").write_text(text)
    rows = rows_of(path, "--map", str(tmp_path / "map.yaml"))
    assert [row["last_dose"] for row in rows] == ["2026-07-01", "2026-10-11", ""]
    assert "cyanocobalamin-has-no-schedule" in rows[1]["alerts"].split(";")
    assert all("always:b12_deficiency" in row["notices"].split(";") for row in rows), (
        "each row that rests on it says so"
    )
    assert "facts_not_read" in rows[2]["notices"], "Diet is no word of the guideline"
    assert "Every row is taken to say “intramuscular”" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_list_gives_the_rows_of_the_three_tables_that_say_the_same(kind, tmp_path):
    """A made-up practice, thinned out to the newest dose and results, written both ways."""
    make(_home(), GUIDELINE, 150, tmp_path / "whole", 5, ON, "csv")
    people = list(csv.DictReader((tmp_path / "whole/patients.csv").open(encoding="utf-8")))
    doses: dict[str, dict[str, str]] = {}
    for row in csv.DictReader((tmp_path / "whole/doses.csv").open(encoding="utf-8")):
        if row["patient_id"] not in doses or row["date"] > doses[row["patient_id"]]["date"]:
            doses[row["patient_id"]] = row
    results: dict[tuple[str, str], dict[str, str]] = {}
    for row in csv.DictReader((tmp_path / "whole/results.csv").open(encoding="utf-8")):
        key = row["patient_id"], row["test"]
        if key not in results or row["date"] > results[key]["date"]:
            results[key] = row
    units = {"serum_b12": "ng/L", "hemoglobin": "g/L", "platelet_count": "10*9/L", "homocysteine": "umol/L"}
    people = [one | dict.fromkeys(units, "") for one in people]  # the list has them with their day only
    thin = tmp_path / "thin"
    thin.mkdir()
    for name, rows in {"patients": people, "doses": list(doses.values()), "results": list(results.values())}.items():
        with (thin / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    facts = [name for name in people[0] if name not in units]
    flat: list[list[Any]] = [
        [
            *facts,
            "Last injection",
            "Drug",
            "Route",
            "Dose",
            *(h for t, u in units.items() for h in (f"Last {t} ({u})", f"{t} date")),
        ]
    ]
    for one in people:
        dose = doses.get(one["patient_id"], {})
        row = [one[name] for name in facts] + [dose.get(k, "") for k in ("date", "drug", "route", "dose_mg")]
        for test in units:
            found = results.get((one["patient_id"], test), {})
            row += [found.get("value", ""), found.get("date", "")]
        flat.append(row)
    if kind == "xlsx":
        path = workbook(tmp_path / "flat.xlsx", flat)
    else:
        path = tmp_path / "flat.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(flat)
    mine, theirs = rows_of(path), rows_of(thin)
    assert (
        len(mine) == 150
        and sum(bool(row["last_dose"]) for row in mine) > 50
        and sum(bool(row["tests_due"]) for row in mine) > 20
    )
    assert [(a["patient_id"], k, a[k], b[k]) for a, b in zip(mine, theirs, strict=True) for k in a if a[k] != b[k]] == []


def _home() -> Path:
    from posology.read.library import find

    return find()


def test_several_columns_of_injections_are_all_doses(tmp_path):
    rows = [["Patient No", "Age", "Injection 1", "Injection 2", "Injection 3", "Product", "Route"]]
    rows += [
        ["1", 50, "2026-11-02", "2026-11-04", "2026-11-06", "hydroxocobalamin", "IM"],
        ["2", 50, "2026-11-02", "", "", "hydroxocobalamin", "IM"],
    ]
    made = guessed([Grid("list", rows)], GUIDELINE)
    assert made.parts["doses"].columns["date"].also == ("Injection 2", "Injection 3")
    again = of_data(parse(as_yaml(made).encode(), "map"), GUIDELINE)
    assert again == made
    with (tmp_path / "list.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert [row["last_dose"] for row in rows_of(tmp_path / "list.csv")] == ["2026-11-06", "2026-11-02"]


@pytest.mark.parametrize(
    "name",
    [
        "Next injection",
        "Injection due",
        "First injection",
        "Date of birth",
        "Injection booked",
        "Review date",
    ],
)
def test_a_day_that_is_no_dose_is_never_taken_for_one(name):
    rows = [["Patient No", name, "Drug", "Route"], ["1", "2026-11-02", "hydroxocobalamin", "IM"]]
    assert guessed([Grid("list", rows)], GUIDELINE).parts["doses"].sheet == OPEN


def test_a_result_without_a_unit_or_a_day_is_not_read_and_that_is_asked(tmp_path):
    rows = [["Patient No", "Last injection", "Drug", "Route", "B12", "B12 taken on", "Hb", "Notes"]]
    rows += [["1", "2026-11-02", "hydroxocobalamin", "IM", 300, "2026-10-01", 120, ""]]
    made = guessed([Grid("list", rows)], GUIDELINE)
    assert [one.place for one in open_questions(made)] == ["results.serum_b12.value"]
    assert set(made.parts["results"].tests) == {"serum_b12"}, (
        "a result without a day is a fact of the patient, as before"
    )
    assert made.parts["patients"].columns["hemoglobin"].source == "Hb"


UNTOLD = ["Chart", "Age", "Last injection", "Drug", "Route", "B12 (ng/L)", "B12 date"]


def test_a_list_that_does_not_tell_the_patients_number_is_named_with_its_columns_and_asked_which_it_is(tmp_path, capsys):
    path, written = tmp_path / "september.csv", tmp_path / "map.yaml"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([UNTOLD, ["A1", 50, "2026-11-02", "hydroxocobalamin", "IM", 210, "2026-10-01"]])
    assert main(["register", "map", str(path), "--out", str(written)]) == 0
    shown = capsys.readouterr().out
    assert "“september”" in shown and "which column is the patient's number?" in shown and "← Last injection" in shown
    assert "(left aside)                   Chart" in shown and shown.count("MISSING") == 1
    text = written.read_text(encoding="utf-8")
    assert "sheet: \"?\"" not in text and text.count('patient_id: {from: "?"}') == 1 and "“Chart”" in text
    assert main(["register", "worklist", str(path), "--map", str(written)]) == 2
    said = capsys.readouterr().err
    assert "Say which is the patient's number" in said and "“Chart”" in said and said.count("is missing") == 1
    written.write_text(text.replace('patient_id: {from: "?"}', "patient_id: {from: Chart}"), encoding="utf-8")
    assert [(r["patient_id"], r["last_dose"]) for r in rows_of(path, "--map", str(written))] == [("A1", "2026-11-02")]


def test_a_map_that_leaves_a_table_open_names_the_tables_there_are_with_their_columns(tmp_path, capsys):
    import sqlite3

    place, written = f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "map.yaml"
    with sqlite3.connect(tmp_path / "a.db") as base:
        base.execute("CREATE TABLE persons (Chart text, Born text)")
        base.execute("CREATE TABLE jabs (Chart text, Given text)")
    assert main(["register", "map", place, "--out", str(written)]) == 0
    listed = "Nothing is read from “jabs”, with the columns: “Chart”, “Given”."
    assert listed in capsys.readouterr().out and listed in written.read_text(encoding="utf-8")
    assert main(["register", "worklist", place, "--map", str(written)]) == 2
    said = capsys.readouterr().err
    assert "“jabs”, “persons”" in said and "“?”" not in said


@pytest.mark.parametrize(
    ("given", "said", "newest"),
    [
        (["13/01/26", "14/01/26", "3-Feb-26"], "“13/01/26”, “14/01/26”, “3-Feb-26”. A year of two digits", ["", "", ""]),
        (["31/12/2025", "31/11/2025", "03/04/26"], "“31/11/2025”, “03/04/26”. A year of two digits", ["2025-12-31", "", ""]),
        (["declined", "31/11/2025", "see notes"], "“declined”, “31/11/2025”, “see notes”.", ["", "", ""]),
    ],
)
def test_a_column_of_last_injections_is_taken_and_says_what_in_it_is_not_read(tmp_path, capsys, given, said, newest):
    rows = [["Patient No", "Age", "Last injection", "Drug", "Route", "Injection 1"]]
    rows += [[str(k), "50", day, "hydroxocobalamin", "IM", "2020-01-02" if k == 1 else ""] for k, day in enumerate(given)]
    newest[1] = "2020-01-02"
    made = guessed([Grid("list", rows)], GUIDELINE)
    assert made.parts["doses"].columns["date"].sources == ("Last injection", "Injection 1"), "neither stands for both"
    assert said in as_text(made, [Grid("list", rows)], GUIDELINE)
    with (tmp_path / "list.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    found = rows_of(tmp_path / "list.csv")
    assert [row["last_dose"] for row in found] == newest
    assert all("doses_not_read" in row["notices"] for row, day in zip(found, given, strict=True) if day != "31/12/2025")


@pytest.mark.parametrize(("name", "cells"), [
    ("Given by", ["Nurse A", "Nurse B"]), ("Injection", ["hydroxocobalamin", "cyanocobalamin"]), ("Dose", ["1", "1.5"]),
    ("Dose mg", [20000, "1"]), ("Injection note", ["given 01/02/2026, left arm", ""]),
])  # fmt: skip
def test_a_column_without_anything_written_as_a_day_holds_no_days_of_injections(name, cells):
    rows = [["Patient No", name, "Drug", "Route"], *([str(k), cell, "", "IM"] for k, cell in enumerate(cells))]
    assert guessed([Grid("list", rows)], GUIDELINE).parts["doses"].sheet == OPEN


def test_a_day_of_a_result_with_a_year_of_two_digits_is_said_to_have_one():
    rows = [["Patient No", "B12 (ng/L)", "B12 date", "Last injection"], ["1", 300, "03/04/26", "2026-11-02"]]
    grid = Grid("list", rows)
    shown = as_text(guessed([grid], GUIDELINE), [grid], GUIDELINE)
    assert "“03/04/26”. A year of two digits" in shown and "(left aside)" not in shown


def test_two_rows_of_a_patient_are_a_table_of_doses_and_no_list():
    rows = [
        ["Patient No", "Date given", "Drug", "Route"],
        ["1", "2026-11-02", "hydroxocobalamin", "IM"],
        ["1", "2026-11-04", "hydroxocobalamin", "IM"],
    ]
    assert guessed([Grid("list", rows)], GUIDELINE).parts["patients"].sheet == OPEN
    once = guessed([Grid("list", rows[:2])], GUIDELINE)
    assert once.parts["patients"].sheet == "list" and once.parts["doses"].columns["date"].source == "Date given"


@pytest.mark.parametrize(("text", "said"), [
    ("route: {always: }", "does not say which column"), ("route: {always: x, from: y}", "must stand alone"),
    ("route: {always: [1]}", "must stand alone"), ("date: {from: a, also: b}", "is no list"),
    ("date: {from: Last injection, also: [Nowhere]}", "There is no column “Nowhere”"),
])  # fmt: skip
def test_a_map_of_a_list_that_is_wrong_is_refused(text, said):
    made = guessed([Grid("list", LIST)], GUIDELINE)
    target = text.split(":")[0]
    lines = [
        f"    {text}" if line.startswith(f"    {target}:") and "value:" not in line else line
        for line in as_yaml(made).splitlines()
    ]
    with pytest.raises(Refused) as refused:
        mapped = of_data(parse("\n".join(lines).encode(), "map"), GUIDELINE)
        raise Refused(fits(mapped, [Grid("list", LIST)], GUIDELINE))
    assert said in " ".join(one.what for one in refused.value.findings)


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ("[]", "cannot be read"),
        ("{magic: {}}", "is no test"),
        ("{serum_b12: {value: B12}}", "does not say which column"),
    ],
)
def test_tests_of_a_map_that_are_wrong_are_refused(tests, said):
    lines = as_yaml(guessed([Grid("list", LIST)], GUIDELINE)).splitlines()
    at = next(k for k, line in enumerate(lines) if line.startswith("  tests:"))
    with pytest.raises(Refused) as refused:
        of_data(parse("\n".join([*lines[:at], f"  tests: {tests}", *lines[at + 2 :]]).encode(), "map"), GUIDELINE)
    assert said in " ".join(one.what for one in refused.value.findings)


def test_a_map_of_one_file_fits_it_under_another_name(tmp_path):
    first, second = workbook(tmp_path / "june.xlsx", LIST), tmp_path / "july.csv"
    with second.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [[cell.isoformat() if isinstance(cell, date) else cell for cell in row] for row in LIST]
        )
    text = as_yaml(guessed(grids(first), GUIDELINE)).replace('route: {from: "?"}', "route: {always: intramuscular}")
    (tmp_path / "map.yaml").write_text(text)
    assert [row["last_dose"] for row in rows_of(second, "--map", str(tmp_path / "map.yaml"))] == [
        "2026-07-01",
        "2026-10-11",
        "",
    ]


def test_a_list_is_opened_in_the_browser(tmp_path):
    from starlette.testclient import TestClient

    from posology.web.app import app
    from webhouse import shared_house

    text = "Patient No,Last injection,Drug,Route\n1,2026-11-02,hydroxocobalamin,IM\n"
    with TestClient(app(shared_house()), headers={"accept": "text/html"}, follow_redirects=False) as caller:
        sent = {"patients": ("my list.csv", io.BytesIO(text.encode()))}
        answer = caller.post("/register/open", data={"on": str(ON)}, files=sent)
        assert answer.headers["location"] in ("/register/summary", "/register/waiting")


@pytest.mark.parametrize(("word", "test"), [
    ("B12", "serum_b12"), ("vitamin  B12", "serum_b12"), ("Hb", "hemoglobin"), ("FBC", "complete_blood_count"), ("platelets", "platelet_count"),
    ("count", ""), ("length", ""), ("folate", ""), ("_b12x", ""), ("", ""),
])  # fmt: skip
def test_a_test_is_known_by_the_names_it_has_and_by_no_others(word, test):
    from posology.read.patient import called, tests

    assert called(word, tests(GUIDELINE), GUIDELINE) == test

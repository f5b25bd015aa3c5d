"""A sheet read in one pass holds what openpyxl finds in it cell by cell."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("openpyxl")

import openpyxl
import xlsxwriter

from posology.findings import Refused
from posology.register.workbook import sheets
from posology.register.worksheet import UNSOLVED

CELLS: list[Any] = [
    "words", " with space ", "two\nlines", "<&>\"'", "=not a formula", "é ü ß 例", 3, -2.5, 1e-7, 12345678901, True, False, None,
    date(2026, 1, 31), datetime(2026, 1, 31, 9, 30), time(9, 30), timedelta(hours=30), date(1900, 1, 15), "0101", "#N/A",  # noqa: DTZ001
]  # fmt: skip


def by_openpyxl(path: Path) -> dict[str, list[list[Any]]]:
    """Every cell, as openpyxl has it."""
    book = openpyxl.load_workbook(path, data_only=True)
    found = {}
    for sheet in book.worksheets:
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        for area in sheet.merged_cells.ranges:
            for row in rows[area.min_row - 1 : area.max_row]:
                row[area.min_col - 1 : area.max_col] = [rows[area.min_row - 1][area.min_col - 1]] * area.size["columns"]
        if sheet.sheet_state == "visible":
            found[sheet.title] = rows
    return found


def of_openpyxl(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for k, value in enumerate(CELLS):
        cell = sheet.cell(2 + k % 7, 2 + k // 7, value)
        cell.data_type = "s" if cell.data_type == "f" else cell.data_type
    sheet.merge_cells("B2:C3")
    sheet.merge_cells("F9:H12")
    book.create_sheet("empty")
    book.create_sheet("hidden").sheet_state = "hidden"
    book["hidden"]["A1"] = "not seen"
    book.save(path)


def of_excel(path: Path) -> None:
    """As Excel writes: words once for all, formulas with what they came to, rich text."""
    book = xlsxwriter.Workbook(path)
    sheet, bold = book.add_worksheet("One & two"), book.add_format({"bold": True})
    looks = {date: "dd/mm/yyyy", datetime: "yyyy-mm-dd hh:mm", time: "hh:mm", timedelta: "[h]:mm"}
    for k, value in enumerate(CELLS):
        look = book.add_format({"num_format": looks[type(value)]}) if type(value) in looks else None
        place = 1 + k // 5, k % 5
        sheet.write_string(*place, value) if isinstance(value, str) else sheet.write(*place, value, look)
    sheet.write_rich_string(9, 0, "plain ", bold, "bold", " plain")
    for k, (formula, value) in enumerate([("=1+1", 2), ("=A1&B1", "ab"), ("=1=1", True), ("=1/0", "#DIV/0!")]):
        sheet.write_formula(9, 1 + k, formula, None, value)
    sheet.merge_range("A12:C13", "wide")
    sheet.write_blank(14, 7, None, bold)
    book.close()


FORMATS = [
    "General",
    "0.00",
    "dd/mm/yyyy",
    "[$-409]d mmm yy",
    "[Red]0",
    '0 "days"',
    "yyyy",
    "mm:ss",
    "[h]:mm",
    "[mm]:ss",
    "h:mm AM/PM",
    "0;dd",
    "\\d0",
    "@",
]


@pytest.mark.parametrize("code", [*FORMATS, *range(50)])
def test_a_number_is_a_day_where_openpyxl_says_so(code: str | int, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "days.xlsx")
    look = book.add_format({"num_format": code})
    sheet = book.add_worksheet()
    for k, number in enumerate([0, 0.25, 1, 59, 60, 61, 46023, 46023.123456789, -1, 4e6]):
        sheet.write_number(0, k, number, look)
    book.close()
    assert dict(sheets(tmp_path / "days.xlsx")) == by_openpyxl(tmp_path / "days.xlsx")


@pytest.mark.parametrize("make", [of_openpyxl, of_excel])
def test_every_kind_of_cell_is_what_openpyxl_reads(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "cells.xlsx"
    make(path)
    assert dict(sheets(path)) == by_openpyxl(path)


def rewritten(path: Path, change: Callable[[str], str], encoding: str = "utf-8") -> Path:
    """The workbook with another text of its first sheet."""
    other = path.with_name("other.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content.decode()).encode(encoding) if name.endswith("sheet1.xml") else content)
    return other


CHANGES: dict[str, Callable[[str], str]] = {
    "without places": lambda text: re.sub(r'(<c|<row) r="[A-Z0-9]+"', r"\1", text),
    "with a prefix": lambda text: re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).replace("xmlns=", "xmlns:x="),
    "without its size": lambda text: re.sub(r"<dimension[^>]*/>", "", text),
    "with a remark": lambda text: text.replace("<sheetData>", '<!-- <c r="A1"><v>7</v></c> --><sheetData>'),
    "with values set apart": lambda text: re.sub(r"<v>([^<]*)</v>", r"<v><![CDATA[\1]]></v>", text),
    "with signs as numbers": lambda text: re.sub(r"<v>(\d)", lambda found: f"<v>&#{ord(found[1])};", text),
    "with single quotation marks": lambda text: text.replace('"', "'"),
    "with the style before the place": lambda text: re.sub(r'<c r="(\w+)" s="(\d+)"', r'<c s="\2" r="\1"', text),
    "over many lines": lambda text: re.sub(r">(?=<)", ">\n  ", text).replace(" t=", "\n t="),
}


@pytest.mark.parametrize("how", CHANGES)
def test_a_sheet_written_otherwise_is_read_as_openpyxl_reads_it(how: str, tmp_path: Path) -> None:
    of_excel(tmp_path / "cells.xlsx")
    other = rewritten(tmp_path / "cells.xlsx", CHANGES[how])
    assert dict(sheets(other)) == by_openpyxl(other)


def test_a_sheet_in_another_encoding_is_read(tmp_path: Path) -> None:
    of_excel(tmp_path / "cells.xlsx")
    other = rewritten(tmp_path / "cells.xlsx", lambda text: text.replace("UTF-8", "UTF-16"), "utf-16")
    assert dict(sheets(other)) == by_openpyxl(other)


def test_a_workbook_that_was_saved_as_strict_holds_what_it_held(tmp_path: Path) -> None:
    of_excel(tmp_path / "cells.xlsx")
    with zipfile.ZipFile(tmp_path / "cells.xlsx") as old, zipfile.ZipFile(tmp_path / "strict.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            content = content.replace(
                "schemas.openxmlformats.org/spreadsheetml/2006", "purl.oclc.org/ooxml/spreadsheetml"
            )
            new.writestr(
                name,
                content.replace("schemas.openxmlformats.org/officeDocument/2006", "purl.oclc.org/ooxml/officeDocument"),
            )
    assert dict(sheets(tmp_path / "strict.xlsx")) == by_openpyxl(tmp_path / "cells.xlsx")


def test_a_day_in_words_is_a_day_and_what_is_none_stays_as_it_is(tmp_path: Path) -> None:
    written = ["2026-01-31", "2026-01-31T09:30:00Z", "09:30:00", "PT30H"]
    cells = "".join(f'<c t="d"><v>{words}</v></c>' for words in written)
    of_excel(tmp_path / "cells.xlsx")
    other = rewritten(
        tmp_path / "cells.xlsx",
        lambda text: re.sub(r"<sheetData>.*</mergeCells>", f"<sheetData><row>{cells}</row></sheetData>", text),
    )
    assert next(sheets(other))[1] == [[date(2026, 1, 31), datetime(2026, 1, 31, 9, 30), time(9, 30), "PT30H"]]  # noqa: DTZ001


def test_words_with_signs_for_how_they_are_spoken_are_the_words_alone(tmp_path: Path) -> None:
    spoken = '<row r="1"><c r="A1" t="inlineStr"><is><r><t>東</t></r><r><t>京</t></r><rPh sb="0" eb="2"><t>ト</t></rPh></is></c></row>'
    of_excel(tmp_path / "cells.xlsx")
    other = rewritten(tmp_path / "cells.xlsx", lambda text: text.replace("<sheetData>", f"<sheetData>{spoken}"))
    assert next(sheets(other))[1][0][0] == "東京"


def test_a_formula_that_was_never_worked_out_is_said_to_be_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["B2"], book.active["C2"] = "=1+1", "after"
    book.save(tmp_path / "formula.xlsx")
    assert list(sheets(tmp_path / "formula.xlsx")) == [("Sheet", [[None] * 3, [None, UNSOLVED, "after"]])]


BROKEN: dict[str, Callable[[str], str]] = {
    "cut off": lambda text: text[: len(text) // 2],
    "a word that is not there": lambda text: re.sub(r'(t="s"><v>)\d+', r"\g<1>99999", text),
    "a number that is none": lambda text: re.sub(r"<v>-2.5</v>", "<v>x</v>", text),
    "a place that is none": lambda text: re.sub(r'<c r="[A-Z]+\d+"', '<c r="7"', text),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_sheet_is_refused(how: str, tmp_path: Path) -> None:
    of_excel(tmp_path / "cells.xlsx")
    with pytest.raises(Refused, match="cannot be read as an Excel workbook"):
        list(sheets(rewritten(tmp_path / "cells.xlsx", BROKEN[how])))


def test_a_sheet_with_a_cell_far_away_is_refused(tmp_path: Path) -> None:
    of_excel(tmp_path / "cells.xlsx")
    with pytest.raises(Refused, match="1,048,576 rows"):
        list(sheets(rewritten(tmp_path / "cells.xlsx", lambda text: text.replace('r="H15"', 'r="H1048576"'))))


def test_cells_that_do_not_say_where_they_stand_are_each_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from posology.register import worksheet

    made: list[str] = []
    real = worksheet._element
    monkeypatch.setattr(worksheet, "_element", lambda opening, written: made.append(written) or real(opening, written))
    rows = "<row><c><v>1</v></c><c t='b'><v>1</v></c></row>" * 500
    of_excel(tmp_path / "cells.xlsx")
    other = rewritten(
        tmp_path / "cells.xlsx",
        lambda text: re.sub(r"<sheetData>.*</mergeCells>", f"<sheetData>{rows}</sheetData>", text),
    )
    assert next(sheets(other))[1] == [[1, True]] * 500
    assert len(made) <= 2

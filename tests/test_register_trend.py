"""The past year is today's rules over the record as it stood at the end of each month."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("ibis")

from posology.cli import main
from posology.register import trend
from test_register_audit import ON, register


def told(folder: Path, *also: str) -> dict:
    out = folder.parent / "s.json"
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert main(["register", "summary", str(folder), "--on", ON, "--trend", "--format", "json", *also]) == 0
    out.write_text(said.getvalue())
    return json.loads(said.getvalue())


def test_each_point_is_the_worklist_of_the_record_as_it_stood_that_day(tmp_path: Path) -> None:
    folder = register(tmp_path / "r")
    points = {point["on"]: point for point in told(folder)["trend"]}
    assert list(points) == [day.isoformat() for day in trend.days(date.fromisoformat(ON))]
    for day in ("2025-08-31", "2025-11-30", ON):
        cut = tmp_path / day
        cut.mkdir()
        for name in ("patients.csv", "results.csv"):
            (cut / name).write_text((folder / name).read_text() if name == "patients.csv" else "patient_id,date,test,value,unit\n")
        heading, *doses = list(csv.reader((folder / "doses.csv").open()))
        with (cut / "doses.csv").open("w", newline="") as file:
            csv.writer(file).writerows([heading, *(d for d in doses if d[1] <= day)])
        out = tmp_path / f"{day}.csv"
        assert main(["register", "worklist", str(cut), "--on", day, "--out", str(out)]) == 0
        listed = [row["status"] for row in csv.DictReader(out.open())]
        assert points[day]["status"] == {status: listed.count(status) for status in points[day]["status"]}
        assert points[day]["patients"] == sum(points[day]["status"].values()) == 12
    assert points["2025-05-31"] == {"on": "2025-05-31", "patients": 0, "status": {}}, "nobody had begun"


def test_columns_and_plans_give_the_same_trend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trend, "MONTHS", 1)
    folder = register(tmp_path / "r", 4)
    assert told(folder)["trend"] == told(folder, "--engine", "duckdb")["trend"]


def test_it_is_shown_in_words_and_as_a_picture_with_its_table_and_what_it_rests_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = register(tmp_path / "r")
    capsys.readouterr()
    assert main(["register", "summary", str(folder), "--on", ON, "--trend"]) == 0
    said = capsys.readouterr().out
    assert "The past year" in said and "2025-12-31" in said and "today's guideline" in said
    assert main(["register", "summary", str(folder), "--on", ON, "--trend", "--format", "html"]) == 0
    page = capsys.readouterr().out
    assert "<polyline" in page and "The figures of “The past year” as a table" in page and "has left the list" in page


def test_names_at_the_ends_of_lines_never_cover_one_another() -> None:
    ends = trend._apart({"a": 50.0, "b": 50.0, "c": 51.0})
    assert sorted(ends.values())[1] - sorted(ends.values())[0] >= 18 and max(ends.values()) >= 86


def test_a_leap_february_has_its_last_day() -> None:
    assert date(2024, 2, 29) in trend.days(date(2024, 10, 15)) and len(trend.days(date(2024, 10, 15))) == 13


def test_of_patients_who_are_made_up_as_many_are_overdue_on_the_last_day_as_on_others(tmp_path: Path) -> None:
    assert main(["register", "synthesize", "2000", str(tmp_path / "r"), "--seed", "1", "--on", ON]) == 0
    shares = [point["status"]["overdue"] / point["patients"] for point in told(tmp_path / "r")["trend"][-7:]]
    assert min(shares) > 0.05 and max(shares) < 1.3 * min(shares), shares

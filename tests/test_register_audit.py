"""Measures are data and are counted right; small counts stay hidden; a comparison names who changes and why."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

pytest.importorskip("ibis")

from posology.cli import main
from posology.read.library import find

ON = "2026-01-31"
FACTS = {"age": "50", "b12_deficiency": "yes", "neurological_involvement": "no", "past_neurological_involvement": "no",
         "loading_complete": "yes", "bariatric_surgery": "no", "crohns_disease": "no", "ileal_resection_length": "0",
         "cobalamin_hypersensitivity": "no", "cobalt_allergy": "no", "hydroxocobalamin_unavailable": "no",
         "stop_requested": "no", "cause_resolved": "no"}  # fmt: skip
LOADED = [f"2025-06-{day:02d}" for day in (1, 3, 5, 8, 10, 12)]


def register(folder: Path, people: int = 12) -> Path:
    """A made-up register: the first seven were last seen in August, the others in January."""
    folder.mkdir()
    rows, doses = [f"patient_id,{','.join(FACTS)}"], []
    for k in range(people):
        rows.append(f"P{k},{','.join(FACTS.values())}")
        days = [*LOADED, "2025-08-20" if k < 7 else "2026-01-02"]
        doses += [f"P{k},{day},hydroxocobalamin,1,intramuscular" for day in days]
    (folder / "patients.csv").write_text("\n".join(rows) + "\n")
    (folder / "doses.csv").write_text("\n".join(["patient_id,date,drug,dose_mg,route", *doses]) + "\n")
    (folder / "results.csv").write_text("patient_id,date,test,value,unit\nP0,2025-12-01,serum_b12,300,ng/L\n")
    return folder


MEASURES = """
measures:
  - {name: late, title: Late, of: {phase: maintenance}, meets: {status: overdue}, aim: low, source: standard-maintenance}
  - {name: tested, title: Tested, of: {phase: maintenance}, meets: {tested_within_days: {serum_b12: 100}}, source: annual-tests}
  - name: left
    title: Left out
    of: {b12_deficiency: yes}
    without: {late ones: {status: overdue}}
    meets: {last_drug: hydroxocobalamin, days_since_last_dose: {to: 60}, no: {past_neurological_involvement: unknown}}
    source: standard-maintenance
"""


def audited(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, dict[str, object]]:
    (folder / "m.yaml").write_text(MEASURES)
    assert main(["register", "audit", str(folder), "--on", ON, "--measures", str(folder / "m.yaml"), "--format", "json", *more]) == 0
    return {row["name"]: row for row in json.loads(capsys.readouterr().out)["measures"]}


def test_measures_are_counted_and_small_counts_and_what_betrays_them_are_hidden(tmp_path, capsys):
    folder = register(tmp_path / "r")
    shown = audited(folder, capsys, "--small", "1")
    assert (shown["late"]["numerator"], shown["late"]["denominator"]) == (7, 12)
    assert (shown["tested"]["numerator"], shown["tested"]["denominator"]) == (1, 12)
    assert (shown["left"]["numerator"], shown["left"]["denominator"], shown["left"]["excluded"]) == (5, 5, {"late ones": 7})
    hidden = audited(folder, capsys)
    assert (hidden["late"]["numerator"], hidden["late"]["share"]) == (7, 0.5833)
    assert hidden["tested"]["numerator"] is None and hidden["tested"]["share"] is None and hidden["tested"]["about"] is None
    assert audited(folder, capsys, "--small", "6")["late"]["numerator"] is None, "the five who are not late would be known"


def test_the_measures_beside_the_guideline_can_be_read(tmp_path, capsys):
    assert main(["register", "audit", str(register(tmp_path / "r")), "--on", ON]) == 0
    assert "standard-maintenance" in capsys.readouterr().out


def first_courses(folder: Path, histories: dict[str, list[str]], **facts: str) -> Path:
    """A made-up register of patients whose loading nobody has called complete, with their days of injection."""
    folder.mkdir()
    told = FACTS | {"loading_complete": ""} | facts
    rows = [f"patient_id,{','.join(told)}", *(f"{who},{','.join(told.values())}" for who in histories)]
    doses = [f"{who},{day},hydroxocobalamin,1,intramuscular" for who, days in histories.items() for day in days]
    (folder / "patients.csv").write_text("\n".join(rows) + "\n")
    (folder / "doses.csv").write_text("\n".join(["patient_id,date,drug,dose_mg,route", *doses]) + "\n")
    (folder / "results.csv").write_text("patient_id,date,test,value,unit\n")
    return folder


def loading(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, object]:
    assert main(["register", "audit", str(folder), "--on", ON, "--small", "1", "--format", "json", *more]) == 0
    return {row["name"]: row for row in json.loads(capsys.readouterr().out)["measures"]}["loading-completed"]


NOVEMBER = [f"2025-11-{day:02d}" for day in (3, 5, 7, 10, 12, 14)]


@pytest.mark.parametrize("engine", ["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def test_who_stopped_after_two_injections_has_not_had_the_first_course_whole(engine, tmp_path, capsys):
    stopped, whole = {f"A{k}": NOVEMBER[:2] for k in range(6)}, {f"B{k}": NOVEMBER for k in range(6)}
    told = loading(first_courses(tmp_path / "r", stopped | whole), capsys, "--engine", engine)
    assert (told["numerator"], told["denominator"], told["share"]) == (6, 12, 0.5)


def test_a_first_course_counts_once_it_should_be_over_and_only_where_it_has_a_length(tmp_path, capsys):
    late = [day.replace("2025-11", "2026-01") for day in NOVEMBER]
    new = first_courses(tmp_path / "new", {"A": late, "B": late[:2]})
    assert loading(new, capsys)["denominator"] == 0, "eight weeks are not over"
    nerves = first_courses(tmp_path / "nerves", {"A": NOVEMBER[:2]}, neurological_involvement="yes")
    assert loading(nerves, capsys)["excluded"]["nerves involved (no set length)"] == 1
    unknown = first_courses(tmp_path / "unknown", {"A": NOVEMBER, "B": NOVEMBER[:2]}, neurological_involvement="")
    told = loading(unknown, capsys)
    assert (told["numerator"], told["denominator"]) == (0, 1), "two are whole by no reading, six by one"
    assert told["excluded"]["whether six or more are enough is not known"] == 1


BAD = {
    "measures: 3": "no list",
    "measures: [{name: a, title: b, of: {phaze: x}, meets: {}, source: standard-maintenance}]": "phaze",
    "measures: [{name: a, title: b, of: {}, meets: {last_drug: rum}, source: nowhere}]": "nowhere",
    "measures: [{name: a, title: b, of: 3, meets: {age: yes}, source: standard-maintenance, x: 1}]": "no condition",
    "measures: [{name: a, title: b, of: {}, meets: {tested_within_days: {age: x}}, source: standard-maintenance}]": "with days",
}


@pytest.mark.parametrize("text", BAD)
def test_measures_that_are_wrong_are_refused(text, tmp_path, capsys):
    (tmp_path / "m.yaml").write_text(text)
    assert main(["register", "audit", str(tmp_path), "--on", ON, "--measures", str(tmp_path / "m.yaml")]) == 2
    assert BAD[text] in capsys.readouterr().err


def test_one_edited_interval_names_the_patients_who_change_and_the_statement(tmp_path, capsys):
    folder, other = register(tmp_path / "r"), tmp_path / "other"
    shutil.copytree(find(), other)
    text = (other / "guideline.md").read_text(encoding="utf-8")
    before = "intramuscular every 2–3 months for life"
    assert text.count(before) == 1
    (other / "guideline.md").write_text(text.replace(before, "intramuscular every 4 weeks for life"), encoding="utf-8")
    command = ["register", "compare", str(folder), "--on", ON, "--with", str(other)]
    assert main([*command, "--format", "json", "--out", str(tmp_path / "who.csv")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["changed"] == 12 and told["statements"]["standard-maintenance"] == "rule"
    assert told["by_statement"] == {"standard-maintenance": 12}
    assert {"column": "status", "from": "up_to_date", "to": "due", "patients": 5} in told["by_change"] or told["by_column"]["due_by"] == 12
    rows = list(csv.DictReader((tmp_path / "who.csv").open()))
    assert {row["patient_id"] for row in rows} == {f"P{k}" for k in range(12)}
    assert main([*command[:-1], str(find())]) == 0
    assert "0 of 12 patients change" in capsys.readouterr().out

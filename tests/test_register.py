"""A register's rows say what the plans say, whatever made them and however ugly the record."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

import hiccups
from patients import drawn, guideline
from posology.cli import main
from posology.model import Patient
from posology.plan.plan import plan
from posology.read.guideline import read_texts
from posology.read.patient import patient
from posology.register.row import row

ON = date(2026, 1, 31)


def near_the_day(data: dict[str, Any], rng: Random, on: date) -> dict[str, Any]:
    """An invented patient whose newest dose lies shortly before the day, some time ago, or after it."""
    days = [date.fromisoformat(dose["date"]) for dose in data["doses"]]
    moved = (on - max(days)).days - rng.choice((0, 0, 1, 3, 24, 25, 61, 200, -5)) if days else 0
    for rows in (data["doses"], data.get("results", [])):
        for each in rows:
            each["date"] = (date.fromisoformat(each["date"]) + timedelta(days=moved)).isoformat()
    if "start" in data:
        data["start"] = (date.fromisoformat(data["start"]) + timedelta(days=moved)).isoformat()
    return data


def register_of(folder: Path, many: int, seed: int, on: date) -> list[Patient]:
    """A register of invented patients as CSV, and the same patients as a plan takes them."""
    rng, found = Random(seed), []
    folder.mkdir()
    with (
        (folder / "patients.csv").open("w", newline="") as people,
        (folder / "doses.csv").open("w", newline="") as doses,
        (folder / "results.csv").open("w", newline="") as results,
    ):
        writers = [csv.writer(file) for file in (people, doses, results)]
        names = list(guideline().facts)
        writers[0].writerow(["patient_id", "start", *names])
        writers[1].writerow(["patient_id", "date", "drug", "dose_mg", "route"])
        writers[2].writerow(["patient_id", "date", "test", "value", "unit"])
        for k in range(many):
            data = near_the_day(drawn(rng), rng, on)
            data.pop("on")
            written = {True: "yes", False: "no", None: ""}
            cells = [data["facts"].get(name) for name in names]
            writers[0].writerow([f"P{k}", data.get("start", ""), *(written.get(c, c) if not isinstance(c, (int, float)) or isinstance(c, bool) else c for c in cells)])
            writers[1].writerows([f"P{k}", d["date"], d["drug"], "1", d["route"]] for d in data["doses"])
            writers[2].writerows([f"P{k}", r["date"], r["test"], r["value"], r["unit"]] for r in data.get("results", []))
            found.append(patient(data, guideline(), date(2035, 1, 1)))
    return found


def told(patients: list[Patient], on: date) -> list[dict[str, str]]:
    """The rows that the plans say, as a CSV file holds them; a register knows no start that lies after the day."""
    known = [replace(who, start=None) if who.start and who.start > on else who for who in patients]
    return [
        {name: "" if cell is None else str(cell) for name, cell in row(plan(guideline(), who, on), guideline()).items()}
        for who in known
    ]


def worklist(folder: Path, on: date, *also: str) -> list[dict[str, str]]:
    out = folder / "worklist.csv"
    assert main(["register", "worklist", str(folder), "--on", on.isoformat(), "--out", str(out), *also]) == 0
    with out.open(newline="") as file:
        return list(csv.DictReader(file))


def differing(rows: list[dict[str, str]], expected: list[dict[str, str]]) -> list[str]:
    """Every cell that is not as the plan says."""
    assert len(rows) == len(expected)
    return [
        f"row {k}, {name}: {found[name]!r} instead of {cell!r}"
        for k, (found, wanted) in enumerate(zip(rows, expected, strict=True))
        for name, cell in wanted.items()
        if name != "unsettled" and found[name] != cell
    ]


def _told(job: tuple[list[Patient], date]) -> list[dict[str, str]]:
    return told(*job)


def planned_on_two_cores(patients: list[Patient], on: date) -> list[dict[str, str]]:
    half = len(patients) // 2
    with ProcessPoolExecutor(2) as pool:
        return [r for part in pool.map(_told, [(patients[:half], on), (patients[half:], on)]) for r in part]


@pytest.mark.parametrize(("on", "seed"), [(ON, 1), (date(2024, 2, 29), 2), (date(2025, 3, 1), 3), (date(2026, 11, 30), 4)])
def test_10_000_random_patients_have_the_rows_of_their_plans_in_columns(tmp_path: Path, on: date, seed: int) -> None:
    patients = register_of(tmp_path / "register", 2500, seed, on)
    rows = worklist(tmp_path / "register", on, "--engine", "duckdb")
    assert differing(rows, planned_on_two_cores(patients, on)) == []
    assert len({found["status"] for found in rows}) >= 8


def test_a_small_register_has_the_rows_of_its_plans(tmp_path: Path) -> None:
    patients = register_of(tmp_path / "register", 150, 9, ON)
    rows = worklist(tmp_path / "register", ON)
    assert differing(rows, told(patients, ON)) == []
    twice = [any("Two doses" in notice.text for notice in plan(guideline(), who, ON).notices) for who in patients]
    assert ["doses_twice_on_a_day" in found["notices"] for found in rows] == twice and any(twice)


@pytest.mark.spark
@pytest.mark.slow
def test_10_000_random_patients_have_the_rows_of_their_plans_on_two_executors_of_spark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_MASTER", "local-cluster[2,1,1024]")
    monkeypatch.setenv("POSOLOGY_SPARK_PARTITIONS", "2")
    patients = register_of(tmp_path / "register", 10_000, 5, ON)
    rows = worklist(tmp_path / "register", ON, "--engine", "spark")
    assert differing(rows, planned_on_two_cores(patients, ON)) == []
    assert len({found["status"] for found in rows}) >= 8


@pytest.mark.spark
@pytest.mark.slow
def test_a_row_that_is_too_long_is_refused_by_its_number_on_spark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    register_of(tmp_path / "r", 2, 1, ON)
    with (tmp_path / "r" / "doses.csv").open("a") as file:
        file.write(f"1,2025-12-01,hydroxocobalamin,{'x' * 2_100_000},intramuscular\n")
    many = len((tmp_path / "r" / "doses.csv").read_text().splitlines())
    command = ["register", "worklist", str(tmp_path / "r"), "--on", ON.isoformat(), "--engine", "spark"]
    assert main([*command, "--out", str(tmp_path / "w.csv")]) == 2
    said = capsys.readouterr().err
    assert "doses.csv" in said and f"{many:,}" in said and "xxx" not in said and "Traceback" not in said
    assert not (tmp_path / "w.csv").exists()


# ---------------------------------------------------------------- bad input


def bad(folder: Path, **files: str) -> Path:
    """A register with these files; the others are empty but for their heading."""
    folder.mkdir(exist_ok=True)
    headings = {
        "patients": "patient_id,b12_deficiency\n", "doses": "patient_id,date,drug,dose_mg,route\n",
        "results": "patient_id,date,test,value,unit\n",
    }  # fmt: skip
    for name, heading in headings.items():
        (folder / f"{name}.csv").write_text(files.get(name, heading))
    return folder


def summary(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["register", "summary", str(folder), "--on", ON.isoformat(), "--format", "json"]) == 0
    return dict(json.loads(capsys.readouterr().out))


UGLY = {
    "a number in words": ("age", "forty", "age"),
    "a code for missing": ("age", "999", "age"),
    "a code for missing within the range": ("platelet_count", "999", "platelet_count"),
    "not a number": ("egfr", "NaN", "egfr"),
    "a decimal comma": ("egfr", '"45,5"', "egfr"),
    "out of range": ("age", "-1", "age"),
    "a limit": ("platelet_count", "<10", "platelet_count"),
    "a foreign unit": ("platelet_count", "45 mg", "platelet_count"),
    "perhaps": ("b12_deficiency", "maybe", "b12_deficiency"),
    "no such choice": ("requested_route", "nasal", "requested_route"),
    "day and month swapped": ("start", "2026-31-01", "start"),
    "another order of day and month": ("start", "31/01/2026", "start"),
}


@pytest.mark.parametrize("name", UGLY)
def test_a_cell_that_cannot_be_read_is_unknown_and_said(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    column, cell, place = UGLY[name]
    found = summary(bad(tmp_path / "r", patients=f"patient_id,{column}\nP1,{cell}\n"), capsys)
    assert [f["place"] for f in found["quality"]["findings"]] == [f"patients.{place}"]
    assert found["patients"] == 1


@pytest.mark.parametrize("cell", ["yes", "Y", "TRUE", "1", " yes ", "y"])
def test_yes_is_read_in_each_of_its_ways(cell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = summary(bad(tmp_path / "r", patients=f"\ufeffpatient_id,B12 deficiency\nP1,{cell}\n"), capsys)
    assert found["phase"] == {"loading": 1}
    assert found["quality"]["findings"] == []


@pytest.mark.parametrize("cell", ["no", "N", "false", "0"])
def test_no_is_read_in_each_of_its_ways(cell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = summary(bad(tmp_path / "r", patients=f"patient_id;b12_deficiency\nP1;{cell}\n"), capsys)
    assert "loading" not in found["phase"]


def test_a_dose_that_cannot_be_used_is_said_and_marked_in_the_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    doses = (
        "patient_id,date,drug,dose_mg,route\nP1,2026-31-01,hydroxocobalamin,1,im\nP1,2027-01-01,hydroxocobalamin,1,im\n"
        "P1,1950-01-01,hydroxocobalamin,1,im\nP1,2026-01-01,water,1,im\nP1,2026-01-02,hydroxocobalamin,1,\nPX,2026-01-01,b12,1,im\n"
    )
    folder = bad(tmp_path / "r", patients="patient_id,b12_deficiency,age\nP1,yes,40\n", doses=doses)
    (only,) = worklist(folder, ON)
    assert only["notices"] == "doses_not_read;doses_half_read;doses_not_in_time"
    assert only["status"] == "ask" and only["last_dose"] == ""
    said = capsys.readouterr().err
    for words in ("2026-31-01", "water", "of nobody in patients", "dated after", "before the patient was born", "Fill them in"):
        assert words in said


def test_rows_of_one_id_are_one_patient_of_whom_only_what_they_agree_on_is_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = bad(tmp_path / "r", patients="patient_id,b12_deficiency,age\nP1,yes,40\np1,yes,40\nP1,no,40\n,yes,50\n")
    rows = worklist(folder, ON)
    assert [found["patient_id"] for found in rows] == ["P1", "p1"]
    assert [found["phase"] for found in rows] == ["unknown", "loading"]
    assert rows[0]["notices"] == "duplicate_rows"
    said = capsys.readouterr().err
    assert "capital letters only" in said and "an id that was there before" in said and "no patient_id" in said


def test_no_cell_of_a_worklist_is_a_formula(tmp_path: Path) -> None:
    ids = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "plain"]
    folder = bad(tmp_path / "r", patients="patient_id\n" + "".join(f'"{i}"\n' for i in ids))
    for found in worklist(folder, ON):
        assert all(cell[:1] not in tuple("=+-@\t\r") for cell in found.values() if cell), found


DECIDES = "patient_id,age,b12_deficiency,neurological_involvement,crohns_disease,ileal_crohns_length,ileal_resection_length,loading_complete\n"


@pytest.mark.parametrize("engine", [(), ("--engine", "duckdb"), pytest.param(("--engine", "spark"), marks=pytest.mark.spark)])
def test_what_is_the_clinicians_is_decide_before_ask_where_no_phase_is_known(tmp_path: Path, engine: tuple[str, ...]) -> None:
    doses = "".join(f"P{k},2025-{month}-01,hydroxocobalamin,1,im\n" for k in (0, 1, 2) for month in ("11", "12"))
    people = DECIDES + "P0,50,yes,no,yes,45,0,\nP1,50,yes,no,yes,45,0,no\nP2,50,,no,yes,45,0,yes\n"
    rows = worklist(bad(tmp_path / "r", patients=people, doses=f"patient_id,date,drug,dose_mg,route\n{doses}"), ON, *engine)
    assert [(found["phase"], found["status"], found["rule"]) for found in rows] == [
        ("unknown", "decide", ""),  # the plan: the clinician decides between the treatments listed
        ("loading", "overdue", "standard-loading"),  # what comes after the first course is not asked yet
        ("unknown", "decide", ""),  # the first course is over; whatever comes is the clinician's
    ]
    assert [found["ask"].split(";")[0] for found in rows][::2] == ["loading_complete", "b12_deficiency"]


REFUSED = {
    "no such folder": (None, "There is no such folder"),
    "no patients": ({"patients": None}, "There is no patients.csv"),
    "no doses": ({"doses": None}, "untreated"),
    "a column is missing": ({"doses": "patient_id,date,dose_mg,route\n"}, "The column drug is missing"),
    "a column is there twice": ({"patients": "patient_id,age,Age\n"}, "more than once: age"),
    "nothing in it": ({"results": ""}, "has no heading"),
    "not text": ({"patients": b"patient_id,age\n\xff\xfe\x00"}, "UTF-8"),
    "both kinds": ({"patients.parquet": b""}, "Both"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_register_that_cannot_be_used_is_refused_in_words(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files, words = REFUSED[name]
    folder = tmp_path / "r"
    if files is not None:
        bad(folder)
        for file, content in files.items():
            path = folder / (file if "." in file else f"{file}.csv")
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert main(["register", "worklist", str(folder), "--on", ON.isoformat(), "--out", str(tmp_path / "w.csv")]) == 2
    said = capsys.readouterr().err
    assert words in said and "→" in said and "Traceback" not in said
    assert not (tmp_path / "w.csv").exists()


def test_a_parquet_file_that_is_cut_off_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "made"
    assert main(["register", "synthesize", "50", str(folder), "--kind", "parquet", "--on", ON.isoformat()]) == 0
    whole = (folder / "doses.parquet").read_bytes()
    (folder / "doses.parquet").write_bytes(whole[: len(whole) // 2])
    assert main(["register", "worklist", str(folder), "--on", ON.isoformat()]) == 2
    assert "cannot be read as Parquet" in capsys.readouterr().err


# ---------------------------------------------------------------- files


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "made"
    assert main(["register", "synthesize", "60", str(folder), "--seed", "7", "--on", ON.isoformat()]) == 0
    yield folder


def test_the_same_seed_makes_the_same_register_and_says_that_it_is_made_up(made: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "again", tmp_path / "other"
    assert main(["register", "synthesize", "60", str(again), "--seed", "7", "--on", ON.isoformat()]) == 0
    assert main(["register", "synthesize", "60", str(other), "--seed", "8", "--on", ON.isoformat()]) == 0
    for name in ("patients.csv", "doses.csv", "results.csv"):
        assert (made / name).read_bytes() == (again / name).read_bytes() != (other / name).read_bytes()
    assert "made up" in (made / "MADE-UP.txt").read_text()
    assert all(line.startswith("SYN-") for line in (made / "patients.csv").read_text().splitlines()[1:])


def test_a_made_up_register_has_nothing_odd_and_every_common_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["register", "synthesize", "400", str(tmp_path / "r"), "--on", ON.isoformat()]) == 0
    capsys.readouterr()
    found = summary(tmp_path / "r", capsys)
    assert [one["what"] for one in found["quality"]["findings"]] == ["These patients are made up: they stand for nobody."]
    assert {"overdue", "due", "in_loading", "not_started", "up_to_date", "ask", "decide"} <= found["status"].keys()
    assert main(["register", "recall", str(tmp_path / "r"), "--on", ON.isoformat(), "--out", str(tmp_path / "list.html")]) == 0
    assert "These patients are made up" in (tmp_path / "list.html").read_text()


def test_no_made_up_figure_is_a_code_for_not_known() -> None:
    import ibis

    from posology.register.cells import CODES_FOR_MISSING
    from posology.register.synthesize import _measured

    figures = ibis.memtable({"x": [998.6, 999.2, 9999.0, 45.4]})
    assert sorted(figures.mutate(y=_measured(figures.x)).y.execute()) == [45, 1000, 1000, 10000]
    assert 999 in CODES_FOR_MISSING


def test_csv_and_parquet_say_the_same_with_lists_as_lists(made: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    rows = worklist(made, ON)
    assert main(["register", "worklist", str(made), "--on", ON.isoformat(), "--out", str(tmp_path / "w.parquet")]) == 0
    table = pq.read_table(tmp_path / "w.parquet").to_pylist()
    assert [found["ask"].split(";") if found["ask"] else [] for found in rows] == [found["ask"] for found in table]
    assert [found["due_by"] for found in rows] == [str(found["due_by"] or "") for found in table]


def test_a_run_that_was_stopped_leaves_nothing_that_looks_whole(made: Path, tmp_path: Path) -> None:
    from posology.register.writing import PART, _machine

    out = tmp_path / "w.csv"
    (tmp_path / f".w.csv.{_machine()}.999999999{PART}").write_text("half")
    assert main(["register", "worklist", str(made), "--on", ON.isoformat(), "--out", str(out)]) == 0
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["w.csv"]


def test_a_place_that_cannot_be_written_to_is_said_before_the_work(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["register", "worklist", str(made), "--out", str(tmp_path / "no" / "w.csv")]) == 2
    assert main(["register", "worklist", str(made), "--out", str(tmp_path / "w.doc")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_an_open_quotation_mark_swallows_no_rows_in_silence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    register_of(tmp_path / "r", 2, 1, ON)
    (tmp_path / "r" / "doses.csv").write_text(
        'patient_id,date,drug,dose_mg,route\nP0,"2026-01-02,hydroxocobalamin,1,im\nP1,2026-01-02,hydroxocobalamin,1,im\n'
    )
    assert main(["register", "worklist", str(tmp_path / "r"), "--on", ON.isoformat(), "--out", str(tmp_path / "o.csv")]) == 2
    assert "quotation mark is open" in capsys.readouterr().err and not (tmp_path / "o.csv").exists()


def test_ids_that_are_numbers_in_one_table_and_words_in_another_are_the_same(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    (tmp_path / "r").mkdir()
    pq.write_table(pa.table({"patient_id": [1.0, 2.0], "age": [50, 60]}), tmp_path / "r" / "patients.parquet")
    (tmp_path / "r" / "doses.csv").write_text("patient_id,date,drug,dose_mg,route\n1,2026-01-02,hydroxocobalamin,1,im\n")
    (tmp_path / "r" / "results.csv").write_text("patient_id,date,test,value,unit\n")
    rows = worklist(tmp_path / "r", ON)
    assert [(r["patient_id"], r["last_dose"]) for r in rows] == [("1", "2026-01-02"), ("2", "")]


def test_a_column_that_is_missing_leads_to_the_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    register_of(tmp_path / "r", 1, 1, ON)
    (tmp_path / "r" / "patients.csv").write_text("NHS number,Age\nP0,50\n")
    assert main(["register", "summary", str(tmp_path / "r")]) == 2
    assert "posology register map" in capsys.readouterr().err


def test_another_way_of_giving_is_asked_about_where_a_gate_could_take_only_that(tmp_path: Path) -> None:
    both = hiccups.rule("calm-hiccups", "when     hiccups", "give     examplin 10 mg oral weekly", "or give  examplin 10 mg intramuscular weekly")
    gate = hiccups.rule("ask-the-clinic", "when    weak liver", "decide  with the clinic", "stops   injections")
    head = hiccups.HEAD.replace("| loud |", "| age | 0–120 years | How old? |\n| loud |")
    texts = {"guideline.md": head + hiccups.DECISION + both + gate, "references.md": hiccups.REFERENCES}
    (tmp_path / "hiccups").mkdir()
    for name, text in texts.items():
        (tmp_path / "hiccups" / name).write_text(text)
    whole, said = read_texts(texts), ["", "yes", "no"] * 400
    (tmp_path / "doses.csv").write_text("patient_id,date,drug,dose_mg,route\n")
    (tmp_path / "results.csv").write_text("patient_id,date,test,value,unit\n")
    (tmp_path / "patients.csv").write_text("patient_id,hiccups,weak_liver\n" + "".join(f"P{k},yes,{cell}\n" for k, cell in enumerate(said)))
    facts = [{"hiccups": True}, {"hiccups": True, "weak_liver": True}, {"hiccups": True, "weak_liver": False}]
    expected = [row(plan(whole, Patient(facts=each), ON), whole) for each in facts] * 400
    found = worklist(tmp_path, ON, "--guideline", str(tmp_path / "hiccups"))
    assert not differing(found, [{name: "" if cell is None else str(cell) for name, cell in each.items()} for each in expected])

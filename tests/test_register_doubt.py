"""Nobody who may have been treated is said not to have started: doses under an id written another way, or half read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from posology.cli import main
from posology.model import Plan
from posology.plan.plan import plan
from posology.read.library import load
from posology.register.doubt import EMPTIED
from posology.register.files import duckdb_engine
from posology.register.paging import hold, patient
from posology.register.reading import read
from test_register_practice import ON, rows_of
from test_register_refused import HEADINGS, folder

GIVEN = "hydroxocobalamin,1,intramuscular\n"


def register(place: Path, *doses: str, ids: tuple[str, ...] = ("c",), results: str = "") -> Path:
    """Patients who have a deficiency, and these doses (id and day)."""
    people = "patient_id,age,b12_deficiency,neurological_involvement\n"
    people += "".join(f'"{ident}",60,yes,yes\n' for ident in ids)
    given = "".join(f"{one},{GIVEN}" for one in doses)
    return folder(place, patients=people, doses=HEADINGS["doses"] + given,
                  results=HEADINGS["results"] + results)  # fmt: skip


@pytest.mark.parametrize(("own", "written"), [("c", "C"), ("c", "c\u00a0"), ("102", "0102"), ("0102", "102"), ("102", "102.0")])
def test_a_patient_whose_doses_stand_under_the_id_in_other_writing_is_never_said_not_to_have_started(
    tmp_path, capsys, own, written
):
    (row,) = rows_of(tmp_path, source=register(tmp_path, f"{written},2025-12-01", ids=(own,)))
    assert (row["status"], row["phase"], row["notices"]) == ("ask", "unknown", "doses_under_another_id")
    assert [row[name] for name in EMPTIED] == [""] * len(EMPTIED)
    said = capsys.readouterr().err
    assert "doses.patient_id\n  1 patient: doses stand under an id" in said


def test_a_course_that_may_lack_doses_of_another_writing_is_not_gone_on_with(tmp_path):
    loading = register(tmp_path, "c,2026-01-28", "C,2026-01-26", "C,2026-01-24")
    assert [row["status"] for row in rows_of(tmp_path, source=loading)] == ["ask"]


def test_whoever_has_a_due_date_keeps_it_and_says_what_may_be_missing(tmp_path):
    every = [f"c,{year}-{month:02}-01" for year in (2022, 2023, 2024) for month in (1, 4, 7, 10)]
    loading = [f"c,2021-12-{day:02}" for day in (1, 3, 5, 7, 9, 11)]
    (row,) = rows_of(tmp_path, source=register(tmp_path, *loading, *every, "C,2025-12-01"))
    assert (row["phase"], row["status"]) == ("maintenance", "overdue"), "to call somebody too early is the lesser harm"
    assert "doses_under_another_id" in row["notices"]


@pytest.mark.parametrize("doses", [("d,2025-12-01",), ("C,2025-12-01", "c,2025-12-01"), ()])
def test_doses_of_a_patient_of_just_that_id_and_of_strangers_are_nobody_elses(tmp_path, doses):
    rows = rows_of(tmp_path, source=register(tmp_path, *doses, ids=("c", "C")))
    assert not any("another_id" in row["notices"] for row in rows)
    assert [row["status"] for row in rows].count("not_started") == 2 - len([d for d in doses if d[0] in "cC"])


@pytest.mark.parametrize("ids", [("p5", "P5"), ("05", "5"), ("5.0", "5"), ("p 5", "P5")])
def test_of_two_patients_whose_ids_are_alike_neither_is_said_not_to_have_started_where_one_has_doses(tmp_path, capsys, ids):
    rows = rows_of(tmp_path, source=register(tmp_path, f"{ids[0]},2026-01-30", "z,2026-01-30", ids=(*ids, "q", "z")))
    assert [row["status"] for row in rows] == ["ask", "ask", "not_started", "in_loading"]
    assert [row["notices"] for row in rows] == ["id_like_another_patients"] * 2 + [""] * 2
    assert "2 patients: the id is another patient's in other letters" in capsys.readouterr().err


def test_patients_whose_ids_are_alike_and_who_have_no_doses_have_not_started(tmp_path):
    rows = rows_of(tmp_path, source=register(tmp_path, "z,2026-01-30", ids=("p5", "P5", "z")))
    assert [(row["status"], row["notices"]) for row in rows][:2] == [("not_started", "")] * 2


def test_the_plan_of_a_patient_whose_id_is_like_anothers_says_so(tmp_path):
    shown = planned(register(tmp_path, "p5,2026-01-30", ids=("p5", "P5")), 2)
    assert any("Another patient has this id" in notice.text for notice in shown.notices)


def test_doses_of_another_drug_and_results_under_another_writing_leave_the_status_as_it_is(tmp_path):
    place = register(tmp_path, results="C,2025-12-01,mcv,90,fL\n")
    (place / "doses.csv").write_text(HEADINGS["doses"] + "C,2025-12-01,water,1,intramuscular\n")
    (row,) = rows_of(tmp_path, source=place)
    assert (row["status"], row["notices"]) == ("not_started", "results_under_another_id")


@pytest.mark.parametrize("day", ["", "05/01/26", "last week"])
def test_a_patient_with_a_dose_of_which_no_day_is_known_is_never_said_not_to_have_started(tmp_path, day):
    (row,) = rows_of(tmp_path, source=register(tmp_path, f"c,{day}"))
    assert (row["status"], row["due_from"]) == ("ask", "")
    assert row["notices"] == "doses_not_read;doses_half_read"


def test_a_dose_of_another_drug_without_day_or_route_is_no_treatment_begun(tmp_path):
    place = register(tmp_path)
    (place / "doses.csv").write_text(HEADINGS["doses"] + "c,,water,1,\n")
    (row,) = rows_of(tmp_path, source=place)
    assert (row["status"], row["notices"]) == ("not_started", "doses_not_read")


def test_a_start_after_the_day_is_unknown_and_said(tmp_path, capsys):
    place = register(tmp_path, "b,2025-12-01", "c,2025-12-01")
    starts = "2025-12-01", "2026-06-01", "2026-01-31"
    people = "patient_id,b12_deficiency,neurological_involvement,start\n"
    (place / "patients.csv").write_text(people + "".join(f"{k},yes,yes,{day}\n" for k, day in zip("abc", starts, strict=True)))
    rows = rows_of(tmp_path, source=place)
    assert [row["notices"] for row in rows] == ["", "start_not_in_time", ""]
    said = capsys.readouterr().err
    assert "patients.start\n  1 patient: a start of treatment dated after 2026-01-31, so unknown." in said
    (place / "patients.csv").write_text(people + f"a,yes,yes,{starts[0]}\nb,yes,yes,\nc,yes,yes,{starts[2]}\n")
    without = rows_of(tmp_path, source=place)
    assert [row | {"notices": ""} for row in rows] == without, "as if no start were written"


def planned(place: Path, number: int = 1) -> Plan:
    """What the plan of a patient of a register says."""
    on, guideline = date.fromisoformat(ON), load()
    made = read(place, guideline, on, duckdb_engine())
    hold(made)
    return plan(guideline, patient(made, number, guideline, on), on)


def test_two_doses_on_one_day_count_once_and_are_said(tmp_path, capsys):
    given = "2026-01-29", "2026-01-30", "2026-01-30", "2026-01-30"
    place = register(tmp_path, *(f"c,{day}" for day in given), "d,2026-01-30", "e,2026-01-30", "e,2026-01-30", ids=("c", "d", "e"))
    with (place / "doses.csv").open("a") as file:
        file.write("c,,hydroxocobalamin,1,intramuscular\n")
    notices = [row["notices"] for row in rows_of(tmp_path, source=place)]
    assert notices == ["doses_not_read;doses_half_read;doses_twice_on_a_day", "", "doses_twice_on_a_day"]
    assert "doses\n  2 patients: two doses on one day, which count once; the row says so." in capsys.readouterr().err
    shown = planned(place)
    assert len(shown.given) == 2 and any("Two doses are recorded on 2026-01-30" in n.text for n in shown.notices)


@pytest.mark.parametrize("day", ["01/02/2026", "1800-01-01", "soon"])
def test_a_start_that_cannot_be_read_is_said_in_the_row(tmp_path, day):
    place = register(tmp_path)
    (place / "patients.csv").write_text(f"patient_id,b12_deficiency,start\na,yes,{day}\nb,yes,2026-01-01\nc,maybe,n/a\n")
    assert [row["notices"] for row in rows_of(tmp_path, source=place)] == ["start_not_read", "", "facts_not_read"]


def test_a_start_that_cannot_be_read_is_said_of_a_patient_with_two_rows_and_in_parquet(tmp_path):
    place = register(tmp_path)
    (place / "patients.csv").write_text("patient_id,start\na,\na,soon\n")
    assert [row["notices"] for row in rows_of(tmp_path, source=place)] == ["start_not_read;duplicate_rows"]
    (place / "patients.csv").unlink()
    pq.write_table(pa.table({"patient_id": ["a"], "start": ["01/02/2026"]}), place / "patients.parquet")
    assert [row["notices"] for row in rows_of(tmp_path, source=place)] == ["start_not_read"]


@pytest.mark.parametrize("cells", ["45,furlong", "NaN,10*9/L", ",10*9/L", ">50,10*9/L", "45,"])
def test_a_result_whose_value_cannot_be_read_is_said_in_the_row(tmp_path, cells):
    place = register(tmp_path, ids=("c", "d"), results=f"c,2026-01-20,platelet_count,{cells}\nd,2026-01-20,platelet_count,99,10*9/L\n")
    (place / "patients.csv").write_text("patient_id,b12_deficiency,platelet_count\nc,yes,100\nd,yes,100\n")
    rows = rows_of(tmp_path, source=place)
    assert [row["notices"] for row in rows] == ["results_not_read", ""]
    assert "platelet_count" in rows[0]["ask"] and "platelet_count" not in rows[1]["ask"]


def test_the_plan_of_such_a_patient_says_so(tmp_path):
    shown = planned(register(tmp_path, "C,2025-12-01"))
    assert any("under an id that is this patient's" in notice.text for notice in shown.notices)


def test_a_recall_list_says_that_such_patients_are_not_on_it(tmp_path):
    place = register(tmp_path, "C,2025-12-01")
    assert main(["register", "recall", str(place), "--on", ON, "--out", str(tmp_path / "r.html")]) == 0
    assert "1 ask (facts are missing" in (tmp_path / "r.html").read_text()


# ---------------------------------------------------------------- amounts that are none

NONE_GIVEN = ("not given", "DNA", "declined", "0", "-1", "0 mg", "x mg", "1000000", "NIL")


def dosed(place: Path, amounts: tuple[str, ...]) -> Path:
    """Patients, each with one dose of one of these amounts."""
    whole = register(place, ids=tuple(f"p{k}" for k in range(len(amounts))))
    given = (f"p{k},2026-01-30,hydroxocobalamin,{amount},intramuscular\n" for k, amount in enumerate(amounts))
    (whole / "doses.csv").write_text(HEADINGS["doses"] + "".join(given))
    return whole


def test_doses_that_cannot_have_been_given_are_not_used_and_said(tmp_path, capsys):
    rows = rows_of(tmp_path, source=dosed(tmp_path, NONE_GIVEN))
    told = {(row["status"], row["last_dose"], row["notices"]) for row in rows}
    assert told == {("ask", "", "doses_not_read;doses_half_read")}
    said = capsys.readouterr().err
    assert "doses.dose_mg\n  9 rows: no dose that can have been given, so not used: “-1”, “0”, “0 mg”" in said


def test_beside_doses_that_were_given_the_others_do_not_count_and_the_row_says_so(tmp_path):
    place = register(tmp_path, "c,2026-01-29")
    with (place / "doses.csv").open("a") as file:
        file.write("c,2026-01-30,hydroxocobalamin,declined,intramuscular\n")
    (row,) = rows_of(tmp_path, source=place)
    assert (row["status"], row["last_dose"]) == ("in_loading", "2026-01-29")
    assert row["notices"] == "doses_not_read;doses_half_read"


AMOUNTS = ("", "1", "1.0", " 1 ", "n/a", "1 mg", "1000 micrograms", "1mg/ml", "1 ml", "1 ampoule", '"1,0"')


def test_amounts_that_can_be_read_or_are_not_known_leave_their_doses_as_they_are(tmp_path, capsys):
    rows = rows_of(tmp_path, source=dosed(tmp_path, AMOUNTS))
    assert {(row["status"], row["last_dose"], row["notices"]) for row in rows} == {("in_loading", "2026-01-30", "")}
    assert "dose_mg" not in capsys.readouterr().err


def test_doses_of_far_too_much_count_as_in_a_plan_and_are_said(tmp_path, capsys):
    rows = rows_of(tmp_path, source=dosed(tmp_path, ("1000", "1000 mg", "999999")))
    told = {(row["status"], row["last_dose"], row["notices"]) for row in rows}
    assert told == {("in_loading", "2026-01-30", "doses_unusually_large")}
    said = capsys.readouterr().err
    assert "3 rows: more than 10 times what the guideline gives, but counted all the same: “1000”, “1000 mg”" in said


def in_parquet(place: Path, amounts: list[Any]) -> None:
    """Doses of one day each, of these amounts, in place of those of a register."""
    many = len(amounts)
    days = [date(2026, 1, 1 + k) for k in range(many)]
    every = {"patient_id": ["c"] * many, "date": days, "drug": ["hydroxocobalamin"] * many, "dose_mg": amounts,
             "route": ["intramuscular"] * many}  # fmt: skip
    pq.write_table(pa.table(every), place / "doses.parquet")
    (place / "doses.csv").unlink()


@pytest.mark.parametrize(
    ("amounts", "last", "notices"),
    [
        ([1.0, None, float("nan")], "2026-01-03", ""),
        ([1.0, 0.0, -1.0], "2026-01-01", "doses_not_read;doses_half_read"),
        ([1, 0], "2026-01-01", "doses_not_read;doses_half_read"),
        (["1", "not given"], "2026-01-01", "doses_not_read;doses_half_read"),
        ([[1], [2]], "", "doses_not_read;doses_half_read"),
    ],
)
def test_amounts_in_parquet_are_looked_at_whatever_their_kind(tmp_path, amounts, last, notices):
    place = register(tmp_path)
    in_parquet(place, amounts)
    (row,) = rows_of(tmp_path, source=place)
    assert (row["last_dose"], row["notices"]) == (last, notices)


def test_a_register_whose_doses_have_no_amounts_is_read(tmp_path):
    place = register(tmp_path)
    (place / "doses.csv").write_text("patient_id,date,drug,route\nc,2026-01-28,hydroxocobalamin,intramuscular\n")
    (row,) = rows_of(tmp_path, source=place)
    assert (row["last_dose"], row["notices"]) == ("2026-01-28", "")


def test_the_plan_has_no_dose_that_cannot_have_been_given_and_says_so(tmp_path):
    place = register(tmp_path)
    (place / "doses.csv").write_text(HEADINGS["doses"] + "c,2026-01-28,hydroxocobalamin,not given,intramuscular\n")
    shown = planned(place)
    assert not shown.given
    assert any("amount is none that can have been given" in notice.text for notice in shown.notices)

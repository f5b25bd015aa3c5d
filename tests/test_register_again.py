"""A second run asks Ibis nothing, says the same to the byte, and never believes what was kept of something else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("ibis")

import duckdb

from posology import cache
from posology.cli import main
from posology.read.library import find, load
from posology.register import queries
from posology.register.files import duckdb_engine, fetched
from posology.register.worklist import compiled

ON = "2026-01-31"
B12 = find("b12-injections")
WATCHED = "import sys\nfrom posology.cli import main\nsys.exit(main(sys.argv[1:]) or ('ibis' in sys.modules))"
"""A run that fails where Ibis was loaded."""
SLOW = ("ibis", "openpyxl", "pandas", "pyarrow.compute", "pyarrow.parquet", "sqlalchemy")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSOLOGY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("again") / "practice"
    assert main(["register", "synthesize", "120", str(place), "--on", ON]) == 0
    return place


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What Ibis was asked, a word each time."""
    found: list[str] = []

    def counting(what: str) -> object:
        before = queries._ASKED[what]
        return lambda query, at: (found.append(what), before(query, at))[1]

    monkeypatch.setattr(queries, "_ASKED", {what: counting(what) for what in queries._ASKED})
    yield found


def worklist(place: Path, *more: str, kind: str = "csv", on: str = ON) -> bytes:
    out = place.parent / f"worklist.{kind}"
    assert main(["register", "worklist", str(place), "--on", on, "--out", str(out), *more]) == 0
    return out.read_bytes()


def book(folder: Path) -> Path:
    """The file in which the answers of Ibis are kept."""
    (found,) = (file for file in folder.glob("*.kept") if b'"sql ' in file.read_bytes())
    return found


def put(folder: Path, answers: dict[str, object]) -> None:
    """Other answers under the same key, whole and sealed, as if by the same hand."""
    content = json.dumps(answers).encode()
    book(folder).write_bytes(cache.hashlib.sha256(content).digest() + content)


def answers(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(book(folder).read_bytes()[cache._DIGEST :])
    return found


# ---------------------------------------------------------------- the same


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_run_from_what_was_kept_writes_the_same_bytes(kind, practice, asked, monkeypatch):
    first = worklist(practice, kind=kind)
    assert asked
    asked.clear()
    again = worklist(practice, kind=kind)
    monkeypatch.setenv("POSOLOGY_CACHE", "off")
    assert asked == []
    assert first == again == worklist(practice, kind=kind)


def test_a_summary_from_what_was_kept_is_the_same(practice, asked, capsys):
    told = []
    for _ in range(2):
        asked.clear()
        assert main(["register", "summary", str(practice), "--on", ON, "--format", "json"]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1] and asked == []


def test_a_second_run_loads_no_ibis(practice):
    run = [sys.executable, "-c", WATCHED, "register", "worklist", str(practice), "--on", ON]
    first, again = (subprocess.run(run, capture_output=True, check=False) for _ in range(2))
    assert (first.returncode, again.returncode) == (1, 0)
    assert first.stdout == again.stdout != b""


def loaded(*command: str, folder: Path) -> str:
    """What of `SLOW` a second run loads."""
    run = f"import sys\nfrom posology.cli import main\nmain(sys.argv[1:])\nprint(*set(sys.modules) & set({SLOW}))"
    for _ in range(2):
        found = subprocess.run([sys.executable, "-c", run, "register", *command], capture_output=True, check=True, text=True, cwd=folder)
    return found.stdout.splitlines()[-1]


@pytest.mark.parametrize("command", [["summary"], ["worklist", "--out", "w.csv"]])
def test_a_second_run_over_csv_loads_nothing_that_takes_long_and_is_not_needed(practice, command, tmp_path):
    assert loaded(command[0], str(practice), "--on", ON, *command[1:], folder=tmp_path) == ""


def test_no_run_over_a_database_or_a_bulk_export_loads_pandas(practice, tmp_path):
    import duckdb

    with duckdb.connect(str(tmp_path / "r.db")) as database:
        for name in ("patients", "doses", "results"):
            database.execute(f"CREATE TABLE {name} AS FROM read_csv('{practice}/{name}.csv', all_varchar = true)")
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "Patient.ndjson").write_text('{"resourceType": "Patient", "id": "a", "birthDate": "1950-01-01"}\n')
    for place in ("duckdb:///r.db", "export"):
        assert "pandas" not in loaded("summary", place, "--on", ON, folder=tmp_path)


def test_another_day_asks_nothing_and_is_that_day(practice, asked, monkeypatch):
    worklist(practice)
    asked.clear()
    later = worklist(practice, on="2026-05-01")
    assert asked == []
    monkeypatch.setenv("POSOLOGY_CACHE", "off")
    assert later == worklist(practice, on="2026-05-01") != worklist(practice)


# ---------------------------------------------------------------- never of something else


def changed(place: Path, to: Path, table: str, old: str, new: str) -> Path:
    """A copy of a practice in which one word of a table is another."""
    copy = Path(shutil.copytree(place, to))
    text = (copy / table).read_text()
    assert old in text
    (copy / table).write_text(text.replace(old, new, 1))
    return copy


def fresh(*words: object, **more: object) -> bytes:
    """A worklist without anything kept."""
    os.environ["POSOLOGY_CACHE"], before = "off", os.environ["POSOLOGY_CACHE"]
    try:
        return worklist(*words, **more)  # type: ignore[arg-type]
    finally:
        os.environ["POSOLOGY_CACHE"] = before


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("patients.csv", ",age,", ",years_lived,"),
        ("patients.csv", ",pregnancy,", ",Pregnancy,"),
        ("doses.csv", "patient_id,date,drug", "Patient ID,Date,Drug"),
        ("results.csv", "g/L", "g/dL"),
        ("doses.csv", "hydroxocobalamin", "OH-B12"),
    ],
)
def test_other_columns_names_and_units_are_read_as_they_are(table, old, new, practice, tmp_path):
    worklist(practice)
    other = changed(practice, tmp_path / "other", table, old, new)
    assert worklist(other) == fresh(other)


def test_a_changed_guideline_is_what_is_followed(practice, tmp_path, asked):
    copy = Path(shutil.copytree(B12, tmp_path / "guideline"))
    worklist(practice, "--guideline", str(copy))
    text = (copy / "guideline.md").read_text()
    assert "platelet count < 25" in text
    (copy / "guideline.md").write_text(text.replace("platelet count < 25", "platelet count < 190"))
    asked.clear()
    assert worklist(practice, "--guideline", str(copy)) == fresh(practice, "--guideline", str(copy)) != worklist(practice)


OTHERS = {
    "ours": (queries, "made_by", lambda *_: "of another version"),
    "ibis": (queries, "MADE_BY", ("ibis/util.py", "sqlglot/_version.py")),
    "duckdb": (duckdb, "__version__", "0.0.0"),
}


@pytest.mark.parametrize("whose", OTHERS)
def test_what_another_version_compiled_is_not_used(whose, practice, asked, monkeypatch):
    worklist(practice)
    asked.clear()
    queries._made_by.cache_clear()
    monkeypatch.setattr(*OTHERS[whose])
    worklist(practice)
    queries._made_by.cache_clear()
    assert "sql" in asked


def test_kinds_of_columns_are_part_of_a_query():
    connection = duckdb_engine().connection
    keys = []
    for kind in ("VARCHAR", "DOUBLE"):
        connection.raw_sql(f"CREATE OR REPLACE TEMP TABLE patients AS SELECT CAST(1 AS {kind}) AS age")
        keys.append((connection.table("patients").age + 1).q_key)
    assert len({*keys}) == 2


# ---------------------------------------------------------------- what others may have written


DAMAGE = {
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:-9]),
    "emptied": lambda file: file.write_bytes(b""),
    "for all to write": lambda file: file.chmod(0o666),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_entry_is_made_anew(how, practice, folder, asked):
    first = worklist(practice)
    asked.clear()
    DAMAGE[how](book(folder))
    assert worklist(practice) == first
    assert asked


@pytest.mark.parametrize(
    "words",
    ["COPY (SELECT 1) TO '{there}'", "SELECT 1; COPY (SELECT 1) TO '{there}'", "not SQL at all", "SELECT 1 AS n) TO '{there}' --"],
)
def test_what_is_no_query_is_made_anew_and_never_run(words, practice, folder, tmp_path, asked):
    first, there = worklist(practice), tmp_path / "written-by-the-cache"
    put(folder, {key: words.format(there=there) if key.startswith("sql ") else answer for key, answer in answers(folder).items()})
    asked.clear()
    assert worklist(practice) == first
    assert asked and not there.exists()


@pytest.mark.parametrize("other", [[], "words", 3, None])
def test_what_are_no_answers_is_not_read(other):
    assert queries._read(json.dumps(other).encode()).answers == {}


@pytest.mark.parametrize("other", [3, "n", ["n", 1], "yes", None, {"n": "n"}])
def test_what_is_no_answer_is_made_anew(other, practice, folder, asked):
    first = worklist(practice)
    put(folder, dict.fromkeys(answers(folder), other))
    asked.clear()
    assert worklist(practice) == first
    assert asked


# ---------------------------------------------------------------- nothing of a record is kept


def test_no_word_of_a_record_is_kept(practice, tmp_path, folder):
    ours = changed(practice, tmp_path / "ours", "patients.csv", "no,", " NO way ,")
    lines = (ours / "patients.csv").read_text().splitlines()
    age = lines[0].split(",").index("age")
    cells = lines[5].split(",")
    cells[age] = "63 years"
    lines[5] = ",".join(cells)
    with (ours / "results.csv").open("a") as file:
        file.write("SYN-00000002,2025-06-01,complete blood count,seen,by Doctor Quill\n")
    (ours / "patients.csv").write_text("\n".join([*lines, "Zebedee Quill" + "," * lines[0].count(",")]))
    assert worklist(ours) == fresh(ours)
    whole = b"".join(file.read_bytes() for file in folder.iterdir())
    assert not [word for word in (b"63 years", b"NO way", b"Quill", b"SYN-0", ON.encode()) if word in whole]


def test_what_is_given_cannot_end_its_own_words():
    engine = duckdb_engine()
    engine.connection.raw_sql("CREATE TEMP TABLE one AS SELECT 1 AS n")
    table, odd = engine.connection.table("one"), "it's ' OR 1=1 --"
    with queries.remembered(engine.connection, "a guideline"):
        for _ in range(2):
            found = fetched(engine, table.select(said=queries.given("word", odd, "string"))).to_pylist()
            assert found == [{"said": odd}]


def test_a_compiled_guideline_is_the_same_on_any_day_but_for_the_day():
    guideline = load("b12-injections")
    one, other = (compiled(guideline, date(2026, month, 1)) for month in (1, 9))
    assert repr(one).replace("2026, 1, 1", "2026, 9, 1") == repr(other)

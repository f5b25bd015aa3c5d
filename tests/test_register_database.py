"""A database is read by its address: tables of its own names through a map, and never a password in what is said."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("ibis")

import duckdb

from editorial import cluster, new_database
from posology.cli import main
from test_register_audit import ON, register
from test_register_practice import rows_of as mapped_rows


def filled(execute, folder: Path, names: dict[str, str] | None = None) -> None:  # type: ignore[no-untyped-def]
    """The tables of a register of CSV files, typed as a database has them, under other names where some are given."""
    for name in ("patients", "doses", "results"):
        with (folder / f"{name}.csv").open(newline="") as file:
            heading, *rows = list(csv.reader(file))
        kinds = {"date": "DATE", "dose_mg": "NUMERIC(6,2)", "value": "NUMERIC(9,3)", "age": "INTEGER", "patient_id": "TEXT",
                 "drug": "TEXT", "route": "TEXT", "test": "TEXT", "unit": "TEXT", "ileal_resection_length": "NUMERIC(6,2)"}  # fmt: skip
        columns = ", ".join(f'"{c}" {kinds.get(c, "BOOLEAN")}' for c in heading)
        table = (names or {}).get(name, name)
        execute(f'CREATE TABLE "{table}" ({columns})')
        for row in rows:
            cells = ", ".join(f"'{cell}'" if cell else "NULL" for cell in row)
            execute(f'INSERT INTO "{table}" VALUES ({cells})')


def plain_rows(place: str, out: Path) -> list[dict[str, str]]:
    assert main(["register", "worklist", place, "--on", ON, "--out", str(out)]) == 0
    return list(csv.DictReader(out.open(encoding="utf-8")))


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with cluster() as server:
        yield server


def test_a_duckdb_file_gives_the_rows_of_the_same_tables_as_csv(tmp_path: Path) -> None:
    folder, path = register(tmp_path / "r"), tmp_path / "practice.db"
    with duckdb.connect(str(path)) as connection:
        filled(connection.execute, folder)
    expected = plain_rows(str(folder), tmp_path / "a.csv")
    assert plain_rows(f"duckdb:///{path}", tmp_path / "b.csv") == expected


def test_an_sqlite_file_gives_the_same_rows(tmp_path: Path) -> None:
    import sqlite3

    folder, path = register(tmp_path / "r"), tmp_path / "practice.sqlite"
    with sqlite3.connect(path) as connection:
        filled(connection.execute, folder)
    assert plain_rows(f"sqlite:///{path}", tmp_path / "b.csv") == plain_rows(str(folder), tmp_path / "a.csv")


@pytest.mark.postgres
def test_postgresql_gives_the_same_rows_and_other_names_and_schemas_are_mapped(tmp_path: Path, postgres: str) -> None:
    import psycopg

    folder, url = register(tmp_path / "r"), new_database(postgres, "practice")
    with psycopg.connect(url, autocommit=True) as connection:
        filled(connection.execute, folder)
    expected = plain_rows(str(folder), tmp_path / "a.csv")
    assert plain_rows(url, tmp_path / "b.csv") == expected
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA emis")
        for table, other in (("patients", "people"), ("doses", "injections"), ("results", "bloods")):
            connection.execute(f'ALTER TABLE "{table}" SET SCHEMA emis')
            connection.execute(f'ALTER TABLE emis."{table}" RENAME TO "{other}"')
    assert main(["register", "summary", url]) == 2
    assert main(["register", "map", url, "--out", str(tmp_path / "map.yaml")]) == 0
    assert "emis.people" in (tmp_path / "map.yaml").read_text()
    assert mapped_rows(tmp_path, "--map", str(tmp_path / "map.yaml"), source=url) == expected  # type: ignore[arg-type]


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("/practice2", "/nowhere"), "no database of that name"),
        (("127.0.0.1:", "127.0.0.1:1"), "No connection"),
        (("posology:s3cret@", "nobody:s3cret@"), "refused"),
        (("127.0.0.1:", "127.0.0.1:x"), "cannot be read"),
        (("postgresql://", "oracle://"), "no database that is read here"),
    ],
)
def test_no_password_is_ever_repeated(
    postgres: str, change: tuple[str, str], words: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("sqlalchemy", "psycopg", "posology"):
        caplog.set_level(logging.DEBUG, name)
    url = f"{postgres}/practice2".replace("posology@", "posology:s3cret@").replace(*change)
    for command in ("summary", "map", "worklist"):
        assert main(["register", command, url]) == 2
        said = capsys.readouterr()
        assert words in said.err and "Traceback" not in said.err
        assert "s3cret" not in said.out + said.err + caplog.text


def test_every_table_that_is_missing_is_said_with_those_that_are_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.db"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE patient (patient_id TEXT)")
    assert main(["register", "summary", f"duckdb:///{path}"]) == 2
    said = capsys.readouterr().err
    assert "no table patients" in said and "no table doses" in said and "There are: patient" in said


@pytest.mark.parametrize("content", [b"", b"no database at all", b"x" * 20_000])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(content)
    for kind in ("duckdb", "sqlite"):
        assert main(["register", "summary", f"{kind}:///{path}"]) == 2
        assert main(["register", "summary", f"{kind}:////nowhere/a.db"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_view_that_reaches_out_of_the_file_is_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other, path = tmp_path / "other.csv", tmp_path / "a.db"
    other.write_text("patient_id\nA\n")
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE VIEW patients AS SELECT * FROM read_csv('{other}')")
        connection.execute("CREATE TABLE doses (patient_id TEXT, date DATE, drug TEXT, dose_mg INT, route TEXT)")
        connection.execute("CREATE TABLE results (patient_id TEXT, date DATE, test TEXT, value TEXT, unit TEXT)")
    assert main(["register", "summary", f"duckdb:///{path}"]) == 2
    assert "cannot be read" in capsys.readouterr().err

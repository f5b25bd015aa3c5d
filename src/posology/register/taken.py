"""A register of patients who were read elsewhere (from FHIR): facts, doses and results as tables, as they were read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..findings import Finding
from ..model import Guideline, Patient
from .arrays import values
from .files import Engine, one_row, quoted, rows_of
from .history import Tables
from .quality import Quality
from .reading import Register

if TYPE_CHECKING:
    import ibis
else:
    from . import queries as ibis

BATCH = 2_000
KINDS = {"yes/no": pa.bool_(), "number": pa.float64(), "choice": pa.string()}
DOSES = pa.schema([("n", pa.int64()), ("on", pa.date32()), ("drug", pa.string()), ("route", pa.string())])
RESULTS = pa.schema([("n", pa.int64()), ("on", pa.date32()), ("test", pa.string()), ("value", pa.float64())])
SAID = pa.schema([("n", pa.int64()), ("said", pa.string())])


@dataclass(frozen=True, slots=True)
class Taken:
    """One patient of a register: the place in it, the id, what is known, and words about what was not used."""

    n: int
    patient_id: str
    patient: Patient
    notices: tuple[str, ...] = ()


def taken(
    people: Iterable[Taken],
    guideline: Guideline,
    engine: Engine,
    room: Path,
    quality: Quality,
    say: Callable[[str], None] = lambda _: None,
) -> Register:
    """The patients as a register; their tables lie in a folder while they are read."""
    schemas = {"patients": _people(guideline), "doses": DOSES, "results": RESULTS, "said": SAID}
    files = {name: pq.ParquetWriter(room / f"{name}.parquet", schema) for name, schema in schemas.items()}
    many = 0
    try:
        passing = iter(people)
        while batch := list(islice(passing, BATCH)):
            for name, rows in _rows(batch, guideline).items():
                files[name].write_batch(_table(rows, schemas[name]))
            many += len(batch)
            say(f"reading the records: {many:,} patients")
    finally:
        for file in files.values():
            file.close()
    tables = {name: _loaded(room / f"{name}.parquet", name, engine) for name in schemas}
    _counted(tables, quality, engine)
    return Register(engine, Tables(tables["patients"], tables["doses"], tables["results"]), quality, tables["said"])


def _people(guideline: Guideline) -> pa.Schema:
    facts = [(name, KINDS[fact.kind]) for name, fact in guideline.facts.items()]
    ends = [("n", pa.int64()), ("patient_id", pa.string()), ("start", pa.date32())]
    return pa.schema([*ends, *facts, ("notices", pa.string())])


def _rows(batch: Iterable[Taken], guideline: Guideline) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"patients": [], "doses": [], "results": [], "said": []}
    for one in batch:
        who = one.patient
        facts = {name: who.facts.get(name) for name in guideline.facts}
        own = {"n": one.n, "patient_id": one.patient_id, "start": who.start, "notices": ";".join(one.notices)}
        found["patients"].append({**own, **facts})
        found["doses"] += [{"n": one.n, "on": d.on, "drug": d.drug, "route": d.route} for d in who.doses]
        found["results"] += [{"n": one.n, "on": r.on, "test": r.test, "value": r.value} for r in who.results]
        found["said"] += [{"n": one.n, "said": notice} for notice in who.notices]
    return found


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    columns = [values([row[one.name] for row in rows], one.type) for one in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _loaded(path: Path, name: str, engine: Engine) -> ibis.Table:
    if engine.name == "spark":
        frame = engine.connection._session.read.parquet(str(path.resolve()))
        frame.createOrReplaceTempView(f"taken_{name}")
        return engine.connection.table(f"taken_{name}")
    engine.connection.raw_sql(
        f"CREATE OR REPLACE TABLE taken_{name} AS SELECT * FROM read_parquet({quoted(str(path))})"
    )
    return engine.connection.table(f"taken_{name}")


def _counted(tables: dict[str, ibis.Table], quality: Quality, engine: Engine) -> None:
    """Counts what is there, and says which ids differ in capital letters only."""
    for name in ("patients", "doses", "results"):
        quality.counts[name] = one_row(tables[name].agg(many=lambda t: t.count()), engine)["many"]
    ids = tables["patients"].patient_id
    folded = one_row(tables["patients"].agg(many=ids.nunique() - ids.lower().nunique()), engine)["many"]
    if folded:
        what = f"{folded:,} ids differ from another in capital letters only; they are read as different patients."
        quality.findings.append(Finding("patients", what, "Look whether they are one person."))


def notices_of(register: Register, number: int) -> Iterator[str]:
    """What must be known of a patient's record, in words, where it was read elsewhere."""
    if register.said is not None:
        for row in rows_of(register.said.filter(register.said.n == number), register.engine):
            yield row["said"]

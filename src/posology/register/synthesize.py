"""Registers that are made up: any size, the same for the same seed, and said to be made up wherever they are.

What is plausible stands beside the guideline (`register.yaml`); the package knows only shares and figures.
The numbers are drawn by arithmetic on the row and the seed, so that no draw hangs on another and an
engine can make millions at once.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from ..findings import Finding, Refused
from ..model import Fact, Guideline
from ..read.data import parse
from . import ASSUMED, MADE_UP
from .cells import CODES_FOR_MISSING
from .files import KINDS, NEEDED, Engine, duckdb_engine
from .writing import whole

CALENDAR = 500
"""Days back over which results are spread."""
WARNING = """These patients are made up. They stand for nobody, and how often something is found here is an
assumption for trying things out, not a finding. Made by `posology register synthesize`.
"""


@dataclass(frozen=True, slots=True)
class Draw:
    """Shares that are drawn for each row: a number from 0 to 1 for each name, all hanging on one seed."""

    seed: int

    def of(self, row: ir.IntegerValue, name: str) -> ir.FloatingValue:
        """The share drawn for a row under a name."""
        rng = random.Random(f"{self.seed} {name}")
        mixed = row % (1 << 31)
        for _ in range(3):
            times, plus = rng.randrange(1 << 29, 1 << 31) | 1, rng.randrange(1 << 31)
            mixed = (mixed * times + plus) % (1 << 31)
            mixed = mixed ^ (mixed >> 15)
        return mixed.cast("float64") / float(1 << 31)


def make(
    where: Path, guideline: Guideline, number: int, folder: Path, seed: int, on: date, kind: str,
    say: Callable[[str], None] = lambda _: None,
) -> list[Path]:  # fmt: skip
    """Writes a register of so many patients and returns its files. Raises Refused."""
    told = assumptions(where)
    _spared(folder)
    engine = duckdb_engine()
    draw = Draw(seed)
    people = _people(number, told, draw, engine)
    tables: dict[str, Callable[[], ir.Table]] = {
        "patients": lambda: _patients(people, guideline, told, draw, on),
        "doses": lambda: _doses(people, told, draw, on),
        "results": lambda: _results(people, told, draw, on),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MADE_UP).write_text(WARNING + f"Seed {seed}, {number} patients, up to {on}.\n")
    except OSError as error:
        raise Refused(
            [Finding(str(folder), f"It cannot be written: {error.strerror}.", "Name another folder.")]
        ) from None
    written = []
    for name, table in tables.items():
        say(f"making {name}")
        written.append(_written(table(), folder, name, kind, engine))
    return written


def _spared(folder: Path) -> None:
    """Refuses a folder that holds a register which was not made up: it would be written over. Raises Refused."""
    there = [f"{name}{kind}" for name in NEEDED for kind in KINDS if (folder / f"{name}{kind}").exists()]
    if there and not (folder / MADE_UP).is_file():
        what = f"It holds {there[0]} already, and nothing says that its patients are made up."
        raise Refused([Finding(str(folder), what, "Name another folder: a register is never written over.")])


def assumptions(where: Path) -> Mapping[str, Any]:
    """What the made-up patients of a guideline are like. Raises Refused."""
    path = where / ASSUMED
    if not path.is_file():
        do = "Write one beside the guideline, as docs/register.md shows."
        raise Refused([Finding(str(path), "There is nothing that says what made-up patients are like.", do)])
    told = parse(path.read_bytes(), path.name)
    if not isinstance(told, dict) or not told.get("kinds"):
        raise Refused([Finding(path.name, "It names no kinds of patient.", "Write a list under `kinds`.")])
    return told


def _written(table: ir.Table, folder: Path, name: str, kind: str, engine: Engine) -> Path:
    path = folder / f"{name}.{kind}"
    how = "FORMAT csv, HEADER" if kind == "csv" else "FORMAT parquet, COMPRESSION zstd"
    query = engine.connection.compile(table)
    whole(path, lambda part: engine.connection.raw_sql(f"COPY ({query}) TO '{_quoted(part)}' ({how})"))
    other = folder / f"{name}.{'parquet' if kind == 'csv' else 'csv'}"
    other.unlink(missing_ok=True)
    return path


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


# ---------------------------------------------------------------- patients


def _people(number: int, told: Mapping[str, Any], draw: Draw, engine: Engine) -> ir.Table:
    """A row a patient, with its kind and its history."""
    engine.connection.raw_sql(f"CREATE OR REPLACE TEMP VIEW people AS SELECT range AS n FROM range({number})")
    rows = engine.connection.ibis.table("people")
    share = draw.of(rows.n, "kind")
    steps, upto = [], 0.0
    for k, kind in enumerate(told["kinds"]):
        upto += kind["share"]
        steps.append((share < upto, k))
    return rows.mutate(kind=ibis.cases(*steps, else_=len(steps) - 1))


def _by_kind(people: ir.Table, told: Mapping[str, Any], value: Callable[[Mapping[str, Any]], float]) -> ir.Value:
    """A figure that hangs on the kind of patient."""
    figures = [value(kind) for kind in told["kinds"]]
    if len(set(figures)) == 1:
        return ibis.literal(float(figures[0]))
    return ibis.cases(*((people.kind == k, float(f)) for k, f in enumerate(figures)), else_=float(figures[-1]))


def _patients(people: ir.Table, guideline: Guideline, told: Mapping[str, Any], draw: Draw, on: date) -> ir.Table:
    columns = {name: _fact(people, fact, told, draw) for name, fact in guideline.facts.items()}
    done = _by_kind(people, told, lambda kind: told["histories"][kind["history"]].get("complete", 0))
    for name, fact in guideline.facts.items():
        if fact.course.startswith("complete "):
            columns[name] = (draw.of(people.n, name) < done).ifelse("yes", None)
    ident = ibis.literal(told.get("id", "SYN") + "-") + (people.n + 1).cast("string").lpad(8, "0")
    return people.order_by("n").select(patient_id=ident, **columns)


def _fact(people: ir.Table, fact: Fact, told: Mapping[str, Any], draw: Draw) -> ir.Value:
    """A fact as a register holds it: often there, sometimes not."""
    known = draw.of(people.n, f"known {fact.name}") < told["known"].get(fact.name, told["known"]["otherwise"])
    share = draw.of(people.n, f"is {fact.name}")
    return known.ifelse(_value(people, fact, told, share), None)


def _value(people: ir.Table, fact: Fact, told: Mapping[str, Any], share: ir.FloatingValue) -> ir.Value:
    if fact.kind == "yes/no":
        usual = told["yes"].get(fact.name, told["yes"]["otherwise"])
        yes = _by_kind(people, told, lambda kind: kind.get("yes", {}).get(fact.name, usual))
        return (share < yes).ifelse("yes", "no")
    if fact.kind == "choice":
        return _choice(fact, told["choices"].get(fact.name, {}), share)
    usual = told["numbers"].get(fact.name, [fact.low, fact.high])
    ends = [_by_kind(people, told, partial(_end, name=fact.name, usual=usual, which=k)) for k in (0, 1)]
    return _measured(ends[0] + (ends[1] - ends[0]) * share)


def _measured(figure: ir.FloatingValue) -> ir.FloatingValue:
    """A whole number that nobody takes for a code for "not known"."""
    whole_ = figure.round(0)
    return whole_.isin(CODES_FOR_MISSING).ifelse(whole_ + 1, whole_)


def _end(kind: Mapping[str, Any], name: str, usual: Sequence[float], which: int) -> float:
    """The lower or the upper end of a number for one kind of patient."""
    return float(kind.get("numbers", {}).get(name, usual)[which])


def _choice(fact: Fact, weights: Mapping[str, float], share: ir.FloatingValue) -> ir.Value:
    steps, upto = [], 0.0
    for name in fact.choices:
        upto += weights.get(name, 0 if weights else 1 / len(fact.choices))
        steps.append((share < upto, name))
    return ibis.cases(*steps, else_=fact.choices[0])


# ---------------------------------------------------------------- doses and results


def _doses(people: ir.Table, told: Mapping[str, Any], draw: Draw, on: date) -> ir.Table:
    """The doses that were given and are still on record: late ones, missed ones, a few of another drug."""
    rounds = [_given(people, told, name, draw, on) for name in told["histories"]]
    rows = ibis.union(*(r for r in rounds if r is not None))
    other = told["other_drug"]
    drug = (draw.of(rows.n, "other drug") < other["share"]).ifelse(other["name"], told["drug"])
    shown = rows.mutate(drug=drug, dose_mg=ibis.literal(told["dose_mg"]), route=ibis.literal(told["route"]))
    ident = ibis.literal(told.get("id", "SYN") + "-") + (shown.n + 1).cast("string").lpad(8, "0")
    return (
        shown.order_by(["n", "date"])
        .select("date", "drug", "dose_mg", "route", patient_id=ident)
        .select("patient_id", "date", "drug", "dose_mg", "route")
    )


def _given(people: ir.Table, told: Mapping[str, Any], name: str, draw: Draw, on: date) -> ir.Table | None:
    """The doses of the patients with one history."""
    history = told["histories"][name]
    kinds = [k for k, kind in enumerate(told["kinds"]) if kind["history"] == name]
    mine = people.filter(people.kind.isin(kinds))
    if "loading" in history:
        begun = (draw.of(mine.n, f"begun {name}") * history["days"]).floor().cast("int64")
        return _laid_out(mine, draw, on, [(begun - day, f"{name} {day}") for day in history["loading"]], told["missed"])
    if "every" not in history:
        return None
    gap = _gap(mine, draw, name, history, 0)
    ago = newest = (draw.of(mine.n, f"newest {name}") * gap).floor().cast("int64")
    age = (draw.of(mine.n, f"since {name}") * history["years"] * 365).floor().cast("int64")
    days = []
    for k in range(1 + history["recorded"] // history["every"]):
        ago = ago + _gap(mine, draw, name, history, k) if k else ago
        days.append(((ago <= age + newest).ifelse(ago, None), f"{name} {k}"))
    return _laid_out(mine, draw, on, days, told["missed"])


def _gap(mine: ir.Table, draw: Draw, name: str, history: Mapping[str, Any], k: int) -> ir.IntegerValue:
    """Days from a dose to the next one, which is late by some: so on any day as many are overdue as on any other."""
    late = (draw.of(mine.n, f"late {name} {k}") * history["late"]).floor().cast("int64")
    return late + history["every"]


def _laid_out(mine: ir.Table, draw: Draw, on: date, days: Sequence[tuple[ir.Value, str]], missed: float) -> ir.Table:
    """One row a dose, from columns of days ago; a few are missing."""
    kept = ibis.array([(draw.of(mine.n, f"missed {name}") >= missed).ifelse(ago, None) for ago, name in days])
    rows = mine.select("n", ago=kept.filter(lambda v: v.notnull() & (v >= 0)).unnest())
    return rows.select("n", date=_back(rows.ago, on))


def _back(days: ir.Value, on: date) -> ir.DateValue:
    return (ibis.literal(on) - days.as_interval("D")).cast("timestamp").cast("date")


def _results(people: ir.Table, told: Mapping[str, Any], draw: Draw, on: date) -> ir.Table:
    """One result of some tests for some of the patients."""
    found = []
    for test, how in told["results"].items():
        done = people.filter(draw.of(people.n, f"done {test}") < how["share"])
        ago = (draw.of(done.n, f"when {test}") * CALENDAR).floor().cast("int64")
        middle = (draw.of(done.n, f"one {test}") + draw.of(done.n, f"two {test}")) / 2
        value = _measured(how["low"] + (how["high"] - how["low"]) * middle)
        found.append(
            done.select("n", date=_back(ago, on), test=ibis.literal(test), value=value, unit=ibis.literal(how["unit"]))
        )
    rows = ibis.union(*found)
    ident = ibis.literal(told.get("id", "SYN") + "-") + (rows.n + 1).cast("string").lpad(8, "0")
    return (
        rows.order_by(["n", "test"])
        .select("date", "test", "value", "unit", patient_id=ident)
        .select("patient_id", "date", "test", "value", "unit")
    )

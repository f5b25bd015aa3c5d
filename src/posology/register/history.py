"""Doses and results as columns: what the record of each patient says on a day, one row a patient.

The same law as `plan/history.py`: which doses count, one a day; since when; how many of which drug; and
what the gaps between them say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from ..model import Fact, Give, Guideline
from ..plan.history import LONG_GAP, given, giving, routes
from ..read.patient import drugs


@dataclass(frozen=True, slots=True)
class Tables:
    """A register in order: patients (`n`, `patient_id`, `start`, a column a fact), doses and results by `n`.

    doses: `n`, `on`, `drug`, `route`. results: `n`, `on`, `test`, `value` (NULL: unreadable).
    """

    patients: ir.Table
    doses: ir.Table
    results: ir.Table


def bounded(guideline: Guideline) -> dict[str, Give]:
    """The regimens of a fixed number of doses whose end a fact of the course is about, by the name of their column."""
    courses = [f.course.removeprefix("complete ") for f in guideline.facts.values() if f.course.startswith("complete ")]
    gives = [rule.action.gives[0] for name in courses for rule in giving(guideline, name)]
    return {f"_gap_{g.drug}_{g.doses}": g for g in gives if g.doses is not None}


def counted_drugs(guideline: Guideline) -> tuple[str, ...]:
    """The drugs whose doses are counted by themselves: those that the guideline gives first."""
    return tuple(sorted(given(guideline)))


def told(tables: Tables, guideline: Guideline, on: date) -> ir.Table:
    """Patients with what their doses and results say, in columns that begin with an underscore."""
    doses = tables.doses.filter(tables.doses.on <= on)
    began = doses.filter(doses.route != "intravenous").group_by("n").agg(_first=lambda t: t.on.min())
    patients = _joined(tables.patients, began).mutate(
        _stated=lambda t: t.start,
        _start=lambda t: ibis.coalesce(t.start, t._first, ibis.literal(on)),
        _any_dose=lambda t: t._first.notnull(),
    )
    patients = _joined(patients, _course(_days(doses, guideline), patients, guideline))
    counts = ["_given", *(f"_n_{drug}" for drug in counted_drugs(guideline))]
    flags = ["_last_ours", "_maintained", "_gap", *bounded(guideline)]
    filled = {name: patients[name].fill_null(0) for name in counts}
    patients = patients.mutate(**filled, **{name: patients[name].fill_null(False) for name in flags})
    return _measured(patients, tables.results.filter(tables.results.on <= on), guideline)


def _joined(left: ir.Table, right: ir.Table) -> ir.Table:
    """Every row of the left, with the columns of the right where it has the same patient."""
    renamed = right.rename(_n="n")
    return left.left_join(renamed, left.n == renamed._n).drop("_n")


# ---------------------------------------------------------------- doses


def _ranked(guideline: Guideline) -> list[str]:
    """Every drug, the guideline's own first: of several on one day the first of these counts."""
    ours = given(guideline)
    return sorted(drugs(guideline), key=lambda drug: (drug not in ours, drug))


def _days(doses: ir.Table, guideline: Guideline) -> ir.Table:
    """The doses that count, one a day; of several drugs on one day the guideline's own counts."""
    counting = doses.filter(doses.route.isin(sorted(routes(guideline))))
    ranks = [(counting.drug == drug, ibis.literal(rank, "int16")) for rank, drug in enumerate(_ranked(guideline))]
    ranked = counting.select("n", "on", rank=ibis.cases(*ranks, else_=ibis.null("int16")))
    return ranked.group_by(["n", "on"]).agg(drug=lambda t: t["rank"].min())


def _course(days: ir.Table, patients: ir.Table, guideline: Guideline) -> ir.Table:
    """What the counted days of each patient come to."""
    starts = patients.select(_n="n", _from="_start")
    rows = days.inner_join(starts, days.n == starts._n).drop("_n")
    ranked = _ranked(guideline)
    rows = _windowed(rows.mutate(since=lambda t: t.on >= t._from), guideline, ranked)
    places, gives = {drug: ranked.index(drug) for drug in counted_drugs(guideline)}, bounded(guideline)
    return rows.group_by("n").agg(
        _given=lambda t: t.count(),
        _last_dose=lambda t: t.on.max(),
        _last_ours=lambda t: t.drug.argmax(t.on) < len(given(guideline)),
        _since_last=lambda t: t.on.max(where=t.since),
        _gap=lambda t: t.gap.any(),
        _maintained=lambda t: t.three.any(),
        **{f"_n_{d}": (lambda t, k=k: (t.since & (t.drug == k)).sum().cast("int64")) for d, k in places.items()},
        **{f"_last_{d}": (lambda t, k=k: t.on.max(where=t.since & (t.drug == k))) for d, k in places.items()},
        **{
            name: (lambda t, name=name, g=g: (t.gap & (t[f"_so_far_{g.drug}"] < g.doses)).any())
            for name, g in gives.items()
        },
    )


def _windowed(rows: ir.Table, guideline: Guideline, ranked: Sequence[str]) -> ir.Table:
    """Each day with the long gap before it, three of them in a row, and how many doses of a drug came before."""
    window = ibis.window(group_by="n", order_by="on")
    so_far = ibis.window(group_by="n", order_by="on", preceding=None, following=0)
    bounded_ = dict.fromkeys(give.drug for give in bounded(guideline).values())
    own = {f"_so_far_{d}": (rows.since & (rows.drug == ranked.index(d))).cast("int64") for d in bounded_}
    rows = rows.mutate(
        _1=rows.on.lag(1).over(window),
        _2=rows.on.lag(2).over(window),
        _3=rows.on.lag(3).over(window),
        **{name: here.sum().over(so_far) - here for name, here in own.items()},
    )
    long = [_long(rows.on, rows._1), _long(rows._1, rows._2), _long(rows._2, rows._3)]
    return rows.mutate(
        gap=long[0] & (rows._1 >= rows._from).fill_null(False),
        three=long[0] & long[1] & long[2] & (rows._3 >= rows._from).fill_null(False),
    )


def _long(later: ir.DateValue, earlier: ir.DateValue) -> ir.BooleanValue:
    return (later.delta(earlier, unit="day") >= LONG_GAP).fill_null(False)


# ---------------------------------------------------------------- results


def _measured(patients: ir.Table, results: ir.Table, guideline: Guideline) -> ir.Table:
    """The newest result of each test in the column of its fact, and the day of the newest that can be read."""
    numbers = [f for f in guideline.facts.values() if f.kind == "number"]
    seen = tests_seen(guideline)
    wanted = dict.fromkeys([*(f.name for f in numbers), *(name for names in seen.values() for name in names)])
    places = {test: k for k, test in enumerate(wanted)}
    coded = [(results.test == test, ibis.literal(k, "int16")) for test, k in places.items()]
    known = results.select("n", "on", "value", test=ibis.cases(*coded, else_=ibis.null("int16")))
    rows = (
        known.filter(known.test.notnull())
        .group_by(["n", "test", "on"])
        .agg(
            low=lambda t: t.value.min(),
            high=lambda t: t.value.max(),
            all_read=lambda t: t.value.notnull().all(),
        )
    )
    rows = rows.mutate(
        read=rows.low.notnull(),
        value=ibis.ifelse(rows.all_read & (rows.low == rows.high), rows.low, UNREADABLE),
    )
    found = rows.group_by("n").agg(
        **{f"_r_{f.name}": (lambda t, k=places[f.name]: t.value.argmax(t.on, where=t.test == k)) for f in numbers},
        **{
            f"_seen_{test}": (lambda t, ks=[places[name] for name in names]: t.on.max(where=t.test.isin(ks) & t.read))
            for test, names in seen.items()
        },
    )
    patients = _joined(patients, found)
    derived = [f for f in guideline.facts.values() if f.when or f.course]
    patients = patients.mutate(**{f.name: _newest(patients, f) for f in numbers})
    return patients.rename({stated(f): f.name for f in derived})


def stated(fact: Fact) -> str:
    """The column of what was stated of a fact that is derived."""
    return f"_stated_{fact.name}"


UNREADABLE = -1e300
"""Stands for a newest result that cannot be read, since the newest of a column skips NULL."""


def _newest(patients: ir.Table, fact: Fact) -> ir.Value:
    """A dated result wins over what is stated; one that cannot be read makes the fact unknown."""
    result = patients[f"_r_{fact.name}"]
    return ibis.cases(
        (result.isnull(), patients[fact.name]), (result == UNREADABLE, ibis.null("float64")), else_=result
    )


def tests_seen(guideline: Guideline) -> Mapping[str, list[str]]:
    """Every test that a rule calls for, with the results that do it (`=name` for a result of that very name)."""
    stands: Mapping[str, str] = guideline.meta.get("stands_for", {})
    asked = dict.fromkeys(t for r in guideline.rules if r.action.timing for t in r.action.tests)
    since = dict.fromkeys(r.action.timing.since for r in guideline.rules if r.action.timing and r.action.timing.since)
    found = {test: [test, *(name for name, other in stands.items() if other == test)] for test in asked}
    return found | {f"={test}": [test] for test in since}

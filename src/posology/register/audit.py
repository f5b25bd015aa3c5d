"""Measures of a register: which patients they are about, who is left out and why, and how many meet them.

What is measured stands in a file beside the guideline; here is only what a measure may say. A count that is
so small that somebody might be recognised is not shown, nor any other from which it could be reckoned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..findings import Finding, Refused, near
from ..model import Guideline
from ..plan.history import routes
from ..read.data import parse
from ..read.patient import drugs, tests
from . import so_many
from .figures import newest_doses
from .files import one_row
from .reading import Register

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

CELLS = ("phase", "status", "rule", "drug", "certainty")
LISTS = ("alerts", "tests_due")
DAYS = ("days_since_first_dose", "days_since_last_dose", "days_with_dose")
RECORD = ("last_drug", *DAYS, "tested_within_days")
KEYS = ("name", "title", "of", "without", "meets", "aim", "source")
NEEDED = ("name", "title", "of", "meets", "source")
AIMS = ("high", "low")
LIST = "Write measures: and under it one entry each."

Condition = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured: of whom, without whom (by reason), who meets it; the aim, and the statement behind it."""

    name: str
    title: str
    of: Condition
    without: Mapping[str, Condition]
    meets: Condition
    aim: str
    source: str


# ---------------------------------------------------------------- the file


def measures(path: Path, guideline: Guideline) -> list[Measure]:
    """The measures in a file. Raises Refused with every fault."""
    try:
        data = parse(path.read_bytes(), path.name, LIST)
    except OSError:
        raise Refused(
            [
                Finding(
                    str(path),
                    "There are no measures for this guideline.",
                    "Write measures.yaml beside it, or name a file with --measures.",
                )
            ]
        ) from None
    faults: list[Finding] = []
    rows = data.get("measures") if isinstance(data, Mapping) else None
    if not isinstance(rows, list) or not rows:
        raise Refused([Finding(path.name, "There is no list of measures.", LIST)])
    found = [_measure(row, f"{path.name}: measure {k}", guideline, faults) for k, row in enumerate(rows, 1)]
    if faults:
        raise Refused(faults)
    return found


def _measure(row: Any, place: str, guideline: Guideline, faults: list[Finding]) -> Measure:
    row = row if isinstance(row, Mapping) else {}
    use = f"Use: {', '.join(KEYS)}."
    faults += [Finding(place, f"{k} is not known here.", near(str(k), KEYS, use)) for k in row if k not in KEYS]
    faults += [Finding(place, f"{key} is missing.", use) for key in NEEDED if key not in row]
    if row.get("source") not in guideline.named and "source" in row:
        faults.append(
            Finding(
                f"{place}.source",
                f"{row['source']} is no statement of this guideline.",
                near(str(row["source"]), guideline.named),
            )
        )
    if row.get("aim", "high") not in AIMS:
        faults.append(Finding(f"{place}.aim", "This is no aim.", "Use high or low."))
    without = row.get("without", {})
    if not isinstance(without, Mapping):
        faults.append(Finding(f"{place}.without", "This is no mapping.", "Write each reason with its condition."))
        without = {}
    for part, condition in (
        ("of", row.get("of", {})),
        ("meets", row.get("meets", {})),
        *((f"without.{k}", v) for k, v in without.items()),
    ):
        _checked(condition, f"{place}.{part}", guideline, faults)
    return Measure(
        str(row.get("name")),
        str(row.get("title")),
        row.get("of", {}),
        dict(without),
        row.get("meets", {}),
        str(row.get("aim", "high")),
        str(row.get("source")),
    )


def _checked(condition: Any, place: str, guideline: Guideline, faults: list[Finding]) -> None:
    """Adds a fault for everything that a condition may not say."""
    if not isinstance(condition, Mapping):
        faults.append(Finding(place, "This is no condition.", "Write a mapping such as {phase: maintenance}."))
        return
    for key, wanted in condition.items():
        if key == "no":
            _checked(wanted, place, guideline, faults)
        elif key in guideline.facts:
            _checked_fact(str(key), wanted, place, guideline, faults)
        elif key not in (*CELLS, *LISTS, *RECORD):
            do = near(
                str(key),
                (*CELLS, *LISTS, *RECORD, *guideline.facts),
                f"Use a fact, or: {', '.join((*CELLS, *LISTS, *RECORD))}, no.",
            )
            faults.append(Finding(place, f"{key} is nothing that a register knows.", do))
        elif key in DAYS and not _days(wanted):
            faults.append(Finding(place, f"{key} is no range of days.", "Write {from: 60} or {to: 90}."))
        elif key == "tested_within_days" and not _tested(wanted, guideline):
            faults.append(
                Finding(place, "Name tests of this guideline with days.", f"It knows: {', '.join(tests(guideline))}.")
            )
        elif key in ("last_drug", "drug") and not set(_words(wanted)) <= set(drugs(guideline)):
            faults.append(
                Finding(
                    place,
                    "There is a drug that this guideline does not know.",
                    f"It knows: {', '.join(drugs(guideline))}.",
                )
            )
        elif key in ("rule", "alerts") and not set(_words(wanted)) <= set(guideline.named):
            faults.append(
                Finding(
                    place,
                    "There is a rule that this guideline does not have.",
                    near(_words(wanted)[0] if _words(wanted) else "", guideline.named),
                )
            )


def _checked_fact(name: str, wanted: Any, place: str, guideline: Guideline, faults: list[Finding]) -> None:
    fact = guideline.facts[name]
    good = {
        "yes/no": isinstance(wanted, bool),
        "choice": set(_words(wanted)) <= set(fact.choices),
        "number": _days(wanted),
    }
    if fact.when is not None or fact.course:
        faults.append(
            Finding(
                place,
                f"{name} is worked out from others and stands in no column.",
                "Name the facts that it is made from, or a phase.",
            )
        )
    elif wanted != "unknown" and not good[fact.kind]:
        faults.append(
            Finding(place, f"{name} cannot be that.", "Write yes, no, a choice, {from: …, to: …} or unknown.")
        )


def _days(wanted: Any) -> bool:
    return (
        isinstance(wanted, Mapping)
        and bool(wanted)
        and set(wanted) <= {"from", "to"}
        and all(isinstance(v, int | float) and not isinstance(v, bool) for v in wanted.values())
    )


def _tested(wanted: Any, guideline: Guideline) -> bool:
    return (
        isinstance(wanted, Mapping)
        and bool(wanted)
        and all(k in tests(guideline) and isinstance(v, int | float) and 0 < v < 40_000 for k, v in wanted.items())
    )


def _words(wanted: Any) -> list[str]:
    return [str(word) for word in (wanted if isinstance(wanted, list) else [wanted])]


# ---------------------------------------------------------------- counting


def measured(
    chosen: Sequence[Measure], table: ir.Table, register: Register, guideline: Guideline, on: date, small: int = 5
) -> dict[str, Any]:
    """What the measures come to, in one pass over the register."""
    whole = _joined(table, register, guideline, on, _asked_tests(chosen))
    counts: dict[str, Any] = {"patients": whole.count()}
    for k, measure in enumerate(chosen):
        inside = _holds(measure.of, whole)
        counts[f"all_{k}"] = inside.sum().fill_null(0)
        left = inside
        for j, condition in enumerate(measure.without.values()):
            out = left & _holds(condition, whole)
            counts[f"out_{k}_{j}"] = out.sum().fill_null(0)
            left = left & ~out
        counts[f"of_{k}"] = left.sum().fill_null(0)
        counts[f"meets_{k}"] = (left & _holds(measure.meets, whole)).sum().fill_null(0)
    row = one_row(whole.agg(**counts), register.engine)
    return {
        "on": on.isoformat(), "guideline": about(guideline),
        "patients": row["patients"], "hidden_below": small,
        "measures": [_told(m, k, row, small, guideline) for k, m in enumerate(chosen)],
    }  # fmt: skip


def _told(measure: Measure, k: int, row: Mapping[str, int], small: int, guideline: Guideline) -> dict[str, Any]:
    of, meets = int(row[f"of_{k}"]), int(row[f"meets_{k}"])
    out = {reason: int(row[f"out_{k}_{j}"]) for j, reason in enumerate(measure.without)}
    hidden = any(0 < many < small for many in (of, meets, of - meets))
    outs_hidden = any(0 < many < small for many in out.values())
    total = None if outs_hidden or hidden else int(row[f"all_{k}"])
    return {
        "name": measure.name, "title": measure.title, "aim": measure.aim, "source": measure.source,
        "sources": list(guideline.named[measure.source].citations),
        "about": total, "excluded": dict.fromkeys(out) if outs_hidden else out,
        "denominator": None if 0 < of < small else of, "numerator": None if hidden else meets,
        "share": None if hidden or of == 0 else round(meets / of, 4), "hidden": hidden or outs_hidden,
    }  # fmt: skip


def _asked_tests(chosen: Sequence[Measure]) -> list[str]:
    found: dict[str, None] = {}

    def walk(condition: Condition) -> None:
        found.update(dict.fromkeys(condition.get("tested_within_days", {})))
        if "no" in condition:
            walk(condition["no"])

    for measure in chosen:
        for condition in (measure.of, measure.meets, *measure.without.values()):
            walk(condition)
    return list(found)


def _joined(table: ir.Table, register: Register, guideline: Guideline, on: date, asked: Sequence[str]) -> ir.Table:
    """The worklist with what the record says beside it."""
    people = register.tables.patients
    renamed = people.select(n_p=people.n, **{f"fact_{name}": people[name] for name in guideline.facts})
    newest = newest_doses(register)
    whole = table.left_join(renamed, table.n == renamed.n_p)
    whole = whole.left_join(newest, whole.n == newest.n_)
    counted = _counted(register, guideline)
    whole = whole.left_join(counted, whole.n == counted.n_c)
    if asked:
        results = register.tables.results
        last = {f"test_{name}": results.on.max(where=results.test == name) for name in asked}
        tested = results.group_by(n_r=results.n).agg(**last)
        whole = whole.left_join(tested, whole.n == tested.n_r)
    day = ibis.literal(on)
    return whole.mutate(
        days_since_first_dose=day.delta(whole.first_given, unit="day"),
        days_since_last_dose=day.delta(whole.last_given, unit="day"),
        days_with_dose=whole.days_given.fill_null(0),
        _on=day,
    )


def _counted(register: Register, guideline: Guideline) -> ir.Table:
    """Each patient's first day and number of days with a dose that counts towards a course."""
    doses = register.tables.doses
    ours = doses.filter(doses.route.isin(sorted(routes(guideline))))
    return ours.group_by(n_c=ours.n).agg(first_given=lambda t: t.on.min(), days_given=lambda t: t.on.nunique())


def _holds(condition: Condition, table: ir.Table) -> ir.BooleanValue:
    """Whether everything in a condition holds; what is unknown does not."""
    parts = [_part(key, wanted, table) for key, wanted in condition.items()]
    return ibis.and_(*parts) if parts else ibis.literal(True)


def _part(key: str, wanted: Any, table: ir.Table) -> ir.BooleanValue:
    if key == "no":
        return ~_holds(wanted, table)
    if key in LISTS:
        cell = ibis.literal(";") + table[key].fill_null("") + ";"
        return ibis.or_(*(cell.contains(f";{word};") for word in _words(wanted)))
    if key in CELLS or key == "last_drug":
        return table[key].isin(_words(wanted)).fill_null(False)
    if key == "tested_within_days":
        day = table._on
        return ibis.and_(
            *(
                (table[f"test_{name}"] >= day - ibis.interval(days=int(days))).fill_null(False)
                for name, days in wanted.items()
            )
        )
    cell = table[key] if key in RECORD else table[f"fact_{key}"]
    if wanted == "unknown":
        return cell.isnull()
    if isinstance(wanted, bool):
        return (cell == wanted).fill_null(False)
    if isinstance(wanted, Mapping):
        ends = [cell >= wanted["from"]] if "from" in wanted else []
        ends += [cell <= wanted["to"]] if "to" in wanted else []
        return ibis.and_(*ends).fill_null(False)
    return cell.isin(_words(wanted)).fill_null(False)


def about(guideline: Guideline) -> dict[str, str]:
    """Which guideline, and how far its review has come."""
    made = {"id": guideline.id, "version": guideline.version, "digest": guideline.digest}
    return made | {"status": guideline.status}


# ---------------------------------------------------------------- in words


def as_text(told: Mapping[str, Any]) -> str:
    """The measures to read."""
    lines = [
        f"Audit of {so_many(told['patients'])} on {told['on']}",
        f"Counts below {told['hidden_below']} are not shown.",
        "",
    ]
    for measure in told["measures"]:
        share = (
            "not shown"
            if measure["share"] is None and measure["hidden"]
            else "nobody"
            if measure["share"] is None
            else f"{measure['share']:.1%}"
        )
        counts = f"{_shown(measure['numerator'], told)} of {_shown(measure['denominator'], told)}"
        lines.append(f"{measure['title']}: {share}  ({counts}; the aim is {measure['aim']})")
        if any(many is None or many for many in measure["excluded"].values()):
            lines.append(
                "  left out: "
                + ", ".join(f"{reason} {_shown(many, told)}" for reason, many in measure["excluded"].items())
            )
        lines += [f"  by {measure['source']} [{', '.join(measure['sources'])}]", ""]
    return "\n".join(lines).rstrip()


def _shown(many: int | None, told: Mapping[str, Any]) -> str:
    return "(hidden)" if many is None else f"{many:,}"

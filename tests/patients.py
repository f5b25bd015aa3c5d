"""Invented patients, drawn at random: with holes, ugly dose histories, month ends, leap days and contradictions.

Each is the data of a patient file. The same ``random.Random`` draws the same patient. Below stand the words
with which the tests of the engine speak of a patient and of a plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from oracle import CHOICES, NUMBERS, SYMPTOMS, YES_NO
from posology.model import Guideline
from posology.plan.plan import plan
from posology.plan.shape import as_json
from posology.read.library import load
from posology.read.patient import patient
from posology.schedule import period

DAYS = ("2026-01-05", "2026-01-31", "2024-02-29", "2025-03-01", "2024-12-31", "2026-11-30", "2026-07-15", "2023-08-31")
RARE = (
    "neurological_involvement", "renal_dysfunction", "loading_complete", "b12_treatment_given",
    "cobalamin_hypersensitivity", "cobalt_allergy", "hydroxocobalamin_unavailable",
    "suspected_cord_lesion", "severe_neurological_symptoms", "neurological_recurrence", *SYMPTOMS,
)  # fmt: skip
LIKELY = {"b12_deficiency": 0.85, "crohns_disease": 0.4, "bariatric_surgery": 0.3}
UNITS = {
    "platelet_count": "10*9/L",
    "homocysteine": "umol/L",
    "serum_b12": "ng/L",
    "hemoglobin": "g/L",
    "egfr": "mL/min/1.73 m2",
}
HISTORIES = ("none", "none", "loading", "loading", "late", "maintenance", "ugly", "one", "old")


def drawn(rng: Random) -> dict[str, Any]:
    """A patient of whom more or less is known."""
    on = date.fromisoformat(rng.choice(DAYS)) + timedelta(days=rng.choice((0, 0, 1, -1, rng.randrange(400))))
    patient: dict[str, Any] = {"on": on.isoformat(), "facts": facts(rng), "doses": doses(rng, on)}
    if rng.random() < 0.3:
        patient["start"] = start(rng, on, patient["doses"])
    if rng.random() < 0.5:
        patient["results"] = results(rng, on)
    return patient


def facts(rng: Random) -> dict[str, Any]:
    """Some of the facts: nearly all, half of them, a few or none; safety is mostly known and harmless."""
    share = rng.choice((1.0, 0.9, 0.7, 0.5, 0.2, 0.0))
    known: dict[str, Any] = {}
    for name in YES_NO:
        if rng.random() < share:
            known[name] = rng.random() < LIKELY.get(name, 0.1 if name in RARE else 0.3)
    for name in ("neurological_involvement", "renal_dysfunction", "loading_complete", "b12_treatment_given"):
        if rng.random() < 0.7:
            known.pop(name, None)
    for name, options in (*CHOICES.items(), *NUMBERS.items()):
        if rng.random() < share:
            known[name] = rng.choice(options)
    if known.get("age") == 15 and rng.random() < 0.8:
        known["age"] = 70
    if rng.random() < 0.4:
        known["improvement"] = rng.choice(("improving", "plateau", "worsening"))
    return known


def doses(rng: Random, on: date) -> list[dict[str, str]]:
    """What was given, in any order."""
    kind = rng.choice(HISTORIES)
    steps = {
        "none": (), "one": (0,), "old": (0,),
        "loading": (0, 2, 2, 3, 2, 2)[: rng.randrange(1, 7)],
        "late": tuple(rng.choice((1, 2, 3, 5, 24, 25, 26)) for _ in range(rng.randrange(1, 9))),
        "maintenance": tuple(rng.choice((24, 25, 30, 61, 75, 95)) for _ in range(rng.randrange(2, 7))),
        "ugly": tuple(rng.choice((0, 1, 2, 3, 24, 25, 40, 90)) for _ in range(rng.randrange(1, 10))),
    }[kind]  # fmt: skip
    since = {"old": rng.randrange(25, 500), "maintenance": rng.randrange(100)}.get(
        kind, rng.choice((0, 0, 1, 2, 3, 10, 24, 25, 60))
    )
    day = on - timedelta(days=since)
    given = []
    for step in reversed(steps):
        given.append(dose(rng, day, kind))
        day -= timedelta(days=step)
    rng.shuffle(given)
    return given


def dose(rng: Random, day: date, kind: str) -> dict[str, str]:
    odd = 0.25 if kind == "ugly" else 0.02
    drug = "cyanocobalamin" if rng.random() < odd else "hydroxocobalamin"
    route = rng.choice(("deep_subcutaneous", "oral", "intravenous")) if rng.random() < odd else "intramuscular"
    return {"date": day.isoformat(), "drug": drug, "dose": "1 mg", "route": route}


def start(rng: Random, on: date, given: list[dict[str, str]]) -> str:
    """A first day of treatment: that of the first dose, some time ago, today or soon."""
    if given and rng.random() < 0.5:
        return min(d["date"] for d in given)
    return (on - timedelta(days=rng.choice((-7, 0, 0, 5, 20, 21, 22, 90, 364, 365, 800)))).isoformat()


def results(rng: Random, on: date) -> list[dict[str, Any]]:
    """Some laboratory results, a few of them later than the day of the plan."""
    found = []
    for _ in range(rng.randrange(1, 6)):
        test = rng.choice(list(UNITS))
        day = on - timedelta(days=rng.choice((-3, 0, 1, 29, 30, 31, 90, 200, 365, 366)))
        value = rng.choice(NUMBERS[test])
        if rng.random() < 0.1 or not any(r["test"] == test and r["date"] == day.isoformat() for r in found):
            found.append({"date": day.isoformat(), "test": test, "value": value, "unit": UNITS[test]})
    return found


# ---------------------------------------------------------------- the plan that the engine makes


@cache
def guideline() -> Guideline:
    """The guideline whose plans are tested, read once."""
    return load("b12-injections")


def plan_of(data: dict[str, Any], horizon: str = "P1Y") -> dict[str, Any]:
    """The plan for a patient file's data, as the JSON of the contract."""
    return as_json(plan(guideline(), patient(data, guideline()), horizon=period(horizon)))


def told(on: str = "2026-01-20", doses: Iterable[str] = (), **known: Any) -> dict[str, Any]:
    """A patient of whom only this is known; each dose is a date, or a date, a drug and a route."""
    start, found = known.pop("start", None), known.pop("results", [])
    rows = [(*dose.split(), *("hydroxocobalamin", "intramuscular")[len(dose.split()) - 1 :]) for dose in doses]
    given = [{"date": day, "drug": drug, "dose": "1 mg", "route": route} for day, drug, route in rows]
    data = {"on": on, "facts": known, "doses": given, "results": [result(*row.split()) for row in found]}
    return data | ({"start": start} if start else {})


def result(day: str, test: str, value: str) -> dict[str, Any]:
    """One laboratory result in its own unit."""
    return {"date": day, "test": test, "value": float(value), "unit": UNITS[test]}


def line(made: dict[str, Any], rule: str) -> dict[str, Any] | None:
    """The line of advice of one rule, if there is one."""
    return next((line for line in made["advice"] if line["rule"] == rule), None)


def firm(made: dict[str, Any]) -> set[str]:
    """The rules whose lines are firm."""
    return {line["rule"] for line in made["advice"] if line["certainty"] == "firm"}


def dated(made: dict[str, Any], what: str = "dose") -> list[tuple[str, str, str]]:
    """The dated items of one kind: earliest, latest, state."""
    return [(item["earliest"], item["latest"], item["state"]) for item in made["schedule"] if item["what"] == what]


def asked(made: dict[str, Any]) -> set[str]:
    """The facts that a plan asks for."""
    return {question["fact"] for question in made["ask"]}


NO_NERVES = {"neurological_involvement": False, "past_neurological_involvement": False}
NOTHING_SPECIAL = {"bariatric_surgery": False, "crohns_disease": False, "ileal_resection_length": 0}
SAFE = {
    "age": 50, "cobalamin_hypersensitivity": False, "cobalt_allergy": False, "leber_optic_neuropathy": False,
    "hydroxocobalamin_unavailable": False, "platelet_count": 200,
}  # fmt: skip
NOTHING_SEVERE = {
    "severe_deficiency": False,
    "severe_neurological_symptoms": False,
    "pernicious_anemia": False,
    "malabsorption": False,
}
PLAIN = {"b12_deficiency": True, **NO_NERVES, **NOTHING_SPECIAL, **SAFE, **NOTHING_SEVERE}
NERVES = PLAIN | {"neurological_involvement": True}
SIX = ("2026-01-05", "2026-01-07", "2026-01-09", "2026-01-12", "2026-01-14", "2026-01-16")

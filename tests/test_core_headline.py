"""Every way in which a headline can begin, word by word, on small invented guidelines."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hiccups import DAILY, LOADING, LOUD, guideline, made, rule
from posology.model import Dose, Guideline

EVERY = "examplin 1 mg intramuscular every 2"
WINDOW = guideline(rule("calm-hiccups", "when  hiccups", f"give  {EVERY}–3 weeks"))
EXACT = guideline(rule("calm-hiccups", "when  hiccups", f"give  {EVERY} weeks"))


def needle(day: date) -> tuple[Dose, ...]:
    return (Dose(day, "examplin", 1, "intramuscular"),)


@pytest.mark.parametrize(
    ("whole", "given", "clinician", "patient"),
    [
        (WINDOW, (), f"Give today: {EVERY}–3 weeks (maintenance).", "Your next injection is due now."),
        (
            WINDOW, needle(date(2026, 1, 30)),
            f"Next maintenance dose between 2026-02-13 and 2026-02-20: {EVERY}–3 weeks.",
            "Your next injection is between Friday 13 February 2026 and Friday 20 February 2026.",
        ),
        (
            WINDOW, needle(date(2026, 1, 17)), f"Maintenance dose due until 2026-02-07: give {EVERY}–3 weeks.",
            "Your next injection is due now (at the latest on Saturday 7 February 2026).",
        ),
        (
            WINDOW, needle(date(2026, 1, 10)), f"Give today: {EVERY}–3 weeks (maintenance).",
            "Your next injection is due now.",
        ),
        (
            WINDOW, needle(date(2026, 1, 9)), f"Maintenance dose overdue by 1 day: give {EVERY}–3 weeks.",
            "Your injection is overdue. Ask for it now.",
        ),
        (
            WINDOW, needle(date(2026, 1, 1)), f"Maintenance dose overdue by 9 days: give {EVERY}–3 weeks.",
            "Your injection is overdue. Ask for it now.",
        ),
        (
            EXACT, needle(date(2026, 1, 30)), f"Next maintenance dose 2026-02-13: {EVERY} weeks.",
            "Your next injection is on Friday 13 February 2026.",
        ),
        (
            guideline(DAILY), (), "Give today: examplin 10 mg oral daily for life (maintenance).",
            "Your next dose is due now.",
        ),
    ],
)  # fmt: skip
def test_the_next_dose(whole: Guideline, given: tuple[Dose, ...], clinician: str, patient: str) -> None:
    assert made(whole, given, hiccups=True).headline == clinician
    assert made(whole, given, audience="patient", hiccups=True).headline == patient


SHRILL = rule("shrill-hiccups", "when  hiccups and pitch > 30–60 Hz", "give  examplin 1 mg oral weekly")
OVER = rule(
    "shrill-hiccups",
    "when  hiccups and pitch > 30–60 Hz",
    "give  examplin 1 mg oral weekly",
    "instead of  calm-hiccups",
)
CLINIC = rule("ask-the-clinic", "when    weak liver", "decide  with the clinic", "stops   injections", says="Ask them.")
SHUT = rule("nothing-at-all", "when   loud", "never  examplin of any kind", "stops  everything", says="No examplin.")
MANY = (
    DAILY,
    rule("wait", "when    weak liver", "decide  whether to wait", says="Waiting is for them."),
    rule("call", "when   calm", "refer  to the clinic, urgent", says="Call the clinic."),
    rule("run", "when   loud", "refer  to the hospital, emergency", says="Run."),
    rule("no-cola", "when   hiccups", "never  cola"),
)
FITS = "Your doctor decides with you which treatment fits."
WRONG = guideline(
    rule("start-hiccups", "when  hiccups", "give  examplin 1 mg intramuscular weekly for 2 doses")
    + "\n## Later\n\n```decision later\nchoose  the shortest interval\nfor     hiccups\nafter   start\n```\n\n"
    + rule("go-on", "when  hiccups", "give  examplin 1 mg intramuscular every 1–2 years"),
    decision=LOADING,
)
BOTH = (*needle(date(2026, 1, 20)), *needle(date(2026, 1, 27)))


@pytest.mark.parametrize(
    ("whole", "facts", "clinician", "patient"),
    [
        (guideline(DAILY), {"hiccups": False}, "Nothing is to be given by this guideline.",
         "This guideline has no treatment for you."),
        (guideline(DAILY), {}, "No dose can be dated yet; first settle: Has the patient hiccups?",
         "We do not know enough yet. First: Has the patient hiccups?"),
        (guideline(LOUD), {"hiccups": True, "loud": False}, "The guideline does not say what to give.",
         "This guideline does not say what to do."),
        (guideline(DAILY, OVER), {"hiccups": True, "pitch": 45.0},
         "For now (the source is not exact here), give today: examplin 10 mg oral daily for life (maintenance).", FITS),
        (guideline(SHRILL), {"hiccups": True, "pitch": 45.0},
         "The source is not exact enough here: the clinician decides between the treatments listed.", FITS),
        (guideline(DAILY, LOUD), {"hiccups": True, "loud": True},
         "The guideline contradicts itself here: the clinician decides between the treatments listed.", FITS),
        (guideline(DAILY, LOUD), {"hiccups": True},
         "For now (unless changed by loud), give today: examplin 10 mg oral daily for life (maintenance).",
         "Your next dose is due now."),
        (guideline(DAILY, SHUT), {"hiccups": True},
         ("Give today: examplin 10 mg oral daily for life (maintenance); "
         "depending on loud (not yet known): never examplin of any kind."),
         "Your next dose is due now. Before it, tell us: Are they loud?"),
        (guideline(DAILY, SHUT), {"hiccups": True, "loud": True},
         "Give nothing by this guideline: no examplin; never examplin of any kind.", "So it is."),
        (guideline(*(rule("calm-hiccups", "when  hiccups", f"give  {EVERY} weeks"), CLINIC)),
         {"hiccups": True, "weak_liver": True}, "No treatment without the clinician's decision: ask them.", "So it is."),
        (guideline(*MANY), {"hiccups": True, "weak_liver": True, "calm": True, "loud": True},
         ("Emergency: run; give today: examplin 10 mg oral daily for life (maintenance); the clinician decides whether "
         "to wait; urgent: call the clinic; never cola."), "So it is. Your next dose is due now."),
    ],
)  # fmt: skip
def test_what_else_a_headline_says(whole: Guideline, facts: dict[str, Any], clinician: str, patient: str) -> None:
    assert made(whole, **facts).headline == clinician
    assert made(whole, audience="patient", **facts).headline == patient
    assert made(whole, audience="student", **facts).headline == clinician


def test_a_course_that_is_given_and_stated_as_not_complete_is_to_be_settled() -> None:
    told = "All doses of this course are on record, yet it is stated as not complete: settle which is right."
    assert made(WRONG, BOTH, hiccups=True, start_over=False).headline == told
    assert made(WRONG, BOTH[:1], hiccups=True, start_over=False).headline == (
        "Loading dose overdue by 4 days: give examplin 1 mg intramuscular weekly for 2 doses."
    )

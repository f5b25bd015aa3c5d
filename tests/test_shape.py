"""The JSON of a plan, key by key, on a plan that is written down by hand."""

from __future__ import annotations

from datetime import date

from posology.model import Give, Item, Line, Notice, Period, Plan, Question, Reference, Remark, Verdict
from posology.plan.shape import as_json

DAY, WEEK, MONTHS = date(2026, 1, 31), Period(1, "W"), Period(3, "M")
NEEDLE = Give("examplin", 0.5, 1.0, "intramuscular", 2, WEEK, MONTHS, doses=6)
TABLET = Give("examplin", 2.0, 2.0, "oral", 1, WEEK, WEEK, until="calm", for_life=True)
NEEDLE_SHAPE = {
    "drug": "examplin", "dose": {"low": 0.5, "high": 1, "unit": "mg"}, "route": "intramuscular", "times": 2,
    "every": {"low": "P1W", "high": "P3M"}, "doses": 6, "until": None, "for_life": False,
}  # fmt: skip
TABLET_SHAPE = {
    "drug": "examplin", "dose": {"low": 2, "high": 2, "unit": "mg"}, "route": "oral", "times": 1,
    "every": {"low": "P1W", "high": "P1W"}, "doses": None, "until": "calm", "for_life": True,
}  # fmt: skip
LISTED = Reference("1", "A paper", "research", "listed", "Somewhere.")
DANGLING = Reference("2", "No entry", "label", "dangling", likely="Another paper")
LINE = Line(
    "calm", "give", "provisional", "Give it.", "editors", ("Treatment", "Loading"), (LISTED, DANGLING), "treatment",
    ("loud",), ("weak_liver",), ("age",), "urgent", {"pitch": 30.0, "hiccups": True}, NEEDLE,
    ((TABLET, ("calm",)), (NEEDLE, ())), ((TABLET, "no-tablets"),), (Remark("gap", "Nobody knows.", ("1",)),),
)  # fmt: skip
LINE_SHAPE = {
    "rule": "calm", "decision": "treatment", "action": "give", "certainty": "provisional", "unless": ["loud"],
    "if": ["weak_liver"], "confirm": ["age"], "urgency": "urgent", "text": "Give it.",
    "because": {"pitch": 30, "hiccups": True}, "origin": "editors", "give": NEEDLE_SHAPE,
    "alternatives": [TABLET_SHAPE | {"unless": ["calm"]}, NEEDLE_SHAPE],
    "struck": [{"give": TABLET_SHAPE, "by": "no-tablets"}], "heading": ["Treatment", "Loading"],
    "citations": [
        {"key": "1", "title": "A paper", "kind": "research", "status": "listed"},
        {"key": "2", "title": "No entry", "kind": "label", "status": "dangling", "likely": "Another paper"},
    ],
    "remarks": [{"kind": "gap", "text": "Nobody knows.", "citations": ["1"]}],
}  # fmt: skip
DOSE = Item(DAY, date(2026, 1, 1), date(2026, 2, 1), "dose", "calm", "examplin 1 mg", 3, "due", True, True)
TEST = Item(DAY, DAY, DAY, "test", "listen", "pitch", 1, "upcoming", tests=("pitch",))
DOSE_SHAPE = {
    "date": "2026-01-31", "earliest": "2026-01-01", "latest": "2026-02-01", "what": "dose", "rule": "calm",
    "detail": "examplin 1 mg", "number": 3, "open_ended": True, "tentative": True, "state": "due",
}  # fmt: skip
TEST_SHAPE = {
    "date": "2026-01-31", "earliest": "2026-01-31", "latest": "2026-01-31", "what": "test", "rule": "listen",
    "detail": "pitch", "number": 1, "open_ended": False, "tentative": False, "state": "upcoming", "tests": ["pitch"],
}  # fmt: skip
PLAN = Plan(
    {"id": "hiccups"}, "A. N. Other", DAY, {"pitch": (30.0, "stated"), "length": (30.5, "result")}, "Give it.",
    "loading", {"treatment": Verdict("firm", ("calm",), ("loud",), ("shrill",), ("age",))}, (LINE,), (DOSE, TEST),
    (Question("age", "How old?", ("calm",)), Question("loud", "Loud?", ("calm",), ((True, ("calm",)), (False, ())))),
    (Notice("gap", "Silence."),),
)  # fmt: skip


def test_a_plan_is_this_object() -> None:
    assert as_json(PLAN) == {
        "guideline": {"id": "hiccups"},
        "patient": "A. N. Other",
        "on": "2026-01-31",
        "facts": {"pitch": {"value": 30, "from": "stated"}, "length": {"value": 30.5, "from": "result"}},
        "headline": "Give it.",
        "phase": "loading",
        "decisions": {
            "treatment": {
                "outcome": "firm",
                "rules": ["calm"],
                "contenders": ["loud"],
                "superseded": ["shrill"],
                "ask": ["age"],
            }
        },
        "advice": [LINE_SHAPE],
        "schedule": [DOSE_SHAPE, TEST_SHAPE],
        "ask": [
            {"fact": "age", "question": "How old?", "would_change": ["calm"]},
            {
                "fact": "loud",
                "question": "Loud?",
                "would_change": ["calm"],
                "answers": [{"value": True, "then": ["calm"]}, {"value": False, "then": []}],
            },
        ],
        "notices": [{"kind": "gap", "text": "Silence."}],
    }


def test_a_whole_number_has_no_decimal_point() -> None:
    shape = as_json(PLAN)
    assert str(shape["facts"]["pitch"]["value"]) == "30"
    assert str(shape["advice"][0]["because"]["pitch"]) == "30"
    assert str(shape["advice"][0]["give"]["dose"]["high"]) == "1"

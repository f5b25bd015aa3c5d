"""Words → tree → words → tree, and every form of the language, line by line.

What is refused, and in which words, stands in the gallery (test_gallery.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from posology.backends import english
from posology.expr import cells, evaluate, every, missing, some, substitute
from posology.findings import Fault, Finding, Refused, Source, as_json, mark, near, report
from posology.model import (
    Above,
    Action,
    All,
    Any_,
    Code,
    Dose,
    Expr,
    Fact,
    Give,
    Guideline,
    Is,
    Not,
    Period,
    Place,
    Remark,
    Result,
    Strike,
    Timing,
)
from posology.quantity import convert, factor, in_range, milligrams, plain, split
from posology.read import data, library
from posology.read.actions import action, regimen, stop
from posology.read.conditions import condition
from posology.read.guideline import FILES, read, read_texts
from posology.read.markdown import Block, Bullet, Heading, Stray, Table, footnotes, pieces
from posology.read.markdown import plain as plain_words
from posology.read.patient import parse, patient
from posology.read.tables import facts
from trees import FACTS, PATIENTS, PHRASES, trees

GALLERY = Path(__file__).parent / "gallery"

# ---------------------------------------------------------------- conditions

FEVER, RASH = Is("fever"), Is("rash")
BETWEEN = All((Above("count", 25, 25, strict=False), Not(Above("count", 50, 50, strict=True))))
CONDITIONS: list[tuple[str, Expr]] = [
    ("fever", FEVER),
    ("Fever", FEVER),
    ("not fever", Not(FEVER)),
    ("not not fever", Not(Not(FEVER))),
    ("fever and rash", All((FEVER, RASH))),
    ("fever  AND\trash and fever", All((FEVER, RASH, FEVER))),
    ("fever or rash", Any_((FEVER, RASH))),
    ("fever and (rash or not fever)", All((FEVER, Any_((RASH, Not(FEVER)))))),
    ("(fever and rash) or fever", Any_((All((FEVER, RASH)), FEVER))),
    ("((fever))", FEVER),
    ("not (fever or rash)", Not(Any_((FEVER, RASH)))),
    ("count > 50 10*9/L", Above("count", 50, 50)),
    ("count>50 10*9/L", Above("count", 50, 50)),
    ("count >= 50 10^9/L", Above("count", 50, 50, strict=False)),
    ("count ≥ 50 10*9/L", Above("count", 50, 50, strict=False)),
    ("count < 25 10*9/L", Not(Above("count", 25, 25, strict=False))),
    ("count <= 25 10*9/L", Not(Above("count", 25, 25, strict=True))),
    ("count ≤ 25.5 10*9/L", Not(Above("count", 25.5, 25.5, strict=True))),
    ("count < 25000 /uL", Not(Above("count", 25, 25, strict=False))),
    ("count 25–50 10*9/L", BETWEEN),
    ("count 25-50 10*9/L", BETWEEN),
    ("count 25 – 50 10*9/L and fever", All((BETWEEN, FEVER))),
    ("length of stay > 30–60 cm", Above("length", 30, 60)),
    ("length of stay < 30–60 cm", Not(Above("length", 30, 60, strict=False))),
    ("length of stay > 0.2 m", Above("length", 20, 20)),
    ("length of stay >30cm or rash", Any_((Above("length", 30, 30), RASH))),
    ("long course is long", Is("long_course", "long")),
    ("long course is very long and fever", All((Is("long_course", "very_long"), FEVER))),
    ("long course is Very-Long", Is("long_course", "very_long")),
]


@pytest.mark.parametrize(("words", "expr"), CONDITIONS, ids=[words for words, _ in CONDITIONS])
def test_words_to_tree_to_words_to_tree(words: str, expr: Expr) -> None:
    assert condition(words, PHRASES) == (expr, ())
    printed = english.phrase(expr, FACTS)
    again, faults = condition(printed, PHRASES)
    assert not faults
    assert english.phrase(again, FACTS) == printed
    assert all(evaluate(again, p.get) == evaluate(expr, p.get) for p in PATIENTS[::97])


@given(trees(fewest=2))
def test_any_tree_to_words_to_tree_says_the_same_of_everybody(expr: Expr) -> None:
    again, faults = condition(english.phrase(expr, FACTS), PHRASES)
    assert not faults
    assert all(evaluate(again, p.get) == evaluate(expr, p.get) for p in PATIENTS[::97])


def test_the_longest_phrase_wins() -> None:
    known = {phrase: Fact(phrase.replace(" ", "_"), phrase, "yes/no") for phrase in ("fever", "fever at night", "at")}
    assert condition("fever at night and fever", known) == (All((Is("fever_at_night"), Is("fever"))), ())


BOUNDARIES = [
    ("count > 25 10*9/L", 25.0, False),
    ("count > 25 10*9/L", 25.01, True),
    ("count >= 25 10*9/L", 25.0, True),
    ("count < 25 10*9/L", 25.0, False),
    ("count < 25 10*9/L", 24.99, True),
    ("count <= 25 10*9/L", 25.0, True),
    ("count 25–50 10*9/L", 25.0, True),
    ("count 25–50 10*9/L", 50.0, True),
    ("count 25–50 10*9/L", 50.01, False),
    ("count > 30–60 10*9/L", 30.0, False),
    ("count > 30–60 10*9/L", 31.0, None),
    ("count > 30–60 10*9/L", 60.0, None),
    ("count > 30–60 10*9/L", 61.0, True),
    ("count > 30–60 10*9/L", None, None),
]


@pytest.mark.parametrize(("words", "value", "truth"), BOUNDARIES)
def test_both_ends_are_where_the_words_put_them(words: str, value: float | None, truth: bool | None) -> None:
    expr, faults = condition(words, PHRASES)
    assert not faults
    assert evaluate(expr, {"count": value}.get) is truth


def test_every_fault_of_a_condition_is_found_at_once_and_marked() -> None:
    text = "feever and (count > 10 or long course is shrt and rash"
    found = condition(text, PHRASES)[1]
    assert [text[fault.at :].strip()[: len(fault.words)] for fault in found] == ["feever", "10", "shrt", "and"]


@pytest.mark.parametrize("text", ["(" * 20 + "fever" + ")" * 20, "not " * 20 + "fever"])
def test_nesting_ends_somewhere(text: str) -> None:
    assert condition(text.replace("(", "", 1).replace(")", "", 1).replace("not ", "", 1), PHRASES)[1] == ()
    assert len(condition(text, PHRASES)[1]) == 1


def test_a_part_that_could_not_be_read_does_not_hide_the_others() -> None:
    assert len(condition("zzz or qqq or fever", PHRASES)[1]) == 2


# ---------------------------------------------------------------- regimens

ONE = Period(1, "D")


def dose(times: int = 1, low: Period = ONE, high: Period | None = None, **more: Any) -> Give:
    """1 mg of a drug by mouth."""
    return Give("some_drug", 1.0, 1.0, "oral", times, low, high or low, **more)


REGIMENS: list[tuple[str, Give]] = [
    ("some drug 1 mg oral daily", dose()),
    ("some drug 1mg oral  daily", dose()),
    ("Some Drug 1000 mcg Oral Daily", dose()),
    ("some drug 0.001 g oral daily", dose()),
    ("some drug 1 mg oral on alternate days", dose(low=Period(2, "D"))),
    ("some drug 1 mg oral weekly", dose(low=Period(1, "W"))),
    ("some drug 1 mg oral monthly", dose(low=Period(1, "M"))),
    ("some drug 1 mg oral yearly", dose(low=Period(1, "Y"))),
    ("some drug 1 mg oral three times weekly", dose(3, Period(1, "W"))),
    ("some drug 1 mg oral twice daily", dose(2)),
    ("some drug 1 mg oral four times daily", dose(4)),
    ("some drug 1 mg oral 10 times weekly", dose(10, Period(1, "W"))),
    ("some drug 1 mg oral once weekly", dose(1, Period(1, "W"))),
    ("some drug 1 mg oral every day", dose()),
    ("some drug 1 mg oral every 7 days", dose(low=Period(7, "D"))),
    ("some drug 1 mg oral every 2 weeks", dose(low=Period(2, "W"))),
    ("some drug 1 mg oral every 1 month", dose(low=Period(1, "M"))),
    ("some drug 1 mg oral every 2–3 months", dose(low=Period(2, "M"), high=Period(3, "M"))),
    ("some drug 1 mg oral every 2-3 months", dose(low=Period(2, "M"), high=Period(3, "M"))),
    ("some drug 1 mg oral every 2 years", dose(low=Period(2, "Y"))),
    ("some drug 1 mg oral once", dose(doses=1)),
    ("some drug 1 mg oral daily for 6 doses", dose(doses=6)),
    ("some drug 1 mg oral daily for 1 dose", dose(doses=1)),
    ("some drug 1 mg oral daily for life", dose(for_life=True)),
    ("some drug 1 mg oral daily indefinitely", dose(for_life=True)),
    ("some drug 1 mg oral daily until Fever", dose(until="fever", until_holds=FEVER)),
]


@pytest.mark.parametrize(("words", "give"), REGIMENS, ids=[words for words, _ in REGIMENS])
def test_regimens_to_words_and_back(words: str, give: Give) -> None:
    assert regimen(words, PHRASES) == give
    assert regimen(english.regimen(give), PHRASES) == give


def test_a_dose_may_be_a_range_and_a_drug_may_have_several_words() -> None:
    found = regimen("vitamin b12 (any form) 0.5–1.5 mg deep subcutaneous weekly", PHRASES)
    assert found == Give("vitamin_b12_(any_form)", 0.5, 1.5, "deep_subcutaneous", 1, Period(1, "W"), Period(1, "W"))


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("some drug 1 mg", "No route follows"),
        ("some drug 1 mg oral every 0 days", "How often"),
        ("some drug 1 mg oral every 3–2 days", "How often"),
        ("some drug 1 mg oral every 999999 days", "How often"),
        ("some drug 1 mg oral every 101 years", "How often"),
        ("some drug 1 mg oral", "How often"),
        ("some drug 0 mg oral daily", "not a dose"),
        ("some drug 9999999 mg oral daily", "not a dose"),
        ("some drug 1 mg oral daily for 1001 doses", "number of doses"),
        ("some drug 1 mg oral daily for 123456 doses", "number of doses"),
        ("1 mg oral daily", "drug and its dose"),
    ],
)  # fmt: skip
def test_a_regimen_that_cannot_be_meant_is_a_fault(words: str, what: str) -> None:
    found = regimen(words, PHRASES)
    assert isinstance(found, Fault)
    assert what in found.what


# ---------------------------------------------------------------- other actions

NAMES: Mapping[str, tuple[str, ...]] = {
    "drugs": ("some_drug", "other"),
    "tests": ("count", "blood_film", "long_course"),
    "decisions": ("first-weeks",),
    "rules": (),
}
M3, M6, M12 = Period(3, "M"), Period(6, "M"), Period(12, "M")
ACTIONS: list[tuple[str, str, Action]] = [
    ("use", "a fine needle", Action("use", "a fine needle")),
    ("use", "some drug", Action("use", "some drug", strikes=(Strike("drug", "some_drug"),))),
    ("use", "Some drug at night", Action("use", "Some drug at night", strikes=(Strike("drug", "some_drug"),))),
    ("refer", "to the clinic, urgent", Action("refer", "to the clinic", urgency="urgent")),
    ("refer", "to the clinic, at once", Action("refer", "to the clinic, at once")),
    ("consider", "rest, routine", Action("consider", "rest", urgency="routine")),
    ("decide", "how, soon", Action("decide", "how", urgency="soon")),
    ("avoid", "oral route", Action("avoid", "oral route", strikes=(Strike("route", "oral"),))),
    ("avoid", "Intravenous", Action("avoid", "Intravenous", strikes=(Strike("route", "intravenous"),))),
    ("avoid", "deep subcutaneous route, emergency",
     Action("avoid", "deep subcutaneous route", strikes=(Strike("route", "deep_subcutaneous"),), urgency="emergency")),
    ("avoid", "site left arm", Action("avoid", "site left arm", strikes=(Strike("site", "left_arm"),))),
    ("never", "some drug", Action("never", "some drug", strikes=(Strike("drug", "some_drug"),))),
    ("never", "stop at once", Action("never", "stop at once", strikes=(Strike("words", "stop at once"),))),
    ("check", "for a rash at every visit", Action("check", "for a rash at every visit")),
    ("check", "count at 3, 6 and 12 months",
     Action("check", "count at 3, 6 and 12 months", tests=("count",), timing=Timing((M3, M6, M12)))),
    ("check", "count, blood film at 3 months",
     Action("check", "count, blood film at 3 months", tests=("count", "blood_film"), timing=Timing((M3,)))),
    ("check", "count at 21 days and 3 months",
     Action("check", "count at 21 days and 3 months", tests=("count",), timing=Timing((Period(21, "D"), M3)))),
    ("check", "count every 6 months",
     Action("check", "count every 6 months", tests=("count",), timing=Timing(every=M6))),
    ("check", "count every 1 year after 12 months",
     Action("check", "count every 1 year after 12 months", tests=("count",),
            timing=Timing(every=Period(1, "Y"), after=M12))),
    ("check", "count every 3 months since blood film, soon",
     Action("check", "count every 3 months since blood film", tests=("count",),
            timing=Timing(every=M3, since="blood_film"), urgency="soon")),
    ("check", "long course at 21 days during first-weeks",
     Action("check", "long course at 21 days during first-weeks", tests=("long_course",),
            timing=Timing((Period(21, "D"),), during="first-weeks"))),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "words", "meant"), ACTIONS, ids=[f"{kind} {words}" for kind, words, _ in ACTIONS])
def test_actions_to_words_and_back(kind: str, words: str, meant: Action) -> None:
    assert action(kind, words, PHRASES, NAMES) == meant
    again = action(kind, english.deed(meant, FACTS).removeprefix(f"{kind} "), PHRASES, NAMES)
    assert isinstance(again, Action)
    assert replace(again, words="") == replace(meant, words="")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("everything", Strike("everything")),
        ("Injections", Strike("injections")),
        ("some drug", Strike("drug", "some_drug")),
    ],
)
def test_what_a_gate_withholds(words: str, meant: Strike) -> None:
    assert stop(words, NAMES["drugs"]) == meant


@pytest.mark.parametrize(
    "words", ["count every 3 months after 0 days", "count at 3 and 0 months", "count at 3 or 6 months"]
)
def test_a_moment_that_cannot_be_is_a_fault(words: str) -> None:
    assert isinstance(action("check", words, PHRASES, NAMES), Fault)


# ---------------------------------------------------------------- Markdown


def test_the_pieces_of_a_markdown_text() -> None:
    text = "\n".join([
        "# One", "", "prose", "", "- a", "  goes on", "  - *Note:* b", "", "  ```rule x", "  when y", "", "  ```",
        "1. no", "   1. no", "", "## Two", "", "| a | b |", "|---|---|", "| 1 |", "", "- c", "", "      ```z", "",
        "      code", "", "  1. d", "     - e", "", "```decision w", "for y",
    ])  # fmt: skip
    found = pieces(text, "g.md")
    kinds = [(type(piece).__name__, piece.place.line, piece.place.heading) for piece in found]
    assert kinds == [
        ("Heading", 1, ("One",)), ("Bullet", 5, ("One",)), ("Stray", 13, ("One",)), ("Stray", 14, ("One",)),
        ("Heading", 16, ("One", "Two")), ("Table", 18, ("One", "Two")), ("Bullet", 22, ("One", "Two")),
        ("Block", 31, ("One", "Two")),
    ]  # fmt: skip
    bullet, table, other, block = found[1], found[5], found[6], found[7]
    assert isinstance(bullet, Bullet) and isinstance(table, Table)
    assert isinstance(other, Bullet) and isinstance(block, Block)
    assert (bullet.text, [item.text for item in bullet.items]) == ("a goes on", ["*Note:* b"])
    assert bullet.blocks[0].lines == ((10, "when y"),) and bullet.blocks[0].closed
    assert (table.head, table.rows) == (("a", "b"), ((20, ("1", "")),))
    assert [stray.kind for stray in other.strays] == ["indented", "numbered list"]
    assert not block.closed and block.lines == ((32, "for y"),)


def test_a_heading_of_the_same_level_replaces_the_one_before() -> None:
    found = pieces("# A\n\n### B\n\n## C\n\n# D\n", "g.md")
    assert [piece.place.heading for piece in found] == [("A",), ("A", "B"), ("A", "C"), ("D",)]
    assert all(isinstance(piece, Heading) for piece in found)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Give **1 mg** *daily*.[^1][^b] *(S1; editors)*", "Give 1 mg daily."),
        ("Below 25 10*9/L and 10*9/L", "Below 25 10*9/L and 10*9/L"),
        (r"Below 25 10\*9/L, not `x`", "Below 25 10*9/L, not x"),
        ("It **does *not* help** .", "It does not help."),
    ],
)
def test_a_sentence_in_plain_words(written: str, meant: str) -> None:
    assert plain_words(written) == meant


def test_footnotes_run_on_over_indented_lines() -> None:
    text = "  before\n[^a]: one\n  two\n\nprose\n[^b]:three\n"
    assert footnotes(text) == [(2, "a", "one two"), (6, "b", "three")]


def test_a_numbered_list_is_a_stray_wherever_it_stands() -> None:
    assert pieces("> 1. a\n", "g.md") == [Stray("numbered list", Place("g.md", 1))]


# ---------------------------------------------------------------- facts


def fact(answer: str) -> Fact:
    """The fact of a table with one row."""
    table = Table(
        ("fact", "answer", "question"), ((3, ("Some thing", answer, "Is it?")),), Place("g.md", 1, ("Facts", "Group"))
    )
    (found,) = (found for _, found in facts(table, Source.of("g.md", "")))
    assert isinstance(found, Fact), found
    return found


@pytest.mark.parametrize(
    ("answer", "shape"),
    [
        ("yes/no", {"kind": "yes/no"}),
        ("yes/no, any dose", {"kind": "yes/no", "course": "any dose"}),
        ("yes/no, other drug", {"kind": "yes/no", "course": "other drug"}),
        ("yes/no, complete loading", {"kind": "yes/no", "course": "complete loading"}),
        ("0–120 years", {"kind": "number", "low": 0.0, "high": 120.0, "unit": "years"}),
        ("0.5-2 mL/min/1.73 m2", {"kind": "number", "low": 0.5, "high": 2.0, "unit": "mL/min/1.73 m2"}),
        ("1–9 ng/L; 1 pmol/L = 1.355 ng/L", {"kind": "number", "low": 1.0, "high": 9.0, "unit": "ng/L",
                                             "conversions": (("pmol/L", 1.355),)}),
        ("none, at night, all-day", {"kind": "choice", "choices": ("none", "at_night", "all_day")}),
    ],
)  # fmt: skip
def test_every_kind_of_answer(answer: str, shape: dict[str, Any]) -> None:
    words = {"question": "Is it?", "patient_question": "Is it?", "short": "Some thing"}
    assert fact(answer) == Fact("some_thing", "some thing", group="Group", **words, **shape)


# ---------------------------------------------------------------- a whole guideline


def texts(*changes: tuple[str, str]) -> dict[str, str]:
    """The files of the gallery's sound guideline, with passages of guideline.md exchanged."""
    whole = {name: (GALLERY / name).read_text(encoding="utf-8") for name in FILES}
    for old, new in changes:
        assert old in whole["guideline.md"], old
        whole["guideline.md"] = whole["guideline.md"].replace(old, new, 1)
    return whole


def guideline(*changes: tuple[str, str]) -> Guideline:
    return read_texts(texts(*changes))


LAST = "- Hiccups come from the diaphragm.[^1] *(S2; background: where-from)*\n"


def test_a_statement_with_all_that_may_stand_around_it() -> None:
    bullet = (
        "- Hiccups come from the **diaphragm**,\n  mostly.[^1] *(S2; editors; restates calm-hiccups as where-from)*\n"
        "  - *Patient:* A muscle twitches.\n  - *Student:* The *diaphragm*.\n  - *Another view:* The vagus.[^1]\n"
        "  - *Gap:* Which half?\n  - *Contradiction:* None.\n  - *Note:* A\n    note.\n"
    )
    found = guideline((LAST, bullet)).named["where-from"]
    assert (found.text, found.number, found.kind, found.origin) == (
        "Hiccups come from the diaphragm, mostly.", "S2", "restates", "editors",
    )  # fmt: skip
    assert (found.patient, found.student, found.restates) == ("A muscle twitches.", "The diaphragm.", "calm-hiccups")
    assert found.remarks == (
        Remark("view", "The vagus.", ("1",)), Remark("gap", "Which half?"), Remark("contradiction", "None."),
        Remark("note", "A note."),
    )  # fmt: skip
    assert found.place == Place("guideline.md", 34, ("Hiccups treated with examplin", "Treatment"))


DEFINED = (
    LAST
    + "- Being unwell has a meaning.[^1]\n\n  ```define Unwell\n  when    hiccups\n  always  temper is cross\n  ```\n"
)


def test_a_defined_name_stands_for_its_condition_wherever_it_is_used() -> None:
    found = guideline(
        (LAST, DEFINED), ("for     hiccups", "for     unwell"), ("when   examplin allergy", "when  unwell")
    )
    assert found.defines == {"unwell": Is("hiccups")}
    assert "unwell" not in found.facts
    assert found.named["unwell"].kind == "define"
    assert found.decisions["treatment"].scope == found.named["examplin-allergy"].rule.when == Is("hiccups")  # type: ignore[union-attr]


def test_a_definition_of_a_fact_in_the_table_makes_it_a_derived_fact() -> None:
    row = "| unwell | yes/no | Is the patient unwell? |\n| age |"
    found = guideline((LAST, DEFINED), ("| age |", row))
    assert (found.facts["unwell"].when, found.facts["unwell"].always) == (Is("hiccups"), Is("temper", "cross"))
    assert found.defines == {}


def test_a_rule_with_every_line_that_it_may_have() -> None:
    found = guideline(
        ("  give  examplin 10 mg oral daily for 3 doses\n",
         "  give  examplin 10 mg oral daily until examplin allergy\n  or give  examplin 5 mg oral once\n"),
        ("  never  examplin\n",
         "  avoid  examplin\n  never when  age < 6 years\n  instead of  calm-hiccups\n  stops  examplin\n"),
        ("| yes | no | calm-hiccups |\n", ""),
    )  # fmt: skip
    give, avoid = (statement.rule for statement in found.statements[:2])
    assert give is not None and avoid is not None
    assert [option.doses for option in give.action.gives] == [None, 1]
    assert give.action.gives[0].until_holds == Is("examplin_allergy")
    assert (give.decision, avoid.decision) == ("treatment", None)
    assert avoid.never_when == Not(Above("age", 6, 6, strict=False))
    assert avoid.instead_of == ("calm-hiccups",)
    assert avoid.stops == (Strike("drug", "examplin"), Strike("everything"))


def test_what_competes_and_what_stands_beside() -> None:
    def of(line: str) -> str | None:
        rule = f"- Do it.[^1]\n  - *Patient:* Do it.\n\n  ```rule do-it\n  when  hiccups\n  {line}\n  ```\n"
        found = guideline((LAST, rule), ("| yes | no | calm-hiccups |\n", "")).named["do-it"].rule
        assert found is not None
        assert found.beside == ("beside" in line)
        return found.decision

    assert of("use water") == "treatment"
    assert of("use beside  water") is None
    assert of("decide what to do") is None
    assert of("decide what to do\n  stops injections") == "treatment"


LATER = """## Later

```decision later
choose       the shortest interval (editors)
for          hiccups
done when    treatment over
after        treatment
silent when  hiccups
clash        calm-hiccups and later-on
clash        later-on and examplin-allergy
```

### Even later

- Give examplin 5 mg by mouth weekly.[^1] *(S3)*
  - *Patient:* Once a week.

  ```rule later-on
  when  hiccups
  give  examplin 5 mg oral weekly
  ```

| hiccups | age | temper | → later |
|---|---|---|---|
| yes | 16.5 | Cross | later-on, provisional |
| ? | | | ask |
| no | ? | | not applicable |

## Facts
"""
COURSE = "| treatment over | yes/no, complete treatment | Is it over? |\n| age |"


def test_a_decision_with_every_line_that_it_may_have() -> None:
    found = guideline(("| age |", COURSE), ("## Facts\n", LATER))
    later = found.decisions["later"]
    assert (later.choose, later.origin, later.after, later.rules) == ("shortest", "editors", "treatment", ("later-on",))
    assert (later.scope, later.done, later.silent_when) == (Is("hiccups"), Is("treatment_over"), Is("hiccups"))
    assert later.clashes == (("calm-hiccups", "later-on"), ("later-on", "examplin-allergy"))
    assert [(dict(row.facts), row.outcome) for row in later.examples] == [
        ({"hiccups": True, "age": 16.5, "temper": "cross"}, "later-on, provisional"),
        ({}, "ask"),
        ({"hiccups": False}, "not applicable"),
    ]  # fmt: skip
    rule = found.named["later-on"].rule
    assert rule is not None
    assert rule.applies == All((Is("hiccups"), Not(Is("treatment_over"))))


def test_what_a_course_hangs_on_may_not_hang_on_the_course() -> None:
    circle = LAST + "- Being unwell has a meaning.[^1]\n\n  ```define unwell\n  when  treatment over\n  ```\n"
    row = COURSE.replace("| age |", "| unwell | yes/no | Unwell? |\n| age |")
    with pytest.raises(Refused, match="'unwell' is defined by way of itself"):
        guideline((LAST, circle), ("| age |", row), ("when  hiccups and", "when  hiccups and not unwell and"))


def test_a_chain_of_names_is_not_without_end() -> None:
    def chain(length: int) -> str:
        names = ["hiccups", *(f"n{k}" for k in range(length))]
        blocks = (f"- A name.[^1]\n\n  ```define {name}\n  when  {before}\n  ```\n" for before, name in pairwise(names))
        return LAST + "".join(blocks)

    assert len(guideline((LAST, chain(19))).defines) == 19
    with pytest.raises(Refused, match="comes to more than"):
        guideline((LAST, chain(30)))


def test_codes_and_other_names() -> None:
    whole = texts()
    whole["codes.md"] += (
        "\n- A remark.\n"
        "\n| name |\n|---|\n| calm |\n\n## facts\n\n"
        "| name | value | system | code | display | verified |\n|---|---|---|---|---|---|\n"
        "| temper | cross | X | 1 | Cross | yes |\n| hiccups | | ICD-10 | R06.6 | | no |\n"
    )
    found = read_texts(whole)
    assert found.codes[1:3] == (
        Code("fact", "temper", "X", "1", "Cross", True, "cross"), Code("fact", "hiccups", "ICD-10", "R06.6", "", False),
    )  # fmt: skip
    usual = Code("route", "oral", "SNOMED CT", "26643006", "Oral route", False)
    assert set(found.codes[3:]) == {usual}  # the table has none of its own
    assert found.aliases == {"hicaway": "examplin", "ex": "examplin", "by mouth": "oral"}


def test_references_say_what_they_are() -> None:
    whole = texts()
    whole["references.md"] = "[^1]: *label, dangling.* **A title.** Some detail. Likely: another.\n"
    found = read_texts(whole).references["1"]
    assert (found.title, found.kind, found.status, found.detail, found.likely) == (
        "A title", "label", "dangling", "Some detail.", "another.",
    )  # fmt: skip


def test_particulars_are_kept_as_they_were_written() -> None:
    found = guideline(("version: 0.1.0", "version: 1.10\nnext_review: 2027-01-31\nstands_for: {age: sugar}"))
    assert (found.version, found.updated, found.meta["next_review"]) == ("1.10", date(2026, 1, 31), date(2027, 1, 31))
    assert found.meta["stands_for"] == {"age": "sugar"}


def test_a_file_without_codes_and_with_other_line_ends_is_the_same_guideline(tmp_path: Path) -> None:
    for name in FILES[:2]:
        text = (GALLERY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    whole = texts()
    del whole["codes.md"]
    apple = {name: "\ufeff" + text.replace("\n", "\r") for name, text in whole.items()}
    assert repr(read(tmp_path)) == repr(read_texts(whole)) == repr(read_texts(apple))


def test_particulars_that_are_never_closed_are_missing() -> None:
    with pytest.raises(Refused, match="does not begin with its particulars"):
        guideline(("---\n\n#", "#"))


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(Refused, match="does not begin with its particulars"):
        read_texts({})


def test_a_text_too_long_for_a_guideline_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posology.read.guideline.LARGEST", 100)
    with pytest.raises(Refused, match="too long for a guideline"):
        guideline()


# ---------------------------------------------------------------- the shelf


def test_a_guideline_is_found_by_folder_and_by_name() -> None:
    (name,) = library.shelf()
    assert library.find() == library.find(name) == library.find(str(library.find()))
    assert library.load(name).id == name
    assert library.load(str(GALLERY)).id == "hiccups"


def test_a_guideline_that_is_not_there_or_not_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="There is no guideline 'nonesuch'"):
        library.find("nonesuch")
    monkeypatch.setattr(library, "shelf", lambda: {"one": GALLERY, "two": GALLERY})
    with pytest.raises(Refused, match="More than one guideline could be meant") as refused:
        library.find()
    assert refused.value.findings[0].do == "Name a folder, or one of: one, two."


def test_a_shelf_may_be_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_dir", lambda _: False)
    assert library.shelf() == {}


# ---------------------------------------------------------------- patient files


@pytest.fixture(scope="module")
def sound() -> Guideline:
    return read(GALLERY)


PATIENT = """
patient: 7
on: 2026-02-01
start: 2026-01-01
title: a story's title is left alone
facts: {hiccups: yes, examplin_allergy: unknown, age: 41, temper: Cross, sugar: "5.5 mmol/L"}
doses:
  - {date: 2026-01-05, drug: Hicaway, dose: 10000 micrograms, route: by mouth}
  - {date: 2026-01-06, drug: examplin, route: oral}
results:
  - {date: 2026-01-02, test: sugar, value: 5, unit: mmol/L}
  - {date: 2026-01-03, test: sugar, value: 6 mmol/L}
"""


def test_everything_that_a_patient_file_may_say(sound: Guideline) -> None:
    found = patient(parse(PATIENT.encode()), sound)
    assert (found.label, found.on, found.start) == ("7", date(2026, 2, 1), date(2026, 1, 1))
    assert found.facts == {"hiccups": True, "age": 41.0, "temper": "cross", "sugar": 5.5}
    assert found.doses == (
        Dose(date(2026, 1, 5), "examplin", 10.0, "oral"), Dose(date(2026, 1, 6), "examplin", None, "oral"),
    )  # fmt: skip
    assert found.results == (Result(date(2026, 1, 2), "sugar", 5.0), Result(date(2026, 1, 3), "sugar", 6.0))


def test_the_same_in_json(sound: Guideline) -> None:
    facts_of_it = b'{"hiccups": "no", "age": null, "examplin_allergy": true}'
    text = b'\xef\xbb\xbf {"patient": "\\u00e9", "facts": %s, "doses": null}' % facts_of_it
    assert parse(b'{"facts": {}}') == {"facts": {}}
    found = patient(parse(text), sound)
    assert (found.label, found.facts, found.doses) == ("é", {"hiccups": False, "examplin_allergy": True}, ())


def test_the_day_that_the_caller_names_wins(sound: Guideline) -> None:
    assert patient({"on": "2026-02-01"}, sound, date(2026, 3, 1)).on == date(2026, 3, 1)
    assert patient({"on": date(2026, 2, 1)}, sound).on == date(2026, 2, 1)
    assert patient({}, sound).on is None


def test_a_test_that_is_no_fact_only_needs_to_have_been_done() -> None:
    whole = texts()
    whole["codes.md"] += (
        "\n## tests\n\n| name | system | code | verified |\n|---|---|---|---|\n| chest_film | X | 1 | no |\n"
    )
    rows = [{"date": "2026-01-01", "test": "chest film", "value": value} for value in (3, "clear", None)]
    found = patient({"results": rows}, read_texts(whole))
    assert [result.value for result in found.results] == [3.0, 0.0, 0.0]


def test_a_result_may_be_wrong_in_value_or_unit(sound: Guideline) -> None:
    row = {"date": "2026-01-01", "test": "sugar"}
    rows = [
        {**row, "value": True, "unit": "mmol/L"},
        {**row, "value": 5, "unit": 5},
        {**row, "value": "5 mmol/L", "unit": "x"},
    ]
    with pytest.raises(Refused) as refused:
        patient({"results": rows}, sound)
    assert [finding.place for finding in refused.value.findings] == [
        "results[0].value",
        "results[1].unit",
        "results[2].value",
    ]


def test_a_file_that_is_wrong_throughout_is_not_read_to_its_end(sound: Guideline) -> None:
    with pytest.raises(Refused) as refused:
        patient({"facts": {f"x{n}": True for n in range(5000)}}, sound)
    assert len(refused.value.findings) == 101


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "LARGEST", 10)
    with pytest.raises(Refused, match="The file has 12 bytes; at most 10 are read"):
        parse(b"facts: {a: 1}"[:12])


YAML = [
    ("a: yes\nb: No\nc: TRUE\nd: false", {"a": True, "b": False, "c": True, "d": False}),
    ("a: ~\nb:\nc: null", {"a": None, "b": None, "c": None}),
    ("a: 012\nb: -3\nc: 1.5\nd: 1e2\ne: .5", {"a": 12, "b": -3, "c": 1.5, "d": 100.0, "e": 0.5}),
    ("a: 2026-01-31\nb: 12:30\nc: 0x1F\nd: 1_000", {"a": "2026-01-31", "b": "12:30", "c": "0x1F", "d": "1_000"}),
    ("a: 'yes'\nb: \"1\"\nc: |\n  x\nd: !!str 5", {"a": "yes", "b": "1", "c": "x\n", "d": "5"}),
    ("a: .inf\nb: -.Inf", {"a": float("inf"), "b": float("-inf")}),
    ("a: [1, {b: c}]", {"a": [1, {"b": "c"}]}),
    ("# nothing", None),
]


@pytest.mark.parametrize(("text", "meant"), YAML, ids=[text for text, _ in YAML])
def test_yaml_becomes_plain_data_without_surprises(text: str, meant: Any) -> None:
    assert parse(text.encode()) == meant


def test_a_name_may_not_be_a_list_nor_stand_twice_deep_inside() -> None:
    with pytest.raises(Refused, match=r"a\[1\]\.b"):
        parse(b"a: [x, {b: 1, b: 2}]")


# ---------------------------------------------------------------- findings


@pytest.mark.parametrize(
    ("line", "words", "at", "drawn"),
    [
        ("  when  a and a", "a", 10, "  when  a and a\n          ^"),
        ("  when  a and a", "a", 14, "  when  a and a\n              ^"),
        ("  when  a", "a", 20, "  when  a\n        ^"),
        ("- a sentence", "", 0, "- a sentence\n  ^^^^^^^^^^"),
        ("a\tb\x1b", "b", 0, "a b�\n  ^"),
        ("x" * 150 + "here" + "y" * 150, "here", 0, "…" + "x" * 48 + "here" + "y" * 48 + "…\n" + " " * 49 + "^^^^"),
        ("here" + "y" * 150, "here", 0, "here" + "y" * 96 + "…\n^^^^"),
        ("x" * 150 + "here", "here", 0, "…" + "x" * 96 + "here\n" + " " * 97 + "^^^^"),
        ("z" * 150, "", 0, "z" * 100 + "…\n" + "^" * 100),
    ],
)
def test_words_are_marked_in_their_line(line: str, words: str, at: int, drawn: str) -> None:
    assert mark(line, words, at) == drawn


def test_words_of_a_wrapped_sentence_are_marked_in_the_line_in_which_they_stand() -> None:
    source = Source.of("g.md", "- one\n  two [^9]\n  three\n- four [^8]\n")
    places = {
        words: source.finding(Place("g.md", 1), words, "x", "y").place for words in ("one", "[^9]", "[^8]", "nowhere")
    }
    assert places == {"one": "g.md:1", "[^9]": "g.md:2", "[^8]": "g.md:1", "nowhere": "g.md:1"}
    assert source.finding(Place("g.md", 99), "", "x", "y").excerpt == ""


def test_a_finding_in_words() -> None:
    finding = Finding("g.md:3", "It is wrong.", "Mend it.", mark("a line", "line"), ("One", "Two"))
    assert report(finding) == "g.md:3\n  | a line\n  |   ^^^^\n  in One › Two\n  It is wrong.\n  → Mend it."
    assert report(Finding("on\x1b[2J", "A.", "B.")) == "on�[2J\n  A.\n  → B."
    assert as_json([finding]) == {"errors": [{"place": "g.md:3", "what": "It is wrong.", "do": "Mend it."}]}


def test_near_names_are_suggested_and_far_ones_are_not() -> None:
    assert near("plateletes", ["platelet count", "platelets"]) == 'Did you mean "platelets"?'
    assert near("x" * 10_000, ["platelets"], "See the list.") == "See the list."


# ---------------------------------------------------------------- quantities

COUNT = FACTS["count"]


@pytest.mark.parametrize(
    ("unit", "into", "times"),
    [
        ("10*9/L", "10*9/L", 1), ("x10^9/L", "10*9/L", 1), ("×10⁹/l", "10*9/L", 1), ("10**9/L", "10*9/L", 1),
        ("/µL", "10*9/L", 0.001), ("g/dL", "g/L", 10), ("mL/min/{1.73_m2}", "mL/min/1.73 m2", 1), ("µg", "mg", 0.001),
        ("mL/min/1.73 m²", "mL/min/1.73 m2", 1), ("lb", "kg", None), ("furlong", "furlong", 1), ("x", "furlong", None),
    ],
)  # fmt: skip
def test_units_that_are_alike(unit: str, into: str, times: float | None) -> None:
    assert factor(unit, into) == times


@pytest.mark.parametrize(
    ("value", "unit", "found"),
    [
        (45, "10*9/L", 45.0),
        (45000, "/uL", 45.0),
        (45, "mg", "the unit 'mg' does not fit count, which is in 10*9/L"),
        (201, "10*9/L", "count 201 is outside 0 to 200 10*9/L"),
        (float("nan"), "10*9/L", "count is not a number"),
        (float("inf"), "10*9/L", "count is not a number"),
    ],
)
def test_values_in_the_unit_of_their_fact(value: float, unit: str, found: float | str) -> None:
    assert convert(value, unit, COUNT) == found


def test_the_ends_of_a_range_belong_to_it() -> None:
    assert (in_range(0.0, COUNT), in_range(200.0, COUNT)) == (0.0, 200.0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("45", (45.0, "")), (" 4.5 mg ", (4.5, "mg")), ("-3 C", (-3.0, "C")), ("1e3 mg", (1000.0, "mg")),
        ("45 10*9/L", (45.0, "10*9/L")), ("mg", "'mg' is not a number with a unit"),
        ("<5 mg", "'<5 mg' is a limit, not a number"),
    ],
)  # fmt: skip
def test_a_written_quantity(text: str, found: tuple[float, str] | str) -> None:
    assert split(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 mg", 1.0), ("0.25 mg", 0.25), ("1000 µg", 1.0), ("1 g", 1000.0), ("5", "'5' has no unit of mass"),
        ("5 mL", "the unit 'mL' is not a unit of mass"), ("0 mg", "'0 mg' is not a dose"),
        ("1e9 mg", "'1e9 mg' is not a dose"), ("some", "'some' is not a number with a unit"),
    ],
)  # fmt: skip
def test_a_written_dose(text: str, found: float | str) -> None:
    assert milligrams(text) == found


def test_numbers_without_needless_decimals() -> None:
    assert [plain(value) for value in (30.0, 0.25, 1 / 3, -2.0)] == ["30", "0.25", "0.333333333", "-2"]


# ---------------------------------------------------------------- trees


def test_parts_that_say_nothing_new_are_left_out() -> None:
    both, either = All((FEVER, RASH)), Any_((FEVER, RASH))
    assert every(FEVER, FEVER) == every(FEVER, either) == FEVER
    assert every(either, RASH, Not(FEVER)) == All((RASH, Not(FEVER)))
    assert every(both, FEVER) == both
    assert every(Any_((both, Is("x"))), FEVER, RASH) == both
    assert some(FEVER, FEVER) == some(FEVER, both) == FEVER
    assert some(All((either, Is("x"))), FEVER, RASH) == either
    assert every() == All(())
    assert some() == Any_(())


def test_names_are_written_out_to_the_end() -> None:
    meant: dict[str, Expr] = {"unwell": Any_((FEVER, Is("poorly"))), "poorly": Not(RASH)}
    expr = All((Is("unwell"), Above("count", 1, 1), Is("long_course", "long")))
    assert substitute(expr, meant.get) == All(
        (Any_((FEVER, Not(RASH))), Above("count", 1, 1), Is("long_course", "long"))
    )


def test_a_known_value_in_a_vague_band_leaves_nobody_to_ask() -> None:
    vague = Above("count", 30, 60)
    assert missing(vague, {"count": 45.0}.get) == ()
    assert missing(All((vague, FEVER)), {"count": 45.0}.get) == ("fever",)
    assert evaluate(vague, {"count": True}.get) is None


def test_a_fact_whose_every_value_comes_to_the_same_is_not_missing() -> None:
    assert missing(All((Any_((FEVER, Not(FEVER))), RASH)), {}.get) == ("rash",)
    twice = All((Above("count", 30, 60), Any_((FEVER, RASH)), Any_((FEVER, Is("x")))))
    assert missing(twice, {"count": 45.0}.get) == ("fever", "rash", "x")


def test_each_class_of_values_is_represented_once() -> None:
    expr = All((FEVER, Is("long_course", "long"), Above("count", 30, 60), Above("count", 60, 60)))
    assert cells(expr) == {"fever": [True, False], "long_course": ["long", ""], "count": [29, 30, 60, 45.0, 61]}

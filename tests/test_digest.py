"""A signature is bound to content: a changed character unsigns what it concerns, a move or a new layout nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posology.editorial.digest import PARTICULARS, text_of, units
from posology.editorial.offer import Policy, policy
from posology.findings import Refused
from posology.read.guideline import read_texts, texts_of
from posology.read.library import find

TEXTS = texts_of(find("b12-injections"))
GUIDELINE = read_texts(TEXTS)
BEFORE = {name: unit.digest for name, unit in units(GUIDELINE).items()}
MAIN = TEXTS["guideline.md"]


def changed(old: str, new: str, file: str = "guideline.md") -> set[str]:
    """The parts whose digests another text has, after one replacement."""
    assert TEXTS[file].count(old) >= 1, old
    after = units(read_texts({**TEXTS, file: TEXTS[file].replace(old, new, 1)}))
    return {name for name in BEFORE.keys() | after.keys() if name not in after or BEFORE.get(name) != after[name].digest}


def test_every_statement_and_the_particulars_are_signed() -> None:
    assert set(BEFORE) == {*GUIDELINE.named, PARTICULARS}
    assert len(set(BEFORE.values())) == len(BEFORE)


@pytest.mark.parametrize(
    ("old", "new", "concerned"),
    [
        ("6 doses in all.", "six doses, 6 in all.", {"standard-loading"}),
        ("You have 3 injections of 1 mg a week for 2 weeks.", "You have 3 injections of 1 mg each week, 2 weeks long.", {"standard-loading"}),
        ("Six doses of 1 mg are the whole course.", "Six doses of 1 mg make the course.", {"standard-loading"}),
        ("three times weekly for 6 doses", "three times weekly for 7 doses", {"standard-loading"}),
        ("| yes | no | | | standard-loading |", "| yes | no | | no | standard-loading |", {"standard-loading"}),
    ],
)
def test_a_changed_character_unsigns_only_its_statement(old: str, new: str, concerned: set[str]) -> None:
    assert changed(old, new) == concerned


def test_a_changed_rule_unsigns_what_restates_it_too() -> None:
    found = changed("give  hydroxocobalamin 1 mg intramuscular every 2–3 months for life", "give  hydroxocobalamin 1 mg intramuscular every 2–4 months for life")
    assert found == {"standard-maintenance", "standard-interval"}


def test_a_changed_source_unsigns_the_statements_that_cite_it() -> None:
    found = changed("Approach to Vitamin B12 Deficiency", "An Approach to Vitamin B12 Deficiency", "references.md")
    citing = {s.name for s in GUIDELINE.statements if "2" in {*s.citations, *(k for r in s.remarks for k in r.citations)}}
    assert found == citing and len(found) > 5


def test_a_changed_definition_unsigns_the_statements_that_rest_on_it_and_no_other() -> None:
    found = changed("or visual loss or other neurological symptom\n", "or other neurological symptom\n")
    assert {"neurological-involvement", "neurological-loading", "standard-loading"} <= found
    assert not found & {"recovery-order", "nitrous-oxide", "adults-only", PARTICULARS}


def test_a_changed_scope_of_a_decision_unsigns_its_rules() -> None:
    found = changed("choose the shortest interval (editors)", "choose the shortest interval")
    assert {name for name in found if name != PARTICULARS} == set(GUIDELINE.decisions["maintenance"].rules)


def test_a_changed_question_or_code_or_date_of_review_unsigns_the_particulars_only() -> None:
    assert changed("next_review: 2026-12-18", "next_review: 2027-12-18") == {PARTICULARS}
    assert changed("| SNOMED CT | 77386006 |", "| SNOMED CT | 77386007 |", "codes.md") == {PARTICULARS}
    assert changed("question: What is the recommended", "question: Which is the recommended") == {PARTICULARS}


def test_a_statement_cannot_be_taken_away_in_silence() -> None:
    bullet = re.search(r"^- Pain and tingling usually.*?(?=^#|^- )", MAIN, re.MULTILINE | re.DOTALL)
    assert bullet
    assert changed(bullet[0], "") == {"recovery-order", PARTICULARS}


def test_a_new_version_number_unsigns_nothing() -> None:
    assert changed("version: 0.1.0", "version: 0.2.0") == set()
    assert changed("updated: 2025-12-18", "updated: 2026-01-18") == set()


def test_a_move_unsigns_nothing() -> None:
    first = re.search(r"^- Loading fills the tissues.*?(?=^- )", MAIN, re.MULTILINE | re.DOTALL)
    assert first
    moved = MAIN.replace(first[0], "").replace("- Without neurological involvement, inject", first[0] + "- Without neurological involvement, inject", 1)
    assert moved != MAIN
    after = units(read_texts({**TEXTS, "guideline.md": moved}))
    assert {name: unit.digest for name, unit in after.items()} == BEFORE


LAYOUTS = {
    "line ends": lambda text: text.replace("\n", "\r\n"),
    "blanks at line ends": lambda text: re.sub(r"(?m)^(- .*)$", r"\1  ", text),
    "wider gaps in blocks": lambda text: text.replace("when  ", "when       "),
    "wider table cells": lambda text: re.sub(r"(?m)^\| (yes|no) \|", r"|   \1    |", text),
    "rows in another order": lambda text: text.replace("| yes | yes | | neurological-loading |\n| yes | yes | improving | neurological-loading |", "| yes | yes | improving | neurological-loading |\n| yes | yes | | neurological-loading |"),
    "more empty lines": lambda text: text.replace("\n\n- ", "\n\n\n- "),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_another_layout_unsigns_nothing(name: str) -> None:
    text = LAYOUTS[name](MAIN)
    assert text != MAIN
    after = units(read_texts({**TEXTS, "guideline.md": text}))
    assert {name: unit.digest for name, unit in after.items()} == BEFORE


@given(st.text(), st.text(alphabet=" \t\n\u00a0", min_size=1))
def test_layout_is_taken_out_of_words_once_and_for_all(words: str, gap: str) -> None:
    assert text_of(text_of(words)) == text_of(words)
    assert text_of(f"a{gap}b") == "a b"


SETTINGS = [
    ("", Policy(2, 1)),
    ("review: {approvals: 3}", Policy(3, 1)),
    ("review: {approvals: 4, clinical: 2}", Policy(4, 2)),
]


@pytest.mark.parametrize(("line", "meant"), SETTINGS)
def test_the_policy_stands_in_the_particulars(line: str, meant: Policy) -> None:
    text = MAIN.replace("licence: CC-BY-4.0\n", f"licence: CC-BY-4.0\n{line}\n".replace("\n\n", "\n"), 1)
    assert policy(read_texts({**TEXTS, "guideline.md": text})) == meant


@pytest.mark.parametrize("line", ["review: two", "review: {approvals: 0}", "review: {approvals: 1, clinical: 2}", "review: {people: 2}", "review: {approvals: -1}", "review: {approvals: [2]}"])
def test_a_policy_that_cannot_be_read_is_refused(line: str) -> None:
    text = MAIN.replace("licence: CC-BY-4.0\n", f"licence: CC-BY-4.0\n{line}\n", 1)
    with pytest.raises(Refused):
        policy(read_texts({**TEXTS, "guideline.md": text}))


def test_a_changed_policy_unsigns_the_particulars_only() -> None:
    assert changed("licence: CC-BY-4.0\n", "licence: CC-BY-4.0\nreview: {approvals: 1}\n") == {PARTICULARS}

"""The docs speak of everything that can be typed, and what they show can be read."""

from __future__ import annotations

import argparse
import re
from functools import cache
from pathlib import Path
from typing import Literal

import pytest

from pictures import PICTURES
from posology import docs
from posology.check.examples import EXAMPLES
from posology.docs import commands, content, faults, syntax
from posology.docs.marks import table
from posology.findings import Fault
from posology.model import Fact
from posology.read import lists, tables
from posology.read.actions import KINDS, URGENCIES, action, stop
from posology.read.blocks import CHOOSE
from posology.read.conditions import condition
from posology.read.data import parse
from posology.read.guideline import NEEDED, read
from posology.read.regimens import FOREVER, ROUTES, regimen
from posology.read.statements import REMARKS, WORDINGS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
GALLERY = Path(__file__).parent / "gallery"


@cache
def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def every_option() -> list[tuple[str, str]]:
    """Each option of each command."""
    return [
        (name, option)
        for name, parser in commands.commands().items()
        for each in parser._actions
        if not isinstance(each, argparse._HelpAction)
        for option in each.option_strings
    ]


@pytest.mark.parametrize("name", commands.commands())
def test_every_command_is_in_the_docs(name: str) -> None:
    assert f"`posology {name}`\n" in page("cli.md")


@pytest.mark.parametrize(("name", "option"), every_option())
def test_every_option_is_in_the_docs(name: str, option: str) -> None:
    section = page("cli.md").split(f"`posology {name}`\n", 1)[1].split("\n#", 1)[0]
    assert re.search(rf"`{re.escape(option)}[` ]", section)


WORDS = [
    *(word for words in syntax.BLOCKS.values() for word in words),
    *syntax.BLOCKS, *KINDS, *ROUTES, *FOREVER, *CHOOSE, *tables.OUTCOMES, *tables.RESERVED, *tables.COLUMNS, *NEEDED,
    *lists.KINDS, *lists.STATUSES, *lists.SECTIONS, lists.ALSO_CALLED,
]  # fmt: skip


@pytest.mark.parametrize("word", dict.fromkeys(WORDS))
def test_every_word_of_the_language_is_in_the_docs(word: str) -> None:
    assert f"`{word}`" in page("syntax.md")


def test_every_urgency_and_every_label_is_in_the_docs() -> None:
    assert all(f"`, {urgency}`" in page("syntax.md") for urgency in URGENCIES)
    assert all(f"*{label.capitalize()}:*" in page("syntax.md") for label in (*WORDINGS, *REMARKS))


def test_every_outcome_is_explained_and_no_other() -> None:
    assert set(syntax.OUTCOMES) == set(tables.OUTCOMES)


# ---------------------------------------------------------------- what the page shows can be read

KINDS_OF_FACT: dict[str, Literal["yes/no", "number"]] = {
    "phrase": "yes/no",
    "fact": "yes/no",
    "test": "number",
    "age": "number",
}
PHRASES: dict[str, Fact] = {
    phrase: Fact(phrase.replace(" ", "_"), phrase, kind, unit="years", high=200.0)
    for phrase, kind in KINDS_OF_FACT.items()
}
NAMES = {"drugs": ("drug",), "tests": ("tests", "test", "fact"), "decisions": ("decision",), "rules": ()}


@pytest.mark.parametrize("form", [form for form, _ in syntax.TIMINGS])
def test_every_timing_that_is_shown_can_be_read(form: str) -> None:
    found = action("check", form.replace("DECISION", "decision"), PHRASES, NAMES)
    assert not isinstance(found, Fault) and found.timing is not None


def shown(head: str) -> list[str]:
    """The first cells of a table of the language page."""
    rows = page("syntax.md").split(f"| {head} |", 1)[1].split("\n\n", 1)[0].split("\n")[2:]
    return [row.split("`")[1] for row in rows]


@pytest.mark.parametrize("often", shown("how often | doses"))
def test_every_way_of_saying_how_often_can_be_read(often: str) -> None:
    assert not isinstance(regimen(f"drug 1 mg oral {often}", PHRASES), Fault)


@pytest.mark.parametrize("end", [form for form, _ in syntax.ENDS])
def test_every_end_that_is_shown_can_be_read(end: str) -> None:
    assert not isinstance(regimen(f"drug 1 mg oral daily {end}", PHRASES), Fault)


@pytest.mark.parametrize("line", [form for form, _ in syntax.TARGETS])
def test_every_target_that_is_shown_can_be_read(line: str) -> None:
    kind, words = line.split(" ", 1)
    words = words.replace("ROUTE", "oral").replace("DRUG", "drug")
    found = stop(words, NAMES["drugs"]) if kind == "stops" else action(kind, words, PHRASES, NAMES)
    assert not isinstance(found, Fault)


def test_every_condition_and_regimen_that_is_shown_can_be_read() -> None:
    guideline = read(ROOT / "guidelines" / "b12-injections")
    known = {fact.phrase: fact for fact in guideline.facts.values()}
    known |= {name.replace("_", " "): Fact(name, name.replace("_", " "), "yes/no") for name in guideline.defines}
    rows = page("syntax.md").split("## Conditions", 1)[1].split("\n\n")[1].split("\n")[2:]
    examples = [row.split("|")[3].strip().strip("`") for row in rows]
    assert len(examples) == len(syntax.CONDITIONS) and "–" not in examples
    assert [example for example in examples if condition(example, known)[1]] == []
    assert [words for words in shown("in this guideline") if isinstance(regimen(words, known), Fault)] == []


# ---------------------------------------------------------------- the other pages


def test_every_fault_of_the_gallery_is_on_its_page() -> None:
    text = page("errors.md")
    assert all(path.read_text(encoding="utf-8").rstrip() in text for path in GALLERY.glob("*.txt"))
    assert {path.stem.split("-")[0] for path in GALLERY.glob("*.txt")} == set(faults.TITLES)


def test_every_fact_statement_and_decision_of_the_guideline_is_on_its_pages() -> None:
    guideline = read(ROOT / "guidelines" / "b12-injections")
    assert all(f"| `{name}` |" in page("facts.md") for name in guideline.facts)
    assert all(f"| `{name}` |" in page("coverage.md") for name in guideline.named)
    assert all(f"### {name}\n" in page("coverage.md") for name in guideline.decisions)


def test_a_guideline_with_nothing_open_has_pages_too() -> None:
    guideline = read(GALLERY)
    assert content.coverage(guideline).rstrip().endswith("## What the source leaves open")
    assert "## Derived facts" not in content.facts(guideline)
    assert "`cross`" in content.facts(guideline)


def test_lines_of_which_a_guideline_has_none_are_shown_all_the_same() -> None:
    text = syntax.page(GALLERY, read(GALLERY))
    assert "| `clash` |" in text and "`clash ONE-RULE and OTHER-RULE`" in text
    assert "| `refer` |" in text and "`refer …`" in text


def test_the_pages_are_written_where_they_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from posology.docs.__main__ import main

    assert main([str(ROOT / "guidelines" / "b12-injections"), str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == set(docs.pages(ROOT / "guidelines" / "b12-injections"))
    assert capsys.readouterr().out.count("\n") == 7


def test_bars_in_a_cell_do_not_break_a_table() -> None:
    assert table("a | b", [("1|2", "3")]) == "| a | b |\n|---|---|\n| 1\\|2 | 3 |"


def test_the_table_of_files_names_every_file_beside_the_guideline() -> None:
    here = ROOT / "guidelines" / "b12-injections"
    table_of_files = page("writing-a-guideline.md").split("| file | holds |", 1)[1].split("\n\n", 1)[0]
    there = {path.name if path.is_file() else f"{path.name}/*.yaml" for path in here.iterdir()}
    assert set(re.findall(r"^\| `([^`]+)`", table_of_files, re.MULTILINE)) == there


def test_what_a_story_may_expect_is_explained_beside_a_story_that_comes_out() -> None:
    section = page("writing-a-guideline.md").split("## Stories\n", 1)[1].split("\n## ", 1)[0]
    assert re.findall(r"^\| `(\w+)`", section, re.MULTILINE) == list(EXAMPLES)
    shown_story = section.split("```yaml\n", 1)[1].split("```", 1)[0]
    stories = (ROOT / "guidelines" / "b12-injections" / "patients").glob("*.yaml")
    assert shown_story in [path.read_text(encoding="utf-8") for path in stories]
    assert all(f"`{EXAMPLES[key]}`" in section for key in ("phase", "next"))


def test_how_a_made_up_register_is_written_is_shown_with_the_real_one() -> None:
    section = page("register.md").split("## A made-up register for your own guideline\n", 1)[1].split("\n## ", 1)[0]
    path = ROOT / "guidelines" / "b12-injections" / "register.yaml"
    real = path.read_text(encoding="utf-8")
    example = section.split("```yaml\n", 1)[1].split("```", 1)[0]
    assert all(line in real.splitlines() for line in example.splitlines())
    told = parse(real.encode(), path.name)
    assert all(f"`{key}`" in section for key in told)
    within = (*told["kinds"], *told["histories"].values(), *told["results"].values(), told["other_drug"])
    assert all(f"`{key}`" in section for one in within for key in one)


LAW = (
    "**A rule is a sentence, a condition and an action; a condition is a tree of five kinds of node; "
    "everything else is a way of reading that tree.**"
)


def test_how_it_works_opens_with_the_law() -> None:
    assert page("how-it-works.md").split("\n\n")[1] == LAW


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_links_between_the_pages_lead_somewhere(path: Path) -> None:
    prose = re.sub(r"^(`{3,}).*?^\1$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", prose)
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_files_that_how_it_works_names_are_there() -> None:
    text = page("how-it-works.md")
    package = ROOT / "src" / "posology"
    named = re.findall(r"\b((?:\w+/)*\w+\.py)\b", text)
    assert [name for name in named if not any(package.rglob(name.removeprefix("src/posology/").split("/")[-1]))] == []


def test_every_picture_is_shown_and_can_be_taken_anew() -> None:
    pages = "".join(path.read_text() for path in (ROOT / "README.md", *DOCS.glob("*.md")))
    kept = {path.name for path in (DOCS / "images").iterdir()}
    assert kept == {name for name in kept if f"images/{name}" in pages}
    assert {Path(name).stem for name in kept if name.endswith(".png")} == set(PICTURES)

"""The package knows no drug and no disease: everything medical stands in guidelines/.

The words to look for are taken from the guideline itself: its facts and their choices, its drugs with their
brand names, its rules, its title, and the codes of other vocabularies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "posology"
GUIDELINE = ROOT / "guidelines" / "b12-injections"

# Words of the guideline that belong to treatment at large, to the language of rules, or to plain English.
PLAIN = frozenset(
    """
    age allergy and another any baseline by cause chronic complete count deep deficit disease disorder
    dose drug form formulation given improvement improving injectable injection injections intramuscular
    intravenous involvement last length loading loss none of oral other past per planned planning
    recurrence refused requested resolved route severe site solution stop subcutaneous suspected symptom
    symptoms treated treatment unavailable worsening
    """.split()
)
SHORT = 3  # shorter words are too common to look for


def guideline() -> str:
    """The text of the guideline."""
    return (GUIDELINE / "guideline.md").read_text(encoding="utf-8")


def rows(file: str, section: str) -> Iterator[dict[str, str]]:
    """The rows of the tables under a heading (and the headings below it), by column."""
    text = (GUIDELINE / file).read_text(encoding="utf-8")
    found = re.search(rf"^## {section}\s*$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL | re.IGNORECASE)
    columns: list[str] = []
    for line in (found[1] if found else "").splitlines():
        cells = [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
        if not line.startswith("|"):
            columns = []
        elif not columns:
            columns = cells
        elif set(cells[0]) - set(":-"):
            yield dict(zip(columns, cells, strict=False))


def drugs() -> set[str]:
    """Every drug that the guideline codes."""
    return {row["name"] for row in rows("codes.md", "drugs")}


def names() -> Iterator[str]:
    """Names and phrases of the guideline that are medical as a whole."""
    for row in rows("guideline.md", "Facts"):
        yield row["fact"]
        if re.match(r"[a-z ]+,", row["answer"]):
            yield from row["answer"].split(",")
    for row in rows("codes.md", "drugs"):
        yield from (row["name"], row["display"])
    for row in rows("codes.md", "also called"):
        if row["name"] in drugs():
            yield from row["also called"].split(",")
    yield from re.findall(r"^title: (.*)$", guideline(), re.MULTILINE)


@cache
def words() -> frozenset[str]:
    """The single words to look for, in lower case."""
    every = {word for name in names() for word in re.findall(r"[a-z0-9]+", name.lower())}
    return frozenset(word for word in every - PLAIN if len(word) >= SHORT and not word.isdigit())


@cache
def rules() -> frozenset[str]:
    """Rule names of several words: a program that names one knows this guideline."""
    found = re.findall(
        r"```rule ([a-z0-9-]+)|(?:background: |restates [a-z0-9-]+ as )([a-z0-9-]+)", guideline()
    )
    return frozenset(name for pair in found for name in pair if "-" in name)


@cache
def codes() -> frozenset[str]:
    """Codes of other vocabularies that are long enough to be told from an ordinary number; routes are the language's."""
    every = {row["code"] for heading in ("facts", "drugs", "tests") for row in rows("codes.md", heading)}
    return frozenset(code for code in every if len(code) >= 5)


TEXTS = {".css", ".html", ".js", ".json", ".md", ".py", ".svg", ".txt", ".typ", ".yaml"}
FILES = sorted(path for path in SOURCE.rglob("*") if path.suffix in TEXTS)


def places(wanted: frozenset[str], text: str) -> list[str]:
    """Each line that holds one of these as a word, alone or in a name with underscores; plurals too."""
    choices = "|".join(sorted(map(re.escape, wanted), key=len, reverse=True))
    pattern = re.compile(rf"(?<![a-z0-9])(?:{choices})(?:e?s)?(?![a-z0-9])", re.IGNORECASE)
    return [
        f"line {number}: {found[0]!r} in {line.strip()[:100]}"
        for number, line in enumerate(text.splitlines(), start=1)
        if (found := pattern.search(line))
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_word_of_a_guideline_stands_in_the_package(path: Path) -> None:
    found = places(words() | rules() | codes(), path.read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


def test_the_guideline_yields_the_words_to_look_for() -> None:
    assert {"b12", "hydroxocobalamin", "platelet", "neurological", "vitamin", "deltoid"} <= words()
    assert {"neurological-loading", "recovery-order"} <= rules()
    assert "2132-9" in codes()


def test_words_are_found_in_names_and_plurals_but_not_inside_others() -> None:
    wanted = frozenset({"platelet", "optic"})
    assert len(places(wanted, "x = platelet_count\nPlatelets fell\nthe optic nerve")) == 3
    assert not places(wanted, "optical options")

"""The gallery of faults: for each, something small and wrong, and beside it the words that people then read.

``tests/gallery`` holds a sound guideline (guideline.md, references.md, codes.md) and, one an error,

- ``NAME.md``: a guideline.md with that fault, read with the sound references.md and codes.md,
- ``NAME.yaml`` or ``.json``: a patient file with that fault, read with the sound guideline,
- ``NAME/``: a whole folder, where the fault is in another file,

each with what is reported in ``NAME.txt``. ``python tests/test_gallery.py`` writes these anew.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from posology.check import check
from posology.findings import Finding, Refused, report
from posology.model import Guideline
from posology.read.guideline import FILES, read
from posology.read.patient import parse, patient

HERE = Path(__file__).parent
GALLERY = HERE / "gallery"
SOURCE = HERE.parent / "src" / "posology"
ENTRIES = sorted(p for p in GALLERY.iterdir() if p.suffix in ("", ".md", ".yaml", ".json") and p.name not in FILES)


@cache
def sound() -> Guideline:
    """The guideline with which the patients of the gallery are read."""
    return read(GALLERY)


def findings(entry: Path) -> tuple[Finding, ...]:
    """What is reported of one entry."""
    if entry.is_dir():
        return check(entry).faults
    if entry.suffix == ".md":
        return within(entry)
    try:
        patient(parse(entry.read_bytes()), sound())
    except Refused as refused:
        return refused.findings
    return ()


def within(entry: Path) -> tuple[Finding, ...]:
    """What is reported of a guideline.md between the sound files."""
    with TemporaryDirectory() as folder:
        for name in FILES[1:]:
            shutil.copy(GALLERY / name, folder)
        shutil.copy(entry, Path(folder, FILES[0]))
        return check(Path(folder)).faults


def text(entry: Path) -> str:
    """What people read of an entry."""
    return "\n\n".join(map(report, findings(entry))) + "\n"


def expected(entry: Path) -> Path:
    """The file with the words that are expected."""
    return entry.parent / f"{entry.stem if entry.is_file() else entry.name}.txt"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_report_is_the_one_that_is_expected(entry: Path) -> None:
    assert text(entry) == expected(entry).read_text(encoding="utf-8"), "look; then python tests/test_gallery.py"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_finding_says_where_what_and_what_to_do_in_short_sentences(entry: Path) -> None:
    found = findings(entry)
    assert found, "this entry has no fault"
    for finding in found:
        assert finding.place
        for sentence in (finding.what, finding.do):
            assert re.fullmatch(r"[^a-z].*[.?]", sentence), sentence
            assert len(sentence) <= 240, sentence


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.suffix == ".md"], ids=lambda entry: entry.name)
def test_a_finding_in_a_guideline_shows_the_line(entry: Path) -> None:
    lines = entry.read_text(encoding="utf-8").split("\n")
    for finding in findings(entry):
        line = lines[int(finding.place.rpartition(":")[2]) - 1]
        assert finding.excerpt.split("\n")[0].strip("…") in line
        assert bool(finding.excerpt) == (line != "---")


def test_the_sound_guideline_has_no_fault() -> None:
    assert check(GALLERY).faults == ()


def test_no_expected_text_is_left_over() -> None:
    assert {path.name for path in GALLERY.glob("*.txt")} == {expected(entry).name for entry in ENTRIES}


# ---------------------------------------------------------------- is every sentence of the program in the gallery?

ELSEWHERE = {
    "The file has … bytes; at most … are read.": "needs a very large file: test_read.py",
    "The files are too long for a guideline.": "needs a very large file: test_read.py",
    "Make several of it.": "needs a very large file: test_read.py",
    "More than one guideline could be meant.": "is about the command line: test_read.py",
    "There is no guideline ….": "is about the command line: test_read.py",
    "Name a folder, or one of: ….": "is about the command line: test_read.py",
    "Gaps and clashes were not looked for: the prover is not installed (extra `proof`).": "is no fault",
    "There are … faults so far, perhaps more.": "needs very many faults: test_read.py",
    "Mend these first.": "needs very many faults: test_read.py",
    "…: declared silent.": "is no fault",
    "…: … and … (…).": "is no fault",
    "No fault found.": "is no fault",
}


def strings(tree: ast.Module) -> Iterator[str]:
    """The text of every string in a program that is not a docstring, with … for what is put in."""
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    bare |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in bare:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "…" for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def sentences() -> list[str]:
    """Every sentence that the reader and the check can say."""
    paths = sorted([*SOURCE.glob("read/*.py"), *SOURCE.glob("check/*.py")])
    texts = (text for path in paths for text in strings(ast.parse(path.read_text(encoding="utf-8"))))
    return sorted({text for text in texts if re.fullmatch(r"[A-Z`…].* .*[.?]", text, re.DOTALL)})


@cache
def shown() -> str:
    """Everything that the gallery shows."""
    return "\n".join(expected(entry).read_text(encoding="utf-8") for entry in ENTRIES)


@pytest.mark.parametrize("sentence", sentences())
def test_every_sentence_of_the_reader_is_in_the_gallery(sentence: str) -> None:
    pattern = ".+?".join(map(re.escape, sentence.split("…")))
    assert (sentence in ELSEWHERE) != bool(re.search(pattern, shown()))


def test_nothing_is_excused_that_is_not_said() -> None:
    assert set(ELSEWHERE) <= set(sentences())


if __name__ == "__main__":
    for one in ENTRIES:
        expected(one).write_text(text(one), encoding="utf-8")
    print(f"{len(ENTRIES)} entries")

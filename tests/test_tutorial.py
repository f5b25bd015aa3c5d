"""The tutorial works: its steps are carried out on a copy of the guideline, and it shows what then appears."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
TUTORIAL = ROOT / "docs" / "tutorial.md"
FENCE = re.compile(r"^(`{3,})(\w+)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
ADD = re.compile(r"In `([^`]+)`, (?:at the end|above the line `([^`]+)`), add:\s*$")
SAVE = re.compile(r"Save this as `([^`]+)`:\s*$")


def steps(page: Path = TUTORIAL) -> Iterator[tuple[str, str, str]]:
    """Each fenced block of a page: the prose before it, its kind, and its text."""
    text, end = page.read_text(encoding="utf-8"), 0
    for block in FENCE.finditer(text):
        yield text[end : block.start()], block[2], block[3]
        end = block.end()


def write(folder: Path, prose: str, text: str) -> None:
    """What the reader writes into a file."""
    saved, added = SAVE.search(prose), ADD.search(prose)
    if saved:
        (folder / saved[1]).parent.mkdir(exist_ok=True)
        (folder / saved[1]).write_text(text, encoding="utf-8")
        return
    assert added, f"where does this go? {text[:60]}"
    path = folder / added[1]
    old = path.read_text(encoding="utf-8")
    assert added[2] is None or old.count(f"\n{added[2]}\n") == 1, added[2]
    new = old + text if added[2] is None else old.replace(f"\n{added[2]}\n", f"\n{text}{added[2]}\n")
    path.write_text(new, encoding="utf-8")


def run(folder: Path, text: str) -> None:
    """What the reader types, and what must appear: a line of … stands for any lines, and lines may wrap elsewhere."""
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
        typed = re.sub(r"^posology ", f'"{sys.executable}" -m posology ', command)
        environment = {**os.environ, "COLUMNS": "80"}
        done = subprocess.run(typed, shell=True, cwd=folder, capture_output=True, text=True, env=environment)
        said = " ".join((done.stdout + done.stderr).split())
        parts = [" ".join(part.split()) for part in re.split(r"^…$", shown, flags=re.MULTILINE)]
        assert re.fullmatch(r".*".join(map(re.escape, parts)), said, re.DOTALL), f"$ {command}\n{said}"


def carried_out(page: Path, folder: Path) -> None:
    """Everything on a page typed and written in a folder, in its order."""
    for prose, kind, text in steps(page):
        if kind == "console":
            run(folder, text)
        else:
            write(folder, prose, text)


def test_every_step_of_the_tutorial_works(tmp_path: Path) -> None:
    (tmp_path / "guidelines").symlink_to(ROOT / "guidelines")
    carried_out(TUTORIAL, tmp_path)


def test_the_tutorial_adds_a_rule_a_fact_a_source_and_a_table() -> None:
    written = "".join(text for _, kind, text in steps() if kind == "markdown")
    assert all(piece in written for piece in ("```rule ", "```decision ", "| fact |", "[^reminders]:", "→ reminder |"))

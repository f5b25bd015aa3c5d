"""The pages of docs/ that are printed from source, so that none of them can go stale.

syntax: the language, word by word.  errors: the gallery of faults.  facts, coverage: what a guideline asks and
answers.  codes: by what records are read.  questions: what it may be asked, and where it is silent.  cli: every command
and option.
`python -m posology.docs GUIDELINE-FOLDER docs` writes them; a test compares what stands there with what would be
written.
"""

from __future__ import annotations

from pathlib import Path

from ..answer import map as questions
from ..answer.asked.coverage import read_coverage
from ..read.guideline import read
from . import commands, content, faults, mapping, syntax
from .syntax import BLOCKS, MEANINGS


def pages(folder: Path) -> dict[str, str]:
    """Each printed page of docs/ by its file name, with a guideline for the examples."""
    guideline = read(folder)
    gallery = folder.resolve().parents[1] / "tests" / "gallery"
    return {
        "syntax.md": syntax.page(folder, guideline),
        "facts.md": content.facts(guideline),
        "coverage.md": content.coverage(guideline),
        "codes.md": mapping.codes(guideline),
        "questions.md": questions.page(read_coverage(folder, guideline), guideline),
        "cli.md": commands.page(),
        "errors.md": faults.page(gallery),
    }


__all__ = ["BLOCKS", "MEANINGS", "pages"]

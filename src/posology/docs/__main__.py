"""`python -m posology.docs GUIDELINE-FOLDER DOCS-FOLDER` writes the printed pages."""

from __future__ import annotations

import sys
from pathlib import Path

from . import pages


def main(arguments: list[str]) -> int:
    """Write the printed pages, and name each."""
    guideline, target = map(Path, arguments)
    for name, text in pages(guideline).items():
        (target / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{target / name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

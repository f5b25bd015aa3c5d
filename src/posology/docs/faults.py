"""The page of faults: the gallery, with what people read of each."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

OPENING = """# What can be wrong, and what is said then

Printed from the gallery of faults (`tests/gallery`) by `make docs`. Each entry there is a small guideline or patient
file with one fault in it; here is what people read. A report gives the place, the line with the words marked, the
headings above it, what is wrong, and after the arrow what to do. All faults are reported at once, and a name that is
nearly right is suggested. What only follows from another fault is not reported."""

TITLES = {
    "particulars": "The particulars at the top",
    "files": "Files",
    "markdown": "Markdown",
    "sentence": "Sentences",
    "block": "Blocks",
    "rule": "Rules",
    "condition": "Conditions",
    "regimen": "Regimens",
    "action": "Other actions",
    "definition": "Definitions",
    "decision": "Decisions",
    "table": "Worked tables",
    "fact": "Facts",
    "reference": "References",
    "codes": "Codes",
    "check": "What `posology check` finds beyond that",
    "story": "Patients' stories",
    "patient": "Patient files",
    "everything": "Several at once",
}
"""The first word of an entry's name → its heading, in the order of the page."""


def page(gallery: Path) -> str:
    """Every entry of the gallery under its heading."""
    order = list(TITLES)
    entries = sorted(gallery.glob("*.txt"), key=lambda path: (order.index(path.stem.split("-")[0]), path.stem))
    parts = [OPENING]
    for topic, group in groupby(entries, key=lambda path: path.stem.split("-")[0]):
        parts.append(f"## {TITLES[topic]}")
        parts += [_entry(path, topic) for path in group]
    return "\n\n".join(parts) + "\n"


def _entry(path: Path, topic: str) -> str:
    name = path.stem.removeprefix(f"{topic}-").replace("-", " ")
    return f"**{name[:1].upper()}{name[1:]}**\n\n````text\n{path.read_text(encoding='utf-8').rstrip()}\n````"

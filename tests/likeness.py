"""What the sentence model changes, measured: `python tests/likeness.py` prints the table of docs/extras.md."""

from __future__ import annotations

import sys
from time import perf_counter

from evaluation import asked, rows
from posology.answer.answered import Likeness
from posology.answer.semantic import likeness

PARTS = ("seen", "held")
PLACES = (1, 3, 5)


def measured(part: str, way: Likeness | None) -> tuple[list[float], list[float]]:
    """How often one of the right statements is among the first lines, and the milliseconds of each answer."""
    found: list[list[str]] = []
    wanted = [row for row in rows(part) if row.get("first")]
    took = []
    for row in wanted:
        began = perf_counter()
        given = asked(row, way)
        took.append((perf_counter() - began) * 1000)
        found.append([said.statement.name for said in given.lines])
    shares = [
        sum(bool(set(names[:places]) & set(row["first"])) for names, row in zip(found, wanted, strict=True)) / len(wanted)
        for places in PLACES
    ]
    return shares, sorted(took)


if __name__ == "__main__":
    model = likeness()
    for part_ in PARTS:
        for name, way_ in (("words alone", None), ("with the model", model)):
            shares_, took_ = measured(part_, way_)
            early = " | ".join(f"{share:.1%}" for share in shares_)
            middle, late = took_[len(took_) // 2], took_[int(len(took_) * 0.95)]
            sys.stdout.write(f"| {part_}, {name} | {early} | {middle:.0f} | {late:.0f} |\n")

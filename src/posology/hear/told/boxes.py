"""Boxes of a form: of `[x] lame [ ] deaf` nothing is said of what has an empty one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..text.clauses import Piece, is_a

_EMPTY = ("☐", "□", "▢")
_TICKED = ("☑", "☒", "✓", "✔", "■")


def unticked(found: Sequence[Piece]) -> Iterator[int]:
    """The mentions whose box is empty; boxes stand before their words where the first of them does."""
    boxes = [(here, end, empty) for here in range(len(found)) for end, empty in _box(found, here)]
    marks = [here for here, piece in enumerate(found) if "mark" in piece]
    if not boxes or not marks:
        return
    leading = boxes[0][0] < marks[0]
    for start, end, empty in boxes:
        place = end if leading else start - 1
        if empty and 0 <= place < len(found) and "mark" in found[place]:
            yield place


def _box(found: Sequence[Piece], here: int) -> Iterator[tuple[int, bool]]:
    """The place behind a box that begins here, and whether it is empty."""
    if found[here].key in (*_EMPTY, *_TICKED):
        yield here + 1, found[here].key in _EMPTY
    elif found[here].key == "[":
        inner = next((end for end in (here + 1, here + 2) if end < len(found) and is_a(found[end], "close")), None)
        if inner == here + 1:
            yield inner + 1, True
        elif inner is not None and found[here + 1].key in ("x", "✓", "✔"):
            yield inner + 1, False

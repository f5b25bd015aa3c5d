"""Cells of the lexicon's tables: words between commas, a word as it is compared, a range of numbers."""

from __future__ import annotations

from .words import tokens


def listed(cell: str) -> list[str]:
    """The phrases of a cell."""
    return [" ".join(part.split()) for part in cell.split(",") if part.strip()]


def key_of(word: str) -> str:
    """A word as it is compared."""
    return tokens(word)[0].key


def span_of(cell: str) -> tuple[float, float, str] | None:
    """`25–50 unit` as two numbers and the rest; None when it is no range."""
    low, dash, rest = cell.replace("-", "–").partition("–")
    high, _, unit = rest.strip().partition(" ")
    try:
        return (float(low), float(high), unit.strip()) if dash else None
    except ValueError:
        return None

"""Cells of the lexicon's tables: words between commas, a word as it is compared, a range of numbers."""

from __future__ import annotations

from collections.abc import Callable

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


def spans(cell: str, faulty: Callable[[str], None]) -> tuple[tuple[float, float, float], ...]:
    """`0–2000; 2001–900000 = 0.001` as ranges of bare numbers with their factors; `no` for none."""
    ranges = []
    for part in (part.strip() for part in cell.split(";") if part.strip() not in ("", "no")):
        span, _, times = part.partition("=")
        found = span_of(span.strip())
        if found is None:
            faulty(part)
        else:
            ranges.append((found[0], found[1], float(times or 1)))
    return tuple(ranges)


def factors(cell: str, faulty: Callable[[str], None]) -> tuple[tuple[str, float], ...]:
    """`unit = factor; unit = factor` as pairs."""
    found = []
    for part in (part for part in cell.split(";") if part.strip()):
        unit, _, times = part.partition("=")
        try:
            found.append((unit.strip(), float(times)))
        except ValueError:
            faulty(part)
    return tuple(found)

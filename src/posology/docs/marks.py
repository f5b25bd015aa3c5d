"""Small pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterable


def table(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table; ``head`` holds the headings with bars between."""
    width = head.count("|") + 1
    body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([f"| {head} |", "|" + "---|" * width, *body])


def code(text: str) -> str:
    """Something to type."""
    return f"`{text}`"


def coded(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows of a table whose first cell is something to type."""
    return [(code(first), *others) for first, *others in rows]


def codes(words: Iterable[str]) -> str:
    """Several things to type, in a row."""
    return ", ".join(map(code, words))

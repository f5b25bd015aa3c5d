"""The coverage map as a page: what may be asked, which statements answer it, and where the guideline is silent."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Guideline
from .asked.coverage import Aspect, Coverage

_OPENING = """# What can be asked of *{title}*

Printed from the map beside the guideline by `make docs`. A question is answered by what it asks about, never by
how alike it is to a text: each row names the statements that answer it, in their order. Statements in brackets join
only when the question names what they are about, or when they hold for the patient."""

_SILENT = """## What the guideline does not say

A question about one of these is declined, and the nearest matters that are covered are offered instead."""

_ELSEWHERE = "## Other topics\n\nQuestions about these are declined, even on the guideline's own page:"


def page(coverage: Coverage, guideline: Guideline) -> str:
    """The coverage map in Markdown."""
    aspects = coverage.aspects.values()
    general, about, silent = ([a for a in aspects if a.kind == kind] for kind in ("general", "about", "silent"))
    head, rule = "| asked | for example | answered by |", "|---|---|---|"
    parts = [
        _OPENING.format(title=guideline.title),
        "\n".join(["## General questions", "", head, rule, *map(_row, general)]),
        "\n".join(["## Matters of their own", "", head, rule, *map(_row, about)]),
        "\n".join([_SILENT, "", "| not said | ask instead |", "|---|---|", *(_quiet(a, coverage) for a in silent)]),
        f"{_ELSEWHERE} {', '.join(neighbor.name for neighbor in coverage.neighbors)}.",
    ]
    return "\n\n".join(parts) + "\n"


def _row(aspect: Aspect) -> str:
    named = _code(aspect.statements) + (f" ({_code(aspect.named)})" if aspect.named else "")
    unsaid = f"; not said: {aspect.not_said}" if aspect.not_said else ""
    return f"| {aspect.called}{unsaid} | {aspect.next} | {named} |"


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _quiet(aspect: Aspect, coverage: Coverage) -> str:
    return f"| {aspect.called} | {' '.join(coverage.aspects[name].next for name in aspect.nearest)} |"

"""The outcome of a check as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..findings import report
from . import Known, Outcome
from .decided import said


def as_text(outcome: Outcome) -> str:
    """Faults first, then what the source itself leaves open, then the figures, then the verdict."""
    return "\n".join(_lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    yield f"posology check: {outcome.guideline}"
    for fault in outcome.faults:
        yield ""
        yield report(fault)
    yield from _known("Known and shown to readers", [known for known in outcome.known if known.kind != "words"])
    yield from _known("Where people ask it", [known for known in outcome.known if known.kind == "words"])
    if outcome.figures:
        yield ""
        yield "Figures"
        width = max(map(len, outcome.figures))
        yield from (f"  {name:<{width}}  {_figure(value)}" for name, value in outcome.figures.items())
    if outcome.review:
        yield ""
        yield from _review(outcome.review)
    yield ""
    count = len(outcome.faults)
    yield f"{count} fault{'s' * (count != 1)}" if count else "No fault found."


def _known(title: str, listed: Sequence[Known]) -> Iterator[str]:
    if listed:
        yield ""
        yield title
    for known in listed:
        yield f"  {known.kind}: {known.text}"
        if known.patient is not None:
            yield f"      for instance {said(known.patient)}"


def _review(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"Review: {found['state']}, {found['approved']} of {found['of']} approved"
    width = max(map(len, found["statements"]))
    for name, part in found["statements"].items():
        yield f"  {name:<{width}}  {part['state']}" + (f"  ({part['lacks']})" if part["lacks"] else "")


def _figure(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)

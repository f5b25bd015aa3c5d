"""What a guideline's own table of facts says of how its facts are called and their numbers are read.

It counts where the lexicon has no row: an author need not write it twice.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...model import Guideline
from .numbers import Scale

_SURE = ("", "years", "%")
"""Units that nobody writes another for."""


def own_names(guideline: Guideline) -> list[tuple[str, str]]:
    """Every fact's phrase, and what a number fact is called for short, each with the fact's name."""
    facts = guideline.facts.values()
    return [
        *((fact.phrase, fact.name) for fact in facts),
        *((fact.short, fact.name) for fact in facts if fact.kind == "number" and fact.short),
    ]


def own_scales(guideline: Guideline, units: Mapping[str, str]) -> dict[str, Scale]:
    """How each number is read: a bare one only where a shape names the unit (``units``), or there is but one."""
    found = {}
    for fact in (fact for fact in guideline.facts.values() if fact.kind == "number"):
        sure = units.get(fact.name) == fact.unit or fact.unit in _SURE
        found[fact.name] = Scale(bare=((fact.low, fact.high, 1.0),) if sure else ())
    return found

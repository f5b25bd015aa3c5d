"""Two versions of a guideline compared: by sentence, and by patient. The browser and the terminal say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..backends.english import definition, phrase, sentence
from ..editorial.history import Change, differing, marked
from ..editorial.offer import Offer
from ..findings import Refused
from ..model import Guideline, Statement
from ..plan.plan import plan
from ..plan.shape import as_json
from ..read.patient import parse, patient
from ..show.words import title

Planned = tuple[Mapping[str, Any], Any]
"""A sample patient's lines by rule, and everything else of the plan."""


def by_sentence(
    before: Offer, after: Offer, old: Guideline, new: Guideline, text: Callable[[str], str]
) -> list[tuple[str, str, list[Change]]]:
    """Each part that is not the same in two versions: its name, what happened to it, and the changes.

    ``text`` gives the canonical text of a digest.
    """
    listed = differing(before, after, text)
    return [(name, what, [*reads(old, new, name), *told] if told else []) for name, what, told in listed]


def reads(before: Guideline, after: Guideline, name: str) -> list[Change]:
    """How a rule reads in plain English, where it reads otherwise."""
    old, new = (english(g.named[name], g) if name in g.named else "" for g in (before, after))
    return [Change("in plain English", *marked(old, new))] if old != new else []


def by_patient(before: Guideline, after: Guideline, samples: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """The sample patients whose plans differ between two versions, each with the rules whose lines do."""
    return differing_plans(planned(before, samples), planned(after, samples))


def planned(guideline: Guideline, samples: Mapping[str, bytes]) -> dict[str, Planned]:
    """The plan of each sample patient."""
    return {name: _planned(guideline, file) for name, file in samples.items()}


def differing_plans(old: Mapping[str, Planned], new: Mapping[str, Planned]) -> dict[str, tuple[str, ...]]:
    """The sample patients whose plans are not the same, each with the rules whose lines differ."""
    found: dict[str, tuple[str, ...]] = {}
    for name in new:
        (one, _), (other, _) = old[name], new[name]
        if old[name] != new[name]:
            found[name] = tuple(rule for rule in dict.fromkeys([*one, *other]) if one.get(rule) != other.get(rule))
    return found


def _planned(guideline: Guideline, file: bytes) -> Planned:
    try:
        made = as_json(plan(guideline, patient(parse(file, "a sample"), guideline)))
    except Refused:
        return {}, None  # in that version the sample cannot be read, and has no plan
    lines: dict[str, Any] = {}
    for line in made.pop("advice"):
        lines.setdefault(line["rule"], []).append(line)
    made.pop("guideline")
    return lines, made


def english(statement: Statement, guideline: Guideline) -> str:
    """What a computer reads under a sentence, in plain English; nothing under background and repetitions."""
    if statement.rule:
        return sentence(statement.rule, guideline.facts)
    if statement.kind == "define":
        return _defined(statement.name, guideline)
    return ""


def _defined(name: str, guideline: Guideline) -> str:
    key = name.replace("-", "_")
    if (fact := guideline.facts.get(key)) and fact.when:
        return f"{definition(fact, guideline.facts)}."
    found = guideline.defines.get(key) or guideline.defines.get(name) or guideline.defines.get(name.replace("-", " "))
    return f"{title(name)}: {phrase(found, guideline.facts)}." if found else ""

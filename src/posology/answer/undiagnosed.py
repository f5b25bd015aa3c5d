"""A level without a diagnosis: nothing leads to a treatment before that; what it is indicated by is said instead."""

from __future__ import annotations

from dataclasses import replace

from .asked.aspect import TREATED
from .asked.match import Part
from .asked.speech import open_
from .ground import Ground
from .seen import Seen
from .talk import Talk
from .yes_or_no.naming import stems


def undiagnosed(told: Talk, seen: Seen, here: Ground) -> Talk:
    """The conversation, asked for whom a treatment is at all where nothing but a level speaks for one."""
    about = next((one for one in here.coverage.aspects.values() if one.whom and one.statements), None)
    if about is None or not (_asks_to_treat(told) and has_level(seen, here)) or _known_of(seen, told):
        return told
    name = about.statements[0]
    first = Part((about,), about.statements, asks=True, words={name: "It depends"}, claim=told.parts[0].claim)
    kept = [part for part in told.parts[1:] if name not in part.statements]
    return replace(told, parts=(first, *kept), asked=replace(told.asked, likely=(name,)))


def has_level(seen: Seen, here: Ground) -> bool:
    """Whether a level was told of the very thing that the guideline is about."""
    facts, known = here.guideline.facts, seen.known
    numbers = (name for name in seen.stated if isinstance(known.get(name), float))
    return any(stems(facts[name].phrase, here) & here.coverage.names for name in numbers)


def _asks_to_treat(told: Talk) -> bool:
    """Whether it is asked, yes or no, if there is to be a treatment, of no rhythm, dose or other act."""
    asking = [clause for clause in told.asked.clauses if clause.asked]
    if len(asking) != 1 or not told.parts or told.asked.ways:
        return False
    claim, clause = told.parts[0].claim, asking[0]
    plain = not (claim.acts or claim.told.every or claim.told.mg or claim.told.spans)
    return plain and not open_([word.raw for word in clause.words]) and not TREATED.isdisjoint(clause.stems)


def _known_of(seen: Seen, told: Talk) -> bool:
    """Whether anything was told that may speak for a treatment, or that one was given."""
    told_so = any(value is True or isinstance(value, str) for name, value in seen.known.items() if name in seen.stated)
    return told_so or seen.recorded or bool(told.doubted) or not seen.topical.isdisjoint(seen.known)

"""Whether to treat at all, asked of nothing but a level or a diagnosis: what treatment is indicated by is said."""

from __future__ import annotations

from dataclasses import replace

from .asked.aspect import TREATED
from .asked.claim import claim
from .asked.match import Part
from .asked.speech import open_
from .ground import Ground
from .seen import Seen
from .talk import Talk
from .yes_or_no.naming import stems


def undiagnosed(told: Talk, seen: Seen, here: Ground) -> Talk:
    """The conversation, asked for whom a treatment is at all where nothing but a level or the diagnosis is known."""
    about = next((one for one in here.coverage.aspects.values() if one.whom and one.statements), None)
    if about is None or not _asks_to_treat(told):
        return told
    if _only_diagnosed(seen, told):
        word = "Yes"
    elif has_level(seen, here) and not _known_of(seen, told):
        word = "It depends"
    else:
        return told
    name, clauses = about.statements[0], told.asked.clauses
    first = Part((about,), about.statements, asks=True, words={name: word}, claim=claim(clauses, _asking(told)))
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
    if len(asking) != 1 or told.asked.silent or told.problem or told.asked.ways:
        return False
    made, clause = claim(told.asked.clauses, _asking(told)), asking[0]
    acts = {act for act, _ in made.acts} - {"despite"}  # should I have it anyway?
    plain = not (acts or made.told.every or made.told.mg or made.told.spans)
    return plain and not open_([word.raw for word in clause.words]) and not TREATED.isdisjoint(clause.stems)


def _asking(told: Talk) -> int:
    """Where the first question stands among the clauses."""
    return next(at for at, clause in enumerate(told.asked.clauses) if clause.asked)


def _only_diagnosed(seen: Seen, told: Talk) -> bool:
    """Whether it is known that somebody has what the guideline is about, and nothing else but levels."""
    so = {name for name, value in seen.known.items() if value is True or isinstance(value, str)}
    return bool(so) and so <= seen.topical and not (seen.recorded or told.doubted)


def _known_of(seen: Seen, told: Talk) -> bool:
    """Whether anything was told that may speak for a treatment, or that one was given."""
    told_so = any(value is True or isinstance(value, str) for name, value in seen.known.items() if name in seen.stated)
    return told_so or seen.recorded or bool(told.doubted) or not seen.topical.isdisjoint(seen.known)

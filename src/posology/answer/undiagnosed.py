"""Whether to treat at all, asked of nothing but a level or a diagnosis: what treatment is indicated by is said."""

from __future__ import annotations

from dataclasses import replace

from ..expr import evaluate
from .asked.aspect import TREATED
from .asked.claim import Claim, claim
from .asked.coverage import Aspect
from .asked.match import Part
from .asked.speech import open_, stem, words_of
from .asked.topic import topic_places
from .ground import Ground
from .seen import Seen
from .talk import Talk
from .yes_or_no.naming import stems


def undiagnosed(told: Talk, seen: Seen, here: Ground) -> Talk:
    """The conversation, asked for whom a treatment is at all where nothing but a level or the diagnosis is known."""
    about = next((one for one in here.coverage.aspects.values() if one.whom and one.statements), None)
    if about is None:
        return told
    if part := _to_begin(told, seen, here, about):
        name = part.statements[0]
        return replace(told, parts=(part,), asked=replace(told.asked, likely=(name,)))
    if not _asks_to_treat(told):
        return told
    if _only_diagnosed(seen, told, here):
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
    open_too = open_([word.raw for word in clause.words]) or not _WAYS.isdisjoint(clause.stems)
    return plain and not open_too and not TREATED.isdisjoint(clause.stems)


_WAYS = frozenset(map(stem, ("regimen", "schedule", "scheme", "plan", "dose", "course", "protocol", "management")))
"""What a question is about that asks how, if only by a word: `Regimen?`."""


_WELL = words_of("normal replete adequate sufficient")


def _to_begin(told: Talk, seen: Seen, here: Ground, about: Aspect) -> Part | None:
    """Whether a first course is needed, asked of somebody whose level is well: what is given without it answers.

    `40 cm resected, X is normal. Load first?`; not for whoever was treated, or for whom an arm of that course may hold.
    """
    asking = [clause for clause in told.asked.clauses if clause.asked]
    first = [one for one in here.guideline.decisions.values() if one.choose == "one" and one.done is not None]
    rules = [rule for one in first for rule in here.guideline.rules if rule.name in one.rules]
    denied = any(seen.known.get(fact) is False for fact in seen.topical)
    named = any(stems(one.name, here) & set(asking[0].stems) for one in first) if len(asking) == 1 else False
    if not named or told.asked.silent or open_([word.raw for word in asking[0].words]):
        return None
    if not (denied or _is_well(told, here)):
        return None
    known = {**seen.known, **dict.fromkeys(seen.topical, True)}
    treated = any(seen.known.get(fact) is True for fact in (*seen.topical, *here.lexicon.received))
    if treated or seen.recorded or any(evaluate(rule.when, known.get) is True for rule in rules):
        return None
    held = (one for one in here.guideline.rules if one.action.gives and evaluate(one.when, seen.known.get) is True)
    names = tuple(rule.name for rule in held)
    word, found = ("No", names) if names else ("It depends", about.statements[:1])
    return Part((about,), found, asks=True, words={found[0]: word}, claim=Claim(asking[0].words, polar=True))


def _is_well(told: Talk, here: Ground) -> bool:
    """Whether the level of what the guideline is about was said to be well, in this turn or before."""
    of_it = [clause for clause in told.said if topic_places(clause, here.coverage)]
    said = [{word.raw for word in clause.words} for clause in of_it]
    return any(not _WELL.isdisjoint(raws) and raws.isdisjoint(_NOT) for raws in said)


_NOT = words_of("not never below again back now treatment returned")


def _asking(told: Talk) -> int:
    """Where the first question stands among the clauses."""
    return next(at for at, clause in enumerate(told.asked.clauses) if clause.asked)


def _only_diagnosed(seen: Seen, told: Talk, here: Ground) -> bool:
    """Whether it is known that somebody has what the guideline is about, and nothing else but its levels."""
    facts, levels = here.guideline.facts, here.coverage.names
    so = {name for name, value in seen.known.items() if value is not False}
    so -= {name for name in so if isinstance(seen.known[name], float) and stems(facts[name].phrase, here) & levels}
    return bool(so) and so <= seen.topical and not (seen.recorded or told.doubted)


def _known_of(seen: Seen, told: Talk) -> bool:
    """Whether anything was told that may speak for a treatment, or that one was given."""
    told_so = any(value is True or isinstance(value, str) for name, value in seen.known.items() if name in seen.stated)
    return told_so or seen.recorded or bool(told.doubted) or not seen.topical.isdisjoint(seen.known)

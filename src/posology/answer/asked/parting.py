"""The parts of a turn: what it asks, what the one before asked, or what the facts that it tells are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from ...expr import evaluate, facts_of
from ...hear.turns import Heard
from ...model import Value
from ..ground import Ground
from .again import asked_again
from .aspect import Asked, Heeded, Match, matches, odd, opens_again
from .claim import Claim, claim
from .coverage import Aspect, Coverage
from .match import Part, part_of, parts, wants_leave
from .speech import tokens, wants_yes_or_no, words_of
from .topic import english, everyday, others, topic_places

FEW, SOME = 4, 6
"""Rules that may read a fact so that it still tells what is asked: by itself, and after a question."""


def parted(
    turn: Asked,
    before: tuple[Part, ...],
    told: Sequence[Heard],
    here: Ground,
    gone: frozenset[str],
    tells: bool = False,
) -> tuple[Part, ...]:
    """What a turn asks; again what the one before asked when it only adds facts or asks why.

    ``tells``: it only tells something, though nothing that counts.
    """
    if not turn.on_topic:
        return ()
    found = parts(turn, here.ranking)
    gone = gone | {name for name in _only_treated(told, here) if not any(name in part.own for part in before)}
    if "status" in turn.ways or (of_all(turn) and not (found or before or turn.silent)):
        return _overview(here)
    if before and (again := asked_again(turn, before, found, told, here)):
        return again
    if turn.likely and not found and not (before and told):
        return (_by_likeness(turn, here),)
    if found and told and not any(m.places for heeded in turn.heeded for m in heeded.covered):
        return tuple(filter(None, [_by_facts(turn, told, here, gone, SOME), *found]))
    if before and told and not turn.silent and not any(clause.asked for clause in turn.clauses):
        return tuple(filter(None, [_by_facts(turn, told, here, gone, SOME), *found, *before]))
    if before and tells and not told and not turn.silent:
        return (*before, *found)
    if before and told and not found and _again_of_another(turn):
        return before
    if found or turn.silent:
        return found
    if before and (told or turn.ways):
        return tuple(filter(None, [_by_facts(turn, told, here, gone, SOME), *before]))
    asking = [clause for clause in turn.clauses if clause.asked]
    if asking and told and not any(odd(clause, here.coverage) for clause in asking):
        return tuple(filter(None, [_by_facts(turn, told, here, gone)]))
    return _overview(here) if (told and not asking) or _only_names(turn, here) else ()


def less_denied(turn: Asked, told: Sequence[Heard], here: Ground) -> Asked:
    """A turn without the matters that it only names to say that they are not so.

    `No X, which drug?` is not about X; `no X: may he have Y?` may be.
    """
    known = {heard.fact: heard.value for heard in told}
    denials = {fact: value for fact, value in known.items() if value is False}
    denied = {aspect for aspect in turn.about if _denied(aspect, denials, here)}
    if not denied or any(wants_yes_or_no([word.raw for word in c.words]) for c in turn.clauses if c.asked):
        return turn
    heeded = tuple(replace(one, covered=tuple(m for m in one.covered if m.aspect not in denied)) for one in turn.heeded)
    if not any(one.covered for one in heeded):
        return turn
    kept = {name for one in heeded for m in one.covered for name in m.aspect.statements}
    about = tuple(aspect for aspect in turn.about if aspect not in denied)
    theirs = {name for aspect in denied for name in aspect.statements} - kept
    likely = tuple(name for name in turn.likely if name not in theirs)
    return replace(turn, heeded=heeded, about=about, likely=likely, even=turn.even - theirs)


def lifted(turn: Asked, told: Sequence[Heard], before: Mapping[str, Value], here: Ground) -> Asked:
    """A turn that tells that what keeps from all treatment is not so, and asks to go ahead: it asks for the treatment.

    `That was Y, never X. Go ahead?`. ``before`` is what stood before the turn.
    """
    asking = [clause for clause in turn.clauses if clause.asked]
    gone = {one.fact for one in told if one.value is None or (one.value is False and before.get(one.fact) is True)}
    gates = {rule.name for rule in here.guideline.rules if rule.stops and gone.issuperset(facts_of(rule.when))}
    if not gates or len(asking) != 1 or odd(asking[0], here.coverage):
        return turn
    of_gates = [a for a in here.coverage.aspects.values() if a.kind != "silent" and gates.issuperset(a.statements[:1])]
    of_gates = [aspect for aspect in of_gates if aspect.statements]
    if any(m.aspect not in of_gates for m in matches(asking[0], here.coverage)):
        return turn
    whole = (a for a in here.coverage.aspects.values() if a.last and a.kind == "general")
    found = tuple(Match(aspect, tuple(range(len(asking[0].words)))) for aspect in whole)[:1]
    about = tuple(aspect for aspect in turn.about if aspect not in of_gates)
    return replace(turn, heeded=(Heeded(asking[0], found),), about=about, likely=()) if found else turn


def _denied(aspect: Aspect, denials: Mapping[str, Value], here: Ground) -> bool:
    """Whether every rule of an aspect is ruled out by what was said not to be so."""
    named = [here.guideline.named[name].rule for name in aspect.statements]
    rules = [rule for rule in named if rule is not None]
    return bool(rules) and all(evaluate(rule.when, denials.get) is False for rule in rules)


TELLING = 4
"""Words with which a turn tells something, if only what nobody here knows."""
_WHO = words_of("i she he her his my they we it patient mum mother dad father wife husband son daughter")
_IS = words_of("is are was were am has have had feels feel gets got cannot looks")
_ASKS = words_of("need needs want wants tell give show list please thank thanks advise")


def only_tells(text: str, turn: Asked, coverage: Coverage) -> bool:
    """Whether a turn tells something of somebody, and asks nothing and names no other topic."""
    words = text.lower().replace("'", " ").split()
    told = not _WHO.isdisjoint(words[:3]) and not _IS.isdisjoint(words) and _ASKS.isdisjoint(words)
    plain = len(words) >= TELLING and told and not turn.ways
    return plain and not any(clause.asked or others(clause, coverage) for clause in turn.clauses)


def _again_of_another(turn: Asked) -> bool:
    """Whether a turn asks again, of other facts, what was asked before, and beside it something that is not said."""
    quiet = [one.clause for one in turn.heeded if one.silent]
    return any(opens_again(clause) for clause in turn.clauses if clause not in quiet)


_KEEPING = frozenset(["continue", "keep", "carry", "stay", "rather", "instead", "not", "only", "true", "still", "wait"])
"""Words that turn what is asked about, so that nobody knows which way a yes points."""


def _by_likeness(turn: Asked, here: Ground) -> Part:
    """What questions like this one asked, and the first word of their answer if only one is possible."""
    leave = [clause for clause in turn.clauses if wants_leave(clause)]
    plain = bool(leave) and all(_KEEPING.isdisjoint(word.raw for word in clause.words) for clause in leave)
    word = _first_words(here.coverage).get(turn.likely[0], "") if plain else ""
    words = {turn.likely[0]: word} if word else {}
    return Part((), turn.likely, asks=bool(leave), words=words, claim=_last_claim(turn))


def _last_claim(turn: Asked) -> Claim:
    """What the last question of a turn claims."""
    last = next((n for n in reversed(range(len(turn.clauses))) if turn.clauses[n].asked), len(turn.clauses) - 1)
    return claim(turn.clauses, last) if turn.clauses else Claim()


@lru_cache(maxsize=8)
def _first_words(coverage: Coverage) -> Mapping[str, str]:
    """The first word of a yes/no answer by statement, where all aspects that begin with it agree."""
    found: dict[str, set[str]] = {}
    for aspect in coverage.aspects.values():
        for name in aspect.statements[:1]:
            found.setdefault(name, set()).add(aspect.yes_or_no.get(name) or aspect.yes_or_no.get("", ""))
    alike = {name: words for name, words in found.items() if all(words) and len({w[:3].lower() for w in words}) == 1}
    return {name: min(words, key=lambda word: (len(word), word)) for name, words in alike.items()}


def _by_facts(turn: Asked, told: Sequence[Heard], here: Ground, gone: frozenset[str], few: int = FEW) -> Part | None:
    """The statements whose rules read what was just told, as long as only a few do: they are what is asked about.

    After a question what was told rules some of them out; what was said not to be so only tells of those that hold by
    it, not of those that it leaves as open as they were.
    """
    found: dict[str, None] = {}
    known = {one.fact: one.value for one in told}
    for fact in known:
        reading = [rule for rule in here.guideline.rules if fact in facts_of(rule.when)]
        truths = {rule.name: evaluate(rule.when, known.get) for rule in reading}
        held = (True,) if known[fact] is False else (True, None)
        may = (name for name, truth in truths.items() if few == FEW or truth in held)
        found.update(dict.fromkeys(name for name in may if name not in gone) if len(reading) <= few else {})
    return Part((), tuple(found), claim=_last_claim(turn)) if found else None


def _only_treated(told: Sequence[Heard], here: Ground) -> Iterator[str]:
    """The rules of which nothing was told but that some treatment was given, though they hang on more."""
    spoken = {one.fact for one in told}
    facts, treated = here.guideline.facts, spoken & here.lexicon.received
    besides = {name for name in spoken - treated if not facts[name].course}
    for rule in here.guideline.rules if treated else ():
        read = set(facts_of(rule.when))
        more = (name for name in read - spoken - here.lexicon.topical if not facts[name].course)
        if read & treated and not read & besides and any(more):
            yield rule.name


def _overview(here: Ground) -> tuple[Part, ...]:
    """The treatment as a whole: what is asked when nothing else is."""
    return tuple(part_of([Match(a, ())]) for a in here.coverage.aspects.values() if a.last and a.kind == "general")[:1]


def _only_names(turn: Asked, here: Ground) -> bool:
    """Whether a turn does nothing but name the topic, in words of the guideline's title."""
    title = {word.stem for word in tokens(here.guideline.title)}
    return turn.named and not any(
        clause.asked or word.stem not in title
        for clause in turn.clauses
        for place, word in enumerate(clause.words)
        if place not in topic_places(clause, here.coverage)
    )


def of_all(turn: Asked) -> bool:
    """Whether it is asked how sure all this is: in everyday words, without any that names a matter of its own."""
    return "sure" in turn.ways and all_everyday(turn)


def all_everyday(turn: Asked) -> bool:
    """Whether a turn has nothing but everyday words."""
    words = [word for clause in turn.clauses for word in clause.words]
    return all(word.raw in english() or word.stem in everyday() for word in words)

"""What a later turn adds to what was said: another thing of which the same is so, and what it newly makes of a patient.

`The pain came back in week 6. | The fever too.`; `I missed a dose. | My leg is lame now.`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..expr import evaluate, facts_of
from ..hear.hear import Listening, listen
from ..hear.turns import Before, Heard, carry
from ..model import Patient, Rule, Value
from .asked.aspect import Asked, Match, matches
from .asked.match import Part
from .asked.speech import Clause
from .ground import Ground
from .seen import reads

_TOO = re.compile(r"\W*(?:and|also|plus|so)?\W*(?:[\w'-]+\W+){1,5}(?:too|as well|also|likewise)\W*", re.I)
"""A turn that only names something more: `the fever too`."""
_VERBS = re.compile(r"\b(?:is|are|was|were|am|has|have|had|been|gets?|feels?|takes?|i|we|does|do|did|not|no)\b", re.I)


def one_more(text: str, before: str, alone: Listening, stood: Before, here: Ground, number: int) -> Listening:
    """What was heard in a turn, where it only names something more: what the turn before says holds of it as well."""
    if not before or not _TOO.fullmatch(text) or _VERBS.search(text):
        return alone
    earlier = listen(before, here.guideline, here.lexicon, number, Before()).heard
    there = {(one.fact, one.value) for one in earlier}
    own = {one.fact for one in alone.heard}
    joined = listen(f"{before.rstrip(' .;!')}, {text}", here.guideline, here.lexicon, number, stood).heard
    more = [one for one in joined if (one.fact, one.value) not in there or one.fact in own]
    told = {one.fact for one in more}
    return replace(alone, heard=(*more, *(one for one in alone.heard if one.fact not in told))) if own else alone


_DENYING = frozenset(("no", "not", "without", "never", "nil"))


def only_denies(turn: Asked) -> bool:
    """Whether a turn says of nothing but that it is not so: `the patient, no pain`."""
    words = [[word.raw for word in clause.words if word.raw not in _WHOSE] for clause in turn.clauses if clause.words]
    return bool(words) and all(not raws or raws[0] in _DENYING for raws in words)


def less_otherwise(turn: Asked, told: Sequence[Heard], here: Ground) -> Asked:
    """A turn without the matters that it names only in words that tell something else: strength that returns.

    So in words by which something else is over or goes on: `she came off it`, of another drug.
    """
    told = [one for one in told if one.value is False or isinstance(one.value, str)]
    named = [(clause, m) for clause in turn.clauses for m in (matches(clause, here.coverage) if told else ())]
    gone = {m.aspect for clause, m in named if any(_otherwise(clause, m, fact, here) for fact in told)}
    gone -= {m.aspect for clause, m in named if not any(_otherwise(clause, m, fact, here) for fact in told)}
    if not gone:
        return turn
    heeded = (replace(one, covered=tuple(m for m in one.covered if m.aspect not in gone)) for one in turn.heeded)
    return replace(turn, heeded=tuple(heeded), about=tuple(aspect for aspect in turn.about if aspect not in gone))


def _otherwise(clause: Clause, match: Match, told: Heard, here: Ground) -> bool:
    """Whether a matter is named in the words of a fact on which nothing of it hangs."""
    words = told.words.lower()
    inside = bool(match.places) and all(clause.words[place].raw in words for place in match.places)
    if not inside or match.aspect.kind != "about":
        return False
    rules = [rule for name in match.aspect.statements if (rule := here.guideline.named[name].rule)]
    if isinstance(told.value, str):
        return bool(rules) and not any(told.fact in facts_of(rule.when) for rule in rules)
    return bool(rules) and not any(told.fact in reads(rule.when, here.guideline) for rule in rules)


_WHOSE = frozenset(("patient", "has", "have", "had", "with", "is"))


def newly_so(
    parts: Sequence[Part], spoken: Sequence[Sequence[Heard]], patient: Patient, here: Ground
) -> Iterator[Part]:
    """What is to be done by what a later turn made newly so, where it asks again what was asked before."""
    before = {**patient.facts, **carry([tuple(turn) for turn in spoken[:-1]])[0]}
    after = {**before, **{one.fact: one.value for one in spoken[-1] if one.value is not None}}
    there = {name for part in parts for name in part.own}
    names = [rule.name for rule in here.guideline.rules if _by_news(rule, before, after, here)]
    names = [name for name in names if name not in there]
    if names:
        yield Part((), tuple(names))


def _by_news(rule: Rule, before: Mapping[str, Value], after: Mapping[str, Value], here: Ground) -> bool:
    """Whether a rule treats or refers by what follows from facts of which one was told just now."""
    if rule.action.kind not in ("give", "refer"):
        return False
    whole = {**dict.fromkeys(here.lexicon.topical, True), **after}
    new = {name for name in facts_of(rule.when) if _follows(name, after, here) and not _follows(name, before, here)}
    known = {**whole, **dict.fromkeys(new, True)}
    return bool(new) and evaluate(rule.when, known.get) is True


def _follows(name: str, known: Mapping[str, Value], here: Ground) -> bool:
    """Whether a fact follows from others that are known, or is known itself."""
    when = here.guideline.facts[name].when
    return known.get(name) is True or (when is not None and evaluate(when, known.get) is True)

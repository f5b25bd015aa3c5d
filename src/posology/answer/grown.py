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
from .asked.aspect import Asked
from .asked.match import Part
from .ground import Ground

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

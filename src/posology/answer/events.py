"""What answers an event that was told: symptoms that come back, a value that is too high, a drug to be avoided."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ..expr import evaluate, facts_of
from ..model import Guideline, Rule
from .asked.aspect import Asked
from .asked.deeds import acts
from .asked.match import Part
from .asked.speech import tokens
from .seen import Seen, reads

LONG = 7
"""Letters of a name at least."""


def answering(part: Part, turn: Asked, seen: Seen) -> Iterator[str]:
    """The statements that answer an event, where a part asks what to do, or whether to stop or to change something.

    What the clinician has to decide by it comes first wherever it is one of the things that speak to a question.
    """
    return (rule.name for rule in seen.guideline.rules if _answers(rule, part, turn, seen))


def ends(part: Part) -> bool:
    """Whether a part asks if the treatment is to end or to go on."""
    return any(act in ("stop", "keep") for act, _ in part.claim.acts)


def goes_on(part: Part) -> bool:
    """Whether a part asks, yes or no, if the treatment is to go on."""
    acts = dict(part.claim.acts)
    return part.claim.plainly and acts.get("keep", False) and acts.keys().isdisjoint(("stop", "test"))


def changes(part: Part) -> bool:
    """Whether a part asks if the treatment is to be changed by something that was told."""
    return any(act in ("often", "space", "change") for act, _ in part.claim.acts)


def tests(part: Part) -> bool:
    """Whether a part asks, yes or no, if something is to be tested, and not how often."""
    return part.claim.polar and ("test", True) in part.claim.acts and not part.claim.told


def instead_of_tests(rule: Rule, seen: Seen) -> bool:
    """Whether a rule says what the clinician decides without a test."""
    return rule.name in _without_test(seen.guideline)


@lru_cache(maxsize=16)
def _without_test(guideline: Guideline) -> frozenset[str]:
    decides = (rule.name for rule in guideline.rules if rule.action.kind == "decide")
    return frozenset(name for name in decides if ("test", False) in acts(tokens(guideline.named[name].text)))


def _answers(rule: Rule, part: Part, turn: Asked, seen: Seen) -> bool:
    kind = rule.action.kind
    if ends(part) and is_unfinished(rule, seen):
        return True
    if ends(part) and any(give.for_life for give in rule.action.gives):  # by a cause that never goes
        return seen.said(rule.name).applies == "yes" and seen.topical.isdisjoint(facts_of(rule.when))
    if kind not in ("avoid", "never", "check", "decide", "refer"):
        return False
    said = seen.said(rule.name)
    holds = said.applies == "yes" or seen.holds_in_it(said)
    if ends(part) and holds and keeps_from_what_is_named(part, rule):
        return True
    if not seen.prompted(said):
        return False
    if kind == "check":
        return changes(part) and _by_a_value(rule, seen)
    if ends(part):
        return kind in ("decide", "refer")
    if tests(part) and instead_of_tests(rule, seen):
        return True
    asks = any(clause.asked for clause in turn.clauses)
    whole = not asks or any(aspect.last for aspect in part.aspects)
    near = kind == "decide" and any(rule.name in aspect.every for aspect in part.aspects)
    return (holds or kind == "decide") and (near or (whole and kind != "never"))


def is_unfinished(rule: Rule | None, seen: Seen) -> bool:
    """Whether a treatment has an end that what was told says is not reached, and no other rule answers that."""
    known = seen.assumed
    until = [give.until_holds for give in rule.action.gives if give.until_holds is not None] if rule else []
    told = {name for one in until for name in reads(one, seen.guideline)} & seen.stated
    if rule is None or not told or any(evaluate(one, known.get) is not False for one in until):
        return False
    others = (one for one in seen.guideline.rules if not (one.action.gives or told.isdisjoint(facts_of(one.when))))
    return evaluate(rule.when, known.get) is not False and all(evaluate(one.when, known.get) is False for one in others)


def _by_a_value(rule: Rule, seen: Seen) -> bool:
    """Whether a rule looks at a number that was told."""
    return any(isinstance(seen.known.get(name), float) for name in facts_of(rule.when) if name in seen.stated)


def keeps_from_what_is_named(part: Part, rule: Rule) -> bool:
    """Whether a rule keeps from a thing that a part names, such as a drug."""
    if not any(one.kind == "drug" for one in rule.action.strikes):
        return False
    words = {word.raw for word in part.claim.words if len(word.raw) >= LONG}
    return rule.action.kind in ("avoid", "never") and not words.isdisjoint(rule.action.words.split())

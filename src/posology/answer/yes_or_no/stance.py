"""What a statement is for and against: to go on, to stop, to wait, to test; compared with what a question proposes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from ...model import Rule, Statement
from ..asked.claim import Claim
from ..asked.deeds import acts, opposite
from ..asked.speech import tokens, words_of
from ..ground import Ground, rule_of
from .naming import names, stems

_RISK = words_of("risk risks harm damage")


def done_or_not(claim: Claim, statement: Statement, here: Ground, holds: bool) -> bool | None:
    """Whether a statement is for or against what a claim says is to be done."""
    stance = _stance(statement, here)
    if _torn(claim) or _elsewhere(claim, statement, here) or (claim.only and not claim.ends):
        return None
    if "change" in stance and ("test", False) in claim.acts:
        return None
    for act, done in claim.acts:
        if act == "test" and _beside(claim, statement, here, done):
            continue
        if act == "work" and not done and "work" not in stance:
            return None
        if act == "wait" and act not in stance:
            return None
        if act == "refer" and statement.rule is not None and statement.rule.stops and not holds:
            return None
        if act == "stop" and claim.harm and not claim.turned and _risky(statement):
            return done
        if act in stance and (holds or not (act == "often" or (act == "test" and not stance[act]))):
            return stance[act] is done
        if act in ("stop", "keep") and opposite(act) in stance:
            return stance[opposite(act)] is not done
        if act in ("space", "often") and "change" in stance and _about_levels(claim, statement, here):
            return stance["change"] is done
    return None


_NEEDED = words_of(
    "need needs needed should must have has do does get gets getting want wants worth necessary required supposed "
    "meant due point bother still be being"
)


def _asks_for_it(claim: Claim) -> bool:
    """Whether a claim asks if something is to be done, and does not only speak of it."""
    return not _NEEDED.isdisjoint(word.raw for word in claim.words)


def _beside(claim: Claim, statement: Statement, here: Ground, done: bool) -> bool:
    """Whether a test is only spoken of, is asked of by when it is done, or is of something else than is tested."""
    spoken_of = done and (_since_a_dose(claim) or not (claim.plainly and _asks_for_it(claim)))
    return spoken_of or _of_something_else(claim, statement, here)


_SINCE = words_of("after had since")
_DAY = words_of("yesterday today morning monday tuesday wednesday thursday friday saturday sunday tomorrow")


def _since_a_dose(claim: Claim) -> bool:
    """Whether a claim tells how long after a single injection something is done, or on which day."""
    for at, word in enumerate(claim.words):
        near = {one.raw for one in claim.words[max(0, at - 4) : at]}
        if word.stem == "inject" and not word.raw.endswith("s") and not near.isdisjoint(_SINCE):
            return not any(raw.startswith(("start", "begin", "first")) for raw in near)
    return "inject" in claim.around and not _DAY.isdisjoint(word.raw for word in claim.words)


def _of_something_else(claim: Claim, statement: Statement, here: Ground) -> bool:
    """Whether a claim names what is to be tested, and the statement does not."""
    numbers = (fact for fact in here.guideline.facts.values() if fact.kind == "number" and fact.unit != "years")
    asked = claim.stems & {one for fact in numbers for one in stems(fact.phrase, here) if here.ranking.tells(one)}
    return bool(asked) and asked.isdisjoint(stems(statement.text, here))


def _risky(statement: Statement) -> bool:
    """Whether a statement tells of a risk."""
    return statement.rule is None and not _RISK.isdisjoint(word.raw for word in tokens(statement.text))


def _torn(claim: Claim) -> bool:
    """Whether a claim names an act and what undoes it, or several without the form of a question: `stop or go on`."""
    if not claim.plainly and len(claim.acts) > 1 and ("test", False) not in claim.acts:
        return True
    return any((opposite(act), done) in claim.acts for act, done in claim.acts if act in ("stop", "keep"))


def _elsewhere(claim: Claim, statement: Statement, here: Ground) -> bool:
    """Whether a turn speaks of a drug, route or site that is not the usual one, and the statement does not."""
    strange = (claim.around & names(here)) - _usual(here)
    return bool(strange - here.coverage.counts[statement.name].keys())


@lru_cache(maxsize=8)
def _usual(here: Ground) -> frozenset[str]:
    """The drugs, routes and sites that the guideline uses for everybody."""
    used = [rule for rule in here.guideline.rules if rule.action.kind == "use" and (rule.beside or rule.action.strikes)]
    return frozenset(stem for rule in used for stem in stems(rule.action.words, here))


def _about_levels(claim: Claim, statement: Statement, here: Ground) -> bool:
    """Whether a claim gives the reason that a statement speaks of: two share a word that few statements have."""
    told = claim.stems & here.coverage.counts[statement.name].keys()
    return any(here.ranking.tells(stem) for stem in told)


@lru_cache(maxsize=512)
def _stance_of(name: str, here: Ground) -> Mapping[str, bool]:
    statement = here.guideline.named[name]
    return dict(_stances(statement, rule_of(statement, here), here))


def _stance(statement: Statement, here: Ground) -> Mapping[str, bool]:
    """What a statement is for (true) and against (false)."""
    return _stance_of(statement.name, here)


def _stances(statement: Statement, rule: Rule | None, here: Ground) -> Iterator[tuple[str, bool]]:
    kind = rule.action.kind if rule else ""
    if kind in ("consider", "decide") and rule and rule.action.words.startswith("whether"):
        return
    risky = _risky(statement)
    plainly = statement.text.partition(" because ")[0].partition(" until ")[0]
    for text in (plainly, rule.action.words if rule and kind not in ("avoid", "never") else ""):
        told = acts(here.coverage.same.joined(tokens(text)))
        for act, done in told:
            if act == "change" and done:
                continue
            against = ("stop", False) in told or (kind == "decide" and not done)  # something else than to test
            if act not in ("test", "refer") or (act == "test" and against):
                yield act, done is not risky
    if rule is not None and any(s.kind == "everything" for s in rule.stops) and kind == "never":
        yield from (("keep", False), ("stop", True))
    if rule is not None and any(give.for_life for give in rule.action.gives):
        yield from (("stop", False), ("keep", True))
    if kind == "check" and rule and (rule.action.tests or rule.action.timing):
        yield "test", True
    if kind == "refer":
        yield "refer", True
        if rule and rule.action.urgency:
            yield "wait", False

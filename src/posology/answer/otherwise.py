"""What stands beside a treatment that is not for this patient, or of which nobody knows whose it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..expr import evaluate, facts_of
from ..model import Plan, Rule
from .answered import Said
from .asked.match import Part
from .by_number import MOST, Answers
from .ground import Ground, rule_of
from .hanging import tacit, whose
from .seen import Seen, reads
from .talk import Talk
from .yes_or_no.settle import settled


def with_otherwise(
    answers: Answers, told: Talk, lines: Sequence[Said], made: Plan | None, here: Ground,
    say: Callable[[Part, Said], tuple[str, Said | None]],
) -> Answers:  # fmt: skip
    """The answers, with the treatments that compete with the only one: those that may be theirs where that is not.

    A no that is told by one of several, of which nobody knows which is theirs, is told by the others that say the same.
    ``say`` puts a first word to a line.
    """
    word, said = answers[0] if answers and told.parts else ("", None)
    if said is None:
        return answers
    first = either_first(told.parts[0], [one for _, one in answers if one], here)[0]
    if first is not said:
        return [*(one for one in answers if one[1] is first), *(one for one in answers if one[1] is not first)]
    part, others = told.parts[0], _rivals(said, lines, here)
    if said.applies == "no" and len(answers) == 1 and not part.claim.polar:
        theirs = next((one for one in others if one.applies == "yes"), next(iter(others), None))
        return [*answers, say(part, theirs)] if theirs else answers
    if word != "No" or said.applies not in ("general", "unknown") or part.claim.denied or part.claim.turned:
        return answers
    fresh = [one for one in others if one.applies != "yes" and all(one is not there for _, there in answers)]
    same = next((one for one in fresh if settled(part, one, [one], made, here) == "No"), None)
    return [*_both(word, said, same, part, here), *answers[1:]][:MOST] if same else answers


def _both(word: str, said: Said, other: Said, part: Part, here: Ground) -> Answers:
    """Two treatments behind the same word, first the one that says itself whose it is."""
    bare = replace(part, claim=replace(part.claim, around=frozenset()))
    first, second = sorted((said, other), key=lambda one: bool(tacit(bare, one, here)))
    return [(word, first), (whose(part, second, here), second)]


def _rivals(said: Said, lines: Sequence[Said], here: Ground) -> list[Said]:
    """The lines that give something and compete with one that does, without those that are not for this patient."""
    rule = rule_of(said.statement, here)
    if rule is None or not rule.decision or not rule.action.gives:
        return []
    rules = [(one, one.statement.rule) for one in lines if one is not said and one.applies != "no"]
    return [one for one, own in rules if own and own.decision == rule.decision and own.action.gives]


def either_first(part: Part, own: Sequence[Said], here: Ground) -> Sequence[Said]:
    """The lines of a part that asks which of two, what says to use one before what keeps from the other."""
    rules = [rule_of(said.statement, here) for said in own]
    keeps = bool(own) and rules[0] is not None and rules[0].action.kind == "avoid" and own[0].applies != "yes"
    if not keeps or part.claim.polar or "or" not in [word.raw for word in part.claim.words]:
        return own
    uses = (said for said, rule in zip(own, rules, strict=True) if rule and rule.action.kind == "use")
    first = next((said for said in uses if said.applies != "no"), None)
    return [first, *(said for said in own if said is not first)] if first else own


def as_told(shown: Sequence[Said], seen: Seen) -> tuple[Said, ...]:
    """The lines, before what is decided or looked at for those who have more than was told what is for all others."""
    found: dict[str, Said] = {}
    there = {said.statement.name: said for said in shown}
    for said in shown:
        name = _for_all_others(said, seen)
        if name:
            found.setdefault(name, there.get(name) or seen.said(name, said.part))
        found.setdefault(said.statement.name, said)
    return tuple(found.values())


def _for_all_others(said: Said, seen: Seen) -> str:
    """The rule of the same kind for those who have no more than was told, where this one is for others."""
    rule = said.statement.rule
    if rule is None or said.applies != "unknown" or _untold(rule, seen):
        return ""
    read = reads(rule.when, seen.guideline).difference(facts_of(rule.when))  # what speaks for or against it
    if rule.action.kind != "decide" and (rule.action.kind != "check" or seen.stated.isdisjoint(read)):
        return ""
    same = seen.topical.union(facts_of(rule.when))
    decided = (one for one in seen.guideline.rules if one.action.kind == rule.action.kind)
    theirs = (one for one in decided if seen.topical.union(facts_of(one.when)) == same and _untold(one, seen))
    return next((one.name for one in theirs), "")


def _untold(rule: Rule, seen: Seen) -> bool:
    """Whether a rule holds if nothing else is so than what was told, and nothing that it reads was left open."""
    read = facts_of(rule.when)
    known = {**dict.fromkeys(read, False), **seen.assumed}
    return evaluate(rule.when, known.get) is True and seen.doubted.isdisjoint(read)

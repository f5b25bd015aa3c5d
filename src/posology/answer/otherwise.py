"""What stands beside a treatment in a headline that is not for this patient, or of which nobody knows whose it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..model import Plan
from .answered import Said
from .asked.match import Part
from .by_number import MOST, Answers
from .ground import Ground, rule_of
from .hanging import tacit, whose
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

"""What a headline says by a number that was told: what holds for it leads, and what may stop by it stands beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..expr import facts_of
from ..model import Plan, Rule
from .answered import Said
from .asked.coverage import Aspect
from .asked.match import Part
from .gate import is_gate
from .ground import Ground, rule_of
from .talk import Talk
from .yes_or_no.settle import holds, holds_in_it

Answers = list[tuple[str, Said | None]]
"""What stands in a headline: first words and lines."""
_HOW = ("use", "consider")
"""What is done besides a treatment, or how it is given."""
MOST = 3
"""Answers in a headline at most."""


def by_number(
    answers: Answers, told: Talk, lines: Sequence[Said], made: Plan | None, here: Ground,
    say: Callable[[Part, Said], tuple[str, Said | None]],
) -> Answers:  # fmt: skip
    """The answers, what holds for a number that was told first where it is asked how something is given.

    Behind what hangs on such a number stands the safety gate that may hold by it, and what is considered on top. What
    is done besides for others, of whom nothing was told, does not stand there, nor another way of giving it, where that
    was asked. ``say`` puts a first word to a line.
    """
    page = _Numbered(lines, made, here, frozenset(_numbers(made, here)))
    first = answers[0][1] if answers else None
    if not page.numbers or (first is not None and is_gate(first, told, made, here)):
        return answers
    if answers and (all_the_same := page.in_spite()) and all(all_the_same is not one for _, one in answers):
        answers = [answers[0], ("", all_the_same), *answers[1:]][:MOST]
    if first is None:
        return answers
    found = page.asked_how(told.parts, usual=page.of_others(first) and page.milder(first))
    if found and found[1] is not first:
        own = next((one for one in answers if one[1] is found[1]), None) or say(*found)
        answers, first = [own, *(one for one in answers if one[1] is not found[1])], found[1]
    if not page.reads(first):
        return answers
    other = page.of_others if not found else page.milder
    answers = [one for one in answers if one[1] is None or one[1] is first or not other(one[1])]
    joined = [said for said in page.on_top(first) if all(said is not one for _, one in answers)]
    return [answers[0], *(("", said) for said in joined), *answers[1:]][:MOST]


def _numbers(made: Plan | None, here: Ground) -> Iterator[str]:
    """The numbers that were told of a patient, but for ages."""
    for name, (value, origin) in made.facts.items() if made else ():
        if isinstance(value, float) and origin in ("stated", "given") and here.guideline.facts[name].unit != "years":
            yield name


@dataclass(frozen=True, slots=True)
class _Numbered:
    """The lines of an answer, with the numbers that were told."""

    lines: Sequence[Said]
    made: Plan | None
    here: Ground
    numbers: frozenset[str]

    def _rule(self, said: Said) -> Rule | None:
        """The rule of a line that holds or may hold."""
        return rule_of(said.statement, self.here) if said.applies != "no" else None

    def reads(self, said: Said) -> bool:
        """Whether a line says what is done besides, or leaves it to the clinician, by a number that was told."""
        rule = self._rule(said)
        by_it = rule is not None and not self.numbers.isdisjoint(facts_of(rule.when))
        return by_it and rule is not None and rule.action.kind in (*_HOW, "decide")

    def asked_how(self, parts: Sequence[Part], usual: bool) -> tuple[Part, Said] | None:
        """The first line by a number told, where a question asks how something is given that goes by that number.

        ``usual``: even one that only says to do as usual, where what leads is for others, of whom nothing was told.
        """
        for part in parts:
            how = [aspect for aspect in part.aspects if aspect.kind == "about" and self._how(aspect)]
            decisions = {rule.decision for aspect in how for rule in self._rules(aspect) if rule.decision}
            for said in self.lines if part.claim.words else ():
                rule = self._rule(said)
                standard = rule is not None and "standard" in rule.action.words
                if rule is not None and rule.decision in decisions and self.reads(said) and (usual or not standard):
                    return part, said
        return None

    def in_spite(self) -> Said | None:
        """What is done in spite of a number told, where another rule of its kind would stop the treatment by it."""
        for said in self.lines:
            rule = self._rule(said)
            usual = rule is None or rule.action.kind not in _HOW or not self.reads(said)
            if rule is None or usual or not holds(said, self.made, self.here):
                continue
            same = [one for one in self.here.guideline.rules if rule.decision and one.decision == rule.decision]
            told = self.numbers & set(facts_of(rule.when))
            other = {name for one in same if one.stops for name in facts_of(one.when)} & set(facts_of(rule.when)) - told
            if other and any(one.stops for one in same):
                return said
        return None

    def _how(self, aspect: Aspect) -> bool:
        """Whether an aspect is about nothing but how something is given."""
        return bool(aspect.statements) and all(rule.action.kind in _HOW for rule in self._rules(aspect))

    def _rules(self, aspect: Aspect) -> list[Rule]:
        named = (self.here.guideline.named[name] for name in aspect.statements)
        return [rule for one in named if (rule := rule_of(one, self.here))]

    def of_others(self, said: Said) -> bool:
        """Whether a line says what is done besides, by nothing that was told."""
        rule = self._rule(said)
        if rule is None or rule.action.kind not in _HOW or self.made is None:
            return False
        told = {name for name, (_, origin) in self.made.facts.items() if origin in ("stated", "given")}
        return told.isdisjoint(facts_of(rule.when)) and not holds(said, self.made, self.here)

    def milder(self, said: Said) -> bool:
        """Whether a line says how something is given by anything but the numbers that were told."""
        rule = self._rule(said)
        return rule is not None and rule.action.kind in _HOW and self.numbers.isdisjoint(facts_of(rule.when))

    def on_top(self, first: Said) -> Iterator[Said]:
        """The safety gate that may hold as well as a first line, and what is considered on top by the same number."""
        own = self._rule(first)
        shared = self.numbers & set(facts_of(own.when)) if own else frozenset()
        for said in self.lines:
            rule = self._rule(said)
            if own is None or rule is None or said is first or shared.isdisjoint(facts_of(rule.when)):
                continue
            rivals = own.decision and rule.decision == own.decision and rule.stops and first.applies == "unknown"
            besides = rule.action.kind == "consider" and not rule.decision
            certain = holds(said, self.made, self.here) or holds_in_it(said, self.made, self.here)
            if (rivals and said.applies == "unknown") or (besides and certain):
                yield said

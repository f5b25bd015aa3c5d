"""A guideline as one reader sees it, with the plan for the patient: what holds of its statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ..expr import evaluate, facts_of
from ..model import Any_, Expr, Guideline, Line, Plan, Rule, Statement, Truth, Value
from ..plan.advice import Audience
from .answered import Applies, Said, left_open

RARE = 2
"""Rules that may hang on a fact for it to be an event that one of them answers."""


@dataclass(frozen=True)
class Seen:
    """A guideline seen by one reader, with the plan for the patient when facts are known.

    ``stated`` are the facts that were heard or given; ``recorded``: there is a record of doses. ``warnings`` are the
    statements that concern the patient whatever was asked; they and treatments join an answer unasked. ``doubted``
    are facts that were spoken of in words that leave them open, ``spoken`` the values of those just heard. ``topical``
    are those that whoever is treated has: what the guideline is about.
    """

    guideline: Guideline
    plan: Plan | None
    audience: Audience
    stated: frozenset[str] = frozenset()
    recorded: bool = False
    warnings: tuple[str, ...] = ()
    doubted: frozenset[str] = frozenset()
    spoken: tuple[Value | None, ...] = ()
    topical: frozenset[str] = frozenset()

    @cached_property
    def known(self) -> Mapping[str, Value]:
        """Every fact that the plan knows; none without a plan."""
        return {name: value for name, (value, _) in self.plan.facts.items()} if self.plan else {}

    @cached_property
    def assumed(self) -> Mapping[str, Value]:
        """What is known, of a patient who has what the guideline is about if nothing else was said."""
        return {**dict.fromkeys(self.topical, True), **self.known}

    def line(self, statement: Statement) -> Line | None:
        """The line of the plan that says the same."""
        return self._lines.get(rule_name(statement)) if self.plan else None

    @cached_property
    def _lines(self) -> Mapping[str, Line]:
        """The lines of the plan by their rules, of several the first."""
        return {line.rule: line for line in reversed(self.plan.advice)} if self.plan else {}

    def applies(self, statement: Statement) -> Applies:
        """Whether a statement holds for the patient; `general` when it is of no one, or of nothing that is known."""
        rule = self._rule(statement)
        if rule is None or self.plan is None:
            return "general"
        truth = self._truth(rule, self.line(statement))
        if truth is None:
            return "general" if self.stated.isdisjoint(reads(rule.applies, self.guideline)) else "unknown"
        return "yes" if truth else "general" if self.seen_to(rule) else "no"

    def seen_to(self, rule: Rule | None) -> bool:
        """Whether something is looked at no more only because a course is over: that it has to be so stays true."""
        if rule is None or rule.decision or rule.action.kind != "check":
            return False
        known = self.known
        over = {name for name in facts_of(rule.when) if self.guideline.facts[name].course.startswith("complete ")}
        left = {name: value for name, value in known.items() if name not in over or value is not True}
        return left != known and evaluate(rule.when, left.get) is not False

    def _rule(self, statement: Statement) -> Rule | None:
        """The rule that a statement carries or says in other words."""
        said = statement if statement.rule else self.guideline.named.get(statement.restates)
        return said.rule if said else None

    def _truth(self, rule: Rule, line: Line | None) -> Truth:
        if line is not None:
            return None if line.if_ or left_open(rule, line) else True
        return False if rule.decision else evaluate(rule.applies, self._value)

    def _value(self, name: str) -> Value | None:
        """A known fact. Without a record of doses nobody knows how far the course has come."""
        value, origin = self.plan.facts.get(name, (None, "")) if self.plan else (None, "")
        guessed = bool(self.guideline.facts[name].course) and origin == "derived" and not self.recorded
        return None if guessed else value

    def put_off(self, said: Said) -> bool:
        """Whether a statement is not ruled out, but all that was told of what it hangs on is that it is not so."""
        rule = self._rule(said.statement)
        if rule is None or said.applies != "unknown":
            return False
        known = self.known
        read = facts_of(rule.when)
        told = [name for name in read if name in self.stated and name in known]
        denied = [name for name in read if name not in known and self._denied(name, known)]
        own = [name for name in told if name not in self.topical]
        denied += [] if any(known[name] for name in own) else own
        so, not_so = (evaluate(rule.when, {**self.assumed, **dict.fromkeys(denied, one)}.get) for one in (True, False))
        return bool(denied) and so is not False and not_so is not True

    def _denied(self, name: str, known: Mapping[str, Value]) -> bool:
        """Whether a fact follows from others, of which some were told, and each of these is not so.

        Once a treatment has begun, what is not there may have gone by it.
        """
        facts, when = self.guideline.facts, self.guideline.facts[name].when
        if any(value is True and facts[one].course for one, value in known.items()):
            return False
        parts = when.parts if isinstance(when, Any_) else ()
        told: list[Value] = [so for part in parts if (so := evaluate(part, known.get)) is not None]
        told = told or [known[part] for part in facts_of(when) if part in known] if when is not None else []
        return bool(told) and not any(told)

    def spoken_for(self, said: Said) -> bool:
        """Whether a treatment is not known to hold, but something on which it hangs was said to be so.

        So is what is considered besides, by what was told itself.
        """
        rule = said.statement.rule
        if rule is None or said.applies != "unknown":
            return False
        known = self.known
        if rule.action.gives:
            return any(known.get(name) for name in facts_of(rule.when))
        told = any(known.get(name) is True for name in facts_of(rule.when) if name in self.stated)
        return rule.action.kind == "consider" and told

    def counted(self, said: Said) -> bool:
        """Whether a line may hold by a number that was told."""
        rule = self._rule(said.statement)
        if rule is None or said.applies != "unknown":
            return False
        told, known = self.stated & set(facts_of(rule.when)), self.known
        return any(isinstance(known.get(name), float) for name in told)

    def holds_in_it(self, said: Said) -> bool:
        """Whether a line holds, if only the patient has what the guideline is about, and nobody said so."""
        rule = self._rule(said.statement)
        if rule is None or said.applies != "unknown":
            return False
        left = said.line.if_ if said.line else ()
        if left:
            return self.topical.issuperset(left)
        return evaluate(rule.applies, self.assumed.get) is True

    def prompted(self, said: Said) -> bool:
        """Whether a line may hold by something that was told and on which hardly any other hangs: it answers that."""
        rule = said.statement.rule
        if rule is None or said.applies not in ("yes", "unknown"):
            return False
        told = (name for name in facts_of(rule.when) if name in self.stated and self.known.get(name))
        return any(name in _rare(self.guideline) for name in told)

    def said(self, name: str, part: str = "", warning: bool = False) -> Said:
        """The line of an answer for a statement."""
        statement = self.guideline.named[name]
        sources = tuple(self.guideline.references[key] for key in statement.citations)
        applies = self.applies(statement)
        return Said(statement, sources, self.audience, applies, part, warning, self.line(statement))


@lru_cache(maxsize=16)
def _rare(guideline: Guideline) -> frozenset[str]:
    """The facts on which hardly any rule hangs."""
    read = [frozenset(facts_of(rule.when)) for rule in guideline.rules]
    return frozenset(name for name in guideline.facts if sum(name in one for one in read) <= RARE)


@lru_cache(maxsize=16)
def _readings(guideline: Guideline) -> dict[Expr, frozenset[str]]:
    """What conditions of a guideline read, as far as it was asked for."""
    return {}


def reads(expr: Expr, guideline: Guideline) -> frozenset[str]:
    """Every fact that a condition reads, and those from which these are derived."""
    held = _readings(guideline)
    if expr not in held:
        held[expr] = _reads(expr, guideline)
    return held[expr]


def _reads(expr: Expr, guideline: Guideline) -> frozenset[str]:
    found: dict[str, None] = {}
    waiting = list(facts_of(expr))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            fact = guideline.facts[name]
            waiting += [part for own in (fact.when, fact.always) if own is not None for part in facts_of(own)]
    return frozenset(found)


def with_it(known: Mapping[str, Value], topical: Iterable[str], guideline: Guideline) -> Mapping[str, Value]:
    """What is known, and what follows from it, of a patient who has what the guideline is about."""
    assumed = {**dict.fromkeys(topical, True), **known}
    defined = {name: fact.when for name, fact in guideline.facts.items() if fact.when and name not in assumed}
    return {**{name: True for name, when in defined.items() if evaluate(when, assumed.get) is True}, **assumed}


def stops_in_it(said: Said, known: Mapping[str, Value], topical: Iterable[str], guideline: Guideline) -> bool:
    """Whether a safety gate shuts, if only the patient has what the guideline is about, and nobody said so.

    It stops whoever is treated: without that there is nothing to treat.
    """
    rule = said.statement.rule
    if rule is None or not rule.stops or said.applies != "unknown":
        return False
    return evaluate(rule.applies, with_it(known, topical, guideline).get) is True


def rule_name(statement: Statement) -> str:
    """The rule that a statement carries or says in other words."""
    return statement.rule.name if statement.rule else statement.restates

"""Every rule in columns: true, false or open, what it hangs on, and which gates and strike-outs there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..expr import facts_of, leaves
from ..model import Above, All, Any_, Expr, Give, Is, Not, Rule
from ..plan import weigh as weigh_
from .asked import Asking, Slots, anything, gathered, missing
from .sheet import NO, YES, Kleene, Sheet, both, either, kleene, named, no


@dataclass(frozen=True, slots=True)
class Weighed:
    """A rule's truth in columns and the facts on which it hangs."""

    rule: Rule
    truth: Kleene
    asks: Slots
    vague: Expr
    """Open, although nothing is left to ask."""

    @property
    def live(self) -> Expr:
        """Whether the rule is not false."""
        return either(self.truth.true, self.truth.open)


@dataclass(frozen=True, slots=True)
class Weighing:
    """Every rule, by name; the safety gates; what their own conditions ask; and the strike-outs."""

    rules: Mapping[str, Weighed]
    gates: tuple[Weighed, ...]
    gate_asks: Mapping[str, Slots]
    strikers: tuple[Weighed, ...]


def weigh(here: Asking) -> Weighing:
    """Every rule of the guideline (see `plan/weigh.py`)."""
    rules = {rule.name: _weighed(here, rule) for rule in here.guideline.rules}
    gates = tuple(w for w in rules.values() if w.rule.stops)
    return Weighing(
        rules, gates, {g.rule.name: _by_its_own(here, g) for g in gates},
        tuple(w for w in rules.values() if _strikes(w.rule)),
    )  # fmt: skip


def _weighed(here: Asking, rule: Rule) -> Weighed:
    truth = kleene(here.sheet, rule.applies)
    asks = gathered(here, missing(here.sheet, rule.applies))
    vague = both(truth.open, no(anything(asks))) if _may_be_vague(rule.applies) else NO
    return Weighed(rule, truth, asks, named(here.sheet, vague))


def _may_be_vague(expr: Expr) -> bool:
    """Whether a condition can stay open with every fact known."""
    return any(isinstance(leaf, Above) and leaf.low < leaf.high for leaf in leaves(expr))


def _by_its_own(here: Asking, gate: Weighed) -> Slots:
    """An open gate's facts: those of its own condition where it stands in a decision."""
    return gate.asks if gate.rule.decision is None else gathered(here, missing(here.sheet, gate.rule.when))


def _strikes(rule: Rule) -> bool:
    warns = rule.action.kind in ("avoid", "never") and not rule.stops
    return warns and any(s.kind in ("drug", "route") for s in rule.action.strikes)


# ---------------------------------------------------------------- what an open line supposes


def could(sheet: Sheet, gate: Rule, line: Weighed) -> Expr:
    """Whether an open gate can still forbid a line, supposing that the line itself applies."""
    shared = set(facts_of(gate.when))
    supposed: dict[str, tuple[Expr, Expr]] = {}
    for fact, value, condition in _supposed(sheet, line.rule.applies, YES):
        if fact in shared:
            yes, nay = supposed.get(fact, (NO, NO))
            supposed[fact] = (either(yes, condition), nay) if value else (yes, either(nay, condition))
    if not supposed:
        return YES
    held = {fact: (both(line.truth.open, y), both(line.truth.open, n)) for fact, (y, n) in supposed.items()}
    return named(sheet, no(_false(sheet, gate.when, held)))


def _supposed(sheet: Sheet, expr: Expr, inside: Expr) -> list[tuple[str, bool, Expr]]:
    """The yes/no facts that must be so for what is left of a condition to hold, each with when that is so."""
    inside = both(inside, kleene(sheet, expr).open)
    match expr:
        case Is(fact, None):
            return [(fact, True, inside)]
        case Not(part):
            alone = _alone(sheet, part, inside)
            return [(fact, False, condition) for fact, condition in alone]
        case All(parts):
            return [found for part in parts for found in _supposed(sheet, part, inside)]
        case Any_(parts):
            singles = [both(inside, kleene(sheet, p).open, *_decided(sheet, parts, p)) for p in parts]
            return [f for p, single in zip(parts, singles, strict=True) for f in _supposed(sheet, p, single)]
        case _:
            return []


def _alone(sheet: Sheet, expr: Expr, inside: Expr) -> list[tuple[str, Expr]]:
    """The yes/no fact that is all that is left of a condition, with when that is so."""
    inside = both(inside, kleene(sheet, expr).open)
    match expr:
        case Is(fact, None):
            return [(fact, inside)]
        case All(parts) | Any_(parts):
            singles = [both(inside, kleene(sheet, p).open, *_decided(sheet, parts, p)) for p in parts]
            return [f for p, single in zip(parts, singles, strict=True) for f in _alone(sheet, p, single)]
        case _:
            return []


def _decided(sheet: Sheet, parts: tuple[Expr, ...], but: Expr) -> list[Expr]:
    return [no(kleene(sheet, other).open) for other in parts if other is not but]


def _false(sheet: Sheet, expr: Expr, supposed: Mapping[str, tuple[Expr, Expr]]) -> Expr:
    """Whether a condition is false once some facts are supposed."""
    return _truths(sheet, expr, supposed)[1]


def _truths(sheet: Sheet, expr: Expr, supposed: Mapping[str, tuple[Expr, Expr]]) -> tuple[Expr, Expr]:
    match expr:
        case Is(fact, None) if fact in supposed:
            here, (yes, nay) = kleene(sheet, expr), supposed[fact]
            return either(here.true, yes), either(here.false, nay)
        case Is() | Above():
            return kleene(sheet, expr).true, kleene(sheet, expr).false
        case Not(part):
            true, false = _truths(sheet, part, supposed)
            return false, true
        case All(parts) | Any_(parts):
            both_ways = [_truths(sheet, part, supposed) for part in parts]
            trues, falses = [t for t, _ in both_ways], [f for _, f in both_ways]
            return (both(*trues), either(*falses)) if isinstance(expr, All) else (either(*trues), both(*falses))


# ---------------------------------------------------------------- gates


def forbids(gate: Weighed, rule: Rule, gives: Sequence[Give]) -> bool:
    """Whether a gate can forbid a rule (see `plan/weigh.py`)."""
    return weigh_.forbids(weigh_.Weighed(gate.rule, True), rule, gives)


def leaves_moot(gate: Weighed, rule: Rule) -> bool:
    """Whether a gate, once it holds, leaves a rule nothing to speak of (see `plan/weigh.py`)."""
    return weigh_.leaves_moot(weigh_.Weighed(gate.rule, True), rule)

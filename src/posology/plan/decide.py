"""Rules that compete: what is struck out, what a gate withholds, who stands, who fell, and what that comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from ..expr import evaluate, facts_of
from ..model import All, Decision, Expr, Give, Is, Not, Outcome, Period
from ..schedule import length
from .known import Known
from .weigh import Names, Weighed, Weighing, forbids, merged, takes


@dataclass(frozen=True, slots=True)
class Option:
    """One way of giving, with what may still take it away."""

    give: Give
    unless: Names = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A competing rule after strike-outs: its options left, and what unseats or withholds it."""

    weighed: Weighed
    options: tuple[Option, ...] = ()
    struck: tuple[tuple[Give, str], ...] = ()
    unless: Names = ()
    confirm: Names = ()
    provisional: bool = False

    @property
    def name(self) -> str:
        """The rule's name."""
        return self.weighed.rule.name


@dataclass(frozen=True, slots=True)
class Decided:
    """How a decision came out: its outcome, the rules left standing, and those that fell."""

    decision: Decision
    outcome: Outcome
    standing: tuple[Choice, ...] = ()
    contenders: tuple[Choice, ...] = ()
    vague: tuple[Choice, ...] = ()
    superseded: Names = ()
    withheld: tuple[tuple[str, Option], ...] = field(default=())


def decide(decision: Decision, weighing: Weighing, known: Known) -> Decided:
    """What a decision comes to for this patient: the first of the contract's outcomes that holds."""
    scope = evaluate(decision.scope, known.values.get)
    if scope is False:
        return Decided(decision, "not applicable")
    rules = [weighing.rules[name] for name in decision.rules]
    closed = _closed(rules, weighing)
    if closed == "stopped":
        return Decided(decision, "stopped")
    own = [w for w in rules if w.rule.action.kind == "decide"]
    choices = [_choice(w, weighing, known) for w in rules if w.rule.action.kind != "decide" and w.truth is not False]
    held = _held(choices, weighing) if closed else choices
    decided = _settle(decision, held)
    if closed == "decide":
        return replace(decided, outcome="decide", withheld=_withheld(decision, choices, weighing))
    if any(w.truth or w.vague for w in own):
        return replace(decided, outcome="decide")
    if decision.done is not None and evaluate(decision.done, known.values.get):
        return Decided(decision, "done")
    open_gate = any(w.truth is None for w in own)
    silent = scope is True and not choices and not open_gate
    return replace(decided, outcome="silent" if silent else decided.outcome)


def _closed(rules: Sequence[Weighed], weighing: Weighing) -> Outcome | None:
    """`stopped` or `decide` when a gate holds that forbids what this decision is about."""
    shut = {g.rule.action.kind for g in weighing.gates for w in rules if forbids(g, w.rule, w.rule.action.gives)}
    return None if not shut else "decide" if shut == {"decide"} else "stopped"


def _held(choices: Sequence[Choice], weighing: Weighing) -> list[Choice]:
    """The choices that no gate which holds forbids; a rule whose first way of giving is withheld is gone."""
    left = []
    for choice in choices:
        first = [option.give for option in choice.options[:1]]
        if not any(forbids(gate, choice.weighed.rule, first) for gate in weighing.gates):
            open_ = [o for o in choice.options if not any(takes(gate.rule.stops, o.give) for gate in weighing.gates)]
            left.append(replace(choice, options=tuple(open_)))
    return left


def _withheld(decision: Decision, choices: Sequence[Choice], weighing: Weighing) -> tuple[tuple[str, Option], ...]:
    """What deciding gates withhold: gate name and option, oral ways that are left included."""
    settled = _settle(decision, list(choices))
    found = []
    for gate in (g for g in weighing.gates if g.rule.action.kind == "decide"):
        for choice in (*settled.standing, *settled.contenders):
            if forbids(gate, choice.weighed.rule, [option.give for option in choice.options[:1]]):
                also = choice.weighed.asks if choice.weighed.truth is None else choice.unless
                found += [(gate.rule.name, Option(o.give, (*o.unless, *also))) for o in choice.options]
    return tuple(found)


def _choice(weighed: Weighed, weighing: Weighing, known: Known) -> Choice:
    """A rule's options once the strike-outs have been through them."""
    options: list[Option] = []
    struck: list[tuple[Give, str]] = []
    against = weighing.strikers
    for give in weighed.rule.action.gives:
        by = [w for w in against if takes(w.rule.action.strikes, give)]
        sure = next((w.rule.name for w in by if w.truth), None)
        if sure:
            struck.append((give, sure))
        else:
            options.append(Option(give, merged([w.asks for w in by])))
    named = weighed.rule.action.strikes if weighed.rule.action.kind == "use" else ()
    unless = (
        options[0].unless
        if options
        else merged([w.asks for w in against if any(s in w.rule.action.strikes for s in named)])
    )
    first = [option.give for option in options[:1]]
    doors = [gate for gate in weighing.open_gates if forbids(gate, weighed.rule, first)]
    confirm = merged([gate.asks for gate in doors if _could(gate, weighed, known)])
    beside = [gate for gate in weighing.open_gates if gate not in doors and _could(gate, weighed, known)]
    return Choice(weighed, _behind(options, beside), tuple(struck), unless, confirm)


def _behind(options: Sequence[Option], gates: Sequence[Weighed]) -> tuple[Option, ...]:
    """The other ways of giving with what hangs on open gates that leave the first one alone."""
    return tuple(
        replace(o, unless=merged([o.unless, *(gate.asks for gate in gates if takes(gate.rule.stops, o.give))]))
        for o in options
    )


def _could(gate: Weighed, line: Weighed, known: Known) -> bool:
    """Whether an open gate can still forbid a line, supposing that the line itself applies."""
    supposed = _supposed(line.rest)
    if not supposed or supposed.keys().isdisjoint(facts_of(gate.rule.when)):
        return True
    return evaluate(gate.rule.when, {**known.values, **supposed}.get) is not False


def _supposed(expr: Expr) -> dict[str, bool]:
    """The yes/no facts that must be so for a condition to hold."""
    match expr:
        case Is(fact, None):
            return {fact: True}
        case Not(Is(fact, None)):
            return {fact: False}
        case All(parts):
            return {fact: value for part in parts for fact, value in _supposed(part).items()}
        case _:
            return {}


def _settle(decision: Decision, choices: list[Choice]) -> Decided:
    """The rules of one decision against each other, gates aside."""
    lost = [c for c in choices if c.weighed.rule.action.kind == "give" and not c.options]
    live = [c for c in choices if c not in lost]
    true = [c for c in live if c.weighed.truth]
    open_ = [c for c in live if c.weighed.truth is None]
    if decision.choose == "shortest":
        return _shortest(decision, true, open_, bool(lost))
    return _one(decision, true, open_, bool(lost))


def _one(decision: Decision, true: list[Choice], open_: list[Choice], struck: bool) -> Decided:
    """Exactly one rule may stand; `instead of` unseats."""
    unseated = {name for c in true for name in c.weighed.rule.instead_of}
    standing = [c for c in true if c.name not in unseated]
    rivals = [c for c in open_ if c.name not in unseated]
    vague = [c for c in rivals if c.weighed.vague]
    asked = [c for c in rivals if not c.weighed.vague]
    clash = len(standing) > 1
    standing = [replace(c, unless=_unless(c, asked), provisional=clash or bool(vague)) for c in standing]
    outcome = _outcome(standing, asked, vague, clash, struck)
    return Decided(
        decision,
        outcome,
        tuple(standing),
        tuple(asked),
        tuple(vague),
        tuple(c.name for c in true if c.name in unseated),
    )


def _unless(choice: Choice, rivals: Sequence[Choice]) -> Names:
    """The unknown facts by which a rival could still unseat a rule that stands."""
    return merged([choice.unless, *(r.weighed.asks for r in rivals if r.name not in choice.weighed.rule.instead_of)])


def _outcome(
    standing: Sequence[Choice], asked: Sequence[Choice], vague: Sequence[Choice], clash: bool, struck: bool
) -> Outcome:
    if vague:
        return "decide"
    if clash:
        return "conflict"
    if standing and not any(c.unless or c.provisional for c in standing):
        return "firm"
    return "stopped" if struck and not standing and not asked else "provisional"


def interval(choice: Choice) -> tuple[float, float]:
    """How long a rule lets pass between doses, at least and at most."""
    give = choice.options[0].give
    return _lengths(give.every_low, give.every_high, give.times)


@lru_cache(maxsize=256)
def _lengths(low: Period, high: Period, times: int) -> tuple[float, float]:
    return length(low) / times, length(high) / times


def _shortest(decision: Decision, true: list[Choice], open_: list[Choice], struck: bool) -> Decided:
    """The shortest interval wins; equal ones agree; an open rule matters only if it could win or agree."""
    best = min(map(interval, true), default=None)
    rivals = [_agreed(c, true, open_) for c in open_ if best is None or interval(c) <= best]
    shorter = [c for c in rivals if best is None or interval(c) < best]
    vague = [c for c in rivals if c.weighed.vague]
    asked = [c for c in rivals if not c.weighed.vague]
    unless = merged([c.weighed.asks for c in shorter])
    standing = [
        replace(_agreed(c, true, open_), unless=merged([c.unless, unless]), provisional=bool(vague))
        for c in true
        if interval(c) == best
    ]
    superseded = tuple(c.name for c in true if interval(c) != best)
    outcome = _outcome(standing, asked, vague, False, struck)
    return Decided(decision, outcome, tuple(standing), tuple(asked), tuple(vague), superseded)


def _agreed(choice: Choice, true: Sequence[Choice], open_: Sequence[Choice]) -> Choice:
    """A rule with the alternatives that every rule of the same interval has.

    One that holds and lacks an alternative takes it away; an open one may still do so.
    """
    if len(choice.options) == 1:
        return choice
    first, *others = choice.options
    sure = [c for c in true if interval(c) == interval(choice)]
    unsure = [c for c in open_ if interval(c) == interval(choice) and c.name != choice.name]
    kept = [
        replace(option, unless=merged([option.unless, *(c.weighed.asks for c in unsure if not _has(c, option))]))
        for option in others
        if all(_has(c, option) for c in sure)
    ]
    return replace(choice, options=(first, *kept))


def _has(choice: Choice, option: Option) -> bool:
    """Whether a rule offers this way of giving as well."""
    return any(other.give == option.give for other in choice.options)

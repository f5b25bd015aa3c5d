"""Rules against one patient: which apply, which options are struck out or withheld, and who wins a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from ..expr import evaluate, every, facts_of, missing, open_facts, residual
from ..model import All, Decision, Expr, Fact, Give, Guideline, Not, Outcome, Rule, Strike, Truth
from ..schedule import length
from .history import INJECTED
from .known import Known

Names = tuple[str, ...]
NOTHING_LEFT = All(())


@dataclass(frozen=True, slots=True)
class Weighed:
    """A rule's truth for this patient, the unknown facts on which it hangs, and what is left of its condition.

    ``vague``: unknown although nothing is left to ask, because the source itself is vague. ``blank``:
    none of its facts is known, so that it is the same for every such patient.
    """

    rule: Rule
    truth: Truth
    asks: Names = ()
    rest: Expr = NOTHING_LEFT
    blank: bool = False

    @property
    def vague(self) -> bool:
        """Whether only the source's own vagueness leaves the rule open."""
        return self.truth is None and not self.asks


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


@dataclass(frozen=True, slots=True)
class Weighing:
    """Every rule weighed, by name; the safety gates that hold, those that may, and the strike-outs of either kind."""

    rules: dict[str, Weighed]
    gates: tuple[Weighed, ...]
    open_gates: tuple[Weighed, ...]
    strikers: tuple[Weighed, ...]


def weigh(known: Known) -> Weighing:
    """Every rule of the guideline against what is known."""
    value_of = known.values.get
    settled = {name for name, value in known.values.items() if value is not None}
    weighed = {}
    for rule, applies, facts, blank in _conditions(known.guideline):
        if blank is not None and facts.isdisjoint(settled):
            weighed[rule.name] = blank
            continue
        rest = residual(applies, value_of)
        if isinstance(rest, bool):
            weighed[rule.name] = Weighed(rule, rest)
        else:
            weighed[rule.name] = Weighed(rule, None, gathered(open_facts(rest), known), rest)
    live = [w for w in weighed.values() if w.truth is not False]
    gates = [w for w in live if w.rule.stops]
    return Weighing(
        weighed,
        tuple([g for g in gates if g.truth]),
        tuple([_by_its_own(g, known) for g in gates if not g.truth]),
        tuple([w for w in live if _strikes(w.rule)]),
    )


@lru_cache(maxsize=16)
def _conditions(guideline: Guideline) -> tuple[tuple[Rule, Expr, frozenset[str], Weighed | None], ...]:
    """Every rule with its whole condition, the facts that it reads, and its weight while none of them is known."""
    found = []
    for rule in guideline.rules:
        applies = _while_running(rule, guideline)
        facts = frozenset(facts_of(applies)).union(facts_of(rule.never_when) if rule.never_when else ())
        derived = any(guideline.facts[name].when or guideline.facts[name].course for name in facts)
        rest = residual(applies, lambda _: None)
        plain = not derived and not isinstance(rest, bool)
        blank = Weighed(rule, None, open_facts(applies), applies, blank=True) if plain else None
        found.append((rule, applies, facts, blank))
    return tuple(found)


@lru_cache(maxsize=16)
def blanks(guideline: Guideline) -> dict[str, Weighed]:
    """The rules as they weigh while none of their facts is known, by name."""
    return {rule.name: blank for rule, _, _, blank in _conditions(guideline) if blank is not None}


def _while_running(rule: Rule, guideline: Guideline) -> Expr:
    during = rule.action.timing.during if rule.action.timing else None
    done = guideline.decisions[during].done if during else None
    return every(rule.applies, Not(done)) if done is not None else rule.applies


def _by_its_own(gate: Weighed, known: Known) -> Weighed:
    """An open gate with the facts of its own condition; those of its decision's scope are asked for there."""
    return replace(gate, asks=gathered(missing(gate.rule.when, known.values.get), known))


def _strikes(rule: Rule) -> bool:
    """Whether an `avoid` or `never` strikes out a drug or a route; gates have a law of their own."""
    warns = rule.action.kind in ("avoid", "never") and not rule.stops
    return warns and any(s.kind in ("drug", "route") for s in rule.action.strikes)


def gathered(names: Iterable[str], known: Known) -> Names:
    """Unknown facts as they are asked for: a derived one by its own name when two or more of its parts are open."""
    asked: dict[str, None] = {}
    for name in names:
        fact = known.guideline.facts[name]
        if fact.when is None and not fact.course:
            asked[name] = None
        else:
            asked.update(dict.fromkeys(_gathered(fact, known)))
    return tuple(asked)


def _gathered(fact: Fact, known: Known) -> Names:
    if fact.name in known.hangs_on:
        hangs = known.hangs_on[fact.name]
        return merged([(n,) if n == fact.name else gathered([n], known) for n in hangs]) or (fact.name,)
    if fact.when is None:
        return (fact.name,)
    parts = [n for n in facts_of(fact.when) if known.values.get(n) is None]
    return gathered(parts, known) if len(parts) == 1 else (fact.name,)


# ---------------------------------------------------------------- gates and strike-outs


def takes(strikes: Sequence[Strike], give: Give) -> bool:
    """Whether any of these takes this regimen away."""
    for strike in strikes:
        match strike.kind:
            case "everything":
                return True
            case "injections" if give.route in INJECTED:
                return True
            case "drug" if strike.name == give.drug:
                return True
            case "route" if strike.name == give.route:
                return True
            case _:
                pass
    return False


def _forbids(gate: Weighed, rule: Rule, gives: Sequence[Give]) -> bool:
    """Whether a gate can forbid a rule: what it gives, or the drug that it says to use."""
    if rule.action.kind == "give":
        return any(takes(gate.rule.stops, give) for give in gives)
    if gate.rule.action.kind == "decide" or rule.action.kind != "use":
        return False
    named = {s.name for s in rule.action.strikes if s.kind == "drug"}
    return bool(named) and any(s.kind == "everything" or s.name in named for s in gate.rule.stops)


def drops_technique(weighing: Weighing) -> bool:
    """Whether a gate holds that leaves no injection to be given."""
    return any(any(s.kind in ("everything", "injections") for s in w.rule.stops) for w in weighing.gates)


# ---------------------------------------------------------------- one decision


def decide(decision: Decision, weighing: Weighing, known: Known) -> Decided:
    """What a decision comes to for this patient: the first of the contract's outcomes that holds."""
    scope = evaluate(decision.scope, known.values.get)
    if scope is False:
        return Decided(decision, "not applicable")
    rules = [weighing.rules[name] for name in decision.rules]
    closed = _closed(rules, weighing)
    own = [w for w in rules if w.rule.action.kind == "decide"]
    choices = [_choice(w, weighing) for w in rules if w.rule.action.kind != "decide" and w.truth is not False]
    held = _held(choices, weighing) if closed else choices
    decided = _settle(decision, held, known)
    if closed:
        kept = () if closed == "stopped" else decided.standing
        return replace(
            decided,
            outcome=closed,
            standing=kept,
            contenders=() if closed == "stopped" else decided.contenders,
            withheld=_withheld(decision, choices, weighing, known),
        )
    if any(w.truth for w in own):
        return replace(decided, outcome="decide")
    if decision.done is not None and evaluate(decision.done, known.values.get):
        return Decided(decision, "done")
    open_gate = any(w.truth is None for w in own)
    silent = scope is True and not choices and not open_gate
    return replace(decided, outcome="silent" if silent else decided.outcome)


def _closed(rules: Sequence[Weighed], weighing: Weighing) -> Outcome | None:
    """`stopped` or `decide` when a gate holds that forbids what this decision is about."""
    shut = {g.rule.action.kind for g in weighing.gates for w in rules if _forbids(g, w.rule, w.rule.action.gives)}
    return None if not shut else "decide" if shut == {"decide"} else "stopped"


def _held(choices: Sequence[Choice], weighing: Weighing) -> list[Choice]:
    """The choices that no gate which holds forbids; a rule whose first way of giving is withheld is gone."""
    return [
        c
        for c in choices
        if not any(_forbids(g, c.weighed.rule, [o.give for o in c.options[:1]]) for g in weighing.gates)
    ]


def _withheld(
    decision: Decision, choices: Sequence[Choice], weighing: Weighing, known: Known
) -> tuple[tuple[str, Option], ...]:
    """What deciding gates withhold: gate name and option, oral ways that are left included."""
    settled = _settle(decision, list(choices), known)
    found = []
    for gate in (g for g in weighing.gates if g.rule.action.kind == "decide"):
        for choice in (*settled.standing, *settled.contenders):
            if choice.options and _forbids(gate, choice.weighed.rule, [choice.options[0].give]):
                also = choice.weighed.asks if choice.weighed.truth is None else choice.unless
                found += [(gate.rule.name, Option(o.give, (*o.unless, *also))) for o in choice.options]
    return tuple(found)


def _choice(weighed: Weighed, weighing: Weighing) -> Choice:
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
    confirm = merged([g.asks for g in weighing.open_gates if first and _forbids(g, weighed.rule, first)])
    return Choice(weighed, tuple(options), tuple(struck), unless, confirm)


def merged(lists: Iterable[Names]) -> Names:
    """Several lists of names as one, each name once, in order."""
    return tuple(dict.fromkeys([name for names in lists for name in names]))


def _settle(decision: Decision, choices: list[Choice], known: Known) -> Decided:
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
        tuple(n for n in unseated if any(c.name == n for c in true)),
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
    return length(give.every_low) / give.times, length(give.every_high) / give.times


def _shortest(decision: Decision, true: list[Choice], open_: list[Choice], struck: bool) -> Decided:
    """The shortest interval wins; equal ones agree; an open rule matters only if it could win or agree."""
    best = min(map(interval, true), default=None)
    rivals = [_agreed(c, true, open_) for c in open_ if best is None or interval(c) <= best]
    shorter = [c for c in rivals if best is None or interval(c) < best]
    vague = [c for c in shorter if c.weighed.vague]
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

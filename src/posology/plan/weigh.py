"""Every rule against one patient: true, false or open, on what it hangs, and which gates and strike-outs there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from ..expr import facts_of, missing, open_facts, residual
from ..model import All, Expr, Fact, Give, Guideline, Rule, Strike, Truth
from ..read.routes import INJECTED
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
    for rule, facts, blank, sure in _conditions(known.guideline):
        if blank is not None and facts.isdisjoint(settled):
            weighed[rule.name] = blank
            continue
        rest = residual(rule.applies, value_of)
        if isinstance(rest, bool):
            weighed[rule.name] = sure[rest]
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


_Condition = tuple[Rule, frozenset[str], Weighed | None, tuple[Weighed, Weighed]]


@lru_cache(maxsize=16)
def _conditions(guideline: Guideline) -> tuple[_Condition, ...]:
    """Every rule with the facts that it reads, and its weight while none of them is known, when false and when true."""
    found = []
    for rule in guideline.rules:
        applies = rule.applies
        facts = frozenset(facts_of(applies)).union(facts_of(rule.never_when) if rule.never_when else ())
        derived = any(guideline.facts[name].when or guideline.facts[name].course for name in facts)
        rest = residual(applies, lambda _: None)
        plain = not derived and not isinstance(rest, bool)
        blank = Weighed(rule, None, open_facts(applies), applies, blank=True) if plain else None
        found.append((rule, facts, blank, (Weighed(rule, False), Weighed(rule, True))))
    return tuple(found)


@lru_cache(maxsize=16)
def blanks(guideline: Guideline) -> dict[str, Weighed]:
    """The rules as they weigh while none of their facts is known, by name."""
    return {rule.name: blank for rule, _, blank, _ in _conditions(guideline) if blank is not None}


def _by_its_own(gate: Weighed, known: Known) -> Weighed:
    """An open gate with the facts of its own condition; those of its decision's scope are asked for there."""
    if gate.rule.decision is None:
        return gate
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
    return False


def forbids(gate: Weighed, rule: Rule, gives: Sequence[Give]) -> bool:
    """Whether a gate can forbid a rule: what it gives, or, when nothing may be given at all, what it says to use."""
    if rule.action.kind == "give":
        return any(takes(gate.rule.stops, give) for give in gives)
    if gate.rule.action.kind == "decide" or rule.action.kind != "use":
        return False
    named = {s.name for s in rule.action.strikes if s.kind == "drug"}
    return any(s.kind == "everything" or (s.kind == "drug" and s.name in named) for s in gate.rule.stops)


def leaves_moot(gate: Weighed, rule: Rule) -> bool:
    """Whether a gate, once it holds, leaves an additive rule nothing to speak of.

    Without any injection there is no technique. Where nothing at all may be given, nothing is to be
    considered or decided about giving it either; checks, referrals and warnings stay.
    """
    kinds = {s.kind for s in gate.rule.stops}
    if rule.beside:
        return not kinds.isdisjoint({"everything", "injections"})
    if gate.rule.action.kind == "decide" or "everything" not in kinds:
        return False
    return rule.action.kind in ("consider", "decide")


def merged(lists: Iterable[Iterable[str]]) -> Names:
    """Several lists of names as one, each name once, in order."""
    return tuple(dict.fromkeys(chain.from_iterable(lists)))

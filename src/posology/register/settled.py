"""Rules that compete, in columns: who stands, who may, what a gate withholds, and what that comes to.

The same law as `plan/decide.py`, for every patient at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..model import Decision, Expr, Give
from ..plan.weigh import takes
from ..schedule import length
from .asked import Slots, anything, merged, under
from .sheet import NO, YES, Sheet, both, either, kleene, named, no
from .weighed import Weighed, Weighing, could, forbids


@dataclass(frozen=True, slots=True)
class Option:
    """One way of giving: whether it is left, and what may still take it away."""

    give: Give
    left: Expr
    unless: Slots = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A competing rule: whether it is in the running, stands or may, with its options and what hangs on it."""

    weighed: Weighed
    present: Expr
    options: tuple[Option, ...]
    unless: Slots = ()
    confirm: Slots = ()
    provisional: Expr = NO
    standing: Expr = NO
    contender: Expr = NO
    vague: Expr = NO

    @property
    def name(self) -> str:
        """The rule's name."""
        return self.weighed.rule.name

    @property
    def left(self) -> Expr:
        """Whether it is in the running: not false, not withheld, not struck out."""
        return both(self.present, self.any_option)

    @property
    def any_option(self) -> Expr:
        """Whether any way of giving is left; what is no `give` needs none."""
        return YES if self.weighed.rule.action.kind != "give" else either(*(o.left for o in self.options))

    @property
    def true(self) -> Expr:
        """Whether it is in the running and holds."""
        return both(self.left, self.weighed.truth.true)

    @property
    def open(self) -> Expr:
        """Whether it is in the running and may hold."""
        return both(self.left, self.weighed.truth.open)


@dataclass(frozen=True, slots=True)
class Decided:
    """How a decision came out: each outcome with when it is the one, its rules, and what its gates withhold."""

    decision: Decision
    outcomes: dict[str, Expr]
    choices: tuple[Choice, ...]
    withheld: tuple[tuple[str, Slots], ...]


def firsts(options: Sequence[Option]) -> list[Expr]:
    """For each option, whether it is the first that is left."""
    return [both(o.left, *(no(before.left) for before in options[:k])) for k, o in enumerate(options)]


def decide(sheet: Sheet, decision: Decision, weighing: Weighing) -> Decided:
    """What a decision comes to: the first of the contract's outcomes that holds."""
    rules = [weighing.rules[name] for name in decision.rules]
    own = [w for w in rules if w.rule.action.kind == "decide"]
    choices = [_choice(sheet, w, weighing) for w in rules if w.rule.action.kind != "decide"]
    held = _settle(sheet, decision, [_held(sheet, c, weighing) for c in choices])
    closed, stopped = _shut(rules, weighing, True), _shut(rules, weighing, False)
    outcomes = _in_turn(sheet, [
        ("not applicable", kleene(sheet, decision.scope).false),
        ("stopped", stopped),
        ("decide", closed),
        ("own", either(*(either(w.truth.true, w.vague) for w in own))),
        ("done", kleene(sheet, decision.done).true if decision.done is not None else NO),
        ("silent", _silent(sheet, decision, choices, own)),
        ("settled", YES),
    ])  # fmt: skip
    open_ = named(sheet, either(*(outcomes[name] for name in ("decide", "own", "silent", "settled"))))
    withheld = _withheld(sheet, outcomes["decide"], decision, choices, weighing)
    return Decided(
        decision, _settled(sheet, decision, outcomes, held), tuple(_only(sheet, c, open_) for c in held), withheld
    )


def _shut(rules: Sequence[Weighed], weighing: Weighing, deciding: bool) -> Expr:
    """Whether a gate holds that forbids what the decision is about: one that decides, or one that stops."""
    gates = [g for g in weighing.gates if (g.rule.action.kind == "decide") is deciding]
    return either(*(g.truth.true for g in gates if any(forbids(g, w.rule, w.rule.action.gives) for w in rules)))


def _silent(sheet: Sheet, decision: Decision, choices: Sequence[Choice], own: Sequence[Weighed]) -> Expr:
    nobody = [no(c.present) for c in choices]
    return both(kleene(sheet, decision.scope).true, *nobody, *(no(w.truth.open) for w in own))


def _in_turn(sheet: Sheet, outcomes: Sequence[tuple[str, Expr]]) -> dict[str, Expr]:
    """Each outcome where none before it holds."""
    found, before = {}, NO
    for name, condition in outcomes:
        found[name] = named(sheet, both(condition, no(before)))
        before = named(sheet, either(before, condition))
    return found


def _settled(sheet: Sheet, decision: Decision, outcomes: dict[str, Expr], choices: Sequence[Choice]) -> dict[str, Expr]:
    """The outcomes in full: what is settled by the rules against each other comes out in its own way."""
    standing = either(*(c.standing for c in choices))
    shaky = either(*(both(c.standing, either(anything(c.unless), c.provisional)) for c in choices))
    struck = either(*(both(c.present, no(c.any_option)) for c in choices))
    asked = either(*(c.contender for c in choices))
    ways = _in_turn(sheet, [
        ("decide", either(*(c.vague for c in choices))),
        ("conflict", NO if decision.choose == "shortest" else _several([c.standing for c in choices])),
        ("firm", both(standing, no(shaky))),
        ("stopped", both(struck, no(standing), no(asked))),
        ("provisional", YES),
    ])  # fmt: skip
    here = {name: named(sheet, both(outcomes["settled"], way)) for name, way in ways.items()}
    here["decide"] = named(sheet, either(here["decide"], outcomes["decide"], outcomes["own"]))
    here["stopped"] = named(sheet, either(here["stopped"], outcomes["stopped"]))
    return here | {name: outcomes[name] for name in ("not applicable", "done", "silent")}


def _several(conditions: Sequence[Expr]) -> Expr:
    """At least two of these hold."""
    return either(*(both(a, b) for k, a in enumerate(conditions) for b in conditions[k + 1 :]))


def _only(sheet: Sheet, choice: Choice, open_: Expr) -> Choice:
    """A choice whose places count only where the decision is open."""
    places = {place: named(sheet, both(open_, getattr(choice, place))) for place in ("standing", "contender", "vague")}
    return replace(choice, **places)  # type: ignore[arg-type]


# ---------------------------------------------------------------- one rule


def _choice(sheet: Sheet, weighed: Weighed, weighing: Weighing) -> Choice:
    """A rule's options once the strike-outs have been through them."""
    options = tuple(_option(sheet, give, weighing) for give in weighed.rule.action.gives)
    named_ = [s for s in weighed.rule.action.strikes if weighed.rule.action.kind == "use"]
    unless = merged(*(under(first, o.unless) for first, o in zip(firsts(options), options, strict=True)))
    if not options:
        unless = merged(*(w.asks for w in weighing.strikers if any(s in w.rule.action.strikes for s in named_)))
    confirm = merged(*(_confirm(sheet, gate, weighed, options, weighing) for gate in weighing.gates))
    others = (_behind(sheet, option, weighed, options, weighing) for option in options[1:])
    return Choice(weighed, weighed.live, (*options[:1], *others), unless, confirm)


def _behind(sheet: Sheet, option: Option, weighed: Weighed, options: Sequence[Option], weighing: Weighing) -> Option:
    """Another way of giving with what hangs on open gates that leave the first one alone."""
    slots: list[Slots] = []
    for gate in weighing.gates:
        taken = [takes(gate.rule.stops, o.give) for o in options]
        if takes(gate.rule.stops, option.give) and not all(taken):
            spared = no(_forbidden(gate, weighed, options))
            free = named(sheet, both(gate.truth.open, spared, could(sheet, gate.rule, weighed)))
            slots.append(under(free, weighing.gate_asks[gate.rule.name]))
    return replace(option, unless=merged(option.unless, *slots))


def _option(sheet: Sheet, give: Give, weighing: Weighing) -> Option:
    by = [w for w in weighing.strikers if takes(w.rule.action.strikes, give)]
    return Option(give, named(sheet, no(either(*(w.truth.true for w in by)))), merged(*(w.asks for w in by)))


def _confirm(sheet: Sheet, gate: Weighed, weighed: Weighed, options: Sequence[Option], weighing: Weighing) -> Slots:
    """What must be made sure of before a rule is followed, because of an open gate."""
    door = _forbidden(gate, weighed, options)
    if door == NO:
        return ()
    open_ = named(sheet, both(gate.truth.open, door, could(sheet, gate.rule, weighed)))
    return under(open_, weighing.gate_asks[gate.rule.name])


def _forbidden(gate: Weighed, weighed: Weighed, options: Sequence[Option]) -> Expr:
    """Whether a gate can forbid a rule as it is: by the first way of giving that is left."""
    if not options:
        return YES if forbids(gate, weighed.rule, ()) else NO
    ways = zip(firsts(options), options, strict=True)
    given = either(*(first for first, option in ways if forbids(gate, weighed.rule, [option.give])))
    return given if weighed.rule.action.kind == "give" else YES if forbids(gate, weighed.rule, ()) else NO


def _held(sheet: Sheet, choice: Choice, weighing: Weighing) -> Choice:
    """A rule with what no gate that holds forbids; it is gone when its first way of giving is withheld."""
    gone = either(*(both(g.truth.true, _forbidden(g, choice.weighed, choice.options)) for g in weighing.gates))
    options = tuple(
        replace(
            o,
            left=named(sheet, both(o.left, *(no(g.truth.true) for g in weighing.gates if takes(g.rule.stops, o.give)))),
        )
        for o in choice.options
    )
    return replace(choice, present=named(sheet, both(choice.present, no(gone))), options=options)


# ---------------------------------------------------------------- the rules against each other


def _settle(sheet: Sheet, decision: Decision, choices: Sequence[Choice]) -> list[Choice]:
    """Who stands and who may, gates aside."""
    return _shortest(sheet, choices) if decision.choose == "shortest" else _one(sheet, choices)


def _one(sheet: Sheet, choices: Sequence[Choice]) -> list[Choice]:
    """Exactly one rule may stand; `instead of` unseats."""
    seated = [no(either(*(o.true for o in choices if c.name in o.weighed.rule.instead_of))) for c in choices]
    placed = [_placed(sheet, c, both(c.true, s), both(c.open, s)) for c, s in zip(choices, seated, strict=True)]
    shaky = named(sheet, either(_several([c.standing for c in placed]), *(c.vague for c in placed)))
    return [replace(c, unless=_unless(c, placed), provisional=shaky) for c in placed]


def _placed(sheet: Sheet, choice: Choice, standing: Expr, rival: Expr) -> Choice:
    vague = both(rival, choice.weighed.vague)
    asked = both(rival, no(choice.weighed.vague))
    return replace(choice, standing=named(sheet, standing), contender=named(sheet, asked), vague=named(sheet, vague))


def _unless(choice: Choice, placed: Sequence[Choice]) -> Slots:
    """The unknown facts by which a rival could still unseat a rule that stands."""
    rivals = [r for r in placed if r is not choice and r.name not in choice.weighed.rule.instead_of]
    return merged(choice.unless, *(under(r.contender, r.weighed.asks) for r in rivals))


def _interval(give: Give) -> tuple[float, float]:
    return length(give.every_low) / give.times, length(give.every_high) / give.times


@dataclass(frozen=True, slots=True)
class Race:
    """The intervals of a decision's rules: which each has, and whether a rule that holds has a shorter one."""

    ranks: dict[str, list[Expr]]
    beaten: dict[str, Expr]
    matched: dict[str, Expr]


def _race(sheet: Sheet, choices: Sequence[Choice]) -> Race:
    lengths = sorted({_interval(o.give) for c in choices for o in c.options})
    ranks = {
        c.name: [
            either(*(f for f, o in zip(firsts(c.options), c.options, strict=True) if _interval(o.give) == length_))
            for length_ in lengths
        ]
        for c in choices
    }
    at = [named(sheet, either(*(both(c.true, ranks[c.name][k]) for c in choices))) for k in range(len(lengths))]
    shorter = [named(sheet, either(*at[:k])) for k in range(len(lengths))]
    beaten = {
        n: named(sheet, either(*(both(r, s) for r, s in zip(rank, shorter, strict=True)))) for n, rank in ranks.items()
    }
    matched = {
        n: named(sheet, either(*(both(r, a) for r, a in zip(rank, at, strict=True)))) for n, rank in ranks.items()
    }
    return Race(ranks, beaten, matched)


def _shortest(sheet: Sheet, choices: Sequence[Choice]) -> list[Choice]:
    """The shortest interval wins; equal ones agree; an open rule matters only if it could win or agree."""
    race = _race(sheet, choices)
    placed = [
        _placed(sheet, c, both(c.true, no(race.beaten[c.name])), both(c.open, no(race.beaten[c.name]))) for c in choices
    ]
    shaky = named(sheet, either(*(c.vague for c in placed)))
    shorter = [under(both(c.contender, no(race.matched[c.name])), c.weighed.asks) for c in placed]
    unless = merged(*shorter)
    return [
        replace(c, options=_agreed(sheet, c, choices, race), unless=merged(c.unless, unless), provisional=shaky)
        for c in placed
    ]


def _agreed(sheet: Sheet, choice: Choice, choices: Sequence[Choice], race: Race) -> tuple[Option, ...]:
    """A rule's options that every rule of the same interval has; an open one may still take an alternative away."""
    if len(choice.options) < 2:
        return choice.options
    kept = []
    for first, option in zip(firsts(choice.options), choice.options, strict=True):
        lacking = [(c, both(_same(choice, c, race), _lacks(c, option))) for c in choices if c.name != choice.name]
        gone = either(*(both(c.true, lacks) for c, lacks in lacking))
        asks = [under(both(no(first), c.open, lacks), c.weighed.asks) for c, lacks in lacking]
        left = named(sheet, either(first, both(option.left, no(gone))))
        kept.append(replace(option, left=left, unless=merged(option.unless, *asks)))
    return tuple(kept)


def _same(one: Choice, other: Choice, race: Race) -> Expr:
    """Whether two rules have the same interval."""
    return either(*(both(a, b) for a, b in zip(race.ranks[one.name], race.ranks[other.name], strict=True)))


def _lacks(choice: Choice, option: Option) -> Expr:
    return no(either(*(o.left for o in choice.options if o.give == option.give)))


# ---------------------------------------------------------------- what deciding gates withhold


def _withheld(
    sheet: Sheet, closed: Expr, decision: Decision, choices: Sequence[Choice], weighing: Weighing
) -> tuple[tuple[str, Slots], ...]:
    """For each deciding gate what its withheld options hang on: those that stand, then those that may."""
    settled = _settle(sheet, decision, choices)
    places = [(c, c.standing, c.unless) for c in settled] + [(c, c.contender, c.weighed.asks) for c in settled]
    found = []
    for gate in (g for g in weighing.gates if g.rule.action.kind == "decide"):
        slots: Slots = ()
        for choice, place, also in places:
            here = named(sheet, both(closed, gate.truth.true, place, _forbidden(gate, choice.weighed, choice.options)))
            slots += merged(*(under(both(here, o.left), merged(o.unless, also)) for o in choice.options))
        found.append((gate.rule.name, slots))
    return tuple(found)

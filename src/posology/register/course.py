"""The course of treatment: the phase, and the rule that is followed; the days are in `dated.py`.

The same law as `plan/course.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..model import Expr, Give, Period
from ..plan.history import giving
from .asked import Asking, anything
from .settled import Choice, Decided, firsts
from .sheet import NO, YES, Sheet, both, either, kleene, named, no
from .weighed import Weighing, forbids


@dataclass(frozen=True, slots=True)
class Course:
    """Each phase with when it is the one; and the decision that rules, with when it does."""

    phases: dict[str, Expr]
    running: tuple[tuple[Expr, Decided], ...]
    parts: tuple[Decided, ...]


def course(sheet: Sheet, decided: Mapping[str, Decided], here: Asking) -> Course:
    """The phase that is running or about to begin."""
    last = _last(decided, here)
    if last is None:
        return Course({"none": YES}, (), ())
    first = decided.get(last.decision.after or "")
    parts = tuple(d for d in (first, last) if d)
    applicable = [no(d.outcomes["not applicable"]) for d in parts]
    stopped = either(*(d.outcomes["stopped"] for d in parts))
    if first is None:
        on = named(sheet, both(applicable[0], no(stopped)))
        return Course({"maintenance": on, "none": no(on)}, ((on, last),), parts)
    return _phases(sheet, first, last, named(sheet, no(stopped)), here)


def _last(decided: Mapping[str, Decided], here: Asking) -> Decided | None:
    giving_ones = [d for d in decided.values() if giving(here.guideline, d.decision.name)]
    return next((d for d in giving_ones if d.decision.after), giving_ones[0] if giving_ones else None)


def _phases(sheet: Sheet, first: Decided, last: Decided, on: Expr, here: Asking) -> Course:
    scope = kleene(sheet, first.decision.scope)
    grounds = [kleene(sheet, rule.applies) for rule in giving(here.guideline, last.decision.name)]
    ground = named(sheet, either(*(g.true for g in grounds)))
    open_ground = named(sheet, either(*(g.open for g in grounds)))
    done = kleene(sheet, first.decision.done) if first.decision.done is not None else kleene(sheet, NO)
    phases = {
        "loading": both(on, scope.true, done.false),
        "maintenance": both(on, scope.true, done.true),
        "prophylaxis": both(on, scope.false, ground),
        "unknown": both(
            on, either(scope.open, both(scope.true, done.open), both(scope.false, no(ground), open_ground))
        ),
        "none": YES,
    }
    phases = {name: named(sheet, condition) for name, condition in phases.items()}
    after = named(sheet, either(phases["maintenance"], phases["prophylaxis"]))
    return Course(phases, ((phases["loading"], first), (after, last)), (first, last))


# ---------------------------------------------------------------- what is followed


@dataclass(frozen=True, slots=True)
class Followed:
    """A way of giving that the schedule may follow: when it does, firmly or not, and whether it is a loading."""

    choice: Choice
    give: Give
    when: Expr
    firm: Expr
    loading: bool


def followed(sheet: Sheet, where: Course) -> list[Followed]:
    """Every way of giving that some patient's schedule follows."""
    return [f for running, decided in where.running for f in _followed(sheet, running, decided, where)]


def _followed(sheet: Sheet, running: Expr, decided: Decided, where: Course) -> list[Followed]:
    out = either(*(decided.outcomes[name] for name in ("conflict", "stopped", "done")))
    ways = [
        (choice, option.give, named(sheet, both(choice.standing, one)))
        for choice in decided.choices
        for one, option in zip(firsts(choice.options), choice.options, strict=True)
    ]
    regimens: dict[tuple[Period, Period, int], Expr] = {}
    for _, give, stands in ways:
        key = (give.every_low, give.every_high, give.times)
        regimens[key] = either(regimens.get(key, NO), stands)
    held = list(regimens.values())
    mixed = either(*(both(a, b) for k, a in enumerate(held) for b in held[k + 1 :]))
    free = named(sheet, both(running, no(out), no(mixed)))
    found, before = [], NO
    loading = decided is where.parts[0] and len(where.parts) > 1
    for choice, give, stands in ways:
        here = named(sheet, both(free, stands, no(before)))
        firm = both(no(anything(choice.unless)), no(choice.provisional))
        found.append(Followed(choice, give, here, named(sheet, firm), loading))
        before = named(sheet, either(before, stands))
    return found


def regimen(ways: Sequence[Followed]) -> dict[str, dict[str, Expr]]:
    """The columns `rule`, `drug`, `every_low`, `every_high` and `certainty`."""
    firm, any_ = either(*(both(w.when, w.firm) for w in ways)), either(*(w.when for w in ways))
    return {
        "rule": _by([(w.choice.name, w.when) for w in ways]),
        "drug": _by([(w.give.drug, w.when) for w in ways]),
        "every_low": _by([(str(w.give.every_low), w.when) for w in ways]),
        "every_high": _by([(str(w.give.every_high), w.when) for w in ways]),
        "certainty": {"firm": firm, "provisional": any_},
    }


def _by(pairs: Sequence[tuple[str, Expr]]) -> dict[str, Expr]:
    """Words with when they are the right one, each word once."""
    found: dict[str, Expr] = {}
    for word, condition in pairs:
        found[word] = either(found.get(word, NO), condition)
    return found


# ---------------------------------------------------------------- status


def standing(ways: Sequence[Followed], where: Course, weighing: Weighing) -> dict[str, Expr]:
    """The states of the column `status` that no date changes, the first that holds."""
    stopped = either(*(d.outcomes["stopped"] for d in where.parts))
    return {
        "refer": _held(weighing, where, True),
        "stop": either(_held(weighing, where, False), stopped),
        "decide": _left_to_decide(where),
        "ask": no(either(*(w.when for w in ways))),
    }


def _held(weighing: Weighing, where: Course, refers: bool) -> Expr:
    """Whether a gate holds that forbids what the course would give: one that refers the patient, or another."""
    rules = [c.weighed.rule for d in where.parts for c in d.choices]
    gates = [g for g in weighing.gates if any(forbids(g, r, r.action.gives) for r in rules)]
    kinds = [g for g in gates if g.rule.action.kind != "decide" and (g.rule.action.kind == "refer") is refers]
    return either(*(g.truth.true for g in kinds))


def _left_to_decide(where: Course) -> Expr:
    """Whether the decision that rules is the clinician's; while none rules, whether one that may come to is."""
    ruling = either(*(both(running, d.outcomes["decide"]) for running, d in where.running))
    none_rules = no(either(*(running for running, _ in where.running)))
    return either(ruling, both(none_rules, either(*(d.outcomes["decide"] for d in where.parts))))

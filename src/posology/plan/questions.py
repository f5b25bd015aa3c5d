"""What to ask: every unknown fact of which some value changes the plan, most decisive first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..expr import evaluate, missing
from ..model import Fact, Line, Question, Value
from .advice import Audience
from .course import Course
from .known import Known
from .weigh import Decided, Names, Weighed, gathered, merged


def questions(
    lines: Sequence[Line], decided: Mapping[str, Decided], where: Course, weighed: Mapping[str, Weighed], known: Known,
    audience: Audience,
) -> tuple[Question, ...]:  # fmt: skip
    """The questions of a plan: what changes a treatment, then what strikes out, then what is urgent, then the rest."""
    asked = {**dict.fromkeys(_course(where, known)), **dict.fromkeys(_open(lines))}
    hanging = _hanging(lines, weighed, where, known)
    ranked = sorted(asked, key=lambda name: _rank(name, lines, weighed, hanging))
    return tuple(_question(known.guideline.facts[name], hanging.get(name, ()), weighed, known, audience) for name in ranked)


def _open(lines: Sequence[Line]) -> Names:
    """Every fact on which a line hangs."""
    return merged(
        names for line in lines for names in (line.if_, line.unless, line.confirm, *(unless for _, unless in line.alternatives))
    )


def _course(where: Course, known: Known) -> Names:
    """What the course itself waits for: how far it is, and whether its open end has come."""
    done = where.now.decision.done if where.now else None
    ends = [o.give.until_holds for c in (where.now.standing if where.now else ()) for o in c.options[:1] if o.give.until_holds]
    open_done = [
        missing(d.done, known.values.get)
        for d in known.guideline.decisions.values()
        if d.done is not None and evaluate(d.scope, known.values.get) is True
    ]
    names = merged([*open_done, *(missing(end, known.values.get) for end in ends if done is not None)])
    return gathered(names, known)


def _hanging(lines: Sequence[Line], weighed: Mapping[str, Weighed], where: Course, known: Known) -> dict[str, Names]:
    """For each asked fact the rules that it would change: open rules that some line hangs on, and open ends."""
    found: dict[str, list[str]] = {}
    for name, item in weighed.items():
        for fact in item.asks:
            found.setdefault(fact, []).append(name)
    for choice in where.now.standing if where.now else ():
        for option in choice.options[:1]:
            for fact in missing(option.give.until_holds, known.values.get) if option.give.until_holds else ():
                found.setdefault(fact, []).insert(0, choice.name)
    return {fact: tuple(dict.fromkeys(names)) for fact, names in found.items()}


def _rank(name: str, lines: Sequence[Line], weighed: Mapping[str, Weighed], hanging: Mapping[str, Names]) -> tuple[int, int]:
    """Smaller is more decisive; within a class the fact on which more rules hang comes first."""
    rules = [weighed[rule].rule for rule in hanging.get(name, ())]
    gives = any(r.action.kind == "give" for r in rules) or any(name in line.unless for line in lines if line.give)
    gate = any(name in line.confirm for line in lines)
    strikes = any(r.action.kind in ("avoid", "never") or r.stops for r in rules)
    urgent = any(r.action.urgency in ("urgent", "emergency") for r in rules)
    order = 0 if gives else 1 if gate else 2 if strikes else 3 if urgent else 4
    return order, -len(rules)


def _question(fact: Fact, rules: Names, weighed: Mapping[str, Weighed], known: Known, audience: Audience) -> Question:
    words = fact.patient_question if audience == "patient" else fact.question
    return Question(fact.name, words, rules, _answers(fact, rules, weighed, known))


def _answers(fact: Fact, rules: Names, weighed: Mapping[str, Weighed], known: Known) -> tuple[tuple[Value, Names], ...]:
    """For each answer, the rules that would then apply for certain."""
    if fact.kind == "number":
        return ()
    values: tuple[Value, ...] = (True, False) if fact.kind == "yes/no" else fact.choices
    return tuple((value, _then(fact.name, value, rules, weighed, known)) for value in values)


def _then(name: str, value: Value, rules: Names, weighed: Mapping[str, Weighed], known: Known) -> Names:
    def value_of(other: str) -> Value | None:
        return value if other == name else known.values.get(other)

    return tuple(rule for rule in rules if evaluate(weighed[rule].rule.applies, value_of))

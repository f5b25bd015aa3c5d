"""What to ask: every unknown fact of which some value changes the plan, most decisive first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from ..expr import evaluate, facts_of, missing
from ..model import Expr, Fact, Guideline, Line, Question, Value
from .advice import Audience
from .course import Course
from .decide import Decided
from .known import Known, derived, with_fact
from .weigh import Names, Weighed, Weighing, blanks, gathered, merged


def questions(
    lines: Sequence[Line],
    decided: Mapping[str, Decided],
    where: Course,
    weighing: Weighing,
    known: Known,
    audience: Audience,
) -> tuple[Question, ...]:
    """The questions of a plan: what changes a treatment, then what strikes out, then what is urgent, then the rest."""
    sharper, ends = _sharper(lines, known), _open_ends(where, known)
    asked = merged([_open(lines), _course(where, ends, known), [fact for _, fact in sharper]])
    hanging = _hanging([*ends, *sharper], weighing)
    unseat = {name for line in lines if line.give for name in (*line.unless, *line.if_)}
    gated = {name for line in lines for name in line.confirm}
    ranked = sorted(asked, key=lambda name: _rank(name, unseat, gated, weighing, hanging.get(name, ())))
    return tuple(
        _question(known.guideline.facts[name], hanging.get(name, ()), weighing, known, audience) for name in ranked
    )


def _open(lines: Sequence[Line]) -> Names:
    """Every fact on which a line hangs."""
    return merged(
        names
        for line in lines
        for names in (line.if_, line.unless, line.confirm, *(unless for _, unless in line.alternatives))
    )


def _course(where: Course, ends: Sequence[tuple[str, str]], known: Known) -> Names:
    """What the course itself waits for: how far it is, and whether its open end has come."""
    bounded = where.now is not None and where.now.decision.done is not None
    open_done = [
        missing(d.done, known.values.get)
        for d in known.guideline.decisions.values()
        if d.done is not None and evaluate(d.scope, known.values.get) is True
    ]
    return gathered(merged([*open_done, [fact for _, fact in ends if bounded]]), known)


def _sharper(lines: Sequence[Line], known: Known) -> list[tuple[str, str]]:
    """The warnings that one more fact would sharpen, each with that fact."""
    warnings = [known.guideline.named[line.rule].rule for line in lines if line.action == "avoid"]
    return [
        (rule.name, fact)
        for rule in warnings
        if rule is not None and rule.never_when is not None
        for fact in gathered(missing(rule.never_when, known.values.get), known)
    ]


def _hanging(sure: Sequence[tuple[str, str]], weighing: Weighing) -> dict[str, Names]:
    """For each unknown fact the rules that it would change: those given, and every open rule."""
    found: dict[str, dict[str, None]] = {}
    for rule, fact in sure:
        found.setdefault(fact, {})[rule] = None
    for name, item in weighing.rules.items():
        for fact in item.asks:
            found.setdefault(fact, {})[name] = None
    return {fact: tuple(names) for fact, names in found.items()}


def _open_ends(where: Course, known: Known) -> list[tuple[str, str]]:
    """The running treatments that go on until something is assessed, with what is to be assessed."""
    running = where.now.standing if where.now else ()
    ends = [(choice.name, option.give.until_holds) for choice in running for option in choice.options[:1]]
    return [(name, fact) for name, end in ends if end is not None for fact in missing(end, known.values.get)]


def _rank(name: str, unseat: set[str], gated: set[str], weighing: Weighing, rules: Names) -> tuple[int, int]:
    """Smaller is more decisive; within a class the fact on which more rules hang comes first."""
    hanging = [weighing.rules[rule].rule for rule in rules]
    if name in unseat:
        return 0, -len(rules)
    if name in gated or any(r.action.kind == "give" for r in hanging):
        return 1, -len(rules)
    if any(r.stops or r.action.kind in ("avoid", "never") for r in hanging):
        return 2, -len(rules)
    return (3 if any(r.action.urgency in ("urgent", "emergency") for r in hanging) else 4), -len(rules)


def _question(fact: Fact, rules: Names, weighing: Weighing, known: Known, audience: Audience) -> Question:
    weighed = [weighing.rules[rule] for rule in rules]
    for rule in weighed:
        if not rule.blank:
            return _asked(fact, rules, _answers(fact, weighed, known), audience)
    return _blank(known.guideline, fact.name, rules, audience)


@lru_cache(maxsize=2048)
def _blank(guideline: Guideline, name: str, rules: Names, audience: Audience) -> Question:
    """The question for a fact on which only rules hang of which nothing is known: the same for every such patient."""
    fact = guideline.facts[name]
    return _asked(fact, rules, _open_answers(fact, [blanks(guideline)[rule] for rule in rules]), audience)


def _asked(fact: Fact, rules: Names, answers: tuple[tuple[Value, Names], ...], audience: Audience) -> Question:
    words = fact.patient_question if audience == "patient" else fact.question
    return Question(fact.name, words, rules, answers)


def _answers(fact: Fact, weighed: Sequence[Weighed], known: Known) -> tuple[tuple[Value, Names], ...]:
    """For each answer, the rules that would then apply for certain."""
    above = derived(known.guideline).above.get(fact.name)
    if above and any(above & _reads(known.guideline)[w.rule.name] for w in weighed):
        return tuple([(value, _then(fact.name, value, weighed, known)) for value in _values(fact)])
    return _open_answers(fact, weighed)


def _values(fact: Fact) -> tuple[Value, ...]:
    """The answers that can be told apart in advance: none for a number."""
    return (True, False) if fact.kind == "yes/no" else fact.choices


def _open_answers(fact: Fact, weighed: Sequence[Weighed]) -> tuple[tuple[Value, Names], ...]:
    open_rules = [(w.rule.name, w.rest) for w in weighed if w.truth is None]
    return tuple([(value, _held(fact.name, value, open_rules)) for value in _values(fact)])


def _held(name: str, value: Value, open_rules: Sequence[tuple[str, Expr]]) -> Names:
    """The open rules that one more fact makes true."""
    value_of = {name: value}.get
    return tuple([rule for rule, rest in open_rules if evaluate(rest, value_of)])


def _then(name: str, value: Value, rules: Sequence[Weighed], known: Known) -> Names:
    """The rules that hold once a fact is known from which others are derived."""
    values = with_fact(name, value, known)
    return tuple([w.rule.name for w in rules if evaluate(w.rule.applies, values.get)])


@lru_cache(maxsize=16)
def _reads(guideline: Guideline) -> dict[str, frozenset[str]]:
    """The derived facts that each rule reads."""
    derived_facts = frozenset(f.name for f in guideline.facts.values() if f.when or f.course)
    return {rule.name: derived_facts.intersection(facts_of(rule.applies)) for rule in guideline.rules}

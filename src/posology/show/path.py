"""The picture of the way that a patient took through the decisions: who each is for, which rules apply, what comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from ..expr import evaluate, missing
from ..model import Above, All, Any_, Decision, Expr, Guideline, Is, Line, Not, Plan, Rule, Truth, Value, Verdict
from . import drawing as d
from . import words
from .sheet import rule_names
from .words import Audience, say

Way = Literal["taken", "open", "gives way", "withheld", "no"]


@dataclass(frozen=True, slots=True)
class Branch:
    """One rule of a decision: whether it applies, the facts that say so, and what became of it."""

    rule: str
    truth: Truth
    way: Way
    facts: tuple[str, ...]
    unknown: tuple[str, ...]
    treatment: str
    struck: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One decision: whom it is for, its rules in the order of the guideline, and how it came out."""

    name: str
    title: str
    scope: Truth
    scope_facts: tuple[str, ...]
    branches: tuple[Branch, ...]
    outcome: str
    said: str


def steps(plan: Plan, guideline: Guideline, audience: Audience = "clinician") -> tuple[Step, ...]:
    """The way that this patient took, decision by decision."""
    known = {name: what for name, (what, _) in plan.facts.items()}
    return tuple(_step(guideline.decisions[name], verdict, plan, guideline, known, audience) for name, verdict in plan.decisions.items() if name in guideline.decisions)


def _step(decision: Decision, verdict: Verdict, plan: Plan, guideline: Guideline, known: dict[str, Value], audience: Audience) -> Step:
    truth = evaluate(decision.scope, known.get)
    rules = [rule for rule in guideline.rules if rule.name in decision.rules]
    branches = tuple(_branch(rule, verdict, plan, guideline, known) for rule in rules if verdict.outcome != "not applicable")
    title, said = words.decision_title(guideline, decision.name, audience), say(f"outcome {verdict.outcome}", audience)
    return Step(decision.name, title, truth, _chips(guideline, deciding(decision.scope, known), known), branches, verdict.outcome, said)


def _branch(rule: Rule, verdict: Verdict, plan: Plan, guideline: Guideline, known: dict[str, Value]) -> Branch:
    line = next((line for line in plan.advice if line.rule == rule.name), None)
    truth = True if rule.name in verdict.superseded else evaluate(rule.when, known.get)
    told = dict(line.because) if line and line.because else {fact: known[fact] for fact in deciding(rule.when, known) if fact in known}
    hangs = (*line.if_, *line.unless) if line else missing(rule.when, known.get)
    unknown = tuple(words.short(guideline, fact) for fact in hangs)
    struck = tuple(f"{words.regimen(give)}: {words.title(why).lower()}" for give, why in line.struck) if line else ()
    return Branch(rule.name, truth, _way(rule.name, truth, verdict), _chips(guideline, tuple(told), told), unknown, _treatment(rule, line), struck)


def _way(rule: str, truth: Truth, verdict: Verdict) -> Way:
    if rule in verdict.rules:
        return "taken"
    if rule in verdict.superseded:
        return "gives way"
    return "open" if truth is None else "withheld" if truth else "no"


def _treatment(rule: Rule, line: Line | None) -> str:
    """What the rule's line gives to this patient, else what the rule gives, else what it says to use."""
    gives = [line.give] if line and line.give else [] if line and line.alternatives else [*rule.action.gives]
    gives += [give for give, _ in line.alternatives] if line else []
    decide = f"{say('decide')}: " if line and line.action == "decide" else ""
    said = decide + " or ".join(words.regimen(give) for give in gives) or rule.action.words
    return said[:1].upper() + said[1:]


def _chips(guideline: Guideline, facts: Sequence[str], known: dict[str, Value]) -> tuple[str, ...]:
    return tuple(words.chip(guideline, fact, known.get(fact)) for fact in facts)


def deciding(when: Expr, known: dict[str, Value]) -> tuple[str, ...]:
    """The facts that settle a condition; where it is not settled, those that are still missing.

    >>> deciding(All((Is("a"), Is("b"))), {"a": True, "b": False})
    ('b',)
    >>> deciding(Any_((Is("a"), Is("b"))), {"a": False})
    ('b',)
    """
    return tuple(dict.fromkeys(_deciding(when, known)))


def _deciding(when: Expr, known: dict[str, Value]) -> Iterator[str]:
    match when:
        case Is(fact) | Above(fact):
            yield fact
        case Not(part):
            yield from _deciding(part, known)
        case All(parts) | Any_(parts):
            truth = evaluate(when, known.get)
            alike = [part for part in parts if evaluate(part, known.get) is truth]
            decisive = truth is isinstance(when, Any_)
            for part in alike[:1] if decisive else alike:
                yield from _deciding(part, known)
        case _:
            assert_never(when)


# ---------------------------------------------------------------- drawing

_SCOPE, _RULES, _END = (1.5, 156.5), (200.0, 272.0), (512.0, 206.5)
"""Left edge and width of the three columns."""
_SIZE, _PAD = 10.5, 8.0
_STEP = _SIZE * 1.25
_WAYS = ("taken", "open", "gives way", "withheld", "no")
_GREY = ("no", "gives way", "withheld")


def path(plan: Plan, guideline: Guideline, audience: Audience = "clinician", font: str = d.FONT) -> str:
    """The picture as SVG; empty when there are no decisions."""
    taken = steps(plan, guideline, audience)
    if not taken:
        return ""
    body: list[str] = []
    top = 0.0
    for step in taken:
        top = _band(body, step, top, audience)
    title = f"{say('path', audience)}: {guideline.title}"
    return d.picture("path", title, describe(taken, audience), _key(body, top, audience), body, font)


def describe(taken: Sequence[Step], audience: Audience = "clinician") -> str:
    """The picture in words."""
    told = []
    for step in taken:
        rules = "; ".join(f"{words.title(b.rule)}: {said_of(b, audience)}" for b in step.branches)
        told.append(f"{step.title}: {step.said}" + (f" ({rules})" if rules else ""))
    return ". ".join(told) + "."


def said_of(branch: Branch, audience: Audience) -> str:
    """What became of a rule, in a word or two, with the facts that settled it."""
    return " – ".join(filter(None, (say(f"way {branch.way}", audience), ", ".join(branch.facts))))


def _band(body: list[str], step: Step, top: float, audience: Audience) -> float:
    """One decision, drawn downwards from ``top``; gives back where the next may start."""
    body.append(d.text(0, top + 15, step.title, 13, bold=True))
    pill = d.text_width(step.said, _SIZE, True) + 16
    edge = d.WIDTH - 1.5
    body += [d.box(edge - pill, top + 2, pill, 18, d.INK if step.outcome == "firm" else d.PAPER, d.INK, "" if step.outcome == "firm" else "4 2", 1.2, 9)]
    body += [d.text(edge - pill / 2, top + 15, step.said, _SIZE, d.PAPER if step.outcome == "firm" else d.INK, True, "middle")]
    top += 28
    facts = d.fold(" · ".join(step.scope_facts), _SCOPE[1] - 2 * _PAD, _SIZE)
    height = 40 + len(facts) * _STEP
    wires: list[tuple[int, list[str]]] = []
    nodes: list[str] = []
    y = top
    for branch in step.branches:
        tall = _branch_box(nodes, branch, y, audience)
        wires.append((_WAYS.index(branch.way), [*_wires(branch, top + 18, y + 18)]))
        y += tall + 8
    body += [*(part for _, parts in sorted(wires, reverse=True) for part in parts), *_scope_box(step, facts, top, height, audience), *nodes]
    bottom = max(y - 8, top + height)
    body.append(d.line(0, bottom + 12, d.WIDTH, bottom + 12))
    return bottom + 22


def _scope_box(step: Step, facts: list[str], top: float, height: float, audience: Audience) -> list[str]:
    x, width = _SCOPE
    return [
        d.box(x, top, width, height, d.PAPER, d.INK, "" if step.scope is not None else "4 2", 1.4),
        *sign(step.scope, x + 17, top + 18, step.scope is False),
        d.text(x + 31, top + 22, say(f"scope {step.scope}", audience), 11, bold=True),
        *d.lines(x + _PAD, top + 32, facts, _SIZE, d.SOFT),
    ]


def _branch_box(nodes: list[str], branch: Branch, top: float, audience: Audience) -> float:
    """A rule's box and, if its way was taken or is open, the box of what it gives; gives back the height."""
    (x, width), grey = _RULES, branch.way in _GREY
    name = d.fold(words.title(branch.rule), width - 40, 11, True)
    told = [line for part in _reasons(branch, audience) for line in d.fold(part, width - 31 - _PAD, _SIZE)]
    ending = _ending(branch)
    tall = max(11 + len(name) * 13.75 + len(told) * _STEP + _PAD, 2 * _PAD + len(ending) * _STEP if ending else 0, 36)
    colour = d.RULE if grey else d.BLUE
    nodes.append(d.box(x, top, width, tall, d.PALE if branch.way == "taken" else d.PAPER, colour, "4 2" if branch.way == "open" else "", 2.2 if branch.way == "taken" else 1.2))
    nodes += sign(branch.truth, x + 17, top + 18, grey)
    nodes += d.lines(x + 31, top + 9.5, name, 11, d.SOFT if grey else d.INK, True)
    nodes += d.lines(x + 31, top + 11 + len(name) * 13.75, told, _SIZE, d.SOFT)
    if ending:
        nodes += _end_box(branch, ending, top, tall)
    return tall


def _reasons(branch: Branch, audience: Audience) -> Iterator[str]:
    if branch.way in ("gives way", "withheld"):
        yield say(f"way {branch.way}", audience)
    if branch.facts:
        yield f"{say('because', audience)} " + " · ".join(branch.facts)
    if branch.truth is None and not branch.unknown:
        yield say("vague", audience)
    if branch.unknown:
        yield f"{say('if' if branch.way == 'open' else 'unless', audience)}: " + "; ".join(branch.unknown)


def _ending(branch: Branch) -> list[tuple[str, str]]:
    """The lines of the last box: what is given, and greyed what was struck out of it."""
    if branch.way not in ("taken", "open"):
        return []
    room = _END[1] - 2 * _PAD
    told = [(line, d.INK) for line in d.fold(branch.treatment, room, _SIZE, branch.way == "taken")]
    return told + [(line, d.SOFT) for struck in branch.struck for line in d.fold(f"✕ {struck}", room, _SIZE)]


def _end_box(branch: Branch, ending: list[tuple[str, str]], top: float, tall: float) -> Iterator[str]:
    x, width = _END
    bold = branch.way == "taken"
    yield d.box(x, top, width, tall, d.PAPER, d.BLUE, "" if bold else "4 2", 2.2 if bold else 1.2)
    for n, (line, fill) in enumerate(ending):
        yield d.text(x + _PAD, top + _PAD + (n + 0.8) * _STEP, line, _SIZE, fill, bold and fill == d.INK)


def _wires(branch: Branch, start: float, y: float) -> Iterator[str]:
    """From the scope to a rule, and on to what it gives: thick when taken, broken while open, thin otherwise."""
    ink, width, dash = {"taken": (d.BLUE, 3.0, ""), "open": (d.BLUE, 1.4, "4 2")}.get(branch.way, (d.RULE, 1.0, ""))
    left, middle = _SCOPE[0] + _SCOPE[1], (_SCOPE[0] + _SCOPE[1] + _RULES[0]) / 2
    yield d.shape(f"M{left:.1f} {start:.1f}H{middle:.1f}V{y:.1f}H{_RULES[0]:.1f}", None, ink, width, dash)
    if branch.way in ("taken", "open"):
        yield d.line(_RULES[0] + _RULES[1], y, _END[0], y, ink, width, dash)
        yield d.shape(f"M{_END[0] - 8:.1f} {y - 5:.1f}l7 5l-7 5z", ink)


def sign(truth: Truth, x: float, y: float, grey: bool = False) -> list[str]:
    """Yes, no or unknown, told apart by shape and not by colour alone."""
    if truth is None:
        return [d.disc(x, y, 8, d.PAPER, d.BLUE, 1.4, "3 2"), d.text(x, y + 4, "?", 11, d.BLUE, True, "middle")]
    if truth:
        return [d.disc(x, y, 8, d.SOFT if grey else d.GREEN), d.shape(f"M{x - 4:.1f} {y:.1f}l3 3.4l5 -6.4", None, d.PAPER, 2)]
    return [d.disc(x, y, 8, d.PAPER, d.SOFT, 1.4), d.shape(f"M{x - 3.2:.1f} {y - 3.2:.1f}l6.4 6.4m0 -6.4l-6.4 6.4", None, d.SOFT, 1.6)]


def _key(body: list[str], top: float, audience: Audience) -> float:
    x = 0.0
    for truth, key in ((True, "yes"), (None, "unknown truth"), (False, "no")):
        label = say(f"sign {key}", audience)
        body += [*sign(truth, x + 9, top + 10), d.text(x + 22, top + 14, label, _SIZE, d.SOFT)]
        x += d.text_width(label, _SIZE) + 40
    body += [d.line(x, top + 10, x + 26, top + 10, d.BLUE, 3), d.text(x + 32, top + 14, say("sign way", audience), _SIZE, d.SOFT)]
    return top + 22

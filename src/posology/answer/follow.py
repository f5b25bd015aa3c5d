"""What to ask next: facts that are not settled, and what stands beside what was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ..expr import facts_of
from ..hear.turns import clashes
from ..model import Fact, Plan
from ..plan.advice import Audience
from .answered import Said
from .asked.aspect import Silent
from .asked.coverage import Aspect, Coverage
from .asked.match import Part
from .ground import Ground
from .talk import Talk

COUNT = 3


def follow_ups(
    told: Talk, lines: Sequence[Said], plan: Plan | None, here: Ground, audience: Audience
) -> tuple[str, ...]:
    """Three questions: one or two facts that were left unclear or would settle something, then neighboring aspects."""
    left_open = [*(first.fact for first, _ in clashes(told.last)), *(one.fact for one in told.unheard)]
    unclear = [here.guideline.facts[name] for name in left_open if name in here.guideline.facts]
    undecided = _undecided(lines, plan, here)
    undecided = [fact for fact in undecided if fact.name not in here.lexicon.topical] or undecided
    facts = [_question(fact, audience) for fact in dict.fromkeys([*unclear, *undecided])][:2]
    beside = [_next(aspect, audience) for aspect in _neighbors(told.parts, lines, here.coverage)]
    return tuple(dict.fromkeys([*facts, *filter(None, beside)]))[:COUNT]


def _question(fact: Fact, audience: Audience) -> str:
    return fact.patient_question if audience == "patient" and fact.patient_question else fact.question


def _next(aspect: Aspect, audience: Audience) -> str:
    return aspect.patients_next if audience == "patient" else aspect.next


def _undecided(lines: Sequence[Said], plan: Plan | None, here: Ground) -> list[Fact]:
    """Unknown facts on which the lines shown hang: those that the plan asks for, or that the most lines read."""
    facts = here.guideline.facts
    shown = {said.statement.rule.name: said.statement.rule for said in lines if said.statement.rule}
    if plan is not None:
        return [facts[q.fact] for q in plan.ask if not shown.keys().isdisjoint(q.would_change)]
    read = Counter(name for rule in shown.values() for name in facts_of(rule.when) if name in facts)
    several = [name for name, count in read.most_common() if count > 1 or len(shown) == 1]
    return [facts[name] for name in several if facts[name].question]


def _neighbors(parts: Sequence[Part], lines: Sequence[Said], coverage: Coverage) -> Iterator[Aspect]:
    """Aspects that share statements with what was answered, then those that come after it in the map."""
    asked = {aspect.name for part in parts for aspect in part.aspects}
    there = {said.statement.name for said in lines}
    others = [a for a in coverage.aspects.values() if a.next and a.name not in asked]
    yield from (a for a in others if there.intersection(a.every) and not there.issuperset(a.statements))
    yield from sorted(others, key=lambda aspect: aspect.last)


def instead(silent: Iterable[Silent], coverage: Coverage, audience: Audience) -> tuple[str, ...]:
    """What can be asked instead of what is not said: the nearest that is covered."""
    names = [name for quiet in silent if quiet.aspect for name in quiet.aspect.nearest]
    general = [a.name for a in coverage.aspects.values() if a.kind == "general" and a.next]
    nearest = (coverage.aspects[name] for name in dict.fromkeys((*names, *general)))
    return tuple(_next(aspect, audience) for aspect in nearest if _next(aspect, audience))[:COUNT]

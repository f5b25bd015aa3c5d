"""Which statements speak to a question: those of its aspects, narrowed and ranked by its words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .aspect import Asked, Heeded, Match
from .claim import Claim, claim, objects, turns
from .coverage import Aspect
from .speech import Clause, find, open_, wants_yes_or_no

_OUGHT = frozenset(["should", "shall", "must"])
MOST_BESIDE = 2
"""Matters that a turn names beside what it asks, and that are answered as well."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is asked and answered: its aspects and its statements, the most fitting first.

    ``named`` statements join only if they hold for the patient; ``otherwise`` stand in when none of the first does.
    ``asks``: it wants a yes or a no, or, ``turned``, the opposite. ``words`` are first words of such an answer by
    statement, for a part whose aspects have none. ``claim``: what it claims, for a verdict of its own.
    """

    aspects: tuple[Aspect, ...]
    statements: tuple[str, ...]
    named: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    asks: bool = False
    turned: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    claim: Claim = field(default_factory=Claim)

    @property
    def own(self) -> frozenset[str]:
        """The statements that speak to it, whoever it is for."""
        return frozenset((*self.statements, *self.otherwise))

    @property
    def called(self) -> str:
        """What the part is about, in a few words."""
        return ", ".join(dict.fromkeys(aspect.called for aspect in self.aspects))


def parts(turn: Asked, ranking: Ranking) -> tuple[Part, ...]:
    """What a turn asks and the guideline answers, part by part; the same part once."""
    found: dict[tuple[Aspect, ...], Part] = {}
    for heeded in sorted(turn.heeded, key=lambda one: not one.clause.asked):
        for part in _sharpest_first(_of_clause(heeded, turn.about), heeded):
            found.setdefault(part.aspects, _asking(part, heeded, turn.clauses))
    used = {aspect for aspects in found for aspect in aspects}
    if found and not any(aspect.instead for aspect in used):
        beside = [aspect for aspect in turn.about if aspect not in used][:MOST_BESIDE]
        found.update({(aspect,): Part((aspect,), aspect.statements, aspect.named) for aspect in beside})
    near = {name for quiet in turn.silent if quiet.aspect for name in quiet.aspect.nearest}
    carried = [aspect for aspect in turn.about if aspect.carried and aspect.name in near and not found]
    found.update({(aspect,): Part((aspect,), aspect.statements, aspect.named) for aspect in carried})
    words = [word.stem for clause in turn.clauses for word in clause.words]
    return tuple(replace(part, statements=ranking.best_first(part.statements, words)) for part in found.values())


def _sharpest_first(found: Iterable[Part], heeded: Heeded) -> list[Part]:
    """The parts of a clause, that asked in the most words first, the treatment as a whole last."""
    weight = {m.aspect: len(m.places) for m in heeded.covered}
    return sorted(found, key=lambda p: (all(a.last for a in p.aspects), -max(weight.get(a, 0) for a in p.aspects)))


def _of_clause(heeded: Heeded, context: Sequence[Aspect]) -> Iterator[Part]:
    """The parts of one clause: general aspects together where they share statements, the others narrow them."""
    sharpest = sorted(heeded.covered, key=lambda m: -len(m.places))
    aspects = list(dict.fromkeys(m.aspect for m in sharpest))
    decisive = [*aspects, *(context if any(aspect.kind == "general" for aspect in aspects) else ())]
    if only := next((one for one in decisive if one.instead and (one in aspects or not _spared(one, heeded))), None):
        yield Part((only,), only.statements, only.named)
        return
    general = [aspect for aspect in aspects if aspect.kind == "general"]
    about = [aspect for aspect in aspects if aspect.kind == "about"]
    about = about or [a for a in context if general and all(g.last for g in general)]
    asked = [a for a in general if not a.last]
    general = asked or [a for a in general if not about or any(_first(other) in a.every for other in about)]
    plainly = [*(a for a in general if not a.setting), *about]
    general = [a for a in general if not (a.setting and plainly) or any(_shared(a, [other]) for other in plainly)]
    groups = _together(general)
    left = [a for a in about if not any(_shared(a, group) for group in groups)]
    for group in groups:
        here = [a for a in about if _shared(a, group)]
        yield _narrowed(group, here, [a for a in context if a not in about and _shared(a, group)])
    while left:
        first, *rest = left
        joined = [a for a in rest if _shared(a, [first])]
        yield _joined(first, joined)
        left = [a for a in rest if a not in joined]
    if about and not groups:
        yield from (Part((a,), a.statements, a.named) for a in aspects if a.last)


def _spared(aspect: Aspect, heeded: Heeded) -> bool:
    """Whether a question names what keeps an aspect that was only told beside it from being all that is answered."""
    stems = [word.stem for word in heeded.clause.words]
    return any(find(sought, stems, place) for sought in aspect.unless for place in range(len(stems)))


def _first(aspect: Aspect) -> str:
    return aspect.statements[0] if aspect.statements else ""


def _together(general: Sequence[Aspect]) -> list[list[Aspect]]:
    """General aspects in groups that have statements in common."""
    groups: list[list[Aspect]] = []
    for aspect in general:
        group = next((g for g in groups if _core([*g, aspect])), None)
        if group is None:
            groups.append([aspect])
        else:
            group.append(aspect)
    return groups


def _core(group: Sequence[Aspect]) -> list[str]:
    """The statements that every aspect of a group has, and one of them first of all."""
    own = dict.fromkeys(name for aspect in group for name in aspect.statements)
    return [name for name in own if all(name in aspect.every for aspect in group)]


def _every(group: Sequence[Aspect]) -> list[str]:
    first, *rest = group
    return [name for name in first.every if all(name in aspect.every for aspect in rest)]


def _shared(aspect: Aspect, group: Sequence[Aspect]) -> bool:
    """Whether an aspect and a group have statements in common that one of them is first of all about."""
    return not (
        set(aspect.statements).isdisjoint(_every(group)) and set(aspect.every).isdisjoint(_core(group))
    )


def _narrowed(group: Sequence[Aspect], about: Sequence[Aspect], context: Sequence[Aspect]) -> Part:
    """A group's statements, those first that the narrowing aspects share with it.

    Those of the question itself leave only theirs; those of its ``context`` come first and leave the others.
    """
    core, every = _core(group), _every(group)
    narrowing = list(dict.fromkeys((*about, *context)))
    own = Counter(name for aspect in narrowing for name in aspect.statements if name in every)
    also = [name for aspect in narrowing for name in aspect.named if name in core]
    fitting = tuple(dict.fromkeys([*(name for name, _ in own.most_common()), *also, *(() if about else core)]))
    return Part(
        (*dict.fromkeys((*group, *narrowing)),), fitting,
        named=tuple(name for name in every if name not in fitting),
        otherwise=tuple(name for name in core if name not in fitting),
    )  # fmt: skip


def _joined(first: Aspect, others: Sequence[Aspect]) -> Part:
    """Several narrow aspects that share statements: the shared ones first, then each one's own."""
    if not others:
        return Part((first,), first.statements, first.named)
    counted = Counter(name for aspect in (first, *others) for name in aspect.every)
    own = [name for aspect in (first, *others) for name in aspect.statements]
    shared = [name for name, count in counted.most_common() if count > 1]
    return Part((first, *others), tuple(dict.fromkeys((*shared, *own))))


def _asking(part: Part, heeded: Heeded, clauses: Sequence[Clause]) -> Part:
    raws = [word.raw for word in heeded.clause.words]
    about = (m for m in heeded.covered if m.aspect.kind == "about" and m.aspect in part.aspects)
    taken = {place for m in about for place in m.touched}
    turned = any(place not in taken for place in turns(raws))
    told = claim(clauses, clauses.index(heeded.clause)) if heeded.clause in clauses else Claim()
    turned = turned or told.away
    return replace(part, asks=wants_yes_or_no(raws) or _weighs(heeded.clause) or told.fair, turned=turned, claim=told)


def _weighs(clause: Clause) -> bool:
    """Whether a clause asks if something should be done, whoever or whatever stands first in it."""
    raws = [word.raw for word in clause.words]
    ought = next((n for n, raw in enumerate(raws) if raw in _OUGHT), None)
    return clause.asked and ought is not None and wants_yes_or_no(["should", *raws]) and not open_(raws[:ought])


def wants_leave(clause: Clause) -> bool:
    """Whether a clause asks, yes or no, if something may be done."""
    raws = [word.raw for word in clause.words]
    return clause.asked and wants_yes_or_no(raws) and not (turns(raws) or objects(clause.words))


def part_of(matched: Sequence[Match]) -> Part:
    """The part that some aspects ask, without any clause."""
    return next(_of_clause(Heeded(Clause(()), tuple(matched)), ()))


# ---------------------------------------------------------------- ranking


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The stems of every statement, counted: BM25 over all its wordings and its headings."""

    counts: Mapping[str, Counter[str]]
    lengths: Mapping[str, float]
    weights: Mapping[str, float]

    def score(self, name: str, stems: Sequence[str]) -> float:
        """How well a statement fits these words."""
        counts, length = self.counts[name], self.lengths[name]
        return sum(
            self.weights[stem] * counts[stem] * 2.2 / (counts[stem] + 1.2 * (0.25 + 0.75 * length))
            for stem in dict.fromkeys(stems)
            if stem in counts
        )

    def best_first(self, names: Sequence[str], stems: Sequence[str]) -> tuple[str, ...]:
        """The names in their order, but for one that fits far better than the first."""
        if len(names) < 2:
            return tuple(names)
        telling = [stem for stem in stems if self.tells(stem)]
        scores = [self.score(name, telling) for name in names]
        best = max(range(len(names)), key=lambda n: (scores[n], -n))
        if scores[best] < 2 * scores[0] or scores[best] < 3:
            return tuple(names)
        return (names[best], *(name for name in names if name != names[best]))

    def tells(self, stem: str) -> bool:
        """Whether a stem stands in some statements and not in most."""
        return self.weights.get(stem, 0.0) > 2


def ranking(counts: Mapping[str, Counter[str]]) -> Ranking:
    """The words of a guideline's statements, ready to be ranked."""
    mean = sum(c.total() for c in counts.values()) / max(1, len(counts))
    held = Counter(stem for c in counts.values() for stem in c)
    weights = {stem: math.log(1 + (len(counts) - n + 0.5) / (n + 0.5)) for stem, n in held.items()}
    return Ranking(counts, {name: c.total() / mean for name, c in counts.items()}, weights)

"""What answers a question about how often: the treatments of the stage that is meant, compared with what was told.

A rhythm of days is one of the beginning, and one of weeks or months is one of what follows, unless the question says
so itself. Which treatment of a stage is whose may hang on facts that nobody knows: then both stand in the headline.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..expr import facts_of
from ..model import Above, All, Any_, Decision, Expr, Is, Rule, Statement
from .answered import Said
from .asked.claim import Claim, is_tag
from .asked.rhythm import Figures, Range
from .asked.speech import words_of
from .asked.topic import everyday
from .gate import is_gate
from .ground import Ground, rule_of
from .seen import Seen
from .talk import Talk
from .yes_or_no.naming import names, stems, tests
from .yes_or_no.settle import holds
from .yes_or_no.verdict import LESS, MORE, between, verdict

_BEGINS = words_of("begin begins beginning start starts starting first initial initially")
_FOLLOWS = words_of("life lifelong forever ever afterwards indefinitely permanently")
_AFTER = words_of("after following since once")
_EITHER = words_of("or vs versus")
_UNLIKE = words_of("difference differences differ differs different compare compared comparison")
_CHANGES = words_of("from straight directly skip skipping instead before number many mean means include")
"""Words that ask for a change of stage or rhythm, or for something else than how often."""
_NEEDS = words_of("need needs require requires requiring")
_SETTLE = ("decide", "check", "avoid", "never")
"""Kinds of rules that answer an event, whatever rhythm is asked about."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What a question about a rhythm is answered by: the word before the first of some lines."""

    word: str
    said: tuple[Said, ...]

    def first_words(self, lines: Sequence[Said]) -> tuple[tuple[str, Said], ...]:
        """Those of some lines that answer, with their first words."""
        named_ = {said.statement.name: at for at, said in enumerate(self.said)}
        own = sorted((one for one in lines if one.statement.name in named_), key=lambda s: named_[s.statement.name])
        return tuple((self.word if at == 0 else "", said) for at, said in enumerate(own))

    def first(self, lines: Sequence[Said]) -> tuple[Said, ...]:
        """Some lines, those that answer before the others."""
        there = {said.statement.name for said in self.said}
        return (*self.said, *(said for said in lines if said.statement.name not in there))


def by_rhythm(told: Talk, lines: Sequence[Said], seen: Seen, here: Ground) -> Beat | None:
    """What answers a question about a rhythm; nothing where it asks something else besides, or something presses."""
    asked = _asked(told)
    if asked is None or not lines or told.unsaid or _presses(told, lines, seen, here):
        return None
    if len(asked.told.every) == 2 or not (asked.told or _EITHER & _raws(asked)):
        return _compared(asked, lines, seen, here)
    if "why" in told.asked.ways or len(asked.told.every) != 1 or not _is_of_it(asked, lines, here):
        return None
    stage = stage_of(asked, asked.told.every[0], seen, here)
    arms = _spoken_of(told, _begun(_theirs(_arms(stage, seen, here), seen), seen, here), here) if stage else []
    if not arms or _other(asked, arms, here) or special(told, seen, here) or not _likely(told, asked, stage, here):
        return None
    arms = [*_tested(asked, lines, here), *arms]
    verdicts = [verdict(asked, said.statement, here, holds(said, seen.plan, here)) for said in arms]
    if None in verdicts:
        return None
    if len(whole := _whole(asked, arms, verdicts, here)) == 1:
        return Beat("Yes", with_parts(whole, lines))
    word = "It depends" if len(set(verdicts)) > 1 else "Yes" if verdicts[0] else "No"
    return Beat(word, with_parts(arms, lines))


def _whole(asked: Claim, arms: Sequence[Said], verdicts: Sequence[bool | None], here: Ground) -> list[Said]:
    """The treatments that agree where a whole course was told, with its number of doses or its length."""
    if asked.degree or asked.turned or asked.denied or not (asked.told.doses or asked.told.spans):
        return []
    rules = [rule_of(said.statement, here) for said in arms]
    fixed = [rule is not None and rule.action.gives[0].doses is not None for rule in rules]
    return [said for said, yes, one in zip(arms, verdicts, fixed, strict=True) if yes and one]


# ---------------------------------------------------------------- what is asked


def _asked(told: Talk) -> Claim | None:
    """What the one question of a turn claims; none where it asks several things, or for another act."""
    clauses = told.asked.clauses
    if (
        sum(clause.asked and not is_tag(clause) for clause in clauses) > 1
        or not told.parts
        or set(told.asked.ways) - {"why"}
    ):
        return None
    claims = [part.claim for part in told.parts if part.claim.words]
    asked = next((one for one in claims if one.told.every), next(iter(claims), None))
    if asked is None or asked.rather or asked.murky or asked.harm or {act for act, _ in asked.acts} - {"keep"}:
        return None
    return asked


def _mapped(told: Talk) -> bool:
    """Whether no part is there, or the map itself has a word for just the matter that the first part is about."""
    about = [aspect for part in told.parts[:1] for aspect in part.aspects if aspect.kind == "about" and not aspect.last]
    return not told.parts or any(aspect.yes_or_no.keys() & {*aspect.statements} for aspect in about)


def _raws(asked: Claim) -> frozenset[str]:
    return frozenset(word.raw for word in asked.words)


def _presses(told: Talk, lines: Sequence[Said], seen: Seen, here: Ground) -> bool:
    """Whether a safety gate stands before all, or an event was told that something answers."""
    if any(is_gate(said, told, seen.plan, here) for said in lines):
        return True
    rules = [(said, said.statement.rule) for said in lines if seen.prompted(said)]
    return any(rule is not None and rule.action.kind in _SETTLE for _, rule in rules)


def _is_of_it(asked: Claim, lines: Sequence[Said], here: Ground) -> bool:
    """Whether a claim is of how often something is given: not of a test, and of nothing else."""
    if not (asked.polar or asked.fair or asked.same) or asked.stems & tests(here) or _changes(asked):
        return False
    rules = [rule_of(said.statement, here) for said in lines[:3]]
    return asked.fair or bool(asked.degree) or asked.same or any(rule and rule.action.gives for rule in rules)


def _changes(asked: Claim) -> bool:
    """Whether a claim has words of a change; `from the start` and `before it` are none."""
    raws = [word.raw for word in asked.words]
    return any(one in _CHANGES and then not in _SINCE.get(one, ()) for one, then in pairwise([*raws, ""]))


_SINCE = {
    "from": words_of("start beginning outset"),
    "before": words_of("it treatment they i we she he starting"),
}
"""Words behind others that only say since when."""


def _tested(asked: Claim, lines: Sequence[Said], here: Ground) -> list[Said]:
    """The test that is due in that rhythm, where nobody says if it is of the blood or of the treatment."""
    rule = rule_of(lines[0].statement, here)
    return [lines[0]] if rule and rule.action.timing and not asked.stems & _INJECTS else []


_INJECTS = frozenset(["inject", "load", "dos"])


def _other(asked: Claim, arms: Sequence[Said], here: Ground) -> bool:
    """Whether a claim names another drug or way than the treatments, or speaks of what they know nothing of."""
    theirs = stems(" ".join(said.statement.text for said in arms), here)
    if (asked.around & names(here)) - theirs:
        return True
    strange = {one for one in asked.stems if here.ranking.tells(one)} - theirs - everyday() - here.coverage.names
    return bool(strange) and not (asked.fair or asked.degree or asked.same)


# ---------------------------------------------------------------- the stage


def stages_in(here: Ground) -> list[Decision]:
    """The decisions that give something."""
    rules = here.guideline.rules
    return [
        one for one in here.guideline.decisions.values() if any(r.action.gives for r in rules if r.decision == one.name)
    ]


def _named(asked: Claim, here: Ground) -> list[Decision]:
    """The stages that a claim names; the one that follows where another is said to lie behind."""
    return of_the_next(asked, here) or [one for one in stages_in(here) if asked.stems & stems(one.name, here)]


def of_the_next(asked: Claim, here: Ground) -> list[Decision]:
    """The stages that follow one that a claim says to lie behind."""
    behind = {then.stem for one, then in pairwise(asked.words) if one.raw in _AFTER}
    passed = [one.name for one in stages_in(here) if behind & stems(one.name, here)]
    return [one for one in stages_in(here) if one.after in passed]


def stage_of(asked: Claim, told: Range, seen: Seen, here: Ground) -> str:
    """The stage that a claim is of: the one that it names or whose rhythms are nearest to what was told."""
    raws = _raws(asked)
    stages = _named(asked, here) or stages_in(here)
    if len(stages) > 1 and (asked.life or raws & _FOLLOWS):
        stages = [one for one in stages if one.after]
    elif len(stages) > 1 and raws & _BEGINS:
        stages = [one for one in stages if not one.after]
    far = [
        (_far(told, one.rule), place, stage.name)
        for place, stage in enumerate(stages)
        for one in _given(stage.name, here)
        if one.rule and seen.said(one.name).applies != "no"
    ]
    return min(far)[2] if far else ""


def arms_after(seen: Seen, here: Ground) -> list[Said]:
    """The treatments of the stage that follows the beginning, those that may be theirs."""
    stage = next((one.name for one in stages_in(here) if one.after), "")
    return _theirs(_arms(stage, seen, here), seen) if stage else []


def _given(stage: str, here: Ground) -> list[Statement]:
    """The statements of a stage that give something."""
    rules = {rule.name: rule for rule in here.guideline.rules if rule.decision == stage and rule.action.gives}
    return [one for one in here.guideline.statements if one.rule and one.rule.name in rules]


def rate(rule: Rule) -> Range:
    """The days between two doses of what a rule gives."""
    return between(rule.action.gives[0])


def _far(told: Range, rule: Rule) -> float:
    """How far a rhythm is from that of a rule, by how many times it is as long or as short."""
    low, high = rate(rule)
    return max(0.0, math.log(low * LESS / told[1]), math.log(told[0] / (high * MORE)))


# ---------------------------------------------------------------- the treatments of a stage


def _arms(stage: str, seen: Seen, here: Ground) -> list[Said]:
    """The treatments of a stage that are for whoever has been treated: the usual one, and by what it began with."""
    begins = [s for one in stages_in(here) if not one.after for s in _given(one.name, here)]
    forks = {fact for one in begins for fact in needed_facts(one.rule, seen)}
    given = [(one, needed_facts(one.rule, seen)) for one in _given(stage, here)]
    usual = [_usual(one, seen, here) for one, when in given if not when]
    return [seen.said(one.name) for one in (*usual, *(one for one, when in given if when & forks))]


def _usual(statement: Statement, seen: Seen, here: Ground) -> Statement:
    """The usual treatment, in general words where nothing was told of what it hangs on."""
    rule = statement.rule
    told = rule is not None and seen.stated & set(facts_of(rule.when)) - seen.topical
    general = next((one for one in here.guideline.statements if rule and one.restates == rule.name), None)
    return statement if told or general is None else general


def needed_facts(rule: Rule | None, seen: Seen) -> frozenset[str]:
    """The facts that must be so for a rule, of which none holds for whoever is treated."""
    return frozenset(_plain(rule.when)) - seen.topical if rule else frozenset()


def _plain(when: Expr) -> Iterator[str]:
    if isinstance(when, (Is, Above)):
        yield when.fact
    elif isinstance(when, (All, Any_)):
        for part in when.parts:
            yield from _plain(part)


def _theirs(arms: Sequence[Said], seen: Seen) -> list[Said]:
    """The treatments that may be theirs: those for which something speaks, else those that nothing speaks against."""
    left = [said for said in arms if said.applies != "no" and not seen.put_off(said) and not _denied(said, seen)]
    held = [said for said in left if said.applies == "yes" or _met(said, seen)]
    return held or left


def _begun(arms: Sequence[Said], seen: Seen, here: Ground) -> list[Said]:
    """The treatments that may be theirs, of a beginning the one that leads to what is known to follow for them."""
    after = [said for said in arms_after(seen, here) if _met(said, seen)]
    forks = {fact for said in after for fact in needed_facts(rule_of(said.statement, here), seen)}
    led = [said for said in arms if needed_facts(said.statement.rule, seen) & forks]
    return led or list(arms)


def _denied(said: Said, seen: Seen) -> bool:
    """Whether all that was told of what must be so for a treatment is that it is not so."""
    told = [seen.known[fact] for fact in needed_facts(said.statement.rule, seen) if fact in seen.known]
    return bool(told) and not any(told)


def _met(said: Said, seen: Seen) -> bool:
    """Whether something was told that must be so for a treatment, and not for whoever is treated."""
    return any(seen.known.get(fact) for fact in needed_facts(said.statement.rule, seen))


def _about(told: Talk) -> frozenset[str]:
    """The statements about the matters that are spoken of."""
    return frozenset(n for part in told.parts for one in part.aspects if one.kind == "about" for n in one.statements)


def _spoken_of(told: Talk, arms: Sequence[Said], here: Ground) -> list[Said]:
    """The treatments that may be theirs: that of which the question speaks, if it speaks of one of them."""
    about = _about(told)
    own = [said for said in arms if (rule := rule_of(said.statement, here)) and rule.name in about]
    return own if len(own) == 1 else list(arms)


def special(told: Talk, seen: Seen, here: Ground) -> bool:
    """Whether another treatment is spoken of, or holds, or is left to the clinician for just them."""
    stages, about = stages_in(here), _about(told)
    arms = {
        rule.name for one in stages for said in _arms(one.name, seen, here) if (rule := rule_of(said.statement, here))
    }
    others = [seen.said(s.name) for one in stages for s in _given(one.name, here) if s.name not in arms]
    held = (said.applies == "yes" or said.vague or _met(said, seen) for said in others)
    return any(held) or any(said.statement.name in about for said in others)


def _likely(told: Talk, asked: Claim, stage: str, here: Ground) -> bool:
    """Whether it is asked if a rhythm is right, or questions like it were answered by a treatment of the stage."""
    if (asked.fair or asked.degree or asked.same) and _raws(asked).isdisjoint(_NEEDS):
        return True
    rules = [rule_of(here.guideline.named[name], here) for name in told.asked.likely]
    return not rules or any(rule is not None and rule.decision == stage for rule in rules)


def with_parts(arms: Sequence[Said], lines: Sequence[Said]) -> tuple[Said, ...]:
    """The treatments as they stand among the lines, or under the part of the first of these."""
    there: Mapping[str, Said] = {said.statement.name: said for said in lines}
    return tuple(there.get(said.statement.name) or replace(said, part=lines[0].part) for said in arms)


# ---------------------------------------------------------------- two rhythms compared


def _compared(asked: Claim, lines: Sequence[Said], seen: Seen, here: Ground) -> Beat | None:
    """The treatments of a stage that are set against one another: by two rhythms, or by the name of the stage."""
    raws = _raws(asked)
    stages = stages_in(here)
    if not asked.told.every:
        named = _named(asked, here) if raws & _UNLIKE and not asked.polar else []
        arms = _arms(named[0].name, seen, here) if len(named) == 1 else []
        return Beat("", with_parts(arms, lines)) if len(arms) > 1 else None
    pairs = (arms for one in stages if len(arms := _arms(one.name, seen, here)) > 1)
    arms = next((arms for arms in pairs if _each_of(asked.told, arms, here)), [])
    if not arms or _other(asked, arms, here):
        return None
    if raws & _EITHER and not asked.same:
        theirs = _theirs(arms, seen)
        return Beat("It depends" if len(theirs) > 1 else "", with_parts(theirs, lines))
    return Beat("No" if asked.same and asked.polar else "", with_parts(arms, lines))


def _each_of(told: Figures, arms: Sequence[Said], here: Ground) -> bool:
    """Whether each of two rhythms is that of another treatment."""
    rules = [rule for said in arms if (rule := rule_of(said.statement, here))]
    near = [_nearest(every, rules) for every in told.every]
    same = all(_far(every, rule) == 0 for every, rule in zip(told.every, near, strict=True))
    return same and len({rule.name for rule in near}) == len(told.every)


def _nearest(told: Range, rules: Sequence[Rule]) -> Rule:
    """The rule that has most nearly a rhythm."""
    return min(rules, key=lambda rule: abs(math.log(told[0] / rate(rule)[0])))

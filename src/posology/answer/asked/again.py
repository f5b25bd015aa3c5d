"""What a turn asks of the matter of the turn before: `and if it were 30?`, `for how long?`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ...expr import evaluate, facts_of
from ...hear.turns import Heard
from ...model import Rule, Value
from ..ground import Ground
from .aspect import BRIEF, Asked, Heeded, Match, opens_again
from .claim import Claim, harms
from .coverage import Aspect
from .match import Part
from .measured import measures
from .rhythm import figures
from .speech import tokens, words_of


def of_the_same(turn: Asked, before: Asked, told: Sequence[Heard], here: Ground) -> Asked:
    """A turn that asks what the one before asked, with the matters of that where what it tells is of them.

    `… of her X, 70 cm: which interval? | and with 25 cm?`.
    """
    again = bool(turn.general) and not any(m.places for heeded in turn.heeded for m in heeded.covered)
    if not (again and told and before.about) or turn.about:
        return turn
    facts = {one.fact for one in told}
    return replace(turn, about=tuple(aspect for aspect in before.about if not facts.isdisjoint(_read(aspect, here))))


def of_its_harm(turn: Asked, before: Sequence[Part], here: Ground) -> Asked:
    """A turn that asks only for a harm, with that of what the one before asked: `may I stop? | what is the risk?`.

    Not one that names what it is the harm of. So one asks that is not answered but for that harm: `is it for good?`.
    """
    clause = next((one.clause for one in turn.heeded), next(iter(turn.clauses), None))
    if _only_confirms(turn):
        return turn
    asks = clause is not None and clause.asked and len(clause.words) <= BRIEF and harms(clause.words)
    named = turn.named or any("inject" in one.stems for one in turn.clauses)
    short = clause is not None and len(turn.clauses) == 1 and len(clause.words) <= BRIEF
    near = {name for quiet in turn.silent if quiet.aspect and short for name in quiet.aspect.nearest}
    harmful = [aspect for aspect in here.coverage.aspects.values() if aspect.harm]
    near |= {aspect.name for aspect in harmful if short and not turn.silent and aspect.statements[0] in turn.likely}
    if not ((asks or near) and before) or named or clause is None or any(one.covered for one in turn.heeded):
        return turn
    harmful = [aspect for aspect in harmful if asks or aspect.name in near]
    its = next((aspect for aspect in harmful if before[0].own.issuperset(aspect.statements[:1])), None)
    return replace(turn, heeded=(Heeded(clause, (Match(its, ()),)),), about=(), likely=()) if its else turn


def _read(aspect: Aspect, here: Ground) -> Iterator[str]:
    """The facts on which the statements of an aspect hang."""
    rules = (here.guideline.named[name].rule for name in aspect.statements)
    return (fact for rule in rules if rule is not None for fact in facts_of(rule.when))


def asked_again(
    turn: Asked, before: Sequence[Part], found: Sequence[Part], told: Sequence[Heard], here: Ground
) -> tuple[Part, ...]:
    """What the turn before asked, where this one asks it again or asks for a figure of its answer; else nothing.

    What is supposed by its name is a matter of its own as well, which stands behind: `may I? | and if it were 30?`.
    """
    if _for_a_figure(turn) and not told:
        own = {name for part in found for name in part.own}
        name = _figured(turn, before, here)
        told_there = bool(name) and name not in own
        return tuple(replace(part, asks=False, claim=Claim()) for part in before) if told_there else ()
    if _only_confirms(turn) and not (told or found):
        return tuple(before)
    if _of_its_course(turn, before, told, here):
        return tuple(_once_treated(part, here) for part in before)
    if not (_only_supposes(turn, told) and before[0].claim.polar):
        return ()
    there = {aspect for part in before for aspect in part.aspects}
    return (*before, *(part for part in found if there.isdisjoint(part.aspects)))


_CONFIRMS = words_of("so then yes no ok okay is it that right a or and now not she he i can may we")


def _only_confirms(turn: Asked) -> bool:
    """Whether a turn asks for no more than the yes or no of what was asked before: `so yes?`."""
    raws = [word.raw for clause in turn.clauses for word in clause.words]
    return not {"yes", "no"}.isdisjoint(raws) and _CONFIRMS.issuperset(raws)


_SUPPOSING = words_of("if once when after suppose now and but")


def _of_its_course(turn: Asked, before: Sequence[Part], told: Sequence[Heard], here: Ground) -> bool:
    """Whether a turn only goes on in the course of the treatment, and what was asked before hangs on that.

    `May she have X? | And when loading is over?`.
    """
    raws = [word.raw for clause in turn.clauses for word in clause.words]
    if not raws or len(turn.clauses) > 1 or len(raws) > BRIEF + 2 or _SUPPOSING.isdisjoint(raws[:3]) or turn.about:
        return False
    facts, aspects = here.guideline.facts, [aspect for part in before for aspect in part.aspects]
    if not all(facts[one.fact].course or one.fact in here.lexicon.received for one in told):
        return False
    if turn.silent or not aspects or any(aspect.kind == "general" for aspect in aspects):
        return False
    own = {m.aspect for heeded in turn.heeded for m in heeded.covered if m.places}
    staged = all(aspect.kind == "general" and _staged(aspect, here) for aspect in own)
    rules = (here.guideline.named[name].rule for part in before for name in part.statements)
    return bool(own or told) and staged and any(rule and _by_course(rule, here) for rule in rules)


def _once_treated(part: Part, here: Ground) -> Part:
    """A part without what holds no more once some treatment was given."""
    given = dict.fromkeys(here.lexicon.received, True)
    rules = {name: here.guideline.named[name].rule for name in part.statements}
    kept = [name for name, rule in rules.items() if rule is None or evaluate(rule.when, given.get) is not False]
    return replace(part, statements=tuple(kept)) if kept else part


def _staged(aspect: Aspect, here: Ground) -> bool:
    """Whether an aspect is of a stage of the treatment: it is named in passing, or answered first by when one ends."""
    first = here.guideline.named[aspect.statements[0]] if aspect.statements else None
    return aspect.setting or (first is not None and first.kind == "define")


def _by_course(rule: Rule, here: Ground) -> bool:
    """Whether a rule hangs on how far the treatment has come, and gives nothing."""
    return not rule.action.gives and any(here.guideline.facts[name].course for name in facts_of(rule.when))


def _only_supposes(turn: Asked, told: Sequence[Heard]) -> bool:
    """Whether a turn asks again of what it supposes, and asks nothing itself."""
    if not told or turn.silent or not all(one.supposed for one in told):
        return False
    own = (m.aspect.kind for heeded in turn.heeded for m in heeded.covered if m.places)
    return "general" not in own and any(opens_again(clause) for clause in turn.clauses)


_LENGTH, _OFTEN, _MUCH = "how long", "how often", "how much"
_SMALL = words_of(
    "and for so but then ok okay please it that this they do does i we she he to be is go goes going on carry"
)


def _for_a_figure(turn: Asked) -> str:
    """The figure that a turn asks for, if that is all that it says: `for how long?`."""
    raws = [word.raw for clause in turn.clauses for word in clause.words if word.raw not in _SMALL]
    said = " ".join(raws)
    return said if said in (_LENGTH, _OFTEN, _MUCH) else ""


def of_its_figure(turn: Asked, before: Sequence[Part], told: Sequence[Heard], here: Ground) -> Asked:
    """A turn that asks for no more than a figure that stood in what was answered: of that nothing is unsaid."""
    if told or not before or not turn.silent or not _for_a_figure(turn) or not _figured(turn, before, here):
        return turn
    return replace(turn, heeded=tuple(replace(one, silent=()) for one in turn.heeded), likely=())


def of_its_rhythm(turn: Asked, before: Sequence[Part], here: Ground) -> Asked:
    """A turn that asks for no more than whether a rhythm is right: that of the treatment that was just answered.

    `… and X. | So monthly?`.
    """
    asking = [clause for clause in turn.clauses if clause.asked]
    raws = [word.raw for clause in turn.clauses for word in clause.words if word.raw not in _SMALL]
    plain = len(asking) == 1 == len(turn.clauses) and len(raws) <= _FEW and bool(figures(asking[0].words).every)
    named = [here.guideline.named[name] for name in before[0].statements[:1]] if before and plain else []
    given = tuple(one.name for one in named if one.rule and any(give.every_low for give in one.rule.action.gives))
    return replace(turn, likely=given) if given else turn


_FEW = 3
"""Words of a rhythm: `every three months`."""


def _figured(turn: Asked, before: Sequence[Part], here: Ground) -> str:
    """What was first answered, or done by it, if it has a figure of the kind that is asked for."""
    named = [here.guideline.named[name] for name in before[0].statements]
    first = named[:1] if named and named[0].rule else [*named[:1], *(one for one in named if one.rule)][:2]
    return next((one.name for one in first if _has_figure(turn, one.name, here)), "")


def _has_figure(turn: Asked, name: str, here: Ground) -> bool:
    """Whether a statement has a figure of the kind that is asked for."""
    statement = here.guideline.named[name]
    words, checks = tokens(statement.text), statement.rule is not None and statement.rule.action.kind == "check"
    told = figures(words)
    match _for_a_figure(turn):
        case "how long":
            return bool(told.spans or measures(words)) or "until" in [word.raw for word in words]
        case "how often":
            return bool(told.every) or (checks and bool(told.spans))
        case _:
            return bool(told.mg)


_PLAINLY = words_of(
    "what what's whats next is are comes come happens happen does do then now and so ok okay please the step steps "
    "after that this we i she he they should to must will have has for her him me follows"
)


def of_the_course(turn: Asked, known: Mapping[str, Value], here: Ground) -> Asked:
    """A turn that asks only what is next, while a course is known not to be over: it asks of that.

    `Five of six so far. What next?`.
    """
    asking = [clause for clause in turn.clauses if clause.asked]
    raws = {word.raw for clause in asking for word in clause.words}
    plainly = len(asking) == 1 and ("next" in raws or raws == {"what"}) and raws <= _PLAINLY
    running = _running(known, here) if plainly else []
    if not running:
        return turn
    kept = (one for one in turn.heeded if one.clause not in asking and not any(m.aspect.setting for m in one.covered))
    matches = (Match(aspect, tuple(range(len(asking[0].words)))) for aspect in running)
    return replace(turn, heeded=(Heeded(asking[0], tuple(matches)), *kept), likely=())


def _running(known: Mapping[str, Value], here: Ground) -> list[Aspect]:
    """What is asked of the course that was begun and is not over: how many doses it has, and how it goes."""
    facts, decisions, named = here.guideline.facts.values(), here.guideline.decisions, here.guideline.named
    open_ = [fact.course.removeprefix("complete ") for fact in facts if known.get(fact.name) is False]
    rules = {rule for name in open_ if name in decisions for rule in decisions[name].rules}
    if not here.begun(known):
        return []
    general = [one for one in here.coverage.aspects.values() if one.kind == "general"]
    of_it = [(one, named[one.statements[0]].rule) for one in general if rules.issuperset(one.statements[:1])]
    counted = [one for one, rule in of_it if rule and any(give.doses for give in rule.action.gives)]
    return [*counted[:1], *(one for one, _ in of_it if one.setting)][:2]

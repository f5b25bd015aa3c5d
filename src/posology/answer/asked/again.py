"""What a turn asks of the matter of the turn before: `and if it were 30?`, `for how long?`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...expr import facts_of
from ...hear.turns import Heard
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
    if not (_only_supposes(turn, told) and before[0].claim.polar):
        return ()
    there = {aspect for part in before for aspect in part.aspects}
    return (*before, *(part for part in found if there.isdisjoint(part.aspects)))


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

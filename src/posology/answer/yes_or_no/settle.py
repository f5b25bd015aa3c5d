"""Which line of a part settles what it asks, yes or no, and with which first word."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ...expr import evaluate, facts_of
from ...model import All, Plan
from ..answered import Said
from ..asked.claim import Claim
from ..asked.deeds import done_by
from ..asked.match import Part
from ..asked.speech import Word, words_of
from ..choose import keeps_from
from ..ground import Ground, rule_of
from ..seen import RARE, with_it
from .first_word import decides, first_word
from .naming import names, stems
from .needed import may_be_considered
from .verdict import figures_agree, rivals, verdict

FIRST = 3
"""Lines of a part that may settle what it asks."""
_NEEDS = frozenset(
    ["need", "needed", "needs", "qualify", "require", "required", "call", "automatically", "must", "eligible"]
)


def settling(part: Part, own: Sequence[Said], made: Plan | None, here: Ground) -> list[Said]:
    """The lines of a part, the one first that settles what is asked if the first does not."""
    if part.claim.polar and own and (against := _not_enough(part, own, made, here)):
        return [against, *(said for said in own if said is not against)]
    if not part.claim.polar or not own or own[0].applies in ("yes", "no") or _decides(own[0], here):
        return list(own)
    if _asks_by_event(part) and _is_met(own[0], made, here):
        return list(own)
    if (part.claim.acts[:1] and part.claim.acts[0][0] == "work") or not (part.claim.plainly or part.claim.acts):
        return list(own)
    agrees = figures_agree(part.claim, own[0].statement, here)
    may = [said for said in own[:FIRST] if said.applies != "no" and not _of_untold(part, said, made, here)]
    settles = [said for said in may if _told(part, said, made, here) is not None]
    settles = settles if agrees else _of_that_stage(part, settles, here)
    settles = [] if agrees or is_theirs(own[0], made, here) or _worded(part, own, settles[:1], made, here) else settles
    return [*settles[:1], *(said for said in own if said not in settles[:1])]


def _not_enough(part: Part, own: Sequence[Said], made: Plan | None, here: Ground) -> Said | None:
    """The line that holds and says that what is asked is not enough, where the first says nothing of it."""
    if part.claim.degree != "enough" or own[0].applies != "yes" or _told(part, own[0], made, here) is not None:
        return None
    return next((s for s in own[1:] if s.applies == "yes" and _told(part, s, made, here) is False), None)


def _of_untold(part: Part, said: Said, made: Plan | None, here: Ground) -> bool:
    """Whether a line is of those with a value of which neither the question nor anything told before speaks."""
    rule = rule_of(said.statement, here)
    if rule is None or said.applies == "yes" or rule.action.gives:
        return False
    facts = [here.guideline.facts[name] for name in facts_of(rule.when) if made is None or name not in made.facts]
    values = [fact for fact in facts if fact.kind == "number" and fact.unit != "years"]
    said_of = [stems(fact.phrase, here) for fact in values if stems(fact.phrase, here) & stems(said.text, here)]
    return any(one.isdisjoint(part.claim.around) for one in said_of)


def _of_that_stage(part: Part, settles: Sequence[Said], here: Ground) -> list[Said]:
    """The lines that settle what is asked, what has its figures before a treatment of another stage that has not."""
    rules = [rule_of(said.statement, here) for said in settles]
    stage = rules[0].decision if rules and rules[0] and part.claim.told.every else ""
    others = (said for said, rule in zip(settles, rules, strict=True) if rule and stage and rule.decision != stage)
    first = next((said for said in others if figures_agree(part.claim, said.statement, here)), None)
    return [first, *(said for said in settles if said is not first)] if first else list(settles)


def other_arm(part: Part, own: Sequence[Said], made: Plan | None, here: Ground) -> Said | None:
    """The treatment that says the contrary of the first line of a part, where it depends on which of them is theirs."""
    told = _told(part, own[0], made, here)
    if told is None or not _contested(part, own[0], own, told, made, here):
        return None
    against = {rule.name for rule in rivals(part.claim, own[0].statement, told, here)}
    rest = (said for said in own[1:] if said.applies != "no")
    return next((said for said in rest if (rule := rule_of(said.statement, here)) and rule.name in against), None)


def _worded(part: Part, own: Sequence[Said], settles: Sequence[Said], made: Plan | None, here: Ground) -> bool:
    """Whether the map has a word for the first line, and what would settle it is a treatment not known to be theirs.

    So where a value was told by which it is asked.
    """
    rules = [rule_of(said.statement, here) for said in settles if not holds(said, made, here)]
    treats = any(rule.action.gives for rule in rules if rule)
    facts = here.guideline.facts
    told = made is not None and any(
        isinstance(value, float) and origin == "stated" and facts[name].unit != "years"
        for name, (value, origin) in made.facts.items()
    )
    return treats and told and part.claim.acts != () and decides(first_word(part, own[0], own))


def is_theirs(said: Said, made: Plan | None, here: Ground) -> bool:
    """Whether a line is of what is looked at or done besides, by something that was told of the patient."""
    rule = rule_of(said.statement, here)
    if rule is None or made is None or said.applies != "unknown":
        return False
    besides = rule.action.kind in ("use", "consider", "check")
    told = {name for name, (value, origin) in made.facts.items() if value is True and origin == "stated"}
    return besides and not told.isdisjoint(facts_of(rule.when))


def settled(part: Part, said: Said, own: Sequence[Said], made: Plan | None, here: Ground) -> str:
    """Yes or no, if a line settles what is asked; that it depends, if another treatment may be theirs."""
    if (so := _pointed_at(part.claim, said, made, here)) is not None:
        return "Yes" if so else "No"
    if part.claim.objects and keeps_from(said):
        return "Yes" if said.applies == "yes" and not _of_another_thing(part.claim, said, here) else ""
    told = _told(part, said, made, here)
    if told is None and said.applies != "no" and may_be_considered(part.claim, rule_of(said.statement, here), here):
        return _considered(said, made, here)
    if told is None or (told and not _speaks_of(part, said, made, here)):
        return ""
    if (told and _left(said)) or (not told and any(_decides(one, here) and one.applies == "yes" for one in own)):
        return "It is a clinician's decision"
    if _contested(part, said, own, told, made, here) or (told and _unknown(part, said, made, here)):
        return "It depends"
    return "Yes" if told else "No"


def _of_another_thing(claim: Claim, said: Said, here: Ground) -> bool:
    """Whether a turn names another drug or way than a line keeps from, or says that it is stopped or refused."""
    rule = rule_of(said.statement, here)
    away = any(done_by(Word(one, one)) == "stop" or one.startswith(_REFUSED) for one in claim.around)
    return away or rule is None or bool((claim.around & names(here)) - stems(rule.action.words, here))


_REFUSED = ("refus", "declin", "withh", "cancel", "den", "chang", "switch", "replac")

_POINTING = words_of(
    "is are does do would that this it these those they you we call called count counts counted as considered classed "
    "case patient one symptom symptoms sign signs for dosing dose treatment now here then so in her him his"
)
"""The words of a question that only points at what was told, but for what it names: `does that count as …?`."""


def _pointed_at(claim: Claim, said: Said, made: Plan | None, here: Ground) -> bool | None:
    """Whether what was told of the patient is what a question points at and names, and a line defines or hangs on.

    `… and a limp. Is that …?`.
    """
    away = claim.polar and (claim.turned or claim.away) and said.statement.kind == "define"
    if made is None or claim.denied or not (away or (claim.plainly and not claim.turned)):
        return None
    left = {word.stem for word in claim.words if word.raw not in _POINTING}
    rule, name = rule_of(said.statement, here), said.statement.name.replace("-", "_")
    for fact in (one for one in here.guideline.facts.values() if one.when is not None):
        named, so = stems(fact.phrase, here), made.facts.get(fact.name, (None, ""))[0]
        hangs = rule is not None and bool(rule.action.gives) and fact.name in facts_of(rule.when) and so is True
        if away and name == fact.name and so is False and _kept_from(claim, name, here):
            return False
        meant = not away and bool(left) and left <= named
        if meant and isinstance(so, bool) and (name == fact.name or (hangs and said.applies != "no")):
            return so
    return None


def _kept_from(claim: Claim, fact: str, here: Ground) -> bool:
    """Whether a claim names what is kept from those of whom a fact is so, and from nobody else."""
    kept = (one for one in here.guideline.rules if one.action.kind == "avoid" and set(facts_of(one.when)) == {fact})
    return any(claim.stems & names(here) & stems(one.action.words, here) for one in kept)


def _considered(said: Said, made: Plan | None, here: Ground) -> str:
    """The word for what is neither done nor left without thought."""
    if _decides(said, here):
        return "It is a clinician's decision"
    return "It can be considered" if holds(said, made, here) else "It depends"


def holds(said: Said, made: Plan | None, here: Ground) -> bool:
    """Whether the condition of a line is known to hold, whatever be known of the treatment as a whole."""
    rule = rule_of(said.statement, here)
    firm = said.applies == "yes" and (said.line is None or said.line.certainty == "firm")
    if firm or rule is None or made is None:
        return firm
    known = {name: value for name, (value, _) in made.facts.items()}
    return rule.when != All(()) and evaluate(rule.when, known.get) is True


def holds_in_it(said: Said, made: Plan | None, here: Ground) -> bool:
    """Whether what is done besides holds, if only the patient has what the guideline is about."""
    rule = rule_of(said.statement, here)
    if rule is None or made is None or rule.action.kind not in ("use", "consider"):
        return False
    known = {name: value for name, (value, _) in made.facts.items()}
    return evaluate(rule.when, with_it(known, here.lexicon.topical, here.guideline).get) is True


def _left(said: Said) -> bool:
    """Whether the plan leaves to the clinician what a line gives."""
    return said.line is not None and said.line.action == "decide"


def _speaks_of(part: Part, said: Said, made: Plan | None, here: Ground) -> bool:
    """Whether a treatment is that of which a question asks: its matter is named, or its condition holds."""
    rule = rule_of(said.statement, here)
    if rule is None or not rule.action.gives or not part.aspects:
        return True
    return holds(said, made, here) or any(said.statement.name in aspect.statements for aspect in part.aspects)


def _told(part: Part, said: Said, made: Plan | None, here: Ground) -> bool | None:
    met = holds(said, made, here) or (_asks_by_event(part) and _is_met(said, made, here))
    return verdict(part.claim, said.statement, here, met)


def _asks_by_event(part: Part) -> bool:
    """Whether a part asks for a test, or if there may be more, which what happened may settle without one."""
    raws = [word.raw for word in part.claim.words]
    obliged = "must" in raws or ("have", "to") in pairwise(raws)
    return ("test", True) in part.claim.acts or (("often", True) in part.claim.acts and not obliged)


def _is_met(said: Said, made: Plan | None, here: Ground) -> bool:
    """Whether what the clinician decides is decided by something that was told, and hardly anything else hangs on."""
    rule = rule_of(said.statement, here)
    if rule is None or made is None or said.applies != "unknown" or rule.action.kind != "decide":
        return False
    told = [name for name in facts_of(rule.when) if made.facts.get(name, (None, ""))[:2] == (True, "stated")]
    return any(sum(name in facts_of(one.when) for one in here.guideline.rules) <= RARE for name in told)


def _decides(said: Said, here: Ground) -> bool:
    """Whether a line leaves it to the clinician whether something is done."""
    rule = rule_of(said.statement, here)
    return rule is not None and rule.action.kind == "decide" and rule.action.words.startswith("whether")


def _unknown(part: Part, said: Said, made: Plan | None, here: Ground) -> bool:
    """Whether a treatment is asked for by need, and nobody knows whether its condition holds."""
    rule = rule_of(said.statement, here)
    needs = not _NEEDS.isdisjoint(word.raw for word in part.claim.words)
    return (
        needs and rule is not None and bool(rule.action.gives) and bool(part.claim.told) and not holds(said, made, here)
    )


def _contested(part: Part, said: Said, own: Sequence[Said], told: bool, made: Plan | None, here: Ground) -> bool:
    """Whether a competing treatment says the contrary, and nothing in the question speaks for this one.

    What is usual is told by what is said of all alike, not by a treatment of which nobody knows if it is theirs.
    """
    rule = said.statement.rule
    theirs = told or rule is None or holds(said, made, here) or holds_in_it(said, made, here)
    if said.applies == "yes" or part.claim.whole or (part.claim.usual and theirs):
        return False
    if any(aspect.kind == "about" and (theirs or said.statement.name in aspect.every) for aspect in part.aspects):
        return False
    names = {one.name for one in rivals(part.claim, said.statement, told, here)}
    beside = {one.statement.name for one in own if one.applies != "no"}
    return bool(names & beside) if told or part.claim.degree else bool(names)

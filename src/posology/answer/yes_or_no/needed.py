"""Whether a question asks if something is needed, may be considered or is common, and a statement says so."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from ...expr import facts_of
from ...model import Rule, Statement
from ..asked.claim import Claim
from ..asked.speech import words_of
from ..ground import Ground
from .naming import names, stems

_NEED = words_of("need needs")
_NEEDED = words_of("needed indicated required necessary")
_BETWEEN = words_of("any some the a an to have get be on prophylactic preventive regular is are still really")
_BEHIND = words_of(
    "injection injections jab jabs shot shots needle needles treatment supplementation prophylaxis "
    "and after for with when at all anyway or now because as since given from"
)
_ALLOWED = words_of("can could may should shall might")
_COMMON = words_of("common recognised recognized normal usual")
_MANY = re.compile(r"\b(?:\d+%|many|most) (?:of )?(?:\w+ )?patients\b")


def is_needed(claim: Claim, statement: Statement, rule: Rule | None, here: Ground) -> bool:
    """Whether a claim asks if the treatment is needed, of which a statement that holds says that it is."""
    gives = rule is not None and bool(rule.action.gives)
    says = rule is not None and "need" in stems(statement.text, here) and rule.action.kind == "avoid"
    plain = _plain(replace(claim, denied=False))  # that it is not is the contrary of this
    return (gives or says) and plain and not claim.turned and _asks_for_need(claim, here, gives)


def _plain(claim: Claim) -> bool:
    """Whether nothing qualifies what a claim asks for: no figure, no act, no harm."""
    return claim.plainly and claim.plain and not (claim.acts or claim.told or claim.life or claim.harm or claim.other)


def _asks_for_need(claim: Claim, here: Ground, any_: bool) -> bool:
    """Whether the treatment stands right behind `need`, or right before `needed`."""
    if claim.stems & names(here):
        return False
    things = {"inject", *(here.coverage.names if any_ else ())}
    raws, told = [word.raw for word in claim.words], [word.stem for word in claim.words]
    for at, raw in enumerate(raws):
        if raw in _NEED:
            rest = [n for n in range(at + 1, len(raws)) if raws[n] not in _BETWEEN][:1]
            if rest and told[rest[0]] in things:
                behind = raws[rest[0] + 1 : rest[0] + 2]
                return not behind or behind[0] in _BEHIND or told[rest[0] + 1] in things
        if claim.denied and raw == "no" and told[at + 1 : at + 2] and told[at + 1] in things:
            return True
        if raw in _NEEDED and told[max(0, at - 1)] in things:
            return raws[:1] != ["if"]
    return False


def may_be_considered(claim: Claim, rule: Rule | None, here: Ground) -> bool:
    """Whether a claim asks if something may be done that a rule leaves to be considered or decided."""
    if rule is None or rule.action.kind not in ("consider", "decide") or not _plain(claim) or claim.turned:
        return False
    raws = [word.raw for word in claim.words]
    if ("have", "to") in pairwise(raws) or "must" in raws:
        return bool(claim.stems & _considered(rule, here))
    asks = claim.fair or not _ALLOWED.isdisjoint(raws)
    return asks and bool(claim.stems & names(here) & stems(rule.action.words, here))


_OBLIGED = words_of("mandatory compulsory obligatory obliged obligation")


def must_be(claim: Claim, rule: Rule, here: Ground) -> bool:
    """Whether a claim asks if what a rule only lets be considered is an obligation: it is none."""
    obliged = not _OBLIGED.isdisjoint(word.raw for word in claim.words) and claim.plainly and claim.plain
    return obliged and rule.action.kind == "consider" and bool(claim.stems & _considered(rule, here))


def _considered(rule: Rule, here: Ground) -> frozenset[str]:
    """The telling words of what is to be considered, without those of the facts on which it hangs."""
    facts = {one for name in facts_of(rule.when) for one in stems(here.guideline.facts[name].phrase, here)}
    return frozenset(one for one in stems(rule.action.words, here) if here.ranking.tells(one)) - facts


def told_of_many(claim: Claim, statement: Statement) -> bool:
    """Whether a claim asks if something is common that a statement tells of many."""
    common = not _COMMON.isdisjoint(word.raw for word in claim.words)
    return common and statement.rule is None and _plainly_common(claim) and bool(_MANY.search(statement.text))


def _plainly_common(claim: Claim) -> bool:
    return claim.plainly and claim.plain and not (claim.told or claim.harm or claim.other or claim.turned)

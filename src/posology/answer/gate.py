"""The safety gates of an answer: what holds before any treatment, and what they leave to be given."""

from __future__ import annotations

from dataclasses import replace

from ..expr import above, evaluate, facts_of, leaves
from ..model import Above, Plan
from .answered import Said
from .asked.claim import Claim
from .asked.match import Part
from .asked.speech import words_of
from .emergency import only_like
from .ground import Ground
from .pressing import doubted, firmly, of_everything
from .seen import Seen, stops_in_it
from .talk import Talk


def is_gate(said: Said, told: Talk, made: Plan | None, here: Ground) -> bool:
    """Whether a line is a safety gate that holds, or that may hold by what was said."""
    rule = said.statement.rule
    if rule is None or not rule.stops:
        return False
    in_doubt = said.applies != "no" and rule in doubted(here.guideline, told.doubted)
    return said.applies == "yes" or in_doubt or shuts_in_it(said, made, here)


def without_alike(told: Talk, seen: Seen, here: Ground) -> Talk:
    """The conversation without a question about a gate, where what was told only looks like what shuts it."""
    alike = {fact for clause in told.said for fact in only_like(clause, here.coverage)}
    alike -= {*seen.stated, *told.doubted}
    rules = here.guideline.rules
    open_ = {rule.name for rule in rules if rule.stops and not alike.isdisjoint(facts_of(rule.applies))}
    left = [part for part in told.parts if open_.isdisjoint(part.statements[:1])]
    if len(left) == len(told.parts) or told.danger.now or told.danger.open:
        return told
    urgent = {rule.name for rule in rules if rule.action.urgency == "emergency"} - firmly(seen.plan)
    return replace(told, parts=tuple(p for p in left if p.claim.words or urgent.isdisjoint(p.statements[:1])))


def shuts_in_it(gate: Said, made: Plan | None, here: Ground) -> bool:
    """Whether a safety gate holds, if only the patient has what the guideline is about."""
    known = {name: value for name, (value, _) in made.facts.items()} if made else {}
    return stops_in_it(gate, known, here.lexicon.topical, here.guideline)


def shuts(gate: Said) -> bool:
    """Whether a safety gate leaves nothing that may be given, or not without the clinician."""
    rule = gate.statement.rule
    return of_everything(rule) or (rule is not None and bool(rule.stops) and rule.action.kind == "decide")


def left_out(said: Said, part: Part, made: Plan | None) -> str:
    """The first word of a line that does not hold: what speaks against a treatment does not, or it is not theirs.

    A value that was told may be where the line says that it should be.
    """
    rule = said.statement.rule
    if reached(said, made):
        return "Yes" if _asks_if_reached(part.claim) else ""
    if rule is not None and (rule.stops or rule.action.kind in ("avoid", "never")):
        return "No, this does not hold here" if part.claim.polar and part.claim.turned else "This does not hold here"
    return "Not for this patient" if said.audience != "patient" else "Not for you"


def reached(said: Said, made: Plan | None) -> bool:
    """Whether a value that was told is below the limit of a check, and its line says that it should be."""
    rule = said.statement.rule
    if rule is None or made is None or said.applies != "no" or rule.action.kind != "check":
        return False
    known = {name: value for name, (value, _) in made.facts.items()}
    limits = [one for one in leaves(rule.when) if isinstance(one, Above) and above(one, known.get(one.fact)) is False]
    below = [one for one in limits if f"below {one.low:g}" in said.statement.text]
    return any(evaluate(rule.when, {**known, one.fact: one.high + 1}.get) is not False for one in below)


def _asks_if_reached(claim: Claim) -> bool:
    """Whether it is asked if a value is as it should be, and nothing is to be done."""
    asks = claim.fair or claim.degree == "enough" or not _AIM.isdisjoint(word.raw for word in claim.words)
    plain = claim.degree in ("", "enough") and not (claim.turned or claim.denied or claim.murky or claim.acts)
    return claim.polar and asks and plain and not claim.told


_AIM = words_of("target goal range aim")


def ruled_out(said: Said, made: Plan | None, here: Ground) -> bool:
    """Whether a line only tells of what else there is, to which something that holds for certain is a no."""
    firm = firmly(made)
    first = (one for one in here.coverage.aspects.values() if one.statements[:1] == (said.statement.name,))
    refused = (name for one in first for name, word in one.yes_or_no.items() if word[:2] == "No")
    return said.statement.kind == "background" and not firm.isdisjoint(refused)


def gated(gate: Said, made: Plan | None, here: Ground) -> str:
    """The first word of a gate that leaves the treatment to the clinician."""
    if not shuts_in_it(gate, made, here) and gate.applies != "yes" and gate.audience != "patient":
        return "First settle whether this holds"
    decides = gate.statement.rule is not None and gate.statement.rule.action.kind == "decide"
    return "No treatment without the clinician's decision" if decides and gate.audience != "patient" else ""


def encourages(said: Said) -> bool:
    """Whether a line could be read as a treatment to be given: it does not stand in a headline behind a shut gate."""
    rule = said.statement.rule
    return rule is None or said.applies != "yes" or rule.action.kind in ("give", "use")

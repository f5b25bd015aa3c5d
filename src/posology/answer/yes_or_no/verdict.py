"""Yes or no, worked out: what a question claims, compared with what a statement says as its rule has it.

Times, amounts, routes, drugs and sites are compared by value, and what is to be done by its direction. Where the
statement does not settle the claim there is no verdict: a wrong yes is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from ...expr import facts_of
from ...model import All, Give, Rule, Statement
from ..asked.aspect import TREATED
from ..asked.claim import Claim
from ..asked.deeds import done_by
from ..asked.measured import measured
from ..asked.rhythm import Range, Span, days
from ..asked.speech import Word, stem, words_of
from ..asked.topic import everyday
from ..ground import Ground, rule_of
from .naming import compared, counted, in_its_place, named, names, ordered, stems, tests, usually
from .needed import is_needed, must_be, told_of_many
from .stance import done_or_not
from .too_late import falls_short

LESS = 0.91
"""Eight weeks are taken for two months, and twelve for three."""
MORE = 1.02


def verdict(claim: Claim, statement: Statement, here: Ground, holds: bool = False) -> bool | None:
    """Whether a statement says yes to a claim, no, or nothing that settles it.

    ``holds``: its condition is known to hold for the patient.
    """
    rule = rule_of(statement, here)
    if claim.rather:
        found = named(claim, rule, here, holds) if rule is not None and claim.polar else None
        return None if claim.denied or claim.turned else found
    if rule is not None and rule.action.urgency and not holds and _may_wait(claim):
        return None
    found = next((told for told in _verdicts(claim, statement, rule, here, holds) if told is not None), None)
    if found is None or claim.murky or not claim.polar:
        return None
    told = (found is not claim.denied) is not claim.turned
    if claim.whole and claim.life and "for life" in statement.text:
        return None  # what is for life for some tells nothing of all
    if told and not holds and rule is not None and any(one.kind == "everything" for one in rule.stops):
        return None
    if told and rule is None and not holds and not _meant(claim, statement, here):
        return None  # of whomever it is, nobody has said that the patient is one of them
    return None if told and _near_gate(claim, statement, here) else told


def _near_gate(claim: Claim, statement: Statement, here: Ground) -> bool:
    """Whether a turn has words of a safety gate that shuts everything, and another statement is to say yes to it."""
    gates = [rule.name for rule in here.guideline.rules if any(s.kind == "everything" for s in rule.stops)]
    if statement.name in gates:
        return False
    return any(claim.around & _telling(name, here) for name in gates)


RARE = 3
"""Statements that may have a word that tells of one."""


@lru_cache(maxsize=64)
def _telling(name: str, here: Ground) -> frozenset[str]:
    """The words of a statement that hardly any other has."""
    counts = here.coverage.counts
    held = {one for one in counts[name] if one.isalpha() and sum(one in other for other in counts.values()) <= RARE}
    held -= {one for one in held if done_by(Word(one, one))} | everyday()
    return frozenset(held & stems(f"{here.guideline.named[name].text} {here.guideline.named[name].patient}", here))


def _may_wait(claim: Claim) -> bool:
    """Whether it is asked if a treatment may wait: that a danger may not is no answer where none was told."""
    return ("wait", True) in claim.acts and not TREATED.isdisjoint(claim.stems)


def _verdicts(
    claim: Claim, statement: Statement, rule: Rule | None, here: Ground, holds: bool
) -> Iterator[bool | None]:
    """What each way of comparing says, the sharpest first."""
    if rule is not None and falls_short(claim, rule):
        yield False
        return
    if claim.ends:
        yield done_or_not(claim, statement, here, holds)
        return
    if rule is not None and (must_be(claim, rule, here) or _each_time(claim, rule) or _only_checks(claim, rule, here)):
        yield False
        return
    if claim.whole and rule is not None and (told := _of_everybody(claim, rule, here)) is not None:
        yield told
    elif rule is not None:
        tested = claim.told.every and claim.stems & tests(here)
        if rule.action.gives and not tested and _by_its_way(claim, rule, here):
            yield False if _of_no_such_rhythm(claim, rule, here) else _given(claim, rule.action.gives)
        if rule.action.timing:
            yield _timed(claim, rule, here)
        yield measured(claim, rule)
        yield named(claim, rule, here, holds)
        yield usually(claim, rule, here)
        yield in_its_place(claim, statement, rule, here, holds)
    if holds and is_needed(claim, statement, rule, here):
        yield True
    if told_of_many(claim, statement):
        yield True
    yield compared(claim, statement, here)
    yield ordered(claim, statement, here)
    yield counted(claim, statement, here)
    if claim.life and claim.plainly and "for life" in statement.text and (holds or _meant(claim, statement, here)):
        yield True
    if not claim.told.every:
        yield done_or_not(claim, statement, here, holds)


def _meant(claim: Claim, statement: Statement, here: Ground) -> bool:
    """Whether a statement is of whomever a claim is of: of all alike, or of those whom the question names."""
    first, comma, _ = statement.text.partition(",")
    conditional = bool(comma) and first.split(" ")[0].lower() in ("when", "if", "in", "with", "after")
    named_ = claim.around & {one for one in stems(first, here) if here.ranking.tells(one)}
    return bool(named_) if conditional else not claim.whole


# ---------------------------------------------------------------- how often, how much, how long


def _given(claim: Claim, gives: Sequence[Give]) -> bool | None:
    """Whether one of the ways of giving agrees with every figure of a claim; one figure that none has is a no."""
    told = [[one for one in _figures(claim, give) if one is not None] for give in gives]
    known = [each for each in told if each]
    if not known or _foreign(claim, gives):
        return None
    agrees = any(all(each) for each in known)
    left = (claim.only and not claim.life) or (claim.told.every and any(_unsettled(span) for span in claim.told.spans))
    left = left or (
        claim.told.mg and not (claim.told.every or claim.fair or claim.usual or claim.whole or _DOSE & claim.stems)
    )
    asks = claim.plainly or ("keep", True) in claim.acts
    return None if agrees and (left or not asks) else agrees


def _of_no_such_rhythm(claim: Claim, rule: Rule, here: Ground) -> bool:
    """Whether a claim has several rhythms, one after the other, and no treatment of the kind of this one has any."""
    kin = (one for one in here.guideline.rules if rule.decision and one.decision == rule.decision)
    return _foreign(claim, [give for one in kin for give in one.action.gives])


def _foreign(claim: Claim, gives: Sequence[Give]) -> bool:
    """Whether a claim has several rhythms, and none of these ways of giving has any."""
    several = len(claim.told.every) > 1 and not claim.degree
    return several and not any(_often(claim, told, between(give)) for told in claim.told.every for give in gives)


def between(give: Give) -> Range:
    """The days between two doses."""
    return days(give.every_low) / give.times, days(give.every_high) / give.times


def _by_its_way(claim: Claim, rule: Rule, here: Ground) -> bool:
    """Whether an amount of which a claim asks if it will do is taken the way that a treatment is given."""
    routes = {code.name.replace("_", " ") for code in here.guideline.codes if code.what == "route"}
    asked = claim.stems & names(here) & {one for name in routes for one in stems(name, here)}
    given = {one for give in rule.action.gives for one in stems(give.route.replace("_", " "), here)}
    return claim.degree != "enough" or not asked or not asked.isdisjoint(given)


_DOSE = frozenset(stem(word) for word in ("dose", "dosage", "strength", "amount", "much"))


def _figures(claim: Claim, give: Give) -> Iterator[bool | None]:
    low, high = between(give)
    spans = [span.days for span in claim.told.spans if _unsettled(span) and span.days[1] < _LONG]
    judged = claim.degree or claim.fair or claim.usual
    often = claim.told.every or (tuple(spans) if judged and give.doses is None else ())
    if len(often) == 1:
        yield _often(claim, often[0], (low, high))
    if len(claim.told.mg) == 1 and give.unit == "mg":
        yield _much(claim, claim.told.mg[0], (give.low, give.high))
    if give.doses is not None and claim.told.doses and not claim.told.every:
        yield _much(claim, (claim.told.doses[0],) * 2, (give.doses, give.doses))
    if give.doses is not None and claim.told.every and len(lasting := _lasting(claim)) == 1:
        whole = give.doses * high
        yield _much(claim, lasting[0], (whole * LESS, whole * MORE))
    if claim.life and ("keep", True) not in claim.acts:
        yield True if give.for_life else False if give.doses or give.until else None
    elif claim.life:
        yield True if give.for_life else None
    elif (give.for_life or give.until) and any(_bounds(span, claim) for span in claim.told.spans):
        yield False


def _lasting(claim: Claim) -> list[Range]:
    """How long it is said to be given: `for 2 weeks`."""
    return [span.days for span in claim.told.spans if span.before == "for" and span.after not in _BEHIND]


def _unsettled(span: Span) -> bool:
    """Whether a time beside a rate may be part of the claim: `every month for a year`."""
    return span.before not in _ELSEWHERE and span.after not in _BEHIND


_ELSEWHERE = words_of("after for in within since last past next over first until till by before only than of")
_BEHIND = words_of("ago later old after into in since now back before late early overdue of for")


def figures_agree(claim: Claim, statement: Statement, here: Ground) -> bool:
    """Whether a treatment has what a claim says of how often, how much and how long."""
    rule = rule_of(statement, here)
    told = [
        each for give in (rule.action.gives if rule else ()) if (each := [*filter(_is_said, _figures(claim, give))])
    ]
    return any(all(each) for each in told)


def _is_said(told: bool | None) -> bool:
    return told is not None


_MOST = words_of("max maximum limit most longest only")


def _bounds(span: Span, claim: Claim) -> bool:
    """Whether a time is said to be all: `only for 2 weeks`, `two weeks is the max`."""
    limited = not _MOST.isdisjoint(word.raw for word in claim.words)
    return limited and (span.before not in ("after", "ago", "since", "in") and span.after not in ("ago", "old"))


_LONG = 365.0
"""Days from which a bare time is no time between doses any more."""


def _often(claim: Claim, told: Range, given: Range) -> bool | None:
    """Whether a time between doses is what is given; or is too short, too long, or short enough."""
    low, high = given[0] * LESS, given[1] * MORE
    if claim.degree in ("often", "much"):
        return told[1] < low
    if claim.degree in ("rare", "little"):
        return told[0] > high
    if claim.degree == "enough":
        return told[1] <= high
    return low <= told[0] and told[1] <= high


def _much(claim: Claim, told: Range, given: Range) -> bool | None:
    """Whether an amount is what is given; or is too much, too little, or enough."""
    if claim.degree in ("often", "much"):
        return told[0] > given[1]
    if claim.degree in ("rare", "little"):
        return told[1] < given[0]
    if claim.degree == "enough":
        return told[0] >= given[0]
    return given[0] <= told[0] and told[1] <= given[1]


def _of_everybody(claim: Claim, rule: Rule, here: Ground) -> bool | None:
    """Whether what is claimed of everybody holds under every rule that competes, or a single one for everybody."""
    rivals = [one for one in here.guideline.rules if rule.decision and one.decision == rule.decision]
    told = [
        one for one in (_given(claim, rival.action.gives) for rival in rivals if rival.action.gives) if one is not None
    ]
    if told:
        return all(told)
    conditional = rule.action.kind == "refer" and rule.when != All(())
    return False if conditional and ("refer", True) in claim.acts else None


_EACH = frozenset(stem(word) for word in ("injection", "dose", "jab", "shot", "time", "visit"))


def _only_checks(claim: Claim, rule: Rule, here: Ground) -> bool:
    """Whether a claim asks for more by a value, of which a rule only says what to look at."""
    value = any(here.guideline.facts[name].kind == "number" for name in facts_of(rule.when))
    return value and rule.action.kind == "check" and ("often", True) in claim.acts


def _each_time(claim: Claim, rule: Rule) -> bool:
    """Whether a claim asks for a test with each injection, of which a rule says when it falls due."""
    words = claim.words
    each = any(one.raw in ("each", "every") and then.stem in _EACH for one, then in pairwise(words))
    plain = claim.plainly and not (claim.turned or any(word.raw in ("not", "never") for word in words))
    return each and plain and ("test", True) in claim.acts and rule.action.timing is not None


def _timed(claim: Claim, rule: Rule, here: Ground) -> bool | None:
    """Whether a test falls due when a claim says so."""
    timing = rule.action.timing
    blood = any("blood" in word.raw.split() for word in claim.words)
    injects = not claim.stems.isdisjoint(("inject", "dos", *names(here))) or claim.stems.isdisjoint(here.coverage.names)
    if timing is None or (injects and not (blood or ("test", True) in claim.acts)):
        return None
    if timing.every and len(claim.told.every) == 1:
        return _often(claim, claim.told.every[0], (days(timing.every),) * 2)
    spans = [span.days[1] for span in claim.told.spans if span.after != "ago"]
    spans += [every[1] for every in claim.told.every if timing.at]
    if not timing.at or len(spans) != 1:
        return None
    due = [days(at) for at in timing.at]
    if claim.only or "first" in claim.stems or ("wait", True) in claim.acts:
        agrees = abs(spans[0] - due[0]) < 0.1 * due[0] and (len(due) == 1 or not claim.only)
        return None if agrees and not claim.plainly else agrees
    return True if claim.plainly and any(abs(spans[0] - at) < 0.1 * at for at in due) else None


def rivals(claim: Claim, statement: Statement, told: bool, here: Ground) -> Iterable[Rule]:
    """Rules that compete with a statement's and say of a claim the contrary."""
    rule = rule_of(statement, here)
    if rule is None or not rule.decision:
        return ()
    others = [
        one for one in here.guideline.rules if one.decision == rule.decision and one is not rule and one.action.gives
    ]
    said = {one.name: _given(claim, one.action.gives) for one in others}
    return [one for one in others if said[one.name] is not None and said[one.name] is not (told is not claim.denied)]

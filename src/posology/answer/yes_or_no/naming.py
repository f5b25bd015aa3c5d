"""The drugs, routes and sites that a question names, compared with those that a rule is for or against."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from ...expr import facts_of
from ...hear.text.words import CHANGING
from ...model import All, Rule, Statement
from ..asked.claim import Claim
from ..asked.deeds import turn_of
from ..asked.speech import Word, tokens, words_of
from ..asked.topic import everyday
from ..ground import Ground

_OUGHT = words_of("must need always only absolutely")
_THAN = words_of("than over versus vs to")
_WORSE = words_of("worse inferior shorter less poorer weaker faster sooner")


def named(claim: Claim, rule: Rule, here: Ground, holds: bool) -> bool | None:
    """Whether a rule is for or against the drug, route or site of which a claim speaks."""
    known = names(here)
    asked = claim.stems & known
    if not asked:
        return None
    action = rule.action
    if action.kind in ("avoid", "never"):
        struck = stems(" ".join(s.name for s in action.strikes if s.kind != "words").replace("_", " "), here) & known
        general = holds or _of_everybody(rule, here)
        against = struck.isdisjoint(_wished(claim)) if claim.rather else _against(claim)
        judged = against or claim.degree not in ("", "enough") or claim.harm
        return False if general and struck & asked and not judged else None
    if claim.rather:
        return None
    if action.kind != "use" or not (rule.beside or (action.strikes and not _PREFER.isdisjoint(claim.stems))):
        return None
    used = stems(action.words, here) & known
    if asked <= used:
        raws = [word.raw for word in claim.words]
        has_to = any(pair in (("have", "to"), ("has", "to")) for pair in pairwise(raws))
        exclusive = claim.only or has_to or not _OUGHT.isdisjoint(raws)
        return not (exclusive and len(used) > 1) if used and claim.plainly else None
    rivals = used and asked.isdisjoint(used) and action.strikes and len(asked) == 1
    alike = any(asked <= kind and used <= kind for kind in _kinds(here))
    return False if rivals and alike and claim.plainly else None


def of_another(claim: Claim, rule: Rule | None, here: Ground) -> bool:
    """Whether a claim names a drug and a rule only keeps from others: what it says of these is no answer."""
    drugs = {one for code in here.guideline.codes if code.what == "drug" for one in stems(code.name, here)}
    struck = {one for s in (rule.action.strikes if rule else ()) if s.kind == "drug" for one in stems(s.name, here)}
    asked = claim.stems & drugs & names(here)
    return bool(asked and struck) and asked.isdisjoint(struck)


def in_its_place(claim: Claim, statement: Statement, rule: Rule, here: Ground, holds: bool) -> bool | None:
    """Whether a claim names what a statement says to use in place of what its rule keeps from, where that holds."""
    first, avoids, _ = statement.text.partition(" avoid ")
    _, uses, instead = first.partition(" use ")
    asked = claim.stems & names(here)
    used = stems(instead, here) & names(here)
    if rule.action.kind != "avoid" or not (avoids and uses and asked and asked <= used and claim.plainly):
        return None
    matter = {one for name in facts_of(rule.when) for one in stems(here.guideline.facts[name].phrase, here)}
    spoken = holds or not matter.isdisjoint(claim.around)
    return True if spoken and claim.plain and not (claim.told or claim.acts or claim.other or claim.harm) else None


def _of_everybody(rule: Rule, here: Ground) -> bool:
    """Whether a rule holds for whoever is treated: always, or whenever something is used beside whatever is given."""
    beside = (one.when for one in here.guideline.rules if one.beside)
    return rule.when == All(()) or rule.when in beside


def usually(claim: Claim, rule: Rule, here: Ground) -> bool | None:
    """Whether a rule says to do as usual, of which a question asks, or beside which it asks for something finer."""
    rivals_ = [one for one in here.guideline.rules if rule.decision and one.decision == rule.decision]
    usual = [one.name for one in rivals_ if one.action.kind == "use" and "standard" in one.action.words]
    if rule.action.kind != "use" or not usual or claim.usual is claim.special or not claim.plainly:
        return None
    return (rule.name in usual) is claim.usual


_PREFER = words_of("prefer best first better usual usually recommend choic favor go default standard")


def _wished(claim: Claim) -> frozenset[str]:
    """What is wished for in place of something else: the words before `instead of` and `rather than`."""
    raws = [word.raw for word in claim.words]
    at = next((n for n, raw in enumerate(raws) if raw in ("instead", "rather")), 0)
    return frozenset(word.stem for word in claim.words[:at])


def _against(claim: Claim) -> bool:
    """Whether a claim is itself against what it names."""
    return not claim.stems.isdisjoint(("avoid", "instead", "than", "over", "inject"))


@lru_cache(maxsize=8)
def _kinds(here: Ground) -> tuple[frozenset[str], ...]:
    """The stems of the guideline's drugs, routes and sites, kind by kind: only one of a kind can replace another."""
    listed = {what: {code.name for code in here.guideline.codes if code.what == what} for what in _NAMED}
    return tuple(
        frozenset(stem for name in found for stem in stems(name.replace("_", " "), here)) for found in listed.values()
    )


_NAMED = ("drug", "route", "site")


@lru_cache(maxsize=8)
def names(here: Ground) -> frozenset[str]:
    """The stems of the guideline's drugs, routes and sites, without the names of whole groups."""
    names = {code.name.replace("_", " ") for code in here.guideline.codes if code.what in ("drug", "route", "site")}
    single = [name for name in names if not any(name in other and name != other for other in names)]
    return frozenset(stem for name in single for stem in stems(name, here))


@lru_cache(maxsize=8)
def tests(here: Ground) -> frozenset[str]:
    """The stems of what is measured in the blood: what is said of how often may be of that."""
    measured = {test for rule in here.guideline.rules for test in rule.action.tests}
    found = [stems(name.replace("_", " "), here) for name in measured]
    return frozenset(one for few in found if len(few) == 1 for one in few) - here.coverage.names


@lru_cache(maxsize=512)
def stems(text: str, here: Ground) -> frozenset[str]:
    """The stems of a text, several words that mean one thing as one."""
    return frozenset(word.stem for word in here.coverage.same.joined(tokens(text)))


def compared(claim: Claim, statement: Statement, here: Ground) -> bool | None:
    """Whether two drugs stand to one another as a statement has it: `A is kept longer than B`."""
    known = names(here)
    raws = [word.raw for word in claim.words]
    if _alike(raws) and _alike(statement.text.lower().split()):
        return True if "most" in raws or "most" not in statement.text else None
    order = [word.stem for word in claim.words if word.stem in known]
    said = [word.stem for word in here.coverage.same.joined(tokens(statement.text)) if word.stem in known]
    if len(order) != 2 or order[0] == order[1] or _THAN.isdisjoint(raws):
        return None
    if "to" in raws and any(raw.startswith(CHANGING) for raw in raws):
        if _asks_beyond(claim, here):
            return None
        order = order[::-1]  # from A to B: it is B that is wanted
    worse = not _WORSE.isdisjoint(raws)
    if "than" in tuple(word.raw for word in tokens(statement.text)) and said[:2] in (order, order[::-1]):
        return (said[:2] == order) is not worse
    rule = statement.rule
    if rule is not None and rule.action.kind == "use" and not rule.beside:
        used = stems(rule.action.words, here) & known
        return None if (order[0] in used) is (order[1] in used) else (order[0] in used) is not worse
    return None


def _asks_beyond(claim: Claim, here: Ground) -> bool:
    """Whether a change is only told, and what is asked behind it is something else: `from A to B, do I …`."""
    raws = [word.raw for word in claim.words]
    turn = turn_of(raws)
    behind = claim.words[turn + 2 :] if turn else ()
    changes = any(word.raw.startswith(CHANGING) or word.stem in names(here) for word in behind)
    return not changes and any(here.ranking.tells(word.stem) for word in behind)


def ordered(claim: Claim, statement: Statement, here: Ground) -> bool | None:
    """Whether what a claim puts before something else comes before it in a statement: `A eases before B`."""
    against = statement.rule is not None and statement.rule.action.kind in ("avoid", "never")
    ours = _halves(claim.words)
    theirs = _halves(here.coverage.same.joined(tokens(statement.text.partition(": ")[0])))
    settles = claim.plainly and not claim.first and (claim.turned or not claim.harm)
    if not (ours and theirs and settles) or (statement.rule is not None and not against):
        return None
    if (ours[0] | ours[1]) & (theirs[0] | theirs[1]) <= here.coverage.names:
        return None  # the topic alone puts nothing in order
    straight = sum(len(one & other) for one, other in zip(ours, theirs, strict=True))
    crossed = sum(len(one & other) for one, other in zip(ours, theirs[::-1], strict=True))
    if straight == crossed:
        return None
    return (straight > crossed) is not against


def _halves(words: Sequence[Word]) -> tuple[frozenset[str], frozenset[str]] | None:
    """What stands before a `before` and what behind it; an `after` the other way round."""
    at = next((n for n, word in enumerate(words) if word.raw in ("before", "after", "ahead")), None)
    if at is None:
        return None
    halves = [frozenset(w.stem for w in part if w.stem not in everyday()) for part in (words[:at], words[at + 1 :])]
    first, then = halves if words[at].raw != "after" else reversed(halves)
    return first, then


def counted(claim: Claim, statement: Statement, here: Ground) -> bool | None:
    """Whether a thing that a claim would count is named by a definition."""
    if statement.kind != "define" or not claim.plainly or _COUNTS.isdisjoint(word.raw for word in claim.words):
        return None
    matter = claim.stems - everyday() - here.coverage.names - stems(statement.name.replace("-", " "), here)
    return True if matter and matter <= stems(statement.text, here) else None


_COUNTS = words_of("count counts counted considered classed include included sign signs")


def _alike(raws: Sequence[str]) -> bool:
    """Whether one thing is said to be as good as another: `works as well as`."""
    spans = zip(raws, raws[1:], raws[2:], strict=False)
    return any((one, last) == ("as", "as") and middle in ("well", "good", "effective") for one, middle, last in spans)

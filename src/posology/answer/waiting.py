"""Whether something may wait that must not: a no, before whatever else is asked, with where to go first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from itertools import pairwise

from ..model import Rule
from .asked.aspect import TREATED
from .asked.claim import Claim, claim, is_tag
from .asked.coverage import Aspect
from .asked.deeds import done_by
from .asked.match import Part
from .asked.speech import Clause, tokens, words_of
from .asked.topic import topic_places
from .by_rhythm import Beat, stages_in
from .ground import Ground, rule_of
from .pressing import emergencies, firmly, gates
from .seen import Seen, reads
from .talk import Talk
from .yes_or_no.too_late import at_once, is_put_off

_WAITING = words_of("wait waiting hold holding delay delaying postpone postponing defer deferring leave sit")
_DEFERRING = _WAITING | words_of("waits delayed postponed deferred")
_UNITS = words_of("day days week weeks fortnight month months")
_HOME = words_of("home until till")
_DOING = words_of("do suffice time")
_ANEW = words_of("again restart reload reloaded over anew")
_SMALL = words_of("to for the of in at")
_OFFERED = words_of("offer offers offered offering moved rebooked rescheduled earliest postponed")
"""Words of a later day that somebody names for what is due."""
_BEGINS = words_of("first start starting starts begin beginning begins")
_BEGINNING = _BEGINS | words_of("between apart")
"""Words of a treatment that has not begun, or of its rhythm."""
_SEEN = words_of(
    "see sees seen saw assessed examined reviewed review appointment appointments clinic scan mri opinion "
    "consultant consultants team advice call calls"
)
"""Words of somebody who is to look at the patient first."""


def no_waiting(told: Talk, seen: Seen, here: Ground) -> tuple[Talk, Beat | None]:
    """The conversation and a no, where it is asked if an emergency may wait, or treatment until somebody has seen it.

    What else the turn names, known or not, is only where or for whom they would wait. A danger that is told without a
    question, or in words of which some are not known, is answered as well.
    """
    if told.problem or not told.asked.on_topic:
        return told, None
    asked = _asks(told.asked.clauses)
    if asked and (names := _first(asked, told, seen, here)):
        return _with(told, names, asked, here), Beat("No", tuple(seen.said(name) for name in names))
    if asked and (_deferred(asked) or _waits(asked, told.asked.clauses)):
        told = replace(told, parts=_without_denied(told, here))
    if asked and (names := _put_off(asked, told, seen, here)):
        word = "No" if names[1:] else ""
        return _with(told, names, asked, here), Beat(word, tuple(seen.said(name) for name in names))
    if late := _late(told, seen, here):
        return told, Beat("", tuple(seen.said(name) for name in late))
    if (_asking(told.asked.clauses) and (told.parts or told.silent)) or not (names := _alarming(told.danger.now, here)):
        return told, None
    now = _with(told, names, Claim(), here)
    return now, Beat("", tuple(seen.said(name) for name in now.parts[0].statements))


def _late(told: Talk, seen: Seen, here: Ground) -> tuple[str, ...]:
    """What is said of a treatment that is late, and who is asked at once for what was told just now.

    So where nothing else is asked than what to do: whether all begins anew is not said.
    """
    shown = {name for part in told.parts for name in part.own}.union(told.asked.likely)
    late = [one.statements[0] for one in _carried(here) if one in told.asked.about or one.statements[0] in shown]
    asking = [one for one in told.asked.heeded if one.clause.asked]
    other = [one for one in asking if any(m.aspect.kind == "general" and not m.aspect.last for m in one.covered)]
    other = [one for one in other if _ANEW.isdisjoint(word.raw for word in one.clause.words)]
    treated = here.begun(seen.known) or seen.topical.isdisjoint(seen.known)  # not a late diagnosis
    if not (late and treated) or told.silent or other or seen.recorded:
        return ()
    first, calls = emergencies(seen.plan, here.guideline), called_for(told, seen, here)
    return (*first, *late[:1], *calls[:1]) if calls else ()


def _put_off(asked: Claim, told: Talk, seen: Seen, here: Ground) -> tuple[str, ...]:
    """What is said of a treatment that is late, where it is asked if one may wait and no danger is told.

    Who is asked at once for a sign that was told is said besides.
    """
    late = [one.statements[0] for one in _carried(here)]
    signs = _signs(told, here)
    shut = seen.recorded or seen.doubted or gates(seen.plan, here.guideline) or emergencies(seen.plan, here.guideline)
    raised = (*told.danger.now, *told.danger.open, *told.danger.supposed)
    if not late or shut or raised or not signs.isdisjoint(seen.topical) or not _defers(asked, told, here):
        return ()
    gives = {one.name for one in here.guideline.statements if (rule := rule_of(one, here)) and rule.action.gives}
    fits = {late[0], *_at_once(here), *gives}
    other = any(fits.isdisjoint(part.statements[:1]) for part in told.parts) and not _offered(told.asked.clauses)
    calls = _urgent(signs, seen, here)
    return (late[0], *calls[:1]) if calls or not (signs or other) else ()


def _carried(here: Ground) -> list[Aspect]:
    """The matters that are answered where they are only told: what is late."""
    return [one for one in here.coverage.aspects.values() if one.carried and one.statements]


def _signs(told: Talk, here: Ground) -> Set[str]:
    """What was told to be so of the patient, but for what was given and which."""
    given = {code.name for code in here.guideline.codes}
    so = {name for name, value in told.facts.items() if value is not False and value not in given}
    return so - here.lexicon.received


def _at_once(here: Ground) -> Mapping[str, Rule]:
    """The rules by which somebody is asked or seen urgently."""
    return {rule.name: rule for rule in here.guideline.rules if rule.action.kind == "refer" and rule.action.urgency}


def _without_denied(told: Talk, here: Ground) -> tuple[Part, ...]:
    """The parts without those of an emergency of which something was told not to be so, and nothing to be so."""
    if _signs(told, here):
        return told.parts
    not_so = {name for name, value in told.facts.items() if value is False}
    denied = {
        name
        for name, rule in _at_once(here).items()
        if rule.action.urgency == "emergency" and not_so & reads(rule.when, here.guideline)
    }
    return tuple(part for part in told.parts if denied.isdisjoint(part.statements))


def _defers(asked: Claim, told: Talk, here: Ground) -> bool:
    """Whether it is asked if a treatment that runs may be given on a later day, and nothing else is asked."""
    clauses = told.asked.clauses
    raws = {word.raw for one in clauses for word in one.words}
    waits = _deferred(asked) or (_offered(clauses) and (asked.fair or asked.degree == "enough"))
    later = any(map(is_put_off, clauses)) or any(
        one.raw in _DEFERRING | {"by"} and then.raw in _UNITS for one, then in pairwise(asked.words)
    )
    if not (waits and later) or asked.told.every or not (_SEEN | _BEGINNING).isdisjoint(raws):
        return False
    matters = (m.aspect for one in told.asked.heeded for m in one.covered if m.aspect.kind == "general")
    fits = all(one.carried or _tells_rhythm(one, here) for one in matters)
    return fits and any(_names(one, here) for one in (*clauses, *told.said))


def _tells_rhythm(aspect: Aspect, here: Ground) -> bool:
    """Whether a matter is how often a treatment that runs is given: `her routine maintenance dose`."""
    rules = [rule_of(here.guideline.named[name], here) for name in aspect.statements[:1]]
    later = {one.name for one in stages_in(here) if one.after}
    return any(rule is not None and rule.decision in later for rule in rules)


def _deferred(asked: Claim) -> bool:
    """Whether a question asks if something may be put off."""
    return any(word.raw in _DEFERRING for word in asked.words)


def _offered(clauses: Sequence[Clause]) -> bool:
    """Whether some clauses tell of another day for what is due."""
    return any(word.raw in _OFFERED for clause in clauses for word in clause.words)


def _names(clause: Clause, here: Ground) -> bool:
    """Whether a clause names the topic or any treatment."""
    return bool(topic_places(clause, here.coverage)) or not TREATED.isdisjoint(clause.stems)


def called_for(told: Talk, seen: Seen, here: Ground) -> tuple[str, ...]:
    """Who is asked urgently for something that was told just now; an emergency is said before that."""
    return _urgent({one.fact for one in told.last if one.value is True}, seen, here)


def _urgent(new: Set[str], seen: Seen, here: Ground) -> tuple[str, ...]:
    """Who is asked urgently for one of some facts."""
    urgent = [rule for rule in _at_once(here).values() if rule.name not in emergencies(seen.plan, here.guideline)]
    return tuple(rule.name for rule in urgent if new & reads(rule.when, here.guideline) and _calls(rule, seen))


def _calls(rule: Rule, seen: Seen) -> bool:
    said = seen.said(rule.name)
    return said.applies == "yes" or seen.holds_in_it(said)


def _with(told: Talk, names: tuple[str, ...], asked: Claim, here: Ground) -> Talk:
    """The conversation, with some statements before what else it asks, and nothing of it left unsaid."""
    about = [one for one in here.coverage.aspects.values() if one.kind == "about" and names[-1] in one.every]
    first = min(about, key=lambda one: one.statements[:1] != names[:1])
    part = Part((first,), tuple(dict.fromkeys((*names, *first.statements))), asks=asked.polar, claim=asked)
    left = tuple(replace(one, silent=()) for one in told.asked.heeded)
    return replace(told, parts=(part, *told.parts), asked=replace(told.asked, heeded=left, likely=names))


def _alarming(raised: Sequence[int], here: Ground) -> tuple[str, ...]:
    """The emergencies in which the same is to be done as for one of some red flags."""
    said = [_words(here.coverage.flags[number].clinician) for number in raised]
    rules = (rule for rule in here.guideline.rules if rule.action.urgency == "emergency")
    return tuple(rule.name for rule in rules if any(_does(rule) <= one for one in said))


def _does(rule: Rule) -> frozenset[str]:
    return _words(rule.action.words) - _SMALL


def _words(text: str) -> frozenset[str]:
    """The words of a text, those joined by a hyphen one by one."""
    return frozenset(word for told in tokens(text) for word in told.raw.split("-"))


def _asking(clauses: Sequence[Clause]) -> list[int]:
    """The places of the questions; what somebody `can not` is none."""
    return [n for n, one in enumerate(clauses) if one.asked and [word.raw for word in one.words[1:2]] != ["not"]]


def _asks(clauses: Sequence[Clause]) -> Claim | None:
    """What the only question of a turn claims, if it wants a yes or a no and nothing turns it."""
    asking = _asking(clauses)
    if not asking or sum(not is_tag(clauses[n]) for n in asking) > 1:
        return None
    asked = claim(clauses, asking[-1])
    return asked if asked.polar and not (asked.turned or asked.denied or asked.rather or asked.away) else None


def _first(asked: Claim, told: Talk, seen: Seen, here: Ground) -> tuple[str, ...]:
    """The statements of what comes first: the emergency that is certain, or what is given and who is asked at once."""
    clauses, raised = told.asked.clauses, (*told.danger.now, *told.danger.open)
    if urgent := (*emergencies(seen.plan, here.guideline), *_alarming(raised, here)):
        return urgent[:1] if _waits(asked, clauses) else ()
    if gates(seen.plan, here.guideline) or not (_held_back(asked, clauses) or _begins_late(asked, clauses)):
        return ()
    firm = firmly(seen.plan)
    held = [rule for rule in here.guideline.rules if rule.name in firm]
    now = [rule for rule in held if "without delay" in rule.action.words]
    asks = [rule.name for rule in now if rule.action.kind == "refer" and rule.action.urgency]
    anyway = [rule.name for rule in now if rule.action.kind == "use"]
    gives = [rule.name for rule in held if rule.action.gives]
    return (*anyway[:1], *gives[:1], *asks[:1]) if asks and gives else ()


def _waits(asked: Claim, clauses: Sequence[Clause]) -> bool:
    """Whether it is asked if something may wait, or if a later day will do."""
    said = [word.raw for word in asked.words]
    if at_once(said):
        return False
    asking = _asking(clauses)[-1]
    raws = {*said, *(word.raw for word in clauses[asking - 1].words if asking and is_tag(clauses[asking]))}
    if not _WAITING.isdisjoint(raws):
        return True
    treats = bool(asked.told.every or asked.told.doses or asked.told.mg) or not TREATED.isdisjoint(asked.stems)
    settles = asked.fair or asked.degree == "enough" or not _DOING.isdisjoint(said)
    told = [clause for clause in clauses if TREATED.isdisjoint(clause.stems)]
    return not treats and ((settles and any(map(is_put_off, told))) or not _HOME.isdisjoint(raws))


def _begins_late(asked: Claim, clauses: Sequence[Clause]) -> bool:
    """Whether it is asked if treatment may begin on a later day: `first injection in three weeks, soon enough?`."""
    later = any(is_put_off(one) and not TREATED.isdisjoint(one.stems) for one in clauses)
    begins = any(word.raw in _BEGINS for clause in clauses for word in clause.words)
    return later and begins and (asked.degree in ("enough", "often") or asked.fair or _deferred(asked))


def _held_back(asked: Claim, clauses: Sequence[Clause]) -> bool:
    """Whether it is asked if treatment is to wait until somebody has seen the patient."""
    waits = ("wait", True) in asked.acts or not _WAITING.isdisjoint(word.raw for word in asked.words)
    looks = any(word.raw in _SEEN or done_by(word) == "refer" for clause in clauses for word in clause.words)
    return waits and looks

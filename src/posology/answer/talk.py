"""A conversation as it was understood: facts and topic carry over its turns, and the last turn is what is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from types import MappingProxyType

from ..expr import evaluate, facts_of
from ..hear.hear import Unheard, listen
from ..hear.turns import Heard, Left, affirms, carry, corrects, still_supposed, stood, undone
from ..model import Guideline, Patient, Plan, Value
from .asked.again import of_its_figure, of_its_harm, of_its_rhythm, of_the_course, of_the_same
from .asked.aspect import Asked, Silent, asked, matches
from .asked.claim import polar
from .asked.coverage import Aspect, Coverage
from .asked.halves import halved
from .asked.language import LONGEST, legible, readable
from .asked.lead import led, only_told
from .asked.match import Part
from .asked.next import after_course
from .asked.of_kin import without_kin
from .asked.parting import all_everyday, less_denied, lifted, of_all, only_tells, parted
from .asked.setting import beside
from .asked.speech import Clause, clauses, stem, tokens
from .asked.swapped import asks_which_counts, swapped, with_its_name
from .course import Course, Spoken, less, only_goes_on, unasked, with_ours
from .emergency import Danger, alarmed, reactions, without_flags
from .ground import Ground
from .grown import newly_so, one_more, only_denies
from .last_dose import notice, of_a_day, undated
from .seen import reads


@dataclass(frozen=True, slots=True)
class Talk:
    """What the last turn asks, what is known of the patient by then, or why nothing could be understood.

    ``last`` is what was heard in the last turn, contradictions and all, ``unheard`` what was spoken of in it and
    could not be taken as a fact. ``doubted`` are facts that any turn spoke of in such words, and none settled.
    ``overtaken`` are denials that a part of theirs overtook, with these parts. ``met`` are aspects of which a statement
    says what to do for just this patient. ``danger`` are the red flags of all turns, ``undated``
    is what is said of the day of a last dose, ``said`` are the clauses of all turns.
    """

    asked: Asked = field(default_factory=Asked)
    parts: tuple[Part, ...] = ()
    patient: Patient = field(default_factory=Patient)
    heard: Spoken = ()
    last: Spoken = ()
    unheard: tuple[Unheard, ...] = ()
    doubted: frozenset[str] = frozenset()
    problem: str = ""
    overtaken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    met: tuple[Aspect, ...] = ()
    danger: Danger = field(default_factory=Danger)
    undated: str = ""
    said: tuple[Clause, ...] = ()

    @property
    def facts(self) -> Mapping[str, Value]:
        """Every fact that was heard or given, after corrections."""
        return self.patient.facts

    def known_by(self, made: Plan | None) -> Mapping[str, Value]:
        """Every fact that was heard or given, and what a plan read in dated results, which wins over what was given."""
        tests = {result.test for result in self.patient.results} - self.patient.said if made else set()
        read = {name: made.facts[name][0] for name in sorted(tests & made.facts.keys())} if made else {}
        return {name: value for name, value in self.facts.items() if name not in tests} | read

    @property
    def known(self) -> bool:
        """Whether anything is known of a patient."""
        return bool(self.facts or self.patient.doses or self.patient.results)

    @property
    def unsaid(self) -> tuple[str, ...]:
        """What was asked that the guideline does not say, in words."""
        silent = [quiet.said if quiet.aspect else f"“{quiet.said}”" for quiet in self.asked.silent]
        open_ = (a.not_said for p in self.parts for a in p.aspects if a.not_said and a not in self.met)
        return tuple(dict.fromkeys([*silent, *open_]))

    @property
    def aspects(self) -> tuple[str, ...]:
        """The names of what was asked and is answered."""
        return tuple(dict.fromkeys(aspect.name for part in self.parts for aspect in part.aspects))

    @property
    def silent(self) -> tuple[str, ...]:
        """The names of what was asked and is not said."""
        return tuple(dict.fromkeys(quiet.aspect.name for quiet in self.asked.silent if quiet.aspect))


def talk(
    turns: Sequence[str],
    here: Ground,
    patient: Patient,
    given: bool,
    without: Mapping[str, int] = MappingProxyType({}),
    ours: Mapping[int, Left] = MappingProxyType({}),
) -> Talk:
    """A conversation, turn after turn. ``given``: it is held on the guideline's own page.

    ``without``: facts that somebody took out again, each with the last turn of which it is not heard. ``ours``: what
    the answer before a turn asked, which is a bare reply.
    """
    course, read = Course(patient), tuple(map(legible, turns))
    for number, text in enumerate(read):
        if course.text and not (given or course.now.on_topic) and affirms(text):
            given, course = True, _confirmed(read[:number], here, patient, without)
            continue
        if problem := _problem(text):
            danger = alarmed(course.danger, (), here.coverage)
            return _known(Talk(problem=problem, danger=danger), course.spoken, course.patient, here.guideline)
        if not only_goes_on(course, text, here, ours.get(number)):
            _take(course, text, here, given, without, ours.get(number))
    now, answered, doubted = course.now, course.answered, course.cautious.union(course.doubted)
    problem = "anew" if course.anew and not (answered or now.silent) else ""
    told = Talk(now, answered, unheard=course.unheard, doubted=doubted, problem=problem, danger=course.danger)
    said = tuple(clause for text in course.texts for clause in clauses(text, here.coverage.same))
    told = replace(told, undated=notice(read), said=said)
    return _known(told, course.spoken, course.patient, here.guideline)


def _confirmed(turns: Sequence[str], here: Ground, patient: Patient, without: Mapping[str, int]) -> Course:
    """A conversation that named no topic, read again after a yes to the question if ours is meant.

    The yes says what the turn before said.
    """
    course = Course(patient)
    for text in turns:
        _take(course, text, here, True, without)
    course.spoken[-1:], course.asked_by[-1:] = [(), course.spoken[-1]], [(), course.answered]
    course.texts[-1:] = ["", course.text]
    return course


def _take(
    course: Course, text: str, here: Ground, given: bool, without: Mapping[str, int], ours: Left | None = None
) -> None:
    """Take in the next turn of a conversation."""
    number = len(course.spoken)
    before_it = stood(course.spoken, with_ours(course.left, ours))
    listened = listen(text, here.guideline, here.lexicon, number, before_it)
    listened = one_more(text, course.text, listened, before_it, here, number)
    course.left = listened.left
    heard = (one for one in listened.heard if not of_a_day(one, text))
    kept = tuple(one for one in heard if number > without.get(one.fact, -1))
    gone_by = undone(text, course.spoken)
    back = [course.asked_by[max(0, n - 1)] for n, heard in enumerate(course.spoken) if gone_by and heard is gone_by]
    course.spoken = [*(() if gone_by and heard is gone_by else heard for heard in course.spoken), kept]
    told, course.anew = kept or gone_by, listened.anew is not None
    if listened.anew is not None:  # of somebody else, or from the start
        text, told = listened.anew, tuple(one for one in kept if one.value is not None)
        course.begin()
    text = swapped(text, kept, course.texts, course.spoken[:-1], here.guideline) or text
    text = course.text if course.answered and asks_which_counts(text) else text
    stands = {**course.patient.facts, **carry(course.spoken)[0]}
    if any(stands.get(fact) is False for fact in here.lexicon.received):
        text = with_its_name(text, course.texts, here.coverage)
    text = after_course(text) if any(map(here.ends_course, kept)) else text
    course.doubted |= {one.fact for one in listened.unheard if not one.why}
    before, known = course.now, given or course.now.on_topic
    plain = undated(text)
    now = asked(plain, here.coverage, given=known, before=course.now)
    asks, plainly = any(clause.asked for clause in now.clauses), listened.anew is None and not gone_by
    supposed = still_supposed(course.spoken[:-1], kept, asks) if plainly else ()
    unheard = (one for one in listened.unheard if not of_a_day(one, text))
    course.unheard = (*unheard, *_left_open(course, now, (*supposed, *kept), here))
    if number and not (told or course.unheard or asks) and corrects(text):
        course.unheard = (Unheard("", text.strip(), "it seems to put something right, but not which fact", number),)
    tells = bool(course.answered) and not told and only_tells(text, now, here.coverage)
    if tells and not course.unheard:
        course.unheard = (Unheard("", text.strip(), "nothing in it was understood as a fact", number),)
    if not before.on_topic and course.text and now.named and not _says_anything(now):
        now = asked(course.text, here.coverage, given=True)
    gone = _of_others(course.spoken, course.patient, here)
    away = unasked(course, now, here)
    phrased, lead = now, partial(_understood, course, gone=gone, away=away, here=here)
    now = less_denied(halved(plain, lead(now), lead, here), told, here)
    now = of_its_harm(of_the_same(now, before, told, here), course.answered, here)
    now = of_its_rhythm(of_its_figure(now, course.answered, told, here), course.answered, here)
    if course.answered and (told or tells):
        counted = any(isinstance(one.value, float) for one in told)
        now = only_told(now, phrased, counted or _puts_right(course, told))
    now = lifted(of_the_course(now, stands, here), told, {**course.patient.facts, **before_it.facts}, here)
    asks_nothing = course.anew and not (asks or (_says_anything(phrased) and (told or not only_denies(phrased))))
    now = replace(now, likely=(), heeded=(), about=()) if gone_by or asks_nothing else now
    course.earlier = (*course.earlier, *now.clauses)
    course.asked_by.append(back[0] if gone_by else parted(now, course.answered, told, here, gone, tells))
    if course.answered and told and not (asks or gone_by or course.anew):
        course.asked_by[-1] += tuple(newly_so(course.asked_by[-1], course.spoken, course.patient, here))
    course.now = now if now.on_topic else replace(now, on_topic=before.on_topic)
    course.texts.append(text)


def _puts_right(course: Course, told: Spoken) -> bool:
    """Whether what a turn tells takes back something that stood, or denies it: its other words say why."""
    before = {**course.patient.facts, **carry(course.spoken[:-1])[0]}
    return any(one.value in (None, False) and before.get(one.fact) is True for one in told)


def _left_open(course: Course, now: Asked, kept: Spoken, here: Ground) -> tuple[Unheard, ...]:
    """The facts that red flags leave open and nobody spoke of; a no that is known is taken back."""
    number = len(course.spoken) - 1
    course.danger = alarmed(course.danger, now.clauses, here.coverage)
    open_ = reactions(course.danger, here.coverage)
    taken = _reopened(open_ - course.cautious, course.spoken, course.patient, number)
    course.spoken[-1], course.cautious = (*kept, *taken), open_
    return tuple(Unheard(fact, "", "", number) for fact in sorted(open_ - carry(course.spoken)[0].keys()))


def _understood(course: Course, now: Asked, gone: frozenset[str], away: frozenset[Aspect], here: Ground) -> Asked:
    """What a turn asks, led by questions asked before, without what others are asked for."""
    told = _told_enough(course, here.guideline)
    said = frozenset(_spoken_of(now, course.spoken[-1], here.guideline, whole=True))
    met = any(_spoken_of(now, course.spoken[-1], here.guideline)) or any(map(here.of_course, course.spoken[-1]))
    surely = any(quiet.aspect and quiet.aspect.surely for quiet in now.silent)
    cut = now if surely else without_kin(now, course.spoken[-1], here.coverage)

    def lead(turn: Asked) -> Asked:
        turn = _without(less(turn, away), gone)
        turn = led(turn, course.earlier, here.coverage, here.precedents, told, met, said)
        return _without(less(turn, away), gone)

    alone = lead(cut)
    now = alone if cut is now or any(one.covered for one in alone.heeded) else lead(now)
    now = now if surely else beside(now, lead, course.now, here.coverage, course.spoken[-1])
    again = bool(course.answered) and bool(now.ways) and not any(one.covered for one in now.heeded)
    now = replace(now, likely=()) if of_all(now) or (again and all_everyday(now)) else now
    named = tuple(name for name in now.likely if _named(name, now, here))
    return _beside(replace(now, likely=named or now.likely), course.danger, here.coverage)


def _spoken_of(turn: Asked, heard: Spoken, guideline: Guideline, whole: bool = False) -> Iterator[str]:
    """The words in which facts were told on which something hangs that answers what a turn asks.

    ``whole``: of one that asks for the injection itself, all on which something hangs.
    """
    whole = whole and any("inject" in clause.stems for clause in turn.clauses if clause.asked)
    named = {name for one in turn.heeded if one.clause.asked for m in one.covered for name in m.aspect.every}
    rules = [rule for rule in guideline.rules if (whole or rule.name in named) and not rule.action.gives]
    read = {name for rule in rules for name in facts_of(rule.when)}
    yield from (word.raw for one in heard if one.value is True and one.fact in read for word in tokens(one.words))


ENOUGH = 2
"""Facts of the patient on which treatments hang that are enough to choose one."""


def _told_enough(course: Course, guideline: Guideline) -> bool:
    """Whether enough is known of the patient to choose a treatment."""
    facts = carry(course.spoken)[0].keys() | course.patient.facts.keys()
    return len(facts & _choosing(guideline)) >= ENOUGH


@lru_cache(maxsize=8)
def _choosing(guideline: Guideline) -> frozenset[str]:
    """The facts on which treatments hang."""
    return frozenset(name for one in guideline.rules if one.action.gives for name in reads(one.applies, guideline))


def _problem(text: str) -> str:
    """Why a turn cannot be understood at all, or nothing."""
    if not text.strip():
        return "empty"
    if len(text) > LONGEST:
        return "long"
    return "" if readable(text, [word.raw for word in tokens(text)]) else "language"


def _reopened(open_: Set[str], spoken: Sequence[Spoken], patient: Patient, turn: int) -> Spoken:
    """Facts known to be no that what was just said leaves open again."""
    known = {**patient.facts, **carry(spoken)[0]}
    return tuple(Heard(fact, None, "", turn) for fact in sorted(open_) if known.get(fact) is False)


def _of_others(spoken: Sequence[Spoken], patient: Patient, here: Ground) -> frozenset[str]:
    """The statements that would replace every other answer, and whose rules do not hold of the patient."""
    known = {**patient.facts, **carry(spoken)[0]}
    named = {name for aspect in here.coverage.aspects.values() if aspect.instead for name in aspect.statements}
    rules = (rule for rule in here.guideline.rules if rule.name in named)
    return frozenset(rule.name for rule in rules if evaluate(rule.when, known.get) is False)


_SCOPE = frozenset(map(stem, ("guideline", "apply", "cover", "include", "eligible")))


def _without(turn: Asked, gone: frozenset[str]) -> Asked:
    """A turn that names statements of others in passing only: a daughter of 31 is no child.

    It asks for them where it asks if the guideline is for somebody at all.
    """
    if not gone or any(polar(clause) and not _SCOPE.isdisjoint(clause.stems) for clause in turn.clauses):
        return turn

    named = {*turn.about, *(m.aspect for one in turn.heeded for m in one.covered)}
    away = frozenset(one for one in named if one.statements and gone.issuperset(one.statements))
    return less(turn, away, gone)


def _beside(turn: Asked, raised: Danger, coverage: Coverage) -> Asked:
    """A turn without what only words of a supposed red flag seem to ask: chest pain is no pain of the needle."""
    if not raised.supposed:
        return turn

    def stays(silent: Silent, clause: Clause) -> bool:
        rest = without_flags(clause, coverage)
        return (
            rest is clause or silent.aspect is None or any(m.aspect == silent.aspect for m in matches(rest, coverage))
        )

    kept = (replace(one, silent=tuple(s for s in one.silent if stays(s, one.clause))) for one in turn.heeded)
    return replace(turn, heeded=tuple(kept))


def _known(told: Talk, spoken: Sequence[Spoken], patient: Patient, guideline: Guideline) -> Talk:
    """The conversation with the facts that are known by its end: what was said replaces what was given."""
    facts, heard = carry(spoken)
    overtaken = _overtaken(heard, patient, guideline)
    facts = {name: value for name, value in facts.items() if name not in overtaken}
    heard = tuple(one for one in heard if one.fact not in overtaken)
    taken = {h.fact for turn in spoken for h in turn if h.value is None} | overtaken.keys()
    whole = {name: value for name, value in patient.facts.items() if name not in taken} | facts
    origins = {**patient.origins, **dict.fromkeys(facts, "stated")}
    now = replace(patient, facts=whole, origins=origins, said=frozenset(facts).union(taken))
    doubted = told.doubted - whole.keys()
    last = spoken[-1] if spoken else ()
    told = replace(told, patient=now, heard=heard, last=last, doubted=doubted, overtaken=overtaken)
    return replace(told, met=_met(told, guideline))


def _met(told: Talk, guideline: Guideline) -> tuple[Aspect, ...]:
    """The aspects that were asked and of which a rule says how to do it for whoever is like this patient."""
    special = [rule for rule in guideline.rules if rule.action.kind in ("use", "consider") and not rule.beside]
    holds = {rule.name for rule in special if evaluate(rule.when, told.facts.get) is True}
    asked_ = dict.fromkeys(aspect for part in told.parts for aspect in part.aspects)
    numbers = {name for name, value in told.facts.items() if isinstance(value, float)}
    deciding = [rule for rule in guideline.rules if rule.decision and not rule.action.gives] if numbers else []
    by_it = [rule for rule in deciding if not numbers.isdisjoint(facts_of(rule.when))]
    holds |= {rule.name for rule in by_it if evaluate(rule.when, told.facts.get) is not False}
    return tuple(aspect for aspect in asked_ if not holds.isdisjoint(aspect.every))


def _overtaken(heard: Spoken, patient: Patient, guideline: Guideline) -> dict[str, tuple[str, ...]]:
    """The facts that were said to be no, not after what they follow from: a part that is so, or a number told later."""
    denied = {name: -1 for name, value in patient.facts.items() if value is False}
    denied |= {one.fact: one.turn for one in heard if one.value is False}
    found: dict[str, tuple[str, ...]] = {}
    for name, turn in denied.items():
        when = guideline.facts[name].when
        if when is None:
            continue
        said = {one.fact for one in heard if one.value is True and one.turn >= turn}
        later = {one.fact: one.value for one in heard if isinstance(one.value, float) and one.turn > turn}
        said |= later.keys() if evaluate(when, later.get) is True else set()
        if parts := tuple(part for part in facts_of(when) if part in said):
            found[name] = parts
    return found


def _says_anything(turn: Asked) -> bool:
    return any(heeded.covered or heeded.silent for heeded in turn.heeded)


def _named(name: str, turn: Asked, here: Ground) -> bool:
    """Whether a turn speaks of the count or length on which a statement hangs, if it hangs on one."""
    rule, facts = here.guideline.named[name].rule, here.guideline.facts
    read = [facts[one] for one in facts_of(rule.when)] if rule else []
    said = {word.stem for clause in turn.clauses for word in clause.words}
    telling = {one for one in here.ranking.counts[name] if here.ranking.tells(one)}
    return not telling.isdisjoint(said) or all(one.kind != "number" or one.unit == "years" for one in read)

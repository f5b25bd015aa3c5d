"""The main path: a conversation in, an answer out.

turns → facts → topic and aspects → the plan for this patient → statements → warnings → headline and what to ask next.
Nothing is written here: every line is a statement, and the headline is made of lines and of the plan's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from ..hear.turns import Left
from ..model import Guideline, Patient, Plan, Value
from ..plan.advice import Audience
from ..plan.plan import outdated, particulars, plan
from .answered import Answer, Headline, Likeness
from .asked.measured import same_amount
from .asked.speech import stem
from .by_event import by_event
from .by_level import by_level
from .by_rhythm import by_rhythm
from .changed import changed
from .choose import first, lines, told_apart, warnings
from .emergency import emergency, in_case
from .follow import follow_ups
from .gate import without_alike
from .ground import Ground
from .headline import headline
from .notices import notices
from .otherwise import as_told
from .refuse import declined
from .remarked import remarked
from .replied import asked_of, is_bare
from .running import by_running
from .seen import Seen
from .semantic import nearest_first
from .talk import Talk, talk
from .undiagnosed import undiagnosed
from .waiting import no_waiting


def answer(
    turns: Sequence[str],
    here: Ground,
    *,
    patient: Patient | None = None,
    within: str | None = None,
    audience: Audience = "clinician",
    on: date | None = None,
    likeness: Likeness | None = None,
    without: Mapping[str, int] | None = None,
) -> Answer:
    """The answer to the last of several turns.

    ``patient`` is what is known beforehand, ``within`` the guideline on whose page the question is asked, ``without``
    the facts that somebody took out again, each with the last turn of which it is not heard. The same conversation,
    guideline and day give the same answer to the byte. ``likeness``, from `semantic.likeness()`, orders the further
    lines of a part that hold equally, and changes nothing else.
    """
    given = within == here.guideline.id
    known = patient or Patient()
    made = _in_conversation(turns, here, known, given, audience, on, without or {})
    made = _of_the_day(made, here.guideline, on or known.on or date.today())
    if not (likeness and turns and made.lines):
        return made
    return replace(made, lines=nearest_first(made.lines, turns[-1], likeness), by_likeness=True)


def _of_the_day(made: Answer, guideline: Guideline, day: date) -> Answer:
    """The answer, which says so where the guideline's next review lies behind the day."""
    late = tuple((notice.kind, notice.text) for notice in outdated(guideline, day))
    rest = tuple(told for told in made.notices if told not in late)
    return replace(made, guideline=particulars(guideline, day), notices=(*late, *rest)) if late else made


def _in_conversation(
    turns: Sequence[str],
    here: Ground,
    patient: Patient,
    given: bool,
    audience: Audience,
    on: date | None,
    without: Mapping[str, int],
) -> Answer:
    """The answer to the last turn, and what is different from the one before."""
    ours: dict[int, Left] = {}

    def after(count: int) -> Answer:
        return _answered(talk(turns[:count], here, patient, given, without, ours), here, audience, on)

    before: Answer | None = None
    for number, text in enumerate(turns):
        before = after(number) if number and is_bare(text) else None
        if before:
            ours[number] = asked_of(before.follow_ups, text, here.guideline)
    made = after(len(turns))
    if len(turns) < 2 or not any(turns[:-1]):
        return made
    return replace(made, changed=changed(before or after(len(turns) - 1), made))


def _same_amount(told: Talk, here: Ground) -> Headline | None:
    """What is said of two amounts of which it is asked if they are the same: `1000 mcg ordered, the label says 1 mg`.

    Not of those of two drugs, or taken in two ways.
    """
    same = same_amount(told.asked.clauses)
    if same is None:
        return None
    said = {word.stem for clause in told.asked.clauses for word in clause.words}
    codes = [(code.what, stem(name)) for code in here.guideline.codes for name in code.name.split("_")]
    drugs, routes = ({name for what, name in codes if what == kind} for kind in ("drug", "route"))
    if len(said & drugs) > 1 or len(said & (routes | {"inject"})) > 1:
        return None
    return Headline(plainly="These are the same amount." if same else "These are different amounts.")


def _planned(guideline: Guideline, patient: Patient, on: date | None, audience: Audience) -> Plan:
    """The plan of a patient; of one of whom facts are told and nothing else it may be there already."""
    if patient != Patient(facts=patient.facts, origins=patient.origins, said=patient.said):
        return plan(guideline, patient, on, audience=audience)
    told = (tuple(patient.facts.items()), tuple(patient.origins.items()), patient.said)
    return _by_facts(guideline, *told, on or date.today(), audience)


@lru_cache(maxsize=64)  # many ask of the same few facts, and each turn looks back at the one before
def _by_facts(
    guideline: Guideline,
    facts: tuple[tuple[str, Value], ...],
    origins: tuple[tuple[str, str], ...],
    said: frozenset[str],
    on: date,
    audience: Audience,
) -> Plan:
    patient = Patient(facts=dict(facts), origins=dict(origins), said=said)
    return plan(guideline, patient, on, audience=audience)


def _answered(told: Talk, here: Ground, audience: Audience, on: date | None) -> Answer:
    """The answer at the end of a conversation, without what changed."""
    made = _planned(here.guideline, told.patient, on, audience) if told.known else None
    facts = told.known_by(made)
    seen = Seen(
        here.guideline,
        made,
        audience,
        frozenset(facts),
        bool(told.patient.doses),
        here.coverage.warnings,
        told.doubted,
        tuple(one.value for one in told.last),
        here.lexicon.topical,
    )
    told, wait = no_waiting(without_alike(told, seen, here), seen, here)
    apart = told_apart(told.parts, told.asked, seen) if told.parts else ()
    told = undiagnosed(replace(told, parts=apart), seen, here)
    if not told.parts:
        return declined(told, here, seen)
    shown = first(as_told(lines(told.parts, told.asked, seen), seen), seen)
    beat = wait or by_event(told, shown, seen, here) or by_level(told, shown, seen, here)
    beat = beat or by_rhythm(told, shown, seen, here) or by_running(told, shown, seen, here)
    shown = beat.first(shown) if beat else shown
    shown = remarked(shown, told.asked, told.parts, here.coverage.same, here.ranking)
    fired = warnings(shown, seen)
    led = _same_amount(told, here) or headline(told, shown, made, here, beat)
    unsaid = told.unsaid
    return Answer(
        guideline=particulars(here.guideline),
        covered="partly" if unsaid else "yes",
        headline=replace(led, supposed=in_case(told.danger, here.coverage, audience)),
        lines=(*shown, *fired),
        not_covered=unsaid,
        facts=facts,
        heard=told.heard,
        plan=made,
        ask=made.ask if made else (),
        follow_ups=follow_ups(told, shown, made, here, audience),
        emergency=emergency(told.danger, here.coverage, made, audience),
        notices=notices(told, (*shown, *fired), made, here),
        aspects=told.aspects,
        silent=told.silent,
        disclaimer=str(here.guideline.meta.get("disclaimer", "")),
        audience=audience,
        words=here.words,
    )

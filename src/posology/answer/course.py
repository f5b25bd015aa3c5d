"""How far a conversation has come, and turns that only go on with what the one before asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..expr import facts_of
from ..hear.hear import Unheard, listen
from ..hear.turns import Heard, Left, carry, stood
from ..model import Patient, Value
from .asked.aspect import TREATED, Asked
from .asked.claim import Claim
from .asked.coverage import Aspect
from .asked.deeds import acts
from .asked.match import Part
from .asked.speech import Clause, stem, words_of
from .asked.topic import others, topic_places
from .asked.views import asks_for_views
from .emergency import Danger
from .ground import Ground
from .seen import reads

Spoken = tuple[Heard, ...]
"""What was heard in one turn."""


@dataclass(slots=True)
class Course:
    """How far a conversation has come: of each turn what was heard and what it asked; of the last what is in doubt.

    ``cautious`` are facts that a red flag left open by the turn before, ``left`` what it left open.
    """

    patient: Patient
    spoken: list[Spoken] = field(default_factory=list)
    asked_by: list[tuple[Part, ...]] = field(default_factory=list)
    now: Asked = field(default_factory=Asked)
    texts: list[str] = field(default_factory=list)
    earlier: tuple[Clause, ...] = ()
    unheard: tuple[Unheard, ...] = ()
    doubted: set[str] = field(default_factory=set)
    danger: Danger = field(default_factory=Danger)
    cautious: frozenset[str] = frozenset()
    anew: bool = False
    left: Left | None = None

    @property
    def text(self) -> str:
        """What the turn before said."""
        return self.texts[-1] if self.texts else ""

    @property
    def answered(self) -> tuple[Part, ...]:
        """What the turn before asked."""
        return self.asked_by[-1] if self.asked_by else ()

    def begin(self) -> None:
        """Begin anew: nothing that was said or given stands."""
        self.now, self.earlier, self.patient = Asked(on_topic=self.now.on_topic), (), Patient()
        self.texts = [""] * len(self.texts)
        self.danger, self.doubted, self.cautious = Danger(), set(), frozenset()
        self.asked_by = [()] * len(self.asked_by)


def with_ours(left: Left | None, ours: Left | None) -> Left | None:
    """What a turn left open, and what the answer to it asked where the turn itself asked nothing."""
    if left is None or ours is None:
        return left or ours
    return replace(left, number=left.number or ours.number, facts=left.facts or ours.facts)


def only_goes_on(course: Course, text: str, here: Ground, ours: Left | None) -> bool:
    """Take in a turn that tells nothing and asks what the one before asked, and whether it is one.

    It is a bare reply, or asks what other sources say of what was answered.
    """
    if not course.answered:
        return False
    views = ours is None and asks_for_views(text, course.text, course.answered, course.now, here)
    if ours is None and not views:
        return False
    before = stood(course.spoken, with_ours(course.left, ours))
    if listen(text, here.guideline, here.lexicon, len(course.spoken), before).heard:
        return False
    why = "it is not clear which question it answers"
    course.unheard = () if views else (Unheard("", text.strip(), why, len(course.spoken)),)
    course.left = None
    course.spoken.append(())
    course.texts.append(text if views else course.text)
    course.asked_by.append(course.answered)
    if views:
        course.asked_by[-1] = tuple(replace(part, asks=False, claim=Claim()) for part in course.answered)
        heeded = tuple(replace(one, silent=()) for one in course.now.heeded)
        course.now = replace(course.now, clauses=views, heeded=heeded, ways=frozenset({"views"}))
    return True


_GOES_ON = words_of(
    "still more extra stop continue carry keep again next anymore already restart resume now back normalized "
    "space longer reduce recur return since lengthen shorten"
)
"""Words of a treatment that has begun."""


def unasked(course: Course, now: Asked, here: Ground) -> frozenset[Aspect]:
    """The matters of a treatment that runs, where it is not asked of one."""
    running = frozenset(one for one in here.coverage.aspects.values() if one.running)
    rules = (here.guideline.named[name].rule for one in running for name in one.statements)
    read = {name for rule in rules if rule for name in facts_of(rule.when)} - here.lexicon.topical
    if any(one.value is True and one.fact in read for one in course.spoken[-1]):
        return frozenset()
    known = {**course.patient.facts, **carry(course.spoken)[0]}
    begun = course.patient.doses or any(value and here.guideline.facts[name].course for name, value in known.items())
    before = not begun and (_rules_out(now) or _of_another(now, here) or _on_a_ground(course, now, known, here))
    return running if before or _ends_tests(now) else frozenset()


def _rules_out(now: Asked) -> bool:
    """Whether it is only asked if something is ruled out: by a level before a treatment."""
    asking = [clause for clause in now.clauses if clause.asked]
    return bool(asking) and all(not (_EXCLUDES.isdisjoint(one.stems) or acts(one.words, 0)) for one in asking)


_EXCLUDES = frozenset(map(stem, ("rule", "ruled", "exclude")))


def _ends_tests(now: Asked) -> bool:
    """Whether it is only asked if tests are to end."""
    asking = [clause for clause in now.clauses if clause.asked]
    ended = all(("test", False) in acts(clause.words, 0) and TREATED.isdisjoint(clause.stems) for clause in asking)
    return bool(asking) and ended


def _of_another(now: Asked, here: Ground) -> bool:
    """Whether it is asked to stop or to go on with something unnamed, and what was named is another medicine."""
    asking = [clause for clause in now.clauses if clause.asked]
    told = [clause for clause in now.clauses if not clause.asked]
    unnamed = all(_ends_or_goes_on(clause, here) for clause in asking)
    return bool(asking) and unnamed and any(others(clause, here.coverage) for clause in told)


def _ends_or_goes_on(clause: Clause, here: Ground) -> bool:
    """Whether a clause asks to stop or to go on, and does not say with what."""
    named = topic_places(clause, here.coverage) or others(clause, here.coverage) or not TREATED.isdisjoint(clause.stems)
    return not named and any(act in ("stop", "keep") for act, _ in acts(clause.words, 0))


def _on_a_ground(course: Course, now: Asked, known: Mapping[str, Value], here: Ground) -> bool:
    """Whether something was told by which a treatment may be indicated, and nothing speaks of one that has begun."""
    aspects, guideline = here.coverage.aspects.values(), here.guideline
    whom = next((guideline.defines.get(one.statements[0].replace("-", "_")) for one in aspects if one.whom), None)
    grounds = reads(whom, guideline) - here.lexicon.topical if whom else frozenset()
    words = (word for clause in (*course.earlier, *now.clauses) for word in clause.words)
    return not (grounds.isdisjoint(known) or any({word.raw, word.stem} & _GOES_ON for word in words))


def less(turn: Asked, away: frozenset[Aspect], gone: frozenset[str] = frozenset()) -> Asked:
    """A turn without some matters, and without the statements that are likely only by them or are ``gone``."""
    heeded = tuple(replace(one, covered=tuple(m for m in one.covered if m.aspect not in away)) for one in turn.heeded)
    kept = {name for one in heeded for m in one.covered for name in m.aspect.statements}
    gone = gone | ({name for one in away for name in one.statements} - kept)
    about = tuple(aspect for aspect in turn.about if aspect not in away)
    return replace(turn, heeded=heeded, about=about, likely=tuple(name for name in turn.likely if name not in gone))

"""How far a conversation has come, and turns that only go on with what the one before asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..hear.hear import Unheard, listen
from ..hear.turns import Heard, Left, carry, stood
from ..model import Patient
from .asked.aspect import Asked
from .asked.claim import Claim
from .asked.match import Part
from .asked.speech import Clause, words_of
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
    "still more extra stop stopped stopping continue continuing carry keep again next anymore already restart resume now "
    "back normalized space longer reduce recur return since"
)
"""Words of a treatment that has begun."""


def not_begun(course: Course, now: Asked, here: Ground) -> frozenset[str]:
    """The statements of what is only asked of a treatment that runs, where all that was told speaks of none.

    Something was told of which a treatment may be indicated before there is anything to treat.
    """
    aspects, guideline = here.coverage.aspects.values(), here.guideline
    whom = next((guideline.defines.get(one.statements[0].replace("-", "_")) for one in aspects if one.whom), None)
    grounds = reads(whom, guideline) - here.lexicon.topical if whom else frozenset()
    known = {**course.patient.facts, **carry(course.spoken)[0]}
    begun = course.patient.doses or any(value and guideline.facts[name].course for name, value in known.items())
    raws = {word.raw for clause in (*course.earlier, *now.clauses) for word in clause.words}
    if begun or grounds.isdisjoint(known) or not raws.isdisjoint(_GOES_ON):
        return frozenset()
    return frozenset(name for one in aspects if one.running for name in one.statements)

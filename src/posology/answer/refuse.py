"""When nothing that was asked is covered: said plainly, with what can be asked instead."""

from __future__ import annotations

from collections.abc import Iterator

from ..expr import facts_of
from ..plan.advice import Audience
from ..plan.plan import particulars
from .answered import Answer, Headline, Said
from .choose import in_doubt, warnings
from .emergency import emergency, in_case
from .follow import instead
from .gate import gated
from .ground import Ground
from .notices import misheard
from .pressing import forbidden, gates
from .seen import Seen
from .talk import Talk
from .waiting import called_for

_PROBLEMS = {
    "anew": ("What was said before is set aside. What is the question now?", "a question"),
    "empty": ("Nothing was asked.", "a question"),
    "long": ("This is too long to be read as one question: please shorten it.", "a question of this length"),
    "language": ("This was not understood: please ask in English.", "questions in other languages"),
}


def declined(told: Talk, here: Ground, seen: Seen) -> Answer:
    """The answer to a question that the guideline does not answer, or that names no topic.

    What presses for this patient is said all the same, as warnings; an answer that has them is `partly`.
    """
    audience = seen.audience
    said, unsaid, next_ = _why(told, here, audience)
    pressed = _pressed(told, here, seen)
    fired = warnings(pressed, seen) if told.asked.on_topic else ()
    lines = (*pressed, *fired) if pressed else ()
    urgent = called_for(told, seen, here) if told.asked.on_topic and not (lines or told.danger.now) else ()
    besides = (*(seen.said(name).text for name in urgent), *(line.text for line in (() if lines else fired)))
    besides = tuple(dict.fromkeys((*besides, *(line.text for line in _near(told, here, seen)))))
    return Answer(
        guideline=particulars(here.guideline),
        covered="partly" if lines else "no",
        headline=Headline(
            tuple((gated(line, seen.plan, here), line) for line in pressed),
            plainly=said,
            supposed=in_case(told.danger, here.coverage, audience),
        ),
        lines=lines,
        not_covered=unsaid,
        facts=told.known_by(seen.plan),
        heard=told.heard,
        plan=seen.plan if lines else None,
        ask=seen.plan.ask if lines and seen.plan else (),
        follow_ups=next_,
        emergency=emergency(told.danger, here.coverage, seen.plan, audience),
        notices=(*misheard(told), *(("warning", text) for text in besides)),
        silent=told.silent,
        disclaimer=str(here.guideline.meta.get("disclaimer", "")),
        audience=audience,
        words=here.words,
    )


def _pressed(told: Talk, here: Ground, seen: Seen) -> tuple[Said, ...]:
    """The gates that hold beside a question of our topic, and what must never be done; of another topic only this.

    An emergency stands before every answer anyway.
    """
    if told.problem or not told.asked.on_topic:
        return ()
    never = forbidden(seen.plan, here.guideline, (one.fact for one in told.last if one.value is not False))
    ours = any(quiet.aspect for quiet in told.asked.silent) or not told.asked.silent
    open_ = in_doubt(seen)
    shut = {rule.name for rule in here.guideline.rules if rule.stops}
    names = dict.fromkeys((*gates(seen.plan, here.guideline), *open_, *never) if ours else never)
    if not ours:
        names = {name: None for name in names if name not in shut}
    return tuple(seen.said(name, warning=True) for name in names)


def _near(told: Talk, here: Ground, seen: Seen) -> Iterator[Said]:
    """What is thought of besides by something that was told, where just what is nearest to it is not said."""
    near = (quiet.aspect.nearest[:1] for quiet in told.asked.silent if quiet.aspect)
    names = dict.fromkeys(name for one in near for at in one for name in here.coverage.aspects[at].statements[:1])
    for name in names:
        rule = here.guideline.named[name].rule
        besides = rule is not None and rule.action.kind in ("use", "consider")
        if rule and besides and any(told.facts.get(fact) is True for fact in facts_of(rule.when)):
            yield seen.said(name, warning=True)


def _why(told: Talk, here: Ground, audience: Audience) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """What is said, what is missing, and what can be asked instead."""
    beside = instead(told.asked.silent, here.coverage, audience)
    title = here.guideline.title
    if told.problem:
        said, missing = _PROBLEMS[told.problem]
        return said, (missing,), beside
    if not told.asked.on_topic:
        back = f"Which topic is meant? This guideline is about: {title}."
        return back, ("a topic that is named",), (f"Is your question about this: {title}?", *beside[:2])
    if told.unsaid:
        return f"The guideline does not say: {', '.join(told.unsaid)}.", told.unsaid, beside
    return "The guideline has no statement that answers this.", ("this question",), beside

"""When nothing that was asked is covered: said plainly, with what can be asked instead."""

from __future__ import annotations

from ..plan.advice import Audience
from ..plan.plan import particulars
from .answered import Answer, Headline
from .emergency import emergency
from .follow import instead
from .ground import Ground
from .notices import misheard
from .talk import Talk

_PROBLEMS = {
    "empty": ("Nothing was asked.", "a question"),
    "long": ("This is too long to be read as one question: please shorten it.", "a question of this length"),
    "language": ("This was not understood: please ask in English.", "questions in other languages"),
}


def declined(told: Talk, here: Ground, audience: Audience) -> Answer:
    """The answer to a question that the guideline does not answer, or that names no topic."""
    said, unsaid, next_ = _why(told, here, audience)
    return Answer(
        guideline=particulars(here.guideline),
        covered="no",
        headline=Headline(plainly=said),
        not_covered=unsaid,
        facts=told.facts,
        heard=told.heard,
        follow_ups=next_,
        emergency=emergency(told.asked.clauses, here.coverage, audience),
        notices=tuple(misheard(told)),
        silent=told.silent,
        disclaimer=str(here.guideline.meta.get("disclaimer", "")),
        audience=audience,
        words=here.words,
    )


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

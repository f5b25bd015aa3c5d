"""What a turn asks that only puts one thing in the place of another: `may it be the X? | and the Y?`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...hear.turns import Heard
from ...model import Guideline
from .coverage import Coverage
from .speech import clauses, words_of
from .topic import others

_SMALL = words_of(
    "and so then or but how about what the a an is it its be that this with by into in ok okay fine instead please "
    "well would can could may we i she he for her him given rather maybe"
)
"""Words that ask nothing beside the name of a thing."""


def swapped(
    text: str, told: Sequence[Heard], texts: Sequence[str], spoken: Sequence[Sequence[Heard]], guideline: Guideline
) -> str:
    """The question of an earlier turn with the thing that this one names, or nothing.

    ``told`` is what was heard in the turn, ``texts`` and ``spoken`` are the turns before it and what was heard there.
    """
    named = [one for one in told if isinstance(one.value, str)]
    if len(named) != 1 or len(told) != 1 or not _only_names(text, named[0].words):
        return ""
    for before, heard in zip(reversed(texts), reversed(spoken), strict=True):
        others = [one.words for one in heard if one.fact == named[0].fact and one.value != named[0].value]
        choices = (one.replace("_", " ") for one in guideline.facts[named[0].fact].choices if one != named[0].value)
        for words in (*others, *choices):
            place = re.compile(rf"\b{re.escape(words)}\b", re.I)
            if place.search(before):
                return place.sub(lambda _: named[0].words, before, count=1)
    return ""


def asks_which_counts(text: str) -> bool:
    """Whether a turn asks which of the things said before is to be followed: the turn before is asked again."""
    words = re.findall(r"[a-z]+", text.lower())
    return words[:1] != [] and not _WHICH.isdisjoint(words) and not _COUNTS.isdisjoint(words) and set(words) <= _ASKS


_WHICH = words_of("which who whom whose")
_COUNTS = words_of("follow believe trust obey counts wins applies prevails right")
_ASKS = (
    _WHICH | _COUNTS | words_of("one of them these those the two should do i we must to is so and then now ones advice")
)


def _only_names(text: str, words: str) -> bool:
    """Whether a question is nothing but the words of a thing, and small ones."""
    rest = re.sub(re.escape(words), " ", text, count=1, flags=re.I)
    return "?" in text and rest != text and _SMALL.issuperset(re.findall(r"[a-z]+", rest.lower()))


_GOING_ON = re.compile(
    r"\b((?:carry|carrying|keep|keeping|go|going|continue|continuing|stay|staying|stop|stopping|quit|come off)"
    r"(?: (?:on|with|taking|having|to take))*)(?: (?:it|them|these|those|this|that|the tablets|the pills)\b|(?=\s*\?))",
    re.I,
)
"""Words that ask whether to go on with what they do not name, or to stop it."""


def with_its_name(text: str, before: Sequence[str], coverage: Coverage) -> str:
    """A text that asks whether to go on with, or stop, a thing of another topic, with its name, as it was called last.

    `A friend gave me X. | Do I carry on with it?`; for whoever never had what the guideline is about.
    """
    found = _GOING_ON.search(text)
    named = (_last_named(one, coverage) for one in (text[: found.start()], *reversed(before))) if found else ()
    name = next(filter(None, named), "")
    return f"{text[: found.end(1)]} {name}{text[found.end() :]}" if found and name else text


def _last_named(text: str, coverage: Coverage) -> str:
    """The thing of another topic that a text names last."""
    named = [other.words for clause in clauses(text, coverage.same) for other in others(clause, coverage)]
    return named[-1] if named else ""

"""What an answer is made of. A line cannot be made without the statement that it comes from, nor say anything else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..model import Line, Plan, Question, Reference, Statement, Value
from ..plan.advice import Audience, worded

if TYPE_CHECKING:
    from .turns import Heard

Applies = Literal["yes", "no", "unknown", "general"]
Covered = Literal["yes", "partly", "no"]

_FIGURE = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Said:
    """A line of an answer: a statement in its reader's words, and whether it holds for the patient.

    ``part`` is the thing asked that it answers; a ``warning`` was not asked for, but fires for this patient.
    ``line`` is the line of the plan that says the same, if there is one.
    """

    statement: Statement
    citations: tuple[Reference, ...]
    audience: Audience
    applies: Applies
    part: str = ""
    warning: bool = False
    line: Line | None = None

    def __post_init__(self) -> None:
        if not self.citations or {c.key for c in self.citations} != set(self.statement.citations):
            raise ValueError(f"line {self.statement.name!r} does not carry the sources of its statement")

    @property
    def text(self) -> str:
        """The statement in its reader's words, and nothing else."""
        return worded(self.statement, self.audience)

    @property
    def sentence(self) -> str:
        """The words that stand in a headline: a student's explanation alone would lack the figures."""
        return self.statement.text if self.audience == "student" else self.text


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer in a sentence or two: the first word of a yes/no answer with a line, or the plan's own headline.

    ``answers`` stand in the order of what was asked; one without a line is the plan's. First words and ``plainly`` hold
    words of the coverage map and of the program, which have no figures: every figure comes from a line or the plan.
    """

    answers: tuple[tuple[str, Said | None], ...] = ()
    planned: str = ""
    plainly: str = ""

    @property
    def text(self) -> str:
        """The whole headline."""
        told = [_sentence(first, said.sentence) if said else self.planned for first, said in self.answers]
        return " ".join(filter(None, (*dict.fromkeys(told), self.plainly)))


def _sentence(first: str, text: str) -> str:
    """A line after the first word of an answer.

    >>> _sentence("No", "Do not do it."), _sentence("No", "B1 is not for that."), _sentence("", "So it is.")
    ('No: do not do it.', 'No: B1 is not for that.', 'So it is.')
    """
    if not first:
        return text
    lower = text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text
    return f"{first}: {lower}"


def figures(text: str) -> set[str]:
    """Every number in a text, as it is written; a number that is part of a name is none."""
    return set(_FIGURE.findall(text))


@dataclass(frozen=True, slots=True)
class Changed:
    """What is different from the answer to the turn before."""

    facts: tuple[tuple[str, Value | None, Value | None], ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: what the guideline says to a question, for one reader, and what it does not say.

    ``emergency`` stands before everything else. ``facts`` are those heard or given, after corrections; ``notices``
    tell of conflicts, of missing sources and of odd input. ``views``: it was asked how sure all this is.
    No lines: nothing that was asked is covered.
    """

    guideline: Mapping[str, Any]
    covered: Covered
    headline: Headline
    lines: tuple[Said, ...] = ()
    not_covered: tuple[str, ...] = ()
    facts: Mapping[str, Value] | None = None
    heard: tuple[Heard, ...] = ()
    plan: Plan | None = None
    ask: tuple[Question, ...] = ()
    follow_ups: tuple[str, ...] = ()
    emergency: str = ""
    notices: tuple[tuple[str, str], ...] = ()
    changed: Changed | None = None
    aspects: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    disclaimer: str = ""
    audience: Audience = "clinician"
    views: bool = False

    def __post_init__(self) -> None:
        if bool(self.lines) != (self.covered != "no"):
            raise ValueError("an answer has lines if, and only if, it covers something")
        told = " ".join((self.headline.planned, *(said.sentence for said in self.lines)))
        if stray := figures(self.headline.text) - figures(told):
            raise ValueError(f"figures without a statement in the headline: {sorted(stray)}")

"""What an answer is made of. A line cannot be made without the statement that it comes from, nor say anything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..expr import evaluate, facts_of
from ..model import Line, Plan, Question, Reference, Remark, Rule, Statement, Value
from ..plan.advice import Audience, worded
from ..plan.headline import MOST, led, sentences
from .faithful import Reworded

if TYPE_CHECKING:
    from ..hear.turns import Heard

Applies = Literal["yes", "no", "unknown", "general"]
Covered = Literal["yes", "partly", "no"]
Likeness = Callable[[str, str], float]
"""How alike two texts are, from -1 to 1."""

PROVISIONAL = "If this fits you, which is not known yet"
"""What a patient reads before a treatment of which nobody knows yet whether it is theirs."""
DECIDES = "Your doctor decides with you whether this is for you."
"""What a patient reads before a treatment of which the source itself does not say whether it is theirs."""
_CONDITIONAL = frozenset(["if", "when", "has", "have"])
"""First words of a text that says itself on what it hangs."""
_FIGURE = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Said:
    """A line of an answer: a statement in its reader's words, and whether it holds for the patient.

    ``part`` is the thing asked that it answers; a ``warning`` was not asked for, but fires for this patient.
    ``line`` is the line of the plan that says the same, if there is one; ``reworded`` are other words that do;
    ``beside`` are the remarks of its statement that the question asks for.
    """

    statement: Statement
    citations: tuple[Reference, ...]
    audience: Audience
    applies: Applies
    part: str = ""
    warning: bool = False
    line: Line | None = None
    reworded: Reworded | None = None
    beside: tuple[Remark, ...] = ()

    def __post_init__(self) -> None:
        if not self.citations or {c.key for c in self.citations} != set(self.statement.citations):
            raise ValueError(f"line {self.statement.name!r} does not carry the sources of its statement")
        if self.reworded and self.reworded.of != self.own:
            raise ValueError(f"line {self.statement.name!r} bears other words for another text")

    @property
    def own(self) -> str:
        """The statement in its reader's words, as they were reviewed."""
        return worded(self.statement, self.audience)

    @property
    def vague(self) -> bool:
        """Whether the source itself is not exact enough for this patient, so that the clinician decides."""
        return self.statement.rule is not None and self.line is not None and left_open(self.statement.rule, self.line)

    @property
    def provisional(self) -> bool:
        """Whether a patient would read a treatment as theirs of which that is not known."""
        if self.vague:
            return False
        own = self.statement.rule is not None and bool(self.statement.rule.action.gives)
        gives = own or (self.applies == "unknown" and self.line is not None and self.line.action == "give")
        asserted = self.own.split(" ")[0].lower() not in _CONDITIONAL
        return self.audience == "patient" and gives and asserted and self.applies in ("unknown", "general")

    @property
    def text(self) -> str:
        """The statement in its reader's words, or in others that say the same, and on what it hangs for a patient."""
        return self._hanging(self.reworded.text if self.reworded else self.own)

    @property
    def sentence(self) -> str:
        """The words that stand in a headline: a student's explanation alone would lack the figures."""
        own = self.statement.text if self.audience == "student" else self._hanging(self.own)
        return " ".join(filter(None, (self._to_check, own)))

    @property
    def _to_check(self) -> str:
        """What a rule says to look at by a number that was told, where its statement only names an aim."""
        rule, because = self.statement.rule, self.line.because if self.line else {}
        if rule is None or rule.action.kind != "check" or self.audience == "patient" or self.applies == "no":
            return ""
        read, action = facts_of(rule.when), rule.action
        told = any(isinstance(because.get(name), float) for name in read)
        alone = self.applies == "yes" or evaluate(rule.when, {**dict.fromkeys(read, False), **because}.get) is True
        return f"Check {action.words}." if told and alone and not (action.tests or action.timing) else ""

    def _hanging(self, words: str) -> str:
        if self.vague and self.audience == "patient":
            return f"{DECIDES} {words}"
        return behind(PROVISIONAL, words) if self.provisional else words


def left_open(rule: Rule, line: Line) -> bool:
    """Whether a plan leaves to the clinician what a rule gives: every fact is known and the source is not exact."""
    return rule.action.kind == "give" and line.action == "decide"


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer in a sentence or two: the first word of a yes/no answer with a line, or the plan's own headline.

    ``answers`` stand in the order of what was asked; one without a line is the plan's. First words and ``plainly`` hold
    words of the coverage map and of the program, which have no figures: every figure comes from a line or the plan.
    Before all of them stand ``supposed``, an emergency that is only supposed, and ``unsettled``, what was said that
    cannot be used.
    """

    answers: tuple[tuple[str, Said | None], ...] = ()
    planned: str = ""
    plainly: str = ""
    supposed: str = ""
    unsettled: str = ""

    @property
    def led(self) -> tuple[str, tuple[str, ...]]:
        """What leads the page, and the rest of the headline in lines directly below."""
        whole = any(said is not None and said.audience == "patient" for _, said in self.answers)
        if whole or len(self.text) <= MOST:
            return self.text, ()
        return led(
            [
                *filter(None, [self.supposed, self.unsettled]),
                *dict.fromkeys(part for one in sorted(self.answers, key=_rank) for part in self._parts(*one)),
                *filter(None, [self.plainly]),
            ]
        )

    def _parts(self, first: str, said: Said | None) -> tuple[str, ...]:
        return (behind(first, said.sentence),) if said else sentences(self.planned)

    @property
    def text(self) -> str:
        """The whole headline."""
        told = [behind(first, said.sentence) if said else self.planned for first, said in self.answers]
        return " ".join(filter(None, (self.supposed, self.unsettled, *dict.fromkeys(told), self.plainly)))


def _rank(one: tuple[str, Said | None]) -> int:
    """Where an answer stands in a long headline: a gate of this patient or a first word, the plan, then what else.

    A word that only says on what a line hangs is none.
    """
    first, said = one
    if said is None:
        return 1
    gate = said.statement.rule is not None and bool(said.statement.rule.stops) and said.applies != "general"
    return 0 if gate or (first and not first.startswith(("In ", "Depends on "))) else 2


def behind(first: str, text: str) -> str:
    """A line after the first word of an answer.

    >>> behind("No", "Do not do it."), behind("No", "B1 is not for that."), behind("", "So it is.")
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
class Rewording:
    """What became of the lines that a language model was asked to reword: how many of each.

    ``rejected``: what came back did not say the same. ``failed``: nothing usable came back. ``unsent``: after too many
    of these the line was not sent.
    """

    model: str
    reworded: int
    unchanged: int
    rejected: int
    failed: int
    unsent: int = 0

    @property
    def text(self) -> str:
        """Who worded the lines, in a sentence."""
        whole = self.reworded + self.unchanged + self.rejected + self.failed
        kept = f"{self.rejected} did not say the same and {self.failed} had no usable reply, so they are as reviewed"
        kept += f"; {self.unsent} more were not sent" if self.unsent else ""
        return (
            f"{self.reworded} of {whole} lines were reworded by the language model “{self.model}” and checked against "
            f"their statements; {kept}." if self.reworded else
            f"The language model “{self.model}” was asked to reword {whole} lines; {kept}."
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: what the guideline says to a question, for one reader, and what it does not say.

    ``emergency`` stands before everything else. ``facts`` are those heard or given, after corrections; ``notices``
    tell of conflicts, of missing sources and of odd input.
    ``words``: the digest of the words in which it was understood. ``by_likeness``: a sentence model put equal lines in
    order. No lines: nothing that was asked is covered.
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
    rewording: Rewording | None = None
    aspects: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    disclaimer: str = ""
    audience: Audience = "clinician"
    words: str = ""
    by_likeness: bool = False

    def __post_init__(self) -> None:
        if bool(self.lines) != (self.covered != "no"):
            raise ValueError("an answer has lines if, and only if, it covers something")
        told = " ".join((self.headline.planned, *(said.sentence for said in self.lines)))
        if stray := figures(self.headline.text) - figures(told):
            raise ValueError(f"figures without a statement in the headline: {sorted(stray)}")

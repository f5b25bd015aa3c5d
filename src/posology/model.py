"""The frozen types of posology, and the small values that live inside them.

A Guideline's Statements carry Rules; each Rule joins an Expr over Facts to an Action;
Decisions say which Rules compete; a Patient in, a Plan out; people put Signatures on Statements.

This module imports nothing of ours and computes nothing: it only says what things are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Day = date
"""A calendar day (fields called `date` would hide the type)."""

Truth = bool | None
"""Kleene's three values: yes, no, and None for unknown."""

Value = bool | float | str
"""What a fact can hold: yes or no, a number in the fact's own unit, or one of its choices."""


# ---------------------------------------------------------------- Expr: five nodes, and no sixth


@dataclass(frozen=True, slots=True)
class Is:
    """A yes/no fact that holds, or a choice fact that has this choice."""

    fact: str
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class Above:
    """A number fact above a threshold (``strict``: `>`; else `>=`).

    With ``low < high`` the source itself is vague: true above ``high``, false up to ``low``,
    unknown between.  Both are in the fact's own unit.
    """

    fact: str
    low: float
    high: float
    strict: bool = True


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds. ``All(())`` is true."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """At least one part holds. ``Any_(())`` is false."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Expr


Expr = Is | Above | All | Any_ | Not


# ---------------------------------------------------------------- small values


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar period: a count of days, weeks, months or years (``unit`` D, W, M or Y)."""

    count: int
    unit: Literal["D", "W", "M", "Y"]

    def __str__(self) -> str:
        return f"P{self.count}{self.unit}"


@dataclass(frozen=True, slots=True)
class Give:
    """One way of giving a drug: how much, by which route, how often and for how long.

    ``low`` and ``high`` are so much of ``unit`` a dose; ``times`` doses fall into each period ``every_low``
    to ``every_high``. ``doses`` is a fixed number of doses; ``until`` the words of an open end and
    ``until_holds`` the condition that they stand for.
    """

    drug: str
    low: float
    high: float
    route: str
    times: int
    every_low: Period
    every_high: Period
    doses: int | None = None
    until: str | None = None
    until_holds: Expr | None = None
    for_life: bool = False
    unit: str = "mg"


@dataclass(frozen=True, slots=True)
class Strike:
    """What an `avoid`, `never` or `stops` takes away: a drug, a route, a site, all injections, everything.

    ``kind`` is drug, route, site, injections, everything, or words (which takes nothing away).
    """

    kind: Literal["drug", "route", "site", "injections", "everything", "words"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """When a check falls due.

    ``at``: periods after the start of treatment. ``every`` (with ``after``): repeated from then on.
    ``since``: the test after whose newest result ``every`` is counted, instead of the start.
    ``during``: the decision whose running course the check belongs to.
    """

    at: tuple[Period, ...] = ()
    every: Period | None = None
    after: Period | None = None
    since: str | None = None
    during: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, a line (from 1), and the headings above it."""

    file: str
    line: int
    heading: tuple[str, ...] = ()


ActionKind = Literal["give", "use", "check", "refer", "consider", "avoid", "never", "decide"]
Urgency = Literal["routine", "soon", "urgent", "emergency"]
Origin = Literal["article", "editors"]


# ---------------------------------------------------------------- Fact, Action, Rule, Decision


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that may be known of a patient.

    ``name`` is the snake_case of ``phrase``. A number has ``unit``, the plausible range ``low`` to
    ``high``, and ``conversions``: other units with what they are multiplied by. ``when`` (with
    ``always``) derives it from other facts. ``course`` names what of the treatment course it is read
    from: `any dose`, `other drug` (the last dose was of a drug that is not given here), or `complete X`
    (the course of decision X is over).
    """

    name: str
    phrase: str
    kind: Literal["yes/no", "number", "choice"]
    group: str = ""
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    choices: tuple[str, ...] = ()
    conversions: tuple[tuple[str, float], ...] = ()
    question: str = ""
    patient_question: str = ""
    short: str = ""
    when: Expr | None = None
    always: Expr | None = None
    course: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """What a rule says to do: a kind, its words, and the parts that the engine acts on."""

    kind: ActionKind
    words: str = ""
    gives: tuple[Give, ...] = ()
    tests: tuple[str, ...] = ()
    timing: Timing | None = None
    urgency: Urgency | None = None
    strikes: tuple[Strike, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition and an action, under the sentence that says so.

    ``instead_of`` names the rules that this one unseats. ``stops`` makes it a safety gate: when it
    holds, the treatments it names are withheld. A `use` that is ``beside`` competes with nothing.
    ``never_when`` sharpens an `avoid` to a `never`. ``applies`` is the condition with the scope of the
    decision, as long as that is not done.
    """

    name: str
    when: Expr
    action: Action
    decision: str | None = None
    instead_of: tuple[str, ...] = ()
    stops: tuple[Strike, ...] = ()
    beside: bool = False
    never_when: Expr | None = None
    applies: Expr = All(())


@dataclass(frozen=True, slots=True)
class Decision:
    """Rules that compete for one answer.

    ``choose`` is ``one`` (exactly one must apply) or ``shortest`` (the shortest interval wins).
    ``scope`` says for whom there must be an answer, ``done`` when it is over; ``after`` names the
    decision whose course comes first. ``silent_when`` and ``clashes`` declare known gaps and clashes.
    """

    name: str
    choose: Literal["one", "shortest"]
    origin: Origin
    scope: Expr
    done: Expr | None = None
    after: str | None = None
    silent_when: Expr | None = None
    clashes: tuple[tuple[str, str], ...] = ()
    rules: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    place: Place = Place("", 0)


@dataclass(frozen=True, slots=True)
class Example:
    """One row of a worked table: facts (unknown ones left out) and the rules that must come out."""

    facts: Mapping[str, Value]
    outcome: str
    place: Place


# ---------------------------------------------------------------- Statement, Guideline


@dataclass(frozen=True, slots=True)
class Reference:
    """A source: what it is, and how it stands in the article.

    ``status`` is listed (the article's own list has it), dangling (cited, but not in the list) or
    reconstructed (the editors' best identification, or their own source).
    """

    key: str
    title: str
    kind: Literal["guideline", "research", "label", "digest"]
    status: Literal["listed", "dangling", "reconstructed"]
    detail: str = ""
    likely: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said beside a statement: another view, a gap or a contradiction, with its sources."""

    kind: Literal["view", "gap", "contradiction", "note"]
    text: str
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a guideline, in the words of each reader, with its sources.

    ``kind`` says what the sentence does: it carries a rule, defines a fact, restates another
    statement, or is background.
    """

    name: str
    text: str
    kind: Literal["rule", "define", "restates", "background"]
    origin: Origin
    citations: tuple[str, ...]
    place: Place
    patient: str = ""
    student: str = ""
    rule: Rule | None = None
    restates: str = ""
    remarks: tuple[Remark, ...] = ()
    number: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A fact, drug, test, route or site in another vocabulary; ``verified`` only when somebody read it at its owner.

    For a fact, ``value`` is what the presence of the code states (yes, no, or a choice). An ``order`` row says that
    the part ``code`` (drug, route, site or stop) of an order for one of the drugs states the fact ``name``.
    """

    what: Literal["fact", "drug", "test", "route", "site", "order"]
    name: str
    system: str
    code: str
    display: str
    verified: bool
    value: str = "yes"


@dataclass(frozen=True, slots=True, eq=False)
class Guideline:
    """A guideline, read whole: nothing here was invented by the program.

    ``rules`` holds every rule in the order of the file, ``named`` each statement by its name.
    """

    id: str
    title: str
    version: str
    updated: date
    digest: str
    facts: Mapping[str, Fact]
    statements: tuple[Statement, ...]
    decisions: Mapping[str, Decision]
    references: Mapping[str, Reference]
    codes: tuple[Code, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    defines: Mapping[str, Expr] = field(default_factory=dict)
    place: Place = Place("", 0)
    status: str = "submitted"  # how far its review has come: computed from signatures by whoever has them, never read
    review: Mapping[str, Any] = field(default_factory=dict)  # the same in full, where there is a store of signatures
    rules: tuple[Rule, ...] = field(init=False, repr=False)
    named: Mapping[str, Statement] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", tuple(s.rule for s in self.statements if s.rule))
        object.__setattr__(self, "named", {s.name: s for s in self.statements})


# ---------------------------------------------------------------- Signature

Sign = Literal["approve", "request changes", "withdraw"]


@dataclass(frozen=True, slots=True)
class Signature:
    """What one person decided about one exact wording of one statement.

    ``digest`` is that of the statement with its rule, wordings, references and worked examples.
    ``acknowledged`` gives the reason for resting on a source that is dangling or withdrawn, by its key.
    """

    person: str
    role: str
    decision: Sign
    guideline: str
    statement: str
    digest: str
    at: datetime
    comment: str = ""
    acknowledged: Mapping[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------- Patient


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose that was given. ``amount`` is so much of ``unit``, or None when the record does not say."""

    on: date
    drug: str
    amount: float | None
    route: str
    unit: str = "mg"


@dataclass(frozen=True, slots=True)
class Result:
    """A dated laboratory result, in the unit of its fact (``value`` None: it was there, but unreadable)."""

    on: date
    test: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Patient:
    """What is known of one patient. A fact that is absent is unknown; unknown is never no.

    ``origins`` says where a fact was read when it was not simply stated (``Observation/123``). ``said`` are facts that
    were spoken of just now, which is newer than any dated result.
    """

    label: str | None = None
    on: date | None = None
    start: date | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)
    doses: tuple[Dose, ...] = ()
    results: tuple[Result, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    said: frozenset[str] = frozenset()


# ---------------------------------------------------------------- Plan


@dataclass(frozen=True, slots=True)
class Line:
    """One line of advice. It cannot be made without the statement that it comes from."""

    rule: str
    action: ActionKind
    certainty: Literal["firm", "provisional"]
    text: str
    origin: Origin
    heading: tuple[str, ...]
    citations: tuple[Reference, ...]
    decision: str | None = None
    unless: tuple[str, ...] = ()
    if_: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    urgency: Urgency | None = None
    because: Mapping[str, Value] = field(default_factory=dict)
    give: Give | None = None
    alternatives: tuple[tuple[Give, tuple[str, ...]], ...] = ()
    struck: tuple[tuple[Give, str], ...] = ()
    remarks: tuple[Remark, ...] = ()

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError(f"line {self.rule!r} cites nothing")


Outcome = Literal["firm", "provisional", "conflict", "silent", "done", "stopped", "decide", "not applicable"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one decision came out for one patient."""

    outcome: Outcome
    rules: tuple[str, ...] = ()
    contenders: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """Something with a date: a dose, a test or a review."""

    date: Day
    earliest: Day
    latest: Day
    what: Literal["dose", "test", "review"]
    rule: str
    detail: str
    number: int
    state: Literal["due", "overdue", "upcoming"]
    open_ended: bool = False
    tentative: bool = False
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask for, the rules that hang on it, and what each answer would lead to."""

    fact: str
    question: str
    would_change: tuple[str, ...]
    answers: tuple[tuple[Value, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader must know beside the advice."""

    kind: Literal["gap", "conflict", "citation", "input"]
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a guideline says for one patient on one day."""

    guideline: Mapping[str, Any]
    patient: str | None
    on: date
    facts: Mapping[str, tuple[Value, str]]
    headline: str
    phase: Literal["none", "loading", "maintenance", "prophylaxis", "unknown"]
    decisions: Mapping[str, Verdict]
    advice: tuple[Line, ...]
    schedule: tuple[Item, ...]
    ask: tuple[Question, ...]
    notices: tuple[Notice, ...]
    given: tuple[Dose, ...] = ()

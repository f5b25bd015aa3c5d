"""The one sentence that a clinician could act on, and how much of it leads a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ..backends.english import long_day, regimen
from ..findings import sentence
from ..model import Item, Line, Question
from .advice import Audience, cited
from .course import Course, followed
from .decide import Decided
from .history import STAND_IN
from .known import Known

MOST = 220
"""Letters of what leads a page at most, unless a single sentence is longer."""
_BETWEEN = re.compile("; (?!and )")  # what has an `and` behind it belongs to the clause before


def headline(
    lines: Sequence[Line],
    where: Course,
    decided: Mapping[str, Decided],
    schedule: Sequence[Item],
    ask: Sequence[Question],
    known: Known,
    audience: Audience = "clinician",
) -> str:
    """Emergencies, the treatment with its open gates, what the clinician decides, whom to call, further warnings."""
    if audience == "patient":
        return " ".join(dict.fromkeys(_plainly(lines, where, decided, schedule, ask, known)))
    parts = [
        *_calls(lines, "emergency"),
        _treatment(lines, where, decided, schedule, ask, known),
        *_open_nevers(lines, known, gates=True),
        *_decisions(lines, known),
        *_calls(lines, "urgent"),
        *_open_nevers(lines, known, gates=False),
    ]
    said = "; ".join(parts)
    return sentence(said)


def sentences(told: str) -> tuple[str, ...]:
    """A clinician's headline clause by clause, each a sentence of its own.

    >>> sentences("Ask her; and ask him; never give that."), sentences("")
    (('Ask her; and ask him.', 'Never give that.'), ())
    """
    return tuple(sentence(clause) for clause in _BETWEEN.split(told) if clause)


def led(parts: Sequence[str], most: int = MOST) -> tuple[str, tuple[str, ...]]:
    """What leads a page, as many sentences as have room, and those that stand directly below: nothing is lost.

    >>> led(["Give it today.", "Ask this before.", "Never give that."], most=32)
    ('Give it today. Ask this before.', ('Never give that.',))
    """
    fits = next((n for n in range(len(parts), 1, -1) if len(" ".join(parts[:n])) <= most), 1)
    return " ".join(parts[:fits]), tuple(parts[fits:])


def _treatment(
    lines: Sequence[Line],
    where: Course,
    decided: Mapping[str, Decided],
    schedule: Sequence[Item],
    ask: Sequence[Question],
    known: Known,
) -> str:
    held = _held(lines, known)
    shut = next((line for line in held if line.action != "decide"), None)
    if shut and any(d.outcome == "stopped" for d in decided.values()):
        return f"give nothing by this guideline: {_bare(shut.text)}"
    deciding = [_bare(line.text) for line in held if line.action == "decide"]
    if deciding and any(d.withheld for d in decided.values()):
        return f"no treatment without the clinician's decision: {'; and '.join(deciding)}"
    if where.phase == "loading" and followed(where.now) and not any(item.what == "dose" for item in schedule):
        return "all doses of this course are on record, yet it is stated as not complete: settle which is right"
    return _next(where, schedule, known) or _unsettled(where, decided, ask)


def _held(lines: Sequence[Line], known: Known) -> list[Line]:
    """The lines of the safety gates that hold."""
    gates = {rule.name for rule in known.guideline.rules if rule.stops}
    return [line for line in lines if line.rule in gates and line.certainty == "firm"]


def _decisions(lines: Sequence[Line], known: Known) -> Iterator[str]:
    """What a clinician has to decide for certain, gates aside: a regimen must not be read without it."""
    for line in _deciding(lines, known):
        if rule := known.guideline.named[line.rule].rule:
            yield f"the clinician decides {rule.action.words}"


def _deciding(lines: Sequence[Line], known: Known) -> Iterator[Line]:
    """The lines that leave something to the clinician for certain, but for gates and for a choice of treatments."""
    for line in lines:
        rule = known.guideline.named[line.rule].rule
        if line.action == "decide" and line.certainty == "firm" and rule and not rule.stops and not rule.action.gives:
            yield line


def _next(where: Course, schedule: Sequence[Item], known: Known) -> str:
    choice = followed(where.now)
    item = next((i for i in schedule if i.what == "dose"), None)
    if choice is None or item is None:
        return ""
    how = regimen(choice.options[0].give)
    hangs = cited(known.guideline, choice.unless) or "the source is not exact here"
    for_now = f"for now ({'unless changed by ' if choice.unless else ''}{hangs}), " if item.tentative else ""
    match item.state:
        case "overdue":
            return f"{for_now}{where.phase} dose overdue by {_days((known.on - item.latest).days)}: give {how}"
        case "due" if item.latest > known.on:
            return f"{for_now}{where.phase} dose due until {item.latest}: give {how}"
        case "due":
            return f"{for_now}give today: {how} ({where.phase})"
        case _:
            window = (
                f"{item.earliest}" if item.earliest == item.latest else f"between {item.earliest} and {item.latest}"
            )
            return f"{for_now}next {where.phase} dose {window}: {how}"


def _days(count: int) -> str:
    return f"{count} day{'s' * (count != 1)}"


def _unsettled(where: Course, decided: Mapping[str, Decided], ask: Sequence[Question]) -> str:
    outcomes = {d.outcome for d in decided.values()}
    if where.phase == "none" and not outcomes & {"provisional", "conflict", "decide"}:
        return "nothing is to be given by this guideline"
    if where.now and where.now.outcome == "conflict":
        return "the guideline contradicts itself here: the clinician decides between the treatments listed"
    if any(d.vague for d in decided.values()):
        return "the source is not exact enough here: the clinician decides between the treatments listed"
    return (
        f"no dose can be dated yet; first settle: {ask[0].question.rstrip('.')}"
        if ask
        else "the guideline does not say what to give"
    )


def _calls(lines: Sequence[Line], urgency: str) -> Iterator[str]:
    """Referrals and checks of this urgency that are certain."""
    yield from (f"{urgency}: {_bare(line.text)}" for line in _urgent(lines, urgency))


def _urgent(lines: Sequence[Line], urgency: str) -> Iterator[Line]:
    for line in lines:
        if line.certainty == "firm" and line.urgency == urgency and line.action in ("refer", "check"):
            yield line


def _open_nevers(lines: Sequence[Line], known: Known, gates: bool) -> Iterator[str]:
    """Prohibitions that hold or may hold, safety gates or the others: they are never folded away."""
    for line in lines:
        rule = known.guideline.named[line.rule].rule
        if line.action == "never" and rule and bool(rule.stops) is gates:
            open_ = f"depending on {cited(known.guideline, line.if_)} (not yet known): " if line.if_ else ""
            yield f"{open_}never {rule.action.words}"


def _bare(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


# ---------------------------------------------------------------- in a patient's words


def _plainly(
    lines: Sequence[Line],
    where: Course,
    decided: Mapping[str, Decided],
    schedule: Sequence[Item],
    ask: Sequence[Question],
    known: Known,
) -> Iterator[str]:
    """The same in short sentences: emergencies, what shuts the treatment or the next dose, then the rest."""
    for urgency in ("emergency", "urgent"):
        yield from (line.text for line in _urgent(lines, urgency))
    held = _held(lines, known)
    item = next((i for i in schedule if i.what == "dose"), None)
    shut = bool(held) and (where.phase == "none" or any(d.withheld for d in decided.values()))
    if not shut and any(d.vague or d.outcome == "conflict" for d in decided.values()):
        yield "Your doctor decides with you which treatment fits."
    elif not shut:
        yield _next_plainly(item, where, ask, known)
    yield from (line.text for line in (*held, *_deciding(lines, known)))
    asked = {fact: None for line in lines if line.action == "never" for fact in line.if_}
    if item and asked and not shut:
        yield f"Before it, tell us: {' '.join(known.guideline.facts[fact].patient_question for fact in asked)}"


def _next_plainly(item: Item | None, where: Course, ask: Sequence[Question], known: Known) -> str:
    choice = followed(where.now)
    if item is None or choice is None:
        if where.phase == "none":
            return "This guideline has no treatment for you."
        return (
            f"We do not know enough yet. First: {ask[0].question}" if ask else "This guideline does not say what to do."
        )
    what = "injection" if choice.options[0].give.route in STAND_IN else "dose"
    match item.state:
        case "overdue":
            return f"Your {what} is overdue. Ask for it now."
        case "due":
            by = f" (at the latest on {long_day(item.latest)})" if item.latest > known.on else ""
            return f"Your next {what} is due now{by}."
        case _:
            first, last = long_day(item.earliest), long_day(item.latest)
            on = f"on {first}" if first == last else f"between {first} and {last}"
            return f"Your next {what} is {on}."

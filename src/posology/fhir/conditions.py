"""Conditions, procedures and allergies: what a record says that a patient has, or had done.

Only presence is read: that something is not on the record says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Code, Fact
from .codes import about_medicine, facts_among, is_the_fact, rows, states, status
from .elements import Element, Moment, moment, part, parts, shown, text
from .record import UNCODED, Chart, Event, Ignored, Source, Stated, too_late

_ACTIVE = {"active", "recurrence", "relapse"}
_OVER = {"inactive", "remission", "resolved"}
_UNSURE = {"unconfirmed", "provisional", "differential"}

Coded = list[tuple[Code, Fact]]


def read_condition(condition: Element, source: Source, chart: Chart) -> Iterator[Event]:
    """A problem or diagnosis: yes while it is active, no when it was refuted, else nothing."""
    coded = facts_among(rows(part(condition, "code"), chart.codes), chart.guideline)
    if not coded:
        yield Ignored(source, UNCODED)
        return
    begun = moment(condition, "onsetDateTime") or _start(condition, "onsetPeriod")
    begun = begun or moment(condition, "recordedDate")
    if too_late(begun, chart):
        yield Ignored(source, "it begins after the day of the plan", notice=True)
        return
    yield from _asserted(condition, source, chart, coded, begun)


def read_allergy(allergy: Element, source: Source, chart: Chart) -> Iterator[Event]:
    """An allergy or intolerance: yes when active and confirmed, no when refuted, else nothing."""
    found = rows(part(allergy, "code"), chart.codes)
    for reaction in parts(allergy, "reaction"):
        found += rows(part(reaction, "substance"), chart.codes)
    coded = facts_among(_not_borne(found), chart.guideline)
    if not coded:
        yield _allergy_without_fact(found, source)
        return
    if status(allergy, "verificationStatus") is None:
        yield Ignored(source, f"the record does not say whether {_names(coded)} is confirmed", notice=True)
        return
    begun = moment(allergy, "onsetDateTime") or moment(allergy, "recordedDate")
    if too_late(begun, chart):
        yield Ignored(source, "it begins after the day of the plan", notice=True)
        return
    yield from _asserted(allergy, source, chart, coded, begun)


def _not_borne(found: tuple[Code, ...]) -> list[Code]:
    """The rows that may speak of an allergy: a medicine's code only if it is a drug of the guideline.

    The code of any other medicine stands for its use, and an allergy to it says nothing of that.
    """
    drugs = {(row.system, row.code) for row in found if row.what == "drug"}
    return [row for row in found if not about_medicine(row) or (row.system, row.code) in drugs]


def _allergy_without_fact(found: tuple[Code, ...], source: Source) -> Ignored:
    drugs = sorted({row.name for row in found if row.what == "drug"})
    if not drugs:
        return Ignored(source, UNCODED)
    why = f"an allergy to {' and '.join(drugs)} is recorded, but the guideline codes no fact for it"
    return Ignored(source, why, notice=True)


def _asserted(resource: Element, source: Source, chart: Chart, coded: Coded, begun: Moment | None) -> Iterator[Event]:
    """What verification and clinical status leave of it."""
    verified = status(resource, "verificationStatus") or "confirmed"
    if verified == "entered-in-error":
        yield Ignored(source, "it was entered in error")
    elif verified in _UNSURE:
        yield Ignored(source, f"{_names(coded)} is only {verified}, not confirmed", notice=True)
    elif verified == "refuted":
        yield from (_refuted(row, fact, source, begun, chart) for row, fact in coded)
    elif verified == "confirmed":
        over = _is_over(resource, chart)
        yield from (_present(row, fact, source, begun, over) for row, fact in coded)
    else:
        yield Ignored(source, f"its verification status {shown(verified)} is not one of FHIR R4", notice=True)


def _is_over(resource: Element, chart: Chart) -> bool | str:
    """Whether it was over on the day of the plan, or a sentence that says why that cannot be told."""
    word = status(resource, "clinicalStatus")
    ended = moment(resource, "abatementDateTime") or _start(resource, "abatementPeriod")
    ended_by_now = None if ended is None or ended.day is None else ended.day <= chart.on
    if word in _OVER:
        return ended_by_now is not False  # it ended only after the day: on the day, it was there
    if word in _ACTIVE:
        return "is called active, yet has an end" if ended_by_now else False
    if word is None:
        return True if ended_by_now else "is recorded without a clinical status"
    return f"has the clinical status {shown(word)}, which is not one of FHIR R4"


def _present(row: Code, fact: Fact, source: Source, begun: Moment | None, over: bool | str) -> Event:
    lasting = row.value == "ever"
    if isinstance(over, str) and not lasting:
        return Ignored(source, f"{fact.phrase} {over}", notice=True)
    if over is True and not lasting:
        return Ignored(source, f"{fact.phrase} is recorded as over; whether it is so now is unknown")
    return _stated(row, fact, source, begun)


def _stated(row: Code, fact: Fact, source: Source, begun: Moment | None) -> Event:
    value = states(row, fact)
    if value is None:
        return Ignored(source, f"it is recorded, but {fact.phrase} cannot be told from a code", notice=True)
    return Stated(source, fact.name, value, row, begun)


def _refuted(row: Code, fact: Fact, source: Source, begun: Moment | None, chart: Chart) -> Event:
    if states(row, fact) is True and is_the_fact(row, chart.guideline):
        return Stated(source, fact.name, False, row, begun)
    return Ignored(source, f"one kind of it was refuted, which leaves {fact.phrase} open")


def read_procedure(procedure: Element, source: Source, chart: Chart) -> Iterator[Event]:
    """An operation or other procedure: yes when it was completed, else nothing."""
    coded = facts_among(rows(part(procedure, "code"), chart.codes), chart.guideline)
    word = text(procedure, "status")
    done = moment(procedure, "performedDateTime") or _start(procedure, "performedPeriod")
    if not coded:
        yield Ignored(source, UNCODED)
    elif word != "completed":
        yield Ignored(source, f"its status is {shown(word)}, not completed")
    elif too_late(done, chart):
        yield Ignored(source, "it was done after the day of the plan", notice=True)
    else:
        yield from (_stated(row, fact, source, done) for row, fact in coded)


def _start(within: Element, key: str) -> Moment | None:
    period = part(within, key)
    return moment(period, "start") if period else None


def _names(coded: Coded) -> str:
    return " and ".join(dict.fromkeys(fact.phrase for _, fact in coded))

"""Conditions, procedures and allergies: what a record says that a patient has, or had done.

Only presence is read: that something is not on the record says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Code, Fact
from .codes import about_medicine, facts_among, is_the_fact, rows, states, status
from .elements import Element, Moment, moment, part, parts, shown, text
from .lookalike import possible_allergy
from .record import UNCODED, Chart, Event, Ignored, Lookalike, Source, Stated, before, too_late

_ACTIVE = {"active", "recurrence", "relapse"}
_OVER = {"inactive", "remission", "resolved"}
_UNSURE = {"unconfirmed", "provisional", "differential"}
_NEVER_WAS = {"refuted", "entered-in-error"}

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
    """An allergy or intolerance: yes unless it is over or doubtful, no when refuted, else nothing."""
    concepts = [part(allergy, "code"), *(part(reaction, "substance") for reaction in parts(allergy, "reaction"))]
    found = tuple(row for concept in concepts for row in rows(concept, chart.codes))
    coded = facts_among(_not_borne(found), chart.guideline)
    if not coded:
        yield _allergy_without_fact(allergy, concepts, found, source, chart)
        return
    begun = moment(allergy, "onsetDateTime") or moment(allergy, "recordedDate")
    if too_late(begun, chart):
        yield Ignored(source, "it begins after the day of the plan", notice=True)
        return
    yield from _allergic(allergy, source, chart, coded, begun)


def _allergic(allergy: Element, source: Source, chart: Chart, coded: Coded, begun: Moment | None) -> Iterator[Event]:
    """What its two statuses leave of an allergy; R4 lets both be absent, and then it is believed: the safe side."""
    verified, clinical = status(allergy, "verificationStatus"), status(allergy, "clinicalStatus")
    doubt = _doubt(verified, clinical)
    if verified in _NEVER_WAS:
        yield from _asserted(allergy, source, chart, coded, begun)
        return
    caution = "" if verified and clinical else f"{_missing(verified, clinical)} ({source.reference})"
    outlasts = clinical in _OVER and verified in (None, "confirmed")
    for row, fact in coded:
        if doubt and not (outlasts and row.value == "ever"):
            yield Ignored(source, f"a possible allergy ({fact.phrase}) {doubt}", notice=True)
        else:
            yield _stated(row, fact, source, begun, caution)


def _doubt(verified: str | None, clinical: str | None) -> str:
    """Why an allergy cannot simply be taken as a yes; empty when it can."""
    if verified in _UNSURE:
        return f"is only {verified}: check before giving"
    if verified not in (None, "confirmed"):
        return f"has the verification status {shown(verified)}, which is not one of FHIR R4: check before giving"
    if clinical in _OVER:
        return f"is recorded as {clinical}, and a past reaction is no all-clear: check before giving"
    if clinical not in (None, *_ACTIVE):
        return f"has the clinical status {shown(clinical)}, which is not one of FHIR R4: check before giving"
    return ""


def _missing(verified: str | None, clinical: str | None) -> str:
    if verified is None:
        return "believed although the record does not say that anybody verified it"
    return "believed although the record does not say whether it is active" if clinical is None else ""


def _not_borne(found: tuple[Code, ...]) -> list[Code]:
    """The rows that may speak of an allergy: a medicine's code only if it is a drug of the guideline.

    The code of any other medicine stands for its use, and an allergy to it says nothing of that.
    """
    drugs = {(row.system, row.code) for row in found if row.what == "drug"}
    return [row for row in found if not about_medicine(row) or (row.system, row.code) in drugs]


def _allergy_without_fact(
    allergy: Element, concepts: list[Element | None], found: tuple[Code, ...], source: Source, chart: Chart
) -> Event:
    drugs = sorted({row.name for row in found if row.what == "drug"})
    like = "" if status(allergy, "verificationStatus") in _NEVER_WAS else possible_allergy(concepts, chart)
    if not drugs:
        return Lookalike(source, like, "") if like else Ignored(source, UNCODED)
    why = f"an allergy to {' and '.join(drugs)} is recorded, but the guideline codes no fact for it"
    return Ignored(source, why, notice=True)


def _asserted(resource: Element, source: Source, chart: Chart, coded: Coded, begun: Moment | None) -> Iterator[Event]:
    """What verification and clinical status leave of it."""
    verified = status(resource, "verificationStatus") or "confirmed"
    if verified == "entered-in-error":
        yield Ignored(source, "it was entered in error")
    elif verified in _UNSURE:
        yield Ignored(source, f"{_names(coded)} is only {verified}, not confirmed{_suspicion(coded)}", notice=True)
    elif verified == "refuted":
        yield from (_refuted(row, fact, source, begun, chart) for row, fact in coded)
    elif verified == "confirmed":
        over = _is_over(resource, chart)
        yield from (_present(row, fact, source, begun, over) for row, fact in coded)
    else:
        yield Ignored(source, f"its verification status {shown(verified)} is not one of FHIR R4", notice=True)


def _suspicion(coded: Coded) -> str:
    """What to do where the guideline's own question counts a suspicion too: a record's word for it is not read so."""
    asked = [fact.phrase for _, fact in coded if "suspect" in fact.question.lower()]
    return f": left unknown, although a suspicion may count for {' and '.join(asked)}" if asked else ""


def _is_over(resource: Element, chart: Chart) -> bool | str:
    """Whether it was over on the day of the plan, or a sentence that says why that cannot be told."""
    word = status(resource, "clinicalStatus")
    ended_by_now = _ended_by_now(resource, chart)
    if word in _OVER:
        return ended_by_now is not False  # it ended only after the day: on the day, it was there
    if word in _ACTIVE:
        return "is called active, yet has an end" if ended_by_now else False
    if word is None:
        return True if ended_by_now else "is recorded without a clinical status"
    return f"has the clinical status {shown(word)}, which is not one of FHIR R4"


def _ended_by_now(resource: Element, chart: Chart) -> bool | None:
    """Whether it has an end, and had it by the day of the plan; an age or words as its end lie in the past."""
    ended = moment(resource, "abatementDateTime") or _start(resource, "abatementPeriod")
    if ended is not None and too_late(ended, chart):
        return False
    if ended is not None:
        return ended.day is not None or before(ended, chart.on) or None
    return any(key.startswith("abatement") for key in resource.members) or None


def _present(row: Code, fact: Fact, source: Source, begun: Moment | None, over: bool | str) -> Event:
    lasting = row.value == "ever"
    if isinstance(over, str) and not lasting:
        return Ignored(source, f"{fact.phrase} {over}", notice=True)
    if over is True and not lasting:
        return Ignored(source, f"{fact.phrase} is recorded as over; whether it is so now is unknown")
    return _stated(row, fact, source, begun)


def _stated(row: Code, fact: Fact, source: Source, begun: Moment | None, caution: str = "") -> Event:
    value = states(row, fact)
    if value is None:
        return Ignored(source, f"it is recorded, but {fact.phrase} cannot be told from a code", notice=True)
    return Stated(source, fact.name, value, row, begun, caution)


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

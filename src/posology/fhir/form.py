"""The facts that a guideline asks for as a FHIR Questionnaire, in a clinician's words and in a patient's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal

from ..backends.english import spaced
from ..model import Fact, Guideline
from .definition import particulars, top
from .make import UCUM, Json, address, codings, full, quantity
from .ucum import ucum

Audience = Literal["clinician", "patient"]

_CORE = "http://hl7.org/fhir/StructureDefinition"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition"
_TYPES = {"yes/no": "boolean", "number": "quantity", "choice": "choice"}


def questionnaire(guideline: Guideline, audience: Audience = "clinician") -> Json:
    """One form with a group for each group of facts. No answer is required: not answered is unknown.

    For clinicians the patient's words stand under each question as help; for patients they are the question.
    """
    patient = audience == "patient"
    title = f"{guideline.title}: questions{' for patients' if patient else ''}"
    about = particulars(guideline)
    return full(
        {
            **top("Questionnaire", guideline, title, "patient" if patient else ""),
            "description": about.get("description"),
            "purpose": about.get("usage"),
            "copyright": about.get("copyright"),
            "subjectType": ["Patient"],
            "item": list(_groups(guideline, patient)),
        }
    )


def _groups(guideline: Guideline, patient: bool) -> Iterator[Json]:
    asked = [fact for fact in guideline.facts.values() if fact.patient_question or (fact.question and not patient)]
    for number_, (group, members) in enumerate(groupby(asked, key=lambda fact: fact.group), 1):
        items = [_item(fact, guideline, patient) for fact in members]
        yield {"linkId": f"group-{number_}", "text": group or guideline.title, "type": "group", "item": items}


def _item(fact: Fact, guideline: Guideline, patient: bool) -> Json:
    """One question. Its linkId is the name of the fact."""
    words = fact.patient_question if patient else fact.question or fact.patient_question
    beside = fact.patient_question if not patient and fact.patient_question != words else ""
    return full(
        {
            "extension": list(_units(fact)),
            "linkId": fact.name,
            "code": codings(guideline, "fact", fact.name) if fact.kind == "number" else [],
            "text": words,
            "type": _TYPES[fact.kind],
            "required": False,
            "repeats": False,
            "answerValueSet": None,
            "answerOption": [{"valueCoding": one} for one in choices(fact, guideline)],
            "item": [_help(fact, beside)] if beside else [],
        }
    )


def choices(fact: Fact, guideline: Guideline) -> list[Json]:
    """The answers of a choice as codes of the guideline's own."""
    return [full({"system": address(guideline, "CodeSystem", fact.name), **one}) for one in answers(fact)]


def answers(fact: Fact) -> list[Json]:
    """The answers of a choice."""
    return [{"code": choice, "display": spaced(choice)} for choice in fact.choices]


def _help(fact: Fact, words: str) -> Json:
    """The patient's words, shown under the question."""
    control = {"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help", "display": "Help-Button"}
    shown = {"url": f"{_CORE}/questionnaire-itemControl", "valueCodeableConcept": {"coding": [control]}}
    return {"extension": [shown], "linkId": f"{fact.name}.patient", "text": words, "type": "display"}


def _units(fact: Fact) -> Iterator[Json]:
    """The units in which a number may be given, and its plausible range."""
    if fact.kind != "number":
        return
    for unit in filter(ucum, _accepted(fact)):
        coding = {"system": UCUM, "code": ucum(unit), "display": unit}
        yield {"url": f"{_CORE}/questionnaire-unitOption", "valueCoding": coding}
    if fact.low < fact.high:
        for name, end in (("min", fact.low), ("max", fact.high)):
            yield {"url": f"{_SDC}/sdc-questionnaire-{name}Quantity", "valueQuantity": quantity(end, fact.unit)}


def _accepted(fact: Fact) -> Iterable[str]:
    """The fact's own unit, then those that the guideline itself converts."""
    return dict.fromkeys((fact.unit, *(unit for unit, _ in fact.conversions)))



"""A filled-in Questionnaire → the data of a patient file. What is not answered stays unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..findings import Finding, Refused, near
from ..model import Fact, Guideline, Value
from .elements import Element, fault, part, parts, shown, text, truth, wrong
from .make import address
from .observations import figure

_DONE = ("completed", "amended", "in-progress")


def facts_of_response(response: Mapping[str, Any], guideline: Guideline) -> dict[str, Any]:
    """The patient data (``patient`` and ``facts``) in a QuestionnaireResponse. Raises Refused with every fault."""
    faults: list[Finding] = []
    if not isinstance(response, dict):
        what = f"{shown(response)} is not a FHIR resource."
        raise Refused([Finding("", what, "Send a FHIR R4 QuestionnaireResponse.")])
    root = Element(response, faults)
    _check(root, guideline)
    facts: dict[str, Value] = {}
    for item in _items(root):
        _answer(item, guideline, facts)
    label = _label(root)
    if faults:
        raise Refused(dict.fromkeys(faults))
    return {**({"patient": label} if label else {}), "facts": facts}


def _check(root: Element, guideline: Guideline) -> None:
    """That it is a response, finished enough, and to this guideline's questions."""
    if text(root, "resourceType") != "QuestionnaireResponse":
        wrong(root, "resourceType", "a QuestionnaireResponse", "Send a FHIR R4 QuestionnaireResponse.")
    if root.members.get("modifierExtension") or root.members.get("implicitRules"):
        what = "it carries a modifier that changes its meaning in a way that is not known here"
        fault(root, "", what, "Leave it out.")
    if text(root, "status") not in _DONE:
        do = f"Send a response that is one of: {', '.join(_DONE)}."
        wrong(root, "status", "the status of a response that can be read", do)
    asked = (text(root, "questionnaire") or "").partition("|")[0]
    own = {address(guideline, "Questionnaire"), address(guideline, "Questionnaire", "patient")}
    if asked and asked not in own:
        wrong(root, "questionnaire", "a questionnaire of this guideline", f"Answer {min(own)}, or leave it out.")


def _label(root: Element) -> str:
    subject = part(root, "subject")
    reference = text(subject, "reference") if subject else None
    return reference.removeprefix("Patient/") if reference and reference.startswith("Patient/") else ""


def _items(within: Element) -> Iterator[Element]:
    """Every item, however deep; what stands below an answer too."""
    for item in parts(within, "item"):
        yield item
        yield from _items(item)
        for answer in parts(item, "answer"):
            yield from _items(answer)


def _answer(item: Element, guideline: Guideline, facts: dict[str, Value]) -> None:
    """Put down the answer to one item; a group and an item without an answer say nothing."""
    given = parts(item, "answer")
    if not given:
        return
    name = text(item, "linkId") or ""
    fact = guideline.facts.get(name)
    if fact is None:
        do = near(name, guideline.facts, "Use the linkIds of the questionnaire.")
        wrong(item, "linkId", "a question of this guideline", do)
        return
    if len(given) > 1 or name in facts:
        fault(item, "answer", f"{fact.phrase} is answered more than once", "Send one answer.")
        return
    value = _value(given[0], fact, guideline)
    if value is not None:
        facts[name] = value


def _value(answer: Element, fact: Fact, guideline: Guideline) -> Value | None:
    match fact.kind:
        case "yes/no":
            return _expected(answer, "valueBoolean", fact, truth(answer, "valueBoolean"))
        case "number":
            return _expected(answer, "valueQuantity", fact, _measured(answer, fact))
        case _:
            return _expected(answer, "valueCoding", fact, _chosen(answer, fact, guideline))


def _expected(answer: Element, key: str, fact: Fact, value: Value | None) -> Value | None:
    """The value; a fault when the answer is of another kind, or of two."""
    if any(name.startswith("value") and name != key for name in answer.members):
        fault(answer, "", f"{fact.phrase} is not answered with {key} alone", f"Answer with {key}.")
    return value


def figure_or_fault(quantity: Element, fact: Fact) -> float | str | None:
    """The number of a Quantity, or why there is none; None when its shape is a fault that has been told already."""
    before = len(quantity.faults)
    found = figure(quantity, fact)
    return None if len(quantity.faults) > before else found


def _measured(answer: Element, fact: Fact) -> float | None:
    """A number in the fact's own unit. A number without a unit, or in another one, is a fault."""
    quantity = part(answer, "valueQuantity")
    if quantity is None:
        return None
    found = figure_or_fault(quantity, fact)
    if isinstance(found, str):
        fault(quantity, "", found, f"Give it in {fact.unit}.")
        return None
    return found


def _chosen(answer: Element, fact: Fact, guideline: Guideline) -> str | None:
    coding = part(answer, "valueCoding")
    code = text(coding, "code") if coding else None
    if coding is None or code is None:
        return None
    system = text(coding, "system")
    if code in fact.choices and system in (None, address(guideline, "CodeSystem", fact.name)):
        return code
    wrong(coding, "code", f"an answer of {fact.phrase}", f"Use: {', '.join(fact.choices)}.")
    return None

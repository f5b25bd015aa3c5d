"""`$apply` and `$populate`: a Parameters resource with a record in it → a plan, or a form that is filled in already.

No record is kept here: whatever is to be known of the patient is sent along, and whatever is not is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ..findings import Finding, Refused, near, sentence
from ..model import Fact, Guideline, Patient, Value
from ..plan.plan import plan
from ..read.patient import date_of, value_of
from .bundle import read_bundle
from .careplan import care_plan
from .elements import Element, fault, number, part, parts, text, truth
from .form import choices, questionnaire
from .make import Json, full, quantity
from .responses import figure_or_fault

TAKEN = ("subject", "data", "parameters", "on", "start")
"""What is read of the parameters of an operation."""
PASSED_OVER = (
    "planDefinition", "encounter", "practitioner", "organization", "userType", "userLanguage", "userTaskContext",
    "setting", "settingContext", "questionnaire", "context", "local", "launchContext",
)  # fmt: skip
"""What R4 has for the operations and this guideline makes no difference by."""
RECORDS = ("context", "launchContext")
"""Those among them by which some clients send a record: that nothing of it was read is said."""


def applied(parameters: Any, guideline: Guideline) -> Json:
    """The plan for the patient of the parameters, as a CarePlan. Raises Refused with every fault."""
    patient, subject = read_parameters(parameters, guideline)
    return care_plan(plan(guideline, patient), guideline, subject)


def populated(parameters: Any, guideline: Guideline, patient_words: bool = False) -> Json:
    """The questionnaire, answered as far as the record goes, with what was odd about it. Raises Refused."""
    patient, subject = read_parameters(parameters, guideline)
    made = plan(guideline, patient)
    known = {name: value for name, (value, origin) in made.facts.items() if origin != "derived"}
    asked = questionnaire(guideline, "patient" if patient_words else "clinician")
    response = full(
        {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": f"{asked['url']}|{asked['version']}",
            "status": "in-progress",
            "subject": {"reference": subject},
            "authored": made.on.isoformat(),
            "item": [one for group in asked["item"] if (one := _group(group, known, guideline))],
        }
    )
    told = [notice.text for notice in made.notices if notice.kind == "input"]
    odd = [{"severity": "information", "code": "informational", "details": {"text": notice}} for notice in told]
    issues = [{"name": "issues", "resource": {"resourceType": "OperationOutcome", "issue": odd}}] if odd else []
    return {"resourceType": "Parameters", "parameter": [{"name": "response", "resource": response}, *issues]}


def _group(group: Json, known: Mapping[str, Value], guideline: Guideline) -> Json:
    items = [
        {"linkId": item["linkId"], "text": item["text"], "answer": [_answer(known[item["linkId"]], item, guideline)]}
        for item in group["item"]
        if item["linkId"] in known
    ]
    return {"linkId": group["linkId"], "text": group["text"], "item": items} if items else {}


def _answer(value: Value, item: Json, guideline: Guideline) -> Json:
    fact = guideline.facts[item["linkId"]]
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, str):
        return {"valueCoding": next(one for one in choices(fact, guideline) if one["code"] == value)}
    return {"valueQuantity": quantity(value, fact.unit)}


# ---------------------------------------------------------------- the parameters


def read_parameters(data: Any, guideline: Guideline) -> tuple[Patient, str]:
    """The patient of some parameters, and the reference by which it is named. Raises Refused with every fault."""
    if not isinstance(data, dict) or data.get("resourceType") != "Parameters":
        what = "This is not a Parameters resource."
        raise Refused([Finding("", what, f"Send a FHIR R4 Parameters with: {', '.join(TAKEN)}.")])
    faults: list[Finding] = []
    given = _given(Element(data, faults))
    subject = _subject(given, faults)
    on, start = _day(given, "on", faults), _day(given, "start", faults)
    patient = _record(given, guideline, on, faults)
    stated = _stated(given, guideline, faults)
    if subject and patient.label and subject.rpartition("/")[2] != patient.label:
        what = "The record in data is of another patient than subject."
        faults.append(Finding("Parameters.parameter.subject", what, "Send the record of the subject."))
    if faults:
        raise Refused(dict.fromkeys(faults))
    label = patient.label or subject.rpartition("/")[2] or None
    facts, origins = {**patient.facts, **stated}, {k: v for k, v in patient.origins.items() if k not in stated}
    unread = tuple(f"The parameter {name} was not read: send the record as data." for name in RECORDS if name in given)
    read = replace(
        patient, label=label, on=on or date.today(), start=start, facts=facts, origins=origins,
        notices=(*unread, *patient.notices),
    )  # fmt: skip
    return read, subject or f"Patient/{label}"


def _given(root: Element) -> dict[str, Element]:
    """The parameters by name; those that are read, each once."""
    found: dict[str, Element] = {}
    for one in parts(root, "parameter"):
        name = text(one, "name") or ""
        if name not in TAKEN and name not in PASSED_OVER:
            fault(one, "name", "this parameter is not known", near(name, TAKEN, f"Use: {', '.join(TAKEN)}."))
        elif name in found and name in TAKEN:
            fault(one, "name", "this parameter is there twice", "Send it once.")
        found.setdefault(name, one)
    return found


def _subject(given: Mapping[str, Element], faults: list[Finding]) -> str:
    """The reference to the patient."""
    one = given.get("subject")
    held = part(one, "valueReference") if one and "valueReference" in one.members else None
    written = (text(held, "reference") if held else text(one, "valueString") if one else None) or ""
    kind, slash, own = written.rpartition("/")
    if not own or (slash and kind.rpartition("/")[2] != "Patient"):
        what = "The subject is missing or is no patient."
        faults.append(Finding("Parameters.parameter.subject", what, "Send it as valueString: Patient/ID."))
    return f"Patient/{own}" if own else ""


def _day(given: Mapping[str, Element], name: str, faults: list[Finding]) -> date | None:
    one = given.get(name)
    if one is None:
        return None
    written = text(one, "valueDate")
    found = date_of(written) if written else "This is not given as valueDate."
    if isinstance(found, str):
        faults.append(Finding(f"Parameters.parameter.{name}", found, "Send it as valueDate, as in 2026-01-31."))
        return None
    return found


def _record(given: Mapping[str, Element], guideline: Guideline, on: date | None, faults: list[Finding]) -> Patient:
    """What the record in ``data`` says; a patient of whom nothing is known when there is none."""
    one = given.get("data")
    record = part(one, "resource") if one else None
    if one is None:
        return Patient()
    if record is None:
        fault(one, "resource", "there is no record in data", "Send a Bundle as its resource.")
        return Patient()
    patient, wrong, _ = read_bundle(record.members, guideline, on)
    faults += [replace(fault_, place=f"{record.place}.{fault_.place}".strip(".")) for fault_ in wrong]
    return patient


def _stated(given: Mapping[str, Element], guideline: Guideline, faults: list[Finding]) -> dict[str, Value]:
    """The facts in ``parameters``, each under its name: they win over the record."""
    one = given.get("parameters")
    held = part(one, "resource") if one else None
    if one and (held is None or text(held, "resourceType") != "Parameters"):
        fault(one, "resource", "there are no facts in parameters", "Send a Parameters resource as its resource.")
    found: dict[str, Value | None] = {}
    for fact_part in parts(held, "parameter") if held else []:
        fact = guideline.facts.get(text(fact_part, "name") or "")
        if fact is None:
            do = near(text(fact_part, "name") or "", guideline.facts, "Use the linkIds of the questionnaire.")
            fault(fact_part, "name", "this is not a fact of the guideline", do)
        elif fact.name in found:
            fault(fact_part, "name", f"{fact.phrase} is stated twice", "State each fact once.")
        else:
            found[fact.name] = _value(fact_part, fact)
    return {name: value for name, value in found.items() if value is not None}


def _value(within: Element, fact: Fact) -> Value | None:
    """The value of one fact; None, with a fault, when it is not given in one way for its kind, and in one only."""
    given = [key for key in within.members if key.startswith("value")]
    if len(given) != 1 or given[0] not in KINDS[fact.kind]:
        ways = " or ".join(KINDS[fact.kind])
        fault(within, "", f"{fact.phrase} is not given as {ways}", "Send it so and once, or leave it out.")
        return None
    written = _written(within, given[0], fact)
    read = written if written is None or isinstance(written, tuple) else value_of(written, fact)
    if isinstance(read, tuple):
        within.faults.append(Finding(within.place, sentence(read[0]), read[1]))
        return None
    return read


def _written(within: Element, key: str, fact: Fact) -> Value | tuple[str, str] | None:
    """What stands there: a value, what is wrong with it and what to do, or None when its shape was a fault already."""
    if key == "valueBoolean":
        return truth(within, key)
    if key in ("valueDecimal", "valueInteger"):
        return number(within, key)
    if key in ("valueCode", "valueString"):
        return text(within, key)
    quantity_ = part(within, key)
    found = figure_or_fault(quantity_, fact) if quantity_ else None
    return (found, f"Give it in {fact.unit}.") if isinstance(found, str) else found


KINDS = {
    "yes/no": ("valueBoolean",),
    "number": ("valueQuantity", "valueDecimal", "valueInteger"),
    "choice": ("valueCode", "valueString"),
}
"""Kind of fact → the ways in which a parameter may state it."""

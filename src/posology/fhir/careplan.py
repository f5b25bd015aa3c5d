"""A whole plan as FHIR R4: a Bundle of separate resources, or one CarePlan that contains them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..backends.english import words
from ..model import Guideline, Line, Plan, Reference, Verdict
from .definition import applicable
from .make import ID, Json, address, base, canonical, cited, concept, full, narrated
from .orders import Order, Sheet, issue, orders, standing, top

_LONE = ("use", "consider", "decide")
"""Actions that ask for nothing that FHIR has a request for: they stand in the care plan itself."""


def plan_bundle(plan: Plan, guideline: Guideline, patient_reference: str | None = None) -> Json:
    """The plan as a Bundle of type collection. The same plan gives the same bundle.

    ``patient_reference`` names the patient as the receiver does (``Patient/123``); without one, only the label
    of the plan does.
    """
    sheet = Sheet(plan, guideline, _subject(plan, patient_reference), lambda name: f"urn:uuid:{name}")
    made = orders(sheet)
    groups, issues = list(_groups(made, sheet)), list(_issues(sheet))
    care = _care_plan(made, groups, issues, sheet)
    resources = [care, *(order.resource for order in made), *groups, *issues]
    resources += _provenance(made, [care, *groups, *issues], sheet)
    entries = [{"fullUrl": sheet.link(one["id"]), "resource": narrated(one)} for one in resources]
    head = top("Bundle", sheet)
    return {**head, "type": "collection", "timestamp": _instant(plan), "entry": entries}


def care_plan(plan: Plan, guideline: Guideline, patient_reference: str | None = None) -> Json:
    """The plan as one CarePlan with everything contained, as `$apply` gives it."""
    sheet = Sheet(plan, guideline, _subject(plan, patient_reference), lambda name: f"#{name}")
    made = orders(sheet)
    groups, issues = list(_groups(made, sheet)), list(_issues(sheet))
    care = _care_plan(made, groups, issues, sheet)
    inside = [*(order.resource for order in made), *groups, *issues]
    sources = [one | {"target": [{"reference": "#"}]} for one in _provenance(made, [], sheet)]
    head = {key: care.pop(key) for key in ("resourceType", "id", "meta")}
    return narrated({**head, "contained": [*inside, *sources], **care})


def own_reference(label: str | None) -> str | None:
    """How a record's own patient is referred to; None where the label cannot be an id.

    >>> own_reference("123"), own_reference("J. Doe")
    ('Patient/123', None)
    """
    return f"Patient/{label}" if label and ID.fullmatch(label) else None


def _subject(plan: Plan, reference: str | None) -> Json:
    label = " ".join((plan.patient or "").split()) or "the patient of this plan"
    return {"reference": reference} if reference else {"display": label}


def _instant(plan: Plan) -> str:
    """The beginning of the plan's day: a clock would make every bundle another one."""
    return f"{plan.on.isoformat()}T00:00:00Z"


# ---------------------------------------------------------------- the care plan


def _care_plan(made: Sequence[Order], groups: Sequence[Json], issues: Sequence[Json], sheet: Sheet) -> Json:
    plan = sheet.plan
    grouped = {_target(one) for group in groups for one in group["action"][0]["action"]}
    warned = [order.resource for order in made if order.resource["resourceType"] == "DetectedIssue"]
    asked = [order.resource for order in made if order.resource["resourceType"] != "DetectedIssue"]
    alone = [one for one in asked if sheet.link(one["id"]) not in grouped]
    return full(
        {
            **top("CarePlan", sheet),
            "instantiatesCanonical": [canonical(sheet.guideline, "PlanDefinition")],
            **standing(sheet),
            "title": sheet.guideline.title,
            "description": plan.headline,
            "subject": sheet.subject,
            "period": {"start": plan.on.isoformat()},
            "created": plan.on.isoformat(),
            "supportingInfo": [_to(one, sheet) for one in (*warned, *issues)],
            "activity": [
                *({"reference": _to(one, sheet)} for one in (*groups, *alone)),
                *({"detail": _detail(line, sheet)} for line in plan.advice if line.action in _LONE),
            ],
            "note": list(_notes(sheet)),
        }
    )


def _to(resource: Json, sheet: Sheet) -> Json:
    return {"reference": sheet.link(resource["id"]), "type": resource["resourceType"]}


def _target(action: Json) -> str:
    return str(action["resource"]["reference"])


def _detail(line: Line, sheet: Sheet) -> Json:
    """A line that no request stands for, in words."""
    facts = sheet.guideline.facts
    open_ = [f"may apply; not yet known: {', '.join(words(n, facts) for n in line.if_)}"] if line.if_ else []
    open_ += [f"unless, not yet known: {', '.join(words(n, facts) for n in line.unless)}"] if line.unless else []
    return full(
        {
            "instantiatesCanonical": [canonical(sheet.guideline, "ActivityDefinition", line.rule)],
            "code": concept(f"{line.action}: {line.rule}"),
            "status": "not-started",
            "statusReason": concept("; ".join(open_)) if open_ else None,
            "description": f"{line.text} Sources: {'; '.join(map(cited, line.citations))}",
        }
    )


def _notes(sheet: Sheet) -> Iterator[Json]:
    """What the reader must know beside the advice: how far the review has come, notices, what to ask."""
    plan = sheet.plan
    yield {"text": f"Review status of the guideline: {plan.guideline['status']}. Phase: {plan.phase}."}
    for name, verdict in plan.decisions.items():
        yield {"text": f"Decision {name}: {_verdict(verdict)}."}
    yield from ({"text": f"{notice.kind}: {notice.text}"} for notice in plan.notices)
    for question in plan.ask:
        yield {"text": f"To ask ({question.fact}): {question.question}"}


def _verdict(verdict: Verdict) -> str:
    parts = (("", verdict.rules), ("may apply: ", verdict.contenders), ("superseded: ", verdict.superseded))
    return "; ".join([verdict.outcome, *(f"{word}{', '.join(names)}" for word, names in parts if names)])


# ---------------------------------------------------------------- choices


def _groups(made: Sequence[Order], sheet: Sheet) -> Iterator[Json]:
    """A RequestGroup for each choice: several treatments or ways of one decision, or one that is not settled."""
    choices: dict[str, list[Order]] = {}
    for order in made:
        if order.resource["resourceType"] == "MedicationRequest":
            choices.setdefault(order.line.decision or order.line.rule, []).append(order)
    for name, options in choices.items():
        if len(options) > 1 or options[0].line.certainty == "provisional":
            yield _group(name, options, sheet)


def _group(name: str, options: Sequence[Order], sheet: Sheet) -> Json:
    """One choice, of which at most one way is taken."""
    inner = {
        "title": name,
        "groupingBehavior": "logical-group",
        "selectionBehavior": "at-most-one",
        "action": [_option(order, sheet) for order in options],
    }
    return full(
        {
            **top("RequestGroup", sheet, name),
            "instantiatesCanonical": [canonical(sheet.guideline, "PlanDefinition")],
            **standing(sheet, next((o.line for o in options if o.line.certainty == "provisional"), options[0].line)),
            "subject": sheet.subject,
            "authoredOn": sheet.plan.on.isoformat(),
            "action": [inner],
        }
    )


def _option(order: Order, sheet: Sheet) -> Json:
    """One way, with the condition of its rule as the guideline's library defines it."""
    resource = order.resource
    rule = next(rule for rule in sheet.guideline.rules if rule.name == order.line.rule)
    return {
        "title": f"{order.line.rule}: {resource['dosageInstruction'][0]['text']}",
        "description": " ".join(note["text"] for note in resource["note"]),
        "condition": [applicable(rule, sheet.guideline)],
        "resource": _to(resource, sheet),
    }


# ---------------------------------------------------------------- gaps and conflicts, sources


def _issues(sheet: Sheet) -> Iterator[Json]:
    """Silence and conflict, said as loudly as a warning."""
    for number, notice in enumerate(sheet.plan.notices, 1):
        if notice.kind in ("gap", "conflict"):
            yield issue(sheet, f"{notice.kind} {number}", notice.kind, notice.text, "moderate")


def _provenance(made: Sequence[Order], others: Sequence[Json], sheet: Sheet) -> list[Json]:
    """Where everything comes from: one record for all resources with the same sources, one for the rest."""
    by_source: dict[tuple[Reference, ...], list[Json]] = {}
    for order in made:
        by_source.setdefault(order.line.citations, []).append(order.resource)
    every = tuple(dict.fromkeys(ref for line in sheet.plan.advice for ref in line.citations))
    groups = [*by_source.items(), *([(every, list(others))] if others else [])]
    return [_origin(sources, targets, number, sheet) for number, (sources, targets) in enumerate(groups, 1)]


def _origin(sources: Sequence[Reference], targets: Sequence[Json], number: int, sheet: Sheet) -> Json:
    plan, here = sheet.plan, base(sheet.guideline)
    guideline = {
        "identifier": {"system": f"{here}/guideline-digest", "value": plan.guideline["digest"]},
        "display": f"{sheet.guideline.title}, version {plan.guideline['version']} of {plan.guideline['updated']}",
    }
    entities = [{"role": "derivation", "what": guideline}]
    for one in sources:
        named = {"system": f"{address(sheet.guideline, 'PlanDefinition')}/reference", "value": one.key}
        entities.append({"role": "source", "what": {"identifier": named, "display": cited(one)}})
    return {
        **top("Provenance", sheet, str(number)),
        "target": [_to(one, sheet) for one in targets],
        "recorded": _instant(plan),
        "agent": [{"who": {"display": "posology"}}],
        "entity": entities,
    }

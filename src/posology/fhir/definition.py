"""A guideline's rules as FHIR R4: one PlanDefinition, and an ActivityDefinition for each rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..backends.cql import name as quoted
from ..backends.cql import rule_name
from ..backends.english import deed, phrase, regimen
from ..model import Decision, Give, Guideline, Reference, Rule, Statement
from .make import URGENCY, Json, address, canonical, cited, codings, concept, full, identity, meta
from .timing import dosage

_KINDS = {"give": "MedicationRequest", "check": "ServiceRequest", "refer": "ServiceRequest"}
"""Action → the request that is made of it; the others ask for nothing that FHIR has a request for."""


def top(kind: str, guideline: Guideline, title: str, name: str = "") -> Json:
    """The beginning of every definition. It is a draft until the guideline is approved."""
    own = identity(guideline.id, name)
    return {
        "resourceType": kind,
        "id": own,
        "meta": meta(guideline, guideline.digest, guideline.status),
        "url": address(guideline, kind, name),
        "version": guideline.version,
        "name": computable(own),
        "title": title,
        "status": "active" if guideline.status == "approved" else "draft",
        "experimental": False,
        "date": guideline.updated.isoformat(),
    }


def computable(name: str) -> str:
    """A name as a program may use it.

    >>> computable("some-guideline-2")
    'SomeGuideline2'
    """
    joined = "".join(word[:1].upper() + word[1:] for word in name.replace("_", "-").replace(".", "-").split("-"))
    return joined if joined[:1].isalpha() else f"G{joined}"


def particulars(guideline: Guideline) -> Json:
    """What the front matter says of the whole: what for, under which license, with which warning."""
    said = {"description": "question", "purpose": "source", "usage": "disclaimer", "copyright": "licence"}
    return full({element: str(guideline.meta.get(key, "")) for element, key in said.items()})


def applicable(rule: Rule, guideline: Guideline) -> Json:
    """The condition under which a rule applies: its definition in the guideline's library, and in words."""
    return {
        "kind": "applicability",
        "expression": {
            "description": phrase(rule.when, guideline.facts),
            "language": "text/cql",
            "expression": quoted(rule_name(rule, guideline.facts)),
            "reference": canonical(guideline, "Library"),
        },
    }


# ---------------------------------------------------------------- the plan


def plan_definition(guideline: Guideline) -> Json:
    """The whole guideline: each decision with the rules that compete for it, then each rule that only adds."""
    decided = [_decision(decision, guideline) for decision in guideline.decisions.values()]
    lone = [_action(one, guideline) for one in guideline.statements if one.rule and not one.rule.decision]
    return full(
        {
            **top("PlanDefinition", guideline, guideline.title),
            **particulars(guideline),
            "type": {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/plan-definition-type",
                        "code": "clinical-protocol",
                        "display": "Clinical Protocol",
                    }
                ]
            },
            "relatedArtifact": sources(guideline.references.values()),
            "library": [canonical(guideline, "Library")],
            "action": [*(one for one in decided if one), *lone],
        }
    )


def sources(references: Iterable[Reference]) -> list[Json]:
    """Each source, with what it is and how it stands in the article."""
    return [
        full({"type": "citation", "label": one.key, "display": cited(one), "citation": one.detail})
        for one in references
    ]


def _decision(decision: Decision, guideline: Guideline) -> Json | None:
    """The rules of one decision, of which at most one is taken; which one is said where it is not plain."""
    ruled = [one for one in guideline.statements if one.rule and one.rule.decision == decision.name]
    if not ruled:
        return None
    shortest = "Of the rules that apply, the shortest interval wins."
    how = "Exactly one rule applies." if decision.choose == "one" else shortest
    said = f"{how} For: {phrase(decision.scope, guideline.facts)}."
    after = f" It comes after {decision.after}." if decision.after else ""
    return {
        "title": decision.name,
        "description": said + after,
        "groupingBehavior": "logical-group",
        "selectionBehavior": "at-most-one",
        "action": [_action(one, guideline) for one in ruled],
    }


def _action(statement: Statement, guideline: Guideline) -> Json:
    """One rule: its sentence, its condition and what it asks for."""
    rule = statement.rule
    assert rule is not None
    urgency = URGENCY.get(rule.action.urgency or "")
    return full(
        {
            "title": statement.name,
            "description": statement.text,
            "textEquivalent": f"{statement.text} ({statement.origin})",
            "priority": urgency,
            "documentation": sources(guideline.references[key] for key in statement.citations),
            "condition": [applicable(rule, guideline)],
            **_asked(statement, rule, guideline),
        }
    )


def _asked(statement: Statement, rule: Rule, guideline: Guideline) -> Json:
    """The activity of a rule, or the ways from which one is chosen."""
    names = activity_names(rule)
    if len(names) == 1:
        return {"definitionCanonical": canonical(guideline, "ActivityDefinition", names[0])}
    ways = [
        {"title": regimen(give), "definitionCanonical": canonical(guideline, "ActivityDefinition", name)}
        for name, give in zip(names, rule.action.gives, strict=True)
    ]
    return {"groupingBehavior": "logical-group", "selectionBehavior": "at-most-one", "action": ways}


# ---------------------------------------------------------------- activities


def activity_names(rule: Rule) -> list[str]:
    """The names of a rule's activities: its own, then with a number for each further way of giving."""
    ways = max(len(rule.action.gives), 1)
    return [rule.name, *(f"{rule.name}-{number}" for number in range(2, ways + 1))]


def activities(guideline: Guideline) -> Iterator[Json]:
    """What each rule asks for."""
    for statement in guideline.statements:
        if statement.rule:
            gives: Sequence[Give | None] = statement.rule.action.gives or (None,)
            for name, give in zip(activity_names(statement.rule), gives, strict=True):
                yield _activity(name, give, statement, statement.rule, guideline)


def _activity(name: str, give: Give | None, statement: Statement, rule: Rule, guideline: Guideline) -> Json:
    kind = _KINDS.get(rule.action.kind, "CommunicationRequest")
    asked = full({"code": concept(deed(rule.action, guideline.facts))}) if give is None else _given(give, guideline)
    title = f"{statement.name}: {regimen(give) if give else rule.action.kind}"
    return full(
        {
            **top("ActivityDefinition", guideline, title, name),
            "description": statement.text,
            "relatedArtifact": sources(guideline.references[key] for key in statement.citations),
            "library": [canonical(guideline, "Library")],
            "kind": kind,
            "intent": "proposal",
            "priority": URGENCY.get(rule.action.urgency or ""),
            **asked,
        }
    )


def _given(give: Give, guideline: Guideline) -> Json:
    return {
        "productCodeableConcept": concept(give.drug.replace("_", " "), codings(guideline, "drug", give.drug)),
        "dosage": [dosage(give, [], guideline)],
    }

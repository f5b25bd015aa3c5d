"""What a guideline holds, as data: the shapes that the API and the article's JSON send."""

from __future__ import annotations

from typing import Any

from ..answer.asked.coverage import Aspect, Coverage
from ..answer.ground import Ground
from ..backends.english import phrase
from ..backends.table import decision_table
from ..model import Decision, Fact, Guideline, Statement
from ..plan.plan import particulars
from ..plan.shape import citation_json, number
from ..reviewing.comparing import english
from .article import grid, headline


def guideline_json(guideline: Guideline) -> dict[str, Any]:
    """A guideline in brief."""
    return {
        **particulars(guideline),
        "title": guideline.title,
        "question": str(guideline.meta.get("question", "")),
        "next_review": str(guideline.meta.get("next_review", "")) or None,
        "statements": len(guideline.statements),
        "rules": len(guideline.rules),
    }


def article_json(ground: Ground) -> dict[str, Any]:
    """A whole guideline."""
    guideline = ground.guideline
    return {
        "guideline": guideline_json(guideline),
        "headline": headline(guideline).text,
        "statements": [statement_json(one, guideline) for one in guideline.statements],
        "decisions": [decision_json(one, guideline) for one in guideline.decisions.values()],
        "facts": [fact_json(one) for one in guideline.facts.values()],
        "references": references_json(guideline),
        "coverage": coverage_json(ground.coverage),
        "disclaimer": str(guideline.meta.get("disclaimer", "")),
        "source": str(guideline.meta.get("source", "")),
    }


def statement_json(statement: Statement, guideline: Guideline) -> dict[str, Any]:
    """A statement in the words of each reader, with its rule in plain English and its sources."""
    return {
        "name": statement.name,
        "text": statement.text,
        "patient": statement.patient,
        "student": statement.student,
        "kind": statement.kind,
        "restates": statement.restates or None,
        "origin": statement.origin,
        "number": statement.number or None,
        "heading": list(statement.place.heading[1:]),
        "action": statement.rule.action.kind if statement.rule else None,
        "decision": statement.rule.decision if statement.rule else None,
        "english": english(statement, guideline),
        "citations": [citation_json(guideline.references[key]) for key in statement.citations],
        "remarks": [{"kind": r.kind, "text": r.text, "citations": list(r.citations)} for r in statement.remarks],
    }


def decision_json(decision: Decision, guideline: Guideline) -> dict[str, Any]:
    """A decision as a table: for whom, how it chooses, the ways in which each rule applies, worked examples."""
    cells = grid(decision_table(decision, guideline.rules, guideline.facts))
    return {
        "name": decision.name,
        "choose": decision.choose,
        "origin": decision.origin,
        "for": phrase(decision.scope, guideline.facts),
        "after": decision.after,
        "rules": list(decision.rules),
        "table": {"head": list(cells.head), "rows": [list(row) for row in cells.rows]},
        "examples": [
            {"facts": {name: number(value) for name, value in one.facts.items()}, "outcome": one.outcome}
            for one in decision.examples
        ],
    }


def fact_json(fact: Fact) -> dict[str, Any]:
    """A fact that may be stated."""
    return {
        "name": fact.name,
        "kind": fact.kind,
        "unit": fact.unit or None,
        "range": [number(fact.low), number(fact.high)] if fact.kind == "number" else None,
        "choices": list(fact.choices),
        "question": fact.question,
        "patient_question": fact.patient_question,
        "group": fact.group,
    }


def references_json(guideline: Guideline) -> list[dict[str, Any]]:
    """The sources, with the statements that cite each."""
    return [
        {
            **citation_json(one),
            "detail": one.detail,
            "cited_by": [s.name for s in guideline.statements if key in s.citations],
        }
        for key, one in guideline.references.items()
    ]


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    """What may be asked, and what is not said."""
    aspects = coverage.aspects.values()
    return {
        "covered": [_aspect(one) for one in aspects if one.kind in ("general", "about")],
        "not_covered": [{"name": one.name, "called": one.called} for one in aspects if one.kind == "silent"],
        "other_topics": [neighbor.name for neighbor in coverage.neighbors],
    }


def _aspect(aspect: Aspect) -> dict[str, Any]:
    return {
        "name": aspect.name,
        "called": aspect.called,
        "kind": aspect.kind,
        "example": aspect.next,
        "statements": list(aspect.every),
    }

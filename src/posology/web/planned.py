"""The page of a plan, the same plan with one fact changed beside it, and the plan as a file."""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException, Response
from markupsafe import Markup

from ..model import Patient, Question
from ..plan.plan import plan
from ..show import path as way
from ..show import timeline, words
from ..show.sheet import sheet
from ..show.steps import steps
from ..show.view import View
from .changed import changed
from .compared import differences
from .desk import CALLED, Desk
from .downloads import download, forms
from .filling import form
from .form import Typed, Wrong, pairs, read
from .render import page


def planned(at: Desk, what: Typed) -> Response:
    """The page of a plan, or the form with every fault."""
    found, wrong = read(what, at.guideline)
    if wrong:
        return form(at, what, wrong)
    view = _view(at, found)
    taken, shown = steps(view), sheet(view)
    return page(
        at.request, at.house, "plan_result.html", guideline=at.guideline, plan=view.plan, view=view, sheet=shown,
        parts={part.key: part for part in shown.parts}, taken=taken, timeline=Markup(timeline.drawn(view)),
        way=Markup(way.drawn(taken, view)) if taken else "", ask=[_asked(one, view) for one in view.plan.ask],
        state=list(pairs(what)), forms=forms(), every=at.choices, cited_at="", **CALLED,
    )  # fmt: skip


def _view(at: Desk, found: Patient) -> View:
    return View(plan(at.guideline, found, audience=at.reader), at.guideline, at.reader)


def _asked(question: Question, view: View) -> dict[str, Any]:
    """A question with its answers, and what each of them would lead to."""
    fact, leads = view.guideline.facts[question.fact], dict(question.answers)
    values = (True, False) if fact.kind == "yes/no" else fact.choices
    answers = [(words.value(value), value, view.rules(leads.get(value, ()))) for value in values]
    return {
        "fact": fact.name,
        "question": question.question,
        "answers": [(said if isinstance(value, bool) else value, said, rules) for said, value, rules in answers],
        "changes": view.rules(question.would_change),
    }


# ---------------------------------------------------------------- what if


def what_if(at: Desk) -> Response:
    """Both plans side by side, when one fact is another; until fact and value are chosen, the choice of them."""
    what, (name, value) = at.typed, _chosen(at)
    found, wrong = read(what, at.guideline)
    if wrong:
        return form(at, what, wrong)
    field = at.fields.get(name)
    if field is None:
        return _if_page(at, what, fault=Wrong("if-fact", "", "No fact was chosen.", "Choose one of the list."))
    if not value:
        nothing = Wrong(f"f-{name}", field.name, "No value was chosen.", "Say what it would be.")
        return _if_page(at, what, field_of=field, fault=nothing if at.sent.get("do") == "compare" else None)
    other = changed(what, name, value, at.guideline)
    then, wrong = read(other, at.guideline)
    if wrong:
        return _if_page(at, what, field_of=field, value=value, fault=wrong[0])
    before, after = _view(at, found), _view(at, then)
    said = words.value(value) if field.options else f"{value} {field.unit}"
    return _if_page(
        at, what, field_of=field, value=value, before=before, after=after, parts=differences(before, after),
        other=list(pairs(other)), said_value="not known" if value == "unknown" else said,
    )  # fmt: skip


def _chosen(at: Desk) -> tuple[str, str]:
    """The fact that is to be another, and its value: from an answer's button, or from fields of their own."""
    name, _, value = at.sent.get("if").partition("=")
    return (name, value) if name else (at.sent.get("if-fact"), _typed_value(at))


def _typed_value(at: Desk) -> str:
    """The value that was typed; a number wins over the box beside it."""
    said = [text.strip() for name, text in at.sent.pairs if name == "if-value" and text.strip()]
    return next((text for text in said if text != "unknown"), said[0] if said else "")


def _if_page(at: Desk, what: Typed, **more: Any) -> Response:
    empty: dict[str, Any] = {"field_of": None, "value": "", "fault": None, "parts": (), "before": None, "after": None}
    told = empty | {"other": [], "said_value": "", "state": list(pairs(what)), "every": at.choices} | more | CALLED
    told["cited_at"] = f"/guidelines/{at.guideline.id}"
    return page(at.request, at.house, "plan_if.html", 422 if told["fault"] else 200, guideline=at.guideline, **told)


# ---------------------------------------------------------------- files


def as_file(at: Desk, name: str) -> Response:
    """The plan as a file."""
    chosen = next((one for one in forms() if one.name == name), None)
    if chosen is None:
        raise HTTPException(404)
    found, wrong = read(at.typed, at.guideline)
    if wrong:
        return form(at, at.typed, wrong)
    called, content = download(chosen, found, at.guideline, at.reader)
    headers = {"content-disposition": f'attachment; filename="{called}"'}
    return Response(content, media_type=chosen.kind, headers=headers)

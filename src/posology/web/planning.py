"""The plan pages: the form, the plan, and "what if". Facts travel in bodies only, and nothing of them is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from ..findings import Finding, Refused
from ..model import Guideline, Patient
from ..plan.advice import Audience
from ..plan.plan import plan
from ..read.patient import drugs, tests
from ..read.regimens import ROUTES, snake
from ..show import path as way
from ..show import timeline, words
from ..show.sheet import sheet
from ..show.steps import said_of, steps
from ..show.view import View
from .changed import changed
from .compared import differences
from .deciding import so_far, with_questions
from .downloads import download, forms
from .form import DOSE_KEYS, MOST_ROWS, RESULT_KEYS, Typed, Wrong, fields, grouped, pairs, read, typed, written
from .house import House, guideline
from .looks import groups, is_day, lower_first, marked, slug
from .pasted import Kind, pasted
from .pages import A_YEAR
from .render import COOKIE, READERS, fragment, page, reader
from .uploaded import LARGEST, uploaded

MOST_FIELDS = 3 * 4 * MOST_ROWS


@dataclass(frozen=True, slots=True)
class Sent:
    """What a browser sent: the fields, and the file if there was one."""

    pairs: tuple[tuple[str, str], ...]
    file: bytes | None = None

    def get(self, name: str) -> str:
        """The last value of a field, else nothing."""
        return next((text for key, text in reversed(self.pairs) if key == name), "")


@dataclass(frozen=True, slots=True)
class Desk:
    """One request at work: who asked, of which guideline, for which reader, and what was sent."""

    request: Request
    house: House
    guideline: Guideline
    reader: Audience
    sent: Sent = Sent(())

    @property
    def typed(self) -> Typed:
        """What stands in the form."""
        return typed(self.sent.pairs, self.guideline)


def router(house: House) -> APIRouter:
    """The plan pages of a house."""
    made = APIRouter(include_in_schema=False)

    @made.get("/plan")
    def only() -> Response:
        if len(house.grounds) == 1:
            return RedirectResponse(f"/guidelines/{next(iter(house.grounds))}/plan", 307)
        return RedirectResponse("/", 307)

    @made.get("/guidelines/{name}/plan")
    def blank(request: Request, name: str) -> Response:
        return _form(_desk(request, house, name), Typed(on=date.today().isoformat()))

    @made.post("/guidelines/{name}/plan")
    async def sent(request: Request, name: str) -> Response:
        desk = replace(_desk(request, house, name), sent=await _sent(request))
        return await run_in_threadpool(_done, desk)

    @made.post("/guidelines/{name}/plan/for/{audience}")
    def read_as(request: Request, name: str, audience: str) -> Response:
        """The same page for another reader: the browser sends the same again, with its choice remembered."""
        if audience not in READERS:
            raise HTTPException(404)
        answer = RedirectResponse(f"/guidelines/{_desk(request, house, name).guideline.id}/plan", 307)
        answer.set_cookie(COOKIE, audience, max_age=A_YEAR, httponly=True, samesite="lax")
        return answer

    @made.post("/guidelines/{name}/plan/next")
    async def following(request: Request, name: str) -> Response:
        desk = replace(_desk(request, house, name), sent=await _sent(request))
        return HTMLResponse(await run_in_threadpool(_next, desk))

    @made.post("/guidelines/{name}/plan/what-if")
    async def otherwise(request: Request, name: str) -> Response:
        desk = replace(_desk(request, house, name), sent=await _sent(request))
        return await run_in_threadpool(_what_if, desk)

    @made.post("/guidelines/{name}/plan/as/{form}")
    async def taken(request: Request, name: str, form: str) -> Response:
        desk = replace(_desk(request, house, name), sent=await _sent(request))
        return await run_in_threadpool(_file, desk, form)

    return made


def _desk(request: Request, house: House, name: str) -> Desk:
    found = guideline(house, name)
    if found is None:
        raise HTTPException(404)
    return Desk(request, house, found, reader(request))


async def _sent(request: Request) -> Sent:
    """The fields of a body; of a file no more than is read of one."""
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
        fields_sent, file = [], None
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                file = await value.read(LARGEST + 1)
            else:
                fields_sent.append((name, value))
        return Sent(tuple(fields_sent), file)


# ---------------------------------------------------------------- the form


def _done(desk: Desk) -> Response:
    """Whatever button was pressed."""
    pressed = desk.sent.get("do")
    what, number = desk.typed, pressed.rsplit("-", 1)[-1]
    match pressed.removesuffix(number) if number.isdigit() else pressed:
        case "next" | "change":
            return _form(desk, what)
        case "clear":
            return _form(desk, Typed(on=date.today().isoformat()))
        case "add-dose":
            return _form(desk, what, blank=("dose",), open_at="doses")
        case "add-result":
            return _form(desk, what, blank=("result",), open_at="results")
        case "remove-dose-" if number.isdigit():
            return _form(desk, replace(what, doses=_less(what.doses, int(number))), open_at="doses")
        case "remove-result-" if number.isdigit():
            return _form(desk, replace(what, results=_less(what.results, int(number))), open_at="results")
        case "paste-dose":
            return _pasted(desk, what, "dose")
        case "paste-result":
            return _pasted(desk, what, "result")
        case "record":
            return _record(desk, what)
        case "sample":
            return _sample(desk, what)
        case _:
            return _planned(desk, what)


def _less(rows: tuple[Any, ...], number: int) -> tuple[Any, ...]:
    return rows[:number] + rows[number + 1 :]


def _planned(desk: Desk, what: Typed) -> Response:
    """The plan, or the form with every fault; rows that were pasted are shown first."""
    for kind in ("dose", "result"):
        if desk.sent.get(f"paste-{kind}").strip():
            return _pasted(desk, what, "dose" if kind == "dose" else "result")
    found, wrong = read(what, desk.guideline)
    return _form(desk, what, wrong) if wrong else _result(desk, what, found)


def _form(
    desk: Desk, what: Typed, wrong: Iterable[Wrong] = (), *, blank: tuple[Kind, ...] = (), open_at: str = "",
    said: tuple[str, ...] = (), keep: Mapping[str, str] | None = None, report: str = "", title: str = "",
) -> Response:  # fmt: skip
    """The form as it stands, with the next questions in its short part."""
    faults = tuple(wrong)
    now = so_far(what, desk.guideline, desk.reader)
    shown = with_questions(what, now)
    every = {one.fact: one for one in fields(desk.guideline, desk.reader)}
    rest = [one for one in every.values() if one.fact not in shown.asked]
    return page(
        desk.request, desk.house, "plan_form.html", 422 if faults else 200,
        guideline=desk.guideline, typed=shown, fields=every, more=grouped(rest), so_far=now, wrong=faults,
        at={fault.at: fault for fault in faults}, doses=_shown(shown.doses, DOSE_KEYS, "dose" in blank),
        results=_shown(shown.results, RESULT_KEYS, "result" in blank), open_at=open_at, said=said, keep=keep or {},
        report=report, sample=title, samples=_samples(desk),
        origins=[pair for pair in pairs(what) if pair[0] == "origins"], wrong_list=_listed(faults),
        open_groups={one.group for one in rest if any(f.at == f"f-{one.fact}" for f in faults)},
        **_lists(desk.guideline), **_TOLD,
    )  # fmt: skip


def _listed(faults: Iterable[Wrong]) -> list[dict[str, str]]:
    """The faults as the summary lists them, each with the way to its field."""
    return [{"text": f"{f.name}: {f.what} {f.do}", "href": f"#{f.at}" if f.at else ""} for f in faults]


_TOLD: dict[str, Any] = {
    "slug": slug, "is_day": is_day, "groups": groups, "lower_first": lower_first, "marked": marked, "phrase": words.title, "said_of": said_of
}  # fmt: skip
"""What the templates call."""


def _shown(rows: Iterable[Mapping[str, str]], keys: Iterable[str], more: bool) -> list[Mapping[str, str]]:
    """The rows, and an empty one where there is none or one more is wanted."""
    listed = list(rows)
    return listed if listed and not more else [*listed, dict.fromkeys(keys, "")]


def _lists(guideline: Guideline) -> dict[str, Any]:
    """The names that a row can have, each with its words."""
    named = [(name, guideline.facts.get(name)) for name in tests(guideline)]
    return {
        "drugs": [(name, words.value(name)) for name in drugs(guideline)],
        "routes": [(name, words.value(name)) for name in map(snake, ROUTES)],
        "tests": [(name, (fact.short or fact.phrase) if fact else words.value(name)) for name, fact in named],
        "units": sorted({fact.unit for fact in guideline.facts.values() if fact.unit and fact.unit != "years"}),
    }


def _samples(desk: Desk) -> list[tuple[str, str]]:
    """The invented patients that come with a guideline, by the words of their names."""
    return [(name, words.title(name)) for name in desk.house.samples.get(desk.guideline.id, {})]


def _next(desk: Desk) -> str:
    """What changes in the form while it is filled in: the plan so far, and the next questions."""
    what = desk.typed
    now = so_far(what, desk.guideline, desk.reader)
    shown = with_questions(what, now)
    every = {one.fact: one for one in fields(desk.guideline, desk.reader)}
    new = [every[name] for name in shown.asked if name not in what.asked]
    return fragment("plan_next.html", so_far=now, new=new, typed=what, reader=desk.reader, **_TOLD)


# ---------------------------------------------------------------- rows and records


def _pasted(desk: Desk, what: Typed, kind: Kind) -> Response:
    """The form with pasted rows in it, to be looked at; with a fault the paste stays where it is."""
    text = desk.sent.get(f"paste-{kind}")
    otherwise = {key: desk.sent.get(f"each-{key}") for key in ("drug", "dose", "route")} if kind == "dose" else {}
    if not text.strip():
        fault = Wrong(f"paste-{kind}", "Pasted rows", "Nothing was pasted.", "Copy the rows of a spreadsheet and paste them.")
        return _form(desk, what, [fault], open_at=f"paste-{kind}")
    found = pasted(text, kind, desk.guideline, otherwise)
    if found.faults:
        faults = [Wrong(f"paste-{kind}", f.place.capitalize(), f.what, f.do) for f in found.faults]
        keep = {f"paste-{kind}": text} | {f"each-{key}": told for key, told in otherwise.items()}
        return _form(desk, what, faults, open_at=f"paste-{kind}", keep=keep)
    rows = {"doses": (*what.doses, *found.rows)} if kind == "dose" else {"results": (*what.results, *found.rows)}
    count = len(found.rows)
    many = f"{count} {kind}{'s' * (count != 1)} read from what you pasted. Check the rows before you use them."
    return _form(desk, replace(what, **rows), open_at=f"{kind}s", said=(many, *found.said))


def _record(desk: Desk, what: Typed) -> Response:
    """The form as an uploaded record fills it; what was typed stays when the record cannot be read."""
    try:
        found = uploaded(desk.sent.file or b"", desk.guideline)
    except Refused as refused:
        faults = [Wrong("record", _placed(f), f.what, f.do) for f in refused.findings]
        return _form(desk, what, faults, open_at="start")
    filled = written(found.patient, desk.guideline)
    filled = filled if filled.on else replace(filled, on=date.today().isoformat())
    said = ("The record was read into the form. Check it before you use it.",)
    return _form(desk, filled, said=said, report=found.report)


def _placed(finding: Finding) -> str:
    return "The file" if finding.place in ("record", "the file") else f"The file, {finding.place}"


def _sample(desk: Desk, what: Typed) -> Response:
    name = desk.sent.get("sample")
    content = desk.house.samples.get(desk.guideline.id, {}).get(name)
    if content is None:
        fault = Wrong("sample", "Invented patient", "No patient was chosen.", "Choose one of the list.")
        return _form(desk, what, [fault], open_at="start")
    filled = written(uploaded(content, desk.guideline).patient, desk.guideline)
    return _form(desk, filled, title=words.title(name))


# ---------------------------------------------------------------- the plan


def _result(desk: Desk, what: Typed, found: Patient) -> Response:
    """The page of a plan."""
    made = plan(desk.guideline, found, audience=desk.reader)
    view = View(made, desk.guideline, desk.reader)
    taken = steps(view)
    return page(
        desk.request, desk.house, "plan_result.html", guideline=desk.guideline, plan=made, view=view,
        sheet=(shown := sheet(view)), parts={part.key: part for part in shown.parts}, taken=taken,
        timeline=Markup(timeline.drawn(view)), way=Markup(way.drawn(taken, view)) if taken else "",
        state=list(pairs(what)), forms=forms(), ask=_asked(desk, view),
        every=_choices(desk), **_TOLD,
    )  # fmt: skip


def _asked(desk: Desk, view: View) -> list[dict[str, Any]]:
    """Each question with its answers, and what each of them would lead to."""
    found = []
    for question in view.plan.ask:
        fact = desk.guideline.facts[question.fact]
        told = dict(question.answers)
        values = (True, False) if fact.kind == "yes/no" else fact.choices
        answers = [
            (_written(value), words.value(value), view.rules(told.get(value, ()))) for value in values
        ]  # fmt: skip
        found.append(
            {"fact": fact.name, "kind": fact.kind, "question": question.question, "answers": answers,
             "changes": view.rules(question.would_change), "unit": words.unit(fact.unit)}
        )  # fmt: skip
    return found


def _written(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _choices(desk: Desk) -> dict[str, list[tuple[str, str]]]:
    """Every fact by its group, for "what if"."""
    groups = grouped(fields(desk.guideline, desk.reader))
    return {group: [(one.fact, one.name) for one in listed] for group, listed in groups.items()}


def _what_if(desk: Desk) -> Response:
    """Both plans side by side, when one fact is another."""
    what, chosen = desk.typed, desk.sent.get("if")
    name, _, value = chosen.partition("=") if "=" in chosen else (desk.sent.get("if-fact"), "", desk.sent.get("if-value"))
    found, wrong = read(what, desk.guideline)
    if wrong:
        return _form(desk, what, wrong)
    every = {one.fact: one for one in fields(desk.guideline, desk.reader)}
    context = {
        "guideline": desk.guideline, "state": list(pairs(what)),
        "every": _choices(desk), "field_of": every.get(name), "value": value.strip(), "fault": None, "parts": (),
        "before": None, "after": None, "other": [], "said_value": "", **_TOLD,
    }  # fmt: skip
    if name not in every or not context["value"]:
        if name not in every or desk.sent.get("do") == "compare":
            context["fault"] = Wrong("if-fact" if name not in every else f"f-{name}", "What if", "Nothing was chosen.", "Choose a fact and its value.")
        return page(desk.request, desk.house, "plan_if.html", 422 if context["fault"] else 200, **context)
    other = changed(what, name, value.strip(), desk.guideline)
    then, wrong = read(other, desk.guideline)
    if wrong:
        context["fault"] = wrong[0]
        return page(desk.request, desk.house, "plan_if.html", 422, **context)
    said = words.value(value) if every[name].options else f"{value} {every[name].unit}"
    return page(desk.request, desk.house, "plan_if.html", **(context | _both(desk, found, then, other, said)))


def _both(desk: Desk, found: Patient, then: Patient, other: Typed, said: str) -> dict[str, Any]:
    before, after = (View(plan(desk.guideline, one, audience=desk.reader), desk.guideline, desk.reader) for one in (found, then))
    return {"before": before, "after": after, "parts": differences(before, after), "other": list(pairs(other)), "said_value": said}


def _file(desk: Desk, name: str) -> Response:
    """The plan as a file."""
    form = next((form for form in forms() if form.name == name), None)
    if form is None:
        raise HTTPException(404)
    found, wrong = read(desk.typed, desk.guideline)
    if wrong:
        return _form(desk, desk.typed, wrong)
    called, content = download(form, found, desk.guideline, desk.reader)
    headers = {"content-disposition": f'attachment; filename="{called}"'}
    return Response(content, media_type=form.kind, headers=headers)

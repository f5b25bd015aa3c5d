"""The form of a plan while it is filled in: rows added, pasted and removed, records read, the next question asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from fastapi import Response

from ..findings import Finding, Refused
from ..model import Guideline
from ..read.patient import drugs, routes, tests
from ..show import words
from .consultation import CALLED, Consultation
from .deciding import so_far, with_questions
from .form import DOSE_KEYS, RESULT_KEYS, Typed, Wrong, grouped, pairs, written
from .pasted import Kind, pasted
from .render import fragment, page
from .uploaded import uploaded

NAMES = {"dose": "Doses", "result": "Results"}


def blank() -> Typed:
    """An empty form: only the day stands in it."""
    return Typed(on=date.today().isoformat())


def form(
    at: Consultation, what: Typed, wrong: Iterable[Wrong] = (), *, more: str = "", open_at: str = "",
    said: tuple[str, ...] = (), keep: Mapping[str, str] | None = None, report: str = "", sample: str = "",
) -> Response:  # fmt: skip
    """The form as it stands, with the next questions in its short part.

    ``more`` names the rows of which one more is wanted, ``open_at`` the part that is not folded; ``said`` is what
    was just done, ``keep`` what else was typed.
    """
    faults = tuple(wrong)
    now = so_far(what, at.guideline, at.reader)
    shown = with_questions(what, now)
    rest = [one for one in at.fields.values() if one.fact not in shown.asked]
    places = {fault.at for fault in faults}
    return page(
        at.request, at.house, "plan_form.html", 422 if faults else 200,
        guideline=at.guideline, typed=shown, fields=at.fields, more=grouped(rest), so_far=now, wrong=faults,
        at={fault.at: fault for fault in faults}, wrong_list=_listed(faults),
        open_groups={one.group for one in rest if f"f-{one.fact}" in places},
        doses=_rows(shown.doses, DOSE_KEYS, more == "dose"),
        results=_rows(shown.results, RESULT_KEYS, more == "result"),
        origins=[pair for pair in pairs(what) if pair[0] == "origins"], open_at=open_at, said=said, keep=keep or {},
        report=report, sample=sample, samples=_samples(at), **_lists(at.guideline), **CALLED,
    )  # fmt: skip


def _listed(faults: Iterable[Wrong]) -> list[dict[str, str]]:
    """The faults as the summary lists them, each with the way to its field."""
    return [{"text": f"{f.name}: {f.what} {f.do}", "href": f"#{f.at}" if f.at else ""} for f in faults]


def _rows(rows: Iterable[Mapping[str, str]], keys: Iterable[str], more: bool) -> list[Mapping[str, str]]:
    """The rows, and an empty one where there is none or one more is wanted."""
    listed = list(rows)
    return listed if listed and not more else [*listed, dict.fromkeys(keys, "")]


def _lists(guideline: Guideline) -> dict[str, Any]:
    """The names that a row can have, each with its words."""
    named = [(name, guideline.facts.get(name)) for name in tests(guideline)]
    return {
        "drugs": [(name, words.value(name)) for name in drugs(guideline)],
        "routes": [(name, words.value(name)) for name in routes(guideline)],
        "tests": [(name, (fact.short or fact.phrase) if fact else words.value(name)) for name, fact in named],
        "units": sorted({fact.unit for _, fact in named if fact}),
    }


def _samples(at: Consultation) -> list[tuple[str, str]]:
    """The invented patients that come with a guideline, by the words of their names."""
    return [(name, words.title(name)) for name in at.house.samples.get(at.guideline.id, {})]


def following(at: Consultation) -> str:
    """What changes in the form while it is filled in: the plan so far, and the next questions."""
    what = at.typed
    now = so_far(what, at.guideline, at.reader)
    shown = with_questions(what, now)
    new = [at.fields[name] for name in shown.asked if name not in what.asked]
    return fragment("plan_next.html", so_far=now, new=new, typed=what, reader=at.reader, **CALLED)


# ---------------------------------------------------------------- rows


def without(at: Consultation, what: Typed, kind: str, number: int) -> Response:
    """The form without one of its rows."""
    if kind == "dose":
        return form(at, replace(what, doses=what.doses[:number] + what.doses[number + 1 :]))
    return form(at, replace(what, results=what.results[:number] + what.results[number + 1 :]))


def with_pasted(at: Consultation, what: Typed, kind: Kind) -> Response:
    """The form with pasted rows in it, to be looked at; with a fault the paste stays where it is."""
    here = f"paste-{kind}"
    text = at.sent.get(here)
    each = {key: at.sent.get(f"each-{key}") for key in ("drug", "dose", "route")} if kind == "dose" else {}
    if not text.strip():
        do = "Copy the rows of a spreadsheet and paste them."
        return form(at, what, [Wrong(here, NAMES[kind], "Nothing was pasted.", do)], open_at=here)
    found = pasted(text, kind, at.guideline, each)
    if found.faults:
        faults = [Wrong(here, f"{NAMES[kind]}, {fault.place}", fault.what, fault.do) for fault in found.faults]
        keep = {here: text} | {f"each-{key}": told for key, told in each.items()}
        return form(at, what, faults, open_at=here, keep=keep)
    count = len(found.rows)
    many = f"{count} {kind}{'s' * (count != 1)} read from what you pasted. Check the rows before you use them."
    if kind == "dose":
        what = replace(what, doses=(*what.doses, *found.rows))
    else:
        what = replace(what, results=(*what.results, *found.rows))
    return form(at, what, said=(many, *found.said))


# ---------------------------------------------------------------- records


def with_record(at: Consultation, what: Typed) -> Response:
    """The form as an uploaded record fills it; what was typed stays when the record cannot be read."""
    try:
        found = uploaded(at.sent.file or b"", at.guideline)
    except Refused as refused:
        faults = [Wrong("record", _placed(fault), fault.what, fault.do) for fault in refused.findings]
        return form(at, what, faults, open_at="start")
    filled = written(found.patient, at.guideline)
    filled = filled if filled.on else replace(filled, on=blank().on)
    said = ("The record was read into the form. Check it before you use it.",)
    return form(at, filled, said=said, report=found.report)


def _placed(finding: Finding) -> str:
    return "The file" if finding.place in ("record", "the file") else f"The file, {finding.place}"


def with_sample(at: Consultation, what: Typed) -> Response:
    """The form as one of the invented patients fills it."""
    name = at.sent.get("sample")
    content = at.house.samples.get(at.guideline.id, {}).get(name)
    if content is None:
        fault = Wrong("sample", "Invented patient", "No patient was chosen.", "Choose one of the list.")
        return form(at, what, [fault], open_at="start")
    return form(at, written(uploaded(content, at.guideline).patient, at.guideline), sample=words.title(name))

"""A plan on paper: the clinician's sheet and the patient's leaflet, typeset by Typst as tagged PDF (PDF/UA-1).

The words go to the template as data, never as markup, so nothing that anybody wrote is executed. The
date of the plan is the date of the file and only Typst's own fonts are used, so the same plan gives
the same bytes on every machine.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ..model import Guideline, Plan
from . import path as way
from . import timeline as course
from . import words
from .sheet import sheet
from .steps import steps
from .view import View
from .words import Audience

_FONT = "Libertinus Serif"


def pdf(plan: Plan, guideline: Guideline, audience: Audience = "clinician") -> bytes:
    """The sheet for clinicians and students, the leaflet for patients, as the bytes of a PDF.

    A letter that Typst's fonts lack is taken from the machine's; one that no font has costs the
    file its standard (it would be unreadable to a screen reader), but not its existence.
    """
    import typst

    words = json.dumps(_data(View(plan, guideline, audience)), ensure_ascii=False)
    template = Path(__file__).with_name("patient.typ" if audience == "patient" else "clinician.typ")
    for fonts_of_the_machine in (False, True):
        try:
            return _set(template, words, plan, fonts_of_the_machine, standard=True)
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
    return _set(template, words, plan, True, standard=False)


def _set(template: Path, words: str, plan: Plan, fonts_of_the_machine: bool, standard: bool) -> bytes:
    import typst

    return typst.compile(
        str(template),
        root=str(template.parent),
        format="pdf",
        ignore_system_fonts=not fonts_of_the_machine,
        sys_inputs={"sheet": words},
        pdf_standards=["ua-1"] if standard else [],
        timestamp=int(datetime(plan.on.year, plan.on.month, plan.on.day, tzinfo=UTC).timestamp()),
    )


def listed(data: dict[str, Any], on: date) -> bytes:
    """A list of patients to be called (`register.recall.sheets`), as the bytes of a PDF."""
    import typst

    template = Path(__file__).with_name("recall.typ")
    return typst.compile(
        str(template),
        root=str(template.parent),
        format="pdf",
        sys_inputs={"sheet": json.dumps(data, ensure_ascii=False)},
        timestamp=int(datetime(on.year, on.month, on.day, tzinfo=UTC).timestamp()),
    )


def _data(view: View) -> dict[str, Any]:
    """Everything that a template prints."""
    plan = view.plan
    page = asdict(sheet(view), dict_factory=_shown)
    labels = ("emergency", "path", "about", "page", "status", "tick")
    return page | {
        "guideline": {**plan.guideline, "status": words.state_of(plan.guideline)},
        "on": [plan.on.year, plan.on.month, plan.on.day],
        "lang": str(view.guideline.meta.get("lang", "en")),
        "words": {label: view.say(label) for label in labels},
        "timeline": course.drawn(view, _FONT),
        "timeline_alt": course.describe(view),
        "path": _path(view),
    }


def _path(view: View) -> list[dict[str, str]]:
    """The decisions, one picture each, so that they may fall on several pages."""
    taken = steps(view)
    pictures = (way.drawn([step], view, _FONT, key=step is taken[-1]) for step in taken)
    return [{"svg": svg, "alt": way.describe([step], view)} for svg, step in zip(pictures, taken, strict=True)]


def _shown(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A part of the sheet as plain data; of a source only its key and whether it dangles."""
    found = dict(pairs)
    if set(found) >= {"key", "status", "likely"}:
        return {"key": found["key"], "dangling": found["status"] == "dangling"}
    return found

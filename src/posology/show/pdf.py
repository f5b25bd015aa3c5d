"""A plan on paper: the clinician's sheet and the patient's leaflet, typeset by Typst as tagged PDF (PDF/UA-1).

The words go to the template as data, never as markup, so nothing that anybody wrote is executed. The
date of the plan is the date of the file and only Typst's own fonts are used, so the same plan gives
the same bytes on every machine.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..model import Guideline, Plan
from . import path as way
from . import timeline as course
from .sheet import sheet
from .words import Audience, say

_FONT = "Libertinus Serif"


def pdf(plan: Plan, guideline: Guideline, audience: Audience = "clinician") -> bytes:
    """The sheet for clinicians and students, the leaflet for patients, as the bytes of a PDF."""
    import typst

    template = Path(__file__).with_name("patient.typ" if audience == "patient" else "clinician.typ")
    made: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        format="pdf",
        font_paths=[],
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(_data(plan, guideline, audience), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(datetime(plan.on.year, plan.on.month, plan.on.day, tzinfo=UTC).timestamp()),
    )
    return made


def _data(plan: Plan, guideline: Guideline, audience: Audience) -> dict[str, Any]:
    """Everything that a template prints."""
    page = asdict(sheet(plan, guideline, audience), dict_factory=_shown)
    labels = ("emergency", "path", "about", "page", "status", "tick")
    return page | {
        "guideline": dict(plan.guideline),
        "on": [plan.on.year, plan.on.month, plan.on.day],
        "lang": str(guideline.meta.get("lang", "en")),
        "words": {label: say(label, audience) for label in labels},
        "timeline": course.timeline(plan, guideline, audience, _FONT),
        "timeline_alt": course.describe(plan, guideline, audience),
        "path": way.path(plan, guideline, audience, _FONT),
        "path_alt": way.describe(way.steps(plan, guideline, audience), audience),
    }


def _shown(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A part of the sheet as plain data; of a source only its key and whether it dangles."""
    found = dict(pairs)
    if set(found) >= {"key", "status", "likely"}:
        return {"key": found["key"], "dangling": found["status"] == "dangling"}
    return found

"""A plan as a file to take away: each form, what it is called, and how it is made."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from ..model import Guideline, Patient, Plan
from ..plan.advice import Audience
from ..plan.plan import plan
from ..plan.shape import as_json

Make = Callable[[Plan, Guideline, Audience], bytes]


@dataclass(frozen=True, slots=True)
class Form:
    """One form of file: its name in addresses, its words, its ending and kind, and for whom it is always written."""

    name: str
    words: str
    ending: str
    kind: str
    make: Make
    reader: Audience | None = None


def _pdf(made: Plan, guideline: Guideline, reader: Audience) -> bytes:
    from ..show.pdf import pdf

    return pdf(made, guideline, reader)


def _ics(made: Plan, guideline: Guideline, reader: Audience) -> bytes:
    from ..show.ics import ics

    return ics(made, guideline, reader)


def _json(made: Plan, guideline: Guideline, reader: Audience) -> bytes:
    """The same bytes as `posology plan --format json`."""
    return (json.dumps(as_json(made), ensure_ascii=False, indent=1) + "\n").encode()


def _html(made: Plan, guideline: Guideline, reader: Audience) -> bytes:
    from ..show.html import html

    return html(made, guideline, reader).encode()


def _text(made: Plan, guideline: Guideline, reader: Audience) -> bytes:
    """The same bytes as `posology plan` writes to a file."""
    from ..show.text import text

    return (text(made, guideline, width=80, color=False, audience=reader).rstrip() + "\n").encode()


FORMS = (
    Form("sheet", "PDF for clinicians", "pdf", "application/pdf", _pdf, "clinician"),
    Form("leaflet", "PDF leaflet for the patient", "pdf", "application/pdf", _pdf, "patient"),
    Form("calendar", "Calendar (.ics)", "ics", "text/calendar; charset=utf-8", _ics),
    Form("page", "Web page (.html)", "html", "text/html; charset=utf-8", _html),
    Form("text", "Text (.txt)", "txt", "text/plain; charset=utf-8", _text),
    Form("data", "Data (.json)", "json", "application/json", _json),
)


def _fhir(made: Plan, guideline: Guideline, reader: Audience) -> bytes:
    bundle = import_module("posology.fhir.careplan").plan_bundle(made, guideline)
    return (json.dumps(bundle, ensure_ascii=False, indent=1) + "\n").encode()


_FHIR = Form("fhir", "FHIR R4 (.json)", "json", "application/fhir+json", _fhir)


def forms() -> tuple[Form, ...]:
    """Every form that this installation can make: FHIR where the package has a way out to it."""
    return (*FORMS, _FHIR) if find_spec("posology.fhir.careplan") else FORMS


def download(form: Form, found: Patient, guideline: Guideline, reader: Audience) -> tuple[str, bytes]:
    """The name and the bytes of a file; the name says nothing of the patient."""
    who = form.reader or reader
    made = plan(guideline, found, audience=who)
    return f"plan-{made.on.isoformat()}-{form.name}.{form.ending}", form.make(made, guideline, who)

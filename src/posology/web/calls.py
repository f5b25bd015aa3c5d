"""Calls of other systems that keep a processor busy: the bytes of a body in, the bytes of an answer out.

They are answered in the server or in a process beside it (`workers`), here as there by `reply`, so to the same byte.
Nothing of the web is imported, so that such a process is small.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..fhir import hooks
from ..fhir.apply import applied, populated
from ..findings import Finding, Refused
from ..model import Guideline
from ..read.data import decoded, parse_json

OPERATIONS: dict[str, Callable[[Any, Guideline], dict[str, Any]]] = {
    "apply": applied,
    "populate": populated,
    "populate for patients": partial(populated, patient_words=True),
}
"""Operations on Parameters of FHIR, by the name that a call has for them."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked of a guideline (a hook, or an operation): the body as it came, and the address of this server."""

    work: str
    guideline: str
    sent: bytes
    home: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call comes to: the body of its answer, or with a status other than 200 all that is wrong with it."""

    status: int
    body: bytes = b""
    findings: tuple[Finding, ...] = ()


def reply(call: Call, guideline: Guideline) -> Reply:
    """What a call comes to, by the guideline as it stands."""
    try:
        data = parse_json(decoded(call.sent, "the body"), "the body")
        if call.work in OPERATIONS:
            return Reply(200, json.dumps(OPERATIONS[call.work](data, guideline), ensure_ascii=False).encode())
        if missing := hooks.unmet(data):
            return Reply(412, findings=tuple(map(_needed, missing)))
        cards = hooks.answer(guideline, call.work, data, None, call.home)
        return Reply(200, json.dumps(cards, ensure_ascii=False, separators=(",", ":")).encode())
    except Refused as refused:
        return Reply(422, findings=refused.findings)


def _needed(name: str) -> Finding:
    what = f"The prefetch {name!r} is needed and was not sent. It is not fetched from here."
    return Finding(f"prefetch.{name}", what, "Fill in every prefetch template of the service, above all this one.")

"""A question sent as data (a line of a batch, the body of a request) → what to answer, or every fault in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from ..findings import Finding, Refused, near
from ..model import Guideline, Patient
from ..plan.advice import Audience
from ..read.patient import patient

KEYS = ("id", "text", "turns", "facts", "within", "audience", "on")
MOST_TURNS = 50


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, of which patient, on which page, and for whom."""

    turns: tuple[str, ...]
    patient: Patient
    within: str | None = None
    audience: Audience = "clinician"
    on: date | None = None


def request(data: Any, guideline: Guideline, audience: Audience = "clinician") -> Request:
    """The request in some data. Raises Refused with every fault."""
    if not isinstance(data, Mapping):
        what = "This is not a question."
        raise Refused([Finding("the line", what, f"Write a mapping with: {', '.join(KEYS)}.")])
    faults = [_stray(str(key)) for key in data if key not in KEYS]
    turns = _turns(data, faults)
    within, reader = _within(data, guideline, faults), _audience(data, audience, faults)
    known = _patient(data, guideline, faults)
    if faults:
        raise Refused(faults)
    return Request(turns, known, within, reader, known.on)


def _stray(key: str) -> Finding:
    return Finding(key, f"{key[:60]!r} is not a part of a question.", near(key, KEYS, f"Use: {', '.join(KEYS)}."))


def _turns(data: Mapping[str, Any], faults: list[Finding]) -> tuple[str, ...]:
    text, turns = data.get("text"), data.get("turns")
    if (text is None) == (turns is None):
        faults.append(Finding("text", "One of `text` and `turns` is needed.", "Write the question as `text`."))
        return ()
    said = [text] if turns is None else turns
    if not isinstance(said, list) or not said or not all(isinstance(turn, str) for turn in said):
        place = "text" if turns is None else "turns"
        faults.append(Finding(place, "This is not text.", "Write a text, or a list of texts, one a turn."))
        return ()
    if len(said) > MOST_TURNS:
        what = f"The conversation has {len(said)} turns; at most {MOST_TURNS} are read."
        faults.append(Finding("turns", what, "Begin a new one."))
    return tuple(said)


def _within(data: Mapping[str, Any], guideline: Guideline, faults: list[Finding]) -> str | None:
    within = data.get("within")
    if within is None or within == guideline.id:
        return within
    do = f"Write {guideline.id!r}, or leave it out."
    faults.append(Finding("within", f"{str(within)[:60]!r} is not the page of this guideline.", do))
    return None


def _audience(data: Mapping[str, Any], default: Audience, faults: list[Finding]) -> Audience:
    audience = data.get("audience")
    for reader in get_args(Audience):
        if audience == reader:
            return reader  # type: ignore[no-any-return]
    if audience is not None:
        do = f"Use one of: {', '.join(get_args(Audience))}."
        faults.append(Finding("audience", f"{str(audience)[:60]!r} is not a reader.", do))
    return default


def _patient(data: Mapping[str, Any], guideline: Guideline, faults: list[Finding]) -> Patient:
    """The facts that are given, read like those of a patient file."""
    given = {key: data[key] for key in ("facts", "on") if data.get(key) is not None}
    try:
        return patient(given, guideline)
    except Refused as refused:
        faults += refused.findings
        return Patient()

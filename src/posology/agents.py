"""`posology mcp`: what an agent may ask of a guideline, as plain data. The protocol itself stands in mcp.py.

A missing fact is asked for and not an error; a fault in what was sent is told with every other fault. Whatever
comes back carries the guideline's version and review status, and what has to be shown with it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .findings import Finding, Refused, as_json, near
from .reviewing import store_argument

if TYPE_CHECKING:
    from .answer.ground import Ground
    from .model import Fact, Guideline, Plan
    from .plan.advice import Audience

OPEN = ("provisional", "conflict")
"""Outcomes of a decision after which an agent has to ask on."""

SHOW = (
    "Show each line with its citations, and say which lines come from the editors (origin: editors).",
    "Say how far the review of this guideline has come (guideline.status).",
    "Leave nothing out of `ask`, `confirm`, `unless` and `notices`: they are part of the advice.",
)


# ---------------------------------------------------------------- the command


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--guideline", metavar="DIR", help="a guideline's folder or name")
    parser.add_argument("--http", metavar="HOST:PORT", type=_address, help="speak HTTP there instead of stdio")
    store_argument(parser)
    parser.set_defaults(run=serve)


def serve(args: argparse.Namespace) -> int:
    """Answers agents until they hang up."""
    from .answer.ground import ground
    from .read.library import find
    from .reviewing import under_review

    here = ground(find(args.guideline))
    by_now = under_review(here.guideline, args)

    def now() -> Ground:
        return replace(here, guideline=by_now())

    now()  # a store that cannot be used is said at once, and not to the first who asks
    try:
        from .mcp import over_http, over_stdio
    except ModuleNotFoundError as missing:
        do = "Install the extra `mcp`: pip install 'posology[mcp]'."
        raise Refused([Finding("posology mcp", f"The package {missing.name} is not installed.", do)]) from None
    over_http(now, *args.http) if args.http else over_stdio(now)
    return 0


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, as in 127.0.0.1:8010")
    return host.strip("[]") or "127.0.0.1", int(port)


# ---------------------------------------------------------------- plan, questions


def plan_for(here: Ground, given: Mapping[str, Any]) -> dict[str, Any]:
    """The plan for a patient: the same object as `posology plan --format json`, and what to ask next."""
    from .plan.shape import as_json as plan_json

    made = _made(here.guideline, given)
    open_ = made.phase == "unknown" or any(verdict.outcome in OPEN for verdict in made.decisions.values())
    status = "need_fact" if open_ and made.ask else "ok"
    return _headed(here.guideline, status) | {
        "headline": made.headline,
        "question": _asked(made, here.guideline)[0] if made.ask else None,
        "show": list(SHOW),
        "plan": plan_json(made),
    }


def questions_for(here: Ground, given: Mapping[str, Any], most: int = 10) -> dict[str, Any]:
    """What to ask next of a patient, most decisive first, with how to answer and what hangs on it."""
    made = _made(here.guideline, given)
    asked = _asked(made, here.guideline)
    return _headed(here.guideline, "need_fact" if asked else "ok") | {
        "headline": made.headline,
        "questions": asked[:most],
        "further": len(asked[most:]),
    }


def _made(guideline: Guideline, given: Mapping[str, Any]) -> Plan:
    """The plan that some data asks for. Raises Refused with every fault."""
    from .plan.plan import plan

    faults: list[Finding] = []
    audience = _audience(given.get("audience"), faults)
    horizon = _horizon(given.get("horizon"), faults)
    try:
        patient = _patient(guideline, given)
    except Refused as refused:
        raise Refused([*faults, *refused.findings]) from None
    if faults:
        raise Refused(faults)
    return plan(guideline, patient, audience=audience, horizon=horizon)


def _patient(guideline: Guideline, given: Mapping[str, Any]) -> Any:
    """The patient in facts, doses and results, or in a FHIR record. Raises Refused."""
    from .cli import fhir_patient
    from .read.patient import patient

    given = _opened(given)
    data = {key: value for key, value in given.items() if key not in _BESIDE and value is not None}
    if (record := given.get("record")) is None:
        return patient(data, guideline)
    if data.keys() - {"on", "start"}:
        what = "A record was sent beside facts, doses or results."
        raise Refused([Finding("record", what, "Send either the record or the facts.")])
    days = patient(data, guideline)
    if not isinstance(record, dict) or "resourceType" not in record:
        raise Refused([Finding("record", "This is not a FHIR resource.", "Send a FHIR R4 Bundle as an object.")])
    found = fhir_patient(record, guideline, days.on)[0]
    return replace(found, start=days.start) if days.start else found


_BESIDE = ("record", "audience", "horizon")
"""Arguments that are no part of a patient file."""


def _opened(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments, with a whole patient file (or record) that was sent as the patient put in its place."""
    whole = given.get("patient")
    if not isinstance(whole, Mapping):
        return given
    inside: Mapping[str, Any] = {"record": whole} if "resourceType" in whole else whole
    rest = {key: value for key, value in given.items() if key != "patient" and value is not None}
    if twice := [key for key in inside if key in rest]:
        raise Refused([Finding(f"patient.{key}", "This is sent twice.", "Send it once.") for key in twice])
    return {**rest, **inside}


def _audience(written: Any, faults: list[Finding]) -> Audience:
    """For whom the plan is worded; a clinician unless said."""
    from typing import get_args

    from .plan.advice import Audience

    for reader in get_args(Audience):
        if written == reader:
            return reader  # type: ignore[no-any-return]
    if written is not None:
        do = f"Use one of: {', '.join(get_args(Audience))}."
        faults.append(Finding("audience", "This is not a reader of plans.", do))
    return "clinician"


def _horizon(written: Any, faults: list[Finding]) -> Any:
    """How far ahead to date; a year unless said."""
    from .schedule import length, period

    try:
        found = period(written if isinstance(written, str) else "P1Y")
        fits = 0 < length(found) <= 3660 and (written is None or isinstance(written, str))
    except ValueError:
        found, fits = period("P1Y"), False
    if not fits:
        faults.append(Finding("horizon", "This is not a period from a day to ten years.", "Write it as in P6M or P2Y."))
    return found


def _asked(made: Plan, guideline: Guideline) -> list[dict[str, Any]]:
    """The questions of a plan, each with the ways to answer it."""
    from .plan.shape import question_json

    return [question_json(one) | {"answer": answer_schema(guideline.facts[one.fact])} for one in made.ask]


def answer_schema(fact: Fact) -> dict[str, Any]:
    """What may be answered for a fact, as JSON Schema; a fact that is left out is unknown."""
    from .plan.shape import number

    match fact.kind:
        case "choice":
            return {"enum": list(fact.choices)}
        case "number":
            return {"type": "number", "minimum": number(fact.low), "maximum": number(fact.high), "unit": fact.unit}
        case _:
            return {"type": "boolean"}


# ---------------------------------------------------------------- ask, check, statement


def answer_for(here: Ground, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a question in words: the same object as `posology ask --format json`."""
    from .answer.answer import answer
    from .answer.request import request
    from .answer.shape import as_json as answer_json

    told = {key: value for key, value in given.items() if value is not None}
    asked = request(told | {"within": here.guideline.id}, here.guideline)
    made = answer(
        asked.turns, here, patient=asked.patient, within=asked.within, audience=asked.audience, on=asked.on
    )  # fmt: skip
    status = "not_covered" if made.covered == "no" else "ok"
    if made.ask and any(said.applies == "unknown" for said in made.lines):
        status = "need_fact"
    return _headed(here.guideline, status) | {"show": list(SHOW), "answer": answer_json(made)}


def check_of(here: Ground) -> dict[str, Any]:
    """What can be said against the guideline: the same object as `posology check --format json`."""
    from .check import check

    outcome = check(here.folder)
    return _headed(here.guideline, "faults" if outcome.faults else "ok") | {"check": outcome.as_json()}


def statement_of(here: Ground, name: str) -> dict[str, Any]:
    """One statement: its words for each reader, its rule in plain English, its sources, what others say."""
    from .backends.english import sentence
    from .plan.shape import citation_json

    guideline = here.guideline
    found = guideline.named.get(name)
    if found is None:
        do = near(name, guideline.named, "Read the list of statements in the resource of the guideline.")
        fault = Finding("name", "The guideline has no statement of this name.", do)
        return _headed(guideline, "not_found") | as_json([fault])
    words = {"clinician": found.text, "patient": found.patient, "student": found.student}
    said = {
        "name": found.name,
        "heading": list(found.place.heading[1:]),
        "kind": found.kind,
        "origin": found.origin,
        "text": found.text,
        "words": {reader: text for reader, text in words.items() if text},
        "rule": sentence(found.rule, guideline.facts) if found.rule else None,
        "citations": [citation_json(guideline.references[key]) for key in found.citations],
        "remarks": [{"kind": r.kind, "text": r.text, "citations": list(r.citations)} for r in found.remarks],
    }  # fmt: skip
    return _headed(guideline, "ok") | {"show": list(SHOW), "statement": said}


def index(here: Ground) -> dict[str, Any]:
    """The guideline as a list: what it is, its facts, and its statements by name."""
    guideline = here.guideline
    return _headed(guideline, "ok") | {
        "title": guideline.title,
        "facts": {fact.name: {"question": fact.question} | answer_schema(fact) for fact in guideline.facts.values()},
        "statements": [
            {"name": s.name, "text": s.text, "origin": s.origin, "heading": list(s.place.heading[1:])}
            for s in guideline.statements
        ],
    }


# ---------------------------------------------------------------- what every result begins with


def _headed(guideline: Guideline, status: str) -> dict[str, Any]:
    """How it went, which guideline speaks, and what its readers must be told."""
    from .plan.plan import particulars

    return {
        "status": status,
        "guideline": particulars(guideline),
        "disclaimer": str(guideline.meta.get("disclaimer", "")),
    }


def refusal(guideline: Guideline, refused: Refused) -> dict[str, Any]:
    """Why nothing was done: every fault, with its place and what to do."""
    return _headed(guideline, "refused") | as_json(refused.findings)


def unknown_arguments(stray: Iterable[str], known: Iterable[str]) -> Refused:
    """That a tool has no such arguments, with the nearest that it has."""
    names = tuple(known)
    do = f"Use: {', '.join(names)}." if names else "Leave it out."
    return Refused([Finding(name[:80], "This tool has no such argument.", near(name, names, do)) for name in stray])


def instructions(guideline: Guideline) -> str:
    """What an agent is told before it asks anything."""
    return _TOLD.format(
        title=guideline.title, id=guideline.id, version=guideline.version, status=guideline.status,
        disclaimer=guideline.meta.get("disclaimer", ""),
    ).strip()  # fmt: skip


_TOLD = """\
This server speaks for one clinical guideline: {title} ({id}, version {version}). It is the only source of what it \
says; add no dose, interval or drug of your own.
Its review status is "{status}". Always tell people that status, and show the citations that stand with each line, \
with their own status (dangling: the source is not listed; reconstructed: a best guess). Lines of origin "editors" \
were added by the editors; say so.
A fact that is not stated is unknown, never no. Never guess one: when the status is need_fact, ask the question that \
comes with it, in its own words, and call again with the answer added to the facts.
Lines marked provisional hang on the facts in `if` and `unless`; what stands in `confirm` has to be made sure before \
anything is given. When the guideline is silent or contradicts itself, say so.
Call `plan` for a patient, `ask` for a question in words, `questions` for what to find out next, `statement` for the \
sentence and the sources behind a line, `check` for the known gaps of the guideline itself. Send no names.
{disclaimer}
"""

"""The guideline as a server of the Model Context Protocol: tools and resources for AI agents.

What the tools say is made in agents.py; here stand only their names, their arguments and the shapes of their results.
Arguments are taken as they come and read by our own readers, so that every fault is told at once, to the caller alone:
nothing that was sent is ever written to a log.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NotRequired

from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from . import __version__
from .agents import (
    answer_for,
    answer_schema,
    check_of,
    index,
    instructions,
    plan_for,
    questions_for,
    refusal,
    unknown_arguments,
)
from .agents import statement_of as statement_for
from .answer.ground import Ground
from .findings import Refused, Unsound
from .model import Guideline

READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, destructive_hint=False, open_world_hint=False)
LARGEST = 2_000_000
"""Bytes of a request that are read at most: a long FHIR record, or a hundred patients in our own shape."""

log = logging.getLogger(__name__)


# ---------------------------------------------------------------- the shapes of results


class Fault(TypedDict):
    """What is wrong with what was sent."""

    place: str
    what: str
    do: str


class Result(TypedDict):
    """What every result begins with. Faults stand in `errors` when the status is refused or not_found."""

    status: str
    guideline: dict[str, Any]
    disclaimer: str
    errors: NotRequired[list[Fault]]
    show: NotRequired[list[str]]


class Asked(TypedDict):
    """A fact to ask for, what hangs on it, and how to answer."""

    fact: str
    question: str
    would_change: list[str]
    answers: NotRequired[list[dict[str, Any]]]
    answer: dict[str, Any]


class Planned(TypedDict):
    """A plan, as `posology plan --format json` prints it."""

    guideline: dict[str, Any]
    patient: str | None
    on: str
    facts: dict[str, Any]
    headline: str
    phase: str
    decisions: dict[str, Any]
    advice: list[dict[str, Any]]
    schedule: list[dict[str, Any]]
    ask: list[dict[str, Any]]
    notices: list[dict[str, str]]


class PlanResult(Result):
    """A plan, and the next question while one is open."""

    headline: NotRequired[str]
    question: NotRequired[Asked | None]
    plan: NotRequired[Planned]


class QuestionsResult(Result):
    """What to ask next, most decisive first."""

    headline: NotRequired[str]
    questions: NotRequired[list[Asked]]
    further: NotRequired[int]


class Answered(TypedDict):
    """An answer, as `posology ask --format json` prints it."""

    covered: str
    headline: str
    lines: list[dict[str, Any]]
    not_covered: list[str]
    facts: dict[str, Any]
    heard: list[dict[str, Any]]
    plan: dict[str, Any] | None
    ask: list[dict[str, Any]]
    follow_ups: list[str]
    guideline: dict[str, Any]


class AnswerResult(Result):
    """The answer to a question."""

    answer: NotRequired[Answered]


class CheckResult(Result):
    """The faults and the known gaps of the guideline."""

    check: NotRequired[dict[str, Any]]


class StatementResult(Result):
    """One statement."""

    statement: NotRequired[dict[str, Any]]


# ---------------------------------------------------------------- arguments
# Agents see each argument with its schema; it is read by our own readers.

Facts = Annotated[Any, WithJsonSchema({"type": "object", "description": "Facts, named as in the arguments of plan."})]
Reader = Annotated[Any, WithJsonSchema({"enum": ["clinician", "patient", "student"]})]
Doses = Annotated[Any, WithJsonSchema({
    "type": "array", "items": {"type": "object"},
    "description": "Doses that were given, each with date, drug, dose (with its unit) and route.",
})]  # fmt: skip
Results = Annotated[Any, WithJsonSchema({
    "type": "array", "items": {"type": "object"},
    "description": "Laboratory results, each with date, test, value and unit.",
})]  # fmt: skip
Record = Annotated[Any, WithJsonSchema({
    "type": "object", "description": "A FHIR R4 Bundle of one patient, in place of facts, doses and results.",
})]  # fmt: skip
On = Annotated[Any, WithJsonSchema({"type": "string", "format": "date", "description": "The day; today unless given."})]
Start = Annotated[Any, WithJsonSchema({"type": "string", "format": "date", "description": "First day of treatment."})]
Horizon = Annotated[Any, WithJsonSchema({"type": "string", "description": "How far ahead to date, as in P1Y."})]
Label = Annotated[Any, WithJsonSchema({
    "type": ["string", "object"], "description": "A label for the result, never a name; or a whole patient file.",
})]  # fmt: skip
Turns = Annotated[Any, WithJsonSchema({
    "type": "array", "items": {"type": "string"}, "description": "A conversation so far, in place of text.",
})]  # fmt: skip
Name = Annotated[Any, WithJsonSchema({"type": "string", "description": "The statement's name, as in a line's rule."})]
Text = Annotated[Any, WithJsonSchema({"type": "string", "description": "The question in the person's own words."})]


def _facts(guideline: Guideline) -> Any:
    """The facts, each with its question and what may be answered."""
    known = {}
    for fact in guideline.facts.values():
        schema = answer_schema(fact)
        unit = schema.pop("unit", "")
        known[fact.name] = {"description": f"{fact.question} ({unit})" if unit else fact.question} | schema
    why = "What is known of the patient. Leave out whatever is not known: unknown is never no."
    return Annotated[
        Any, WithJsonSchema({"type": "object", "properties": known, "additionalProperties": False, "description": why})
    ]


# ---------------------------------------------------------------- the server


Now = Callable[[], Ground]
"""The guideline as its review stands when it is asked for."""


def server(now: Now) -> MCPServer:
    """The server of one guideline."""
    guideline = now().guideline
    made = MCPServer(
        "posology", title=guideline.title, version=__version__, instructions=instructions(guideline),
        log_level="WARNING",
    )  # fmt: skip
    _planning(made, now)
    _reading(made, now)
    _resources(made, now)
    made.middleware.append(_strict(made, now))
    return made


def _strict(made: MCPServer, now: Now) -> ServerMiddleware[Any]:
    """Refuses arguments that a tool does not have: what stands in them would be lost in silence."""

    async def strict(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """One message."""
        sent = ctx.params if ctx.method == "tools/call" and isinstance(ctx.params, Mapping) else {}
        given = sent.get("arguments")
        if isinstance(given, Mapping):
            tool = next((one for one in await made.list_tools() if one.name == sent.get("name")), None)
            known = tool.input_schema.get("properties", {}) if tool else given
            if stray := [name for name in given if name not in known]:
                told = unknown_arguments(stray, known)
                return _result(now, str(sent["name"]), lambda here: refusal(here.guideline, told))
        return await call_next(ctx)

    return strict


def _planning(made: MCPServer, now: Now) -> None:
    """The tools that are told of a patient."""

    def plan(
        facts: Facts = None, doses: Doses = None, results: Results = None, record: Record = None,
        on: On = None, start: Start = None, audience: Reader = None, horizon: Horizon = None, patient: Label = None,
    ) -> Annotated[CallToolResult, PlanResult]:  # fmt: skip
        """What the guideline says for one patient on one day: dated doses and tests, warnings, referrals, sources."""
        given = {
            "facts": facts, "doses": doses, "results": results, "record": record, "on": on, "start": start,
            "audience": audience, "horizon": horizon, "patient": patient,
        }  # fmt: skip
        return _result(now, "plan", lambda here: plan_for(here, given))

    def questions(
        facts: Facts = None, doses: Doses = None, results: Results = None, record: Record = None,
        on: On = None, start: Start = None, audience: Reader = None, horizon: Horizon = None, patient: Label = None,
    ) -> Annotated[CallToolResult, QuestionsResult]:  # fmt: skip
        """What to find out next about a patient, most decisive first, and what each answer would lead to."""
        given = {
            "facts": facts, "doses": doses, "results": results, "record": record, "on": on, "start": start,
            "audience": audience, "horizon": horizon, "patient": patient,
        }  # fmt: skip
        return _result(now, "questions", lambda here: questions_for(here, given))

    def ask(
        text: Text = None, turns: Turns = None, facts: Facts = None,
        audience: Reader = None, on: On = None,
    ) -> Annotated[CallToolResult, AnswerResult]:  # fmt: skip
        """Answer a question in words from the guideline's statements, or say that it does not cover it."""
        given = {"text": text, "turns": turns, "facts": facts, "audience": audience, "on": on}
        return _result(now, "ask", lambda here: answer_for(here, given))

    plan.__annotations__["facts"] = _facts(now().guideline)
    for tool in (plan, questions, ask):
        made.add_tool(tool, annotations=READS)


def _reading(made: MCPServer, now: Now) -> None:
    """The tools that look at the guideline alone."""

    def check() -> Annotated[CallToolResult, CheckResult]:
        """Look for faults, gaps and contradictions in the guideline itself; those that are known are listed."""
        return _result(now, "check", lambda here: check_of(here))

    def statement(name: Name = None) -> Annotated[CallToolResult, StatementResult]:
        """One statement of the guideline (the `rule` of a line): its words, rule, sources and what others say."""
        return _result(now, "statement", lambda here: statement_for(here, name if isinstance(name, str) else ""))

    for tool in (check, statement):
        made.add_tool(tool, annotations=READS)


def _resources(made: MCPServer, now: Now) -> None:
    """The guideline as a list and as an article, and each statement."""
    own = now().guideline
    base = f"posology://{own.id}"

    @made.resource(base, name=own.id, title=own.title, mime_type="application/json")
    def guideline() -> str:
        """What the guideline is, its facts, and its statements by name."""
        return _dumped(_found(now, index))

    @made.resource(f"{base}/article", name="article", mime_type="text/markdown")
    def article() -> str:
        """The guideline as people read it, with the rules under the sentences."""
        found = _found(now, lambda here: {"text": (here.folder / "guideline.md").read_text(encoding="utf-8")})
        return str(found["text"])

    @made.resource(f"{base}/statement/{{name}}", name="statement", mime_type="application/json")
    def statement(name: str) -> str:
        """One statement, its rule and its sources."""
        found = _found(now, lambda here: statement_for(here, name))
        if found["status"] != "ok":
            raise ResourceNotFoundError("The guideline has no statement of this name.")
        return _dumped(found)


# ---------------------------------------------------------------- results


def _result(now: Now, tool: str, work: Callable[[Ground], dict[str, Any]]) -> CallToolResult:
    """What a tool found; refused input is a result like any other. A crash tells nobody what was sent."""
    try:
        found = _found(now, work)
    except ToolError:
        raise
    except Exception as crash:
        log.error("%s: %s", tool, type(crash).__name__)
        raise ToolError("A fault of this server: nothing was worked out.") from None
    return CallToolResult(content=[TextContent(type="text", text=_dumped(found))], structured_content=found)


def _found(now: Now, work: Callable[[Ground], dict[str, Any]]) -> dict[str, Any]:
    """What comes of some work on the guideline as its review stands now. Without a status nothing is said of it."""
    try:
        here = now()
    except Unsound as unsound:
        raise ToolError(" ".join([UNTOLD, *(f"{one.what} {one.do}" for one in unsound.findings)])) from None
    try:
        return work(here)
    except Refused as refused:
        return refusal(here.guideline, refused)


UNTOLD = "The review status of the guideline cannot be told now, so nothing of it is said. Use another source."


def _dumped(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False)


# ---------------------------------------------------------------- transports


def over_stdio(now: Now) -> None:
    """Answers one client on standard input and output."""
    server(now).run("stdio")


def over_http(now: Now, host: str, port: int) -> None:
    """Answers clients at http://HOST:PORT/mcp. Nothing is kept between calls."""
    server(now).run(
        "streamable-http", host=host, port=port, json_response=True, stateless_http=True,
        max_request_body_size=LARGEST,
    )  # fmt: skip

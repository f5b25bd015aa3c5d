"""Agents get the plan that everybody gets: in memory, over standard input and output, and over HTTP."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import anyio
import jsonschema
import pytest

import patients
from posology.agents import answer_schema
from posology.answer.ground import Ground, ground
from posology.read.library import find

pytest.importorskip("mcp")
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from posology.mcp import server

GOOD = {"facts": {"b12_deficiency": True, "numbness": True}, "on": "2026-01-05"}
SECRET = "Mr-Marker-4711"
BAD: dict[str, Any] = {
    "facts": {"b12_deficiency": SECRET, SECRET: True}, "doses": SECRET, "results": [{"date": SECRET}],
    "on": SECRET, "start": SECRET, "audience": SECRET, "horizon": SECRET,
}  # fmt: skip


@cache
def here() -> Ground:
    return ground(find(None))


def asking(work: Callable[[Client], Any]) -> Any:
    """What some work with a client in memory comes to."""

    async def run() -> Any:
        async with Client(server(here)) as client:
            return await work(client)

    return anyio.run(run)


def called(tool: str, **arguments: Any) -> dict[str, Any]:
    """What a tool says: checked against its own schema, and told twice alike."""

    async def work(client: Client) -> dict[str, Any]:
        result = await client.call_tool(tool, arguments)
        assert not result.is_error, result.content
        listed = {one.name: one for one in (await client.list_tools()).tools}
        jsonschema.validate(result.structured_content, listed[tool].output_schema)
        assert json.loads(result.content[0].text) == result.structured_content  # type: ignore[union-attr]
        return dict(result.structured_content)

    return asking(work)  # type: ignore[no-any-return]


# ---------------------------------------------------------------- what the tools say


def test_the_five_tools_are_there_and_only_read() -> None:
    tools = asking(lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == {"plan", "ask", "check", "statement", "questions"}
    assert all(tool.annotations.read_only_hint and tool.output_schema and tool.description for tool in tools)


def test_every_fact_of_the_guideline_is_an_argument_with_its_question() -> None:
    plan = next(tool for tool in asking(lambda client: client.list_tools()).tools if tool.name == "plan")
    known = plan.input_schema["properties"]["facts"]["properties"]
    assert known.keys() == here().guideline.facts.keys()
    assert all(fact.question in known[name]["description"] for name, fact in here().guideline.facts.items())


def test_agents_are_told_to_show_sources_and_how_far_the_review_has_come() -> None:
    async def work(client: Client) -> str:
        return client.instructions or ""

    told = asking(work)
    for words in ("citations", "review status", here().guideline.status, "never no", "need_fact"):
        assert words in told
    assert str(here().guideline.meta["disclaimer"]) in told


def test_a_plan_is_the_plan_of_the_command_line_to_the_byte(tmp_path: Path) -> None:
    drawn = [patients.drawn(Random(seed)) for seed in range(12)]
    lines = tmp_path / "patients.jsonl"
    lines.write_text("".join(json.dumps(one) + "\n" for one in drawn))
    done = subprocess.run(
        [sys.executable, "-m", "posology", "plan", "--batch", str(lines)], capture_output=True, check=True
    )
    for one, line in zip(drawn, done.stdout.splitlines(), strict=True):
        plan = called("plan", **one)["plan"]
        assert json.dumps(plan, ensure_ascii=False, separators=(",", ":")).encode() == line


def test_a_whole_patient_file_may_be_sent_as_the_patient() -> None:
    assert called("plan", patient={**GOOD, "patient": "p1"})["plan"] == called("plan", **GOOD, patient="p1")["plan"]
    assert called("plan", patient=GOOD, facts={"age": 5})["errors"][0]["place"] == "patient.facts"
    assert called("plan", patient={"resourceType": "Patient", "id": "p1"})["plan"]["patient"] == "p1"
    assert {one["place"] for one in called("plan", patient={"fact": 5, "doses": 5})["errors"]} == {"fact", "doses"}


def test_a_missing_fact_is_asked_for_and_is_no_error() -> None:
    found = called("plan", facts={}, on="2026-01-05")
    assert found["status"] == "need_fact"
    asked = found["question"]
    assert asked["question"] == here().guideline.facts[asked["fact"]].question
    assert asked["answer"] == answer_schema(here().guideline.facts[asked["fact"]])


def test_answering_what_is_asked_comes_to_an_end() -> None:
    facts: dict[str, Any] = {"b12_deficiency": True}
    for _ in range(60):
        found = called("plan", facts=facts, on="2026-01-05")
        if found["status"] == "ok":
            break
        answer = found["question"]["answer"]
        facts[found["question"]["fact"]] = answer["enum"][0] if "enum" in answer else answer.get("minimum", False)
    assert found["status"] == "ok", found["question"]


def test_the_next_questions_come_most_decisive_first() -> None:
    plan = called("plan", **GOOD)
    questions = called("questions", **GOOD)
    assert [q["fact"] for q in questions["questions"]] == [q["fact"] for q in plan["plan"]["ask"]][:10]
    assert questions["further"] == max(0, len(plan["plan"]["ask"]) - 10)


def test_every_result_carries_the_review_status_and_the_disclaimer() -> None:
    for tool, arguments in (
        ("plan", GOOD), ("plan", BAD), ("questions", {}), ("ask", {"text": "How often?"}), ("check", {}),
        ("statement", {"name": "headline"}), ("statement", {"name": "no such"}),
    ):  # fmt: skip
        found = called(tool, **arguments)
        assert found["guideline"]["status"] == here().guideline.status
        assert found["disclaimer"] == here().guideline.meta["disclaimer"]


def test_every_line_of_a_plan_and_of_an_answer_cites_something() -> None:
    assert all(line["citations"] for line in called("plan", **GOOD)["plan"]["advice"])
    answer = called("ask", text="How often is it injected after loading when the nerves are involved?")["answer"]
    assert answer["lines"] and all(line["citations"] for line in answer["lines"])


def test_what_the_guideline_does_not_cover_is_said() -> None:
    found = called("ask", text="What is the dose of insulin?")
    assert found["status"] == "not_covered"
    assert found["answer"]["lines"] == []


def test_the_guideline_looks_at_itself() -> None:
    found = called("check")
    assert found["status"] == "ok"
    assert found["check"]["known"]


def test_a_statement_has_its_words_its_rule_and_its_sources() -> None:
    found = called("statement", name="neurological-loading")["statement"]
    assert found["text"] and found["rule"] and found["citations"] and found["words"]["patient"]


# ---------------------------------------------------------------- faults


def test_every_fault_is_told_at_once_and_nothing_is_an_error() -> None:
    found = called("plan", **BAD)
    assert found["status"] == "refused"
    places = {error["place"] for error in found["errors"]}
    assert {"audience", "horizon", "on", "start", "facts.b12_deficiency", f"facts.{SECRET}", "doses"} <= places
    assert all(error["what"] and error["do"] for error in found["errors"])


def test_an_argument_that_a_tool_does_not_have_is_refused_and_not_lost() -> None:
    for tool, near in (("plan", "facts"), ("questions", "facts"), ("ask", "facts")):
        found = called(tool, fact={"b12_deficiency": True}, guideline="other")
        assert found["status"] == "refused" and {one["place"] for one in found["errors"]} == {"fact", "guideline"}
        assert near in found["errors"][0]["do"]
    assert called("check", facts={})["status"] == "refused"


def test_questions_are_told_of_a_patient_as_plans_are() -> None:
    whole, apart = called("questions", patient={**GOOD, "patient": "p1"}, horizon="P2Y"), called("questions", **GOOD)
    assert whole["questions"] == apart["questions"] and whole["headline"] == apart["headline"]


@pytest.mark.parametrize("facts", [[], "null", 5, True, "[1]", {"age": 1e400}])
def test_facts_of_a_wrong_shape_are_refused(facts: Any) -> None:
    assert called("plan", facts=facts)["status"] in ("refused", "need_fact")


@pytest.mark.parametrize("record", [5, [], {}, {"resourceType": "Bundle"}, {"resourceType": 5}])
def test_a_record_that_is_none_is_refused(record: Any) -> None:
    assert called("plan", record=record)["status"] == "refused"


def test_a_statement_that_is_not_there_is_not_found_but_one_like_it_is_named() -> None:
    found = called("statement", name="neurologic-loading")
    assert found["status"] == "not_found"
    assert "neurological-loading" in found["errors"][0]["do"]


def test_nothing_that_was_sent_reaches_a_log(tmp_path: Path) -> None:
    async def run() -> None:
        with (tmp_path / "log").open("w") as log:
            async with Client(stdio_client(_command(), errlog=log)) as client:
                for tool in ("plan", "questions", "ask"):
                    await client.call_tool(tool, BAD | {"text": SECRET, "name": SECRET})
                await client.call_tool("statement", {"name": SECRET})
                await client.call_tool(SECRET, {"name": SECRET})

    anyio.run(run)
    assert SECRET not in (tmp_path / "log").read_text()


def test_a_crash_tells_nobody_what_was_sent(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def crash(*_: Any) -> Any:
        raise KeyError(SECRET)

    monkeypatch.setattr("posology.mcp.plan_for", crash)
    result = asking(lambda client: client.call_tool("plan", GOOD))
    assert result.is_error
    assert SECRET not in caplog.text and SECRET not in result.content[0].text
    assert "KeyError" in caplog.text


# ---------------------------------------------------------------- resources


def test_the_guideline_and_its_statements_are_resources() -> None:
    base = f"posology://{here().guideline.id}"

    async def work(client: Client) -> tuple[Any, ...]:
        read = [await client.read_resource(one) for one in (base, f"{base}/article", f"{base}/statement/headline")]
        return tuple(one.contents[0].text for one in read)  # type: ignore[union-attr]

    index, article, statement = asking(work)
    assert {one["name"] for one in json.loads(index)["statements"]} == here().guideline.named.keys()
    assert article == (here().folder / "guideline.md").read_text()
    assert json.loads(statement)["statement"]["name"] == "headline"


# ---------------------------------------------------------------- transports


def _command(*more: str) -> StdioServerParameters:
    return StdioServerParameters(command=sys.executable, args=["-m", "posology", "mcp", *more], env=dict(os.environ))


@contextlib.asynccontextmanager
async def _over_stdio() -> AsyncIterator[Client]:
    async with Client(stdio_client(_command())) as client:
        yield client


@contextlib.contextmanager
def _served() -> Iterator[str]:
    """A server of its own at a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "posology", "mcp", "--http", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.1):
                    break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            process.terminate()
            process.wait(10)


@contextlib.asynccontextmanager
async def _over_http() -> AsyncIterator[Client]:
    with _served() as url:
        async with Client(url) as client:
            yield client


@pytest.mark.parametrize("connect", [_over_stdio, _over_http])
def test_every_transport_says_the_same(connect: Callable[[], Any]) -> None:
    async def run() -> list[Any]:
        async with connect() as client:
            tools = (await client.list_tools()).tools
            said = [await client.call_tool("plan", one) for one in (GOOD, BAD)]
            return [[tool.name for tool in tools], *(one.structured_content for one in said)]

    tools, good, bad = anyio.run(run)
    assert sorted(tools) == ["ask", "check", "plan", "questions", "statement"]
    assert (good, bad) == (called("plan", **GOOD), called("plan", **BAD))
    assert json.dumps(good) == json.dumps(called("plan", **GOOD))


def test_a_bad_address_is_a_clear_message() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "posology", "mcp", "--http", "nowhere"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "HOST:PORT" in done.stderr

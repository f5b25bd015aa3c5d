"""The quick starts for other systems run as they stand on their pages, and say what the pages say that they say."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posology.agents import SHOW, arguments
from posology.fhir.hooks import HOOKS

pytest.importorskip("fastapi")
pytest.importorskip("mcp")
import webhouse
from test_mcp import _served

DOCS = Path(__file__).parents[1] / "docs"
FILES = {"cds-hooks.md": ("view.json", "sign.json", "feedback.json"), "fhir-server.md": ("apply.json",), "agents.md": ("call.json",)}

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="needs curl, which is not installed")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(name: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", page(name), re.MULTILINE | re.DOTALL)


@contextlib.contextmanager
def at_home(name: str, folder: Path) -> Iterator[tuple[str, str]]:
    """The address on the page, and the one where the server really is."""
    if name == "agents.md":
        with _served() as url:
            yield "http://127.0.0.1:8010", url.removesuffix("/mcp")
    else:
        with webhouse.served(replace(webhouse.shared_house(), feedback=folder / "feedback.jsonl")) as url:
            yield "http://127.0.0.1:8000", url


@pytest.mark.parametrize("name", FILES)
def test_every_command_runs_and_says_what_the_page_says(name: str, tmp_path: Path) -> None:
    for file, text in zip(FILES[name], blocks(name, "json"), strict=True):
        (tmp_path / file).write_text(json.dumps(json.loads(text)))
    with at_home(name, tmp_path) as (shown, real):
        for block in blocks(name, "console"):
            command, *expected = block.splitlines()
            words = [word.replace(shown, real.rstrip("/")) for word in shlex.split(command)]
            assert words[0] == "curl"
            done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
            assert done.returncode == 0, (command, done.stdout[:2000])
            for line in expected:
                assert line.removeprefix("# ") in done.stdout, (command, line, done.stdout[:3000])
    if name == "cds-hooks.md":
        assert len((tmp_path / "feedback.jsonl").read_text().splitlines()) == 1


def test_every_hook_and_tool_is_described() -> None:
    assert all(hook in page("cds-hooks.md") for hook in HOOKS)
    assert all(f"`{tool}`" in page("agents.md") for tool in ("plan", "questions", "ask", "statement", "check"))
    assert "--http" in page("agents.md") and arguments and SHOW

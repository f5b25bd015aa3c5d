"""`make bench`: how fast a register is worked through, beside hand-written SQL and OpenFisca-Core. Writes docs/benchmarks-register.md.

    python benchmarks/register.py [N …]         (BENCH_TEN_MILLION=1: ten million as well)

Each register is made up once; then each of these is a process of its own, on the same files: `posology register worklist`;
`register.sql`, written by hand, on DuckDB; and the rules alone in OpenFisca-Core (`register_openfisca.py`), in an
environment that is made for it and thrown away.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent
ON = "2026-01-31"
SIZES = (1_300, 10_000, 100_000, 1_000_000)
OPENFISCA = "openfisca-core==46.0.1"
BY_HAND = "import duckdb, sys; c = duckdb.connect(); c.execute('SET enable_progress_bar = false'); c.execute(sys.stdin.read())"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command took: wall seconds, processor seconds, peak memory in GB."""

    wall: float
    cpu: float
    memory: float

    def cells(self) -> str:
        """As cells of a table."""
        return f"{self.wall:.1f} | {self.cpu:.1f} | {self.memory:.2f}"


def ran(words: list[str], said: str = "") -> Ran:
    """Runs a command. Raises AssertionError when it fails."""
    began = time.monotonic()
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stdin and child.stderr
    child.stdin.write(said.encode())
    child.stdin.close()
    complained = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    assert status == 0, (words, complained.decode()[-800:])
    return Ran(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6)


def openfisca(place: Path) -> str:
    """A Python that has OpenFisca-Core; empty where it cannot be had."""
    venv.create(place, with_pip=True)
    python = str(place / "bin" / "python")
    try:
        ran([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", OPENFISCA])
    except AssertionError as error:
        print(f"OpenFisca-Core cannot be installed here: {error}", file=sys.stderr)
        return ""
    return python


AGREE = """
SELECT list_sort(s.ask) = list_sort(o.ask) AS "ask, in any order", list_sort(s.tests_due) = list_sort(o.tests_due) AS "tests_due, in any order",
    {cells} FROM '{folder}/sql.parquet' s JOIN '{folder}/worklist.parquet' o USING (patient_id)
"""


def agreeing(folder: Path) -> dict[str, float]:
    """For each column the share of rows in which the SQL by hand and the worklist say the same."""
    import duckdb

    names = [column for column, *_ in duckdb.sql(f"DESCRIBE SELECT * FROM '{folder}/worklist.parquet'").fetchall() if column != "patient_id"]
    cells = ", ".join(f"s.{name} IS NOT DISTINCT FROM o.{name} AS {name}" for name in names)
    found = duckdb.sql(f"SELECT avg(COLUMNS(*)::INT) FROM ({AGREE.format(cells=cells, folder=folder)})")
    return dict(zip(["ask, in any order", "tests_due, in any order", *names], found.fetchall()[0], strict=True))


def first_ever(folder: Path) -> Ran:
    """A register of a few patients where nothing that a register asks of its tables was compiled before."""
    register = [sys.executable, "-m", "posology", "register"]
    ran([*register, "synthesize", "20", str(folder), "--on", ON, "--kind", "parquet"])
    return ran([*register, "worklist", str(folder), "--on", ON, "--out", str(folder / "worklist.parquet")])


def measured(size: int, place: Path, fisca: str) -> tuple[Ran, Ran, Ran | None, dict[str, float]]:
    """A made-up register of a size: the worklist, the SQL by hand, the rules alone, and how far the SQL agrees."""
    folder, posology = place / str(size), [sys.executable, "-m", "posology", "register"]
    ran([*posology, "synthesize", str(size), str(folder), "--on", ON, "--kind", "parquet"])
    ours = ran([*posology, "worklist", str(folder), "--on", ON, "--out", str(folder / "worklist.parquet")])
    sql = (HERE / "register.sql").read_text().format(folder=folder, on=ON)
    by_hand = ran([sys.executable, "-c", BY_HAND], sql)
    rules = ran([fisca, str(HERE / "register_openfisca.py"), str(size)]) if fisca else None
    same = agreeing(folder)
    for path in folder.iterdir():
        path.unlink()
    return ours, by_hand, rules, same


def main() -> None:
    """Measures, prints and writes the table and the picture."""
    sizes = [int(word) for word in sys.argv[1:]] or [*SIZES, *([10_000_000] if os.environ.get("BENCH_TEN_MILLION") else [])]
    found = {}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(place / "cache")
        fisca, first = openfisca(place / "openfisca"), first_ever(place / "first")
        for size in sizes:
            found[size] = measured(size, place, fisca)
            print(row(size, *found[size][:3]), found[size][3], flush=True)
    (ROOT / "docs" / "benchmarks-register.md").write_text(page(found, first))
    (ROOT / "docs" / "images" / "register-growth.svg").write_text(picture({n: ours for n, (ours, *_) in found.items()}))


def row(size: int, ours: Ran, by_hand: Ran, rules: Ran | None) -> str:
    """A line of the table."""
    alone = rules.cells() if rules else "not installed | |"
    return f"| {size:,} | {ours.cells()} | {by_hand.cells()} | {ours.wall / by_hand.wall:.1f} | {alone} |"


def agreement(size: int, same: dict[str, float]) -> str:
    """How far the SQL by hand agrees, in words."""
    shares: dict[str, list[str]] = {}
    for name, share in same.items():
        shares.setdefault(f"{100 * share:.2f} %", []).append(name if "," in name else f"`{name}`")
    told = "; ".join(f"{share}: {', '.join(names)}" for share, names in sorted(shares.items(), key=lambda each: -float(each[0][:-2])))
    return f"Rows of {size:,} in which the SQL by hand says what the worklist says: {told}."


def page(found: dict[int, tuple[Ran, Ran, Ran | None, dict[str, float]]], first: Ran) -> str:
    """The page of the docs."""
    head = "| patients | worklist, s | processor, s | GB | SQL by hand, s | processor, s | GB | times the SQL | OpenFisca, s | processor, s | GB |"
    lines = [head, "|" + "---|" * 11, *(row(size, *each[:3]) for size, each in found.items())]
    largest = max(found)
    return f"""# How fast a register is worked through

Printed by `benchmarks/register.py` ({time.strftime("%Y-%m-%d")}, {os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}
when it was done: other work on the machine makes every figure larger). Made-up registers as Parquet; each figure is one whole command.

{chr(10).join(lines)}

- *worklist*: `posology register worklist DIR --out FILE.parquet`, start-up included, all columns.
- *SQL by hand*: `benchmarks/register.sql` on DuckDB, all columns, in the order of the register. It is written for this one guideline and believes what is in the
  files: no cell is checked, nothing is reported, and `ask` has the names but not their order, without the reasons that are seldom.
  {agreement(largest, found[largest][3])}
- A first run ever has Ibis compile every query: {first.wall:.1f} s ({first.cpu:.1f} s of processor) for 20 patients. What it compiles is kept, so that later runs, these
  among them, find it; `make` sees to it when it sets up.
- *OpenFisca*: `benchmarks/register_openfisca.py`, the conditions of loading and maintenance alone, two-valued, on arrays that are in memory already: no files, no
  dates, no reasons.

![Seconds and gigabytes by number of patients](images/register-growth.svg)
"""


def picture(ours: dict[int, Ran]) -> str:
    """Time and memory by size, both axes by powers of ten."""
    from math import log10

    def at(size: int, value: float) -> tuple[float, float]:
        return 70 + 130 * (log10(size) - 3), 250 - 55 * (log10(max(value, 0.01)) + 2)

    parts = []
    for power in range(3, 8):
        x, _ = at(10**power, 1)
        parts.append(f'<line x1="{x:.0f}" y1="30" x2="{x:.0f}" y2="250" stroke="#ddd"/><text x="{x:.0f}" y="268" text-anchor="middle">{10**power:,}</text>')
    for power in range(-2, 3):
        _, y = at(1000, 10.0**power)
        parts.append(f'<line x1="70" y1="{y:.0f}" x2="590" y2="{y:.0f}" stroke="#ddd"/><text x="64" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g}</text>')
    for words, color, kind in (("seconds", "#1b5e8c", "wall"), ("processor seconds", "#7a9cb8", "cpu"), ("GB at most", "#b3541e", "memory")):
        points = [at(size, getattr(each, kind)) for size, each in ours.items()]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in points)
        x, y = points[-1]
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>{dots}<text x="{x + 8:.0f}" y="{y + 4:.0f}" fill="{color}">{words}</text>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 290" font-family="sans-serif" font-size="12" role="img" '
        'aria-label="Seconds and gigabytes of a worklist by number of patients">'
        f'<rect width="740" height="290" fill="#fff"/>{"".join(parts)}<text x="330" y="286" text-anchor="middle">patients</text></svg>\n'
    )


if __name__ == "__main__":
    main()

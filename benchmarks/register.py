"""How fast a register is worked through, beside hand-written SQL for the same dates; a table in Markdown.

    python benchmarks/register.py [N …]

Each size is made up once, then `posology register worklist` is run on it as a process of its own. The SQL finds the last dose
and the next window of a plain two-monthly course and nothing else: a lower bound, not an equal.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ON = "2026-01-31"
SQL = """
COPY (SELECT p.patient_id, max(d.date) AS last_dose, max(d.date) + INTERVAL 2 MONTH AS due_from, max(d.date) + INTERVAL 3 MONTH AS due_by
FROM '{folder}/patients.parquet' p LEFT JOIN '{folder}/doses.parquet' d ON p.patient_id = d.patient_id AND d.date <= DATE '2026-01-31'
GROUP BY p.patient_id) TO '{folder}/sql.parquet'
"""


def ran(*words: str) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak memory in GB of a command."""
    began = time.monotonic()
    child = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    assert status == 0, words
    return time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6


def main() -> None:
    sizes = [int(word) for word in sys.argv[1:]] or [1_300, 10_000, 100_000, 1_000_000]
    print("| patients | worklist, s | processor, s | memory, GB | bare SQL for the last dose, s |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        for size in sizes:
            folder = Path(place) / str(size)
            ran("-m", "posology", "register", "synthesize", str(size), str(folder), "--on", ON, "--kind", "parquet")
            wall, cpu, memory = ran("-m", "posology", "register", "worklist", str(folder), "--on", ON, "--out", str(folder / "w.parquet"))
            bare, _, _ = ran("-c", f"import duckdb; duckdb.execute('''{SQL.format(folder=folder)}''')")
            print(f"| {size:,} | {wall:.1f} | {cpu:.1f} | {memory:.2f} | {bare:.1f} |", flush=True)


if __name__ == "__main__":
    main()

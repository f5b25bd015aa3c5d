"""The pages under load: 20 users, each opening a page a second. Writes docs/load.md."""

from __future__ import annotations

import argparse
import asyncio
import gzip
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
PAGE = "/guidelines/b12-injections"
ASKED = "My patient has numbness, platelets 30. How often do I inject?"
VISITS = [
    ("home", "GET", "/", {}),
    ("article", "GET", PAGE, {}),
    ("statement", "GET", f"{PAGE}/statements/neurological-loading", {}),
    ("answer", "POST", "/ask", {"data": {"within": "b12-injections", "text": ASKED}}),
    ("plan over the API", "POST", "/api/plan", {"json": {"facts": {"b12_deficiency": True, "numbness": True}}}),
]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--users", type=int, default=20)
    options.add_argument("--seconds", type=int, default=30)
    options.add_argument("--out", type=Path, default=ROOT / "docs" / "load.md")
    chosen = options.parse_args()
    server = subprocess.Popen(
        [sys.executable, "-m", "posology", "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        address = re.search(r"http://\S+", server.stdout.readline())[0]  # type: ignore[union-attr,index]
        first_view, began = first(address), processor(server.pid)
        times, refused = asyncio.run(load(address, chosen.users, chosen.seconds))
        spent = (processor(server.pid) - began) / sum(map(len, times.values()))
    finally:
        server.terminate()
        server.wait(10)
    chosen.out.write_text(page(times, refused, first_view, spent, chosen.users, chosen.seconds))
    print(chosen.out.read_text())


def first(address: str) -> int:
    """Bytes of the first view of the longest page, compressed, style sheet and scripts included."""
    parts = [httpx.get(address + at).content for at in (PAGE, "/static/app.css", "/static/posology.js", "/static/mark.svg")]
    return sum(len(gzip.compress(part)) for part in parts)


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used: what a page costs, however busy the machine is."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def load(address: str, users: int, seconds: int) -> tuple[dict[str, list[float]], int]:
    times: dict[str, list[float]] = {name: [] for name, *_ in VISITS}
    refused = 0

    async def user(number: int) -> None:
        nonlocal refused
        await asyncio.sleep(number / users)
        async with httpx.AsyncClient(base_url=address, timeout=30) as browser:
            for turn in range(seconds):
                name, method, at, body = VISITS[(number + turn) % len(VISITS)]
                began = time.perf_counter()
                answer = await browser.request(method, at, **body)  # type: ignore[arg-type]
                took = time.perf_counter() - began
                refused += answer.status_code != 200
                times[name].append(1000 * took)
                await asyncio.sleep(max(0.0, 1 - took))

    await asyncio.gather(*(user(number) for number in range(users)))
    return times, refused


def page(times: dict[str, list[float]], refused: int, first_view: int, spent: float, users: int, seconds: int) -> str:
    rows = [*times.items(), ("all", [one for found in times.values() for one in found])]
    table = "\n".join(
        f"| {name} | {len(found)} | {statistics.median(found):.0f} ms | {statistics.quantiles(found, n=20)[18]:.0f} ms | {max(found):.0f} ms |"
        for name, found in rows
    )
    busy = os.getloadavg()[0]
    return f"""# The pages under load

Written by `python benchmarks/load.py`; never typed in. {users} users open a page a second each for {seconds} seconds, server and users
on the same machine: {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}, on {date.today()}; load average at the end {busy:.1f}.

| page | requests | median | 95 % | slowest |
|---|---|---|---|---|
{table}

A page cost the server {1000 * spent:.0f} ms of processor time on average. {refused} requests were refused or failed. The first view of the longest page, with style sheet and scripts, is {first_view / 1000:.0f} kB compressed.
"""


if __name__ == "__main__":
    main()

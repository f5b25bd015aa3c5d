"""A page of docs/ with what was measured, and on what machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import date

Row = tuple[str, str, str]
"""What was measured, the time, and a note."""


def page(title: str, written: str, rows: Sequence[Row], more: str = "") -> str:
    """The page in Markdown; ``written`` says which program writes it, ``more`` what else is to be known."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    lines = [
        f"# {title}", "", f"Written by `make bench` ({written}); never typed in.{more}", "",
        f"Measured on {date.today()}: {machine}; the load of the machine afterwards was {os.getloadavg()[0]:.1f}.", "",
        "| what | time | note |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows), "",
    ]  # fmt: skip
    return "\n".join(lines)

"""What stands first of a summary: how much of the export is used, and what those who wait are waiting for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WHAT = {"patients": "rows of patients", "doses": "doses", "results": "results"}
"""The tables of a register, as their rows are called."""
HOW = (
    "Where it is so for everybody, or where an empty cell means no, one line in the map of the columns says it for all "
    "(always:, no_when_empty:)."
)


def unused(told: Mapping[str, Any]) -> str:
    """How many rows and cells of the export are not used, in one sentence; nothing where all are.

    >>> unused({"quality": {"read": {"patients": 20, "doses": 9}, "used": {"patients": 18, "doses": 9}, "cells": 1}})
    'Not all of the export is used: 18 of 20 rows of patients; 1 cell of a fact was not read.'
    """
    quality = told["quality"]
    read, used, cells = quality["read"], quality.get("used", {}), quality.get("cells", 0)
    short = [f"{used[name]:,} of {many:,} {WHAT[name]}" for name, many in read.items() if used.get(name, many) < many]
    parts = [", ".join(short)] if short else []
    if cells:
        parts.append("1 cell of a fact was not read" if cells == 1 else f"{cells:,} cells of facts were not read")
    return f"Not all of the export is used: {'; '.join(parts)}." if parts else ""


def waiting(told: Mapping[str, Any]) -> str:
    """How many wait for a fact, for which most of them, and what may settle it for all; nothing where nobody waits.

    >>> waiting({"status": {"ask": 16}, "patients": 18, "ask_first": {"a_fact": 12}})[:74]
    '16 of 18 patients wait for a fact, most of them first for “a fact” (12). W'
    """
    many, of = told["status"].get("ask", 0), told["patients"]
    if not many or not told.get("ask_first"):
        return ""
    fact, times = next(iter(told["ask_first"].items()))
    whom = "most of them first for" if 2 * times > many else "most often first for"
    wait = "waits" if many == 1 else "wait"
    return f"{many:,} of {of:,} patients {wait} for a fact, {whom} “{fact.replace('_', ' ')}” ({times:,}). {HOW}"


def first(told: Mapping[str, Any]) -> list[str]:
    """Both, as far as there is anything to say."""
    return [words for words in (unused(told), waiting(told)) if words]

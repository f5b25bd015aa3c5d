"""A register summed up: how many are in which phase, due, overdue, to be asked; and how good the data are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from . import OF_NOBODY, so_many
from .files import kept, one_row, rows_of
from .foremost import first
from .reading import Register

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

WEEKS = (1, 2, 4, 8, 13, 26, 52)
STATUSES = ("refer", "stop", "decide", "ask", "overdue", "due", "in_loading", "not_started", "up_to_date")
MEANS = {
    "refer": "outside this guideline",
    "stop": "something forbids the treatment",
    "decide": "left to a clinician",
    "ask": "facts are missing, so no date is known",
    "overdue": "the last day for the next dose has passed",
    "due": "the next dose may be given now",
    "in_loading": "the first course is running",
    "not_started": "no dose that counts is on record",
    "up_to_date": "the next dose lies ahead",
}
"""What each status says, in a few words."""
PHASES = ("loading", "maintenance", "prophylaxis", "unknown", "none")


def summed(table: ir.Table, register: Register, on: date) -> dict[str, Any]:
    """The summary of a worklist, as data."""
    engine = register.engine
    held = kept(engine, "worklist_held", table)
    asked = held.filter(held.status == "ask")
    return {
        "on": on.isoformat(),
        "patients": one_row(held.agg(many=held.count()), engine)["many"],
        "phase": _counts(held, "phase", register, PHASES),
        "status": _counts(held, "status", register, STATUSES),
        "rule": _counts(held, "rule", register),
        "certainty": _counts(held, "certainty", register),
        "overdue_weeks": _weeks(held, register),
        "tests_due": _each(held, "tests_due", register),
        "alerts": _each(held, "alerts", register),
        "unsettled": _each(held, "unsettled", register),
        "ask_first": _counts(asked.mutate(first=asked.ask.split(";")[0].nullif("")), "first", register),
        "ask": _each(held, "ask", register),
        "notices": _each(held, "notices", register),
        "quality": {
            "read": dict(register.quality.counts),
            "used": _used(held, register),
            "cells": register.quality.cells,
            "findings": [{"place": f.place, "what": f.what, "do": f.do} for f in register.quality.findings],
        },
    }


def _used(held: ir.Table, register: Register) -> dict[str, int]:
    """How many patients are in the list, and how many doses and results are used."""
    tables = {"patients": held, "doses": register.tables.doses, "results": register.tables.results}
    return {name: one_row(one.agg(many=one.count()), register.engine)["many"] for name, one in tables.items()}


def _counts(table: ir.Table, column: str, register: Register, order: tuple[str, ...] = ()) -> dict[str, int]:
    """How many rows hold each word of a column, in a known order or the most frequent first."""
    counted = table.filter(table[column].notnull()).group_by(word=table[column]).agg(many=lambda t: t.count())
    found = {row["word"]: row["many"] for row in rows_of(counted, register.engine)}
    if order:
        return {word: found[word] for word in order if word in found}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _each(table: ir.Table, column: str, register: Register) -> dict[str, int]:
    """How many rows hold each word of a column of lists."""
    words = table.filter(table[column] != "").select(word=table[column].split(";").unnest())
    return _counts(words, "word", register)


def _weeks(table: ir.Table, register: Register) -> dict[str, int]:
    """The overdue by how many weeks late they are."""
    days = table.days_overdue
    late = table.filter(table.status == "overdue")
    steps = [(days <= weeks * 7, k) for k, weeks in enumerate(WEEKS)]
    numbered = late.mutate(step=ibis.cases(*steps, else_=len(WEEKS)))
    counted = numbered.group_by("step").agg(many=lambda t: t.count())
    found = {row["step"]: row["many"] for row in rows_of(counted, register.engine)}
    return {_span(k): found[k] for k in range(len(WEEKS) + 1) if k in found}


def _span(step: int) -> str:
    """A step of lateness in words.

    >>> _span(0), _span(2), _span(7)
    ('up to 1 week', '2–4 weeks', 'over 52 weeks')
    """
    if step == 0:
        return "up to 1 week"
    return f"over {WEEKS[-1]} weeks" if step == len(WEEKS) else f"{WEEKS[step - 1]}–{WEEKS[step]} weeks"


# ---------------------------------------------------------------- in words

TITLES = {
    "status": "Status",
    "phase": "Phase",
    "rule": "Rule that is followed",
    "overdue_weeks": "Overdue, by how long",
    "tests_due": "Tests due or overdue",
    "alerts": "Alerts",
    "unsettled": "Where the guideline is silent or says two things",
    "ask_first": "One fact that decides most: ask these first",
    "notices": "Rows that rest on incomplete data",
}
WIDE, MOST = 24, 10
INSET: dict[str, Any] = {"initial_indent": "  ", "subsequent_indent": "  "}


def of_nobody(told: Mapping[str, Any]) -> bool:
    """Whether a summary is of patients who are made up."""
    return any(one["what"] == OF_NOBODY.what for one in told["quality"]["findings"])


def as_text(told: dict[str, Any], color: bool = False) -> str:
    """The summary to read, with a bar for each count."""
    lines = [_strong(f"{so_many(told['patients'])} on {told['on']}", color), ""]
    lines += [OF_NOBODY.what, ""] if of_nobody(told) else []
    lines += [line for words in first(told) for line in wrap(words, 100)] + [""] * bool(first(told))
    for name, title in TITLES.items():
        if told[name]:
            lines += [_strong(title, color), *_bars(told[name], told["patients"], color)]
            lines += [f"  {plain(word)}: {MEANS[word]}" for word in told[name] if name == "status"] + [""]
    if told.get("trend"):
        from .trend import NOTE
        from .trend import as_text as over_time

        lines += [_strong("The past year", color), *over_time(told["trend"]), *wrap(NOTE, 100, **INSET), ""]
    return "\n".join([*lines, *_data(told["quality"], color)])


def plain(word: str) -> str:
    """A word of a worklist as it is shown: of what a map declares, the fact that rests on it.

    >>> plain("up_to_date"), plain("no_when_empty:a_fact"), plain("always:a_fact")
    ('up to date', 'empty taken as no: a fact', 'said of everybody: a fact')
    """
    told = word.replace("no_when_empty:", "empty taken as no: ").replace("always:", "said of everybody: ")
    return told.replace("_", " ")


def _bars(counts: dict[str, int], of: int, color: bool) -> list[str]:
    shown = list(counts.items())[:MOST]
    wide = max(len(plain(word)) for word, _ in shown)
    most = max(many for _, many in shown)
    lines = [
        f"  {plain(word):{wide}}  {many:>9,}  {many / of:6.1%}  {_bar(many / most, color)}".rstrip()
        for word, many in shown
    ]
    return lines + ([f"  … and {len(counts) - MOST} more"] if len(counts) > MOST else [])


def _bar(share: float, color: bool) -> str:
    blocks = "█" * max(round(share * WIDE), 1)
    return f"\033[36m{blocks}\033[0m" if color else blocks


def _data(quality: dict[str, Any], color: bool) -> list[str]:
    read = ", ".join(f"{many:,} {name}" for name, many in quality["read"].items())
    lines = [_strong("Data", color), f"  read: {read} rows"]
    findings = [one for one in quality["findings"] if one["what"] != OF_NOBODY.what]  # which stands above all
    for finding in findings:
        lines += [f"  {finding['place']}: {finding['what']}", f"    {finding['do']}"]
    return lines if findings else [*lines, "  nothing odd was found"]


def _strong(words: str, color: bool) -> str:
    return f"\033[1m{words}\033[0m" if color else words

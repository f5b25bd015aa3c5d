"""What was read of a register and what was odd about it; and what cannot be read, in words that may be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..findings import Finding, Refused
from . import cells
from .commas import unclosed
from .files import Engine, rows_of

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

MOST_WORDS = 2000
"""Different ways of writing that are looked at in one column; a column with more is none of words."""
SHOWN = 3
SHAPED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]|$)")
"""How a day is written that can be read, if there is such a day."""


@dataclass(slots=True)
class Quality:
    """What was read, and everything that was odd about it, by table."""

    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    cells: int = 0
    """Cells of facts that were not read."""

    def say(self, many: int, place: str, what: str, do: str, of: str = "row") -> None:
        """A finding about so many rows (or whatever they are called), if there are any."""
        if many:
            rows = f"1 {of}" if many == 1 else f"{many:,} {of}s"
            self.findings.append(Finding(place, f"{rows}: {what}", do))


def words_in(column_: ir.Value, engine: Engine) -> dict[str, int]:
    """The ways of writing in a column, each with how often it is there, the most frequent first."""
    table = column_.cast("string").name("word").as_table()
    counted = table.filter(table.word.notnull()).group_by("word").agg(many=lambda t: t.count())
    ordered = counted.order_by([ibis.desc("many"), "word"]).limit(MOST_WORDS)
    return {row["word"]: row["many"] for row in rows_of(ordered, engine)}


def some_of(words: Mapping[str, int]) -> str:
    """The first ways of writing, and how many more there are."""
    shown = [f"{cut_short(w)} ({many:,}×)" if many > 1 else cut_short(w) for w, many in list(words.items())[:SHOWN]]
    more = len(words) - SHOWN
    ways = "1 more way" if more == 1 else f"{more} more ways"
    return ", ".join(shown) + (f" and {ways} of writing" if more > 0 else "") + "."


def cut_short(word: str) -> str:
    """A word as it may be shown: in one line, and cut where it is long."""
    plain = "".join(c if c.isprintable() else "·" for c in word.strip("“”"))
    return f"“{plain[:30]}…”" if len(plain) > 30 else f"“{plain}”"


def bad_days(words: Mapping[str, int], place: str, quality: Quality) -> None:
    """Reports what is written for days and is none. Raises Refused where it goes over lines."""
    if any("\n" in word for word in words):
        raise Refused([unclosed(place)])
    do = "Write dates as 2026-01-31 (year-month-day), or say in a map which order they have (posology register map)."
    short = {word: many for word, many in words.items() if cells.short_year(word)}
    none = {word: many for word, many in words.items() if SHAPED.match(word.strip())}
    others = {word: many for word, many in words.items() if word not in short and word not in none}
    quality.say(sum(short.values()), place, f"a year of two digits, so not read: {some_of(short)}", cells.LONGER)
    what = f"no day that there is, or one before {cells.FIRST_DAY.year}: {some_of(none)}"
    quality.say(sum(none.values()), place, what, "Correct the dates.")
    quality.say(sum(others.values()), place, f"not a date that can be read: {some_of(others)}", do)

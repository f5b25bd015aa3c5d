"""Cells as they are written → values: yes/no, numbers, choices, dates. What cannot be read is unknown, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from ..model import Fact

BLANK = ("", "unknown", "?", "n/a", "na", "null", "-", "not known", "missing")
YES, NO = ("yes", "y", "true", "1", "1.0"), ("no", "n", "false", "0", "0.0")
CODES_FOR_MISSING = (999.0, 9999.0, 99999.0, 999999.0)
"""Figures that records write for "not known"; as measurements they are so rare that they are not taken for one."""
NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?$"
FIRST_DAY = date(1900, 1, 1)


def text(cell: ir.Value) -> ir.StringValue:
    """A cell as text without space around it."""
    return cell.cast("string").strip()


def blank(cell: ir.Value) -> ir.BooleanValue:
    """Whether a cell says nothing."""
    return cell.isnull() | text(cell).lower().isin(BLANK).fill_null(True)


def fact_value(cell: ir.Value, fact: Fact, also: Mapping[str, float] | None = None) -> ir.Value:
    """A cell as the value of a fact; NULL where it is blank or cannot be read."""
    if fact.kind == "yes/no":
        return yes_no(cell)
    if fact.kind == "choice":
        return choice(cell, fact)
    return number(cell, fact, also or {})


def yes_no(cell: ir.Value) -> ir.BooleanValue:
    """Yes or no, in the ways of writing that a register may use."""
    if cell.type().is_boolean():
        return cell
    word = text(cell).lower()
    return ibis.cases((word.isin(YES), True), (word.isin(NO), False), else_=ibis.null("boolean"))


def choice(cell: ir.Value, fact: Fact) -> ir.StringValue:
    """One of the choices of a fact."""
    word = text(cell).lower().re_replace(r"[\s_-]+", "_")
    return word.isin(fact.choices).ifelse(word, ibis.null("string"))


def figure(cell: ir.Value) -> ir.FloatingValue:
    """A plain number; NULL for anything else, NaN and infinity included."""
    if cell.type().is_floating():
        odd = cell.isnan() | cell.isinf()
        return odd.ifelse(ibis.null("float64"), cell.cast("float64"))
    if cell.type().is_numeric():
        return cell.cast("float64")
    if not cell.type().is_string():
        return ibis.null("float64")
    word = text(cell)
    return word.re_search(NUMBER).ifelse(word, ibis.null("string")).try_cast("float64")


def number(cell: ir.Value, fact: Fact, also: Mapping[str, float]) -> ir.FloatingValue:
    """A number of a fact, in its own unit and range; ``also`` says what written quantities come to."""
    found = figure(cell)
    if also:
        words = text(cell)
        found = ibis.coalesce(found, ibis.cases(*((words == w, ibis.literal(v, "float64")) for w, v in also.items()), else_=ibis.null("float64")))
    return plausible(found, fact)


def plausible(value: ir.FloatingValue, fact: Fact) -> ir.FloatingValue:
    """A number within the range of its fact, and no code for missing; else NULL."""
    good = (value >= fact.low) & (value <= fact.high) & value.notin(CODES_FOR_MISSING)
    return good.ifelse(value, ibis.null("float64"))


def day(cell: ir.Value) -> ir.DateValue:
    """A date written as 2026-01-31, with or without a time of day; NULL for any other way of writing."""
    if cell.type().is_date():
        found = cell
    elif cell.type().is_timestamp():
        found = cell.date()
    elif cell.type().is_string():
        word = text(cell)
        found = word.re_search(DAY).ifelse(word.substr(0, 10), ibis.null("string")).try_cast("date")
    else:
        return ibis.null("date")
    return (found >= ibis.literal(FIRST_DAY)).ifelse(found, ibis.null("date"))

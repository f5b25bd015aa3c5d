"""Cells as they are written → values: yes/no, numbers, choices, dates. What cannot be read is unknown, never guessed.

The usual ways of writing are read by the engine. Every other way is looked at once, as a word, however
often it is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from ..model import Fact, Guideline, Value
from ..read.patient import value_of
from ..read.regimens import snake
from .queries import by, given

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from . import queries as ibis

BLANK = ("", "unknown", "?", "n/a", "na", "null", "-", "not known", "missing")
YES, NO = ("yes", "y", "true", "1", "1.0"), ("no", "n", "false", "0", "0.0")
CODES_FOR_MISSING = (999.0, 9999.0, 99999.0, 999999.0)
"""Figures that records write for "not known". A measurement of just that figure is rare, and to take the code for one
would hide a danger, where a figure that is left out only costs a look at the record."""
YEARS = "years"
"""The unit of a fact that a date of birth tells."""
FIRST_DAY = date(1900, 1, 1)
KINDS = {"yes/no": "boolean", "number": "float64", "choice": "string"}


# ---------------------------------------------------------------- columns, in the usual ways of writing


def fact_value(cell: ir.Value, fact: Fact) -> ir.Value:
    """A cell as the value of a fact; NULL where it is blank or written in no usual way."""
    if fact.kind == "number":
        return plausible(figure(cell), fact)
    if fact.kind == "choice":
        word = cell.cast("string")
        return word.isin(fact.choices).ifelse(word, ibis.null("string"))
    if cell.type().is_boolean():
        return cell
    word = cell.cast("string")
    none = ibis.null("boolean")
    return ibis.cases(
        (word.isnull(), none), (word == YES[0], True), (word == NO[0], False),  # most cells, at two comparisons
        (word.isin(_cased(YES)), True), (word.isin(_cased(NO)), False), else_=none,
    )  # fmt: skip


def usual(cell: ir.Value, fact: Fact | None, value: ir.Value) -> ir.Value:
    """Something where a cell is written in a usual way, else NULL: its ``value``, or what is found out faster."""
    if fact is None or fact.kind == "number" or cell.type().is_boolean():
        return value
    words = fact.choices if fact.kind == "choice" else [*_cased(YES), *_cased(NO)]
    return by("posology.register.placed:place_among", list(words), cell.cast("string"))


def looked_up(cell: ir.Value, fact: Fact) -> ir.Value:
    """The same as `fact_value`, for DuckDB and a column whose words are spelled once, as in Parquet."""
    if fact.kind != "yes/no" or cell.type().is_boolean():
        return fact_value(cell, fact)
    return usual(cell, fact, cell) <= len(_cased(YES))


def _cased(words: tuple[str, ...]) -> list[str]:
    return sorted({form for word in words for form in (word, word.upper(), word.capitalize())})


def figure(cell: ir.Value) -> ir.FloatingValue:
    """A plain number; NULL for anything else, NaN and infinity included."""
    kind = cell.type()
    if kind.is_string():
        plain = cell.re_search(r"^[+-]?[0-9]+(\.[0-9]+)?$")
        return plain.ifelse(cell, ibis.null("string")).try_cast("float64")
    if kind.is_floating():
        odd = cell.isnan() | cell.isinf()
        return odd.ifelse(ibis.null("float64"), cell.cast("float64"))
    return cell.cast("float64") if kind.is_numeric() else _nothing(cell, "float64")


def _nothing(cell: ir.Value, kind: str) -> ir.Value:
    """NULL for each cell of a column that holds something else throughout (a truth, a list)."""
    return cell.isnull().ifelse(ibis.null(kind), ibis.null(kind))


def no_code(value: ir.FloatingValue) -> ir.FloatingValue:
    """A number that is no code for missing; else NULL."""
    return value.notin(CODES_FOR_MISSING).ifelse(value, ibis.null("float64"))


def plausible(value: ir.FloatingValue, fact: Fact) -> ir.FloatingValue:
    """A number within the range of its fact, and no code for missing; else NULL."""
    good = (value >= fact.low) & (value <= fact.high)
    codes = [code for code in CODES_FOR_MISSING if fact.low <= code <= fact.high]
    good = good & value.notin(codes) if codes else good
    return good.ifelse(value, ibis.null("float64"))


def day(cell: ir.Value) -> ir.DateValue:
    """A date written as 2026-01-31, with or without a time of day; NULL for any other way of writing."""
    kind = cell.type()
    if kind.is_date():
        found = cell
    elif kind.is_timestamp():
        found = cell.date()
    elif kind.is_string():
        word = cell.strip()
        shaped = (word.substr(4, 1) == "-") & (word.substr(7, 1) == "-") & word.substr(10, 1).isin(["", "T", " "])
        found = shaped.ifelse(word.substr(0, 10), ibis.null("string")).try_cast("date")
    else:
        return _nothing(cell, "date")
    return (found >= ibis.literal(FIRST_DAY)).ifelse(found, ibis.null("date"))


def ident(cell: ir.Value) -> ir.StringValue:
    """An id as text; 12.0 is 12, since a table of numbers knows no other way to write it."""
    word = cell.cast("string").fill_null("")
    within = (word < "!") | (word.reverse() < "!")  # few ids begin or end with a space, and to strip one is slow
    word = within.ifelse(word.strip(), word)
    return word.re_replace(r"^([0-9]+)\.0$", r"\1") if cell.type().is_floating() else word


def rest(cell: ir.Value, value: ir.Value) -> ir.StringValue:
    """What is written in a cell that was not read so far."""
    return value.isnull().ifelse(cell.cast("string"), ibis.null("string"))


# ---------------------------------------------------------------- words


def blank(word: str) -> bool:
    """Whether a word says that nothing is known."""
    return word.strip().lower() in BLANK


SHORT_YEAR = re.compile(r"\d{1,2}([-/. ])\s*(\d{1,2}|[^\W\d]{3,9}\.?)\1\s*\d{2}([ T]\d{1,2}:\d{2}.*)?")
LONGER = (
    "A year of two digits is never read, as 26 may be 1926 or 2026 and 03/04/26 begin with a day, a month or a year: "
    "have the dates exported with four digits (in a spreadsheet, give the column the format yyyy-mm-dd)."
)
"""What to do about dates with a year of two digits; no map can say which they are."""


def short_year(word: str) -> bool:
    """Whether a word is a date whose year has two digits.

    >>> short_year("03/04/26"), short_year("3-Apr-26"), short_year("03/04/2026"), short_year("1.5")
    (True, True, False, False)
    """
    return bool(SHORT_YEAR.fullmatch(word.strip("“” ")))


def read_word(word: str, fact: Fact, guideline: Guideline) -> Value | None:
    """A way of writing that is not the usual one, as the value of a fact; None when it cannot be read.

    Yes and no with space around them, a choice in other words, a number with its unit. Digits of other scripts are not
    read, here as in dates and results: which of them a sign is, and in which order they stand, can be taken wrongly.
    """
    folded = word.strip().lower()
    if fact.kind == "yes/no":
        return True if folded in YES else False if folded in NO else None
    if fact.kind == "choice":
        found = snake(folded) if snake(folded) in fact.choices else guideline.aliases.get(folded, "")
        return found if found in fact.choices else None
    if any(sign.isdecimal() and not sign.isascii() for sign in word):
        return None
    try:
        number = value_of(float(folded), fact)
    except ValueError:
        number = value_of(word, fact)
    return number if isinstance(number, float) and number not in CODES_FOR_MISSING else None


def patched(value: ir.Value, left: ir.StringValue, words: Mapping[str, Value], fact: Fact) -> ir.Value:
    """A column with what the words left over come to."""
    if not words:
        return value
    kind = KINDS[fact.kind]
    pairs = (
        (left == given(f"{fact.name} word {k}", word, "string"), given(f"{fact.name} value {k}", meant, kind))
        for k, (word, meant) in enumerate(words.items())
    )
    return value.fill_null(ibis.cases(*pairs, else_=ibis.null(kind)))

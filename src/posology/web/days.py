"""Days as people and spreadsheets write them → days of the calendar; figures alone are read day first."""

from __future__ import annotations

import re
from datetime import date

from ..read.data import short

_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ][0-9:.,Z+-]+(?: ?[AaPp][Mm])?)?")
_FIGURES = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4}|[0-9]{2})(?:[T ]+[0-9:.]+(?: ?[AaPp][Mm])?)?")
_WORDS = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,? )?([0-9]{1,2})(?:st|nd|rd|th)?[-. ]+([A-Za-z]{3,9})\.?,?[- ]+([0-9]{4}|[0-9]{2})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


def day_of(text: str) -> date | str:
    """The day that was written, or a sentence that says why it is none.

    >>> day_of("5/1/2026"), day_of("2026-01-05"), day_of("5 Jan 26")
    (datetime.date(2026, 1, 5), datetime.date(2026, 1, 5), datetime.date(2026, 1, 5))
    >>> day_of("01/13/2026")
    "'01/13/2026' has no month 13: dates in figures are read day first."
    """
    written = " ".join(text.split())
    if found := _ISO.fullmatch(written):
        return _day(written, int(found[1]), int(found[2]), int(found[3]))
    if found := _FIGURES.fullmatch(written):
        if int(found[2]) > 12:
            return f"{short(written)} has no month {int(found[2])}: dates in figures are read day first."
        return _day(written, _year(found[3]), int(found[2]), int(found[1]))
    if (found := _WORDS.fullmatch(written)) and (month := _month(found[2])):
        return _day(written, _year(found[3]), month, int(found[1]))
    if re.fullmatch(r"[34][0-9]{4}(\.[0-9]+)?", written):
        return f"{short(written)} looks like a spreadsheet's own number for a day: show the column as dates first."
    return f"{short(written)} is not a date."


def _year(figures: str) -> int:
    """A year; of two figures, one of this century."""
    return int(figures) + (2000 if len(figures) == 2 else 0)


def _month(word: str) -> int:
    """A month by its name or the first letters of it; 0 for another word."""
    low = word.lower()
    if low in ("sept",):
        return 9
    if low in _LONG:
        return _LONG.index(low) + 1
    return _MONTHS.index(low) + 1 if low in _MONTHS else 0


def _day(text: str, year: int, month: int, day: int) -> date | str:
    try:
        found = date(year, month, day)
    except ValueError:
        return f"{short(text)} is not a day of the calendar."
    return found if 1900 <= found.year <= 2200 else f"{short(text)} is too far from today."

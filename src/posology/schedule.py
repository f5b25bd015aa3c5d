"""Calendar arithmetic of doses: periods, clamped months, windows and patterns within a week."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Literal, cast

from .model import Give, Period


def period(text: str) -> Period:
    """An ISO 8601 period of one unit. Raises ValueError.

    >>> period("P2M")
    Period(count=2, unit='M')
    """
    found = re.fullmatch(r"P(\d{1,4})([DWMY])", text)
    if not found:
        raise ValueError(f"{text!r} is not a period such as P21D, P2W, P3M or P1Y")
    return Period(int(found[1]), cast(Literal["D", "W", "M", "Y"], found[2]))


_MONTHS = {"M": 1, "Y": 12}
_DAYS = {"D": 1, "W": 7}


def months(step: Period) -> int:
    """The months in a period (0 for days and weeks)."""
    return step.count * _MONTHS.get(step.unit, 0)


def days(step: Period) -> int:
    """The days in a period of days or weeks (0 for months and years)."""
    return step.count * _DAYS.get(step.unit, 0)


def length(step: Period) -> float:
    """A period's average length in days, for ordering only (a month counts 30.44)."""
    return days(step) + months(step) * 30.44


def add(day: date, step: Period, times: int = 1) -> date:
    """The day so many periods later. Months count from the day given and are clamped to the month's end.

    >>> add(date(2024, 1, 31), Period(1, "M")), add(date(2024, 1, 31), Period(1, "M"), 2)
    (datetime.date(2024, 2, 29), datetime.date(2024, 3, 31))
    """
    ahead = months(step) * times
    if not ahead:
        return day + timedelta(days=days(step) * times)
    year, month = divmod(day.year * 12 + day.month - 1 + ahead, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def gap(give: Give, after: int) -> int:
    """Days from dose number ``after`` to the next, for a regimen of several doses in a period of days.

    Three times weekly falls on days 0, 2 and 4 of each week, so the gaps are 2, 2 and 3.
    """
    span = days(give.every_low)
    place = after % give.times
    here, there = (place - 1) % give.times, place
    step = there * span // give.times - here * span // give.times
    return step if place else step + span


def due(give: Give, anchor: date, given: int, ahead: int) -> tuple[date, date]:
    """The window (earliest, latest) of the ``ahead``-th dose (from 1) after ``anchor``, when ``given`` have been given.

    Months count from the anchor itself, so that the month's end is clamped once. Both ends of an interval
    are in one unit: the language has no other.

    >>> monthly = Give("x", 1, 1, "oral", 1, Period(2, "M"), Period(3, "M"))
    >>> due(monthly, date(2026, 1, 31), 6, 2)
    (datetime.date(2026, 5, 31), datetime.date(2026, 6, 30))
    """
    if give.times > 1:
        day = anchor + timedelta(days=sum(gap(give, given + k) for k in range(ahead)))
        return day, day
    longest = Period(give.every_low.count * (ahead - 1) + give.every_high.count, give.every_high.unit)
    return add(anchor, give.every_low, ahead), add(anchor, longest)

"""The words of a regimen → a Give: drug, dose, route, how often, how long."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from ..findings import Fault, near
from ..model import Fact, Give, Is, Period
from ..quantity import DOSED, dosed, most, tidy
from .routes import ROUTES, advice

UNITS: dict[str, Literal["D", "W", "M", "Y"]] = {"day": "D", "week": "W", "month": "M", "year": "Y"}
DAY = Period(1, "D")
FIXED: dict[str, tuple[int, Period]] = {
    "daily": (1, DAY),
    "on alternate days": (1, Period(2, "D")),
    "weekly": (1, Period(1, "W")),
    "monthly": (1, Period(1, "M")),
    "yearly": (1, Period(1, "Y")),
}
"""How often, in words of their own: doses in a period."""
COUNTS = {"once": 1, "twice": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
FOREVER = ("for life", "indefinitely")
MOST_DOSES, MOST_YEARS = 1000, 100
"""Beyond these a figure is a slip of the pen."""

FIGURE = r"[0-9]+(?:\.[0-9]+)?"
_DOSE = re.compile(
    r"(?P<drug>[^\W\d_][\w()-]*(?: [^\W\d_(][\w()-]*| \([\w -]*\))*) "
    rf"(?P<low>{FIGURE})(?:\s?[–-]\s?(?P<high>{FIGURE}))?\s?(?P<unit>[^\W\d]\S*)(?: |$)"
)
_ROUTE = re.compile(rf"({'|'.join(ROUTES)})(?: |$)", re.IGNORECASE)
_END = re.compile(rf"(?:^| )(?:for ([0-9]+) doses?|until (.+)|({'|'.join(FOREVER)}))$", re.IGNORECASE)
_EVERY = re.compile(rf"every (?:([0-9]+)(?:\s?[–-]\s?([0-9]+))? )?({'|'.join(UNITS)})s?")
_SEVERAL = re.compile(rf"([1-9][0-9]?|{'|'.join(COUNTS)})(?: times)? (daily|weekly)")


@dataclass(frozen=True, slots=True)
class _End:
    """How a regimen ends: after so many doses, when a condition holds, or never."""

    doses: int | None = None
    until: str | None = None
    for_life: bool = False


def regimen(words: str, facts: Mapping[str, Fact]) -> Give | Fault:
    """`DRUG DOSE ROUTE HOW OFTEN [for N doses | until PHRASE | for life | indefinitely]` as a Give."""
    words = " ".join(words.split())
    dose = _DOSE.match(words)
    if not dose:
        do = "Write drug, dose with unit, route and how often, as in `… 1 mg oral daily for life`."
        return Fault(words, "This does not begin with a drug and its dose.", do)
    amount = _amount(dose)
    if isinstance(amount, Fault):
        return amount
    rest = words[dose.end() :]
    route = _ROUTE.match(rest)
    if not route:
        first = rest.split(" ")[0] or dose[0].strip()
        what = f"{first!r} is not a route that can be read." if rest else "No route follows the dose."
        return Fault(first, what, advice(first), dose.end() if rest else 0)
    return _timed(dose["drug"], amount, route[1], rest[route.end() :], words, facts)


def drug_of(line: str) -> str | None:
    """The drug that a `give` line names, before anything else of the line is read."""
    words = " ".join(line.split())
    dose = _DOSE.match(words.removeprefix("or ").removeprefix("give "))
    return snake(dose["drug"]) if dose and words.startswith(("give ", "or give ")) else None


def _timed(
    drug: str, amount: tuple[float, float, str], route: str, rest: str, words: str, facts: Mapping[str, Fact]
) -> Give | Fault:
    found, at = _END.search(rest), len(words) - len(rest)
    often = often_of(rest[: found.start()] if found else rest)
    if isinstance(often, Fault):
        return replace(often, at=at) if often.words else replace(often, words=words)
    end = _end(found, facts) if found else _End()
    if isinstance(end, Fault):
        return replace(end, at=at + end.at)
    times, low, high = often
    if times == 0:
        if found:
            do = "Take the end away, or say how often."
            return Fault(found[0].strip(), "What is given once needs no end.", do, at)
        times, end = 1, _End(doses=1)
    holds = Is(facts[end.until].name) if end.until else None
    least, largest, unit = amount
    return Give(
        snake(drug), least, largest, snake(route), times, low, high, end.doses, end.until, holds, end.for_life, unit
    )


def _amount(dose: re.Match[str]) -> tuple[float, float, str] | Fault:
    """The lower and the upper dose, and their unit."""
    unit = dosed(dose["unit"])
    if unit is None:
        return _no_unit(dose)
    name, times = unit
    low, high = (tidy(float(figure) * times) for figure in (dose["low"], dose["high"] or dose["low"]))
    if not 0 < low <= high <= most(name):
        do = "Write the lower figure first, and nothing of zero."
        return Fault(dose["low"], "This is not a dose that can be given.", do, dose.start("low"))
    return low, high, name


def _no_unit(dose: re.Match[str]) -> Fault:
    """Why a dose has no unit that can be read: one that is to be worked out first is not."""
    what = f"{dose['unit']!r} is not a unit of a dose."
    do = f"Use one of: mg, mcg, g, {', '.join(DOSED[1:])}."
    if "/" in dose["unit"]:
        what = f"{dose['unit']!r}: a dose by weight, by surface or by the hour cannot be read."
        do = "Write bands of a number fact (weight 50–70 kg), each with a rule and a dose of its own."
    return Fault(dose["unit"], what, do, dose.start("unit"))


def often_of(words: str) -> tuple[int, Period, Period] | Fault:
    """Doses in a period, and the period's two ends; no times at all stand for once."""
    low = " ".join(words.lower().split())
    if low == "once":
        return 0, DAY, DAY
    if low in FIXED:
        times, step = FIXED[low]
        return times, step, step
    several, every = _SEVERAL.fullmatch(low), _EVERY.fullmatch(low)
    if several:
        step = Period(1, "D" if several[2] == "daily" else "W")
        return COUNTS.get(several[1]) or int(several[1]), step, step
    if every:
        first, last = (period(figure or "1", every[3]) for figure in (every[1], every[2] or every[1]))
        if first and last and first.count <= last.count:
            return 1, first, last
    do = "Use once, daily, on alternate days, weekly, three times weekly, or every 2–3 months."
    return Fault(words.strip(), "How often is not said in words that we know.", near(low, FIXED, do) if low else do)


def period(figure: str, unit: str) -> Period | None:
    """So many days, weeks, months or years; None where that cannot be meant."""
    count = int(figure) if len(figure) < 6 else 0
    a_year = {"D": 366, "W": 53, "M": 12, "Y": 1}[UNITS[unit]]
    return Period(count, UNITS[unit]) if 0 < count <= a_year * MOST_YEARS else None


def _end(found: re.Match[str], facts: Mapping[str, Fact]) -> _End | Fault:
    if found[1]:
        doses = int(found[1]) if len(found[1]) < 6 else 0
        if not 0 < doses <= MOST_DOSES:
            do = f"Write a figure from 1 to {MOST_DOSES}."
            return Fault(found[1], "This is not a number of doses.", do, found.start(1))
        return _End(doses=doses)
    if not found[2]:
        return _End(for_life=True)
    until = found[2].lower()
    if until not in facts:
        do = near(until, facts, "Define it in a `define` block, so that the end can be known.")
        return Fault(found[2], f"{until!r} is not defined.", do, found.start(2))
    if facts[until].kind != "yes/no":
        do = "Define the end in a `define` block."
        return Fault(found[2], f"{until!r} is not answered by yes or no.", do, found.start(2))
    return _End(until=until)


@lru_cache(maxsize=5_000)
def snake(phrase: str) -> str:
    """A phrase as a name: lower case, with underscores."""
    return "_".join(phrase.lower().replace("-", " ").split())

"""The words of an action line → an Action: regimens, checks with their timing, and what is struck out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, cast, get_args

from ..findings import near
from ..model import Action, ActionKind, Fact, Give, Is, Period, Strike, Timing, Urgency
from ..quantity import factor, tidy
from .conditions import Fault

ROUTES = ("intramuscular", "deep subcutaneous", "intravenous", "oral")
INJECTED = ("intramuscular", "deep_subcutaneous")
KINDS = get_args(ActionKind)
_COUNT = {"one": 1, "once": 1, "two": 2, "twice": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_UNIT: dict[str, Literal["D", "W", "M", "Y"]] = {"day": "D", "week": "W", "month": "M", "year": "Y"}
_GIVE = re.compile(
    r"(?P<drug>[a-z][\w ()-]*?)\s+(?P<low>\d+(?:\.\d+)?)(?:\s*[–-]\s*(?P<high>\d+(?:\.\d+)?))?\s*(?P<unit>[a-zµ]+)\s+"
    rf"(?P<route>{'|'.join(ROUTES)})\b\s*(?P<often>.*?)\s*"
    r"(?:for\s+(?P<doses>\d+)\s+doses?|until\s+(?P<until>.+?)|(?P<life>for life|indefinitely))?\s*",
    re.IGNORECASE,
)


def regimen(words: str, facts: Mapping[str, Fact]) -> Give | Fault:
    """`DRUG DOSE ROUTE HOW OFTEN [for N doses | until PHRASE | for life | indefinitely]` as a Give."""
    found = _GIVE.fullmatch(words)
    if not found:
        return Fault(words, "This is not a regimen.", "Write drug, dose with unit, route and how often, as in `… 1 mg oral daily for life`.")
    times = factor(found["unit"], "mg")
    if times is None:
        return Fault(found["unit"], f"{found['unit']!r} is not a unit of mass.", "Use mg, mcg or g.")
    often = _often(found["often"])
    if often is None:
        return Fault(found["often"] or words, "How often is not said in words that we know.", "Use daily, on alternate days, weekly, three times weekly, or every 2–3 months.")
    until = " ".join(found["until"].lower().split()) if found["until"] else None
    if until and (until not in facts or facts[until].kind != "yes/no"):
        return Fault(found["until"], f"{until!r} is not defined.", near(until, facts, "Define it in a `define` block, so that the end can be known."))
    low, high = float(found["low"]) * times, float(found["high"] or found["low"]) * times
    return Give(
        snake(found["drug"]), tidy(low), tidy(high), snake(found["route"]), *often,
        int(found["doses"]) if found["doses"] else None,
        until, Is(facts[until].name) if until else None, bool(found["life"]),
    )  # fmt: skip


def _often(words: str) -> tuple[int, Period, Period] | None:
    """Doses in a period, and the period's two ends."""
    words = " ".join(words.lower().split())
    fixed: dict[str, tuple[int, Period]] = {
        "daily": (1, Period(1, "D")), "on alternate days": (1, Period(2, "D")), "weekly": (1, Period(1, "W")),
        "monthly": (1, Period(1, "M")), "yearly": (1, Period(1, "Y")),
    }  # fmt: skip
    if words in fixed:
        times, step = fixed[words]
        return times, step, step
    several = re.fullmatch(r"(\w+)(?: times)? (daily|weekly)", words)
    if several and several[1] in _COUNT:
        step = Period(1, "D" if several[2] == "daily" else "W")
        return (_COUNT[several[1]], step, step)
    return _every(words)


def _every(words: str) -> tuple[int, Period, Period] | None:
    """`every 2–3 months`, `every 7 days`, `every month`."""
    found = re.fullmatch(r"every (?:(\d+)(?:\s*[–-]\s*(\d+))? )?(day|week|month|year)s?", words)
    if not found:
        return None
    low, high = int(found[1] or 1), int(found[2] or found[1] or 1)
    return (1, Period(low, _UNIT[found[3]]), Period(high, _UNIT[found[3]])) if 0 < low <= high else None


def snake(phrase: str) -> str:
    """A phrase as a name: lower case, with underscores."""
    return "_".join(phrase.lower().replace("-", " ").split())


# ---------------------------------------------------------------- the other kinds


def action(kind: str, words: str, facts: Mapping[str, Fact], names: Mapping[str, Any]) -> Action | Fault:
    """One action line. ``names`` holds the guideline's drugs, tests and decisions."""
    if kind == "give":
        give = regimen(words, facts)
        return give if isinstance(give, Fault) else Action("give", words, (give,))
    words, urgency = _urgency(words)
    if not words:
        return Fault(kind, f"`{kind}` says nothing.", "Say in a few words what to do.")
    if kind == "check":
        return _check(words, urgency, facts, names)
    strikes = (_target(words, names["drugs"]),) if kind in ("avoid", "never") else _option(words, names["drugs"])
    return Action(cast(ActionKind, kind), words, strikes=strikes, urgency=urgency)


def _urgency(words: str) -> tuple[str, Urgency | None]:
    found = re.fullmatch(r"(.*?),\s*(routine|soon|urgent|emergency)", words.strip())
    return (found[1], cast(Urgency, found[2])) if found else (words.strip(), None)


def _target(words: str, drugs: tuple[str, ...]) -> Strike:
    """What an `avoid` or `never` strikes out; other words strike nothing."""
    low = words.lower()
    if low.removesuffix(" route") in ROUTES:
        return Strike("route", snake(low.removesuffix(" route")))
    if low.startswith("site "):
        return Strike("site", snake(low.removeprefix("site ")))
    return Strike("drug", snake(low)) if snake(low) in drugs else Strike("words", words)


def _option(words: str, drugs: tuple[str, ...]) -> tuple[Strike, ...]:
    """The drug that a `use` line names first, if it names one."""
    first = snake(words.split()[0])
    return (Strike("drug", first),) if first in drugs else ()


def stop(words: str, drugs: tuple[str, ...]) -> Strike | Fault:
    """What a safety gate withholds."""
    low = words.lower().strip()
    if low in ("everything", "injections"):
        return Strike(cast(Literal["everything", "injections"], low))
    if snake(low) in drugs:
        return Strike("drug", snake(low))
    return Fault(words, f"{words!r} is nothing that can be withheld.", near(snake(low), drugs, "Write everything, injections, or the name of a drug that is given."))


_PERIOD = r"(\d+) (day|week|month|year)s?"
_TIMING = re.compile(
    rf"(?P<tests>.+?) (?:at (?P<at>[\d, and]+) (?P<unit>day|week|month|year)s?"
    rf"|every {_PERIOD} (?:after {_PERIOD}|since (?P<since>.+?)))(?: during (?P<during>[\w-]+))?"
)


def _check(words: str, urgency: Urgency | None, facts: Mapping[str, Fact], names: Mapping[str, Any]) -> Action | Fault:
    found = _TIMING.fullmatch(words)
    if not found:
        return Action("check", words, urgency=urgency)
    tests = [snake(part) for part in re.split(r",\s*(?:and )?| and ", found["tests"])]
    for test in tests:
        if test not in names["tests"]:
            return Fault(test.replace("_", " "), f"{test!r} is not a test that we know.", near(test, names["tests"], "Use a number fact, or list the test in codes.md."))
    timing = _timing(found, names)
    return timing if isinstance(timing, Fault) else Action("check", words, tests=tuple(tests), timing=timing, urgency=urgency)


def _timing(found: re.Match[str], names: Mapping[str, Any]) -> Timing | Fault:
    since = snake(found["since"]) if found["since"] else None
    if since and since not in names["tests"]:
        return Fault(found["since"], f"{found['since']!r} is not a test that we know.", near(since, names["tests"], "Name a test."))
    decisions: tuple[str, ...] = names["decisions"]
    if found["during"] and found["during"] not in decisions:
        return Fault(found["during"], f"{found['during']!r} is not a decision.", near(found["during"], decisions, "Name a decision."))
    if found["at"]:
        counts = re.findall(r"\d+", found["at"])
        return Timing(tuple(Period(int(n), _UNIT[found["unit"]]) for n in counts), during=found["during"])
    every = Period(int(found[4]), _UNIT[found[5]])
    after = Period(int(found[6]), _UNIT[found[7]]) if found[6] else None
    return Timing(every=every, after=after, since=since, during=found["during"])

"""The words of an action line → an Action: checks with their timing, and what is struck out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, cast, get_args

from ..findings import Fault, near, nearest
from ..model import Action, ActionKind, Fact, Period, Strike, Timing, Urgency
from .regimens import UNITS, period, regimen, snake
from .routes import ROUTES
from .routes import meant as route_meant

KINDS: tuple[ActionKind, ...] = get_args(ActionKind)
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
TYPO = 0.8
"""So alike are a slip of the pen and the name that was meant, but not two names."""

Names = Mapping[str, tuple[str, ...]]
"""The ``drugs``, ``tests``, ``decisions`` and ``rules`` that a guideline's lines may speak of."""


def action(kind: str, words: str, facts: Mapping[str, Fact], names: Names) -> Action | Fault:
    """One action line. ``facts`` is by phrase."""
    if kind == "give":
        give = regimen(words, facts)
        return give if isinstance(give, Fault) else Action("give", words, (give,))
    words, urgency = _urgency(words)
    if not words:
        return Fault("", f"`{kind}` says nothing.", "Say in a few words what to do.")
    if kind == "check":
        return _check(words, urgency, facts, names)
    struck = _target(words, names) if kind in ("avoid", "never") else _option(kind, words, names)
    if isinstance(struck, Fault):
        return struck
    return Action(cast(ActionKind, kind), words, strikes=struck, urgency=urgency)


_URGENCY = re.compile(rf"(.*?),\s*({'|'.join(URGENCIES)})")


def _urgency(words: str) -> tuple[str, Urgency | None]:
    found = _URGENCY.fullmatch(words.strip())
    return (found[1].strip(), cast(Urgency, found[2])) if found else (words.strip(), None)


# ---------------------------------------------------------------- what is struck out, withheld or chosen


def _target(words: str, names: Names) -> tuple[Strike, ...] | Fault:
    """What an `avoid` or `never` strikes out; other words strike nothing."""
    low = words.lower()
    route = low.removesuffix(" route")
    if route in ROUTES:
        return (Strike("route", snake(route)),)
    if low.startswith("site "):
        return (Strike("site", snake(low.removeprefix("site "))),)
    if snake(low) in names["drugs"]:
        return (Strike("drug", snake(low)),)
    meant = route_meant(route) or nearest(snake(low), names["drugs"], TYPO)
    return _typo(words, meant) if meant else (Strike("words", words),)


def _typo(words: str, meant: str) -> Fault:
    meant = meant.replace("_", " ")
    return Fault(words, f"{words!r} would strike out nothing.", f'Did you mean "{meant}"? Else say it in more words.')


def _option(kind: str, words: str, names: Names) -> tuple[Strike, ...] | Fault:
    """The drug that a `use` line names first, if it names one."""
    low = snake(words)
    named = [drug for drug in names["drugs"] if low == drug or low.startswith(f"{drug}_")]
    if named:
        return (Strike("drug", max(named, key=len)),)
    first = words.split()[0]
    meant = nearest(snake(first), names["drugs"], TYPO) if kind == "use" else ""
    if not meant:
        return ()
    return Fault(first, f"{first!r} is not a drug that is given here.", f'Did you mean "{meant.replace("_", " ")}"?')


def stop(words: str, drugs: tuple[str, ...]) -> Strike | Fault:
    """What a safety gate withholds."""
    low = words.lower().strip()
    if low in ("everything", "injections"):
        return Strike(cast(Literal["everything", "injections"], low))
    if snake(low) in drugs:
        return Strike("drug", snake(low))
    do = "Write everything, injections, or the name of a drug that is given."
    what = f"{words!r} is nothing that can be withheld."
    return Fault(words, what, near(low, [drug.replace("_", " ") for drug in drugs], do))


# ---------------------------------------------------------------- checks and when they fall due

_UNIT = f"({'|'.join(UNITS)})s?"
_SPAN = rf"([0-9]+) {_UNIT}"
_AT = re.compile(r"(?P<tests>.+?) at (?P<at>[0-9].*?)(?: during (?P<during>\S+))?")
_EVERY = re.compile(
    rf"(?P<tests>.+?) every {_SPAN}(?: after {_SPAN}| since (?P<since>.+?))?(?: during (?P<during>\S+))?"
)
_MOMENT = re.compile(rf"([0-9]+)(?: {_UNIT})?")
_LIST = re.compile(r",\s*(?:and )?| and ")


def _check(words: str, urgency: Urgency | None, facts: Mapping[str, Fact], names: Names) -> Action | Fault:
    words = " ".join(words.split())
    found = _EVERY.fullmatch(words) or _AT.fullmatch(words)
    if not found:
        return _untimed(words, urgency)
    tests = tuple(snake(part) for part in _LIST.split(found["tests"]))
    for test in tests:
        if test not in names["tests"]:
            return _no_test(test, names)
    timing = _timing(found, names)
    if isinstance(timing, Fault):
        return timing
    if timing.during and not _is_review(tests, timing, facts):
        do = "Write it as in `FACT at 21 days during DECISION`."
        return Fault(words, "A review asks for one fact at one moment of a course.", do)
    return Action("check", words, tests=tests, timing=timing, urgency=urgency)


def _untimed(words: str, urgency: Urgency | None) -> Action | Fault:
    """Free words; figures in them that look like a timing must not go unread."""
    timing = re.search(r"\b(?:at|every) [0-9].*", words)
    if not timing:
        return Action("check", words, urgency=urgency)
    do = "Write `at 3, 6 and 12 months`, `every 1 year after 12 months`, or `every 3 months since TEST`."
    return Fault(timing[0], "This timing could not be read.", do, timing.start())


def _no_test(test: str, names: Names) -> Fault:
    phrases = [name.replace("_", " ") for name in names["tests"]]
    words = test.replace("_", " ")
    do = near(words, phrases, "Use a number fact, or list the test in codes.md.")
    return Fault(words, f"{words!r} is not a test that we know.", do)


def _timing(found: re.Match[str], names: Names) -> Timing | Fault:
    during: str | None = found["during"]
    if during and during not in names["decisions"]:
        do = near(during, names["decisions"], "Name a decision of this guideline after `during`.")
        return Fault(during, f"{during!r} is not a decision.", do)
    if found.re is _AT:
        moments = _moments(found["at"])
        return moments if isinstance(moments, Fault) else Timing(moments, during=during)
    since = snake(found["since"]) if found["since"] else None
    if since and since not in names["tests"]:
        return _no_test(since, names)
    every = period(found[2], found[3])
    after = period(found[4], found[5]) if found[4] else None
    if every is None or (found[4] and after is None):
        return _no_time(found[2] if every is None else found[4])
    return Timing(every=every, after=after, since=since, during=during)


def _no_time(words: str) -> Fault:
    return Fault(words, "There is no such stretch of time.", "Write a figure with days, weeks, months or years.")


def _moments(words: str) -> tuple[Period, ...] | Fault:
    """`3, 6 and 12 months`: a figure without a unit has that of the next one."""
    parts = [_MOMENT.fullmatch(part) for part in _LIST.split(words)]
    unit, moments = "", []
    for part in reversed(parts):
        unit = (part[2] if part else "") or unit
        moment = period(part[1], unit) if part and unit else None
        if moment is None:
            return _no_time(part[0] if part else words)
        moments.append(moment)
    return tuple(reversed(moments))


def _is_review(tests: tuple[str, ...], timing: Timing, facts: Mapping[str, Fact]) -> bool:
    known = {fact.name for fact in facts.values()}
    return len(tests) == 1 == len(timing.at) and tests[0] in known


__all__ = ["KINDS", "ROUTES", "URGENCIES", "Names", "action", "regimen", "snake", "stop"]

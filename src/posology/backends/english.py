"""Conditions, regimens, actions and rules in plain English.

A condition is printed in the words that a guideline file uses, so what is printed can be read back:
the unit each time, and brackets wherever one joining word meets another. What comes back is the same
tree, but for ranges inside an `and`, which come back as a part of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import assert_never

from ..model import Above, Action, All, Any_, Expr, Fact, Give, Is, Not, Period, Rule, Strike, Timing
from ..quantity import amount_words, plain

Facts = Mapping[str, Fact]

# ---------------------------------------------------------------- conditions


def phrase(expr: Expr, facts: Facts) -> str:
    """A condition in the words of a guideline file. ``All(())`` and ``Any_(())`` have none there.

    >>> n = Fact("count", "count", "number", unit="10*9/L", high=500)
    >>> phrase(Any_((Not(Above("count", 25, 25, strict=False)), All((Is("a"), Not(Is("b")))))), {"count": n})
    'count < 25 10*9/L or (a and not b)'
    """
    match expr:
        case Is(name, choice):
            return words(name, facts) + (f" is {spaced(choice)}" if choice is not None else "")
        case Above():
            return _test(expr, ">" if expr.strict else ">=", facts)
        case Not(Above() as test):
            return _test(test, "<=" if test.strict else "<", facts)
        case Not(part):
            return f"not {_bracketed(part, facts)}"
        case All(parts):
            return _joined(_with_ranges(parts, facts), "and") or "in every case"
        case Any_(parts):
            return _joined([_text(part, facts) for part in parts], "or") or "in no case"
        case _:
            assert_never(expr)


_Part = tuple[str, bool]
"""The words of a part, and whether they need brackets beside others."""


def _joined(parts: list[_Part], word: str) -> str:
    alone = len(parts) == 1
    return f" {word} ".join(f"({text})" if bracket and not alone else text for text, bracket in parts)


def _text(expr: Expr, facts: Facts) -> _Part:
    if isinstance(expr, All | Any_) and len(expr.parts) == 1:
        return _text(expr.parts[0], facts)
    bracket = isinstance(expr, All | Any_) and len(expr.parts) > 1 and not _range(expr.parts, facts)
    return phrase(expr, facts), bracket


def _bracketed(expr: Expr, facts: Facts) -> str:
    text, bracket = _text(expr, facts)
    return f"({text})" if bracket else text


def _with_ranges(parts: tuple[Expr, ...], facts: Facts) -> list[_Part]:
    """The parts of an `and`; where two neighbours are the ends of one range, they are one part."""
    texts: list[_Part] = []
    rest = parts
    while rest:
        ends = _range(rest[:2], facts)
        texts.append((ends, False) if ends else _text(rest[0], facts))
        rest = rest[2:] if ends else rest[1:]
    return texts


def _test(test: Above, sign: str, facts: Facts) -> str:
    figures = plain(test.low) if test.low == test.high else f"{plain(test.low)}–{plain(test.high)}"
    return " ".join(filter(None, (words(test.fact, facts), sign, figures, unit(test.fact, facts))))


def _range(parts: tuple[Expr, ...], facts: Facts) -> str:
    """``count 25–50 10*9/L`` for a lower and an upper end of one number, both belonging; else nothing."""
    match parts:
        case (Above(name, low, low_, False), Not(Above(other, high, high_, True))) if (
            name == other and low == low_ and high == high_ and low < high
        ):
            ends = f"{plain(low)}–{plain(high)}"
            return " ".join(filter(None, (words(name, facts), ends, unit(name, facts))))
        case _:
            return ""


def named(expr: Expr, defines: Mapping[str, Expr]) -> Expr:
    """The condition with every part that the guideline has a name for put under that name.

    >>> named(Not(Any_((Is("a"), Is("b")))), {"either": Any_((Is("a"), Is("b")))})
    Not(part=Is(fact='either', choice=None))
    """
    own = next((name for name, meant in defines.items() if meant == expr), None)
    if own is not None:
        return Is(own)
    match expr:
        case Is() | Above():
            return expr
        case All(parts):
            return All(tuple(named(part, defines) for part in parts))
        case Any_(parts):
            return Any_(tuple(named(part, defines) for part in parts))
        case Not(part):
            return Not(named(part, defines))
        case _:
            assert_never(expr)


def definition(fact: Fact, facts: Facts) -> str:
    """What makes a derived fact yes, as a sentence without its full stop; nothing for other facts."""
    if fact.when is None:
        return ""
    text = f"{fact.phrase} means: {phrase(fact.when, facts)}"
    return text + (f"; always so if {phrase(fact.always, facts)}" if fact.always is not None else "")


def words(name: str, facts: Facts) -> str:
    """The phrase of a fact; a name that is none (a test, an abbreviation) is spelled out."""
    return facts[name].phrase if name in facts else spaced(name)


def unit(name: str, facts: Facts) -> str:
    """The unit of a number fact, or nothing."""
    return facts[name].unit if name in facts else ""


def spaced(name: str) -> str:
    """A name of the program as a reader would write it."""
    return name.replace("_", " ")


def long_day(when: date) -> str:
    """A date in full.

    >>> long_day(date(2026, 1, 5))
    'Monday 5 January 2026'
    """
    return f"{DAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]} {when.year}"


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def listed(items: Iterable[str], last: str = "and") -> str:
    """Words in a row.

    >>> listed(["3", "6", "12"])
    '3, 6 and 12'
    """
    *most, end = items
    return f"{', '.join(most)} {last} {end}" if most else end


# ---------------------------------------------------------------- regimens

_OFTEN = {"P1D": "daily", "P2D": "on alternate days", "P1W": "weekly", "P1Y": "yearly"}
_TIMES = {2: "twice", 3: "three times", 4: "four times", 5: "five times", 6: "six times"}
_PER = {"P1D": "daily", "P1W": "weekly", "P1M": "monthly", "P1Y": "yearly"}
_UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year"}


def regimen(give: Give) -> str:
    """How a drug is given, in the order in which a prescriber writes it.

    >>> regimen(Give("a drug", 1, 2, "deep_subcutaneous", 1, Period(2, "M"), Period(3, "M"), for_life=True))
    'a drug 1–2 mg deep subcutaneous every 2–3 months for life'
    """
    parts = (spaced(give.drug), dose(give), spaced(give.route), how_often(give), how_long(give))
    return " ".join(filter(None, parts))


def dose(give: Give) -> str:
    """The amount of one dose; what is less than a milligram is written in micrograms."""
    if give.unit != "mg":
        return amount_words(give.low, give.high, give.unit)
    times, name = (1000.0, "mcg") if give.high < 1 else (1.0, "mg")
    low, high = plain(give.low * times), plain(give.high * times)
    return f"{low} {name}" if low == high else f"{low}–{high} {name}"


def how_often(give: Give) -> str:
    """``every 2–3 months``, ``three times weekly``, ``once``."""
    if give.doses == 1:
        return "once"
    low, high = give.every_low, give.every_high
    if give.times > 1:
        many = _TIMES.get(give.times, f"{give.times} times")
        return f"{many} {_PER.get(str(low)) or f'every {stretch(low, high)}'}"
    if low == high and (str(low) in _OFTEN or low.count == 1):
        return _OFTEN.get(str(low), f"every {_UNITS[low.unit]}")
    return f"every {stretch(low, high)}"


def how_long(give: Give) -> str:
    """The end of a regimen: a number of doses, an open end in words, life, or nothing."""
    if give.doses is not None and give.doses > 1:
        return f"for {give.doses} doses"
    if give.until:
        return f"until {give.until}"
    return "for life" if give.for_life else ""


def stretch(low: Period, high: Period | None = None) -> str:
    """A period or two of them.

    >>> stretch(Period(2, "M"), Period(3, "M")), stretch(Period(3, "W"), Period(1, "M"))
    ('2–3 months', '3 weeks to 1 month')
    """
    if high is None or low == high:
        return f"{low.count} {_UNITS[low.unit]}{'' if low.count == 1 else 's'}"
    if low.unit == high.unit:
        return f"{low.count}–{high.count} {_UNITS[high.unit]}s"
    return f"{stretch(low)} to {stretch(high)}"


# ---------------------------------------------------------------- actions and rules


def deed(action: Action, facts: Facts) -> str:
    """What an action says to do, without a full stop."""
    match action.kind:
        case "give":
            text = f"give {listed(map(regimen, action.gives), 'or') if action.gives else action.words}"
        case "check" if action.tests:
            tests = listed(words(test, facts) for test in action.tests)
            text = " ".join(filter(None, ("check", tests, when_due(action.timing, facts))))
        case "use" | "check" | "refer" | "consider" | "avoid" | "never" | "decide":
            text = f"{action.kind} {action.words or targets(action.strikes)}".rstrip()
        case _:
            assert_never(action.kind)
    return text + (f", {action.urgency}" if action.urgency else "")


def when_due(timing: Timing | None, facts: Facts) -> str:
    """When a check falls due: ``at 3, 6 and 12 months``, ``every 1 year after 12 months``."""
    if timing is None:
        return ""
    parts = [f"at {_moments(timing.at)}"] if timing.at else []
    parts += [f"every {stretch(timing.every)}"] if timing.every else []
    parts += [f"after {stretch(timing.after)}"] if timing.after else []
    parts += [f"since {words(timing.since, facts)}"] if timing.since else []
    parts += [f"during {spaced(timing.during)}"] if timing.during else []
    return " ".join(parts)


def _moments(at: tuple[Period, ...]) -> str:
    if len({period.unit for period in at}) > 1 or len(at) == 1:
        return listed(map(stretch, at))
    return f"{listed(str(period.count) for period in at)} {_UNITS[at[0].unit]}s"


def targets(strikes: Iterable[Strike]) -> str:
    """What is taken away, in words: ``oral route``, ``site …``, a drug, ``injections``, ``everything``."""
    return listed([_target(strike) for strike in strikes] or [""])


def _target(strike: Strike) -> str:
    match strike.kind:
        case "route":
            return f"{spaced(strike.name)} route"
        case "site":
            return f"site {spaced(strike.name)}"
        case "drug" | "words":
            return spaced(strike.name)
        case "injections" | "everything":
            return strike.kind
        case _:
            assert_never(strike.kind)


def sentence(rule: Rule, facts: Facts) -> str:
    """A rule as prose: its condition, its action, and what it overrides.

    >>> sentence(Rule("late", Not(Is("a")), Action("refer", "to the clinic", urgency="soon")), {})
    'If not a: refer to the clinic, soon.'
    """
    text = f"If {phrase(rule.when, facts)}: {deed(rule.action, facts)}."
    if rule.never_when is not None:
        text += f" Never, if {phrase(rule.never_when, facts)}."
    if rule.instead_of:
        text += f" This replaces {listed(rule.instead_of)}."
    if rule.stops:
        text += f" While this holds, withhold {targets(rule.stops)}."
    return text

"""Whether the figures of rule and sentence agree: doses, intervals, counts, thresholds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..expr import leaves
from ..findings import Source
from ..model import Above, Give, Guideline, Period, Statement
from ..quantity import amount_words, plain
from ..schedule import days
from . import Look

_NAMES = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 12: "twelve"}
_ONCE = {
    "D": ("daily", "every day", "each day", "a day"),
    "W": ("weekly", "every week", "a week"),
    "M": ("monthly", "every month", "a month"),
    "Y": ("yearly", "every year", "once a year", "annual", "annually"),
}
_OTHER = ("alternate day", "every other day", "alternate–day", "every second day")
_UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year"}


def look(guideline: Guideline, source: Source) -> Look:
    """Figures that stand in a rule but not in its sentence, and courses whose counts do not add up."""
    faults = []
    for statement in guideline.statements:
        for what in _lacking(statement, guideline):
            said = f"The rule {statement.name!r} says {what}, but the sentence does not."
            do = "Bring the two into line: the sentence is what people sign."
            faults.append(source.finding(statement.place, "", said, do))
        do = "Correct the doses or the weeks."
        faults += [source.finding(statement.place, "", what, do) for what in _unequal(statement)]
    return faults, []


def _text(statement: Statement) -> str:
    """A sentence in lower case, with one kind of dash and of space."""
    return statement.text.lower().replace("-", "–").replace("\u00a0", " ")


def _lacking(statement: Statement, guideline: Guideline) -> Iterator[str]:
    """What a rule says in figures and its sentence does not."""
    if statement.rule is None:
        return
    text = _text(statement)
    for give in statement.rule.action.gives:
        yield from _regimen(give, text)
    timing = statement.rule.action.timing
    for period in (*(timing.at if timing else ()), *((timing.every,) if timing and timing.every else ())):
        if not _says(period, period, text):
            yield _words(period, period)
    for test in _own_thresholds(statement, guideline):
        for figure in dict.fromkeys((test.low, test.high)):
            if not _has(figure, text):
                yield f"the threshold {plain(figure)} of {test.fact.replace('_', ' ')}"


def _own_thresholds(statement: Statement, guideline: Guideline) -> Iterator[Above]:
    """The thresholds that belong to this rule: not those that only keep off another rule's patients."""
    own = [rule for rule in guideline.rules if rule.name == statement.name]
    others = {leaf for rule in guideline.rules if rule not in own for leaf in leaves(rule.when)}
    for leaf in (leaf for rule in own for leaf in leaves(rule.when)):
        if isinstance(leaf, Above) and leaf not in others:
            yield leaf


def _regimen(give: Give, text: str) -> Iterator[str]:
    for amount in dict.fromkeys((give.low, give.high)):
        if not (_has(amount, text) or (give.unit == "mg" and _has(amount * 1000, text))):
            yield amount_words(amount, amount, give.unit)
    if give.doses == 1:
        return
    if not _often(give, text):
        yield _words(give.every_low, give.every_high, give.times)
    if give.doses is not None and not _has(give.doses, text):
        yield f"{give.doses} doses"


def _unequal(statement: Statement) -> Iterator[str]:
    """So many doses in so many weeks: both figures of a sentence must be one course."""
    weeks = re.search(r"for (\d+) weeks?", _text(statement))
    if statement.rule is None or weeks is None:
        return
    for give in statement.rule.action.gives:
        step = days(give.every_high)
        if give.doses and step and give.doses * step != int(weeks[1]) * 7 * give.times:
            yield f"{give.doses} doses do not fill {weeks[1]} weeks."


def _often(give: Give, text: str) -> bool:
    if give.times == 1:
        return _says(give.every_low, give.every_high, text)
    unit = _UNITS[give.every_low.unit]
    often = ("a " + unit, "per " + unit, "every " + unit, "daily" if unit == "day" else unit + "ly")
    many = [f"{word} times" for word in _counts(give.times)] + ["twice"] * (give.times == 2)
    return any(f"{word} {each}" in text for word in many for each in often)


def _counts(number: int) -> tuple[str, ...]:
    return (str(number), _NAMES.get(number, str(number)))


def _says(low: Period, high: Period, text: str) -> bool:
    if low == high and low.count == 1 and any(word in text for word in _ONCE[low.unit]):
        return True
    if low == high == Period(2, "D") and any(word in text for word in _OTHER):
        return True
    return _has(low.count, text) and _has(high.count, text)


def _has(figure: float, text: str) -> bool:
    spelled = _NAMES.get(int(figure)) if figure == int(figure) else None
    found = re.search(rf"(?<![\d.]){re.escape(plain(figure))}(?!\d|\.\d)", text)
    return bool(found) or bool(spelled and re.search(rf"\b{spelled}\b", text))


def _words(low: Period, high: Period, times: int = 1) -> str:
    unit = _UNITS[low.unit] + "s" * (high.count > 1)
    span = str(low.count) if low == high else f"{low.count}–{high.count}"
    return f"{times} times in {span} {unit}" if times > 1 else f"{span} {unit}"

"""Do the figures of rule and sentence agree: doses, intervals, counts, thresholds?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..expr import leaves
from ..findings import Finding
from ..model import Above, Give, Guideline, Period, Statement
from ..quantity import plain
from ..schedule import days
from . import Look, at

_NAMES = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 12: "twelve"}
_ONCE = {"D": ("daily", "every day", "each day"), "W": ("weekly", "every week", "a week"),
         "M": ("monthly", "every month", "a month"), "Y": ("yearly", "every year", "once a year", "annual", "annually")}  # fmt: skip
_OTHER = ("alternate day", "every other day", "alternate-day", "every second day")


def look(guideline: Guideline) -> Look:
    """Figures that stand in a rule but not in its sentence, and courses whose counts do not add up."""
    faults = [fault for s in guideline.statements if s.rule for fault in _statement(s, guideline)]
    return faults, []


def _statement(statement: Statement, guideline: Guideline) -> Iterator[Finding]:
    assert statement.rule is not None
    text = statement.text.lower().replace("-", "–").replace(" ", " ")
    for give in statement.rule.action.gives:
        yield from _regimen(statement, give, text)
    timing = statement.rule.action.timing
    for period in (*(timing.at if timing else ()), *((timing.every,) if timing and timing.every else ())):
        if not _says(period, period, text):
            yield _lacks(statement, _words(period, period))
    for test in _own_thresholds(statement, guideline):
        for figure in {test.low, test.high}:
            if not _has(figure, text):
                yield _lacks(statement, f"the threshold {plain(figure)} of {test.fact.replace('_', ' ')}")


def _own_thresholds(statement: Statement, guideline: Guideline) -> Iterator[Above]:
    """The thresholds that belong to this rule: not those that only keep off another rule's patients."""
    assert statement.rule is not None
    others = [leaf for rule in guideline.rules if rule.name != statement.rule.name for leaf in leaves(rule.when)]
    names = {*guideline.defines}
    for leaf in leaves(statement.rule.when):
        if isinstance(leaf, Above) and leaf not in others and leaf.fact not in names:
            yield leaf


def _lacks(statement: Statement, what: str) -> Finding:
    return at(statement, f"The rule {statement.name!r} says {what}, but the sentence does not.", "Bring the two into line: the sentence is what people sign.")


def _regimen(statement: Statement, give: Give, text: str) -> Iterator[Finding]:
    for amount in {give.low, give.high}:
        if not (_has(amount, text) or _has(amount * 1000, text)):
            yield _lacks(statement, f"{plain(amount)} mg")
    if not _often(give, text):
        yield _lacks(statement, _words(give.every_low, give.every_high, give.times))
    if give.doses is not None:
        if not _has(give.doses, text):
            yield _lacks(statement, f"{give.doses} doses")
        yield from _course(statement, give, text)


def _course(statement: Statement, give: Give, text: str) -> Iterator[Finding]:
    """So many doses in so many weeks: both figures of a sentence must be one course."""
    weeks = re.search(r"for (\d+) weeks?", text)
    if weeks and give.doses and days(give.every_high):
        length = int(weeks[1]) * 7
        if give.doses * days(give.every_high) != length * give.times:
            yield at(statement, f"{give.doses} doses do not fill {weeks[1]} weeks.", "Correct the count or the weeks.")


def _often(give: Give, text: str) -> bool:
    if give.times > 1:
        return any(f"{word} {unit}" in text for word in _counts(give.times) for unit in ("times a week", "times weekly", "times per week", "times a day"))
    return _says(give.every_low, give.every_high, text)


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
    return bool(re.search(rf"(?<![\d.]){re.escape(plain(figure))}(?!\d|\.\d)", text)) or bool(spelled and re.search(rf"\b{spelled}\b", text))


def _words(low: Period, high: Period, times: int = 1) -> str:
    unit = {"D": "days", "W": "weeks", "M": "months", "Y": "years"}[low.unit]
    span = str(low.count) if low == high else f"{low.count}–{high.count}"
    return f"{times} times in {span} {unit}" if times > 1 else f"{span} {unit}"

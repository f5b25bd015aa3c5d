"""The words of a condition → the tree. Facts by longest match; units every time; no silent precedence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..findings import near
from ..model import Above, All, Any_, Expr, Fact, Is, Not
from ..quantity import factor, plain, tidy

_WORD = re.compile(r"[^\s()]+")
_TEST = re.compile(r"\s*(>=|<=|≥|≤|>|<)?\s*(\d+(?:\.\d+)?)(?:\s*[–—-]\s*(\d+(?:\.\d+)?))?")
_UNIT_END = re.compile(r"\s+(?:and|or)\b|\)|$")
NOTHING = Is("")
"""Stands in for a part that could not be read, so that the rest still is."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with some words, and what to do; the reader adds the place."""

    words: str
    what: str
    do: str


@dataclass(slots=True)
class _Reading:
    text: str
    facts: Mapping[str, Fact]
    at: int = 0
    faults: list[Fault] = field(default_factory=list)

    def rest(self) -> str:
        return self.text[self.at :]

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def take(self, word: str) -> bool:
        """Step over a word or bracket if it comes next."""
        self.skip()
        found = re.match(re.escape(word) + (r"\b" if word.isalpha() else ""), self.rest(), re.IGNORECASE)
        if found:
            self.at += found.end()
        return bool(found)

    def fault(self, words: str, what: str, do: str) -> Expr:
        self.faults.append(Fault(words, what, do))
        return NOTHING


def condition(text: str, facts: Mapping[str, Fact]) -> tuple[Expr, tuple[Fault, ...]]:
    """A condition's words as a tree, with every fault found. ``facts`` is by phrase, in lower case."""
    reading = _Reading(" ".join(text.split()), facts)
    if not reading.text:
        return NOTHING, (Fault("", "The condition is empty.", "Write what must hold, such as `age < 16 years`."),)
    expr = _joined(reading)
    reading.skip()
    if reading.at < len(reading.text):
        reading.fault(reading.rest(), "The condition goes on after its end.", "Join the parts with `and` or `or`.")
    return expr, tuple(reading.faults)


def _joined(reading: _Reading) -> Expr:
    """Parts joined by `and`, or by `or`, never by both without brackets."""
    parts, word = [_part(reading)], ""
    while joint := next((w for w in ("and", "or") if reading.take(w)), ""):
        if word and joint != word:
            reading.fault(
                f" {joint} ",
                "`and` meets `or` without brackets, so the meaning is not certain.",
                "Put brackets around the parts that belong together.",
            )
        word = joint
        parts.append(_part(reading))
    if len(parts) == 1:
        return parts[0]
    return All(tuple(parts)) if word == "and" else Any_(tuple(parts))


def _part(reading: _Reading) -> Expr:
    if reading.take("not"):
        return Not(_part(reading))
    if reading.take("("):
        inner = _joined(reading)
        if not reading.take(")"):
            reading.fault("(", "A bracket is opened and never closed.", "Close it with `)`.")
        return inner
    return _test(reading)


def _test(reading: _Reading) -> Expr:
    reading.skip()
    fact = _fact(reading)
    if fact is None:
        return _unknown(reading)
    if fact.kind == "number":
        return _number(reading, fact)
    if fact.kind == "choice":
        return _choice(reading, fact)
    return Is(fact.name)


def _fact(reading: _Reading) -> Fact | None:
    """The fact with the longest phrase that the text goes on with."""
    rest = reading.rest().lower()
    fits = [p for p in reading.facts if rest.startswith(p) and not rest[len(p) : len(p) + 1].isalnum()]
    if not fits:
        return None
    phrase = max(fits, key=len)
    reading.at += len(phrase)
    return reading.facts[phrase]


def _unknown(reading: _Reading) -> Expr:
    """Words that are no fact: taken up to the next joining word, comparison or bracket."""
    words = re.split(r"\s+(?:and|or|is)\b|[<>≥≤()]", reading.rest(), maxsplit=1)[0].strip()
    reading.at += max(len(words), 1)
    tail = _TEST.match(reading.rest())
    if tail and (tail[1] or tail[2]):
        end = _UNIT_END.search(reading.rest())
        reading.at += end.start() if end else 0
    elif reading.take("is"):
        chosen = _WORD.match(reading.rest().lstrip())
        reading.skip()
        reading.at += chosen.end() if chosen else 0
    if not words:
        return reading.fault(reading.text, "A part of the condition is missing.", "Name a fact on each side of `and`, `or` and `not`.")
    return reading.fault(
        words,
        f"{words!r} is not a fact of this guideline.",
        near(words, reading.facts, "Add it to the table under Facts, or use a phrase that stands there."),
    )


def _choice(reading: _Reading, fact: Fact) -> Expr:
    listed = ", ".join(c.replace("_", " ") for c in fact.choices)
    if not reading.take("is"):
        return reading.fault(fact.phrase, f"{fact.phrase!r} is a choice.", f"Write `{fact.phrase} is …` with one of: {listed}.")
    reading.skip()
    for choice in sorted(fact.choices, key=len, reverse=True):
        if reading.take(choice.replace("_", " ")):
            return Is(fact.name, choice)
    word = _WORD.match(reading.rest())
    reading.at += word.end() if word else 0
    return reading.fault(
        word[0] if word else fact.phrase, f"{(word[0] if word else '')!r} is not a choice of {fact.phrase}.", f"Use one of: {listed}."
    )


def _number(reading: _Reading, fact: Fact) -> Expr:
    found = _TEST.match(reading.rest())
    if not found:
        return reading.fault(fact.phrase, f"{fact.phrase!r} is a number.", f"Compare it, as in `{fact.phrase} > … {fact.unit}`.")
    reading.at += found.end()
    end = _UNIT_END.search(reading.rest())
    unit = reading.rest()[: end.start() if end else None].strip()
    reading.at += end.start() if end else len(reading.rest())
    sign = {"≥": ">=", "≤": "<="}.get(found[1] or "", found[1] or "")
    return _compare(reading, fact, sign, (found[2], found[3] or found[2]), unit)


def _compare(reading: _Reading, fact: Fact, sign: str, numbers: tuple[str, str], unit: str) -> Expr:
    times = factor(unit, fact.unit, fact.conversions)
    if times is None:
        what = f"{unit!r} is not a unit of {fact.phrase}." if unit else f"The threshold of {fact.phrase} has no unit."
        return reading.fault(unit or numbers[1], what, f"Write the unit each time: {fact.unit}.")
    low, high = (tidy(float(number) * times) for number in numbers)
    if low > high or not (fact.low <= low and high <= fact.high):
        return reading.fault(
            numbers[0],
            f"The threshold of {fact.phrase} cannot be met.",
            f"Keep within {plain(fact.low)}–{plain(fact.high)} {fact.unit}, the lower figure first.",
        )
    if not sign and low == high:
        return reading.fault(numbers[0], f"{fact.phrase} is given a single figure without a comparison.", "Put >, >=, < or <= before it, or a range.")
    return _comparison(fact.name, sign, low, high)


def _comparison(name: str, sign: str, low: float, high: float) -> Expr:
    match sign:
        case ">":
            return Above(name, low, high, strict=True)
        case ">=":
            return Above(name, low, high, strict=False)
        case "<":
            return Not(Above(name, low, high, strict=False))
        case "<=":
            return Not(Above(name, low, high, strict=True))
        case _:
            return All((Above(name, low, low, strict=False), Not(Above(name, high, high, strict=True))))

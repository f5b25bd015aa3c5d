"""The words of a condition → the tree. Facts by longest match; units every time; no silent precedence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..findings import Fault, near
from ..model import Above, All, Any_, Expr, Fact, Is, Not
from ..quantity import factor, plain, tidy

NOTHING = Is("")
"""Stands in for a part that could not be read, so that the rest still is."""
UNREAD = "unread"
"""The group of a fact whose row has a fault: what is said of it elsewhere is not held against anybody."""
DEEPEST = 20
"""How many brackets and `not`s may stand within one another."""
JOINTS = ("and", "or")

_WORD = re.compile(r"\s*([^\s()<>=≥≤]+)")
_SIGN = re.compile(r"\s*(>=|<=|≥|≤|>|<|=)")
_FIGURE = r"([0-9]+(?:\.[0-9]+)?)"
_FIGURES = re.compile(rf"\s*{_FIGURE}(?:\s*[–—-]\s*{_FIGURE})?")
_PART_END = re.compile(r"\s+(?:and|or)\b|\)|$", re.IGNORECASE)
_WORDS_END = re.compile(r"\s+(?:and|or|is)\b|[<>=≥≤()]|$", re.IGNORECASE)
_KNOWN = re.compile(r"\s+is\s+(?:not\s+)?(?:un)?known\b", re.IGNORECASE)
_TAKE = {w: re.compile(rf"\s*({w})\b", re.IGNORECASE) for w in (*JOINTS, "not", "is")} | {
    bracket: re.compile(rf"\s*(\{bracket})") for bracket in "()"
}


@dataclass(slots=True)
class _Reading:
    """A condition's text, the facts by phrase, where we are in it, and the faults so far."""

    text: str
    facts: Mapping[str, Fact]
    at: int = 0
    depth: int = 0
    faults: list[Fault] = field(default_factory=list)

    def take(self, word: str) -> bool:
        """Step over a word or bracket if it comes next."""
        return self.match(_TAKE[word]) is not None

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Step over what fits a pattern if it comes next."""
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def until(self, end: re.Pattern[str]) -> str:
        """Step over everything up to an end."""
        start = self.at
        found = end.search(self.text, start)
        self.at = found.start() if found else len(self.text)
        return self.text[start : self.at].strip()

    def fault(self, words: str, what: str, do: str, at: int) -> Expr:
        self.faults.append(Fault(words, what, do, at))
        return NOTHING


def condition(text: str, facts: Mapping[str, Fact]) -> tuple[Expr, tuple[Fault, ...]]:
    """A condition's words as a tree, with every fault found. ``facts`` is by phrase, in lower case."""
    if not text.strip():
        do = "Write after it what must hold, such as `age < 16 years`."
        return NOTHING, (Fault("", "The condition is empty.", do),)
    reading = _Reading(text.rstrip(), facts)
    expr = _joined(reading)
    _ended(reading)
    return expr, tuple(dict.fromkeys(reading.faults))


def _ended(reading: _Reading) -> None:
    """That nothing is left over; after another fault, what is left over says nothing new."""
    at, rest = reading.at, reading.text[reading.at :].strip()
    if reading.faults or not rest:
        return
    if rest[0] == ")":
        reading.fault(")", "A bracket is closed that was never opened.", "Open it with `(`, or take it away.", at)
    else:
        do = "Join the parts with `and` or `or`."
        reading.fault(rest, "The condition goes on after its end.", do, at)


def _joined(reading: _Reading) -> Expr:
    """Parts joined by `and`, or by `or`, never by both without brackets."""
    parts, word, mixed = [_part(reading)], "", False
    while joint := next((w for w in JOINTS if reading.take(w)), ""):
        if word and joint != word and not mixed:
            mixed = True
            what = "`and` meets `or` without brackets, so the meaning is not certain."
            do = "Put brackets around the parts that belong together."
            reading.fault(joint, what, do, reading.at - len(joint))
        word = joint
        parts.append(_part(reading))
    if len(parts) == 1:
        return parts[0]
    return All(tuple(parts)) if word == "and" else Any_(tuple(parts))


def _part(reading: _Reading) -> Expr:
    """A test, the denial of a part, or several parts in brackets."""
    start = reading.at
    if reading.depth >= DEEPEST:
        reading.at = len(reading.text)
        what = f"Brackets and `not` stand more than {DEEPEST} deep in one another."
        do = "Give a part of it a name of its own, in a `define` block."
        return reading.fault(reading.text[start:].strip(), what, do, start)
    reading.depth += 1
    part = _deeper(reading)
    reading.depth -= 1
    return part


def _deeper(reading: _Reading) -> Expr:
    if reading.take("not"):
        return Not(_part(reading))
    if not reading.take("("):
        return _test(reading)
    opened = reading.at - 1
    inner = _joined(reading)
    if not reading.take(")") and not reading.faults:
        reading.fault("(", "A bracket is opened and never closed.", "Close it with `)`.", opened)
    return inner


# ---------------------------------------------------------------- one test of one fact


def _test(reading: _Reading) -> Expr:
    start = reading.at
    fact = _fact(reading)
    if fact is None:
        return _unknown(reading)
    if fact.group == UNREAD:
        reading.until(_PART_END)
        return NOTHING
    if _asks_whether_unknown(reading):
        do = "Leave it out: as long as the fact is unknown, the rule stays open by itself."
        return reading.fault(reading.text[start:].strip(), "Nothing can test whether a fact is unknown.", do, start)
    if fact.kind == "number":
        return _number(reading, fact, start)
    return _choice(reading, fact, start) if fact.kind == "choice" else _yes_no(reading, fact)


def _fact(reading: _Reading) -> Fact | None:
    """The fact with the longest phrase that the text goes on with."""
    phrase, at, longest = "", reading.at, None
    while found := _WORD.match(reading.text, at):
        phrase, at = f"{phrase} {found[1].lower()}".strip(), found.end()
        if phrase in reading.facts:
            longest, reading.at = reading.facts[phrase], at
    return longest


def _asks_whether_unknown(reading: _Reading) -> bool:
    return reading.match(_KNOWN) is not None


def _unknown(reading: _Reading) -> Expr:
    """Words that are no fact: taken up to the next joining word or bracket, with whatever test they bear."""
    start = reading.at
    joint = any(_TAKE[word].match(reading.text, start) for word in JOINTS)
    words = "" if joint else reading.until(_WORDS_END)
    if not joint:
        reading.until(_PART_END)
    if not words:
        what, do = "A part of the condition is missing.", "Name a fact on each side of `and`, `or` and `not`."
        return reading.fault(reading.text.strip(), what, do, 0)
    do = near(words, reading.facts, "Add it to the table under Facts, or use a phrase that stands there.")
    return reading.fault(words, f"{words!r} is not a fact of this guideline.", do, start)


def _yes_no(reading: _Reading, fact: Fact) -> Expr:
    at = reading.at
    sign = _SIGN.match(reading.text, at)
    if not sign and not reading.take("is"):
        return Is(fact.name)
    rest = reading.until(_PART_END)
    do = f"Write `{fact.phrase}` alone, or `not {fact.phrase}`."
    return reading.fault(rest, f"{fact.phrase!r} is answered by yes or no, so nothing follows it.", do, at)


def _choice(reading: _Reading, fact: Fact, start: int) -> Expr:
    listed = ", ".join(c.replace("_", " ") for c in fact.choices)
    if not reading.take("is"):
        reading.until(_PART_END)
        do = f"Write `{fact.phrase} is …` with one of: {listed}."
        return reading.fault(fact.phrase, f"{fact.phrase!r} is a choice.", do, start)
    at = reading.at
    words = reading.until(_PART_END)
    name = "_".join(words.lower().replace("-", " ").split())
    if name in fact.choices:
        return Is(fact.name, name)
    what = f"{words!r} is not a choice of {fact.phrase}."
    if words.lower().startswith("not "):
        return reading.fault(words, what, f"Write `not` first: `not {fact.phrase} is …`.", at)
    return reading.fault(words, what, near(name, fact.choices, f"Use one of: {listed}."), at)


# ---------------------------------------------------------------- numbers


def _number(reading: _Reading, fact: Fact, start: int) -> Expr:
    sign = reading.match(_SIGN)
    at = reading.at
    figures = reading.match(_FIGURES)
    if not figures or (sign and sign[1] == "="):
        reading.until(_PART_END)
        do = f"Compare it, as in `{fact.phrase} > … {fact.unit}`."
        return reading.fault(fact.phrase, f"{fact.phrase!r} is a number.", do, start)
    unit = reading.until(_PART_END)
    meant = {"≥": ">=", "≤": "<="}.get(sign[1], sign[1]) if sign else ""
    return _compare(reading, fact, meant, (figures[1], figures[2] or figures[1]), unit, at)


def _compare(reading: _Reading, fact: Fact, sign: str, figures: tuple[str, str], unit: str, at: int) -> Expr:
    times = factor(unit, fact.unit, fact.conversions)
    if times is None:
        what = f"{unit!r} is not a unit of {fact.phrase}." if unit else f"The threshold of {fact.phrase} has no unit."
        return reading.fault(unit or figures[1], what, f"Write the unit each time: {fact.unit}.", at)
    low, high = (tidy(float(figure) * times) for figure in figures)
    if low > high:
        return reading.fault(figures[0], "The range runs backwards.", "Write the lower figure first.", at)
    if not (fact.low <= low and high <= fact.high):
        what = f"No possible value of {fact.phrase} lies there."
        do = f"Keep within {plain(fact.low)}–{plain(fact.high)} {fact.unit}."
        return reading.fault(figures[0], what, do, at)
    if not sign and low == high:
        what = f"{fact.phrase!r} is given a single figure without a comparison."
        return reading.fault(figures[0], what, "Put >, >=, < or <= before it, or write a range.", at)
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

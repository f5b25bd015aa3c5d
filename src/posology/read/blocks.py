"""The three fenced blocks: `rule`, `define` and `decision`, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..findings import near
from ..model import Action, Decision, Expr, Place, Rule, Strike
from .actions import KINDS, action, regimen, snake, stop
from .conditions import NOTHING, Fault, condition
from .markdown import Block

if TYPE_CHECKING:
    from .guideline import Reading

RULE_WORDS = ("when", "or give", "never when", "instead of", "stops", *KINDS)
DEFINE_WORDS = ("when", "always")
DECISION_WORDS = ("choose", "for", "done when", "after", "silent when", "clash")
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def _lines(block: Block, words: tuple[str, ...], reading: Reading) -> Iterator[tuple[Place, str, str]]:
    """Each line as its opening word and the rest; a line that opens otherwise is a fault."""
    order = sorted(words, key=len, reverse=True)
    for number, line in block.lines:
        place = Place(block.place.file, number, block.place.heading)
        found = next((w for w in order if re.match(rf"{w}(\s|$)", line)), None)
        if found:
            yield place, found, line[len(found) :].strip()
        else:
            first = line.split()[0]
            reading.fault(place, first, f"A {block.word} block has no line {first!r}.", near(first, words, f"A line begins with one of: {', '.join(words)}."))


def _condition(place: Place, words: str, reading: Reading) -> Expr:
    expr, faults = condition(words, reading.vocabulary())
    for fault in faults:
        reading.fault(place, fault.words, fault.what, fault.do)
    return expr


def _named(block: Block, reading: Reading) -> bool:
    if NAME.fullmatch(block.name):
        return True
    reading.fault(block.place, block.name or block.word, f"A {block.word} block needs a name.", "Write the name after the word, in lower case with hyphens.")
    return False


# ---------------------------------------------------------------- define


def define_block(block: Block, reading: Reading) -> None:
    """Gives the fact of that name its definition."""
    name = snake(block.name)
    parts: dict[str, Expr] = {}
    for place, word, rest in _lines(block, DEFINE_WORDS, reading):
        parts[word] = _condition(place, rest, reading)
    if "when" not in parts:
        reading.fault(block.place, block.name, f"Nothing says when {block.name!r} holds.", "Add a line `when` with a condition.")
        return
    if name in reading.facts:
        reading.facts[name] = replace(reading.facts[name], when=parts["when"], always=parts.get("always"))


# ---------------------------------------------------------------- rule


def rule_block(block: Block, reading: Reading, decision: Decision | None) -> Rule | None:
    """A rule, or None when it could not be read (the faults are then on record)."""
    if not _named(block, reading):
        return None
    when: Expr | None = None
    actions: list[Action] = []
    rule = Rule(block.name, NOTHING, Action("check"))
    for place, word, rest in _lines(block, RULE_WORDS, reading):
        match word:
            case "when":
                if when is not None:
                    reading.fault(place, "when", "A rule has one condition, and this is the second.", "Join the two with `and` or `or`.")
                when = _condition(place, rest, reading)
            case "instead of":
                rule = replace(rule, instead_of=(*rule.instead_of, rest))
            case "never when":
                rule = replace(rule, never_when=_condition(place, rest, reading))
            case "stops":
                rule = replace(rule, stops=(*rule.stops, *_stop(place, rest, reading)))
            case "or give":
                _alternative(place, rest, actions, reading)
            case _:
                beside = word == "use" and bool(re.match(r"beside\s", rest))
                rule = replace(rule, beside=beside)
                actions += _action(place, word, rest.removeprefix("beside").strip() if beside else rest, reading)
    return _rule(block, rule, when, actions, decision, reading)


def _stop(place: Place, words: str, reading: Reading) -> tuple[Strike, ...]:
    found = stop(words, reading.names["drugs"])
    return _kept(place, found, reading)


def _action(place: Place, word: str, words: str, reading: Reading) -> tuple[Action, ...]:
    return _kept(place, action(word, words, reading.vocabulary(), reading.names), reading)


def _kept(place: Place, found, reading: Reading) -> tuple:  # type: ignore[no-untyped-def, type-arg]
    if isinstance(found, Fault):
        reading.fault(place, found.words, found.what, found.do)
        return ()
    return (found,)


def _alternative(place: Place, words: str, actions: list[Action], reading: Reading) -> None:
    give = regimen(words, reading.vocabulary())
    if isinstance(give, Fault):
        reading.fault(place, give.words, give.what, give.do)
    elif actions and actions[-1].kind == "give":
        actions[-1] = replace(actions[-1], gives=(*actions[-1].gives, give))
    else:
        reading.fault(place, "or give", "`or give` has no `give` before it.", "Write the first regimen as `give`, the others as `or give` below it.")


def _rule(block: Block, rule: Rule, when: Expr | None, actions: list[Action], decision: Decision | None, reading: Reading) -> Rule | None:
    if when is None:
        reading.fault(block.place, block.name, f"Nothing says when {block.name!r} applies.", "Add a line `when` with a condition.")
    wrong = [line for _, line in block.lines if line.split()[0] in KINDS]
    if not actions and not wrong:
        reading.fault(block.place, block.name, f"The rule {block.name!r} says nothing to do.", f"Add a line that begins with one of: {', '.join(KINDS)}.")
    if len(actions) > 1:
        reading.fault(block.place, block.name, f"The rule {block.name!r} does more than one thing.", "Give each action a sentence and a rule of its own.")
    if when is None or len(actions) != 1:
        return None
    kind = actions[0].kind
    competes = (kind in ("give", "use") and not rule.beside) or (kind == "decide" and bool(rule.stops))
    if kind == "give" and decision is None:
        reading.fault(block.place, block.name, f"The rule {block.name!r} gives a treatment outside any decision.", "Put it under a heading that has a decision block.")
    return replace(rule, when=when, action=actions[0], decision=decision.name if decision and competes else None)


# ---------------------------------------------------------------- decision


def decision_block(block: Block, reading: Reading) -> Decision | None:
    """A decision, or None when it could not be read."""
    if block.word != "decision":
        reading.fault(block.place, block.word, f"A block {block.word!r} means nothing under a heading.", near(block.word, ("decision",), "Use `decision` here, `rule` and `define` under a sentence."))
        return None
    if not _named(block, reading):
        return None
    parts: dict[str, tuple[Place, str]] = {}
    clashes: list[tuple[str, str]] = []
    for place, word, rest in _lines(block, DECISION_WORDS, reading):
        if word == "clash":
            first, _, second = rest.partition(" and ")
            clashes.append((first.strip(), second.strip()))
        else:
            parts[word] = (place, rest)
    return _decision(block, parts, tuple(clashes), reading)


def _decision(block: Block, parts: dict[str, tuple[Place, str]], clashes: tuple[tuple[str, str], ...], reading: Reading) -> Decision | None:
    exprs = {w: _condition(*parts[w], reading) for w in ("for", "done when", "silent when") if w in parts}
    choose = re.fullmatch(r"(exactly one|the shortest interval)\s*(\(editors\))?", parts.get("choose", (None, ""))[1])
    if not choose:
        reading.fault(block.place, block.name, f"Nothing says how {block.name!r} chooses.", "Add `choose exactly one` or `choose the shortest interval (editors)`.")
    if "for" not in exprs:
        reading.fault(block.place, block.name, f"Nothing says for whom {block.name!r} must have an answer.", "Add a line `for` with a condition.")
    after = parts.get("after", (block.place, ""))
    if after[1] and after[1] not in reading.names["decisions"]:
        reading.fault(after[0], after[1], f"{after[1]!r} is not a decision.", near(after[1], reading.names["decisions"], "Name a decision."))
    if not choose or "for" not in exprs:
        return None
    return Decision(
        block.name, "one" if choose[1] == "exactly one" else "shortest", "editors" if choose[2] else "article",
        exprs["for"], exprs.get("done when"), after[1] or None, exprs.get("silent when"), clashes, place=block.place,
    )  # fmt: skip

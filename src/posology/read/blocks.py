"""The three fenced blocks: `rule`, `define` and `decision`, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from ..findings import Fault, near
from ..model import Action, Decision, Expr, Origin, Place, Rule, Strike
from .actions import KINDS, action, regimen, snake, stop
from .conditions import JOINTS, NOTHING
from .markdown import Block
from .reading import Reading

RULE_WORDS = ("when", "or give", "never when", "instead of", "stops", *KINDS)
DEFINE_WORDS = ("when", "always")
DECISION_WORDS = ("choose", "for", "done when", "after", "silent when", "clash")
REPEATED = ("or give", "instead of", "stops", "clash", *KINDS)
"""Lines of which a block may have several (that a rule has one action is said in other words)."""
CHOOSE: dict[str, Literal["one", "shortest"]] = {"exactly one": "one", "the shortest interval": "shortest"}
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

Line = tuple[Place, str]
"""Where a line stands, and what follows its opening word."""


def _lines(block: Block, words: tuple[str, ...], reading: Reading) -> Iterator[tuple[Place, str, str]]:
    """Each line as its place, its opening word and the rest; a line that opens otherwise is a fault."""
    seen: set[str] = set()
    for number, line in block.lines:
        place = Place(block.place.file, number, block.place.heading)
        found = _opening(line, words)
        if not found:
            _no_line(block, place, line, words, reading)
        elif found in seen and found not in REPEATED:
            do = "Join the two with `and` or `or`." if "when" in found else "Keep one of them."
            reading.fault(place, found, f"This is the second `{found}` of this block.", do)
        else:
            seen.add(found)
            yield place, found, line[len(found) :].strip()


def _opening(line: str, words: tuple[str, ...]) -> str:
    """The longest of the words that a line may open with, or nothing."""
    return max((word for word in words if f"{line} ".startswith((f"{word} ", f"{word}\t"))), key=len, default="")


def _lacks(block: Block, words: tuple[str, ...], what: str, do: str, reading: Reading) -> None:
    """That a block lacks a line, unless one of its lines could not be read: that one may be it."""
    if all(_opening(line, words) for _, line in block.lines):
        reading.fault(block.place, block.name, what, do)


def _no_line(block: Block, place: Place, line: str, words: tuple[str, ...], reading: Reading) -> None:
    first = line.split()[0]
    do = near(first, words, f"A line begins with one of: {', '.join(words)}.")
    if first.lower() in JOINTS:
        do = "Write a condition on one line, however long it is."
    reading.fault(place, first, f"A {block.word} block has no line {first!r}.", do)


def _usable(block: Block, reading: Reading) -> bool:
    """Whether a block was closed and has a name as it should be."""
    if not block.closed:
        reading.fault(block.place, "", "The block that begins here is never closed.", "End it with a line ```.")
        return False
    if block.word != "define" and not NAME.fullmatch(block.name):
        do = "Write the name after the word, in lower case with hyphens."
        reading.fault(block.place, block.name, f"A {block.word} block needs a name.", do)
        return False
    return True


# ---------------------------------------------------------------- define


def define_block(block: Block, reading: Reading) -> None:
    """Gives the fact of that name its definition."""
    if not _usable(block, reading):
        return
    parts = {word: reading.condition(place, rest) for place, word, rest in _lines(block, DEFINE_WORDS, reading)}
    if "when" not in parts:
        do = "Add a line `when` with a condition."
        _lacks(block, DEFINE_WORDS, f"Nothing says when {block.name!r} holds.", do, reading)
        return
    fact = reading.facts.get(snake(block.name))
    if fact is None:
        return
    if fact.kind != "yes/no" or fact.course:
        what = f"{fact.phrase!r} gets its value elsewhere and cannot be defined by a condition."
        reading.fault(block.place, block.name, what, "Define a yes/no fact, or choose another name.")
        return
    reading.facts[fact.name] = replace(fact, when=parts["when"], always=parts.get("always"))


# ---------------------------------------------------------------- rule


def rule_block(block: Block, reading: Reading, decision: Decision | None) -> Rule | None:
    """A rule, or None when it could not be read (the faults are then on record)."""
    if not _usable(block, reading):
        return None
    when: Expr | None = None
    actions: list[Action] = []
    rule = Rule(block.name, NOTHING, Action("check"))
    for place, word, rest in _lines(block, RULE_WORDS, reading):
        match word:
            case "when":
                when = reading.condition(place, rest)
            case "instead of":
                rule = replace(rule, instead_of=(*rule.instead_of, _instead(place, rest, block, reading)))
            case "never when":
                rule = replace(rule, never_when=reading.condition(place, rest))
            case "stops":
                rule = replace(rule, stops=(*rule.stops, *_stop(place, rest, reading)))
            case "or give":
                _alternative(place, rest, actions, reading)
            case _:
                beside = word == "use" and rest.split()[:1] == ["beside"]
                rule = replace(rule, beside=beside)
                actions += _action(place, word, rest.removeprefix("beside").strip() if beside else rest, reading)
    return _rule(block, rule, when, actions, decision, reading)


def _instead(place: Place, name: str, block: Block, reading: Reading) -> str:
    if name not in reading.names["rules"] or name == block.name:
        others = [other for other in reading.names["rules"] if other != block.name]
        do = near(name, others, "Name a rule of this guideline.")
        reading.fault(place, name, f"{name!r} is not another rule.", do)
    return name


def _stop(place: Place, words: str, reading: Reading) -> tuple[Strike, ...]:
    found = stop(words, reading.names["drugs"])
    if isinstance(found, Fault):
        reading.faulty(place, found, words)
        return ()
    return (found,)


def _action(place: Place, word: str, words: str, reading: Reading) -> tuple[Action, ...]:
    found = action(word, words, reading.phrases, reading.names)
    if isinstance(found, Fault):
        reading.faulty(place, found, words)
        return ()
    return (found,)


def _alternative(place: Place, words: str, actions: list[Action], reading: Reading) -> None:
    give = regimen(words, reading.phrases)
    if isinstance(give, Fault):
        reading.faulty(place, give, words)
    elif actions and actions[-1].kind == "give":
        actions[-1] = replace(actions[-1], gives=(*actions[-1].gives, give))
    else:
        do = "Write the first regimen as `give`, the others as `or give` below it."
        reading.fault(place, "or give", "`or give` has no `give` before it.", do)


def _rule(
    block: Block, rule: Rule, when: Expr | None, actions: list[Action], decision: Decision | None, reading: Reading
) -> Rule | None:
    """The whole rule, once its lines fit together."""
    if when is None:
        do = "Add a line `when` with a condition."
        _lacks(block, RULE_WORDS, f"Nothing says when {block.name!r} applies.", do, reading)
    if not any(_opening(line, RULE_WORDS) in ("or give", *KINDS) for _, line in block.lines):
        do = f"Add a line that begins with one of: {', '.join(KINDS)}."
        _lacks(block, RULE_WORDS, f"The rule {block.name!r} says nothing to do.", do, reading)
    if len(actions) > 1:
        do = "Give each action a sentence and a rule of its own."
        reading.fault(block.place, block.name, f"The rule {block.name!r} does more than one thing.", do)
    if when is None or len(actions) != 1:
        return None
    return _placed(block, replace(rule, when=when, action=actions[0]), decision, reading)


def _placed(block: Block, rule: Rule, decision: Decision | None, reading: Reading) -> Rule:
    """The rule under its decision, if it competes there."""
    kind = rule.action.kind
    if rule.never_when is not None and kind != "avoid":
        line = next(number for number, line in block.lines if _opening(line, RULE_WORDS) == "never when")
        place = Place(block.place.file, line, block.place.heading)
        do = "Take the line away, or write the action as `avoid`."
        reading.fault(place, "never when", "`never when` sharpens an `avoid`, and there is none.", do)
    if kind == "give" and decision is None:
        what = f"The rule {block.name!r} gives a treatment outside any decision."
        reading.fault(block.place, block.name, what, "Put it under a heading that has a decision block.")
    competes = (kind in ("give", "use") and not rule.beside) or (kind == "decide" and bool(rule.stops))
    return replace(rule, decision=decision.name if decision and competes else None)


# ---------------------------------------------------------------- decision


def decision_block(block: Block, reading: Reading) -> Decision | None:
    """The decision under a heading; where it has faults, one that stands in so that its rules have an owner."""
    if block.word in ("rule", "define"):
        do = "Indent it by two spaces, so that it stands under the sentence that says the same."
        reading.fault(block.place, block.word, f"This {block.word} stands under no sentence.", do)
        return None
    unread = Decision(block.name, "one", "article", NOTHING, place=block.place)
    if block.word != "decision":
        do = near(block.word, ("decision",), "Under a heading only a `decision` block is read.")
        reading.fault(block.place, block.word, f"A block {block.word!r} means nothing here.", do)
        return unread
    return _decision(block, unread, reading) if _usable(block, reading) else unread


def _decision(block: Block, unread: Decision, reading: Reading) -> Decision:
    parts: dict[str, Line] = {}
    clashes: list[tuple[str, str]] = []
    for place, word, rest in _lines(block, DECISION_WORDS, reading):
        if word == "clash":
            clashes += _clash(place, rest, reading)
        else:
            parts[word] = (place, rest)
    exprs = {word: reading.condition(*parts[word]) for word in ("for", "done when", "silent when") if word in parts}
    if "for" not in exprs:
        what = f"Nothing says for whom {block.name!r} must have an answer."
        _lacks(block, DECISION_WORDS, what, "Add a line `for` with a condition.", reading)
    chosen = _chosen(block, parts, reading)
    return replace(
        unread, choose=chosen[0], origin=chosen[1], scope=exprs.get("for", NOTHING), done=exprs.get("done when"),
        after=_after(block, parts, reading), silent_when=exprs.get("silent when"), clashes=tuple(clashes),
    )  # fmt: skip


def _clash(place: Place, words: str, reading: Reading) -> list[tuple[str, str]]:
    pair = [name.strip() for name in words.split(" and ")]
    if len(pair) != 2:
        reading.fault(place, words, "A clash is between two rules.", "Write `clash ONE-RULE and OTHER-RULE`.")
        return []
    for name in pair:
        if name not in reading.names["rules"]:
            do = near(name, reading.names["rules"], "Name a rule of this guideline.")
            reading.fault(place, name, f"{name!r} is not a rule.", do)
    return [(pair[0], pair[1])]


def _chosen(block: Block, parts: Mapping[str, Line], reading: Reading) -> tuple[Literal["one", "shortest"], Origin]:
    """How a decision chooses, and whose way that is."""
    do = "Write `choose exactly one` or `choose the shortest interval (editors)`."
    if "choose" not in parts:
        _lacks(block, DECISION_WORDS, f"Nothing says how {block.name!r} chooses.", do, reading)
        return "one", "article"
    place, words = parts["choose"]
    how = " ".join(words.removesuffix("(editors)").split())
    if how not in CHOOSE:
        reading.fault(place, words, f"{how!r} is not a way to choose.", do)
    return CHOOSE.get(how, "one"), "editors" if words.endswith("(editors)") else "article"


def _after(block: Block, parts: Mapping[str, Line], reading: Reading) -> str | None:
    if "after" not in parts:
        return None
    place, name = parts["after"]
    others = [other for other in reading.names["decisions"] if other != block.name]
    if name not in others:
        do = near(name, others, "Name another decision of this guideline.")
        reading.fault(place, name, f"{name!r} is not another decision.", do)
    return name

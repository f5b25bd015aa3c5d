"""Phrases as people write them in a table, and a tree that finds the longest of them in a text.

| written | means |
|---|---|
| `can not feel … <limb>` | words; `…` is up to four small words (my, both, the left); `<limb>` any word of that group |
| `trouble/problem walking` | either word |
| `(very) low` | a word that may be missing |
| `severe + numb` | what follows the plus must be there, but is left for other phrases |
| `# of bowel`, `#f` | a number; a number with the letter right after it |
| `no pain $` | here a mark or the end of the text follows |
| `bowel [ #` | an opening bracket or a comma |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from .words import Token, fold, one_of, tokens

_SMALL = one_of(
    """
    my his her their our your the a an both all either one each left right lower upper whole entire own of in at
    on any some these those it this that very really so quite again
    """
)
_SKIP = 4
_MARKS = one_of(". , ; : ? ! ) ( — – - /") | {"\n"}
"""Marks that end a phrase."""
_PART = re.compile(r"<([^<>]+)>|\(([^()]*)\)|(…)|(\+)|#([a-z]?)(?![^\s])|([^\s<(…+#]+)")

Keys = tuple[str, ...]
Groups = Mapping[str, Sequence[Keys]]
Ends = Callable[[int], Sequence[int]]
"""Where a number that begins at a token may end; nothing when none begins there."""


@dataclass(slots=True)
class Node:
    """A place in the tree: which word leads where, and the phrases (by number) that end here."""

    edges: dict[str, list[Node]] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a phrase was found, which phrases it is, how far it reaches, and the tokens of the number in it."""

    start: int
    end: int
    means: tuple[int, ...]
    reach: int
    number: tuple[int, int] | None = None


# ---------------------------------------------------------------- written → tree


def grow(tree: Node, phrase: str, groups: Groups, number: int) -> str:
    """Put a phrase into the tree; gives back what is wrong with it, or nothing."""
    if re.search(r"\([^)]*\(", phrase) or phrase.count("(") != phrase.count(")"):
        return "its brackets cannot be read; there are none within others"
    if re.search(r"[>)]/|/[<(]", re.sub(r"\([^()]*\)", "()", phrase)):
        return "a choice stands between two plain words; put the group's words and the other into one group"
    try:
        slots = [_slot(part, groups) for part in _PART.finditer(phrase)]
    except KeyError as unknown:
        return f"there is no group {unknown.args[0]!r}"
    first = next((place for place, slot in enumerate(slots) if () not in slot and slot[0] != ("…",)), len(slots))
    if first == len(slots) or slots[first][0] == ("+",):
        return "it has no word of its own"
    ends = [tree]
    for slot in slots:
        ends = _plant(ends, slot)
    for end in ends:
        end.ends.append(number)
    return ""


def _plant(starts: list[Node], slot: Sequence[Keys]) -> list[Node]:
    """Put the ways of one slot behind every place where it may begin; gives back where it may end."""
    end, first = Node(), Node()
    for *ahead, last in (way for way in slot if way):
        node = first
        for key in ahead:
            node = _onward(node, key, end)
        node.edges.setdefault(last, []).append(end)
    for node in starts:
        for key, further in first.edges.items():
            node.edges.setdefault(key, []).extend(further)
    return [end, *(starts if () in slot else ())]


def _onward(node: Node, key: str, end: Node) -> Node:
    """The node behind a word of the slot: ways that begin alike share it."""
    found = next((further for further in node.edges.get(key, ()) if further is not end), None)
    if found is None:
        found = Node()
        node.edges.setdefault(key, []).append(found)
    return found


def expand(phrase: str, groups: Groups) -> Iterator[Keys]:
    """Every sequence of words that a phrase stands for."""
    for way in product(*(_slot(part, groups) for part in _PART.finditer(phrase))):
        yield tuple(key for keys in way for key in keys)


def _slot(part: re.Match[str], groups: Groups) -> list[Keys]:
    group, maybe, gap, plus, glued, word = part.groups()
    if group is not None:
        return list(groups[group])
    if maybe is not None:
        return [(), *(way for choice in maybe.split("/") for way in expand(choice, groups))]
    if gap or plus:
        return [(part[0],)]
    if word is not None:
        return [("$",)] if word == "$" else _either(word)
    return [("#", f"~{glued}")] if glued else [("#",)]


def _either(word: str) -> list[Keys]:
    """`a/b` is either word, unless it is an abbreviation such as y/o."""
    if word == "[":
        return [("(",), ("[",), (",",)]
    whole = _keys(word)
    choices = [choice for choice in word.split("/") if choice]
    return [_keys(choice) for choice in choices] if "/" in whole and choices else [whole]


def _keys(words: str) -> Keys:
    if words.isascii() and words.isalpha():
        return (fold(words),)
    return tuple(token.key for token in tokens(words))


# ---------------------------------------------------------------- tree + text → matches


def matches(tree: Node, text: Sequence[Token], ends: Ends | None = None) -> list[Match]:
    """The phrases in a text from left to right, the longest at each place, none within another."""
    found: list[Match] = []
    at = 0
    while at < len(text):
        match = longest(tree, text, at, ends)
        if match:
            found.append(match)
        at = max(at + 1, match.end) if match else at + 1
    return found


def longest(tree: Node, text: Sequence[Token], at: int, ends: Ends | None = None) -> Match | None:
    """The longest phrase that begins at a token; of several as long, all that they stand for."""
    best: list[Way] = []
    for way in _ways(tree, text, at, ends):
        if way[0].ends and (not best or way[1] >= best[0][1]):
            best = [*(best if best and way[1] == best[0][1] else ()), way]
    if not best:
        return None
    _, end, kept, number = best[0]
    means = dict.fromkeys(number for node, *_ in best for number in sorted(node.ends))
    return Match(at, end if kept is None else kept, tuple(sorted(means)), end, number)


Way = tuple[Node, int, int | None, tuple[int, int] | None]


def _ways(tree: Node, text: Sequence[Token], at: int, ends: Ends | None) -> Iterator[Way]:
    """Every place in the tree that the text leads to: the token after it, and what was kept or counted."""
    stack: list[Way] = [(tree, at, None, None)]
    while stack:
        node, here, kept, number = stack.pop()
        yield node, here, kept, number
        if not node.edges:
            continue
        if here < len(text):
            token = text[here]
            for key in (token.key, f"~{token.key}") if token.glued else (token.key,):
                stack += [(further, here + 1, kept, number) for further in node.edges.get(key, ())]
            if ends and "#" in node.edges:
                stack += [(further, end, kept, (here, end)) for further in node.edges["#"] for end in ends(here)]
        if "…" in node.edges:
            ways = range(_small(text, here) + 1)
            stack += [(further, here + skip, kept, number) for further in node.edges["…"] for skip in ways]
        if "$" in node.edges and (here >= len(text) or text[here].key in _MARKS):
            stack += [(further, here, kept, number) for further in node.edges["$"]]
        if "+" in node.edges:
            stack += [(further, here, here, number) for further in node.edges["+"]]


def whole(tree: Node, text: Sequence[Token]) -> bool:
    """Whether a text as a whole is a phrase of the tree."""
    return any(way[0].ends and way[1] == len(text) for way in _ways(tree, text, 0, None))


def _small(text: Sequence[Token], here: int) -> int:
    """How many small words stand here, up to four."""
    count = 0
    while count < _SKIP and here + count < len(text) and text[here + count].key in _SMALL:
        count += 1
    return count

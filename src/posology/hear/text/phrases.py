"""Phrases as people write them in a table, and a tree that finds the longest of them in a text.

| written | means |
|---|---|
| `can not feel … <limb>` | words; `…` is up to four small words (my, both, the left); `<limb>` any word of that group |
| `<limb> …… weak` | `……` is up to three words of any kind, but no mark, no denial and no other clause |
| `trouble/problem walking` | either word; `one/two/#` either word or a number |
| `(very) low` | a word that may be missing |
| `severe + numb` | what follows the plus must be there, but is left for other phrases |
| `# of bowel`, `#f` | a number; a number with the letter right after it |
| `no pain $` | here a mark or the end of the text follows |
| `bowel [ #` | an opening bracket or a comma; `]` a closing one |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from itertools import product

from .words import Token, fold, one_of, tokens

_SMALL = one_of(
    """
    my his her their our your the a an both all either one each left right lower upper whole entire own of in at
    on any some these those it this that very really so quite again
    """
)
_SKIP = 4
_FAR = 3
_GAPS: tuple[tuple[str, ...], ...] = (("…",), ("……",))
_MARKS = one_of(". , ; : ? ! ) ( — – - /") | {"\n"}
"""Marks that end a phrase."""
_PARTING = _MARKS | one_of(
    "not no never nor neither without and but or if when because while who which that than until before unless whether "
    "can could might would"
)
"""Words over which no gap reaches."""
_SIGNS = one_of("… …… $ +")
_COUNTED = r"(?=\S*/)(?:[^\s<(…+#]*/)?#(?:/[^\s<(…+#]*)?(?!\S)"
"""A choice with a number in it: `one/two/#`."""
_PART = re.compile(rf"<([^<>]+)>|\(([^()]*)\)|(…+)|(\+)|({_COUNTED})|#([a-z]?)(?![^\s])|([^\s<(…+#]+)")

Ends = Mapping[int, Sequence[int]]
"""Where a number that begins at a token may end."""
_NOWHERE: Ends = {}


@dataclass(slots=True, eq=False)
class Node:
    """A place in the tree: which word or group of words leads where, and the phrases (by number) that end here.

    ``alone`` are the places that one word leads to from here and nothing else: phrases that begin alike share them.
    ``opens``: the words with which a group may begin, and ``opened``: the groups in ``within`` that may begin with a
    word, and with a word where a number begins, with the place behind each; both once they have been asked for.
    """

    edges: dict[str, list[Node]] = field(default_factory=dict)
    within: dict[Node, list[Node]] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)
    alone: dict[Atom, Node] = field(default_factory=dict)
    opens: frozenset[str] = frozenset()
    opened: tuple[dict[str, Onward], dict[str, Onward]] = field(default_factory=lambda: ({}, {}))
    signed: bool = False


Onward = tuple[tuple["Node", "Node"], ...]
Atom = str | Node
"""A word, a sign of the table above, or the tree of a group."""
Atoms = tuple[Atom, ...]
Groups = Mapping[str, Node]


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
    first = next((slot for slot in slots if () not in slot and slot[0] not in _GAPS), None)
    if first is None or first[0] == ("+",):
        return "it has no word of its own"
    ends = [tree]
    for slot in slots:
        ends = _plant(ends, slot)
    for end in ends:
        end.ends.append(number)
    return ""


def shortest(phrase: str) -> tuple[str, ...]:
    """The words of a phrase that may not be missing; none if it has groups, choices or numbers among them."""
    left = re.sub(r"\([^()]*\)|…+", " ", phrase)
    plain = not re.search(r"[<#+$/\[]", left)
    return tuple(key for word in left.split() for key in _keys(word)) if plain else ()


def small(words: Sequence[str]) -> bool:
    """Whether words are all so small that they say nothing."""
    return _SMALL.union(_PARTING, _SMALLEST).issuperset(words)


_SMALLEST = one_of(
    "is are was were be been am has have had do does did he she i you we they to for with from as by get got"
)


def _plant(starts: list[Node], slot: Sequence[Atoms]) -> list[Node]:
    """Put the ways of one slot behind every place where it may begin; gives back where it may end."""
    if len(starts) == len(slot) == 1:
        return [reduce(_alone, slot[0], starts[0])]
    end = Node()
    for node in starts:
        for *ahead, last in (way for way in slot if way):
            _lead(reduce(_alone, ahead, node), last, end)
    return [end, *(starts if () in slot else ())]


def _alone(node: Node, atom: Atom) -> Node:
    """The place behind a word to which nothing else leads."""
    found = node.alone.get(atom)
    if found is None:
        found = node.alone[atom] = Node()
        _lead(node, atom, found)
    return found


def _lead(node: Node, atom: Atom, onward: Node) -> None:
    """Let a word or a group lead from one place to another."""
    if isinstance(atom, Node):
        node.within.setdefault(atom, []).append(onward)
    else:
        node.edges.setdefault(atom, []).append(onward)
        node.signed = node.signed or atom in _SIGNS or atom[0] == "~"


def _slot(part: re.Match[str], groups: Groups) -> list[Atoms]:
    """The ways to say one part of a phrase; an empty one if it may be missing."""
    group, maybe, gap, plus, counted, glued, word = part.groups()
    if group is not None:
        return [(groups[group],)]
    if maybe is not None:
        choices = (product(*(_slot(inner, groups) for inner in _PART.finditer(one))) for one in maybe.split("/"))
        return [(), *(tuple(atom for way in ways for atom in way) for choice in choices for ways in choice)]
    if gap or plus:
        return [(part[0],)]
    if counted is not None:
        return [("#",) if one == "#" else _keys(one) for one in counted.split("/")]
    if word is not None:
        return _either(word)
    return [("#", f"~{glued}")] if glued else [("#",)]


@cache
def _either(word: str) -> list[Atoms]:
    """`a/b` is either word, unless it is an abbreviation such as y/o."""
    if word == "$":
        return [("$",)]
    if word == "[":
        return [("(",), ("[",), (",",)]
    if word == "]":
        return [(")",), ("]",), (",",)]
    whole = _keys(word)
    choices = [choice for choice in word.split("/") if choice]
    return [_keys(choice) for choice in choices] if "/" in whole and choices else [whole]


def _keys(words: str) -> tuple[str, ...]:
    if words.isascii() and words.isalpha():
        return (fold(words),)
    return tuple(token.key for token in tokens(words))


def words_in(tree: Node) -> frozenset[str]:
    """Every word of a tree and of the groups in it."""
    words: set[str] = set()
    seen: set[Node] = set()
    ahead = [tree]
    while ahead:
        node = ahead.pop()
        if node not in seen:
            seen.add(node)
            words.update(node.edges)
            ahead += (further for nodes in node.edges.values() for further in nodes)
            ahead += (further for group, nodes in node.within.items() for further in (group, *nodes))
    return frozenset(words)


# ---------------------------------------------------------------- tree + text → matches


def matches(tree: Node, text: Sequence[Token], ends: Ends = _NOWHERE) -> list[Match]:
    """The phrases in a text from left to right, the longest at each place, none within another."""
    found: list[Match] = []
    spans: Spans = {}
    at = 0
    while at < len(text):
        match = longest(tree, text, at, ends, spans)
        if match:
            found.append(match)
        at = max(at + 1, match.end) if match else at + 1
    return found


_NAMING = one_of(": =")
_HELD = 1_000
"""Words that are held at a place although no group begins with them, at most."""
Way = tuple[Node, int, int | None, tuple[int, int] | None]
Spans = dict[tuple[Node, int], Sequence[tuple[int, tuple[int, int] | None]]]
"""Where a group that begins at a token may end, and the number in it: what was found before in the same text."""


def longest(
    tree: Node, text: Sequence[Token], at: int, ends: Ends = _NOWHERE, spans: Spans | None = None
) -> Match | None:
    """The longest phrase that begins at a token; of several as long, all that they stand for."""
    ways = _ways(tree, text, at, ends, {} if spans is None else spans)
    if not ways:
        return None
    end = max(way[1] for way in ways)
    best = [way for way in ways if way[1] == end]
    if end < len(text) and text[end].key in _NAMING:
        best = [way for way in best if way[2] is None] or best  # `A of B: no` is about the whole, and leaves nothing
    _, _, kept, number = next((way for way in best if way[2] is not None), best[0])  # what may be left is left
    means = {number for node, *_ in best for number in node.ends}
    return Match(at, end if kept is None else kept, tuple(sorted(means)), end, number)


def _ways(tree: Node, text: Sequence[Token], at: int, ends: Ends, spans: Spans) -> list[Way]:
    """Every place where a phrase of the tree may end: the token after it, and what was kept or counted.

    What every question runs through some hundred times: the plain steps stand here, the rare ones in `_signs`.
    """
    found: list[Way] = []
    stack: list[Way] = [(tree, at, None, None)]
    while stack:
        way = stack.pop()
        node, here, kept, number = way
        if node.ends:
            found.append(way)
        edges = node.edges
        if here < len(text):
            key = text[here].key
            if node.within:
                for group, onward in _opened(node, key, here in ends):
                    for end, counted in _spans(group, text, here, ends, spans):
                        stack.append((onward, end, kept, counted or number))
            if key in edges:
                stack.append((_onward(edges, key), here + 1, kept, number))
            if here in ends and "#" in edges:
                stack += [(_onward(edges, "#"), end, kept, (here, end)) for end in ends[here]]
        if node.signed:
            stack += _signs(way, text)
    return found


def _signs(way: Way, text: Sequence[Token]) -> Iterator[Way]:
    """Where the rarer signs of the table above lead: glued letters, gaps, ends and what is left for others."""
    node, here, kept, number = way
    edges = node.edges
    if here < len(text) and text[here].glued and (glued := f"~{text[here].key}") in edges:
        yield _onward(edges, glued), here + 1, kept, number
    for gap in (gap for gap in ("…", "……") if gap in edges):
        ways = range((_small if gap == "…" else _any)(text, here) + 1)
        yield from ((_onward(edges, gap), here + skip, kept, number) for skip in ways)
    if "$" in edges and (here >= len(text) or text[here].key in _MARKS):
        yield _onward(edges, "$"), here, kept, number
    if "+" in edges:
        yield _onward(edges, "+"), here, here, number


def _onward(edges: dict[str, list[Node]], word: str) -> Node:
    """Where a word leads: to one place, that of all to which it leads, once it has been asked for."""
    nodes = edges[word]
    if len(nodes) > 1:
        nodes = edges[word] = [_joined(nodes)]
    return nodes[0]


def _joined(nodes: Sequence[Node]) -> Node:
    """Places that are reached alike, as one."""
    if len(nodes) == 1:
        return nodes[0]
    one = Node(signed=any(node.signed for node in nodes))
    for node in dict.fromkeys(nodes):
        one.ends += node.ends
        for word, further in node.edges.items():
            one.edges.setdefault(word, []).extend(further)
        for group, further in node.within.items():
            one.within.setdefault(group, []).extend(further)
    return one


def _spans(
    group: Node, text: Sequence[Token], here: int, ends: Ends, spans: Spans
) -> Sequence[tuple[int, tuple[int, int] | None]]:
    """Where a group that begins at a token may end."""
    found = spans.get((group, here))
    if found is None:
        ways = _ways(group, text, here, ends, spans)
        found = spans[group, here] = tuple({way[1]: (way[1], way[3]) for way in ways}.values())
    return found


def _opened(node: Node, key: str, counts: bool) -> Onward:
    """The groups behind a place that may begin with a word, or with the number that begins there.

    Worked out when a word first comes there, and held for the words with which any of them begins, and for some others.
    """
    held = node.opened[counts]
    if not held:
        held["#"] = tuple(_beginning(node, "#")) if counts else ()
    usual = held["#"]
    found = held.get(key)
    if found is None:
        found = tuple(_beginning(node, key, counts))
        found = found if len(found) > len(usual) else usual
        if found is not usual or len(held) < _HELD:
            held[key] = found
    return found


def _beginning(node: Node, word: str, counts: bool = False) -> Iterator[tuple[Node, Node]]:
    """The groups behind a place that may begin with a word, or with any number, each with the place behind it."""
    for group, onward in node.within.items():
        opens = group.opens or _opening(group)
        if word in opens or (counts and "#" in opens):
            if len(onward) > 1:
                onward[:] = [_joined(onward)]
            yield group, onward[0]


def _opening(group: Node) -> frozenset[str]:
    """The words with which a group may begin."""
    if not group.opens:
        group.opens = frozenset(group.edges).union(*(_opening(inner) for inner in group.within))
    return group.opens


def whole(tree: Node, text: Sequence[Token]) -> bool:
    """Whether a text as a whole is a phrase of the tree."""
    return any(way[1] == len(text) and way[2] is None for way in _ways(tree, text, 0, _NOWHERE, {}))


def _small(text: Sequence[Token], here: int) -> int:
    """How many small words stand here, up to four."""
    count = 0
    while count < _SKIP and here + count < len(text) and text[here + count].key in _SMALL:
        count += 1
    return count


def _any(text: Sequence[Token], here: int) -> int:
    """How many words of one clause stand here, up to three."""
    count = 0
    while count < _FAR and here + count < len(text) and text[here + count].key not in _PARTING:
        count += 1
    return count

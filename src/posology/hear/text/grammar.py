"""The small words of English that turn a mention into a statement, a denial, a doubt or a question.

They stand in `grammar.txt` beside this file. Nothing there is about a drug or a disease: it would be the same for a
guideline about knees.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from .phrases import Node, grow, longest
from .words import Token


@cache
def _read() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The groups and the labels of the file, each with its phrases."""
    text = files(__package__).joinpath("grammar.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    parts: dict[str, dict[str, str]] = {}
    name = part = ""
    for line in lines:
        if line.isupper():
            part = line
            parts[part] = {}
        elif line.endswith(":"):
            name = line[:-1]
        else:
            parts[part][name] = f"{parts[part].get(name, '')} {line.strip()}"
    return parts["GROUPS"], parts["LABELS"]


@cache
def _tree() -> tuple[Node, tuple[str, ...]]:
    """Every phrase in one tree, and the labels by number."""
    written, labelled = _read()
    groups: dict[str, Node] = {}
    for name, words in written.items():
        groups[name] = Node()
        for phrase in _split(words):
            wrong = grow(groups[name], phrase, groups, 0)
            assert not wrong, (phrase, wrong)
    tree = Node()
    for number, words in enumerate(labelled.values()):
        for phrase in _split(words):
            wrong = grow(tree, phrase, groups, number)
            assert not wrong, (phrase, wrong)
    return tree, tuple(labelled)


def _split(words: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in words.split(",")]


def words_of(label: str) -> tuple[str, ...]:
    """The phrases of a label, as they are written in the file."""
    return tuple(_split(_read()[1][label]))


def labels(text: tuple[Token, ...], at: int) -> tuple[tuple[str, ...], int]:
    """What the small words at a token are, the likeliest first, and the token after them."""
    tree, names = _tree()
    match = longest(tree, text, at)
    return (tuple(names[number] for number in match.means), match.end) if match else ((), at + 1)

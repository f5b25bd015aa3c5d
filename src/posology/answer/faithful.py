"""Whether another wording says the same as a statement: the check that no model can talk its way past.

It knows nothing of grammar and trusts nobody. A short list of words may come, go and move (plain.txt); a few ways of
saying the same count as one, and so do a drug's or a route's other names in the guideline. Everything else (numbers,
units, names, negations, modality, comparisons, signs, the ends of sentences) must stand in both texts, in one order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import zip_longest

from ..model import Guideline

Terms = Mapping[tuple[str, ...], str]
"""Phrases, token by token, with the one name under which each is compared."""

_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W\d_][^\W_]*(?:'[^\W\d_]+)?|\S")
_DASHES = "-–"
_ENDS = ".;:!"
_DENIALS = frozenset(["no", "not", "never", "without", "nor", "neither", "none", "cannot"])
ROOM = 80
"""Characters by which a wording may be longer than twice its statement."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """Other words for a line, which say the same. One that does not cannot be made."""

    text: str
    of: str
    terms: Terms

    def __post_init__(self) -> None:
        if told := difference(self.text, self.of, self.terms):
            raise ValueError(f"not the same: {told}")


def difference(text: str, of: str, terms: Terms) -> str:
    """The first thing that a wording says otherwise than a statement, or nothing.

    >>> difference("You are given 1 mg.", "Give 1 mg.", terms()), difference("Give 2 mg.", "Give 1 mg.", terms())
    ('', "'2' for '1'")
    """
    if not text.isprintable() or len(text) > 2 * len(of) + ROOM:
        return "too long, or not plain text"
    pairs = zip_longest(said(text, terms), said(of, terms), fillvalue="nothing")
    return next((f"{new!r} for {old!r}" for new, old in pairs if new != old), "")


def said(text: str, terms: Terms) -> list[str]:
    """What a text says: its tokens in order, each under one name, without those that say nothing."""
    named = list(_named(_tokens(text), terms))
    while named and named[-1] == ".":
        named.pop()
    return named


def _tokens(text: str) -> list[str]:
    """The words, numbers and signs of a text."""
    straight = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    apart = re.sub(r"(?i)\b(do|does|did|is|are|was|were|has|have|had|must|should)n't\b", r"\1 not", straight)
    apart = re.sub(r"(?i)\bcan't\b", "can not", apart)
    return _TOKEN.findall(re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", " ", apart))


def _named(tokens: Sequence[str], terms: Terms) -> Iterator[str]:
    plain = _words()[0]
    at = 0
    while at < len(tokens):
        name, length = _longest(tokens, at, terms)
        token = tokens[at]
        if name:
            yield name
        elif not _says_nothing(token, tokens, at, plain):
            yield _sign(token, tokens, at)
        at += length


def _longest(tokens: Sequence[str], at: int, terms: Terms) -> tuple[str, int]:
    """The longest phrase at a place, under its name, and how many tokens it takes."""
    for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
        phrase = tuple(token.lower() for token in tokens[at : at + length])
        if phrase in terms:
            return terms[phrase], length
    return "", 1


def _says_nothing(token: str, tokens: Sequence[str], at: int, plain: frozenset[str]) -> bool:
    """Whether a token may come and go. A word in capitals may be a name; a comma after a denial turns what follows."""
    if token == ",":
        return at == 0 or tokens[at - 1].lower() not in _DENIALS
    return token.lower() in plain and (len(token) == 1 or not token.isupper())


def _sign(token: str, tokens: Sequence[str], at: int) -> str:
    """A token under the name by which it is compared."""
    if token in _DASHES or token.lower() == "to":
        between = 0 < at < len(tokens) - 1 and tokens[at - 1][0].isdigit() and tokens[at + 1][0].isdigit()
        return "to (a range)" if between else token.lower()
    if token in _ENDS:
        return "."
    lower = token.lower()
    plural = len(lower) > 3 and lower.endswith("s") and not lower.endswith(("ss", "us", "is"))
    return lower.removesuffix("s") if plural else lower


# ---------------------------------------------------------------- words

_LONGEST = 8


def terms(guideline: Guideline | None = None) -> Terms:
    """Ways of saying the same: those of English, and the other names of a guideline's drugs and routes."""
    return {**_words()[1], **(dict(_names(guideline)) if guideline else {})}


def _names(guideline: Guideline) -> Iterator[tuple[tuple[str, ...], str]]:
    names = {code.name for code in guideline.codes if code.what in ("drug", "route")}
    also = [(phrase, name) for phrase, name in guideline.aliases.items() if name in names]
    for phrase, name in (*((name.replace("_", " "), name) for name in names), *also):
        yield tuple(_tokens(phrase.lower())), name


@cache
def _words() -> tuple[frozenset[str], Terms]:
    """The plain words of the file, and its ways of saying the same, each under the first of its line."""
    text = files(__package__).joinpath("plain.txt").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if line and not line.startswith("#")]
    middle = kept.index("SAME")
    same = dict(_same(line.split(", ") for line in kept[middle + 1 :]))
    return frozenset(" ".join(kept[1:middle]).split()), same


def _same(lines: Iterable[list[str]]) -> Iterator[tuple[tuple[str, ...], str]]:
    for first, *others in lines:
        yield from ((tuple(_tokens(phrase)), first) for phrase in (first, *others))

"""A fault in what people wrote: a value, never an exception, and all of them at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Place

WIDEST = 100
"""Characters of a line that are shown at most around the words in question."""


class PosologyError(Exception):
    """The one base of our own exceptions.

    PosologyError
    └── Refused         input that cannot be used; carries every Finding
        └── Unsound     the store of a review that cannot be believed or read: nobody's input is at fault
    """


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: where it stands, what is wrong, and what to do about it.

    ``excerpt`` is the line with the words marked, ``heading`` the headings above it (guideline files).
    """

    place: str
    what: str
    do: str
    excerpt: str = ""
    heading: tuple[str, ...] = ()


class Refused(PosologyError):
    """Input that cannot be used. Nothing was done with any part of it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{f.place}: {f.what}" for f in self.findings))


class Unsound(Refused):
    """The store of a review cannot be believed or read, so that no status can be told: no input would be right."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with some words, which begin at ``at`` in their text; whoever read the text adds the place."""

    words: str
    what: str
    do: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A file's name and lines, for findings that quote them."""

    file: str
    lines: tuple[str, ...]

    @classmethod
    def of(cls, file: str, text: str) -> Source:
        """A file's text, cut at its line ends and nowhere else."""
        return cls(file, tuple(text.split("\n")))

    def line(self, number: int) -> str:
        """A line by its number, from 1; nothing outside the file."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def finding(self, place: Place, words: str, what: str, do: str, at: int = 0) -> Finding:
        """A finding at a line of this file, with the words marked that stand there from ``at`` on."""
        number = self._where(place.line, words)
        text = self.line(number)
        excerpt = mark(text, words, at) if words or text.strip("- ") else ""
        return Finding(f"{self.file}:{number}", what, do, excerpt, place.heading)

    def _where(self, first: int, words: str) -> int:
        """The line of a wrapped sentence in which the words stand: the first, or one that goes on with it."""
        number = first
        while words and words not in self.line(number):
            number += 1
            text = self.line(number).strip()
            if not text or text.startswith(("- ", "* ", "+ ", "#", "|", "```")):
                return first
        return number


def near(name: str, known: Iterable[str], nothing: str = "") -> str:
    """The known name that somebody most likely meant, as words to append to advice.

    >>> near("nuero_loading", ["neuro_loading", "age"], "see the table")
    'Did you mean "neuro_loading"?'
    >>> near("zzz", ["age"], "see the table")
    'see the table'
    """
    close = nearest(name, known)
    return f'Did you mean "{close}"?' if close else nothing


def nearest(name: str, known: Iterable[str], alike: float = 0.6) -> str:
    """The known name that is most like a word (1 would be the same), or nothing."""
    from difflib import get_close_matches  # here, because most runs have no fault

    return next(iter(get_close_matches(name[:WIDEST].lower(), list(known), n=1, cutoff=alike)), "")


def sentence(words: str) -> str:
    """Words as a sentence.

    >>> sentence("not a number"), sentence("It is none.")
    ('Not a number.', 'It is none.')
    """
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?")) else ".")


def mark(line: str, words: str, at: int = 0) -> str:
    """The line, and under it carets at the words from ``at`` on (under the whole line when they are not there).

    A long line is shown around the words only.

    >>> print(mark("when  age < 16", "age"))
    when  age < 16
          ^^^
    """
    text = visible(line.rstrip())
    words = visible(words)
    start = text.find(words, at) if words else -1
    start = text.find(words) if words and start < 0 else start
    if start < 0:
        words = text.lstrip().removeprefix("- ").lstrip()
        start = len(text) - len(words)
    length = min(max(1, len(words)), WIDEST)
    cut = 0 if len(text) <= WIDEST else max(0, min(start - (WIDEST - length) // 2, len(text) - WIDEST))
    shown = text[cut : cut + WIDEST]
    before, after = "…" * (cut > 0), "…" * (cut + WIDEST < len(text))
    carets = min(length, len(shown) - (start - cut))
    return f"{before}{shown}{after}\n{' ' * (start - cut + len(before))}{'^' * carets}"


def visible(text: str) -> str:
    """A text without the characters that move a terminal's cursor; tabs become a space."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c == "\t" else "�" for c in text)


def report(finding: Finding) -> str:
    """One finding as people read it: place, excerpt, heading path, what is wrong, what to do."""
    parts = [visible(finding.place)]
    if finding.excerpt:
        parts += ["  | " + line for line in finding.excerpt.split("\n")]
    if finding.heading:
        parts.append("  in " + visible(" › ".join(finding.heading)))
    parts += ["  " + visible(finding.what), "  → " + visible(finding.do)]
    return "\n".join(parts)


def as_json(findings: Iterable[Finding]) -> dict[str, list[dict[str, str]]]:
    """The contract's error object."""
    return {"errors": [{"place": f.place, "what": f.what, "do": f.do} for f in findings]}

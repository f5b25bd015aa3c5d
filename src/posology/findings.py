"""A fault in what people wrote: a value, never an exception, and all of them at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class PosologyError(Exception):
    """The one base of our own exceptions.

    PosologyError
    └── Refused     input that cannot be used; carries every Finding
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


def near(name: str, known: Iterable[str], nothing: str = "") -> str:
    """The known name that somebody most likely meant, as words to append to advice.

    >>> near("nuero_loading", ["neuro_loading", "age"], "see the table")
    'Did you mean "neuro_loading"?'
    >>> near("zzz", ["age"], "see the table")
    'see the table'
    """
    close = get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"?' if close else nothing


def mark(line: str, words: str) -> str:
    """The line, and under it carets at the words (the whole line when they are not found)."""
    text = line.rstrip()
    at = text.find(words) if words else -1
    if at < 0:
        at = len(text) - len(text.lstrip())
        words = text.strip()
    return f"{text}\n{' ' * at}{'^' * max(1, len(words))}"


def report(finding: Finding) -> str:
    """One finding as people read it: place, excerpt, heading path, what is wrong, what to do."""
    parts = [finding.place]
    if finding.excerpt:
        parts += ["  | " + line for line in finding.excerpt.splitlines()]
    if finding.heading:
        parts.append("  in " + " › ".join(finding.heading))
    parts += ["  " + finding.what, "  → " + finding.do]
    return "\n".join(parts)


def as_json(findings: Iterable[Finding]) -> dict[str, list[dict[str, str]]]:
    """The contract's error object."""
    return {"errors": [{"place": f.place, "what": f.what, "do": f.do} for f in findings]}

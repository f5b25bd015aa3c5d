"""Small things that the plan pages ask for while they are filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from difflib import SequenceMatcher
from itertools import groupby

from markupsafe import Markup, escape

from ..show.sheet import Entry


def slug(said: str) -> str:
    """Words as an id or a class.

    >>> slug("Not settled · 2†")
    'not-settled-2'
    """
    return re.sub(r"[^a-z0-9]+", "-", said.lower()).strip("-") or "x"


def is_day(text: str) -> bool:
    """Whether a browser's own field for days can hold this text; any other would be lost in it."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def groups(listed: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """Entries under their sub-headings."""
    return [(group, list(own)) for group, own in groupby(listed, key=lambda entry: entry.group)]


def lower_first(said: str) -> str:
    """A phrase as it stands inside a sentence; an abbreviation keeps its letters.

    >>> lower_first("Age at the start"), lower_first("ABC at the start")
    ('age at the start', 'ABC at the start')
    """
    return said[:1].lower() + said[1:] if said[1:2].islower() else said


def marked(said: str, other: str) -> Markup:
    """A text with the words marked that do not stand in the other.

    >>> marked("give 1 mg today", "give 2 mg today")
    Markup('give <mark>1</mark> mg today')
    """
    words, against = said.split(), other.split()
    made = []
    for how, first, last, _, _ in SequenceMatcher(None, words, against, autojunk=False).get_opcodes():
        told = escape(" ".join(words[first:last]))
        if told:
            made.append(told if how == "equal" else Markup("<mark>{}</mark>").format(told))
    return Markup(" ").join(made)

"""Small things that the plan pages ask for while they are filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import groupby

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

    >>> lower_first("Age at the start"), lower_first("MCV")
    ('age at the start', 'MCV')
    """
    return said[:1].lower() + said[1:] if said[1:2].islower() else said

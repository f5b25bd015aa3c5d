"""Where facts of an uploaded record were read, kept beside the form until somebody changes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..findings import Refused
from ..model import Guideline, Patient
from ..read.data import parse_json

if TYPE_CHECKING:
    from .form import Typed

MOST, LONGEST = 200, 1000


@dataclass(frozen=True, slots=True)
class Origins:
    """For each fact of a record its origin and what stood there when it was read; and the record's own notices."""

    of: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @classmethod
    def of_reading(cls, found: Patient, made: Typed) -> Origins:
        """What a reader knew of a patient beyond what can be typed."""
        return cls({name: (told, _there(name, made)) for name, told in found.origins.items()}, found.notices)


def _there(fact: str, what: Typed) -> str:
    """What the form says of a fact, stated or measured."""
    rows = ["\t".join(row.values()) for row in what.results if row["test"] == fact]
    return "\n".join([what.facts.get(fact, ""), *rows])


def kept(what: Typed) -> dict[str, str]:
    """The origins of the facts that nobody changed since they were read."""
    return {name: told for name, (told, there) in what.origins.of.items() if _there(name, what) == there}


def written_origins(origins: Origins) -> str:
    """Origins as the text of one hidden field."""
    return json.dumps([{k: list(v) for k, v in origins.of.items()}, list(origins.notices)], ensure_ascii=False)


def read_origins(text: str, guideline: Guideline) -> Origins:
    """The origins in a hidden field; what does not look like ours is dropped, for they are never needed."""
    try:
        data = parse_json(text) if text else None
    except Refused:
        return Origins()
    if not (isinstance(data, list) and len(data) == 2 and isinstance(data[0], dict) and isinstance(data[1], list)):
        return Origins()
    of = {name: (told[0], told[1]) for name, told in data[0].items() if name in guideline.facts and _pair(told)}
    return Origins(of, tuple(words for words in data[1] if _words(words))[:MOST])


def _pair(told: Any) -> bool:
    return isinstance(told, list) and len(told) == 2 and all(isinstance(part, str) for part in told) and _words(told[0])


def _words(told: Any) -> bool:
    return isinstance(told, str) and 0 < len(told) <= LONGEST

"""Elements of a FHIR document: its JSON, read member by member; what has the wrong shape is a Finding.

Only what is asked for is looked at, so a fault in a part that nobody reads does no harm.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..findings import Finding, sentence

_DATE = re.compile(r"\d{4}(?:-(\d\d)(?:-(\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII)


# Not frozen, here and in `record`, `report` and `settle`: a long record makes tens of thousands of these, and a frozen
# one takes three to five times as long to make. Nobody changes one.
@dataclass(slots=True)
class Element:
    """One JSON object of a FHIR document: its members, the list that its faults go to, and where it stands.

    ``within`` is the object that holds it, under ``key``; the whole document stands in none.
    """

    members: Mapping[str, Any]
    faults: list[Finding]
    key: str = ""
    within: Element | None = None

    @property
    def place(self) -> str:
        """Its JSON path, put together only where a fault or a report names it."""
        return self.key if self.within is None else join(self.within.place, self.key)


@dataclass(slots=True)
class Moment:
    """A FHIR date or dateTime: as written, its day (None when only a year or month is given), its instant.

    The day is the one that the record itself writes, in the record's own time zone.
    """

    text: str
    day: date | None
    instant: datetime | None


def part(within: Element, key: str) -> Element | None:
    """The object of that name, or None when it is absent."""
    value = within.members.get(key)
    if value is None:
        return None
    if isinstance(value, dict):
        return Element(value, within.faults, key, within)
    wrong(within, key, "an object", "Write an object, as FHIR R4 has it.")
    return None


def parts(within: Element, key: str) -> list[Element]:
    """The objects in the list of that name; empty when it is absent."""
    value = within.members.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        wrong(within, key, "a list", "Write a list, even for a single one.")
        return []
    found = []
    for n, item in enumerate(value):
        if isinstance(item, dict):
            found.append(Element(item, within.faults, f"{key}[{n}]", within))
        else:
            fault(within, f"{key}[{n}]", f"{shown(item)} is not an object", "Write an object, as FHIR R4 has it.")
    return found


def text(within: Element, key: str) -> str | None:
    """The text of that name, or None when it is absent."""
    value = within.members.get(key)
    if value is None or isinstance(value, str):
        return value
    wrong(within, key, "text", "Write a text in double quotes, as FHIR R4 has it.")
    return None


def truth(within: Element, key: str) -> bool | None:
    """The true or false of that name, or None when it is absent."""
    value = within.members.get(key)
    if value is None or isinstance(value, bool):
        return value
    wrong(within, key, "true or false", "Write true or false without quotes.")
    return None


def number(within: Element, key: str) -> float | None:
    """The number of that name (NaN when it is too large to hold), or None when it is absent."""
    value = within.members.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        wrong(within, key, "a number", "Write a JSON number: no quotes, a decimal point, no comma.")
        return None
    try:
        return float(value)
    except OverflowError:
        return math.nan


def moment(within: Element, key: str) -> Moment | None:
    """The date or dateTime of that name, or None when it is absent."""
    written = text(within, key)
    if written is None:
        return None
    try:
        return _moment(written)
    except ValueError:
        wrong(within, key, "a date", "Write YYYY, YYYY-MM, YYYY-MM-DD, or a day with time and zone.")
        return None


def _moment(written: str) -> Moment:
    """The parts of a date. Raises ValueError when it is none, or none that a calendar has."""
    if len(written) == 10 and written[4] == written[7] == "-":
        return Moment(written, date.fromisoformat(written), None)
    found = _DATE.fullmatch(written)
    if not found:
        raise ValueError(written)
    month, day, clock = found.groups()
    if day:
        return Moment(written, date.fromisoformat(written[:10]), _instant(written) if clock else None)
    date.fromisoformat(f"{written[:4]}-{month or '01'}-01")
    return Moment(written, None, None)


def _instant(written: str) -> datetime | None:
    """The instant, or None when no time zone says which one it is."""
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:  # a leap second, say: the day still stands
        return None
    return instant if instant.tzinfo else None


def wrong(within: Element, key: str, kind: str, do: str) -> None:
    """Put down that the member of that name is not what FHIR R4 has there."""
    fault(within, key, f"{shown(within.members.get(key))} is not {kind}", do)


def fault(within: Element, key: str, what: str, do: str) -> None:
    """Put down what is wrong with a member, as a Finding at its JSON path."""
    within.faults.append(Finding(join(within.place, key), sentence(what), do))


def shown(value: object) -> str:
    """A JSON value as a message may quote it: on one line, and short."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return repr(value) if len(value) <= 40 else "a long text"
        case int() | float():
            return repr(value) if abs(value) < 1e15 else "a very large number"
        case list():
            return "a list"
    return "an object"


def join(place: str, key: str) -> str:
    """The JSON path of a member."""
    return f"{place}.{key}".strip(".")

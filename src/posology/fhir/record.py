"""What one resource comes to: a stated fact, a measured result, a given dose, or nothing, with the reason.

Readers of resources make these values; the bundle puts them together into a Patient. Those of which a long record
makes thousands are not frozen (see `elements`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..model import Code, Guideline, Value
from .codes import Codes
from .elements import Element, Moment


@dataclass(slots=True)
class Source:
    """The resource that something was read from: its kind and its reference."""

    kind: str
    reference: str


@dataclass(slots=True)
class Stated:
    """A fact that a record states until it says otherwise, such as an illness; ``since``, if it says so.

    ``caution`` is what the plan's reader must know of it.
    """

    source: Source
    fact: str
    value: Value
    code: Code
    since: Moment | None = None
    caution: str = ""


@dataclass(slots=True)
class Answered:
    """An answer of a certain day, which a later one replaces (``value`` None: given, but unreadable).

    ``caution`` is what the plan's reader must know of it.
    """

    source: Source
    fact: str
    value: Value | None
    code: Code
    moment: Moment
    day: date
    caution: str = ""


@dataclass(slots=True)
class Measured:
    """A result of a certain day, in the unit of its fact (``value`` None, with ``why``: unreadable).

    ``fits`` is False when its unit shows that it measures something else.
    """

    source: Source
    test: str
    value: float | None
    code: Code
    moment: Moment
    day: date
    unit: str = ""
    why: str = ""
    fits: bool = True
    caution: str = ""


@dataclass(slots=True)
class Given:
    """A dose that was given; ``amount`` in ``unit``, it and ``route`` None when the record does not say.

    ``no_amount`` says why there is no amount; ``other_route`` is what the record says in place of a known route.
    """

    source: Source
    drug: str
    day: date
    amount: float | None
    route: str | None
    code: Code | None
    no_amount: str = ""
    other_route: str = ""
    unit: str = "mg"


@dataclass(slots=True)
class Lookalike:
    """Something without a known code whose ``words`` hold a name of a drug; ``day``, as written, or empty."""

    source: Source
    drug: str
    words: str
    day: str = ""


@dataclass(slots=True)
class Ignored:
    """A resource, or a part of one, that was not used, and why. ``notice``: the plan's reader must know."""

    source: Source
    why: str
    notice: bool = False


Event = Stated | Answered | Measured | Given | Lookalike | Ignored


@dataclass(frozen=True, slots=True)
class Chart:
    """What a reader of resources needs to know: the guideline, its codes and names of drugs, the day, the medicines.

    ``observed`` are those of the codes that an Observation may bear.
    """

    guideline: Guideline
    codes: Codes
    on: date
    medications: Mapping[str, Element]
    drug_names: Mapping[str, str]
    observed: Codes


UNCODED = "it has no code that the guideline knows"


def before(moment: Moment, on: date) -> bool:
    """Whether something was surely over before a day (a year or month alone: when the day lies after all of it)."""
    written = moment.text[:10]
    return written < on.isoformat()[: len(written)]


def too_late(moment: Moment | None, chart: Chart) -> bool:
    """Whether something happened only after the day of the plan (a year or month alone: surely after it)."""
    if moment is None:
        return False
    if moment.day is not None:
        return moment.day > chart.on
    return moment.text[:10] > chart.on.isoformat()[: len(moment.text[:10])]

"""How often and when: a regimen and its dated doses as a FHIR Timing, and the dosage around it.

``repeat`` says the regimen, ``event`` each date that the plan gives: the first day of its window. No date is left to be
worked out from the repetition, because months of unequal length would be counted differently elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..backends.english import how_long, regimen, spaced
from ..model import Give, Guideline, Item
from .make import Json, base, codings, concept, full, quantity

_UNITS = {"D": "d", "W": "wk", "M": "mo", "Y": "a"}


def timing(give: Give, items: Sequence[Item], guideline: Guideline) -> Json:
    """The Timing of a regimen, of which these doses are dated."""
    return full({**dates(items, guideline), "repeat": repeat(give, items)})


def dates(items: Sequence[Item], guideline: Guideline) -> Json:
    """The dated occurrences. A window of more than one day carries its last day beside the first."""
    last = [_latest(item, guideline) for item in items]
    beside = {"_event": last} if any(last) else {}
    return full({"event": [item.date.isoformat() for item in items], **beside})


def _latest(item: Item, guideline: Guideline) -> Json | None:
    if item.latest == item.earliest:
        return None
    url = f"{base(guideline)}/StructureDefinition/latest"
    return {"extension": [{"url": url, "valueDate": item.latest.isoformat()}]}


def repeat(give: Give, items: Sequence[Item]) -> Json:
    """The regimen. ``count`` is the number of doses still to be given, so that nobody starts a course anew."""
    low, high = give.every_low, give.every_high
    return full(
        {
            "boundsPeriod": _bounds(give, items),
            "count": left(give, items),
            "frequency": give.times,
            "period": low.count,
            "periodMax": high.count if high != low else None,
            "periodUnit": _UNITS[low.unit],
        }
    )


def left(give: Give, items: Sequence[Item]) -> int | None:
    """Doses that are still to be given, of a regimen with a fixed number."""
    if give.doses is None:
        return None
    return give.doses - (items[0].number - 1) if items else give.doses


def _bounds(give: Give, items: Sequence[Item]) -> Json:
    """From the next dose; to the last one only when there is one and it is dated."""
    if not items:
        return {}
    ends = give.doses is not None and len(items) == left(give, items)
    return full({"start": items[0].earliest.isoformat(), "end": items[-1].latest.isoformat() if ends else None})


def dosage(give: Give, items: Sequence[Item], guideline: Guideline) -> Json:
    """The dosage instruction: words, timing, route and amount."""
    amount = (
        {"doseQuantity": quantity(give.low, give.unit)}
        if give.low == give.high
        else {"doseRange": {"low": quantity(give.low, give.unit), "high": quantity(give.high, give.unit)}}
    )
    return full(
        {
            "text": regimen(give),
            "additionalInstruction": [{"text": how_long(give)}] if give.until or give.for_life else [],
            "timing": timing(give, items, guideline),
            "route": concept(spaced(give.route), codings(guideline, "route", give.route)),
            "doseAndRate": [amount],
        }
    )

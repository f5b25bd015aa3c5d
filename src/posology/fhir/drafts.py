"""Orders that somebody is drafting, as facts of the guideline and as regimens that can be held against a plan's.

Which part of an order states which fact stands in the guideline's codes. What an order does not say stays open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from ..findings import Finding
from ..model import Give, Guideline, Strike, Value
from ..read.routes import INJECTED
from .codes import by_code, facts_among, observed, rows, states
from .doses import amount_of, route_of
from .elements import Element, fault, number, part, parts, text
from .lookalike import drug_names, said_of
from .medicines import Medicine, called, medicine
from .record import Chart
from .release import other_release

STOPPING = ("stopped", "cancelled", "ended", "revoked")

_DAYS = {"h": Fraction(1, 24), "d": Fraction(1), "wk": Fraction(7), "D": Fraction(1), "W": Fraction(7)}
_MONTHS = {"mo": Fraction(1), "a": Fraction(12), "M": Fraction(1), "Y": Fraction(12)}
MONTH = Fraction(1461, 48)
"""Days of a month on average, to hold weeks against months."""
_ONE, _TWO = Fraction(1), Fraction(2)
_CODED = {
    "QD": (1.0, _ONE, _ONE, "d"), "BID": (2.0, _ONE, _ONE, "d"), "TID": (3.0, _ONE, _ONE, "d"),
    "QOD": (1.0, _TWO, _TWO, "d"), "WK": (1.0, _ONE, _ONE, "wk"), "MO": (1.0, _ONE, _ONE, "mo"),
}  # fmt: skip
"""Code of a timing → how often, in which period."""


@dataclass(frozen=True, slots=True)
class Every:
    """The time between two doses, in days or, if ``months``, in calendar months."""

    low: Fraction
    high: Fraction
    months: bool = False

    @property
    def days(self) -> tuple[Fraction, Fraction]:
        """The same in days, months at their average length."""
        return (self.low * MONTH, self.high * MONTH) if self.months else (self.low, self.high)


@dataclass(frozen=True, slots=True)
class Draft:
    """One order that is being drafted. ``facts`` are those that its drug, route, site or end state.

    ``drug`` is empty for a medicine that is none of the guideline's; ``trouble`` says why an order cannot be judged.
    """

    reference: str
    resource: Mapping[str, Any]
    drug: str = ""
    route: str | None = None
    site: str | None = None
    amount: float | None = None
    unit: str = "mg"
    every: Every | None = None
    stops: bool = False
    facts: Mapping[str, Value] = field(default_factory=dict)
    trouble: str = ""


def drafts(bundle: Any, guideline: Guideline, on: date, faults: list[Finding], whose: str) -> tuple[Draft, ...]:
    """The medicines among the drafted orders that bear on the guideline; other orders are passed over.

    ``whose`` is the id of the patient of the call: an order for somebody else is not judged.
    """
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        do = "Send the orders as a FHIR R4 Bundle."
        faults.append(Finding("context.draftOrders", "The drafted orders are not a Bundle.", do))
        return ()
    root = Element(bundle, faults, "context.draftOrders")
    listed = [(one, text(entry, "fullUrl")) for entry in parts(root, "entry") if (one := part(entry, "resource"))]
    held = [one for one, _ in listed]
    named = [(one, url) for one, url in listed if text(one, "resourceType") == "Medication"]
    medications = {name: one for one, url in named for name in (f"Medication/{text(one, 'id')}", url) if name}
    chart = Chart(guideline, by_code(guideline), on, medications, drug_names(guideline), observed(guideline))
    orders = [one for one in held if text(one, "resourceType") == "MedicationRequest" and not other_release(one)]
    _told_apart(orders)
    real = [one for one in orders if text(one, "status") != "entered-in-error"]
    made = (draft for one in real for draft in _drafts(one, chart))
    return tuple(_of_the_patient(one, whose, faults) for one in made)


def _told_apart(orders: Sequence[Element]) -> None:
    """Each order has an id of its own, so that a suggestion means one of them and no other."""
    seen: set[str] = set()
    for one in orders:
        own = text(one, "id")
        if not own:
            fault(one, "id", "this order has no id", "Give every drafted order an id of its own.")
        elif own in seen:
            fault(one, "id", "another order has this id too", "Give every drafted order an id of its own.")
        seen.add(own or "")


def _of_the_patient(draft: Draft, whose: str, faults: list[Finding]) -> Draft:
    """The draft, not to be judged when it says that it is for somebody else than the patient of the call."""
    subject = part(Element(draft.resource, faults), "subject")
    named = text(subject, "reference") if subject else None
    name = (named or "").partition("/_history/")[0].removeprefix("urn:uuid:").rpartition("/")[2]
    if named is None or name == whose:
        return draft
    return Draft(draft.reference, draft.resource, trouble="it is for somebody else than the patient of this call")


def _drafts(order: Element, chart: Chart) -> Iterator[Draft]:
    """One order, once for each of its dosages; nothing when it is for a medicine that the guideline does not know."""
    reference = f"MedicationRequest/{text(order, 'id')}"
    found = medicine(order, chart)
    if not order.members.keys() & {"medicationCodeableConcept", "medicationReference"}:
        yield Draft(reference, order.members, trouble="it names no medicine")
    elif found.trouble or (found.like and not found.drug and not found.found):
        why = found.trouble or f"{found.words!r} has no code that the guideline knows"
        yield Draft(reference, order.members, trouble=why)
    elif not found.drug:
        coded = ((fact.name, states(row, fact)) for row, fact in facts_among(found.found, chart.guideline))
        told = {name: value for name, value in coded if value is not None}
        wanted = told and not _ends(order) and order.members.get("doNotPerform") is not True
        yield from [Draft(reference, order.members, facts=told)] if wanted else []
    else:
        dosages = parts(order, "dosageInstruction")
        alone = len(dosages) == 1
        said: Sequence[Element | None] = dosages or [None]
        yield from (_of_drug(found, dosage, order, reference, chart, alone) for dosage in said)


def _of_drug(
    found: Medicine, dosage: Element | None, order: Element, reference: str, chart: Chart, alone: bool
) -> Draft:
    """An order for a drug of the guideline, with what one of its dosages says.

    How much and how often is said only by a dosage that stands ``alone``: of several, each may be a part of the whole.
    """
    route = route_of(part(dosage, "route"), chart)[0] if dosage else None
    site = _site(part(dosage, "site"), chart) if dosage else None
    said = {"drug": found.drug, "route": route, "site": site, "stop": "yes" if _ends(order) else None}
    amount, unit = (_amount(dosage, chart) if alone and not found.compound else None) or (None, "mg")
    return Draft(
        reference, order.members, found.drug, route, site, amount, unit,
        _every(part(dosage, "timing")) if dosage and alone else None, _ends(order),
        dict(_stated(said, chart.guideline)),
    )  # fmt: skip


def _ends(order: Element) -> bool:
    return text(order, "status") in STOPPING or order.members.get("doNotPerform") is True


def _stated(said: Mapping[str, str | None], guideline: Guideline) -> Iterator[tuple[str, Value]]:
    """The facts that the parts of an order state, as the guideline's codes say; an end states nothing else."""
    for row in guideline.codes:
        word = said.get(row.code) if row.what == "order" and (row.code == "stop" or not said["stop"]) else None
        fact = guideline.facts.get(row.name)
        if word is None or fact is None:
            continue
        if fact.kind == "choice" and word in fact.choices:
            yield fact.name, word
        elif fact.kind == "yes/no":
            yield fact.name, row.value != "no"


def _site(concept: Element | None, chart: Chart) -> str | None:
    if concept is None:
        return None
    coded = {row.name for row in rows(concept, chart.codes) if row.what == "site"}
    found = coded or {site for words in said_of(concept) if (site := called(words, "site", chart))}
    return found.pop() if len(found) == 1 else None


def _amount(dosage: Element | None, chart: Chart) -> tuple[float, str] | None:
    """How much a dose is, when the order says one figure."""
    rates = parts(dosage, "doseAndRate") if dosage else []
    return amount_of(rates[0], "doseQuantity", chart)[0] if len(rates) == 1 else None


def _every(timing: Element | None) -> Every | None:
    """The time between two doses, when the order says it."""
    repeat = part(timing, "repeat") if timing else None
    found = _repeated(repeat) if repeat else None
    return found or _coded(part(timing, "code") if timing else None)


def _repeated(repeat: Element) -> Every | None:
    """An interval that is given in figures, or by the days of the week."""
    listed = repeat.members.get("dayOfWeek")
    days = len(listed) if isinstance(listed, list) else 0
    times, period, unit = number(repeat, "frequency"), number(repeat, "period"), text(repeat, "periodUnit")
    if days and (not period or (period == 1 and unit == "d")):
        return every((times or 1.0) * days, Fraction(1), Fraction(1), "wk")  # so often a day, on those days alone
    if not period or unit not in (*_DAYS, *_MONTHS) or "frequencyMax" in repeat.members or (times or days) < days:
        return None
    most = number(repeat, "periodMax") or period
    return every(times or float(days or 1), Fraction(str(period)), Fraction(str(most)), unit)


def _coded(concept: Element | None) -> Every | None:
    """An interval that is given as a code, such as every other day."""
    named = [text(one, "code") or "" for one in parts(concept, "coding")] if concept else []
    known = [_CODED[code] for code in named if code in _CODED]
    return every(*known[0]) if len(known) == 1 else None


def every(times: float, low: Fraction, high: Fraction, unit: str) -> Every:
    """The time between two doses of a regimen."""
    months = unit in _MONTHS
    factor = (_MONTHS if months else _DAYS)[unit] / Fraction(str(times))
    return Every(low * factor, high * factor, months)


# ---------------------------------------------------------------- against a plan


def matches(strike: Strike, draft: Draft) -> bool:
    """Whether what a line takes away is what an order asks for."""
    match strike.kind:
        case "everything":
            return bool(draft.drug)
        case "drug":
            return strike.name == draft.drug
        case "route":
            return strike.name == draft.route
        case "site":
            return strike.name == draft.site
        case "injections":
            return draft.route in INJECTED
    return False


def differences(draft: Draft, give: Give) -> dict[str, bool]:
    """In what an order differs from a regimen: drug, route, dose, interval; False: only by how months are counted."""
    found: dict[str, bool] = {}
    if draft.drug != give.drug:
        found["drug"] = True
    if draft.route is not None and draft.route != give.route:
        found["route"] = True
    if draft.amount is not None and (draft.unit != give.unit or not give.low <= draft.amount <= give.high):
        found["dose"] = True
    if draft.every is not None and (grave := _off(draft.every, of_give(give))) is not None:
        found["interval"] = grave
    return found


def of_give(give: Give) -> Every:
    """The time between two doses of a regimen of the guideline."""
    low, high = give.every_low, give.every_high
    if low.unit != high.unit:
        first = every(give.times, Fraction(low.count), Fraction(low.count), low.unit).days[0]
        return Every(first, every(give.times, Fraction(high.count), Fraction(high.count), high.unit).days[1])
    return every(give.times, Fraction(low.count), Fraction(high.count), low.unit)


def _off(ordered: Every, said: Every) -> bool | None:
    """None: the same; True: another interval; False: weeks or days where the guideline counts months, and near."""
    if ordered.months == said.months:
        return None if said.low <= ordered.low and ordered.high <= said.high else True
    (low, high), (least, most) = ordered.days, said.days
    return not (least * 9 <= low * 10 and high * 10 <= most * 11)


def nearest(draft: Draft, gives: Sequence[Give]) -> Give:
    """The regimen from which an order differs least."""
    return min(gives, key=lambda give: len(differences(draft, give)))

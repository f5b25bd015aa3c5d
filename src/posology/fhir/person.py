"""Whose record it is: the one patient, how resources name that patient, and the age on a day."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import unquote

from ..model import Fact
from ..quantity import factor, in_range
from .elements import Element, Moment, moment, part, parts, text, truth
from .record import Source

_BY_IDENTIFIER = "Patient?identifier="


@dataclass(frozen=True, slots=True)
class Person:
    """The patient of a record: the resource, its id and address, and the identifiers beside them.

    ``names`` are references that mean the patient and nobody else, as they are mostly written.
    """

    resource: Element
    source: Source
    id: str
    url: str
    identifiers: frozenset[tuple[str, str]]
    names: frozenset[str] = frozenset()


def person(resource: Element, url: str, source: Source) -> Person:
    """The patient that a Patient resource describes."""
    identifiers = frozenset(_identifier(one) for one in parts(resource, "identifier"))
    found = Person(resource, source, text(resource, "id") or "", url, identifiers - {("", "")})
    usual = (f"Patient/{found.id}", f"urn:uuid:{found.id}", url)
    names = frozenset(name for name in usual if name and name[0] != "#" and _means(name, found))
    return replace(found, names=names)


def _identifier(within: Element) -> tuple[str, str]:
    return text(within, "system") or "", text(within, "value") or ""


def stranger(resource: Element, of: Person) -> str:
    """Why a resource is not, or not surely, about this patient; empty when it is."""
    by_patient = resource.members.get("resourceType") in ("AllergyIntolerance", "Immunization")
    key = "patient" if by_patient else "subject"
    if _plainly(resource, key, of):
        return ""
    subject = part(resource, key)
    if subject is None:
        return "it does not say whose it is"
    if resource.members.get("focus"):
        return "it is about somebody or something else than the patient (it has a focus)"
    reference, identifier = text(subject, "reference"), part(subject, "identifier")
    if reference and reference.startswith("#"):
        return "it is about somebody who is described only inside it, and nobody can tell who that is"
    if reference:
        return "" if _means(reference, of) else "it is about somebody else than the patient of this bundle"
    if identifier and _identifier(identifier) in of.identifiers:
        return ""
    return "it does not say in a way that can be followed whose it is"


def _plainly(resource: Element, key: str, of: Person) -> bool:
    """Whether a resource names the patient in the usual way and gives no reason to look closer."""
    named = resource.members.get(key)
    if not isinstance(named, dict) or "identifier" in named or "focus" in resource.members:
        return False
    reference = named.get("reference")
    return isinstance(reference, str) and reference in of.names


def _means(reference: str, of: Person) -> bool:
    """Whether a reference names the patient: by address, by id, or by an identifier."""
    if of.id and reference == f"Patient/{of.id}":
        return True
    base = reference.partition("/_history/")[0]
    if base.startswith(_BY_IDENTIFIER):
        system, _, value = unquote(base.removeprefix(_BY_IDENTIFIER)).rpartition("|")
        return (system, value) in of.identifiers
    if base == of.url:
        return True
    if not of.id:
        return False
    if base in (f"Patient/{of.id}", f"urn:uuid:{of.id}"):
        return True
    # with an address of its own, the patient is not the one of that id on another server
    return not of.url.startswith("http") and base.endswith(f"/Patient/{of.id}")


def died(patient: Element, on: date) -> bool:
    """Whether the record says that the patient had died by that day."""
    if truth(patient, "deceasedBoolean"):
        return True
    at = moment(patient, "deceasedDateTime")
    return at is not None and at.text[:10] <= on.isoformat()


def age(patient: Element, on: date, fact: Fact) -> float | str | None:
    """Whole years on that day; None without a birth date; a sentence when the birth date leaves it open."""
    born = moment(patient, "birthDate")
    if born is None or fact.kind != "number" or factor("years", fact.unit) != 1:
        return None
    first, last = _span(born)
    if first > on:
        return "the birth date lies after the day of the plan, so the age is left unknown"
    most, least = _years(first, on), _years(min(last, on), on)
    if most != least:
        return f"the birth date is incomplete and allows {least} or {most} years, so the age is left unknown"
    return in_range(float(most), fact)


def _span(born: Moment) -> tuple[date, date]:
    """The first and the last day on which somebody with this birth date can have been born."""
    year, month = int(born.text[:4]), int(born.text[5:7] or 0)
    if born.day:
        return born.day, born.day
    return date(year, month or 1, 1), date(year, month or 12, monthrange(year, month or 12)[1])


def _years(born: date, on: date) -> int:
    """Birthdays had by that day; who was born on 29 February has them on 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))

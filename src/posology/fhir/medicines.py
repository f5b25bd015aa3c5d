"""Which medicine a resource names: a drug of the guideline, another one that it codes, or none.

By codes first; by name only where the record has no code at all, and then only by a name that the
guideline itself lists. What a product's display text says is only ever a reason for a notice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..model import Code
from .codes import keys, rows
from .elements import Element, fault, part, parts, shown, text
from .lookalike import looks_like
from .record import Chart


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine: the guideline's drug (empty: none), the row that says so, and all rows that its codes name.

    ``compound``: the drug is only one ingredient of it, so that its amount is not the drug's.
    ``trouble`` says why it cannot be told. Where there is no drug, ``like`` is one whose name stands in ``words``.
    """

    drug: str = ""
    code: Code | None = None
    found: tuple[Code, ...] = ()
    compound: bool = False
    trouble: str = ""
    like: str = ""
    words: str = ""


def medicine(resource: Element, chart: Chart) -> Medicine:
    """The medicine of a resource."""
    reference, concept = part(resource, "medicationReference"), part(resource, "medicationCodeableConcept")
    if reference is None:
        return named(concept, chart)
    if concept is not None:
        return Medicine(trouble="it names its medicine twice, by a code and by a reference")
    medication = _referred(resource, reference, chart)
    if medication is None:
        return Medicine(trouble="the bundle does not hold the medicine that it names")
    if text(medication, "status") == "entered-in-error":
        return Medicine(trouble="the medicine that it names was entered in error")
    return _opened(medication, chart)


def named(concept: Element | None, chart: Chart) -> Medicine:
    """The medicine that a CodeableConcept names."""
    found = rows(concept, chart.codes)
    if found or concept is None or keys(concept):
        return _resembling(_one_drug(found), [concept], chart)
    return _resembling(Medicine(called(text(concept, "text"), "drug", chart) or ""), [concept], chart)


def _resembling(found: Medicine, concepts: list[Element | None], chart: Chart) -> Medicine:
    """The medicine; where no drug is known of it, with the one that its words name."""
    if found.drug or found.trouble or found.like:
        return found
    like, words = looks_like(concepts, chart.drug_names)
    return replace(found, like=like, words=words)


def _one_drug(found: tuple[Code, ...]) -> Medicine:
    drugs = {row.name: row for row in found if row.what == "drug"}
    if len(drugs) > 1:
        return Medicine(trouble=f"its codes name several drugs ({', '.join(sorted(drugs))})")
    name = next(iter(drugs), "")
    return Medicine(name, drugs.get(name), found)


def called(name: str | None, what: str, chart: Chart) -> str | None:
    """The drug or route that the guideline calls by this name, exactly (capitals and spaces apart)."""
    if not name:
        return None
    folded = " ".join(name.lower().split())
    known = {row.name for row in chart.guideline.codes if row.what == what}
    spellings = (folded, folded.replace(" ", "_"), chart.guideline.aliases.get(folded))
    return next((one for one in spellings if one in known), None)


def _referred(resource: Element, reference: Element, chart: Chart) -> Element | None:
    """The Medication that a reference means: contained, or elsewhere in the bundle.

    What is contained refers to what stands beside it: FHIR lets nothing be contained in a contained resource.
    """
    name = (text(reference, "reference") or "").partition("/_history/")[0]
    if not name.startswith("#"):
        return chart.medications.get(name)
    holder = resource.within if resource.key.startswith("contained[") and resource.within else resource
    found = next((one for one in parts(holder, "contained") if text(one, "id") == name[1:]), None)
    if found is None:
        what = f"{shown(name)} points into the resource itself, which contains no such thing"
        fault(reference, "reference", what, "Put the Medication into `contained`.")
    return found


def _opened(medication: Element, chart: Chart) -> Medicine:
    """By its own code, else by its ingredients and theirs."""
    found = named(part(medication, "code"), chart)
    if found.found or found.drug or found.trouble:
        return found
    held = _ingredients(medication, chart)
    coded = tuple(dict.fromkeys(row for one in held for row in rows(one, chart.codes)))
    inside = replace(_one_drug(coded), compound=True, like=found.like, words=found.words)
    return _resembling(inside, held, chart)


def _ingredients(medication: Element, chart: Chart) -> list[Element | None]:
    """What its ingredients are called; each Medication among them is opened once."""
    found: list[Element | None] = []
    to_open, seen = [medication], {medication.place}
    while to_open:
        opened = to_open.pop()
        for one in parts(opened, "ingredient"):
            found.append(part(one, "itemCodeableConcept"))
            reference = part(one, "itemReference")
            inner = _referred(opened, reference, chart) if reference else None
            if reference and inner and inner.place in seen:
                _circle(reference)
            elif inner:
                seen.add(inner.place)
                to_open.append(inner)
                found.append(part(inner, "code"))
    return found


def _circle(reference: Element) -> None:
    what = "a Medication is named here twice, or is an ingredient of itself"
    fault(reference, "reference", what, "Name each ingredient once, without a circle.")

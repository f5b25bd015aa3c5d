"""Codes of other vocabularies in a FHIR document, looked up among those that the guideline names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from ..model import Code, Fact, Guideline, Value
from .elements import Element, part, parts, text, wrong

SYSTEMS = {
    "http://loinc.org": "loinc",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
    "http://snomed.info/sct": "snomed ct",
    "urn:oid:2.16.840.1.113883.6.96": "snomed ct",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "http://www.whocc.no/atc": "atc",
    "urn:oid:2.16.840.1.113883.6.73": "atc",
    "http://fdasis.nlm.nih.gov": "unii",
    "urn:oid:2.16.840.1.113883.4.9": "unii",
    "http://hl7.org/fhir/sid/icd-10": "icd-10",
    "urn:oid:2.16.840.1.113883.6.3": "icd-10",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd-10",
    "urn:oid:2.16.840.1.113883.6.90": "icd-10",
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": "icd-10",
    "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration": "hl7 route of administration",
    "urn:oid:2.16.840.1.113883.5.112": "hl7 route of administration",
    "http://terminology.hl7.org/CodeSystem/v3-ActSite": "hl7 act site",
    "urn:oid:2.16.840.1.113883.5.1052": "hl7 act site",
    "http://terminology.hl7.org/CodeSystem/v2-0136": "hl7 yes/no",
}
"""Address of a vocabulary → the name by which a guideline calls it, in lower case.

National editions of ICD-10 only add codes to it, so they count as ICD-10.
"""

MEDICINES = ("rxnorm", "atc", "unii")
"""Vocabularies of medicines: the same code names what is given in one place, what is not borne in another."""

_ANSWERS: Mapping[tuple[str, str], bool] = {
    ("snomed ct", "373066001"): True,
    ("snomed ct", "373067005"): False,
    ("snomed ct", "52101004"): True,
    ("snomed ct", "2667000"): False,
    ("loinc", "LA33-6"): True,
    ("loinc", "LA32-8"): False,
    ("loinc", "LA9633-4"): True,
    ("loinc", "LA9634-2"): False,
    ("hl7 yes/no", "Y"): True,
    ("hl7 yes/no", "N"): False,
}
"""General words for yes and no (present, absent) as codes."""

Codes = Mapping[tuple[str, str], tuple[Code, ...]]


@lru_cache(maxsize=16)
def by_code(guideline: Guideline) -> Codes:
    """The rows of the guideline's code tables, by vocabulary and code, each once."""
    found: dict[tuple[str, str], dict[Code, None]] = {}
    for row in guideline.codes:
        found.setdefault((SYSTEMS.get(row.system, row.system.lower()), row.code), {})[row] = None
    return {key: tuple(rows_) for key, rows_ in found.items()}


@lru_cache(maxsize=16)
def observed(guideline: Guideline) -> Codes:
    """Those rows of which an Observation can tell, each thing once."""
    told = ((key, [row for row in rows_ if _observable(row, guideline)]) for key, rows_ in by_code(guideline).items())
    return {key: tuple(once_a_name(some)) for key, some in told if some}


def _observable(row: Code, guideline: Guideline) -> bool:
    return row.what == "test" or (row.what == "fact" and row.name in guideline.facts)


def once_a_name(found: Sequence[Code]) -> Sequence[Code]:
    """The first row of each fact, test or drug."""
    if len(found) < 2:
        return found
    named: dict[str, Code] = {}
    for row in found:
        named.setdefault(row.name, row)
    return tuple(named.values())


def keys(concept: Element | None) -> list[tuple[str, str]]:
    """The codings of a CodeableConcept as vocabulary and code."""
    if concept is None:
        return []
    found = []
    for coding in parts(concept, "coding"):
        system, code = text(coding, "system") or "", text(coding, "code")
        if code:
            found.append((SYSTEMS.get(system) or system.lower(), code))
    return found


def rows(concept: Element | None, codes: Codes) -> tuple[Code, ...]:
    """The rows of the guideline's code tables that a CodeableConcept names, each once."""
    named = [codes[key] for key in keys(concept) if key in codes]
    return named[0] if len(named) == 1 else tuple(dict.fromkeys(row for group in named for row in group))


def rows_in(within: Element, key: str, codes: Codes) -> tuple[Code, ...]:
    """The same of the CodeableConcept of that name. One sound coding, as nearly all have, needs no closer look."""
    concept = within.members.get(key)
    listed = concept.get("coding") if isinstance(concept, dict) else None
    if isinstance(listed, list) and len(listed) == 1 and isinstance(coding := listed[0], dict):
        system, code = coding.get("system"), coding.get("code")
        if isinstance(system, str) and isinstance(code, str) and code:
            return codes.get((SYSTEMS.get(system) or system.lower(), code), ())
    return rows(part(within, key), codes)


def facts_among(found: Iterable[Code], guideline: Guideline) -> list[tuple[Code, Fact]]:
    """The facts that rows speak of: one row a fact and value."""
    known = [row for row in found if row.what == "fact" and row.name in guideline.facts]
    return list({(row.name, row.value): (row, guideline.facts[row.name]) for row in known}.values())


WITHOUT_A_CODE = "without a code"
"""What stands for a status in words only: it is there, and nobody knows what it says."""

_HL7 = "http://terminology.hl7.org/"


def status(within: Element, key: str) -> str | None:
    """The one word of a coded status such as clinicalStatus, FHIR's own before others; None when it is absent."""
    if isinstance(within.members.get(key), str):
        wrong(within, key, "a CodeableConcept", "This looks like STU3; FHIR R4 has an object with `coding`.")
        return None
    concept = part(within, key)
    if concept is None:
        return None
    found = keys(concept)
    return next((code for system, code in found if system.startswith(_HL7)), found[0][1] if found else WITHOUT_A_CODE)


def about_medicine(row: Code) -> bool:
    """Whether a row names its fact by the code of a medicine."""
    return SYSTEMS.get(row.system, row.system.lower()) in MEDICINES


def is_the_fact(row: Code, guideline: Guideline) -> bool:
    """Whether a code means the fact itself and not only one kind of it, so that refuting it refutes the fact.

    It does when its vocabulary has no other code for the fact, codes aside that name a fact of their own
    as well, and in ICD-10 those below it.
    """
    facts = [one for one in guideline.codes if one.what == "fact" and one.system == row.system]
    others = {one.code for one in facts if one.name == row.name} - {row.code}
    others -= {one.code for one in facts if one.name != row.name}
    below = {code for code in others if row.system.lower().startswith("icd") and code.startswith(row.code)}
    return others == below


def states(row: Code, fact: Fact) -> Value | None:
    """What the presence of a code says of its fact; None for a number, which a code alone cannot give.

    The value ``ever`` is a yes that stays true when the condition is over.
    """
    if fact.kind == "choice":
        return row.value if row.value in fact.choices else None
    return {"yes": True, "ever": True, "no": False}.get(row.value) if fact.kind == "yes/no" else None


def answer(concept: Element, codes: Codes, fact: Fact) -> Value | None:
    """What a coded answer says of a fact; None when it says nothing, or two things."""
    found: set[Value] = {_ANSWERS[key] for key in keys(concept) if key in _ANSWERS and fact.kind == "yes/no"}
    told = (states(row, fact) for row in rows(concept, codes) if row.what == "fact" and row.name == fact.name)
    found |= {value for value in told if value is not None}
    return found.pop() if len(found) == 1 else None

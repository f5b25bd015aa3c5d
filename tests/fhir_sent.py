"""What we send as FHIR: the guideline's package, every story's plan in both shapes, the plans of generated patients.

`python tests/fhir_sent.py` writes it, one resource a line, for validators that stand elsewhere.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from patients import drawn, guideline
from posology.fhir import care_plan, definitions, plan_bundle
from posology.plan.plan import plan
from posology.read.patient import parse, patient

Json = dict[str, Any]
STORIES = sorted((Path(__file__).parents[1] / "guidelines" / "b12-injections" / "patients").glob("*.yaml"))
GENERATED = 200


@cache
def sent() -> tuple[Json, ...]:
    """Every resource that is sent, as it is sent."""
    package = [one for name, one in definitions(guideline()).items() if name != "package.json"]
    stories = [plan(guideline(), patient(parse(path.read_bytes()), guideline())) for path in STORIES]
    drew = [plan(guideline(), patient(drawn(Random(seed)), guideline())) for seed in range(GENERATED)]
    plans = [plan_bundle(made, guideline(), "Patient/1") for made in stories]
    plans += [care_plan(made, guideline(), "Patient/1") for made in stories]
    return (*package, *plans, *(plan_bundle(made, guideline()) for made in drew))


@cache
def single() -> tuple[Json, ...]:
    """Each resource by itself."""
    return tuple(one for whole in sent() for one in [*(e["resource"] for e in whole.get("entry", ())), whole])


if __name__ == "__main__":
    sys.stdout.writelines(json.dumps(one) + "\n" for one in sent())

"""The conditions of loading and of maintenance for the B12 guideline in OpenFisca-Core, for so many invented patients.

    python benchmarks/register_openfisca.py N

Two-valued, without dates: OpenFisca has no unknown. It runs in an environment of its own (see `register.py`).
"""

from __future__ import annotations

import sys

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PATIENT = build_entity("patient", "patients", "A patient", is_person=True)
YES_NO = (
    "b12_deficiency", "sensory_deficit", "motor_deficit", "gait_disturbance", "paresthesia", "numbness",
    "cognitive_impairment", "visual_loss", "other_neurological_symptom", "past_neurological_involvement",
    "bariatric_surgery", "crohns_disease", "loading_complete",
)  # fmt: skip
NERVES = YES_NO[1:9]
MONTH = "2026-01"
NUMBERS = ("ileal_resection_length", "ileal_crohns_length")


def variable(name: str, kind: type, formula=None):  # type: ignore[no-untyped-def]
    """A variable of a patient, given or worked out."""
    body = {"value_type": kind, "entity": PATIENT, "definition_period": DateUnit.MONTH, "label": name}
    return type(name, (Variable,), body | ({"formula": formula} if formula else {}))


def nerves(patient, period):  # type: ignore[no-untyped-def]
    return sum(patient(name, period) for name in NERVES) > 0


def loading(patient, period):  # type: ignore[no-untyped-def]
    """0: none, 1: standard, 2: with neurological involvement."""
    begun = patient("b12_deficiency", period) * ~patient("loading_complete", period)
    return np.where(begun, np.where(patient("nerves", period), 2, 1), 0)


def months(patient, period):  # type: ignore[no-untyped-def]
    """The shortest interval of maintenance in months; 0: none."""
    monthly = (patient("ileal_resection_length", period) > 20) + (
        patient("crohns_disease", period) * (patient("ileal_crohns_length", period) > 60)
    )
    often = patient("nerves", period) + patient("past_neurological_involvement", period)
    found = np.where(monthly, 1, np.where(often, 2, np.where(patient("bariatric_surgery", period), 3, 2)))
    indicated = monthly + patient("bariatric_surgery", period) + patient("b12_deficiency", period)
    return np.where(indicated, found, 0)


def main() -> None:
    """Works the conditions out and prints how many patients have which answer."""
    many, rng = int(sys.argv[1]), np.random.default_rng(1)
    system = TaxBenefitSystem([PATIENT])
    for name in YES_NO:
        system.add_variable(variable(name, bool))
    for name in NUMBERS:
        system.add_variable(variable(name, float))
    for name, kind, formula in (("nerves", bool, nerves), ("loading", int, loading), ("months", int, months)):
        system.add_variable(variable(name, kind, formula))
    simulation = SimulationBuilder().build_default_simulation(system, count=many)
    for name in YES_NO:
        simulation.set_input(name, MONTH, rng.random(many) < 0.3)
    for name in NUMBERS:
        simulation.set_input(name, MONTH, rng.random(many) * 100)
    for name in ("loading", "months"):
        print(name, np.unique(simulation.calculate(name, MONTH), return_counts=True))


if __name__ == "__main__":
    main()

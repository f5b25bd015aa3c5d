"""Units are sent as UCUM codes only when they are UCUM codes."""

from __future__ import annotations

import pytest

from fhir_checks import UNITS
from posology.fhir.make import quantity
from posology.fhir.ucum import ucum, valid


@pytest.mark.parametrize("code", sorted(UNITS) + "mm[Hg] 10*3/uL /uL [iU]/mL nmol/L kg/m2 mg/kg/d Cel mmol/mol{creat} {score} umol/min/g U/L ng/mL g.m/s2 m-2".split())
def test_ucum_codes_are_known(code: str) -> None:
    assert valid(code)


@pytest.mark.parametrize("code", ["", "mcg", "lb", "years", "IU", "µg", "mg per day", "10^9 / L", "mg//L", "{", "m{g", "mEq/L", "cc", "tablets", "MG", "gr am"])
def test_what_is_none_is_none(code: str) -> None:
    assert not valid(code)


def test_a_unit_without_a_code_is_sent_in_words_alone() -> None:
    assert quantity(2, "spoons") == {"value": 2, "unit": "spoons"} and ucum("spoons") == ""
    assert quantity(60, "mL/min/1.73 m2")["code"] == "mL/min/{1.73_m2}"

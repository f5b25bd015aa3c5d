"""FHIR R4: a record in, a plan and a guideline out."""

from __future__ import annotations

from .careplan import care_plan, plan_bundle
from .form import questionnaire
from .library import definitions
from .responses import facts_of_response

__all__ = ["care_plan", "definitions", "facts_of_response", "plan_bundle", "questionnaire"]

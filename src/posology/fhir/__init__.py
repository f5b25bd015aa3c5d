"""FHIR R4: a record in, a plan and a guideline out."""

from __future__ import annotations

from .careplan import care_plan, plan_bundle

__all__ = ["care_plan", "plan_bundle"]

"""What is said in FHIR when something is wrong: an OperationOutcome with every fault, and never what was sent."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from fastapi import Response

from ..findings import Finding

FHIR = "application/fhir+json"

_CODES = {
    400: "invalid", 401: "security", 403: "forbidden", 404: "not-found", 405: "not-supported", 413: "too-long",
    415: "not-supported", 421: "security", 422: "processing", 429: "throttled", 500: "exception", 503: "no-store",
}  # fmt: skip


def outcome(status: int, findings: Iterable[Finding], headers: dict[str, str] | None = None) -> Response:
    """A fault for a program that speaks FHIR."""
    issues = [_issue(one, _CODES.get(status, "processing")) for one in findings]
    return resource({"resourceType": "OperationOutcome", "issue": issues}, status, headers)


def _issue(finding: Finding, code: str) -> dict[str, Any]:
    told = f"{finding.what} {finding.do}".strip()
    at = {"expression": [finding.place]} if finding.place else {}
    return {"severity": "error", "code": code, "details": {"text": told}, **at}


def resource(made: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """One resource as an answer."""
    body = json.dumps(made, ensure_ascii=False)
    return Response(body, status, headers, f"{FHIR}; charset=utf-8")

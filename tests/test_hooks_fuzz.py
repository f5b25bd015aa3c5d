"""Whatever is sent to CDS Hooks and FHIR is answered or refused with findings; it never brings the server down."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import as_fhir
import patients
from posology.fhir.apply import applied, populated
from posology.fhir.feedback import read_feedback
from posology.fhir.hooks import answer, unmet
from posology.findings import Refused
from test_hooks import call, orders

ON = date(2026, 1, 12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=12) | st.sampled_from(["Patient/me", "Bundle", "draft", "2026-01-05"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["code", "value", "reference", "resourceType", "entry", "id"]), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def spots(data: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield (*here, key)
        yield from spots(value, (*here, key))


@st.composite
def broken(draw: st.DrawFn, data: Any) -> Any:
    """Some data with a few values put in the place of others, or taken out."""
    made = copy.deepcopy(data)
    for _ in range(draw(st.integers(1, 3))):
        every = list(spots(made))
        if not every:
            break
        *path, last = draw(st.sampled_from(every))
        within = made
        for key in path:
            within = within[key]
        if isinstance(within, dict) and draw(st.booleans()):
            del within[last]
        else:
            within[last] = draw(JSON)
    return made


def answered(work: Any, *given_: Any) -> None:
    """The work is done, or refused with findings that say something."""
    try:
        work(*given_)
    except Refused as refused:
        assert refused.findings and all(one.what and one.do for one in refused.findings)


@settings(deadline=None)
@given(st.data(), st.integers(0, 30), st.sampled_from(["patient-view", "order-select", "order-sign"]))
def test_a_broken_call_is_answered_or_refused(data: st.DataObject, seed: int, hook: str) -> None:
    sent = as_fhir.prefetch(patients.drawn(Random(seed)), patients.guideline())
    drafts = orders(*(as_fhir.order(Random(seed), patients.guideline(), n) for n in (1, 2)))
    request = data.draw(broken(call(hook, sent, draftOrders=drafts, selections=["MedicationRequest/draft1"])))
    if not unmet(request):
        answered(answer, patients.guideline(), hook, request, ON)


@settings(deadline=None)
@given(st.data(), st.integers(0, 30))
def test_broken_parameters_are_answered_or_refused(data: st.DataObject, seed: int) -> None:
    sent = data.draw(broken(as_fhir.parameters(patients.drawn(Random(seed)), patients.guideline())))
    answered(applied, sent, patients.guideline())
    answered(populated, sent, patients.guideline())


@given(JSON)
def test_anything_is_answered_or_refused(anything: Any) -> None:
    unmet(anything)
    answered(read_feedback, anything)
    answered(applied, anything, patients.guideline())
    answered(answer, patients.guideline(), "order-sign", anything, ON)


@given(st.data())
def test_broken_feedback_is_taken_or_refused(data: st.DataObject) -> None:
    own = "2f0a9f5e-8a55-5d0e-9b67-0f2b7d1c9a11"
    reason = {"reason": {"code": "x", "system": "y"}, "userComment": "z"}
    entries = [
        {"card": own, "outcome": "accepted", "acceptedSuggestions": [{"id": own}], "outcomeTimestamp": "2026-01-12T09:30:00Z"},
        {"card": own, "outcome": "overridden", "overrideReason": reason, "outcomeTimestamp": "2026-01-12T09:30:00Z"},
    ]
    answered(read_feedback, data.draw(broken({"feedback": entries})))

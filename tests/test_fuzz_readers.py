"""No text brings the readers down: what cannot be used is refused, with findings that can be printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posology.findings import Refused, as_json, report
from posology.model import Guideline, Patient
from posology.read.guideline import FILES, read, read_texts
from posology.read.patient import parse, patient

ROOT = Path(__file__).parent.parent
TINY = ROOT / "tests" / "gallery"
LARGE = ROOT / "guidelines" / "b12-injections"
STORIES = [path.read_text(encoding="utf-8") for path in sorted((LARGE / "patients").glob("*.yaml"))]
GUIDELINE = read(LARGE)
slow_is_fine = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

WORDS = r"""
```|```rule x|```define x y|```decision x|---|- |  - |1. |    |# |## Facts|[^1]|*(S1)*|*(|)*|
[^1]: *label, listed.* **T.** |→|→ treatment|when |give |or give |check |stops everything|choose exactly one|
for |after |always |not |and |or |is |( |)|>|<|=|≥|–| 10*9/L| years|0|9|99999999999999999999|1e999|-1|.|..|
nan|unknown|yes/no|yes/no, any dose|every 0 days| at 3 months| for 999999999 doses| until |é|ß|😀|٣|²|:|{|}|
[|]|"|'|&a |*a|!!map |%|@
"""
SIGNS = ["|", "\n", "\r\n", "\r", "\t", "\x00", "\x1b[2J", "\u2028", "\ufeff", "\ud800", "| a | b |\n|---|---|\n"]
PIECES = st.sampled_from([*WORDS.replace("\n", "").split("|"), *SIGNS])


def texts() -> st.SearchStrategy[str]:
    """Something to put into a text: words of the language, or anything at all."""
    return st.one_of(PIECES, st.text(max_size=12), st.builds(lambda piece, n: piece * n, PIECES, st.integers(2, 400)))


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    """A text with a few things left out, put in, doubled or exchanged."""
    for _ in range(draw(st.integers(1, 4))):
        lines = text.split("\n")
        at, to = draw(st.integers(0, len(text))), draw(st.integers(0, 80))
        one, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("out", "in", "instead", "line out", "line twice", "exchange", "cut"))):
            case "out":
                text = text[:at] + text[at + to :]
            case "in":
                text = text[:at] + draw(texts()) + text[at:]
            case "instead":
                text = text[:at] + draw(texts()) + text[at + to :]
            case "line out":
                text = "\n".join(lines[:one] + lines[one + 1 :])
            case "line twice":
                text = "\n".join(lines[:other] + lines[one : one + 1] + lines[other:])
            case "exchange":
                lines[one], lines[other] = lines[other], lines[one]
                text = "\n".join(lines)
            case _:
                text = text[:at]
    return text


def files(folder: Path) -> Mapping[str, str]:
    return {name: (folder / name).read_text(encoding="utf-8") for name in FILES}


def or_refused(reader: Callable[[], Any]) -> Any:
    """What is read, or None; every finding can be printed, as text and as JSON."""
    try:
        return reader()
    except Refused as refused:
        assert refused.findings
        for finding in refused.findings:
            report(finding).encode()
            assert finding.what.strip() and finding.do.strip()
        json.dumps(as_json(refused.findings))
        return None


@slow_is_fine
@given(st.data(), st.sampled_from(FILES))
def test_a_small_guideline_with_slips_is_read_or_refused(data: st.DataObject, name: str) -> None:
    whole = files(TINY)
    changed = {**whole, name: data.draw(mutated(whole[name]))}
    found = or_refused(lambda: read_texts(changed))
    assert found is None or isinstance(found, Guideline)


@slow_is_fine
@given(st.data())
def test_our_guideline_with_slips_is_read_or_refused(data: st.DataObject) -> None:
    whole = files(LARGE)
    changed = {**whole, "guideline.md": data.draw(mutated(whole["guideline.md"]))}
    found = or_refused(lambda: read_texts(changed))
    assert found is None or isinstance(found, Guideline)


@given(st.dictionaries(st.sampled_from(FILES), st.one_of(st.text(), st.lists(texts()).map("\n".join))))
def test_any_texts_are_read_or_refused(whole: dict[str, str]) -> None:
    found = or_refused(lambda: read_texts(whole))
    assert found is None or isinstance(found, Guideline)


# ---------------------------------------------------------------- patients

PARTS = ("facts", "doses", "results", "on", "start")
NAMES = st.sampled_from([*GUIDELINE.facts, *PARTS, *"patient date drug dose route test value unit x".split()])
WRITTEN = ["yes", "unknown", "1 mg", "45 x10^9/L", "2026-01-31", "2026-02-30", "IM", "serum_b12", "1,5 mg"]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.just(10**400),
    st.text(max_size=8),
    st.sampled_from(WRITTEN),
)
DATA = st.recursive(VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6))


@given(st.one_of(DATA, st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, DATA))))
def test_any_data_is_a_patient_or_refused(data: Any) -> None:
    found = or_refused(lambda: patient(data, GUIDELINE, date(2026, 1, 31)))
    assert found is None or isinstance(found, Patient)


@given(st.data(), st.sampled_from(STORIES))
def test_a_patient_file_with_slips_is_read_or_refused(data: st.DataObject, text: str) -> None:
    content = data.draw(mutated(text)).encode("utf-8", "surrogatepass")
    found = or_refused(lambda: patient(parse(content), GUIDELINE))
    assert found is None or isinstance(found, Patient)


@given(
    st.one_of(
        st.binary(), st.text().map(str.encode), st.lists(texts()).map(lambda t: "\n".join(t).encode("utf-8", "replace"))
    )
)
def test_any_bytes_are_data_or_refused(content: bytes) -> None:
    or_refused(lambda: parse(content))


@given(DATA)
def test_any_json_is_data_or_refused(data: Any) -> None:
    or_refused(lambda: parse(json.dumps({"facts": data}).encode("utf-8", "surrogatepass")))


@pytest.mark.parametrize("sign", ["[", '{"a":', "- ", "a: [", "? ", "{a: "])
def test_nesting_without_end_is_refused(sign: str) -> None:
    assert or_refused(lambda: parse((sign * 100_000).encode())) is None

"""The reader's short ways, for what is as it mostly is, say what the long way says; everything else takes the long way."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bundles import CODES, FACTS, GUIDELINE, ON, URI
from posology.fhir import elements, observations
from posology.fhir.codes import by_code, observed, once_a_name, rows, rows_in
from posology.fhir.elements import Element, part
from posology.fhir.observations import read_observation
from posology.fhir.person import Person, _means, _plainly, person, stranger
from posology.fhir.record import Chart, Source
from posology.quantity import factor, tidy
from posology.read.library import load

Json = dict[str, Any]
NUMBERS = tuple(fact for fact in FACTS if fact.kind == "number")
JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.lists(st.integers(), max_size=1),
    st.dictionaries(st.sampled_from(("coding", "code", "system", "reference")), st.text(max_size=2), max_size=2),
)  # fmt: skip
SYSTEMS = st.one_of(st.sampled_from([*URI.values(), *URI, "urn:oid:2.16.840.1.113883.6.1", ""]), JUNK)
WORDS = st.one_of(st.sampled_from([row.code for row in CODES]), JUNK)
CODINGS = st.one_of(st.fixed_dictionaries({}, optional={"system": SYSTEMS, "code": WORDS}), JUNK)
CONCEPTS = st.one_of(st.fixed_dictionaries({}, optional={"coding": st.one_of(st.lists(CODINGS, max_size=3), JUNK)}), JUNK)
UNITS = st.one_of(st.sampled_from(["10*9/L", "K/uL", "g/L", "ng/L", "pmol/L", "cm", "mm", "mL/min/1.73 m2", "years", "a", "", "spoons"]), JUNK)
VALUES = st.one_of(st.floats(), st.integers(), st.sampled_from([0, 1, -0.0, 120.5, 1e15, 10**400]), JUNK)
QUANTITIES = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "value": VALUES, "unit": UNITS, "code": UNITS, "comparator": st.sampled_from(["<", None]),
            "system": st.sampled_from([observations.UCUM, "x", None]),
        },
    ),
    JUNK,
)  # fmt: skip


def chart() -> Chart:
    return Chart(GUIDELINE, by_code(GUIDELINE), ON, {}, {}, observed(GUIDELINE))


@given(CONCEPTS)
def test_rows_of_one_sound_coding_are_those_that_a_closer_look_finds(concept: Any) -> None:
    found: list[list[Any]] = [[], []]
    for codes in (by_code(GUIDELINE), observed(GUIDELINE)):
        short = rows_in(Element({"code": concept}, found[0]), "code", codes)
        assert short == rows(part(Element({"code": concept}, found[1]), "code"), codes)
    assert found[0] == found[1]


def test_what_an_observation_can_tell_is_what_the_whole_table_holds_of_it() -> None:
    for of in (GUIDELINE, load("b12-injections")):
        for key, every in by_code(of).items():
            told = [row for row in every if row.what == "test" or (row.what == "fact" and row.name in of.facts)]
            first = {row.name: row for row in reversed(told)}
            assert [*observed(of).get(key, ())] == [row for row in told if first[row.name] is row]
            assert [*once_a_name(told)] == [*observed(of).get(key, ())]


@given(QUANTITIES, st.sampled_from(NUMBERS))
def test_a_plain_quantity_is_the_figure_that_a_closer_look_finds(quantity: Any, fact: Any) -> None:
    short = observations._plainly(quantity, fact)
    if short is not None:
        faults: list[Any] = []
        held = Element(quantity, faults)
        unit = observations._unit(held)
        assert (observations._figure(held, fact, unit), unit, faults) == (*short, [])
        assert isinstance(short[0], float)


def test_a_plain_quantity_takes_the_short_way() -> None:
    for fact in NUMBERS:
        held = {"value": fact.low, "unit": fact.unit, "code": fact.unit, "system": observations.UCUM}
        assert observations._plainly(held, fact) == (fact.low, fact.unit)


@given(st.one_of(st.dates().map(str), st.from_regex(r"[0-9W ٣-]{4}[-W][0-9W٣-]{2}[-W][0-9W٣-]{2}", fullmatch=True), st.text(max_size=10)))
def test_a_day_is_read_as_the_whole_grammar_of_dates_reads_it(written: str) -> None:
    try:
        short = elements._moment(written)
    except ValueError:
        short = None
    sound = elements._DATE.fullmatch(written)
    try:
        day = date.fromisoformat(written[:10]) if sound and sound[2] else None
        date.fromisoformat(f"{written[:4]}-{(sound and sound[1]) or '01'}-{(sound and sound[2]) or '01'}")
    except ValueError:
        sound = None
    assert (short is not None) is (sound is not None)
    assert short is None or short.day == day


NAMES = ("me", "", "#me", "a|b", "me/_history/1", "Patient?identifier=a|b", "urn:uuid:me", "https://x.example/Patient/me")
REFERENCES = st.one_of(
    st.sampled_from([*NAMES, "Patient/me", "Patient/you", "Patient/me/_history/1", "https://y.example/Patient/me", "Patient/", "urn:uuid:"]), JUNK
)  # fmt: skip


def whose(own: str, url: str) -> Person:
    made = {"resourceType": "Patient", "id": own, "identifier": [{"system": "a", "value": "b"}]}
    return person(Element(made, []), url, Source("Patient", "Patient/me"))


@given(
    st.sampled_from(NAMES), st.sampled_from(NAMES),
    st.one_of(st.fixed_dictionaries({}, optional={"reference": REFERENCES, "identifier": JUNK, "display": JUNK}), JUNK),
    st.fixed_dictionaries({}, optional={"focus": JUNK}),
)  # fmt: skip
def test_a_plain_reference_to_the_patient_is_one_that_a_closer_look_finds(own: str, url: str, subject: Any, more: Json) -> None:
    of, faults = whose(own, url), []  # type: ignore[var-annotated]
    resource = Element({"resourceType": "Observation", "subject": subject, **more}, faults)
    if _plainly(resource, "subject", of):
        nameless = Person(of.resource, of.source, of.id, of.url, of.identifiers)
        assert stranger(resource, nameless) == "" and not faults
        assert _means(subject["reference"], of)


def test_the_usual_references_take_the_short_way() -> None:
    of = whose("me", "https://x.example/Patient/me")
    for name in ("Patient/me", "urn:uuid:me", "https://x.example/Patient/me"):
        assert _plainly(Element({"subject": {"reference": name}}, []), "subject", of)


def test_results_that_are_settled_without_a_closer_look_are_written_in_the_report_as_ever() -> None:
    row = next(row for row in CODES if row.name == "platelet_count")
    sent: Json = {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": "2026-01-05",
        "code": {"coding": [{"system": URI[row.system], "code": row.code}]},
        "valueQuantity": {"value": 30, "unit": "K/uL", "code": "K/uL", "system": observations.UCUM},
    }  # fmt: skip
    (short,) = read_observation(Element(sent, []), Source("Observation", "Observation/1"), chart())
    sent["valueQuantity"]["unit"] = "K/UL"  # the same unit, so the same figure, but not on sight
    (long,) = read_observation(Element(sent, []), Source("Observation", "Observation/1"), chart())
    assert short == long
    assert factor("K/uL", "10*9/L") == 1 and tidy(30) == 30.0

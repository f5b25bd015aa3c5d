"""A small vocabulary, trees over it, and every patient with holes that the trees can tell apart."""

from __future__ import annotations

from hypothesis import strategies as st

from posology.backends.cells import patients
from posology.model import Above, All, Any_, Expr, Fact, Is, Not, Value

FACTS = {
    fact.name: fact
    for fact in (
        Fact("fever", "fever", "yes/no"),
        Fact("rash", "rash", "yes/no"),
        Fact("long_course", "long course", "choice", choices=("short", "long", "very_long")),
        Fact("count", "count", "number", unit="10*9/L", low=0, high=200),
        Fact("length", "length of stay", "number", unit="cm", low=0, high=500),
    )
}
PHRASES = {fact.phrase: fact for fact in FACTS.values()}
CUTS = (10.0, 25.0, 25.5, 50.0)
VALUES: dict[str, tuple[Value, ...]] = {
    "fever": (True, False),
    "rash": (True, False),
    "long_course": ("short", "long", "very_long"),
    "count": (0.0, 10.0, 20.0, 25.0, 25.25, 25.5, 40.0, 50.0, 51.0),
    "length": (0.0, 10.0, 25.0, 25.25, 25.5, 50.0, 500.0),
}
PATIENTS: list[dict[str, Value]] = list(patients(VALUES, unknown=True))


def tests() -> st.SearchStrategy[Is | Above]:
    pairs = [(low, high) for low in CUTS for high in CUTS if low <= high]
    return st.one_of(
        st.sampled_from([Is("fever"), Is("rash")]),
        st.sampled_from([Is("long_course", choice) for choice in FACTS["long_course"].choices]),
        st.builds(
            lambda name, ends, strict: Above(name, *ends, strict=strict),
            st.sampled_from(["count", "length"]),
            st.sampled_from(pairs),
            st.booleans(),
        ),
    )


def trees(fewest: int = 0) -> st.SearchStrategy[Expr]:
    """Any tree; ``fewest`` is the least number of parts of an `and` or `or`."""

    def larger(part: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        parts = st.lists(part, min_size=fewest, max_size=4).map(tuple)
        return st.one_of(st.builds(Not, part), st.builds(All, parts), st.builds(Any_, parts))

    return st.recursive(tests(), larger, max_leaves=12)

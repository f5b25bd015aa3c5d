"""Rows of patients who were given something that is not known well enough: nobody says that they have not started.

To begin a course anew, or to give its first dose twice, would follow from such a row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from .arrays import flags, said

ELSEWHERE = "doses_under_another_id"
"""Notice: doses of nobody stand under an id that is this patient's, written another way."""
ALIKE = "id_like_another_patients"
"""Notice: another patient's id is this one written another way, and doses stand under one of the two."""
HALF_READ = "doses_half_read"
"""Notice: doses of a drug of the guideline whose day or route cannot be read, or whose amount is none."""
LARGE = "doses_unusually_large"
"""Notice: doses of so much that another unit may have been meant. They count, and change no status."""
TWICE = "doses_twice_on_a_day"
"""Notice: two doses on one day count once, as in a plan, which says so by itself."""
SAID = {
    ELSEWHERE: "Doses are on record under an id that is this patient's in other letters, blanks or zeros. They are not "
    "used here: look whose they are before a course is begun or gone on with.",
    ALIKE: "Another patient has this id in other letters, blanks or zeros, and doses are on record under one of the "
    "two: look whether they are one before a course is begun or gone on with.",
    HALF_READ: "Doses are on record whose day or route cannot be read, or whose amount is none that can have been "
    "given. They are not used here: look at them before a course is begun.",
    LARGE: "Doses are on record of far more than the guideline gives: was another unit meant? They are counted all the "
    "same.",
}
"""What a plan says of such a record."""
OF_WHOM = (ELSEWHERE, ALIKE)
DOUBT = re.compile("|".join((*OF_WHOM, HALF_READ)).encode())
EMPTIED = ("rule", "drug", "every_low", "every_high", "due_from", "due_by", "certainty", "days_overdue")


def unsettled(columns: Mapping[str, Any], notices: pa.Array, late: tuple[str, ...]) -> dict[str, Any]:
    """The columns of a worklist in which such patients have no course and are to be asked about.

    ``late``: the words for what the days say of somebody's standing.
    """
    if not DOUBT.search(said(notices)):
        return {}  # before what takes a while to load is needed: what Arrow reckons with, and pandas with it
    import pyarrow.compute as pc

    elsewhere, half = (
        pc.fill_null(pc.match_substring_regex(notices, words), False) for words in ("|".join(OF_WHOM), HALF_READ)
    )
    none, loading = columns["last_dose"].is_null(), _among(columns["phase"], "loading")
    doubt = pc.or_(pc.and_(elsewhere, pc.or_(loading, none)), pc.and_(half, none))
    doubt = pc.and_(doubt, _among(columns["status"], "ask", *late))
    return {
        "phase": _with(columns["phase"], pc.and_(doubt, loading), "unknown"),
        "status": _with(columns["status"], doubt, "ask"),
        **{name: _with(columns[name], doubt) for name in EMPTIED},
    }


def with_notice(notices: pa.Array, where: Any, notice: str) -> pa.Array:
    """Notices with one more where something holds."""
    if not where.any():
        return notices  # before what Arrow reckons with is needed
    import pyarrow.compute as pc

    before = pc.fill_null(notices, "")
    word = pa.scalar(notice)
    longer = pc.if_else(pc.equal(before, ""), word, pc.binary_join_element_wise(before, word, ";"))
    return pc.if_else(flags(where), longer, before)


def _among(column: pa.DictionaryArray, *words: str) -> pa.Array:
    known = column.dictionary.to_pylist()
    places = pa.array([known.index(word) for word in words if word in known], column.indices.type)
    import pyarrow.compute as pc

    return pc.is_in(column.indices, value_set=places)


def _with(column: pa.Array, where: pa.Array, word: str | None = None) -> pa.Array:
    """A column that says another word (or nothing) where something holds."""
    import pyarrow.compute as pc

    if not isinstance(column, pa.DictionaryArray):
        return pc.if_else(where, pa.scalar(None, column.type), column)
    place = None if word is None else column.dictionary.to_pylist().index(word)
    told = pc.if_else(where, pa.scalar(place, column.indices.type), column.indices)
    return pa.DictionaryArray.from_arrays(told, column.dictionary)

"""What DuckDB does with a word and Ibis has no name for."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def array_position(words: dt.Array[dt.string], word: str) -> dt.int32:
    """The place of a word among some, NULL without one: looked up once for each word that a column has."""


def place_among(words: Sequence[str], word: ir.StringValue) -> ir.IntegerValue:
    """The place of a word among some, NULL without one."""
    found: ir.IntegerValue = array_position(ibis.literal(list(words)), word)
    return found

"""Columns of Arrow as arrays of NumPy, and back, without copies.

Arrow's own ways from the one to the other load pandas, which takes as long as the rest of a small register.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

NEVER = np.datetime64("NaT", "D")
MOST_BYTES = (1 << 31) - 1
"""Bytes of words that one column of Arrow holds."""
NO_DAY = np.iinfo(np.int32).min


def numbers(column: pa.Array, none: Any = 0) -> Any:
    """A column of numbers; ``none`` where there is none."""
    kind = _numpy(column.type)
    if not len(column):
        return np.zeros(0, kind)
    found = np.frombuffer(column.buffers()[1], kind, len(column), column.offset * kind.itemsize)
    return np.where(there(column), found, none) if column.null_count else found


def _numpy(kind: pa.DataType) -> Any:
    return np.dtype(str(kind).replace("double", "float64"))


def there(column: pa.Array) -> Any:
    """Where a column says anything."""
    known = column.buffers()[0]
    if known is None:
        return np.ones(len(column), bool)
    flags_ = np.unpackbits(np.frombuffer(known, np.uint8), bitorder="little")
    return flags_[column.offset : column.offset + len(column)].view(bool)


def days(column: pa.Array) -> Any:
    """A column of days; NaT where there is none."""
    found = numbers(column.view(pa.int32()), NO_DAY)
    return np.where(found == NO_DAY, NEVER, found.astype("datetime64[D]"))


def bits(column: pa.Array) -> int:
    """A column of yes and no as one number, a bit a row; nobody's answer is no."""
    if not len(column):
        return 0
    known, said_ = column.buffers()
    whole: int = int.from_bytes(said_, "little") >> column.offset
    told = int.from_bytes(known, "little") >> column.offset if column.null_count else -1
    return whole & told & (1 << len(column)) - 1


def column(values: Any, kind: Any, none: Any = None) -> pa.Array:
    """Numbers as a column; NULL where ``none`` holds."""
    there = None if none is None else pa.py_buffer(np.packbits(~none, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [there, pa.py_buffer(np.ascontiguousarray(values))])


def dates(values: Any) -> pa.Array:
    """Days as a column; NULL where there is none."""
    none = np.isnat(values)
    return column(np.where(none, 0, values.astype(np.int64)).astype(np.int32), pa.date32(), none)


def flags(values: Any) -> pa.Array:
    """Truths as a column."""
    packed = pa.py_buffer(np.packbits(values, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, packed])


def texts(words: Iterable[str | None]) -> pa.Array:
    """Words as a column."""
    words = list(words)
    written = [b"" if word is None else word.encode() for word in words]
    ends = np.cumsum([0, *map(len, written)])
    if ends[-1] > MOST_BYTES:
        return pa.array(words, pa.string())
    many, known = len(written), _known([word is None for word in words]) if None in words else None
    places = pa.py_buffer(ends.astype(np.int32))
    return pa.StringArray.from_buffers(many, places, pa.py_buffer(b"".join(written)), known)


def values(found: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Values as a column; Arrow itself would load pandas for it, which takes half a second."""
    if pa.types.is_string(kind):
        return texts(found)
    if pa.types.is_date(kind):
        return dates(np.array(found, "datetime64[D]"))
    none = np.array([value is None for value in found], bool)
    plain = [0 if value is None else value for value in found]
    if not pa.types.is_boolean(kind):
        return column(np.array(plain, _numpy(kind)), kind, none)
    packed = pa.py_buffer(np.packbits(np.array(plain, bool), bitorder="little"))
    return pa.Array.from_buffers(kind, len(found), [_known(none), packed])


def _known(none: Any) -> pa.Buffer:
    return pa.py_buffer(np.packbits(~np.array(none, bool), bitorder="little"))


def said(column: pa.StringArray) -> memoryview:
    """All that the words of a column say, one behind the other."""
    _, ends, written = column.buffers()
    if not len(column) or written is None:
        return memoryview(b"")
    between = np.frombuffer(ends, np.int32, len(column) + 1, column.offset * 4)
    return memoryview(written)[between[0] : between[-1]]


def only(table: pa.Table) -> pa.RecordBatch:
    """A table in one piece."""
    pieces = table.combine_chunks().to_batches()
    if pieces:
        return pieces[0]
    return pa.RecordBatch.from_arrays([pa.nulls(0, one.type) for one in table.schema], schema=table.schema)

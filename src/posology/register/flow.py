"""Patients out of DuckDB so many at a time, through their rows, and back as a table: never all of them in memory."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ..findings import Finding, Refused
from .files import Engine, quoted

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from .history import Told
    from .record import Batch
    from .rows import Scheme

MOST_THREADS = 8
AT_ONCE = 1 << 17
"""Places of patients whose rows are made at once: numbers that the processor keeps at hand."""
IN_MEMORY = 16
"""So many times as many patients are held in memory; rows of more lie in a file."""


def through(engine: Engine, told: Told, scheme: Scheme, name: str) -> ir.Table:
    """Patients through `rows.made`, so many at a time and on every core, as a table of this name in their order."""
    from .rows import made

    people, *others = (engine.connection.compile(each) for each in (told.people, told.doses, told.results))
    work = partial(made, scheme)

    def rows(people: str) -> pa.Table:
        return _held(_flowing(work, _batches(engine, [people, *others])), scheme.schema())

    try:
        engine.arrow[name] = rows(people)
    except _OutOfOrder:
        engine.arrow[name] = rows(f"SELECT * FROM ({people}) ORDER BY n")
    _shown(engine.connection.con, name, engine.arrow[name])
    return engine.connection.table(name)


def _shown(database: Any, name: str, rows: pa.Table) -> None:
    """Rows as a view of this name, their lists as text with semicolons between.

    DuckDB cannot read lists of words that are spelled once where all are empty, so it is given the words' places.
    """
    lists = {one.name: rows[one.name] for one in rows.schema if pa.types.is_list(one.type)}
    places = {of: pa.chunked_array(map(_places, held.chunks), PLACES) for of, held in lists.items()}
    database.register(f"{name}_rows", pa.table({of: places.get(of, rows[of]) for of in rows.column_names}))
    words = ", ".join(f"{_worded(of, held)} AS {of}" for of, held in lists.items())
    database.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * REPLACE ({words}) FROM {name}_rows")


PLACES = pa.list_(pa.int16())


def _places(lists: pa.ListArray) -> pa.ListArray:
    return pa.ListArray.from_arrays(lists.offsets, lists.values.indices)


def _worded(column: str, lists: pa.ChunkedArray) -> str:
    """What makes text of the places of words."""
    words = lists.chunk(0).values.dictionary.to_pylist() if lists.num_chunks else []
    known = ", ".join(map(quoted, words))
    return f"array_to_string(list_select([{known}]::VARCHAR[], list_transform({column}, lambda k: k + 1)), ';')"


class _OutOfOrder(Exception):
    """Patients did not come in their order."""


def _batches(engine: Engine, queries: Sequence[str]) -> Iterator[Batch]:
    """Patients as they come, so many at once, with their doses and results. Raises _OutOfOrder."""
    from .arrays import numbers
    from .record import Batch

    people, *others = queries
    aside, last = engine.connection.con.cursor(), -1  # by the side of people, who go on coming
    for batch in engine.connection.con.sql(people).to_arrow_reader(AT_ONCE):
        if not batch.num_rows:
            continue
        whose = numbers(batch.column("n"))
        if whose[0] <= last or not (whose[1:] > whose[:-1]).all():
            raise _OutOfOrder
        last = int(whose[-1])
        doses, results = (_between(aside, query, int(whose[0]), last) for query in others)
        yield Batch(batch, *_theirs(doses, whose, "code"), *_theirs(results, whose, "code", "value"))


def _between(database: Any, query: str, first: int, last: int) -> pa.RecordBatch:
    from .arrays import only

    return only(database.sql(f"SELECT * FROM ({query}) WHERE n BETWEEN {first} AND {last}").to_arrow_table())


def _theirs(rows: pa.RecordBatch, people: Any, *columns: str) -> list[Any]:
    """Whose the rows are, as places among the patients, and their columns; without those of anybody else."""
    from .arrays import numbers

    place = np.full(int(people[-1] - people[0]) + 1, -1)
    place[people - people[0]] = np.arange(len(people))
    whose = place[numbers(rows.column("n")) - people[0]]
    found = [whose, *(numbers(rows.column(name), np.nan) for name in columns)]
    known = whose >= 0
    return found if known.all() else [each[known] for each in found]


def _flowing(work: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
    """Parts through some work in order, on every core, only a few of them in memory before it."""
    many = min(os.cpu_count() or 1, MOST_THREADS)
    waiting: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(many) as pool:
        for part in parts:
            waiting.append(pool.submit(work, part))
            if len(waiting) > many:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _held(parts: Iterator[pa.RecordBatch], schema: pa.Schema) -> pa.Table:
    """Rows as one table: in memory or, if they are many, in a file without a name.

    Of such a file the system holds in memory what there is room for. Raises Refused where the disk is full.
    """
    few = list(islice(parts, IN_MEMORY))
    if (another := next(parts, None)) is None:
        return pa.Table.from_batches(few, schema=schema)
    try:
        with tempfile.TemporaryFile(prefix="register-") as file:
            with pa.ipc.new_file(file, schema) as writer:
                for part in chain(few, [another], parts):
                    writer.write_batch(part)
            file.flush()
            lent = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        what = f"The rows of so many patients cannot be laid aside: {error.strerror or error}."
        do = "Make room there, or name another folder in TMPDIR. Nothing was written elsewhere."
        raise Refused([Finding(tempfile.gettempdir(), what, do)]) from None
    return pa.ipc.open_file(pa.py_buffer(lent)).read_all()

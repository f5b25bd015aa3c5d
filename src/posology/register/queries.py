"""Queries: written down as Ibis would be asked, and compiled by Ibis only when their SQL was not kept from before.

To load Ibis and to have it compile takes longer than to work a practice's register through. So what is asked of
tables is written down first (`Query`), and looked up: its key is the whole query, the names and kinds of its tables'
columns, and the versions of what compiles it. Only a query that was never asked so is put to Ibis itself.
A day, and whatever was read in a record, is `given`: it stands neither in a key nor in what is kept.
"""

from __future__ import annotations

import hashlib
import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, is_dataclass
from datetime import date
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..cache import keep, kept, made_by

MOST = 600
"""Answers that are kept for a guideline: beyond it only those that the last run needed."""
MADE_BY = ("ibis/__init__.py", "sqlglot/_version.py")
"""The files in which those who compile say their versions."""
MARK = "\ue000"
"""Stands around the name of what is given; a sign that no text has."""
BOOKS = "queries of a register"


class Query:
    """What is asked of tables, and of whom: a column, a call, an operator; `real` is what Ibis makes of it."""

    __slots__ = ("q_given", "q_key", "q_of", "q_parts", "q_real")

    def __init__(self, of: Connection | None, parts: tuple[Any, ...], given: Mapping[str, Any] | None = None) -> None:
        self.q_of, self.q_parts, self.q_real = of, parts, None
        self.q_given: dict[str, Any] = dict(given or {})
        for part in _queries(parts):
            self.q_of = self.q_of or part.q_of
            assert all(self.q_given.get(name, value) == value for name, value in part.q_given.items()), "two of a name"
            self.q_given |= part.q_given
        self.q_key = _key(parts)

    def __getattr__(self, name: str) -> Any:
        """A column of a table, or what is to be done with it."""
        if name.startswith("__"):
            raise AttributeError(name)
        return _told(self, "columns") if name == "columns" else Query(self.q_of, ("of", self, name))

    def __getitem__(self, name: Any) -> Query:
        """A column."""
        return Query(self.q_of, ("in", self, name))

    def __call__(self, *args: Any, **kwargs: Any) -> Query:
        """What is done with what is given: where a table is summed up, a function is asked for its columns at once."""
        table = _summed_up(self)
        asked = [_asked(arg, table) for arg in args], {name: _asked(arg, table) for name, arg in kwargs.items()}
        return Query(self.q_of, ("call", self, *asked))

    def __bool__(self) -> bool:
        """Whether it is so, where that hangs on kinds alone."""
        return bool(_told(self, "truth"))

    __hash__ = object.__hash__
    __iter__ = None


def _operator(name: str, turned: bool = False) -> Callable[..., Query]:
    def asked(left: Query, *right: Any) -> Query:
        sides = (*right, left) if turned else (left, *right)
        return Query(left.q_of, ("operator", name, *sides))

    return asked


BETWEEN = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "lshift", "rshift")
for _name in ("eq", "ne", "lt", "le", "gt", "ge", "invert", "neg", *BETWEEN):
    setattr(Query, f"__{_name}__", _operator(f"__{_name}__"))
for _name in BETWEEN:
    setattr(Query, f"__r{_name}__", _operator(f"__{_name}__", turned=True))


def _queries(parts: Any) -> Iterator[Query]:
    for part in parts:
        if isinstance(part, Query):
            yield part
        elif isinstance(part, dict):
            yield from _queries(part.values())
        elif isinstance(part, list | tuple):
            yield from _queries(part)


def _summed_up(call: Query) -> Query | None:
    """The table that is summed up by a call, which functions of it are asked for; nothing of any other call."""
    if call.q_parts[0] != "of" or call.q_parts[2] != "agg":
        return None
    table: Query = call.q_parts[1]
    grouped = table.q_parts[0] == "call" and table.q_parts[1].q_parts[-1] == "group_by"
    return table.q_parts[1].q_parts[1] if grouped else table


def _asked(arg: Any, table: Query | None) -> Any:
    return arg(table) if table is not None and callable(arg) and not isinstance(arg, Query) else arg


# ---------------------------------------------------------------- beginnings


BEGIN = ("and_", "array", "cases", "desc", "interval", "literal", "null", "or_", "struct", "union")
"""The functions of Ibis that a query begins with."""


def __getattr__(name: str) -> Any:
    """A function of Ibis, as `ibis.literal`."""
    if name not in BEGIN:
        raise AttributeError(name)
    return Query(None, ("of", None, name))


def given(name: str, value: str | float | bool | date, kind: str) -> Any:
    """A value of the day or of a record. What differs within a query needs a name of its own."""
    return Query(None, ("given", name, kind), {name: value})


def by(function: str, *args: Any) -> Any:
    """What one of our functions (`module:name`), which asks Ibis itself, makes of queries and conditions."""
    return Query(None, ("by", function, list(args)))


def over(table: Any) -> Any:
    """A table of Ibis's own as a query, whose SQL is not kept."""
    return table if isinstance(table, Query) else Query(None, ("real", table))


def name_of(table: Any) -> str:
    """The name of a table that is there, or nothing."""
    match over(table).q_parts:
        case "table", name, _:
            return str(name)
        case "real", there:
            return str(getattr(there.op(), "name", ""))
    return ""


# ---------------------------------------------------------------- keys


def _key(parts: tuple[Any, ...]) -> str | None:
    """The digest of a query, or nothing where it holds what has none."""
    try:
        return hashlib.blake2b(_spelled(parts).encode(), digest_size=20).hexdigest()
    except TypeError:
        return None


def _spelled(part: Any) -> str:
    if isinstance(part, Query):
        if part.q_key is None:
            raise TypeError
        return f"<{part.q_key}>"
    if isinstance(part, dict):
        return f"{{{','.join(f'{_spelled(k)}:{_spelled(v)}' for k, v in part.items())}}}"
    if isinstance(part, list | tuple):
        return f"[{','.join(map(_spelled, part))}]"
    plain = part is None or isinstance(part, str | int | float | date)
    if plain or (is_dataclass(part) and type(part).__module__ == "posology.model"):
        return repr(part)
    raise TypeError


# ---------------------------------------------------------------- what Ibis makes of it


def real(part: Any, at: Connection | None) -> Any:
    """What Ibis makes of a query."""
    if isinstance(part, Query):
        if part.q_real is None:
            part.q_real = _made(part, at)
        return part.q_real
    if isinstance(part, dict):
        return {name: real(each, at) for name, each in part.items()}
    return [real(each, at) for each in part] if isinstance(part, list | tuple) else part


def _made(query: Query, at: Connection | None) -> Any:
    match query.q_parts:
        case "of", of, name:
            return getattr(import_module("ibis") if of is None else real(of, at), name)
        case "in", of, name:
            return real(of, at)[name]
        case "call", what, args, kwargs:
            return real(what, at)(*real(args, at), **real(kwargs, at))
        case "operator", name, *sides:
            return getattr(operator, name)(*real(sides, at))
        case "table", name, _:
            assert at is not None
            return at.ibis.table(name)
        case "given", name, kind:
            ibis = import_module("ibis")
            if at is not None and at.keeps:
                return ibis.literal(f"{MARK}{name}{MARK}").cast(kind)
            return ibis.literal(query.q_given[name], kind)
        case "by", function, args:
            module, name = function.split(":")
            return getattr(import_module(module), name)(*real(args, at))
        case "real", table:
            return table
    raise AssertionError(query.q_parts)


# ---------------------------------------------------------------- connections


@dataclass(slots=True)
class Book:
    """Answers about queries by their keys, those that this run needed and looked at, and whether there are new ones."""

    answers: dict[str, Any] = field(default_factory=dict)
    needed: set[str] = field(default_factory=set)
    new: bool = False


class Connection:
    """What works queries out: DuckDB in this process, where Ibis is loaded when it is needed, or a session of Spark."""

    def __init__(self, con: Any = None, backend: Any = None) -> None:
        self.con: Any = con if backend is None else getattr(backend, "con", None)
        self._backend = backend
        self.keeps = backend is None
        self.name = "duckdb" if backend is None else backend.name
        self.book: Book | None = None
        self.books: dict[str, Book] = {}

    @property
    def ibis(self) -> Any:
        """The connection as Ibis has it."""
        if self._backend is None:
            levels_stay_levels()
            self._backend = import_module("ibis").duckdb.from_connection(self.con)
        return self._backend

    def __getattr__(self, name: str) -> Any:
        """Whatever else a connection of Ibis does."""
        return getattr(self.ibis, name)

    def raw_sql(self, words: str) -> Any:
        """Does what is said in SQL."""
        return self.con.execute(words) if self.keeps else self.ibis.raw_sql(words)

    def table(self, name: str) -> Query:
        """A table or view by its name, with its columns as they are now."""
        if not self.keeps:
            return Query(None, ("real", self.ibis.table(name)))
        described = self.con.execute(f'DESCRIBE "{name}"').fetchall()
        return Query(self, ("table", name, [[str(row[0]), str(row[1])] for row in described]))

    def compile(self, query: Any) -> str:
        """A query as SQL."""
        asked = over(query)
        return _filled(str(_answer(asked, "sql", self)), asked.q_given)

    def to_pyarrow(self, query: Any) -> Any:
        """What a query comes to."""
        return self.ibis.to_pyarrow(real(over(query), self))


def levels_stay_levels() -> None:
    """Columns made from columns are not put into one another: that would make each of them over and over."""
    import_module("ibis").options.sql.fuse_selects = False


def _filled(words: str, values: Mapping[str, Any]) -> str:
    """SQL with what is given."""

    def value(found: re.Match[str]) -> str:
        plain = str(values[found[1]])
        return "'" + plain.replace("'", "''") + "'"

    return re.sub(f"'{MARK}([^{MARK}]*){MARK}'", value, words) if values else words


# ---------------------------------------------------------------- what is kept


def _answer(query: Query, what: str, at: Connection | None) -> Any:
    """What is asked about a query: as it is written down, or as Ibis says."""
    book = at.book if at is not None and at.keeps else None
    if book is None or query.q_key is None:
        return _ASKED[what](query, at)
    key = f"{what} {query.q_key}"
    if key not in book.needed:
        book.needed.add(key)
        if not _fits(what, book.answers.get(key)):
            book.answers[key], book.new = _ASKED[what](query, at), True
    return book.answers[key]


def _told(query: Query, what: str) -> Any:
    if what == "columns" and query.q_parts[0] == "table":
        return [name for name, _ in query.q_parts[2]]
    return _answer(query, what, query.q_of)


_ASKED: Mapping[str, Callable[[Query, Connection | None], Any]] = {
    "columns": lambda query, at: list(real(query, at).columns),
    "truth": lambda query, at: bool(real(query, at)),
    "sql": lambda query, at: at.ibis.compile(real(query, at)) if at is not None else "",
}


@contextmanager
def remembered(connection: Any, guideline: str) -> Iterator[None]:
    """While this lasts, what is made of queries is looked up in what was kept for a guideline (its digest), and kept.

    Nothing that is asked here may hold words of a record but as `given`.
    """
    if not (isinstance(connection, Connection) and connection.keeps) or connection.book is not None:
        yield
        return
    key = f"{BOOKS} {guideline} {_made_by()}"
    if key not in connection.books:
        connection.books[key] = _read(kept(key))
    connection.book = book = connection.books[key]
    try:
        yield
    finally:
        connection.book = None
    if book.new:
        book.new = False
        many = len(book.answers)
        keep(key, json.dumps({k: v for k, v in book.answers.items() if many <= MOST or k in book.needed}).encode())


@cache
def _made_by() -> str:
    """The digest of what makes SQL of queries: this file, the one that asks Ibis by itself, and versions of others."""
    import duckdb

    ours = made_by("__init__.py", "register/queries.py", "backends/relational.py")
    whole = hashlib.sha256(f"{ours} {duckdb.__version__}".encode())
    for name in MADE_BY:
        found = find_spec(name.partition("/")[0])
        whole.update((Path(found.origin).parents[1] / name).read_bytes() if found and found.origin else b"")
    return whole.hexdigest()


def _read(content: bytes | None) -> Book:
    """What was kept. Each answer is looked at when it is first needed (`_fits`)."""
    try:
        answers = json.loads(content) if content else {}
    except ValueError:
        return Book()
    return Book(answers) if isinstance(answers, dict) else Book()


def _one_query(words: str) -> bool:
    """Whether this is a single query, which reads and writes nothing beside."""
    import duckdb

    try:
        (only,) = duckdb.extract_statements(words)
    except (duckdb.Error, ValueError):
        return False
    return only.type == duckdb.StatementType.SELECT and words.startswith(("SELECT", "WITH"))


def _fits(what: str, value: Any) -> bool:
    """Whether what was kept can be an answer: SQL must be one query, which changes nothing."""
    match what:
        case "sql":
            return isinstance(value, str) and _one_query(value)
        case "columns":
            return isinstance(value, list) and all(isinstance(name, str) for name in value)
        case "truth":
            return isinstance(value, bool)
    return False

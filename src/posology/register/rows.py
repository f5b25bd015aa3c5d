"""Rows of a worklist, of many patients at once: out of what an engine read, into the columns of the contract.

Tables come and go as Arrow. It needs no engine, so that it runs wherever the rows are: in this process, or on the
executors of Spark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from ..model import Expr, Rule
from .answers import LIST, WORD, Answers, Words, asked, chosen, each, in_order, listed, packed, read, spelled, who
from .arrays import column, dates, numbers
from .course import Followed
from .dated import tests_due, windows
from .doubt import TWICE, unsettled, with_notice
from .questions import Question
from .record import Batch, Coding, Record, recorded
from .sheet import Look

COLUMNS = (
    "patient_id", "phase", "rule", "drug", "every_low", "every_high", "last_dose", "due_from", "due_by", "status",
    "certainty", "days_overdue", "tests_due", "alerts", "ask",
)  # fmt: skip
ALSO = ("unsettled", "notices")
"""Columns beside those of the contract: decisions without an answer, and doubts about the data."""
LISTS = ("tests_due", "alerts", "ask", "unsettled")
"""The columns that hold lists of words."""
KINDS = {
    "n": pa.int64(), "patient_id": pa.string(), "last_dose": pa.date32(), "due_from": pa.date32(),
    "due_by": pa.date32(), "days_overdue": pa.int64(), "notices": pa.string(), **dict.fromkeys(LISTS, LIST),
}  # fmt: skip
"""The columns that do not hold words of the guideline, one a patient."""
LATE = ("not_started", "overdue", "in_loading", "due", "up_to_date")
"""What the days say of somebody's standing."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a guideline makes of a patient on a day.

    ``asked``: the questions that an engine has answered; ``looks``: those that the record of doses answers;
    ``conditions`` with their names, in order; ``words``: for each column the first word whose condition holds (else
    NULL); ``lists``: all words whose conditions hold; ``questions``: the column `ask`; ``tests``: the rules that call
    for tests on days, and when each holds.
    """

    on: date
    coding: Coding
    asked: tuple[str, ...]
    looks: Mapping[str, Look]
    conditions: tuple[tuple[str, Expr], ...]
    words: Mapping[str, Words]
    standing: Words
    lists: Mapping[str, Sequence[tuple[str, Expr]]]
    questions: tuple[Question, ...]
    ways: tuple[Followed, ...]
    tests: tuple[tuple[Rule, Expr], ...]

    def schema(self) -> pa.Schema:
        """The columns of `rows`."""
        return pa.schema([(name, KINDS.get(name, WORD)) for name in ("n", *COLUMNS, *ALSO)])


def made(scheme: Scheme, batch: Batch) -> pa.RecordBatch:
    """The rows of so many patients, as an engine handed them over."""
    people = batch.people
    record = recorded(batch, scheme.coding, scheme.on)
    answers = read(people, scheme.asked)
    answers.known |= {name: packed(look(record)) for name, look in scheme.looks.items()}
    for name, condition in scheme.conditions:
        answers.known[name] = who(condition, answers)
    number = column(numbers(people.column("n")).astype(np.int64), pa.int64())
    columns: dict[str, Any] = {"n": number, "patient_id": people.column("patient_id")}
    columns |= {name: spelled(words, chosen(words, answers)) for name, words in scheme.words.items()}
    columns |= {name: listed(words, answers) for name, words in scheme.lists.items()}
    columns |= _days(scheme, record, answers)
    columns["tests_due"] = _tests(scheme, record, answers)
    columns["ask"] = asked(scheme.questions, answers)
    columns["notices"] = with_notice(people.column("notices"), record.twice, TWICE)
    columns |= unsettled(columns, columns["notices"], LATE)
    schema = scheme.schema()
    return pa.record_batch([columns[name] for name in schema.names], schema=schema)


def _days(scheme: Scheme, record: Record, answers: Answers) -> dict[str, Any]:
    """The columns that are days, or hang on them."""
    phase = spelled(scheme.words["phase"], chosen(scheme.words["phase"], answers))
    way = chosen({str(k): w.when for k, w in enumerate(scheme.ways)}, answers)
    first, last = windows(record, scheme.ways, way, _is("maintenance", phase))
    late = last < record.on
    days_late = (record.on - last).astype(np.int64)
    return {
        "last_dose": dates(record.last_dose),
        "due_from": dates(first),
        "due_by": dates(last),
        "days_overdue": column(days_late, pa.int64(), ~late),
        "status": _status(scheme, record, answers, (first, late, _is("loading", phase))),
    }


def _is(word: str, held: pa.DictionaryArray) -> Any:
    words = held.dictionary.to_pylist()
    return numbers(held.indices, -1) == (words.index(word) if word in words else len(words))


def _status(scheme: Scheme, record: Record, answers: Answers, days: tuple[Any, Any, Any]) -> pa.DictionaryArray:
    """What no date changes, else what the next window says."""
    first, late, loading = days
    code = chosen(scheme.standing, answers)
    open_ = [np.isnat(record.last_dose), late, loading, first <= record.on]
    by_day = np.select(open_, range(len(open_)), len(open_)) + len(scheme.standing)
    return spelled((*scheme.standing, *LATE), np.where(code < len(scheme.standing), code, by_day))


def _tests(scheme: Scheme, record: Record, answers: Answers) -> pa.ListArray:
    """What is due or overdue, by day."""
    holds = {rule.name: each(who(when, answers), record.many) for rule, when in scheme.tests}
    found = tests_due(record, [rule for rule, _ in scheme.tests], holds)
    return in_order(found.names, found.which, found.keys, record.many)

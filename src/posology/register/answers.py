"""The conditions of a sheet for many patients at once, and what they come to: words, lists of words, and what to ask.

The answers of many patients to one yes/no question are one large number, a bit a patient: *and*, *or* and *not* of
two such numbers answer for all of them in one step. Tables come and go as Arrow, whose yes/no columns are made of
the same bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..model import Above, All, Any_, Expr, Is, Not
from .questions import Question
from .sheet import OPEN

Words = Mapping[str, Expr]
AT_ONCE = 1 << 16
"""Patients whose answers are held at once: numbers that the processor keeps at hand."""
TOGETHER = 32
"""Flags that are told apart at once."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made of a sheet's conditions.

    ``conditions`` with their names, in order; ``words``: for each column the first word whose condition holds (else
    NULL); ``lists``: all words whose conditions hold, joined by semicolons; ``flags``: yes or no; ``questions``: the
    column `ask`.
    """

    conditions: tuple[tuple[str, Expr], ...]
    words: Mapping[str, Words]
    lists: Mapping[str, Sequence[tuple[str, Expr]]]
    flags: Words
    questions: tuple[Question, ...]

    def schema(self) -> pa.Schema:
        """The columns of `answered`."""
        texts = [(name, pa.string()) for name in (*self.words, *self.lists, "ask")]
        return pa.schema([("n", pa.int64()), *texts, *((name, pa.bool_()) for name in self.flags)])


@dataclass(slots=True)
class Answers:
    """The answers of so many patients, by name, each a bit a patient; ``everybody`` is a bit for each."""

    many: int
    known: dict[str, int] = field(default_factory=dict)

    @property
    def everybody(self) -> int:
        """Yes from each patient."""
        return (1 << self.many) - 1


def answered(wanted: Wanted, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """For batches of patients (`n`, and the inputs of a sheet) what is wanted of them."""
    for batch in batches:
        for start in range(0, batch.num_rows, AT_ONCE):
            yield _answered(wanted, batch.slice(start, AT_ONCE))


def _answered(wanted: Wanted, batch: pa.RecordBatch) -> pa.RecordBatch:
    answers = read(batch)
    for name, condition in wanted.conditions:
        answers.known[name] = who(condition, answers)
    columns = [batch.column("n").cast(pa.int64())]
    columns += [_first(words, answers) for words in wanted.words.values()]
    columns += [_every(words, answers) for words in wanted.lists.values()]
    columns.append(_asked(wanted.questions, answers))
    columns += [_flag(who(condition, answers), answers.many) for condition in wanted.flags.values()]
    return pa.record_batch(columns, schema=wanted.schema())


def who(condition: Expr, answers: Answers) -> int:
    """The patients for whom a condition holds."""
    match condition:
        case Is(name) | Above(name):
            return answers.known[name]
        case Not(part):
            return answers.everybody ^ who(part, answers)
        case All(parts):
            found = answers.everybody
            for part in parts:
                found &= who(part, answers)
            return found
        case Any_(parts):
            return reduce(or_, (who(part, answers) for part in parts), 0)


# ---------------------------------------------------------------- Arrow in, Arrow out


def read(batch: pa.RecordBatch) -> Answers:
    """The answers in a batch of patients: for each question who said yes, and of whom it is not known."""
    answers = Answers(batch.num_rows)
    for name in batch.schema.names:
        if name != "n":
            column = batch.column(name)
            answers.known[name] = _bits(pc.fill_null(column, False))
            answers.known[name + OPEN] = _bits(pc.is_null(column)) if column.null_count else 0
    return answers


def _bits(column: pa.BooleanArray) -> int:
    """A yes/no column without NULL as one number."""
    packed = np.packbits(np.asarray(column.to_numpy(zero_copy_only=False), dtype=bool), bitorder="little")
    return int.from_bytes(packed.tobytes(), "little")


def _bytes(bits: int, many: int) -> bytes:
    return bits.to_bytes((many + 7) // 8, "little")


def _flag(bits: int, many: int) -> pa.BooleanArray:
    return pa.BooleanArray.from_buffers(pa.bool_(), many, [None, pa.py_buffer(_bytes(bits, many))])


def _each(bits: int, many: int) -> Any:
    """A number's bits as an array of truths."""
    return np.unpackbits(np.frombuffer(_bytes(bits, many), np.uint8), count=many, bitorder="little").view(bool)


# ---------------------------------------------------------------- words


def _first(words: Words, answers: Answers) -> pa.Array:
    """The first word whose condition holds."""
    code = _select(list(words.values()), answers, len(words))
    texts = pa.array([*words, None], pa.string())
    return texts.take(pa.array(code))


def _select(conditions: Sequence[Expr], answers: Answers, otherwise: int) -> Any:
    """The place of the first condition that holds."""
    code = np.full(answers.many, otherwise, np.int32)
    left = answers.everybody
    for place, condition in enumerate(conditions):
        here = who(condition, answers) & left
        if here:
            code[_each(here, answers.many)] = place
            left ^= here
    return code


def _every(words: Sequence[tuple[str, Expr]], answers: Answers) -> pa.Array:
    """All words whose conditions hold, in order; each combination is spelled once."""
    held = [(word, _each(bits, answers.many)) for word, condition in words if (bits := who(condition, answers))]
    code, first = np.zeros(answers.many, np.int64), np.zeros(1, np.int64)
    for start in range(0, len(held), TOGETHER):
        for _, truths in held[start : start + TOGETHER]:
            code = code * 2 + truths
        _, first, code = np.unique(code, return_index=True, return_inverse=True)
    texts = [";".join(word for word, truths in held if truths[row]) for row in first]
    return pa.array(texts, pa.string()).take(pa.array(code))


# ---------------------------------------------------------------- questions


def _asked(questions: Sequence[Question], answers: Answers) -> pa.Array:
    """The facts to ask for, most decisive first, joined by semicolons."""
    ranks = np.full((answers.many, len(questions)), NOBODY, np.int64)
    for own, question in enumerate(questions):
        asked, place = _named_first(question, answers)
        if asked:
            here = _each(asked, answers.many)
            rank = _rank(question, place, answers) * len(questions) + own
            ranks[here, own] = rank[here]
    ranks.sort(axis=1)
    there = ranks != NOBODY
    ends = np.concatenate(([0], np.cumsum(there.sum(axis=1)))).astype(np.int32)
    names = pa.array([q.fact for q in questions], pa.string()).take(pa.array(ranks[there] % max(len(questions), 1)))
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(ends), names), ";")


NOBODY = np.iinfo(np.int64).max


def _named_first(question: Question, answers: Answers) -> tuple[int, Any]:
    """Who is asked, and the first place where the fact is named for each."""
    asked, digits = 0, [0] * max(place for place, _ in question.places).bit_length()
    for place, condition in question.places:
        here = who(condition, answers)
        new = here & ~asked
        if new:
            asked |= here
            for k in range(place.bit_length()):
                if place >> k & 1:
                    digits[k] |= new
    first = np.zeros(answers.many, np.int64)
    for k, bits in enumerate(digits):
        first += _each(bits, answers.many).astype(np.int64) << k
    return asked, first


def _rank(question: Question, place: Any, answers: Answers) -> Any:
    """How early a fact is asked for: by its class, then by how many rules hang on it, then by its first place."""
    hanging = np.zeros(answers.many, np.int64)
    for condition in question.rules:
        hanging += _each(who(condition, answers), answers.many)
    kind = _select(question.classes, answers, len(question.classes)).astype(np.int64)
    return ((kind << 16) - hanging << 32) + place

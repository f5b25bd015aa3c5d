"""The conditions of a sheet for many patients at once, and what they come to: words, lists of words, and what to ask.

The answers of many patients to one yes/no question are one large number, a bit a patient: *and*, *or* and *not* of
two such numbers answer for all of them in one step. Tables come and go as Arrow, whose yes/no columns are made of
the same bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..model import Above, All, Any_, Expr, Is, Not
from .arrays import bits, column, texts
from .questions import Question
from .sheet import OPEN

Words = Mapping[str, Expr]
TOGETHER = 32
"""Flags that are told apart at once."""
HANGING, PLACES = 12, 16
"""Bits for how many rules hang on a fact, and for where it is named: more than a guideline has of either."""
WORD = pa.dictionary(pa.int32(), pa.string())
"""A column of words, each spelled once."""


@dataclass(slots=True)
class Answers:
    """The answers of so many patients, by name, each a bit a patient; ``everybody`` is a bit for each."""

    many: int
    everybody: int
    known: dict[str, int] = field(default_factory=dict)


def read(batch: pa.RecordBatch, names: Iterable[str]) -> Answers:
    """The answers in a batch of patients: for each question who said yes, and of whom it is not known."""
    answers = Answers(batch.num_rows, (1 << batch.num_rows) - 1)
    for name in names:
        said = batch.column(name)
        answers.known[name] = bits(said)
        answers.known[name + OPEN] = bits(said.is_null()) if said.null_count else 0
    return answers


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


# ---------------------------------------------------------------- bits


def packed(truths: Any) -> int:
    """An array of truths as one number."""
    return int.from_bytes(np.packbits(truths.astype(bool, copy=False), bitorder="little").tobytes(), "little")


def each(yes: int, many: int) -> Any:
    """A number's bits as an array of truths."""
    flags = np.frombuffer(yes.to_bytes((many + 7) // 8, "little"), np.uint8)
    return np.unpackbits(flags, count=many, bitorder="little").view(bool)


# ---------------------------------------------------------------- words


def chosen(words: Words, answers: Answers) -> Any:
    """The place of the first word whose condition holds; as many as there are words where none does."""
    return _select(list(words.values()), answers, len(words))


def spelled(words: Iterable[str], code: Any) -> pa.DictionaryArray:
    """Words by their places; a place beyond the last is NULL."""
    known = texts(words)
    return pa.DictionaryArray.from_arrays(column(code.astype(np.int32), pa.int32(), code >= len(known)), known)


def _select(conditions: Sequence[Expr], answers: Answers, otherwise: int) -> Any:
    """The place of the first condition that holds."""
    code = np.full(answers.many, otherwise, np.int32)
    left = answers.everybody
    for place, condition in enumerate(conditions):
        here = who(condition, answers) & left
        if here:
            code[each(here, answers.many)] = place
            left ^= here
    return code


def listed(words: Sequence[tuple[str, Expr]], answers: Answers) -> pa.DictionaryArray:
    """All words whose conditions hold, in order, joined by semicolons; each combination is spelled once."""
    held = [(word, each(yes, answers.many)) for word, condition in words if (yes := who(condition, answers))]
    code, first = np.zeros(answers.many, np.int64), np.zeros(1, np.int64)
    for start in range(0, len(held), TOGETHER):
        for _, truths in held[start : start + TOGETHER]:
            code = code * 2 + truths
        _, first, code = np.unique(code, return_index=True, return_inverse=True)
    return spelled((";".join(word for word, truths in held if truths[row]) for row in first), code)


def in_order(names: Sequence[str], whose: Any, rank: Any, name: Any, many: int) -> pa.DictionaryArray:
    """Names of patients joined by semicolons, by their rank: ``name`` is the place of a name, ``whose`` its patient."""
    low, high = (int(rank.min()), int(rank.max())) if len(rank) else (0, 0)
    key = (whose * (high - low + 1) + rank - low) * len(names) + name
    key.sort()
    ends = np.concatenate(([0], np.cumsum(np.bincount(whose, minlength=many)))).astype(np.int32)
    words = texts(names).take(column(key % max(len(names), 1), pa.int64()))
    between = texts(";").take(column(np.zeros(many, np.int64), pa.int64()))
    return pc.binary_join(pa.ListArray.from_arrays(column(ends, pa.int32()), words), between).dictionary_encode()


# ---------------------------------------------------------------- questions


def asked(questions: Sequence[Question], answers: Answers) -> pa.DictionaryArray:
    """The facts to ask for, most decisive first, joined by semicolons."""
    whose, ranks, names = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for own, question in enumerate(questions):
        new = _named_first(question, answers)
        here = np.flatnonzero(each(reduce(or_, (yes for _, yes in new), 0), answers.many)) if new else whose[0]
        if len(here):
            whose.append(here)
            ranks.append(_rank(question, new, here, answers))
            names.append(np.full(len(here), own))
    return in_order(
        [q.fact for q in questions], np.concatenate(whose), np.concatenate(ranks), np.concatenate(names), answers.many
    )


def _named_first(question: Question, answers: Answers) -> list[tuple[int, int]]:
    """The places where a fact is asked for, each with those for whom it is the first."""
    found, left = [], answers.everybody
    for place, condition in question.places:
        here = who(condition, answers) & left
        if here:
            left ^= here
            found.append((place, here))
    return found


def _rank(question: Question, new: Sequence[tuple[int, int]], here: Any, answers: Answers) -> Any:
    """How early a fact is asked for: by its class, then by how many rules hang on it, then by its first place."""
    first, hanging = np.zeros(answers.many, np.int32), np.zeros(answers.many, np.int32)
    for place, yes in new:
        first[each(yes, answers.many)] = place
    for condition in question.rules:
        if yes := who(condition, answers):
            hanging += each(yes, answers.many)
    kind = _select(question.classes, answers, len(question.classes))
    return ((kind[here].astype(np.int64) << HANGING) - hanging[here] << PLACES) + first[here]

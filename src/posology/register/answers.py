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

from ..model import Above, All, Any_, Expr, Is, Not
from .arrays import bits, column, texts, there
from .questions import Question
from .sheet import OPEN

Words = Mapping[str, Expr]
RANKS, ENTRIES = 24, 16
"""Bits of the number by which a list is put in order: for how early something comes, and for what may be in it."""
HANGING = 12
"""Bits for how many rules hang on a fact: more than a guideline has."""
MOST = (1 << HANGING) - 1
WORD, LIST = pa.dictionary(pa.int16(), pa.string()), pa.list_(pa.dictionary(pa.int16(), pa.string()))
"""A column of words, and one of lists of them; each word is spelled once."""


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
        answers.known[name + OPEN] = packed(~there(said)) if said.null_count else 0
    return answers


def who(condition: Expr, answers: Answers) -> int:
    """The patients for whom a condition holds."""
    match condition:
        case Is(name) | Above(name):
            return answers.known[name]
        case Not(part):
            return answers.everybody ^ who(part, answers)
        case All(parts):
            found, known = answers.everybody, answers.known
            for part in parts:  # mostly names: they are looked up here, since to call is what takes long
                found &= known[part.fact] if type(part) is Is else who(part, answers)
                if not found:
                    break
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
    return _select(list(words.values()), answers)


def spelled(words: Iterable[str], code: Any) -> pa.DictionaryArray:
    """Words by their places; a place beyond the last is NULL."""
    known = texts(words)
    return pa.DictionaryArray.from_arrays(column(code.astype(np.int16), pa.int16(), code >= len(known)), known)


def _select(conditions: Sequence[Expr], answers: Answers) -> Any:
    """The place of the first condition that holds; as many as there are where none does."""
    found, left = [], answers.everybody
    for place, condition in enumerate(conditions):
        here = who(condition, answers) & left
        left ^= here
        found.append((place, here))
    return _placed([*found, (len(conditions), left)], answers.many)


def _placed(places: Iterable[tuple[int, int]], many: int) -> Any:
    """The place of everybody who is in one; nobody is in two. Summed: to write here and there is slow."""
    found = np.zeros(many, np.uint16)
    for place, yes in places:
        if place and yes:
            found += each(yes, many).view(np.uint8) * np.uint16(place)
    return found


# ---------------------------------------------------------------- lists of words


def listed(words: Sequence[tuple[str, Expr]], answers: Answers) -> pa.ListArray:
    """All words whose conditions hold, in order."""
    held = ((entry, who(condition, answers)) for entry, (_, condition) in enumerate(words))
    keys = [key(np.flatnonzero(each(yes, answers.many)), 0, entry) for entry, yes in held if yes]
    return in_order([word for word, _ in words], range(len(words)), keys, answers.many)


def key(whose: Any, rank: Any, entry: Any) -> Any:
    """What a word in a patient's list is put in order by: whose, then how early, then its place among the entries."""
    return (whose << RANKS | rank) << ENTRIES | entry


def in_order(names: Sequence[str], which: Any, keys: Sequence[Any], many: int) -> pa.ListArray:
    """The names of each patient in the order of their keys; ``which`` name an entry has."""
    whole = np.concatenate([np.zeros(0, np.int64), *keys])
    whole.sort()
    lengths = np.bincount(whole >> (RANKS + ENTRIES), minlength=many)
    ends = column(np.concatenate(([0], np.cumsum(lengths))).astype(np.int32), pa.int32())
    own = np.array(which, np.int16).take(whole & ((1 << ENTRIES) - 1)) if len(whole) else np.zeros(0, np.int16)
    return pa.ListArray.from_arrays(ends, pa.DictionaryArray.from_arrays(column(own, pa.int16()), texts(names)))


def joined(lists: pa.ListArray) -> pa.StringArray:
    """Lists of words as text, with semicolons between."""
    import pyarrow.compute as pc  # here, because it takes a while to load and is not asked for by a practice's list

    words = pa.ListArray.from_arrays(lists.offsets, lists.values.dictionary_decode())
    return pc.binary_join(words, ";")


# ---------------------------------------------------------------- questions


def asked(questions: Sequence[Question], answers: Answers) -> pa.ListArray:
    """The facts to ask for, most decisive first."""
    which = np.zeros(1 + max((place for q in questions for place, _ in q.places), default=0), np.int16)
    keys = []
    for own, question in enumerate(questions):
        which[[place for place, _ in question.places]] = own
        if new := _named_first(question, answers):
            here = np.flatnonzero(each(reduce(or_, (yes for _, yes in new)), answers.many))
            keys.append(key(here, _rank(question, here, answers), _placed(new, answers.many)[here]))
    return in_order([q.fact for q in questions], which, keys, answers.many)


def _named_first(question: Question, answers: Answers) -> list[tuple[int, int]]:
    """The places where a fact is asked for, each with those for whom it is the first."""
    found, left = [], answers.everybody
    for place, condition in question.places:
        here = who(condition, answers) & left
        if here:
            left ^= here
            found.append((place, here))
    return found


def _rank(question: Question, here: Any, answers: Answers) -> Any:
    """How early a fact is asked for: by its class, then by how many rules hang on it."""
    hanging = np.full(answers.many, MOST, np.uint16)
    for condition in question.rules:
        if yes := who(condition, answers):
            hanging -= each(yes, answers.many).view(np.uint8)
    return _select(question.classes, answers)[here].astype(np.int64) << HANGING | hanging[here]

"""Questions that people asked before, and what answered them: a question in new words is led by the words of all those.

They are data beside the guideline (asked.jsonl) and reviewed with it, a question a line. Each statement has a profile:
the words of the questions that it answered. Profiles never decide whether a question is about the guideline, and all
they lead to is a statement, or an aspect on which the guideline is silent: no text is made of them.
"""

from __future__ import annotations

import hashlib
import json
import math
import pickle
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ...cache import keep, kept, made_by, unpacked
from ...findings import Finding, Refused, near
from ...model import Guideline
from ...read.data import decoded, parse_json
from .coverage import Coverage
from .dividing import Dividing, drawn, rarity, side, unit
from .pulling import Pulls, ordered, pulled
from .speech import Clause, Word, tokens, words_of

FILE = "asked.jsonl"
KEYS = ("first", "silent", "elsewhere")
"""What answers a question: statements, the best first; or the silent aspects, or other topics, that it asks about."""


CONCENTRATION = words_of("pg ng g pmol nmol umol mmol ml dl l ul")
"""What measured values are told in."""
MOST = 3
"""Statements of an aspect that its example leads to."""
CARRIED = 0.8
"""What the words of earlier turns count, beside those of the last."""
APART = "~!"
"""What stands before the name of an aspect on which the guideline is silent, and of another topic, among statements."""
Likenesses = Mapping[str, float]
"""Names with their likeness to a question, from 0 to 1, the most alike first."""


@dataclass(frozen=True, eq=False)
class Leaning:
    """Where a question leads: to statements, to aspects on which the guideline is silent, to other topics.

    ``side`` is how far it stands on the side of the questions that are answered, below 0 of those that are declined;
    ``order`` are statements with the pull of its words towards them, the greatest first, and ``pull`` is how much more
    they pull towards the first than towards whatever is declined; ``unsaid`` is the aspect that they pull towards most
    of those on which the guideline is silent. ``words`` are its own and those of ``earlier`` turns, ``before`` is what
    they are compared with: most questions are told by their side and their pull, and no likeness is worked out.
    """

    words: frozenset[str]
    earlier: frozenset[str]
    before: Precedents
    side: float
    order: Likenesses
    pull: float
    pulled: str

    @cached_property
    def unsaid(self) -> str:
        """The aspect on which the guideline is silent to which the question leads most, or nothing."""
        return self.pulled or next(iter(_ranked(self._weighed, self.before.profiles[1])), "")

    @property
    def hushed(self) -> bool:
        """Whether any of its words was used in a question on which the guideline is silent."""
        return any(word in self.before.profiles[1] for word in self._weighed)

    @property
    def statements(self) -> Likenesses:
        """Statements with their likeness to the question, the most alike first."""
        return _ranked(self._weighed, self.before.profiles[0])

    @property
    def best(self) -> float:
        """The likeness of the nearest statement."""
        return _greatest(self.statements)

    @property
    def away(self) -> float:
        """The likeness of the nearest other topic."""
        return _greatest(_ranked(self._weighed, self.before.profiles[2]))

    @cached_property
    def _weighed(self) -> Mapping[str, float]:
        weighed = _unit(self.words, self.before.rarity, self.before.unheard)
        if carried := self.earlier - self.words:
            also = _unit(carried, self.before.rarity, self.before.unheard)
            weighed = {
                word: weighed.get(word, 0.0) + CARRIED * also.get(word, 0.0) for word in sorted({*weighed, *also})
            }
            weighed = {word: weight / math.hypot(1, CARRIED) for word, weight in weighed.items()}
        return weighed


def _greatest(names: Likenesses) -> float:
    return next(iter(names.values()), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Precedents:
    """The profiles: how much each word or pair of words tells, and whose profiles hold it, for each of the `KEYS`.

    Profiles have length one, so that a product with a question of length one is their likeness. ``unheard`` is what a
    word tells that nobody used before, ``known`` are the words of questions that were answered, ``line`` is what parts
    these from those that were declined, ``pulls`` are what orders the statements that may answer, ``answers`` is what
    stands with each question in its very words.
    """

    rarity: Mapping[str, float] = field(default_factory=dict)
    profiles: Sequence[_Profiles] = ({}, {}, {})
    unheard: float = 1.0
    known: frozenset[str] = frozenset()
    line: Dividing = field(default_factory=dict)
    pulls: Pulls = field(default_factory=dict)
    answers: Mapping[int, Sequence[Sequence[str]]] = field(default_factory=dict)

    def told(self, asked: Iterable[Clause]) -> Sequence[Sequence[str]] | None:
        """What stands under each of the `KEYS` with a question that was asked in these very words, or nothing."""
        return self.answers.get(_key(_words(asked)))


_Profiles = Mapping[str, Sequence[tuple[str, float]]]
"""Under each word the names whose profiles hold it, with its weight there."""
Row = tuple[Sequence[str], Sequence[Sequence[str]]]
"""The stems of a question in their order, and the names that it has under each of the `KEYS`."""


def read_precedents(folder: Path, guideline: Guideline, coverage: Coverage) -> Precedents:
    """The questions asked before in a guideline's folder; none when there are none. Raises Refused with every fault."""
    if not (folder / FILE).is_file():
        return Precedents()
    rows = read_rows(folder, guideline, coverage)
    return precedents(features(row, coverage) for row in (*rows, *examples(coverage)))


def read_rows(folder: Path, guideline: Guideline, coverage: Coverage) -> list[dict[str, Any]]:
    """The lines of the file, their names looked up; none when there is no file. Raises Refused with every fault."""
    path = folder / FILE
    lines = decoded(path.read_bytes(), FILE).split("\n") if path.is_file() else []
    read = [_row(line, f"{FILE}:{number}") for number, line in enumerate(lines, 1) if line.strip()]
    faults = [one for one in read if isinstance(one, Finding)]
    rows = [one for one in read if not isinstance(one, Finding)]
    faults += _strangers(rows, "first", "statement", guideline.named)
    if quiet := [aspect.name for aspect in coverage.aspects.values() if aspect.kind == "silent"]:
        faults += _strangers(rows, "silent", "silent aspect", quiet)
    if faults:
        raise Refused(faults)
    return rows


def features(row: Mapping[str, Any], coverage: Coverage) -> Row:
    """A line of the file as its stems, and the names that it has under each of the `KEYS`."""
    return _stems(coverage.same.joined(tokens(row["text"]))), [row.get(key, ()) for key in KEYS]


def examples(coverage: Coverage) -> Iterator[dict[str, Any]]:
    """The questions that readers are offered, as if they had been asked before: the map says what answers them."""
    for aspect in coverage.aspects.values():
        for text in filter(None, dict.fromkeys((aspect.next, aspect.patients_next))):
            yield {"text": text, "first": list(aspect.statements[:MOST])}


def _row(line: str, place: str) -> dict[str, Any] | Finding:
    try:
        row = parse_json(line, place)
    except Refused as refused:
        return Finding(place, refused.findings[0].what, "Write one JSON object a line, each key once.")
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip():
        return Finding(place, "The question has no text.", 'Write {"text": "…", "first": ["…"]}.')
    for key in KEYS:
        names = row.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            return Finding(place, f"{key!r} is not a list of names.", f'Write "{key}": ["…"], or leave it out.')
    return row


def _strangers(rows: Sequence[dict[str, Any]], key: str, what: str, known: Iterable[str]) -> Iterator[Finding]:
    """Names that a question gives and the guideline has not."""
    there = list(known)
    for name in dict.fromkeys(name for row in rows for name in row.get(key, ())):
        if name not in there:
            yield Finding(FILE, f"There is no {what} {name!r}.", near(name, there, "Take one of the guideline's."))


def precedents(rows: Iterable[Row]) -> Precedents:
    """The profiles of questions with what answered them."""
    told = list(rows)
    asked = [(_grams(stems), names) for stems, names in told]
    rare = rarity([words for words, _ in asked])
    units = [(_unit(words, rare), names) for words, names in asked]
    profiles = [_profiles([(words, names[at]) for words, names in units]) for at in range(len(KEYS))]
    known = frozenset(word for words, names in asked if names[0] for word in words)
    line, pulls = _learned(told)
    return Precedents(rare, profiles, math.log(1 + len(asked)) + 1, known, line, pulls, _answers(asked))


def _learned(told: Sequence[Row]) -> tuple[Dividing, Pulls]:
    """What takes long to learn from questions: as it was the last time, unless one of them has changed since."""
    digest = hashlib.sha256(json.dumps([(stems, names) for stems, names in told]).encode()).hexdigest()
    key = f"learned {digest} {made_by(*(f'answer/asked/{name}.py' for name in ('dividing', 'pulling', 'precedent')))}"
    made: tuple[Dividing, Pulls] | None = unpacked(kept(key), lambda module, name: None)
    if made is None:
        line = drawn([(stems, bool(names[0])) for stems, names in told])
        made = line, pulled([(stems, [*names[0], *_apart(names[1:])]) for stems, names in told])
        keep(key, pickle.dumps(made, protocol=5))
    return made


def _apart(names: Iterable[Sequence[str]]) -> list[str]:
    """The names of what is declined, so that none is taken for a statement's."""
    return [f"{mark}{name}" for mark, some in zip(APART, names, strict=True) for name in some]


def _answers(asked: Iterable[tuple[frozenset[str], Sequence[Sequence[str]]]]) -> dict[int, Sequence[Sequence[str]]]:
    """What stands with each question; a question that is there twice, with other names, tells nothing."""
    found: dict[int, Sequence[Sequence[str]]] = {}
    for words, names in asked:
        told, key = [tuple(some) for some in names], _key(words)
        found[key] = told if found.get(key, told) == told else []
    return {key: told for key, told in found.items() if told}


def _key(words: Iterable[str]) -> int:
    """A question by its words and pairs of words, the same on every machine."""
    digest = hashlib.blake2b("\n".join(sorted(words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _profiles(made: Iterable[tuple[Mapping[str, float], Sequence[str]]]) -> _Profiles:
    """The profiles of names: the sums of the questions that have them, each scaled to length one."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for words, names in made:
        for name in names:
            for word, weight in words.items():
                sums[name][word] += weight / len(names)
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for name in sorted(sums):
        length = math.sqrt(math.fsum(weight * weight for weight in sums[name].values()))
        for word, weight in sums[name].items():
            found[word].append((name, weight / length))
    return dict(found)


def _unit(words: Iterable[str], rare: Mapping[str, float], unheard: float = 0.0) -> dict[str, float]:
    """The known words with their rarity, scaled to length one; single words ``unheard`` of before add to the length."""
    strangers = sum(word not in rare and " " not in word for word in words)
    return unit(sorted(words), rare, strangers * unheard * unheard)


def _words(asked: Iterable[Clause]) -> frozenset[str]:
    return _grams(_asked(asked))


def _asked(clauses: Iterable[Clause]) -> list[str]:
    return _stems(word for clause in clauses for word in clause.words)


def _stems(words: Iterable[Word]) -> list[str]:
    """The stems of a question in their order; numbers are alike, marks are nothing."""
    return [stem for word in telling(words) if (stem := _plainly(word.stem))]


def _grams(stems: Sequence[str]) -> frozenset[str]:
    """The stems of a question and each two that stand side by side."""
    return frozenset((*stems, *(f"{one} {other}" for one, other in pairwise(stems))))


def telling(words: Iterable[Word]) -> Iterator[Word]:
    """The words without those that only say in what a number was measured: the same is asked of it in any unit."""
    measured = False
    for word in words:
        number = word.stem[:1].isdigit()
        measured = number or (measured and word.stem in CONCENTRATION)
        if number or not measured:
            yield word


def _plainly(stem: str) -> str:
    return "#" if stem[:1].isdigit() else stem if stem[:1].isalpha() else ""


def leaning(asked: Iterable[Clause], before: Precedents, earlier: Iterable[Clause] = ()) -> Leaning:
    """Where a question leads by the words of all that were asked before; words of ``earlier`` turns count for less."""
    return _leaning(tuple(asked), before, tuple(earlier))


@lru_cache(maxsize=64)  # one turn is looked at from several sides
def _leaning(asked: tuple[Clause, ...], before: Precedents, earlier: tuple[Clause, ...]) -> Leaning:
    stems, told = _asked(asked), _asked(earlier)
    towards = ordered(stems, before.pulls, told, CARRIED)
    order = {name: pull for name, pull in towards.items() if name[:1] not in APART}
    away = next((pull for name, pull in towards.items() if name[:1] in APART), 0.0)
    quiet = next((name[1:] for name in towards if name[:1] == APART[0]), "")
    line = side(stems, before.line, told, CARRIED)
    return Leaning(_grams(stems), _grams(told), before, line, order, _greatest(order) - away, quiet)


def _ranked(weighed: Mapping[str, float], profiles: _Profiles) -> Likenesses:
    scores: dict[str, float] = defaultdict(float)
    for word, weight in weighed.items():
        for name, own in profiles.get(word, ()):
            scores[name] += weight * own
    return dict(sorted(scores.items(), key=lambda one: (-round(one[1], 9), one[0])))

"""Whether a question is about this guideline: by its words alone, never by likeness."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from ...cache import keep, kept, made_by
from ...hear.text.spelling import distance
from .coverage import Coverage, Neighbor
from .speech import Clause, Pattern, Word, find, stem, words_of

SHORTEST = 6
"""Letters of the shortest word whose misspelling is understood."""


IT = words_of("it them they")
"""Words that stand for the topic of a page or a conversation."""
LIKE = frozenset(["like", "unlike", "than", "versus"])
"""Words behind which another topic is only compared with ours."""


class Other(NamedTuple):
    """Another topic that a clause names: what it is called, the words that name it, and where they stand."""

    name: str
    words: str
    places: tuple[int, ...]


def says_it(clause: Clause) -> bool:
    """Whether a clause has a word that may stand for the topic."""
    return not IT.isdisjoint(word.raw for word in clause.words)


def apart(places: Sequence[int], others_: Sequence[int]) -> int:
    """How many words lie between the nearest of two sorts of places."""
    return min(abs(one - other) for one in places for other in others_)


def topic_places(clause: Clause, coverage: Coverage) -> tuple[int, ...]:
    """Where a clause names the topic."""
    return tuple(place for sought in coverage.topic for places in everywhere(sought, clause.stems) for place in places)


def everywhere(sought: Pattern, stems: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """Each place where a pattern stands."""
    for start, word in enumerate(stems):
        if sought and sought[0] and word in sought[0] and (places := find(sought, stems, start)):
            yield places


def others(clause: Clause, coverage: Coverage) -> list[Other]:
    """The other topics that a clause names, each place once, but for those that it compares with ours."""
    stems = clause.stems
    found = [
        Other(name, " ".join(clause.words[place].raw for place in places), places)
        for name, sought in _patterns(stems, coverage)
        for places in everywhere(sought, stems)
    ]
    found += [other for neighbor in coverage.neighbors for other in _by_ending(neighbor, clause, coverage)]
    found = [other for other in found if not _likened(clause, other.places[-1], coverage)]
    return [other for other in found if not _compared(clause, other.places[0], coverage)]


def _patterns(stems: Sequence[str], coverage: Coverage) -> list[tuple[str, Pattern]]:
    """The patterns of other topics that may begin with one of these words, with what these are called."""
    begun = _begun(coverage)
    found = {number: one for word in stems for number, one in begun.get(word, {}).items()}
    return [one for _, one in sorted(found.items())]


@lru_cache(maxsize=8)
def _begun(coverage: Coverage) -> Mapping[str, Mapping[int, tuple[str, Pattern]]]:
    """The patterns of other topics, numbered in their order, by each word with which they may begin."""
    begun: dict[str, dict[int, tuple[str, Pattern]]] = {}
    every = ((neighbor.name, sought) for neighbor in coverage.neighbors for sought in neighbor.patterns)
    for number, (name, sought) in enumerate(every):
        for word in (sought[0] or ()) if sought else ():
            begun.setdefault(word, {})[number] = name, sought
    return begun


_TAKEN = words_of("on taking takes")
_PUT = words_of("go put start started stay be keep get going")
_SOMEBODY = words_of("patient patients pt man woman lady girl boy person people somebody someone who she he i")


def is_taken(clause: Clause, other: Other) -> bool:
    """Whether another topic is only what somebody of whom is asked takes besides: `a patient on long-term X`."""
    raws, first = [word.raw for word in clause.words], other.places[0]
    at = next((n for n in range(first - 1, max(0, first - 5), -1) if raws[n] in _TAKEN), 0)
    return at > 0 and raws[at - 1] not in _PUT and not _SOMEBODY.isdisjoint(raws[:at])


def _likened(clause: Clause, place: int, coverage: Coverage) -> bool:
    """Whether another topic only says what something of ours is like: `X-like forgetfulness`."""
    behind = clause.words[place + 1 : place + 3]
    return len(behind) > 1 and behind[0].raw == "like" and behind[1].stem in coverage.index


def _compared(clause: Clause, place: int, coverage: Coverage) -> bool:
    """Whether something is only compared with our topic: `is it treated like …`."""
    behind = place > 0 and clause.words[place - 1].raw in LIKE
    return behind and (says_it(clause) or bool(topic_places(clause, coverage)))


def unlikened(clause: Clause, coverage: Coverage) -> Clause:
    """The clause without what our topic is only likened to at its end: `can it go in there like the …`."""
    raws = [word.raw for word in clause.words]
    at = next((place for place, raw in enumerate(raws) if raw == "like" and place >= _SAYS), 0)
    if not at or raws[at - 1] in _SEEMS or not _compared(clause, at + 1, coverage):
        return clause
    stems = clause.stems
    named = {places for _, one in _patterns(stems, coverage) for places in everywhere(one, stems)}
    end = max((places[-1] for places in named if places[0] == at + 1), default=0)
    return Clause(clause.words[:at], clause.asked) if end and len(raws) - end <= _SAYS else clause


_SAYS = 3
"""Words before a likeness that say something by themselves; as many may end it."""
_SEEMS = words_of("is are be was feel feels look looks sound sounds seem seems something anything symptom symptoms")


def _by_ending(neighbor: Neighbor, clause: Clause, coverage: Coverage) -> Iterator[Other]:
    """Words with the ending of a group, such as a family of medicines."""
    for place, word in enumerate(clause.words):
        unknown = word.stem not in coverage.vocabulary and word.raw not in english()
        if unknown and len(word.raw) > 6 and word.raw.endswith(neighbor.endings or ("\n",)):
            yield Other(neighbor.name, word.raw, (place,))


# ---------------------------------------------------------------- words that nobody here knows


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """Everyday words that name no subject of medicine."""
    return frozenset(files(__package__).joinpath("english.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def everyday() -> frozenset[str]:
    """The stems of everyday words, as they were kept the last time."""
    written = hashlib.sha256(" ".join(sorted(english())).encode()).hexdigest()
    key = f"everyday {made_by('answer/asked/speech.py')} {written}"
    if (told := kept(key)) is None:
        told = "\n".join(sorted(set(map(stem, english())))).encode()
        keep(key, told)
    return frozenset(told.decode().split("\n"))


def strange(word: Word, coverage: Coverage) -> bool:
    """Whether a word is neither everyday English nor any word of the guideline or its coverage map."""
    if word.stem in coverage.vocabulary or word.raw in english() or word.stem in everyday():
        return False
    return len(word.raw) > 1 and not any(letter.isdigit() for letter in word.raw)


# ---------------------------------------------------------------- misspellings


def corrected(clause: Clause, coverage: Coverage) -> Clause:
    """The clause with misspelled words of the guideline put right; only words that mean nothing else are touched."""
    if not any(strange(word, coverage) for word in clause.words):
        return clause
    known = [_right(word, coverage) if strange(word, coverage) else word for word in clause.words]
    return Clause(tuple(coverage.same.joined(known)), clause.asked)


def _right(word: Word, coverage: Coverage) -> Word:
    long = len(word.raw) >= SHORTEST and word.raw.isascii() and word.stem not in coverage.foreign
    meant = _nearest(word.stem, coverage) if long else ""
    return Word(word.raw, meant) if meant else word


@lru_cache(maxsize=20_000)
def _nearest(word: str, coverage: Coverage) -> str:
    """The one known word of the same beginning that differs by a letter (two in a long word), or nothing."""
    allowed = 1 if len(word) < 9 else 2
    alike = [
        known
        for known in coverage.vocabulary
        if abs(len(known) - len(word)) <= allowed and len(known) >= SHORTEST - 1 and known[0] == word[0]
    ]
    close = sorted((distance(word, known, allowed), known) for known in alike)
    return close[0][1] if close and close[0][0] <= allowed else ""

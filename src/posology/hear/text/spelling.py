"""Misspelled words of the lexicon: corrected when they are no other word, and sound like one, or nearly.

People spell by ear, so words are compared by their sound, roughly: `fysical` is physical before it is fiscal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from .words import Token, one_of

if TYPE_CHECKING:
    from symspellpy.editdistance import EditDistance

_SHORTEST = 3
_RARE = 20_000
"""How often in a trillion words an English word is met at least: below it, a slip of the pen is likelier."""
_SOUNDS = tuple(
    (re.compile(letters), sound)
    for letters, sound in (
        ("ey$", "y"), ("^ps", "s"), ("^[kg]n", "n"), ("^wr", "r"), ("mb$", "m"), ("ph", "f"), ("s?ch", "k"),
        ("tio", "to"), ("th", "t"), ("rh", "r"), ("wh", "w"), ("gh", ""),
        ("sc?(?=[eiy])|c(?=[eiy])|z", "s"), ("c?[ckq]u?", "k"), ("x", "ks"),
        ("e[aeiy]?|ie|ae|oe", "e"), ("ou|oo", "u"), ("a[iy]", "a"), ("a[uw]", "o"), ("[iy]+", "i"),
        (r"(.)\1+", r"\1"), ("(?<=..)e$", ""),
    )
)  # fmt: skip


_TITLES = one_of("dr mr mrs ms miss prof professor")
"""Behind them stands a name, whatever it sounds like."""
Sounds = Mapping[str, tuple[tuple[str, str, bool], ...]]
"""Words that may be meant, by the first letter of their sound: each with its sound, and whether it is English."""


def corrected(
    spoken: Sequence[Token],
    known: frozenset[str],
    sounds: Sounds,
    rather: frozenset[str] = frozenset(),
    never: frozenset[str] = frozenset(),
) -> tuple[tuple[Token, ...], frozenset[int]]:
    """The tokens with misspelled words put right, and the places of those.

    ``known``: the words that may be meant, by their ``sounds``; of several that sound alike one of ``rather`` is meant,
    or they are one word. ``never``: words that are right as they are.
    """
    result = list(spoken)
    changed = set()
    for place, token in enumerate(spoken):
        word = token.key
        if token.kind != "word" or len(word) < _SHORTEST or word in known or word in never or is_ordinary(word):
            continue
        if place and spoken[place - 1].key in _TITLES:
            continue
        heard = sounded(word)
        alike = _alike(word, heard, sounds.get(heard[:1], ()))
        meant = next((one for one in alike if one in rather), alike[0] if alike else "")
        if meant and (meant in rather or _one(alike)):
            result[place] = replace(token, key=meant)
            changed.add(place)
    return tuple(result), frozenset(changed)


@lru_cache(maxsize=20_000)
def _alike(word: str, heard: str, known: tuple[tuple[str, str, bool], ...]) -> tuple[str, ...]:
    """The known words that are nearest by their sound: of these English ones, and then the nearest by their letters."""
    found = sorted(
        (apart, not plain, distance(word, one, 4), one)
        for one, sound, plain in known
        if (apart := distance(heard, sound, most := _slips(sound, plain))) <= most
    )
    return tuple(one[3] for one in found if one[:3] == found[0][:3])


def _one(alike: Sequence[str]) -> bool:
    """Whether words are one word, written one way or another."""
    sounds = [sounded(word) for word in alike]
    return all(distance(sounds[0], sound, 1) <= 1 for sound in sounds[1:]) and (len(alike) < 2 or len(sounds[0]) > 7)


def sounds_of(known: frozenset[str]) -> Sounds:
    """Known words by the first letter of their sound."""
    told: dict[str, list[tuple[str, str, bool]]] = {}
    for word in sorted(known):
        if len(word) > _SHORTEST and word.isalpha():
            sound = sounded(word)
            told.setdefault(sound[:1], []).append((word, sound, is_ordinary(word)))
    return {letter: tuple(found) for letter, found in told.items()}


def sounded(word: str) -> str:
    """How a word sounds, roughly.

    >>> sounded("fysical") == sounded("physical"), sounded("chimny") == sounded("chimney"), sounded("lamb")
    (True, True, 'lam')
    """
    for letters, sound in _SOUNDS:
        word = letters.sub(sound, word)
    return word


def _slips(sound: str, plain: bool) -> int:
    """How many sounds of a word may be wrong: none in a short one, one in an English one, three in a drug's name."""
    long = len(sound)
    return 0 if long < 5 else 1 if long < 8 or plain else 2 if long < 13 else 3


def distance(one: str, other: str, most: int) -> int:
    """How many letters were left out, put in, changed or swapped with a neighbor, as far as ``most``.

    >>> distance("ankel", "ankle", 2), distance("shuolder", "shoulder", 2), distance("cat", "dog", 1)
    (1, 1, 2)
    """
    found = _measure().compare(one, other, most) if abs(len(one) - len(other)) <= most else -1
    return found if found >= 0 else most + 1


@cache
def _measure() -> EditDistance:
    from symspellpy.editdistance import DistanceAlgorithm, EditDistance

    return EditDistance(DistanceAlgorithm.DAMERAU_OSA)


def is_ordinary(word: str) -> bool:
    """Whether a word, as it is compared, is English and met often enough to be meant as it stands."""
    return word in _english() or f"{word}s" in _english()


@cache
def _english() -> frozenset[str]:
    counted = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    rows = (line.partition(" ") for line in counted.splitlines())
    return frozenset(word for word, _, many in rows if many.isdigit() and int(many) >= _RARE)

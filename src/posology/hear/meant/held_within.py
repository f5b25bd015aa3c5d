"""What a longer phrase names besides what it states: `treated for …`, `the hand is less numb`."""

from __future__ import annotations

from collections.abc import Iterator

from ..named.lexicon import Manner, Meaning
from ..named.mentions import Mention
from ..text.phrases import longest
from ..text.words import one_of
from ..told.scene import Scene


def had_within(read: Scene, mention: Mention) -> Iterator[Meaning]:
    """The illness that a longer phrase names, or what is still there of which it tells only how it goes."""
    if denies(read, mention):
        return
    own, going = {one.fact for one in mention.meanings}, _is_of_a_course(mention)
    words = {token.key for token in read.noted.spoken[mention.start : mention.end]}
    if any(one.kind == "said" and one.value is not False for one in mention.meanings):
        found = [one for one in _inner(read, mention) if one.fact not in own and one.value is True and not one.beside]
        yield from [one for one in found if _is_ill(read, one)][:1]
        if going and words.isdisjoint(_RETURNING):  # but not: can feel it again
            yield from [one for one in found if _is_felt(read, mention, one)][:1]


def inside(read: Scene, mention: Mention, meaning: Meaning) -> Iterator[Meaning]:
    """What the shorter phrases in a longer one state, where that is not heard for want of what must stand beside it."""
    if len([one for one in mention.meanings if one.kind == "said"]) > 1:
        return
    told = [one for one in _inner(read, mention) if not one.beside and one.value is not False]
    yield from dict.fromkeys(told)


def denies(read: Scene, mention: Mention) -> bool:
    """Whether a phrase holds a word that denies or supposes."""
    keys = [token.key for token in read.noted.spoken[mention.start : mention.end]]
    return "reason" not in keys and not _DENYING.isdisjoint(keys)  # any reason not to …?


_DENYING = one_of("no not never without nor neither nil if denies unless")


_RETURNING = one_of("again can back returning")


def _inner(read: Scene, mention: Mention) -> Iterator[Meaning]:
    """What the shorter phrases say that stand in a longer one, the longest at each word first."""
    spoken = read.noted.spoken
    for at in range(mention.start, mention.end):
        found = longest(read.lexicon.tree, spoken[: mention.end], at)
        while found:
            yield from (one for one in map(read.lexicon.meanings.__getitem__, found.means) if one.kind == "said")
            found = longest(read.lexicon.tree, spoken[: found.end - 1], at)


def _is_of_a_course(mention: Mention) -> bool:
    """Whether a phrase states nothing but which of several ways something goes."""
    return all(one.kind == "said" and isinstance(one.value, str) for one in mention.meanings)


def _is_ill(read: Scene, meaning: Meaning) -> bool:
    return read.lexicon.manners.get(meaning.fact, Manner()).patient


def _is_felt(read: Scene, mention: Mention, meaning: Meaning) -> bool:
    """Whether it is of the group of which a course is told, and is a no once it is over."""
    facts = read.guideline.facts
    alike = any(facts[one.fact].group == facts[meaning.fact].group for one in mention.meanings if one.fact in facts)
    return alike and (meaning.fact, False) in read.lexicon.manners.get(meaning.fact, Manner()).over

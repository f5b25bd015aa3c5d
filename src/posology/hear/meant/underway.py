"""What is said or asked that takes for granted that somebody has had something: `can I stop it?`, `a rash after it`."""

from __future__ import annotations

from collections.abc import Iterator

from ..named.lexicon import NAMED, Kind
from ..named.mentions import Mention, within
from ..text.clauses import is_a
from ..text.phrases import longest
from ..text.words import one_of
from ..told.behind import Flag
from ..told.oneself import names_one
from ..told.scene import Scene, Word, word
from ..told.spoken_of import at_large
from .granted import one_asks, to_begin
from .presumed import hurt_elsewhere, no_more_of


def had_by_wish(read: Scene, number: int, place: int, mention: Mention) -> Iterator[Word]:
    """What is so either way, by a fact that states the same be it yes or no: who asks whether to stop has begun."""
    sentence = read.talk[number]
    told = sentence.moods[place] == "tell" and not names_one(sentence.pieces[place])
    bare = sentence.moods[place] == "suppose" and len(sentence.pieces[place].key.split()) < 3  # what if I stop?
    if told or bare or at_large(sentence) or not one_asks(sentence) or to_begin(sentence, place):
        return
    facts = {one.fact for one in mention.meanings if one.kind in ("wished", "said")}
    for fact in facts:
        either = [read.lexicon.also.get((fact, value), ()) for value in (True, False)]
        for other, value in either[0]:
            if isinstance(value, bool) and (other, value) in either[1] and not _of_something_else(read, mention, other):
                yield word(read, number, place, other, value, implied=True)
            elif value == NAMED and (other, value) in either[1]:
                inner = list(within(mention.start, mention.end, read.noted.spoken, read.lexicon, "used"))
                named = {one.value for one in inner if one.fact == other and one.value is not None}
                if len(named) == 1:
                    yield word(read, number, place, other, named.pop(), implied=True)


def _of_something_else(read: Scene, mention: Mention, fact: str) -> bool:
    """Whether somebody had nothing of ours and no name is there: `never had X. Took Y. | Carry on with it?`."""
    if read.before.facts.get(fact) is not False:
        return False
    return not _names_ours(read, mention)


def _names_ours(read: Scene, mention: Mention) -> bool:
    """Whether what the guideline treats with is named in a phrase."""
    return any(list(within(mention.start, mention.end, read.noted.spoken, read.lexicon, kind)) for kind in _NAMES)


def had_before(read: Scene, number: int, place: int, mention: Mention) -> Iterator[Word]:
    """What a longer phrase says that somebody had before it: `a rash after the last X`, `a bad reaction to X`."""
    sentence, said, spoken = read.talk[number], read.said[number].get(place, set()), read.noted.spoken
    keys = [token.key for token in spoken[mention.start : mention.end]]
    unsaid = sentence.moods[place] != "tell" or bool(said & _UNSAID) or not _NEVER.isdisjoint(keys)
    unsaid = unsaid or any(is_a(piece, "doubt modal not until if void unknown") for piece in sentence.pieces[:place])
    if unsaid or at_large(sentence) or any(one.kind == "received" for one in mention.meanings):
        return
    for at in range(1, len(keys)):
        near = keys[max(0, at - _NEAR) : at]
        found = (
            None if _BEHIND.isdisjoint(near) else longest(read.lexicon.tree, spoken[: mention.end], mention.start + at)
        )
        if found is None:
            continue
        meanings = [read.lexicon.meanings[one] for one in found.means]
        had = any(one.kind == "received" and (not one.placed or not _WHICH.isdisjoint(near)) for one in meanings)
        used = list(within(mention.start + at, found.end, spoken, read.lexicon, "used")) if meanings else []
        for fact in read.lexicon.received if had or used else ():
            yield word(read, number, place, fact, True, implied=True)
        for one in used[:1]:
            if one.value is not None:
                yield word(read, number, place, one.fact, one.value, implied=True)
        if had or used:
            return


def had_until_now(read: Scene, number: int, place: int, mention: Mention) -> Iterator[Word]:
    """What somebody has had who wants no more of it, or wants it elsewhere than where it hurt: `declines further X`."""
    sentence = read.talk[number]
    kinds = {one.kind for one in mention.meanings}
    if kinds.isdisjoint(("said", "wished")) or "received" in kinds or at_large(sentence):
        return
    if any("if" in piece for piece in sentence.pieces[:place]):
        return
    if not (no_more_of(sentence, place) or hurt_elsewhere(read.talk, number, place)):
        return
    facts = read.guideline.facts
    groups = {facts[one].group for one in read.lexicon.received if one in facts}
    inner = any(facts[one.fact].group in groups for one in mention.meanings if one.kind == "said" and one.fact in facts)
    if inner or _names_ours(read, mention):
        for fact in read.lexicon.received:
            yield word(read, number, place, fact, True, implied=True)


_NAMES: tuple[Kind, ...] = ("wished", "used", "received")
_NEAR = 4
_UNSAID: set[Flag] = {"void", "not", "open", "unknown", "doubt", "owed", "suspect", "until", "modal", "ordered"}
_NEVER = one_of("sign no not never if when without nor neither nil risk could would deny denies denied denying")
_BEHIND = one_of("after following since reaction reacted last latest previous second third fourth")
_WHICH = one_of("reaction reacted last latest previous second third fourth her his my the each every 2nd 3rd")

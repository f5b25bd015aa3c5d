"""What is said or asked that takes for granted that somebody has had something: `can I stop it?`, `a rash after it`."""

from __future__ import annotations

from collections.abc import Iterator

from .granted import one_asks, to_begin
from .mentions import Mention
from .oneself import names_one
from .scene import Scene, Word, word
from .spoken_of import at_large


def had_by_wish(read: Scene, number: int, place: int, mention: Mention) -> Iterator[Word]:
    """What is so either way, by a fact that states the same be it yes or no: who asks whether to stop has begun."""
    sentence = read.talk[number]
    told = sentence.moods[place] == "tell" and not names_one(sentence.pieces[place])
    if told or at_large(sentence) or not one_asks(sentence) or to_begin(sentence, place):
        return
    facts = {one.fact for one in mention.meanings if one.kind in ("wished", "said")}
    for fact in facts:
        either = [read.lexicon.also.get((fact, value), ()) for value in (True, False)]
        for other, value in either[0]:
            if isinstance(value, bool) and (other, value) in either[1]:
                yield word(read, number, place, other, value, None, True, implied=True)

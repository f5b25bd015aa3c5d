"""What is spoken of and states nothing: numbers that could not be taken, and words that are worth a question."""

from __future__ import annotations

from collections.abc import Iterator

from ..named.mentions import RANGED
from ..told.scene import Scene
from ..turns import Unheard


def untaken(read: Scene) -> Iterator[Unheard]:
    """Numbers that could not be taken, and words that state nothing but are worth a question."""
    for number, sentence in enumerate(read.talk):
        for place, piece in enumerate(sentence.pieces):
            if piece.mention is None or read.who[number][place] != "patient":
                continue
            mention = read.noted.mentions[piece.mention]
            words = read.noted.words(mention.start, mention.end)
            supposed = sentence.moods[place] in ("suppose", "consider")
            if isinstance(mention.value, str):
                if supposed and mention.value.startswith(RANGED):
                    continue  # `if the count is between …` is not meant to state one
                yield Unheard(mention.fact, words, mention.value, read.turn)
            elif sentence.moods[place] != "ask":
                for meaning in (one for one in mention.meanings if one.kind == "unclear"):
                    yield Unheard(meaning.fact, words, "", read.turn)

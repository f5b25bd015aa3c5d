"""Whether a text is in a language that is understood here: English, by its smallest words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from .speech import words_of

LONGEST = 10_000
"""Characters of a turn that are read at most."""


_ENGLISH = words_of(
    "the is are of to and for with what how can should do does i my it in on be have has when which who why not after "
    "or will if would give given need get she he patient injection injections dose often"
)
_OTHER = words_of(
    "der das und ist ich wie oft soll sind bei mit nicht wird werden eine einen einem zu fur auf von wenn kann muss "
    "le la les des est une que quelle quel comment avec pour dans sur pas faut peut je mon ma du aux combien fois "
    "el los las una cual cuanto como con para por puede debo cada es mi se si cuantas en welche "
    "il gli di che e quanto per sono non posso ogni quale della dei qual devo uma os nao vezes posso "
    "het een van hoe vaak moet ik met voor kan wat niet deze welke wordt jest jak czesto czy sie nie co ile dla "
    "och ar hur ofta ska som att jag inte av till pa ve bir ne nasil icin mi kac"
) - _ENGLISH


_UNSEEN = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b.?|[\x00-\x08\x0e-\x1f\x7f-\x9f]")
"""What a terminal or a form sends along and nobody reads: escapes that color a text, and signs without a shape."""


_SHAPELESS = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""What stands between letters without parting them: breaks of no width, hyphens of no ink, marks that turn a line."""


def legible(text: str) -> str:
    r"""A text with a space for whatever cannot be seen in it, and nothing for what has no width.

    >>> legible("\x1b[31mhow often\x1b[0m?"), legible("one\ntwo"), legible("how \u202eof\u200bten")
    (' how often ?', 'one\ntwo', 'how often')
    """
    return _UNSEEN.sub(" ", _SHAPELESS.sub("", text))


_FOREIGN = words_of(
    "und ist ich soll sind bei nicht wird werden eine einen einem auf wenn nach bitte habe seit sehr meine kann "
    "quelle comment avec dans faut peut combien cuanto puede cuantas cada welche quanto sono posso ogni quale della "
    "devo uma nao vezes het een hoe vaak moet voor niet deze wordt jak czesto czy och inte jag nasil icin"
)
"""Small words of other languages that no English sentence has."""


def foreign(raws: Sequence[str]) -> tuple[str, ...]:
    """The words that are certainly not English, each once."""
    return tuple(dict.fromkeys(raw for raw in raws if raw in _FOREIGN))


def readable(text: str, raws: Sequence[str]) -> bool:
    """Whether a text seems to be English. A few words without any small ones get the benefit of the doubt."""
    letters = [c for c in text[:2000] if c.isalpha()]
    latin = sum("LATIN" in unicodedata.name(c, "") for c in letters)
    if letters and latin < 0.6 * len(letters):
        return False
    if foreign(raws) and _ENGLISH.isdisjoint(raws):
        return False
    return sum(raw in _OTHER for raw in raws) <= max(1, sum(raw in _ENGLISH for raw in raws))

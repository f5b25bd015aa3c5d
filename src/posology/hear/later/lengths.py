"""Of what a length is that a later turn tells without naming it: `the X? | 70 cm is affected`, `… | and 30 cm more`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...expr import facts_of
from ...model import All, Any_, Expr, Guideline, Is, Not
from ..named.lengths import kind
from ..named.lexicon import Meaning
from ..named.mentions import Mention
from ..text.clauses import Piece, Sentence, is_a
from ..text.phrases import matches
from ..text.words import one_of
from ..told.scene import Scene, Word, measured, word
from .valued import NOUNS


def of_a_length(scene: Scene, number: int, place: int, mention: Mention) -> str | None:
    """The fact that a length in a later turn is of: by the words beside it, else by what was spoken of before.

    Nothing where it is of something that no fact measures, None where nothing here speaks of lengths at all.
    """
    reading, sentence = mention.reading, scene.talk[number]
    alike = [one for one in scene.lexicon.measures if reading and _same_kind(scene, one.fact, reading.unit)]
    about = {one.fact: set(_matters(one.fact, scene.guideline)) for one in alike}
    spoken = {fact for fact, value in scene.before.facts.items() if value is True}.union(scene.before.spoken)
    named = {one.fact for piece in sentence.pieces for one in _meanings(scene, piece)}
    spoken |= named
    standing = [fact for fact in about if fact == scene.before.number or about[fact] & spoken or fact in spoken]
    if not (scene.turn and standing):
        return None
    if _of_the_treatment(scene, sentence) and not named & set().union(*about.values()):
        return ""
    first, last = sentence.pieces[0].start, sentence.pieces[-1].end
    here = (*scene.noted.spoken[first : mention.start], *scene.noted.spoken[mention.end : last])
    able = [one for one in alike if not matches(one.never, here)]
    told = [one.fact for one in able if matches(one.beside, here)]
    if not told and scene.before.number not in standing and not _says_no_more(sentence, place):
        return ""
    left = told or [one.fact for one in able if one.fact in standing]
    return scene.before.number if scene.before.number in left else left[0] if len(left) == 1 else ""


def _meanings(scene: Scene, piece: Piece) -> Sequence[Meaning]:
    return scene.noted.mentions[piece.mention].meanings if piece.mention is not None else ()


def _of_the_treatment(scene: Scene, sentence: Sentence) -> bool:
    """Whether a sentence speaks of what is given, or where: the length is that of a mark it left."""
    found = [one for piece in sentence.pieces for one in _meanings(scene, piece)]
    given = any(one.fact in scene.lexicon.received for one in found)
    return given or any(one.kind in ("topic", "used", "wished") for one in found)


def _says_no_more(sentence: Sentence, place: int) -> bool:
    """Whether a sentence is little besides its length: `they said 70 cm`, `it is in about 20 cm`."""
    rest = (piece for at, piece in enumerate(sentence.pieces) if at != place)
    return all(is_a(piece, _LIGHT) or _PLAIN.issuperset(piece.key.split()) for piece in rest)


_LIGHT = "small be it third hello comma dash colon prep and but frame have if consider sorry i"
_PLAIN = NOUNS | one_of(
    """
    said say says told tell think believe reckon they of in over on the a by it its now scan scans mri mre ct report
    shows show showed surgeon letter clinic about around roughly only just long all last first total extent run runs
    along extend extends stretch stretches reach reaches cover covers go goes for
    """
)


def lengths(scene: Scene, number: int, place: int, mention: Mention, fact: str) -> Iterator[Word]:
    """A length as the value of a fact, with the matter that it measures, if that was spoken of."""
    sentence, reading = scene.talk[number], mention.reading
    near = sentence.pieces[max(0, place - 1) : place]
    told = sentence.moods[place] in ("tell", "consider", "suppose") and scene.who[number][place] == "patient"
    alone = sum("bare" in piece for piece in sentence.pieces) == 1
    if reading is None or not (told and alone) or any("not" in piece for piece in near):
        return
    if any(is_a(piece, "modal doubt") for piece in sentence.pieces[:place]):
        return
    for length in measured(scene, number, place, reading, fact):
        yield length
        matters = [one for one in _matters(fact, scene.guideline) if one in scene.before.spoken]
        yield from (word(scene, number, place, one, True, implied=True) for one in matters)


def _same_kind(scene: Scene, fact: str, unit: str) -> bool:
    return bool(unit) and kind(unit) == kind(scene.guideline.facts[fact].unit)


def _matters(fact: str, guideline: Guideline) -> Iterator[str]:
    """The yes/no facts that some condition reads together with a number: those whose extent it is."""
    conditions = (rule.when for rule in guideline.rules)
    for part in (part for when in conditions for part in _parts(when)):
        if isinstance(part, All) and any(fact in facts_of(one) for one in part.parts) and len(part.parts) == _PAIR:
            yield from (one.fact for one in part.parts if isinstance(one, Is) and one.choice is None)


_PAIR = 2
"""A matter and its extent, and nothing more."""


def _parts(when: Expr) -> Iterator[Expr]:
    """A condition and all that it is made of."""
    yield when
    match when:
        case All() | Any_():
            yield from (inner for one in when.parts for inner in _parts(one))
        case Not():
            yield from _parts(when.part)

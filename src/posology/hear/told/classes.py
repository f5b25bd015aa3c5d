"""Whole classes of people and the matter as such: `how come women with X need Y?`, `X in Y is usually …`."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import MENTIONS, VERBS, Piece, Sentence, is_a
from ..text.words import one_of

_WONDERING = one_of("why how come is it that")
_AS_SUCH = one_of(
    """
    usually often typically commonly generally sometimes rarely seldom always rare common uncommon typical reversible
    irreversible permanent due caused because may can might could tend
    """
)
_BETWEEN = f"{MENTIONS} small and or comma frame of owing"


def of_a_class(sentence: Sentence, place: int) -> bool:
    """Whether a question is of people at large: `why do women with X …?`, `are people with X allowed …?`."""
    found = sentence.pieces
    lead = [piece for piece in found[:place] if not is_a(piece, "hello small")]
    if len(lead) < 2 and not (lead and "many" in lead[0]):
        whose = [piece for piece in found[place : place + 2] if "small" not in piece]
        return bool(lead) and "do" in lead[0] and len(whose) > 1 and "who" in whose[1]
    many = next((here for here, piece in enumerate(lead) if "many" in piece), None)
    if many is None:
        whose = lead[:3]  # do vegans who are …
        return len(whose) > 2 and "do" in whose[0] and "mark" in whose[1] and "who" in whose[2]
    opening = lead[:many]
    if not opening:
        return any(is_a(piece, "modal do") or piece.key == "need" for piece in found[place + 1 :])
    asks = {word for piece in opening for word in piece.key.split()} <= _WONDERING
    return asks or all(is_a(piece, "wh be do modal") for piece in opening)


_EXPLAIN = one_of(
    "describe list outline explain define discuss compare contrast name state summarize summarise enumerate"
)


def of_a_lesson(sentence: Sentence) -> bool:
    """Whether somebody only wants to be taught: `describe the X of Y`, `list what is done in Z`."""
    found = [piece for piece in sentence.pieces if not is_a(piece, "hello small")]
    told = any(is_a(piece, "age number my her i third relative") for piece in found)
    return bool(found) and found[0].key.split()[0] in _EXPLAIN and not told


def of_people(sentence: Sentence, place: int) -> bool:
    """Whether people at large are those who do not have it: `in people without X`."""
    found = sentence.pieces
    here = place - 1
    while here > 0 and (is_a(found[here], "small not") or "mark" in found[here]):
        here -= 1
    denied = any("not" in piece for piece in found[here + 1 : place])
    return denied and here > 0 and "many" in found[here] and is_a(found[here - 1], "prep of frame")


def of_the_matter(sentence: Sentence, peopled: bool) -> bool:
    """Whether a sentence tells of things as such: `X in Y is usually Z`, `X from Y may pass`.

    ``peopled``: somebody is spoken of in it.
    """
    found = sentence.pieces
    if peopled:
        return False
    verb = next((here for here, piece in enumerate(found) if not is_a(piece, _BETWEEN)), 0)
    able = found[verb].key in ("may be", "might be", "could be")
    if verb < 3 or not (able or is_a(found[verb], VERBS)) or not _tied(found[:verb]):
        return False
    words = {word for piece in found[verb : verb + 3] for word in piece.key.split()}
    return not words.isdisjoint(_AS_SUCH)


def _tied(subject: Sequence[Piece]) -> bool:
    """Whether a subject is one thing in or from another: `X in Y`, `in Y, X`."""
    marks = [here for here, piece in enumerate(subject) if "mark" in piece]
    if subject[0].key.split()[0] == "in" and len(marks) > 1 and any("comma" in piece for piece in subject):
        return True
    return len(marks) > 1 and any(is_a(piece, "frame of owing") for piece in subject[marks[0] + 1 : marks[1]])

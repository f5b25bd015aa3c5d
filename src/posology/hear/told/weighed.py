"""What a question takes for granted that it weighs: `the pain I have had`, `why hasn't the pain gone?`."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import SMALL, Piece, Sentence, is_a
from ..text.words import one_of
from .behind import Flag
from .oneself import names_ones


def granted(sentence: Sentence, place: int, said: set[Flag]) -> None:
    """Mark as somebody's what a question takes for granted of him, and take off what only the question says."""
    if sentence.moods[place] != "ask":
        return
    found = sentence.pieces
    if had_by_one(found, place):
        said -= {"void", "open", "until"}
        said.add("of a person")
    if _why_not_over(found, place):
        said -= {"not", "open", "over"}
        said.add("of a person")
    if in_ones_case(found, place):
        said.add("of a person")


def clause_behind(found: Sequence[Piece], place: int, whose: str) -> int:
    """Where a clause behind a name says who has it: `the pain (that) I …`, `the pain (that my) dad …`."""
    at = place + 1
    at += at < len(found) and found[at].key in ("that", "which")
    return at + (at + 1 < len(found) and is_a(found[at], "my") and is_a(found[at + 1], whose))


def had_by_one(found: Sequence[Piece], place: int) -> bool:
    """Whether a clause behind says that somebody has it: `the pain (that) I have had since May`, `… she's getting`."""
    at = clause_behind(found, place, "relative person")
    mine = at > place + 1 and is_a(found[at - 1], "my")
    if at + 1 >= len(found) or not is_a(found[at], "i third relative person") or found[at].key == "they":
        return False
    if "person" in found[at] and not mine:
        return False
    words = [word for piece in found[at + 1 : at + 5] for word in piece.key.split() if word not in _ALWAYS]
    verb = next((k for k, word in enumerate(words) if word not in _AUXILIARIES), len(words))
    having = verb < len(words) and words[verb] in ("getting", "having", "feeling")
    having = having or (words[:1] != [] and words[0] in ("get", "gets", "got", "feel", "feels"))
    after = words[verb] if verb < len(words) else ""
    having = having or words[:2] == ["is", "had"]
    return having or (words[:1] != [] and words[0] in ("have", "has", "had") and after not in _OUGHT)


def in_ones_case(found: Sequence[Piece], place: int) -> bool:
    """Whether it belongs to what a question weighs of one: `is pain on his X a reason to …?`, `does being lame …?`."""
    opens = 0
    while opens < len(found) and is_a(found[opens], "hello small and but"):
        opens += 1
    if not opens < place or not is_a(found[opens], "be do modal"):
        return False
    end = next((k for k in range(opens + 1, len(found)) if not _WEIGHED.isdisjoint(found[k].key.split())), None)
    if end is None or end <= place:
        return False
    subject = found[opens + 1 : end]
    if any(is_a(piece, "wh do modal if relative many not i third it comma or") for piece in subject):
        return False
    being = subject[0].key in ("being", "having") and any(is_a(piece, "i third my her") for piece in found[end:])
    return being or any(_is_ones(subject, k) for k in range(len(subject)))


def _is_ones(subject: Sequence[Piece], k: int) -> bool:
    """Whether a piece names whose it is: `his`, `my pain`, `after her X`."""
    return (is_a(subject[k], "my her") and subject[k].key != "your") or names_ones(subject[k])


_WEIGHED = one_of(
    """
    reason ground grounds indication sign mean means enough good count warrant justify matter change alarming worrying
    worry concern normal adequate sufficient acceptable problem explain proof high low alter merit deserve
    """
)
_AUXILIARIES = one_of("have has had am is been")
_ALWAYS = one_of("still always now usually already also sometimes currently just keep keeps")
_OUGHT = one_of("to not never no read heard seen warned told looked found")


def _why_not_over(found: Sequence[Piece], place: int) -> bool:
    """Whether it is asked why something has not gone or changed: `why hasn't the pain shifted?`."""
    before = place
    while before and is_a(found[before - 1], SMALL) and "not" not in found[before - 1]:
        before -= 1
    denied = place > before > 1 and "not" in found[before - 1] and is_a(found[before - 2], "have be do modal wh")
    why = any(piece.key in ("why", "how come") for piece in found[:before])
    after = found[place + 1] if place + 1 < len(found) else None
    return denied and why and after is not None and not is_a(after, "comma and or")


def lets(sentence: Sentence, place: int) -> bool:
    """Whether it is asked what follows from something: `does that mean I can …?`, `is that a reason for …?`."""
    found, after = sentence.pieces, sentence.pieces[place + 1 : place + 3]
    if sentence.moods[place] != "ask":
        return False
    if found[place].key == "reason for":
        return place > 0 and found[place - 1].key == "a"
    return found[place].key == "mean" and len(after) > 1 and is_a(after[0], "i third") and "modal" in after[1]


def i_get(found: Sequence[Piece], place: int) -> bool:
    """Whether it is told what the asker gets something for: `the shots I get for X`."""
    before = [piece.key for piece in found[max(0, place - 3) : place]]
    gets = before[-1:] != [] and before[-1] in ("get", "have", "take", "am on", "had", "got")
    asks = len(before) > 2 and is_a(found[place - 3], "modal do")
    return gets and before[-2:-1] == ["i"] and not asks

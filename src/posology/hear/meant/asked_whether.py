"""A choice in a question that is opened in another way: `any issue with X?`, `any reason I can't have X?`."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.clauses import Piece, Sentence, is_a
from ..text.words import one_of

_ISSUES = one_of(
    """
    issue issues problem problems concern concerns harm risk risks danger objection objections worry worries qualm
    qualms contraindication contraindications caution cautions
    """
)
_VIEWS = one_of(
    """
    thoughts thought view views opinion opinions evidence experience data advice tip tips about support literature
    precedent
    """
)
_DOING = one_of("do would should shall will can could might")
_GIVERS = one_of("you i we")
_GIVE = one_of("give use go try inject do offer recommend prescribe use consider")
_FAR = 6


def asked_whether(sentence: Sentence, place: int) -> bool:
    """Whether a question is about a choice, though it is not asked if it is possible."""
    found = sentence.pieces
    if not (sentence.asked or sentence.moods[place] == "ask"):
        return False
    if reason_against(sentence, place):
        return True
    before = found[max(0, place - _FAR) : place]
    before = before[next((k + 1 for k in range(len(before) - 1, -1, -1) if _parts(before[k])), 0) :]
    if any(is_a(piece, "not") for piece in before):
        return False
    words = [word for piece in before for word in piece.key.split()]
    return _issue_with(words) or _view_of(words) or _would_you(words, found[place].key.split())


def reason_against(sentence: Sentence, place: int) -> bool:
    """Whether it is asked what speaks against it, so that its `not` denies nothing: `any reason I can't have X?`."""
    if not (sentence.asked or sentence.moods[place] == "ask"):
        return False
    before = sentence.pieces[max(0, place - _FAR - 2) : place]
    reason = next((k for k in range(len(before) - 1, -1, -1) if before[k].key.split()[-1] == "reason"), None)
    if reason is None or any(map(_parts, before[reason:])):
        return False
    lead = before[max(0, reason - 3) : reason]
    any_ = any(piece.key.split()[-1] in ("any", "a", "there", "good", "no") for piece in lead)
    return any_ and any("not" in piece for piece in before[reason:])


def _parts(piece: Piece) -> bool:
    """Whether a word parts two sentences or halves of one."""
    return is_a(piece, "comma dash colon stop but")


def _issue_with(words: Sequence[str]) -> bool:
    """`any issue with X`, `is there a problem giving X`."""
    at = next((k for k, word in enumerate(words) if word in _ISSUES), None)
    opens = at is not None and not {"any", "there", "a"}.isdisjoint(words[:at])
    return at is not None and opens and words[at + 1 : at + 2] != ["of"]


def _view_of(words: Sequence[str]) -> bool:
    """`thoughts on X`, `the evidence for X`, `what about X`."""
    at = next((k for k, word in enumerate(words) if word in _VIEWS), None)
    if at is None:
        return False
    if words[at] == "about":
        return at > 0 and words[at - 1] in ("what", "how") and len(words) - at < _SHORT
    return words[at + 1 : at + 2] != [] and words[at + 1] in ("on", "for", "of", "with", "about", "behind", "re", "in")


_SHORT = 4


def _would_you(words: Sequence[str], own: Sequence[str]) -> bool:
    """`do you give X to a man of 60`, `would you use X`."""
    at = next((k for k in range(len(words) - 1) if words[k] in _DOING and words[k + 1] in _GIVERS), None)
    if at is None or not {"how", "what", "which", "when", "why"}.isdisjoint(words[:at]):
        return False
    return not _GIVE.isdisjoint([*words[at + 2 :], *own[:1]])

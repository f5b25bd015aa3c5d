"""What was thought or written and then was not so: `suspected X, later ruled out`, `they thought X but it wasn't`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..text.clauses import Piece, Sentence, is_a
from ..text.words import one_of
from .negation import Flags
from .slips import SLIPS, is_done

_NOT_SO = re.compile(
    r"(?:(?:and|but|then|so|later|since|now|subsequently|it|this|that|which|has|was|were|is|been|had) )*"
    r"(?:ruled out|excluded|been excluded|been ruled out|disproved|refuted|discounted|overturned)(?: .*)?"
    r"|(?:but |and )?(?:it|that|this) (?:was|is) not(?: it| so| the case| true| right| after all)?"
    r"|(?:but |and )?(?:now )?(?:the |a |my |her |his |they |he |she )*(?:\w+ ){0,4}(?:that )?(?:it|that|this) "
    r"(?:was never|never was|never had been|is not|was not)"
    r"(?: it| that| so| me| mine| the case| true| right| after all)*"
    r"|but (?:\w+ ){1,9}and (?:that )?(?:it|that|this) (?:was never|never was|is not|was not)(?: it| that| so)*"
    r"|(?:but |and )?(?:\w+ ){0,5}(?:it |that |this )(?:was|is|had been) (?:all )?(?:a )?"
    r"(?:mistake|misdiagnosis|wrong|error)"
    r"|(?:but |and )?(?:it |that |this )?turned out (?:it was |it is )?not(?: .*)?"
    r"|(?:but |and )?(?:which|that|this) (?:is|was) (?:all )?(?:rubbish|nonsense|wrong|untrue|false|incorrect|not true)"
    r"|(?:but |and )?(?:the |a |my |her |his )*(?:\w+ ){1,3}(?:say|said) (?:no|otherwise)"
    r"|(?:but |and |then |later )*(?:it )?turn(?:s|ed)? out (?:that )?"
    r"(?:i|she|he) (?:did|do|am|is|was|had|have|has) not(?: .*)?"
    r"|(?:but |and |and then |then |now |later )*(?:\w+ ){0,4}(?:told|tell|said|say) (?:me |us |her |him |that )*"
    r"(?:i|she|he) (?:have|has|had|did|do|am|is|was) not(?: got| have| had| it| that| one| after| at| all| now)*"
    r"|(?:(?:at first|first|initially|to begin with|originally|and|but|so|in the beginning) )*(?:then |later )+"
    r"(?:it turned out (?:that )?)?(?:\w+ ){0,5}(?:was|were|is|are|came back|came|turned out|been) (?:all )?"
    r"(?:negative|clear|not it)(?: .*)?"
    r"|but (?:the |a |my |her |his )*(?:repeat|second|next|later|other) (?:\w+ ){0,3}(?:was|is|came back|were) "
    r"(?:all )?(?:normal|fine|ok|okay|clear|negative)(?: .*)?"
)
_DROPPED = one_of("dropped removed revoked retracted scrapped deleted struck rescinded")
_LABEL = one_of("label diagnosis tag dx diagnoses")
_KEPT = {"framed", "of a person", "yes"}
_PARTS = "comma dash open close"


def refuted(talk: Sequence[Sentence], said: Sequence[Flags]) -> None:
    """Mark as denied what the next words, or the next sentence, say was not so."""
    for number, sentence in enumerate(talk):
        marked = [place for place in said[number] if "mark" in sentence.pieces[place]]
        for place in marked:
            if sentence.moods[place] != "tell":
                continue
            wrong = _never_had(sentence.pieces, place) or _in_error(sentence.pieces, place)
            if wrong or any(map(_NOT_SO.fullmatch, _next(talk, number, place, marked))):
                said[number][place] = said[number][place] & _KEPT | {"not"}


def _never_had(found: Sequence[Piece], place: int) -> bool:
    """Whether the very same is denied behind a `but`: `the notes say X but I have never had X`."""
    named = found[place].key.split()[-1]
    but = next((k for k in range(place + 1, len(found)) if "but" in found[k]), len(found))
    again = (k for k in range(but, len(found)) if "mark" in found[k] and found[k].key.split()[-1] == named)
    here = next(again, None)
    return here is not None and any(piece.key.split()[0] == "never" for piece in found[max(but, here - 3) : here])


def _next(talk: Sequence[Sentence], number: int, place: int, marked: Sequence[int]) -> Iterator[str]:
    """The part of the sentence behind a mention, and the first part of the next one where nothing stands between."""
    found = talk[number].pieces
    start = next((here for here in range(place + 1, len(found)) if is_a(found[here], f"{_PARTS} but and")), None)
    then = _part(found, place + 1) if len(found) > place + 1 else ""
    signs = [other for other in marked if _is_sign(found[other])]
    if _THEN.match(then) and not any(place < other < (start or len(found)) for other in signs):
        yield then
    if any(place < other < (start or len(found)) for other in marked):
        return
    if start is not None:
        if "bare" in found[start - 1] or start - place < _NEAR:
            yield _part(found, start + 1 if is_a(found[start], _PARTS) else start)
    elif len(found) - place < _NEAR:
        yield _part(found, place + 1)
        if number + 1 < len(talk) and not talk[number + 1].asked and not talk[number].asked:
            yield _part(talk[number + 1].pieces, 0)


def _is_sign(piece: Piece) -> bool:
    """Whether a mention is more than what a test said: `test was negative`."""
    return not piece.key.endswith(("negative", "normal", "clear", "fine"))


_THEN = re.compile(r"(?:at first |first |initially |to begin with |originally |but |and )*then ")
_NEAR = 4


def _part(found: Sequence[Piece], start: int) -> str:
    end = next((here for here in range(start, len(found)) if is_a(found[here], _PARTS)), len(found))
    return " ".join(piece.key for piece in found[start:end])


def _in_error(found: Sequence[Piece], place: int) -> bool:
    """`they dropped the X label`, `diagnosed with X by mistake`, `wrongly told she had X`."""
    end = next((k for k in range(place + 1, len(found)) if is_a(found[k], f"{_PARTS} but and mark")), len(found))
    behind = " ".join(piece.key for piece in found[place + 1 : min(end, place + 4)])
    before = {word for piece in found[max(0, place - 6) : place] for word in piece.key.split()}
    wrongly = not before.isdisjoint(_WRONGLY) and not before.isdisjoint(_TOLD)
    slipped = behind.endswith((*SLIPS, "wrongly")) and not is_done(found[place])
    return wrongly or slipped or _dropped(found, place)


_WRONGLY = one_of("wrongly mistakenly incorrectly erroneously misdiagnosed")
_TOLD = one_of("told diagnosed labelled labeled misdiagnosed said recorded coded")


def _dropped(found: Sequence[Piece], place: int) -> bool:
    """`they dropped the X label`."""
    label = place + 1 < len(found) and found[place + 1].key in _LABEL
    return label and any(piece.key in _DROPPED for piece in found[max(0, place - 4) : place])

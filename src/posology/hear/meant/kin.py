"""What is told of somebody else and is not so of the patient, and talk that is about nobody at all.

`My brother has it, I don't`; `an exam question`; `supplier memo`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..named.lexicon import Manner, Meaning
from ..text.clauses import Piece, Sentence, is_a
from ..text.phrases import longest
from ..text.words import one_of, tokens
from ..told.behind import Flag
from ..told.scene import Scene, Word, denied, word


def made_up(talk: Sequence[Sentence]) -> bool:
    """Whether a text is an exercise, or a paper about stock: it tells of no patient."""
    for sentence in talk:
        for place, piece in enumerate(sentence.pieces):
            before = sentence.pieces[max(0, place - 3) : place]
            if "exercise" in piece and not any("not" in near for near in before):
                return True
    return False


# ---------------------------------------------------------------- relatives


def denied_of_kin(sentence: Sentence, place: int, said: set[Flag]) -> bool:
    """Whether it is no relative who has it: `no family history of …`."""
    found = sentence.pieces
    kin = next((here for here in range(place, -1, -1) if "relative" in found[here]), 0)
    near = found[max(0, kin - 3) : kin + 1]
    words = {word for piece in near for word in piece.key.split()}
    return (
        bool(said & {"not", "unknown", "doubt", "owed", "open"})
        or any(is_a(piece, "not deny unknown") for piece in near)
        or "no" in words
        or (sentence.moods[place] == "suppose" and not _YOURS.isdisjoint(words))
    )


_YOURS = one_of("your someone somebody anyone")


def disowned(read: Scene, number: int) -> Iterator[Word]:
    """What was told of somebody else or supposed, and is said not to be so of the patient: just before, or here."""
    found = read.talk[number].pieces
    if number and _none_of_it(found):
        yield from _not_theirs(read, number, 0, number - 1, len(read.talk[number - 1].pieces))
    for place in range(len(found)):
        if _not_so(found, place) and (read.who[number][place] == "patient" or found[place].key == "not"):
            here = list(_not_theirs(read, number, place, number, place))
            opens = place < 3 or any(piece.key in ("tested", "checked") for piece in found[:place])
            before = number - 1 if not here and number and opens else None
            yield from here
            if before is not None:
                yield from _not_theirs(read, number, place, before, len(read.talk[before].pieces))


_PLAIN: set[Flag] = {"of a person", "framed", "yes"}


def _not_theirs(read: Scene, number: int, place: int, where: int, end: int) -> Iterator[Word]:
    """The denials of what a sentence told of somebody else before a place of it; of a gene, of what was named last."""
    last = any(piece.key.startswith(("carry", "inherit")) for piece in read.talk[number].pieces)
    marks = [here for here, piece in enumerate(read.talk[where].pieces[:end]) if "mark" in piece]
    for here in _inherited(read, where, marks) or marks[-1:] if last else marks:
        piece = read.talk[where].pieces[here]
        theirs = read.who[where][here] != "patient" or _supposed(read, where, here)
        if piece.mention is None or "mark" not in piece or not theirs:
            continue
        for meaning in read.noted.mentions[piece.mention].meanings:
            if isinstance(meaning.value, str) and meaning.kind == "said" and _supposed(read, where, here):
                yield from _otherwise(read, number, place, piece, meaning)
            if meaning.kind == "said" and meaning.value is True and read.said[where][here] <= _PLAIN:
                manner = read.lexicon.manners.get(meaning.fact, Manner())
                for fact, value in denied(meaning, manner, read, _supposed(read, where, here)):
                    yield word(read, number, place, fact, value, "not")


def _otherwise(read: Scene, number: int, place: int, piece: Piece, meaning: Meaning) -> Iterator[Word]:
    """The choice that the denial of a phrase states, if the lexicon has its denial."""
    found = longest(read.lexicon.tree, tokens(f"not {piece.key}"), 0)
    for one in (read.lexicon.meanings[at] for at in found.means) if found else ():
        if one.kind == "said" and one.fact == meaning.fact:
            yield word(read, number, place, one.fact, one.value, "not")


def _none_of_it(found: Sequence[Piece]) -> bool:
    """Whether somebody says that nothing of what was told of another is so: `I have none of that`."""
    for place, piece in enumerate(found[:-1]):
        after = found[place + 1]
        none = piece.key in ("none of", "nothing of", "not any of") or (
            piece.key == "nothing" and after.key in ("like", "of")
        )
        if none and any("it" in near or near.key in ("kind", "sort") for near in found[place + 1 : place + 5]):
            return True
    return False


def _inherited(read: Scene, where: int, marks: Sequence[int]) -> list[int]:
    """The mentions of what runs in families."""
    mentions = ((here, read.talk[where].pieces[here].mention) for here in marks)
    meanings = ((here, read.noted.mentions[at].meanings) for here, at in mentions if at is not None)
    return [
        here for here, all_of in meanings if any(read.lexicon.manners.get(one.fact, Manner()).family for one in all_of)
    ]


def _supposed(read: Scene, number: int, place: int) -> bool:
    """Whether something is only supposed, or asked of people who have it: `if I were lame?`, `what about people …?`."""
    sentence = read.talk[number]
    return sentence.asked and sentence.moods[place] in ("suppose", "consider")


_SPARED = one_of("unaffected spared neither clear negative")


def _not_so(found: Sequence[Piece], place: int) -> bool:
    """Whether somebody only denies, and says no more: `I don't`, `the patient is not`, `I have neither`."""
    if found[place].key == "mine":
        after = found[place + 1 :]
        return len(after) == 2 and "be" in after[0] and "well" in after[1]
    if found[place].key == "not" and place and is_a(found[place - 1], "comma dash but and open"):
        after = found[place + 1 : place + 3]
        return bool(after) and after[0].key in ("me", "her", "him") and (len(after) == 1 or is_a(after[1], _ENDS))
    if found[place].key == "one" and place and found[place - 1].key == "this":
        pass  # the last one had it, this one does not
    elif not is_a(found[place], "i third person") or _asks_what_not(found, place):
        return False
    end = next((here for here in range(place + 1, len(found)) if is_a(found[here], _ENDS)), len(found))
    part = [piece for piece in found[place + 1 : end] if "small" not in piece]
    if _has_none(part) or _has_none([piece for piece in found[place + 1 :] if "small" not in piece]):
        return True
    if part[:1] and part[0].key in _SPARED:
        return True
    if len(part) != 2 or not is_a(part[0], "do have be"):
        return False
    return ("not" in part[1] and (part[1].key in ("not", "neither"))) or part[1].key in _SPARED


def _asks_what_not(found: Sequence[Piece], place: int) -> bool:
    """Whether a question asks what somebody must not have: `which one must I not have?`, `what should I never get?`."""
    return place > 1 and "modal" in found[place - 1] and any("wh" in piece for piece in found[:place])


def _has_none(part: Sequence[Piece]) -> bool:
    """Whether a clause denies something that is not named again: `do not have it`, `do not at the moment`."""
    words = " ".join(piece.key for piece in part)
    return _NONE.fullmatch(words) is not None


_NONE = re.compile(
    r"(?:(?:have|has) been (?:tested|checked|screened) (?:and|but) )?(?:(?:do|does|did|am|is|was|were|have|has|had) )?"
    r"(?:(?:not|never|not yet)(?: yet)?(?: have| has| had| got| been| carry| inherit| inherited)?|tested negative)"
    r"(?: (?:it|that|this|one|them|any|either|gene|mutation|faulty gene|for it))?"
    r"(?: (?:yet|now|btw|though|just|moment|present|currently|luckily|thankfully|myself|personally|the))*"
)
_ENDS = "comma dash but and close open because prep"

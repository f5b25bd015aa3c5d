"""What is said of what was said before: `both gone since`, `all fine now`, `I have had none of that`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ..text.clauses import MENTIONS, Piece, Sentence, is_a
from ..text.words import one_of
from .negation import Flags

Lasting = Callable[[int], bool]
"""Whether what a mention states can be over and leave a trace."""

_ENDED = one_of("resolved gone cleared disappeared vanished settled subsided recovered healed went away lifted")
_THEM = one_of("both all it they these this that everything none they're which")
_NOW = one_of("now currently today present moment again presently")
_FREE = one_of("asymptomatic") | {"symptom free", "no symptom since", "no symptom now", "no further symptom"}
_UNSURE = {"not", "back", "open", "doubt", "owed", "suspect", "unknown", "until", "void"}
_SAME = one_of("same similar identical")
_LIGHT = "small be have it third and but dash prep of partly my her hello my yes do"
_FILLING = one_of(
    "honestly actually basically truly happily mercifully "
    "completely fully entirely totally altogether since moment present with treatment the have has thankfully luckily "
    "symptom symptoms settled quickly within long after loading injection injections jabs treatment"
)
_QUITE = one_of("long completely totally entirely fully")
_LEADING = _FILLING | _QUITE | {"that is", "that are", "that has"}
_ALL = one_of("they both all everything lot")
_TIMES = one_of("last past few fortnight week weeks month months day days year since recently lately")
_PARTS = "comma dash open close but colon"


def echoed(talk: Sequence[Sentence], said: Sequence[Flags], lasting: Lasting, felt: Lasting) -> None:
    """Mark as over what a later part of the text says is gone or well now, without naming it.

    ``felt``: whether what a mention states is felt, so that somebody who has no symptoms is rid of it.
    """
    for number, sentence in enumerate(talk):
        for first, last in _stretches(sentence):
            part = sentence.pieces[first:last]
            if sentence.moods[first] != "tell" or sentence.asked:
                continue
            if _is_back(part):
                for where, place in _before(talk, said, number, first, lasting):
                    if "over" in said[where][place]:
                        said[where][place] = said[where][place] - {"over"} | {"back"}
            elif _is_over(part):
                if _of_then(sentence, first):
                    continue
                ended = felt if any("asymptomatic" in piece.key.split() for piece in part) else lasting
                for where, place in _before(talk, said, number, first, ended):
                    if _free(part):
                        said[where][place].discard("back")
                    if not said[where][place] & _UNSURE:
                        said[where][place].add("over")


def _stretches(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """The parts of a sentence between its commas and dashes."""
    first = 0
    for place, piece in enumerate(sentence.pieces):
        if is_a(piece, _PARTS):
            if place > first:
                yield first, place
            first = place + 1
    if first < len(sentence.pieces):
        yield first, len(sentence.pieces)


def _is_over(part: Sequence[Piece]) -> bool:
    """Whether a part says of something unnamed that it is gone, or well now."""
    if (len(part) < 4 and _free(part)) or " ".join(piece.key for piece in part) in _NEITHER:
        return True
    ended = next((place for place, piece in enumerate(part) if _ended(piece)), None)
    if ended is None:
        return False
    part = part[: _when(part, ended)]
    if any(is_a(piece, MENTIONS) and "bare" not in piece for piece in part) or any(
        "not" in piece and "absent" not in piece for piece in part[1:]
    ):
        return False
    words = [word for piece in part for word in piece.key.split()]
    lead, rest = part[:ended], part[ended + 1 :]
    if not all(is_a(piece, _LIGHT) or piece.key in _LEADING or "absent" in piece for piece in lead):
        return False
    now = not _NOW.isdisjoint(words)
    named = not _THEM.isdisjoint(words[: len([w for piece in lead for w in piece.key.split()]) + 1])
    if "over" in part[ended]:
        return named or now or all("small" in piece or piece.key in _QUITE for piece in lead)
    light = all(is_a(piece, _LIGHT) or piece.key in _FILLING or piece.key in _NOW for piece in rest)
    return now and light


def _when(part: Sequence[Piece], ended: int) -> int:
    """Where it only begins to be said since when something is over, or on what: `both gone | on 8 weekly X`."""
    if any("back" in piece for piece in part[ended:]):
        return len(part)
    for place in range(ended + 1, len(part)):
        if part[place].key.split()[0] in _UPON:
            return place
        if is_a(part[place], MENTIONS) and "bare" not in part[place]:
            break
    return len(part)


_NEITHER = ("neither now", "neither any more", "neither anymore", "neither since")
_UPON = one_of("on since with after for by thanks within once")


def _free(part: Sequence[Piece]) -> bool:
    """Whether a part says that nothing is left now: `now asymptomatic`, so that what came back is over too."""
    return any(piece.key in _FREE for piece in part)


def _of_then(sentence: Sentence, first: int) -> bool:
    """Whether what is over was of an earlier time, of which the sentence speaks: `had the same in 2013, settled`."""
    before = sentence.pieces[:first]
    named = any(is_a(piece, "mark back") for piece in before)
    return not named and any("ago" in piece or piece.key in _SAME for piece in before)


def _is_back(part: Sequence[Piece]) -> bool:
    """Whether a part says of something unnamed that it is there again: `but now it has started again`."""
    back = next((place for place, piece in enumerate(part) if "back" in piece), None)
    if back is None or any(is_a(piece, MENTIONS) or "not" in piece for piece in part):
        return False
    lead = part[:back]
    named = not lead or any("it" in piece or piece.key in _ALL for piece in lead)
    return named and all(is_a(piece, f"{_LIGHT} third ago") or piece.key in _TIMES | _ALL for piece in lead)


def _ended(piece: Piece) -> bool:
    over = "over" in piece and not _ENDED.isdisjoint(piece.key.split())
    over = over or piece.key in ("not any more", "not anymore", "no longer", "no more")
    return over or "well" in piece or "absent" in piece


def _before(
    talk: Sequence[Sentence], said: Sequence[Flags], number: int, first: int, lasting: Lasting
) -> Iterator[tuple[int, int]]:
    """What was last said that can be over: in the same sentence, or else in one right before."""
    for where, end in ((number, first), (number - 1, None), (number - 2, None)):
        if where < 0:
            return
        pieces = talk[where].pieces[:end]
        found = [place for place, piece in enumerate(pieces) if place in said[where] and _can_end(piece, lasting)]
        if found:
            yield from ((where, place) for place in found)
            return


def _can_end(piece: Piece, lasting: Lasting) -> bool:
    return "mark" in piece and piece.mention is not None and lasting(piece.mention)

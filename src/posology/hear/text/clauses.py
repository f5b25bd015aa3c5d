"""Words → pieces → sentences, and in which mood each part of a sentence speaks.

A piece is a mention (a phrase of the lexicon, or a number), a joint or small word of English with its labels, or a
word that means nothing here. The mood is `tell`, `ask`, `suppose` (if …) or `consider` (what about …).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from .grammar import labels
from .reasons import now_so
from .words import Token, one_of

Mood = Literal["tell", "ask", "suppose", "consider"]

MENTIONS = "mark name number age"
SMALL = "small my her"
SUBJECTS = "i third you it"
VERBS = "be do modal have"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of tokens that works as one. ``mention``: the number of the mention that it is."""

    start: int
    end: int
    labels: tuple[str, ...]
    key: str
    mention: int | None = None

    def __contains__(self, label: str) -> bool:
        return label in self.labels


@dataclass(frozen=True, slots=True)
class Sentence:
    """Pieces that end at a full stop, a question mark or a line; each with its mood.

    ``asked``: it ends in a question mark. ``first`` is the place of its first piece in the whole text.
    """

    pieces: tuple[Piece, ...]
    moods: tuple[Mood, ...]
    asked: bool


Mention = tuple[int, int, str]
"""The tokens of a mention, and its label: `mark`, `name`, `number`, `age`, `bare` or `nothing`."""

_SIGNS = {",": "comma", ":": "colon", "=": "colon", "(": "open", "[": "open", ")": "close", "]": "close", "—": "dash",
          "/": "or", ">": "sign", "<": "sign"}  # fmt: skip
_STOPS = {".", "!", "?", ";", "\n", "…"}


def pieces(text: Sequence[Token], mentions: Sequence[Mention]) -> list[Piece]:
    """The pieces of a text, in order; mentions first, then the longest small words."""
    starts = {start: number for number, (start, _, _) in enumerate(mentions)}
    spoken = tuple(text)
    found: list[Piece] = []
    at = 0
    while at < len(spoken):
        if at in starts:
            start, end, label = mentions[starts[at]]
            found.append(Piece(start, end, (label,), " ".join(t.key for t in spoken[start:end]), starts[at]))
        else:
            found.append(_small(spoken, at, starts))
        at = found[-1].end
    return found


def _small(text: tuple[Token, ...], at: int, starts: dict[int, int]) -> Piece:
    """A sign or small words; they do not reach into a mention."""
    key = text[at].key
    if key in _STOPS:
        return Piece(at, at + 1, ("query",) if key == "?" and _prefixed(text, at) else ("stop",), key)
    if key in _SIGNS:
        return Piece(at, at + 1, (_SIGNS[key],), key)
    room = next((place for place in range(at + 1, min(len(text), at + 8)) if place in starts), len(text))
    if _reasons(text, at, at + 1 in starts):
        return Piece(at, at + 1, ("because",), key)
    if key == "may" and _is_month(text, at):
        return Piece(at, at + 1, (), key)
    kinds, end = labels(text[at:room], 0)
    return Piece(at, at + end, _plural(text, at, kinds), " ".join(token.key for token in text[at : at + end]))


_REASON = {
    "given": one_of("i he she they my her his"), "as": one_of("my her his their"), "since": one_of("i he she they"),
}  # fmt: skip
"""Words before a phrase of the lexicon that give its reason, and how the phrase then begins."""


def _reasons(text: Sequence[Token], at: int, marked: bool) -> bool:
    """Whether a reason begins that a phrase of the lexicon tells: `given he is on X`, `as his course is done`."""
    if not marked or text[at].key not in _REASON or text[at + 1].key not in _REASON[text[at].key]:
        return False
    return text[at].key != "as" or (at > 0 and text[at - 1].key not in ("same", "such", "well", "soon", "long"))


_DATING = one_of("in since from of until till last by early late mid started commenced begun stopped finished")
_AFTER_MONTH = one_of("by and but on at with for when because so as then to after with")


def _is_month(text: Sequence[Token], at: int) -> bool:
    """Whether `may` is the month: `since May`, `started May by the ward`, but not `the treatment started may help`."""
    after = text[at + 1] if at + 1 < len(text) else None
    ends = after is None or after.kind != "word" or after.key in _AFTER_MONTH
    return ends and at > 0 and text[at - 1].key in _DATING


def _prefixed(text: Sequence[Token], at: int) -> bool:
    """Whether a question mark stands before a word as doctors write it: `?fracture`, or at first: `? fracture`."""
    if at + 1 >= len(text) or text[at + 1].kind != "word":
        return at + 1 < len(text) and text[at + 1].key == "?" and _prefixed(text, at + 1)
    first = at
    while first and text[first - 1].key == "?":
        first -= 1
    if first < at and first and text[first].glued and text[first - 1].kind == "word" and not text[at + 1].glued:
        return False  # is it?? I have …
    opening = at == 0 or text[at - 1].key in (",", ":", ";", "(", "\n", ".", "?")
    return (not text[at].glued or (at > 0 and text[at - 1].key == "?")) and (text[at + 1].glued or opening)


def _plural(text: Sequence[Token], at: int, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """`patients` are many; the folded word no longer shows it."""
    if "person" in kinds and text[at].plural:
        return ("many",)
    return kinds


# ---------------------------------------------------------------- sentences


_LONG = 120
"""Pieces after which a comma ends a sentence: nobody speaks in longer ones."""


def sentences(found: Sequence[Piece]) -> list[Sentence]:
    """The sentences of a text. A line that breaks off in the middle of a phrase goes on in the next."""
    result: list[Sentence] = []
    current: list[Piece] = []
    for piece in found:
        if "stop" not in piece and not _endless(piece, len(current)):
            current.append(piece)
        elif piece.key != "\n" or not _hanging(current):
            result += _sentence(current, piece.key == "?")
            current = []
    return result + _sentence(current, False)


def _endless(piece: Piece, length: int) -> bool:
    """Whether a sentence has gone on for so long that it is cut."""
    return length > 4 * _LONG or ("comma" in piece and length > _LONG)


def _sentence(found: list[Piece], asked: bool) -> list[Sentence]:
    return [Sentence(tuple(found), tuple(_moods(found, asked)), asked)] if found else []


_HANGING = "frame not and or small of prep have be my her comma deny because modal"


def _hanging(found: list[Piece]) -> bool:
    answer = len(found) > 1 and is_a(found[-2], "colon dash")
    return bool(found) and not answer and is_a(found[-1], _HANGING)


# ---------------------------------------------------------------- moods


_AUXILIARIES = "be do modal"
_JOINTS = "comma colon dash open close and or but hello because owing"


def is_a(piece: Piece, kinds: str) -> bool:
    """Whether a piece has one of these labels, written in a row."""
    return not one_of(kinds).isdisjoint(piece.labels)


def _moods(found: list[Piece], asked: bool) -> Iterator[Mood]:
    """The mood of each piece of a sentence."""
    mood: Mood = "tell" if not asked or _declares(found) or _several(found) or _reasoned(found) else "ask"
    if asked and is_a(found[0], "and frame") and len(found) < 8 and not _several(found):
        mood = mood if any(is_a(piece, f"{VERBS} wh") for piece in found) else "consider"
    if _wonders(found):
        mood = "ask"
    before: Mood = mood
    for place, piece in enumerate(found):
        if "close" in piece:
            mood = before
        elif "open" in piece:
            before = mood
        mood = _opening(found, place, mood, asked) or mood
        yield mood


def _declares(found: list[Piece]) -> bool:
    """Whether somebody is said to be or have something, in the order of a statement."""
    return any(
        is_a(piece, SUBJECTS) and _does(after) and (not place or not is_a(found[place - 1], _AUXILIARIES))
        for place, (piece, after) in enumerate(pairwise(found))
    )


def _does(piece: Piece) -> bool:
    """Whether a verb stands behind its subject, or a phrase that begins with one: `I can't feel my toes`."""
    return is_a(piece, VERBS) or ("mark" in piece and piece.key.split()[0] in _CANNOT)


_CANNOT = one_of("can could not has have keep keeps")


def _reasoned(found: list[Piece]) -> bool:
    """Whether a question begins with its reason, which is told: `as X is not to be had can I use Y?`."""
    turned = (is_a(piece, _AUXILIARIES) and is_a(after, SUBJECTS) for piece, after in pairwise(found[1:]))
    if found[0].key in ("given", "seeing", "seeing as", "considering"):
        return any(is_a(piece, "modal be do") and not is_a(found[0], "if") for piece in found[3:])
    return found[0].key.split()[0] in ("as", "since") and any(turned)


def _several(found: list[Piece]) -> bool:
    """Whether commas or dashes part a sentence, so that only its end is the question."""
    return any(is_a(piece, "comma dash colon") for piece in found[:-1])


def _opening(found: list[Piece], place: int, mood: Mood, asked: bool) -> Mood | None:
    """The mood that begins at a piece, if one does."""
    piece = found[place]
    before = found[place - 1] if place else None
    after = found[place + 1] if place + 1 < len(found) else None
    first = before is None or (is_a(before, _JOINTS) and not before.key.endswith((" she", " he", " i", " they")))
    if piece.key == "did" and not first and after and after.key == "it" and _ends(found, place + 2):
        return None  # they say it did it
    if "if" in piece:  # how would I know if …
        return "ask" if mood == "ask" and before is not None and before.key == "know" else "suppose"
    if "consider" in piece:
        return "consider"
    fit = (piece.key.split()[0] in _FIT and " to " in piece.key) or (piece.key == "any" and before is not None)
    fit = fit and (before is None or is_a(before, "colon comma dash"))
    should = "when" in piece and before is None and after is not None and after.key == "should"
    if should or (asked and fit):  # when should one …, ok to start X?, …, any harm in X?
        return "ask"
    if "when" in piece and piece.key != "while" and mood == "ask" and place:
        return "suppose"
    if "wh" in piece and not _relative(piece, before, after):
        return None if before is None and not asked and _tells_what(found) else "ask"
    if (
        after
        and not _is_again(found, place)
        and (_inverted(piece, after, before, first, asked) or _follows(piece, after, before, mood))
    ):
        return "ask"
    if piece.key in ("being", "having") and before is not None and "comma" in before and mood == "ask":
        return "tell"  # may she have it, being lame?
    if "because" in piece or ("but" in piece and after and not _goes_on(after)):
        return "tell"
    reason = mood == "ask" and now_so(found, place)
    if "open" in piece or reason or ("colon" in piece and mood == "ask" and _describes(found[place + 1 : place + 5])):
        return "tell"
    joined = mood in ("suppose", "consider") and before is not None and is_a(before, "and or")
    if mood != "tell" and not joined and after and _states(piece, after, before):
        return "tell"
    return None


_FIT = one_of("ok okay alright safe possible allowed enough acceptable suitable")


def _wonders(found: list[Piece]) -> bool:
    """Whether a question without its mark asks if something is right: `is the X ok for her`, `and is X ok`."""
    found = found[1:] if found[0].key in ("and", "so", "but", "also") else found
    if len(found) < 3 or found[0].key not in ("is", "are"):
        return False
    named = is_a(found[1], "my her") or found[1].key in ("the", "a", "an")
    near = found[2:7] if named else found[2:3] if "mark" in found[1] else ()
    return any(piece.key in _FIT for piece in near)


def _tells_what(found: list[Piece]) -> bool:
    """Whether `what` opens a statement: `what bothers me most is …`, `what she has now is …`."""
    does = found[1:2] and (found[1].key in _BOTHERS or is_a(found[1], "i third my her"))
    return found[0].key == "what" and bool(does) and any("be" in piece for piece in found[2:])


_BOTHERS = one_of(
    "bother worry trouble annoy get bug frighten scare upset concern remain persist followed came strike brought brings"
)


def _ends(found: list[Piece], place: int) -> bool:
    return place >= len(found) or is_a(found[place], "comma dash close and but")


def _describes(ahead: list[Piece]) -> bool:
    """Whether a patient is described after a colon: `how to treat: 72F, …`."""
    return any(is_a(piece, "age number person i third my") for piece in ahead)


def _goes_on(after: Piece) -> bool:
    """Whether what follows a `but` belongs to the same clause: `without X but with Y`."""
    return is_a(after, "frame not mark name number small")


def _relative(piece: Piece, before: Piece | None, after: Piece | None) -> bool:
    """Whether `which` or `where` refers back: `pain, which began in May`."""
    if before is None or is_a(before, "unknown doubt void"):
        return before is not None
    if piece.key == "where" and before.key in ("point", "stage", "extent", "degree", "level"):
        return True
    return piece.key in ("which", "where", "whose") and is_a(before, "mark comma number prep") and (
        after is not None and is_a(after, f"{VERBS} over back")
    )  # fmt: skip


_REASONS = ("since she", "since he", "since they", "since i")
"""Reasons that hold their subject: no verb behind them is turned."""


def _is_again(found: list[Piece], place: int) -> bool:
    """Whether a statement follows a verb or its subject stands before: `the trouble is she is lame`, `as she is`."""
    if "be" not in found[place] or place + 2 >= len(found):
        return False
    then = found[place + 2]
    if found[place + 1].key == "that" and is_a(then, "i third my her"):
        return place > 1
    return is_a(then, "be have") or (place == 1 and found[0].key in ("as she", "as he", "as they", "as i"))


def _follows(piece: Piece, after: Piece, before: Piece | None, mood: Mood) -> bool:
    """Whether it is asked what follows from what is supposed: `if we stop would the pain come back`."""
    subject = is_a(after, "small my her") and after.key not in ("then", "also", "still")
    return mood == "suppose" and "modal" in piece and subject and before is not None and not is_a(before, SUBJECTS)


def _inverted(piece: Piece, after: Piece, before: Piece | None, first: bool, asked: bool) -> bool:
    """Whether a verb stands before its subject, as in `can she`, `is it`, `does the nerve`."""
    subject = is_a(after, SUBJECTS)
    if before is not None and (before.key in ("nor", "never") or before.key.endswith(_REASONS)):
        return False
    if (piece.key == "got" and before is not None and "have" in before) or ("have" in piece and after.key == "me"):
        return False  # I've got that; my doctor has me on it
    if after.key == "there" and before is not None and (is_a(before, "nothing") or not before.labels):
        return False  # pain is there
    if not first and (not subject or before is None or is_a(before, f"{SUBJECTS} wh person mark relative")):
        return subject and is_a(piece, "modal do") and before is not None and "mark" in before
    if is_a(piece, _AUXILIARIES):
        if not subject and not asked and (is_a(after, "not") or _told_of(piece, after)):
            return False  # can't remember a thing
        if subject or piece.key in ("can", "should", "could"):
            return True
        if is_a(after, "not have") or (not asked and "be" in piece and is_a(after, "frame small use over")):
            return False
        return first and (
            asked or (before is None and piece.key in ("is", "are", "do", "does", "did", "will", "would"))
        )
    return "have" in piece and subject


_OPENS_A_NOTE = one_of("on taking having getting receiving using")


def _told_of(piece: Piece, after: Piece) -> bool:
    """Whether a note has left out who does or is what a longer phrase holds: `doesn't have X`, `is on X`."""
    begins = after.key.split()[0]
    denied = begins == "not" and not after.key.startswith("not want")  # a wish needs somebody who has it
    wishes = piece.key == "would" and begins in ("like", "prefer", "rather")
    return "mark" in after and (denied or wishes or ("be" in piece and begins in _OPENS_A_NOTE))


def _states(piece: Piece, after: Piece, before: Piece | None) -> bool:
    """Whether a statement begins here: `she has`, `my patient is`, `the count is`."""
    if before is not None and before.key in ("while", "whilst") and is_a(piece, "i third") and is_a(after, "be have"):
        return True
    if before is not None and not is_a(before, f"{_JOINTS} mark number name") and before.labels:
        return False
    if is_a(piece, "i third"):
        parted = before is not None and is_a(before, "comma dash close because")
        return is_a(after, "have be") or "not" in after or (parted and (is_a(after, "use mark") or not after.labels))
    joined = before is not None and is_a(before, "comma dash close colon")
    held = piece.key.startswith(_SOMEBODY)
    return joined and (held or is_a(piece, "my her relative person name")) and "wh" not in after


_SOMEBODY = ("pt is ", "patient is ", "she is ", "he is ", "i am ", "pt has ", "patient has ")
"""How longer phrases begin that tell something of somebody."""

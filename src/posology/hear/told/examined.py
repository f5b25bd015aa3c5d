"""What was looked at and found well or ill: `A normal`, `intact A, B and C`, `her A and B are fine`.

What can be looked at stands in the lexicon; here are the words for how it was found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..text.clauses import SMALL, Piece, is_a
from ..text.words import one_of

IsExamined = Callable[[int], bool]
"""Whether the piece at a place is something that can be looked at."""

WELL = one_of(
    """
    fine normal n nad ok okay intact unremarkable preserved full good steady excellent perfect grand sharp unaffected
    spared untouched great healthy sound clear unimpaired wnl brilliant alright nl nrl fab spot-on undamaged
    satisfactory reassuring
    """
)
ILL = one_of(
    """
    abnormal impaired reduced diminished decreased poor bad terrible awful dreadful shocking unsteady affected
    shot failing deteriorated deteriorating declining wobbly ataxic broad-based dimmer blurred blurry rubbish patchy
    hopeless dire unreliable shaky slipping fading compromised deranged declined worse iffy dodgy wonky lousy crap
    precarious unstable suspect atrocious appalling horrendous weaker shakier wobblier poorer pants
    """
)
_VAGUE = one_of("fine ok okay alright full unchanged worse poorer weaker")
"""Words whose denial leaves open how bad it is."""
_AGAIN = one_of("now again back recovered returned")
_PASSING = one_of(
    """
    grossly all both now still completely perfectly absolutely back to again entirely totally exam examination
    testing test function are is was were been be has have overall bilaterally clinically throughout formally
    markedly mildly slightly moderately severely significantly clearly somewhat badly distally proximally
    found remain remained otherwise also which very really pretty quite so far as ever including inc incl
    """
)
_FEWER = one_of("0 1 2 3 4 zero one two three four")
_UNLIKE = one_of("until before used thought should hope hopefully once never")
_FAR = 14


@dataclass(frozen=True, slots=True)
class Finding:
    """How something was found; ``again``: it had not been so before."""

    well: bool
    again: bool = False


def finding(found: Sequence[Piece], place: int, examined: IsExamined) -> Finding | None:
    """How what stands at a place was found, by the words behind it or else by those before it."""
    ahead = _behind(found, place, examined)
    return ahead[0] if ahead else _before(found, place, examined)


def _behind(found: Sequence[Piece], place: int, examined: IsExamined) -> tuple[Finding | None] | None:
    """What is said behind; nothing where the words go on to something else."""
    denied = again = False
    for here in range(place + 1, min(len(found), place + _FAR)):
        piece = found[here]
        words = piece.key.split()
        again = again or not _AGAIN.isdisjoint(words)
        if score := _score(found, here):
            return (Finding(score > 0),)
        if is_a(piece, "bare number"):
            return (None,)
        if not ILL.isdisjoint(words) or not WELL.isdisjoint(words):
            if denied and not _VAGUE.isdisjoint(words):
                return (None,)
            return (_settled(found, here, ILL.isdisjoint(words) != denied, again),)
        if piece.key in ("absent", "present") and (here == place + 1 or "colon" in found[here - 1]):
            return (Finding(piece.key == "absent"),)
        if is_a(piece, "modal doubt"):
            return (None,)
        if "not" in piece and (here > place + 1 or _judged(found, here + 1)):
            denied = True
        elif not (
            examined(here)
            or _other(found, here)
            or is_a(piece, f"{SMALL} be")
            or _joins(found, here, examined)
            or _passes(piece)
        ):
            return None
    return None


def _judged(found: Sequence[Piece], here: int) -> bool:
    """Whether the next word is a finding: `not normal`."""
    return here < len(found) and not (ILL | WELL).isdisjoint(found[here].key.split())


def _settled(found: Sequence[Piece], here: int, well: bool, again: bool) -> Finding | None:
    """The finding, unless it held only once: `was fine until …`, `were fine for two years`."""
    near = {word for piece in found[max(0, here - 4) : here + 2] for word in piece.key.split()}
    after = {word for piece in found[here + 1 : here + 2] for word in piece.key.split()}
    if not _UNLIKE.isdisjoint(near) or ("for" in after and not near.isdisjoint(("was", "were"))):
        return None
    return Finding(well, well and (again or not _AGAIN.isdisjoint(after)))


def _score(found: Sequence[Piece], here: int) -> int:
    """1 for full marks such as `5/5`, -1 for fewer out of five, else 0."""
    keys = [piece.key for piece in found[here : here + 4]]
    if keys[1:2] in (["+"], ["-"], ["—"]):
        del keys[1]
    if len(keys) < 3 or "bare" not in found[here] or keys[1] not in ("/", "out of"):
        return 0
    return 1 if keys[0] == keys[2] and keys[1] == "/" else -int(keys[0] in _FEWER and keys[2] in ("5", "five"))


def _joins(found: Sequence[Piece], here: int, examined: IsExamined) -> bool:
    """Whether a joint leads on to another thing that was looked at, or to the finding: `:`."""
    if is_a(found[here], "colon dash"):
        return True
    if not is_a(found[here], "and or comma my her open"):
        return False
    if here + 1 < len(found) and found[here + 1].key == "which":
        return True
    ahead = next((k for k in range(here + 1, len(found)) if not is_a(found[k], f"{SMALL} and or")), -1)
    if ahead > 0 and "mark" in found[ahead] and _closes(found[ahead]):
        return True
    if ahead > 0 and _other(found, ahead):
        near = [k for k in (ahead + 1, ahead + 2) if k < len(found)]
        return any(examined(k) or found[k].key in WELL | ILL or _closes(found[k]) for k in near)
    return ahead > 0 and (examined(ahead) or found[ahead].key in ("all", "both"))


def _closes(piece: Piece) -> bool:
    """Whether a longer phrase holds the last thing that was looked at and how all were found: `A and B normal`."""
    words = piece.key.split()
    return 1 < len(words) < 5 and words[-1] in WELL | ILL


def _other(found: Sequence[Piece], here: int) -> bool:
    """Whether one word in a list is something else that was looked at: `memory, mood, power: all fine`."""
    joints = (found[near] for near in (here - 1, here + 1) if 0 <= near < len(found))
    known = found[here].labels or found[here].key in WELL | ILL
    last = 0 < here < len(found) - 1 and (
        (is_a(found[here - 1], "comma and") and found[here + 1].key in WELL)
        or ("and" in found[here - 1] and found[here + 1].key in ILL)
    )
    return not known and (last or sum(is_a(piece, "comma and") for piece in joints) == 2)


def _passes(piece: Piece) -> bool:
    return not _PASSING.isdisjoint(piece.key.split())


def _in_doing(ahead: Piece | None) -> bool:
    """Whether `worse` says when something else is worse: `pain worse walking`, but not `new pain and worse sight`."""
    return ahead is not None and not is_a(ahead, "and small have")


def _before(found: Sequence[Piece], place: int, examined: IsExamined) -> Finding | None:
    """What is said before: `normal A`, `intact A, B and C`."""
    strange = 0
    for here in range(place - 1, max(-1, place - _FAR), -1):
        piece = found[here]
        words = piece.key.split()
        if not ILL.isdisjoint(words) or not WELL.isdisjoint(words):
            ahead = found[here - 1] if here else None
            if ahead is not None and (examined(here - 1) or is_a(ahead, "be colon not modal if")):
                return None
            if "comma" in found[here + 1] or (words == ["worse"] and _in_doing(ahead)):
                return None
            return Finding(ILL.isdisjoint(words))
        if examined(here) or is_a(piece, "and or comma nothing") or (is_a(piece, "small of my her") and len(words) < 3):
            continue
        strange += not piece.labels
        if piece.labels or strange > 1:
            return None
    return None

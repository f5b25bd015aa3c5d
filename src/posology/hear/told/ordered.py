"""What a paper only orders: `the letter says X x6, then 3 monthly` is a plan, and nobody has had it yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..text.clauses import SMALL, Piece, is_a
from ..text.words import one_of

_PAPERS = one_of(
    """
    script prescription rx chart letter label plan protocol kardex sheet order instruction regimen note notes record
    records summary
    """
)
_LOGS = one_of("record records note notes summary")
"""Papers in which stands what was done."""
_SAYS = one_of(
    "say says said state states stated read reads specify specifies specified list lists asks suggests advise advises"
)
_DONE = one_of(
    """
    last given had ago received done completed finished administered since started stopped yesterday
    """
)
"""Words behind it with which it was done."""
_FAR = 4


def ordered(found: Sequence[Piece]) -> Iterator[int]:
    """The places of what a paper says is to be given."""
    for place, piece in enumerate(found):
        if is_a(piece, "mark nothing") and _by_paper(found, place) and not _done(found, place):
            yield place


def upon(found: Sequence[Piece]) -> Iterator[int]:
    """The places of what must be given before something else begins: `start Y after two X`, `no Y till after X`."""
    for place, piece in enumerate(found):
        if "mark" not in piece or piece.key.split()[0] not in ("after", "following"):
            continue
        first = next((at + 1 for at in range(place - 1, -1, -1) if is_a(found[at], "comma dash but stop colon")), 0)
        words = [word for near in found[first:place] for word in near.key.split()]
        if not _BEGINNING.isdisjoint(words) and _BEGUN.isdisjoint(words):
            yield place


_BEGINNING = one_of("start begin commence till until wait hold delay withhold recheck repeat")
_BEGUN = one_of("started began commenced had has have was were got did felt")


def _by_paper(found: Sequence[Piece], place: int) -> bool:
    """Whether a paper speaks right before: `the chart says`, `prescription:`."""
    here = place - 1
    while here > 0 and is_a(found[here], f"{SMALL} bare have") and found[here].key not in _SAYS:
        here -= 1
    if here < 1 or not (found[here].key in _SAYS or is_a(found[here], "colon")):
        return False
    papers = {word for piece in found[max(0, here - 2) : here] for word in piece.key.split()} & _PAPERS
    if "colon" in found[here] and papers <= _LOGS:
        return bool(papers) and _goes_on(found, place)
    return bool(papers)


def _goes_on(found: Sequence[Piece], place: int) -> bool:
    """Whether a second part of a plan stands behind: `then 3 monthly`."""
    near = found[place + 1 : place + 1 + _FAR]
    return any(piece.key == "then" for piece in near)


def _done(found: Sequence[Piece], place: int) -> bool:
    """Whether it is told that it was given."""
    end = next((k for k in range(place + 1, len(found)) if is_a(found[k], "but stop")), len(found))
    words = {word for piece in found[place:end] for word in piece.key.split()}
    return not words.isdisjoint(_DONE)

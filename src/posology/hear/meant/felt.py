"""What somebody feels, against what an examiner found: `feels weak, but power full on exam`."""

from __future__ import annotations

from ..text.words import one_of
from ..told.scene import Scene, Word


def found_well(scene: Scene, earlier: Word, later: Word) -> bool:
    """Whether what is only felt was found well by an examiner: `feels weak, but power full on exam`."""
    if later.heard.value is not False or earlier.heard.value is not True or earlier.at[0] != later.at[0]:
        return False
    found, last = scene.talk[earlier.at[0]].pieces, earlier.at[1]
    felt = any(not _FELT.isdisjoint(piece.key.split()) for piece in found[: last + 1])
    parted = any("but" in piece for piece in found[last : later.at[1]])
    words = {word for piece in found[last + 1 :] for word in piece.key.split()}
    return felt and not words.isdisjoint(_EXAMINED | _SCORED if parted else _EXAMINED)


_FELT = one_of(
    """
    feel feels felt feeling complains complain complaining complained c/o say says said saying report reports reported
    reporting subjective subjectively describes described sensation
    """
)
_EXAMINED = one_of(
    """
    exam examination examined testing tested objectively formal formally o/e clinically gp doctor nurse physio
    registrar sho neurologist consultant
    """
)
_SCORED = one_of("full 5 normal")

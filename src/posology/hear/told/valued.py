"""Whether a sentence tells a value of somebody, so that what it asks is asked of one patient."""

from __future__ import annotations

from .scene import Scene
from .spoken_of import limiting


def valued(read: Scene, number: int) -> bool:
    """Whether a sentence tells the patient's age or another number of his: `what for pain in a man with X 74?`."""
    sentence = read.talk[number]
    for place, piece in enumerate(sentence.pieces):
        mention = read.noted.mentions[piece.mention] if piece.mention is not None else None
        if mention is None or mention.label not in ("number", "age") or not isinstance(mention.value, float):
            continue
        unsaid = read.said[number].get(place, set()) & {"void", "unknown", "modal", "until", "owed"}
        if read.who[number][place] == "patient" and not unsaid and not limiting(sentence, place):
            return True
    return False

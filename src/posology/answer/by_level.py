"""Whether the interval may be longer for a level: what keeps from that, then the rhythms of the stage that follows."""

from __future__ import annotations

from collections.abc import Sequence

from .answered import Said
from .asked.claim import is_tag
from .by_rhythm import Beat, arms_after
from .gate import is_gate
from .ground import Ground
from .seen import Seen
from .talk import Talk
from .undiagnosed import has_level


def by_level(told: Talk, lines: Sequence[Said], seen: Seen, here: Ground) -> Beat | None:
    """A no to the question if the interval may be longer for a level, with what is right whatever the level."""
    asking = [clause for clause in told.asked.clauses if clause.asked and not is_tag(clause)]
    claims = [part.claim for part in told.parts if part.claim.words]
    if len(asking) > 1 or not claims or told.unsaid or not _names_level(told, seen, here):
        return None
    asked = claims[0]
    spaces = ("space", True) in asked.acts and (asked.polar or asked.fair)
    if not spaces or asked.turned or asked.denied or asked.murky or len(asked.acts) > 1:
        return None
    if any(is_gate(said, told, seen.plan, here) for said in lines):
        return None
    keeps = next((said for said in lines[:2] if _keeps(said) and said.applies != "no"), None)
    arms = arms_after(seen, here) if keeps else []
    return Beat("No", (keeps, *arms)) if keeps and arms else None


def _names_level(told: Talk, seen: Seen, here: Ground) -> bool:
    """Whether a level was told, or the turn is about one beside what it asks."""
    beside = (part for part in told.parts if not part.claim.words)
    about = any(aspect.kind == "about" for part in beside for aspect in part.aspects)
    return about or has_level(seen, here)


def _keeps(said: Said) -> bool:
    """Whether a line keeps from something."""
    rule = said.statement.rule
    return rule is not None and rule.action.kind == "avoid"

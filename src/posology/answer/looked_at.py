"""What is looked at for a matter that a question names: it comes before what is looked at for everybody."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import Statement
from .answered import Said
from .asked.match import Part
from .seen import Seen


def looked_at_first(parts: Sequence[Part], seen: Seen) -> Sequence[Part]:
    """The parts, what is looked at for a matter of its own before another thing to look at that the question means.

    `When is X measured?` asks of X, not of the tests that everybody has.
    """
    if not parts or not parts[0].statements or not _of_looking(parts[0].statements, seen):
        return parts
    own = next((part for part in parts[1:] if _of_its_own(part, parts[0], seen)), None)
    return [own, *(part for part in parts if part is not own)] if own else parts


def looked_at(chosen: Sequence[Said], part: Part) -> Said | None:
    """The line of what is looked at for the matter of a part, among others to look at, whoever these hold for."""
    about = [aspect for aspect in part.aspects if aspect.kind == "about" and len(aspect.statements) == 1]
    names = {name for aspect in about for name in aspect.statements}
    own = next((said for said in chosen if said.statement.name in names and said.applies != "no"), None)
    return own if own and all(said is own or _about_looking(said.statement) for said in chosen) else None


def _of_its_own(part: Part, other: Part, seen: Seen) -> bool:
    """Whether a part is of the same question and about nothing but a thing to look at."""
    about = any(aspect.kind == "about" and aspect.statements == part.statements for aspect in part.aspects)
    alone = about and len(part.statements) == 1 and part.claim.words == other.claim.words
    return alone and bool(part.claim.words) and _looks(seen.guideline.named[part.statements[0]])


def _of_looking(names: Sequence[str], seen: Seen) -> bool:
    """Whether statements are of what is looked at, or begin with how that is done."""
    first = [seen.guideline.named[name] for name in names[:2]]
    return any(map(_looks, first[: 1 + (first[0].kind == "background")]))


def _looks(statement: Statement) -> bool:
    """Whether a statement says that something is looked at."""
    return statement.rule is not None and statement.rule.action.kind == "check"


def _about_looking(statement: Statement) -> bool:
    """Whether a statement says that something is looked at, or gives a reason."""
    return statement.kind == "background" or _looks(statement)

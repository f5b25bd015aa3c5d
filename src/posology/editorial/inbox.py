"""What waits for somebody, most urgent first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from .ledger import REVIEWERS, Ledger, Person
from .offer import Offer
from .status import Review, Standing, newest, review


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for a person: what, and why."""

    guideline: str
    statement: str
    why: str
    rank: int
    due: str = ""

    def as_json(self) -> dict[str, object]:
        """The same as data."""
        return asdict(self)


def inbox(
    account: str, book: Ledger, now: datetime, look: Callable[[Offer], Review] | None = None
) -> list[Waiting]:
    """Everything that waits for this person: first what was withdrawn, then what they were asked for, then the rest.

    ``look`` says how far an offer has come, where somebody has worked that out already.
    """
    person = book.people.get(account)
    if person is None:
        return []
    found: list[Waiting] = []
    for guideline in book.offers:
        offer = newest(guideline, book)
        if offer is not None:
            found += _of(look(offer) if look else review(offer, book, now), person, book, now)
    return sorted(found, key=lambda item: item.rank)


def _of(found: Review, person: Person, book: Ledger, now: datetime) -> Iterator[Waiting]:
    reviews = bool(set(person.roles) & set(REVIEWERS))
    if reviews and person.declaration(found.guideline, now) is None:
        yield Waiting(found.guideline, "", "your declaration of interests is missing or older than 12 months", 1)
    due = {
        name: asked.due
        for asked in book.assigned.get(found.guideline, [])
        if asked.person == person.id
        for name in (asked.statements or tuple(found.parts))
    }
    for name, part in found.parts.items():
        why = _why(part, person, reviews)
        if why:
            rank, words = why
            yield Waiting(found.guideline, name, words, rank, due.get(name, ""))


def _why(part: Standing, person: Person, reviews: bool) -> tuple[int, str] | None:
    """Why one part waits for a person, and how urgent that is."""
    signed = person.id in {s.person for s in (*part.approvals, *part.requests)}
    if part.state == "withdrawn":
        return (0, f"withdrawn by {part.withdrawn.person if part.withdrawn else '?'}") if reviews or signed else None
    if person.id in part.authors and part.requests:
        return 2, f"{', '.join(s.person for s in part.requests)} asked for changes"
    if person.id in part.authors or signed or not reviews or part.state == "approved":
        return None
    if person.id in part.assigned:
        return 3, f"you were asked to review it; it lacks {part.lacks or 'nothing'}"
    return 4, f"it lacks {part.lacks or 'an answer to a request for changes'}"

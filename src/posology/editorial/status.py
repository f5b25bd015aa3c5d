"""The status of each statement and of the article, computed from signatures over exact content and never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ..model import Signature
from .digest import PARTICULARS
from .ledger import ARTICLE, CLINICAL, Assigned, Ledger, Signed
from .offer import Offer, Part, Policy

State = Literal[
    "not submitted", "submitted", "under review", "changes requested", "approved", "overdue for review", "withdrawn",
    "superseded",
]  # fmt: skip
PLAIN = Policy()
"""The policy by which the particulars are signed, which hold the policy itself: no guideline can ask for less."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one statement has come, for one exact wording of it.

    ``approvals`` and ``requests`` are the signatures that count, each person's newest. ``uncounted`` are the others
    over this wording, each with the reason. ``lacks`` says what is still to be done.
    """

    name: str
    digest: str
    state: State
    approvals: tuple[Signature, ...] = ()
    requests: tuple[Signature, ...] = ()
    uncounted: tuple[tuple[Signature, str], ...] = ()
    authors: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()
    open: tuple[tuple[str, str], ...] = ()
    withdrawn: Signature | None = None
    restoring: tuple[Signature, ...] = ()
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """How far a guideline has come, statement by statement."""

    guideline: str
    version: str
    digest: str
    state: State
    parts: Mapping[str, Standing]
    overdue: bool = False
    next_review: str = ""
    withdrawn: tuple[str, ...] = ()
    superseded_by: str = ""
    stopped: Signature | None = None
    head: str = ""
    conflicts: tuple[tuple[str, str], ...] = ()
    offered: tuple[tuple[str, ...], str] = ((), "")
    reviewers: tuple[tuple[str, str], ...] = ()
    signed: str = ""

    @property
    def approved(self) -> int:
        """How many parts have all the approvals that the policy asks for."""
        return sum(part.state == "approved" for part in self.parts.values())


def review(offer: Offer, book: Ledger, now: datetime) -> Review:
    """How far this version has come by now. Time never runs back behind the newest entry of the log."""
    moment = max(now, book.at) if book.at else now
    parts = {name: standing(name, part, offer, book) for name, part in offer.parts.items()}
    stopped, _ = _withdrawal(ARTICLE, offer.digest, {}, offer, book)
    gone = (*((ARTICLE,) if stopped else ()), *(name for name, part in parts.items() if part.state == "withdrawn"))
    overdue = offer.next_review is not None and moment.date() > offer.next_review
    newer = "" if gone else _superseding(offer, book)
    states = {part.state for part in parts.values()}
    due = offer.next_review.isoformat() if offer.next_review else ""
    return Review(
        offer.guideline, offer.version, offer.digest, _whole(states, bool(gone), newer, overdue), parts, overdue, due,
        gone, newer, stopped, book.head, _conflicts(offer.guideline, book, moment), _offered(offer, book),
        *_reviewers(parts.values(), book),
    )  # fmt: skip


def _offered(offer: Offer, book: Ledger) -> tuple[tuple[str, ...], str]:
    """Who first offered these very wordings, by name, and on which day."""
    same = next((known for known in book.offers.get(offer.guideline, []) if _same(known, offer)), None)
    if same is None or same.at is None:
        return (), ""
    return tuple(_name(person, book) for person in same.authors), same.at.date().isoformat()


def _reviewers(parts: Iterable[Standing], book: Ledger) -> tuple[tuple[tuple[str, str], ...], str]:
    """Who has signed, by name and role, and the day of the newest signature."""
    signatures = [s for part in parts for s in (*part.approvals, *part.requests)]
    people = dict.fromkeys((_name(s.person, book), s.role) for s in signatures)
    return tuple(people), max(s.at for s in signatures).date().isoformat() if signatures else ""


def _name(person: str, book: Ledger) -> str:
    return book.people[person].name if person in book.people else person


def _conflicts(guideline: str, book: Ledger, now: datetime) -> tuple[tuple[str, str], ...]:
    """The conflicts of interest of those who take part: readers see them."""
    signers = {s.signature.person for (about, _), log in book.signed.items() if about == guideline for s in log}
    talkers = {comment.person for comment in book.comments.get(guideline, [])}
    asked = {a.person for a in book.assigned.get(guideline, [])}
    people = [book.people[name] for name in sorted(signers | talkers | asked) if name in book.people]
    declared = [(person.id, person.declaration(guideline, now)) for person in people]
    return tuple((name, found.conflict) for name, found in declared if found and found.conflict)


def _whole(states: set[State], gone: bool, newer: str, overdue: bool) -> State:
    """The state of an article from those of its parts: the first that holds."""
    if gone:
        return "withdrawn"
    if newer:
        return "superseded"
    if "changes requested" in states:
        return "changes requested"
    if states == {"approved"}:
        return "overdue for review" if overdue else "approved"
    if states & {"approved", "under review"}:
        return "under review"
    return "submitted" if states == {"submitted"} else "not submitted"


def standing(name: str, part: Part, offer: Offer, book: Ledger) -> Standing:
    """How far one part has come."""
    log = book.signed.get((offer.guideline, name), [])
    authors = authors_of(name, part.digest, offer.guideline, book)
    needs = needs_reason(part, offer.guideline, book)
    counted, uncounted = _weighed(log, part, authors, needs)
    approvals = tuple(s.signature for s in counted if s.signature.decision == "approve")
    requests = tuple(s.signature for s in counted if s.signature.decision == "request changes")
    lacks = _lacks(approvals, PLAIN if name == PARTICULARS else offer.policy)
    withdrawn, restoring = _withdrawal(name, part.digest, needs, offer, book)
    assigned = assignees(name, offer.guideline, book)
    if withdrawn:
        state: State = "withdrawn"
    elif not authors:
        state = "not submitted"
    elif requests:
        state = "changes requested"
    elif not lacks:
        state = "approved"
    else:
        state = "under review" if counted or assigned else "submitted"
    return Standing(
        name, part.digest, state, approvals, requests, uncounted, authors, assigned, tuple(needs.items()), withdrawn,
        restoring, lacks,
    )  # fmt: skip


# ---------------------------------------------------------------- signatures that count


def _weighed(
    log: Iterable[Signed], part: Part, authors: Iterable[str], needs: Mapping[str, str]
) -> tuple[list[Signed], tuple[tuple[Signature, str], ...]]:
    """Each person's newest signature over this exact digest, and those that do not count, with the reason."""
    newest: dict[str, Signed] = {}
    uncounted: list[tuple[Signature, str]] = []
    for signed in log:
        signature = signed.signature
        if signature.digest != part.digest or signature.decision == "withdraw":
            continue
        why = signed.barred or why_not(signature, authors, needs)
        if why:
            uncounted.append((signature, why))
        else:
            newest[signature.person] = signed
    return list(newest.values()), tuple(uncounted)


def why_not(signature: Signature, authors: Iterable[str], needs: Iterable[str]) -> str:
    """Why an approval does not count for this wording, whoever gave it (empty: it does)."""
    if signature.decision != "approve":
        return ""
    if signature.person in authors:
        return "an author of the last change cannot approve it"
    lacking = [key for key in needs if not signature.acknowledged.get(key, "").strip()]
    if lacking:
        return f"it rests on {', '.join(lacking)} without a reason why that is acceptable"
    return ""


def _lacks(approvals: tuple[Signature, ...], policy: Policy) -> str:
    """What is missing of the approvals that a policy asks for."""
    count = policy.approvals - len(approvals)
    clinical = policy.clinical - sum(s.role in CLINICAL for s in approvals)
    if count <= 0 and clinical <= 0:
        return ""
    more = max(count, clinical)
    words = f"{more} approval{'s' * (more != 1)}"
    return f"{words}, {clinical} of a prescriber or pharmacist" if clinical > 0 else words


def authors_of(name: str, digest: str, guideline: str, book: Ledger) -> tuple[str, ...]:
    """Everybody who has ever brought this exact wording in, by a change or by taking a later change back."""
    found: dict[str, None] = {}
    before = ""
    for offer in book.offers.get(guideline, []):
        part = offer.parts.get(name)
        here = part.digest if part else ""
        if here == digest and before != digest:
            found |= dict.fromkeys(offer.authors)
        before = here
    return tuple(found)


def needs_reason(part: Part, guideline: str, book: Ledger) -> dict[str, str]:
    """The sources of a part on which nobody may rest in silence, each with what is wrong with it."""
    withdrawn = book.sources.get(guideline, {})
    found = dict.fromkeys(part.open, "it is cited, but its source was not found")
    return found | {key: f"the source was withdrawn: {withdrawn[key]}" for key in part.cites if key in withdrawn}


def assignees(name: str, guideline: str, book: Ledger) -> tuple[str, ...]:
    """Who was asked to look at it."""
    asked: Iterable[Assigned] = book.assigned.get(guideline, [])
    return tuple(dict.fromkeys(a.person for a in asked if not a.statements or name in a.statements))


# ---------------------------------------------------------------- withdrawal


def _withdrawal(
    name: str, digest: str, needs: Mapping[str, str], offer: Offer, book: Ledger
) -> tuple[Signature | None, tuple[Signature, ...]]:
    """The withdrawal that stands, and the restorations that count so far.

    One person withdraws at once. Two restore, at least one of them a prescriber or pharmacist and none an author of
    the wording. A corrected wording stands by itself as soon as it has been approved after the withdrawal; until then
    it stays withdrawn, so that a changed comma brings nothing back.
    """
    log = book.signed.get((offer.guideline, name), [])
    for stop in reversed([s for s in log if s.signature.decision == "withdraw" and not s.barred]):
        if not _concerns(stop, name, digest, offer.guideline, book):
            continue
        votes = _restorations(stop, name, offer.guideline, book)
        if _lacks(votes, PLAIN) and not _approved_after(stop, name, digest, needs, offer, book):
            return stop.signature, votes
    return None, ()


def _concerns(stop: Signed, name: str, digest: str, guideline: str, book: Ledger) -> bool:
    """Whether a withdrawal is about this wording: its own, or what was the newest wording when it was withdrawn."""
    if name == ARTICLE or stop.signature.digest == digest:
        return True
    before = [offer for offer in book.offers.get(guideline, []) if offer.seq < stop.seq]
    part = before[-1].parts.get(name) if before else None
    return part is not None and part.digest == stop.signature.digest


def _restorations(stop: Signed, name: str, guideline: str, book: Ledger) -> tuple[Signature, ...]:
    """Who has asked since then for it to be restored: each person once, no author of the wording."""
    authors = authors_of(name, stop.signature.digest, guideline, book)
    votes = {
        s.signature.person: s.signature
        for s in book.restored.get((guideline, name), [])
        if s.seq > stop.seq
        and not s.barred
        and s.signature.person not in authors
        and (name == ARTICLE or s.signature.digest == stop.signature.digest)
    }
    return tuple(votes.values())


def _approved_after(
    stop: Signed, name: str, digest: str, needs: Mapping[str, str], offer: Offer, book: Ledger
) -> bool:
    """Whether another wording than the withdrawn one has been approved since."""
    if name == ARTICLE or digest == stop.signature.digest:
        return False
    after = [s for s in book.signed.get((offer.guideline, name), []) if s.seq > stop.seq]
    counted, _ = _weighed(after, offer.parts[name], authors_of(name, digest, offer.guideline, book), needs)
    approvals = tuple(s.signature for s in counted if s.signature.decision == "approve")
    return not _lacks(approvals, PLAIN if name == PARTICULARS else offer.policy)


# ---------------------------------------------------------------- versions


def _superseding(offer: Offer, book: Ledger) -> str:
    """The version that has replaced this one: approved, and offered after it."""
    offers = book.offers.get(offer.guideline, [])
    same = [known.seq for known in offers if _same(known, offer)]
    if not same:
        return ""
    for later in reversed(offers):
        if later.seq > max(same) and not _same(later, offer) and _approved(later, book):
            return later.version
    return ""


def _same(one: Offer, other: Offer) -> bool:
    return {n: p.digest for n, p in one.parts.items()} == {n: p.digest for n, p in other.parts.items()}


def _approved(offer: Offer, book: Ledger) -> bool:
    return all(standing(name, part, offer, book).state == "approved" for name, part in offer.parts.items())


def newest(guideline: str, book: Ledger) -> Offer | None:
    """The version that was offered last."""
    offers = book.offers.get(guideline)
    return offers[-1] if offers else None


# ---------------------------------------------------------------- for plans


def plain_status(state: State) -> str:
    """The status as plans have always known it: three words. Whatever is not approved is never called so."""
    if state == "approved":
        return "approved"
    return "under review" if state in ("under review", "changes requested", "overdue for review") else "submitted"


def summary(found: Review) -> dict[str, Any]:
    """The status in full, as plans and pages carry it: nothing in it changes unless the status does."""
    return {
        "state": found.state,
        "approved": found.approved,
        "of": len(found.parts),
        "overdue": found.overdue,
        "next_review": found.next_review,
        "withdrawn": list(found.withdrawn),
        "superseded_by": found.superseded_by,
        "offered": {"by": list(found.offered[0]), "on": found.offered[1]},
        "reviewers": [{"name": name, "role": role} for name, role in found.reviewers],
        "signed": found.signed,
        "acknowledged": _acknowledged(found),
        "conflicts": [{"person": person, "conflict": words} for person, words in found.conflicts],
    }


def _acknowledged(found: Review) -> list[dict[str, str]]:
    """The reasons for which reviewers rest on sources that were not found or were withdrawn."""
    return [
        {"statement": part.name, "source": key, "person": signature.person, "reason": reason}
        for part in found.parts.values()
        for signature in part.approvals
        for key, reason in signature.acknowledged.items()
    ]

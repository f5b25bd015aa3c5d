"""What people do in a review: offer a version, assign, sign, withdraw, restore, declare, comment.

Each act is decided while nobody else can write, and refused with every reason at once. Nothing is signed that was not
offered, and nobody signs what changed while they were reading: they name the digest that they saw.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

from ..findings import Finding, Refused, near
from ..model import Guideline, Sign, Signature
from .chain import Event
from .digest import canonical, digest_of, units
from .ledger import ARTICLE, REVIEWERS, ROLES, SPEAKERS, STOPPERS, Ledger, Person, barred, unfit
from .offer import Offer, body_of, offer_of
from .status import authors_of, needs_reason, newest, review
from .store import Draft, Store, write

TURNING: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
LONGEST: Final = 20_000
"""Characters that a comment or a reason may have."""
DECISIONS: Final[tuple[Sign, ...]] = ("approve", "request changes", "withdraw")


def submit(
    store: Store, actor: str, guideline: Guideline, texts: Mapping[str, str], authors: Iterable[str] = (),
    note: str = "",
) -> Event:  # fmt: skip
    """Offers a version for review, with its files. The authors are those who made its changes. Raises Refused."""
    made = units(guideline)
    offer = offer_of(guideline, made)
    files = canonical(dict(texts))
    parts = tuple(unit.text for unit in made.values())
    by = {actor, *authors}

    def decide(book: Ledger, at: datetime) -> list[Draft]:
        faults = [*_may(book, actor, ("author", "editor"), "offer a version"), *_known(book, by)]
        faults += _short(note, "--note")
        last = newest(offer.guideline, book)
        if last and last.digest == offer.digest and last.parts == offer.parts:
            what = "This version was offered already, and nothing has changed since."
            faults.append(Finding(offer.guideline, what, "Change something first."))
        _refuse(faults)
        return [Draft("submitted", offer.guideline, body_of(offer, by, digest_of(files), note), (files, *parts))]

    return write(store, actor, decide)[0]


def assign(
    store: Store, actor: str, guideline: str, person: str, statements: Iterable[str] = (), due: date | None = None
) -> Event:
    """Asks somebody to review statements, or all of them. Nobody assigns themselves. Raises Refused."""
    wanted = tuple(dict.fromkeys(statements))

    def decide(book: Ledger, at: datetime) -> list[Draft]:
        faults = _may(book, actor, ("editor",), "assign a review")
        offer = _offered(book, guideline, faults)
        faults += [fault for name in wanted for fault in _part(offer, name)]
        faults += _known(book, [person])
        found = book.people.get(person)
        if found and not set(found.roles) & set(REVIEWERS):
            do = f"Give it one of: {', '.join(REVIEWERS)}."
            faults.append(Finding(person, "This account has no role that reviews.", do))
        if person == actor:
            faults.append(Finding(person, "An editor does not assign themselves.", "Ask another editor."))
        _refuse(faults)
        body = {"person": person, "statements": list(wanted), "due": due.isoformat() if due else ""}
        return [Draft("assigned", guideline, body)]

    return write(store, actor, decide)[0]


def unassign(store: Store, actor: str, guideline: str, assigned: int) -> Event:
    """Takes a request to review back. Raises Refused."""

    def decide(book: Ledger, at: datetime) -> list[Draft]:
        faults = _may(book, actor, ("editor",), "take a request back")
        if assigned not in {asked.seq for asked in book.assigned.get(guideline, [])}:
            faults.append(Finding(str(assigned), "No such request stands.", "Look at `posology review status`."))
        _refuse(faults)
        return [Draft("unassigned", guideline, {"assigned": assigned})]

    return write(store, actor, decide)[0]


def remind(store: Store, actor: str, guideline: str, person: str, words: str = "") -> Event:
    """Notes that somebody was reminded; it shows in their inbox. Raises Refused."""

    def decide(book: Ledger, at: datetime) -> list[Draft]:
        faults = [*_may(book, actor, ("editor",), "remind"), *_known(book, [person]), *_short(words, "the reminder")]
        _refuse(faults)
        return [Draft("reminded", guideline, {"person": person, "text": words})]

    return write(store, actor, decide)[0]


# ---------------------------------------------------------------- signing


def sign(
    store: Store, actor: str, guideline: str, statement: str, digest: str, decision: Sign, *, role: str = "",
    comment: str = "", acknowledged: Mapping[str, str] | None = None,
) -> Event:  # fmt: skip
    """Signs one exact wording of a statement. Raises Refused."""
    return sign_all(store, actor, guideline, {statement: digest}, decision, role=role, comment=comment,
                    acknowledged=acknowledged)[0]  # fmt: skip


def sign_all(
    store: Store, actor: str, guideline: str, wanted: Mapping[str, str], decision: Sign, *, role: str = "",
    comment: str = "", acknowledged: Mapping[str, str] | None = None,
) -> list[Event]:  # fmt: skip
    """Signs several statements, each by the digest that was read; all of them or none. Raises Refused."""
    reasons = {key: words.strip() for key, words in (acknowledged or {}).items() if words.strip()}

    def decide(book: Ledger, at: datetime) -> list[Draft]:
        faults: list[Finding] = []
        offer = _offered(book, guideline, faults)
        as_role = role or _role(book.people.get(actor), STOPPERS if decision == "withdraw" else REVIEWERS)
        faults += _eligible(book, actor, as_role, guideline, decision, at)
        faults += _short(comment, "the comment")
        if decision != "approve" and not comment.strip():
            faults.append(Finding("the comment", f"To {decision}, a reason is needed.", "Say what is wrong."))
        for name, digest in wanted.items():
            faults += _part(offer, name)
            faults += _wording(book, actor, offer, name, digest, decision, reasons) if offer else []
        _refuse(faults)
        bodies = [_signature(n, d, decision, as_role, comment, reasons, offer) for n, d in wanted.items()]
        return [Draft("signed", guideline, body) for body in bodies]

    return write(store, actor, decide)


def _signature(
    name: str, digest: str, decision: str, role: str, comment: str, reasons: Mapping[str, str], offer: Offer | None
) -> dict[str, object]:
    cites = offer.parts[name].cites if offer and name in offer.parts else ()
    given = {key: words for key, words in reasons.items() if key in cites}
    return {
        "statement": name, "digest": digest, "decision": decision, "role": role, "comment": comment.strip(),
        "acknowledged": given if decision == "approve" else {},
    }  # fmt: skip


def _eligible(book: Ledger, actor: str, role: str, guideline: str, decision: Sign, at: datetime) -> list[Finding]:
    person = book.people.get(actor)
    stop = decision == "withdraw"
    why = unfit(person, role, STOPPERS) if stop else barred(person, role, REVIEWERS, guideline, at)
    if not why:
        return []
    do = "Ask an editor or an administrator." if person else near(actor, book.people, "See `posology people list`.")
    if "declaration" in why:
        do = "Declare your interests first: `posology review declare`."
    if "conflict" in why:
        do = "You may comment; readers see the conflict. Another person has to sign."
    return [Finding(actor, f"This cannot be signed: {why}.", do)]


def _wording(
    book: Ledger, actor: str, offer: Offer, name: str, digest: str, decision: Sign, reasons: Mapping[str, str]
) -> list[Finding]:
    """That the wording is the one on offer, that its author is another, and that its sources hold."""
    part = offer.parts.get(name)
    if name == ARTICLE or part is None:
        return []
    if digest != part.digest:
        what = "The statement has changed since it was read: this digest is not on offer."
        return [Finding(name, what, f"Read it again; now it is {part.digest}.")]
    faults = _again(book, actor, offer.guideline, name, digest, decision)
    if decision != "approve":
        return faults
    if actor in authors_of(name, digest, offer.guideline, book):
        faults.append(Finding(name, "An author of the last change cannot approve it.", "Somebody else has to."))
    for key, why in needs_reason(part, offer.guideline, book).items():
        if not reasons.get(key):
            do = f"Find the source, or acknowledge it with a reason that readers will see: --acknowledge {key}=REASON."
            faults.append(Finding(name, f"It rests on citation {key}: {why}.", do))
        else:
            faults += _short(reasons[key], f"the reason for citation {key}")
    return faults


def _again(book: Ledger, actor: str, guideline: str, name: str, digest: str, decision: Sign) -> list[Finding]:
    """That the same is not signed twice, by a form that was sent again or from two windows."""
    log = [s for s in book.signed.get((guideline, name), []) if not s.barred]
    stopped = max((s.seq for s in log if s.signature.decision == "withdraw"), default=0)
    mine = [
        s.signature
        for s in log
        if s.seq > stopped and s.signature.person == actor and s.signature.digest == digest
    ]
    last = mine[-1] if mine else None
    if last is None or last.decision != decision:
        return []
    part = next((o.parts[name] for o in reversed(book.offers[guideline]) if name in o.parts), None)
    needs = needs_reason(part, guideline, book) if part and decision == "approve" else {}
    if any(key not in last.acknowledged for key in needs):
        return []  # a source was withdrawn since
    return [Finding(name, f"{actor} has signed this wording already: {decision}.", "Nothing more is needed.")]


def restore(store: Store, actor: str, guideline: str, statement: str, *, role: str = "", comment: str = "") -> Event:
    """Asks for something withdrawn to come back; it does when two have asked. Raises Refused."""
    name = statement or ARTICLE

    def decide(book: Ledger, at: datetime) -> list[Draft]:
        faults: list[Finding] = []
        offer = _offered(book, guideline, faults)
        as_role = role or _role(book.people.get(actor), REVIEWERS)
        why = barred(book.people.get(actor), as_role, REVIEWERS, guideline, at)
        if why:
            faults.append(Finding(actor, f"This cannot be restored: {why}.", "Another person has to."))
        stop = _withdrawn(book, offer, name, at)
        if stop is None:
            faults.append(Finding(name, "It is not withdrawn.", "Look at `posology review status`."))
        elif actor in authors_of(name, stop.digest, guideline, book):
            faults.append(Finding(actor, "An author of the wording cannot restore it.", "Two others have to."))
        if not comment.strip():
            faults.append(Finding("the comment", "A reason is needed.", "Say why it may come back."))
        _refuse(faults + _short(comment, "the comment"))
        body = {"statement": name, "digest": stop.digest if stop else "", "role": as_role, "comment": comment.strip()}
        return [Draft("restored", offer.guideline if offer else guideline, body)]

    return write(store, actor, decide)[0]


def _withdrawn(book: Ledger, offer: Offer | None, name: str, at: datetime) -> Signature | None:
    """The withdrawal of a statement, or of the whole, that stands."""
    if offer is None:
        return None
    found = review(offer, book, at)
    return found.stopped if name == ARTICLE else found.parts[name].withdrawn if name in found.parts else None


def withdraw(store: Store, actor: str, guideline: str, statement: str, *, role: str = "", comment: str = "") -> Event:
    """Takes a statement, or (without one) the whole guideline, out of use at once. Raises Refused."""
    name = statement or ARTICLE

    def decide(book: Ledger, at: datetime) -> list[Draft]:
        faults: list[Finding] = []
        offer = _offered(book, guideline, faults)
        as_role = role or _role(book.people.get(actor), STOPPERS)
        faults += [*_eligible(book, actor, as_role, guideline, "withdraw", at), *_short(comment, "the comment")]
        faults += [] if name == ARTICLE else _part(offer, name)
        if not comment.strip():
            faults.append(Finding("the comment", "To withdraw, a reason is needed.", "Say what is wrong."))
        _refuse(faults)
        digest = "" if offer is None else offer.digest if name == ARTICLE else offer.parts[name].digest
        return [Draft("signed", guideline, _signature(name, digest, "withdraw", as_role, comment, {}, offer))]

    return write(store, actor, decide)[0]


# ---------------------------------------------------------------- beside the signatures


def declare(store: Store, actor: str, conflict: str = "", guideline: str = "") -> Event:
    """Declares interests for 12 months: a conflict in words, or none; for one guideline or for all. Raises Refused."""

    def decide(book: Ledger, at: datetime) -> list[Draft]:
        faults = [*_known(book, [actor]), *_short(conflict, "the conflict")]
        _refuse(faults)
        return [Draft("declared", guideline, {"conflict": " ".join(conflict.split())})]

    return write(store, actor, decide)[0]


def comment(store: Store, actor: str, guideline: str, statement: str, words: str, thread: int | None = None) -> Event:
    """Says something about a statement, in a new thread or in one that is there. Raises Refused."""

    def decide(book: Ledger, at: datetime) -> list[Draft]:
        faults = _may(book, actor, SPEAKERS, "comment")
        offer = _offered(book, guideline, faults)
        faults += [*_part(offer, statement), *_short(words, "the comment")]
        if not words.strip():
            faults.append(Finding("the comment", "It says nothing.", "Write something."))
        threads = {c.thread for c in book.comments.get(guideline, []) if c.statement == statement}
        if thread is not None and thread not in threads:
            faults.append(Finding(str(thread), "There is no such thread under this statement.", "Begin a new one."))
        _refuse(faults)
        digest = offer.parts[statement].digest if offer else ""
        body = {"statement": statement, "digest": digest, "text": words.strip(), "thread": thread}
        return [Draft("commented", guideline, body)]

    return write(store, actor, decide)[0]


def resolve(store: Store, actor: str, guideline: str, thread: int, resolved: bool = True) -> Event:
    """Closes a thread, or opens it again. Raises Refused."""

    def decide(book: Ledger, at: datetime) -> list[Draft]:
        faults = _may(book, actor, SPEAKERS, "do that")
        if thread not in {c.thread for c in book.comments.get(guideline, [])}:
            faults.append(Finding(str(thread), "There is no such thread.", "Look at the comments."))
        _refuse(faults)
        return [Draft("thread closed" if resolved else "thread opened", guideline, {"thread": thread})]

    return write(store, actor, decide)[0]


def withdraw_source(store: Store, actor: str, guideline: str, key: str, reason: str) -> Event:
    """Notes that a source was withdrawn: what rests on it needs a reason from each approver. Raises Refused."""

    def decide(book: Ledger, at: datetime) -> list[Draft]:
        faults = [*_may(book, actor, ("editor", *REVIEWERS), "do that"), *_short(reason, "the reason")]
        offer = _offered(book, guideline, faults)
        cited = {cite for part in offer.parts.values() for cite in part.cites} if offer else set()
        if offer and key not in cited:
            faults.append(Finding(key, "No statement cites this.", near(key, cited, "Name a citation.")))
        if not reason.strip():
            faults.append(Finding("the reason", "A reason is needed.", "Say who withdrew it, and when."))
        _refuse(faults)
        return [Draft("source withdrawn", guideline, {"key": key, "reason": " ".join(reason.split())})]

    return write(store, actor, decide)[0]


# ---------------------------------------------------------------- what all of them ask


def _may(book: Ledger, actor: str, roles: Iterable[str], deed: str) -> list[Finding]:
    person = book.people.get(actor)
    wanted = list(roles)
    why = unfit(person, _role(person, wanted), wanted)
    if not why:
        return []
    if person and not person.locked:
        why = f"this takes the role of {' or '.join(wanted)}"
    return [Finding(actor or "--as", f"They may not {deed}: {why}.", "Ask an administrator.")]


def _role(person: Person | None, wanted: Iterable[str]) -> str:
    """The role in which somebody acts when they do not say: the first of theirs that may."""
    ranked = sorted(wanted, key=lambda role: ROLES.index(role) if role != "author" else len(ROLES))
    held = person.roles if person else ()
    return next((role for role in ranked if role in held), next(iter(held), ""))


def _known(book: Ledger, accounts: Iterable[str]) -> list[Finding]:
    return [
        Finding(account, "Nobody has this account.", near(account, book.people, "See `posology people list`."))
        for account in accounts
        if account not in book.people
    ]


def _offered(book: Ledger, guideline: str, faults: list[Finding]) -> Offer | None:
    offer = newest(guideline, book)
    if offer is None:
        do = near(guideline, book.offers, "Offer it with `posology review submit`.")
        faults.append(Finding(guideline, "No version of this guideline has been offered.", do))
    return offer


def _part(offer: Offer | None, name: str) -> list[Finding]:
    if offer is None or name in offer.parts:
        return []
    do = near(name, offer.parts, "See `posology review status`.")
    return [Finding(name, "No statement has this name in the version on offer.", do)]


def _short(words: str, place: str) -> list[Finding]:
    if len(words) > LONGEST:
        return [Finding(place, f"It is longer than {LONGEST} characters.", "Say it shorter.")]
    if any(unfit_for_text(c) for c in words):
        return [Finding(place, "It holds characters that cannot be shown.", "Take them out.")]
    return []


def unfit_for_text(c: str) -> bool:
    """Control characters, broken ones, and those that turn the direction of what follows."""
    kind = unicodedata.category(c)
    return (kind in ("Cc", "Cs", "Cn") and c not in "\n\t\r") or c in TURNING


def _refuse(faults: list[Finding]) -> None:
    if faults:
        raise Refused(dict.fromkeys(faults))

"""The status of a review as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..findings import Finding
from ..model import Signature
from .chain import instant
from .history import Found, name_of, title_of
from .ledger import Ledger
from .status import Review, Standing, newest, plain_status, summary


def as_json(found: Review, only: str = "") -> dict[str, Any]:
    """The status as data."""
    return {
        "guideline": {"id": found.guideline, "version": found.version, "digest": found.digest,
                      "status": plain_status(found.state)},
        **summary(found),
        "head": found.head,
        "statements": {n: part_json(p) for n, p in found.parts.items() if only in ("", n)},
    }  # fmt: skip


def part_json(part: Standing) -> dict[str, Any]:
    """One statement's status as data."""
    return {
        "digest": part.digest,
        "state": part.state,
        "lacks": part.lacks,
        "approvals": [_signature(s) for s in part.approvals],
        "requests": [_signature(s) for s in part.requests],
        "not counted": [{**_signature(s), "why": why} for s, why in part.uncounted],
        "authors": list(part.authors),
        "assigned": list(part.assigned),
        "needs a reason": dict(part.open),
        "withdrawn": _signature(part.withdrawn) if part.withdrawn else None,
        "restoring": [s.person for s in part.restoring],
    }


def _signature(signature: Signature) -> dict[str, Any]:
    return {
        "person": signature.person, "role": signature.role, "decision": signature.decision,
        "at": instant(signature.at), "comment": signature.comment, "acknowledged": dict(signature.acknowledged),
    }  # fmt: skip


def as_text(found: Review, only: str = "") -> str:
    """The status in words."""
    return "\n".join(_lines(found, only))


def _lines(found: Review, only: str) -> Iterator[str]:
    yield f"{found.guideline} {found.version}: {title_of(found)}"
    yield f"next review {found.next_review or 'not set'}; digest {found.digest}"
    width = max(map(len, found.parts))
    for name, part in found.parts.items():
        if only in ("", name):
            yield f"  {name:<{width}}  {part.state}" + (f"  ({part.lacks})" if part.lacks and part.authors else "")
            yield from (f"      {line}" for line in (_part(part) if only else _urgent(part)))


def _urgent(part: Standing) -> Iterator[str]:
    """What cannot wait until somebody looks at the statement itself."""
    if part.withdrawn:
        yield f"withdrawn by {part.withdrawn.person}: {part.withdrawn.comment}"
    yield from (f"{s.person} asks for changes: {s.comment}" for s in part.requests)


def _part(part: Standing) -> Iterator[str]:
    yield f"digest {part.digest}"
    yield f"last changed by {', '.join(part.authors) or 'nobody: it was not offered'}"
    yield from _urgent(part)
    for s in part.approvals:
        yield f"approved by {s.person} ({s.role}) on {s.at:%Y-%m-%d}" + (f": {s.comment}" if s.comment else "")
        yield from (f"  rests on citation {key}: {why}" for key, why in s.acknowledged.items())
    yield from (f"{s.decision} by {s.person} does not count: {why}" for s, why in part.uncounted)
    yield from (f"citation {key}: {why}" for key, why in part.open)
    if part.assigned:
        yield f"asked: {', '.join(part.assigned)}"


def found_json(found: Found) -> dict[str, Any]:
    """What a digest was, as data."""
    return {
        "digest": found.digest, "guideline": found.guideline, "version": found.version,
        "offered": instant(found.offered), "authors": list(found.by), "statement": found.statement or None,
        "state": found.state, "changed": list(found.changed), "gone": list(found.gone),
        "withdrawn": list(found.withdrawn), "newest": found.newest,
    }  # fmt: skip


def found_text(found: Found) -> str:
    """What a digest was, in words."""
    what = f"the statement {name_of(found.statement)} of {found.guideline}" if found.statement else found.guideline
    lines = [
        found.digest,
        f"  {what}, version {found.version}, offered by {', '.join(found.by)} on {found.offered:%Y-%m-%d}",
        f"  now: {found.state}" + (f"; the newest version is {found.newest}" if found.newest != found.version else ""),
    ]
    for word, names in (("withdrawn", found.withdrawn), ("worded otherwise now", found.changed), ("gone", found.gone)):
        lines += [f"  {word}: {', '.join(map(name_of, names))}"] if names else []
    return "\n".join(lines)


# ---------------------------------------------------------------- for `posology check`


def faults(found: Review, book: Ledger) -> list[Finding]:
    """What is wrong between the files of a guideline and the signatures in a store.

    Not having been signed is no fault. It is one to stand in the files in a wording that nobody was shown, while what
    was signed is another; to be gone from them; and to be withdrawn.
    """
    offer = newest(found.guideline, book)
    wrong = [finding for part in found.parts.values() for finding in _amiss(part, found.guideline, book)]
    if found.stopped:
        wrong.append(_stopped("the whole guideline", found.stopped))
    gone = [name for name in (offer.parts if offer else ()) if name not in found.parts]
    for name in gone:
        if _signers(name, found.guideline, book):
            do = "Put it back, or offer the version without it: `posology review submit`."
            wrong.append(Finding(name_of(name), "It was signed, and is no longer in the files.", do))
    return wrong


def _amiss(part: Standing, guideline: str, book: Ledger) -> Iterator[Finding]:
    if part.withdrawn:
        yield _stopped(name_of(part.name), part.withdrawn)
    signers = _signers(part.name, guideline, book)
    if part.state == "not submitted" and signers:
        what = f"The signatures of {', '.join(signers)} are over another wording; this one was never offered."
        do = "Offer it with `posology review submit`, or take the change back."
        yield Finding(name_of(part.name), what, do)


def _stopped(what: str, stop: Signature) -> Finding:
    do = "Correct it and have it approved, or have two people restore it."
    return Finding(what, f"It was withdrawn by {stop.person}: {stop.comment}", do)


def _signers(name: str, guideline: str, book: Ledger) -> list[str]:
    """Who has signed a part, in whatever wording."""
    log = book.signed.get((guideline, name), [])
    return list(dict.fromkeys(s.signature.person for s in log if s.signature.decision != "withdraw"))

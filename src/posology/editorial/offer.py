"""An offered version: what of a guideline is to be signed, by which policy, and when it must be looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..findings import Finding, Refused
from ..model import Guideline
from .digest import Unit, units

YEAR = 365
"""Days after which a guideline without a date of its own must be looked at again."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How many people must approve each statement, and how many of them must be prescribers or pharmacists."""

    approvals: int = 2
    clinical: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to be signed: its digest, its sources, and those of them that need a reason."""

    digest: str
    open: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A version of a guideline as it was, or would be, submitted. ``seq`` is 0 when it was not."""

    guideline: str
    version: str
    digest: str
    parts: Mapping[str, Part]
    policy: Policy = Policy()
    next_review: date | None = None
    authors: tuple[str, ...] = ()
    seq: int = 0
    at: datetime | None = None
    files: str = ""
    note: str = ""


def offer_of(guideline: Guideline, signed: Mapping[str, Unit] | None = None) -> Offer:
    """The offer that a guideline comes to. Raises Refused when its policy cannot be read."""
    made = signed if signed is not None else units(guideline)
    parts = {name: Part(unit.digest, unit.open, unit.cites) for name, unit in made.items()}
    due = guideline.meta.get("next_review")
    return Offer(
        guideline.id, guideline.version, guideline.digest, parts, policy(guideline),
        due if isinstance(due, date) else date.fromordinal(guideline.updated.toordinal() + YEAR),
    )  # fmt: skip


def policy(guideline: Guideline) -> Policy:
    """The policy in the particulars of a guideline, under `review`. Raises Refused."""
    said = guideline.meta.get("review")
    if said is None:
        return Policy()
    faults: list[Finding] = []
    if not isinstance(said, Mapping):
        what, do = "`review` is not a list of settings.", "Write `review:` and below it, indented, `approvals: 2`."
        raise Refused([Finding("guideline.md: review", what, do)])
    for key in said:
        if key not in ("approvals", "clinical"):
            do = "Use: approvals, clinical."
            faults.append(Finding(f"guideline.md: review.{key}", f"{key!r} is no setting of a review.", do))
    counts = {key: _count(key, said.get(key, default), faults) for key, default in (("approvals", 2), ("clinical", 1))}
    if counts["clinical"] > counts["approvals"]:
        what = "More prescribers and pharmacists are asked for than approvals."
        faults.append(Finding("guideline.md: review.clinical", what, "Ask for no more than `approvals` says."))
    if faults:
        raise Refused(faults)
    return Policy(**counts)


def _count(key: str, value: Any, faults: list[Finding]) -> int:
    text = str(value)
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 20:
        return int(text)
    what = f"{text!r} is not a number of people from 1 to 20."
    faults.append(Finding(f"guideline.md: review.{key}", what, f"Write it as in `{key}: 2`."))
    return 1


def body_of(offer: Offer, authors: Iterable[str], files: str, note: str) -> dict[str, Any]:
    """The offer as the body of an event."""
    return {
        "version": offer.version,
        "digest": offer.digest,
        "files": files,
        "authors": sorted(set(authors)),
        "note": note,
        "policy": {"approvals": offer.policy.approvals, "clinical": offer.policy.clinical},
        "next review": offer.next_review.isoformat() if offer.next_review else "",
        "parts": {
            name: {"digest": part.digest, "open": list(part.open), "cites": list(part.cites)}
            for name, part in offer.parts.items()
        },
    }


def offer_from(guideline: str, body: Mapping[str, Any], seq: int, at: datetime) -> Offer:
    """The offer in the body of an event."""
    parts = {
        name: Part(part["digest"], tuple(part.get("open", ())), tuple(part.get("cites", ())))
        for name, part in body["parts"].items()
    }
    due = body.get("next review")
    return Offer(
        guideline, str(body["version"]), str(body["digest"]), parts, Policy(**body["policy"]),
        date.fromisoformat(due) if due else None, tuple(body["authors"]), seq, at, str(body.get("files", "")),
        str(body.get("note", "")),
    )  # fmt: skip

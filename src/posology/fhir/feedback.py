"""What became of cards: feedback of CDS Hooks, read whole and kept in a file to which lines are only ever added.

Each line holds the digest of the line before it, so that nobody can take one out or change one without its being seen.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from ..findings import Finding, Refused, near

OUTCOMES = ("accepted", "overridden")
FIRST = "0" * 64
"""What stands for the line before the first."""
LONGEST = 2000
MOST = 100
"""Entries that are taken in one request."""


def read_feedback(data: Any) -> list[dict[str, Any]]:
    """The entries of a feedback request. Raises Refused with every fault."""
    listed = data.get("feedback") if isinstance(data, Mapping) else None
    if not isinstance(listed, list) or not listed or len(listed) > MOST:
        what = f"There is no list of 1 to {MOST} feedbacks."
        raise Refused([Finding("feedback", what, "Send {\"feedback\": [{card, outcome, outcomeTimestamp, …}]}.")])
    faults: list[Finding] = []
    entries = [_entry(one, f"feedback[{number}]", faults) for number, one in enumerate(listed)]
    if faults:
        raise Refused(faults)
    return entries


def _entry(given: Any, place: str, faults: list[Finding]) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        faults.append(Finding(place, "This is not a feedback.", "Send an object."))
        return {}
    outcome = given.get("outcome")
    if outcome not in OUTCOMES:
        do = near(str(outcome), OUTCOMES, f"Use one of: {', '.join(OUTCOMES)}.")
        faults.append(Finding(f"{place}.outcome", "This is not an outcome.", do))
    if not _uuid(given.get("card")):
        faults.append(Finding(f"{place}.card", "There is no UUID of a card.", "Send the uuid of the card."))
    if not _instant(given.get("outcomeTimestamp")):
        do = "Write it as in 2026-01-31T09:30:00Z."
        faults.append(Finding(f"{place}.outcomeTimestamp", "There is no time of the outcome.", do))
    kept = {"card": given.get("card"), "outcome": outcome, "outcomeTimestamp": given.get("outcomeTimestamp")}
    if outcome == "accepted":
        kept["acceptedSuggestions"] = list(_accepted(given.get("acceptedSuggestions"), place, faults))
    elif given.get("acceptedSuggestions"):
        do = "Send them with the outcome accepted only."
        faults.append(Finding(f"{place}.acceptedSuggestions", "A card that was overridden has none.", do))
    if given.get("overrideReason") is not None:
        kept["overrideReason"] = _reason(given, place, faults)
    return kept


def _accepted(given: Any, place: str, faults: list[Finding]) -> Iterator[dict[str, Any]]:
    listed = given if isinstance(given, list) else []
    if not listed:
        do = "Send the uuids of the suggestions that were taken."
        faults.append(Finding(f"{place}.acceptedSuggestions", "An accepted card names its suggestions.", do))
    for number, one in enumerate(listed):
        own = one.get("id") if isinstance(one, Mapping) else None
        if not _uuid(own):
            at = f"{place}.acceptedSuggestions[{number}].id"
            faults.append(Finding(at, "This is not the UUID of a suggestion.", "Send the uuid of the suggestion."))
        yield {"id": own}


def _reason(given: Mapping[str, Any], place: str, faults: list[Finding]) -> dict[str, Any]:
    """Why a card was overridden: a code that came with it, and perhaps words."""
    told, at = given["overrideReason"], f"{place}.overrideReason"
    if given.get("outcome") != "overridden":
        faults.append(Finding(at, "Only an overridden card has a reason.", "Leave it out."))
    if not isinstance(told, Mapping):
        faults.append(Finding(at, "This is not a reason.", "Send an object with reason, userComment or both."))
        return {}
    code, words = told.get("reason"), told.get("userComment")
    if code is None and not words:
        faults.append(Finding(at, "There is neither a reason nor a comment.", "Send one of them, or leave it out."))
    if code is not None and not (isinstance(code, Mapping) and isinstance(code.get("code"), str)):
        faults.append(Finding(f"{at}.reason", "The reason has no code.", "Send one of the card's overrideReasons."))
    if words is not None and not (isinstance(words, str) and len(words) <= LONGEST):
        do = f"Write at most {LONGEST} characters, and nothing that names the patient."
        faults.append(Finding(f"{at}.userComment", "The comment is no text, or too long.", do))
    given_code = code if isinstance(code, Mapping) else {}
    coded = {key: str(given_code[key])[:200] for key in ("code", "system", "display") if key in given_code}
    return {"reason": coded, "userComment": words} if words else {"reason": coded}


def _uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def _instant(value: Any) -> bool:
    try:
        return isinstance(value, str) and "T" in value and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


# ---------------------------------------------------------------- kept


def keep(path: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """Adds entries to the end of a file, each chained to the one before, and sees them on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = _last(file)
        for entry in entries:
            line = json.dumps({"before": before, **entry}, ensure_ascii=False, sort_keys=True).encode()
            before = sha256(line).hexdigest()
            file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _last(file: Any) -> str:
    """The digest of the last whole line. A line that was cut off by a crash is ended first."""
    end = file.seek(0, os.SEEK_END)
    if not end:
        return FIRST
    file.seek(max(0, end - 64_000))
    tail = file.read()
    file.seek(0, os.SEEK_END)
    if not tail.endswith(b"\n"):
        file.write(b"\n")
    return sha256(tail.rstrip(b"\n").rsplit(b"\n", 1)[-1]).hexdigest()


def broken(path: Path) -> list[int]:
    """The numbers of the lines, from 1, that do not follow from the line before them."""
    before, found = FIRST, []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            chained = json.loads(line).get("before") == before
        except ValueError:
            chained = False
        if not chained:
            found.append(number)
        before = sha256(line).hexdigest()
    return found

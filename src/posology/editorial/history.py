"""What a digest was and what became of it; what happened to a statement; what has changed since somebody signed it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from .chain import Event
from .digest import PARTICULARS
from .ledger import ARTICLE, Ledger
from .offer import Offer
from .status import Review, newest, review


@dataclass(frozen=True, slots=True)
class Found:
    """What a digest was: a version of a guideline, or one statement's wording (``statement``), and what became of it.

    ``changed`` are the parts that are worded otherwise now, ``gone`` those that are no longer there, ``withdrawn``
    those that were taken out of use.
    """

    digest: str
    guideline: str
    version: str
    offered: datetime
    by: tuple[str, ...]
    statement: str
    state: str
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    newest: str = ""


def find(digest: str, book: Ledger, now: datetime) -> list[Found]:
    """Everything that had this digest (its first characters are enough), the newest first."""
    wanted = digest.strip().lower()
    wanted = wanted if wanted.startswith("sha256:") else f"sha256:{wanted}"
    found: list[Found] = []
    for offers in book.offers.values():
        for offer in reversed(offers):
            if offer.digest.startswith(wanted):
                found.append(_version(offer, book, now))
            names = [name for name, part in offer.parts.items() if part.digest.startswith(wanted)]
            found += [_wording(name, offer, book, now) for name in names]
    unique: dict[tuple[str, str], Found] = {}
    for each in found:
        unique.setdefault((each.digest, each.statement), each)
    return list(unique.values())


def _version(offer: Offer, book: Ledger, now: datetime) -> Found:
    last = newest(offer.guideline, book) or offer
    changed = [n for n, p in offer.parts.items() if n in last.parts and last.parts[n].digest != p.digest]
    gone = [n for n in offer.parts if n not in last.parts]
    state = review(offer, book, now)
    return Found(
        offer.digest, offer.guideline, offer.version, offer.at or now, offer.authors, "", state.state,
        tuple(changed), tuple(gone), state.withdrawn, last.version,
    )  # fmt: skip


def _wording(name: str, offer: Offer, book: Ledger, now: datetime) -> Found:
    last = newest(offer.guideline, book) or offer
    here = last.parts.get(name)
    state = review(offer, book, now).parts[name].state
    changed = (name,) if here and here.digest != offer.parts[name].digest else ()
    return Found(
        offer.parts[name].digest, offer.guideline, offer.version, offer.at or now, offer.authors, name, state, changed,
        () if here else (name,), (name,) if state == "withdrawn" else (), last.version,
    )  # fmt: skip


# ---------------------------------------------------------------- what happened


def history(events: Iterable[Event], guideline: str, statement: str = "") -> Iterator[tuple[Event, str]]:
    """What happened to a guideline, or to one of its statements, each with a sentence that says it."""
    before: Mapping[str, Any] = {}
    threads: set[int] = set()
    for event in events:
        if event.subject != guideline:
            continue
        if event.kind == "submitted":
            parts = event.body["parts"]
            if not statement or _digest(parts, statement) != _digest(before, statement):
                yield event, _offered(event, parts, before, statement)
            before = parts
        elif _about(event, statement, threads):
            if event.kind == "commented":
                threads.add(int(event.body.get("thread") or event.seq))
            yield event, said(event)


def _digest(parts: Mapping[str, Any], name: str) -> str:
    return str(parts[name]["digest"]) if name in parts else ""


def _about(event: Event, statement: str, threads: set[int]) -> bool:
    body = event.body
    if not statement or body.get("statement") == ARTICLE:
        return True
    if event.kind in ("assigned", "unassigned"):
        return statement in body.get("statements", ())
    return bool(body.get("statement") == statement or body.get("thread") in threads)


def _offered(event: Event, parts: Mapping[str, Any], before: Mapping[str, Any], statement: str) -> str:
    changed = [name for name in parts if _digest(parts, name) != _digest(before, name)]
    gone = [name for name in before if name not in parts]
    by = ", ".join(event.body["authors"])
    if statement:
        deed = "taken away" if statement in gone else "changed" if statement in before else "written"
        return f"{deed} by {by} in version {event.body['version']}"
    words = f"version {event.body['version']} offered by {by}"
    if not before:
        return f"{words}: {len(parts)} parts to sign"
    return f"{words}: {len(changed)} changed or new, {len(gone)} taken away"


def said(event: Event) -> str:
    """One entry of the log as a sentence without its subject."""
    body = event.body
    match event.kind:
        case "signed":
            deed = {"approve": "approved", "request changes": "asked for changes to", "withdraw": "withdrew"}
            told = f"{deed.get(body['decision'], body['decision'])} {name_of(body['statement'])} as {body['role']}"
            reasons = "; ".join(f"rests on {key}: {why}" for key, why in body.get("acknowledged", {}).items())
            return ". ".join(filter(None, (told, body.get("comment"), reasons)))
        case "restored":
            return f"asked for {name_of(body['statement'])} to come back: {body.get('comment', '')}"
        case "assigned":
            which = ", ".join(body["statements"]) or "everything"
            return f"asked {body['person']} to review {which}" + (f" by {body['due']}" if body["due"] else "")
        case "commented":
            return f"on {name_of(body['statement'])}: {body['text']}"
        case "source withdrawn":
            return f"noted that source {body['key']} was withdrawn: {body['reason']}"
        case "declared":
            return "declared " + (f"a conflict of interest: {body['conflict']}" if body["conflict"] else "no conflict")
        case "account added" | "roles changed":
            return f"{event.kind}: {body['account']}, {', '.join(body['roles'])}"
        case _:
            about = body.get("person") or body.get("account") or body.get("thread") or ""
            return f"{event.kind} {about}".rstrip()


def name_of(part: str) -> str:
    """A part as people call it."""
    return {ARTICLE: "the whole guideline", PARTICULARS: "the particulars"}.get(part, part)


def title_of(found: Review) -> str:
    """One line on how far a guideline has come."""
    told = f"{found.state}: {found.approved} of {len(found.parts)} parts approved"
    names = [name_of(part) for part in found.withdrawn]
    told += f"; withdrawn: {', '.join(names)}" if names else ""
    told += f"; replaced by version {found.superseded_by}" if found.superseded_by else ""
    return told + (f"; review was due on {found.next_review}" if found.overdue else "")


# ---------------------------------------------------------------- what changed


@dataclass(frozen=True, slots=True)
class Change:
    """One particular of a statement that is worded otherwise: before and after, in words that are marked as changed."""

    what: str
    before: tuple[tuple[str, bool], ...]
    after: tuple[tuple[str, bool], ...]


def changes(before: str, after: str) -> list[Change]:
    """What differs between two canonical texts, particular by particular."""
    old, new = _flat(json.loads(before)), _flat(json.loads(after))
    keys = [key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)]
    return [Change(key.replace("_", " "), *marked(old.get(key, ""), new.get(key, ""))) for key in keys]


def differing(before: Offer, after: Offer, text: Callable[[str], str]) -> list[tuple[str, str, list[Change]]]:
    """Each part that is not the same in two versions: its name, what happened to it, and the changes."""
    found: list[tuple[str, str, list[Change]]] = []
    for name in dict.fromkeys([*after.parts, *before.parts]):
        old, new = before.parts.get(name), after.parts.get(name)
        if old is None or new is None:
            found.append((name, "taken away" if new is None else "new", []))
        elif old.digest != new.digest:
            found.append((name, "changed", changes(text(old.digest), text(new.digest))))
    return found


def _flat(value: Any, path: str = "") -> dict[str, str]:
    """Plain data as a list of particulars: where it stands, and its words."""
    if isinstance(value, dict):
        found: dict[str, str] = {}
        for key, part in value.items():
            if key != "is":
                found |= _flat(part, f"{path} › {key}" if path else str(key))
        return found
    if isinstance(value, list):
        if all(not isinstance(part, dict | list) for part in value):
            return {path: ", ".join(map(_word, value))}
        return {k: v for n, part in enumerate(value, 1) for k, v in _flat(part, f"{path} {n}").items()}
    return {path: _word(value)}


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)


def marked(before: str, after: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    """Two wordings, cut into runs of words that are in both and runs that are not (marked)."""
    old, new = before.split(" "), after.split(" ")
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if i < j:
            left.append((" ".join(old[i:j]), kind != "equal"))
        if k < m:
            right.append((" ".join(new[k:m]), kind != "equal"))
    return tuple(left), tuple(right)


def last_signed(book: Ledger, guideline: str, statement: str, person: str = "") -> str:
    """The digest of the wording that was signed last (by that person, if one is named), or nothing."""
    log = (signed.signature for signed in book.signed.get((guideline, statement), []))
    mine = [one.digest for one in log if one.decision != "withdraw" and person in ("", one.person)]
    return mine[-1] if mine else ""

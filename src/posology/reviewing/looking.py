"""`posology review`, where it only looks: status, inbox, history, the log and its proof, backups."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..findings import Finding, Refused, report
from .given import actor_of, guideline_of, opened, review_of, say, store_name, store_of, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..editorial.chain import Event
    from ..editorial.offer import Offer
    from ..editorial.store import Store


def show_status(args: argparse.Namespace) -> int:
    """Says how far a guideline has come."""
    from ..editorial.report import as_json, as_text

    store, guideline = store_of(args), guideline_of(args)
    found = review_of(store, guideline)
    if args.statement and args.statement not in found.parts:
        from ..findings import near

        do = near(args.statement, found.parts, "Leave it out to see them all.")
        raise Refused([Finding(args.statement, "No statement has this name.", do)])
    if args.format == "json":
        return say(json.dumps(as_json(found, args.statement), ensure_ascii=False, indent=1))
    return say(as_text(found, args.statement))


def show_statement(args: argparse.Namespace) -> int:
    """Says everything that a reviewer needs to judge one statement."""
    from ..findings import near
    from .reading import lines

    guideline = guideline_of(args)
    one = guideline.named.get(args.statement)
    if one is None:
        do = near(args.statement, guideline.named, "`posology review status` lists them.")
        raise Refused([Finding(args.statement, "No statement has this name.", do)])
    say("\n".join(lines(one, guideline)))
    if not store_name(args):
        return 0
    from ..editorial.report import as_text

    return say("\nReview\n" + as_text(review_of(store_of(args), guideline), args.statement))


def show_inbox(args: argparse.Namespace) -> int:
    """Lists what waits."""
    from ..editorial.inbox import inbox
    from ..editorial.store import book

    store = store_of(args)
    waiting = inbox(actor_of(args, store), book(store), store.clock())
    if args.format == "json":
        return say(json.dumps([item.as_json() for item in waiting], ensure_ascii=False, indent=1))
    for item in waiting:
        say(f"{item.guideline}  {item.statement}  {item.why}")
    return say(f"{len(waiting)} wait" if waiting else "Nothing waits.")


def show_history(args: argparse.Namespace) -> int:
    """Says what happened."""
    from ..editorial.history import history
    from ..editorial.store import events

    store, guideline = store_of(args), guideline_of(args)
    return _entries(list(history(events(store), guideline.id, args.statement)), args)


def _entries(entries: list[tuple[Event, str]], args: argparse.Namespace) -> int:
    from ..editorial.chain import instant

    if args.format == "json":
        listed = [
            {"seq": e.seq, "at": instant(e.at), "actor": e.actor, "kind": e.kind, "said": told} for e, told in entries
        ]
        return say(json.dumps(listed, ensure_ascii=False, indent=1))
    for event, told in entries:
        say(f"{event.seq}  {event.at:%Y-%m-%d %H:%M}  {event.actor}  {told}")
    return 0


def compare_versions(args: argparse.Namespace) -> int:
    """Says what differs between two versions, sentence by sentence, and patient by patient where that is asked for."""
    from ..editorial.store import content
    from ..read.guideline import read_texts
    from ..read.library import find, samples_of
    from .comparing import by_patient, by_sentence

    store = store_of(args)
    before, after = _two(args, store)
    old, new = (read_texts(json.loads(content(store, one.files) or "{}")) for one in (before, after))
    found = by_sentence(before, after, old, new, lambda digest: content(store, digest) or "{}")
    plans = by_patient(old, new, samples_of(find(args.guideline))) if args.patients else {}
    return _compared_json(found, plans, args) if args.format == "json" else _compared_text(found, plans, args)


def _two(args: argparse.Namespace, store: Store) -> tuple[Offer, Offer]:
    """The two versions that are meant: those that are named, or the last two. Raises Refused."""
    from ..editorial.store import book

    offers = book(store).offers.get(guideline_of(args).id, [])
    known = {offer.seq: offer for offer in offers}
    wanted = args.versions or [offer.seq for offer in offers[-2:]]
    if len(wanted) != 2 or not set(wanted) <= known.keys():
        do = f"Name two of: {', '.join(map(str, known)) or 'none was offered yet'}."
        raise Refused([Finding("NUMBER", "Two versions that were offered are needed.", do)])
    return known[wanted[0]], known[wanted[1]]


def _compared_json(found: list[Any], plans: Mapping[str, tuple[str, ...]], args: argparse.Namespace) -> int:
    listed = [
        {"statement": name, "what": what,
         "changes": [{"of": c.what, "before": _joined(c.before), "after": _joined(c.after)} for c in changed]}
        for name, what, changed in found
    ]  # fmt: skip
    people = [{"patient": name, "rules": list(rules)} for name, rules in plans.items()]
    made: Any = {"statements": listed, "patients": people} if args.patients else listed
    return say(json.dumps(made, ensure_ascii=False, indent=1))


def _compared_text(found: list[Any], plans: Mapping[str, tuple[str, ...]], args: argparse.Namespace) -> int:
    from ..editorial.history import name_of

    for name, what, changed in found:
        say(f"{name_of(name)}: {what}")
        for one in changed:
            say(f"  {one.what}\n    - {_joined(one.before)}\n    + {_joined(one.after)}")
    say(f"{len(found)} differ")
    if args.patients:
        say("\nSample patients whose plans differ")
        for name, rules in plans.items():
            say(f"  {name}: {', '.join(rules) or 'dates or questions'}")
        say(f"{len(plans)} differ")
    return 0


def _joined(runs: tuple[tuple[str, bool], ...]) -> str:
    return " ".join(words for words, _ in runs)


def find_digest(args: argparse.Namespace) -> int:
    """Says what a digest was."""
    from ..editorial.history import find
    from ..editorial.report import found_json, found_text
    from ..editorial.store import book

    store = store_of(args)
    found = find(args.digest, book(store), store.clock())
    if not found:
        do = "It may be of a version that was never offered here, or of another store."
        raise Refused([Finding(args.digest, "Nothing in this store has had this digest.", do)])
    if args.format == "json":
        return say(json.dumps([found_json(each) for each in found], ensure_ascii=False, indent=1))
    return say("\n\n".join(found_text(each) for each in found))


def export_log(args: argparse.Namespace) -> int:
    """Exports the log."""
    from ..editorial.verify import export

    text = "".join(f"{line}\n" for line in export(store_of(args)))
    if not args.out:
        return say(text.rstrip("\n"))
    return write(args.out, text.encode())


def verify_log(args: argparse.Namespace) -> int:
    """Proves the log. 1: it is not what was written."""
    from ..editorial.verify import head_of, lines_of, verify, verify_lines

    head = head_of(args.head) if args.head else None
    key = _public(args.key)
    verdict = verify_lines(lines_of(Path(args.log)), head, key) if args.log else verify(store_of(args), head, key)
    for fault in verdict.faults:
        found = Finding("the log", fault[:1].upper() + fault[1:] + ".", "Restore a backup.")
        sys.stderr.write(report(found) + "\n")
    say(f"{verdict.entries} entries, head {verdict.head}")
    if verdict.key:
        say(f"sealed by {verdict.key}" + ("" if key or not args.log else " (whether that is the right key: --key)"))
    for remark in verdict.remarks:
        say(f"Note: {remark}.")
    return say("The log is what was written.") if not verdict.faults else 1


def _public(words: str) -> str:
    """A public key as it was shown. Raises Refused."""
    from ..editorial.seal import public_of

    try:
        return public_of(words.strip()).public if words else ""
    except ValueError:
        do = "Write it as `posology review seal` shows it: ed25519:…"
        raise Refused([Finding("--key", "This is not a public key.", do)]) from None


def back_up(args: argparse.Namespace) -> int:
    """Writes a backup."""
    from ..editorial.backup import backup

    return write(args.file, backup(store_of(args)))


def restore_from(args: argparse.Namespace) -> int:
    """Makes a store of a backup."""
    from ..editorial.backup import restore_backup
    from ..editorial.verify import verify

    name = store_name(args)
    if not name:
        opened(name)
    verdict = verify(restore_backup(Path(args.file), name))
    return say(f"{verdict.entries} entries, head {verdict.head}. Passwords are not in a backup: make new links.")

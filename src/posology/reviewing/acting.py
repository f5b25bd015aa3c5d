"""`posology review`, where it changes something: offer, assign, sign, withdraw, declare, comment."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..findings import Finding, Refused
from .given import actor_of, guideline_of, head_line, review_of, say, store_of

if TYPE_CHECKING:
    from ..editorial.store import Store
    from ..model import Guideline

DECISIONS = {"approve": "approve", "request-changes": "request changes", "withdraw": "withdraw"}


def submit_version(args: argparse.Namespace) -> int:
    """Offers a version."""
    from ..editorial import acts
    from ..read.guideline import read_texts, texts_of
    from ..read.library import find

    texts = texts_of(find(args.guideline))
    guideline = read_texts(texts)
    store = store_of(args)
    acts.submit(store, actor_of(args, store), guideline, texts, args.author, args.note)
    return say(head_line(review_of(store, guideline)))


def assign_review(args: argparse.Namespace) -> int:
    """Asks somebody to review."""
    from ..editorial import acts
    from ..read.patient import date_of

    due = date_of(args.due) if args.due else None
    if isinstance(due, str):
        raise Refused([Finding("--due", due, "Write it as in 2026-01-31.")])
    store = store_of(args)
    acts.assign(store, actor_of(args, store), guideline_of(args).id, args.person, args.statements, due)
    return say(f"{args.person} is asked to review {', '.join(args.statements) or 'everything'}.")


def take_back(args: argparse.Namespace) -> int:
    """Takes a request to review back."""
    from ..editorial import acts

    store = store_of(args)
    acts.unassign(store, actor_of(args, store), guideline_of(args).id, args.request)
    return say(f"The request of entry {args.request} is taken back.")


def remind_person(args: argparse.Namespace) -> int:
    """Reminds somebody."""
    from ..editorial import acts

    store = store_of(args)
    acts.remind(store, actor_of(args, store), guideline_of(args).id, args.person, args.comment)
    return say(f"{args.person} is reminded.")


def sign_statements(args: argparse.Namespace) -> int:
    """Signs statements."""
    from ..editorial import acts

    store, guideline = store_of(args), guideline_of(args)
    actor = actor_of(args, store)
    wanted = _wanted(args, store, guideline, actor)
    made = acts.sign_all(
        store, actor, guideline.id, wanted, DECISIONS[args.decision], role=args.role,  # type: ignore[arg-type]
        comment=args.comment, acknowledged=_reasons(args.acknowledge),
    )  # fmt: skip
    say(f"{len(made)} signed: {DECISIONS[args.decision]}")
    return say(head_line(review_of(store, guideline)))


def _wanted(args: argparse.Namespace, store: Store, guideline: Guideline, actor: str) -> dict[str, str]:
    """The statements to be signed, with the digests that they have in the folder."""
    found = review_of(store, guideline).parts
    if args.all:
        done = {n for n, part in found.items() if actor in {s.person for s in (*part.approvals, *part.requests)}}
        names = [n for n, part in found.items() if n not in done and actor not in part.authors]
    else:
        names = list(dict.fromkeys(args.statements))
    if not names:
        do = "Name statements; `posology review inbox` lists what waits."
        raise Refused([Finding("STATEMENT", "There is nothing to sign.", do)])
    return {name: found[name].digest if name in found else "" for name in names}


def _reasons(given: list[str]) -> dict[str, str]:
    pairs = [words.partition("=") for words in given]
    wrong = [key for key, sign, reason in pairs if not (sign and key and reason.strip())]
    if wrong:
        do = "Write it as in --acknowledge 5='read there'."
        raise Refused([Finding("--acknowledge", "A reason is missing.", do)])
    return {key: reason for key, _, reason in pairs}


def stop_or_restore(args: argparse.Namespace) -> int:
    """Withdraws, or asks for something to come back."""
    from ..editorial import acts

    store, guideline = store_of(args), guideline_of(args)
    act = acts.withdraw if args.deed == "withdraw" else acts.restore
    act(store, actor_of(args, store), guideline.id, args.statement, role=args.role, comment=args.comment)
    return say(head_line(review_of(store, guideline)))


def declare_interests(args: argparse.Namespace) -> int:
    """Declares interests."""
    from ..editorial import acts

    store = store_of(args)
    acts.declare(store, actor_of(args, store), args.conflict, guideline_of(args).id if args.only else "")
    return say("declared for 12 months: " + (args.conflict or "no conflict of interest"))


def comment_on(args: argparse.Namespace) -> int:
    """Comments on a statement."""
    from ..editorial import acts

    store = store_of(args)
    made = acts.comment(store, actor_of(args, store), guideline_of(args).id, args.statement, args.text, args.thread)
    return say(f"thread {args.thread or made.seq}")


def close_thread(args: argparse.Namespace) -> int:
    """Closes a thread, or opens it again."""
    from ..editorial import acts

    store = store_of(args)
    acts.resolve(store, actor_of(args, store), guideline_of(args).id, args.thread, args.deed == "resolve")
    return say(f"thread {args.thread} {'resolved' if args.deed == 'resolve' else 'open again'}")


def note_source(args: argparse.Namespace) -> int:
    """Notes that a source was withdrawn."""
    from ..editorial import acts

    store, guideline = store_of(args), guideline_of(args)
    acts.withdraw_source(store, actor_of(args, store), guideline.id, args.key, args.comment)
    return say(head_line(review_of(store, guideline)))


def seal_log(args: argparse.Namespace) -> int:
    """Says which key seals the log; takes another one, or the first."""
    from ..editorial.keyfile import forget_head, read_key
    from ..editorial.rekey import change_key
    from ..editorial.verify import verify

    store = store_of(args)
    if args.older_copy:
        forget_head(store.place)
    elif args.lost or args.new_key or not verify(store).key:
        change_key(store, "lost" if args.lost else "replaced" if args.new_key else "first seal", lost=args.lost)
    found, key = verify(store), read_key(store.place)
    where = "POSOLOGY_SEAL_KEY" if store.place.given else str(store.place.path)
    held = "is not here" if key is None else "is here" if key.private else "is here in its public half: to read only"
    say(f"{found.entries} entries, head {found.head}")
    say(f"sealed by {found.key or 'nobody yet'}")
    return say(f"The key {held}: {where}")

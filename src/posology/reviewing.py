"""`posology people` and `posology review`: who may sign, what was signed, and what it comes to."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .findings import Finding, Refused, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from .editorial.chain import Event
    from .editorial.status import Review
    from .editorial.store import Store
    from .model import Guideline

STORE, ACTOR, PASSWORD = "POSOLOGY_STORE", "POSOLOGY_AS", "POSOLOGY_PASSWORD"
DECISIONS = {"approve": "approve", "request-changes": "request changes", "withdraw": "withdraw"}


# ---------------------------------------------------------------- arguments


def store_argument(parser: argparse.ArgumentParser) -> None:
    """The option of commands that show a status, and so may look into a store."""
    parser.add_argument("--store", metavar="STORE", help=f"the store of signatures: a path or URL (default: ${STORE})")


def people_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `posology people`."""
    deeds = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    first = _deed(deeds, "first", "make a store and its first administrator; print the one-time link", _first)
    first.add_argument("--account", default="administrator", help="the account's name")
    add = _deed(deeds, "add", "add an account (and make the store, if there is none)", _add)
    add.add_argument("account", metavar="ACCOUNT", help="its name: small letters, digits, dots and hyphens")
    add.add_argument("--name", required=True, help="the person's name, in any script")
    _roles_argument(add)
    _deed(deeds, "list", "list the accounts with their roles and declarations", _list, "json")
    roles = _deed(deeds, "roles", "give an account other roles", _roles)
    roles.add_argument("account", metavar="ACCOUNT", help="whose roles")
    _roles_argument(roles)
    for word, told in (("lock", "lock an account and end its sessions"), ("unlock", "unlock an account")):
        _deed(deeds, word, told, _lock).add_argument("account", metavar="ACCOUNT", help="which account")
    linked = _deed(deeds, "link", "print a one-time link with which somebody sets a password", _link)
    linked.add_argument("account", metavar="ACCOUNT", help="whose password")
    password = _deed(deeds, "password", "set a password with a one-time link (asked for, or from standard input)", _set)
    password.add_argument("link", metavar="LINK", help="the link, or what stands at its end")


def _roles_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--role", action="append", default=[], metavar="ROLE", help="a role; may be given again")


def review_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `posology review`."""
    deeds = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    submit = _deed(deeds, "submit", "offer a version of a guideline for review", _submit)
    submit.add_argument("--author", action="append", default=[], metavar="ACCOUNT", help="who else made its changes")
    submit.add_argument("--note", default="", help="what has changed, in a sentence")
    assign = _deed(deeds, "assign", "ask somebody to review statements, or all of them", _assign)
    assign.add_argument("person", metavar="ACCOUNT", help="who is asked")
    assign.add_argument("statements", nargs="*", metavar="STATEMENT", help="which statements (default: all)")
    assign.add_argument("--due", metavar="DATE", help="until when")
    remind = _deed(deeds, "remind", "remind somebody", _remind)
    remind.add_argument("person", metavar="ACCOUNT", help="who is reminded")
    remind.add_argument("--comment", default="", help="in which words")
    _sign_arguments(_deed(deeds, "sign", "sign statements, as they stand in the guideline's folder", _sign))
    for word, told in (
        ("withdraw", "take a statement, or the whole guideline, out of use at once"),
        ("restore", "ask for something withdrawn to come back (it takes two people)"),
    ):
        stop = _deed(deeds, word, told, _stop)
        stop.add_argument("statement", nargs="?", default="", metavar="STATEMENT", help="default: the whole guideline")
        stop.add_argument("--comment", default="", help="the reason")
        stop.add_argument("--role", default="", help="in which role")
    declare = _deed(deeds, "declare", "declare interests, for 12 months", _declare)
    declare.add_argument("--conflict", default="", help="the conflict, in words (default: there is none)")
    declare.add_argument("--only", action="store_true", help="for this guideline only")
    remark = _deed(deeds, "comment", "comment on a statement", _comment)
    remark.add_argument("statement", metavar="STATEMENT", help="on which statement")
    remark.add_argument("text", metavar="TEXT", help="the comment")
    remark.add_argument("--thread", type=int, metavar="NUMBER", help="the thread that it belongs to")
    resolve = _deed(deeds, "resolve", "close a thread of comments", _resolve)
    resolve.add_argument("thread", type=int, metavar="NUMBER", help="which thread")
    source = _deed(deeds, "source", "note that a source was withdrawn", _source)
    source.add_argument("key", metavar="CITATION", help="its key in references.md")
    source.add_argument("--comment", default="", help="who withdrew it, and when")
    _reading_arguments(deeds)


def _sign_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("statements", nargs="*", metavar="STATEMENT", help="which statements (_particulars: the rest)")
    parser.add_argument("--all", action="store_true", help="all that wait for this person's signature")
    parser.add_argument("--decision", choices=tuple(DECISIONS), default="approve")
    parser.add_argument("--role", default="", help="in which role (default: the first that may)")
    parser.add_argument("--comment", default="", help="the reason")
    parser.add_argument(
        "--acknowledge", action="append", default=[], metavar="CITATION=REASON",
        help="why it may rest on a source that is dangling or withdrawn; readers see it",
    )  # fmt: skip


def _reading_arguments(deeds: Any) -> None:
    status = _deed(deeds, "status", "say how far a guideline, or a statement, has come", _status, "json")
    status.add_argument("statement", nargs="?", default="", metavar="STATEMENT", help="default: the whole guideline")
    _deed(deeds, "inbox", "list what waits for somebody", _inbox, "json")
    past = _deed(deeds, "history", "say what happened to a guideline, or to a statement", _history, "json")
    past.add_argument("statement", nargs="?", default="", metavar="STATEMENT", help="default: the whole guideline")
    found = _deed(deeds, "find", "say what a digest was, and what became of it", _find, "json")
    found.add_argument("digest", metavar="DIGEST", help="of a plan, a page or a statement; its beginning is enough")
    log = _deed(deeds, "log", "export the log as JSON lines", _log)
    log.add_argument("--out", metavar="FILE", help="write here instead of to standard output")
    check = _deed(deeds, "verify", "prove that the log is what was written; exit 1 if it is not", _verify)
    check.add_argument("--head", metavar="HEAD", help="a head that was noted earlier: NUMBER:DIGEST")
    check.add_argument("--log", metavar="FILE", help="an exported log, instead of a store")
    kept = _deed(deeds, "backup", "write the log and all that it names into one file", _backup)
    kept.add_argument("file", metavar="FILE", help="where to")
    again = _deed(deeds, "restore-backup", "make a store from a backup", _restore_backup)
    again.add_argument("file", metavar="FILE", help="the backup")


def _deed(
    deeds: Any, word: str, told: str, run: Callable[[argparse.Namespace], int], form: str = ""
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = deeds.add_parser(word, help=told)
    store_argument(parser)
    parser.add_argument("--guideline", metavar="DIR", help="a guideline's folder or name")
    parser.add_argument("--as", dest="actor", metavar="ACCOUNT", help=f"who acts (default: ${ACTOR})")
    if form:
        parser.add_argument("--format", choices=("text", form), default="text")
    parser.set_defaults(run=run, deed=word)
    return parser


# ---------------------------------------------------------------- status for other commands


def store_name(args: argparse.Namespace) -> str:
    """The store that a command was given, if any."""
    return str(getattr(args, "store", None) or os.environ.get(STORE, ""))


def reviewed(guideline: Guideline, args: argparse.Namespace) -> Guideline:
    """The guideline with the status that its signatures come to, where there is a store. Raises Refused."""
    name = store_name(args)
    if not name:
        return guideline
    from .editorial.status import plain_status, summary

    found = _review(_open(name), guideline)
    return replace(guideline, status=plain_status(found.state), review=summary(found))


def _review(store: Store, guideline: Guideline) -> Review:
    from .editorial.offer import offer_of
    from .editorial.status import review
    from .editorial.store import book

    return review(offer_of(guideline), book(store), store.clock())


def _open(name: str, make: bool = False) -> Store:
    from .editorial.store import open_store

    if not name:
        do = f"Add --store FILE, or set {STORE}."
        raise Refused([Finding("--store", "No store is named.", do)])
    return open_store(name, make=make)


def _store(args: argparse.Namespace, make: bool = False) -> Store:
    return _open(store_name(args), make)


def _guideline(args: argparse.Namespace) -> Guideline:
    from .read.library import load

    return load(args.guideline)


def _actor(args: argparse.Namespace, store: Store, default: str = "") -> str:
    """Who acts. An account that has a password must show it. Raises Refused."""
    from .editorial.people import password_is
    from .editorial.store import book

    account = args.actor or os.environ.get(ACTOR, "") or default
    if not account:
        raise Refused([Finding("--as", "Nobody is named who acts.", f"Add --as ACCOUNT, or set {ACTOR}.")])
    person = book(store).people.get(account)
    if person and person.fingerprint and not password_is(store, account, _password(account)):
        raise Refused([Finding(account, "The password is not right.", "Try again, or ask for a new link.")])
    return account


def _password(account: str) -> str:
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    if not sys.stdin.isatty():
        do = f"Run it at a terminal, or set {PASSWORD}."
        raise Refused([Finding(account, "This account has a password, which must be shown.", do)])
    from getpass import getpass

    return getpass(f"Password of {account}: ")


# ---------------------------------------------------------------- people


def _first(args: argparse.Namespace) -> int:
    from .editorial.people import first_administrator

    token = first_administrator(_store(args, make=True), args.account)
    if token is None:
        do = "Use `posology people link ACCOUNT` for a new link."
        raise Refused([Finding("--store", "This store has accounts already.", do)])
    return _say(f"{args.account}: set a password with `posology people password {token}`, or at /link/{token}")


def _add(args: argparse.Namespace) -> int:
    from .editorial.people import TERMINAL, add

    store = _store(args, make=True)
    add(store, _actor(args, store, TERMINAL), args.account, args.name, args.role)
    return _say(f"{args.account} added: {', '.join(args.role)}")


def _list(args: argparse.Namespace) -> int:
    from .editorial.chain import instant
    from .editorial.store import book

    store = _store(args)
    listed = [
        {
            "account": person.id, "name": person.name, "roles": list(person.roles), "locked": person.locked,
            "declarations": [{"at": instant(d.at), "guideline": d.guideline, "conflict": d.conflict,
                              "valid": d.valid(store.clock())} for d in person.declared],
        }
        for person in book(store).people.values()
    ]  # fmt: skip
    if args.format == "json":
        return _say(json.dumps(listed, ensure_ascii=False, indent=1))
    for person in book(store).people.values():
        _say(f"{person.id}  {person.name}  {', '.join(person.roles)}" + "  locked" * person.locked)
    return 0


def _roles(args: argparse.Namespace) -> int:
    from .editorial.people import TERMINAL, change_roles

    store = _store(args)
    change_roles(store, _actor(args, store, TERMINAL), args.account, args.role)
    return _say(f"{args.account}: {', '.join(args.role)}")


def _lock(args: argparse.Namespace) -> int:
    from .editorial.people import TERMINAL, lock

    store = _store(args)
    lock(store, _actor(args, store, TERMINAL), args.account, args.deed == "lock")
    return _say(f"{args.account} {args.deed}ed")


def _link(args: argparse.Namespace) -> int:
    from .editorial.people import TERMINAL, link

    store = _store(args)
    token = link(store, _actor(args, store, TERMINAL), args.account)
    return _say(f"{args.account}, once and within a day: /link/{token}")


def _set(args: argparse.Namespace) -> int:
    from .editorial.people import set_password

    token = args.link.rstrip("/").rpartition("/")[2]
    if sys.stdin.isatty():
        from getpass import getpass

        password = getpass("New password: ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    return _say(f"The password of {set_password(_store(args), token, password)} is set.")


# ---------------------------------------------------------------- the review


def _submit(args: argparse.Namespace) -> int:
    from .editorial import acts
    from .read.guideline import read_texts, texts_of
    from .read.library import find

    texts = texts_of(find(args.guideline))
    guideline = read_texts(texts)
    store = _store(args)
    acts.submit(store, _actor(args, store), guideline, texts, args.author, args.note)
    return _say(_head_line(_review(store, guideline)))


def _assign(args: argparse.Namespace) -> int:
    from .editorial import acts
    from .read.patient import date_of

    due = date_of(args.due) if args.due else None
    if isinstance(due, str):
        raise Refused([Finding("--due", due, "Write it as in 2026-01-31.")])
    store = _store(args)
    acts.assign(store, _actor(args, store), _guideline(args).id, args.person, args.statements, due)
    return _say(f"{args.person} is asked to review {', '.join(args.statements) or 'everything'}.")


def _remind(args: argparse.Namespace) -> int:
    from .editorial import acts

    store = _store(args)
    acts.remind(store, _actor(args, store), _guideline(args).id, args.person, args.comment)
    return _say(f"{args.person} is reminded.")


def _sign(args: argparse.Namespace) -> int:
    from .editorial import acts

    store, guideline = _store(args), _guideline(args)
    actor = _actor(args, store)
    wanted = _wanted(args, store, guideline, actor)
    made = acts.sign_all(
        store, actor, guideline.id, wanted, DECISIONS[args.decision], role=args.role,  # type: ignore[arg-type]
        comment=args.comment, acknowledged=_reasons(args.acknowledge),
    )  # fmt: skip
    _say(f"{len(made)} signed: {DECISIONS[args.decision]}")
    return _say(_head_line(_review(store, guideline)))


def _wanted(args: argparse.Namespace, store: Store, guideline: Guideline, actor: str) -> dict[str, str]:
    """The statements to be signed, with the digests that they have in the folder."""
    found = _review(store, guideline).parts
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


def _stop(args: argparse.Namespace) -> int:
    from .editorial import acts

    store, guideline = _store(args), _guideline(args)
    act = acts.withdraw if args.deed == "withdraw" else acts.restore
    act(store, _actor(args, store), guideline.id, args.statement, role=args.role, comment=args.comment)
    return _say(_head_line(_review(store, guideline)))


def _declare(args: argparse.Namespace) -> int:
    from .editorial import acts

    store = _store(args)
    acts.declare(store, _actor(args, store), args.conflict, _guideline(args).id if args.only else "")
    return _say("declared for 12 months: " + (args.conflict or "no conflict of interest"))


def _comment(args: argparse.Namespace) -> int:
    from .editorial import acts

    store = _store(args)
    made = acts.comment(store, _actor(args, store), _guideline(args).id, args.statement, args.text, args.thread)
    return _say(f"thread {args.thread or made.seq}")


def _resolve(args: argparse.Namespace) -> int:
    from .editorial import acts

    store = _store(args)
    acts.resolve(store, _actor(args, store), _guideline(args).id, args.thread)
    return _say(f"thread {args.thread} resolved")


def _source(args: argparse.Namespace) -> int:
    from .editorial import acts

    store, guideline = _store(args), _guideline(args)
    acts.withdraw_source(store, _actor(args, store), guideline.id, args.key, args.comment)
    return _say(_head_line(_review(store, guideline)))


# ---------------------------------------------------------------- looking


def _status(args: argparse.Namespace) -> int:
    from .editorial.report import as_json, as_text

    store, guideline = _store(args), _guideline(args)
    found = _review(store, guideline)
    if args.statement and args.statement not in found.parts:
        from .findings import near

        do = near(args.statement, found.parts, "Leave it out to see them all.")
        raise Refused([Finding(args.statement, "No statement has this name.", do)])
    if args.format == "json":
        return _say(json.dumps(as_json(found, args.statement), ensure_ascii=False, indent=1))
    return _say(as_text(found, args.statement))


def _inbox(args: argparse.Namespace) -> int:
    from .editorial.inbox import inbox
    from .editorial.store import book

    store = _store(args)
    waiting = inbox(_actor(args, store), book(store), store.clock())
    if args.format == "json":
        return _say(json.dumps([item.as_json() for item in waiting], ensure_ascii=False, indent=1))
    for item in waiting:
        _say(f"{item.guideline}  {item.statement}  {item.why}")
    return _say(f"{len(waiting)} wait" if waiting else "Nothing waits.")


def _history(args: argparse.Namespace) -> int:
    from .editorial.history import history
    from .editorial.store import events

    store, guideline = _store(args), _guideline(args)
    return _entries(list(history(events(store), guideline.id, args.statement)), args)


def _entries(entries: list[tuple[Event, str]], args: argparse.Namespace) -> int:
    from .editorial.chain import instant

    if args.format == "json":
        listed = [
            {"seq": e.seq, "at": instant(e.at), "actor": e.actor, "kind": e.kind, "said": told} for e, told in entries
        ]
        return _say(json.dumps(listed, ensure_ascii=False, indent=1))
    for event, told in entries:
        _say(f"{event.seq}  {event.at:%Y-%m-%d %H:%M}  {event.actor}  {told}")
    return 0


def _find(args: argparse.Namespace) -> int:
    from .editorial.history import find
    from .editorial.report import found_json, found_text
    from .editorial.store import book

    store = _store(args)
    found = find(args.digest, book(store), store.clock())
    if not found:
        do = "It may be of a version that was never offered here, or of another store."
        raise Refused([Finding(args.digest, "Nothing in this store has had this digest.", do)])
    if args.format == "json":
        return _say(json.dumps([found_json(each) for each in found], ensure_ascii=False, indent=1))
    return _say("\n\n".join(found_text(each) for each in found))


def _log(args: argparse.Namespace) -> int:
    from .editorial.verify import export

    text = "".join(f"{line}\n" for line in export(_store(args)))
    if not args.out:
        return _say(text.rstrip("\n"))
    return _write(args.out, text.encode())


def _verify(args: argparse.Namespace) -> int:
    from .editorial.verify import head_of, lines_of, verify, verify_lines

    head = head_of(args.head) if args.head else None
    verdict = verify_lines(lines_of(Path(args.log)), head) if args.log else verify(_store(args), head)
    for fault in verdict.faults:
        found = Finding("the log", fault[:1].upper() + fault[1:] + ".", "Restore a backup.")
        sys.stderr.write(report(found) + "\n")
    _say(f"{verdict.entries} entries, head {verdict.head}")
    return _say("The log is what was written.") if not verdict.faults else 1


def _backup(args: argparse.Namespace) -> int:
    from .editorial.backup import backup

    return _write(args.file, backup(_store(args)))


def _restore_backup(args: argparse.Namespace) -> int:
    from .editorial.backup import restore_backup
    from .editorial.verify import verify

    name = store_name(args)
    if not name:
        _open(name)
    verdict = verify(restore_backup(Path(args.file), name))
    return _say(f"{verdict.entries} entries, head {verdict.head}. Passwords are not in a backup: make new links.")


def _write(name: str, content: bytes) -> int:
    from .cli import write_whole

    try:
        write_whole(Path(name), content)
    except OSError as error:
        do = "Choose a place that can be written to."
        raise Refused([Finding(name, f"It cannot be written: {error.strerror}.", do)]) from None
    return _say(name)


def _head_line(found: Review) -> str:
    from .editorial.history import title_of

    return f"{found.guideline} {found.version}: {title_of(found)}"


def _say(words: str) -> int:
    sys.stdout.buffer.write(words.encode(errors="replace") + b"\n")
    sys.stdout.buffer.flush()
    return 0

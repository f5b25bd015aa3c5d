"""The arguments of `posology people` and `posology review`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import Any

from .accounts import (
    add_person,
    change_own_password,
    change_roles,
    end_every_session,
    list_people,
    list_sessions,
    lock_account,
    make_link,
    make_store,
    remove_factor,
    set_password,
)
from .acting import (
    DECISIONS,
    assign_review,
    close_thread,
    comment_on,
    declare_interests,
    note_source,
    remind_person,
    seal_log,
    sign_statements,
    stop_or_restore,
    submit_version,
    take_back,
)
from .given import ACTOR, STORE, extra
from .looking import (
    back_up,
    compare_versions,
    export_log,
    find_digest,
    restore_from,
    show_history,
    show_inbox,
    show_statement,
    show_status,
    verify_log,
)


def store_argument(parser: argparse.ArgumentParser) -> None:
    """The option of commands that show a status, and so may look into a store."""
    parser.add_argument("--store", metavar="STORE", help=f"the store of signatures: a path or URL (default: ${STORE})")


def people_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `posology people`."""
    deeds = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    first = _deed(deeds, "first", "make a store and its first administrator; print the one-time link", make_store)
    first.add_argument("--account", default="administrator", help="the account's name")
    add = _deed(deeds, "add", "add an account (and make the store, if there is none)", add_person)
    add.add_argument("account", metavar="ACCOUNT", help="its name: small letters, digits, dots and hyphens")
    add.add_argument("--name", required=True, help="the person's name, in any script")
    _roles_argument(add)
    _deed(deeds, "list", "list the accounts with their roles and declarations", list_people, "json")
    roles = _deed(deeds, "roles", "give an account other roles", change_roles)
    roles.add_argument("account", metavar="ACCOUNT", help="whose roles")
    _roles_argument(roles)
    for word, told in (("lock", "lock an account and end its sessions"), ("unlock", "unlock an account")):
        _deed(deeds, word, told, lock_account).add_argument("account", metavar="ACCOUNT", help="which account")
    linked = _deed(deeds, "link", "print a one-time link with which somebody sets a password", make_link)
    linked.add_argument("account", metavar="ACCOUNT", help="whose password")
    told = "take the second factor of somebody away who has lost their device"
    _deed(deeds, "remove-factor", told, remove_factor).add_argument("account", metavar="ACCOUNT", help="whose")
    told = "set a password with a one-time link (asked for, or from standard input)"
    password = _deed(deeds, "password", told, set_password)
    password.add_argument("link", metavar="LINK", help="the link, or what stands at its end")

    told = "change the password of the account that acts (--as), which must be shown; its sessions end"
    _deed(deeds, "change-password", told, change_own_password)
    told = "list the sessions of somebody in browsers: begun, last used, kind of browser"
    _deed(deeds, "sessions", told, list_sessions, "json").add_argument("account", metavar="ACCOUNT", help="whose")
    ended = _deed(deeds, "end-sessions", "end every session of somebody", end_every_session)
    ended.add_argument("account", metavar="ACCOUNT", help="whose")


def _roles_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--role", action="append", default=[], metavar="ROLE", help="a role; may be given again")


def review_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `posology review`."""
    deeds = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    submit = _deed(deeds, "submit", "offer a version of a guideline for review", submit_version)
    submit.add_argument("--author", action="append", default=[], metavar="ACCOUNT", help="who else made its changes")
    submit.add_argument("--note", default="", help="what has changed, in a sentence")
    assign = _deed(deeds, "assign", "ask somebody to review statements, or all of them", assign_review)
    assign.add_argument("person", metavar="ACCOUNT", help="who is asked")
    assign.add_argument("statements", nargs="*", metavar="STATEMENT", help="which statements (default: all)")
    assign.add_argument("--due", metavar="DATE", help="until when")
    back = _deed(deeds, "unassign", "take a request to review back", take_back)
    back.add_argument("request", type=int, metavar="NUMBER", help="the entry with which it was made")
    remind = _deed(deeds, "remind", "remind somebody", remind_person)
    remind.add_argument("person", metavar="ACCOUNT", help="who is reminded")
    remind.add_argument("--comment", default="", help="in which words")
    _sign_arguments(_deed(deeds, "sign", "sign statements, as they stand in the guideline's folder", sign_statements))
    for word, told in (
        ("withdraw", "take a statement, or the whole guideline, out of use at once"),
        ("restore", "ask for something withdrawn to come back (it takes two people)"),
    ):
        stop = _deed(deeds, word, told, stop_or_restore)
        stop.add_argument("statement", nargs="?", default="", metavar="STATEMENT", help="default: the whole guideline")
        stop.add_argument("--comment", default="", help="the reason")
        stop.add_argument("--role", default="", help="in which role")
    declare = _deed(deeds, "declare", "declare interests, for 12 months", declare_interests)
    declare.add_argument("--conflict", default="", help="the conflict, in words (default: there is none)")
    declare.add_argument("--only", action="store_true", help="for this guideline only")
    remark = _deed(deeds, "comment", "comment on a statement", comment_on)
    remark.add_argument("statement", metavar="STATEMENT", help="on which statement")
    remark.add_argument("text", metavar="TEXT", help="the comment")
    remark.add_argument("--thread", type=int, metavar="NUMBER", help="the thread that it belongs to")
    resolve = _deed(deeds, "resolve", "close a thread of comments", close_thread)
    resolve.add_argument("thread", type=int, metavar="NUMBER", help="which thread")
    reopen = _deed(deeds, "reopen", "open a closed thread of comments again", close_thread)
    reopen.add_argument("thread", type=int, metavar="NUMBER", help="which thread")
    source = _deed(deeds, "source", "note that a source was withdrawn", note_source)
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
    )


def _reading_arguments(deeds: Any) -> None:
    status = _deed(deeds, "status", "say how far a guideline, or a statement, has come", show_status, "json")
    status.add_argument("statement", nargs="?", default="", metavar="STATEMENT", help="default: the whole guideline")
    told = "say all that a reviewer needs to judge a statement: rule, patients at its edges, evidence dossier"
    _deed(deeds, "show", told, show_statement).add_argument("statement", metavar="STATEMENT", help="which statement")
    _deed(deeds, "inbox", "list what waits for somebody", show_inbox, "json")
    past = _deed(deeds, "history", "say what happened to a guideline, or to a statement", show_history, "json")
    past.add_argument("statement", nargs="?", default="", metavar="STATEMENT", help="default: the whole guideline")
    pair = _deed(deeds, "compare", "say what differs between two versions that were offered", compare_versions, "json")
    pair.add_argument("versions", nargs="*", type=int, metavar="NUMBER", help="two entries (default: the last two)")
    pair.add_argument("--patients", action="store_true", help="also the sample patients whose plans differ")
    found = _deed(deeds, "find", "say what a digest was, and what became of it", find_digest, "json")
    found.add_argument("digest", metavar="DIGEST", help="of a plan, a page or a statement; its beginning is enough")
    log = _deed(deeds, "log", "export the log as JSON lines", export_log)
    log.add_argument("--out", metavar="FILE", help="write here instead of to standard output")
    check = _deed(deeds, "verify", "prove that the log is what was written; exit 1 if it is not", verify_log)
    check.add_argument("--head", metavar="HEAD", help="a head that was noted earlier: NUMBER:DIGEST")
    check.add_argument("--key", default="", metavar="KEY", help="the public key that must have sealed it")
    check.add_argument("--log", metavar="FILE", help="an exported log, instead of a store")
    seal = _deed(deeds, "seal", "show the key that seals the log; seal a log of an older posology", seal_log)
    which = seal.add_mutually_exclusive_group()
    which.add_argument("--new-key", action="store_true", help="take a new key; the one that is here hands over to it")
    which.add_argument("--lost", action="store_true", help="take a new key, since the old one is gone; it is told")
    which.add_argument("--older-copy", action="store_true", help="an older copy of the store was put here on purpose")
    kept = _deed(deeds, "backup", "write the log and all that it names into one file", back_up)
    kept.add_argument("file", metavar="FILE", help="where to")
    again = _deed(deeds, "restore-backup", "make a store from a backup", restore_from)
    again.add_argument("file", metavar="FILE", help="the backup")


def _run(run: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    """Runs a command, if the packages of a review are installed. Raises Refused."""
    with extra():
        return run(args)


def _deed(
    deeds: Any, word: str, told: str, run: Callable[[argparse.Namespace], int], form: str = ""
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = deeds.add_parser(word, help=told)
    store_argument(parser)
    parser.add_argument("--guideline", metavar="DIR", help="a guideline's folder or name")
    parser.add_argument("--as", dest="actor", metavar="ACCOUNT", help=f"who acts (default: ${ACTOR})")
    if form:
        parser.add_argument("--format", choices=("text", form), default="text")
    parser.set_defaults(run=partial(_run, run), deed=word)
    return parser

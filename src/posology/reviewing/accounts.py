"""`posology people`: accounts, roles, one-time links."""

from __future__ import annotations

import argparse
import json
import sys

from ..findings import Finding, Refused
from .given import actor_of, say, shown_by, store_of


def make_store(args: argparse.Namespace) -> int:
    """Makes a store with its first administrator."""
    from ..editorial.people import first_administrator

    token = first_administrator(store_of(args, make=True), args.account)
    if token is None:
        do = "Use `posology people link ACCOUNT` for a new link."
        raise Refused([Finding("--store", "This store has accounts already.", do)])
    return say(f"{args.account}: set a password with `posology people password {token}`, or at /link/{token}")


def add_person(args: argparse.Namespace) -> int:
    """Adds an account."""
    from ..editorial.people import TERMINAL, add

    store = store_of(args, make=True)
    add(store, actor_of(args, store, TERMINAL), args.account, args.name, args.role)
    return say(f"{args.account} added: {', '.join(args.role)}")


def list_people(args: argparse.Namespace) -> int:
    """Lists the accounts."""
    from ..editorial.chain import instant
    from ..editorial.store import book

    store = store_of(args)
    listed = [
        {
            "account": person.id, "name": person.name, "roles": list(person.roles), "locked": person.locked,
            "declarations": [{"at": instant(d.at), "guideline": d.guideline, "conflict": d.conflict,
                              "valid": d.valid(store.clock())} for d in person.declared],
        }
        for person in book(store).people.values()
    ]  # fmt: skip
    if args.format == "json":
        return say(json.dumps(listed, ensure_ascii=False, indent=1))
    for person in book(store).people.values():
        say(f"{person.id}  {person.name}  {', '.join(person.roles)}" + "  locked" * person.locked)
    return 0


def change_roles(args: argparse.Namespace) -> int:
    """Gives an account other roles."""
    from ..editorial.people import TERMINAL
    from ..editorial.people import change_roles as change

    store = store_of(args)
    change(store, actor_of(args, store, TERMINAL), args.account, args.role)
    return say(f"{args.account}: {', '.join(args.role)}")


def lock_account(args: argparse.Namespace) -> int:
    """Locks or unlocks an account."""
    from ..editorial.people import TERMINAL, lock

    store = store_of(args)
    lock(store, actor_of(args, store, TERMINAL), args.account, args.deed == "lock")
    return say(f"{args.account} {args.deed}ed")


def remove_factor(args: argparse.Namespace) -> int:
    """Takes a second factor away."""
    from ..editorial.people import TERMINAL
    from ..editorial.people import remove_factor as remove

    store = store_of(args)
    remove(store, actor_of(args, store, TERMINAL), args.account)
    return say(f"{args.account} signs in with the password alone, until they set another second factor up.")


def make_link(args: argparse.Namespace) -> int:
    """Prints a one-time link."""
    from ..editorial.people import TERMINAL, link

    store = store_of(args)
    token = link(store, actor_of(args, store, TERMINAL), args.account)
    return say(f"{args.account}, once and within a day: /link/{token}")


def list_sessions(args: argparse.Namespace) -> int:
    """Lists the sessions of an account that go on."""
    from ..editorial.chain import instant
    from ..editorial.people import there
    from ..editorial.sessions import sessions
    from ..editorial.store import book

    store = store_of(args)
    if faults := there(book(store), args.account):
        raise Refused(faults)
    found = sessions(store, args.account)
    if args.format == "json":
        listed = [{"begun": instant(s.begun), "used": instant(s.used), "browser": s.browser} for s in found]
        return say(json.dumps(listed, ensure_ascii=False, indent=1))
    for one in found:
        say(f"begun {one.begun:%Y-%m-%d %H:%M}  last used {one.used:%Y-%m-%d %H:%M}  {one.browser or 'unknown'}")
    return say(f"{len(found)} session{'s' * (len(found) != 1)}")


def end_every_session(args: argparse.Namespace) -> int:
    """Ends every session of an account."""
    from ..editorial.people import TERMINAL
    from ..editorial.sessions import end_sessions

    store = store_of(args)
    ended = end_sessions(store, actor_of(args, store, TERMINAL), args.account)
    return say(f"{args.account}: {ended} session{'s' * (ended != 1)} ended")


def change_own_password(args: argparse.Namespace) -> int:
    """Changes the password of whoever acts, who shows the one that they have."""
    from ..editorial.sessions import change_password

    store = store_of(args)
    account, password, code = shown_by(args, store)
    change_password(store, account, password, _new_password(), code=code)
    return say(f"The password of {account} is changed. Every session of it has ended.")


def _new_password() -> str:
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass("New password: ")
    return sys.stdin.readline().rstrip("\n")


def set_password(args: argparse.Namespace) -> int:
    """Sets a password with a one-time link."""
    from ..editorial.people import set_password as set_it

    token = args.link.rstrip("/").rpartition("/")[2]
    return say(f"The password of {set_it(store_of(args), token, _new_password())} is set.")

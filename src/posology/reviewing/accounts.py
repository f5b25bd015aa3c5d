"""`posology people`: accounts, roles, one-time links."""

from __future__ import annotations

import argparse
import json
import sys

from ..findings import Finding, Refused
from .given import actor_of, say, store_of


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


def set_password(args: argparse.Namespace) -> int:
    """Sets a password with a one-time link."""
    from ..editorial.people import set_password as set_it

    token = args.link.rstrip("/").rpartition("/")[2]
    if sys.stdin.isatty():
        from getpass import getpass

        password = getpass("New password: ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    return say(f"The password of {set_it(store_of(args), token, password)} is set.")

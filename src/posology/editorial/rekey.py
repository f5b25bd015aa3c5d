"""Another key for the log: the first one for a log that has none, a new one in turn, or one for one that is lost."""

from __future__ import annotations

from ..findings import Finding, Refused
from .chain import GENESIS, first_broken, moment
from .keyfile import lay_ready, read_key, take
from .seal import CHANGED, Key, Sealing, handing, new_key, sealing, sign
from .store import Draft, Store, append, rows, writing

TERMINAL = "terminal"


def change_key(store: Store, why: str, *, lost: bool = False) -> Key:
    """Seals the log with another key from here on, and says so in it. Raises Refused.

    The key that is there hands over to a new one; with ``lost`` it is not asked, and readers of the log are told. A
    log without seals is vouched for as it stands: compare its head with one that was noted.
    """
    with writing(store) as connection:
        listed = list(rows(connection))
        before, old = sealing(listed), read_key(store.place)
        _refuse_unless(store, first_broken(listed) is None, before, old, lost)
        key = _next(store, before, old, lost)
        last = (listed[-1].seq, listed[-1].hash) if listed else (0, GENESIS)
        by_hand = sign(old, handing(key.public, last[1])) if old and old.private and before.key and not lost else ""
        body = {"from": before.key, "to": key.public, "why": why, "handover": by_hand}
        at = max(store.clock(), moment(listed[-1].at)) if listed else store.clock()
        append(connection, last, TERMINAL, Draft(CHANGED, "", body), at, key)
    store.seen.key = take(store.place) or key
    return key


def _next(store: Store, before: Sealing, old: Key | None, lost: bool) -> Key:
    """The key that takes over: the one that is there, if it has sealed nothing yet, else a new one."""
    if old and old.private and old.public != before.key:
        return old
    key = new_key()
    lay_ready(store.place, key)
    return key


def _refuse_unless(store: Store, whole: bool, before: Sealing, old: Key | None, lost: bool) -> None:
    """That the log may go on under another key. Raises Refused."""
    if not whole or (before.broken and before.keys):
        why = before.broken.why if before.broken else "its chain is broken"
        raise Refused([Finding("the store", f"The log is not what was written: {why}.", "Restore a backup.")])
    ours = old is not None and old.public == before.key
    able = ours and old is not None and old.private != ""
    where = str(store.place.path)
    if old and old.public in before.keys and not ours:
        what = "The key is here, and did not write the end of the log: somebody else did."
        raise Refused([Finding(where, what, "Restore a backup.")])
    if store.place.given and ours:
        do = "Set another private key there, and run this with --lost; or name a file in POSOLOGY_SEAL instead."
        raise Refused([Finding("POSOLOGY_SEAL_KEY", "A key in the environment cannot be replaced from here.", do)])
    if before.key and not lost and not able:
        do = "Bring the key here, or use --lost if it is gone."
        raise Refused([Finding(where, "The key that sealed the log so far is not here.", do)])
    if lost and able:
        raise Refused([Finding(where, "The key is not lost: it is here.", "Use --new-key.")])

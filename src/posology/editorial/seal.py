"""The seal of an entry: an Ed25519 signature over its number and hash, by a key that is not in the database.

The hash of an entry names the one before, so a seal vouches for everything up to it. Whoever can write to the database
but has not the key can add no entry that counts; with the public key anybody can check an exported log.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from .chain import Broken, Row
from .digest import canonical

KIND: Final = "ed25519"
CHANGED: Final = "key changed"
"""The kind of the entry with which another key takes over; it is sealed by the new one."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its public half, by which seals are checked, and (where one may write) the private one that makes them."""

    public: str
    private: str = field(default="", repr=False)


def new_key() -> Key:
    """A key that nobody has had before."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return key_from(_written(Ed25519PrivateKey.generate().private_bytes_raw()))


def key_from(private: str) -> Key:
    """The key with this private half. Raises ValueError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = Ed25519PrivateKey.from_private_bytes(_read(private))
    return Key(_written(made.public_key().public_bytes_raw()), private)


def public_of(words: str) -> Key:
    """A key of which only the public half is known. Raises ValueError."""
    if len(_read(words)) != 32:
        raise ValueError("a public key has 32 bytes")
    return Key(words)


def sealed(row: Row, key: Key) -> Row:
    """The entry with its seal."""
    return row._replace(seal=f"{key.public}:{_bare(sign(key, _message(row)))}")


def sign(key: Key, message: str) -> str:
    """A message signed by a key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return _written(Ed25519PrivateKey.from_private_bytes(_read(key.private)).sign(message.encode()))


def signed(public: str, message: str, signature: str) -> bool:
    """Whether a signature of this key is over this message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(_read(public)).verify(_read(signature), message.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def sealer(row: Row) -> str | None:
    """The public key by which an entry is soundly sealed; None: it is not."""
    public, _, signature = (row.seal or "").rpartition(":")
    return public if public and signed(public, _message(row), f"{KIND}:{signature}") else None


def _message(row: Row) -> str:
    return canonical(["posology seal", row.seq, row.hash])


def _written(raw: bytes) -> str:
    return f"{KIND}:{urlsafe_b64encode(raw).decode().rstrip('=')}"


def _bare(words: str) -> str:
    return words.removeprefix(f"{KIND}:")


def _read(words: str) -> bytes:
    """The bytes of a key or a signature. Raises ValueError."""
    if not words.startswith(f"{KIND}:"):
        raise ValueError(f"it does not begin with {KIND}:")
    bare = _bare(words)
    return urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


# ---------------------------------------------------------------- a whole log


@dataclass(frozen=True, slots=True)
class Sealing:
    """How a log is sealed: by which keys one after the other, the first fault, and what should be known."""

    keys: tuple[str, ...] = ()
    broken: Broken | None = None
    remarks: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The public key of the last seal."""
        return self.keys[-1] if self.keys else ""


def sealing(rows: Iterable[Row], trusted: str = "") -> Sealing:
    """Checks every seal of a log whose chain is sound. ``trusted`` is the public key that it must end with."""
    keys: list[str] = []
    remarks: list[str] = []
    last = 0
    for row in rows:
        last, key = row.seq, keys[-1] if keys else ""
        if row.seal is None and not key:
            continue  # written before there were seals; the first sealed entry vouches for it
        change = _change(row)
        by = sealer(row)
        why = _unsound(row, by, key, change)
        if why:
            return Sealing(tuple(keys), Broken(row.seq, why), tuple(remarks))
        if by and by != key:
            remarks += _remarks(row, key, change)
            keys.append(by)
    return Sealing(tuple(keys), _end(last, keys, trusted), tuple(remarks))


def _end(last: int, keys: list[str], trusted: str) -> Broken | None:
    """What is wrong with the key that a log ends with."""
    if last and not keys:
        return Broken(last, "the log is not sealed; if an older posology wrote it, run `posology review seal`")
    if keys and trusted and keys[-1] != trusted:
        return Broken(last, f"it is sealed by {keys[-1]}, which is not the key that is trusted here")
    return None


def _unsound(row: Row, by: str | None, key: str, change: dict[str, str]) -> str:
    """Why an entry cannot follow what the key sealed so far (empty: it can)."""
    if row.seal is None:
        return "it is not sealed: something else than this program wrote it"
    if by is None:
        return "its seal is not over what is written in it"
    taken = change.get("to") == by and change.get("from", "") == key
    if by == key or (not key and row.seq == 1) or taken:
        return ""
    return f"it is sealed by another key ({by}), and no entry says why"


def _change(row: Row) -> dict[str, str]:
    """What an entry says of a change of keys."""
    if row.kind != CHANGED:
        return {}
    try:
        return {str(key): str(value) for key, value in json.loads(row.body).items()}
    except (ValueError, AttributeError):
        return {}


def _remarks(row: Row, key: str, change: dict[str, str]) -> list[str]:
    """What somebody who trusts a log should know of a key that takes over."""
    if row.seq > 1 and not key:
        return [f"entries 1 to {row.seq - 1} were written before there were seals"]
    if key and not signed(key, handing(change.get("to", ""), row.prev), change.get("handover", "")):
        before = f"what stands before it is proved only by a head that was noted elsewhere, up to entry {row.seq - 1}"
        return [f"entry {row.seq}: the key was replaced without the one before it ({change.get('why', '')}): {before}"]
    return []


def handing(to: str, head: str) -> str:
    """What a key signs that hands over to the next."""
    return canonical(["posology hands over", to, head])

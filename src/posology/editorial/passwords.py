"""Passwords: what is too easy to guess, and the hash of one as it is kept (argon2id)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, delete, insert

from ..findings import Finding
from .tables import CREDENTIAL

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST, LONGEST = 12, 256
"""Characters of a password. No rule on what they are: length is what counts."""
COMMON: Final = ("password", "passwort", "12345678", "qwertyui", "letmein", "iloveyou", "administrator", "posology")
NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$LRBI7E35GZtxCGbZJTyxhA$H5QG4YugGY08DamXLOCp0D0yC0IqhkxZHUvSK5xVkEY"
)
"""A hash that no password has, so that an unknown account takes as long as a known one."""


def weaknesses(password: str, account: str) -> list[Finding]:
    """Why somebody may not take this password."""
    if len(password) < SHORTEST:
        return [Finding("the password", f"It has fewer than {SHORTEST} characters.", "Take a longer one: some words.")]
    if len(password) > LONGEST:
        return [Finding("the password", f"It has more than {LONGEST} characters.", "Take a shorter one.")]
    plain = password.casefold()
    if len(set(plain)) < 5 or (len(account) > 3 and account in plain) or any(word in plain for word in COMMON):
        do = "Take some words that have nothing to do with each other."
        return [Finding("the password", "It is too easy to guess.", do)]
    return []


def hashed(password: str) -> str:
    """What is kept of a password. Keyboards differ in how they write a letter, so it is normalised (NFKC)."""
    return _hasher().hash(unicodedata.normalize("NFKC", password))


def right(password: str, kept: object) -> tuple[bool, str | None]:
    """Whether it is the password, and its hash anew if today's settings are stronger."""
    hasher = _hasher()
    words = unicodedata.normalize("NFKC", password[: LONGEST + 1])
    if kept is None:
        hasher.verify(words, NOBODY)
        return False, None
    return hasher.verify_and_update(words, str(kept))


def keep(connection: Connection, account: str, words: str) -> None:
    """Keeps the hash of a password in place of an earlier one."""
    connection.execute(delete(CREDENTIAL).where(CREDENTIAL.c.account == account))
    connection.execute(insert(CREDENTIAL).values(account=account, password=words))


def _hasher() -> PasswordHash:
    """Argon2id as it is recommended now: 64 MiB, three passes, four lanes."""
    from pwdlib import PasswordHash  # here, because it is slow to load and most commands need none

    return PasswordHash.recommended()

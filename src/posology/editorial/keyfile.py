"""Where the key of a store lies, which must not be in the store: a file that only its owner reads, or the environment.

Beside the key stands the head of the log as this machine has seen it last, so that entries which are cut off the end,
or an older copy that is put in place, are noticed here.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from ..findings import Finding, Refused
from .seal import Key, key_from, new_key, public_of

FILE, INLINE = "POSOLOGY_SEAL", "POSOLOGY_SEAL_KEY"
"""The variables of the environment that name the file of the key, or hold its private half."""
HEAD: Final = re.compile(r"([0-9]+):(sha256:[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the key of a store lies: a file, or (``given``) the environment itself, which keeps no head."""

    path: Path
    given: str = ""


def place_of(url: URL) -> Place:
    """The place of a store's key: what the environment says, else beside the file, else the user's configuration."""
    given, named = os.environ.get(INLINE, ""), os.environ.get(FILE, "")
    if url.drivername == "sqlite":
        beside = Path(f"{url.database}.key")
    else:
        home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        name = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{url.host or 'local'}-{url.port or 5432}-{url.database}")
        beside = home / "posology" / f"{name}.key"
    return Place(Path(named) if named else beside, given)


def read_key(place: Place) -> Key | None:
    """The key that is there; None: there is none. Raises Refused when it cannot be used."""
    try:
        if place.given:
            return key_from(place.given.strip())
        return _parsed(place.path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or "it holds no key"
        at = INLINE if place.given else str(place.path)
        do = "Put the key back as it was written, or name another file in POSOLOGY_SEAL."
        raise Refused([Finding(at, f"The key of the log cannot be read: {what}.", do)]) from None


def _parsed(text: str) -> Key:
    """The key in the text of a file. Raises ValueError."""
    lines = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line and not line.startswith("#"))
    if "private" in lines:
        return key_from(lines["private"].strip())
    return public_of(lines.get("public", "").strip())


def make_key(place: Place) -> Key:
    """A new key in its place, readable by its owner alone; the one that is there, if somebody was faster."""
    made = new_key()
    try:
        place.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(place.path, _words(made))
    except FileExistsError:
        found = read_key(place)
        if found:
            return found
        raise
    return made


def lay_ready(place: Place, key: Key) -> None:
    """Writes a key beside the one that is there; `take` puts it in its place once the log says so."""
    other = _ready(place)
    other.unlink(missing_ok=True)
    place.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(other, _words(key))


def take(place: Place) -> Key | None:
    """Puts the key that was laid ready, if any, in its place. Raises Refused."""
    try:
        _ready(place).replace(place.path)
    except FileNotFoundError:
        return None
    return read_key(place)


def ready_key(place: Place) -> Key | None:
    """The key that was laid ready, by a program that died before it could put it in its place. Raises Refused."""
    return None if place.given else read_key(Place(_ready(place)))


def _ready(place: Place) -> Path:
    return place.path.with_name(f"{place.path.name}.new")


def _words(key: Key) -> str:
    return (
        "# The key that seals the log of a review. Whoever has it and the database can write entries in any name:\n"
        "# keep it apart from the database and its backups. Where the log is only read, the public line is enough.\n"
        f"public: {key.public}\nprivate: {key.private}\n"
    )


def _write(path: Path, words: str) -> None:
    """A new file that only its owner reads, on the disk when this returns. Raises FileExistsError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())


def exposed(place: Place) -> str:
    """Why others may read the key (empty: they may not)."""
    if place.given or os.name != "posix" or not place.path.exists():
        return ""
    mode = stat.S_IMODE(place.path.stat().st_mode)
    return f"others may read the key: {place.path} is of mode {mode:o}, not 600" if mode & 0o077 else ""


# ---------------------------------------------------------------- the head that was seen last


def _beside(place: Place) -> Path:
    return place.path.with_name(f"{place.path.name}.head")


def seen_head(place: Place) -> tuple[int, str] | None:
    """The number and hash of the newest entry that this machine has seen."""
    if place.given:
        return None
    try:
        found = HEAD.fullmatch(_beside(place).read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        return None
    return (int(found[1]), found[2]) if found else None


def note_head(place: Place, seq: int, hashed: str) -> None:
    """Notes the newest entry, beside the key, if there is a file of it. It never goes back."""
    if place.given or not place.path.exists():
        return
    known = seen_head(place)
    if known and known[0] >= seq:
        return
    other = place.path.with_name(f"{place.path.name}.head.{os.getpid()}")
    try:
        other.write_text(f"{seq}:{hashed}\n", encoding="utf-8")
        other.replace(_beside(place))
    except OSError:
        other.unlink(missing_ok=True)  # a machine that may not write there has seen it all the same


def forget_head(place: Place) -> None:
    """Forgets the head, for whoever has put an older copy in place on purpose."""
    _beside(place).unlink(missing_ok=True)

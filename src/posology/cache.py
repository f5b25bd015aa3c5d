"""What was worked out before and can be worked out again: bytes by key, in the user's cache folder.

`POSOLOGY_CACHE` names another folder, or is `off`. Nothing ever depends on what is kept: what is damaged, or in a
folder or file that somebody else may write to, is not there, and what cannot be written is not kept.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

MOST = 32
"""Files that are kept; the ones written first go first."""
_DIGEST = hashlib.sha256().digest_size


def kept(key: str) -> bytes | None:
    """What was kept under a key, or nothing."""
    path = _path(key)
    try:
        if path is None or not (_ours(path.parent) and _ours(path)):
            return None
        whole = path.read_bytes()
    except OSError:
        return None
    content = whole[_DIGEST:]
    return content if hashlib.sha256(content).digest() == whole[:_DIGEST] else None


def keep(key: str, content: bytes) -> None:
    """Keep something under a key: whole or not at all, whoever writes at the same time."""
    path = _path(key)
    if path is None:
        return
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        written, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(written, "wb") as file:
                file.write(hashlib.sha256(content).digest() + content)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
        _cleared(path.parent)


def unpacked(content: bytes | None, known: Callable[[str, str], Any]) -> Any:
    """What was kept as a pickle, if it is whole and made of what is `known` by module and name alone; or nothing."""

    class Reader(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            if (found := known(module, name)) is None:
                raise pickle.UnpicklingError(f"{module}.{name} is not kept here")
            return found

    try:
        return Reader(io.BytesIO(content)).load() if content else None
    except Exception:  # whatever a damaged pickle raises: it is made again
        return None


def own(within: str | tuple[str, ...], *others: Any) -> Callable[[str, str], Any]:
    """What a pickle may be made of, by module and name: the dataclasses of parts of this package, and some others."""
    more = {(one.__module__, one.__name__): one for one in others}

    def known(module: str, name: str) -> Any:
        found = getattr(sys.modules.get(module), name, None)
        ours = module.startswith(within) and isinstance(found, type) and is_dataclass(found)
        return found if ours else more.get((module, name))

    return known


@cache
def made_by(*parts: str) -> str:
    """The digest of the Python that runs, and of what works something out: modules or folders of this package."""
    package, whole = Path(__file__).parent, hashlib.sha256(sys.version.encode())
    for part in parts:
        for module in [package / part] if part.endswith(".py") else sorted((package / part).rglob("*.py")):
            whole.update(module.read_bytes())
    return whole.hexdigest()


def _path(key: str) -> Path | None:
    folder = _folder()
    return folder / f"{hashlib.sha256(key.encode()).hexdigest()}.kept" if folder else None


def _folder() -> Path | None:
    """The folder that is named, the user's own, or none."""
    named = os.environ.get("POSOLOGY_CACHE", "")
    if named:
        return None if named == "off" else Path(named)
    homes = {"win32": ("LOCALAPPDATA", "AppData/Local"), "darwin": ("", "Library/Caches")}
    named, usual = homes.get(sys.platform, ("XDG_CACHE_HOME", ".cache"))
    with suppress(RuntimeError):  # nobody's home is known
        return Path(os.environ.get(named) or Path.home() / usual) / "posology"
    return None


def _ours(path: Path) -> bool:
    """Whether nobody but this user may have written here."""
    if sys.platform == "win32":
        return True
    found = path.stat()
    return found.st_uid == os.getuid() and not found.st_mode & 0o022


def _cleared(folder: Path) -> None:
    """Take away what was written long ago."""
    files = sorted(folder.glob("*.kept"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MOST:]:
        path.unlink(missing_ok=True)

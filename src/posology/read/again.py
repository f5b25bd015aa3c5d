"""A guideline as it was read the last time, unless a character of its files or of what reads them has changed since."""

from __future__ import annotations

import hashlib
import pickle
from contextlib import suppress
from datetime import date
from pathlib import Path

from .. import model
from ..cache import keep, kept, made_by, own, unpacked
from ..model import Guideline

FILES = ("guideline.md", "references.md", "codes.md")
GROUND = ("model.py", "expr.py", "findings.py", "quantity.py", "schedule.py")
"""What reading stands on."""


def guideline(folder: Path) -> Guideline:
    """The guideline in a folder. Raises Refused with all its findings, whatever was kept."""
    key = f"guideline {_written(folder)} {made_by('read', *GROUND)}"
    found = unpacked(kept(key), own(model.__name__, date))
    if isinstance(found, Guideline):
        return found
    from .guideline import read

    made = read(folder)
    keep(key, pickle.dumps(made, protocol=5))
    return made


def _written(folder: Path) -> str:
    """The digest of the files, to the byte."""
    whole = hashlib.sha256()
    for name in FILES:
        content = b""
        with suppress(OSError):
            content = (folder / name).read_bytes()
        whole.update(f"{name} {len(content)} ".encode() + content)
    return whole.hexdigest()

"""Views of the worklist that are kept under a name: beside the register, in an account, or while it is open."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..editorial import views as kept
from ..editorial.store import Store
from ..findings import Finding, Refused

MOST, LONGEST, LARGEST = 50, 60, 100_000
Views = dict[str, dict[str, str]]


@dataclass(slots=True)
class Shelf:
    """Where the views of an open register are: a file beside it, an account of the store, or nowhere but here."""

    file: Path | None = None
    store: Store | None = None
    account: str = ""
    guideline: str = ""
    here: Views = field(default_factory=dict)

    @property
    def where(self) -> str:
        """What becomes of the views."""
        if self.store is not None:
            return "They are kept in your account on this server."
        if self.file is not None:
            return f"They are kept in the file {self.file.name}, beside the register."
        return "They are kept until this register is closed: open it as a folder or file to keep them longer."

    def read(self) -> Views:
        """The views by name; a file that cannot be read holds none."""
        if self.store is not None:
            return kept.views(self.store, self.account, self.guideline)
        if self.file is None:
            return dict(self.here)
        try:
            with self.file.open("rb") as file:
                told = json.loads(file.read(LARGEST))["views"]
            return {str(name): {str(k): str(v) for k, v in chosen.items()} for name, chosen in told.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def write(self, every: Mapping[str, Mapping[str, str]]) -> None:
        """Keeps these views and no others. Raises Refused."""
        told = {name: dict(chosen) for name, chosen in sorted(every.items())}
        if self.store is not None:
            kept.keep(self.store, self.account, self.guideline, told)
        elif self.file is not None:
            _write(self.file, json.dumps({"views": told}, ensure_ascii=False, indent=1) + "\n")
        else:
            self.here = told


def beside(place: str) -> Path | None:
    """The file of the views of a register at this place; None for a database."""
    if not place or "://" in place:
        return None
    path = Path(place).expanduser().resolve()
    return path.with_name(f"{path.stem if path.is_file() else path.name}-views.json")


def named(name: str, every: Views, chosen: Mapping[str, str]) -> Views:
    """The views with one more, or another one under its name. Raises Refused."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise Refused([Finding("the name", f"A view needs a name of at most {LONGEST} letters.", "Write one.")])
    if name not in every and len(every) >= MOST:
        raise Refused([Finding("views", f"There are {MOST} views already.", "Remove one first.")])
    return {**every, name: dict(chosen)}


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        what = f"The views cannot be written beside the register: {error.strerror}."
        raise Refused([Finding("views", what, "Copy the register to a folder that can be written to.")]) from None

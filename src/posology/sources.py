"""What a register is read from: a folder of tables, a workbook, a bulk export of FHIR, or a database by its address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from .findings import Finding, Refused
from .model import Guideline
from .register import MADE_UP, OF_NOBODY

if TYPE_CHECKING:
    from .register.columns import Mapped
    from .register.files import Engine
    from .register.grid import Grid
    from .register.reading import Register

Say = Callable[[str], None]
EXPORTED = (".ndjson", ".ndjson.gz")
NO_MAP = "A bulk export needs no map: codes say what everything means (see posology's codes.md)."


@dataclass(slots=True)
class Opened:
    """A register that was read, what its columns were taken to mean (to be shown), and the folders that it lies in."""

    register: Register
    columns: str = ""
    guessed: bool = False
    rooms: list[TemporaryDirectory[str]] = field(default_factory=list)
    made_up: bool = False

    def cleanup(self) -> None:
        """Lets the folders go."""
        for room in self.rooms:
            room.cleanup()


def opened(
    place: str, guideline: Guideline, on: date, engine: Engine, *, mapped: Mapped | None = None, home: str = "",
    say: Say = lambda _: None,
) -> Opened:  # fmt: skip
    """The register at a place, for a day; ``home`` is the guideline's folder. Raises Refused."""
    found = _opened(place, guideline, on, engine, mapped, home, say)
    found.made_up = not address(place) and (Path(place) / MADE_UP).is_file()
    if found.made_up:
        found.register.quality.findings.insert(0, OF_NOBODY)
    return found


def _opened(
    place: str, guideline: Guideline, on: date, engine: Engine, mapped: Mapped | None, home: str, say: Say
) -> Opened:
    from .register.reading import read

    room: TemporaryDirectory[str] = TemporaryDirectory(prefix="register-", ignore_cleanup_errors=True)
    try:
        if exported(place):
            from .records import register_of

            if mapped:
                raise Refused([Finding("--map", NO_MAP, "Leave --map out.")])
            return Opened(register_of(Path(place), guideline, on, engine, Path(room.name), say, home), rooms=[room])
        if mapped or _is_file(place):
            return _mapped(place, guideline, on, engine, mapped, room, say)
        if address(place):
            from .register.database import as_folder

            folder = as_folder(place, Path(room.name), say)
        else:
            folder = Path(place)
        return Opened(read(folder, guideline, on, engine, say), rooms=[room])
    except BaseException:
        room.cleanup()
        raise


def _mapped(
    place: str, guideline: Guideline, on: date, engine: Engine, mapped: Mapped | None, room: TemporaryDirectory[str],
    say: Say,
) -> Opened:  # fmt: skip
    """An export that is brought into the register's own form first, by a map or by guesses."""
    from .register.mapshown import as_text
    from .register.practice import noted, tidied, under_its_name
    from .register.reading import read

    say("reading the export")
    tables = under_its_name(tables_of(place, Path(room.name), mapped, say), mapped)
    made = tidied(Path(place), guideline, mapped, on, tables)
    try:
        register = noted(read(Path(made.room.name), guideline, on, engine, say), made)
    except BaseException:
        made.room.cleanup()
        raise
    return Opened(register, as_text(made.mapped, tables, guideline), mapped is None, [room, made.room])


def tables_of(place: str, room: Path, mapped: Mapped | None = None, say: Say = lambda _: None) -> Sequence[Grid]:
    """The tables of an export as they are written: of a workbook, a folder, or a database. Raises Refused."""
    from .register.grid import grids

    if exported(place):
        raise Refused([Finding(place, NO_MAP, "Use it as it is: posology register worklist.")])
    if not address(place):
        return grids(Path(place))
    from .register.database import fetched

    wanted = list(dict.fromkeys(p.sheet for p in mapped.parts.values())) if mapped else ["?"]
    return fetched(place, None if "?" in wanted else wanted, room, say)  # where one is open, all there are are named


def address(place: str) -> bool:
    """Whether a place is the address of a database, not a path."""
    return "://" in place


def exported(place: str) -> bool:
    """Whether a place is a bulk export of FHIR: an NDJSON file, or a folder that holds some.

    Raises Refused where nobody may look into it.
    """
    path = Path(place)
    try:
        names = [file.name for file in path.iterdir()] if not address(place) and path.is_dir() else [path.name]
        return not address(place) and any(name.endswith(EXPORTED) for name in names)
    except OSError as error:
        do = "Name a folder or file that you may read."
        raise Refused([Finding(place, f"It cannot be read: {error.strerror}.", do)]) from None


def _is_file(place: str) -> bool:
    return not address(place) and Path(place).is_file()


def map_in(place: str | None, guideline: Guideline) -> Any:
    """The map in a file, or None. Raises Refused."""
    if not place:
        return None
    from .register.practice import mapped_from

    return mapped_from(Path(place), guideline)

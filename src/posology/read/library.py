"""Where guidelines are found: a folder that is named, or one of those that come with the package."""

from __future__ import annotations

from pathlib import Path

from ..findings import Finding, Refused, near
from ..model import Guideline
from .again import guideline


def shelf() -> dict[str, Path]:
    """The guidelines that come with the package, by the name of their folder."""
    here = Path(__file__).resolve()
    for root in (here.parents[1] / "guidelines", here.parents[3] / "guidelines"):
        if root.is_dir():
            return {path.name: path for path in sorted(root.iterdir()) if (path / "guideline.md").is_file()}
    return {}


def find(name: str | None = None, place: str = "--guideline") -> Path:
    """The folder of a guideline: a path, a name on the shelf, or the only one there is. Raises Refused."""
    found = shelf()
    if name is None and len(found) == 1:
        return next(iter(found.values()))
    if name is not None and Path(name).is_dir():
        return Path(name)
    if name in found:
        return found[name]
    listed = ", ".join(found) or "none"
    what = "More than one guideline could be meant." if name is None else f"There is no guideline {name!r}."
    raise Refused([Finding(place, what, near(name or "", found, f"Name a folder, or one of: {listed}."))])


def load(name: str | None = None, place: str = "--guideline") -> Guideline:
    """A guideline, found and read. Raises Refused."""
    return guideline(find(name, place))


def samples_of(folder: Path) -> dict[str, bytes]:
    """The sample patients beside a guideline, by the name of their file."""
    return {path.stem: path.read_bytes() for path in sorted((folder / "patients").glob("*.yaml"))}

"""The look: contrast by arithmetic, nothing from elsewhere in the style sheet, nothing built in the repository."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from posology.web.house import STATIC

ROOT = Path(__file__).parent.parent
BRAND = (ROOT / "assets" / "scss" / "_brand.scss").read_text()
TEXT, LARGE = 4.5, 3.0

# ink, ground, how much contrast is needed
PAIRS = [
    ("ink", "page", TEXT), ("ink", "sheet", TEXT), ("ink", "tint", TEXT), ("ink", "warn-tint", TEXT), ("ink", "alarm-tint", TEXT),
    ("ink", "good-tint", TEXT), ("quiet", "page", TEXT), ("quiet", "sheet", TEXT), ("quiet", "tint", TEXT),
    ("link", "page", TEXT), ("link", "sheet", TEXT), ("link", "tint", TEXT), ("link-hover", "page", TEXT),
    ("on-brand", "brand", TEXT), ("on-brand", "button", TEXT), ("on-focus", "focus", TEXT),
    ("alarm", "alarm-tint", TEXT), ("warn", "warn-tint", TEXT), ("good", "good-tint", TEXT), ("good", "sheet", TEXT),
    ("warn", "sheet", TEXT), ("warn", "page", TEXT), ("quiet", "sheet", LARGE),
]  # fmt: skip


def colours() -> dict[str, dict[str, str]]:
    """The colours by scheme; what the dark one does not say is as in the light one."""
    blocks = re.findall(r":root \{(.*?)\}", BRAND, re.DOTALL)
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in blocks[:2])
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_worked_out_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21) and contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_words_stand_out_from_their_ground(scheme: str, ink: str, ground: str, least: float) -> None:
    found = colours()[scheme]
    assert contrast(found[ink], found[ground]) >= least, f"{contrast(found[ink], found[ground]):.2f}"


def test_the_style_sheet_loads_nothing_and_names_no_font_of_others() -> None:
    made = (STATIC / "app.css").read_text()
    assert re.findall(r"https?://|@import|@font-face", made) == []
    assert "Frutiger" not in made and "005eb8" not in made.lower()
    assert [url for url in re.findall(r"url\(([^)]*)\)", made) if not url.strip("\"'").startswith("data:")] == []


def test_nothing_that_is_built_or_of_others_is_in_the_repository() -> None:
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "web/static" not in kept and "node_modules" not in kept
    assert '"resolved"' not in (ROOT / "assets" / "package-lock.json").read_text()


def test_the_notices_of_others_go_with_what_was_built_from_their_work() -> None:
    said = (STATIC / "NOTICES.txt").read_text()
    assert "nhsuk-frontend" in said and "MIT" in said and "htmx" in said

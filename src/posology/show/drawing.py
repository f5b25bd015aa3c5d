"""The few shapes and the lettering of which the pictures are drawn: SVG without fonts, scripts or links of its own.

Every text stands at plain coordinates, so that a reader, and a test, can tell where it is. Colours have
classes beside them, so that a page may draw them light on dark.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

WIDTH = 720.0
"""The width of a picture; its height follows from what it shows."""
FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"

INK, SOFT, RULE, PAPER = "#1b1f24", "#57606a", "#c4cbd3", "#ffffff"
BLUE, RED, GREEN, PALE = "#0b4f7d", "#a8330a", "#0a6b4b", "#e8f0f6"
_CLASSES = {
    INK: "ink",
    SOFT: "soft",
    RULE: "rule",
    PAPER: "paper",
    BLUE: "blue",
    RED: "red",
    GREEN: "green",
    PALE: "pale",
}
_NARROW, _WIDE = set("iljtfr.,:;'|!()[] ·I-"), set("mwMW@×–—→")


# ---------------------------------------------------------------- lettering


def text_width(words: str, size: float, bold: bool = False) -> float:
    """About how wide a text is in a common sans serif, rather too wide than too narrow.

    >>> text_width("iii", 10) < text_width("nnn", 10) < text_width("MMM", 10)
    True
    """
    ems = sum(0.34 if c in _NARROW else 0.9 if c in _WIDE else 0.7 if c.isupper() else 0.57 for c in words)
    return ems * size * (1.06 if bold else 1)


def fold(words: str, room: float, size: float, bold: bool = False) -> list[str]:
    """Words folded so that no line is wider than the room; a single word too long for it is cut."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines += _pieces(word, room, size, bold)
    return lines


def _pieces(word: str, room: float, size: float, bold: bool) -> list[str]:
    """A word in as many pieces as it needs to fit."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter, size, bold) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def text(
    x: float, y: float, words: str, size: float = 11, fill: str = INK, bold: bool = False, anchor: str = "start"
) -> str:
    """A line of text whose baseline starts (or has its middle, or ends) at a point."""
    weight = ' font-weight="bold"' if bold else ""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}"{weight}{at}{_paint(fill)}>{escape(words)}</text>'


def lines(
    x: float, y: float, folded: Iterable[str], size: float = 11, fill: str = INK, bold: bool = False
) -> list[str]:
    """Folded words, line under line; ``y`` is the top of the first."""
    return [text(x, y + (n + 0.8) * size * 1.25, line, size, fill, bold) for n, line in enumerate(folded)]


# ---------------------------------------------------------------- shapes


def _paint(fill: str | None, stroke: str | None = None, width: float = 1, dash: str = "") -> str:
    """Fill and stroke, each with the class by which a page may change it."""
    classes = [f"f-{_CLASSES[fill]}"] if fill else []
    classes += [f"s-{_CLASSES[stroke]}"] if stroke else []
    said = f' class="{" ".join(classes)}" fill="{fill or "none"}"'
    said += f' stroke="{stroke}" stroke-width="{width:g}"' if stroke else ""
    return said + (f' stroke-dasharray="{dash}"' if dash else "")


def box(
    x: float, y: float, width: float, height: float, fill: str | None, stroke: str | None = None, dash: str = "",
    line: float = 1, radius: float = 4,
) -> str:  # fmt: skip
    """A rectangle with rounded corners."""
    at = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius:g}"'
    return f"<rect {at}{_paint(fill, stroke, line, dash)}/>"


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = RULE, width: float = 1, dash: str = "") -> str:
    """A straight line."""
    return shape(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", None, stroke, width, dash)


def shape(path: str, fill: str | None, stroke: str | None = None, width: float = 1, dash: str = "") -> str:
    """Any other outline."""
    return f'<path d="{path}"{_paint(fill, stroke, width, dash)}/>'


def disc(
    x: float, y: float, radius: float, fill: str | None, stroke: str | None = None, width: float = 1.5, dash: str = ""
) -> str:
    """A circle."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"{_paint(fill, stroke, width, dash)}/>'


def picture(name: str, title: str, description: str, height: float, body: Iterable[str], font: str = FONT) -> str:
    """The whole picture, with a title and a description for those who cannot see it."""
    size = f'viewBox="0 0 {WIDTH:g} {height:.0f}" width="{WIDTH:g}" height="{height:.0f}"'
    role = f'role="img" aria-labelledby="{name}-title {name}-desc"'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {role} font-family="{escape(font)}">'
    told = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    return "\n".join((opening + told, *body, "</svg>"))

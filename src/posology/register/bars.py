"""Charts of counts: bars as SVG, each with a table of the same figures behind it; no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from ..model import Guideline
from . import OF_NOBODY, trend
from .foremost import unused, waiting
from .summary import MEANS, TITLES, of_nobody, plain

MOST = 20
UNAPPROVED = (
    "No clinician has approved this guideline yet: it is for review and testing, not for the care of patients."
)
ORDER = (
    "status",
    "phase",
    "overdue_weeks",
    "rule",
    "other_drug",
    "tests_due",
    "alerts",
    "unsettled",
    "ask_first",
    "notices",
)
NOTES = {
    "ask_first": "Patients whose next step waits for one fact, by the fact that is to be asked for first.",
    "unsettled": "Decisions on which the guideline says nothing for these patients, or two things at once.",
    "status": "; ".join(f"{plain(status)}: {words}" for status, words in MEANS.items()) + ".",
    "overdue_weeks": "Patients whose last day for the next dose has passed.",
    "notices": "Rows that rest on records that were not wholly read, or on empty cells that were taken to mean no.",
}
STYLE = Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def charts(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What there is to draw: for each part a name, a title, a note, the bars and the rows of the table."""
    found = []
    for name in ORDER:
        counts = told.get(name) or {}
        if counts:
            rows = [(plain(word), many, many / max(told["patients"], 1)) for word, many in counts.items()]
            found.append(
                {
                    "name": name,
                    "title": TITLES[name],
                    "note": NOTES.get(name, ""),
                    "drawn": drawn(rows, TITLES[name]),
                    "rows": rows,
                }
            )
    return found


def drawn(rows: Sequence[tuple[str, int, float]], title: str) -> str:
    """Bars, the longest as wide as its room: each between its words and its figures, below both where it is narrow.

    Only the bars are a picture: the words fold and are never cut.
    """
    shown = rows[:MOST]
    most = max(many for _, many, _ in shown)
    bars = "".join(
        f'<div class="bar"><span>{escape(word)}</span>{_bar(many / most)}<b>{many:,} ({share:.1%})</b></div>'
        for word, many, share in shown
    )
    label = escape(f"{title}: " + ", ".join(f"{word} {many:,}" for word, many, _ in shown[:6]), quote=True)
    return f'<div class="bars" role="img" aria-label="{label}">{bars}</div>'


def _bar(share: float) -> str:
    rect = f'<rect width="{max(share * 100, 0.5):.1f}%" height="17" rx="2"/>'
    return f'<svg width="100%" height="17" aria-hidden="true">{rect}</svg>'


def report(told: Mapping[str, Any], guideline: Guideline, on: date) -> str:
    """A summary as one page of HTML that holds everything it shows."""
    parts = [f"<h1>The register on {on.day} {on:%B %Y}</h1>", _nobody(told), _banner(guideline)]
    parts += [_big(told), _first(told)]
    for chart in charts(told):
        note = f'<p class="soft">{escape(chart["note"])}</p>' if chart["note"] else ""
        parts.append(f"<section><h2>{escape(chart['title'])}</h2>{note}{_drawn(chart)}</section>")
    if told.get("trend"):
        parts.append(_trend(told["trend"]))
    parts += [_quality(told["quality"]), _about(guideline)]
    return _page(f"The register on {on}", "\n".join(parts))


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body><main>{body}</main></body></html>\n"
    )


def _banner(guideline: Guideline) -> str:
    if guideline.status == "approved":
        return ""
    return f'<p class="banner"><strong>Not approved.</strong> {UNAPPROVED}</p>'


def _nobody(told: Mapping[str, Any]) -> str:
    """That patients are made up, before any figure of them."""
    return f'<p class="banner"><strong>{OF_NOBODY.what}</strong></p>' if of_nobody(told) else ""


def _big(told: Mapping[str, Any]) -> str:
    figures = [("patients", told["patients"]), *told["status"].items()]
    items = "".join(f"<li><strong>{many:,}</strong> {escape(word.replace('_', ' '))}</li>" for word, many in figures)
    return f'<ul class="big">{items}</ul>'


def _first(told: Mapping[str, Any]) -> str:
    """How much of the export is used, with the way to the reasons; and what those who wait are waiting for."""
    why = '<a href="#quality">Why, and what to do</a>'
    parts = [f"{escape(unused(told))} {why}" if unused(told) else "", escape(waiting(told))]
    return "".join(f"<p>{part}</p>" for part in parts if part)


def _table(chart: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(word)}</th><td class="n">{many:,}</td><td class="n">{share:.1%}</td></tr>'
        for word, many, share in chart["rows"]
    )
    head = '<tr><th scope="col">what</th><th scope="col">patients</th><th scope="col">of all</th></tr>'
    said = f"The figures of “{escape(chart['title'])}” as a table"
    return f"<details><summary>{said}</summary><table>{head}{rows}</table></details>"


def _trend(points: Sequence[Mapping[str, Any]]) -> str:
    """The past year as lines and, behind them, as a table."""
    heading, lines = trend.rows(points)
    head = "".join(f'<th scope="col">{escape(words)}</th>' for words in heading)
    body = "".join(f'<tr><th scope="row">{day}</th>{_figures(cells)}</tr>' for day, *cells in lines)
    said = "The figures of “The past year” as a table"
    region = f'<div class="wide" tabindex="0" role="region" aria-label="{said}">'
    table = f"{region}<table><tr>{head}</tr>{body}</table></div>"
    drawn = f'{_scrolled(trend.svg(points), "The past year")}<details><summary>{said}</summary>{table}</details>'
    return f'<section><h2>The past year</h2><p class="soft">{escape(trend.NOTE)}</p>{drawn}</section>'


def _drawn(chart: Mapping[str, Any]) -> str:
    return f"{chart['drawn']}{_table(chart)}"


def _scrolled(picture: str, title: str) -> str:
    """A picture that a small screen shows by scrolling, with the keyboard too."""
    label = f"Chart of {escape(title, quote=True)}"
    hint = '<p class="hint">Wider than this screen: scroll it sideways.</p>'
    return f'{hint}<div class="wide" tabindex="0" role="region" aria-label="{label}">{picture}</div>'


def _figures(cells: Sequence[str]) -> str:
    return "".join(f'<td class="n">{cell}</td>' for cell in cells)


def _quality(quality: Mapping[str, Any]) -> str:
    read = ", ".join(f"{many:,} {name}" for name, many in quality["read"].items())
    rows = "".join(
        f'<tr><th scope="row">{escape(f["place"])}</th><td>{escape(f["what"])}</td><td>{escape(f["do"])}</td></tr>'
        for f in quality["findings"]
    )
    head = '<tr><th scope="col">where</th><th scope="col">what</th><th scope="col">what to do</th></tr>'
    table = f'<table class="facts">{head}{rows}</table>' if rows else "<p>Nothing odd was found.</p>"
    head = '<section id="quality"><h2>How good the data are</h2>'
    return f"{head}<p>Rows read: {escape(read)}.</p>{table}</section>"


def _about(guideline: Guideline) -> str:
    said = f"{guideline.title}, version {guideline.version}, {guideline.status}, digest {guideline.digest}"
    how = "Each patient is counted as the plan of that patient says."
    return f'<p class="soft">Made by posology from: {escape(said)}. {how}</p>'

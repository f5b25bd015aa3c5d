"""A plan as one page that stands alone: no script, no font, no address outside it, readable by everybody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from itertools import groupby

from ..model import Guideline, Plan, Reference
from .path import path, said_of, steps
from .sheet import Entry, Part, Row, Sheet, sheet
from .timeline import timeline
from .words import Audience, say, title

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_FIRST = 7
"""So many questions are open to the eye; the rest are folded."""


def html(plan: Plan, guideline: Guideline, audience: Audience = "clinician") -> str:
    """The whole page."""
    page = sheet(plan, guideline, audience)
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    head = (
        '<meta charset="utf-8">', '<meta name="viewport" content="width=device-width, initial-scale=1">', _el("meta", None, http_equiv="Content-Security-Policy", content=_POLICY),
        '<meta name="referrer" content="no-referrer">', '<meta name="color-scheme" content="light dark">', _el("title", escape(f"{page.title}: {page.subtitle}")), f"<style>\n{style}</style>",
    )  # fmt: skip
    body = (
        _el("a", say("skip", audience), href="#plan", class_="skip"),
        _el("header", _el("p", escape(page.banner), class_=f"status {_slug(plan.guideline.get('status', ''))}")),
        _el("main", "\n".join(_main(page, plan, guideline, audience)), id="plan", tabindex="-1"),
        _el("footer", "\n".join((_el("h2", say("about", audience)), _pairs(page.about)))),
    )
    lang = escape(str(guideline.meta.get("lang", "en")))
    return "\n".join(("<!doctype html>", f'<html lang="{lang}">', "<head>", *head, "</head>", f'<body class="{audience}">', *body, "</body>", "</html>", ""))


def _el(name: str, inner: str | None, **attributes: str) -> str:
    """An element whose inside is already markup (None: it has none). ``class_`` and ``http_equiv`` stand for class and http-equiv."""
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items() if value)
    return f"<{name}{said}>" if inner is None else f"<{name}{said}>{inner}</{name}>"


def _slug(words: str) -> str:
    """Words as an id or a class."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "x"


def _main(page: Sheet, plan: Plan, guideline: Guideline, audience: Audience) -> Iterator[str]:
    yield _el("h1", escape(page.title))
    yield _el("p", escape(page.subtitle), class_="subtitle")
    if page.emergencies:
        yield _el("section", _el("h2", say("emergency", audience)) + _entries(page.emergencies, audience), class_="alarm")
    yield _el("p", escape(page.headline), class_="headline")
    chips = "".join(_el("li", escape(fact)) for fact in page.facts)
    yield _el("section", _el("h2", escape(page.facts_title)) + _el("ul", chips, class_="chips"), class_="facts")
    later = [part for part in page.parts if part.key in ("views", "gaps", "notices", "sources")]
    yield from (_part(part, plan, guideline, audience) for part in page.parts if part not in later)
    yield _way(plan, guideline, audience)
    yield from (_part(part, plan, guideline, audience) for part in later)


def _part(part: Part, plan: Plan, guideline: Guideline, audience: Audience) -> str:
    """A headed section; what may also apply is folded away until it is opened."""
    heading = _el("h2", escape(part.title), id=part.key)
    why = _el("p", escape(part.why), class_="why") if part.why else ""
    inside = why + (_pictured(timeline(plan, guideline, audience), part.title) if part.key == "timeline" else "")
    inside += _sources(part.entries) if part.key == "sources" else _entries(part.entries[:_FIRST] if part.key == "ask" else part.entries, audience)
    if part.key == "ask" and part.entries[_FIRST:]:
        inside += _el("details", _el("summary", say("more", audience).format(len(part.entries) - _FIRST)) + _entries(part.entries[_FIRST:], audience))
    if part.rows:
        inside += _table(say("all dates", audience), part.head, (_cells(row) for row in part.rows), (row.tone for row in part.rows))
    if part.key == "maybe":
        inside = _el("details", _el("summary", heading + _el("span", f"{len(part.entries)}", class_="count")) + inside)
        return _el("section", inside, aria_labelledby=part.key, class_="part")
    return _el("section", heading + inside, aria_labelledby=part.key, class_=f"part {part.key}")


# ---------------------------------------------------------------- entries


def _entries(entries: Iterable[Entry], audience: Audience) -> str:
    """Entries as a list, a list for each sub-heading."""
    return "".join(
        (_el("h3", escape(group)) if group else "") + _el("ul", "".join(_entry(entry, audience) for entry in listed), class_="entries", role="list")
        for group, listed in groupby(entries, key=lambda entry: entry.group)
    )


def _entry(entry: Entry, audience: Audience) -> str:
    tag = _el("span", escape(entry.tag), class_="tag") if entry.tag else ""
    lead = _el("p", escape(entry.lead), class_="lead") if entry.lead else ""
    named = audience != "patient" and entry.rule and (entry.cites or entry.tone == "ask")
    after = _cited(entry.cites, audience) + (" " + _el("span", escape(entry.aside), class_="aside") if entry.aside else "")
    after += " " + _el("code", escape(entry.rule)) if named else ""
    words = lead + _el("p", escape(entry.text) + after) + (_pairs(entry.notes) if entry.notes else "")
    return _el("li", tag + _el("div", words, class_="words"), class_=f"entry {_slug(entry.tone)}" + ("" if entry.tag else " untagged"))


def _cited(references: tuple[Reference, ...], audience: Audience) -> str:
    links = (
        _el("a", escape(ref.key) + ("†" if ref.status == "dangling" else ""), href=f"#ref-{_slug(ref.key)}", aria_label=f"{say('source', audience)} {ref.key}: {ref.title}", class_=ref.status)
        for ref in references
    )
    return _el("span", " " + " ".join(links), class_="cites") if references else ""


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Labels with what stands under them."""
    return _el("dl", "".join(_el("div", _el("dt", escape(label)) + _el("dd", escape(told))) for label, told in pairs))


def _sources(entries: Iterable[Entry]) -> str:
    return _el("ul", "".join(_source(entry) for entry in entries), class_="references", role="list")


def _source(entry: Entry) -> str:
    key = _el("span", escape(entry.tag), class_="key")
    told = _el("p", _el("b", escape(entry.lead)) + " " + escape(entry.text) + " " + _el("span", escape(entry.aside), class_="aside"))
    return _el("li", key + _el("div", told + (_pairs(entry.notes) if entry.notes else "")), id=f"ref-{_slug(entry.tag)}", class_=entry.tone, tabindex="-1")


# ---------------------------------------------------------------- pictures and tables


def _pictured(svg: str, name: str) -> str:
    """A picture in a frame that scrolls by itself on a small screen, by hand or by key."""
    return _el("div", svg, class_="picture", tabindex="0", role="group", aria_label=name) if svg else ""


def _table(caption: str, head: Iterable[str], rows: Iterable[Iterable[str]], tones: Iterable[str]) -> str:
    heads = "".join(_el("th", escape(cell), scope="col") for cell in head)
    lines = (_el("tr", "".join(cells), class_=_slug(tone)) for cells, tone in zip(rows, tones, strict=True))
    table = _el("caption", escape(caption)) + _el("thead", _el("tr", heads)) + _el("tbody", "".join(lines))
    return _el("div", _el("table", table), class_="scroll", tabindex="0", role="group", aria_label=caption)


def _cells(row: Row) -> tuple[str, ...]:
    said = _el("b", escape(row.what)) + (f" {escape(row.detail)}" if row.detail else "")
    return (_el("th", escape(row.date), scope="row"), _el("td", escape(row.until), class_="one-day" if row.one_day else "until"), _el("td", said), _el("td", escape(row.state)))


def _way(plan: Plan, guideline: Guideline, audience: Audience) -> str:
    """The decisions as a picture, and behind it as a table."""
    svg = path(plan, guideline, audience)
    if not svg:
        return ""
    rows = [
        (step.title, title(branch.rule), say(f"way {branch.way}", audience), said_of(branch, audience), branch.treatment if branch.way in ("taken", "open") else "")
        for step in steps(plan, guideline, audience) for branch in step.branches
    ]  # fmt: skip
    head = (say(f"col {name}", audience) for name in ("decision", "rule", "applies", "because", "gives"))
    table = _table(say("path", audience), head, ([_el("th", escape(row[0]), scope="row"), *(_el("td", escape(cell)) for cell in row[1:])] for row in rows), ("" for _ in rows))
    why = _el("p", say("path.why", audience), class_="why") if say("path.why", audience) else ""
    behind = _el("details", _el("summary", say("behind", audience)) + table) if rows else ""
    heading = _el("h2", say("path", audience), id="path")
    return _el("section", heading + why + _pictured(svg, say("path", audience)) + behind, aria_labelledby="path", class_="part path")

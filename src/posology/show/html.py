"""A plan as one page that stands alone: no script, no font, no address outside it, readable by everybody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from itertools import groupby

from ..model import Guideline, Plan, Reference
from . import path, timeline
from .sheet import Entry, Part, Row, Sheet, sheet
from .steps import Branch, Step, said_of, steps
from .view import View
from .words import Audience, title, why

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_FIRST = 7
"""So many questions are open to the eye; the rest are folded."""
_AFTER_THE_WAY = ("views", "gaps", "notices", "sources")


def html(plan: Plan, guideline: Guideline, audience: Audience = "clinician") -> str:
    """The whole page."""
    view = View(plan, guideline, audience)
    page = sheet(view)
    lang = escape(str(guideline.meta.get("lang", "en")))
    body = (f'<body class="{audience}">', *_body(page, view), "</body>")
    return "\n".join(("<!doctype html>", f'<html lang="{lang}">', *_head(page), *body, "</html>", ""))


def _head(page: Sheet) -> Iterator[str]:
    """The policy keeps the page from loading anything at all."""
    yield '<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">'
    yield _el("title", escape(f"{page.title}: {page.subtitle}"))
    yield f"<style>\n{files(__package__).joinpath('page.css').read_text(encoding='utf-8')}</style>\n</head>"


def _body(page: Sheet, view: View) -> Iterator[str]:
    status = f"status {_slug(view.plan.guideline.get('status', ''))}"
    yield _el("a", view.say("skip"), href="#plan", class_="skip")
    yield _el("header", _el("p", escape(page.banner), class_=status))
    yield _el("main", "\n".join(_main(page, view)), id="plan", tabindex="-1")
    yield _el("footer", _el("h2", view.say("about")) + _pairs(page.about))


def _main(page: Sheet, view: View) -> Iterator[str]:
    yield _el("h1", escape(page.title))
    yield _el("p", escape(page.subtitle), class_="subtitle")
    if page.emergencies:
        yield _el("section", _el("h2", view.say("emergency")) + _entries(page.emergencies, view), class_="alarm")
    yield _el("p", escape(page.headline), class_="headline")
    if page.under:
        yield _el("ul", "".join(_el("li", escape(more)) for more in page.under), class_="under", role="list")
    chips = "".join(_el("li", escape(fact)) for fact in page.facts)
    yield _el("section", _el("h2", escape(page.facts_title)) + _el("ul", chips, class_="chips"), class_="facts")
    yield from (_part(part, view) for part in page.parts if part.key not in _AFTER_THE_WAY)
    yield _way(view)
    yield from (_part(part, view) for part in page.parts if part.key in _AFTER_THE_WAY)


def _el(name: str, inner: str, **attributes: str) -> str:
    """An element whose inside is already markup; ``class_`` stands for class, ``aria_label`` for aria-label."""
    pairs = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items() if value)
    said = "".join(f' {key}="{escape(value)}"' for key, value in pairs)
    return f"<{name}{said}>{inner}</{name}>"


def _slug(words: str) -> str:
    """Words as an id or a class."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "x"


# ---------------------------------------------------------------- parts


def _part(part: Part, view: View) -> str:
    """A headed section; what may also apply is folded away until it is opened."""
    heading = _el("h2", escape(part.title), id=part.key)
    reason = _el("p", escape(part.why), class_="why") if part.why else ""
    inside = reason + _inside(part, view)
    if part.key == "maybe":
        summary = _el("summary", heading + _el("span", str(len(part.entries)), class_="count"))
        heading, inside = "", _el("details", summary + inside)
    return _el("section", heading + inside, aria_labelledby=part.key, class_=f"part {part.key}")


def _inside(part: Part, view: View) -> str:
    match part.key:
        case "timeline":
            rows = (_cells(row) for row in part.rows)
            table = _table(view.say("all dates"), part.head, rows) if part.rows else ""
            return _pictured(timeline.drawn(view), part.title) + _entries(part.entries, view) + table
        case "sources":
            return _el("ul", "".join(map(_source, part.entries)), class_="references", role="list")
        case "ask":
            return _questions(part.entries, view)
        case _:
            return _entries(part.entries, view)


def _questions(entries: tuple[Entry, ...], view: View) -> str:
    first, rest = entries[:_FIRST], entries[_FIRST:]
    summary = _el("summary", view.say("more").format(len(rest)))
    return _entries(first, view) + (_el("details", summary + _entries(rest, view)) if rest else "")


# ---------------------------------------------------------------- entries


def _entries(entries: Iterable[Entry], view: View) -> str:
    """Entries as a list, a list for each sub-heading."""
    made = []
    for group, listed in groupby(entries, key=lambda entry: entry.group):
        made.append(_el("h3", escape(group)) if group else "")
        made.append(_el("ul", "".join(_entry(entry, view) for entry in listed), class_="entries", role="list"))
    return "".join(made)


def _entry(entry: Entry, view: View) -> str:
    tag = _el("span", escape(entry.tag), class_="tag") if entry.tag else ""
    lead = _el("p", escape(entry.lead), class_="lead") if entry.lead else ""
    words = _el("p", " ".join((escape(entry.text), *_after(entry, view))))
    notes = _pairs(entry.notes) if entry.notes else ""
    look = f"entry {_slug(entry.tone)}" + ("" if entry.tag else " untagged")
    return _el("li", tag + _el("div", lead + words + notes, class_="words"), class_=look)


def _after(entry: Entry, view: View) -> Iterator[str]:
    """What follows the words on their line: the sources, a remark in brackets, the name of the rule or fact."""
    yield from (_cited(ref, view) for ref in entry.cites)
    if entry.aside:
        yield _el("span", escape(entry.aside), class_="aside")
    if view.audience != "patient" and entry.rule and (entry.cites or entry.tone == "ask"):
        yield _el("code", escape(entry.rule))


def _cited(ref: Reference, view: View) -> str:
    dagger = "†" if ref.status == "dangling" else ""
    label = f"{view.say('source')} {ref.key}: {ref.title}"
    link = _el("a", escape(ref.key) + dagger, href=f"#ref-{_slug(ref.key)}", aria_label=label, class_=ref.status)
    return _el("span", link, class_="cites")


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Labels with what stands under them."""
    return _el("dl", "".join(_el("div", _el("dt", escape(label)) + _el("dd", escape(told))) for label, told in pairs))


def _source(entry: Entry) -> str:
    lead = _el("b", escape(entry.lead)) if entry.lead else ""
    aside = _el("span", escape(entry.aside), class_="aside") if entry.aside else ""
    told = _el("p", " ".join(filter(None, (lead, escape(entry.text), aside))))
    words = _el("div", told + (_pairs(entry.notes) if entry.notes else ""))
    key = _el("span", escape(entry.tag), class_="key")
    return _el("li", key + words, id=f"ref-{_slug(entry.tag)}", class_=entry.tone, tabindex="-1")


# ---------------------------------------------------------------- pictures and tables


def _pictured(svg: str, name: str) -> str:
    """A picture in a frame that scrolls by itself on a small screen, by hand or by key."""
    return _el("div", svg, class_="picture", tabindex="0", role="group", aria_label=name) if svg else ""


def _table(caption: str, head: Iterable[str], rows: Iterable[str]) -> str:
    heads = "".join(_el("th", escape(cell), scope="col") for cell in head)
    table = _el("caption", escape(caption)) + _el("thead", _el("tr", heads)) + _el("tbody", "".join(rows))
    return _el("div", _el("table", table), class_="scroll", tabindex="0", role="group", aria_label=caption)


def _cells(row: Row) -> str:
    date = _el("th", escape(row.date), scope="row")
    until = _el("td", escape(row.until), class_="one-day" if row.one_day else "until")
    what = _el("td", f"{_el('b', escape(row.what))} {escape(row.detail)}")
    return _el("tr", date + until + what + _el("td", escape(row.state)), class_=row.tone)


def _way(view: View) -> str:
    """The decisions as a picture, and behind it as a table."""
    taken = steps(view)
    if not taken:
        return ""
    name, told = view.say("path"), why("path", view.audience)
    head = (view.say(f"col {column}") for column in ("decision", "rule", "because", "gives"))
    table = _table(name, head, (_branch(step, branch, view) for step in taken for branch in step.branches))
    behind = _el("details", _el("summary", view.say("behind")) + table)
    inside = _el("h2", name, id="path") + (_el("p", told, class_="why") if told else "")
    inside += _pictured(path.drawn(taken, view), name) + behind
    return _el("section", inside, aria_labelledby="path", class_="part path")


def _branch(step: Step, branch: Branch, view: View) -> str:
    gives = branch.treatment if branch.way in ("taken", "open") else ""
    cells = "".join(_el("td", escape(cell)) for cell in (title(branch.rule), said_of(branch, view), gives))
    return _el("tr", _el("th", escape(step.title), scope="row") + cells)

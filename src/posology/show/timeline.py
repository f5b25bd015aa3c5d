"""The picture of a course: what was given, the windows of what is to come, and today.

Things of one kind stand in one lane. Where they are too close to be drawn apart on the scale of the whole
course, the weeks around today are drawn again, larger, above.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from ..model import Guideline, Plan
from . import drawing as d
from .lanes import LANES, LEFT, LINE, SIZE, Mark, Scale, arranged, close_up, ends, label_ends, marks_of, ticks, whole
from .sheet import sheet
from .view import View, in_order, state, what, window
from .words import Audience, brief_day

_TOP = 38.0
"""From the top of a panel to its first lane: today, and the axis."""


def timeline(plan: Plan, guideline: Guideline, audience: Audience = "clinician") -> str:
    """The picture as SVG; empty when nothing has a date."""
    return drawn(View(plan, guideline, audience))


def drawn(view: View, font: str = d.FONT) -> str:
    """The picture of what a reader sees, lettered in a font."""
    marks = marks_of(view)
    if not marks:
        return ""
    scale = whole(marks, view.plan.on)
    close = close_up(marks, scale, view)
    body: list[str] = []
    bottom = _close_panel(body, marks, close, view) if close else 2.0
    heading = f"{view.say('whole')} ({view.say('shaded')})" if close else ""
    bottom = _panel(body, marks, scale, bottom, heading, view, close)
    height = _key(body, marks, bottom + 6, view)
    return d.picture("timeline", f"{view.say('timeline')}: {view.guideline.title}", describe(view), height, body, font)


def describe(view: View) -> str:
    """The picture in words, for those who cannot see it."""
    part = next(part for part in sheet(view).parts if part.key == "timeline")
    told = [f"{view.say('today')}: {brief_day(view.plan.on)}"]
    told += [f"{entry.tag} {entry.text}".strip() for entry in part.entries]
    told += [f"{what(item, view)}: {window(item, view)}, {state(item, view)}" for item in in_order(view.plan.schedule)]
    return ". ".join(told) + "."


# ---------------------------------------------------------------- panels


def _close_panel(body: list[str], marks: Sequence[Mark], close: Scale, view: View) -> float:
    """The weeks around today, larger."""
    heading = f"{view.say('close up')}: {brief_day(close.first)} – {brief_day(close.last)}"
    within = [mark for mark in marks if mark.last >= close.first and mark.first <= close.last]
    return _panel(body, within, close, 2.0, heading, view, None) + 14


def _panel(
    body: list[str], marks: Sequence[Mark], scale: Scale, top: float, heading: str, view: View, close: Scale | None
) -> float:
    """One scale with its lanes, drawn downwards from ``top``; gives back where it ends."""
    if heading:
        body.append(d.text(0, top + 12, heading, 12, bold=True))
        top += 20
    by_lane = ((lane, [mark for mark in marks if mark.lane == lane]) for lane in LANES)
    lanes = [(lane, *arranged(own, scale, view)) for lane, own in by_lane if own]
    heights = [30 + LINE * (max(rows) + 1) for _, _, rows in lanes]
    bottom = top + _TOP + sum(heights)
    body += _frame(scale, top, bottom, view, close)
    y = top + _TOP
    for (lane, merged, rows), height in zip(lanes, heights, strict=True):
        body += _lane(view.say(f"lane {lane}"), merged, rows, scale, y)
        y += height
        body.append(d.line(0, y, d.WIDTH, y))
    return bottom


def _frame(scale: Scale, top: float, bottom: float, view: View, close: Scale | None) -> Iterator[str]:
    """The shade of the close-up, the axis, and today."""
    if close:
        left, right = scale.x(close.first), scale.x(close.last)
        yield d.box(left, top + _TOP, right - left, bottom - top - _TOP, d.PALE, radius=0)
    yield d.line(0, top + _TOP, d.WIDTH, top + _TOP, d.SOFT)
    today = scale.x(scale.on)
    for x, left, label in _axis(scale, today):
        yield d.line(x, top + 34, x, bottom, d.RULE, 0.6)
        if label:
            yield d.text(left, top + 31, label, SIZE, d.SOFT)
    yield d.line(today, top + 16, today, bottom, d.INK, 1.4, "5 3")
    yield from _today(f"{view.say('today')} {brief_day(scale.on)}", today, top)


def _today(label: str, x: float, top: float) -> Iterator[str]:
    width = d.text_width(label, SIZE, True) + 10
    left = min(max(LEFT - 4, x - width / 2), d.WIDTH - width)
    yield d.box(left, top, width, 17, d.INK)
    yield d.text(left + width / 2, top + 12, label, SIZE, d.PAPER, True, "middle")


def _axis(scale: Scale, today: float) -> Iterator[tuple[float, float, str]]:
    """The ticks with their labels, each behind the line of today where that would cross it, and none on another."""
    end = 0.0
    for day, label in ticks(scale):
        x, width = scale.x(day), d.text_width(label, SIZE)
        left = today + 4 if x - 3 < today < x + 2 + width else x + 2
        shown = label if left >= end else ""
        end = left + width + 2 if shown else end
        yield x, left, shown


# ---------------------------------------------------------------- lanes


def _lane(name: str, marks: Sequence[Mark], rows: Sequence[int], scale: Scale, top: float) -> Iterator[str]:
    yield from d.lines(0, top + 5, d.fold(name, LEFT - 14, 11.5, True), 11.5, bold=True)
    for mark, row in zip(marks, rows, strict=True):
        middle = sum(ends(mark, scale)) / 2
        if row:
            yield d.line(middle, top + 18, middle, top + 23 + row * LINE, d.SOFT, 0.6)
        yield from _drawn(mark, scale, top + 13)
    for mark, row in zip(marks, rows, strict=True):
        yield from _label(mark, scale, top + 32 + row * LINE)


def _label(mark: Mark, scale: Scale, y: float) -> Iterator[str]:
    """A mark's words, on a ground that hides the lines behind them."""
    left, right = label_ends(mark, scale)
    ink = {"overdue": d.RED, "earlier": d.SOFT, "given": d.GREEN}.get(mark.tone, d.INK)
    yield d.box(left - 1, y - 9.5, right - left + 2, 12.5, d.PAPER, radius=2)
    yield d.text((left + right) / 2, y, mark.label, SIZE, ink, mark.tone in ("overdue", "due"), "middle")


def _drawn(mark: Mark, scale: Scale, y: float) -> Iterator[str]:
    """A mark: a disc was given, a bar is a window of days, a diamond a test, a triangle a review."""
    left, right = ends(mark, scale)
    middle = (left + right) / 2
    if mark.tone == "overdue" and mark.count == 1:
        yield d.line(right, y, scale.x(scale.on), y, d.RED, 2, "2 3")
    fill, stroke, dash = _style(mark)
    if mark.tone == "earlier":
        yield d.shape(f"M{middle - 6:.1f} {y:.1f}l9 -5v10z", d.SOFT)
    elif mark.count > 1:
        yield d.box(left, y - 6, right - left, 12, fill, stroke, dash, 1.8, 6 if mark.lane == "given" else 3)
        if right - left > 16:
            yield d.text(middle, y + 3.8, str(mark.count), 10, d.INK if fill == d.PAPER else d.PAPER, True, "middle")
    else:
        yield _alone(mark.lane, left, right, y, (fill, stroke, dash))
    if mark.endless:
        yield d.shape(f"M{right + 2:.1f} {y - 4:.1f}l4 4l-4 4", None, d.BLUE, 1.8)


def _alone(lane: str, left: float, right: float, y: float, style: tuple[str, str, str]) -> str:
    """The mark of a single thing, with a shape for each lane."""
    fill, stroke, dash = style
    x = (left + right) / 2
    if lane == "dose":
        return d.box(left, y - 6, right - left, 12, fill, stroke, dash, 1.8, 3)
    if lane == "given":
        return d.disc(x, y, 5.5, fill, stroke, 1.5, dash)
    diamond, triangle = f"M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7z", f"M{x - 7:.1f} {y - 5:.1f}h14l-7 11z"
    return d.shape(diamond if lane == "test" else triangle, fill, stroke, 1.8, dash)


def _style(mark: Mark) -> tuple[str, str, str]:
    """Full when it is due or was given, empty while it lies ahead, broken while it is tentative."""
    colour = {"overdue": d.RED, "given": d.GREEN}.get(mark.tone, d.BLUE)
    full = mark.tone in ("overdue", "due", "given")
    return colour if full else d.PAPER, colour, "3 2" if mark.tentative else ""


# ---------------------------------------------------------------- the key


def _key(body: list[str], marks: Sequence[Mark], top: float, view: View) -> float:
    """What the marks mean, for those that occur; gives back where it ends."""
    x, y = 0.0, top + 12
    scale = Scale(_HERE, date(2000, 1, 2), _HERE)
    for name, sample in _samples(marks):
        label = view.say(f"key {name}")
        width = d.text_width(label, SIZE) + 40
        if x + width > d.WIDTH:
            x, y = 0.0, y + 20
        body += [f'<g transform="translate({x + 10 - LEFT:.1f} 0)">', *_drawn(sample, scale, y), "</g>"]
        body.append(d.text(x + 22, y + 4, label, SIZE, d.SOFT))
        x += width
    return y + 14


_HERE = date(2000, 1, 1)


def _samples(marks: Sequence[Mark]) -> Iterator[tuple[str, Mark]]:
    """One mark of each kind that the picture has."""
    for lane in LANES:
        if any(mark.lane == lane and mark.tone != "earlier" for mark in marks):
            yield lane, Mark(lane, _HERE, _HERE, "", "given" if lane == "given" else "upcoming")
    plain = Mark("dose", _HERE, _HERE, "", "due")
    for tone in ("due", "overdue"):
        if any(mark.tone == tone for mark in marks):
            yield tone, replace(plain, tone=tone)
    if any(mark.tentative for mark in marks):
        yield "tentative", replace(plain, tone="upcoming", tentative=True)

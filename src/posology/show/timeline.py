"""The picture of a course: what was given, the windows of what is to come, and today.

Things of one kind stand in one lane. Where they are too close to be drawn apart, they are drawn as one
with their number, and the weeks around today are drawn again, larger, above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ..model import Guideline, Item, Plan
from ..schedule import add, period
from . import drawing as d
from .sheet import in_order, kind, sheet, state, what, window
from .words import Audience, brief_day, days, month, say

LANES = ("given", "dose", "test", "review")
_LEFT, _RIGHT = 92.0, d.WIDTH - 14
_SIZE, _LINE = 10.5, 14.0
_GRAVE = ("overdue", "due", "upcoming", "given", "earlier")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something in a lane, or several things that stand too close: the days, the words, how it stands."""

    lane: str
    first: date
    last: date
    label: str
    tone: str
    count: int = 1
    tentative: bool = False
    endless: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """A stretch of days laid over the width of the picture, seen on a certain day."""

    first: date
    last: date
    on: date

    def x(self, day: date) -> float:
        """Where a day stands, within the picture."""
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return _LEFT + min(1.0, max(0.0, share)) * (_RIGHT - _LEFT)


def timeline(plan: Plan, guideline: Guideline, audience: Audience = "clinician", font: str = d.FONT) -> str:
    """The picture as SVG; empty when nothing has a date."""
    marks = _marks(plan, audience)
    if not marks:
        return ""
    whole = _scale(marks, plan.on)
    close = _crowded(marks, whole)
    body: list[str] = []
    top = 2.0
    if close:
        span = f"{brief_day(close.first)} – {brief_day(close.last)}"
        top = _panel(body, [m for m in marks if m.last >= close.first and m.first <= close.last], close, top, f"{say('close up', audience)}: {span}", audience)
        heading = f"{say('whole', audience)} ({say('shaded', audience)})"
        top = _panel(body, marks, whole, top + 14, heading, audience, close)
    else:
        top = _panel(body, marks, whole, top, "", audience)
    height = _key(body, marks, top + 6, audience)
    title = f"{say('timeline', audience)}: {guideline.title}"
    return d.picture("timeline", title, describe(plan, guideline, audience), height, body, font)


def describe(plan: Plan, guideline: Guideline, audience: Audience = "clinician") -> str:
    """The picture in words, for those who cannot see it."""
    part = next(part for part in sheet(plan, guideline, audience).parts if part.key == "timeline")
    told = [f"{say('today', audience)}: {brief_day(plan.on)}", *(f"{entry.tag} {entry.text}".strip() for entry in part.entries)]
    told += [f"{what(item, guideline, audience)}: {window(item, audience)}, {state(item, plan, audience)}" for item in in_order(plan.schedule)]
    return ". ".join(told) + "."


# ---------------------------------------------------------------- what is drawn


def _marks(plan: Plan, audience: Audience) -> list[Mark]:
    """Doses of the last year one by one, older ones as a number, and all that lies ahead."""
    since = add(plan.on, period("P1Y"), -1)
    old = [dose.on for dose in plan.given if dose.on < since]
    told = say("earlier", audience).format(len(old), brief_day(min(old))) if old else ""
    marks = [Mark("given", since, since, told, "earlier", len(old))] if old else []
    marks += [Mark("given", dose.on, dose.on, _day(dose.on, plan.on), "given") for dose in plan.given if dose.on >= since]
    items = in_order(plan.schedule)
    endless = {item.rule: item for item in items if item.open_ended}.values()
    return marks + [replace(_mark(item, plan, audience), endless=item in endless) for item in items]


def _mark(item: Item, plan: Plan, audience: Audience) -> Mark:
    name = f"{kind(item, audience)} · " if item.what == "dose" else ""
    late = f" · {state(item, plan, audience)}" if item.state == "overdue" else ""
    label = name + _days(item.earliest, item.latest, plan.on) + late
    return Mark(item.what, item.earliest, item.latest, label, item.state, tentative=item.tentative)


def _day(day: date, on: date) -> str:
    """A day, with its year when that is not the plan's."""
    return brief_day(day, day.year != on.year)


def _days(first: date, last: date, on: date) -> str:
    return _day(first, on) if first == last else f"{_day(first, on)}–{_day(last, on)}"


def _scale(marks: Sequence[Mark], on: date) -> Scale:
    first, last = min(on, *(m.first for m in marks)), max(on, *(m.last for m in marks))
    pad = timedelta(days=max(2, (last - first).days // 40))
    return Scale(first - pad, last + pad, on)


def _crowded(marks: Sequence[Mark], whole: Scale) -> Scale | None:
    """The weeks around today in which things stand too close on the scale of the whole; None when there are none."""
    close = [m for lane in ("given", "dose") for m in _arranged([m for m in marks if m.lane == lane], whole, "clinician")[0] if m.count > 2 and m.tone != "earlier"]
    near = [m for m in close if m.last >= whole.on - timedelta(days=28) and m.first <= whole.on + timedelta(days=42)]
    if not near:
        return None
    first, last = min(whole.on, *(m.first for m in near)), max(whole.on, *(m.last for m in near))
    first = min(first, *(m.first for m in marks if m.tone == "given" and m.first >= first - timedelta(days=21)), first)
    span = (last - first).days
    return Scale(first - timedelta(days=2), last + timedelta(days=3), whole.on) if span * 3 < (whole.last - whole.first).days and span < 100 else None


# ---------------------------------------------------------------- lanes


def _arranged(marks: Sequence[Mark], scale: Scale, audience: Audience) -> tuple[list[Mark], list[int]]:
    """A lane's marks, merged only as far as needed, and the row of each one's label (three rows at most)."""
    gap = 2.0
    while True:
        merged = _merged(marks, scale, gap, audience)
        rows = _rows(merged, scale)
        if max(rows, default=0) < 3 or len(merged) == 1:
            return merged, rows
        gap = gap * 1.5 + 2


def _merged(marks: Sequence[Mark], scale: Scale, gap: float, audience: Audience) -> list[Mark]:
    groups: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda m: (m.tone != "earlier", m.first, m.last)):
        near = groups and groups[-1][-1].tone != "earlier" and scale.x(mark.first) - _end(groups[-1][-1], scale) < gap
        if near:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return [_one(group, scale.on, audience) for group in groups]


def _one(group: list[Mark], on: date, audience: Audience) -> Mark:
    """Several marks as one, as grave as the gravest of them."""
    if len(group) == 1:
        return group[0]
    grave = min((m.tone for m in group), key=_GRAVE.index)
    first, last = group[0].first, max(m.last for m in group)
    label = f"{say(f'many {group[0].lane}', audience).format(len(group))} · {_days(first, last, on)}"
    if grave in ("overdue", "due"):
        label += f" · {sum(m.tone == grave for m in group)} {say(grave, audience).lower()}"
    return Mark(group[0].lane, first, last, label, grave, len(group), any(m.tentative for m in group), any(m.endless for m in group))


def _ends(mark: Mark, scale: Scale) -> tuple[float, float]:
    """The left and right ends of a mark, never narrower than what can be seen."""
    left, right = scale.x(mark.first), scale.x(mark.last)
    grow = max(0.0, 11 - (right - left)) / 2
    return left - grow, right + grow


def _end(mark: Mark, scale: Scale) -> float:
    return max(_ends(mark, scale)[1], scale.x(scale.on) if mark.tone == "overdue" and mark.count == 1 else 0) + 5.5


def _label_ends(mark: Mark, scale: Scale) -> tuple[float, float]:
    """Where a mark's label stands: under its middle, but inside the picture."""
    width = d.text_width(mark.label, _SIZE, mark.tone in ("overdue", "due"))
    middle = sum(_ends(mark, scale)) / 2
    left = min(max(_LEFT - 4, middle - width / 2), _RIGHT + 10 - width)
    return left, left + width


def _rows(marks: Sequence[Mark], scale: Scale) -> list[int]:
    """For each label the first row in which it touches no other."""
    ends: list[float] = []
    rows = []
    for mark in marks:
        left, right = _label_ends(mark, scale)
        row = next((n for n, end in enumerate(ends) if left > end + 7), len(ends))
        ends[row : row + 1] = [right]
        rows.append(row)
    return rows


# ---------------------------------------------------------------- drawing


def _panel(body: list[str], marks: Sequence[Mark], scale: Scale, top: float, heading: str, audience: Audience, close: Scale | None = None) -> float:
    """One scale with its lanes, drawn downwards from ``top``; gives back where it ends."""
    if heading:
        body.append(d.text(0, top + 12, heading, 12, bold=True))
        top += 20
    lanes = [(lane, *_arranged(own, scale, audience)) for lane in LANES if (own := [m for m in marks if m.lane == lane])]
    heights = [24 + _LINE * (max(rows) + 1) + 6 for _, _, rows in lanes]
    bottom = top + 38 + sum(heights)
    body += _frame(scale, top, bottom, audience, close)
    y = top + 38
    for (lane, merged, rows), height in zip(lanes, heights, strict=True):
        body += _lane(say(f"lane {lane}", audience), merged, rows, scale, y)
        y += height
        body.append(d.line(0, y, d.WIDTH, y))
    return bottom


def _frame(scale: Scale, top: float, bottom: float, audience: Audience, close: Scale | None) -> Iterator[str]:
    """The shade of the close-up, the axis, and today."""
    if close:
        left, right = scale.x(close.first), scale.x(close.last)
        yield d.box(left, top + 38, right - left, bottom - top - 38, d.PALE, round_=0)
    yield d.line(0, top + 38, d.WIDTH, top + 38, d.SOFT)
    for day, label in ticks(scale):
        yield d.line(scale.x(day), top + 34, scale.x(day), bottom, d.RULE, 0.6)
        yield d.text(_beside(scale.x(day) + 2, label, scale.x(scale.on)), top + 31, label, _SIZE, d.SOFT)
    label = f"{say('today', audience)} {brief_day(scale.on)}"
    width = d.text_width(label, _SIZE, True) + 10
    left = min(max(_LEFT - 4, scale.x(scale.on) - width / 2), d.WIDTH - width)
    yield d.line(scale.x(scale.on), top + 16, scale.x(scale.on), bottom, d.INK, 1.4, "5 3")
    yield d.box(left, top, width, 17, d.INK)
    yield d.text(left + width / 2, top + 12, label, _SIZE, d.PAPER, True, "middle")


def _beside(x: float, label: str, today: float) -> float:
    """Where a label of the axis starts: behind the line of today when that would cross it."""
    return today + 4 if x - 3 < today < x + d.text_width(label, _SIZE) else x


def ticks(scale: Scale) -> list[tuple[date, str]]:
    """The days that the axis names: months, or every so many days where the stretch is short."""
    span = (scale.last - scale.first).days
    per_day = (_RIGHT - _LEFT) / span
    if span <= 75:
        step = next(n for n in (1, 2, 7, 14, 28) if n * per_day >= 46)
        offset = -scale.first.weekday() % 7 if step % 7 == 0 else 0
        found = [scale.first + timedelta(days=n) for n in range(offset, span + 1, step)]
        return [(day, brief_day(day, False)) for day in found if scale.x(day) < _RIGHT - 34]
    step = next((n for n in (1, 2, 3, 4, 6, 12) if n * per_day * 30.4 >= 54), 24)
    months = [date(scale.first.year + n // 12, n % 12 + 1, 1) for n in range(0, 12 * (scale.last.year - scale.first.year + 1), step)]
    shown = [day for day in months if day >= scale.first and scale.x(day) < _RIGHT - 34]
    return [(day, f"{month(day)} {day.year}" if day.month == 1 or day == shown[0] else month(day)) for day in shown]


def _lane(name: str, marks: Sequence[Mark], rows: Sequence[int], scale: Scale, top: float) -> Iterator[str]:
    yield from d.lines(0, top + 5, d.fold(name, _LEFT - 14, 11.5, True), 11.5, bold=True)
    for mark, row in zip(marks, rows, strict=True):
        left, right = _label_ends(mark, scale)
        middle = sum(_ends(mark, scale)) / 2
        if row:
            yield d.line(middle, top + 18, middle, top + 23 + row * _LINE, d.SOFT, 0.6)
        yield from draw(mark, scale, top + 13)
    for mark, row in zip(marks, rows, strict=True):
        left, right = _label_ends(mark, scale)
        y = top + 32 + row * _LINE
        yield d.box(left - 1, y - 9.5, right - left + 2, 12.5, d.PAPER, round_=2)
        yield d.text((left + right) / 2, y, mark.label, _SIZE, _ink(mark.tone), mark.tone in ("overdue", "due"), "middle")


def _ink(tone: str) -> str:
    return {"overdue": d.RED, "earlier": d.SOFT, "given": d.GREEN}.get(tone, d.INK)


def draw(mark: Mark, scale: Scale, y: float) -> Iterator[str]:
    """A mark: a disc was given, a bar is a window of days, a diamond a test, a triangle a review."""
    left, right = _ends(mark, scale)
    middle = (left + right) / 2
    if mark.tone == "overdue" and mark.count == 1:
        yield d.line(right, y, scale.x(scale.on), y, d.RED, 2, "2 3")
    fill, stroke, dash = _style(mark)
    if mark.tone == "earlier":
        yield d.shape(f"M{middle - 6:.1f} {y:.1f}l9 -5v10z", d.SOFT)
    elif mark.count > 1 or mark.lane == "dose":
        yield d.box(left, y - 6, right - left, 12, fill, stroke, dash, 1.8, 6 if mark.lane == "given" else 3)
        if mark.count > 1 and right - left > 16:
            yield d.text(middle, y + 3.8, str(mark.count), 10, d.PAPER if fill != d.PAPER else d.INK, True, "middle")
    elif mark.lane == "given":
        yield d.disc(middle, y, 5.5, fill, stroke, 1.5, dash)
    else:
        yield d.shape(_outline(mark.lane, middle, y), fill, stroke, 1.8, dash)
    if mark.endless:
        yield d.shape(f"M{right + 2:.1f} {y - 4:.1f}l4 4l-4 4", None, d.BLUE, 1.8)


def _outline(lane: str, x: float, y: float) -> str:
    return f"M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7z" if lane == "test" else f"M{x - 7:.1f} {y - 5:.1f}h14l-7 11z"


def _style(mark: Mark) -> tuple[str, str, str]:
    """Full when it is due or was given, empty while it lies ahead, broken while it is tentative."""
    colour = {"overdue": d.RED, "given": d.GREEN}.get(mark.tone, d.BLUE)
    full = mark.tone in ("overdue", "due", "given")
    return colour if full else d.PAPER, colour, "3 2" if mark.tentative else ""


# ---------------------------------------------------------------- the key


def _key(body: list[str], marks: Iterable[Mark], top: float, audience: Audience) -> float:
    """What the marks mean, for those that occur; gives back where it ends."""
    x, y = 0.0, top + 12
    scale = Scale(date(2000, 1, 1), date(2000, 1, 2), date(2000, 1, 1))
    for name, sample in _samples(list(marks)):
        label = say(f"key {name}", audience)
        width = d.text_width(label, _SIZE) + 40
        if x + width > d.WIDTH:
            x, y = 0.0, y + 20
        shift = x + 10 - _LEFT
        body += [f'<g transform="translate({shift:.1f} 0)">', *draw(sample, scale, y), "</g>", d.text(x + 22, y + 4, label, _SIZE, d.SOFT)]
        x += width
    return y + 14


def _samples(marks: list[Mark]) -> Iterator[tuple[str, Mark]]:
    """One mark of each kind that the picture has."""
    here = date(2000, 1, 1)
    for lane in LANES:
        if any(m.lane == lane and m.tone != "earlier" for m in marks):
            yield lane, Mark(lane, here, here, "", "given" if lane == "given" else "upcoming")
    plain = Mark("dose", here, here, "", "due")
    for tone in ("due", "overdue"):
        if any(m.tone == tone for m in marks):
            yield tone, replace(plain, tone=tone)
    if any(m.tentative for m in marks):
        yield "tentative", replace(plain, tone="upcoming", tentative=True)

"""Where things stand in the picture of a course: days over a width, lanes of marks, and rows of labels.

Marks that would stand too close are made one, with their number, and only as far as needed; labels go to
the first of three rows in which they touch no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ..model import Item
from ..schedule import add, period
from . import drawing as d
from .view import View, in_order, kind, state
from .words import brief_day, month

LANES = ("given", "dose", "test", "review")
LEFT, RIGHT = 92.0, d.WIDTH - 14
SIZE, LINE = 10.5, 14.0
"""The size of the lettering, and from one row of labels to the next."""
_GRAVE = ("overdue", "due", "upcoming", "given", "earlier")
_BEFORE, _AFTER, _COURSE = timedelta(days=28), timedelta(days=42), timedelta(days=21)
"""The weeks around today that a close-up is about, and how far back it takes in what was given."""


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
        share = (day - self.first).days / max(1, self.days)
        return LEFT + min(1.0, max(0.0, share)) * (RIGHT - LEFT)

    @property
    def days(self) -> int:
        """How long the stretch is."""
        return (self.last - self.first).days


# ---------------------------------------------------------------- what is marked


def marks_of(view: View) -> list[Mark]:
    """Doses of the last year one by one, older ones as a number, and all that lies ahead."""
    plan = view.plan
    since = add(plan.on, period("P1Y"), -1)
    old = [dose.on for dose in plan.given if dose.on < since]
    told = view.say("earlier").format(len(old), brief_day(min(old))) if old else ""
    marks = [Mark("given", since, since, told, "earlier", len(old))] if old else []
    recent = (dose.on for dose in plan.given if dose.on >= since)
    marks += [Mark("given", day, day, _day(day, plan.on), "given") for day in recent]
    items = in_order(plan.schedule)
    last_of_open = {item.rule: item for item in items if item.open_ended}.values()
    return marks + [_mark(item, view, item in last_of_open) for item in items]


def _mark(item: Item, view: View, endless: bool) -> Mark:
    name = f"{kind(item, view)} · " if item.what == "dose" else ""
    late = f" · {state(item, view)}" if item.state == "overdue" else ""
    label = name + _days(item.earliest, item.latest, view.plan.on) + late
    return Mark(item.what, item.earliest, item.latest, label, item.state, 1, item.tentative, endless)


def _day(day: date, on: date) -> str:
    """A day, with its year when that is not the plan's."""
    return brief_day(day, day.year != on.year)


def _days(first: date, last: date, on: date) -> str:
    return _day(first, on) if first == last else f"{_day(first, on)}–{_day(last, on)}"


# ---------------------------------------------------------------- scales


def whole(marks: Sequence[Mark], on: date) -> Scale:
    """The scale that holds every mark and today."""
    first, last = min(on, *(m.first for m in marks)), max(on, *(m.last for m in marks))
    pad = timedelta(days=max(2, (last - first).days // 40))
    return Scale(first - pad, last + pad, on)


def close_up(marks: Sequence[Mark], scale: Scale, view: View) -> Scale | None:
    """The scale of the weeks around today, when three or more doses are too close on that of the whole."""
    lanes = ([m for m in marks if m.lane == lane and m.tone != "earlier"] for lane in ("given", "dose"))
    crowds = [m for lane in lanes if lane for m in arranged(lane, scale, view)[0] if m.count > 2]
    near = [m for m in crowds if m.last >= scale.on - _BEFORE and m.first <= scale.on + _AFTER]
    if not near:
        return None
    first, last = min(scale.on, *(m.first for m in near)), max(scale.on, *(m.last for m in near))
    given = (m.first for m in marks if m.tone == "given" and m.first >= first - _COURSE)
    first = min((first, *given))
    found = Scale(first - timedelta(days=2), last + timedelta(days=3), scale.on)
    return found if found.days * 2.5 < scale.days and found.days <= 105 else None


def ticks(scale: Scale) -> list[tuple[date, str]]:
    """The days that the axis names: months, or every so many days where the stretch is short."""
    per_day = (RIGHT - LEFT) / scale.days
    found = _by_day(scale, per_day) or _by_month(scale, per_day)
    return [(day, label) for day, label in found if scale.x(day) < RIGHT - 34]


def _by_day(scale: Scale, per_day: float) -> list[tuple[date, str]]:
    if scale.days > 75:
        return []
    step = next(n for n in (1, 2, 7, 14, 28) if n * per_day >= 46)
    first = -scale.first.weekday() % 7 if step % 7 == 0 else 0
    days = (scale.first + timedelta(days=n) for n in range(first, scale.days + 1, step))
    return [(day, brief_day(day, False)) for day in days]


def _by_month(scale: Scale, per_day: float) -> list[tuple[date, str]]:
    step = next((n for n in (1, 2, 3, 4, 6, 12) if n * per_day * 30.4 >= 54), 24)
    count = 12 * (scale.last.year - scale.first.year + 1)
    months = (date(scale.first.year + n // 12, n % 12 + 1, 1) for n in range(0, count, step))
    shown = [day for day in months if scale.first <= day <= scale.last]
    return [(day, f"{month(day)} {day.year}" if day.month == 1 or day == shown[0] else month(day)) for day in shown]


# ---------------------------------------------------------------- lanes and labels


def arranged(marks: Sequence[Mark], scale: Scale, view: View) -> tuple[list[Mark], list[int]]:
    """A lane's marks, merged only as far as needed, and the row of each one's label (three rows at most)."""
    gap = 2.0
    while True:
        merged = _merged(marks, scale, gap, view)
        rows = _rows(merged, scale)
        if max(rows, default=0) < 3 or len(merged) == 1:
            return merged, rows
        gap = gap * 1.5 + 2


def _merged(marks: Sequence[Mark], scale: Scale, gap: float, view: View) -> list[Mark]:
    groups: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda m: (m.tone != "earlier", m.first, m.last)):
        before = groups[-1] if groups and groups[-1][-1].tone != "earlier" else []
        if before and scale.x(mark.first) - max(_reach(m, scale) for m in before) < gap:
            before.append(mark)
        else:
            groups.append([mark])
    return [_one(group, view) for group in groups]


def _one(group: list[Mark], view: View) -> Mark:
    """Several marks as one, as grave as the gravest of them."""
    if len(group) == 1:
        return group[0]
    grave = min((m.tone for m in group), key=_GRAVE.index)
    last, count = max(m.last for m in group), len(group)
    label = f"{view.say(f'many {group[0].lane}').format(count)} · {_days(group[0].first, last, view.plan.on)}"
    if grave in ("overdue", "due"):
        label += f" · {sum(m.tone == grave for m in group)} {view.say(grave).lower()}"
    made = replace(group[0], last=last, label=label, tone=grave, count=count)
    return replace(made, tentative=any(m.tentative for m in group), endless=any(m.endless for m in group))


def ends(mark: Mark, scale: Scale) -> tuple[float, float]:
    """The left and right ends of a mark, never narrower than what can be seen."""
    left, right = scale.x(mark.first), scale.x(mark.last)
    grow = max(0.0, 11 - (right - left)) / 2
    return left - grow, right + grow


def _reach(mark: Mark, scale: Scale) -> float:
    """How far to the right a mark keeps its lane: one that is overdue reaches up to today."""
    today = scale.x(scale.on) if mark.tone == "overdue" and mark.count == 1 else 0
    return max(ends(mark, scale)[1], today) + 5.5


def label_ends(mark: Mark, scale: Scale) -> tuple[float, float]:
    """Where a mark's label stands: under its middle, but inside the picture."""
    width = d.text_width(mark.label, SIZE, mark.tone in ("overdue", "due"))
    middle = sum(ends(mark, scale)) / 2
    left = min(max(LEFT - 4, middle - width / 2), RIGHT + 10 - width)
    return left, left + width


def _rows(marks: Sequence[Mark], scale: Scale) -> list[int]:
    """For each label the first row in which it touches no other."""
    filled: list[float] = []
    rows = []
    for mark in marks:
        left, right = label_ends(mark, scale)
        row = next((n for n, end in enumerate(filled) if left > end + 7), len(filled))
        filled[row : row + 1] = [right]
        rows.append(row)
    return rows

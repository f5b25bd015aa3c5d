"""The two pictures: well formed, self-contained, no text over another, nothing out of the frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from xml.etree import ElementTree as Tree

import pytest

import plans
from posology.model import Dose, Plan
from posology.show import drawing
from posology.show.path import path
from posology.show.steps import steps
from posology.show.timeline import timeline
from posology.show.view import View

SVG = "{http://www.w3.org/2000/svg}"
EVERY = pytest.mark.parametrize("name", plans.ALL)
AUDIENCES = ("clinician", "patient", "student")


def pictures(plan: Plan, audience: str = "clinician") -> Iterator[str]:
    for draw in (timeline, path):
        if svg := draw(plan, plans.GUIDELINE, audience):  # type: ignore[arg-type]
            yield svg


def boxes(svg: str) -> list[tuple[float, float, float, float, str]]:
    """The estimated box of every text: left, top, right, bottom, words."""
    found = []
    for text in Tree.fromstring(svg).iter(f"{SVG}text"):
        size, words = float(text.get("font-size", "11")), "".join(text.itertext())
        width = drawing.text_width(words, size, text.get("font-weight") == "bold")
        left = float(text.get("x", "0")) - (width / 2 if text.get("text-anchor") == "middle" else 0)
        y = float(text.get("y", "0"))
        found.append((left, y - 0.75 * size, left + width, y + 0.2 * size, words))
    return found


def assert_readable(svg: str) -> None:
    _, _, width, height = map(float, (Tree.fromstring(svg).get("viewBox") or "").split())
    for left, top, right, bottom, words in boxes(svg):
        assert left >= -0.5 and top >= 0 and right <= width + 0.5 and bottom <= height, words
    for one, other in combinations(boxes(svg), 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, f"{one[4]!r} stands on {other[4]!r}"


@EVERY
@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_text_stands_on_another_or_leaves_the_frame(name: str, audience: str) -> None:
    for svg in pictures(plans.ALL[name](), audience):
        assert_readable(svg)


@EVERY
def test_pictures_are_self_contained_and_have_words_for_those_who_cannot_see(name: str) -> None:
    for svg in pictures(plans.ALL[name]()):
        root = Tree.fromstring(svg)
        assert root.get("role") == "img"
        assert (root.findtext(f"{SVG}title") or "") and (root.findtext(f"{SVG}desc") or "")
        assert not re.search(r"(?<!xmlns=\")https?:|@font-face|<script|<image|url\(", svg)


@pytest.mark.parametrize("years", [0.02, 0.3, 1, 3, 12])
@pytest.mark.parametrize("gap", [1, 2, 7, 30, 61])
def test_however_the_doses_lie_no_label_stands_on_another(years: float, gap: int) -> None:
    plan = plans.loading_with_nerves()
    count = max(1, int(years * 365 / gap))
    given = tuple(
        Dose(plan.on - timedelta(days=gap * n), plans.DRUG, 1.0, "intramuscular") for n in range(count, 0, -1)
    )
    assert_readable(timeline(replace(plan, given=given), plans.GUIDELINE))


@pytest.mark.parametrize("late", [1, 10, 40, 100, 300, 900])
def test_an_overdue_dose_never_runs_into_the_next_label(late: int) -> None:
    plan = plans.late_third_dose()
    on = date(2026, 1, 9) + timedelta(days=late)
    items = [plans.item(i.earliest, i.latest, i.what, i.rule, i.detail, i.number, on) for i in plan.schedule]
    svg = timeline(replace(plan, on=on, schedule=tuple(items)), plans.GUIDELINE)
    assert_readable(svg)
    assert "overdue" in svg


def test_crowded_loading_is_drawn_a_second_time_larger() -> None:
    svg = timeline(plans.loading_with_nerves(), plans.GUIDELINE)
    assert "Close-up" in svg
    assert all(f"Dose {n} ·" in svg for n in range(1, 12))


def test_doses_of_long_ago_are_counted_and_not_drawn_one_by_one() -> None:
    svg = timeline(plans.ten_years_of_injections(), plans.GUIDELINE)
    assert "56 earlier, since 12 Jan 2016" in svg


def test_today_is_marked_and_a_tentative_window_is_broken() -> None:
    plan = plans.late_third_dose()
    tentative = replace(plan, schedule=tuple(replace(item, tentative=True) for item in plan.schedule))
    svg = timeline(tentative, plans.GUIDELINE)
    assert "Today 13 Jan 2026" in svg
    assert 'stroke-dasharray="3 2"' in svg and ">tentative<" in svg


def test_a_plan_without_dates_has_no_timeline() -> None:
    assert timeline(plans.nothing_known(), plans.GUIDELINE) == ""


def test_the_way_taken_shows_each_rule_with_what_became_of_it() -> None:
    taken = {step.title: step for step in steps(View(plans.ten_years_of_injections(), plans.GUIDELINE))}
    ways = {branch.rule: branch.way for branch in taken["Maintenance"].branches}
    assert ways == {
        "neurological-maintenance": "taken", "standard-maintenance": "no", "bariatric-maintenance": "gives way",
        "ileal-resection-prophylaxis": "open",
    }  # fmt: skip
    refused = next(b for b in taken["Maintenance"].branches if b.rule == "standard-maintenance")
    assert refused.facts == ("neurological involvement: yes",)
    assert "cyanocobalamin 1–2 mg" in path(plans.ten_years_of_injections(), plans.GUIDELINE)


def test_words_stay_inside_their_boxes() -> None:
    for name in plans.ALL:
        for left, _, right, _, words in boxes(path(plans.ALL[name](), plans.GUIDELINE)):
            columns = ((0, 158), (200, 472), (512, 719))
            column = next((c for c in columns if c[0] < left < c[1]), None)
            if column and left > 30 and words not in ("applies", "not known", "does not apply", "the way taken"):
                assert right <= column[1], words


def test_pictures_are_the_same_each_time() -> None:
    assert list(pictures(plans.late_third_dose())) == list(pictures(plans.late_third_dose()))

"""The page of a plan: one file, safe, in order, with everything that the text has."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

import plans
from posology.model import Line
from posology.show import words
from posology.show.html import html

EVERY = pytest.mark.parametrize("name", plans.ALL)
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Reader(HTMLParser):
    """The tags, the words and the ids of a page; complains when a tag is not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "desc", "title"):
            self.said.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.said).split())


@EVERY
@pytest.mark.parametrize("audience", ["clinician", "patient", "student"])
def test_the_page_is_well_formed_and_holds_every_line_question_and_date(name: str, audience: words.Audience) -> None:
    plan = plans.ALL[name]()
    page = Reader(html(plan, plans.GUIDELINE, audience))
    lines, notices = (line.text for line in plan.advice), [n.text for n in plan.notices if (audience, n.kind) != ("patient", "citation")]
    for told in (plan.headline, *lines, *notices, *(question.question for question in plan.ask)):
        assert told in page.words
    for item in plan.schedule:
        assert words.day(item.earliest, audience) in page.words


@EVERY
def test_nothing_is_fetched_and_nothing_runs(name: str) -> None:
    page = html(plans.ALL[name](), plans.GUIDELINE).replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"//[a-z]+\.|url\(|@import|<script|<link|<img|\son\w+=|javascript:", page)
    assert "default-src 'none'" in page


def test_what_people_wrote_is_never_markup() -> None:
    plan = plans.loading_with_nerves()
    bad: Line = replace(plan.advice[0], text="<script>alert(1)</script> & <b>")
    page = html(replace(plan, advice=(bad,), patient='"><img src=x>', headline="<i>"), plans.GUIDELINE)
    assert "<script>" not in page and "<img" not in page and "<i>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in page


def test_headings_descend_by_one_and_ids_are_unique() -> None:
    page = Reader(html(plans.ten_years_of_injections(), plans.GUIDELINE))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in page.tags:
        for key in ("aria-labelledby", "href"):
            assert all(part.lstrip("#") in ids for part in (attrs.get(key) or "").split())


def test_landmarks_language_and_captions_are_there() -> None:
    page = Reader(html(plans.loading_with_nerves(), plans.GUIDELINE))
    tags = [tag for tag, _ in page.tags]
    assert dict(page.tags)["html"]["lang"] == "en"
    assert {"header", "main", "footer"} <= set(tags)
    assert tags.count("caption") == tags.count("table") == 2
    assert all("scope" in attrs for tag, attrs in page.tags if tag == "th")


def test_the_review_status_comes_first_and_an_emergency_before_the_headline() -> None:
    plan = plans.ten_years_of_injections()
    said = Reader(html(plan, plans.GUIDELINE)).words
    assert said.index("Review status") < said.index("Admit the patient the same day") < said.index(plan.headline)


def test_both_pictures_are_in_the_page_and_what_may_apply_is_folded() -> None:
    page = html(plans.loading_with_nerves(), plans.GUIDELINE)
    assert page.count("<svg ") == 2
    assert re.search(r"<details><summary><h2 id=\"maybe\">", page)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_ink_can_be_read_on_every_ground_in_light_and_in_dark() -> None:
    page = html(plans.loading_with_nerves(), plans.GUIDELINE)
    schemes = [dict(re.findall(r"--(\w+):\s*(#\w{3,6})", block)) for block in re.findall(r":root\s*\{([^}]*)\}", page)]
    schemes = [{k: v if len(v) == 7 else "#" + "".join(2 * c for c in v[1:]) for k, v in s.items()} for s in schemes]
    for scheme in (schemes[0], {**schemes[0], **schemes[1]}):
        for ink in ("ink", "soft", "blue", "red", "green"):
            for ground in ("paper", "ground"):
                assert contrast(scheme[ink], scheme[ground]) >= 4.5, (ink, ground)
        assert contrast(scheme["ink"], scheme["amber"]) >= 4.5
        assert contrast(scheme["ink"], scheme["pale"]) >= 4.5 and contrast(scheme["soft"], scheme["pale"]) >= 4.5
        assert contrast(scheme["on"], scheme["blue"]) >= 4.5 and contrast(scheme["on"], scheme["red"]) >= 4.5

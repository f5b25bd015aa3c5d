"""Every patient story of every guideline here, drawn and written for every reader."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from posology.model import Guideline
from posology.plan.plan import plan
from posology.read.guideline import read
from posology.read.patient import parse, patient
from posology.show.html import html
from posology.show.ics import ics
from posology.show.path import path
from posology.show.text import text
from posology.show.timeline import timeline
from posology.show.words import Audience
from test_show_pictures import assert_readable

STORIES = sorted((Path(__file__).parent.parent / "guidelines").glob("*/patients/*.yaml"))


@cache
def guideline_in(folder: Path) -> Guideline:
    return read(folder)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
@pytest.mark.parametrize("audience", ["clinician", "patient", "student"])
def test_a_story_can_be_read_in_every_form(story: Path, audience: Audience) -> None:
    guideline = guideline_in(story.parent.parent)
    told = {key: value for key, value in parse(story.read_bytes()).items() if key != "expect"}
    made = plan(guideline, patient(told, guideline), audience=audience)
    for svg in (timeline(made, guideline, audience), path(made, guideline, audience)):
        if svg:
            assert_readable(svg)
    for width in (40, 80):
        page = text(made, guideline, width=width, audience=audience)
        assert max(map(len, page.splitlines())) <= width
    flat = " ".join(page.split())
    assert all(" ".join(line.text.split()) in flat for line in made.advice)
    assert html(made, guideline, audience).endswith("</html>\n")
    assert ics(made, guideline, audience).count(b"BEGIN:VEVENT") == len(made.schedule)
